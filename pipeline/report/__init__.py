"""The report: view models for the templates of `reports/`; no markup and no SQL in here."""

from pipeline.report.meta import ReportMeta
from pipeline.report.write import write_report

__all__ = ["ReportMeta", "write_report"]
