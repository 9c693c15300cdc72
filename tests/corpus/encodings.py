"""Encodings, with titles and headers in the languages that need them."""
# ruff: noqa: E501  a case is one line, which is how they are compared

from typing import Final

from tests.corpus.notation import PAUSE, Case, binary, filled, reads, text

TITLES: Final = "Journey ID;Title;Action\n@1;{};pause\n@2;{};start\n"
READ: Final = reads("2:1p 3:2s")
MAYBE: Final = reads("2:1p 3:2s", refused_or=True)

POLISH: Final = "Journey ID;Tytuł;Działanie\n@1;Święto Łodzi – żółć;wstrzymaj\n@2;Zażółć gęślą jaźń;archiwizuj\n"
FRENCH: Final = "ID du parcours;Titre;Action\n@1;Offre spéciale « été » à Noël;suspendre\n@2;Ça marche;archiver\n"
GERMAN: Final = "Journey-ID;Titel;Aktion\n@1;Grüße aus Köln – 50 €;pausieren\n@2;Straßenfest;archivieren\n"
RUSSIAN: Final = "Journey ID;Название;Действие\n@1;Добро пожаловать;приостановить\n@2;Брошенная корзина;архивировать\n"
JAPANESE: Final = "ジャーニーID,タイトル,アクション\n@1,ようこそシリーズ,一時停止\n@2,カートの表示,アーカイブ\n"
KOREAN: Final = "여정 ID,제목,작업\n@1,환영합니다,일시중지\n@2,장바구니,보관\n"
CHINESE: Final = "旅程ID,标题,操作\n@1,欢迎系列,暂停\n@2,购物车提醒,归档\n"
PAUSED_AND_ARCHIVED: Final = reads("2:1p 3:2a")


def _utf(name: str, encoding: str, why: str, mark: str = "") -> Case:
    return text(name, why, mark + TITLES.format("Żółty 日本語 café", "Привет 🎉"), READ, encoding=encoding)


def _unicode() -> list[Case]:
    return [
        _utf("utf8.csv", "utf-8", "UTF-8"),
        _utf("utf8_bom.csv", "utf-8", "UTF-8 with a byte order mark", "\ufeff"),
        _utf("utf16le_bom.csv", "utf-16-le", "Excel's 'Unicode text'", "\ufeff"),
        _utf("utf16be_bom.csv", "utf-16-be", "the other byte order", "\ufeff"),
        _utf("utf16le.csv", "utf-16-le", "UTF-16 without a mark"),
        _utf("utf16be.csv", "utf-16-be", "UTF-16 without a mark, big end first"),
        text("utf16le_crlf_tab.txt", "Excel's 'Unicode text', whole: tabs, CRLF, mark", "\ufeffJourney ID\tTitle\tAction\r\n@1\t東京\tpause\r\n@2\tМосква\tstart\r\n", READ, encoding="utf-16-le"),
        text("utf16le_japanese.csv", "headers in UTF-16 that are no ASCII at all", "\ufeff" + JAPANESE, PAUSED_AND_ARCHIVED, encoding="utf-16-le"),
        text("utf16be_cr.csv", "CR as line end in UTF-16", "\ufeffuuid;action\r@1;pause\r@2;start\r", READ, encoding="utf-16-be"),
        text("utf16_quoted_break.csv", "a quoted line break in UTF-16", '\ufeffuuid;title;action\r\n@1;"Ä\nÖ";pause\r\n@2;Ü;start\r\n', reads("2:1p 4:2s"), encoding="utf-16-le", uncovered=2),
        text("utf16_tricky_bytes.csv", "U+0A0D, U+0D0A and U+2C0A hold the bytes of line ends", "\ufeffuuid,title,action\n@1,\u0d0a\u2c0a\u0a0a,pause\n@2,\u0a22,start\n", READ, encoding="utf-16-le"),
        text("bom_twice.csv", "two byte order marks", "\ufeff\ufeffJourney ID,Action\n@1,pause\n@2,start\n", READ),
        text("bom_and_quotes.csv", "a mark before a quoted header", '\ufeff"Journey ID","Action"\n"@1","pause"\n"@2","start"\n', READ),
        text("bom_in_the_middle.csv", "two files put together, each with its mark and header", "\ufeffJourney ID,Action\n@1,pause\n\ufeffJourney ID,Action\n@2,start\n", reads("2:1p 4:2s", skip="3t")),
        text("utf32.csv", "UTF-32: nobody asked for it; never misread", "\ufeffuuid,action\n@1,pause\n@2,start\n", MAYBE, encoding="utf-32-le", uncovered=None),
    ]  # fmt: skip


