"""試算: the facts of one attendance by hand or from a person's record, and what the regulation makes of them.

It is the assessment itself, with the same steps; nothing is stored, and everything stands in the address.
"""

from dataclasses import dataclass
from datetime import date

from litestar import get
from litestar.types import ControllerRouterHandler

from honoraria.rules.assessment import assess
from honoraria.rules.facts import VersionConfirmation
from honoraria.rules.trial import trial_line
from honoraria.rules.withholding import TaxTables, WithholdingPolicy
from honoraria.services.policies import tax_tables, withholding_policy
from honoraria.services.trial import (
    PersonStart,
    TravelPolicy,
    people_to_try,
    person_start,
    travel_policy,
)
from honoraria.services.versions import rule_confirmations
from honoraria.web.trial_form import (
    completed,
    first_values,
    read_day,
    read_facts,
    rows_of,
    values_of_person,
)
from honoraria.web.trial_views import TrialResult, label_of, person_note, trial_lists, trial_result
from meetings_app.core.actor import Actor
from meetings_app.core.clock import Clock, today
from meetings_app.core.errors import Refused
from meetings_app.core.terms import CommitteeKind, Role
from meetings_app.rulebook.load import load_rulebook
from meetings_app.web.access import allow
from meetings_app.web.form_errors import ShownError, by_field, shown_errors
from meetings_app.web.forms import FieldError, Form, InvalidForm
from meetings_app.web.given import GivenActor, GivenClock, GivenDb, GivenFilters, WebRequest
from meetings_app.web.locale import Locale, Translator, locale_of, translator
from meetings_app.web.meeting_frame import DbSession
from meetings_app.web.member_views import typed_day
from meetings_app.web.page import Page, render

READERS = (Role.SECRETARIAT, Role.ACCOUNTING, Role.CHAIR)


@dataclass(frozen=True, slots=True)
class _Start:
    """What a trial starts from: the form as the address completes it, and what it rests on."""

    form: Form
    people: list[tuple[str, str]]
    person: PersonStart | None
    confirmations: tuple[VersionConfirmation, ...]
    policy: TravelPolicy
    withholding: WithholdingPolicy | None
    tables: TaxTables


@get("/honoraria/trial", opt=allow(*READERS), sync_to_thread=True)
def show_trial(
    request: WebRequest, filters: GivenFilters, db: GivenDb, actor: GivenActor, clock: GivenClock
) -> Page:
    """試算 of what the address says; ?person= starts from somebody's record as of the day (?on=)."""
    _, locale = translator(request), locale_of(request)
    result: TrialResult | None = None
    errors: list[ShownError] = []
    with db.read() as session:
        start = _start(session, filters, actor, clock, locale, _)
    try:
        facts = read_facts(start.form, start.confirmations, _)
        found = assess(facts, load_rulebook())
        line = trial_line(facts, found, start.withholding, start.tables)
        result = trial_result(facts, found, line, _, locale)
    except Refused as refusal:
        errors = shown_errors(refusal, request)
    return _page(request, start, result, errors, today(clock))


route_handlers: list[ControllerRouterHandler] = [show_trial]


def _start(
    session: DbSession, filters: Form, actor: Actor, clock: Clock, locale: Locale, _: Translator
) -> _Start:
    policy = travel_policy(session)
    values = first_values(policy, typed_day(today(clock), locale))
    person: PersonStart | None = None
    refused: tuple[FieldError, ...] = ()
    try:
        person = _person(session, completed(filters, values), actor, _)
    except InvalidForm as refusal:
        refused = refusal.errors
    form = completed(filters, values | (values_of_person(person) if person else {}))
    form.errors.extend(refused)
    return _Start(
        form=form,
        people=people_to_try(session, actor),
        person=person,
        confirmations=rule_confirmations(session),
        policy=policy,
        withholding=withholding_policy(session),
        tables=tax_tables(session),
    )


def _person(session: DbSession, form: Form, actor: Actor, _: Translator) -> PersonStart | None:
    """Return the record to start from, None where nobody was chosen. Raises InvalidForm, NotFound."""
    person_id = form.opt_identifier("person", _("名簿の人"))
    if person_id is None:
        return None
    on, kind = read_day(form, _), form.choice("body", _("会議体"), CommitteeKind)
    return person_start(session=session, actor=actor, person_id=person_id, kind=kind, on=on)


def _page(
    request: WebRequest,
    start: _Start,
    result: TrialResult | None,
    errors: list[ShownError],
    now: date,
) -> Page:
    _, locale = translator(request), locale_of(request)
    form, on = start.form, _day_shown(start.form, now, _)
    lists = trial_lists(on, _)
    return render(
        request,
        "honoraria/trial.html",
        title=_("試算"),
        status=422 if errors else 200,
        typed=form,
        people=start.people,
        chosen=form.raw("person"),
        person_note=person_note(start.person, on, _, locale) if start.person else "",
        rows=rows_of(form),
        lists=lists,
        policy=(label_of(lists.online, start.policy.online), label_of(lists.same_day, start.policy.same_day)),
        result=result,
        errors=errors,
        errors_by_field=by_field(errors),
    )


def _day_shown(form: Form, now: date, _: Translator) -> date:
    """Return the day the lists are of: the meeting's, today where it cannot be read."""
    try:
        return read_day(Form(form.fields, form.translate), _)
    except InvalidForm:
        return now
