"""議題と参加者 through the browser."""

import re

import pytest
from sqlmodel import col, select

from agenda.services.items import deferrals_of, items_of
from agenda.services.participation import participants_of
from agenda.tables import AgendaItem, ParticipationDecision
from meetings_app.core.terms import Capacity, CommitteeKind, DueReason, MeetingStatus, Role
from meetings_app.services.committees import find_committee
from meetings_app.tables.meetings import Meeting
from meetings_app.tables.people import Person
from tests.agenda.web.demo import plan_of
from tests.web_support import Web

HELD, COMING = 19, 20
UNKNOWN = "0" * 32


def meeting_id(web: Web, number: int = COMING) -> str:
    with web.db.read() as session:
        return session.exec(
            select(Meeting.id).where(Meeting.committee_id == web.committee_id, Meeting.number == number)
        ).one()


def titles(web: Web, number: int = COMING) -> list[str]:
    with web.db.read() as session:
        return [view.title for view in items_of(session, meeting_id(web, number))]


def item_id(web: Web, number: int = COMING, place: int = 0) -> str:
    with web.db.read() as session:
        return items_of(session, meeting_id(web, number))[place].item.id


def person_id(web: Web, name: str) -> str:
    with web.db.read() as session:
        return session.exec(select(Person.id).where(Person.name == name)).one()


def names_of(web: Web, item: str) -> set[str]:
    with web.db.read() as session:
        return {participant.name for participant in participants_of(session, [item])[item]}


def decision(web: Web, *taking_part: str, listed: tuple[str, ...] = (), **more: str) -> dict[str, object]:
    people = [person_id(web, name) for name in (*taking_part, *listed)]
    data: dict[str, object] = {
        "listed": people,
        "decided_by": person_id(web, "丹頂 一郎"),
        "decided_on": "平成26年3月25日",
    }
    for name in taking_part:
        data[f"part-{person_id(web, name)}"] = "1"
    return data | more


# ---- 議題


def test_the_agenda_says_why_each_item_is_there_and_how_long_it_takes(demo: Web) -> None:
    with demo.client(Role.SECRETARIAT) as client:
        page = client.get(f"/meetings/{meeting_id(demo, HELD)}").text
    assert "No.9 プラン2 評価" in page
    assert "プランの期間が平成26年3月31日に終わるため、評価を行います。" in page
    assert "第2条第2号" in page
    assert "120分の予定に対し、議題の予定は110分でした。" in page
    assert "#grip" not in page
    assert "関係機関の担当者が3月28日の回に出席できるため" in page


def test_a_member_reads_only_the_items_they_sit_in_on(demo: Web) -> None:
    others = [view for view in range(9) if view not in (0, 1)]
    with demo.db.write() as session:
        for place in others:
            item = items_of(session, meeting_id(demo, HELD))[place].item.id
            for row in session.exec(
                select(ParticipationDecision).where(
                    ParticipationDecision.item_id == item,
                    ParticipationDecision.person_id == demo.people[Role.MEMBER],
                )
            ).all():
                session.delete(row)
    with demo.client(Role.MEMBER) as client:
        page = client.get(f"/meetings/{meeting_id(demo, HELD)}").text
    assert "No.9 プラン2 評価" in page
    assert "No.9 プラン3 新規" in page
    assert "No.11" not in page
    assert "No.18" not in page, "neither the deferred plans"


def test_a_member_changes_nothing(demo: Web) -> None:
    base, item = f"/meetings/{meeting_id(demo)}", item_id(demo)
    with demo.client(Role.MEMBER) as client:
        assert client.get(f"{base}/items/{item}/participants").status_code == 403
        for path in ("items", "assemble", "convene", f"items/{item}/drop", f"items/{item}/participants"):
            assert client.post(f"{base}/{path}", data={}).status_code == 403, path


