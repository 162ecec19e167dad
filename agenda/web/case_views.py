"""ケースの画面, as a finished view."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from agenda.rules.due import Due
from agenda.rules.register_entry import Column
from agenda.services.assessments import assessments_of
from agenda.services.case_history import edits_of, levels_of
from agenda.services.cases import (
    AwaitedDecision,
    ConsentState,
    awaited_decisions,
    consent_states,
    consents_of,
    due_of_case,
    hearings_of,
    is_confirmed,
)
from agenda.services.clients import assigned_names, names_kept
from agenda.services.plan_details import ServiceLine, decision_terms, services_of
from agenda.services.plan_events import EventLine, events_of
from agenda.services.plans import get_case
from agenda.services.visibility import SEES_ALL
from agenda.tables import Client, Consent, Plan
from agenda.web.plan_views import loose_day, stage_of
from agenda.web.timeline_views import Known, TimeLine, build_timeline
from meetings_app.core.actor import Actor
from meetings_app.core.terms import EvaluationOutcome, Precision, Role, ServiceKind
from meetings_app.db.engine import Database
from meetings_app.web.heat import say
from meetings_app.web.locale import Locale, format_day, mark, translator_for
from minutes.services.running import records_of

KIND_LABELS = {
    ServiceKind.STATUTORY: mark("法に基づく事業"),
    ServiceKind.OTHER_SYSTEM: mark("他の制度の支援"),
    ServiceKind.INFORMAL: mark("インフォーマルな支援"),
    ServiceKind.CENTRE: mark("センター独自の支援"),
    ServiceKind.OTHER: mark("その他"),
}
"""支援の区分 as plans print it, in words."""


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
class ServiceView:
    """支援内容の一行."""

    kind: str
    kind_label: str
    name: str
    provider: str
    provider_href: str
    content: str


@dataclass(frozen=True, slots=True)
class PlanView:
    """プラン: one card."""

    title: str
    href: str
    stage: str
    outcome: str
    goal: str
    facts: tuple[Fact, ...]
    services: tuple[ServiceView, ...]
    evaluation: tuple[Fact, ...]
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
class ConsentLine:
    """同意: from and, if withdrawn, until."""

    since: str
    since_iso: str
    until: str
    until_iso: str
    note: str
    href: str


@dataclass(frozen=True, slots=True)
class Option:
    """A choice in a form: `value` is plan id and version, joined by a dot."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class CasePage:
    """ケースの画面, finished. `decisions`, `confirmed`, `running` are what the forms offer; `edits` shows the secretariat's.

    `running` are the plans not evaluated yet, `confirmed` those of them that a meeting has confirmed.
    """

    title: str
    case: str
    href: str
    basics: tuple[Fact, ...]
    closed: Fact | None
    version: int
    consent_text: str
    consent_tone: str
    plans: tuple[PlanView, ...]
    dues: tuple[DueNote, ...]
    assessment: Fact | None
    timeline: TimeLine
    consents: tuple[ConsentLine, ...]
    consented: bool
    decisions: tuple[Option, ...]
    decision_label: str
    running: tuple[Option, ...]
    confirmed: tuple[Option, ...]
    events: tuple[tuple[str, str], ...]
    edits: bool
    decides: bool


# ---- one case


