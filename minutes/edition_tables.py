"""Minutes on their way out: sent round, commented, corrected after approval, and every document that was issued."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from meetings_app.tables.base import MOMENT, choice, new_id


class EditionKind(StrEnum):
    """議事録の版の種類: what a document was issued as."""

    CIRCULATED = "回覧"
    APPROVED = "承認"
    AMENDED = "訂正"


class CommentVerdict(StrEnum):
    """意見への対応."""

    TAKEN = "反映"
    NOT_TAKEN = "見送り"


class MinutesEdition(SQLModel, table=True):
    """議事録の版: one document as it was issued, kept for ever. Rows are only added.

    `content` is the canonical JSON of the view and `content_sha256` its hash; `document` is the Word file, known
    by `document_sha256`.
    """

    __tablename__ = "minutes_edition"
    __table_args__ = (
        UniqueConstraint("meeting_id", "number"),
        CheckConstraint("number > 0", name="number"),
    )

    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    meeting_id: str = Field(foreign_key="meeting.id", index=True, max_length=32)
    number: int
    kind: EditionKind = Field(sa_type=choice(EditionKind))
    content: str
    content_sha256: str = Field(max_length=64)
    document: bytes
    document_sha256: str = Field(index=True, max_length=64)
    made_by: str = Field(max_length=100)
    made_at: datetime = Field(sa_type=MOMENT)


class Circulation(SQLModel, table=True):
    """回覧: a draft sent round to those who were there, with the day until which they may comment."""

    __table_args__ = (
        UniqueConstraint("meeting_id", "round"),
        CheckConstraint("round > 0", name="round"),
        CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ended"),
    )

    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    meeting_id: str = Field(foreign_key="meeting.id", index=True, max_length=32)
    round: int
    edition_id: str = Field(foreign_key="minutes_edition.id", max_length=32)
    comments_until: date
    sent_by: str = Field(max_length=100)
    sent_at: datetime = Field(sa_type=MOMENT)
    ended_by: str | None = Field(default=None, max_length=100)
    ended_at: datetime | None = Field(default=None, sa_type=MOMENT)


class MinutesComment(SQLModel, table=True):
    """回覧への意見: on one item, or on the minutes as a whole (`item_id` None); `text` empty stands for 意見なし."""

    __tablename__ = "minutes_comment"
    __table_args__ = (
        CheckConstraint("(verdict IS NULL) = (answered_by IS NULL)", name="answered"),
        CheckConstraint("(verdict IS NULL) = (answered_at IS NULL)", name="answered_at"),
    )

    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    circulation_id: str = Field(foreign_key="circulation.id", index=True, max_length=32)
    item_id: str | None = Field(default=None, foreign_key="agenda_item.id", max_length=32)
    person_id: str = Field(foreign_key="person.id", max_length=32)
    author: str = Field(max_length=100)
    text: str = Field(default="", max_length=2000)
    written_at: datetime = Field(sa_type=MOMENT)
    verdict: CommentVerdict | None = Field(default=None, sa_type=choice(CommentVerdict))
    answer: str = Field(default="", max_length=1000)
    answered_by: str | None = Field(default=None, max_length=100)
    answered_at: datetime | None = Field(default=None, sa_type=MOMENT)


class Amendment(SQLModel, table=True):
    """訂正 of approved minutes: the place, the old and the new text, and why. In force once the 議長 approved it.

    An approved row never changes; one that was not approved may be withdrawn (the row goes, the audit stays).
    """

    __table_args__ = (
        UniqueConstraint("meeting_id", "number"),
        CheckConstraint("number > 0", name="number"),
        CheckConstraint("reason <> ''", name="reason"),
        CheckConstraint("before_text <> after_text", name="change"),
        CheckConstraint("(approved_by IS NULL) = (approved_at IS NULL)", name="approval"),
    )

    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    meeting_id: str = Field(foreign_key="meeting.id", index=True, max_length=32)
    number: int
    item_id: str | None = Field(default=None, foreign_key="agenda_item.id", max_length=32)
    place: str = Field(max_length=100)
    before_text: str
    after_text: str
    reason: str = Field(max_length=500)
    entered_by: str = Field(max_length=100)
    entered_at: datetime = Field(sa_type=MOMENT)
    approved_by: str | None = Field(default=None, max_length=100)
    approved_at: datetime | None = Field(default=None, sa_type=MOMENT)


class Redaction(SQLModel, table=True):
    """匿名版で伏せる語: a word found or named for one meeting's anonymised edition.

    `replacement` None: somebody looked at the word and left it standing.
    """

    __table_args__ = (
        UniqueConstraint("meeting_id", "word"),
        CheckConstraint("word <> ''", name="word"),
    )

    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    meeting_id: str = Field(foreign_key="meeting.id", index=True, max_length=32)
    word: str = Field(max_length=200)
    replacement: str | None = Field(default=None, max_length=100)
    decided_by: str = Field(max_length=100)
    decided_at: datetime = Field(sa_type=MOMENT)
