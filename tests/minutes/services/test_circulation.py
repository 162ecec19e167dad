"""議事録の回覧: who is asked for what until when, what they say, how it is answered, and how it ends."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest

from meetings_app.core.actor import Actor
from meetings_app.core.clock import FixedClock, tokyo
from meetings_app.core.errors import Conflict, Forbidden, NotFound, Refused
from meetings_app.core.terms import Role
from meetings_app.db.engine import Database
from meetings_app.services.accounts import add_user
from meetings_app.tables.meetings import Meeting
from minutes.edition_tables import CommentVerdict, EditionKind
from minutes.rules.minutes_json import read_canonical
from minutes.services.attendance import recuse
from minutes.services.circulation import (
    answer_circulation,
    answer_comment,
    circulate_minutes,
    comment_on_minutes,
    end_circulation,
    withdraw_comment,
)
from minutes.services.circulation_views import (
    asked_of_person,
    awaited_answers,
    changes_since_circulation,
    circulation_of,
    default_deadline,
    open_circulations,
)
from minutes.services.comments import by_proxy, comments_of, proxy_author
from minutes.services.editions import editions_of, get_edition
from minutes.services.minutes import get_minutes, submit_minutes
from minutes.services.reading import may_read_minutes, read_minutes, sat_in_on
from minutes.tables import ItemRecord, MinutesStatus
from tests.office_builder import SECRETARY, TODAY, Bureau, password_hash

UNTIL = date(2014, 5, 27)


@pytest.fixture
def bureau(any_database: Database) -> Iterator[Bureau]:
    with any_database.write() as session:
        yield Bureau(session)


def account(bureau: Bureau, name: str, role: Role = Role.MEMBER) -> Actor:
    """Give somebody an account and return it."""
    user = add_user(
        **bureau.given,
        login=f"login-{len(bureau.people)}-{bureau.people[name][:6]}",
        display_name=name,
        role=role,
        committee_id=bureau.support.id,
        person_id=bureau.people[name],
        password_hash=password_hash(),
    )
    return Actor(
        name=name,
        role=role,
        committee_id=bureau.support.id,
        user_id=user.id,
        person_id=bureau.people[name],
    )


@pytest.fixture
def meeting(bureau: Bureau) -> Meeting:
    """Two cases; the 助言者 and 委員1 were there for both, 委員2 stood aside for the second, 委員3 has no account."""
    for name in ("委員1", "委員2", "委員3"):
        bureau.member(name)
    bureau.case(1)
    bureau.case(2)
    meeting = bureau.meeting()
    bureau.assemble(meeting)
    bureau.opened(meeting, "助言者", "委員1", "委員2", "委員3")
    bureau.come(meeting, "委員長", "助言者", "委員1", "委員2", "委員3")
    first, second = bureau.items(meeting)
    recuse(
        **bureau.given,
        meeting=meeting,
        item_id=second.item.id,
        person_id=bureau.people["委員2"],
        reason="続柄のため",
    )
    bureau.record(meeting, first, begins=0, ends=30)
    bureau.record(meeting, second, begins=30, ends=60)
    bureau.closed(meeting)
    return meeting


@pytest.fixture
def adviser(bureau: Bureau, meeting: Meeting) -> Actor:
    return account(bureau, "助言者")


@pytest.fixture
def aside(bureau: Bureau, meeting: Meeting) -> Actor:
    return account(bureau, "委員2")


def circulate(bureau: Bureau, meeting: Meeting, until: date = UNTIL) -> None:
    circulate_minutes(**bureau.given, meeting=meeting, comments_until=until)


def say(
    bureau: Bureau,
    actor: Actor,
    meeting: Meeting,
    text: str,
    item: int | None = None,
    at: FixedClock | None = None,
) -> str:
    item_id = None if item is None else bureau.items(meeting)[item].item.id
    return comment_on_minutes(
        session=bureau.session,
        actor=actor,
        clock=at or bureau.clock,
        meeting=meeting,
        item_id=item_id,
        text=text,
    ).id


def reply(
    bureau: Bureau,
    meeting: Meeting,
    comment_id: str,
    verdict: CommentVerdict = CommentVerdict.TAKEN,
    answer: str = "直しました。",
) -> None:
    mark = next(one.mark for one in comments_of(bureau.session, meeting.id) if one.id == comment_id)
    answer_comment(
        **bureau.given, meeting=meeting, comment_id=comment_id, verdict=verdict, answer=answer, mark=mark
    )


def test_a_circulation_issues_the_draft_as_an_edition(bureau: Bureau, meeting: Meeting) -> None:
    circulate(bureau, meeting)
    (line,) = editions_of(bureau.session, meeting.id)
    assert (line.number, line.kind, line.made_by) == (1, EditionKind.CIRCULATED, "事務局 太郎")
    assert get_minutes(bureau.session, meeting).status is MinutesStatus.CIRCULATED
    view = read_canonical(get_edition(bureau.session, meeting.id, 1).content)
    assert view.version == 1
    assert not view.is_approved


def test_the_deadline_is_seven_days_unless_the_office_says_otherwise(bureau: Bureau) -> None:
    assert default_deadline(bureau.session, TODAY) == date(2014, 5, 27)


@pytest.mark.parametrize(
    ("until", "sentence"), [(date(2014, 5, 19), "過ぎた日"), (date(2014, 7, 20), "60日以内")]
)
def test_a_deadline_lies_ahead_and_not_far(
    bureau: Bureau, meeting: Meeting, until: date, sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        circulate(bureau, meeting, until)
    assert editions_of(bureau.session, meeting.id) == []


def test_only_a_draft_of_a_closed_meeting_goes_round(bureau: Bureau, meeting: Meeting) -> None:
    planned = bureau.meeting(date(2014, 6, 3))
    with pytest.raises(Refused, match="先に閉会"):
        circulate(bureau, planned)
    circulate(bureau, meeting)
    with pytest.raises(Refused, match="もう回覧中"):
        circulate(bureau, meeting)
    with pytest.raises(Refused, match="回覧を終えてから"):
        submit_minutes(**bureau.given, meeting=meeting)
    end_circulation(**bureau.given, meeting=meeting)
    submit_minutes(**bureau.given, meeting=meeting)
    with pytest.raises(Refused, match="承認を待っています"):
        circulate(bureau, meeting)


def test_those_who_were_there_read_the_items_they_sat_in_on(
    bureau: Bureau, meeting: Meeting, adviser: Actor, aside: Actor
) -> None:
    assert not may_read_minutes(bureau.session, adviser, meeting)
    circulate(bureau, meeting)
    whole = read_minutes(bureau.session, adviser, meeting)
    part = read_minutes(bureau.session, aside, meeting)
    assert [item.number for item in whole.view.items] == [1, 2]
    assert [item.number for item in part.view.items] == [1]
    assert part.left_out == 1
    assert "No.2" not in str(part.view)
    assert list(sat_in_on(bureau.session, meeting, bureau.people["委員2"]).values()) == [1]


def test_who_was_not_there_and_the_accounts_see_nothing(bureau: Bureau, meeting: Meeting) -> None:
    bureau.member("来ない委員")
    stranger = account(bureau, "来ない委員")
    accounting = replace(account(bureau, "委員1", Role.ACCOUNTING))
    circulate(bureau, meeting)
    for actor in (stranger, accounting):
        with pytest.raises(NotFound):
            read_minutes(bureau.session, actor, meeting)
        with pytest.raises(NotFound):
            say(bureau, actor, meeting, "意見")


def test_the_circulated_edition_stays_and_the_changes_since_are_named(
    bureau: Bureau, meeting: Meeting, adviser: Actor
) -> None:
    circulate(bureau, meeting)
    item = bureau.items(meeting)[0].item
    record = bureau.session.get_one(ItemRecord, item.id)
    record.confirmed = "家計の相談を続ける。"
    bureau.session.flush()
    (change,) = changes_since_circulation(bureau.session, meeting)
    assert (change.label, change.item) == ("議題1　確認した内容", 1)
    assert (change.before, change.after) == ("（未記入）", "家計の相談を続ける。")
    assert read_minutes(bureau.session, adviser, meeting).view.items[0].confirmed is None


def test_a_comment_is_changed_and_withdrawn_until_the_deadline(
    bureau: Bureau, meeting: Meeting, adviser: Actor
) -> None:
    circulate(bureau, meeting)
    first = say(bureau, adviser, meeting, "主語を補ってください。", 0)
    last_day = FixedClock(tokyo(UNTIL, 23, 59))
    assert say(bureau, adviser, meeting, "主語を補うこと。", 0, last_day) == first
    (comment,) = comments_of(bureau.session, meeting.id)
    assert comment.text == "主語を補うこと。"
    late = FixedClock(tokyo(UNTIL + timedelta(days=1), 0))
    with pytest.raises(Refused, match="締切"):
        say(bureau, adviser, meeting, "まだあります。", 0, late)
    with pytest.raises(Refused, match="締切"):
        withdraw_comment(session=bureau.session, actor=adviser, clock=late, meeting=meeting, comment_id=first)
    withdraw_comment(session=bureau.session, actor=adviser, clock=last_day, meeting=meeting, comment_id=first)
    assert comments_of(bureau.session, meeting.id) == []
    assert "意見の取下げ" in bureau.actions()


def test_nobody_comments_on_an_item_they_did_not_sit_in_on(
    bureau: Bureau, meeting: Meeting, aside: Actor
) -> None:
    circulate(bureau, meeting)
    say(bureau, aside, meeting, "よいと思います。", 0)
    with pytest.raises(NotFound, match="加わった議題"):
        say(bureau, aside, meeting, "のぞき見", 1)


def test_nobody_withdraws_what_somebody_else_said(
    bureau: Bureau, meeting: Meeting, adviser: Actor, aside: Actor
) -> None:
    circulate(bureau, meeting)
    other = say(bureau, adviser, meeting, "意見", 0)
    with pytest.raises(NotFound, match="自分の意見だけ"):
        withdraw_comment(
            session=bureau.session, actor=aside, clock=bureau.clock, meeting=meeting, comment_id=other
        )


def test_the_presider_and_the_secretariat_are_not_asked(bureau: Bureau, meeting: Meeting) -> None:
    chair = account(bureau, "委員長", Role.CHAIR)
    circulate(bureau, meeting)
    for actor in (chair, SECRETARY):
        with pytest.raises(Forbidden, match="出席した人"):
            say(bureau, actor, meeting, "意見")


def type_for(
    bureau: Bureau,
    meeting: Meeting,
    name: str,
    texts: dict[str | None, str],
    *,
    nothing: bool = False,
    actor: Actor = SECRETARY,
) -> int:
    """Answer in somebody's name, as the secretariat unless told otherwise."""
    return answer_circulation(
        session=bureau.session,
        actor=actor,
        clock=bureau.clock,
        meeting=meeting,
        texts=texts,
        nothing=nothing,
        proxy_for=bureau.people[name],
    )


