"""Lists of the kinds that public bug reports of list readers describe, each of which takes rows out or means others."""
# ruff: noqa: E501  a case is one line, which is how they are compared

from typing import Final

from tests.corpus.notation import PAUSE, Case, reads, refuses, showing, text

NOT_READ: Final = "says of each row whether it is meant, and is not read: .*lines .*--where.*--ignore-column"
TITLED: Final = "uuid,title,{}\n@1,Welcome,{}\n@2,Winback 30d,{}\n@3,Cart reminder,{}\n@4,Birthday,{}\n"
FLAGS: Final = {
    "skip": TITLED.format("Skip?", "FALSE", "TRUE", "FALSE", "TRUE"),
    "approved": TITLED.format("Approved", "yes", "no", "yes", "no"),
    "exclude": TITLED.format("Exclude from pause", "", "x", "", "x"),
    "pause": TITLED.format("Pause (y/n)", "y", "n", "Y", "n"),
}
UNREAD: Final = r'"unread": *\[.*{}'


def _flags() -> list[Case]:
    left = {"left_out": [3, 5]}
    return [
        *(text(f"flag_{name}.csv", "a column says which rows are meant: refused until --where or --ignore-column", body, refuses(NOT_READ), *PAUSE) for name, body in FLAGS.items()),
        text("where_skip.csv", "the same, and the rows that it takes out are left out", FLAGS["skip"], reads("2:1p 4:3p") | left, *PAUSE, "--where", "Skip?!=true"),
        text("where_exclude.csv", "the same by blanks", FLAGS["exclude"], reads("2:1p 4:3p") | left, *PAUSE, "--where", "Exclude from pause="),
        text("where_pause.csv", "the same by a value, whatever its case", FLAGS["pause"], reads("2:1p 4:3p") | left, *PAUSE, "--where", "Pause (y/n)=y"),
        text("ignore_approved.csv", "the column means nothing here", FLAGS["approved"], showing(UNREAD.format("approved"), reads("2-5:1p")), *PAUSE, "--ignore-column", "approved"),
        text("notes_say_not.csv", "free text is no flag: carried out, and the column is named with what it says", "uuid,title,Notes\n@1,Welcome,\n@2,Birthday,DO NOT PAUSE - legal\n", showing(UNREAD.format("notes.*do not pause"), reads("2-3:1p")), *PAUSE),
    ]  # fmt: skip


def _remarks() -> list[Case]:
    rows = "@1,Welcome\n@2,Winback 30d\n"
    return [
        text("comment_not_below.csv", "a remark between rows is quoted", f"uuid,title\n{rows}# do not pause the ones below\n@3,Birthday\n", reads("2-3:1p 5:3p", skip="4c") | {"words": ["# do not pause the ones below"]}, *PAUSE),
        text("comment_truncated.csv", "a remark that the list is not whole is quoted", f"uuid,title\n{rows}# WARNING: output truncated at 2 rows (312 matched)\n", reads("2-3:1p", skip="4cf") | {"words": ["# WARNING: output truncated at 2 rows (312 matched)"]}, *PAUSE),
        text("headings_between.csv", "headings between rows are no rows, and are told", f"Journey ID,Title\nTo pause,\n{rows}To keep running - do not touch,\n@3,Birthday\n", reads("3-4:1p 6:3p", bad=[(2, "Journey ID", "no id"), (5, "Journey ID", "no id")]), *PAUSE),
    ]  # fmt: skip


def _other_journeys() -> list[Case]:
    hits = '{"hits": {"total": {"value": 2}, "hits": [{"_id": "@1", "_source": {"title": "Welcome", "action": "start"}}, {"_id": "@2", "_source": {"title": "Bye", "action": "start"}}]}}'
    page = '{{"object": "page", "id": "{}", "properties": {{"Journey ID": {{"type": "rich_text", "rich_text": [{{"plain_text": "{}"}}]}}}}}}'
    pages = f'{{"results": [{page.format("@11", "@1")}, {page.format("@12", "@2")}], "has_more": false}}'
    half = '{"data": [{"uuid": "@1"}, {"uuid": "@2"}], "has_more": true, "next_cursor": "abc", "total": 312}'
    return [
        text("nested_action.json", "an object beside the id says start: never paused", hits, refuses("holds actions in 2 of 2 rows: pass --action-column _source.action")),
        text("nested_action_overruled.json", "the same with --action pause", hits, refuses("_source.action.*start"), *PAUSE),
        text("actions_beside.json", "a table by columns, though uneven", '{"journeys": [{"id": "@1"}, {"id": "@2"}], "actions": ["start", "start"]}', refuses("'actions' holds actions.*one object for each row"), *PAUSE),
        text("ids_in_an_array.json", "the plain id is another object's", pages, refuses(r"'id', 'properties\.journey id.*--id-column"), *PAUSE),
        text("one_page.json", "it says that there are more", half, refuses("more rows than it holds.*has_more.*--partial"), *PAUSE),
        text("one_page_partial.json", "the same, and that is known", half, reads("1:1p 1:2p"), *PAUSE, "--partial", uncovered=None),
        text("two_id_columns.csv", "the refusal names both as the file does", "Old journey ID,New journey ID,title\n@1,@11,Welcome\n@2,@12,Bye\n", refuses("'old journey id', 'new journey id'"), *PAUSE),
    ]  # fmt: skip


def _broken_texts() -> list[Case]:
    psql = """              uuid                    |        name        | state  | action | team
--------------------------------------+--------------------+--------+--------+-------
 @1 | Spring sale        | live   | pause  | crm
 @2 | Loyalty | platinum | active | pause  |
 @3 | Trial end          | paused | start  | crm
(3 rows)
"""
    return [
        text("lines_quoted_whole.csv", "each line is one quoted cell", '"uuid,title,action"\n"@1,""Welcome, v2"",pause"\n"@2,""Bye, v2"",start"\n', refuses(":1.*every line is quoted as a whole.*quotes")),
        text("ids_on_one_line.txt", "several ids on a line: what to do helps", "@1, @2, @3\n", refuses("several journey ids are on one line.*each id on a line"), *PAUSE),
        text("psql_cell_with_bar.txt", "the ruler tells where columns are", psql, reads("3:1p 4:2p 5:3s", skip="2t 6f")),
        text("ids_and_actions.csv", "no header, an action beside each id", "@1,pause\n@2,start\n", reads("1:1p 2:2s"), uncovered=0),
        text("quotes_within.csv", "quotes within a cell that are not doubled", 'uuid,title,action\n@1,"The "best" sale",pause\n@2,"b",start\n', reads("2:1p 3:2s")),
    ]  # fmt: skip


def cases() -> list[Case]:
    """Return the files that public bug reports are about."""
    return [*_flags(), *_remarks(), *_other_journeys(), *_broken_texts()]
