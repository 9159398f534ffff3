"""How large the report grows, how long it takes to build, and how it feels in a browser.

`python tests/benchmarks/bench_report.py [small large pages twin]` (all unless named). `small` is
5,000 events with 100 flagged conversations, `large` 200,000 with 2,000, `pages` 50,000 flagged
conversations on numbered pages, `twin` the redacted report of 2,000. Prints each figure beside its
goal. Seconds are this machine's, in its present mood; a loop of ten million additions is timed
around each build, and an empty page first, so that figures can be compared as ratios.
"""
# ruff: noqa: T201 - figures are what it is for

import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from playwright.sync_api import Page, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from report.conftest import META
from report.story import plant

from pipeline.report import write_report
from pipeline.report.redact import redactor
from pipeline.store import Store

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
ARGS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync")
LOADS = 3
DRAG_STEPS = 40

FRAMES = """
() => { window.frames_ms = []; let last = performance.now();
  const tick = (now) => { frames_ms.push(now - last); last = now; requestAnimationFrame(tick); };
  requestAnimationFrame(tick); }
"""
READABLE = """
() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() =>
  done(performance.now()))))
"""


def loop_seconds() -> float:
    """Return how long ten million additions take: the yardstick of this machine."""
    start, total = time.process_time(), 0
    for number in range(10_000_000):
        total += number
    return time.process_time() - start


@dataclass(frozen=True)
class Build:
    """A build's seconds by the clock and of all cores, the latter also in loops."""

    clock: float
    cpu: float
    loops: float
    files: list[Path]


def timed(work: Callable[[], list[Path]]) -> Build:
    """Return the best of three runs after one that warms up, each between two loops."""
    work()
    runs = []
    for _ in range(3):
        before = loop_seconds()
        start, worked = time.perf_counter(), time.process_time()
        files = work()
        clock, cpu = time.perf_counter() - start, time.process_time() - worked
        runs.append(Build(clock, cpu, cpu * 2 / (before + loop_seconds()), files))
    return min(runs, key=lambda run: run.loops)


def seconds_to_read(page: Page, url: str) -> float:
    """Return the median time from the start of the navigation to the second frame drawn."""
    times = []
    for _ in range(LOADS):
        page.goto("about:blank")
        page.goto(url, wait_until="load")
        times.append(page.evaluate(READABLE) / 1000)
    return median(times)


def brush(page: Page) -> tuple[float, float]:
    """Drag the overview's window over the chart; return the median and 95th percentile frame."""
    page.evaluate("document.querySelector('#timeline').scrollIntoView()")
    strip = page.locator(".strip").bounding_box()
    assert strip
    middle = strip["y"] + strip["height"] / 2
    page.mouse.move(strip["x"] + strip["width"] * 0.2, middle)
    page.mouse.down()
    page.mouse.move(strip["x"] + strip["width"] * 0.4, middle, steps=4)
    page.mouse.up()
    page.wait_for_timeout(600)
    page.mouse.move(strip["x"] + strip["width"] * 0.3, middle)
    page.mouse.down()
    page.evaluate(FRAMES)
    for step in range(DRAG_STEPS):
        page.mouse.move(strip["x"] + strip["width"] * (0.3 + 0.5 * step / DRAG_STEPS), middle)
        page.wait_for_timeout(16)
    frames = sorted(page.evaluate("window.frames_ms"))
    page.mouse.up()
    return median(frames), frames[int(len(frames) * 0.95)]


def told(what: str, value: float, goal: float, unit: str) -> None:
    """Print a figure beside its goal."""
    print(f"  {what:44} {value:9.2f} {unit:4} goal {goal:g} {'' if value <= goal else '  MISSED'}")


def measure(name: str, folder: Path, flagged: int, ordinary: int, goals: tuple[float, ...]) -> None:
    """Build a report, look at it, and print what it came to."""
    size, load, frame = goals
    with Store() as store:
        story = plant(store, flagged=flagged, ordinary=ordinary)
        events = sum(len(story.rows[table]) for table in ("messages", "review_events", "refunds"))
        build = timed(lambda: write_report(store, folder / "report.html", META))
    files = build.files
    print(f"{name}: {events:,} events, {flagged:,} flagged conversations, {len(files)} files")
    told("size of the report", files[0].stat().st_size / 1e6, size, "MB")
    print(f"  {'build':44} {build.clock:9.2f} s, {build.cpu:.2f} CPU s, {build.loops:.2f} loops")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        told("readable (second frame)", seconds_to_read(page, files[0].as_uri()), load, "s")
        middle, slow = brush(page)
        print(f"  {'brushing, median frame':44} {middle:9.2f} ms")
        told("brushing, 95th percentile frame", slow, frame, "ms")
        browser.close()


def pages(folder: Path) -> None:
    """Build 50,000 flagged conversations: numbered pages, and seconds for each 10,000."""
    flagged = 50_000
    with Store() as store:
        plant(store, flagged=flagged, ordinary=1_000)
        build = timed(lambda: write_report(store, folder / "report.html", META))
    files, share = build.files, 10_000 / flagged
    print(f"pages: {flagged:,} flagged conversations, {len(files)} files")
    told("build of each 10,000 flagged messages", build.clock * share, 1, "s")
    print(f"  {'the same in CPU seconds':44} {build.cpu * share:9.2f} s")
    print(f"  {'the same in loops, of all cores':44} {build.loops * share:9.2f}")
    print(f"  {'largest file':44} {max(f.stat().st_size for f in files) / 1e6:9.2f} MB")


def twin(folder: Path) -> None:
    """Build the redacted report of 2,000 flagged conversations."""
    with Store() as store:
        plant(store, flagged=2_000, ordinary=2_000)
        hide = redactor(store)
        build = timed(lambda: write_report(store, folder / "r.html", META, redactor=hide))
    print(f"twin: 2,000 flagged conversations in {build.clock:.2f} s, {build.loops:.2f} loops")


def main(wanted: list[str]) -> None:
    """Run the parts that are wanted."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        blank = seconds_to_read(browser.new_page(), "data:text/html,<p>nothing</p>")
        browser.close()
    print(
        f"yardsticks: a loop of 10 million {loop_seconds():.2f} CPU s, an empty page {blank:.2f} s"
    )
    folder = Path(tempfile.mkdtemp())
    if "small" in wanted:
        measure("small", folder, 100, 1_650, (0.7, 0.6, 50))
    if "large" in wanted:
        measure("large", folder, 2_000, 72_000, (15, 2, 60))
    if "pages" in wanted:
        pages(folder)
    if "twin" in wanted:
        twin(folder)
    shutil.rmtree(folder)


if __name__ == "__main__":
    main(sys.argv[1:] or ["small", "large", "pages", "twin"])
