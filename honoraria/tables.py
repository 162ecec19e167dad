"""Payment of attendances: assessments, decisions on them, payment sheets, lines, bank files and payments.

What is decided is added, never changed: a database trigger refuses changes of assessments, decisions, lines and
bank files, and of a payment sheet once it is final (`meetings_app.db.constraints`).
"""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from meetings_app.core.terms import (
    AccountKind,
    CommitteeKind,
    Decision,
    LineOutcome,
    PaymentMeans,
    PaymentStatus,
    RunStatus,
    WithholdingMode,
)
from meetings_app.tables.base import MOMENT, choice, new_id

LIVE_PAYMENT = "status IN ('振込依頼', '支払済み', '辞退', '支払中止')"
"""A payment that stands: with one of these nothing more is paid to the person for that sheet."""


class AssessmentRecord(SQLModel, table=True):
    """支給の判定 of one attendance, computed after closing and stored with all it rests on; never recomputed.

    A later assessment of the same attendance has a higher `revision`. `for_correction` marks one made after
    the first was paid out of a final sheet. Amounts in integer yen; None: open until a person decides.
    `inputs`, `steps`, `findings`, `citations` and `questions` are JSON; `rulebook_sha256` names the regulation
    text that was applied.
    """

    __tablename__ = "assessment_record"
    __table_args__ = (
        UniqueConstraint("attendance_id", "revision"),
        CheckConstraint("honorarium IS NULL OR honorarium >= 0", name="honorarium"),
        CheckConstraint("travel IS NULL OR travel >= 0", name="travel"),
        CheckConstraint(
            "decision <> '支給' OR (honorarium IS NOT NULL AND travel IS NOT NULL)", name="paid_is_known"
        ),
        CheckConstraint(
            "decision <> '不支給' OR (honorarium IS NOT NULL AND honorarium = 0 AND travel IS NOT NULL AND travel = 0)",
            name="unpaid_is_zero",
        ),
    )

    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    meeting_id: str = Field(foreign_key="meeting.id", index=True, max_length=32)
    attendance_id: str = Field(foreign_key="attendance.id", max_length=32)
    revision: int = 1
    for_correction: bool = False
    decision: Decision = Field(sa_type=choice(Decision))
    honorarium: int | None = None
    travel: int | None = None
    reason: str = ""
    citations: str = "[]"
    steps: str = "[]"
    findings: str = "[]"
    questions: str = "[]"
    inputs: str = "{}"
    rulebook_sha256: str = Field(max_length=64)
    computed_at: datetime = Field(sa_type=MOMENT)


class IndividualDecision(SQLModel, table=True):
    """個別決定: how a named person settled a 要判断, beside the computed result, never over it.

    The highest `revision` of an assessment holds. Amounts in integer yen; both zero means 不支給.
    """

    __tablename__ = "individual_decision"
    __table_args__ = (
        UniqueConstraint("assessment_id", "revision"),
        CheckConstraint("honorarium >= 0 AND travel >= 0", name="amounts"),
        CheckConstraint("reason <> '' AND decided_by <> ''", name="named_and_reasoned"),
    )

    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    assessment_id: str = Field(foreign_key="assessment_record.id", max_length=32)
    revision: int = 1
    choice_label: str = Field(default="", max_length=200)
    honorarium: int
    travel: int
    reason: str = Field(max_length=500)
    decided_by: str = Field(max_length=100)
    decided_on: date
    recorded_by: str = Field(max_length=100)
    recorded_at: datetime = Field(sa_type=MOMENT)


class Declination(SQLModel, table=True):
    """辞退: a person declined the payment of one attendance in writing; a later row may withdraw it."""

    __table_args__ = (UniqueConstraint("attendance_id", "revision"),)

    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    attendance_id: str = Field(foreign_key="attendance.id", max_length=32)
    revision: int = 1
    withdrawn: bool = False
    declared_on: date
    note: str = Field(default="", max_length=500)
    recorded_by: str = Field(max_length=100)
    recorded_at: datetime = Field(sa_type=MOMENT)


