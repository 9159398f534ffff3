"""What is aimed at, beside what was measured: the table at the end of a run."""

from collections.abc import Sequence
from dataclasses import dataclass

NOT_HERE = "not in this run"


@dataclass(frozen=True)
class Target:
    """A goal and the figure that it is held against."""

    what: str
    goal: str
    figure: str
    held: bool | None
    """None: nothing was measured, or a guide that binds nobody."""

    @classmethod
    def most(cls, what: str, limit: float, figure: float, unit: str = "") -> "Target":
        """Hold a figure against the most it may be."""
        return cls(what, f"at most {limit:,g}{unit}", f"{figure:,.2f}{unit}", figure <= limit)

    @classmethod
    def least(cls, what: str, limit: float, figure: float, unit: str = "") -> "Target":
        """Hold a figure against the least it must be."""
        return cls(what, f"at least {limit:,g}{unit}", f"{figure:,.2f}{unit}", figure >= limit)

    @classmethod
    def guide(cls, what: str, goal: str, figure: str) -> "Target":
        """Set down a figure that hangs on the machine."""
        return cls(what, goal, figure, None)

    @property
    def verdict(self) -> str:
        """Say whether it is held."""
        if self.held is None:
            return "-" if self.figure == NOT_HERE else "guide"
        return "yes" if self.held else "NO"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def table_of(targets: Sequence[Target]) -> str:
    """Return the targets as a table in Markdown."""
    rows = [(one.what, one.goal, one.figure, one.verdict) for one in targets]
    return table(("target", "goal", "measured", "held"), rows)
