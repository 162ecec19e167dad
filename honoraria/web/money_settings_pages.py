"""会計の設定: how tax is withheld, who pays from which account, what the bank wants, and the yearly look."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from litestar import get, post
from litestar.types import ControllerRouterHandler

from honoraria.services import money_settings as money
from honoraria.services.policies import daily_taxes, set_daily_tax
from honoraria.tables import DailyTax
from honoraria.web.account_form import AccountFields, account_fields, read_account
from honoraria.zengin.transfer_file import ClearingHouse
from meetings_app.core.errors import Refused
from meetings_app.core.terms import AccountKind, Role, WithholdingMode
from meetings_app.services.office_settings import Value
from meetings_app.web.access import allow
from meetings_app.web.form_errors import ShownError, by_field, shown_errors
from meetings_app.web.forms import Form
from meetings_app.web.given import GivenActor, GivenClock, GivenDb, GivenForm, WebRequest
from meetings_app.web.locale import (
    Locale,
    Translator,
    format_day,
    format_money,
    format_time,
    locale_of,
    translator,
)
from meetings_app.web.meeting_frame import DbSession
from meetings_app.web.member_views import options
from meetings_app.web.page import Page, render, see_other
from meetings_app.web.setting_fields import Known, SettingField, group_view, read_settings, told_settings
from meetings_app.web.setting_groups import FOUR_EYES, PAYER, TRANSFER_FILE, WITHHOLDING, YEARLY

T = TypeVar("T")

KEEPERS = allow(Role.SECRETARIAT, Role.ACCOUNTING)
HERE = "/honoraria/settings"
MOST_TAXABLE = 9_999_999
TAX_FIELDS = ("taxable", "tax_from", "tax")
KEYS = {
    "withholding": money.WITHHOLDING,
    "payer": money.PAYER,
    "transfer-file": money.TRANSFER_FILE,
    "yearly": money.YEARLY,
}
"""The forms of the page, with the settings that each one keeps."""


@dataclass(frozen=True, slots=True)
class TaxRow:
    """日額表乙欄の税額 as the list shows it."""

    taxable: str
    since: str
    tax: str
    set_by: str


@get(HERE, opt=KEEPERS, sync_to_thread=True)
def show_settings(request: WebRequest, db: GivenDb) -> Page:
    """会計の設定の画面."""
    return _page(request, db, None, "", [])


@post(f"{HERE}/withholding", opt=KEEPERS, sync_to_thread=True)
def save_withholding(
    request: WebRequest, form: GivenForm, db: GivenDb, actor: GivenActor, clock: GivenClock
) -> Page:
    """源泉徴収の方法を決める."""
    _ = translator(request)

    def save(session: DbSession, values: dict[str, Value]) -> list[str]:
        mode, on_travel = (values[key] for key in money.WITHHOLDING)
        return money.set_withholding(
            session=session,
            actor=actor,
            clock=clock,
            mode=WithholdingMode(str(mode)) if mode else None,
            includes_travel=None if on_travel is None else bool(on_travel),
        )

    return _save(
        request, form, db, "withholding", "on_travel", lambda: _read(form, WITHHOLDING.fields, _), save
    )


@post(f"{HERE}/payer", opt=KEEPERS, sync_to_thread=True)
def save_payer(
    request: WebRequest, form: GivenForm, db: GivenDb, actor: GivenActor, clock: GivenClock
) -> Page:
    """振込の依頼人を決める; without a number typed, the one on record stays."""
    _ = translator(request)

    def read() -> dict[str, str]:
        with form.reading():
            code = form.text("consignor_code", _("委託者コード"), longest=20)
            typed = read_account(form, _("依頼人"), _, needs_number=False)
        return {
            "consignor_code": code,
            "name": typed.holder,
            "bank_code": typed.bank_code,
            "branch_code": typed.branch_code,
            "kind": typed.kind,
            "number": typed.number,
        }

    def save(session: DbSession, values: dict[str, str]) -> list[str]:
        return money.set_payer(session=session, actor=actor, clock=clock, **values)

    return _save(request, form, db, "payer", "", read, save)


@post(f"{HERE}/transfer-file", opt=KEEPERS, sync_to_thread=True)
def save_transfer_file(
    request: WebRequest, form: GivenForm, db: GivenDb, actor: GivenActor, clock: GivenClock
) -> Page:
    """振込データの形を決める."""
    _ = translator(request)

    def save(session: DbSession, values: dict[str, Value]) -> list[str]:
        crlf, eof, house = (values[key] for key in money.TRANSFER_FILE)
        wanted: ClearingHouse = "zero" if house == "zero" else "blank"
        return money.set_transfer_options(
            session=session,
            actor=actor,
            clock=clock,
            crlf=bool(crlf),
            eof=bool(eof),
            clearing_house=wanted,
        )

    return _save(request, form, db, "transfer-file", "", lambda: _read(form, TRANSFER_FILE.fields, _), save)


@post(f"{HERE}/yearly", opt=KEEPERS, sync_to_thread=True)
def save_yearly(
    request: WebRequest, form: GivenForm, db: GivenDb, actor: GivenActor, clock: GivenClock
) -> Page:
    """法定調書の目安を決める."""
    _ = translator(request)

    def read() -> dict[str, int | None]:
        with form.reading():
            return {
                field.name: form.opt_integer(field.name, _(field.label), high=field.high)
                for field in YEARLY.fields
            }

    def save(session: DbSession, values: dict[str, int | None]) -> list[str]:
        return money.set_yearly_limits(session=session, actor=actor, clock=clock, **values)

    return _save(request, form, db, "yearly", "", read, save)


@post(f"{HERE}/daily-taxes", opt=KEEPERS, sync_to_thread=True)
def add_daily_tax(
    request: WebRequest, form: GivenForm, db: GivenDb, actor: GivenActor, clock: GivenClock
) -> Page:
    """日額表乙欄の税額を入れる; the same amounts again change nothing."""
    _ = translator(request)
    try:
        with form.reading():
            taxable = form.integer("taxable", _("課税対象額"), low=1, high=MOST_TAXABLE)
            since = form.day("tax_from", _("この日から"))
            tax = form.integer("tax", _("税額"), high=MOST_TAXABLE)
        with db.write() as session:
            set_daily_tax(
                session=session, actor=actor, clock=clock, taxable=taxable, valid_from=since, tax=tax
            )
    except Refused as refusal:
        return _page(request, db, form, "daily-taxes", shown_errors(refusal, request, "tax"))
    return see_other(request, f"{HERE}#daily-taxes", ("success", _("日額表の税額を記録しました。")))


route_handlers: list[ControllerRouterHandler] = [
    show_settings,
    save_withholding,
    save_payer,
    save_transfer_file,
    save_yearly,
    add_daily_tax,
]


def _read(form: Form, fields: Sequence[SettingField], _: Translator) -> dict[str, Value]:
    with form.reading():
        return read_settings(form, fields, _)


def _save(
    request: WebRequest,
    form: Form,
    db: GivenDb,
    name: str,
    field: str,
    read: Callable[[], T],
    save: Callable[[DbSession, T], list[str]],
) -> Page:
    """Read one form and store it whole, or show the page again; `field` is where the service's sentence belongs."""
    _ = translator(request)
    try:
        values = read()
        with db.write() as session:
            money.refuse_stale(session, KEYS[name], form.raw("seen"))
            changed = save(session, values)
    except Refused as refusal:
        return _page(request, db, form, name, shown_errors(refusal, request, field))
    done = _("設定を{n}件変えました。").replace("{n}", str(len(changed)))
    flash = ("success", done) if changed else ("info", _("変わったところはありません。"))
    return see_other(request, f"{HERE}#{name}", flash)


