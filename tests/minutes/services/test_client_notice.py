"""本人への説明: what the record says to the 本人, what stands in the way, and what never gets onto the paper."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest

from agenda.papers.contents import ActionLine
from agenda.services.items import items_of
from agenda.tables import Client, Plan
from meetings_app.core.errors import NotFound, Refused
from meetings_app.core.terms import EvaluationOutcome, PlanOutcome, Precision
from meetings_app.db.engine import Database
from meetings_app.services.office_settings import set_setting
from meetings_app.tables.meetings import Meeting
from minutes.services.client_notice import (
    case_of_meeting,
    cases_of_meeting,
    client_notice,
    draw_client_notice,
    held_hearings,
    record_client_notice,
    why_no_notice,
)
from minutes.services.running import Outcome, add_action, record_item, records_of
from tests.meetings_app.documents.word_files import texts
from tests.office_builder import TODAY, Bureau

DATED = date(2014, 5, 21)


@pytest.fixture
def bureau(database: Database) -> Iterator[Bureau]:
    with database.write() as session:
        bureau = Bureau(session)
        settle(bureau, "office.phone", "0154-00-0000")
        yield bureau


def settle(bureau: Bureau, key: str, value: str | bool) -> None:
    set_setting(**bureau.given, key=key, value=value)


def held(
    bureau: Bureau,
    plan: Plan,
    confirmed: str = "",
    *,
    actions: tuple[tuple[str, str, date | None], ...] = (),
    outcome: str = PlanOutcome.APPROVED,
) -> Meeting:
    """Hold a meeting on one plan that confirmed a text and what is to be done."""
    meeting = bureau.meeting()
    bureau.item(meeting, plan)
    bureau.opened(meeting)
    bureau.come(meeting, "委員長")
    (view,) = bureau.items(meeting)
    record_item(
        **bureau.given, meeting=meeting, view=view, result=Outcome(outcome, confirmed=confirmed), version=0
    )
    for what, who, due_on in actions:
        add_action(**bureau.given, meeting=meeting, view=view, what=what, who=who, due_on=due_on)
    bureau.closed(meeting)
    return meeting


def client_of(bureau: Bureau, plan: Plan) -> Client:
    return bureau.session.get_one(Client, plan.client_id)


def test_the_record_is_the_beginning(bureau: Bureau) -> None:
    plan = bureau.case(14)
    plan.goal = "週3日 作業所に通う。"
    meeting = held(
        bureau,
        plan,
        "案のとおり進める。\n\n7月に様子を報告する。",
        actions=(("作業所を見学する", "本人", date(2014, 6, 2)), ("家計を書き出す", "鶴野", None)),
    )
    notice = client_notice(bureau.session, meeting, plan.client_id, dated=DATED)
    assert (notice.dated, notice.met_on) == (DATED, TODAY)
    assert notice.goal == "週3日 作業所に通う。"
    assert notice.agreed == ("案のとおり進める。", "7月に様子を報告する。")
    assert set(notice.next_steps) == {
        ActionLine("作業所を見学する", "本人", date(2014, 6, 2)),
        ActionLine("家計を書き出す", "鶴野", None),
    }


def test_nothing_confirmed_is_nothing_agreed(bureau: Bureau) -> None:
    plan = bureau.case()
    meeting = held(bureau, plan)
    notice = client_notice(bureau.session, meeting, plan.client_id, dated=DATED)
    assert (notice.agreed, notice.next_steps, notice.next_talk) == ((), (), "")


def test_evaluation_and_new_plan_stand_on_one_paper(bureau: Bureau) -> None:
    client = bureau.client(9)
    plans = [bureau.plan(client, 1), bureau.plan(client, 2)]
    plans[1].goal = "働く日を増やす。"
    meeting = bureau.meeting()
    for plan in plans:
        bureau.item(meeting, plan)
    bureau.opened(meeting)
    bureau.come(meeting, "委員長")
    for view, text in zip(bureau.items(meeting), ("前半は達した。", "案のとおり進める。"), strict=True):
        result = Outcome(PlanOutcome.APPROVED, confirmed=text)
        record_item(**bureau.given, meeting=meeting, view=view, result=result, version=0)
    bureau.closed(meeting)
    notice = client_notice(bureau.session, meeting, client.id, dated=DATED)
    assert notice.agreed == ("前半は達した。", "案のとおり進める。")
    assert notice.goal == "働く日を増やす。"
    (case,) = cases_of_meeting(bureau.session, meeting)
    assert (case.case, len(case.items)) == (9, 2)
    assert [item.outcome for item in case.items] == ["了承", "了承"]


# ---- when one talks next


@pytest.mark.parametrize(
    ("month_end", "precision", "said"),
    [
        (date(2014, 7, 31), Precision.MONTH, "平成26年7月ごろ、ようすを うかがいます。"),
        (date(2014, 7, 31), Precision.LATE, "平成26年7月下旬ごろ、ようすを うかがいます。"),
        (date(2014, 7, 15), Precision.DAY, "平成26年7月15日、ようすを うかがいます。"),
        (date(2014, 5, 20), Precision.DAY, ""),
    ],
)
def test_the_next_monitoring_is_told(
    bureau: Bureau, month_end: date, precision: Precision, said: str
) -> None:
    plan = bureau.case()
    meeting = held(bureau, plan)
    plan.monitoring_month_end, plan.monitoring_precision = month_end, precision
    assert client_notice(bureau.session, meeting, plan.client_id, dated=DATED).next_talk == said


def test_the_coming_meeting_is_told_where_it_is_earlier(bureau: Bureau) -> None:
    plan = bureau.case()
    meeting = held(bureau, plan)
    plan.monitoring_month_end, plan.monitoring_precision = date(2014, 7, 31), Precision.MONTH
    bureau.item(bureau.meeting(date(2014, 6, 24)), plan)
    notice = client_notice(bureau.session, meeting, plan.client_id, dated=DATED)
    assert notice.next_talk == "平成26年6月24日（火）の会議で、また 話し合います。"
    plan.monitoring_month_end, plan.monitoring_precision = date(2014, 6, 10), Precision.DAY
    earlier = client_notice(bureau.session, meeting, plan.client_id, dated=DATED)
    assert earlier.next_talk == "平成26年6月10日、ようすを うかがいます。"


def test_another_cases_meeting_is_not_told(bureau: Bureau) -> None:
    plan = bureau.case(1)
    meeting = held(bureau, plan)
    bureau.item(bureau.meeting(date(2014, 6, 24)), bureau.case(2))
    assert client_notice(bureau.session, meeting, plan.client_id, dated=DATED).next_talk == ""


@pytest.mark.parametrize("done", ["monitored", "evaluated"])
def test_what_is_over_is_not_announced(bureau: Bureau, done: str) -> None:
    plan = bureau.case()
    meeting = held(bureau, plan)
    plan.monitoring_month_end, plan.monitoring_precision = date(2014, 7, 31), Precision.MONTH
    if done == "monitored":
        plan.monitored_on = TODAY
    else:
        plan.evaluated_on, plan.evaluation_outcome = TODAY, EvaluationOutcome.ENDED
    assert client_notice(bureau.session, meeting, plan.client_id, dated=DATED).next_talk == ""


# ---- whom to call, and the name


def test_the_contact_is_the_office_and_who_is_in_charge(bureau: Bureau) -> None:
    plan = bureau.case()
    meeting = held(bureau, plan)
    bare = client_notice(bureau.session, meeting, plan.client_id, dated=DATED).contact
    assert (
        bare.office == "支援調整会議 事務局"
    )  # the sender of invitations, while the office has no name of its own
    assert (bare.phone, bare.mailbox, bare.person) == ("0154-00-0000", "", "")
    settle(bureau, "office.name", "見本市 くらしの相談窓口")
    settle(bureau, "office.mailbox", "madoguchi@example.jp")
    client_of(bureau, plan).assigned_id = bureau.people["助言者"]
    contact = client_notice(bureau.session, meeting, plan.client_id, dated=DATED).contact
    assert (contact.office, contact.mailbox, contact.person) == (
        "見本市 くらしの相談窓口",
        "madoguchi@example.jp",
        "助言者",
    )


def test_a_name_is_printed_only_where_the_office_keeps_names(bureau: Bureau) -> None:
    plan = bureau.case(14)
    meeting = held(bureau, plan, "進める。")
    client_of(bureau, plan).name = "湿原 花子"
    hidden = client_notice(bureau.session, meeting, plan.client_id, dated=DATED)
    settle(bureau, "cases.names", value=True)
    shown = client_notice(bureau.session, meeting, plan.client_id, dated=DATED)
    assert (hidden.name, shown.name) == ("", "湿原 花子")
    for notice, line in ((hidden, "＿＿＿＿＿＿＿＿＿＿　さま"), (shown, "湿原 花子　さま")):
        document = draw_client_notice(bureau.session, meeting, notice)
        assert line in texts(document)
        assert "14" not in "".join(texts(document)).replace("平成26年5月20日", "").replace("0154", "")


# ---- the paper


def test_the_paper_says_what_was_typed_and_the_record_stays(bureau: Bureau) -> None:
    plan = bureau.case()
    meeting = held(bureau, plan, "支援プラン案を了承し、モニタリングを実施する。")
    base = client_notice(bureau.session, meeting, plan.client_id, dated=DATED)
    typed = replace(
        base,
        goal="からだを 大切に する",
        agreed=("いまの やりかたで つづけます。", "<w:p>{{ name }} 𠮷田さんと 話します。"),
        next_steps=(ActionLine("病院に行く", "あなた", date(2014, 6, 2)),),
    )
    printed = texts(draw_client_notice(bureau.session, meeting, typed))
    whole = "\n".join(printed)
    assert "いまの やりかたで つづけます。" in whole
    assert "<w:p>{{ name }} 𠮷田さんと 話します。" in whole
    assert "病院に行く" in whole
    assert "0154-00-0000" in whole
    assert "モニタリングを実施" not in whole
    (view,) = items_of(bureau.session, meeting.id)
    record = records_of(bureau.session, [view.item.id])[view.item.id]
    assert record.confirmed == "支援プラン案を了承し、モニタリングを実施する。"


def test_an_office_without_a_mailbox_says_so(bureau: Bureau) -> None:
    plan = bureau.case()
    meeting = held(bureau, plan, "進める。")
    notice = client_notice(bureau.session, meeting, plan.client_id, dated=DATED)
    document = draw_client_notice(bureau.session, meeting, notice)
    assert "メール：　なし" in "\n".join(texts(document))


def test_the_trail_tells_the_case_and_none_of_the_words(bureau: Bureau) -> None:
    plan = bureau.case(14)
    meeting = held(bureau, plan, "進める。")
    record_client_notice(**bureau.given, meeting=meeting, client_id=plan.client_id)
    entry = bureau.audited()[-1]
    assert (entry.action, entry.subject_id) == ("本人への説明の作成", plan.client_id)
    assert json.loads(entry.detail) == {"meeting": meeting.number, "case": 14, "plan": 1}


# ---- what stands in the way


def test_not_before_the_meeting_is_closed(bureau: Bureau) -> None:
    plan = bureau.case()
    meeting = bureau.meeting()
    bureau.item(meeting, plan)
    assert "閉会して結果が決まってから" in why_no_notice(bureau.session, meeting)
    with pytest.raises(Refused, match="閉会して結果が決まってから"):
        client_notice(bureau.session, meeting, plan.client_id, dated=DATED)
    bureau.opened(meeting)
    with pytest.raises(Refused, match="「開会」の段階です"):
        client_notice(bureau.session, meeting, plan.client_id, dated=DATED)


@pytest.mark.parametrize("phone", ["", "  "])
def test_not_without_a_telephone_number(bureau: Bureau, phone: str) -> None:
    plan = bureau.case()
    meeting = held(bureau, plan)
    settle(bureau, "office.phone", phone)
    before = len(bureau.audited())
    with pytest.raises(Refused, match="「設定」の「事務所」で電話番号を入れて"):
        client_notice(bureau.session, meeting, plan.client_id, dated=DATED)
    with pytest.raises(Refused, match="「設定」の「事務所」で電話番号を入れて"):
        record_client_notice(**bureau.given, meeting=meeting, client_id=plan.client_id)
    assert len(bureau.audited()) == before


def test_a_case_that_was_not_there_is_not_found(bureau: Bureau) -> None:
    meeting = held(bureau, bureau.case(1))
    other = bureau.case(2)
    for ask in (case_of_meeting, lambda *of: client_notice(*of, dated=DATED)):
        with pytest.raises(NotFound):
            ask(bureau.session, meeting, other.client_id)


def test_the_closed_meetings_of_a_case_are_listed_once_each_latest_first(bureau: Bureau) -> None:
    client = bureau.client(9)
    plans = [bureau.plan(client, 1), bureau.plan(client, 2)]
    meeting = bureau.meeting()
    for plan in plans:
        bureau.item(meeting, plan)
    bureau.held(meeting)
    bureau.item(bureau.meeting(date(2014, 6, 24)), plans[1])
    found = held_hearings(bureau.session, client.id)
    assert [hearing.meeting_id for hearing in found] == [meeting.id]
