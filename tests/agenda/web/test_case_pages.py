"""ケース、支援の提供者、支援の種類 through the browser."""

from datetime import date
from typing import Any

import pytest
from sqlmodel import select

from agenda.register_tables import Affiliation, CaseLevel, PlanService, Provider, ServiceCode
from agenda.services.clients import close_case
from agenda.tables import AgendaItem, Client, Consent, Deferral, Plan
from meetings_app.core.clock import tokyo
from meetings_app.core.terms import Capacity, CommitteeKind, Purpose, Role, ServiceKind
from meetings_app.services.office_settings import set_setting
from meetings_app.tables.committees import Appointment, Committee
from meetings_app.tables.meetings import Meeting
from tests.web_support import Web, WebClient

UNKNOWN = "0" * 32
HOSTILE = "<img src=x onerror=alert(1)>"
EDITED_BY_THE_SECRETARIAT = ("edit", "closing", "reopening", "assessments")


def add(web: Web, row: Any) -> str:
    with web.db.write() as session:
        session.add(row)
        session.flush()
        return str(row.id)


def add_case(web: Web, number: int = 7, **facts: Any) -> str:
    given = {"committee_id": web.committee_id, "initials": "K.S"} | facts
    return add(web, Client(case_number=number, **given))


def add_plan(web: Web, case_id: str, **facts: Any) -> str:
    given: dict[str, Any] = {"number": 1, "drafted_on": date(2026, 10, 1)} | facts
    return add(web, Plan(client_id=case_id, **given))


def add_provider(web: Web, name: str = "見本の会", **facts: Any) -> str:
    return add(web, Provider(**({"committee_id": web.committee_id, "name": name} | facts)))


def foreign_body(web: Web) -> str:
    body = Committee(
        kind=CommitteeKind.SUPPORT, name="よその会議", municipality="白糠町", region="釧路総合振興局"
    )
    return add(web, body)


def staff(web: Web) -> str:
    person_id = web.people[Role.SECRETARIAT]
    add(
        web,
        Appointment(
            committee_id=web.committee_id,
            person_id=person_id,
            capacity=Capacity.SECRETARIAT,
            valid_from=date(2026, 4, 1),
        ),
    )
    return person_id


def keep_names(web: Web) -> None:
    with web.db.write() as session:
        set_setting(
            session=session,
            actor=web.actor(Role.SECRETARIAT),
            clock=web.clock,
            key="cases.names",
            value=True,
        )


def stored(web: Web, table: Any) -> Any:
    with web.db.read() as session:
        row = session.exec(select(table)).one()
        session.expunge(row)
        return row


def get(client: WebClient, path: str, **query: str) -> str:
    answer = client.get(path, params=query)
    assert answer.status_code == 200, answer.text
    return answer.text


# ---- who may come in


@pytest.mark.parametrize("role", [Role.CHAIR, Role.CITY_OFFICER])
def test_readers_see_everything_and_change_nothing(web: Web, role: Role) -> None:
    case_id, provider_id = add_case(web), add_provider(web)
    plan_id = add_plan(web, case_id)
    with web.client(role) as client:
        assert "ケースの記録を直す" not in get(client, f"/plans/{case_id}")
        assert "勤務する人を記録する" not in get(client, f"/plans/providers/{provider_id}")
        get(client, "/plans/providers")
        get(client, "/plans/search", q="7")
        for form in EDITED_BY_THE_SECRETARIAT:
            assert client.post(f"/plans/{case_id}/{form}", data={}).status_code == 403, form
        for path in (f"/plans/{case_id}/plans/{plan_id}", f"/plans/providers/{provider_id}"):
            assert client.post(path, data={}).status_code == 403, path
        assert client.get("/settings/service-codes").status_code == 403


@pytest.mark.parametrize("role", [Role.ACCOUNTING, Role.MEMBER, Role.REGIONAL])
def test_the_other_roles_come_nowhere(web: Web, role: Role) -> None:
    provider_id = add_provider(web)
    with web.client(role) as client:
        for path in ("/plans/search?q=7", "/plans/providers", f"/plans/providers/{provider_id}"):
            assert client.get(path).status_code == 403, path


