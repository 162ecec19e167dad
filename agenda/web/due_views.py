"""期限: what has to go to a meeting as of a day, grouped by how near it is, as finished views."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlencode

from agenda.rules.due import Due
from agenda.services.agenda_settings import planned_minutes
from agenda.services.carrying import waiting_matters
from agenda.services.cases import ConsentState, consent_states
from agenda.services.due_placing import meetings_to_fill, people_in_charge
from agenda.services.plans import DueRow, due_settings, list_due_rows
from agenda.services.visibility import SEES_ALL
from meetings_app.core.actor import Actor
from meetings_app.core.clock import TOKYO
from meetings_app.core.terms import DueReason, MeetingStatus, Role
from meetings_app.core.wareki import format_wareki
from meetings_app.db.engine import Database
from meetings_app.services.meetings import list_meetings
from meetings_app.tables.meetings import Meeting
from meetings_app.web.heat import HeatStrip, heat_strip, say, short_day
from meetings_app.web.locale import Locale, Translator, format_day, mark, translator_for
from meetings_app.web.start_views import meetings_by_day

SOON_DAYS = 14
NEAR_DAYS = 180
"""Days this near are shown without their year."""

ALL, UNPLACED, LOCKED = "", "unplaced", "locked"
AT_MEETING = re.compile(r"meeting-([1-9][0-9]{0,5})")
"""How the address names the rows that one meeting has on its agenda."""

BY_DEADLINE, BY_CASE = "", "case"
NOBODY = "none"
ORDERS = {BY_DEADLINE: mark("期限の近い順"), BY_CASE: mark("ケース番号順")}

_OVERDUE, _NEXT, _SOON, _LATER, _OPEN = range(5)
_GROUPS = {
    _OVERDUE: mark("期限超過"),
    _NEXT: mark("次の会議に諮るもの（会議は未定）"),
    _SOON: mark("14日以内"),
    _LATER: mark("その先"),
    _OPEN: mark("期限なし"),
}


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked for: as of which day, how far ahead (None: the office's own), which rows, in which order."""

    on: date
    horizon_days: int | None = None
    shown: str = ALL
    reason: DueReason | None = None
    assigned: str = ""
    order: str = BY_DEADLINE


@dataclass(frozen=True, slots=True)
class Chip:
    """しぼり込み: one filter with how many rows it leaves."""

    label: str
    href: str
    active: bool
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Pick:
    """選択: a menu of links, with what is chosen now."""

    label: str
    value: str
    items: tuple[Chip, ...]


@dataclass(frozen=True, slots=True)
class DueLine:
    """One row; `days` None where no count is shown, with `days_text` in its place. `lock` says why it is locked.

    `plan_id` "" where the row cannot be ticked; `minutes` are those the office plans for it.
    """

    name: str
    case: str
    href: str
    plan: str
    reason: str
    explanation: str
    citation: str
    deadline: str
    iso: str
    days: int | None
    days_text: str
    assigned: str
    meeting: str
    meeting_href: str
    meeting_day: str
    lock: str
    note: str
    plan_id: str
    minutes: int


@dataclass(frozen=True, slots=True)
class DueGroup:
    """Rows under one heading."""

    title: str
    lines: tuple[DueLine, ...]


@dataclass(frozen=True, slots=True)
class MeetingChoice:
    """入れる先: one coming meeting."""

    value: str
    label: str
    button: str


@dataclass(frozen=True, slots=True)
class WaitingLine:
    """次の会議を待つ議題 without a plan: its title, the meeting it waits from, and what for."""

    title: str
    meeting: str
    href: str
    why: str