def build_case(
    db: Database, actor: Actor, client_id: str, on: date, locale: Locale, shown: str = ""
) -> CasePage:
    """Return the page of one case of the actor's body; `shown` narrows the time line. Raises NotFound."""
    with db.read() as session:
        view = get_case(session, client_id, actor.committee_id, on)
        client = view.client
        plan_ids = [plan.id for plan in view.plans]
        hearings = hearings_of(session, client.id)
        items = [hearing.item_id for hearing in hearings if hearing.item_id]
        consents = consents_of(session, client.id)
        terms = decision_terms(session, plan_ids)
        assessments = assessments_of(session, client.id)
        opens_meetings = actor.role in SEES_ALL
        known = Known(
            client=client,
            plans=view.plans,
            consents=consents,
            hearings=hearings,
            outcomes={key: str(row.outcome or "") for key, row in records_of(session, items).items()},
            assessments=assessments,
            levels=levels_of(session, client.id),
            edits=edits_of(session, client.id, plan_ids),
            terms=terms,
            opens_meetings=opens_meetings,
        )
        awaited = [
            one for one in awaited_decisions(session, actor.committee_id, on) if one.client_id == client.id
        ]
        person = assigned_names(session, [client]).get(client.id)
        writer = _CaseWriter(on, locale, client.id, services_of(session, plan_ids), terms, opens_meetings)
        name = client.name if names_kept(session) else ""
        running = [plan for plan in view.plans if plan.evaluation_outcome is None]
        text, tone = writer.consent_badge(consent_states(session, [client.id], on)[client.id])
        latest = next((row for row in assessments if row.assessed_on <= on), None)
        return CasePage(
            title=" ".join(part for part in (f"No.{client.case_number}", client.initials) if part),
            case=f"No.{client.case_number}",
            href=f"/plans/{client.id}",
            basics=writer.basics(client, name, person.name if person else ""),
            closed=writer.closed(client),
            version=client.version,
            consent_text=text,
            consent_tone=tone,
            plans=tuple(writer.plan(plan) for plan in reversed(view.plans)),
            dues=tuple(
                writer.due(due) for due in due_of_case(session, actor.committee_id, client.case_number, on)
            ),
            assessment=writer.assessment(latest.assessed_on, latest.summary) if latest else None,
            timeline=build_timeline(known, shown, locale),
            consents=tuple(writer.consent(consent) for consent in consents),
            consented=any(consent.valid_to is None for consent in consents),
            decisions=tuple(writer.decision(one) for one in awaited),
            decision_label=writer.decision_label(awaited),
            running=tuple(writer.request_option(plan) for plan in running),
            confirmed=tuple(writer.option(plan) for plan in running if is_confirmed(plan, on)),
            events=tuple(writer.event(one) for one in events_of(session, client.id)),
            edits=actor.role is Role.SECRETARIAT,
            decides=actor.role in (Role.SECRETARIAT, Role.CITY_OFFICER),
        )


