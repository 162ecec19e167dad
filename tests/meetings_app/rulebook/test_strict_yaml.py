"""What the strict reader takes and what it refuses, by place."""

from datetime import date

import pytest

from meetings_app.core.errors import Refused
from meetings_app.rulebook.strict_yaml import Plain, Where, compose, plain


def read(text: str) -> Plain:
    return plain(compose(text, "見本.yaml"), Where("見本.yaml"))


def test_plain_values_come_through() -> None:
    text = "甲: 5000\n乙: true\n丙: 2014-04-01\n丁: null\n戊: [釧路, '010', 'no']\n2013-10-01: -1\n"
    assert read(text) == {
        "甲": 5000,
        "乙": True,
        "丙": date(2014, 4, 1),
        "丁": None,
        "戊": ["釧路", "010", "no"],
        date(2013, 10, 1): -1,
    }


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("5000.0", "小数"),
        (".inf", "小数"),
        ("1e+3", None),
        ("010", "別の数"),
        ("0x10", "別の数"),
        ("0b1", "別の数"),
        ("1_000", "別の数"),
        ("1:30", "別の数"),
        ("+5", "別の数"),
        ("no", "真偽値"),
        ("yes", "真偽値"),
        ("on", "真偽値"),
        ("Off", "真偽値"),
        ("True", "真偽値"),
        ("2014-02-30", "という日はありません"),
        ("2014-04-01 10:00:00", "時刻"),
        ("<<", "使えない書き方"),
        ("=", "使えない書き方"),
    ],
)
def test_values_that_are_read_otherwise_are_refused(value: str, reason: str | None) -> None:
    if reason is None:
        assert read(f"甲: {value}") == {"甲": value}
        return
    with pytest.raises(Refused, match=reason) as refusal:
        read(f"乙: 1\n甲: {value}")
    assert refusal.value.message.startswith("見本.yaml（2行目） 「甲」: ")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("甲: 1\n甲: 2", "同じ項目が2度"),
        ("甲: {乙: 1, 乙: 1}", "同じ項目が2度"),
        ("on: 1", "真偽値"),
        ("~: 1", "文字か日付"),
        ("1: 2", "文字か日付"),
        ("? [甲]\n: 1", "一覧や表は使えません"),
        ("<<: {甲: 1}", "使えない書き方"),
        ("甲: &a 1", "参照は使えません"),
        ("甲: &a 1\n乙: *a", "参照は使えません"),
        ("甲: !!str 1", "型の指定"),
        ("甲: !!python/name:os.system x", "型の指定"),
        ("甲: [1", "YAMLとして読めません"),
        ("甲: 1\n---\n乙: 1", "YAMLとして読めません"),
        ("甲: \x07", "YAMLとして読めません"),
        ("", "中身がありません"),
        ("# 注だけ\n", "中身がありません"),
        ("甲: " + "[" * 40 + "]" * 40, "入れ子が深すぎます"),
    ],
)
def test_shapes_that_are_refused(text: str, reason: str) -> None:
    with pytest.raises(Refused, match=reason) as refusal:
        read(text)
    assert refusal.value.message.startswith("見本.yaml")
    assert refusal.value.message.endswith("。")


def test_places_count_list_items_from_one() -> None:
    with pytest.raises(Refused, match=r"「甲\.2\.乙」"):
        read("甲:\n  - 1\n  - {乙: 1.5}\n")
