import base64
import io
import re
import struct
import sys
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bulk_journeys.errors import InputError
from bulk_journeys.source.table import Reading
from bulk_journeys.source.workbook.sheets import read_workbook

MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT: Final = "http://purl.oclc.org/ooxml/spreadsheetml/main"
RELATIONS: Final = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STYLES: Final = f"""<styleSheet xmlns="{MAIN}"><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="22"/>
<xf numFmtId="21"/><xf numFmtId="46"/></cellXfs></styleSheet>"""
ODS: Final = "application/vnd.oasis.opendocument.spreadsheet"
XLS: Final = zlib.decompress(
    base64.b85decode(
        "c-rk)OGs2v82-+E%#7w^Gz~Nm5wtQDqD>o}3R7BW)}{wRU7cBoG9%*z)uJpLS_wg`qK#mST39W5(SzEx2$Wg`fuKdJRzX35&h7vIdoRvR1`ecP"
        "-0yP!bI$)b_dn<S=W*}sOvU`<gW3h;p#wTHb`b(uJVmL<tAs&v+vcK|hbY-THWZ3NG?4)l&r070c@BBL7og$3@tP>`iPA}opf?eZ)vqJ=iw~A!"
        "AKH~cv8Uk{r83lrUzI`!gl-mkPjsIP-7B04q3xtQuTEel(%ZbpjpJilgUHH=Dm)gOkHXo7YP{h%zIaVJx+eA|2d&`^Ca5z?Fa?^@?pQpQ<a#-7"
        "qZl|&Xzl4~?d+UK6;1aPe%STEcW+(4s`vTp%U2-&&s=`+FZ>WqVm|-6W&mTbPb&`QG&Z5pV2O@{(NV5W1UN8s92$-;qD_`KCkpq$C>5-M)L<e`"
        ";bWP=h;?Q(MtLfcvWAIwwwO14*(Aa_n?$KBof4u^luNln7EqXcT)gw`T~B{s<dks6<X~`)k4E+tHZHLR8J7t+C{mU*i^Wc%m!;LMQmz$RMbS-p"
        "Q(v`P=o%NDD<W;8_v{wDk8H~-Z>Mtl>)|JL>CcfJRG#i$IA1mWAu@>uI?keG&(AnoRExTKgYh)t<;vY?=7iS#vFU`gu=GHO?Vge4SfXX7WIPy7"
        "O{1D}^|clBm&ebkvA*u=>v{SYv|_5W{#|0cq#o&_uZgyir>)Z%8={?l*!JtiRjZ3Fj4TUth4xKw&oi?cOf4jX&Hl4C&%Kf7eL&hb#2c=$Hv9iY"
        "MlT?8_R)}@b!e4%#9gIrdKqgSXP(5N8!^rt-*ZQvQ6V!Zql%SA)rSusK79D_;Ufpi`4EsxCSRFM_u3V7|LZJK%J{!Y{#zVDf}Rw8QXW8@@+8g`"
        "6hB*FDz7cIN*nKgA>$~$J&7UoiyuP;$1h!*Rd#<?Z5aM{OQ_KIXA1Fijo<$p>IM$("
    )
)
"""By xlwt: on sheet 'Ids' a table from B2 on, with the action merged over three rows and a total over three columns;
a hidden sheet 'Old'."""

Line = tuple[int, int, list[str]]