class PayRun(SQLModel, table=True):
    """支給調書: of one closed meeting, or (`meeting_id` None) of corrections alone.

    Until it is 確定 its lines are worked out from what is on record; then `content` (canonical JSON of the
    sheet, hash `sha256`) and the rows of `pay_line` are what was decided, for ever. `checked_sha256` is the hash
    of what was checked: approval and finalisation are refused if the content differs by then.
    """

    __tablename__ = "pay_run"
    __table_args__ = (
        UniqueConstraint("meeting_id"),
        UniqueConstraint("committee_id", "number"),
        CheckConstraint(
            "status = '下書き' OR "
            "(checked_by_id IS NOT NULL AND checked_at IS NOT NULL AND checked_sha256 IS NOT NULL)",
            name="checked",
        ),
        CheckConstraint(
            "status NOT IN ('承認済み', '確定') OR (approved_by_id IS NOT NULL AND approved_at IS NOT NULL)",
            name="approved",
        ),
        CheckConstraint(
            "approved_by_id IS NULL OR NOT four_eyes OR approved_by_id <> checked_by_id", name="four_eyes"
        ),
        CheckConstraint(
            "status <> '確定' OR (finalised_at IS NOT NULL AND content IS NOT NULL AND sha256 IS NOT NULL)",
            name="finalised",
        ),
    )

    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    committee_id: str = Field(foreign_key="committee.id", index=True, max_length=32)
    meeting_id: str | None = Field(default=None, foreign_key="meeting.id", max_length=32)
    number: int
    status: RunStatus = Field(default=RunStatus.DRAFT, sa_type=choice(RunStatus))
    four_eyes: bool = True
    created_by: str = Field(max_length=100)
    created_at: datetime = Field(sa_type=MOMENT)
    checked_by: str | None = Field(default=None, max_length=100)
    checked_by_id: str | None = Field(default=None, foreign_key="user_account.id", max_length=32)
    checked_at: datetime | None = Field(default=None, sa_type=MOMENT)
    checked_sha256: str | None = Field(default=None, max_length=64)
    approved_by: str | None = Field(default=None, max_length=100)
    approved_by_id: str | None = Field(default=None, foreign_key="user_account.id", max_length=32)
    approved_at: datetime | None = Field(default=None, sa_type=MOMENT)
    finalised_by: str | None = Field(default=None, max_length=100)
    finalised_at: datetime | None = Field(default=None, sa_type=MOMENT)
    content: str | None = None
    sha256: str | None = Field(default=None, max_length=64)
    version: int = 1


class CorrectionEntry(SQLModel, table=True):
    """訂正の取込み: a difference taken into a sheet that is not final yet; `line_id` is the line it corrects."""

    __tablename__ = "correction_entry"
    __table_args__ = (UniqueConstraint("assessment_id"), UniqueConstraint("line_id"))

    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    run_id: str = Field(foreign_key="pay_run.id", index=True, max_length=32)
    line_id: str = Field(foreign_key="pay_line.id", max_length=32)
    assessment_id: str = Field(foreign_key="assessment_record.id", max_length=32)
    taken_by: str = Field(max_length=100)
    taken_at: datetime = Field(sa_type=MOMENT)


class CorrectionDismissal(SQLModel, table=True):
    """訂正の見送り: a named person decided not to correct a paid line although the facts would give another result.

    It holds for just these facts (`inputs_sha256`): when they change again, the proposal comes back.
    """

    __tablename__ = "correction_dismissal"
    __table_args__ = (
        UniqueConstraint("attendance_id", "inputs_sha256"),
        CheckConstraint("reason <> ''", name="reason"),
    )

    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    attendance_id: str = Field(foreign_key="attendance.id", max_length=32)
    inputs_sha256: str = Field(max_length=64)
    reason: str = Field(max_length=500)
    dismissed_by: str = Field(max_length=100)
    dismissed_at: datetime = Field(sa_type=MOMENT)


