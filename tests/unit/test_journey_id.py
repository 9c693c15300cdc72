import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulk_journeys.model import Action
from bulk_journeys.vocabulary.action_word import action_in, action_word
from bulk_journeys.vocabulary.journey_id import (
    LONGEST_ID,
    MAX,
    NIL,
    Unclear,
    holds_id,
    id_in,
    is_canonical,
    is_error_value,
    journey_id,
)

ID = "abcdef01-2345-6789-abcd-ef0123456789"
OTHER = "11111111-2222-3333-4444-555555555555"
BARE = ID.replace("-", "")
APP = "https://app.pushwoosh.com"

SPELLINGS = [
    ID,
    ID.upper(),
    BARE,
    BARE.upper(),
    f"{{{ID}}}",
    f"{{{BARE.upper()}}}",
    f"urn:uuid:{ID}",
    f"URN:UUID:{ID.upper()}",
    f"Urn:Uuid:{BARE}",
]
AROUND = [
    "\u00a0",
    "\u200b",
    "\ufeff",
    "\u3000",
    "\x00",
    "\u200e",
    "\u200f",
    "\u202a",
    "\u2060",
    "\u2069",
    "\u061c",
    "\u00ad",
    " \t\r\n",
    "\u2003\ufe0f",
]


@given(
    st.sampled_from(["", " ", "{", '"', "'", "urn:uuid:", f"{APP}/journeys/", "-", "x"]),
    st.sampled_from([*SPELLINGS, NIL, MAX, ID[:-1], "pause", "PAUSED", "stop", "n/a", "", ID * 60])
    | st.text(max_size=70),
    st.sampled_from(["", " ", "}", '"', "/", f"?uuid={OTHER}", *AROUND]),
)
def test_what_a_cell_is_taken_for_is_the_same_without_the_reason(before: str, text: str, behind: str) -> None:
    cell = before + text + behind
    for quick, full in ((id_in, journey_id), (action_in, action_word)):
        found = full(cell)
        assert quick(cell) == (None if isinstance(found, Unclear) else found)


@pytest.mark.parametrize("text", SPELLINGS)
def test_an_id_is_known_however_it_is_spelt(text: str) -> None:
    assert journey_id(text) == ID
    assert holds_id(text)


@pytest.mark.parametrize("around", AROUND, ids=ascii)
def test_what_nobody_sees_around_an_id_does_not_matter(around: str) -> None:
    assert journey_id(around + ID + around) == ID
    assert journey_id(around + ID.upper()) == ID
    assert journey_id(f"{{{ID}}}{around}") == ID


@pytest.mark.parametrize(
    "text",
    [
        f'="{ID}"',
        f'= "{ID}"',
        f'="{{{ID.upper()}}}"',
        f"'{ID}",
        f"'{ID}'",
        f'"{ID}"',
        f'" {ID}\u200b"',
        f"“{ID}”",
        f"„{ID}“",
        f"«{ID}»",
        f"`{ID}`",
        f"「{ID}」",
        f"（{ID}）",
        f"【{ID.upper()}】。",
        f"｛{ID}｝",
        f"{ID}，",
    ],
)
def test_quotes_and_full_width_punctuation_around_an_id_do_not_matter(text: str) -> None:
    assert journey_id(text) == ID


