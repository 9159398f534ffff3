"""Files in, Parquet out: every export format is one reader module of this package.

`ingest` is the only door: it names and hashes the files, asks the readers, understands the rows
and accounts for every one of them.
"""

from pipeline.ingest._people import lists_read_with
from pipeline.ingest.archives import is_archive, opened
from pipeline.ingest.facade import Ingested, Probe, ingest, probe, read_files
from pipeline.ingest.files import SourceFile, find_files

__all__ = [
    "Ingested",
    "Probe",
    "SourceFile",
    "find_files",
    "ingest",
    "is_archive",
    "lists_read_with",
    "opened",
    "probe",
    "read_files",
]
