"""支給の画面: the runs, one meeting's lines with their stories, starting the assessment, the regulations."""

from sqlmodel import col, delete, select

from honoraria.tables import AssessmentRecord
from meetings_app.core.terms import Role
from meetings_app.services.office_settings import set_setting
from meetings_app.tables.meetings import Meeting
from meetings_app.tables.people import Person
from tests.web_support import Web

STRANGE = "0" * 32


def meeting_id(web: Web, number: int) -> str:
    with web.db.read() as session:
        return session.exec(
            select(Meeting.id).where(Meeting.committee_id == web.committee_id, Meeting.number == number)
        ).one()


def forget_assessments(web: Web) -> None:
    with web.db.write() as session:
        session.exec(delete(AssessmentRecord))


def test_the_list_gives_each_closed_meeting_with_its_state_and_sums(demo: Web) -> None:
    with demo.client(Role.ACCOUNTING) as client:
        html = client.get("/honoraria").text
    # Six people are paid: 6 × 5,000 and 4,000 + 0 + 2,000 + 0 + 1,000 + 4,000.
    for text in ("第19回", "要判断あり", "30,000円", "11,000円", "41,000円"):
        assert text in html
    assert "第20回" not in html


def test_a_member_sees_only_their_own_line(demo: Web) -> None:
    with demo.client(Role.MEMBER) as client:
        listed = client.get("/honoraria").text
        page = client.get(f"/meetings/{meeting_id(demo, 19)}/honoraria").text
    assert "9,000円" in listed  # 阿寒湖畔: 5,000 + 4,000
    assert "41,000円" not in listed
    assert "湿原 花子" in page
    for other in ("春採 よし子", "北斗 七海", "合計"):
        assert other not in page


def test_the_page_groups_the_lines_and_tells_each_story(demo: Web) -> None:
    with demo.client(Role.ACCOUNTING) as client:
        html = client.get(f"/meetings/{meeting_id(demo, 19)}/honoraria").text
    heads = [
        html.index(f'<h2 class="pay__title">{title}') for title in ("要判断", "支給", "不支給", "対象なし")
    ]
    assert heads == sorted(heads)
    for text in ("第7条第1項", "第7条第3項①", "第7条第3項②", "第7条第4項", "改正前の条文未確認"):
        assert text in html
    assert "支給 6名（要判断の3名を除く）" in html


def test_an_open_question_shows_its_alternatives_with_amounts_and_nothing_to_press(demo: Web) -> None:
    with demo.client(Role.ACCOUNTING) as client:
        html = client.get(f"/meetings/{meeting_id(demo, 19)}/honoraria").text
    start = html.index("居住地が、額の定めのある4地区の外です。")
    panel = html[start : html.index("</section>", start)]
    for text in ("旅費は支給しない", "6,000円", "9,000円", "7,000円", "5,000円"):
        assert text in panel
    assert "<input" not in panel


def test_the_version_and_the_hash_of_the_rules_are_named(demo: Web) -> None:
    with demo.db.read() as session:
        sha256 = session.exec(select(AssessmentRecord.rulebook_sha256)).first()
    with demo.client(Role.CHAIR) as client:
        html = client.get(f"/meetings/{meeting_id(demo, 19)}/honoraria").text
    assert f'title="{sha256}"' in html
    assert "平成25年10月1日施行" in html


def test_accounting_starts_the_assessment(demo: Web) -> None:
    forget_assessments(demo)
    meeting = meeting_id(demo, 19)
    with demo.client(Role.ACCOUNTING) as client:
        before = client.get(f"/meetings/{meeting}/honoraria").text
        answer = client.post(f"/meetings/{meeting}/honoraria")
        after = client.get(f"/meetings/{meeting}/honoraria").text
    assert "支給を判定する" in before
    assert answer.status_code == 303
    assert "41,000円" in after
    assert "支給を判定する" not in after


