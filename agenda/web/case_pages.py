"""ケース: the list and the search, one case, its basic facts, its end, and consents that were recorded wrongly."""

from collections.abc import Sequence
from datetime import date

from litestar import get, post
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from agenda.services import cases, clients
from agenda.services.case_search import LONGEST_QUERY
from agenda.services.clients import ClientFacts, client_of, names_kept, next_case_number, secretaries_on
from agenda.services.visibility import SEES_ALL
from agenda.web.case_frame import EDITORS, LONGEST_VERSION, READERS, Asked, case_page, past_day
from agenda.web.case_list_views import build_cases, suggest_cases
from agenda.web.plan_views import typed as typed_text
from meetings_app.core.clock import today
from meetings_app.core.errors import Conflict, Refused
from meetings_app.core.terms import Role
from meetings_app.services.correction_trail import LONGEST_REASON, Told, corrections_of, fingerprint
from meetings_app.web.form_errors import ShownError, by_field, shown_errors
from meetings_app.web.forms import Form
from meetings_app.web.given import GivenActor, GivenClock, GivenDb, GivenFilters, GivenForm, WebRequest
from meetings_app.web.heat import say
from meetings_app.web.locale import Translator, format_day, locale_of, translator
from meetings_app.web.page import Page, fragment, render, see_other

LONGEST_NAME = 100

# ---- the list


@get("/plans", opt=READERS, sync_to_thread=True)
def show_cases(
    request: WebRequest, db: GivenDb, clock: GivenClock, actor: GivenActor, filters: GivenFilters
) -> Page:
    """ケースの一覧; ?q= searches, ?show=open leaves those being supported."""
    _ = translator(request)
    query = filters.raw("q").strip()[:LONGEST_QUERY]
    only_open = filters.raw("show") == "open" and not query
    found = build_cases(db, actor, today(clock), locale_of(request), query, only_open=only_open)
    return render(
        request,
        "agenda/cases.html",
        title=_("プラン"),
        lines=found.lines,
        query=query,
        sub=say(_("「{query}」に当たるケース {n}件"), query=query, n=len(found.lines))
        if query
        else say(_("ケース {n}件"), n=found.total),
        chips=[
            {"label": _("すべて"), "href": "/plans", "active": not only_open and not query, "count": found.total},
            {"label": _("続いている"), "href": "/plans?show=open", "active": only_open, "count": found.supported},
        ],
        total=found.total,
        sees_all=actor.role in SEES_ALL,
        edits=actor.role is Role.SECRETARIAT,
    )  # fmt: skip


@get("/plans/search", opt=READERS, sync_to_thread=True)
def suggest(request: WebRequest, db: GivenDb, actor: GivenActor, filters: GivenFilters) -> Page:
    """打ちながら探す: the cases that answer what stands in the field of the page's head (?q=)."""
    query = filters.raw("q").strip()[:LONGEST_QUERY]
    lines, more = suggest_cases(db, actor, query, locale_of(request))
    return fragment(request, "agenda/search_results.html", query=query, lines=lines, more=more)


# ---- a new case


@get("/plans/new", opt=EDITORS, sync_to_thread=True)
def show_new_case(request: WebRequest, db: GivenDb, clock: GivenClock, actor: GivenActor) -> Page:
    """ケースを登録する画面, with the next free number."""
    with db.read() as session:
        number = next_case_number(session, actor.committee_id)
    return _new_case_page(request, db, clock, actor, Form.filled(request, case_number=number), [])


@post("/plans/new", opt=EDITORS, sync_to_thread=True)
def register_case(
    request: WebRequest, db: GivenDb, clock: GivenClock, actor: GivenActor, form: GivenForm
) -> Page:
    """ケースを登録する."""
    _ = translator(request)
    try:
        facts = _read_facts(form, _, today(clock))
        with db.write() as session:
            client_id = cases.add_client(
                session=session,
                actor=actor,
                clock=clock,
                case_number=facts.case_number,
                initials=facts.initials,
                first_contact_on=facts.first_contact_on,
                assigned_id=facts.assigned_id,
                name=facts.name or "",
                kana=facts.kana or "",
            ).id
    except Refused as refusal:
        errors = shown_errors(refusal, request, _field_of(refusal))
        return _new_case_page(request, db, clock, actor, form, errors)
    done = say(_("No.{n} を登録しました。続けて、同意とプランを記録してください。"), n=facts.case_number)
    return see_other(request, f"/plans/{client_id}", ("success", done))


def _field_of(refusal: Refused) -> str:
    """Return the field that a refusal of the service is about."""
    return "assigned" if isinstance(refusal, clients.NotAssignable) else "case_number"


def _read_facts(form: Form, translate: Translator, on: date) -> ClientFacts:
    _ = translate
    with form.reading():
        return ClientFacts(
            case_number=form.integer("case_number", _("ケース番号"), low=1, high=cases.LARGEST_CASE),
            initials=form.opt_text("initials", _("イニシャル"), longest=20) or "",
            first_contact_on=past_day(form, "first_contact_on", _("初回の相談の日"), on),
            assigned_id=form.opt_identifier("assigned", _("担当")),
            name=form.opt_text("name", _("氏名"), longest=LONGEST_NAME) or "",
            kana=form.opt_text("kana", _("ふりがな"), longest=LONGEST_NAME) or "",
        )


