"""進行画面と投影画面 without a script, the answers to the page's own script, and what the projector may show."""

import re
from datetime import date
from pathlib import Path

import pytest
from sqlmodel import col, select

from agenda.services.agenda_changes import take_up_plan
from agenda.services.items import ItemView, items_of
from agenda.services.participation import Choice, decide_participants
from agenda.tables import Client, Plan
from meetings_app.core.errors import Refused
from meetings_app.core.terms import AttendanceMode, Capacity, DueReason, MeetingStatus, Role
from meetings_app.tables.base import new_id
from meetings_app.tables.meetings import Meeting
from meetings_app.tables.people import Person
from meetings_app.web.locale import Locale
from minutes.live_tables import RecordField
from minutes.services.attendance import AttendanceView, get_attendance, recusals_of
from minutes.services.field_history import fields_of
from minutes.services.live import current_item, pauses_of, presidings_of, runs_of
from minutes.services.live_fields import pending_conflicts
from minutes.web.live_panels import PanelSource, panels_of
from minutes.web.live_regions import render_regions
from minutes.web.live_views import TextPart, _marked
from tests.agenda.web.demo import open_demo
from tests.web_support import Web, WebClient

COMING = 20
COMING_DAY = date(2014, 3, 28)
CHAIR, DEPUTY = "丹頂 一郎", "川湯 六郎"
JSON = {"Accept": "application/json"}


@pytest.fixture
def demo(tmp_path: Path) -> Web:
    """The demonstration on the day of its coming meeting."""
    return open_demo(tmp_path, on=COMING_DAY)


def meeting_id(web: Web, number: int = COMING) -> str:
    with web.db.read() as session:
        return session.exec(
            select(Meeting.id).where(Meeting.committee_id == web.committee_id, Meeting.number == number)
        ).one()


def items(web: Web) -> list[ItemView]:
    with web.db.read() as session:
        views = items_of(session, meeting_id(web))
        session.expunge_all()
        return views


def person_id(web: Web, name: str) -> str:
    with web.db.read() as session:
        return session.exec(select(Person.id).where(Person.name == name)).one()


def attendance(web: Web, name: str) -> AttendanceView:
    with web.db.read() as session:
        view = get_attendance(session, meeting_id(web), person_id(web, name))
        session.expunge_all()
        return view


def on_table(web: Web) -> str | None:
    with web.db.read() as session:
        return current_item(session, meeting_id(web))


def with_case(web: Web) -> ItemView:
    """Put a case on the coming agenda; return its item."""
    with web.db.write() as session:
        meeting = session.get_one(Meeting, meeting_id(web))
        plans = session.exec(select(Plan).where(col(Plan.evaluated_on).is_(None)).order_by(Plan.id)).all()
        for plan in plans:
            try:
                take_up_plan(
                    session=session,
                    actor=web.actor(Role.SECRETARIAT),
                    clock=web.clock,
                    meeting=meeting,
                    plan_id=plan.id,
                )
                break
            except Refused:
                continue
    return items(web)[-1]


def opened(web: Web, client: WebClient) -> str:
    """Convene the coming meeting and open it from the live screen; return the screen's address."""
    base = f"/meetings/{meeting_id(web)}"
    assert client.post(f"{base}/convene").status_code == 303
    answer = client.post(f"{base}/live/open", data={"presider": person_id(web, CHAIR)})
    assert (answer.status_code, answer.headers["location"]) == (303, f"{base}/live")
    return f"{base}/live"


# --- opening ---


def test_the_meeting_is_opened_here_and_the_presider_is_there(demo: Web) -> None:
    with demo.client(Role.CHAIR) as client:
        base = f"/meetings/{meeting_id(demo)}/live"
        assert "招集して、会議の日になると開会できます" in client.get(base).text
        opened(demo, client)
        page = client.get(base).text
    assert "この議題から始める" in page
    assert CHAIR in page
    there = attendance(demo, CHAIR)
    assert (there.attendance.mode, [stay.arrived_at for stay in there.stays]) == (
        AttendanceMode.IN_PERSON,
        [demo.clock.now()],
    )


