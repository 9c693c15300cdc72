"""Workbooks: of openpyxl, of XlsxWriter, and of LibreOffice, which also saves xls, ods, HTML and PDF."""
# ruff: noqa: E501  a case is one line, which is how they are compared

import datetime
import importlib
import io
import re
import subprocess
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from tests.corpus.notation import Case, Expected, MissingProgram, binary, either, filled, reads, refuses, showing
from tests.corpus.screens import output

Table = Sequence[Sequence[Any]]

THREE: Final = (
    ("Journey ID", "Title", "Action"),
    ("@1", "Welcome", "pause"),
    ("@2", "Cart", "pause"),
    ("@3", "Win-back", "start"),
)
READ: Final = reads("2-3:1p 4:3s")
HIDDEN: Final = '(hidden|filter)(?!": false)'
DAY: Final = datetime.datetime(2026, 5, 1, 9, 0)  # noqa: DTZ001  a spreadsheet knows no time zones
_PDF_TIMES: Final = rb"(?m)(/CreationDate\(D:|/DocChecksum /|/ID \[ <|^<)([0-9A-F]+)"
MAY_BE_BLANK: Final = reads("2-3:1p 4:3s", skip="5-1048576bo")


def settled(archive: bytes) -> bytes:
    """Return a workbook with the time of its making set to a fixed one, so that making it again changes nothing."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(out, "w") as new:
        for item in old.infolist():
            fixed = zipfile.ZipInfo(item.filename, (1980, 1, 1, 0, 0, 0))
            fixed.compress_type = item.compress_type
            content = old.read(item)
            if item.filename in {"docProps/core.xml", "meta.xml"}:
                content = re.sub(rb"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d", b"2026-05-01T09:00:00", content)
            new.writestr(fixed, content)
    return out.getvalue()


def _library(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError:
        raise MissingProgram(name) from None


def openpyxl_book(fill: Callable[[Any], None]) -> bytes:
    """Return the workbook that *fill* makes of a new one of openpyxl."""
    book = _library("openpyxl").Workbook()
    fill(book)
    out = io.BytesIO()
    book.save(out)
    return settled(out.getvalue())


def xlsxwriter_book(fill: Callable[[Any], None], **options: Any) -> bytes:
    """Return the workbook that *fill* makes of a new one of XlsxWriter."""
    out = io.BytesIO()
    with _library("xlsxwriter").Workbook(out, {"in_memory": True, **options}) as book:
        book.set_properties({"created": DAY})
        fill(book)
    return settled(out.getvalue())


def office(source: bytes, suffix: str, target: str, *options: str) -> bytes:
    """Return *source*, a file that ends in *suffix*, as LibreOffice saves it: *target* is ``xls`` or ``ods:filter``."""
    with tempfile.TemporaryDirectory(prefix="corpus") as name:
        folder = Path(name)
        (folder / f"list.{suffix}").write_bytes(source)
        profile = f"-env:UserInstallation=file://{folder}/profile"
        output(
            "soffice",
            profile,
            "--headless",
            *options,
            "--convert-to",
            target,
            "--outdir",
            folder / "out",
            folder / f"list.{suffix}",
        )
        (made,) = (folder / "out").iterdir()
        saved = made.read_bytes()
    return (
        settled(saved)
        if saved.startswith(b"PK")
        else re.sub(_PDF_TIMES, lambda found: found[1] + b"0" * len(found[2]), saved)
    )


def put(sheet: Any, rows: Table, top: int = 1, left: int = 1) -> None:
    """Write *rows* into a sheet of openpyxl from the row *top* and the column *left* on, both counted from 1."""
    for line, row in enumerate(rows, start=top):
        for column, cell in enumerate(row, start=left):
            sheet.cell(line, column, filled(cell) if isinstance(cell, str) else cell)


def _sheet(rows: Table, top: int = 1, left: int = 1) -> Callable[[Any], None]:
    return lambda book: put(book.active, rows, top, left)


def _then(rows: Table, more: Callable[[Any, Any], None]) -> Callable[[Any], None]:
    """Return what fills the first sheet with *rows*, then does *more* with the book and that sheet."""

    def fill(book: Any) -> None:
        put(book.active, rows)
        more(book, book.active)

    return fill


def _hide_rows(_: Any, sheet: Any) -> None:
    sheet.row_dimensions[3].hidden = True


def _strike_rows(_: Any, sheet: Any) -> None:
    for name in ("A3", "B3", "A4"):
        sheet[name].font = _library("openpyxl.styles").Font(strike=True)


def _filter(_: Any, sheet: Any) -> None:
    sheet.auto_filter.ref = "A1:C4"
    sheet.auto_filter.add_filter_column(2, ["start"])
    sheet.row_dimensions[2].hidden = sheet.row_dimensions[3].hidden = True


def _sheets(*named: tuple[str, Table, str]) -> Callable[[Any], None]:
    """Return what makes sheets of name, rows and state: visible, hidden or veryHidden."""

    def fill(book: Any) -> None:
        book.remove(book.active)
        for name, rows, state in named:
            put(book.create_sheet(name), rows)
            book[name].sheet_state = state
        book.active = next((nr for nr, (_, __, state) in enumerate(named) if state == "visible"), 0)

    return fill


def _merge_title(_: Any, sheet: Any) -> None:
    sheet.insert_rows(1, 2)
    sheet["A1"] = "Journeys to pause in May"
    sheet.merge_cells("A1:C1")


def _merge_action(_: Any, sheet: Any) -> None:
    sheet["C3"] = None
    sheet.merge_cells("C2:C3")


def _stray(text: str, column: int) -> Callable[[Any, Any], None]:
    def fill(_: Any, sheet: Any) -> None:
        sheet.cell(1_048_576, column, text)

    return fill


def _colour_below(_: Any, sheet: Any) -> None:
    yellow = _library("openpyxl.styles").PatternFill("solid", fgColor="FFFF00")
    for line in range(5, 60):
        for column in range(1, 10):
            sheet.cell(line, column).fill = yellow


def _comment(_: Any, sheet: Any) -> None:
    sheet["C2"].comment = _library("openpyxl.comments").Comment(filled("no, start @9 instead"), "Anna")


def _link_words(_: Any, sheet: Any) -> None:
    for line in (2, 3):
        sheet.cell(line, 1, "open").hyperlink = filled(f"https://app.example.com/journey/@{line - 1}")


def _link_ids(_: Any, sheet: Any) -> None:
    for line in (2, 3, 4):
        sheet.cell(line, 1).hyperlink = filled(f"https://app.example.com/journey/@{line + 20}")


def _inspect_types() -> Table:
    return (
        ("Nr", "Journey ID", "Created", "Sent", "Live", "Action"),
        (1, "@1", DAY, 1204.5, True, "pause"),
        (2.0, "@2", DAY.date(), 0, False, "start"),
        (3, 1.2345678123456781e31, DAY.time(), -1, None, "pause"),
        (4, "@4", None, 1e300, True, True),
        (5, "@5", DAY, 3, True, "pause"),
    )


def _formulas() -> Table:
    return (
        ("Nr", "Journey ID", "Title", "Action"),
        (1, "@1", '="Wel"&"come"', '=IF(A2=1,"pause","start")'),
        ("=A2+1", "@2", "Cart", '=IF(A3=1,"pause","start")'),
        ("=A3+1", '=LOWER("@U3")', "Bye", "pause"),
        ("=A4+1", "@4", "=1/0", "pause"),
        (5, '=VLOOKUP("x",A1:B2,2,FALSE)', "Lost", "pause"),
        ("=COUNT(A2:A6)", None, None, None),
    )


def _made_by_openpyxl() -> list[Case]:
    def case(name: str, why: str, fill: Callable[[Any], None], expected: Expected, *flags: str) -> Case:
        return binary(name, why, lambda: openpyxl_book(fill), expected, *flags, by="openpyxl")

    other = (("Journey ID", "Action"), ("@11", "archive"), ("@12", "archive"))
    notes = (("Notes",), ("nothing to see",), ("call Anna",))
    two = _sheets(("May", THREE, "visible"), ("June", other, "visible"))
    hidden_only = _sheets(("Notes", notes, "visible"), ("Ids", THREE, "hidden"))
    hidden_reason = "hidden"
    return [
        case("plain.xlsx", "a plain sheet", _sheet(THREE), READ),
        case("plain_named.csv", "a workbook that is named .csv", _sheet(THREE), READ),
        case("titled.xlsx", "a title and a date above the header", _sheet((("Journeys to pause in May",), (DAY,), (), *THREE)), reads("5-6:1p 7:3s", skip="1-2t 3B")),
        case("c5.xlsx", "a table that begins in column C, row 5", _sheet(THREE, 5, 3), reads("6-7:1p 8:3s", skip="1-4B")),
        case("hidden_sheet.xlsx", "a hidden sheet with other ids: the visible one counts", _sheets(("Old", other, "hidden"), ("May", THREE, "visible")), READ),
        case("very_hidden_sheet.xlsx", "the same, hidden so that Excel's menu does not show it", _sheets(("May", THREE, "visible"), ("Old", other, "veryHidden")), READ),
        case("only_hidden_has_ids.xlsx", "ids in a hidden sheet alone", hidden_only, refuses(hidden_reason)),
        case("hidden_told.xlsx", "the hidden sheet, asked for by its name", hidden_only, READ, "--sheet", "Ids"),
        case("crossed_out.xlsx", "rows that are struck through are read, and told", _then(THREE, _strike_rows), showing("rows 3-4 are struck through", READ)),
        case("hidden_rows.xlsx", "a hidden row is read, and told", _then(THREE, _hide_rows), showing(HIDDEN, READ)),
        case("filtered.xlsx", "rows that a filter hides are read, and told", _then(THREE, _filter), showing(HIDDEN, READ)),
        case("sheets_one_with_ids.xlsx", "several sheets, one with ids", _sheets(("Read me", notes, "visible"), ("Numbers", ((1, 2), (3, 4)), "visible"), ("Пауза", THREE, "visible"), ("Empty", (), "visible")), showing("пауза", READ)),
        case("sheets_two_with_ids.xlsx", "two sheets with ids: which one?", two, refuses("(?=.*may)(?=.*june).*--sheet|--sheet.*(?=.*may)(?=.*june)")),
        case("sheets_told.xlsx", "two sheets with ids, and the flag", two, showing("june", reads("2-3:11a")), "--sheet", "June"),
        case("sheet_missing.xlsx", "--sheet names a sheet that is not there", two, refuses("july"), "--sheet", "July"),
        case("sheet_users.xlsx", "a second sheet whose ids are users'", _sheets(("Users", (("User ID", "Name"), ("@11", "Anna")), "visible"), ("Journeys", THREE, "visible")), READ),
        case("merged_title.xlsx", "a title merged over the table", _then(THREE, _merge_title), reads("4-5:1p 6:3s", skip="1t 2B")),
        case("merged_action.xlsx", "one action merged over two rows: for both, or told", _then(THREE, _merge_action), reads("2:1p 4:3s", loose="3:2p")),
        case("types.xlsx", "numbers, dates and booleans typed as such; an id lost as a number", _sheet(_inspect_types()), reads("2:1p 3:2s 6:5p", bad=[(4, "Journey ID", "number"), (5, "Action", "word")])),
        case("formulas_without_values.xlsx", "formulas that nobody has computed", _sheet(_formulas()), reads("5:4p", bad=[(2, "Action", None), (3, "Action", None), (4, "Journey ID", None), (6, "Journey ID", None)], skip="7fbor", refused_or=True)),
        case("stray_blank.xlsx", "a cell with a blank in row 1,048,576", _then(THREE, _stray(" ", 1)), MAY_BE_BLANK),
        case("stray_far.xlsx", "a cell with a blank in the last row and the last column", _then(THREE, _stray(" ", 16_384)), MAY_BE_BLANK | {"refused_or": True}),
        case("stray_text.xlsx", "a forgotten word in row 1,048,576: told", _then(THREE, _stray("x", 5)), reads("2-3:1p 4:3s", skip="5-1048575bo 1048576frb")),
        case("coloured_below.xlsx", "coloured cells without text below and beside", _then(THREE, _colour_below), reads("2-3:1p 4:3s", skip="5-59bo")),
        case("cell_comment.xlsx", "a comment on a cell that says otherwise: it is no cell, and is told", _then(THREE, _comment), showing("not read: the comments on c2", READ)),
        case("links_behind_words.xlsx", "cells that say 'open' with the link behind them", _then((("Journey", "Action"), ("", "pause"), ("", "start")), _link_words), either(refuses("."), reads("", bad=[(2, None, None), (3, None, None)]), reads("2:1p 3:2s"))),
        case("links_behind_ids.xlsx", "ids with links to other journeys behind them: what is seen counts", _then(THREE, _link_ids), READ),
        case("line_breaks.xlsx", "line breaks in cells and in the header", _sheet((("Journey\nID", "Title", "Action"), ("@1\n", "a\r\nb", "pause"), ("@2", "_x000D_", " start\n"))), reads("2:1p 3:2s")),
        case("gaps.xlsx", "blank rows and columns, a total", _sheet((("Journey ID", None, "Action"), ("@1", None, "pause"), (), (" ",), ("@2", None, "start"), (), ("Total", None, 2))), reads("2:1p 5:2s", skip="3-4b 6B 7f")),
        case("header_again.xlsx", "a header in the middle", _sheet((*THREE, THREE[0], ("@4", "x", "pause"))), reads("2-3:1p 4:3s 6:4p", skip="5t")),
        case("text_cells.xlsx", "everything in column A as one text with commas", _sheet((("Journey ID,Action",), ("@1,pause",), ("@2,start",))), either(refuses("."), reads("2:1p 3:2s"), reads("", bad=[(2, None, None), (3, None, None)]))),
        case("empty.xlsx", "an empty workbook", _sheet(()), refuses(".")),
        case("no_ids.xlsx", "a workbook of something else", _sheet((("Name", "Sent"), ("Welcome", 3), ("Cart", 4))), refuses("id")),
        case("only_header.xlsx", "a header alone", _sheet(THREE[:1]), refuses(".")),
    ]  # fmt: skip


def _write(sheet: Any, rows: Table, top: int = 0, left: int = 0) -> None:
    for line, row in enumerate(rows, start=top):
        for column, cell in enumerate(row, start=left):
            sheet.write(line, column, filled(cell) if isinstance(cell, str) else cell)


def _c5(book: Any) -> None:
    _write(book.add_worksheet(), THREE, 4, 2)


def _rich(book: Any) -> None:
    sheet, bold = book.add_worksheet(), book.add_format({"bold": True})
    _write(sheet, THREE)
    id_ = filled("@1")
    sheet.write_rich_string(1, 0, bold, id_[:8], id_[8:])
    sheet.write_rich_string(3, 2, "st", bold, "art")


def _excel_table(book: Any) -> None:
    sheet = book.add_worksheet("Tabelle1")
    rows = [list(map(filled, row)) for row in THREE[1:]]
    columns = [
        {"header": "Journey ID", "total_string": "Total"},
        {"header": "Title"},
        {"header": "Action", "total_function": "count"},
    ]
    sheet.add_table(0, 0, 4, 2, {"data": rows, "columns": columns, "total_row": True})


def _cached(book: Any) -> None:
    sheet = book.add_worksheet()
    _write(sheet, THREE)
    sheet.write_formula(1, 2, '=IF(1=1,"pause","start")', None, "pause")
    sheet.write_formula(2, 0, '=LOWER("X")', None, filled("@2"))
    sheet.write_formula(3, 0, "=NA()", None, "#N/A")
    sheet.write_row(4, 0, [filled("@4"), "x", "start"])


def _hidden_column(book: Any) -> None:
    sheet = book.add_worksheet()
    _write(sheet, [("Journey ID", "Action", "Old action"), ("@1", "pause", "start"), ("@2", "start", "pause")])
    sheet.set_column(1, 1, None, None, {"hidden": True})


def _chart(book: Any) -> None:
    chart = book.add_chartsheet("Chart")
    _write(book.add_worksheet("Data"), THREE)
    bars = book.add_chart({"type": "bar"})
    bars.add_series({"values": "=Data!$A$1:$A$3"})
    chart.set_chart(bars)


def _made_by_xlsxwriter() -> list[Case]:
    def case(name: str, why: str, fill: Callable[[Any], None], expected: Expected, *flags: str, **options: Any) -> Case:
        return binary(name, why, lambda: xlsxwriter_book(fill, **options), expected, *flags, by="XlsxWriter")

    plain: Callable[[Any], None] = lambda book: _write(book.add_worksheet(), THREE)  # noqa: E731
    return [
        case("xw_plain.xlsx", "a plain sheet with shared strings", plain, READ),
        case("xw_inline.xlsx", "strings inside the sheet, as programs write that stream", plain, READ, constant_memory=True),
        case("xw_1904.xlsx", "dates counted from 1904", plain, READ, date_1904=True),
        case("xw_c5.xlsx", "a table that begins in column C, row 5", _c5, reads("6-7:1p 8:3s", skip="1-4B")),
        case("xw_rich.xlsx", "an id and an action that are bold in part", _rich, READ),
        case("xw_table.xlsx", "an Excel table with a total row", _excel_table, reads("2-3:1p 4:3s", skip="5f")),
        case("xw_cached.xlsx", "formulas with their values; one of them is #N/A", _cached, reads("2:1p 3:2p 5:4s", bad=[(4, "Journey ID", "lost")])),
        case("xw_hidden_column.xlsx", "a hidden column of actions beside an old one: read and told, or refused", _hidden_column, either(reads("2:1p 3:2s"), refuses("action"))),
        case("xw_chart.xlsx", "a chart sheet first", _chart, READ),
    ]  # fmt: skip


def _csv(rows: Table) -> bytes:
    return filled("".join(",".join(map(str, row)) + "\n" for row in rows)).encode()


def _export(token: str, rows: Table = THREE) -> Callable[[], bytes]:
    """Return what LibreOffice's CSV export writes; *token* is its list of separator, quote, encoding and so on."""
    return lambda: office(_csv(rows), "csv", f"csv:Text - txt - csv (StarCalc):{token}", "--infilter=CSV:44,34,76,1")


