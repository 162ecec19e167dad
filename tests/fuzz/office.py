"""An office in a data folder with an open meeting, and browsers signed in to it."""

from dataclasses import dataclass
from pathlib import Path

from meetings_app.core.actor import Actor
from meetings_app.core.clock import SystemClock
from meetings_app.core.terms import Role
from meetings_app.db.engine import Database, open_database, sqlite_url
from meetings_app.db.migrate import migrate
from meetings_app.services.accounts import add_user, start_session
from tests.office_builder import SECRETARY, Bureau, password_hash

ITEMS = 2


@dataclass(frozen=True)
class Office:
    """The meeting that is written in, and a session token for each browser, the chair's and the secretary's in turn."""

    committee_id: str
    meeting_id: str
    item_ids: tuple[str, ...]
    actors: tuple[Actor, ...]
    tokens: tuple[str, ...]


def open_folder(folder: Path) -> Database:
    """Return the migrated database of a data folder."""
    database = open_database(sqlite_url(folder))
    migrate(database)
    return database


def fill_office(database: Database, browsers: int) -> Office:
    """Put an open meeting with two cases into an empty database, and sign `browsers` browsers in."""
    with database.write() as session:
        bureau = Bureau(session)
        meeting = bureau.meeting()
        for number in range(1, ITEMS + 1):
            bureau.item(meeting, bureau.case(number))
        bureau.opened(meeting, "助言者")
        bureau.come(meeting, "委員長", "助言者")
        users = [
            add_user(
                **bureau.given,
                login=login,
                display_name=name,
                role=role,
                committee_id=bureau.support.id,
                person_id=person_id,
                password_hash=password_hash(),
            )
            for login, name, role, person_id in (
                ("jimukyoku", SECRETARY.name, Role.SECRETARIAT, None),
                ("iincho", "委員長", Role.CHAIR, bureau.people["委員長"]),
            )
        ]
        turns = [users[turn % 2] for turn in range(browsers)]
        return Office(
            committee_id=bureau.support.id,
            meeting_id=meeting.id,
            item_ids=tuple(view.item.id for view in bureau.items(meeting)),
            actors=tuple(
                Actor(user.display_name, user.role, bureau.support.id, user.id, user.person_id)
                for user in turns
            ),
            tokens=tuple(
                start_session(session=session, clock=SystemClock(), user_id=user.id) for user in turns
            ),
        )
