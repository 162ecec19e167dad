"""二重送信: a form that creates something carries the id that its record will have, so that it creates it once."""

from sqlmodel import Session, SQLModel


def is_made(session: Session, table: type[SQLModel], record_id: str) -> bool:
    """Return whether the record of this id has been made: the same form was sent before."""
    return session.get(table, record_id) is not None
