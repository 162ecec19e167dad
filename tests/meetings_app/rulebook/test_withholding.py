"""源泉徴収の率 as a file: the rates by hand, and a refusal for every kind of mistake."""

import hashlib
from datetime import date, timedelta
from importlib import resources

import pytest

from honoraria.rules.withholding import Rate, TaxTables
from meetings_app.core.errors import Refused
from meetings_app.core.terms import WithholdingMode
from meetings_app.rulebook.withholding import load_rates, rates_sha256, read_rates

FEE, MONTHLY = WithholdingMode.FEE, WithholdingMode.MONTHLY
FILE = "withholding.yaml"

ROW = {
    "mode": "報酬・料金",
    "from": "2013-01-01",
    "to": "2038-01-01",
    "per_100000": "10210",
    "below": "1000001",
    "cite": "所得税法第205条第1号",
}


def text_of(*rows: dict[str, str]) -> str:
    lines = ["rates:"]
    for row in rows:
        first, *others = [f"{key}: {value}" for key, value in row.items()]
        lines += [f"  - {first}", *(f"    {other}" for other in others)]
    return "\n".join(lines) + "\n"


def refusal(text: str) -> str:
    with pytest.raises(Refused) as refused:
        read_rates(text, FILE)
    message = refused.value.message
    assert message.startswith(FILE)
    assert message.endswith("。")
    return message


# --- the file itself ---


@pytest.mark.parametrize(
    ("mode", "on", "per_100000", "below"),
    [
        (FEE, date(2013, 1, 1), 10210, 1000001),
        (FEE, date(2026, 3, 25), 10210, 1000001),
        (FEE, date(2037, 12, 31), 10210, 1000001),
        (MONTHLY, date(2013, 1, 1), 3063, 88000),
        (MONTHLY, date(2025, 12, 31), 3063, 88000),
        (MONTHLY, date(2026, 1, 1), 3063, 105000),
        (MONTHLY, date(2026, 1, 2), 3063, 105000),
        (MONTHLY, date(2037, 12, 31), 3063, 105000),
    ],
)
def test_rates_by_date(mode: WithholdingMode, on: date, per_100000: int, below: int) -> None:
    rate = TaxTables(load_rates(), lambda _taxable, _on: None).rate_on(mode, on)
    assert (rate.mode, rate.per_100000, rate.below) == (mode, per_100000, below)
    assert rate.cite


@pytest.mark.parametrize("mode", [FEE, MONTHLY])
@pytest.mark.parametrize("on", [date(2012, 12, 31), date(2038, 1, 1)])
def test_no_rate_before_2013_and_from_2038(mode: WithholdingMode, on: date) -> None:
    with pytest.raises(Refused, match=mode.value):
        TaxTables(load_rates(), lambda _taxable, _on: None).rate_on(mode, on)


@pytest.mark.parametrize("mode", [FEE, MONTHLY])
def test_every_day_has_one_rate_of_each_mode(mode: WithholdingMode) -> None:
    """Without gap and without overlap: each rate ends where the next begins."""
    rates = sorted((one for one in load_rates() if one.mode is mode), key=lambda one: one.valid_from)
    assert rates[0].valid_from == date(2013, 1, 1)
    assert rates[-1].valid_to == date(2038, 1, 1)
    assert [one.valid_to for one in rates[:-1]] == [one.valid_from for one in rates[1:]]


def test_the_hash_is_that_of_the_file() -> None:
    content = resources.files("meetings_app.rulebook").joinpath(FILE).read_bytes()
    assert rates_sha256() == hashlib.sha256(content).hexdigest()


# --- what can be written ---


def test_a_row_is_read_as_written() -> None:
    assert read_rates(text_of(ROW), FILE) == (
        Rate(FEE, date(2013, 1, 1), date(2038, 1, 1), 10210, 1000001, "所得税法第205条第1号"),
    )


def test_rates_of_one_mode_may_touch_and_of_two_modes_overlap() -> None:
    early, late = {**ROW, "to": "2026-01-01"}, {**ROW, "from": "2026-01-01"}
    other = {**ROW, "mode": "給与乙欄 月額"}
    assert len(read_rates(text_of(early, late, other), FILE)) == 3
    assert len(read_rates(text_of(other, late, early), FILE)) == 3


