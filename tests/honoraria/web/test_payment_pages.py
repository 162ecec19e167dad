"""支払の画面: bank files, what came of them, and payments outside the bank; everything once."""

from datetime import date
from pathlib import Path

import pytest
from sqlmodel import select

from honoraria.services.bank_accounts import register_account
from honoraria.services.corrections import proposals, take_correction
from honoraria.services.payments import pay_cash
from honoraria.services.runs import start_correction_run
from honoraria.tables import TransferFile
from meetings_app.core.clock import tokyo
from meetings_app.core.terms import AccountKind, CommitteeKind, District, Role, ServiceClass, WorkingTime
from meetings_app.services.committees import create_committee
from meetings_app.services.roster import change_person, change_residence
from meetings_app.tables.users import User
from tests.honoraria.pay_desk import TRANSFER_DAY, PayDesk
from tests.honoraria.web.pay_office import PayOffice, open_office
from tests.office_builder import SECRETARY
from tests.web_support import WebClient

STRANGE = "0" * 32
NUMBERS = ("4018263", "7654321", "9305174")
"""The payees' and the payer's account numbers (`PayDesk.payer` has the second)."""


def paying(desk: PayDesk) -> dict[str, str]:
    """A final sheet: the chair gets 5,000, 湖畔 9,000, a city employee nothing; only 助言者 (6,000) has no account."""
    desk.bureau.member("湖畔", district=District.AKANKOHAN)
    desk.bureau.member("職員", employment=(ServiceClass.GENERAL, WorkingTime.FULL))
    desk.payer()
    run = desk.final("湖畔", "職員", "助言者")
    for name, number in (("委員長", NUMBERS[0]), ("湖畔", NUMBERS[2])):
        register_account(
            **desk.given,
            person_id=desk.bureau.people[name],
            bank_code="0116",
            branch_code="920",
            kind=AccountKind.ORDINARY,
            number=number,
            holder="ﾐﾎﾝ ﾀﾛｳ",
        )
    draft = desk.draft("湖畔", day=date(2014, 5, 27))
    return {"run": run.id, "draft": draft.id}


@pytest.fixture
def office(tmp_path: Path) -> PayOffice:
    return open_office(tmp_path, paying)


def base(office: PayOffice, run: str = "run") -> str:
    return f"/honoraria/runs/{office.ids[run]}"


def chosen(office: PayOffice, *names: str, on: str = "2014-05-22") -> dict[str, object]:
    return {"person": [office.people[name] for name in names], "transfer_on": on}


def order(office: PayOffice, client: WebClient, *names: str, on: str = "2014-05-22") -> str:
    """Make a bank file; return its address."""
    answer = client.post(f"{base(office)}/transfers", data=chosen(office, *names, on=on))
    assert answer.status_code == 303, answer.text
    return f"{base(office)}/transfers/{answer.headers['Location'].partition('made=')[2]}"


def later(office: PayOffice, client: WebClient) -> None:
    """Go on to the afternoon of the transfers' day, and sign in again."""
    office.web.clock.at = tokyo(TRANSFER_DAY, 16)
    office.web.sign_in(client, Role.ACCOUNTING)


def person(office: PayOffice, name: str) -> str:
    return f"{base(office)}/payments/{office.people[name]}"


def files(office: PayOffice) -> list[TransferFile]:
    with office.web.db.read() as session:
        rows = list(session.exec(select(TransferFile).order_by(TransferFile.attempt)).all())  # type: ignore[arg-type]
        session.expunge_all()
        return rows


# ---- the page


def test_the_page_says_who_gets_what_where_and_how_far_it_is(office: PayOffice) -> None:
    with office.web.client(Role.ACCOUNTING) as client:
        html = client.get(f"{base(office)}/payments").text
    for text in ("支給調書第1号", "委員長", "5,000円", "9,000円", "6,000円", "20,000円", "****263", "未払い"):
        assert text in html
    assert "支払のない人（1名）: 職員" in html
    assert "3名のうち 0名" in html


def test_who_has_no_account_is_named_with_the_way_to_register_it(office: PayOffice) -> None:
    with office.web.client(Role.SECRETARIAT) as client:
        html = client.get(f"{base(office)}/payments").text
    assert f'href="/members/{office.people["助言者"]}#bank">助言者の振込先を登録する' in html
    assert f'href="/members/{office.people["湖畔"]}#bank">湖畔の振込先を登録する' not in html