def test_what_belongs_to_another_body_is_not_found(web: Web) -> None:
    other = foreign_body(web)
    case_id = add_case(web, committee_id=other)
    plan_id = add_plan(web, case_id)
    consent_id = add(web, Consent(client_id=case_id, valid_from=date(2026, 10, 1)))
    provider_id = add_provider(web, committee_id=other)
    own = add_case(web, 8)
    with web.client(Role.SECRETARIAT) as client:
        for path in (
            f"/plans/{case_id}/edit",
            f"/plans/{case_id}/plans/{plan_id}",
            f"/plans/{case_id}/plans/{plan_id}/evaluation",
            f"/plans/{case_id}/consents/{consent_id}",
            f"/plans/{own}/plans/{plan_id}",
            f"/plans/{own}/plans/{plan_id}/evaluation",
            f"/plans/{own}/consents/{consent_id}",
            f"/plans/providers/{provider_id}",
            f"/plans/providers/{provider_id}/people/{UNKNOWN}",
        ):
            assert client.get(path).status_code == 404, path
        changed = client.post(
            f"/plans/{own}/plans/{plan_id}", data={"goal": "x", "period_end": "R9.3", "version": "1"}
        )
        assert changed.status_code == 404
        assert "見本の会" not in get(client, "/plans/providers")
        assert f"/plans/{case_id}" not in get(client, "/plans/search", q="7")


# ---- the client


def test_a_case_is_changed_once_with_its_version(web: Web) -> None:
    case_id, person_id = add_case(web), staff(web)
    typed = {"case_number": "12", "initials": "Z.Z", "assigned": person_id, "first_contact_on": "R8.11.1"}
    with web.client(Role.SECRETARIAT) as client:
        assert 'value="K.S"' in get(client, f"/plans/{case_id}/edit")
        done = client.post(f"/plans/{case_id}/edit", data=typed | {"version": "1"})
        stale = client.post(f"/plans/{case_id}/edit", data=typed | {"version": "1", "initials": "X.X"})
        page = get(client, f"/plans/{case_id}")
    assert done.status_code == 303
    assert stale.status_code == 409
    assert "ほかの人が先に変えました" in stale.text
    assert 'value="X.X"' in stale.text
    assert "No.12 Z.Z" in page
    row = stored(web, Client)
    assert (row.case_number, row.assigned_id, row.first_contact_on) == (12, person_id, date(2026, 11, 1))


def test_a_wrong_edit_is_told_at_its_field(web: Web) -> None:
    case_id = add_case(web)
    add_case(web, 8)
    typed = {"case_number": "8", "version": "1"}
    with web.client(Role.SECRETARIAT) as client:
        taken = client.post(f"/plans/{case_id}/edit", data=typed)
        nobody = client.post(
            f"/plans/{case_id}/edit", data={"case_number": "7", "assigned": UNKNOWN, "version": "1"}
        )
        unread = client.post(
            f"/plans/{case_id}/edit", data={"case_number": "", "first_contact_on": "R8.2.30"}
        )
    assert taken.status_code == nobody.status_code == unread.status_code == 422
    assert "No.8 は使われています。空いている番号（No.9 など）" in taken.text
    assert "きょう事務局員である人から選んでください" in nobody.text
    assert "「ケース番号」を入力してください。" in unread.text
    assert "「R8.2.30」という日はありません。" in unread.text


def test_names_are_neither_shown_nor_taken_nor_found_while_the_switch_is_off(web: Web) -> None:
    case_id = add_case(web, name="見本 花子", kana="みほん はなこ")
    typed = {"case_number": "7", "initials": "K.S", "name": "別の 名前", "version": "1"}
    with web.client(Role.SECRETARIAT) as client:
        for path in (f"/plans/{case_id}", f"/plans/{case_id}/edit", "/plans", "/plans/new"):
            page = get(client, path)
            assert "花子" not in page, path
            assert 'name="kana"' not in page, path
        assert "花子" not in get(client, "/plans", q="7")
        assert "当たるケースはありません。" in get(client, "/plans", q="みほん")
        assert client.post(f"/plans/{case_id}/edit", data=typed).status_code == 303
    assert stored(web, Client).name == "見本 花子"


