"""Shared routes: login, logout, the own account, language, and the sign of life."""

from litestar import get, post
from litestar.types import ControllerRouterHandler

from meetings_app.core.errors import Refused
from meetings_app.services.accounts import (
    LOCALES,
    SignedIn,
    TooManyAttempts,
    authenticate,
    change_password,
    end_session,
    set_locale,
)
from meetings_app.web import (
    correction_pages,
    kinship_pages,
    meetings,
    member_files,
    members,
    office_pages,
    start,
)
from meetings_app.web.access import PUBLIC, SIGNED_IN, LoginNeeded, signed_in
from meetings_app.web.auth import SESSION_COOKIE, client_address, safe_next, session_token
from meetings_app.web.cookies import Cookies
from meetings_app.web.forms import FieldError, InvalidForm
from meetings_app.web.given import GivenClock, GivenDb, GivenFilters, GivenForm, WebRequest
from meetings_app.web.locale import LOCALE_COOKIE, translator
from meetings_app.web.page import Page, render, see_other
from meetings_app.web.security import VISITOR_COOKIE

LOCALE_SECONDS = 365 * 24 * 3600


@get("/healthz", opt=PUBLIC, sync_to_thread=False, media_type="text/plain")
def healthz() -> str:
    """Say that the server answers; tells nothing else."""
    return "ok"


@get("/login", opt=PUBLIC, sync_to_thread=True)
def show_login(request: WebRequest, filters: GivenFilters) -> Page:
    """ログイン画面; somebody who is signed in already goes on."""
    goal = safe_next(filters.raw("next"))
    if signed_in(request):
        return see_other(request, goal)
    return _login_page(request, login="", goal=goal, errors=[], status=200)


@post("/login", opt=PUBLIC, sync_to_thread=True)
def log_in(request: WebRequest, form: GivenForm, db: GivenDb, clock: GivenClock) -> Page:
    """ログインする; the session before it, whoever began it, ends."""
    goal = safe_next(form.raw("next"))
    _ = translator(request)
    try:
        with form.reading():
            login = form.text("login", _("利用者名"), longest=100)
            password = form.secret("password", _("パスワード"))
        token = authenticate(
            database=db,
            clock=clock,
            login=login,
            password=password,
            address=client_address(request),
            old_token=session_token(request),
        )
    except TooManyAttempts:
        raise
    except Refused as refusal:
        errors = _errors(refusal, "login", request)
        return _login_page(request, login=form.raw("login"), goal=goal, errors=errors, status=422)
    cookies = _cookies(request)
    return see_other(
        request, goal, cookies=(cookies.make(SESSION_COOKIE, token), cookies.drop(VISITOR_COOKIE))
    )


@post("/logout", opt=SIGNED_IN, sync_to_thread=True)
def log_out(request: WebRequest, db: GivenDb) -> Page:
    """ログアウトする."""
    token = session_token(request)
    if token:
        with db.write() as session:
            end_session(session=session, token=token)
    answer = see_other(request, "/login", cookies=(_cookies(request).drop(SESSION_COOKIE),))
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer


@post("/language", opt=PUBLIC, sync_to_thread=True)
def choose_language(request: WebRequest, form: GivenForm, db: GivenDb) -> Page:
    """表示の言語を変える, for the account, and for this browser before login."""
    _ = translator(request)
    locale = form.one_of("locale", _("表示の言語"), LOCALES)
    who = signed_in(request)
    if who is not None:
        with db.write() as session:
            set_locale(session=session, actor=who.actor, locale=locale)
    cookie = _cookies(request).make(LOCALE_COOKIE, locale, LOCALE_SECONDS)
    return see_other(request, safe_next(form.raw("next")), cookies=(cookie,))


@get("/account", opt=SIGNED_IN, sync_to_thread=True)
def show_account(request: WebRequest) -> Page:
    """自分の利用者情報."""
    return _account_page(request, errors=[], status=200)


@post("/account/password", opt=SIGNED_IN, sync_to_thread=True)
def set_password(request: WebRequest, form: GivenForm, db: GivenDb, clock: GivenClock) -> Page:
    """パスワードを変える."""
    _ = translator(request)
    try:
        with form.reading():
            current = form.secret("current", _("今のパスワード"))
            new = form.secret("new", _("新しいパスワード"))
            if form.secret("again", _("新しいパスワード（もう一度）")) != new:
                form.fail("again", _("新しいパスワードが2つで違います。同じものを入力してください。"))
        change_password(
            database=db,
            clock=clock,
            signed_in=_who(request),
            current=current,
            new=new,
            address=client_address(request),
        )
    except TooManyAttempts:
        raise
    except Refused as refusal:
        return _account_page(request, errors=_errors(refusal, "current", request), status=422)
    done = _("パスワードを変えました。ほかの端末のログインは切れました。")
    return see_other(request, "/account", ("success", done))


route_handlers: list[ControllerRouterHandler] = [
    healthz,
    show_login,
    log_in,
    log_out,
    choose_language,
    show_account,
    set_password,
    start.show_start,
    *meetings.route_handlers,
    *member_files.route_handlers,
    *members.route_handlers,
    *kinship_pages.route_handlers,
    *correction_pages.route_handlers,
    *office_pages.route_handlers,
]


def _login_page(request: WebRequest, *, login: str, goal: str, errors: list[FieldError], status: int) -> Page:
    _ = translator(request)
    form = {"login": login, "next": "" if goal == "/" else goal}
    return render(request, "login.html", title=_("ログイン"), status=status, form=form, errors=errors)


def _account_page(request: WebRequest, *, errors: list[FieldError], status: int) -> Page:
    _ = translator(request)
    who = _who(request)
    return render(
        request,
        "account.html",
        title=_("利用者の設定"),
        status=status,
        errors=errors,
        errors_by_field={error.name: error.text for error in errors},
        account={"login": who.login, "body": who.body_name},
    )


def _errors(refusal: Refused, field: str, request: WebRequest) -> list[FieldError]:
    """Return what to show: the wrong fields, or the service's sentence at `field`."""
    if isinstance(refusal, InvalidForm):
        return list(refusal.errors)
    return [FieldError(field, translator(request)(refusal.message))]


def _who(request: WebRequest) -> SignedIn:
    who = signed_in(request)
    if who is None:
        raise LoginNeeded
    return who


def _cookies(request: WebRequest) -> Cookies:
    cookies: Cookies = request.app.state.cookies
    return cookies
