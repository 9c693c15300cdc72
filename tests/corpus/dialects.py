"""Delimiters, quotes and line ends: what people's programs make of the same short list."""
# ruff: noqa: E501  a case is one line, which is how they are compared

import csv
import io
from typing import Final

from tests.corpus.notation import PAUSE, Case, either, filled, reads, refuses, text

THREE: Final = [
    ["Journey ID", "Title", "Action"],
    ["@1", "Welcome series", "pause"],
    ["@2", "Cart reminder", "pause"],
    ["@3", "Win-back", "start"],
]
AWKWARD: Final = [
    ["Journey ID", "Title", "Action"],
    ["@1", 'The "big" sale; 50% off, today | tomorrow', "pause"],
    ["@2", "L'été d'Anna", "pause"],
    ["@3", "tab\there, comma, semicolon;", "start"],
]
THREE_READ: Final = reads("2-3:1p 4:3s")


def joined(delimiter: str, rows: list[list[str]] = THREE, end: str = "\n") -> str:
    return "".join(delimiter.join(row) + end for row in rows)


def _written(name: str, why: str, rows: list[list[str]], **dialect: object) -> Case:
    """Return a file as Python's csv module writes it."""

    def make() -> bytes:
        out = io.StringIO()
        csv.writer(out, **dialect).writerows(rows)  # type: ignore[arg-type]
        return filled(out.getvalue()).encode()

    return Case(name, why, "Python csv", make, THREE_READ, (), 1)


def _delimiters() -> list[Case]:
    return [
        _written("comma.csv", "the plain case, as csv writes it", THREE),
        _written("semicolon.csv", "what Excel saves where the comma is a decimal sign", THREE, delimiter=";"),
        _written("tab.csv", "tabs in a file that is named .csv", THREE, delimiter="\t"),
        _written("pipe.csv", "pipes", THREE, delimiter="|"),
        _written("awkward_comma.csv", "all delimiters in quoted titles", AWKWARD),
        _written("awkward_semicolon.csv", "all delimiters in quoted titles", AWKWARD, delimiter=";"),
        _written("awkward_tab.tsv", "all delimiters in quoted titles", AWKWARD, delimiter="\t"),
        _written("awkward_pipe.txt", "all delimiters in quoted titles", AWKWARD, delimiter="|"),
        _written("all_quoted.csv", "every cell in quotes", AWKWARD, quoting=csv.QUOTE_ALL),
        _written("single_quotes.csv", "quotes are apostrophes, doubled inside", AWKWARD, quotechar="'"),
        _written(
            "single_quotes_all.csv", "every cell in apostrophes", AWKWARD, quotechar="'", quoting=csv.QUOTE_ALL, delimiter=";"
        ),
        _written(
            "backslash.csv", "a quote inside quotes has a backslash before it", AWKWARD, doublequote=False, escapechar="\\"
        ),
        _written(
            "backslash_single_quotes.csv",
            "apostrophes with backslashes",
            AWKWARD,
            quotechar="'",
            quoting=csv.QUOTE_ALL,
            doublequote=False,
            escapechar="\\",
        ),
        text("sep.csv", "Excel's first line that names the delimiter", "sep=;\r\n" + joined(";", end="\r\n"), reads("3-4:1p 5:3s", skip="1tco"), uncovered=1),
        text("sep_bom.csv", "sep= behind a byte order mark", "\ufeffsep=|\n" + joined("|"), reads("3-4:1p 5:3s", skip="1tco")),
        text("sep_tab_utf16.csv", "sep= with a tab, in UTF-16", "\ufeffsep=\t\r\n" + joined("\t", end="\r\n"), reads("3-4:1p 5:3s", skip="1tco"), encoding="utf-16-le"),
        text("sep_quoted.csv", 'the line "sep=;" in quotes, commas in titles', '"sep=;"\n' + joined(";", [THREE[0], ["@1", "a, b, c", "pause"], ["@2", "d, e", "pause"]]), reads("3-4:1p", skip="1tco")),
        text("sep_lies.csv", "sep=; above a list with commas; what is there is plain", "sep=;\n" + joined(","), reads("3-4:1p 5:3s", skip="1tco", refused_or=True)),
        text("semicolon_with_commas.csv", "more commas than semicolons: the letters' statistics mislead", "Title;Journey ID;Action\nSun, sea, sand, and sale;@1;pause\nOne, two, three;@2;start\nA, b, c, d, e, f;@3;pause\n", reads("2:1p 3:2s 4:3p")),
        text("comma_with_pipes.csv", "titles as a | b | c in a list with commas", "title,uuid,action\nSpring | EU | email,@1,pause\nSpring | US | push,@2,pause\nSpring | UK | sms,@3,start\n", reads("2-3:1p 4:3s")),
        text("comma_with_semicolons.csv", "tags joined by semicolons", "uuid,tags,action\n@1,a;b;c,pause\n@2,d;e;f,start\n@3,g;h;i,pause\n", reads("2:1p 3:2s 4:3p")),
        text("tab_with_commas.tsv", "numbers with thousands separators between tabs", "uuid\tsent\topened\taction\n@1\t1,204,331\t201,553\tpause\n@2\t88,120\t9,001\tpause\n", reads("2-3:1p")),
        text("decimal_comma.csv", "decimal commas and a euro sign between semicolons", "Journey ID;Umsatz;Rate;Aktion\n@1;1.234,56 €;12,5 %;pausieren\n@2;99,00 €;3,1 %;pausieren\n", reads("2-3:1p")),
    ]  # fmt: skip