def packed(parts: dict[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return out.getvalue()


def xlsx_parts(*sheets: str, strings: str = "", main: str = MAIN) -> dict[str, str | bytes]:
    """Return the parts of a workbook with these sheets' XML, named S1, S2 and so on."""
    numbers = range(1, len(sheets) + 1)
    listed = "".join(f'<sheet name="S{n}" sheetId="{n}" r:id="r{n}"/>' for n in numbers)
    relations = "".join(
        f'<Relationship Id="r{n}" Type="{OFFICE}/worksheet" Target="worksheets/s{n}.xml"/>' for n in numbers
    )
    return {
        "_rels/.rels": f'<Relationships xmlns="{RELATIONS}"><Relationship Id="o" Type="{OFFICE}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{OFFICE}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{RELATIONS}">{relations}</Relationships>',
        "xl/styles.xml": STYLES,
        "xl/sharedStrings.xml": f'<sst xmlns="{main}">{strings}</sst>',
        **{f"xl/worksheets/s{n}.xml": f'<worksheet xmlns="{main}">{sheets[n - 1]}</worksheet>' for n in numbers},
    }


def xlsx(*sheets: str, strings: str = "", main: str = MAIN) -> bytes:
    return packed(xlsx_parts(*sheets, strings=strings, main=main))


def data(*rows: str) -> str:
    return f"<sheetData>{''.join(rows)}</sheetData>"


def text(name: str, value: str) -> str:
    return f'<c r="{name}" t="inlineStr"><is><t>{value}</t></is></c>'


def ods_parts(*tables: str) -> dict[str, str | bytes]:
    prefixes = " ".join(f'xmlns:{name}="urn:{name}"' for name in ("office", "table", "text", "calcext"))
    named = "".join(f'<table:table table:name="S{n}">{table}</table:table>' for n, table in enumerate(tables, 1))
    return {
        "mimetype": ODS,
        "META-INF/manifest.xml": "<manifest:manifest xmlns:manifest='urn:m'/>",
        "content.xml": f"<office:document-content {prefixes}>{named}</office:document-content>",
    }


def ods(*tables: str) -> bytes:
    return packed(ods_parts(*tables))


def row(*cells: str, attributes: str = "") -> str:
    return f"<table:table-row {attributes}>{''.join(cells)}</table:table-row>"


def cell(shown: str = "", attributes: str = "") -> str:
    typed = 'office:value-type="string"' if shown and "office:" not in attributes else ""
    return f"<table:table-cell {typed} {attributes}>{shown and f'<text:p>{shown}</text:p>'}</table:table-cell>"


def read(workbook: bytes, kind: str = "zip") -> list[Reading]:
    return read_workbook("list", io.BytesIO(workbook), kind)


def lines(reading: Reading) -> list[Line]:
    return list(_lines(reading))


def _lines(reading: Reading) -> Iterator[Line]:
    for line in reading.rows():
        assert hasattr(line, "line_end")
        yield line.line, line.line_end, list(line.cells)


def try_to_read(workbook: bytes, kind: str = "zip") -> InputError | None:
    """Return what the first thing that cannot be read is refused with. Anything else that is raised is a bug."""
    try:
        for reading in read(workbook, kind):
            lines(reading)
    except InputError as refused:
        return refused
    return None


def refusal(workbook: bytes, kind: str = "zip") -> str:
    refused = try_to_read(workbook, kind)
    assert refused is not None
    assert refused.advice
    assert "\n" not in str(refused)
    return refused.reason.removeprefix("list: ")


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ('t="s"><v>0</v>', " ends "),
        ('t="s"><v>1</v>', "東京"),
        ('t="s"><v>2</v>', "bold part"),
        ('t="inlineStr"><is><t>inline</t></is>', "inline"),
        ('t="str"><f>A1</f><v>pause</v>', "pause"),
        ("><v>42</v>", "42"),
        ("><v>-1.50</v>", "-1.5"),
        ("><v>999999999999999</v>", "999999999999999"),
        ("><v>1000000000000000</v>", "1000000000000000.0"),
        ("><v>1.1111111222233334E+31</v>", "1.1111111222233334e+31"),
        ('t="b"><v>1</v>', "TRUE"),
        ('t="b"><v>0</v>', "FALSE"),
        ('t="e"><v>#N/A</v>', "#N/A"),
        ('t="e"><f>1/0</f><v>#DIV/0!</v>', "#DIV/0!"),
        ('s="1"><v>46143</v>', "2026-05-01"),
        ('s="2"><v>46143.375</v>', "2026-05-01T09:00:00"),
        ('s="3"><v>0.375</v>', "09:00:00"),
        ('s="4"><v>1.5</v>', "36:00:00"),
        ('t="d"><v>2026-05-01</v>', "2026-05-01"),
        ("><f>B1+1</f>", "=B1+1"),
        ("><f>B1+1</f><v/>", "=B1+1"),
        ('t="str"><f>IF(A2=1,"a")</f>', '=IF(A2=1,"a")'),
    ],
)
def test_a_cell_is_read_as_the_text_that_it_stands_for(written: str, read_as: str) -> None:
    strings = """<si><t xml:space="preserve"> ends </t></si>
<si><t>東京</t><rPh sb="0" eb="2"><t>トウキョウ</t></rPh></si>
<si><r><rPr><b/></rPr><t>bold</t></r><r><t xml:space="preserve"> part</t></r></si>"""
    sheet = data(f'<row r="1"><c r="A1" {written}</c>{text("B1", "x")}</row>')
    (reading,) = read(xlsx(sheet, strings=strings))
    assert lines(reading) == [(1, 1, [read_as, "x"])]


def test_a_workbook_by_the_strict_standard_is_a_workbook() -> None:
    (reading,) = read(xlsx(data(f'<row r="1">{text("A1", "id")}</row>'), main=STRICT))
    assert lines(reading) == [(1, 1, ["id"])]


def test_dates_that_are_counted_from_1904_are_the_same_days() -> None:
    parts = xlsx_parts(data('<row r="1"><c r="A1" s="1"><v>44681</v></c></row>'))
    parts["xl/workbook.xml"] = str(parts["xl/workbook.xml"]).replace("<sheets>", '<workbookPr date1904="1"/><sheets>')
    assert lines(read(packed(parts))[0]) == [(1, 1, ["2026-05-01"])]