def test_a_matter_without_a_plan_is_added_and_escaped(demo: Web) -> None:
    data = {"title": "<script>住まい</script>について", "purpose": "地域の課題", "minutes": "20"}
    with demo.client(Role.SECRETARIAT) as client:
        assert client.post(f"/meetings/{meeting_id(demo)}/items", data=data).status_code == 303
        page = client.get(f"/meetings/{meeting_id(demo)}").text
    assert titles(demo)[-1] == "<script>住まい</script>について"
    assert "<script>住まい" not in page
    assert "&lt;script&gt;住まい" in page
    assert "60分のうち35分を使う予定" in page


def test_a_matter_sent_twice_is_on_the_agenda_once(demo: Web) -> None:
    path = f"/meetings/{meeting_id(demo)}/items"
    with demo.client(Role.SECRETARIAT) as client:
        first, second = (client.post(path, data={"title": "駐車場の使い方"}) for _ in range(2))
        long = client.post(path, data={"title": "あ" * 201})
    assert (first.status_code, second.status_code) == (303, 422)
    assert "「駐車場の使い方」はもう議題に入っています。" in second.text
    assert titles(demo).count("駐車場の使い方") == 1
    assert "議題の名前を入力してください" not in long.text


def test_a_due_plan_is_added_for_the_reason_it_is_due(demo: Web) -> None:
    data = {"plan_id": plan_of(demo, 12, 1).id}
    with demo.client(Role.SECRETARIAT) as client:
        assert client.post(f"/meetings/{meeting_id(demo)}/items", data=data).status_code == 303
        twice = client.post(f"/meetings/{meeting_id(demo)}/items", data=data)
    with demo.db.read() as session:
        item = items_of(session, meeting_id(demo))[-1].item
        assert (item.reason, item.planned_minutes) == (DueReason.EVALUATION, 10)
        assert item.deadline is not None
        assert item.deadline.isoformat() == "2014-03-31"
    assert twice.status_code == 422
    assert "このプランはもう議題に入っています" in twice.text


def test_a_plan_that_is_not_due_is_added_as_urgent(demo: Web) -> None:
    with demo.client(Role.SECRETARIAT) as client:
        page = client.get(f"/meetings/{meeting_id(demo)}").text
        plan = plan_of(demo, 9, 3).id
        assert plan in page
        assert client.post(f"/meetings/{meeting_id(demo)}/items", data={"plan_id": plan}).status_code == 303
    assert titles(demo)[-1] == "No.9 プラン3 臨時"


@pytest.mark.parametrize(
    ("data", "status", "sentence"),
    [
        ({}, 422, "プランを選ぶか、議題の名前を入力してください"),
        ({"title": "あ", "minutes": "0"}, 422, "「予定時間」は1から480までの数で入力してください"),
        ({"title": "あ" * 201}, 422, "「議題の名前」が長すぎます"),
        ({"plan_id": UNKNOWN}, 404, "このプランは見つかりません"),
    ],
)
def test_a_wrong_item_is_refused(demo: Web, data: dict[str, str], status: int, sentence: str) -> None:
    with demo.client(Role.SECRETARIAT) as client:
        answer = client.post(f"/meetings/{meeting_id(demo)}/items", data=data)
    assert answer.status_code == status
    assert sentence in answer.text
    assert titles(demo) == ["朝の移動手段について"]


def test_a_plan_without_consent_does_not_enter(demo: Web) -> None:
    data = {"plan_id": plan_of(demo, 18, 1).id}
    with demo.client(Role.SECRETARIAT) as client:
        answer = client.post(f"/meetings/{meeting_id(demo)}/items", data=data)
    assert answer.status_code == 422
    assert "No.18 は情報共有の同意がないか、撤回されています" in answer.text


# ---- 議題を組む


def proposed(page: str) -> list[str]:
    return re.findall(r'name="listed" value="([0-9-]+)"', page)


