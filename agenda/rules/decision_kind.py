"""支援決定か確認か: what the city is asked for depends on the services that a plan holds."""

from collections.abc import Iterable

from meetings_app.core.terms import ServiceKind

SUPPORT_DECISION = "支援決定"
CONFIRMATION = "確認"
EITHER = "支援決定・確認"


def decision_term(kinds: Iterable[ServiceKind]) -> str:
    """Return what the city is asked for: 支援決定 where a statutory service (A) is among them, else 確認.

    A plan without any service on record leaves it open: 「支援決定・確認」.
    """
    known = set(kinds)
    if not known:
        return EITHER
    return SUPPORT_DECISION if ServiceKind.STATUTORY in known else CONFIRMATION
