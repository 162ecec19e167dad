"""進行画面: the chair runs the meeting from one page; every button is a form that also works without script.

With script the same forms are sent aside (Accept: application/json) and answered with 204: what changed comes over
the stream to every screen. What people write into fields goes another way, see `live_api.py`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from litestar import get, post
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from agenda.services.decisions import earlier_guests
from agenda.services.items import get_item, items_of
from agenda.services.participation import participants_of
from agenda.services.visibility import find_meeting
from meetings_app.core.actor import Actor
from meetings_app.core.clock import TOKYO, Clock, today
from meetings_app.core.errors import Refused
from meetings_app.core.terms import AttendanceMode, MeetingStatus, Purpose, Role
from meetings_app.db.engine import Database
from meetings_app.tables.base import new_id
from meetings_app.tables.meetings import Meeting
from meetings_app.web.access import allow
from meetings_app.web.errors import wants_json
from meetings_app.web.form_errors import ShownError, by_field, shown_errors
from meetings_app.web.forms import MINTED, Form
from meetings_app.web.given import (
    GivenActor,
    GivenClock,
    GivenDb,
    GivenFilters,
    GivenForm,
    WebRequest,
)
from meetings_app.web.locale import Translator, mark, translator
from meetings_app.web.meeting_frame import DbSession
from meetings_app.web.page import Flash, Page, render, see_other
from minutes.live_tables import RecordField
from minutes.services.afterwards import afterwards_of
from minutes.services.attendance import arrive, leave, mark_absent, recuse
from minutes.services.item_context import possible_presiders
from minutes.services.live import (
    add_extra_item,
    all_here,
    ask_on_the_spot,
    change_presider,
    move_on,
    put_on_table,
    resume,
    suspend,
)
from minutes.services.live_fields import write_field
from minutes.services.presiding import LEFT_OPEN, stand_ins
from minutes.services.record_changes import withdraw_absence, withdraw_recusal, withdraw_stay
from minutes.services.running import open_meeting
from minutes.web.live_panels import panels_of
from minutes.web.live_regions import (
    desk_context,
    item_context,
    live_meeting,
    projector_context,
)
from minutes.web.live_views import LiveMeeting
from minutes.web.running_views import CHECKS, OUTCOME_ICONS

LEADERS = (Role.SECRETARIAT, Role.CHAIR)
NO_CONTENT = 204
ITEM_HEADER = "X-Live-Item"
"""Says to the page's script which item to show next."""

BEFORE = (MeetingStatus.PREPARING, MeetingStatus.CONVENED)
MODES = (AttendanceMode.IN_PERSON.value, AttendanceMode.ONLINE.value)


@dataclass(frozen=True, slots=True)
class OpeningView:
    """開会の前: who may preside, who is expected, and whether it can be opened now."""

    stage: str
    can_open: bool
    day: date
    starts_at: datetime
    ends_at: datetime
    venue: str
    presiders: tuple[tuple[str, str], ...]
    left_open: str
    people: tuple[tuple[str, str], ...]


TYPED_LATER = mark(
    "この会議は、紙の記録を見て後から入力しています。事後入力の画面で、時刻を入れて記録してください。"
)


@dataclass(frozen=True, slots=True)
class Desk:
    """一つの操作: who does it, to which meeting, when, in one transaction."""

    session: DbSession
    actor: Actor
    clock: Clock
    meeting: Meeting
    form: Form
    at: datetime

    @property
    def given(self) -> dict[str, Any]:
        """What every changing service takes."""
        return {
            "session": self.session,
            "actor": self.actor,
            "clock": self.clock,
            "meeting": self.meeting,
        }


Act = Callable[[Desk], str | None]
"""Does one thing; returns the item to show next, None for the one that was shown."""


# ---- the pages


@get("/meetings/{meeting_id:str}/live", opt=allow(*LEADERS), sync_to_thread=True)
def show_live(
    request: WebRequest,
    db: GivenDb,
    actor: GivenActor,
    meeting_id: FromPath[str],
    filters: GivenFilters,
) -> Page:
    """進行画面: the item asked for, else the one on the table. What is entered from paper goes on at its own page."""
    with db.read() as session:
        if _is_typed_later(session, find_meeting(session, actor, meeting_id)):
            return see_other(request, f"/meetings/{meeting_id}/afterwards")
    return _page(request, db, actor, meeting_id, filters.raw("item"), None, [])