def test_every_due_plan_is_taken_or_put_off_with_a_reason(demo: Web) -> None:
    path = f"/meetings/{meeting_id(demo)}/assemble"
    with demo.client(Role.SECRETARIAT) as client:
        listed = proposed(client.get(path).text)
        assert listed == ["4-2", "12-1", "12-2", "17-1", "18-1", "19-1"]
        data = {"listed": listed, "take": ["12-1", "12-2"]}
        refused = client.post(path, data=data)
        reasons = {f"why-{key}": "次回に諮る。" for key in ("4-2", "17-1", "18-1", "19-1")}
        accepted = client.post(path, data=data | reasons)
    assert refused.status_code == 422
    assert "No.4 プラン2を見送る理由を入力してください" in refused.text
    assert accepted.status_code == 303
    assert titles(demo)[1:] == ["No.12 プラン1 評価", "No.12 プラン2 新規"]
    with demo.db.read() as session:
        put_off = [view.client.case_number for view in deferrals_of(session, meeting_id(demo))]
    assert put_off == [4, 17, 18, 19]


def test_a_plan_without_consent_cannot_be_ticked(demo: Web) -> None:
    path = f"/meetings/{meeting_id(demo)}/assemble"
    with demo.client(Role.SECRETARIAT) as client:
        page = client.get(path).text
        listed = proposed(page)
        answer = client.post(path, data={"listed": listed, "take": listed})
    assert 'name="take" value="18-1"' not in page
    assert answer.status_code == 422
    assert "No.18 は情報共有の同意がないか" in answer.text
    assert len(titles(demo)) == 1, "nothing of it was stored"


def test_a_plan_that_became_due_since_the_form_was_opened_is_asked_about(demo: Web) -> None:
    path = f"/meetings/{meeting_id(demo)}/assemble"
    with demo.client(Role.SECRETARIAT) as client:
        answer = client.post(path, data={"listed": ["4-2"], "take": ["4-2"]})
    assert answer.status_code == 422
    assert "No.12 プラン1が新しく期限のある一覧に入りました" in answer.text


def test_a_plan_put_off_can_be_taken_up_after_all(demo: Web) -> None:
    base = f"/meetings/{meeting_id(demo)}"
    with demo.client(Role.SECRETARIAT) as client:
        listed = proposed(client.get(f"{base}/assemble").text)
        reasons = {f"why-{key}": "次回に諮る。" for key in listed}
        client.post(f"{base}/assemble", data={"listed": listed} | reasons)
        client.post(f"{base}/items", data={"plan_id": plan_of(demo, 4, 2).id})
    with demo.db.read() as session:
        put_off = [view.client.case_number for view in deferrals_of(session, meeting_id(demo))]
    assert titles(demo)[-1] == "No.4 プラン2 モニタリング"
    assert put_off == [12, 12, 17, 18, 19]


# ---- 順、時間、外す


def test_items_change_places_and_stay_within_the_list(demo: Web) -> None:
    base = f"/meetings/{meeting_id(demo)}"
    with demo.client(Role.SECRETARIAT) as client:
        for title in ("二つ目", "三つ目"):
            client.post(f"{base}/items", data={"title": title})
        last, first = item_id(demo, place=2), item_id(demo, place=0)
        client.post(f"{base}/items/{last}/move", data={"way": "up"})
        assert titles(demo) == ["朝の移動手段について", "三つ目", "二つ目"]
        client.post(f"{base}/items/{first}/move", data={"way": "up"})
        client.post(f"{base}/items/{first}/move", data={"way": "down"})
        wrong = client.post(f"{base}/items/{first}/move", data={"way": "sideways"})
    assert titles(demo) == ["三つ目", "朝の移動手段について", "二つ目"]
    assert wrong.status_code == 422


def test_the_planned_time_is_changed(demo: Web) -> None:
    base = f"/meetings/{meeting_id(demo)}/items/{item_id(demo)}"
    with demo.client(Role.SECRETARIAT) as client:
        assert client.post(f"{base}/minutes", data={"minutes": "２５"}).status_code == 303
        wrong = client.post(f"{base}/minutes", data={"minutes": "長め"})
    with demo.db.read() as session:
        assert session.get_one(AgendaItem, item_id(demo)).planned_minutes == 25
    assert wrong.status_code == 422
    assert "「予定時間」は数字で入力してください" in wrong.text