def _legacy() -> list[Case]:
    return [
        text("cp1250_polish.csv", "Windows-1250", POLISH, PAUSED_AND_ARCHIVED, encoding="cp1250"),
        text("cp1250_czech.csv", "Windows-1250 with English words", TITLES.format("Příliš žluťoučký kůň", "Šťastný"), READ, encoding="cp1250"),
        text("cp1252_french.csv", "Windows-1252", FRENCH, PAUSED_AND_ARCHIVED, encoding="cp1252"),
        text("cp1252_german.csv", "Windows-1252 with a euro sign and a dash", GERMAN, PAUSED_AND_ARCHIVED, encoding="cp1252"),
        text("cp1252_spanish.csv", "an accented header and word in Windows-1252", "ID del viaje;Título;Acción\n@1;Señal de verano;pausar\n@2;Año nuevo;archivar\n", PAUSED_AND_ARCHIVED, encoding="cp1252"),
        text("cp1252_portuguese.csv", "an accented header in Windows-1252", "ID da jornada;Título;Ação\n@1;Promoção de verão;pausar\n@2;Coração;arquivar\n", PAUSED_AND_ARCHIVED, encoding="cp1252"),
        text("iso8859_1.csv", "ISO-8859-1", FRENCH, PAUSED_AND_ARCHIVED, encoding="iso8859-1"),
        text("iso8859_2_polish.csv", "ISO-8859-2", POLISH.replace("–", "-"), PAUSED_AND_ARCHIVED, encoding="iso8859-2"),
        text("iso8859_15.csv", "ISO-8859-15 with œ and €", "ID du parcours;Titre;Action\n@1;Un œuf à 3 €;suspendre\n@2;Cœur;archiver\n", PAUSED_AND_ARCHIVED, encoding="iso8859-15"),
        text("iso8859_5.csv", "ISO-8859-5 with English words", TITLES.format("Добро пожаловать", "Корзина"), READ, encoding="iso8859-5"),
        text("shift_jis.csv", "Shift-JIS; 表 and ソ hold a backslash's byte", JAPANESE, PAUSED_AND_ARCHIVED, encoding="shift_jis"),
        text("cp932_quoted.csv", "Shift-JIS of Windows, in quotes: 表 ends in the byte of a backslash", '"Journey ID","Title","Action"\r\n"@1","一覧表","pause"\r\n"@2","①ソ","start"\r\n', READ, encoding="cp932"),
        text("shift_jis_pipe.csv", "ポ holds the byte of a pipe", "Journey ID,タイトル,Action\n@1,ポポポ,pause\n@2,ポイント,start\n", READ, encoding="shift_jis"),
        text("cp1251_titles.csv", "Windows-1251 with English words", TITLES.format("Добро пожаловать", "Корзина"), READ, encoding="cp1251"),
        text("cp1251_russian.csv", "Windows-1251 in its headers too: read or refused, as nobody promised it", RUSSIAN, reads("2:1p 3:2a", refused_or=True), encoding="cp1251"),
        text("koi8r_russian.csv", "KOI8-R: nobody promised it; never misread", RUSSIAN, reads("2:1p 3:2a", refused_or=True), encoding="koi8-r"),
        text("euc_kr.csv", "EUC-KR: nobody promised it; never misread", KOREAN, reads("2:1p 3:2a", refused_or=True), encoding="euc-kr"),
        text("gbk.csv", "GBK: nobody promised it; never misread", CHINESE, reads("2:1p 3:2a", refused_or=True), encoding="gbk"),
        text("gbk_titles.csv", "GBK with English words", "uuid,title,action\n@1,欢迎系列,pause\n@2,购物车提醒,start\n", MAYBE, encoding="gbk"),
        text("cp437.csv", "an old DOS code page in titles: any reading gives the same rows", TITLES.format("über", "naïf"), READ, encoding="cp437"),
    ]  # fmt: skip


def _damaged() -> list[Case]:
    head = filled("uuid,title,action\n@1,caf").encode()
    rest = filled(",pause\n@2,Grüße,start\n").encode()
    odd = filled("\ufeffuuid,action\n@1,pause\n@2,start\n").encode("utf-16-le") + b"\n"
    padded = filled("uuid,title,action\n@1,Welcome,pause\n@2,Cart,start\n").encode()
    fixed = padded.replace(b"Welcome", b"Wel\0come")
    after_id = filled("uuid,action\n@1,pause\n@2\0\0\0,start\n@3,pause\n").encode()
    return [
        binary("one_bad_byte.csv", "UTF-8 with one byte of Windows-1252 in a title", lambda: head + b"\xe9" + rest, MAYBE, by="bytes"),
        binary("utf16_odd_byte.csv", "UTF-16 with a lone byte at the end", lambda: odd, MAYBE, by="bytes"),
        binary("nul_padding.csv", "NUL bytes up to the end of a block", lambda: padded + bytes(300), READ, by="bytes"),
        binary("nul_in_title.csv", "a NUL byte inside a title", lambda: fixed, READ, by="bytes"),
        binary("nul_after_id.csv", "an id of fixed width, filled up with NUL bytes", lambda: after_id, reads("2:1p 4:3p", loose="3:2s"), by="bytes"),
        binary("nul_first.csv", "NUL bytes before the header", lambda: bytes(4) + padded, MAYBE, by="bytes"),
        text("mojibake.csv", "titles that were decoded wrongly long ago", TITLES.format("CafÃ© crÃ¨me", "GrÃ¼ÃŸe"), READ),
        text("lone_surrogate.csv", "half of an emoji, as WTF-8", "uuid,title,action\n@1,a\ud83d,pause\n@2,b,start\n", MAYBE, uncovered=None),
        text("controls.csv", "bell, escape and delete in titles", "uuid,title\n@1,a\x07b\x1b[31mred\n@2,\x7f\n", reads("2-3:1p"), *PAUSE),
    ]  # fmt: skip


def cases() -> list[Case]:
    """Return the files of item 1 that differ in their encoding."""
    return [*_unicode(), *_legacy(), *_damaged()]
