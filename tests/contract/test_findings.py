"""CONTRACT sections 1 and 4: who can violate, where a match lies, how stable an id is."""

from pathlib import Path

import pytest
from contract.shop import ASK, PLAIN, REMOVE, Run, audit, said, table

EMOJI = "Hello 👩‍👩‍👧 Zoe\u0301 🙂! "
QUOTED = "\n\nOn 1 Feb 2025 at 10:00, Kim wrote:\n> " + REMOVE + "\n"

ROWS = [
    said("emoji", "2025-02-01T10:00:00Z", EMOJI + REMOVE + " Thank you 🙏"),
    said("subject", "2025-02-01T10:00:00Z", PLAIN, subject="🙂 " + REMOVE),
    said("buyer", "2025-02-01T10:00:00Z", REMOVE, direction="inbound", sender="kim@web.example"),
    said("staff", "2025-02-01T10:00:00Z",
         "Please contact the customer and get the review deleted.", direction="internal"),
    said("neutral", "2025-02-01T10:00:00Z",
         "We would be glad about your honest opinion of the lamp, good or bad."),
    said("refund", "2025-02-01T10:00:00Z", "We have refunded you in full. Sorry for the trouble."),
    said("negated", "2025-02-01T10:00:00Z", "We will never ask you to change your review."),
    said("quoting", "2025-02-01T10:00:00Z", "Thank you, we look into it." + QUOTED),
    said("plain", "2025-02-01T10:00:00Z", PLAIN),
    said("five", "2025-02-01T10:00:00Z", ASK),
]  # fmt: skip


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Audit messages that are, and are not, violations."""
    folder = tmp_path_factory.mktemp("judged")
    table(folder / "in" / "m.csv", ROWS)
    return audit(folder)


def test_only_the_sellers_side_can_violate(judged: Run) -> None:
    """Outbound and internal asks are findings; the buyer's words, quotes and service are not."""
    flagged = {row["message_id"] for row in judged.rows("findings")}
    assert flagged == {"emoji", "subject", "staff", "five"}


def test_offsets_count_code_points(judged: Run) -> None:
    """After emoji and combining marks the stretch is still exact, in Parquet and database."""
    body = ROWS[0]["body"]
    for row in judged.rows("findings"):
        if row["message_id"] == "emoji":
            start, end = int(row["match_start"]), int(row["match_end"])
            assert str(body)[start:end] == row["matched_text"]
            assert "remove your review" in row["matched_text"]
            assert row["matched_in"] == "body"


def test_matches_in_subjects_say_so(judged: Run) -> None:
    """`matched_in` is `subject` and the offsets are the subject's."""
    row = next(row for row in judged.rows("findings") if row["message_id"] == "subject")
    subject = "🙂 " + REMOVE
    assert row["matched_in"] == "subject"
    assert subject[int(row["match_start"]) : int(row["match_end"])] == row["matched_text"]


def test_to_five_stars_is_two_policies_one_row_each(judged: Run) -> None:
    """A request to change TO five stars is both; there is one row per message and policy."""
    rows = judged.rows("findings")
    pairs = [(row["message_id"], row["policy_id"]) for row in rows]
    assert len(pairs) == len(set(pairs))
    five = {policy for message, policy in pairs if message == "five"}
    assert five == {"review-change-request", "positive-review-request"}


def test_segments_cover_every_body(judged: Run) -> None:
    """From 0 to the end without gap or overlap; the quotation is `quoted`."""
    segments = judged.sql(
        "select message_id, segment_start, segment_end, kind from segments order by 1, 2"
    )
    bodies = judged.messages("body")
    for message_id, body in bodies.items():
        own = [(start, end) for key, start, end, _ in segments if key == message_id]
        assert [start for start, _ in own] == [0, *(end for _, end in own[:-1])]
        assert own[-1][1] == len(body)
    assert {kind for *_, kind in segments} <= {"own", "quoted", "signature", "boilerplate"}
    quoted = [(a, b) for key, a, b, kind in segments if key == "quoting" and kind == "quoted"]
    assert REMOVE in "".join(bodies["quoting"][a:b] for a, b in quoted)


