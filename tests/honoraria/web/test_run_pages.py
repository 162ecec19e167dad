"""支給の画面: the list, the sheet of a meeting in every stage, and what a 委員 may see of it."""

import re

import pytest
from sqlmodel import delete

from honoraria.tables import PayRun
from meetings_app.core.terms import CommitteeKind, District, Role, WithholdingMode
from meetings_app.tables.committees import Committee
from meetings_app.tables.meetings import Meeting
from meetings_app.tables.people import Person
from tests.honoraria.web.sheets import (
    KIN,
    OUTSIDE,
    STRANGE,
    UNDECLARED,
    base,
    correction_run,
    finalise,
    groups_of,
    lines,
    meeting_id,
    move,
    page_of,
    pay_everybody,
    row_of,
    seen,
    status,
    text_of,
    total_of,
    withhold,
)
from tests.web_support import Web

OFFICE = (Role.SECRETARIAT, Role.CHAIR, Role.ACCOUNTING)


def get(web: Web, path: str, role: Role = Role.ACCOUNTING) -> str:
    with web.client(role) as client:
        answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.text


# --- the list ---


def test_the_list_gives_each_sheet_with_its_state_and_sums(demo: Web) -> None:
    said = text_of(get(demo, "/honoraria"))
    # Six people are paid: 6 × 5,000 and 4,000 + 0 + 2,000 + 0 + 1,000 + 4,000; tax is not settled yet.
    assert (
        "第19回 支給調書 第1号 平成26年3月25日（火） 下書き（要判断 3） 30,000円 11,000円 未定 未定" in said
    )
    assert "第20回" not in said


def test_the_list_follows_the_sheet_to_its_payment(demo: Web) -> None:
    withhold(demo, WithholdingMode.NONE)
    assert "下書き（要判断 3） 30,000円 11,000円 0円 41,000円" in text_of(get(demo, "/honoraria"))
    finalise(demo)
    # Three more with 5,000 and 2,000 each.
    assert "確定・支払待ち 45,000円 17,000円 0円 62,000円" in text_of(get(demo, "/honoraria"))
    pay_everybody(demo)
    assert "支払済み 45,000円 17,000円 0円 62,000円" in text_of(get(demo, "/honoraria"))


def test_meetings_without_a_sheet_say_what_they_wait_for(unassessed: Web) -> None:
    assert "第19回 平成26年3月25日（火） 判定前 — — — —" in text_of(get(unassessed, "/honoraria"))
    with unassessed.db.write() as session:
        row = session.get_one(Meeting, meeting_id(unassessed))
        row.attendance_confirmed_at = row.attendance_confirmed_by = None
        session.add(row)
    assert "出席の確認前" in text_of(get(unassessed, "/honoraria"))


def test_a_sheet_of_corrections_alone_stands_in_the_list(demo: Web) -> None:
    run = correction_run(demo)
    page = get(demo, "/honoraria")
    assert f'href="/honoraria/runs/{run}"' in page
    assert "訂正 支給調書 第2号" in text_of(page)


@pytest.mark.parametrize(
    ("role", "links"),
    [
        (Role.ACCOUNTING, {"trial", "rules", "corrections", "yearly", "declarations", "settings"}),
        (Role.SECRETARIAT, {"trial", "rules", "corrections", "yearly", "declarations", "settings"}),
        (Role.CHAIR, {"trial", "rules", "corrections"}),
        (Role.MEMBER, set()),
    ],
)
def test_the_list_leads_to_what_a_role_may_open(demo: Web, role: Role, links: set[str]) -> None:
    page = get(demo, "/honoraria", role)
    every = {"trial", "rules", "corrections", "yearly", "declarations", "settings"}
    assert {one for one in every if f'href="/honoraria/{one}"' in page} == links
    with demo.client(role) as client:
        for one in links:
            assert client.get(f"/honoraria/{one}").status_code == 200, one


# --- a draft ---


