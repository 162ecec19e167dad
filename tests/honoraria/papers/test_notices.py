"""支払明細書 and 領収書, read back as structure, as an archive and as printed."""

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from docx.document import Document
from docx.oxml.ns import qn
from pypdf import PdfReader

from honoraria.papers.notices import notice_word, notices_word, notices_zip, receipt_word, receipts_word
from honoraria.rules.compose import payees
from honoraria.rules.sheet import Payee, Sheet
from meetings_app.core.errors import Refused
from meetings_app.core.terms import RunStatus
from tests.honoraria.papers.reading import (
    NOTICE_HEADINGS,
    RECEIPT_HEADINGS,
    fact,
    grid,
    grids,
    number,
    numbers,
    opened,
    texts,
)
from tests.honoraria.papers.sample import FINAL_STAGE, ISSUED, PEOPLE, corrections_alone, draft, final
from tests.office import to_pdf

ACCOUNT = "釧路信用金庫　本店　普通　****567"
NETS = {
    "p-1": 11_490, "p-2": 4_490, "p-3": 6_490, "p-4": 5_490, "p-5": 4_490, "p-6": 4_490, "p-7": 5_490,
    "p-8": 0, "p-9": 0, "p-10": 0, "p-11": 5_490, "p-12": 0, "p-13": -4_490, "p-15": -6_490,
}  # fmt: skip
"""差引 of every person, typed by hand; 丹頂 is paid 8,490 and a correction of 3,000."""


def person(key: str, sheet: Sheet | None = None) -> Payee:
    return next(one for one in payees((sheet or final()).content) if one.person_id == key)


@cache
def notice(key: str) -> Document:
    return opened(notice_word(final(), person(key), issued_on=ISSUED, account_text=ACCOUNT))


@cache
def receipt(key: str) -> Document:
    return opened(receipt_word(final(), person(key), issued_on=ISSUED))


def titles(document: Document) -> list[str]:
    return [
        paragraph.text
        for paragraph in document.paragraphs
        if paragraph.style is not None and paragraph.style.name == "Title"
    ]


# --- 支払明細書 -------------------------------------------------------------------------------------------


def test_a_notice_names_person_payer_number_and_day() -> None:
    assert texts(notice("p-2"))[:6] == [
        "支給調書第7号",
        "令和8年11月21日",
        "𠮷野社会福祉士事務所",
        "𠮷野 髙子　様",
        "一般社団法人くしろ生活支援協議会",
        "くしろ生活相談支援センター事務局",
    ]
    assert titles(notice("p-2")) == ["支払明細書"]
    assert "第19回支援調整会議の報酬を、次のとおり支払います。" in texts(notice("p-2"))


def test_amounts_of_every_line_and_their_sum() -> None:
    assert grid(notice("p-1"), *NOTICE_HEADINGS) == [
        ("第19回\n（令和8年11月19日）", "委員", "支給", "5,000", "4,000", "510", "8,490"),
        ("第18回\n（令和8年10月15日）", "委員", "支給\n（訂正）", "0", "3,000", "0", "3,000"),
        ("合計", "", "", "5,000", "7,000", "510", "11,490"),
    ]


def test_the_account_is_printed_as_given() -> None:
    assert fact(notice("p-2"), "差引支払額") == ["4,490円"]
    assert fact(notice("p-2"), "振込先") == [ACCOUNT]


def test_without_an_account_the_notice_says_so() -> None:
    content = notice_word(final(), person("p-2"), issued_on=ISSUED, account_text="")
    assert fact(opened(content), "振込先") == ["登録なし（支払の方法は別にお知らせします。）"]


def test_the_story_in_sentences_with_articles() -> None:
    found = texts(notice("p-3"))
    assert "・　報酬　5,000円。1回の額（第7条第3項①）。" in found
    assert (
        "・　旅費　2,000円。居住地 音別地区、会場 釧路地区。この日に旅費の付く先の会議なし（第7条第3項②）。"
        in found
    )
    assert any(text.startswith("・　源泉　510円。報酬 5,000円 × 10.21％、円未満切捨て") for text in found)


@pytest.mark.parametrize(
    ("key", "reason"),
    [
        ("p-8", "○　事務局員。支給を受ける区分ではありません（第7条第1項）。"),
        ("p-9", "○　釧路市職員（一般職・常勤）。公務員（第7条第4項）。"),
        ("p-10", "○　出た案件のすべてで本人の4親等以内の家族（母）（第7条第4項）。"),
        ("p-12", "○　令和8年11月18日の書面により辞退。"),
    ],
)
def test_who_is_paid_nothing_is_told_why(key: str, reason: str) -> None:
    found = texts(notice(key))
    assert reason in found
    assert "第19回支援調整会議の報酬及び旅費については、次の理由により、今回支払う額はありません。" in found
    assert fact(notice(key), "振込先") == []


