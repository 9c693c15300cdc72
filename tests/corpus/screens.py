"""What databases print: psql, MySQL's client, sqlite3 and Miller, run for real on the same few journeys."""
# ruff: noqa: E501  a case is one line, which is how they are compared

import atexit
import os
import re
import shutil
import subprocess
import tempfile
import time
from functools import cache
from pathlib import Path
from typing import Final

from tests.corpus.notation import PAUSE, Case, Expected, MissingProgram, binary, either, filled, reads, refuses, text

Journeys = tuple[tuple[str, str | None, str | None], ...]

PLAIN: Final[Journeys] = (
    ("@1", "Welcome series", "pause"),
    ("@2", "Cart reminder", "pause"),
    ("@3", "Win-back", "start"),
)
BROKEN: Final[Journeys] = (("@1", "Spring\nsale\n2026", "pause"), ("@2", "Cart", "start"), ("@3", "Bye\nbye", "pause"))
PIPED: Final[Journeys] = (("@1", "Sale | May", "pause"), ("@2", "Cart", "start"), ("@3", "x | pause | y", "start"))
HOLED: Final[Journeys] = (("@1", None, "pause"), ("@2", "Tab\there \\ and\nthere", "start"), ("@3", "Bye", None))
SELECT: Final = "SELECT journey_id, title, action FROM journeys ORDER BY nr"


def output(*command: str | Path, given: bytes = b"") -> bytes:
    """Return what a program prints. Raises MissingProgram where there is none."""
    program = str(command[0])
    if not shutil.which(program):
        raise MissingProgram(program)
    done = subprocess.run([program, *map(str, command[1:])], input=given, capture_output=True, check=False, timeout=60)
    if done.returncode:
        raise RuntimeError(f"{program}: {done.stderr.decode(errors='replace')}")
    return done.stdout


def table(rows: Journeys, *, backslashes: bool = False) -> str:
    """Return SQL that makes a table of *rows*; *backslashes* where a backslash in a literal must be doubled."""
    values = ", ".join(
        f"({nr}, {', '.join(_literal(cell, backslashes=backslashes) for cell in row)})" for nr, row in enumerate(rows)
    )
    columns = "nr int, journey_id varchar(40), title varchar(200), action varchar(20)"
    return filled(f"CREATE TABLE journeys ({columns}); INSERT INTO journeys VALUES {values};")  # noqa: S608  our own words


def _literal(cell: str | None, *, backslashes: bool) -> str:
    if cell is None:
        return "NULL"
    return "'" + (cell.replace("\\", "\\\\") if backslashes else cell).replace("'", "''") + "'"


def _folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="corpus"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@cache
def _postgres() -> Path:
    """Return the folder of the socket of a server of our own, which ends with this process."""
    programs = max(Path("/usr/lib/postgresql").glob("*/bin"), default=None)
    if programs is None or not shutil.which("psql"):
        raise MissingProgram("psql and postgres")
    folder = _folder()
    as_owner = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    if as_owner:
        shutil.chown(folder, "postgres")
    control = [*as_owner, programs / "pg_ctl", "-D", folder / "data", "-o", f"-k {folder} -c listen_addresses="]
    output(
        *as_owner,
        programs / "initdb",
        "-D",
        folder / "data",
        "-A",
        "trust",
        "-U",
        "corpus",
        "-E",
        "UTF8",
        "--locale=C.UTF-8",
    )
    subprocess.run([*map(str, control), "-w", "-l", folder / "log", "start"], check=True, stdout=subprocess.DEVNULL)
    atexit.register(
        subprocess.run, [*map(str, control), "-m", "immediate", "stop"], check=True, stdout=subprocess.DEVNULL
    )
    return folder


def psql(rows: Journeys, *options: str, query: str = SELECT) -> bytes:
    """Return what psql prints for *query*, given its own backslash commands or SQL in *options*."""
    script = f"\\set QUIET 1\nSET client_min_messages = error;\nDROP TABLE IF EXISTS journeys;\n{table(rows)}\n"
    lines = (
        script + "".join(f"{option}\n" for option in options) + query + ("" if query.startswith("\\") else ";") + "\n"
    )
    said = output("psql", "-X", "-h", _postgres(), "-U", "corpus", "-d", "postgres", given=lines.encode())
    return re.sub(rb"Time: [\d.]+", b"Time: 0.575", said)


