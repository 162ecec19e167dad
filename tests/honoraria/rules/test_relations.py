"""続柄の一覧と探し方: every listed relation is judged as the article and the Civil Code have it, and can be found."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from honoraria.rules.kinship import NOT_KIN, Within, canonical_path, kinship, read_path
from honoraria.rules.path_steps import CIRCUMSTANCES, MOST_STEPS, PLAIN, SPECIAL, choices_of
from honoraria.rules.relations import RELATIONS, Group, find_relations, name_of_path, path_of_name
from meetings_app.core.errors import Refused

LIMIT = 4

JUDGED = {
    # blood, by steps to the common ancestor and down again (Civil Code 726)
    "父": ("血族", 1, "yes"),
    "娘": ("血族", 1, "yes"),
    "祖母": ("血族", 2, "yes"),
    "孫": ("血族", 2, "yes"),
    "兄": ("血族", 2, "yes"),
    "曽祖父": ("血族", 3, "yes"),
    "曽孫": ("血族", 3, "yes"),
    "伯父": ("血族", 3, "yes"),
    "姪": ("血族", 3, "yes"),
    "高祖父・高祖母": ("血族", 4, "yes"),
    "玄孫": ("血族", 4, "yes"),
    "いとこ": ("血族", 4, "yes"),
    "甥の子": ("血族", 4, "yes"),
    "祖父の兄弟姉妹": ("血族", 4, "yes"),
    "いとこの子": ("血族", 5, "no"),
    "母のいとこ": ("血族", 5, "no"),
    "姪の孫": ("血族", 5, "no"),
    "曽祖父母の兄弟姉妹": ("血族", 5, "no"),
    "はとこ": ("血族", 6, "no"),
    "いとこの孫": ("血族", 6, "no"),
    "認知した子": ("血族", 1, "yes"),
    # affinity reaches as far as blood does
    "配偶者の父": ("姻族", 1, "yes"),
    "配偶者の連れ子": ("姻族", 1, "yes"),
    "息子の妻": ("姻族", 1, "yes"),
    "配偶者の姉": ("姻族", 2, "yes"),
    "弟の妻": ("姻族", 2, "yes"),
    "孫の夫": ("姻族", 2, "yes"),
    "配偶者の伯父": ("姻族", 3, "yes"),
    "叔父の妻": ("姻族", 3, "yes"),
    "配偶者の甥": ("姻族", 3, "yes"),
    "配偶者のいとこ": ("姻族", 4, "yes"),
    "いとこの夫": ("姻族", 4, "yes"),
    "配偶者の姪の子": ("姻族", 4, "yes"),
    "配偶者の高祖父": ("姻族", 4, "yes"),
    "高祖父の後妻": ("姻族", 4, "yes"),
    "父の後妻": ("姻族", 1, "yes"),
    "いとこの子の配偶者": ("姻族", 5, "no"),
    "配偶者のいとこの子": ("姻族", 5, "no"),
    "はとこの妻": ("姻族", 6, "no"),
    # two marriages, or beyond a spouse: no kin
    "配偶者の兄弟姉妹の配偶者": ("なし", None, "no"),
    "娘の夫の母": ("なし", None, "no"),
    "子の配偶者の連れ子": ("なし", None, "no"),
    "父・母の再婚相手の連れ子（養子縁組なし）": ("なし", None, "no"),
    "いとこの配偶者の父・母": ("なし", None, "no"),
    "子のもう一方の父・母（婚姻していない）": ("なし", None, "no"),
    # adoption
    "養母": ("血族", 1, "yes"),
    "養女": ("血族", 1, "yes"),
    "養祖父": ("血族", 2, "yes"),
    "養父・養母の兄弟姉妹": ("血族", 3, "yes"),
    "父・母の養子": ("血族", 2, "yes"),
    "養女の夫": ("姻族", 1, "yes"),
    "婿養子（娘の夫で養子）": ("血族", 1, "yes"),
    "養子の子（縁組の後に生まれた）": ("血族", 2, "yes"),
    "養子の子（縁組の前に生まれた）": ("なし", None, "no"),
    "養子の実の父・母": ("なし", None, "no"),
    "実母": ("血族", 1, "yes"),
    "実の父・母（特別養子縁組で関係が終わった）": ("なし", None, "no"),
    "元の養父": ("なし", None, "no"),
    "離縁した元の養父・養母の実子": ("なし", None, "no"),
    # divorce ends, death does not, the notice does (Civil Code 728)
    "元妻": ("なし", None, "no"),
    "元夫の母": ("なし", None, "no"),
    "兄の元妻": ("なし", None, "no"),
    "亡夫の父": ("姻族", 1, "yes"),
    "亡くなった配偶者の父・母（本人は再婚した）": ("姻族", 1, "yes"),
    "亡くなった配偶者の父・母（姻族関係終了届を出した）": ("なし", None, "no"),
    "亡兄の妻": ("姻族", 2, "yes"),
    "亡くなった兄弟姉妹の配偶者（姻族関係終了届を出した）": ("なし", None, "no"),
    # for a person to decide
    "妻": ("配偶者", None, "review"),
    "事実婚の相手": ("なし", None, "review"),
    "宣誓したパートナー": ("なし", None, "review"),
    "事実婚の相手の父・母": ("なし", None, "review"),
    "認知していない子": ("なし", None, "review"),
    # outside the law
    "兄弟姉妹の事実婚の相手": ("なし", None, "no"),
    "婚約者": ("なし", None, "no"),
    "里親": ("なし", None, "no"),
    "同居している人": ("なし", None, "no"),
    "成年後見人": ("なし", None, "no"),
    "続柄なし": ("なし", None, "no"),
}


@pytest.mark.parametrize("name", JUDGED)
def test_listed_relations_are_judged_as_the_law_has_them(name: str) -> None:
    path = path_of_name(name)
    assert path is not None
    found = kinship(path, LIMIT)
    assert (found.kind, found.degree, found.within) == JUDGED[name]


def test_every_path_of_the_list_can_be_read_and_stands_in_its_one_spelling() -> None:
    assert len(RELATIONS) >= 80
    for relation in RELATIONS:
        assert canonical_path(relation.path) == relation.path, relation.name
        assert kinship(relation.path, LIMIT).within is not Within.SELF, relation.name
        assert relation.group in Group


def test_names_are_told_apart_and_so_are_paths() -> None:
    names = Counter(name for relation in RELATIONS for name in relation.names)
    paths = Counter(relation.path for relation in RELATIONS)
    assert [name for name, times in names.items() if times > 1] == []
    assert [path for path, times in paths.items() if times > 1] == []


def test_every_reading_is_in_hiragana() -> None:
    readings = [
        reading
        for relation in RELATIONS
        for reading in (
            relation.reading,
            *(word.reading for word in (*relation.forms, *relation.words)),
        )
    ]
    assert [one for one in readings if not all("ぁ" <= sign <= "ゖ" or sign in "ー・" for sign in one)] == []


def said(text: str, limit: int = 12) -> list[str]:
    return [match.said for match in find_relations(text, limit)]


def paths(text: str, limit: int = 12) -> list[str]:
    return [match.relation.path for match in find_relations(text, limit)]


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("いとこ", "P>P>C>C"),
        ("イトコ", "P>P>C>C"),
        ("ｲﾄｺ", "P>P>C>C"),
        ("従兄弟", "P>P>C>C"),
        ("おじ", "P>P>C"),
        ("叔母", "P>P>C"),
        ("はいぐうしゃ", "S"),
        ("しゅうと", "S>P"),
        ("姑", "S>P"),
        ("甥", "P>C>C"),
        ("めい", "P>C>C"),
        ("大おば", "P>P>P>C"),
        ("ひまご", "C>C>C"),
        ("またいとこ", "P>P>P>C>C>C"),
        ("内縁", "(事実婚)"),
        ("同性パートナー", "(宣誓)"),
        ("継母", "P>S"),
        ("婿養子", "C(養) / C>S"),
        ("元妻", "S(離婚)"),
        ("友人", NOT_KIN),
        ("兄 嫁", "P>C>S"),
    ],
)
def test_everyday_words_find_the_relation_first(text: str, path: str) -> None:
    assert paths(text)[0] == path


def test_one_word_may_stand_for_several_people() -> None:
    assert paths("義兄")[:2] == ["S>P>C", "P>C>S"]
    assert {"S", "C>S"} <= set(paths("嫁"))
    assert find_relations("義兄")[0].word == "義兄"


def test_the_uncle_of_the_spouse_is_found_by_either_half() -> None:
    assert "配偶者の伯父" in said("伯父")
    assert "S>P>P>C" in paths("はいぐうしゃ")
    assert said("配偶者の伯父") == ["配偶者の伯父"]


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("妻の兄", "S>P>C"),
        ("夫のおじ", "S>P>P>C"),
        ("つまのおじ", "S>P>P>C"),
        ("父の妹の息子", "P>P>C>C"),
        ("母のいとこの夫", "P>P>P>C>C>S"),
        ("妻の兄の子", "S>P>C>C"),
        ("孫の夫", "C>C>S"),
    ],
)
def test_what_is_said_with_no_is_put_together(text: str, path: str) -> None:
    assert find_relations(text)[0].relation.path == path
    assert path_of_name(text) == path


@pytest.mark.parametrize(
    "text", ["兄の妻の子", "父の妻", "父の子", "祖父の孫", "子の母の兄", "妻の妻", "王の子"]
)
def test_what_may_mean_two_things_is_not_put_together(text: str) -> None:
    assert path_of_name(text) is None
    assert all(match.said != text for match in find_relations(text))


@pytest.mark.parametrize("text", ["", " ", "\u3000", "・", "zzz", "の" * 50])
def test_nothing_is_found_for_nothing(text: str) -> None:
    assert find_relations(text) == ()


def test_a_path_has_the_name_of_the_list() -> None:
    assert name_of_path("Ｐ＞Ｃ＞Ｃ") == "甥・姪"
    assert name_of_path("C(養)/C>S") == "婿養子（娘の夫で養子）"
    assert name_of_path("P>P>P>P>P") == ""
    with pytest.raises(Refused):
        name_of_path("X")


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=12))
def test_any_text_can_be_searched(text: str) -> None:
    found = find_relations(text, 5)
    assert len(found) <= 5
    assert len({match.relation.path for match in found}) == len(found)
    for match in found:
        assert kinship(match.relation.path, LIMIT)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(RELATIONS), st.data())
def test_every_relation_is_found_by_every_word_for_it(relation: object, data: st.DataObject) -> None:
    assert relation in RELATIONS
    chosen = next(one for one in RELATIONS if one is relation)
    words = [chosen.name, chosen.reading, *(word.text for word in (*chosen.forms, *chosen.words))]
    word = data.draw(st.sampled_from(words))
    assert chosen.path in [match.relation.path for match in find_relations(word, len(RELATIONS))]


def test_the_steps_in_plain_words_are_steps_of_the_grammar() -> None:
    for choice in (*PLAIN, *SPECIAL):
        path = f"C(養)>{choice.text}" if "縁組前出生" in choice.text else choice.text
        assert canonical_path(path) == path
    assert MOST_STEPS > LIMIT


def test_every_circumstance_of_the_article_can_be_chosen() -> None:
    texts = {choice.text for choices in CIRCUMSTANCES.values() for choice in choices}
    for mark in (
        "養",
        "実",
        "認知",
        "未認知",
        "縁組前出生",
        "離縁",
        "離婚",
        "死亡",
        "再婚",
        "終了届",
        "特別養子で終了",
    ):
        assert any(mark in text for text in texts), mark
    for outside in ("事実婚", "宣誓", "婚約", "里親委託", "同居", "後見"):
        assert f"({outside})" in texts


def test_a_rarer_step_stays_among_its_own_choices() -> None:
    ((link,),) = read_path("C(養・離縁・死亡)")
    assert choices_of(link)[-1].text == "C(養・離縁・死亡)"
    ((plain,),) = read_path("S")
    assert len(choices_of(plain)) == len(CIRCUMSTANCES["S"])
