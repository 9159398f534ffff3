import json
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import jinja2
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import StageError
from pipeline.model import POLICIES
from pipeline.report.cutting import cut_all
from pipeline.report.meta import ReportMeta
from pipeline.report.names import Names
from pipeline.report.pieces import as_read, cut, visible
from pipeline.report.redact import Pseudonyms
from pipeline.report.scale import Scale, ticks
from pipeline.report.stencil import Stencils, escaped
from pipeline.report.swarm import swarm
from pipeline.report.tables import anchor
from pipeline.report.words import load_words
from pipeline.report.write import _Book

WORDS = load_words(ZoneInfo("Europe/London"))


def _same(text: str) -> str:
    return text


def test_no_text_turns_direction_round() -> None:
    """Overrides and control characters are shown, not obeyed."""
    frame = pl.DataFrame({"text": ["a\u202eb\u202dc\x1bd\x00\x7f<&"]})

    shown = frame.select(escaped(pl.col("text"))).item()
    assert shown == "a[RLO]b[LRO]c\u241bd\u2400\u2421&lt;&amp;"


def test_data_cannot_end_its_script() -> None:
    """Names of staff and channels are data of the filters: no markup, and the same when read."""
    name = "</script><!--<script>&\u2028"
    data = _Book(Path("report.html"), ReportMeta("1"), WORDS, redacted=False).data({"name": name})

    assert not set("<&\u2028") & set(data)
    assert json.loads(data)["name"] == name


@given(
    st.text(alphabet="ab \n", min_size=1, max_size=30),
    st.lists(st.tuples(st.integers(0, 32), st.integers(0, 32)), max_size=4),
)
def test_cutting_loses_no_letter(body: str, spans: list[tuple[int, int]]) -> None:
    """Whatever is flagged, the pieces are the body again, blanks at its ends aside."""
    blocks = cut(body, [], spans, _same)

    assert body.strip() == "".join(p.text for b in blocks for p in b.pieces).strip()


@settings(deadline=None)
@given(
    st.text(alphabet="ab \n\r😀", min_size=0, max_size=30),
    st.lists(st.tuples(st.integers(0, 32), st.integers(1, 32)), max_size=4),
    st.lists(st.integers(0, 30), max_size=4, unique=True),
)
def test_cutting_by_columns_is_cutting_one_by_one(
    body: str, spans: list[tuple[int, int]], edges: list[int]
) -> None:
    """The full report and the redacted one cut a message at the same places."""
    spans = [(low, low + size) for low, size in spans]
    cuts = sorted(edges)
    kinds = ["quoted", "signature", "boilerplate"]
    segments = [
        {"row": 0, "segment_start": low, "segment_end": high, "kind": kinds[n % 3]}
        for n, (low, high) in enumerate(pairwise(cuts))
    ]
    keys = {"row": pl.UInt32}
    found = cut_all(
        pl.DataFrame({"row": [0], "body": [body]}, schema_overrides=keys),
        pl.DataFrame(
            segments,
            schema={**keys, "segment_start": pl.Int64, "segment_end": pl.Int64, "kind": pl.String},
        ),
        pl.DataFrame(
            [(0, *span) for span in spans],
            schema={**keys, "match_start": pl.Int64, "match_end": pl.Int64},
            orient="row",
        ),
    )

    one_by_one = [
        (block.kind, piece.marked, visible(piece.text))
        for block in cut(body, segments, spans)
        for piece in block.pieces
    ]
    by_columns = [
        (kind, marked, visible(text))
        for kind, marked, text in found.select("kind", "marked", "text").iter_rows()
    ]
    assert one_by_one == by_columns


