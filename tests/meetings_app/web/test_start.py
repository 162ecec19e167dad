"""待っていること: what each role finds on its desk, and what it does not."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlmodel import Session, select

from agenda.rules.due import Due
from agenda.services.confirmation import confirm_agenda
from agenda.services.items import items_of
from agenda.services.participation import participants_of
from agenda.services.plans import DueRow
from agenda.tables import KinshipDeclaration
from meetings_app.core.clock import tokyo
from meetings_app.core.terms import Decision, District, DueReason, MeetingStatus, Role
from meetings_app.tables.meetings import Meeting
from meetings_app.tables.people import Person
from meetings_app.web.start_views import presses
from minutes.tables import Minutes, MinutesStatus
from tests.agenda.web.demo import open_demo, plan_of
from tests.honoraria.web.sheets import decide_all, finalise, move, pay_everybody, run_id, take, withhold
from tests.web_support import Web


@pytest.fixture
def demo(tmp_path: Path) -> Web:
    return open_demo(tmp_path)


def start_of(web: Web, role: Role) -> str:
    with web.client(role) as client:
        answer = client.get("/")
    assert answer.status_code == 200
    return answer.text


def meeting(session: Session, number: int) -> Meeting:
    return session.exec(select(Meeting).where(Meeting.number == number)).one()


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.SECRETARIAT, Role.REGIONAL)])
def test_an_empty_desk_says_so(web: Web, role: Role) -> None:
    page = start_of(web, role)
    assert "いま待っていることはありません。" in page
    assert "待っていること<span" not in page  # no number in the navigation


def test_a_new_office_reads_what_to_enter_first(web: Web) -> None:
    page = start_of(web, Role.SECRETARIAT)
    assert "会議を始める前に登録すること" in page
    assert "案内の差出人、会場、委員の委嘱と委員長の互選、ケースとプラン。" in page
    assert 'href="/office#organizer"' in page


def test_the_secretariat_sees_what_presses(demo: Web) -> None:
    page = start_of(demo, Role.SECRETARIAT)
    assert "4つあります" in page
    assert "会議に諮る期限が近いプラン" in page
    assert "あと6日" in page
    assert "最短は No.4 のモニタリング、" in page
    assert "うち5件は、諮る会議がまだ決まっていません。" in page
    assert "川湯 六郎" in page  # the one who has not answered for 28 March
    assert "委員長の承認待ちの議事録" in page
    assert "要判断の支給" in page
    with demo.db.read() as session:
        nineteenth, twentieth = meeting(session, 19).id, meeting(session, 20).id
    assert f'href="/meetings/{twentieth}"' in page  # 議題を組む leads to the next meeting in preparation
    assert f'href="/scheduling/{twentieth}"' in page
    assert f'href="/meetings/{nineteenth}/minutes"' in page
    assert f'href="/meetings/{nineteenth}/honoraria"' in page
    assert "日程調整中" in page
    assert "議題1件・15分" in page
    assert "第19回" in page  # today's meeting is marked on the strip


def test_without_a_meeting_in_preparation_the_agenda_begins_with_what_is_due(demo: Web) -> None:
    with demo.db.write() as session:
        cancelled = meeting(session, 20)
        cancelled.status = MeetingStatus.CANCELLED
        session.add(cancelled)
    page = start_of(demo, Role.SECRETARIAT)
    assert 'href="/plans/due"><span>議題を組む' in page
    assert "これからの会議はまだありません。" in page
    assert "第20回" not in page


def test_unfinished_minutes_wait_for_the_secretariat(demo: Web) -> None:
    with demo.db.write() as session:
        minutes = session.get_one(Minutes, meeting(session, 19).id)
        minutes.status = MinutesStatus.DRAFT
        session.add(minutes)
    page = start_of(demo, Role.SECRETARIAT)
    assert "承認に回していない議事録" in page
    assert "委員長の承認待ちの議事録" not in page


def test_the_chair_finds_the_minutes_to_approve_and_the_items_to_decide(demo: Web) -> None:
    with demo.db.write() as session:
        twentieth = meeting(session, 20)
        twentieth_id, committee_id = twentieth.id, twentieth.committee_id
        session.add(
            Meeting(
                committee_id=committee_id,
                number=21,
                starts_at=tokyo(date(2014, 4, 8), 10),
                ends_at=tokyo(date(2014, 4, 8), 11),
            )
        )
    page = start_of(demo, Role.CHAIR)
    assert re.search(r'href="/meetings/[0-9a-f]+/minutes/approve"[^>]*>\s*(<span>)?読んで承認する', page)
    assert "要判断の支給" not in page
    assert f"/meetings/{twentieth_id}" in page
    assert "議題未定" in page
    assert "招集前" in page


def test_the_chair_is_asked_to_decide_participants(demo: Web) -> None:
    from agenda.services.assembly import add_item

    with demo.db.write() as session:
        add_item(
            session=session,
            actor=demo.actor(Role.SECRETARIAT),
            clock=demo.clock,
            meeting=meeting(session, 20),
            title="冬の燃料について",
        )
    page = start_of(demo, Role.CHAIR)
    assert "参加者を決める議題" in page
    assert "冬の燃料について" in page


def test_the_chair_finds_the_agenda_to_confirm(demo: Web) -> None:
    with demo.db.read() as session:
        twentieth = meeting(session, 20).id
    page = start_of(demo, Role.CHAIR)
    assert "議題の確認を待っています（第20回）" in page
    assert f'href="/meetings/{twentieth}/confirm"' in page
    assert "（第19回）" not in page  # over: there is nothing to confirm any more
    with demo.db.write() as session:
        confirm_agenda(
            session=session,
            actor=demo.actor(Role.CHAIR),
            clock=demo.clock,
            meeting=meeting(session, 20),
            confirmed_by_id=demo.people[Role.CHAIR],
            confirmed_on=date(2014, 3, 25),
        )
    assert "議題の確認を待っています" not in start_of(demo, Role.CHAIR)
    with demo.db.write() as session:
        item = items_of(session, twentieth)[0].item
        item.planned_minutes += 5
        session.add(item)
    page = start_of(demo, Role.CHAIR)
    assert "議題の確認を待っています（第20回）" in page
    assert "確認した後に、議題が変わりました。" in page


def test_the_chair_finds_the_conflicts_to_decide_on(demo: Web) -> None:
    with demo.db.write() as session:
        before = meeting(session, 19)
        before.status = MeetingStatus.CONVENED
        session.add(before)
        view = items_of(session, before.id)[0]
        assert view.client is not None
        near = participants_of(session, [view.item.id])[view.item.id][0]
        session.add(
            KinshipDeclaration(
                person_id=near.person_id,
                client_id=view.client.id,
                path="父母",
                relation="母",
                declared_on=date(2014, 1, 1),
                valid_from=date(2014, 1, 1),
            )
        )
        meeting_id, told = before.id, f"{near.name}（{view.title}）"
    page = start_of(demo, Role.CHAIR)
    assert "利益相反の判断を待っています（第19回）" in page
    assert "利益相反の判断を待っています（第20回）" not in page
    assert told in page
    assert f'href="/meetings/{meeting_id}/conflicts"' in page


@pytest.mark.parametrize("reason", [DueReason.CARRIED_OVER, DueReason.URGENT])
def test_what_waits_for_a_next_meeting_presses_until_it_has_one(reason: DueReason) -> None:
    due = Due(
        case=4,
        plan=1,
        reason=reason,
        deadline=None,
        days_left=None,
        overdue=False,
        explanation="",
        citation="",
    )
    row = DueRow(
        due=due,
        client_id="c",
        plan_id="p",
        consented=True,
        meeting_id=None,
        meeting_number=None,
        meeting_day=None,
    )
    assert presses(row)
    assert not presses(replace(row, meeting_id="m"))
    assert not presses(replace(row, due=replace(due, reason=DueReason.NEW)))


def test_minutes_of_another_presider_do_not_wait_for_this_chair(demo: Web) -> None:
    with demo.db.write() as session:
        nineteenth = meeting(session, 19)
        nineteenth.presider_id = demo.people[Role.MEMBER]
        session.add(nineteenth)
    assert "読んで承認する" not in start_of(demo, Role.CHAIR)


def test_accounting_sees_payments_and_no_case(demo: Web) -> None:
    page = start_of(demo, Role.ACCOUNTING)
    assert "判断を記録する" in page
    assert "要判断 3件" in page
    assert "未定" not in page  # no amount stands here before the sheet is final
    assert "No." not in page
    assert "期限の一覧" not in page
    finalise(demo)
    page = start_of(demo, Role.ACCOUNTING)
    assert "要判断" not in page
    assert "支払いを待つ支給調書" in page
    assert f'href="/honoraria/runs/{run_id(demo)}/payments"' in page
    assert "9名" in page
    assert "62,000円" in page
    pay_everybody(demo)
    page = start_of(demo, Role.ACCOUNTING)
    assert "支払済み" in page
    assert "いま待っていることはありません。" in page


def test_each_step_of_a_sheet_waits_for_those_who_can_take_it(demo: Web) -> None:
    def waits(role: Role) -> set[str]:
        page = start_of(demo, role)
        return {one for one in ("確認", "承認", "確定") if f"{one}を待つ支給調書" in page}

    office = (Role.ACCOUNTING, Role.CHAIR, Role.SECRETARIAT)
    withhold(demo)
    assert [waits(role) for role in office] == [set(), set(), set()]
    with demo.client(Role.ACCOUNTING) as client:
        decide_all(demo, client)
    assert [waits(role) for role in office] == [{"確認"}] * 3
    with demo.client(Role.ACCOUNTING) as client:
        take(demo, client, "check")
    assert [waits(role) for role in office] == [set(), {"承認"}, {"承認"}]
    with demo.client(Role.CHAIR) as client:
        take(demo, client, "approve")
    assert [waits(role) for role in office] == [{"確定"}] * 3
    assert waits(Role.MEMBER) == set()


def test_a_payment_whose_record_changed_waits_for_accounting(demo: Web) -> None:
    finalise(demo)
    move(demo, "春採 よし子", District.AKAN)
    page = start_of(demo, Role.ACCOUNTING)
    assert "記録が変わった支給" in page
    assert "居住地区: 釧路 → 阿寒" in page
    assert 'href="/honoraria/corrections"' in page
    assert "記録が変わった支給" not in start_of(demo, Role.SECRETARIAT)


def test_a_member_sees_the_own_final_line_only_and_no_case(demo: Web) -> None:
    assert "5,000円" not in start_of(demo, Role.MEMBER)
    finalise(demo)
    page = start_of(demo, Role.MEMBER)
    # 湿原 花子 lives in 阿寒湖畔: 報酬 5,000 and 旅費 4,000 (第7条第3項①・②)
    assert "5,000円" in page
    assert "4,000円" in page
    assert "9,000円" in page
    assert "62,000円" not in page
    assert "参加する議題 1件" in page
    assert "No." not in page
    assert "要判断" not in page
    assert "未回答" not in page  # who else has answered is not theirs to see


def test_a_member_outside_a_meeting_does_not_see_it(demo: Web) -> None:
    from agenda.tables import ParticipationDecision

    with demo.db.write() as session:
        for row in session.exec(
            select(ParticipationDecision).where(ParticipationDecision.person_id == demo.people[Role.MEMBER])
        ).all():
            session.delete(row)
    page = start_of(demo, Role.MEMBER)
    assert "第20回" not in page
    assert "これからの会議はまだありません。" in page


def test_a_member_is_asked_for_the_answers_still_missing(demo: Web) -> None:
    from calendars.tables import SlotAnswer

    with demo.db.write() as session:
        for row in session.exec(
            select(SlotAnswer).where(SlotAnswer.person_id == demo.people[Role.MEMBER])
        ).all():
            session.delete(row)
        twentieth = meeting(session, 20).id
    page = start_of(demo, Role.MEMBER)
    assert "日程の回答" in page
    assert f'href="/scheduling/{twentieth}"' in page


def test_the_city_officer_sees_what_is_not_recorded_yet(demo: Web) -> None:
    assert 'href="/plans/decisions"' not in start_of(demo, Role.SECRETARIAT)  # not their own list
    plan_id = plan_of(demo, 9, 3).id  # decided on 28 March, three days later
    page = start_of(demo, Role.CITY_OFFICER)
    assert "記録を待つ支援決定・確認" in page
    assert f'href="/plans/decisions#f-day-{plan_id}-plan"' in page
    assert '<a class="site-nav__item" href="/plans/decisions"' in page
    assert "会議の当日" in page


def test_the_regional_body_sees_counts_and_never_a_case(demo: Web) -> None:
    page = start_of(demo, Role.REGIONAL)
    assert 'href="/regional"' in page
    assert "移動" in page
    assert "No." not in page
    assert "第19回" not in page
    assert "朝の移動手段について" not in page


def test_a_hostile_name_stays_text(demo: Web) -> None:
    with demo.db.write() as session:
        person = session.exec(select(Person).where(Person.name == "川湯 六郎")).one()
        person.name = "<i>川湯</i>"
        session.add(person)
    page = start_of(demo, Role.SECRETARIAT)
    assert "<i>川湯" not in page
    assert "&lt;i&gt;川湯" in page


@pytest.mark.parametrize("role", list(Role))
def test_the_page_speaks_english_too(demo: Web, role: Role) -> None:
    with demo.client(role) as client:
        assert client.post("/language", data={"locale": "en", "next": "/"}).status_code == 303
        answer = client.get("/")
    assert answer.status_code == 200
    assert '<html lang="en">' in answer.text
    assert Decision.JUDGEMENT not in answer.text or role in (Role.SECRETARIAT, Role.ACCOUNTING)