@pytest.mark.parametrize(
    "link",
    [
        f"{APP}/journeys/{ID}",
        f"{APP}/journeys/{ID.upper()}/canvas/?from={OTHER}#top",
        f"app.pushwoosh.com/{ID}",
        f"app.pushwoosh.com:443/{ID}",
        f"HTTPS://APP.PUSHWOOSH.COM/journeys/{ID.upper()}",
        f" {APP}/journeys/{ID} ",
        f"{APP}/journeys/%7B{ID}%7D",
        f"{APP}/journeys/{ID}?a=1&next=https://app.pushwoosh.com/{OTHER}",
        f"{APP}/#/journeys/{ID}",
        f"{APP}/#!/journeys/{ID}/edit?tab=1",
        f"{APP}/journeys?journey_id={ID}",
        f"{APP}/journeys?journeyId={ID}&app={OTHER}",
        f"{APP}/journeys/edit?id={ID}",
        f"{APP}/canvas?uuid=%7b{ID}%7d",
        f"{APP}/canvas/#/open?canvas={ID}",
        f"{APP}?journey={ID}",
        f"{APP}/journeys/{ID}/?journey_id={ID}",
    ],
)
def test_a_link_names_the_journey_in_its_path_or_under_a_key_for_it(link: str) -> None:
    assert journey_id(link) == ID


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "is empty"),
        (" \u200b", "is empty"),
        ("''", "is empty"),
        (NIL, "is the nil id"),
        ("0" * 32, "is the nil id"),
        (f"{{{NIL}}}", "is the nil id"),
        (f"urn:uuid:{NIL}", "is the nil id"),
        (f"https://x/{NIL}", "is the nil id"),
        (MAX, "is the max id"),
        (MAX.upper(), "is the max id"),
        ("xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx", "is a placeholder"),
        ("{journey_id}", "is a placeholder"),
        ("<uuid>", "is a placeholder"),
        (f"{ID} {OTHER}", "holds several journey ids"),
        (f"{ID},{ID}", "holds several journey ids"),
        (f"{ID}\n{OTHER}", "holds several journey ids"),
        (ID + OTHER, "holds several journey ids"),
        (f"{BARE};{BARE}", "holds several journey ids"),
        (f"{APP}/{ID} {APP}/{OTHER}", "holds several journey ids"),
        ("0x" + BARE, "is a number that starts with 0x"),
        ("0X" + BARE[2:], "is a number that starts with 0x"),
        ("0x" + ID, "is a number that starts with 0x"),
        (ID.replace("-", "_"), "has underscores"),
        ("abcdef01_2345_6789_abcd_ef01234567", "has underscores"),
        (f"+{BARE}", "begins with a sign"),
        (f"+{BARE[1:]}", "begins with a sign"),
        (f"-{ID}", "begins with a sign"),
        ("abcdef012-345-6789-abcd-ef0123456789", "has its hyphens or braces in the wrong places"),
        (f"{{{BARE}", "has its hyphens or braces in the wrong places"),
        (f"{ID}}}", "has its hyphens or braces in the wrong places"),
        (ID[:-1], "is cut short"),
        (ID[:20], "is cut short"),
        (f"{ID[:13]}...", "is cut short"),
        (f"{ID[:13]}…", "is cut short"),
        ("123e4567", "is cut short"),
        (ID + "0", "is too long"),
        (f"{ID[:9]}\u200b{ID[9:]}", "has blanks or invisible characters inside"),
        (f"{ID[:9]}\u00ad{ID[9:]}", "has blanks or invisible characters inside"),
        (ID.replace("-", " "), "has blanks or invisible characters inside"),
        (f"{ID[:18]}\n{ID[18:]}", "has blanks or invisible characters inside"),
        (ID.replace("1", "１"), "has characters that only look like"),
        (ID.replace("-", "\u2011"), "has characters that only look like"),
        (ID.replace("-", "–"), "has characters that only look like"),
        (ID.replace("0", "O"), "has the letter 'o', which no id has"),
        (ID.replace("1", "l"), "has the letter 'l', which no id has"),
        (BARE.replace("1", "I"), "has the letter 'i', which no id has"),
        (ID.replace("a", "а"), "has the letter 'а' (CYRILLIC SMALL LETTER A), which no id has"),
        (ID.replace("3", "٣"), "has the digit '٣' (ARABIC-INDIC DIGIT THREE), which no id has"),
        (f"{APP}/journeys", "is a link without a journey id"),
        (f"{APP}/journeys?from={ID}", "is a link without a journey id"),
        (f"{APP}/journeys#{ID}", "is a link without a journey id"),
        (f"{APP}/journeys/{BARE}", "is a link without a journey id"),
        (f"https://x/{ID}/{OTHER}", "is a link with several ids"),
        (f"https://x/{ID},https://x/{OTHER}", "is a link with several ids"),
        (f"https://x/{ID}?a=1,https://x/{OTHER}", "is a link with several ids"),
        (f"https://x/{OTHER}?journey_id={ID}", "is a link with several ids"),
        (f"https://x/{OTHER}#/journey/{ID}", "is a link with several ids"),
        (f"https://x/{ID}.html", "is a link with something around the journey id"),
        (f"https://x/journey-{ID}", "is a link with something around the journey id"),
        ("#N/A", "is an error of the spreadsheet"),
        ("＃Ｎ／Ａ", "is an error of the spreadsheet"),
        ("#####", "is an error of the spreadsheet"),
        ("1.11E+31", "is a number, into which the spreadsheet has turned the id"),
        ("1,11111E+31", "is a number, into which the spreadsheet has turned the id"),
        ("1E+31", "is a number, into which the spreadsheet has turned the id"),
        ("1e31", "is a number, into which the spreadsheet has turned the id"),
        ("-1.5e-3", "is a number, into which the spreadsheet has turned the id"),
        ("17", "is a plain number"),
        ("-17", "is a plain number"),
        ("12345678", "is a plain number"),
        ("1.234.567,5", "is a plain number"),
        ("1 234 567", "is a plain number"),
        ("2026-05-01", "is a date"),
        ("2026-05-01 09:00:00", "is a date"),
        ("2026-05-01T09:00:00Z", "is a date"),
        ("01.05.2026", "is a date"),
        ("5/1/26 9:00 AM", "is a date"),
        ("1-May", "is a date"),
        ("1 May 2026", "is a date"),
        ("May 1, 2026", "is a date"),
        ("2026年5月1日", "is a date"),
        ("TRUE", "is true or false"),
        ("Falsch", "is true or false"),
        ("ИСТИНА", "is true or false"),
        ("null", "stands for no value"),
        ("None", "stands for no value"),
        ("NaN", "stands for no value"),
        ("N/A", "stands for no value"),
        ("(null)", "stands for no value"),
        ("\\N", "stands for no value"),
        ("-", "stands for no value"),
        ("—", "stands for no value"),
        ("нет", "stands for no value"),
        ("无", "stands for no value"),
        ("someone@example.com", "is an e-mail address"),
        ("=A1", "is a formula"),
        (f'=HYPERLINK("{APP}/{ID}")', "is a formula"),
        (f'="{ID}"&""', "is a formula"),
        (f"{ID} (old)", "has something around a journey id"),
        (f"{ID}?", "has something around a journey id"),
        (f"See: a.b/{ID}", "has something around a journey id"),
        ("Весна", "is not a journey id"),
        ("Welcome series", "is not a journey id"),
        ("welcome_series", "is not a journey id"),
        ("12 May flowers", "is not a journey id"),
        ("\ud800", "stands for no value"),
        ("a\ud800b", "is not a journey id"),
        ("x" * 5000, f"is longer than {LONGEST_ID}"),
        ("9" * 100_000, f"is longer than {LONGEST_ID}"),
    ],
)
def test_what_is_not_one_id_is_refused_with_its_own_reason(text: str, reason: str) -> None:
    found = journey_id(text)
    assert isinstance(found, Unclear)
    assert found.reason.startswith(reason)
    assert not is_canonical(text)


