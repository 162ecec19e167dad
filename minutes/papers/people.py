"""議事録の出席者等: who was there, from when until when, and which items each missed."""

import re
from collections.abc import Iterable, Sequence

from meetings_app.core.terms import AttendanceMode
from meetings_app.documents.text import filled
from meetings_app.documents.word_base import Column, Paper
from minutes.papers.wording import Marks, grid_or_nothing, listed, spelled
from minutes.rules.minutes_view import Attendee, Invitee, MinutesView, Stay, in_japan

_MISSED_ITEM = re.compile(r"議題(\d+)（.*）の間は在席しなかった。", re.DOTALL)


def write_people(paper: Paper, view: MinutesView, marks: Marks) -> None:
    """出席者等: write who was there, who was not, and who was asked to come."""
    paper.heading(1, "出席者等")
    write_attendees(paper, view.attendees, marks)
    _absentees(paper, view, marks)
    write_invitees(paper, view.invitees, marks)


def write_attendees(paper: Paper, people: Sequence[Attendee], marks: Marks) -> None:
    """出席者: write the table, and below it a sentence on everybody who was not there throughout."""
    paper.heading(2, "出席者")
    rows = [
        (
            str(number),
            marks.below(person.name, f"出席者（{person.name}）"),
            _capacity(person.capacity.value, person.office),
            filled(person.organisation),
            _modes(person.stays),
            _stays(person.stays),
        )
        for number, person in enumerate(people, start=1)
    ]
    columns = (
        Column("番号", 11, centred=True),
        Column("氏名", 30),
        Column("区分・役職", 31),
        Column("所属"),
        Column("出席方法", 21, centred=True),
        Column("在席の時間", 25, centred=True),
    )
    grid_or_nothing(paper, columns, rows)
    _presence(paper, people)


def write_invitees(
    paper: Paper, people: Sequence[Invitee], marks: Marks, *, with_question: bool = True
) -> None:
    """意見を聴くため出席を求めた者: write the table, with what each was asked about or without."""
    bases = "、".join(dict.fromkeys(person.basis for person in people))
    paper.heading(2, "意見を聴くため出席を求めた者" + (f"（{bases}）" if bases else ""))
    rows = [
        (
            marks.below(person.name, f"出席を求めた者（{person.name}）"),
            filled(person.organisation),
            *((filled(person.asked_about),) if with_question else ()),
            _modes(person.stays),
            _stays(person.stays),
        )
        for person in people
    ]
    columns = (
        Column("氏名", 30),
        Column("所属", 36 if with_question else None),
        *((Column("意見を求めた事項"),) if with_question else ()),
        Column("出席方法", 21, centred=True),
        Column("在席の時間", 25, centred=True),
    )
    grid_or_nothing(paper, columns, rows)
    _presence(paper, people)


def _absentees(paper: Paper, view: MinutesView, marks: Marks) -> None:
    paper.heading(2, "欠席者")
    rows = [
        (
            marks.below(person.name, f"欠席者（{person.name}）"),
            _capacity(person.capacity.value, person.office),
            filled(person.organisation),
            filled(person.reason),
        )
        for person in view.absentees
    ]
    columns = (Column("氏名", 30), Column("区分・役職", 31), Column("所属"), Column("欠席の理由", 46))
    grid_or_nothing(paper, columns, rows)


def _capacity(capacity: str, office: str | None) -> str:
    return f"{capacity}\n（{office}）" if office else capacity


def _modes(stays: Sequence[Stay]) -> str:
    """Return the mode of attendance, once if it never changed, else line by line beside the times."""
    modes = [stay.mode.value for stay in stays]
    return "\n".join(modes if len(set(modes)) > 1 else modes[:1])


def _stays(stays: Sequence[Stay]) -> str:
    return "\n".join(map(_stay, stays))


def _stay(stay: Stay) -> str:
    """Return one interval in the short form for tables: 「13:50～14:40」, 「開会～15:20」."""
    if stay.arrived is None and stay.left is None:
        return "終始"
    arrived = f"{in_japan(stay.arrived):%H:%M}" if stay.arrived is not None else "開会"
    left = f"{in_japan(stay.left):%H:%M}" if stay.left is not None else "閉会"
    return f"{arrived}～{left}"


def _presence(paper: Paper, people: Iterable[Attendee | Invitee]) -> None:
    for person in people:
        sentence = presence_sentence(person.stays, person.missed)
        if sentence:
            paper.note("※", f"{person.name}　{sentence}")


def presence_sentence(stays: Sequence[Stay], missed: Sequence[str]) -> str:
    """在席の文: return 「午前10時24分到着。議題1及び2の間は在席しなかった。」; "" for somebody there throughout."""
    return "".join((*_movements(stays), _missed(missed)))


def _movements(stays: Sequence[Stay]) -> Iterable[str]:
    """Yield a sentence for every arrival and departure, in order; from the second stay on people come back."""
    for place, stay in enumerate(stays):
        online = "（オンライン）" if stay.mode is AttendanceMode.ONLINE else ""
        if stay.arrived is not None:
            yield f"{spelled(stay.arrived)}{'再び着席' if place else '到着'}{online}。"
        if stay.left is not None:
            yield f"{spelled(stay.left)}退席。"


def _missed(sentences: Sequence[str]) -> str:
    """Join the sentences that name one item each; any other stays as it is."""
    found = [_MISSED_ITEM.fullmatch(sentence) for sentence in sentences]
    numbers = [int(match.group(1)) for match in found if match]
    others = [sentence for sentence, match in zip(sentences, found, strict=True) if not match]
    items = f"議題{listed(numbers)}の間は在席しなかった。" if numbers else ""
    return "".join((items, *others))
