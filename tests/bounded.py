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


def ends_within_limits(work: Callable[[], object], cpu_seconds: int = _CPU_SECONDS) -> bool:
    """Do the work in a child; tell whether it came to its end. The text of an error is printed."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    code = 1
    try:
        used = resource.getrusage(resource.RUSAGE_SELF)
        limit = int(used.ru_utime + used.ru_stime) + cpu_seconds
        resource.setrlimit(resource.RLIMIT_CPU, (limit, limit))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        work()
        code = 0
    except BaseException:  # noqa: BLE001 - whatever it is, the parent is told
        with contextlib.suppress(OSError):
            traceback.print_exc(file=sys.stderr)
    finally:
        os._exit(code)
