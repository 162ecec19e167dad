"""結果: recording each item, what follows from it, and closing the meeting."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time

from litestar import get, post
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from agenda.services.items import get_item, items_of
from agenda.services.visibility import find_meeting
from meetings_app.core.actor import Actor
from meetings_app.core.clock import TOKYO, Clock, tokyo
from meetings_app.core.errors import Conflict, Refused
from meetings_app.core.terms import Role
from meetings_app.db.engine import Database
from meetings_app.tables.meetings import Meeting
from meetings_app.web.access import allow
from meetings_app.web.form_errors import ShownError, by_field, shown_errors
from meetings_app.web.forms import Form
from meetings_app.web.given import (
    GivenActor,
    GivenClock,
    GivenDb,
    GivenFilters,
    GivenForm,
    WebRequest,
)
from meetings_app.web.locale import Translator, mark, translator
from meetings_app.web.meeting_frame import DbSession, frame_title, meeting_frame
from meetings_app.web.page import Page, render, see_other
from minutes.services.afterwards import afterwards_of, refuse_item_outside, refuse_not_yet
from minutes.services.live import closing_moment, open_pause
from minutes.services.live_fields import pending_conflicts
from minutes.services.record_changes import undecided_items, unrecorded_people
from minutes.services.restamping import stamp_differences
from minutes.services.running import Outcome, close_meeting, record_item, records_of
from minutes.web.answers import safe_back
from minutes.web.live_panels import LivePanels, panels_of
from minutes.web.running_views import (
    CHECKS,
    NO,
    OUTCOME_ICONS,
    TEXTS,
    YES,
    CurrentItem,
    record_page,
    wall_time,
)

LEADERS = (Role.SECRETARIAT, Role.CHAIR)
LONGEST_TEXT = 20_000
FIELD_LABELS = {
    "started": mark("始まり"),
    "ended": mark("終わり"),
    "outcome": mark("結果"),
    "follow_up": mark("フォロー"),
    **dict(CHECKS),
    **dict(TEXTS),
}
ANSWER_LABELS = {YES: mark("はい"), NO: mark("いいえ"), "": mark("未記入")}
FOLLOW_LABELS = {YES: mark("要"), NO: mark("不要"), "": mark("未記入")}


@dataclass(frozen=True, slots=True)
class Difference:
    """違うところ: one field as it is stored and as it was typed."""

    label: str
    stored: str
    typed: str


@dataclass(frozen=True, slots=True)
class WaitingConflict:
    """選ばれていない二つの内容: where they are; `bars` says whether closing waits for the choice."""

    title: str
    label: str
    bars: bool
    href: str


@dataclass(frozen=True, slots=True)
class TypedRecord:
    """記録の入力, read and checked."""

    version: int
    outcome: Outcome
    started: time | None
    ended: time | None


@get("/meetings/{meeting_id:str}/record", opt=allow(*LEADERS), sync_to_thread=True)
def show_record(
    request: WebRequest,
    db: GivenDb,
    clock: GivenClock,
    actor: GivenActor,
    meeting_id: FromPath[str],
    filters: GivenFilters,
) -> Page:
    """結果: one item open beside the list of all."""
    item_id = filters.opt_identifier("item", translator(request)("議題"))
    return record_response(request, db, clock, actor, meeting_id, item_id, None, [])


@post("/meetings/{meeting_id:str}/items/{item_id:str}/record", opt=allow(*LEADERS), sync_to_thread=True)
def save_record(
    request: WebRequest,
    db: GivenDb,
    clock: GivenClock,
    actor: GivenActor,
    meeting_id: FromPath[str],
    item_id: FromPath[str],
    form: GivenForm,
) -> Page:
    """議題の結果を記録する. Where somebody saved in between, both are shown and what was typed is kept."""
    _ = translator(request)
    try:
        typed = _read_record(form, _)
        with db.write() as session:
            meeting = find_meeting(session, actor, meeting_id)
            begun, ended = _on_day(meeting, typed.started), _on_day(meeting, typed.ended)
            record_item(
                session=session,
                actor=actor,
                clock=clock,
                meeting=meeting,
                view=get_item(session, item_id, meeting.id),
                result=typed.outcome,
                version=typed.version,
                started_at=begun,
                ended_at=ended,
            )
            refuse_item_outside(meeting, clock, begun, ended)
    except Conflict:
        return record_response(request, db, clock, actor, meeting_id, item_id, form, [], status=409)
    except Refused as refusal:
        errors = shown_errors(refusal, request, "outcome")
        return record_response(request, db, clock, actor, meeting_id, item_id, form, errors, status=422)
    goal = form.opt_identifier("next", _("次の議題")) if form.raw("go") else None
    return _back_to(request, meeting_id, goal or item_id, _("記録を保存しました。"))


@get("/meetings/{meeting_id:str}/close", opt=allow(*LEADERS), sync_to_thread=True)
def show_closing(
    request: WebRequest, db: GivenDb, clock: GivenClock, actor: GivenActor, meeting_id: FromPath[str]
) -> Page:
    """閉会の確認: what is undecided and will be carried over."""
    return _close_page(request, db, clock, actor, meeting_id, None, [])


@post("/meetings/{meeting_id:str}/close", opt=allow(*LEADERS), sync_to_thread=True)
def close(
    request: WebRequest,
    db: GivenDb,
    clock: GivenClock,
    actor: GivenActor,
    meeting_id: FromPath[str],
    form: GivenForm,
) -> Page:
    """閉会する."""
    _ = translator(request)
    try:
        at = form.clock_time("at", _("閉会の時刻"))
        with db.write() as session:
            meeting = find_meeting(session, actor, meeting_id)
            closed_at = closing_moment(session, meeting, _on_day(meeting, at) or meeting.ends_at)
            if afterwards_of(session, meeting.id) is not None:
                refuse_not_yet(closed_at, clock)
            carried = close_meeting(session=session, actor=actor, clock=clock, meeting=meeting, at=closed_at)
            count = len(carried)
    except Refused as refusal:
        errors = shown_errors(refusal, request)
        return _close_page(request, db, clock, actor, meeting_id, form, errors, status=422)
    done = _("閉会を記録しました。出席を確認してください。")
    if count:
        done = _("閉会を記録し、{n}件を次の会議に持ち越しました。出席を確認してください。").replace(
            "{n}", str(count)
        )
    return see_other(request, f"/meetings/{meeting_id}/attendance", ("success", done))


route_handlers: list[ControllerRouterHandler] = [
    show_record,
    save_record,
    show_closing,
    close,
]


def _back_to(request: WebRequest, meeting_id: str, item_id: str, done: str) -> Page:
    return see_other(request, f"/meetings/{meeting_id}/record?item={item_id}", ("success", done))


def _on_day(meeting: Meeting, typed: time | None) -> datetime | None:
    """Return a time of the day on which the meeting was opened."""
    if typed is None:
        return None
    day = (meeting.opened_at or meeting.starts_at).astimezone(TOKYO).date()
    return tokyo(day, typed.hour, typed.minute)


def _read_record(form: Form, _: Translator) -> TypedRecord:
    with form.reading():
        version = form.integer("version", _("版"))
        started = form.opt_clock_time("started", _("始まり"))
        ended = form.opt_clock_time("ended", _("終わり"))
        outcome = form.opt_one_of("outcome", _("結果"), tuple(OUTCOME_ICONS))
        texts = {
            name: form.opt_text(name, _(label), longest=LONGEST_TEXT, lines=True) or ""
            for name, label in TEXTS
        }
        answers = {name: _answer(form, name, _(label)) for name, label in CHECKS}
        follow_up = _answer(form, "follow_up", _("フォロー"))
    result = Outcome(
        outcome=outcome,
        explanation=texts["explanation"],
        discussion=texts["discussion"],
        confirmed=texts["confirmed"],
        fits_situation=answers["fits_situation"],
        leads_to_solution=answers["leads_to_solution"],
        keeps_motivation=answers["keeps_motivation"],
        resources_missing=answers["resources_missing"],
        follow_up=follow_up,
    )
    return TypedRecord(version, result, started, ended)


def _answer(form: Form, name: str, label: str) -> bool | None:
    chosen = form.opt_one_of(name, label, (YES, NO))
    return None if chosen is None else chosen == YES


def record_response(
    request: WebRequest,
    db: Database,
    clock: Clock,
    actor: Actor,
    meeting_id: str,
    item_id: str | None,
    form: Form | None,
    errors: list[ShownError],
    *,
    extra: Form | None = None,
    status: int = 200,
) -> Page:
    """Return the page; `form` is the record as typed, `extra` what was typed in one of the panels beside it."""
    _ = translator(request)
    with db.read() as session:
        frame = meeting_frame(session, actor, clock, meeting_id, "record")
        meeting = find_meeting(session, actor, meeting_id)
        page = record_page(session, meeting, item_id)
        current = page.current
        panels = _panels(session, actor, meeting, current, extra)
    return render(
        request,
        "minutes/record.html",
        title=f"{frame_title(_, frame)} {_('結果')}",
        status=status,
        frame=frame,
        record=page,
        item=current,
        form=form or _stored_form(request, current),
        panels=panels,
        extra=extra or Form.filled(request),
        errors=errors,
        errors_by_field=by_field(errors),
        differences=_differences(current, form, _) if current and form and status == 409 else [],
        outcomes=[
            {"value": outcome, "label": _(outcome), "icon": OUTCOME_ICONS[outcome]}
            for outcome in (current.outcomes if current else ())
        ],
        checks=[(name, _(label)) for name, label in CHECKS],
    )


def _panels(
    session: DbSession, actor: Actor, meeting: Meeting, current: CurrentItem | None, extra: Form | None
) -> LivePanels | None:
    """Return the panels of the open item; a refused form leads, once mended, where it first wanted to."""
    if current is None:
        return None
    here = f"/meetings/{meeting.id}/record?item={current.item_id}"
    back = safe_back(extra.raw("back"), here) if extra else here
    return panels_of(session, actor, meeting, get_item(session, current.item_id, meeting.id), back=back)


def _stored_form(request: WebRequest, current: CurrentItem | None) -> Form:
    return Form.filled(request, **(current.stored.values if current else {}))


def _differences(current: CurrentItem, form: Form, _: Translator) -> list[Difference]:
    """Return every field that stands otherwise on record than in what was typed."""
    return [
        Difference(_(label), _shown(name, stored, _), _shown(name, typed, _))
        for name, label in FIELD_LABELS.items()
        if (stored := current.stored.values[name]) != (typed := _plain_text(form.raw(name)))
    ]


def _plain_text(raw: str) -> str:
    return raw.replace("\r\n", "\n").replace("\r", "\n").strip()


def _shown(name: str, value: str, _: Translator) -> str:
    labels: Mapping[str, str] = {}
    if name == "follow_up":
        labels = FOLLOW_LABELS
    elif name in dict(CHECKS):
        labels = ANSWER_LABELS
    return _(labels.get(value, value)) or _("未記入")


def _waiting_conflicts(session: DbSession, meeting: Meeting, _: Translator) -> list[WaitingConflict]:
    """Return every field with two contents to choose from: answers and outcomes before closing, texts after it."""
    views = items_of(session, meeting.id)
    found = pending_conflicts(session, [view.item.id for view in views])
    return [
        WaitingConflict(
            title=f"{number} {view.title}",
            label=_(FIELD_LABELS[str(pending.field)]),
            bars=str(pending.field) not in dict(TEXTS),
            href=f"/meetings/{meeting.id}/live?item={view.item.id}",
        )
        for number, view in enumerate(views, start=1)
        for pending in found.get(view.item.id, ())
    ]


def _differing_stamps(session: DbSession, meeting: Meeting, _: Translator) -> list[str]:
    """Return a sentence for every outcome whose stamp and the attendance on record no longer agree."""
    told = _(
        "{title} の結果を記録したときの在席と、出席の記録が違います（{names}）。"
        "出席の時刻を直すか、結果をいったん「まだ決めない」に戻して、もう一度記録してください。"
    )
    return [
        told.replace("{names}", "、".join(one.names)).replace("{title}", one.title)
        for one in stamp_differences(session, meeting)
    ]


def _carried_over(session: DbSession, meeting: Meeting) -> list[tuple[str, str, str]]:
    """Return what closing would carry over: id, title, and the outcome that carries it over, "" where there is none."""
    views = undecided_items(session, meeting)
    records = records_of(session, [view.item.id for view in views])
    outcomes = {item_id: row.outcome or "" for item_id, row in records.items()}
    return [(view.item.id, view.title, outcomes.get(view.item.id, "")) for view in views]


def _close_page(
    request: WebRequest,
    db: Database,
    clock: Clock,
    actor: Actor,
    meeting_id: str,
    form: Form | None,
    errors: list[ShownError],
    *,
    status: int = 200,
) -> Page:
    _ = translator(request)
    with db.read() as session:
        frame = meeting_frame(session, actor, clock, meeting_id, "record")
        meeting = find_meeting(session, actor, meeting_id)
        undecided = _carried_over(session, meeting)
        unrecorded = unrecorded_people(session, meeting.id)
        conflicts = _waiting_conflicts(session, meeting, _)
        differing = _differing_stamps(session, meeting, _)
        paused = open_pause(session, meeting.id) is not None
        typed_later = afterwards_of(session, meeting.id) is not None
        at = wall_time(meeting.ends_at if typed_later else clock.now())
    return render(
        request,
        "minutes/close.html",
        title=_("{meeting}を閉会する").replace("{meeting}", frame_title(_, frame)),
        status=status,
        frame=frame,
        undecided=undecided,
        unrecorded=unrecorded,
        conflicts=conflicts,
        differing=differing,
        paused=paused,
        form=form or Form.filled(request, at=at),
        errors=errors,
        errors_by_field=by_field(errors),
    )
