"""日程の候補: which slot to hold a support coordination meeting in, and why not the others.

A slot is judged by the answers ○/△/× alone. The 委員長 convenes and presides (第5条第1項); a 副委員長
presides only when the 委員長 is prevented or the office is vacant (第5条第2項). Who is needed is the
委員長's decision (第5条第3項) and is taken as given. The regional body has rules of its own and is not judged
here.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum

from meetings_app.core.clock import TOKYO
from meetings_app.core.errors import Refused
from meetings_app.core.terms import Answer, Office

WEEKDAYS = "月火水木金土日"
NEAREST = 3
"""How many of the nearest misses are named when no slot can be used."""

Answers = Mapping[str, Mapping[str, Answer]]
"""Person id → slot id → answer. A missing entry means that the person has not answered."""


class Standing(StrEnum):
    """枠の判定."""

    FEASIBLE = "置ける"
    PENDING = "回答待ち"
    INFEASIBLE = "置けない"


_ORDER = {Standing.FEASIBLE: 0, Standing.PENDING: 1, Standing.INFEASIBLE: 2}


@dataclass(frozen=True, slots=True)
class Slot:
    """候補の枠: one possible time, both ends aware.

    Raises Refused for a naive time and for an end that is not after the start.
    """

    id: str
    starts_at: datetime
    ends_at: datetime

    def __post_init__(self) -> None:
        if self.starts_at.tzinfo is None or self.ends_at.tzinfo is None:
            raise Refused("候補の枠の時刻に時差の情報がありません。日本時間で入力し直してください。")
        if self.ends_at <= self.starts_at:
            raise Refused("候補の枠の終了が開始より後になっていません。終了時刻を直してください。")

    @property
    def label(self) -> str:
        """The slot as people read it: 「12月2日（水）10:00–11:00」."""
        start, end = self.starts_at.astimezone(TOKYO), self.ends_at.astimezone(TOKYO)
        last = f"{end:%H:%M}" if start.date() == end.date() else f"{_day(end.date())}{end:%H:%M}"
        return f"{_day(start.date())}{start:%H:%M}–{last}"

    @property
    def day(self) -> date:
        """The day in Japan on which the slot begins."""
        return self.starts_at.astimezone(TOKYO).date()


@dataclass(frozen=True, slots=True)
class Person:
    """調整の相手: somebody whose answer counts, with the offices held on the slots' day.

    `required_for` holds the labels of the agenda items that need the person; `travel_yen` is the 日額旅費
    expected for one attendance, None where it is not known.
    """

    id: str
    name: str
    offices: frozenset[Office] = frozenset()
    required_for: tuple[str, ...] = ()
    travel_yen: int | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """理由: one Japanese sentence about a slot, with whom and which items it concerns."""

    message: str
    citation: str = ""
    person_id: str | None = None
    items: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Presiding:
    """議長の見込み: who may preside, under which article, and whose answer or presence is missing.

    The rule names no order between the two 副委員長: where both are free both are listed.
    """

    candidates: tuple[Person, ...] = ()
    article: str = ""
    note: str = ""
    by_chair: bool = False
    awaited: tuple[Person, ...] = ()

    @property
    def impossible(self) -> bool:
        """Whether nobody entitled to preside can come or may still say so."""
        return not self.candidates and not self.awaited


@dataclass(frozen=True, slots=True)
class SlotVerdict:
    """枠の判定: one slot with everything the choice rests on. `reasons` is empty for the best slot only."""

    slot: Slot
    standing: Standing
    presiding: Presiding
    required: tuple[Person, ...]
    blocked: tuple[Person, ...]
    """Required people who answered ×."""
    awaited: tuple[Person, ...]
    """Required people who have not answered."""
    required_yes: int
    maybe: int
    """People who answered △, required or not."""
    attending: int
    """People who answered ○ or △, required or not."""
    unanswered: tuple[Person, ...]
    """Everybody who has not answered, required or not."""
    missed_deadlines: tuple[str, ...]
    """Items whose deadline lies before the slot's day, in the deadlines' order."""
    travel_yen: int | None
    """日額旅費 expected in all, in yen; None where it is unknown for somebody who can come."""
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class SlotRanking:
    """日程の順位: every slot in order. Where `best` is None, `nearest` and `next_steps` say how to go on."""

    best: SlotVerdict | None
    verdicts: tuple[SlotVerdict, ...]
    why_best: tuple[str, ...] = ()
    nearest: tuple[SlotVerdict, ...] = ()
    next_steps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Criterion:
    """One respect in which slots are compared: the smaller `key` is better; `better` says so in words."""

    key: Callable[[SlotVerdict], str | int | datetime]
    better: Callable[[SlotVerdict, SlotVerdict], str] = field(default=lambda _best, _other: "")


def rank_slots(
    slots: Iterable[Slot],
    people: Iterable[Person],
    answers: Answers,
    deadlines: Mapping[str, date] | None = None,
) -> SlotRanking:
    """日程の順位: judge every slot and choose the best that can be used.

    `people` hold their offices as of the slots' day: slots before and after a change of office are ranked
    apart.
    `deadlines` gives the last day for an item by its label. The order of all inputs is without effect.

    Raises Refused for doubled slots or people and for more officers than 第3条第3項 knows.
    """
    offered = list(slots)
    asked = sorted(people, key=lambda person: (person.name, person.id))
    _refuse_doubles(offered, asked)
    _refuse_surplus_officers(asked)
    judged = [_judge(slot, asked, answers, deadlines or {}) for slot in offered]
    judged.sort(key=_sort_key)
    if judged and judged[0].standing is Standing.FEASIBLE:
        return _chosen(judged, deadlines or {})
    return _nobody_chosen(judged, asked)


def _chosen(judged: Sequence[SlotVerdict], deadlines: Mapping[str, date]) -> SlotRanking:
    best = judged[0]
    rest = tuple(replace(verdict, reasons=_why_not(verdict, best)) for verdict in judged[1:])
    return SlotRanking(best, (best, *rest), _why_best(best, judged[1:], deadlines))


def _nobody_chosen(judged: Sequence[SlotVerdict], people: Sequence[Person]) -> SlotRanking:
    verdicts = tuple(replace(verdict, reasons=_obstacles(verdict)) for verdict in judged)
    nearest = verdicts[:NEAREST]
    return SlotRanking(None, verdicts, nearest=nearest, next_steps=_next_steps(nearest, people))


def _refuse_doubles(slots: Sequence[Slot], people: Sequence[Person]) -> None:
    for noun, ids in (
        ("候補の枠", [slot.id for slot in slots]),
        ("調整の相手", [person.id for person in people]),
    ):
        doubled = sorted(key for key, count in Counter(ids).items() if count > 1)
        if doubled:
            raise Refused(f"{noun}が重なっています（{'、'.join(doubled)}）。重なりを除いてください。")


def _refuse_surplus_officers(people: Sequence[Person]) -> None:
    for office, most in ((Office.CHAIR, 1), (Office.VICE_CHAIR, 2)):
        holders = [person.name for person in people if office in person.offices]
        if len(holders) > most:
            raise Refused(
                f"{office}が{len(holders)}人になっています（{'、'.join(holders)}）。{office}は{most}人です"
                "（第3条第3項）。役職の期間を確かめてください。"
            )


def _answer(person: Person, slot: Slot, answers: Answers) -> Answer | None:
    return answers.get(person.id, {}).get(slot.id)


def _judge(
    slot: Slot, people: Sequence[Person], answers: Answers, deadlines: Mapping[str, date]
) -> SlotVerdict:
    given = {person.id: _answer(person, slot, answers) for person in people}
    required = tuple(person for person in people if person.required_for)
    presiding = _presiding(people, given)
    blocked = tuple(person for person in required if given[person.id] is Answer.NO)
    awaited = tuple(person for person in required if given[person.id] is None)
    coming = [person for person in people if _is_free(given[person.id])]
    return SlotVerdict(
        slot=slot,
        standing=_standing(presiding, blocked, awaited),
        presiding=presiding,
        required=required,
        blocked=blocked,
        awaited=awaited,
        required_yes=sum(given[person.id] is Answer.YES for person in required),
        maybe=sum(answer is Answer.IF_NEED_BE for answer in given.values()),
        attending=len(coming),
        unanswered=tuple(person for person in people if given[person.id] is None),
        missed_deadlines=_missed(slot, deadlines),
        travel_yen=_travel(coming),
    )


def _is_free(answer: Answer | None) -> bool:
    return answer in (Answer.YES, Answer.IF_NEED_BE)


def _standing(presiding: Presiding, blocked: tuple[Person, ...], awaited: tuple[Person, ...]) -> Standing:
    if blocked or presiding.impossible:
        return Standing.INFEASIBLE
    if awaited or presiding.awaited:
        return Standing.PENDING
    return Standing.FEASIBLE


def _presiding(people: Sequence[Person], given: Mapping[str, Answer | None]) -> Presiding:
    """Who presides. An unanswered 委員長 is not a prevented one: then nothing is known yet (第5条第2項)."""
    chair = next((person for person in people if Office.CHAIR in person.offices), None)
    if chair is not None and given[chair.id] is None:
        return Presiding(awaited=(chair,), note=f"委員長（{chair.name}）の回答を待っています。")
    if chair is not None and _is_free(given[chair.id]):
        note = f"委員長（{chair.name}）が議長を務めます（第5条第1項）。"
        return Presiding((chair,), "第5条第1項", note, by_chair=True)
    return _vice_presiding(chair, people, given)


def _vice_presiding(
    chair: Person | None, people: Sequence[Person], given: Mapping[str, Answer | None]
) -> Presiding:
    vices = [person for person in people if Office.VICE_CHAIR in person.offices]
    cause = f"委員長（{chair.name}）に差し支えがある" if chair else "委員長が欠けている"
    free = tuple(person for person in vices if _is_free(given[person.id]))
    if free:
        names = "または".join(person.name for person in free)
        note = f"{cause}ため、副委員長（{names}）が職務を代理します（第5条第2項）。理由を記録してください。"
        return Presiding(free, "第5条第2項", note)
    unknown = tuple(person for person in vices if given[person.id] is None)
    if unknown:
        names = "、".join(person.name for person in unknown)
        return Presiding(
            awaited=unknown,
            article="第5条第2項",
            note=f"{cause}ため、副委員長（{names}）の回答を待っています。",
        )
    missing = "副委員長も出られません" if vices else "代理する副委員長もいません"
    return Presiding(article="第5条第2項", note=f"{cause}うえ、{missing}。議長を務める人がいません。")


def _missed(slot: Slot, deadlines: Mapping[str, date]) -> tuple[str, ...]:
    """Items that would come too late; a meeting on the last day itself is in time."""
    late = [(last, item) for item, last in deadlines.items() if last < slot.day]
    return tuple(item for _, item in sorted(late))


def _travel(coming: Sequence[Person]) -> int | None:
    known = [person.travel_yen for person in coming if person.travel_yen is not None]
    return sum(known) if len(known) == len(coming) else None


def _obstacle_count(verdict: SlotVerdict) -> int:
    """How many people would have to become free: one officer among the blocked gives a 議長 as well."""
    officers = {Office.CHAIR, Office.VICE_CHAIR}
    lacks_presider = verdict.presiding.impossible and not any(p.offices & officers for p in verdict.blocked)
    return len(verdict.blocked) + lacks_presider


def _awaited_count(verdict: SlotVerdict) -> int:
    known = {person.id for person in verdict.awaited}
    return len(known) + (
        bool(verdict.presiding.awaited) and not any(p.id in known for p in verdict.presiding.awaited)
    )


def _by_number(text: str, count: Callable[[SlotVerdict], int]) -> Callable[[SlotVerdict, SlotVerdict], str]:
    def sentence(best: SlotVerdict, other: SlotVerdict) -> str:
        return f"{text}（{count(best)}名、この枠は{count(other)}名）。"

    return sentence


def _sooner_due(_best: SlotVerdict, other: SlotVerdict) -> str:
    return f"議題の期限に間に合います（この枠では{'、'.join(other.missed_deadlines)}が期限を過ぎます）。"


_CRITERIA = (
    _Criterion(
        lambda v: -v.required_yes, _by_number("必要な人の○が多くなっています", lambda v: v.required_yes)
    ),
    _Criterion(
        lambda v: not v.presiding.by_chair,
        lambda _b, _o: "委員長が自ら議長を務められます（第5条第1項。この枠では副委員長の代理になります）。",
    ),
    _Criterion(lambda v: v.maybe, _by_number("△の人が少なくなっています", lambda v: v.maybe)),
    _Criterion(lambda v: -v.attending, _by_number("出られる人が多くなっています", lambda v: v.attending)),
    _Criterion(lambda v: len(v.missed_deadlines), _sooner_due),
    _Criterion(lambda v: v.slot.starts_at, lambda _b, _o: "早く開けます（ほかの条件は同じです）。"),
    _Criterion(lambda v: v.slot.ends_at, lambda _b, _o: "早く終わります（ほかの条件は同じです）。"),
    _Criterion(lambda v: v.slot.id, lambda _b, _o: "枠の番号が先です（条件はすべて同じです）。"),
)
"""What makes one usable slot better than another, in order of weight; the last makes the order total."""


def _sort_key(verdict: SlotVerdict) -> tuple[object, ...]:
    return (
        _ORDER[verdict.standing],
        _obstacle_count(verdict),
        _awaited_count(verdict),
        *(criterion.key(verdict) for criterion in _CRITERIA),
    )


def _why_not(verdict: SlotVerdict, best: SlotVerdict) -> tuple[Reason, ...]:
    if verdict.standing is Standing.FEASIBLE:
        return (_outranked(verdict, best),)
    return _obstacles(verdict)


def _outranked(verdict: SlotVerdict, best: SlotVerdict) -> Reason:
    """Name the first respect in which the best slot is better."""
    decisive = next(c for c in _CRITERIA if c.key(best) != c.key(verdict))
    return Reason(f"{best.slot.label}の枠のほうが、{decisive.better(best, verdict)}")


def _obstacles(verdict: SlotVerdict) -> tuple[Reason, ...]:
    """Who cannot come and who has not answered, with the items that need them."""
    cannot = tuple(_personal(person, "出られません") for person in verdict.blocked)
    unknown = tuple(_personal(person, "未回答です") for person in verdict.awaited)
    presiding = verdict.presiding
    lacking = () if presiding.candidates else (Reason(presiding.note, presiding.article or "第5条第1項"),)
    return (*cannot, *unknown, *lacking)


def _personal(person: Person, state: str) -> Reason:
    items = "、".join(person.required_for)
    return Reason(
        f"{person.name}が{state}（{items}に必要な人）。", "第5条第3項", person.id, person.required_for
    )


def _why_best(
    best: SlotVerdict, others: Sequence[SlotVerdict], deadlines: Mapping[str, date]
) -> tuple[str, ...]:
    sentences = [_attendance(best), best.presiding.note, _in_time(best, deadlines), _advantage(best, others)]
    if best.unanswered:
        sentences.append(
            f"必要な人のほかに{len(best.unanswered)}名が未回答です（{_names(best.unanswered)}）。"
        )
    return tuple(sentence for sentence in sentences if sentence)


def _attendance(best: SlotVerdict) -> str:
    if not best.required:
        return f"議題に必要な人の指定はなく、{best.attending}名が出られます。"
    everybody = f"必要な{len(best.required)}名が全員出られます"
    hesitant = len(best.required) - best.required_yes
    return f"{everybody}（うち{hesitant}名は△）。" if hesitant else f"{everybody}（全員○）。"


def _in_time(best: SlotVerdict, deadlines: Mapping[str, date]) -> str:
    if not deadlines:
        return ""
    if best.missed_deadlines:
        return f"ただし{'、'.join(best.missed_deadlines)}は期限を過ぎます。臨時の開催も考えてください（第5条第5項）。"
    first, item = min((last, item) for item, last in deadlines.items())
    return f"議題の期限に間に合います（最も早い期限は{item}の{_day(first)}）。"


def _advantage(best: SlotVerdict, others: Sequence[SlotVerdict]) -> str:
    """Compare with the next usable slot, the only one that could have been taken instead."""
    if not others:
        return "候補の枠はこの一つです。"
    if others[0].standing is not Standing.FEASIBLE:
        return "いま置ける枠はここだけです。"
    second = others[0]
    decisive = next(c for c in _CRITERIA if c.key(best) != c.key(second))
    return f"次の案の{second.slot.label}と比べて、{decisive.better(best, second).replace('この枠', '次の案')}"


def _next_steps(nearest: Sequence[SlotVerdict], people: Sequence[Person]) -> tuple[str, ...]:
    if not any(person.offices & {Office.CHAIR, Office.VICE_CHAIR} for person in people):
        return (
            "委員長も副委員長も調整の相手に入っていません。互選の記録（第3条第3項）を確かめ、相手に加えてください。",
        )
    if not nearest:
        return ("候補の枠がありません。候補の日時を挙げて、回答を求めてください。",)
    return tuple(_next_step(verdict) for verdict in nearest) + _last_resort(nearest)


def _next_step(verdict: SlotVerdict) -> str:
    label = verdict.slot.label
    if verdict.standing is Standing.PENDING:
        waiting = dict.fromkeys((*verdict.awaited, *verdict.presiding.awaited))
        return f"{label}の枠は{_names(tuple(waiting))}の回答待ちです。回答を催促してください。"
    wanted = [person.name for person in verdict.blocked]
    if _obstacle_count(verdict) > len(verdict.blocked):
        wanted.append("議長を務める委員長または副委員長")
    also = "（未回答の人の回答も要ります）" if verdict.awaited or verdict.presiding.awaited else ""
    return (
        f"{label}の枠は、{'、'.join(wanted)}が出られれば置けます{also}。都合を変えられるか確かめてください。"
    )


def _last_resort(nearest: Sequence[SlotVerdict]) -> tuple[str, ...]:
    if nearest[0].standing is Standing.PENDING:
        return ()
    return (
        "変えられないときは、候補の枠を追加してください。必要な人を改めるには、委員長の決定（第5条第3項）が要ります。",
    )


def _names(people: Sequence[Person]) -> str:
    return "、".join(person.name for person in people)


def _day(day: date) -> str:
    return f"{day.month}月{day.day}日（{WEEKDAYS[day.weekday()]}）"