def test_names_are_kept_when_the_office_has_chosen_so(web: Web) -> None:
    keep_names(web)
    with web.client(Role.SECRETARIAT) as client:
        typed = {"case_number": "31", "initials": "M.H", "name": "見本 花子", "kana": "ミホン ハナコ"}
        case = client.post("/plans/new", data=typed).headers["location"]
        assert "見本 花子（ミホン ハナコ）" in get(client, case)
        assert "見本 花子" in get(client, "/plans", q="ﾐﾎﾝ")
        assert "見本 花子" in get(client, "/plans/search", q="みほん")


def test_a_case_is_closed_and_opened_again(web: Web) -> None:
    case_id = add_case(web)
    path = f"/plans/{case_id}"
    with web.client(Role.SECRETARIAT) as client:
        wrong = client.post(
            f"{path}/closing", data={"closed_on": "R8.11.26", "closed_why": "x", "version": "1"}
        )
        done = client.post(
            f"{path}/closing", data={"closed_on": "R8.11.24", "closed_why": "相談のみ", "version": "1"}
        )
        page, listed = get(client, path), get(client, "/plans")
        stale = client.post(f"{path}/reopening", data={"reopen_why": "また来た", "version": "1"})
        again = client.post(f"{path}/reopening", data={"reopen_why": "また来た", "version": "2"})
        history = get(client, path)
    assert (wrong.status_code, done.status_code, stale.status_code, again.status_code) == (422, 303, 409, 303)
    assert "令和8年11月26日はまだ来ていません。" in wrong.text
    assert "このケースは令和8年11月24日（火）に終わりました。" in page
    assert "終了" in listed
    assert "また来た" in history
    assert stored(web, Client).closed_on is None


def test_a_consent_is_corrected_with_a_reason(web: Web) -> None:
    case_id = add_case(web)
    consent_id = add(web, Consent(client_id=case_id, valid_from=date(2026, 11, 1)))
    path = f"/plans/{case_id}/consents/{consent_id}"
    with web.client(Role.SECRETARIAT) as client:
        assert path in get(client, f"/plans/{case_id}")
        page = get(client, path)
        seen = page.split('name="seen" value="')[1].split('"')[0]
        assert 'value="令和8年11月1日"' in page
        silent = client.post(path, data={"given_on": "R8.10.1", "seen": seen})
        done = client.post(path, data={"given_on": "R8.10.1", "seen": seen, "reason": HOSTILE})
        stale = client.post(path, data={"given_on": "R8.10.2", "seen": seen, "reason": "x"})
        history = get(client, f"/plans/{case_id}", show="change")
    assert (silent.status_code, done.status_code, stale.status_code) == (422, 303, 409)
    assert "「訂正の理由」を入力してください。" in silent.text
    assert "同意の記録の訂正" in history
    assert HOSTILE not in history
    assert "&lt;img src=x" in history
    assert "これまでの訂正" in stale.text
    assert stored(web, Consent).valid_from == date(2026, 10, 1)


# ---- the time line