def test_a_deputy_opens_with_the_reason_only(demo: Web) -> None:
    with demo.client(Role.SECRETARIAT) as client:
        base = f"/meetings/{meeting_id(demo)}"
        client.post(f"{base}/convene")
        deputy = offered(client.get(f"{base}/live").text, "副委員長")
        refused = client.post(f"{base}/live/open", data={"presider": deputy})
        assert refused.status_code == 422
        assert "副委員長が議長となる理由" in refused.text
        stranger = client.post(f"{base}/live/open", data={"presider": new_id()})
        assert (stranger.status_code, "一覧から選び直してください" in stranger.text) == (422, True)
        taken = client.post(f"{base}/live/open", data={"presider": deputy, "reason": "委員長が病気のため"})
        assert taken.status_code == 303
        assert "委員長が病気のため" in client.get(f"{base}/live").text


def offered(page: str, office: str) -> str:
    """Return somebody whom the page offers to preside by an office."""
    found = re.search(rf'<option value="([0-9a-f]{{32}})"[^>]*>[^<]*（{office}）', page)
    assert found is not None, office
    return found[1]


# --- the items and the time ---


def test_the_meeting_moves_from_item_to_item(demo: Web) -> None:
    first = items(demo)[0]
    with demo.client(Role.CHAIR) as client:
        live = opened(demo, client)
        second = with_case(demo)
        answer = client.post(f"{live}/item", data={"item": first.item.id})
        assert (answer.status_code, answer.headers["location"]) == (303, f"{live}?item={first.item.id}")
        demo.clock.forward(minutes=6, seconds=12)
        page = client.get(live).text
        assert re.search(r'data-tick="timer"[^>]*>6:12<', page)
        assert 'data-base="0"' in page
        client.post(f"{live}/item", data={"move": "next", "from": first.item.id})
        again = client.post(f"{live}/item", data={"move": "next", "from": first.item.id})
        assert again.headers["location"] == f"{live}?item={second.item.id}"
    assert on_table(demo) == second.item.id


def test_a_reload_shows_the_same_times(demo: Web) -> None:
    first = items(demo)[0]
    with demo.client(Role.CHAIR) as client:
        live = opened(demo, client)
        client.post(f"{live}/item", data={"item": first.item.id})
        demo.clock.forward(minutes=3)
        client.post(f"{live}/suspend", data={"reason": "換気のため"})
        demo.clock.forward(minutes=10)
        page = client.get(live).text
        assert ("換気のため" in page, "再開する" in page) == (True, True)
        assert re.search(r'data-tick="timer"[^>]*>3:00<', page)
        assert re.search(r'data-tick-since="\d+">10:00<', page)
        client.post(f"{live}/resume")
        demo.clock.forward(minutes=1)
        assert re.search(r'data-tick="timer"[^>]*>4:00<', client.get(live).text)
    with demo.db.read() as session:
        assert len(runs_of(session, [first.item.id])[first.item.id]) == 2
        assert [pause.reason for pause in pauses_of(session, meeting_id(demo))] == ["換気のため"]


def test_looking_at_an_item_does_not_put_it_on_the_table(demo: Web) -> None:
    first = items(demo)[0]
    with demo.client(Role.SECRETARIAT) as client:
        live = opened(demo, client)
        second = with_case(demo)
        client.post(f"{live}/item", data={"item": first.item.id})
        page = client.get(f"{live}?item={second.item.id}").text
        assert "この議題に入る" in page
        assert f"いまの議題は 1 {first.title} です。" in page
        unknown = client.get(f"{live}?item={new_id()}").text
        client.post(f"{live}/item", data={"item": second.item.id})
        back = client.get(f"{live}?item={first.item.id}").text
        client.post(f"{live}/item", data={"item": first.item.id})
    # Whoever still writes on an item that was on the table goes along with the main button.
    assert re.search(r'btn--primary[^>]*href="[^"]*"[^>]*id="live-next"[^>]*>\s*<span>議題2に移る', back)
    assert 'id="live-enter"' in back
    assert 'id="live-enter"' not in page
    assert on_table(demo) == first.item.id
    assert "次へ" in unknown


def test_an_extra_item_comes_last(demo: Web) -> None:
    with demo.client(Role.CHAIR) as client:
        live = opened(demo, client)
        wrong = client.post(f"{live}/extra-item", data={"title": " ", "purpose": "雑談"})
        assert wrong.status_code == 422
        assert "「目的」を一覧から選び直してください" in wrong.text
        client.post(f"{live}/extra-item", data={"title": "<b>灯油</b>", "purpose": "ネットワークの構築"})
        page = client.get(live).text
    last = items(demo)[-1]
    assert (last.title, last.item.reason) == ("<b>灯油</b>", DueReason.URGENT)
    assert "&lt;b&gt;灯油&lt;/b&gt;" in page
    assert "<b>灯油</b>" not in page


