"""Files in, Parquet out: every export format is one reader module of this package.

`ingest` is the only door: it names and hashes the files, asks the readers, understands the rows
and accounts for every one of them.
"""

from pipeline.ingest.facade import Ingested, Probe, ingest, probe

__all__ = ["Ingested", "Probe", "ingest", "probe"]
