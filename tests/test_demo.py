"""見本: the meeting of 2014-03-25 replayed by one command, its papers opened as their readers would open them."""

import csv
import io
import json
import os
import re
import select
import signal
import sqlite3
import subprocess
import sys
import time
import zipfile
from contextlib import closing
from datetime import datetime
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import docx
import httpx
import pytest
import vobject
from docx.document import Document
from docx.oxml.ns import qn
from docx.shared import Mm
from pypdf import PdfReader

from meetings_app.demo.office import ACCOUNTS, PASSWORD
from tests.demo_runs import DemoRun, environment, run_demo
from tests.office import to_pdf

TOKYO = ZoneInfo("Asia/Tokyo")
PRODUCTS = (
    *("agenda.json", "assessments.json", "extracts.zip", "invitation.ics", "minutes-anonymised.docx"),
    *("minutes.docx", "packet.zip"),
    *("payment-notices-17.zip", "payment-notices.zip", "payment-sheet-17.docx", "payment-sheet-17.xlsx"),
    *("payment-sheet.docx", "payment-sheet.xlsx", "regional-summary.csv", "transfer-17.txt", "transfer.txt"),
    "yearly-totals.csv",
)

ODDITIES = {
    5: "「H25年7月13日」 平成25年7月13日（土）は休日です",
    7: "「H25年7月13日」 平成25年7月13日（土）は休日です",
    11: "「終 H25年10月31日」 「終」ですが、プラン2があります",
    13: "「H27年 3月31日」 プラン期間が会議の日から1年（平成27年3月24日まで）を7日超えています",
    15: "「再 H25年3月28日」 プラン評価の日付が評価の会議より前です",
    16: "「H27年 3月31日」 プラン期間が会議の日から1年（平成27年3月24日まで）を7日超えています",
    18: "「H27年 3月31日」 プラン期間が会議の日から1年（平成27年3月27日まで）を4日超えています",
    21: "「H27年 3月31日」 プラン期間が会議の日から1年（平成27年3月24日まで）を7日超えています",
    24: "「H27年 3月31日」 プラン期間が会議の日から1年（平成27年3月24日まで）を7日超えています",
    31: "「終・H26年2月28日」",
}
ITEMS = {
    "No.9 プラン2 評価": "再プラン",
    "No.9 プラン3 新規": "了承",
    "No.11 プラン1 評価": "再プラン",
    "No.11 プラン2 新規": "修正のうえ了承",
    "No.13 プラン2 評価": "再プラン",
    "No.13 プラン3 新規": "了承",
    "No.14 プラン1 評価": "終結",
    "No.15 プラン1 評価": "再プラン",
    "No.15 プラン2 新規": "了承",
}
DEFERRED = {
    "No.4 プラン2 モニタリング": "次回報告する",
    "No.12 プラン1 評価": "3月28日の回",
    "No.17 プラン1 モニタリング": "次回報告する",
    "No.18 プラン1 モニタリング": "同意が撤回",
    "No.19 プラン1 モニタリング": "次回報告する",
}
UNDECLARED = ("要判断", None, None)
NOTHING = ("不支給", 0, 0)
PAY: dict[str, tuple[str, int | None, int | None]] = {
    "丹頂 一郎": ("支給", 5000, 0),  # 委員長, 釧路
    "湿原 花子": ("支給", 5000, 4000),  # 副委員長, 阿寒湖畔
    "幣舞 次郎": ("支給", 5000, 2000),  # 副委員長, 音別
    "摩周 三郎": ("支給", 5000, 1000),  # アドバイザー委員, 阿寒
    "春採 よし子": ("支給", 5000, 0),  # 民生委員: 特別職・非常勤, 釧路
    "雪里 真": ("支給", 5000, 4000),  # 第5条第4項, 阿寒湖畔
    "北斗 七海": ("要判断", 5000, None),  # 地区外に住む
    "温根内 八重": UNDECLARED,  # 公務員かどうかの申告がない
    "川湯 六郎": UNDECLARED,  # 子の配偶者（1親等）の案件と、続柄のない案件に出た
    "塘路 五郎": NOTHING,  # 甥（3親等）、その案件だけに出た
    "細岡 九郎": NOTHING,  # 市の職員
    "茶内 律": NOTHING,  # 第5条第4項, 国の職員
    "鶴野 あかり": NOTHING,  # 事務局員
    "葦原 守": NOTHING,  # 事務局員
    "茅沼 健": NOTHING,  # 事務局員
    "本人（No.14）": NOTHING,  # 本人
    "達古武 十和": ("対象なし", None, None),  # 欠席
}


