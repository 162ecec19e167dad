"""訂正の画面: proposals taken in, dropped, decided against; each once, and only as they were read."""

import re
from datetime import date
from pathlib import Path

import pytest
from sqlmodel import select

from honoraria.services.corrections import proposals
from honoraria.services.frozen import sha256
from honoraria.services.payments import pay_cash
from honoraria.services.runs import check_run, content_of, get_run, list_runs
from honoraria.tables import CorrectionDismissal, CorrectionEntry
from meetings_app.core.terms import CommitteeKind, District, Role, RunStatus
from meetings_app.services.committees import create_committee
from meetings_app.services.roster import change_person, change_residence
from meetings_app.tables.users import User
from tests.honoraria.pay_desk import PayDesk
from tests.honoraria.web.pay_office import PayOffice, open_office
from tests.office_builder import SECRETARY

PATH = "/honoraria/corrections"
STRANGE = "0" * 32


def moved(desk: PayDesk) -> dict[str, str]:
    """湖畔 was paid 9,000, 音別 is owed 7,000; by now both are known to have lived in 釧路 since 2014-05-01."""
    desk.bureau.member("湖畔", district=District.AKANKOHAN)
    desk.bureau.member("音別", district=District.ONBETSU)
    run = desk.final("湖畔", "音別")
    pay_cash(**desk.given, run=run, person_id=desk.bureau.people["湖畔"], paid_on=date(2014, 5, 20))
    for name in ("湖畔", "音別"):
        change_residence(
            **desk.given,
            person_id=desk.bureau.people[name],
            district=District.KUSHIRO,
            valid_from=date(2014, 5, 1),
        )
    draft = desk.draft(day=date(2014, 5, 27))
    ids = {
        proposal.name: proposal.attendance_id for proposal in proposals(desk.session, desk.bureau.support.id)
    }
    return {"run": run.id, "draft": draft.id, **ids}


@pytest.fixture
def office(tmp_path: Path) -> PayOffice:
    return open_office(tmp_path, moved)


def seen(html: str, attendance_id: str) -> str:
    """What names the proposal that the page shows."""
    section = html[html.index(f'id="correction-{attendance_id}"') :]
    found = re.search(r'name="seen" value="([0-9a-f]{32})"', section)
    assert found is not None
    return found[1]


def entries(office: PayOffice) -> list[tuple[str, str]]:
    """The sheet and the person who took it in, of every correction."""
    with office.web.db.read() as session:
        return [(row.run_id, row.taken_by) for row in session.exec(select(CorrectionEntry)).all()]


def dismissals(office: PayOffice) -> list[str]:
    with office.web.db.read() as session:
        return list(session.exec(select(CorrectionDismissal.reason)).all())


def test_the_page_says_what_changed_and_what_would_come_out(office: PayOffice) -> None:
    with office.web.client(Role.ACCOUNTING) as client:
        html = client.get(PATH).text
    section = html[html.index(f'id="correction-{office.ids["湖畔"]}"') :]
    for text in (
        *("居住地区: 阿寒湖畔 → 釧路", "9,000円", "5,000円", "4,000円", "−4,000円"),
        *("支給調書第1号", "第1回（平成26年5月20日）"),
    ):
        assert text in section
    assert f'href="/members/{office.people["湖畔"]}"' in section


def test_what_cannot_be_taken_yet_says_why(office: PayOffice) -> None:
    with office.web.client(Role.ACCOUNTING) as client:
        html = client.get(PATH).text
        answer = client.post(
            f"{PATH}/{office.ids['音別']}/take",
            data={"run": office.ids["draft"], "seen": seen(html, office.ids["音別"])},
        )
    assert "支給調書第1号の支払いが済んでいません。" in html
    assert f'action="{PATH}/{office.ids["音別"]}/take"' not in html
    assert answer.status_code == 422
    assert entries(office) == []


def test_the_chair_reads_and_does_not_decide(office: PayOffice) -> None:
    attendance = office.ids["湖畔"]
    with office.web.client(Role.CHAIR) as client:
        page = client.get(PATH)
        answers = [client.post(f"{PATH}/{attendance}/{act}") for act in ("take", "dismiss", "drop")]
    assert page.status_code == 200
    assert "−4,000円" in page.text
    assert "<form" not in page.text[page.text.index('id="main"') :].partition("</main>")[0]
    assert {answer.status_code for answer in answers} == {403}