def test_before_the_sheet_is_final_there_is_nothing_to_pay(office: PayOffice) -> None:
    with office.web.client(Role.ACCOUNTING) as client:
        page = client.get(f"{base(office, 'draft')}/payments")
        form = client.get(f"{base(office, 'draft')}/transfers/new")
        sent = client.post(f"{base(office, 'draft')}/transfers", data=chosen(office, "湖畔"))
    assert page.status_code == 200
    assert "まだ確定していません" in page.text
    assert "振込データを作る…" not in page.text
    assert form.status_code == sent.status_code == 422
    assert files(office) == []


@pytest.mark.parametrize("role", [Role.CHAIR, Role.MEMBER, Role.CITY_OFFICER, Role.REGIONAL])
def test_others_neither_see_nor_pay(office: PayOffice, role: Role) -> None:
    with office.web.client(role) as client:
        answers = [
            client.get(f"{base(office)}/payments"),
            client.get(f"{base(office)}/transfers/new"),
            client.get(f"{base(office)}/transfers/{STRANGE}"),
            client.get(person(office, "委員長")),
            client.post(f"{base(office)}/transfers", data=chosen(office, "委員長")),
            client.post(f"{base(office)}/transfers/{STRANGE}/paid"),
            client.post(f"{person(office, '委員長')}/cash", data={"cash_on": "2014-05-20"}),
        ]
    assert {answer.status_code for answer in answers} == {403}
    assert not any(office.states(office.ids["run"]).values())


def test_strangers_ids_are_404(office: PayOffice) -> None:
    mine, other = base(office), f"/honoraria/runs/{STRANGE}"
    with office.web.client(Role.ACCOUNTING) as client:
        answers = [
            *(
                client.get(f"{other}/{rest}")
                for rest in ("payments", "transfers/new", f"transfers/{STRANGE}")
            ),
            client.get(f"{mine}/transfers/{STRANGE}"),
            client.get(f"{mine}/payments?made={STRANGE}"),
            client.get(f"{mine}/payments/{STRANGE}"),
            client.get(f"{mine}/payments/{office.people['副委員長1']}"),
            client.post(f"{other}/transfers", data=chosen(office, "委員長")),
            client.post(f"{mine}/transfers", data={"person": STRANGE, "transfer_on": "2014-05-22"}),
            client.post(f"{mine}/transfers/{STRANGE}/paid", data={"paid_on": "2014-05-20"}),
            client.post(f"{mine}/payments/{STRANGE}/cash", data={"cash_on": "2014-05-20"}),
            client.post(f"{person(office, '委員長')}/forgive", data={}),
        ]
    assert {answer.status_code for answer in answers} == {404}


def test_another_bodys_sheet_is_404(office: PayOffice) -> None:
    with office.web.db.write() as session:
        other = create_committee(
            session=session,
            actor=SECRETARY,
            clock=office.web.clock,
            kind=CommitteeKind.SUPPORT,
            name="よその会議",
            municipality="釧路町",
            region="釧路",
        )
        user = session.get_one(User, office.web.users[Role.ACCOUNTING])
        user.committee_id = other.id
        session.add(user)
    with office.web.client(Role.ACCOUNTING) as client:
        assert client.get(f"{base(office)}/payments").status_code == 404
        assert client.get(person(office, "委員長")).status_code == 404
        answer = client.post(f"{base(office)}/transfers", data=chosen(office, "委員長"))
    assert answer.status_code == 404
    assert files(office) == []


# ---- the bank file


def test_the_form_proposes_those_with_an_account_and_the_next_business_day(office: PayOffice) -> None:
    with office.web.client(Role.ACCOUNTING) as client:
        html = client.get(f"{base(office)}/transfers/new").text
    assert f'value="{office.people["委員長"]}" checked' in html
    assert f'value="{office.people["助言者"]}" disabled' in html
    assert office.people["職員"] not in html, "who gets nothing is not asked about"
    assert 'value="平成26年5月21日"' in html


def test_after_a_friday_the_next_business_day_is_monday(office: PayOffice) -> None:
    office.web.clock.at = tokyo(date(2014, 5, 23), 9)
    with office.web.client(Role.ACCOUNTING) as client:
        assert 'value="平成26年5月26日"' in client.get(f"{base(office)}/transfers/new").text