def test_stencil_escapes_every_text_and_keeps_every_row() -> None:
    """Rows of different shapes are filled in their own order; a text can end nothing."""
    frame = pl.DataFrame(
        {"kind": ["a", "b", "a"], "who": ["<b>%s&\x00", "", "O'Neill"], "note": ["x", None, ""]}
    )
    template = (
        "{% macro row(is_kind, if_note, who, note) %}"
        '<{{ is_kind }} t="{{ who }}">{% if if_note %}100% {{ note }}{% endif %}{% endmacro %}'
    )
    loader = jinja2.DictLoader({"t": template})
    environment = jinja2.Environment(loader=loader, autoescape=True)

    found = Stencils(environment, "t")["row"].fill(frame).to_list()

    assert found == ['<a t="&lt;b&gt;%s&amp;␀">100% x', '<b t="">', '<a t="O&#39;Neill">']


def test_stencil_names_the_column_that_is_missing() -> None:
    """A macro that asks for what no frame has is an error that says so."""
    loader = jinja2.DictLoader({"t": "{% macro row(who) %}{{ who }}{% endmacro %}"})
    stencils = Stencils(jinja2.Environment(loader=loader, autoescape=True), "t")

    with pytest.raises(StageError, match="no column who"):
        stencils["row"].fill(pl.DataFrame({"kind": ["a"]}))
    with pytest.raises(StageError, match="no macro 'other'"):
        stencils["other"]


def test_marks_are_code_points_of_the_verbatim_body() -> None:
    """A letter outside the basic plane before the stretch does not shift the mark."""
    blocks = cut("😀 give us a 5!", [], [(2, 13)], _same)

    assert [(piece.text, piece.marked) for piece in blocks[0].pieces] == [
        ("😀 ", False),
        ("give us a 5", True),
        ("!", False),
    ]


def test_quoted_tail_is_a_block_of_its_own() -> None:
    """Own and quoted text are told apart."""
    segments = [{"message_id": "m", "segment_start": 5, "segment_end": 10, "kind": "quoted"}]

    blocks = cut("Hello> old", segments, [], _same)

    assert [(block.kind, "".join(piece.text for piece in block.pieces)) for block in blocks] == [
        ("own", "Hello"),
        ("quoted", "> old"),
    ]


def test_mask_over_a_cut_hides_first_and_marks_the_whole() -> None:
    """A number half inside a flagged stretch is never half shown."""
    blocks = cut("call 020 7946 0812 now", [], [(0, 10)], lambda t: Pseudonyms()("body", t))

    assert [piece.text for piece in blocks[0].pieces] == ["call [phone number] now"]
    assert blocks[0].pieces[0].marked


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("change your review", ""),
        ("re\u200bview", "review"),
        ("ｒｅｖｉｅｗ", "review"),
        ("family 👨\u200d👩\u200d👧 five", ""),
        ("wait… ok", ""),
    ],
)
def test_reading_is_given_where_it_differs(text: str, read: str) -> None:
    """Hidden and compatibility letters are resolved; emoji and dots are no disguise."""
    assert read == as_read(text)


def test_control_characters_become_visible() -> None:
    """A control character is shown as its picture, line ends stay."""
    assert visible("a\x07b\r\nc") == "a␇b\nc"


@pytest.mark.parametrize("name", ["a b", 'x"y', "ü", "", "a" * 200, "<b>", "-x", "f=1"])
def test_anchor_is_always_a_usable_fragment(name: str) -> None:
    """Whatever an export calls a thread, its link needs no escaping and holds no equals sign."""
    made = anchor("T", name)

    assert made.startswith("T-")
    assert made == made.encode("ascii", "ignore").decode()
    assert not set(made) & set(' "<>#=&%')


def test_anchors_of_different_names_differ() -> None:
    """Two names that read alike keep two anchors."""
    assert anchor("T", "a b") != anchor("T", "a-b")
    assert anchor("T", "a b") != anchor("T", "a  b")


def test_swarm_keeps_marks_apart_while_there_is_room() -> None:
    """Marks at one moment stand above one another, none on another."""
    size, offsets = swarm([100.0] * 5, 38)

    assert size == 9.0
    assert offsets == [0.0, -9.0, 9.0, -18.0, 18.0]


