"""期限の画面: filters, order, who is in charge, and putting plans on a meeting's agenda."""

import re
from datetime import date

import pytest
from sqlmodel import select

from agenda.tables import AgendaItem, Client, Plan
from meetings_app.core.terms import MeetingStatus, Role
from meetings_app.tables.meetings import Meeting
from meetings_app.tables.people import Person
from tests.agenda.web.demo import client_id, plan_of
from tests.web_support import Web

AT = "/plans/due?on=H26.3.25"
ROW = re.compile(r'<a href="/plans/[0-9a-f]{32}">(No\.\d+)</a> <span class="weak">')


def cases_in(page: str) -> list[str]:
    return ROW.findall(page)


def next_meeting(web: Web) -> Meeting:
    with web.db.read() as session:
        meeting = session.exec(
            select(Meeting).where(
                Meeting.committee_id == web.committee_id, Meeting.status == MeetingStatus.PREPARING
            )
        ).first()
        assert meeting is not None
        session.expunge(meeting)
        return meeting


def items_at(web: Web, meeting_id: str) -> set[str | None]:
    with web.db.read() as session:
        return set(session.exec(select(AgendaItem.plan_id).where(AgendaItem.meeting_id == meeting_id)).all())


def put_in_charge(web: Web, case: int, name: str) -> str:
    with web.db.write() as session:
        person = Person(name=name, kana=name)
        session.add(person)
        session.flush()
        session.get_one(Client, client_id(web, case)).assigned_id = person.id
        return person.id


# ---- filters


def test_a_reason_leaves_the_rows_that_it_holds_for(demo: Web) -> None:
    with demo.client(Role.SECRETARIAT) as client:
        everything = cases_in(client.get(AT).text)
        evaluations = client.get(AT + "&reason=評価").text
        refused = client.get(AT + "&reason=なんとなく")
    assert cases_in(evaluations) == ["No.12"]
    assert len(everything) > 1
    assert refused.status_code == 422


def test_who_is_in_charge_is_shown_and_filtered_by(demo: Web) -> None:
    person_id = put_in_charge(demo, 12, "<b>葦原</b>")
    with demo.client(Role.CHAIR) as client:
        page = client.get(AT).text
        own = client.get(f"{AT}&assigned={person_id}").text
        nobody = client.get(f"{AT}&assigned=none").text
        strange = client.get(f"{AT}&assigned=x")
    assert "&lt;b&gt;葦原&lt;/b&gt;" in page
    assert "<b>葦原</b>" not in page
    assert cases_in(own) == ["No.12"]
    assert "No.12" not in cases_in(nobody)
    assert strange.status_code == 422


def test_the_order_by_case_numbers_has_one_list(demo: Web) -> None:
    with demo.client(Role.SECRETARIAT) as client:
        page = client.get(AT + "&order=case").text
    numbers = [int(case.removeprefix("No.")) for case in cases_in(page)]
    assert numbers == sorted(numbers)
    assert f"ケース番号順　{len(numbers)}件" in page
    assert "14日以内　" not in page


def test_a_meeting_leaves_what_stands_on_its_agenda(demo: Web) -> None:
    with demo.client(Role.SECRETARIAT) as client:
        before = client.get("/plans/due?on=H26.3.12").text
        rows = client.get("/plans/due?on=H26.3.12&show=meeting-19").text
        assert client.get("/plans/due?show=meeting-x").status_code == 422
    count = re.search(r"第19回 (\d+)", before)
    assert count is not None
    assert len(cases_in(rows)) == int(count[1])
    assert 'href="/plans/due?on=2014-03-12&amp;horizon=42&amp;show=meeting-19"' in before


def test_filters_are_kept_by_the_links_and_by_the_form(demo: Web) -> None:
    with demo.client(Role.SECRETARIAT) as client:
        page = client.get(AT + "&horizon=60&reason=評価&order=case").text
    assert "show=unplaced&amp;reason=%E8%A9%95%E4%BE%A1&amp;order=case" in page
    assert '<input type="hidden" name="reason" value="評価">' in page


# ---- putting on an agenda


