"""資料の事実: who takes part in what at a meeting, and everything on record that its papers say. Loaded once.

What minutes know comes as plain values (`FromMinutes`), because this package stands below them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlmodel import Session, col, select

from agenda.packet_tables import ConflictDecision
from agenda.papers.contents import Contact, EarlierOutcome, Head, ServiceLine
from agenda.services.agenda_reading import due_on_eve
from agenda.services.assessments import latest_assessment
from agenda.services.carrying import lineage
from agenda.services.case_list import open_cases
from agenda.services.cases import ConsentState, consent_states
from agenda.services.handouts import HandoutLine, list_handouts
from agenda.services.items import ItemView, eve_of, items_of
from agenda.services.participation import decisions_that_hold
from agenda.services.plan_details import services_of
from agenda.tables import ParticipationDecision
from meetings_app.core.clock import TOKYO
from meetings_app.core.errors import Refused
from meetings_app.core.terms import Capacity, ConflictAnswer, MeetingStatus, Office
from meetings_app.core.wareki import format_wareki
from meetings_app.services.committees import get_committee, offices_on, roster
from meetings_app.services.meetings import venue_of
from meetings_app.services.office_settings import get_setting
from meetings_app.tables.meetings import Meeting
from meetings_app.tables.people import Person

FROM_OUTSIDE = (Capacity.INVITEE, Capacity.CLIENT, Capacity.FAMILY)
"""People who come for their own items only."""

HOUSEHOLD = (Capacity.CLIENT, Capacity.FAMILY)
"""People whose presence tells of a case: shown only to those who sit in on it."""

PRESIDES = (Office.CHAIR, Office.REGIONAL_CHAIR)
_DEPUTISES = (Office.VICE_CHAIR, Office.REGIONAL_VICE_CHAIR)
_AFTER_OFFICES = (
    Capacity.ADVISER,
    Capacity.MEMBER,
    Capacity.CONSTITUENT,
    Capacity.INVITEE,
    Capacity.SECRETARIAT,
    Capacity.CLIENT,
    Capacity.FAMILY,
)
_LABELS = {Capacity.INVITEE: "出席を求めた者"}


# ---- what minutes know


@dataclass(frozen=True, slots=True)
class PreviousMinutes:
    """前回の議事録, approved. `parts` gives, by person, the numbers of the items of their extract; None: the whole.

    Whoever is not named gets none. `contents` holds a Word file for each part that occurs, and is empty where the
    papers are only listed.
    """

    number: int
    day: date
    sha256: str
    parts: Mapping[str, tuple[int, ...] | None]
    contents: Mapping[tuple[int, ...] | None, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FromMinutes:
    """議事録の側から: `outcomes` by client id; `missing_minutes` says why there are no previous minutes.

    `online`: who is recorded as taking part online in this meeting, and so has no seat.
    """

    outcomes: Mapping[str, EarlierOutcome] = field(default_factory=dict)
    minutes: PreviousMinutes | None = None
    missing_minutes: str = ""
    online: frozenset[str] = frozenset()


# ---- what the agenda knows


@dataclass(frozen=True, slots=True)
class PacketPerson:
    """参加者 of a meeting: `items` are those they sit in on by the decisions that hold."""

    person_id: str
    name: str
    organisation: str
    label: str
    capacity: Capacity
    offices: tuple[Office, ...]
    items: frozenset[str]


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """ケースの事実 as of the meeting's day: the last assessment and levels on record by then."""

    assessed_on: date | None = None
    assessment: str = ""
    level: int | None = None
    level_before: int | None = None
    consent: ConsentState = field(default_factory=lambda: ConsentState(holds=False))


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """議題の事実: its number and time by the planned minutes, why it is due, whom it needs, since when it waits."""

    view: ItemView
    number: int
    starts_at: datetime
    explanation: str
    required: tuple[str, ...]
    carried_since: int | None

    @property
    def ends_at(self) -> datetime:
        """Return when it is over by the planned minutes."""
        return self.starts_at + timedelta(minutes=self.view.item.planned_minutes)


@dataclass(frozen=True, slots=True)
class Facts:
    """資料の事実 of one meeting."""

    meeting: Meeting
    head: Head
    presider: str
    people: tuple[PacketPerson, ...]
    items: tuple[ItemFacts, ...]
    cases: Mapping[str, CaseFacts]
    services: Mapping[str, tuple[ServiceLine, ...]]
    handouts: tuple[HandoutLine, ...]
    given: FromMinutes

    def items_for(self, person: PacketPerson) -> tuple[ItemFacts, ...]:
        """Return the items somebody sits in on, in order."""
        return tuple(item for item in self.items if item.view.item.id in person.items)


