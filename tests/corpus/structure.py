"""What stands around and between the rows: titles, totals, comments, gaps, second headers."""
# ruff: noqa: E501  a case is one line, which is how they are compared

from tests.corpus.notation import PAUSE, Case, either, reads, refuses, text

HEAD = "Journey ID,Title,Action\n"


def _above() -> list[Case]:
    return [
        text("title.csv", "a title line above the header", "Journeys to pause in May 2026\n" + HEAD + "@1,a,pause\n@2,b,start\n", reads("3:1p 4:2s", skip="1t")),
        text("title_wide.csv", "a title with Excel's empty cells behind it, and a blank row", "Journeys to pause,,\n,,\n" + HEAD + "@1,a,pause\n@2,b,start\n", reads("4:1p 5:2s", skip="1t 2B"), uncovered=None),
        text("preamble.csv", "a report's head of several lines", "Report:,Journeys\nCreated by:,Anna\nDate:,2026-05-01\n\n\n" + HEAD + "@1,a,pause\n@2,b,start\n", reads("7:1p 8:2s", skip="1-3t 4-5B")),
        text("preamble_semicolon.csv", "commas in the title, semicolons in the table", "Pause these, please, today, all of them\n\nTitle;Journey ID;Action\na;@1;pause\nb;@2;start\n", reads("4:1p 5:2s", skip="1t 2B")),
        text("comments.csv", "comments above, between and below", "# exported 2026-05-01\n#\n" + HEAD + "@1,a,pause\n# the next one is for Anna\n@2,b,start\n# end\n", reads("4:1p 6:2s", skip="1-2ct 5c 7cf")),
        text("comment_with_delimiters.csv", "a comment with commas and a quote", "# a, b, \"c\nuuid,action\n@1,pause\n# d, e, 'f\n@2,start\n", reads("3:1p 5:2s", skip="1ct 4c")),
        text("blank_first.csv", "blank lines before the header", "\n\n  \n" + HEAD + "@1,a,pause\n@2,b,start\n", reads("5:1p 6:2s", skip="1-3B")),
        text("title_quote.csv", "an apostrophe in the title opens no cell", "Anna's list: don't touch\n" + HEAD + "@1,a,pause\n@2,b,start\n", reads("3:1p 4:2s", skip="1t")),
        text("long_preamble.csv", "thirty lines of talk above the table", "".join(f"note {n}: nothing here\n" for n in range(30)) + HEAD + "@1,a,pause\n@2,b,start\n", reads("32:1p 33:2s", skip="1-30t")),
    ]  # fmt: skip


def _headers() -> list[Case]:
    return [
        text("two_row_header.csv", "groups above the real header", ",Journey,,Plan\nNo,UUID,Title,Action\n1,@1,a,pause\n2,@2,b,start\n", reads("3:1p 4:2s", skip="1t")),
        text("group_with_words.csv", "a group row that holds the header's words", "Journey,,Action,\nUUID,Title,Action,Owner\n@1,a,pause,Anna\n@2,b,start,Ben\n", reads("3:1p 4:2s", skip="1t")),
        text("second_header_units.csv", "a row of types below the header", "uuid,sent,action\n(text),(count),(word)\n@1,12,pause\n@2,7,start\n", reads("3:1p 4:2s", skip="2tr")),
        text("second_header_language.csv", "the header once more in Spanish", "Journey ID,Title,Action\nID del viaje,Título,Acción\n@1,a,pause\n@2,b,start\n", either(reads("3:1p 4:2s", skip="2t"), reads("3:1p 4:2s", skip="1t"))),
        text("header_twice.csv", "the header right below itself", HEAD + HEAD + "@1,a,pause\n@2,b,start\n", either(reads("3:1p 4:2s", skip="2t"), reads("3:1p 4:2s", skip="1t"))),
        text("header_again.csv", "a header in the middle: two exports in one file", HEAD + "@1,a,pause\n" + HEAD + "@2,b,start\n", reads("2:1p 4:2s", skip="3t")),
        text("header_again_shouted.csv", "the same, in capitals and with blanks", HEAD + "@1,a,pause\nJOURNEY ID, Title ,ACTION\n@2,b,start\n", reads("2:1p 4:2s", skip="3t")),
        text("header_again_blank.csv", "blank line, header, rows, again and again", HEAD + "@1,a,pause\n\n" + HEAD + "@2,b,start\n\n" + HEAD + "@3,c,pause\n", reads("2:1p 5:2s 8:3p", skip="3b 4t 6b 7t")),
        text("header_again_changed.csv", "a second header that swaps the columns: the rows below it mean something else", "Journey ID,Action,Note\n@1,pause,x\nNote,Journey ID,Action\nstart,@2,pause\n", either(refuses("."), reads("2:1p", bad=[(3, None, None), (4, None, None)]), reads("2:1p", bad=[(4, None, None)], skip="3t"), reads("2:1p 4:2p", skip="3t"))),
        text("rule.csv", "a line of dashes under the header", HEAD + "----------,-----,------\n@1,a,pause\n@2,b,start\n", reads("3:1p 4:2s", skip="2tf")),
        text("markdown.md", "a markdown table with alignment, and talk around it", "# Journeys\n\nPlease pause these.\n\n| Journey ID | Title | Action |\n|:-----------|:-----:|-------:|\n| @1 | a | pause |\n| @2 | b | start |\n", reads("7:1p 8:2s", skip="1ct 2B 3t 4B 6tf")),
        text("header_break.csv", "a line break inside a header cell", '"Journey\nID",Title,"Action\n(start/pause)"\n@1,a,pause\n@2,b,start\n', reads("4:1p 5:2s", refused_or=True), uncovered=3),
        text("header_break_id.csv", "a line break between two words of a header", '"Journey\nID",Title,Action\n@1,a,pause\n@2,b,start\n', reads("3:1p 4:2s"), uncovered=2),
    ]  # fmt: skip


