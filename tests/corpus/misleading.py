"""Files prepared to mislead: what looks like a plain list and is none, or holds ids that are not meant."""
# ruff: noqa: E501  a case is one line, which is how they are compared

from tests.corpus.notation import PAUSE, Case, either, reads, refuses, text


def _columns() -> list[Case]:
    return [
        text("user_id.csv", "ids of users beside those of journeys", "user_id,journey_id,action\n@11,@1,pause\n@12,@2,start\n", reads("2:1p 3:2s")),
        text("owner_uuid.csv", "the owner's uuid stands first", "Owner UUID,Journey ID,Action\n@11,@1,pause\n@12,@2,start\n", reads("2:1p 3:2s")),
        text("only_user_id.csv", "ids of users alone", "user_id,action\n@1,pause\n@2,pause\n", refuses("id")),
        text("message_uuid.csv", "ids of messages alone", "message_uuid,name\n@1,a\n@2,b\n", refuses("id"), *PAUSE),
        text("parent_id.csv", "a later column of other journeys' ids", "journey_id,action,parent_journey_id\n@1,pause,@11\n@2,start,@12\n", reads("2:1p 3:2s")),
        text("replaced_by.csv", "a column of other ids behind the action", "Journey ID,Action,Replaced by\n@1,pause,@11\n@2,start,\n@3,pause,@12\n", reads("2:1p 3:2s 4:3p")),
        text("title_is_id.csv", "titles that are ids", "title,uuid,action\n@11,@1,pause\n@12,@2,start\n", reads("2:1p 3:2s")),
        text("title_is_action.csv", "titles that are actions", "uuid,title,action\n@1,start,pause\n@2,archive,pause\n@3,finish,start\n", reads("2-3:1p 4:3s")),
        text("side_by_side.csv", "two tables side by side", "Journey ID,Action,,Journey ID,Action\n@1,pause,,@11,start\n@2,pause,,@12,start\n", refuses("journey id|column")),
        text("wrong_column.csv", "the column named uuid holds names, another holds the ids", "uuid,Reference,action\nWelcome,@1,pause\nCart,@2,start\n", either(refuses("."), reads("", bad=[(2, None, None), (3, None, None)]))),
        text("swapped.csv", "ids and actions stand under each other's header", "action,uuid\n@1,pause\n@2,start\n", either(refuses("."), reads("", bad=[(2, None, None), (3, None, None)]))),
        text("status_named_action.csv", "an action column that is empty beside a full status", "uuid,status,action\n@1,paused,\n@2,running,\n@3,paused,pause\n", reads("4:3p", bad=[(2, "action", "empty"), (3, "action", "empty")])),
        text("history.csv", "columns that tell what was: last action, action date, action by", "uuid,Last action,Action date,Action by,Action\n@1,start,2026-05-01,Anna,pause\n@2,pause,2026-05-02,Ben,start\n", either(reads("2:1p 3:2s"), refuses("last action"))),
    ]  # fmt: skip


