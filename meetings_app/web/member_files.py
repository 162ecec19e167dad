"""名簿のExcel: taking the roster out, an empty form of it, and reading one in: shown first, then agreed to."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass

from litestar import Response, get, post
from litestar.types import ControllerRouterHandler

from agenda.services.member_export import export_members
from agenda.services.member_import import MemberImport, import_members, preview_members
from agenda.services.member_rows import ImportLine, State
from meetings_app.core.clock import today
from meetings_app.core.errors import Refused
from meetings_app.core.terms import Role
from meetings_app.core.wareki import format_wareki
from meetings_app.documents.members_excel import MemberBook, members_workbook
from meetings_app.documents.workbook import MEMBER_LIMITS
from meetings_app.web.access import allow
from meetings_app.web.form_errors import ShownError, by_field, shown_errors
from meetings_app.web.forms import Form
from meetings_app.web.given import GivenActor, GivenClock, GivenDb, GivenForm, WebRequest
from meetings_app.web.heat import say
from meetings_app.web.locale import Translator, translator
from meetings_app.web.page import Page, download, render, see_other

KEEPER = allow(Role.SECRETARIAT)
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
A_LITTLE_MORE = 64 * 1024
"""What a form adds to its file."""

LARGEST_UPLOAD = MEMBER_LIMITS.bytes + A_LITTLE_MORE
LARGEST_AGREED = MEMBER_LIMITS.bytes * 4 // 3 + A_LITTLE_MORE
"""The file comes back as text, which is a third longer."""


@dataclass(frozen=True, slots=True)
class ShownLine:
    """取込みの行 as the page lists it."""

    place: str
    who: str
    what: str
    column: str
    message: str


@dataclass(frozen=True, slots=True)
class ImportPreview:
    """取込みの下見: what a file would add, what is there already, and what is refused.

    `content` is the file as text, so that what is agreed to is what was looked at.
    """

    filename: str
    content: str
    agreed: str
    added: tuple[ShownLine, ...]
    known: tuple[ShownLine, ...]
    refused: tuple[ShownLine, ...]
    changed: bool


@get("/members/export", opt=KEEPER, sync_to_thread=True)
def export_roster(db: GivenDb, actor: GivenActor, clock: GivenClock) -> Response[bytes]:
    """名簿を取り出す."""
    with db.write() as session:
        book = export_members(session=session, actor=actor, clock=clock)
    return download(members_workbook(book), f"名簿_{format_wareki(today(clock))}現在.xlsx", EXCEL)


@get("/members/template", opt=KEEPER, sync_to_thread=True)
def give_template() -> Response[bytes]:
    """名簿のひな形: the same sheets, empty."""
    return download(members_workbook(MemberBook()), "名簿_ひな形.xlsx", EXCEL)


@get("/members/import", opt=KEEPER, sync_to_thread=True)
def show_import(request: WebRequest) -> Page:
    """名簿を読み込む画面."""
    return _page(request, None, [], 200)


@post("/members/import", opt=KEEPER, sync_to_thread=True, request_max_body_size=LARGEST_UPLOAD)
def look_at_file(
    request: WebRequest, form: GivenForm, db: GivenDb, actor: GivenActor, clock: GivenClock
) -> Page:
    """取込みを試す: show what the file would change; nothing is written."""
    _ = translator(request)
    try:
        file = form.upload("roster", _("名簿のファイル"))
        with db.write() as session:
            found = preview_members(
                session=session, actor=actor, clock=clock, filename=file.filename, data=file.content
            )
    except Refused as refusal:
        return _page(request, None, shown_errors(refusal, request, "roster"), 422)
    view = _preview(found, file.filename, file.content, changed=False, _=_)
    return _page(request, view, [], 422 if found.refused else 200)


@post("/members/import/confirm", opt=KEEPER, sync_to_thread=True, request_max_body_size=LARGEST_AGREED)
def take_in_file(
    request: WebRequest, form: GivenForm, db: GivenDb, actor: GivenActor, clock: GivenClock
) -> Page:
    """名簿を取り込む, as it was shown; shown again where the record changed meanwhile."""
    _ = translator(request)
    agreed = form.raw("agreed")
    try:
        filename, data = form.text("filename", _("名簿のファイル"), longest=255), _content(form)
        with db.write() as session:
            found = import_members(
                session=session, actor=actor, clock=clock, filename=filename, data=data, agreed=agreed
            )
    except Refused as refusal:
        return _page(request, None, shown_errors(refusal, request, "roster"), 422)
    if found.refused or found.digest != agreed:
        return _page(request, _preview(found, filename, data, changed=True, _=_), [], 422)
    done = say(_("名簿を取り込みました。{n}件を加えました。"), n=len(found.of(State.ADDED)))
    return see_other(request, "/members", ("success", str(done)))


route_handlers: list[ControllerRouterHandler] = [
    export_roster,
    give_template,
    show_import,
    look_at_file,
    take_in_file,
]


def _content(form: Form) -> bytes:
    """Return the file that was looked at. Raises Refused where it did not come back whole."""
    try:
        return base64.b64decode(form.raw("content"), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise Refused("ファイルの内容が届いていません。もう一度ファイルを選んでください。") from error


def _preview(
    found: MemberImport, filename: str, data: bytes, *, changed: bool, _: Translator
) -> ImportPreview:
    return ImportPreview(
        filename=filename,
        content=base64.urlsafe_b64encode(data).decode(),
        agreed=found.digest,
        added=_lines(found.of(State.ADDED), _),
        known=_lines(found.of(State.KNOWN), _),
        refused=_lines(found.of(State.REFUSED), _),
        changed=changed,
    )


def _lines(lines: Sequence[ImportLine], _: Translator) -> tuple[ShownLine, ...]:
    return tuple(
        ShownLine(
            place=str(say(_("{sheet}の{n}行目"), sheet=line.sheet, n=line.row)),
            who=line.who or "—",
            what=line.what or "—",
            column=line.column,
            message=line.message,
        )
        for line in lines
    )


def _page(request: WebRequest, view: ImportPreview | None, errors: Sequence[ShownError], status: int) -> Page:
    _ = translator(request)
    return render(
        request,
        "member_import.html",
        title=_("名簿を読み込む"),
        status=status,
        view=view,
        errors=errors,
        wrong=by_field(errors),
    )
