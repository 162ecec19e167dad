"""年間の支払の集計 (CSV, Excel): yearly totals per person and body, with what to check with the tax office."""

import csv
import io
from collections.abc import Sequence
from typing import Final

from honoraria.papers.excel_base import Cell, SheetTable, safe_text, workbook
from honoraria.rules.yearly import YearlyTotal

HEADINGS: Final = (
    "年", "氏名", "会議体", "支払件数", "報酬", "旅費", "源泉徴収税額", "差引支払額", "うち振込依頼中",
    "確認すること", "管理番号",
)  # fmt: skip
"""管理番号 tells apart people of one name."""


def yearly_csv(rows: Sequence[YearlyTotal]) -> bytes:
    """Return yearly totals as CSV (RFC 4180) in UTF-8 with a byte order mark, as Excel expects it.

    Amounts are plain integers in yen. A 「計」 row sums up a person's bodies: it is no further payment.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(HEADINGS)
    for row in rows:
        writer.writerow(
            [str(cell) if isinstance(cell, int) else safe_text(cell or "") for cell in _cells(row)]
        )
    return text.getvalue().encode("utf-8-sig")


def yearly_excel(rows: Sequence[YearlyTotal]) -> bytes:
    """Return yearly totals as an Excel workbook (.xlsx); equal totals give equal bytes."""
    table = SheetTable(
        name="年間の支払",
        headings=HEADINGS,
        rows=tuple(map(_cells, rows)),
        plain=frozenset({"年"}),
        above=("年間の支払の集計（支払日の暦年、単位：円）",),
    )
    return workbook((table,), title="年間の支払の集計")


def _cells(row: YearlyTotal) -> tuple[Cell, ...]:
    return (
        row.year,
        row.name,
        row.committee,
        row.payments,
        row.honorarium,
        row.travel,
        row.withheld,
        row.net,
        row.ordered,
        "\n".join(row.flags),
        row.person_id,
    )
