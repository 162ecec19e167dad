"""期限: what has to go to a meeting as of a day, grouped by how near it is, as finished views."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from agenda.rules.due import Due
from agenda.services.cases import ConsentState, consent_states
from agenda.services.plans import DueRow, due_settings, list_due_rows
from meetings_app.core.actor import Actor
from meetings_app.core.terms import MeetingStatus, Role
from meetings_app.core.wareki import format_wareki
from meetings_app.db.engine import Database
from meetings_app.services.meetings import list_meetings
from meetings_app.web.heat import HeatStrip, heat_strip, say, short_day
from meetings_app.web.locale import Locale, Translator, format_day, mark, translator_for
from meetings_app.web.start_views import meetings_by_day

SOON_DAYS = 14
NEAR_DAYS = 180
"""Days this near are shown without their year."""

SHOWN = {"": mark("すべて"), "unplaced": mark("会議が未定"), "locked": mark("資料に入れられない")}
_OVERDUE, _SOON, _LATER, _OPEN = range(4)
_GROUPS = {
    _OVERDUE: mark("期限超過"),
    _SOON: mark("14日以内"),
    _LATER: mark("その先"),
    _OPEN: mark("期限なし"),
}


@dataclass(frozen=True, slots=True)
class Chip:
    """しぼり込み: one filter with how many rows it leaves."""

    label: str
    href: str
    active: bool
    count: int


@dataclass(frozen=True, slots=True)
class DueLine:
    """One row; `days` None where no count is shown, with `days_text` in its place. `lock` says why it is locked."""

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
    meeting: str
    meeting_href: str
    meeting_day: str
    lock: str
    note: str


@dataclass(frozen=True, slots=True)
class DueGroup:
    """Rows under one heading."""

    title: str
    lines: tuple[DueLine, ...]


@dataclass(frozen=True, slots=True)
class DueView:
    """期限の画面, finished. `assemble` is the meeting whose agenda can be made next: label and address."""

    on_text: str
    footnote: str
    sub: str
    horizon_days: int
    heat: HeatStrip
    chips: tuple[Chip, ...]
    groups: tuple[DueGroup, ...]
    assemble: tuple[str, str] | None


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked for: as of which day, how far ahead (None: the office's own), which rows."""

    on: date
    horizon_days: int | None = None
    shown: str = ""


def build_due(db: Database, actor: Actor, question: Question, locale: Locale) -> DueView:
    """Return what is due for the actor's body."""
    with db.read() as session:
        rows = list_due_rows(
            session=session,
            committee_id=actor.committee_id,
            on=question.on,
            horizon_days=question.horizon_days,
        )
        states = consent_states(session, [row.client_id for row in rows], question.on)
        meetings = list_meetings(session, actor.committee_id)
        heat = heat_strip(
            deadlines=[row.due.deadline for row in rows if row.due.deadline],
            meetings=meetings_by_day(meetings),
            on=question.on,
            locale=locale,
        )
        preparing = [meeting for meeting in meetings if meeting.status is MeetingStatus.PREPARING]
        horizon = due_settings(session, question.horizon_days).horizon_days
        makes = actor.role is Role.SECRETARIAT and bool(preparing)
        assemble = _assemble(preparing[-1].id, preparing[-1].number, locale) if makes else None
    writer = _Writer(question.on, locale, states)
    shown = [row for row in rows if _is_shown(row, question.shown)]
    _ = translator_for(locale)
    return DueView(
        on_text=format_wareki(question.on, weekday=True) if locale is Locale.JA else question.on.isoformat(),
        footnote=say(
            _("{day}の記録による一覧です。その日より後に決まったことは含みません。"),
            day=format_day(question.on, locale, weekday=True),
        ),
        sub=say(_("会議に諮るプラン {n}件、{days}日先まで"), n=len(rows), days=horizon),
        horizon_days=horizon,
        heat=heat,
        chips=_chips(rows, question, horizon, _),
        groups=tuple(writer.groups(shown)),
        assemble=assemble,
    )


def _assemble(meeting_id: str, number: int, locale: Locale) -> tuple[str, str]:
    _ = translator_for(locale)
    label = say(_("第{n}回の議題を組む"), n=number)
    return label, f"/meetings/{meeting_id}"


def _is_shown(row: DueRow, shown: str) -> bool:
    if shown == "unplaced":
        return row.meeting_id is None
    return shown != "locked" or not row.consented


def _chips(
    rows: Sequence[DueRow], question: Question, horizon: int, translate: Translator
) -> tuple[Chip, ...]:
    asked = {"on": question.on.isoformat(), "horizon": str(horizon)}
    return tuple(
        Chip(
            label=translate(label),
            href=f"/plans/due?{urlencode(asked | ({'show': shown} if shown else {}))}",
            active=shown == question.shown,
            count=sum(_is_shown(row, shown) for row in rows),
        )
        for shown, label in SHOWN.items()
    )


def group_of(due: Due) -> int:
    """Return the heading a row stands under; a monitoring past its month is a report still to come, not overdue."""
    if due.days_left is None:
        return _OPEN
    if due.overdue:
        return _OVERDUE
    return _SOON if due.days_left <= SOON_DAYS else _LATER


@dataclass(frozen=True, slots=True)
class _Writer:
    on: date
    locale: Locale
    states: dict[str, ConsentState]

    def groups(self, rows: Sequence[DueRow]) -> list[DueGroup]:
        _ = translator_for(self.locale)
        made = []
        for key, title in _GROUPS.items():
            lines = tuple(self.line(row) for row in rows if group_of(row.due) == key)
            if lines:
                made.append(DueGroup(say(_("{title}　{n}件"), title=_(title), n=len(lines)), lines))
        return made

    def line(self, row: DueRow) -> DueLine:
        _ = translator_for(self.locale)
        due = row.due
        reported_late = due.days_left is not None and due.days_left < 0 and not due.overdue
        return DueLine(
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
            meeting=say(_("第{n}回"), n=row.meeting_number) if row.meeting_id else "",
            meeting_href=f"/meetings/{row.meeting_id}" if row.meeting_id else "",
            meeting_day=short_day(row.meeting_day, self.locale) if row.meeting_day else "",
            lock=self._lock(row),
            note=_("このプランはまだ作られていません。") if row.plan_id is None else "",
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
