"""配布資料: uploading files for a packet, naming, ordering and removing them."""

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from agenda.services.handouts import (
    add_handout,
    change_handout,
    get_handout,
    move_handout,
    remove_handout,
)
from agenda.services.visibility import find_meeting
from agenda.web.paper_page import shown_papers
from agenda.web.paper_views import item_choices
from meetings_app.core.actor import Actor
from meetings_app.core.clock import Clock
from meetings_app.core.errors import Refused
from meetings_app.core.terms import Role
from meetings_app.db.engine import Database
from meetings_app.documents.handout_file import MAX_BYTES
from meetings_app.web.access import allow
from meetings_app.web.form_errors import ShownError, by_field, shown_errors
from meetings_app.web.forms import Form
from meetings_app.web.given import GivenActor, GivenClock, GivenDb, GivenForm, WebRequest
from meetings_app.web.locale import translator
from meetings_app.web.meeting_frame import meeting_frame
from meetings_app.web.page import Page, download, render, see_other

KEEPER = allow(Role.SECRETARIAT)
OVERSEERS = allow(Role.SECRETARIAT, Role.CHAIR)
A_LITTLE_MORE = 64 * 1024
"""What a form adds to its file."""


@post(
    "/meetings/{meeting_id:str}/papers/handouts",
    opt=KEEPER,
    sync_to_thread=True,
    request_max_body_size=MAX_BYTES + A_LITTLE_MORE,
)
def upload(
    request: WebRequest,
    db: GivenDb,
    clock: GivenClock,
    actor: GivenActor,
    meeting_id: FromPath[str],
    form: GivenForm,
) -> Page:
    """配布資料を加える."""
    _ = translator(request)
    try:
        with form.reading():
            title = form.text("title", _("資料の名前"), longest=200)
            item_id = form.opt_identifier("item_id", _("配る先"))
            file = form.upload("file", _("ファイル"))
        with db.write() as session:
            add_handout(
                session=session,
                actor=actor,
                clock=clock,
                meeting=find_meeting(session, actor, meeting_id),
                title=title,
                filename=file.filename,
                data=file.content,
                item_id=item_id,
            )
    except Refused as refusal:
        errors = shown_errors(refusal, request, "file")
        return shown_papers(request, db, clock, actor, meeting_id, form, errors, status=422)
    done = _("配布資料を加えました。資料を作ると、参加者の資料に入ります。")
    return see_other(request, _list(meeting_id), ("success", done))


@get("/meetings/{meeting_id:str}/papers/handouts/{handout_id:str}", opt=KEEPER, sync_to_thread=True)
def show_handout(
    request: WebRequest,
    db: GivenDb,
    clock: GivenClock,
    actor: GivenActor,
    meeting_id: FromPath[str],
    handout_id: FromPath[str],
) -> Page:
    """一つの配布資料の画面: its name and whom it is for."""
    return _handout_page(request, db, clock, actor, meeting_id, handout_id, None, [])


@post("/meetings/{meeting_id:str}/papers/handouts/{handout_id:str}", opt=KEEPER, sync_to_thread=True)
def change(
    request: WebRequest,
    db: GivenDb,
    clock: GivenClock,
    actor: GivenActor,
    meeting_id: FromPath[str],
    handout_id: FromPath[str],
    form: GivenForm,
) -> Page:
    """配布資料の名前と配る先を変える."""
    _ = translator(request)
    try:
        with form.reading():
            title = form.text("title", _("資料の名前"), longest=200)
            item_id = form.opt_identifier("item_id", _("配る先"))
        with db.write() as session:
            meeting = find_meeting(session, actor, meeting_id)
            change_handout(
                session=session,
                actor=actor,
                clock=clock,
                meeting=meeting,
                handout=get_handout(session, handout_id, meeting.id),
                title=title,
                item_id=item_id,
            )
    except Refused as refusal:
        errors = shown_errors(refusal, request, "title")
        return _handout_page(request, db, clock, actor, meeting_id, handout_id, form, errors, status=422)
    return see_other(request, _list(meeting_id), ("success", _("配布資料を変えました。")))


@post("/meetings/{meeting_id:str}/papers/handouts/{handout_id:str}/move", opt=KEEPER, sync_to_thread=True)
def move(
    request: WebRequest,
    db: GivenDb,
    clock: GivenClock,
    actor: GivenActor,
    meeting_id: FromPath[str],
    handout_id: FromPath[str],
    form: GivenForm,
) -> Page:
    """配布資料の順を変える."""
    _ = translator(request)
    way = form.one_of("way", _("向き"), ("up", "down"))
    with db.write() as session:
        meeting = find_meeting(session, actor, meeting_id)
        handout = get_handout(session, handout_id, meeting.id)
        move_handout(
            session=session, actor=actor, clock=clock, meeting=meeting, handout=handout, up=way == "up"
        )
    return see_other(request, _list(meeting_id))


@post("/meetings/{meeting_id:str}/papers/handouts/{handout_id:str}/remove", opt=KEEPER, sync_to_thread=True)
def remove(
    request: WebRequest,
    db: GivenDb,
    clock: GivenClock,
    actor: GivenActor,
    meeting_id: FromPath[str],
    handout_id: FromPath[str],
) -> Page:
    """配布資料を外す."""
    _ = translator(request)
    with db.write() as session:
        meeting = find_meeting(session, actor, meeting_id)
        handout = get_handout(session, handout_id, meeting.id)
        remove_handout(session=session, actor=actor, clock=clock, meeting=meeting, handout=handout)
    done = _("配布資料を外しました。次に作る資料から入らなくなります。")
    return see_other(request, _list(meeting_id), ("success", done))


@get("/meetings/{meeting_id:str}/papers/handouts/{handout_id:str}/file", opt=OVERSEERS, sync_to_thread=True)
def take_out(
    db: GivenDb, actor: GivenActor, meeting_id: FromPath[str], handout_id: FromPath[str]
) -> Response[bytes]:
    """配布資料のファイル, to keep: never shown within the page."""
    with db.read() as session:
        meeting = find_meeting(session, actor, meeting_id)
        handout = get_handout(session, handout_id, meeting.id)
        content, name, media_type = handout.content, handout.filename, handout.media_type
    return download(content, name, media_type)


route_handlers: list[ControllerRouterHandler] = [upload, show_handout, change, move, remove, take_out]


def _list(meeting_id: str) -> str:
    return f"/meetings/{meeting_id}/papers#handouts"


def _handout_page(
    request: WebRequest,
    db: Database,
    clock: Clock,
    actor: Actor,
    meeting_id: str,
    handout_id: str,
    form: Form | None,
    errors: list[ShownError],
    *,
    status: int = 200,
) -> Page:
    with db.read() as session:
        frame = meeting_frame(session, actor, clock, meeting_id, "papers")
        meeting = find_meeting(session, actor, meeting_id)
        handout = get_handout(session, handout_id, meeting.id)
        title, item_id = handout.title, handout.item_id
        items = item_choices(session, meeting)
    return render(
        request,
        "agenda/handout.html",
        title=title,
        status=status,
        frame=frame,
        handout_id=handout_id,
        items=items,
        form=form or Form.filled(request, title=title, item_id=item_id),
        errors=errors,
        errors_by_field=by_field(errors),
    )