def _below() -> list[Case]:
    rows = "@1,a,pause\n@2,b,start\n"
    return [
        text("total.csv", "a total below the rows", HEAD + rows + "Total,2,\n", reads("2:1p 3:2s", skip="4f")),
        text("total_elsewhere.csv", "the total's word in another column, no id", "Title,Journey ID,Sent,Action\na,@1,5,pause\nb,@2,7,start\nTotal,,12,\n", reads("2:1p 3:2s", skip="4f")),
        text("grand_total.csv", "a blank row, then a grand total", HEAD + rows + ",,\nGrand total,2,\n", reads("2:1p 3:2s", skip="4B 5f")),
        text("total_german.csv", "a total in German", "Journey-ID;Titel;Aktion\n@1;a;pausieren\n@2;b;starten\nSumme;2;\n", reads("2:1p 3:2s", skip="4f")),
        text("rows_foot.csv", "(2 rows) below a CSV", HEAD + rows + "(2 rows)\n", reads("2:1p 3:2s", skip="4f")),
        text("note_below.csv", "a note below a blank line", HEAD + rows + "\nExported by Anna on 2026-05-01\n", reads("2:1p 3:2s", skip="4B 5f")),
        text("notes_below.csv", "several notes: skipped or rejected, but told", HEAD + rows + "\n* paused until June\n** ask Ben first\nSource: BI\n", reads("2:1p 3:2s", skip="4B 5-7fr")),
        text("subtotals.csv", "a subtotal after every group; rows follow it", HEAD + "@1,a,pause\nSubtotal,1,\n@2,b,start\nSubtotal,1,\n", reads("2:1p 4:2s", skip="3fr 5fr")),
        text("total_then_row.csv", "a row below the total is a row", HEAD + "@1,a,pause\n@2,b,start\nTotal,2,\n@3,late,pause\n", reads("2:1p 3:2s 5:3p", skip="4fr")),
        text("note_with_id.csv", "a note below the table that holds an id: told, never a row", HEAD + rows + "\nDo not touch @9 before June\n", reads("2:1p 3:2s", skip="4B 5fr")),
        text("title_like_total.csv", "a journey whose title is Total, with an id: a row", HEAD + "@1,Total,pause\n@2,Grand total,start\n", reads("2:1p 3:2s")),
        text("row_without_id.csv", "a row without an id is no footer", HEAD + "@1,a,pause\n,Forgotten,pause\n@3,c,start\n", reads("2:1p 4:3s", bad=[(3, "Journey ID", "empty")])),
        text("last_without_id.csv", "the last row has an action and no id", HEAD + "@1,a,pause\n@2,b,start\n,Forgotten,pause\n", reads("2:1p 3:2s", bad=[(4, "Journey ID", "empty")])),
    ]  # fmt: skip