@dataclass(frozen=True, slots=True)
class DueView:
    """期限の画面, finished. `assemble` is the meeting whose agenda can be made next: label and address.

    `targets` are the meetings that ticked plans can be put on; none where nothing can be ticked. `kept` are the
    fields of the address that a form carries along; `href` is the page as it was asked for.
    """

    on_text: str
    footnote: str
    sub: str
    horizon_days: int
    heat: HeatStrip
    chips: tuple[Chip, ...]
    picks: tuple[Pick, ...]
    groups: tuple[DueGroup, ...]
    assemble: tuple[str, str] | None
    targets: tuple[MeetingChoice, ...]
    kept: tuple[tuple[str, str], ...]
    href: str
    links: tuple[tuple[str, str], ...]
    waiting: tuple[WaitingLine, ...]

    @property
    def can_tick(self) -> bool:
        """Whether any row can be ticked."""
        return bool(self.targets) and any(line.plan_id for group in self.groups for line in group.lines)


def build_due(db: Database, actor: Actor, question: Question, locale: Locale, today: date) -> DueView:
    """Return what is due for the actor's body. Rows can be ticked by the 事務局, on a list that is not of the past."""
    with db.read() as session:
        rows = list_due_rows(
            session=session,
            committee_id=actor.committee_id,
            on=question.on,
            horizon_days=question.horizon_days,
        )
        meetings = list_meetings(session, actor.committee_id)
        open_to = meetings_to_fill(session, actor.committee_id, question.on)
        asked = replace(question, horizon_days=due_settings(session, question.horizon_days).horizon_days)
        names = people_in_charge(session, rows)
        targets = _targets(actor, open_to, locale) if question.on >= today else ()
        writer = _Writer(
            on=question.on,
            locale=locale,
            states=consent_states(session, [row.client_id for row in rows], question.on),
            names=names,
            minutes=planned_minutes(session),
            ticks=bool(targets),
            opens_meetings=actor.role in SEES_ALL,
        )
        _ = translator_for(locale)
        waiting = tuple(
            WaitingLine(
                title=matter.title,
                meeting=say(_("第{n}回から"), n=matter.since.number),
                href=f"/meetings/{matter.since.meeting_id}",
                why=matter.why,
            )
            for matter in (
                waiting_matters(session, actor.committee_id) if actor.role is not Role.CITY_OFFICER else ()
            )
        )
    filters = _Filters(asked, rows, names, _)
    on = question.on
    return DueView(
        on_text=format_wareki(on, weekday=True) if locale is Locale.JA else on.isoformat(),
        footnote=say(
            _("{day}の記録による一覧です。その日より後に決まったことは含みません。"),
            day=format_day(on, locale, weekday=True),
        ),
        sub=say(_("会議に諮るプラン {n}件、{days}日先まで"), n=len(rows), days=asked.horizon_days),
        horizon_days=asked.horizon_days or 0,
        heat=_heat(rows, meetings, on, locale),
        chips=filters.chips(),
        picks=filters.picks(),
        groups=tuple(writer.groups(filters.shown(), question.order)),
        assemble=_assemble(actor, meetings, locale),
        targets=targets,
        kept=filters.kept(),
        href=filters.href(),
        links=_links(actor, _),
        waiting=waiting,
    )


def _heat(rows: Sequence[DueRow], meetings: Sequence[Meeting], on: date, locale: Locale) -> HeatStrip:
    return heat_strip(
        deadlines=[row.due.deadline for row in rows if row.due.deadline],
        meetings=meetings_by_day(meetings),
        on=on,
        locale=locale,
    )


def _targets(actor: Actor, meetings: Sequence[Meeting], locale: Locale) -> tuple[MeetingChoice, ...]:
    """Return where the 事務局 may put what is ticked."""
    is_for = actor.role is Role.SECRETARIAT
    return tuple(_target(meeting, locale) for meeting in meetings) if is_for else ()


def _links(actor: Actor, translate: Translator) -> tuple[tuple[str, str], ...]:
    """Return the lists beside this one; the 福祉事務所 has its own in the navigation."""
    _ = translate
    monthly = (_("月別の件数"), "/plans/monthly")
    if actor.role not in SEES_ALL:
        return (monthly,)
    return (
        monthly,
        (_("支援決定・確認"), "/plans/decisions"),
        (_("相談者一覧"), "/plans/case-list"),
    )


