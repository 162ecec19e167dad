"""名簿 as pages show it, and the lists people choose from in its forms."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from agenda.services.people import Relation
from honoraria.rules.public_service import StatusFact, describe
from honoraria.rules.relations import RELATIONS as LISTED
from honoraria.rules.service_presets import presets_on
from meetings_app.core.effective import Dated
from meetings_app.core.terms import Capacity, CommitteeKind, District, Office
from meetings_app.rulebook.load import load_rulebook
from meetings_app.services.committees import Seat
from meetings_app.services.members import PersonFacts
from meetings_app.tables.people import ServiceStatus
from meetings_app.web.locale import Locale, Translator, format_day, mark

RELATIONS: Mapping[str, str] = {one.name: one.path for one in LISTED if one.common}
"""What the person is to the 本人, asked for most, with the path from the 本人 to the person."""

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
    return "、".join(status_text(status) for status in statuses) or _("申告なし")


def status_text(status: ServiceStatus) -> str:
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
