"""既定の様式: sound templates, and the papers made from them as structure (python-docx)."""

import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import docx
import pytest
from docx.document import Document
from docx.oxml import parse_xml
from docx.oxml.ns import qn

from agenda.papers.contents import (
    ActionLine,
    CasePaper,
    ClientNotice,
    Collection,
    CollectionRow,
    Contact,
    Invitation,
    Roster,
    RosterRow,
    Seat,
    Seating,
)
from agenda.papers.contexts import context_of
from agenda.papers.default_templates import default_template
from agenda.papers.samples import sample_paper
from meetings_app.core.terms import Capacity, DueReason, PaperKind
from meetings_app.documents.filling import SERIAL, fill
from meetings_app.documents.template_check import check_template
from tests.agenda.papers.paper_support import (
    DAY,
    HEAD,
    fact,
    grid_of,
    header_text,
    made,
    opened,
    rows_of,
    texts,
)

LANDSCAPE = (PaperKind.ITEM_LIST, PaperKind.CASE_LIST, PaperKind.COLLECTION)
NO_SERIAL = (PaperKind.INVITATION, PaperKind.COLLECTION, PaperKind.CLIENT_NOTICE)


def template(kind: PaperKind) -> Document:
    return docx.Document(io.BytesIO(default_template(kind)))


def case_sample() -> CasePaper:
    paper = sample_paper(PaperKind.CASE)
    assert isinstance(paper, CasePaper)
    return paper


# --- the templates ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", PaperKind)
def test_a_default_template_passes_the_check_of_uploads(kind: PaperKind) -> None:
    report = check_template(default_template(kind), f"{kind}.docx", context_of(sample_paper(kind)))
    assert report.findings == ()
    assert report.filled is not None


@pytest.mark.parametrize("kind", PaperKind)
def test_every_tag_stands_whole_in_one_run(kind: PaperKind) -> None:
    document = template(kind)
    section = document.sections[0]
    for part in (document.element.body, section.header._element, section.footer._element):
        for node in part.iter(qn("w:t")):
            text = node.text or ""
            assert text.count("{{") == text.count("}}")
            assert text.count("{%") == text.count("%}")


@pytest.mark.parametrize("kind", PaperKind)
def test_no_tag_is_left_in_a_filled_paper(kind: PaperKind) -> None:
    with zipfile.ZipFile(io.BytesIO(made(sample_paper(kind)))) as archive:
        assert archive.testzip() is None
        assert len(archive.namelist()) == len(set(archive.namelist()))
        for name in archive.namelist():
            content = archive.read(name)
            if name.endswith((".xml", ".rels")):
                parse_xml(content)
            assert not [sign for sign in (b"{{", b"{%", b"}}", b"%}", SERIAL.encode()) if sign in content]


@pytest.mark.parametrize("kind", PaperKind)
def test_a_paper_is_a4_with_the_right_side_up(kind: PaperKind) -> None:
    section = opened(sample_paper(kind)).sections[0]
    assert section.page_width is not None
    assert section.page_height is not None
    size = (round(section.page_width.mm), round(section.page_height.mm))
    assert size == ((297, 210) if kind in LANDSCAPE else (210, 297))


@pytest.mark.parametrize("kind", PaperKind)
def test_equal_papers_are_equal_files(kind: PaperKind) -> None:
    default_template.cache_clear()
    first = made(sample_paper(kind))
    default_template.cache_clear()
    assert made(sample_paper(kind)) == first


def bodies(kind: PaperKind) -> Iterator[Any]:
    yield template(kind).element.body
    yield opened(sample_paper(kind)).element.body


@pytest.mark.parametrize("kind", PaperKind)
def test_word_finds_the_tables_in_order(kind: PaperKind) -> None:
    """Every cell ends with a paragraph, and no row has more columns than its table says."""
    for body in bodies(kind):
        for table in body.iter(qn("w:tbl")):
            columns = len(table.find(qn("w:tblGrid")))
            for row in table.iter(qn("w:tr")):
                spans = [cell.find(f"{qn('w:tcPr')}/{qn('w:gridSpan')}") for cell in row.iter(qn("w:tc"))]
                assert sum(1 if span is None else int(span.get(qn("w:val"))) for span in spans) == columns
            for cell in table.iter(qn("w:tc")):
                assert cell[-1].tag == qn("w:p")


