"""プランの一覧とケースの画面, as finished views."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from agenda.rules.due import Due
from agenda.rules.register_entry import Column
from agenda.services.cases import (
    AwaitedDecision,
    ConsentState,
    Hearing,
    awaited_decisions,
    consent_states,
    consents_of,
    due_of_case,
    hearings_of,
)
from agenda.services.plans import CaseView, get_case, list_cases, list_due, monthly
from agenda.tables import Consent, Plan
from meetings_app.core.actor import Actor
from meetings_app.core.terms import EvaluationOutcome, Precision, Role
from meetings_app.core.wareki import era_year_text, squeeze
from meetings_app.db.engine import Database
from meetings_app.web.heat import say
from meetings_app.web.locale import Locale, format_day, mark, translator_for
from minutes.services.running import records_of

LOOSE = {Precision.EARLY, Precision.MIDDLE, Precision.LATE, Precision.MONTH_END}


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One case of the list."""

    case: str
    href: str
    initials: str
    plan: str
    stage: str
    period: str
    iso: str
    reason: str
    days: int | None
    due: bool
    consented: bool


@dataclass(frozen=True, slots=True)
class Fact:
    """One dated fact of a plan; `note` stands below it, `href` leads to the meeting."""

    label: str
    text: str
    iso: str = ""
    note: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class RawCell:
    """台帳の1欄: as written, what was read of it and how exactly ("" where no date was read)."""

    column: str
    written: str
    read: str
    precision: str


@dataclass(frozen=True, slots=True)
class PlanView:
    """プラン in the time line."""

    title: str
    stage: str
    outcome: str
    goal: str
    facts: tuple[Fact, ...]
    raw: tuple[RawCell, ...]
    row: int | None


@dataclass(frozen=True, slots=True)
class DueNote:
    """諮る理由 of this case."""

    plan: str
    reason: str
    explanation: str
    citation: str
    days: int | None
    days_text: str


@dataclass(frozen=True, slots=True)
class HearingLine:
    """会議にかかった記録: one line."""

    meeting: str
    href: str
    day: str
    iso: str
    plan: str
    reason: str
    outcome: str
    note: str


@dataclass(frozen=True, slots=True)
class ConsentLine:
    """同意: from and, if withdrawn, until."""

    since: str
    since_iso: str
    until: str
    until_iso: str
    note: str


@dataclass(frozen=True, slots=True)
class Option:
    """A choice in a form: `value` is plan id and version, joined by a dot."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class CasePage:
    """ケースの画面, finished. `decisions`, `running` are what the forms offer; `edits` shows the secretariat's."""

    title: str
    case: str
    href: str
    sub: str
    consent_text: str
    consent_tone: str
    plans: tuple[PlanView, ...]
    dues: tuple[DueNote, ...]
    hearings: tuple[HearingLine, ...]
    consents: tuple[ConsentLine, ...]
    consented: bool
    decisions: tuple[Option, ...]
    running: tuple[Option, ...]
    edits: bool
    decides: bool


@dataclass(frozen=True, slots=True)
class MonthLine:
    """月別の件数: one month or the total."""

    month: str
    counts: tuple[int, ...]


# ---- the list


def build_cases(
    db: Database, actor: Actor, on: date, locale: Locale, query: str = "", *, only_open: bool = False
) -> tuple[tuple[CaseLine, ...], int, int]:
    """Return the cases that fit, how many there are in all, and how many of those are being supported."""
    with db.read() as session:
        cases = list_cases(session, actor.committee_id, on)
        dues = list_due(session=session, committee_id=actor.committee_id, on=on)
        supported = [view for view in cases if _running_plan(view.plans, on) is not None]
        listed = supported if only_open else cases
        lines = tuple(_case_line(view, dues, on, locale) for view in listed if fits(view, query))
        return lines, len(cases), len(supported)


def fits(view: CaseView, query: str) -> bool:
    """Return whether a case answers a search: its number (with or without No.) or part of its initials."""
    wanted = squeeze(query).lower()
    number = wanted.removeprefix("no.").removeprefix("no")
    initials = squeeze(view.client.initials).lower()
    return not wanted or number == str(view.client.case_number) or wanted in initials


def _running_plan(plans: Sequence[Plan], on: date) -> Plan | None:
    """Return the latest plan that is not evaluated on the day; a draft counts."""
    open_plans = [plan for plan in plans if plan.evaluated_on is None or plan.evaluated_on > on]
    return open_plans[-1] if open_plans else None


def _case_line(view: CaseView, dues: Sequence[Due], on: date, locale: Locale) -> CaseLine:
    _ = translator_for(locale)
    client = view.client
    plan = _running_plan(view.plans, on)
    last = plan or (view.plans[-1] if view.plans else None)
    due = next((due for due in dues if due.case == client.case_number), None)
    return CaseLine(
        case=f"No.{client.case_number}",
        href=f"/plans/{client.id}",
        initials=client.initials,
        plan=say(_("プラン{n}"), n=last.number) if last else "",
        stage=_(stage_of(last, on)) if last else _("プラン未作成"),
        period=loose_day(last.period_end, last.period_end_precision, locale) if last else "",
        iso=last.period_end.isoformat() if last and last.period_end else "",
        reason=_(due.reason) if due else "",
        days=due.days_left if due else None,
        due=due is not None,
        consented=view.consented,
    )


