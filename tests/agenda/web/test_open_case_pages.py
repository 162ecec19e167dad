"""相談者一覧 through the browser: levels of many cases on one page, the year's targets, and who may see it."""

from datetime import date

import pytest
from sqlmodel import select

from agenda.register_tables import CaseLevel, YearlyTarget
from agenda.tables import Client
from meetings_app.core.terms import CommitteeKind, Role
from meetings_app.documents.filling import SERIAL
from meetings_app.tables.committees import Committee
from meetings_app.tables.meetings import Meeting
from tests.agenda.web.demo import client_id
from tests.meetings_app.documents.word_files import texts
from tests.web_support import Web

LIST = "/plans/case-list"


def add_case(web: Web, number: int, initials: str = "K.S", committee_id: str = "") -> str:
    with web.db.write() as session:
        client = Client(
            committee_id=committee_id or web.committee_id,
            case_number=number,
            initials=initials,
            first_contact_on=date(2026, 11, 20),
        )
        session.add(client)
        session.flush()
        return client.id


def row(case_id: str, level: str, seen: str = "", note: str = "", seen_note: str = "") -> dict[str, str]:
    return {
        f"level-{case_id}": level,
        f"seen-{case_id}": seen,
        f"note-{case_id}": note,
        f"seen-note-{case_id}": seen_note,
    }


def levels(web: Web) -> dict[str, tuple[int, str]]:
    with web.db.read() as session:
        return {one.client_id: (one.level, one.note) for one in session.exec(select(CaseLevel)).all()}


# ---- levels


def test_only_the_rows_that_were_changed_are_written(web: Web) -> None:
    first, second = add_case(web, 1), add_case(web, 2)
    form = {"on": "R8.11.25", "row": [first, second], **row(first, "3", note="家賃"), **row(second, "")}
    with web.client(Role.SECRETARIAT) as client:
        page = client.get(LIST).text
        answer = client.post(LIST, data=form)
        after = client.get(LIST).text
        again = client.post(LIST, data=form | row(first, "3", "3", "家賃", "家賃"))
    assert "続いているケース 2件、うち新規 2件" in page
    assert (answer.status_code, answer.headers["location"]) == (303, f"{LIST}?on=2026-11-25")
    assert levels(web) == {first: (3, "家賃")}
    assert f'name="level-{first}" value="3" checked' in after
    assert again.status_code == 303
    assert levels(web) == {first: (3, "家賃")}


def test_a_change_in_between_is_not_overwritten(web: Web) -> None:
    case_id = add_case(web, 1)
    form = {"on": "R8.11.25", "row": case_id, **row(case_id, "3")}
    with web.client(Role.SECRETARIAT) as client:
        client.post(LIST, data=form)
        answer = client.post(LIST, data=form | row(case_id, "5"))
    assert answer.status_code == 409
    assert levels(web) == {case_id: (3, "")}