@pytest.mark.parametrize("role", [Role.MEMBER, Role.CITY_OFFICER, Role.REGIONAL])
def test_others_see_nothing_of_it(office: PayOffice, role: Role) -> None:
    with office.web.client(role) as client:
        assert client.get(PATH).status_code == 403


def test_a_correction_is_taken_into_a_draft_once(office: PayOffice) -> None:
    attendance = office.ids["湖畔"]
    with office.web.client(Role.ACCOUNTING) as client:
        html = client.get(PATH).text
        sent = {"run": office.ids["draft"], "seen": seen(html, attendance)}
        for _ in range(2):
            answer = client.post(f"{PATH}/{attendance}/take", data=sent)
            assert answer.status_code == 303, answer.text
            assert answer.headers["Location"] == PATH
        after = client.get(PATH).text
        elsewhere = client.post(f"{PATH}/{attendance}/take", data=sent | {"run": "new"})
    assert entries(office) == [(office.ids["draft"], "kaikei")]
    assert "支給調書第2号に取り込み済み" in after
    assert elsewhere.status_code == 422
    assert "支給調書第2号に取り込み済みです" in elsewhere.text
    with office.web.db.read() as session:
        assert len(list_runs(session, office.web.committee_id)) == 2, "no sheet was made in vain"


def test_a_new_sheet_of_corrections_is_made_once(office: PayOffice) -> None:
    attendance = office.ids["湖畔"]
    with office.web.client(Role.SECRETARIAT) as client:
        html = client.get(PATH).text
        assert "新しい訂正の支給調書を作る" in html
        sent = {"run": "new", "seen": seen(html, attendance)}
        for _ in range(2):
            assert client.post(f"{PATH}/{attendance}/take", data=sent).status_code == 303
        after = client.get(PATH).text
    with office.web.db.read() as session:
        runs = list_runs(session, office.web.committee_id)
        assert (runs[0].number, runs[0].meeting_id, runs[0].status) == (3, None, RunStatus.DRAFT)
        assert len(runs) == 3
    assert "新しい訂正の支給調書を作る" not in after, "the one that is open is used"


def test_taken_out_again_the_proposal_stands(office: PayOffice) -> None:
    attendance = office.ids["湖畔"]
    with office.web.client(Role.ACCOUNTING) as client:
        html = client.get(PATH).text
        client.post(
            f"{PATH}/{attendance}/take", data={"run": office.ids["draft"], "seen": seen(html, attendance)}
        )
        first = client.post(f"{PATH}/{attendance}/drop")
        second = client.post(f"{PATH}/{attendance}/drop")
        after = client.get(PATH).text
    assert (first.status_code, second.status_code) == (303, 404)
    assert entries(office) == []
    assert f'action="{PATH}/{attendance}/take"' in after


def test_what_is_on_a_checked_sheet_is_not_taken_out(office: PayOffice) -> None:
    attendance = office.ids["湖畔"]
    with office.web.client(Role.ACCOUNTING) as client:
        html = client.get(PATH).text
        client.post(
            f"{PATH}/{attendance}/take", data={"run": office.ids["draft"], "seen": seen(html, attendance)}
        )
        check_sheet(office)
        page = client.get(PATH).text
        answer = client.post(f"{PATH}/{attendance}/drop")
    assert "取り込みをやめる" not in page
    assert answer.status_code == 422
    assert "差し戻してから" in answer.text


def check_sheet(office: PayOffice) -> None:
    with office.web.db.write() as session:
        run = get_run(session, office.ids["draft"], office.web.committee_id)
        check_run(
            session=session,
            actor=office.web.actor(Role.ACCOUNTING),
            clock=office.web.clock,
            run=run,
            seen=sha256(content_of(session, run)),
        )


