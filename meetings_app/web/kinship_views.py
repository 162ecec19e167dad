"""続柄を選ぶ画面の中身: what was found, the steps, what the path means, and its family tree as shapes to draw."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from honoraria.rules.family_tree import FamilyTree, Line, Place, Tie, family_trees
from honoraria.rules.kinship import NOT_KIN, Kinship, Within, kinship, read_path
from honoraria.rules.path_steps import choices_of
from honoraria.rules.relations import RELATIONS, Group, Match, find_relations, name_of_path, path_of_name
from meetings_app.core.terms import Decision
from meetings_app.web.locale import Translator

ADDRESS = "/members/kinship"
BOX, PITCH = 96, 112
LINE_HEIGHT, PADDING, FALL = 20, 10, 36
UNITS = 12
"""Half-width signs that fit into a line of a box."""


@dataclass(frozen=True, slots=True)
class Picked:
    """選んでいるところ: finished paths, the steps of the one in the making, and what it was called when picked.

    `carried` goes along unchanged: whose page it is for, and what was typed there before.
    """

    carried: Mapping[str, str]
    others: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    relation: str = ""
    query: str = ""

    @property
    def path(self) -> str:
        """The whole path as it is written."""
        return " / ".join((*self.others, *((">".join(self.steps),) if self.steps else ())))

    def href(self, **changes: str) -> str:
        """Return the address of this page with a path and a name."""
        values = {**self.carried, "steps": self.path, "relation": self.relation, "q": self.query, **changes}
        return f"{ADDRESS}?{urlencode({name: value for name, value in values.items() if value})}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """判定: what a path is under 第7条第4項, and what follows for payment. `tone` and `icon` for its badge."""

    name: str
    route: str
    kind: str
    degree: str
    within: str
    tone: str
    icon: str
    decision: str
    meaning: str
    reason: str


@dataclass(frozen=True, slots=True)
class FoundRow:
    """見つかった続柄の行. `forms` are the single relations it covers, each with its own address."""

    name: str
    href: str
    note: str
    verdict: Verdict
    forms: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class StepRow:
    """道筋の段: who stands there, and what the step can be."""

    number: int
    whose: str
    text: str
    choices: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """図の部品: a box, a line or a text. `kind` chooses its looks, `text` or `points` is its content."""

    kind: str
    x: int = 0
    y: int = 0
    height: int = 0
    text: str = ""
    points: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """家系図の絵: sizes in px; `title` and `text` say in words what it shows."""

    width: int
    height: int
    title: str
    text: str
    shapes: tuple[Shape, ...] = field(default_factory=tuple)


# --- what a path means ---


def verdict(path: str, called: str, limit: int, _: Translator) -> Verdict:
    """Return what a path means for payment. Raises Refused where it cannot be read."""
    found = kinship(path, limit)
    within, tone, icon, decision, meaning = _consequence(found, limit, _)
    return Verdict(
        name=_(called or name_of_path(path)),
        route=found.route,
        kind=_(str(found.kind)),
        degree=_("数えない") if found.degree is None else _("{n}親等").replace("{n}", str(found.degree)),
        within=within,
        tone=tone,
        icon=icon,
        decision=decision,
        meaning=meaning,
        reason=found.reason,
    )


def _consequence(found: Kinship, limit: int, _: Translator) -> tuple[str, str, str, str, str]:
    n = str(limit)
    if found.within is Within.YES:
        return (
            _("{n}親等以内").replace("{n}", n),
            "off",
            "minus-circle",
            str(Decision.UNPAID),
            _("この本人の議題だけに出た会議は、不支給です。ほかの本人の議題にも出た会議は、要判断です。"),
        )
    if found.within is Within.REVIEW:
        proposal = _("案は不支給です。") if found.proposes_unpaid else ""
        return (
            _("親等では決まらない"),
            "ask",
            "question-diamond",
            str(Decision.JUDGEMENT),
            _("この本人の議題に出た会議は、要判断です。事務局が理由を付けて決めます。") + proposal,
        )
    outside = _("{n}親等を超える") if found.degree is not None else _("家族の範囲の外")
    meaning = _("続柄のために不支給になることはありません。ほかの条件で決まります。")
    return outside.replace("{n}", n), "ok", "check-circle", "", meaning


# --- finding ---


def found_rows(picked: Picked, limit: int, _: Translator) -> list[FoundRow]:
    """Return what was found for the typed words."""
    return [_found_row(match, picked, limit, _) for match in find_relations(picked.query)]


def _found_row(match: Match, picked: Picked, limit: int, _: Translator) -> FoundRow:
    relation = match.relation
    note = _("「{word}」とも言います").replace("{word}", match.word) if match.word else ""
    return FoundRow(
        name=_(match.said),
        href=picked.href(steps=relation.path, relation=match.said),
        note=note,
        verdict=verdict(relation.path, match.said, limit, _),
        forms=tuple(
            (form.text, picked.href(steps=relation.path, relation=form.text))
            for form in relation.forms
            if form.text != match.said
        ),
    )


def listed_groups(picked: Picked, _: Translator) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the whole list under its headings, each name with its address."""
    return [
        (
            _(str(group)),
            [
                (_(one.name), picked.href(steps=one.path, relation=one.name, q=""))
                for one in RELATIONS
                if one.group is group
            ],
        )
        for group in Group
    ]


# --- steps ---


