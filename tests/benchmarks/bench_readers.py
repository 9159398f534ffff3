"""How fast readers are: tables, help desk lines and mailboxes, each against a yardstick.

`python tests/benchmarks/bench_readers.py [ROWS]` (200,000 unless said otherwise). The yardsticks
run in the same process on the same files: the standard library's mailbox for MBOX, polars' own
reader with every column as text for tables. Prints rows a CPU second (all cores' seconds added)
and by the clock, and the ratio to the yardstick.
"""
# ruff: noqa: T201 - figures are what it is for

import csv
import json
import mailbox
import resource
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email import policy
from email.parser import BytesParser
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from pipeline.config import Config
from pipeline.ingest import ingest

START = datetime(2023, 1, 1, 8, tzinfo=UTC)
SENTENCES = (
    "Thank you for the quick answer, the lamp stands on my desk now.",
    "The parcel has not arrived yet; the carrier says it left the depot on Monday.",
    "We are sorry for the trouble and have sent a new switch today.",
    "Could you tell me whether the cable fits the older model as well?",
    "Vielen Dank für die schnelle Hilfe, jetzt funktioniert alles wieder.",
    "The colour is darker than in the picture, but I like it anyway.",
    "Je vous remercie, le colis est bien arrivé ce matin.",
)


def rows(count: int) -> list[dict[str, str]]:
    """Return messages of about 300 letters, no two alike."""
    made = []
    for n in range(count):
        order = f"{200 + n % 90}-{n:07}-{(n * 7919) % 10_000_000:07}"
        words = " ".join(SENTENCES[(n + k * (1 + n % 3)) % len(SENTENCES)] for k in range(5))
        made.append(
            {
                "message_id": f"m{n}",
                "thread_id": f"t{n // 4}",
                "sent_at": f"{START + timedelta(minutes=7 * n):%Y-%m-%dT%H:%M:%SZ}",
                "direction": "outbound" if n % 2 else "inbound",
                "sender": "anna" if n % 2 else f"buyer{n // 4}@example.org",
                "recipient": f"buyer{n // 4}@example.org" if n % 2 else "anna",
                "channel": "email",
                "marketplace": "UK",
                "order_id": order,
                "asin": f"B0{n % 1000:08}",
                "subject": f"Order {order}",
                "body": f"Hello, {words}\nBest wishes, no. {n}",
                "operator": "anna" if n % 2 else "",
            }
        )
    return made


def mails(count: int) -> bytes:
    """Return a mailbox: relay mail in the platform's wrapper, sent mail, some with HTML twins."""
    out = []
    for n, row in enumerate(rows(count)):
        relay = f"k{n // 4:013x}@marketplace.amazon.co.uk"
        sent = n % 2
        moment = START + timedelta(minutes=7 * n)
        wrapped = (
            "You have received a message.\r\n\r\n"
            f"# {row['order_id']}:\r\n1 / Desk lamp [ASIN: {row['asin']}]\r\n\r\n"
            "------------- Message:  -------------\r\n\r\n"
            f"{row['body']}\r\n\r\n------------- End message -------------\r\n\r\n"
            "https://sellercentral.amazon.co.uk/messaging/inbox?fi=caseId&ss=A1B2C3D4\r\n"
            "Copyright 2023 Amazon, Inc. or its affiliates. SPC-EUAmazon-1234567890123\r\n"
        )
        body = row["body"].replace("\n", "\r\n") if sent else wrapped
        html = f"<html><body><p>{row['body']}</p></body></html>\r\n"
        head = (
            f"From {1500000000000000000 + n}@xxx {moment:%a %b %d %H:%M:%S} +0000 {moment:%Y}\r\n"
            f"X-GM-THRID: {1500000000000000000 + n // 4}\r\n"
            f"X-Gmail-Labels: {'Sent' if sent else 'Inbox,Opened'}\r\n"
            "Received: by 2002:a05:6a10::1 with SMTP id x1; Mon, 1 Jan 2023 08:00:00 -0800\r\n"
            "ARC-Seal: i=1; a=rsa-sha256; t=1700000000; cv=none; d=mail.example; s=arc;"
            f" b={'Qm9v' * 40}\r\n"
            f"From: {'Anna <shop@shop.example>' if sent else f'Ann Lee <{relay}>'}\r\n"
            f"To: {relay if sent else 'shop@shop.example'}\r\n"
            f"Subject: {'RE: ' if sent else ''}{row['subject']}\r\n"
            f"Date: {moment:%a, %d %b %Y %H:%M:%S} +0000\r\n"
            f"Message-ID: <{n}.lamp@mail.example>\r\n"
            "MIME-Version: 1.0\r\n"
            'Content-Type: multipart/alternative; boundary="b1"\r\n\r\n'
        )
        parts = (
            "--b1\r\nContent-Type: text/plain; charset=utf-8\r\n"
            f"Content-Transfer-Encoding: 8bit\r\n\r\n{body}\r\n"
            "--b1\r\nContent-Type: text/html; charset=utf-8\r\n"
            f"Content-Transfer-Encoding: 8bit\r\n\r\n{html}--b1--\r\n\r\n"
        )
        out.append((head + parts).encode())
    return b"".join(out)