FROM_C5: Final = [(1, 4, []), (5, 5, ["", "", "id", "action"]), (6, 7, []), (8, 8, ["", "", "a"])]


@pytest.mark.parametrize(
    "workbook",
    [
        xlsx(data(f'<row r="5">{text("C5", "id")}{text("D5", "action")}</row><row r="8">{text("C8", "a")}</row>')),
        ods(
            row(cell(attributes='table:number-columns-repeated="1024"'), attributes='table:number-rows-repeated="4"')
            + row(cell(attributes='table:number-columns-repeated="2"'), cell("id"), cell("action"))
            + row(cell(), attributes='table:number-rows-repeated="2"')
            + row(cell(), cell(), cell("a"), cell(" "))
        ),
    ],
    ids=["xlsx", "ods"],
)
def test_cells_keep_their_rows_and_columns_however_often_they_are_read(workbook: bytes) -> None:
    (reading,) = read(workbook)
    assert reading.rigid
    assert lines(reading) == lines(reading) == FROM_C5


def test_rows_and_cells_without_names_stand_where_they_are() -> None:
    inline = '<c t="inlineStr"><is><t>x</t></is></c>'
    (reading,) = read(xlsx(data(f'<row>{inline}</row><row/><row r="5"><c/>{inline}</row><row>{inline}</row>')))
    assert lines(reading) == [(1, 1, ["x"]), (2, 4, []), (5, 5, ["", "x"]), (6, 6, ["x"])]


@given(
    st.dictionaries(
        st.tuples(st.integers(1, 30), st.integers(0, 9)),
        st.text(st.characters(codec="utf-8", exclude_characters="\r", exclude_categories=["C"])),
        max_size=12,
    )
)
def test_any_texts_are_read_where_they_were_written(cells: dict[tuple[int, int], str]) -> None:
    xlsxwriter = pytest.importorskip("xlsxwriter")
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for (line, column), written in cells.items():
            sheet.write_string(line - 1, column, written)
    (reading,) = read(out.getvalue())
    found = {(line, column): shown for line, _, row in lines(reading) for column, shown in enumerate(row)}
    wanted = {place: written for place, written in cells.items() if written.strip()}
    assert {place: shown for place, shown in found.items() if shown.strip()} == wanted


def test_a_formula_that_nobody_has_computed_is_told_and_never_blank() -> None:
    openpyxl: Any = pytest.importorskip("openpyxl")
    book, out = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["id", "action"])
    book.active.append(["a", '=IF(TRUE,"pause","start")'])
    book.active["A4"] = "=A2"
    book.save(out)
    (reading,) = read(out.getvalue())
    assert lines(reading)[1:] == [(2, 2, ["a", '=IF(TRUE,"pause","start")']), (3, 3, []), (4, 4, ["=A2"])]
    assert reading.form.notes == [
        "nobody has computed the formulas in B2 and A4: open the workbook in a spreadsheet program and save it there"
    ]


def test_a_sheet_of_nothing_but_uncomputed_formulas_is_read() -> None:
    (reading,) = read(ods(row(cell(attributes='table:formula="of:=[.B1]"'))))
    assert lines(reading) == [(1, 1, ["=[.B1]"])]


@pytest.mark.parametrize(
    ("attributes", "shown"),
    [
        (
            'table:formula="of:=NA()" office:value-type="string" office:string-value="" calcext:value-type="error"',
            "#N/A",
        ),
        ('table:style-name="x"', "untyped"),
        ('office:value-type="float" office:value="7"', "7"),
        ('office:value-type="boolean" office:boolean-value="true"', "TRUE"),
        ('office:value-type="date" office:date-value="2026-05-01"', "2026-05-01"),
    ],
)
def test_a_cell_of_an_ods_is_what_it_shows(attributes: str, shown: str) -> None:
    note = "<office:annotation><text:p>no</text:p></office:annotation>"
    written = f"<table:table-cell {attributes}>{note}<text:p>{shown}</text:p></table:table-cell>"
    (reading,) = read(ods(row(cell("x"), written)))
    assert lines(reading) == [(1, 1, ["x", shown])]


MERGED: Final = [
    (1, 1, ["id", "action"]),
    (
        2,
        2,
        [],
    ),
    (3, 3, ["a", "pause"]),
    (4, 4, ["b", "pause"]),
    (5, 5, ["c", "pause"]),
    (6, 6, ["total"]),
]


