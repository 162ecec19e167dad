"""支払: of a final sheet, once per person: by a 全銀 file or in cash, returned and paid again, unclaimed, declined.

At most one payment of a person stands for a sheet; the database refuses a second.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlmodel import Session, col, select

from honoraria.rules.compose import payees
from honoraria.rules.sheet import Payee
from honoraria.services.bank_accounts import account_text, accounts_of, as_account
from honoraria.services.frozen import decode
from honoraria.services.run_audit import audit_run
from honoraria.services.sheet_contents import chain_of
from honoraria.tables import BankAccount, PayLine, Payment, PayRun, TransferFile
from honoraria.zengin.account import check_account
from honoraria.zengin.transfer_file import FileOptions, Payer, Transfer, check_payer, transfer_bytes
from meetings_app.core.actor import Actor
from meetings_app.core.clock import TOKYO, Clock, today
from meetings_app.core.errors import Conflict, NotFound, Refused
from meetings_app.core.terms import AccountKind, PaymentMeans, PaymentStatus, RunStatus
from meetings_app.core.wareki import format_wareki
from meetings_app.services.office_settings import get_setting

LIVE = frozenset({PaymentStatus.ORDERED, PaymentStatus.PAID, PaymentStatus.DECLINED, PaymentStatus.STOPPED})
SETTLED = frozenset({PaymentStatus.PAID, PaymentStatus.DECLINED, PaymentStatus.STOPPED})
LATEST_DAYS = 60
"""How far ahead a transfer may be ordered: the file gives month and day only, and banks take no later ones."""


@dataclass(frozen=True, slots=True)
class Owed:
    """支払の状況: what one person gets from a sheet (negative: pays back), every attempt, and the account in use.

    `current` is the latest attempt; None before the first.
    """

    payee: Payee
    attempts: tuple[Payment, ...]
    account: str

    @property
    def current(self) -> Payment | None:
        """The latest attempt."""
        return self.attempts[-1] if self.attempts else None

    @property
    def is_settled(self) -> bool:
        """Whether nothing more is to be done."""
        return self.payee.net == 0 or (self.current is not None and self.current.status in SETTLED)

    @property
    def is_open(self) -> bool:
        """Whether a payment may be made now."""
        return self.payee.net != 0 and (self.current is None or self.current.status not in LIVE)


def owed_of(session: Session, run: PayRun) -> list[Owed]:
    """支払の状況 of a final sheet, in the sheet's order. Raises Refused before it is final."""
    everybody = payees(decode(_content(run)))
    rows = session.exec(select(Payment).where(Payment.run_id == run.id).order_by(col(Payment.attempt))).all()
    accounts = accounts_of(session, [payee.person_id for payee in everybody])
    return [
        Owed(
            payee,
            tuple(row for row in rows if row.person_id == payee.person_id),
            account_text(accounts[payee.person_id]) if payee.person_id in accounts else "",
        )
        for payee in everybody
    ]


def is_settled(session: Session, run: PayRun) -> bool:
    """Return whether a sheet is final and everybody on it is paid or declined."""
    return run.status is RunStatus.FINALISED and all(owed.is_settled for owed in owed_of(session, run))


def unpaid_sheets(session: Session, lines: Sequence[PayLine]) -> list[int]:
    """Return the numbers of the sheets among these lines of one person that are not paid yet."""
    numbers = []
    for line in lines:
        run = session.get_one(PayRun, line.run_id)
        mine = [owed for owed in owed_of(session, run) if owed.payee.person_id == line.person_id]
        if not all(owed.is_settled for owed in mine):
            numbers.append(run.number)
    return numbers


# ---- bank file


def payer_of(session: Session) -> Payer:
    """依頼人: return the payer's name and account from the settings. Raises Refused while they are incomplete."""
    texts = {key: str(get_setting(session, f"payer.{key}") or "") for key in _PAYER}
    if not all(texts.values()):
        raise Refused("振込の依頼人（委託者コード・名義・口座）が未設定です。設定に入れてください。")
    return check_payer(
        consignor_code=texts["consignor_code"],
        name=texts["name_kana"],
        account=check_account(
            bank_code=texts["bank_code"],
            branch_code=texts["branch_code"],
            kind=AccountKind(texts["account_kind"]),
            number=texts["account_number"],
            holder=texts["name_kana"],
            who="依頼人",
        ),
    )


