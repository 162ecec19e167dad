"""資料の各書類: what each paper says to one reader. Nobody reads of an item or a 本人 they do not sit in with.

Equal papers are equal values: a paper that several people get is made once.
"""

from dataclasses import replace

from agenda.papers.contents import (
    AgendaLine,
    CasePaper,
    Collection,
    CollectionRow,
    Invitation,
    ItemList,
    Programme,
    Roster,
    RosterRow,
    Seat,
    Seating,
)
from agenda.rules.seating import Sitter, arrange
from agenda.services.packet_facts import (
    FROM_OUTSIDE,
    HOUSEHOLD,
    PRESIDES,
    Facts,
    ItemFacts,
    PacketPerson,
)
from agenda.tables import Client, Plan
from meetings_app.core.partial_date import format_loosely
from meetings_app.core.terms import Capacity, DueReason, Purpose

CALLED = "第5条第1項・第3項"
ASKED = "第5条第4項"
DECIDED = "第5条第3項"
STAFF = "第4条"
OTHERS_HOUSEHOLD = "（ほかの案件の出席者）"
"""Printed in a 回収確認表 instead of a 本人 or relative whom the reader does not sit with."""

_TO_CONFIRM = {
    Purpose.ADJUST: (
        "プランの目標と期間を了承するか",
        "だれが、何を、いつまでに支援するか（支援内容の分担）",
        "足りない支援や社会資源はないか",
    ),
    Purpose.EVALUATE: (
        "目標はどこまで達成されたか、どのような変化があったか",
        "終結・再プラン・中断のいずれとするか",
        "今後のフォローは要るか、要る場合はだれが行うか",
    ),
}
_REPORTED = (
    "支援がプランのとおりに進んでいるか",
    "プランを見直す必要はないか",
)
_CARRIED = "前回の会議で決まらなかった点"


def invitation(facts: Facts, person: PacketPerson) -> Invitation:
    """招集通知: with the reader's own items. People from outside come for those only; the others for the meeting."""
    items = facts.items_for(person)
    visits = person.capacity in FROM_OUTSIDE and bool(items)
    return Invitation(
        head=facts.head,
        name=person.name,
        organisation=person.organisation,
        capacity=person.capacity,
        basis=ASKED if person.capacity in (Capacity.INVITEE, Capacity.FAMILY) else CALLED,
        lines=tuple(_line(item) for item in items),
        comes_at=items[0].starts_at if visits else facts.head.starts_at,
        leaves_at=items[-1].ends_at if visits else facts.head.ends_at,
    )


def programme(facts: Facts, person: PacketPerson) -> Programme:
    """次第: of an item that the reader does not sit in on, the time only."""
    return Programme(facts.head, facts.presider, _lines(facts, person))


def item_list(facts: Facts, person: PacketPerson) -> ItemList:
    """案件一覧."""
    return ItemList(facts.head, _lines(facts, person))


def roster_paper(facts: Facts, person: PacketPerson) -> Roster:
    """出席者名簿 without 本人 and 家族 of other cases."""
    return Roster(facts.head, tuple(_roster_row(facts, person, other) for other in _seen(facts, person)))


def seating(facts: Facts, person: PacketPerson) -> Seating:
    """座席表 without 本人 and 家族 of other cases; who takes part online has no seat."""
    sitters = [_sitter(facts, person, other) for other in _seen(facts, person)]
    chair = next((one for one in sitters if set(one.offices) & set(PRESIDES)), sitters[0])
    plan = arrange(chair, [one for one in sitters if one is not chair])
    return Seating(
        head=facts.head,
        top=tuple(Seat(one.label, one.name) for one in plan.top),
        sides=tuple((_seat(left), _seat(right)) for left, right in plan.sides),
        bottom=tuple(Seat(one.label, one.name) for one in plan.bottom),
    )


def case_paper(facts: Facts, item: ItemFacts, plan: Plan, client: Client, number: int) -> CasePaper:
    """個別資料 of one item, as those read it who support the 本人."""
    case = facts.cases[client.id]
    return CasePaper(
        head=facts.head,
        paper_number=number,
        line=_line(item),
        case=client.case_number,
        initials=client.initials,
        plan=plan.number,
        assessed_on=case.assessed_on,
        assessment=case.assessment,
        goal=plan.goal,
        period_start=plan.period_start,
        period_end=format_loosely(plan.period_end, plan.period_end_precision),
        monitoring=format_loosely(plan.monitoring_month_end, plan.monitoring_precision),
        services=facts.services.get(plan.id, ()),
        earlier=facts.given.outcomes.get(client.id),
        level=case.level,
        level_before=case.level_before,
        achieved=plan.evaluation_achieved,
        changes=plan.evaluation_changes,
        consent_on=case.consent.since,
        to_confirm=_to_confirm(item),
    )


