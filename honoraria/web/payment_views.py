"""支払の画面に出すもの: who gets what from a final sheet, how far each payment is, and the bank files made."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from honoraria.papers.filenames import short_occasion
from honoraria.rules.sheet import SheetHead, SheetLine
from honoraria.services.payments import Owed, may_cancel, owed_of, transfer_files_of
from honoraria.services.runs import content_of
from honoraria.services.sheet_contents import sheet_label
from honoraria.tables import Payment, PayRun, TransferFile
from honoraria.web.closing_views import run_base, run_href
from honoraria.web.views import SHOWN_HASH, Words
from meetings_app.core.terms import PaymentMeans, PaymentStatus, RunStatus
from meetings_app.web.locale import format_day, mark
from meetings_app.web.meeting_frame import DbSession

LOOKS = {
    PaymentStatus.ORDERED: ("neutral", "clock"),
    PaymentStatus.PAID: ("ok", "check-circle"),
    PaymentStatus.RETURNED: ("ask", "back"),
    PaymentStatus.UNCLAIMED: ("ask", "question-diamond"),
    PaymentStatus.DECLINED: ("off", "minus-circle"),
    PaymentStatus.STOPPED: ("off", "minus-circle"),
    PaymentStatus.CANCELLED: ("ask", "back"),
}
UNPAID, TO_PAY_BACK, PAID_BACK, NOTHING = (
    mark("未払い"),
    mark("返納待ち"),
    mark("返納済み"),
    mark("支払なし"),
)
ISO_DAY = len("2014-05-20")

TransferDays = Mapping[str, date]
"""振込の日 by the id of the bank file."""


@dataclass(frozen=True, slots=True)
class StateView:
    """支払の状態: icon, word and colour, with what is known about it."""

    label: str
    tone: str
    icon: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class PayeeRow:
    """受取人の行. `net` in words; `can_order`: may be put on a bank file now."""

    person_id: str
    name: str
    organisation: str
    net: str
    account: str
    state: StateView
    href: str
    can_order: bool
    lacks_account: bool


@dataclass(frozen=True, slots=True)
class AttemptRow:
    """支払の経過: one attempt to pay one person."""

    name: str
    number: int
    amount: str
    state: StateView
    means: str
    account: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class FileRow:
    """振込データ. `waiting`: how many transfers on it are not recorded as done."""

    file_id: str
    number: int
    transfer_on: date
    records: str
    total: str
    by: str
    at: datetime
    sha256: str
    sha256_short: str
    waiting: int
    href: str


@dataclass(frozen=True, slots=True)
class PaymentsPage:
    """支払の画面 of one sheet. `rows`: who gets or gives something; `nothing`: who does not."""

    run_id: str
    label: str
    title: str
    run_href: str
    base: str
    is_final: bool
    rows: tuple[PayeeRow, ...]
    nothing: tuple[PayeeRow, ...]
    attempts: tuple[AttemptRow, ...]
    files: tuple[FileRow, ...]
    orderable: int
    settled: int
    payable: int
    total: str

    @property
    def without_account(self) -> tuple[PayeeRow, ...]:
        """Who is to be paid and has no account registered."""
        return tuple(row for row in self.rows if row.lacks_account)

    @property
    def is_done(self) -> bool:
        """Whether nothing more is to be paid or paid back."""
        return self.is_final and self.settled == self.payable

    @property
    def waiting_files(self) -> tuple[FileRow, ...]:
        """The bank files whose transfers are not all recorded."""
        return tuple(file for file in self.files if file.waiting)


@dataclass(frozen=True, slots=True)
class PersonLine:
    """明細の一行 of one person on a sheet, amounts in words."""

    meeting: str
    is_correction: bool
    honorarium: str
    travel: str
    withheld: str
    net: str


@dataclass(frozen=True, slots=True)
class PersonPayment:
    """一人の支払: what is owed, every attempt, and what can be recorded now."""

    row: PayeeRow
    label: str
    title: str
    run_href: str
    base: str
    lines: tuple[PersonLine, ...]
    attempts: tuple[AttemptRow, ...]
    acts: tuple[str, ...]
    attempt: int


def payments_page(session: DbSession, run: PayRun, words: Words) -> PaymentsPage:
    """Return who gets what from a sheet; before it is final, only that it is not."""
    head = content_of(session, run).head
    everybody = owed_of(session, run) if run.status is RunStatus.FINALISED else []
    files = transfer_files_of(session, run)
    days = {made.id: made.transfer_on for made in files}
    to_settle = [owed for owed in everybody if owed.payee.net]
    return PaymentsPage(
        run_id=run.id,
        label=sheet_label(run),
        title=head.title,
        run_href=run_href(run.id, run.meeting_id),
        base=run_base(run.id),
        is_final=run.status is RunStatus.FINALISED,
        rows=tuple(_row(owed, run, days, words) for owed in to_settle),
        nothing=tuple(_row(owed, run, days, words) for owed in everybody if not owed.payee.net),
        attempts=_attempts(everybody, days, words),
        files=tuple(_file(made, everybody, run, words) for made in files),
        orderable=sum(_may_order(owed) for owed in everybody),
        settled=sum(owed.is_settled for owed in to_settle),
        payable=len(to_settle),
        total=words.yen(sum(owed.payee.net for owed in everybody)),
    )


def person_payment(session: DbSession, run: PayRun, person_id: str, words: Words) -> PersonPayment | None:
    """Return one person's payment on a sheet; None for somebody who is not on it."""
    days = {made.id: made.transfer_on for made in transfer_files_of(session, run)}
    for owed in owed_of(session, run):
        if owed.payee.person_id == person_id:
            return PersonPayment(
                row=_row(owed, run, days, words),
                label=sheet_label(run),
                title=content_of(session, run).head.title,
                run_href=run_href(run.id, run.meeting_id),
                base=run_base(run.id),
                lines=tuple(_line(line, words) for line in owed.payee.lines),
                attempts=_attempts([owed], days, words),
                acts=_acts(owed),
                attempt=owed.current.attempt if owed.current else 0,
            )
    return None


