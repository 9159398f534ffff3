"""`msgaudit` and `python -m pipeline`: the shortest check at once, else the command line."""

import sys

from pipeline.quick import checked


def main() -> None:
    """Run what the arguments say, and leave with its exit code."""
    code = checked(sys.argv[1:])
    if code is not None:
        sys.exit(code)
    from pipeline.cli import main as command_line  # noqa: PLC0415 - slow, and perhaps not needed

    command_line()


if __name__ == "__main__":
    main()