def load_facts(session: Session, meeting: Meeting, given: FromMinutes) -> Facts:
    """Return what the papers of a meeting are made from.

    Raises Refused where papers cannot be made: a cancelled meeting, no items, no venue, nobody decided on, or a
    case whose consent does not hold on the meeting's day.
    """
    views = items_of(session, meeting.id)
    held = _who_stays(session, decisions_that_hold(session, [view.item.id for view in views]))
    _refuse_unready(meeting, views, held)
    on = _day(meeting.starts_at)
    client_ids = sorted({view.client.id for view in views if view.client})
    consents = consent_states(session, client_ids, on)
    _refuse_without_consent(views, consents, on)
    names = _people(session, {row.person_id for row in held})
    return Facts(
        meeting=meeting,
        head=head_of(session, meeting, dated=max(row.decided_on for row in held)),
        presider=_presider(session, meeting, on),
        people=_participants(session, meeting, held, names),
        items=_items(session, meeting, views, held, names),
        cases=_cases(session, meeting.committee_id, client_ids, consents, eve_of(meeting)),
        services=_services(session, [view.plan.id for view in views if view.plan]),
        handouts=tuple(list_handouts(session, meeting.id)),
        given=given,
    )


# ---- what stands in the way


def _refuse_unready(
    meeting: Meeting, views: Sequence[ItemView], held: Sequence[ParticipationDecision]
) -> None:
    if meeting.status is MeetingStatus.CANCELLED:
        raise Refused("中止した会議の資料は作れません。次の会議の画面で作ってください。")
    if not views:
        raise Refused("議題がないため、資料を作れません。先に「議題」で議題を組んでください。")
    if meeting.venue_id is None:
        raise Refused("会場が決まっていないため、資料を作れません。先に会場を選んでください。")
    undecided = [view.title for view in views if not any(row.item_id == view.item.id for row in held)]
    if undecided:
        raise Refused(
            f"参加者が決まっていない議題があるため、資料を作れません（{'、'.join(undecided)}）。"
            "委員長の決定を「議題」から記録してください（第5条第3項）。"
        )


def _refuse_without_consent(
    views: Sequence[ItemView], consents: Mapping[str, ConsentState], on: date
) -> None:
    barred = {
        view.client.case_number: consents[view.client.id]
        for view in views
        if view.client and not consents[view.client.id].holds
    }
    if barred:
        listed = "、".join(f"No.{case}（{_why_barred(state)}）" for case, state in sorted(barred.items()))
        raise Refused(
            f"会議の日（{format_wareki(on)}）に情報共有の同意がないケースがあるため、資料を作れません: {listed}。"
            "同意を確かめてケースの画面で記録するか、理由を付けて議題から外してください。"
        )


def _why_barred(state: ConsentState) -> str:
    if state.withdrawn_on is not None:
        return f"{format_wareki(state.withdrawn_on)}に撤回"
    return "同意の記録がない"


# ---- who


def _who_stays(session: Session, held: Sequence[ParticipationDecision]) -> list[ParticipationDecision]:
    """Return the decisions by which somebody takes part and has not to leave the table (利益相反の判断)."""
    rows = session.exec(
        select(ConflictDecision)
        .where(col(ConflictDecision.item_id).in_({row.item_id for row in held}))
        .order_by(col(ConflictDecision.sequence))
    ).all()
    last = {(row.item_id, row.person_id): row.answer for row in rows}
    return [
        row
        for row in held
        if row.takes_part and last.get((row.item_id, row.person_id)) is not ConflictAnswer.RECUSED
    ]


def sits_in_on(session: Session, item_ids: Sequence[str]) -> dict[str, frozenset[str]]:
    """Return, by person, the items somebody takes part in by the decisions that hold, without those they leave."""
    found: dict[str, set[str]] = {}
    for row in _who_stays(session, decisions_that_hold(session, item_ids)):
        found.setdefault(row.person_id, set()).add(row.item_id)
    return {person_id: frozenset(items) for person_id, items in found.items()}


def _people(session: Session, ids: set[str]) -> dict[str, Person]:
    return {row.id: row for row in session.exec(select(Person).where(col(Person.id).in_(ids))).all()}


def _participants(
    session: Session,
    meeting: Meeting,
    held: Sequence[ParticipationDecision],
    people: Mapping[str, Person],
) -> tuple[PacketPerson, ...]:
    """Return who takes part in some item, and the 事務局員: in the order in which packets are numbered."""
    on = _day(meeting.starts_at)
    seats = roster(session, meeting.committee_id, on)
    offices = offices_on(session, meeting.committee_id, on)
    by_rank = sorted(held, key=lambda row: _AFTER_OFFICES.index(row.capacity))
    decided: dict[str, Capacity] = {}
    for row in by_rank:
        decided.setdefault(row.person_id, row.capacity)
    found: dict[str, tuple[tuple[int, str, str], PacketPerson]] = {}
    for person_id, capacity in decided.items():
        items = frozenset(row.item_id for row in held if row.person_id == person_id)
        found[person_id] = _ranked(people[person_id], capacity, offices.get(person_id, ()), items)
    staff = [seat.person_id for seat in seats if seat.capacity is Capacity.SECRETARIAT]
    others = _people(session, set(staff) - set(found))
    for person_id, person in others.items():
        found[person_id] = _ranked(person, Capacity.SECRETARIAT, offices.get(person_id, ()), frozenset())
    return tuple(person for _, person in sorted(found.values(), key=lambda pair: pair[0]))


