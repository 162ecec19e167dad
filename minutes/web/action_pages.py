"""対応の一覧: what meetings agreed that somebody does, until it is done."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from litestar import get, post
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from meetings_app.core.actor import Actor
from meetings_app.core.clock import Clock, today
from meetings_app.core.errors import Conflict, Refused
from meetings_app.core.terms import Role
from meetings_app.db.engine import Database
from meetings_app.web.access import allow
from meetings_app.web.form_errors import ShownError, by_field, shown_errors
from meetings_app.web.forms import Form
from meetings_app.web.given import GivenActor, GivenClock, GivenDb, GivenFilters, GivenForm, WebRequest
from meetings_app.web.locale import format_day, locale_of, translator
from meetings_app.web.page import Page, render
from minutes.services.actions import (
    DROPPED,
    LONGEST_NOTE,
    FollowedAction,
    done_actions,
    finish_action,
    open_actions,
    reopen_action,
)
from minutes.web.answers import done

LEADERS = (Role.SECRETARIAT, Role.CHAIR)
DONE_DAYS = 90
"""How long what is done stays on the list."""

LARGEST_CASE = 999_999
LARGEST_VERSION = 10**9


@dataclass(frozen=True, slots=True)
class ActionRow:
    """対応の行; `days` left until the deadline, None where there is none."""

    action_id: str
    what: str
    who: str
    due_on: date | None
    days: int | None
    version: int
    meeting_number: int
    agreed_on: date
    href: str
    title: str
    case_href: str
    done_on: date | None
    dropped: bool
    note: str
    done_by: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """絞り込み: by a part of 担当 and by case number."""

    who: str = ""
    case: int | None = None

    def fits(self, action: FollowedAction) -> bool:
        """Whether an action is among what is asked for."""
        who_fits = self.who.casefold() in action.who.casefold()
        return who_fits and (self.case is None or action.case == self.case)


@get("/actions", opt=allow(*LEADERS), sync_to_thread=True)
def show_actions(
    request: WebRequest, db: GivenDb, clock: GivenClock, actor: GivenActor, filters: GivenFilters
) -> Page:
    """対応の一覧: open ones by their deadline, and what was done in the last 90 days."""
    try:
        wanted = _wanted(request, filters)
    except Refused as refusal:
        errors = shown_errors(refusal, request)
        return _page(request, db, clock, actor, Wanted(), filters, errors=errors, status=422)
    return _page(request, db, clock, actor, wanted, filters)


@post("/actions/{action_id:str}/finish", opt=allow(*LEADERS), sync_to_thread=True)
def finish(
    request: WebRequest,
    db: GivenDb,
    clock: GivenClock,
    actor: GivenActor,
    action_id: FromPath[str],
    form: GivenForm,
) -> Page:
    """済んだと記録する, or that it fell away."""
    _ = translator(request)
    try:
        with form.reading():
            done_on = form.day("done_on", _("済んだ日"))
            note = form.opt_text("done_note", _("結果"), longest=LONGEST_NOTE) or ""
            version = form.integer("version", _("版"), low=1, high=LARGEST_VERSION)
            how = form.one_of("how", _("記録すること"), ("done", "drop"))
        with db.write() as session:
            finish_action(
                session=session,
                actor=actor,
                clock=clock,
                action_id=action_id,
                done_on=done_on,
                note=note,
                version=version,
                dropped=how == "drop",
            )
    except Conflict as conflict:
        errors = [ShownError("", _(conflict.message))]
        return _page(request, db, clock, actor, Wanted(), form, errors=errors, status=409, opened=action_id)
    except Refused as refusal:
        errors = shown_errors(refusal, request, "done_on" if "日" in refusal.message else "done_note")
        return _page(request, db, clock, actor, Wanted(), form, errors=errors, status=422, opened=action_id)
    said = _("対応を取りやめました。") if how == "drop" else _("済んだと記録しました。")
    return done(request, form.raw("back"), "/actions", said)


@post("/actions/{action_id:str}/reopen", opt=allow(*LEADERS), sync_to_thread=True)
def reopen(
    request: WebRequest,
    db: GivenDb,
    clock: GivenClock,
    actor: GivenActor,
    action_id: FromPath[str],
    form: GivenForm,
) -> Page:
    """まだ済んでいない: take back that it was done."""
    _ = translator(request)
    version = form.integer("version", _("版"), low=1, high=LARGEST_VERSION)
    with db.write() as session:
        reopen_action(session=session, actor=actor, clock=clock, action_id=action_id, version=version)
    return done(request, form.raw("back"), "/actions", _("まだ済んでいない対応に戻しました。"))


route_handlers: list[ControllerRouterHandler] = [show_actions, finish, reopen]


def _wanted(request: WebRequest, filters: Form) -> Wanted:
    _ = translator(request)
    with filters.reading():
        who = filters.opt_text("who", _("担当"), longest=100) or ""
        case = filters.opt_integer("case", _("ケース番号"), low=1, high=LARGEST_CASE)
    return Wanted(who, case)


def _page(
    request: WebRequest,
    db: Database,
    clock: Clock,
    actor: Actor,
    wanted: Wanted,
    typed: Form,
    *,
    errors: list[ShownError] | None = None,
    status: int = 200,
    opened: str = "",
) -> Page:
    _, on = translator(request), today(clock)
    with db.read() as session:
        waiting = _rows(filter(wanted.fits, open_actions(session, actor.committee_id)), on)
        since = on - timedelta(days=DONE_DAYS)
        finished = _rows(filter(wanted.fits, done_actions(session, actor.committee_id, since)), on)
    return render(
        request,
        "minutes/actions.html",
        title=_("対応の一覧"),
        status=status,
        waiting=waiting,
        overdue=sum(1 for row in waiting if row.days is not None and row.days < 0),
        finished=finished,
        done_days=DONE_DAYS,
        filtered=bool(wanted.who or wanted.case),
        typed=typed,
        opened=opened,
        today_typed=format_day(on, locale_of(request)),
        errors=errors or [],
        errors_by_field=by_field(errors or []),
    )


def _rows(actions: Iterable[FollowedAction], on: date) -> list[ActionRow]:
    return [
        ActionRow(
            action_id=one.action_id,
            what=one.what,
            who=one.who,
            due_on=one.due_on,
            days=(one.due_on - on).days if one.due_on else None,
            version=one.version,
            meeting_number=one.meeting_number,
            agreed_on=one.agreed_on,
            href=f"/meetings/{one.meeting_id}/record?item={one.item_id}",
            title=one.title,
            case_href=f"/plans/{one.client_id}" if one.client_id else "",
            done_on=one.done_on,
            dropped=one.is_dropped,
            note=one.done_note.removeprefix(DROPPED),
            done_by=one.done_by,
        )
        for one in actions
    ]
