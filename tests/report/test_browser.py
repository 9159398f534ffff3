"""The report in a real browser: Debian's Chromium, driven by Playwright, never online."""

import csv
import io
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pypdf
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from report.conftest import META, Planted
from report.story import Story, add_flagged, add_queued, plant

from pipeline.decisions import read_decisions
from pipeline.report import write_report
from pipeline.store import Store

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
ARGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

pytestmark = pytest.mark.skipif(
    not Path(CHROMIUM).exists() and "CI" not in os.environ,
    reason="no chromium here: install it (apt-get install chromium) to run the browser tests",
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start one browser for all tests."""
    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        yield started
        started.close()


class Reader:
    """A person reading a report; whatever goes wrong on the page is kept."""

    def __init__(self, context: BrowserContext, path: Path) -> None:
        """Open nothing yet."""
        self.url = path.as_uri()
        self.page: Page = context.new_page()
        self.page.set_default_timeout(5000)
        self.wrong: list[str] = []
        self.asked: list[str] = []
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("console", lambda message: self.wrong.append(message.text))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("dialog", lambda dialog: self.wrong.append(dialog.message))

    def open(self, fragment: str = "") -> Page:
        """Open the report, at a fragment if one is given."""
        self.page.goto(self.url + fragment)
        return self.page


@pytest.fixture
def reader(browser: Browser, report: Path, request: pytest.FixtureRequest) -> Iterator[Reader]:
    """Read the report; parametrise indirectly with options of the browser's context."""
    options = {"offline": True, "viewport": {"width": 1280, "height": 900}}
    context = browser.new_context(**{**options, **getattr(request, "param", {})})
    found = Reader(context, report)
    yield found
    context.close()
    assert found.wrong == []


def visible_threads(page: Page) -> int:
    return page.locator(".thread:visible").count()


def test_page_asks_for_nothing_but_itself(reader: Reader) -> None:
    """No request, no console message, no error, no breach of its own content policy."""
    page = reader.open()
    page.locator(".thread > summary").first.click()
    page.mouse.wheel(0, 4000)

    assert [reader.url] == reader.asked


@pytest.mark.parametrize(
    "reader", [{"color_scheme": "light"}, {"color_scheme": "dark"}], indirect=True
)
def test_axe_finds_no_violation(reader: Reader) -> None:
    """Names, roles, contrast: nothing to complain of, with a conversation open."""
    page = reader.open()
    page.locator(".thread > summary").first.click()

    found = Axe().run(page).response["violations"]

    assert [
        (rule["id"], [node["html"][:120] for node in rule["nodes"][:3]]) for rule in found
    ] == []


@pytest.mark.parametrize("reader", [{"java_script_enabled": False}], indirect=True)
def test_readable_without_script(reader: Reader) -> None:
    """With scripts off every flagged mark of the timeline opens its message."""
    page = reader.open()
    marks = page.locator("#marks .messages a")
    href = marks.nth(3).get_attribute("href")

    page.goto(reader.url + str(href))

    assert marks.count() == 24
    assert page.locator(str(href)).is_visible()
    assert not page.locator("#filters").is_visible()


@pytest.mark.parametrize("kind", ["T-", "M-", "F-"])
def test_deep_link_opens_and_shows_its_place(reader: Reader, kind: str) -> None:
    """A link to a conversation, a message or a finding lands on it, in view."""
    page = reader.open()
    last = page.locator(f".thread [id^={kind}]").last.get_attribute("id")

    page = reader.open(f"#{last}")

    page.wait_for_function(
        "id => { const b = document.getElementById(id).getBoundingClientRect();"
        " return b.height > 0 && b.top < innerHeight && b.bottom > 0 }",
        arg=last,
    )


def test_filters_count_what_they_hide(reader: Reader) -> None:
    """A filter says how many it hides, the address keeps it, an empty result says so."""
    page = reader.open()
    page.select_option("[name=incident]", index=1)
    shown = visible_threads(page)

    assert 0 < shown < 24
    assert f"{shown} of 24 conversations shown; {24 - shown} hidden by incident" == page.inner_text(
        "#shown"
    )
    page.reload()
    assert shown == visible_threads(page)
    page.fill("[name=q]", "no such words anywhere")
    assert visible_threads(page) == 0
    assert page.locator("#no-match").is_visible()
    page.click("[data-do=clear]")
    assert visible_threads(page) == 24
    assert "#" not in page.url


def test_range_of_the_timeline_limits_the_list(reader: Reader) -> None:
    """Fitting an incident leaves its conversations, and the address leads back to the view."""
    page = reader.open()
    page.locator(".head [data-fit]").last.click()
    page.wait_for_function("() => document.querySelector('#shown').textContent.includes('range')")
    shown = visible_threads(page)
    title = page.inner_text("#range")

    assert 0 < shown < 24
    assert "from=" in page.url
    page.reload()
    page.wait_for_function("() => document.querySelector('#shown').textContent.includes('range')")
    assert shown == visible_threads(page)
    assert title == page.inner_text("#range")


def test_going_back_returns_to_the_range_before(reader: Reader) -> None:
    """A zoom is a step in the browser's history, and the lists follow it back."""
    page = reader.open()
    page.wait_for_timeout(100)
    page.locator(".head [data-fit]").last.click()
    page.wait_for_function("() => location.hash.includes('from=')")
    assert visible_threads(page) < 24
    page.go_back()

    page.wait_for_function("() => document.querySelectorAll('.thread:not([hidden])').length === 24")
    assert page.inner_text("#inview") == ""


def test_drag_zooms_and_the_overview_moves(reader: Reader) -> None:
    """Dragging over the chart zooms into that stretch; dragging the window pans."""
    page = reader.open("#timeline")
    box = page.locator("#chart").bounding_box()
    assert box
    before = page.inner_text("#range")
    page.mouse.move(box["x"] + 500, box["y"] + 100)
    page.mouse.down()
    page.mouse.move(box["x"] + 700, box["y"] + 100, steps=5)
    page.mouse.up()
    zoomed = page.inner_text("#range")
    page.locator("#window rect").wait_for(state="visible")
    window = page.locator("#window rect").bounding_box()
    assert window
    page.mouse.move(window["x"] + window["width"] / 2, window["y"] + 10)
    page.mouse.down()
    page.mouse.move(window["x"] + window["width"] / 2 + 100, window["y"] + 10, steps=5)
    page.mouse.up()

    assert before != zoomed != page.inner_text("#range") != before


def test_keys_go_from_flagged_event_to_flagged_event(reader: Reader) -> None:
    """Arrows move the focus, Enter opens the conversation, question mark shows the keys."""
    page = reader.open()
    page.focus("#chart")
    name = "() => document.activeElement.getAttribute('aria-label')"
    page.keyboard.press("ArrowRight")
    page.wait_for_function(f"{name}?.startsWith('Flagged message')")
    first = page.evaluate(name)
    page.keyboard.press("ArrowRight")
    page.wait_for_function(f"{name} !== {first!r}")
    page.keyboard.press("ArrowUp")
    page.wait_for_function(f"{name}.startsWith('Review')")
    page.keyboard.press("ArrowDown")
    page.wait_for_function(f"{name}.startsWith('Flagged message')")
    page.keyboard.press("Enter")
    page.wait_for_selector(".thread[open] .msg.flagged:target")
    page.keyboard.press("?")

    assert page.locator("#keys").is_visible()


def test_decisions_can_be_marked_and_downloaded(reader: Reader) -> None:
    """The file has the columns the next run reads, quoted where a note needs it."""
    page = reader.open()
    page.locator(".thread > summary").nth(0).click()
    finding = page.locator(".thread[open] .finding").first
    form = page.locator(".thread[open] form.decide")
    if form.locator("[name=of]").is_visible():
        form.locator("[name=of]").select_option(finding.get_attribute("data-f"))
    form.locator("[name=reason]").select_option("neutral-request")
    form.locator(".more > summary").click()
    form.locator("[name=note]").fill('=asked "kindly", nothing more')
    form.locator("[name=until]").fill("2027-01-31")
    form.locator("[data-mark=dismissed]").click()
    page.fill("#by", "Ina")
    with page.expect_download() as got:
        page.click("[data-do=download]")
    text = got.value.path().read_text(encoding="utf-8")

    (row,) = csv.DictReader(io.StringIO(text))
    assert got.value.suggested_filename == "decisions.csv"
    assert finding.get_attribute("data-f") == row["finding_id"]
    assert (
        row["decision"],
        row["reason"],
        row["decided_by"],
        row["expires_on"],
    ) == ("dismissed", "neutral-request", "Ina", "2027-01-31")
    assert row["note"] == '\'=asked "kindly", nothing more'
    page.reload()
    assert page.inner_text(".waiting") == "1 decision to download"


def downloaded(page: Page) -> list[dict[str, str]]:
    with page.expect_download() as got:
        page.click("[data-do=download]")
    return list(csv.DictReader(io.StringIO(got.value.path().read_text(encoding="utf-8"))))


def test_one_decision_covers_a_message_and_the_same_words_elsewhere(
    browser: Browser, planted: Planted, tmp_path: Path
) -> None:
    """Findings of a message are decided together; the very same text is found on the page."""
    ask, body = "please delete the review", "Hello, please delete the review. Thanks."

    def more(story: Story) -> None:
        for thread in ("T-one", "T-two", "T-three"):
            add_flagged(story, thread, body, ask)

    store, story = planted(flagged=2, ordinary=4, more=more)
    write_report(store, tmp_path / "report.html", META)
    context = browser.new_context(offline=True)
    found = Reader(context, tmp_path / "report.html")
    page = found.open("#T-T-two")
    form = page.locator(".thread[open] form.decide")
    assert form.locator("[data-alike] span").inner_text().startswith("and 2 other findings")
    form.locator("[name=alike]").check()
    form.locator("[data-mark=dismissed]").click()

    rows = downloaded(page)
    ids = {row["thread_id"]: row["finding_id"] for row in story.rows["findings"]}
    assert {ids["T-one"], ids["T-two"], ids["T-three"]} == {row["finding_id"] for row in rows}
    notes = {row["finding_id"]: row["note"] for row in rows}
    assert notes[ids["T-one"]] == f"same text as {ids['T-two']}"
    assert page.locator(".thread.done").count() == 3
    context.close()
    assert found.wrong == []


def test_queue_entries_are_confirmed_with_a_policy(reader: Reader) -> None:
    """Without a policy nothing is confirmed; with one it stands where the next run reads it."""
    page = reader.open("#queue")
    entry = page.locator(".entry").first
    entry.locator("[data-mark=confirmed]").click()
    assert page.locator("[data-do=download]").is_disabled()
    entry.locator("[name=policy]").select_option("review-diversion")
    entry.locator(".more > summary").click()
    entry.locator("[name=note]").fill("read by Ina")
    entry.locator("[data-mark=confirmed]").click()
    other = page.locator(".entry").nth(1)
    other.locator("[data-mark=dismissed]").click()

    rows = {row["finding_id"]: row for row in downloaded(page)}
    confirmed = rows[str(entry.get_attribute("data-q"))]
    assert confirmed["decision"] == "confirmed"
    assert confirmed["note"] == "policy=review-diversion; read by Ina"
    assert confirmed["reason"] == ""
    assert rows[str(other.get_attribute("data-q"))]["reason"] == "false-positive"


def test_one_entry_stands_for_every_message_of_its_text(
    browser: Browser, planted: Planted, tmp_path: Path
) -> None:
    """A macro in the queue is read once and decided once, and the decision is taken back whole."""

    def more(story: Story) -> None:
        for thread in ("T-one", "T-two", "T-three"):
            add_queued(story, thread, "We hope this improves your impression of the lamp.")
        add_queued(story, "T-unlike", "We hope the shade suits your room.")

    store, _ = planted(flagged=2, ordinary=30, more=more)
    write_report(store, tmp_path / "report.html", META)
    context = browser.new_context(offline=True)
    found = Reader(context, tmp_path / "report.html")
    page = found.open("#queue")
    entry = page.locator(".entry").first
    assert entry.get_by_text("the same text in 3 messages").is_visible()
    assert page.get_by_text("hope this improves").count() == 1
    assert page.locator(".entry").nth(1).locator("[name=alike]").is_hidden()
    entry.get_by_label("and 2 other messages with the very same text").check()
    entry.locator("[data-mark=dismissed]").click()

    notes = {row["finding_id"]: row["note"] for row in downloaded(page)}
    first = str(entry.get_attribute("data-q"))
    assert set(notes) == {"q-T-one", "q-T-two", "q-T-three"}
    assert {note for key, note in notes.items() if key != first} == {f"same text as {first}"}
    page.reload()
    page.locator("#queue .equipped").first.wait_for()
    assert entry.locator("[name=alike]").is_checked()
    entry.locator("[data-mark='']").click()
    assert page.locator("[data-do=download]").is_disabled()
    context.close()
    assert found.wrong == []


def test_downloaded_decisions_are_read_by_the_next_run(reader: Reader, tmp_path: Path) -> None:
    """What the page writes is what `decisions.csv` has to be."""
    page = reader.open()
    page.locator(".thread > summary").nth(0).click()
    page.locator(".thread[open] form.decide [data-mark=confirmed]").click()
    page.keyboard.press("n")
    page.keyboard.press("x")
    with page.expect_download() as got:
        page.click("[data-do=download]")
    got.value.save_as(tmp_path / "decisions.csv")

    frame = read_decisions(tmp_path / "decisions.csv")
    assert set(frame["decision"]) == {"confirmed", "dismissed"}
    assert frame.height == page.locator(".finding:has(.decided)").count()


def test_decision_can_be_undone(reader: Reader) -> None:
    """Undo takes the mark away, and there is nothing to download."""
    page = reader.open()
    page.locator(".thread > summary").nth(1).click()
    form = page.locator(".thread[open] form.decide")
    form.locator("[data-mark=confirmed]").click()
    assert page.locator("[data-do=download]").is_enabled()
    form.locator("[data-mark='']").click()

    assert page.locator("[data-do=download]").is_disabled()


def test_print_holds_every_thread(reader: Reader) -> None:
    """On paper every conversation is open: its id and its flagged words are in the PDF's text."""
    page = reader.open()
    pdf = pypdf.PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))
    text = "".join("".join(sheet.extract_text() for sheet in pdf.pages).split())

    ids = page.locator(".thread > summary code").all_inner_texts()
    assert len(ids) == 24
    assert [name for name in ids if name not in text] == []
    assert text.count("Seller·") >= 48
    assert "1/" + str(len(pdf.pages)) in text
    run = page.evaluate("JSON.parse(document.getElementById('data').textContent).run")
    assert text.count(f"run{run}") >= len(pdf.pages)


