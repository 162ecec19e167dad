"""Every text of the sources that is meant to be translated, found as Babel finds it."""

from collections.abc import Iterator
from enum import StrEnum
from inspect import getmembers, isclass
from io import BytesIO
from pathlib import Path

from babel.messages.extract import extract
from jinja2.ext import babel_extract

from meetings_app.core import terms
from meetings_app.web.locale import PACKAGES

ROOT = Path(__file__).parent.parent
FUNCTIONS = {"_": None, "mark": None, "_say": None}
"""`_say` is what forms.py says about a field."""


def texts_of_templates() -> Iterator[tuple[str, str]]:
    """Yield (text, place) of every `_("…")` in every package's templates."""
    for path in _files("web/templates", "**/*.html"):
        with path.open("rb") as source:
            for line, _function, text, _comments in babel_extract(
                source, list(FUNCTIONS), [], {"encoding": "utf-8"}
            ):
                if isinstance(text, str):  # not a value known only at run time
                    yield text, _place(path, line)


def texts_of_code() -> Iterator[tuple[str, str]]:
    """Yield (text, place) of every `_("…")` and `mark("…")` in every package's Python."""
    for path in _files(".", "**/*.py"):
        content = BytesIO(path.read_bytes())
        for line, text, _comments, _context in extract("python", content, FUNCTIONS):
            if isinstance(text, str):
                yield text, _place(path, line)


def terms_of_the_field() -> Iterator[tuple[str, str]]:
    """Yield every term of the vocabulary that is a word."""
    for name, kind in getmembers(terms, isclass):
        if issubclass(kind, StrEnum) and kind is not StrEnum:
            for term in kind:
                if term.value.isascii() or term.value in "○△×":
                    continue
                yield term.value, f"meetings_app/core/terms.py {name}.{term.name}"


def _files(folder: str, pattern: str) -> list[Path]:
    return sorted(path for package in PACKAGES for path in (ROOT / package / folder).glob(pattern))


def _place(path: Path, line: int) -> str:
    return f"{path.relative_to(ROOT)}:{line}"
