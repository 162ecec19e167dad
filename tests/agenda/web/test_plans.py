"""期限とケース through the browser."""

from datetime import date
from typing import Any

import pytest
from sqlmodel import select

from agenda.tables import Client, Consent, Plan
from meetings_app.core.terms import CommitteeKind, Role
from meetings_app.tables.committees import Committee
from tests.agenda.web.demo import client_id, plan_of
from tests.web_support import Web, WebClient

READERS = (Role.SECRETARIAT, Role.CHAIR, Role.CITY_OFFICER)
KEPT_BY_THE_SECRETARIAT = ("consent", "withdrawal", "plans", "monitoring", "requests")
OTHERS = (Role.ACCOUNTING, Role.MEMBER, Role.REGIONAL)


def add_case(web: Web, number: int = 7, initials: str = "K.S", committee_id: str = "") -> str:
    with web.db.write() as session:
        client = Client(committee_id=committee_id or web.committee_id, case_number=number, initials=initials)
        session.add(client)
        session.flush()
        return client.id


def add_plan(web: Web, case_id: str, **facts: Any) -> str:
    with web.db.write() as session:
        given: dict[str, Any] = {"client_id": case_id, "number": 1} | facts
        plan = Plan(**given)
        session.add(plan)
        session.flush()
        return plan.id


def foreign_case(web: Web) -> str:
    with web.db.write() as session:
        other = Committee(
            kind=CommitteeKind.SUPPORT, name="よその会議", municipality="白糠町", region="釧路総合振興局"
        )
        session.add(other)
        session.flush()
        other_id = other.id
    return add_case(web, 1, "X.X", other_id)


# ---- who may come in


@pytest.mark.parametrize("role", OTHERS)
def test_cases_are_closed_to_the_other_roles(web: Web, role: Role) -> None:
    with web.client(role) as client:
        for path in ("/plans", "/plans/due", "/plans/monthly", "/plans/" + "0" * 32):
            assert client.get(path).status_code == 403, path


@pytest.mark.parametrize("role", READERS)
def test_a_case_of_another_body_is_not_found(web: Web, role: Role) -> None:
    case_id = foreign_case(web)
    with web.client(role) as client:
        assert client.get(f"/plans/{case_id}").status_code == 404
        assert "X.X" not in client.get("/plans").text


def test_nothing_is_recorded_on_a_case_of_another_body(web: Web) -> None:
    case_id = foreign_case(web)
    with web.client(Role.SECRETARIAT) as client:
        for form in (*KEPT_BY_THE_SECRETARIAT, "decisions"):
            answer = client.post(f"/plans/{case_id}/{form}", data={"consent_on": "R8.11.1"})
            assert answer.status_code == 404, form


@pytest.mark.parametrize("role", [Role.CHAIR, Role.CITY_OFFICER])
def test_only_the_secretariat_keeps_the_cases(web: Web, role: Role) -> None:
    case_id = add_case(web)
    with web.client(role) as client:
        for form in KEPT_BY_THE_SECRETARIAT:
            assert client.post(f"/plans/{case_id}/{form}", data={}).status_code == 403, form
        assert client.get("/plans/import").status_code == 403
        assert client.get("/plans/new").status_code == 403
        assert "ケースを登録する" not in client.get("/plans").text


# ---- what is due


def test_due_as_of_a_day_shows_reason_article_meeting_and_lock(demo: Web) -> None:
    with demo.client(Role.SECRETARIAT) as client:
        page = client.get("/plans/due?on=H26.3.12").text
    assert "会議に諮るプラン 10件、42日先まで" in page
    assert "プランの期間が平成26年3月31日に終わるため、評価を行います。" in page
    assert "第5条第5項" in page
    assert "あと19日" in page
    assert "第19回" in page
    assert "同意が平成26年3月10日に撤回され、資料に入れられません" in page
    assert "資料に入れられない 1" in page
    assert "平成26年3月12日（水）の記録による一覧です。" in page


