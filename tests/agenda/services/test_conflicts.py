"""利益相反: shown before the meeting from kinship and employers, decided by the 委員長, on record at the opening."""

from collections.abc import Iterator
from datetime import date

import pytest

from agenda.register_tables import Affiliation, PlanService, Provider
from agenda.services.conflicts import conflicts_of, decide_conflict, open_conflicts
from agenda.services.items import ItemView
from agenda.tables import Client, Plan
from meetings_app.core.errors import NotFound, Refused
from meetings_app.core.terms import Capacity, ConflictAnswer, ConflictGround, ServiceKind
from meetings_app.db.engine import Database
from meetings_app.tables.meetings import Meeting
from meetings_app.tables.people import Person
from minutes.services.attendance import recusals_of
from tests.office_builder import TODAY, Bureau


@pytest.fixture
def bureau(any_database: Database) -> Iterator[Bureau]:
    with any_database.write() as session:
        yield Bureau(session)


def serve(bureau: Bureau, plan: Plan, name: str = "見本作業所") -> Provider:
    """Let a provider give a service of the plan."""
    provider = Provider(committee_id=bureau.support.id, name=name)
    bureau.session.add(provider)
    bureau.session.flush()
    bureau.session.add(
        PlanService(
            plan_id=plan.id, position=1, kind=ServiceKind.INFORMAL, name="作業", provider_id=provider.id
        )
    )
    bureau.session.flush()
    return provider


def employ(bureau: Bureau, name: str, provider: Provider, since: date, until: date | None = None) -> None:
    bureau.session.add(
        Affiliation(
            person_id=bureau.people[name],
            provider_id=provider.id,
            post="所長",
            valid_from=since,
            valid_to=until,
        )
    )
    bureau.session.flush()


def put_before(
    bureau: Bureau, plan: Plan, *names: str, capacity: Capacity | None = None
) -> tuple[Meeting, ItemView]:
    meeting = bureau.meeting()
    bureau.item(meeting, plan)
    (view,) = bureau.items(meeting)
    bureau.decide(meeting, *names, items=[view], capacity=capacity)
    return meeting, view


def decide(
    bureau: Bureau,
    meeting: Meeting,
    view: ItemView,
    name: str,
    answer: ConflictAnswer = ConflictAnswer.RECUSED,
    reason: str = "公平を保つため。",
    by: str = "委員長",
) -> None:
    decide_conflict(
        **bureau.given,
        meeting=meeting,
        item_id=view.item.id,
        person_id=bureau.people[name],
        answer=answer,
        reason=reason,
        decided_by_id=bureau.people[by],
        decided_on=TODAY,
    )


def test_kin_of_the_client_is_shown(bureau: Bureau) -> None:
    plan = bureau.case(4)
    bureau.member("甥にあたる委員")
    bureau.kin(bureau.people["甥にあたる委員"], bureau.session.get_one(Client, plan.client_id), "P>C>C")
    meeting, _ = put_before(bureau, plan, "委員長", "甥にあたる委員")
    (conflict,) = conflicts_of(bureau.session, meeting)
    assert (conflict.name, conflict.grounds[0].ground, conflict.is_open) == (
        "甥にあたる委員",
        ConflictGround.KIN,
        True,
    )


def test_who_declared_to_be_no_kin_is_not_shown(bureau: Bureau) -> None:
    plan = bureau.case(4)
    bureau.member("ほかの委員")
    bureau.kin(bureau.people["ほかの委員"], bureau.session.get_one(Client, plan.client_id), "なし")
    meeting, _ = put_before(bureau, plan, "委員長", "ほかの委員")
    assert conflicts_of(bureau.session, meeting) == []


def test_who_works_for_a_provider_of_the_plan_is_shown(bureau: Bureau) -> None:
    plan = bureau.case(4)
    bureau.member("所長")
    employ(bureau, "所長", serve(bureau, plan), date(2014, 4, 1))
    meeting, _ = put_before(bureau, plan, "委員長", "所長")
    (conflict,) = conflicts_of(bureau.session, meeting)
    assert conflict.detail == "支援の提供者「見本作業所」に勤務（所長）"


