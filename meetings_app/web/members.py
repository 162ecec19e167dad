"""名簿: the people of the office's bodies with their dated facts, and the forms that keep them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from litestar import get, post
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from agenda.services.people import (
    declare_relation,
    find_person,
    people_without_seat,
    relations_of,
    relations_on,
)
from honoraria.services.bank_accounts import account_of, account_text
from honoraria.services.corrections import proposals
from meetings_app.core.actor import Actor
from meetings_app.core.clock import Clock, today
from meetings_app.core.errors import Refused
from meetings_app.core.terms import Capacity, District, Office, Role, ServiceClass, WorkingTime
from meetings_app.services.committees import roster
from meetings_app.services.correction_trail import corrections_of
from meetings_app.services.members import add_person, facts_on
from meetings_app.services.minted import is_made
from meetings_app.services.roster import (
    PersonRecord,
    appoint_member,
    bodies_of,
    change_person,
    change_residence,
    change_status,
    elect_member,
    get_body,
    past_terms,
    record_of,
)
from meetings_app.tables.people import Person
from meetings_app.web.access import allow
from meetings_app.web.form_errors import ShownError, by_field, shown_errors
from meetings_app.web.forms import SENT_BEFORE, Form
from meetings_app.web.given import GivenActor, GivenClock, GivenDb, GivenFilters, GivenForm, WebRequest
from meetings_app.web.kinship_forms import judged, read_relation, relation_options
from meetings_app.web.locale import Locale, Translator, locale_of, translator
from meetings_app.web.meeting_frame import DbSession
from meetings_app.web.member_views import (
    BELONGING,
    OFFICES,
    district_options,
    fiscal_year_end,
    options,
    period_text,
    preset_options,
    roster_row,
    typed_day,
)
from meetings_app.web.page import Page, render, see_other
from meetings_app.web.person_views import PersonPage, Shown, person_page
from meetings_app.web.status_forms import EMPLOYEE, declared_statuses

READERS = (Role.SECRETARIAT, Role.CHAIR, Role.ACCOUNTING, Role.MEMBER, Role.CITY_OFFICER)
PRIVATE = (Role.SECRETARIAT, Role.CHAIR, Role.ACCOUNTING)
"""Who sees where somebody lives, what they work as and whose kin they are: what payment rests on."""

PAYS = (Role.SECRETARIAT, Role.ACCOUNTING)
"""Who sees to which account somebody is paid."""

KEEPER = allow(Role.SECRETARIAT)
FORM_FIELDS = {
    "basics": ("name", "kana", "organisation", "mailbox"),
    "appointments": ("body", "capacity", "term_from", "term_last", "predecessor"),
    "offices": ("office", "office_from", "office_last"),
    "residence": ("district", "residence_from"),
    "status": (
        *("preset", "employee", "service_class", "working_time", "occupation", "legal_basis"),
        *("needs_review", "together", "status_declared", "status_from"),
    ),
    "kinship": ("case", "relation", "path", "kin_declared", "kin_from"),
}
"""The fields of each form on a person's page; their names are unique over the page."""


@get("/members", opt=allow(*READERS), sync_to_thread=True)
def show_roster(
    request: WebRequest, filters: GivenFilters, db: GivenDb, actor: GivenActor, clock: GivenClock
) -> Page:
    """名簿 as of a day (?on=), by body (?body=)."""
    _, locale = translator(request), locale_of(request)
    on, errors = _day_asked(filters, clock, _)
    private = actor.role in PRIVATE
    with db.read() as session:
        bodies = bodies_of(session, actor)
        asked = filters.raw("body") or actor.committee_id
        body = get_body(session, actor, asked)
        rows = [
            roster_row(
                seat,
                facts_on(session, seat.person_id, on),
                relations_on(session, seat.person_id, actor.committee_id, on) if private else [],
                private=private,
                _=_,
                locale=locale,
            )
            for seat in roster(session, body.id, on)
        ]
        others = _others(session, actor) if private else []
        tabs = [_body_tab(one.id, one.name, body.id, on) for one in bodies]
    return render(
        request,
        "members.html",
        title=_("名簿"),
        status=422 if errors else 200,
        rows=rows,
        others=others,
        bodies=tabs,
        body_id=asked,
        on=on,
        on_text=filters.raw("on") or typed_day(on, locale),
        private=private,
        keeps=actor.role is Role.SECRETARIAT,
        yearly=actor.role in (Role.SECRETARIAT, Role.ACCOUNTING),
        errors=errors,
        errors_by_field=by_field(errors),
    )


@get("/members/new", opt=KEEPER, sync_to_thread=True)
def show_new_person(request: WebRequest) -> Page:
    """人を登録する画面."""
    return _new_person_page(request, Form.filled(request), [], 200)