def _gaps() -> list[Case]:
    return [
        text("blank_rows.csv", "blank lines and rows of commas between", HEAD + "@1,a,pause\n\n,,\n  \n@2,b,start\n", reads("2:1p 6:2s", skip="3-5b")),
        text("blank_columns.csv", "columns without a header or a cell", ",Journey ID,,Title,,Action,\n,@1,,a,,pause,\n,@2,,b,,start,\n", reads("2:1p 3:2s")),
        text("unnamed_column.csv", "a column of numbers without a name", ",Journey ID,Action\n1,@1,pause\n2,@2,start\n", reads("2:1p 3:2s")),
        text("ragged_short.csv", "rows that end early", "uuid,action,title,owner\n@1,pause\n@2,start,b\n@3,pause,c,Anna\n", reads("2:1p 3:2s 4:3p")),
        text("ragged_no_action.csv", "a row that ends before its action", HEAD + "@1,a,pause\n@2,b\n@3,c,start\n", reads("2:1p 4:3s", bad=[(3, "Action", "empty")])),
        text("ragged_long.csv", "cells beyond the last column, behind all that matters", "uuid,action,title\n@1,pause,Hello, world\n@2,start,b\n@3,pause,c\n", reads("3:2s 4:3p", loose="2:1p")),
        text("ragged_shift.csv", "an unquoted comma shifts the action", HEAD + "@1,Hello, world,pause\n@2,b,start\n@3,c,pause\n", reads("3:2s 4:3p", bad=[(2, None, None)])),
        text("ragged_shift_action.csv", "an unquoted comma puts an action's word where the action is", HEAD + "@1,Please, pause,start\n@2,b,start\n@3,c,pause\n", reads("3:2s 4:3p", bad=[(2, None, None)])),
        text("ragged_shift_id.csv", "an unquoted comma shifts the id", "Title,Journey ID,Action\nHello, world,@1,pause\nb,@2,start\nc,@3,pause\n", reads("3:2s 4:3p", bad=[(2, None, None)])),
        text("unclosed_quote.csv", "a quote opens and never closes: it would swallow two rows", 'uuid,title,action\n@1,a,pause\n@2,"b,start\n@3,c,pause\n@4,d,pause\n', refuses(r":3\b|line 3\b")),
        text("unclosed_quote_crlf.csv", "the same with CRLF and semicolons", 'uuid;title;action\r\n@1;a;pause\r\n@2;b;pause\r\n@3;"c;start\r\n@4;d;pause\r\n', refuses(r":4\b|line 4\b")),
        text("unclosed_quote_last.csv", "a quote that opens in the last row swallows nothing else", 'uuid,title,action\n@1,a,pause\n@2,b,start\n@3,"c,pause\n', either(refuses(r":4\b|line 4\b"), reads("2:1p 3:2s", bad=[(4, None, None)]), reads("2:1p 3:2s 4:3p"))),
        text("unclosed_quote_single.csv", "an apostrophe as quote opens and never closes", "'uuid','title','action'\n'@1','a','pause'\n'@2','b,'start'\n'@3','c','pause'\n", either(refuses(r":3\b|line 3\b"), reads("2:1p 4:3p", loose="3:2s"))),
        text("text_after_quote.csv", "text behind a closing quote", 'uuid,title,action\n@1,"a" or b,pause\n@2,c,start\n@3,d,pause\n', reads("3:2s 4:3p", loose="2:1p", refused_or=True)),
        text("duplicates.csv", "rows that repeat each other, in other spellings", "uuid,action\n@1,pause\n@U1,Paused\n{@1},pause\n@H1,PAUSE\n@2,start\n@1,pause\n", reads("2:1p 6:2s", merged="3:1p=2 4:1p=2 5:1p=2 7:1p=2")),
        text("contradiction.csv", "one journey, two actions", "uuid,action\n@1,pause\n@2,start\n@U1,start\n@3,pause\n", reads("3:2s 5:3p", bad=[(2, None, "conflict"), (4, None, "conflict")])),
        text("skip_invalid.csv", "--skip-invalid: the good rows are to be run, so all is well", "uuid,action\n@1,pause\nnonsense,pause\n@3,start\n", reads("2:1p 4:3s", bad=[(3, "uuid", None)]), "--skip-invalid"),
        text("empty.csv", "nothing at all", "", refuses("empty"), uncovered=None),
        text("only_bom.csv", "a byte order mark and nothing else", "\ufeff", refuses("empty|no "), uncovered=None),
        text("only_blank.csv", "blank lines alone", "\n \n\t\n", refuses("empty|no |blank"), uncovered=None),
        text("only_header.csv", "a header alone", "uuid,action\n", refuses("no rows|empty|no row|nothing"), uncovered=None),
        text("only_comments.csv", "comments alone", "# uuid,action\n# @1,pause\n", refuses("."), uncovered=None),
        text("only_header_and_total.csv", "a header and a total", HEAD + "Total,0,\n", refuses("."), uncovered=None),
        text("prose.txt", "a letter", "Dear all,\nplease pause the summer journeys, and start the winter ones.\nAnna\n", refuses("."), uncovered=None),
        text("prose_with_ids.txt", "a letter with ids in it: no table", "Dear all,\nplease pause @1, and start @2.\nAnna\n", refuses("."), uncovered=None),
    ]  # fmt: skip


def cases() -> list[Case]:
    """Return the text files of item 3."""
    return [*_above(), *_headers(), *_below(), *_gaps(), _flags_blank()]


def _flags_blank() -> Case:
    return text("ids_with_gaps.csv", "one column, blank lines between: gaps, not empty ids", "uuid\n@1\n\n@2\n\n\n@3\n", reads("2:1p 4:2p 7:3p", skip="3b 5-6b"), *PAUSE)  # fmt: skip
