"""議事録の回覧 through the browser: who may do what, what they see, and what happens to what they type."""

import re

import pytest
from sqlmodel import col, select

from agenda.services.items import items_of
from meetings_app.core.terms import Role
from minutes.edition_tables import MinutesComment
from minutes.tables import ItemRecord, Minutes, MinutesStatus, Recusal
from tests.minutes.web.test_running_pages import HELD, item_id, meeting_id
from tests.web_support import Web, WebClient

HOSTILE = '<script>alert("意見")</script>'
LAST_DAY = "平成26年4月1日"


@pytest.fixture
def desk(demo: Web) -> Web:
    """The demonstration with the minutes of the held meeting given back to the secretariat."""
    with demo.client(Role.CHAIR) as client:
        answer = client.post(f"{address(demo)}/return", data={"reason": "もう一度回覧してください。"})
    assert answer.status_code == 303
    return demo


def address(web: Web) -> str:
    return f"/meetings/{meeting_id(web, HELD)}/minutes"


def page(web: Web) -> str:
    return f"{address(web)}/circulation"


def status(web: Web) -> MinutesStatus:
    with web.db.read() as session:
        return session.get_one(Minutes, meeting_id(web, HELD)).status


def circulated(web: Web, until: str = LAST_DAY) -> None:
    with web.client(Role.SECRETARIAT) as client:
        assert client.post(page(web), data={"until": until}).status_code == 303


def said(web: Web) -> list[MinutesComment]:
    with web.db.read() as session:
        rows = list(session.exec(select(MinutesComment).order_by(col(MinutesComment.written_at))).all())
        session.expunge_all()
        return rows


def comment(web: Web, client: WebClient, text: str, **more: str) -> int:
    data = {f"item-{item_id(web, HELD)}": text, "general": "", "say": "something"} | more
    return client.post(f"{address(web)}/comments", data=data).status_code


def mark_of(text: str) -> str:
    found = re.search(r'name="mark" value="([0-9a-f]{16})"', text)
    assert found
    return found[1]


def test_the_chair_gives_back_with_a_reason(demo: Web) -> None:
    with demo.client(Role.CHAIR) as client:
        empty = client.post(f"{address(demo)}/return", data={"reason": " "})
        done = client.post(f"{address(demo)}/return", data={"reason": f"場所が違います。{HOSTILE}"})
        again = client.post(f"{address(demo)}/return", data={"reason": "二度目"})
    with demo.client(Role.SECRETARIAT) as client:
        shown = client.get(address(demo)).text
        refused = client.post(f"{address(demo)}/return", data={"reason": "自分で"})
    assert (empty.status_code, done.status_code, again.status_code, refused.status_code) == (
        422,
        303,
        422,
        403,
    )
    assert "に丹頂 一郎が差し戻しました" in shown
    assert "場所が違います。&lt;script&gt;" in shown
    assert status(demo) is MinutesStatus.DRAFT


def test_the_secretariat_sends_round_with_a_deadline(desk: Web) -> None:
    with desk.client(Role.SECRETARIAT) as client:
        proposed = client.get(page(desk)).text
        past = client.post(page(desk), data={"until": "平成26年3月24日"})
        nonsense = client.post(page(desk), data={"until": "来週"})
        done = client.post(page(desk), data={"until": LAST_DAY})
        shown = client.get(page(desk)).text
    assert "2014-04-01" in proposed or LAST_DAY in proposed
    assert (past.status_code, nonsense.status_code, done.status_code) == (422, 422, 303)
    assert "過ぎた日" in past.text
    assert "湿原 花子" in shown
    assert "まだ" in shown
    assert status(desk) is MinutesStatus.CIRCULATED


@pytest.mark.parametrize("role", [Role.CHAIR, Role.MEMBER, Role.CITY_OFFICER])
def test_only_the_secretariat_sends_round_answers_and_ends(desk: Web, role: Role) -> None:
    circulated(desk)
    with desk.client(role) as client:
        tried = [
            client.post(page(desk), data={"until": LAST_DAY}),
            client.post(f"{page(desk)}/end", data={"then": "mend"}),
            client.post(f"{address(desk)}/comments/{'0' * 32}/answer", data={}),
        ]
    assert {answer.status_code for answer in tried} == {403}


@pytest.mark.parametrize("role", [Role.ACCOUNTING, Role.REGIONAL])
def test_the_accounts_and_the_region_see_nothing(desk: Web, role: Role) -> None:
    circulated(desk)
    with desk.client(role) as client:
        seen = [client.get(address(desk)), client.get(page(desk)), client.get(f"{address(desk)}/editions/1")]
        told = client.post(f"{address(desk)}/comments", data={"general": "意見"})
    assert {answer.status_code for answer in (*seen, told)} == {403}