def test_the_secretariat_enters_what_somebody_without_an_account_said(
    bureau: Bureau, meeting: Meeting
) -> None:
    circulate(bureau, meeting)
    first, second = (view.item.id for view in bureau.items(meeting))
    assert type_for(bureau, meeting, "委員3", {first: "電話での意見。", second: "二つ目。"}) == 2
    assert type_for(bureau, meeting, "委員3", {first: "直した意見。", second: ""}) == 1
    (one,) = comments_of(bureau.session, meeting.id)
    assert (one.text, one.author) == ("直した意見。", "委員3（代理入力：事務局 太郎）")
    assert (one.person_id, one.item_id, one.by_proxy) == (bureau.people["委員3"], first, True)
    type_for(bureau, meeting, "委員1", {}, nothing=True)
    view = circulation_of(bureau.session, meeting)
    assert view is not None
    assert {person.name: (person.answered, person.comments) for person in view.asked} == {
        "委員1": (True, 0),
        "委員3": (True, 1),
    }
    assert set(view.without_account) == {"助言者", "委員2"}
    entry = next(row for row in bureau.audited() if row.action == "意見の代理入力")
    assert entry.actor == "事務局 太郎"
    assert bureau.people["委員3"] in entry.detail
    assert "意見なしの代理入力" in bureau.actions()


