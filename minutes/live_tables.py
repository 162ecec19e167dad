"""The meeting while it runs: who presides, pauses, what is on the table, and every write of every field."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from meetings_app.tables.base import MOMENT, choice, new_id


class RecordField(StrEnum):
    """記録の欄: what several people may write at once on one item, each with a version of its own."""

    EXPLANATION = "explanation"
    DISCUSSION = "discussion"
    CONFIRMED = "confirmed"
    OUTCOME = "outcome"
    FITS_SITUATION = "fits_situation"
    LEADS_TO_SOLUTION = "leads_to_solution"
    KEEPS_MOTIVATION = "keeps_motivation"
    RESOURCES_MISSING = "resources_missing"
    FOLLOW_UP = "follow_up"


class WriteResult(StrEnum):
    """書込みの結果: taken, taken by nobody yet because somebody else was first, or saying what stands already."""

    SAVED = "保存"
    CONFLICT = "競合"
    SAME = "同じ"


class Settlement(StrEnum):
    """競合の決め方: which of two texts holds."""

    CURRENT = "今の内容を残す"
    MINE = "もう一方に替える"
    BOTH = "両方をつなぐ"
    REWRITTEN = "書き直す"
    SUPERSEDED = "続きを書いた"


class ChangeOfService(StrEnum):
    """支援内容の変更の種類."""

    ADDED = "追加"
    ENDED = "終了"
    CHANGED = "変更"


class LiveState(SQLModel, table=True):
    """進行の位置: the item on the table; it stays named while the meeting is suspended."""

    __tablename__ = "live_state"

    meeting_id: str = Field(primary_key=True, foreign_key="meeting.id", max_length=32)
    current_item_id: str | None = Field(default=None, foreign_key="agenda_item.id", max_length=32)
    version: int = 1


class ItemRun(SQLModel, table=True):
    """議題の時間: one stretch during which an item was on the table, on the server's time; open while None."""

    __tablename__ = "item_run"
    __table_args__ = (CheckConstraint("ended_at IS NULL OR ended_at >= started_at", name="times"),)

    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    item_id: str = Field(foreign_key="agenda_item.id", index=True, max_length=32)
    started_at: datetime = Field(sa_type=MOMENT)
    ended_at: datetime | None = Field(default=None, sa_type=MOMENT)


class Pause(SQLModel, table=True):
    """休憩: the meeting is suspended from `started_at` until it is resumed."""

    __table_args__ = (
        UniqueConstraint("meeting_id", "started_at"),
        CheckConstraint("ended_at IS NULL OR ended_at >= started_at", name="times"),
    )

    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    meeting_id: str = Field(foreign_key="meeting.id", index=True, max_length=32)
    started_at: datetime = Field(sa_type=MOMENT)
    ended_at: datetime | None = Field(default=None, sa_type=MOMENT)
    reason: str = Field(default="", max_length=200)


class Presiding(SQLModel, table=True):
    """議長: who presides from a moment on, by which office and why (第5条第1項・第2項).

    `office` is empty for somebody who holds neither office: the regulation leaves that open, and `decided_by` says
    who decided it.
    """

    __table_args__ = (
        UniqueConstraint("meeting_id", "from_at"),
        CheckConstraint("office <> '' OR decided_by <> ''", name="decided"),
    )

    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    meeting_id: str = Field(foreign_key="meeting.id", index=True, max_length=32)
    person_id: str = Field(foreign_key="person.id", max_length=32)
    from_at: datetime = Field(sa_type=MOMENT)
    office: str = Field(default="", max_length=20)
    reason: str = Field(default="", max_length=500)
    decided_by: str = Field(default="", max_length=200)
    recorded_by: str = Field(max_length=100)


class FieldWrite(SQLModel, table=True):
    """書込み: one text that somebody typed into one field, kept for ever. Rows are only added.

    `id` is minted by the browser, so that a request sent twice is taken once; `writer` tells its windows apart.
    A saved write carries the field's new version (from 1 up); `base_version` is the one its author had seen.
    """

    __tablename__ = "field_write"
    __table_args__ = (
        UniqueConstraint("item_id", "field", "version"),
        CheckConstraint("base_version >= 0", name="base"),
        CheckConstraint("(result = '保存') = (version IS NOT NULL)", name="saved"),
    )

    id: str = Field(primary_key=True, max_length=36)
    item_id: str = Field(foreign_key="agenda_item.id", index=True, max_length=32)
    field: RecordField = Field(sa_type=choice(RecordField))
    base_version: int
    version: int | None = None
    value: str
    result: WriteResult = Field(sa_type=choice(WriteResult))
    writer: str = Field(default="", max_length=36)
    user_id: str | None = Field(default=None, foreign_key="user_account.id", max_length=32)
    author: str = Field(max_length=100)
    written_at: datetime = Field(sa_type=MOMENT)


class FieldSettlement(SQLModel, table=True):
    """競合の決着: how a write that came second was settled, and by whom. Rows are only added.

    `applied_id` is the write that took effect by it, if any did.
    """

    __tablename__ = "field_settlement"

    write_id: str = Field(primary_key=True, foreign_key="field_write.id", max_length=36)
    how: Settlement = Field(sa_type=choice(Settlement))
    applied_id: str | None = Field(default=None, foreign_key="field_write.id", max_length=36)
    settled_by: str = Field(max_length=100)
    settled_at: datetime = Field(sa_type=MOMENT)


class OutcomeStamp(SQLModel, table=True):
    """結果の時の在席: who was there, who had stood aside and which required people were missing when an outcome was
    recorded. Rows are only added; the three lists are JSON arrays of person ids.
    """

    __tablename__ = "outcome_stamp"

    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    item_id: str = Field(foreign_key="agenda_item.id", index=True, max_length=32)
    write_id: str = Field(foreign_key="field_write.id", unique=True, max_length=36)
    outcome: str = Field(max_length=20)
    stamped_at: datetime = Field(sa_type=MOMENT)
    presider_id: str | None = Field(default=None, foreign_key="person.id", max_length=32)
    present: str = "[]"
    aside: str = "[]"
    missing: str = "[]"


class ServiceChange(SQLModel, table=True):
    """支援内容の変更: what a meeting changed in a plan's services on the spot. Rows are only added.

    `what` is the sentence the minutes print.
    """

    __tablename__ = "service_change"
    __table_args__ = (CheckConstraint("what <> ''", name="what"),)

    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    item_id: str = Field(foreign_key="agenda_item.id", index=True, max_length=32)
    kind: ChangeOfService = Field(sa_type=choice(ChangeOfService))
    what: str = Field(max_length=500)
    recorded_by: str = Field(max_length=100)
    recorded_at: datetime = Field(sa_type=MOMENT)


class AfterwardsEntry(SQLModel, table=True):
    """事後入力: a meeting that was held on paper and entered later; `source` says what from."""

    __tablename__ = "afterwards_entry"
    __table_args__ = (CheckConstraint("source <> ''", name="source"),)

    meeting_id: str = Field(primary_key=True, foreign_key="meeting.id", max_length=32)
    source: str = Field(max_length=200)
    entered_by: str = Field(max_length=100)
    begun_at: datetime = Field(sa_type=MOMENT)
