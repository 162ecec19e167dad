"""支援決定か確認か."""

import pytest

from agenda.rules.decision_kind import decision_term
from meetings_app.core.terms import ServiceKind


@pytest.mark.parametrize(
    ("kinds", "term"),
    [("A", "支援決定"), ("BCA", "支援決定"), ("B", "確認"), ("BCDE", "確認"), ("", "支援決定・確認")],
)
def test_a_statutory_service_asks_for_a_support_decision(kinds: str, term: str) -> None:
    assert decision_term(ServiceKind(kind) for kind in kinds) == term
