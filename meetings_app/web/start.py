"""待っていること: the page each role lands on."""

from litestar import get

from meetings_app.web.access import SIGNED_IN
from meetings_app.web.given import WebRequest
from meetings_app.web.locale import translator
from meetings_app.web.page import Page, render


@get("/", opt=SIGNED_IN, sync_to_thread=True)
def show_start(request: WebRequest) -> Page:
    """はじめの画面."""
    _ = translator(request)
    return render(request, "start.html", title=_("待っていること"))
