"""座席: everybody has one seat, the 議長 in the middle, and no 本人 sits without a 事務局員 beside them."""

from itertools import chain, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agenda.rules.seating import SeatingPlan, Sitter, arrange
from meetings_app.core.terms import Capacity, Office

MEMBER, ADVISER, INVITEE = Capacity.MEMBER, Capacity.ADVISER, Capacity.INVITEE
STAFF, CLIENT, FAMILY = Capacity.SECRETARIAT, Capacity.CLIENT, Capacity.FAMILY


def sitter(
    name: str,
    capacity: Capacity = MEMBER,
    *offices: Office,
    online: bool = False,
    beside: str | None = None,
) -> Sitter:
    return Sitter(name, name, str(capacity), capacity, offices, online, beside)


CHAIR = sitter("議長", MEMBER, Office.CHAIR)
VICE = sitter("副1", MEMBER, Office.VICE_CHAIR)
OTHER_VICE = sitter("副2", ADVISER, Office.VICE_CHAIR)


def names(seats: tuple[Sitter | None, ...]) -> list[str | None]:
    return [seat and seat.name for seat in seats]


def sides(plan: SeatingPlan) -> tuple[list[str | None], list[str | None]]:
    return names(tuple(row[0] for row in plan.sides)), names(tuple(row[1] for row in plan.sides))


def test_the_presider_sits_in_the_middle_between_the_vice_chairs() -> None:
    plan = arrange(CHAIR, [VICE, OTHER_VICE, sitter("委1")])
    assert names(plan.top) == ["副2", "議長", "副1"]
    assert sides(plan) == (["委1"], [None])


def test_one_vice_chair_sits_beside_the_presider() -> None:
    assert names(arrange(CHAIR, [VICE, sitter("委1")]).top) == ["議長", "副1"]


def test_a_vice_chair_who_presides_has_the_other_beside_and_the_chair_sits_with_the_members() -> None:
    plan = arrange(VICE, [CHAIR, OTHER_VICE])
    assert names(plan.top) == ["副1", "副2"]
    assert sides(plan) == (["議長"], [None])


def test_the_regional_body_seats_its_secretary_general_at_the_bottom() -> None:
    chair = sitter("会長", Capacity.CONSTITUENT, Office.REGIONAL_CHAIR)
    vice = sitter("副会長", Capacity.CONSTITUENT, Office.REGIONAL_VICE_CHAIR)
    general = sitter("事務局長", Capacity.CONSTITUENT, Office.SECRETARY_GENERAL)
    plan = arrange(chair, [vice, general, sitter("町", Capacity.CONSTITUENT), sitter("助", ADVISER)])
    assert (names(plan.top), names(plan.bottom)) == (["会長", "副会長"], ["事務局長"])
    assert sides(plan) == (["町"], ["助"])


def test_members_sit_left_and_right_in_turn_and_guests_below() -> None:
    plan = arrange(
        CHAIR,
        [
            sitter("客1", INVITEE),
            sitter("委1"),
            sitter("助1", ADVISER),
            sitter("委2"),
            sitter("客2", INVITEE),
        ],
    )
    assert sides(plan) == (["委1", "委2", "客2"], ["助1", "客1", None])
    assert plan.bottom == ()


def test_the_client_sits_between_a_secretary_and_the_family() -> None:
    plan = arrange(
        CHAIR,
        [
            sitter("委1"),
            sitter("委2"),
            sitter("委3"),
            sitter("本人", CLIENT),
            sitter("母", FAMILY),
            sitter("事1", STAFF),
            sitter("事2", STAFF),
        ],
    )
    assert sides(plan) == (["委1", "委3", None, None], ["委2", "事1", "本人", "母"])
    assert names(plan.bottom) == ["事2"]


def test_guests_fill_the_side_without_the_client() -> None:
    people = [sitter("委1"), sitter("委2"), sitter("本人", CLIENT), sitter("事1", STAFF)]
    plan = arrange(CHAIR, [*people, sitter("客1", INVITEE), sitter("客2", INVITEE), sitter("客3", INVITEE)])
    assert sides(plan) == (["委1", "客3", "事1", "本人"], ["委2", "客1", "客2", None])


def test_the_named_supporter_sits_beside_their_client() -> None:
    plan = arrange(
        CHAIR,
        [
            sitter("本人1", CLIENT),
            sitter("本人2", CLIENT),
            sitter("事1", STAFF),
            sitter("事2", STAFF, beside="本人1"),
            sitter("事3", STAFF),
            sitter("妹", FAMILY, beside="本人2"),
        ],
    )
    assert sides(plan) == (["事2", "本人1", None], ["事1", "本人2", "妹"])
    assert names(plan.bottom) == ["事3"]


