from datetime import timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from sqlmodel import col, select

from meetings_app.core.errors import NotFound, Refused
from meetings_app.core.terms import Role
from meetings_app.services import accounts
from meetings_app.services.accounts import (
    TooManyAttempts,
    authenticate,
    change_password,
    create_user,
    find_session,
    reset_password,
    start_session,
)
from meetings_app.services.passwords import DUMMY_HASH, HASHER, hash_password, verify_password
from meetings_app.tables.office import AuditEntry
from meetings_app.tables.users import LoginAttempt, User, UserSession
from tests.web_support import LOGINS, PASSWORD, Web, open_web

ADDRESS = "192.0.2.1"


@pytest.fixture
def web(tmp_path: Path) -> Web:
    return open_web(tmp_path)


@pytest.fixture
def checked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Replace the slow check by a plain comparison; list the hashes it was asked about."""
    asked: list[str] = []

    def check(password_hash: str, password: str) -> bool:
        asked.append(password_hash)
        return password_hash != DUMMY_HASH and password == PASSWORD

    monkeypatch.setattr(accounts, "verify_password", check)
    return asked


def sign_in(web: Web, password: str, login: str = "iincho", address: str = ADDRESS) -> str:
    return authenticate(database=web.db, clock=web.clock, login=login, password=password, address=address)


def test_a_password_is_kept_as_argon2id_and_checked() -> None:
    kept = hash_password("correct horse battery")
    assert kept.startswith("$argon2id$")
    assert verify_password(kept, "correct horse battery")
    assert not verify_password(kept, "correct horse batterz")
    assert not verify_password("no hash at all", "correct horse battery")


def test_one_password_typed_on_two_systems_is_the_same() -> None:
    assert verify_password(
        hash_password("がぎぐげごがぎぐげご"), "か\u3099き\u3099く\u3099け\u3099こ\u3099" * 2
    )


def test_the_dummy_costs_what_real_hashes_cost() -> None:
    assert not HASHER.check_needs_rehash(DUMMY_HASH)


def test_somebody_who_forgot_a_password_gets_a_new_one_and_all_sessions_end(web: Web) -> None:
    old = web.session_of(Role.CHAIR)
    with web.db.write() as session:
        given = {"session": session, "actor": web.actor(Role.SECRETARIAT), "clock": web.clock}
        with pytest.raises(NotFound, match="登録されていません"):
            reset_password(**given, login="nobody", password="a quiet harbour")
        with pytest.raises(Refused, match="短すぎます"):
            reset_password(**given, login=LOGINS[Role.CHAIR], password="short")
        reset_password(**given, login=LOGINS[Role.CHAIR], password="a quiet harbour")
    with web.db.read() as session:
        assert find_session(session=session, clock=web.clock, token=old) is None
    assert sign_in(web, "a quiet harbour", login=LOGINS[Role.CHAIR])


def test_an_account_that_speaks_for_a_person_needs_one(web: Web) -> None:
    with web.db.write() as session, pytest.raises(Refused, match="名簿の人と結び付けて"):
        create_user(
            session=session,
            actor=web.actor(Role.SECRETARIAT),
            clock=web.clock,
            login="kari",
            display_name="仮",
            role=Role.CHAIR,
            committee_id=web.committee_id,
            person_id=None,
            password="a quiet harbour",
        )


def test_an_account_is_created_with_its_audit_row_and_can_sign_in(web: Web) -> None:
    with web.db.write() as session:
        user = create_user(
            session=session,
            actor=web.actor(Role.SECRETARIAT),
            clock=web.clock,
            login=" Ｓato ",
            display_name="佐藤",
            role=Role.MEMBER,
            committee_id=web.committee_id,
            person_id=web.people[Role.MEMBER],
            password="a quiet harbour",
        )
        assert user.login == "sato"
        entry = session.exec(select(AuditEntry).where(AuditEntry.subject_id == user.id)).one()
        assert (entry.action, entry.actor) == ("利用者の登録", "jimukyoku")
        assert "quiet" not in entry.detail
    token = sign_in(web, "a quiet harbour", login="SATO")
    with web.db.read() as session:
        found = find_session(session=session, clock=web.clock, token=token)
    assert found is not None
    assert found.actor.role is Role.MEMBER
    assert found.body_name == "釧路市支援調整会議"


@pytest.mark.parametrize(
    ("login", "password", "says"),
    [
        ("new", "short pwd", "10文字以上"),
        ("new", "x" * 201, "200文字以内"),
        ("new", "aaaaaaaaaaaa", "推測されやすい"),
        ("longlongname", "LongLongName", "推測されやすい"),
        ("IINCHO", "a quiet harbour", "すでに使われています"),
        ("  ", "a quiet harbour", "利用者名がありません"),
    ],
)
def test_weak_passwords_and_taken_logins_are_refused(web: Web, login: str, password: str, says: str) -> None:
    with web.db.write() as session, pytest.raises(Refused, match=says):
        create_user(
            session=session,
            actor=web.actor(Role.SECRETARIAT),
            clock=web.clock,
            login=login,
            display_name="名前",
            role=Role.MEMBER,
            committee_id=web.committee_id,
            person_id=None,
            password=password,
        )


def test_unknown_closed_and_wrong_get_one_answer_and_one_check_each(web: Web, checked: list[str]) -> None:
    with web.db.write() as session:
        session.get_one(User, web.users[Role.MEMBER]).is_active = False
    said = []
    for login, password in (("nobody", PASSWORD), ("iin", PASSWORD), ("iincho", "wrong password")):
        with pytest.raises(Refused) as refusal:
            sign_in(web, password, login=login)
        said.append(refusal.value.message)
    assert len(set(said)) == 1
    assert len(checked) == 3
    assert checked[0] == DUMMY_HASH


def test_the_table_keeps_no_token_and_no_typed_login(web: Web, checked: list[str]) -> None:
    token = sign_in(web, PASSWORD)
    with pytest.raises(Refused):
        sign_in(web, "x", login="my password by mistake")
    with web.db.read() as session:
        rows = session.exec(select(UserSession)).all()
        keys = [attempt.key for attempt in session.exec(select(LoginAttempt)).all()]
    assert len(token) == 43
    assert [row.token_hash == accounts.hash_token(token) for row in rows] == [True]
    assert not any("mistake" in key for key in keys)


def test_the_sixth_attempt_on_an_account_waits_even_with_the_right_password(
    web: Web, checked: list[str]
) -> None:
    for _ in range(5):
        with pytest.raises(Refused):
            sign_in(web, "wrong")
        web.clock.forward(minutes=1)
    with pytest.raises(TooManyAttempts, match="12時15分を過ぎてから"):
        sign_in(web, PASSWORD)
    assert len(checked) == 5
    web.clock.forward(minutes=9, seconds=59)
    with pytest.raises(TooManyAttempts):
        sign_in(web, PASSWORD)
    web.clock.forward(seconds=1)
    assert sign_in(web, PASSWORD)


def test_unknown_accounts_are_limited_alike(web: Web, checked: list[str]) -> None:
    for _ in range(5):
        with pytest.raises(Refused):
            sign_in(web, "wrong", login="nobody")
    with pytest.raises(TooManyAttempts):
        sign_in(web, "wrong", login="nobody")


def test_the_twenty_first_attempt_from_an_address_waits(web: Web, checked: list[str]) -> None:
    for number in range(20):
        with pytest.raises(Refused):
            sign_in(web, "wrong", login=f"guess{number}")
    with pytest.raises(TooManyAttempts):
        sign_in(web, PASSWORD)
    assert sign_in(web, PASSWORD, address="192.0.2.2")


def test_success_clears_the_account_but_not_what_others_tried_from_the_address(
    web: Web, checked: list[str]
) -> None:
    for login in ("iincho", "iincho", "guess"):
        with pytest.raises(Refused):
            sign_in(web, "wrong", login=login)
    sign_in(web, PASSWORD)
    with web.db.read() as session:
        keys = session.exec(select(LoginAttempt.key).order_by(col(LoginAttempt.id))).all()
    assert sorted(key.split(":")[0] for key in keys) == ["account", "address", "address", "address"]


def test_attempts_count_before_the_password_is_known_to_be_wrong(
    web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: list[int] = []

    def check(_hash: str, _password: str) -> bool:
        with web.db.read() as session:
            counted.append(len(session.exec(select(LoginAttempt.id)).all()))
        return False

    monkeypatch.setattr(accounts, "verify_password", check)
    with pytest.raises(Refused):
        sign_in(web, "wrong")
    assert counted == [2]


def test_login_ends_the_session_it_came_with_and_sweeps_expired_ones(web: Web, checked: list[str]) -> None:
    with web.db.write() as session:
        old = start_session(session=session, clock=web.clock, user_id=web.users[Role.CHAIR])
        start_session(session=session, clock=web.clock, user_id=web.users[Role.MEMBER])
    web.clock.forward(hours=12)
    with web.db.write() as session:
        other = start_session(session=session, clock=web.clock, user_id=web.users[Role.CHAIR])
    new = authenticate(
        database=web.db, clock=web.clock, login="iincho", password=PASSWORD, address=ADDRESS, old_token=other
    )
    with web.db.read() as session:
        hashes = session.exec(select(UserSession.token_hash)).all()
    assert hashes == [accounts.hash_token(new)]
    assert new not in (old, other)


def test_a_session_lasts_twelve_hours_and_not_a_moment_longer(web: Web) -> None:
    with web.db.write() as session:
        token = start_session(session=session, clock=web.clock, user_id=web.users[Role.CHAIR])
    web.clock.forward(hours=11, minutes=59)
    with web.db.read() as session:
        assert find_session(session=session, clock=web.clock, token=token)
    web.clock.at += timedelta(minutes=1)
    with web.db.read() as session:
        assert find_session(session=session, clock=web.clock, token=token) is None


def test_a_closed_account_is_signed_out_at_once(web: Web) -> None:
    with web.db.write() as session:
        token = start_session(session=session, clock=web.clock, user_id=web.users[Role.CHAIR])
        session.get_one(User, web.users[Role.CHAIR]).is_active = False
    with web.db.read() as session:
        assert find_session(session=session, clock=web.clock, token=token) is None


def test_a_changed_password_ends_the_other_sessions_only(web: Web) -> None:
    with web.db.write() as session:
        kept, ended = (
            start_session(session=session, clock=web.clock, user_id=web.users[Role.CHAIR]) for _ in range(2)
        )
        others = start_session(session=session, clock=web.clock, user_id=web.users[Role.MEMBER])
    with web.db.read() as session:
        who = find_session(session=session, clock=web.clock, token=kept)
    assert who is not None
    with pytest.raises(Refused, match="今のパスワードが違います"):
        change_password(
            database=web.db,
            clock=web.clock,
            signed_in=who,
            current="no",
            new="a new good one",
            address=ADDRESS,
        )
    change_password(
        database=web.db,
        clock=web.clock,
        signed_in=who,
        current=PASSWORD,
        new="a new good one",
        address=ADDRESS,
    )
    with web.db.read() as session:
        alive = [
            find_session(session=session, clock=web.clock, token=token) is not None
            for token in (kept, ended, others)
        ]
        assert session.exec(select(AuditEntry).where(AuditEntry.action == "パスワードの変更")).one()
    assert alive == [True, False, True]
    assert sign_in(web, "a new good one", login=LOGINS[Role.CHAIR])


def test_a_hash_of_older_parameters_is_renewed_at_login(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    with web.db.write() as session:
        session.get_one(User, web.users[Role.CHAIR]).password_hash = weak
    sign_in(web, PASSWORD)
    with web.db.read() as session:
        renewed = session.get_one(User, web.users[Role.CHAIR]).password_hash
    assert renewed != weak
    assert not HASHER.check_needs_rehash(renewed)