def test_employment_counts_on_the_day_of_the_meeting(bureau: Bureau) -> None:
    plan = bureau.case(4)
    bureau.member("前の所長")
    employ(bureau, "前の所長", serve(bureau, plan), date(2014, 4, 1), TODAY)
    meeting, _ = put_before(bureau, plan, "委員長", "前の所長")
    assert conflicts_of(bureau.session, meeting) == []


@pytest.mark.parametrize("organisation", ["見本作業所", "見本作業所　東支所", "ﾐﾎﾝ作業所"])
def test_a_roster_entry_like_the_providers_name_is_a_question(bureau: Bureau, organisation: str) -> None:
    plan = bureau.case(4)
    bureau.member("職員らしい人")
    person = bureau.session.get_one(Person, bureau.people["職員らしい人"])
    person.organisation = organisation
    serve(bureau, plan, "ミホン作業所" if "ﾐ" in organisation else "見本作業所")
    meeting, _ = put_before(bureau, plan, "委員長", "職員らしい人")
    (conflict,) = conflicts_of(bureau.session, meeting)
    assert "勤務は未確認" in conflict.detail


def test_staff_of_the_office_are_no_conflict_with_its_own_services(bureau: Bureau) -> None:
    plan = bureau.case(4)
    bureau.member("相談支援員", capacity=Capacity.SECRETARIAT)
    employ(bureau, "相談支援員", serve(bureau, plan), date(2014, 4, 1))
    meeting, _ = put_before(bureau, plan, "相談支援員", capacity=Capacity.SECRETARIAT)
    assert conflicts_of(bureau.session, meeting) == []


def near_member(bureau: Bureau) -> tuple[Meeting, ItemView, Plan]:
    plan = bureau.case(4)
    bureau.member("所長")
    employ(bureau, "所長", serve(bureau, plan), date(2014, 4, 1))
    meeting, view = put_before(bureau, plan, "委員長", "所長")
    return meeting, view, plan


def test_the_chair_decides_and_may_decide_anew(bureau: Bureau) -> None:
    meeting, view, _ = near_member(bureau)
    decide(bureau, meeting, view, "所長")
    assert open_conflicts(bureau.session, meeting) == []
    decide(bureau, meeting, view, "所長", ConflictAnswer.STAYS, "事情を聞くため。")
    (conflict,) = conflicts_of(bureau.session, meeting)
    assert conflict.decision is not None
    assert (conflict.decision.sequence, conflict.decision.answer, conflict.decided_by) == (
        2,
        ConflictAnswer.STAYS,
        "委員長",
    )
    assert bureau.actions().count("利益相反の判断") == 2


def test_only_the_chair_or_a_deputy_decides_and_says_why(bureau: Bureau) -> None:
    meeting, view, _ = near_member(bureau)
    with pytest.raises(Refused, match="委員長（または代理する副委員長）ではありません"):
        decide(bureau, meeting, view, "所長", by="助言者")
    with pytest.raises(Refused, match="判断の理由を入れてください"):
        decide(bureau, meeting, view, "所長", reason="　")
    with pytest.raises(NotFound):
        decide(bureau, meeting, view, "委員長")


def test_what_becomes_known_later_opens_the_question_again(bureau: Bureau) -> None:
    meeting, view, plan = near_member(bureau)
    decide(bureau, meeting, view, "所長")
    bureau.kin(bureau.people["所長"], bureau.session.get_one(Client, plan.client_id), "S>P>C")
    (conflict,) = conflicts_of(bureau.session, meeting)
    assert (conflict.stale, conflict.is_open, conflict.leaves) == (True, True, False)


def test_leaving_the_table_is_on_record_from_the_opening(bureau: Bureau) -> None:
    meeting, view, _ = near_member(bureau)
    decide(bureau, meeting, view, "所長")
    bureau.opened(meeting)
    (found,) = recusals_of(bureau.session, [view.item.id])[view.item.id]
    assert found == (
        bureau.people["所長"],
        "支援の提供者「見本作業所」に勤務（所長）のため（委員長の判断）",
    )
    with pytest.raises(Refused, match="開会した後の退席は"):
        decide(bureau, meeting, view, "所長")


def test_who_stays_stays(bureau: Bureau) -> None:
    meeting, view, _ = near_member(bureau)
    decide(bureau, meeting, view, "所長", ConflictAnswer.STAYS, "事情を聞くため。")
    bureau.opened(meeting)
    assert recusals_of(bureau.session, [view.item.id])[view.item.id] == []
