"""The evidence pack for an appeal: make it, rehearse it, seal it, check it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.commands.shared import (
    FOUND,
    AsJson,
    ConfigFile,
    command,
    print_json,
    print_lines,
    read_config,
)
from pipeline.errors import UsageError

if TYPE_CHECKING:
    from pipeline.appeal.audited import Audited


@command
def appeal(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A finished audit.")],
    out: Annotated[
        Path | None, typer.Option(help="The pack: a folder, or a ZIP where the name ends in .zip.")
    ] = None,
    rehearse: Annotated[
        bool, typer.Option("--rehearse", help="List what a sceptical reader would attack.")
    ] = False,
    sign: Annotated[
        Path | None, typer.Option(help="Key of `msgaudit keygen` to sign with.")
    ] = None,
    config_file: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Make the redacted, sealed evidence pack and the draft of the Plan of Action."""
    from pipeline.appeal.audited import open_audit

    if (out is None) != rehearse:
        raise UsageError("give either --out PACK or --rehearse")
    config = read_config(config_file) if config_file else None
    audited = open_audit(folder, config)
    if out is None:
        _rehearse(audited, as_json=as_json)
        return
    from pipeline.appeal.build import build_pack

    packed = build_pack(audited, out, config.rule_paths if config else (), sign)
    if as_json:
        print_json(packed.as_dict())
    else:
        print_lines(packed.lines())


@command
def keygen(
    key: Annotated[Path, typer.Argument(help="Where the private key goes; KEY.pub is made too.")],
) -> None:
    """Make a key to sign packs with (Ed25519)."""
    from pipeline.appeal.seal import fingerprint, make_signing_key

    public = make_signing_key(key)
    print_lines(
        [
            f"{key}: private key, keep it to yourself",
            f"{public}: public key, fingerprint {fingerprint(public.read_bytes())}",
        ]
    )


@command
def verify(
    pack: Annotated[Path, typer.Argument(help="A pack: folder or ZIP.")],
    key: Annotated[
        Path | None, typer.Option(help="Public key that has to have signed it (KEY.pub).")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check a pack; name every altered, missing or added file, and tables that do not follow."""
    from pipeline.appeal.verify import verify as check

    found = check(pack, key)
    if as_json:
        print_json(found.as_dict())
    else:
        print_lines(found.lines())
    if found.problems:
        raise typer.Exit(FOUND)


def _rehearse(audited: "Audited", *, as_json: bool) -> None:
    from pipeline.appeal.pseudonyms import passing_key
    from pipeline.appeal.rehearsal import rehearse, remark_lines

    remarks = rehearse(audited, passing_key())
    if as_json:
        print_json({"remarks": [one.as_dict() for one in remarks]})
    else:
        print_lines(remark_lines(remarks) or ["no remark"])
    if remarks:
        raise typer.Exit(FOUND)