def test_due_takes_any_form_of_date_and_a_horizon(demo: Web) -> None:
    with demo.client(Role.CHAIR) as client:
        assert "7日先まで" in client.get("/plans/due?on=2014-03-12&horizon=7").text
        wareki = client.get("/plans/due?on=平成２６年３月１２日&horizon=７").text
    assert "7日先まで" in wareki
    assert "あと19日" not in wareki  # the periods that end on 31 March lie beyond
    assert "報告待ち" in wareki  # a monitoring past its month stays listed


def test_nothing_due_says_what_to_do(web: Web) -> None:
    with web.client(Role.SECRETARIAT) as client:
        page = client.get("/plans/due").text
    assert "この条件に当たるプランはありません。" in page
    assert "これから5週間に期限を迎えるプランはありません。" in page


def test_what_cannot_be_read_is_refused_and_stays_typed(demo: Web) -> None:
    with demo.client(Role.SECRETARIAT) as client:
        answer = client.get("/plans/due?on=きのう&horizon=0")
    assert answer.status_code == 422
    assert "「きのう」を日付として読めません。" in answer.text
    assert "「範囲」は1から731までの数で入力してください。" in answer.text
    assert 'value="きのう"' in answer.text
    assert "あと6日" in answer.text  # today's list is still there


@pytest.mark.parametrize("path", ["/plans/due", "/plans/case-list"])
def test_a_day_beyond_the_calendar_is_refused(demo: Web, path: str) -> None:
    with demo.client(Role.SECRETARIAT) as client:
        far = client.get(f"{path}?on=9999-12-31")
        last = client.get(f"{path}?on=2100-12-31")
    assert (far.status_code, last.status_code) == (422, 200)
    assert "「基準日」は2100年までの日付にしてください。" in far.text


def test_the_list_of_cases_leaves_out_a_plan_that_is_not_written_yet(demo: Web) -> None:
    with demo.client(Role.SECRETARIAT) as client:
        page = client.get("/plans?q=12").text
    assert "プラン1" in page
    assert "プラン2" not in page


def test_filters_leave_only_what_they_say(demo: Web) -> None:
    with demo.client(Role.CITY_OFFICER) as client:
        locked = client.get("/plans/due?on=H26.3.12&show=locked").text
        unplaced = client.get("/plans/due?on=H26.3.12&show=unplaced").text
        assert client.get("/plans/due?show=all").status_code == 422
    assert "No.18" in locked
    assert "No.9<" not in locked
    assert "No.4<" in unplaced
    assert "No.9<" not in unplaced


def test_overdue_later_and_open_ended_stand_apart(web: Web) -> None:
    over = add_case(web, 1)
    add_plan(web, over, met_on=date(2026, 4, 1), period_end=date(2026, 11, 20))
    later = add_case(web, 2)
    add_plan(web, later, met_on=date(2026, 4, 1), period_end=date(2026, 12, 25))
    new = add_case(web, 3)
    add_plan(web, new, drafted_on=date(2026, 11, 1))
    report = add_case(web, 4)
    add_plan(
        web,
        report,
        met_on=date(2026, 4, 1),
        period_end=date(2027, 3, 31),
        monitoring_month_end=date(2026, 10, 31),
    )
    with web.client(Role.SECRETARIAT) as client:
        page = client.get("/plans/due").text
    assert "期限超過　1件" in page
    assert "5日超過" in page
    assert "その先　1件" in page
    assert "期限なし　1件" in page
    assert "報告待ち" in page  # a monitoring past its month is not overdue
    assert "同意の記録がなく、資料に入れられません" in page


def test_an_urgent_plan_is_due_for_the_next_meeting(demo: Web) -> None:
    plan = plan_of(demo, 20, 1)
    case_id = client_id(demo, 20)
    with demo.client(Role.SECRETARIAT) as client:
        answer = client.post(
            f"/plans/{case_id}/requests",
            data={
                "request_of": f"{plan.id}.{plan.version}",
                "request_kind": "urgent",
                "requested_on": "H26.3.25",
            },
        )
        assert answer.status_code == 303
        page = client.get("/plans/due").text
    assert "平成26年3月25日に急ぐ事情が生じたため、次の会議に諮ります。" in page
    assert "3月28日（金）" in page


