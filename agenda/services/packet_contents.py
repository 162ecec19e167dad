"""資料の内容: which papers everybody gets for a meeting, from what is on record. Makes no file."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from sqlmodel import Session

from agenda.papers.contents import CaseList, Head, Paper
from agenda.papers.wording import paper_number_text
from agenda.services.case_list import case_list_paper
from agenda.services.packet_facts import (
    HOUSEHOLD,
    Facts,
    ItemFacts,
    PacketPerson,
    load_facts,
)
from agenda.services.packet_facts import FromMinutes as FromMinutes
from agenda.services.packet_facts import PreviousMinutes as PreviousMinutes
from agenda.services.packet_papers import (
    case_paper,
    collection,
    household_case_paper,
    invitation,
    item_list,
    programme,
    roster_paper,
    seating,
)
from meetings_app.core.terms import Capacity
from meetings_app.tables.meetings import Meeting

LIST_NUMBER: Final = 1
"""資料番号 of the lists; 個別資料 follow from the next on, then the previous minutes, then the handouts."""


@dataclass(frozen=True, slots=True)
class MinutesPart:
    """前回の議事録 as one reader gets it: `items` None: the whole, else an extract with the items of these numbers."""

    items: tuple[int, ...] | None
    sha256: str


@dataclass(frozen=True, slots=True)
class HandoutFile:
    """配布資料: a file as it was uploaded."""

    handout_id: str
    suffix: str
    size: int


@dataclass(frozen=True, slots=True)
class PacketPaper:
    """資料の一つ: `name` is what lists and files call it, `number` its 資料番号, the same for everybody."""

    name: str
    number: int | None
    source: Paper | MinutesPart | HandoutFile

    @property
    def number_text(self) -> str:
        """Return 「資料２」; of the 相談者一覧, which belongs to the 案件一覧, 「資料１－２」; "" for none."""
        if self.number is None:
            return ""
        return paper_number_text(self.number) + ("－２" if isinstance(self.source, CaseList) else "")


@dataclass(frozen=True, slots=True)
class ParticipantPapers:
    """一人分の資料 in reading order. `serial` is the number on the packet (会議後回収)."""

    serial: int
    person: PacketPerson
    papers: tuple[PacketPaper, ...]


@dataclass(frozen=True, slots=True)
class MissingFact:
    """未記入: something that a 個別資料 will show as 「（未記入）」."""

    client_id: str
    case: int
    plan: int
    what: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PacketContents:
    """会議資料一式: what everybody gets. Handouts are numbered from the one after `handouts_after` on.

    `sha256` tells whether the record still says the same.
    """

    head: Head
    participants: tuple[ParticipantPapers, ...]
    missing: tuple[MissingFact, ...]
    handouts_after: int
    sha256: str

    def handout_number(self, place: int) -> str:
        """Return the 資料番号 of the handout in a place of their list, from 1 on."""
        return paper_number_text(self.handouts_after + place)

    def distinct(self) -> int:
        """Return how many different papers there are."""
        return len({paper.source for one in self.participants for paper in one.papers})


def packet_contents(session: Session, meeting: Meeting, from_minutes: FromMinutes) -> PacketContents:
    """資料の内容: return for everybody who takes part, and the 事務局員, the papers they get. Changes nothing.

    Nobody gets an item, a case number or another 本人's presence that they do not sit in on. Raises Refused for a
    cancelled meeting, one without items, venue or decided participants, and naming every case whose consent does
    not hold on the meeting's day.
    """
    facts = load_facts(session, meeting, from_minutes)
    papers = _Papers(session, facts)
    listed = {person.person_id: papers.of(person) for person in facts.people}
    counted = {person_id: tuple(map(_short_name, own)) for person_id, own in listed.items()}
    participants = tuple(
        ParticipantPapers(serial, person, (*listed[person.person_id], *_checks(facts, person, counted)))
        for serial, person in enumerate(facts.people, start=1)
    )
    return PacketContents(
        head=facts.head,
        participants=participants,
        missing=tuple(_missing(facts)),
        handouts_after=papers.handout_base,
        sha256=fingerprint(participants),
    )


def fingerprint(participants: Sequence[ParticipantPapers]) -> str:
    """Return a SHA-256 that tells whether everybody still gets the same; it holds beyond a restart of the program."""
    # a set has another order in every process, so the items are put in order first
    told = [
        (one.serial, replace(one.person, items=frozenset()), sorted(one.person.items), one.papers)
        for one in participants
    ]
    return hashlib.sha256(repr(told).encode()).hexdigest()


class _Papers:
    """The papers of a meeting with their numbers, given out person by person."""

    def __init__(self, session: Session, facts: Facts) -> None:
        self.session = session
        self.facts = facts
        self.with_plan = [item for item in facts.items if item.view.plan and item.view.client]
        self.case_numbers = {
            item.number: number for number, item in enumerate(self.with_plan, start=LIST_NUMBER + 1)
        }
        self.minutes_number = LIST_NUMBER + len(self.with_plan) + 1
        self.handout_base = self.minutes_number if facts.given.minutes else self.minutes_number - 1
        self.case_lists: dict[frozenset[int], CaseList] = {}

    def of(self, person: PacketPerson) -> tuple[PacketPaper, ...]:
        """Return everything somebody gets but the check list, in reading order."""
        facts = self.facts
        return (
            PacketPaper("招集通知", None, invitation(facts, person)),
            PacketPaper("次第", None, programme(facts, person)),
            PacketPaper("出席者名簿", None, roster_paper(facts, person)),
            PacketPaper("座席表", None, seating(facts, person)),
            PacketPaper("案件一覧", LIST_NUMBER, item_list(facts, person)),
            *self._case_list(person),
            *self._cases(person),
            *self._minutes(person),
            *self._handouts(person),
        )

    def _case_list(self, person: PacketPerson) -> Iterator[PacketPaper]:
        """相談者一覧 of the reader's own cases; 本人, 家族 and people asked from outside get none."""
        cases = frozenset(
            item.view.client.case_number for item in self.facts.items_for(person) if item.view.client
        )
        if person.capacity in (*HOUSEHOLD, Capacity.INVITEE) or not cases:
            return
        if cases not in self.case_lists:
            self.case_lists[cases] = case_list_paper(
                self.session, self.facts.meeting, head=self.facts.head, cases=cases
            )
        yield PacketPaper("相談者一覧", LIST_NUMBER, self.case_lists[cases])

    def _cases(self, person: PacketPerson) -> Iterator[PacketPaper]:
        make = household_case_paper if person.capacity in HOUSEHOLD else case_paper
        for item in self.facts.items_for(person):
            plan, client = item.view.plan, item.view.client
            if plan is None or client is None:
                continue
            number = self.case_numbers[item.number]
            name = f"個別資料 No.{client.case_number} プラン{plan.number}"
            yield PacketPaper(name, number, make(self.facts, item, plan, client, number))

    def _minutes(self, person: PacketPerson) -> Iterator[PacketPaper]:
        minutes = self.facts.given.minutes
        if minutes is None or person.person_id not in minutes.parts:
            return
        items = minutes.parts[person.person_id]
        name = f"第{minutes.number}回議事録" + ("" if items is None else "（抜粋）")
        yield PacketPaper(name, self.minutes_number, MinutesPart(items, minutes.sha256))

    def _handouts(self, person: PacketPerson) -> Iterator[PacketPaper]:
        for place, handout in enumerate(self.facts.handouts, start=1):
            if handout.item_id is None or handout.item_id in person.items:
                file = HandoutFile(handout.handout_id, handout.suffix, handout.size)
                yield PacketPaper(handout.title, self.handout_base + place, file)


def _checks(
    facts: Facts, person: PacketPerson, counted: dict[str, tuple[str, ...]]
) -> tuple[PacketPaper, ...]:
    if person.capacity is not Capacity.SECRETARIAT:
        return ()
    return (PacketPaper("回収確認表", None, collection(facts, person, counted)),)


def _short_name(paper: PacketPaper) -> str:
    """Return what a check list calls a paper: by its number where it has one, so that it tells of no case."""
    return paper.number_text or paper.name


def _missing(facts: Facts) -> Iterator[MissingFact]:
    for item in facts.items:
        found = _unfilled(facts, item)
        if item.view.client and item.view.plan and found:
            yield MissingFact(item.view.client.id, item.view.client.case_number, item.view.plan.number, found)


def _unfilled(facts: Facts, item: ItemFacts) -> tuple[str, ...]:
    plan, client = item.view.plan, item.view.client
    if plan is None or client is None:
        return ()
    wanted = (
        ("アセスメントの要約", facts.cases[client.id].assessment),
        ("目標", plan.goal),
        ("支援内容", facts.services.get(plan.id)),
    )
    return tuple(label for label, value in wanted if not value)
