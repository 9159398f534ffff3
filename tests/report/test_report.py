import base64
import hashlib
import re
from collections.abc import Sequence
from html.parser import HTMLParser
from pathlib import Path

import pytest
from report.conftest import META, Planted
from report.story import Story, add_flagged, add_queued, make_report_tables
from report.story_tables import create_tables

from pipeline.model import POLICIES
from pipeline.report import conversations, write_report
from pipeline.report.redact import redactor
from pipeline.report.shown import Shown, Stored
from pipeline.store import Store

HOSTILE = (
    "</script><img src=x onerror=alert(1)> &amp; {{ 7*7 }} \u202eevil\u202c \x01\x00"
    "please change your review 😀 " + "x" * 10_000
)


class Page(HTMLParser):
    """What a test asks of a page: ids, links, attributes, text."""

    def __init__(self, html: str) -> None:
        """Read the page."""
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.attributes: set[str] = set()
        self.tags: list[str] = []
        self.words: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Collect ids, links and attribute names."""
        self.tags.append(tag)
        for name, value in attrs:
            self.attributes.add(name)
            if name == "id":
                self.ids.append(value or "")
            if name in ("href", "src"):
                self.links.append(value or "")

    def handle_data(self, data: str) -> None:
        """Collect text."""
        self.words.append(data)

    @property
    def text(self) -> str:
        """The page's text with single blanks."""
        return " ".join(" ".join(self.words).split())


def written(planted: Planted, path: Path, **options: object) -> str:
    store, _ = planted(**options)
    write_report(store, path, META)
    return path.read_text(encoding="utf-8")


def test_sections_stand_in_the_order_of_a_readers_questions(report: Path) -> None:
    """Verdict, timeline, incidents, conversations, causes … sources."""
    ids = Page(report.read_text(encoding="utf-8")).ids

    wanted = ["timeline", "incidents", "threads", "causes", "queue"]
    wanted += ["coverage", "policies", "method", "sources"]
    assert wanted == [name for name in ids if name in wanted]


def test_verdict_says_how_many_when_and_that_it_went_on(report: Path) -> None:
    """The first lines answer in plain words."""
    text = Page(report.read_text(encoding="utf-8")).text

    assert "24 conversations break the review rules." in text
    assert "They fall into 2 incidents: February 2026, May 2026." in text
    assert "It went on after the warning of 17 February 2026." in text


def test_every_link_inside_the_page_has_its_target(report: Path) -> None:
    """Deep links work without a script, and no id stands twice."""
    page = Page(report.read_text(encoding="utf-8"))

    assert sorted(set(page.ids)) == sorted(page.ids)
    assert [link for link in page.links if link[1:] not in page.ids] == []


def test_nothing_can_load_and_no_inline_style_is_there(report: Path) -> None:
    """The content policy holds the hashes of the one style and the one script, and no source."""
    html = report.read_text(encoding="utf-8")
    page = Page(html)

    assert not {"style", "src", "onclick", "onload"} & page.attributes
    assert not {"img", "link", "iframe", "object", "base"} & set(page.tags)
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', html)
    assert policy
    assert "default-src &#39;none&#39;" in policy[1]
    for tag in ("style", "script"):
        body = re.search(rf"<{tag}>(.*?)</{tag}>", html, re.DOTALL)
        assert body
        digest = base64.b64encode(hashlib.sha256(body[1].encode()).digest()).decode()
        assert f"{tag}-src &#39;sha256-{digest}&#39;" in policy[1].replace("&#43;", "+")


