"""続柄の申告の欄: a name from the list, words joined by 「の」, or a path, read into both."""

from datetime import date

from honoraria.rules.kinship import NOT_KIN, canonical_path, kinship
from honoraria.rules.relations import RELATIONS, name_of_path, path_of_name
from meetings_app.core.errors import Refused
from meetings_app.web.forms import Form
from meetings_app.web.locale import Translator
from meetings_app.web.member_views import degree_limit


def read_relation(form: Form, case: int | None, _: Translator) -> tuple[str, str]:
    """Return the declared path and what it is called ("" where it has no name)."""
    if case is None:
        if form.raw("relation") not in ("", NOT_KIN) or form.raw("path").strip():
            form.fail("case", _("どの本人との続柄かを、ケース番号で入れてください。"))
        return NOT_KIN, ""
    path = _read_path(form, _)
    name = form.opt_text("relation", _("続柄"), longest=100)
    if name is None:
        return _by_path(form, path, _)
    return _by_name(form, name, path, _)


def _read_path(form: Form, _: Translator) -> str | None:
    typed = form.opt_text("path", _("道筋"))
    try:
        return None if typed is None else canonical_path(typed)
    except Refused as refusal:
        form.fail("path", refusal.message)
        return None


def _by_path(form: Form, path: str | None, _: Translator) -> tuple[str, str]:
    if path:
        return path, "" if path == NOT_KIN else name_of_path(path)
    if not form.error("path"):
        form.text("relation", _("続柄"))  # neither was given: says so at the list
    return NOT_KIN, ""


def _by_name(form: Form, name: str, path: str | None, _: Translator) -> tuple[str, str]:
    """Return what the name stands for. Name and path that say different things are refused, not weighed.

    A name that is not on the list may stand beside a path: it only says what the person called it.
    """
    named = NOT_KIN if name == NOT_KIN else path_of_name(name) or path
    if named is None:
        form.fail("relation", _("「{label}」を一覧から選び直してください。").replace("{label}", _("続柄")))
    elif path is not None and path != named:
        text = _("続柄「{relation}」と道筋「{path}」が合いません。どちらかを空けるか、直してください。")
        form.fail("path", text.replace("{relation}", name).replace("{path}", path))
    return named or NOT_KIN, "" if named == NOT_KIN else name


def judged(path: str, on: date) -> str:
    """Return what a declared path means on a day as sentences, "" for no relation."""
    return "" if path == NOT_KIN else kinship(path, degree_limit(on)).explanation


def relation_options(chosen: str, _: Translator) -> list[tuple[str, str]]:
    """Return the relations asked for most, with the chosen one before them where it is another."""
    common = [(one.name, _(one.name)) for one in RELATIONS if one.common]
    options = [*common, (NOT_KIN, _("続柄なし"))]
    known = {value for value, _label in options}
    return options if chosen in known or not chosen else [(chosen, _(chosen)), *options]
