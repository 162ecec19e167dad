"""会場: the list to choose from, and what may be added to it."""

from sqlmodel import Session, col, select

from meetings_app.core.actor import Actor
from meetings_app.core.clock import Clock
from meetings_app.core.errors import NotFound, Refused
from meetings_app.core.terms import District
from meetings_app.services.meetings import add_venue
from meetings_app.tables.meetings import Venue


def list_venues(session: Session) -> list[Venue]:
    """Return all venues by name."""
    return list(session.exec(select(Venue).order_by(col(Venue.name))).all())


def get_venue(session: Session, venue_id: str) -> Venue:
    """Return a venue. Raises NotFound."""
    venue = session.get(Venue, venue_id)
    if venue is None:
        raise NotFound("この会場は登録されていません。一覧から選び直してください。")
    return venue


def register_venue(*, session: Session, actor: Actor, clock: Clock, name: str, district: District) -> Venue:
    """会場を登録する under a name of its own. Raises Refused for a name that is taken."""
    wanted = name.strip()
    if not wanted:
        raise Refused("会場の名前を入れてください。")
    if any(venue.name == wanted for venue in list_venues(session)):
        raise Refused(f"「{wanted}」はもう登録されています。会場の一覧から選んでください。")
    return add_venue(session=session, actor=actor, clock=clock, name=wanted, district=district)
