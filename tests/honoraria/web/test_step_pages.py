"""手続: confirmed with its sums, by whom it may be, once, and only about the content that was read."""

import html

import pytest

from meetings_app.core.terms import District, Role
from meetings_app.services.office_settings import set_setting
from tests.honoraria.web.sheets import (
    STEPS,
    base,
    decide_all,
    lines,
    move,
    page_of,
    run_id,
    seen,
    status,
    take,
    text_of,
    withhold,
)
from tests.web_support import Web

OFFICE = (Role.SECRETARIAT, Role.CHAIR, Role.ACCOUNTING)


@pytest.fixture
def settled(demo: Web) -> Web:
    """A draft in which nothing is open any more."""
    withhold(demo)
    with demo.client(Role.ACCOUNTING) as client:
        decide_all(demo, client)
    return demo


def ask(web: Web, step: str, role: Role = Role.ACCOUNTING, query: str = "") -> tuple[int, str]:
    with web.client(role) as client:
        answer = client.get(f"{base(web)}/steps/{step}{query}")
    return answer.status_code, html.unescape(answer.text)


def send(web: Web, step: str, role: Role = Role.ACCOUNTING, **given: str) -> tuple[int, str]:
    with web.client(role) as client:
        answer = client.post(f"{base(web)}/steps/{step}", data={"seen": seen(web)} | given)
    return answer.status_code, html.unescape(answer.text)


@pytest.mark.parametrize(
    "roles",
    [
        (Role.ACCOUNTING, Role.CHAIR, Role.ACCOUNTING),
        (Role.SECRETARIAT, Role.ACCOUNTING, Role.CHAIR),
        (Role.CHAIR, Role.SECRETARIAT, Role.SECRETARIAT),
    ],
)
def test_two_of_the_office_take_a_sheet_to_its_end(settled: Web, roles: tuple[Role, Role, Role]) -> None:
    states = ["確認済み", "承認済み", "確定"]
    for role, step, state in zip(roles, STEPS, states, strict=True):
        with settled.client(role) as client:
            page = client.get(page_of(settled)).text
            href = f"{base(settled)}/steps/{step}?seen={seen(settled)}"
            assert f'href="{href}"' in page
            assert client.get(href).status_code == 200
            assert take(settled, client, step) == 303
        assert status(settled) == state


def test_a_step_is_shown_with_its_sums_and_what_it_does(settled: Web) -> None:
    code, page = ask(settled, "check")
    assert code == 200
    # 9 persons: 9 × 5,000, and 4,000 + 2,000 + 1,000 + 4,000 with 3 × 2,000.
    said = text_of(page)
    assert "支払いのある人 9名 報酬 45,000円 旅費 17,000円 源泉 0円" in said
    assert "差引合計 62,000円" in said
    assert f'name="seen" value="{seen(settled)}"' in page
    send(settled, "check")
    send(settled, "approve", Role.CHAIR)
    assert "取り消すこともできません" in ask(settled, "finalise")[1]


def test_who_checked_cannot_approve_and_reads_why(settled: Web) -> None:
    send(settled, "check")
    with settled.client(Role.ACCOUNTING) as client:
        page = client.get(page_of(settled)).text
    assert "確認した人は承認できません。別の人が承認します。" in page
    assert "/steps/approve" not in page
    assert ask(settled, "approve")[0] == 303
    code, page = send(settled, "approve")
    assert code == 422
    assert "確認した人は承認できません。" in page
    assert status(settled) == "確認済み"
    with settled.client(Role.CHAIR) as client:
        assert "/steps/approve" in client.get(page_of(settled)).text


def test_one_person_suffices_where_the_office_says_so(settled: Web) -> None:
    with settled.db.write() as session:
        set_setting(
            session=session,
            actor=settled.actor(Role.SECRETARIAT),
            clock=settled.clock,
            key="honoraria.four_eyes",
            value=False,
        )
    assert [send(settled, step)[0] for step in STEPS] == [303, 303, 303]
    assert status(settled) == "確定"


def test_a_step_taken_twice_is_one(settled: Web) -> None:
    for role, step in zip((Role.ACCOUNTING, Role.CHAIR, Role.CHAIR), STEPS, strict=True):
        assert [send(settled, step, role)[0] for _ in range(2)] == [303, 303]
    with settled.db.read() as session:
        from sqlmodel import select

        from meetings_app.tables.office import AuditEntry

        actions = session.exec(
            select(AuditEntry.action).where(AuditEntry.subject_id == run_id(settled))
        ).all()
    for action in ("支給調書の確認", "支給調書の承認", "支給調書の確定"):
        assert actions.count(action) == 1