@dataclass(frozen=True, slots=True)
class _CaseWriter:
    on: date
    locale: Locale
    client_id: str
    services: dict[str, list[ServiceLine]]
    terms: dict[str, str]
    opens_meetings: bool

    def event(self, one: EventLine) -> tuple[str, str]:
        """Return an event as a choice: its id, and what it says."""
        _ = translator_for(self.locale)
        plan = say(_("プラン{n}"), n=one.plan)
        return one.event_id, f"{plan} {_(one.kind)} {format_day(one.happened_on, self.locale, weekday=True)}"

    def consent_badge(self, state: ConsentState) -> tuple[str, str]:
        _ = translator_for(self.locale)
        if state.holds:
            return _("同意あり"), "ok"
        if state.withdrawn_on is not None:
            return _("同意の撤回あり"), "error"
        return _("同意の記録なし"), "ask"

    def basics(self, client: Client, name: str, assigned: str) -> tuple[Fact, ...]:
        _ = translator_for(self.locale)
        none = _("記録なし")
        contact = format_day(client.first_contact_on, self.locale, weekday=True)
        kana = say(_("（{kana}）"), kana=client.kana) if client.kana else ""
        facts = [Fact(_("氏名"), f"{name}{kana}")] if name else []
        return (*facts, Fact(_("初回の相談"), contact or none), Fact(_("担当"), assigned or _("未定")))

    def closed(self, client: Client) -> Fact | None:
        if client.closed_on is None:
            return None
        _ = translator_for(self.locale)
        day = format_day(client.closed_on, self.locale, weekday=True)
        return Fact(say(_("このケースは{day}に終わりました。"), day=day), client.closed_why)

    def assessment(self, day: date, summary: str) -> Fact:
        return Fact(format_day(day, self.locale, weekday=True), summary, day.isoformat())

    def plan(self, plan: Plan) -> PlanView:
        _ = translator_for(self.locale)
        stage = stage_of(plan, self.on)
        is_outcome = stage in set(EvaluationOutcome)
        return PlanView(
            title=say(_("プラン{n}"), n=plan.number),
            href=f"/plans/{self.client_id}/plans/{plan.id}",
            stage="" if is_outcome else _(stage),
            outcome=stage if is_outcome else "",
            goal=plan.goal,
            facts=tuple(fact for fact in self._facts(plan) if fact.text),
            services=tuple(self._service(line) for line in self.services[plan.id]),
            evaluation=tuple(fact for fact in self._evaluation(plan) if fact.text),
            raw=self._raw(plan),
            row=plan.register_row,
        )

    def _service(self, line: ServiceLine) -> ServiceView:
        return ServiceView(
            kind=line.kind,
            kind_label=translator_for(self.locale)(KIND_LABELS[line.kind]),
            name=line.name,
            provider=line.provider,
            provider_href=f"/plans/providers/{line.provider_id}" if line.provider_id else "",
            content=line.content,
        )

    def _evaluation(self, plan: Plan) -> list[Fact]:
        _ = translator_for(self.locale)
        wanted = {None: "", True: _("要"), False: _("不要")}[plan.follow_up]
        return [
            Fact(_("達成したこと"), plan.evaluation_achieved),
            Fact(_("見られた変化"), plan.evaluation_changes),
            Fact(_("フォロー"), wanted or plan.follow_up_note, note=plan.follow_up_note if wanted else ""),
        ]

    def _facts(self, plan: Plan) -> list[Fact]:
        _ = translator_for(self.locale)
        term = self.terms[plan.id]
        loosely = _("記載は月まで、または旬までです。その最後の日を期限とします。")
        return [
            self._day(_("作成"), plan.drafted_on),
            self._met(_("会議で確認"), plan.met_on, plan.confirmed_meeting_id),
            self._day(_(term), plan.decided_on),
            self._loose(_("期間の始まり"), plan.period_start, Precision.DAY, ""),
            self._loose(_("期間の終わり"), plan.period_end, plan.period_end_precision, loosely),
            self._loose(_("モニタリング"), plan.monitoring_month_end, plan.monitoring_precision, ""),
            self._day(_("モニタリング済"), plan.monitored_on),
            self._day(_("終結の申出"), plan.ending_asked_on),
            self._day(_("急ぐ事情"), plan.urgent_raised_on),
            self._met(_("会議で評価"), plan.evaluated_on, plan.evaluated_meeting_id),
            self._day(say(_("評価の{term}"), term=_(term)), plan.evaluation_decided_on),
        ]

    def _day(self, label: str, day: date | None) -> Fact:
        text = format_day(day, self.locale, weekday=True)
        ahead = day is not None and day > self.on
        _ = translator_for(self.locale)
        note = _("先の日付の記録です。") if ahead else ""
        return Fact(label, text, day.isoformat() if day else "", note)

    def _met(self, label: str, day: date | None, meeting_id: str | None) -> Fact:
        href = f"/meetings/{meeting_id}" if meeting_id and self.opens_meetings else ""
        return replace(self._day(label, day), href=href)

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

    def consent(self, consent: Consent) -> ConsentLine:
        return ConsentLine(
            since=format_day(consent.valid_from, self.locale, weekday=True),
            since_iso=consent.valid_from.isoformat(),
            until=format_day(consent.valid_to, self.locale, weekday=True),
            until_iso=consent.valid_to.isoformat() if consent.valid_to else "",
            note=consent.note,
            href=f"/plans/{self.client_id}/consents/{consent.id}",
        )

    def option(self, plan: Plan) -> Option:
        _ = translator_for(self.locale)
        number = say(_("プラン{n}"), n=plan.number)
        return Option(f"{plan.id}.{plan.version}", number)

    def request_option(self, plan: Plan) -> Option:
        """Return a plan of the form of requests; before its meeting only 急ぐ事情 may be recorded of it."""
        if is_confirmed(plan, self.on):
            return self.option(plan)
        _ = translator_for(self.locale)
        label = say(_("プラン{n}（会議の確認前。急ぐ事情だけ）"), n=plan.number)
        return replace(self.option(plan), label=label)

    def decision_label(self, awaited: Sequence[AwaitedDecision]) -> str:
        """Return what the city is asked for: 支援決定 or 確認 where all that waits is of one kind."""
        _ = translator_for(self.locale)
        kinds = {self.terms[one.plan_id] for one in awaited}
        return _(kinds.pop()) if len(kinds) == 1 else _("支援決定・確認")

    def decision(self, awaited: AwaitedDecision) -> Option:
        _ = translator_for(self.locale)
        kind = "evaluation" if awaited.evaluation else "plan"
        day = format_day(awaited.met_on, self.locale)
        sentence = (
            _("プラン{n}の評価（{day}の会議）の{term}")
            if awaited.evaluation
            else _("プラン{n}（{day}の会議）の{term}")
        )
        label = say(sentence, n=awaited.plan, day=day, term=_(self.terms[awaited.plan_id]))
        return Option(f"{awaited.plan_id}.{awaited.version}.{kind}", label)