def _made_by_office() -> list[Case]:
    def case(name: str, why: str, make: Callable[[], bytes], expected: Expected, *flags: str) -> Case:
        return binary(name, why, make, expected, *flags, by="LibreOffice")

    def saved(target: str, rows: Table = THREE) -> Callable[[], bytes]:
        return lambda: office(_csv(rows), "csv", target, "--infilter=CSV:44,34,76,1")

    def again(target: str, fill: Callable[[Any], None]) -> Callable[[], bytes]:
        return lambda: office(openpyxl_book(fill), "xlsx", target)

    other = (("Journey ID", "Action"), ("@11", "archive"), ("@12", "archive"))
    hidden = _sheets(("May", THREE, "visible"), ("Old", other, "hidden"))
    only_hidden = _sheets(("Notes", (("Notes",), ("call Anna",)), "visible"), ("Ids", THREE, "hidden"))
    two = _sheets(("May", THREE, "visible"), ("June", other, "visible"))
    computed = reads("2:1p 3:2s 4:3p 5:4p", bad=[(6, "Journey ID", "lost")], skip="7fr")
    types = reads("2:1p 3:2s 6:5p", bad=[(4, "Journey ID", "number"), (5, "Action", "word")])
    polish = (("Journey ID", "Tytuł", "Działanie"), ("@1", "Święto", "wstrzymaj"), ("@2", "Żółć", "archiwizuj"))
    return [
        *(case(f"lo_plain.{kind}", f"a plain sheet as {kind}", saved(kind), READ) for kind in ("xlsx", "xls", "ods")),
        case("lo_plain_as.csv", "an ods that is named .csv", saved("ods"), READ),
        case("lo_strict.xlsx", "LibreOffice's other xlsx filter", saved("xlsx:Calc Office Open XML"), READ),
        *(case(f"lo_formulas.{kind}", f"computed formulas in {kind}", again(kind, _sheet(_formulas())), computed) for kind in ("xlsx", "xls", "ods")),
        *(case(f"lo_types.{kind}", f"numbers, dates, booleans in {kind}", again(kind, _sheet(_inspect_types())), types) for kind in ("xls", "ods")),
        *(case(f"lo_hidden_sheet.{kind}", f"a hidden sheet in {kind}", again(kind, hidden), READ) for kind in ("xls", "ods")),
        *(case(f"lo_only_hidden.{kind}", f"ids in a hidden sheet alone, in {kind}", again(kind, only_hidden), refuses("hidden")) for kind in ("xls", "ods")),
        *(case(f"lo_two_sheets.{kind}", f"two sheets with ids in {kind}", again(kind, two), refuses("--sheet")) for kind in ("xls", "ods")),
        case("lo_sheet_told.ods", "two sheets with ids in an ods, and the flag", again("ods", two), reads("2-3:11a"), "--sheet", "June"),
        *(case(f"lo_c5.{kind}", f"from column C, row 5 on, in {kind}", again(kind, _sheet(THREE, 5, 3)), reads("6-7:1p 8:3s", skip="1-4B")) for kind in ("xls", "ods")),
        *(case(f"lo_hidden_rows.{kind}", f"a hidden row in {kind}", again(kind, _then(THREE, _hide_rows)), showing(HIDDEN, READ)) for kind in ("xls", "ods")),
        *(case(f"lo_merged_title.{kind}", f"a merged title in {kind}", again(kind, _then(THREE, _merge_title)), reads("4-5:1p 6:3s", skip="1t 2B")) for kind in ("xls", "ods")),
        case("lo_gaps.ods", "blank rows that an ods keeps as a count", again("ods", _sheet((THREE[0], THREE[1], *[()] * 20, THREE[2]))), reads("2:1p 23:2p", skip="3-22b")),
        case("lo_stray.ods", "a cell with a word in row 1,048,576 of an ods", again("ods", _then(THREE, _stray("x", 5))), reads("2-3:1p 4:3s", skip="5-1048575bo 1048576frb")),
        case("lo_semicolon.csv", "LibreOffice's CSV: semicolons, all texts quoted", _export("59,34,76,1,,0,true"), READ),
        case("lo_cp1250.csv", "LibreOffice's CSV in Windows-1250", _export("59,34,33,1", polish), reads("2:1p 3:2a")),
        case("lo_iso8859_2.csv", "LibreOffice's CSV in ISO-8859-2", _export("44,34,13,1", polish), reads("2:1p 3:2a")),
        case("lo_utf16.csv", "LibreOffice's CSV in UTF-16", _export("9,34,65535,1", polish), reads("2:1p 3:2a")),
        case("lo_apostrophe.csv", "LibreOffice's CSV with apostrophes as quotes", _export("124,39,76,1,,0,true"), READ),
        case("lo_bom.csv", "LibreOffice's CSV with a byte order mark", _export("44,34,76,1,,0,false,true,false,false,false,0,false,true"), READ),
        case("lo_html.xls", "an HTML table that is named .xls", saved("html"), refuses("html")),
        case("lo_page.html", "a sheet saved as a web page", saved("html"), refuses("html")),
        case("lo_print.pdf", "a sheet printed to a PDF", saved("pdf"), refuses("pdf")),
        case("lo_print_as.csv", "a PDF that is named .csv", saved("pdf"), refuses("pdf")),
        case("lo_flat.fods", "ods as plain XML: read or refused", saved("fods"), either(refuses("."), READ)),
        case("lo_2003.xls", "Excel's XML of 2003, named .xls: read or refused", saved("xls:MS Excel 2003 XML"), either(refuses("."), READ)),
        case("lo_sylk.slk", "SYLK: read or refused", saved("slk"), either(refuses("."), READ)),
        case("lo_dif.dif", "DIF: read or refused", saved("dif"), either(refuses("."), READ)),
    ]  # fmt: skip


ENCRYPT: Final = """
import io, sys
from msoffcrypto.format.ooxml import OOXMLFile
out = io.BytesIO()
OOXMLFile(io.BytesIO(sys.stdin.buffer.read())).encrypt("secret", out)
sys.stdout.buffer.write(out.getvalue())
"""


def _encrypted(python: Path) -> bytes:
    if not python.exists():
        raise MissingProgram(f"msoffcrypto-tool in {python}")
    book = openpyxl_book(_sheet(THREE))
    return subprocess.run([python, "-c", ENCRYPT], input=book, capture_output=True, check=True).stdout


def cases(encrypting: Path) -> list[Case]:
    """Return the workbooks; *encrypting* is a Python that has msoffcrypto-tool."""
    return [
        *_made_by_openpyxl(),
        *_made_by_xlsxwriter(),
        *_made_by_office(),
        binary(
            "encrypted.xlsx",
            "a workbook with a password",
            lambda: _encrypted(encrypting),
            refuses("password|encrypt|protect"),
            by="msoffcrypto-tool",
        ),
    ]