@get("/meetings/{meeting_id:str}/projector", opt=allow(*LEADERS), sync_to_thread=True)
def show_projector(request: WebRequest, db: GivenDb, actor: GivenActor, meeting_id: FromPath[str]) -> Page:
    """投影画面: item, time and outcome, without personal data."""
    _ = translator(request)
    with db.read() as session:
        find_meeting(session, actor, meeting_id)
        context = projector_context(live_meeting(request.app, session, meeting_id))
    return render(
        request,
        "minutes/projector.html",
        title=_("投影画面　第{n}回").replace("{n}", str(context["head"].number)),
        base=f"/meetings/{meeting_id}",
        **context,
    )


@post("/meetings/{meeting_id:str}/live/open", opt=allow(*LEADERS), sync_to_thread=True)
def open_here(
    request: WebRequest,
    db: GivenDb,
    clock: GivenClock,
    actor: GivenActor,
    meeting_id: FromPath[str],
    form: GivenForm,
) -> Page:
    """開会する, at this moment: the presider is there from then on (第5条第1項・第2項)."""
    _ = translator(request)

    def act(desk: Desk) -> None:
        with form.reading():
            presider = form.identifier("presider", _("議長"))
            reason = form.opt_text("reason", _("理由"), longest=500) or ""
            decided_by = form.opt_text("decided_by", _("決めた人"), longest=200) or ""
        _refuse_stranger(desk, presider, _)
        open_meeting(**desk.given, at=desk.at, presider_id=presider, reason=reason, decided_by=decided_by)
        arrive(**desk.given, person_id=presider, at=desk.at)

    return _do(request, db, clock, actor, meeting_id, form, act, "presider")


# ---- what is on the table


@post("/meetings/{meeting_id:str}/live/item", opt=allow(*LEADERS), sync_to_thread=True)
def enter_item(
    request: WebRequest,
    db: GivenDb,
    clock: GivenClock,
    actor: GivenActor,
    meeting_id: FromPath[str],
    form: GivenForm,
) -> Page:
    """議題に入る: the next one (`move=next`), or the one named."""
    _ = translator(request)

    def act(desk: Desk) -> str | None:
        if form.raw("move") == "next":
            seen = form.opt_identifier("from", _("いまの議題"))
            return move_on(**desk.given, seen=seen, at=desk.at)
        view = get_item(desk.session, form.identifier("item", _("議題")), meeting_id)
        put_on_table(**desk.given, view=view, at=desk.at)
        return view.item.id

    return _do(request, db, clock, actor, meeting_id, form, act)


@post("/meetings/{meeting_id:str}/live/suspend", opt=allow(*LEADERS), sync_to_thread=True)
def pause(
    request: WebRequest,
    db: GivenDb,
    clock: GivenClock,
    actor: GivenActor,
    meeting_id: FromPath[str],
    form: GivenForm,
) -> Page:
    """休憩に入る."""
    _ = translator(request)

    def act(desk: Desk) -> None:
        reason = form.opt_text("reason", _("休憩の理由"), longest=200) or ""
        suspend(**desk.given, at=desk.at, reason=reason)

    return _do(request, db, clock, actor, meeting_id, form, act)


@post("/meetings/{meeting_id:str}/live/resume", opt=allow(*LEADERS), sync_to_thread=True)
def go_on(
    request: WebRequest,
    db: GivenDb,
    clock: GivenClock,
    actor: GivenActor,
    meeting_id: FromPath[str],
    form: GivenForm,
) -> Page:
    """再開する."""

    def act(desk: Desk) -> None:
        resume(**desk.given, at=desk.at)

    return _do(request, db, clock, actor, meeting_id, form, act)


@post("/meetings/{meeting_id:str}/live/extra-item", opt=allow(*LEADERS), sync_to_thread=True)
def add_item_here(
    request: WebRequest,
    db: GivenDb,
    clock: GivenClock,
    actor: GivenActor,
    meeting_id: FromPath[str],
    form: GivenForm,
) -> Page:
    """臨時の議題を加える (第5条第5項)."""
    _ = translator(request)

    def act(desk: Desk) -> None:
        with form.reading():
            title = form.text("title", _("題名"), longest=200)
            purpose = form.choice("purpose", _("目的"), Purpose)
        add_extra_item(**desk.given, title=title, purpose=purpose)

    return _do(request, db, clock, actor, meeting_id, form, act, "title")


# ---- people


