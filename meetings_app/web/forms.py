"""Reading forms: raw text in, checked values out, one Japanese sentence for every field that is wrong.

    with form.reading():                      # at the end of the block all wrong fields are refused together
        day = form.day("day", _("開催日"))     # date; required
        note = form.opt_text("note", _("備考"), longest=500)  # str | None: '' becomes None

Outside of `reading()` the first wrong field is refused at once, so no unchecked value is ever passed on.
Bodies are parsed here and not by Litestar, which keeps the last 1,024 of them (passwords too) in a cache.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, time
from enum import StrEnum
from typing import Any, TypeVar
from urllib.parse import parse_qsl

from litestar import Request
from litestar.datastructures import UploadFile
from litestar.exceptions import ValidationException

from meetings_app.core.errors import Refused
from meetings_app.core.wareki import parse_date, squeeze
from meetings_app.tables.base import new_id
from meetings_app.web.locale import Translator, mark, translator

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)

MINTED = "minted"
"""The hidden field with the id that a form's record will have."""

SENT_BEFORE = mark("この画面の内容は、もう記録されています。別に作るときは、新しい画面から入れてください。")
"""What is said where a form comes a second time."""

LARGEST_INTEGER = 2**63 - 1
MOST_FIELDS = 5_000
_FIELDS_KEY = "form_fields"
_URLENCODED = "application/x-www-form-urlencoded"
_INTEGER = re.compile(r"-?[0-9]{1,19}")
_TIME = re.compile(r"([0-9]{1,2})(?::|時)(?:([0-9]{1,2})分?)?")
_IDENTIFIER = re.compile(r"[0-9a-f]{32}")
_UNREADABLE = "送られた内容を読み取れません。前の画面に戻り、もう一度送ってください。"


@dataclass(frozen=True, slots=True)
class Upload:
    """送られたファイル: `filename` is what the browser said: a label, never a path to write to."""

    filename: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Fields:
    """What a request carried, as it came: every key with all its values, in order."""

    texts: Mapping[str, tuple[str, ...]]
    uploads: Mapping[str, UploadFile]


@dataclass(frozen=True, slots=True)
class FieldError:
    """One wrong field: `href` leads to it in the page (the parts in components.html use these ids)."""

    name: str
    text: str

    @property
    def href(self) -> str:
        """Where the field stands in the page."""
        return f"#f-{self.name}"


class InvalidForm(Refused):
    """入力の誤り: all wrong fields of one form (HTTP 422)."""

    def __init__(self, errors: tuple[FieldError, ...]) -> None:
        super().__init__(" ".join(error.text for error in errors))
        self.errors = errors


