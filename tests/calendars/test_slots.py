"""Choosing a slot: hard constraints first, then the order of preferences, and reasons for every other slot."""

import random
from collections.abc import Mapping
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calendars.rules.slots import (
    Person,
    Slot,
    SlotRanking,
    SlotVerdict,
    Standing,
    rank_slots,
)
from meetings_app.core.clock import tokyo
from meetings_app.core.errors import Refused
from meetings_app.core.terms import Answer, Office

YES, MAYBE, NO = Answer.YES, Answer.IF_NEED_BE, Answer.NO
SIGNS = {"○": YES, "△": MAYBE, "×": NO}

CHAIR = Person("p1", "佐藤", frozenset({Office.CHAIR}))
VICE_1 = Person("p2", "鈴木", frozenset({Office.VICE_CHAIR}))
VICE_2 = Person("p3", "高橋", frozenset({Office.VICE_CHAIR}))
MEMBER_A = Person("p4", "委員A", required_for=("No.17",))
MEMBER_B = Person("p5", "委員B", required_for=("No.21", "No.9"))
GUEST = Person("p6", "参加者A")

LAST_RESORT = (
    "変えられないときは、候補の枠を追加してください。"
    "必要な人を改めるには、委員長の決定（第5条第3項）が要ります。"
)


def slot(name: str, day: int, hour: int = 10, minutes: int = 60) -> Slot:
    start = tokyo(date(2026, 12, day), hour)
    return Slot(name, start, start + timedelta(minutes=minutes))


WED = slot("wed", 2)
FRI = slot("fri", 4)
MON = slot("mon", 7)


def answers(rows: Mapping[str, str], *slots: Slot) -> dict[str, dict[str, Answer]]:
    """Read 「○△×-」 per person, one sign a slot; 「-」 is no answer."""
    return {
        person: {s.id: SIGNS[sign] for s, sign in zip(slots, signs, strict=True) if sign != "-"}
        for person, signs in rows.items()
    }


def verdict(ranking: SlotRanking, wanted: Slot) -> SlotVerdict:
    return next(v for v in ranking.verdicts if v.slot == wanted)


def messages(ranking: SlotRanking, wanted: Slot) -> tuple[str, ...]:
    return tuple(reason.message for reason in verdict(ranking, wanted).reasons)


def best(ranking: SlotRanking) -> Slot:
    assert ranking.best is not None
    return ranking.best.slot


def test_required_people_must_all_be_free() -> None:
    given_answers = answers({"p1": "○○", "p4": "○×", "p5": "△×"}, WED, FRI)
    ranking = rank_slots([FRI, WED], [CHAIR, MEMBER_A, MEMBER_B], given_answers)
    assert best(ranking) == WED
    assert verdict(ranking, FRI).standing is Standing.INFEASIBLE
    assert messages(ranking, FRI) == (
        "委員Aが出られません（No.17に必要な人）。",
        "委員Bが出られません（No.21、No.9に必要な人）。",
    )
    assert [reason.items for reason in verdict(ranking, FRI).reasons] == [("No.17",), ("No.21", "No.9")]
    assert [reason.person_id for reason in verdict(ranking, FRI).reasons] == ["p4", "p5"]


def test_missing_answer_of_a_required_person_leaves_the_slot_pending() -> None:
    ranking = rank_slots(
        [WED, FRI], [CHAIR, MEMBER_A, GUEST], answers({"p1": "○○", "p4": "-△", "p6": "○○"}, WED, FRI)
    )
    assert best(ranking) == FRI
    assert verdict(ranking, WED).standing is Standing.PENDING
    assert messages(ranking, WED) == ("委員Aが未回答です（No.17に必要な人）。",)


def test_chair_presides_by_article_5_1() -> None:
    ranking = rank_slots([WED], [CHAIR, VICE_1], answers({"p1": "△", "p2": "○"}, WED))
    assert ranking.best is not None
    assert ranking.best.presiding.candidates == (CHAIR,)
    assert ranking.best.presiding.article == "第5条第1項"
    assert ranking.best.presiding.note == "委員長（佐藤）が議長を務めます（第5条第1項）。"


def test_vice_chair_presides_only_when_the_chair_is_prevented() -> None:
    ranking = rank_slots([WED], [CHAIR, VICE_1, VICE_2], answers({"p1": "×", "p2": "○", "p3": "△"}, WED))
    assert ranking.best is not None
    presiding = ranking.best.presiding
    assert presiding.candidates == (VICE_1, VICE_2)
    assert presiding.article == "第5条第2項"
    assert not presiding.by_chair
    assert presiding.note == (
        "委員長（佐藤）に差し支えがあるため、副委員長（鈴木または高橋）が職務を代理します"
        "（第5条第2項）。理由を記録してください。"
    )


