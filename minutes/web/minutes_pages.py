"""議事録: reading, describing, submitting, approving, downloading, and the meeting's history."""

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from agenda.services.visibility import find_meeting
from meetings_app.core.actor import Actor
from meetings_app.core.clock import Clock
from meetings_app.core.errors import Conflict, NotFound, Refused
from meetings_app.core.terms import MeetingStatus, Role
from meetings_app.db.engine import Database
from meetings_app.web.access import allow
from meetings_app.web.form_errors import ShownError, by_field, shown_errors
from meetings_app.web.forms import Form
from meetings_app.web.given import GivenActor, GivenClock, GivenDb, GivenForm, WebRequest
from meetings_app.web.locale import translator
from meetings_app.web.meeting_frame import frame_title, meeting_frame
from meetings_app.web.page import Page, download, render, see_other
from minutes.services.history import meeting_history
from minutes.services.minutes import (
    approve_minutes,
    describe_minutes,
    minutes_document,
    submit_minutes,
)
from minutes.services.reading import MinutesOnRecord, read_minutes, refuse_unreadable
from minutes.tables import MinutesStatus
from minutes.web.history_views import history_lines

LEADERS = (Role.SECRETARIAT, Role.CHAIR)
READERS = (*LEADERS, Role.MEMBER, Role.CITY_OFFICER)
APPROVERS = (Role.CHAIR, Role.MEMBER)
"""A 副委員長 who presided approves too, with an account of the role 委員; the service knows who presided."""

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@get("/meetings/{meeting_id:str}/minutes", opt=allow(*READERS), sync_to_thread=True)
def show_minutes(
    request: WebRequest, db: GivenDb, clock: GivenClock, actor: GivenActor, meeting_id: FromPath[str]
) -> Page:
    """議事録, as read on the screen."""
    return _minutes_page(request, db, clock, actor, meeting_id, None, [])


@post("/meetings/{meeting_id:str}/minutes", opt=allow(Role.SECRETARIAT), sync_to_thread=True)
def describe(
    request: WebRequest,
    db: GivenDb,
    clock: GivenClock,
    actor: GivenActor,
    meeting_id: FromPath[str],
    form: GivenForm,
) -> Page:
    """文書番号・文書の日付・次回を記す. Where somebody saved in between, what was typed is kept."""
    _ = translator(request)
    try:
        with form.reading():
            number = form.opt_text("document_number", _("文書番号"), longest=100)
            day = form.opt_day("document_date", _("文書の日付"))
            following = form.opt_text("next_meeting", _("次回の会議"), longest=300)
            version = form.integer("version", _("版"))
        with db.write() as session:
            describe_minutes(
                session=session,
                actor=actor,
                clock=clock,
                meeting=find_meeting(session, actor, meeting_id),
                document_number=number or "",
                document_date=day,
                next_meeting=following or "",
                version=version,
            )
    except Conflict as conflict:
        errors = [ShownError("document_number", _(conflict.message), "#f-document_number")]
        return _minutes_page(request, db, clock, actor, meeting_id, form, errors, status=409)
    except Refused as refusal:
        errors = shown_errors(refusal, request, "document_number")
        return _minutes_page(request, db, clock, actor, meeting_id, form, errors, status=422)
    return see_other(request, f"/meetings/{meeting_id}/minutes", ("success", _("議事録に記しました。")))


@post("/meetings/{meeting_id:str}/minutes/submit", opt=allow(Role.SECRETARIAT), sync_to_thread=True)
def submit(
    request: WebRequest, db: GivenDb, clock: GivenClock, actor: GivenActor, meeting_id: FromPath[str]
) -> Page:
    """承認に回す."""
    _ = translator(request)
    try:
        with db.write() as session:
            meeting = find_meeting(session, actor, meeting_id)
            submit_minutes(session=session, actor=actor, clock=clock, meeting=meeting)
    except Refused as refusal:
        errors = shown_errors(refusal, request)
        return _minutes_page(request, db, clock, actor, meeting_id, None, errors, status=422)
    done = _("承認に回しました。議長の承認を待ちます。")
    return see_other(request, f"/meetings/{meeting_id}/minutes", ("success", done))


@get("/meetings/{meeting_id:str}/minutes/approve", opt=allow(*APPROVERS), sync_to_thread=True)
def show_approval(
    request: WebRequest, db: GivenDb, clock: GivenClock, actor: GivenActor, meeting_id: FromPath[str]
) -> Page:
    """承認の確認: the minutes once more, and what approving means."""
    return _approval_page(request, db, clock, actor, meeting_id, [])