def test_two_runs_write_the_same_bytes(
    planted: Planted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Same tables, same settings, same time of build: the same report, pages and twin.

    However few conversations are drawn at a time; of others no text is in memory then.
    """
    runs, read = [], Stored.read
    held: list[int] = []

    def counted(talks: Stored, threads: Sequence[str]) -> Shown:
        held.append(len(threads))
        return read(talks, threads)

    monkeypatch.setattr(Stored, "read", counted)
    for name, at_once in (("a", conversations.MESSAGES_AT_ONCE), ("b", 5)):
        monkeypatch.setattr(conversations, "MESSAGES_AT_ONCE", at_once)
        held.clear()
        store, _ = planted(flagged=30, ordinary=40)
        files = write_report(store, tmp_path / name / "report.html", META, page_size=12)
        files += write_report(
            store, tmp_path / name / "r.html", META, redactor=redactor(store), page_size=12
        )
        runs.append([path.read_bytes() for path in files])

    assert len(runs[0]) == 6
    assert runs[0] == runs[1]
    assert sum(held) == 2 * 30
    assert max(held) <= 5


def test_month_of_which_nothing_is_known_is_a_gap(planted: Planted, tmp_path: Path) -> None:
    """A month without any row of coverage is missing in the table and hatched in the chart."""

    def more(story: Story) -> None:
        story.rows["coverage"] = [
            row for row in story.rows["coverage"] if row["month"] != "2026-01"
        ]

    html = written(planted, tmp_path / "r.html", flagged=2, ordinary=60, more=more)

    assert "<title>January 2026: any channel</title>" in html
    assert 'title="buyer-seller-messaging · UK, Jan 26: missing, 0 in, 0 out"' in html


def test_hostile_text_stays_text(planted: Planted, tmp_path: Path) -> None:
    """Markup, template syntax and control characters of a message are shown, not obeyed."""

    def more(story: Story) -> None:
        add_flagged(story, "T <b>&'\"", HOSTILE, "please change your review", subject=HOSTILE)

    html = written(planted, tmp_path / "report.html", flagged=2, ordinary=5, more=more)
    page = Page(html)

    assert "img" not in page.tags
    assert "{{ 7*7 }}" in html
    assert "\x00" not in html
    assert "␁␀" in html
    assert "<mark>please change your review</mark>" in html
    assert html.count("</script>") == 2


def test_flagged_words_are_marked_and_quoted_tails_folded(report: Path) -> None:
    """The mark covers exactly the matched stretch; quoted text is there, folded."""
    html = report.read_text(encoding="utf-8")

    assert "<mark>would you take the review down for us?</mark>" in html
    fold = '<details class="fold"><summary>Quoted earlier text</summary>'
    assert fold + '<p class="said" dir="auto">On ' in html


def test_hidden_letters_are_read_out(planted: Planted, tmp_path: Path) -> None:
    """A word written with zero-width letters is shown as written and as read."""
    ask = "please change your re\u200bview"

    def more(story: Story) -> None:
        add_flagged(story, "T-hidden", f"Hello, {ask}.", ask)

    html = written(planted, tmp_path / "report.html", flagged=2, ordinary=5, more=more)

    assert f"<mark>{ask}</mark>" in html
    assert '<q dir="auto">please change your review</q>' in html


def test_clean_archive_says_what_it_covered(planted: Planted, tmp_path: Path) -> None:
    """No finding is a statement about so many messages and policies, gaps named beside it."""
    text = Page(written(planted, tmp_path / "r.html", flagged=0, ordinary=30)).text

    assert "No violation was found in 60 messages." in text
    assert "10 policies were checked" in text
    assert "2 months of single channels are incomplete or missing" in text


def test_unknown_senders_are_never_called_clean(planted: Planted, tmp_path: Path) -> None:
    """Without a seller side nothing was judged, and the headline says so."""

    def more(story: Story) -> None:
        for row in story.rows["messages"]:
            row["direction"] = "unknown"

    text = Page(written(planted, tmp_path / "r.html", flagged=0, ordinary=9, more=more)).text

    assert "Nothing could be judged" in text
    assert "No violation" not in text


def test_empty_store_gives_a_report(tmp_path: Path) -> None:
    """Empty tables are a state of their own, told in words."""
    with Store() as store:
        create_tables(store)
        make_report_tables(store)
        write_report(store, tmp_path / "r.html", META)
    text = Page((tmp_path / "r.html").read_text(encoding="utf-8")).text

    assert "There was no message to examine." in text
    assert "The archive holds no dated event" in text
    assert "The tables for this section were not made" in text


def test_dismissed_findings_stay_listed_and_count_nowhere(planted: Planted, tmp_path: Path) -> None:
    """A dismissed finding is shown with its reason and has no mark in the timeline."""

    def more(story: Story) -> None:
        for row in story.rows["findings"]:
            row |= {"status": "dismissed", "decision_reason": "neutral-request"}
        for table in ("threads", "incidents", "review_links"):
            story.rows[table] = []

    html = written(planted, tmp_path / "r.html", flagged=2, ordinary=5, more=more)
    text = Page(html).text

    assert "No violation was found" in text
    assert "dismissed by a person: neutral request" in text
    assert 'class="mark bad"' not in html.split("</svg>")[0]


def test_every_policy_is_in_one_clump(report: Path) -> None:
    """Found, checked with none found, not checkable: each policy once."""
    ids = Page(report.read_text(encoding="utf-8")).ids

    assert [f"P-{policy}" for policy in sorted(POLICIES)] == sorted(
        name for name in ids if name.startswith("P-")
    )


def test_pages_beyond_the_size_hold_what_the_report_does_not(
    planted: Planted, tmp_path: Path
) -> None:
    """Threads beyond the stated size go to pages; every thread is there once, every link lands."""
    store, story = planted(flagged=25, ordinary=10)

    files = write_report(store, tmp_path / "report.html", META, page_size=10)

    pages = {path: Page(path.read_text(encoding="utf-8")) for path in files}
    threads = [name for page in pages.values() for name in page.ids if name.startswith("T-")]
    assert [tmp_path / "report.html", *sorted((tmp_path / "report.pages").iterdir())] == files
    assert sorted(f"T-{row['thread_id']}" for row in story.rows["threads"]) == sorted(threads)
    for path, page in pages.items():
        for link in page.links:
            name, _, target = link.partition("#")
            other = pages[(path.parent / name).resolve()] if name else page
            assert not target or target in other.ids


def test_pages_of_an_earlier_run_are_removed(planted: Planted, tmp_path: Path) -> None:
    """A smaller report leaves no page of a larger one behind."""
    store, _ = planted(flagged=12, ordinary=5)
    write_report(store, tmp_path / "report.html", META, page_size=4)

    write_report(store, tmp_path / "report.html", META)

    assert not (tmp_path / "report.pages").exists()


def test_redacted_twin_holds_no_buyer(planted: Planted, tmp_path: Path) -> None:
    """Names and addresses become stable numbers, mail and telephone are masked, orders stay."""
    ask = "change your review, rosa.mint@marketplace.example, or ring +44 20 7946 0958"

    def more(story: Story) -> None:
        body = f"Please {ask}. Yours. Order 203-1234567-7654321."
        add_flagged(story, "T-rosa", body, ask, order_id="203-1234567-7654321")

    store, story = planted(flagged=6, ordinary=20, more=more)
    write_report(store, tmp_path / "r.html", META, redactor=redactor(store))
    html = (tmp_path / "r.html").read_text(encoding="utf-8")

    for row in story.rows["threads"]:
        assert str(row["buyer_id"]) not in html
    assert "7946" not in html
    assert "b17@" not in html
    assert "withheld in the redacted copy" in html
    assert "203-1234567-7654321" in html
    assert re.search(r"<mark>change your review, Buyer \d+, or ring \[phone number\]</mark>", html)


def test_redacted_twin_hides_threads_named_by_an_address(planted: Planted, tmp_path: Path) -> None:
    """A thread id that is an address is replaced, and its links still land."""

    def more(story: Story) -> None:
        add_flagged(story, "una@mail.example", "Please change your review.", "change your review")

    store, _ = planted(flagged=2, ordinary=5, more=more)
    write_report(store, tmp_path / "r.html", META, redactor=redactor(store))
    html = (tmp_path / "r.html").read_text(encoding="utf-8")
    page = Page(html)

    assert "una@mail" not in html
    assert [link for link in page.links if link[1:] not in page.ids] == []


def test_queue_shows_the_words_around_the_match(planted: Planted, tmp_path: Path) -> None:
    """A queued word stands among its neighbours."""
    html = written(planted, tmp_path / "r.html", flagged=2, ordinary=30)

    assert re.search(r'dir="auto"><mark>[^<]{20}</mark>[^<]{20,}</p>', html)


def test_the_queue_says_how_many_messages_its_texts_stand_for(
    planted: Planted, tmp_path: Path
) -> None:
    """The best hundred texts are shown, and the messages that say them counted."""

    def more(story: Story) -> None:
        for number in range(10):
            add_queued(story, f"T-alike-{number}", "We hope this improves your impression.")
        for number in range(108):
            add_queued(story, f"T-other-{number}", f"We hope this improves order {number}.")

    html = written(planted, tmp_path / "r.html", flagged=2, ordinary=30, more=more)

    assert "The best 100 texts are shown, 109 of 130 messages" in html
    assert html.count("the same text in 10 messages") == 1


def test_message_bodies_of_unflagged_threads_stay_out(planted: Planted, tmp_path: Path) -> None:
    """An ordinary buyer's words are in no report."""

    def more(story: Story) -> None:
        story.message("quiet", story.rows["messages"][0]["sent_at"], "inbound", "secret words")

    html = written(planted, tmp_path / "r.html", flagged=2, ordinary=5, more=more)

    assert "secret words" not in html


def test_messages_of_the_same_case_are_shown_with_it(planted: Planted, tmp_path: Path) -> None:
    """A case is judged together, so its other thread's message stands in the conversation."""

    def more(story: Story) -> None:
        message = add_flagged(story, "T-case", "Please change your review.", "change your review")
        other = story.message(
            "T-aside", story.rows["messages"][-1]["sent_at"], "outbound", "Your refund went out."
        )
        for row in story.rows["messages"]:
            if row["message_id"] in (message, other):
                row["case_id"] = "case-1"

    text = Page(written(planted, tmp_path / "r.html", flagged=2, ordinary=5, more=more)).text

    assert "Your refund went out." in text
    assert "from conversation T-aside of the same case" in text
