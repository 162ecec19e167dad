"""振込用のカナ: the table of signs, what is refused, and lengths in bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from honoraria.zengin.kana import (
    ascii_digits,
    bank_kana,
    byte_length,
    directory_kana,
    fits,
    refuse_long,
)
from meetings_app.core.errors import Refused

PLAIN = {
    "アイウエオ": "ｱｲｳｴｵ",
    "カキクケコ": "ｶｷｸｹｺ",
    "サシスセソ": "ｻｼｽｾｿ",
    "タチツテト": "ﾀﾁﾂﾃﾄ",
    "ナニヌネノ": "ﾅﾆﾇﾈﾉ",
    "ハヒフヘホ": "ﾊﾋﾌﾍﾎ",
    "マミムメモ": "ﾏﾐﾑﾒﾓ",
    "ヤユヨ": "ﾔﾕﾖ",
    "ラリルレロ": "ﾗﾘﾙﾚﾛ",
    "ワン": "ﾜﾝ",
    "ガギグゲゴ": "ｶﾞｷﾞｸﾞｹﾞｺﾞ",
    "ザジズゼゾ": "ｻﾞｼﾞｽﾞｾﾞｿﾞ",
    "ダヂヅデド": "ﾀﾞﾁﾞﾂﾞﾃﾞﾄﾞ",
    "バビブベボ": "ﾊﾞﾋﾞﾌﾞﾍﾞﾎﾞ",
    "パピプペポ": "ﾊﾟﾋﾟﾌﾟﾍﾟﾎﾟ",
    "ヴ": "ｳﾞ",
    "あいうえお": "ｱｲｳｴｵ",
    "がぎぐげご": "ｶﾞｷﾞｸﾞｹﾞｺﾞ",
    "ぱぴぷぺぽ": "ﾊﾟﾋﾟﾌﾟﾍﾟﾎﾟ",
    "ゔ": "ｳﾞ",
}
SMALL = {
    "ァィゥェォ": "ｱｲｳｴｵ",
    "ヵヶッ": "ｶｹﾂ",
    "ャュョヮ": "ﾔﾕﾖﾜ",
    "ぁぃぅぇぉ": "ｱｲｳｴｵ",
    "ゕゖっ": "ｶｹﾂ",
    "ゃゅょゎ": "ﾔﾕﾖﾜ",
    "ｧｨｩｪｫ": "ｱｲｳｴｵ",
    "ｯｬｭｮ": "ﾂﾔﾕﾖ",
    "ㇰㇱㇲㇳㇴ": "ｸｼｽﾄﾇ",
    "ㇵㇶㇷㇸㇹㇺ": "ﾊﾋﾌﾍﾎﾑ",
    "ㇻㇼㇽㇾㇿ": "ﾗﾘﾙﾚﾛ",
}
OTHER = {
    "ヲをｦ": "ｵｵｵ",
    "ヰヱゐゑ": "ｲｴｲｴ",
    "ーｰ－−‐–—―-": "---------",
    "か\u3099は\u309aは゜カ゛": "ｶﾞﾊﾟﾊﾟｶﾞ",
    "０９ＡＺａｚaz09": "09AZAZAZ09",
    "（カ）　Ｓ．Ｔ": "(ｶ) S.T",
    "　さとう　はなこ ": "ｻﾄｳ ﾊﾅｺ",
    "フジワラ　リョウヘイ": "ﾌｼﾞﾜﾗ ﾘﾖｳﾍｲ",
    "ヨシヱ": "ﾖｼｴ",
    "": "",
    "　 ": "",
}
HALF = "ABZ09 ()-.ｱｶｻﾀﾅﾊﾏﾔﾗﾜﾝ"


@pytest.mark.parametrize(("text", "kana"), [*PLAIN.items(), *SMALL.items(), *OTHER.items()])
def test_text_becomes_half_width(text: str, kana: str) -> None:
    assert bank_kana(text) == kana


@pytest.mark.parametrize("kana", ["ｻﾄｳ ｶﾞｸ", "ﾊﾟｸ ｼﾞﾕﾘ-", "S.T(ｶ)1-2", *PLAIN.values()])
def test_half_width_input_stays(kana: str) -> None:
    assert bank_kana(kana) == kana


@given(st.text(HALF).map(str.strip))
def test_the_form_of_a_record_is_its_own_form(kana: str) -> None:
    assert bank_kana(kana) == kana
    assert byte_length(kana) == len(kana)


@given(st.text(max_size=20))
def test_any_text_is_either_refused_or_one_byte_a_sign_of_the_permitted_ones(text: str) -> None:
    try:
        kana = bank_kana(text)
    except Refused:
        return
    permitted = {
        *range(0x30, 0x3A), *range(0x41, 0x5B), *b" ()-.", *range(0xB1, 0xE0),
    }  # fmt: skip
    assert set(kana.encode("shift_jis")) <= permitted
    assert bank_kana(kana) == kana


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("丹ば", "「丹」は振込データに使えません。カナで入れてください。"),
        ("サトウ花子", "「花」は振込データに使えません。カナで入れてください。"),
        ("アンナ・リー", "「・」は振込データに使えません。通帳のカナ名義を確かめ、"),
        ("ｱﾝﾅ･ﾘ", "「･」は振込データに使えません。通帳のカナ名義を確かめ、"),
        ("ささ々", "「々」は振込データに使えません。くり返しの記号を使わず、"),
        ("カ、キ", "「、」は振込データに使えません。使える記号は ( ) - . と空白です。"),
        ("カ，キ", "「，」は振込データに使えません。"),
        ("A&B", "「&」は振込データに使えません。"),
        ("カ/キ", "「/」は振込データに使えません。"),
        ("「カ」", "「「」は振込データに使えません。"),
        ("①", "「①」は振込データに使えません。"),
        ("Straße", "「ß」は振込データに使えません。"),
        ("カ\nキ", "見えない文字（U+000A）は振込データに使えません。消して入れ直してください。"),
        ("カ\u200bキ", "見えない文字（U+200B）は振込データに使えません。"),
        ("ワ゛", "濁点・半濁点の付かない文字に"),
        ("゜ハ", "濁点・半濁点の付かない文字に"),
        ("カ゜", "濁点・半濁点の付かない文字に"),
        ("カ゛゛", "濁点・半濁点の付かない文字に"),
        ("ヷ", "「ヷ」は振込データに使えません。カナで入れてください。"),
    ],
)
def test_what_cannot_be_used_is_named(text: str, sentence: str) -> None:
    with pytest.raises(Refused) as caught:
        bank_kana(text)
    assert caught.value.message.startswith(sentence)


def test_names_of_banks_hold_no_brackets() -> None:
    assert directory_kana("クレデイ．アグリコル") == "ｸﾚﾃﾞｲ.ｱｸﾞﾘｺﾙ"
    assert directory_kana("ミツビシユ－エフジエイ") == "ﾐﾂﾋﾞｼﾕ-ｴﾌｼﾞｴｲ"
    with pytest.raises(Refused, match=r"使える記号は - \. と空白です。"):
        directory_kana("（カ）")


def test_digits() -> None:
    assert ascii_digits("　１２３ ") == "123"
    assert ascii_digits("1２ア") == "12ア"
    assert ascii_digits("²") == "²"


def test_length_counts_voicing_marks_and_is_never_cut() -> None:
    assert byte_length("ﾊﾟｸ ｼﾞﾕﾘ-") == 9
    thirty = "ｶﾞ" * 15
    assert fits(thirty, 30)
    refuse_long(thirty, 30, "釧路花子さん")
    assert not fits(thirty + "ｱ", 30)
    with pytest.raises(Refused) as caught:
        refuse_long(thirty + "ｱ", 30, "釧路花子さん")
    assert caught.value.message.startswith(
        "釧路花子さんのカナ名は31バイトで、振込データに入る30バイトを超えます"
    )
