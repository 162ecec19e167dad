"""適用する規程: what the regulations say about pay on one day, with the citations each value carries."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import Generic, TypeVar

from honoraria.rules.public_service import PaidException
from meetings_app.core.effective import in_effect
from meetings_app.core.explained import Finding
from meetings_app.core.regulation import Amendment, Leaf, Regulation, Rulebook
from meetings_app.core.terms import Capacity, CommitteeKind, District, ServiceClass, WorkingTime

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Rule(Generic[T]):
    """一つの定め: a value and its citations, the borrowing article first where it is taken over."""

    value: T
    citations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PayRules:
    """ある日の定め: the version in force and every provision on pay.

    `relied_on` are the regulations the values come from; `notices` what must be known about their text.
    """

    title: str
    version: Amendment
    relied_on: tuple[tuple[CommitteeKind, Regulation], ...]
    notices: tuple[Finding, ...]
    paid: Rule[tuple[str, ...]]
    excluded: Rule[tuple[str, ...]]
    unlisted: tuple[str, ...]
    term_bound: Rule[tuple[str, ...]]
    after_duty: tuple[str, ...]
    honorarium: Rule[int]
    travel_table: Rule[Mapping[District, int]]
    travel_venue: Rule[District]
    kinship_limit: Rule[int]
    exception: Rule[PaidException]


@dataclass(frozen=True, slots=True)
class _Law:
    """One regulation on one day, with the one it takes the handling of pay over from."""

    kind: CommitteeKind
    own: Regulation
    source_kind: CommitteeKind
    source: Regulation
    borrowed_by: tuple[str, ...]
    on: date

    def find(self, key: str) -> Rule[Leaf]:
        """Return an own provision, else the one taken over."""
        if key in self.own.entries:
            cited = self.own.at(key, self.on)
            return Rule(cited.value, (cited.cite,))
        cited = self.source.at(key, self.on)
        return Rule(cited.value, (*self.borrowed_by, cited.cite))

    def relied_on(self) -> tuple[tuple[CommitteeKind, Regulation], ...]:
        """Return the regulations values come from."""
        own = (self.kind, self.own)
        return (own,) if self.source is self.own else (own, (self.source_kind, self.source))


@lru_cache(maxsize=512)
def pay_rules(rulebook: Rulebook, kind: CommitteeKind, on: date) -> PayRules:
    """Return what holds for bodies of `kind` on `on`.

    Raises NotInForce where the regulation is not in force on that day, KeyError where the body has none.
    """
    own = rulebook[kind]
    version = own.version_on(on)
    law = _law(rulebook, kind, on)
    return PayRules(
        title=own.title,
        version=version,
        relied_on=law.relied_on(),
        notices=tuple(_notices(law)),
        paid=_names(law.find("paid_capacities")),
        excluded=_own_exclusions(law),
        unlisted=law.find("unlisted_capacities_unpaid").citations,
        term_bound=_names(law.find("term_capacities")),
        after_duty=law.find("paid_after_duty").citations,
        honorarium=_number(law.find("honorarium_yen")),
        travel_table=_table(law.find("travel_yen_by_district")),
        travel_venue=_district(law.find("travel_venue_district")),
        kinship_limit=_number(law.find("kinship_degree_limit")),
        exception=_exception(law.find("public_employees_unpaid_except")),
    )


def _law(rulebook: Rulebook, kind: CommitteeKind, on: date) -> _Law:
    own = rulebook[kind]
    if "taken_over_from" not in own.entries:
        return _Law(kind, own, kind, own, (), on)
    borrowed = own.at("taken_over_from", on)
    source_kind = CommitteeKind(str(borrowed.value))
    return _Law(kind, own, source_kind, rulebook[source_kind], (borrowed.cite,), on)


def _own_exclusions(law: _Law) -> Rule[tuple[str, ...]]:
    # Where a body pays one capacity only and says itself who is not paid (圏域規程第7条第3項), nobody is left for
    # the other regulation's list of excluded capacities.
    if "excluded_capacities" not in law.own.entries:
        return Rule((), ())
    return _names(law.find("excluded_capacities"))


def _notices(law: _Law) -> list[Finding]:
    regulations = [regulation for _, regulation in law.relied_on()]
    return [
        Finding(code=notice.code, message=notice.message)
        for regulation in regulations
        for notice in in_effect(regulation.notices, law.on)
    ]


def _number(rule: Rule[Leaf]) -> Rule[int]:
    if not isinstance(rule.value, int):
        raise TypeError(f"a whole number was expected under {rule.citations}")
    return Rule(rule.value, rule.citations)


def _names(rule: Rule[Leaf]) -> Rule[tuple[str, ...]]:
    if not isinstance(rule.value, tuple):
        raise TypeError(f"a list was expected under {rule.citations}")
    return Rule(tuple(Capacity(str(name)) for name in rule.value), rule.citations)


def _table(rule: Rule[Leaf]) -> Rule[Mapping[District, int]]:
    if not isinstance(rule.value, Mapping):
        raise TypeError(f"a table was expected under {rule.citations}")
    table = {District(key): int(value) for key, value in rule.value.items()}
    return Rule(MappingProxyType(table), rule.citations)


def _district(rule: Rule[Leaf]) -> Rule[District]:
    return Rule(District(str(rule.value)), rule.citations)


def _exception(rule: Rule[Leaf]) -> Rule[PaidException]:
    if not isinstance(rule.value, Mapping):
        raise TypeError(f"a table was expected under {rule.citations}")
    service_class, time = ServiceClass(str(rule.value["職"])), WorkingTime(str(rule.value["勤務"]))
    return Rule(PaidException(service_class, time), rule.citations)


def unique(*citations: tuple[str, ...]) -> tuple[str, ...]:
    """Return the citations of all groups in order, each once."""
    return tuple(dict.fromkeys(cite for group in citations for cite in group))
