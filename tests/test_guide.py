"""利用の手引き: every button, page and notice that the guide names is in the product under just that name."""

import ast
import re
from pathlib import Path

from meetings_app.web.locale import PACKAGES
from minutes.services.comparing import SENTENCES
from minutes.web.minutes_views import STAGES
from tests.translation_texts import terms_of_the_field, texts_of_code, texts_of_templates

ROOT = Path(__file__).parents[1]
GUIDE = (ROOT / "docs" / "guide.ja.md").read_text(encoding="utf-8")
PLACE = re.compile(r"\{[a-z_]+\}")


def section(title: str) -> str:
    """The text under one heading of the second level."""
    (text,) = re.findall(rf"^## {title}\n(.*?)(?=^## |\Z)", GUIDE, flags=re.MULTILINE | re.DOTALL)
    return str(text)


def first_cells(title: str, heading: str) -> list[str]:
    """The first cells of the table under one heading of the third level, without that of its head."""
    (text,) = re.findall(rf"^### {heading}\n(.*?)(?=^###? |\Z)", section(title), re.MULTILINE | re.DOTALL)
    (table,) = re.findall(r"^\|---.*\n((?:\|.*\n)+)", text, flags=re.MULTILINE)
    return re.findall(r"^\| ([^|]+) \|", table, flags=re.MULTILINE)


def labels() -> set[str]:
    """Every text of the pages, 「○」 standing for what is known only at run time."""
    return texts_of_scripts() | {
        PLACE.sub("○", text)
        for texts in (texts_of_templates, texts_of_code, terms_of_the_field)
        for text, _place in texts()
    }


def texts_of_scripts() -> set[str]:
    """Every Japanese text that a script of our own shows by itself."""
    scripts = (ROOT / "meetings_app" / "web" / "static").glob("*.js")
    texts = {
        text for path in scripts for text in re.findall(r'"([^"\n]+)"', path.read_text(encoding="utf-8"))
    }
    return {text for text in texts if not text.isascii()}


def sentences_of_code() -> set[str]:
    """Every string of the sources as it is put together, 「…」 standing for inserted values."""
    paths = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    nodes = [node for path in paths for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))]
    return {_written(node) for node in nodes if isinstance(node, ast.Constant | ast.JoinedStr)}


def _written(node: ast.expr) -> str:
    if isinstance(node, ast.JoinedStr):
        return "".join(_written(part) for part in node.values)
    return str(node.value) if isinstance(node, ast.Constant) else "…"


def test_every_button_and_page_of_the_guide_is_called_so_in_the_product() -> None:
    named = re.findall(r"［([^］]*)］", GUIDE)
    assert len(named) > 80
    assert sorted(set(named) - labels()) == []


def test_every_button_and_page_is_marked_alike() -> None:
    assert GUIDE.count("［") == len(re.findall(r"\*\*［[^］]+］\*\*", GUIDE))


def test_every_notice_of_the_guide_is_a_notice_of_the_product() -> None:
    notices = re.findall(r"^\| 「(.+?)」 \|", section("よくあるお知らせ"), flags=re.MULTILINE)
    assert len(notices) > 10
    said = sentences_of_code() | {text for text, _place in texts_of_templates()}
    assert [notice for notice in notices if not any(notice in text for text in said)] == []


def test_every_setting_of_the_guide_is_asked_for_under_that_name() -> None:
    first_cells = re.findall(r"^\| ([^|]+) \|", section("設定"), flags=re.MULTILINE)
    names = {name for cell in first_cells[1:] for name in cell.split("、")}
    assert sorted(names - labels()) == []


def test_every_sign_of_saving_is_one_that_the_live_screen_shows() -> None:
    signs = first_cells("会議の当日", "入力は失われない")
    assert len(signs) == len(set(signs)) > 5
    assert sorted(set(signs) - texts_of_scripts()) == []


def test_every_stage_of_the_minutes_is_told_in_its_order() -> None:
    assert first_cells("議事録", "段階") == list(STAGES)


def test_every_answer_of_comparing_a_file_is_told() -> None:
    told = first_cells("議事録", "抄本、匿名版、照合")
    beginnings = [sentence.partition("（第{")[0].partition("{")[0] for sentence in SENTENCES.values()]
    assert len(told) == len(beginnings)
    assert all(any(text.startswith(cell) for text in beginnings) for cell in told)


def test_every_reference_within_the_guide_leads_to_a_heading() -> None:
    headings = re.findall(r"^#+ (.+)$", GUIDE, flags=re.MULTILINE)
    assert sorted(set(re.findall(r"\]\(#([^)]+)\)", GUIDE)) - set(headings)) == []


def test_the_table_of_contents_leads_to_every_section() -> None:
    headings = re.findall(r"^## (.+)$", GUIDE, flags=re.MULTILINE)
    assert re.findall(r"^- \[(.+)\]\(#\1\)$", GUIDE, flags=re.MULTILINE) == headings[0:]


def test_every_link_of_the_guide_leads_somewhere() -> None:
    targets = re.findall(r"\]\(([^)#]+)\)", GUIDE)
    assert [target for target in targets if not (ROOT / "docs" / target).exists()] == []