@pytest.mark.parametrize(
    "workbook",
    [
        xlsx(
            data(
                f'<row r="1">{text("A1", "id")}{text("B1", "action")}</row>',
                f'<row r="3">{text("A3", "a")}{text("B3", "pause")}</row>',
                f'<row r="4">{text("A4", "b")}</row><row r="5">{text("A5", "c")}{text("B5", "unseen")}</row>',
                f'<row r="6">{text("A6", "total")}</row>',
            )
            + '<mergeCells><mergeCell ref="B3:B5"/><mergeCell ref="B1:B2"/><mergeCell ref="A6:C7"/></mergeCells>'
        ),
        ods(
            row(cell("id"), cell("action", 'table:number-rows-spanned="2"'))
            + row(cell(), "<table:covered-table-cell/>")
            + row(cell("a"), cell("pause", 'table:number-rows-spanned="3"'))
            + row(cell("b"), "<table:covered-table-cell/>")
            + row(cell("c"), cell("unseen").replace("table-cell", "covered-table-cell"))
            + row(cell("total", 'table:number-columns-spanned="3" table:number-rows-spanned="2"'))
        ),
    ],
    ids=["xlsx", "ods"],
)
def test_merged_cells_show_their_value_in_each_row_that_has_cells(workbook: bytes) -> None:
    (reading,) = read(workbook)
    assert lines(reading) == MERGED
    (note,) = reading.form.notes
    assert re.fullmatch("cells are merged in .*B3:B5.*: what they show is read in each of their rows", note)


def test_an_xls_is_read_with_its_merges_and_says_what_cannot_be_known() -> None:
    ids, old = read(XLS, "ole")
    assert lines(ids) == [
        (1, 1, []),
        (2, 2, ["", "id", "action"]),
        (3, 3, ["", "a", "pause"]),
        (4, 4, ["", "42", "pause"]),
        (5, 5, ["", "1.1111111222233334e+31", "pause"]),
        (6, 6, ["", "2026-05-01", "TRUE"]),
        (7, 7, ["", "total"]),
    ]
    assert (ids.form.format, ids.form.sheet, ids.form.hidden) == ("xls", "Ids", False)
    assert (old.form.sheet, old.form.hidden) == ("Old", True)
    assert ids.form.notes[0].startswith("cells are merged in C3:C5: ")
    assert "cannot be told in xls" in ids.form.notes[1]


def record(kind: int, content: bytes = b"") -> bytes:
    """Return one record of an xlsb part: its kind in two bytes from 128 on, its length in one."""
    head = [kind] if kind < 128 else [kind & 127 | 128, kind >> 7]
    return bytes([*head, len(content)]) + content


def wide(written: str) -> bytes:
    return struct.pack("<L", len(written)) + written.encode("utf-16-le")


def xlsb(*rows: tuple[int, Sequence[str | float]]) -> bytes:
    """Return an xlsb of one sheet, with nothing in it but what calamine looks at. Rows count from 0."""
    cells = b"".join(
        record(0, struct.pack("<L13x", number))
        + b"".join(
            record(6, struct.pack("<LL", column, 0) + wide(value))
            if isinstance(value, str)
            else record(5, struct.pack("<LLd", column, 0, value))
            for column, value in enumerate(values)
        )
        for number, values in rows
    )
    bundle = struct.pack("<LL", 0, 1) + wide("r1") + wide("S1")
    return packed(
        {
            "xl/workbook.bin": record(0x83) + record(0x8F) + record(0x9C, bundle) + record(0x90) + record(0x84),
            "xl/_rels/workbook.bin.rels": xlsx_parts("")["xl/_rels/workbook.xml.rels"],
            "xl/worksheets/s1.xml": record(0x81) + record(0x94, bytes(16)) + record(0x91) + cells + record(0x92),
        }
    )


def test_an_xlsb_is_read_and_says_what_cannot_be_known() -> None:
    (reading,) = read(xlsb((0, ["id", "action"]), (2, [42.0, "pause"])))
    assert lines(reading) == [(1, 1, ["id", "action"]), (2, 2, []), (3, 3, ["42", "pause"])]
    assert (reading.form.format, reading.form.sheet) == ("xlsb", "S1")
    (note,) = reading.form.notes
    assert "cannot be told in xlsb" in note


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux is known to hold a process to so much memory")
def test_an_xlsb_that_would_take_too_much_memory_is_refused() -> None:
    assert "not within 2 GiB of memory" in refusal(xlsb((0, ["id"]), ((1 << 20) - 1, [""] * 16_000 + ["x"])))


def hiding(*hidden: int) -> str:
    rows = [f'<row r="{n}" hidden="{int(n in hidden)}">{text(f"B{n}", "x")}</row>' for n in range(1, 31)]
    return data(*rows, '<row r="40" hidden="1"/>')