def transfer_filename(head: SheetHead, made: TransferFile, files: Sequence[TransferFile]) -> str:
    """Return 「総合振込_第19回_20140326.txt」; a later file for the same day bears a number."""
    same_day = [file.id for file in files if file.transfer_on == made.transfer_on]
    place = same_day.index(made.id) + 1
    again = f"_{place}" if place > 1 else ""
    return f"総合振込_{short_occasion(head)}_{made.transfer_on:%Y%m%d}{again}.txt"


# ---- pieces


def _may_order(owed: Owed) -> bool:
    return owed.is_open and owed.payee.net > 0


def _acts(owed: Owed) -> tuple[str, ...]:
    """Return what can be recorded about a payment as it stands now."""
    if owed.is_open:
        return ("cash", "unclaimed", "declined", "stopped") if owed.payee.net > 0 else ("repaid",)
    last = owed.current
    standing = (PaymentStatus.ORDERED, PaymentStatus.PAID)
    by_bank = last is not None and last.status in standing and last.transfer_file_id is not None
    return (*(("returned",) if by_bank else ()), *(("cancelled",) if may_cancel(owed) else ()))


def _row(owed: Owed, run: PayRun, days: TransferDays, words: Words) -> PayeeRow:
    payee = owed.payee
    return PayeeRow(
        person_id=payee.person_id,
        name=payee.name,
        organisation=payee.organisation,
        net=words.yen(payee.net),
        account=owed.account,
        state=_state(owed, days, words),
        href=f"{run_base(run.id)}/payments/{payee.person_id}",
        can_order=_may_order(owed),
        lacks_account=_may_order(owed) and not owed.account,
    )


def _state(owed: Owed, days: TransferDays, words: Words) -> StateView:
    _ = words.translate
    if owed.payee.net == 0:
        return StateView(_(NOTHING), "plain", "minus-circle")
    if owed.current is not None:
        return _attempt_state(owed.current, days, words)
    if owed.payee.net < 0:
        return StateView(_(TO_PAY_BACK), "ask", "back")
    return StateView(_(UNPAID), "ask", "ring")


def _attempt_state(row: Payment, days: TransferDays, words: Words) -> StateView:
    _ = words.translate
    tone, icon = LOOKS[row.status]
    label = PAID_BACK if row.amount < 0 and row.status is PaymentStatus.PAID else str(row.status)
    return StateView(_(label), tone, icon, _note(row, days, words))


def _note(row: Payment, days: TransferDays, words: Words) -> str:
    """Return when, and what happened: 「平成26年5月22日 名義の相違」."""
    if row.status is PaymentStatus.DECLINED:
        return _declined_note(row.note, words)
    if row.status is PaymentStatus.ORDERED and row.transfer_file_id is not None:
        return words.say(mark("{day}に振込"), day=format_day(days[row.transfer_file_id], words.locale))
    day = row.returned_on if row.status is PaymentStatus.RETURNED else row.paid_on
    in_cash = row.means is PaymentMeans.CASH and row.status is PaymentStatus.PAID
    parts = (format_day(day, words.locale), words.translate(str(row.means)) if in_cash else "", row.note)
    return " ".join(part for part in parts if part)


def _declined_note(note: str, words: Words) -> str:
    """Return a note that begins with the day of the letter, the day in the reader's words."""
    try:
        day = date.fromisoformat(note[:ISO_DAY])
    except ValueError:
        return note
    return f"{format_day(day, words.locale)} {note[ISO_DAY:].strip()}".strip()


def _attempts(everybody: Iterable[Owed], days: TransferDays, words: Words) -> tuple[AttemptRow, ...]:
    rows = [(owed.payee.name, row) for owed in everybody for row in owed.attempts]
    rows.sort(key=lambda pair: (pair[1].recorded_at, pair[1].attempt))
    return tuple(
        AttemptRow(
            name=name,
            number=row.attempt,
            amount=words.yen(row.amount),
            state=_attempt_state(row, days, words),
            means=_means(row, words),
            account=row.account,
            by=row.recorded_by,
            at=row.recorded_at,
        )
        for name, row in rows
    )


def _means(row: Payment, words: Words) -> str:
    return words.translate(PaymentMeans(row.means)) if row.means else "—"


def _file(made: TransferFile, everybody: Iterable[Owed], run: PayRun, words: Words) -> FileRow:
    return FileRow(
        file_id=made.id,
        number=made.attempt,
        transfer_on=made.transfer_on,
        records=words.n(mark("{n}件"), made.records),
        total=words.yen(made.total),
        by=made.made_by,
        at=made.made_at,
        sha256=made.sha256,
        sha256_short=made.sha256[:SHOWN_HASH],
        waiting=sum(
            row.transfer_file_id == made.id and row.status is PaymentStatus.ORDERED
            for owed in everybody
            for row in owed.attempts
        ),
        href=f"{run_base(run.id)}/transfers/{made.id}",
    )


def _line(line: SheetLine, words: Words) -> PersonLine:
    return PersonLine(
        meeting=line.meeting,
        is_correction=line.correction is not None,
        honorarium=words.yen(line.honorarium),
        travel=words.yen(line.travel),
        withheld=words.yen(line.withheld),
        net=words.yen(line.net),
    )
