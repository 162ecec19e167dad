"""資料 as printed, through LibreOffice to PDF; and the templates, opened and saved by LibreOffice."""

import io
import re
import shutil
import subprocess
import zipfile
from dataclasses import dataclass, replace
from pathlib import Path

import docx
import pytest
from docx.oxml.ns import qn
from pypdf import PdfReader

from agenda.papers.contents import (
    CasePaper,
    ClientNotice,
    Contact,
    ItemList,
    Paper,
    Roster,
    RosterRow,
    Seat,
    Seating,
)
from agenda.papers.contexts import context_of
from agenda.papers.default_templates import default_template
from agenda.papers.samples import sample_paper
from meetings_app.core.terms import PaperKind
from meetings_app.documents.filling import fill
from tests.agenda.papers.paper_support import DAY, HEAD, made
from tests.office import to_pdf

LONG_NAME = "釧路湿原" * 15
VARIANT = "葛\U000e0100城 \U00020bb7田 髙橋 﨑子"
"""Ideographic variation sequence, surrogate pair, compatibility forms."""
ROWS = 40


@dataclass(frozen=True)
class Printed:
    """A paper as its pages of text."""

    pages: tuple[str, ...]

    @property
    def text(self) -> str:
        return "".join(self.pages)


def squeezed(text: str) -> str:
    return "".join(text.split())


def long_case() -> CasePaper:
    paper = sample_paper(PaperKind.CASE)
    assert isinstance(paper, CasePaper)
    services = tuple(
        replace(paper.services[0], content=f"内容その{number}。") for number in range(1, ROWS + 1)
    )
    return replace(paper, paper_number=3, assessment="長い要約。" * 500, services=services)


def long_item_list() -> ItemList:
    paper = sample_paper(PaperKind.ITEM_LIST)
    assert isinstance(paper, ItemList)
    line = replace(paper.lines[0], explanation="事情。")
    tall = replace(line, number=99, explanation="始め。" + "長い説明。" * 300 + "終り。")
    return ItemList(HEAD, (*(replace(line, number=number) for number in range(1, ROWS + 1)), tall))


def papers() -> dict[str, Paper]:
    people = [RosterRow("委員", f"名{number}番", "会", "第5条第1項・第3項", (1,)) for number in range(ROWS)]
    people[1] = replace(people[1], name=LONG_NAME, organisation=LONG_NAME)
    people[2] = replace(people[2], name=VARIANT)
    pairs = tuple((Seat("委員", f"左{n}番"), Seat("委員", f"右{n}番")) for n in range(8))
    top, bottom = (tuple(Seat("委員", f"{side}{n}番") for n in range(4)) for side in "上下")
    notice = sample_paper(PaperKind.CLIENT_NOTICE)
    assert isinstance(notice, ClientNotice)
    full = replace(notice, agreed=notice.agreed * 2, next_steps=notice.next_steps * 2)
    return {
        "roster": Roster(HEAD, tuple(people)),
        "case": long_case(),
        "items": long_item_list(),
        "seating": Seating(HEAD, top, pairs, bottom),
        "notice": full,
        "usual case": sample_paper(PaperKind.CASE),
        "empty": ClientNotice(DAY, DAY, "", "", (), (), "", Contact("")),
    }


def converted(paths: list[Path], folder: Path, kind: str) -> list[Path]:
    """The files as PDF or Word files made by LibreOffice, all in one go."""
    office = shutil.which("soffice")
    assert office is not None
    profile = f"-env:UserInstallation={(folder / 'office-profile').as_uri()}"
    command = [office, profile, "--headless", "--norestore", "--convert-to", kind, "--outdir", str(folder)]
    subprocess.run([*command, *map(str, paths)], check=True, capture_output=True, timeout=120)
    return [folder / f"{path.stem}.{kind}" for path in paths]


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Printed]:
    written, folder = tmp_path_factory.mktemp("written"), tmp_path_factory.mktemp("printed")
    paths = {name: written / f"{name}.docx" for name in papers()}
    for name, paper in papers().items():
        paths[name].write_bytes(made(paper, serial="17"))
    first, *others = paths.values()
    files = [to_pdf(first, folder), *converted(others, folder, "pdf")]
    found = {}
    for name, file in zip(paths, files, strict=True):
        found[name] = Printed(tuple(squeezed(page.extract_text()) for page in PdfReader(file).pages))
    return found


@pytest.mark.parametrize(
    ("name", "heading"),
    [
        ("roster", "番号区分・役職氏名所属根拠議題"),
        ("case", "区分支援提供者内容"),
        ("items", "議題時刻・所要件名目的諮る理由期限説明必要な出席者"),
    ],
)
def test_the_heading_row_stands_on_every_page_of_a_long_table(
    printed: dict[str, Printed], name: str, heading: str
) -> None:
    pages = [page for page in printed[name].pages if heading in page]
    assert len(pages) >= 2
    assert printed[name].pages.index(pages[1]) >= 1