@pytest.mark.parametrize(
    ("sheet", "note"),
    [
        (hiding(3), "row 3 is hidden, and is read too"),
        (hiding(5, 6, 7, 9), "rows 5-7 and 9 are hidden, and are read too"),
        (hiding(*range(2, 30, 2)), "rows 2, 4, 6, 8, 10, 12, 14, 16 and more are hidden, and are read too"),
        (f'<cols><col min="2" max="900" hidden="true"/></cols>{hiding()}', "column B is hidden, and is read too"),
    ],
)
def test_what_is_hidden_is_told_if_there_is_something_in_it(sheet: str, note: str) -> None:
    (reading,) = read(xlsx(sheet))
    assert reading.form.notes == [note]
    assert len(lines(reading)) == 30


def test_what_is_hidden_in_an_ods_is_told() -> None:
    columns = '<table:table-column/><table:table-column table:visibility="collapse" table:number-columns-repeated="2"/>'
    filtered = 'table:visibility="filter" table:number-rows-repeated="3"'
    rest = row(cell(), attributes='table:visibility="collapse" table:number-rows-repeated="1048000"')
    table = columns + row(cell("id"), cell("x"), cell("y")) + row(cell("a"), attributes=filtered) + rest
    (reading,) = read(ods(table))
    assert reading.form.notes == [
        "rows 2-4 are hidden, and are read too",
        "columns B and C are hidden, and are read too",
    ]
    assert lines(reading) == [(1, 1, ["id", "x", "y"]), *((line, line, ["a"]) for line in (2, 3, 4))]


DRESSED: Final = f"""<styleSheet xmlns="{MAIN}"><fonts><font><color theme="1"/></font><font><strike{{}}/></font>
<font><color rgb="FFFF0000"/></font><font><u/><color rgb="FF0000FF"/></font><font><b/></font></fonts><fills><fill/>
<fill><patternFill><fgColor rgb="FFFFFF00"/></patternFill></fill>
<fill><patternFill><fgColor rgb="FFFFFFFF"/></patternFill></fill></fills>
<cellStyleXfs><xf fontId="1" fillId="1"/></cellStyleXfs><cellXfs><xf/><xf fontId="0"/><xf fontId="1"/>
<xf fillId="1"/><xf fontId="2"/><xf fontId="3"/><xf fontId="4" fillId="1"/><xf fillId="2"/><xf fontId="99" fillId="99"/>
</cellXfs><dxfs><dxf><font><strike/></font></dxf></dxfs></styleSheet>"""
STRUCK, FILLED, INKED, LINK, HEADER, WHITE, UNKNOWN = range(2, 9)


def dressed(style: int, *names: str) -> str:
    """Return a sheet in which the cells called *names* have a *style*, and so has a column of blank ones."""

    def one(name: str) -> str:
        return text(name, "x").replace("<c ", f'<c s="{style if name in names else 1}" ')

    rows = (
        f'<row r="{n}">{"".join(one(f"{c}{n}") for c in "ABC")}<c r="D{n}" s="{style}"/></row>' for n in range(1, 7)
    )
    return data(*rows)


def with_styles(sheet: str, styles: str) -> dict[str, str | bytes]:
    parts = xlsx_parts(sheet)
    relations = str(parts["xl/_rels/workbook.xml.rels"])
    related = f'<Relationship Id="s" Type="{OFFICE}/styles" Target="styles.xml"/></Relationships>'
    parts["xl/_rels/workbook.xml.rels"] = relations.replace("</Relationships>", related)
    parts["xl/styles.xml"] = styles
    return parts


@pytest.mark.parametrize(
    ("style", "names", "notes"),
    [
        (STRUCK, ("A3", "B3", "C3", "B6"), ["rows 3 and 6 are struck through, and are read too"]),
        (STRUCK, ("C2",), ["row 2 is struck through, and is read too"]),
        (STRUCK, (), []),
        (FILLED, ("A3", "A4"), ["rows 3-4 are coloured, and are read too"]),
        (FILLED, ("A1", "A2", "A3", "A4"), []),
        (INKED, ("B5",), ["row 5 is coloured, and is read too"]),
        (LINK, ("B5",), []),
        (HEADER, ("A1", "B1"), []),
        (WHITE, ("A1", "B1"), []),
        (UNKNOWN, ("A1", "B1"), []),
    ],
)
def test_rows_that_are_struck_through_or_coloured_are_told(
    style: int, names: tuple[str, ...], notes: list[str]
) -> None:
    (reading,) = read(packed(with_styles(dressed(style, *names), DRESSED.format(""))))
    assert reading.form.notes == notes
    assert len(lines(reading)) == 6


@pytest.mark.parametrize(
    ("value", "count"), [(' val="1"', 1), (' val="true"', 1), (' val="0"', 0), (' val="false"', 0)]
)
def test_what_is_struck_through_can_be_switched_off(value: str, count: int) -> None:
    (reading,) = read(packed(with_styles(dressed(STRUCK, "A3"), DRESSED.format(value))))
    assert len(reading.form.notes) == count


