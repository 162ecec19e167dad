"""様式の確認: every wrong tag is named with its place and what to write instead."""

import io
from collections.abc import Sequence

import docx
import pytest
from docx.oxml import OxmlElement
from hypothesis import given, settings
from hypothesis import strategies as st

from meetings_app.core.errors import Refused
from meetings_app.documents.template_check import TemplateReport, check_template, known_tags
from tests.meetings_app.documents.word_files import opened, replaced, saved, texts, word

SAMPLE: dict[str, object] = {
    "head": {"body": "釧路市支援調整会議", "number": 20},
    "name": "髙橋",
    "first_time": True,
    "lines": [
        {"title": "No.1", "parts": ["説明"], "case": {"number": 1}},
        {"title": "No.2", "parts": [], "note": "注"},
    ],
    "empty": [],
}


def report(
    *paragraphs: str | Sequence[str], header: str = "", rows: Sequence[Sequence[str]] = ()
) -> TemplateReport:
    return check_template(word(*paragraphs, header=header, rows=rows), "様式.docx", SAMPLE)


def messages(found: TemplateReport) -> list[str]:
    assert not found.ok
    return [finding.message for finding in found.findings]


def one(found: TemplateReport) -> str:
    (message,) = messages(found)
    return message


# --- good templates ---------------------------------------------------------------------------------------


def test_a_good_template_is_filled_with_the_sample() -> None:
    found = report(
        "{{ head.body }} 第{{ head.number }}回",
        "{%p for line in lines %}",
        "{{ loop.index }} {{ line.title }}{% if line.note is defined %}（{{ line.note }}）{% endif %}",
        "{%p endfor %}",
        "{# 覚え書き #}{% for line in lines if line.title %}{{ line.parts|join('、') }}{% endfor %}",
        header="{{ name }}",
        rows=[
            ["{%tr for line in lines %}", ""],
            ["{{ line.title }}", "{{ head['body'] }}"],
            ["{%tr endfor %}", ""],
        ],
    )
    assert found.findings == ()
    assert found.ok
    assert found.filled is not None
    assert texts(found.filled)[:4] == ["釧路市支援調整会議 第20回", "1 No.1", "2 No.2（注）", "説明"]
    assert found.tags == (
        "head.body", "head.number", "lines[]", "lines[].note", "lines[].parts[]", "lines[].title", "name",
    )  # fmt: skip
    assert set(found.tags) <= set(known_tags(SAMPLE))


def test_a_template_without_tags_is_no_mistake() -> None:
    assert report("本文").ok


def test_curved_quotes_of_word_are_understood() -> None:
    assert report("{% if name == “髙橋” %}可{% endif %}").ok


def test_the_tags_of_a_sample() -> None:
    assert known_tags(SAMPLE) == (
        "head.body", "head.number", "name", "first_time", "lines[]", "lines[].title", "lines[].parts[]",
        "lines[].case.number", "lines[].note", "empty[]",
    )  # fmt: skip


def test_missing_recommended_tags_are_only_noted() -> None:
    data = word("{{ head.body }}{% for line in lines %}{{ line.title }}{% endfor %}")
    found = check_template(
        data, "様式.docx", SAMPLE, recommended=("head.body", "head.number", "lines", "name")
    )
    assert found.ok
    assert [(finding.severity, finding.raw) for finding in found.findings] == [
        ("info", "head.number"),
        ("info", "name"),
    ]
    assert (
        found.findings[0].message
        == "様式に「head.number」の差し込みがありません。省いてよければ、このまま使えます。"
    )


# --- unknown tags, and where they stand -------------------------------------------------------------------


def test_an_unknown_tag_is_named_with_its_place_and_the_nearest_name() -> None:
    found = report("一", "", ["{{ na", "em }", "}様"])
    assert one(found) == (
        "本文 3段落目『{{ naem }}様』：「naem」という項目はありません。「name」ではありませんか。"
    )
    assert found.findings[0].code == "unknown_tag"
    assert found.findings[0].raw == "{{ naem }}"
    assert found.filled is None


