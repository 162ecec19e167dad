"""Office-wide settings and the audit trail."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from meetings_app.tables.base import MOMENT, new_id


class OfficeSetting(SQLModel, table=True):
    """設定: what the regulations leave open, with who set it and when. `value` is JSON."""

    __tablename__ = "office_setting"

    key: str = Field(primary_key=True, max_length=100)
    value: str = Field(max_length=2000)
    set_by: str = Field(max_length=100)
    set_at: datetime = Field(sa_type=MOMENT)


class AuditEntry(SQLModel, table=True):
    """履歴: who changed what and when; written in the transaction of the change itself. `detail` is JSON."""

    __tablename__ = "audit_entry"

    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    at: datetime = Field(sa_type=MOMENT, index=True)
    actor: str = Field(max_length=100)
    action: str = Field(max_length=100)
    subject: str = Field(max_length=50)
    subject_id: str = Field(index=True, max_length=64)
    detail: str = "{}"
