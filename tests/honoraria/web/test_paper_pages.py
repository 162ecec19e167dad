"""支給調書の書類: which files a stage gives, under which names, and to whom."""

import io
import zipfile
from urllib.parse import unquote

import docx
import openpyxl
import pytest

from meetings_app.core.terms import Role
from tests.honoraria.web.sheets import base, page_of
from tests.web_support import Web

PAPERS = ("sheet.docx", "sheet.xlsx", "notices.docx", "receipts.docx", "notices.zip")


def take_out(web: Web, paper: str, role: Role = Role.ACCOUNTING) -> tuple[int, str, bytes]:
    with web.client(role) as client:
        answer = client.get(f"{base(web)}/papers/{paper}")
    name = unquote(answer.headers.get("content-disposition", "").partition("''")[2])
    return answer.status_code, name, answer.content


def words_in(content: bytes) -> str:
    document = docx.Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def test_a_draft_gives_the_sheet_marked_as_one(demo: Web) -> None:
    code, name, content = take_out(demo, "sheet.docx")
    assert (code, name) == (200, "支給調書_第1号_第19回支援調整会議_下書き.docx")
    assert "支給調書（下書き）" in words_in(content)
    code, name, content = take_out(demo, "sheet.xlsx")
    assert (code, name) == (200, "支給調書_第1号_第19回支援調整会議_下書き.xlsx")
    assert openpyxl.load_workbook(io.BytesIO(content)).sheetnames


@pytest.mark.parametrize("paper", ["notices.docx", "receipts.docx", "notices.zip"])
def test_nobody_is_told_anything_before_the_end(demo: Web, paper: str) -> None:
    code, _, content = take_out(demo, paper)
    assert code == 422
    assert "まだ確定していません" in content.decode()
    with demo.client(Role.ACCOUNTING) as client:
        assert paper not in client.get(page_of(demo)).text


def test_a_final_sheet_gives_every_paper_under_a_japanese_name(final: Web) -> None:
    names = [take_out(final, paper)[1] for paper in PAPERS]
    assert names == [
        "支給調書_第1号_第19回支援調整会議.docx",
        "支給調書_第1号_第19回支援調整会議.xlsx",
        "支払明細書_第19回.docx",
        "領収書_第19回.docx",
        "支払明細書・領収書_第19回.zip",
    ]
    with final.client(Role.ACCOUNTING) as client:
        page = client.get(page_of(final)).text
    for paper in PAPERS:
        assert f'href="{base(final)}/papers/{paper}"' in page


def test_the_archive_holds_a_notice_and_a_receipt_for_each(final: Web) -> None:
    _, _, content = take_out(final, "notices.zip")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
    assert "支払明細書_第19回_湿原花子.docx" in names
    assert "領収書_第19回_湿原花子.docx" in names
    assert sum(name.startswith("領収書") for name in names) == 9


def test_a_paper_is_the_same_on_another_day(final: Web) -> None:
    first = take_out(final, "notices.docx")[2]
    final.clock.forward(days=20)
    assert take_out(final, "notices.docx")[2] == first


def test_a_member_takes_out_their_own_notice_alone(final: Web) -> None:
    code, name, content = take_out(final, "own.docx", Role.MEMBER)
    assert (code, name) == (200, "支払明細書_第19回_湿原花子.docx")
    said = words_in(content)
    assert "湿原 花子" in said
    for other in ("春採", "北斗", "62,000"):
        assert other not in said
    for paper in PAPERS:
        assert take_out(final, paper, Role.MEMBER)[0] == 403


def test_who_has_no_line_has_no_notice(final: Web) -> None:
    assert take_out(final, "own.docx", Role.ACCOUNTING)[0] == 404
    assert take_out(final, "own.docx", Role.CITY_OFFICER)[0] == 403


def test_no_own_notice_of_a_draft(demo: Web) -> None:
    assert take_out(demo, "own.docx", Role.MEMBER)[0] == 404


def test_unknown_papers_are_404(final: Web) -> None:
    for paper in ("secret.docx", "sheet.pdf", "..%2fsheet.docx"):
        assert take_out(final, paper)[0] == 404
