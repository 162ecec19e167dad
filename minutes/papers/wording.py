"""議事録の書き方: days, times and names as minutes write them, and the marks of corrections."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from meetings_app.core.wareki import format_wareki, spell_time
from meetings_app.documents.text import NOTHING, UNFILLED, filled
from meetings_app.documents.word_base import Column, Paper
from minutes.rules.minutes_view import Correction, Due, in_japan


@dataclass(frozen=True, slots=True)
class Marks:
    """訂正の印: says beside each place of the body which corrections there are of it."""

    corrections: tuple[Correction, ...] = ()

    def at(self, *labels: str) -> str:
        """Return 「訂正あり（訂正1）」 for a place (or several that share a spot); "" where nothing was corrected."""
        numbers = [
            f"訂正{number_of(correction, place)}"
            for place, correction in enumerate(self.corrections, start=1)
            if correction.place in labels
        ]
        return f"訂正あり（{'、'.join(numbers)}）" if numbers else ""

    def below(self, text: str | None, *labels: str) -> str:
        """Return the text of a cell with the mark on a line of its own."""
        mark = self.at(*labels)
        return f"{filled_lines(text)}\n{mark}" if mark else filled_lines(text)

    def behind(self, text: str, *labels: str) -> str:
        """Return a heading with the mark behind it."""
        mark = self.at(*labels)
        return f"{text}　{mark}" if mark else text


def number_of(correction: Correction, place: int) -> int:
    """Return a correction's own number; one without counts by its place in the list."""
    return correction.number if correction.number is not None else place


def filled_lines(text: str | None) -> str:
    """Return `text`, or 「（未記入）」 where nothing but blanks is in it."""
    return text if text and text.strip() else UNFILLED


def spelled(at: datetime) -> str:
    """Return the time of day in words: 「午前10時24分」."""
    return spell_time(in_japan(at).time())


def moment(at: datetime) -> str:
    """Return day and time in words: 「平成26年3月25日（火）午後1時30分」."""
    return f"{format_wareki(in_japan(at).date(), weekday=True)}{spelled(at)}"


def due(when: Due) -> str:
    """Return a deadline: the day, the words the record has for it, or 「（未記入）」."""
    return format_wareki(when) if isinstance(when, date) else filled(when)


def bracketed(text: str | None) -> str:
    """Return 「（text）」; of nothing 「（未記入）」, not in brackets twice."""
    return UNFILLED if filled(text) == UNFILLED else f"（{filled(text)}）"


def joined(names: Sequence[str]) -> str:
    """Return names in a row; 「なし」 where there are none."""
    return "、".join(names) or NOTHING


def listed(numbers: Sequence[int]) -> str:
    """Return numbers as official papers join them: 「1」, 「1及び2」, 「1、2及び5」."""
    *first, last = map(str, numbers)
    return f"{'、'.join(first)}及び{last}" if first else last


def grid_or_nothing(paper: Paper, columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> None:
    """Write a table, or 「なし」 where it would have no row."""
    if rows:
        paper.grid(columns, rows)
    else:
        paper.text(NOTHING)
