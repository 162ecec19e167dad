"""会議の画面の枠: what stands over every tab of one meeting, from what is on record.

    frame = meeting_frame(session, actor, clock, meeting_id, "honoraria")   # within `with db.read() as session`
    render(request, "package/page.html", title=frame_title(_, frame), frame=frame, …)

and in the template `{% extends "meeting_frame.html" %}{% block tab %}…{% endblock %}`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlmodel import Session

from agenda.services.items import ItemView
from agenda.services.packets import paper_count
from agenda.services.participation import Participant, participants_of
from agenda.services.readiness import readiness
from agenda.services.visibility import SEES_ALL, find_meeting, visible_items
from honoraria.overview import PayState, pay_of_meeting
from meetings_app.core.actor import Actor
from meetings_app.core.clock import TOKYO, Clock, today
from meetings_app.core.terms import District, MeetingStatus, Office, Role
from meetings_app.services.committees import get_committee, offices_on
from meetings_app.services.meetings import venue_of
from meetings_app.services.members import get_person
from meetings_app.tables.meetings import Meeting
from meetings_app.web.locale import Translator, mark
from minutes.services.afterwards import afterwards_of
from minutes.services.attendance import attendance_of
from minutes.services.minutes import minutes_status
from minutes.services.presiding import decided_by
from minutes.services.reading import may_read_minutes
from minutes.services.running import records_of
from minutes.tables import MinutesStatus

DbSession = Session
"""What web modules hand on to services; they ask it nothing themselves."""

BEFORE_OPENING = (MeetingStatus.PREPARING, MeetingStatus.CONVENED)
PRESIDES = (Office.CHAIR, Office.REGIONAL_CHAIR)


@dataclass(frozen=True, slots=True)
class Phrase:
    """文: a sentence to be translated, and what to put in its places ({n}, {name}): a value or a list of phrases."""

    text: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LifeStep:
    """段階: one step of the life line. `state` is done, now or todo; `at` when it was (or is to be)."""

    label: str
    state: str
    at: datetime | None = None
    with_time: bool = False
    note: Phrase | None = None


@dataclass(frozen=True, slots=True)
class FrameTab:
    """見出し: one tab. `key` is what a page calls itself; `count` None: no number."""

    key: str
    label: str
    href: str
    active: bool
    count: int | None = None


@dataclass(frozen=True, slots=True)
class FrameLink:
    """A button that leads somewhere; what changes the record is posted on the page it leads to."""

    label: str
    href: str


@dataclass(frozen=True, slots=True)
class NextStep:
    """次にすること: what the meeting waits for, and the one main action where it is this reader's."""

    title: str
    text: Phrase
    action: FrameLink | None = None


@dataclass(frozen=True, slots=True)
class MeetingFrame:
    """会議の枠: the head of every page of one meeting."""

    meeting_id: str
    tab: str
    number: int
    kind: str
    status: MeetingStatus
    version: int
    day: date
    starts_at: datetime
    ends_at: datetime
    venue: str | None
    district: District | None
    presider: str | None
    presider_reason: str
    presider_decided_by: str
    """Who decided on a presider without office; "" for one who holds an office (第5条)."""
    recorded_from: str
    """What a meeting was entered from afterwards; "" for one recorded as it ran."""
    steps: tuple[LifeStep, ...]
    next_step: NextStep | None
    tabs: tuple[FrameTab, ...]
    can_edit: bool
    has_invitation: bool
    """Whether the reader may take out the invitation: everybody called, but not the accounts."""
    opened: bool

    @property
    def cancelled(self) -> bool:
        """Whether the meeting was cancelled."""
        return self.status is MeetingStatus.CANCELLED


def frame_title(translate: Translator, frame: MeetingFrame) -> str:
    """Return 「第19回 支援調整会議」."""
    name = translate(mark("第{number}回 {body}"))
    return name.replace("{number}", str(frame.number)).replace("{body}", translate(frame.kind))


