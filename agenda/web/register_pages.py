"""台帳の取込みと書出し: the register taken in from a file, shown first and then agreed to, and written to one."""

import base64
import binascii
from collections.abc import Sequence

from litestar import Response, get, post
from litestar.types import ControllerRouterHandler

from agenda.register_file import LIMITS
from agenda.services.register import import_register, preview_register
from agenda.services.register_export import export_register
from agenda.web.import_views import ImportView, build_import, build_preview
from meetings_app.core.actor import Actor
from meetings_app.core.clock import Clock
from meetings_app.core.errors import Refused
from meetings_app.core.terms import Role
from meetings_app.db.engine import Database
from meetings_app.web.access import allow
from meetings_app.web.form_errors import ShownError, by_field, shown_errors
from meetings_app.web.forms import Form
from meetings_app.web.given import GivenActor, GivenClock, GivenDb, GivenForm, WebRequest
from meetings_app.web.locale import locale_of, translator
from meetings_app.web.page import Page, download, render

EDITORS = allow(Role.SECRETARIAT)
CSV = "text/csv; charset=utf-8"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
A_LITTLE_MORE = 64 * 1024
"""What a form adds to the file it carries."""

LARGEST_UPLOAD = LIMITS.bytes + A_LITTLE_MORE
LARGEST_AGREED = LIMITS.bytes * 4 // 3 + A_LITTLE_MORE
"""The file comes back as text, which is a third longer."""


@get("/plans/export.csv", opt=EDITORS, sync_to_thread=True)
def export_csv(db: GivenDb, clock: GivenClock, actor: GivenActor) -> Response[bytes]:
    """台帳をCSVで書き出す."""
    return _exported(db, clock, actor, ".csv", CSV)


@get("/plans/export.xlsx", opt=EDITORS, sync_to_thread=True)
def export_workbook(db: GivenDb, clock: GivenClock, actor: GivenActor) -> Response[bytes]:
    """台帳をExcelで書き出す."""
    return _exported(db, clock, actor, ".xlsx", EXCEL)


def _exported(db: Database, clock: Clock, actor: Actor, suffix: str, media_type: str) -> Response[bytes]:
    with db.write() as session:
        file = export_register(
            session=session, actor=actor, clock=clock, committee_id=actor.committee_id, suffix=suffix
        )
    return download(file.content, file.filename, media_type)


@get("/plans/import", opt=EDITORS, sync_to_thread=True)
def show_import(request: WebRequest) -> Page:
    """台帳の取込みの画面."""
    return _import_page(request, None, [], 200)


@post("/plans/import", opt=EDITORS, sync_to_thread=True, request_max_body_size=LARGEST_UPLOAD)
def look_at_register(
    request: WebRequest, db: GivenDb, clock: GivenClock, actor: GivenActor, form: GivenForm
) -> Page:
    """取込みを試す: show what the file would add and every oddity by row and column; nothing is written."""
    _ = translator(request)
    try:
        file = form.upload("register", _("台帳のファイル"))
        with db.write() as session:
            result = preview_register(
                session=session,
                actor=actor,
                clock=clock,
                committee_id=actor.committee_id,
                filename=file.filename,
                data=file.content,
            )
    except Refused as refusal:
        return _import_page(request, None, shown_errors(refusal, request, "register"), 422)
    view = build_preview(result, file.filename, _as_text(file.content), locale_of(request), changed=False)
    return _import_page(request, view, [], 422 if result.refused else 200)


@post("/plans/import/confirm", opt=EDITORS, sync_to_thread=True, request_max_body_size=LARGEST_AGREED)
def take_in_register(
    request: WebRequest, db: GivenDb, clock: GivenClock, actor: GivenActor, form: GivenForm
) -> Page:
    """台帳を取り込む, as it was shown, all of it or nothing; shown again where the record changed meanwhile."""
    _ = translator(request)
    agreed = form.raw("agreed")
    try:
        filename, data = form.text("filename", _("台帳のファイル"), longest=300), _content(form)
        with db.write() as session:
            result = import_register(
                session=session,
                actor=actor,
                clock=clock,
                committee_id=actor.committee_id,
                filename=filename,
                data=data,
                agreed=agreed,
            )
    except Refused as refusal:
        return _import_page(request, None, shown_errors(refusal, request, "register"), 422)
    locale = locale_of(request)
    if result.refused or result.digest != agreed:
        view = build_preview(result, filename, _as_text(data), locale, changed=True)
        return _import_page(request, view, [], 422)
    return _import_page(request, build_import(result, filename, locale), [], 200)


def _as_text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode()


def _content(form: Form) -> bytes:
    """Return the file that was looked at. Raises Refused where it did not come back whole."""
    try:
        return base64.b64decode(form.raw("content"), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise Refused("ファイルの内容が届いていません。もう一度ファイルを選んでください。") from error


def _import_page(
    request: WebRequest, view: ImportView | None, errors: Sequence[ShownError], status: int
) -> Page:
    _ = translator(request)
    return render(
        request,
        "agenda/import.html",
        title=_("台帳の取込み"),
        status=status,
        result=view,
        errors=errors,
        wrong=by_field(errors),
    )


route_handlers: list[ControllerRouterHandler] = [
    export_csv,
    export_workbook,
    show_import,
    look_at_register,
    take_in_register,
]
