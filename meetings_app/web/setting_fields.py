"""設定の欄: how settings are asked for in forms, and how they are told with who set them and when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from meetings_app.services.office_settings import SettingOnRecord, Value
from meetings_app.web.forms import Form
from meetings_app.web.locale import Locale, Translator, format_day, format_time

Known = Mapping[str, SettingOnRecord]


@dataclass(frozen=True, slots=True)
class SettingField:
    """設定の欄: how one setting is asked for. `kind` is number, choice or text; a choice lists its values."""

    key: str
    name: str
    label: str
    kind: str
    help: str
    citation: str = ""
    suffix: str = ""
    choices: tuple[tuple[Value, str], ...] = ()
    low: int = 0
    high: int = 1000
    required: bool = True


@dataclass(frozen=True, slots=True)
class SettingGroup:
    """設定のまとまり; `note` is said under its title, `href` leads to what belongs to it elsewhere."""

    title: str
    fields: tuple[SettingField, ...]
    note: str = ""
    href: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class ToldSetting:
    """一つの設定 to read: what it says, and who decided it when."""

    label: str
    value: str
    set_by: str


def read_settings(form: Form, fields: Sequence[SettingField], _: Translator) -> dict[str, Value]:
    """Return what was typed, by key; the form keeps what is wrong."""
    return {field.key: _read(form, field, _) for field in fields}


def group_view(
    group: SettingGroup, known: Known, form: Form | None, _: Translator, locale: Locale
) -> dict[str, object]:
    """Return a group for its form: with what was typed, else with what is on record."""
    return {
        "title": _(group.title),
        "note": _(group.note),
        "href": group.href,
        "link": _(group.link),
        "fields": [_field_view(field, known[field.key], form, _, locale) for field in group.fields],
    }


def told_settings(group: SettingGroup, known: Known, _: Translator, locale: Locale) -> list[ToldSetting]:
    """Return a group to read."""
    return [
        ToldSetting(
            _(field.label), value_text(field, known[field.key].value, _), set_by(known[field.key], _, locale)
        )
        for field in group.fields
    ]


def value_text(field: SettingField, value: Value, _: Translator) -> str:
    """Return a value in words."""
    if field.kind == "choice":
        return next((_(text) for known, text in field.choices if known == value), str(value))
    if value is None or value == "":
        return _("未設定") if field.required else _("なし")
    return f"{value:,}{_(field.suffix)}" if isinstance(value, int) else str(value)


def set_by(known: SettingOnRecord, _: Translator, locale: Locale) -> str:
    """Return who set it and when."""
    if known.set_at is None:
        return _("初めの設定のまま")
    when = f"{format_day(known.set_at, locale)} {format_time(known.set_at)}"
    return _("{when} {name} が設定").replace("{when}", when).replace("{name}", known.set_by)


_CODES: dict[Value, str] = {None: "unset", True: "yes", False: "no"}


def _code(value: Value) -> str:
    """Return how a form sends a choice."""
    return _CODES[value] if value is None or isinstance(value, bool) else str(value)


def _read(form: Form, field: SettingField, _: Translator) -> Value:
    label = _(field.label)
    if field.kind == "choice":
        values = {_code(value): value for value, _text in field.choices}
        return values.get(form.one_of(field.name, label, list(values)))
    if field.kind == "number":
        limits = {"low": field.low, "high": field.high}
        read = form.integer if field.required else form.opt_integer
        return read(field.name, label, **limits)
    if field.required:
        return form.text(field.name, label)
    return form.opt_text(field.name, label) or ""


def _field_view(
    field: SettingField, known: SettingOnRecord, form: Form | None, _: Translator, locale: Locale
) -> dict[str, object]:
    return {
        "name": field.name,
        "label": _(field.label),
        "kind": field.kind,
        "help": _(field.help) + _("（{who}）").replace("{who}", set_by(known, _, locale)),
        "citation": field.citation,
        "suffix": _(field.suffix),
        "required": field.required,
        "choices": [{"value": _code(value), "label": _(text)} for value, text in field.choices],
        "value": form.raw(field.name) if form else _typed(field, known.value),
    }


def _typed(field: SettingField, value: Value) -> str:
    if field.kind == "choice":
        return _code(value)
    return "" if value is None else str(value)