def test_a_step_that_somebody_else_took_is_a_conflict(settled: Web) -> None:
    send(settled, "check")
    code, page = send(settled, "check", Role.SECRETARIAT)
    assert code == 409
    assert "見本 会計が確認済みです。画面を読み直してください。" in page


def test_what_changed_after_reading_cannot_be_checked(settled: Web) -> None:
    old = seen(settled)
    with settled.client(Role.ACCOUNTING) as client:
        line = lines(settled)["春採 よし子"].attendance_id
        client.post(f"{base(settled)}/lines/{line}/decline", data={"declared_on": "2014-03-24"})
    for code, page in (ask(settled, "check", query=f"?seen={old}"), send(settled, "check", seen=old)):
        assert code == 409
        assert "読んでいる間に内容が変わりました。" in page
    assert status(settled) == "下書き"


@pytest.mark.parametrize("given", ["", "0" * 64, "<b>"])
def test_a_made_up_hash_checks_nothing(settled: Web, given: str) -> None:
    assert send(settled, "check", seen=given)[0] == 409
    assert status(settled) == "下書き"


def test_a_setting_changed_after_the_check_sends_it_back(settled: Web) -> None:
    send(settled, "check")
    withhold(settled, None)
    with settled.client(Role.CHAIR) as client:
        page = client.get(page_of(settled)).text
    assert "確認のあとに内容が変わりました。差し戻して、もう一度確認してください。" in page
    assert "/steps/approve" not in page
    code, page = send(settled, "approve", Role.CHAIR)
    assert code == 422
    assert "差し戻して、もう一度確認してください。" in page


def test_open_lines_cannot_be_checked(demo: Web) -> None:
    assert ask(demo, "check")[0] == 303
    code, page = send(demo, "check")
    assert code == 422
    assert "まだ進められません。" in page
    assert status(demo) == "下書き"


def test_sent_back_with_a_reason_that_the_draft_shows(settled: Web) -> None:
    send(settled, "check")
    assert 'name="reason"' in ask(settled, "send-back", Role.CHAIR)[1]
    code, page = send(settled, "send-back", Role.CHAIR, reason="")
    assert code == 422
    assert "「差し戻す理由」を入力してください。" in page
    assert send(settled, "send-back", Role.CHAIR, reason="<i>理由</i>を詳しく")[0] == 303
    assert status(settled) == "下書き"
    with settled.client(Role.ACCOUNTING) as client:
        raw = client.get(page_of(settled)).text
    assert "<i>理由" not in raw
    assert (
        "丹頂 一郎が平成26年3月25日（火） 16:30に差し戻しました。理由: <i>理由</i>を詳しく"
        in html.unescape(raw)
    )
    # What had been checked is to be checked again.
    assert send(settled, "approve", Role.CHAIR)[0] == 422


def test_back_and_reload_after_the_step_lead_to_the_sheet(settled: Web) -> None:
    send(settled, "check")
    code, _ = ask(settled, "check")
    assert code == 303
    assert ask(settled, "finalise")[0] == 303
    assert ask(settled, "send-back")[0] == 200


def test_a_final_sheet_takes_no_step_back(final: Web) -> None:
    code, page = send(final, "send-back", reason="誤り")
    assert code == 422
    assert "確定した支給調書は差し戻せません。" in page
    move(final, "湿原 花子", District.KUSHIRO)
    with final.client(Role.ACCOUNTING) as client:
        page = client.get(page_of(final)).text
    assert "判定し直す" not in page
    assert 'name="answer"' not in page


def test_unknown_steps_are_404(demo: Web) -> None:
    for step in ("pay", "checked", "approve-all"):
        assert ask(demo, step)[0] == 404
        assert send(demo, step)[0] == 404


@pytest.mark.parametrize("role", [Role.MEMBER, Role.CITY_OFFICER, Role.REGIONAL])
def test_others_take_no_step(settled: Web, role: Role) -> None:
    for step in (*STEPS, "send-back"):
        assert send(settled, step, role, reason="x")[0] == 403
    assert status(settled) == "下書き"


def test_whoever_goes_on_is_told_that_facts_have_changed(settled: Web) -> None:
    move(settled, "湿原 花子", District.AKAN)
    with settled.client(Role.ACCOUNTING) as client:
        sheet = client.get(page_of(settled)).text
        step = client.get(f"{base(settled)}/steps/check").text
    assert "居住地区: 阿寒湖畔 → 阿寒" in sheet
    assert "もとになる記録が変わった行が1件あります" in step
    assert "（湿原 花子）" in step