def test_an_item_leaves_the_agenda_with_a_reason_only(demo: Web) -> None:
    base = f"/meetings/{meeting_id(demo)}"
    with demo.client(Role.SECRETARIAT) as client:
        client.post(f"{base}/items", data={"plan_id": plan_of(demo, 12, 1).id})
        item = item_id(demo, place=1)
        refused = client.post(f"{base}/items/{item}/drop", data={"why": " "})
        accepted = client.post(f"{base}/items/{item}/drop", data={"why": "担当者が出られないため。"})
        history = client.get(f"{base}/history").text
        page = client.get(base).text
    assert refused.status_code == 422
    assert "「外す理由」を入力してください" in refused.text
    assert accepted.status_code == 303
    assert titles(demo) == ["朝の移動手段について"]
    assert "担当者が出られないため。" in page
    assert "議題から外す" in history, "what was dropped stays in the meeting's history"


@pytest.mark.parametrize("rest", ["", "/participants"])
def test_an_item_of_another_meeting_is_not_found(demo: Web, rest: str) -> None:
    other = item_id(demo, HELD)
    with demo.client(Role.SECRETARIAT) as client:
        assert client.get(f"/meetings/{meeting_id(demo)}/items/{other}{rest}").status_code == 404
        for act in ("move", "minutes", "drop", "participants", "guests"):
            data = {"way": "up", "minutes": "5", "why": "理由"}
            answer = client.post(f"/meetings/{meeting_id(demo)}/items/{other}/{act}", data=data)
            assert answer.status_code == 404, act


# ---- 参加者


def test_the_proposal_stands_beside_the_decision_that_holds(demo: Web) -> None:
    path = f"/meetings/{meeting_id(demo)}/items/{item_id(demo)}/participants"
    with demo.client(Role.CHAIR) as client:
        page = client.get(path).text
    assert "委員長として議事を進めます（第5条第1項）。" in page
    assert "参加（必要）" in page
    assert "平成26年3月25日（火）" in page


def test_the_decisions_of_a_meeting_that_is_over_are_read_only(demo: Web) -> None:
    path = f"/meetings/{meeting_id(demo, HELD)}/items/{item_id(demo, HELD)}/participants"
    with demo.client(Role.CHAIR) as client:
        page = client.get(path).text
    assert "会議が終わっているため、参加者は変えられません" in page
    assert "平成26年3月12日（水）" in page
    assert 'name="decided_by"' not in page


def test_the_secretariat_records_the_decision_of_the_chair(demo: Web) -> None:
    item = item_id(demo)
    path = f"/meetings/{meeting_id(demo)}/items/{item}/participants"
    data = decision(demo, "丹頂 一郎", "北斗 七海", listed=("川湯 六郎",))
    data[f"required-{person_id(demo, '北斗 七海')}"] = "1"
    data[f"note-{person_id(demo, '北斗 七海')}"] = "法律の相談のため"
    with demo.client(Role.SECRETARIAT) as client:
        assert client.post(path, data=data).status_code == 303
        page = client.get(path).text
    assert {"北斗 七海", "丹頂 一郎", "湿原 花子"} <= names_of(demo, item)
    assert "川湯 六郎" not in names_of(demo, item), "he was listed and not ticked"
    assert "後の決定で変わりました" in page
    with demo.db.read() as session:
        row = session.exec(
            select(ParticipationDecision).where(
                ParticipationDecision.item_id == item,
                ParticipationDecision.person_id == person_id(demo, "北斗 七海"),
            )
        ).one()
        assert (row.required, row.note) == (True, "法律の相談のため")
        assert row.decided_by_id == person_id(demo, "丹頂 一郎")
        assert row.decided_on.isoformat() == "2014-03-25"


def test_somebody_added_since_the_form_was_opened_is_left_in(demo: Web) -> None:
    item = item_id(demo)
    path = f"/meetings/{meeting_id(demo)}/items/{item}/participants"
    with demo.client(Role.SECRETARIAT) as client:
        client.post(path, data=decision(demo, "丹頂 一郎"))
    assert "摩周 三郎" in names_of(demo, item), "he did not stand on the form"


