"""Runs msgaudit in a process that the kernel kills at its first socket to anywhere.

`python no_network.py '[["audit", ...], ...]'` runs one command after the other. A seccomp filter
lets no thread and no child make an IPv4, IPv6 or packet socket; local ones (AF_UNIX, AF_NETLINK),
which processes use among themselves, pass. What happens below Python, in DuckDB or a typesetter,
is caught as well. Linux on x86-64 and AArch64.
"""

import ctypes
import json
import platform
import struct
import sys
from collections.abc import Callable
from typing import Any

_ARCHITECTURES = {"x86_64": (0xC000003E, 41), "aarch64": (0xC00000B7, 198)}
"""What the kernel calls the machine, and the number of its `socket` call."""

_LOCAL = (1, 16)
_NO_NEW_PRIVILEGES, _SET_SECCOMP, _MODE_FILTER = 38, 22, 2
_KILL, _ALLOW = 0x80000000, 0x7FFF0000
_LOAD, _EQUAL, _RETURN = 0x20, 0x15, 0x06
_NUMBER_AT, _MACHINE_AT, _FIRST_ARGUMENT_AT = 0, 4, 16


def available() -> bool:
    """Say whether this machine is one that the filter is written for."""
    return sys.platform == "linux" and platform.machine() in _ARCHITECTURES


def forbid() -> None:
    """Have the kernel kill this process, and those it starts, at the first such socket.

    Raises:
        OSError: the kernel does not take the filter.

    """
    machine, socket_call = _ARCHITECTURES[platform.machine()]
    steps = [
        (_LOAD, 0, 0, _MACHINE_AT),
        (_EQUAL, 1, 0, machine),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER_AT),
        (_EQUAL, 1, 0, socket_call),
        (_RETURN, 0, 0, _ALLOW),
        (_LOAD, 0, 0, _FIRST_ARGUMENT_AT),
        (_EQUAL, 2, 0, _LOCAL[0]),
        (_EQUAL, 1, 0, _LOCAL[1]),
        (_RETURN, 0, 0, _KILL),
        (_RETURN, 0, 0, _ALLOW),
    ]
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in steps))
    program = struct.pack("HxxxxxxP", len(steps), ctypes.addressof(code))
    kernel = ctypes.CDLL(None, use_errno=True)
    for call in ((_NO_NEW_PRIVILEGES, 1, 0, 0, 0), (_SET_SECCOMP, _MODE_FILTER, program, 0, 0)):
        if kernel.prctl(*call):
            raise OSError(ctypes.get_errno(), "the kernel does not take the filter")


def main() -> None:
    """Run the commands; print those that fail, and leave with their number."""
    forbid()
    from typer.testing import CliRunner  # noqa: PLC0415 - nothing is imported before the filter

    import pipeline.audit  # noqa: PLC0415
    import pipeline.scan.run  # noqa: PLC0415
    from pipeline.cli import app  # noqa: PLC0415
    from pipeline.signals.ruleset import load_ruleset  # noqa: PLC0415
    from pipeline.store import Store  # noqa: PLC0415

    rules = load_ruleset()  # once for all of them
    pipeline.audit.cached_ruleset = pipeline.scan.run.cached_ruleset = lambda *_: rules
    opened = _watch_stages(Store)
    failed = 0
    for command in json.loads(sys.argv[1]):
        done = CliRunner().invoke(app, command)
        if done.exit_code not in {0, 1}:
            failed += 1
            sys.stderr.write(f"{command}: {done.exit_code}, {done.stderr}\n")
    sys.stderr.writelines(f"run before the database was shut: {name}\n" for name in sorted(opened))
    sys.exit(failed + len(opened))


def _watch_stages(store: Any) -> set[str]:  # noqa: ANN401 - nothing is imported before the filter
    """Return the stages, filled as they run, that the database could reach other files in."""
    opened: set[str] = set()

    def watched(run: Callable[..., Any]) -> Callable[..., Any]:
        def ran(self: Any, *args: Any) -> Any:  # noqa: ANN401
            if not self._locked():
                opened.update(one.path.parent.name for one in args if hasattr(one, "sql"))
            return run(self, *args)

        return ran

    store.create, store.rows = watched(store.create), watched(store.rows)
    return opened


if __name__ == "__main__":
    main()
