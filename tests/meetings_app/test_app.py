from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from litestar import get, post
from litestar.testing import TestClient

from honoraria.web import routes as honoraria_routes
from meetings_app.app import create_app, static_version
from meetings_app.core.actor import Actor
from meetings_app.core.clock import FixedClock, SystemClock, tokyo
from meetings_app.core.terms import Role
from meetings_app.db.migrate import current_revision
from meetings_app.services.office_settings import set_setting
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


@pytest.mark.parametrize(
    ("hour", "starts"), [(15, tokyo(date(2014, 3, 25), 16, 30)), (17, tokyo(date(2014, 3, 25), 17, 0))]
)
def test_a_demonstration_goes_on_where_its_record_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hour: int, starts: datetime
) -> None:
    """Else a meeting left running would be later than the clock after a restart."""
    monkeypatch.setenv("MEETINGS_APP_DATA", str(tmp_path))
    database = create_app().state.db
    actor = Actor(name="事務局", role=Role.SECRETARIAT, committee_id="")
    then = FixedClock(tokyo(date(2014, 3, 25), hour))
    with database.write() as session:
        set_setting(session=session, actor=actor, clock=then, key="demo.as_of", value="2014-03-25")
    database.dispose()
    app = create_app()
    assert starts <= app.state.clock.now() < starts + timedelta(minutes=10)
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
