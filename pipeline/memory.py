"""Give memory that is no longer used back to the system: the C library keeps it otherwise."""

import ctypes
import gc


def give_back() -> None:
    """Collect garbage and let the C library return its free pages, where it can (glibc)."""
    gc.collect()
    try:
        trim = ctypes.CDLL(None).malloc_trim
    except (AttributeError, OSError, TypeError):  # another C library
        return
    trim(0)