def test_ticked_plans_go_on_the_agenda_of_the_meeting(demo: Web) -> None:
    meeting = next_meeting(demo)
    ids = [plan_of(demo, 12, 1).id, plan_of(demo, 17, 1).id]
    with demo.client(Role.SECRETARIAT) as client:
        page = client.get("/plans/due").text
        answer = client.post("/plans/due", data={"plan": ids, "into": meeting.id})
        after = client.get("/plans/due?show=meeting-20").text
    assert f'value="{ids[0]}"' in page
    assert 'name="into"' in page
    assert "第20回 3月28日（金）に入れる" in page
    assert (answer.status_code, answer.headers["location"]) == (303, f"/meetings/{meeting.id}")
    assert set(ids) <= items_at(demo, meeting.id)
    assert cases_in(after) == ["No.12", "No.17"]


def test_one_that_cannot_go_keeps_all_of_them_out_and_stays_ticked(demo: Web) -> None:
    meeting = next_meeting(demo)
    good, locked = plan_of(demo, 12, 1).id, plan_of(demo, 18, 1).id
    before = items_at(demo, meeting.id)
    with demo.client(Role.SECRETARIAT) as client:
        answer = client.post("/plans/due", data={"plan": [good, locked], "meeting": meeting.id})
    assert answer.status_code == 422
    assert "No.18 プラン1: No.18 は情報共有の同意がないか、撤回されています。" in answer.text
    assert re.search(f'value="{good}" checked', answer.text)
    assert items_at(demo, meeting.id) == before


def test_one_on_another_agenda_is_refused_with_its_meeting(demo: Web) -> None:
    meeting = next_meeting(demo)
    plan_id = plan_of(demo, 12, 1).id
    with demo.client(Role.SECRETARIAT) as client:
        client.post("/plans/due", data={"plan": plan_id, "into": meeting.id})
        answer = client.post("/plans/due", data={"plan": plan_id, "into": meeting.id})
    assert answer.status_code == 422
    assert "このプランはもう議題に入っています。" in answer.text


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"meeting": "0" * 32}, "会議に入れるプランに印を付けてください。"),
        ({"plan": "1" * 32}, "「会議」を入力してください。"),
        ({"plan": "x", "meeting": "0" * 32}, "「プラン」を一覧から選び直してください。"),
    ],
)
def test_a_form_that_says_too_little_is_refused(demo: Web, form: dict[str, str], sentence: str) -> None:
    with demo.client(Role.SECRETARIAT) as client:
        answer = client.post("/plans/due", data=form)
    assert answer.status_code == 422
    assert sentence in answer.text


def test_foreign_ids_are_not_found(demo: Web) -> None:
    meeting, plan_id = next_meeting(demo), plan_of(demo, 12, 1).id
    with demo.client(Role.SECRETARIAT) as client:
        assert client.post("/plans/due", data={"plan": plan_id, "into": "0" * 32}).status_code == 404
        assert client.post("/plans/due", data={"plan": "0" * 32, "into": meeting.id}).status_code == 404


@pytest.mark.parametrize("role", [Role.CHAIR, Role.CITY_OFFICER])
def test_others_read_without_ticking(demo: Web, role: Role) -> None:
    with demo.client(role) as client:
        page = client.get("/plans/due").text
        assert client.post("/plans/due", data={}).status_code == 403
    assert 'name="plan"' not in page
    assert "data-picked" not in page


def test_a_list_of_the_past_has_no_boxes(demo: Web) -> None:
    with demo.client(Role.SECRETARIAT) as client:
        assert 'name="plan"' not in client.get("/plans/due?on=2014-03-24").text
        assert 'name="plan"' in client.get(f"/plans/due?on={date(2014, 3, 26)}").text


def test_a_plan_that_is_not_written_yet_cannot_be_ticked(demo: Web) -> None:
    with demo.db.write() as session:
        plan = session.get_one(Plan, plan_of(demo, 22, 1).id)
        assert plan.evaluation_outcome is not None
        plan.evaluation_outcome = type(plan.evaluation_outcome).REPLAN
        plan.evaluated_on = date(2014, 3, 20)
    with demo.client(Role.SECRETARIAT) as client:
        page = client.get("/plans/due").text
    assert "No.22" in cases_in(page)
    assert "このプランはまだ作られていません。" in page
    assert "No.22 再プランを選ぶ" not in page