def test_the_draft_groups_the_lines_and_tells_each_story(demo: Web) -> None:
    page = get(demo, page_of(demo))
    assert groups_of(page) == ["要判断 3名", "支給 6名", "不支給 7名", "対象なし 1名"]
    assert row_of(page, "湿原 花子") == (
        "湿原 花子 委員 地区 阿寒湖畔 支給 報酬 5,000円 旅費 4,000円 源泉 未定 差引 未定 内訳"
    )
    assert "公務員（一般職・常勤）" in row_of(page, "細岡 九郎")
    assert total_of(page) == ("合計 要判断の3名を除く13名 報酬 30,000円 旅費 11,000円 源泉 未定 差引 未定")
    for article in ("第7条第1項", "第7条第3項①", "第7条第3項②", "第7条第4項", "改正前の条文未確認"):
        assert article in page


def test_tax_once_settled_is_shown_line_by_line_and_in_the_story(demo: Web) -> None:
    withhold(demo, WithholdingMode.FEE, on_travel=True)
    page = get(demo, page_of(demo))
    # 10.21% of 9,000 is 918.9: 918.
    assert row_of(page, "湿原 花子").endswith("報酬 5,000円 旅費 4,000円 源泉 918円 差引 8,082円 内訳")
    assert "−918円" in page
    assert "報酬・料金、旅費は含める" in page


def test_each_answer_shows_what_it_would_come_to(demo: Web) -> None:
    withhold(demo, WithholdingMode.MONTHLY)
    page = get(demo, page_of(demo))
    start = page.index(f'id="line-{lines(demo)[OUTSIDE].attendance_id}"')
    said = text_of(page[start : page.index("</details>", start)])
    assert "居住地が、額の定めのある4地区の外です。旅費をどうしますか。 第7条第3項②" in said
    # 3.063% of 5,000 is 153.15: 153.
    assert "音別地区の額を用いる 報酬 5,000円 旅費 2,000円 源泉 153円 差引 6,847円" in said
    assert "旅費は支給しない 報酬 5,000円 旅費 0円 源泉 153円 差引 4,847円" in said
    assert "額を決めて入力する 報酬 5,000円 旅費 入力 源泉 — 差引 —" in said
    assert "報酬も旅費も支給しない 報酬 0円 旅費 0円 源泉 0円 差引 0円" in said


def test_what_stands_in_the_way_leads_to_where_it_is_mended(demo: Web) -> None:
    page = get(demo, page_of(demo))
    assert "確認できません。要判断が3名残っています。" in page
    assert 'href="/honoraria/settings">源泉徴収の扱いが未設定です。' in page
    for name in (OUTSIDE, KIN, UNDECLARED):
        assert f'#line-{lines(demo)[name].attendance_id}">{name}: 要判断です。' in page
    assert "/steps/check" not in page
    assert "残っていることを済ませると、確認できます。" in page


def test_the_chair_reads_the_questions_and_decides_nothing(demo: Web) -> None:
    page = get(demo, page_of(demo), Role.CHAIR)
    assert "音別地区の額を用いる" in page
    for absent in ('name="answer"', "/decision", "辞退を記録する", 'id="deciders"'):
        assert absent not in page
    for role in (Role.ACCOUNTING, Role.SECRETARIAT):
        page = get(demo, page_of(demo), role)
        assert page.count('value="額を決めて入力する"') == 3
        buttons = [
            one for one in re.findall(r"<\w+ class=\"btn btn--primary.*?>", page) if "disabled" not in one
        ]
        assert len(buttons) == 1  # the sheet asks, so that the meeting's next step does not


def test_the_head_names_meeting_venue_rule_tax_and_hash(demo: Web) -> None:
    withhold(demo, WithholdingMode.MONTHLY)
    page = get(demo, page_of(demo))
    said = text_of(page)
    assert "会議 平成26年3月25日（火） 11:50 閉会 会場 見本市民活動センター 会議室1（釧路地区）" in said
    assert "規程 平成25年10月1日施行" in said
    assert (
        "源泉 給与乙欄 月額、旅費は含めない（平成26年3月25日 見本 会計）" in said or "給与乙欄 月額" in said
    )
    assert f'title="{seen(demo)}"' in page


def test_names_of_those_who_answer_are_offered_and_others_can_be_typed(demo: Web) -> None:
    page = get(demo, page_of(demo))
    offered = page[page.index('<datalist id="deciders">') : page.index("</datalist>")]
    for name in ("見本 会計", "鶴野 あかり", "丹頂 一郎"):
        assert f'<option value="{name}">' in offered
    assert "雪里 真" not in offered


