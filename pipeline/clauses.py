"""The clause behind each policy, in the words of the report (`reports/texts.toml`)."""

import tomllib

from pipeline.resources import resource_dir


def clauses() -> dict[str, str]:
    """Return the clause of every policy by its id."""
    texts = (resource_dir("reports") / "texts.toml").read_text(encoding="utf-8")
    return {name: policy["clause"] for name, policy in tomllib.loads(texts)["policy"].items()}