def test_citation_is_copied_whole(reader: Reader) -> None:
    """Who, when, what and where, for all findings of the message; the button says that it did."""
    page = reader.open()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator(".thread > summary").first.click()
    button = page.locator(".thread[open] [data-copy]")
    button.click()
    page.wait_for_function("b => b.textContent === 'Copied'", arg=button.element_handle())
    copied = page.evaluate("navigator.clipboard.readText()").splitlines()

    assert len(copied) == page.locator(".thread[open] .finding").count()
    for line in copied:
        assert re.match(
            r"“.+”; Seller · \w+; 2026-\d\d-\d\dT\d\d:\d\d:\d\dZ; [a-z-]+; order ", line
        )
        assert re.search(r"; exports/mail/2026-\d\d\.mbox, message \d+; .*f\d{7}$", line)


@pytest.mark.parametrize(
    "reader",
    [{"viewport": {"width": 390, "height": 800}, "has_touch": True, "is_mobile": True}],
    indirect=True,
)
def test_fingers_pan_and_pinch(reader: Reader) -> None:
    """Two fingers apart zoom in; one finger then moves the window."""
    page = reader.open("#timeline")
    box = page.locator("#chart").bounding_box()
    assert box
    touch = page.context.new_cdp_session(page)
    before = page.inner_text("#range")

    def fingers(kind: str, *xs: float) -> None:
        points = [{"x": box["x"] + x, "y": box["y"] + 120, "id": n} for n, x in enumerate(xs)]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    fingers("touchStart", 160)
    fingers("touchStart", 160, 200)
    for gap in (30, 60, 90):
        fingers("touchMove", 180 - gap, 180 + gap)
    fingers("touchEnd")
    page.wait_for_function("t => document.querySelector('#range').textContent !== t", arg=before)
    zoomed = page.inner_text("#range")
    fingers("touchStart", 250)
    for x in (220, 180, 140):
        fingers("touchMove", x)
    fingers("touchEnd")

    page.wait_for_function("t => document.querySelector('#range').textContent !== t", arg=zoomed)