@pytest.mark.parametrize(
    ("tag", "said"),
    [
        ("{{ head.numbr }}", "「head.numbr」という項目はありません。「number」ではありませんか。"),
        ("{{ number }}", "「number」という項目はありません。「head.number」ではありませんか。"),
        ("{{ 全く別 }}", "「全く別」という項目はありません。使える項目の一覧から選んでください。"),
        ("{{ name.first }}", "「name」は文字や数なので「.first」はありません。「.」以下を消してください。"),
        ("{{ lines.title }}", "「lines」は一覧なので「.title」はありません。for で繰り返して"),
        ("{{ lines }}", "「lines」は一覧なので、そのままでは印刷できません。"),
        (
            "{{ head }}",
            "「head」はまとまりなので、そのままでは印刷できません。head.body、head.number などの項目を",
        ),
        ("{% if nmae %}{% endif %}", "「name」ではありませんか。"),
        ("{% if name %}{% elif nmae %}{% endif %}", "「name」ではありませんか。"),
        ("{% for line in lnes %}{{ line.anything }}{% endfor %}", "「lines」ではありませんか。"),
        (
            "{% for line in lines %}{{ line.titel }}{% endfor %}",
            "「line.titel」という項目はありません。「title」",
        ),
        ("{% for line in lines %}{{ line.case.nubmer }}{% endfor %}", "「number」ではありませんか。"),
        ("{% for line in lines %}{% endfor %}{{ line.title }}", "「line」という項目はありません。「lines」"),
        ("{% for line in lines %}{{ loop.indx }}{% endfor %}", "「index」ではありませんか。"),
        ("{% for a in name %}{% endfor %}", "「name」は一覧ではないため、for で繰り返せません。"),
        ("{{ loop.index }}", "「loop」という項目はありません。"),
    ],
)
def test_unknown_names(tag: str, said: str) -> None:
    assert said in one(report(tag))


def test_nothing_is_held_against_the_rows_of_an_empty_list() -> None:
    assert report("{% for x in empty %}{{ x.anything }}{% endfor %}").ok


def test_places_in_tables_headers_and_boxes() -> None:
    document = opened(word("一", header="{{ a1 }}", rows=[["一"], ["二"]]))
    document.add_table(3, 2).rows[2].cells[1].text = "{{ a2 }}"
    inner = document.tables[0].rows[1].cells[0].add_table(2, 1)
    inner.rows[1].cells[0].text = "{{ a3 }}"
    document.sections[0].footer.paragraphs[0].text = "{{ a4 }}"
    run = document.add_paragraph("箱").add_run()
    box, paragraph, written = (OxmlElement(name) for name in ("w:txbxContent", "w:p", "w:r"))
    text = OxmlElement("w:t")
    text.text = "{{ a5 }}"
    written.append(text)
    paragraph.append(written)
    box.append(paragraph)
    run._element.append(box)
    said = messages(check_template(saved(document), "様式.docx", SAMPLE))
    assert [message.split("：")[0] for message in said] == [
        "本文 表1の2行目『{{ a3 }}』",
        "本文 表2の3行目『{{ a2 }}』",
        "本文 2段落目の図形の中『{{ a5 }}』",
        "ヘッダー 1段落目『{{ a1 }}』",
        "フッター 1段落目『{{ a4 }}』",
    ]


def test_every_mistake_is_told_at_once() -> None:
    said = messages(report("{{ nmae }}", "{{ name", "{% if name %}", "{{ name.upper() }}"))
    assert len(said) == 4


