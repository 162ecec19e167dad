"""様式: the Word files that papers are made from: tried on a made-up paper, taken into use, and taken back.

A file that was tried travels with the page and comes back when it is taken into use, so nothing half-done is kept
here; what comes back is judged again in full, whatever it is.
"""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from agenda.services.template_versions import (
    LONGEST_NOTE,
    PRODUCT,
    TriedTemplate,
    add_version,
    restore_version,
    sample_of,
    template_of,
    template_state,
    template_states,
    try_template,
    versions_of,
)
from agenda.web.template_views import SLUGS, file_name, kind_view, tag_groups, version_lines
from meetings_app.core.actor import Actor
from meetings_app.core.errors import Conflict, NotFound, Refused
from meetings_app.core.terms import PaperKind, Role
from meetings_app.db.engine import Database
from meetings_app.documents.pdf import office_program, picture
from meetings_app.documents.template_file import MAX_BYTES
from meetings_app.web.access import allow
from meetings_app.web.form_errors import ShownError, by_field, shown_errors
from meetings_app.web.forms import Form
from meetings_app.web.given import GivenActor, GivenClock, GivenDb, GivenForm, WebRequest
from meetings_app.web.heat import say
from meetings_app.web.locale import locale_of, translator
from meetings_app.web.page import Page, download, render, see_other

KEEPER = allow(Role.SECRETARIAT)
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
LIST = "/settings/templates"

A_LITTLE_MORE = 64 * 1024
"""What a form adds to its file."""

LARGEST_UPLOAD = MAX_BYTES + A_LITTLE_MORE
LARGEST_AGREED = MAX_BYTES * 4 // 3 + A_LITTLE_MORE
"""The file comes back as text, which is a third longer."""

LARGEST_VERSION = 999_999


@dataclass(frozen=True, slots=True)
class TriedView:
    """試した様式 as the page shows it: `content` is the file as text, so that what is used is what was looked at.

    `image` is the sample's first page as the address of a picture, "" with `no_image` saying why there is none.
    """

    filename: str
    note: str
    content: str
    usable: bool
    wrong: tuple[tuple[str, str], ...]
    remarks: tuple[str, ...]
    image: str
    no_image: str


# ---- looking


@get(LIST, opt=KEEPER, sync_to_thread=True)
def show_templates(request: WebRequest, db: GivenDb, actor: GivenActor) -> Page:
    """様式の一覧: every kind of paper with what is in use."""
    _, locale = translator(request), locale_of(request)
    with db.read() as session:
        states = template_states(session, actor.committee_id)
        kinds = [kind_view(state, _, locale) for state in states]
    return render(request, "agenda/templates.html", title=_("資料の様式"), kinds=kinds)


@get(f"{LIST}/{{slug:str}}", opt=KEEPER, sync_to_thread=True)
def show_template(request: WebRequest, db: GivenDb, actor: GivenActor, slug: FromPath[str]) -> Page:
    """一つの書類の様式: what is in use, the upload with the names that may be used, and the versions."""
    return _page(request, db, actor, _kind(slug))


@get(f"{LIST}/{{slug:str}}/versions/{{version:int}}/template.docx", opt=KEEPER, sync_to_thread=True)
def download_template(
    db: GivenDb, actor: GivenActor, slug: FromPath[str], version: FromPath[int]
) -> Response[bytes]:
    """様式のWord of a version; 0: the product's."""
    kind = _kind(slug)
    return download(_template(db, actor, kind, version), file_name(kind, version, "様式"), WORD)


@get(f"{LIST}/{{slug:str}}/versions/{{version:int}}/sample.docx", opt=KEEPER, sync_to_thread=True)
def download_sample(
    db: GivenDb, actor: GivenActor, slug: FromPath[str], version: FromPath[int]
) -> Response[bytes]:
    """見本のWord: the made-up paper in the template of a version."""
    kind = _kind(slug)
    sample = sample_of(kind, _template(db, actor, kind, version))
    return download(sample, file_name(kind, version, "見本"), WORD)


