"""PDFと見本の画像, made by LibreOffice."""

import io
import os
import shutil
import time
from pathlib import Path

import pytest
from pypdf import PdfReader

from meetings_app.core.errors import Refused
from meetings_app.documents import pdf
from meetings_app.documents.pdf import join_pdfs, office_program, picture, to_pdf
from tests.meetings_app.documents.word_files import word


@pytest.fixture
def _office() -> None:
    if office_program() is None:
        missing = "LibreOfficeがありません。libreoffice-writer-nogui を入れてください。"
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)


def said_on(data: bytes) -> list[str]:
    return [page.extract_text().replace(" ", "").strip() for page in PdfReader(io.BytesIO(data)).pages]


@pytest.mark.usefixtures("_office")
def test_many_papers_in_one_go_in_their_order_whatever_their_titles() -> None:
    titles = ["../../逃げる", "同じ", "同じ", "-o\n\0/", "長" * 300]
    made = to_pdf([(title, word(f"{number}枚目 𠮷髙﨑")) for number, title in enumerate(titles)])
    assert [said_on(data) for data in made] == [[f"{number}枚目𠮷髙﨑"] for number in range(5)]


@pytest.mark.usefixtures("_office")
def test_joined_papers_say_their_title_and_nothing_else_and_are_reproducible() -> None:
    papers = [("一", word("一枚目")), ("二", word("二枚目"))]
    joined = join_pdfs(to_pdf(papers), title="会議資料")
    assert said_on(joined) == ["一枚目", "二枚目"]
    assert PdfReader(io.BytesIO(joined)).metadata == {"/Title": "会議資料"}
    assert joined == join_pdfs(to_pdf(papers), title="会議資料")


@pytest.mark.usefixtures("_office")
def test_the_first_page_as_a_picture() -> None:
    made = picture(word("見本"))
    assert made.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = int.from_bytes(made[16:20]), int.from_bytes(made[20:24])
    assert (width, height) in [(744, 1052), (765, 990)]  # A4 or Letter at 90 dots to the inch


def test_nothing_to_do_starts_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    assert to_pdf([]) == []


def test_without_libreoffice_papers_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    assert office_program() is None
    with pytest.raises(Refused, match="LibreOfficeがないため、PDFや画像を作れません。Wordの書類を使うか"):
        to_pdf([("一", word("一"))])


def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """Put a script in the place of LibreOffice."""
    program = tmp_path / "soffice"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setattr(pdf, "office_program", lambda: program)


def test_a_paper_that_is_not_converted_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(tmp_path, monkeypatch, "exit 0")
    with pytest.raises(Refused, match="「次第」をPDFや画像にできません。"):
        to_pdf([("次第", word("一"))])


def test_what_takes_too_long_is_ended_with_all_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = tmp_path / "child"
    stand_in(tmp_path, monkeypatch, f"sleep 600 & echo $! > {started}\nwait")
    monkeypatch.setattr(pdf, "START_SECONDS", 1)
    monkeypatch.setattr(pdf, "PAPER_SECONDS", 0)
    with pytest.raises(Refused, match="1秒で終わりませんでした。書類を減らして"):
        to_pdf([("次第", word("一"))])
    assert ended(int(started.read_text()))


def ended(process: int) -> bool:
    """Whether a process is gone; one that nobody has collected yet (Z) counts as gone."""
    for _ in range(50):
        try:
            status = Path(f"/proc/{process}/stat").read_text()
        except FileNotFoundError:
            return True
        if status.rsplit(")", 1)[1].split()[0] == "Z":
            return True
        time.sleep(0.02)
    return False


def test_what_is_no_pdf_cannot_be_joined() -> None:
    with pytest.raises(Refused, match="PDFをまとめられません"):
        join_pdfs([b"no pdf"])
    with pytest.raises(ValueError, match="no PDF"):
        join_pdfs([])
