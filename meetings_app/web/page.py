"""Pages: the one way from a view to HTML. Templates are rendered in the handler's own thread.

Templates lie in `<package>/web/templates`, and are named `<package>/page.html` there (the shared ones have no
folder). They get what `_base` below lists, the filters `date`, `date_weekday`, `time` and `yen`, and `_`.
"""

import base64
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, partial
from importlib.resources import files
from typing import Any
from urllib.parse import quote

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from litestar import Litestar, Request, Response
from litestar.datastructures import Cookie

from meetings_app.core.clock import Clock, today
from meetings_app.core.terms import Role
from meetings_app.services.accounts import SignedIn
from meetings_app.web.access import declared_roles, handlers_of, signed_in
from meetings_app.web.cookies import Cookies
from meetings_app.web.locale import (
    PACKAGES,
    Locale,
    format_day,
    format_money,
    format_time,
    locale_of,
    mark,
    translator,
    translator_for,
)
from meetings_app.web.security import derive, form_secret, form_token, new_visitor

NAV = (
    ("/", mark("待っていること")),
    ("/plans/due", mark("期限")),
    ("/plans/decisions", mark("支援決定・確認")),
    ("/plans", mark("プラン")),
    ("/meetings", mark("会議")),
    ("/scheduling", mark("日程調整")),
    ("/honoraria", mark("支給")),
    ("/members", mark("名簿")),
    ("/regional", mark("地域課題")),
    ("/office", mark("設定")),
)
"""The main pages in their order. Each is shown to the roles that its own route declares, and only if it exists."""

NAV_OF = {"/plans/decisions": frozenset({Role.CITY_OFFICER})}
"""Pages that are a main page of some of their readers only; the others come to them from another page."""

SETTINGS = "/office"
OTHER_SETTINGS = "/settings/"
"""Pages of settings that stand by themselves belong to 設定."""

BELONGS = {"/plans/monthly": "/plans/due", "/actions": "/meetings"}
"""Pages whose address does not begin with that of the main page they belong to."""

PRODUCT_NAME = mark("支援調整会議")
FLASH_COOKIE = "flash"
FLASH_SECONDS = 60
LONGEST_FLASH = 300

Page = Response[str]
Flash = tuple[str, str]
"""A message for the next page: kind (success, info, warn, error) and text."""


@dataclass(frozen=True, slots=True)
class NavItem:
    """One entry of the navigation, as base.html shows it."""

    label: str
    href: str
    active: bool
    count: int | None = None


@dataclass(frozen=True, slots=True)
class UserView:
    """Who is signed in, as base.html shows it."""

    display_name: str
    role_label: str


@dataclass(frozen=True, slots=True)
class PageView:
    """What base.html says about the page itself."""

    title: str
    today_text: str
    as_of_text: str
    body_name: str
    locale: str
    path: str
    searches: bool
    is_demo: bool


def environments(static_root: str) -> Mapping[Locale, Environment]:
    """Return one template environment per language."""
    return {locale: _environment(locale, static_root) for locale in Locale}


def nav_roles(app: Litestar) -> Mapping[str, frozenset[Role]]:
    """Return which roles each main page of NAV is for, by what its route declares."""
    wanted = [href for href, _label in NAV]
    return {
        route.path: (declared_roles(handler) or frozenset(Role)) & NAV_OF.get(route.path, frozenset(Role))
        for route in app.routes
        if route.path in wanted
        for handler in handlers_of(route)
        if "GET" in getattr(handler, "http_methods", ())
    }


def render(
    request: Request[Any, Any, Any], template: str, *, title: str, status: int = 200, **context: Any
) -> Page:
    """Return a whole page. Messages from the page before are shown on it, and then gone.

    `context` goes to the template beside the base context; `nav_counts={"/": 3}` puts numbers into the
    navigation, `flash=[("error", "…")]` adds messages to this page.
    """
    secret, cookies = _secret(request)
    waiting = _waiting_flash(request, secret)
    if waiting:
        cookies.append(_cookies(request).drop(FLASH_COOKIE))
    values = _base(request, title, secret, context.pop("nav_counts", {})) | context
    values["flash"] = [*waiting, *context.get("flash", [])]
    return _html(request, template, values, status, cookies)


def fragment(request: Request[Any, Any, Any], template: str, *, status: int = 200, **context: Any) -> Page:
    """Return a part of a page for htmx, with the same base context."""
    secret, cookies = _secret(request)
    return _html(request, template, _base(request, "", secret, {}) | context, status, cookies)


def see_other(
    request: Request[Any, Any, Any], path: str, *flash: Flash, cookies: tuple[Cookie, ...] = ()
) -> Page:
    """Return 303 to a path of our own: the answer to every POST that worked; `flash` is shown there."""
    all_cookies = [*cookies]
    if flash:
        all_cookies.append(_flash_cookie(request, flash))
    return Response(
        "", status_code=303, headers={"Location": path}, media_type="text/html", cookies=all_cookies
    )