@cache
def _mariadb() -> Path:
    """Return the socket of a server of our own, which ends with this process."""
    for program in ("mariadbd", "mariadb", "mariadb-install-db"):
        if not shutil.which(program):
            raise MissingProgram(program)
    folder = _folder()
    socket = folder / "socket"
    where = ["--no-defaults", f"--datadir={folder / 'data'}"]
    output("mariadb-install-db", *where, "--auth-root-authentication-method=normal")
    user = ["--user=root"] if os.geteuid() == 0 else []
    server = subprocess.Popen(
        [
            str(shutil.which("mariadbd")),
            *where,
            *user,
            "--skip-networking",
            f"--socket={socket}",
            "--character-set-server=utf8mb4",
        ],
        stderr=subprocess.DEVNULL,
    )
    atexit.register(server.wait)
    atexit.register(server.terminate)
    for _ in range(100):
        if socket.exists():
            break
        time.sleep(0.1)
    return socket


def mariadb(rows: Journeys, *options: str, query: str = SELECT) -> bytes:
    """Return what MySQL's client, MariaDB's make, prints for *query*."""
    client = [
        "mariadb",
        "--no-defaults",
        f"--socket={_mariadb()}",
        "--default-character-set=utf8mb4",
        "-u",
        "root",
        "test",
    ]
    output(*client, given=("DROP TABLE IF EXISTS journeys;" + table(rows, backslashes=True)).encode())
    return output(*client, *options, given=f"{query};".encode())


def mariadb_outfile(rows: Journeys, query: str, how: str = "") -> bytes:
    """Return the file that SELECT … INTO OUTFILE writes."""
    target = _folder() / "out"
    target.parent.chmod(0o777)
    mariadb(rows, query=f"{query} INTO OUTFILE '{target}' {how}")
    return target.read_bytes()


def sqlite(rows: Journeys, mode: str, *commands: str, query: str = SELECT) -> bytes:
    """Return what the sqlite3 shell prints for *query* in *mode*."""
    lines = [table(rows), f".mode {mode}", ".headers on", *commands, f"{query};"]
    return output("sqlite3", "-batch", ":memory:", given="\n".join(lines).encode() + b"\n")


def miller(*options: str, rows: Journeys = PLAIN) -> bytes:
    """Return what Miller makes of a CSV of *rows*."""
    body = "journey_id,title,action\n" + "".join(",".join(cell or "" for cell in row) + "\n" for row in rows)
    return output("mlr", "--icsv", *options, "cat", given=filled(body).encode())


