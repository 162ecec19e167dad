"""資料のZIP: a folder for each participant; names are safe everywhere, and equal contents give equal bytes."""

import io
import unicodedata
import zipfile
from typing import Final

from meetings_app.core.errors import Refused
from meetings_app.documents.text import clean
from meetings_app.documents.zip_entry import zip_entry

LONGEST: Final = 60
"""Signs of a name with its ending: at four bytes each within the 255 bytes that file systems take."""

MAX_BYTES: Final = 500 * 1024 * 1024
"""Of a whole ZIP: the database takes twice as much in one place, and it is made in memory."""

_ILLEGAL: Final = str.maketrans('\\/:*?"<>|', "＼／：＊？”＜＞｜")
"""What Windows does not take in a name, and the full-width sign that is read the same."""


def safe_name(text: str, suffix: str = "") -> str:
    """Return `text` as a file name of at most 60 signs, with the ending `suffix` where there is one.

    Without spaces, invisible signs, signs that Windows refuses, and leading or closing dots; 「無名」 for nothing.
    """
    visible = "".join(sign for sign in clean(text) if unicodedata.category(sign) != "Cf")
    plain = unicodedata.normalize("NFC", "".join(visible.translate(_ILLEGAL).split())).strip(".")
    ending = f".{suffix}" if suffix else ""
    return (plain[: LONGEST - len(ending)].rstrip(".") or "無名") + ending


def folder_name(serial: int, name: str) -> str:
    """Return 「03_湿原花子」: the serial number comes first, so that no two folders share a name."""
    return safe_name(f"{serial:02}_{name}")


class PacketZip:
    """書き込み中のZIP. Names that a file system may take for the same are told apart by a number."""

    def __init__(self) -> None:
        self._written = io.BytesIO()
        self._archive = zipfile.ZipFile(self._written, "w")
        self._taken: set[str] = set()

    def add(self, folder: str, text: str, suffix: str, content: bytes) -> str:
        """Put a file into a folder; return the name it was given there. Raises Refused where the ZIP gets too large."""
        if self._written.tell() + len(content) > MAX_BYTES:
            raise Refused(
                f"資料一式が{MAX_BYTES // 1024 // 1024}MBを超えるため作れません。"
                "様式に入れた画像や配布資料のファイルを小さくしてから、もう一度作ってください。"
            )
        name = self._free(folder, text, suffix)
        # What comes in here is compressed already (docx, pdf, pictures): pressing it again costs time only.
        self._archive.writestr(zip_entry(f"{folder}/{name}", zipfile.ZIP_STORED), content)
        return name

    def finish(self) -> bytes:
        """Return the whole ZIP. Nothing can be added afterwards."""
        self._archive.close()
        return self._written.getvalue()

    def _free(self, folder: str, text: str, suffix: str) -> str:
        name, number = safe_name(text, suffix), 1
        while _key(folder, name) in self._taken:
            number += 1
            tail = f"_{number}"
            stem = safe_name(text)[: LONGEST - len(suffix) - 1 - len(tail)]
            name = safe_name(stem + tail, suffix)
        self._taken.add(_key(folder, name))
        return name


def only_folder(content: bytes, serial: int) -> bytes:
    """Return what one participant has in a packet's ZIP, as a ZIP of its own. Raises KeyError for no such folder."""
    chosen = PacketZip()
    with zipfile.ZipFile(io.BytesIO(content)) as whole:
        inside = [name for name in whole.namelist() if name.startswith(f"{serial:02}_")]
        if not inside:
            raise KeyError(serial)
        for name in inside:
            folder, _, file = name.partition("/")
            stem, _, suffix = file.rpartition(".")
            chosen.add(folder, stem, suffix, whole.read(name))
    return chosen.finish()


def _key(folder: str, name: str) -> str:
    return unicodedata.normalize("NFC", f"{folder}/{name}").casefold()