@get(f"{LIST}/{{slug:str}}/versions/{{version:int}}/sample.png", opt=KEEPER, sync_to_thread=True)
def show_picture(
    db: GivenDb, actor: GivenActor, slug: FromPath[str], version: FromPath[int]
) -> Response[bytes]:
    """見本の画像: the first page of the made-up paper. Raises Refused where LibreOffice is missing."""
    kind = _kind(slug)
    image = _picture(sample_of(kind, _template(db, actor, kind, version)))
    return Response(image, media_type="image/png")


# ---- trying and using


@post(f"{LIST}/{{slug:str}}", opt=KEEPER, sync_to_thread=True, request_max_body_size=LARGEST_UPLOAD)
def look_at_template(
    request: WebRequest, form: GivenForm, db: GivenDb, actor: GivenActor, slug: FromPath[str]
) -> Page:
    """様式を確かめる: say what is wrong with the file and where, or show what comes out; nothing is stored."""
    _, kind = translator(request), _kind(slug)
    try:
        with form.reading():
            file = form.upload("template", _("様式のファイル"))
            note = form.opt_text("note", _("変えたところ"), longest=LONGEST_NOTE) or ""
        tried = try_template(kind, file.filename, file.content)
    except Refused as refusal:
        return _page(request, db, actor, kind, form=form, errors=shown_errors(refusal, request, "template"))
    view = _tried_view(tried, file.filename, file.content, note)
    return _page(request, db, actor, kind, form=form, tried=view)


@post(
    f"{LIST}/{{slug:str}}/sample",
    opt=KEEPER,
    sync_to_thread=True,
    request_max_body_size=LARGEST_AGREED,
    status_code=200,
)
def take_sample(form: GivenForm, slug: FromPath[str]) -> Response[bytes]:
    """試した様式の見本をWordで: of a file that is not in use."""
    kind = _kind(slug)
    filename, data = _agreed(form)
    tried = try_template(kind, filename, data)
    if tried.sample is None:
        raise Refused("この様式では見本を作れません。様式の画面に戻り、ファイルを選び直してください。")
    return download(tried.sample, f"見本_{kind}.docx", WORD)


@post(f"{LIST}/{{slug:str}}/versions", opt=KEEPER, sync_to_thread=True, request_max_body_size=LARGEST_AGREED)
def use_template(
    request: WebRequest,
    form: GivenForm,
    db: GivenDb,
    actor: GivenActor,
    clock: GivenClock,
    slug: FromPath[str],
) -> Page:
    """この様式を使う: the file that was looked at becomes the next version."""
    _, kind = translator(request), _kind(slug)
    try:
        with form.reading():
            note = form.opt_text("note", _("変えたところ"), longest=LONGEST_NOTE) or ""
            based_on = form.integer("based_on", _("版"), high=LARGEST_VERSION)
            filename, data = _agreed(form)
        with db.write() as session:
            added = add_version(
                session=session,
                actor=actor,
                clock=clock,
                kind=kind,
                filename=filename,
                content=data,
                note=note,
                based_on=based_on,
            )
    except Conflict as conflict:
        return _page(request, db, actor, kind, errors=[ShownError("", _(conflict.message))], status=409)
    except Refused as refusal:
        return _page(request, db, actor, kind, form=form, errors=shown_errors(refusal, request, "template"))
    done = say(
        _("{kind}の様式を第{n}版にしました。これから作る資料に使います。"), kind=_(kind), n=added.version
    )
    return see_other(request, f"{LIST}/{slug}", ("success", done))