def test_a_checked_sheet_takes_nothing_in(office: PayOffice) -> None:
    attendance = office.ids["湖畔"]
    with office.web.client(Role.ACCOUNTING) as client:
        html = client.get(PATH).text
        check_sheet(office)
        answer = client.post(
            f"{PATH}/{attendance}/take", data={"run": office.ids["draft"], "seen": seen(html, attendance)}
        )
        after = client.get(PATH).text
    assert answer.status_code == 422
    assert "確認済み" in answer.text
    assert f'value="{office.ids["draft"]}"' not in after
    assert entries(office) == []


@pytest.mark.parametrize("act", ["take", "dismiss"])
def test_what_changed_while_it_was_read_is_shown_first(office: PayOffice, act: str) -> None:
    attendance = office.ids["湖畔"]
    with office.web.client(Role.ACCOUNTING) as client:
        stale = seen(client.get(PATH).text, attendance)
        with office.web.db.write() as session:
            change_residence(
                session=session,
                actor=SECRETARY,
                clock=office.web.clock,
                person_id=office.people["湖畔"],
                district=District.AKAN,
                valid_from=date(2014, 5, 2),
            )
        sent = {"run": office.ids["draft"], "reason": "軽微", "seen": stale}
        answer = client.post(f"{PATH}/{attendance}/{act}", data=sent)
        fresh = sent | {"seen": seen(answer.text, attendance)}
        again = client.post(f"{PATH}/{attendance}/{act}", data=fresh)
    assert answer.status_code == 409
    assert "読んでいる間に、この訂正の内容が変わりました" in answer.text
    assert "−3,000円" in answer.text
    assert again.status_code == 303


def test_deciding_against_it_needs_a_reason_and_is_one_decision(office: PayOffice) -> None:
    attendance = office.ids["湖畔"]
    with office.web.client(Role.ACCOUNTING) as client:
        html = client.get(PATH).text
        sent = {"reason": "申告の<日付>を確認し、訂正不要", "seen": seen(html, attendance)}
        empty = client.post(f"{PATH}/{attendance}/dismiss", data=sent | {"reason": " "})
        long = client.post(f"{PATH}/{attendance}/dismiss", data=sent | {"reason": "長" * 501})
        for _ in range(2):
            assert client.post(f"{PATH}/{attendance}/dismiss", data=sent).status_code == 303
        after = client.get(PATH).text
        other = client.post(f"{PATH}/{attendance}/dismiss", data=sent | {"reason": "別の理由"})
    assert empty.status_code == long.status_code == 422
    assert "「訂正しない理由」を入力してください" in empty.text
    assert "500文字以内" in long.text
    assert dismissals(office) == ["申告の<日付>を確認し、訂正不要"]
    assert "申告の&lt;日付&gt;を確認し、訂正不要" in after
    assert f'id="correction-{attendance}"' not in after
    assert other.status_code == 422
    assert "訂正の候補はありません" in other.text


def test_a_decision_holds_until_the_facts_change_again(office: PayOffice) -> None:
    attendance = office.ids["湖畔"]
    with office.web.client(Role.ACCOUNTING) as client:
        html = client.get(PATH).text
        client.post(f"{PATH}/{attendance}/dismiss", data={"reason": "軽微", "seen": seen(html, attendance)})
        with office.web.db.write() as session:
            change_residence(
                session=session,
                actor=SECRETARY,
                clock=office.web.clock,
                person_id=office.people["湖畔"],
                district=District.AKAN,
                valid_from=date(2014, 5, 2),
            )
        after = client.get(PATH).text
    assert f'id="correction-{attendance}"' in after
    assert "軽微" in after


def test_nothing_is_decided_against_while_it_is_on_a_sheet(office: PayOffice) -> None:
    attendance = office.ids["湖畔"]
    with office.web.client(Role.ACCOUNTING) as client:
        html = client.get(PATH).text
        sent = {"run": office.ids["draft"], "reason": "軽微", "seen": seen(html, attendance)}
        client.post(f"{PATH}/{attendance}/take", data=sent)
        answer = client.post(f"{PATH}/{attendance}/dismiss", data=sent)
    assert answer.status_code == 422
    assert "取り込みをやめてから見送ってください" in answer.text
    assert dismissals(office) == []


