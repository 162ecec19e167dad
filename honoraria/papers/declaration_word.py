"""年次の申告書 (Word): what a member declares once a year, and the letter to those who have not returned it.

The form shows a member only what they declared themselves: no name of a 本人, and no case but those they named.
"""

import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from docx.enum.table import WD_ROW_HEIGHT_RULE
from docx.shared import Mm

from honoraria.papers.filenames import safe
from honoraria.papers.word_parts import LetterPaper
from honoraria.rules.service_presets import ServicePreset, preset_on
from meetings_app.core.terms import District, ServiceClass, WorkingTime
from meetings_app.core.wareki import era_year_text, format_wareki
from meetings_app.documents.word_base import Column, Fact, Frame
from meetings_app.documents.zip_entry import zip_entry

FORM: Final = "申告書"
REMINDER: Final = "申告書の返送のお願い"
BOX: Final = "□ "
_UNDECLARED: Final = "申告なし"
_BLANK_DAY: Final = "　　　年　　月　　日"
_KIN_ROWS: Final = 3
_EXAMPLES: Final = (
    "民生委員・児童委員",
    "市町村の職員",
    "会計年度任用職員",
    "社会福祉協議会の職員",
    "自営業・会社員・無職",
)
"""Jobs that members often have, as examples of how to answer."""


@dataclass(frozen=True, slots=True)
class DeclarationForm:
    """年次の申告書 of one member: what is on record as of `issued_on`, and where the form goes back to by when.

    `degree_limit` is how far 家族 reaches in 親等 (第7条第4項). `sent_on` is known for a reminder.
    """

    person_id: str
    name: str
    organisation: str
    fiscal_year: int
    seats: tuple[str, ...]
    district: str
    statuses: tuple[str, ...]
    relations: tuple[str, ...]
    office: str
    mailbox: str
    degree_limit: int
    issued_on: date
    return_by: date
    sent_on: date | None = None


def declarations_word(forms: Sequence[DeclarationForm]) -> bytes:
    """申告書: return the forms in one Word file, each on pages of its own. Raises ValueError for none."""
    paper = _paper(forms, FORM)
    for form in forms:
        paper.begin_letter()
        _form(paper, form)
    return _saved(paper, forms, FORM)


def reminders_word(forms: Sequence[DeclarationForm]) -> bytes:
    """督促: return the letters to those whose form is missing in one Word file. Raises ValueError for none."""
    paper = _paper(forms, REMINDER)
    for form in forms:
        paper.begin_letter()
        _reminder(paper, form)
    return _saved(paper, forms, REMINDER)


def declarations_zip(forms: Sequence[DeclarationForm]) -> bytes:
    """Return a ZIP with one form per member, to be sent one by one; equal forms give equal bytes."""
    written = io.BytesIO()
    names = _names_apart(forms)
    with zipfile.ZipFile(written, "w") as archive:
        for form, name in zip(forms, names, strict=True):
            entry = zip_entry(f"{FORM}_{year_text(form.fiscal_year)}_{name}.docx")
            archive.writestr(entry, declarations_word([form]))
    return written.getvalue()


def form_filename(form: DeclarationForm) -> str:
    """Return 「申告書_令和8年度_丹頂一郎.docx」."""
    return f"{FORM}_{year_text(form.fiscal_year)}_{safe(form.name)}.docx"


def year_text(fiscal_year: int) -> str:
    """年度: return 「令和8年度」, by the era of its first day."""
    return f"{era_year_text(date(fiscal_year, 4, 1))}度"


def _names_apart(forms: Iterable[DeclarationForm]) -> list[str]:
    names: list[str] = []
    for form in forms:
        plain = name = safe(form.name)
        number = 1
        while name.casefold() in {taken.casefold() for taken in names}:
            number += 1
            name = f"{plain}_{number}"
        names.append(name)
    return names


def _paper(forms: Sequence[DeclarationForm], title: str) -> LetterPaper:
    if not forms:
        raise ValueError("a paper is for somebody")
    left = f"{year_text(forms[0].fiscal_year)}　{title}"
    return LetterPaper(Frame(header_left="", header_mark="", footer_left=left, footer_right="取扱注意"))


def _saved(paper: LetterPaper, forms: Sequence[DeclarationForm], title: str) -> bytes:
    return paper.save(title=f"{title}　{year_text(forms[0].fiscal_year)}", dated=forms[0].issued_on)


def _address(paper: LetterPaper, form: DeclarationForm) -> None:
    paper.number_and_date((format_wareki(form.issued_on),))
    if form.organisation:
        paper.line(form.organisation)
    paper.line(f"{form.name}　様", large=True)
    paper.line(form.office, right=True)


# --- 申告書 -----------------------------------------------------------------------------------------------


def _form(paper: LetterPaper, form: DeclarationForm) -> None:
    _address(paper, form)
    paper.title(f"{year_text(form.fiscal_year)}　居住地区・公務員区分・続柄の申告書")
    paper.body(
        f"{'、'.join(form.seats)}として受け取られる報酬と日額旅費のために、年に一度、次の3点をうかがいます。"
        f"「現在の記録」（{format_wareki(form.issued_on)}現在）を確かめて□に印を付け、変わったところは新しい内容を書いてください。"
        f"署名のうえ、{format_wareki(form.return_by, weekday=True)}までに事務局へお返しください。"
    )
    paper.body(
        "日額旅費の額は居住する地区で決まり（第7条第3項②）、公務員（非常勤の特別職を除く。）の方と、"
        f"本人の家族（{form.degree_limit}親等以内の血族と姻族）の方には支給しない定めです（第7条第4項）。"
        "申告がないと支給を判定できず、支払が遅れることがあります。"
    )
    _residence(paper, form)
    _service(paper, form)
    _kinship(paper, form)
    _signature(paper, form)