def test_one_secretary_sits_between_two_clients() -> None:
    plan = arrange(
        CHAIR,
        [
            sitter("本人1", CLIENT),
            sitter("本人2", CLIENT),
            sitter("事1", STAFF),
            sitter("兄", FAMILY, beside="本人2"),
        ],
    )
    assert sides(plan) == (["兄", "本人2", "事1", "本人1"], [None] * 4)


def test_a_client_without_any_secretary_does_not_sit_alone() -> None:
    for neighbour in (sitter("委1"), sitter("客1", INVITEE)):
        assert sides(arrange(CHAIR, [sitter("本人", CLIENT), neighbour])) == (
            [neighbour.name, "本人"],
            [None, None],
        )


def test_a_family_without_its_client_sits_with_the_guests() -> None:
    plan = arrange(CHAIR, [sitter("父", FAMILY, beside="本人"), sitter("客1", INVITEE), sitter("事1", STAFF)])
    assert sides(plan) == (["父"], ["客1"])
    two = [sitter("本人1", CLIENT), sitter("本人2", CLIENT), sitter("事1", STAFF), sitter("事2", STAFF)]
    assert sides(arrange(CHAIR, [*two, sitter("父", FAMILY)])) == (
        ["父", "事1", "本人1"],
        ["事2", "本人2", None],
    )


def test_those_online_have_no_seat() -> None:
    far, supporter = sitter("遠", online=True), sitter("事1", STAFF, online=True, beside="本人")
    plan = arrange(CHAIR, [far, supporter, sitter("本人", CLIENT), sitter("事2", STAFF), sitter("委1")])
    assert names(plan.online) == ["遠", "事1"]
    assert sides(plan) == (["委1", None], ["事2", "本人"])


def test_a_presider_online_leaves_the_top_to_the_vice_chairs() -> None:
    plan = arrange(sitter("議長", MEMBER, Office.CHAIR, online=True), [VICE])
    assert (names(plan.top), names(plan.online), plan.sides) == (["副1"], ["議長"], ())


def test_nobody_is_given_twice() -> None:
    with pytest.raises(ValueError, match="given twice: 議長"):
        arrange(CHAIR, [CHAIR])


@st.composite
def tables(draw: st.DrawFn) -> list[Sitter]:
    """3 to 40 people, the first of whom presides."""
    kinds = draw(
        st.lists(st.sampled_from([MEMBER, ADVISER, INVITEE, STAFF, CLIENT, FAMILY]), min_size=2, max_size=39)
    )
    clients = [str(n) for n, kind in enumerate(kinds) if kind is CLIENT]
    people = [
        sitter(
            str(n),
            kind,
            *draw(
                st.sampled_from([(), (), (Office.VICE_CHAIR,)]) if kind in (MEMBER, ADVISER) else st.just(())
            ),
            online=draw(st.integers(0, 5)) == 0,
            beside=draw(st.sampled_from([None, *clients])) if kind in (STAFF, FAMILY) else None,
        )
        for n, kind in enumerate(kinds)
    ]
    return [CHAIR, *people]


@settings(max_examples=80)
@given(tables())
def test_everybody_has_exactly_one_place(people: list[Sitter]) -> None:
    plan = arrange(people[0], people[1:])
    seated = [*plan.top, *(seat for seat in chain.from_iterable(plan.sides) if seat), *plan.bottom]
    assert sorted(names((*seated, *plan.online))) == sorted(names(tuple(people)))
    assert not any(seat.online for seat in seated)
    assert len(plan.top) <= 3
    assert arrange(people[0], people[1:]) == plan


@settings(max_examples=80)
@given(tables())
def test_no_side_has_an_empty_seat_between_two_people(people: list[Sitter]) -> None:
    for side in sides(arrange(people[0], people[1:])):
        assert None not in side[: len([name for name in side if name])]


@settings(max_examples=80)
@given(tables())
def test_a_secretary_sits_beside_as_many_clients_as_they_can(people: list[Sitter]) -> None:
    plan = arrange(people[0], people[1:])
    neighbours: dict[str, list[Sitter]] = {}
    for side in range(2):
        for one, other in pairwise([row[side] for row in plan.sides]):
            if one and other:
                neighbours.setdefault(one.name, []).append(other)
                neighbours.setdefault(other.name, []).append(one)
    present = [one for one in people if not one.online]
    clients = [one.name for one in present if one.capacity is CLIENT]
    attended = [
        name for name in clients if any(other.capacity is STAFF for other in neighbours.get(name, []))
    ]
    staff = len([one for one in present if one.capacity is STAFF])
    assert len(attended) == min(len(clients), 2 * staff)
    on_sides = sum(1 for seat in chain.from_iterable(plan.sides) if seat)
    assert on_sides < 2 or all(neighbours.get(name) for name in clients)