def test_wheel_zooms_only_when_the_chart_is_meant(reader: Reader) -> None:
    """Without focus the page scrolls; with it, the wheel zooms where the pointer is."""
    page = reader.open()
    box = page.locator("#chart").bounding_box()
    assert box
    whole = page.inner_text("#range")
    page.mouse.move(box["x"] + 400, box["y"] + 60)
    page.mouse.wheel(0, -300)
    page.wait_for_timeout(300)
    assert page.inner_text("#range") == whole
    page.focus("#chart")
    page.mouse.wheel(0, -300)
    page.wait_for_function("t => document.querySelector('#range').textContent !== t", arg=whole)


@pytest.mark.parametrize("reader", [{"viewport": {"width": 390, "height": 800}}], indirect=True)
def test_phone_is_never_wider_than_its_screen(reader: Reader) -> None:
    """At 390 pixels nothing scrolls sideways but tables in their own frames."""
    page = reader.open()
    page.locator(".thread > summary").first.click()

    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.locator("#chart").bounding_box()["width"] <= 390  # type: ignore[index]


def test_zoom_of_200_percent_keeps_the_page_whole(browser: Browser, report: Path) -> None:
    """Half the width at twice the size: no sideways scrolling."""
    context = browser.new_context(viewport={"width": 640, "height": 450}, device_scale_factor=2)
    page = Reader(context, report).open()

    assert page.evaluate("document.documentElement.scrollWidth") <= 640
    context.close()


