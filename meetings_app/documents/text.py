"""公用文の文字: text as papers print it: cleaned, in paragraphs, with heading marks. Pure: knows no file format."""

import unicodedata
from typing import Final

UNFILLED: Final = "（未記入）"
"""Printed where nobody has filled something in yet."""
NOTHING: Final = "なし"
"""Printed where there was none of something."""
DEEPEST_LEVEL: Final = 7

_KATAKANA: Final = (
    "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン"
)
_LATIN: Final = "abcdefghijklmnopqrstuvwxyz"
_BIDI_CONTROLS: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def clean(text: str) -> str:
    """Return `text` without what XML or a reader cannot take: control signs, lone surrogates, bidi overrides.

    Characters outside the basic plane (𠮷) and variants (髙, 﨑, ideographic variation sequences) stay.
    """
    return "".join(char for char in text.replace("\t", "　") if _is_printable(char))


def _is_printable(char: str) -> bool:
    if unicodedata.category(char) in ("Cc", "Cs") or char in _BIDI_CONTROLS:
        return False
    return ord(char) & 0xFFFE != 0xFFFE  # the last two of every plane are no characters


def lines_of(text: str | None) -> tuple[str, ...]:
    """Return the paragraphs of `text`: one per line, without blank ones; 「（未記入）」 if there are none."""
    lines = (clean(line).strip() for line in (text or "").splitlines())
    return tuple(line for line in lines if line) or (UNFILLED,)


def filled(text: str | None) -> str:
    """Return `text` on one line, or 「（未記入）」."""
    return "　".join(lines_of(text))


def mark(level: int, number: int) -> str:
    """見出し記号: return the mark of the `number`-th heading on `level`: 第1, 1, (1), ア, (ア), a, (a).

    Raises ValueError for a level outside 1 to 7 or a number below 1.
    """
    if not 1 <= level <= DEEPEST_LEVEL or number < 1:
        raise ValueError(f"no heading mark for level {level}, number {number}")
    katakana, latin = _letters(number, _KATAKANA), _letters(number, _LATIN)
    marks = (f"第{number}", str(number), f"({number})", katakana, f"({katakana})", latin, f"({latin})")
    return marks[level - 1]


def _letters(number: int, alphabet: str) -> str:
    """Count in letters; after the last come pairs (アア, アイ, …), as in the columns of a sheet."""
    letters = ""
    while number:
        number, index = divmod(number - 1, len(alphabet))
        letters = alphabet[index] + letters
    return letters


def ems(text: str) -> float:
    """Return the width of `text` in full-width characters."""
    return sum(1 if unicodedata.east_asian_width(char) in "WFA" else 0.5 for char in text)