def test_the_time_line_tells_everything_newest_first(web: Web) -> None:
    case_id = add_case(web, first_contact_on=date(2025, 12, 1))
    add(web, Consent(client_id=case_id, valid_from=date(2026, 1, 5), valid_to=date(2026, 9, 1)))
    plan_id = add_plan(
        web,
        case_id,
        drafted_on=date(2026, 1, 10),
        met_on=date(2026, 2, 1),
        decided_on=date(2026, 2, 3),
        monitored_on=date(2026, 4, 1),
        evaluated_on=date(2026, 7, 1),
        evaluation_outcome="終結",
    )
    add(
        web,
        CaseLevel(
            client_id=case_id,
            assessed_on=date(2026, 3, 1),
            level=4,
            recorded_by="x",
            recorded_at=tokyo(date(2026, 3, 1), 9),
        ),
    )
    meeting_id = add(
        web,
        Meeting(
            committee_id=web.committee_id,
            number=5,
            starts_at=tokyo(date(2026, 8, 1), 10),
            ends_at=tokyo(date(2026, 8, 1), 11),
        ),
    )
    add(web, Deferral(meeting_id=meeting_id, plan_id=plan_id, why="時間が足りない", decided_by="委員長"))
    with web.client(Role.CHAIR) as client:
        page = get(client, f"/plans/{case_id}")
        meetings = get(client, f"/plans/{case_id}", show="meeting")
        strange = get(client, f"/plans/{case_id}", show="<b>")
    line = page[page.index('id="history"') :]
    told = [
        "令和8年（2026年）", "同意の撤回", "見送り: 時間が足りない", "プラン1を会議で評価", "プラン1のモニタリング",
        "レベル 4", "プラン1の支援決定・確認", "プラン1を会議で確認", "プラン1を作成", "情報共有の同意",
        "令和7年（2025年）", "初回の相談",
    ]  # fmt: skip
    places = [line.index(text) for text in told]
    assert places == sorted(places)
    narrowed = meetings[meetings.index('id="history"') :]
    assert "見送り: 時間が足りない" in narrowed
    assert "プラン1を作成" not in narrowed
    assert "初回の相談" in strange[strange.index('id="history"') :]


def test_a_meeting_of_this_system_is_told_once_with_its_link(web: Web) -> None:
    case_id = add_case(web)
    meeting_id = add(
        web,
        Meeting(
            committee_id=web.committee_id,
            number=5,
            starts_at=tokyo(date(2026, 8, 1), 10),
            ends_at=tokyo(date(2026, 8, 1), 11),
        ),
    )
    plan_id = add_plan(web, case_id, met_on=date(2026, 8, 1), confirmed_meeting_id=meeting_id)
    add(web, AgendaItem(meeting_id=meeting_id, plan_id=plan_id, position=1, purpose=Purpose.ADJUST))
    with web.client(Role.CHAIR) as client:
        page = get(client, f"/plans/{case_id}")
    line = page[page.index('id="history"') :]
    assert f'<a href="/meetings/{meeting_id}">第5回 プラン1</a>' in line
    assert "プラン1を会議で確認" not in line


def test_an_assessment_is_recorded_and_shown(web: Web) -> None:
    case_id = add_case(web)
    path = f"/plans/{case_id}"
    with web.client(Role.SECRETARIAT) as client:
        empty = client.post(f"{path}/assessments", data={"assessed_on": "R8.11.1", "summary": " "})
        done = client.post(
            f"{path}/assessments", data={"assessed_on": "R8.11.1", "summary": "家賃の滞納" + HOSTILE}
        )
        page = get(client, path)
    assert (empty.status_code, done.status_code) == (422, 303)
    assert "「要約」を入力してください。" in empty.text
    assert "家賃の滞納" in page
    assert HOSTILE not in page


# ---- the plan


def plan_form(**typed: str) -> dict[str, str]:
    return {
        "goal": "朝の時間に通える",
        "drafted_on": "R8.10.1",
        "period_start": "R8.10.1",
        "period_end": "令和9年3月下旬",
        "monitoring": "R9.1",
        "version": "1",
        "rows": "4",
    } | typed


ROWS = {
    "what_1": "A02", "provider_1": "見本市", "content_1": "3か月",
    "what_2": "kind:C", "name_2": "朝の会食会", "provider_2": HOSTILE,
    "what_3": "kind:B", "name_3": "貸付", "order_3": "0",
    "what_4": "kind:E", "name_4": "消す行", "drop_4": "1",
}  # fmt: skip


