"""What each language writes beyond ASCII, and in which legacy encodings. To add an encoding, add it here."""

from collections.abc import Sequence
from functools import cache
from typing import Final, NamedTuple

_GERMAN: Final = "äöüßÄÖÜ"
_FRENCH: Final = "àâçèéêëîïôùûœæÀÂÇÈÉÊËÎÏÔÙÛŒ"
_SPANISH: Final = "áéíóúñüÁÉÍÓÚÑ¿¡ªº"
_PORTUGUESE: Final = "áâãàçéêíóôõúÁÂÃÀÇÉÊÍÓÔÕÚªº"
_ITALIAN: Final = "àèéìòùÀÈÉÌÒÙ"
_NORDIC: Final = "åäöæøéÅÄÖÆØ"
_POLISH: Final = "ąćęłńóśźżĄĆĘŁŃÓŚŹŻ"
_CZECH: Final = "áčďéěíňóřšťúůýžÁČĎÉĚÍŇÓŘŠŤÚŮÝŽ"
_SLOVAK: Final = "áäčďéíĺľňóôŕšťúýžÁÄČĎÉÍĹĽŇÓÔŔŠŤÚÝŽ"
_HUNGARIAN: Final = "áéíóöőúüűÁÉÍÓÖŐÚÜŰ"
_ROMANIAN: Final = "ăâîşţșțĂÂÎŞŢȘȚ"
_CROATIAN: Final = "čćđšžČĆĐŠŽ"
_LITHUANIAN: Final = "ąčęėįšųūžĄČĘĖĮŠŲŪŽ"
_LATVIAN: Final = "āčēģīķļņšūžĀČĒĢĪĶĻŅŠŪŽ"
_ESTONIAN: Final = "äõöüšžÄÕÖÜŠŽ"
_TURKISH: Final = "çğıöşüâîûÇĞİÖŞÜÂÎÛ"
_RUSSIAN: Final = "оеаинтсрвлОЕАИНТСРВЛ бгдёжзйкмпуфхцчшщъыьэюяБГДЁЖЗЙКМПУФХЦЧШЩЪЫЬЭЮЯ№"
_UKRAINIAN: Final = "оаинітервсОАИНІТЕРВС бгґдєжзйїклмпуфхцчшщьюяБГҐДЄЖЗЙЇКЛМПУФХЦЧШЩЬЮЯ№"
_GREEK: Final = "αοιετσνηρςκπάίόήέυλμ βγδζθξφχψωύώϊϋΐΰΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩΆΈΉΊΌΎΏΪΫ"
_HEBREW: Final = "יולהאמרתבשנ גדזחטךכםןסעףפץצק"
_ARABIC: Final = "اليمنترةبوعدسحق ءآأؤإئثجخذزشصضطظغفكهىپچژگکی،؛؟ًٌٍَُِّـ"
"""What each language writes beyond ASCII. Where there is a blank, the letters before it are the frequent ones."""

_WESTERN: Final = (_GERMAN, _FRENCH, _SPANISH, _PORTUGUESE, _ITALIAN, _NORDIC)
_CENTRAL: Final = (_POLISH, _CZECH, _SLOVAK, _HUNGARIAN, _ROMANIAN, _CROATIAN)
_BALTIC: Final = (_LITHUANIAN, _LATVIAN, _ESTONIAN)
_CYRILLIC: Final = (_RUSSIAN, _UKRAINIAN)


def _in_rows(codec: str, first: int, last: int) -> str:
    """Return the characters whose first byte is in a range: there double-byte sets keep their frequent ones."""
    pairs = (bytes((lead, trail)) for lead in range(first, last + 1) for trail in range(0x40, 0xFF))
    return "".join(char for pair in pairs if (char := pair.decode(codec, "ignore")).encode(codec) == pair)


_KANA: Final = "".join(map(chr, range(0x3041, 0x30FF)))
_WIDE: Final = "".join(map(chr, range(0xFF01, 0xFF5F))) + "、。「」『』・【】（）：！？"


class Codec(NamedTuple):
    """A legacy encoding, the letters of those who write in it, and how seldom it is met, as a part of 1."""

    name: str
    languages: Sequence[str]
    rarity: float = 0.0


@cache
def legacy_codecs() -> Sequence[Codec]:
    """Return all that a text may be in. Of two that read it equally well the first is named.

    ISO-8859-1 and ISO-8859-9 are not among them: without control characters they are cp1252 and cp1254.
    """
    japanese = _KANA + _WIDE + _in_rows("cp932", 0x88, 0x97)
    return (
        Codec("cp1252", _WESTERN),
        Codec("cp1251", _CYRILLIC),
        Codec("cp1250", _CENTRAL),
        Codec("cp1254", [_TURKISH]),
        Codec("cp1257", _BALTIC),
        Codec("cp1253", [_GREEK]),
        Codec("cp1255", [_HEBREW]),
        Codec("cp1256", [_ARABIC]),
        Codec("cp932", [japanese]),
        Codec("gb18030", [_WIDE + _in_rows("gb2312", 0xB0, 0xD7)]),
        Codec("cp949", [_WIDE + _in_rows("euc_kr", 0xB0, 0xC8)]),
        Codec("big5", [_WIDE + _in_rows("big5", 0xA4, 0xC5)]),
        Codec("euc_jp", [japanese], 0.1),
        Codec("iso8859-15", _WESTERN, 0.05),
        Codec("iso8859-2", _CENTRAL, 0.05),
        Codec("iso8859-5", _CYRILLIC, 0.1),
        Codec("iso8859-7", [_GREEK], 0.05),
        Codec("koi8-r", [_RUSSIAN], 0.05),
        Codec("koi8-u", [_UKRAINIAN], 0.05),
        Codec("mac-roman", _WESTERN, 0.15),
        Codec("cp850", _WESTERN, 0.15),
        Codec("cp852", _CENTRAL, 0.15),
        Codec("cp866", _CYRILLIC, 0.15),
    )


_LETTERS: Final = "".join((*_WESTERN, *_CENTRAL, *_BALTIC, _TURKISH, *_CYRILLIC, _GREEK)).replace(" ", "")
SMALL: Final = "".join(filter(str.islower, _LETTERS))
LARGE: Final = "".join(filter(str.isupper, _LETTERS))
"""The small and the large letters of the alphabets that have both."""