# --- before there is a sheet ---


def test_accounting_makes_the_sheet_and_twice_is_once(unassessed: Web) -> None:
    before = get(unassessed, page_of(unassessed))
    assert "支給を判定する" in before
    assert "いま判定すると、3名が要判断になります。" in before
    with unassessed.client(Role.ACCOUNTING) as client:
        answers = [client.post(page_of(unassessed)) for _ in range(2)]
        after = client.get(page_of(unassessed)).text
    assert [answer.status_code for answer in answers] == [303, 303]
    assert "支給調書 第1号" in after
    assert "支給を判定する" not in after


def test_a_meeting_assessed_before_sheets_existed_gets_its_sheet(demo: Web) -> None:
    with demo.db.write() as session:
        session.exec(delete(PayRun))
    assert "支給を判定する" in get(demo, page_of(demo))
    assert "判定前（要判断 3）" in text_of(get(demo, "/honoraria"))
    with demo.client(Role.SECRETARIAT) as client:
        assert client.post(page_of(demo)).status_code == 303
    assert groups_of(get(demo, page_of(demo)))[0] == "要判断 3名"


def test_nothing_is_assessed_before_attendance_is_confirmed(unassessed: Web) -> None:
    with unassessed.db.write() as session:
        row = session.get_one(Meeting, meeting_id(unassessed))
        row.attendance_confirmed_at = row.attendance_confirmed_by = None
        session.add(row)
    with unassessed.client(Role.ACCOUNTING) as client:
        page = client.get(page_of(unassessed))
        answer = client.post(page_of(unassessed))
    assert "まだ出席が確認されていません。" in page.text
    assert answer.status_code == 422
    assert "先に出席を確認してください。" in answer.text


def test_the_chair_sees_but_does_not_start(unassessed: Web) -> None:
    with unassessed.client(Role.CHAIR) as client:
        assert "支給を判定する" not in client.get(page_of(unassessed)).text
        assert client.post(page_of(unassessed)).status_code == 403


def test_a_meeting_still_to_come_says_what_comes_first(demo: Web) -> None:
    page = get(demo, f"/meetings/{meeting_id(demo, 20)}/honoraria", Role.SECRETARIAT)
    assert "まだ閉会していません。" in page


# --- whose it is ---


def test_unknown_and_foreign_sheets_are_404(demo: Web) -> None:
    with demo.db.write() as session:
        other = Committee(kind=CommitteeKind.SUPPORT, name="別の市の会議", municipality="別市", region="釧路")
        session.add(other)
        session.flush()
        foreign = PayRun(committee_id=other.id, number=1, created_by="他市", created_at=demo.clock.now())
        session.add(foreign)
        session.flush()
        foreign_id = foreign.id
    with demo.client(Role.ACCOUNTING) as client:
        assert client.get(f"/meetings/{STRANGE}/honoraria").status_code == 404
        assert client.post(f"/meetings/{STRANGE}/honoraria").status_code == 404
        for run in (STRANGE, foreign_id, "x"):
            assert client.get(f"/honoraria/runs/{run}").status_code == 404
            assert client.get(f"/honoraria/runs/{run}/papers/sheet.docx").status_code == 404
            assert client.get(f"/honoraria/runs/{run}/steps/check").status_code == 404
            assert client.post(f"/honoraria/runs/{run}/steps/check").status_code == 404
            for act in ("decision", "decline", "withdraw", "reassess", "take", "drop"):
                path = f"/honoraria/runs/{run}/lines/{STRANGE}/{act}"
                form = {"declared_on": "2014-03-25", "withdraw_reason": "x"}
                assert client.post(path, data=form).status_code == 404, (run, act)


def test_the_sheet_of_a_meeting_is_read_on_the_meetings_page(demo: Web) -> None:
    with demo.client(Role.CHAIR) as client:
        answer = client.get(base(demo))
    assert (answer.status_code, answer.headers["location"]) == (303, page_of(demo))


