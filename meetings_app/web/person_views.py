"""一人の記録 as its page shows it: every dated fact, and below each what stood there before a correction."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from agenda.services.people import Relation
from honoraria.rules.kinship import NOT_KIN, kinship
from honoraria.rules.public_service import StatusFact, describe
from meetings_app.core.effective import Dated, holds
from meetings_app.core.terms import ServiceClass, WorkingTime
from meetings_app.services.correction_trail import Correction
from meetings_app.services.roster import PersonRecord
from meetings_app.tables.people import ServiceStatus
from meetings_app.web.locale import Locale, Translator, format_day, format_time, mark
from meetings_app.web.member_views import degree_limit, period_text, status_text

Said = Callable[[Correction], str]
"""What a fact said before a correction, in words."""


@dataclass(frozen=True, slots=True)
class EarlierRow:
    """訂正前の内容: what stood there, and who put it right, when and why."""

    what: str
    period: str
    why: str
    by: str


@dataclass(frozen=True, slots=True)
class FactRow:
    """A dated fact: what, from when to when; `state` is now, later or past. `href` corrects it, "" where one may not."""

    what: str
    note: str
    period: str
    state: str
    href: str
    earlier: tuple[EarlierRow, ...]


@dataclass(frozen=True, slots=True)
class PersonPage:
    """一人の記録."""

    id: str
    name: str
    kana: str
    organisation: str
    mailbox: str
    appointments: tuple[FactRow, ...]
    offices: tuple[FactRow, ...]
    residences: tuple[FactRow, ...]
    statuses: tuple[FactRow, ...]
    relations: tuple[FactRow, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """How the page is shown: corrections by fact, whether the reader may correct, the day, the language."""

    corrections: Mapping[str, Sequence[Correction]]
    keeps: bool
    today: date
    translate: Translator
    locale: Locale

    def fact(
        self, person_id: str, kind: str, fact_id: str, fact: Dated, what: str, note: str, said: Said
    ) -> FactRow:
        """Return one fact with its earlier contents."""
        _ = self.translate
        return FactRow(
            what=what,
            note=note,
            period=period_text(fact, _, self.locale),
            state=_state(fact, self.today),
            href=f"/members/{person_id}/corrections/{kind}/{fact_id}" if self.keeps else "",
            earlier=tuple(self._earlier(one, said) for one in self.corrections.get(fact_id, ())),
        )

    def _earlier(self, correction: Correction, said: Said) -> EarlierRow:
        when = f"{format_day(correction.at, self.locale)} {format_time(correction.at)}"
        return EarlierRow(
            what=said(correction),
            period=before_period(correction, self.translate, self.locale),
            why=correction.reason,
            by=self.translate("{name}が{when}に訂正")
            .replace("{name}", correction.actor)
            .replace("{when}", when),
        )


def person_page(known: PersonRecord, relations: Sequence[Relation], shown: Shown) -> PersonPage:
    """Return everything on record of one person, each list latest first."""
    person = known.person
    return PersonPage(
        id=person.id,
        name=person.name,
        kana=person.kana,
        organisation=person.organisation,
        mailbox=person.mailbox,
        appointments=_appointments(known, shown),
        offices=_offices(known, shown),
        residences=_residences(known, shown),
        statuses=_statuses(known, shown),
        relations=_relations(person.id, relations, shown),
        missing=_missing(known, relations, shown.today, shown.translate),
    )


def _appointments(known: PersonRecord, shown: Shown) -> tuple[FactRow, ...]:
    _ = shown.translate
    return tuple(
        shown.fact(
            known.person.id,
            "appointment",
            one.id,
            one,
            f"{one.body} {_(one.capacity)}",
            successor_text(one.predecessor, _),
            partial(_before_appointment, one.body, _),
        )
        for one in known.appointments
    )


def _before_appointment(body: str, _: Translator, before: Correction) -> str:
    said = f"{body} {_(str(before.before['capacity']))}"
    note = successor_text(str(before.names.get("predecessor") or ""), _)
    return f"{said}　{note}" if note else said


def _offices(known: PersonRecord, shown: Shown) -> tuple[FactRow, ...]:
    _ = shown.translate
    return tuple(
        shown.fact(
            known.person.id,
            "office",
            one.id,
            one,
            f"{one.body} {_(one.office)}",
            "",
            partial(_before_office, one.body, _),
        )
        for one in known.offices
    )


def _before_office(body: str, _: Translator, before: Correction) -> str:
    return f"{body} {_(str(before.before['office']))}"


def _residences(known: PersonRecord, shown: Shown) -> tuple[FactRow, ...]:
    _ = shown.translate
    return tuple(
        shown.fact(
            known.person.id,
            "residence",
            one.id,
            one,
            _(one.district),
            "",
            lambda before: _(str(before.before["district"])),
        )
        for one in known.residences
    )


def _statuses(known: PersonRecord, shown: Shown) -> tuple[FactRow, ...]:
    _ = shown.translate
    return tuple(
        shown.fact(
            known.person.id,
            "status",
            one.id,
            one,
            status_text(one),
            status_note(one, _, shown.locale),
            _before_status,
        )
        for one in known.statuses
    )


def _before_status(before: Correction) -> str:
    content = before.before
    kind, _mark, occupation = (
        text := describe(
            StatusFact(
                is_public_employee=bool(content["is_public_employee"]),
                service_class=ServiceClass(str(content["service_class"]))
                if content["service_class"]
                else None,
                working_time=WorkingTime(str(content["working_time"])) if content["working_time"] else None,
                occupation=str(content["occupation"]),
                legal_basis=str(content["legal_basis"]),
                needs_review=bool(content["needs_review"]),
                declared_on=before.day("declared_on") or date.min,
            )
        )
    ).partition("、")
    return kind if kind == occupation else text


def _relations(person_id: str, relations: Sequence[Relation], shown: Shown) -> tuple[FactRow, ...]:
    _ = shown.translate
    return tuple(
        shown.fact(
            person_id,
            "kinship",
            one.id,
            one,
            relation_what(one.case_number, one.relation, one.path, _),
            _relation_note(one, shown.today, _),
            lambda before: relation_what(
                before.names.get("case"), str(before.before["relation"]), str(before.before["path"]), _
            ),
        )
        for one in relations
    )


def before_period(correction: Correction, _: Translator, locale: Locale) -> str:
    """Return the period as it stood before a correction."""
    start, end = correction.day("valid_from"), correction.day("valid_to")
    text = format_day(start, locale)
    if end is None:
        return _("{start}から").replace("{start}", text)
    return f"{text}–{format_day(end - timedelta(days=1), locale)}"


def _state(fact: Dated, today: date) -> str:
    if fact.valid_from > today:
        return "later"
    return "now" if holds(fact, today) else "past"


def successor_text(predecessor: str, _: Translator) -> str:
    """Return whose term a 補欠委員 serves out, "" for anybody else."""
    return _("{name} の残りの任期（第3条第2項）").replace("{name}", predecessor) if predecessor else ""


def status_note(status: ServiceStatus, _: Translator, locale: Locale) -> str:
    """Return on what a status rests, and when it was declared."""
    declared = _("{day}の申告").replace("{day}", format_day(status.declared_on, locale))
    return f"{status.legal_basis}　{declared}" if status.legal_basis else declared


def relation_what(case_number: object, relation: str, path: str, _: Translator) -> str:
    """Return a declared relation in words: 「No.15 甥」."""
    if case_number is None:
        return _("どの本人とも続柄なし")
    return f"No.{case_number} {relation or path}"


def _relation_note(relation: Relation, today: date, _: Translator) -> str:
    if relation.case_number is None:
        return _("名指しで申告した人を除く")
    if relation.path == NOT_KIN:
        return _("続柄なし")
    return kinship(relation.path, degree_limit(today)).explanation


def _missing(
    known: PersonRecord, relations: Sequence[Relation], today: date, _: Translator
) -> tuple[str, ...]:
    """Return what has not been declared for today: without it payment is 要判断."""
    checks = (
        (known.residences, mark("居住地区")),
        (known.statuses, mark("公務員区分")),
        (relations, mark("続柄")),
    )
    return tuple(_(label) for facts, label in checks if not any(holds(fact, today) for fact in facts))
