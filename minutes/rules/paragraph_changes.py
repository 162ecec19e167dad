"""違い: what differs between two texts, paragraph by paragraph, and sign by sign within one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Final

LONGEST_COMPARED: Final = 2_000
"""Signs up to which two paragraphs are compared sign by sign."""
ALIKE: Final = 0.3
"""Share of signs from which two paragraphs count as one that was changed."""


class PieceKind(StrEnum):
    """違いの種類."""

    SAME = "同じ"
    REMOVED = "削られた"
    ADDED = "加えられた"


@dataclass(frozen=True, slots=True)
class Piece:
    """文の一部: a stretch that stands in both texts, or in one of them only."""

    kind: PieceKind
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """違う段落: the pieces of it, with the paragraph before it that is the same in both (to find the place by)."""

    pieces: tuple[Piece, ...]
    after: str


def paragraph_changes(before: Sequence[str], after: Sequence[str]) -> list[Change]:
    """Return every paragraph that differs, in order; none where the two say the same."""
    matcher = SequenceMatcher(None, before, after, autojunk=len(before) + len(after) > 2_000)
    changes = []
    for tag, first, last, new_first, new_last in matcher.get_opcodes():
        if tag != "equal":
            place = before[first - 1] if first else ""
            changes += [
                Change(pieces, place) for pieces in _paired(before[first:last], after[new_first:new_last])
            ]
    return changes


def _paired(removed: Sequence[str], added: Sequence[str]) -> Iterator[tuple[Piece, ...]]:
    """Yield paragraphs of a place that changed: pairs that are alike as one, the rest by themselves."""
    shared = min(len(removed), len(added))
    for old, new in zip(removed[:shared], added[:shared], strict=True):
        pieces = _compared(old, new)
        if pieces:
            yield pieces
        else:
            yield (Piece(PieceKind.REMOVED, old),)
            yield (Piece(PieceKind.ADDED, new),)
    for old in removed[shared:]:
        yield (Piece(PieceKind.REMOVED, old),)
    for new in added[shared:]:
        yield (Piece(PieceKind.ADDED, new),)


def _compared(old: str, new: str) -> tuple[Piece, ...]:
    """Return two paragraphs as pieces; nothing where they have too little in common, or are very long."""
    if max(len(old), len(new)) > LONGEST_COMPARED:
        return ()
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    if matcher.ratio() < ALIKE:
        return ()
    return tuple(_pieces(matcher, old, new))


def _pieces(matcher: "SequenceMatcher[str]", old: str, new: str) -> Iterator[Piece]:
    for tag, first, last, new_first, new_last in matcher.get_opcodes():
        if tag == "equal":
            yield Piece(PieceKind.SAME, old[first:last])
            continue
        if last > first:
            yield Piece(PieceKind.REMOVED, old[first:last])
        if new_last > new_first:
            yield Piece(PieceKind.ADDED, new[new_first:new_last])