def _psql() -> list[Case]:
    def case(
        name: str, why: str, expected: Expected, *options: str, rows: Journeys = PLAIN, query: str = SELECT
    ) -> Case:
        return binary(name, why, lambda: psql(rows, *options, query=query), expected, by="psql")

    aligned = reads("3-4:1p 5:3s", skip="2tf 6f 7B")
    copy = "\\copy (SELECT journey_id, title, action FROM journeys ORDER BY nr) TO STDOUT"
    return [
        case("psql_aligned.txt", "psql as it comes: pipes, a rule, (3 rows)", aligned),
        case("psql_only_ids.txt", "a single column has no pipe at all", reads("3-5:1p", skip="2tf 6f 7B"), query="SELECT journey_id FROM journeys ORDER BY nr")._replace(flags=PAUSE),
        case("psql_border_2.txt", "frames around it", reads("4-5:1p 6:3s", skip="1tf 3tf 7tf 8f 9B"), "\\pset border 2"),
        case("psql_border_0.txt", "columns parted by blanks: read or refused", either(refuses("."), reads("", loose="3-4:1p 5:3s", skip="2tfr 6fr 7B")), "\\pset border 0"),
        case("psql_unicode.txt", "box-drawing characters", reads("4-5:1p 6:3s", skip="1tf 3tf 7tf 8f 9B", refused_or=True), "\\pset border 2", "\\pset linestyle unicode"),
        case("psql_titled.txt", "a title above, set with \\C", reads("4-5:1p 6:3s", skip="1t 3tf 7f 8B"), "\\C 'Journeys to pause in May'"),
        case("psql_timing.txt", "the time it took, below the foot", reads("3-4:1p 5:3s", skip="2tf 6f 7B 8fr"), "\\timing on", "\\set QUIET 1"),
        case("psql_multi_line.txt", "titles with line breaks: + marks where a row goes on", reads("3:1p 6:2s 7:3p", skip="2tf 9f 10B"), rows=BROKEN),
        case("psql_multi_line_border_2.txt", "the same in frames", reads("4:1p 7:2s 8:3p", skip="1tf 3tf 10tf 11f 12B"), "\\pset border 2", rows=BROKEN),
        case("psql_pipe_in_title.txt", "a title with the delimiter in it: the rule says where columns end", reads("4:2s", loose="3:1p 5:3s", skip="2tf 6f 7B"), rows=PIPED),
        case("psql_null.txt", "empty and missing cells", reads("3:1p 4:2s", bad=[(5, "action", "empty")], skip="2tf 6f 7B"), rows=(PLAIN[0], ("@2", None, "start"), ("@3", "x", None))),
        case("psql_wide_characters.txt", "Chinese and emoji take two columns on the screen", aligned, rows=(("@1", "欢迎系列", "pause"), ("@2", "Тест 🎉", "pause"), ("@3", "é", "start"))),
        case("psql_unaligned.txt", "psql -A", reads("2-3:1p 4:3s", skip="5f"), "\\pset format unaligned"),
        case("psql_unaligned_comma.csv", "psql -A -F ,", reads("2-3:1p 4:3s", skip="5f"), "\\pset format unaligned", "\\pset fieldsep ,"),
        case("psql_unaligned_no_foot.txt", "psql -A -P footer=off", reads("2-3:1p 4:3s"), "\\pset format unaligned", "\\pset footer off"),
        case("psql_csv.csv", "psql --csv", reads("2:1p 5:2s 6:3p"), "\\pset format csv", rows=BROKEN),
        case("psql_expanded.txt", "psql -x: one cell a line; read or refused", either(refuses("."), reads("1:1p 5:2p 9:3s", skip=None), reads("2:1p 6:2p 10:3s", skip=None)), "\\x on"),
        case("psql_tuples_only.txt", "psql -t: no header", reads("1-2:1p 3:3s", skip="4B", refused_or=True), "\\t on"),
        case("psql_html.txt", "psql -H", refuses("html"), "\\H"),
        case("psql_markdown_like.txt", "psql's asciidoc: read or refused", either(refuses("."), reads("?:1p ?:2p ?:3s", skip=None)), "\\pset format asciidoc"),
        case("psql_copy.tsv", "COPY: \\N where there is nothing, backslashes before tabs and line breaks", reads("2:1p 3:2s", bad=[(4, "action", None)]), rows=HOLED, query=copy + " WITH (HEADER)"),
        case("psql_copy_csv.csv", "COPY … CSV", reads("2:1p 3:2s", bad=[(5, "action", "empty")]), rows=HOLED, query=copy + " CSV HEADER"),
        text("psql_german.txt", "a foot in German", " journey_id | action \n------------+--------\n @1 | pause\n @2 | start\n(2 Zeilen)\n\n", reads("3:1p 4:2s", skip="2tf 5f 6B")),
        text("psql_russian.txt", "a foot in Russian", " journey_id | action \n------------+--------\n @1 | pause\n @2 | start\n(2 строки)\n\n", reads("3:1p 4:2s", skip="2tf 5f 6B")),
        text("psql_one_row.txt", "(1 row)", " journey_id | action \n------------+--------\n @1 | pause\n(1 row)\n", reads("3:1p", skip="2tf 4f")),
        text("psql_session.txt", "a whole screen, with the prompts", "shop=# select journey_id, action from journeys;\n              journey_id              | action \n--------------------------------------+--------\n @1 | pause\n @2 | start\n(2 rows)\n\nshop=# \\q\n", reads("4:1p 5:2s", skip="1t 3tf 6f 7B 8fr")),
    ]  # fmt: skip