def test_nothing_is_assessed_before_attendance_is_confirmed(demo: Web) -> None:
    meeting = meeting_id(demo, 19)
    forget_assessments(demo)
    with demo.db.write() as session:
        row = session.get_one(Meeting, meeting)
        row.attendance_confirmed_at = row.attendance_confirmed_by = None
        session.add(row)
    with demo.client(Role.ACCOUNTING) as client:
        page = client.get(f"/meetings/{meeting}/honoraria")
        answer = client.post(f"/meetings/{meeting}/honoraria")
    assert "まだ出席が確認されていません。" in page.text
    assert answer.status_code == 422
    assert "先に出席を確認してください。" in answer.text


def test_the_chair_sees_but_does_not_start(demo: Web) -> None:
    forget_assessments(demo)
    meeting = meeting_id(demo, 19)
    with demo.client(Role.CHAIR) as client:
        assert "支給を判定する" not in client.get(f"/meetings/{meeting}/honoraria").text
        assert client.post(f"/meetings/{meeting}/honoraria").status_code == 403


def test_a_meeting_still_to_come_says_what_comes_first(demo: Web) -> None:
    with demo.client(Role.SECRETARIAT) as client:
        html = client.get(f"/meetings/{meeting_id(demo, 20)}/honoraria").text
    assert "まだ閉会していません。" in html


def test_unknown_meetings_are_404(demo: Web) -> None:
    with demo.client(Role.ACCOUNTING) as client:
        assert client.get(f"/meetings/{STRANGE}/honoraria").status_code == 404
        assert client.post(f"/meetings/{STRANGE}/honoraria").status_code == 404


def test_a_member_without_a_line_gets_404(demo: Web) -> None:
    with demo.db.write() as session:
        session.exec(
            delete(AssessmentRecord).where(
                col(AssessmentRecord.honorarium) == 5000, col(AssessmentRecord.travel) == 4000
            )
        )
    with demo.client(Role.MEMBER) as client:
        assert client.get(f"/meetings/{meeting_id(demo, 19)}/honoraria").status_code == 404


def test_a_hostile_name_is_escaped(demo: Web) -> None:
    with demo.db.write() as session:
        person = session.get_one(Person, demo.people[Role.MEMBER])
        person.name = "<img src=x onerror=alert(1)>"
        session.add(person)
    with demo.client(Role.ACCOUNTING) as client:
        html = client.get(f"/meetings/{meeting_id(demo, 19)}/honoraria").text
    assert "<img src=x" not in html
    assert "&lt;img src=x" in html


def test_both_regulations_are_shown_with_values_dates_and_articles(demo: Web) -> None:
    with demo.client(Role.ACCOUNTING) as client:
        html = client.get("/honoraria/rules").text
    for text in ("5,000円", "阿寒湖畔 4,000円", "音別 2,000円", "第7条第3項②", "圏域規程第7条第2項"):
        assert text in html
    assert html.count("以後の改正は未確認") == 2


def test_a_confirmation_takes_the_unconfirmed_finding_away(demo: Web) -> None:
    with demo.db.write() as session:
        for key, value in (("by", "規程 確認者"), ("on", "2014-05-01")):
            set_setting(
                session=session,
                actor=demo.actor(Role.SECRETARIAT),
                clock=demo.clock,
                key=f"honoraria.version_confirmed_{key}",
                value=value,
            )
    with demo.client(Role.SECRETARIAT) as client:
        html = client.get("/honoraria/rules").text
    assert "以後の改正は未確認" not in html
    assert "規程 確認者" in html


def test_members_do_not_read_the_rules_page_and_officers_no_payments(demo: Web) -> None:
    with demo.client(Role.MEMBER) as client:
        assert client.get("/honoraria/rules").status_code == 403
        client.cookies.clear()
        demo.sign_in(client, Role.CITY_OFFICER)
        assert client.get("/honoraria").status_code == 403