@post("/meetings/{meeting_id:str}/live/presider", opt=allow(*LEADERS), sync_to_thread=True)
def change_chair(
    request: WebRequest,
    db: GivenDb,
    clock: GivenClock,
    actor: GivenActor,
    meeting_id: FromPath[str],
    form: GivenForm,
) -> Page:
    """議長を替える (第5条第2項)."""
    _ = translator(request)

    def act(desk: Desk) -> None:
        with form.reading():
            person = form.identifier("person", _("議長"))
            reason = form.opt_text("reason", _("理由"), longest=500) or ""
            decided_by = form.opt_text("decided_by", _("決めた人"), longest=200) or ""
        change_presider(**desk.given, person_id=person, at=desk.at, reason=reason, decided_by=decided_by)

    return _do(request, db, clock, actor, meeting_id, form, act)


@post("/meetings/{meeting_id:str}/live/arrive", opt=allow(*LEADERS), sync_to_thread=True)
def come(
    request: WebRequest,
    db: GivenDb,
    clock: GivenClock,
    actor: GivenActor,
    meeting_id: FromPath[str],
    form: GivenForm,
) -> Page:
    """到着を記録する, in the room or online; also somebody who comes back."""
    _ = translator(request)

    def act(desk: Desk) -> None:
        with form.reading():
            person = form.identifier("person", _("人"))
            mode = form.opt_one_of("mode", _("出席の方法"), MODES) or AttendanceMode.IN_PERSON.value
        arrive(**desk.given, person_id=person, at=desk.at, mode=AttendanceMode(mode))

    return _do(request, db, clock, actor, meeting_id, form, act)


@post("/meetings/{meeting_id:str}/live/leave", opt=allow(*LEADERS), sync_to_thread=True)
def go(
    request: WebRequest,
    db: GivenDb,
    clock: GivenClock,
    actor: GivenActor,
    meeting_id: FromPath[str],
    form: GivenForm,
) -> Page:
    """退席を記録する."""
    _ = translator(request)

    def act(desk: Desk) -> None:
        leave(**desk.given, person_id=form.identifier("person", _("人")), at=desk.at)

    return _do(request, db, clock, actor, meeting_id, form, act)


@post("/meetings/{meeting_id:str}/live/absent", opt=allow(*LEADERS), sync_to_thread=True)
def note_absence(
    request: WebRequest,
    db: GivenDb,
    clock: GivenClock,
    actor: GivenActor,
    meeting_id: FromPath[str],
    form: GivenForm,
) -> Page:
    """欠席を記録する."""
    _ = translator(request)

    def act(desk: Desk) -> None:
        with form.reading():
            person = form.identifier("person", _("人"))
            reason = form.opt_text("reason", _("欠席の理由"), longest=500) or ""
        mark_absent(**desk.given, person_id=person, reason=reason)

    return _do(request, db, clock, actor, meeting_id, form, act)


@post("/meetings/{meeting_id:str}/live/withdraw", opt=allow(*LEADERS), sync_to_thread=True)
def take_back(
    request: WebRequest,
    db: GivenDb,
    clock: GivenClock,
    actor: GivenActor,
    meeting_id: FromPath[str],
    form: GivenForm,
) -> Page:
    """到着、欠席か退席（議題）の記録を取り消す: a slip of the finger."""
    _ = translator(request)

    def act(desk: Desk) -> None:
        with form.reading():
            what = form.one_of("what", _("取り消すこと"), ("stay", "absence", "recusal"))
            person = form.identifier("person", _("人"))
            item = form.opt_identifier("item", _("議題")) or ""
            stay = form.opt_identifier("stay", _("到着の記録")) or ""
        if what == "stay":
            withdraw_stay(**desk.given, stay_id=stay)
        elif what == "recusal":
            view = get_item(desk.session, item, desk.meeting.id)
            withdraw_recusal(**desk.given, view=view, person_id=person)
        else:
            withdraw_absence(**desk.given, person_id=person)

    return _do(request, db, clock, actor, meeting_id, form, act)


@post("/meetings/{meeting_id:str}/live/all-here", opt=allow(*LEADERS), sync_to_thread=True)
def all_arrive(
    request: WebRequest,
    db: GivenDb,
    clock: GivenClock,
    actor: GivenActor,
    meeting_id: FromPath[str],
    form: GivenForm,
) -> Page:
    """予定の人は全員到着."""

    def act(desk: Desk) -> None:
        all_here(**desk.given, at=desk.at)

    return _do(request, db, clock, actor, meeting_id, form, act)