def test_the_chair_decides_in_her_own_name(demo: Web) -> None:
    item = item_id(demo)
    path = f"/meetings/{meeting_id(demo)}/items/{item}/participants"
    data = decision(demo, "丹頂 一郎", "北斗 七海") | {"decided_by": person_id(demo, "湿原 花子")}
    with demo.client(Role.CHAIR) as client:
        assert client.post(path, data=data).status_code == 303
    with demo.db.read() as session:
        deciders = session.exec(
            select(ParticipationDecision.decided_by_id)
            .where(ParticipationDecision.item_id == item)
            .order_by(col(ParticipationDecision.recorded_at).desc())
        ).all()
    assert set(deciders) == {person_id(demo, "丹頂 一郎")}


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"decided_by": UNKNOWN}, "「決定した人」を一覧から選び直してください"),
        ({"decided_on": "きのう"}, "「きのう」を日付として読めません"),
        ({"decided_on": "平成26年3月26日"}, "平成26年3月26日はまだ来ていません"),
        ({"decided_on": "平成25年9月1日"}, "決定の日に委員長（または代理する副委員長）ではありません"),
        ({"part": "none"}, "参加する人を一人は選んでください"),
    ],
)
def test_a_wrong_decision_is_refused_and_kept(demo: Web, change: dict[str, str], sentence: str) -> None:
    path = f"/meetings/{meeting_id(demo)}/items/{item_id(demo)}/participants"
    data = decision(demo, "丹頂 一郎", "北斗 七海", listed=("川湯 六郎",)) | change
    if "part" in change:
        data = {key: value for key, value in data.items() if not key.startswith("part-")}
    with demo.client(Role.SECRETARIAT) as client:
        answer = client.post(path, data=data)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "北斗 七海" not in names_of(demo, item_id(demo))


def guest(web: Web, **more: str) -> dict[str, str]:
    return {
        "guest_decided_by": person_id(web, "丹頂 一郎"),
        "guest_decided_on": "2014-03-25",
    } | more


def case_item(web: Web) -> str:
    """An item about case 12 on the coming meeting's agenda."""
    with web.client(Role.SECRETARIAT) as client:
        client.post(f"/meetings/{meeting_id(web)}/items", data={"plan_id": plan_of(web, 12, 1).id})
    return item_id(web, place=1)


def test_an_invitee_is_added_by_name_under_article_5_4(demo: Web) -> None:
    item = item_id(demo)
    data = guest(
        demo,
        guest_capacity="第5条第4項",
        guest_name="<i>客</i>",
        guest_organisation="見本交通",
        guest_note="便の見通し",
    )
    with demo.client(Role.SECRETARIAT) as client:
        base = f"/meetings/{meeting_id(demo)}/items/{item}"
        assert client.post(f"{base}/guests", data=data).status_code == 303
        page = client.get(f"{base}/participants").text
    assert "<i>客</i>" in names_of(demo, item)
    assert "<i>客" not in page
    assert "便の見通し" in page


def test_an_earlier_invitee_is_not_entered_twice(demo: Web) -> None:
    item, landlord = item_id(demo), person_id(demo, "雪里 真")
    data = guest(demo, guest_capacity="第5条第4項", guest_person=landlord)
    with demo.client(Role.SECRETARIAT) as client:
        assert client.post(f"/meetings/{meeting_id(demo)}/items/{item}/guests", data=data).status_code == 303
    assert "雪里 真" in names_of(demo, item)