_PAYER = ("consignor_code", "name_kana", "bank_code", "branch_code", "account_kind", "account_number")


def file_options(session: Session) -> FileOptions:
    """Return how the bank wants its files."""
    house = str(get_setting(session, "zengin.clearing_house"))
    return FileOptions(
        crlf=bool(get_setting(session, "zengin.crlf")),
        eof=bool(get_setting(session, "zengin.eof")),
        clearing_house="zero" if house == "zero" else "blank",
    )


def transfer_files_of(session: Session, run: PayRun) -> list[TransferFile]:
    """Return the bank files of a sheet, the first first."""
    return list(
        session.exec(
            select(TransferFile).where(TransferFile.run_id == run.id).order_by(col(TransferFile.attempt))
        ).all()
    )


def get_transfer_file(session: Session, run: PayRun, file_id: str) -> TransferFile:
    """Return a bank file of this sheet. Raises NotFound for another's."""
    found = session.get(TransferFile, file_id)
    if found is None or found.run_id != run.id:
        raise NotFound("この振込データは見つかりません。支給調書の画面から選び直してください。")
    return found


def order_transfer(
    *,
    session: Session,
    actor: Actor,
    clock: Clock,
    run: PayRun,
    transfer_on: date,
    person_ids: Iterable[str] | None = None,
) -> TransferFile:
    """振込データを作る for everybody still to be paid (or just `person_ids`), and note the order for each.

    Asked for again with nobody left, the last file for that day is given back: nothing is ordered twice. Raises
    Refused naming who has no account, a day on which banks are closed or that is past, and an impossible account;
    Conflict where somebody chosen is no longer to be paid, and NotFound for somebody who is not on the sheet.
    """
    wanted = None if person_ids is None else frozenset(person_ids)
    everybody = owed_of(session, run)
    open_ones = [one for one in everybody if one.is_open and one.payee.net > 0]
    chosen = [one for one in open_ones if wanted is None or one.payee.person_id in wanted]
    files = transfer_files_of(session, run)
    if wanted is not None and len(chosen) < len(wanted):
        return _made_before(session, everybody, files, wanted, transfer_on)
    if not chosen:
        if files and files[-1].transfer_on == transfer_on:
            return files[-1]
        raise Refused("振込の対象がいません。支払の済んでいない人を選び、状況を確かめてください。")
    if transfer_on < today(clock):
        raise Refused("振込の日が過ぎています。今日以降の銀行の営業日を入れてください。")
    if transfer_on > today(clock) + timedelta(days=LATEST_DAYS):
        raise Refused(
            f"振込の日が{LATEST_DAYS}日より先です。振込データには月と日だけが入ります。近い営業日を入れてください。"
        )
    accounts = accounts_of(session, [one.payee.person_id for one in chosen])
    _refuse_without_account(chosen, accounts)
    content = transfer_bytes(
        payer_of(session),
        transfer_on,
        [
            Transfer(one.payee.name, as_account(accounts[one.payee.person_id]), one.payee.net)
            for one in chosen
        ],
        file_options(session),
    )
    made = TransferFile(
        run_id=run.id,
        attempt=len(files) + 1,
        transfer_on=transfer_on,
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        records=len(chosen),
        total=sum(one.payee.net for one in chosen),
        made_by=actor.name,
        made_at=clock.now(),
    )
    session.add(made)
    session.flush()
    for one in chosen:
        session.add(_attempt(actor, clock, run, one, PaymentStatus.ORDERED, PaymentMeans.TRANSFER, file=made))
    session.flush()
    audit_run(
        session, actor, clock, "振込データの作成", run, on=transfer_on, records=made.records, total=made.total
    )
    return made


