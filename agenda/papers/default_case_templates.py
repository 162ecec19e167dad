"""案件の既定の様式: 個別資料, 相談者一覧 and the one-page paper for the 本人."""

from typing import Final

from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Pt

from agenda.papers.template_cells import emptied, tall
from agenda.papers.template_parts import (
    ALWAYS,
    NEVER,
    WIDE,
    Loop,
    Marks,
    Sheet,
    TemplatePaper,
    gothic,
)
from meetings_app.documents.word_base import Column, Fact
from meetings_app.documents.word_template import Style, body_style

_NOTES_HEIGHT: Final = 34
"""Millimetres left for notes by hand."""


# --- 個別資料 ---------------------------------------------------------------------------------------------


def case_template() -> bytes:
    """個別資料: one case for its item."""
    paper = TemplatePaper("個別資料　{{ case }}　{{ plan }}", Marks(numbered=True, care=ALWAYS))
    _set_close(paper)
    paper.title("個別資料　{{ case }}　{{ plan }}")
    paper.facts(
        (
            Fact("案件", "{{ case }}{% if initials %}（{{ initials }}）{% endif %}　{{ plan }}"),
            Fact("議題", "議題{{ item.number }}　{{ item.title }}　{{ item.starts }}から{{ item.minutes }}"),
            Fact("目的", "{{ item.purpose }}（{{ item.article }}）"),
            Fact(
                "諮る理由・期限",
                "{{ item.reason }}{% if item.carried %}（{{ item.carried }}）{% endif %}"
                "　期限　{{ item.deadline }}{% if item.days %}（{{ item.days }}）{% endif %}",
            ),
            Fact("必要な出席者", "{{ item.required }}"),
            Fact("情報共有の同意", "{{ consent_on }}"),
        )
    )
    _assessment(paper)
    _plan(paper)
    _course(paper)
    _earlier(paper)
    _to_confirm(paper)
    return paper.made()


def _set_close(paper: TemplatePaper) -> None:
    """Set headings closer: a case of usual length then fits both sides of one sheet."""
    for name, before in (("Heading 1", 7), ("Heading 2", 3)):
        paper.document.styles[name].paragraph_format.space_before = Pt(before)


def _assessment(paper: TemplatePaper) -> None:
    paper.heading(1, "アセスメント")
    paper.tag("if for_staff")
    paper.facts(
        (
            Fact("アセスメントの日", "{{ assessed_on }}"),
            Fact("レベル", "{{ level }}　（前回　{{ level_before }}　変化　{{ change }}）"),
        )
    )
    _flowing(paper, "要約", "{{ assessment }}")
    _told_in_person(paper)


def _plan(paper: TemplatePaper) -> None:
    paper.heading(1, "{{ plan }}の内容")
    paper.facts((Fact("期間", "{{ period }}"), Fact("モニタリング", "{{ monitoring }}")))
    _flowing(paper, "目標", "{{ goal }}")
    paper.heading(2, "支援内容")
    columns = (Column("区分", 44), Column("支援", 33), Column("提供者", 34), Column("内容"))
    cells = (
        "{{ service.class }}　{{ service.class_name }}",
        "{{ service.name }}",
        "{{ service.provider }}",
        "{{ service.content }}",
    )
    paper.rows(Loop("services", "service"), columns, cells, may_be_long=True)


def _course(paper: TemplatePaper) -> None:
    paper.heading(1, "支援の経過")
    paper.tag("if for_staff")
    _flowing(paper, "達成したこと", "{{ achieved }}")
    _flowing(paper, "見られた変化", "{{ changes }}")
    _told_in_person(paper)


def _told_in_person(paper: TemplatePaper) -> None:
    """End what only those who support read: the others are told in a talk."""
    paper.tag("else")
    paper.document.add_paragraph("面談でお話しします。", style=body_style(1))
    paper.tag("endif")


def _flowing(paper: TemplatePaper, heading: str, text: str) -> None:
    """A text of any length stands under a heading, not in a table: it runs on over pages."""
    paper.heading(2, heading)
    paper.free_text(text)


def _earlier(paper: TemplatePaper) -> None:
    paper.heading(1, "前回の結果")
    paper.tag("if has_earlier")
    paper.facts(
        (Fact("会議", "{{ earlier.meeting }}　{{ earlier.day }}"), Fact("結果", "{{ earlier.outcome }}"))
    )
    _flowing(paper, "確認した内容", "{{ earlier.confirmed }}")
    paper.heading(2, "前回決めた対応")
    columns = (Column("対応"), Column("担当", 36), Column("期限", 34), Column("状況", 39))
    cells = (
        "{{ action.what }}",
        "{{ action.who }}",
        "{{ action.due }}",
        "{{ action.box }} {{ action.done }}",
    )
    paper.rows(Loop("earlier.actions", "action"), columns, cells, may_be_long=True)
    paper.tag("else")
    paper.document.add_paragraph("なし", style=body_style(1))
    paper.tag("endif")