def household_case_paper(facts: Facts, item: ItemFacts, plan: Plan, client: Client, number: int) -> CasePaper:
    """個別資料 as the 本人 and the 家族 get it: what was agreed and planned with them.

    No article says what they are given. Our choice: without the summary of the assessment, the level, and what the
    staff noted for the evaluation; those are the workers' own notes, told to the 本人 in a talk and not on paper.
    """
    whole = case_paper(facts, item, plan, client, number)
    return replace(
        whole,
        assessed_on=None,
        assessment="",
        level=None,
        level_before=None,
        achieved="",
        changes="",
        for_staff=False,
    )


def collection(facts: Facts, person: PacketPerson, papers: dict[str, tuple[str, ...]]) -> Collection:
    """回収確認表: every packet by its serial number. `papers` names by person what is in it, without case numbers."""
    seen = {other.person_id for other in _seen(facts, person)}
    return Collection(
        facts.head,
        tuple(
            CollectionRow(
                serial=serial,
                name=other.name if other.person_id in seen else OTHERS_HOUSEHOLD,
                organisation=other.organisation if other.person_id in seen else "",
                papers=papers[other.person_id],
            )
            for serial, other in enumerate(facts.people, start=1)
        ),
    )


# ---- within


def _lines(facts: Facts, person: PacketPerson) -> tuple[AgendaLine, ...]:
    return tuple(_line(item) if item.view.item.id in person.items else _hidden(item) for item in facts.items)


def _line(item: ItemFacts) -> AgendaLine:
    view = item.view
    return AgendaLine(
        number=item.number,
        title=view.title,
        purpose=view.item.purpose,
        reason=view.item.reason,
        deadline=view.item.deadline,
        starts_at=item.starts_at,
        minutes=view.item.planned_minutes,
        case=view.client.case_number if view.client else None,
        plan=view.plan.number if view.plan else None,
        explanation=item.explanation,
        required=item.required,
        carried_since=item.carried_since,
    )


def _hidden(item: ItemFacts) -> AgendaLine:
    """Return an item of which a reader may know the time only."""
    return AgendaLine(
        number=item.number,
        title="",
        purpose=Purpose.ADJUST,
        reason=None,
        deadline=None,
        starts_at=item.starts_at,
        minutes=item.view.item.planned_minutes,
        shown=False,
    )


def _seen(facts: Facts, person: PacketPerson) -> list[PacketPerson]:
    """Return whom a reader may know to be there: everybody but the 本人 and 家族 of other cases."""
    return [
        other
        for other in facts.people
        if other.capacity not in HOUSEHOLD
        or other.person_id == person.person_id
        or other.items & person.items
    ]


def _roster_row(facts: Facts, person: PacketPerson, other: PacketPerson) -> RosterRow:
    """Return a line of the 名簿; of a 本人 or relative it names only items that the reader sits in on, too."""
    told = other.items & person.items if other.capacity in HOUSEHOLD else other.items
    basis = ASKED if other.capacity in (Capacity.INVITEE, Capacity.FAMILY) else DECIDED
    return RosterRow(
        label=other.label,
        name=other.name,
        organisation=other.organisation,
        basis=basis if other.items else STAFF,
        items=tuple(item.number for item in facts.items if item.view.item.id in told),
    )


def _sitter(facts: Facts, person: PacketPerson, other: PacketPerson) -> Sitter:
    return Sitter(
        person_id=other.person_id,
        name=other.name,
        label=other.label,
        capacity=other.capacity,
        offices=other.offices,
        online=other.person_id in facts.given.online,
        beside=_beside(facts, person, other),
    )


def _beside(facts: Facts, person: PacketPerson, other: PacketPerson) -> str | None:
    """Return the 本人 whom somebody sits next to: their 担当, and the 家族 of the same case."""
    clients = [one for one in _seen(facts, person) if one.capacity is Capacity.CLIENT]
    if other.capacity is Capacity.FAMILY:
        return next((one.person_id for one in clients if one.items & other.items), None)
    assigned = {
        item.view.item.id
        for item in facts.items
        if item.view.client and item.view.client.assigned_id == other.person_id
    }
    return next((one.person_id for one in clients if one.items & assigned), None)


def _seat(sitter: Sitter | None) -> Seat | None:
    return Seat(sitter.label, sitter.name) if sitter else None


def _to_confirm(item: ItemFacts) -> tuple[str, ...]:
    row = item.view.item
    if row.reason is DueReason.MONITORING:
        return _REPORTED
    asked = _TO_CONFIRM.get(row.purpose, _TO_CONFIRM[Purpose.ADJUST])
    return (_CARRIED, *asked) if row.reason is DueReason.CARRIED_OVER else asked
