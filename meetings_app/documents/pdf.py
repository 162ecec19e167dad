"""PDFと見本の画像: papers as LibreOffice prints them, where it is installed.

One start of LibreOffice takes longer than a paper, so many papers are converted in one. Every call has a profile
and a folder of its own, so calls do not disturb each other; nothing is left behind.
"""

import io
import os
import shutil
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from pypdf import PdfReader, PdfWriter
from pypdf.errors import PyPdfError

from meetings_app.core.errors import Refused

START_SECONDS: Final = 60
"""What a start may take on a busy machine."""
PAPER_SECONDS: Final = 5
"""What each paper may take on top of that."""

_PROGRAMS: Final = ("soffice", "libreoffice")
_ABSENT: Final = (
    "この計算機にはLibreOfficeがないため、PDFや画像を作れません。"
    "Wordの書類を使うか、管理者にLibreOfficeの導入を頼んでください。"
)
_DOTS_PER_INCH: Final = 90
"""Of a picture: an A4 page is 744 by 1052 dots, readable on a screen."""
_PICTURE_SECONDS: Final = 30


def office_program() -> Path | None:
    """Return LibreOffice, None where it is not installed."""
    found = next(filter(None, map(shutil.which, _PROGRAMS)), None)
    return Path(found) if found else None


def to_pdf(documents: Sequence[tuple[str, bytes]]) -> list[bytes]:
    """Return Word papers as PDF, in the same order, converted in one go; each comes with the title errors name.

    Raises Refused where LibreOffice is missing, takes too long, or cannot convert a paper.
    """
    return _converted(documents, "pdf") if documents else []


def picture(document: bytes) -> bytes:
    """Return the first page of a Word paper as a PNG. Raises Refused as `to_pdf` does.

    The small LibreOffice without windows cannot write pictures of a text, so pdftoppm (poppler) draws the page from
    the PDF; where that is not installed, LibreOffice is asked for the picture itself.
    """
    papers = [("見本", document)]
    poppler = shutil.which("pdftoppm")
    return _drawn(poppler, to_pdf(papers)[0]) if poppler else _converted(papers, "png")[0]


def join_pdfs(documents: Sequence[bytes], *, title: str = "") -> bytes:
    """Return all pages in one PDF, whose properties say its title and nothing else: no program, no dates.

    Equal pages give equal bytes. Raises Refused for what is no PDF, ValueError where there is none.
    """
    if not documents:
        raise ValueError("there is no PDF to join")
    writer = PdfWriter()
    try:
        for document in documents:
            writer.append(PdfReader(io.BytesIO(document)))
    except PyPdfError as error:
        raise Refused("PDFをまとめられません。書類を作り直してから、もう一度試してください。") from error
    writer.metadata = {"/Title": title} if title else {}
    result = io.BytesIO()
    writer.write(result)
    return result.getvalue()


# --- LibreOffice ------------------------------------------------------------------------------------------


def _converted(documents: Sequence[tuple[str, bytes]], kind: str) -> list[bytes]:
    program = office_program()
    if program is None:
        raise Refused(_ABSENT)
    with TemporaryDirectory(prefix="papers-") as folder:
        place = Path(folder)
        sources = [_written(place, number, content) for number, (_, content) in enumerate(documents)]
        seconds = START_SECONDS + PAPER_SECONDS * len(documents)
        _run(program, place, kind, sources, seconds)
        titles = [title for title, _ in documents]
        return [_result(source, kind, title) for source, title in zip(sources, titles, strict=True)]


def _written(place: Path, number: int, content: bytes) -> Path:
    """Write a paper under a number: titles may hold anything and are no file names."""
    source = place / f"{number:05}.docx"
    source.write_bytes(content)
    return source


def _run(program: Path, place: Path, kind: str, sources: Sequence[Path], seconds: int) -> None:
    profile = (place / "profile").as_uri()
    command = [
        str(program), f"-env:UserInstallation={profile}", "--headless", "--norestore", "--nolockcheck",
        "--convert-to", kind, "--outdir", str(place), *map(str, sources),
    ]  # fmt: skip
    process = subprocess.Popen(  # noqa: S603 - a fixed program with file names of our own
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=place,
        start_new_session=True,
    )
    try:
        process.wait(timeout=seconds)
    except subprocess.TimeoutExpired as error:
        raise Refused(
            f"PDFへの変換が{seconds}秒で終わりませんでした。書類を減らして、もう一度試してください。"
        ) from error
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End what still runs of the call, and only that: the program starts others in its own group."""
    if process.poll() is None:  # once it is gone its number may belong to somebody else
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _drawn(poppler: str, document: bytes) -> bytes:
    """Return the first page of a PDF as a PNG."""
    command = [poppler, "-png", "-r", str(_DOTS_PER_INCH), "-f", "1", "-l", "1", "-singlefile", "-"]
    try:
        done = subprocess.run(  # noqa: S603 - a fixed program that reads what it is given
            command, input=document, capture_output=True, timeout=_PICTURE_SECONDS, check=True
        )
    except (subprocess.SubprocessError, OSError) as error:
        raise Refused("見本の画像を作れません。書類そのものをWordで開いて確かめてください。") from error
    return done.stdout


def _result(source: Path, kind: str, title: str) -> bytes:
    result = source.with_suffix(f".{kind}")
    if not result.exists():
        raise Refused(f"「{title}」をPDFや画像にできません。Wordで開けるか確かめ、書類を作り直してください。")
    return result.read_bytes()