@post("/members/new", opt=KEEPER, sync_to_thread=True)
def create_person(
    request: WebRequest, form: GivenForm, db: GivenDb, actor: GivenActor, clock: GivenClock
) -> Page:
    """人を登録する."""
    _ = translator(request)
    try:
        person_id = form.minted_id()
        values = _basics(form, _)
        with db.write() as session:
            again = is_made(session, Person, person_id)
            if again:
                find_person(session, actor, person_id)
            else:
                add_person(session=session, actor=actor, clock=clock, person_id=person_id, **values)
    except Refused as refusal:
        return _new_person_page(request, form, shown_errors(refusal, request), 422)
    done = _("登録しました。続けて、委嘱・居住地区・公務員区分・続柄を入れてください。")
    return see_other(
        request, f"/members/{person_id}", ("info", _(SENT_BEFORE)) if again else ("success", done)
    )


@get("/members/{person_id:str}", opt=allow(*PRIVATE), sync_to_thread=True)
def show_person(
    request: WebRequest,
    person_id: FromPath[str],
    filters: GivenFilters,
    db: GivenDb,
    actor: GivenActor,
    clock: GivenClock,
) -> Page:
    """一人の記録, with its history and the forms that add to it; ?relation= or ?path= begins a declaration with it."""
    picked = bool(filters.raw("relation") or filters.raw("path")) and actor.role is Role.SECRETARIAT
    asked = _Asked(request, db, actor, clock, person_id)
    return _person_page(asked, filters if picked else None, "kinship" if picked else "", [], 200)


@post("/members/{person_id:str}/basics", opt=KEEPER, sync_to_thread=True)
def save_basics(
    request: WebRequest,
    person_id: FromPath[str],
    form: GivenForm,
    db: GivenDb,
    actor: GivenActor,
    clock: GivenClock,
) -> Page:
    """氏名・所属・連絡先を直す."""
    _ = translator(request)

    def save(session: DbSession) -> str:
        change_person(session=session, actor=actor, clock=clock, person_id=person_id, **values)
        return _("登録を直しました。")

    def read() -> None:
        values.update(_basics(form, _))

    values: dict[str, str] = {}
    return _save(_Asked(request, db, actor, clock, person_id), form, "basics", read, save)


@post("/members/{person_id:str}/appointments", opt=KEEPER, sync_to_thread=True)
def add_appointment(
    request: WebRequest,
    person_id: FromPath[str],
    form: GivenForm,
    db: GivenDb,
    actor: GivenActor,
    clock: GivenClock,
) -> Page:
    """委嘱を記録する (第3条第1項・第2項)."""
    _ = translator(request)
    given: dict[str, Any] = {}

    def read() -> None:
        with form.reading():
            given["committee_id"] = form.identifier("body", _("会議体"))
            given["capacity"] = form.choice("capacity", _("区分"), Capacity)
            given["valid_from"] = form.day("term_from", _("任期の始まり"))
            given["last_day"] = form.opt_day("term_last", _("任期の最後の日"))
            given["predecessor_id"] = form.opt_identifier("predecessor", _("前任者"))
            if given["capacity"] not in BELONGING:
                form.fail("capacity", _("「区分」を一覧から選び直してください。"))

    def save(session: DbSession) -> str:
        appoint_member(session=session, actor=actor, clock=clock, person_id=person_id, **given)
        return _("委嘱を記録しました。")

    return _save(_Asked(request, db, actor, clock, person_id), form, "appointments", read, save)


@post("/members/{person_id:str}/offices", opt=KEEPER, sync_to_thread=True)
def add_office(
    request: WebRequest,
    person_id: FromPath[str],
    form: GivenForm,
    db: GivenDb,
    actor: GivenActor,
    clock: GivenClock,
) -> Page:
    """役職を記録する: 互選 (第3条第3項), or by post in the 圏域会議."""
    _ = translator(request)
    given: dict[str, Any] = {}

    def read() -> None:
        with form.reading():
            body_id, _mark, office = form.text("office", _("役職")).partition(":")
            given["committee_id"] = body_id
            given["valid_from"] = form.day("office_from", _("就任の日"))
            given["last_day"] = form.opt_day("office_last", _("最後の日"))
            if office in list(Office):
                given["office"] = Office(office)
            else:
                form.fail("office", _("「役職」を一覧から選び直してください。"))

    def save(session: DbSession) -> str:
        elect_member(session=session, actor=actor, clock=clock, person_id=person_id, **given)
        return _("役職を記録しました。")

    return _save(_Asked(request, db, actor, clock, person_id), form, "offices", read, save)


