"""Prints what each journey of a sandbox is now: `python -m bulk_journeys.sandbox.statuses BASE_URL`.

One line `uuid status` for each, always in the same order, so that `diff` compares two moments journey by journey.
"""

import sys
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator, Sequence

from bulk_journeys.errors import UsageError

from .audit import fetch_truth
from .journeys import Journey


def status_lines(journeys: Iterable[Journey]) -> Iterator[str]:
    """Yield a line with the uuid and the present status of each journey."""
    return (f"{journey.uuid} {journey.status.value}\n" for journey in journeys)


def main(arguments: Sequence[str]) -> int:
    """Return the exit status: 0, or 2 where no sandbox answers."""
    parser = ArgumentParser("statuses", description="Print what each journey of a sandbox is now.")
    parser.add_argument("base_url", help="what the sandbox printed")
    chosen = parser.parse_args(arguments)
    try:
        sys.stdout.writelines(status_lines(fetch_truth(chosen.base_url).values()))
    except UsageError as error:
        parser.error(str(error))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
