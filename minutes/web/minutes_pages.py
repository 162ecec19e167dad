"""議事録: reading, describing, submitting, giving back, approving, downloading, and the meeting's history."""

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from agenda.services.visibility import find_meeting
from meetings_app.core.actor import Actor
from meetings_app.core.clock import Clock
from meetings_app.core.errors import Conflict, NotFound, Refused
from meetings_app.core.terms import Role
from meetings_app.db.engine import Database
from meetings_app.web.access import allow
from meetings_app.web.form_errors import ShownError, by_field, shown_errors
from meetings_app.web.forms import Form
from meetings_app.web.given import GivenActor, GivenClock, GivenDb, GivenForm, WebRequest
from meetings_app.web.locale import translator
from meetings_app.web.meeting_frame import frame_title, meeting_frame
from meetings_app.web.page import Page, download, render, see_other
from minutes.services.editions import get_edition
from minutes.services.history import meeting_history
from minutes.services.minutes import (
    LONGEST_RETURN_REASON,
    approve_minutes,
    describe_minutes,
    return_minutes,
    submit_minutes,
)
from minutes.services.reading import (
    MinutesOnRecord,
    document_for,
    presides,
    read_minutes,
    reads_all,
    refuse_unreadable,
)
from minutes.tables import MinutesStatus
from minutes.web.history_views import history_lines
from minutes.web.minutes_views import KIND_NAMES, minutes_page

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
    """承認の確認: the minutes once more, what was said to them, and what approving means."""
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


@post("/meetings/{meeting_id:str}/minutes/return", opt=allow(*APPROVERS), sync_to_thread=True)
def give_back(
    request: WebRequest,
    db: GivenDb,
    clock: GivenClock,
    actor: GivenActor,
    meeting_id: FromPath[str],
    form: GivenForm,
) -> Page:
    """差し戻す: only the presider may, with the reason; the minutes are a draft again."""
    _ = translator(request)
    try:
        with db.read() as session:
            refuse_unreadable(session, actor, find_meeting(session, actor, meeting_id))
        with form.reading():
            reason = form.text("reason", _("差し戻す理由"), longest=LONGEST_RETURN_REASON, lines=True)
        with db.write() as session:
            meeting = find_meeting(session, actor, meeting_id)
            return_minutes(session=session, actor=actor, clock=clock, meeting=meeting, reason=reason)
    except Refused as refusal:
        errors = shown_errors(refusal, request, "reason")
        return _approval_page(request, db, clock, actor, meeting_id, errors, form=form, status=422)
    done = _("議事録を差し戻しました。事務局が直します。")
    return see_other(request, f"/meetings/{meeting_id}/minutes", ("success", done))


@get("/meetings/{meeting_id:str}/minutes.docx", opt=allow(*READERS), sync_to_thread=True)
def download_minutes(
    request: WebRequest, db: GivenDb, clock: GivenClock, actor: GivenActor, meeting_id: FromPath[str]
) -> Response[bytes]:
    """議事録の Word: the newest edition, a draft marked as one, or for those who were there their excerpt."""
    with db.read() as session:
        meeting = find_meeting(session, actor, meeting_id)
        on_record = read_minutes(session, actor, meeting)
        content = document_for(session, actor, meeting)
        body, number = on_record.view.committee, meeting.number
    part = "（抜粋）" if on_record.left_out else ""
    draft = "" if on_record.status is MinutesStatus.APPROVED else "（案）"
    return download(content, f"第{number}回{body}_議事録{part}{draft}.docx", WORD)


@get(
    "/meetings/{meeting_id:str}/minutes/editions/{number:int}",
    opt=allow(*LEADERS, Role.MEMBER),
    sync_to_thread=True,
)
def download_edition(
    request: WebRequest,
    db: GivenDb,
    clock: GivenClock,
    actor: GivenActor,
    meeting_id: FromPath[str],
    number: FromPath[int],
) -> Response[bytes]:
    """ある版の Word, byte for byte as it was issued: for those who read every item."""
    with db.read() as session:
        meeting = find_meeting(session, actor, meeting_id)
        refuse_unreadable(session, actor, meeting)
        if not reads_all(actor, meeting):
            raise NotFound("この版は読めません。議事録の画面から、加わった議題の議事録を読んでください。")
        edition = get_edition(session, meeting.id, min(number, 2**31))
        name = f"第{meeting.number}回_議事録_第{edition.number}版（{edition.kind}）.docx"
        content = edition.document
    return download(content, name, WORD)


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
    give_back,
    download_minutes,
    download_edition,
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
        shown = minutes_page(session, actor, clock, meeting, on_record)
    return render(
        request,
        "minutes/minutes.html",
        title=f"{frame_title(_, frame)} {_('議事録')}",
        status=status,
        frame=frame,
        record=on_record,
        view=on_record.view,
        shown=shown,
        kinds=KIND_NAMES,
        form=form or _description(request, on_record),
        version=on_record.version,
        errors=errors,
        errors_by_field=by_field(errors),
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
    form: Form | None = None,
    status: int = 200,
) -> Page:
    _ = translator(request)
    with db.read() as session:
        frame = meeting_frame(session, actor, clock, meeting_id, "minutes")
        meeting = find_meeting(session, actor, meeting_id)
        on_record = read_minutes(session, actor, meeting)
        if not presides(actor, meeting):
            raise NotFound("この議事録を承認するのは議長です。会議の画面から議事録を読んでください。")
        shown = minutes_page(session, actor, clock, meeting, on_record)
    return render(
        request,
        "minutes/approve.html",
        title=_("{meeting}の議事録を承認する").replace("{meeting}", frame_title(_, frame)),
        status=status,
        frame=frame,
        record=on_record,
        view=on_record.view,
        shown=shown,
        waiting=on_record.status is MinutesStatus.SUBMITTED,
        longest=LONGEST_RETURN_REASON,
        form=form or Form.filled(request),
        errors=errors,
        errors_by_field=by_field(errors),
    )