def test_a_plan_and_its_services_are_written_on_one_page(web: Web) -> None:
    case_id = add_case(web)
    plan_id = add_plan(web, case_id)
    path = f"/plans/{case_id}/plans/{plan_id}"
    with web.client(Role.SECRETARIAT) as client:
        assert ">A 居住支援事業</option>" in get(client, path)
        done = client.post(path, data=plan_form(**ROWS))
        page, again = get(client, f"/plans/{case_id}"), get(client, path)
        stale = client.post(path, data=plan_form(goal="別の目標"))
    assert done.status_code == 303
    assert stale.status_code == 409
    assert "別の目標" in stale.text
    assert page.index("貸付") < page.index("住居確保給付金") < page.index("朝の会食会")
    assert "消す行" not in page
    assert HOSTILE not in page + again
    assert 'value="令和9年3月下旬"' in again
    assert '<option value="見本市">' in again
    with web.db.read() as session:
        rows = session.exec(select(PlanService).order_by("position")).all()
        assert [(row.position, row.kind.value, row.code) for row in rows] == [
            (1, "B", None),
            (2, "A", "A02"),
            (3, "C", None),
        ]


def test_more_rows_come_without_saving(web: Web) -> None:
    case_id = add_case(web)
    path = f"/plans/{case_id}/plans/{add_plan(web, case_id)}"
    with web.client(Role.SECRETARIAT) as client:
        page = client.post(path, data=plan_form(more="1", what_1="kind:C", name_1="会食会"))
        full = client.post(path, data=plan_form(more="1", rows="40"))
        far = client.post(path, data=plan_form(more="1", rows="999999999"))
    assert page.status_code == full.status_code == far.status_code == 200
    assert "支援内容 9行目" in page.text
    assert 'value="会食会"' in page.text
    assert "支援内容 40行目" in full.text
    assert "支援内容 41行目" not in full.text
    with web.db.read() as session:
        assert session.exec(select(PlanService)).all() == []


@pytest.mark.parametrize("rows", ["", "x", "-1", "999999"])
def test_services_stay_where_their_rows_did_not_arrive(web: Web, rows: str) -> None:
    case_id = add_case(web)
    path = f"/plans/{case_id}/plans/{add_plan(web, case_id)}"
    with web.client(Role.SECRETARIAT) as client:
        assert client.post(path, data=plan_form(**ROWS)).status_code == 303
        answer = client.post(path, data=plan_form(rows=rows, version="2"))
    assert answer.status_code == 422
    with web.db.read() as session:
        assert len(session.exec(select(PlanService)).all()) == 3


def test_a_name_that_is_too_long_is_not_called_missing(web: Web) -> None:
    case_id = add_case(web)
    path = f"/plans/{case_id}/plans/{add_plan(web, case_id)}"
    with web.client(Role.SECRETARIAT) as client:
        answer = client.post(path, data=plan_form(what_1="kind:C", name_1="あ" * 201))
    assert "「1行目の支援の名前」が長すぎます。" in answer.text
    assert "「支援の名前」を入れてください" not in answer.text


def required(page: str, name: str) -> bool:
    field = page[page.index(f'name="{name}"') :]
    return " required" in field[: field.index(">")]


def test_what_may_not_be_left_empty_is_marked_so(web: Web) -> None:
    case_id = add_case(web)
    bare = add_plan(web, case_id)
    met = add_plan(
        web, case_id, number=2, goal="通う", period_end=date(2027, 3, 31), met_on=date(2026, 10, 5)
    )
    with web.client(Role.SECRETARIAT) as client:
        pages = [get(client, f"/plans/{case_id}/plans/{plan_id}") for plan_id in (bare, met)]
    names = ("goal", "drafted_on", "period_end")
    assert [[required(page, name) for name in names] for page in pages] == [
        [False, True, False],
        [True, False, True],
    ]
    assert "平成27年4月1日からのものです" not in pages[0]