def test_what_somebody_typed_themselves_stays_theirs(
    bureau: Bureau, meeting: Meeting, adviser: Actor
) -> None:
    circulate(bureau, meeting)
    say(bureau, adviser, meeting, "自分の意見")
    with pytest.raises(Refused, match="自分で意見を出しています"):
        type_for(bureau, meeting, "助言者", {None: "別の意見"})
    first = bureau.items(meeting)[0].item.id
    assert type_for(bureau, meeting, "助言者", {None: "", first: "電話での意見"}) == 1
    assert {(one.text, one.by_proxy) for one in comments_of(bureau.session, meeting.id)} == {
        ("自分の意見", False),
        ("電話での意見", True),
    }
    say(bureau, adviser, meeting, "電話の後の意見", 0)
    assert {one.author for one in comments_of(bureau.session, meeting.id)} == {"助言者"}


def test_entering_for_others_follows_the_same_rules(bureau: Bureau, meeting: Meeting, adviser: Actor) -> None:
    circulate(bureau, meeting)
    second = bureau.items(meeting)[1].item.id
    bureau.member("来ない委員")
    with pytest.raises(NotFound, match="加わった議題"):
        type_for(bureau, meeting, "委員2", {second: "外れた議題"})
    for name in ("委員長", "来ない委員"):
        with pytest.raises(NotFound, match="議長を除く"):
            type_for(bureau, meeting, name, {None: "意見"})
    with pytest.raises(Forbidden, match="事務局です"):
        type_for(bureau, meeting, "委員3", {None: "意見"}, actor=adviser)
    with pytest.raises(Refused, match="意見が入っています"):
        type_for(bureau, meeting, "委員3", {None: "意見"}, nothing=True)
    late = FixedClock(tokyo(date(2014, 5, 28), 0))
    with pytest.raises(Refused, match="締切"):
        comment_on_minutes(
            session=bureau.session,
            actor=SECRETARY,
            clock=late,
            meeting=meeting,
            item_id=None,
            text="遅い意見",
            proxy_for=bureau.people["委員3"],
        )
    assert comments_of(bureau.session, meeting.id) == []


