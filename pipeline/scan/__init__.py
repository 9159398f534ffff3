"""The monthly scan: state that survives anything, what is new since the last time, who is told.

`run_scan` is the only door; the state folder holds one database, each month one folder.
"""

from pipeline.scan.run import ScanResult, run_scan

__all__ = ["ScanResult", "run_scan"]