def decoded_mailbox(path: Path) -> int:
    """Read a mailbox as a script would: every mail's headers and text."""
    box = mailbox.mbox(path, factory=BytesParser(policy=policy.default).parse)  # type: ignore[arg-type]
    count = 0
    for mail in box:
        body = mail.get_body(("plain", "html"))
        text = body.get_content() if body is not None else ""
        count += bool(mail["From"] and mail["Date"] and text)
    return count


def plain_mailbox(path: Path) -> int:
    """Read a mailbox with the library's own messages, which decode nothing."""
    return sum(1 for mail in mailbox.mbox(path) if mail["From"])


def helpdesk(made: list[dict[str, str]]) -> str:
    """Return tickets of four comments, one a line."""
    lines = []
    for at in range(0, len(made), 4):
        comments = [
            {
                "id": at + k,
                "author_id": 3 if k % 2 else 7,
                "public": True,
                "plain_body": row["body"],
                "created_at": row["sent_at"],
            }
            for k, row in enumerate(made[at : at + 4])
        ]
        ticket = {"id": at, "requester_id": 7, "subject": made[at]["subject"], "comments": comments}
        lines.append(json.dumps(ticket))
    return "\n".join(lines)


def seconds(work: Callable[[], object]) -> tuple[float, float]:
    """Return CPU seconds of all threads and processes, and seconds by the clock."""
    cpu, clock = _cpu(), time.perf_counter()
    work()
    return _cpu() - cpu, time.perf_counter() - clock


def _cpu() -> float:
    """Return the CPU seconds of this process and of those it has started and ended."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def main() -> None:
    """Make the files, read them, print the figures."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    made = rows(count)
    with TemporaryDirectory() as name:
        folder = Path(name)
        with (folder / "messages.csv").open("w", newline="", encoding="utf-8") as out:
            writer = csv.DictWriter(out, list(made[0]))
            writer.writeheader()
            writer.writerows(made)
        lines = "\n".join(json.dumps(row, ensure_ascii=False) for row in made)
        (folder / "messages.jsonl").write_text(lines + "\n", encoding="utf-8")
        pl.DataFrame(made).write_parquet(folder / "messages.parquet")
        pl.DataFrame(made[:10]).write_csv(folder / "warm.csv")
        ingest([folder / "warm.csv"], Config(), folder / "out-warm")  # every reader is imported
        (folder / "tickets.jsonl").write_text(helpdesk(made), encoding="utf-8")
        mail_count = count // 4
        (folder / "all.mbox").write_bytes(mails(mail_count))

        def ours(file: str, rows_in_it: int, yardsticks: dict[str, Callable[[], object]]) -> None:
            path = folder / file
            cpu, clock = seconds(lambda: ingest([path], Config(), folder / f"out-{file}"))
            size = path.stat().st_size / 1e6
            print(
                f"{file:16} {rows_in_it / cpu:9,.0f} rows/CPU s {rows_in_it / clock:9,.0f} rows/s"
                f" {size / cpu:6.0f} MB/CPU s",
                end="",
            )
            for label, yardstick in yardsticks.items():
                other, other_clock = seconds(yardstick)
                print(f"  {label}: {other / cpu:.2f} (clock {other_clock / clock:.2f})", end="")
            print()

        csv_path, jsonl = folder / "messages.csv", folder / "messages.jsonl"
        text = dict.fromkeys(made[0], pl.String)
        ours("messages.csv", count, {"polars": lambda: pl.read_csv(csv_path, infer_schema=False)})
        ours("messages.jsonl", count, {"polars": lambda: pl.read_ndjson(jsonl, schema=text)})
        ours("messages.parquet", count, {})
        ours(
            "tickets.jsonl",
            count,
            {"json": lambda: [json.loads(x) for x in (folder / "tickets.jsonl").open()]},
        )
        box = folder / "all.mbox"
        ours(
            "all.mbox",
            mail_count,
            {"mailbox": lambda: plain_mailbox(box), "mailbox+email": lambda: decoded_mailbox(box)},
        )
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")


if __name__ == "__main__":
    main()