# --- people ---


def test_people_come_and_go_by_one_button(demo: Web) -> None:
    with demo.client(Role.CHAIR) as client:
        live = opened(demo, client)
        who = {"person": person_id(demo, DEPUTY)}
        client.post(f"{live}/arrive", data=who | {"mode": "オンライン"})
        assert attendance(demo, DEPUTY).attendance.mode is AttendanceMode.ONLINE
        demo.clock.forward(minutes=20)
        client.post(f"{live}/leave", data=who)
        demo.clock.forward(minutes=5)
        client.post(f"{live}/arrive", data=who | {"mode": "対面"})
        assert len(attendance(demo, DEPUTY).stays) == 2
        last = attendance(demo, DEPUTY).stays[-1].id
        client.post(f"{live}/withdraw", data=who | {"what": "stay", "stay": last})
        assert len(attendance(demo, DEPUTY).stays) == 1


def test_an_absence_is_recorded_and_taken_back(demo: Web) -> None:
    with demo.client(Role.CHAIR) as client:
        live = opened(demo, client)
        who = {"person": person_id(demo, DEPUTY)}
        client.post(f"{live}/absent", data=who | {"reason": "出張"})
        assert attendance(demo, DEPUTY).attendance.absence_reason == "出張"
        client.post(f"{live}/withdraw", data=who | {"what": "absence"})
        assert attendance(demo, DEPUTY).attendance.mode is None
        chair = client.post(f"{live}/absent", data={"person": person_id(demo, CHAIR)}, headers=JSON)
    assert chair.status_code == 422
    assert "欠席にはできません" in chair.json()["message"]


def test_everybody_expected_was_there_from_the_opening(demo: Web) -> None:
    with demo.client(Role.CHAIR) as client:
        live = opened(demo, client)
        start = demo.clock.now()
        demo.clock.forward(minutes=2)
        client.post(f"{live}/all-here")
        page = client.get(live).text
    assert [stay.arrived_at for stay in attendance(demo, DEPUTY).stays] == [start]
    assert "予定の人は全員到着" not in page


def test_the_chair_hands_over_to_a_deputy(demo: Web) -> None:
    with demo.client(Role.SECRETARIAT) as client:
        live = opened(demo, client)
        deputy = offered(client.get(live).text, "副委員長")
        let_in(demo, deputy)
        client.post(f"{live}/arrive", data={"person": deputy})
        refused = client.post(f"{live}/presider", data={"person": deputy})
        assert (refused.status_code, "第5条第2項" in refused.text) == (422, True)
        demo.clock.forward(minutes=30)
        answer = client.post(f"{live}/presider", data={"person": deputy, "reason": "委員長が中座したため"})
        assert answer.status_code == 303
        assert "委員長が中座したため" in client.get(live).text
    with demo.db.read() as session:
        last = presidings_of(session, meeting_id(demo))[-1]
        assert (last.person_id, last.office, last.from_at) == (deputy, "副委員長", demo.clock.now())


def let_in(web: Web, person: str) -> None:
    """Decide that somebody takes part in the first item."""
    with web.db.write() as session:
        meeting = session.get_one(Meeting, meeting_id(web))
        decide_participants(
            session=session,
            actor=web.actor(Role.CHAIR),
            clock=web.clock,
            meeting=meeting,
            item=items_of(session, meeting.id)[0].item,
            choices=[Choice(person, Capacity.MEMBER)],
            decided_by_id=person_id(web, CHAIR),
            decided_on=COMING_DAY,
        )


def test_somebody_stands_aside_for_one_item(demo: Web) -> None:
    first = items(demo)[0]
    with demo.client(Role.CHAIR) as client:
        live = opened(demo, client)
        client.post(f"{live}/all-here")
        data = {"item": first.item.id, "person": person_id(demo, DEPUTY), "shown": first.item.id}
        refused = client.post(f"{live}/recuse", data=data)
        assert (refused.status_code, "「退席の理由」を入力してください" in refused.text) == (422, True)
        client.post(f"{live}/recuse", data=data | {"reason": "続柄"})
        assert f"{DEPUTY}（続柄）" in client.get(f"{live}?item={first.item.id}").text
    with demo.db.read() as session:
        assert recusals_of(session, [first.item.id])[first.item.id] == [(person_id(demo, DEPUTY), "続柄")]


