"""事実の訂正の画面: one wrongly recorded fact of a person, put right with a reason."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from litestar import get, post
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from agenda.services.kinship import correct_kinship, find_declaration
from agenda.services.people import find_person, relations_of
from honoraria.rules.kinship import NOT_KIN
from honoraria.rules.relations import path_of_name
from meetings_app.core.actor import Actor
from meetings_app.core.clock import Clock, today
from meetings_app.core.effective import Dated
from meetings_app.core.errors import Conflict, NotFound, Refused
from meetings_app.core.terms import Capacity, District, Office, Role, ServiceClass, WorkingTime
from meetings_app.services.correction_trail import (
    LONGEST_REASON,
    Told,
    corrections_of,
    find_fact,
    fingerprint,
)
from meetings_app.services.fact_corrections import (
    correct_appointment,
    correct_office,
    correct_residence,
    correct_status,
)
from meetings_app.services.roster import bodies_of, get_body, past_terms, record_of
from meetings_app.tables.committees import Appointment, OfficeHolding
from meetings_app.tables.people import Person, Residence, ServiceStatus
from meetings_app.web.access import allow
from meetings_app.web.form_errors import ShownError, by_field, shown_errors
from meetings_app.web.forms import Form
from meetings_app.web.given import GivenActor, GivenClock, GivenDb, GivenFilters, GivenForm, WebRequest
from meetings_app.web.kinship_forms import read_relation, relation_options
from meetings_app.web.locale import Locale, Translator, locale_of, mark, translator
from meetings_app.web.meeting_frame import DbSession
from meetings_app.web.member_views import (
    BELONGING,
    OFFICES,
    district_options,
    options,
    period_text,
    typed_day,
)
from meetings_app.web.page import Page, render, see_other
from meetings_app.web.person_views import FactRow, Shown, person_page
from meetings_app.web.status_forms import EMPLOYEE, typed_status

KEEPER = allow(Role.SECRETARIAT)


@dataclass(frozen=True, slots=True)
class Stored:
    """今の記録: the row itself with what stands in its own fields; `lists` what they choose from."""

    row: Any
    fields: Mapping[str, str]
    lists: Mapping[str, list[tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class Kind:
    """記録の種類: how a fact of it is found, read from the form and put right."""

    title: str
    id_name: str
    find: Callable[[DbSession, Actor, str, str, Translator, Locale], Stored]
    read: Callable[[Form, Translator], dict[str, Any]]
    save: Callable[..., object]


@get("/members/{person_id:str}/corrections/{kind:str}/{fact_id:str}", opt=KEEPER, sync_to_thread=True)
def show_correction(
    request: WebRequest,
    person_id: FromPath[str],
    kind: FromPath[str],
    fact_id: FromPath[str],
    filters: GivenFilters,
    db: GivenDb,
    actor: GivenActor,
    clock: GivenClock,
) -> Page:
    """訂正の画面: what is recorded, in fields; ?relation= and ?path= bring a picked 続柄."""
    asked = _Asked(request, db, actor, clock, person_id, _known(kind), fact_id)
    return _page(asked, filters, [], 200)


@post("/members/{person_id:str}/corrections/{kind:str}/{fact_id:str}", opt=KEEPER, sync_to_thread=True)
def save_correction(
    request: WebRequest,
    person_id: FromPath[str],
    kind: FromPath[str],
    fact_id: FromPath[str],
    form: GivenForm,
    db: GivenDb,
    actor: GivenActor,
    clock: GivenClock,
) -> Page:
    """訂正する; what stood there stays visible on the person's page."""
    _ = translator(request)
    asked = _Asked(request, db, actor, clock, person_id, _known(kind), fact_id)
    known = KINDS[asked.kind]
    try:
        with form.reading():
            given = known.read(form, _)
            reason = form.text("reason", _("訂正の理由"), longest=LONGEST_REASON, lines=True)
        with db.write() as session:
            find_person(session, actor, person_id)
            known.save(
                session=session,
                actor=actor,
                clock=clock,
                person_id=person_id,
                told=Told(reason, form.raw("seen")),
                **{known.id_name: fact_id},
                **given,
            )
    except Conflict as conflict:
        return _page(asked, form, [ShownError("", _(conflict.message))], 409)
    except Refused as refusal:
        return _page(asked, form, shown_errors(refusal, request), 422)
    done = _("訂正しました。訂正前の内容も、一覧に残ります。")
    return see_other(request, f"/members/{person_id}", ("success", done))