@pytest.mark.parametrize(("kind"), PaperKind)
def test_tables_repeat_their_heading_row_and_keep_rows_whole(kind: PaperKind) -> None:
    for table in opened(sample_paper(kind)).element.body.iter(qn("w:tbl")):
        rows = list(table.iter(qn("w:tr")))
        if rows[0].find(f".//{qn('w:tblHeader')}") is not None:
            assert all(row.find(f".//{qn('w:tblHeader')}") is None for row in rows[1:])
        assert all(row.find(f".//{qn('w:cantSplit')}") is not None for row in rows)


# --- what stands in the header ----------------------------------------------------------------------------


def test_a_case_paper_says_number_care_and_serial_at_the_top_right() -> None:
    assert header_text(opened(case_sample())) == "第9回　見本市 支援調整会議\t資料１　 取扱注意 　番号　3"


@pytest.mark.parametrize("kind", PaperKind)
def test_collected_papers_bear_their_serial_number(kind: PaperKind) -> None:
    paper = docx.Document(io.BytesIO(made(sample_paper(kind), serial="17")))
    assert ("番号　17" in header_text(paper)) is (kind not in NO_SERIAL)


def test_a_paper_without_cases_is_not_marked() -> None:
    roster = Roster(HEAD, (RosterRow("委員", "名", "", "", ()),))
    assert header_text(opened(roster)) == "第12回　試験市 支援調整会議\t　番号　3"


# --- 招集通知 ---------------------------------------------------------------------------------------------


def invitation(capacity: Capacity, basis: str) -> Invitation:
    return Invitation(HEAD, "試験 花子", "試験協会", capacity, basis, (), HEAD.starts_at, HEAD.ends_at)


def test_an_invitation_is_a_letter() -> None:
    document = opened(invitation(Capacity.MEMBER, "第5条第1項・第3項"))
    written = texts(document)
    assert written[:7] == [
        "試第3号",
        "令和8年11月10日",
        "試験協会",
        "試験 花子　様",
        "試験市 支援調整会議",
        "事務局　試験センター",
        "第12回　試験市 支援調整会議の開催について（通知）",
    ]
    assert written[written.index("記") + 1 :] == [
        "1　日時令和8年11月25日（水）　午後1時30分から午後3時まで",
        "2　場所試験会館 第2会議室",
        "3　お越しいただく時刻午後1時30分（午後3時に終わる予定です。）",
        "4　区分及び根拠委員　第5条第1項・第3項",
        "5　御出席いただく議題",
        "なし",
        "6　連絡先試験センター　担当　係 一",
        "電話　0100-00-0000",
        "電子メール　a@example.jp",
        "以上",
    ]


def test_who_is_asked_from_outside_is_asked_for_an_opinion() -> None:
    written = texts(opened(invitation(Capacity.INVITEE, "第5条第4項")))
    assert "第12回　試験市 支援調整会議への出席について（依頼）" in written
    assert "4　区分及び根拠意見を聴くため出席を求める方　第5条第4項" in written
    assert [text for text in written if "御意見を伺いたい" in text]
    assert not [text for text in written if "（通知）" in text]


@pytest.mark.parametrize("capacity", [Capacity.CLIENT, Capacity.FAMILY])
def test_a_client_and_their_family_come_for_no_organisation(capacity: Capacity) -> None:
    paper = replace(invitation(capacity, "第5条第3項"), organisation="")
    assert texts(opened(paper))[1:3] == ["令和8年11月10日", "試験 花子　様"]


def test_anybody_elses_organisation_is_still_missed() -> None:
    paper = replace(invitation(Capacity.INVITEE, "第5条第4項"), organisation="")
    assert texts(opened(paper))[1:4] == ["令和8年11月10日", "（未記入）", "試験 花子　様"]


def test_an_invitation_lists_the_own_items() -> None:
    table = grid_of(opened(sample_paper(PaperKind.INVITATION)), "議題", "件名")
    assert rows_of(table)[1] == ["1", "No.9　プラン2（評価）", "支援の評価", "午前10時5分", "15分"]
    assert len(table.rows) == 4


# --- 次第, 案件一覧, 座席表 -------------------------------------------------------------------------------


