"""The rehearsal: what a reader who believes nothing would attack, before it is sent."""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.appeal.audited import Audited
from pipeline.appeal.plan import facts_of, make_plan
from pipeline.appeal.pseudonyms import Pseudonyms
from pipeline.appeal.tables import load_pack
from pipeline.errors import StageError
from pipeline.queries import queries
from pipeline.store import Store

_MOST = 5


@dataclass(frozen=True, slots=True)
class Remark:
    """One point of attack: what it is, the row it stands in, and what is said there."""

    remark: str
    table: str
    row_id: str
    detail: str

    def as_dict(self) -> dict[str, str]:
        """Return what `--json` prints."""
        return {
            "remark": self.remark,
            "table": self.table,
            "row_id": self.row_id,
            "detail": self.detail,
        }

    def __str__(self) -> str:
        """Return the line that is printed."""
        return f"{self.remark}: {self.table} {self.row_id}: {self.detail}"


def rehearse(audited: Audited, pseudonyms: Pseudonyms) -> list[Remark]:
    """Return every remark, in the order of the files of `sql/rehearsal/`."""
    with audited.store() as source, Store() as pack:
        pack.lock_down()
        load_pack(source, pack, audited, pseudonyms)
        return remarks_on(pack)


def remarks_on(pack: Store) -> list[Remark]:
    """Return the remarks on a pack's tables and on the plan made of them."""
    found = [
        Remark(*(str(value) for value in row))
        for query in queries("rehearsal")
        for row in pack.rows(query, {})
        .select("remark", "table_name", "row_id", "detail")
        .iter_rows()
    ]
    try:
        sentences = make_plan(facts_of(pack))
    except StageError as error:
        return [*found, Remark("statement without a source", "citations", "-", str(error))]
    gaps = [one for one in sentences if one.is_gap]
    return found + [Remark("to be completed", one.section, "-", one.text) for one in gaps]


def remark_lines(remarks: Sequence[Remark]) -> list[str]:
    """Return what is printed: a few of each kind, and how many more there are."""
    lines: list[str] = []
    for kind in dict.fromkeys(one.remark for one in remarks):
        same = [one for one in remarks if one.remark == kind]
        shown = same if kind == "to be completed" else same[:_MOST]
        lines += [str(one) for one in shown]
        if len(same) > len(shown):
            lines.append(f"{kind}: {len(same) - len(shown)} more; --json lists them")
    return lines
