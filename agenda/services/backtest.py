"""バックテスト on record: the office's own plans and settings."""

from sqlmodel import Session

from agenda.rules.backtest import BackTest, back_test
from agenda.services.plans import due_settings, load_plan_facts


def back_test_record(*, session: Session, committee_id: str) -> BackTest:
    """Return the proposals of each eve against what the meetings of a body took, under the office's settings.

    What meetings carried over and settled is asked for as of each eve: a plan keeps only the last of it.
    """
    return back_test(
        load_plan_facts(session, committee_id),
        due_settings(session),
        lambda eve: load_plan_facts(session, committee_id, eve),
    )
