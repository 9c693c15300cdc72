"""The result log as files: results.jsonl for programs, results.csv for people, failed.csv for another try.

Each is written whole or not at all.
"""

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO
from itertools import chain
from pathlib import Path
from typing import Final

from bulk_journeys.files import replacing
from bulk_journeys.journal.ledger import WORTH_ANOTHER_TRY, Standing
from bulk_journeys.jsonlines import encode_line
from bulk_journeys.plan.document import Entry, Plan, Source
from bulk_journeys.report.records import Record, records
from bulk_journeys.report.summary import Summary, summarise
from bulk_journeys.vocabulary.results_table import doubt_marker, error_cell, result_columns

_SAFE: Final = "the journal beside it still holds every outcome: free the disk, then use 'bulk-journeys report'"
_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


class Results:
    """The records of one run, made anew from its plan and its journal each time they are gone through."""

    def __init__(self, plan: Plan, ledger: Standing, run_id: str) -> None:
        self._plan = plan
        self._ledger = ledger
        self._table = Table(plan.header.sources, run_id)
        self._left = plan.header.counts.operations - ledger.settled_rows

    def summary(self) -> Summary:
        """Count the records and group them by cause."""
        return summarise((record for _, record in self.records()), self._left, self._plan.header.sources)

    def records(self) -> Iterator[tuple[Entry, Record]]:
        """Yield each entry of the plan with what became of it."""
        header = self._plan.header
        return records(self._plan.entries(), self._ledger, header.sources, repeats=header.counts.merged > 0)

    def json_lines(self) -> Iterator[bytes]:
        """Yield each record as a line of JSON."""
        return (encode_line(record) for _, record in self.records())

    def csv_lines(self) -> Iterator[bytes]:
        """Yield a header, and each record behind the user's own cells."""
        yield self._table.header()
        for entry, record in self.records():
            yield self._table.line(entry, record)

    def write(self, jsonl: Path, table: Path, failed: Path) -> Summary:
        """Write the files in one pass, and return the summary. Raises DiskFailed.

        *failed* gets those lines of *table* that are settled and worth another try; to what is open, the run goes on.
        """
        with replacing(jsonl, _SAFE) as lines, replacing(table, _SAFE) as cells, replacing(failed, _SAFE) as again:
            cells.write(self._table.header())
            again.write(self._table.header())

            def written() -> Iterator[Record]:
                for entry, record in self.records():
                    lines.write(encode_line(record))
                    line = self._table.line(entry, record)
                    cells.write(line)
                    if record.outcome in WORTH_ANOTHER_TRY and record.finished_at:
                        again.write(line)
                    yield record

            return summarise(written(), self._left, self._plan.header.sources)


class Table:
    """The user's own columns, and ours behind them. Columns of one name in several sources share a place.

    Where one source has a name twice, its second column shares the place of the others' second one.
    """

    def __init__(self, sources: Sequence[Source], run_id: str) -> None:
        self._run_id = run_id
        numbered = [list(_numbered(source.columns)) for source in sources]
        places = {column: place for place, column in enumerate(dict.fromkeys(chain.from_iterable(numbered)))}
        self._columns = [name for name, _ in places]
        self._places = [[places[column] for column in columns] for columns in numbered]

    def header(self) -> bytes:
        """Return the first line."""
        return _line([*self._columns, *result_columns(self._columns)])

    def line(self, entry: Entry, record: Record) -> bytes:
        """Return one record; a row that had fewer cells than others is filled up."""
        own = [""] * len(self._columns)
        for place, cell in zip(self._places[entry.file], entry.cells, strict=False):
            own[place] = cell
        error = (
            error_cell(record.outcome, record.action, record.error.code, record.error.message) if record.error else ""
        )
        wanted = (record.uuid or "", record.action or "")
        became = (record.outcome, record.status or "", error, str(record.attempts), record.finished_at or "")
        doubt = doubt_marker(record.doubt, record.action, self._run_id) if record.doubt and record.action else ""
        return _line([*own, *wanted, *became, doubt])


def _numbered(columns: Iterable[str]) -> Iterator[tuple[str, int]]:
    """Yield each of one source's columns with how many of its name came before."""
    seen: Counter[str] = Counter()
    for column in columns:
        yield column, seen[column]
        seen[column] += 1


def _line(cells: Iterable[str]) -> bytes:
    line = StringIO()
    csv.writer(line, lineterminator="\r\n").writerow(map(_defused, cells))  # both are quoted, as either ends a row
    return (line.getvalue()[:-2] + "\n").encode("utf-8", "replace")


def _defused(cell: str) -> str:
    """Keep a spreadsheet from running *cell* as a formula; a plain number is none."""
    if not cell.startswith(_FORMULA_STARTS) or cell.lstrip("+-").replace(".", "", 1).isdecimal():
        return cell
    return f"'{cell}"
