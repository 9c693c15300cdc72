"""JSON in the shapes that people and programs hand over."""
# ruff: noqa: E501  a case is one line, which is how they are compared

from functools import partial
from typing import Final

from tests.corpus.notation import IDS, PAUSE, Case, Expected, binary, either, filled, reads, refuses, text
from tests.corpus.screens import output

LINES: Final = (
    '{"journey_id": "@1", "title": "Welcome", "action": "pause"}\n'
    '{"journey_id": "@2", "title": "Cart, with \\"quotes\\"", "action": "pause"}\n'
    '{"journey_id": "@3", "title": null, "action": "start"}\n'
)
READ: Final = reads("1-2:1p 3:3s")


def _api(number: int, status: str = "STATUS_RUNNING") -> str:
    """Return a journey as the API answers with it; other things in it have ids as well."""
    point = f'{{"uuid": "{IDS[40 + number]}", "type": "email", "title": "Mail"}}'
    info = (
        f'{{"uuid": "@{number}", "title": "Journey {number}", "status": "{status}", "created_at": "2026-05-01T09:00:00Z", '
        f'"params": {{"application_code": "XXXXX-XXXXX"}}, "category_uuid": "{IDS[50]}", "campaign_type": "TriggerBased"}}'
    )
    return f'{{"info": {info}, "points": [{point}], "comments": []}}'


def _jq(program: str, body: str, *options: str) -> bytes:
    return output("jq", *options, program, given=filled(body).encode())


def _with_jq() -> list[Case]:
    def case(name: str, why: str, expected: Expected, program: str, *options: str, body: str = LINES) -> Case:
        return binary(name, why, partial(_jq, program, body, *options), expected, by="jq")

    api = "".join(_api(number) + "\n" for number in (1, 2, 3))
    return [
        case("jq_compact.jsonl", "jq -c: JSON lines", READ, ".", "-c"),
        case("jq_pretty.json", "jq as it comes: objects over several lines, one after the other", either(reads("1:1p 6:2p 11:3s"), refuses(".")), "."),
        case("jq_slurped.json", "jq -s: one pretty array", reads("2:1p 7:2p 12:3s"), ".", "-s"),
        case("jq_slurped_compact.json", "one array on one line: an editor shows line 1 for all of them", either(reads("1:1p 1:2p 1:3s"), reads("?:1p ?:2p ?:3s")), ".", "-s", "-c"),
        case("jq_wrapped.json", '{"journeys": […]}', reads("3:1p 8:2p 13:3s"), "{journeys: .}", "-s"),
        case("jq_wrapped_data.json", "a wrapper with a page's count and cursor beside the list", reads("5:1p 10:2p 15:3s"), "{total: 3, next: null, items: .}", "-s"),
        case("jq_wrapped_twice.json", "the list two levels down: read or refused", either(reads("4:1p 9:2p 14:3s"), refuses(".")), "{data: {journeys: .}}", "-s"),
        case("jq_api.jsonl", "the API's own objects, one a line; points and categories have ids, too", reads("1-3:1p"), ".", "-c", body=api)._replace(flags=PAUSE),
        case("jq_api.json", "the API's own objects in a pretty array: an object begins at its brace", reads("2:1p 23:2p 44:3p"), ".", "-s", body=api)._replace(flags=PAUSE),
        case("jq_api_wrapped.json", "the API's own objects in a wrapper", reads("3:1p 24:2p 45:3p"), "{journeys: .}", "-s", body=api)._replace(flags=PAUSE),
        case("jq_api_single.json", "one answer of the API, saved as it is", either(reads("1:1p"), refuses(".")), ".", body=_api(1))._replace(flags=PAUSE),
        case("jq_csv.csv", "jq's @csv", reads("2-3:1p 4:3s"), '["journey_id","title","action"], (.[] | [.journey_id, .title, .action]) | @csv', "-s", "-r"),
        case("jq_tsv.tsv", "jq's @tsv", reads("2-3:1p 4:3s"), '["journey_id","title","action"], (.[] | [.journey_id, .title, .action]) | @tsv', "-s", "-r"),
        case("jq_strings.json", "an array of bare ids: read or refused", either(refuses("."), reads("2:1p 3:2p 4:3p")), "map(.journey_id)", "-s")._replace(flags=PAUSE),
        case("jq_arrays.json", "an array of arrays: read or refused", either(refuses("."), reads("?:1p ?:2p ?:3s", skip=None)), 'map([.journey_id, .action])', "-s", "-c"),
        case("jq_keyed.json", "an object whose keys are the ids: read or refused", either(refuses("."), reads("?:1p ?:2p ?:3s", skip=None)), "map({key: .journey_id, value: .action}) | from_entries", "-s"),
    ]  # fmt: skip


