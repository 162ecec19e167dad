"""家系図: a path as people and lines on a grid, generations as rows; how it is drawn is the page's matter.

The 本人 stands in row 0. Parents stand above, children below, spouses beside. A path that goes up and comes down
again opens a new column, with the common ancestor in the middle between both lines.
"""

from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from honoraria.rules.kinship import Chain, Link, read_path
from honoraria.rules.relations import name_of_path

CLIENT = "本人"
_WORDS = {"P": "母または父", "C": "子", "S": "配偶者"}


class Tie(StrEnum):
    """線の種類."""

    DESCENT = "親子"
    MARRIAGE = "婚姻"
    OUTSIDE = "法律の外"


@dataclass(frozen=True, slots=True)
class Place:
    """図の中の一人. `column` in half columns (a person is two wide), `row` 0 for the generation of the 本人.

    `label` says who it is to the 本人, `note` the circumstances of the step that leads there (養・離縁).
    """

    column: int
    row: int
    label: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """二人を結ぶ線, by their places in `FamilyTree.people`; for descent the parent is first. `ended`: no longer holds."""

    first: int
    second: int
    tie: Tie
    ended: bool


@dataclass(frozen=True, slots=True)
class FamilyTree:
    """一つの道筋の家系図. The first of `people` is the 本人, the last the person who is declared."""

    people: tuple[Place, ...]
    lines: tuple[Line, ...]

    @property
    def top(self) -> int:
        """The row of the oldest generation."""
        return min(one.row for one in self.people)

    @property
    def rows(self) -> int:
        """How many generations there are."""
        return max(one.row for one in self.people) - self.top + 1

    @property
    def width(self) -> int:
        """Half columns from the left edge to the right."""
        return max(one.column for one in self.people) + 2


def family_trees(path: str) -> tuple[FamilyTree, ...]:
    """Return one tree for every true path; none for 「なし」 and for the 本人 in person.

    Raises Refused where the path cannot be read.
    """
    return tuple(_tree(chain) for chain in read_path(path))


def _tree(chain: Chain) -> FamilyTree:
    people = [Place(0, 0, CLIENT)]
    for index, link in enumerate(chain):
        column, row = _next_place(chain, index, people[-1])
        people.append(
            Place(column, row, _label(chain[: index + 1]), "・".join(link.marks) if link.letter else "")
        )
    lines = tuple(_line(index, link) for index, link in enumerate(chain))
    return FamilyTree(_ancestors_between(chain, people), lines)


def _next_place(chain: Chain, index: int, last: Place) -> tuple[int, int]:
    """Return where the next person stands: on in the same column, or in a new one where the path turns."""
    letter, before = chain[index].letter, chain[index - 1].letter if index else ""
    row = last.row + {"P": -1, "C": 1}.get(letter, 0)
    turns = letter in ("S", "") or (index > 0 and before in ("P", "C") and before != letter)
    return last.column + (2 if turns else 0), row


def _ancestors_between(chain: Chain, people: list[Place]) -> tuple[Place, ...]:
    """Move every person above or below whom the path turns to the middle of both sides."""
    turning = {
        index + 1
        for index, (link, following) in enumerate(pairwise(chain))
        if {link.letter, following.letter} == {"P", "C"}
    }
    return tuple(
        Place(one.column + 1, one.row, one.label, one.note) if index in turning else one
        for index, one in enumerate(people)
    )


def _line(index: int, link: Link) -> Line:
    tie = {"P": Tie.DESCENT, "C": Tie.DESCENT, "S": Tie.MARRIAGE}.get(link.letter, Tie.OUTSIDE)
    first, second = (index + 1, index) if link.letter == "P" else (index, index + 1)
    return Line(first, second, tie, link.ended)


def _label(chain: Chain) -> str:
    """Return who stands at the end of a chain: 「本人の母または父」, a listed name, or 「その子」."""
    last = chain[-1]
    if len(chain) == 1 and last.text in _WORDS:
        return f"{CLIENT}の{_WORDS[last.text]}"
    listed = name_of_path(_path(chain)) or (name_of_path(_of_the_living(chain)) if _is_plain(chain) else "")
    return listed or f"その{_WORDS.get(last.letter, last.words)}"


def _is_plain(chain: Chain) -> bool:
    """Return whether nothing but deaths sets a chain apart from the one that has a name."""
    return all(set(link.marks) <= {"死亡", "再婚"} for link in chain if link.letter)


def _of_the_living(chain: Chain) -> str:
    return ">".join(link.letter or link.text for link in chain)


def _path(chain: Chain) -> str:
    return ">".join(link.text for link in chain)
