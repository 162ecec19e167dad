"""What all tables share: ids, moments, choices and constraint names."""

import uuid
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import DateTime, Dialect, Enum, TypeDecorator
from sqlmodel import SQLModel

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


def new_id() -> str:
    """Return a fresh id of 32 hexadecimal digits (122 random bits): safe to show in an address."""
    return uuid.uuid4().hex


class UtcDateTime(TypeDecorator[datetime]):
    """日時: an aware moment, kept in UTC. SQLite drops offsets, so they are put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn an aware moment into UTC; refuse a naive one."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a moment needs a time zone: {value}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the time zone back."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def choice(terms: type[StrEnum], name: str = "") -> Any:
    """Return a column type that holds the values of `terms` and checks them in the database.

    `name` tells the checks apart where one table has two columns of the same terms.
    """
    return Enum(
        terms,
        native_enum=False,
        create_constraint=True,
        name=name or terms.__name__.lower(),
        length=20,
        values_callable=lambda members: [member.value for member in members],
    )


MOMENT: Any = UtcDateTime()
"""Column type for moments, to be given as `sa_type`."""