def _lines() -> list[Case]:
    return [
        text("crlf.jsonl", "CRLF, and no end at the end", LINES.replace("\n", "\r\n")[:-2], READ, uncovered=0),
        text("bom.jsonl", "a byte order mark", "\ufeff" + LINES, READ, uncovered=0),
        text("utf16.jsonl", "UTF-16", "\ufeff" + LINES, READ, encoding="utf-16-le", uncovered=0),
        text("named.csv", "JSON lines in a file named .csv", LINES, READ, uncovered=0),
        text("blank_lines.jsonl", "blank lines between", LINES.replace("\n", "\n\n"), reads("1:1p 3:2p 5:3s", skip="2bo 4bo 6B"), uncovered=0),
        text("keys_vary.jsonl", "other keys, in another order, on every line", '{"uuid": "@1", "action": "pause"}\n{"action": "start", "tags": ["a", {"b": 1}], "uuid": "@2"}\n{"uuid": "@3", "n": 1.5e3, "action": "pause", "ok": true}\n', reads("1:1p 2:2s 3:3p"), uncovered=0),
        text("key_missing.jsonl", "a line without an id, and one without an action", '{"uuid": "@1", "action": "pause"}\n{"action": "pause", "title": "x"}\n{"uuid": "@3"}\n{"uuid": "@4", "action": "start"}\n', reads("1:1p 4:4s", bad=[(2, None, None), (3, None, None)]), uncovered=0),
        text("types.jsonl", "ids and actions that are no strings", '{"uuid": "@1", "action": "pause"}\n{"uuid": 17, "action": "pause"}\n{"uuid": "@3", "action": true}\n{"uuid": ["@4"], "action": "pause"}\n{"uuid": null, "action": "pause"}\n{"uuid": "@6", "action": "start"}\n', reads("1:1p 6:6s", bad=[(2, None, None), (3, None, None), (4, None, None), (5, None, None)]), uncovered=0),
        text("key_twice.jsonl", "one key twice on a line: no program agrees which one counts", '{"uuid": "@1", "action": "pause"}\n{"uuid": "@2", "uuid": "@3", "action": "pause"}\n{"uuid": "@4", "action": "pause", "action": "start"}\n{"uuid": "@5", "action": "start"}\n', either(reads("1:1p 4:5s", bad=[(2, None, None), (3, None, None)]), refuses(".")), uncovered=0),
        text("same_twice.jsonl", "rows that repeat each other", LINES + '{"journey_id": "@U1", "action": "PAUSE"}\n', READ | {"merged": [[4, IDS[1], "pause", 1]]}, uncovered=0),
        text("torn.jsonl", "the last line is torn", LINES + '{"journey_id": "@4", "act', reads("1-2:1p 3:3s", bad=[(4, None, None)], refused_or=True), uncovered=0),
        text("broken_line.jsonl", "a line in the middle that is no JSON", LINES + "{journey_id: @4}\n" + '{"journey_id": "@5", "action": "pause"}\n', reads("1-2:1p 3:3s 5:5p", bad=[(4, None, None)], refused_or=True), uncovered=0),
        text("not_an_object.jsonl", "lines with a number and a string", LINES + '42\n"@4"\n', reads("1-2:1p 3:3s", bad=[(4, None, None), (5, None, None)], refused_or=True), uncovered=0),
        text("sequence.json", "jq --seq: a record separator before every object; read or refused", "".join(f"\x1e{line}\n" for line in LINES.splitlines()), either(refuses("."), READ), uncovered=None),
        text("trailing_commas.jsonl", "objects copied out of an array, with its commas: read or refused", LINES.replace("}\n", "},\n"), either(refuses("."), READ, reads("3:3s", bad=[(1, None, None), (2, None, None)])), uncovered=0),
        text("commented.jsonl", "comments between the objects: read or refused", "# for May\n" + LINES + "// end\n", either(refuses("."), reads("2-3:1p 4:3s", skip="1cto 5cfo"), reads("2-3:1p 4:3s", skip="1crt 5crf")), uncovered=0),
        text("line_separators.jsonl", "raw U+2028 and U+0085 in a title end no line", '{"uuid": "@1", "title": "a\u2028b\u0085c", "action": "pause"}\n{"uuid": "@2", "action": "start"}\n', reads("1:1p 2:2s"), uncovered=0),
        text("lone_surrogate.jsonl", "half of an emoji, escaped, in a title", '{"uuid": "@1", "title": "a\\ud83d", "action": "pause"}\n{"uuid": "@2", "action": "start"}\n', reads("2:2s", loose="1:1p", refused_or=True), uncovered=0),
        text("long_integer.jsonl", "an integer of 5,000 digits beside the id", '{"uuid": "@1", "n": ' + "9" * 5000 + ', "action": "pause"}\n{"uuid": "@2", "action": "start"}\n', reads("2:2s", loose="1:1p", refused_or=True), uncovered=0),
        text("not_a_number.jsonl", "NaN, as Python writes it", '{"uuid": "@1", "rate": NaN, "action": "pause"}\n{"uuid": "@2", "action": "start"}\n', reads("2:2s", loose="1:1p", refused_or=True), uncovered=0),
        text("escapes.jsonl", "the id in escapes", '{"\\u0075uid": "\\u00a0@1", "action": "pa\\u0075se"}\n{"uuid": "@2", "action": "start"}\n', reads("1:1p 2:2s"), uncovered=0),
        text("localised.jsonl", "keys and words in Spanish", '{"ID del viaje": "@1", "Acción": "pausar"}\n{"ID del viaje": "@2", "Acción": "iniciar"}\n', reads("1:1p 2:2s"), uncovered=0),
    ]  # fmt: skip


