"""差し込み: papers from templates: values as they are, loops, what Word insists on, equal bytes, serial numbers."""

import io
import zipfile
from datetime import date
from pathlib import Path

import docx
import pytest
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from meetings_app.core.errors import Refused
from meetings_app.documents.filling import SERIAL, fill, stamp
from meetings_app.documents.text import clean
from tests.meetings_app.documents.word_files import moved, opened, replaced, saved, texts, word
from tests.office import to_pdf

DAY = date(2014, 3, 25)


def filled(template: bytes, **values: object) -> bytes:
    return fill(template, values, title="見本", dated=DAY)


# --- values -----------------------------------------------------------------------------------------------


def test_values_stand_where_their_tags_stood() -> None:
    paper = filled(word("{{ name }}様", header="{{ head.body }}"), name="髙橋", head={"body": "釧路市"})
    assert texts(paper) == ["髙橋様"]
    assert opened(paper).sections[0].header.paragraphs[0].text == "釧路市"


def test_tags_split_by_word_are_found() -> None:
    paper = filled(word(["{", "{ na", "me", " }", "}様、{", "{ name }}殿"]), name="東")
    assert texts(paper) == ["東様、東殿"]


def test_rare_characters_stay() -> None:
    rare = "𠮷田、髙橋、山﨑、葛󠄀城、辻󠄁、①㈱"
    assert texts(filled(word("{{ name }}"), name=rare)) == [rare]


@pytest.mark.parametrize(
    "text",
    [
        "{{ secret }}",
        "{% for x in y %}",
        "{# 注 #}",
        "{_{ secret }_}",
        "{_% x %_}",
        "<w:p/>",
        "</w:t>",
        "&amp;",
        "]]>",
    ],
)
def test_a_value_that_looks_like_a_tag_is_printed(text: str) -> None:
    paper = filled(word("{{ name }}", header="{{ name }}"), name=text, secret="漏れた")
    assert texts(paper) == [text]
    assert opened(paper).sections[0].header.paragraphs[0].text == text


def test_lines_become_line_breaks_and_control_characters_go() -> None:
    assert texts(filled(word("{{ a }}"), a="一 & 二\r\n\n三\x07\x00\t四")) == ["一 & 二\n\n三　四"]


def test_spaces_at_the_ends_are_kept() -> None:
    paper = filled(word("{{ a }}"), a=" 一  二 \n 三")
    nodes = list(opened(paper).element.body.iter(qn("w:t")))
    assert [node.text for node in nodes] == [" 一  二 ", " 三"]
    assert all(node.get(qn("xml:space")) == "preserve" for node in nodes)


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet=st.characters(exclude_categories=()), max_size=60))
def test_any_text_is_found_again_as_clean_leaves_it(text: str) -> None:
    paper = filled(word("「{{ a }}」"), a=text)
    assert texts(paper) == ["「" + "\n".join(clean(line) for line in text.splitlines()) + "」"]


@pytest.mark.parametrize("value", [1.5, None, DAY, object()])
def test_other_kinds_of_values_are_a_fault_of_the_caller(value: object) -> None:
    with pytest.raises(TypeError, match="a template takes"):
        filled(word("{{ a }}"), a=value)


# --- loops and what Word insists on -----------------------------------------------------------------------


def test_rows_are_repeated() -> None:
    rows = [
        ["番号", "氏名"],
        ["{%tr for p in people %}", ""],
        ["{{ loop.index }}", "{{ p.name }}"],
        ["{%tr endfor %}", ""],
    ]
    paper = filled(word(rows=rows), people=[{"name": f"委員{n}"} for n in range(1, 41)])
    table = opened(paper).tables[0]
    assert len(table.rows) == 41
    assert [cell.text for cell in table.rows[40].cells] == ["40", "委員40"]


def test_paragraphs_are_left_out() -> None:
    template = word("一", "{%p if there %}", "二", "{%p endif %}", "三")
    assert texts(filled(template, there=True)) == ["一", "二", "三"]
    assert texts(filled(template, there=False)) == ["一", "三"]


def test_a_table_without_rows_is_left_out() -> None:
    rows = [["{%tr for p in people %}"], ["{{ p }}"], ["{%tr endfor %}"]]
    assert opened(filled(word("前", rows=rows), people=[])).tables == []


def test_an_emptied_cell_and_header_keep_a_paragraph() -> None:
    document = opened(word("一", rows=[["{%p if there %}"]]))
    cell = document.tables[0].rows[0].cells[0]
    cell.add_paragraph("二")
    cell.add_paragraph("{%p endif %}")
    header = document.sections[0].header
    header.paragraphs[0].text = "{%p if there %}"
    header.add_paragraph("{%p endif %}")
    paper = opened(filled(saved(document), there=False))
    assert [p.text for p in paper.tables[0].rows[0].cells[0].paragraphs] == [""]
    assert [p.text for p in paper.sections[0].header.paragraphs] == [""]


def test_footnotes_of_many_sections_are_filled_once() -> None:
    """A value must not be read as a tag when another section follows."""
    document = opened(word("本文"))
    document.add_section()
    xml = (
        '<w:footnotes xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        '<w:footnote w:id="1"><w:p><w:r><w:t>{{ a }}</w:t></w:r></w:p></w:footnote></w:footnotes>'
    )
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
    part = Part(PackURI("/word/footnotes.xml"), kind, xml.encode(), document.part.package)
    document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
    paper = filled(saved(document), a="{{ b }}", b="漏れた")
    with zipfile.ZipFile(io.BytesIO(paper)) as archive:
        assert ">{{ b }}</w:t>" in archive.read("word/footnotes.xml").decode()


