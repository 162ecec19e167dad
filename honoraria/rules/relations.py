"""続柄を探す: from what somebody types, in kana, kanji or everyday words, to names and paths.

Beside the list, what people say with 「の」 is understood: 「父の兄の妻」 is put together from 父, 兄 and 妻. Only joins
that can mean one thing are: 「兄の妻の子」 may be a nephew or a stepchild, so nothing is offered for it.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from honoraria.rules.kinship import canonical_path
from honoraria.rules.relation_list import RELATIONS, Group, Relation, Word

__all__ = ["RELATIONS", "Group", "Match", "Relation", "find_relations", "name_of_path", "path_of_name"]

_SPOUSE_SAID = ("夫", "妻", "主人", "家内", "旦那", "奥さん", "つれあい", "おっと", "つま", "配偶者")
_JOINABLE = ("PP", "CC", "CS", "SP")
"""Last step of one word and first of the next. 「親の子」 and 「妻の子」 may lead back to somebody nearer."""

_SAID_ALONE = frozenset(
    ("P", "C", "S", "P>P", "C>C", "P>P>P", "C>C>C", "P>C", "P>C>C", "P>P>C", "P>P>C>C", "P>P>P>C>C>C")
)
_AMBIGUOUS = ("嫁", "よめ")
"""A wife to some, a son's wife to others."""


@dataclass(frozen=True, slots=True)
class Match:
    """見つかった続柄. `said`: what to call it, as near to what was typed as is sure; `word`: the everyday word met."""

    relation: Relation
    said: str
    word: str = ""


def find_relations(text: str, limit: int = 12) -> tuple[Match, ...]:
    """Return the relations for what was typed, best first: whole words, beginnings, then anything within.

    Blank text finds nothing.
    """
    asked = _folded(text)
    if not asked:
        return ()
    said = path_of_name(text) if "の" in asked else None
    found = [*_as_said(text, said), *_listed(_ways_to_say(asked))]
    each = {match.relation.path: match for match in reversed(found)}
    return tuple(match for match in found if each[match.relation.path] is match)[:limit]


def path_of_name(name: str) -> str | None:
    """Return the path that a name stands for, listed or put together with 「の」; None for an unknown one."""
    listed = _BY_NAME.get(_folded(name))
    return listed.path if listed else _put_together(name)


def name_of_path(path: str) -> str:
    """Return the listed name of a path, "" where it has none. Raises Refused where the path cannot be read."""
    relation = _BY_PATH.get(canonical_path(path))
    return relation.name if relation else ""


def _folded(text: str) -> str:
    """Return text as it is compared: half-width and katakana as hiragana, without blanks and middle dots."""
    plain = unicodedata.normalize("NFKC", text).lower()
    return "".join(_as_hiragana(sign) for sign in plain if not sign.isspace() and sign != "・")


def _as_hiragana(sign: str) -> str:
    return chr(ord(sign) - 0x60) if "ァ" <= sign <= "ヶ" else sign


def _ways_to_say(asked: str) -> tuple[str, ...]:
    """Return what was asked, also with 「配偶者の」 for 「夫の」 and 「妻の」, written and read."""
    ways = [asked]
    for spouse in ("配偶者の", "はいぐうしゃの"):
        way = asked
        for said in _SPOUSE_SAID:
            way = way.replace(f"{said}の", spouse)
        ways.append(way)
    return tuple(dict.fromkeys(ways))


def _as_said(text: str, path: str | None) -> Iterator[Match]:
    """Yield what the words themselves say, under the typed words."""
    if path is None:
        return
    words = unicodedata.normalize("NFKC", text).strip()
    listed = _BY_NAME.get(_folded(text))
    known = listed or _BY_PATH.get(path) or Relation(words, "", path, None)
    yield Match(known, _written(known, text) or words)


def _written(relation: Relation, text: str) -> str:
    """Return the listed name or form that was typed, "" where it was none."""
    return next((name for name in relation.names if _folded(name) == _folded(text)), "")


def _listed(ways: tuple[str, ...]) -> list[Match]:
    ranked = [
        (*best, order, match)
        for order, relation in enumerate(RELATIONS)
        if (found := _best(relation, ways)) is not None
        for best, match in (found,)
    ]
    ranked.sort(key=lambda entry: entry[:-1])
    return [entry[-1] for entry in ranked]


def _best(relation: Relation, ways: tuple[str, ...]) -> tuple[tuple[int, int, int], Match] | None:
    """Return how well a relation fits, and under which name; None where it does not."""
    own = [
        (rank, 0, word)
        for word, reading in ((relation.name, relation.reading), *_pairs(relation.forms))
        if (rank := _rank(word, reading, ways)) is not None
    ]
    others = [
        (rank, 1, word)
        for word, reading in _pairs(relation.words)
        if (rank := _rank(word, reading, ways)) is not None
    ]
    fits = sorted([*own, *others], key=lambda fit: (fit[0], fit[1], len(fit[2])))
    if not fits:
        return None
    rank, foreign, word = fits[0]
    same = [fit for fit in own if fit[0] == rank]
    said = word if not foreign and len(same) == 1 else relation.name
    return (rank, foreign, len(word)), Match(relation, said, word if foreign else "")


def _pairs(words: Iterable[Word]) -> list[tuple[str, str]]:
    return [(word.text, word.reading) for word in words]


def _rank(word: str, reading: str, ways: tuple[str, ...]) -> int | None:
    """Return 0 for the whole word, 1 for its beginning, 2 for its end after 「の」, 3 within, None for no part of it."""
    fits = [
        rank
        for way in ways
        for said in (_folded(word), _folded(reading))
        for rank, holds in enumerate(
            (said == way, said.startswith(way), said.endswith(f"の{way}"), way in said)
        )
        if holds
    ]
    return min(fits, default=None)


def _put_together(text: str) -> str | None:
    """Return the path of words joined by 「の」; None where a word is unknown or the whole could mean two things."""
    paths = [_WORDS_ALONE.get(word) for word in _folded(text).split("の")]
    known = [path for path in paths if path is not None]
    if len(known) < len(paths):
        return None
    for before, after in pairwise(known):
        if before[-1] + after[0] not in _JOINABLE:
            return None
    return ">".join(known)


def _words_alone() -> Mapping[str, str]:
    """Return the words that mean one thing wherever they stand, as written and as read."""
    return {
        _folded(said): relation.path
        for relation in RELATIONS
        if relation.path in _SAID_ALONE
        for word, reading in (
            *_pairs(relation.forms),
            *_pairs(relation.words),
            (relation.name, relation.reading),
        )
        for said in (word, reading)
        if "の" not in said and said not in _AMBIGUOUS
    }


_BY_NAME = {_folded(name): relation for relation in RELATIONS for name in relation.names}
_BY_PATH = {relation.path: relation for relation in RELATIONS}
_WORDS_ALONE = _words_alone()