def test_individual_decision_with_its_reason() -> None:
    document = notice("p-11")
    assert fact(document, "決定") == ["阿寒地区の額を用いる\n報酬 5,000円、旅費 1,000円"]
    assert fact(document, "理由") == ["当日は阿寒の自宅から釧路の支所まで来て、支所の機器で参加したため。"]
    assert fact(document, "決定した者・日") == ["白糠 恵　令和8年11月20日"]


def test_a_correction_upwards_with_original_and_difference() -> None:
    document = notice("p-1")
    assert titles(document) == ["支払明細書（訂正）"]
    assert fact(document, "訂正前（支給調書第6号）") == ["報酬 5,000円、旅費 1,000円"]
    assert fact(document, "訂正後") == ["報酬 5,000円、旅費 4,000円"]
    assert fact(document, "差額") == ["報酬 0円、旅費 3,000円"]


def test_who_was_paid_too_much_is_asked_to_return_it() -> None:
    document = notice("p-15")
    assert titles(document) == ["支払明細書（訂正）及び返納のお願い"]
    assert fact(document, "返納していただく額") == ["6,490円"]
    assert fact(document, "訂正前（支給調書第5号）") == ["報酬 5,000円、旅費 2,000円"]
    assert fact(document, "差額") == ["報酬 △5,000円、旅費 △2,000円"]
    assert fact(document, "振込先") == []


def test_who_turned_out_absent_is_asked_to_return_it_all() -> None:
    assert fact(notice("p-13"), "返納していただく額") == ["4,490円"]
    assert fact(notice("p-13"), "訂正の理由") == ["欠席のため、支給の対象はありません。"]


def test_all_notices_in_one_document_each_on_pages_of_its_own() -> None:
    accounts = {"p-1": ACCOUNT}
    document = opened(notices_word(final(), issued_on=ISSUED, accounts=accounts))
    tables = grids(document, *NOTICE_HEADINGS)
    assert sorted(number(rows[-1][6]) for rows in tables) == sorted(NETS.values())
    assert len(document.sections) == len(titles(document)) == len(NETS)
    starts = [section._sectPr.find(qn("w:pgNumType")).get(qn("w:start")) for section in document.sections]
    assert set(starts) == {"1"}
    assert fact(document, "振込先").count(ACCOUNT) == 1


def test_absentees_get_no_notice() -> None:
    absent_only = final([*PEOPLE[:1], PEOPLE[12]])
    assert titles(opened(notices_word(absent_only, issued_on=ISSUED, accounts={}))) == ["支払明細書"]


# --- 領収書 -----------------------------------------------------------------------------------------------


def test_a_receipt_over_the_net_amount() -> None:
    document = receipt("p-3")
    found = texts(document)
    assert "一般社団法人くしろ生活支援協議会　御中" in found
    assert "金　6,490円也" in found
    assert "ただし、第19回支援調整会議の報酬及び旅費として、上記の金額を受領しました。" in found
    assert grid(document, *RECEIPT_HEADINGS)[-1] == ("合計", "", "", "5,000", "2,000", "510", "6,490")


def test_a_receipt_leaves_day_address_and_name_to_be_written() -> None:
    document = receipt("p-3")
    assert fact(document, "住所") == [""]
    assert fact(document, "氏名") == ["印　"]
    assert re.sub(r"\s", "", fact(document, "受領日")[0]) == "年月日"
    assert "収入印紙" not in "".join(texts(document))


def test_a_receipt_says_what_it_includes() -> None:
    assert (
        "ただし、第19回支援調整会議の報酬及び旅費（支援調整会議第18回（令和8年10月15日）の訂正分を含む。）として、"
        "上記の金額を受領しました。" in texts(receipt("p-1"))
    )


def test_a_receipt_for_a_correction_alone() -> None:
    sheet = corrections_alone()
    document = opened(receipt_word(sheet, person("p-1", sheet), issued_on=ISSUED))
    assert (
        "ただし、支援調整会議第18回（令和8年10月15日）の旅費の訂正分として、上記の金額を受領しました。"
        in texts(document)
    )


@pytest.mark.parametrize("key", ["p-8", "p-12", "p-15"])
def test_no_receipt_without_a_payment(key: str) -> None:
    with pytest.raises(Refused, match="支払明細書を渡してください"):
        receipt_word(final(), person(key), issued_on=ISSUED)


def test_receipts_of_all_who_are_paid() -> None:
    document = opened(receipts_word(final(), issued_on=ISSUED))
    sums = [numbers(rows[-1], 6, 7)[0] for rows in grids(document, *RECEIPT_HEADINGS)]
    assert sorted(sums) == sorted(net for net in NETS.values() if net > 0)