@post("/members/{person_id:str}/residence", opt=KEEPER, sync_to_thread=True)
def add_residence(
    request: WebRequest,
    person_id: FromPath[str],
    form: GivenForm,
    db: GivenDb,
    actor: GivenActor,
    clock: GivenClock,
) -> Page:
    """居住地区の申告を記録する (第7条第3項②)."""
    _ = translator(request)
    given: dict[str, Any] = {}

    def read() -> None:
        with form.reading():
            given["district"] = form.choice("district", _("居住地区"), District)
            given["valid_from"] = form.day("residence_from", _("この日から"))

    def save(session: DbSession) -> str:
        change_residence(session=session, actor=actor, clock=clock, person_id=person_id, **given)
        return _("居住地区を記録しました。")

    return _save(_Asked(request, db, actor, clock, person_id), form, "residence", read, save)


@post("/members/{person_id:str}/status", opt=KEEPER, sync_to_thread=True)
def add_status(
    request: WebRequest,
    person_id: FromPath[str],
    form: GivenForm,
    db: GivenDb,
    actor: GivenActor,
    clock: GivenClock,
) -> Page:
    """公務員区分の申告を記録する (第7条第4項): from a common job, or item by item."""
    _ = translator(request)
    given: dict[str, Any] = {}

    def read() -> None:
        with form.reading():
            given["declared_on"] = form.day("status_declared", _("申告の日"))
            valid_from = form.day("status_from", _("この日から"))
            given["valid_from"] = valid_from
            given["replaces"] = not form.checked("together")
            given["statuses"] = declared_statuses(form, valid_from, _)

    def save(session: DbSession) -> str:
        change_status(session=session, actor=actor, clock=clock, person_id=person_id, **given)
        return _("公務員区分を記録しました。")

    return _save(_Asked(request, db, actor, clock, person_id), form, "status", read, save)


@post("/members/{person_id:str}/kinship", opt=KEEPER, sync_to_thread=True)
def add_relation(
    request: WebRequest,
    person_id: FromPath[str],
    form: GivenForm,
    db: GivenDb,
    actor: GivenActor,
    clock: GivenClock,
) -> Page:
    """続柄の申告を記録する (第7条第4項); without a case number: kin to no 本人."""
    _ = translator(request)
    given: dict[str, Any] = {}

    def read() -> None:
        with form.reading():
            case = form.opt_integer("case", _("ケース番号"), low=1)
            given["case_number"] = case
            given["declared_on"] = form.day("kin_declared", _("申告の日"))
            given["valid_from"] = form.day("kin_from", _("この日から"))
            given["path"], given["relation"] = read_relation(form, case, _)

    def save(session: DbSession) -> str:
        declare_relation(session=session, actor=actor, clock=clock, person_id=person_id, **given)
        return _("続柄の申告を記録しました。") + judged(str(given["path"]), today(clock))

    return _save(_Asked(request, db, actor, clock, person_id), form, "kinship", read, save)


route_handlers: list[ControllerRouterHandler] = [
    show_roster,
    show_new_person,
    create_person,
    show_person,
    save_basics,
    add_appointment,
    add_office,
    add_residence,
    add_status,
    add_relation,
]


@dataclass(frozen=True, slots=True)
class _Asked:
    """Whose page is asked for, and by whom."""

    request: WebRequest
    db: GivenDb
    actor: Actor
    clock: Clock
    person_id: str


def _save(
    asked: _Asked, form: Form, opened: str, read: Callable[[], None], save: Callable[[DbSession], str]
) -> Page:
    """Read a form, store it for somebody the office keeps, and lead back; or show the page again."""
    try:
        read()
        with asked.db.write() as session:
            find_person(session, asked.actor, asked.person_id)
            done = save(session)
    except Refused as refusal:
        errors = shown_errors(refusal, asked.request)
        return _person_page(asked, form, opened, errors, 422)
    return see_other(asked.request, f"/members/{asked.person_id}", ("success", done))


def _basics(form: Form, _: Translator) -> dict[str, str]:
    with form.reading():
        values = {
            "name": form.text("name", _("氏名"), longest=100),
            "kana": form.opt_text("kana", _("ふりがな"), longest=100) or "",
            "organisation": form.opt_text("organisation", _("所属"), longest=200) or "",
            "mailbox": form.opt_text("mailbox", _("メールアドレス"), longest=254) or "",
        }
        if values["mailbox"] and "@" not in values["mailbox"][1:-1]:
            form.fail(
                "mailbox",
                _("メールアドレスの形になっていません。半角で「名前@組織」の形に直してください。"),
            )
    return values


