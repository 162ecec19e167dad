"""支給の画面: the list, the sheet of one meeting or of corrections alone, and starting it."""

from collections.abc import Sequence
from dataclasses import dataclass

from litestar import get, post
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from agenda.services.visibility import find_meeting
from honoraria.overview import pay_progress, payments_of_person
from honoraria.services.assessments import foresee_questions
from honoraria.services.run_desk import RunDesk, deciders, desk_of
from honoraria.services.runs import get_run, list_runs, own_lines, run_of, start_run, summary_of
from honoraria.tables import PayRun
from honoraria.web.closing_views import RECORDS, run_href
from honoraria.web.decision_views import TypedDecision
from honoraria.web.list_views import links_for, own_row, run_row
from honoraria.web.run_views import RunPage, own_page, run_page
from honoraria.web.views import Words
from meetings_app.core.actor import Actor
from meetings_app.core.clock import Clock, today
from meetings_app.core.errors import NotFound
from meetings_app.core.terms import MeetingStatus, Role
from meetings_app.db.engine import Database
from meetings_app.services.meetings import get_meeting
from meetings_app.web.access import allow
from meetings_app.web.form_errors import ShownError, by_field
from meetings_app.web.forms import Form
from meetings_app.web.given import GivenActor, GivenClock, GivenDb, WebRequest
from meetings_app.web.locale import Translator, locale_of, translator
from meetings_app.web.meeting_frame import DbSession, MeetingFrame, frame_title, meeting_frame
from meetings_app.web.member_views import typed_day
from meetings_app.web.page import Page, render, see_other

SEES_ALL = (Role.SECRETARIAT, Role.CHAIR, Role.ACCOUNTING)
NO_OWN_LINE = "この支給調書にあなたの支給はありません。支給の一覧から選び直してください。"


@dataclass(frozen=True, slots=True)
class RefusedLine:
    """受け付けられなかった入力: about which line, what was typed, and what is wrong with it."""

    attendance_id: str
    form: Form
    errors: Sequence[ShownError]


@get("/honoraria", opt=allow(*SEES_ALL, Role.MEMBER), sync_to_thread=True)
def show_runs(request: WebRequest, db: GivenDb, actor: GivenActor) -> Page:
    """支給の一覧: closed meetings and sheets with their state; a 委員 sees only their own final lines."""
    _ = translator(request)
    words, own = Words(_, locale_of(request)), actor.role not in SEES_ALL
    with db.read() as session:
        if own:
            lines = payments_of_person(session, actor.committee_id, actor.person_id or "")
            own_rows, rows = [own_row(line, words) for line in lines], []
        else:
            own_rows, rows = [], _rows(session, actor, words)
    return render(
        request,
        "honoraria/runs.html",
        title=_("支給"),
        rows=rows,
        own_rows=own_rows,
        own=own,
        links=links_for(actor.role, words),
    )


def _rows(session: DbSession, actor: Actor, words: Words) -> list[object]:
    totals = {
        run.id: summary_of(session, run).sheet.content.totals
        for run in list_runs(session, actor.committee_id)
    }
    return [
        run_row(one, totals.get(one.run_id or ""), words) for one in pay_progress(session, actor.committee_id)
    ]


@get("/meetings/{meeting_id:str}/honoraria", opt=allow(*SEES_ALL, Role.MEMBER), sync_to_thread=True)
def show_meeting_run(
    request: WebRequest, meeting_id: FromPath[str], db: GivenDb, actor: GivenActor, clock: GivenClock
) -> Page:
    """支給 of one meeting: its sheet; a 委員 sees their own line once it is final."""
    with db.read() as session:
        run = run_of(session, find_meeting(session, actor, meeting_id).id)
        run_id = run.id if run else None
    return sheet_page(request, db, actor, clock, run_id, meeting_id=meeting_id)


@get("/honoraria/runs/{run_id:str}", opt=allow(*SEES_ALL, Role.MEMBER), sync_to_thread=True)
def show_run(
    request: WebRequest, run_id: FromPath[str], db: GivenDb, actor: GivenActor, clock: GivenClock
) -> Page:
    """支給調書 of corrections alone; that of a meeting is read on the meeting's page."""
    with db.read() as session:
        run = get_run(session, run_id, actor.committee_id)
        meeting_id = run.meeting_id
        if meeting_id and actor.role in SEES_ALL:
            return see_other(request, run_href(run.id, meeting_id))
    return sheet_page(request, db, actor, clock, run_id)


@post("/meetings/{meeting_id:str}/honoraria", opt=allow(*RECORDS), sync_to_thread=True)
def start(
    request: WebRequest, meeting_id: FromPath[str], db: GivenDb, actor: GivenActor, clock: GivenClock
) -> Page:
    """支給を判定する, once attendance is confirmed (第7条第2項): assess everybody and open the sheet."""
    _ = translator(request)
    with db.write() as session:
        meeting = get_meeting(session, meeting_id, actor.committee_id)
        run = start_run(session=session, actor=actor, clock=clock, meeting=meeting)
        done = _("支給を判定し、支給調書 第{n}号の下書きを作りました。").replace("{n}", str(run.number))
    return see_other(request, f"/meetings/{meeting_id}/honoraria", ("success", done))


