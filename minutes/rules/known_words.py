"""匿名版で伏せる語: every way in which somebody or something on record may be named in a text."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import permutations

import jaconv

from minutes.rules.redact import Term, fold, is_kanji

CASE_LABEL = re.compile(r"(?:本人|家族)?(?:\(?no\.? ?\d+\)?)?")
"""Names that only say whose 本人 it is: 「本人（No.14）」. Case numbers stay."""

_LEGAL_FORM = re.compile(
    r"^(?:社会福祉法人|特定非営利活動法人|npo法人|(?:一般|公益)?(?:社団|財団)法人|医療法人(?:社団|財団)?|学校法人|宗教法人"
    r"|株式会社|有限会社|合同会社|合資会社|合名会社|\(株\)|\(有\)|\(福\))|(?:株式会社|有限会社|合同会社|\(株\)|\(有\))$",
    re.IGNORECASE,
)
_ORGANISED = re.compile(r"(?:会|所|院|園|校|社|室|局|部|課|署|団|組合|センター|ネットワーク|ハウス|ホーム)$")
_MERE_PLACE = re.compile(r"[^\s法人会社]{1,4}[都道府県市町村]")
_SHORTEST_PART = 3
"""Signs from which a part of an organisation's name stands for it."""
_KINDS = (
    "就労支援センター", "自立相談支援センター", "地域包括支援センター", "生活相談支援センター", "民生委員協議会",
    "就労支援事業所", "就労継続支援事業所", "民生委員", "児童委員", "生活困窮者", "就労継続支援", "就労移行支援",
    "自立相談支援", "相談支援", "生活相談", "地域生活", "地域福祉", "生活福祉", "社会福祉", "生活支援", "地域活動",
)  # fmt: skip
"""What many organisations are: nobody's name by itself."""
_SHORTEST_BEGINNING = 4
_SHORTEST_END = 6
"""Signs from which the beginning and the end of an organisation's name are asked about."""
_SHORTEST_ROMAJI = 3
_PLACES = ("都", "道", "府", "県", "市", "町", "村", "区", "地区")


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """人: somebody on record with the reading of the name, and what they are called instead."""

    name: str
    label: str
    kana: str = ""


@dataclass(frozen=True, slots=True)
class KnownBody:
    """機関: an organisation or provider with its reading, and what it is called instead."""

    name: str
    label: str
    kana: str = ""


@dataclass(frozen=True, slots=True)
class KnownClient:
    """本人: a case's initials, and the name and its reading where the office keeps them."""

    label: str
    initials: str = ""
    name: str = ""
    kana: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """知られている語: everybody and everything on record that a text may name."""

    people: tuple[KnownPerson, ...] = ()
    bodies: tuple[KnownBody, ...] = ()
    clients: tuple[KnownClient, ...] = ()
    words: tuple[Term, ...] = ()


def is_case_label(name: str) -> bool:
    """Return whether a name only gives a case number, as that of a 本人 who attends does."""
    return CASE_LABEL.fullmatch(fold(name).text.strip()) is not None


def terms_of(known: Known) -> list[Term]:
    """Return everything to look for. What the secretariat named itself comes first and wins where two are as long."""
    found = [*known.words]
    for client in known.clients:
        found += [Term(client.initials, client.label, spaced=True)] if client.initials.strip() else []
        found += _of_person(client.name, client.kana, client.label)
    for person in known.people:
        found += _of_person(person.name, person.kana, person.label)
    for body in known.bodies:
        found += [Term(word, body.label) for word in _body_names(body)]
    return found


def _of_person(name: str, kana: str, label: str) -> Iterator[Term]:
    if is_case_label(name):
        return
    for written in (name, kana):
        parts = _parts(written)
        if parts:
            yield Term("".join(parts), label, spaced=True)
        if len(parts) > 1:
            yield from (Term(part, label) for part in parts)
    yield from (Term(word, label) for word in _romaji(kana))


def _parts(name: str) -> list[str]:
    """Return surname and given name; one part where the name is written without a space."""
    return [part for part in re.split(r"[\s・]+", unicodedata.normalize("NFKC", name).strip()) if part]


def _romaji(kana: str) -> Iterator[str]:
    """Yield surname, given name and both in either order in Latin letters, long vowels written or not."""
    spelled = [_latin(part) for part in _parts(kana)]
    if not spelled or not all(part.isascii() and part.isalpha() for part in spelled):
        return
    for parts in (spelled, [_shortened(part) for part in spelled]):
        yield from (part for part in parts if len(part) >= _SHORTEST_ROMAJI)
        if len(parts) > 1:
            yield from (" ".join(order) for order in permutations(parts[:2]))
            yield from ("".join(order) for order in permutations(parts[:2]))


def _latin(kana: str) -> str:
    spelled: str = jaconv.kana2alphabet(jaconv.kata2hira(kana))
    return spelled


def _shortened(romaji: str) -> str:
    return re.sub(r"ou|oo|oh(?![aiueo])", "o", romaji).replace("uu", "u")


def _body_names(body: KnownBody) -> Iterator[str]:
    """Yield the name, the name without its legal form, and the parts of it that stand for it.

    A mere place (「釧路市」) is nobody's name: minutes tell of places anyway.
    """
    for written in (body.name, body.kana):
        if written.strip() and not _MERE_PLACE.fullmatch(written.strip()):
            yield written
            yield from _short_names(written)


def _short_names(name: str) -> Iterator[str]:
    plain = unicodedata.normalize("NFKC", name).strip()
    bare = _LEGAL_FORM.sub("", plain).strip()
    if bare and bare != plain:
        yield bare
    parts = bare.split()
    for place, part in enumerate(parts if len(parts) > 1 else ()):
        is_telling = place == 0 or _ORGANISED.search(part) is not None
        if is_telling and len(part) >= _SHORTEST_PART and not part.endswith(_PLACES):
            yield part


def fragments_of_name(name: str) -> Iterator[str]:
    """Yield what may be surname or given name in a name of kanji that is written without a space: 「菱沼太郎」."""
    parts = _parts(name)
    if len(parts) == 1 and len(parts[0]) > _SHORTEST_PART and all(map(is_kanji, parts[0])):
        whole = parts[0]
        yield from (whole[:cut] for cut in range(2, len(whole)))
        yield from (whole[cut:] for cut in range(1, len(whole) - 1))


def fragments_of_body(name: str) -> Iterator[str]:
    """Yield how an organisation may be called for short, its beginning or its end: 「見本就業」, 「住まい相談室」."""
    for part in _LEGAL_FORM.sub("", unicodedata.normalize("NFKC", name).strip()).split():
        found = [part[:cut] for cut in range(_SHORTEST_BEGINNING, len(part))]
        found += [part[cut:] for cut in range(1, len(part) - _SHORTEST_END + 1)]
        yield from (word for word in found if _is_telling(word))


def _is_telling(part: str) -> bool:
    """Return whether part of a name is more than a place or a kind of organisation."""
    return not part.endswith(_PLACES) and not any(kind.endswith(part) for kind in _KINDS)


def labels(prefix: str, names: Iterable[str]) -> dict[str, str]:
    """Return 「委員A」, 「委員B」 … for names in their order; after Z come AA, AB …"""
    return {name: f"{prefix}{letters(number)}" for number, name in enumerate(dict.fromkeys(names), start=1)}


def letters(number: int) -> str:
    """Return 1 as A, 26 as Z, 27 as AA."""
    text = ""
    while number:
        number, place = divmod(number - 1, 26)
        text = chr(ord("A") + place) + text
    return text
