"""The evidence tables as files: CSV and XLSX for people, Parquet as the exact truth."""

from pipeline.evidence.counted import count_written
from pipeline.evidence.tables import TABLES, write_evidence

__all__ = ["TABLES", "count_written", "write_evidence"]
