"""議題の順と割振り: people from outside come once, what is urgent gets room, and nothing is lost or divided."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import groupby, permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agenda.rules.fitting import (
    EXACT_BLOCKS,
    Block,
    Coming,
    Fitted,
    Item,
    Ordering,
    Room,
    Visit,
    blocks_of,
    fit,
    order_blocks,
    visits_of,
)
from meetings_app.core.terms import DueReason, Purpose

DAY = date(2014, 3, 25)
ADJUST, EVALUATE = Purpose.ADJUST, Purpose.EVALUATE
NEW, EVALUATION, REPLAN = DueReason.NEW, DueReason.EVALUATION, DueReason.REPLAN
MONITORING, URGENT, CARRIED_OVER = DueReason.MONITORING, DueReason.URGENT, DueReason.CARRIED_OVER
NINETEENTH = Coming("m19", 19, date(2014, 3, 27), 30)
TWENTIETH = Coming("m20", 20, date(2014, 3, 28), 60)


def march(day: int) -> date:
    return date(2014, 3, day)


def item(
    case: int,
    minutes: int = 15,
    deadline: date | None = None,
    people: str = "",
    reason: DueReason = NEW,
    plan: int = 1,
) -> Item:
    purpose = EVALUATE if reason in (EVALUATION, MONITORING) else ADJUST
    return Item(f"{case}-{plan}", minutes, purpose, case, plan, reason, deadline, frozenset(people))


def matter(key: str, minutes: int = 10) -> Item:
    return Item(key, minutes, Purpose.NETWORK)


def order(*items: Item) -> Ordering:
    return order_blocks(blocks_of(items))


def cases(ordering: Ordering) -> list[int | None]:
    return [block.case for block in ordering.blocks]


# --- blocks ---


def test_an_evaluation_and_the_new_plan_of_one_case_are_one_block() -> None:
    replan = item(7, 15, None, "p", REPLAN, plan=2)
    evaluation = item(7, 10, march(31), "q", EVALUATION, plan=1)
    (block,) = blocks_of([replan, evaluation])
    assert block.items == (evaluation, replan)
    assert (block.case, block.minutes, block.outsiders) == (7, 25, frozenset("pq"))


def test_an_evaluation_comes_first_whatever_its_plan_number() -> None:
    new, evaluation = item(7, reason=NEW, plan=1), item(7, reason=EVALUATION, plan=2)
    (block,) = blocks_of([new, evaluation])
    assert block.items == (evaluation, new)


def test_every_matter_without_a_plan_is_a_block_of_its_own() -> None:
    blocks = blocks_of([matter("b"), item(3), matter("a")])
    assert [block.items for block in blocks] == [(item(3),), (matter("a"),), (matter("b"),)]


def test_broken_items_are_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        item(1, 0)
    with pytest.raises(ValueError, match="both a case and a plan"):
        Item("a", 10, ADJUST, case=1)
    for twice in (lambda: blocks_of([item(1), item(1)]), lambda: order_blocks([Block((item(1),))] * 2)):
        with pytest.raises(ValueError, match="given twice: 1-1"):
            twice()


# --- order ---


def test_an_empty_agenda_has_an_order() -> None:
    assert order_blocks([]) == Ordering((), ())


def test_without_people_from_outside_the_deadline_decides_then_the_case_number() -> None:
    ordering = order(matter("a"), item(9), item(8), item(2, deadline=march(31)), item(5, deadline=march(26)))
    assert cases(ordering) == [5, 2, 8, 9, None]
    assert ordering.visits == ()


@pytest.mark.parametrize("reason", [CARRIED_OVER, URGENT])
def test_what_is_carried_over_or_urgent_comes_first_even_without_a_deadline(reason: DueReason) -> None:
    assert cases(order(item(1, deadline=march(26)), item(9, reason=reason))) == [9, 1]


def test_somebody_from_outside_comes_once_for_both_their_cases() -> None:
    ordering = order(
        item(1, 15, march(26), "p"),
        item(2, 10, march(27)),
        item(3, 20, march(28), "p"),
        item(4, 5, march(29)),
    )
    assert cases(ordering) == [1, 3, 2, 4]
    assert ordering.visits == (Visit("p", 0, 35, 35),)
    assert ordering.waiting_minutes == 0


def test_the_blocks_with_people_from_outside_stand_together() -> None:
    ordering = order(item(1, 24, march(25)), item(2, 10, march(26), "p"), item(3), item(4, 15, None, "q"))
    assert cases(ordering) == [1, 2, 4, 3]
    assert ordering.visits == (Visit("p", 24, 34, 10), Visit("q", 34, 49, 15))


def test_where_somebody_has_to_wait_it_is_for_the_shortest_block() -> None:
    ordering = order(
        item(1, 10, march(26), "pq"), item(2, 20, march(27), "qr"), item(3, 5, march(28), "pr"), item(4, 5)
    )
    assert cases(ordering) == [1, 3, 2, 4]
    assert ordering.visits == (Visit("p", 0, 15, 15), Visit("q", 0, 35, 30), Visit("r", 10, 35, 25))
    assert [visit.waiting_minutes for visit in ordering.visits] == [0, 5, 0]
    assert ordering.waiting_minutes == 5


def test_little_waiting_goes_before_an_early_deadline() -> None:
    # p is needed in 1 and 2, q in 2 and 3: with 2 in the middle nobody waits.
    ordering = order(
        item(1, 10, march(28), "p"), item(2, 10, march(26), "pq"), item(3, 10, march(27), "q"), item(4, 10)
    )
    assert cases(ordering) == [3, 2, 1, 4]
    assert ordering.waiting_minutes == 0


def test_more_people_waiting_counts_more() -> None:
    # Somebody waits for one of the three blocks: two people for a short one, or one person for a long one.
    blocks = [item(1, 10, march(26), "pqs"), item(2, 10, march(27), "prs"), item(3, 15, march(28), "qr")]
    # 1 in the middle: r waits 10; 2 in the middle: q waits 10; 3 in the middle: p and s wait 30 together.
    ordering = order(*blocks)
    assert (cases(ordering), ordering.waiting_minutes) == ([1, 2, 3], 10)


def test_people_of_the_same_case_stay_for_all_of_it() -> None:
    ordering = order(item(1, 10, None, "p", EVALUATION, 1), item(1, 15, None, "q", REPLAN, 2))
    assert ordering.visits == (Visit("p", 0, 25, 25), Visit("q", 0, 25, 25))


def test_visits_follow_any_order_of_items() -> None:
    items = [item(1, 10, None, "p"), item(2, 15, None, "q"), item(3, 5, None, "p")]
    assert visits_of(items) == (Visit("p", 0, 30, 15), Visit("q", 10, 25, 15))


def test_a_large_group_loses_no_minute_where_none_need_be_lost() -> None:
    chain = [
        item(n, 10, march(31) - timedelta(days=n * 5 % 17), "abcdefghijklmnop"[n : n + 2]) for n in range(15)
    ]
    assert len(chain) > EXACT_BLOCKS
    assert order(*chain).waiting_minutes == 0


DEADLINES = st.none() | st.dates(march(20), date(2014, 4, 10))
REASONS = st.sampled_from([NEW, EVALUATION, REPLAN, MONITORING, URGENT, CARRIED_OVER])


@st.composite
def one_item_each(draw: st.DrawFn, most: int) -> list[Item]:
    """Items of different cases, needing some of four people."""
    return [
        item(
            case,
            draw(st.integers(1, 20)),
            draw(DEADLINES),
            "".join(draw(st.sets(st.sampled_from("pqrs"), max_size=3))),
            draw(REASONS),
        )
        for case in range(1, draw(st.integers(0, most)) + 1)
    ]


def waiting(items: Sequence[Item]) -> int:
    """Minutes waited, counted minute by minute and person by person."""
    minutes = [one.outsiders for one in items for _ in range(one.minutes)]
    total = 0
    for person in frozenset().union(*minutes):
        present = [person in needed for needed in minutes]
        first, last = present.index(True), len(present) - present[::-1].index(True)
        total += present[first:last].count(False)
    return total


def precedence(one: Item) -> tuple[bool, date, int]:
    return (one.reason not in (URGENT, CARRIED_OVER), one.deadline or date.max, one.case or 0)


def merit(items: Sequence[Item]) -> tuple[int, bool, list[tuple[bool, date, int]]]:
    runs = [outside for outside, _ in groupby(items, key=lambda one: bool(one.outsiders)) if outside]
    return (waiting(items), len(runs) > 1, [precedence(one) for one in items])


@settings(max_examples=60)
@given(one_item_each(most=5))
def test_no_order_is_better(items: list[Item]) -> None:
    best = min(permutations(items), key=merit)
    assert order(*items).items == best


@settings(max_examples=60)
@given(one_item_each(most=EXACT_BLOCKS + 4))
def test_nobody_waits_longer_than_in_the_order_of_deadlines(items: list[Item]) -> None:
    ordering = order(*items)
    by_deadline = sorted(items, key=lambda one: (one.deadline or date.max, one.case))
    assert ordering.waiting_minutes == waiting(ordering.items)
    assert ordering.waiting_minutes <= min(waiting(by_deadline), waiting(sorted(items, key=precedence)))


@st.composite
def any_items(draw: st.DrawFn) -> list[Item]:
    """Items of some cases, several of a case, and matters without a plan."""
    numbers = st.tuples(st.integers(1, 6), st.integers(1, 3))
    made = [
        item(
            case,
            draw(st.integers(1, 40)),
            draw(DEADLINES),
            draw(st.sampled_from(["", "p", "pq"])),
            reason,
            plan,
        )
        for case, plan in sorted(draw(st.sets(numbers, max_size=9)))
        for reason in [draw(REASONS)]
    ]
    return made + [
        matter(key, draw(st.integers(1, 40))) for key in sorted(draw(st.sets(st.sampled_from("abc"))))
    ]


@settings(max_examples=60)
@given(st.data())
def test_the_order_of_input_does_not_matter_for_the_order(data: st.DataObject) -> None:
    items = data.draw(any_items())
    ordering = order(*items)
    assert order(*data.draw(st.permutations(items))) == ordering
    assert order_blocks(data.draw(st.permutations(ordering.blocks))) == ordering
    assert sorted(one.key for one in ordering.items) == sorted(one.key for one in items)


@settings(max_examples=60)
@given(any_items())
def test_the_items_of_a_case_always_stand_together(items: list[Item]) -> None:
    numbers = [one.case for one in order(*items).items if one.case is not None]
    assert len([case for case, _ in groupby(numbers)]) == len(set(numbers))


# --- room ---


def taken(fitted: Fitted) -> list[str]:
    return [one.key for one in fitted.taken]


def why(items: Sequence[Item], room: Room) -> list[str]:
    return [push.why for push in fit(items, room).pushed]


def test_what_fits_goes_in() -> None:
    fitted = fit([item(1, 15), item(2, 15)], Room(DAY, 30))
    assert (taken(fitted), fitted.pushed, fitted.free_minutes) == (["1-1", "2-1"], (), 0)


def test_what_does_not_fit_is_pushed_and_told_why() -> None:
    room = Room(DAY, 120, (item(9, 115),), (TWENTIETH,))
    (push,) = fit([item(1, 15, march(31))], room).pushed
    assert (push.item.key, push.to) == ("1-1", TWENTIETH)
    assert push.why == (
        "予定の120分に収まらないため（残り5分、必要15分）、第20回（平成26年3月28日）に回します。"
        "期限（平成26年3月31日）に間に合います。"
    )


def test_the_sentence_says_when_the_deadline_cannot_be_kept() -> None:
    room = Room(DAY, 5, coming=(TWENTIETH,))
    head = "予定の5分に収まらないため（残り5分、必要15分）、第20回（平成26年3月28日）に回します。"
    late = "期限（平成26年3月27日）に間に合わないので、臨時の会議を開くか、会議の時間を延ばしてください。"
    over = "期限（平成26年3月24日）はもう過ぎているので、臨時の会議を開くか、会議の時間を延ばしてください。"
    assert why([item(1, deadline=march(28))], room) == [head + "期限（平成26年3月28日）に間に合います。"]
    assert why([item(1, deadline=march(27))], room) == [head + late]
    assert why([item(1, deadline=march(24))], room) == [head + over]
    assert why([item(1)], room) == [head]


def test_a_report_that_comes_late_is_no_missed_deadline() -> None:
    report = item(1, 10, march(27), reason=MONITORING)
    assert why([report], Room(DAY, 5, coming=(TWENTIETH,))) == [
        (
            "予定の5分に収まらないため（残り5分、必要10分）、第20回（平成26年3月28日）に回します。"
            "報告の時期（平成26年3月27日）の後になります。"
        )
    ]


def test_without_another_meeting_it_says_that_it_waits() -> None:
    full = replace(TWENTIETH, free_minutes=14)
    (alone,) = fit([item(1)], Room(DAY, 5)).pushed
    (crowded,) = fit([item(1)], Room(DAY, 5, coming=(full,))).pushed
    assert (alone.to, crowded.to) == (None, None)
    head = "予定の5分に収まらないため（残り5分、必要15分）、次の会議を待ちます。"
    assert alone.why == head + "次の会議はまだ予定されていません。"
    assert crowded.why == head + "予定された会議には空きがありません。"


def test_an_agenda_that_is_too_long_already_takes_nothing() -> None:
    fitted = fit([item(1, 1)], Room(DAY, 60, (item(8, 40), item(9, 30)), (NINETEENTH,)))
    assert (taken(fitted), fitted.free_minutes) == ([], -10)
    assert fitted.pushed[0].why == (
        "すでにある議題が予定の60分を10分超えているため（必要1分）、第19回（平成26年3月27日）に回します。"
    )


def test_the_most_urgent_gets_its_room_first() -> None:
    report = item(1, 10, march(20), reason=MONITORING)
    ordinary = item(2, 10, march(27))
    before_next = item(3, 10, march(26))
    urgent, carried = item(4, 10, reason=URGENT), item(5, 10, reason=CARRIED_OVER)
    overdue = item(6, 10, march(24), reason=EVALUATION)
    by_urgency = [overdue, carried, urgent, before_next, ordinary, report]
    for places in range(7):
        fitted = fit(reversed(by_urgency), Room(DAY, places * 10, coming=(NINETEENTH,)))
        assert list(fitted.taken) == by_urgency[:places]
        assert [push.item for push in fitted.pushed] == by_urgency[places:]


def test_with_no_further_meeting_any_deadline_is_pressing() -> None:
    assert taken(fit([item(1), item(2, deadline=date(2014, 6, 30))], Room(DAY, 15))) == ["2-1"]


def test_within_the_same_urgency_the_deadline_then_the_case_decides() -> None:
    items = [item(3), matter("a"), item(2), item(9, deadline=march(29)), item(8, deadline=march(30))]
    assert taken(fit(items, Room(DAY, 100, coming=(TWENTIETH,)))) == ["9-1", "8-1", "2-1", "3-1", "a"]


def test_a_smaller_block_fills_the_gap_that_a_more_urgent_one_left() -> None:
    items = [item(1, 20, march(26)), item(2, 15, march(27)), item(3, 10, march(30))]
    fitted = fit(items, Room(DAY, 30, coming=(TWENTIETH,)))
    assert (taken(fitted), fitted.free_minutes) == (["1-1", "3-1"], 0)
    assert [push.item.key for push in fitted.pushed] == ["2-1"]
    assert fitted.pushed[0].why.startswith("予定の30分に収まらないため（残り0分、必要15分）")


def test_a_case_is_not_divided() -> None:
    both = [item(7, 10, march(26), reason=EVALUATION), item(7, 15, reason=REPLAN, plan=2)]
    fitted = fit(
        [*both, item(8, 20)], Room(DAY, 20, coming=(replace(NINETEENTH, free_minutes=24), TWENTIETH))
    )
    assert taken(fitted) == ["8-1"]
    assert [(push.item.plan, push.to) for push in fitted.pushed] == [(1, TWENTIETH), (2, TWENTIETH)]
    assert fitted.pushed[1].why == (
        "予定の20分に収まらないため（残り0分、同じケースの2件で必要25分）、第20回（平成26年3月28日）に回します。"
    )


def test_a_case_that_is_on_the_agenda_cannot_go_elsewhere() -> None:
    room = Room(DAY, 20, (item(7, 10, reason=EVALUATION),), (TWENTIETH,))
    assert taken(fit([item(7, 10, reason=REPLAN, plan=2)], room)) == ["7-2"]
    (push,) = fit([item(7, 15, reason=REPLAN, plan=2)], room).pushed
    assert push.to is None
    assert push.why == (
        "予定の20分に収まらないため（残り10分、必要15分）、次の会議を待ちます。"
        "同じケースの議題はこの会議に入っているので、一緒に諮るには、会議の時間を延ばすか、その議題も回します。"
    )


def test_the_first_coming_meeting_with_room_takes_it_and_fills_up() -> None:
    coming = (TWENTIETH, NINETEENTH)
    items = [item(case, 25) for case in (1, 2, 3, 4)]
    fitted = fit(items, Room(DAY, 0, coming=coming))
    assert [push.to and push.to.number for push in fitted.pushed] == [19, 20, 20, None]


def test_nothing_is_pushed_back_in_time() -> None:
    earlier = Coming("m17", 17, march(24), 60)
    (push,) = fit([item(1)], Room(DAY, 0, coming=(earlier, TWENTIETH))).pushed
    assert push.to == TWENTIETH


def test_what_stands_on_the_agenda_is_not_put_there_twice() -> None:
    fitted = fit([item(1), item(2)], Room(DAY, 60, (item(1),)))
    assert (taken(fitted), fitted.pushed, fitted.free_minutes) == (["2-1"], (), 30)
    with pytest.raises(ValueError, match="given twice"):
        fit([], Room(DAY, 60, (item(1), item(1))))


@st.composite
def rooms(draw: st.DrawFn, fixed: Sequence[Item]) -> Room:
    days = draw(st.lists(st.dates(march(20), date(2014, 4, 20)), max_size=3))
    coming = [Coming(f"m{n}", 20 + n, day, draw(st.integers(-10, 90))) for n, day in enumerate(days)]
    return Room(DAY, draw(st.integers(0, 150)), tuple(fixed), tuple(coming))


@st.composite
def tasks(draw: st.DrawFn) -> tuple[list[Item], Room]:
    items = draw(any_items())
    standing = draw(st.integers(0, 2))
    mixed = draw(st.permutations(items))
    return list(mixed[standing:]), draw(rooms(mixed[:standing]))


@settings(max_examples=80)
@given(tasks())
def test_every_item_is_in_one_place_and_no_meeting_runs_over(task: tuple[list[Item], Room]) -> None:
    items, room = task
    fitted = fit(items, room)
    places = [one.key for one in fitted.taken] + [push.item.key for push in fitted.pushed]
    assert sorted(places) == sorted(one.key for one in items)
    used = sum(one.minutes for one in (*room.fixed, *fitted.taken))
    assert used <= room.length_minutes or not fitted.taken
    assert fitted.free_minutes == room.length_minutes - used
    for meeting in room.coming:
        got = sum(push.item.minutes for push in fitted.pushed if push.to == meeting)
        assert got <= max(meeting.free_minutes, 0)


@settings(max_examples=80)
@given(tasks())
def test_no_case_is_in_two_meetings(task: tuple[list[Item], Room]) -> None:
    items, room = task
    fitted = fit(items, room)
    here = {one.case for one in (*room.fixed, *fitted.taken) if one.case}
    places: dict[int, set[str | None]] = {}
    for push in fitted.pushed:
        if push.item.case:
            places.setdefault(push.item.case, set()).add(push.to.meeting_id if push.to else None)
    assert all(len(meetings) == 1 for meetings in places.values())
    assert all(places[case] == {None} for case in here & set(places))


@settings(max_examples=80)
@given(tasks(), st.randoms(use_true_random=False))
def test_the_order_of_input_does_not_matter_for_the_room(
    task: tuple[list[Item], Room], chance: object
) -> None:
    items, room = task
    mixed, coming, fixed = list(items), list(room.coming), list(room.fixed)
    for listed in (mixed, coming, fixed):
        chance.shuffle(listed)  # type: ignore[attr-defined]
    assert fit(mixed, replace(room, coming=tuple(coming), fixed=tuple(fixed))) == fit(items, room)


@settings(max_examples=80)
@given(tasks())
def test_doing_it_twice_changes_nothing(task: tuple[list[Item], Room]) -> None:
    items, room = task
    once = fit(items, room)
    after = replace(room, fixed=(*room.fixed, *once.taken))
    for again in (fit([push.item for push in once.pushed], after), fit(items, after)):
        assert again == replace(once, taken=())


@settings(max_examples=80)
@given(tasks())
def test_nothing_more_urgent_is_let_out_for_something_less_urgent(task: tuple[list[Item], Room]) -> None:
    items, room = task
    overdue = item(99, 30, march(1), reason=EVALUATION)
    with_overdue = fit([*items, overdue], room)
    assert (overdue in with_overdue.taken) == (room.free_minutes >= 30)