def test_a_member_reads_answers_changes_and_withdraws(desk: Web) -> None:
    circulated(desk)
    with desk.client(Role.MEMBER) as client:
        assert "意見を求められている議事録" in client.get("/").text
        asked = client.get(page(desk)).text
        assert "意見なしと答える" in asked
        assert comment(desk, client, HOSTILE) == 303
        shown = client.get(page(desk)).text
        assert HOSTILE not in shown
        assert "&lt;script&gt;alert(" in shown
        assert "意見を求められている議事録" not in client.get("/").text
        assert comment(desk, client, "書き直しました。") == 303
        assert [one.text for one in said(desk)] == ["書き直しました。"]
        assert comment(desk, client, "") == 303
        assert said(desk) == []
        assert comment(desk, client, "", say="nothing") == 303
    assert [(one.text, one.author) for one in said(desk)] == [("", "湿原 花子")]
    with desk.client(Role.SECRETARIAT) as client:
        assert "意見なし" in client.get(page(desk)).text


def test_the_secretariat_enters_what_was_said_by_telephone(desk: Web) -> None:
    circulated(desk)
    member = f"{page(desk)}/{desk.people[Role.MEMBER]}"
    data = {f"item-{item_id(desk, HELD)}": f"電話の意見{HOSTILE}", "general": "", "say": "something"}
    with desk.client(Role.SECRETARIAT) as client:
        assert f'href="{member}"' in client.get(page(desk)).text
        assert "湿原 花子から紙や電話で受けた答えを入力します" in client.get(member).text
        both = client.post(member, data=data | {"say": "nothing"})
        assert client.post(member, data=data).status_code == 303
        shown = client.get(page(desk)).text
    assert both.status_code == 422
    assert "電話の意見&lt;script&gt;" in both.text
    (one,) = said(desk)
    assert one.author.startswith("湿原 花子（代理入力：")
    assert one.author in shown
    assert HOSTILE not in shown
    with desk.client(Role.MEMBER) as client:
        assert one.author in client.get(page(desk)).text
        assert comment(desk, client, "自分で書きました。") == 303
    with desk.client(Role.SECRETARIAT) as client:
        own = client.get(member).text
        assert "本人が出した意見です" in own
        assert client.post(member, data=data).status_code == 422
        assert client.post(member, data={"general": "", "say": "something"}).status_code == 303
    assert [(one.text, one.author) for one in said(desk)] == [("自分で書きました。", "湿原 花子")]


def test_nobody_else_enters_for_others_and_only_for_those_who_were_there(desk: Web) -> None:
    circulated(desk)
    member, chair = (f"{page(desk)}/{desk.people[role]}" for role in (Role.MEMBER, Role.CHAIR))
    data = {"general": "意見", "say": "something"}
    for role in (Role.CHAIR, Role.MEMBER, Role.ACCOUNTING):
        with desk.client(role) as client:
            assert {client.get(member).status_code, client.post(member, data=data).status_code} == {403}
    with desk.client(Role.SECRETARIAT) as client:
        for foreign in (chair, f"{page(desk)}/{'0' * 32}"):
            assert client.get(foreign).status_code == 404
            assert client.post(foreign, data=data).status_code == 404
        assert client.post(member, data={"general": "", "say": "nothing"}).status_code == 303
    desk.clock.forward(days=8)
    with desk.client(Role.SECRETARIAT) as client:
        assert "もう一度回覧すると入力できます" in client.get(member).text
        assert client.post(member, data=data).status_code == 422
    assert [one.text for one in said(desk)] == [""]


def test_no_comment_beside_a_comment_is_refused_and_what_was_typed_kept(desk: Web) -> None:
    circulated(desk)
    with desk.client(Role.MEMBER) as client:
        data = {f"item-{item_id(desk, HELD)}": "打ち込んだ意見", "general": "", "say": "nothing"}
        answer = client.post(f"{address(desk)}/comments", data=data)
        long = client.post(f"{address(desk)}/comments", data=data | {"general": "長" * 2001})
    assert answer.status_code == 422
    assert "打ち込んだ意見" in answer.text
    assert "2000文字以内" in long.text
    assert said(desk) == []


def test_after_the_deadline_nothing_is_taken(desk: Web) -> None:
    circulated(desk)
    desk.clock.forward(days=8)
    with desk.client(Role.MEMBER) as client:
        assert comment(desk, client, "遅れました。") == 422
        assert "締切を過ぎたか、回覧が終わりました" in client.get(page(desk)).text
        assert "意見を求められている議事録" not in client.get("/").text
    assert said(desk) == []
    with desk.client(Role.SECRETARIAT) as client:
        assert "回覧を終えて進めます" in client.get("/").text


