"""規程の値: both regulations to read, as of any day, and the record of who found the text current."""

from collections.abc import Mapping, Sequence
from datetime import date

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from honoraria.services.versions import (
    MAX_BYTES,
    confirm_version,
    confirmations_of,
    rule_confirmations,
    text_of,
)
from honoraria.web.rule_views import confirmation_rows, regulation_views
from meetings_app.core.actor import Actor
from meetings_app.core.clock import Clock, today
from meetings_app.core.errors import Refused
from meetings_app.core.terms import CommitteeKind, Role
from meetings_app.rulebook.load import load_rulebook
from meetings_app.web.access import allow
from meetings_app.web.form_errors import ShownError, by_field, shown_errors
from meetings_app.web.forms import Form
from meetings_app.web.given import GivenActor, GivenClock, GivenDb, GivenFilters, GivenForm, WebRequest
from meetings_app.web.locale import locale_of, translator
from meetings_app.web.member_views import typed_day
from meetings_app.web.page import Page, download, render, see_other

READERS = (Role.SECRETARIAT, Role.CHAIR, Role.ACCOUNTING)
CONFIRM = (Role.SECRETARIAT, Role.ACCOUNTING)
A_LITTLE_MORE = 64 * 1024
"""What a form takes beside the file in it."""


@get("/honoraria/rules", opt=allow(*READERS), sync_to_thread=True)
def show_rules(
    request: WebRequest, filters: GivenFilters, db: GivenDb, actor: GivenActor, clock: GivenClock
) -> Page:
    """規程 as of a day (?on=): the line of versions, the values of the day with their articles, to read only."""
    _ = translator(request)
    try:
        on = filters.opt_day("on", _("基準日")) or today(clock)
    except Refused as refusal:
        errors = shown_errors(refusal, request, "on")
        return _page(request, db, actor, clock, on=today(clock), typed_on=filters.raw("on"), errors=errors)
    return _page(request, db, actor, clock, on=on)


@post(
    "/honoraria/rules/confirmations",
    opt=allow(*CONFIRM),
    sync_to_thread=True,
    request_max_body_size=MAX_BYTES + A_LITTLE_MORE,
)
def record_confirmation(
    request: WebRequest, form: GivenForm, db: GivenDb, actor: GivenActor, clock: GivenClock
) -> Page:
    """規程が現行であることを確かめたと記録する, by the signed-in person and with the text attached."""
    _ = translator(request)
    try:
        with form.reading():
            regulation = form.choice("regulation", _("規程"), CommitteeKind)
            as_of = form.day("as_of", _("確かめた日"))
            file = form.upload("text", _("確かめた条文"))
        with db.write() as session:
            confirm_version(
                session=session,
                actor=actor,
                clock=clock,
                regulation=regulation,
                as_of=as_of,
                file_name=file.filename,
                content=file.content,
            )
    except Refused as refusal:
        errors = shown_errors(refusal, request)
        return _page(request, db, actor, clock, on=today(clock), form=form, errors=errors)
    done = _("現行の確認を記録しました。")
    return see_other(request, "/honoraria/rules#confirmations", ("success", done))


@get("/honoraria/rules/confirmations/{confirmation_id:str}/text", opt=allow(*READERS), sync_to_thread=True)
def download_text(confirmation_id: FromPath[str], db: GivenDb) -> Response[bytes]:
    """確かめた条文: the attached file as it was handed in."""
    with db.read() as session:
        text = text_of(session, confirmation_id)
    return download(text.content, text.file_name, "application/octet-stream")


route_handlers: list[ControllerRouterHandler] = [show_rules, record_confirmation, download_text]


def _page(
    request: WebRequest,
    db: GivenDb,
    actor: Actor,
    clock: Clock,
    *,
    on: date,
    typed_on: str = "",
    form: Form | None = None,
    errors: Sequence[ShownError] = (),
) -> Page:
    _, locale = translator(request), locale_of(request)
    with db.read() as session:
        confirmed = rule_confirmations(session)
        confirmations = confirmation_rows(confirmations_of(session), _, locale)
    return render(
        request,
        "honoraria/rules.html",
        title=_("規程の値"),
        status=422 if errors else 200,
        regulations=regulation_views(on, confirmed, _, locale),
        combined=load_rulebook().sha256,
        on=on,
        on_text=typed_on or typed_day(on, locale),
        confirmations=confirmations,
        may_confirm=actor.role in CONFIRM,
        confirms_as=actor.name,
        kinds=[(kind.value, load_rulebook()[kind].title) for kind in CommitteeKind],
        typed=_typed(form, typed_day(today(clock), locale)),
        errors=errors if form is not None else (),
        on_errors=errors if form is None else (),
        errors_by_field=by_field(errors),
    )


def _typed(form: Form | None, now: str) -> Mapping[str, str]:
    """Return what stands in the form of a confirmation: what was typed, else today."""
    if form is None:
        return {"regulation": "", "as_of": now}
    return {name: form.raw(name) for name in ("regulation", "as_of")}
