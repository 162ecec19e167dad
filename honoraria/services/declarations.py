"""年次の申告: who is asked once a year where they live, what they work as and whose kin they are, and who answered.

Asked are those whom 第7条第1項 pays for their office: everybody who serves as 委員 or アドバイザー委員 on a day of the
fiscal year. Guests of a meeting (第5条第4項) are asked for that meeting. What a returned form says anew is recorded on
the person's page; here stand only the days on which it went out and came back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from sqlmodel import Session, col, select

from agenda.services.people import Relation, relations_on
from honoraria.papers.declaration_word import DeclarationForm
from honoraria.rules.kinship import NOT_KIN
from honoraria.rules.public_service import StatusFact, describe
from honoraria.tables import DeclarationReturn
from meetings_app.core.actor import Actor
from meetings_app.core.clock import Clock, today
from meetings_app.core.errors import NotFound, Refused
from meetings_app.core.terms import Capacity, CommitteeKind
from meetings_app.core.wareki import fiscal_year, fiscal_year_period, format_wareki
from meetings_app.rulebook.load import load_rulebook
from meetings_app.services.audit import record
from meetings_app.services.committees import get_committee
from meetings_app.services.members import facts_on
from meetings_app.services.office_settings import get_setting
from meetings_app.services.roster import bodies_of
from meetings_app.tables.committees import Appointment, Committee
from meetings_app.tables.people import Person, ServiceStatus

ASKED = (Capacity.MEMBER, Capacity.ADVISER)
OVERDUE_DAYS = 30
"""Days without an answer after which the secretariat is reminded: the form gives a fortnight, and mail takes its time."""

FIRST_YEAR = 2013
"""The fiscal year in which the regulation came into force (附則)."""


class Stage(StrEnum):
    """申告書の段階."""

    UNSENT = "未送付"
    SENT = "送付済み"
    REMINDED = "督促済み"
    RETURNED = "返却済み"


@dataclass(frozen=True, slots=True)
class Declaration:
    """年次の申告 of one person: the seats that ask for it, and the days; None: not yet."""

    person_id: str
    name: str
    organisation: str
    seats: tuple[str, ...]
    sent_on: date | None
    reminded_on: date | None
    returned_on: date | None

    @property
    def stage(self) -> Stage:
        """How far it has come."""
        if self.returned_on is not None:
            return Stage.RETURNED
        if self.reminded_on is not None:
            return Stage.REMINDED
        return Stage.UNSENT if self.sent_on is None else Stage.SENT

    def overdue(self, on: date) -> bool:
        """Return whether the answer has been awaited for longer than OVERDUE_DAYS, counted from the last letter."""
        asked = self.reminded_on or self.sent_on
        return self.returned_on is None and asked is not None and (on - asked).days > OVERDUE_DAYS


@dataclass(frozen=True, slots=True)
class Overdue:
    """返っていない申告: how many of a fiscal year, and since when the oldest has been out."""

    fiscal_year: int
    count: int
    since: date


def declarations_of(session: Session, committee_ids: Sequence[str], year: int) -> list[Declaration]:
    """Return everybody asked for a fiscal year in these bodies, by kana, with what is recorded."""
    rows = session.exec(
        select(Appointment, Person, Committee)
        .join(Person, col(Appointment.person_id) == Person.id)
        .join(Committee, col(Appointment.committee_id) == Committee.id)
        .where(col(Appointment.committee_id).in_(committee_ids), col(Appointment.capacity).in_(ASKED))
        .order_by(col(Person.kana), col(Person.name), col(Person.id), col(Committee.kind).desc())
    ).all()
    returns = {
        one.person_id: one
        for one in session.exec(select(DeclarationReturn).where(DeclarationReturn.fiscal_year == year))
    }
    span = fiscal_year_period(year)
    seats: dict[str, list[str]] = {}
    people: dict[str, Person] = {}
    for term, person, body in rows:
        begins_later = span.valid_to is not None and term.valid_from >= span.valid_to
        if begins_later or (term.valid_to is not None and term.valid_to <= span.valid_from):
            continue
        people[person.id] = person
        seat = f"{body.name}の{term.capacity}"
        if seat not in seats.setdefault(person.id, []):
            seats[person.id].append(seat)
    return [_declaration(person, seats[person.id], returns.get(person.id)) for person in people.values()]


def _declaration(person: Person, seats: Sequence[str], found: DeclarationReturn | None) -> Declaration:
    return Declaration(
        person_id=person.id,
        name=person.name,
        organisation=person.organisation,
        seats=tuple(seats),
        sent_on=found.sent_on if found else None,
        reminded_on=found.reminded_on if found else None,
        returned_on=found.returned_on if found else None,
    )


def own_declarations(session: Session, actor: Actor, year: int) -> list[Declaration]:
    """Return the declarations of the actor's bodies for a fiscal year."""
    return declarations_of(session, [body.id for body in bodies_of(session, actor)], year)


