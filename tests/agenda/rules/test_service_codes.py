"""支援の種類: names by date, as the law and its amendments give them."""

from datetime import date

import pytest

from agenda.rules.service_codes import CODES, ENTRIES, entries_on, name_on
from meetings_app.core.effective import in_effect
from meetings_app.core.terms import ServiceKind


@pytest.mark.parametrize(
    ("code", "day", "name"),
    [
        ("A06", date(2018, 9, 30), "家計相談支援事業"),
        ("A06", date(2018, 10, 1), "家計改善支援事業"),
        ("A07", date(2019, 3, 31), "子どもの学習支援事業"),
        ("A07", date(2019, 4, 1), "子どもの学習・生活支援事業"),
        ("A05", date(2025, 3, 31), "一時生活支援事業"),
        ("A05", date(2025, 4, 1), "居住支援事業"),
        ("A01", date(2015, 4, 1), "自立相談支援事業"),
        ("A02", date(2026, 11, 25), "住居確保給付金"),
    ],
)
def test_a_code_is_called_by_the_name_of_its_day(code: str, day: date, name: str) -> None:
    assert name_on(code, day) == name


@pytest.mark.parametrize("day", [date(2013, 10, 1), date(2015, 3, 31)])
def test_before_the_law_no_service_has_a_statutory_name(day: date) -> None:
    assert entries_on(day) == ()
    assert {name_on(code, day) for code in CODES} == {None}


def test_an_unknown_code_has_no_name() -> None:
    assert name_on("B01", date(2020, 4, 1)) is None


@pytest.mark.parametrize("day", [date(2015, 4, 1), date(2018, 10, 1), date(2019, 4, 1), date(2025, 4, 1)])
def test_every_code_has_exactly_one_name_from_the_law_on(day: date) -> None:
    for code in CODES:
        assert len(in_effect([entry for entry in ENTRIES if entry.code == code], day)) == 1
    assert len(entries_on(day)) == 7


def test_what_comes_with_the_product_is_statutory_and_says_its_law() -> None:
    assert {entry.kind for entry in ENTRIES} == {ServiceKind.STATUTORY}
    basis = {entry.name: entry.basis for entry in ENTRIES}
    assert "平成30年法律第44号" in basis["家計改善支援事業"]
    assert "令和6年法律第21号" in basis["居住支援事業"]
    assert "平成25年法律第105号" in basis["一時生活支援事業"]