def _quotes() -> list[Case]:
    return [
        text("header_quoted.csv", "only the header is in quotes", '"Journey ID","Title","Action"\n@1,Welcome,pause\n@2,Cart,start\n', reads("2:1p 3:2s")),
        text("rows_quoted.csv", "only the rows are in quotes", 'Journey ID,Title,Action\n"@1","Welcome, all","pause"\n"@2","Cart","start"\n', reads("2:1p 3:2s")),
        text("blank_before_quote.csv", "a blank after every comma, then a quote", 'Journey ID, Title, Action\n@1, "Hello, all", pause\n@2, "Bye, all", start\n', reads("2:1p 3:2s")),
        text("inch.tsv", "an inch sign inside an unquoted cell opens nothing", 'uuid\ttitle\taction\n@1\tThe 27" screen\tpause\n@2\tThe 5\'10" person\tstart\n', reads("2:1p 3:2s")),
        text("inch.csv", "an inch sign inside an unquoted cell, with commas", 'uuid,title,action\n@1,27" screen,pause\n@2,Cart,start\n@3,5" disk,pause\n', reads("2:1p 3:2s 4:3p")),
        text("apostrophes.csv", "words that begin with an apostrophe open nothing", "uuid,title,action\n@1,'Tis the season,pause\n@2,L'été,start\n@3,Rock 'n' roll,pause\n@4,'90s night,pause\n", reads("2:1p 3:2s 4-5:3p")),
        text("apostrophe_once.csv", "a single title that begins with an apostrophe", "Title;Journey ID;Action\nWelcome;@1;pause\n'Tis the season;@2;pause\nCart;@3;pause\nBye;@4;start\n", reads("2-4:1p 5:4s")),
        text("text_mark.csv", "Excel's apostrophe that marks a text before every id", "Journey ID,Action\n'@1,pause\n'@2,start\n@3,pause\n", reads("4:3p", loose="2:1p 3:2s")),
        text("as_formula.csv", 'ids as ="…", which keeps Excel from touching them', 'Journey ID,Action\n"=""@1""",pause\n="@2",start\n@3,pause\n', reads("4:3p", loose="2:1p 3:2s", refused_or=True)),
        text("mixed_quotes.csv", "both kinds of quotes in one file", "uuid,title,action\n\"@1\",\"a, b\",pause\n@2,'plain',start\n@3,it's,pause\n", reads("2:1p 3:2s 4:3p")),
        text("quoted_delimiters_only.csv", "a cell that holds nothing but quotes and commas", 'uuid,title,action\n@1,""",""",pause\n@2,"""",start\n@3,"",pause\n', reads("2:1p 3:2s 4:3p")),
        text("escaped_delimiter.csv", "a backslash before a comma, and no quotes at all", "uuid,title,action\n@1,Hello\\, world,pause\n@2,Cart,start\n@3,Bye,pause\n", reads("3:2s 4:3p", loose="2:1p")),
        text("backslash_at_end.csv", "a folder's name ends in a backslash, which escapes nothing here", 'uuid,folder,action\n@1,"C:\\lists\\",pause\n@2,"D:\\",start\n@3,C:\\x,pause\n', reads("2:1p 3:2s 4:3p", refused_or=True)),
        text("curly_quotes.csv", "a word processor turned the quotes", "uuid,title,action\n@1,“Welcome”,pause\n@2,“Cart”,start\n", reads("2:1p 3:2s")),
    ]  # fmt: skip


