"""照合: what a Word file in somebody's hand is, shown with what differs. Nothing of the file is kept."""

from collections.abc import Sequence

from litestar import get, post
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from agenda.services.visibility import find_meeting
from meetings_app.core.actor import Actor
from meetings_app.core.clock import Clock
from meetings_app.core.errors import Refused
from meetings_app.core.terms import Role
from meetings_app.db.engine import Database
from meetings_app.documents.template_file import MAX_BYTES
from meetings_app.web.access import allow
from meetings_app.web.form_errors import ShownError, by_field, shown_errors
from meetings_app.web.given import GivenActor, GivenClock, GivenDb, GivenForm, WebRequest
from meetings_app.web.locale import translator
from meetings_app.web.meeting_frame import frame_title, meeting_frame
from meetings_app.web.page import Page, render
from minutes.services.comparing import SENTENCES, Comparison, Verdict, compare_file, sentence

KEEPERS = allow(Role.SECRETARIAT, Role.CHAIR)
A_LITTLE_MORE = 64 * 1024
"""What a form adds to its file."""

TONES = {Verdict.NEWEST: "success", Verdict.SAVED_AGAIN: "info", Verdict.OTHER_PAPER: "info"}


@get("/meetings/{meeting_id:str}/minutes/compare", opt=KEEPERS, sync_to_thread=True)
def show_comparing(
    request: WebRequest, db: GivenDb, clock: GivenClock, actor: GivenActor, meeting_id: FromPath[str]
) -> Page:
    """照合: choosing a file."""
    return _page(request, db, clock, actor, meeting_id, None, "", [])


@post(
    "/meetings/{meeting_id:str}/minutes/compare",
    opt=KEEPERS,
    sync_to_thread=True,
    request_max_body_size=MAX_BYTES + A_LITTLE_MORE,
)
def compare(
    request: WebRequest,
    db: GivenDb,
    clock: GivenClock,
    actor: GivenActor,
    meeting_id: FromPath[str],
    form: GivenForm,
) -> Page:
    """照合する: say what the file is, and show what differs."""
    _ = translator(request)
    try:
        with form.reading():
            file = form.upload("file", _("議事録のファイル"))
        with db.read() as session:
            meeting = find_meeting(session, actor, meeting_id)
            compared = compare_file(session, meeting, file.content, file.filename)
    except Refused as refusal:
        errors = shown_errors(refusal, request, "file")
        return _page(request, db, clock, actor, meeting_id, None, "", errors, status=422)
    return _page(request, db, clock, actor, meeting_id, compared, file.filename, [])


route_handlers: list[ControllerRouterHandler] = [show_comparing, compare]


def _page(
    request: WebRequest,
    db: Database,
    clock: Clock,
    actor: Actor,
    meeting_id: str,
    compared: Comparison | None,
    filename: str,
    errors: Sequence[ShownError],
    *,
    status: int = 200,
) -> Page:
    _ = translator(request)
    with db.read() as session:
        frame = meeting_frame(session, actor, clock, meeting_id, "minutes")
    return render(
        request,
        "minutes/compare.html",
        title=f"{frame_title(_, frame)} {_('議事録の照合')}",
        status=status,
        frame=frame,
        meeting_title=frame_title(_, frame),
        compared=compared,
        sentence=sentence(compared, _(SENTENCES[compared.verdict])) if compared else "",
        tone=TONES.get(compared.verdict, "warn") if compared else "",
        filename=filename,
        errors=errors,
        errors_by_field=by_field(errors),
    )
