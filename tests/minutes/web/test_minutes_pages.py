"""議事録を読む・記す・承認に回す・承認する・取り出す, and the history, through the browser."""

import re
from io import BytesIO
from urllib.parse import quote

import pytest
from docx import Document

from meetings_app.core.terms import Role
from meetings_app.tables.meetings import Meeting
from minutes.tables import ItemRecord, Minutes, MinutesStatus
from tests.minutes.web.test_running_pages import HELD, item_id, meeting_id
from tests.web_support import Web, WebClient

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def minutes(web: Web) -> Minutes:
    with web.db.read() as session:
        row = session.get_one(Minutes, meeting_id(web, HELD))
        session.expunge(row)
        return row


def address(web: Web) -> str:
    return f"/meetings/{meeting_id(web, HELD)}/minutes"


def approve(web: Web, client: WebClient) -> int:
    question = client.get(f"{address(web)}/approve").text
    read = re.search(r'name="content" value="([0-9a-f]{64})"', question)
    data = {"content": read[1] if read else "0" * 64}
    return client.post(f"{address(web)}/approve", data=data).status_code


def test_the_minutes_are_read_as_they_will_be_printed(demo: Web) -> None:
    with demo.client(Role.SECRETARIAT) as client:
        page = client.get(address(demo)).text
    assert "見本協第19号" in page
    assert "週2日の作業に休まず通い" in page
    assert "状況と目標に合う: はい" in page
    assert "急な所用のため" in page
    assert "11:10到着、11:22退席" in page
    assert "朝の時間に作業所へ通うバスがなく" in page
    assert "第20回 平成26年3月28日（金）の予定" in page


def test_what_people_wrote_is_escaped(demo: Web) -> None:
    with demo.db.write() as session:
        session.get_one(ItemRecord, item_id(demo, HELD)).confirmed = "<img src=x onerror=alert(1)>"
    with demo.client(Role.CHAIR) as client:
        for path in ("", "/approve"):
            page = client.get(address(demo) + path).text
            assert "<img src=x" not in page
            assert "&lt;img src=x" in page


def test_number_date_and_next_meeting_are_described(demo: Web) -> None:
    before = minutes(demo)
    data = {
        "document_number": "見本協第20号",
        "document_date": "平成26年3月26日",
        "next_meeting": "未定",
        "version": str(before.version),
    }
    with demo.client(Role.SECRETARIAT) as client:
        assert client.post(address(demo), data=data).status_code == 303
        stale = client.post(address(demo), data=data | {"document_number": "打ち込んだ番号"})
        wrong = client.post(address(demo), data=data | {"document_date": "三月"})
    assert minutes(demo).document_number == "見本協第20号"
    assert stale.status_code == 409
    assert "ほかの人が先に変えました" in stale.text
    assert 'value="打ち込んだ番号"' in stale.text
    assert wrong.status_code == 422


def test_minutes_are_submitted_after_closing_only(demo: Web) -> None:
    with demo.client(Role.SECRETARIAT) as client:
        early = client.post(f"/meetings/{meeting_id(demo)}/minutes/submit")
        again = client.post(f"{address(demo)}/submit")
    assert early.status_code == 422
    assert "先に閉会してください" in early.text
    assert again.status_code == 303
    assert minutes(demo).status is MinutesStatus.SUBMITTED


def test_only_the_presider_approves_and_reads_once_more_before(demo: Web) -> None:
    with demo.client(Role.SECRETARIAT) as client:
        assert client.get(f"{address(demo)}/approve").status_code == 403
        assert approve(demo, client) == 403
    with demo.client(Role.MEMBER) as client:
        assert client.get(f"{address(demo)}/approve").status_code == 404
        assert approve(demo, client) == 404
    with demo.client(Role.CHAIR) as client:
        question = client.get(f"{address(demo)}/approve").text
        assert "この内容で承認する" in question
        assert "目標の前半は達した" in question
        assert approve(demo, client) == 303
        page = client.get(address(demo)).text
        assert approve(demo, client) == 422
    row = minutes(demo)
    assert row.status is MinutesStatus.APPROVED
    assert row.sha256 is not None
    assert row.sha256 in page
    assert "丹頂 一郎" in page