def overdue_declarations(session: Session, actor: Actor, on: date) -> Overdue | None:
    """Return what has been out too long, of this fiscal year or the next; None where nothing is."""
    for year in (fiscal_year(on), fiscal_year(on) + 1):
        late = [one for one in own_declarations(session, actor, year) if one.overdue(on)]
        if late:
            return Overdue(year, len(late), min(one.sent_on or on for one in late))
    return None


# --- recording --------------------------------------------------------------------------------------------


def mark_sent(
    *, session: Session, actor: Actor, clock: Clock, year: int, person_ids: Sequence[str], day: date
) -> int:
    """送付を記録する; return for how many. Raises Refused for somebody to whom it was sent on another day."""
    _check_day(clock, day)
    for one in _asked(session, actor, year, person_ids):
        if one.sent_on not in (None, day):
            raise Refused(
                f"{one.name}さんには{format_wareki(one.sent_on or day)}に送付済みです。"
                "選択から外すか、直前の記録を取り消してから記録してください。"
            )
        if one.returned_on is not None and day > one.returned_on:
            raise Refused(
                f"{one.name}さんの申告書は{format_wareki(one.returned_on)}に返っています。送付の日を確かめてください。"
            )
        row = _row(session, actor, clock, one.person_id, year)
        row.sent_on = day
        _keep(session, actor, clock, row, "申告書の送付", day)
    return len(person_ids)


def mark_reminded(
    *, session: Session, actor: Actor, clock: Clock, year: int, person_ids: Sequence[str], day: date
) -> int:
    """督促を記録する; a later reminder takes the place of the one before. Raises Refused for what is not out."""
    _check_day(clock, day)
    for one in _asked(session, actor, year, person_ids):
        if one.sent_on is None:
            raise Refused(f"{one.name}さんには、まだ送付していません。先に送付を記録してください。")
        if one.returned_on is not None:
            raise Refused(f"{one.name}さんの申告書は返っています。選択から外してください。")
        if day < (one.reminded_on or one.sent_on):
            raise Refused(f"{one.name}さんへの前の送付や督促より前の日です。日付を確かめてください。")
        row = _row(session, actor, clock, one.person_id, year)
        row.reminded_on = day
        _keep(session, actor, clock, row, "申告書の督促", day)
    return len(person_ids)


def mark_returned(
    *, session: Session, actor: Actor, clock: Clock, year: int, person_id: str, day: date
) -> None:
    """返却を記録する, also of a form handed over without being sent. Raises Refused where it is back already."""
    (one,) = _asked(session, actor, year, [person_id])
    _check_day(clock, day)
    if one.returned_on == day:
        return
    if one.returned_on is not None:
        raise Refused(
            f"{one.name}さんの申告書は{format_wareki(one.returned_on)}に返っています。"
            "日を直すときは、直前の記録を取り消してから記録してください。"
        )
    if one.sent_on is not None and day < one.sent_on:
        raise Refused(
            f"{one.name}さんには{format_wareki(one.sent_on)}に送付しています。返却の日を確かめてください。"
        )
    row = _row(session, actor, clock, person_id, year)
    row.returned_on = day
    _keep(session, actor, clock, row, "申告書の返却", day)


def undo_last(*, session: Session, actor: Actor, clock: Clock, year: int, person_id: str) -> Stage:
    """直前の記録を取り消す: take back the return, else the reminder, else the sending; return what is left.

    What was recorded stays in the trail. Raises Refused where nothing is recorded.
    """
    (one,) = _asked(session, actor, year, [person_id])
    undone = {Stage.RETURNED: "returned_on", Stage.REMINDED: "reminded_on", Stage.SENT: "sent_on"}.get(
        one.stage
    )
    if undone is None:
        raise Refused(f"{one.name}さんには取り消す記録がありません。一覧を開き直してください。")
    row = _row(session, actor, clock, person_id, year)
    before = getattr(row, undone)
    setattr(row, undone, None)
    _keep(session, actor, clock, row, f"申告書の記録の取消し（{one.stage}）", before)
    (left,) = _asked(session, actor, year, [person_id])
    return left.stage


