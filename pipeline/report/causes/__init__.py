"""The root-cause tables as small plots with their numbers; one view a file."""

from pipeline.report.causes.build import Causes, build_causes

__all__ = ["Causes", "build_causes"]
