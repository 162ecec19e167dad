"""ファイル名: Japanese names for files, safe on Windows, macOS and Linux."""

import unicodedata
from collections.abc import Iterable
from typing import Final

from honoraria.papers.wording import DRAFT, is_final, occasion
from honoraria.rules.sheet import Payee, Sheet, SheetHead
from meetings_app.documents.text import clean

_ILLEGAL: Final = str.maketrans('\\/:*?"<>|', "＼／：＊？”＜＞｜")
"""What Windows does not take in a name, and the full-width sign that is read the same."""
_LONGEST: Final = 40
"""Signs of a person's name in a file name: at four bytes each well under the 255 bytes a name may have."""


def sheet_filename(sheet: Sheet, suffix: str) -> str:
    """Return 「支給調書_第3号_第19回支援調整会議.docx」, marked as a draft before the sheet is final."""
    head = sheet.content.head
    draft = "" if is_final(sheet) else f"_{DRAFT}"
    return f"支給調書_第{head.number}号_{safe(occasion(head))}{draft}.{suffix}"


def papers_filename(head: SheetHead, kind: str, suffix: str) -> str:
    """Return the name of a file for all persons: 「支払明細書_第19回.docx」."""
    return f"{kind}_{short_occasion(head)}.{suffix}"


def person_filename(head: SheetHead, kind: str, name: str, suffix: str) -> str:
    """Return the name of a file for one person: 「支払明細書_第19回_丹頂一郎.docx」."""
    return f"{kind}_{short_occasion(head)}_{safe(name)}.{suffix}"


def short_occasion(head: SheetHead) -> str:
    """Return 「第19回」; of a sheet of corrections alone 「訂正第3号」."""
    first = head.title.split()[:1] if head.meeting_id else []
    return safe(first[0]) if first else f"訂正第{head.number}号"


def names_apart(people: Iterable[Payee]) -> dict[str, str]:
    """Return for every person the name that files carry; equal names are told apart by a number from 2 on.

    Names count as equal where a file system may take them for the same: capitals, and forms of one sign.
    """
    names: dict[str, str] = {}
    taken: set[str] = set()
    for person in people:
        plain = safe(person.name)
        name, number = plain, 1
        while _key(name) in taken:
            number += 1
            name = f"{plain}_{number}"
        taken.add(_key(name))
        names[person.person_id] = name
    return names


def safe(text: str) -> str:
    """Return `text` as part of a file name: without spaces, signs Windows refuses, or a leading or closing dot."""
    kept = "".join(clean(text).translate(_ILLEGAL).split()).strip(".")
    return kept[:_LONGEST].rstrip(".") or "無名"


def _key(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()