route_handlers: list[ControllerRouterHandler] = [show_correction, save_correction]


@dataclass(frozen=True, slots=True)
class _Asked:
    """Whose fact is asked for, and by whom."""

    request: WebRequest
    db: GivenDb
    actor: Actor
    clock: Clock
    person_id: str
    kind: str
    fact_id: str

    @property
    def path(self) -> str:
        return f"/members/{self.person_id}/corrections/{self.kind}/{self.fact_id}"


def _known(kind: str) -> str:
    if kind not in KINDS:
        raise NotFound("このページはありません。アドレスを確かめてください。")
    return kind


def _page(asked: _Asked, form: Form, errors: list[ShownError], status: int) -> Page:
    _, locale = translator(asked.request), locale_of(asked.request)
    known = KINDS[asked.kind]
    with asked.db.read() as session:
        person = find_person(session, asked.actor, asked.person_id)
        stored = known.find(session, asked.actor, person.id, asked.fact_id, _, locale)
        name, seen = person.name, fingerprint(asked.kind, stored.row)
        now = _row(session, asked, person, _, locale)
        first = {**stored.fields, **_period(stored.row, locale), "reason": ""}
    typed = _typed(first, form)
    lists = dict(stored.lists)
    if asked.kind == "kinship":
        lists["relations"] = relation_options(typed["relation"], _)
    return render(
        asked.request,
        "fact_correction.html",
        title=_(known.title),
        status=status,
        person={"id": asked.person_id, "name": name},
        kind=asked.kind,
        fact_id=asked.fact_id,
        action=asked.path,
        now=now,
        seen=seen,
        typed=typed,
        lists=lists,
        errors=errors,
        errors_by_field=by_field(errors),
    )


def _typed(first: Mapping[str, str], form: Form) -> dict[str, str]:
    """Return what stands in the fields: what was sent, else what is recorded with a 続柄 that was picked."""
    sent = form.fields.texts
    if "seen" in sent:
        return {name: form.raw(name) for name in first}
    picked = ("relation", "path") if {"relation", "path"} & set(sent) else ()
    return {name: form.raw(name) if name in picked else value for name, value in first.items()}


def _row(session: DbSession, asked: _Asked, person: Person, _: Translator, locale: Locale) -> FactRow:
    """Return the fact as the person's page shows it. Raises NotFound where it does not show it."""
    record = record_of(session, person, bodies_of(session, asked.actor))
    relations = relations_of(session, person.id, asked.actor.committee_id)
    shown = Shown(
        corrections_of(session, person.id), keeps=True, today=today(asked.clock), translate=_, locale=locale
    )
    view = person_page(record, relations, shown)
    rows = (*view.appointments, *view.offices, *view.residences, *view.statuses, *view.relations)
    for row in rows:
        if row.href == asked.path:
            return row
    raise NotFound("この記録は見つかりません。名簿から選び直してください。")


def _period(fact: Dated, locale: Locale) -> dict[str, str]:
    last = fact.valid_to - timedelta(days=1) if fact.valid_to else None
    return {
        "first_day": typed_day(fact.valid_from, locale),
        "last_day": typed_day(last, locale) if last else "",
    }


def _read_period(form: Form, _: Translator) -> dict[str, date | None]:
    return {
        "valid_from": form.day("first_day", _("始まりの日")),
        "last_day": form.opt_day("last_day", _("最後の日")),
    }


# --- the five kinds ---


def _find_residence(
    session: DbSession, actor: Actor, person_id: str, fact_id: str, _: Translator, locale: Locale
) -> Stored:
    row = find_fact(session, Residence, fact_id, person_id)
    return Stored(row, {"district": row.district}, {"districts": district_options(_)})


def _read_residence(form: Form, _: Translator) -> dict[str, Any]:
    return {"district": form.choice("district", _("居住地区"), District), **_read_period(form, _)}


