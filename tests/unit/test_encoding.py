import io
from collections.abc import Callable
from itertools import chain
from typing import Final

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bulk_journeys.errors import InputError
from bulk_journeys.source.encoding import Encoding, detect_encoding

ID: Final = "1b4e28ba-2fa1-11d2-883f-0016d3cca427"

WRITTEN: Final = {
    "cp1252": ["acción", "ação", "größe"],
    "iso8859-1": ["acción", "ação", "größe"],
    "iso8859-15": ["acción", "größe"],
    "cp1250": ["działanie", "akció"],
    "iso8859-2": ["działanie", "akció"],
    "cp852": ["działanie", "akció"],
    "cp1251": ["действие", "дія", "пауза"],
    "koi8-r": ["действие", "пауза"],
    "koi8-u": ["дія"],
    "iso8859-5": ["действие", "дія"],
    "cp866": ["действие", "пауза"],
    "cp1253": ["έναρξη"],
    "iso8859-7": ["έναρξη"],
    "cp1254": ["başlık"],
    "iso8859-9": ["başlık"],
    "cp1255": ["פעולה"],
    "cp1256": ["إجراء", "إيقاف"],
    "cp932": ["操作", "アクション", "一時停止"],
    "euc_jp": ["操作", "アクション"],
    "gb18030": ["操作", "暂停"],
    "big5": ["動作"],
    "cp949": ["작업", "일시중지"],
    "mac-roman": ["acción", "größe"],
    "cp850": ["acción", "größe"],
}
"""Words that a list may hold, by the encoding in which it was saved."""

TITLES: Final = {
    "cp1252": ["Grüße aus Köln – „jetzt“ 50 €", "Campaña de otoño", "L’été déjà là, cœur", "Café", "it’s spring"],
    "cp1250": ["Kampania świąteczna, żółć", "Příliš žluťoučký kůň", "Árvíztűrő tükörfúrógép", "Łódź"],
    "iso8859-2": ["Kampania świąteczna, żółć", "Příliš žluťoučký kůň"],
    "cp1251": ["Весенняя рассылка", "рассылка для новых", "Весняна розсилка для їжаків"],
    "koi8-r": ["Весенняя рассылка", "рассылка для новых"],
    "iso8859-5": ["Весенняя рассылка"],
    "cp866": ["Весенняя рассылка"],
    "cp1253": ["Εαρινή καμπάνια"],
    "cp1254": ["İstanbul'da yılbaşı kampanyası"],
    "cp1255": ["קמפיין אביב"],
    "cp1256": ["حملة الربيع"],
    "cp1257": ["Pavasario žinutė ąčęėį"],
    "cp932": ["春のキャンペーン"],
    "euc_jp": ["春のキャンペーン"],
    "gb18030": ["春季促销活动"],
    "big5": ["春季促銷活動"],
    "cp949": ["봄 캠페인 일시 중지"],
    "mac-roman": ["Campaña de otoño"],
    "cp850": ["Größe ändern"],
}

ALL_WORDS: Final = frozenset(chain.from_iterable(WRITTEN.values()))
ALL_TITLES: Final = sorted(chain.from_iterable(TITLES.values()))


def knows(cell: str) -> bool:
    return cell.strip().lower() in ALL_WORDS


def detected(content: bytes, knows: Callable[[str], bool] = knows) -> str:
    return detect_encoding(io.BytesIO(content), knows, "x").codec


def refusal(content: bytes) -> str:
    with pytest.raises(InputError) as refused:
        detected(content)
    assert refused.value.advice == "save the list as CSV UTF-8 and try again"
    return refused.value.reason