def _to_confirm(paper: TemplatePaper) -> None:
    paper.heading(1, "会議で確認していただくこと")
    paper.tag("if questions")
    paper.tag("for question in questions")
    paragraph = paper.document.add_paragraph("・　{{ question }}", style=body_style(1))
    paragraph.paragraph_format.left_indent, paragraph.paragraph_format.first_line_indent = Pt(31.5), Pt(-21)
    paper.tag("endfor")
    paper.tag("else")
    paper.document.add_paragraph("なし", style=body_style(1))
    paper.tag("endif")
    paper.narrow_gap(4)
    columns = (Column("確認の観点", 50), Column("答え", 58), Column("メモ"))
    (row,) = paper.rows(
        Loop("checks", "check"), columns, ("{{ check.question }}", "{{ check.yes }}　{{ check.no }}", " ")
    )
    emptied(row.cells[2])
    tall(row, 8)
    notes = paper.facts((Fact("今回の結果", "{{ outcomes }}"), Fact("メモ", to_sign=True)))
    tall(notes.rows[0], 8)
    tall(notes.rows[1], _NOTES_HEIGHT)


# --- 相談者一覧 -------------------------------------------------------------------------------------------


def case_list_template() -> bytes:
    """相談者一覧: every open case with its level, and the year so far."""
    paper = TemplatePaper("相談者一覧", Marks(numbered=True, care=ALWAYS), WIDE)
    paper.title("相談者一覧")
    paper.line(
        "{{ as_of }}現在　　相談者　{{ count }}（うち新規　{{ new_count }}）", align=WD_ALIGN_PARAGRAPH.CENTER
    )
    _figures(paper)
    _open_cases(paper)
    paper.note(
        "※",
        "レベルは0から5までです。●の数と数字が同じ値を示します。変化は、前の会議のレベルと比べたものです。",
    )
    return paper.made()


def _figures(paper: TemplatePaper) -> None:
    paper.heading(1, "{{ fiscal_year }}の状況")
    figures = (
        Column("区分", 70),
        Column("実績", 30, centred=True),
        Column("目安値", 30, centred=True),
        Column("目安値に対する割合", 42, centred=True),
    )
    cells = tuple(f"{{{{ target.{name} }}}}" for name in ("label", "actual", "target", "rate"))
    paper.rows(Loop("targets", "target"), figures, cells)


def _open_cases(paper: TemplatePaper) -> None:
    paper.heading(1, "相談者の状況")
    columns = (
        Column("案件", 17, centred=True),
        Column("イニシャル", 20, centred=True),
        Column("新規", 13, centred=True),
        Column("レベル", 30, centred=True),
        Column("変化", 32),
        Column("これまで", 25, centred=True),
        Column("プラン", 19, centred=True),
        Column("段階", 24),
        Column("期間の終わり", 27, centred=True),
        Column("担当", 22),
        Column("備考"),
    )
    names = (
        "case",
        "initials",
        "new",
        "level",
        "change",
        "history",
        "plan",
        "stage",
        "period_end",
        "assigned",
        "note",
    )
    paper.rows(
        Loop("rows", "row"), columns, tuple(f"{{{{ row.{name} }}}}" for name in names), may_be_long=True
    )


# --- 本人への説明 -----------------------------------------------------------------------------------------

_LARGE: Final = Sheet(210, 297, 22, 18, 16, 13)
_POINTS: Final = 14
_STEPS: Final = Loop("steps", "step")


def client_notice_template() -> bytes:
    """本人への説明: what was agreed, who does what, whom to call: plain, large, on one page."""
    paper = TemplatePaper("", Marks(care=NEVER, serial=False), _LARGE, header="", paged=False)
    _enlarge(paper)
    paper.line("{{ dated }}", align=WD_ALIGN_PARAGRAPH.RIGHT)
    paper.line("{{ name }}　さま")
    paper.title("話し合いで きまったこと")
    paper.line("{{ met_on }}に、これからの ことを 話し合いました。")
    paper.line("めざすこと：　{{ goal }}")
    _part(paper, "きまったこと")
    paper.tag("for point in agreed")
    point = paper.line("●　{{ point }}")
    point.paragraph_format.left_indent, point.paragraph_format.first_line_indent = (
        Pt(2 * _POINTS),
        Pt(-2 * _POINTS),
    )
    paper.tag("endfor")
    _part(paper, "これから すること")
    columns = (Column("すること"), Column("だれが", 42), Column("いつまで", 52))
    paper.rows(
        _STEPS,
        columns,
        ("{{ step.what }}", "{{ step.who }}", "{{ step.due }}"),
        missing="いまは ありません。",
    )
    _next_and_contact(paper)
    return paper.made()


def _next_and_contact(paper: TemplatePaper) -> None:
    _part(paper, "つぎに はなす日")
    paper.line("{{ next_talk }}")
    _part(paper, "こまったときの れんらくさき")
    for text in (
        "{{ office.name }}　たんとう：　{{ office.person }}",
        "でんわ：　{{ office.phone }}",
        "メール：　{{ office.mailbox }}",
    ):
        paper.line(text)
    paper.line("わからない ことが あるときは、いつでも きいて ください。", before=6)


def _enlarge(paper: TemplatePaper) -> None:
    """Set the type of a paper large, as far as one page allows."""
    styles = paper.document.styles
    for name, points, line in (
        ("Normal", _POINTS, 22),
        (body_style(1), _POINTS, 22),
        (Style.CELL, 13, 19),
        (Style.CELL_HEADING, 13, 19),
        ("Title", 20, 28),
        ("Heading 1", 16, 24),
    ):
        styles[name].font.size = Pt(points)
        styles[name].paragraph_format.line_spacing = Pt(line)
        gothic(styles[name])
    heading = styles["Heading 1"].paragraph_format
    heading.space_before, heading.space_after = Pt(10), Pt(3)


def _part(paper: TemplatePaper, text: str) -> None:
    """Write a heading without a number: it is read by one person, and cited by nobody."""
    paper.document.add_paragraph(f"■ {text}", style="Heading 1")
