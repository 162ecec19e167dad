"""日程調整 as pages show it: finished texts, no rows of the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from calendars.rules.slots import Reason, SlotVerdict, Standing
from calendars.services import Poll
from meetings_app.core.clock import TOKYO
from meetings_app.core.terms import Answer, MeetingStatus, Office
from meetings_app.tables.meetings import Meeting, Venue
from meetings_app.web.locale import Locale, Translator, format_day, format_time, mark

MOST_PANELS = 8
"""How many slots say why not beside the grid; the table says it of all."""

WHY_TITLES = {
    Standing.FEASIBLE: mark("なぜ選ばないか"),
    Standing.PENDING: mark("なぜまだ置けないか"),
    Standing.INFEASIBLE: mark("なぜ置けないか"),
}


STANDINGS = {
    Standing.FEASIBLE: (mark("置ける"), "ok"),
    Standing.PENDING: (mark("回答待ち"), "ask"),
    Standing.INFEASIBLE: (mark("置けない"), "off"),
}
"""What a verdict is called and how it looks."""


@dataclass(frozen=True, slots=True)
class PollLine:
    """日程調整の一覧の行."""

    href: str
    title: str
    current: str
    slots: str
    answered: str
    waiting: str
    state: str
    tone: str


@dataclass(frozen=True, slots=True)
class GridSlot:
    """One column of the grid; `planned` frames it, `tag` stands over the frame."""

    label: str
    text: str
    gap: bool
    planned: bool
    tag: str


@dataclass(frozen=True, slots=True)
class GridDay:
    """One day of the grid with its slots."""

    label: str
    slots: tuple[GridSlot, ...]


@dataclass(frozen=True, slots=True)
class GridPerson:
    """One row of the grid; a cell is the Answer term or None."""

    name: str
    note: str
    cells: tuple[Answer | None, ...]


@dataclass(frozen=True, slots=True)
class WhyItem:
    """One reason in a panel: `ok` None is a mere remark."""

    text: str
    ok: bool | None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WhyPanel:
    """なぜこの日か, なぜ置けないか."""

    title: str
    subject: str
    items: tuple[WhyItem, ...]


@dataclass(frozen=True, slots=True)
class SlotRow:
    """候補の比較の行."""

    id: str
    label: str
    standing: str
    tone: str
    best: bool
    chosen: bool
    required_yes: str
    maybe: str
    attending: str
    presiding: str
    remark: str
    can_choose: bool


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """One slot to answer for one person."""

    field: str
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class PersonChoice:
    """Somebody whose answer may be recorded."""

    id: str
    name: str
    note: str
    answered: bool


@dataclass(frozen=True, slots=True)
class PollPage:
    """日程調整 of one meeting."""

    meeting_id: str
    title: str
    sub: str
    current: str
    venue: str
    is_open: bool
    has_slots: bool
    days: tuple[GridDay, ...]
    people: tuple[GridPerson, ...]
    places: tuple[dict[str, object], ...]
    best: WhyPanel | None
    best_id: str
    best_label: str
    best_is_chosen: bool
    panels: tuple[WhyPanel, ...]
    next_steps: tuple[str, ...]
    rows: tuple[SlotRow, ...]
    choices: tuple[PersonChoice, ...]


def poll_title(meeting: Meeting, _: Translator) -> str:
    """Return 「第20回の日程」."""
    return _("第{n}回の日程").replace("{n}", str(meeting.number))


def span_text(starts_at: datetime, ends_at: datetime, locale: Locale) -> str:
    """Return a day with its hours."""
    return f"{format_day(starts_at, locale, weekday=True)} {format_time(starts_at)}–{format_time(ends_at)}"


def poll_line(meeting: Meeting, poll: Poll, _: Translator, locale: Locale) -> PollLine:
    """Return one meeting for the list."""
    waiting = "、".join(person.name for person in poll.waiting)
    state, tone = _state(meeting, poll)
    people = len(poll.people)
    return PollLine(
        href=f"/scheduling/{meeting.id}",
        title=_("第{n}回").replace("{n}", str(meeting.number)),
        current=span_text(meeting.starts_at, meeting.ends_at, locale),
        slots=_("{n}枠").replace("{n}", str(len(poll.slots))),
        answered=_answered(poll, people, _),
        waiting=waiting,
        state=_(state),
        tone=tone,
    )


def _state(meeting: Meeting, poll: Poll) -> tuple[str, str]:
    if meeting.status is MeetingStatus.CONVENED:
        return mark("招集済み"), "ok"
    if not poll.slots:
        return mark("候補なし"), "neutral"
    if poll.ranking.best is None:
        return mark("置ける枠なし"), "ask"
    return (mark("回答待ち"), "ask") if poll.waiting else (mark("回答がそろった"), "neutral")


def _answered(poll: Poll, people: int, _: Translator) -> str:
    if not poll.slots:
        return "—"
    done = people - len(poll.waiting)
    return _("{n}名のうち{done}名").replace("{n}", str(people)).replace("{done}", str(done))


def _chosen_id(meeting: Meeting, poll: Poll) -> str:
    times = (meeting.starts_at, meeting.ends_at)
    return next((slot.id for slot in poll.slots if (slot.starts_at, slot.ends_at) == times), "")


def poll_page(meeting: Meeting, poll: Poll, venue: Venue | None, _: Translator, locale: Locale) -> PollPage:
    """Return everything the page of one poll shows."""
    best = poll.ranking.best
    chosen = _chosen_id(meeting, poll)
    return PollPage(
        meeting_id=meeting.id,
        title=poll_title(meeting, _),
        sub=_sub(poll, _),
        current=span_text(meeting.starts_at, meeting.ends_at, locale),
        venue=venue.name if venue else _("会場は未定"),
        is_open=meeting.status is MeetingStatus.PREPARING or meeting.status is MeetingStatus.CONVENED,
        has_slots=bool(poll.slots),
        days=_days(poll, chosen, _),
        people=tuple(_grid_person(poll, index, _) for index in range(len(poll.people))),
        places=_places(poll, _),
        best=_best_panel(poll, _),
        best_id=best.slot.id if best else "",
        best_label=best.slot.label if best else "",
        best_is_chosen=best is not None and best.slot.id == chosen,
        panels=tuple(
            _why_panel(verdict, _)
            for verdict in poll.ranking.verdicts[:MOST_PANELS]
            if best is None or verdict.slot.id != best.slot.id
        ),
        next_steps=poll.ranking.next_steps if poll.slots else (),
        rows=tuple(_row(verdict, poll, chosen, _) for verdict in poll.ranking.verdicts),
        choices=_choices(poll, _),
    )


def _sub(poll: Poll, _: Translator) -> str:
    """Return how many were asked and who has not answered yet."""
    asked = _("{n}名に尋ねています").replace("{n}", str(len(poll.people)))
    if not poll.slots:
        return asked
    waiting = poll.waiting
    done = _("{n}名が回答済み").replace("{n}", str(len(poll.people) - len(waiting)))
    if not waiting:
        return f"{asked}。{_('全員が回答済みです')}"
    names = "、".join(person.name for person in waiting)
    left = _("{n}名が未回答").replace("{n}", str(len(waiting)))
    return f"{asked}。{done}、{left}（{names}）"


def _days(poll: Poll, chosen: str, _: Translator) -> tuple[GridDay, ...]:
    best = poll.ranking.best.slot.id if poll.ranking.best else ""
    days = []
    for day, group in groupby(poll.slots, key=lambda slot: slot.starts_at.astimezone(TOKYO).date()):
        slots = tuple(
            GridSlot(
                label=format_time(slot.starts_at),
                text=f"{format_time(slot.starts_at)}–{format_time(slot.ends_at)}",
                gap=place > 0,
                planned=slot.id == best,
                tag=_tag(slot.id, best, chosen, _),
            )
            for place, slot in enumerate(group)
        )
        days.append(GridDay(short_day(day), slots))
    return tuple(days)


def _tag(slot_id: str, best: str, chosen: str, _: Translator) -> str:
    if slot_id == best:
        return _("案")
    return _("いま") if slot_id == chosen else ""


def short_day(day: date) -> str:
    """Return 「3月27日（木）」, as the heads of the grid have it."""
    return f"{day.month}月{day.day}日（{'月火水木金土日'[day.weekday()]}）"


def _grid_person(poll: Poll, index: int, _: Translator) -> GridPerson:
    person = poll.people[index]
    cells = tuple(poll.answers.get((slot.id, person.id)) for slot in poll.slots)
    return GridPerson(person.name, _note(person.offices, person.required_for, _), cells)


def _note(offices: frozenset[Office], required_for: tuple[str, ...], _: Translator) -> str:
    held = "・".join(_(office) for office in Office if office in offices)
    return held or (_("必要な人") if required_for else "")


def _places(poll: Poll, _: Translator) -> tuple[dict[str, object], ...]:
    """Return the row over the people: which slots can be used."""
    standing = {verdict.slot.id: verdict for verdict in poll.ranking.verdicts}
    cells: list[str] = []
    for slot in poll.slots:
        verdict = standing[slot.id]
        usable = verdict.standing is Standing.FEASIBLE
        cells.append(("maybe" if verdict.maybe else "open") if usable else "")
    return ({"name": _("置ける枠"), "cells": cells},) if cells else ()


def _best_panel(poll: Poll, _: Translator) -> WhyPanel | None:
    best = poll.ranking.best
    if best is None:
        return None
    items = tuple(WhyItem(text, ok=_is_good(text)) for text in poll.ranking.why_best)
    return WhyPanel(_("なぜこの日か"), best.slot.label, items)


def _is_good(text: str) -> bool | None:
    """A sentence that warns or only remarks gets no tick."""
    return None if text.startswith("ただし") or "未回答" in text else True


def _why_panel(verdict: SlotVerdict, _: Translator) -> WhyPanel:
    ok = None if verdict.standing is not Standing.INFEASIBLE else False
    items = tuple(_why_item(reason, ok) for reason in verdict.reasons)
    return WhyPanel(_(WHY_TITLES[verdict.standing]), verdict.slot.label, items)


def _why_item(reason: Reason, ok: bool | None) -> WhyItem:  # noqa: FBT001 - three states of one mark
    return WhyItem(reason.message, ok, (reason.citation,) if reason.citation else ())


def _row(verdict: SlotVerdict, poll: Poll, chosen: str, _: Translator) -> SlotRow:
    best = poll.ranking.best
    is_best = best is not None and best.slot.id == verdict.slot.id
    standing, tone = STANDINGS[verdict.standing]
    required = len(verdict.required)
    return SlotRow(
        id=verdict.slot.id,
        label=verdict.slot.label,
        standing=_(standing),
        tone=tone,
        best=is_best,
        chosen=verdict.slot.id == chosen,
        required_yes=f"{verdict.required_yes} / {required}" if required else "—",
        maybe=_people(verdict.maybe, _),
        attending=_people(verdict.attending, _),
        presiding=verdict.presiding.note,
        remark=_remark(verdict, _),
        can_choose=not verdict.blocked and not verdict.presiding.impossible,
    )


def _people(count: int, _: Translator) -> str:
    return _("{n}名").replace("{n}", str(count))


def _remark(verdict: SlotVerdict, _: Translator) -> str:
    if not verdict.missed_deadlines:
        return ""
    return _("期限を過ぎる議題: {items}").replace("{items}", "、".join(verdict.missed_deadlines))


def _choices(poll: Poll, _: Translator) -> tuple[PersonChoice, ...]:
    waiting = {person.id for person in poll.waiting}
    return tuple(
        PersonChoice(
            person.id, person.name, _note(person.offices, person.required_for, _), person.id not in waiting
        )
        for person in poll.people
    )


def answer_rows(poll: Poll, person_id: str) -> tuple[AnswerRow, ...]:
    """Return every slot with what one person has answered so far."""
    labels = {verdict.slot.id: verdict.slot.label for verdict in poll.ranking.verdicts}
    return tuple(
        AnswerRow(
            field=f"answer-{slot.id}",
            label=labels[slot.id],
            value=str(poll.answers.get((slot.id, person_id), "")),
        )
        for slot in poll.slots
    )


def is_asked(poll: Poll, person_id: str | None) -> bool:
    """Return whether somebody is among the people asked."""
    return any(person.id == person_id for person in poll.people)


def named(choices: Sequence[PersonChoice], person_id: str) -> str:
    """Return the name of one of the people asked; "" for anybody else."""
    return next((choice.name for choice in choices if choice.id == person_id), "")