def test_the_months_of_the_year(demo: Web) -> None:
    with demo.client(Role.CITY_OFFICER) as client:
        page = client.get("/plans/monthly?fiscal_year=2013")
        wrong = client.get("/plans/monthly?fiscal_year=25")
        default = client.get("/plans/monthly")
    assert page.status_code == default.status_code == 200
    assert "平成25年度" in page.text
    assert page.text.count("data-label") == 13 * 5
    assert wrong.status_code == 422
    assert "「年度」は1990から2100までの数で入力してください。" in wrong.text


# ---- the list


def test_a_case_is_found_by_number_or_initials(demo: Web) -> None:
    with demo.client(Role.CHAIR) as client:
        for query in ("12", "No.12", "１２", "no12", " y.f "):
            page = client.get("/plans", params={"q": query}).text
            assert ">No.12<" in page, query
            assert ">No.1<" not in page, query


def test_a_search_without_answer_says_how_to_search(demo: Web) -> None:
    with demo.client(Role.CHAIR) as client:
        page = client.get("/plans", params={"q": "<b>99"}).text
    assert "当たるケースはありません。" in page
    assert "<b>99" not in page
    assert "&lt;b&gt;99" in page


def test_the_list_keeps_the_precision_of_the_record(demo: Web) -> None:
    with demo.client(Role.CHAIR) as client:
        page = client.get("/plans").text
        running = client.get("/plans?show=open").text
    assert "平成25年12月下旬" in page
    assert "ケース 22件" in page
    assert ">No.1<" not in running


# ---- one case


def test_a_case_shows_what_was_written_beside_what_was_read(demo: Web) -> None:
    with demo.client(Role.CHAIR) as client:
        page = client.get(f"/plans/{client_id(demo, 9)}").text
    assert "No.9 F.N" in page
    assert "第19回" in page
    assert "H26年7月" in page
    assert "平成26年7月" in page
    assert "了承" in page
    assert "同意あり" in page
    assert "新しいプラン" not in page  # the chair reads


def test_a_hostile_text_stays_text(web: Web) -> None:
    case_id = add_case(web, initials="<script>")
    add_plan(web, case_id, goal="<img src=x onerror=alert(1)>", drafted_on=date(2026, 11, 1))
    with web.client(Role.SECRETARIAT) as client:
        pages = client.get(f"/plans/{case_id}").text + client.get("/plans").text
    assert "<script>" not in pages.replace('<script src="', "")
    assert "<img src=x" not in pages
    assert "&lt;img src=x" in pages


def register(client: WebClient, **typed: str) -> str:
    answer = client.post("/plans/new", data={"case_number": "31", "initials": "K.S"} | typed)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def test_a_new_case_with_consent_and_plan_becomes_due(web: Web) -> None:
    with web.client(Role.SECRETARIAT) as client:
        case = register(client, first_contact_on="R8.11.10")
        assert "No.31 を登録しました。" in client.get(case).text
        consent = client.post(f"{case}/consent", data={"consent_on": "R8.11.12", "consent_note": "書面"})
        plan = client.post(
            f"{case}/plans",
            data={
                "plan_goal": "朝の時間に通える",
                "plan_period_end": "令和9年5月下旬",
                "plan_monitoring": "R9.2",
            },
        )
        assert (consent.status_code, plan.status_code) == (303, 303)
        page = client.get(case).text
        due = client.get("/plans/due").text
    assert "令和9年5月下旬" in page
    assert "<dt>初回の相談</dt><dd>令和8年11月10日（火）</dd>" in page
    assert "まだ会議の確認を受けていない新しいプランです。" in due
    with web.db.read() as session:
        stored = session.exec(select(Plan)).one()
        assert stored.period_end == date(2027, 5, 31)
        assert stored.monitoring_month_end == date(2027, 2, 28)
        assert stored.drafted_on == date(2026, 11, 25)