def stage_of(plan: Plan, on: date) -> str:
    """段階: 作成中 until a meeting confirmed the plan, then 支援中, then how it was evaluated."""
    if plan.evaluated_on is not None and plan.evaluated_on <= on:
        return str(plan.evaluation_outcome or mark("評価済み"))
    return mark("支援中") if plan.met_on is not None and plan.met_on <= on else mark("作成中")


def loose_day(day: date | None, precision: Precision | None, locale: Locale) -> str:
    """Return a day as exactly as the record gives it: 「平成26年3月25日（火）」, 「平成26年3月下旬」, 「平成26年3月」."""
    if day is None:
        return ""
    if precision is None or precision is Precision.DAY:
        return format_day(day, locale, weekday=True)
    part = translator_for(locale)(precision) if precision in LOOSE else ""
    if locale is Locale.JA:
        return f"{era_year_text(day)}{day.month}月{part}"
    return f"{part} {day:%b %Y}".strip()


# ---- one case


def build_case(db: Database, actor: Actor, client_id: str, on: date, locale: Locale) -> CasePage:
    """Return the page of one case of the actor's body. Raises NotFound."""
    with db.read() as session:
        view = get_case(session, client_id, actor.committee_id, on)
        client = view.client
        hearings = hearings_of(session, client.id)
        items = [hearing.item_id for hearing in hearings if hearing.item_id]
        outcomes = {key: str(row.outcome or "") for key, row in records_of(session, items).items()}
        awaited = [
            one for one in awaited_decisions(session, actor.committee_id, on) if one.client_id == client.id
        ]
        dues = due_of_case(session, actor.committee_id, client.case_number, on)
        consents = consents_of(session, client.id)
        state = consent_states(session, [client.id], on)[client.id]
        writer = _CaseWriter(on, locale)
        text, tone = writer.consent_badge(state)
        return CasePage(
            title=" ".join(part for part in (f"No.{client.case_number}", client.initials) if part),
            case=f"No.{client.case_number}",
            href=f"/plans/{client.id}",
            sub=writer.first_contact(client.first_contact_on),
            consent_text=text,
            consent_tone=tone,
            plans=tuple(writer.plan(plan) for plan in reversed(view.plans)),
            dues=tuple(writer.due(due) for due in dues),
            hearings=tuple(writer.hearing(hearing, outcomes) for hearing in hearings),
            consents=tuple(writer.consent(consent) for consent in consents),
            consented=any(consent.valid_to is None for consent in consents),
            decisions=tuple(writer.decision(one) for one in awaited),
            running=tuple(writer.option(plan) for plan in view.plans if plan.evaluation_outcome is None),
            edits=actor.role is Role.SECRETARIAT,
            decides=actor.role in (Role.SECRETARIAT, Role.CITY_OFFICER),
        )


