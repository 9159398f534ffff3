"""Runs something in a process of its own that the kernel ends when it uses too much.

No clock is read: what is linear needs a fraction of the limit on any machine, what is not needs
many times the limit.
"""

import contextlib
import os
import resource
import sys
import traceback
from collections.abc import Callable

_CPU_SECONDS = 40


def limit(cpu_seconds: int = _CPU_SECONDS) -> None:
    """Let the kernel end this process when it has used so much more of a processor."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    most = int(used.ru_utime + used.ru_stime) + cpu_seconds
    resource.setrlimit(resource.RLIMIT_CPU, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def ends_within_limits(work: Callable[[], object], cpu_seconds: int = _CPU_SECONDS) -> bool:
    """Do the work in a child; tell whether it came to its end. The text of an error is printed.

    The work must be Python alone: threads of a library do not live on in a child, and what waits
    for one of them waits for ever. What needs polars or DuckDB starts a Python of its own and
    calls `limit` there.
    """
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    code = 1
    try:
        limit(cpu_seconds)
        work()
        code = 0
    except BaseException:  # noqa: BLE001 - whatever it is, the parent is told
        with contextlib.suppress(OSError):
            traceback.print_exc(file=sys.stderr)
    finally:
        os._exit(code)
