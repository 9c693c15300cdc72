"""`runs`: how much of each run is settled, and how it ended."""

from pathlib import Path

from bulk_journeys.commands.report import ending_text
from bulk_journeys.errors import BulkJourneysError, JournalDamaged
from bulk_journeys.journal.reader import ledger_of
from bulk_journeys.plan.saved_plan import read_header
from bulk_journeys.session.folder import RunFolder, list_runs
from bulk_journeys.terminal import printable


def runs(runs_dir: Path) -> int:
    """List the runs in *runs_dir*, oldest first."""
    for folder in list_runs(runs_dir):
        try:
            state = _state(folder)
        except BulkJourneysError as error:  # one bad folder hides no other
            state = str(error)
        except OSError as error:
            state = f"{folder.path}: {error.strerror}"
        print(printable(f"{folder.run_id}  {state}"))
    return 0


def _state(folder: RunFolder) -> str:
    counts = read_header(folder.plan).counts
    operations = counts.operations
    if not folder.journal.exists():
        return f"0 of {operations:,} settled  never begun"
    with ledger_of(folder.journal, min(counts.rows, folder.most_rows or 0)) as ledger:
        if ledger.settled_rows > operations:
            raise JournalDamaged(f"{folder.journal}: {ledger.settled_rows:,} of {operations:,} journeys are settled")
        return f"{ledger.settled_rows:,} of {operations:,} settled  {ending_text(ledger)}"
