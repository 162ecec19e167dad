"""年次の申告: the list of a fiscal year, its forms and reminders as Word, and what went out and came back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from litestar import Response, get, post
from litestar.types import ControllerRouterHandler

from honoraria.papers.declaration_word import (
    FORM,
    REMINDER,
    DeclarationForm,
    declarations_word,
    declarations_zip,
    form_filename,
    reminders_word,
    year_text,
)
from honoraria.services.declarations import (
    FIRST_YEAR,
    Declaration,
    Stage,
    declaration_forms,
    mark_reminded,
    mark_returned,
    mark_sent,
    own_declarations,
    proposed_return_day,
    undo_last,
)
from meetings_app.core.actor import Actor
from meetings_app.core.clock import Clock, today
from meetings_app.core.errors import Refused
from meetings_app.core.terms import Role
from meetings_app.core.wareki import fiscal_year
from meetings_app.web.access import allow
from meetings_app.web.form_errors import ShownError, by_field, shown_errors
from meetings_app.web.forms import Form
from meetings_app.web.given import GivenActor, GivenClock, GivenDb, GivenFilters, GivenForm, WebRequest
from meetings_app.web.heat import say
from meetings_app.web.locale import Locale, Translator, format_day, locale_of, mark, translator
from meetings_app.web.meeting_frame import DbSession
from meetings_app.web.member_views import typed_day
from meetings_app.web.page import Page, download, render, see_other

READERS = allow(Role.SECRETARIAT, Role.ACCOUNTING)
KEEPER = allow(Role.SECRETARIAT)
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
HERE = "/honoraria/declarations"

SENT, REMINDED, RETURNED = "sent", "reminded", "returned"
STEPS = {SENT: mark("送付"), REMINDED: mark("督促"), RETURNED: mark("返却")}
FORMS, ONE_BY_ONE, REMINDERS = "forms", "zip", "reminders"
_LOOKS = {
    Stage.UNSENT: ("neutral", "ring"),
    Stage.SENT: ("neutral", "clock"),
    Stage.REMINDED: ("ask", "alert-triangle"),
    Stage.RETURNED: ("ok", "check-circle"),
}


@dataclass(frozen=True, slots=True)
class DeclarationRow:
    """年次の申告 of one person as the list shows it; days are "" where nothing is recorded."""

    person_id: str
    name: str
    organisation: str
    seats: str
    sent: str
    reminded: str
    returned: str
    stage: str
    tone: str
    icon: str
    note: str
    undoes: bool


@dataclass(frozen=True, slots=True)
class _Asked:
    """Which year is asked for, and by whom."""

    request: WebRequest
    db: GivenDb
    actor: Actor
    clock: Clock
    year: int


@get(HERE, opt=READERS, sync_to_thread=True)
def show_declarations(
    request: WebRequest, filters: GivenFilters, db: GivenDb, actor: GivenActor, clock: GivenClock
) -> Page:
    """年次の申告 of a fiscal year (?year=); this year's where none is given."""
    year, errors = _year(filters, clock, translator(request))
    return _page(_Asked(request, db, actor, clock, year), None, errors)


@post(HERE, opt=KEEPER, sync_to_thread=True)
def record_step(
    request: WebRequest, form: GivenForm, db: GivenDb, actor: GivenActor, clock: GivenClock
) -> Page:
    """送付・督促・返却を記録する for those who are ticked."""
    _ = translator(request)
    year, errors = _year(form, clock, _)
    asked = _Asked(request, db, actor, clock, year)
    if errors:
        return _page(asked, form, errors)
    try:
        with form.reading():
            step = form.one_of("step", _("記録すること"), STEPS)
            day = form.day("day", _("その日"))
            people = form.identifiers("person", _("氏名"))
            if not people:
                form.fail("person", _("だれの記録かを、氏名の左の□で選んでください。"))
        with db.write() as session:
            _record(session, actor, clock, step, year, people, day)
    except Refused as refusal:
        return _page(asked, form, shown_errors(refusal, request))
    return see_other(request, f"{HERE}?year={year}", ("success", _done(step, len(people), _)))


@post(f"{HERE}/undo", opt=KEEPER, sync_to_thread=True)
def undo_step(
    request: WebRequest, form: GivenForm, db: GivenDb, actor: GivenActor, clock: GivenClock
) -> Page:
    """直前の記録を取り消す for one person."""
    _ = translator(request)
    year, errors = _year(form, clock, _)
    asked = _Asked(request, db, actor, clock, year)
    if errors:
        return _page(asked, form, errors)
    try:
        person_id = form.identifier("undo", _("氏名"))
        with db.write() as session:
            undo_last(session=session, actor=actor, clock=clock, year=year, person_id=person_id)
    except Refused as refusal:
        return _page(asked, form, shown_errors(refusal, request))
    return see_other(request, f"{HERE}?year={year}", ("success", _("直前の記録を取り消しました。")))


