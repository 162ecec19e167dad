"""ケースの画面 as every form of it answers: shown again with what is wrong, or left with a sentence."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from agenda.services.clients import client_of
from agenda.tables import Client
from agenda.web.case_views import build_case
from agenda.web.timeline_views import KINDS
from meetings_app.core.actor import Actor
from meetings_app.core.clock import Clock, today
from meetings_app.core.errors import Refused
from meetings_app.core.partial_date import PartialDate, read_partial_date
from meetings_app.core.terms import Role
from meetings_app.core.wareki import format_wareki
from meetings_app.db.engine import Database
from meetings_app.web.access import allow
from meetings_app.web.form_errors import ShownError, by_field, shown_errors
from meetings_app.web.forms import Form
from meetings_app.web.given import WebRequest
from meetings_app.web.heat import say
from meetings_app.web.locale import locale_of, mark
from meetings_app.web.meeting_frame import DbSession
from meetings_app.web.page import Page, render, see_other

READERS = allow(Role.SECRETARIAT, Role.CHAIR, Role.CITY_OFFICER)
EDITORS = allow(Role.SECRETARIAT)
DECIDERS = allow(Role.SECRETARIAT, Role.CITY_OFFICER)

ENDING, URGENT = "ending", "urgent"
LONGEST_VERSION = 10**9

Act = Callable[[DbSession, Client, Form], None]
"""What a form on the case page does, within one change: session, client, form."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose case is asked for, and by whom."""

    request: WebRequest
    db: Database
    clock: Clock
    actor: Actor
    client_id: str

    @property
    def href(self) -> str:
        """Where the case's page is."""
        return f"/plans/{self.client_id}"


def recorded(asked: Asked, form: Form, act: Act, field: str, done: str) -> Page:
    """Carry out one form of the case page; what is wrong is shown on it again, at `field` where it is the rule's."""
    try:
        with asked.db.write() as session:
            act(session, client_of(session, asked.actor, asked.client_id, today(asked.clock)), form)
    except Refused as refusal:
        errors = shown_errors(refusal, asked.request, field)
        return case_page(asked, form, opened=field, errors=errors)
    return see_other(asked.request, asked.href, ("success", done))


def case_page(
    asked: Asked, typed: Form, *, opened: str = "", shown: str = "", errors: Sequence[ShownError] = ()
) -> Page:
    """Return the page of a case; `opened` is the form that stands open, `shown` narrows the time line."""
    view = build_case(
        asked.db,
        asked.actor,
        asked.client_id,
        today(asked.clock),
        locale_of(asked.request),
        shown if shown in KINDS else "",
    )
    return render(
        asked.request,
        "agenda/case.html",
        title=view.title,
        status=422 if errors else 200,
        case=view,
        typed=typed,
        opened=opened,
        errors=errors,
        wrong=by_field(errors),
        request_kinds=(ENDING, URGENT),
    )


def past_day(form: Form, name: str, label: str, on: date) -> date | None:
    """Return a day that has come by `on`, None where nothing was typed or the day lies ahead."""
    day = form.opt_day(name, label)
    if day is None or day <= on:
        return day
    sentence = mark("「{label}」の{day}はまだ来ていません。実際にあった日を入力してください。")
    form.fail(name, say(form.translate(sentence), label=label, day=format_wareki(day)))
    return None


def loose_date(form: Form, name: str, label: str, context: date) -> PartialDate | None:
    """Return a date that may be loose (下旬, 末日, month only), None where nothing was typed."""
    typed = form.opt_text(name, label, longest=40)
    if typed is None:
        return None
    try:
        return read_partial_date(typed, context)
    except Refused as refusal:
        form.fail(name, f"「{label}」: {form.translate(refusal.message)}")
        return None
