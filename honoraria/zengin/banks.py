"""金融機関と支店: the directory of Japanese banks and branches, by code, name or kana.

The directory comes with the package zengin-code. Reading it takes about 0.2 seconds and 22 MB, so that happens at
the first question asked of it, not when the program starts.
"""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import jaconv

from honoraria.zengin.kana import directory_kana

_LONG_FORMS = {
    "信金": "信用金庫",
    "信組": "信用組合",
    "労金": "労働金庫",
    "農協": "農業協同組合",
    "漁協": "漁業協同組合",
    "シンキン": "シンヨウキンコ",
    "シンクミ": "シンヨウクミアイ",
    "ロウキン": "ロウドウキンコ",
    "ノウキヨウ": "ノウギヨウキヨウドウクミアイ",
    "ギヨキヨウ": "ギヨギヨウキヨウドウクミアイ",
}
"""How the directory shortens the ends of names, and how people type them."""

_FOLDED = str.maketrans("ヮヲー−‐", "ワオ---", " .・")


@dataclass(frozen=True, slots=True)
class BankName:
    """金融機関: its code (4 digits), the directory's short name, and that in the record's half-width kana."""

    code: str
    name: str
    kana: str


@dataclass(frozen=True, slots=True)
class BranchName:
    """支店: its code (3 digits) at the bank `bank_code`, its name, and that in half-width kana."""

    bank_code: str
    code: str
    name: str
    kana: str


@dataclass(frozen=True, slots=True)
class _Entry:
    """One line of the directory with the folded `terms` by which it is found."""

    code: str
    name: str
    kana: str
    terms: tuple[str, ...]


def find_bank(code: str) -> BankName | None:
    """Return the bank of a 銀行コード (4 digits), None where the directory has none."""
    found = _banks().get(code)
    return None if found is None else BankName(found.code, found.name, directory_kana(found.kana))


def find_branch(bank_code: str, code: str) -> BranchName | None:
    """Return the branch of a 支店コード (3 digits) at a bank, None where that bank has none."""
    found = _branches(bank_code).get(code)
    return None if found is None else _branch_name(bank_code, found)


def search_banks(text: str, limit: int) -> tuple[BankName, ...]:
    """Return at most `limit` banks that `text` may mean, the likeliest first.

    `text` is a code or the start of one, or a name or part of it: kanji, katakana, hiragana, half-width, long or short
    (釧路信用金庫, 釧路信金). Exact comes before beginning, beginning before containing, and equals go by code.
    """
    found = _search(_banks().values(), text, limit)
    return tuple(BankName(entry.code, entry.name, directory_kana(entry.kana)) for entry in found)


def search_branches(bank_code: str, text: str, limit: int) -> tuple[BranchName, ...]:
    """Return at most `limit` branches of a bank that `text` may mean, as `search_banks` does for banks."""
    found = _search(_branches(bank_code).values(), text, limit)
    return tuple(_branch_name(bank_code, entry) for entry in found)


def _branch_name(bank_code: str, entry: _Entry) -> BranchName:
    return BranchName(bank_code, entry.code, entry.name, directory_kana(entry.kana))


def _directory() -> Mapping[str, Any]:
    from zengin_code import Bank  # reads 1,387 files when imported

    directory: Mapping[str, Any] = Bank.all
    return directory


@cache
def _banks() -> Mapping[str, _Entry]:
    return {
        code: _Entry(code, bank.name, bank.kana, _terms(bank.name, bank.kana, ("銀行", "ギンコウ")))
        for code, bank in _directory().items()
    }


@cache
def _branches(bank_code: str) -> Mapping[str, _Entry]:
    if bank_code not in _banks():
        return {}
    return {
        code: _Entry(code, branch.name, branch.kana, _terms(branch.name, branch.kana, ("支店", "シテン")))
        for code, branch in _directory()[bank_code].branches.items()
    }


def _terms(name: str, kana: str, endings: tuple[str, str]) -> tuple[str, ...]:
    """Return name and kana, short and long, folded."""
    folded = (_fold(name), _fold(kana))
    return folded + tuple(_long(term, ending) for term, ending in zip(folded, endings, strict=True))


def _long(term: str, ending: str) -> str:
    for short, long in _LONG_FORMS.items():
        if term.endswith(short):
            return term.removesuffix(short) + long
    return term if term.endswith(ending) else term + ending


def _fold(text: str) -> str:
    """Return `text` so that spellings of one name are equal: width, kana, small kana, dashes, case, blanks."""
    kana = jaconv.hira2kata(unicodedata.normalize("NFKC", text))
    return jaconv.enlarge_smallkana(kana).translate(_FOLDED).upper()


def _search(entries: Iterable[_Entry], text: str, limit: int) -> list[_Entry]:
    sought = _fold(text)
    if not sought:
        return []
    ranked = [(rank, entry.code, entry) for entry in entries if (rank := _rank(entry, sought)) is not None]
    ranked.sort(key=lambda each: each[:2])
    return [entry for _, _, entry in ranked[:limit]]


def _rank(entry: _Entry, sought: str) -> int | None:
    """Return 0 for the very code or name, 1 for its beginning, 2 for a part of the name, None for neither."""
    if sought == entry.code or sought in entry.terms:
        return 0
    if entry.code.startswith(sought) or any(term.startswith(sought) for term in entry.terms):
        return 1
    return 2 if any(sought in term for term in entry.terms) else None
