"""既定の様式: the templates that come with the product, one for every kind of paper of a packet."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Final

from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Mm, Pt

from agenda.papers.default_case_templates import case_list_template, case_template, client_notice_template
from agenda.papers.default_seating import seating_template
from agenda.papers.template_cells import emptied, line_if_any, tall
from agenda.papers.template_parts import (
    ALWAYS,
    ROOMY,
    WIDE,
    Loop,
    Marks,
    TemplatePaper,
)
from meetings_app.core.terms import PaperKind
from meetings_app.documents.word_base import Column, Fact
from meetings_app.documents.word_template import BODY_POINTS

_RIGHT: Final = WD_ALIGN_PARAGRAPH.RIGHT
_CENTRE: Final = WD_ALIGN_PARAGRAPH.CENTER
_LINES: Final = Loop("lines", "line")


@cache
def default_template(kind: PaperKind) -> bytes:
    """既定の様式: return the product's own template (.docx) of a kind; equal in every process."""
    return _MAKERS[kind]()


# --- 招集通知 ---------------------------------------------------------------------------------------------


def _invitation() -> bytes:
    paper = TemplatePaper("招集通知", Marks(serial=False))
    paper.number_and_date(("{{ meeting.document_number }}", "{{ meeting.dated }}"))
    paper.tag("if organisation")
    paper.line("{{ organisation }}", before=10)
    paper.tag("endif")
    paper.line("{{ name }}　様")
    for text in ("{{ meeting.body }}", "事務局　{{ office.name }}"):
        paper.line(text, align=_RIGHT)
    paper.document.styles["Title"].font.size = Pt(14)
    paper.tag("if from_outside")
    paper.title("{{ meeting.name }}への出席について（依頼）")
    paper.tag("else")
    paper.title("{{ meeting.name }}の開催について（通知）")
    paper.tag("endif")
    _invitation_request(paper)
    paper.line("記", align=_CENTRE, before=12)
    paper.narrow_gap(8)
    _invitation_record(paper)
    paper.line("以上", align=_RIGHT)
    return paper.made()


def _invitation_request(paper: TemplatePaper) -> None:
    paper.tag("if from_outside")
    _sentence(
        paper,
        "標記の会議において御意見を伺いたいので、御多忙のところ恐れ入りますが、次のとおり御出席くださいますようお願いします。",
    )
    paper.tag("else")
    _sentence(
        paper,
        "標記の会議を次のとおり開催しますので、御多忙のところ恐れ入りますが、御出席くださいますようお願いします。",
    )
    paper.tag("endif")
    _sentence(paper, "御都合により出席できない場合は、お手数ですが、お早めに事務局まで御連絡ください。")


def _sentence(paper: TemplatePaper, text: str) -> None:
    paragraph = paper.document.add_paragraph(text, style="Normal")
    paragraph.paragraph_format.first_line_indent = Pt(BODY_POINTS)


def _invitation_record(paper: TemplatePaper) -> None:
    _entry(paper, "1　日時", "{{ meeting.when }}")
    _entry(paper, "2　場所", "{{ meeting.venue }}")
    _entry(paper, "3　お越しいただく時刻", "{{ comes }}（{{ leaves }}に終わる予定です。）")
    _entry(paper, "4　区分及び根拠", "{{ capacity }}　{{ basis }}")
    _entry(paper, "5　御出席いただく議題", "")
    columns = (
        Column("議題", 13, centred=True),
        Column("件名"),
        Column("目的", 36, centred=True),
        Column("時刻", 29, centred=True),
        Column("所要", 17, centred=True),
    )
    cells = (
        "{{ line.number }}",
        "{{ line.title }}",
        "{{ line.purpose }}",
        "{{ line.starts }}",
        "{{ line.minutes }}",
    )
    paper.rows(_LINES, columns, cells)
    _entry(paper, "6　連絡先", "{{ office.name }}　担当　{{ office.person }}")
    _entry(paper, "", "電話　{{ office.phone }}")
    _entry(paper, "", "電子メール　{{ office.mailbox }}")


def _entry(paper: TemplatePaper, label: str, text: str) -> None:
    """Write an entry of the 記: a label, and a text that hangs beside it."""
    paragraph = paper.document.add_paragraph(f"{label}\t{text}", style="Normal")
    layout = paragraph.paragraph_format
    layout.left_indent, layout.first_line_indent = Mm(48), -Mm(48)
    layout.tab_stops.add_tab_stop(Mm(48))
    layout.space_after = Pt(4)
    paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT


# --- 次第, 出席者名簿, 案件一覧 ---------------------------------------------------------------------------


def _when_and_where(paper: TemplatePaper, last: Fact) -> None:
    paper.facts((Fact("日時", "{{ meeting.when }}"), Fact("場所", "{{ meeting.venue }}"), last))


