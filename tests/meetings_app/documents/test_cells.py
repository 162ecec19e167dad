"""Text in spreadsheets: nothing a person typed may run."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetings_app.documents.cells import defused

SIGNS = "=+-@\t\r＝＋－＠"


@pytest.mark.parametrize("sign", SIGNS)
@pytest.mark.parametrize("before", ["", " ", "\u3000", " \u3000 "])
def test_what_begins_like_a_formula_gets_an_apostrophe(before: str, sign: str) -> None:
    assert defused(f"{before}{sign}1+1") == f"'{before}{sign}1+1"


@pytest.mark.parametrize("text", ["", "丹頂 一郎", "第7条第3項①", "1+1", "△5,000", "―", "'=1"])
def test_other_text_stays(text: str) -> None:
    assert defused(text) == text


@given(st.text())
def test_no_text_begins_like_a_formula_afterwards(text: str) -> None:
    assert not defused(text).lstrip(" \u3000").startswith(tuple(SIGNS))
    assert defused(text).endswith(text)
