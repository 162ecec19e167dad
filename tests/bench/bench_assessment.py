"""How many explained assessments one core makes in a second, and what the explanation costs.

Run it by hand from the root of the checkout: `python -m tests.bench.bench_assessment`. Pytest does not collect it.
`assess` and `decide` take turns over the same mixed attendances within one run, so that a busy machine slows
both alike; the best round of each counts.
"""

import argparse
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from honoraria.rules.assessment import AttendanceFacts, assess, decide
from honoraria.rules.public_service import StatusFact
from meetings_app.core.effective import Period
from meetings_app.core.regulation import Rulebook
from meetings_app.core.terms import (
    AttendanceMode,
    Capacity,
    CommitteeKind,
    District,
    ServiceClass,
    WorkingTime,
)
from meetings_app.rulebook.load import load_rulebook

ATTENDANCES = 2_000
ROUNDS = 5

Work = Callable[[AttendanceFacts, Rulebook], object]

_DAY = date(2014, 5, 20)
_TERM = Period(date(2014, 4, 1), date(2015, 4, 1))
_PRIVATE = StatusFact(is_public_employee=False, declared_on=date(2014, 4, 1))
_CITY = StatusFact(is_public_employee=True, service_class=ServiceClass.GENERAL, working_time=WorkingTime.FULL)
_WELFARE = StatusFact(
    is_public_employee=True, service_class=ServiceClass.SPECIAL, working_time=WorkingTime.PART
)

_MEMBER = AttendanceFacts(
    committee=CommitteeKind.SUPPORT,
    held_on=_DAY,
    meeting_closed=True,
    attendance_confirmed=True,
    venue_district=District.KUSHIRO,
    capacity=Capacity.MEMBER,
    terms=(_TERM,),
    residence=District.AKANKOHAN,
    statuses=(_PRIVATE,),
    kinship=("なし", "なし", "なし"),
    mode=AttendanceMode.IN_PERSON,
    attended="10:00–11:05",
)

KINDS = (
    _MEMBER,
    replace(_MEMBER, statuses=(_WELFARE,), residence=District.AKAN),
    replace(_MEMBER, statuses=(_CITY,)),
    replace(_MEMBER, statuses=None),
    replace(_MEMBER, kinship=("P>C", "なし")),
    replace(_MEMBER, kinship=("S", "P>P>C>C", "なし")),
    replace(_MEMBER, residence=District.OUTSIDE, mode=AttendanceMode.ONLINE),
    replace(_MEMBER, capacity=Capacity.INVITEE, terms=(), earlier_meetings=1),
    replace(_MEMBER, capacity=Capacity.SECRETARIAT, terms=()),
    replace(_MEMBER, mode=AttendanceMode.ABSENT),
    replace(_MEMBER, committee=CommitteeKind.REGIONAL, capacity=Capacity.ADVISER, kinship=()),
)
"""One attendance of each sort: paid, not paid, to be judged, absent, of either body."""


def attendances(number: int) -> list[AttendanceFacts]:
    """Return `number` attendances of all sorts, on the days of one month."""
    return [
        replace(KINDS[place % len(KINDS)], held_on=_DAY + timedelta(days=place % 30))
        for place in range(number)
    ]


def seconds_of(work: Work, facts: Sequence[AttendanceFacts], rulebook: Rulebook) -> float:
    """Return how long `work` takes for all of `facts`."""
    begin = time.perf_counter()
    for one in facts:
        work(one, rulebook)
    return time.perf_counter() - begin


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measures the assessment of honoraria on one core.")
    parser.add_argument("--attendances", type=int, default=ATTENDANCES, help="attendances a round")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="rounds, of which the best counts")
    options = parser.parse_args()
    rulebook, facts = load_rulebook(), attendances(options.attendances)
    for work in (assess, decide):  # fills the caches, as a running office has them
        seconds_of(work, facts, rulebook)
    rounds = [
        (seconds_of(assess, facts, rulebook), seconds_of(decide, facts, rulebook))
        for _ in range(options.rounds)
    ]
    explained, bare = min(first for first, _ in rounds), min(second for _, second in rounds)
    print(f"assess: {len(facts) / explained:,.0f} explained assessments a second on one core")
    print(f"decide: {len(facts) / bare:,.0f} a second")
    print(f"assess takes {explained / bare:.2f} times as long as decide")


if __name__ == "__main__":
    main()