def test_vice_chair_presides_where_the_office_is_vacant() -> None:
    ranking = rank_slots([WED], [VICE_1], answers({"p2": "○"}, WED))
    assert ranking.best is not None
    assert ranking.best.presiding.note.startswith("委員長が欠けているため、副委員長（鈴木）")


def test_unanswered_chair_is_not_a_prevented_chair() -> None:
    ranking = rank_slots([WED], [CHAIR, VICE_1], answers({"p2": "○"}, WED))
    assert ranking.best is None
    assert ranking.verdicts[0].standing is Standing.PENDING
    assert messages(ranking, WED) == ("委員長（佐藤）の回答を待っています。",)
    assert ranking.next_steps == (
        "12月2日（水）10:00–11:00の枠は佐藤の回答待ちです。回答を催促してください。",
    )


def test_no_presider_makes_a_slot_impossible() -> None:
    ranking = rank_slots([WED], [CHAIR, VICE_1], answers({"p1": "×", "p2": "×"}, WED))
    assert ranking.best is None
    assert ranking.verdicts[0].standing is Standing.INFEASIBLE
    assert messages(ranking, WED) == (
        "委員長（佐藤）に差し支えがあるうえ、副委員長も出られません。議長を務める人がいません。",
    )
    assert "議長を務める委員長または副委員長が出られれば置けます" in ranking.next_steps[0]


def test_chair_free_does_not_lift_a_required_no() -> None:
    ranking = rank_slots([WED], [CHAIR, MEMBER_A], answers({"p1": "○", "p4": "×"}, WED))
    assert ranking.best is None
    assert ranking.nearest == ranking.verdicts
    assert ranking.next_steps == (
        "12月2日（水）10:00–11:00の枠は、委員Aが出られれば置けます。都合を変えられるか確かめてください。",
        LAST_RESORT,
    )


# The order of preferences, one criterion at a time: FRI is later, so it wins by the criterion alone.
PREFERENCES: list[tuple[str, dict[str, str], dict[str, date], str]] = [
    (
        "more ○ among the required, though the vice-chair presides",
        {"p1": "○×", "p2": "○○", "p4": "△○", "p6": "○○"},
        {},
        "必要な人の○が多くなっています（1名、この枠は0名）",
    ),
    (
        "the chair herself, though with more △",
        {"p1": "×○", "p2": "○△", "p4": "○○", "p6": "○△"},
        {},
        "委員長が自ら議長を務められます（第5条第1項",
    ),
    (
        "fewest △, though fewer people",
        {"p1": "○○", "p2": "○×", "p4": "○○", "p6": "△×"},
        {},
        "△の人が少なくなっています（0名、この枠は1名）",
    ),
    (
        "most people, though a deadline passes",
        {"p1": "○○", "p2": "×○", "p4": "○○", "p6": "○○"},
        {"No.17": date(2026, 12, 3)},
        "出られる人が多くなっています（4名、この枠は3名）",
    ),
]


@pytest.mark.parametrize(("case", "rows", "deadlines", "said"), PREFERENCES, ids=[p[0] for p in PREFERENCES])
def test_preferences_in_order(case: str, rows: dict[str, str], deadlines: dict[str, date], said: str) -> None:
    people = [CHAIR, VICE_1, MEMBER_A, GUEST]
    ranking = rank_slots([WED, FRI], people, answers(rows, WED, FRI), deadlines)
    assert best(ranking) == FRI
    (message,) = messages(ranking, WED)
    assert message.startswith("12月4日（金）10:00–11:00の枠のほうが、")
    assert said in message


def test_slot_in_time_for_the_deadline_is_better_than_a_late_one() -> None:
    rows = answers({"p1": "○○", "p4": "○○"}, WED, MON)
    ranking = rank_slots([MON, WED], [CHAIR, MEMBER_A], rows, {"No.17": date(2026, 12, 4)})
    assert best(ranking) == WED
    assert verdict(ranking, MON).missed_deadlines == ("No.17",)
    (message,) = messages(ranking, MON)
    assert "議題の期限に間に合います（この枠ではNo.17が期限を過ぎます）" in message


def test_the_last_day_itself_is_in_time() -> None:
    ranking = rank_slots([FRI], [CHAIR], answers({"p1": "○"}, FRI), {"No.17": date(2026, 12, 4)})
    assert ranking.best is not None
    assert ranking.best.missed_deadlines == ()
    assert "議題の期限に間に合います（最も早い期限はNo.17の12月4日（金））。" in ranking.why_best


def test_late_best_slot_says_so() -> None:
    ranking = rank_slots([FRI], [CHAIR], answers({"p1": "○"}, FRI), {"No.17": date(2026, 12, 3)})
    assert "ただしNo.17は期限を過ぎます。臨時の開催も考えてください（第5条第5項）。" in ranking.why_best


