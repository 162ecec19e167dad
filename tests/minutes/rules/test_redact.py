"""伏せ字: a word is found however it is written, and nothing else of the text changes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minutes.rules.redact import Redactor, Term, fold

NAME = Term("髙橋由紀子", "委員A", spaced=True)
SURNAME = Term("髙橋", "委員A")


@pytest.mark.parametrize(
    "written",
    [
        "髙橋由紀子",
        "高橋由紀子",
        "髙橋　由紀子",
        "高 橋 由 紀 子",
        "髙\u200b橋由紀子",
        "髙橋\u3000\u3000由紀子",
        "髙󠄀橋由紀子",
    ],
)
def test_a_name_in_any_spacing_width_and_form(written: str) -> None:
    assert Redactor([NAME])(f"司会は{written}です。") == "司会は委員Aです。"


@pytest.mark.parametrize("written", ["タンチョウ", "ﾀﾝﾁｮｳ", "たんちょう", "ﾀﾝﾁﾖｳ".replace("ﾖ", "ｮ")])
def test_kana_in_any_script(written: str) -> None:
    assert Redactor([Term("たんちょう", "委員A")])(f"（{written}）") == "（委員A）"


@pytest.mark.parametrize("written", ["Tancho", "TANCHO", "Ｔａｎｃｈｏ", "Tanchō"])
def test_letters_in_any_case_width_and_accent(written: str) -> None:
    assert Redactor([Term("tancho", "委員A")])(f"Mr. {written}.") == "Mr. 委員A."
    assert Redactor([Term("tancho", "委員A")])(f"{written}in") == f"{written}in"


@pytest.mark.parametrize("written", ["K.S", "KS", "Ｋ．Ｓ", "K・S", "k s"])
def test_initials_with_whatever_stands_between(written: str) -> None:
    assert Redactor([Term("K.S", "本人", spaced=True)])(f"{written}さん") == "本人さん"


def test_case_numbers_are_no_initials() -> None:
    assert Redactor([Term("N.O", "本人", spaced=True)])("No.9のN.Oさん") == "No.9の本人さん"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("原さんは原因を話した。", "委員Aさんは原因を話した。"),
        ("原委員、原氏、原　様", "委員A委員、委員A氏、委員A　様"),
        ("原様式と高原さん", "原様式と高原さん"),
        ("原は述べた", "原は述べた"),
    ],
)
def test_a_name_of_one_sign_only_where_it_is_addressed(text: str, told: str) -> None:
    assert Redactor([Term("原", "委員A")])(text) == told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("やえさんと話した。", "委員Aさんと話した。"),
        ("それはやえないことだ。", "それはやえないことだ。"),
        ("ヤエが来た。", "委員Aが来た。"),
        ("「やえ」", "「委員A」"),
    ],
)
def test_short_kana_only_as_a_word_of_its_own(text: str, told: str) -> None:
    assert Redactor([Term("やえ", "委員A")])(text) == told


def test_the_longest_word_is_named_and_words_that_overlap_go_together() -> None:
    redact = Redactor(
        [Term("東", "委員B"), Term("東法律事務所", "所属機関A"), Term("事務所長会", "所属機関B")]
    )
    assert redact("東法律事務所の東さん") == "所属機関Aの委員Bさん"
    assert redact("東法律事務所長会") == "所属機関A"


def test_the_rest_of_the_text_stays_sign_for_sign() -> None:
    text = "①ﾊﾝｶｸの㈱と髙橋、ｶﾞ行　全角ＡＢＣ\n二行目"
    assert Redactor([SURNAME])(text) == "①ﾊﾝｶｸの㈱と委員A、ｶﾞ行　全角ＡＢＣ\n二行目"


@given(st.text(max_size=60))
@settings(max_examples=150)
def test_folding_maps_every_sign_to_where_it_came_from(text: str) -> None:
    folded = fold(text)
    assert len(folded.text) == len(folded.spans)
    assert all(0 <= start < end <= len(text) for start, end in folded.spans)
    assert Redactor([])(text) == text


@given(st.text(max_size=30), st.sampled_from(["幣舞次郎", "幣舞　次郎", "幣 舞次 郎"]), st.text(max_size=30))
@settings(max_examples=150)
def test_no_text_around_it_hides_a_name(before: str, name: str, after: str) -> None:
    redact = Redactor([Term("幣舞次郎", "委員A", spaced=True), Term("幣舞", "委員A"), Term("次郎", "委員A")])
    told = fold(redact(f"{before}{name}{after}")).text
    assert "幣舞" not in told
    assert "次郎" not in told