def test_a_slip_is_taken_back_and_a_presider_who_stands_aside_is_pointed_out(demo: Web) -> None:
    first = items(demo)[0]
    chair = person_id(demo, CHAIR)
    with demo.client(Role.CHAIR) as client:
        live = opened(demo, client)
        client.post(f"{live}/item", data={"item": first.item.id})
        aside = {"item": first.item.id, "person": chair, "shown": first.item.id}
        client.post(f"{live}/recuse", data=aside | {"reason": "続柄"})
        page = client.get(live).text
        assert "議長がこの議題から退席しています" in page
        assert f"{CHAIR}の退席を取り消す" in page
        taken = client.post(f"{live}/withdraw", data=aside | {"what": "recusal"})
        assert taken.status_code == 303
        assert (
            client.post(f"{live}/withdraw", data=aside | {"what": "recusal"}, headers=JSON).status_code == 404
        )
        assert "議長がこの議題から退席しています" not in client.get(live).text


def test_a_guest_comes_in_on_the_spot(demo: Web) -> None:
    first = items(demo)[0]
    with demo.client(Role.CHAIR) as client:
        live = opened(demo, client)
        refused = client.post(f"{live}/guest", data={"item": first.item.id, "name": ""})
        assert (refused.status_code, "氏名を入れてください" in refused.text) == (422, True)
        data = {"item": first.item.id, "name": "<i>町内会長</i>", "organisation": "町内会", "online": "1"}
        assert client.post(f"{live}/guest", data=data).status_code == 303
        page = client.get(live).text
    assert attendance(demo, "<i>町内会長</i>").attendance.basis == "第5条第4項"
    assert "<i>町内会長" not in page


# --- what people write, without a script ---


def written(web: Web, name: RecordField) -> tuple[str, int]:
    item = items(web)[0].item.id
    with web.db.read() as session:
        now = fields_of(session, [item])[item][name]
        return now.value, now.version


def typed(web: Web, page: str, **values: str) -> dict[str, str]:
    """Return the form of the fields as a browser sends it: every hidden value of it, and what was typed."""
    form = page[page.index('id="live-decide"') :]
    form = form[: form.index("</form>")]
    return dict(re.findall(r'name="([^"]+)" value="([^"]*)"', form)) | values


def test_fields_are_saved_together_without_a_script(demo: Web) -> None:
    first = items(demo)[0]
    with demo.client(Role.SECRETARIAT) as client:
        live = opened(demo, client)
        page = client.get(f"{live}?item={first.item.id}").text
        answer = client.post(
            f"{live}/fields", data=typed(demo, page, confirmed="家計を見直す。\r\n次は4月。", follow_up="yes")
        )
        assert answer.headers["location"] == f"{live}?item={first.item.id}"
        again = client.post(
            f"{live}/fields", data=typed(demo, page, confirmed="家計を見直す。\r\n次は4月。", follow_up="yes")
        )
        assert again.status_code == 303
        assert "記録を保存しました。" in client.get(f"{live}?item={first.item.id}").text
    assert written(demo, RecordField.CONFIRMED) == ("家計を見直す。\n次は4月。", 1)
    assert written(demo, RecordField.FOLLOW_UP) == ("yes", 1)


def test_two_who_save_without_a_script_both_stay(demo: Web) -> None:
    first = items(demo)[0]
    with demo.client(Role.SECRETARIAT) as client:
        live = opened(demo, client)
        pages = [client.get(f"{live}?item={first.item.id}").text for _ in range(2)]
        client.post(f"{live}/fields", data=typed(demo, pages[0], confirmed="二月に電話する。"))
        late = client.post(f"{live}/fields", data=typed(demo, pages[1], confirmed="一月に<script>会う。"))
        told = client.get(late.headers["location"]).text
        assert "ほかの人が先に書いた欄があります" in told
        assert "記録を保存しました。" not in told
        page = client.get(f"{live}?item={first.item.id}").text
        assert "「確認されたこと」に、二つの内容があります" in page
        assert "&lt;script&gt;" in page
        assert "<script>会う" not in page
        (pending,) = conflicts(demo)
        base = live.removesuffix("/live")
        closing = client.get(f"{base}/close").text
        assert "議事録を承認に回す前に選びます" in closing
        assert f'href="{live}?item={first.item.id}"' in closing
        client.post(f"{live}/conflicts/{pending}", data={"how": "両方をつなぐ", "base": "1"})
    assert conflicts(demo) == []
    assert written(demo, RecordField.CONFIRMED)[0].startswith("二月に電話する。")


def conflicts(web: Web) -> list[str]:
    item = items(web)[0].item.id
    with web.db.read() as session:
        return [one.write_id for one in pending_conflicts(session, [item]).get(item, [])]


