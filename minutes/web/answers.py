"""答え方 of forms that stand on several pages: back to the page they were sent from, or nothing for a script."""

import re

from litestar import Response

from meetings_app.web.errors import wants_json
from meetings_app.web.given import WebRequest
from meetings_app.web.page import Page, see_other

_PAGES = re.compile(
    r"/actions(\?[a-z0-9=&%.+-]*)?"
    r"|/meetings/[0-9a-f]{32}/(live|record|afterwards|attendance)(\?item=[0-9a-f]{32})?(#[a-z0-9-]+)?",
    re.IGNORECASE,
)


def safe_back(asked: str, otherwise: str) -> str:
    """Return the page a form wants to lead back to, if it is one of those such forms stand on."""
    return asked if _PAGES.fullmatch(asked) else otherwise


def done(request: WebRequest, asked: str, otherwise: str, sentence: str) -> Page:
    """Answer a form that worked: a script gets 204 and looks itself what is new, a person the page with a message."""
    if wants_json(request):
        return Response("", status_code=204, media_type="text/plain")
    return see_other(request, safe_back(asked, otherwise), ("success", sentence))
