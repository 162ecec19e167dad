"""伏せ字: finds words in a text in every way they may be written, and puts others in their place.

Width, kana script, case, accents, spaces, variant forms of the same kanji and invisible signs make no difference;
the rest of the text stays as it is, sign for sign.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Final

HONORIFIC: Final = re.compile(
    r" ?(?:さん|さま|様(?![式子々相])|氏(?!名)|くん|君|ちゃん|先生|委員|あどばいざー|相談員|支援員|弁護士|議長|副?会長|主任)"
)
"""What follows a name; kana are hiragana here, as in a folded text."""

CASE_NUMBER: Final = re.compile(r"(?<![a-z0-9])no\.? ?\d+")
"""How case numbers are written, in a folded text."""

_VARIANTS: Final = str.maketrans(
    "髙﨑嵜濵濱邊邉齋齊斎澤廣𠮷德惠國櫻嶌嶋瀨眞瀧龍槇橫淺渡﨔榮學寬條靜圓與豐鐵黑增",
    "高崎崎浜浜辺辺斉斉斉沢広吉徳恵国桜島島瀬真滝竜槙横浅渡欅栄学寛条静円与豊鉄黒増",
)
_HYPHENS: Final = frozenset("‐‑‒–—―−-")
_SHORT_KANA: Final = 3
"""Signs up to which a name in kana may just as well be part of a word."""
_KATAKANA: Final = range(0x30A1, 0x30F7)
_TO_HIRAGANA: Final = 0x60


@dataclass(frozen=True, slots=True)
class Term:
    """伏せる語: a word and what is put in its place; `spaced` lets spaces stand between any of its signs."""

    word: str
    replacement: str
    spaced: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """見つかった語: from where to where in the text, and what is to be put there."""

    start: int
    end: int
    replacement: str


@dataclass(frozen=True)
class Folded:
    """そろえた文字: a text without differences of writing, and where in the text each sign comes from."""

    text: str
    source: str
    spans: tuple[tuple[int, int], ...] = field(repr=False)

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Return from where to where in the source a stretch of the folded text lies."""
        return self.spans[start][0], self.spans[end - 1][1]


def fold(text: str) -> Folded:
    """Return `text` with one way of writing for all that mean the same."""
    signs: list[str] = []
    spans: list[tuple[int, int]] = []
    for start, end in _clusters(text):
        for sign in _folded_signs(text[start:end]):
            signs.append(signs[-1] if sign == "々" and signs else sign)  # 佐々木 is written 佐佐木 as well
            spans.append((start, end))
    return Folded("".join(signs), text, tuple(spans))


def _clusters(text: str) -> Iterator[tuple[int, int]]:
    """Yield each sign together with the marks that belong to it."""
    start = 0
    while start < len(text):
        end = start + 1
        while end < len(text) and _belongs(text[end]):
            end += 1
        yield start, end
        start = end


def _belongs(sign: str) -> bool:
    return (
        unicodedata.combining(sign) != 0
        or sign in "ﾞﾟ"
        or "\ufe00" <= sign <= "\ufe0f"
        or "\U000e0100" <= sign <= "\U000e01ef"
    )


@lru_cache(maxsize=4096)
def _folded_signs(cluster: str) -> str:
    plain = "".join(sign for sign in cluster if not _is_invisible(sign))
    folded = unicodedata.normalize("NFKC", plain).casefold().translate(_VARIANTS)
    return "".join(map(_folded_sign, folded))


def _is_invisible(sign: str) -> bool:
    is_selector = "\ufe00" <= sign <= "\ufe0f" or "\U000e0100" <= sign <= "\U000e01ef"
    return is_selector or unicodedata.category(sign) == "Cf"


def _folded_sign(sign: str) -> str:
    if sign.isspace():
        return " "
    if sign in _HYPHENS:
        return "-"
    if ord(sign) in _KATAKANA:
        return chr(ord(sign) - _TO_HIRAGANA)
    if ord(sign) < 0x250:  # Latin letters with marks
        return unicodedata.normalize("NFD", sign)[0]
    return "" if unicodedata.combining(sign) else sign


def is_kanji(sign: str) -> bool:
    """Return whether a sign is a Chinese character, or one that repeats or stands for one (々, 〆)."""
    return (
        "\u3400" <= sign <= "\u9fff" or "\uf900" <= sign <= "\ufaff" or sign in "々〆" or ord(sign) >= 0x20000
    )


def is_hiragana(sign: str) -> bool:
    """Return whether a sign is a hiragana."""
    return "ぁ" <= sign <= "ゖ"


def _is_kana(sign: str) -> bool:
    return is_hiragana(sign) or sign == "ー"


def _is_latin(sign: str) -> bool:
    return sign.isascii() and sign.isalnum()