def _made_before(
    session: Session,
    everybody: Iterable[Owed],
    files: Sequence[TransferFile],
    wanted: frozenset[str],
    transfer_on: date,
) -> TransferFile:
    """Return the file that this very order has made: the same people for the same day, sent a second time."""
    names = {one.payee.person_id: one.payee.name for one in everybody}
    if not wanted <= names.keys():
        raise NotFound("この支給調書にない人が選ばれています。画面を読み直してください。")
    for made in reversed(files):
        rows = session.exec(select(Payment.person_id).where(Payment.transfer_file_id == made.id)).all()
        if made.transfer_on == transfer_on and frozenset(rows) == wanted:
            return made
    raise Conflict(
        "選んだ人の中に、支払の状況が変わった人がいます。画面を読み直し、振り込む人を選び直してください。"
    )


def _refuse_without_account(chosen: Iterable[Owed], accounts: dict[str, BankAccount]) -> None:
    missing = [one.payee.name for one in chosen if one.payee.person_id not in accounts]
    if missing:
        raise Refused(
            f"{'、'.join(missing)}の振込先が登録されていません。名簿に振込先を登録するか、"
            "振込から外して現金で支払ってください。"
        )


# ---- what happened


def confirm_transfer(
    *, session: Session, actor: Actor, clock: Clock, run: PayRun, file_id: str, paid_on: date
) -> int:
    """振込済みとして記録する for everybody on a bank file; return how many. Repeated, it changes nothing."""
    made = get_transfer_file(session, run, file_id)
    _check_day(paid_on, made.transfer_on, clock, "振込の日")
    rows = session.exec(
        select(Payment).where(Payment.transfer_file_id == made.id, Payment.status == PaymentStatus.ORDERED)
    ).all()
    for row in rows:
        row.status, row.paid_on = PaymentStatus.PAID, paid_on
        session.add(row)
    session.flush()
    if rows:
        audit_run(session, actor, clock, "振込の済み", run, file=made.attempt, on=paid_on, people=len(rows))
    return len(rows)


def pay_cash(
    *,
    session: Session,
    actor: Actor,
    clock: Clock,
    run: PayRun,
    person_id: str,
    paid_on: date,
    means: PaymentMeans = PaymentMeans.CASH,
) -> Payment:
    """支払を記録する made outside a bank file: in cash, or 返納 received. The same record sent twice is one."""
    owed = _owed(session, run, person_id)
    last = owed.current
    if (
        last is not None
        and last.status is PaymentStatus.PAID
        and (last.paid_on, last.means) == (paid_on, means)
    ):
        return last
    _refuse_standing(owed)
    if means is PaymentMeans.TRANSFER and owed.payee.net > 0:
        raise Refused("振込による支払いは、振込データを作って行ってください。")
    if owed.payee.net < 0:
        _refuse_unpaid_before(session, run, owed)
    _check_day(paid_on, _final_day(run), clock, "支払の日")
    row = _attempt(actor, clock, run, owed, PaymentStatus.PAID, means, paid_on=paid_on)
    return _added(session, actor, clock, run, row, "支払の記録")


def mark_returned(
    *,
    session: Session,
    actor: Actor,
    clock: Clock,
    run: PayRun,
    person_id: str,
    returned_on: date,
    reason: str,
    attempt: int | None = None,
) -> Payment:
    """組戻しを記録する: the bank sent the transfer back; the person can be paid again.

    `attempt` is the number of the payment that the reader had before them, None for the latest. Raises Conflict
    where another was made since.
    """
    owed = _owed(session, run, person_id)
    row = owed.current if attempt is None else _attempt_number(owed, attempt)
    if row is not None and row.status is PaymentStatus.RETURNED and row.returned_on == returned_on:
        return row
    if row is not owed.current:
        raise Conflict("この支払は、ほかの人が先に記録しました。画面を読み直してください。")
    if (
        row is None
        or row.transfer_file_id is None
        or row.status
        not in (
            PaymentStatus.ORDERED,
            PaymentStatus.PAID,
        )
    ):
        raise Refused("振込の記録がありません。振込データを作って振り込んだものだけ、組戻しにできます。")
    if not reason.strip():
        raise Refused("組戻しの理由（口座番号の相違など）を入れてください。")
    _check_day(returned_on, _file_day(session, row), clock, "組戻しの日")
    row.status, row.returned_on, row.note = PaymentStatus.RETURNED, returned_on, reason.strip()
    return _added(session, actor, clock, run, row, "組戻し")


