"""Accounts, logins and sessions.

Signing in touches the database three times with the slow password check in between, so that nobody waits
for the write lock meanwhile: the attempt is counted first (many attempts at the same moment cannot slip past
the limit), and taken off the count when the password was right.
"""

import hashlib
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, delete, select

from meetings_app.core.actor import Actor
from meetings_app.core.clock import TOKYO, Clock
from meetings_app.core.errors import NotFound, Refused
from meetings_app.core.terms import Role
from meetings_app.db.engine import Database
from meetings_app.services.audit import record
from meetings_app.services.passwords import (
    DUMMY_HASH,
    check_strength,
    hash_password,
    needs_rehash,
    verify_password,
)
from meetings_app.tables.committees import Committee
from meetings_app.tables.people import Person
from meetings_app.tables.users import LoginAttempt, User, UserSession

SESSION_LIFE = timedelta(hours=12)
ATTEMPT_WINDOW = timedelta(minutes=15)
FAILURES_PER_ACCOUNT = 5
FAILURES_PER_ADDRESS = 20
LOCALES = ("ja", "en")
SPEAKS_FOR_A_PERSON = (Role.CHAIR, Role.MEMBER)
"""Roles whose account stands for somebody of the roster: decisions and answers are theirs."""

WRONG = "利用者名かパスワードが違います。確かめて、もう一度入力してください。"


class TooManyAttempts(Refused):
    """試行の制限: too many failed logins; `retry_at` is when the next one is let in (HTTP 429)."""

    def __init__(self, retry_at: datetime) -> None:
        local = (retry_at + timedelta(seconds=59)).astimezone(TOKYO)
        super().__init__(
            "ログインの失敗が続いたため、しばらく止めています。"
            f"{local.hour}時{local.minute:02d}分を過ぎてから、もう一度試してください。"
        )
        self.retry_at = retry_at


@dataclass(frozen=True, slots=True)
class SignedIn:
    """ログイン中の利用者: who it is, for which body, and by which session."""

    actor: Actor
    login: str
    body_name: str
    token: str


@dataclass(frozen=True, slots=True)
class _Attempt:
    account_key: str
    address_id: int | None


def create_user(
    *,
    session: Session,
    actor: Actor,
    clock: Clock,
    login: str,
    display_name: str,
    role: Role,
    committee_id: str,
    person_id: str | None,
    password: str,
) -> User:
    """利用者を登録する. Raises Refused for a weak password or a login that is taken."""
    check_strength(password, normal_login(login))
    return add_user(
        session=session,
        actor=actor,
        clock=clock,
        login=login,
        display_name=display_name,
        role=role,
        committee_id=committee_id,
        person_id=person_id,
        password_hash=hash_password(password),
    )


def add_user(
    *,
    session: Session,
    actor: Actor,
    clock: Clock,
    login: str,
    display_name: str,
    role: Role,
    committee_id: str,
    person_id: str | None,
    password_hash: str,
) -> User:
    """利用者を登録する, with a password already hashed (several accounts of a demo may share one hash)."""
    name = normal_login(login)
    _check_new_user(session, name, committee_id, person_id)
    if role in SPEAKS_FOR_A_PERSON and person_id is None:
        raise Refused("委員長と委員の利用者は、名簿の人と結び付けてください。先に名簿に登録します。")
    user = User(
        login=name,
        display_name=display_name.strip(),
        role=role,
        password_hash=password_hash,
        committee_id=committee_id,
        person_id=person_id,
    )
    session.add(user)
    session.flush()
    record(
        session=session,
        actor=actor,
        clock=clock,
        action="利用者の登録",
        subject="user",
        subject_id=user.id,
        detail={"login": name, "role": role},
    )
    return user


def authenticate(
    *, database: Database, clock: Clock, login: str, password: str, address: str, old_token: str | None = None
) -> str:
    """ログイン: check the password and return the token of a new session; the session of `old_token` ends.

    Raises TooManyAttempts, and Refused with one and the same sentence for an unknown account, a closed one and
    a wrong password; all three take the same time.
    """
    with database.write() as session:
        attempt = _count_attempt(session, clock, login, address)
    with database.read() as session:
        user = session.exec(select(User).where(User.login == normal_login(login))).first()
    password_hash = user.password_hash if user else DUMMY_HASH
    right = verify_password(password_hash, password)
    if user is None or not (right and user.is_active):
        raise Refused(WRONG)
    new_hash = hash_password(password) if needs_rehash(password_hash) else password_hash
    with database.write() as session:
        _forgive(session, attempt)
        if new_hash != password_hash:
            session.get_one(User, user.id).password_hash = new_hash
        return start_session(session=session, clock=clock, user_id=user.id, old_token=old_token)


def start_session(*, session: Session, clock: Clock, user_id: str, old_token: str | None = None) -> str:
    """Begin a session and return its token (256 random bits); ends the old one and sweeps what has expired."""
    if old_token:
        end_session(session=session, token=old_token)
    now = clock.now()
    session.exec(delete(UserSession).where(col(UserSession.expires_at) <= now))
    token = secrets.token_urlsafe(32)
    session.add(
        UserSession(
            token_hash=hash_token(token), user_id=user_id, created_at=now, expires_at=now + SESSION_LIFE
        )
    )
    session.flush()
    user = session.get_one(User, user_id)
    record(
        session=session,
        actor=_actor_of(user),
        clock=clock,
        action="ログイン",
        subject="user",
        subject_id=user_id,
    )
    return token


def end_session(*, session: Session, token: str) -> None:
    """ログアウト: forget the session; does nothing for an unknown token."""
    session.exec(delete(UserSession).where(col(UserSession.token_hash) == hash_token(token)))


