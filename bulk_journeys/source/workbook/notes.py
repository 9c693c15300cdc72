"""What could surprise a person about how a sheet is read, in sentences."""

from collections.abc import Iterator, Sequence

from bulk_journeys.model import cell_name
from bulk_journeys.source.workbook.findings import SHOWN, Apart, Findings, Merge


def sheet_notes(findings: Findings) -> Iterator[str]:
    """Yield what is set apart and not blank, what is merged over rows, and what nobody has computed or reads."""
    yield from _apart_notes(findings)
    tall = [_area(merge) for merge in findings.merges if merge.top < merge.bottom]
    if tall:
        yield f"cells are merged in {_listed(tall)}: what they show is read in each of their rows"
    if findings.uncomputed:
        advice = "open the workbook in a spreadsheet program and save it there"
        yield f"nobody has computed the formulas in {_listed(findings.uncomputed)}: {advice}"
    if findings.commented:
        yield f"not read: the comments on {_listed(findings.commented)}"


def _apart_notes(findings: Findings) -> Iterator[str]:
    """Yield what is set apart and read like the rest. A colour of most rows sets none apart."""
    among = range(findings.left, findings.right + 1)
    columns = [cell_name("", column) for span in findings.hidden_columns for column in span if column in among]
    is_usual = findings.counts[Apart.COLOURED] > findings.rows / 2
    rows = [
        ("row", _spans(spans), how)
        for how, spans in findings.apart.items()
        if how is not Apart.COLOURED or not is_usual
    ]
    for what, found, how in (*rows, ("column", columns, Apart.HIDDEN)):
        if len(found) == 1 and found[0].isalnum():
            yield f"{what} {found[0]} is {how}, and is read too"
        elif found:
            yield f"{what}s {_listed(found)} are {how}, and are read too"


def _spans(stretches: Sequence[tuple[int, int]]) -> list[str]:
    return [str(first) if first == last else f"{first}-{last}" for first, last in stretches]


def _area(merge: Merge) -> str:
    return f"{cell_name(merge.top, merge.left)}:{cell_name(merge.bottom, merge.right)}"


def _listed(items: Sequence[str]) -> str:
    """Join *items* as a person would, the first few of them."""
    if len(items) > SHOWN:
        return f"{', '.join(items[:SHOWN])} and more"
    return " and ".join(filter(None, [", ".join(items[:-1]), items[-1]]))