def meeting_frame(session: Session, actor: Actor, clock: Clock, meeting_id: str, tab: str) -> MeetingFrame:
    """Return the frame of a meeting for somebody who may open it; `tab` is the page it stands over.

    Tabs are agenda, papers, case-list, attendance, record, minutes, honoraria, history. Raises NotFound.
    """
    meeting = find_meeting(session, actor, meeting_id)
    state = _State(session, actor, clock, meeting)
    venue = venue_of(session, meeting)
    return MeetingFrame(
        meeting_id=meeting.id,
        tab=tab,
        number=meeting.number,
        kind=str(get_committee(session, meeting.committee_id).kind),
        status=meeting.status,
        version=meeting.version,
        day=state.day,
        starts_at=meeting.opened_at or meeting.starts_at,
        ends_at=meeting.closed_at or meeting.ends_at,
        venue=venue.name if venue else None,
        district=venue.district if venue else None,
        presider=_presider(session, meeting, state.day),
        presider_reason=meeting.presider_reason,
        presider_decided_by=decided_by(session, meeting),
        recorded_from=_recorded_from(session, meeting),
        steps=_life_line(state),
        next_step=_next_step(state),
        tabs=_tabs(state, tab),
        can_edit=actor.role is Role.SECRETARIAT and meeting.status in BEFORE_OPENING,
        has_invitation=meeting.convened_at is not None
        and meeting.status in BEFORE_OPENING
        and actor.role is not Role.ACCOUNTING,
        opened=meeting.opened_at is not None,
    )


class _State:
    """How far a meeting is: loaded once, then asked by the life line, the next step and the tabs."""

    def __init__(self, session: Session, actor: Actor, clock: Clock, meeting: Meeting) -> None:
        self.actor = actor
        self.meeting = meeting
        self.day = meeting.starts_at.astimezone(TOKYO).date()
        self.is_ahead = today(clock) < self.day
        self.items: Sequence[ItemView] = visible_items(session, actor, meeting.id)
        ids = [view.item.id for view in self.items]
        self.participants: Mapping[str, Sequence[Participant]] = participants_of(session, ids)
        self.recorded = sum(1 for record in records_of(session, ids).values() if record.outcome)
        self.attendance = attendance_of(session, meeting.id)
        self.minutes = minutes_status(session, meeting.id)
        self.afterwards = afterwards_of(session, meeting.id) is not None
        self.reads_minutes = may_read_minutes(session, actor, meeting)
        self.pay = pay_of_meeting(session, meeting)
        self.papers = paper_count(session, actor, meeting.id)
        is_prepared = self.works and meeting.status is MeetingStatus.PREPARING and self.items
        self.unsettled = _unsettled(session, meeting) if is_prepared else ()

    @property
    def undecided(self) -> list[ItemView]:
        """Items for which nobody has been decided yet."""
        return [view for view in self.items if not self.participants[view.item.id]]

    @property
    def prepared(self) -> bool:
        return self.meeting.convened_at is not None or (
            bool(self.items) and not self.undecided and self.meeting.venue_id is not None
        )

    @property
    def approved(self) -> bool:
        return self.minutes is MinutesStatus.APPROVED

    @property
    def paid(self) -> bool:
        """Whether the sheet is final and everybody on it is paid or declined."""
        return self.pay.state is PayState.PAID

    @property
    def works(self) -> bool:
        """Whether this reader carries the meeting on."""
        return self.actor.role in SEES_ALL

    @property
    def has_own_line(self) -> bool:
        """Whether a 委員 has a payment line of their own to read: once the sheet is final."""
        return self.actor.role is Role.MEMBER and self.actor.person_id in self.pay.final_people

    def href(self, rest: str = "") -> str:
        return f"/meetings/{self.meeting.id}{rest}"


