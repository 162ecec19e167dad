"""結果: recording each item, what follows from it, and closing the meeting."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time

from litestar import get, post
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from agenda.services.items import get_item
from agenda.services.visibility import find_meeting
from meetings_app.core.actor import Actor
from meetings_app.core.clock import TOKYO, Clock, tokyo
from meetings_app.core.errors import Conflict, Refused
from meetings_app.core.terms import MUNICIPALITIES, IssueCategory, Role, Shortage
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
from meetings_app.web.meeting_frame import frame_title, meeting_frame
from meetings_app.web.page import Page, render, see_other
from minutes.services.issues import raise_issue
from minutes.services.record_changes import (
    note_action,
    refuse_fixed,
    undecided_items,
    unrecorded_people,
    withdraw_action,
)
from minutes.services.running import Outcome, close_meeting, record_item
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
    return _page(request, db, clock, actor, meeting_id, item_id, None, [])


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
            record_item(
                session=session,
                actor=actor,
                clock=clock,
                meeting=meeting,
                view=get_item(session, item_id, meeting.id),
                result=typed.outcome,
                version=typed.version,
                started_at=_on_day(meeting, typed.started),
                ended_at=_on_day(meeting, typed.ended),
            )
    except Conflict:
        return _page(request, db, clock, actor, meeting_id, item_id, form, [], status=409)
    except Refused as refusal:
        errors = shown_errors(refusal, request, "outcome")
        return _page(request, db, clock, actor, meeting_id, item_id, form, errors, status=422)
    goal = form.opt_identifier("next", _("次の議題")) if form.raw("go") else None
    return _back_to(request, meeting_id, goal or item_id, _("記録を保存しました。"))


@post("/meetings/{meeting_id:str}/items/{item_id:str}/actions", opt=allow(*LEADERS), sync_to_thread=True)
def add_action(
    request: WebRequest,
    db: GivenDb,
    clock: GivenClock,
    actor: GivenActor,
    meeting_id: FromPath[str],
    item_id: FromPath[str],
    form: GivenForm,
) -> Page:
    """対応を加える: who does what by when."""
    _ = translator(request)
    try:
        with form.reading():
            what = form.text("what", _("すること"), longest=500)
            who = form.text("who", _("担当"), longest=100)
            due_on = form.opt_day("due_on", _("期限"))
        with db.write() as session:
            meeting = find_meeting(session, actor, meeting_id)
            note_action(
                session=session,
                actor=actor,
                clock=clock,
                meeting=meeting,
                view=get_item(session, item_id, meeting.id),
                what=what,
                who=who,
                due_on=due_on,
            )
    except Refused as refusal:
        errors = shown_errors(refusal, request, "what")
        return _page(request, db, clock, actor, meeting_id, item_id, None, errors, extra=form, status=422)
    return _back_to(request, meeting_id, item_id, _("対応を加えました。"))


@post(
    "/meetings/{meeting_id:str}/items/{item_id:str}/actions/withdraw",
    opt=allow(*LEADERS),
    sync_to_thread=True,
)
def remove_action(
    request: WebRequest,
    db: GivenDb,
    clock: GivenClock,
    actor: GivenActor,
    meeting_id: FromPath[str],
    item_id: FromPath[str],
    form: GivenForm,
) -> Page:
    """対応を取り消す."""
    _ = translator(request)
    action_id = form.identifier("action", _("対応"))
    with db.write() as session:
        meeting = find_meeting(session, actor, meeting_id)
        view = get_item(session, item_id, meeting.id)
        withdraw_action(
            session=session, actor=actor, clock=clock, meeting=meeting, view=view, action_id=action_id
        )
    return _back_to(request, meeting_id, item_id, _("対応を取り消しました。"))


@post("/meetings/{meeting_id:str}/items/{item_id:str}/issues", opt=allow(*LEADERS), sync_to_thread=True)
def add_issue(
    request: WebRequest,
    db: GivenDb,
    clock: GivenClock,
    actor: GivenActor,
    meeting_id: FromPath[str],
    item_id: FromPath[str],
    form: GivenForm,
) -> Page:
    """地域課題を挙げる (第2条第4号)."""
    _ = translator(request)
    try:
        with form.reading():
            category = form.choice("category", _("分野"), IssueCategory)
            shortage = form.choice("shortage", _("不足のしかた"), Shortage)
            municipality = form.one_of("municipality", _("市町村"), MUNICIPALITIES)
            text = form.opt_text("issue_text", _("内容"), longest=2000, lines=True)
        with db.write() as session:
            meeting = find_meeting(session, actor, meeting_id)
            view = get_item(session, item_id, meeting.id)
            refuse_fixed(session, meeting)
            raise_issue(
                session=session,
                actor=actor,
                clock=clock,
                committee_id=actor.committee_id,
                raised_on=(meeting.opened_at or meeting.starts_at).astimezone(TOKYO).date(),
                category=category,
                shortage=shortage,
                municipality=municipality,
                internal_text=text or "",
                item_id=view.item.id,
            )
    except Refused as refusal:
        errors = shown_errors(refusal, request, "category")
        return _page(request, db, clock, actor, meeting_id, item_id, None, errors, extra=form, status=422)
    return _back_to(request, meeting_id, item_id, _("地域課題を挙げました。"))


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
            carried = close_meeting(
                session=session,
                actor=actor,
                clock=clock,
                meeting=meeting,
                at=_on_day(meeting, at) or meeting.ends_at,
            )
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
    add_action,
    remove_action,
    add_issue,
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


def _page(
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
    """Return the page; `form` is the record as typed, `extra` what was typed for an action or an issue."""
    _ = translator(request)
    with db.read() as session:
        frame = meeting_frame(session, actor, clock, meeting_id, "record")
        page = record_page(session, find_meeting(session, actor, meeting_id), item_id)
    current = page.current
    return render(
        request,
        "minutes/record.html",
        title=f"{frame_title(_, frame)} {_('結果')}",
        status=status,
        frame=frame,
        record=page,
        item=current,
        form=form or _stored_form(request, current),
        extra=extra or Form.filled(request, municipality=MUNICIPALITIES[0]),
        errors=errors,
        errors_by_field=by_field(errors),
        differences=_differences(current, form, _) if current and form and status == 409 else [],
        outcomes=[
            {"value": outcome, "label": _(outcome), "icon": OUTCOME_ICONS[outcome]}
            for outcome in (current.outcomes if current else ())
        ],
        checks=[(name, _(label)) for name, label in CHECKS],
        categories=[(category.value, _(category)) for category in IssueCategory],
        shortages=[(shortage.value, _(shortage)) for shortage in Shortage],
        municipalities=[(name, name) for name in MUNICIPALITIES],
    )


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
        undecided = [view.title for view in undecided_items(session, meeting)]
        unrecorded = unrecorded_people(session, meeting.id)
    return render(
        request,
        "minutes/close.html",
        title=_("{meeting}を閉会する").replace("{meeting}", frame_title(_, frame)),
        status=status,
        frame=frame,
        undecided=undecided,
        unrecorded=unrecorded,
        form=form or Form.filled(request, at=wall_time(clock.now())),
        errors=errors,
        errors_by_field=by_field(errors),
    )
