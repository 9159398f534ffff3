"""Coverage-guided fuzzing of the mail and chat readers; `README.md` says how to run it."""

import sys
import tempfile
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parent))

with atheris.instrument_imports(include=["pipeline"]):
    import targets


def main() -> None:
    """Fuzz the target named first; what follows are libFuzzer's own options."""
    target = sys.argv[1]
    with tempfile.TemporaryDirectory(prefix="fuzz-corpus-") as folder:
        for number, seed in enumerate(targets.seeds(target)):
            (Path(folder) / f"seed-{number}").write_bytes(seed)
        found = Path(__file__).resolve().parent / "found"
        options = ["-max_len=8192", "-timeout=10", f"-artifact_prefix={found}/{target}-"]
        atheris.Setup(
            [sys.argv[0], *options, *sys.argv[2:], folder], lambda data: targets.run(target, data)
        )
        atheris.Fuzz()


if __name__ == "__main__":
    main()