@pytest.mark.parametrize("role", [Role.CITY_OFFICER, Role.REGIONAL])
def test_others_see_no_payments(demo: Web, role: Role) -> None:
    with demo.client(role) as client:
        for path in ("/honoraria", page_of(demo), base(demo), f"{base(demo)}/steps/check"):
            assert client.get(path).status_code == 403, path


def test_a_member_sees_nothing_before_the_sheet_is_final(demo: Web) -> None:
    listed = get(demo, "/honoraria", Role.MEMBER)
    assert "あなたの支給はまだありません。" in listed
    page = get(demo, page_of(demo), Role.MEMBER)
    assert "まだ確定していません。" in page
    assert "5,000円" not in page
    assert ">支給</a>" not in page[page.index('class="tabs"') :]
    with demo.client(Role.MEMBER) as client:
        assert client.get(base(demo)).status_code == 404


def test_a_member_reads_only_their_own_final_line(final: Web) -> None:
    listed = text_of(get(final, "/honoraria", Role.MEMBER))
    assert "第19回 平成26年3月25日（火） 支給 5,000円 4,000円 0円 9,000円" in listed
    assert "62,000円" not in listed
    for path in (page_of(final), base(final)):
        page = get(final, path, Role.MEMBER)
        assert "湿原 花子" in page
        assert "自分の支払明細書（Word）" in page
        for other in (
            "春採 よし子",
            OUTSIDE,
            "合計",
            "62,000円",
            "支給調書（Word）",
            "会計責任者",
            "照合番号",
        ):
            assert other not in page, (path, other)


def test_a_member_without_a_line_gets_404(final: Web) -> None:
    with final.client(Role.MEMBER) as client:
        assert client.get(page_of(final)).status_code == 200
    with final.db.write() as session:
        from meetings_app.tables.users import User

        user = session.get_one(User, final.users[Role.MEMBER])
        user.person_id = final.people[Role.CHAIR]
        session.add(user)
        other = Person(name="見知らぬ 人")
        session.add(other)
        session.flush()
        user.person_id = other.id
    with final.client(Role.MEMBER) as client:
        assert client.get(page_of(final)).status_code == 404
        assert client.get(base(final)).status_code == 404
        assert "あなたの支給はまだありません。" in client.get("/honoraria").text


def test_a_hostile_name_is_escaped(demo: Web) -> None:
    with demo.db.write() as session:
        hostile = session.get_one(Person, demo.people[Role.MEMBER])
        hostile.name = '"><img src=x onerror=alert(1)>'
        session.add(hostile)
    for path in (page_of(demo), "/honoraria"):
        page = get(demo, path)
        assert "<img src=x" not in page
    assert "&lt;img src=x" in get(demo, page_of(demo))


def test_the_pages_speak_english_too(demo: Web) -> None:
    with demo.client(Role.ACCOUNTING) as client:
        assert client.post("/language", data={"locale": "en", "next": "/"}).status_code == 303
        for path in ("/honoraria", page_of(demo)):
            answer = client.get(path)
            assert answer.status_code == 200
            assert '<html lang="en">' in answer.text


# --- what changed since ---


def test_a_draft_says_what_changed_and_is_assessed_again(demo: Web) -> None:
    move(demo, "湿原 花子", District.AKAN)
    page = get(demo, page_of(demo))
    assert "変わった行 1件" in page
    assert "居住地区: 阿寒湖畔 → 阿寒" in page
    assert "支給（報酬 5,000円、旅費 4,000円） → 支給（報酬 5,000円、旅費 1,000円）" in text_of(page)
    path = f"{base(demo)}/lines/{lines(demo)['湿原 花子'].attendance_id}/reassess"
    with demo.client(Role.ACCOUNTING) as client:
        assert [client.post(path).status_code for _ in range(2)] == [303, 303]
        after = client.get(page_of(demo)).text
    assert "変わった行" not in after
    assert "旅費 1,000円" in row_of(after, "湿原 花子")
    assert "判定し直す" not in get(demo, page_of(demo), Role.CHAIR)


