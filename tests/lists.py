"""Lists whose rows are at hand, as the plan wants them."""

from collections.abc import Iterable, Sequence

from bulk_journeys.source.table import Form, InvalidRow, Listed, Reading, Row

HEADER = ("uuid", "action")
CSV = Form("CSV", "utf-8", ",", '"')


def given(
    rows: Sequence[Row | InvalidRow], columns: Sequence[str] | None = None, form: Form = CSV, rigid: bool = False
) -> Reading:
    """Return a reading of *rows*; the header is among them if *columns* is None."""
    return Reading(form, lambda: iter(rows), columns, rigid)


def listed(name: str, *readings: Reading) -> Listed:
    """Return a file with its *readings*."""
    return Listed(name, readings, "0" * 64, lambda: None)


def numbered(rows: Iterable[Sequence[str]], first: int = 1) -> list[Row | InvalidRow]:
    """Return *rows* of one line each."""
    return [Row(line, line, list(cells)) for line, cells in enumerate(rows, first)]


def table(*rows: Sequence[str], columns: Sequence[str] = HEADER, name: str = "journeys.csv") -> Listed:
    """Return a list with a header on line 1."""
    return listed(name, given(numbered([columns, *rows])))
