"""事務所: the two bodies every office has from the start."""

from sqlmodel import Session, select

from meetings_app.core.actor import Actor
from meetings_app.core.clock import Clock
from meetings_app.core.terms import CommitteeKind
from meetings_app.services.committees import create_committee
from meetings_app.tables.committees import Committee
from meetings_app.tables.users import User

REGION = "釧路総合振興局"
MUNICIPALITY = "釧路市"


def find_body(session: Session, kind: CommitteeKind) -> Committee | None:
    """Return the office's body of that kind, or None where there is no office yet."""
    return session.exec(select(Committee).where(Committee.kind == kind)).first()


def has_accounts(session: Session) -> bool:
    """Return whether anybody can sign in yet."""
    return session.exec(select(User.id)).first() is not None


def ensure_bodies(
    *, session: Session, actor: Actor, clock: Clock, municipality: str = MUNICIPALITY
) -> Committee:
    """両会議体を置く where they are missing, and return the 支援調整会議."""
    support = find_body(session, CommitteeKind.SUPPORT)
    if support is not None:
        return support
    create_committee(
        session=session,
        actor=actor,
        clock=clock,
        kind=CommitteeKind.REGIONAL,
        name="釧路圏域 圏域会議",
        municipality=municipality,
        region=REGION,
    )
    return create_committee(
        session=session,
        actor=actor,
        clock=clock,
        kind=CommitteeKind.SUPPORT,
        name=f"{municipality} 支援調整会議",
        municipality=municipality,
        region=REGION,
    )