def _ranked(
    person: Person, capacity: Capacity, offices: tuple[Office, ...], items: frozenset[str]
) -> tuple[tuple[int, str, str], PacketPerson]:
    label = str(offices[0]) if offices else _LABELS.get(capacity, str(capacity))
    found = PacketPerson(
        person_id=person.id,
        name=person.name,
        organisation=person.organisation,
        label=label,
        capacity=capacity,
        offices=offices,
        items=items,
    )
    return (_rank(capacity, offices), person.kana or person.name, person.id), found


def _rank(capacity: Capacity, offices: tuple[Office, ...]) -> int:
    if set(offices) & set(PRESIDES):
        return 0
    if set(offices) & set(_DEPUTISES):
        return 1
    return 2 + _AFTER_OFFICES.index(capacity)


def _presider(session: Session, meeting: Meeting, on: date) -> str:
    """Return who presided, or who is to: the 委員長 (第5条第1項); "" where none is on record."""
    ids = [meeting.presider_id] if meeting.presider_id else []
    ids += [
        person_id
        for person_id, held in offices_on(session, meeting.committee_id, on).items()
        if set(held) & set(PRESIDES)
    ]
    return _people(session, {ids[0]})[ids[0]].name if ids else ""


# ---- what


def head_of(session: Session, meeting: Meeting, *, dated: date) -> Head:
    """Return the head of every paper. It is dated by the record, so that the same record gives the same papers:

    the day of the convening, before it `dated`.
    """
    venue = venue_of(session, meeting)
    committee = get_committee(session, meeting.committee_id)
    return Head(
        body=committee.name,
        number=meeting.number,
        starts_at=meeting.starts_at.astimezone(TOKYO),
        ends_at=meeting.ends_at.astimezone(TOKYO),
        venue=venue.name if venue else "",
        dated=_day(meeting.convened_at) if meeting.convened_at else dated,
        contact=Contact(
            office=str(get_setting(session, "office.name") or "")
            or committee.organizer_name
            or committee.name,
            phone=str(get_setting(session, "office.phone") or ""),
            mailbox=str(get_setting(session, "office.mailbox") or "") or committee.organizer_mailbox,
        ),
    )


def _items(
    session: Session,
    meeting: Meeting,
    views: Sequence[ItemView],
    held: Sequence[ParticipationDecision],
    people: Mapping[str, Person],
) -> tuple[ItemFacts, ...]:
    due = due_on_eve(session, meeting)
    found = []
    starts_at = meeting.starts_at.astimezone(TOKYO)
    for number, view in enumerate(views, start=1):
        why = due.get((view.client.case_number, view.plan.number)) if view.client and view.plan else None
        needed = [people[row.person_id] for row in held if row.item_id == view.item.id and row.required]
        before = lineage(session, view.item)
        found.append(
            ItemFacts(
                view=view,
                number=number,
                starts_at=starts_at,
                explanation=why.explanation if why else "",
                required=tuple(one.name for one in sorted(needed, key=lambda one: (one.kana, one.name))),
                carried_since=before[0].number if before else None,
            )
        )
        starts_at = found[-1].ends_at
    return tuple(found)


def _cases(
    session: Session,
    committee_id: str,
    client_ids: Sequence[str],
    consents: Mapping[str, ConsentState],
    on: date,
) -> dict[str, CaseFacts]:
    """Return what is known of each case as of `on`: the level and its change are those of the 相談者一覧."""
    listed = {row.client_id: row for row in open_cases(session, committee_id, on)}
    found = {}
    for client_id in client_ids:
        row = listed.get(client_id)
        known = latest_assessment(session, client_id, on)
        found[client_id] = CaseFacts(
            assessed_on=known.assessed_on if known else None,
            assessment=known.summary if known else "",
            level=row.level.level if row and row.level else None,
            level_before=row.levels[-1][1] if row and row.levels else None,
            consent=consents[client_id],
        )
    return found


def _services(session: Session, plan_ids: Sequence[str]) -> dict[str, tuple[ServiceLine, ...]]:
    return {
        plan_id: tuple(ServiceLine(line.kind, line.name, line.provider, line.content) for line in lines)
        for plan_id, lines in services_of(session, plan_ids).items()
    }


def _day(moment: datetime) -> date:
    return moment.astimezone(TOKYO).date()