def test_a_number_in_use_and_a_contact_to_come_are_refused(web: Web) -> None:
    add_case(web, 31)
    with web.client(Role.SECRETARIAT) as client:
        assert 'value="32"' in client.get("/plans/new").text
        taken = client.post("/plans/new", data={"case_number": "31", "initials": "Z.Z"})
        later = client.post("/plans/new", data={"case_number": "40", "first_contact_on": "R8.12.1"})
        empty = client.post("/plans/new", data={"case_number": "", "first_contact_on": "?"})
    assert taken.status_code == later.status_code == empty.status_code == 422
    assert "No.31 は使われています。空いている番号（No.32 など）にしてください。" in taken.text
    assert 'value="Z.Z"' in taken.text
    assert "「初回の相談の日」の令和8年12月1日はまだ来ていません。" in later.text
    assert 'href="#f-first_contact_on"' in later.text
    assert "「ケース番号」を入力してください。" in empty.text
    assert "「?」を日付として読めません。" in empty.text


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"plan_goal": "", "plan_period_end": "R9.3.31"}, "「目標」を入力してください。"),
        ({"plan_goal": "目標", "plan_period_end": ""}, "「期間の終わり」を入力してください。"),
        ({"plan_goal": "目標", "plan_period_end": "いつか"}, "「いつか」を日付として読めません。"),
        ({"plan_goal": "目標", "plan_period_end": "R8.10"}, "期間の終わりがプランの作成日より前です。"),
        (
            {"plan_goal": "目標", "plan_period_end": "R9.3", "plan_drafted_on": "R8.12.1"},
            "「作成の日」の令和8年12月1日はまだ来ていません。",
        ),
        (
            {"plan_goal": "目標", "plan_period_end": "R9.3", "plan_monitoring": "平成40年"},
            "「平成40年」を日付として読めません。",
        ),
    ],
)
def test_an_incomplete_plan_is_refused_with_what_was_typed(
    web: Web, typed: dict[str, str], sentence: str
) -> None:
    case_id = add_case(web)
    with web.client(Role.SECRETARIAT) as client:
        answer = client.post(f"/plans/{case_id}/plans", data=typed)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert 'data-keep="plan_period_end" open' in answer.text
    with web.db.read() as session:
        assert session.exec(select(Plan)).all() == []


def test_consent_is_given_withdrawn_and_given_again(web: Web) -> None:
    case_id = add_case(web)
    path = f"/plans/{case_id}"
    with web.client(Role.SECRETARIAT) as client:
        assert "同意の記録なし" in client.get(path).text
        nothing = client.post(f"{path}/withdrawal", data={"withdrawn_on": "R8.11.1"})
        assert "撤回する同意が記録されていません。" in nothing.text
        assert client.post(f"{path}/consent", data={"consent_on": "R8.10.1"}).status_code == 303
        twice = client.post(f"{path}/consent", data={"consent_on": "R8.11.1"})
        assert twice.status_code == 422
        assert "同意は令和8年10月1日からの分が記録されています。" in twice.text
        early = client.post(f"{path}/withdrawal", data={"withdrawn_on": "R8.10.1"})
        assert "撤回の日は、同意の日（令和8年10月1日）より後にしてください。" in early.text
        assert client.post(f"{path}/withdrawal", data={"withdrawn_on": "R8.11.1"}).status_code == 303
        assert "同意の撤回あり" in client.get(path).text
        assert client.post(f"{path}/consent", data={"consent_on": "R8.11.20"}).status_code == 303
        assert "同意あり" in client.get(path).text
    with web.db.read() as session:
        consents = session.exec(select(Consent)).all()
    periods = sorted((row.valid_from, row.valid_to) for row in consents)
    assert periods == [
        (date(2026, 10, 1), date(2026, 11, 1)),
        (date(2026, 11, 20), None),
    ]


