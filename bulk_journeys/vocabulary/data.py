"""Words that stand in data files beside the code, so that whoever adds one edits no Python."""

from collections.abc import Mapping
from importlib.resources import files

from msgspec import toml

Table = Mapping[str, str | bool]


def read_tables(file: str) -> Mapping[str, Table]:
    """Return the tables of the data *file* of this package."""
    return parsed_tables(files(__package__).joinpath(file).read_text("utf-8"))


def parsed_tables(text: str) -> Mapping[str, Table]:
    """Return the tables in a *text* of TOML. Raises ValueError where it is anything else than tables of words."""
    return toml.decode(text, type=dict[str, dict[str, str | bool]])


def listed_words(text: str, where: str) -> tuple[str, ...]:
    """Return the words of a *text*, which commas part. Raises ValueError, naming *where* it stands, for a blank one.

    A line that does not end with a comma would make one word of its last and of the first of the next line.
    """
    if not text:
        return ()
    words = tuple(word.strip() for word in text.split(","))
    if faulty := [word for word in words if not word or "\n" in word]:
        reason = "a comma is missing at the end of a line" if faulty[0] else "a comma has no word beside it"
        raise ValueError(f"{where}: {reason}: {faulty[0] or text!r}")
    return words