@pytest.mark.parametrize(
    ("change", "status", "sentence"),
    [
        ({"on": "きのう"}, 422, "「きのう」を日付として読めません。"),
        ({"on": "R8.11.26"}, 422, "先の日付のレベルは記録できません。"),
        ({"level": "6"}, 422, "「レベル」を一覧から選び直してください。"),
        ({"level": "", "note": "メモ"}, 422, "メモだけは記録できません。"),
        ({"level": "2", "note": "長" * 501}, 422, "「メモ」が長すぎます。"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_written(
    web: Web, change: dict[str, str], status: int, sentence: str
) -> None:
    good, case_id = add_case(web, 1), add_case(web, 2)
    typed = row(case_id, change.get("level", "2"), note=change.get("note", ""))
    form = {"on": change.get("on", "R8.11.25"), "row": [good, case_id], **row(good, "1"), **typed}
    with web.client(Role.SECRETARIAT) as client:
        answer = client.post(LIST, data=form)
    assert answer.status_code == status
    assert sentence in answer.text
    assert levels(web) == {}
    assert f'name="level-{good}" value="1" checked' in answer.text  # what was typed is still there


def test_a_case_of_another_body_is_not_found(web: Web) -> None:
    with web.db.write() as session:
        other = Committee(
            kind=CommitteeKind.SUPPORT, name="よその会議", municipality="白糠町", region="釧路総合振興局"
        )
        session.add(other)
        session.flush()
        other_id = other.id
    case_id = add_case(web, 1, "X.X", other_id)
    form = {"on": "R8.11.25", "row": case_id, **row(case_id, "3")}
    with web.client(Role.SECRETARIAT) as client:
        assert client.post(LIST, data=form).status_code == 404
        assert "X.X" not in client.get(LIST).text
    assert levels(web) == {}


def test_hostile_texts_are_escaped(web: Web) -> None:
    case_id = add_case(web, 1, "<i>A</i>")
    note = "<script>alert(1)</script>"
    with web.client(Role.SECRETARIAT) as client:
        client.post(LIST, data={"on": "R8.11.25", "row": case_id, **row(case_id, "3", note=note)})
        page = client.get(LIST).text
    assert "&lt;i&gt;A&lt;/i&gt;" in page
    assert note not in page


def test_an_earlier_day_shows_what_was_known_then(web: Web) -> None:
    add_case(web, 1)
    with web.client(Role.CHAIR) as client:
        assert "続いているケース 1件" in client.get(f"{LIST}?on=R8.11.20").text
        assert "続いているケースはありません。" in client.get(f"{LIST}?on=R8.11.19").text
        assert client.get(f"{LIST}?on=いつか").status_code == 422


# ---- the year


def test_the_secretariat_sets_the_targets_of_the_year(web: Web) -> None:
    add_case(web, 1)
    form = {"on": "R8.11.25", "fiscal_year": "2026", "new_cases": "4", "plans": ""}
    with web.client(Role.SECRETARIAT) as client:
        assert "目安値は決まっていません" in client.get(LIST).text
        assert client.post(f"{LIST}/target", data=form).status_code == 303
        page = client.get(LIST).text
        refused = client.post(f"{LIST}/target", data=form | {"plans": "たくさん"})
    assert "令和8年度の件数" in page
    assert "目安値 4件の25％" in page
    assert "令和8年11月25日 12:00 jimukyoku が設定" in page
    assert refused.status_code == 422
    assert "「プラン作成の目安値」は数字で入力してください。" in refused.text
    with web.db.read() as session:
        (target,) = session.exec(select(YearlyTarget)).all()
    assert (target.fiscal_year, target.new_cases, target.plans) == (2026, 4, None)


# ---- in the meeting, and who may see it


def meeting_id(web: Web, number: int) -> str:
    with web.db.read() as session:
        return session.exec(
            select(Meeting.id).where(Meeting.committee_id == web.committee_id, Meeting.number == number)
        ).one()


def test_the_meeting_has_the_list_as_a_tab(demo: Web) -> None:
    path = f"/meetings/{meeting_id(demo, 19)}/case-list"
    case_id = client_id(demo, 21)
    with demo.client(Role.SECRETARIAT) as client:
        page = client.get(path).text
        answer = client.post(
            LIST,
            data={
                "on": "H26.3.25",
                "meeting": meeting_id(demo, 19),
                "row": case_id,
                **row(case_id, "5", _seen(demo, case_id)),
            },
        )
        assert client.get(f"/meetings/{'0' * 32}/case-list").status_code == 404
    assert f'<a class="tabs__item" href="{path}" aria-current="page">相談者一覧' in page
    assert "No.21" in page
    assert "同意のないケースは、会議に配る紙の一覧には載りません。" in page
    assert (answer.status_code, answer.headers["location"]) == (303, path)


def test_the_whole_list_is_taken_out_on_paper(demo: Web) -> None:
    path = f"/meetings/{meeting_id(demo, 19)}/case-list"
    with demo.client(Role.CHAIR) as client:
        assert f'href="{path}/paper.docx"' in client.get(path).text
        answer = client.get(f"{path}/paper.docx")
    printed = "\n".join(texts(answer.content))
    assert answer.headers["content-disposition"].startswith("attachment")
    assert "No.21" in printed, "a case that no item of the meeting is about"
    assert "No.18" not in printed, "whose consent was withdrawn"
    assert SERIAL not in printed
    for role in (Role.MEMBER, Role.CITY_OFFICER, Role.ACCOUNTING, Role.REGIONAL):
        with demo.client(role) as client:
            assert client.get(f"{path}/paper.docx").status_code == 403, role


def _seen(web: Web, case_id: str) -> str:
    with web.db.read() as session:
        rows = session.exec(
            select(CaseLevel).where(CaseLevel.client_id == case_id).order_by(CaseLevel.assessed_on.desc())  # type: ignore[attr-defined]
        ).all()
    return str(rows[0].level) if rows else ""


def test_the_chair_reads_and_the_others_do_not_come_in(demo: Web) -> None:
    path = f"/meetings/{meeting_id(demo, 19)}/case-list"
    with demo.client(Role.CHAIR) as client:
        page = client.get(LIST).text
        assert client.get(path).status_code == 200
        assert client.post(LIST, data={}).status_code == 403
        assert client.post(f"{LIST}/target", data={}).status_code == 403
    assert "No.21" in page
    assert 'type="radio"' not in page
    for role in (Role.MEMBER, Role.CITY_OFFICER, Role.ACCOUNTING, Role.REGIONAL):
        with demo.client(role) as client:
            assert client.get(LIST).status_code == 403, role
            assert client.get(path).status_code == 403, role
            assert client.post(LIST, data={}).status_code == 403, role


def test_a_wrong_day_to_look_at_is_no_failed_recording(web: Web) -> None:
    case_id = add_case(web, 1)
    with web.client(Role.SECRETARIAT) as client:
        asked = client.get(f"{LIST}?on=きのう")
        sent = client.post(LIST, data={"on": "R8.11.26", "row": case_id, **row(case_id, "3")})
    assert (asked.status_code, sent.status_code) == (422, 422)
    assert "表示の条件を直してください。" in asked.text
    assert "記録できませんでした。" not in asked.text
    assert "記録できませんでした。" in sent.text
