"""The one-off audit and what leads up to it: demo, audit, sources, init."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.commands.shared import (
    FOUND,
    AsJson,
    ConfigFile,
    Inputs,
    clear_progress,
    command,
    print_json,
    print_lines,
    read_config,
    read_day,
    read_memory_limit,
    severities_from,
    show_progress,
)
from pipeline.errors import UsageError

if TYPE_CHECKING:
    from pipeline.audit import AuditResult
    from pipeline.spark import SparkSettings


@command
def demo(
    out: Annotated[Path, typer.Option(help="Where the result goes.")] = Path("demo"),
    as_json: AsJson = False,
) -> None:
    """Run the whole job on the bundled sample archive."""
    from pipeline.audit import AuditRequest, run_audit
    from pipeline.config import load_config
    from pipeline.resources import resource_dir

    sample = resource_dir("sample_data")
    config = load_config(sample / "audit.toml")
    request = AuditRequest(
        inputs=[sample / "exports"], out=out, config=config, shown_inputs=("sample_data/exports",)
    )
    _print_result(run_audit(request, show_progress), as_json=as_json)


@command
def audit(
    inputs: Inputs,
    out: Annotated[Path, typer.Option(help="Folder for report, tables and database.")],
    config_file: ConfigFile = None,
    since: Annotated[str, typer.Option(help="First day reported, e.g. 2025-01-01.")] = "",
    until: Annotated[str, typer.Option(help="Last day reported, e.g. 2025-06-30.")] = "",
    fail_on: Annotated[
        str, typer.Option(help="Exit 1 on findings of low|medium|high|critical or above.")
    ] = "",
    engine: Annotated[
        str, typer.Option(help="duckdb (this machine), or spark (scan and verdicts run there).")
    ] = "duckdb",
    spark_master: Annotated[
        str, typer.Option(help="Where Spark is, e.g. spark://host:7077 or yarn.")
    ] = "local[*]",
    spark_conf: Annotated[
        list[str] | None, typer.Option(help="Spark's own configuration, KEY=VALUE; repeatable.")
    ] = None,
    spark_folder: Annotated[
        Path | None,
        typer.Option(help="Folder that driver and executors both reach; beside --out if not set."),
    ] = None,
    memory_limit: Annotated[
        str, typer.Option(help="Memory of the run, e.g. 1GB; scan processes come on top.")
    ] = "",
    workers: Annotated[int, typer.Option(min=0, help="Scan processes; 0 = one a core.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Audit files and folders once: timeline report, evidence tables, database."""
    from pipeline.audit import AuditRequest, run_audit

    spark = _spark(engine, spark_master, spark_conf or [], spark_folder)
    request = AuditRequest(
        inputs=inputs,
        out=out,
        config=read_config(config_file),
        since=read_day(since, "--since"),
        until=read_day(until, "--until"),
        memory_limit=read_memory_limit(memory_limit),
        workers=workers,
        spark=spark,
        shown_inputs=tuple(str(path) for path in inputs),
    )
    if request.since and request.until and request.since > request.until:
        raise UsageError("--since is later than --until")
    threshold = severities_from(fail_on)
    result = run_audit(request, show_progress)
    _print_result(result, as_json=as_json)
    if threshold and any(result.totals.get(f"findings_{name}", 0) for name in threshold):
        raise typer.Exit(FOUND)


def _spark(
    engine: str, master: str, conf: list[str], folder: Path | None
) -> "SparkSettings | None":
    """Read what is said about Spark; None where the scan stays on this machine."""
    if engine == "duckdb":
        return None
    if engine != "spark":
        raise UsageError(f"--engine {engine!r} is not one of duckdb, spark")
    from pipeline.spark import SparkSettings

    options = {}
    for written in conf:
        key, equals, value = written.partition("=")
        if not (key and equals):
            raise UsageError(f"--spark-conf {written!r} is not KEY=VALUE")
        options[key] = value
    if folder is not None and not folder.is_dir():
        raise UsageError(f"--spark-folder {folder} is no folder")
    return SparkSettings(master, options, folder)


@command
def sources(inputs: Inputs, config_file: ConfigFile = None, as_json: AsJson = False) -> None:
    """Say what each file would be read as, and why one would be skipped; nothing is written."""
    from pipeline.ingest import probe

    probes = probe(inputs, read_config(config_file))
    if as_json:
        print_json({"files": [found.as_dict() for found in probes]})
        return
    for found in probes:
        print_lines(found.lines())


@command
def init(
    folder: Annotated[Path, typer.Argument(help="Where audit.toml goes.")] = Path(),
    inputs: Annotated[
        list[Path] | None, typer.Option("--from", help="Look at these exports to propose settings.")
    ] = None,
) -> None:
    """Write a commented audit.toml, with proposals when there are exports to look at."""
    from pipeline.setup import propose, render_config

    target = folder / "audit.toml"
    if target.exists():
        raise UsageError("exists already; it was left alone", source=str(target))
    proposal = propose(inputs or [])
    folder.mkdir(parents=True, exist_ok=True)
    target.write_text(render_config(proposal), encoding="utf-8")
    print_lines([f"wrote {target}", *proposal.lines()])


def _print_result(result: "AuditResult", *, as_json: bool) -> None:
    clear_progress()
    if as_json:
        print_json(result.as_dict())
        return
    print_lines(result.lines())
    print_lines(result.warnings(), err=True)