# --- what is refused ---


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("per_100000", "10.21"),
        ("per_100000", "10210.0"),
        ("per_100000", "1.021e+4"),
        ("per_100000", "'10210'"),
        ("per_100000", "true"),
        ("per_100000", "null"),
        ("per_100000", "0"),
        ("per_100000", "-10210"),
        ("per_100000", "100001"),
        ("per_100000", "10_210"),
        ("below", "88000.5"),
        ("below", "null"),
        ("below", "'88000'"),
        ("below", "true"),
        ("below", "0"),
        ("below", "-1"),
        ("from", "2013-02-29"),
        ("from", "2013-1-1"),
        ("from", "'2013-01-01'"),
        ("from", "20130101"),
        ("from", "2013-01-01T00:00:00"),
        ("from", "null"),
        ("to", "2037-13-01"),
        ("to", "きのう"),
        ("to", "2038"),
        ("to", "null"),
        ("to", "false"),
        ("mode", "源泉しない"),
        ("mode", "null"),
        ("mode", "1"),
        ("mode", "[報酬・料金]"),
        ("cite", "null"),
        ("cite", "''"),
        ("cite", "' '"),
        ("cite", "205"),
        ("cite", "{条: 205}"),
    ],
)
def test_an_impossible_value_is_refused_by_key(key: str, value: str) -> None:
    message = refusal(text_of({**ROW, key: value}))
    assert f"rates.1.{key}」" in message


@pytest.mark.parametrize("mode", ["源泉なし", "給与乙欄 日額"])
def test_a_mode_without_rate_is_refused(mode: str) -> None:
    """源泉なし has nothing to compute, and the daily table is typed in: a rate for them would never be read."""
    assert "rates.1.mode」" in refusal(text_of({**ROW, "mode": mode}))


@pytest.mark.parametrize("missing", list(ROW))
def test_a_missing_key_is_refused_by_name(missing: str) -> None:
    message = refusal(text_of({key: value for key, value in ROW.items() if key != missing}))
    assert f"rates.1.{missing}」" in message


@pytest.mark.parametrize("unknown", ["rate", "per_1000", "From", "travel", "2026-01-01"])
def test_an_unknown_key_is_refused_by_name(unknown: str) -> None:
    message = refusal(text_of({**ROW, unknown: "1"}))
    assert f"rates.1.{unknown}」" in message


@pytest.mark.parametrize("twice", list(ROW))
def test_a_key_that_stands_twice_is_refused_by_name(twice: str) -> None:
    message = refusal(text_of(ROW) + f"    {twice}: {ROW[twice]}\n")
    assert f".{twice}」" in message
    assert "2度" in message


@pytest.mark.parametrize(
    ("begin", "end"),
    [
        ("2013-01-01", "2038-01-01"),
        ("2012-01-01", "2013-01-02"),
        ("2037-12-31", "2040-01-01"),
        ("2020-01-01", "2021-01-01"),
        ("2000-01-01", "2050-01-01"),
    ],
)
def test_two_rates_on_one_day_are_refused(begin: str, end: str) -> None:
    other = {**ROW, "from": begin, "to": end}
    for text in (text_of(ROW, other), text_of(other, ROW)):
        message = refusal(text)
        assert "報酬・料金" in message
        assert "rates" in message


@pytest.mark.parametrize("end", ["2013-01-01", "2012-12-31"])
def test_a_rate_that_ends_before_it_begins_is_refused(end: str) -> None:
    assert "rates.1" in refusal(text_of({**ROW, "to": end}))


def test_a_backwards_rate_is_named_even_beside_a_good_one() -> None:
    good, backwards = ROW, {**ROW, "from": "2040-01-01", "to": "2039-01-01"}
    assert "rates.2" in refusal(text_of(good, backwards))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# nothing\n",
        "rates:\n",
        "rates: []\n",
        "rates: 5\n",
        "rates: {}\n",
        "rates:\n  - 5\n",
        "rates:\n  - []\n",
        "- mode: 報酬・料金\n",
        "rates\n",
        "other: []\n",
        "2013-01-01: []\n",
        text_of(ROW) + "other: 1\n",
        text_of(ROW) + text_of(ROW),
        text_of(ROW) + "---\n" + text_of(ROW),
        "rates:\n  - &a\n    mode: 報酬・料金\n  - *a\n",
        "rates: [\n",
    ],
)
def test_a_file_of_another_shape_is_refused(text: str) -> None:
    refusal(text)


def test_the_file_is_named_as_given() -> None:
    with pytest.raises(Refused) as refused:
        read_rates("rates: 5\n", "別の率.yaml")
    assert refused.value.message.startswith("別の率.yaml")


def test_the_day_before_and_after_a_seam() -> None:
    seam = date(2026, 1, 1)
    rates = read_rates(
        text_of(
            {**ROW, "to": "2026-01-01", "per_100000": "1"}, {**ROW, "from": "2026-01-01", "per_100000": "2"}
        ),
        FILE,
    )
    tables = TaxTables(rates, lambda _taxable, _on: None)
    days = (seam - timedelta(days=1), seam, seam + timedelta(days=1))
    assert [tables.rate_on(FEE, on).per_100000 for on in days] == [1, 2, 2]
