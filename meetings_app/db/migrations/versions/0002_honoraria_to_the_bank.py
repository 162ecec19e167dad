"""Payment sheets, decisions, corrections, bank files and payments; what is final cannot be changed."""

import hashlib
import json
import uuid
from datetime import date

import sqlalchemy as sa
from alembic import op

from meetings_app.db.constraints import append_only, forget_refusals, refuse_change

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

APPEND_ONLY = (
    *(
        "assessment_record",
        "individual_decision",
        "declination",
        "correction_dismissal",
        "attendance_correction",
    ),
    *("pay_line", "transfer_file", "version_confirmation"),
)
"""Tables whose rows are added and never changed."""

FINAL = "(SELECT status FROM pay_run WHERE id = {row}.run_id) = '確定'"
TRAVEL_ELSEWHERE = (
    "NEW.travel_day IS NOT NULL AND EXISTS (SELECT 1 FROM pay_line AS other "
    "WHERE other.person_id = NEW.person_id AND other.held_on = NEW.held_on "
    "AND other.attendance_id <> NEW.attendance_id GROUP BY other.attendance_id HAVING SUM(other.travel) > 0)"
)
OWED = "(SELECT SUM(net) FROM pay_line WHERE run_id = NEW.run_id AND person_id = NEW.person_id)"
REFUSED = (
    ("pay_run", "UPDATE", "OLD.status = '確定'", "final_run"),
    ("pay_run", "DELETE", "OLD.status = '確定'", "final_run"),
    ("pay_line", "INSERT", FINAL.format(row="NEW"), "final_run"),
    ("pay_line", "INSERT", TRAVEL_ELSEWHERE, "travel_twice_a_day"),
    *(("correction_entry", event, FINAL.format(row="NEW"), "final_run") for event in ("INSERT", "UPDATE")),
    ("correction_entry", "DELETE", FINAL.format(row="OLD"), "final_run"),
    *(
        (table, "INSERT", f"COALESCE({FINAL.format(row='NEW')}, 1 = 0) = (1 = 0)", "run_not_final")
        for table in ("transfer_file", "payment")
    ),
    ("payment", "INSERT", f"COALESCE(NEW.amount <> {OWED}, 1 = 1)", "amount_is_not_owed"),
    ("payment", "DELETE", "1 = 1", "append_only"),
    (
        "payment",
        "UPDATE",
        (
            "OLD.run_id <> NEW.run_id OR OLD.person_id <> NEW.person_id OR OLD.amount <> NEW.amount "
            "OR OLD.attempt <> NEW.attempt OR OLD.status IN ('組戻し', '未受領', '取消し') "
            "OR (OLD.status IN ('辞退', '支払中止') AND NEW.status <> '取消し') "
            "OR (OLD.status = '支払済み' AND NEW.status NOT IN ('組戻し', '取消し'))"
        ),
        "settled_payment",
    ),
)
"""What the database itself refuses: table, event, condition, name."""