# --- malformed tags ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("paragraph", "said"),
    [
        ("{{ name }", "{{ が同じ段落の中で閉じていません。}} を補ってください。"),
        ("{{ name } と {{ name }}", "{{ が同じ段落の中で閉じていません。"),
        ("{% if name }", "{% が同じ段落の中で閉じていません。%} を補ってください。"),
        ("{ name }}", "}} の前に {{ がありません。"),
        ("｛｛ name ｝}", "「｛｛」が全角です。差し込みのかっこは半角の {{ }} 又は {% %} で書いてください。"),
        ("{{ }}", "中が空です。"),
        ("{{ name name }}", "書き方に誤りがあります。"),
        ("{{ name. }}", "書き方に誤りがあります。"),
        ("{{p name }}", "値の差し込みに「p」は付けられません。{{ name }} と書いてください。"),
        ("{{r name }}", "値の差し込みに「r」は付けられません。"),
        ("{{- name }}", "かっこの内側の「-」「+」は使えません。"),
        ("{{ " + "name + " * 100 + "name }}", "差し込みが長すぎます。500字までに"),
        ("{% for line in lines %}", "{% for line in lines %} を閉じる {% endfor %} がありません。"),
        ("{% endif %}", "{% endif %} に対応する if が前にありません。"),
        ("{% else %}", "{% else %} の前に if がありません。"),
        ("{% if name %}{% else name %}{% endif %}", "else の後には何も書けません。"),
        (
            "{% for line in lines %}{% endif %}",
            "{% for line in lines %} を先に {% endfor %} で閉じてください。",
        ),
        ("{% fro line in lines %}", "「fro」という指示はありません。「for」ではありませんか。"),
        ("{% set a = 1 %}", "「set」という指示はありません。使えるのは"),
        ("{% p if name %}", "間を空けずに「{%p 」と書いてください。"),
        ("{%tr if name %}{% endif %}", "{%tr は表の中でだけ使えます。段落なら {%p と書いてください。"),
        (
            "あ{%p if name %}",
            "{%p %} のある段落は印刷されないため、同じ段落のほかの文字や差し込みも消えます。",
        ),
        ("{{ name.__class__.__mro__ }}", "下線で始まる名前は使えません。"),
        ("{{ name['__class__'] }}", "下線で始まる名前は使えません。"),
        ("{{ name.upper() }}", "「upper( )」のような呼び出しは使えません。"),
        ("{{ range(10) }}", "「range( )」のような呼び出しは使えません。"),
        ("{% for i in range(10**9) %}{{ i }}{% endfor %}", "「range( )」のような呼び出しは使えません。"),
        ("{{ name|e }}", "「|e」は使えません。"),
    ],
)
def test_malformed_tags(paragraph: str, said: str) -> None:
    found = messages(report("前", paragraph))
    assert said in found[0]
    assert found[0].startswith("本文 2段落目『")


@pytest.mark.parametrize(
    ("paragraphs", "said"),
    [
        (("{%p if name %}", "一", "{% endif %}"), "種類が違います。{%p endif %} と書いてください。"),
        (("{% if name %}", "一", "{%p endif %}"), "種類が違います。{% endif %} と書いてください。"),
    ],
)
def test_starts_and_ends_of_different_kinds(paragraphs: Sequence[str], said: str) -> None:
    assert said in messages(report(*paragraphs))[0]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([["{% for x in lines %}", "{% endfor %}"]], "同じ欄にありません。"),
        ([["{%tc for x in lines %}"], ["{%tc endfor %}"]], "同じ行にありません。"),
        ([["{%tr for x in lines %}", "題"], ["{%tr endfor %}", ""]], "{%tr %} のある行は印刷されないため"),
        ([["{%tr for x in lines %}", "{%tr endfor %}"]], "{%tr %} のある行は印刷されないため"),
    ],
)
def test_loops_that_tear_tables_apart(rows: Sequence[Sequence[str]], said: str) -> None:
    assert said in messages(report(rows=rows))[0]


def test_a_loop_from_the_body_into_a_table() -> None:
    assert "同じ欄にありません。" in messages(report("{% for x in lines %}", rows=[["{% endfor %}"]]))[0]


def test_an_end_outside_the_link_of_its_start() -> None:
    data = replaced(
        word("{% if name %}", "一{% endif %}"), "word/document.xml",
        "<w:r><w:t>{% if name %}</w:t></w:r>", "<w:hyperlink><w:r><w:t>{% if name %}</w:t></w:r></w:hyperlink>",
    )  # fmt: skip
    assert "同じ欄にありません。" in messages(check_template(data, "様式.docx", SAMPLE))[0]


