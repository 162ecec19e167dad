"""The minutes of the demonstration on their way to the approved edition, and the meeting that can be run at once."""

import io
import lzma
import re
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from meetings_app.core.clock import tokyo
from meetings_app.core.terms import Role
from meetings_app.demo.story import MEETING_DAY
from meetings_app.tables.meetings import Meeting
from minutes.services.running import open_meeting
from tests.agenda.web.demo import FILE, open_data
from tests.demo_runs import DemoRun, run_demo
from tests.web_support import Web

BEFORE_LIVE = Path(__file__).parent / "data" / "demo-before-live.sqlite3.xz"
"""What the demonstration left behind before meetings ran on the live screen; its packet was left out."""

MENDED = "案のとおり進める。送迎の相談の結果と合わせ、7月に様子を報告する。"
UNMENDED = "案のとおり進める。7月に様子を報告する。"


def rows(data: Path, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(f"file:{data / FILE}?mode=ro", uri=True)) as connection:
        return connection.execute(query).fetchall()


def every_word(document: bytes) -> str:
    """Every word of a Word file, with its headers, footers, comments and properties."""
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        parts = [
            name for name in archive.namelist() if name.endswith((".xml", ".rels")) and "styles" not in name
        ]
        return "\n".join(re.sub(r"</w:p>", "\n", archive.read(name).decode()) for name in parts)


def spoken(document: bytes) -> str:
    return re.sub(r"<[^>]+>", "", every_word(document))


# --- the way to the approved edition ---


def test_minutes_docx_is_what_the_chair_approved(demo: DemoRun) -> None:
    query = (
        "SELECT minutes.status, approved_by, approved_at, document FROM minutes JOIN meeting ON meeting.id = meeting_id "
        "WHERE number = 19"
    )
    approved = (demo.output / "minutes.docx").read_bytes()
    assert rows(demo.data, query) == [("承認済み", "丹頂 一郎", "2014-03-25 07:15:00.000000", approved)]
    query = (
        "SELECT minutes_edition.number, kind, document FROM minutes_edition JOIN meeting ON meeting.id = meeting_id "
        "WHERE meeting.number = 19 ORDER BY minutes_edition.number"
    )
    [(first, sent, _), (second, kind, document)] = rows(demo.data, query)
    assert (first, sent, second, kind, document) == (1, "回覧", 2, "承認", approved)


def test_one_comment_was_taken_and_one_was_not_with_an_answer(demo: DemoRun) -> None:
    query = "SELECT author, verdict, answer <> '' FROM minutes_comment ORDER BY written_at"
    assert rows(demo.data, query) == [("湿原 花子", "反映", 1), ("茅沼 健", "見送り", 1)]
    text = spoken((demo.output / "minutes.docx").read_bytes())
    assert MENDED in text
    assert UNMENDED not in text


def test_all_of_it_was_done_on_the_afternoon_of_the_meeting(demo: DemoRun) -> None:
    """Between the first hand-over at 15:00 and 16:20, in Japan; the store keeps UTC."""
    query = (
        "SELECT action FROM audit_entry WHERE subject = 'minutes' AND subject_id = "
        "(SELECT id FROM meeting WHERE number = 19) AND at BETWEEN '2014-03-25 06:00' AND '2014-03-25 07:20' "
        "ORDER BY at, id"
    )
    done = [action for (action,) in rows(demo.data, query)]
    assert [
        one for one in done if one.startswith("議事録の") and "発行" not in one and "記載" not in one
    ] == [
        *("議事録の承認依頼", "議事録の差戻し", "議事録の回覧", "議事録の承認依頼", "議事録の承認"),
    ]
    assert done.count("議事録への意見") == done.count("意見への対応") == 2


# --- the other papers ---


def test_the_anonymised_edition_names_nobody(demo: DemoRun) -> None:
    names = [
        word
        for query in (
            "SELECT name FROM person",
            "SELECT organisation FROM person",
            "SELECT kana FROM person",
            "SELECT name FROM provider",
            "SELECT initials FROM client",
        )
        for (word,) in rows(demo.data, query)
        if word
        and word != "見本市"
        and not word.startswith(("本人（", "ほんにん"))  # a mere place; a case number
    ]
    assert len(names) > 60
    document = (demo.output / "minutes-anonymised.docx").read_bytes()
    text = every_word(document) + spoken(document)
    assert [name for name in names if name in text or name.replace(" ", "") in text] == []
    assert "匿名版" in text
    assert "確認前" not in text
    assert MENDED in text