def _lines() -> list[Case]:
    two_tables = "Journey ID,Title\n@1,a\n@2,b\n\nUser ID,Name\n@11,Anna\n@12,Ben\n"
    below = "Journey ID,Action\n@1,pause\n@2,pause\n\nUser ID,Role\n@11,admin\n@12,editor\n"
    return [
        text("swallowed.csv", "a quoted cell that holds two rows and closes properly", 'uuid,title,action\n@1,"Welcome,pause\n@2,Cart,pause\n@3,Win-back",pause\n@4,x,pause\n', reads("5:4p", bad=[(2, None, None)], refused_or=True), uncovered=3),
        text("swallowed_pairs.csv", "two stray quotes that make a pair across rows", 'uuid,title,action\n@1,a,pause\n@2,"b,pause\n@3,c,start\n@4,d",pause\n@5,e,start\n', reads("2:1p 6:5s", bad=[(3, None, None)], refused_or=True), uncovered=3),
        text("swallowed_comment.csv", "a row inside a quoted note: a cell, and no row", 'uuid,action,note\n@1,pause,"was:\n@9,start,x"\n@2,start,y\n', reads("4:2s", loose="2:1p", refused_or=True), uncovered=2),
        text("header_in_title.csv", "a title line that names the columns in words", "Journey ID and action for May\nTitle,Journey UUID,Action\na,@1,pause\nb,@2,start\n", reads("3:1p 4:2s", skip="1t")),
        text("header_lookalike.csv", "a first line of good names, with the real header below", "Action,Journey ID\n\nJourney ID,Action\n@1,pause\n@2,start\n", reads("4:1p 5:2s", skip="1t 2B", refused_or=True), uncovered=1),
        text("header_word_alone.csv", "the word 'uuid' alone above the table", "uuid\n\nTitle,Journey ID,Action\na,@1,pause\nb,@2,start\n", reads("4:1p 5:2s", skip="1t 2B")),
        text("legend.csv", "a legend with actions above the header", "pause,stops new entries\nstart,lets people in\n\nJourney ID,Action\n@1,pause\n@2,start\n", reads("5:1p 6:2s", skip="1-2t 3B")),
        text("rows_above_header.csv", "sorted, and the header went into the middle: rows above it are rows", "@1,pause\n@2,start\nJourney ID,Action\n@3,pause\n@4,start\n", reads("4:3p 5:4s", loose="1:1p 2:2s", refused_or=True)),
        text("header_last.csv", "sorted, and the header went to the end", "@1,pause\n@2,start\nuuid,action\n", either(refuses("."), reads("1:1p 2:2s"))),
        text("comment_with_id.csv", "a row that was commented out", "uuid,action\n@1,pause\n#@9,archive\n# @8,archive\n@2,start\n", reads("2:1p 5:2s", skip="3-4c")),
        text("comment_header.csv", "a commented header above the real one", "# user_id,status\nuuid,action\n@1,pause\n@2,start\n", reads("3:1p 4:2s", skip="1ct")),
        text("hash_title.csv", "a title that begins with # is no comment", "Title,Journey ID,Action\n#1 sale,@1,pause\n#hashtag,@2,start\n", reads("2:1p 3:2s")),
        text("second_table.csv", "a second table with users below: never journeys", two_tables, either(refuses("."), reads("2-3:1p", skip="4B 5-7fr")), *PAUSE),
        text("second_table_actions.csv", "a second table below, with roles where the actions were", below, either(refuses("."), reads("2-3:1p", skip="4B 5-7fr"))),
        text("second_table_wider.csv", "a second table with other columns and actions below", "Journey ID,Action\n@1,pause\n\nOwner,Journey ID,Action\nAnna,@2,start\nBen,@3,pause\n", either(refuses("."), reads("2:1p 5:2s 6:3p", skip="3B 4t"), reads("2:1p", skip="3B 4-6fr"))),
        text("csv_then_json.txt", "a CSV with JSON lines below", 'uuid,action\n@1,pause\n@2,start\n{"uuid": "@3", "action": "pause"}\n', reads("2:1p 3:2s", bad=[(4, None, None)], refused_or=True)),
        text("json_in_csv.csv", "a CSV whose notes are JSON with ids in it", 'uuid,action,meta\n@1,pause,"{""uuid"": ""@11""}"\n@2,start,"{""uuid"": ""@12""}"\n', reads("2:1p 3:2s")),
        text("delimiter_changes.csv", "the delimiter changes half way", "uuid,title,action\n@1,a,pause\n@2,b,start\n@3;c;pause\n@4;d;start\n", reads("2:1p 3:2s", bad=[(4, None, None), (5, None, None)], refused_or=True)),
        text("diff.txt", "a patch of a list: removed rows are none", "--- a/list.csv\n+++ b/list.csv\n uuid,action\n-@1,pause\n+@1,start\n @2,pause\n", either(refuses("."), reads("6:2p", bad=[(4, None, None), (5, None, None)], skip="1-2tc"))),
        text("conflict_markers.csv", "the marks of a merge that was not finished", "uuid,action\n@1,pause\n<<<<<<< HEAD\n@2,start\n=======\n@2,pause\n>>>>>>> other\n", reads("2:1p", bad=[(4, None, None), (6, None, None)], skip="3cfr 5cftr 7fr", refused_or=True)),
        text("right_to_left.csv", "marks that turn the order on the screen", "uuid,title,action\n@1,\u202eevihcra\u202c,pause\n@2,x,\u202epause\u202c\n@3,y,start\n", reads("2:1p 4:3s", loose="3:2p")),
        text("lookalike_letters.csv", "a Cyrillic letter in an action and in an id", "uuid,action\n@1,pause\n@2,pаuse\n7f0c2b1е-5d5a-4b7e-9f43-2a1d3c4b5e6f,pause\n@3,start\n", reads("2:1p 5:3s", bad=[(3, "action", None), (4, "uuid", None)])),
    ]  # fmt: skip


def cases() -> list[Case]:
    """Return the files that must be refused rather than guessed, or read in the one right way."""
    return [*_columns(), *_lines()]
