"""ケースを探す: by case number, initials, name where the office keeps names, 担当, and provider; kana of any kind."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from agenda.register_tables import PlanService, Provider
from agenda.rules.search_key import found_in, search_key
from agenda.services.clients import assigned_names, names_kept
from agenda.tables import Client, Plan
from meetings_app.tables.people import Person

LONGEST_QUERY = 100
CASE, INITIALS, NAME, ASSIGNED, PROVIDER = "case", "initials", "name", "assigned", "provider"
"""By what a case was found."""


@dataclass(frozen=True, slots=True)
class Found:
    """当たったケース: `by` is what matched, `matched` its text ("" where the case itself says it)."""

    client_id: str
    case: int
    initials: str
    name: str
    by: str
    matched: str = ""


@dataclass(frozen=True, slots=True)
class _Known:
    """What the cases of a body can be found by."""

    named: bool
    assigned: dict[str, Person]
    providers: dict[str, list[Provider]]


def find_cases(session: Session, committee_id: str, query: str) -> list[Found]:
    """Return the cases of a body that answer a query, exact numbers first, then by case number; none for nothing."""
    wanted = search_key(query[:LONGEST_QUERY])
    if not wanted:
        return []
    clients = session.exec(
        select(Client).where(Client.committee_id == committee_id).order_by(col(Client.case_number))
    ).all()
    known = _Known(names_kept(session), assigned_names(session, clients), _providers(session, committee_id))
    found = [hit for client in clients if (hit := _hit(client, wanted, known)) is not None]
    return sorted(found, key=lambda hit: (hit.by != CASE, hit.case))


def _hit(client: Client, wanted: str, known: _Known) -> Found | None:
    by, matched = _reason(client, wanted, known)
    if not by:
        return None
    name = client.name if known.named else ""
    return Found(client.id, client.case_number, client.initials, name, by, matched)


def _reason(client: Client, wanted: str, known: _Known) -> tuple[str, str]:
    """Return by what a case answers, and the words that did where they stand elsewhere."""
    if wanted.removeprefix("no") == str(client.case_number):
        return CASE, ""
    if found_in(wanted, client.initials):
        return INITIALS, ""
    if known.named and found_in(wanted, client.name, client.kana):
        return NAME, ""
    person = known.assigned.get(client.id)
    if person is not None and found_in(wanted, person.name, person.kana):
        return ASSIGNED, person.name
    for provider in known.providers.get(client.id, ()):
        if found_in(wanted, provider.name, provider.kana):
            return PROVIDER, provider.name
    return "", ""


def _providers(session: Session, committee_id: str) -> dict[str, list[Provider]]:
    rows: Sequence[tuple[str, Provider]] = session.exec(
        select(col(Plan.client_id), Provider)
        .join(PlanService, col(PlanService.plan_id) == Plan.id)
        .join(Provider, col(PlanService.provider_id) == Provider.id)
        .where(Provider.committee_id == committee_id)
        .order_by(col(Plan.number).desc(), col(PlanService.position))
    ).all()
    found: dict[str, list[Provider]] = {}
    for client_id, provider in rows:
        found.setdefault(client_id, []).append(provider)
    return found
