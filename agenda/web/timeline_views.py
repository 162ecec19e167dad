"""ケースの経過: everything dated about one case on one line, newest first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import groupby

from agenda.register_tables import CaseAssessment, CaseLevel
from agenda.rules.decision_kind import EITHER
from agenda.services.case_history import Edit
from agenda.services.cases import Hearing
from agenda.tables import Client, Consent, Plan
from meetings_app.core.wareki import era_year_text
from meetings_app.web.heat import say
from meetings_app.web.locale import Locale, Translator, format_day, mark, translator_for

CONTACT, ASSESSMENT, PLAN, MEETING, CHANGE = "contact", "assessment", "plan", "meeting", "change"
KINDS = {
    CONTACT: mark("相談・同意"),
    ASSESSMENT: mark("アセスメント"),
    PLAN: mark("プラン"),
    MEETING: mark("会議"),
    CHANGE: mark("記録の変更"),
}
"""What the line can be narrowed to (?show=)."""

LONGEST_SHOWN = 120


@dataclass(frozen=True, slots=True)
class Known:
    """経過のもと: the rows that the line is made of."""

    client: Client
    plans: Sequence[Plan]
    consents: Sequence[Consent]
    hearings: Sequence[Hearing]
    outcomes: dict[str, str]
    assessments: Sequence[CaseAssessment]
    levels: Sequence[CaseLevel]
    edits: Sequence[Edit]
    terms: dict[str, str]
    opens_meetings: bool


@dataclass(frozen=True, slots=True)
class Event:
    """経過の一つ: `kind` is one of KINDS, `outcome` what a meeting decided, `rest` the part of a long text."""

    day: date
    kind: str
    title: str
    text: str = ""
    href: str = ""
    outcome: str = ""
    strong: bool = False
    day_text: str = ""
    iso: str = ""
    rest: str = ""


@dataclass(frozen=True, slots=True)
class YearOfEvents:
    """経過の一年: its heading and its events, newest first."""

    label: str
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class Chip:
    """しぼり込みの一つ."""

    label: str
    href: str
    active: bool
    count: int


@dataclass(frozen=True, slots=True)
class TimeLine:
    """経過, finished."""

    years: tuple[YearOfEvents, ...]
    chips: tuple[Chip, ...]
    shown: str = ""


def build_timeline(known: Known, shown: str, locale: Locale) -> TimeLine:
    """Return the line of a case; `shown` is one of KINDS, or "" for everything."""
    _ = translator_for(locale)
    events = _Teller(known, locale).events()
    left = [event for event in events if not shown or event.kind == shown]
    years = groupby(left, key=lambda event: event.day.year)
    base = f"/plans/{known.client.id}"
    chips = [Chip(_("すべて"), f"{base}#history", not shown, len(events))]
    for kind, label in KINDS.items():
        count = sum(event.kind == kind for event in events)
        if count or kind == shown:
            chips.append(Chip(_(label), f"{base}?show={kind}#history", kind == shown, count))
    return TimeLine(
        years=tuple(
            YearOfEvents(_year_text(year, locale), tuple(_finished(event, locale) for event in of_year))
            for year, of_year in years
        ),
        chips=tuple(chips),
        shown=shown,
    )


def _year_text(year: int, locale: Locale) -> str:
    return f"{era_year_text(date(year, 12, 31))}（{year}年）" if locale is Locale.JA else str(year)


def _finished(event: Event, locale: Locale) -> Event:
    return replace(
        event,
        text=event.text[:LONGEST_SHOWN],
        rest=event.text[LONGEST_SHOWN:],
        day_text=format_day(event.day, locale, weekday=True),
        iso=event.day.isoformat(),
    )


@dataclass(frozen=True)
class _Teller:
    known: Known
    locale: Locale
    _: Translator = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_", translator_for(self.locale))

    def events(self) -> list[Event]:
        """Return everything that happened, newest first; of one day, what the case led to comes first."""
        found = [
            *self._case(),
            *self._consents(),
            *self._assessments(),
            *(event for plan in self.known.plans for event in self._plan(plan)),
            *self._hearings(),
            *self._edits(),
        ]
        placed = sorted(enumerate(found), key=lambda pair: (pair[1].day, pair[0]), reverse=True)
        return [event for _place, event in placed]

    def _case(self) -> Iterable[Event]:
        _, client = self._, self.known.client
        if client.first_contact_on is not None:
            yield Event(client.first_contact_on, CONTACT, _("初回の相談"), strong=True)
        if client.closed_on is not None:
            yield Event(client.closed_on, CONTACT, _("ケースの終了"), client.closed_why, strong=True)

    def _consents(self) -> Iterable[Event]:
        _ = self._
        for consent in self.known.consents:
            yield Event(consent.valid_from, CONTACT, _("情報共有の同意"), consent.note)
            if consent.valid_to is not None:
                yield Event(consent.valid_to, CONTACT, _("同意の撤回"))

    def _assessments(self) -> Iterable[Event]:
        _ = self._
        for row in reversed(self.known.assessments):
            yield Event(row.assessed_on, ASSESSMENT, _("アセスメント"), row.summary)
        for level in self.known.levels:
            yield Event(level.assessed_on, ASSESSMENT, say(_("レベル {n}"), n=level.level), level.note)

    def _plan(self, plan: Plan) -> Iterable[Event]:
        _ = self._
        number = say(_("プラン{n}"), n=plan.number)
        term = _(self.known.terms.get(plan.id, EITHER))
        heard = {(hearing.meeting_id, hearing.plan) for hearing in self.known.hearings if hearing.item_id}
        dated = (
            (plan.drafted_on, PLAN, _("{plan}を作成")),
            (None if (plan.confirmed_meeting_id, plan.number) in heard else plan.met_on, MEETING,
             _("{plan}を会議で確認")),
            (plan.decided_on, PLAN, _("{plan}の{term}")),
            (plan.monitored_on, PLAN, _("{plan}のモニタリング")),
            (plan.urgent_raised_on, PLAN, _("{plan}に急ぐ事情")),
            (plan.ending_asked_on, PLAN, _("{plan}の終結の申出")),
        )  # fmt: skip
        for day, kind, sentence in dated:
            if day is not None:
                yield Event(day, kind, say(sentence, plan=number, term=term))
        if plan.evaluated_on is not None and (plan.evaluated_meeting_id, plan.number) not in heard:
            outcome = str(plan.evaluation_outcome or "")
            yield Event(
                plan.evaluated_on, MEETING, say(_("{plan}を会議で評価"), plan=number), outcome=outcome
            )
        if plan.evaluation_decided_on is not None:
            title = say(_("{plan}の評価の{term}"), plan=number, term=term)
            yield Event(plan.evaluation_decided_on, PLAN, title)

    def _hearings(self) -> Iterable[Event]:
        _ = self._
        for hearing in reversed(self.known.hearings):
            put_off = say(_("見送り: {why}"), why=hearing.deferred_why) if hearing.deferred_why else ""
            yield Event(
                hearing.day,
                MEETING,
                say(
                    _("第{n}回 プラン{plan} {reason}"),
                    n=hearing.number,
                    plan=hearing.plan,
                    reason=_(hearing.reason) if hearing.reason else "",
                ).strip(),
                put_off,
                f"/meetings/{hearing.meeting_id}" if self.known.opens_meetings else "",
                self.known.outcomes.get(hearing.item_id or "", ""),
                strong=hearing.item_id is not None,
            )

    def _edits(self) -> Iterable[Event]:
        """Return the edits; those of one day, person and reason are one."""
        _ = self._
        numbers = {plan.id: say(_("プラン{n}"), n=plan.number) for plan in self.known.plans}
        alike = groupby(reversed(self.known.edits), key=lambda edit: (edit.day, edit.reason, edit.actor))
        for (day, reason, actor), group in alike:
            titles = dict.fromkeys(
                " ".join(part for part in (numbers.get(edit.subject_id, ""), _(edit.action)) if part)
                for edit in group
            )
            yield Event(
                day, CHANGE, _("、").join(titles), say(_("{reason}（{actor}）"), reason=reason, actor=actor)
            )
