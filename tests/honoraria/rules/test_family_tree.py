"""家系図: generations as rows, parents above, spouses beside, nobody on top of somebody else."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from honoraria.rules.family_tree import FamilyTree, Line, Place, Tie, family_trees
from honoraria.rules.relations import RELATIONS
from meetings_app.core.errors import Refused


def tree(path: str) -> FamilyTree:
    (found,) = family_trees(path)
    return found


def test_a_parent_stands_above() -> None:
    found = tree("P")
    assert found.people == (Place(0, 0, "本人"), Place(0, -1, "本人の母または父"))
    assert found.lines == (Line(1, 0, Tie.DESCENT, ended=False),)
    assert (found.top, found.rows, found.width) == (-1, 2, 2)


def test_a_cousin_stands_beside_with_the_grandparents_in_the_middle() -> None:
    found = tree("P>P>C>C")
    assert [(one.label, one.column, one.row) for one in found.people] == [
        ("本人", 0, 0),
        ("本人の母または父", 0, -1),
        ("祖父・祖母", 1, -2),
        ("おじ・おば", 2, -1),
        ("いとこ", 2, 0),
    ]
    assert [(line.first, line.second) for line in found.lines] == [(1, 0), (2, 1), (2, 3), (3, 4)]
    assert (found.rows, found.width) == (3, 4)


def test_the_spouse_stands_beside_and_their_family_above_them() -> None:
    found = tree("S>P>P>C")
    assert [(one.label, one.column, one.row) for one in found.people] == [
        ("本人", 0, 0),
        ("本人の配偶者", 2, 0),
        ("配偶者の父・母", 2, -1),
        ("配偶者の祖父・祖母", 3, -2),
        ("配偶者のおじ・おば", 4, -1),
    ]
    assert found.lines[0] == Line(0, 1, Tie.MARRIAGE, ended=False)


def test_children_stand_below() -> None:
    found = tree("C>S")
    assert [(one.label, one.column, one.row) for one in found.people] == [
        ("本人", 0, 0),
        ("本人の子", 0, 1),
        ("子の配偶者", 2, 1),
    ]


@pytest.mark.parametrize(
    ("path", "note", "tie", "ended"),
    [
        ("P(養)", "養", Tie.DESCENT, False),
        ("P(養・離縁)", "養・離縁", Tie.DESCENT, True),
        ("P(実・特別養子で終了)", "実・特別養子で終了", Tie.DESCENT, True),
        ("S(離婚)", "離婚", Tie.MARRIAGE, True),
        ("S(死亡)", "死亡", Tie.MARRIAGE, False),
        ("S(死亡・終了届)", "死亡・終了届", Tie.MARRIAGE, True),
        ("(事実婚)", "", Tie.OUTSIDE, False),
        ("(同居)", "", Tie.OUTSIDE, False),
    ],
)
def test_circumstances_stand_with_the_person_and_the_line(
    path: str, note: str, tie: Tie, ended: bool
) -> None:
    found = tree(path)
    assert found.people[-1].note == note
    assert (found.lines[-1].tie, found.lines[-1].ended) == (tie, ended)


def test_people_without_a_listed_name_are_said_by_their_step() -> None:
    assert tree("P>P>P>P>P").people[-1].label == "その母または父"
    assert tree("P(死亡)").people[-1].label == "父・母"
    # a dissolved adoption makes no siblings: the listed name of P>C>S would say too much
    assert tree("P(養・離縁)>C>S").people[-1].label == "その配偶者"
    assert tree("C>S>(宣誓)").people[-1].label == "その宣誓の相手"


def test_every_true_path_has_its_tree_and_no_relation_has_none() -> None:
    assert [len(found.people) for found in family_trees("C(養) / C>S")] == [2, 3]
    assert family_trees("なし") == family_trees("") == ()
    with pytest.raises(Refused):
        family_trees("P>")


LINKS = st.sampled_from(["P", "C", "S", "P(養)", "C(認知)", "S(離婚)", "(事実婚)"])


@settings(max_examples=150, deadline=None)
@given(st.lists(LINKS, min_size=1, max_size=10).map(">".join))
def test_nobody_stands_on_somebody_else(path: str) -> None:
    found = tree(path)
    places = [(one.row, one.column) for one in found.people]
    for index, (row, column) in enumerate(places):
        for other_row, other_column in places[index + 1 :]:
            assert row != other_row or abs(column - other_column) >= 2, path
    assert places[0] in ((0, 0), (0, 1))
    assert len(found.lines) == len(found.people) - 1


@settings(max_examples=60, deadline=None)
@given(st.sampled_from([relation.path for relation in RELATIONS]))
def test_lines_join_neighbouring_generations_or_one(path: str) -> None:
    for found in family_trees(path):
        for line in found.lines:
            first, second = found.people[line.first], found.people[line.second]
            assert second.row - first.row == (1 if line.tie is Tie.DESCENT else 0)
            if line.tie is not Tie.DESCENT:
                assert second.column - first.column == 2