def _assemble(actor: Actor, meetings: Sequence[Meeting], locale: Locale) -> tuple[str, str] | None:
    """Return the meeting whose agenda the 事務局 can make next."""
    preparing = [meeting for meeting in meetings if meeting.status is MeetingStatus.PREPARING]
    if actor.role is not Role.SECRETARIAT or not preparing:
        return None
    _ = translator_for(locale)
    return say(_("第{n}回の議題を組む"), n=preparing[-1].number), f"/meetings/{preparing[-1].id}"


def _target(meeting: Meeting, locale: Locale) -> MeetingChoice:
    _ = translator_for(locale)
    day = short_day(meeting.starts_at.astimezone(TOKYO).date(), locale)
    name = say(_("第{n}回 {day}"), n=meeting.number, day=day)
    return MeetingChoice(meeting.id, name, say(_("{meeting}に入れる"), meeting=name))


# ---- which rows


@dataclass(frozen=True, slots=True)
class _Filters:
    """The filters over a list: what each leaves, and the address that asks for it."""

    question: Question
    rows: Sequence[DueRow]
    names: Mapping[str, str]
    translate: Translator

    def shown(self) -> list[DueRow]:
        """Return the rows asked for, in the order asked for."""
        found = self.fitting(self.question)
        if self.question.order == BY_CASE:
            return sorted(found, key=lambda row: (row.due.case, row.due.plan))
        return found

    def fitting(self, question: Question) -> list[DueRow]:
        return [row for row in self.rows if _fits(row, question)]

    def href(self, **change: object) -> str:
        """Return the address of the same list with something else chosen."""
        return f"/plans/due?{urlencode(_address(replace(self.question, **change)))}"  # type: ignore[arg-type]

    def kept(self) -> tuple[tuple[str, str], ...]:
        """Return the filters, without day and range."""
        return tuple(
            (name, value) for name, value in _address(self.question).items() if name not in ("on", "horizon")
        )

    def chips(self) -> tuple[Chip, ...]:
        _ = self.translate
        numbers = sorted({row.meeting_number for row in self.rows if row.meeting_number is not None})
        shown = {ALL: _("すべて"), UNPLACED: _("会議が未定")}
        shown |= {f"meeting-{number}": say(_("第{n}回"), n=number) for number in numbers}
        shown |= {LOCKED: _("資料に入れられない")}
        return tuple(self.chip(label, shown=value) for value, label in shown.items())

    def chip(self, label: str, **change: str) -> Chip:
        asked = replace(self.question, **change)  # type: ignore[arg-type]
        return Chip(label, self.href(**change), asked == self.question, len(self.fitting(asked)))

    def picks(self) -> tuple[Pick, ...]:
        """Return the menus: reason, who is in charge, order."""
        return (self._reasons(), self._assigned(), self._orders())

    def _reasons(self) -> Pick:
        _ = self.translate
        present = [reason for reason in DueReason if any(reason in _reasons_of(row.due) for row in self.rows)]
        options: dict[DueReason | None, str] = {None: _("すべて")} | {one: _(one) for one in present}
        items = tuple(self._item(label, reason=value) for value, label in options.items())
        return Pick(_("理由"), _(self.question.reason or "すべて"), items)

    def _assigned(self) -> Pick:
        _ = self.translate
        options = {"": _("全員"), **self.names, NOBODY: _("担当なし")}
        items = tuple(self._item(label, assigned=value) for value, label in options.items())
        return Pick(_("担当"), options.get(self.question.assigned, _("担当なし")), items)

    def _orders(self) -> Pick:
        _ = self.translate
        items = tuple(self._item(_(label), order=value) for value, label in ORDERS.items())
        return Pick(_("順"), _(ORDERS[self.question.order]), items)

    def _item(self, label: str, **change: object) -> Chip:
        asked = replace(self.question, **change)  # type: ignore[arg-type]
        return Chip(label, self.href(**change), asked == self.question)


def _fits(row: DueRow, question: Question) -> bool:
    return (
        _is_shown(row, question.shown)
        and (question.reason is None or question.reason in _reasons_of(row.due))
        and question.assigned in ("", row.assigned_id or NOBODY)
    )


