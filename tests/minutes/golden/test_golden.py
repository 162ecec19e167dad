"""An approved minute renders to the same document for ever.

Beside each stored content (`*.json`, just as the database keeps it) lies what it has to look like (`*.txt`). A new
field of the minutes has a default that prints nothing: these files do not change with it.
"""

from pathlib import Path

import pytest

from minutes.papers.seal import seal_of
from minutes.rules.minutes_json import read_canonical
from minutes.rules.minutes_view import text_hash
from minutes.word import write_minutes
from tests.minutes.golden.structure import structure

FOLDER = Path(__file__).parent
NAMES = ("approved-2014-03-25", "amended", "first-shape")


@pytest.mark.parametrize("name", NAMES)
def test_stored_content_renders_as_it_did(name: str) -> None:
    content = (FOLDER / f"{name}.json").read_text(encoding="utf-8")
    document = write_minutes(read_canonical(content), seal_of(read_canonical(content), text_hash(content)))
    assert structure(document) == (FOLDER / f"{name}.txt").read_text(encoding="utf-8")


def test_every_stored_content_is_looked_at() -> None:
    assert sorted(path.stem for path in FOLDER.glob("*.json")) == sorted(NAMES)