class Redactor:
    """伏せる人: replaces every known word; where two of them overlap, all that they cover goes at once.

    Case numbers (「No.9」) are no words: nothing is found in them, whatever initials somebody has.
    """

    def __init__(self, terms: Iterable[Term], patterns: Sequence[tuple["re.Pattern[str]", str]] = ()) -> None:
        self._terms = [_Pattern(term) for term in dict.fromkeys(terms) if _signs(fold(term.word).text)]
        self._patterns = patterns

    def hits(self, text: str) -> list[Hit]:
        """Return what would be replaced, in order, without overlaps."""
        folded = fold(text)
        kept = [match.span() for match in CASE_NUMBER.finditer(folded.text)]
        found = [
            (start, end, term.replacement)
            for term in self._terms
            for start, end in term.found_in(folded)
            if not any(start < last and first < end for first, last in kept)
        ]
        for pattern, replacement in self._patterns:
            found += [(match.start(), match.end(), replacement) for match in pattern.finditer(folded.text)]
        return [Hit(*folded.original(start, end), replacement) for start, end, replacement in _merged(found)]

    def __call__(self, text: str) -> str:
        """Return `text` with every known word replaced."""
        parts, place = [], 0
        for hit in self.hits(text):
            parts += [text[place : hit.start], hit.replacement]
            place = hit.end
        return "".join((*parts, text[place:]))


def _merged(found: list[tuple[int, int, str]]) -> Iterator[tuple[int, int, str]]:
    """Yield stretches that overlap as one, with the replacement of the longest; the first found wins a tie."""
    cluster: list[tuple[int, int, str]] = []
    reach = 0
    for hit in sorted(found, key=lambda hit: hit[0]):
        if cluster and hit[0] >= reach:
            yield _whole(cluster)
            cluster = []
        reach = max(reach, hit[1]) if cluster else hit[1]
        cluster.append(hit)
    if cluster:
        yield _whole(cluster)


def _whole(cluster: list[tuple[int, int, str]]) -> tuple[int, int, str]:
    longest = max(cluster, key=lambda hit: hit[1] - hit[0])
    return min(hit[0] for hit in cluster), max(hit[1] for hit in cluster), longest[2]


_BETWEEN: Final = r"[ ・.,]*"


def _signs(folded: str) -> str:
    """Return the signs of a folded word that have to be there: without spaces and dots."""
    return "".join(sign for sign in folded if sign not in " ・.,")


@dataclass(frozen=True)
class _Pattern:
    """A term as it is looked for in folded text."""

    term: Term

    @property
    def replacement(self) -> str:
        return self.term.replacement

    @cached_property
    def _signs(self) -> str:
        return _signs(fold(self.term.word).text)

    @cached_property
    def _expression(self) -> "re.Pattern[str]":
        return re.compile(f"(?=({_expression(fold(self.term.word).text, spaced=self.term.spaced)}))")

    def found_in(self, folded: Folded) -> Iterator[tuple[int, int]]:
        """Yield where the word stands as a word of its own."""
        for match in self._expression.finditer(folded.text):
            start, end = match.span(1)
            if self._stands(folded, start, end):
                yield start, end

    def _stands(self, folded: Folded, start: int, end: int) -> bool:
        before = folded.text[start - 1] if start else ""
        after = folded.text[end] if end < len(folded.text) else ""
        if _is_latin(self._signs[0]) and before and _is_latin(before):
            return False
        if _is_latin(self._signs[-1]) and after and _is_latin(after):
            return False
        addressed = HONORIFIC.match(folded.text, end) is not None
        if len(self._signs) == 1:
            return addressed and not (before and is_kanji(before) and is_kanji(self._signs))
        if len(self._signs) <= _SHORT_KANA and all(map(_is_kana, self._signs)):
            return (addressed and not _runs_on(folded, start, -1)) or not (
                _runs_on(folded, start, -1) or _runs_on(folded, end - 1, 1)
            )
        return True


def _runs_on(folded: Folded, place: int, step: int) -> bool:
    """Return whether the kana at `place` go on in the same script beyond it."""
    beyond = place + step
    if not 0 <= beyond < len(folded.text) or not _is_kana(folded.text[beyond]):
        return False
    here, there = (folded.source[folded.spans[at][0]] for at in (place, beyond))
    return is_hiragana(unicodedata.normalize("NFKC", here)[0]) == is_hiragana(
        unicodedata.normalize("NFKC", there)[0]
    )


def _expression(folded: str, *, spaced: bool) -> str:
    """Return what to look for: spaces may stand between the signs of a long word, and where the word has them."""
    signs = _signs(folded)
    if spaced or (len(signs) > 2 and not signs.isascii()):
        return _BETWEEN.join(map(re.escape, signs))
    words = [word for word in re.split(r"[ ・.,]+", folded) if word]
    return _BETWEEN.join(map(re.escape, words))
