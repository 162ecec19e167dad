"""Languages: Japanese is the source of every text, English comes from `<package>/web/translations/en.po`.

The catalogues are read once at start; there are no compiled ones. Texts of the vocabulary (`core.terms`) are
translated as they stand, so `_(plan.status)` works in templates.
"""

from collections.abc import Callable
from datetime import date, datetime, time
from enum import StrEnum
from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import Any

from babel.dates import format_date as babel_date
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from litestar.connection import ASGIConnection

from meetings_app.core.clock import TOKYO
from meetings_app.core.money import MINUS, format_yen
from meetings_app.core.wareki import format_wareki
from meetings_app.web.cookies import Cookies

PACKAGES = ("meetings_app", "agenda", "minutes", "honoraria", "calendars")
LOCALE_COOKIE = "locale"

Translator = Callable[[str], str]


class Locale(StrEnum):
    """表示の言語."""

    JA = "ja"
    EN = "en"


def mark(text: str) -> str:
    """Mark a text for translation where it is written down before anybody's language is known."""
    return text


def locale_of(connection: ASGIConnection[Any, Any, Any, Any]) -> Locale:
    """Return the language of a request: the account's, else the cookie's, else Japanese."""
    signed_in = connection.scope.get("user")
    cookies: Cookies = connection.app.state.cookies
    chosen = signed_in.actor.locale if signed_in else cookies.read(connection, LOCALE_COOKIE)
    return Locale(chosen) if chosen in list(Locale) else Locale.JA


def translator(connection: ASGIConnection[Any, Any, Any, Any]) -> Translator:
    """Return `_` for a request."""
    return translator_for(locale_of(connection))


@cache
def translator_for(locale: Locale) -> Translator:
    """Return `_` for a language: the text itself where there is no translation."""
    known = NullTranslations() if locale is Locale.JA else _english()

    def translate(text: str) -> str:
        return known.gettext(str(text)) if text else ""

    return translate


def english_catalogue() -> Catalog:
    """Return every English translation of all packages. Two packages may not disagree about one text."""
    whole = Catalog(locale="en")
    for package in PACKAGES:
        source = files(package) / "web" / "translations" / "en.po"
        if not source.is_file():
            continue
        with source.open("rb") as stream:
            for message in read_po(stream, locale="en", abort_invalid=True):
                if message.id and message.string and not message.fuzzy:
                    _add(whole, message.id, message.string, package)
    return whole


def _add(whole: Catalog, text: Any, translation: Any, package: str) -> None:
    known = whole.get(text)
    if known is not None and known.string != translation:
        raise ValueError(f"{package}: {text!r} is already translated as {known.string!r}")
    whole.add(text, translation)


def _english() -> Translations:
    compiled = BytesIO()
    write_mo(compiled, english_catalogue())
    compiled.seek(0)
    return Translations(compiled)


def format_day(day: date | datetime | None, locale: Locale, *, weekday: bool = False) -> str:
    """Return a day as 「平成26年3月25日（火）」 or "Tue, Mar 25, 2014"; a moment by its day in Japan; None as ""."""
    if day is None:
        return ""
    if isinstance(day, datetime):
        day = day.astimezone(TOKYO).date()
    if locale is Locale.JA:
        return format_wareki(day, weekday=weekday)
    return babel_date(day, "EEE, MMM d, y" if weekday else "medium", locale="en")


def format_time(moment: datetime | time | None) -> str:
    """Return a time in Japan as 10:30; None as ""."""
    if moment is None:
        return ""
    if isinstance(moment, datetime):
        moment = moment.astimezone(TOKYO).time()
    return f"{moment.hour}:{moment.minute:02d}"


def format_money(amount: int | None, locale: Locale) -> str:
    """Return integer yen as 「9,000円」 or "¥9,000"; None (still open) as 「未定」 or "open"."""
    if locale is Locale.JA:
        return format_yen(amount)
    return "open" if amount is None else f"{MINUS if amount < 0 else ''}¥{abs(amount):,}"
