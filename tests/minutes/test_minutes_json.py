"""Stored minutes are read back as they were written."""

from collections.abc import Callable

import pytest

from minutes.rules.minutes_json import read_canonical
from minutes.rules.minutes_view import MinutesView, canonical_json, content_hash
from tests.minutes.sample_view import corrected_view, empty_view, long_view, short_view


@pytest.mark.parametrize("made", [empty_view, short_view, long_view, corrected_view])
def test_a_view_survives_its_canonical_text(made: Callable[[], MinutesView]) -> None:
    view = made()
    again = read_canonical(canonical_json(view))
    assert again == view
    assert content_hash(again) == content_hash(view)


@pytest.mark.parametrize("text", ["{}", "[]", '{"committee": 1}', "null"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no stored minutes"):
        read_canonical(text)
