"""名簿 as pages show it, and the lists people choose from in its forms."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from agenda.services.people import Relation
from honoraria.rules.kinship import NOT_KIN, kinship
from honoraria.rules.public_service import StatusFact, describe
from honoraria.rules.service_presets import presets_on
from meetings_app.core.effective import Dated, holds
from meetings_app.core.terms import Capacity, CommitteeKind, District, Office
from meetings_app.rulebook.load import load_rulebook
from meetings_app.services.committees import Seat
from meetings_app.services.members import PersonFacts
from meetings_app.services.roster import PersonRecord
from meetings_app.tables.people import ServiceStatus
from meetings_app.web.locale import Locale, Translator, format_day, mark

RELATIONS: Mapping[str, str] = {
    mark("父・母"): "P",
    mark("子"): "C",
    mark("配偶者"): "S",
    mark("兄弟姉妹"): "P>C",
    mark("祖父・祖母"): "P>P",
    mark("孫"): "C>C",
    mark("おじ・おば"): "P>P>C",
    mark("甥・姪"): "P>C>C",
    mark("いとこ"): "P>P>C>C",
    mark("曽祖父・曽祖母"): "P>P>P",
    mark("曽孫"): "C>C>C",
    mark("祖父母の兄弟姉妹"): "P>P>P>C",
    mark("甥・姪の子"): "P>C>C>C",
    mark("いとこの子"): "P>P>C>C>C",
    mark("配偶者の父・母"): "S>P",
    mark("子の配偶者"): "C>S",
    mark("配偶者の兄弟姉妹"): "S>P>C",
    mark("兄弟姉妹の配偶者"): "P>C>S",
    mark("配偶者の祖父・祖母"): "S>P>P",
    mark("孫の配偶者"): "C>C>S",
    mark("配偶者の伯父・叔父・伯母・叔母"): "S>P>P>C",
    mark("おじ・おばの配偶者"): "P>P>C>S",
    mark("配偶者の甥・姪"): "S>P>C>C",
    mark("甥・姪の配偶者"): "P>C>C>S",
    mark("いとこの配偶者"): "P>P>C>C>S",
    mark("養父・養母"): "P(養)",
    mark("養子"): "C(養)",
    mark("事実婚の相手"): "(事実婚)",
    mark("宣誓したパートナー"): "(宣誓)",
}
"""What the person is to the 本人, with the path from the 本人 to the person."""

BELONGING = (Capacity.MEMBER, Capacity.ADVISER, Capacity.SECRETARIAT, Capacity.CONSTITUENT)
OFFICES = {
    CommitteeKind.SUPPORT: (Office.CHAIR, Office.VICE_CHAIR),
    CommitteeKind.REGIONAL: (Office.REGIONAL_CHAIR, Office.REGIONAL_VICE_CHAIR, Office.SECRETARY_GENERAL),
}


@dataclass(frozen=True, slots=True)
class RosterRow:
    """名簿の行; the last three are "" where the reader may not see them."""

    href: str
    name: str
    organisation: str
    capacity: str
    office: str
    term_from: str
    term_to: str
    district: str
    service: str
    kin: str
    missing: bool


@dataclass(frozen=True, slots=True)
class FactRow:
    """A dated fact: what, from when to when; `state` is now, later or past."""

    what: str
    note: str
    period: str
    state: str


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


def roster_row(
    seat: Seat,
    facts: PersonFacts,
    relations: Sequence[Relation],
    *,
    private: bool,
    _: Translator,
    locale: Locale,
) -> RosterRow:
    """Return one seat; `private` shows what only 事務局, 委員長 and 会計 may see."""
    undeclared = facts.residence is None or not facts.statuses or not relations
    return RosterRow(
        href=f"/members/{seat.person_id}" if private else "",
        name=seat.name,
        organisation=seat.organisation,
        capacity=_(seat.capacity),
        office="・".join(_(office) for office in seat.offices),
        term_from=_("{start}から").replace("{start}", format_day(seat.valid_from, locale)),
        term_to=_until(seat.valid_to, _, locale),
        district=_(facts.residence or mark("申告なし")) if private else "",
        service=_statuses_text(facts.statuses, _) if private else "",
        kin=_relations_text(relations, _) if private else "",
        missing=private and undeclared,
    )


def _until(end: date | None, _: Translator, locale: Locale) -> str:
    """Return the last day of a half-open period in words."""
    if end is None:
        return ""
    return _("{end}まで").replace("{end}", format_day(end - timedelta(days=1), locale))


def _statuses_text(statuses: Sequence[ServiceStatus], _: Translator) -> str:
    return "、".join(_status_text(status) for status in statuses) or _("申告なし")


def _status_text(status: ServiceStatus) -> str:
    """Return a status in words, without saying twice that somebody is no public employee."""
    kind, _mark, occupation = (text := describe(status_fact(status))).partition("、")
    return kind if kind == occupation else text


def status_fact(status: ServiceStatus) -> StatusFact:
    """Return a stored status as the rules take it."""
    return StatusFact(
        is_public_employee=status.is_public_employee,
        service_class=status.service_class,
        working_time=status.working_time,
        occupation=status.occupation,
        legal_basis=status.legal_basis,
        needs_review=status.needs_review,
        declared_on=status.declared_on,
    )


def _relations_text(relations: Sequence[Relation], _: Translator) -> str:
    """Return the relations to 本人, else that none was declared, else that nothing was."""
    kin = [f"No.{one.case_number} {one.relation or one.path}" for one in relations if one.case_number]
    return "、".join(kin) or (_("続柄なし") if relations else _("申告なし"))


def period_text(fact: Dated, _: Translator, locale: Locale) -> str:
    """Return a half-open period by its first and last day."""
    start = format_day(fact.valid_from, locale)
    if fact.valid_to is None:
        return _("{start}から").replace("{start}", start)
    return f"{start}–{format_day(fact.valid_to - timedelta(days=1), locale)}"


def person_page(
    known: PersonRecord, relations: Sequence[Relation], today: date, _: Translator, locale: Locale
) -> PersonPage:
    """Return everything on record of one person, each list latest first."""
    person = known.person

    def row(fact: Dated, what: str, note: str = "") -> FactRow:
        return FactRow(what, note, period_text(fact, _, locale), _state(fact, today))

    return PersonPage(
        id=person.id,
        name=person.name,
        kana=person.kana,
        organisation=person.organisation,
        mailbox=person.mailbox,
        appointments=tuple(
            row(one, f"{one.body} {_(one.capacity)}", _successor(one.predecessor, _))
            for one in known.appointments
        ),
        offices=tuple(row(one, f"{one.body} {_(one.office)}") for one in known.offices),
        residences=tuple(row(one, _(one.district)) for one in known.residences),
        statuses=tuple(row(one, _status_text(one), _status_note(one, _, locale)) for one in known.statuses),
        relations=tuple(row(one, _relation_what(one, _), _relation_note(one, today, _)) for one in relations),
        missing=_missing(known, relations, today, _),
    )


def _state(fact: Dated, today: date) -> str:
    if fact.valid_from > today:
        return "later"
    return "now" if holds(fact, today) else "past"


def _successor(predecessor: str, _: Translator) -> str:
    return _("{name} の残りの任期（第3条第2項）").replace("{name}", predecessor) if predecessor else ""


def _status_note(status: ServiceStatus, _: Translator, locale: Locale) -> str:
    declared = _("{day} の申告").replace("{day}", format_day(status.declared_on, locale))
    return f"{status.legal_basis}　{declared}" if status.legal_basis else declared


def _relation_what(relation: Relation, _: Translator) -> str:
    if relation.case_number is None:
        return _("どの本人とも続柄なし")
    return f"No.{relation.case_number} {relation.relation or relation.path}"


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


def degree_limit(on: date) -> int:
    """Return up to which degree relatives are left out on a day (第7条第4項)."""
    regulation = load_rulebook()[CommitteeKind.SUPPORT]
    value = regulation.at("kinship_degree_limit", max(on, regulation.in_force_from)).value
    return int(str(value))


def preset_options(on: date) -> list[tuple[str, str]]:
    """Return the common jobs of a day with what they usually are."""
    return [
        (preset.occupation, f"{preset.occupation}　{'、'.join(_kind(one) for one in preset.statuses)}")
        for preset in presets_on(on)
    ]


def _kind(status: StatusFact) -> str:
    if not status.is_public_employee:
        return "公務員でない"
    parts = [str(part) for part in (status.service_class, status.working_time) if part]
    return "・".join([*parts, *(["要確認"] if status.needs_review else [])])


def options(terms: Sequence[str], _: Translator) -> list[tuple[str, str]]:
    """Return terms as the choices of a list."""
    return [(str(term), _(term)) for term in terms]


def district_options(_: Translator) -> list[tuple[str, str]]:
    """Return the districts of residence."""
    return options(tuple(District), _)


def fiscal_year_end(day: date) -> date:
    """Return the last day of the fiscal year that a day lies in (第3条第2項: April to March)."""
    return date(day.year + (1 if day.month >= 4 else 0), 3, 31)


def typed_day(day: date, locale: Locale) -> str:
    """Return a day the way a form takes it back."""
    return format_day(day, locale) if locale is Locale.JA else day.isoformat()
