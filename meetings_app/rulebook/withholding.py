"""源泉徴収の率: reads the dated rates from the YAML file beside this module, as strictly as the regulations."""

import hashlib
from datetime import date
from functools import cache
from importlib import resources

from honoraria.rules.withholding import PARTS, Rate
from meetings_app.core.terms import WithholdingMode
from meetings_app.rulebook.strict_yaml import Plain, Where, compose, plain

FILE = "withholding.yaml"
KEYS = {"mode", "from", "to", "per_100000", "below", "cite"}


@cache
def load_rates() -> tuple[Rate, ...]:
    """Return all rates, read once. Raises Refused with file and key."""
    return read_rates(_content().decode("utf-8"), FILE)


@cache
def rates_sha256() -> str:
    """Return the hash of the file, kept with every final sheet."""
    return hashlib.sha256(_content()).hexdigest()


def read_rates(text: str, file: str) -> tuple[Rate, ...]:
    """Return the rates written in `text`; `file` is the name used in refusals.

    Raises Refused naming file and key for anything unknown, missing or impossible, and where two rates of one
    mode hold on the same day.
    """
    where = Where(file)
    rows = _exactly(plain(compose(text, file), where), where, {"rates"})["rates"]
    where = where.at("rates")
    if not isinstance(rows, list) or not rows:
        raise where.refuse("率を一つ以上、「- mode: …」の形で書いてください。")
    rates = tuple(_rate(row, where.at(number)) for number, row in enumerate(rows, start=1))
    for number, rate in enumerate(rates, start=1):
        if any(_clash(rate, other) for other in rates[: number - 1]):
            raise where.at(number).refuse(
                f"「{rate.mode}」の率が同じ日に二つあります。from と to を直してください。"
            )
    return rates


def _content() -> bytes:
    return resources.files("meetings_app.rulebook").joinpath(FILE).read_bytes()


def _clash(one: Rate, other: Rate) -> bool:
    starts_before_end = one.valid_to is None or other.valid_from < one.valid_to
    ends_after_start = other.valid_to is None or one.valid_from < other.valid_to
    return one.mode is other.mode and starts_before_end and ends_after_start


def _exactly(data: Plain, where: Where, keys: set[str]) -> dict[str | date, Plain]:
    """Return `data` as a mapping that has exactly `keys`."""
    if not isinstance(data, dict):
        raise where.refuse(f"{'、'.join(sorted(keys))} を「項目: 値」の形で書いてください。")
    for key in data:
        if key not in keys:
            raise where.at(key).refuse(f"知らない項目です。使えるのは {'、'.join(sorted(keys))} です。")
    for key in sorted(keys - data.keys()):
        raise where.at(key).refuse("この項目がありません。書き加えてください。")
    return data


def _rate(data: Plain, where: Where) -> Rate:
    row = _exactly(data, where, KEYS)
    mode, cite = row["mode"], row["cite"]
    if mode not in (WithholdingMode.FEE, WithholdingMode.MONTHLY):
        raise where.at("mode").refuse("「報酬・料金」か「給与乙欄 月額」と書いてください。")
    if not isinstance(cite, str) or not cite.strip():
        raise where.at("cite").refuse("根拠の条文を書いてください。")
    begin, end = _day(row["from"], where.at("from")), _day(row["to"], where.at("to"))
    if end <= begin:
        raise where.at("to").refuse("from より後の日付を書いてください（to の日は含みません）。")
    share, below = _whole(row["per_100000"], where.at("per_100000")), _whole(row["below"], where.at("below"))
    if share > PARTS:
        raise where.at("per_100000").refuse("10万分の1の整数で書いてください（10.21% は 10210）。")
    return Rate(WithholdingMode(str(mode)), begin, end, share, below, cite)


def _day(data: Plain, where: Where) -> date:
    if not isinstance(data, date):
        raise where.refuse("日付を 2026-01-01 のように書いてください。")
    return data


def _whole(data: Plain, where: Where) -> int:
    if not isinstance(data, int) or isinstance(data, bool) or data <= 0:
        raise where.refuse("1以上の整数で書いてください。")
    return data
