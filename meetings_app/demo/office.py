"""見本の事務所: bodies, people, terms, facts and accounts."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlmodel import Session, col, select

from agenda.services.kinship import NONE, declare_kinship
from agenda.tables import Client, Consent, Plan
from meetings_app.core.actor import Actor
from meetings_app.core.clock import Clock
from meetings_app.core.terms import Capacity, CommitteeKind, District, Office, Role
from meetings_app.demo import cast
from meetings_app.demo.story import WITHDRAWN_CASE, WITHDRAWN_ON
from meetings_app.services.accounts import add_user
from meetings_app.services.committees import appoint, create_committee, elect
from meetings_app.services.meetings import add_venue
from meetings_app.services.members import add_person, declare_residence, declare_status
from meetings_app.services.passwords import hash_password
from meetings_app.tables.committees import Committee
from meetings_app.tables.meetings import Venue
from meetings_app.tables.users import User

PASSWORD = "mihon-2014-kushiro"  # noqa: S105 - printed on purpose: the accounts of the demonstration
REGION = "釧路総合振興局"
REGIONAL_TERM = (cast.REGIONAL_FROM, date(2015, 4, 1))


@dataclass(frozen=True, slots=True)
class Account:
    """利用者 of the demonstration: `key` names the person it belongs to, if any."""

    login: str
    display_name: str
    role: Role
    key: str | None = None
    regional: bool = False


ACCOUNTS = (
    Account("jimukyoku", "鶴野 あかり", Role.SECRETARIAT, "counsellor1"),
    Account("iincho", "丹頂 一郎", Role.CHAIR, "chair"),
    Account("kaikei", "見本 会計", Role.ACCOUNTING),
    Account("iin", "湿原 花子", Role.MEMBER, "vice1"),
    Account("fukushi", "茅沼 健", Role.CITY_OFFICER, "cityoffice"),
    Account("kenikikaigi", "塩見 晴", Role.REGIONAL, "regional_chair", regional=True),
)


@dataclass
class DemoOffice:
    """What the later steps of the replay need to find again."""

    support: Committee
    regional: Committee
    venue: Venue
    people: dict[str, str] = field(default_factory=dict)


def create_bodies(*, session: Session, actor: Actor, clock: Clock) -> DemoOffice:
    """Create both bodies and the venue."""
    support = create_committee(
        session=session,
        actor=actor,
        clock=clock,
        kind=CommitteeKind.SUPPORT,
        name="見本市 支援調整会議",
        municipality="釧路市",
        region=REGION,
    )
    regional = create_committee(
        session=session,
        actor=actor,
        clock=clock,
        kind=CommitteeKind.REGIONAL,
        name="見本圏域 圏域会議",
        municipality="釧路市",
        region=REGION,
    )
    for committee in (support, regional):
        committee.organizer_mailbox = "jimukyoku@example.jp"
        session.add(committee)
    venue = add_venue(
        session=session,
        actor=actor,
        clock=clock,
        name="見本市民活動センター 会議室1",
        district=District.KUSHIRO,
    )
    return DemoOffice(support, regional, venue)


def create_people(*, session: Session, actor: Actor, clock: Clock, office: DemoOffice) -> None:
    """Create the cast with terms, offices, residences and service statuses."""
    for role in (*cast.CAST, cast.PREDECESSOR, *cast.GUESTS, *cast.REGIONAL):
        office.people[role.key] = _create_person(session, actor, clock, role)
    predecessor = _appoint_support(session, actor, clock, office)
    for role in cast.CAST:
        substitutes = predecessor if role.key == "substitute" else None
        first = cast.LEFT_ON if substitutes else cast.TERM_2013[0]
        for valid_from, valid_to, replaces in (
            (first, cast.TERM_2013[1], substitutes),
            (*cast.TERM_2014, None),
        ):
            appoint(
                session=session,
                actor=actor,
                clock=clock,
                committee_id=office.support.id,
                person_id=office.people[role.key],
                capacity=role.capacity,
                valid_from=valid_from,
                valid_to=valid_to,
                predecessor_id=replaces,
            )
        _elect(session, actor, clock, office, office.support, role, cast.TERM_2013)
    _appoint_regional(session, actor, clock, office)


def _create_person(session: Session, actor: Actor, clock: Clock, role: cast.Role) -> str:
    person = add_person(
        session=session,
        actor=actor,
        clock=clock,
        name=role.name,
        kana=role.kana,
        organisation=role.organisation,
        mailbox=cast.mailbox(role),
    )
    if role.district is not None:
        declare_residence(
            session=session,
            actor=actor,
            clock=clock,
            person_id=person.id,
            district=role.district,
            valid_from=cast.DECLARED_ON,
        )
    if role.job is not None:
        declare_status(
            session=session,
            actor=actor,
            clock=clock,
            person_id=person.id,
            declared_on=cast.DECLARED_ON,
            valid_from=cast.DECLARED_ON,
            is_public_employee=role.job.service_class is not None,
            service_class=role.job.service_class,
            working_time=role.job.working_time,
            occupation=role.job.occupation,
            legal_basis=role.job.legal_basis,
        )
    return person.id


def _appoint_support(session: Session, actor: Actor, clock: Clock, office: DemoOffice) -> str:
    """Appoint the member who left in winter, and return the appointment that the substitute serves out."""
    appointment = appoint(
        session=session,
        actor=actor,
        clock=clock,
        committee_id=office.support.id,
        person_id=office.people[cast.PREDECESSOR.key],
        capacity=Capacity.MEMBER,
        valid_from=cast.TERM_2013[0],
        valid_to=cast.TERM_2013[1],
    )
    return appointment.id


def _elect(
    session: Session,
    actor: Actor,
    clock: Clock,
    office: DemoOffice,
    committee: Committee,
    role: cast.Role,
    term: tuple[date, date],
) -> None:
    if role.office is None:
        return
    elect(
        session=session,
        actor=actor,
        clock=clock,
        committee_id=committee.id,
        person_id=office.people[role.key],
        office=Office(role.office),
        seat=role.seat,
        valid_from=term[0],
        valid_to=term[1],
    )


def _appoint_regional(session: Session, actor: Actor, clock: Clock, office: DemoOffice) -> None:
    adviser = next(role for role in cast.CAST if role.key == "adviser")
    for role in (*cast.REGIONAL, adviser):
        term = (cast.REGIONAL_FROM, cast.TERM_2014[0]) if role is adviser else REGIONAL_TERM
        appoint(
            session=session,
            actor=actor,
            clock=clock,
            committee_id=office.regional.id,
            person_id=office.people[role.key],
            capacity=role.capacity,
            valid_from=term[0],
            valid_to=term[1],
        )
        if role is not adviser:
            _elect(session, actor, clock, office, office.regional, role, REGIONAL_TERM)


def declare_relations(*, session: Session, actor: Actor, clock: Clock, office: DemoOffice) -> None:
    """Record who is kin to which 本人, and the consents of the clients."""
    clients = {client.case_number: client for client in session.exec(select(Client)).all()}
    for role in (*cast.CAST, *cast.GUESTS):
        declared: list[tuple[str | None, str, str]] = [
            (clients[case].id, path, relation) for case, path, relation in role.kin
        ]
        if role.declares_kin:
            declared.append((None, NONE, ""))
        for client_id, path, relation in declared:
            declare_kinship(
                session=session,
                actor=actor,
                clock=clock,
                person_id=office.people[role.key],
                client_id=client_id,
                path=path,
                relation=relation,
                declared_on=cast.DECLARED_ON,
                valid_from=cast.DECLARED_ON,
            )
    _give_consents(session, list(clients.values()))


def _give_consents(session: Session, clients: list[Client]) -> None:
    for client in clients:
        first = session.exec(
            select(col(Plan.met_on)).where(Plan.client_id == client.id).order_by(col(Plan.number))
        ).first()
        session.add(
            Consent(
                client_id=client.id,
                valid_from=(first or cast.DECLARED_ON) - timedelta(days=7),
                valid_to=WITHDRAWN_ON if client.case_number == WITHDRAWN_CASE else None,
            )
        )
    session.flush()


def create_accounts(*, session: Session, actor: Actor, clock: Clock, office: DemoOffice) -> None:
    """Create one account per role, all with the password that the demonstration prints."""
    password_hash = hash_password(PASSWORD)
    for account in ACCOUNTS:
        add_user(
            session=session,
            actor=actor,
            clock=clock,
            login=account.login,
            display_name=account.display_name,
            role=account.role,
            committee_id=office.regional.id if account.regional else office.support.id,
            person_id=office.people[account.key] if account.key else None,
            password_hash=password_hash,
        )


def actor_of(session: Session, login: str, committee_id: str) -> Actor:
    """Return the account of that login as services see it."""
    user = session.exec(select(User).where(User.login == login)).one()
    return Actor(user.display_name, user.role, committee_id, user.id, user.person_id)
