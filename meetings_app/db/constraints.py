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


def refuse_change(connection: Connection, table: str, event: str, condition: str, name: str) -> None:
    """Make the database refuse an INSERT, UPDATE or DELETE of a row for which `condition` holds.

    `condition` is SQL over NEW and OLD that both dialects read; `name` is what the error says. On SQLite,
    recreating the table in batch mode drops the trigger: call this again afterwards.
    """
    trigger = f"tr_{table}_{name}_{event.lower()}"
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(
            f"CREATE TRIGGER {trigger} BEFORE {event} ON {table} WHEN {condition} "
            f"BEGIN SELECT RAISE(ABORT, '{name}'); END"
        )
        return
    kept = "OLD" if event == "DELETE" else "NEW"
    connection.exec_driver_sql(
        f"CREATE FUNCTION {trigger}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {condition} THEN RAISE EXCEPTION '{name}' USING ERRCODE = 'integrity_constraint_violation'; END IF; "
        f"RETURN {kept}; END $$"
    )
    connection.exec_driver_sql(
        f"CREATE TRIGGER {trigger} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {trigger}()"
    )


def append_only(connection: Connection, table: str) -> None:
    """Make the database refuse any change or removal of a row that was added."""
    for event in ("UPDATE", "DELETE"):
        refuse_change(connection, table, event, "1 = 1", "append_only")


def forget_refusals(connection: Connection, table: str, event: str, name: str) -> None:
    """Take away what `refuse_change` or `append_only` made."""
    trigger = f"tr_{table}_{name}_{event.lower()}"
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {trigger}")
        return
    connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {trigger} ON {table}")
    connection.exec_driver_sql(f"DROP FUNCTION IF EXISTS {trigger}()")
