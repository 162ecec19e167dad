"""本人の記録: case number, initials, 担当, names where the office keeps them, and cases that end without a plan."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, func, select

from agenda.services.plans import get_case
from agenda.tables import Client, Plan
from meetings_app.core.actor import Actor
from meetings_app.core.clock import Clock, today
from meetings_app.core.effective import holds
from meetings_app.core.errors import Conflict, Refused
from meetings_app.core.terms import Capacity
from meetings_app.core.wareki import format_wareki
from meetings_app.services.audit import record
from meetings_app.services.office_settings import get_setting
from meetings_app.tables.committees import Appointment
from meetings_app.tables.people import Person

LONGEST_WHY = 500


class NotAssignable(Refused):
    """担当になれない: who was chosen is no 事務局員 of the body on the day."""


@dataclass(frozen=True, slots=True)
class ClientFacts:
    """本人の記録, as the form gives it. `name`, `kana` None: the office keeps no names, and they stay as they are."""

    case_number: int
    initials: str
    first_contact_on: date | None
    assigned_id: str | None
    name: str | None = None
    kana: str | None = None


def names_kept(session: Session) -> bool:
    """Return whether the office has chosen to keep names of cases (設定 cases.names)."""
    return get_setting(session, "cases.names") is True


def secretaries_on(session: Session, committee_id: str, on: date) -> list[Person]:
    """担当になれる人: return the 事務局員 of a body on a day, by kana."""
    rows = session.exec(
        select(Appointment, Person)
        .join(Person, col(Appointment.person_id) == Person.id)
        .where(Appointment.committee_id == committee_id, Appointment.capacity == Capacity.SECRETARIAT)
        .order_by(col(Person.kana), col(Person.name))
    ).all()
    return list({person.id: person for row, person in rows if holds(row, on)}.values())


def assigned_names(session: Session, clients: Sequence[Client]) -> dict[str, Person]:
    """Return who is in charge of each case that has somebody, by the id of the client."""
    wanted = {client.assigned_id for client in clients if client.assigned_id}
    people = {
        person.id: person for person in session.exec(select(Person).where(col(Person.id).in_(wanted))).all()
    }
    return {client.id: people[client.assigned_id] for client in clients if client.assigned_id in people}


def checked_assigned(session: Session, actor: Actor, assigned_id: str | None, on: date) -> str | None:
    """Return the id of the 担当. Raises NotAssignable for somebody who is no 事務局員 of the body on the day."""
    if assigned_id is None:
        return None
    if assigned_id not in {person.id for person in secretaries_on(session, actor.committee_id, on)}:
        raise NotAssignable(
            "担当は、きょう事務局員である人から選んでください。名簿で事務局員の任期を確かめられます。"
        )
    return assigned_id


def next_case_number(session: Session, committee_id: str) -> int:
    """Return the case number after the largest in use."""
    largest = session.exec(
        select(func.max(Client.case_number)).where(Client.committee_id == committee_id)
    ).one()
    return (largest or 0) + 1


def refuse_taken_number(session: Session, actor: Actor, number: int, own_id: str = "") -> None:
    """Raise Refused for a case number that another client of the body (than `own_id`) has."""
    taken = session.exec(
        select(Client.id).where(
            Client.committee_id == actor.committee_id, Client.case_number == number, Client.id != own_id
        )
    ).first()
    if taken is not None:
        free = next_case_number(session, actor.committee_id)
        raise Refused(f"No.{number} は使われています。空いている番号（No.{free} など）にしてください。")


def edit_client(
    *, session: Session, actor: Actor, clock: Clock, client: Client, version: int, facts: ClientFacts
) -> None:
    """本人の記録を変える.

    Raises Refused for a case number in use, a 担当 who is no 事務局員 today and a first contact to come; Conflict where
    somebody changed the case first. Names are taken only where the office keeps them; else they stay as stored.
    """
    _check_version(client, version)
    refuse_taken_number(session, actor, facts.case_number, client.id)
    if facts.first_contact_on is not None:
        _refuse_future(facts.first_contact_on, clock)
    if facts.assigned_id != client.assigned_id:
        checked_assigned(session, actor, facts.assigned_id, today(clock))
    before = _told(client)
    client.case_number = facts.case_number
    client.initials = facts.initials.strip()
    client.first_contact_on = facts.first_contact_on
    client.assigned_id = facts.assigned_id
    named = _name(session, client, facts)
    after = _told(client)
    if before == after and not named:
        return
    # Who it is stays out of the trail: only that a name changed is written down.
    changed = {key: (before[key], after[key]) for key in after if before[key] != after[key]}
    _store(session, actor, clock, client, "ケースの記録の変更", {"changed": changed, "name_changed": named})


def _name(session: Session, client: Client, facts: ClientFacts) -> bool:
    if not names_kept(session) or facts.name is None:
        return False
    name, kana = facts.name.strip(), (facts.kana or "").strip()
    changed = (client.name, client.kana) != (name, kana)
    client.name, client.kana = name, kana
    return changed


def _told(client: Client) -> dict[str, object]:
    return {
        "case_number": client.case_number,
        "initials": client.initials,
        "first_contact_on": client.first_contact_on,
        "assigned_id": client.assigned_id,
    }


def close_case(
    *, session: Session, actor: Actor, clock: Clock, client: Client, version: int, closed_on: date, why: str
) -> None:
    """プランによらず終わる: the case is closed on a day, with the reason.

    Raises Refused without a reason, for a day to come or before the first contact, and while a plan runs: that one is
    ended by a meeting.
    """
    _check_version(client, version)
    _refuse_future(closed_on, clock)
    reason = _checked_why(why, "終わりにする理由")
    if client.closed_on is not None:
        raise Refused("このケースはもう終わっています。続けるときは「再開する」を使ってください。")
    if client.first_contact_on is not None and closed_on < client.first_contact_on:
        raise Refused(
            f"初回の相談（{format_wareki(client.first_contact_on)}）より前の日付です。"
            "終わった日を確かめてください。"
        )
    running = session.exec(
        select(Plan.number).where(Plan.client_id == client.id, col(Plan.evaluation_outcome).is_(None))
    ).first()
    if running is not None:
        raise Refused(
            f"プラン{running}が続いています。会議で評価（終結・中断）をしてください。"
            "本人が終結を望むときは「終結の申出」を記録します。"
        )
    client.closed_on, client.closed_why = closed_on, reason
    _store(session, actor, clock, client, "ケースの終了", {"on": closed_on, "reason": reason})


def reopen_case(
    *, session: Session, actor: Actor, clock: Clock, client: Client, version: int, why: str
) -> None:
    """ケースを再開する: what was closed without a plan is open again. Raises Refused where it is not closed."""
    _check_version(client, version)
    reason = _checked_why(why, "再開する理由")
    if client.closed_on is None:
        raise Refused("このケースは終わっていません。そのまま記録を続けてください。")
    detail: dict[str, object] = {"closed_on": client.closed_on, "why": client.closed_why, "reason": reason}
    client.closed_on, client.closed_why = None, ""
    _store(session, actor, clock, client, "ケースの再開", detail)


def client_of(session: Session, actor: Actor, client_id: str, on: date) -> Client:
    """Return a client of the actor's body. Raises NotFound, also for another body's."""
    return get_case(session, client_id, actor.committee_id, on).client


def _check_version(client: Client, version: int) -> None:
    if client.version != version:
        raise Conflict(
            f"No.{client.case_number} は、ほかの人が先に変えました。画面を読み直して、もう一度記録してください。"
        )


def _checked_why(why: str, what: str) -> str:
    said = why.strip()
    if not said:
        raise Refused(f"{what}を入れてください。後から見る人のために、記録に残します。")
    if len(said) > LONGEST_WHY:
        raise Refused(f"{what}が長すぎます。{LONGEST_WHY}文字以内にしてください。")
    return said


def _refuse_future(day: date, clock: Clock) -> None:
    if day > today(clock):
        raise Refused(f"{format_wareki(day)}はまだ来ていません。実際にあった日を入力してください。")


def _store(
    session: Session, actor: Actor, clock: Clock, client: Client, action: str, detail: dict[str, object]
) -> None:
    client.version += 1
    session.add(client)
    session.flush()
    record(
        session=session,
        actor=actor,
        clock=clock,
        action=action,
        subject="client",
        subject_id=client.id,
        detail=detail,
    )
