"""Builds the pack: tables, report, documents, rules, hashes; then the bag, and the seal."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pipeline import signals
from pipeline.appeal.archives import write_zip
from pipeline.appeal.audited import Audited
from pipeline.appeal.bag import make_bag
from pipeline.appeal.citations import citation_rows
from pipeline.appeal.following import refuse_broken_tables, write_tables
from pipeline.appeal.leaks import Leaks, refuse_leaks
from pipeline.appeal.method import write_method
from pipeline.appeal.names import names_left, write_names
from pipeline.appeal.pdf import write_evidence_pdf
from pipeline.appeal.plan import facts_of, make_plan
from pipeline.appeal.plan_document import PLAN, write_plan
from pipeline.appeal.pseudonyms import Pseudonyms, read_key
from pipeline.appeal.seal import OPENSSL, fingerprint, public_key_of
from pipeline.appeal.tables import load_pack
from pipeline.errors import UsageError
from pipeline.outfolder import beside, make_private, put_in_place
from pipeline.report import write_report
from pipeline.resources import resource_dir
from pipeline.signals.ruleset import load_ruleset
from pipeline.signals.second_reader import FOLDER as WEIGHTS
from pipeline.stopping import done, unstoppable
from pipeline.store import Store

_RULES = ("concepts", "guards", "rules")
_STAGES = ("facts", "verdicts")


@dataclass(frozen=True, slots=True)
class Packed:
    """What was made, for the command line and for `--json`."""

    pack: Path
    files: int
    sentences: int
    gaps: int
    names: Path | None
    names_left: int
    key_made: Path | None
    signed_by: str

    def as_dict(self) -> dict[str, object]:
        """Return what `--json` prints."""
        return {
            "pack": str(self.pack),
            "files": self.files,
            "sentences": self.sentences,
            "to_complete": self.gaps,
            "names_to_check": str(self.names) if self.names else None,
            "names_left": self.names_left,
            "signed_by": self.signed_by or None,
            "openssl": OPENSSL if self.signed_by else None,
        }

    def lines(self) -> list[str]:
        """Return what is printed."""
        lines = [
            f"{self.pack}: {self.files} files",
            (
                f"Plan of Action: {self.sentences} statements with their sources,"
                f" {self.gaps} gaps for you to complete (yellow)"
            ),
        ]
        if self.key_made:
            lines.append(f"made {self.key_made}: keep it, and never send it with the pack")
        if self.names:
            lines.append(
                f"{self.names}: {self.names_left} places with words that may be names; read it"
                " before you send the pack, and do not send it along"
            )
        if self.signed_by:
            lines += [f"signed by {self.signed_by}; in the pack's folder:", f"  {OPENSSL}"]
        return lines


def build_pack(
    audited: Audited, out: Path, rule_paths: Sequence[Path] = (), signing_key: Path | None = None
) -> Packed:
    """Write the pack to `out`, whole or not at all: a folder, or a ZIP where the name ends so.

    Raises:
        UsageError: `out` holds something else, a key is of no use, or the rules are not those of
            the audit.
        StageError: a sentence or a quote cannot be proven, or a buyer could be recognised.

    """
    _refuse_strangers(out)
    key, made_now = read_key(audited.key_file, out)
    signed_by = fingerprint(public_key_of(signing_key)) if signing_key else ""
    with _beside(out) as folder, audited.store() as source, Store() as pack:
        pack.lock_down(folder)
        redactor = load_pack(source, pack, audited, Pseudonyms(key))
        facts = facts_of(pack)
        sentences = make_plan(facts)
        pack.put("citations", citation_rows(sentences))
        refuse_broken_tables(pack)
        write_tables(pack, folder / "tables")
        write_report(pack, folder / "report.html", audited.meta(), redactor=_as_is)
        write_plan(folder / PLAN, sentences, facts, audited.generated_at)
        write_evidence_pdf(folder, facts, audited)
        write_method(folder / "method.md", pack, audited, signed=bool(signing_key))
        _copy_rules(folder / "rules", audited, rule_paths)
        _write_hashes(folder / "source_hashes.sha256", pack)
        refuse_leaks(folder, Leaks(redactor.people, redactor.known_ids))
        left = names_left(pack, audited, redactor.people)
        make_bag(folder, audited.generated_at, audited.version, signing_key)
        files = sum(path.is_file() for path in folder.rglob("*"))
        _put_in_place(folder, out)
    names = write_names(out, left)
    gaps = sum(one.is_gap for one in sentences)
    return Packed(
        pack=out,
        files=files,
        sentences=len(sentences) - gaps,
        gaps=gaps,
        names=names,
        names_left=left.height,
        key_made=audited.key_file if made_now else None,
        signed_by=signed_by,
    )


def _as_is(_kind: str, text: str) -> str:
    """Leave a text alone: the pack's tables are redacted already."""
    return text


def _copy_rules(folder: Path, audited: Audited, rule_paths: Sequence[Path]) -> None:
    disabled = audited.settings.get("disabled") or ()
    ruleset = load_ruleset(rule_paths, disabled)
    if ruleset.version != audited.ruleset_version:
        raise UsageError(
            f"the audit used rule set {audited.ruleset_version}, here is {ruleset.version}: give"
            " its --config, or run the audit again",
            source=str(audited.folder),
        )
    built_in = Path(signals.__file__).resolve().parent
    for base, target in [(built_in, folder), *((path, folder / "own") for path in rule_paths)]:
        for name in ("", *_RULES):  # rules of one's own may lie in the folder itself
            for path in sorted((base / name).glob("*.toml")):
                (target / name).mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, target / name / path.name)
    shutil.copytree(WEIGHTS, folder / WEIGHTS.name)
    for stage in _STAGES:
        (folder / stage).mkdir(parents=True)
        for path in sorted((resource_dir("sql") / stage).glob("*.sql")):
            shutil.copyfile(path, folder / stage / path.name)


def _write_hashes(path: Path, pack: Store) -> None:
    rows = pack.table("sources").select("sha256", "source_file").unique().sort("source_file")
    lines = [f"{sha256}  {name}\n" for sha256, name in rows.iter_rows()]
    path.write_text("".join(lines), encoding="utf-8", newline="\n")


def _refuse_strangers(out: Path) -> None:
    if out.suffix == ".zip":
        if out.is_dir():
            raise UsageError("is a folder; a name in .zip makes a ZIP file", source=str(out))
        return
    if out.is_file():
        raise UsageError("is a file; give a folder or a name in .zip to --out", source=str(out))
    if out.is_dir() and any(out.iterdir()) and not (out / "bagit.txt").exists():
        raise UsageError("holds something other than a pack", source=str(out))


@contextmanager
def _beside(out: Path) -> Iterator[Path]:
    """Give a fresh private folder on the disk that the pack goes to."""
    with beside(out) as outer:
        folder = outer / "pack"
        folder.mkdir(mode=0o700)
        yield folder


def _put_in_place(folder: Path, out: Path) -> None:
    make_private(folder)
    if out.suffix == ".zip":
        packed = folder.with_suffix(".zip")
        write_zip(folder, packed, out.stem)
        packed.chmod(0o600)
        with unstoppable():
            packed.replace(out)
            done()
        return
    put_in_place(folder, out)
