"""First schema."""

import sqlalchemy as sa
from alembic import op

from meetings_app.db.constraints import forbid_overlaps

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

NO_OVERLAP: dict[str, tuple[str, ...]] = {
    "residence": ("person_id",),
    "appointment": ("committee_id", "person_id", "capacity"),
    "office_holding": ("committee_id", "office", "seat"),
    "consent": ("client_id",),
    "kinship_declaration": ("person_id", "client_id"),
}


def upgrade() -> None:
    """Bring the schema up."""
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=100), nullable=False),
        sa.Column("action", sa.String(length=100), nullable=False),
        sa.Column("subject", sa.String(length=50), nullable=False),
        sa.Column("subject_id", sa.String(length=64), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_entry_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_entry_subject_id"), ["subject_id"], unique=False)

    op.create_table(
        "committee",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column(
            "kind",
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
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("municipality", sa.String(length=50), nullable=False),
        sa.Column("region", sa.String(length=100), nullable=False),
        sa.Column("organizer_name", sa.String(length=200), nullable=False),
        sa.Column("organizer_mailbox", sa.String(length=254), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_committee")),
        sa.UniqueConstraint("kind", "name", name=op.f("uq_committee_kind_name")),
    )
    op.create_table(
        "login_attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_attempt")),
    )
    with op.batch_alter_table("login_attempt", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_login_attempt_key"), ["key"], unique=False)

    op.create_table(
        "office_setting",
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("value", sa.String(length=2000), nullable=False),
        sa.Column("set_by", sa.String(length=100), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_office_setting")),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("kana", sa.String(length=100), nullable=False),
        sa.Column("organisation", sa.String(length=200), nullable=False),
        sa.Column("mailbox", sa.String(length=254), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
    )
    op.create_table(
        "venue",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column(
            "district",
            sa.Enum(
                "釧路",
                "阿寒",
                "阿寒湖畔",
                "音別",
                "地区外",
                name="district",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_venue")),
        sa.UniqueConstraint("name", name=op.f("uq_venue_name")),
    )
    op.create_table(
        "appointment",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("committee_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column(
            "capacity",
            sa.Enum(
                "委員",
                "アドバイザー委員",
                "第5条第4項",
                "事務局員",
                "本人",
                "家族",
                "構成員",
                name="capacity",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("predecessor_id", sa.String(length=32), nullable=True),
        sa.CheckConstraint(
            "capacity IN ('委員', 'アドバイザー委員', '事務局員', '構成員')",
            name=op.f("ck_appointment_belongs"),
        ),
        sa.CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name=op.f("ck_appointment_period")),
        sa.ForeignKeyConstraint(
            ["committee_id"], ["committee.id"], name=op.f("fk_appointment_committee_id_committee")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_appointment_person_id_person")),
        sa.ForeignKeyConstraint(
            ["predecessor_id"], ["appointment.id"], name=op.f("fk_appointment_predecessor_id_appointment")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment")),
    )
    with op.batch_alter_table("appointment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_appointment_committee_id"), ["committee_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_appointment_person_id"), ["person_id"], unique=False)

    op.create_table(
        "client",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("committee_id", sa.String(length=32), nullable=False),
        sa.Column("case_number", sa.Integer(), nullable=False),
        sa.Column("initials", sa.String(length=20), nullable=False),
        sa.Column("first_contact_on", sa.Date(), nullable=True),
        sa.CheckConstraint("case_number > 0", name=op.f("ck_client_case_number")),
        sa.ForeignKeyConstraint(
            ["committee_id"], ["committee.id"], name=op.f("fk_client_committee_id_committee")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_client")),
        sa.UniqueConstraint("committee_id", "case_number", name=op.f("uq_client_committee_id_case_number")),
    )
    op.create_table(
        "meeting",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("committee_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("venue_id", sa.String(length=32), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "準備",
                "招集",
                "開会",
                "閉会",
                "中止",
                name="meetingstatus",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("convened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attendance_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attendance_confirmed_by", sa.String(length=100), nullable=True),
        sa.Column("presider_id", sa.String(length=32), nullable=True),
        sa.Column("presider_reason", sa.String(length=500), nullable=False),
        sa.Column("ics_uid", sa.String(length=64), nullable=False),
        sa.Column("ics_sequence", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("status <> '閉会' OR closed_at IS NOT NULL", name=op.f("ck_meeting_closed")),
        sa.CheckConstraint(
            "(closed_at IS NULL) OR (opened_at IS NOT NULL AND closed_at >= opened_at)",
            name=op.f("ck_meeting_closing"),
        ),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_meeting_times")),
        sa.CheckConstraint("number > 0", name=op.f("ck_meeting_number")),
        sa.ForeignKeyConstraint(
            ["committee_id"], ["committee.id"], name=op.f("fk_meeting_committee_id_committee")
        ),
        sa.ForeignKeyConstraint(["presider_id"], ["person.id"], name=op.f("fk_meeting_presider_id_person")),
        sa.ForeignKeyConstraint(["venue_id"], ["venue.id"], name=op.f("fk_meeting_venue_id_venue")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting")),
        sa.UniqueConstraint("committee_id", "number", name=op.f("uq_meeting_committee_id_number")),
        sa.UniqueConstraint("ics_uid", name=op.f("uq_meeting_ics_uid")),
    )
    with op.batch_alter_table("meeting", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_meeting_committee_id"), ["committee_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_meeting_starts_at"), ["starts_at"], unique=False)

    op.create_table(
        "office_holding",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("committee_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column(
            "office",
            sa.Enum(
                "委員長",
                "副委員長",
                "会長",
                "副会長",
                "事務局長",
                name="office",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("seat", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "seat = 1 OR (seat = 2 AND office = '副委員長')", name=op.f("ck_office_holding_seats")
        ),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to > valid_from", name=op.f("ck_office_holding_period")
        ),
        sa.ForeignKeyConstraint(
            ["committee_id"], ["committee.id"], name=op.f("fk_office_holding_committee_id_committee")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_office_holding_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_office_holding")),
    )
    with op.batch_alter_table("office_holding", schema=None) as batch_op:
        batch_op.create_index(
            "ix_office_holding_lookup", ["committee_id", "office", "valid_from"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_office_holding_person_id"), ["person_id"], unique=False)

    op.create_table(
        "register_import",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("committee_id", sa.String(length=32), nullable=False),
        sa.Column("filename", sa.String(length=300), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("imported_by", sa.String(length=100), nullable=False),
        sa.Column("findings", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["committee_id"], ["committee.id"], name=op.f("fk_register_import_committee_id_committee")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_import")),
    )
    op.create_table(
        "residence",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column(
            "district",
            sa.Enum(
                "釧路",
                "阿寒",
                "阿寒湖畔",
                "音別",
                "地区外",
                name="district",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name=op.f("ck_residence_period")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_residence_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_residence")),
    )
    with op.batch_alter_table("residence", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_residence_person_id"), ["person_id"], unique=False)

    op.create_table(
        "service_status",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("is_public_employee", sa.Boolean(), nullable=False),
        sa.Column(
            "service_class",
            sa.Enum(
                "一般職", "特別職", name="serviceclass", native_enum=False, create_constraint=True, length=20
            ),
            nullable=True,
        ),
        sa.Column(
            "working_time",
            sa.Enum(
                "常勤", "非常勤", name="workingtime", native_enum=False, create_constraint=True, length=20
            ),
            nullable=True,
        ),
        sa.Column("occupation", sa.String(length=200), nullable=False),
        sa.Column("legal_basis", sa.String(length=200), nullable=False),
        sa.Column("needs_review", sa.Boolean(), nullable=False),
        sa.Column("declared_on", sa.Date(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "is_public_employee OR (service_class IS NULL AND NOT needs_review)",
            name=op.f("ck_service_status_class_only_for_employees"),
        ),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to > valid_from", name=op.f("ck_service_status_period")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_service_status_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_status")),
    )
    with op.batch_alter_table("service_status", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_service_status_person_id"), ["person_id"], unique=False)

    op.create_table(
        "user_account",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("login", sa.String(length=100), nullable=False),
        sa.Column("display_name", sa.String(length=100), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "事務局",
                "委員長",
                "会計",
                "委員",
                "福祉事務所",
                "圏域会議",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("committee_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("locale", sa.String(length=5), nullable=False),
        sa.ForeignKeyConstraint(
            ["committee_id"], ["committee.id"], name=op.f("fk_user_account_committee_id_committee")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_user_account_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_account")),
        sa.UniqueConstraint("login", name=op.f("uq_user_account_login")),
    )
    op.create_table(
        "attendance",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("meeting_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column(
            "capacity",
            sa.Enum(
                "委員",
                "アドバイザー委員",
                "第5条第4項",
                "事務局員",
                "本人",
                "家族",
                "構成員",
                name="capacity",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("basis", sa.String(length=100), nullable=False),
        sa.Column(
            "mode",
            sa.Enum(
                "対面",
                "オンライン",
                "欠席",
                name="attendancemode",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=True,
        ),
        sa.Column("absence_reason", sa.String(length=500), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_attendance_meeting_id_meeting")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_attendance_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance")),
        sa.UniqueConstraint("meeting_id", "person_id", name=op.f("uq_attendance_meeting_id_person_id")),
    )
    with op.batch_alter_table("attendance", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attendance_meeting_id"), ["meeting_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_attendance_person_id"), ["person_id"], unique=False)

    op.create_table(
        "candidate_slot",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("meeting_id", sa.String(length=32), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_candidate_slot_times")),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_candidate_slot_meeting_id_meeting")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_candidate_slot")),
        sa.UniqueConstraint("meeting_id", "starts_at", name=op.f("uq_candidate_slot_meeting_id_starts_at")),
    )
    with op.batch_alter_table("candidate_slot", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_candidate_slot_meeting_id"), ["meeting_id"], unique=False)

    op.create_table(
        "consent",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("client_id", sa.String(length=32), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name=op.f("ck_consent_period")),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_consent_client_id_client")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    with op.batch_alter_table("consent", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_consent_client_id"), ["client_id"], unique=False)

    op.create_table(
        "kinship_declaration",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("client_id", sa.String(length=32), nullable=True),
        sa.Column("path", sa.String(length=200), nullable=False),
        sa.Column("relation", sa.String(length=100), nullable=False),
        sa.Column("declared_on", sa.Date(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "client_id IS NOT NULL OR path = 'なし'", name=op.f("ck_kinship_declaration_general")
        ),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to > valid_from", name=op.f("ck_kinship_declaration_period")
        ),
        sa.ForeignKeyConstraint(
            ["client_id"], ["client.id"], name=op.f("fk_kinship_declaration_client_id_client")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_kinship_declaration_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kinship_declaration")),
    )
    with op.batch_alter_table("kinship_declaration", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_kinship_declaration_client_id"), ["client_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_kinship_declaration_person_id"), ["person_id"], unique=False)

    op.create_table(
        "minutes",
        sa.Column("meeting_id", sa.String(length=32), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "案",
                "承認待ち",
                "承認済み",
                name="minutesstatus",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("document_number", sa.String(length=100), nullable=False),
        sa.Column("document_date", sa.Date(), nullable=True),
        sa.Column("content", sa.String(), nullable=True),
        sa.Column("document", sa.LargeBinary(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("approved_by", sa.String(length=100), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_meeting", sa.String(length=300), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "status <> '承認済み' OR (approved_by IS NOT NULL AND approved_at IS NOT NULL AND content IS NOT NULL)",
            name=op.f("ck_minutes_approval"),
        ),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_minutes_meeting_id_meeting")),
        sa.PrimaryKeyConstraint("meeting_id", name=op.f("pk_minutes")),
    )
    op.create_table(
        "plan",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("client_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("goal", sa.String(length=2000), nullable=False),
        sa.Column("drafted_on", sa.Date(), nullable=True),
        sa.Column("met_on", sa.Date(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("period_end", sa.Date(), nullable=True),
        sa.Column(
            "period_end_precision",
            sa.Enum(
                "日",
                "上旬",
                "中旬",
                "下旬",
                "末日",
                "月",
                name="period_end_precision",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=True,
        ),
        sa.Column("monitoring_month_end", sa.Date(), nullable=True),
        sa.Column(
            "monitoring_precision",
            sa.Enum(
                "日",
                "上旬",
                "中旬",
                "下旬",
                "末日",
                "月",
                name="monitoring_precision",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=True,
        ),
        sa.Column("monitored_on", sa.Date(), nullable=True),
        sa.Column("ending_asked_on", sa.Date(), nullable=True),
        sa.Column("urgent_raised_on", sa.Date(), nullable=True),
        sa.Column("evaluated_on", sa.Date(), nullable=True),
        sa.Column(
            "evaluation_outcome",
            sa.Enum(
                "終結",
                "再プラン",
                "中断",
                name="evaluationoutcome",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=True,
        ),
        sa.Column("evaluation_decided_on", sa.Date(), nullable=True),
        sa.Column("confirmed_meeting_id", sa.String(length=32), nullable=True),
        sa.Column("evaluated_meeting_id", sa.String(length=32), nullable=True),
        sa.Column("import_id", sa.String(length=32), nullable=True),
        sa.Column("register_row", sa.Integer(), nullable=True),
        sa.Column("raw", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "evaluation_outcome IS NULL OR evaluated_on IS NOT NULL", name=op.f("ck_plan_evaluation")
        ),
        sa.CheckConstraint("number > 0", name=op.f("ck_plan_number")),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_plan_client_id_client")),
        sa.ForeignKeyConstraint(
            ["confirmed_meeting_id"], ["meeting.id"], name=op.f("fk_plan_confirmed_meeting_id_meeting")
        ),
        sa.ForeignKeyConstraint(
            ["evaluated_meeting_id"], ["meeting.id"], name=op.f("fk_plan_evaluated_meeting_id_meeting")
        ),
        sa.ForeignKeyConstraint(
            ["import_id"], ["register_import.id"], name=op.f("fk_plan_import_id_register_import")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan")),
        sa.UniqueConstraint("client_id", "number", name=op.f("uq_plan_client_id_number")),
    )
    with op.batch_alter_table("plan", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_plan_client_id"), ["client_id"], unique=False)

    op.create_table(
        "user_session",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_user_session_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_user_session")),
    )
    with op.batch_alter_table("user_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_user_session_expires_at"), ["expires_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_user_session_user_id"), ["user_id"], unique=False)

    op.create_table(
        "agenda_item",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("meeting_id", sa.String(length=32), nullable=False),
        sa.Column("plan_id", sa.String(length=32), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column(
            "purpose",
            sa.Enum(
                "支援の調整",
                "支援の評価",
                "ネットワークの構築",
                "地域の課題",
                name="purpose",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column(
            "reason",
            sa.Enum(
                "新規",
                "評価",
                "再プラン",
                "終結",
                "モニタリング",
                "臨時",
                "継続協議",
                name="duereason",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=True,
        ),
        sa.Column("deadline", sa.Date(), nullable=True),
        sa.Column("planned_minutes", sa.Integer(), nullable=False),
        sa.Column("continued_on", sa.Date(), nullable=True),
        sa.Column("carried_from_id", sa.String(length=32), nullable=True),
        sa.CheckConstraint("plan_id IS NOT NULL OR title <> ''", name=op.f("ck_agenda_item_subject")),
        sa.CheckConstraint("planned_minutes > 0", name=op.f("ck_agenda_item_minutes")),
        sa.CheckConstraint("position > 0", name=op.f("ck_agenda_item_position")),
        sa.ForeignKeyConstraint(
            ["carried_from_id"], ["agenda_item.id"], name=op.f("fk_agenda_item_carried_from_id_agenda_item")
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_agenda_item_meeting_id_meeting")
        ),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_agenda_item_plan_id_plan")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agenda_item")),
        sa.UniqueConstraint("carried_from_id", name=op.f("uq_agenda_item_carried_from_id")),
        sa.UniqueConstraint("meeting_id", "plan_id", name=op.f("uq_agenda_item_meeting_id_plan_id")),
        sa.UniqueConstraint("meeting_id", "position", name=op.f("uq_agenda_item_meeting_id_position")),
    )
    with op.batch_alter_table("agenda_item", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_agenda_item_meeting_id"), ["meeting_id"], unique=False)

    op.create_table(
        "assessment_record",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("meeting_id", sa.String(length=32), nullable=False),
        sa.Column("attendance_id", sa.String(length=32), nullable=False),
        sa.Column(
            "decision",
            sa.Enum(
                "支給",
                "不支給",
                "要判断",
                "対象なし",
                name="decision",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("honorarium", sa.Integer(), nullable=True),
        sa.Column("travel", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("citations", sa.String(), nullable=False),
        sa.Column("steps", sa.String(), nullable=False),
        sa.Column("findings", sa.String(), nullable=False),
        sa.Column("questions", sa.String(), nullable=False),
        sa.Column("inputs", sa.String(), nullable=False),
        sa.Column("rulebook_sha256", sa.String(length=64), nullable=False),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "decision <> '不支給' OR (honorarium IS NOT NULL AND honorarium = 0 AND travel IS NOT NULL AND travel = 0)",
            name=op.f("ck_assessment_record_unpaid_is_zero"),
        ),
        sa.CheckConstraint(
            "decision <> '支給' OR (honorarium IS NOT NULL AND travel IS NOT NULL)",
            name=op.f("ck_assessment_record_paid_is_known"),
        ),
        sa.CheckConstraint(
            "honorarium IS NULL OR honorarium >= 0", name=op.f("ck_assessment_record_honorarium")
        ),
        sa.CheckConstraint("travel IS NULL OR travel >= 0", name=op.f("ck_assessment_record_travel")),
        sa.ForeignKeyConstraint(
            ["attendance_id"], ["attendance.id"], name=op.f("fk_assessment_record_attendance_id_attendance")
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_assessment_record_meeting_id_meeting")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment_record")),
        sa.UniqueConstraint("attendance_id", name=op.f("uq_assessment_record_attendance_id")),
    )
    with op.batch_alter_table("assessment_record", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_assessment_record_meeting_id"), ["meeting_id"], unique=False)

    op.create_table(
        "deferral",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("meeting_id", sa.String(length=32), nullable=False),
        sa.Column("plan_id", sa.String(length=32), nullable=False),
        sa.Column(
            "reason",
            sa.Enum(
                "新規",
                "評価",
                "再プラン",
                "終結",
                "モニタリング",
                "臨時",
                "継続協議",
                name="duereason",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("deadline", sa.Date(), nullable=True),
        sa.Column("why", sa.String(length=500), nullable=False),
        sa.Column("decided_by", sa.String(length=100), nullable=False),
        sa.CheckConstraint("why <> ''", name=op.f("ck_deferral_why")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_deferral_meeting_id_meeting")),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_deferral_plan_id_plan")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deferral")),
        sa.UniqueConstraint("meeting_id", "plan_id", name=op.f("uq_deferral_meeting_id_plan_id")),
    )
    with op.batch_alter_table("deferral", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_deferral_meeting_id"), ["meeting_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_deferral_plan_id"), ["plan_id"], unique=False)

    op.create_table(
        "slot_answer",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("slot_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column(
            "answer",
            sa.Enum("○", "△", "×", name="answer", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_slot_answer_person_id_person")),
        sa.ForeignKeyConstraint(
            ["slot_id"], ["candidate_slot.id"], name=op.f("fk_slot_answer_slot_id_candidate_slot")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slot_answer")),
        sa.UniqueConstraint("slot_id", "person_id", name=op.f("uq_slot_answer_slot_id_person_id")),
    )
    with op.batch_alter_table("slot_answer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_slot_answer_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_slot_answer_slot_id"), ["slot_id"], unique=False)

    op.create_table(
        "stay",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("attendance_id", sa.String(length=32), nullable=False),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("left_at IS NULL OR left_at > arrived_at", name=op.f("ck_stay_times")),
        sa.ForeignKeyConstraint(
            ["attendance_id"], ["attendance.id"], name=op.f("fk_stay_attendance_id_attendance")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stay")),
        sa.UniqueConstraint("attendance_id", "arrived_at", name=op.f("uq_stay_attendance_id_arrived_at")),
    )
    with op.batch_alter_table("stay", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_stay_attendance_id"), ["attendance_id"], unique=False)

    op.create_table(
        "action_item",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("item_id", sa.String(length=32), nullable=False),
        sa.Column("what", sa.String(length=500), nullable=False),
        sa.Column("who", sa.String(length=100), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.CheckConstraint("what <> ''", name=op.f("ck_action_item_what")),
        sa.ForeignKeyConstraint(
            ["item_id"], ["agenda_item.id"], name=op.f("fk_action_item_item_id_agenda_item")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_action_item")),
    )
    with op.batch_alter_table("action_item", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_action_item_item_id"), ["item_id"], unique=False)

    op.create_table(
        "item_record",
        sa.Column("item_id", sa.String(length=32), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fits_situation", sa.Boolean(), nullable=True),
        sa.Column("leads_to_solution", sa.Boolean(), nullable=True),
        sa.Column("keeps_motivation", sa.Boolean(), nullable=True),
        sa.Column("resources_missing", sa.Boolean(), nullable=True),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.Column("follow_up", sa.Boolean(), nullable=True),
        sa.Column("explanation", sa.String(), nullable=False),
        sa.Column("discussion", sa.String(), nullable=False),
        sa.Column("confirmed", sa.String(), nullable=False),
        sa.Column("recorded_by", sa.String(length=100), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "outcome IS NULL OR outcome IN ('了承', '修正のうえ了承', '継続協議', '差戻し', '終結', '再プラン', '中断')",
            name=op.f("ck_item_record_outcome"),
        ),
        sa.CheckConstraint(
            "ended_at IS NULL OR (started_at IS NOT NULL AND ended_at >= started_at)",
            name=op.f("ck_item_record_times"),
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["agenda_item.id"], name=op.f("fk_item_record_item_id_agenda_item")
        ),
        sa.PrimaryKeyConstraint("item_id", name=op.f("pk_item_record")),
    )
    op.create_table(
        "participation_decision",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("item_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column(
            "capacity",
            sa.Enum(
                "委員",
                "アドバイザー委員",
                "第5条第4項",
                "事務局員",
                "本人",
                "家族",
                "構成員",
                name="capacity",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("takes_part", sa.Boolean(), nullable=False),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("decided_by_id", sa.String(length=32), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("sequence > 0", name=op.f("ck_participation_decision_sequence")),
        sa.CheckConstraint("takes_part OR NOT required", name=op.f("ck_participation_decision_required")),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["person.id"], name=op.f("fk_participation_decision_decided_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["agenda_item.id"], name=op.f("fk_participation_decision_item_id_agenda_item")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_participation_decision_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participation_decision")),
        sa.UniqueConstraint(
            "item_id",
            "person_id",
            "sequence",
            name=op.f("uq_participation_decision_item_id_person_id_sequence"),
        ),
    )
    with op.batch_alter_table("participation_decision", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_participation_decision_item_id"), ["item_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_participation_decision_person_id"), ["person_id"], unique=False)

    op.create_table(
        "recusal",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("item_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["agenda_item.id"], name=op.f("fk_recusal_item_id_agenda_item")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_recusal_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recusal")),
        sa.UniqueConstraint("item_id", "person_id", name=op.f("uq_recusal_item_id_person_id")),
    )
    with op.batch_alter_table("recusal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recusal_item_id"), ["item_id"], unique=False)

    op.create_table(
        "regional_issue",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("committee_id", sa.String(length=32), nullable=False),
        sa.Column("item_id", sa.String(length=32), nullable=True),
        sa.Column("raised_on", sa.Date(), nullable=False),
        sa.Column(
            "category",
            sa.Enum(
                "住まい・保証人",
                "就労・中間的就労",
                "移動",
                "医療・障害",
                "家計・債務",
                "食料・緊急",
                "孤立・居場所",
                "子ども・教育",
                "家族・世帯",
                "DV・虐待",
                "制度間連携",
                "手続・情報",
                "冬期(燃料・除雪)",
                "その他",
                name="issuecategory",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column(
            "shortage",
            sa.Enum(
                "無い",
                "足りない",
                "遠い",
                "要件が合わない",
                "つながらない",
                name="shortage",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("municipality", sa.String(length=50), nullable=False),
        sa.Column("internal_text", sa.String(length=2000), nullable=False),
        sa.Column("public_text", sa.String(length=2000), nullable=False),
        sa.Column("public_reviewed_by", sa.String(length=100), nullable=True),
        sa.Column("public_reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "把握",
                "検討",
                "対応策",
                "実行",
                "解消",
                name="issuestatus",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.CheckConstraint(
            "public_reviewed_by IS NULL OR public_text <> ''", name=op.f("ck_regional_issue_reviewed_text")
        ),
        sa.CheckConstraint(
            "(public_reviewed_by IS NULL) = (public_reviewed_at IS NULL)",
            name=op.f("ck_regional_issue_review"),
        ),
        sa.ForeignKeyConstraint(
            ["committee_id"], ["committee.id"], name=op.f("fk_regional_issue_committee_id_committee")
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["agenda_item.id"], name=op.f("fk_regional_issue_item_id_agenda_item")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_regional_issue")),
    )
    with op.batch_alter_table("regional_issue", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_regional_issue_committee_id"), ["committee_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_regional_issue_item_id"), ["item_id"], unique=False)

    for table, keys in NO_OVERLAP.items():
        forbid_overlaps(op.get_bind(), table, keys)


def downgrade() -> None:
    """Take the schema down."""
    with op.batch_alter_table("regional_issue", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_regional_issue_item_id"))
        batch_op.drop_index(batch_op.f("ix_regional_issue_committee_id"))

    op.drop_table("regional_issue")
    with op.batch_alter_table("recusal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_recusal_item_id"))

    op.drop_table("recusal")
    with op.batch_alter_table("participation_decision", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_participation_decision_person_id"))
        batch_op.drop_index(batch_op.f("ix_participation_decision_item_id"))

    op.drop_table("participation_decision")
    op.drop_table("item_record")
    with op.batch_alter_table("action_item", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_action_item_item_id"))

    op.drop_table("action_item")
    with op.batch_alter_table("stay", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_stay_attendance_id"))

    op.drop_table("stay")
    with op.batch_alter_table("slot_answer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_slot_answer_slot_id"))
        batch_op.drop_index(batch_op.f("ix_slot_answer_person_id"))

    op.drop_table("slot_answer")
    with op.batch_alter_table("deferral", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_deferral_plan_id"))
        batch_op.drop_index(batch_op.f("ix_deferral_meeting_id"))

    op.drop_table("deferral")
    with op.batch_alter_table("assessment_record", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_assessment_record_meeting_id"))

    op.drop_table("assessment_record")
    with op.batch_alter_table("agenda_item", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_agenda_item_meeting_id"))

    op.drop_table("agenda_item")
    with op.batch_alter_table("user_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_user_session_user_id"))
        batch_op.drop_index(batch_op.f("ix_user_session_expires_at"))

    op.drop_table("user_session")
    with op.batch_alter_table("plan", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_plan_client_id"))

    op.drop_table("plan")
    op.drop_table("minutes")
    with op.batch_alter_table("kinship_declaration", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_kinship_declaration_person_id"))
        batch_op.drop_index(batch_op.f("ix_kinship_declaration_client_id"))

    op.drop_table("kinship_declaration")
    with op.batch_alter_table("consent", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_consent_client_id"))

    op.drop_table("consent")
    with op.batch_alter_table("candidate_slot", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_candidate_slot_meeting_id"))

    op.drop_table("candidate_slot")
    with op.batch_alter_table("attendance", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_attendance_person_id"))
        batch_op.drop_index(batch_op.f("ix_attendance_meeting_id"))

    op.drop_table("attendance")
    op.drop_table("user_account")
    with op.batch_alter_table("service_status", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_service_status_person_id"))

    op.drop_table("service_status")
    with op.batch_alter_table("residence", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_residence_person_id"))

    op.drop_table("residence")
    op.drop_table("register_import")
    with op.batch_alter_table("office_holding", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_office_holding_person_id"))
        batch_op.drop_index("ix_office_holding_lookup")

    op.drop_table("office_holding")
    with op.batch_alter_table("meeting", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_meeting_starts_at"))
        batch_op.drop_index(batch_op.f("ix_meeting_committee_id"))

    op.drop_table("meeting")
    op.drop_table("client")
    with op.batch_alter_table("appointment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_appointment_person_id"))
        batch_op.drop_index(batch_op.f("ix_appointment_committee_id"))

    op.drop_table("appointment")
    op.drop_table("venue")
    op.drop_table("person")
    op.drop_table("office_setting")
    with op.batch_alter_table("login_attempt", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_login_attempt_key"))

    op.drop_table("login_attempt")
    op.drop_table("committee")
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_entry_subject_id"))
        batch_op.drop_index(batch_op.f("ix_audit_entry_at"))

    op.drop_table("audit_entry")