def test_a_plan_older_than_the_law_says_so(web: Web) -> None:
    case_id = add_case(web)
    with web.client(Role.SECRETARIAT) as client:
        for day, told in ((date(2015, 3, 31), True), (date(2015, 4, 1), False)):
            plan_id = add_plan(web, case_id, number=day.day, drafted_on=day)
            page = get(client, f"/plans/{case_id}/plans/{plan_id}")
            assert ("法に基づく事業の一覧は、平成27年4月1日からのものです。" in page) is told


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"period_start": "R9.4.1"}, "期間の始まり（令和9年4月1日）が、終わり（令和9年3月31日）より後です。"),
        ({"period_end": "R9.2.30"}, "「R9.2.30」という日はありません。"),
        ({"what_1": "kind:C"}, "1行目の「支援の名前」を入れてください。"),
        ({"name_2": "会食会"}, "2行目の支援の種類を選んでください。"),
        ({"what_1": "kind:Z", "name_1": "x"}, "1行目の支援の種類を、一覧から選び直してください。"),
        ({"what_1": "Q99"}, "番号「Q99」の支援は、このプランの日（令和8年10月1日）にはありません。"),
        ({"what_1": "A01", "order_1": "一"}, "「1行目の順」は数字で入力してください。"),
        ({"rows": "41"} | {f"what_{n}": "A01" for n in range(1, 42)}, "支援内容は40行までです。"),
    ],
)
def test_a_wrong_plan_is_told_and_stays_typed(web: Web, typed: dict[str, str], sentence: str) -> None:
    case_id = add_case(web)
    path = f"/plans/{case_id}/plans/{add_plan(web, case_id)}"
    with web.client(Role.SECRETARIAT) as client:
        answer = client.post(path, data=plan_form(**typed))
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "朝の時間に通える" in answer.text
    assert stored(web, Plan).goal == ""


def test_a_confirmed_plan_is_mended_with_a_reason_that_the_history_shows(web: Web) -> None:
    case_id = add_case(web)
    plan_id = add_plan(web, case_id, goal="前の目標", met_on=date(2026, 10, 20), period_end=date(2027, 3, 31))
    path = f"/plans/{case_id}/plans/{plan_id}"
    with web.client(Role.SECRETARIAT) as client:
        assert "直す理由" in get(client, path)
        silent = client.post(path, data=plan_form())
        done = client.post(path, data=plan_form(reason="書き誤っていた。"))
        page = get(client, f"/plans/{case_id}")
    assert (silent.status_code, done.status_code) == (422, 303)
    assert "プラン1は会議で確認されています。直す理由を入れてください。" in silent.text
    assert "書き誤っていた。（jimukyoku）" in page


def test_what_the_city_is_asked_for_is_named_by_the_services(web: Web) -> None:
    case_id = add_case(web)
    plan_id = add_plan(web, case_id, met_on=date(2026, 11, 1))
    with web.client(Role.CITY_OFFICER) as client:
        assert "プラン1（令和8年11月1日の会議）の支援決定・確認" in get(client, f"/plans/{case_id}")
        add(web, PlanService(plan_id=plan_id, position=1, kind=ServiceKind.OTHER_SYSTEM, name="貸付"))
        assert "プラン1（令和8年11月1日の会議）の確認" in get(client, f"/plans/{case_id}")
        add(web, PlanService(plan_id=plan_id, position=2, kind=ServiceKind.STATUTORY, name="住居確保給付金"))
        assert "プラン1（令和8年11月1日の会議）の支援決定<" in get(client, f"/plans/{case_id}")


def test_evaluation_details_are_written_and_shown(web: Web) -> None:
    case_id = add_case(web)
    plan_id = add_plan(
        web, case_id, met_on=date(2026, 5, 1), evaluated_on=date(2026, 11, 1), evaluation_outcome="終結"
    )
    path = f"/plans/{case_id}/plans/{plan_id}/evaluation"
    typed = {
        "achieved": "通えた",
        "changes": "よく話す",
        "follow_up": "yes",
        "follow_up_note": "3か月後に電話",
    }
    with web.client(Role.SECRETARIAT) as client:
        get(client, path)
        done = client.post(path, data=typed | {"version": "1"})
        page = get(client, f"/plans/{case_id}")
        stale = client.post(path, data=typed | {"version": "1", "changes": "別"})
        silent = client.post(path, data=typed | {"version": "2", "changes": "別"})
        strange = client.post(path, data=typed | {"version": "2", "follow_up": "maybe"})
    assert (done.status_code, stale.status_code, silent.status_code, strange.status_code) == (
        303,
        409,
        422,
        422,
    )
    for text in ("通えた", "よく話す", "3か月後に電話"):
        assert text in page
    assert "直す理由を入れてください" in silent.text
    assert stored(web, Plan).follow_up is True