def test_an_item_somebody_stood_aside_for_is_neither_shown_nor_commented(desk: Web) -> None:
    hidden = item_id(desk, HELD)
    with desk.db.write() as session:
        title = items_of(session, meeting_id(desk, HELD))[0].title
        session.add(Recusal(item_id=hidden, person_id=desk.people[Role.MEMBER], reason="続柄のため"))
    circulated(desk)
    with desk.client(Role.MEMBER) as client:
        whole, fields = client.get(address(desk)).text, client.get(page(desk)).text
        paper = client.get(f"{address(desk)}.docx")
        told = comment(desk, client, "のぞき見")
    assert title not in whole.split("議題だけを表示しています")[1]
    assert hidden not in fields
    assert "ほかの1件の議題は表示しません" in whole
    assert "%EF%BC%88%E6%8A%9C%E7%B2%8B%EF%BC%89" in paper.headers["content-disposition"]
    assert told == 404
    assert said(desk) == []


def test_comments_are_answered_and_stale_ones_are_409(desk: Web) -> None:
    circulated(desk)
    with desk.client(Role.MEMBER) as client:
        comment(desk, client, "日付を直してください。")
    (one,) = said(desk)
    answer = f"{address(desk)}/comments/{one.id}/answer"
    with desk.client(Role.SECRETARIAT) as client:
        assert "対応を待つ意見" in client.get("/").text
        data = {
            "verdict": "反映",
            "answer": f"直しました。{HOSTILE}",
            "mark": mark_of(client.get(page(desk)).text),
        }
        wrong = client.post(answer, data=data | {"verdict": "検討中"})
        empty = client.post(answer, data=data | {"answer": ""})
    with desk.client(Role.MEMBER) as client:
        comment(desk, client, "日付と場所を直してください。")
    with desk.client(Role.SECRETARIAT) as client:
        stale = client.post(answer, data=data)
        fresh = client.post(answer, data=data | {"mark": mark_of(stale.text)})
        shown = client.get(page(desk)).text
        foreign = client.post(
            answer.replace(meeting_id(desk, HELD), meeting_id(desk)), data=data | {"mark": "0" * 16}
        )
    assert (wrong.status_code, empty.status_code) == (422, 422)
    assert stale.status_code == 409
    assert "書き直されました" in stale.text
    assert "日付と場所を直してください。" in stale.text
    assert "直しました。&lt;script&gt;" in stale.text, "what was typed is kept"
    assert fresh.status_code == 303
    assert HOSTILE not in shown
    assert foreign.status_code in (404, 422)
    with desk.client(Role.MEMBER) as client:
        assert "直しました。&lt;script&gt;" in client.get(page(desk)).text


def test_the_end_of_a_round_and_the_way_to_approval(desk: Web) -> None:
    circulated(desk)
    with desk.client(Role.MEMBER) as client:
        comment(desk, client, "日付を直してください。")
    with desk.client(Role.SECRETARIAT) as client:
        early = client.post(f"{page(desk)}/end", data={"then": "submit"})
        assert early.status_code == 422
        assert status(desk) is MinutesStatus.CIRCULATED, "ending and submitting are one step"
        assert client.post(f"{page(desk)}/end", data={"then": "mend"}).status_code == 303
        waiting = client.get(address(desk)).text
        assert "意見への対応を待っています" in waiting
        assert client.post(f"{address(desk)}/submit").status_code == 422
        with desk.db.write() as session:
            session.get_one(ItemRecord, item_id(desk, HELD)).confirmed = "新しい日付にした。"
        (one,) = said(desk)
        data = {"verdict": "反映", "answer": "直しました。", "mark": mark_of(client.get(page(desk)).text)}
        client.post(f"{address(desk)}/comments/{one.id}/answer", data=data)
        changed = client.get(page(desk)).text
        assert "議題1　確認した内容" in changed
        assert "新しい日付にした。" in changed
        assert client.post(f"{address(desk)}/submit").status_code == 303
    with desk.client(Role.CHAIR) as client:
        question = client.get(f"{address(desk)}/approve").text
    assert "日付を直してください。" in question
    assert "直しました。" in question


def test_every_edition_is_downloaded_as_issued_by_those_who_read_all(desk: Web) -> None:
    circulated(desk)
    with desk.client(Role.CHAIR) as client:
        assert "回覧した版" in client.get(address(desk)).text
        found = client.get(f"{address(desk)}/editions/1")
        missing = [client.get(f"{address(desk)}/editions/{number}") for number in ("2", str(10**30), "x")]
    with desk.client(Role.MEMBER) as client:
        not_whole = client.get(f"{address(desk)}/editions/1")
    assert found.status_code == 200
    assert found.content.startswith(b"PK")
    assert {answer.status_code for answer in missing} == {404}
    assert not_whole.status_code == 404