def _new_case_page(
    request: WebRequest,
    db: GivenDb,
    clock: GivenClock,
    actor: GivenActor,
    form: Form,
    errors: Sequence[ShownError],
) -> Page:
    _ = translator(request)
    with db.read() as session:
        people = [(one.id, one.name) for one in secretaries_on(session, actor.committee_id, today(clock))]
        named = names_kept(session)
    return render(
        request,
        "agenda/new_case.html",
        title=_("ケースを登録する"),
        status=422 if errors else 200,
        typed=form,
        people=people,
        named=named,
        errors=errors,
        wrong=by_field(errors),
    )


# ---- one case


@get("/plans/{client_id:str}", opt=READERS, sync_to_thread=True)
def show_case(
    request: WebRequest,
    client_id: FromPath[str],
    db: GivenDb,
    clock: GivenClock,
    actor: GivenActor,
    filters: GivenFilters,
) -> Page:
    """ケースの画面; ?show= narrows the time line."""
    asked = Asked(request, db, clock, actor, client_id)
    return case_page(asked, Form.filled(request), shown=filters.raw("show"))


@get("/plans/{client_id:str}/edit", opt=EDITORS, sync_to_thread=True)
def show_case_form(
    request: WebRequest, client_id: FromPath[str], db: GivenDb, clock: GivenClock, actor: GivenActor
) -> Page:
    """ケースの記録を直す画面."""
    return _edit_page(Asked(request, db, clock, actor, client_id), None, [], 200)


@post("/plans/{client_id:str}/edit", opt=EDITORS, sync_to_thread=True)
def change_case(
    request: WebRequest,
    client_id: FromPath[str],
    db: GivenDb,
    clock: GivenClock,
    actor: GivenActor,
    form: GivenForm,
) -> Page:
    """ケースの記録を直す."""
    _ = translator(request)
    asked = Asked(request, db, clock, actor, client_id)
    try:
        facts = _read_facts(form, _, today(clock))
        with db.write() as session:
            clients.edit_client(
                session=session,
                actor=actor,
                clock=clock,
                client=client_of(session, actor, client_id, today(clock)),
                version=_version(form, _),
                facts=facts,
            )
    except Conflict as conflict:
        return _edit_page(asked, form, [ShownError("", _(conflict.message), f"{asked.href}/edit")], 409)
    except Refused as refusal:
        return _edit_page(asked, form, shown_errors(refusal, request, _field_of(refusal)), 422)
    return see_other(request, asked.href, ("success", _("ケースの記録を直しました。")))


def _version(form: Form, translate: Translator) -> int:
    return form.integer("version", translate("画面の版"), low=1, high=LONGEST_VERSION)


def _edit_page(asked: Asked, form: Form | None, errors: Sequence[ShownError], status: int) -> Page:
    _, locale = translator(asked.request), locale_of(asked.request)
    day = today(asked.clock)
    with asked.db.read() as session:
        client = client_of(session, asked.actor, asked.client_id, day)
        named = names_kept(session)
        people = [(one.id, one.name) for one in secretaries_on(session, asked.actor.committee_id, day)]
        holder = clients.assigned_names(session, [client]).get(client.id)
        if holder is not None and holder.id not in dict(people):
            people.append((holder.id, say(_("{name}（いまは事務局員ではありません）"), name=holder.name)))
        case, closed = f"No.{client.case_number}", client.closed_on is not None
        stored = Form.filled(
            asked.request,
            case_number=client.case_number,
            initials=client.initials,
            first_contact_on=typed_text(client.first_contact_on, locale),
            assigned=client.assigned_id,
            name=client.name if named else None,
            kana=client.kana if named else None,
            version=client.version,
        )
    return render(
        asked.request,
        "agenda/case_edit.html",
        title=say(_("{case} の記録を直す"), case=case),
        status=status,
        case=case,
        href=asked.href,
        typed=form or stored,
        people=people,
        named=named,
        closed=closed,
        errors=errors,
        wrong=by_field(errors),
    )


@post("/plans/{client_id:str}/closing", opt=EDITORS, sync_to_thread=True)
def close(
    request: WebRequest,
    client_id: FromPath[str],
    db: GivenDb,
    clock: GivenClock,
    actor: GivenActor,
    form: GivenForm,
) -> Page:
    """プランによらずケースを終える."""
    _ = translator(request)
    asked = Asked(request, db, clock, actor, client_id)
    try:
        with form.reading():
            day = form.day("closed_on", _("終わった日"))
            why = form.text("closed_why", _("終わりにする理由"), longest=clients.LONGEST_WHY)
        with db.write() as session:
            clients.close_case(
                session=session,
                actor=actor,
                clock=clock,
                client=client_of(session, actor, client_id, today(clock)),
                version=_version(form, _),
                closed_on=day,
                why=why,
            )
    except Refused as refusal:
        errors = shown_errors(refusal, request, "closed_on")
        return case_page(asked, form, opened="closed_on", errors=errors)
    return see_other(
        request, asked.href, ("success", _("ケースを終わりにしました。続けるときは、再開できます。"))
    )


