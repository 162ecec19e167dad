"""確定した内容: a sheet as canonical JSON, its hash, and back again."""

import hashlib

import msgspec

from honoraria.rules.sheet import SheetContent


def encode(content: SheetContent) -> str:
    """Return the canonical JSON of a sheet: the same content gives the same text."""
    return msgspec.json.encode(content, order="deterministic").decode()


def decode(text: str) -> SheetContent:
    """Return the sheet that was written. Raises ValueError for text that is none."""
    return msgspec.json.decode(text, type=SheetContent)


def sha256(content: SheetContent) -> str:
    """Return the hash that names a content."""
    return hashlib.sha256(encode(content).encode()).hexdigest()