def test_a_programme_hides_other_cases_but_tells_their_time() -> None:
    rows = rows_of(grid_of(opened(sample_paper(PaperKind.PROGRAMME)), "時刻", "議題"))
    assert rows[4] == ["午前10時55分", "4", "（ほかの案件）", "―", "15分"]


def test_an_item_list_gives_purpose_reason_and_deadline() -> None:
    rows = rows_of(grid_of(opened(sample_paper(PaperKind.ITEM_LIST)), "議題", "時刻・所要"))
    assert rows[3][3:6] == [
        "支援の調整\n第2条第1号",
        "継続協議\n第7回から継続",
        "令和8年11月22日\n3日超過",
    ]
    assert rows[4][4:6] == ["新規", "なし"]


def seating(top: int, sides: int, bottom: int) -> Seating:
    def seats(side: str, count: int) -> tuple[Seat, ...]:
        return tuple(Seat("委員", f"{side}{number}") for number in range(count))

    pairs = zip(seats("左", sides), seats("右", sides), strict=True)
    return Seating(HEAD, seats("上", top), tuple(pairs), seats("下", bottom))


@pytest.mark.parametrize(("top", "sides", "bottom"), [(1, 2, 1), (2, 5, 2), (4, 8, 4), (7, 3, 0), (0, 3, 0)])
def test_everybody_has_one_seat_around_the_table(top: int, sides: int, bottom: int) -> None:
    document = opened(seating(top, sides, bottom))
    written = [text for text in texts(document) if text[0] in "上左右下" and text[1:].isdigit()]
    expected = [f"上{number}" for number in range(top)]
    for number in range(sides):
        expected += [f"左{number}", f"右{number}"]
    expected += [f"下{number}" for number in range(bottom)]
    assert written == expected
    assert fact(document, "席") == f"{top + 2 * sides + bottom}席"


def test_the_table_is_shaded_beside_every_pair_of_seats() -> None:
    document = opened(seating(2, 3, 2))
    desk = next(table for table in document.tables if table.cell(0, 2 % len(table.columns)).text == "会議卓")
    for row in desk._tbl.tr_lst:
        shade = row.tc_lst[2].find(f"{qn('w:tcPr')}/{qn('w:shd')}")
        assert shade.get(qn("w:fill")) == "E4E4E4"
    assert len(desk._tbl.tr_lst) == 5


def test_an_empty_place_draws_no_seat() -> None:
    document = opened(Seating(HEAD, (), ((Seat("委員", "左の人"), None),), ()))
    assert len(list(document.element.body.iter(qn("w:pBdr")))) == 2


# --- 個別資料 ---------------------------------------------------------------------------------------------


def test_a_case_paper_shows_services_with_their_class() -> None:
    rows = rows_of(grid_of(opened(case_sample()), "区分", "支援"))
    assert [row[0] for row in rows[1:]] == [
        "A　法定の事業",
        "B　他の制度・事業",
        "C　インフォーマルな支援",
        "D　センターの支援",
        "E　その他",
    ]


def test_a_case_paper_shows_what_became_of_earlier_actions() -> None:
    action = ActionLine("見学する。", "係 二", date(2026, 6, 30))
    done = replace(action, done_on=date(2026, 6, 12))
    earlier = case_sample().earlier
    assert earlier is not None
    paper = replace(case_sample(), earlier=replace(earlier, actions=(action, done)))
    assert rows_of(grid_of(opened(paper), "対応", "担当"))[1:] == [
        ["見学する。", "係 二", "令和8年6月30日", "□ 未了"],
        ["見学する。", "係 二", "令和8年6月30日", "☑ 令和8年6月12日済"],
    ]


def test_a_case_paper_leaves_room_for_the_meeting() -> None:
    document = opened(case_sample())
    checks = rows_of(grid_of(document, "確認の観点", "答え"))
    assert checks[1] == ["状況と目標に合うか", "□ 合っている　□ 合っていない", ""]
    assert len(checks) == 5
    assert fact(document, "今回の結果") == "□ 終結　□ 再プラン　□ 中断　□ 継続協議"
    assert fact(document, "メモ") == ""