def find_session(*, session: Session, clock: Clock, token: str) -> SignedIn | None:
    """Return who is signed in with `token`; None when it is unknown, expired, or the account is closed."""
    query = (
        select(User, Committee.name)
        .join(UserSession, col(UserSession.user_id) == User.id)
        .join(Committee, col(Committee.id) == User.committee_id)
        .where(
            UserSession.token_hash == hash_token(token), UserSession.expires_at > clock.now(), User.is_active
        )
    )
    found = session.exec(query).first()
    if found is None:
        return None
    user, body_name = found
    return SignedIn(actor=_actor_of(user), login=user.login, body_name=body_name, token=token)


def change_password(
    *, database: Database, clock: Clock, signed_in: SignedIn, current: str, new: str, address: str
) -> None:
    """パスワードを変える: ends every other session of the account.

    Raises Refused for a wrong current password or a weak new one, TooManyAttempts after too many tries.
    """
    check_strength(new, signed_in.login)
    with database.write() as session:
        attempt = _count_attempt(session, clock, signed_in.login, address)
        user = _own_account(session, signed_in.actor)
        old_hash = user.password_hash
    if not verify_password(old_hash, current):
        raise Refused("今のパスワードが違います。確かめて、もう一度入力してください。")
    new_hash = hash_password(new)
    with database.write() as session:
        _forgive(session, attempt)
        user = _own_account(session, signed_in.actor)
        user.password_hash = new_hash
        _end_other_sessions(session, user.id, signed_in.token)
        record(
            session=session,
            actor=signed_in.actor,
            clock=clock,
            action="パスワードの変更",
            subject="user",
            subject_id=user.id,
        )


def reset_password(*, session: Session, actor: Actor, clock: Clock, login: str, password: str) -> User:
    """パスワードを付け直す for somebody who forgot it: ends every session of the account.

    Raises NotFound for an unknown login, Refused for a weak password.
    """
    name = normal_login(login)
    user = session.exec(select(User).where(User.login == name)).first()
    if user is None:
        raise NotFound(f"利用者名「{name}」は登録されていません。設定の利用者の一覧で確かめてください。")
    check_strength(password, name)
    user.password_hash = hash_password(password)
    session.add(user)
    session.exec(delete(UserSession).where(col(UserSession.user_id) == user.id))
    session.flush()
    record(
        session=session,
        actor=actor,
        clock=clock,
        action="パスワードの付け直し",
        subject="user",
        subject_id=user.id,
    )
    return user


def set_locale(*, session: Session, actor: Actor, locale: str) -> None:
    """表示の言語を変える. Raises Refused for a language the product does not speak."""
    if locale not in LOCALES:
        raise Refused("この言語には対応していません。日本語か英語を選んでください。")
    _own_account(session, actor).locale = locale


def hash_token(token: str) -> str:
    """Return what the table keeps of a session token."""
    return hashlib.sha256(token.encode()).hexdigest()


def normal_login(login: str) -> str:
    """Return the login in the one form it is stored in: narrow, small letters, no blanks around."""
    return unicodedata.normalize("NFKC", login).strip().casefold()


def _actor_of(user: User) -> Actor:
    return Actor(
        name=user.display_name,
        role=user.role,
        committee_id=user.committee_id,
        user_id=user.id,
        person_id=user.person_id,
        locale=user.locale,
    )


def _own_account(session: Session, actor: Actor) -> User:
    user = session.get(User, actor.user_id) if actor.user_id else None
    if user is None:
        raise NotFound("この利用者は登録されていません。ログインし直してください。")
    return user


def _check_new_user(session: Session, login: str, committee_id: str, person_id: str | None) -> None:
    if not login:
        raise Refused("利用者名がありません。半角の英数字などで入力してください。")
    if session.exec(select(User.id).where(User.login == login)).first():
        raise Refused(f"利用者名「{login}」はすでに使われています。別の名前にしてください。")
    if session.get(Committee, committee_id) is None:
        raise NotFound("この会議体は登録されていません。会議体を選び直してください。")
    if person_id is not None and session.get(Person, person_id) is None:
        raise NotFound("この人は登録されていません。名簿から選び直してください。")


def _end_other_sessions(session: Session, user_id: str, token: str) -> None:
    others = delete(UserSession).where(
        col(UserSession.user_id) == user_id, col(UserSession.token_hash) != hash_token(token)
    )
    session.exec(others)


def _count_attempt(session: Session, clock: Clock, login: str, address: str) -> _Attempt:
    """Count one attempt against the account and the address, or refuse it. What was typed is kept as a hash."""
    now = clock.now()
    session.exec(delete(LoginAttempt).where(col(LoginAttempt.at) <= now - ATTEMPT_WINDOW))
    account_key = f"account:{hash_token(normal_login(login))}"
    address_key = f"address:{address[:100]}"
    _check_limit(session, account_key, FAILURES_PER_ACCOUNT)
    _check_limit(session, address_key, FAILURES_PER_ADDRESS)
    by_address = LoginAttempt(key=address_key, at=now)
    session.add_all([LoginAttempt(key=account_key, at=now), by_address])
    session.flush()
    return _Attempt(account_key=account_key, address_id=by_address.id)


def _check_limit(session: Session, key: str, limit: int) -> None:
    newest_first = (
        select(LoginAttempt.at).where(LoginAttempt.key == key).order_by(col(LoginAttempt.at).desc())
    )
    moments = session.exec(newest_first.limit(limit)).all()
    if len(moments) == limit:
        raise TooManyAttempts(moments[-1] + ATTEMPT_WINDOW)


def _forgive(session: Session, attempt: _Attempt) -> None:
    session.exec(delete(LoginAttempt).where(col(LoginAttempt.key) == attempt.account_key))
    session.exec(delete(LoginAttempt).where(col(LoginAttempt.id) == attempt.address_id))
