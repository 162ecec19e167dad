"""続柄: from a path between two people to blood relation, affinity and degree (第7条第4項).

A path runs from the 本人 to the person: `P` parent, `C` child, `S` spouse, joined by `>`; several true paths are
separated by ` / `; `なし` is no relation, the empty path the 本人 in person. White space and the width of
letters do not matter. Qualifiers stand in brackets on the step, joined by `・`.

How a path is judged, the first that applies:

1. `(婚約)` `(里親委託)` `(同居)` `(後見)` anywhere: not kin. `(事実婚)` `(宣誓)` after the first step: not kin (the
   brother's unregistered wife is no relative by marriage).
2. A step that ended the relation: `離縁`, `離婚`, `終了届`, `特別養子で終了`. Death ends neither blood nor
   affinity, nor does the survivor's remarriage: only the notice of termination does (Civil Code 728).
3. Beyond an adopted child: neither their birth line nor a child born before the adoption (Civil Code 727: the
   relation runs between the adopted child and the adoptive family).
4. `(事実婚)` or `(宣誓)` as the first step: outside the law, so a person decides, for the partner's family as
   well; no degree is counted.
5. `S` alone: a spouse has no degree; covered by the purpose of the article, so a person decides and 不支給 is
   proposed.
6. No `S`: blood; exactly one, first or last: affinity; anything else: not kin. A path that goes down and up
   again (`C>P`, `P>C>P`) leads to the other parent of a child: no common ancestor (Civil Code 726), not kin.
   Married to each other they are found through `S`.
7. `C(未認知)`: in law no child yet. Where even a recognised child would be beyond the limit it is none of the
   article's family; otherwise a person decides.

The article's circle is wider than that of the Civil Code: affinity counts as far as blood does. What the grammar
cannot say, for one an adoptive grandparent seen from a child born before the adoption, is declared as `なし`.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from meetings_app.core.errors import Refused

NOT_KIN = "なし"
"""The path that says there is no relation."""


class KinKind(StrEnum):
    """続柄の種類."""

    BLOOD = "血族"
    AFFINITY = "姻族"
    SPOUSE = "配偶者"
    SELF = "本人"
    NONE = "なし"


class Within(StrEnum):
    """4親等以内か: yes, no, for a person to decide, or the 本人."""

    YES = "yes"
    NO = "no"
    REVIEW = "review"
    SELF = "self"


@dataclass(frozen=True, slots=True)
class Kinship:
    """続柄の判定.

    `degree` is None where the law counts none. `path` is the path that decided, `route` the same in words,
    `reason` a Japanese clause. `proposes_unpaid`: a review in which 不支給 is what the purpose of the article
    suggests.
    """

    kind: KinKind
    degree: int | None
    within: Within
    path: str
    route: str
    reason: str
    proposes_unpaid: bool = False

    @property
    def explanation(self) -> str:
        """Return route and reason as Japanese sentences."""
        judged = "事務局の判断が必要です。" if self.within is Within.REVIEW else ""
        return f"{self.route}。{self.reason}。{judged}"


@dataclass(frozen=True, slots=True)
class Link:
    """一段: a letter with qualifiers, or (letter empty) a relation outside the law. `place` is where it was written."""

    letter: str
    marks: tuple[str, ...]
    place: int

    @property
    def outside(self) -> str:
        """The relation outside the law, "" for a step within it."""
        return "" if self.letter else self.marks[0]

    @property
    def ended(self) -> bool:
        """Whether this step ended the relation."""
        return any(mark in _ENDINGS for mark in self.marks)

    @property
    def text(self) -> str:
        """The step as it is written in a path."""
        return self.letter + (f"({'・'.join(self.marks)})" if self.marks else "")

    @property
    def words(self) -> str:
        """The step in words: 「親（養）」."""
        name = _NAMES.get(self.letter, "")
        marks = "・".join(self.marks)
        if not name:
            return f"{marks}の相手"
        return f"{name}（{marks}）" if marks else name


Chain = tuple[Link, ...]
"""一つの道筋: its steps from the 本人 on."""

_Character = tuple[str, int]

_NAMES = {"P": "親", "C": "子", "S": "配偶者"}
_BIRTH = ("実", "認知", "未認知")
_MARKS = {
    "P": ("養", "実", "離縁", "離婚", "特別養子で終了", "死亡"),
    "C": ("養", "実", "認知", "未認知", "縁組前出生", "離縁", "離婚", "特別養子で終了", "死亡"),
    "S": ("離婚", "離縁", "死亡", "再婚", "終了届"),
}
_PARTNERS = ("事実婚", "宣誓")
_STRANGERS = ("婚約", "里親委託", "同居", "後見")
_ENDINGS = ("離縁", "離婚", "終了届", "特別養子で終了")
_ACCEPTED = (
    "P（親）・C（子）・S（配偶者）を「>」でつなぎ、道筋が複数あれば「 / 」で区切り、"
    "続柄がなければ「なし」と書いてください。"
)


@lru_cache(maxsize=4096)
def kinship(path: str, limit: int) -> Kinship:
    """Return what `path` makes of somebody, with `limit` as the last degree that counts as family.

    Of several paths: within the limit beats review beats not within; then the smallest degree, blood first.
    Raises Refused, naming the character, where the path cannot be read.
    """
    characters = _characters(path)
    squeezed = "".join(sign for sign, _ in characters)
    if squeezed in ("", KinKind.SELF):
        return Kinship(KinKind.SELF, None, Within.SELF, "", "本人", "本人です")
    if squeezed == NOT_KIN:
        return Kinship(KinKind.NONE, None, Within.NO, NOT_KIN, "続柄なし", "親族ではありません")
    found = [_judge(chain, limit) for chain in _chains(characters, path)]
    return min(found, key=_preference)


def read_path(path: str) -> tuple[Chain, ...]:
    """Return every true path that is written in `path`; none for 「なし」 and for the 本人 in person.

    Raises Refused, naming the character, where the path cannot be read.
    """
    characters = _characters(path)
    if "".join(sign for sign, _ in characters) in ("", KinKind.SELF, NOT_KIN):
        return ()
    return tuple(_chains(characters, path))


def canonical_path(path: str) -> str:
    """Return a path in its one spelling: `P>C(養)`, several joined by ` / `. Raises Refused where it cannot be read."""
    squeezed = "".join(sign for sign, _ in _characters(path))
    if squeezed in ("", KinKind.SELF, NOT_KIN):
        return NOT_KIN if squeezed == NOT_KIN else ""
    return " / ".join(">".join(link.text for link in chain) for chain in read_path(path))


def _preference(found: Kinship) -> tuple[int, bool, int, int]:
    certainty = (Within.YES, Within.REVIEW, Within.NO).index(found.within)
    return certainty, found.degree is None, found.degree or 0, tuple(KinKind).index(found.kind)


# --- reading ---


def _characters(path: str) -> list[_Character]:
    """Return the characters that count, half-width, each with its place in `path` (from 1)."""
    return [
        (sign, place)
        for place, original in enumerate(path, start=1)
        for sign in unicodedata.normalize("NFKC", original)
        if not sign.isspace()
    ]


def _chains(characters: list[_Character], path: str) -> Iterator[Chain]:
    end = ("", len(path) + 1)
    start = 0
    for index, (sign, _) in enumerate([*characters, ("/", end[1])]):
        if sign == "/":
            following = characters[index] if index < len(characters) else end
            yield _chain([*characters[start:index], ("", following[1])])
            start = index + 1


def _chain(characters: list[_Character]) -> Chain:
    """Read one path; the last character is an empty end mark."""
    links: list[Link] = []
    index = 0
    while True:
        link, index = _link(characters, index)
        links.append(link)
        sign, _ = characters[index]
        if not sign:
            break
        if sign != ">":
            raise _unreadable(characters[index], "ここには「>」が入ります。")
        index += 1
    _check_born_before(links)
    return tuple(links)


def _link(characters: list[_Character], index: int) -> tuple[Link, int]:
    sign, place = characters[index]
    letter = sign if sign in _NAMES and sign else ""
    if not letter and sign != "(":
        raise _unreadable(characters[index], _ACCEPTED)
    if letter:
        index += 1
    marks: tuple[str, ...] = ()
    if characters[index][0] == "(":
        marks, index = _marks(characters, index)
    link = Link(letter, marks, place)
    _check(link)
    return link, index


def _marks(characters: list[_Character], index: int) -> tuple[tuple[str, ...], int]:
    opened = characters[index]
    close = next((i for i in range(index, len(characters)) if characters[i][0] == ")"), None)
    if close is None:
        raise _unreadable(opened, "括弧が閉じていません。「)」で閉じてください。")
    text = "".join(sign for sign, _ in characters[index + 1 : close])
    return tuple(text.split("・")), close + 1


def _unreadable(character: _Character, advice: str) -> Refused:
    sign, place = character
    what = f"「{sign}」を読めません" if sign else "で途切れています"
    return Refused(f"続柄の{place}文字目{what}。{advice}")


def _check(link: Link) -> None:
    if not link.letter:
        if link.marks[0] not in (*_PARTNERS, *_STRANGERS) or len(link.marks) > 1:
            known = "".join(f"({word})" for word in (*_PARTNERS, *_STRANGERS))
            raise _wrong(link, f"括弧だけの段に書けるのは {known} です。")
        return
    for mark in link.marks:
        if mark not in _MARKS[link.letter]:
            raise _wrong(link, _advice(link, mark))
    problem = _contradiction(link)
    if problem:
        raise _wrong(link, problem)


def _wrong(link: Link, advice: str) -> Refused:
    return Refused(f"続柄の{link.place}文字目「{link.text}」を読めません。{advice}")


def _advice(link: Link, mark: str) -> str:
    if mark in (*_PARTNERS, *_STRANGERS):
        return f"「({mark})」だけを一つの段として書いてください。"
    if mark == "終了届":
        return "終了届は配偶者の段に「S(死亡・終了届)」と書いてください。"
    return f"{link.letter}に付けられるのは {'、'.join(_MARKS[link.letter])} です。"


def _contradiction(link: Link) -> str:
    """Return why the qualifiers of a step cannot stand together, or nothing."""
    marks = set(link.marks)
    if len(marks) < len(link.marks):
        return "同じ語が2度あります。一つにしてください。"
    if len(marks & {"養", *_BIRTH}) > 1:
        return "養・実・認知・未認知は、どれか一つだけを書いてください。"
    if marks & {"離縁", "離婚"} and marks & set(_BIRTH):
        return "実・認知・未認知の親子に離縁や離婚は付けられません。どちらかを外してください。"
    if "特別養子で終了" in marks and marks - {"実", "特別養子で終了", "死亡"}:
        return "特別養子で終了は「実・特別養子で終了」と書いてください。"
    if "再婚" in marks and not marks & {"死亡", "離婚"}:
        return "死別後の再婚は「S(死亡・再婚)」、離婚であれば「S(離婚)」と書いてください。"
    return ""


def _check_born_before(links: list[Link]) -> None:
    adopted = False
    for link in links:
        if "縁組前出生" in link.marks and not adopted:
            raise _wrong(link, "縁組前出生は、養子 C(養) より後ろの子にだけ付けられます。")
        adopted = adopted or _is_adopted_child(link)


def _is_adopted_child(link: Link) -> bool:
    return link.letter == "C" and "養" in link.marks


# --- judging ---


def _judge(chain: Chain, limit: int) -> Kinship:
    reason = _stranger(chain) or _ended(chain)
    if reason:
        return _not_kin(chain, reason)
    if chain[0].outside:
        return _partner(chain)
    if len(chain) == 1 and chain[0].letter == "S":
        return _result(
            chain, KinKind.SPOUSE, None, Within.REVIEW, "配偶者には親等がありません", proposes=True
        )
    kind = _shape(chain)
    if kind is KinKind.NONE:
        return _not_kin(chain, "血族でも姻族でもありません")
    return _by_degree(chain, kind, limit)


def _stranger(chain: Chain) -> str:
    """Return why a step outside the law makes this no relation, or nothing."""
    for index, link in enumerate(chain):
        if link.outside in _STRANGERS:
            return f"{link.outside}は親族関係ではありません"
        if link.outside and index > 0:
            return f"{link.outside}の相手は、途中の段では姻族になりません"
    return ""


def _ended(chain: Chain) -> str:
    """Return what ended the relation or kept it from arising, or nothing."""
    for index, link in enumerate(chain):
        for mark in link.marks:
            if mark in _ENDINGS:
                return f"「{link.text}」で続柄が終わっています"
        if "縁組前出生" in link.marks:
            return "養子の縁組前に生まれた子には及びません"
        if index > 0 and link.letter == "P" and _is_adopted_child(chain[index - 1]):
            return "養子の実方には及びません"
    return ""


def _partner(chain: Chain) -> Kinship:
    alone = len(chain) == 1
    who = "婚姻に準じる相手" if alone else "婚姻に準じる相手の親族"
    return _result(
        chain, KinKind.NONE, None, Within.REVIEW, f"{who}で、法律上の続柄はありません", proposes=alone
    )


def _shape(chain: Chain) -> KinKind:
    letters = "".join(link.letter for link in chain)
    marriages = letters.count("S")
    if marriages > 1 or "S" in letters[1:-1] or "CP" in letters:
        return KinKind.NONE
    return KinKind.AFFINITY if marriages else KinKind.BLOOD


def _by_degree(chain: Chain, kind: KinKind, limit: int) -> Kinship:
    degree = sum(link.letter != "S" for link in chain)
    if any("未認知" in link.marks for link in chain):
        if degree > limit:
            return _not_kin(chain, f"認知があっても{limit}親等を超えます")
        return _result(chain, KinKind.NONE, None, Within.REVIEW, "認知がなく、法律上の続柄はありません")
    within = Within.YES if degree <= limit else Within.NO
    circle = f"{limit}親等以内です" if within is Within.YES else f"{limit}親等を超えます"
    return _result(chain, kind, degree, within, f"{kind}{degree}親等で、{circle}")


def _not_kin(chain: Chain, reason: str) -> Kinship:
    return _result(chain, KinKind.NONE, None, Within.NO, reason)


def _result(
    chain: Chain, kind: KinKind, degree: int | None, within: Within, reason: str, *, proposes: bool = False
) -> Kinship:
    path = ">".join(link.text for link in chain)
    route = "の".join(("本人", *(link.words for link in chain)))
    return Kinship(kind, degree, within, path, route, reason, proposes)