def test_each_extract_tells_of_its_own_case_only(demo: DemoRun) -> None:
    cases = {"9", "11", "13", "14", "15"}
    with zipfile.ZipFile(demo.output / "extracts.zip") as archive:
        found = {name: spoken(archive.read(name)) for name in archive.namelist()}
    assert set(found) == {f"議事録抄本_No.{case}.docx" for case in cases}
    for case in cases:
        text = found[f"議事録抄本_No.{case}.docx"]
        assert set(re.findall(r"No\.(\d+)", text)) == {case}


# --- the meeting that can be run at once ---


def copied(data: Path, folder: Path) -> Web:
    return open_data(data / FILE, folder)


def address_of(web: Web, number: int) -> str:
    with web.db.read() as session:
        return f"/meetings/{session.exec(select(Meeting.id).where(Meeting.number == number)).one()}"


def test_an_urgent_meeting_waits_to_be_opened(demo: DemoRun, tmp_path: Path) -> None:
    """Two cases and a matter, decided, confirmed and convened; it opens before its time, on the live screen."""
    query = (
        "SELECT meeting.status, starts_at, convened_at IS NOT NULL, case_number, agenda_item.reason, agenda_item.title "
        "FROM agenda_item JOIN meeting ON meeting_id = meeting.id LEFT JOIN plan ON plan_id = plan.id "
        "LEFT JOIN client ON client_id = client.id WHERE meeting.number = 21 ORDER BY position"
    )
    starts = "2014-03-25 08:00:00.000000"
    assert rows(demo.data, query) == [
        ("招集", starts, 1, 20, "臨時", ""),
        ("招集", starts, 1, 21, "臨時", ""),
        ("招集", starts, 1, None, None, "年度替わりに担当が変わる機関との連絡について"),
    ]
    told = (
        "SELECT case_number, goal <> '', (SELECT count(*) FROM plan_service WHERE plan_id = plan.id) FROM plan "
        "JOIN client ON client_id = client.id WHERE case_number IN (20, 21) ORDER BY case_number"
    )
    assert rows(demo.data, told) == [(20, 1, 3), (21, 1, 2)]
    web = copied(demo.data, tmp_path)
    with web.client(Role.SECRETARIAT) as client:
        assert client.get(f"{address_of(web, 21)}/live").status_code == 200
    with web.db.write() as session:
        opened = session.exec(select(Meeting).where(Meeting.number == 21)).one()
        open_meeting(
            session=session,
            actor=web.actor(Role.CHAIR),
            clock=web.clock,
            meeting=opened,
            at=tokyo(MEETING_DAY, 16, 30),
            presider_id=web.people[Role.CHAIR],
        )
        assert opened.status == "開会"


# --- data of an earlier version ---


@pytest.fixture(scope="module")
def earlier(tmp_path_factory: pytest.TempPathFactory) -> DemoRun:
    """The demonstration over data of an earlier version."""
    folder = tmp_path_factory.mktemp("earlier")
    (folder / "data").mkdir()
    (folder / "data" / FILE).write_bytes(lzma.decompress(BEFORE_LIVE.read_bytes()))
    return DemoRun(folder / "data", folder / "output", run_demo(folder))


def test_data_from_before_the_live_screen_go_the_same_way(earlier: DemoRun, demo: DemoRun) -> None:
    assert "見本のデータはもうあります" in earlier.printed
    query = (
        "SELECT number, minutes.status FROM minutes JOIN meeting ON meeting.id = meeting_id ORDER BY number"
    )
    assert rows(earlier.data, query) == [(17, "承認済み"), (18, "承認済み"), (19, "承認済み")]
    assert {path.name for path in earlier.output.iterdir()} == {path.name for path in demo.output.iterdir()}
    assert spoken((earlier.output / "minutes-anonymised.docx").read_bytes()).count("委員A") > 0
    assert rows(earlier.data, "SELECT count(*) FROM meeting WHERE number = 21") == [(1,)]


def test_minutes_approved_in_an_earlier_version_are_shown_and_taken_out_as_they_were(
    earlier: DemoRun, tmp_path: Path
) -> None:
    web = copied(earlier.data, tmp_path)
    kept = dict(
        rows(earlier.data, "SELECT number, document FROM minutes JOIN meeting ON meeting.id = meeting_id")
    )
    for role in (Role.SECRETARIAT, Role.CHAIR):
        with web.client(role) as client:
            for number in (17, 18, 19):
                address = address_of(web, number)
                page = client.get(f"{address}/minutes")
                assert (page.status_code, "承認済み" in page.text) == (200, True), (role, number)
                assert client.get(f"{address}/minutes.docx").content == kept[number]
