"""Where things live. Read once at start, from the command line or the environment."""

import os
from dataclasses import dataclass
from pathlib import Path

from meetings_app.db.engine import sqlite_url

DATA_VARIABLE = "MEETINGS_APP_DATA"
DATABASE_VARIABLE = "MEETINGS_APP_DATABASE_URL"
SECURE_VARIABLE = "MEETINGS_APP_HTTPS"
DEFAULT_DATA = Path("meetings-data")


@dataclass(frozen=True)
class Settings:
    """設定: `data` holds the SQLite file and everything written beside it.

    `database_url` points elsewhere (PostgreSQL) where an office wants that. `https` marks cookies as secure:
    to be switched on behind a proxy that speaks TLS.
    """

    data: Path
    database_url: str
    https: bool = False


def load_settings(data: Path | None = None) -> Settings:
    """Return the settings; `data` from the command line goes before the environment."""
    folder = data or Path(os.environ.get(DATA_VARIABLE) or DEFAULT_DATA)
    url = os.environ.get(DATABASE_VARIABLE) or sqlite_url(folder)
    return Settings(data=folder, database_url=url, https=os.environ.get(SECURE_VARIABLE) == "1")
