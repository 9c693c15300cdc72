"""Workbooks, each worksheet as a reading; whatever might be misread, or take too much memory, is refused."""
