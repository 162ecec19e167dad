"""振込先: one account in use per person; numbers are masked wherever they are shown or logged."""

from collections.abc import Iterable

from sqlmodel import Session, col, select

from honoraria.tables import BankAccount
from honoraria.zengin.account import Account, check_account, masked
from honoraria.zengin.banks import find_bank, find_branch
from meetings_app.core.actor import Actor
from meetings_app.core.clock import Clock
from meetings_app.core.errors import Conflict, NotFound
from meetings_app.core.terms import AccountKind
from meetings_app.services.audit import record
from meetings_app.services.members import get_person


def account_of(session: Session, person_id: str) -> BankAccount | None:
    """Return the account in use; None where none is registered."""
    return session.exec(
        select(BankAccount).where(BankAccount.person_id == person_id, col(BankAccount.retired_at).is_(None))
    ).first()


def accounts_of(session: Session, person_ids: Iterable[str]) -> dict[str, BankAccount]:
    """Return the accounts in use by person."""
    rows = session.exec(
        select(BankAccount).where(
            col(BankAccount.person_id).in_(list(person_ids)), col(BankAccount.retired_at).is_(None)
        )
    ).all()
    return {row.person_id: row for row in rows}


def past_accounts(session: Session, person_id: str) -> list[BankAccount]:
    """Return the accounts no longer in use, the last one first."""
    return list(
        session.exec(
            select(BankAccount)
            .where(BankAccount.person_id == person_id, col(BankAccount.retired_at).is_not(None))
            .order_by(col(BankAccount.retired_at).desc())
        ).all()
    )


def refuse_stale(session: Session, person_id: str, seen_id: str) -> None:
    """Raise Conflict where the account in use is no longer the one that the page showed ("": none)."""
    known = account_of(session, person_id)
    if (known.id if known else "") != seen_id:
        raise Conflict("この人の振込先は、画面を開いたあとに変わりました。")


def as_account(row: BankAccount) -> Account:
    """Return a stored account as the bank file takes it."""
    return Account(row.bank_code, row.branch_code, row.kind, row.number, row.holder)


def account_text(row: BankAccount) -> str:
    """Return how an account is shown: bank, branch, kind and the last digits of the number."""
    bank, branch = find_bank(row.bank_code), find_branch(row.bank_code, row.branch_code)
    names = f"{bank.name if bank else row.bank_code} {branch.name if branch else row.branch_code}"
    return f"{names} {row.kind} {masked(row.number)}"


def register_account(
    *,
    session: Session,
    actor: Actor,
    clock: Clock,
    person_id: str,
    bank_code: str,
    branch_code: str,
    kind: AccountKind,
    number: str,
    holder: str,
    seen_id: str | None = None,
) -> BankAccount:
    """振込先を登録する; the account in use before is retired. The same account again changes nothing.

    `seen_id` is the account that the page showed ("": none; None: no page). Raises Refused for a bank, branch, number
    or holder that no bank would take, and Conflict where somebody else changed the account meanwhile.
    """
    person = get_person(session, person_id)
    account = check_account(
        bank_code=bank_code,
        branch_code=branch_code,
        kind=kind,
        number=number,
        holder=holder,
        who=f"{person.name}さん",
    )
    known = account_of(session, person_id)
    if known is not None and as_account(known) == account:
        return known
    if seen_id is not None:
        refuse_stale(session, person_id, seen_id)
    _retire(session, clock, known)
    added = BankAccount(
        person_id=person_id,
        bank_code=account.bank_code,
        branch_code=account.branch_code,
        kind=account.kind,
        number=account.number,
        holder=account.holder,
        registered_by=actor.name,
        registered_at=clock.now(),
    )
    session.add(added)
    session.flush()
    _audit(session, actor, clock, "振込先の登録", added)
    return added


def retire_account(*, session: Session, actor: Actor, clock: Clock, person_id: str) -> None:
    """振込先を使わなくする. Raises NotFound where none is in use."""
    known = account_of(session, person_id)
    if known is None:
        raise NotFound("この人の振込先は登録されていません。画面を読み直してください。")
    _retire(session, clock, known)
    _audit(session, actor, clock, "振込先の使用終了", known)


def _retire(session: Session, clock: Clock, known: BankAccount | None) -> None:
    if known is not None:
        known.retired_at = clock.now()
        session.add(known)
        session.flush()


def _audit(session: Session, actor: Actor, clock: Clock, action: str, row: BankAccount) -> None:
    record(
        session=session,
        actor=actor,
        clock=clock,
        action=action,
        subject="person",
        subject_id=row.person_id,
        detail={"bank": row.bank_code, "branch": row.branch_code, "number": masked(row.number)},
    )