def test_what_waits_is_compared_part_by_part_and_a_long_middle_as_a_whole() -> None:
    left, right = _marked("四月に電話する。", "四月に会って話する。")
    assert "".join(part.text for part in left) == "四月に電話する。"
    assert "".join(part.text for part in right) == "四月に会って話する。"
    assert (left[0], right[0]) == (TextPart("四月に", changed=False), TextPart("四月に", changed=False))
    long, longer = f"頭{'あ' * 9_000}い尾", f"頭{'う' * 9_000}え尾"
    assert _marked(long, longer)[1] == (
        TextPart("頭", changed=False),
        TextPart(f"{'う' * 9_000}え", changed=True),
        TextPart("尾", changed=False),
    )
    assert _marked("", "") == ((), ())


def test_panels_read_for_all_items_are_those_read_for_each(demo: Web) -> None:
    with_case(demo)
    with demo.db.read() as session:
        meeting = session.get_one(Meeting, meeting_id(demo, 19))
        views = items_of(session, meeting.id)
        office = demo.actor(Role.SECRETARIAT)
        source = PanelSource(session, office, meeting, views)
        assert [source.of(view) for view in views] == [
            panels_of(session, office, meeting, view) for view in views
        ]


def test_a_text_is_never_cut_by_the_browser(demo: Web) -> None:
    with demo.client(Role.CHAIR) as client:
        live = opened(demo, client)
        areas = re.findall(r"<textarea[^>]*data-live-field[^>]*>", client.get(live).text)
    assert len(areas) == 3
    assert not [area for area in areas if "maxlength" in area]


# --- the page's own script ---


def test_a_script_gets_no_page(demo: Web) -> None:
    first = items(demo)[0]
    with demo.client(Role.CHAIR) as client:
        live = opened(demo, client)
        answer = client.post(f"{live}/item", data={"item": first.item.id}, headers=JSON)
        assert (answer.status_code, answer.text, answer.headers["x-live-item"]) == (204, "", first.item.id)
        paused = client.post(f"{live}/suspend", headers=JSON)
        assert paused.status_code == 204
        refused = client.post(f"{live}/item", data={"move": "next", "from": first.item.id}, headers=JSON)
    assert refused.status_code == 422
    assert refused.json()["error"] == "refused"
    assert "再開してから、議題に入ってください" in refused.json()["message"]


def test_regions_hold_no_form_token(demo: Web) -> None:
    with demo.client(Role.CHAIR) as client:
        opened(demo, client)
    for audience in ("desk", "projector"):
        regions = render_regions(demo.app, meeting_id(demo), audience, Locale.JA)
        assert regions
        assert "_csrf_token" not in "".join(regions.values())


def test_every_region_of_the_page_is_drawn_for_the_stream(demo: Web) -> None:
    with demo.client(Role.CHAIR) as client:
        page = client.get(opened(demo, client)).text
    on_page = set(re.findall(r'id="([^"]+)"[^>]* data-live-region', page))
    regions = render_regions(demo.app, meeting_id(demo), "desk", Locale.JA)
    assert on_page <= set(regions)
    assert {"live-head", "live-agenda", "live-people", f"live-item-{items(demo)[0].item.id}"} <= on_page


# --- who may ---


@pytest.mark.parametrize("role", [Role.ACCOUNTING, Role.MEMBER, Role.CITY_OFFICER, Role.REGIONAL])
def test_only_the_chair_and_the_office_run_a_meeting(demo: Web, role: Role) -> None:
    base = f"/meetings/{meeting_id(demo)}"
    with demo.client(role) as client:
        assert client.get(f"{base}/live").status_code == 403
        assert client.get(f"{base}/projector").status_code == 403
        assert client.post(f"{base}/live/suspend").status_code == 403


def test_other_meetings_and_items_are_not_there(demo: Web) -> None:
    held = meeting_id(demo, 19)
    with demo.db.read() as session:
        foreign = items_of(session, held)[0].item.id
    with demo.client(Role.CHAIR) as client:
        live = opened(demo, client)
        assert client.get(f"/meetings/{new_id()}/live").status_code == 404
        assert client.get(f"/meetings/{new_id()}/projector").status_code == 404
        assert client.post(f"{live}/item", data={"item": foreign}, headers=JSON).status_code == 404
        assert client.post(f"{live}/arrive", data={"person": new_id()}, headers=JSON).status_code == 404
    assert on_table(demo) is None