@post("/meetings/{meeting_id:str}/live/recuse", opt=allow(*LEADERS), sync_to_thread=True)
def stand_aside(
    request: WebRequest,
    db: GivenDb,
    clock: GivenClock,
    actor: GivenActor,
    meeting_id: FromPath[str],
    form: GivenForm,
) -> Page:
    """退席（その議題だけ）を記録する."""
    _ = translator(request)

    def act(desk: Desk) -> None:
        with form.reading():
            item = form.identifier("item", _("議題"))
            person = form.identifier("person", _("退席する人"))
            reason = form.text("reason", _("退席の理由"), longest=200)
        recuse(**desk.given, item_id=item, person_id=person, reason=reason)

    return _do(request, db, clock, actor, meeting_id, form, act)


@post("/meetings/{meeting_id:str}/live/guest", opt=allow(*LEADERS), sync_to_thread=True)
def ask_somebody(
    request: WebRequest,
    db: GivenDb,
    clock: GivenClock,
    actor: GivenActor,
    meeting_id: FromPath[str],
    form: GivenForm,
) -> Page:
    """その場で意見を求める人を加える (第5条第4項)."""
    _ = translator(request)

    def act(desk: Desk) -> None:
        with form.reading():
            item = form.identifier("item", _("議題"))
            known = form.opt_identifier("known", _("以前に参加した人"))
            name = form.opt_text("name", _("氏名"), longest=100) or ""
            organisation = form.opt_text("organisation", _("所属"), longest=200) or ""
            asked_about = form.opt_text("asked_about", _("意見を求めた事項"), longest=200) or ""
        mode = AttendanceMode.ONLINE if form.checked("online") else AttendanceMode.IN_PERSON
        ask_on_the_spot(
            **desk.given,
            item_id=item,
            person_id=known,
            name=name,
            organisation=organisation,
            asked_about=asked_about,
            at=desk.at,
            mode=mode,
        )

    return _do(request, db, clock, actor, meeting_id, form, act, "name")


# ---- the fields, without script


@post("/meetings/{meeting_id:str}/live/fields", opt=allow(*LEADERS), sync_to_thread=True)
def save_fields(
    request: WebRequest,
    db: GivenDb,
    clock: GivenClock,
    actor: GivenActor,
    meeting_id: FromPath[str],
    form: GivenForm,
) -> Page:
    """議題の記録を保存する: every field that came, each on the version it was shown with; conflicts are kept."""
    _ = translator(request)

    torn: list[RecordField] = []

    def act(desk: Desk) -> str:
        item_id = form.identifier("item", _("議題"))
        view = get_item(desk.session, item_id, meeting_id)
        minted = form.shown_id()
        for number, field in enumerate(RecordField):
            if field.value in form.fields.texts and f"base-{field.value}" in form.fields.texts:
                answer = write_field(
                    **desk.given,
                    view=view,
                    field=field,
                    value=form.raw(field.value),
                    base=form.integer(f"base-{field.value}", _("版")),
                    op=f"{minted}.{number}",
                    writer="",
                )
                if answer.result == "conflict":
                    torn.append(field)
        return item_id

    def told() -> Flash:
        if torn:
            return "warn", _(
                "ほかの人が先に書いた欄があります。二つの内容を残したので、どちらにするかを選んでください。"
            )
        return "success", _("記録を保存しました。")

    return _do(request, db, clock, actor, meeting_id, form, act, done=told)


route_handlers: list[ControllerRouterHandler] = [
    show_live,
    show_projector,
    open_here,
    enter_item,
    pause,
    go_on,
    add_item_here,
    change_chair,
    come,
    go,
    note_absence,
    take_back,
    all_arrive,
    stand_aside,
    ask_somebody,
    save_fields,
]


# ---- doing one thing


def _do(
    request: WebRequest,
    db: Database,
    clock: Clock,
    actor: Actor,
    meeting_id: str,
    form: Form,
    act: Act | Callable[[Desk], None],
    blamed: str = "",
    done: Callable[[], Flash] | None = None,
) -> Page:
    """Do one thing in one transaction; answer with 204 to the page's script, else lead back to the item.

    A refusal is said on the page itself, with what was typed, or as JSON by the one place for errors.
    """
    try:
        with db.write() as session:
            meeting = find_meeting(session, actor, meeting_id)
            _refuse_typed_later(session, meeting)
            goal = act(Desk(session, actor, clock, meeting, form, clock.now()))
    except Refused as refusal:
        if wants_json(request):
            raise
        errors = shown_errors(refusal, request, blamed) if blamed else shown_errors(refusal, request)
        return _page(request, db, actor, meeting_id, form.raw("shown"), form, errors, status=422)
    if wants_json(request):
        headers = {ITEM_HEADER: goal} if goal else {}
        return Page("", status_code=NO_CONTENT, media_type="text/html", headers=headers)
    item = goal or form.raw("shown")
    path = f"/meetings/{meeting_id}/live" + (f"?item={item}" if item else "")
    told: tuple[Flash, ...] = (done(),) if done else ()
    return see_other(request, path, *told)


