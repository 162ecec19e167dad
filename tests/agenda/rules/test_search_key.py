"""探すための読み替え: kana of any kind finds kana of any other."""

import jaconv
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agenda.rules.search_key import found_in, search_key

HIRAGANA = st.text(st.characters(min_codepoint=0x3041, max_codepoint=0x3093), min_size=1, max_size=12)


@pytest.mark.parametrize("typed", ["たんちょう", "タンチョウ", "ﾀﾝﾁｮｳ", "たん ちょう", "タンチョう"])
def test_kana_of_any_kind_is_one_key(typed: str) -> None:
    assert search_key(typed) == "たんちょう"


@pytest.mark.parametrize("typed", ["K.S", "k・s", "Ｋ．Ｓ", " ks "])
def test_initials_are_one_key(typed: str) -> None:
    assert search_key(typed) == "ks"


def test_voiced_half_width_kana_are_read() -> None:
    assert found_in(search_key("ｶﾞｸ"), "がくしゅう会")
    assert not found_in(search_key("ｶｸ"), "がくしゅう会")


@given(HIRAGANA)
def test_katakana_and_half_width_find_hiragana(text: str) -> None:
    katakana = jaconv.hira2kata(text)
    assert search_key(katakana) == search_key(text)
    plain = jaconv.hira2kata(text.translate(str.maketrans("ゎゐゑ", "わいえ")))
    assert search_key(jaconv.z2h(plain)) == search_key(plain)