def test_corrections_are_taken_into_a_sheet_of_their_own_and_dropped_again(final: Web) -> None:
    pay_everybody(final)
    move(final, "湿原 花子", District.KUSHIRO)
    run = correction_run(final)
    path = f"/honoraria/runs/{run}"
    empty = get(final, path)
    assert "この調書に取り込める訂正が1件あります。" in empty
    assert "まだ行がありません。" in empty
    line = f"{path}/lines/{lines(final)['湿原 花子'].attendance_id}"
    with final.client(Role.ACCOUNTING) as client:
        assert [client.post(f"{line}/take").status_code for _ in range(2)] == [303, 303]
        page = client.get(path).text
    row = row_of(page, "湿原 花子")
    assert "支給調書第1号の訂正。報酬 5,000円 → 5,000円、旅費 4,000円 → 0円 訂正" in row
    assert row.endswith("報酬 0円 旅費 −4,000円 源泉 0円 差引 −4,000円 内訳")
    assert "取り込める訂正" not in page
    assert "確認できます。差引合計 −4,000円" in page
    assert "辞退を記録する" not in page
    with final.client(Role.ACCOUNTING) as client:
        assert client.post(f"{line}/drop").status_code == 303
        assert "この調書に取り込める訂正が1件あります。" in client.get(path).text


def test_a_correction_waits_while_the_first_payment_is_not_made(final: Web) -> None:
    move(final, "湿原 花子", District.KUSHIRO)
    path = f"/honoraria/runs/{correction_run(final)}"
    page = get(final, path)
    assert "支払いが済むと取り込める訂正が1件あります。" in page
    assert "支払いを記録するか、支払いを止めてから、訂正を取り込んでください。" in page
    assert "/take" not in page
    line = f"{path}/lines/{lines(final)['湿原 花子'].attendance_id}/take"
    with final.client(Role.ACCOUNTING) as client:
        answer = client.post(line)
    assert answer.status_code == 422
    assert "支払いを記録するか、支払いを止めてから、訂正を取り込んでください。" in answer.text


def test_a_member_sees_what_a_correction_takes_back(final: Web) -> None:
    pay_everybody(final)
    move(final, "湿原 花子", District.KUSHIRO)
    run = correction_run(final)
    with final.client(Role.ACCOUNTING) as client:
        client.post(f"/honoraria/runs/{run}/lines/{lines(final)['湿原 花子'].attendance_id}/take")
    with final.client(Role.MEMBER) as client:
        assert client.get(f"/honoraria/runs/{run}").status_code == 404
    for role, step in ((Role.ACCOUNTING, "check"), (Role.CHAIR, "approve"), (Role.CHAIR, "finalise")):
        with final.client(role) as client:
            path = f"/honoraria/runs/{run}/steps/{step}"
            assert client.post(path, data={"seen": seen(final, run)}).status_code == 303
    assert status(final, run) == "確定"
    assert "差引 −4,000円" in row_of(get(final, f"/honoraria/runs/{run}", Role.MEMBER), "湿原 花子")
    assert "−4,000円" in get(final, "/honoraria", Role.MEMBER)


def test_the_meeting_is_done_only_when_everybody_is_paid(demo: Web) -> None:
    def pay_step(page: str) -> str:
        life = page[page.index('class="life life--wide"') :]
        return text_of(life[: life.index("</ol>")])

    assert "支給 要判断 3件" in pay_step(get(demo, page_of(demo)))
    finalise(demo)
    assert "支給 確定" in pay_step(get(demo, page_of(demo)))
    page = get(demo, page_of(demo))
    assert f'href="{base(demo)}/payments"' in page
    pay_everybody(demo)
    done = get(demo, page_of(demo))
    assert "支給 支払済み" in pay_step(done)
    assert re.search(r'life__step--done"[^>]*>(?:(?!</li>).)*支給', done, re.DOTALL)


@pytest.mark.parametrize("role", OFFICE)
def test_the_office_sees_every_stage(final: Web, role: Role) -> None:
    page = get(final, page_of(final), role)
    said = text_of(page[page.index('id="stages"') :])
    for step in ("作成", "確認 見本 会計", "承認 丹頂 一郎", "確定 見本 会計"):
        assert step in said
    assert "確定した調書は変わりません。" in page
    assert ("支払いへ" in page) == (role is not Role.CHAIR)
