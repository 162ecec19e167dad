"""プランの内容: goal and dates, services under the names of their day, evaluation; reasons once a meeting confirmed."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from sqlmodel import select

from agenda.services.assessments import add_assessment, assessments_of, latest_assessment
from agenda.services.case_history import edits_of
from agenda.services.plan_details import (
    Evaluation,
    PlanContent,
    ServiceEntry,
    decision_terms,
    edit_evaluation,
    edit_plan,
    services_of,
    set_services,
)
from agenda.services.providers import providers_of, providers_of_plan
from agenda.services.service_codes import add_code, codes_on, end_code, rename_code
from agenda.tables import Client, Plan
from meetings_app.core.clock import FixedClock, tokyo
from meetings_app.core.errors import NotFound, Refused
from meetings_app.core.partial_date import PartialDate, read_partial_date
from meetings_app.core.terms import Precision, ServiceKind
from meetings_app.db.engine import Database
from meetings_app.tables.office import AuditEntry
from tests.agenda.services.register_office import Desk, open_desk

FREE = ServiceEntry(ServiceKind.INFORMAL, "", "朝の会食会", "見本の会", "火曜")


@pytest.fixture
def desk(database: Database, clock: FixedClock) -> Iterator[Desk]:
    with database.write() as session:
        yield open_desk(session, clock)


@pytest.fixture
def client(desk: Desk) -> Client:
    return desk.case()


def coded(code: str, provider: str = "") -> ServiceEntry:
    return ServiceEntry(ServiceKind.OTHER, code, "", provider)


def loosely(text: str) -> PartialDate:
    read = read_partial_date(text)
    assert read is not None
    return read


def names(desk: Desk, plan: Plan) -> list[str]:
    return [line.name for line in services_of(desk.session, [plan.id])[plan.id]]


# ---- names of the day


@pytest.mark.parametrize(
    ("code", "day", "name"),
    [
        ("A06", date(2018, 9, 30), "家計相談支援事業"),
        ("A06", date(2018, 10, 1), "家計改善支援事業"),
        ("A05", date(2025, 3, 31), "一時生活支援事業"),
        ("A05", date(2025, 4, 1), "居住支援事業"),
    ],
)
def test_a_plan_keeps_the_name_of_its_own_day(
    desk: Desk, client: Client, code: str, day: date, name: str
) -> None:
    plan = desk.plan(client, drafted_on=day)
    set_services(**desk.given, plan=plan, entries=[coded(code)])
    assert names(desk, plan) == [name]
    # years after the law renamed it, another row is added: the old one keeps its name
    set_services(**desk.given, plan=plan, entries=[coded(code), FREE])
    assert names(desk, plan) == [name, "朝の会食会"]


def test_the_day_of_the_meeting_counts_before_that_of_the_draft(desk: Desk, client: Client) -> None:
    plan = desk.plan(client, drafted_on=date(2018, 9, 20), met_on=date(2018, 10, 2))
    set_services(**desk.given, plan=plan, entries=[coded("A06")], reason="写した。")
    assert names(desk, plan) == ["家計改善支援事業"]


def test_a_plan_without_a_day_takes_the_names_of_today(desk: Desk, client: Client) -> None:
    plan = desk.plan(client)
    desk.clock = FixedClock(tokyo(date(2025, 3, 31), 10))
    set_services(**desk.given, plan=plan, entries=[coded("A05")])
    assert names(desk, plan) == ["一時生活支援事業"]


def test_a_code_before_the_law_is_refused_and_a_free_name_taken(desk: Desk, client: Client) -> None:
    plan = desk.plan(client, drafted_on=date(2015, 3, 31))
    with pytest.raises(Refused, match="番号「A01」の支援は、このプランの日（平成27年3月31日）にはありません"):
        set_services(**desk.given, plan=plan, entries=[coded("A01")])
    free = ServiceEntry(ServiceKind.STATUTORY, "", "自立相談支援モデル事業")
    set_services(**desk.given, plan=plan, entries=[free])
    assert names(desk, plan) == ["自立相談支援モデル事業"]


def test_an_own_code_that_ended_stays_on_the_plans_that_name_it(desk: Desk, client: Client) -> None:
    own = add_code(
        **desk.given,
        code="Ｂ０１",
        kind=ServiceKind.CENTRE,
        name="居場所",
        basis="市の要綱",
        valid_from=date(2026, 4, 1),
    )
    plan = desk.plan(client, drafted_on=date(2026, 10, 1))
    set_services(**desk.given, plan=plan, entries=[coded("B01")])
    rename_code(**desk.given, code_id=own.id, name="みんなの居場所", basis="", valid_from=date(2026, 9, 1))
    body = desk.actor.committee_id
    assert [one.name for one in codes_on(desk.session, body, date(2026, 8, 31))][-1] == "居場所"
    assert [one.name for one in codes_on(desk.session, body, date(2026, 9, 1))][-1] == "みんなの居場所"
    assert names(desk, plan) == ["居場所"]


# ---- rows


def test_rows_keep_their_order_and_providers_are_made_once(desk: Desk, client: Client) -> None:
    plan = desk.plan(client, drafted_on=date(2026, 10, 1))
    rows = [coded("A01", "見本センター"), FREE, replace(FREE, name="送迎", provider="見本の会　")]
    set_services(**desk.given, plan=plan, entries=rows)
    assert [provider.name for provider in providers_of_plan(desk.session, plan.id)] == [
        "見本センター",
        "見本の会",
    ]
    again = [replace(FREE, provider="見本の会"), coded("A01", "見本センター")]
    set_services(**desk.given, plan=plan, entries=again)
    assert names(desk, plan) == ["朝の会食会", "自立相談支援事業"]
    assert len(providers_of(desk.session, desk.actor.committee_id)) == 2


def test_the_same_rows_again_change_nothing(desk: Desk, client: Client) -> None:
    plan = desk.plan(client, drafted_on=date(2026, 10, 1))
    set_services(**desk.given, plan=plan, entries=[FREE])
    version = plan.version
    set_services(**desk.given, plan=plan, entries=[FREE])
    assert plan.version == version == 2


@pytest.mark.parametrize(
    ("entries", "sentence"),
    [
        ([FREE] * 41, "支援内容は40行まで"),
        ([replace(FREE, name="  ")], "支援の名前が入っていない行"),
        ([replace(FREE, name="あ" * 201)], "200文字以内"),
        ([replace(FREE, content="あ" * 1001)], "1000文字以内"),
        ([replace(FREE, provider="あ" * 201)], "200文字以内"),
        ([coded("Z99")], "番号「Z99」の支援は"),
    ],
)
def test_rows_that_cannot_be_are_refused(
    desk: Desk, client: Client, entries: list[ServiceEntry], sentence: str
) -> None:
    plan = desk.plan(client, drafted_on=date(2026, 10, 1))
    with pytest.raises(Refused, match=sentence):
        set_services(**desk.given, plan=plan, entries=entries)


def test_forty_rows_are_taken(desk: Desk, client: Client) -> None:
    plan = desk.plan(client, drafted_on=date(2026, 10, 1))
    assert len(set_services(**desk.given, plan=plan, entries=[FREE] * 40)) == 40


def test_what_the_city_is_asked_for_follows_the_services(desk: Desk, client: Client) -> None:
    plans = [desk.plan(client, number=n, drafted_on=date(2026, 10, 1)) for n in (1, 2, 3)]
    set_services(**desk.given, plan=plans[0], entries=[coded("A02"), FREE])
    set_services(**desk.given, plan=plans[1], entries=[FREE])
    terms = decision_terms(desk.session, [plan.id for plan in plans])
    assert [terms[plan.id] for plan in plans] == ["支援決定", "確認", "支援決定・確認"]


# ---- goal and dates


def content(**changed: object) -> PlanContent:
    given: dict[str, object] = {
        "goal": "朝の時間に通える",
        "period_start": date(2026, 11, 1),
        "period_end": loosely("令和9年3月下旬"),
        "monitoring": loosely("R9.1"),
        "drafted_on": date(2026, 10, 20),
    }
    return PlanContent(**given | changed)  # type: ignore[arg-type]


def test_a_draft_is_edited_without_a_reason_and_with_its_precision(desk: Desk, client: Client) -> None:
    plan = desk.plan(client, drafted_on=date(2026, 10, 20))
    edit_plan(**desk.given, plan=plan, content=content())
    assert (plan.goal, plan.period_start, plan.period_end) == (
        "朝の時間に通える",
        date(2026, 11, 1),
        date(2027, 3, 31),
    )
    assert (plan.period_end_precision, plan.monitoring_precision) == (Precision.LATE, Precision.MONTH)
    assert plan.version == 2
    edit_plan(**desk.given, plan=plan, content=content())
    assert plan.version == 2


def test_what_a_meeting_confirmed_is_mended_only_with_a_reason_that_stays(desk: Desk, client: Client) -> None:
    plan = desk.plan(client, drafted_on=date(2026, 10, 20), met_on=date(2026, 10, 30))
    with pytest.raises(Refused, match="プラン1は会議で確認されています。直す理由を入れてください"):
        edit_plan(**desk.given, plan=plan, content=content())
    with pytest.raises(Refused, match="直す理由を入れてください"):
        set_services(**desk.given, plan=plan, entries=[FREE])
    edit_plan(**desk.given, plan=plan, content=content(), reason="期間を書き誤っていた。")
    (edit,) = edits_of(desk.session, client.id, [plan.id])
    assert (edit.reason, edit.actor, edit.day) == (
        "期間を書き誤っていた。",
        "事務局 太郎",
        date(2026, 11, 10),
    )
    entry = desk.session.exec(select(AuditEntry).where(AuditEntry.action == "プランの変更")).one()
    assert json.loads(entry.detail)["changed"]["goal"] == ["目標", "朝の時間に通える"]


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        (
            {"period_start": date(2027, 4, 1)},
            "期間の始まり（令和9年4月1日）が、終わり（令和9年3月31日）より後",
        ),
        ({"period_end": loosely("R8.10.19"), "period_start": None}, "期間の終わりがプランの作成日より前"),
        ({"drafted_on": date(2026, 11, 11)}, "まだ来ていません"),
        ({"drafted_on": None}, "「作成の日」が空です"),
        ({"goal": " "}, "目標が空です"),
    ],
)
def test_dates_that_cannot_be_are_refused(
    desk: Desk, client: Client, changed: dict[str, object], sentence: str
) -> None:
    plan = desk.plan(client, drafted_on=date(2026, 10, 20))
    with pytest.raises(Refused, match=sentence):
        edit_plan(**desk.given, plan=plan, content=content(**changed))
    assert plan.version == 1


def test_a_known_end_is_not_emptied(desk: Desk, client: Client) -> None:
    plan = desk.plan(client, drafted_on=date(2026, 10, 20), period_end=date(2027, 3, 31))
    with pytest.raises(Refused, match="「期間の終わり」が空です"):
        edit_plan(**desk.given, plan=plan, content=content(period_end=None))


# ---- evaluation


def test_evaluation_details_are_written_and_overwritten_only_with_a_reason(
    desk: Desk, client: Client
) -> None:
    plan = desk.plan(client, met_on=date(2026, 5, 1), evaluated_on=date(2026, 11, 1))
    first = Evaluation(" 通えた ", "よく話す", follow_up=True, follow_up_note="電話")
    edit_evaluation(**desk.given, plan=plan, evaluation=first)
    assert (plan.evaluation_achieved, plan.evaluation_changes, plan.follow_up) == ("通えた", "よく話す", True)
    other = replace(first, changes="表情が明るい")
    with pytest.raises(Refused, match="直す理由"):
        edit_evaluation(**desk.given, plan=plan, evaluation=other)
    edit_evaluation(**desk.given, plan=plan, evaluation=other, reason="聞き誤り。")
    assert plan.evaluation_changes == "表情が明るい"
    assert plan.version == 3


@pytest.mark.parametrize(
    "evaluation",
    [
        Evaluation("あ" * 2001, "", None),
        Evaluation("", "あ" * 2001, None),
        Evaluation("", "", None, "あ" * 1001),
    ],
)
def test_overlong_evaluations_are_refused(desk: Desk, client: Client, evaluation: Evaluation) -> None:
    with pytest.raises(Refused, match="文字以内"):
        edit_evaluation(**desk.given, plan=desk.plan(client), evaluation=evaluation)


# ---- assessments


def test_the_latest_assessment_as_of_a_day(desk: Desk, client: Client) -> None:
    for day, text in ((date(2026, 10, 1), "はじめ"), (date(2026, 11, 1), "いま")):
        add_assessment(**desk.given, client=client, assessed_on=day, summary=text)
    desk.clock = FixedClock(tokyo(date(2026, 11, 10), 15))
    add_assessment(**desk.given, client=client, assessed_on=date(2026, 11, 1), summary=" 書き直し ")

    def known(day: date) -> str | None:
        row = latest_assessment(desk.session, client.id, day)
        return row.summary if row else None

    assert known(date(2026, 9, 30)) is None
    assert known(date(2026, 10, 31)) == "はじめ"
    assert known(date(2026, 11, 1)) == "書き直し"


def test_an_assessment_sent_twice_is_kept_once(desk: Desk, client: Client) -> None:
    given = {"client": client, "assessed_on": date(2026, 11, 1), "summary": "要約"}
    first = add_assessment(**desk.given, **given)  # type: ignore[arg-type]
    assert add_assessment(**desk.given, **given).id == first.id  # type: ignore[arg-type]
    assert len(assessments_of(desk.session, client.id)) == 1


@pytest.mark.parametrize(
    ("day", "summary", "sentence"),
    [
        (date(2026, 11, 11), "要約", "まだ来ていません"),
        (date(2026, 11, 1), " ", "要約が入っていません"),
        (date(2026, 11, 1), "あ" * 4001, "4000文字以内"),
    ],
)
def test_assessments_that_cannot_be_are_refused(
    desk: Desk, client: Client, day: date, summary: str, sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        add_assessment(**desk.given, client=client, assessed_on=day, summary=summary)


# ---- the office's own codes


def test_own_codes_do_not_overlap_nor_take_the_products(desk: Desk) -> None:
    given = {"kind": ServiceKind.CENTRE, "name": "居場所", "basis": ""}
    with pytest.raises(Refused, match="番号「A01」は法律の事業に使われています"):
        add_code(**desk.given, **given, code="Ａ０１", valid_from=date(2026, 4, 1))  # type: ignore[arg-type]
    row = add_code(**desk.given, **given, code="B01", valid_from=date(2026, 4, 1))  # type: ignore[arg-type]
    with pytest.raises(Refused, match="番号「B01」の期間が重なります"):
        add_code(**desk.given, **given, code="B01", valid_from=date(2027, 4, 1))  # type: ignore[arg-type]
    with pytest.raises(Refused, match="最後の日が、始まり（令和8年4月1日）より前"):
        end_code(**desk.given, code_id=row.id, last_day=date(2026, 3, 31))
    end_code(**desk.given, code_id=row.id, last_day=date(2027, 3, 31))
    with pytest.raises(Refused, match="もう終わりの日"):
        end_code(**desk.given, code_id=row.id, last_day=date(2027, 3, 31))
    add_code(**desk.given, **given, code="B01", valid_from=date(2027, 4, 1))  # type: ignore[arg-type]
    stranger = open_desk(desk.session, desk.clock, "よその会議")
    with pytest.raises(NotFound):
        end_code(**stranger.given, code_id=row.id, last_day=date(2027, 3, 31))