def test_a_name_of_any_length_leaves_room_for_who_typed() -> None:
    author = proxy_author("長" * 100, "太" * 100)
    assert len(author) <= 100
    assert by_proxy(author)
    assert author.endswith("太）")


def test_no_comment_is_an_answer_too(bureau: Bureau, meeting: Meeting, adviser: Actor, aside: Actor) -> None:
    circulate(bureau, meeting)
    say(bureau, adviser, meeting, "")
    say(bureau, aside, meeting, "一か所だけ。", 0)
    with pytest.raises(Refused, match="先に意見を取り下げて"):
        say(bureau, aside, meeting, "")
    view = circulation_of(bureau.session, meeting)
    assert view is not None
    assert {person.name: (person.answered, person.comments) for person in view.asked} == {
        "助言者": (True, 0),
        "委員2": (True, 1),
    }
    assert view.waiting == ()
    assert set(view.without_account) == {"委員1", "委員3"}
    say(bureau, adviser, meeting, "やはり一つ。", 1)
    texts = [one.text for one in comments_of(bureau.session, meeting.id) if one.author == "助言者"]
    assert texts == ["やはり一つ。"]


def test_answering_the_round_as_a_whole(bureau: Bureau, meeting: Meeting, adviser: Actor) -> None:
    circulate(bureau, meeting)
    first, second = (view.item.id for view in bureau.items(meeting))

    def answer(texts: dict[str | None, str], *, nothing: bool = False) -> int:
        return answer_circulation(
            session=bureau.session,
            actor=adviser,
            clock=bureau.clock,
            meeting=meeting,
            texts=texts,
            nothing=nothing,
        )

    assert answer({first: "一", second: "二", None: ""}) == 2
    assert answer({first: "一", second: " ", None: ""}) == 1
    with pytest.raises(Refused, match="欄を空けて"):
        answer({first: "一"}, nothing=True)
    assert answer({first: "", second: "", None: ""}, nothing=True) == 0
    assert [one.text for one in comments_of(bureau.session, meeting.id)] == [""]