def mark_unclaimed(
    *, session: Session, actor: Actor, clock: Clock, run: PayRun, person_id: str, note: str
) -> Payment:
    """未受領を記録する: the person did not take the payment; it stays owed and can be paid later."""
    owed = _owed(session, run, person_id)
    last = owed.current
    if last is not None and last.status is PaymentStatus.UNCLAIMED and last.note == note.strip():
        return last
    _refuse_standing(owed)
    if owed.payee.net < 0:
        raise Refused(
            "返納の行です。未受領の記録はできません。返納を受けてから、その日付で記録してください。"
        )
    if not note.strip():
        raise Refused("受け取りがなかった事情と、連絡した日を入れてください。")
    row = _attempt(actor, clock, run, owed, PaymentStatus.UNCLAIMED, None, note=note.strip())
    return _added(session, actor, clock, run, row, "未受領")


def decline_payment(
    *, session: Session, actor: Actor, clock: Clock, run: PayRun, person_id: str, declared_on: date, note: str
) -> Payment:
    """確定後の辞退を記録する: declined in writing on a day, after the sheet was final."""
    owed = _owed(session, run, person_id)
    last = owed.current
    if last is not None and last.status is PaymentStatus.DECLINED:
        return last
    _refuse_standing(owed)
    if owed.payee.net < 0:
        raise Refused("返納の行です。辞退はできません。")
    _refuse_corrected(session, run, owed)
    if declared_on > today(clock):
        raise Refused("辞退の書面の日付が先の日です。書面の日付を確かめてください。")
    text = f"{declared_on.isoformat()} {note}".strip()
    row = _attempt(actor, clock, run, owed, PaymentStatus.DECLINED, None, note=text)
    return _added(session, actor, clock, run, row, "確定後の辞退")


def stop_payment(
    *, session: Session, actor: Actor, clock: Clock, run: PayRun, person_id: str, reason: str
) -> Payment:
    """支払を止める of an amount found wrong before it was paid, with the reason.

    Nothing is paid for these lines then: what is right by the present record comes as a correction in a next sheet.
    """
    owed = _owed(session, run, person_id)
    last = owed.current
    if last is not None and last.status is PaymentStatus.STOPPED and last.note == reason.strip():
        return last
    _refuse_standing(owed)
    if owed.payee.net < 0:
        raise Refused("返納の行です。誤りは、次の支給調書で訂正してください。")
    _refuse_corrected(session, run, owed)
    if not reason.strip():
        raise Refused("支払いを止める理由を入れてください。")
    row = _attempt(actor, clock, run, owed, PaymentStatus.STOPPED, None, note=reason.strip())
    return _added(session, actor, clock, run, row, "支払の中止")


def may_cancel(owed: Owed) -> bool:
    """Return whether the latest record can be taken back: all but a transfer that the bank has made or returned."""
    last = owed.current
    if last is None:
        return False
    by_bank = last.status is PaymentStatus.PAID and last.transfer_file_id is not None
    return last.status in LIVE and not by_bank


def cancel_payment(
    *, session: Session, actor: Actor, clock: Clock, run: PayRun, person_id: str, attempt: int, reason: str
) -> Payment:
    """支払の記録を取り消す that was a mistake, with the reason: 現金, 返納, 辞退, or an order the bank never got.

    `attempt` is the record that was shown. The person is owed again. Raises Refused for what a bank has paid, and
    where a correction already rests on the payment.
    """
    owed = _owed(session, run, person_id)
    last = owed.current
    if last is None or last.attempt != attempt:
        raise Conflict("支払の記録が変わっています。画面を読み直して、状況を確かめてください。")
    if last.status is PaymentStatus.CANCELLED and last.note == reason.strip():
        return last
    if not may_cancel(owed):
        raise Refused(
            "この記録は取り消せません。銀行が振り込んだものは、戻ったときに組戻しとして記録してください。"
        )
    if not reason.strip():
        raise Refused("取り消す理由を入れてください。")
    _refuse_corrected(session, run, owed)
    last.status, last.note = PaymentStatus.CANCELLED, reason.strip()
    return _added(session, actor, clock, run, last, "支払の記録の取消し")