def test_receipts_for_nobody_are_refused() -> None:
    with pytest.raises(Refused, match="支払いを受ける人がいない"):
        receipts_word(final(PEOPLE[7:10]), issued_on=ISSUED)


# --- before the sheet is final ----------------------------------------------------------------------------


@pytest.mark.parametrize("status", [RunStatus.DRAFT, RunStatus.CHECKED, RunStatus.APPROVED])
def test_nobody_is_told_anything_before_the_sheet_is_final(status: RunStatus) -> None:
    sheet = replace(draft(), stage=replace(FINAL_STAGE, status=status))
    payee = payees(sheet.content)[0]
    writers: tuple[Callable[[], bytes], ...] = (
        lambda: notice_word(sheet, payee, issued_on=ISSUED, account_text=""),
        lambda: notices_word(sheet, issued_on=ISSUED, accounts={}),
        lambda: receipt_word(sheet, payee, issued_on=ISSUED),
        lambda: receipts_word(sheet, issued_on=ISSUED),
        lambda: notices_zip(sheet, issued_on=ISSUED, accounts={}),
    )
    told = f"第7号はまだ確定していません（{status}）.*確定してから作ってください"
    for write in writers:
        with pytest.raises(Refused, match=told):
            write()


def test_a_sheet_of_absentees_has_no_notices() -> None:
    with pytest.raises(Refused, match="支払明細書を渡す人がいません"):
        notices_word(final(PEOPLE[12:13]), issued_on=ISSUED, accounts={})


# --- the archive ------------------------------------------------------------------------------------------


def test_zip_names() -> None:
    with zipfile.ZipFile(io.BytesIO(notices_zip(final(), issued_on=ISSUED, accounts={}))) as archive:
        names = archive.namelist()
        flags = {entry.flag_bits & 0x800 for entry in archive.infolist()}
        assert archive.testzip() is None
    assert flags == {0x800}
    assert len(names) == len(set(names)) == 14 + 8
    assert {
        "支払明細書_第19回_丹頂一郎.docx", "領収書_第19回_丹頂一郎.docx",
        "支払明細書_第19回_𠮷野髙子.docx", "領収書_第19回_﨑田実.docx",
        "支払明細書_第19回_佐藤花子.docx", "支払明細書_第19回_佐藤花子_2.docx",
        "領収書_第19回_佐藤花子.docx", "領収書_第19回_佐藤花子_2.docx",
        "支払明細書_第19回_白糠昇.docx", "支払明細書_第19回_厚岸花.docx",
        "支払明細書_第19回_=HYPERLINK(”http：／／example.invalid”,”押す”.docx",
    } <= set(names)  # fmt: skip
    assert not [name for name in names if name in {"領収書_第19回_白糠昇.docx", "領収書_第19回_厚岸花.docx"}]


def test_the_two_of_one_name_get_their_own_papers() -> None:
    with zipfile.ZipFile(io.BytesIO(notices_zip(final(), issued_on=ISSUED, accounts={}))) as archive:
        first, second = (
            grid(opened(archive.read(f"支払明細書_第19回_佐藤花子{mark}.docx")), *NOTICE_HEADINGS)[-1]
            for mark in ("", "_2")
        )
    assert (first[6], second[6]) == ("4,490", "5,490")


def test_equal_sheets_give_equal_bytes() -> None:
    accounts = {"p-1": ACCOUNT}
    first = notices_zip(final(), issued_on=ISSUED, accounts=accounts)
    assert first == notices_zip(final(), issued_on=ISSUED, accounts=accounts)
    assert receipts_word(final(), issued_on=ISSUED) == receipts_word(final(), issued_on=ISSUED)


# --- as printed -------------------------------------------------------------------------------------------


def pages_of(content: bytes, folder: Path) -> list[str]:
    file = folder / "paper.docx"
    file.write_bytes(content)
    return [re.sub(r"\s", "", page.extract_text()) for page in PdfReader(to_pdf(file, folder)).pages]


def test_a_printed_notice_takes_one_page(tmp_path: Path) -> None:
    (page,) = pages_of(notice_word(final(), person("p-3"), issued_on=ISSUED, account_text=ACCOUNT), tmp_path)
    assert "支払明細書" in page
    assert "6,490円" in page
    assert "****567" in page


def test_printed_receipts_take_one_page_each(tmp_path: Path) -> None:
    pages = pages_of(receipts_word(final(), issued_on=ISSUED), tmp_path)
    assert len(pages) == 8
    assert all("領収書" in page and "円也" in page and "印" in page for page in pages)