def _presider(session: Session, meeting: Meeting, day: date) -> str | None:
    """Return who presided, or before the opening who is to: the 委員長 (第5条第1項)."""
    if meeting.presider_id is not None:
        return get_person(session, meeting.presider_id).name
    held = offices_on(session, meeting.committee_id, day)
    chairs = [person_id for person_id, offices in held.items() if set(offices) & set(PRESIDES)]
    return get_person(session, chairs[0]).name if chairs else None


def _recorded_from(session: Session, meeting: Meeting) -> str:
    entry = afterwards_of(session, meeting.id)
    return entry.source if entry else ""


# ---- life line


def _life_line(state: _State) -> tuple[LifeStep, ...]:
    meeting = state.meeting
    facts: tuple[tuple[str, bool, datetime | None, bool, Phrase | None], ...] = (
        (mark("準備"), state.prepared, None, False, _prepared_note(state)),
        (mark("招集"), meeting.convened_at is not None, meeting.convened_at, False, None),
        (mark("開会"), meeting.opened_at is not None, meeting.opened_at or meeting.starts_at, True, None),
        (mark("閉会"), meeting.closed_at is not None, meeting.closed_at, True, None),
        (mark("議事録"), state.approved, None, False, _minutes_note(state)),
        (mark("支給"), state.paid, None, False, _pay_note(state)),
        (mark("完了"), state.approved and state.paid, None, False, None),
    )
    first_open = next((place for place, fact in enumerate(facts) if not fact[1]), len(facts))
    if meeting.status is MeetingStatus.CANCELLED:
        first_open = len(facts)
    return tuple(
        LifeStep(label, "done" if done else ("now" if place == first_open else "todo"), at, with_time, note)
        for place, (label, done, at, with_time, note) in enumerate(facts)
    )


def _prepared_note(state: _State) -> Phrase | None:
    return Phrase(mark("議題 {n}件"), {"n": len(state.items)}) if state.items else None


_MINUTES_NOTES = {
    MinutesStatus.DRAFT: mark("案"),
    MinutesStatus.CIRCULATED: mark("回覧中"),
    MinutesStatus.SUBMITTED: mark("承認待ち"),
    MinutesStatus.APPROVED: mark("承認済み"),
}


def _minutes_note(state: _State) -> Phrase | None:
    return None if state.minutes is None else Phrase(_MINUTES_NOTES[state.minutes])


def _pay_note(state: _State) -> Phrase | None:
    """Return how far the payments are, for those whose matter it is: a 委員 reads their own line only."""
    if not state.works and state.actor.role is not Role.ACCOUNTING:
        return None
    if state.pay.open:
        return Phrase(mark("要判断 {n}件"), {"n": state.pay.open})
    note = _PAY_NOTES.get(state.pay.state)
    return Phrase(note) if note else None


_PAY_NOTES = {
    PayState.DRAFT: mark("下書き"),
    PayState.CHECKED: mark("承認待ち"),
    PayState.APPROVED: mark("承認済み"),
    PayState.TO_PAY: mark("確定"),
    PayState.PAID: mark("支払済み"),
}


# ---- next step


def _next_step(state: _State) -> NextStep | None:
    """Return what the meeting waits for; None for readers who do not carry it on, and when all is done."""
    steps: dict[MeetingStatus, Callable[[_State], NextStep | None]] = {
        MeetingStatus.PREPARING: _next_in_preparation,
        MeetingStatus.CONVENED: _next_is_opening,
        MeetingStatus.OPEN: _next_in_session,
        MeetingStatus.CLOSED: _next_after_closing,
    }
    find = steps.get(state.meeting.status)
    if find is None or state.actor.role not in (*SEES_ALL, Role.ACCOUNTING):
        return None
    if not state.works:
        return _next_for_accounting(state)
    return find(state)


