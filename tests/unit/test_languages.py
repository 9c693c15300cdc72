"""The data files that hold the words: what is checked when they are read, and that they go wherever the code goes."""

from pathlib import Path

import pytest

import bulk_journeys.vocabulary
from bulk_journeys.model import Action
from bulk_journeys.vocabulary.data import (
    FIELDS,
    Table,
    checked_languages,
    languages,
    listed_words,
    parsed_tables,
    read_tables,
)
from bulk_journeys.vocabulary.headers import checked_marks
from bulk_journeys.vocabulary.normalise import header_word
from bulk_journeys.vocabulary.word_tables import Vocabulary

ROOT = Path(__file__).parents[2]
DATA_FILES = {"languages.toml", "marks.toml", "spreadsheet.toml"}

CZECH: Table = dict.fromkeys(FIELDS, "x") | {
    "unspaced": False,
    "typed": "ě e",
    "journey": "cesta",
    "id": "číslo, kód",
    "between": "",
    "start": "spustit",
    "pause": "pozastavit",
    "finish": "ukončit",
    "draft": "rozepsat",
    "archive": "archivovat,\nuložit",
}


def test_every_language_is_read() -> None:
    assert list(languages()) == ["en", "es", "pt", "de", "fr", "ru", "uk", "pl", "ja", "ko", "zh", "ar"]
    assert {code for code, language in languages().items() if language.unspaced} == {"ja", "ko", "zh"}
    assert all(set(language.words) == set(FIELDS) for language in languages().values())


def test_german_is_known_as_it_is_typed_without_umlauts() -> None:
    assert {"nächste", "naechste", "löschen", "loeschen"} <= {
        word for words in languages()["de"].words.values() for word in words
    }


def test_the_file_tells_what_each_field_means() -> None:
    explained = (Path(bulk_journeys.vocabulary.__path__[0]) / "languages.toml").read_text(encoding="utf-8")
    head = explained.partition("\n[")[0]
    assert [field for field in FIELDS if f"#   {field} " not in head and field not in set(Action)] == []
    assert f"#   {', '.join(Action)}\n" in head


def test_a_new_language_needs_nothing_but_its_table() -> None:
    words = Vocabulary(checked_languages({"cs": CZECH}))
    assert {"cislocesta", "cestakod"} <= words.id_headers[0]
    assert words.actions["ulozit"] is Action.ARCHIVE
    assert header_word("Ukončit") in words.sure_actions
    assert words.negations == {"x"}


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"journeys": "cesty"}, "[cs] has not the fields that a language has: journeys"),
        ({"unspaced": "no"}, "[cs] unspaced: unspaced is true or false, and all else is text"),
        ({"type": True}, "[cs] type: unspaced is true or false, and all else is text"),
        ({"stop": ""}, "[cs] stop: there are no words"),
        ({"stop": " "}, "[cs] stop: a comma has no word beside it: ' '"),
        ({"stop": "zastavit,"}, "[cs] stop: a comma has no word beside it: 'zastavit,'"),
        ({"stop": "zastavit, , stop"}, "[cs] stop: a comma has no word beside it: 'zastavit, , stop'"),
        ({"stop": "zastavit\nstop, vypnout"}, "[cs] stop: a comma is missing at the end of a line: 'zastavit\\nstop'"),
        ({"typed": "ě"}, "[cs] typed: 'ě' is not a letter and what is typed for it"),
        ({"typed": "ch h"}, "[cs] typed: 'ch h' is not a letter and what is typed for it"),
    ],
)
def test_a_fault_in_a_language_is_told_with_its_place(changed: Table, message: str) -> None:
    with pytest.raises(ValueError, match="cs") as refused:
        checked_languages({"cs": {**CZECH, **changed}})
    assert str(refused.value) == message


@pytest.mark.parametrize("field", ["typed", "unspaced", *FIELDS])
def test_a_language_has_each_field(field: str) -> None:
    table = {name: value for name, value in CZECH.items() if name != field}
    with pytest.raises(ValueError, match=rf"^\[cs\] has not the fields that a language has: {field}$"):
        checked_languages({"cs": table})


@pytest.mark.parametrize("text", ["journey", "journey = 'x'", "[en]\njourney = 1", "[en]\njourney = ['x']"])
def test_a_file_holds_tables_of_texts(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parsed_tables(text)


def test_marks_are_checked_as_well() -> None:
    tables = read_tables("marks.toml")
    assert all(checked_marks(tables).values())
    for name, field in [("cells", "no"), ("headers", "choosing")]:
        lacking = {other: value for other, value in tables[name].items() if other != field}
        with pytest.raises(ValueError, match=rf"^there has to be each field, and no other: {name}.{field}$"):
            checked_marks({**tables, name: lacking})
        with pytest.raises(ValueError, match=rf"^{field}: there are no words$"):
            checked_marks({**tables, name: {**tables[name], field: ""}})
    with pytest.raises(ValueError, match=r"no other: others.some$"):
        checked_marks({**tables, "others": {"some": "x"}})


def test_words_are_parted_by_commas_on_any_number_of_lines() -> None:
    assert listed_words("go, no-go,\nput on hold", "here") == ("go", "no-go", "put on hold")
    assert listed_words("", "here") == ()


@pytest.mark.parametrize("kind", ["wheel", "sdist"])
def test_the_data_files_are_a_part_of_what_is_built(kind: str) -> None:
    builders = pytest.importorskip(f"hatchling.builders.{kind}", reason="what builds the package is not here")
    builder = getattr(builders, f"{kind.capitalize()}Builder")(str(ROOT))
    built = {Path(file.distribution_path) for file in builder.recurse_included_files()}
    assert {Path("bulk_journeys/vocabulary") / name for name in DATA_FILES} <= built
