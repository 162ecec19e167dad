"""相談者一覧: every open case with its level, as of a day or for a meeting, and the year against the targets.

For the 事務局, who records, and the 委員長, who reads; others know only the cases they sit in on.
"""

from datetime import date

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from agenda.services.case_levels import (
    LONGEST_NOTE,
    MOST_A_YEAR,
    LevelEntry,
    record_levels,
    set_yearly_target,
)
from agenda.services.case_list_document import take_case_list
from agenda.services.visibility import find_meeting
from agenda.web.open_case_views import build_open_cases
from agenda.web.plan_views import LAST_YEAR, as_of_day
from meetings_app.core.actor import Actor
from meetings_app.core.clock import TOKYO, Clock, today
from meetings_app.core.errors import Refused
from meetings_app.core.terms import Role
from meetings_app.db.engine import Database
from meetings_app.web.access import allow
from meetings_app.web.form_errors import ShownError, by_field, shown_errors
from meetings_app.web.forms import Form
from meetings_app.web.given import GivenActor, GivenClock, GivenDb, GivenFilters, GivenForm, WebRequest
from meetings_app.web.locale import locale_of, translator
from meetings_app.web.meeting_frame import MeetingFrame, frame_title, meeting_frame
from meetings_app.web.page import Page, download, render, see_other

READERS = allow(Role.SECRETARIAT, Role.CHAIR)
EDITORS = allow(Role.SECRETARIAT)

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

FIRST_YEAR = 1990
_LEVELS = tuple("012345")


@get("/plans/case-list", opt=READERS, sync_to_thread=True)
def show_list(
    request: WebRequest, db: GivenDb, clock: GivenClock, actor: GivenActor, filters: GivenFilters
) -> Page:
    """相談者一覧 as of a day (?on=)."""
    on, errors = today(clock), list[ShownError]()
    try:
        with filters.reading():
            asked = as_of_day(filters, translator(request))
        on = asked or on
    except Refused as refusal:
        errors = shown_errors(refusal, request)
    return _page(request, db, clock, actor, on, None, filters, errors)


@get("/meetings/{meeting_id:str}/case-list", opt=READERS, sync_to_thread=True)
def show_for_meeting(
    request: WebRequest, db: GivenDb, clock: GivenClock, actor: GivenActor, meeting_id: FromPath[str]
) -> Page:
    """会議の相談者一覧: as of the meeting's day, or today while it is ahead."""
    on = _meeting_day(db, clock, actor, meeting_id)
    return _page(request, db, clock, actor, on, meeting_id, Form.filled(request), [])


@get("/meetings/{meeting_id:str}/case-list/paper.docx", opt=READERS, sync_to_thread=True)
def take_out_list(
    db: GivenDb, clock: GivenClock, actor: GivenActor, meeting_id: FromPath[str]
) -> Response[bytes]:
    """会議の相談者一覧をWordで: every open case, for those who may read the page."""
    with db.write() as session:
        meeting = find_meeting(session, actor, meeting_id)
        content = take_case_list(session=session, actor=actor, clock=clock, meeting=meeting)
        name = f"第{meeting.number}回_相談者一覧.docx"
    return download(content, name, WORD)


@post("/plans/case-list", opt=EDITORS, sync_to_thread=True)
def save_levels(
    request: WebRequest, db: GivenDb, clock: GivenClock, actor: GivenActor, form: GivenForm
) -> Page:
    """レベルを記録する, of all cases on the page: what was not changed stays as it is."""
    _ = translator(request)
    on, meeting_id = today(clock), None
    try:
        meeting_id = form.opt_identifier("meeting", _("会議"))
        on = form.day("on", _("基準日"))
        with form.reading():
            entries = [_entry(form, client_id, request) for client_id in form.identifiers("row", _("ケース"))]
        with db.write() as session:
            changed = record_levels(session=session, actor=actor, clock=clock, on=on, entries=entries)
    except Refused as refusal:
        errors = shown_errors(refusal, request)
        return _page(request, db, clock, actor, min(on, today(clock)), meeting_id, form, errors)
    done = _("{n}件のレベルを記録しました。").replace("{n}", str(changed))
    flash = ("success", done) if changed else ("info", _("変わったところはありません。"))
    return see_other(request, _address(meeting_id, on), flash)