def _programme() -> bytes:
    paper = TemplatePaper("次第", Marks())
    paper.title("{{ meeting.name }}　次第")
    _when_and_where(paper, Fact("議長", "{{ presider }}"))
    paper.heading(1, "開会　{{ meeting.starts }}")
    paper.heading(1, "議題")
    columns = (
        Column("時刻", 28, centred=True),
        Column("議題", 13, centred=True),
        Column("件名"),
        Column("目的", 34, centred=True),
        Column("所要", 17, centred=True),
    )
    cells = (
        "{{ line.starts }}",
        "{{ line.number }}",
        "{{ line.title }}",
        "{{ line.purpose }}",
        "{{ line.minutes }}",
    )
    paper.rows(_LINES, columns, cells)
    paper.heading(1, "その他")
    paper.heading(1, "閉会　{{ meeting.ends }}")
    return paper.made()


def _roster() -> bytes:
    paper = TemplatePaper("出席者名簿", Marks(), ROOMY)
    paper.title("{{ meeting.name }}　出席者名簿")
    _when_and_where(paper, Fact("出席者", "{{ count }}"))
    columns = (
        Column("番号", 11, centred=True),
        Column("区分・役職", 31, centred=True),
        Column("氏名", 28),
        Column("所属"),
        Column("根拠", 36, centred=True),
        Column("議題", 25, centred=True),
    )
    cells = tuple(
        f"{{{{ row.{name} }}}}" for name in ("number", "label", "name", "organisation", "basis", "items")
    )
    paper.rows(Loop("rows", "row"), columns, cells)
    paper.note("※", "「議題」は、参加する議題の番号です。")
    return paper.made()


def _item_list() -> bytes:
    paper = TemplatePaper("案件一覧", Marks(numbered=True, care=ALWAYS), WIDE)
    paper.title("{{ meeting.name }}　案件一覧")
    _when_and_where(paper, Fact("議題", "{{ count }}（合計　{{ minutes }}）"))
    columns = (
        Column("議題", 12, centred=True),
        Column("時刻・所要", 27, centred=True),
        Column("件名", 45),
        Column("目的", 31, centred=True),
        Column("諮る理由", 27, centred=True),
        Column("期限", 35, centred=True),
        Column("説明"),
        Column("必要な出席者", 36),
    )
    cells = (
        "{{ line.number }}",
        "{{ line.starts }}\n{{ line.minutes }}",
        "{{ line.title }}",
        "{{ line.purpose }}\n{{ line.article }}",
        "{{ line.reason }}",
        "{{ line.deadline }}",
        "{{ line.explanation }}",
        "{{ line.required }}",
    )
    for row in paper.rows(_LINES, columns, cells, may_be_long=True):
        line_if_any(row.cells[4], "line.carried")
        line_if_any(row.cells[5], "line.days")
    return paper.made()


# --- 回収確認表 -------------------------------------------------------------------------------------------


def _collection() -> bytes:
    paper = TemplatePaper("回収確認表", Marks(care=ALWAYS, serial=False), WIDE)
    paper.title("{{ meeting.name }}　資料回収確認表")
    _when_and_where(paper, Fact("部数", "配付　{{ handed_out }}　回収済み　{{ collected }}"))
    columns = (
        Column("番号", 14, centred=True),
        Column("氏名", 38),
        Column("所属", 48),
        Column("渡した資料"),
        Column("回収", 36, centred=True),
        Column("確認", 28, centred=True),
    )
    cells = (
        "{{ row.serial }}",
        "{{ row.name }}",
        "{{ row.organisation }}",
        "{{ row.papers }}",
        "{{ row.box }}",
        " ",
    )
    (row,) = paper.rows(Loop("rows", "row"), columns, cells)
    line_if_any(row.cells[4], "row.collected_on")
    row.cells[4].paragraphs[0].runs[0].font.size = Pt(13)
    emptied(row.cells[5])
    tall(row, 11)
    paper.note(
        "※",
        "会議の後、番号と枚数を確かめて回収し、「回収」の欄に印を付け、「確認」の欄に確認した人が署名します。",
    )
    paper.note("※", "回収できなかった資料は、理由を控え、回収できるまでこの表に残します。")
    return paper.made()


_MAKERS: Final[Mapping[PaperKind, Callable[[], bytes]]] = {
    PaperKind.INVITATION: _invitation,
    PaperKind.PROGRAMME: _programme,
    PaperKind.ROSTER: _roster,
    PaperKind.SEATING: seating_template,
    PaperKind.ITEM_LIST: _item_list,
    PaperKind.CASE: case_template,
    PaperKind.CASE_LIST: case_list_template,
    PaperKind.COLLECTION: _collection,
    PaperKind.CLIENT_NOTICE: client_notice_template,
}
