"""個別決定と辞退 on the page: what is recorded, what is refused with a sentence at its field, and by whom."""

import html

import pytest

from honoraria.tables import PayRun
from meetings_app.core.terms import District, Role
from tests.honoraria.web.sheets import (
    KIN,
    OUTSIDE,
    STRANGE,
    UNDECLARED,
    base,
    decision_form,
    decision_path,
    decisions,
    lines,
    move,
    page_of,
    row_of,
    run_id,
    status,
    take,
    text_of,
    withhold,
)
from tests.web_support import Web

HOSTILE = '"><script>alert(1)</script>'


def decide(web: Web, name: str, role: Role = Role.ACCOUNTING, **changed: str) -> tuple[int, str]:
    with web.client(role) as client:
        answer = client.post(decision_path(web, name), data=decision_form(web, name, **changed))
    return answer.status_code, html.unescape(answer.text)


# --- 個別決定 ---


def test_an_answer_is_recorded_with_its_amounts_reason_and_name(demo: Web) -> None:
    withhold(demo)
    code, _ = decide(demo, OUTSIDE, answer="音別地区の額を用いる", honorarium="", travel="")
    assert code == 303
    (row,) = decisions(demo)
    assert (row.choice_label, row.honorarium, row.travel) == ("音別地区の額を用いる", 5000, 2000)
    assert (row.reason, row.decided_by) == ("会場までの経路が音別地区とほぼ同じため。", "会計責任者")
    assert (row.decided_on.isoformat(), row.recorded_by) == ("2014-03-25", "見本 会計")
    with demo.client(Role.CHAIR) as client:
        page = client.get(page_of(demo)).text
    assert row_of(page, OUTSIDE).endswith("支給 報酬 5,000円 旅費 2,000円 源泉 0円 差引 7,000円 内訳")
    assert "個別決定（会計責任者）" in row_of(page, OUTSIDE)
    said = text_of(page)
    assert "決定 音別地区の額を用いる 報酬 5,000円、旅費 2,000円" in said
    assert "理由 会場までの経路が音別地区とほぼ同じため。" in said
    assert "決定した人 会計責任者 平成26年3月25日（火）" in said


@pytest.mark.parametrize("role", [Role.ACCOUNTING, Role.SECRETARIAT])
def test_amounts_can_be_typed(demo: Web, role: Role) -> None:
    assert decide(demo, OUTSIDE, role, honorarium="５，０００円", travel="1500")[0] == 303
    (row,) = decisions(demo)
    assert (row.choice_label, row.honorarium, row.travel) == ("個別に決めた額", 5000, 1500)


def test_nothing_paid_is_a_decision_too(demo: Web) -> None:
    assert decide(demo, KIN, answer="支給しない（家族として扱う）")[0] == 303
    assert [(row.honorarium, row.travel) for row in decisions(demo)] == [(0, 0)]
    with demo.client(Role.ACCOUNTING) as client:
        row = row_of(client.get(page_of(demo)).text, KIN)
    assert "不支給" in row
    assert "個別決定（会計責任者）: 会場までの経路が音別地区とほぼ同じため。" in row


