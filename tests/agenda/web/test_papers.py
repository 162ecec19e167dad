"""資料の画面: what will be in the packet, making it, handouts, and what came back."""

import io
import re
import zipfile
from datetime import date
from typing import Any
from urllib.parse import unquote

import pytest
from sqlmodel import Session, select

from agenda.packet_tables import Handout, Packet, PacketCopy
from agenda.services.assembly import add_item
from agenda.services.items import items_of
from agenda.services.packet_contents import packet_contents
from agenda.services.packets import start_packet
from agenda.tables import Consent
from meetings_app.core.clock import tokyo
from meetings_app.core.terms import MeetingStatus, Role
from meetings_app.services.meetings import plan_meeting
from meetings_app.services.office_settings import set_setting
from meetings_app.tables.meetings import Meeting, Venue
from meetings_app.tables.people import Person
from minutes.services.packet_material import packet_material
from tests.web_support import Web, WebClient

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20
NUMBER = 19


def meeting_id(web: Web, number: int = NUMBER) -> str:
    with web.db.read() as session:
        return session.exec(select(Meeting.id).where(Meeting.number == number)).one()


def address(web: Web, rest: str = "", number: int = NUMBER) -> str:
    return f"/meetings/{meeting_id(web, number)}/papers{rest}"


def names_in(content: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.namelist()


def make(web: Web, client: WebClient) -> None:
    """Make the packet; the test client comes back once the work behind the answer is done."""
    answer = client.post(address(web, "/make"))
    assert (answer.status_code, answer.headers["Location"]) == (303, address(web))


def rows(web: Web, table: Any) -> list[Any]:
    with web.db.read() as session:
        found = session.exec(select(table)).all()
        session.expunge_all()
        return list(found)


# --- the packet ---


def test_the_page_shows_who_gets_what_before_anything_is_made(demo: Web) -> None:
    with demo.client(Role.SECRETARIAT) as client:
        page = client.get(address(demo))
    assert page.status_code == 200
    assert "だれに何が入るか" in page.text
    assert "資料８ 個別資料（No.14）" in page.text
    assert "資料を作る" in page.text
    assert "読み直す" not in page.text


def test_what_is_missing_leads_to_where_it_is_mended(demo: Web) -> None:
    with demo.db.write() as session:
        session.get_one(Meeting, meeting_id(demo)).status = MeetingStatus.CONVENED
        item = items_of(session, meeting_id(demo))[0]
        assert item.plan is not None
        client_id = item.plan.client_id
        item.plan.goal = ""
        item.item.planned_minutes += 5
        session.add_all([item.plan, item.item])
        for key in ("office.name", "office.phone"):
            set_setting(
                session=session, actor=demo.actor(Role.SECRETARIAT), clock=demo.clock, key=key, value=""
            )
    with demo.client(Role.SECRETARIAT) as client:
        page = client.get(address(demo)).text
    part = page[page.index("作る前に確かめること") : page.index("だれに何が入るか")]
    assert f'href="/meetings/{meeting_id(demo)}/confirm"' in part
    assert f'href="/plans/{client_id}"' in part
    assert 'href="/plans"' not in part
    assert "委員長が確認した後に、議題が変わりました。" in part
    assert "書類に記す事務所の名前、事務所の電話が、設定に登録されていません。" in part
    assert 'href="/office"' in part
    assert "文書番号（未記入）" in part


def test_the_packet_is_made_behind_the_answer_and_taken_out(demo: Web) -> None:
    with demo.client(Role.SECRETARIAT) as client:
        make(demo, client)
        page = client.get(address(demo)).text
        assert "第1版ができています" in page
        assert "作った後に記録が変わりました" not in page
        answer = client.get(address(demo, "/packet.zip"))
        assert answer.headers["Content-Type"] == "application/zip"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert unquote(answer.headers["Content-Disposition"]) == (
            "attachment; filename*=UTF-8''第19回_資料.zip"
        )
        folders = {name.partition("/")[0] for name in names_in(answer.content)}
        assert {"01_丹頂一郎", "02_湿原花子", "17_本人（No.14）"} <= folders
        (person,) = [row for row in rows(demo, Person) if row.name == "塘路 五郎"]
        one = client.get(address(demo, f"/people/{person.id}/packet.zip"))
        assert {name.partition("/")[0] for name in names_in(one.content)} == {"08_塘路五郎"}
        assert not [name for name in names_in(one.content) if "No.9" in name]


def test_a_changed_record_is_told(demo: Web) -> None:
    with demo.client(Role.SECRETARIAT) as client:
        make(demo, client)
        with demo.db.write() as session:
            meeting = session.get_one(Meeting, meeting_id(demo))
            venue_before = meeting.venue_id
            assert venue_before is not None
            venue = session.get_one(Venue, venue_before)
            venue.name = "会議室9"
            session.add(venue)
        assert "作った後に記録が変わりました" in client.get(address(demo)).text


def test_progress_is_asked_for_while_it_runs_and_ends_with_a_fresh_page(demo: Web) -> None:
    with demo.db.write() as session:
        meeting = session.get_one(Meeting, meeting_id(demo))
        packet = start_packet(
            session=session,
            actor=demo.actor(Role.SECRETARIAT),
            clock=demo.clock,
            meeting=meeting,
            contents=packet_contents(session, meeting, packet_material(session, meeting)),
        )
        packet.done = 3
        session.add(packet)
    with demo.client(Role.SECRETARIAT) as client:
        page = client.get(address(demo)).text
        assert "資料を作っています: 17名中3名…" in page
        assert f'hx-get="{address(demo, "/progress")}" hx-trigger="every 1s"' in page
        assert "読み直す" in page  # without JavaScript
        part = client.get(address(demo, "/progress"), headers={"HX-Request": "true"})
        assert "<html" not in part.text
        assert "HX-Refresh" not in part.headers
        refused = client.post(address(demo, "/make"))
        assert refused.status_code == 422
        assert "ほかの人が資料を作っています" in refused.text
        demo.clock.forward(minutes=3)
        ended = client.get(address(demo, "/progress"), headers={"HX-Request": "true"})
        assert ended.headers["HX-Refresh"] == "true"
        assert "途中で止まりました（中断）" in client.get(address(demo)).text
        make(demo, client)
        assert "第2版ができています" in client.get(address(demo)).text


def test_a_missing_consent_stands_in_the_way_with_its_case(demo: Web) -> None:
    with demo.db.write() as session:
        for consent in session.exec(select(Consent)).all():
            session.delete(consent)
    with demo.client(Role.SECRETARIAT) as client:
        page = client.get(address(demo))
        assert "No.9（同意の記録がない）" in page.text
        assert ">資料を作る<" not in page.text
        refused = client.post(address(demo, "/make"))
    assert refused.status_code == 422
    assert rows(demo, Packet) == []


def test_a_meeting_without_items_says_what_to_do_first(demo: Web) -> None:
    with demo.db.write() as session:
        plan_meeting(
            session=session,
            actor=demo.actor(Role.SECRETARIAT),
            clock=demo.clock,
            committee_id=demo.committee_id,
            starts_at=tokyo(date(2014, 6, 10), 10),
            ends_at=tokyo(date(2014, 6, 10), 12),
            number=30,
        )
    with demo.client(Role.SECRETARIAT) as client:
        page = client.get(address(demo, number=30))
    assert page.status_code == 200
    assert "まだ作れません" in page.text
    assert "先に「議題」で議題を組んでください" in page.text


# --- who may see what ---


def test_a_member_sees_and_takes_out_their_own_papers_only(demo: Web) -> None:
    with demo.client(Role.SECRETARIAT) as client:
        make(demo, client)
    with demo.client(Role.MEMBER) as client:
        page = client.get(address(demo))
        assert page.status_code == 200
        assert "自分の資料" in page.text
        assert "だれに何が入るか" not in page.text
        assert "塘路" not in page.text
        own = client.get(address(demo, "/own.zip"))
        assert {name.partition("/")[0] for name in names_in(own.content)} == {"02_湿原花子"}
        (other,) = [row for row in rows(demo, Person) if row.name == "塘路 五郎"]
        assert client.get(address(demo, f"/people/{other.id}/packet.zip")).status_code == 404
        for rest in ("/packet.zip", "/progress", "/collection"):
            assert client.get(address(demo, rest)).status_code == 403
        for rest in ("/make", "/handouts"):
            assert client.post(address(demo, rest)).status_code == 403


def test_before_it_is_made_a_member_is_told_to_wait(demo: Web) -> None:
    with demo.client(Role.MEMBER) as client:
        assert "資料はまだできていません" in client.get(address(demo)).text
        assert client.get(address(demo, "/own.zip")).status_code == 404


def test_the_chair_reads_everything_and_makes_nothing(demo: Web) -> None:
    with demo.client(Role.SECRETARIAT) as client:
        make(demo, client)
    with demo.client(Role.CHAIR) as client:
        page = client.get(address(demo)).text
        assert "だれに何が入るか" in page
        assert "作り直す" not in page
        assert "第1版ができています" in page
        assert address(demo, "/packet.zip") not in page, "what only the 事務局 may take out is not offered"
        assert address(demo, "/collection") not in page
        assert client.post(address(demo, "/make")).status_code == 403
        own = client.get(address(demo, "/own.zip"))
        assert {name.partition("/")[0] for name in names_in(own.content)} == {"01_丹頂一郎"}


@pytest.mark.parametrize("role", [Role.ACCOUNTING, Role.REGIONAL])
def test_papers_are_none_of_others_business(demo: Web, role: Role) -> None:
    with demo.client(role) as client:
        assert client.get(address(demo)).status_code in (403, 404)
        assert client.get(address(demo, "/own.zip")).status_code in (403, 404)


def test_a_foreign_meeting_is_not_found(demo: Web) -> None:
    unknown = f"/meetings/{'0' * 32}/papers"
    with demo.client(Role.SECRETARIAT) as client:
        for rest in ("", "/progress", "/packet.zip", "/own.zip", "/collection", f"/handouts/{'0' * 32}"):
            assert client.get(unknown + rest).status_code == 404
        assert client.post(unknown + "/make").status_code == 404
        assert client.get(address(demo, f"/handouts/{'0' * 32}/file")).status_code == 404
        assert client.get(address(demo, f"/people/{'0' * 32}/packet.zip")).status_code == 404


# --- 配布資料 ---


def item_of(session: Session, meeting: str) -> str:
    return items_of(session, meeting)[0].item.id


def ready(web: Web) -> str:
    """Return the address of the papers of meeting 20, which is still in preparation, with one item."""
    with web.db.write() as session:
        meeting = session.get_one(Meeting, meeting_id(web, 20))
        add_item(
            session=session,
            actor=web.actor(Role.SECRETARIAT),
            clock=web.clock,
            meeting=meeting,
            title="地域の課題",
        )
    return address(web, number=20)


def test_handouts_are_added_named_ordered_and_removed(demo: Web) -> None:
    base = ready(demo)
    hostile = '<script>alert("図")</script>'
    with demo.db.read() as session:
        item = item_of(session, meeting_id(demo, 20))
    with demo.client(Role.SECRETARIAT) as client:
        for title in ("一", hostile):
            answer = client.post(
                f"{base}/handouts",
                data={"title": title, "item_id": ""},
                files={"file": ("図 一.png", PNG, "text/html")},
            )
            assert answer.status_code == 303, answer.text
        page = client.get(base).text
        assert hostile not in page
        assert "&lt;script&gt;" in page
        first, second = sorted(rows(demo, Handout), key=lambda row: row.number)
        file = client.get(f"{base}/handouts/{first.id}/file")
        assert file.content == PNG
        assert file.headers["Content-Type"] == "image/png"
        assert unquote(file.headers["Content-Disposition"]) == "attachment; filename*=UTF-8''図 一.png"
        client.post(f"{base}/handouts/{second.id}/move", data={"way": "up"})
        assert "地域の課題" in client.get(f"{base}/handouts/{first.id}").text
        changed = client.post(f"{base}/handouts/{first.id}", data={"title": "全体図", "item_id": item})
        assert changed.status_code == 303
        client.post(f"{base}/handouts/{second.id}/remove")
    (left,) = rows(demo, Handout)
    assert (left.title, left.item_id, left.number) == ("全体図", item, 2)


def test_wrong_uploads_are_refused_on_the_page(demo: Web) -> None:
    base = ready(demo)
    with demo.client(Role.SECRETARIAT) as client:
        wrong = client.post(
            f"{base}/handouts", data={"title": "巧み"}, files={"file": ("図.png", b"MZ", "image/png")}
        )
        assert wrong.status_code == 422
        assert "確かめられません" in wrong.text
        assert 'value="巧み"' in wrong.text
        empty = client.post(f"{base}/handouts", data={"title": ""})
        assert empty.status_code == 422
        foreign = client.post(
            f"{base}/handouts",
            data={"title": "図", "item_id": "0" * 32},
            files={"file": ("図.png", PNG, "image/png")},
        )
        assert foreign.status_code == 404
    assert rows(demo, Handout) == []


# --- 回収 ---


def test_packets_are_ticked_off_and_undone(demo: Web) -> None:
    with demo.client(Role.SECRETARIAT) as client:
        assert client.get(address(demo, "/collection")).status_code == 404
        make(demo, client)
        page = client.get(address(demo, "/collection")).text
        action = re.search(r'id="collect" method="post" action="([^"]+)"', page)
        assert action is not None
        assert "17名中0名から回収" in page
        first, second, *_others = sorted(rows(demo, PacketCopy), key=lambda copy: copy.serial)
        wrong = client.post(action[1], data={"collected_on": "平成26年2月30日", "copy": [first.id]})
        assert wrong.status_code == 422
        late = client.post(action[1], data={"collected_on": "平成27年1月1日", "copy": [first.id]})
        assert (late.status_code, "まだ来ていません" in late.text) == (422, True)
        assert client.post(action[1], data={"collected_on": "平成26年3月25日"}).status_code == 422
        client.post(action[1], data={"collected_on": "平成26年3月25日", "copy": [first.id, second.id]})
        assert "17名中2名から回収" in client.get(address(demo, "/collection")).text
        client.post(f"{action[1]}/undo", data={"copy": first.id})
        assert "17名中1名から回収" in client.get(address(demo, "/collection")).text
        client.post(action[1], data={"collected_on": "平成26年3月25日", "everybody": "1"})
        assert "全員から回収しました" in client.get(address(demo, "/collection")).text
    with demo.client(Role.MEMBER) as client:
        page = client.get(address(demo)).text
        assert "会議の後に回収されました" in page
        assert client.get(address(demo, "/own.zip")).status_code == 422