def _shapes() -> list[Case]:
    return [
        text("trailing_delimiter.csv", "a delimiter at the end of every line", "Journey ID;Title;Action;\n@1;Welcome;pause;\n@2;Cart;start;\n", reads("2:1p 3:2s")),
        text("trailing_delimiter_rows.csv", "a delimiter at the end of the rows alone", "Journey ID,Action\n@1,pause,\n@2,start,\n", reads("2:1p 3:2s")),
        text("many_trailing.csv", "Excel's train of empty columns", "Journey ID,Action,,,,,,\n@1,pause,,,,,,\n@2,start,,,,,,\n", reads("2:1p 3:2s")),
        text("one_column.csv", "a single column", "uuid\n@1\n@2\n@3\n", reads("2-4:1p"), *PAUSE),
        text("one_column_quoted.csv", "a single column in quotes", '"uuid"\r\n"@1"\r\n"@2"\r\n', reads("2-3:1p"), *PAUSE),
        text("no_header.txt", "bare ids, no header: the first one must not be taken for one", "@1\n@2\n@3\n", reads("1-3:1p", refused_or=True), *PAUSE, uncovered=0),
        text("no_header.csv", "ids and actions, no header: the first row must not be taken for one", "@1,pause\n@2,start\n@3,pause\n", reads("1:1p 2:2s 3:3p", refused_or=True), uncovered=0),
        text("padded_cells.tsv", "blanks around every cell", "  Journey ID \t Action \n @1 \t pause \n  @2\t start\n", reads("2:1p 3:2s")),
        text("pipes_around.txt", "pipes around the rows, no rule", "| Journey ID | Title | Action |\n| @1 | Welcome | pause |\n| @2 | Cart | start |\n", reads("2:1p 3:2s")),
        text("org_table.org", "a table as org-mode draws it", "| Journey ID | Title   | Action |\n|------------+---------+--------|\n| @1 | Welcome | pause  |\n| @2 | Cart    | start  |\n", reads("3:1p 4:2s", skip="2tf")),
        text("two_readings.csv", "comma and semicolon both give a column of ids, and they disagree", "uuid,note;uuid\n@1,a;@11\n@2,b;@12\n@3,c;@13\n", refuses("two|several|both|ambig|more than one|either|different"), *PAUSE),
        text("two_readings_pipe.txt", "tab and pipe both give a column of ids, and they disagree", "Journey ID\tTitle|Journey ID\n@1\tWelcome|@11\n@2\tCart|@12\n", refuses("two|several|both|ambig|more than one|either|different"), *PAUSE),
        text("two_readings_action.csv", "comma and semicolon give the same ids and other actions", "uuid,action,x;uuid;action\n@1,pause,x;@1;start\n@2,pause,x;@2;start\n", refuses("two|several|both|ambig|more than one|either|different")),
        text("agreeing_readings.csv", "several dialects, one outcome: nothing to refuse", "note,uuid\nplain,@1\nsimple,@2\n", reads("2-3:1p"), *PAUSE),
        text("space_delimited.txt", "columns made of blanks: no list of ours, and no harm if read", "uuid                                  action\n@1  pause\n@2  start\n", reads("2:1p 3:2s", refused_or=True)),
    ]  # fmt: skip


def _line_ends() -> list[Case]:
    plain = joined(",", end="\n")
    inside = 'uuid,title,action{e}@1,"Hello{i}again",pause{e}@2,"One{i}two{i}three",start{e}@3,x,pause{e}'
    return [
        text("lf.csv", "line ends of Unix", plain, THREE_READ),
        text("crlf.csv", "line ends of Windows", plain.replace("\n", "\r\n"), THREE_READ),
        text("cr.csv", "line ends of an old Mac", plain.replace("\n", "\r"), THREE_READ),
        text("cr_semicolon_quoted.csv", "Excel for Mac: CR, semicolons, quotes", 'Journey ID;Title;Action\r@1;"a; b";pause\r@2;"c";start\r', reads("2:1p 3:2s")),
        text("no_end.csv", "no line end behind the last row", plain[:-1], THREE_READ),
        text("no_end_cr.csv", "the same with CR", plain.replace("\n", "\r")[:-1], THREE_READ),
        text("mixed_lf_crlf.csv", "lines from two systems", "uuid,action\r\n@1,pause\n@2,pause\r\n@3,start\n", THREE_READ),
        text("mixed_all.csv", "all three line ends", "uuid,action\r\n@1,pause\n@2,pause\r@3,start\r\n", THREE_READ),
        text("cr_cr_lf.csv", "line ends converted twice; an editor may show blank lines between", "uuid,action\r\r\n@1,pause\r\r\n@2,start\r\r\n", either(reads("3:1p 5:2s", skip="2b 4b 6B"), reads("2:1p 3:2s"), reads("3:1p 5:2s", skip="2B 4bo 6B")), uncovered=None),
        text("blank_lines_end.csv", "blank lines at the end", plain + "\n\n\n", reads("2-3:1p 4:3s", skip="5-7B")),
        text("cell_lf_in_crlf.csv", "Excel's Alt-Enter: LF in a quoted cell, CRLF between rows", inside.format(e="\r\n", i="\n"), reads("2:1p 4:2s 7:3p"), uncovered=4),
        text("cell_crlf.csv", "CRLF in quoted cells and between rows", inside.format(e="\r\n", i="\r\n"), reads("2:1p 4:2s 7:3p"), uncovered=4),
        text("cell_lf.csv", "LF in quoted cells and between rows", inside.format(e="\n", i="\n"), reads("2:1p 4:2s 7:3p"), uncovered=4),
        text("cell_blank_lines.csv", "blank lines inside a quoted cell are part of it", 'uuid,title,action\n@1,"Hello\n\n\nagain",pause\n@2,x,start\n', reads("2:1p 6:2s"), uncovered=2),
        text("unicode_line_ends.csv", "U+2028, U+0085 and a form feed end no line", "uuid,title,action\n@1,a\u2028b,pause\n@2,c\u0085d,start\n@3,e\x0cf,pause\n", reads("2:1p 3:2s 4:3p")),
    ]  # fmt: skip


def cases() -> list[Case]:
    """Return the files of items 1 and 2 that differ in delimiters, quotes and line ends."""
    return [*_delimiters(), *_quotes(), *_shapes(), *_line_ends()]
