"""`msgaudit check TEXT`, for every message before it is sent: without the command line's machinery.

Building all commands and their options takes as long as reading a draft. The shortest form, one
text and perhaps `--json`, needs none of them; whatever else is said, and whatever goes wrong, is
the business of the command itself.
"""

import gc
import sys
from collections.abc import Sequence

from pipeline.stopping import SAID, STOPPED, stoppable


def checked(arguments: Sequence[str]) -> int | None:
    """Check the one text these arguments name; return the exit code, or None for another form."""
    if not arguments or arguments[0] != "check":
        return None
    texts = [word for word in arguments[1:] if word != "--json"]
    if len(texts) != 1 or not texts[0] or texts[0].startswith("-"):
        return None
    gc.disable()  # the process is over before there is anything to collect
    from pipeline.check import check_drafts, told  # noqa: PLC0415 - the point of this module
    from pipeline.config import Config  # noqa: PLC0415
    from pipeline.drafts import Draft, names_a_file  # noqa: PLC0415

    if names_a_file(texts[0]):
        return None
    try:
        with stoppable():
            remarks = check_drafts([Draft("draft", texts[0])], Config())
            lines = told(remarks, 1, as_json="--json" in arguments)
            sys.stdout.write("".join(f"{line}\n" for line in lines))
            sys.stdout.flush()
    except KeyboardInterrupt:
        sys.stderr.write(f"msgaudit: {SAID}\n")
        return STOPPED
    except Exception:  # noqa: BLE001 - whatever it is, the command itself meets it and says so
        return None
    return int(bool(remarks))