@post("/meetings/{meeting_id:str}/minutes/approve", opt=allow(*APPROVERS), sync_to_thread=True)
def approve(
    request: WebRequest,
    db: GivenDb,
    clock: GivenClock,
    actor: GivenActor,
    meeting_id: FromPath[str],
    form: GivenForm,
) -> Page:
    """承認する: only the presider may; nothing of it changes afterwards."""
    _ = translator(request)
    try:
        content = form.text("content", _("読んだ内容"))
        with db.write() as session:
            meeting = find_meeting(session, actor, meeting_id)
            refuse_unreadable(session, actor, meeting)
            approve_minutes(session=session, actor=actor, clock=clock, meeting=meeting, content=content)
    except Conflict as conflict:
        errors = [ShownError("", _(conflict.message))]
        return _approval_page(request, db, clock, actor, meeting_id, errors, status=409)
    except Refused as refusal:
        errors = shown_errors(refusal, request)
        return _approval_page(request, db, clock, actor, meeting_id, errors, status=422)
    done = _("議事録を承認しました。内容は変わりません。")
    return see_other(request, f"/meetings/{meeting_id}/minutes", ("success", done))


@get("/meetings/{meeting_id:str}/minutes.docx", opt=allow(*READERS), sync_to_thread=True)
def download_minutes(
    request: WebRequest, db: GivenDb, clock: GivenClock, actor: GivenActor, meeting_id: FromPath[str]
) -> Response[bytes]:
    """議事録の Word: as approved, or marked as a draft."""
    with db.read() as session:
        meeting = find_meeting(session, actor, meeting_id)
        on_record = read_minutes(session, actor, meeting)
        content = minutes_document(session, meeting)
        body, number = on_record.view.committee, meeting.number
    draft = "" if on_record.status is MinutesStatus.APPROVED else "（案）"
    return download(content, f"第{number}回{body}_議事録{draft}.docx", WORD)


@get("/meetings/{meeting_id:str}/history", opt=allow(*LEADERS), sync_to_thread=True)
def show_history(
    request: WebRequest, db: GivenDb, clock: GivenClock, actor: GivenActor, meeting_id: FromPath[str]
) -> Page:
    """履歴: who did what to the meeting, latest first."""
    _ = translator(request)
    with db.read() as session:
        frame = meeting_frame(session, actor, clock, meeting_id, "history")
        rows = meeting_history(session, find_meeting(session, actor, meeting_id))
    return render(
        request,
        "minutes/history.html",
        title=f"{frame_title(_, frame)} {_('履歴')}",
        frame=frame,
        days=history_lines(rows, request),
    )


route_handlers: list[ControllerRouterHandler] = [
    show_minutes,
    describe,
    submit,
    show_approval,
    approve,
    download_minutes,
    show_history,
]


def _minutes_page(
    request: WebRequest,
    db: Database,
    clock: Clock,
    actor: Actor,
    meeting_id: str,
    form: Form | None,
    errors: list[ShownError],
    *,
    status: int = 200,
) -> Page:
    _ = translator(request)
    with db.read() as session:
        frame = meeting_frame(session, actor, clock, meeting_id, "minutes")
        meeting = find_meeting(session, actor, meeting_id)
        on_record = read_minutes(session, actor, meeting)
        presides = actor.person_id is not None and actor.person_id == meeting.presider_id
    approved = on_record.status is MinutesStatus.APPROVED
    is_secretariat = actor.role is Role.SECRETARIAT
    return render(
        request,
        "minutes/minutes.html",
        title=f"{frame_title(_, frame)} {_('議事録')}",
        status=status,
        frame=frame,
        record=on_record,
        view=on_record.view,
        form=form or _description(request, on_record),
        version=on_record.version,
        errors=errors,
        errors_by_field=by_field(errors),
        can_describe=is_secretariat and not approved,
        can_submit=is_secretariat
        and on_record.status is MinutesStatus.DRAFT
        and frame.status is MeetingStatus.CLOSED,
        can_approve=presides and on_record.status is MinutesStatus.SUBMITTED,
        can_explain=is_secretariat and frame.status is MeetingStatus.CLOSED,
        approved=approved,
    )


def _description(request: WebRequest, on_record: MinutesOnRecord) -> Form:
    return Form.filled(
        request,
        document_number=on_record.document_number,
        document_date=on_record.document_date,
        next_meeting=on_record.next_meeting,
    )


def _approval_page(
    request: WebRequest,
    db: Database,
    clock: Clock,
    actor: Actor,
    meeting_id: str,
    errors: list[ShownError],
    *,
    status: int = 200,
) -> Page:
    _ = translator(request)
    with db.read() as session:
        frame = meeting_frame(session, actor, clock, meeting_id, "minutes")
        meeting = find_meeting(session, actor, meeting_id)
        on_record = read_minutes(session, actor, meeting)
        if actor.person_id is None or actor.person_id != meeting.presider_id:
            raise NotFound("この議事録を承認するのは議長です。会議の画面から議事録を読んでください。")
    return render(
        request,
        "minutes/approve.html",
        title=_("{meeting}の議事録を承認する").replace("{meeting}", frame_title(_, frame)),
        status=status,
        frame=frame,
        record=on_record,
        view=on_record.view,
        waiting=on_record.status is MinutesStatus.SUBMITTED,
        errors=errors,
    )