def test_swarm_shrinks_before_it_overlaps() -> None:
    """A crowd gets smaller marks; a larger one overlaps evenly inside the lane."""
    size, offsets = swarm([100.0] * 15, 38)
    _, crowd = swarm([100.0] * 500, 38)

    assert size < 9.0
    assert len(set(offsets)) == 15
    assert max(map(abs, crowd)) <= 38


@pytest.mark.parametrize("days", [1, 20, 70, 200, 800, 4000, 12000])
def test_axis_has_few_ticks_in_order(days: int) -> None:
    """Whatever the period, two to a dozen ticks from left to right."""
    start = datetime(2014, 3, 5, tzinfo=UTC)
    scale = Scale(start, start + timedelta(days=days), 100, 1100)

    found = ticks(scale, WORDS)

    assert 1 <= len(found) <= 13
    assert sorted(tick.x for tick in found) == [tick.x for tick in found]


def test_local_times_name_their_zone() -> None:
    """Winter and summer are told apart."""
    assert WORDS.moment(datetime(2026, 2, 6, 16, 19, tzinfo=UTC)) == "6 Feb 2026, 16:19 GMT"
    assert WORDS.moment(datetime(2026, 6, 6, 16, 19, tzinfo=UTC)) == "6 Jun 2026, 17:19 BST"


@pytest.mark.parametrize(
    ("minutes", "said"), [(1, "1 minute"), (60, "1 hour"), (2879, "48 hours"), (4320, "3 days")]
)
def test_lags_are_told_in_one_unit(minutes: int, said: str) -> None:
    """Minutes below an hour, hours below two days, then days."""
    assert said == WORDS.lag(minutes)


def test_missing_text_is_an_error_naming_it() -> None:
    """A template that asks for a text that is not there fails, it does not show a gap."""
    with pytest.raises(StageError, match=r"no\.such"):
        WORDS("no.such")


def test_every_policy_has_a_name_and_a_clause() -> None:
    """The thirteen policies, no more and no fewer."""
    assert sorted(POLICIES) == sorted(WORDS.entry("policy"))
    assert all(WORDS(f"policy.{p}.name") and WORDS(f"policy.{p}.clause") for p in POLICIES)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("mail me: jo.bell@example.org!", "mail me: [mail address]!"),
        ("ring +44 20 7946 0812 today", "ring [phone number] today"),
        ("0171 2345678", "[phone number]"),
        ("order 203-1234567-7654321", "order 203-1234567-7654321"),
        ("on 2026-02-06 at 10:30", "on 2026-02-06 at 10:30"),
        ("£20.00 for 3 lamps", "£20.00 for 3 lamps"),
    ],
)
def test_masks_take_contacts_and_leave_the_facts(text: str, masked: str) -> None:
    """Mail and telephone go; order numbers, dates and money stay."""
    assert masked == Pseudonyms()("body", text)


def test_every_form_of_a_name_is_one_buyer() -> None:
    """Display name, its parts, address and alias lead to one number; parts of words stay."""
    row = {
        "direction": "inbound",
        "sender": "Ada Lind <a1b2@relay.example>",
        "recipient": "shop@example.org",
        "buyer_id": "a1b2@relay.example",
    }
    names, hide = Names([row]), Pseudonyms()

    said = names.hide(
        "Dear Ada, from ada lind <a1b2@relay.example>: Adapter, lind, A1B2@relay.example", hide
    )

    assert "Dear Buyer 1, from Buyer 1: Adapter, lind, Buyer 1" == said


def test_a_buyer_keeps_the_number() -> None:
    """The same address is the same buyer, in any case of letters; another one is another."""
    names = Pseudonyms()

    assert names("buyer", "Ann@example.org") == "Buyer 1"
    assert names("buyer", "bo@example.org") == "Buyer 2"
    assert names("buyer", "ann@example.org ") == "Buyer 1"
    assert names("body", "from ann@example.org") == "from Buyer 1"