def _next_in_preparation(state: _State) -> NextStep:
    if not state.items:
        return NextStep(
            mark("次は議題を組むことです"),
            Phrase(mark("期限のあるプランから議題を組みます。見送るものには理由を付けます。")),
            FrameLink(mark("議題を組む"), state.href("/assemble")),
        )
    if state.undecided:
        return _next_is_deciding(state)
    if state.meeting.venue_id is None:
        return NextStep(
            mark("次は会場を決めることです"),
            Phrase(mark("会場が決まると招集できます。会場の地区は旅費に関わります（第7条第3項②）。")),
            FrameLink(mark("日時・会場を変える"), state.href("/edit")),
        )
    text = Phrase(mark("議題と参加者が決まりました。内容を確かめてから招集します（第5条第1項）。"))
    if state.unsettled:
        text = Phrase(mark("招集の前に確かめることがあります: {points}。"), {"points": state.unsettled})
    return NextStep(
        mark("次は招集です"),
        text,
        FrameLink(mark("招集する…"), state.href("/convene")),
    )


def _unsettled(session: Session, meeting: Meeting) -> tuple[Phrase, ...]:
    """Return what stands in the way of a good meeting; it may be convened all the same."""
    ready = readiness(session, meeting)
    points = (
        (not ready.confirmed, mark("委員長が議題を確認していません"), 0),
        (ready.open_conflicts, mark("利益相反の判断がまだのものが{n}件あります"), ready.open_conflicts),
        (ready.over_minutes, mark("議題の予定が会議の時間を{n}分超えています"), ready.over_minutes),
    )
    return tuple(Phrase(text, {"n": number}) for holds, text, number in points if holds)


def _next_is_deciding(state: _State) -> NextStep:
    first = state.undecided[0]
    return NextStep(
        mark("次は参加者の決定です"),
        Phrase(
            mark("参加者が決まっていない議題が{n}件あります。委員長が議題ごとに決めます（第5条第3項）。"),
            {"n": len(state.undecided)},
        ),
        FrameLink(mark("参加者を決める"), state.href(f"/items/{first.item.id}/participants")),
    )


def _next_is_opening(state: _State) -> NextStep:
    if state.undecided:
        return _next_is_deciding(state)
    if state.is_ahead:
        text = mark(
            "案内は上の「案内を取り出す」から取り出せます。会議の日に、議長と開会の時刻を記録します。"
        )
        return NextStep(mark("会議の日を待っています"), Phrase(text))
    text = mark("進行画面で議長を決めて開会すると、出席と結果を記録できます。")
    return NextStep(
        mark("次は開会です"), Phrase(text), FrameLink(mark("進行画面を開く"), state.href("/live"))
    )


def _next_in_session(state: _State) -> NextStep:
    if state.afterwards:
        return NextStep(
            mark("事後入力の途中です"),
            Phrase(mark("紙の記録を見ながら、出欠、議題、閉会の順に入れます。")),
            FrameLink(mark("事後入力を続ける"), state.href("/afterwards")),
        )
    unknown = [view.person.name for view in state.attendance if view.attendance.mode is None]
    text = Phrase(
        mark("結果が入っている議題は{all}件のうち{n}件です。"),
        {"n": state.recorded, "all": len(state.items)},
    )
    if unknown:
        text = Phrase(
            mark("出欠が未記録の人: {names}。閉会までに到着か欠席を記録します。"),
            {"names": "、".join(unknown)},
        )
    return NextStep(mark("会議を開いています"), text, FrameLink(mark("進行画面を開く"), state.href("/live")))


