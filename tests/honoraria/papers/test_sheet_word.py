"""支給調書 in Word, read back as structure and as printed."""

import io
import re
import zipfile
from dataclasses import replace
from functools import cache
from pathlib import Path

from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from pypdf import PdfReader

from honoraria.papers.sheet_word import sheet_word
from honoraria.papers.wording import listed
from meetings_app.core.terms import RunStatus
from tests.honoraria.papers.reading import (
    LINE_HEADINGS,
    Rows,
    fact,
    grid,
    grids,
    number,
    numbers,
    opened,
    texts,
)
from tests.honoraria.papers.sample import (
    AMOUNTS,
    DRAFT_STAGE,
    FORMULA_NAME,
    LONG_NAME,
    PEOPLE,
    SHA,
    SUMS,
    corrections_alone,
    draft,
    final,
)
from tests.office import to_pdf

STEP_HEADINGS = ("手順", "見た事実", "結果", "根拠", "説明")


@cache
def paper() -> Document:
    return opened(sheet_word(final()))


def lines() -> Rows:
    return grid(paper(), *LINE_HEADINGS)


def head(document: Document) -> dict[str, str]:
    cells = [cell.text for row in document.tables[0].rows for cell in row.cells[:4]]
    return dict(zip(cells[::2], cells[1::2], strict=True))


def row_of(name: str) -> tuple[str, ...]:
    return next(row for row in lines() if row[1] == name)


def test_every_line_with_its_outcome_and_amounts() -> None:
    keys = [line.attendance_id for line in listed(final().content)]
    found = {
        key: (row[5].replace("\n", ""), *numbers(row, 6, 10)) for key, row in zip(keys, lines(), strict=False)
    }
    assert found == AMOUNTS
    assert [row[0] for row in lines()] == [*map(str, range(1, 16)), ""]


def test_total_row() -> None:
    last = lines()[-1]
    assert last[1] == "合計"
    assert numbers(last, 6, 10) == SUMS
    # ten persons: eight paid (one of them with a correction as well) and two who pay back
    assert last[10] == "支払又は返納のある者　10名"


def test_zero_lines_say_why_and_by_which_article() -> None:
    assert row_of("厚岸 花")[10] == "事務局員。支給を受ける区分ではありません（第7条第1項）。"
    assert row_of("弟子屈 守")[10] == "釧路市職員（一般職・常勤）。公務員（第7条第4項）。"
    assert row_of("鶴居 幸")[10] == "出た案件のすべてで本人の4親等以内の家族（母）（第7条第4項）。"
    assert row_of("標津 恵美")[10].startswith("令和8年11月18日の書面により辞退。\n根拠　第7条第1項、")


def test_paid_lines_cite_their_articles() -> None:
    assert row_of("丹頂 一郎")[10] == "第7条第1項、第7条第4項、第7条第3項①、第7条第3項②"


def test_who_receives_nothing_has_no_place_to_stamp() -> None:
    assert row_of("丹頂 一郎")[11] == ""
    assert {row_of(name)[11] for name in ("厚岸 花", "標津 恵美", "白糠 昇", "根室 岬")} == {"―"}


def test_names_stand_as_they_are_written() -> None:
    names = [row[1] for row in lines()]
    assert {"𠮷野 髙子", "﨑田 実", FORMULA_NAME, LONG_NAME} <= set(names)
    assert names.count("佐藤 花子") == 2


def test_absentees_are_named_without_a_line() -> None:
    assert "※　欠席のため支給の対象がない者　根室 岬" in texts(paper())


def test_head() -> None:
    assert head(paper()) == {
        "会議": "釧路市支援調整会議\n第19回支援調整会議",
        "調書番号": "第7号（確定）",
        "日時": "令和8年11月19日（木）午後1時30分から午後3時40分まで",
        "会場と地区": "釧路市総合福祉会館　第2会議室（釧路地区）",
        "規程の版": "支援調整会議の規程　平成26年4月1日改正",
        "源泉の扱い": "報酬・料金、旅費は含めない（令和8年11月2日　会計　白糠 恵）",
        "規程データの\n照合番号": "a3a3a3a3a3a3a3a3",
        "内容の\n照合番号": "5d41402abc4b2a76",
    }


