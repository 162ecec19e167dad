"""Accounts and their sessions."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from meetings_app.core.terms import Role
from meetings_app.tables.base import MOMENT, choice, new_id


class User(SQLModel, table=True):
    """利用者: an account. `committee_id` bounds what it sees; `person_id` says which member it is."""

    __tablename__ = "user_account"

    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    login: str = Field(max_length=100, unique=True)
    display_name: str = Field(max_length=100)
    role: Role = Field(sa_type=choice(Role))
    password_hash: str = Field(max_length=200)
    committee_id: str = Field(foreign_key="committee.id", max_length=32)
    person_id: str | None = Field(default=None, foreign_key="person.id", max_length=32)
    is_active: bool = True
    locale: str = Field(default="ja", max_length=5)


class UserSession(SQLModel, table=True):
    """ログイン: kept on the server; the cookie holds a random token, the table only its SHA-256."""

    __tablename__ = "user_session"

    token_hash: str = Field(primary_key=True, max_length=64)
    user_id: str = Field(foreign_key="user_account.id", index=True, max_length=32)
    created_at: datetime = Field(sa_type=MOMENT)
    expires_at: datetime = Field(sa_type=MOMENT, index=True)


class LoginAttempt(SQLModel, table=True):
    """ログインの失敗: counted per account and per address, so that guessing is slow."""

    __tablename__ = "login_attempt"

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(index=True, max_length=200)
    at: datetime = Field(sa_type=MOMENT)