def _next_after_closing(state: _State) -> NextStep | None:
    if state.meeting.attendance_confirmed_at is None:
        return NextStep(
            mark("次は出席の確認です"),
            Phrase(mark("出席を確認すると、支給を判定できます（第7条第2項）。")),
            FrameLink(mark("出席を確認する"), state.href("/attendance")),
        )
    if state.approved:
        return _next_is_payment(state)
    if state.minutes is MinutesStatus.CIRCULATED:
        return NextStep(
            mark("議事録を回覧しています"),
            Phrase(mark("出席した人の意見を待っています。待つ間も、支給は進められます。")),
            FrameLink(mark("回覧の様子を見る"), state.href("/minutes/circulation")),
        )
    if state.minutes is not MinutesStatus.SUBMITTED:
        return NextStep(
            mark("次は議事録です"),
            Phrase(mark("内容を読み、文書番号などを記してから、回覧するか承認に回します。")),
            FrameLink(mark("議事録を開く"), state.href("/minutes")),
        )
    if state.actor.person_id is not None and state.actor.person_id == state.meeting.presider_id:
        return NextStep(
            mark("議事録の承認を待っています"),
            Phrase(mark("議事録を読み、よければ承認してください。承認すると内容は変えられません。")),
            FrameLink(mark("承認する…"), state.href("/minutes/approve")),
        )
    return NextStep(
        mark("議長の承認を待っています"),
        Phrase(mark("承認できるのは議長だけです。承認を待つ間も、支給は進められます。")),
        FrameLink(mark("議事録を開く"), state.href("/minutes")),
    )


def _next_is_payment(state: _State) -> NextStep | None:
    if state.paid:
        return None
    text = (
        mark("要判断が{n}件あります。判断と理由を記録します。")
        if state.pay.open
        else _PAY_TEXTS[state.pay.state]
    )
    return NextStep(mark("次は支給です"), Phrase(text, {"n": state.pay.open}), _pay_link(state))


_PAY_TEXTS = {
    PayState.UNCONFIRMED: mark("出席を確認すると、支給を判定できます（第7条第2項）。"),
    PayState.UNASSESSED: mark("出席は確認済みです。出席した人ごとに支給を判定します。"),
    PayState.DRAFT: mark("支給調書の下書きができています。内容を読んで確認します。"),
    PayState.CHECKED: mark("支給調書は確認済みです。別の人が承認します。"),
    PayState.APPROVED: mark("支給調書は承認済みです。確定すると支払えます。"),
    PayState.TO_PAY: mark("支給調書は確定しました。支払いを記録すると終わりです。"),
}


def _next_for_accounting(state: _State) -> NextStep | None:
    if state.meeting.attendance_confirmed_at is None:
        return None
    return _next_is_payment(state)


def _pay_link(state: _State) -> FrameLink:
    if state.pay.state is PayState.TO_PAY and state.actor.role is not Role.CHAIR:
        return FrameLink(mark("支払いへ"), f"/honoraria/runs/{state.pay.run_id}/payments")
    return FrameLink(mark("支給を開く"), state.href("/honoraria"))


# ---- tabs


def _tabs(state: _State, active: str) -> tuple[FrameTab, ...]:
    """Return the tabs this reader has: 会計 attendance and payments; others what they may read."""
    role = state.actor.role
    is_everything, is_accounting = state.works, role is Role.ACCOUNTING
    listed: tuple[tuple[bool, str, str, str, int | None], ...] = (
        (not is_accounting, "agenda", mark("議題"), "", len(state.items)),
        (not is_accounting, "papers", mark("資料"), "/papers", state.papers),
        (is_everything, "case-list", mark("相談者一覧"), "/case-list", None),
        (
            is_everything or is_accounting,
            "attendance",
            mark("出席"),
            "/attendance",
            len(state.attendance) or None,
        ),
        (is_everything, "record", mark("結果"), "/record", state.recorded or None),
        (state.reads_minutes, "minutes", mark("議事録"), "/minutes", None),
        (
            is_everything or is_accounting or state.has_own_line,
            "honoraria",
            mark("支給"),
            "/honoraria",
            None if state.has_own_line and not is_everything else state.pay.lines or None,
        ),
        (is_everything, "history", mark("履歴"), "/history", None),
    )
    return tuple(
        FrameTab(key, label, state.href(rest), key == active, count)
        for shown, key, label, rest, count in listed
        if shown
    )
