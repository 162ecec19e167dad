"""書込みの判定: what becomes of a text typed while others write."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minutes.live_tables import RecordField
from minutes.rules.writing import (
    FIELD_NAMES,
    TEXT_FIELDS,
    Verdict,
    answer_of,
    answer_text,
    as_typed,
    both_texts,
    first_unusable,
    judge_write,
)


@pytest.mark.parametrize(
    ("base", "value", "version", "stands", "verdict"),
    [
        (0, "初", 0, "", Verdict.TAKEN),
        (3, "次", 3, "前", Verdict.TAKEN),
        (3, "前", 3, "前", Verdict.SAME),
        (1, "前", 3, "前", Verdict.SAME),
        (2, "次", 3, "前", Verdict.BEHIND),
        (0, "", 3, "前", Verdict.BEHIND),
        (9, "次", 3, "前", Verdict.BEHIND),
    ],
)
def test_a_write_holds_only_on_what_its_author_saw(
    base: int, value: str, version: int, stands: str, verdict: Verdict
) -> None:
    assert judge_write(base=base, value=value, version=version, stands=stands) is verdict


@given(base=st.integers(0, 5), version=st.integers(0, 5), value=st.text(), stands=st.text())
def test_what_is_overwritten_was_seen(base: int, version: int, value: str, stands: str) -> None:
    verdict = judge_write(base=base, value=value, version=version, stands=stands)
    assert (verdict is Verdict.TAKEN) == (base == version and value != stands)
    assert (verdict is Verdict.SAME) == (value == stands)


@pytest.mark.parametrize(
    ("raw", "kept"),
    [("一\r\n二\r三\n", "一\n二\n三\n"), ("  前後の空白 ", "  前後の空白 "), ("\r\n\r\n", "\n\n")],
)
def test_only_the_line_ends_are_changed(raw: str, kept: str) -> None:
    assert as_typed(raw) == kept


@pytest.mark.parametrize(
    "text", ["", "改行\nとタブ\t", "全角\u3000と改行しない空白\u00a0", "絵文字👨‍👩‍👧と𠮷野家"]
)
def test_what_people_type_and_paste_is_usable(text: str) -> None:
    assert first_unusable(text) is None


@pytest.mark.parametrize("sign", ["\x00", "\x0b", "\x1b", "\ud800", "\ufffe", "\uffff"])
def test_what_no_document_can_hold_is_found(sign: str) -> None:
    assert first_unusable(f"前{sign}後") == sign


@pytest.mark.parametrize(
    ("stands", "other", "both"),
    [("今", "別", "今\n別"), ("", "別", "別"), ("今", "", "今"), ("", "", "")],
)
def test_both_texts_stand_one_below_the_other(stands: str, other: str, both: str) -> None:
    assert both_texts(stands, other) == both


def test_answers_are_yes_no_and_not_yet() -> None:
    assert [answer_of(text) for text in ("yes", "no", "")] == [True, False, None]
    assert [answer_text(answer) for answer in (True, False, None)] == ["yes", "no", ""]


def test_every_field_has_a_name_and_the_texts_are_among_them() -> None:
    assert set(FIELD_NAMES) == {field.value for field in RecordField}
    assert set(TEXT_FIELDS) <= set(FIELD_NAMES)