def test_a_bank_file_is_made_and_taken_out_the_same_each_time(office: PayOffice) -> None:
    with office.web.client(Role.ACCOUNTING) as client:
        href = order(office, client, "委員長", "湖畔")
        page = client.get(f"{base(office)}/payments?made={href.rpartition('/')[2]}")
        first, second = client.get(href), client.get(href)
        after = client.get(f"{base(office)}/payments").text
    (made,) = files(office)
    assert page.headers["Refresh"] == f"0; url={href}"
    assert first.content == second.content == made.content
    # 総合振込_第1回_20140522.txt
    name = "%E7%B7%8F%E5%90%88%E6%8C%AF%E8%BE%BC_%E7%AC%AC1%E5%9B%9E_20140522.txt"
    assert first.headers["Content-Disposition"] == f"attachment; filename*=UTF-8''{name}"
    assert first.headers["Cache-Control"] == "no-store"
    for text in ("振込依頼", "2件", "14,000円", made.sha256[:12], made.sha256, "kaikei"):
        assert text in after
    assert "Refresh" not in client.headers
    assert office.states(office.ids["run"]) == {
        "委員長": ["振込依頼"],
        "湖畔": ["振込依頼"],
        "助言者": [],
        "職員": [],
    }


def test_a_second_file_for_the_same_day_has_a_name_of_its_own(office: PayOffice) -> None:
    with office.web.client(Role.ACCOUNTING) as client:
        order(office, client, "委員長")
        second = client.get(order(office, client, "湖畔"))
    assert second.headers["Content-Disposition"].endswith("_20140522_2.txt")


def test_a_double_click_makes_one_file(office: PayOffice) -> None:
    with office.web.client(Role.ACCOUNTING) as client:
        first = order(office, client, "委員長", "湖畔")
        assert order(office, client, "湖畔", "委員長") == first
    assert len(files(office)) == 1


def test_a_double_click_gives_back_its_own_file_though_another_was_made_since(office: PayOffice) -> None:
    with office.web.client(Role.ACCOUNTING) as client:
        first = order(office, client, "委員長")
        order(office, client, "湖畔")
        assert order(office, client, "委員長") == first


def test_a_stale_choice_is_refused_as_a_whole(office: PayOffice) -> None:
    with office.web.client(Role.ACCOUNTING) as client:
        order(office, client, "委員長")
        answer = client.post(f"{base(office)}/transfers", data=chosen(office, "委員長", "湖畔"))
        elsewhen = client.post(f"{base(office)}/transfers", data=chosen(office, "委員長", on="2014-05-23"))
    assert answer.status_code == elsewhen.status_code == 409
    assert "支払の状況が変わった人がいます" in answer.text
    assert office.states(office.ids["run"])["湖畔"] == []


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            {"transfer_on": "2014-05-24"},
            "土曜日のため、銀行は休みです。次の営業日は平成26年5月26日（月）です。",
        ),
        (
            {"transfer_on": "2014-07-21"},
            "海の日のため、銀行は休みです。次の営業日は平成26年7月22日（火）です。",
        ),
        ({"transfer_on": "2014-12-31"}, "次の営業日は平成27年1月5日（月）です。"),
        ({"transfer_on": "2014-05-19"}, "振込の日が過ぎています"),
        ({"transfer_on": "1940-05-19"}, "祝日がわかるのは"),
        ({"transfer_on": ""}, "「振込の日」を入力してください"),
        ({"transfer_on": "あした"}, "「振込の日」"),
        ({"person": []}, "振り込む人を選んでください"),
        ({"person": "だれか"}, "「振り込む人」を一覧から選び直してください"),
    ],
)
def test_a_wrong_order_is_refused_and_what_was_typed_is_kept(
    office: PayOffice, change: dict[str, object], sentence: str
) -> None:
    with office.web.client(Role.ACCOUNTING) as client:
        answer = client.post(f"{base(office)}/transfers", data=chosen(office, "委員長") | change)
    assert answer.status_code == 422
    assert sentence in answer.text
    if change.get("transfer_on"):
        assert f'value="{change["transfer_on"]}"' in answer.text
        assert f'value="{office.people["委員長"]}" checked' in answer.text
        assert f'value="{office.people["湖畔"]}" checked' not in answer.text
    assert files(office) == []


def test_somebody_without_an_account_cannot_be_ordered(office: PayOffice) -> None:
    with office.web.client(Role.ACCOUNTING) as client:
        answer = client.post(f"{base(office)}/transfers", data=chosen(office, "委員長", "助言者"))
    assert answer.status_code == 422
    assert "助言者の振込先が登録されていません" in answer.text
    assert files(office) == []


