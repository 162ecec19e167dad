"""振込用のカナ: text as a 全銀 record holds it, one byte of JIS X 0201 a character."""

import re
import unicodedata

import jaconv

from meetings_app.core.errors import Refused

NAME_MARKS = " ()-."
"""記号 of 受取人名 and 委託者名."""

DIRECTORY_MARKS = " -."
"""記号 of 銀行名 and 支店名: the directory of banks uses no brackets."""

_LETTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789ｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜﾝﾞﾟ")

_REPLACED = str.maketrans(
    "ヲヰヱヮㇰㇱㇲㇳㇴㇵㇶㇷㇸㇹㇺㇻㇼㇽㇾㇿ" + "ー‐‑‒–—―−" + "゛゜\u3099\u309a",
    "オイエワクシストヌハヒフヘホムラリルレロ" + "--------" + "ﾞﾟﾞﾟ",
)
"""What jaconv leaves alone: kana without a half-width form of their own, dashes, and 濁点 standing apart."""

_MISPLACED = re.compile("(?<![ｳｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾊﾋﾌﾍﾎ])ﾞ|(?<![ﾊﾋﾌﾍﾎ])ﾟ")

_ADVICE = {
    **dict.fromkeys("・･", "通帳のカナ名義を確かめ、そのとおり「.」か空白で入れてください。"),
    **dict.fromkeys("々ゝゞヽヾ〻", "くり返しの記号を使わず、読みのカナで入れてください。"),
}


def bank_kana(text: str, marks: str = NAME_MARKS) -> str:
    """振込用のカナ: return `text` in the half-width form that a 全銀 record takes.

    Hiragana, katakana and full-width signs become half-width; small kana become large, lower case upper case; 濁点 and
    半濁点 are characters (bytes) of their own; a long vowel mark or dash becomes "-"; blanks at the ends go.
    The record has no ヲ: it is written オ, as banks do; ヰ and ヱ, which have no half-width form, become イ and エ.
    Text already in this form stays as it is. Raises Refused naming the first character that cannot be used.
    """
    trimmed = text.strip(" \u3000")
    kana = ""
    for sign in trimmed:
        half = _half_width(sign)
        if not _LETTERS.issuperset(half.translate(_without(marks))):
            raise Refused(_unusable(sign, marks))
        kana += half
    if _MISPLACED.search(kana):
        raise Refused("濁点・半濁点の付かない文字に「゛」「゜」が付いています。カナを入れ直してください。")
    return kana


def directory_kana(text: str) -> str:
    """Return the name of a bank or branch as `bank_kana` does, with the marks these may hold."""
    return bank_kana(text, DIRECTORY_MARKS)


def ascii_digits(text: str) -> str:
    """Return `text` with full-width digits turned to ASCII, without the blanks at its ends."""
    return jaconv.z2h(text, kana=False, digit=True, ascii=False).strip(" \u3000")


def byte_length(kana: str) -> int:
    """Return how many bytes `kana`, in its half-width form, takes in a record."""
    return len(kana.encode("shift_jis"))


def fits(kana: str, limit: int) -> bool:
    """Return whether `kana`, in its half-width form, has at most `limit` bytes."""
    return byte_length(kana) <= limit


def refuse_long(kana: str, limit: int, who: str) -> None:
    """Raise Refused, naming `who`, where `kana` has more than `limit` bytes: a name is never cut."""
    if not fits(kana, limit):
        raise Refused(
            f"{who}のカナ名は{byte_length(kana)}バイトで、振込データに入る{limit}バイトを超えます"
            "（濁点・半濁点も1バイトです）。通帳のカナ名義を確かめ、略し方は銀行に尋ねて入れ直してください。"
        )


def _half_width(sign: str) -> str:
    wide = jaconv.enlarge_smallkana(jaconv.hira2kata(jaconv.h2z(sign))).translate(_REPLACED)
    half = jaconv.z2h(wide, kana=True, digit=True, ascii=True)
    return half.upper() if half.isascii() else half  # "ß" is no "SS"


def _without(marks: str) -> dict[int, None]:
    return dict.fromkeys(map(ord, marks))


def _unusable(sign: str, marks: str) -> str:
    shown = f"「{sign}」" if sign.isprintable() else f"見えない文字（U+{ord(sign):04X}）"
    return f"{shown}は振込データに使えません。{_ADVICE.get(sign) or _general_advice(sign, marks)}"


def _general_advice(sign: str, marks: str) -> str:
    if unicodedata.category(sign).startswith("L"):
        return "カナで入れてください。"
    if not sign.isprintable():
        return "消して入れ直してください。"
    return f"使える記号は {' '.join(marks.strip())} と空白です。"