def _refuse_corrected(session: Session, run: PayRun, owed: Owed) -> None:
    own = select(PayLine.id).where(PayLine.run_id == run.id, PayLine.person_id == owed.payee.person_id)
    if session.exec(select(PayLine.id).where(col(PayLine.corrects_id).in_(own))).first() is not None:
        raise Refused(
            f"{owed.payee.name}のこの支給を元にした訂正が確定しています。違いは次の支給調書で訂正してください。"
        )


def _refuse_unpaid_before(session: Session, run: PayRun, owed: Owed) -> None:
    """Refuse money back for what was not paid, or came back from the bank, meanwhile."""
    for line in owed.payee.lines:
        if line.correction is None:
            continue
        earlier = [one for one in chain_of(session, line.attendance_id) if one.run_id != run.id]
        numbers = unpaid_sheets(session, [one for one in earlier if _is_before(session, one, run)])
        if numbers:
            names = "、".join(f"第{number}号" for number in numbers)
            raise Refused(
                f"支給調書{names}の支払いが済んでいません。先にその支払いを記録してから、返納を受けてください。"
            )


def _is_before(session: Session, line: PayLine, run: PayRun) -> bool:
    other = session.get_one(PayRun, line.run_id)
    return (other.finalised_at or other.created_at) < (run.finalised_at or run.created_at)


# ---- pieces


def _content(run: PayRun) -> str:
    if run.content is None:
        raise Refused("この支給調書はまだ確定していません。確認と承認を経て確定してから支払ってください。")
    return run.content


def _owed(session: Session, run: PayRun, person_id: str) -> Owed:
    for owed in owed_of(session, run):
        if owed.payee.person_id == person_id:
            if owed.payee.net == 0:
                raise Refused(f"{owed.payee.name}の差引支給額は0円です。支払の記録は要りません。")
            return owed
    raise NotFound("この人は、この支給調書にありません。画面を読み直してください。")


def _attempt_number(owed: Owed, attempt: int) -> Payment | None:
    return next((row for row in owed.attempts if row.attempt == attempt), None)


def _refuse_standing(owed: Owed) -> None:
    last = owed.current
    if last is not None and last.status in LIVE:
        raise Refused(
            f"{owed.payee.name}は「{last.status}」です。二重に支払わないため、記録できません。"
            "振込が戻ったときは、先に組戻しを記録してください。"
        )


def _final_day(run: PayRun) -> date | None:
    return run.finalised_at.astimezone(TOKYO).date() if run.finalised_at else None


def _file_day(session: Session, row: Payment) -> date | None:
    made = session.get(TransferFile, row.transfer_file_id) if row.transfer_file_id else None
    return made.transfer_on if made else row.paid_on


def _check_day(day: date, earliest: date | None, clock: Clock, what: str) -> None:
    if earliest is not None and day < earliest:
        raise Refused(f"{what}が早すぎます。{format_wareki(earliest)}以後の日付を入れてください。")
    if day > today(clock):
        raise Refused(f"{what}が先の日です。済んでから、その日付で記録してください。")


def _attempt(
    actor: Actor,
    clock: Clock,
    run: PayRun,
    owed: Owed,
    status: PaymentStatus,
    means: PaymentMeans | None,
    *,
    paid_on: date | None = None,
    note: str = "",
    file: TransferFile | None = None,
) -> Payment:
    return Payment(
        run_id=run.id,
        person_id=owed.payee.person_id,
        attempt=len(owed.attempts) + 1,
        amount=owed.payee.net,
        status=status,
        means=means,
        paid_on=paid_on,
        note=note,
        account=owed.account if means is PaymentMeans.TRANSFER else "",
        transfer_file_id=file.id if file else None,
        recorded_by=actor.name,
        recorded_at=clock.now(),
    )


def _added(session: Session, actor: Actor, clock: Clock, run: PayRun, row: Payment, action: str) -> Payment:
    session.add(row)
    session.flush()
    audit_run(
        session,
        actor,
        clock,
        action,
        run,
        person=row.person_id,
        amount=row.amount,
        status=row.status,
        on=row.returned_on or row.paid_on,
    )
    return row