class PayLine(SQLModel, table=True):
    """支給の行 of a final sheet: written once, with the sheet.

    The first line of an attendance has no `corrects_id`; a correction is a difference on top of the line before
    it and never takes back more than was paid. `taxable` is the base of `withheld`; `tax_period` names the span
    over which tax is worked out. `travel_day` is set where the day's 旅費 is paid once (第7条第3項②): a trigger
    refuses such a line while another attendance of that day carries 旅費. Integer yen.
    """

    __tablename__ = "pay_line"
    __table_args__ = (
        UniqueConstraint("assessment_id"),
        UniqueConstraint("corrects_id"),
        Index(
            "uq_pay_line_first",
            "attendance_id",
            unique=True,
            sqlite_where=text("corrects_id IS NULL"),
            postgresql_where=text("corrects_id IS NULL"),
        ),
        CheckConstraint("net = honorarium + travel - withheld", name="net"),
        CheckConstraint("prior_honorarium + honorarium >= 0", name="honorarium_taken_back"),
        CheckConstraint("prior_travel + travel >= 0", name="travel_taken_back"),
        CheckConstraint(
            "corrects_id IS NOT NULL OR (honorarium >= 0 AND travel >= 0 AND withheld >= 0 "
            "AND prior_honorarium = 0 AND prior_travel = 0)",
            name="first_line",
        ),
        CheckConstraint("travel_day IS NULL OR (travel > 0 AND travel_day = held_on)", name="travel_day"),
    )

    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    run_id: str = Field(foreign_key="pay_run.id", index=True, max_length=32)
    committee_id: str = Field(foreign_key="committee.id", max_length=32)
    attendance_id: str = Field(foreign_key="attendance.id", index=True, max_length=32)
    person_id: str = Field(foreign_key="person.id", index=True, max_length=32)
    assessment_id: str = Field(foreign_key="assessment_record.id", max_length=32)
    corrects_id: str | None = Field(default=None, foreign_key="pay_line.id", max_length=32)
    held_on: date
    outcome: LineOutcome = Field(sa_type=choice(LineOutcome))
    honorarium: int
    travel: int
    withheld: int
    net: int
    prior_honorarium: int = 0
    prior_travel: int = 0
    taxable: int = 0
    tax_mode: WithholdingMode = Field(sa_type=choice(WithholdingMode))
    tax_on_travel: bool = False
    tax_period: str = Field(default="", max_length=50)
    travel_day: date | None = None


class TransferFile(SQLModel, table=True):
    """全銀 総合振込 file of one sheet: made once per `attempt`; asked for again, the same bytes are given."""

    __tablename__ = "transfer_file"
    __table_args__ = (UniqueConstraint("run_id", "attempt"),)

    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    run_id: str = Field(foreign_key="pay_run.id", max_length=32)
    attempt: int = 1
    transfer_on: date
    content: bytes
    sha256: str = Field(max_length=64)
    records: int
    total: int
    made_by: str = Field(max_length=100)
    made_at: datetime = Field(sa_type=MOMENT)