@pytest.mark.parametrize(
    ("encoding", "codec"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("utf-32", "utf-32"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("utf-32-le", "utf-32-le"),
        ("utf-32-be", "utf-32-be"),
    ],
)
@pytest.mark.parametrize("title", ["Spring", "Весна 春 😀", "春季促销活动" * 5])
def test_unicode_is_told_with_and_without_a_byte_order_mark(encoding: str, codec: str, title: str) -> None:
    assert detected(f"id,title\r\n{ID},{title}\r\n".encode(encoding)) == codec


@pytest.mark.parametrize("text", ["\ufeffid;title\n1;é\n", "\ufeffid"])
def test_a_mark_tells_the_order_of_bytes(text: str) -> None:
    assert detected(text.encode("utf-16-be")) == "utf-16"
    assert detected(text.encode("utf-16-le")) == "utf-16"
    assert detected(text.encode("utf-32-be")) == "utf-32"


@pytest.mark.parametrize("nul", ["\0", "\0\0\0", "a\0b\0"])
def test_stray_nul_bytes_do_not_make_a_text_utf16(nul: str) -> None:
    assert detected(f"id,title\n{ID},é{nul}\n{ID},b\n".encode()) == "utf-8"
    assert detected(f"id,title\n{ID},{nul}\n".encode() * 50) == "utf-8"


def test_a_letter_at_the_end_of_a_long_file_counts() -> None:
    content = f"{ID},pause\n".encode() * 100_000
    assert detected(content) == "utf-8"
    assert detected(content + b"1,Gr\xfc\xdfe\n") == "cp1252"
    assert detected(content + "1,é\n".encode()) == "utf-8"


@pytest.mark.parametrize("split", range(8))
def test_a_letter_across_two_chunks_is_whole(split: int) -> None:
    assert detected(b"x" * ((1 << 20) - split) + "😀é".encode() * 5) == "utf-8"


@pytest.mark.parametrize(
    ("encoding", "word"), [(encoding, word) for encoding, words in WRITTEN.items() for word in words]
)
@pytest.mark.parametrize("quote", ["", '"', "'"])
@pytest.mark.parametrize("mark", list(",;\t|"))
def test_a_known_word_tells_a_legacy_encoding(encoding: str, word: str, quote: str, mark: str) -> None:
    text = f"id{mark}{quote}{word}{quote}\r\n{ID}{mark}x\r\n"
    assert text.encode(encoding).decode(detected(text.encode(encoding))) == text


@pytest.mark.parametrize(
    ("encoding", "title"), [(encoding, title) for encoding, all_ in TITLES.items() for title in all_]
)
def test_without_a_known_word_the_looks_tell(encoding: str, title: str) -> None:
    content = f"id;title\n{ID};{title}\n".encode(encoding)
    assert content.decode(detected(content)) == content.decode(encoding)


def test_of_two_that_read_alike_the_one_of_windows_is_named() -> None:
    assert detected("id;Größe\n".encode("iso8859-1")) == "cp1252"
    assert detected("id;Привет\n".encode("cp1251")) == "cp1251"


@given(
    st.sampled_from([(encoding, word) for encoding, words in WRITTEN.items() for word in words]),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.lists(st.sampled_from(["Spring", "50", "a-b", "#1", *ALL_TITLES]), max_size=6),
)
def test_a_known_word_is_read_back_whatever_the_titles(known: tuple[str, str], end: str, titles: list[str]) -> None:
    encoding, word = known
    rows = "".join(f"{ID};{title};{word}{end}" for title in titles)
    content = f"id;{word}{end}{rows}".encode(encoding, "ignore")
    header, *lines = content.decode(detected(content)).split(end)[:-1]
    assert header == f"id;{word}"
    assert all(line.startswith(f"{ID};") and line.endswith(f";{word}") for line in lines)


@pytest.mark.parametrize(
    ("bad", "line"),
    [
        (b"\xff", 3),
        (b"\xed\xa0\x80", 3),
        (b"\xc3", 3),
        (b"Caf\xe9", 3),
    ],
)
def test_utf8_with_a_broken_line_is_utf8_and_the_line_is_told(bad: bytes, line: int) -> None:
    good = "id,действие\r\n1,Grüße\r\n".encode()
    for content in (good + b"2," + bad + b"\r\n" + good, good + b"2," + bad):
        assert detect_encoding(io.BytesIO(content), knows, "x") == Encoding("utf-8", line)
    marked = b"\xef\xbb\xbf" + good + b"2," + bad + b"\r\n"
    assert detect_encoding(io.BytesIO(marked), knows, "x") == Encoding("utf-8-sig", line)


def test_utf8_lines_among_those_of_windows_are_refused() -> None:
    content = "id;действие\n1;Весенняя рассылка\n".encode("cp1251") * 9 + "1;Весна\n".encode()
    assert refusal(content) == "x:1: the text is UTF-8 with broken bytes on line 1"


def test_utf8_that_was_broken_before_is_utf8() -> None:
    assert detected("id,Gr\ufffd\ufffde\n".encode()) == "utf-8"


@pytest.mark.parametrize("content", [b"uuid,t\nA,\xed\xa0\x80\n", b"uuid,t\nA,\xed\xa0\xbd\xed\xb8\x80 \xc3\xa9\n"])
def test_utf8_with_halves_of_surrogate_pairs_is_utf8_and_the_line_is_told(content: bytes) -> None:
    assert detect_encoding(io.BytesIO(content), knows, "x") == Encoding("utf-8", 2)


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp932", "旅程ID,操作\nA,一時停止\n"),
        ("cp1251", "Название;ID сценария;Действие\n"),
        ("cp1252", "uuid;Action à\n1;Grüße aus Köln\n"),
        ("cp1252", "uuid;Action\n1;Café é"),
        ("cp1250", "ID šž;x\n1;Kampania świąteczna, żółć\n"),
    ],
)
def test_a_word_that_is_known_but_for_what_cannot_be_read_does_not_make_a_text_utf8(encoding: str, text: str) -> None:
    def knows(cell: str) -> bool:
        letters = "".join(filter(str.isalnum, cell.lower()))
        return letters in {"旅程id", "id", "操作", "action", "一時停止", "действие", "idсценария"}

    assert detected(text.encode(encoding), knows) == encoding


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("\ufeffid\r\n1\r\n".encode("utf-16-le") + b"\0\xd8a\0", "x:3: the text is UTF-16 with broken bytes on line 3"),
        ("id\n1\n".encode("utf-16-be") + b"\0", "x:3: the text is UTF-16-BE with broken bytes on line 3"),
        ("id;действие\n1;x".encode("cp1251") + b"\x98\n", "x:2: the text is CP1251 with broken bytes on line 2"),
    ],
)
def test_what_its_own_encoding_cannot_read_is_refused(content: bytes, reason: str) -> None:
    assert refusal(content) == reason


@pytest.mark.parametrize(
    "content", [bytes(range(256)) * 4, b"\1\2\3\4\5\6abc", (b"abcde" + bytes(10)) * 3, b"\x7f" * 40]
)
def test_what_is_no_text_is_refused(content: bytes) -> None:
    assert refusal(content) == "x: this is no text file"


@given(st.binary(max_size=400))
def test_whatever_is_accepted_can_be_read_whole(content: bytes) -> None:
    try:
        codec = detected(content)
    except InputError:
        assume(False)
    content.decode(codec)


def test_endless_lines_are_looked_at_in_part() -> None:
    assert detected(b"x" * 3_000_000 + "действие,".encode("cp1251") * 100_000) == "cp1251"
