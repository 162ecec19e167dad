"""What a meeting is prepared with: conflicts decided on, the agenda confirmed, handouts, templates and packets."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from meetings_app.core.terms import ConflictAnswer, ConflictGround, PaperKind
from meetings_app.tables.base import MOMENT, choice, new_id


class ConflictDecision(SQLModel, table=True):
    """利益相反の判断: the 委員長 lets somebody stay for an item or leave the table. Rows are only ever added.

    The row with the highest `sequence` of an item and person holds. `detail` says what was known
    (「本人との続柄（甥）」, 「見本就労作業所に勤務」).
    """

    __tablename__ = "conflict_decision"
    __table_args__ = (
        UniqueConstraint("item_id", "person_id", "sequence"),
        CheckConstraint("sequence > 0", name="sequence"),
        CheckConstraint("reason <> ''", name="reason"),
    )

    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    item_id: str = Field(foreign_key="agenda_item.id", index=True, max_length=32)
    person_id: str = Field(foreign_key="person.id", index=True, max_length=32)
    sequence: int
    ground: ConflictGround = Field(sa_type=choice(ConflictGround))
    detail: str = Field(max_length=500)
    answer: ConflictAnswer = Field(sa_type=choice(ConflictAnswer))
    reason: str = Field(max_length=500)
    decided_by_id: str = Field(foreign_key="person.id", max_length=32)
    decided_on: date
    recorded_at: datetime = Field(sa_type=MOMENT)


class AgendaConfirmation(SQLModel, table=True):
    """議題の確認 by the 委員長: the items as they stood (JSON). Rows are only ever added; the last one holds."""

    __tablename__ = "agenda_confirmation"
    __table_args__ = (UniqueConstraint("meeting_id", "sequence"),)

    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    meeting_id: str = Field(foreign_key="meeting.id", index=True, max_length=32)
    sequence: int
    content: str
    confirmed_by_id: str = Field(foreign_key="person.id", max_length=32)
    confirmed_on: date
    recorded_at: datetime = Field(sa_type=MOMENT)


class Handout(SQLModel, table=True):
    """資料: a numbered file for a meeting; `item_id` None: for everybody, else for those of that item only."""

    __table_args__ = (
        UniqueConstraint("meeting_id", "number"),
        CheckConstraint("number > 0", name="number"),
        CheckConstraint("title <> ''", name="title"),
    )

    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    meeting_id: str = Field(foreign_key="meeting.id", index=True, max_length=32)
    number: int
    title: str = Field(max_length=200)
    filename: str = Field(max_length=200)
    media_type: str = Field(max_length=100)
    content: bytes
    item_id: str | None = Field(default=None, foreign_key="agenda_item.id", max_length=32)
    uploaded_by: str = Field(max_length=100)
    uploaded_at: datetime = Field(sa_type=MOMENT)


class DocumentTemplate(SQLModel, table=True):
    """様式: one version of a template that the office edits in Word. Rows are only ever added.

    The highest version of a kind is in use; one without `content` means the product's own again.
    """

    __tablename__ = "document_template"
    __table_args__ = (
        UniqueConstraint("committee_id", "kind", "version"),
        CheckConstraint("version > 0", name="version"),
    )

    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    committee_id: str = Field(foreign_key="committee.id", max_length=32)
    kind: PaperKind = Field(sa_type=choice(PaperKind))
    version: int
    filename: str = Field(default="", max_length=200)
    content: bytes | None = None
    sha256: str = Field(default="", max_length=64)
    note: str = Field(default="", max_length=500)
    added_by: str = Field(max_length=100)
    added_at: datetime = Field(sa_type=MOMENT)


class Packet(SQLModel, table=True):
    """会議資料一式: one making of a meeting's packet, with how far it has come.

    `content` is the ZIP with a folder per participant; only the newest finished one of a meeting keeps it.
    `failure` says in a sentence why a making ended early. `beat_at` moves while it is being made.
    """

    __table_args__ = (
        UniqueConstraint("meeting_id", "version"),
        CheckConstraint("version > 0", name="version"),
        CheckConstraint("done >= 0 AND total >= 0 AND done <= total", name="progress"),
    )

    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    meeting_id: str = Field(foreign_key="meeting.id", index=True, max_length=32)
    version: int
    with_pdf: bool = False
    started_at: datetime = Field(sa_type=MOMENT)
    started_by: str = Field(max_length=100)
    beat_at: datetime = Field(sa_type=MOMENT)
    finished_at: datetime | None = Field(default=None, sa_type=MOMENT)
    total: int = 0
    done: int = 0
    failure: str = Field(default="", max_length=500)
    content: bytes | None = None
    sha256: str = Field(default="", max_length=64)


class PacketCopy(SQLModel, table=True):
    """配布: the packet one person was given, under its serial number, and when it came back (会議後回収).

    `papers` lists the file names in it (JSON).
    """

    __tablename__ = "packet_copy"
    __table_args__ = (
        UniqueConstraint("packet_id", "serial"),
        UniqueConstraint("packet_id", "person_id"),
        CheckConstraint("serial > 0", name="serial"),
    )

    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    packet_id: str = Field(foreign_key="packet.id", index=True, max_length=32)
    person_id: str = Field(foreign_key="person.id", index=True, max_length=32)
    serial: int
    papers: str = "[]"
    collected_on: date | None = None
    collected_by: str = Field(default="", max_length=100)
    note: str = Field(default="", max_length=200)
