"""振込先: one person's account, and the banks and branches to choose from. Numbers are shown masked only."""

from dataclasses import dataclass

from litestar import get, post
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from agenda.services.people import find_person
from honoraria.services.bank_accounts import (
    account_of,
    account_text,
    past_accounts,
    refuse_stale,
    register_account,
    retire_account,
)
from honoraria.tables import BankAccount
from honoraria.web.account_form import (
    LONGEST,
    AccountFields,
    account_fields,
    bank_offers,
    branch_offers,
    holder_text,
    read_account,
    told_holder,
)
from honoraria.zengin.account import masked
from honoraria.zengin.banks import find_bank, find_branch
from meetings_app.core.actor import Actor
from meetings_app.core.errors import NotFound, Refused
from meetings_app.core.terms import AccountKind, Role
from meetings_app.tables.people import Person
from meetings_app.web.access import allow
from meetings_app.web.form_errors import ShownError, by_field, shown_errors
from meetings_app.web.forms import Form
from meetings_app.web.given import GivenActor, GivenClock, GivenDb, GivenFilters, GivenForm, WebRequest
from meetings_app.web.locale import Locale, Translator, format_day, format_time, locale_of, translator
from meetings_app.web.meeting_frame import DbSession
from meetings_app.web.member_views import options
from meetings_app.web.page import Page, fragment, is_htmx, render, see_other

KEEPERS = allow(Role.SECRETARIAT, Role.ACCOUNTING)


@dataclass(frozen=True, slots=True)
class AccountView:
    """振込先 as it is shown; `holder` is the name of the bank file with its bytes."""

    id: str
    bank: str
    branch: str
    kind: str
    number: str
    holder: str
    since: str
    until: str


@dataclass(frozen=True, slots=True)
class BankPage:
    """一人の振込先, with the fields of the form."""

    person_id: str
    name: str
    account: AccountView | None
    past: tuple[AccountView, ...]
    fields: AccountFields


@get("/members/{person_id:str}/bank", opt=KEEPERS, sync_to_thread=True)
def show_account(request: WebRequest, person_id: FromPath[str], db: GivenDb, actor: GivenActor) -> Page:
    """振込先の画面."""
    return _page(request, db, actor, person_id, None, [])


@post("/members/{person_id:str}/bank", opt=KEEPERS, sync_to_thread=True)
def save_account(
    request: WebRequest,
    person_id: FromPath[str],
    form: GivenForm,
    db: GivenDb,
    actor: GivenActor,
    clock: GivenClock,
) -> Page:
    """振込先を登録する; the one before it is no longer used. The same account again changes nothing."""
    _ = translator(request)
    with db.read() as session:
        person = find_person(session, actor, person_id).name
    try:
        with form.reading():
            typed = read_account(form, f"{person}さん", _, needs_number=True)
        with db.write() as session:
            find_person(session, actor, person_id)
            known = account_of(session, person_id)
            added = register_account(
                session=session,
                actor=actor,
                clock=clock,
                person_id=person_id,
                bank_code=typed.bank_code,
                branch_code=typed.branch_code,
                kind=typed.kind,
                number=typed.number,
                holder=typed.holder,
                seen_id=form.raw("seen"),
            )
            same = known is not None and known.id == added.id
            text = account_text(added)
    except Refused as refusal:
        return _page(request, db, actor, person_id, form, shown_errors(refusal, request))
    said = _("振込先は変わっていません: {account}") if same else _("振込先を登録しました: {account}")
    kind = "info" if same else "success"
    return see_other(request, f"/members/{person_id}/bank", (kind, said.replace("{account}", text)))


@post("/members/{person_id:str}/bank/retire", opt=KEEPERS, sync_to_thread=True)
def stop_account(
    request: WebRequest,
    person_id: FromPath[str],
    form: GivenForm,
    db: GivenDb,
    actor: GivenActor,
    clock: GivenClock,
) -> Page:
    """振込先を使わなくする; asked again, it has already happened."""
    _ = translator(request)
    with db.write() as session:
        find_person(session, actor, person_id)
        if account_of(session, person_id) is not None:
            refuse_stale(session, person_id, form.raw("seen"))
            retire_account(session=session, actor=actor, clock=clock, person_id=person_id)
    done = _("振込先を使わないことにしました。支払うときは、新しい振込先を登録するか、現金で支払います。")
    return see_other(request, f"/members/{person_id}/bank", ("success", done))