def test_boxes_for_stamps_stand_beside_the_head() -> None:
    table = paper().tables[0]
    assert [cell.text for cell in table.rows[0].cells][-3:] == ["会計", "確認", "承認"]
    boxes = {table.cell(row, 7)._tc for row in range(1, len(table.rows))}
    assert len(boxes) == 1


def test_a_sheet_of_corrections_alone() -> None:
    document = opened(sheet_word(corrections_alone()))
    assert head(document)["会議"] == "釧路市支援調整会議\n支給の訂正"
    assert (head(document)["日時"], head(document)["会場と地区"]) == ("―", "―")
    assert numbers(grid(document, *LINE_HEADINGS)[-1], 6, 10) == (-10_000, 1_000, -1_020, -7_980)


# --- draft and final --------------------------------------------------------------------------------------


def test_a_draft_says_so_everywhere_and_what_is_missing() -> None:
    document = opened(sheet_word(draft()))
    section = document.sections[0]
    assert document.paragraphs[0].text == "支給調書（下書き）"
    assert section.header.paragraphs[0].text.endswith("\t 下書き ")
    assert section.footer.paragraphs[0].text == (
        "支給調書第7号（下書き）\t1 / 1\t内容の照合番号　確定の時に付く"
    )
    assert "(1)　阿寒 岳: 要判断です。判断と理由を記録してください。" in texts(document)
    assert "※　要判断の1件は、合計に含まない。" in texts(document)


def test_a_checked_sheet_is_still_a_draft() -> None:
    checked = replace(draft(), stage=replace(DRAFT_STAGE, status=RunStatus.APPROVED))
    document = opened(sheet_word(checked))
    assert document.paragraphs[0].text == "支給調書（下書き）"
    assert head(document)["調書番号"] == "第7号（承認済み）"


def test_an_open_line_shows_what_is_known_and_stays_out_of_the_sums() -> None:
    rows = grid(opened(sheet_word(draft())), *LINE_HEADINGS)
    assert rows[0][1] == "阿寒 岳"
    assert rows[0][5:10] == ("要判断", "5,000", "未定", "510", "未定")  # 旅費 is not taxed
    assert rows[0][10].startswith("オンラインで出席し、旅費の扱いがまだ決められていません。")
    assert numbers(rows[-1], 6, 10) == SUMS


def test_a_final_sheet_is_no_draft() -> None:
    assert paper().paragraphs[0].text == "支給調書"
    assert "下書き" not in "".join(texts(paper()))
    assert paper().sections[0].header.paragraphs[0].text.endswith("\t 確定 ")


# --- decisions, steps, stages -----------------------------------------------------------------------------


def test_individual_decision_with_person_reason_and_day() -> None:
    rows = grid(paper(), "氏名・会議", "判断を求めた事項", "決定", "報酬", "旅費", "理由", "決定者", "決定日")
    assert rows == [
        (
            "浜中 渡\n第19回（令和8年11月19日）",
            "オンラインで出席し、旅費の扱いがまだ決められていません。旅費をどうしますか。",
            "阿寒地区の額を用いる",
            "5,000",
            "1,000",
            "当日は阿寒の自宅から釧路の支所まで来て、支所の機器で参加したため。",
            "白糠 恵",
            "令和8年11月20日",
        )
    ]


def test_refusal_with_the_day_of_the_letter() -> None:
    assert grid(paper(), "氏名", "会議", "書面の日付", "備考") == [
        ("標津 恵美", "第19回（令和8年11月19日）", "令和8年11月18日", "年度内のすべての会議について")
    ]


def test_corrections_with_before_after_and_difference() -> None:
    rows = grid(paper(), "氏名・会議", "もとの調書", "訂正前", "訂正後", "差額", "源泉", "差引", "理由")
    assert [row[:7] for row in rows] == [
        (
            "丹頂 一郎\n第18回（令和8年10月15日）", "支給調書第6号", "報酬 5,000\n旅費 1,000",
            "報酬 5,000\n旅費 4,000", "報酬 0\n旅費 3,000", "0", "3,000",
        ),
        (
            "白糠 昇\n第17回（令和8年9月17日）", "支給調書第5号", "報酬 5,000\n旅費 2,000",
            "報酬 0\n旅費 0", "報酬 △5,000\n旅費 △2,000", "△510", "△6,490",
        ),
        (
            "根室 岬\n第17回（令和8年9月17日）", "支給調書第5号", "報酬 5,000\n旅費 0",
            "報酬 0\n旅費 0", "報酬 △5,000\n旅費 0", "△510", "△4,490",
        ),
    ]  # fmt: skip
    assert rows[1][7] == "釧路市職員（一般職・非常勤）。公務員（第7条第4項）。"