def download(content: bytes, filename: str, media_type: str) -> Response[bytes]:
    """Return a file to keep; `filename` may be Japanese (RFC 6266, section 4.3)."""
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(filename, safe='')}"}
    return Response(content, media_type=media_type, headers=headers)


def is_htmx(request: Request[Any, Any, Any]) -> bool:
    """Return whether htmx asks for a part of a page (not for a whole one by hx-boost)."""
    return "HX-Request" in request.headers and "HX-Boosted" not in request.headers


@cache
def _environment(locale: Locale, static_root: str) -> Environment:
    """Return the templates of a language, compiled once for every app of this process."""
    environment = Environment(
        loader=ChoiceLoader([PackageLoader(package, "web/templates") for package in _with_templates()]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {"_": translator_for(locale), "static_root": static_root}
    environment.filters |= {
        "date": partial(format_day, locale=locale),
        "date_weekday": partial(format_day, locale=locale, weekday=True),
        "time": format_time,
        "yen": partial(format_money, locale=locale),
    }
    return environment


def _with_templates() -> list[str]:
    return [package for package in PACKAGES if (files(package) / "web" / "templates").is_dir()]


def _base(
    request: Request[Any, Any, Any], title: str, secret: str, counts: Mapping[str, int]
) -> dict[str, Any]:
    who = signed_in(request)
    _ = translator(request)
    return {
        "csrf_token": form_token(secret),
        "user": UserView(who.actor.name, _(who.actor.role)) if who else None,
        "nav": _nav(request, who, counts),
        "page": _page_view(request, title, who),
        "flash": [],
    }


def _page_view(request: Request[Any, Any, Any], title: str, who: SignedIn | None) -> PageView:
    _ = translator(request)
    clock: Clock = request.app.state.clock
    locale = locale_of(request)
    now = f"{format_day(clock.now(), locale, weekday=True)} {format_time(clock.now())}"
    return PageView(
        title=title,
        today_text=format_day(today(clock), locale, weekday=True) if who else "",
        as_of_text=_("{moment} 現在").replace("{moment}", now) if who else "",
        body_name=who.body_name if who else _(PRODUCT_NAME),
        locale=locale,
        path=request.url.path + (f"?{request.url.query}" if request.url.query else ""),
        searches=who is not None and who.actor.role in request.app.state.nav_roles.get("/plans", ()),
        is_demo=request.app.state.is_demo,
    )


def _nav(request: Request[Any, Any, Any], who: SignedIn | None, counts: Mapping[str, int]) -> list[NavItem]:
    if who is None:
        return []
    _ = translator(request)
    roles: Mapping[str, frozenset[Role]] = request.app.state.nav_roles
    shown = [(href, label) for href, label in NAV if who.actor.role in roles.get(href, ())]
    active = _active([href for href, _label in shown], request.url.path)
    return [NavItem(_(label), href, href == active, counts.get(href)) for href, label in shown]


def _active(hrefs: list[str], path: str) -> str | None:
    """Return the entry a path belongs to: the longest that it begins with; the start page only by itself."""
    path = SETTINGS if path.startswith(OTHER_SETTINGS) else BELONGS.get(path, path)
    fitting = [href for href in hrefs if path == href or (href != "/" and path.startswith(f"{href}/"))]
    return max(fitting, key=len, default=None)


def _html(
    request: Request[Any, Any, Any], template: str, values: dict[str, Any], status: int, cookies: list[Cookie]
) -> Page:
    environment: Environment = request.app.state.environments[locale_of(request)]
    text = environment.get_template(template).render(values)
    return Response(text, status_code=status, media_type="text/html", cookies=cookies)


def _cookies(request: Request[Any, Any, Any]) -> Cookies:
    cookies: Cookies = request.app.state.cookies
    return cookies


def _secret(request: Request[Any, Any, Any]) -> tuple[str, list[Cookie]]:
    secret = form_secret(request)
    if secret is not None:
        return secret, []
    fresh, cookie = new_visitor(request)
    return fresh, [cookie]


def _flash_cookie(request: Request[Any, Any, Any], flash: tuple[Flash, ...]) -> Cookie:
    """Return messages as a cookie of one minute, signed so that no other host can put words on our pages."""
    texts = json.dumps([(kind, text[:LONGEST_FLASH]) for kind, text in flash], ensure_ascii=False)
    payload = base64.urlsafe_b64encode(texts.encode()).decode()
    secret = form_secret(request) or ""
    return _cookies(request).make(FLASH_COOKIE, f"{payload}.{_signature(secret, payload)}", FLASH_SECONDS)


def _waiting_flash(request: Request[Any, Any, Any], secret: str) -> list[Flash]:
    payload, _dot, signature = (_cookies(request).read(request, FLASH_COOKIE) or "").partition(".")
    if not payload or not hmac.compare_digest(_signature(secret, payload).encode(), signature.encode()):
        return []
    return [(kind, text) for kind, text in json.loads(base64.urlsafe_b64decode(payload))]


def _signature(secret: str, payload: str) -> str:
    return derive(secret, f"flash:{payload}")