# ---- providers and codes


def test_who_works_where_is_recorded_ended_and_corrected(web: Web) -> None:
    provider_id = add_provider(web, HOSTILE)
    path = f"/plans/providers/{provider_id}"
    person_id = staff(web)
    typed = {"person": person_id, "post": "理事", "first_day": "R8.4.1"}
    with web.client(Role.SECRETARIAT) as client:
        empty = client.post(f"{path}/people", data={"first_day": ""})
        done = client.post(f"{path}/people", data=typed)
        twice = client.post(f"{path}/people", data=typed)
        row = stored(web, Affiliation)
        early = client.post(f"{path}/people/{row.id}/end", data={f"ended_{row.id}": "R8.3.31"})
        ended = client.post(f"{path}/people/{row.id}/end", data={f"ended_{row.id}": "R8.9.30"})
        form = get(client, f"{path}/people/{row.id}")
        seen = form.split('name="seen" value="')[1].split('"')[0]
        mend = {
            "post": "監事",
            "first_day": "R8.5.1",
            "last_day": "R8.9.30",
            "seen": seen,
            "reason": "聞き誤り",
        }
        mended = client.post(f"{path}/people/{row.id}", data=mend)
        stale = client.post(f"{path}/people/{row.id}", data=mend | {"post": "別"})
        page = get(client, path)
    assert (empty.status_code, done.status_code, twice.status_code) == (422, 303, 422)
    assert "勤務の記録が重なります" in twice.text
    assert (early.status_code, ended.status_code, mended.status_code, stale.status_code) == (
        422,
        303,
        303,
        409,
    )
    assert "監事" in page
    assert "聞き誤り" in page
    assert "いまは在職していません" in page
    assert HOSTILE not in page


def test_a_provider_is_renamed(web: Web) -> None:
    provider_id = add_provider(web)
    add_provider(web, "協議会")
    path = f"/plans/providers/{provider_id}"
    with web.client(Role.SECRETARIAT) as client:
        taken = client.post(path, data={"name": "協議会", "seen": "見本の会"})
        done = client.post(path, data={"name": "新見本の会", "kana": "しんみほんのかい", "seen": "見本の会"})
        stale = client.post(path, data={"name": "別の会", "seen": "見本の会"})
        assert "新見本の会" in get(client, "/plans/providers")
    assert (taken.status_code, done.status_code, stale.status_code) == (422, 303, 409)


def test_own_kinds_are_added_renamed_and_ended(web: Web) -> None:
    path = "/settings/service-codes"
    typed = {"code": "B01", "kind": "D", "name": "居場所", "first_day": "R8.4.1"}
    with web.client(Role.SECRETARIAT) as client:
        assert "家計改善支援事業" in get(client, path)
        taken = client.post(path, data=typed | {"code": "A01"})
        assert "番号に「:」は使えません。" in client.post(path, data=typed | {"code": "kind:A"}).text
        assert client.post(path, data=typed).status_code == 303
        code_id = stored(web, ServiceCode).id
        renamed = client.post(
            f"{path}/{code_id}/name", data={f"name_{code_id}": "みんなの居場所", f"from_{code_id}": "R8.10.1"}
        )
        again = client.post(f"{path}/{code_id}/end", data={f"last_{code_id}": "R8.12.31"})
        unknown = client.post(f"{path}/{UNKNOWN}/end", data={f"last_{UNKNOWN}": "R8.12.31"})
        page = get(client, path)
    assert (taken.status_code, renamed.status_code, again.status_code, unknown.status_code) == (
        422,
        303,
        422,
        404,
    )
    assert "番号「A01」は法律の事業に使われています。" in taken.text
    assert "令和8年4月1日–令和8年9月30日" in page
    assert "みんなの居場所" in page