def test_a_failure_of_the_sample_is_a_finding() -> None:
    found = report("{% if name < 3 %}{% endif %}")
    assert found.findings[0].code == "sample_not_filled"
    assert "『{% if name < 3 %}{% endif %}』のところに誤りがあります。" in one(found)


@pytest.mark.parametrize(
    ("tag", "rows"),
    [
        ("{{ lines[0].title }}", 0),
        ("{{ (lines|last).title }}", 0),
        ("{% if lines %}{{ lines[1].title }}{% endif %}", 1),
        ("{% for line in lines if line.parts %}{{ line.parts[0] }}{% endfor %}{{ lines[1].title }}", 0),
    ],
)
def test_a_template_that_needs_more_rows_than_there_may_be_is_refused(tag: str, rows: int) -> None:
    found = report(tag)
    assert [finding.code for finding in found.findings] == ["short_list_not_filled"]
    assert one(found).startswith(f"一覧が{rows}件のときに書類を作れません。")
    assert "if で囲み" in one(found)


@pytest.mark.parametrize(
    "tag",
    [
        "{% if lines|length > 1 %}{{ lines[1].title }}{% endif %}",
        "{% for line in lines %}{{ line.title }}{% else %}なし{% endfor %}",
        "{{ lines|length }}",
    ],
)
def test_a_template_that_counts_first_is_good(tag: str) -> None:
    assert report(tag).ok


# --- the rest of the document -----------------------------------------------------------------------------


def test_tracked_changes_are_refused() -> None:
    data = replaced(
        word("一"), "word/document.xml",
        "<w:r><w:t>一</w:t></w:r>", '<w:ins w:id="1" w:author="x"><w:r><w:t>一</w:t></w:r></w:ins>',
    )  # fmt: skip
    assert "本文に変更履歴が残っています" in one(check_template(data, "様式.docx", SAMPLE))


@pytest.mark.parametrize(
    "xml",
    [
        "<w:instrText>{{ name }}</w:instrText>",
        "<w:instrText>{</w:instrText><w:instrText>{ name }}</w:instrText>",
        '<w:drawing w:descr="{{ name }}"/>',
    ],
)
def test_tags_where_nothing_is_printed_are_refused(xml: str) -> None:
    data = replaced(word("一"), "word/document.xml", "<w:t>一</w:t>", f"<w:t>一</w:t>{xml}")
    assert "差し込みは文章の中に書いてください。" in one(check_template(data, "様式.docx", SAMPLE))


def test_many_mistakes_are_counted() -> None:
    found = report(*["{{ naem }}"] * 60)
    assert len(found.findings) == 51
    assert found.findings[50].message.startswith("ほかに10件あります。")
    assert not found.ok


def test_comments_are_remarked_on() -> None:
    document = docx.Document()
    document.add_comment(document.add_paragraph("一").runs, text="直す", author="x", initials="x")
    found = check_template(saved(document), "様式.docx", SAMPLE)
    assert found.ok
    assert [finding.code for finding in found.findings] == ["comments"]


def test_too_many_tags() -> None:
    assert "3,000か所を超えています" in one(report("{{ name }}" * 3_001))


def test_files_that_are_no_templates_are_refused() -> None:
    with pytest.raises(Refused, match="PDFのため使えません"):
        check_template(b"%PDF-1.7", "様式.pdf", SAMPLE)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(
    ["{{", "}}", "{%", "%}", "{#", "#}", " name ", "for x in lines", "endfor", "if", "endif", "p ", "tr ", "-", "|", "(",
     "é", "𠮷", "\"", "'", "[", "."]
), max_size=12))  # fmt: skip
def test_no_text_brings_the_check_down(pieces: list[str]) -> None:
    """Whatever is written, it is either refused with a place or can be filled."""
    found = report("".join(pieces))
    assert found.ok or all(finding.message for finding in found.findings if finding.severity == "refused")
    if found.ok and found.filled:
        docx.Document(io.BytesIO(found.filled))