def test_a_closed_meeting_is_shown_and_runs_no_more(demo: Web) -> None:
    live = f"/meetings/{meeting_id(demo, 19)}/live"
    with demo.client(Role.CHAIR) as client:
        page = client.get(live)
        refused = client.post(f"{live}/suspend", headers=JSON)
    assert page.status_code == 200
    assert "閉会" in page.text
    assert 'data-closed="1"' in page.text
    assert "/live/arrive" not in page.text
    assert refused.status_code == 422


# --- the projector ---


def test_the_projector_shows_nobody(demo: Web) -> None:
    secret = "阿寒 一子が同席を求めた件"
    with demo.client(Role.CHAIR) as client:
        live = opened(demo, client)
        case = with_case(demo)
        client.post(f"{live}/all-here")
        client.post(f"{live}/extra-item", data={"title": secret, "purpose": "支援の調整"})
        client.post(f"{live}/item", data={"item": case.item.id})
        client.post(f"{live}/suspend", data={"reason": secret})
        pages = [client.get(live.removesuffix("live") + "projector").text]
        client.post(f"{live}/resume")
        client.post(f"{live}/item", data={"item": items(demo)[-1].item.id})
        pages.append(client.get(live.removesuffix("live") + "projector").text)
    pages += render_regions(demo.app, meeting_id(demo), "projector", Locale.JA).values()
    everything = "".join(pages)
    assert "休憩中" in pages[0]
    assert case.client is not None
    assert f"No.{case.client.case_number} プラン" in pages[0]
    for word in (secret, *names_known(demo)):
        assert word not in everything, word
    assert "<nav" not in everything
    assert 'href="/' not in everything.replace('href="/static', "")


def names_known(web: Web) -> list[str]:
    """Return every name and initial the office knows, and the names of its accounts."""
    with web.db.read() as session:
        people = [name for name in session.exec(select(Person.name)).all() if name]
        initials = [text for text in session.exec(select(Client.initials)).all() if len(text) > 1]
        kana = [text for text in session.exec(select(Client.kana)).all() if text]
    return [*people, *initials, *kana]


def test_the_projector_speaks_english_of_matters_too(demo: Web) -> None:
    with demo.client(Role.CHAIR) as client:
        live = opened(demo, client)
        client.post(f"{live}/item", data={"item": items(demo)[0].item.id})
    purpose = str(items(demo)[0].item.purpose)
    shown = render_regions(demo.app, meeting_id(demo), "projector", Locale.EN)["projector-stage"]
    assert items(demo)[0].client is None
    assert purpose not in shown


def test_the_projector_says_when_it_is_over(demo: Web) -> None:
    with demo.client(Role.SECRETARIAT) as client:
        page = client.get(f"/meetings/{meeting_id(demo, 19)}/projector").text
    assert "閉会しました" in page


# --- the ways here ---


def test_the_ways_lead_here_on_the_day(demo: Web) -> None:
    base = f"/meetings/{meeting_id(demo)}"
    with demo.client(Role.CHAIR) as client:
        client.post(f"{base}/convene")
    with demo.client(Role.SECRETARIAT) as client:
        client.post(f"{base}/convene")
        assert f'href="{base}/live"' in client.get(base).text
        assert f'href="{base}/live"' in client.get("/").text
        client.post(f"{base}/live/open", data={"presider": person_id(demo, CHAIR)})
        assert "開いている会議（第20回）" in client.get("/").text
        for tab in ("", "/record", "/attendance"):
            assert f'href="{base}/live"' in client.get(f"{base}{tab}").text
    with demo.client(Role.CHAIR) as client:
        assert "開いている会議（第20回）" in client.get("/").text


def test_closing_within_the_minute_of_the_last_act(demo: Web) -> None:
    with demo.client(Role.CHAIR) as client:
        live = opened(demo, client)
        demo.clock.forward(seconds=20)
        client.post(f"{live}/all-here")
        client.post(f"{live}/item", data={"item": items(demo)[0].item.id})
        demo.clock.forward(seconds=10)
        base = live.removesuffix("/live")
        answer = client.post(f"{base}/close", data={"at": "16:30"})
    assert answer.status_code == 303
    with demo.db.read() as session:
        meeting = session.get_one(Meeting, meeting_id(demo))
        assert meeting.status is MeetingStatus.CLOSED
        assert meeting.closed_at is not None
        (run,) = runs_of(session, [items(demo)[0].item.id])[items(demo)[0].item.id]
        assert run.ended_at == meeting.closed_at