def test_hostile_text_runs_nothing_and_widens_nothing(
    browser: Browser, planted: Planted, tmp_path: Path
) -> None:
    """Markup in a message is text on the screen; a word of 10,000 letters is broken."""
    ask = "please delete the review"

    def more(story: Story) -> None:
        body = f"</script><svg onload=alert(1)><img src=x onerror=alert(2)> {ask} {'w' * 10_000}"
        add_flagged(
            story, "T-h", body, ask, subject="<b>\u202ereversed", buyer="<i>x</i>@a.example"
        )

    store, _ = planted(flagged=2, ordinary=4, more=more)
    write_report(store, tmp_path / "report.html", META)
    context = browser.new_context(offline=True, viewport={"width": 400, "height": 800})
    found = Reader(context, tmp_path / "report.html")
    page = found.open("#T-T-h")

    assert page.locator("#T-T-h .said mark").inner_text() == ask
    assert "[RLO]reversed" in page.locator("#T-T-h .subject").inner_text()
    assert page.evaluate("document.documentElement.scrollWidth") <= 400
    assert page.evaluate("document.images.length") == 0
    context.close()
    assert found.wrong == []


@pytest.mark.parametrize("flagged", [0, 3])
def test_small_reports_run_without_error(
    browser: Browser, planted: Planted, tmp_path: Path, flagged: int
) -> None:
    """A clean report and a tiny one are as free of errors as a full one."""
    store, _ = planted(flagged=flagged, ordinary=8)
    write_report(store, tmp_path / "report.html", META)
    context = browser.new_context(offline=True)
    found = Reader(context, tmp_path / "report.html")
    page = found.open()
    page.focus("#chart")
    for key in ("ArrowRight", "ArrowUp", "+", "]", "f", "0"):
        page.keyboard.press(key)

    page.wait_for_function(  # the list follows the chart when the hand rests
        "n => document.querySelectorAll('.thread:not([hidden])').length === n", arg=flagged
    )
    context.close()
    assert found.wrong == []