@dataclass
class Form:
    """入力: the fields of one request, and what is wrong with them."""

    fields: Fields
    translate: Translator
    errors: list[FieldError] = field(default_factory=list)
    _collecting: bool = False

    @classmethod
    def filled(cls, request: Request[Any, Any, Any], **values: object) -> "Form":
        """Return a form that already holds `values` (None: empty; a list: several), for a page's first showing."""
        texts = {name: _as_texts(value) for name, value in values.items()}
        return cls(Fields(texts, {}), translator(request))

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Gather what is wrong within the block and refuse it at the end. Raises InvalidForm."""
        self._collecting = True
        try:
            yield
        finally:
            self._collecting = False
        if self.errors:
            raise InvalidForm(tuple(self.errors))

    def fail(self, name: str, text: str) -> None:
        """Say that a field is wrong (for checks across fields). Raises InvalidForm outside of `reading`."""
        self.errors.append(FieldError(name, text))
        if not self._collecting:
            raise InvalidForm(tuple(self.errors))

    # ---- for showing the form again

    def raw(self, name: str) -> str:
        """Return what was typed, to show it again; "" where nothing was."""
        return self.raws(name)[0] if self.raws(name) else ""

    def raws(self, name: str) -> tuple[str, ...]:
        """Return every value of a repeated field as it came."""
        return tuple(self.fields.texts.get(name, ()))

    def error(self, name: str) -> str:
        """Return the sentence for a field, "" where it is fine."""
        return next((error.text for error in self.errors if error.name == name), "")

    # ---- text

    def text(self, name: str, label: str, *, longest: int = 200, lines: bool = False) -> str:
        """Return a required text of at most `longest` characters; `lines` keeps line breaks."""
        return self._required(name, label, self.opt_text(name, label, longest=longest, lines=lines), "")

    def opt_text(self, name: str, label: str, *, longest: int = 200, lines: bool = False) -> str | None:
        """Return a text without blanks around, None where it is empty."""

        def check(raw: str) -> str:
            if len(raw) > longest:
                raise Refused(
                    self._say("「{label}」が長すぎます。{n}文字以内にしてください。", label, n=longest)
                )
            return raw if lines else " ".join(raw.split("\n"))

        return self._read(name, label, check)

    def secret(self, name: str, label: str) -> str:
        """Return a required password exactly as typed."""
        return self._required(name, label, self.raw(name) or None, "")

    # ---- numbers, days, times

    def integer(self, name: str, label: str, *, low: int = 0, high: int = LARGEST_INTEGER) -> int:
        """Return a required whole number from `low` to `high`."""
        return self._required(name, label, self.opt_integer(name, label, low=low, high=high), low)

    def opt_integer(self, name: str, label: str, *, low: int = 0, high: int = LARGEST_INTEGER) -> int | None:
        """Return a whole number, None where nothing was typed. Wide figures, commas and 円 are understood."""

        def check(raw: str) -> int:
            figures = squeeze(raw).replace(",", "").removesuffix("円")
            if not _INTEGER.fullmatch(figures):
                raise Refused(self._say("「{label}」は数字で入力してください。", label))
            if not low <= int(figures) <= high:
                raise Refused(self._say(_range_text(low, high), label, low=low, high=high))
            return int(figures)

        return self._read(name, label, check)

    def day(self, name: str, label: str) -> date:
        """Return a required day, written in 和暦 or western."""
        return self._required(name, label, self.opt_day(name, label), date.min)

    def opt_day(self, name: str, label: str) -> date | None:
        """Return a day, None where nothing was typed."""

        def check(raw: str) -> date:
            try:
                return parse_date(raw)
            except Refused as refusal:
                raise Refused(self._say("「{label}」: ", label) + self.translate(refusal.message)) from None

        return self._read(name, label, check)

    def clock_time(self, name: str, label: str) -> time:
        """Return a required time of day, written 10:30 or 10時30分."""
        return self._required(name, label, self.opt_clock_time(name, label), time.min)

    def opt_clock_time(self, name: str, label: str) -> time | None:
        """Return a time of day (without zone: Japan), None where nothing was typed."""

        def check(raw: str) -> time:
            found = _TIME.fullmatch(squeeze(raw))
            try:
                return time(int(found[1]), int(found[2] or 0)) if found else _no_time()
            except ValueError:
                raise Refused(
                    self._say("「{label}」は「10:30」のように、0:00から23:59までで入力してください。", label)
                ) from None

        return self._read(name, label, check)

    # ---- choices

    def choice(self, name: str, label: str, terms: type[E]) -> E:
        """Return the required term that was chosen."""
        return self._required(name, label, self.opt_choice(name, label, terms), next(iter(terms)))

    def opt_choice(self, name: str, label: str, terms: type[E]) -> E | None:
        """Return the term that was chosen, None where none was."""
        chosen = self.opt_one_of(name, label, [term.value for term in terms])
        return None if chosen is None else terms(chosen)

    def one_of(self, name: str, label: str, allowed: Collection[str]) -> str:
        """Return the required choice among `allowed`, for lists that are no terms."""
        return self._required(name, label, self.opt_one_of(name, label, allowed), "")

    def opt_one_of(self, name: str, label: str, allowed: Collection[str]) -> str | None:
        """Return the choice among `allowed`, None where none was made."""
        return self._read(name, label, lambda raw: self._among(raw, label, allowed))

    def choices(self, name: str, label: str, terms: type[E]) -> tuple[E, ...]:
        """Return every term that was ticked, in the order of the vocabulary."""
        allowed = {term.value for term in terms}
        if not set(self.raws(name)) <= allowed:
            self.fail(name, self._not_among(label))
        return tuple(term for term in terms if term.value in self.raws(name))

    def checked(self, name: str) -> bool:
        """Return whether a box was ticked."""
        return bool(self.raw(name))

    # ---- ids and files

    def identifier(self, name: str, label: str) -> str:
        """Return the required id of a thing chosen from a list; whether it exists is the service's question."""
        return self._required(name, label, self.opt_identifier(name, label), "")

    def opt_identifier(self, name: str, label: str) -> str | None:
        """Return the id of a thing chosen from a list, None where none was."""
        return self._read(name, label, lambda raw: self._identified(raw, label))

    def identifiers(self, name: str, label: str) -> tuple[str, ...]:
        """Return the ids that were ticked, in order, each once."""
        found = tuple(dict.fromkeys(raw for raw in self.raws(name) if raw))
        if not all(_IDENTIFIER.fullmatch(raw) for raw in found):
            self.fail(name, self._not_among(label))
            return ()
        return found

    def minted_id(self) -> str:
        """二重送信を防ぐ: return the id that this form's record will have, minted when the form was shown.

        Sent twice, a form brings the same id twice. Raises Refused for one that is no id.
        """
        raw = self.raw(MINTED)
        if raw and not _IDENTIFIER.fullmatch(raw):
            raise Refused(
                self.translate(
                    "送られた画面の番号が正しくありません。内容を確かめて、もう一度送ってください。"
                )
            )
        return raw or new_id()

    def shown_id(self) -> str:
        """Return the id to show the form with: the one it came back with, else a fresh one."""
        raw = self.raw(MINTED)
        return raw if _IDENTIFIER.fullmatch(raw) else new_id()

    def upload(self, name: str, label: str) -> Upload:
        """Return a required file; how large it may be is the route's `request_max_body_size`."""
        return self._required(name, label, self.opt_upload(name), Upload("", b""))

    def opt_upload(self, name: str) -> Upload | None:
        """Return a file, None where none was sent."""
        sent = self.fields.uploads.get(name)
        if sent is None or not sent.filename:
            return None
        return Upload(filename=sent.filename.replace("\\", "/").rsplit("/", 1)[-1], content=sent.file.read())

    # ---- within

    def _read(self, name: str, label: str, check: Callable[[str], T]) -> T | None:
        raw = self.raw(name).replace("\r\n", "\n").replace("\r", "\n").strip()
        if not raw:
            return None
        if not all(sign.isprintable() or sign in "\n\t\u3000" for sign in raw):
            self.fail(name, self._say("「{label}」に使えない文字があります。入力し直してください。", label))
            return None
        try:
            return check(raw)
        except Refused as refusal:
            self.fail(name, refusal.message)
            return None

    def _required(self, name: str, label: str, value: T | None, stand_in: T) -> T:
        """Return the value; the stand-in never leaves `reading`, which refuses at its end."""
        if value is not None:
            return value
        if not self.error(name):
            self.fail(name, self._say("「{label}」を入力してください。", label))
        return stand_in

    def _among(self, raw: str, label: str, allowed: Collection[str]) -> str:
        if raw not in allowed:
            raise Refused(self._not_among(label))
        return raw

    def _identified(self, raw: str, label: str) -> str:
        if not _IDENTIFIER.fullmatch(raw):
            raise Refused(self._not_among(label))
        return raw

    def _not_among(self, label: str) -> str:
        return self._say("「{label}」を一覧から選び直してください。", label)

    def _say(self, sentence: str, label: str, **values: object) -> str:
        text = self.translate(sentence).replace("{label}", label)
        for key, value in values.items():
            text = text.replace("{" + key + "}", str(value))
        return text


