"""訂正: what later facts would change about paid lines, taken into a sheet or decided against with a reason."""

from collections.abc import Callable
from dataclasses import dataclass

from litestar import get, post
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from honoraria.services.correction_history import dismissals_of, draft_of_correction, refuse_foreign
from honoraria.services.corrections import (
    Proposal,
    dismiss_correction,
    drop_correction,
    proposals,
    take_correction,
)
from honoraria.services.runs import get_run, start_correction_run
from honoraria.services.sheet_contents import sheet_label
from honoraria.tables import PayRun
from honoraria.web.correction_views import NEW_RUN, ProposalView, corrections_page, seen_of
from honoraria.web.views import Words
from meetings_app.core.actor import Actor
from meetings_app.core.clock import Clock
from meetings_app.core.errors import Conflict, Refused
from meetings_app.core.terms import Role
from meetings_app.db.engine import Database
from meetings_app.web.access import allow
from meetings_app.web.form_errors import ShownError, by_field, shown_errors
from meetings_app.web.forms import Form
from meetings_app.web.given import GivenActor, GivenClock, GivenDb, GivenForm, WebRequest
from meetings_app.web.locale import locale_of, mark, translator
from meetings_app.web.meeting_frame import DbSession
from meetings_app.web.page import Page, render, see_other

RECORDS = (Role.SECRETARIAT, Role.ACCOUNTING)
READS = (*RECORDS, Role.CHAIR)
LONGEST_REASON = 500
PATH = "/honoraria/corrections"


@dataclass(frozen=True, slots=True)
class _Asked:
    """Which correction is asked for, and by whom; `opened` is the form that was sent."""

    request: WebRequest
    db: Database
    actor: Actor
    clock: Clock
    attendance_id: str = ""
    opened: str = ""

    @property
    def words(self) -> Words:
        return Words(translator(self.request), locale_of(self.request))


@get(PATH, opt=allow(*READS), sync_to_thread=True)
def show_corrections(request: WebRequest, db: GivenDb, actor: GivenActor, clock: GivenClock) -> Page:
    """訂正の候補 of a body, and what was done about earlier ones."""
    return _page(_Asked(request, db, actor, clock), None, [])


@post(PATH + "/{attendance_id:str}/take", opt=allow(*RECORDS), sync_to_thread=True)
def take(
    request: WebRequest,
    attendance_id: FromPath[str],
    form: GivenForm,
    db: GivenDb,
    actor: GivenActor,
    clock: GivenClock,
) -> Page:
    """訂正を支給調書に取り込む; sent twice it is taken in once."""
    asked = _Asked(request, db, actor, clock, attendance_id, "take")

    def save(session: DbSession) -> str:
        chosen = form.text("run", asked.words.translate(mark("取り込む支給調書")))
        _refuse_changed(_find(session, asked), form)
        run = _chosen_run(session, asked, chosen)
        take_correction(session=session, actor=actor, clock=clock, run=run, attendance_id=attendance_id)
        return asked.words.say(
            mark("{sheet}に取り込みました。確認・承認・確定のあとで支払います。"), sheet=sheet_label(run)
        )

    return _save(asked, form, save)


@post(PATH + "/{attendance_id:str}/dismiss", opt=allow(*RECORDS), sync_to_thread=True)
def dismiss(
    request: WebRequest,
    attendance_id: FromPath[str],
    form: GivenForm,
    db: GivenDb,
    actor: GivenActor,
    clock: GivenClock,
) -> Page:
    """訂正しないと決める, with the reason; sent twice it is one."""
    asked = _Asked(request, db, actor, clock, attendance_id, "dismiss")

    def save(session: DbSession) -> str:
        label = asked.words.translate(mark("訂正しない理由"))
        reason = form.text("reason", label, longest=LONGEST_REASON, lines=True)
        found = _find(session, asked)
        if found is not None or not _dismissed_so(session, asked, reason):
            _refuse_changed(found, form)
            dismiss_correction(
                session=session,
                actor=actor,
                clock=clock,
                committee_id=actor.committee_id,
                attendance_id=attendance_id,
                reason=reason,
            )
        return asked.words.translate(mark("訂正しないと記録しました。事実がまた変わると、候補に戻ります。"))

    return _save(asked, form, save)


