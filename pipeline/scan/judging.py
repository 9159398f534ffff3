"""Brings the tables of a state up to date: all of them, or those of the cases that changed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import polars as pl

from pipeline.audit import conclude, judge, load_senders, scan_messages
from pipeline.clock import Clock
from pipeline.config import Config
from pipeline.decisions import read_decisions
from pipeline.ghosts import add_ghosts
from pipeline.queries import queries
from pipeline.scan.keep import KeepingStore
from pipeline.scan.kinship import group_from_memory
from pipeline.scan.layout import MADE_BY_MONTH, TEXTS
from pipeline.scan.part import CHECKED, IDENTITIES, Part
from pipeline.scan.quotes import Quotes
from pipeline.scan.rates import Rates
from pipeline.signals.ruleset import Ruleset
from pipeline.store import Store


@dataclass(frozen=True, slots=True)
class Judging:
    """The stages of an audit, over what is kept."""

    store: KeepingStore
    config: Config
    ruleset: Ruleset
    params: Mapping[str, Any]
    clock: Clock

    def run(self, scan_no: int, moved: pl.DataFrame | None) -> None:
        """Run all stages; `moved` are the files that are not what they were (None: judge all)."""
        store, params = self.store, self.params
        views = {query.table: query for query in queries("scan/views")}
        store.create_view("source_files", views["source_files"])
        store.put("decisions", read_decisions(self.config.scan_decisions))
        _put_settings(store, self.config)
        part = None if moved is None else Part(store, params, moved, self.clock)
        with self.clock.stage("put threads together"):
            if part is None:
                store.run("staging", params)
            small = part is not None and part.stage()
        with self.clock.stage("scan the messages"):
            if part is not None and small:
                part.read_texts(scan_no)
            else:
                self._all_texts(scan_no)
            into = (TEXTS["segments"], TEXTS["message_languages"], TEXTS["signals"])
            scan_messages(store, self.ruleset, self.clock.progress, "new_texts", into)
            store.insert("seen_messages", store.table("fresh_messages"))
            store.drop(["new_texts", "fresh_messages"])
            for name in TEXTS:
                store.create_view(name, views[name])
        with self.clock.stage("look into quotations"):
            add_ghosts(store, self.ruleset, self.config)
        few = part is not None and small and part.judge()
        if not small:
            judge(store, params, self.clock)
        echoes = part.echoes if part is not None and few and part.keep_uses() else None
        there = [*MADE_BY_MONTH, *((IDENTITIES,) if small else ())]
        rates = Rates(store, params)
        if part is not None and few:
            there += part.quote()
            rates.build_on()
        conclude(
            store,
            params,
            self.clock,
            checked=CHECKED if few else (),
            there=[*there, "wording_echoes"] if echoes else there,
            group=partial(_grouped, echoes),
        )
        if part is not None and few:
            part.quotes.keep()
        else:
            Quotes(store, params).make()
        if part is not None:
            part.close()
        rates.keep()
        store.drop_passing()

    def _all_texts(self, scan_no: int) -> None:
        for query in queries("scan/texts"):
            self.store.create(query.table, query, {**self.params, "scan_no": scan_no})


def _grouped(echoes: Callable[[], None] | None, store: Store) -> None:
    if echoes:
        echoes()
    group_from_memory(store)


def _put_settings(store: Store, config: Config) -> None:
    senders = {"name": pl.String, "valid_from": pl.Date, "valid_until": pl.Date}
    store.put("authorised_senders", pl.DataFrame(schema=senders))
    load_senders(store, config)
    values = {"decisions_file": str(config.scan_decisions), "config_file": str(config.path)}
    rows = sorted(values.items())
    store.put("run_settings", pl.DataFrame(rows, schema=["name", "value"], orient="row"))
