"""One calculation: what Word, Excel and the notices print is what the sheet says, for any sheet."""

import io
from dataclasses import replace
from datetime import date

import openpyxl
from hypothesis import given, settings
from hypothesis import strategies as st

from honoraria.papers.notices import notices_word
from honoraria.papers.sheet_excel import sheet_excel
from honoraria.papers.sheet_word import sheet_word
from honoraria.papers.wording import listed
from honoraria.rules.compose import compose, payees
from honoraria.rules.sheet import Assessed, Before, LineFacts, Refusal, Ruling, Sheet, SheetContent
from honoraria.rules.withholding import WithholdingPolicy
from meetings_app.core.errors import Refused
from meetings_app.core.terms import Capacity, Decision, RunStatus, WithholdingMode
from tests.honoraria.papers.reading import (
    LINE_HEADINGS,
    NOTICE_HEADINGS,
    grid,
    grids,
    number,
    numbers,
    opened,
)
from tests.honoraria.papers.sample import (
    DRAFT_STAGE,
    FINAL_STAGE,
    HEAD,
    ISSUED,
    PAID_CITES,
    POLICY,
    SHA,
    TABLES,
    absent,
    facts,
    open_travel,
    paid,
    unpaid,
)

YEN = st.integers(0, 40).map(lambda units: 250 * units)
POLICIES = st.sampled_from(
    [
        POLICY,
        WithholdingPolicy(WithholdingMode.NONE),
        WithholdingPolicy(WithholdingMode.FEE, includes_travel=True),
    ]
)
NAMES = st.sampled_from(
    ["丹頂 一郎", "佐藤 花子", "=1+1", "𠮷野 髙子", "-5", "アレクサンドラ・フォン・クシロガワ"]
)


@st.composite
def line_facts(draw: st.DrawFn, key: str) -> LineFacts:
    amounts = draw(YEN), draw(YEN)
    kind = draw(st.sampled_from(Decision))
    assessed: Assessed = {
        Decision.PAID: paid(key, *amounts, "阿寒"),
        Decision.UNPAID: unpaid(key, "資格", "事務局員", PAID_CITES[0]),
        Decision.JUDGEMENT: open_travel(key),
        Decision.NONE: absent(key),
    }[kind]
    person = str(draw(st.integers(1, 3)))
    line = facts(key, draw(NAMES), assessed, draw(st.sampled_from(Capacity)), person=person)
    if draw(st.booleans()):
        line = replace(
            line, ruling=Ruling("決定", draw(YEN), draw(YEN), "理由", "白糠 恵", date(2026, 11, 20))
        )
    if draw(st.integers(0, 4)) == 0:
        line = replace(line, refusal=Refusal(date(2026, 11, 18)))
    if draw(st.integers(0, 2)) == 0:
        line = replace(line, before=Before(f"l-{key}", "支給調書第6号", draw(YEN), draw(YEN), draw(POLICIES)))
    return line


@st.composite
def contents(draw: st.DrawFn) -> SheetContent:
    size = draw(st.integers(1, 6))
    lines = [draw(line_facts(str(key))) for key in range(size)]
    return compose(HEAD, lines, draw(POLICIES), {}, TABLES)


def is_open(content: SheetContent) -> bool:
    return bool(content.totals.open_lines)


@settings(max_examples=15, deadline=None)
@given(contents())
def test_word_and_excel_print_the_sums_of_the_sheet(content: SheetContent) -> None:
    sheet = Sheet(content, DRAFT_STAGE)
    sums = content.totals
    expected = (sums.honorarium, sums.travel, sums.withheld, sums.net)
    lines = listed(content)
    word = grids(opened(sheet_word(sheet)), *LINE_HEADINGS)
    table = list(
        openpyxl.load_workbook(io.BytesIO(sheet_excel(sheet)))["支給調書"].iter_rows(values_only=True)
    )
    total = next(row for row in table if row[1] == "合計")
    assert total[7:11] == expected
    if lines:
        assert numbers(word[0][-1], 6, 10) == expected
    for line, printed, row in zip(lines, word[0] if word else (), table[3:], strict=False):
        amounts = (line.honorarium, line.travel, line.withheld, line.net)
        assert tuple(None if text == "未定" else number(text) for text in printed[6:10]) == amounts
        assert tuple(None if cell == "未定" else cell for cell in row[7:11]) == amounts


@settings(max_examples=15, deadline=None)
@given(contents())
def test_notices_print_the_sums_of_the_sheet(content: SheetContent) -> None:
    settled = replace(content, lines=tuple(line for line in content.lines if line.net is not None))
    sheet = Sheet(settled, FINAL_STAGE, SHA)
    try:
        document = opened(notices_word(sheet, issued_on=ISSUED, accounts={}))
    except Refused:
        assert not payees(settled)
        return
    tables = grids(document, *NOTICE_HEADINGS)
    assert len(tables) == len(payees(settled))
    printed = [numbers(rows[-1], 3, 7) for rows in tables]
    sums = content.totals
    assert tuple(map(sum, zip(*printed, strict=True))) == (
        sums.honorarium, sums.travel, sums.withheld, sums.net,
    )  # fmt: skip
    for person, rows in zip(payees(settled), tables, strict=True):
        assert [numbers(row, 3, 7) for row in rows[:-1]] == [
            (line.honorarium, line.travel, line.withheld, line.net) for line in person.lines
        ]


def test_statuses_other_than_final_are_drafts() -> None:
    content = compose(HEAD, [facts("1", "丹頂 一郎", paid("1", 5000, 0, "釧路"))], POLICY, {}, TABLES)
    for status in (RunStatus.DRAFT, RunStatus.CHECKED, RunStatus.APPROVED):
        document = opened(sheet_word(Sheet(content, replace(DRAFT_STAGE, status=status))))
        assert document.paragraphs[0].text == "支給調書（下書き）"
        assert numbers(grid(document, *LINE_HEADINGS)[-1], 6, 10) == (5000, 0, 510, 4490)
