"""差し込みの書き方: what a template may say, what it may not, and that nothing in it runs without end."""

import pytest

from meetings_app.documents.template_language import MAX_ROUNDS, Fault, checked_tree, render

VALUES = {
    "name": "髙橋",
    "empty": "",
    "number": 3,
    "yes": True,
    "no": False,
    "lines": [{"items": "甲", "n": 1}, {"items": "乙", "n": 2}],
    "words": ["犬", "猫"],
    "head": {"body": "釧路市", "values": "値"},
}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{{ name }}様", "髙橋様"),
        ("{{ number }}", "3"),
        ("{{ yes }}{{ no }}", "はいいいえ"),
        ("{{ head.body }}{{ head['body'] }}", "釧路市釧路市"),
        ("{% for line in lines %}{{ loop.index }}{{ line.items }}{% endfor %}", "1甲2乙"),
        ("{% for line in lines if line.n > 1 %}{{ line.items }}{% endfor %}", "乙"),
        ("{% for line in lines %}{{ loop.length }}{% if not loop.last %}、{% endif %}{% endfor %}", "2、2"),
        ("{% if yes and number == 3 %}可{% else %}不可{% endif %}", "可"),
        ("{% if name in ['東', '髙橋'] %}可{% endif %}", "可"),
        ("{{ '有' if yes else '無' }}", "有"),
        ("{{ words|join('・') }}{{ words|length }}{{ words[0] }}{{ (lines|last).items }}", "犬・猫2犬乙"),
        ("{{ empty|default('（未記入）', true) }}", "（未記入）"),
        ("{{ absent|default('―') }}", "―"),
        ("{{ number + 1 }}", "4"),
        ("{# 覚え #}", ""),
        ("{{ head.values }}", "値"),
    ],
)
def test_what_a_template_may_say(source: str, expected: str) -> None:
    assert render(source, VALUES) == expected


def test_values_are_printed_as_text() -> None:
    assert render("{{ a }}", {"a": '<w:p>&"{{ b }}{% x %}{_{'}) == "&lt;w:p&gt;&amp;&#34;{{ b }}{% x %}{_{"
    assert render("{{ a }}", {"a": "一\n二 & 三"}) == "一&#13;二 &amp; 三"


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("{{ name.__class__ }}", "「__class__」のように下線で始まる名前は使えません"),
        ("{{ name['__class__'] }}", "「__class__」のように下線で始まる名前は使えません"),
        ("{{ name.upper() }}", "「upper( )」のような呼び出しは使えません"),
        ("{{ range(10) }}", "「range( )」のような呼び出しは使えません"),
        ("{{ name|e }}", "「|e」は使えません"),
        ("{{ name|attr('upper') }}", "「|attr」は使えません"),
        ("{{ words|join(name) }}", "「|join」のかっこの中には"),
        ("{{ name is mapping }}", "「is mapping」は使えません"),
        ("{{ 'a' * 1000000 }}", "この書き方は使えません"),
        ("{{ 9 ** 9 }}", "この書き方は使えません"),
        ("{% set a = 1 %}", "この書き方は使えません"),
        ("{% include 'x' %}", "この書き方は使えません"),
        ("{% macro a() %}{% endmacro %}", "この書き方は使えません"),
        ("{% for a, b in lines %}{% endfor %}", "「for 名前 in 一覧」の形で"),
        ("{% for a in lines recursive %}{% endfor %}", "「for 名前 in 一覧」の形で"),
        ("{{ name[lines] }}", "角かっこの中には"),
        ("{{ [name] }}", "かっこで並べられるのは"),
        ("{{ name", "書き方に誤りがあります"),
        ("{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}", "書き方が複雑すぎます"),
        ("{{ " + "1" * 5000 + " }}", "書き方が複雑すぎます"),
    ],
)
def test_what_a_template_may_not_say(source: str, said: str) -> None:
    with pytest.raises(Fault) as caught:
        checked_tree(source)
    assert said in caught.value.message
    with pytest.raises(Fault):
        render(source, VALUES)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("\n\n{{ nmae }}", "「nmae」という項目の値がありません"),
        ("\n\n{{ head.upper }}", "「upper」という項目の値がありません"),
        ("\n\n{{ head.keys }}", "「keys」という項目の値がありません"),
        ("\n\n{{ nmae.first.second }}", "「nmae」という項目の値がありません"),
        ("\n\n{{ words[7] }}", "「7」という項目の値がありません"),
        ("\n\n{{ lines }}", "一覧やまとまりは、そのままでは印刷できません"),
        ("\n\n{{ head }}", "一覧やまとまりは、そのままでは印刷できません"),
        ("\n\n{% for x in name %}{% endfor %}", "一覧の項目だけです"),
        ("\n\n{% for x in absent %}{% endfor %}", "「absent」という項目の値がありません"),
        ("\n\n{{ name|join('・') }}", "一覧の項目だけです"),
        ("\n\n{{ lines|join('・') }}", "文字か数の一覧だけです"),
        ("\n\n{% if name < 1 %}{% endif %}", "種類が合いません"),
    ],
)
def test_what_fails_when_filled_names_the_line(source: str, said: str) -> None:
    with pytest.raises(Fault) as caught:
        render(source, VALUES)
    assert said in caught.value.message
    assert caught.value.line == 3


def test_loops_are_bounded_even_if_they_print_nothing() -> None:
    values = {"rows": list(range(200))}
    nested = "{% for a in rows %}{% for b in rows %}{% for c in rows %}{% endfor %}{% endfor %}{% endfor %}"
    with pytest.raises(Fault, match="繰り返しが多すぎて"):
        render(nested, values)
    assert render("{% for a in rows %}{% endfor %}", {"rows": list(range(MAX_ROUNDS))}) == ""
    with pytest.raises(Fault, match="繰り返しが多すぎて"):
        render("{% for a in rows %}{% endfor %}", {"rows": list(range(MAX_ROUNDS + 1))})


def test_the_size_of_the_result_is_bounded() -> None:
    source = "{% for a in rows %}" + "長" * 2_000 + "{% endfor %}"
    with pytest.raises(Fault, match="書類が大きくなりすぎます"):
        render(source, {"rows": list(range(10_000))})


def test_loops_nested_too_deeply_are_refused() -> None:
    source = "{% for a in words %}" * 30 + "{% endfor %}" * 30
    with pytest.raises(Fault, match="入れ子が深すぎます"):
        render(source, VALUES)