def _find_status(
    session: DbSession, actor: Actor, person_id: str, fact_id: str, _: Translator, locale: Locale
) -> Stored:
    row = find_fact(session, ServiceStatus, fact_id, person_id)
    fields = {
        "employee": "yes" if row.is_public_employee else "no",
        "service_class": row.service_class or "",
        "working_time": row.working_time or "",
        "occupation": row.occupation,
        "legal_basis": row.legal_basis,
        "needs_review": "1" if row.needs_review else "",
        "declared": typed_day(row.declared_on, locale),
    }
    lists = {
        "employee": [(value, _(label)) for value, label in EMPLOYEE],
        "service_classes": options(tuple(ServiceClass), _),
        "working_times": options(tuple(WorkingTime), _),
    }
    return Stored(row, fields, lists)


def _read_status(form: Form, _: Translator) -> dict[str, Any]:
    return {
        "status": typed_status(form, _),
        "declared_on": form.day("declared", _("申告の日")),
        **_read_period(form, _),
    }


def _find_appointment(
    session: DbSession, actor: Actor, person_id: str, fact_id: str, _: Translator, locale: Locale
) -> Stored:
    row = find_fact(session, Appointment, fact_id, person_id)
    body = get_body(session, actor, row.committee_id)
    predecessors = [
        (term.id, f"{holder.name}　{_(term.capacity)}　{period_text(term, _, locale)}")
        for term, holder in past_terms(session, [body.id])
        if holder.id != person_id
    ]
    fields = {"capacity": str(row.capacity), "predecessor": row.predecessor_id or ""}
    return Stored(row, fields, {"capacities": options(BELONGING, _), "predecessors": predecessors})


def _read_appointment(form: Form, _: Translator) -> dict[str, Any]:
    given = {
        "capacity": form.choice("capacity", _("区分"), Capacity),
        "predecessor_id": form.opt_identifier("predecessor", _("前任者")),
        **_read_period(form, _),
    }
    if given["capacity"] not in BELONGING:
        form.fail("capacity", _("「区分」を一覧から選び直してください。"))
    return given


def _find_office(
    session: DbSession, actor: Actor, person_id: str, fact_id: str, _: Translator, locale: Locale
) -> Stored:
    row = find_fact(session, OfficeHolding, fact_id, person_id)
    body = get_body(session, actor, row.committee_id)
    return Stored(row, {"office": row.office}, {"offices": options(OFFICES[body.kind], _)})


def _read_office(form: Form, _: Translator) -> dict[str, Any]:
    return {"office": form.choice("office", _("役職"), Office), **_read_period(form, _)}


def _find_kinship(
    session: DbSession, actor: Actor, person_id: str, fact_id: str, _: Translator, locale: Locale
) -> Stored:
    row, case = find_declaration(session, actor, fact_id, person_id)
    named = NOT_KIN if row.path == NOT_KIN else row.relation
    fields = {
        "case": "" if case is None else str(case),
        "relation": named,
        "path": "" if row.path in (NOT_KIN, path_of_name(named)) else row.path,
        "declared": typed_day(row.declared_on, locale),
    }
    return Stored(row, fields, {})


def _read_kinship(form: Form, _: Translator) -> dict[str, Any]:
    case = form.opt_integer("case", _("ケース番号"), low=1)
    path, relation = read_relation(form, case, _)
    return {
        "case_number": case,
        "path": path,
        "relation": relation,
        "declared_on": form.day("declared", _("申告の日")),
        **_read_period(form, _),
    }


KINDS: Mapping[str, Kind] = {
    "residence": Kind(
        mark("居住地区の記録を訂正する"), "residence_id", _find_residence, _read_residence, correct_residence
    ),
    "status": Kind(
        mark("公務員区分の記録を訂正する"), "status_id", _find_status, _read_status, correct_status
    ),
    "appointment": Kind(
        mark("委嘱の記録を訂正する"),
        "appointment_id",
        _find_appointment,
        _read_appointment,
        correct_appointment,
    ),
    "office": Kind(mark("役職の記録を訂正する"), "holding_id", _find_office, _read_office, correct_office),
    "kinship": Kind(
        mark("続柄の申告の記録を訂正する"), "declaration_id", _find_kinship, _read_kinship, correct_kinship
    ),
}
"""By the word in the address."""