@post("/plans/{client_id:str}/reopening", opt=EDITORS, sync_to_thread=True)
def reopen(
    request: WebRequest,
    client_id: FromPath[str],
    db: GivenDb,
    clock: GivenClock,
    actor: GivenActor,
    form: GivenForm,
) -> Page:
    """ケースを再開する."""
    _ = translator(request)
    asked = Asked(request, db, clock, actor, client_id)
    try:
        why = form.text("reopen_why", _("再開する理由"), longest=clients.LONGEST_WHY)
        with db.write() as session:
            clients.reopen_case(
                session=session,
                actor=actor,
                clock=clock,
                client=client_of(session, actor, client_id, today(clock)),
                version=_version(form, _),
                why=why,
            )
    except Refused as refusal:
        errors = shown_errors(refusal, request, "reopen_why")
        return case_page(asked, form, opened="reopen_why", errors=errors)
    return see_other(request, asked.href, ("success", _("ケースを再開しました。")))


# ---- consents recorded wrongly


@get("/plans/{client_id:str}/consents/{consent_id:str}", opt=EDITORS, sync_to_thread=True)
def show_consent(
    request: WebRequest,
    client_id: FromPath[str],
    consent_id: FromPath[str],
    db: GivenDb,
    clock: GivenClock,
    actor: GivenActor,
) -> Page:
    """同意の記録を訂正する画面."""
    return _consent_page(Asked(request, db, clock, actor, client_id), consent_id, None, [], 200)


@post("/plans/{client_id:str}/consents/{consent_id:str}", opt=EDITORS, sync_to_thread=True)
def mend_consent(
    request: WebRequest,
    client_id: FromPath[str],
    consent_id: FromPath[str],
    db: GivenDb,
    clock: GivenClock,
    actor: GivenActor,
    form: GivenForm,
) -> Page:
    """同意の記録を訂正する; what stood there stays in the history."""
    _ = translator(request)
    asked = Asked(request, db, clock, actor, client_id)
    try:
        with form.reading():
            given = form.day("given_on", _("同意の日"))
            withdrawn = form.opt_day("withdrawn_on", _("撤回の日"))
            note = form.opt_text("note", _("メモ"), longest=500)
            reason = form.text("reason", _("訂正の理由"), longest=LONGEST_REASON, lines=True)
        with db.write() as session:
            cases.correct_consent(
                session=session,
                actor=actor,
                clock=clock,
                client=client_of(session, actor, client_id, today(clock)),
                consent_id=consent_id,
                given_on=given,
                withdrawn_on=withdrawn,
                note=note or "",
                told=Told(reason, form.raw("seen")),
            )
    except Conflict as conflict:
        return _consent_page(asked, consent_id, form, [ShownError("", _(conflict.message))], 409)
    except Refused as refusal:
        errors = shown_errors(refusal, request, "given_on")
        return _consent_page(asked, consent_id, form, errors, 422)
    done = _("同意の記録を訂正しました。訂正前の内容も、経過に残ります。")
    return see_other(request, asked.href, ("success", done))


def _consent_page(
    asked: Asked, consent_id: str, form: Form | None, errors: Sequence[ShownError], status: int
) -> Page:
    _, locale = translator(asked.request), locale_of(asked.request)
    with asked.db.read() as session:
        client = client_of(session, asked.actor, asked.client_id, today(asked.clock))
        consent = cases.find_consent(session, client, consent_id)
        earlier = [
            {
                "label": say(
                    _("{day} {actor}"), day=format_day(one.at, locale, weekday=True), actor=one.actor
                ),
                "value": say(
                    _("同意 {given}　撤回 {withdrawn}"),
                    given=format_day(one.day("valid_from"), locale),
                    withdrawn=format_day(one.day("valid_to"), locale) or "—",
                ),
                "note": one.reason,
            }
            for one in corrections_of(session, client.id).get(consent.id, [])
        ]
        stored = Form.filled(
            asked.request,
            given_on=typed_text(consent.valid_from, locale),
            withdrawn_on=typed_text(consent.valid_to, locale),
            note=consent.note,
        )
        case, seen = f"No.{client.case_number}", fingerprint("consent", consent)
    return render(
        asked.request,
        "agenda/consent_correction.html",
        title=_("同意の記録の訂正"),
        status=status,
        case=case,
        href=asked.href,
        action=f"{asked.href}/consents/{consent_id}",
        typed=form or stored,
        seen=seen,
        earlier=earlier,
        errors=errors,
        wrong=by_field(errors),
    )


route_handlers: list[ControllerRouterHandler] = [
    show_cases,
    suggest,
    show_new_case,
    register_case,
    show_case,
    show_case_form,
    change_case,
    close,
    reopen,
    show_consent,
    mend_consent,
]