class Payment(SQLModel, table=True):
    """支払: one attempt to pay one person the sum of their lines on one sheet, in yen (negative: 返納).

    At most one stands (a partial unique index); after 組戻し, 未受領 or 取消し another may be made.
    """

    __table_args__ = (
        UniqueConstraint("run_id", "person_id", "attempt"),
        Index(
            "uq_payment_live",
            "run_id",
            "person_id",
            unique=True,
            sqlite_where=text(LIVE_PAYMENT),
            postgresql_where=text(LIVE_PAYMENT),
        ),
        CheckConstraint("amount <> 0", name="amount"),
        CheckConstraint("status <> '支払済み' OR (paid_on IS NOT NULL AND means IS NOT NULL)", name="paid"),
        CheckConstraint("status <> '振込依頼' OR transfer_file_id IS NOT NULL", name="ordered"),
        CheckConstraint("status <> '組戻し' OR returned_on IS NOT NULL", name="returned"),
        CheckConstraint("status <> '取消し' OR note <> ''", name="cancelled"),
    )

    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    run_id: str = Field(foreign_key="pay_run.id", max_length=32)
    person_id: str = Field(foreign_key="person.id", index=True, max_length=32)
    attempt: int = 1
    amount: int
    status: PaymentStatus = Field(sa_type=choice(PaymentStatus))
    means: PaymentMeans | None = Field(default=None, sa_type=choice(PaymentMeans))
    paid_on: date | None = None
    returned_on: date | None = None
    note: str = Field(default="", max_length=500)
    account: str = Field(default="", max_length=100)
    """The account as shown on screens: bank, branch and the last digits."""
    transfer_file_id: str | None = Field(default=None, foreign_key="transfer_file.id", max_length=32)
    recorded_by: str = Field(max_length=100)
    recorded_at: datetime = Field(sa_type=MOMENT)


class BankAccount(SQLModel, table=True):
    """振込先: one in use per person; a new one retires the old. Numbers are shown masked."""

    __tablename__ = "bank_account"
    __table_args__ = (
        Index(
            "uq_bank_account_in_use",
            "person_id",
            unique=True,
            sqlite_where=text("retired_at IS NULL"),
            postgresql_where=text("retired_at IS NULL"),
        ),
        CheckConstraint("length(bank_code) = 4", name="bank_code"),
        CheckConstraint("length(branch_code) = 3", name="branch_code"),
        CheckConstraint("length(number) = 7", name="number"),
    )

    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    person_id: str = Field(foreign_key="person.id", index=True, max_length=32)
    bank_code: str = Field(max_length=4)
    branch_code: str = Field(max_length=3)
    kind: AccountKind = Field(sa_type=choice(AccountKind))
    number: str = Field(max_length=7)
    holder: str = Field(max_length=30)
    registered_by: str = Field(max_length=100)
    registered_at: datetime = Field(sa_type=MOMENT)
    retired_at: datetime | None = Field(default=None, sa_type=MOMENT)


class DailyTax(SQLModel, table=True):
    """日額表乙欄の税額, typed in from the tax office's table: from a day on, for one taxable amount of a day, in yen."""

    __tablename__ = "daily_tax"
    __table_args__ = (
        UniqueConstraint("taxable", "valid_from"),
        CheckConstraint("taxable > 0 AND tax >= 0 AND tax < taxable", name="amounts"),
    )

    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    taxable: int
    valid_from: date
    tax: int
    set_by: str = Field(max_length=100)
    set_at: datetime = Field(sa_type=MOMENT)


class VersionConfirmationRecord(SQLModel, table=True):
    """現行の確認: a named person found a regulation's text current as of a day, with that text attached."""

    __tablename__ = "version_confirmation"
    __table_args__ = (CheckConstraint("confirmed_by <> ''", name="named"),)

    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    regulation: CommitteeKind = Field(sa_type=choice(CommitteeKind))
    as_of: date
    confirmed_by: str = Field(max_length=100)
    confirmed_at: datetime = Field(sa_type=MOMENT)
    file_name: str = Field(max_length=255)
    content: bytes
    sha256: str = Field(max_length=64)


class DeclarationReturn(SQLModel, table=True):
    """年次の申告書: sent to a person for a fiscal year, and when it came back; None: not yet."""

    __tablename__ = "declaration_return"
    __table_args__ = (
        UniqueConstraint("person_id", "fiscal_year"),
        CheckConstraint("returned_on IS NULL OR sent_on IS NULL OR returned_on >= sent_on", name="order"),
    )

    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    person_id: str = Field(foreign_key="person.id", index=True, max_length=32)
    fiscal_year: int
    sent_on: date | None = None
    reminded_on: date | None = None
    returned_on: date | None = None
    recorded_by: str = Field(max_length=100)
    recorded_at: datetime = Field(sa_type=MOMENT)