def test_minutes_that_changed_since_they_were_read_are_not_approved(demo: Web) -> None:
    with demo.client(Role.CHAIR) as client:
        answer = client.post(f"{address(demo)}/approve", data={"content": "0" * 64})
    assert answer.status_code == 409
    assert "読んだ後に変わりました" in answer.text
    assert minutes(demo).status is MinutesStatus.SUBMITTED


def test_a_deputy_who_presided_approves(demo: Web) -> None:
    with demo.db.write() as session:
        session.get_one(Meeting, meeting_id(demo, HELD)).presider_id = demo.people[Role.MEMBER]
    with demo.client(Role.CHAIR) as client:
        assert client.get(f"{address(demo)}/approve").status_code == 404
    with demo.client(Role.MEMBER) as client:
        assert "承認する…" in client.get(address(demo)).text
        assert approve(demo, client) == 303


def test_what_was_approved_is_read_back_and_not_computed_again(demo: Web) -> None:
    with demo.client(Role.CHAIR) as client:
        approve(demo, client)
        with demo.db.write() as session:
            session.get_one(ItemRecord, item_id(demo, HELD)).confirmed = "あとから変えた文"
        page = client.get(address(demo)).text
    assert "目標の前半は達した" in page
    assert "あとから変えた文" not in page


def test_approved_minutes_take_no_more_words(demo: Web) -> None:
    with demo.client(Role.CHAIR) as client:
        approve(demo, client)
    base = f"/meetings/{meeting_id(demo, HELD)}"
    with demo.client(Role.SECRETARIAT) as client:
        described = client.post(address(demo), data={"version": "4"})
        action = client.post(
            f"{base}/items/{item_id(demo, HELD)}/actions", data={"what": "あとから", "who": "誰か"}
        )
    assert (described.status_code, action.status_code) == (422, 422)
    assert "承認済みの議事録は変えられません" in described.text
    assert "議事録が承認されているため" in action.text


@pytest.mark.parametrize("approved", [False, True])
def test_the_word_file_has_a_japanese_name(demo: Web, approved: bool) -> None:
    with demo.client(Role.CHAIR) as client:
        if approved:
            approve(demo, client)
        answer = client.get(f"/meetings/{meeting_id(demo, HELD)}/minutes.docx")
    name = "第19回支援調整会議_議事録.docx" if approved else "第19回支援調整会議_議事録（案）.docx"
    assert answer.headers["content-disposition"] == f"attachment; filename*=UTF-8''{quote(name)}"
    assert answer.headers["content-type"] == WORD
    text = "\n".join(paragraph.text for paragraph in Document(BytesIO(answer.content)).paragraphs)
    assert "議事録" in text


def test_a_member_reads_minutes_once_approved_of_meetings_they_attended(demo: Web) -> None:
    with demo.client(Role.MEMBER) as client:
        base = f"/meetings/{meeting_id(demo, HELD)}"
        waiting = [client.get(f"{base}/{path}").status_code for path in ("minutes", "minutes.docx")]
        assert "/minutes" not in client.get(base).text.split("会議の内容")[1]
    with demo.client(Role.CHAIR) as client:
        approve(demo, client)
    with demo.client(Role.MEMBER) as client:
        approved = [client.get(f"{base}/{path}").status_code for path in ("minutes", "minutes.docx")]
        not_there = client.get(f"/meetings/{meeting_id(demo)}/minutes").status_code
        assert f"{base}/minutes" in client.get(base).text
    assert waiting == [404, 404]
    assert approved == [200, 200]
    assert not_there == 404


def test_the_history_is_readable_japanese(demo: Web) -> None:
    with demo.client(Role.CHAIR) as client:
        page = client.get(f"/meetings/{meeting_id(demo, HELD)}/history").text
    assert "議題の組立て" in page
    assert "議題に入れた数: 9" in page
    assert "人: 雪里 真" in page
    assert "議長: 丹頂 一郎" in page
    assert "結果: 修正のうえ了承" in page
    assert meeting_id(demo, HELD) not in page.split("会議の内容")[1].split("</nav>")[1], (
        "no id is left in words"
    )


@pytest.mark.parametrize("role", [Role.ACCOUNTING, Role.MEMBER, Role.CITY_OFFICER, Role.REGIONAL])
def test_the_history_is_for_those_who_lead(demo: Web, role: Role) -> None:
    with demo.client(role) as client:
        assert client.get(f"/meetings/{meeting_id(demo, HELD)}/history").status_code == 403