@post(PATH + "/{attendance_id:str}/drop", opt=allow(*RECORDS), sync_to_thread=True)
def drop(
    request: WebRequest,
    attendance_id: FromPath[str],
    form: GivenForm,
    db: GivenDb,
    actor: GivenActor,
    clock: GivenClock,
) -> Page:
    """取り込みをやめる while the sheet is a draft."""
    asked = _Asked(request, db, actor, clock, attendance_id, "drop")

    def save(session: DbSession) -> str:
        run = draft_of_correction(session, actor.committee_id, attendance_id)
        drop_correction(session=session, actor=actor, clock=clock, run=run, attendance_id=attendance_id)
        return asked.words.say(mark("{sheet}への取り込みをやめました。"), sheet=sheet_label(run))

    return _save(asked, form, save)


route_handlers: list[ControllerRouterHandler] = [show_corrections, take, dismiss, drop]

CHANGED = mark("読んでいる間に、この訂正の内容が変わりました。新しい内容を確かめて、もう一度選んでください。")


def _save(asked: _Asked, form: Form, save: Callable[[DbSession], str]) -> Page:
    """Do what a form asks about one attendance of the body, and lead back; or show the page again."""
    try:
        with asked.db.write() as session:
            refuse_foreign(session, asked.actor.committee_id, asked.attendance_id)
            done = save(session)
    except Conflict as conflict:
        errors = [ShownError("", asked.words.translate(conflict.message))]
        return _page(asked, form, errors, status=409)
    except Refused as refusal:
        return _page(asked, form, shown_errors(refusal, asked.request), status=422)
    return see_other(asked.request, PATH, ("success", done))


def _find(session: DbSession, asked: _Asked) -> Proposal | None:
    """Return the proposal for the attendance as it stands now."""
    for one in proposals(session, asked.actor.committee_id):
        if one.attendance_id == asked.attendance_id:
            return one
    return None


def _refuse_changed(found: Proposal | None, form: Form) -> None:
    if found is not None and seen_of(found) != form.raw("seen"):
        raise Conflict(CHANGED)


def _chosen_run(session: DbSession, asked: _Asked, chosen: str) -> PayRun:
    if chosen != NEW_RUN:
        return get_run(session, chosen, asked.actor.committee_id)
    return start_correction_run(
        session=session, actor=asked.actor, clock=asked.clock, committee_id=asked.actor.committee_id
    )


def _dismissed_so(session: DbSession, asked: _Asked, reason: str) -> bool:
    """Return whether this very decision is on record: the form was sent a second time."""
    last = next(
        (
            one
            for one in dismissals_of(session, asked.actor.committee_id)
            if one.attendance_id == asked.attendance_id
        ),
        None,
    )
    return last is not None and (last.reason, last.by) == (reason.strip(), asked.actor.name)


def _shows(one: ProposalView, asked: _Asked) -> bool:
    """Return whether the form that was sent stands on the page, to show there what is wrong with it."""
    if one.attendance_id != asked.attendance_id or one.taken_in is not None:
        return False
    return asked.opened == "dismiss" or (asked.opened == "take" and one.can_take)


def _page(asked: _Asked, form: Form | None, errors: list[ShownError], *, status: int = 200) -> Page:
    with asked.db.read() as session:
        view = corrections_page(session, asked.actor.committee_id, asked.words)
    return render(
        asked.request,
        "honoraria/corrections.html",
        title=asked.words.translate(mark("訂正")),
        status=status,
        view=view,
        records=asked.actor.role in RECORDS,
        opened=asked.opened,
        opened_id=asked.attendance_id,
        form_is_shown=any(_shows(one, asked) for one in view.proposals),
        typed={name: form.raw(name) if form else "" for name in ("run", "reason")},
        longest=LONGEST_REASON,
        errors=errors,
        errors_by_field=by_field(errors),
    )