@get(f"{HERE}/papers", opt=KEEPER, sync_to_thread=True)
def give_papers(
    request: WebRequest, filters: GivenFilters, db: GivenDb, actor: GivenActor, clock: GivenClock
) -> Response[bytes] | Page:
    """申告書と督促状: forms for those who have not returned one, or for one person (?person=)."""
    _ = translator(request)
    year, errors = _year(filters, clock, _)
    asked = _Asked(request, db, actor, clock, year)
    if errors:
        return _page(asked, None, errors)
    try:
        with filters.reading():
            kind = filters.opt_one_of("kind", _("書類"), (FORMS, ONE_BY_ONE, REMINDERS)) or FORMS
            by = filters.opt_day("by", _("返却の期限")) or proposed_return_day(today(clock))
            person_id = filters.opt_identifier("person", _("氏名"))
        with db.read() as session:
            people = [person_id] if person_id else _missing(session, actor, year, kind)
            forms = declaration_forms(
                session, actor, year=year, person_ids=people, issued_on=today(clock), return_by=by
            )
    except Refused as refusal:
        return _page(asked, None, shown_errors(refusal, request, "by"), by=filters.raw("by"))
    return _file(kind, forms, alone=bool(person_id))


route_handlers: list[ControllerRouterHandler] = [show_declarations, record_step, undo_step, give_papers]


def _year(form: Form, clock: Clock, _: Translator) -> tuple[int, list[ShownError]]:
    """Return the fiscal year asked for, from the first of the regulation to next year."""
    now = fiscal_year(today(clock))
    try:
        return form.opt_integer("year", _("年度"), low=FIRST_YEAR, high=now + 1) or now, []
    except Refused as refusal:
        return now, [ShownError("year", refusal.message)]


def _record(
    session: DbSession,
    actor: Actor,
    clock: Clock,
    step: str,
    year: int,
    people: Sequence[str],
    day: date,
) -> None:
    if step == RETURNED:
        for person_id in people:
            mark_returned(session=session, actor=actor, clock=clock, year=year, person_id=person_id, day=day)
        return
    record = mark_sent if step == SENT else mark_reminded
    record(session=session, actor=actor, clock=clock, year=year, person_ids=people, day=day)


def _done(step: str, count: int, _: Translator) -> str:
    text = say(_("{n}名の{step}を記録しました。"), n=count, step=_(STEPS[step]))
    if step == RETURNED:
        text += _("申告書に新しい内容があれば、氏名を開いて記録してください。")
    return str(text)


def _missing(session: DbSession, actor: Actor, year: int, kind: str) -> list[str]:
    """Return who needs a paper of this kind. Raises Refused where nobody does."""
    waiting = [one for one in own_declarations(session, actor, year) if one.returned_on is None]
    if kind == REMINDERS:
        waiting = [one for one in waiting if one.sent_on is not None]
    if not waiting:
        raise Refused("この書類の要る人はいません。送付と返却の記録を確かめてください。")
    return [one.person_id for one in waiting]


def _file(kind: str, forms: Sequence[DeclarationForm], *, alone: bool) -> Response[bytes]:
    year = year_text(forms[0].fiscal_year)
    if kind == ONE_BY_ONE:
        return download(declarations_zip(forms), f"{FORM}_{year}.zip", "application/zip")
    if kind == REMINDERS:
        return download(reminders_word(forms), f"{REMINDER}_{year}.docx", WORD)
    name = form_filename(forms[0]) if alone else f"{FORM}_{year}.docx"
    return download(declarations_word(forms), name, WORD)


def _page(asked: _Asked, form: Form | None, errors: Sequence[ShownError], by: str = "") -> Page:
    request, now = asked.request, today(asked.clock)
    _, locale = translator(request), locale_of(request)
    with asked.db.read() as session:
        found = own_declarations(session, asked.actor, asked.year)
    returned = sum(one.stage is Stage.RETURNED for one in found)
    return render(
        request,
        "honoraria/declarations.html",
        title=_("年次の申告"),
        status=422 if errors else 200,
        year=asked.year,
        year_text=_year_label(asked.year, _, locale),
        years=_year_tabs(asked.year, now, _, locale),
        rows=[_row(one, now, _, locale) for one in found],
        returned=returned,
        keeps=asked.actor.role is Role.SECRETARIAT,
        steps=[(step, _(label)) for step, label in STEPS.items()],
        typed={
            "step": form.raw("step") if form else "",
            "day": form.raw("day") if form else typed_day(now, locale),
            "people": form.raws("person") if form else (),
            "by": by or typed_day(proposed_return_day(now), locale),
        },
        errors=errors,
        wrong=by_field(errors),
    )


def _year_label(year: int, _: Translator, locale: Locale) -> str:
    return year_text(year) if locale is Locale.JA else say(_("{year}年度"), year=year)


def _year_tabs(year: int, now: date, _: Translator, locale: Locale) -> list[dict[str, object]]:
    """Return last year, this year and next, and the one that is shown."""
    this = fiscal_year(now)
    years = sorted({year, *(one for one in range(this - 1, this + 2) if one >= FIRST_YEAR)})
    return [
        {"label": _year_label(one, _, locale), "href": f"{HERE}?year={one}", "active": one == year}
        for one in years
    ]


def _row(one: Declaration, now: date, _: Translator, locale: Locale) -> DeclarationRow:
    tone, icon = _LOOKS[one.stage]
    asked = one.reminded_on or one.sent_on
    days = (now - asked).days if asked else 0
    late = say(_("{n}日返っていません"), n=days) if one.overdue(now) else ""
    return DeclarationRow(
        person_id=one.person_id,
        name=one.name,
        organisation=one.organisation,
        seats=_("、").join(one.seats),
        sent=format_day(one.sent_on, locale),
        reminded=format_day(one.reminded_on, locale),
        returned=format_day(one.returned_on, locale),
        stage=_(one.stage),
        tone=tone,
        icon=icon,
        note=str(late),
        undoes=one.stage is not Stage.UNSENT,
    )