def _recorded(text: str) -> Fact:
    return Fact("現在の記録", text)


def _unchanged() -> Fact:
    return Fact("確認", f"{BOX}変わりない　　　{BOX}変わった（{_BLANK_DAY}から）")


def _boxes(words: Iterable[str]) -> str:
    return "　　".join(f"{BOX}{word}" for word in words)


def _residence(paper: LetterPaper, form: DeclarationForm) -> None:
    paper.item("居住地区（第7条第3項②）")
    paper.facts(
        [
            _recorded(form.district or _UNDECLARED),
            _unchanged(),
            Fact("新しい居住地区", _boxes(District)),
        ],
        label_width=44,
    )
    paper.note(
        "※",
        "平成17年10月11日の合併前の釧路市・阿寒町・音別町の区域です。地区外は、そのどこでもないところです。",
    )


def _service(paper: LetterPaper, form: DeclarationForm) -> None:
    paper.item("公務員区分（第7条第4項）")
    paper.facts(
        [
            _recorded("\n".join(form.statuses) or _UNDECLARED),
            _unchanged(),
            Fact("公務員か", _boxes(("公務員でない", "公務員である（下も記入）"))),
            Fact("一般職・特別職", _boxes((*ServiceClass, "分からない"))),
            Fact("常勤・非常勤", _boxes((*WorkingTime, "分からない"))),
            Fact("職名と任用の根拠（辞令、法律の名前など）", to_sign=True),
        ],
        label_width=44,
    )
    paper.note("例", "、".join(_examples(form.issued_on)))
    paper.note("※", "職を2つ以上お持ちの方は、すべて書いてください。分からないところは空けておけます。")


def _examples(on: date) -> Iterable[str]:
    for occupation in _EXAMPLES:
        preset = preset_on(occupation, on)
        if preset is not None:
            yield f"{occupation}は{_kind(preset)}"


def _kind(preset: ServicePreset) -> str:
    (status, *_others) = preset.statuses
    if not status.is_public_employee:
        return "公務員でない"
    return f"公務員（{status.service_class or '職は要確認'}・{status.working_time or '勤務は要確認'}）"


def _kinship(paper: LetterPaper, form: DeclarationForm) -> None:
    paper.item("続柄（第7条第4項）")
    paper.document.paragraphs[-1].paragraph_format.page_break_before = True  # front and back of one sheet
    paper.body(
        "この1年に会議で関わる本人（支援を受ける方）のうちに、あなたの配偶者、"
        f"又は{form.degree_limit}親等以内の血族・姻族に当たる方はいますか。"
    )
    paper.facts(
        [
            _recorded("\n".join(form.relations) or _UNDECLARED),
            Fact("答え", f"{BOX}いない　　　{BOX}いる（下の表に記入）　　　{BOX}分からない"),
        ],
        label_width=44,
    )
    table = paper.ledger(
        [
            Column("ケース番号（分かれば）", 40),
            Column("本人から見て、あなたは何に当たるか", None),
            Column("いつから", 44),
        ],
        [("", "", "")] * _KIN_ROWS,
        amounts=(),
    )
    for row in list(table.rows)[1:]:
        row.height, row.height_rule = Mm(11), WD_ROW_HEIGHT_RULE.AT_LEAST
    paper.note(
        "例",
        "甥、配偶者の伯父、いとこの子。事実婚の相手、宣誓したパートナー、養子縁組による関係も書いてください。",
    )
    paper.note(
        "※",
        "本人の氏名は書かないでください。戸籍などの書類は要りません。"
        "会議の資料で初めて気付いたときは、その場で事務局に知らせてください。",
    )


def _signature(paper: LetterPaper, form: DeclarationForm) -> None:
    paper.item("署名")
    paper.facts(
        [
            Fact("申告の日", _BLANK_DAY),
            Fact("氏名（自署）", to_sign=True),
            Fact("お返しいただく期限", format_wareki(form.return_by, weekday=True)),
            Fact("お返しいただく先", "　".join(filter(None, (form.office, form.mailbox)))),
        ],
        label_width=44,
    )


# --- 督促 -------------------------------------------------------------------------------------------------


def _reminder(paper: LetterPaper, form: DeclarationForm) -> None:
    _address(paper, form)
    paper.title(f"{year_text(form.fiscal_year)}の申告書の返送について（お願い）")
    sent = f"{format_wareki(form.sent_on)}にお送りした" if form.sent_on else "お送りした"
    paper.body(
        f"{sent}{year_text(form.fiscal_year)}の「居住地区・公務員区分・続柄の申告書」が、まだ事務局に届いていません。"
        f"お手数ですが、{format_wareki(form.return_by, weekday=True)}までにお返しください。"
        "行き違いで既にお返しいただいているときは、御容赦ください。"
    )
    paper.body(
        "日額旅費の額は居住する地区で決まり（第7条第3項②）、公務員の方と本人の家族の方については支給の扱いが分かれます"
        "（第7条第4項）。申告がないと支給を判定できず、支払が遅れることがあります。"
    )
    paper.body(
        "申告書が手元にないときは、お知らせください。もう一度お送りします。変わったところがない方も、返送をお願いします。"
    )
    paper.line("記", centred=True)
    paper.facts(
        [
            Fact("お返しいただく期限", format_wareki(form.return_by, weekday=True)),
            Fact("お返しいただく先", "　".join(filter(None, (form.office, form.mailbox)))),
        ],
        label_width=44,
    )
    paper.line("以上", right=True)
