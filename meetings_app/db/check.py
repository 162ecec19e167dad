"""Checks that an empty database, migrated, has just the schema that the tables describe.

Run as `python -m meetings_app.db.check`; exit status 1 names what differs.
"""

import sys
import tempfile
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from meetings_app.db.all_tables import metadata
from meetings_app.db.engine import open_database, sqlite_url
from meetings_app.db.migrate import migrate


def main() -> int:
    """Migrate a fresh SQLite file, compare, and say what a new migration would have to do."""
    with tempfile.TemporaryDirectory() as folder:
        database = open_database(sqlite_url(Path(folder)))
        try:
            migrate(database)
            with database.engine.connect() as connection:
                context = MigrationContext.configure(connection, opts={"compare_type": True})
                differences = compare_metadata(context, metadata)
        finally:
            database.dispose()
    for difference in differences:
        print(f"no migration for: {difference}", file=sys.stderr)
    print(f"migrations: {len(differences)} differences between the tables and the migrated schema")
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
