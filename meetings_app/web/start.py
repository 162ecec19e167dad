"""待っていること: the page each role lands on."""

from litestar import get

from meetings_app.core.clock import today
from meetings_app.web.access import SIGNED_IN
from meetings_app.web.given import GivenActor, GivenClock, GivenDb, WebRequest
from meetings_app.web.heat import say
from meetings_app.web.locale import locale_of, translator
from meetings_app.web.page import Page, render
from meetings_app.web.start_views import build_start


@get("/", opt=SIGNED_IN, sync_to_thread=True)
def show_start(request: WebRequest, db: GivenDb, clock: GivenClock, actor: GivenActor) -> Page:
    """はじめの画面: what waits, the coming meetings, the deadlines of five weeks."""
    _ = translator(request)
    with db.read() as session:
        view = build_start(session, actor, today(clock), locale_of(request))
    count = len(view.waiting)
    return render(
        request,
        "start.html",
        title=_("待っていること"),
        nav_counts={"/": count} if count else {},
        start=view,
        sub=say(_("{n}つあります"), n=count) if count else "",
    )