def _is_shown(row: DueRow, shown: str) -> bool:
    if shown == UNPLACED:
        return row.meeting_id is None
    if shown == LOCKED:
        return not row.consented
    at = AT_MEETING.fullmatch(shown)
    return at is None or row.meeting_number == int(at[1])


def _reasons_of(due: Due) -> tuple[DueReason, ...]:
    return (due.reason, *due.also)


def _address(question: Question) -> dict[str, str]:
    fields = {
        "on": question.on.isoformat(),
        "horizon": str(question.horizon_days or ""),
        "show": question.shown,
        "reason": str(question.reason or ""),
        "assigned": question.assigned,
        "order": question.order,
    }
    return {name: value for name, value in fields.items() if value}


def group_of(due: Due) -> int:
    """Return the heading a row stands under; a monitoring past its month is a report still to come, not overdue."""
    if due.days_left is None:
        return _NEXT if due.reason in (DueReason.CARRIED_OVER, DueReason.URGENT) else _OPEN
    if due.overdue:
        return _OVERDUE
    return _SOON if due.days_left <= SOON_DAYS else _LATER


# ---- rows


@dataclass(frozen=True, slots=True)
class _Writer:
    on: date
    locale: Locale
    states: dict[str, ConsentState]
    names: Mapping[str, str]
    minutes: Mapping[DueReason, int]
    ticks: bool
    opens_meetings: bool

    def groups(self, rows: Sequence[DueRow], order: str) -> list[DueGroup]:
        _ = translator_for(self.locale)
        if order == BY_CASE:
            titled = [(_("ケース番号順"), list(rows))]
        else:
            titled = [
                (_(title), [row for row in rows if group_of(row.due) == key])
                for key, title in _GROUPS.items()
            ]
        return [
            DueGroup(say(_("{title}　{n}件"), title=title, n=len(some)), tuple(map(self.line, some)))
            for title, some in titled
            if some
        ]

    def line(self, row: DueRow) -> DueLine:
        _ = translator_for(self.locale)
        due = row.due
        reported_late = due.days_left is not None and due.days_left < 0 and not due.overdue
        can_tick = self.ticks and row.consented and row.meeting_id is None
        return DueLine(
            name=f"No.{due.case} {_(due.reason)}",
            case=f"No.{due.case}",
            href=f"/plans/{row.client_id}",
            plan=say(_("プラン{n}"), n=due.plan),
            reason=_(due.reason),
            explanation=due.explanation,
            citation=due.citation,
            deadline=self._day(due.deadline),
            iso=due.deadline.isoformat() if due.deadline else "",
            days=None if reported_late else due.days_left,
            days_text=_("報告待ち") if reported_late else "",
            assigned=self.names.get(row.assigned_id or "", ""),
            meeting=say(_("第{n}回"), n=row.meeting_number) if row.meeting_id else "",
            meeting_href=f"/meetings/{row.meeting_id}" if row.meeting_id and self.opens_meetings else "",
            meeting_day=short_day(row.meeting_day, self.locale) if row.meeting_day else "",
            lock=self._lock(row),
            note=_("このプランはまだ作られていません。") if row.plan_id is None else "",
            plan_id=row.plan_id or "" if can_tick else "",
            minutes=self.minutes[due.reason],
        )

    def _day(self, day: date | None) -> str:
        if day is None:
            return ""
        near = abs((day - self.on).days) <= NEAR_DAYS
        return short_day(day, self.locale) if near else format_day(day, self.locale, weekday=True)

    def _lock(self, row: DueRow) -> str:
        if row.consented:
            return ""
        _ = translator_for(self.locale)
        withdrawn = self.states[row.client_id].withdrawn_on
        if withdrawn is None:
            return _("同意の記録がなく、資料に入れられません")
        day = format_day(withdrawn, self.locale)
        return say(_("同意が{day}に撤回され、資料に入れられません"), day=day)