# ---- the search in the page's head


def test_search_as_you_type_lists_links(web: Web) -> None:
    person_id = staff(web)
    case_id = add_case(web, 12, initials=HOSTILE, assigned_id=person_id)
    for number in range(20, 32):
        add_case(web, number, initials="Q.Q")
    with web.client(Role.SECRETARIAT) as client:
        one = get(client, "/plans/search", q="No.12")
        many = get(client, "/plans/search", q="qq")
        none = get(client, "/plans/search", q=HOSTILE * 2)
        empty = get(client, "/plans/search", q=" ")
        head = get(client, "/plans")
    assert f'href="/plans/{case_id}"' in one
    assert "<html" not in one
    assert HOSTILE not in one + none
    assert many.count('href="/plans/') == 8
    assert "ほかに4件" in many
    assert "当たるケースはありません" in none
    assert empty.strip() == ""
    assert 'placeholder="ケース番号・かな"' in head
    assert 'action="/plans" method="get"' in head


def test_a_closed_case_is_not_counted_as_supported(web: Web) -> None:
    case_id = add_case(web)
    with web.db.write() as session:
        client_row = session.get(Client, case_id)
        assert client_row is not None
        close_case(
            session=session,
            actor=web.actor(Role.SECRETARIAT),
            clock=web.clock,
            client=client_row,
            version=1,
            closed_on=date(2026, 11, 1),
            why="相談のみ",
        )
    with web.client(Role.SECRETARIAT) as client:
        assert "続いている 0" in get(client, "/plans")


# ---- what the forms offer


def test_only_confirmed_plans_are_offered_for_monitoring_and_ending(web: Web) -> None:
    case_id = add_case(web)
    add_plan(
        web, case_id, met_on=date(2026, 4, 1), evaluated_on=date(2026, 10, 1), evaluation_outcome="再プラン"
    )
    draft = add_plan(web, case_id, number=2)
    path = f"/plans/{case_id}"
    with web.client(Role.SECRETARIAT) as client:
        page = get(client, path)
        asked = {"request_of": f"{draft}.1", "requested_on": "R8.11.20"}
        ending = client.post(f"{path}/requests", data=asked | {"request_kind": "ending"})
        monitored = {"monitoring_of": f"{draft}.1", "monitored_on": "R8.11.20"}
        monitoring = client.post(f"{path}/monitoring", data=monitored)
        urgent = client.post(f"{path}/requests", data=asked | {"request_kind": "urgent"})
        third = add_plan(web, case_id, number=3, met_on=date(2026, 11, 1))
        both = get(client, path)
    assert 'name="monitoring_of"' not in page
    assert 'value="ending"' not in page
    assert f'<option value="{draft}.1">プラン2（会議の確認前。急ぐ事情だけ）</option>' in page
    assert (ending.status_code, monitoring.status_code, urgent.status_code) == (422, 422, 303)
    assert "プラン2は会議でまだ確認されていません。終結の申出は、" in ending.text
    assert "プラン2は会議でまだ確認されていません。モニタリングは、" in monitoring.text
    offered = both.split('name="monitoring_of"')[1].split("</select>")[0]
    assert f'<option value="{third}.1">プラン3</option>' in offered
    assert draft not in offered
    assert 'value="ending"' in both


def test_a_wrong_person_in_charge_is_marked_at_its_own_field(web: Web) -> None:
    case_id = add_case(web)
    form = {"case_number": "9", "initials": "K.S", "assigned": web.people[Role.CHAIR]}
    with web.client(Role.SECRETARIAT) as client:
        new = client.post("/plans/new", data=form)
        taken = client.post("/plans/new", data={"case_number": "7"})
        edited = client.post(f"/plans/{case_id}/edit", data=form | {"version": "1"})
    for answer in (new, edited):
        assert answer.status_code == 422
        assert '<a href="#f-assigned">担当は、きょう事務局員である人から選んでください。' in answer.text
        assert "#f-case_number" not in answer.text
    assert '<a href="#f-case_number">No.7 は使われています。' in taken.text
