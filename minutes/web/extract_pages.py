"""議事録抄本: the minutes of one case, listed and taken out."""

from litestar import Response, get
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from agenda.services.visibility import find_meeting
from meetings_app.core.terms import Role
from meetings_app.web.access import allow
from meetings_app.web.given import GivenActor, GivenClock, GivenDb, WebRequest
from meetings_app.web.locale import translator
from meetings_app.web.meeting_frame import frame_title, meeting_frame
from meetings_app.web.page import Page, download, render
from minutes.services.extracts import extract_document, extract_name, extracts_for, extracts_zip

READERS = allow(Role.SECRETARIAT, Role.CHAIR, Role.MEMBER, Role.CITY_OFFICER)
"""Which of the cases somebody may read is for the service to say."""

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@get("/meetings/{meeting_id:str}/minutes/extracts", opt=READERS, sync_to_thread=True)
def show_extracts(
    request: WebRequest, db: GivenDb, clock: GivenClock, actor: GivenActor, meeting_id: FromPath[str]
) -> Page:
    """抄本の一覧: the cases of a meeting that the reader may have an extract of."""
    _ = translator(request)
    with db.read() as session:
        frame = meeting_frame(session, actor, clock, meeting_id, "minutes")
        extracts = extracts_for(session, actor, find_meeting(session, actor, meeting_id))
    return render(
        request,
        "minutes/extracts.html",
        title=f"{frame_title(_, frame)} {_('議事録抄本')}",
        frame=frame,
        meeting_title=frame_title(_, frame),
        extracts=extracts,
    )


@get("/meetings/{meeting_id:str}/minutes/extracts/{case:int}/extract.docx", opt=READERS, sync_to_thread=True)
def download_extract(
    db: GivenDb, actor: GivenActor, meeting_id: FromPath[str], case: FromPath[int]
) -> Response[bytes]:
    """抄本の Word of one case."""
    with db.read() as session:
        meeting = find_meeting(session, actor, meeting_id)
        content = extract_document(session, actor, meeting, case)
        number = meeting.number
    return download(content, f"第{number}回_{extract_name(case)}", WORD)


@get("/meetings/{meeting_id:str}/minutes/extracts.zip", opt=READERS, sync_to_thread=True)
def download_extracts(db: GivenDb, actor: GivenActor, meeting_id: FromPath[str]) -> Response[bytes]:
    """抄本をまとめて: every case that the reader may have, one file each."""
    with db.read() as session:
        meeting = find_meeting(session, actor, meeting_id)
        content = extracts_zip(session, actor, meeting)
        number = meeting.number
    return download(content, f"第{number}回_議事録抄本.zip", "application/zip")


route_handlers: list[ControllerRouterHandler] = [show_extracts, download_extract, download_extracts]