def test_while_the_payers_account_is_missing_the_page_says_so(tmp_path: Path) -> None:
    def arrange(desk: PayDesk) -> dict[str, str]:
        run = desk.final()
        desk.accounts(["委員長"])
        return {"run": run.id}

    office = open_office(tmp_path, arrange)
    with office.web.client(Role.ACCOUNTING) as client:
        html = client.get(f"{base(office)}/transfers/new").text
        answer = client.post(f"{base(office)}/transfers", data=chosen(office, "委員長"))
    assert "振込の依頼人（委託者コード・名義・口座）が未設定です" in html
    assert answer.status_code == 422
    assert files(office) == []


# ---- what came of it


def test_the_transfers_are_recorded_as_done_once(office: PayOffice) -> None:
    with office.web.client(Role.ACCOUNTING) as client:
        href = order(office, client, "委員長", "湖畔")
        later(office, client)
        waiting = client.get(f"{base(office)}/payments").text
        for _ in range(2):
            answer = client.post(f"{href}/paid", data={"paid_on": "H26.5.22"})
            assert answer.status_code == 303
        done = client.get(f"{base(office)}/payments").text
    assert f'action="{href}/paid"' in waiting
    assert f'action="{href}/paid"' not in done
    assert "3名のうち 2名" in done
    assert office.states(office.ids["run"])["湖畔"] == ["支払済み"]
    assert office.told().count("振込の済み") == 1


def test_a_second_record_of_the_same_file_says_that_it_is_recorded(office: PayOffice) -> None:
    with office.web.client(Role.ACCOUNTING) as client:
        href = order(office, client, "委員長")
        later(office, client)
        client.post(f"{href}/paid", data={"paid_on": "2014-05-22"})
        client.get(f"{base(office)}/payments")
        client.post(f"{href}/paid", data={"paid_on": "2014-05-22"})
        assert "もう記録されています" in client.get(f"{base(office)}/payments").text


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        ("2014-05-21", "早すぎます"),
        ("2014-05-23", "先の日です"),
        ("", "「振り込まれた日」を入力してください"),
        ("きのう", "「振り込まれた日」"),
    ],
)
def test_a_wrong_day_of_payment_is_refused(office: PayOffice, day: str, sentence: str) -> None:
    with office.web.client(Role.ACCOUNTING) as client:
        href = order(office, client, "委員長")
        later(office, client)
        answer = client.post(f"{href}/paid", data={"paid_on": day})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert f'value="{day}"' in answer.text
    assert office.states(office.ids["run"])["委員長"] == ["振込依頼"]


def test_what_the_bank_sent_back_can_be_paid_again(office: PayOffice) -> None:
    with office.web.client(Role.ACCOUNTING) as client:
        href = order(office, client, "委員長", "湖畔")
        later(office, client)
        client.post(f"{href}/paid", data={"paid_on": "2014-05-22"})
        returned = {"returned_on": "2014-05-22", "returned_reason": "名義の<相違>", "attempt": "1"}
        for _ in range(2):
            answer = client.post(f"{person(office, '湖畔')}/returned", data=returned)
            assert answer.status_code == 303, answer.text
        page = client.get(f"{base(office)}/payments").text
        again = order(office, client, "湖畔", on="2014-05-23")
        late = client.post(
            f"{person(office, '湖畔')}/returned", data=returned | {"returned_on": "2014-05-23"}
        )
        history = client.get(person(office, "湖畔")).text
    assert again != href
    assert "名義の&lt;相違&gt;" in page
    assert late.status_code == 409, "the page was of the first payment"
    assert office.states(office.ids["run"])["湖畔"] == ["組戻し", "振込依頼"]
    assert history.index("1回目") < history.index("2回目")
    assert office.told().count("組戻し") == 2  # one row, which names action and state


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"returned_reason": ""}, "「組戻しの理由」を入力してください"),
        ({"returned_on": "2014-05-21"}, "早すぎます"),
        ({"returned_on": "2014-05-23"}, "先の日です"),
        ({"returned_on": ""}, "「組戻しの日」を入力してください"),
        ({"attempt": "x"}, "数字で入力してください"),
    ],
)
def test_a_wrong_return_is_refused(office: PayOffice, change: dict[str, str], sentence: str) -> None:
    with office.web.client(Role.ACCOUNTING) as client:
        order(office, client, "委員長")
        later(office, client)
        sent = {"returned_on": "2014-05-22", "returned_reason": "名義の相違", "attempt": "1"} | change
        answer = client.post(f"{person(office, '委員長')}/returned", data=sent)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert office.states(office.ids["run"])["委員長"] == ["振込依頼"]


