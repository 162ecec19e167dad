"""Constraints that SQL has no common word for: periods of one owner may not overlap."""

from sqlalchemy import Connection


def forbid_overlaps(connection: Connection, table: str, keys: tuple[str, ...]) -> None:
    """Make the database refuse two overlapping periods of one owner.

    SQLite gets triggers (recreating a table in batch mode drops them: call this again afterwards),
    PostgreSQL an exclusion constraint (needs the btree_gist extension, which is created here).
    """
    if connection.dialect.name == "sqlite":
        for event in ("INSERT", "UPDATE"):
            connection.exec_driver_sql(_sqlite_trigger(table, keys, event))
    else:
        connection.exec_driver_sql("CREATE EXTENSION IF NOT EXISTS btree_gist")
        owner = ", ".join(f"{key} WITH =" for key in keys)
        connection.exec_driver_sql(
            f"ALTER TABLE {table} ADD CONSTRAINT ex_{table}_no_overlap EXCLUDE USING gist "
            f"({owner}, daterange(valid_from, valid_to) WITH &&)"
        )


def _sqlite_trigger(table: str, keys: tuple[str, ...], event: str) -> str:
    same_owner = " AND ".join(f"other.{key} = NEW.{key}" for key in keys)
    return (
        f"CREATE TRIGGER tr_{table}_no_overlap_{event.lower()} BEFORE {event} ON {table} "  # noqa: S608 - names come from a migration
        f"WHEN EXISTS (SELECT 1 FROM {table} AS other WHERE {same_owner} AND other.id <> NEW.id "
        "AND (other.valid_to IS NULL OR NEW.valid_from < other.valid_to) "
        "AND (NEW.valid_to IS NULL OR other.valid_from < NEW.valid_to)) "
        f"BEGIN SELECT RAISE(ABORT, 'ex_{table}_no_overlap'); END"
    )
