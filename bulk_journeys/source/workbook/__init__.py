"""Workbooks, each worksheet as a reading; whatever might be misread, or take too much memory, is refused."""

from bulk_journeys.source.workbook.reading import read_workbook

__all__ = ["read_workbook"]