def test_a_cell_without_a_style_has_the_first_one() -> None:
    styles = DRESSED.format("").replace("<cellXfs>", '<cellXfs><xf fontId="1"/>')
    (reading,) = read(packed(with_styles(data(f'<row r="1">{text("A1", "x")}</row>'), styles)))
    assert reading.form.notes == ["row 1 is struck through, and is read too"]


def test_more_styles_than_a_workbook_can_have_are_damage() -> None:
    assert "is too long" in refusal(
        packed(with_styles(data(), DRESSED.replace("<fill/>", "<fill/>" * 70_000).format("")))
    )


@pytest.mark.parametrize("target", ["../comments1.xml", "/xl/comments1.xml"])
def test_comments_on_cells_are_told(target: str) -> None:
    parts = xlsx_parts(data(f'<row r="1">{text("A1", "id")}</row>'))
    relation = f'<Relationship Id="c" Type="{OFFICE}/comments" Target="{target}"/>'
    parts["xl/worksheets/_rels/s1.xml.rels"] = f'<Relationships xmlns="{RELATIONS}">{relation}</Relationships>'
    listed = "".join(f'<comment ref="C{n}"><text><t>not this one</t></text></comment>' for n in range(2, 4))
    parts["xl/comments1.xml"] = f'<comments xmlns="{MAIN}"><commentList>{listed}</commentList></comments>'
    (reading,) = read(packed(parts))
    assert reading.form.notes == ["not read: the comments on C2 and C3"]
    del parts["xl/comments1.xml"]
    (reading,) = read(packed(parts))
    assert reading.form.notes == []


def test_what_sets_rows_apart_in_an_ods_is_told() -> None:
    def style(name: str, family: str, properties: str, kind: str = "text") -> str:
        dress = f"<style:{kind}-properties {properties}/>"
        return f'<style:style style:name="{name}" style:family="{family}">{dress}</style:style>'

    line = 'style:text-line-through-style="{}"'
    styles = style("ce1", "table-cell", line.format("solid")) + style("ce2", "table-cell", line.format("none"))
    styles += style("T1", "text", line.format("solid"))
    styles += style("ce3", "table-cell", 'fo:background-color="#ffff00"', "table-cell")
    styles += style("ce4", "table-cell", 'fo:color="#0000ff" style:text-underline-style="solid"')
    crossed, plain, of_text, yellow, link = (
        cell("x", f'table:style-name="{name}"') for name in ("ce1", "ce2", "T1", "ce3", "ce4")
    )
    note = cell("x").replace("<text:p>", "<office:annotation><text:p>not this</text:p></office:annotation><text:p>", 1)
    table = row(plain, of_text) + row(cell("x"), crossed) + row(cell("x"), cell(attributes='table:style-name="ce1"'))
    table += row(cell("x"), attributes='table:default-cell-style-name="ce1" table:number-rows-repeated="2"')
    table += row(cell("x"), yellow) + row(link, note)
    parts = ods_parts(table)
    prefixes = '<office:document-content xmlns:style="urn:s" xmlns:fo="urn:f"'
    content = str(parts["content.xml"]).replace("<office:document-content", prefixes)
    before = content.index("<table:table ")
    parts["content.xml"] = content[:before] + styles + content[before:]
    (reading,) = read(packed(parts))
    assert reading.form.notes == [
        "rows 2 and 4-5 are struck through, and are read too",
        "row 6 is coloured, and is read too",
        "not read: the comments on B7",
    ]
    assert [cells for *_, cells in lines(reading)][-1] == ["x", "x"]


FAR_XLSX: Final = data(f'<row r="1">{text("A1", "x")}</row><row r="1048576">{text("XFD1048576", " ")}</row>')
FAR_ODS: Final = row(
    cell("x"), cell("y", 'table:number-columns-repeated="16383"'), attributes='table:number-rows-repeated="1048576"'
)
WIDE_ODS: Final = row(cell(attributes='table:number-columns-repeated="16383"'), cell("x")) * 1000


@pytest.mark.parametrize(
    "workbook",
    [
        xlsx(FAR_XLSX, data(f'<row r="1">{text("A1", "id")}</row>')),
        ods(FAR_ODS, row(cell("id"))),
        ods(WIDE_ODS, row(cell("id"))),
    ],
    ids=["stray", "repeated", "wide"],
)
def test_a_sheet_that_is_too_large_does_not_keep_the_others_from_being_read(workbook: bytes) -> None:
    far, near = read(workbook)
    with pytest.raises(InputError, match=r"sheet 'S1': it reaches as far as XFD\d+, and would take [\d,]+ MiB"):
        next(iter(far.rows()))
    assert lines(near) == [(1, 1, ["id"])]


def test_a_stray_cell_in_the_last_row_is_read() -> None:
    (reading,) = read(xlsx(data(f'<row r="1">{text("A1", "x")}</row><row r="1048576">{text("B1048576", "y")}</row>')))
    assert lines(reading) == [(1, 1, ["x"]), (2, 1_048_575, []), (1_048_576, 1_048_576, ["", "y"])]