# ---- outside the bank


def test_cash_is_recorded_once(office: PayOffice) -> None:
    path = person(office, "助言者")
    with office.web.client(Role.SECRETARIAT) as client:
        before = client.get(path).text
        for _ in range(2):
            assert client.post(f"{path}/cash", data={"cash_on": "2014-05-20"}).status_code == 303
        after = client.get(path).text
        other_day = client.post(f"{path}/cash", data={"cash_on": "2014-05-19"})
    assert "現金で支払った" in before
    assert "現金で支払った" not in after
    assert "この記録を取り消す" in after
    assert other_day.status_code == 422
    assert "二重に支払わないため" in other_day.text
    assert office.states(office.ids["run"])["助言者"] == ["支払済み"]


@pytest.mark.parametrize(
    ("act", "sent", "sentence"),
    [
        ("cash", {"cash_on": ""}, "「支払った日」を入力してください"),
        ("cash", {"cash_on": "2014-05-21"}, "先の日です"),
        ("cash", {"cash_on": "2014-05-19"}, "早すぎます"),
        ("unclaimed", {"unclaimed_note": " "}, "「事情」を入力してください"),
        ("unclaimed", {"unclaimed_note": "長" * 301}, "300文字以内"),
        ("declined", {"declined_on": "2014-05-21"}, "先の日です"),
        ("declined", {"declined_on": ""}, "「書面の日付」を入力してください"),
        (
            "returned",
            {"returned_on": "2014-05-20", "returned_reason": "x", "attempt": "1"},
            "振込の記録がありません",
        ),
        ("repaid", {"repaid_on": "2014-05-20", "repaid_means": ""}, "「受け取り方」を入力してください"),
    ],
)
def test_a_wrong_record_is_refused(office: PayOffice, act: str, sent: dict[str, str], sentence: str) -> None:
    with office.web.client(Role.ACCOUNTING) as client:
        answer = client.post(f"{person(office, '委員長')}/{act}", data=sent)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert office.states(office.ids["run"])["委員長"] == []


def test_a_record_made_by_mistake_is_cancelled_with_its_reason(office: PayOffice) -> None:
    path = person(office, "助言者")
    with office.web.client(Role.ACCOUNTING) as client:
        client.post(f"{path}/cash", data={"cash_on": "2014-05-20"})
        wordless = client.post(f"{path}/cancelled", data={"attempt": "1", "cancelled_reason": ""})
        for _ in range(2):
            sent = {"attempt": "1", "cancelled_reason": "別の人の分だった"}
            assert client.post(f"{path}/cancelled", data=sent).status_code == 303
        after = client.get(path).text
    assert wordless.status_code == 422
    assert office.states(office.ids["run"])["助言者"] == ["取消し"]
    assert "別の人の分だった" in after
    assert "現金で支払った" in after, "the person can be paid again"


def test_nothing_is_recorded_for_who_gets_nothing(office: PayOffice) -> None:
    path = person(office, "職員")
    with office.web.client(Role.ACCOUNTING) as client:
        page = client.get(path).text
        answer = client.post(f"{path}/cash", data={"cash_on": "2014-05-20"})
    assert "いま記録することはありません" in page
    assert answer.status_code == 422
    assert "0円です" in answer.text


def test_unclaimed_is_noted_once_and_can_be_paid_later(office: PayOffice) -> None:
    path = person(office, "助言者")
    with office.web.client(Role.ACCOUNTING) as client:
        for _ in range(2):
            answer = client.post(f"{path}/unclaimed", data={"unclaimed_note": "5月20日に電話、来所なし"})
            assert answer.status_code == 303
        page = client.get(f"{base(office)}/payments").text
        client.post(f"{path}/cash", data={"cash_on": "2014-05-20"})
    assert "来所なし" in page
    assert office.states(office.ids["run"])["助言者"] == ["未受領", "支払済み"]


