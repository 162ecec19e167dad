"""Fixtures: a small directory, for tests that must not change with the real one."""

from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from honoraria.zengin import banks
from tests.honoraria.zengin.directory import BANKS


@pytest.fixture(scope="class")
def directory() -> Iterator[None]:
    """Let `honoraria.zengin.banks` know the three banks typed by hand and no others."""
    known = {
        code: SimpleNamespace(
            name=name,
            kana=kana,
            branches={key: SimpleNamespace(name=each, kana=read) for key, (each, read) in branches.items()},
        )
        for code, (name, kana, branches) in BANKS.items()
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(banks, "_directory", lambda: known)
        _forget()
        yield
    _forget()


def _forget() -> None:
    banks._banks.cache_clear()
    banks._branches.cache_clear()
