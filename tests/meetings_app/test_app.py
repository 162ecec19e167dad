from pathlib import Path

import pytest
from litestar import get, post
from litestar.testing import TestClient

from honoraria.web import routes as honoraria_routes
from meetings_app.app import create_app, static_version
from meetings_app.core.clock import SystemClock
from meetings_app.db.migrate import current_revision
from meetings_app.web.access import PUBLIC


@get("/both", opt=PUBLIC, sync_to_thread=True)
def show_both() -> str:
    return "shown"


@post("/both", opt=PUBLIC, sync_to_thread=True)
def do_both() -> str:
    return "done"


def test_without_settings_they_come_from_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "new" / "data"
    monkeypatch.setenv("MEETINGS_APP_DATA", str(folder))
    monkeypatch.delenv("MEETINGS_APP_DATABASE_URL", raising=False)
    app = create_app()
    assert (folder / "meetings.sqlite3").exists()
    assert current_revision(app.state.db)
    assert isinstance(app.state.clock, SystemClock)
    app.state.db.dispose()


def test_a_path_may_have_several_handlers_in_threads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEETINGS_APP_DATA", str(tmp_path))
    monkeypatch.setattr(honoraria_routes, "route_handlers", [show_both, do_both])
    with TestClient(create_app()) as client:
        assert client.get("/both").text == "shown"


def test_there_are_no_pages_about_the_interface(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEETINGS_APP_DATA", str(tmp_path))
    with TestClient(create_app()) as client:
        assert client.get("/schema").status_code == 404
        assert client.get("/openapi.json").status_code == 404


def test_the_static_version_stands_for_the_content() -> None:
    assert static_version() == static_version()
    assert len(static_version()) == 16