def test_nothing_of_a_kind_reads_none() -> None:
    document = opened(sheet_word(final(PEOPLE[:2])))
    assert texts(document).count("なし") == 3


def test_stages_with_name_and_moment() -> None:
    assert grid(paper(), "手続", "行った者", "日時") == [
        ("作成", "厚岸 花", "令和8年11月20日（金）午前9時5分"),
        ("確認", "白糠 恵", "令和8年11月20日（金）午前10時30分"),
        ("承認", "標茶 誠", "令和8年11月20日（金）午後4時"),
        ("確定", "白糠 恵", "令和8年11月21日（土）午前9時"),
    ]
    assert fact(paper(), "内容の照合番号") == [SHA]


def test_steps_not_taken_yet() -> None:
    rows = grid(opened(sheet_word(draft())), "手続", "行った者", "日時")
    assert rows[1:] == [("確認", "未了", "―"), ("承認", "未了", "―"), ("確定", "未了", "―")]


def test_every_line_has_its_steps_down_to_the_net() -> None:
    found = grids(paper(), *STEP_HEADINGS)
    assert len(found) == len(AMOUNTS)
    first = found[0]
    assert [row[0] for row in first][-4:] == ["旅費", "計", "源泉", "差引"]
    assert first[0] == (
        "規程", "会議の日: 令和8年11月19日", "平成26年4月1日改正", "附則", "平成26年4月1日改正のもの。会議の日に有効",
    )  # fmt: skip
    assert number(first[-1][2]) == 8490
    assert first[-2][1:4] == (
        "課税対象: 5,000\nこれまでの課税対象: 0\nこれまでの源泉: 0",
        "510円",
        "設定・報酬・料金、所得税法第204条第1項",
    )


def test_steps_of_one_person_stand_together() -> None:
    found = [text for text in texts(paper()) if re.match(r"\d+　.*　第\d+回", text)]
    assert found[:3] == [
        "1　丹頂 一郎　第19回（令和8年11月19日）　支給",
        "2　丹頂 一郎　第18回（令和8年10月15日）　支給（訂正）",
        "3　𠮷野 髙子　第19回（令和8年11月19日）　支給",
    ]


def test_findings_are_notes() -> None:
    assert [
        text for text in texts(paper()) if text.startswith("注1　以後の改正は未確認：支援調整会議設置規程は")
    ]


# --- the file ---------------------------------------------------------------------------------------------


def test_a4_landscape() -> None:
    section = paper().sections[0]
    assert section.orientation == WD_ORIENT.LANDSCAPE
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (297, 210)  # type: ignore[union-attr]


def test_heading_rows_repeat_and_rows_do_not_break() -> None:
    table = next(one for one in paper().tables if one.rows[0].cells[0].text == "番号")
    assert len(list(table._tbl.iter(qn("w:tblHeader")))) == 1
    assert len(list(table._tbl.iter(qn("w:cantSplit")))) == len(table.rows)


def test_equal_sheets_give_equal_bytes_and_name_nobody() -> None:
    content = sheet_word(final())
    assert content == sheet_word(final())
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        properties = archive.read("docProps/core.xml").decode()
    assert "支給調書第7号" in properties
    assert "白糠" not in properties


def test_printed(tmp_path: Path) -> None:
    file = tmp_path / "sheet.docx"
    file.write_bytes(sheet_word(final()))
    pages = [re.sub(r"\s", "", page.extract_text()) for page in PdfReader(to_pdf(file, tmp_path)).pages]
    assert all(f"{count}/{len(pages)}" in page and "確定" in page for count, page in enumerate(pages, 1))
    assert all("受領印" in page for page in pages[:2])
    assert "36,940" in pages[1]