def test_comments_are_answered_before_the_minutes_go_to_the_chair(
    bureau: Bureau, meeting: Meeting, adviser: Actor
) -> None:
    circulate(bureau, meeting)
    said = say(bureau, adviser, meeting, "日付が違います。", 0)
    assert [one.count for one in awaited_answers(bureau.session, bureau.support.id)] == [1]
    end_circulation(**bureau.given, meeting=meeting)
    with pytest.raises(Refused, match=r"意見が1件あります（助言者）"):
        submit_minutes(**bureau.given, meeting=meeting)
    reply(bureau, meeting, said, CommentVerdict.NOT_TAKEN, "録音を確かめ、このままとしました。")
    assert awaited_answers(bureau.session, bureau.support.id) == []
    submit_minutes(**bureau.given, meeting=meeting)
    with pytest.raises(Refused, match="承認に回すまで"):
        reply(bureau, meeting, said)


def test_an_answer_is_for_the_text_that_was_read(bureau: Bureau, meeting: Meeting, adviser: Actor) -> None:
    circulate(bureau, meeting)
    said = say(bureau, adviser, meeting, "一行目を直してください。", 0)
    (read,) = comments_of(bureau.session, meeting.id)
    say(bureau, adviser, meeting, "二行目を直してください。", 0)
    with pytest.raises(Conflict, match="書き直されました"):
        answer_comment(
            **bureau.given,
            meeting=meeting,
            comment_id=said,
            verdict=CommentVerdict.TAKEN,
            answer="直しました。",
            mark=read.mark,
        )
    reply(bureau, meeting, said)
    say(bureau, adviser, meeting, "三行目も直してください。", 0)
    (again,) = comments_of(bureau.session, meeting.id)
    assert again.verdict is None, "what is said anew waits for an answer again"


def test_an_answer_says_something(bureau: Bureau, meeting: Meeting, adviser: Actor) -> None:
    circulate(bureau, meeting)
    said = say(bureau, adviser, meeting, "意見", 0)
    with pytest.raises(Refused, match="説明を入れて"):
        reply(bureau, meeting, said, answer="  ")


def test_a_comment_of_another_meeting_is_not_found(bureau: Bureau, meeting: Meeting, adviser: Actor) -> None:
    circulate(bureau, meeting)
    said = say(bureau, adviser, meeting, "意見", 0)
    other = bureau.meeting(date(2014, 6, 3))
    get_minutes(bureau.session, other)
    with pytest.raises(NotFound):
        answer_comment(
            **bureau.given,
            meeting=other,
            comment_id=said,
            verdict=CommentVerdict.TAKEN,
            answer="直しました。",
            mark="",
        )


def test_nothing_is_said_after_the_end_and_a_second_round_begins_anew(
    bureau: Bureau, meeting: Meeting, adviser: Actor
) -> None:
    circulate(bureau, meeting)
    say(bureau, adviser, meeting, "")
    assert [one.meeting.id for one in open_circulations(bureau.session, bureau.support.id)] == [meeting.id]
    end_circulation(**bureau.given, meeting=meeting)
    assert open_circulations(bureau.session, bureau.support.id) == []
    with pytest.raises(Refused, match="いま回覧されていません"):
        say(bureau, adviser, meeting, "遅れました。")
    with pytest.raises(Refused, match="いま回覧されていません"):
        end_circulation(**bureau.given, meeting=meeting)
    circulate(bureau, meeting)
    view = circulation_of(bureau.session, meeting)
    assert view is not None
    assert (view.round, view.edition) == (2, 2)
    assert [person.name for person in view.waiting] == ["助言者"]
    assert [one.meeting.id for one in asked_of_person(bureau.session, adviser, TODAY)] == [meeting.id]
    assert asked_of_person(bureau.session, adviser, UNTIL + timedelta(days=1)) == []
