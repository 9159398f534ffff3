"""A made-up archive of any size: threads in thirteen languages, templates, reviews, a few asks.

`python tests/benchmarks/archive.py FOLDER [MESSAGES]` writes `messages.csv`, `reviews.csv`,
`orders.csv`, `refunds.csv`, `notices.csv`. The same size gives the same bytes. A third of the
shop's messages are macros, half a per cent of all messages are violating: the examples of the rule
files' own `[hits]`, framed like any other message.
"""

import csv
import random
import sys
import tomllib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
RULES = HERE.parents[1] / "pipeline" / "signals" / "rules"
FIRST = datetime(2023, 1, 1, tzinfo=UTC)
MINUTES = 2 * 365 * 24 * 60
LANGUAGES = {"en": 40, "de": 14, "fr": 9, "it": 6, "es": 7, "nl": 4, "pl": 4, "sv": 2, "pt": 3,
             "tr": 2, "zh-Hans": 4, "zh-Hant": 2, "ja": 3}  # fmt: skip
MARKETPLACE = {
    "en": "UK", "de": "DE", "fr": "FR", "it": "IT", "es": "ES", "nl": "NL", "pl": "PL", "sv": "SE",
    "pt": "ES", "tr": "TR", "zh-Hans": "CN", "zh-Hant": "US", "ja": "JP",
}  # fmt: skip
ASKING = ("change_asked", "removal_asked", "positive_rating_asked", "compensation_tied",
          "diverted", "happy_only_asked", "vote_asked", "insider_asked")  # fmt: skip
VIOLATING = 0.005
MACROS = 0.33
THREAD = 4
"""Messages in a thread: the buyer and the shop by turns."""
HEADS = {
    "messages": "message_id thread_id sent_at direction sender recipient channel marketplace"
    " order_id asin subject body operator",
    "reviews": "event_id review_id event_type occurred_at rating order_id asin marketplace title"
    " body",
    "orders": "order_id ordered_at buyer_id asin marketplace amount currency",
    "refunds": "refund_id order_id refunded_at amount currency reason",
    "notices": "notice_id received_at kind subject body",
}


def write_archive(folder: Path, messages: int, seed: int = 9) -> Path:
    """Write an archive of about `messages` messages below `folder`; return the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    maker = _Maker(seed)
    with ExitStack() as stack:
        tables = {}
        for name, head in HEADS.items():
            file = stack.enter_context((folder / f"{name}.csv").open("w", encoding="utf-8"))
            tables[name] = csv.writer(file, lineterminator="\n")
            tables[name].writerow(head.split())
        for number in range(-(-messages // THREAD)):
            for table, row in maker.thread(number):
                tables[table].writerow(row)
        day = FIRST + timedelta(minutes=MINUTES // 2)
        tables["notices"].writerow(["n1", _time(day), "warning", "Warning", "Reviews policy"])
    return folder


class _Maker:
    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        texts = tomllib.loads((HERE / "texts.toml").read_text(encoding="utf-8"))
        self.slots: dict[str, list[str]] = texts.pop("slots")
        self.texts: dict[str, dict[str, list[str]]] = texts
        self.asks = {lang: list(_asks(lang)) for lang in texts}
        self.languages = list(LANGUAGES)
        self.weights = list(LANGUAGES.values())

    def thread(self, number: int) -> Iterator[tuple[str, Sequence[Any]]]:
        """Yield the rows of one thread and of its order."""
        chance = self.chance
        lang = chance.choices(self.languages, self.weights)[0]
        at = FIRST + timedelta(minutes=chance.randrange(MINUTES))
        order, buyer = f"{chance.randrange(1000):03}-{number:07}-0000001", f"buyer{number // 2}"
        asin, place = f"B0{chance.randrange(500):08}", MARKETPLACE[lang]
        staff = f"staff-{chance.randrange(30)}"
        values = self._values(order)
        price = f"{chance.randrange(500, 9000) / 100:.2f}"
        yield "orders", (order, _time(at), buyer, asin, place, price, "EUR")
        for turn in range(THREAD):
            shop = turn % 2 == 1
            at += timedelta(minutes=chance.randrange(5, 2880))
            asked = shop and chance.random() < VIOLATING * 2
            text = self._body(lang, asked=asked) if shop else self._question(lang)
            ends = ("shop@example.com", buyer) if shop else (buyer, "shop@example.com")
            yield "messages", (
                f"m{number * THREAD + turn}", f"t{number}", _time(at),
                "outbound" if shop else "inbound", *ends,
                "contact-customer" if at > FIRST + timedelta(days=400) else "email", place,
                order, asin, f"Order {order}", text.format_map(values), staff if shop else "",
            )  # fmt: skip
        if chance.random() < 0.4:
            for event, later in (("created", 1), ("updated", 9))[: chance.randrange(1, 3)]:
                stars = chance.choice((1, 2, 3, 4, 5, 5, 5))
                yield "reviews", (
                    f"e{number}-{event}", f"r{number}", event, _time(at + timedelta(days=later)),
                    stars, order, asin, place, "", "",
                )  # fmt: skip
        if chance.random() < 0.1:
            row = (f"f{number}", order, _time(at), price, "EUR", "courtesy")
            yield "refunds", row

    def _body(self, lang: str, *, asked: bool) -> str:
        texts, chance = self.texts[lang], self.chance
        if not asked and chance.random() < MACROS:
            middle = [chance.choice(texts["macro"])]
        else:
            size = min(chance.choice((2, 3, 4, 5, 6, 8, 10)), len(texts["shop"]))
            middle = chance.sample(texts["shop"], size)
        if asked:
            middle.insert(chance.randrange(len(middle) + 1), chance.choice(self.asks[lang]))
        parts = (chance.choice(texts["hello"]), " ".join(middle), chance.choice(texts["bye"]))
        return "\n\n".join(parts)

    def _question(self, lang: str) -> str:
        texts = self.texts[lang]["buyer"]
        size = min(self.chance.choice((1, 2, 3, 4, 5)), len(texts))
        return " ".join(self.chance.sample(texts, size)) + "\n{buyer}"

    def _values(self, order: str) -> dict[str, str]:
        chance = self.chance
        return {name: chance.choice(options) for name, options in self.slots.items()} | {
            "order": order,
            "buyer": f"{chance.choice(self.slots['buyer'])} {self._name()}",
            "product": f"{chance.choice(self.slots['product'])} {self._name()}",
            "day": f"{chance.randrange(1, 29)}.{chance.randrange(1, 13)}.",
            "n": str(chance.randrange(2, 60)),
            "price": f"{chance.randrange(5, 90)},{chance.randrange(10, 99)} €",
            "code": f"{chance.choice('JHQ')}{chance.randrange(10**13):013}GB",
        }

    def _name(self) -> str:
        """Make a name up: real archives hold words that no dictionary has."""
        chance = self.chance
        size = chance.choice((2, 2, 3))
        return "".join(chance.choice(_SYLLABLES) for _ in range(size)).capitalize()


_SYLLABLES = (
    *("bel", "dar", "ven", "kro", "lin", "mos", "tur", "ash", "wyn", "pol", "ker", "sal"),
    *("gri", "hop", "rum", "dal", "fen", "tor", "ist"),
)


def _asks(lang: str) -> Iterator[str]:
    for name in ASKING:
        rule = tomllib.loads((RULES / f"{name}.toml").read_text(encoding="utf-8"))
        for text in rule.get("hits", {}).get(lang, ()):
            yield text.replace("{", "(").replace("}", ")")


def _time(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


if __name__ == "__main__":
    write_archive(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 500_000)