@pytest.mark.parametrize(
    ("name", "marks"),
    [
        ("roster", "第12回試験市支援調整会議番号17"),
        ("case", "第9回見本市支援調整会議資料３取扱注意番号17"),
        ("items", "第12回試験市支援調整会議取扱注意番号17"),
    ],
)
def test_marks_and_page_numbers_stand_on_every_page(
    printed: dict[str, Printed], name: str, marks: str
) -> None:
    pages = printed[name].pages
    assert len(pages) >= 2
    for number, page in enumerate(pages, start=1):
        assert marks in page
        assert f"{number}/{len(pages)}" in page


def test_no_row_of_a_long_table_is_lost(printed: dict[str, Printed]) -> None:
    for number in set(range(ROWS)) - {1, 2}:
        assert f"名{number}番" in printed["roster"].text
    assert [int(n) for n in re.findall(r"内容その(\d+)。", printed["case"].text)] == list(range(1, ROWS + 1))


def test_a_row_longer_than_a_page_is_printed_whole(printed: dict[str, Printed]) -> None:
    text = printed["items"].text
    assert "始め。" in text
    assert "終り。" in text


def test_a_long_text_runs_on(printed: dict[str, Printed]) -> None:
    text = re.sub(
        r"第9回見本市支援調整会議資料３取扱注意番号17|個別資料No.9プラン2\d+/\d+", "", printed["case"].text
    )
    assert "長い要約。" * 500 in text


def test_rare_characters_and_long_names_are_printed(printed: dict[str, Printed]) -> None:
    text = printed["roster"].text
    for char in "葛\U00020bb7髙﨑":
        assert char in text
    assert text.count("釧") == text.count("原") == 30


def test_rare_characters_are_intact_in_the_file() -> None:
    """A printer may leave a variation selector out; the file may not."""
    content = made(Roster(HEAD, (RosterRow("委員", VARIANT, "", "", ()),)))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert VARIANT in archive.read("word/document.xml").decode()


def test_twenty_four_seats_fit_on_one_page(printed: dict[str, Printed]) -> None:
    (page,) = printed["seating"].pages
    seats = [f"{side}{n}番" for side in "上下" for n in range(4)]
    seats += [f"{side}{n}番" for side in "左右" for n in range(8)]
    assert [seat for seat in seats if page.count(seat) != 1] == []


def test_the_paper_for_the_client_is_one_page(printed: dict[str, Printed]) -> None:
    (page,) = printed["notice"].pages
    assert page.index("きまったこと") < page.index("これからすること") < page.index("つぎにはなす日")
    assert "でんわ：0154-00-0000" in page
    assert len(printed["empty"].pages) == 1


def test_what_is_not_filled_in_is_printed(printed: dict[str, Printed]) -> None:
    assert "めざすこと：（未記入）" in printed["empty"].text


def test_a_case_fits_both_sides_of_one_sheet(printed: dict[str, Printed]) -> None:
    assert len(printed["usual case"].pages) == 2


# --- templates in the hands of an office ------------------------------------------------------------------


def tags_of(template: bytes) -> list[str]:
    """The tags of a template, each found whole within one paragraph, body first, then the header."""
    document = docx.Document(io.BytesIO(template))
    parts = (document.element.body, document.sections[0].header._element)
    found = []
    for part in parts:
        for paragraph in part.iter(qn("w:p")):
            text = "".join(node.text or "" for node in paragraph.iter(qn("w:t")))
            found += re.findall(r"{{.*?}}|{%.*?%}", text)
    return found


@pytest.mark.usefixtures("printed")
def test_tags_survive_an_office_that_opens_and_saves_the_template(tmp_path: Path) -> None:
    paths = [tmp_path / f"{number}.docx" for number, _ in enumerate(PaperKind)]
    for path, kind in zip(paths, PaperKind, strict=True):
        path.write_bytes(default_template(kind))
    saved = converted(paths, tmp_path / "saved", "docx")
    for path, kind in zip(saved, PaperKind, strict=True):
        assert tags_of(path.read_bytes()) == tags_of(default_template(kind))


def test_a_template_saved_by_libreoffice_prints_the_same_words(tmp_path: Path) -> None:
    path = tmp_path / "template.docx"
    path.write_bytes(default_template(PaperKind.CASE))
    (saved,) = converted([path], tmp_path / "saved", "docx")
    paper = sample_paper(PaperKind.CASE)
    filled = fill(saved.read_bytes(), context_of(paper), title="個別資料", dated=DAY)
    with zipfile.ZipFile(io.BytesIO(filled)) as archive:
        names = archive.namelist()
    assert len(names) == len(set(names))
    original = fill(default_template(PaperKind.CASE), context_of(paper), title="個別資料", dated=DAY)
    assert words_of(filled) == words_of(original)


def words_of(document: bytes) -> str:
    """Return the words of a paper's body, tables and all, in order; an office may cut them into other runs."""
    body = docx.Document(io.BytesIO(document)).element.body
    return "".join("".join((node.text or "").split()) for node in body.iter(qn("w:t")))
