"""支援の種類の設定: the statutory services with their dates, and the office's own entries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from litestar import get, post
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from agenda.register_tables import ServiceCode
from agenda.rules.service_codes import ENTRIES, CodeEntry
from agenda.services import service_codes
from agenda.services.service_codes import own_codes
from agenda.web.case_frame import EDITORS
from agenda.web.case_views import KIND_LABELS
from meetings_app.core.clock import today
from meetings_app.core.effective import holds
from meetings_app.core.errors import Refused
from meetings_app.core.terms import ServiceKind
from meetings_app.web.form_errors import ShownError, by_field, shown_errors
from meetings_app.web.forms import Form
from meetings_app.web.given import GivenActor, GivenClock, GivenDb, GivenForm, WebRequest
from meetings_app.web.heat import say
from meetings_app.web.locale import Locale, Translator, locale_of, translator
from meetings_app.web.member_views import period_text
from meetings_app.web.page import Page, render, see_other

PATH = "/settings/service-codes"


@dataclass(frozen=True, slots=True)
class CodeLine:
    """一つの種類 in a period; `id` "" for one of the product's."""

    id: str
    code: str
    kind: str
    kind_label: str
    name: str
    basis: str
    period: str
    now: bool
    open: bool


@get(PATH, opt=EDITORS, sync_to_thread=True)
def show_codes(request: WebRequest, db: GivenDb, clock: GivenClock, actor: GivenActor) -> Page:
    """支援の種類の画面."""
    return _page(request, db, clock, actor, Form.filled(request), "", [])


@post(PATH, opt=EDITORS, sync_to_thread=True)
def add_code(request: WebRequest, db: GivenDb, clock: GivenClock, actor: GivenActor, form: GivenForm) -> Page:
    """支援の種類を加える."""
    _ = translator(request)
    try:
        with form.reading():
            code = form.text("code", _("番号"), longest=service_codes.LONGEST_CODE)
            kind = form.choice("kind", _("区分"), ServiceKind)
            name = form.text("name", _("名前"), longest=service_codes.LONGEST_NAME)
            basis = form.opt_text("basis", _("根拠"), longest=service_codes.LONGEST_NAME)
            start = form.day("first_day", _("始まりの日"))
        with db.write() as session:
            service_codes.add_code(
                session=session,
                actor=actor,
                clock=clock,
                code=code,
                kind=kind,
                name=name,
                basis=basis or "",
                valid_from=start,
            )
    except Refused as refusal:
        errors = shown_errors(refusal, request, "code")
        return _page(request, db, clock, actor, form, "new", errors)
    return see_other(request, PATH, ("success", say(_("「{name}」を加えました。"), name=name)))


@post(PATH + "/{code_id:str}/name", opt=EDITORS, sync_to_thread=True)
def rename_code(
    request: WebRequest,
    code_id: FromPath[str],
    db: GivenDb,
    clock: GivenClock,
    actor: GivenActor,
    form: GivenForm,
) -> Page:
    """名前が変わる日を記録する."""
    _ = translator(request)
    try:
        with form.reading():
            name = form.text(f"name_{code_id}", _("新しい名前"), longest=service_codes.LONGEST_NAME)
            basis = form.opt_text(f"basis_{code_id}", _("根拠"), longest=service_codes.LONGEST_NAME)
            start = form.day(f"from_{code_id}", _("変わる日"))
        with db.write() as session:
            service_codes.rename_code(
                session=session,
                actor=actor,
                clock=clock,
                code_id=code_id,
                name=name,
                basis=basis or "",
                valid_from=start,
            )
    except Refused as refusal:
        errors = shown_errors(refusal, request, f"from_{code_id}")
        return _page(request, db, clock, actor, form, code_id, errors)
    done = _("名前の変更を記録しました。これまでのプランは、前の名前のままです。")
    return see_other(request, PATH, ("success", done))


@post(PATH + "/{code_id:str}/end", opt=EDITORS, sync_to_thread=True)
def end_code(
    request: WebRequest,
    code_id: FromPath[str],
    db: GivenDb,
    clock: GivenClock,
    actor: GivenActor,
    form: GivenForm,
) -> Page:
    """支援の種類を終える."""
    _ = translator(request)
    field = f"last_{code_id}"
    try:
        day = form.day(field, _("最後の日"))
        with db.write() as session:
            service_codes.end_code(session=session, actor=actor, clock=clock, code_id=code_id, last_day=day)
    except Refused as refusal:
        errors = shown_errors(refusal, request, field)
        return _page(request, db, clock, actor, form, code_id, errors)
    return see_other(request, PATH, ("success", _("終わりの日を記録しました。")))


def _page(
    request: WebRequest,
    db: GivenDb,
    clock: GivenClock,
    actor: GivenActor,
    typed: Form,
    opened: str,
    errors: Sequence[ShownError],
) -> Page:
    _ = translator(request)
    kinds = {kind: _(label) for kind, label in KIND_LABELS.items()}
    writer = _CodeWriter(kinds, today(clock), _, locale_of(request))
    with db.read() as session:
        own = [writer.line(row, row.id) for row in own_codes(session, actor.committee_id)]
    return render(
        request,
        "agenda/service_codes.html",
        title=_("支援の種類"),
        status=422 if errors else 200,
        statutory=[writer.line(entry) for entry in ENTRIES],
        own=own,
        kinds=[(kind.value, f"{kind} {label}") for kind, label in kinds.items()],
        path=PATH,
        typed=typed,
        opened=opened,
        errors=errors,
        wrong=by_field(errors),
    )


@dataclass(frozen=True, slots=True)
class _CodeWriter:
    kinds: dict[ServiceKind, str]
    on: date
    translate: Translator
    locale: Locale

    def line(self, row: CodeEntry | ServiceCode, code_id: str = "") -> CodeLine:
        return CodeLine(
            id=code_id,
            code=row.code,
            kind=row.kind,
            kind_label=self.kinds[row.kind],
            name=row.name,
            basis=row.basis,
            period=period_text(row, self.translate, self.locale),
            now=holds(row, self.on),
            open=row.valid_to is None,
        )


route_handlers: list[ControllerRouterHandler] = [show_codes, add_code, rename_code, end_code]