route_handlers: list[ControllerRouterHandler] = [show_runs, show_meeting_run, show_run, start]


# ---- one sheet


def sheet_page(
    request: WebRequest,
    db: Database,
    actor: Actor,
    clock: Clock,
    run_id: str | None,
    *,
    meeting_id: str | None = None,
    refused: RefusedLine | None = None,
) -> Page:
    """Return the page of a sheet (None: not made yet), with what was refused on it.

    Raises NotFound for another body's sheet, and for a 委員 without a line of their own.
    """
    _ = translator(request)
    with db.read() as session:
        run = get_run(session, run_id, actor.committee_id) if run_id else None
        shown_at = meeting_id or (run.meeting_id if run and actor.role in SEES_ALL else None)
        frame = meeting_frame(session, actor, clock, shown_at, "honoraria") if shown_at else None
        names = deciders(session, actor.committee_id, today(clock)) if run else []
        view = _view(request, session, actor, clock, run, refused, names) if run else None
        before = _before(request, session, actor, frame) if view is None and frame else {}
    if frame is None and view is None:
        raise NotFound(NO_OWN_LINE)
    return render(
        request,
        "honoraria/run.html",
        title=f"{frame_title(_, frame)} {_('支給')}" if frame else (view.title if view else ""),
        status=422 if refused else 200,
        frame=frame,
        view=view,
        deciders=names,
        next_is_here=frame is not None and (_leads_here(frame) or (view is not None and view.acts)),
        **_refused_context(refused),
        **({"can_start": False, "foreseen": [], "waiting": ("", "")} | before),
    )


def _view(
    request: WebRequest,
    session: DbSession,
    actor: Actor,
    clock: Clock,
    run: PayRun,
    refused: RefusedLine | None,
    names: Sequence[str],
) -> RunPage | None:
    """Return the sheet as this reader sees it; None for a 委員 before it is final."""
    words = Words(translator(request), locale_of(request))
    if actor.role not in SEES_ALL:
        return _own_view(session, actor, run, words)
    desk: RunDesk = desk_of(session, actor, run)
    typed = TypedDecision(refused.attendance_id, refused.form, refused.errors) if refused else None
    return run_page(desk, actor.role, names, typed_day(today(clock), words.locale), words, typed)


def _own_view(session: DbSession, actor: Actor, run: PayRun, words: Words) -> RunPage | None:
    if run.content is None:
        return None
    desk = desk_of(session, actor, run)
    lines = own_lines(desk.sheet, actor.person_id)
    if not lines:
        raise NotFound(NO_OWN_LINE)
    return own_page(desk, lines, words)


def _before(request: WebRequest, session: DbSession, actor: Actor, frame: MeetingFrame) -> dict[str, object]:
    """Return what a meeting's page says while there is nothing to read."""
    meeting = get_meeting(session, frame.meeting_id, actor.committee_id)
    closed = meeting.status is MeetingStatus.CLOSED
    confirmed = meeting.attendance_confirmed_at is not None
    can_start = closed and confirmed and actor.role in RECORDS
    return {
        "can_start": can_start,
        "foreseen": foresee_questions(session, meeting) if can_start else [],
        "waiting": _waiting(translator(request), closed=closed, confirmed=confirmed, actor=actor),
    }


def _waiting(_: Translator, *, closed: bool, confirmed: bool, actor: Actor) -> tuple[str, str]:
    """Return why there is nothing yet, and what comes first."""
    if not closed:
        return _("まだ閉会していません。"), _(
            "支給の判定は、閉会して出席を確認してから行います（第7条第2項）。"
        )
    if not confirmed:
        return _("まだ出席が確認されていません。"), _(
            "事務局が出席を確認すると、支給を判定できます（第7条第2項）。"
        )
    if actor.role not in SEES_ALL:
        return _("まだ確定していません。"), _("支給調書が確定すると、ここにあなたの内訳が出ます。")
    return _("出席は確認済みです。"), _("会計か事務局が、支給の判定を始められます。")


def _leads_here(frame: MeetingFrame) -> bool:
    """Return whether the meeting's next step is offered on this very page."""
    action = frame.next_step.action if frame.next_step else None
    return action is not None and action.href.startswith(
        (f"/meetings/{frame.meeting_id}/honoraria", "/honoraria/runs/")
    )


def _refused_context(refused: RefusedLine | None) -> dict[str, object]:
    names = ("note", "declared_on", "withdraw_reason")
    return {
        "errors": refused.errors if refused else [],
        "errors_by_field": by_field(refused.errors) if refused else {},
        "refused_line": refused.attendance_id if refused else "",
        "typed": {name: refused.form.raw(name) for name in names} if refused else dict.fromkeys(names, ""),
    }
