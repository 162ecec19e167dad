"""画面の区画: the parts of the live screens that change by themselves, drawn for every screen of a kind at once.

    regions = render_regions(app, meeting_id, "desk", Locale.JA)     # {"live-head": "<…>", …}

Each is the inside of the element of that id, on the page as in the stream. They hold no form token: the page's own
script adds it. What the projector gets holds no personal data.
"""

from collections.abc import Mapping
from typing import Any, Literal

from jinja2 import Environment
from litestar import Litestar

from meetings_app.core.actor import Actor
from meetings_app.core.clock import Clock
from meetings_app.core.terms import Purpose, Role
from meetings_app.db.engine import Database
from meetings_app.web.locale import Locale
from meetings_app.web.meeting_frame import DbSession
from minutes.services.live import meeting_to_show
from minutes.web.live_panels import PanelSource
from minutes.web.live_views import LiveMeeting
from minutes.web.running_views import OUTCOME_ICONS

Audience = Literal["desk", "projector"]

MEETING_PARTS = {
    "live-head": "minutes/live_head.html",
    "live-presider": "minutes/live_presider.html",
    "live-agenda": "minutes/live_agenda.html",
    "live-people": "minutes/live_people.html",
    "live-acts": "minutes/live_acts.html",
}
ITEM_PARTS = {
    "live-bar": "minutes/live_bar.html",
    "live-item": "minutes/live_item.html",
    "live-go": "minutes/live_go.html",
    "conflict": "minutes/live_conflicts.html",
}
PANEL_PARTS = {
    "live-actions": "minutes/live_actions.html",
    "live-services": "minutes/live_services.html",
    "live-issues": "minutes/live_issues.html",
}
PROJECTOR_PARTS = {"projector-stage": "minutes/projector_stage.html"}


def render_regions(app: Litestar, meeting_id: str, audience: Audience, locale: Locale) -> dict[str, str]:
    """Return the regions of a meeting's screens as they are now, by the id of the element they fill.

    Raises NotFound where there is no such meeting.
    """
    db: Database = app.state.db
    environment: Environment = app.state.environments[locale]
    with db.read() as session:
        live = live_meeting(app, session, meeting_id)
        if audience == "projector":
            return _draw(environment, PROJECTOR_PARTS, projector_context(live))
        return desk_regions(session, live, environment)


def live_meeting(app: Litestar, session: DbSession, meeting_id: str) -> LiveMeeting:
    """Return a meeting as it stands at this moment."""
    clock: Clock = app.state.clock
    return LiveMeeting(
        session, meeting_to_show(session, meeting_id), clock.now(), screens=screens_of(app, meeting_id)
    )


def screens_of(app: Litestar, meeting_id: str) -> int:
    """Return how many screens show the meeting; 0 where nobody counts them."""
    hub = getattr(app.state, "live", None)
    return 0 if hub is None else int(hub.screens(meeting_id))


def desk_regions(session: DbSession, live: LiveMeeting, environment: Environment) -> dict[str, str]:
    """Return every region of the desk: those of the meeting and those of each of its items."""
    found = _draw(environment, MEETING_PARTS, desk_context(live))
    source = PanelSource(session, _office(live), live.meeting, live.items)
    for view in live.items:
        for name, html in _draw(environment, ITEM_PARTS, item_context(live, view.item.id)).items():
            found[f"{name}-{view.item.id}"] = html
        panels = {"item": source.of(view)}
        for name, html in _draw(environment, PANEL_PARTS, panels).items():
            found[f"{name}-{view.item.id}"] = html
    return found


def desk_context(live: LiveMeeting) -> dict[str, Any]:
    """Return what the regions of the meeting show; the page draws them with the same."""
    return {
        "base": f"/meetings/{live.meeting.id}",
        "head": live.head(),
        "agenda": live.agenda(),
        "people": live.people(),
        "presiders": live.presiders(),
        "others_here": live.others_here(),
        "purposes": tuple(Purpose),
    }


def item_context(live: LiveMeeting, item_id: str) -> dict[str, Any]:
    """Return what the regions of one item show."""
    return {
        "base": f"/meetings/{live.meeting.id}",
        "item": live.item(item_id),
        "conflicts": live.conflict_views(item_id),
        "stage": live.stage,
    }


def projector_context(live: LiveMeeting) -> dict[str, Any]:
    """Return what the projector shows: numbers and terms, no person and no typed word."""
    return {"head": live.head(), "agenda": live.agenda(), "icons": OUTCOME_ICONS}


def _draw(environment: Environment, parts: Mapping[str, str], context: Mapping[str, Any]) -> dict[str, str]:
    values = {"csrf_token": "", **context}
    return {name: environment.get_template(template).render(values) for name, template in parts.items()}


def _office(live: LiveMeeting) -> Actor:
    """Return somebody of the body's own office, for whom the panels are the same as for every desk."""
    return Actor(name="", role=Role.SECRETARIAT, committee_id=live.meeting.committee_id)
