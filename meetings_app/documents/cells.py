"""表計算の文字: text that no spreadsheet runs as a formula, in CSV or in a workbook that is saved as CSV later."""

from typing import Final

_FORMULA_SIGNS: Final = tuple("=+-@\t\r＝＋－＠")
"""What spreadsheets take for the start of a formula; Japanese editions also read the full-width signs."""


def defused(text: str) -> str:
    """Keep a spreadsheet from running text as a formula: an apostrophe before it makes it text."""
    return f"'{text}" if text.lstrip(" \u3000").startswith(_FORMULA_SIGNS) else text