def _mysql() -> list[Case]:
    def case(name: str, why: str, expected: Expected, *options: str, rows: Journeys = PLAIN) -> Case:
        return binary(name, why, lambda: mariadb(rows, *options), expected, by="mariadb")

    with_header = "SELECT 'journey_id' journey_id, 'title' title, 'action' action UNION ALL SELECT journey_id, title, action FROM journeys"
    boxed = "+------------+---------+--------+\n| journey_id | title   | action |\n+------------+---------+--------+\n| @1 | Welcome | pause  |\n| @2 | Cart    | start  |\n+------------+---------+--------+\n"
    return [
        case("mysql_batch.tsv", "mysql --batch: tabs, \\t \\n \\\\ for what would break a row, NULL in words", reads("2:1p 3:2s", bad=[(4, "action", None)]), "--batch", rows=HOLED),
        case("mysql_batch_plain.tsv", "mysql --batch", reads("2-3:1p 4:3s"), "--batch"),
        case("mysql_batch_raw.tsv", "mysql --batch --raw: a line break in a title breaks its row", either(refuses("."), reads("5:2s", bad=[(2, None, None), (3, None, None), (4, None, None), (6, None, None), (7, None, None)])), "--batch", "--raw", rows=BROKEN),
        case("mysql_table.txt", "mysql --table: a box of + - |", reads("4-5:1p 6:3s", skip="1tf 3tf 7tf"), "--table"),
        case("mysql_table_null.txt", "NULL in a box", reads("4:1p 5:2s", bad=[(6, "action", None)], skip="1tf 3tf 7tf"), "--table", rows=(PLAIN[0], ("@2", None, "start"), ("@3", "x", None))),
        case("mysql_table_pipe.txt", "a title with the delimiter in it, in a box", reads("5:2s", loose="4:1p 6:3s", skip="1tf 3tf 7tf"), "--table", rows=PIPED),
        case("mysql_vertical.txt", "\\G: one cell a line; read or refused", either(refuses("."), reads("1:1p 5:2p 9:3s", skip=None), reads("2:1p 6:2p 10:3s", skip=None)), "--vertical"),
        case("mysql_html.xls", "mysql --html, named as a workbook", refuses("html"), "--html"),
        case("mysql_xml.xml", "mysql --xml", refuses("."), "--xml"),
        binary("mysql_outfile.txt", "INTO OUTFILE: \\N, and a backslash before a real line break", lambda: mariadb_outfile(HOLED, with_header), either(reads("2:1p 3:2s", bad=[(5, "action", None)])), by="mariadb"),
        binary("mysql_outfile.csv", "INTO OUTFILE with commas, quotes and backslashes", lambda: mariadb_outfile((PLAIN[0], ("@2", 'The "big", \\ one', "start"), ("@3", "x", "pause")), with_header, "FIELDS TERMINATED BY ',' OPTIONALLY ENCLOSED BY '\"'"), reads("2:1p 3:2s 4:3p"), by="mariadb"),
        text("mysql_screen.txt", "a whole screen: prompt, box, rows in set", "mysql> select * from journeys;\n" + boxed + "2 rows in set (0.00 sec)\n\nmysql> quit\nBye\n", reads("5:1p 6:2s", skip="1t 2tf 4tf 7tf 8f 9B 10fr 11fr")),  # noqa: S608  a screen, not a query
        text("mysql_box_foot.txt", "a box with its foot", boxed + "2 rows in set, 1 warning (0.012 sec)\n", reads("4:1p 5:2s", skip="1tf 3tf 6tf 7f")),
        text("mysql_batch_nulls.tsv", "\\N in columns that do not matter", "uuid\ttitle\tdeleted_at\taction\n@1\tA\\tB\t\\N\tpause\n@2\t\\N\t\\N\tstart\n@3\tC\\\\D\\nE\t\\N\tpause\n", reads("2:1p 3:2s 4:3p")),
    ]  # fmt: skip