def rows(demo: DemoRun, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(f"file:{demo.data / 'meetings.sqlite3'}?mode=ro", uri=True)) as connection:
        return connection.execute(query).fetchall()


def dump(demo: DemoRun) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table."""
    tables = [name for (name,) in rows(demo, "SELECT name FROM sqlite_schema WHERE type = 'table'")]
    return {name: sorted(rows(demo, f'SELECT * FROM "{name}"'), key=repr) for name in tables}  # noqa: S608


# --- the register ---


def test_every_oddity_is_printed_with_its_row(demo: DemoRun) -> None:
    loud = re.findall(r"^  \[(?:注意|不可)\] (\d+)行目 (.*)$", demo.printed, flags=re.MULTILINE)
    assert [int(row) for row, _ in loud] == list(ODDITIES)
    for row, text in loud:
        assert ODDITIES[int(row)] in text
        assert text.endswith("ください。")
    quiet = re.findall(r"^  \[参考\] ([^\s:]+):? (.*)$", demo.printed, flags=re.MULTILINE)
    told = {(column, row) for column, text in quiet for row in rows_named(text)}
    loose = {2, 7, 8, 10}  # 下旬・末日
    assert {("プラン期間", row) for row in loose} <= told
    assert {("次回モニタリング時期", row) for row in range(2, 32)} <= told  # months without a day
    unfinished = {13, 16, 18, 21, 24, 26, 27, 28, 29, 30}  # 終・再 H 年 月 日
    assert {("プラン評価", row) for row in unfinished} <= told
    assert ("支援調整会議開催日", 31) in told  # No. 22 out of order
    spaced = {2, 4, 9, 10, 14, 19, 25}
    assert {("プラン評価", row) for row in spaced} <= told
    assert ("支援決定日", 6) in told


def rows_named(text: str) -> set[int]:
    """The rows that a line of remarks is about: 「2行目「H25年9月」、3行目「H25年9月」」 or 「13、16行目 … 」."""
    listed = re.findall(r"([\d、]+)行目", text.partition(" … ")[0])
    return {int(row) for group in listed for row in group.split("、") if row}


def test_the_register_stays_thirty_plans_of_twenty_two_cases(demo: DemoRun) -> None:
    assert rows(demo, "SELECT count(*) FROM plan") == [(30,)]
    assert rows(demo, "SELECT count(*) FROM client") == [(22,)]
    assert rows(demo, "SELECT count(*) FROM plan WHERE import_id IS NULL") == [(0,)]
    assert rows(demo, "SELECT count(DISTINCT met_on) FROM plan") == [(17,)]


# --- the office ---


def test_both_bodies_stand_with_members_of_all_four_districts(demo: DemoRun) -> None:
    assert {kind for (kind,) in rows(demo, "SELECT kind FROM committee")} == {"支援調整会議", "圏域会議"}
    lived = rows(
        demo,
        "SELECT DISTINCT district FROM residence JOIN appointment USING (person_id) "
        "WHERE capacity IN ('委員', 'アドバイザー委員')",
    )
    assert {district for (district,) in lived} == {"釧路", "阿寒", "阿寒湖畔", "音別", "地区外"}
    offices = rows(demo, "SELECT office, count(DISTINCT person_id) FROM office_holding GROUP BY office")
    assert dict(offices) == {"委員長": 1, "副委員長": 2, "会長": 1, "副会長": 1, "事務局長": 1}


def test_terms_statuses_and_kinship_are_on_record(demo: DemoRun) -> None:
    terms = rows(
        demo,
        "SELECT DISTINCT valid_from, valid_to FROM appointment JOIN committee ON committee_id = committee.id "
        "WHERE kind = '支援調整会議' AND predecessor_id IS NULL",
    )
    assert set(terms) == {("2013-10-01", "2014-04-01"), ("2014-04-01", "2015-04-01")}
    substitute = rows(demo, "SELECT valid_from, valid_to FROM appointment WHERE predecessor_id IS NOT NULL")
    assert substitute == [("2014-02-01", "2014-04-01")]
    statuses = rows(
        demo, "SELECT DISTINCT is_public_employee, service_class, working_time FROM service_status"
    )
    assert {(0, None, None), (1, "一般職", "常勤"), (1, "特別職", "非常勤")} <= set(statuses)
    kin = rows(
        demo,
        "SELECT person.name, case_number, path FROM kinship_declaration "
        "JOIN person ON person_id = person.id JOIN client ON client_id = client.id",
    )
    assert set(kin) == {("塘路 五郎", 15, "P>C>C"), ("川湯 六郎", 13, "C>S")}


# --- the meeting ---


def test_nine_plans_of_five_cases_are_linked_to_rows_of_the_register(demo: DemoRun) -> None:
    found = rows(
        demo,
        "SELECT case_number, plan.number, reason, outcome, import_id IS NOT NULL FROM agenda_item "
        "JOIN meeting ON meeting_id = meeting.id JOIN plan ON plan_id = plan.id "
        "JOIN client ON client_id = client.id JOIN item_record ON item_id = agenda_item.id "
        "WHERE meeting.number = 19 ORDER BY position",
    )
    told = {f"No.{case} プラン{plan} {reason}": outcome for case, plan, reason, outcome, _ in found}
    assert list(told.items()) == list(ITEMS.items())
    assert [reason for _, _, reason, _, _ in found].count("評価") == 5
    assert [reason for _, _, reason, _, _ in found].count("新規") == 4
    assert {case for case, *_ in found} == {9, 11, 13, 14, 15}
    assert {imported for *_, imported in found} == {1}


def test_what_was_due_and_not_taken_is_deferred_with_its_reason(demo: DemoRun) -> None:
    found = rows(
        demo,
        "SELECT case_number, plan.number, reason, why FROM deferral JOIN plan ON plan_id = plan.id "
        "JOIN client ON client_id = client.id ORDER BY case_number",
    )
    told = {f"No.{case} プラン{plan} {reason}": why for case, plan, reason, why in found}
    assert list(told) == list(DEFERRED)
    for title, why in told.items():
        assert DEFERRED[title] in why
        assert f"  {title} … {why}" in demo.printed


def test_the_summary_is_printed(demo: DemoRun) -> None:
    for title, outcome in ITEMS.items():
        assert f"  {title} … {outcome}\n" in demo.printed
    for name, (decision, _, _) in PAY.items():
        assert re.search(rf"^  {re.escape(name)}（.+） {decision} ", demo.printed, flags=re.MULTILINE)
    assert (
        "支給調書第1号（確定）: 8名 差引 53,000円\n  総合振込 平成26年3月26日 8件 53,000円\n" in demo.printed
    )
    listed = [line.strip() for line in demo.printed.splitlines()[-len(PRODUCTS) :]]
    assert sorted(listed) == [f"output/{name}" for name in PRODUCTS]


# --- agenda.json and packet.zip ---

AGENDA = [
    (9, 2, "支援の評価", "評価", "2014-03-31", 10),
    (9, 3, "支援の調整", "新規", None, 15),
    (11, 1, "支援の評価", "評価", "2014-03-31", 10),
    (11, 2, "支援の調整", "新規", None, 15),
    (13, 2, "支援の評価", "評価", "2014-03-31", 10),
    (13, 3, "支援の調整", "新規", None, 15),
    (14, 1, "支援の評価", "評価", "2014-03-31", 10),
    (15, 1, "支援の評価", "評価", "2014-03-31", 10),
    (15, 2, "支援の調整", "新規", None, 15),
]


def test_the_agenda_is_written_out(demo: DemoRun) -> None:
    items = json.loads((demo.output / "agenda.json").read_text(encoding="utf-8"))
    keys = ("case", "plan", "purpose", "reason", "deadline", "minutes")
    assert [tuple(item[key] for key in keys) for item in items] == AGENDA


SITS_IN_ON = {
    "丹頂一郎": {9, 11, 13, 14, 15},
    "温根内八重": {9, 11},
    "塘路五郎": {15},
    "雪里真": {14},
    "茶内律": {9},
    "本人（No.14）": {14},
}


def folders(demo: DemoRun) -> dict[str, dict[str, bytes]]:
    """The packet by name of the participant: file names and contents."""
    found: dict[str, dict[str, bytes]] = {}
    with zipfile.ZipFile(demo.output / "packet.zip") as archive:
        for name in archive.namelist():
            folder, file = name.split("/")
            found.setdefault(folder.split("_", 1)[1], {})[file] = archive.read(name)
    return found


def every_word(document: bytes) -> str:
    """Every word of a Word file: body, headers, footers and properties."""
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        parts = [name for name in archive.namelist() if name.endswith(".xml")]
        return "".join(
            re.sub(r"<[^>]+>", "", archive.read(name).decode()) for name in parts if "styles" not in name
        )


def test_everybody_has_a_folder_with_their_own_cases_only(demo: DemoRun) -> None:
    packet = folders(demo)
    assert len(packet) == 17
    for name, cases in SITS_IN_ON.items():
        papers = {file: every_word(content) for file, content in packet[name].items()}
        assert {int(n) for file in papers for n in re.findall(r"個別資料No\.(\d+)", file)} == cases
        for other in {9, 11, 13, 14, 15} - cases:
            assert not any(re.search(rf"No\.{other}\b", text) for text in papers.values()), (name, other)


def test_who_leaves_the_table_gets_no_paper_for_it(demo: DemoRun) -> None:
    """川湯 六郎 leaves for the evaluation of No. 13 and stays for its new plan."""
    files = " ".join(folders(demo)["川湯六郎"])
    assert "No.13プラン3" in files
    assert "No.13プラン2" not in files


# --- assessments.json ---


def assessments(demo: DemoRun) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((demo.output / "assessments.json").read_text(encoding="utf-8"))
    return found


def test_each_attendance_has_one_assessment_with_just_these_keys(demo: DemoRun) -> None:
    found = assessments(demo)
    for one in found:
        assert set(one) == {"name", "decision", "honorarium", "travel", "citations", "steps"}
        assert {type(one["honorarium"]), type(one["travel"])} <= {int, type(None)}
    (expected,) = rows(
        demo,
        "SELECT count(*) FROM attendance JOIN meeting ON meeting_id = meeting.id WHERE meeting.number = 19",
    )[0]
    assert len(found) == expected == len({one["name"] for one in found})


@pytest.mark.parametrize("name", PAY)
def test_each_person_is_paid_as_the_regulation_says(demo: DemoRun, name: str) -> None:
    (found,) = [one for one in assessments(demo) if one["name"] == name]
    assert (found["decision"], found["honorarium"], found["travel"]) == PAY[name]


def test_nobody_else_is_assessed(demo: DemoRun) -> None:
    assert {one["name"] for one in assessments(demo)} == set(PAY)


def test_results_name_their_articles_and_steps(demo: DemoRun) -> None:
    found = {one["name"]: one for one in assessments(demo)}
    assert {"第7条第1項", "第7条第2項", "第7条第3項①", "第7条第3項②"} <= set(found["湿原 花子"]["citations"])
    assert "第7条第4項" in found["塘路 五郎"]["citations"]
    assert "第7条第4項" in found["本人（No.14）"]["citations"]
    assert "第7条第1項" in found["鶴野 あかり"]["citations"]
    assert found["達古武 十和"]["citations"] == []
    for one in found.values():
        assert one["steps"]
        for step in one["steps"]:
            assert {"label", "result", "inputs", "citations", "note"} <= set(step)
    total = found["湿原 花子"]["steps"][-1]
    assert (total["label"], total["result"]) == ("計", 9000)


# --- minutes.docx ---


@cache
def paper(path: Path) -> Document:
    return docx.Document(str(path))


def minutes(demo: DemoRun) -> Document:
    return paper(demo.output / "minutes.docx")


def words(document: Document) -> str:
    """The text of the body, tables too, a line a paragraph."""
    body = document.element.body
    return "\n".join(
        "".join(node.text or "" for node in paragraph.iter(qn("w:t"))) for paragraph in body.iter(qn("w:p"))
    )


def test_the_minutes_are_a4_portrait(demo: DemoRun) -> None:
    for section in minutes(demo).sections:
        size = (section.page_width, section.page_height)
        assert [
            abs((length or 0) - wanted) < Mm(1)
            for length, wanted in zip(size, (Mm(210), Mm(297)), strict=True)
        ] == [
            True,
            True,
        ]


def test_japanese_type_is_set_for_every_style_that_sets_type(demo: DemoRun) -> None:
    fonts = [
        element
        for style in minutes(demo).styles.element.iter(qn("w:style"))
        for element in style.iter(qn("w:rFonts"))
    ]
    assert fonts
    for element in fonts:
        assert element.get(qn("w:eastAsia"))
        assert element.get(qn("w:eastAsiaTheme")) is None
    normal = minutes(demo).styles["Normal"].element
    assert "明朝" in normal.find(qn("w:rPr")).find(qn("w:rFonts")).get(qn("w:eastAsia"))


def test_headings_go_down_one_level_at_a_time(demo: DemoRun) -> None:
    levels = [
        int(paragraph.style.name.removeprefix("Heading "))
        for paragraph in minutes(demo).paragraphs
        if paragraph.style is not None and (paragraph.style.name or "").startswith("Heading ")
    ]
    assert levels[0] == 1
    assert len(set(levels)) >= 2
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_header_and_footer_hold_the_document_number_and_page_fields(demo: DemoRun) -> None:
    section = minutes(demo).sections[0]
    fields = [
        (node.get(qn("w:instr")) or node.text or "").split()[0]
        for part in (section.header, section.footer, section.first_page_header, section.first_page_footer)
        for tag in ("w:instrText", "w:fldSimple")
        for node in part._element.iter(qn(tag))
        if (node.get(qn("w:instr")) or node.text or "").strip()
    ]
    assert {"PAGE", "NUMPAGES"} <= set(fields)
    assert "見本協第19号" in words(minutes(demo)) + "".join(
        paragraph.text for paragraph in section.header.paragraphs
    )


def test_the_minutes_tell_the_nine_items_in_order(demo: DemoRun) -> None:
    headings = [
        paragraph.text
        for paragraph in minutes(demo).paragraphs
        if paragraph.style is not None and (paragraph.style.name or "").startswith("Heading")
    ]
    titled = [title for heading in headings for title in ITEMS if title in heading]
    assert titled == list(ITEMS)


def test_the_minutes_tell_who_presided_who_was_absent_and_what_was_deferred(demo: DemoRun) -> None:
    text = words(minutes(demo))
    for expected in (
        "第19回",
        "平成26年3月25日",
        "丹頂 一郎",
        "見本市民活動センター",
        "急な所用のため",
        "第5条第4項",
        "受入れ先に朝の送迎を相談する",
        "第20回 平成26年3月28日",
        "保証人がいない人に貸す家主が足りない。",
    ):
        assert expected in text
    for title, reason in DEFERRED.items():
        assert title in text
        assert reason in text


def test_the_minutes_print_as_they_should(demo: DemoRun, tmp_path: Path) -> None:
    reader = PdfReader(to_pdf(demo.output / "minutes.docx", tmp_path))
    assert 2 <= len(reader.pages) <= 12
    size = reader.pages[0].mediabox
    assert [round(float(length) / 72 * 25.4) for length in (size.width, size.height)] == [210, 297]
    printed = re.sub(r"\s", "", "".join(page.extract_text() for page in reader.pages))
    for title in (*ITEMS, *DEFERRED):
        assert re.sub(r"\s", "", title) in printed
    fonts = {
        str(font.get_object()["/BaseFont"])
        for page in reader.pages
        for font in page["/Resources"]["/Font"].values()  # type: ignore[index]
    }
    assert any("BIZ" in font or "Noto" in font for font in fonts)


# --- invitation.ics ---


def test_the_invitation_is_one_request_in_japanese_time(demo: DemoRun) -> None:
    raw = (demo.output / "invitation.ics").read_bytes()
    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))
    calendar = vobject.readOne(raw.decode("utf-8"))
    assert calendar.method.value == "REQUEST"
    (event,) = calendar.vevent_list
    assert event.summary.value == "第19回 支援調整会議"
    assert event.dtstart.value == datetime(2014, 3, 25, 10, tzinfo=TOKYO)
    assert event.dtend.value == datetime(2014, 3, 25, 12, tzinfo=TOKYO)
    assert (event.status.value, event.location.value) == ("CONFIRMED", "見本市民活動センター 会議室1")
    assert event.organizer.value == "mailto:jimukyoku@example.jp"


def test_those_decided_are_invited_and_no_client_is(demo: DemoRun) -> None:
    calendar = vobject.readOne((demo.output / "invitation.ics").read_text(encoding="utf-8"))
    invited = {one.params["CN"][0]: one.params["ROLE"][0] for one in calendar.vevent.attendee_list}
    assert set(invited) == set(PAY) - {"本人（No.14）"}
    assert [name for name, role in invited.items() if role == "CHAIR"] == ["丹頂 一郎"]
    text = (demo.output / "invitation.ics").read_text(encoding="utf-8").replace("\r\n ", "")
    assert not re.search(r"No\.\d", text)
    addresses = [one.value.removeprefix("mailto:") for one in calendar.vevent.attendee_list]
    assert all(re.fullmatch(r"person\d\d@example\.jp", address) for address in addresses)
    assert len(set(addresses)) == len(addresses)


def test_a_status_is_said_once(demo: DemoRun) -> None:
    told = (demo.output / "assessments.json").read_text(encoding="utf-8")
    assert "公務員でない。平成25年10月1日の申告" in told
    assert "公務員でない、公務員でない" not in told


# --- regional-summary.csv ---


def regional(demo: DemoRun) -> list[dict[str, str]]:
    raw = (demo.output / "regional-summary.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline="")))


def test_the_summary_shows_some_numbers_and_hides_others(demo: DemoRun) -> None:
    table = regional(demo)
    assert list(table[0]) == ["category", "municipality", "count"]
    counts = [row["count"] for row in table]
    shown = [int(count) for count in counts if count != "秘匿"]
    assert all(count == 0 or count >= 10 for count in shown)
    assert 0 in shown
    assert any(count >= 10 for count in shown)
    assert "秘匿" in counts


def test_the_summary_has_every_category_and_municipality(demo: DemoRun) -> None:
    table = regional(demo)
    towns = ["釧路市", "釧路町", "厚岸町", "浜中町", "標茶町", "弟子屈町", "鶴居村", "白糠町"]
    assert list(dict.fromkeys(row["municipality"] for row in table)) == [*towns, "計"]
    assert len({row["category"] for row in table}) == 14 + 1
    assert len(table) == (14 + 1) * (8 + 1)


def test_small_numbers_of_the_story_are_hidden(demo: DemoRun) -> None:
    table = {(row["category"], row["municipality"]): row["count"] for row in regional(demo)}
    assert table["移動", "厚岸町"] == "17"
    assert table["移動", "釧路市"] == "30"  # 29 brought in, one raised at the meeting
    assert table["DV・虐待", "釧路市"] == "秘匿"
    assert table["DV・虐待", "釧路町"] == "0"
    assert table["住まい・保証人", "弟子屈町"] == "秘匿"


# --- again, and elsewhere ---


def test_a_second_run_changes_neither_rows_nor_bytes(demo: DemoRun) -> None:
    before = dump(demo), {name: (demo.output / name).read_bytes() for name in PRODUCTS}
    printed = run_demo(demo.data.parent)
    assert "見本のデータはもうあります" in printed
    assert {path.name for path in demo.output.iterdir()} == set(PRODUCTS)
    assert {name: (demo.output / name).read_bytes() for name in PRODUCTS} == before[1]
    after = dump(demo)
    assert {name: len(found) for name, found in after.items()} == {
        name: len(found) for name, found in before[0].items()
    }
    assert after == before[0]


def test_papers_that_cannot_be_written_are_a_sentence(demo: DemoRun, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = subprocess.run(
        [sys.executable, "-m", "meetings_app", "demo", "--no-serve", "--data", demo.data, "--output", "file"],
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("書類を「file」に書き出せません")
    assert done.stderr.count("\n") == 1


def test_the_folder_of_a_real_office_is_refused_and_left_alone(tmp_path: Path) -> None:
    def run(*arguments: str, given: str = "") -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "meetings_app", *arguments],
            cwd=tmp_path,
            env=environment(),
            input=given,
            capture_output=True,
            text=True,
            timeout=60,
        )

    made = run("init", "--office", "協議会", "--data", "d", "--password-stdin", given="a quiet harbour\n")
    assert made.returncode == 0, made.stderr
    database = tmp_path / "d" / "meetings.sqlite3"
    before = database.read_bytes()
    refused = run("demo", "--data", "d", "--no-serve")
    assert refused.returncode == 1
    assert "実際の事務所のデータがあります" in refused.stderr
    assert refused.stderr.count("\n") == 1
    assert database.read_bytes() == before
    assert not (tmp_path / "demo-output").exists()


def test_the_demonstration_serves_until_it_is_told_to_stop(demo: DemoRun) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "meetings_app", "demo", "--data", "data", "--output", "output", "--port", "0"],
        cwd=demo.data.parent,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        printed = read_until(process, "終わるときは", seconds=40)
        (address,) = re.findall(r"^画面: (http://127\.0\.0\.1:\d+)$", printed, flags=re.MULTILINE)
        for account in ACCOUNTS:
            assert f"  {account.role}: {account.login} / {PASSWORD}\n" in printed
        with httpx.Client(trust_env=False, timeout=10) as client:
            answer = client.get(f"{address}/login")
        assert answer.status_code == 200
        assert 'type="password"' in answer.text
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=15)
        assert (process.returncode, errors) == (0, "")
        with pytest.raises(ProcessLookupError):
            os.killpg(process.pid, 0)
        with pytest.raises(httpx.ConnectError), httpx.Client(trust_env=False, timeout=5) as client:
            client.get(f"{address}/login")
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate(timeout=10)


def read_until(process: "subprocess.Popen[str]", mark: str, seconds: float) -> str:
    """Return what the process prints up to and with the line that holds `mark`."""
    assert process.stdout is not None
    stream, printed = process.stdout.fileno(), b""
    until = time.monotonic() + seconds
    while mark not in printed.decode(errors="ignore"):
        ready, _, _ = select.select([stream], [], [], max(0, until - time.monotonic()))
        chunk = os.read(stream, 65536) if ready else b""
        assert chunk, f"the program printed only: {printed.decode()}"
        printed += chunk
    return printed.decode()