@pytest.fixture(scope="module")
def paged(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Write a report of 40 flagged conversations, ten on a page."""
    folder = tmp_path_factory.mktemp("paged")
    with Store() as store:
        plant(store, flagged=40, ordinary=30)
        return write_report(store, folder / "report.html", META, page_size=10)


def test_side_page_works_like_the_report(browser: Browser, paged: list[Path]) -> None:
    """A numbered page opens by link, filters, and keeps decisions; axe has nothing to say."""
    context = browser.new_context(offline=True)
    found = Reader(context, paged[1])
    page = found.open()
    target = page.locator(".talk").last.get_attribute("id")
    page = found.open(f"#{target}")
    page.wait_for_selector(f"#{target}", state="visible")
    assert visible_threads(page) == 10
    page.locator(".thread[open] form.decide [data-mark=dismissed]").click()
    assert "to download" in page.inner_text(".waiting")
    page.fill("[name=q]", "no such words anywhere")
    assert page.locator("#no-match").is_visible()

    assert Axe().run(page).response["violations"] == []
    context.close()
    assert found.wrong == []


def test_filters_count_and_follow_to_the_numbered_pages(
    browser: Browser, paged: list[Path]
) -> None:
    """What matches elsewhere is counted; the link there carries the filter along."""
    context = browser.new_context(offline=True)
    found = Reader(context, paged[0])
    page = found.open()
    chosen = page.locator("[name=incident] option").nth(2)
    whole = int(chosen.inner_text().rsplit("(", 1)[1].rstrip(")"))
    page.select_option("[name=incident]", str(chosen.get_attribute("value")))
    here = visible_threads(page)

    assert page.inner_text("#beyond").startswith(f"{whole - here} conversations on these pages")
    link = page.locator(".pages li:visible a").first
    matches = page.locator(".pages li:visible small").first.inner_text()
    link.click()
    page.wait_for_load_state()
    assert f"{visible_threads(page)} match" == matches
    assert "incident=" in page.url
    context.close()
    assert found.wrong == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_a_phone_and_in_a_clean_report(
    browser: Browser, planted: Planted, tmp_path: Path, scheme: Literal["light", "dark"]
) -> None:
    """Other states are as accessible as the full report; the help sheet is too."""
    store, _ = planted(flagged=0, ordinary=12)
    write_report(store, tmp_path / "report.html", META)
    context = browser.new_context(
        offline=True, viewport={"width": 390, "height": 800}, color_scheme=scheme
    )
    found = Reader(context, tmp_path / "report.html")
    page = found.open()
    assert Axe().run(page).response["violations"] == []
    page.keyboard.press("?")
    assert page.locator("#keys").is_visible()
    assert Axe().run(page).response["violations"] == []
    context.close()
    assert found.wrong == []


def test_range_hides_incidents_and_says_so(reader: Reader) -> None:
    """Lists below the timeline follow its range; what is hidden is counted, lanes count anew."""
    page = reader.open()
    whole = page.locator("#n-messages").text_content()
    page.locator(".head [data-fit]").last.click()
    page.wait_for_function("() => document.querySelector('#inview').textContent")

    shown = visible_threads(page)
    assert page.inner_text("#inview") == f"{shown} of 24 conversations in view"
    assert page.inner_text("[data-shown=incidents]") == (
        "1 of 2 incidents shown; 1 hidden by the timeline's range"
    )
    assert page.locator("#n-messages").text_content() != whole
    page.click("[data-do=all]")
    page.wait_for_function("() => document.querySelectorAll('.card:not([hidden])').length === 2")


def test_order_by_severity_is_kept_in_the_address(reader: Reader) -> None:
    """The gravest first, and back in time order."""
    page = reader.open()
    page.select_option("[name=sort]", "severity")
    ranks = {"critical": 0, "high": 1, "medium": 2, "low": 3}
    found = page.locator(".thread").evaluate_all("nodes => nodes.map(n => n.dataset.severity)")

    assert [ranks[name] for name in found] == sorted(ranks[name] for name in found)
    assert "sort=severity" in page.url
    page.select_option("[name=sort]", "")
    assert "#" not in page.url
    first = page.locator(".thread time").first.get_attribute("datetime")
    times = page.locator(".thread > summary time").evaluate_all("n => n.map(x => x.dateTime)")
    assert first == min(times)