def test_headings_of_a_case_paper_count_through() -> None:
    for paper in (case_sample(), replace(case_sample(), earlier=None, services=(), to_confirm=())):
        headings = [
            p.text for p in opened(paper).paragraphs if p.style is not None and p.style.name == "Heading 1"
        ]
        assert headings == [
            "第1　アセスメント",
            "第2　プラン2の内容",
            "第3　支援の経過",
            "第4　前回の結果",
            "第5　会議で確認していただくこと",
        ]


def test_what_nobody_filled_in_is_seen_on_a_case_paper() -> None:
    line = replace(case_sample().line, reason=DueReason.EVALUATION, title="")
    document = opened(
        replace(
            case_sample(),
            line=line,
            initials="",
            assessment="",
            goal="",
            period_end="",
            monitoring="",
            achieved="",
            changes="",
            assessed_on=None,
            period_start=None,
            consent_on=None,
            level=None,
            level_before=None,
            earlier=None,
            services=(),
            to_confirm=(),
        )
    )
    assert fact(document, "案件") == "No.9　プラン2"
    assert fact(document, "議題") == "議題1　（未記入）　午前10時5分から15分"
    assert fact(document, "期間") == "（未記入）から（未記入）まで"
    assert fact(document, "レベル") == "（未記入）　（前回　なし　変化　―）"
    assert fact(document, "情報共有の同意") == "（未記入）"
    written = texts(document)
    for heading in ("1　要約", "1　目標", "1　達成したこと", "2　見られた変化"):
        assert written[written.index(heading) + 1] == "（未記入）"
    for heading in ("2　支援内容", "第4　前回の結果", "第5　会議で確認していただくこと"):
        assert written[written.index(heading) + 1] == "なし"


# --- 回収確認表, 本人への説明 -----------------------------------------------------------------------------


def test_the_check_off_list_has_a_box_for_every_packet() -> None:
    rows = (
        CollectionRow(1, "名 一", "会", ("次第", "資料１")),
        CollectionRow(2, "名 二", "", (), collected_on=DAY),
    )
    document = opened(Collection(HEAD, rows))
    assert rows_of(grid_of(document, "番号", "氏名"))[1:] == [
        ["1", "名 一", "会", "次第、資料１", "□", ""],
        ["2", "名 二", "（未記入）", "なし", "☑\n令和8年11月25日", ""],
    ]
    assert fact(document, "部数") == "配付　2部　回収済み　1部"


def test_the_paper_for_the_client_is_large_and_plain() -> None:
    document = opened(sample_paper(PaperKind.CLIENT_NOTICE))
    assert document.styles["Normal"].font.size.pt == 14
    assert header_text(document).strip() == ""
    headings = [p.text for p in document.paragraphs if p.style is not None and p.style.name == "Heading 1"]
    assert headings == [
        "■ きまったこと",
        "■ これから すること",
        "■ つぎに はなす日",
        "■ こまったときの れんらくさき",
    ]
    rows = rows_of(grid_of(document, "すること", "だれが"))
    assert rows[1] == ["しごとの 見学に 行く", "あなたと 鶴野", "12月11日（金）まで"]
    assert rows[3][2] == "日は きめて いません"


def test_the_paper_for_the_client_without_anything_filled_in() -> None:
    written = texts(opened(ClientNotice(DAY, DAY, "", "", (), (), "", Contact(""))))
    assert "＿＿＿＿＿＿＿＿＿＿　さま" in written
    assert "めざすこと：　（未記入）" in written
    assert "●　（未記入）" in written
    assert "いまは ありません。" in written
    assert "でんわ：　（未記入）" in written


# --- text that is hard to print ---------------------------------------------------------------------------


def test_values_are_never_read_as_tags_or_markup() -> None:
    strange = "{{ name }} {% if x %} <w:p/> & \"'"
    rows = (RosterRow("委員", strange, strange, "", ()),)
    told = rows_of(grid_of(opened(Roster(HEAD, rows)), "番号", "区分・役職"))[1]
    assert told[2:4] == [strange, strange]


def test_the_title_of_the_file_is_given() -> None:
    content = fill(default_template(PaperKind.CASE), context_of(case_sample()), title="題", dated=DAY)
    properties = docx.Document(io.BytesIO(content)).core_properties
    assert (properties.title, properties.author) == ("題", "")
