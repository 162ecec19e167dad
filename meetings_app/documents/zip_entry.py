"""ZIPの中のファイル: an entry whose bytes depend on nothing but its name and content, and whose name is read everywhere."""

import zipfile
from typing import Final

_DATE: Final = (1980, 1, 1, 0, 0, 0)
_UNIX: Final = 3
_READABLE: Final = 0o100644


def zip_entry(name: str, compression: int = zipfile.ZIP_DEFLATED) -> zipfile.ZipInfo:
    """Return an entry for a ZIP that people open.

    It counts as made on Unix: of files made on FAT, Info-ZIP's unzip takes the names for an old code page.
    """
    entry = zipfile.ZipInfo(name, _DATE)
    entry.compress_type, entry.create_system = compression, _UNIX
    entry.external_attr = _READABLE << 16
    return entry