def _day_asked(filters: Form, clock: Clock, _: Translator) -> tuple[date, list[ShownError]]:
    try:
        return filters.opt_day("on", _("基準日")) or today(clock), []
    except Refused as refusal:
        return today(clock), [ShownError("on", refusal.message, "#f-on")]


def _body_tab(body_id: str, name: str, active: str, on: date) -> dict[str, object]:
    href = f"/members?body={body_id}&on={on.isoformat()}"
    return {"label": name, "href": href, "active": body_id == active}


def _others(session: DbSession, actor: Actor) -> list[dict[str, str]]:
    return [
        {"href": f"/members/{person.id}", "name": person.name, "organisation": person.organisation}
        for person in people_without_seat(session, actor)
    ]


def _new_person_page(request: WebRequest, form: Form, errors: list[ShownError], status: int) -> Page:
    _ = translator(request)
    return render(
        request,
        "member_new.html",
        title=_("人を登録する"),
        status=status,
        typed={name: form.raw(name) for name in FORM_FIELDS["basics"]},
        minted=form.shown_id(),
        errors=errors,
        errors_by_field=by_field(errors),
    )


def _person_page(
    asked: _Asked, form: Form | None, opened: str, errors: list[ShownError], status: int
) -> Page:
    _, locale = translator(asked.request), locale_of(asked.request)
    now = today(asked.clock)
    with asked.db.read() as session:
        person = find_person(session, asked.actor, asked.person_id)
        bodies = bodies_of(session, asked.actor)
        relations = relations_of(session, person.id, asked.actor.committee_id)
        record = record_of(session, person, bodies)
        keeps = asked.actor.role is Role.SECRETARIAT
        account = account_of(session, person.id) if asked.actor.role in PAYS else None
        bank = account_text(account) if account else ""
        proposed = len(proposals(session, asked.actor.committee_id, person.id))
        shown = Shown(corrections_of(session, person.id), keeps, now, _, locale)
        view = person_page(record, relations, shown)
        lists = {
            "bodies": [(body.id, body.name) for body in bodies],
            "offices": [
                (f"{body.id}:{office}", f"{body.name} {_(office)}")
                for body in bodies
                for office in OFFICES[body.kind]
            ],
            "predecessors": [
                (term.id, f"{holder.name}　{_(term.capacity)}　{period_text(term, _, locale)}")
                for term, holder in past_terms(session, [body.id for body in bodies])
                if holder.id != person.id
            ],
        }
    first = {
        "name": view.name,
        "kana": view.kana,
        "organisation": view.organisation,
        "mailbox": view.mailbox,
        "body": asked.actor.committee_id,
        "term_from": typed_day(now, locale),
        "term_last": typed_day(fiscal_year_end(now), locale),
        **_first_declarations(view, record, now, locale),
    }
    typed = _typed(first, form, opened)
    return render(
        asked.request,
        "member.html",
        title=view.name,
        status=status,
        view=view,
        opened=opened,
        typed=typed,
        lists=lists | _fixed_lists(_, now) | {"relations": relation_options(typed["relation"], _)},
        keeps=keeps,
        pays=asked.actor.role in PAYS,
        bank=bank,
        proposed=proposed,
        errors=errors,
        errors_by_field=by_field(errors),
    )


def _first_declarations(view: PersonPage, record: PersonRecord, now: date, locale: Locale) -> dict[str, str]:
    """Return the days that stand in the empty forms: declared today, and the first declaration from the term's start.

    A later one changes what was declared, and from when is for the person to say: that field stays empty.
    """
    began = [term.valid_from for term in record.appointments if term.valid_to is None or term.valid_to > now]
    start = typed_day(min(began, default=now), locale)
    return {
        "status_declared": typed_day(now, locale),
        "kin_declared": typed_day(now, locale),
        "residence_from": "" if view.residences else start,
        "status_from": "" if view.statuses else start,
        "kin_from": "" if view.relations else start,
    }


def _typed(first: Mapping[str, str], form: Form | None, opened: str) -> dict[str, str]:
    """Return what stands in every field: what was typed or picked for the opened form, else the first value."""
    values = {name: first.get(name, "") for names in FORM_FIELDS.values() for name in names}
    if form is not None and opened:
        values |= {name: form.raw(name) for name in FORM_FIELDS[opened] if name in form.fields.texts}
    return values


def _fixed_lists(_: Translator, now: date) -> dict[str, list[tuple[str, str]]]:
    return {
        "capacities": options(BELONGING, _),
        "districts": district_options(_),
        "presets": preset_options(now),
        "service_classes": options(tuple(ServiceClass), _),
        "working_times": options(tuple(WorkingTime), _),
        "employee": [(value, _(label)) for value, label in EMPLOYEE],
    }