@pytest.mark.parametrize(
    ("sheet", "reason"),
    [
        ('<row r="1"><c r="A2"><v>1</v></c></row>', "'A2' in a wrong place"),
        ('<row r="1"><c r="ZZZ1"><v>1</v></c></row>', "'ZZZ1' in a wrong place"),
        ('<row r="1048577"><c r="A1048577"><v>1</v></c></row>', "outside of what a sheet can hold"),
        ('<row r="99999999999"><c><v>1</v></c></row>', "outside of what a sheet can hold"),
        ('<row r="1"><row r="2"/></row>', "'row' in a wrong place"),
        ('<row r="1"><c r="A1"><c/></c></row>', "'c' in a wrong place"),
        ("<c><v>1</v></c>", "'c' in a wrong place"),
        ('<row r="1"><c r="A1"><v>1<!-- -->2</v></c></row>', "'a comment' in a wrong place"),
        ('<row r="1"><c r="A1" t="str"><v><![CDATA[x]]></v></c></row>', "'a comment' in a wrong place"),
        ('<row r="one"/>', "cannot be read"),
        ("<row>", "cannot be read"),
        ('<row r="1"><c r="A1" t="e"><v>#SPILL!</v></c></row>', "cell A1 holds the error '#SPILL!'"),
        ('<row r="1"><c r="A1" t="s"><v>7</v></c></row>', "the workbook is damaged"),
    ],
)
def test_a_sheet_that_no_program_writes_is_refused(sheet: str, reason: str) -> None:
    assert reason in refusal(xlsx(data(sheet)))


MANY_UNTYPED: Final = '<table:table-cell table:number-columns-repeated="9000"><text:p>x</text:p></table:table-cell>'


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        (row(cell("x", 'table:number-columns-repeated="16385"')), "outside of what a sheet can hold"),
        (row(cell("x", 'table:number-columns-repeated="999999999999"')), "is repeated 999999999999 times"),
        (row(cell("x", 'table:number-columns-repeated="0"')), "is repeated 0 times"),
        (row(row(cell("x"))), "'table:table-row' in a wrong place"),
        (row(f"<table:table-cell>{row(cell('x'))}</table:table-cell>"), "a table in a cell"),
        (row(cell("<![CDATA[x]]>")), "a cell in pieces"),
        (
            row(
                cell("x", 'table:style-name="y" table:number-columns-repeated="9000"').replace("office:", "table:"),
                attributes='table:number-rows-repeated="60"',
            ),
            "more than 500,000 cells hold errors",
        ),
    ],
)
def test_an_ods_that_no_program_writes_is_refused(table: str, reason: str) -> None:
    assert reason in refusal(ods(table))


def test_a_document_type_is_refused_and_entities_with_it() -> None:
    parts = xlsx_parts(data())
    laughs = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
    for part in ("xl/worksheets/s1.xml", "xl/workbook.xml"):
        assert "declares a document type" in refusal(packed(parts | {part: laughs + str(parts[part])}))


def test_a_bomb_is_refused_by_its_proportion() -> None:
    bomb = packed(xlsx_parts(data()) | {"xl/media/x.xml": bytes(70_000_000)})
    assert "unpacks to 70,000,000 bytes in a way that no real sheet does" in refusal(bomb)


def test_a_part_that_lies_about_its_size_is_refused() -> None:
    parts = xlsx_parts(data())
    whole = packed(parts)
    size = struct.pack("<L", len(str(parts["xl/workbook.xml"]).encode()))
    assert "has not the size that it says" in refusal(whole.replace(size, struct.pack("<L", 20)))


def test_a_part_that_comes_twice_or_is_missing_is_refused() -> None:
    parts = xlsx_parts(data())
    assert "names a part twice" in refusal(packed(parts | {"XL/Workbook.xml": parts["xl/workbook.xml"]}))
    del parts["xl/worksheets/s1.xml"]
    assert "its part 'xl/worksheets/s1.xml' is missing" in refusal(packed(parts))


def test_a_zip_that_could_be_taken_for_another_is_refused() -> None:
    whole = xlsx(data())
    for changed in (whole + b"x", b"x" + whole, whole[:-2] + b"\1\0x", whole[:-22]):
        assert "the workbook is damaged: " in refusal(changed)


def test_two_sheets_of_one_name_are_refused() -> None:
    parts = xlsx_parts(data(), data())
    parts["xl/workbook.xml"] = str(parts["xl/workbook.xml"]).replace("S2", "S1")
    assert "two of its sheets have the same name" in refusal(packed(parts))


