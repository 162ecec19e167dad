"""取込みの行: whose row it is, and what becomes of it. People are found by 番号, or by a name that only one bears."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypedDict

from sqlmodel import Session

from agenda.services.member_export import member_keys, office_people
from meetings_app.core.actor import Actor
from meetings_app.core.clock import Clock
from meetings_app.core.errors import Refused
from meetings_app.documents.members_excel import MemberRow, PersonRow, Place
from meetings_app.services.members import add_person
from meetings_app.services.roster import bodies_of
from meetings_app.tables.committees import Committee
from meetings_app.tables.people import Person

CORRECT_IT = "この行を登録のとおりに直すか、名簿の画面で訂正してください。"


class State(StrEnum):
    """取込みでの扱い of one row."""

    ADDED = "追加"
    KNOWN = "登録済み"
    REFUSED = "不可"


@dataclass(frozen=True, slots=True)
class ImportLine:
    """取込みの行: what becomes of a row; `message` and `column` say why a refused one is."""

    state: State
    sheet: str
    row: int
    who: str
    what: str
    column: str = ""
    message: str = ""


class Given(TypedDict):
    """What every changing service is given."""

    session: Session
    actor: Actor
    clock: Clock


class AlreadyKnownError(Exception):
    """The fact stands on record just so: nothing is to be done."""


@dataclass
class Work:
    """取込み of one file: the office's people and bodies, and what became of every row so far.

    `by_key` holds people by the 番号 the file gives them and by their own, `people` by id.
    """

    session: Session
    actor: Actor
    clock: Clock
    lines: list[ImportLine] = field(default_factory=list)
    by_key: dict[str, Person] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    bodies: dict[str, Committee] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.bodies = {body.name: body for body in bodies_of(self.session, self.actor)}
        known = office_people(self.session, self.actor)
        self.people = {person.id: person for person in known}
        keys = {key: self.people[person_id] for person_id, key in member_keys(known).items()}
        self.by_key = keys | self.people

    @property
    def given(self) -> Given:
        """Session, actor and clock, as the services take them."""
        return {"session": self.session, "actor": self.actor, "clock": self.clock}

    def refuse(self, place: Place, who: str, what: str, message: str, column: str = "") -> None:
        """Note why a row cannot be taken in."""
        self.lines.append(ImportLine(State.REFUSED, place.sheet, place.row, who, what, column, message))

    @contextmanager
    def row(self, row: MemberRow, what: str) -> Iterator[None]:
        """Note what the block did with a row: added, already there, or why not."""
        name = row.name or (self.by_key[row.key].name if row.key in self.by_key else row.key)
        try:
            yield
        except AlreadyKnownError:
            self.lines.append(ImportLine(State.KNOWN, row.place.sheet, row.place.row, name, what))
        except Refused as refusal:
            self.refuse(row.place, name, what, refusal.message)
        else:
            self.lines.append(ImportLine(State.ADDED, row.place.sheet, row.place.row, name, what))

    def whose(self, key: str, name: str) -> str:
        """Return whom a row is about. Raises Refused where that is nobody, or not sure."""
        if key:
            person = self.by_key.get(key)
            if person is None:
                raise Refused(
                    f"番号「{key}」の人がいません。「人」のシートに行を足すか、番号を直してください。"
                )
            if name and name != person.name:
                raise Refused(f"番号「{key}」は{person.name}です。番号か氏名のどちらかを直してください。")
            return person.id
        found = [person.id for person in self.people.values() if person.name == name]
        if len(found) != 1:
            trouble = f"{len(found)}人います" if found else "登録にも「人」のシートにもいません"
            raise Refused(f"「{name}」という人が{trouble}。番号を書いてください。")
        return found[0]

    def body(self, name: str) -> Committee:
        """Return a body by its name. Raises Refused where the office has none of that name."""
        body = self.bodies.get(name)
        if body is None:
            names = "」「".join(self.bodies)
            raise Refused(f"「{name}」という会議体はありません。「{names}」のどれかにしてください。")
        return body


def take_people(work: Work, rows: Sequence[PersonRow]) -> None:
    """人のシート: find or add everybody; differences from the record are refused."""
    _PeopleSheet(work, dict(work.people), {key: one.id for key, one in work.by_key.items()}).take(rows)


@dataclass
class _PeopleSheet:
    """人のシート: who was on record before it, and whose row has been met."""

    work: Work
    on_record: dict[str, Person]
    known: dict[str, str]
    claimed: set[str] = field(default_factory=set)

    def take(self, rows: Sequence[PersonRow]) -> None:
        """Find or add everybody; those with a known 番号 first, so that a name alone does not take their place."""
        for row in sorted(rows, key=lambda one: (one.key not in self.known, one.place.row)):
            with self.work.row(row, "　".join(filter(None, (row.kana, row.organisation, row.mailbox)))):
                person = self.work.by_key.get(row.key) if row.key in self.known else self._by_name(row)
                self._claim(row, person)

    def _by_name(self, row: PersonRow) -> Person | None:
        """Return the one person of that name; None for somebody new. Raises Refused where it may be several."""
        if row.key and row.key in self.work.by_key:
            raise Refused(f"番号「{row.key}」の行が2つあります。人ごとに違う番号にしてください。")
        alike = [one for one in self.on_record.values() if _same_name(row, one)]
        if len(alike) > 1:
            raise Refused(
                f"「{row.name}」という人が{len(alike)}人登録されています。取り出した名簿にある番号を書いてください。"
            )
        if alike and alike[0].id in self.claimed:
            raise Refused(
                f"「{row.name}」はほかの行にあります。同じ人なら1行にし、別の人なら先に名簿の画面で登録してください。"
            )
        twins = [
            one for one in self.work.people.values() if one.id not in self.on_record and _same_name(row, one)
        ]
        if twins and not row.key:
            raise Refused(
                f"同じ氏名の「{row.name}」がほかの行にもあります。別の人なら「新1」「新2」のように番号を付けてください。"
            )
        return alike[0] if alike else None

    def _claim(self, row: PersonRow, person: Person | None) -> None:
        if person is None:
            person = self._add_person(row)
            self._remember(row, person)
            return
        if person.id in self.claimed:
            raise Refused("同じ人の行が2つあります。1行にしてください。")
        self.claimed.add(person.id)
        self._remember(row, person)
        _refuse_other_person(row, person)
        raise AlreadyKnownError

    def _remember(self, row: PersonRow, person: Person) -> None:
        self.work.people[person.id] = person
        self.work.by_key[row.key or person.id] = person

    def _add_person(self, row: PersonRow) -> Person:
        if row.mailbox and "@" not in row.mailbox[1:-1]:
            raise Refused("メールの形になっていません。半角で「名前@組織」の形に直してください。")
        return add_person(
            **self.work.given,
            name=row.name,
            kana=row.kana,
            organisation=row.organisation,
            mailbox=row.mailbox,
        )


def _refuse_other_person(row: PersonRow, person: Person) -> None:
    pairs = (
        ("氏名", row.name, person.name),
        ("ふりがな", row.kana, person.kana),
        ("所属", row.organisation, person.organisation),
        ("メール", row.mailbox, person.mailbox),
    )
    other = [f"{label}は「{known}」" for label, said, known in pairs if said and said != known]
    if other:
        raise Refused(f"登録では、{'、'.join(other)}です。{CORRECT_IT}")


def _same_name(row: PersonRow, person: Person) -> bool:
    """Return whether a row may be that person: the same name, and no other reading where both have one."""
    return row.name == person.name and (not row.kana or not person.kana or row.kana == person.kana)
