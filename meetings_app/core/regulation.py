"""Regulations as data: dated values with their citations. Pure; files are read by `meetings_app.rulebook`."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from meetings_app.core.errors import NotInForce
from meetings_app.core.terms import CommitteeKind

Value = int | str | bool
Leaf = Value | tuple[Value, ...] | Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Amendment:
    """改正: the day from which a version is in force."""

    in_force: date
    note: str
    cite: str = "附則"


@dataclass(frozen=True, slots=True)
class Notice:
    """注記: something about the text that readers must know on the days [valid_from, valid_to)."""

    code: str
    message: str
    cite: str
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class DatedValues:
    """One entry of a regulation: its citation and its values by in-force date, oldest first."""

    cite: str
    values: tuple[tuple[date, Leaf], ...]


@dataclass(frozen=True, slots=True)
class Cited:
    """A value together with the article it comes from."""

    value: Leaf
    cite: str


@dataclass(frozen=True, slots=True)
class Regulation:
    """規程: one regulation with its amendments and dated entries.

    `sha256` is the hash of the file it was read from: stored with every result that rests on it.
    """

    name: str
    title: str
    last_text_seen: date
    amendments: tuple[Amendment, ...]
    entries: Mapping[str, DatedValues]
    sha256: str
    notices: tuple[Notice, ...] = ()

    @property
    def in_force_from(self) -> date:
        """First day on which the regulation applies (附則)."""
        return self.amendments[0].in_force

    def version_on(self, on: date) -> Amendment:
        """Return the version governing `on`.

        Raises NotInForce before the first in-force date.
        """
        governing = [a for a in self.amendments if a.in_force <= on]
        if not governing:
            raise NotInForce(
                f"{self.title}は{on.isoformat()}にはまだ施行されていません。会議の日付を確かめてください。"
            )
        return governing[-1]

    def at(self, key: str, on: date) -> Cited:
        """Return the value of `key` on `on` with its citation.

        Raises KeyError for an unknown key and NotInForce where no value holds on that date.
        """
        entry = self.entries[key]
        governing = [value for start, value in entry.values if start <= on]
        if not governing:
            raise NotInForce(
                f"{self.title}の「{key}」は{on.isoformat()}には定めがありません。日付を確かめてください。"
            )
        return Cited(governing[-1], entry.cite)


@dataclass(frozen=True, slots=True, eq=False)
class Rulebook:
    """規程集: the regulation of every kind of body that has one. Compared by identity, so that it can key a cache."""

    regulations: Mapping[CommitteeKind, Regulation]

    @property
    def sha256(self) -> str:
        """Hash over all regulations: one body's rules take over the other's, so a result rests on both."""
        parts = "".join(self.regulations[kind].sha256 for kind in sorted(self.regulations))
        return hashlib.sha256(parts.encode("ascii")).hexdigest()

    def __getitem__(self, kind: CommitteeKind) -> Regulation:
        """Return the regulation of `kind`; raises KeyError where there is none."""
        return self.regulations[kind]