def _documents() -> list[Case]:
    array = "[" + ",".join(LINES.splitlines()) + "]"
    nested = '{"journeys": [' + '{"uuid": "@1"}, {"uuid": "@2"}], "archived": [{"uuid": "@3"}]}'
    return [
        text("minified.json", "an array without a blank or line end", array.replace(": ", ":"), either(reads("1:1p 1:2p 1:3s"), reads("?:1p ?:2p ?:3s")), uncovered=None),
        text("array_of_lines.json", "one object a line, brackets on lines of their own", "[\n" + ",\n".join(LINES.splitlines()) + "\n]\n", reads("2-3:1p 4:3s"), uncovered=2),
        text("array_bom_crlf.json", "an array with a mark and CRLF", "\ufeff[\r\n" + ",\r\n".join(LINES.splitlines()) + "\r\n]", reads("2-3:1p 4:3s"), uncovered=2),
        text("array_utf16be.json", "an array in UTF-16 without a mark", "[\n" + ",\n".join(LINES.splitlines()) + "\n]\n", reads("2-3:1p 4:3s"), encoding="utf-16-be", uncovered=2),
        text("array_torn.json", "an array that ends in the middle", array[:-40], refuses("."), uncovered=None),
        text("array_trailing_comma.json", "a comma before the closing bracket", array[:-1] + ",]", either(refuses("."), reads("?:1p ?:2p ?:3s")), uncovered=None),
        text("array_and_more.json", "an array, and a second one behind it", array + "\n" + array.replace("@1", "@4"), refuses("."), uncovered=None),
        text("array_mixed.json", "an array with something else among its objects", '[\n{"uuid": "@1", "action": "pause"},\n"@2",\n{"uuid": "@3", "action": "start"}\n]\n', reads("2:1p 4:3s", bad=[(3, None, None)], refused_or=True), uncovered=2),
        text("array_empty.json", "an empty array", "[]\n", refuses("."), uncovered=None),
        text("journeys_empty.json", "a wrapper of nothing", '{"journeys": []}\n', refuses("."), *PAUSE, uncovered=None),
        text("two_lists.json", "journeys beside archived ones: which list is meant?", nested, either(refuses("."), reads("?:1p ?:2p")), *PAUSE, uncovered=None),
        text("api_error.json", "the API's answer to a wrong token, saved as a list", '{"code": 16, "message": "unauthenticated", "details": []}\n', refuses("."), *PAUSE, uncovered=None),
        text("api_mixed.jsonl", "an error among the API's objects", _api(1) + '\n{"code": 5, "message": "not found", "details": []}\n' + _api(3) + "\n", reads("1:1p 3:3p", bad=[(2, None, None)]), *PAUSE, uncovered=0),
        text("api_no_action.jsonl", "the API's status is no action", _api(1, "STATUS_PAUSED") + "\n" + _api(2) + "\n", refuses("action"), uncovered=None),
        text("api_two_ids.json", "an id outside and another in info", '[{"uuid": "@9", "info": {"uuid": "@1", "title": "a"}},\n {"uuid": "@8", "info": {"uuid": "@2", "title": "b"}}]', either(refuses("."), reads("", bad=[(1, None, None), (2, None, None)])), *PAUSE, uncovered=None),
        text("scalar.json", "a JSON string", '"@1"\n', either(refuses("."), reads("1:1p")), *PAUSE, uncovered=None),
        text("python.txt", "a list as Python prints it", "[{'uuid': '@1', 'action': 'pause'}, {'uuid': '@2', 'action': 'start'}]\n", either(refuses("."), reads("?:1p ?:2s")), uncovered=None),
    ]  # fmt: skip


def cases() -> list[Case]:
    """Return the JSON files."""
    return [*_with_jq(), *_lines(), *_documents()]