def test_a_workbook_without_worksheets_is_refused() -> None:
    parts = xlsx_parts(data())
    parts["xl/_rels/workbook.xml.rels"] = str(parts["xl/_rels/workbook.xml.rels"]).replace(
        '/worksheet"', '/chartsheet"'
    )
    assert refusal(packed(parts)) == "the workbook has no worksheet"
    assert refusal(ods()) == "the workbook has no worksheet"


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ({"word/document.xml": ""}, "this is a Word document"),
        ({"ppt/presentation.xml": ""}, "this is a PowerPoint presentation"),
        ({"visio/document.xml": ""}, "this is a Visio drawing"),
        ({"Index/Document.iwa": ""}, "this is a document of Apple's Numbers"),
        ({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": ""}, "this is an OpenDocument text"),
        ({"[Content_Types].xml": ""}, "its part '_rels/.rels' is missing"),
    ],
)
def test_another_document_is_refused_by_its_name(parts: dict[str, str | bytes], reason: str) -> None:
    assert reason in refusal(packed(parts))


def ole(*streams: str, made_by: bytes = b"") -> bytes:
    """Return what looks like an OLE document with these streams: a directory is all that is looked at."""
    entry = bytearray(128)
    entry[80 : 80 + len(made_by)] = made_by
    directory = b"".join(
        name.encode("utf-16-le").ljust(64, b"\0") + struct.pack("<H", 2 * len(name) + 2) + bytes(entry[66:])
        for name in ("Root Entry", *streams)
    )
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(512, b"\0") + directory


@pytest.mark.parametrize(
    ("workbook", "reason"),
    [
        (ole("EncryptionInfo", "EncryptedPackage"), "protected with a password"),
        (ole("WordDocument"), "this is a Word document"),
        (ole("Workbook", "WordDocument", made_by=b"\x06\x09\x02\0"), "this is a Word document"),
        (ole("PowerPoint Document"), "this is a PowerPoint presentation"),
        (ole("__properties_version1.0"), "this is an Outlook message"),
        (ole("Workbook")[:704], "an OLE document without a workbook in it"),
        (ole("Other"), "an OLE document without a workbook in it"),
        (ole("Workbook"), "the workbook is damaged"),
        (XLS[:3000], "an OLE document without a workbook in it"),
    ],
)
def test_another_ole_document_is_refused_by_its_name(workbook: bytes, reason: str) -> None:
    assert reason in refusal(workbook, "ole")


def test_an_encrypted_ods_or_zip_is_refused() -> None:
    parts = ods_parts(row(cell("id")))
    sealed = "<manifest:manifest xmlns:manifest='urn:m'><manifest:encryption-data/></manifest:manifest>"
    assert "protected with a password" in refusal(packed(parts | {"META-INF/manifest.xml": sealed}))
    whole = bytearray(packed(parts))
    whole[whole.index(b"PK\1\2") + 8] |= 1
    assert "protected with a password" in refusal(bytes(whole))


WORKBOOKS: Final = {
    "xlsx": xlsx(hiding(3), FAR_XLSX, strings="<si><t>x</t></si>"),
    "ods": ods(row(cell("id"), cell("action")) * 3, FAR_ODS),
}


@pytest.mark.parametrize("format_", WORKBOOKS)
@given(st.data())
@settings(max_examples=150)
def test_a_damaged_workbook_is_refused_in_words_or_read(format_: str, draw: st.DataObject) -> None:
    whole = bytearray(WORKBOOKS[format_])
    for _ in range(draw.draw(st.integers(1, 3))):
        whole[draw.draw(st.integers(0, len(whole) - 1))] = draw.draw(st.integers(0, 255))
    end = draw.draw(st.integers(0, len(whole)) | st.just(len(whole)))
    check_words(try_to_read(bytes(whole[:end])))


PIECES: Final = """<row r="2">|<row>|</row>|<c r="B2">|<c>|<c t="e">|<c t="str">|</c>|<v>|</v>|1|<f>|</f>|<is>|</is>|
<t>|</t>|x|<!-- -->|<mergeCell ref="A1:B9"/>|<mergeCell ref="1"/>|&#0;|<col min="1" max="9" hidden="1"/>|</sheetData>"""


@given(st.lists(st.sampled_from(PIECES.split("|")), max_size=30).map("".join))
@settings(max_examples=150)
def test_any_xml_in_a_sheet_is_refused_in_words_or_read(content: str) -> None:
    check_words(try_to_read(xlsx(data(content))))


@given(st.binary(max_size=60), st.integers(0, 5000))
@settings(max_examples=15, deadline=None)
def test_a_damaged_xls_is_refused_in_words_or_read(noise: bytes, place: int) -> None:
    check_words(try_to_read(XLS[:place] + noise + XLS[place + len(noise) :], "ole"))


def check_words(refused: InputError | None) -> None:
    if refused is not None:
        assert "\n" not in str(refused)
        assert refused.advice