@dataclass(frozen=True, slots=True)
class _CaseWriter:
    on: date
    locale: Locale

    def consent_badge(self, state: ConsentState) -> tuple[str, str]:
        _ = translator_for(self.locale)
        if state.holds:
            return _("同意あり"), "ok"
        if state.withdrawn_on is not None:
            return _("同意の撤回あり"), "error"
        return _("同意の記録なし"), "ask"

    def first_contact(self, day: date | None) -> str:
        _ = translator_for(self.locale)
        if day is None:
            return _("初回の相談の日は記録されていません。")
        return say(_("初回の相談 {day}"), day=format_day(day, self.locale, weekday=True))

    def plan(self, plan: Plan) -> PlanView:
        _ = translator_for(self.locale)
        stage = stage_of(plan, self.on)
        is_outcome = stage in set(EvaluationOutcome)
        return PlanView(
            title=say(_("プラン{n}"), n=plan.number),
            stage="" if is_outcome else _(stage),
            outcome=stage if is_outcome else "",
            goal=plan.goal,
            facts=tuple(fact for fact in self._facts(plan) if fact.text),
            raw=self._raw(plan),
            row=plan.register_row,
        )

    def _facts(self, plan: Plan) -> list[Fact]:
        _ = translator_for(self.locale)
        loosely = _("記載は月まで、または旬までです。その最後の日を期限とします。")
        return [
            self._day(_("作成"), plan.drafted_on),
            self._met(_("会議で確認"), plan.met_on, plan.confirmed_meeting_id),
            self._day(_("支援決定・確認"), plan.decided_on),
            self._loose(_("期間の終わり"), plan.period_end, plan.period_end_precision, loosely),
            self._loose(_("モニタリング"), plan.monitoring_month_end, plan.monitoring_precision, ""),
            self._day(_("モニタリング済"), plan.monitored_on),
            self._day(_("終結の申出"), plan.ending_asked_on),
            self._day(_("急ぐ事情"), plan.urgent_raised_on),
            self._met(_("会議で評価"), plan.evaluated_on, plan.evaluated_meeting_id),
            self._day(_("評価の決定"), plan.evaluation_decided_on),
        ]

    def _day(self, label: str, day: date | None) -> Fact:
        text = format_day(day, self.locale, weekday=True)
        ahead = day is not None and day > self.on
        _ = translator_for(self.locale)
        note = _("先の日付の記録です。") if ahead else ""
        return Fact(label, text, day.isoformat() if day else "", note)

    def _met(self, label: str, day: date | None, meeting_id: str | None) -> Fact:
        return replace(self._day(label, day), href=f"/meetings/{meeting_id}" if meeting_id else "")

    def _loose(self, label: str, day: date | None, precision: Precision | None, note: str) -> Fact:
        loose = precision is not None and precision is not Precision.DAY
        return Fact(
            label,
            loose_day(day, precision, self.locale),
            day.isoformat() if day else "",
            note if loose else "",
        )

    def _raw(self, plan: Plan) -> tuple[RawCell, ...]:
        stored: dict[str, Any] = json.loads(plan.raw)
        read, cells = stored.get("read", {}), stored.get("cells", {})
        known = [column.value for column in Column if column in cells]
        others = [column for column in cells if column not in known]
        return tuple(self._raw_cell(column, cells[column], read.get(column)) for column in (*known, *others))

    def _raw_cell(self, column: str, written: str, read: dict[str, str] | None) -> RawCell:
        if read is None:
            return RawCell(column, written, "", "")
        precision = Precision(read["precision"])
        text = loose_day(date.fromisoformat(read["until"]), precision, self.locale)
        return RawCell(column, written, text, translator_for(self.locale)(precision))

    def due(self, due: Due) -> DueNote:
        _ = translator_for(self.locale)
        late_report = due.days_left is not None and due.days_left < 0 and not due.overdue
        return DueNote(
            plan=say(_("プラン{n}"), n=due.plan),
            reason=_(due.reason),
            explanation=due.explanation,
            citation=due.citation,
            days=None if late_report else due.days_left,
            days_text=_("報告待ち") if late_report else "",
        )

    def hearing(self, hearing: Hearing, outcomes: dict[str, str]) -> HearingLine:
        _ = translator_for(self.locale)
        put_off = say(_("見送り: {why}"), why=hearing.deferred_why) if hearing.deferred_why else ""
        return HearingLine(
            meeting=say(_("第{n}回"), n=hearing.number),
            href=f"/meetings/{hearing.meeting_id}",
            day=format_day(hearing.day, self.locale, weekday=True),
            iso=hearing.day.isoformat(),
            plan=say(_("プラン{n}"), n=hearing.plan),
            reason=_(hearing.reason),
            outcome=outcomes.get(hearing.item_id or "", ""),
            note=put_off,
        )

    def consent(self, consent: Consent) -> ConsentLine:
        return ConsentLine(
            since=format_day(consent.valid_from, self.locale, weekday=True),
            since_iso=consent.valid_from.isoformat(),
            until=format_day(consent.valid_to, self.locale, weekday=True),
            until_iso=consent.valid_to.isoformat() if consent.valid_to else "",
            note=consent.note,
        )

    def option(self, plan: Plan) -> Option:
        _ = translator_for(self.locale)
        number = say(_("プラン{n}"), n=plan.number)
        return Option(f"{plan.id}.{plan.version}", number)

    def decision(self, awaited: AwaitedDecision) -> Option:
        _ = translator_for(self.locale)
        kind = "evaluation" if awaited.evaluation else "plan"
        day = format_day(awaited.met_on, self.locale)
        sentence = (
            say(_("プラン{n}の評価（{day}の会議）"), n=awaited.plan, day=day)
            if awaited.evaluation
            else say(_("プラン{n}（{day}の会議）"), n=awaited.plan, day=day)
        )
        return Option(f"{awaited.plan_id}.{awaited.version}.{kind}", sentence)


# ---- the year


def build_monthly(
    db: Database, actor: Actor, year: int, locale: Locale
) -> tuple[tuple[MonthLine, ...], MonthLine]:
    """Return the twelve months of a fiscal year and the line of totals: プラン1, 2, 3, 4以降, 終結."""
    _ = translator_for(locale)
    with db.read() as session:
        rows = monthly(session=session, committee_id=actor.committee_id, fiscal_year=year)
    lines = tuple(
        MonthLine(say(_("{n}月"), n=row.month), (row.plan_1, row.plan_2, row.plan_3, row.later, row.ended))
        for row in rows
    )
    totals = tuple(sum(column) for column in zip(*(line.counts for line in lines), strict=True))
    return lines, MonthLine(_("計"), totals)


def fiscal_year_text(year: int, locale: Locale) -> str:
    """Return 「平成25年度」 or "FY2013"."""
    return f"{era_year_text(date(year, 4, 1))}度" if locale is Locale.JA else f"FY{year}"
