"""支援内容の変更 on the spot: what a meeting adds to, ends in or rewords of the services of an item's plan.

The plan's own rules hold (`agenda.services.plan_details`); what was changed is told in one sentence for the minutes.
"""

from collections.abc import Iterable, Sequence

from sqlmodel import Session, col, select

from agenda.services.items import ItemView
from agenda.services.plan_details import ServiceEntry, ServiceLine, services_of, set_services
from agenda.tables import Plan
from meetings_app.core.actor import Actor
from meetings_app.core.clock import Clock
from meetings_app.core.errors import Conflict, NotFound, Refused
from meetings_app.tables.meetings import Meeting
from minutes.live_tables import ChangeOfService, ServiceChange
from minutes.services.attendance import audit_meeting
from minutes.services.record_changes import refuse_fixed

LONGEST_SENTENCE = 500


def add_service(
    *,
    session: Session,
    actor: Actor,
    clock: Clock,
    meeting: Meeting,
    view: ItemView,
    entry: ServiceEntry,
    version: int,
) -> ServiceChange:
    """支援内容を加える to the item's plan. Raises Refused for what the plan refuses, Conflict on a stale plan."""
    plan, lines = _plan(session, meeting, view, version)
    after = _set(session, actor, clock, meeting, plan, [*_entries(lines), entry])
    what = f"{service_text(after[-1])}を加えた。"
    return _note(session, actor, clock, meeting, view, ChangeOfService.ADDED, what)


def end_service(
    *,
    session: Session,
    actor: Actor,
    clock: Clock,
    meeting: Meeting,
    view: ItemView,
    position: int,
    version: int,
) -> ServiceChange:
    """支援内容を終える: the row leaves the plan, the sentence stays in the minutes."""
    plan, lines = _plan(session, meeting, view, version)
    ended = _line(lines, position)
    _set(session, actor, clock, meeting, plan, _entries(line for line in lines if line is not ended))
    what = f"{service_text(ended)}を終えることとした。"
    return _note(session, actor, clock, meeting, view, ChangeOfService.ENDED, what)


def change_service(
    *,
    session: Session,
    actor: Actor,
    clock: Clock,
    meeting: Meeting,
    view: ItemView,
    position: int,
    entry: ServiceEntry,
    version: int,
) -> ServiceChange:
    """支援内容を改める: another service, provider or wording in the place of one row."""
    plan, lines = _plan(session, meeting, view, version)
    before = _line(lines, position)
    place = lines.index(before)
    entries = _entries(lines)
    entries[place] = entry
    after = _set(session, actor, clock, meeting, plan, entries)[place]
    if after == before:
        raise Refused("変わるところがありません。直すところを入れてください。")
    what = f"{service_text(before)}を、{service_text(after)}に改めた。"
    return _note(session, actor, clock, meeting, view, ChangeOfService.CHANGED, what)


def service_changes_of(session: Session, item_ids: Sequence[str]) -> dict[str, list[ServiceChange]]:
    """Return what meetings changed in the plans' services, per item, in the order it was recorded."""
    rows = session.exec(
        select(ServiceChange)
        .where(col(ServiceChange.item_id).in_(item_ids))
        .order_by(col(ServiceChange.recorded_at), col(ServiceChange.id))
    ).all()
    found: dict[str, list[ServiceChange]] = {item_id: [] for item_id in item_ids}
    for row in rows:
        found[row.item_id].append(row)
    return found


def service_text(line: ServiceLine) -> str:
    """Return a service as a sentence names it: 「A 就労準備支援（事業所A、週2回）」."""
    details = "、".join(part for part in (line.provider, line.content) if part)
    return f"「{line.kind} {line.name}{f'（{details}）' if details else ''}」"


# ---- within


def _plan(session: Session, meeting: Meeting, view: ItemView, version: int) -> tuple[Plan, list[ServiceLine]]:
    """Return the item's plan with its services, if they may still be changed from this meeting."""
    refuse_fixed(session, meeting)
    if view.plan is None:
        raise Refused(
            "この議題にはプランがないため、支援内容はありません。プランのある議題を選んでください。"
        )
    if view.plan.version != version:
        raise Conflict(
            "このプランは、ほかの人が先に変えました。画面を読み直し、今の支援内容を確かめてから変えてください。"
        )
    return view.plan, services_of(session, [view.plan.id])[view.plan.id]


def _line(lines: Sequence[ServiceLine], position: int) -> ServiceLine:
    for line in lines:
        if line.position == position:
            return line
    raise NotFound("この支援内容は見つかりません。画面を読み直して、選び直してください。")


def _entries(lines: Iterable[ServiceLine]) -> list[ServiceEntry]:
    return [
        ServiceEntry(line.kind, line.code, line.name, provider=line.provider, content=line.content)
        for line in lines
    ]


def _set(
    session: Session,
    actor: Actor,
    clock: Clock,
    meeting: Meeting,
    plan: Plan,
    entries: Sequence[ServiceEntry],
) -> list[ServiceLine]:
    return set_services(
        session=session,
        actor=actor,
        clock=clock,
        plan=plan,
        entries=entries,
        reason=f"第{meeting.number}回の会議での変更",
    )


def _note(
    session: Session,
    actor: Actor,
    clock: Clock,
    meeting: Meeting,
    view: ItemView,
    kind: ChangeOfService,
    what: str,
) -> ServiceChange:
    told = what if len(what) <= LONGEST_SENTENCE else f"{what[: LONGEST_SENTENCE - 1]}…"
    row = ServiceChange(
        item_id=view.item.id, kind=kind, what=told, recorded_by=actor.name, recorded_at=clock.now()
    )
    session.add(row)
    session.flush()
    detail: dict[str, object] = {"item": view.item.id, "kind": kind, "what": told}
    audit_meeting(session, actor, clock, "支援内容の変更（会議）", meeting, detail)
    return row