def _page(
    request: WebRequest, db: GivenDb, form: Form | None, refused: str, errors: Sequence[ShownError]
) -> Page:
    _, locale = translator(request), locale_of(request)
    with db.read() as session:
        known = money.money_on_record(session)
        seen = {name: money.stamp_of(session, keys) for name, keys in KEYS.items()}
        payer = money.payer_on_record(session)
        taxes = [_tax_row(row, _, locale) for row in daily_taxes(session)]
    if form is not None:
        seen[refused] = form.raw("seen")
    payer_form = form if refused == "payer" else None
    return render(
        request,
        "honoraria/money_settings.html",
        title=_("会計の設定"),
        status=422 if errors else 200,
        groups=_groups(known, form, refused, _, locale),
        four_eyes=told_settings(FOUR_EYES, known, _, locale),
        payer=told_settings(PAYER, known, _, locale),
        payer_note=_(PAYER.note),
        payer_typed=_payer_fields(payer, payer_form, _),
        consignor_code=payer_form.raw("consignor_code") if payer_form else payer.consignor_code,
        has_number=payer.has_number,
        kinds=options(tuple(AccountKind), _),
        taxes=taxes,
        typed={field: form.raw(field) if form and refused == "daily-taxes" else "" for field in TAX_FIELDS},
        seen=seen,
        refused=refused,
        errors=errors,
        errors_by_field=by_field(errors),
    )


def _groups(
    known: Known, form: Form | None, refused: str, _: Translator, locale: Locale
) -> dict[str, dict[str, object]]:
    """Return the groups that are asked for field by field, by the name of their form."""
    groups = {"withholding": WITHHOLDING, "transfer-file": TRANSFER_FILE, "yearly": YEARLY}
    return {
        name: group_view(group, known, form if name == refused else None, _, locale)
        for name, group in groups.items()
    }


def _payer_fields(payer: money.PayerOnRecord, form: Form | None, _: Translator) -> AccountFields:
    return account_fields(
        form,
        bank_code=payer.bank_code,
        branch_code=payer.branch_code,
        kind=payer.kind,
        holder=payer.name,
        _=_,
    )


def _tax_row(row: DailyTax, _: Translator, locale: Locale) -> TaxRow:
    when = f"{format_day(row.set_at, locale)} {format_time(row.set_at)}"
    return TaxRow(
        taxable=format_money(row.taxable, locale),
        since=_("{start}から").replace("{start}", format_day(row.valid_from, locale)),
        tax=format_money(row.tax, locale),
        set_by=_("{when} {name} が設定").replace("{when}", when).replace("{name}", row.set_by),
    )