async def provide_form(request: Request[Any, Any, Any]) -> Form:
    """Give a handler `form: Form`, the fields of the request's body."""
    return Form(await read_fields(request), translator(request))


async def provide_filters(request: Request[Any, Any, Any]) -> Form:
    """Give a handler `filters: Form`, the fields of the address (`?status=…`)."""
    return Form(Fields(_parse(request.scope["query_string"]), {}), translator(request))


async def read_fields(request: Request[Any, Any, Any]) -> Fields:
    """Return the body's fields, parsed once per request. Raises ValidationException where it cannot be read."""
    known: Fields | None = request.scope["state"].get(_FIELDS_KEY)
    if known is None:
        known = request.scope["state"][_FIELDS_KEY] = await _read_body(request)
    return known


async def close_uploads(request: Request[Any, Any, Any]) -> None:
    """Let go of the files of a request that is refused before its handler (which does this by itself)."""
    if (await read_fields(request)).uploads:
        await (await request.form()).close()


async def _read_body(request: Request[Any, Any, Any]) -> Fields:
    content_type = request.content_type[0]
    if content_type == _URLENCODED:
        return Fields(_parse(await request.body()), {})
    if content_type != "multipart/form-data":
        return Fields({}, {})
    try:
        items = (await request.form()).multi_items()
    except (LookupError, ValueError) as error:  # an unknown charset, or bytes that are no text
        raise ValidationException(_UNREADABLE) from error
    return _split(list(items))


def _split(items: list[tuple[str, Any]]) -> Fields:
    texts: dict[str, tuple[str, ...]] = {}
    uploads: dict[str, UploadFile] = {}
    for name, value in items:
        if isinstance(value, UploadFile):
            uploads[name] = value
        else:
            texts[name] = (*texts.get(name, ()), value)
    return Fields(texts, uploads)


def _parse(encoded: bytes) -> dict[str, tuple[str, ...]]:
    try:
        pairs = parse_qsl(
            encoded.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS
        )
    except ValueError as error:
        raise ValidationException(_UNREADABLE) from error
    texts: dict[str, list[str]] = {}
    for name, value in pairs:
        texts.setdefault(name, []).append(value)
    return {name: tuple(values) for name, values in texts.items()}


def _as_texts(value: object) -> tuple[str, ...]:
    if value is None:
        return ()
    if isinstance(value, list | tuple | set | frozenset):
        return tuple(str(part) for part in value)
    return (str(value),)


def _range_text(low: int, high: int) -> str:
    if high == LARGEST_INTEGER:
        return mark("「{label}」は{low}以上の数で入力してください。")
    return mark("「{label}」は{low}から{high}までの数で入力してください。")


def _no_time() -> time:
    raise ValueError("no time")
