"""待っていること: what waits for each role, as finished views. Services are asked, nothing is queried here."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from markupsafe import Markup, escape
from sqlmodel import Session

from agenda.services.cases import AwaitedDecision, awaited_decisions
from agenda.services.confirmation import confirmation_of
from agenda.services.conflicts import open_conflicts
from agenda.services.items import ItemView, items_of
from agenda.services.participation import Participant, participants_of
from agenda.services.plans import DueRow, list_cases, list_due_rows
from calendars.services import Poll, read_poll
from honoraria.overview import PayProgress, PayState, open_questions, pay_progress, payments_of_person
from honoraria.services.corrections import proposals
from honoraria.services.declarations import overdue_declarations
from meetings_app.core.actor import Actor
from meetings_app.core.clock import TOKYO
from meetings_app.core.terms import DueReason, LineOutcome, MeetingStatus, Office, Role
from meetings_app.services.committees import get_committee, offices_on
from meetings_app.services.meetings import list_meetings, venue_of
from meetings_app.services.office_settings import get_setting
from meetings_app.services.venues import list_venues
from meetings_app.tables.meetings import Meeting
from meetings_app.web.heat import HeatStrip, heat_strip, say, short_day, since_meeting, unbroken, weekday_name
from meetings_app.web.locale import Locale, Translator, format_day, format_time, mark, translator_for
from minutes.rules.regional import headline
from minutes.services.actions import overdue_actions
from minutes.services.amendments import waiting_amendments
from minutes.services.circulation_views import asked_of_person, awaited_answers, open_circulations
from minutes.services.regional import ALL, regional_report
from minutes.services.waiting import minutes_of_closed_meetings
from minutes.tables import MinutesStatus

COMING = (MeetingStatus.PREPARING, MeetingStatus.CONVENED, MeetingStatus.OPEN)
ARRANGED = (MeetingStatus.PREPARING, MeetingStatus.CONVENED)
FOR_THE_NEXT = (DueReason.URGENT, DueReason.CARRIED_OVER)
"""Reasons that wait for the next meeting, whether it has a day yet or not."""

SOON_DAYS = 14
NEAR_DAYS = 180
"""Within half a year a day is clear without its year."""

MOST_MEETINGS = 5
MOST_PAYMENTS = 4
MOST_NAMED = 4


@dataclass(frozen=True, slots=True)
class Waiting:
    """待っていること: how many, what, the line below, and its one action; `days` left where a deadline presses."""

    count: int
    unit: str
    title: str
    detail: str
    label: str
    href: str
    days: int | None = None


@dataclass(frozen=True, slots=True)
class Coming:
    """これからの会議: one entry of the list."""

    month: str
    day: str
    weekday: str
    iso: str
    title: str
    href: str
    time: str
    lines: tuple[str, ...]
    badge: str
    tone: str


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """自分の支給: one final line; amounts in yen."""

    meeting: str
    day: str
    iso: str
    href: str
    outcome: LineOutcome
    note: str
    honorarium: int
    travel: int
    withheld: int
    net: int


@dataclass(frozen=True, slots=True)
class PayRow:
    """会議ごとの支給: one closed meeting or sheet of corrections, as accounting sees it; `net` None until it is final."""

    meeting: str
    day: str
    iso: str
    href: str
    state: str
    tone: str
    payees: str
    net: int | None


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """支援決定・確認 to be recorded: one plan or evaluation."""

    case: str
    what: str
    href: str
    day: str
    iso: str
    since: str


@dataclass(frozen=True, slots=True)
class StartView:
    """はじめの画面, finished. Parts that a role does not have are None."""

    waiting: tuple[Waiting, ...]
    coming: tuple[Coming, ...] | None = None
    heat: HeatStrip | None = None
    payments: tuple[PaymentRow, ...] | None = None
    pay: tuple[PayRow, ...] | None = None
    decisions: tuple[DecisionRow, ...] | None = None
    headline: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Desk:
    """Whose desk it is: everything the parts need."""

    session: Session
    actor: Actor
    on: date
    locale: Locale

    @property
    def translate(self) -> Translator:
        """The language of whoever sits there."""
        return translator_for(self.locale)

    def short(self, day: date) -> str:
        """Return a day for a cell of its own; near today without its year."""
        if abs((day - self.on).days) > NEAR_DAYS:
            return format_day(day, self.locale, weekday=True)
        return short_day(day, self.locale)

    def within(self, day: date) -> Markup:
        """Return a day for use within a sentence; near today without its year."""
        if abs((day - self.on).days) > NEAR_DAYS:
            return Markup('<span class="date">{}</span>').format(format_day(day, self.locale, weekday=True))
        return unbroken(day, self.locale)


@dataclass(frozen=True, slots=True)
class _Sitting:
    """One coming meeting with what its entry and its questions rest on."""

    meeting: Meeting
    day: date
    items: tuple[ItemView, ...]
    participants: dict[str, list[Participant]]
    poll: Poll

    @property
    def undecided(self) -> list[ItemView]:
        return [view for view in self.items if not self.participants[view.item.id]]

    @property
    def people(self) -> set[str]:
        return {one.person_id for group in self.participants.values() for one in group}

    def items_with(self, person_id: str | None) -> int:
        return sum(any(one.person_id == person_id for one in group) for group in self.participants.values())

    def waits_for(self, person_id: str | None) -> bool:
        return any(person.id == person_id for person in self.poll.waiting)


def build_start(session: Session, actor: Actor, on: date, locale: Locale) -> StartView:
    """Return the start page of whoever is signed in."""
    return _BUILDERS[actor.role](Desk(session, actor, on, locale))


def meetings_by_day(meetings: Iterable[Meeting]) -> dict[date, list[int]]:
    """Return the numbers of the meetings of each day, cancelled ones left out."""
    result: dict[date, list[int]] = {}
    for meeting in sorted(meetings, key=lambda meeting: meeting.starts_at):
        if meeting.status is not MeetingStatus.CANCELLED:
            result.setdefault(meeting.starts_at.astimezone(TOKYO).date(), []).append(meeting.number)
    return result


# ---- one desk per role


def _secretariat(desk: Desk) -> StartView:
    sittings = _sittings(desk)
    rows = list_due_rows(session=desk.session, committee_id=desk.actor.committee_id, on=desk.on)
    waiting = [
        *_running(desk, sittings),
        *_preparations(desk),
        *_due(desk, rows, sittings),
        *_polls(desk, sittings),
        *_minutes_with_chair(desk),
        *_minutes_going_round(desk),
        *_comments_to_answer(desk),
        *_minutes_unfinished(desk),
        *_actions_overdue(desk),
        *_judgements(desk),
        *_sheets(desk, pay_progress(desk.session, desk.actor.committee_id)),
        *_declarations(desk),
    ]
    return StartView(tuple(waiting), _coming(desk, sittings), _heat(desk, rows))


def _chair(desk: Desk) -> StartView:
    sittings = _sittings(desk)
    rows = list_due_rows(session=desk.session, committee_id=desk.actor.committee_id, on=desk.on)
    waiting = [
        *_running(desk, sittings),
        *_minutes_to_approve(desk),
        *_amendments_to_approve(desk),
        *_minutes_to_comment(desk),
        *_undecided(desk, sittings),
        *_to_confirm(desk, sittings),
        *_conflicts(desk, sittings),
        *_own_answers(desk, sittings),
        *_sheets(desk, pay_progress(desk.session, desk.actor.committee_id)),
    ]
    return StartView(tuple(waiting), _coming(desk, sittings), _heat(desk, rows))


def _accounting(desk: Desk) -> StartView:
    pays = pay_progress(desk.session, desk.actor.committee_id)
    waiting = [
        *_judgements(desk),
        *_unassessed(desk, pays),
        *_sheets(desk, pays),
        *_to_pay(desk, pays),
        *_corrections(desk),
    ]
    rows = tuple(_pay_row(desk, pay) for pay in pays[:MOST_MEETINGS])
    return StartView(tuple(waiting), _coming(desk, _sittings(desk)), pay=rows)


def _pay_row(desk: Desk, pay: PayProgress) -> PayRow:
    _ = desk.translate
    return PayRow(
        meeting=_pay_name(desk, pay),
        day=desk.short(pay.day),
        iso=pay.day.isoformat(),
        href=_pay_href(pay),
        state=say(_("要判断 {n}件"), n=pay.open) if pay.open else _(_PAY_STATES[pay.state]),
        tone="ask" if pay.open else ("ok" if pay.state in (PayState.TO_PAY, PayState.PAID) else "neutral"),
        payees=say(_("{n}名"), n=pay.payees) if pay.payees is not None else "—",
        net=pay.net,
    )


_PAY_STATES = {
    PayState.UNCONFIRMED: mark("出席の確認前"),
    PayState.UNASSESSED: mark("判定前"),
    PayState.DRAFT: mark("下書き"),
    PayState.CHECKED: mark("確認済み"),
    PayState.APPROVED: mark("承認済み"),
    PayState.TO_PAY: mark("確定・支払待ち"),
    PayState.PAID: mark("支払済み"),
}


def _pay_name(desk: Desk, pay: PayProgress) -> str:
    _ = desk.translate
    return say(_("第{n}回"), n=pay.number) if pay.meeting_id else say(_("支給調書 第{n}号"), n=pay.sheet)


def _pay_href(pay: PayProgress) -> str:
    return f"/meetings/{pay.meeting_id}/honoraria" if pay.meeting_id else f"/honoraria/runs/{pay.run_id}"


def _member(desk: Desk) -> StartView:
    sittings = _sittings(desk)
    own = [sitting for sitting in sittings if desk.actor.person_id in sitting.people]
    return StartView(
        (
            *_own_answers(desk, sittings),
            *_minutes_to_comment(desk),
            *_minutes_to_approve(desk),
            *_amendments_to_approve(desk),
        ),
        _own_coming(desk, own),
        payments=_own_payments(desk),
    )


def _city_officer(desk: Desk) -> StartView:
    awaited = awaited_decisions(desk.session, desk.actor.committee_id, desk.on)
    _ = desk.translate
    waiting = []
    if awaited:
        first = awaited[0]
        waiting.append(
            Waiting(
                count=len(awaited),
                unit=_("件"),
                title=_("記録を待つ支援決定・確認"),
                detail=say(
                    _("いちばん前は No.{case}、{day}の会議。"), case=first.case, day=desk.within(first.met_on)
                ),
                label=_("記録する"),
                href="/plans/decisions",
            )
        )
    waiting.extend(_minutes_to_comment(desk))
    rows = list_due_rows(session=desk.session, committee_id=desk.actor.committee_id, on=desk.on)
    decisions = tuple(_decision_row(desk, one) for one in awaited)
    return StartView(tuple(waiting), heat=_heat(desk, rows), decisions=decisions)


def _decision_row(desk: Desk, awaited: AwaitedDecision) -> DecisionRow:
    _ = desk.translate
    number = say(_("プラン{n}"), n=awaited.plan)
    return DecisionRow(
        case=f"No.{awaited.case}",
        what=say(_("{plan}の評価（{outcome}）"), plan=number, outcome=_(str(awaited.outcome or "")))
        if awaited.evaluation
        else number,
        href=f"/plans/decisions#f-day-{awaited.plan_id}-{'evaluation' if awaited.evaluation else 'plan'}",
        day=desk.short(awaited.met_on),
        iso=awaited.met_on.isoformat(),
        since=since_meeting(_, (desk.on - awaited.met_on).days),
    )


def _regional(desk: Desk) -> StartView:
    report = regional_report(desk.session, desk.actor.committee_id, outside=False, period=ALL, today=desk.on)
    return StartView((), headline=headline(report.table))


_BUILDERS: dict[Role, Callable[[Desk], StartView]] = {
    Role.SECRETARIAT: _secretariat,
    Role.CHAIR: _chair,
    Role.ACCOUNTING: _accounting,
    Role.MEMBER: _member,
    Role.CITY_OFFICER: _city_officer,
    Role.REGIONAL: _regional,
}


# ---- what waits


def _preparations(desk: Desk) -> list[Waiting]:
    """What a new office has to enter before its first meeting can be convened; empty ever after."""
    _ = desk.translate
    session, body = desk.session, get_committee(desk.session, desk.actor.committee_id)
    offices = offices_on(session, body.id, desk.on).values()
    steps = (
        (body.organizer_mailbox, _("案内の差出人"), "/office#organizer"),
        (list_venues(session), _("会場"), "/office#venues"),
        (any(Office.CHAIR in held for held in offices), _("委員の委嘱と委員長の互選"), "/members"),
        (list_cases(session, body.id, desk.on), _("ケースとプラン"), "/plans"),
    )
    missing = [(name, href) for done, name, href in steps if not done]
    if not missing:
        return []
    return [
        Waiting(
            count=len(missing),
            unit=_("項目"),
            title=_("会議を始める前に登録すること"),
            detail=say(_("{list}。"), list=_("、").join(name for name, _href in missing)),
            label=_("登録する"),
            href=missing[0][1],
        )
    ]


def _due(desk: Desk, rows: Sequence[DueRow], sittings: Sequence[_Sitting]) -> list[Waiting]:
    soon = [row for row in rows if presses(row)]
    listed = soon or list(rows)
    if not listed:
        return []
    _ = desk.translate
    first = listed[0].due
    nearest = (
        say(_("最短は No.{case} の{reason}、{day}まで。"), case=first.case, reason=_(first.reason),
            day=desk.within(first.deadline))
        if first.deadline
        else say(_("No.{case} の{reason}ほか。"), case=first.case, reason=_(first.reason))
    )  # fmt: skip
    unplaced = sum(row.meeting_id is None for row in listed)
    placing = (
        say(_("うち{n}件は、諮る会議がまだ決まっていません。"), n=unplaced)
        if unplaced
        else _("どれも諮る会議が決まっています。")
    )
    preparing = [one for one in sittings if one.meeting.status is MeetingStatus.PREPARING]
    return [
        Waiting(
            count=len(listed),
            unit=_("件"),
            title=_("会議に諮る期限が近いプラン") if soon else _("会議に諮るプラン"),
            detail=nearest + placing,
            label=_("議題を組む"),
            href=f"/meetings/{preparing[0].meeting.id}" if preparing else "/plans/due",
            days=first.days_left,
        )
    ]


def presses(row: DueRow) -> bool:
    """Return whether a deadline is near, or a plan waits for a next meeting that has not been found for it."""
    left = row.due.days_left
    if left is not None and left <= SOON_DAYS:
        return True
    return row.due.reason in FOR_THE_NEXT and row.meeting_id is None


def _polls(desk: Desk, sittings: Sequence[_Sitting]) -> list[Waiting]:
    _ = desk.translate
    return [
        Waiting(
            count=len(sitting.poll.waiting),
            unit=_("名"),
            title=_("日程の回答待ち"),
            detail=say(
                _("{day}の第{n}回。{names}。"),
                day=desk.within(sitting.day),
                n=sitting.meeting.number,
                names=_("、").join(person.name for person in sitting.poll.waiting),
            ),
            label=_("催促を見る"),
            href=f"/scheduling/{sitting.meeting.id}",
        )
        for sitting in sittings
        if sitting.poll.waiting
    ]


def _minutes_with_chair(desk: Desk) -> list[Waiting]:
    submitted = _in_stage(desk, MinutesStatus.SUBMITTED)
    _ = desk.translate
    return _minutes(desk, submitted, _("委員長の承認待ちの議事録"), _("開く"))


def _minutes_unfinished(desk: Desk) -> list[Waiting]:
    drafts = [*_in_stage(desk, None), *_in_stage(desk, MinutesStatus.DRAFT)]
    drafts.sort(key=lambda meeting: meeting.starts_at)
    _ = desk.translate
    return _minutes(desk, drafts, _("承認に回していない議事録"), _("書く"))


def _actions_overdue(desk: Desk) -> list[Waiting]:
    """期限を過ぎた対応: what a meeting agreed and nobody has said is done."""
    overdue = overdue_actions(desk.session, desk.actor.committee_id, desk.on)
    if not overdue:
        return []
    _, first = desk.translate, overdue[0]
    return [
        Waiting(
            count=len(overdue),
            unit=_("件"),
            title=_("期限を過ぎた対応"),
            detail=say(
                _("いちばん前は{who}、{day}まで。"), who=first.who, day=desk.within(first.due_on or desk.on)
            ),
            label=_("確かめる"),
            href="/actions",
        )
    ]


def _minutes_to_approve(desk: Desk) -> list[Waiting]:
    own = [
        meeting
        for meeting in _in_stage(desk, MinutesStatus.SUBMITTED)
        if meeting.presider_id is not None and meeting.presider_id == desk.actor.person_id
    ]
    _ = desk.translate
    return _minutes(desk, own, _("承認を待つ議事録"), _("読んで承認する"), "minutes/approve")


def _minutes_going_round(desk: Desk) -> list[Waiting]:
    """回覧中の議事録: one entry each, because each has its own deadline; those over it wait for their end."""
    _ = desk.translate
    return [
        Waiting(
            count=one.waiting,
            unit=_("名"),
            title=say(_("議事録への意見を待っています（第{n}回）"), n=one.meeting.number),
            detail=say(
                _("締切は{day}です。")
                if desk.on <= one.comments_until
                else _("締切は{day}でした。回覧を終えて進めます。"),
                day=desk.within(one.comments_until),
            ),
            label=_("回覧の様子を見る"),
            href=f"/meetings/{one.meeting.id}/minutes/circulation",
            days=(one.comments_until - desk.on).days,
        )
        for one in open_circulations(desk.session, desk.actor.committee_id)
    ]


def _comments_to_answer(desk: Desk) -> list[Waiting]:
    _ = desk.translate
    return [
        Waiting(
            count=one.count,
            unit=_("件"),
            title=_("対応を待つ意見（議事録）"),
            detail=say(_("第{n}回の議事録への意見です。反映か見送りを記録します。"), n=one.meeting.number),
            label=_("意見に対応する"),
            href=f"/meetings/{one.meeting.id}/minutes/circulation",
        )
        for one in awaited_answers(desk.session, desk.actor.committee_id)
    ]


def _minutes_to_comment(desk: Desk) -> list[Waiting]:
    """意見を求められている議事録, until the reader has answered."""
    _ = desk.translate
    asked = asked_of_person(desk.session, desk.actor, desk.on)
    if not asked:
        return []
    first = asked[0]
    return [
        Waiting(
            count=len(asked),
            unit=_("件"),
            title=_("意見を求められている議事録"),
            detail=say(
                _("第{n}回の議事録、締切は{day}です。"),
                n=first.meeting.number,
                day=desk.within(first.comments_until),
            ),
            label=_("読んで答える"),
            href=f"/meetings/{first.meeting.id}/minutes/circulation",
            days=(first.comments_until - desk.on).days,
        )
    ]


def _amendments_to_approve(desk: Desk) -> list[Waiting]:
    """承認を待つ訂正 of meetings that the reader presided over."""
    _ = desk.translate
    own = [
        (meeting, count)
        for meeting, count in waiting_amendments(desk.session, desk.actor.committee_id)
        if desk.actor.person_id is not None and meeting.presider_id == desk.actor.person_id
    ]
    return [
        Waiting(
            count=count,
            unit=_("件"),
            title=_("承認を待つ議事録の訂正"),
            detail=say(_("第{n}回、{day}開催。"), n=meeting.number, day=desk.within(_day(meeting))),
            label=_("訂正を読む"),
            href=f"/meetings/{meeting.id}/minutes/amendments",
        )
        for meeting, count in own
    ]


def _in_stage(desk: Desk, stage: MinutesStatus | None) -> list[Meeting]:
    closed = minutes_of_closed_meetings(desk.session, desk.actor.committee_id)
    return [meeting for meeting, status in closed if status == stage]


def _minutes(
    desk: Desk, meetings: Sequence[Meeting], title: str, label: str, place: str = "minutes"
) -> list[Waiting]:
    if not meetings:
        return []
    _ = desk.translate
    names = [
        say(_("第{n}回、{day}開催"), n=meeting.number, day=desk.within(_day(meeting)))
        for meeting in meetings[:3]
    ]
    return [
        Waiting(
            count=len(meetings),
            unit=_("件"),
            title=title,
            detail=say(_("{list}。"), list=escape(_("、")).join(names)),
            label=label,
            href=f"/meetings/{meetings[0].id}/{place}",
        )
    ]


def _judgements(desk: Desk) -> list[Waiting]:
    questions = open_questions(desk.session, desk.actor.committee_id)
    if not questions:
        return []
    _ = desk.translate
    first = questions[0]
    sheet = (
        f"/meetings/{first.meeting_id}/honoraria" if first.meeting_id else f"/honoraria/runs/{first.run_id}"
    )
    return [
        Waiting(
            count=len(questions),
            unit=_("件"),
            title=_("要判断の支給"),
            detail=say(_("第{n}回の{name}。"), n=first.number, name=first.person) + first.reason,
            label=_("判断を記録する"),
            href=sheet,
        )
    ]


def _unassessed(desk: Desk, pays: Sequence[PayProgress]) -> list[Waiting]:
    unassessed = [pay for pay in pays if pay.state is PayState.UNASSESSED]
    if not unassessed:
        return []
    _, first = desk.translate, unassessed[-1]
    return [
        Waiting(
            count=len(unassessed),
            unit=_("回"),
            title=_("支給の判定がまだの会議"),
            detail=say(_("いちばん前は第{n}回、{day}開催。"), n=first.number, day=desk.within(first.day)),
            label=_("判定する"),
            href=_pay_href(first),
        )
    ]


def _sheets(desk: Desk, pays: Sequence[PayProgress]) -> list[Waiting]:
    """What this reader can take a step further: sheets to check, to approve (checked by somebody else), to finalise."""
    _ = desk.translate
    return [
        *_of_sheets(
            desk, [pay for pay in pays if _can_be_checked(pay)], _("確認を待つ支給調書"), _("読んで確認する")
        ),
        *_of_sheets(desk, _to_approve(desk, pays), _("承認を待つ支給調書"), _("読んで承認する")),
        *_of_sheets(
            desk,
            [pay for pay in pays if pay.state is PayState.APPROVED],
            _("確定を待つ支給調書"),
            _("確定する"),
        ),
    ]


def _can_be_checked(pay: PayProgress) -> bool:
    return pay.state is PayState.DRAFT and not pay.open


def _to_approve(desk: Desk, pays: Sequence[PayProgress]) -> list[PayProgress]:
    four_eyes = bool(get_setting(desk.session, "honoraria.four_eyes"))
    return [
        pay
        for pay in pays
        if pay.state is PayState.CHECKED and not (four_eyes and pay.checked_by_id == desk.actor.user_id)
    ]


def _to_pay(desk: Desk, pays: Sequence[PayProgress]) -> list[Waiting]:
    _ = desk.translate
    owed = [pay for pay in pays if pay.state is PayState.TO_PAY]
    listed = _of_sheets(desk, owed, _("支払いを待つ支給調書"), _("支払いへ"))
    return [replace(one, href=f"/honoraria/runs/{owed[-1].run_id}/payments") for one in listed]


def _of_sheets(desk: Desk, pays: Sequence[PayProgress], title: str, label: str) -> list[Waiting]:
    """One entry for all sheets of one kind; it leads to the oldest."""
    if not pays:
        return []
    _ = desk.translate
    names = [
        say(_("{name}、{day}"), name=_pay_name(desk, pay), day=desk.within(pay.day)) for pay in pays[-3:]
    ]
    return [
        Waiting(
            count=len(pays),
            unit=_("件"),
            title=title,
            detail=say(_("{list}。"), list=escape(_("、")).join(reversed(names))),
            label=label,
            href=_pay_href(pays[-1]),
        )
    ]


def _corrections(desk: Desk) -> list[Waiting]:
    found = [one for one in proposals(desk.session, desk.actor.committee_id) if one.taken_in is None]
    if not found:
        return []
    _, first = desk.translate, found[0]
    what = _("、").join(first.what_changed) or first.reason
    return [
        Waiting(
            count=len(found),
            unit=_("件"),
            title=_("記録が変わった支給"),
            detail=say(_("{meeting}の{name}。{what}"), meeting=first.meeting, name=first.name, what=what),
            label=_("訂正の候補を見る"),
            href="/honoraria/corrections",
        )
    ]


def _declarations(desk: Desk) -> list[Waiting]:
    """年次の申告 that have been out too long."""
    late = overdue_declarations(desk.session, desk.actor, desk.on)
    if late is None:
        return []
    _ = desk.translate
    return [
        Waiting(
            count=late.count,
            unit=_("名"),
            title=_("返っていない年次の申告書"),
            detail=say(_("いちばん前は{day}に送りました。"), day=desk.within(late.since)),
            label=_("年次の申告を開く"),
            href=f"/honoraria/declarations?year={late.fiscal_year}",
        )
    ]


def _running(desk: Desk, sittings: Sequence[_Sitting]) -> list[Waiting]:
    """会議の日: the meeting that is to be opened today, or is open: the way to the screen it is run from."""
    _ = desk.translate
    found = []
    for sitting in sittings:
        meeting = sitting.meeting
        is_open = meeting.status is MeetingStatus.OPEN
        if not is_open and (meeting.status is not MeetingStatus.CONVENED or sitting.day != desk.on):
            continue
        title = _("開いている会議（第{n}回）") if is_open else _("きょうの会議（第{n}回）")
        detail = _("{time}に開会しました。") if is_open else _("{time}から。進行画面で開会します。")
        found.append(
            Waiting(
                count=len(sitting.items),
                unit=_("件"),
                title=say(title, n=meeting.number),
                detail=say(detail, time=format_time(meeting.opened_at or meeting.starts_at)),
                label=_("進行画面を開く"),
                href=f"/meetings/{meeting.id}/live",
            )
        )
    return found


def _undecided(desk: Desk, sittings: Sequence[_Sitting]) -> list[Waiting]:
    _ = desk.translate
    return [
        Waiting(
            count=len(sitting.undecided),
            unit=_("件"),
            title=_("参加者を決める議題"),
            detail=say(_("{day}の第{n}回。{names}。"), day=desk.within(sitting.day), n=sitting.meeting.number,
                       names=_("、").join(view.title for view in sitting.undecided[:MOST_NAMED])),
            label=_("参加者を決める"),
            href=f"/meetings/{sitting.meeting.id}",
        )
        for sitting in sittings
        if sitting.undecided
    ]  # fmt: skip


def _to_confirm(desk: Desk, sittings: Sequence[_Sitting]) -> list[Waiting]:
    """Agendas that the 委員長 has not confirmed, or that changed afterwards."""
    _ = desk.translate
    found = []
    for sitting in sittings:
        meeting = sitting.meeting
        if meeting.status not in ARRANGED or not sitting.items:
            continue
        state = confirmation_of(desk.session, meeting)
        if state is not None and state.holds:
            continue
        sentence = (
            _("{day}の会議です。確認した後に、議題が変わりました。") if state else _("{day}の会議です。")
        )
        found.append(
            Waiting(
                count=len(sitting.items),
                unit=_("件"),
                title=say(_("議題の確認を待っています（第{n}回）"), n=meeting.number),
                detail=say(sentence, day=desk.within(sitting.day)),
                label=_("議題を確認する"),
                href=f"/meetings/{meeting.id}/confirm",
            )
        )
    return found


def _conflicts(desk: Desk, sittings: Sequence[_Sitting]) -> list[Waiting]:
    """利益相反のおそれ that the 委員長 has still to decide on."""
    _ = desk.translate
    found = []
    for sitting in sittings:
        meeting = sitting.meeting
        near = open_conflicts(desk.session, meeting) if meeting.status in ARRANGED else []
        if not near:
            continue
        names = _("、").join(f"{one.name}（{one.item.title}）" for one in near[:MOST_NAMED])
        found.append(
            Waiting(
                count=len(near),
                unit=_("件"),
                title=say(_("利益相反の判断を待っています（第{n}回）"), n=meeting.number),
                detail=say(_("{day}の会議です。{names}。"), day=desk.within(sitting.day), names=names),
                label=_("判断を記録する"),
                href=f"/meetings/{meeting.id}/conflicts",
            )
        )
    return found


def _own_answers(desk: Desk, sittings: Sequence[_Sitting]) -> list[Waiting]:
    _ = desk.translate
    return [
        Waiting(
            count=len(sitting.poll.slots),
            unit=_("枠"),
            title=_("日程の回答"),
            detail=say(
                _("第{n}回の候補の日時に、出られるかどうかを答えてください。"), n=sitting.meeting.number
            ),
            label=_("答える"),
            href=f"/scheduling/{sitting.meeting.id}",
        )
        for sitting in sittings
        if sitting.waits_for(desk.actor.person_id)
    ]


# ---- meetings, heat, payments


def _sittings(desk: Desk) -> list[_Sitting]:
    meetings = [
        meeting
        for meeting in reversed(list_meetings(desk.session, desk.actor.committee_id))
        if meeting.status in COMING and (_day(meeting) >= desk.on or meeting.status is MeetingStatus.OPEN)
    ]
    return [_sitting(desk.session, meeting) for meeting in meetings]


def _sitting(session: Session, meeting: Meeting) -> _Sitting:
    items = items_of(session, meeting.id)
    return _Sitting(
        meeting=meeting,
        day=_day(meeting),
        items=tuple(items),
        participants=participants_of(session, [view.item.id for view in items]),
        poll=read_poll(session, meeting),
    )


def _day(meeting: Meeting) -> date:
    return meeting.starts_at.astimezone(TOKYO).date()


def _coming(desk: Desk, sittings: Sequence[_Sitting]) -> tuple[Coming, ...]:
    return tuple(_entry(desk, one, _lines(desk, one)) for one in sittings[:MOST_MEETINGS])


def _own_coming(desk: Desk, sittings: Sequence[_Sitting]) -> tuple[Coming, ...]:
    """A member reads of the own items only."""
    _ = desk.translate
    return tuple(
        _entry(
            desk,
            sitting,
            (
                _place(desk, sitting),
                say(_("参加する議題 {n}件"), n=sitting.items_with(desk.actor.person_id)),
            ),
        )
        for sitting in sittings[:MOST_MEETINGS]
    )


def _entry(desk: Desk, sitting: _Sitting, lines: tuple[str, ...]) -> Coming:
    _ = desk.translate
    meeting, day = sitting.meeting, sitting.day
    month = say(_("{n}月"), n=day.month) if desk.locale is Locale.JA else f"{day:%b}"
    badge, tone = _badge(_, sitting)
    return Coming(
        month=month,
        day=str(day.day),
        weekday=weekday_name(day, desk.locale),
        iso=day.isoformat(),
        title=say(_("第{n}回"), n=meeting.number),
        href=f"/meetings/{meeting.id}",
        time=f"{format_time(meeting.starts_at)}–{format_time(meeting.ends_at)}",
        lines=lines,
        badge=badge,
        tone=tone,
    )


def _lines(desk: Desk, sitting: _Sitting) -> tuple[str, ...]:
    _ = desk.translate
    minutes = sum(view.item.planned_minutes for view in sitting.items)
    items = (
        say(_("議題{n}件・{minutes}分"), n=len(sitting.items), minutes=minutes)
        if sitting.items
        else _("議題未定")
    )
    people = say(_("参加者{n}名"), n=len(sitting.people)) if sitting.people else _("参加者未定")
    waiting = len(sitting.poll.waiting)
    poll = say(_("未回答{n}名"), n=waiting) if waiting else ""
    return items, _place(desk, sitting), _("、").join(part for part in (people, poll) if part)


def _place(desk: Desk, sitting: _Sitting) -> str:
    venue = venue_of(desk.session, sitting.meeting)
    _ = desk.translate
    return venue.name if venue else _("会場未定")


def _badge(translate: Translator, sitting: _Sitting) -> tuple[str, str]:
    _ = translate
    match sitting.meeting.status:
        case MeetingStatus.OPEN:
            return _("開会中"), "ok"
        case MeetingStatus.CONVENED:
            return _("招集済み"), "neutral"
    return _("日程調整中") if sitting.poll.slots else _("招集前"), "neutral"


def _heat(desk: Desk, rows: Sequence[DueRow]) -> HeatStrip:
    return heat_strip(
        deadlines=[row.due.deadline for row in rows if row.due.deadline],
        meetings=meetings_by_day(list_meetings(desk.session, desk.actor.committee_id)),
        on=desk.on,
        locale=desk.locale,
    )


def _own_payments(desk: Desk) -> tuple[PaymentRow, ...]:
    if desk.actor.person_id is None:
        return ()
    _ = desk.translate
    lines = payments_of_person(
        desk.session, desk.actor.committee_id, desk.actor.person_id, most=MOST_PAYMENTS
    )
    return tuple(
        PaymentRow(
            meeting=say(_("第{n}回"), n=line.number),
            day=desk.short(line.day),
            iso=line.day.isoformat(),
            href=f"/honoraria/runs/{line.run_id}",
            outcome=line.outcome,
            note=_("訂正") if line.is_correction else "",
            honorarium=line.honorarium,
            travel=line.travel,
            withheld=line.withheld,
            net=line.net,
        )
        for line in lines
    )