@pytest.mark.parametrize(
    ("given", "field", "sentence"),
    [
        ({"answer": ""}, "answer", "「選べる判断」を入力してください。"),
        ({"answer": "全部支給する"}, "answer", "「選べる判断」を一覧から選び直してください。"),
        ({"reason": ""}, "reason", "「理由」を入力してください。"),
        ({"reason": "   "}, "reason", "「理由」を入力してください。"),
        ({"reason": "あ" * 501}, "reason", "「理由」が長すぎます。500文字以内にしてください。"),
        ({"decided_by": ""}, "decided_by", "「決定した人」を入力してください。"),
        ({"decided_by": "あ" * 101}, "decided_by", "「決定した人」が長すぎます。100文字以内にしてください。"),
        ({"decided_on": ""}, "decided_on", "「決定した日」を入力してください。"),
        ({"decided_on": "2014-02-30"}, "decided_on", "という日はありません"),
        ({"decided_on": "2014-03-26"}, "answer", "決定の日付が先の日です。"),
        ({"travel": ""}, "travel", "「旅費」を入力してください。"),
        ({"travel": "二千"}, "travel", "「旅費」は数字で入力してください。"),
        ({"travel": "2000.5"}, "travel", "「旅費」は数字で入力してください。"),
        ({"travel": "-1"}, "travel", "「旅費」は0から1000000までの数で入力してください。"),
        ({"honorarium": "1000001"}, "honorarium", "「報酬」は0から1000000までの数で入力してください。"),
        ({"honorarium": "9" * 30}, "honorarium", "「報酬」は数字で入力してください。"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(
    demo: Web, given: dict[str, str], field: str, sentence: str
) -> None:
    code, page = decide(demo, OUTSIDE, **given)
    line = lines(demo)[OUTSIDE].attendance_id
    assert code == 422
    assert sentence in page
    assert f'href="#f-{field}-{line}"' in page
    assert f'id="f-{field}-{line}"' in page
    if "reason" not in given:
        assert 'value="会場までの経路が音別地区とほぼ同じため。"' in page
    assert decisions(demo) == []
    assert "判断を記録しました" not in page


def test_everything_wrong_is_said_together(demo: Web) -> None:
    _, page = decide(demo, OUTSIDE, travel="多", reason="", decided_by="", decided_on="いつか")
    summary = page[page.index("error-list") :]
    for label in ("旅費", "理由", "決定した人", "決定した日"):
        assert f"「{label}」" in summary[: summary.index("</ul>")]


def test_sent_twice_it_is_one_decision(demo: Web) -> None:
    assert [decide(demo, OUTSIDE)[0] for _ in range(2)] == [303, 303]
    assert len(decisions(demo)) == 1


def test_a_decision_is_made_anew_beside_the_first(demo: Web) -> None:
    decide(demo, OUTSIDE)
    with demo.client(Role.ACCOUNTING) as client:
        page = client.get(page_of(demo)).text
        known = page[page.index(f"decide-{lines(demo)[OUTSIDE].attendance_id}") :]
        known = known[known.index('name="known" value="') + 20 :].split('"')[0]
    assert known
    assert "判断をやり直す…" in page
    assert decide(demo, OUTSIDE, known=known, travel="0")[0] == 303
    assert [(row.revision, row.travel) for row in decisions(demo)] == [(1, 2000), (2, 0)]


def test_who_read_an_older_page_is_told_of_the_other_decision(demo: Web) -> None:
    decide(demo, OUTSIDE, travel="2000")
    code, page = decide(demo, OUTSIDE, Role.SECRETARIAT, travel="4000")
    assert code == 409
    assert "別の判断が記録されました（決定した人 会計責任者）" in page
    assert [row.travel for row in decisions(demo)] == [2000]


def test_who_read_a_line_before_it_was_assessed_again_is_told(demo: Web) -> None:
    form = decision_form(demo, OUTSIDE)
    move(demo, OUTSIDE, District.AKAN)
    with demo.client(Role.ACCOUNTING) as client:
        path = decision_path(demo, OUTSIDE)
        assert client.post(path.replace("/decision", "/reassess")).status_code == 303
        answer = client.post(path, data=form)
    assert answer.status_code == 409
    assert "この行は判定し直されました" in answer.text
    assert decisions(demo) == []


def test_a_line_settled_by_the_rule_takes_no_decision(demo: Web) -> None:
    code, page = decide(demo, "湿原 花子")
    assert code == 422
    assert "「選べる判断」を一覧から選び直してください。" in page
    assert decisions(demo) == []


def test_a_line_of_another_sheet_is_404(demo: Web) -> None:
    with demo.client(Role.ACCOUNTING) as client:
        path = f"{base(demo)}/lines/{STRANGE}"
        assert client.post(f"{path}/decision", data=decision_form(demo, OUTSIDE)).status_code == 404
        assert client.post(f"{path}/decline", data={"declared_on": "2014-03-25"}).status_code == 404


def test_the_chair_and_members_record_nothing(demo: Web) -> None:
    line = f"{base(demo)}/lines/{lines(demo)[OUTSIDE].attendance_id}"
    for role in (Role.CHAIR, Role.MEMBER, Role.CITY_OFFICER, Role.REGIONAL):
        with demo.client(role) as client:
            for act in ("decision", "decline", "withdraw", "reassess", "take", "drop"):
                assert client.post(f"{line}/{act}").status_code == 403, (role, act)


def test_a_sheet_that_is_no_draft_takes_no_decision(demo: Web) -> None:
    withhold(demo)
    for name in (OUTSIDE, KIN, UNDECLARED):
        decide(demo, name)
    with demo.client(Role.ACCOUNTING) as client:
        assert take(demo, client, "check") == 303
    code, page = decide(demo, OUTSIDE, travel="0")
    assert code == 422
    assert "この支給調書は「確認済み」です。差し戻してから直してください。" in page
    assert len(decisions(demo)) == 3
    assert 'name="answer"' not in page


def test_hostile_words_stay_words(demo: Web) -> None:
    assert decide(demo, OUTSIDE, reason=HOSTILE, decided_by=HOSTILE)[0] == 303
    with demo.client(Role.ACCOUNTING) as client:
        page = client.get(page_of(demo)).text
        refused = client.post(
            decision_path(demo, KIN), data=decision_form(demo, KIN, reason=HOSTILE, travel=HOSTILE)
        ).text
    for shown in (page, refused):
        assert "<script>alert" not in shown
        assert "&lt;script&gt;alert" in shown


def test_a_post_without_its_token_is_refused(demo: Web) -> None:
    with demo.client(Role.ACCOUNTING) as client:
        del client.headers["X-CSRF-Token"]
        assert client.post(decision_path(demo, OUTSIDE), data=decision_form(demo, OUTSIDE)).status_code == 403
    assert decisions(demo) == []


# --- 辞退 ---


def refusal(web: Web, name: str, act: str, **form: str) -> tuple[int, str]:
    path = f"{base(web)}/lines/{lines(web)[name].attendance_id}/{act}"
    with web.client(Role.ACCOUNTING) as client:
        answer = client.post(path, data=form)
    return answer.status_code, html.unescape(answer.text)


def test_a_refusal_in_writing_is_recorded_and_taken_back(demo: Web) -> None:
    withhold(demo)
    for _ in range(2):
        code, _page = refusal(demo, "湿原 花子", "decline", declared_on="H26.3.24", note="郵送")
        assert code == 303
    with demo.client(Role.ACCOUNTING) as client:
        page = client.get(page_of(demo)).text
    row = row_of(page, "湿原 花子")
    assert "平成26年3月24日の書面により辞退。" in row
    assert "報酬 0円 旅費 0円 源泉 0円 差引 0円" in row
    assert "報酬 5,000円" not in row
    assert refusal(demo, "湿原 花子", "withdraw", withdraw_reason="書面は別の人のもの")[0] == 303
    with demo.client(Role.ACCOUNTING) as client:
        assert "旅費 4,000円" in row_of(client.get(page_of(demo)).text, "湿原 花子")


@pytest.mark.parametrize(
    ("act", "form", "sentence"),
    [
        ("decline", {"declared_on": ""}, "「書面の日付」を入力してください。"),
        ("decline", {"declared_on": "2014-03-26"}, "辞退の書面の日付が先の日です。"),
        ("decline", {"declared_on": "2014-03-24", "note": "あ" * 501}, "「備考」が長すぎます。"),
    ],
)
def test_a_refusal_that_cannot_be_is_refused(
    demo: Web, act: str, form: dict[str, str], sentence: str
) -> None:
    code, page = refusal(demo, "湿原 花子", act, **form)
    assert code == 422
    assert sentence in page
    assert f'id="f-declared_on-{lines(demo)["湿原 花子"].attendance_id}"' in page


def test_taking_a_refusal_back_needs_its_reason(demo: Web) -> None:
    refusal(demo, "湿原 花子", "decline", declared_on="2014-03-24")
    code, page = refusal(demo, "湿原 花子", "withdraw", withdraw_reason="")
    assert code == 422
    assert "「取り消す理由」を入力してください。" in page


def test_a_second_refusal_of_another_day_is_refused_with_its_sentence(demo: Web) -> None:
    refusal(demo, "湿原 花子", "decline", declared_on="2014-03-24")
    code, page = refusal(demo, "湿原 花子", "decline", declared_on="2014-03-23")
    assert code == 422
    assert "この行の辞退は記録済みです。" in page


def test_the_unpaid_have_nothing_to_decline(demo: Web) -> None:
    code, page = refusal(demo, "細岡 九郎", "decline", declared_on="2014-03-24")
    assert code == 422
    assert "支給のない行です。" in page
    assert status(demo) == "下書き"
    with demo.db.read() as session:
        assert session.get_one(PayRun, run_id(demo)).content is None