def test_declined_after_the_sheet_was_final(office: PayOffice) -> None:
    path = person(office, "助言者")
    sent = {"declined_on": "2014-05-19", "declined_note": "寄附の意向"}
    with office.web.client(Role.ACCOUNTING) as client:
        for _ in range(2):
            assert client.post(f"{path}/declined", data=sent).status_code == 303
        page = client.get(path).text
        paid = client.post(f"{path}/cash", data={"cash_on": "2014-05-20"})
    assert "平成26年5月19日 寄附の意向" in page
    assert paid.status_code == 422
    assert office.states(office.ids["run"])["助言者"] == ["辞退"]


def paid_back(desk: PayDesk) -> dict[str, str]:
    """湖畔 got 9,000, lived in 釧路 after all, and has to give 4,000 back on a sheet of corrections."""
    desk.bureau.member("湖畔", district=District.AKANKOHAN)
    first = desk.final("湖畔")
    lakeside = desk.bureau.people["湖畔"]
    pay_cash(**desk.given, run=first, person_id=lakeside, paid_on=date(2014, 5, 20))
    change_residence(**desk.given, person_id=lakeside, district=District.KUSHIRO, valid_from=date(2014, 5, 1))
    (proposal,) = proposals(desk.session, desk.bureau.support.id)
    run = start_correction_run(**desk.given, committee_id=desk.bureau.support.id)
    take_correction(**desk.given, run=run, attendance_id=proposal.attendance_id)
    return {"run": desk.finalise(run).id}


def test_what_has_to_be_paid_back_is_received_once(tmp_path: Path) -> None:
    office = open_office(tmp_path, paid_back)
    path = person(office, "湖畔")
    with office.web.client(Role.ACCOUNTING) as client:
        before = client.get(f"{base(office)}/payments").text
        form = client.get(path).text
        refused = [
            client.post(f"{path}/unclaimed", data={"unclaimed_note": "連絡なし"}),
            client.post(f"{path}/declined", data={"declined_on": "2014-05-20"}),
        ]
        for _ in range(2):
            sent = {"repaid_on": "2014-05-20", "repaid_means": "振込"}
            assert client.post(f"{path}/repaid", data=sent).status_code == 303
        after = client.get(f"{base(office)}/payments").text
        returned = client.post(
            f"{path}/returned",
            data={"returned_on": "2014-05-20", "returned_reason": "x", "attempt": "1"},
        )
    assert "返納待ち" in before
    assert "−4,000円" in before
    assert "振込データを作る…" not in before
    assert "返納を受けた" in form
    assert "現金で支払った" not in form
    assert {answer.status_code for answer in refused} == {422}
    assert returned.status_code == 422
    assert "返納済み" in after
    assert "支払いはすべて済んでいます" in after
    assert office.states(office.ids["run"]) == {"湖畔": ["支払済み"]}


# ---- what must never be seen


def test_no_account_number_stands_on_any_page_or_in_the_log(
    office: PayOffice, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(0)
    with office.web.client(Role.ACCOUNTING) as client:
        pages = [client.get(f"{base(office)}/{rest}").text for rest in ("payments", "transfers/new")]
        href = order(office, client, "委員長", "湖畔")
        pages.append(client.post(f"{href}/paid", data={"paid_on": "x"}).text)
        pages += [client.get(person(office, name)).text for name in ("委員長", "湖畔")]
        pages.append(client.get(f"{base(office)}/payments?made={href.rpartition('/')[2]}").text)
        content = client.get(href).content
    for number in NUMBERS:
        assert number.encode() in content
        assert [
            place for place, text in enumerate((*pages, caplog.text, office.told())) if number in text
        ] == []


def test_a_hostile_name_is_only_text(tmp_path: Path) -> None:
    def arrange(desk: PayDesk) -> dict[str, str]:
        change_person(
            **desk.given,
            person_id=desk.bureau.people["委員長"],
            name="<script>alert(1)</script>",
            kana="",
            organisation="<b>",
            mailbox="",
        )
        return {"run": desk.final().id}

    office = open_office(tmp_path, arrange)
    with office.web.client(Role.ACCOUNTING) as client:
        pages = [
            client.get(f"{base(office)}/payments").text,
            client.get(f"{base(office)}/transfers/new").text,
            client.get(person(office, "委員長")).text,
        ]
    for html in pages:
        assert "<script>alert(1)" not in html
        assert "&lt;script&gt;alert(1)" in html


def test_everything_is_there_in_english(office: PayOffice) -> None:
    with office.web.client(Role.ACCOUNTING) as client:
        client.post("/language", data={"locale": "en", "next": "/"})
        html = client.get(f"{base(office)}/payments").text
    assert "¥9,000" in html
    assert "Make the bank file" in html