# --- refusals ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tag", "said"),
    [
        (
            "{{ nmae }}様",
            "様式の『{{ nmae }}様』のところに誤りがあります。「nmae」という項目の値がありません。",
        ),
        ("{{ name.upper() }}", "「upper( )」のような呼び出しは使えません"),
        ("{% for i in range(10**9) %}あ{% endfor %}", "「range( )」のような呼び出しは使えません"),
        ("{% if name %}", "書き方に誤りがあります"),
    ],
)
def test_faults_are_told_with_the_tag(tag: str, said: str) -> None:
    with pytest.raises(Refused) as caught:
        filled(word("一段落目", tag, "三段落目"), name="東")
    assert said in caught.value.message


def test_a_condition_that_tears_a_table_apart_is_refused() -> None:
    template = word("{% if there %}", rows=[["{% endif %}"]])
    with pytest.raises(Refused, match="同じ欄に置くか"):
        filled(template, there=False)


def test_what_is_no_word_file_is_refused() -> None:
    with pytest.raises(Refused, match="Wordで開いて保存し直し"):
        filled(b"PK no archive")


# --- the file ---------------------------------------------------------------------------------------------


def test_equal_input_gives_equal_bytes_without_origin() -> None:
    document = opened(word("{{ a }}"))
    properties = document.core_properties
    properties.author = properties.last_modified_by = properties.subject = properties.category = "作成者"
    template = replaced(
        saved(document), "docProps/app.xml", "</Properties>", "<Company>作成者</Company></Properties>"
    )
    paper = filled(template, a="一")
    assert paper == filled(template, a="一")
    with zipfile.ZipFile(io.BytesIO(paper)) as archive:
        assert not [name for name in archive.namelist() if "作成者".encode() in archive.read(name)]
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert opened(paper).core_properties.title == "見本"
    assert opened(paper).core_properties.created.date() == DAY


def test_a_template_is_filled_anew_each_time() -> None:
    template = word("{{ a }}")
    assert [texts(filled(template, a=text)) for text in ("一", "二")] == [["一"], ["二"]]


def test_libreoffice_prints_it(tmp_path: Path) -> None:
    rows = [["{%tr for n in numbers %}"], ["{{ n }}番 {{ name }}"], ["{%tr endfor %}"]]
    template = word("{{ name }}様", header="{{ serial }}", rows=rows)
    paper = fill(
        template,
        {"name": "𠮷田髙﨑", "serial": SERIAL, "numbers": list(range(1, 61))},
        title="見本",
        dated=DAY,
    )
    path = tmp_path / "paper.docx"
    path.write_bytes(stamp(paper, {SERIAL: "通し番号7"}))
    pages = [page.extract_text().replace(" ", "") for page in PdfReader(to_pdf(path, tmp_path)).pages]
    assert len(pages) > 1
    assert all("通し番号7" in page for page in pages)
    assert "60番𠮷田髙﨑" in pages[-1]


# --- serial numbers ---------------------------------------------------------------------------------------


def test_stamping_replaces_everywhere_and_only_that() -> None:
    paper = filled(word("{{ serial }}　{{ a }}", header="{{ serial }}"), serial=SERIAL, a="残る")
    stamped = stamp(paper, {SERIAL: "No.7 <写> & 控"})
    assert texts(stamped) == ["No.7 <写> & 控　残る"]
    assert opened(stamped).sections[0].header.paragraphs[0].text == "No.7 <写> & 控"
    assert stamped == stamp(paper, {SERIAL: "No.7 <写> & 控"})
    assert opened(stamped).core_properties.title == "見本"


def test_the_number_is_stamped_under_whatever_name_the_text_lies() -> None:
    paper = filled(moved(word("{{ serial }}"), "word/document.xml", "word/main.xml"), serial=SERIAL)
    assert texts(stamp(paper, {SERIAL: "7"})) == ["7"]


def test_replacements_are_not_replaced_again() -> None:
    paper = filled(word("{{ a }}"), a="甲乙甲")
    assert texts(stamp(paper, {"甲": "乙", "乙": "甲"})) == ["乙甲乙"]
    assert texts(stamp(paper, {"甲": "一", "甲乙": "二"})) == ["二一"]
    assert texts(stamp(paper, {})) == ["甲乙甲"]
    with pytest.raises(ValueError, match="empty"):
        stamp(paper, {"": "何か"})


def test_no_ordinary_text_holds_the_serial_sign() -> None:
    assert clean(SERIAL) == SERIAL
    assert all(ord(char) >= 0x10F000 for char in SERIAL)


def test_a_tag_in_a_text_box_is_filled_with_its_lines() -> None:
    document = docx.Document()
    run = document.add_paragraph("{{ a }}").add_run()
    picture, box, content, inner = (
        OxmlElement(name) for name in ("w:pict", "w:txbxContent", "w:p", "w:r")
    )  # a box without its drawing: enough for its text
    text = OxmlElement("w:t")
    text.text = "{{ a }}"
    run._element.append(picture)
    for outer, element in ((picture, box), (box, content), (content, inner), (inner, text)):
        outer.append(element)
    document.paragraphs[0].add_run("{{ a }}")
    paper = filled(saved(document), a="一\n二")
    assert texts(paper) == ["一\n二一\n二一\n二", "一\n二"]