def test_the_city_officer_records_the_decision_of_a_plan_and_of_its_evaluation(web: Web) -> None:
    case_id = add_case(web)
    plan_id = add_plan(
        web,
        case_id,
        met_on=date(2026, 5, 12),
        evaluated_on=date(2026, 11, 20),
        evaluation_outcome="終結",
    )
    path = f"/plans/{case_id}"
    with web.client(Role.CITY_OFFICER) as client:
        page = client.get(path).text
        assert "プラン1（令和8年5月12日の会議）" in page
        assert "プラン1の評価（令和8年11月20日の会議）" in page
        early = client.post(
            f"{path}/decisions", data={"decision_of": f"{plan_id}.1.plan", "decided_on": "R8.5.11"}
        )
        assert early.status_code == 422
        assert "会議の日（令和8年5月12日）より前の日付です。" in early.text
        same_day = client.post(
            f"{path}/decisions", data={"decision_of": f"{plan_id}.1.plan", "decided_on": "R8.5.12"}
        )
        assert same_day.status_code == 303
        stale = client.post(
            f"{path}/decisions", data={"decision_of": f"{plan_id}.1.evaluation", "decided_on": "R8.11.24"}
        )
        assert stale.status_code == 409
        done = client.post(
            f"{path}/decisions", data={"decision_of": f"{plan_id}.2.evaluation", "decided_on": "R8.11.24"}
        )
        assert done.status_code == 303
        assert "支援決定・確認の記録を待つものはありません。" in client.get(path).text
    with web.db.read() as session:
        plan = session.exec(select(Plan)).one()
        assert (plan.decided_on, plan.evaluation_decided_on) == (date(2026, 5, 12), date(2026, 11, 24))


def test_a_strange_choice_of_plan_is_refused(web: Web) -> None:
    case_id = add_case(web)
    unknown = "0" * 32
    choices = {"": 422, "x": 422, unknown: 422, f"{unknown}.1": 404, f"{unknown}.1.other": 422}
    with web.client(Role.SECRETARIAT) as client:
        for choice, status in choices.items():
            form = {"monitoring_of": choice, "monitored_on": "R8.11.1"}
            assert client.post(f"/plans/{case_id}/monitoring", data=form).status_code == status, choice


def test_a_plan_of_another_case_is_not_found(web: Web) -> None:
    plan_id = add_plan(web, add_case(web, 1), met_on=date(2026, 5, 1))
    other = add_case(web, 2)
    with web.client(Role.SECRETARIAT) as client:
        answer = client.post(
            f"/plans/{other}/monitoring",
            data={"monitoring_of": f"{plan_id}.1", "monitored_on": "R8.11.1"},
        )
    assert answer.status_code == 404


def test_monitoring_takes_the_report_off_the_list(web: Web) -> None:
    case_id = add_case(web)
    plan_id = add_plan(
        web,
        case_id,
        met_on=date(2026, 5, 1),
        period_end=date(2027, 4, 30),
        monitoring_month_end=date(2026, 11, 30),
    )
    form = {"monitoring_of": f"{plan_id}.1"}
    with web.client(Role.SECRETARIAT) as client:
        assert "No.7<" in client.get("/plans/due").text
        early = client.post(f"/plans/{case_id}/monitoring", data=form | {"monitored_on": "R8.4.1"})
        later = client.post(f"/plans/{case_id}/monitoring", data=form | {"monitored_on": "R8.11.26"})
        done = client.post(f"/plans/{case_id}/monitoring", data=form | {"monitored_on": "R8.11.24"})
        page = client.get("/plans/due").text
    assert (early.status_code, later.status_code, done.status_code) == (422, 422, 303)
    assert "令和8年11月26日はまだ来ていません。" in later.text
    assert "No.7<" not in page


def test_an_ending_is_asked_for_once_a_plan_runs(web: Web) -> None:
    case_id = add_case(web)
    ended = add_plan(
        web, case_id, met_on=date(2026, 5, 1), evaluated_on=date(2026, 6, 1), evaluation_outcome="終結"
    )
    running = add_plan(web, case_id, number=2, met_on=date(2026, 7, 1), period_end=date(2027, 6, 30))
    form = {"request_kind": "ending", "requested_on": "R8.11.20"}
    with web.client(Role.SECRETARIAT) as client:
        late = client.post(f"/plans/{case_id}/requests", data=form | {"request_of": f"{ended}.1"})
        done = client.post(f"/plans/{case_id}/requests", data=form | {"request_of": f"{running}.1"})
        page = client.get("/plans/due").text
    assert (late.status_code, done.status_code) == (422, 303)
    assert "プラン1は評価が済んでいます。" in late.text
    assert "12月4日（金）" in page  # the day asked plus 14
    assert "あと9日" in page
