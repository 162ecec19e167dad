"""地域課題の画面: the summary by edition and period, its file, and the issues of a body."""

import csv
import io

import pytest
from sqlmodel import select

from meetings_app.core.terms import IssueCategory, IssueStatus, Role
from minutes.tables import RegionalIssue
from tests.web_support import Web

STRANGE = "0" * 32
NEW = {
    "raised_on": "平成26年3月25日",
    "category": "移動",
    "shortage": "遠い",
    "municipality": "釧路市",
    "internal_text": "朝の便がない。",
}


def own_issue(web: Web) -> str:
    with web.db.read() as session:
        query = select(RegionalIssue.id).where(
            RegionalIssue.committee_id == web.committee_id, RegionalIssue.category == IssueCategory.TRANSPORT
        )
        return session.exec(query).one()


def regional_issue(web: Web) -> str:
    with web.db.read() as session:
        query = select(RegionalIssue.id).where(RegionalIssue.committee_id != web.committee_id)
        found = session.exec(query).first()
    assert found is not None
    return found


def rows_of(content: bytes) -> dict[tuple[str, str], str]:
    reader = csv.reader(io.StringIO(content.decode("utf-8-sig")))
    next(reader)
    return {(category, town): count for category, town, count in reader}


def test_the_summary_begins_with_three_sentences(demo: Web) -> None:
    with demo.client(Role.REGIONAL) as client:
        html = client.get("/regional").text
    # 666 brought in by the region, and three raised at the meeting of 2014-03-25.
    assert "8市町村から <b>669件</b> の地域課題が挙がりました。" in html
    assert "「移動」の <b>135件</b> で、すべての市町村から挙がっています。" in html
    assert "非表示" in html


def test_the_regional_viewer_gets_no_internal_text_and_no_list(demo: Web) -> None:
    with demo.client(Role.REGIONAL) as client:
        html = client.get("/regional").text
        refused = client.get("/regional/issues")
    assert "朝の時間に作業所へ通うバスがなく" not in html
    assert "予約制の乗り合いを求める声があります" in html  # reviewed
    assert "/regional/issues" not in html
    assert refused.status_code == 403


def test_a_half_year_is_shown_inside_and_not_outside(demo: Web) -> None:
    with demo.client(Role.REGIONAL) as client:
        inside = client.get("/regional?period=2013-1")
        outside = client.get("/regional?edition=outside&period=2013-1")
        year = client.get("/regional?edition=outside&period=2013")
        unknown = client.get("/regional?period=1999")
    assert [answer.status_code for answer in (inside, outside, year, unknown)] == [200, 404, 200, 404]
    assert "平成25年度 上期（4月–9月）" in inside.text


def test_no_difference_between_periods_or_editions_tells_a_hidden_number(demo: Web) -> None:
    with demo.client(Role.REGIONAL) as client:
        halves = [rows_of(client.get(f"/regional.csv?period=2013-{half}").content) for half in (1, 2)]
        year = rows_of(client.get("/regional.csv?period=2013").content)
        whole = rows_of(client.get("/regional.csv").content)
        outside = rows_of(client.get("/regional.csv?edition=outside").content)
    assert year == whole
    for place, shown in year.items():
        parts = [half[place] for half in halves]
        assert shown == ("秘匿" if "秘匿" in parts else str(sum(map(int, parts))))
    for place, shown in outside.items():
        assert shown in ("秘匿", "0") or (int(shown) >= 10 and whole[place] == shown)


def test_an_unfinished_year_warns_before_it_leaves(demo: Web) -> None:
    with demo.client(Role.SECRETARIAT) as client:
        outside = client.get("/regional?edition=outside").text
        inside = client.get("/regional").text
    assert "この期間は平成26年3月31日まで続きます。" in outside
    assert "まだ終わっていない期間です。" not in inside


def test_the_file_is_named_and_is_utf8_for_excel(demo: Web) -> None:
    with demo.client(Role.REGIONAL) as client:
        answer = client.get("/regional.csv?edition=outside")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert "attachment" in answer.headers["content-disposition"]


def test_a_region_without_issues_says_what_to_do(demo: Web) -> None:
    with demo.db.write() as session:
        for issue in session.exec(select(RegionalIssue)).all():
            session.delete(issue)
    with demo.client(Role.SECRETARIAT) as client:
        answer = client.get("/regional")
    assert answer.status_code == 200
    assert "この期間に挙がった地域課題はありません。" in answer.text


def test_the_list_shows_the_own_issues_with_their_internal_text(demo: Web) -> None:
    with demo.client(Role.CHAIR) as client:
        everything = client.get("/regional/issues").text
        resolved = client.get("/regional/issues?status=解消").text
    assert "朝の時間に作業所へ通うバスがなく" in everything
    assert everything.count("<tr") == 4  # the heads and three issues of the own body
    assert "この段階の地域課題はありません。" in resolved


def test_an_issue_is_added(demo: Web) -> None:
    with demo.client(Role.SECRETARIAT) as client:
        answer = client.post("/regional/issues", data=NEW)
        page = client.get(answer.headers["location"])
    assert answer.status_code == 303
    assert "朝の便がない。" in page.text


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("category", "", "「分野」を入力してください。"),
        ("municipality", "札幌市", "「市町村」を一覧から選び直してください。"),
        ("internal_text", " ", "「内部の文」を入力してください。"),
        ("raised_on", "平成26年4月1日", "挙がった日がきょうより後です。"),
    ],
)
def test_a_wrong_issue_is_shown_again(demo: Web, field: str, value: str, sentence: str) -> None:
    with demo.client(Role.SECRETARIAT) as client:
        answer = client.post("/regional/issues", data=NEW | {field: value})
    assert answer.status_code == 422
    assert sentence in answer.text


def test_a_public_text_leaves_only_after_it_was_read(demo: Web) -> None:
    issue = own_issue(demo)
    text = "朝に通う手段が足りません。<b>強調</b>"
    with demo.client(Role.CHAIR) as client:
        unread = client.post(f"/regional/issues/{issue}/public", data={"public_text": text})
        before = client.get("/regional").text
        read = client.post(f"/regional/issues/{issue}/public", data={"public_text": text, "read": "1"})
        after = client.get("/regional").text
    assert unread.status_code == 422
    assert "読み返したことを確かめ" in unread.text
    assert "朝に通う手段" not in before
    assert read.status_code == 303
    assert "朝に通う手段が足りません。&lt;b&gt;強調&lt;/b&gt;" in after


def test_the_stage_is_changed(demo: Web) -> None:
    issue = own_issue(demo)
    with demo.client(Role.SECRETARIAT) as client:
        wrong = client.post(f"/regional/issues/{issue}/status", data={"status": "忘却"})
        answer = client.post(f"/regional/issues/{issue}/status", data={"status": "対応策"})
    assert (wrong.status_code, answer.status_code) == (422, 303)
    with demo.db.read() as session:
        assert session.get_one(RegionalIssue, issue).status is IssueStatus.PLANNED


def test_another_bodys_issue_is_404(demo: Web) -> None:
    with demo.client(Role.SECRETARIAT) as client:
        for issue in (regional_issue(demo), STRANGE):
            assert client.get(f"/regional/issues/{issue}").status_code == 404
            for act, data in (("status", {"status": "解消"}), ("public", {"public_text": "文", "read": "1"})):
                assert client.post(f"/regional/issues/{issue}/{act}", data=data).status_code == 404