@post(f"{LIST}/{{slug:str}}/restore", opt=KEEPER, sync_to_thread=True)
def go_back(
    request: WebRequest,
    form: GivenForm,
    db: GivenDb,
    actor: GivenActor,
    clock: GivenClock,
    slug: FromPath[str],
) -> Page:
    """前の版、又は製品の様式に戻す."""
    _, kind = translator(request), _kind(slug)
    try:
        with form.reading():
            version = form.integer("version", _("版"), low=PRODUCT, high=LARGEST_VERSION)
            based_on = form.integer("based_on", _("版"), high=LARGEST_VERSION)
        with db.write() as session:
            added = restore_version(
                session=session, actor=actor, clock=clock, kind=kind, version=version, based_on=based_on
            )
    except Conflict as conflict:
        return _page(request, db, actor, kind, errors=[ShownError("", _(conflict.message))], status=409)
    except Refused as refusal:
        return _page(request, db, actor, kind, errors=shown_errors(refusal, request))
    back = say(_("第{n}版の様式に戻しました。"), n=version) if added.own else _("製品の様式に戻しました。")
    done = back + say(_("記録は第{n}版として残ります。"), n=added.version)
    return see_other(request, f"{LIST}/{slug}", ("success", done))


route_handlers: list[ControllerRouterHandler] = [
    show_templates,
    show_template,
    download_template,
    download_sample,
    show_picture,
    look_at_template,
    take_sample,
    use_template,
    go_back,
]


# ---- within


def _kind(slug: str) -> PaperKind:
    for kind, name in SLUGS.items():
        if name == slug:
            return kind
    raise NotFound("この様式は見つかりません。様式の一覧から選び直してください。")


def _template(db: Database, actor: Actor, kind: PaperKind, version: int) -> bytes:
    with db.read() as session:
        return template_of(session, actor.committee_id, kind, version)


def _agreed(form: Form) -> tuple[str, bytes]:
    """Return the file that was looked at. Raises Refused where it did not come back whole."""
    try:
        data = base64.b64decode(form.raw("content"), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise Refused("ファイルの内容が届いていません。もう一度ファイルを選んでください。") from error
    return form.raw("filename"), data


@lru_cache(maxsize=16)
def _picture(document: bytes) -> bytes:
    """Return a sample's first page. Equal templates give equal samples, so it is drawn once."""
    return picture(document)


def _tried_view(tried: TriedTemplate, filename: str, data: bytes, note: str) -> TriedView:
    image, no_image = _image(tried.sample)
    return TriedView(
        filename=filename,
        note=note,
        content=base64.urlsafe_b64encode(data).decode() if tried.sample else "",
        usable=tried.sample is not None,
        wrong=tuple((finding.message, finding.raw or "") for finding in tried.wrong),
        remarks=tuple(finding.message for finding in tried.remarks),
        image=image,
        no_image=no_image,
    )


def _image(sample: bytes | None) -> tuple[str, str]:
    if sample is None:
        return "", ""
    try:
        return f"data:image/png;base64,{base64.b64encode(_picture(sample)).decode()}", ""
    except Refused as refusal:
        return "", refusal.message


def _page(
    request: WebRequest,
    db: Database,
    actor: Actor,
    kind: PaperKind,
    *,
    form: Form | None = None,
    tried: TriedView | None = None,
    errors: Sequence[ShownError] = (),
    status: int | None = None,
) -> Page:
    _, locale = translator(request), locale_of(request)
    with db.read() as session:
        state = template_state(session, actor.committee_id, kind)
        versions = versions_of(session, actor.committee_id, kind)
    refused = bool(errors) or (tried is not None and not tried.usable)
    return render(
        request,
        "agenda/template.html",
        title=say(_("{kind}の様式"), kind=_(kind)),
        status=status or (422 if refused else 200),
        view=kind_view(state, _, locale),
        versions=version_lines(state, versions, _, locale),
        groups=tag_groups(kind),
        tried=tried,
        note=form.raw("note") if form else "",
        draws=office_program() is not None,
        errors=errors,
        wrong=by_field(errors),
    )