@pytest.mark.parametrize("run", ["", STRANGE, "なにか"])
def test_a_sheet_must_be_chosen_that_there_is(office: PayOffice, run: str) -> None:
    attendance = office.ids["湖畔"]
    with office.web.client(Role.ACCOUNTING) as client:
        html = client.get(PATH).text
        answer = client.post(f"{PATH}/{attendance}/take", data={"run": run, "seen": seen(html, attendance)})
    assert answer.status_code == (404 if run else 422)
    assert entries(office) == []


def test_strangers_ids_are_404(office: PayOffice) -> None:
    with office.web.client(Role.ACCOUNTING) as client:
        sent = {"run": office.ids["draft"], "reason": "x"}
        answers = [client.post(f"{PATH}/{STRANGE}/{act}", data=sent) for act in ("take", "dismiss", "drop")]
    assert {answer.status_code for answer in answers} == {404}


def test_another_bodys_corrections_are_neither_shown_nor_touched(office: PayOffice) -> None:
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
        page = client.get(PATH).text
        answers = [
            client.post(
                f"{PATH}/{office.ids['湖畔']}/{act}", data={"run": office.ids["draft"], "reason": "x"}
            )
            for act in ("take", "dismiss", "drop")
        ]
    assert "訂正の候補はありません。" in page
    assert {answer.status_code for answer in answers} == {404}


def unfinished(desk: PayDesk) -> dict[str, str]:
    """A draft on which 湖畔 would come out otherwise by now."""
    desk.bureau.member("湖畔", district=District.AKANKOHAN)
    desk.draft("湖畔")
    change_residence(
        **desk.given,
        person_id=desk.bureau.people["湖畔"],
        district=District.KUSHIRO,
        valid_from=date(2014, 5, 1),
    )
    change_person(
        **desk.given,
        person_id=desk.bureau.people["湖畔"],
        name="<i>湖畔</i>",
        kana="",
        organisation="",
        mailbox="",
    )
    (found,) = proposals(desk.session, desk.bureau.support.id)
    return {"attendance": found.attendance_id, "meeting": found.meeting_id}


def test_a_line_of_a_draft_is_assessed_anew_there(tmp_path: Path) -> None:
    office = open_office(tmp_path, unfinished)
    attendance = office.ids["attendance"]
    with office.web.client(Role.ACCOUNTING) as client:
        html = client.get(PATH).text
        sent = {"run": "new", "seen": seen(html, attendance)}
        answer = client.post(f"{PATH}/{attendance}/take", data=sent)
    assert "&lt;i&gt;湖畔&lt;/i&gt;" in html
    assert "<i>湖畔" not in html
    assert f'href="/meetings/{office.ids["meeting"]}/honoraria"' in html
    assert f'action="{PATH}/{attendance}/take"' not in html
    assert answer.status_code == 422
    assert "元の支給調書がまだ確定していません" in answer.text
    with office.web.db.read() as session:
        assert len(list_runs(session, office.web.committee_id)) == 1, "refused, it made no sheet"


def test_without_proposals_the_page_says_what_makes_one(tmp_path: Path) -> None:
    office = open_office(tmp_path, nothing)
    with office.web.client(Role.ACCOUNTING) as client:
        assert "訂正の候補はありません。" in client.get(PATH).text


def nothing(desk: PayDesk) -> dict[str, str]:
    return {"run": desk.final().id}


def test_changing_a_fact_raises_the_proposal_on_the_persons_own_page(office: PayOffice) -> None:
    with office.web.client(Role.SECRETARIAT) as client:
        changed = client.get(f"/members/{office.people['湖畔']}").text
        other = client.get(f"/members/{office.people['委員長']}").text
    assert "支給の結果が変わる行が1件あります" in changed
    assert f'href="{PATH}"' in changed
    assert "支給の結果が変わる行" not in other


def test_the_proposal_follows_the_form_that_changes_the_fact(office: PayOffice) -> None:
    chair = f"/members/{office.people['委員長']}"
    with office.web.client(Role.SECRETARIAT) as client:
        sent = {"district": "阿寒", "residence_from": "2014-05-10"}
        assert client.post(f"{chair}/residence", data=sent).status_code == 303
        page = client.get(chair).text
    assert "支給の結果が変わる行が2件あります" in page, "the paid line and that of the draft"