def test_all_else_equal_the_earliest_wins() -> None:
    ranking = rank_slots([MON, FRI, WED], [CHAIR], answers({"p1": "○○○"}, WED, FRI, MON))
    assert [v.slot for v in ranking.verdicts] == [WED, FRI, MON]
    assert messages(ranking, MON) == (
        "12月2日（水）10:00–11:00の枠のほうが、早く開けます（ほかの条件は同じです）。",
    )


def test_same_start_the_shorter_then_the_lower_id_wins() -> None:
    short, long, twin = slot("b", 2, minutes=30), slot("a", 2, minutes=60), slot("c", 2, minutes=30)
    ranking = rank_slots([long, twin, short], [CHAIR], answers({"p1": "○○○"}, short, long, twin))
    assert [v.slot.id for v in ranking.verdicts] == ["b", "c", "a"]
    assert "枠の番号が先です" in messages(ranking, twin)[0]
    assert "早く終わります" in messages(ranking, long)[0]


def test_best_slot_explains_itself() -> None:
    people = [CHAIR, MEMBER_A, MEMBER_B, GUEST]
    rows = answers({"p1": "○○", "p4": "○△", "p5": "○○", "p6": "-○"}, WED, FRI)
    ranking = rank_slots([WED, FRI], people, rows, {"No.21": date(2026, 12, 4), "No.17": date(2026, 12, 7)})
    assert ranking.why_best == (
        "必要な2名が全員出られます（全員○）。",
        "委員長（佐藤）が議長を務めます（第5条第1項）。",
        "議題の期限に間に合います（最も早い期限はNo.21の12月4日（金））。",
        "次の案の12月4日（金）10:00–11:00と比べて、必要な人の○が多くなっています（2名、次の案は1名）。",
        "必要な人のほかに1名が未回答です（参加者A）。",
    )
    assert ranking.best is not None
    assert ranking.best.reasons == ()


def test_only_usable_slot_is_said_to_be_the_only_one() -> None:
    ranking = rank_slots([WED, FRI], [CHAIR], answers({"p1": "×△"}, WED, FRI))
    assert "いま置ける枠はここだけです。" in ranking.why_best
    assert "必要な人の指定" in "".join(ranking.why_best)


def test_pending_slots_come_before_impossible_ones_and_near_before_far() -> None:
    people = [CHAIR, MEMBER_A, MEMBER_B]
    tue = slot("tue", 1)
    rows = answers({"p1": "○○○", "p4": "××-", "p5": "×○○"}, tue, WED, FRI)
    ranking = rank_slots([tue, WED, FRI], people, rows)
    assert ranking.best is None
    assert [v.slot for v in ranking.verdicts] == [FRI, WED, tue]


def test_one_officer_who_becomes_free_also_gives_a_presider() -> None:
    chair = Person("p1", "佐藤", frozenset({Office.CHAIR}), ("No.9",))
    ranking = rank_slots([WED], [chair], answers({"p1": "×"}, WED))
    assert ranking.next_steps[0] == (
        "12月2日（水）10:00–11:00の枠は、佐藤が出られれば置けます。都合を変えられるか確かめてください。"
    )


def test_travel_is_summed_over_those_who_can_come_and_unknown_if_one_is_unknown() -> None:
    people = [
        Person("p1", "佐藤", frozenset({Office.CHAIR}), travel_yen=4000),
        Person("p2", "鈴木", travel_yen=1000),
        Person("p3", "高橋"),
    ]
    ranking = rank_slots([WED, FRI], people, answers({"p1": "○○", "p2": "△×", "p3": "×○"}, WED, FRI))
    assert verdict(ranking, WED).travel_yen == 5000
    assert verdict(ranking, FRI).travel_yen is None


def test_no_slots_and_no_officers_say_what_to_do() -> None:
    assert rank_slots([], [CHAIR], {}).next_steps == (
        "候補の枠がありません。候補の日時を挙げて、回答を求めてください。",
    )
    nobody = rank_slots([WED], [MEMBER_A], answers({"p4": "○"}, WED))
    assert nobody.best is None
    assert "互選の記録（第3条第3項）" in nobody.next_steps[0]


def test_a_slot_over_midnight_names_both_days() -> None:
    start = tokyo(date(2026, 12, 2), 23)
    assert Slot("x", start, start + timedelta(hours=2)).label == "12月2日（水）23:00–12月3日（木）01:00"


