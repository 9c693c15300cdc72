"""Lists whose rows are at hand, as the plan wants them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from bulk_journeys.model import Form, Rejection, Row

HEADER = ("uuid", "action")


@dataclass
class Given:
    """A reading of *given* rows; the header is among them if *columns* is None."""

    given: Sequence[Row | Rejection]
    columns: Sequence[str] | None = None
    form: Form = field(default_factory=lambda: Form("CSV", "utf-8", ",", '"'))
    rigid: bool = False
    partial: str | None = None

    @property
    def rows(self) -> Callable[[], Iterator[Row | Rejection]]:
        return lambda: iter(self.given)


@dataclass
class Listed:
    """A file with its *readings*."""

    name: str
    readings: Sequence[Given]
    digest: str = "0" * 64

    def verify(self) -> None:
        pass


def numbered(rows: Iterable[Sequence[str]], first: int = 1) -> list[Row | Rejection]:
    """Return *rows* of one line each."""
    return [Row(line, line, list(cells)) for line, cells in enumerate(rows, first)]


def table(*rows: Sequence[str], columns: Sequence[str] = HEADER, name: str = "journeys.csv") -> Listed:
    """Return a list with a header on line 1."""
    return Listed(name, [Given(numbered([columns, *rows]))])
