"""続柄を選ぶ画面: search the list or build the path step by step, see the family tree, and take it along.

Every state is an address, so nothing is stored and the way back is the browser's own.
"""

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urlencode

from litestar import get
from litestar.types import ControllerRouterHandler

from agenda.services.people import find_person
from honoraria.rules.kinship import NOT_KIN, canonical_path, kinship
from honoraria.rules.path_steps import MOST_STEPS, PLAIN, SPECIAL
from meetings_app.core.clock import today
from meetings_app.core.errors import Refused
from meetings_app.core.terms import Role
from meetings_app.web.access import allow
from meetings_app.web.form_errors import ShownError
from meetings_app.web.forms import Form
from meetings_app.web.given import GivenActor, GivenClock, GivenDb, GivenFilters, WebRequest
from meetings_app.web.kinship_views import (
    Picked,
    called,
    found_rows,
    listed_groups,
    pictures,
    step_rows,
    use_values,
    verdict,
)
from meetings_app.web.locale import Translator, translator
from meetings_app.web.member_views import degree_limit
from meetings_app.web.page import Page, render

READERS = allow(Role.SECRETARIAT, Role.CHAIR, Role.ACCOUNTING)
CARRIED = ("person", "fact", "case", "kin_declared", "kin_from")
LONGEST = 200


@get("/members/kinship", opt=READERS, sync_to_thread=True)
def show_kinship(
    request: WebRequest, filters: GivenFilters, db: GivenDb, actor: GivenActor, clock: GivenClock
) -> Page:
    """続柄を選ぶ (第7条第4項): ?q= searches, ?steps= is the path so far, ?add= and ?remove= change it by one step."""
    _ = translator(request)
    limit = degree_limit(today(clock))
    person = filters.opt_identifier("person", _("人"))
    fact = filters.opt_identifier("fact", _("記録"))
    with db.read() as session:
        name = find_person(session, actor, person).name if person else ""
    picked, errors = _picked(filters, _)
    return render(
        request,
        "kinship.html",
        title=_("続柄を選ぶ"),
        status=422 if errors else 200,
        person={"id": person, "name": name} if person else None,
        picked=picked,
        others=[(path, kinship(path, limit).route) for path in picked.others],
        steps=step_rows(picked.steps, _),
        plain=[(choice.text, _(choice.words)) for choice in PLAIN],
        special=[(choice.text, _(choice.words)) for choice in SPECIAL],
        verdict=verdict(picked.path, called(picked), limit, _) if picked.path else None,
        pictures=pictures(picked.path, limit, _),
        found=found_rows(picked, limit, _),
        groups=listed_groups(picked, _),
        use=_use_address(picked, person, fact) if actor.role is Role.SECRETARIAT else "",
        errors=errors,
    )


route_handlers: list[ControllerRouterHandler] = [show_kinship]


def _picked(filters: Form, _: Translator) -> tuple[Picked, list[ShownError]]:
    """Return the path that the address says, with its one change; what cannot be read is said and left out."""
    carried = {name: filters.raw(name)[:LONGEST] for name in CARRIED if filters.raw(name)}
    query, relation = filters.raw("q")[:LONGEST].strip(), filters.raw("relation")[:LONGEST].strip()
    empty = Picked(carried, relation=relation, query=query)
    try:
        before = _readable(_so_far(filters, empty))
    except Refused as refusal:
        return empty, [ShownError("", _(refusal.message))]
    try:
        return _readable(_changed(before, filters)), []
    except Refused as refusal:
        return before, [ShownError("", _(refusal.message))]


def _so_far(filters: Form, empty: Picked) -> Picked:
    """Return the path before the change: the steps of the form, or the path of an address."""
    if filters.raws("step") or filters.raws("other"):
        steps = tuple(text for text in filters.raws("step") if text)
        return replace(empty, others=filters.raws("other"), steps=steps)
    return replace(empty, steps=(filters.raw("steps"),))


def _changed(before: Picked, filters: Form) -> Picked:
    """Return the path with one step added or taken away, or closed so that another true path can be added."""
    if filters.raw("remove").isdecimal():
        return replace(before, steps=before.steps[: max(int(filters.raw("remove")) - 1, 0)])
    if filters.raw("drop").isdecimal():
        kept = tuple(one for place, one in enumerate(before.others) if place != int(filters.raw("drop")))
        return replace(before, others=kept)
    if filters.raw("next") and before.steps:
        return replace(before, others=(*before.others, ">".join(before.steps)), steps=())
    if filters.raw("add"):
        begun = () if before.steps == (NOT_KIN,) else before.steps
        return replace(before, steps=(*begun, filters.raw("add")))
    return before


def _readable(picked: Picked) -> Picked:
    """Return a path in its one spelling. Raises Refused where it cannot be read or is too long."""
    others = [canonical_path(one) for one in picked.others if one.strip()]
    *more, last = canonical_path(">".join(picked.steps)).split(" / ")
    tidy = replace(picked, others=(*others, *more), steps=tuple(last.split(">")) if last else ())
    if len(tidy.steps) > MOST_STEPS or len(canonical_path(tidy.path)) > LONGEST:
        raise Refused("続柄の道筋が長すぎます。段を減らすか、「続柄なし」を選んでください。")
    return tidy


def _use_address(picked: Picked, person: str | None, fact: str | None) -> str:
    """Return where the picked 続柄 goes: the declaration, or the correction of one; "" without either."""
    if not person or not picked.path:
        return ""
    typed: Mapping[str, str] = {name: picked.carried[name] for name in CARRIED[2:] if name in picked.carried}
    if fact:
        return f"/members/{person}/corrections/kinship/{fact}?{urlencode(use_values(picked))}"
    return f"/members/{person}?{urlencode({**typed, **use_values(picked)})}#kinship"