def _sqlite() -> list[Case]:
    def case(name: str, why: str, expected: Expected, mode: str, *commands: str, rows: Journeys = PLAIN) -> Case:
        return binary(name, why, lambda: sqlite(rows, mode, *commands), expected, by="sqlite3")

    named = reads("2-3:1p 4:3s")
    return [
        case("sqlite_csv.csv", "sqlite3 -csv: CRLF, quotes, a title of several lines", reads("2:1p 5:2s 6:3p"), "csv", rows=BROKEN),
        case("sqlite_tabs.tsv", "sqlite3 .mode tabs", named, "tabs"),
        case("sqlite_list.txt", "sqlite3 as it comes: pipes without quotes", named, "list"),
        case("sqlite_list_semicolon.txt", "sqlite3 .separator ;", named, "list", ".separator ;"),
        case("sqlite_quote.txt", "SQL literals: apostrophes, NULL in words", reads("2:1p 3:2s", bad=[(4, "action", None)]), "quote", rows=(("@1", "it's, a title", "pause"), ("@2", None, "start"), ("@3", "x", None))),
        case("sqlite_table.txt", "a box of + - |", reads("4-5:1p 6:3s", skip="1tf 3tf 7tf"), "table"),
        case("sqlite_markdown.md", "a markdown table", reads("3-4:1p 5:3s", skip="2tf"), "markdown"),
        case("sqlite_box.txt", "box-drawing characters", reads("4-5:1p 6:3s", skip="1tf 3tf 7tf", refused_or=True), "box"),
        case("sqlite_json.json", "a JSON array, one object a line", reads("1-2:1p 3:3s"), "json"),
        case("sqlite_insert.sql", "INSERT statements are no list", either(refuses("."), reads("1-2:1p 3:3s", skip=None)), "insert journeys"),
        case("sqlite_line.txt", "one cell a line; read or refused", either(refuses("."), reads("1:1p 5:2p 9:3s", skip=None)), "line"),
        case("sqlite_column.txt", "columns parted by blanks; read or refused", either(refuses("."), reads("", loose="3-4:1p 5:3s", skip="2tfr")), "column"),
        case("sqlite_html.html", "table rows without a page around them", refuses("html"), "html"),
        case("sqlite_ascii.txt", "the separators that ASCII meant for this; read or refused", either(refuses("."), reads("?:1p ?:2p ?:3s", skip=None)), "ascii"),
    ]  # fmt: skip


def _miller() -> list[Case]:
    def case(name: str, why: str, expected: Expected, *options: str) -> Case:
        return binary(name, why, lambda: miller(*options), expected, by="mlr")

    named = reads("2-3:1p 4:3s")
    return [
        case("mlr.csv", "mlr --ocsv", named, "--ocsv"),
        case("mlr_quoted.csv", "mlr --quote-all with semicolons", named, "--ocsv", "--quote-all", "--ofs", ";"),
        case("mlr.tsv", "mlr --otsv", named, "--otsv"),
        case("mlr.json", "a pretty array of objects", reads("2:1p 7:2p 12:3s", skip=""), "--ojson"),
        case("mlr.jsonl", "JSON lines", reads("1-2:1p 3:3s"), "--ojsonl"),
        case("mlr_markdown.md", "a markdown table", reads("3-4:1p 5:3s", skip="2tf"), "--omd"),
        case("mlr_pprint.txt", "columns parted by blanks; read or refused", either(refuses("."), reads("", loose="2-3:1p 4:3s")), "--opprint"),
        case("mlr_barred.txt", "mlr --barred: a box of + - |", reads("4-5:1p 6:3s", skip="1tf 3tf 7tf"), "--opprint", "--barred"),
        case("mlr_xtab.txt", "one cell a line; read or refused", either(refuses("."), reads("1:1p 5:2p 9:3s", skip=None)), "--oxtab"),
        case("mlr_dkvp.txt", "key=value pairs are no table of ours", either(refuses("."), reads("1-2:1p 3:3s", skip=None)), "--odkvp"),
    ]  # fmt: skip


def cases() -> list[Case]:
    """Return the screens and dumps of databases."""
    return [*_psql(), *_mysql(), *_sqlite(), *_miller()]
