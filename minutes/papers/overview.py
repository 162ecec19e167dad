"""議事録の頭書き: number, title, and the facts of the meeting as a whole."""

from collections.abc import Iterator
from datetime import date, datetime

from meetings_app.core.wareki import format_wareki
from meetings_app.documents.text import UNFILLED, filled
from meetings_app.documents.word_base import Fact, Frame, Paper
from minutes.papers.seal import Seal
from minutes.papers.wording import Marks, bracketed, moment, spelled
from minutes.rules.minutes_view import MinutesView, Place, Presider, in_japan
from minutes.rules.printed import printed_presiders, printed_recesses

_UNDATED = date(2000, 1, 1)
"""Stands in the file's properties when neither the paper nor the meeting has a date yet."""


def frame_of(view: MinutesView, seal: Seal) -> Frame:
    """Return what stands above and below every page."""
    return Frame(
        header_left=f"{view.committee}　{ordinal(view)}",
        header_mark=view.handling,
        footer_left=seal.footer_left,
        footer_right=seal.footer_right,
    )


def ordinal(view: MinutesView) -> str:
    """Return 「第19回」."""
    return f"第{view.meeting_number}回" if view.meeting_number is not None else f"第{UNFILLED}回"


def title_of(view: MinutesView) -> str:
    """Return the title; what is not approved says so."""
    title = view.title or f"{ordinal(view)}　{view.committee}　議事録"
    return title if view.is_approved else f"{title}（{view.approval.status.value}）"


def dated(view: MinutesView) -> date:
    """Return the day the file's properties carry."""
    if view.document_date is not None:
        return view.document_date
    return in_japan(view.start).date() if view.start is not None else _UNDATED


def write_head(paper: Paper, view: MinutesView, marks: Marks) -> None:
    """Write number and date at the top right, and the title."""
    number = view.document_number or f"文書番号{UNFILLED}"
    day = format_wareki(view.document_date) if view.document_date is not None else f"文書日付{UNFILLED}"
    paper.number_and_date((marks.behind(number, "文書番号"), marks.behind(day, "文書の日付")))
    paper.title(title_of(view))


def write_overview(paper: Paper, view: MinutesView, marks: Marks) -> None:
    """会議の概要: write when, where, under whom, and how many."""
    paper.heading(1, "会議の概要")
    paper.facts(
        [
            Fact("会議名", f"{ordinal(view)}　{view.committee}"),
            Fact("日時", marks.below(_period(view.start, view.end), "日時")),
            *_recesses(view, marks),
            Fact("場所", marks.below(place_text(view.place), "場所")),
            *presider_facts(view, marks),
            Fact("出席者等の数", _head_count(view)),
            Fact("議題の数", f"{len(view.items)}件"),
            *_method(view, marks),
        ]
    )


def meeting_period(view: MinutesView) -> str:
    """Return from when until when the meeting was."""
    return _period(view.start, view.end)


def _period(start: datetime | None, end: datetime | None) -> str:
    """Return 「…午後1時30分から午後3時40分まで」, naming the second day only where it differs."""
    if start is None and end is None:
        return UNFILLED
    first = moment(start) if start is not None else UNFILLED
    if end is None:
        return f"{first}から{UNFILLED}まで"
    same_day = start is not None and in_japan(start).date() == in_japan(end).date()
    return f"{first}から{spelled(end) if same_day else moment(end)}まで"


def _recesses(view: MinutesView, marks: Marks) -> Iterator[Fact]:
    if view.recesses:
        yield Fact("休憩", marks.below(printed_recesses(view), "休憩"))


def _method(view: MinutesView, marks: Marks) -> Iterator[Fact]:
    if view.recorded_afterwards:
        yield Fact("記録の方法", marks.below(view.recorded_afterwards, "記録の方法"))


def place_text(place: Place | None) -> str:
    """Return the venue with the district it lies in."""
    if place is None:
        return UNFILLED
    district = place.district.value if place.district is not None else "未記入"
    return f"{filled(place.venue)}（地区：{district}）"


def presider_facts(view: MinutesView, marks: Marks) -> Iterator[Fact]:
    """Yield who presided; where that changed, everybody with the time; and why it was not the 委員長."""
    yield Fact("議長", marks.below(_presiders(view), "議長", "議長の交代"))
    presider = view.presider
    if presider is None:
        return
    if presider.is_substitute and len(view.presiders) < 2:
        yield Fact("議長を代わった理由", marks.below(_substitution(presider), "議長を代わった理由"))
    elif marks.at("議長を代わった理由"):
        yield Fact("議長を代わった理由", marks.below(filled(presider.substitution), "議長を代わった理由"))
    if presider.decided_by and len(view.presiders) < 2:
        yield Fact("議長を決めた者", presider.decided_by)


def _presiders(view: MinutesView) -> str:
    if len(view.presiders) > 1:
        return printed_presiders(view)
    if view.presider is None:
        return UNFILLED
    presider = view.presider
    office = "" if presider.office is None and presider.decided_by else bracketed(presider.office)
    return f"{presider.name}{office}"


def _substitution(presider: Presider) -> str:
    return f"{filled(presider.substitution)}\n（{presider.basis}）"


def _head_count(view: MinutesView) -> str:
    counts = (("出席者", view.attendees), ("欠席者", view.absentees), ("出席を求めた者", view.invitees))
    return "　".join(f"{label}{len(people)}名" for label, people in counts)