def test_the_client_and_a_relative_are_entered_by_case_number(demo: Web) -> None:
    item = case_item(demo)
    base = f"/meetings/{meeting_id(demo)}/items/{item}/guests"
    with demo.client(Role.SECRETARIAT) as client:
        own = client.post(base, data=guest(demo, guest_capacity="本人", guest_name="実の氏名"))
        kin = client.post(base, data=guest(demo, guest_capacity="家族", guest_name="母"))
    assert (own.status_code, kin.status_code) == (303, 303)
    assert {"本人（No.12）", "家族（No.12 母）"} <= names_of(demo, item)
    with demo.db.read() as session:
        assert session.exec(select(Person).where(Person.name == "実の氏名")).first() is None
        row = session.exec(
            select(ParticipationDecision).where(
                ParticipationDecision.person_id == person_id(demo, "家族（No.12 母）")
            )
        ).one()
        assert row.capacity is Capacity.FAMILY


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"guest_capacity": "第5条第4項"}, "参加を求める人の氏名を入れてください"),
        ({"guest_capacity": "委員", "guest_name": "誰か"}, "「区分」を一覧から選び直してください"),
        ({"guest_capacity": "本人"}, "本人と家族は、ケースの議題にだけ加えられます"),
        (
            {"guest_capacity": "第5条第4項", "guest_person": UNKNOWN},
            "「以前に参加した人」を一覧から選び直してください",
        ),
    ],
)
def test_a_wrong_guest_is_refused(demo: Web, data: dict[str, str], sentence: str) -> None:
    path = f"/meetings/{meeting_id(demo)}/items/{item_id(demo)}/guests"
    with demo.client(Role.SECRETARIAT) as client:
        answer = client.post(path, data=guest(demo, **data))
    assert answer.status_code == 422
    assert sentence in answer.text


# ---- 招集


def test_convening_shows_whom_it_calls_and_is_recorded(demo: Web) -> None:
    path = f"/meetings/{meeting_id(demo)}/convene"
    with demo.client(Role.CHAIR) as client:
        question = client.get(path).text
        answer = client.post(path)
        again = client.post(path)
    assert "春採 よし子" in question
    assert answer.status_code == 303
    assert again.status_code == 422
    assert "招集できるのは準備中の会議だけです" in again.text
    with demo.db.read() as session:
        assert session.get_one(Meeting, meeting_id(demo)).status is MeetingStatus.CONVENED


def test_convening_says_whom_no_invitation_will_reach(demo: Web) -> None:
    with demo.db.write() as session:
        committee = find_committee(session, CommitteeKind.SUPPORT)
        committee.organizer_mailbox = ""
        adviser = session.exec(select(Person).where(Person.name == "摩周 三郎")).one()
        adviser.mailbox = ""
        session.add_all([committee, adviser])
    with demo.client(Role.SECRETARIAT) as client:
        page = client.get(f"/meetings/{meeting_id(demo)}/convene").text
    assert "返信を読むメールアドレスがないため" in page
    assert "案内が作られません（摩周 三郎）" in page


def test_convening_waits_for_every_items_participants(demo: Web) -> None:
    with demo.client(Role.SECRETARIAT) as client:
        client.post(f"/meetings/{meeting_id(demo)}/items", data={"title": "まだ決めていない議題"})
        answer = client.post(f"/meetings/{meeting_id(demo)}/convene")
    assert answer.status_code == 422
    assert "参加者が決まっていない議題があります（まだ決めていない議題）" in answer.text


# ---- 議題の確認


def test_the_chair_confirms_the_agenda_that_she_sees(demo: Web) -> None:
    path = f"/meetings/{meeting_id(demo)}"
    with demo.client(Role.CHAIR) as chair:
        seen = re.findall(r'name="seen" value="([0-9a-f]{64})"', chair.get(f"{path}/confirm").text)
    assert len(seen) == 1
    with demo.client(Role.SECRETARIAT) as secretariat:
        secretariat.post(f"{path}/items", data={"title": "駐車場の使い方"})
    with demo.client(Role.CHAIR) as chair:
        data = {"seen": seen[0], "decided_on": "平成26年3月25日"}
        changed = chair.post(f"{path}/confirm", data=data)
        assert changed.status_code == 422
        assert "開いている間に議題が変わりました。" in changed.text
        (now,) = re.findall(r'name="seen" value="([0-9a-f]{64})"', changed.text)
        ahead = chair.post(f"{path}/confirm", data=data | {"seen": now, "decided_on": "平成26年3月26日"})
        done = chair.post(f"{path}/confirm", data=data | {"seen": now})
    assert (now != seen[0], ahead.status_code, done.status_code) == (True, 422, 303)
    assert "平成26年3月26日はまだ来ていません。" in ahead.text