def _asked(session: Session, actor: Actor, year: int, person_ids: Sequence[str]) -> list[Declaration]:
    """Return the declarations of these people. Raises NotFound for somebody who is not asked that year."""
    known = {one.person_id: one for one in own_declarations(session, actor, year)}
    if not person_ids:
        raise Refused("だれの記録かを選んでください。")
    if not set(person_ids) <= set(known):
        raise NotFound("この人は、この年度の申告の一覧にいません。一覧から選び直してください。")
    return [known[person_id] for person_id in dict.fromkeys(person_ids)]


def _check_day(clock: Clock, day: date) -> None:
    if day > today(clock):
        raise Refused("まだ来ていない日です。きょうまでの日付にしてください。")


def _row(session: Session, actor: Actor, clock: Clock, person_id: str, year: int) -> DeclarationReturn:
    found = session.exec(
        select(DeclarationReturn).where(
            DeclarationReturn.person_id == person_id, DeclarationReturn.fiscal_year == year
        )
    ).first()
    return found or DeclarationReturn(
        person_id=person_id, fiscal_year=year, recorded_by=actor.name, recorded_at=clock.now()
    )


def _keep(
    session: Session, actor: Actor, clock: Clock, row: DeclarationReturn, action: str, day: date
) -> None:
    row.recorded_by, row.recorded_at = actor.name, clock.now()
    session.add(row)
    session.flush()
    record(
        session=session,
        actor=actor,
        clock=clock,
        action=action,
        subject="person",
        subject_id=row.person_id,
        detail={"fiscal_year": row.fiscal_year, "day": day},
    )


# --- forms ------------------------------------------------------------------------------------------------


def declaration_forms(
    session: Session,
    actor: Actor,
    *,
    year: int,
    person_ids: Sequence[str],
    issued_on: date,
    return_by: date,
) -> list[DeclarationForm]:
    """申告書の内容: what is on record of these people on the day of issue, as their forms print it.

    Raises Refused for nobody and for a day to return by that is not later; NotFound for somebody not asked that year.
    """
    asked = _asked(session, actor, year, person_ids)
    if return_by <= issued_on:
        raise Refused("返却の期限は、きょうより後の日にしてください。")
    return [_form(session, actor, one, year, issued_on, return_by) for one in asked]


def _form(
    session: Session, actor: Actor, one: Declaration, year: int, issued_on: date, return_by: date
) -> DeclarationForm:
    body = get_committee(session, actor.committee_id)
    facts = facts_on(session, one.person_id, issued_on)
    relations = relations_on(session, one.person_id, actor.committee_id, issued_on)
    return DeclarationForm(
        person_id=one.person_id,
        name=one.name,
        organisation=one.organisation,
        fiscal_year=year,
        seats=one.seats,
        district=str(facts.residence or ""),
        statuses=tuple(_status_text(status) for status in facts.statuses),
        relations=tuple(_relation_text(relation) for relation in relations),
        office=str(get_setting(session, "office.name") or "") or body.organizer_name or body.name,
        mailbox=body.organizer_mailbox,
        degree_limit=_degree_limit(issued_on),
        issued_on=issued_on,
        return_by=return_by,
        sent_on=one.sent_on,
    )


def _status_text(status: ServiceStatus) -> str:
    fact = StatusFact(
        is_public_employee=status.is_public_employee,
        service_class=status.service_class,
        working_time=status.working_time,
        occupation=status.occupation,
        needs_review=status.needs_review,
    )
    return describe(fact)


def _relation_text(relation: Relation) -> str:
    if relation.case_number is None:
        return "どの本人とも続柄なし（番号を挙げて申告した人を除く）"
    named = relation.relation or ("続柄なし" if relation.path == NOT_KIN else relation.path)
    return f"ケース番号{relation.case_number}　{named}"


def _degree_limit(on: date) -> int:
    regulation = load_rulebook()[CommitteeKind.SUPPORT]
    value = regulation.at("kinship_degree_limit", max(on, regulation.in_force_from)).value
    return int(str(value))


def proposed_return_day(issued_on: date) -> date:
    """返却の期限 that is proposed: a fortnight from the day of issue."""
    return issued_on + timedelta(days=14)
