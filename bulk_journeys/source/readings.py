"""One way to read a file: what it is taken for, and the rows that come out."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from bulk_journeys.model import Form, Rejection, Row


@dataclass(frozen=True)
class Reading:
    """A file, or a sheet of a workbook, read in one way. Where to look for the header is not decided here.

    *rows* begins anew with each call, goes from the first line to the last, blank ones too, and raises InputError
    where the reading cannot go on. A Rejection among the rows is a line that holds no row.
    *columns* are the header's cells where the format has names of its own, as JSON objects do; else the header is
    among the rows. *rigid* says that a cell cannot slip into another column, as one can where delimiters are text.
    *partial* is what the file itself says of rows that it does not hold, such as ``has_more: true``.
    """

    form: Form
    rows: Callable[[], Iterator[Row | Rejection]]
    columns: Sequence[str] | None = None
    rigid: bool = False
    partial: str | None = None