def upgrade() -> None:
    """Bring the schema up."""
    op.create_table(
        "daily_tax",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("taxable", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("tax", sa.Integer(), nullable=False),
        sa.Column("set_by", sa.String(length=100), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("taxable > 0 AND tax >= 0 AND tax < taxable", name=op.f("ck_daily_tax_amounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_daily_tax")),
        sa.UniqueConstraint("taxable", "valid_from", name=op.f("uq_daily_tax_taxable_valid_from")),
    )
    op.create_table(
        "version_confirmation",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column(
            "regulation",
            sa.Enum(
                "支援調整会議",
                "圏域会議",
                name="committeekind",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("confirmed_by", sa.String(length=100), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("file_name", sa.String(length=255), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.CheckConstraint("confirmed_by <> ''", name=op.f("ck_version_confirmation_named")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_version_confirmation")),
    )
    op.create_table(
        "bank_account",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("bank_code", sa.String(length=4), nullable=False),
        sa.Column("branch_code", sa.String(length=3), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "普通",
                "当座",
                "貯蓄",
                "その他",
                name="accountkind",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("number", sa.String(length=7), nullable=False),
        sa.Column("holder", sa.String(length=30), nullable=False),
        sa.Column("registered_by", sa.String(length=100), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("length(bank_code) = 4", name=op.f("ck_bank_account_bank_code")),
        sa.CheckConstraint("length(branch_code) = 3", name=op.f("ck_bank_account_branch_code")),
        sa.CheckConstraint("length(number) = 7", name=op.f("ck_bank_account_number")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_bank_account_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_account")),
    )
    with op.batch_alter_table("bank_account", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_bank_account_person_id"), ["person_id"], unique=False)
        batch_op.create_index(
            "uq_bank_account_in_use",
            ["person_id"],
            unique=True,
            sqlite_where=sa.text("retired_at IS NULL"),
            postgresql_where=sa.text("retired_at IS NULL"),
        )

    op.create_table(
        "declaration_return",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("fiscal_year", sa.Integer(), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=True),
        sa.Column("reminded_on", sa.Date(), nullable=True),
        sa.Column("returned_on", sa.Date(), nullable=True),
        sa.Column("recorded_by", sa.String(length=100), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "returned_on IS NULL OR sent_on IS NULL OR returned_on >= sent_on",
            name=op.f("ck_declaration_return_order"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_declaration_return_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_declaration_return")),
        sa.UniqueConstraint(
            "person_id", "fiscal_year", name=op.f("uq_declaration_return_person_id_fiscal_year")
        ),
    )
    with op.batch_alter_table("declaration_return", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_declaration_return_person_id"), ["person_id"], unique=False)

    op.create_table(
        "pay_run",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("committee_id", sa.String(length=32), nullable=False),
        sa.Column("meeting_id", sa.String(length=32), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "下書き",
                "確認済み",
                "承認済み",
                "確定",
                name="runstatus",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("four_eyes", sa.Boolean(), nullable=False),
        sa.Column("created_by", sa.String(length=100), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("checked_by", sa.String(length=100), nullable=True),
        sa.Column("checked_by_id", sa.String(length=32), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("checked_sha256", sa.String(length=64), nullable=True),
        sa.Column("approved_by", sa.String(length=100), nullable=True),
        sa.Column("approved_by_id", sa.String(length=32), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finalised_by", sa.String(length=100), nullable=True),
        sa.Column("finalised_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("content", sa.String(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "status <> '確定' OR (finalised_at IS NOT NULL AND content IS NOT NULL AND sha256 IS NOT NULL)",
            name=op.f("ck_pay_run_finalised"),
        ),
        sa.CheckConstraint(
            "status = '下書き' OR (checked_by_id IS NOT NULL AND checked_at IS NOT NULL AND checked_sha256 IS NOT NULL)",
            name=op.f("ck_pay_run_checked"),
        ),
        sa.CheckConstraint(
            "status NOT IN ('承認済み', '確定') OR (approved_by_id IS NOT NULL AND approved_at IS NOT NULL)",
            name=op.f("ck_pay_run_approved"),
        ),
        sa.CheckConstraint(
            "approved_by_id IS NULL OR NOT four_eyes OR approved_by_id <> checked_by_id",
            name=op.f("ck_pay_run_four_eyes"),
        ),
        sa.ForeignKeyConstraint(
            ["approved_by_id"], ["user_account.id"], name=op.f("fk_pay_run_approved_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["checked_by_id"], ["user_account.id"], name=op.f("fk_pay_run_checked_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["committee_id"], ["committee.id"], name=op.f("fk_pay_run_committee_id_committee")
        ),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_pay_run_meeting_id_meeting")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pay_run")),
        sa.UniqueConstraint("committee_id", "number", name=op.f("uq_pay_run_committee_id_number")),
        sa.UniqueConstraint("meeting_id", name=op.f("uq_pay_run_meeting_id")),
    )
    with op.batch_alter_table("pay_run", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pay_run_committee_id"), ["committee_id"], unique=False)

    op.create_table(
        "attendance_correction",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("attendance_id", sa.String(length=32), nullable=False),
        sa.Column("before", sa.String(), nullable=False),
        sa.Column("after", sa.String(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("corrected_by", sa.String(length=100), nullable=False),
        sa.Column("corrected_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_attendance_correction_reason")),
        sa.ForeignKeyConstraint(
            ["attendance_id"],
            ["attendance.id"],
            name=op.f("fk_attendance_correction_attendance_id_attendance"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance_correction")),
    )
    with op.batch_alter_table("attendance_correction", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_attendance_correction_attendance_id"), ["attendance_id"], unique=False
        )

    op.create_table(
        "correction_dismissal",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("attendance_id", sa.String(length=32), nullable=False),
        sa.Column("inputs_sha256", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("dismissed_by", sa.String(length=100), nullable=False),
        sa.Column("dismissed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_correction_dismissal_reason")),
        sa.ForeignKeyConstraint(
            ["attendance_id"],
            ["attendance.id"],
            name=op.f("fk_correction_dismissal_attendance_id_attendance"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction_dismissal")),
        sa.UniqueConstraint(
            "attendance_id", "inputs_sha256", name=op.f("uq_correction_dismissal_attendance_id_inputs_sha256")
        ),
    )
    op.create_table(
        "declination",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("attendance_id", sa.String(length=32), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("declared_on", sa.Date(), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("recorded_by", sa.String(length=100), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["attendance_id"], ["attendance.id"], name=op.f("fk_declination_attendance_id_attendance")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_declination")),
        sa.UniqueConstraint("attendance_id", "revision", name=op.f("uq_declination_attendance_id_revision")),
    )
    op.create_table(
        "transfer_file",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("run_id", sa.String(length=32), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("transfer_on", sa.Date(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("records", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.String(length=100), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["pay_run.id"], name=op.f("fk_transfer_file_run_id_pay_run")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer_file")),
        sa.UniqueConstraint("run_id", "attempt", name=op.f("uq_transfer_file_run_id_attempt")),
    )
    op.create_table(
        "individual_decision",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("assessment_id", sa.String(length=32), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("choice_label", sa.String(length=200), nullable=False),
        sa.Column("honorarium", sa.Integer(), nullable=False),
        sa.Column("travel", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("decided_by", sa.String(length=100), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("recorded_by", sa.String(length=100), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "reason <> '' AND decided_by <> ''", name=op.f("ck_individual_decision_named_and_reasoned")
        ),
        sa.CheckConstraint("honorarium >= 0 AND travel >= 0", name=op.f("ck_individual_decision_amounts")),
        sa.ForeignKeyConstraint(
            ["assessment_id"],
            ["assessment_record.id"],
            name=op.f("fk_individual_decision_assessment_id_assessment_record"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_individual_decision")),
        sa.UniqueConstraint(
            "assessment_id", "revision", name=op.f("uq_individual_decision_assessment_id_revision")
        ),
    )
    op.create_table(
        "pay_line",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("run_id", sa.String(length=32), nullable=False),
        sa.Column("committee_id", sa.String(length=32), nullable=False),
        sa.Column("attendance_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("assessment_id", sa.String(length=32), nullable=False),
        sa.Column("corrects_id", sa.String(length=32), nullable=True),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "支給",
                "不支給",
                "要判断",
                "辞退",
                "対象なし",
                name="lineoutcome",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("honorarium", sa.Integer(), nullable=False),
        sa.Column("travel", sa.Integer(), nullable=False),
        sa.Column("withheld", sa.Integer(), nullable=False),
        sa.Column("net", sa.Integer(), nullable=False),
        sa.Column("prior_honorarium", sa.Integer(), nullable=False),
        sa.Column("prior_travel", sa.Integer(), nullable=False),
        sa.Column("taxable", sa.Integer(), nullable=False),
        sa.Column(
            "tax_mode",
            sa.Enum(
                "源泉なし",
                "報酬・料金",
                "給与乙欄 月額",
                "給与乙欄 日額",
                name="withholdingmode",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("tax_on_travel", sa.Boolean(), nullable=False),
        sa.Column("tax_period", sa.String(length=50), nullable=False),
        sa.Column("travel_day", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "corrects_id IS NOT NULL OR (honorarium >= 0 AND travel >= 0 AND withheld >= 0 AND prior_honorarium = 0 AND prior_travel = 0)",
            name=op.f("ck_pay_line_first_line"),
        ),
        sa.CheckConstraint("net = honorarium + travel - withheld", name=op.f("ck_pay_line_net")),
        sa.CheckConstraint(
            "prior_honorarium + honorarium >= 0", name=op.f("ck_pay_line_honorarium_taken_back")
        ),
        sa.CheckConstraint("prior_travel + travel >= 0", name=op.f("ck_pay_line_travel_taken_back")),
        sa.CheckConstraint(
            "travel_day IS NULL OR (travel > 0 AND travel_day = held_on)", name=op.f("ck_pay_line_travel_day")
        ),
        sa.ForeignKeyConstraint(
            ["assessment_id"],
            ["assessment_record.id"],
            name=op.f("fk_pay_line_assessment_id_assessment_record"),
        ),
        sa.ForeignKeyConstraint(
            ["attendance_id"], ["attendance.id"], name=op.f("fk_pay_line_attendance_id_attendance")
        ),
        sa.ForeignKeyConstraint(
            ["committee_id"], ["committee.id"], name=op.f("fk_pay_line_committee_id_committee")
        ),
        sa.ForeignKeyConstraint(
            ["corrects_id"], ["pay_line.id"], name=op.f("fk_pay_line_corrects_id_pay_line")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_pay_line_person_id_person")),
        sa.ForeignKeyConstraint(["run_id"], ["pay_run.id"], name=op.f("fk_pay_line_run_id_pay_run")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pay_line")),
        sa.UniqueConstraint("assessment_id", name=op.f("uq_pay_line_assessment_id")),
        sa.UniqueConstraint("corrects_id", name=op.f("uq_pay_line_corrects_id")),
    )
    with op.batch_alter_table("pay_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pay_line_attendance_id"), ["attendance_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_pay_line_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_pay_line_run_id"), ["run_id"], unique=False)
        batch_op.create_index(
            "uq_pay_line_first",
            ["attendance_id"],
            unique=True,
            sqlite_where=sa.text("corrects_id IS NULL"),
            postgresql_where=sa.text("corrects_id IS NULL"),
        )

    op.create_table(
        "payment",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("run_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "振込依頼",
                "支払済み",
                "組戻し",
                "未受領",
                "辞退",
                "支払中止",
                "取消し",
                name="paymentstatus",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column(
            "means",
            sa.Enum(
                "振込", "現金", name="paymentmeans", native_enum=False, create_constraint=True, length=20
            ),
            nullable=True,
        ),
        sa.Column("paid_on", sa.Date(), nullable=True),
        sa.Column("returned_on", sa.Date(), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("account", sa.String(length=100), nullable=False),
        sa.Column("transfer_file_id", sa.String(length=32), nullable=True),
        sa.Column("recorded_by", sa.String(length=100), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "status <> '振込依頼' OR transfer_file_id IS NOT NULL", name=op.f("ck_payment_ordered")
        ),
        sa.CheckConstraint(
            "status <> '支払済み' OR (paid_on IS NOT NULL AND means IS NOT NULL)",
            name=op.f("ck_payment_paid"),
        ),
        sa.CheckConstraint("status <> '組戻し' OR returned_on IS NOT NULL", name=op.f("ck_payment_returned")),
        sa.CheckConstraint("status <> '取消し' OR note <> ''", name=op.f("ck_payment_cancelled")),
        sa.CheckConstraint("amount <> 0", name=op.f("ck_payment_amount")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_payment_person_id_person")),
        sa.ForeignKeyConstraint(["run_id"], ["pay_run.id"], name=op.f("fk_payment_run_id_pay_run")),
        sa.ForeignKeyConstraint(
            ["transfer_file_id"], ["transfer_file.id"], name=op.f("fk_payment_transfer_file_id_transfer_file")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment")),
        sa.UniqueConstraint(
            "run_id", "person_id", "attempt", name=op.f("uq_payment_run_id_person_id_attempt")
        ),
    )
    with op.batch_alter_table("payment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_payment_person_id"), ["person_id"], unique=False)
        batch_op.create_index(
            "uq_payment_live",
            ["run_id", "person_id"],
            unique=True,
            sqlite_where=sa.text("status IN ('振込依頼', '支払済み', '辞退', '支払中止')"),
            postgresql_where=sa.text("status IN ('振込依頼', '支払済み', '辞退', '支払中止')"),
        )

    op.create_table(
        "correction_entry",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("run_id", sa.String(length=32), nullable=False),
        sa.Column("line_id", sa.String(length=32), nullable=False),
        sa.Column("assessment_id", sa.String(length=32), nullable=False),
        sa.Column("taken_by", sa.String(length=100), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["assessment_id"],
            ["assessment_record.id"],
            name=op.f("fk_correction_entry_assessment_id_assessment_record"),
        ),
        sa.ForeignKeyConstraint(
            ["line_id"], ["pay_line.id"], name=op.f("fk_correction_entry_line_id_pay_line")
        ),
        sa.ForeignKeyConstraint(["run_id"], ["pay_run.id"], name=op.f("fk_correction_entry_run_id_pay_run")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction_entry")),
        sa.UniqueConstraint("assessment_id", name=op.f("uq_correction_entry_assessment_id")),
        sa.UniqueConstraint("line_id", name=op.f("uq_correction_entry_line_id")),
    )
    with op.batch_alter_table("correction_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_correction_entry_run_id"), ["run_id"], unique=False)

    with op.batch_alter_table("assessment_record", schema=None) as batch_op:
        batch_op.add_column(sa.Column("revision", sa.Integer(), nullable=False, server_default=sa.text("1")))
        batch_op.add_column(
            sa.Column("for_correction", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.drop_constraint(batch_op.f("uq_assessment_record_attendance_id"), type_="unique")
        batch_op.create_unique_constraint(
            batch_op.f("uq_assessment_record_attendance_id_revision"), ["attendance_id", "revision"]
        )

    with op.batch_alter_table("assessment_record", schema=None) as batch_op:
        batch_op.alter_column("revision", server_default=None)
        batch_op.alter_column("for_correction", server_default=None)

    _move_confirmations()
    _freeze()


def _freeze() -> None:
    connection = op.get_bind()
    for table in APPEND_ONLY:
        append_only(connection, table)
    for table, event, condition, name in REFUSED:
        refuse_change(connection, table, event, condition, name)


def _move_confirmations() -> None:
    """Carry over a confirmation given as two settings, which had no text attached."""
    connection = op.get_bind()
    keys = ("honoraria.version_confirmed_by", "honoraria.version_confirmed_on")
    query = sa.text("SELECT key, value, set_at FROM office_setting WHERE key IN (:by, :day)")
    rows = connection.execute(query, {"by": keys[0], "day": keys[1]}).all()
    known = {row.key: json.loads(row.value) for row in rows}
    if known.get(keys[0]) and known.get(keys[1]):
        for regulation in ("支援調整会議", "圏域会議"):
            connection.execute(
                sa.text(
                    "INSERT INTO version_confirmation "
                    "(id, regulation, as_of, confirmed_by, confirmed_at, file_name, content, sha256) "
                    "VALUES (:id, :regulation, :as_of, :by, :at, :file, :content, :sha256)"
                ).bindparams(sa.bindparam("as_of", type_=sa.Date())),
                {
                    "id": uuid.uuid4().hex,
                    "regulation": regulation,
                    "as_of": date.fromisoformat(known[keys[1]]),
                    "by": known[keys[0]],
                    "at": rows[0].set_at,
                    "file": "",
                    "content": b"",
                    "sha256": hashlib.sha256(b"").hexdigest(),
                },
            )
    connection.execute(
        sa.text("DELETE FROM office_setting WHERE key IN (:by, :day)"), {"by": keys[0], "day": keys[1]}
    )


def downgrade() -> None:
    """Take the schema down; a confirmation moved out of the settings does not go back."""
    connection = op.get_bind()
    for table in APPEND_ONLY:
        for event in ("UPDATE", "DELETE"):
            forget_refusals(connection, table, event, "append_only")
    for table, event, _condition, name in REFUSED:
        forget_refusals(connection, table, event, name)
    with op.batch_alter_table("assessment_record", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_assessment_record_attendance_id_revision"), type_="unique")
        batch_op.create_unique_constraint(batch_op.f("uq_assessment_record_attendance_id"), ["attendance_id"])
        batch_op.drop_column("for_correction")
        batch_op.drop_column("revision")

    with op.batch_alter_table("correction_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_correction_entry_run_id"))

    op.drop_table("correction_entry")
    with op.batch_alter_table("payment", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_payment_live",
            sqlite_where=sa.text("status IN ('振込依頼', '支払済み', '辞退', '支払中止')"),
            postgresql_where=sa.text("status IN ('振込依頼', '支払済み', '辞退', '支払中止')"),
        )
        batch_op.drop_index(batch_op.f("ix_payment_person_id"))

    op.drop_table("payment")
    with op.batch_alter_table("pay_line", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_pay_line_first",
            sqlite_where=sa.text("corrects_id IS NULL"),
            postgresql_where=sa.text("corrects_id IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_pay_line_run_id"))
        batch_op.drop_index(batch_op.f("ix_pay_line_person_id"))
        batch_op.drop_index(batch_op.f("ix_pay_line_attendance_id"))

    op.drop_table("pay_line")
    op.drop_table("individual_decision")
    op.drop_table("transfer_file")
    op.drop_table("declination")
    op.drop_table("correction_dismissal")
    with op.batch_alter_table("attendance_correction", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_attendance_correction_attendance_id"))

    op.drop_table("attendance_correction")
    with op.batch_alter_table("pay_run", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pay_run_committee_id"))

    op.drop_table("pay_run")
    with op.batch_alter_table("declaration_return", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_declaration_return_person_id"))

    op.drop_table("declaration_return")
    with op.batch_alter_table("bank_account", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_bank_account_in_use",
            sqlite_where=sa.text("retired_at IS NULL"),
            postgresql_where=sa.text("retired_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_bank_account_person_id"))

    op.drop_table("bank_account")
    op.drop_table("version_confirmation")
    op.drop_table("daily_tax")