@post("/plans/case-list/target", opt=EDITORS, sync_to_thread=True)
def save_target(
    request: WebRequest, db: GivenDb, clock: GivenClock, actor: GivenActor, form: GivenForm
) -> Page:
    """年度の目安値を決める."""
    _ = translator(request)
    on, meeting_id = today(clock), None
    try:
        meeting_id = form.opt_identifier("meeting", _("会議"))
        on = form.day("on", _("基準日"))
        with form.reading():
            year = form.integer("fiscal_year", _("年度"), low=FIRST_YEAR, high=LAST_YEAR)
            cases = form.opt_integer("new_cases", _("新規相談の目安値"), high=MOST_A_YEAR)
            plans = form.opt_integer("plans", _("プラン作成の目安値"), high=MOST_A_YEAR)
        with db.write() as session:
            changed = set_yearly_target(
                session=session, actor=actor, clock=clock, fiscal_year=year, new_cases=cases, plans=plans
            )
    except Refused as refusal:
        errors = shown_errors(refusal, request, "new_cases")
        return _page(request, db, clock, actor, on, meeting_id, form, errors)
    flash = ("success", _("目安値を決めました。")) if changed else ("info", _("変わったところはありません。"))
    return see_other(request, _address(meeting_id, on), flash)


def _entry(form: Form, client_id: str, request: WebRequest) -> LevelEntry:
    _ = translator(request)
    level = form.opt_one_of(f"level-{client_id}", _("レベル"), _LEVELS)
    seen = form.opt_one_of(f"seen-{client_id}", _("レベル"), _LEVELS)
    return LevelEntry(
        client_id=client_id,
        level=None if level is None else int(level),
        note=form.opt_text(f"note-{client_id}", _("メモ"), longest=LONGEST_NOTE) or "",
        seen=None if seen is None else int(seen),
        seen_note=form.raw(f"seen-note-{client_id}"),
    )


def _address(meeting_id: str | None, on: date) -> str:
    return f"/meetings/{meeting_id}/case-list" if meeting_id else f"/plans/case-list?on={on.isoformat()}"


def _meeting_day(db: Database, clock: Clock, actor: Actor, meeting_id: str) -> date:
    with db.read() as session:
        meeting = find_meeting(session, actor, meeting_id)
        return min(meeting.starts_at.astimezone(TOKYO).date(), today(clock))


def _page(
    request: WebRequest,
    db: Database,
    clock: Clock,
    actor: Actor,
    on: date,
    meeting_id: str | None,
    typed: Form,
    errors: list[ShownError],
) -> Page:
    view = build_open_cases(db, actor, on, locale_of(request), today(clock))
    frame = _frame(db, clock, actor, meeting_id)
    _ = translator(request)
    wrong = by_field(errors)
    return render(
        request,
        "agenda/meeting_case_list.html" if frame else "agenda/case_list.html",
        title=frame_title(_, frame) if frame else _("相談者一覧"),
        status=422 if errors else 200,
        view=view,
        frame=frame,
        meeting_id=meeting_id or "",
        typed=typed,
        on_text=typed.raw("on") if "on" in wrong else view.on_text,
        errors=errors,
        asking=request.method == "GET",
        wrong=wrong,
    )


def _frame(db: Database, clock: Clock, actor: Actor, meeting_id: str | None) -> MeetingFrame | None:
    if meeting_id is None:
        return None
    with db.read() as session:
        return meeting_frame(session, actor, clock, meeting_id, "case-list")


route_handlers: list[ControllerRouterHandler] = [
    show_list,
    show_for_meeting,
    take_out_list,
    save_levels,
    save_target,
]