@pytest.mark.parametrize(
    "text",
    [
        f"journey {ID}",
        f"{ID} (old)",
        f"https://x/{ID}.html",
        f"{ID[:9]}\u200b{ID[9:]}",
        ID.replace("1", "１"),
        f"see {BARE}",
    ],
)
def test_an_id_that_is_not_alone_or_misspelt_is_only_suggested(text: str) -> None:
    found = journey_id(text)
    assert isinstance(found, Unclear)
    assert found.meant == ID
    assert holds_id(text)


@pytest.mark.parametrize("text", ["", "17", f"{ID} {OTHER}", f"no {NIL}", ID[:-1], ID.replace("0", "O"), "Spring sale"])
def test_without_exactly_one_id_in_it_nothing_is_suggested(text: str) -> None:
    found = journey_id(text)
    assert isinstance(found, Unclear)
    assert found.meant is None


@pytest.mark.parametrize("text", ["", "Welcome series", "11111111-2222", "#N/A", "deadbeef " * 1000])
def test_prose_holds_no_id(text: str) -> None:
    assert not holds_id(text)


@given(st.text() | st.text("0123456789abcdefABCDEF-_{}xul:/?#=&.,;'\"oO\u200b\ud800１ ", max_size=120))
def test_any_text_is_an_id_or_has_a_reason(text: str) -> None:
    found = journey_id(text)
    assert found.reason if isinstance(found, Unclear) else is_canonical(found)
    assert isinstance(found, Unclear) or holds_id(text)


@pytest.mark.parametrize(
    "text",
    [
        *("#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", " #n/a ", "Err:502"),
        *("#NV", "#BEZUG!", "#WERT!", "#N/D", "#¡REF!", "#¿NOMBRE?", "#Н/Д", "#ССЫЛКА!", "#ADR!", "#####", "＃Ｎ／Ａ"),
    ],
)
def test_an_error_of_a_spreadsheet_is_known_in_the_language_of_any_excel(text: str) -> None:
    assert is_error_value(text)


@pytest.mark.parametrize(
    "text", ["", "#", "##", "# N/A in May", "#comment", "#12", "#Important!", "N/A", "#" + "x" * 999]
)
def test_a_comment_is_no_error_of_a_spreadsheet(text: str) -> None:
    assert not is_error_value(text)


