"""Routes of this package: runs, one meeting's payments, and the regulations."""

from datetime import date

from litestar import get, post
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from agenda.services.visibility import find_meeting
from honoraria.services import Line, Run, assess_meeting, foresee_questions, lines_of, runs_of
from honoraria.web.views import RunRow, regulation_views, run_page, run_row
from meetings_app.core.actor import Actor
from meetings_app.core.errors import NotFound
from meetings_app.core.terms import CommitteeKind, MeetingStatus, Role
from meetings_app.rulebook.load import load_rulebook
from meetings_app.services.meetings import get_meeting
from meetings_app.services.office_settings import get_setting
from meetings_app.web.access import allow
from meetings_app.web.given import GivenActor, GivenClock, GivenDb, WebRequest
from meetings_app.web.locale import Translator, locale_of, translator
from meetings_app.web.meeting_frame import DbSession, MeetingFrame, frame_title, meeting_frame
from meetings_app.web.page import Page, render, see_other

SEES_ALL = (Role.SECRETARIAT, Role.CHAIR, Role.ACCOUNTING)
STARTS = (Role.SECRETARIAT, Role.ACCOUNTING)


@get("/honoraria", opt=allow(*SEES_ALL, Role.MEMBER), sync_to_thread=True)
def show_runs(request: WebRequest, db: GivenDb, actor: GivenActor) -> Page:
    """支給の一覧: closed meetings with their state; a 委員 sees only their own lines."""
    _, locale = translator(request), locale_of(request)
    own = actor.role not in SEES_ALL
    with db.read() as session:
        runs = runs_of(session, actor.committee_id)
        rows: list[RunRow] = [run_row(run, _, locale) for run in (_own_runs(runs, actor) if own else runs)]
    return render(request, "honoraria/runs.html", title=_("支給"), rows=rows, own=own)


@get("/honoraria/rules", opt=allow(*SEES_ALL), sync_to_thread=True)
def show_rules(request: WebRequest, db: GivenDb, actor: GivenActor) -> Page:
    """規程: both regulations' values by date with their articles, to read only."""
    _, locale = translator(request), locale_of(request)
    with db.read() as session:
        name = get_setting(session, "honoraria.version_confirmed_by")
        day = get_setting(session, "honoraria.version_confirmed_on")
    confirmed_on = date.fromisoformat(day) if isinstance(day, str) and name else None
    return render(
        request,
        "honoraria/rules.html",
        title=_("規程の値"),
        regulations=regulation_views(confirmed_on, _, locale),
        combined=load_rulebook().sha256,
        confirmed_by=name or "",
        confirmed_on=confirmed_on,
        may_set=actor.role is Role.SECRETARIAT,
    )


@get("/meetings/{meeting_id:str}/honoraria", opt=allow(*SEES_ALL, Role.MEMBER), sync_to_thread=True)
def show_run(
    request: WebRequest, meeting_id: FromPath[str], db: GivenDb, actor: GivenActor, clock: GivenClock
) -> Page:
    """支給 of one meeting: every line with its story; a 委員 sees their own line."""
    _, locale = translator(request), locale_of(request)
    with db.read() as session:
        frame = meeting_frame(session, actor, clock, meeting_id, "honoraria")
        meeting = find_meeting(session, actor, meeting_id)
        lines = _visible(session, actor, meeting_id)
        view = run_page(meeting, lines, CommitteeKind(frame.kind), _, locale)
        confirmed = meeting.attendance_confirmed_at is not None
        closed = meeting.status is MeetingStatus.CLOSED
        can_start = closed and confirmed and not lines and actor.role in STARTS
        foreseen = foresee_questions(session, meeting) if can_start else []
    return render(
        request,
        "honoraria/run.html",
        title=f"{frame_title(_, frame)} {_('支給')}",
        frame=frame,
        view=view,
        has_lines=bool(lines),
        can_start=can_start,
        foreseen=foreseen,
        next_is_here=can_start or _leads_here(frame),
        waiting=_waiting(_, closed=closed, confirmed=confirmed, own=actor.role not in SEES_ALL),
        own=actor.role not in SEES_ALL,
        reads_rules=actor.role in SEES_ALL,
    )


@post("/meetings/{meeting_id:str}/honoraria", opt=allow(*STARTS), sync_to_thread=True)
def start_assessment(
    request: WebRequest, meeting_id: FromPath[str], db: GivenDb, actor: GivenActor, clock: GivenClock
) -> Page:
    """支給を判定する, once attendance is confirmed (第7条第2項)."""
    _ = translator(request)
    with db.write() as session:
        meeting = get_meeting(session, meeting_id, actor.committee_id)
        lines = assess_meeting(session=session, actor=actor, clock=clock, meeting=meeting)
        done = _("{n}名の支給を判定しました。").replace("{n}", str(len(lines)))
    return see_other(request, f"/meetings/{meeting_id}/honoraria", ("success", done))


route_handlers: list[ControllerRouterHandler] = [show_runs, show_rules, show_run, start_assessment]


def _leads_here(frame: MeetingFrame) -> bool:
    """Return whether the meeting's next step is this very page."""
    action = frame.next_step.action if frame.next_step else None
    return action is not None and action.href == f"/meetings/{frame.meeting_id}/honoraria"


def _own_runs(runs: list[Run], actor: Actor) -> list[Run]:
    """Return the meetings with a line of the actor's own, narrowed to that line."""
    narrowed = [Run(run.meeting, tuple(_own_lines(run.lines, actor))) for run in runs]
    return [run for run in narrowed if run.lines]


def _own_lines(lines: tuple[Line, ...] | list[Line], actor: Actor) -> list[Line]:
    return [
        line for line in lines if actor.person_id is not None and line.attendance.person_id == actor.person_id
    ]


def _visible(session: DbSession, actor: Actor, meeting_id: str) -> list[Line]:
    """Return the lines that the actor may see. Raises NotFound for a 委員 without a line of their own."""
    lines = lines_of(session, meeting_id)
    if actor.role in SEES_ALL:
        return lines
    own = _own_lines(lines, actor)
    if lines and not own:
        raise NotFound("この会議にあなたの支給はありません。会議の一覧から選び直してください。")
    return own


def _waiting(_: Translator, *, closed: bool, confirmed: bool, own: bool) -> tuple[str, str]:
    """Return why there is nothing yet, and what comes first."""
    if not closed:
        return _("まだ閉会していません。"), _(
            "支給の判定は、閉会して出席を確認してから行います（第7条第2項）。"
        )
    if not confirmed:
        return _("まだ出席が確認されていません。"), _(
            "事務局が出席を確認すると、支給を判定できます（第7条第2項）。"
        )
    if own:
        return _("まだ判定されていません。"), _("判定されると、ここに内訳が出ます。")
    return _("出席は確認済みです。"), _("会計か事務局が、支給の判定を始められます。")