def _is_typed_later(session: DbSession, meeting: Meeting) -> bool:
    """Return whether a meeting is being entered from paper: the time of typing is none of its times."""
    return meeting.status is MeetingStatus.OPEN and afterwards_of(session, meeting.id) is not None


def _refuse_typed_later(session: DbSession, meeting: Meeting) -> None:
    if _is_typed_later(session, meeting):
        raise Refused(TYPED_LATER)


def _refuse_stranger(desk: Desk, person_id: str, _: Translator) -> None:
    """Refuse somebody who is not on the list of those who may preside, as a matter of the form."""
    if person_id not in dict(_presiders(desk.session, desk.meeting, _)):
        desk.form.fail("presider", _("「議長」を一覧から選び直してください。"))


def _presiders(session: DbSession, meeting: Meeting, _: Translator) -> tuple[tuple[str, str], ...]:
    return (
        *((one.person_id, f"{one.name}（{_(one.office)}）") for one in possible_presiders(session, meeting)),
        *((one.person_id, f"{one.name}（{_(one.capacity)}）") for one in stand_ins(session, meeting)),
    )


# ---- drawing the page


def _page(
    request: WebRequest,
    db: Database,
    actor: Actor,
    meeting_id: str,
    wanted: str,
    form: Form | None,
    errors: list[ShownError],
    *,
    status: int = 200,
) -> Page:
    _ = translator(request)
    with db.read() as session:
        meeting = find_meeting(session, actor, meeting_id)
        live = live_meeting(request.app, session, meeting_id)
        shown = live.shown(wanted)
        context = {"stage": live.stage, **desk_context(live), **_shown_item(session, actor, live, shown, _)}
        context["guest_choices"] = [(p.id, p.name) for p in earlier_guests(session, meeting.committee_id)]
        opening = _opening(session, request.app.state.clock, live, _) if meeting.status in BEFORE else None
    kind = context["head"].kind
    name = _("第{number}回 {body}").replace("{number}", str(meeting.number)).replace("{body}", _(kind))
    first_chair = next((person_id for person_id, _label in opening.presiders), "") if opening else ""
    return render(
        request,
        "minutes/live.html",
        title=f"{name} {_('進行')}",
        status=status,
        meeting_name=name,
        shown=shown or "",
        user_id=actor.user_id or "",
        opening=opening,
        form=form or Form.filled(request, presider=first_chair),
        errors=errors,
        errors_by_field=by_field(errors),
        purpose_choices=[(purpose.value, _(purpose)) for purpose in Purpose],
        checks=[(name, _(label)) for name, label in CHECKS],
        minted=(form.raw(MINTED) if form else "") or new_id(),
        **context,
    )


def _shown_item(
    session: DbSession, actor: Actor, live: LiveMeeting, shown: str | None, _: Translator
) -> dict[str, Any]:
    """Return what the page shows of one item; nothing where the meeting has none."""
    if shown is None:
        return {"item": None}
    fields = live.live_fields(shown)
    return item_context(live, shown) | {
        "fields": fields,
        "panels": panels_of(session, actor, live.meeting, live.view_of(shown)),
        "outcomes": [
            {"value": outcome, "label": _(outcome), "icon": OUTCOME_ICONS[outcome]}
            for outcome in fields.outcomes
        ],
    }


def _opening(session: DbSession, clock: Clock, live: LiveMeeting, _: Translator) -> OpeningView:
    meeting = live.meeting
    day = meeting.starts_at.astimezone(TOKYO).date()
    people = participants_of(session, [view.item.id for view in items_of(session, meeting.id)])
    expected = {person.person_id: person for group in people.values() for person in group}
    return OpeningView(
        stage=live.stage,
        can_open=meeting.status is MeetingStatus.CONVENED and day <= today(clock),
        day=day,
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        venue=live.venue(),
        presiders=_presiders(session, meeting, _),
        left_open=_(LEFT_OPEN),
        people=tuple((person.name, str(person.capacity)) for person in expected.values()),
    )