def step_rows(steps: Sequence[str], _: Translator) -> list[StepRow]:
    """Return the steps of the path in the making. Raises Refused where they cannot be read."""
    chains = read_path(">".join(steps))
    if not chains:
        return []
    return [
        StepRow(
            number=number,
            whose=_("本人の") if number == 1 else _("その"),
            text=link.text,
            choices=tuple((choice.text, _(choice.words)) for choice in choices_of(link)),
        )
        for number, link in enumerate(chains[-1], start=1)
    ]


def called(picked: Picked) -> str:
    """Return what the picked path is called: as it was picked while that still holds, else by the list."""
    path = picked.path
    if picked.relation and path_of_name(picked.relation) == path:
        return picked.relation
    return name_of_path(path) if path else ""


def use_values(picked: Picked) -> dict[str, str]:
    """Return what goes back into the declaration: the name alone where it says the path, else the path."""
    name = called(picked)
    if picked.path == NOT_KIN:
        return {"relation": NOT_KIN}
    return {"relation": name} if name else {"path": picked.path}


# --- drawing ---


def pictures(path: str, limit: int, _: Translator) -> list[Picture]:
    """Return one picture for every true path. Raises Refused where the path cannot be read."""
    routes = [kinship(one, limit).route for one in path.split(" / ")]
    return [_picture(tree, route, _) for tree, route in zip(family_trees(path), routes, strict=False)]


def _picture(tree: FamilyTree, route: str, _: Translator) -> Picture:
    texts = [_lines_of(place, index, len(tree.people), _) for index, place in enumerate(tree.people)]
    height = max(map(len, texts)) * LINE_HEIGHT + 2 * PADDING
    corners = [_corner(place, tree, height) for place in tree.people]
    shapes = [shape for line in tree.lines for shape in _drawn(line, corners, height)]
    for index, ((x, y), lines) in enumerate(zip(corners, texts, strict=True)):
        kind = "client" if index == 0 else "person" if index == len(tree.people) - 1 else "kin"
        shapes.append(Shape(f"box-{kind}", x, y, height))
        shapes.extend(_written(lines, x, y, height, kind))
    return Picture(
        width=max(x for x, _y in corners) + BOX + 2,
        height=max(y for _x, y in corners) + height + 2,
        title=_("本人からこの人までの家系図"),
        text=route,
        shapes=tuple(shapes),
    )


def _corner(place: Place, tree: FamilyTree, height: int) -> tuple[int, int]:
    return 2 + place.column * PITCH // 2, 2 + (place.row - tree.top) * (height + FALL)


def _lines_of(place: Place, index: int, people: int, _: Translator) -> list[tuple[str, str]]:
    """Return the lines of a box as (text, bold or plain): who, and the circumstances."""
    name = _(place.label).partition("（")[0].partition(" (")[0]
    lines = [(line, "bold") for line in wrapped(name, UNITS)]
    if index == people - 1:
        lines.insert(0, (_("この人"), "plain"))
    if place.note:
        lines.extend((line, "plain") for line in wrapped(f"（{place.note}）", UNITS))
    return lines


def _written(lines: Sequence[tuple[str, str]], x: int, y: int, height: int, kind: str) -> Iterable[Shape]:
    top = y + (height - len(lines) * LINE_HEIGHT) // 2
    for index, (text, weight) in enumerate(lines):
        yield Shape(f"text-{kind} text-{weight}", x + BOX // 2, top + index * LINE_HEIGHT + 15, text=text)


def _drawn(line: Line, corners: Sequence[tuple[int, int]], height: int) -> list[Shape]:
    (x1, y1), (x2, y2) = corners[line.first], corners[line.second]
    ended = " line-ended" if line.ended else ""
    if line.tie is Tie.DESCENT:
        start, middle = x1 + BOX // 2, y1 + height + FALL // 2
        end = x2 + BOX // 2
        return [
            Shape(f"line{ended}", points=f"{start},{y1 + height} {start},{middle} {end},{middle} {end},{y2}")
        ]
    left, right, level = x1 + BOX, x2, y1 + height // 2
    if line.tie is Tie.OUTSIDE:
        return [Shape("line line-outside", points=f"{left},{level} {right},{level}")]
    both = [Shape(f"line{ended}", points=f"{left},{level + d} {right},{level + d}") for d in (-3, 3)]
    return [*both, *_struck(left, right, level)] if line.ended else both


def _struck(left: int, right: int, level: int) -> list[Shape]:
    """Return the two strokes through a marriage that ended."""
    middle = (left + right) // 2
    return [
        Shape("line", points=f"{middle + d - 4},{level + 10} {middle + d + 4},{level - 10}") for d in (-3, 3)
    ]


def wrapped(text: str, units: int) -> list[str]:
    """Return text in lines of at most `units` half-width signs, broken after の and blanks, else after ・, else anywhere."""
    lines = [""]
    parts = [part for piece in _pieces(text, "の 、") for part in _parts(piece, units)]
    for piece in parts:
        if lines[-1] and _width(lines[-1] + piece.rstrip()) > units:
            lines.append("")
        for sign in piece:
            if _width(lines[-1] + sign) > units and sign != " ":
                lines.append("")
            lines[-1] += sign
    return [line.strip() for line in lines if line.strip()]


def _parts(piece: str, units: int) -> list[str]:
    """Return a piece whole where it fits into a line, else what it consists of."""
    return [piece] if _width(piece.rstrip()) <= units else _pieces(piece, "・")


def _pieces(text: str, ends: str) -> list[str]:
    pieces = [""]
    for sign in text:
        pieces[-1] += sign
        if sign in ends:
            pieces.append("")
    return pieces


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "FWA" else 1 for sign in text)