@pytest.mark.parametrize(
    ("text", "action"),
    [
        ("pause", Action.PAUSE),
        (" Paused\u00a0", Action.PAUSE),
        ("ＰＡＵＳＥ", Action.PAUSE),
        ('="pause"', Action.PAUSE),
        ("'pause", Action.PAUSE),
        ('"pause"', Action.PAUSE),
        ("“Pause”", Action.PAUSE),
        ("pau\u200bse", Action.PAUSE),
        ("pause" + " " * 500, Action.PAUSE),
        ("STATUS_PAUSED", Action.PAUSE),
        ("on hold", Action.PAUSE),
        ("status-running", Action.START),
        ("Un-pause", Action.START),
        ("Un\u2011pause", Action.START),
        ("resume", Action.START),
        ("activate", Action.START),
        ("FINISHED", Action.FINISH),
        ("Draft", Action.DRAFT),
        ("STATUS_ARCHIVED", Action.ARCHIVE),
    ],
)
def test_an_action_is_known_however_it_is_spelt(text: str, action: Action) -> None:
    assert action_word(text) is action


@pytest.mark.parametrize(
    ("text", "reason", "meant"),
    [
        ("pasue", "is not an action", "pause"),
        ("finnish", "is not an action", "finish"),
        ("pause it", "is not an action", "pause"),
        ("pause?", "is not an action", "pause"),
        ("pause!", "is not an action", "pause"),
        ("pausé!", "is not an action", "pause"),
        ("unpase", "is not an action", "start"),
        ("pause all", "is not an action", "pause"),
        ("приостановит", "is not an action", "pause"),
        ("xyz", "is not an action; write one of start, pause, finish, draft, archive", None),
        ("unarchivd", "is not an action; write one of start, pause, finish, draft, archive", None),
        ("inaktive", "is not an action; write one of start, pause, finish, draft, archive", None),
        ("\ud800a", "is not an action; write one of start, pause, finish, draft, archive", None),
        ("pause " * 100, "is not an action", None),
    ],
)
def test_a_near_miss_is_a_suggestion_only(text: str, reason: str, meant: str | None) -> None:
    assert action_word(text) == Unclear(reason, meant)


@pytest.mark.parametrize(
    "text",
    [
        *("don't pause", "don’t pause", "dont pause", "not paused", "Not-Paused", "do not start", "never finish"),
        *(
            "no pausar",
            "não pausar",
            "nicht pausieren",
            "ne pas arrêter",
            "не запускать",
            "не запускати",
            "nie wstrzymuj",
        ),
        *("不要暂停", "別暫停", "一時停止しない", "일시중지하지 마세요", "لا تبدأ", "no action", "keine Aktion"),
    ],
)
def test_a_negation_is_no_action_and_suggests_none(text: str) -> None:
    assert action_word(text) == Unclear("says what not to do; write what to do, or take the row out")


@pytest.mark.parametrize(
    "text",
    [
        *(
            "stop",
            "Stopped",
            "DISABLE",
            "end",
            "inactive",
            "detener",
            "parado",
            "anhalten",
            "stoppen",
            "arrêter",
            "arrêté",
        ),
        *("остановить", "стоп", "зупинити", "zatrzymaj", "停止", "中止", "중지", "停用", "إيقاف", "متوقف"),
    ],
)
def test_a_word_with_two_meanings_is_refused(text: str) -> None:
    found = action_word(text)
    assert isinstance(found, Unclear)
    assert "'pause', which can be taken back, or 'finish', which cannot" in found.reason


@pytest.mark.parametrize(
    "text",
    [
        *(
            "delete",
            "Removed",
            "cancel",
            "unarchive",
            "restart",
            "eliminar",
            "excluir",
            "löschen",
            "supprimer",
            "удалить",
        ),
        *("видалити", "usuń", "削除", "キャンセル", "삭제", "删除", "取消", "حذف", "إلغاء"),
    ],
)
def test_what_the_api_does_not_do_is_refused_as_that(text: str) -> None:
    found = action_word(text)
    assert isinstance(found, Unclear)
    assert found.reason.startswith("is nothing that the API does to a journey; write one of start,")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (" ", "is empty; every row needs an action"),
        ('=""', "is empty; every row needs an action"),
        ("-", "stands for no action"),
        ("n/a", "stands for no action"),
        ("нет данных", "stands for no action"),
        ("#REF!", "is an error of the spreadsheet"),
    ],
)
def test_a_cell_without_an_action_is_refused(text: str, reason: str) -> None:
    found = action_word(text)
    assert isinstance(found, Unclear)
    assert found.reason.startswith(reason)
    assert found.meant is None


@given(st.text())
def test_any_text_is_an_action_or_has_a_reason(text: str) -> None:
    found = action_word(text)
    assert isinstance(found, Action) or found.reason