def test_unsound_input_is_refused() -> None:
    naive = datetime(2026, 12, 2, 10, 0)  # noqa: DTZ001 - the very thing refused
    with pytest.raises(Refused, match="時差の情報"):
        Slot("x", naive, naive)
    with pytest.raises(Refused, match="終了時刻を直して"):
        Slot("x", WED.ends_at, WED.starts_at)
    with pytest.raises(Refused, match="候補の枠が重なって"):
        rank_slots([WED, slot("wed", 3)], [CHAIR], {})
    with pytest.raises(Refused, match="調整の相手が重なって"):
        rank_slots([WED], [CHAIR, CHAIR], {})
    second = Person("q", "田中", frozenset({Office.CHAIR}))
    with pytest.raises(Refused, match="委員長は1人です（第3条第3項）"):
        rank_slots([WED], [CHAIR, second], {})
    third = Person("q", "田中", frozenset({Office.VICE_CHAIR}))
    with pytest.raises(Refused, match="副委員長は2人です（第3条第3項）"):
        rank_slots([WED], [VICE_1, VICE_2, third], {})


# Properties

PEOPLE = (
    Person("p1", "佐藤", frozenset({Office.CHAIR}), ("No.9",)),
    VICE_1,
    Person("p3", "高橋", frozenset({Office.VICE_CHAIR}), ("No.12",)),
    MEMBER_A,
    GUEST,
)
SLOTS = (WED, FRI, MON, slot("wed2", 2, 13), slot("fri2", 4, 10, 30))
DEADLINES = {"No.9": date(2026, 12, 3), "No.17": date(2026, 12, 4)}

_signs = st.text("○○○○△×-", min_size=len(SLOTS), max_size=len(SLOTS))
polls = st.fixed_dictionaries({person.id: _signs for person in PEOPLE}).map(
    lambda rows: answers(rows, *SLOTS)
)
groups = st.sets(st.sampled_from(range(len(PEOPLE))), min_size=1).map(
    lambda s: [PEOPLE[i] for i in sorted(s)]
)


def may_be_held(
    wanted: Slot, people: list[Person], given_answers: Mapping[str, Mapping[str, Answer]]
) -> bool:
    """The rule, told again from the articles."""
    free = {p.id for p in people if given_answers[p.id].get(wanted.id) in (YES, MAYBE)}
    refused = {p.id for p in people if given_answers[p.id].get(wanted.id) is NO}
    chairs = {p.id for p in people if Office.CHAIR in p.offices}
    vices = {p.id for p in people if Office.VICE_CHAIR in p.offices}
    presided = bool(chairs & free) or (chairs <= refused and bool(vices & free))
    return presided and all(p.id in free for p in people if p.required_for)


@settings(max_examples=80, deadline=None)
@given(polls, groups)
def test_best_is_a_slot_that_may_be_held_and_every_other_has_a_reason(
    poll: dict[str, dict[str, Answer]], people: list[Person]
) -> None:
    ranking = rank_slots(SLOTS, people, poll, DEADLINES)
    usable = [s for s in SLOTS if may_be_held(s, people, poll)]
    assert (ranking.best is None) == (not usable)
    if ranking.best is not None:
        assert ranking.best.slot in usable
        assert ranking.best is ranking.verdicts[0]
        assert ranking.why_best
    else:
        assert ranking.nearest
        assert ranking.next_steps
    assert {v.slot for v in ranking.verdicts} == set(SLOTS)
    for each in ranking.verdicts:
        assert bool(each.reasons) == (each is not ranking.best)
        assert (each.standing is Standing.FEASIBLE) == (each.slot in usable)


@settings(max_examples=60, deadline=None)
@given(polls, groups, st.integers(0, 2**16))
def test_order_of_input_does_not_matter(
    poll: dict[str, dict[str, Answer]], people: list[Person], seed: int
) -> None:
    shuffle = random.Random(seed)
    slots, asked = list(SLOTS), list(people)
    shuffle.shuffle(slots)
    shuffle.shuffle(asked)
    again = rank_slots(slots, asked, dict(reversed(poll.items())), dict(reversed(DEADLINES.items())))
    assert again == rank_slots(SLOTS, people, poll, DEADLINES)


@settings(max_examples=80, deadline=None)
@given(polls, groups, st.data())
def test_a_no_of_a_required_person_never_makes_a_slot_better(
    poll: dict[str, dict[str, Answer]], people: list[Person], data: st.DataObject
) -> None:
    required = [p for p in people if p.required_for]
    if not required:
        return
    person = data.draw(st.sampled_from(required))
    wanted = data.draw(st.sampled_from(SLOTS))
    before = [v.slot for v in rank_slots(SLOTS, people, poll, DEADLINES).verdicts].index(wanted)
    worse = {key: dict(value) for key, value in poll.items()}
    worse[person.id][wanted.id] = NO
    ranking = rank_slots(SLOTS, people, worse, DEADLINES)
    assert [v.slot for v in ranking.verdicts].index(wanted) >= before
    assert verdict(ranking, wanted).standing is Standing.INFEASIBLE
