"""設定の一覧: what the office has set and when, its accounts, its venues, and who its invitations come from."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlmodel import Session, col, select

from meetings_app.core.actor import Actor
from meetings_app.core.clock import Clock
from meetings_app.core.errors import Refused
from meetings_app.core.terms import District, Role
from meetings_app.services.audit import record
from meetings_app.services.meetings import add_venue
from meetings_app.services.office_settings import (
    DEFAULTS,
    SettingOnRecord,
    Value,
    get_setting,
    setting_on_record,
    store_changed,
)
from meetings_app.services.roster import bodies_of, get_body
from meetings_app.tables.meetings import Venue
from meetings_app.tables.people import Person
from meetings_app.tables.users import User

INSIDE = "regional.threshold_inside"
OUTSIDE = "regional.threshold_outside"


@dataclass(frozen=True, slots=True)
class AccountOnRecord:
    """一つの利用者."""

    login: str
    display_name: str
    role: Role
    body: str
    person: str
    is_active: bool


def settings_on_record(session: Session) -> dict[str, SettingOnRecord]:
    """Return every setting by key for showing, in the order the product lists them."""
    return {key: setting_on_record(session, key) for key in DEFAULTS}


def change_settings(
    *, session: Session, actor: Actor, clock: Clock, values: Mapping[str, Value]
) -> list[str]:
    """設定を変える: store what differs and return its keys.

    Raises Refused where fewer would be hidden outside the region than inside.
    """
    wanted = {key: get_setting(session, key) for key in (INSIDE, OUTSIDE)} | dict(values)
    if _number(wanted[OUTSIDE]) < _number(wanted[INSIDE]):
        raise Refused("圏域の外へ出すときの秘匿の基準は、圏域の中の基準以上にしてください。")
    return store_changed(session=session, actor=actor, clock=clock, values=values)


def _number(value: Value) -> int:
    return value if isinstance(value, int) else 0


def accounts_of(session: Session, actor: Actor) -> list[AccountOnRecord]:
    """利用者の一覧 of the actor's bodies, by role and name."""
    names = {body.id: body.name for body in bodies_of(session, actor)}
    rows = session.exec(
        select(User, Person.name)
        .join(Person, col(User.person_id) == Person.id, isouter=True)
        .where(col(User.committee_id).in_(names))
    ).all()
    roles = list(Role)
    accounts = [
        AccountOnRecord(
            user.login, user.display_name, user.role, names[user.committee_id], person or "", user.is_active
        )
        for user, person in rows
    ]
    return sorted(accounts, key=lambda account: (roles.index(account.role), account.display_name))


def venues_of(session: Session) -> list[Venue]:
    """会場の一覧, by name."""
    return list(session.exec(select(Venue).order_by(col(Venue.name))).all())


def register_venue(*, session: Session, actor: Actor, clock: Clock, name: str, district: District) -> Venue:
    """会場を登録する. Raises Refused for a name that is taken."""
    if session.exec(select(Venue.id).where(Venue.name == name.strip())).first() is not None:
        raise Refused(f"会場「{name.strip()}」はもう登録されています。別の名前にしてください。")
    return add_venue(session=session, actor=actor, clock=clock, name=name, district=district)


def set_organizer(
    *, session: Session, actor: Actor, clock: Clock, committee_id: str, name: str, mailbox: str
) -> None:
    """案内の差出人を決める: the name and mailbox that a body's invitations come from."""
    body = get_body(session, actor, committee_id)
    body.organizer_name, body.organizer_mailbox = name.strip(), mailbox.strip()
    session.add(body)
    session.flush()
    record(
        session=session,
        actor=actor,
        clock=clock,
        action="案内の差出人の変更",
        subject="committee",
        subject_id=body.id,
        detail={"name": name, "mailbox": mailbox},
    )