@get("/honoraria/banks", opt=KEEPERS, sync_to_thread=True)
def show_banks(request: WebRequest, filters: GivenFilters) -> Page:
    """銀行を探す (?q=): a page with codes, or for htmx the choices under the field that asks."""
    _ = translator(request)
    if is_htmx(request):
        offers = bank_offers(_asked(filters, "bank"))
        return fragment(request, "honoraria/bank_offers.html", offers=offers)
    offers = bank_offers(_asked(filters, "q"))
    return render(request, "honoraria/banks.html", title=_("銀行を探す"), offers=offers, bank=None)


@get("/honoraria/banks/{code:str}/branches", opt=KEEPERS, sync_to_thread=True)
def show_branches(request: WebRequest, code: FromPath[str], filters: GivenFilters) -> Page:
    """支店を探す (?q=) at one bank; for htmx the field itself, or the choices under it once something is typed."""
    _ = translator(request)
    bank = find_bank(code)
    if bank is None:
        raise NotFound("この銀行コードは金融機関の一覧にありません。銀行を探し直してください。")
    asked = _asked(filters, "branch" if is_htmx(request) else "q")
    offers = branch_offers(bank.code, asked)
    if not is_htmx(request):
        return render(request, "honoraria/banks.html", title=_("支店を探す"), offers=offers, bank=bank)
    template = "honoraria/bank_offers.html" if asked else "honoraria/branch_field.html"
    return fragment(request, template, offers=offers, bank_code=bank.code)


@post("/honoraria/holder", opt=KEEPERS, sync_to_thread=True)
def show_holder(request: WebRequest, form: GivenForm) -> Page:
    """口座名義 as it will stand in the bank file, for htmx; sent in the body, so that no address holds a name."""
    _ = translator(request)
    preview = told_holder(form.raw("holder")[:LONGEST], _("この口座"), _)
    return fragment(request, "honoraria/holder_preview.html", preview=preview)


route_handlers: list[ControllerRouterHandler] = [
    show_account,
    save_account,
    stop_account,
    show_banks,
    show_branches,
    show_holder,
]


def _asked(filters: Form, name: str) -> str:
    return filters.raw(name)[:LONGEST].strip()


def _page(
    request: WebRequest,
    db: GivenDb,
    actor: Actor,
    person_id: str,
    form: Form | None,
    errors: list[ShownError],
) -> Page:
    _, locale = translator(request), locale_of(request)
    with db.read() as session:
        person = find_person(session, actor, person_id)
        view = _view(session, person, form, _, locale)
    return render(
        request,
        "honoraria/bank_account.html",
        title=_("{name}の振込先").replace("{name}", view.name),
        status=422 if errors else 200,
        view=view,
        seen=form.raw("seen") if form else (view.account.id if view.account else ""),
        kinds=options(tuple(AccountKind), _),
        errors=errors,
        errors_by_field=by_field(errors),
    )


def _view(session: DbSession, person: Person, form: Form | None, _: Translator, locale: Locale) -> BankPage:
    known = account_of(session, person.id)
    return BankPage(
        person_id=person.id,
        name=person.name,
        account=_account_view(known, _, locale) if known else None,
        past=tuple(_account_view(row, _, locale) for row in past_accounts(session, person.id)),
        fields=account_fields(
            form,
            bank_code=known.bank_code if known else "",
            branch_code=known.branch_code if known else "",
            kind=known.kind if known else AccountKind.ORDINARY,
            holder=known.holder if known else "",
            _=_,
        ),
    )


def _account_view(row: BankAccount, _: Translator, locale: Locale) -> AccountView:
    bank, branch = find_bank(row.bank_code), find_branch(row.bank_code, row.branch_code)
    when = f"{format_day(row.registered_at, locale)} {format_time(row.registered_at)}"
    until = f"{format_day(row.retired_at, locale)} {format_time(row.retired_at)}" if row.retired_at else ""
    return AccountView(
        id=row.id,
        bank=f"{bank.name} {row.bank_code}" if bank else row.bank_code,
        branch=f"{branch.name} {row.branch_code}" if branch else row.branch_code,
        kind=_(row.kind),
        number=masked(row.number),
        holder=holder_text(row.holder, _),
        since=_("{when} {name} が登録").replace("{when}", when).replace("{name}", row.registered_by),
        until=until,
    )