def _ids(run: Run, *of: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for row in run.rows("findings"):
        found.setdefault(row["message_id"], set()).add(row["finding_id"])
    return {key: ids for key, ids in found.items() if not of or key in of}


def test_finding_ids_are_stable(judged: Run, tmp_path: Path) -> None:
    """Another file, another order and later messages leave them; another text changes them."""
    table(tmp_path / "in" / "zz.csv", [*reversed(ROWS[:-1])])
    later = said("later", "2025-09-01T10:00:00Z", REMOVE, thread_id="t-emoji")
    changed = said("five", "2025-02-01T10:00:00Z", ASK + " Thanks!")
    table(tmp_path / "in" / "aa.csv", [later, changed])
    again = audit(tmp_path)
    assert again.code == 0, again.stderr
    last = again.rows("incidents")[-1]
    assert (last["thread_count"], last["message_count"]) == ("0", "1"), "t-emoji began in February"
    assert last["title"] == "September 2025: review change request"
    for key in ("emoji", "subject", "staff"):
        assert _ids(again, key) == _ids(judged, key)
    assert not _ids(again)["five"] & _ids(judged)["five"]


def test_the_second_equal_body_in_a_thread_has_an_id_of_its_own(tmp_path: Path) -> None:
    """Two equal texts in one thread are two findings; a re-import of both changes neither.

    The first keeps the id it had when it stood alone; in another thread it is another finding.
    """
    first = said("one", "2025-02-01T10:00:00Z", REMOVE, thread_id="t")
    rows = [
        first,
        said("two", "2025-02-02T10:00:00Z", REMOVE, thread_id="t"),
        said("else", "2025-02-02T10:00:00Z", REMOVE, thread_id="u"),
    ]
    table(tmp_path / "alone" / "in" / "m.csv", [first])
    table(tmp_path / "both" / "in" / "m.csv", rows)
    alone, both = audit(tmp_path / "alone"), audit(tmp_path / "both")
    assert _ids(both)["one"] == _ids(alone)["one"]
    assert len(set.union(*_ids(both).values())) == 3


def test_all_thirteen_policies_are_found(tmp_path: Path) -> None:
    """Each policy of section 1 has a verdict that an outright violation reaches."""
    outright = {
        "own-or-competitor-review": "Pretend to be a customer and post a five star review of our"
        " own lamp, as if you had bought it.",
        "compensated-review": "Leave a review and we will send you a 20 EUR gift card.",
        "refund-for-review-change": "We will refund you in full if you delete your review.",
        "review-club": "Our review club sends you free products in exchange for a review.",
        "insider-review": "All staff: please ask your family members to post a review of our lamp.",
        "review-change-request": REMOVE,
        "review-diversion": "If you are happy, please leave a review on Amazon. If you are not"
        " happy, please contact us first.",
        "variation-manipulation": "Merge the old lamp listing with the new speaker as a variation"
        " so that it inherits the reviews.",
        "insert-incentive": "Print on the card in the box: leave a review and get a $10 gift card.",
        "customer-account-review": "Send us your Amazon login and we will change the review for"
        " you.",
        "positive-review-request": "Please give us a 5 star review.",
        "review-vote-manipulation": "Everybody please click helpful on our good reviews and report"
        " abuse on the bad ones.",
        "off-platform-contact": "Please contact us on WhatsApp at +44 7700 900123 instead of"
        " Amazon.",
    }
    rows = [
        said(policy, "2025-02-01T10:00:00Z", body,
             direction="internal" if "insider" in policy or policy in INTERNAL else "outbound")
        for policy, body in outright.items()
    ]  # fmt: skip
    table(tmp_path / "in" / "m.csv", rows)
    found = {(row["message_id"], row["policy_id"]) for row in audit(tmp_path).rows("findings")}
    missed = [policy for policy in outright if (policy, policy) not in found]
    assert missed == []


INTERNAL = {
    "own-or-competitor-review", "variation-manipulation", "insert-incentive",
    "review-vote-manipulation",
}  # fmt: skip
