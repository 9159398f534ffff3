"""`python -m pipeline` is the `msgaudit` command."""

from pipeline.cli import main

main()
