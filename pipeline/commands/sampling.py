"""How much may have been missed."""

from pathlib import Path
from typing import Annotated

import typer

from pipeline.commands.shared import AsJson, command, print_json, print_lines


@command
def sample(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A finished audit.")],
    n: Annotated[int, typer.Option("--n", min=1, help="So many messages to judge.")] = 300,
    judge: Annotated[
        Path | None,
        typer.Option("--judge", metavar="FILE", help="The sample with yes or no under `violates`."),
    ] = None,
    seed: Annotated[int, typer.Option(help="Another seed draws another sample.")] = 1,
    out: Annotated[Path, typer.Option(help="Where the sample to judge is written.")] = Path(
        "sample.csv"
    ),
    as_json: AsJson = False,
) -> None:
    """Draw messages nobody was pointed to, for a person; judged, they bound what was missed.

    No violation among 300 means at most 1.2 % of the messages without a finding, with 95 %
    confidence. The bound goes into the report's method section and into appeals.
    """
    from pipeline.rebuild import record_bound
    from pipeline.sampling import draw_sample, judge_sample

    if judge is None:
        drawn, of = draw_sample(folder, n, seed, out)
        if as_json:
            print_json({"sample": str(out), "drawn": drawn, "of": of, "seed": seed})
        else:
            print_lines([
                f"{drawn:,} of {of:,} seller messages without a finding or queue entry: {out}",
                "write yes or no under `violates` in every row, then:"
                f" msgaudit sample {folder} --judge {out}"
                + (f" --seed {seed}" if seed != 1 else ""),
            ])  # fmt: skip
        return
    bound = judge_sample(folder, judge, seed)
    record_bound(folder, bound.frame())
    if as_json:
        print_json(bound.frame().to_dicts()[0] | {"message_ids": list(bound.violating)})
    else:
        print_lines([bound.reading, *(f"breaks a rule: {name}" for name in bound.violating)])
