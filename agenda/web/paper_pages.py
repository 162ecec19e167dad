"""資料: what will be in the packet of a meeting, making it, and taking it out."""

from litestar import Response, get, post
from litestar.background_tasks import BackgroundTask
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from agenda.papers.packet_zip import safe_name
from agenda.services.packet_contents import FromMinutes, packet_contents
from agenda.services.packet_delivery import one_packet, whole_packet
from agenda.services.packets import latest_packet, make_packet, start_packet
from agenda.services.visibility import find_meeting
from agenda.web import collection_pages, handout_pages
from agenda.web.paper_page import shown_papers
from meetings_app.core.actor import Actor
from meetings_app.core.clock import Clock
from meetings_app.core.errors import NotFound, Refused
from meetings_app.core.terms import Role
from meetings_app.db.engine import Database
from meetings_app.tables.meetings import Meeting
from meetings_app.web.access import allow
from meetings_app.web.form_errors import shown_errors
from meetings_app.web.forms import Form
from meetings_app.web.given import GivenActor, GivenClock, GivenDb, GivenForm, WebRequest
from meetings_app.web.meeting_frame import DbSession
from meetings_app.web.page import Page, download, fragment, see_other
from minutes.services.packet_material import packet_material

READERS = (Role.SECRETARIAT, Role.CHAIR, Role.MEMBER, Role.CITY_OFFICER)
ZIP = "application/zip"


@get("/meetings/{meeting_id:str}/papers", opt=allow(*READERS), sync_to_thread=True)
def show_papers(
    request: WebRequest, db: GivenDb, clock: GivenClock, actor: GivenActor, meeting_id: FromPath[str]
) -> Page:
    """資料の画面; others than 事務局 and 委員長 see their own papers only."""
    return shown_papers(request, db, clock, actor, meeting_id, Form.filled(request), [])


@post("/meetings/{meeting_id:str}/papers/make", opt=allow(Role.SECRETARIAT), sync_to_thread=True)
def make(
    request: WebRequest,
    db: GivenDb,
    clock: GivenClock,
    actor: GivenActor,
    meeting_id: FromPath[str],
    form: GivenForm,
) -> Page:
    """資料を作る: begun here, made after the answer has gone out."""
    try:
        with db.write() as session:
            meeting = find_meeting(session, actor, meeting_id)
            contents = packet_contents(session, meeting, packet_material(session, meeting))
            packet = start_packet(
                session=session,
                actor=actor,
                clock=clock,
                meeting=meeting,
                contents=contents,
                with_pdf=form.checked("with_pdf"),
            )
            packet_id = packet.id
    except Refused as refusal:
        errors = shown_errors(refusal, request)
        return shown_papers(request, db, clock, actor, meeting_id, form, errors, status=422)
    answer = see_other(request, f"/meetings/{meeting_id}/papers")
    answer.background = BackgroundTask(
        make_packet, database=db, actor=actor, clock=clock, packet_id=packet_id, material=_drawn
    )
    return answer


@get("/meetings/{meeting_id:str}/papers/progress", opt=allow(Role.SECRETARIAT), sync_to_thread=True)
def show_progress(
    request: WebRequest, db: GivenDb, clock: GivenClock, actor: GivenActor, meeting_id: FromPath[str]
) -> Page:
    """資料作りの進み具合, asked for every second; once it has ended the whole page is read anew."""
    with db.read() as session:
        meeting = find_meeting(session, actor, meeting_id)
        state = latest_packet(session, meeting.id, clock)
    if state is None:
        raise NotFound("資料作りはまだ始まっていません。資料の画面から始めてください。")
    answer = fragment(request, "agenda/paper_progress.html", meeting_id=meeting_id, state=state)
    if not state.running:
        answer.headers["HX-Refresh"] = "true"
    return answer


@get("/meetings/{meeting_id:str}/papers/packet.zip", opt=allow(Role.SECRETARIAT), sync_to_thread=True)
def take_out_all(
    db: GivenDb, clock: GivenClock, actor: GivenActor, meeting_id: FromPath[str]
) -> Response[bytes]:
    """資料一式のZIP, a folder for each participant."""
    with db.write() as session:
        meeting = find_meeting(session, actor, meeting_id)
        file = whole_packet(session=session, actor=actor, clock=clock, meeting=meeting)
        name = f"第{meeting.number}回_資料.zip"
    return download(file.content, name, ZIP)


@get(
    "/meetings/{meeting_id:str}/papers/people/{person_id:str}/packet.zip",
    opt=allow(*READERS),
    sync_to_thread=True,
)
def take_out_one(
    db: GivenDb, clock: GivenClock, actor: GivenActor, meeting_id: FromPath[str], person_id: FromPath[str]
) -> Response[bytes]:
    """一人分の資料のZIP: for the 事務局 anybody's, for others their own."""
    return _one(db, clock, actor, meeting_id, person_id)


@get("/meetings/{meeting_id:str}/papers/own.zip", opt=allow(*READERS), sync_to_thread=True)
def take_out_own(
    db: GivenDb, clock: GivenClock, actor: GivenActor, meeting_id: FromPath[str]
) -> Response[bytes]:
    """自分の資料のZIP."""
    if actor.person_id is None:
        raise NotFound("この利用者は名簿の人と結び付いていません。事務局に伝えてください。")
    return _one(db, clock, actor, meeting_id, actor.person_id)


route_handlers: list[ControllerRouterHandler] = [
    show_papers,
    make,
    show_progress,
    take_out_all,
    take_out_one,
    take_out_own,
    *handout_pages.route_handlers,
    *collection_pages.route_handlers,
]


def _one(db: Database, clock: Clock, actor: Actor, meeting_id: str, person_id: str) -> Response[bytes]:
    with db.write() as session:
        meeting = find_meeting(session, actor, meeting_id)
        file = one_packet(session=session, actor=actor, clock=clock, meeting=meeting, person_id=person_id)
        name = safe_name(f"第{meeting.number}回_資料_{file.name}", "zip")
    return download(file.content, name, ZIP)


def _drawn(session: DbSession, meeting: Meeting) -> FromMinutes:
    return packet_material(session, meeting, rendered=True)
