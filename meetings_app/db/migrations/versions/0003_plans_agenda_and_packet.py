"""Providers, services, assessments, levels, targets, conflicts, handouts, templates and packets.

Plans and cases get what their pages ask for; a meeting's list of what it put off may name a matter without a plan.
"""

import sqlalchemy as sa
from alembic import op

from meetings_app.db.constraints import append_only, forbid_overlaps, forget_refusals

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

DATED = (("affiliation", ("person_id", "provider_id")), ("service_code", ("committee_id", "code")))
"""Tables of periods that may not overlap for one owner."""

APPEND_ONLY = ("case_assessment", "agenda_confirmation", "document_template")
"""Tables whose rows are added and never changed."""

NEW_TABLES = (
    "document_template",
    "provider",
    "service_code",
    "yearly_target",
    "affiliation",
    "agenda_confirmation",
    "case_assessment",
    "case_level",
    "packet",
    "packet_copy",
    "plan_service",
    "plan_event",
    "conflict_decision",
    "handout",
)


def upgrade() -> None:
    """Bring the schema up."""
    op.create_table(
        "document_template",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("committee_id", sa.String(length=32), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "招集通知",
                "次第",
                "出席者名簿",
                "座席表",
                "案件一覧",
                "個別資料",
                "相談者一覧",
                "回収確認表",
                "本人への説明",
                name="paperkind",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("filename", sa.String(length=200), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("added_by", sa.String(length=100), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("version > 0", name=op.f("ck_document_template_version")),
        sa.ForeignKeyConstraint(
            ["committee_id"], ["committee.id"], name=op.f("fk_document_template_committee_id_committee")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_template")),
        sa.UniqueConstraint(
            "committee_id", "kind", "version", name=op.f("uq_document_template_committee_id_kind_version")
        ),
    )
    op.create_table(
        "provider",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("committee_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kana", sa.String(length=200), nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck_provider_name")),
        sa.ForeignKeyConstraint(
            ["committee_id"], ["committee.id"], name=op.f("fk_provider_committee_id_committee")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider")),
        sa.UniqueConstraint("committee_id", "name", name=op.f("uq_provider_committee_id_name")),
    )
    op.create_table(
        "service_code",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("committee_id", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "A",
                "B",
                "C",
                "D",
                "E",
                name="servicekind",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("basis", sa.String(length=200), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.CheckConstraint("name <> '' AND code <> ''", name=op.f("ck_service_code_name")),
        sa.CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name=op.f("ck_service_code_period")),
        sa.ForeignKeyConstraint(
            ["committee_id"], ["committee.id"], name=op.f("fk_service_code_committee_id_committee")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_code")),
    )
    op.create_table(
        "yearly_target",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("committee_id", sa.String(length=32), nullable=False),
        sa.Column("fiscal_year", sa.Integer(), nullable=False),
        sa.Column("new_cases", sa.Integer(), nullable=True),
        sa.Column("plans", sa.Integer(), nullable=True),
        sa.Column("set_by", sa.String(length=100), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("new_cases IS NULL OR new_cases >= 0", name=op.f("ck_yearly_target_new_cases")),
        sa.CheckConstraint("plans IS NULL OR plans >= 0", name=op.f("ck_yearly_target_plans")),
        sa.ForeignKeyConstraint(
            ["committee_id"], ["committee.id"], name=op.f("fk_yearly_target_committee_id_committee")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_yearly_target")),
        sa.UniqueConstraint(
            "committee_id", "fiscal_year", name=op.f("uq_yearly_target_committee_id_fiscal_year")
        ),
    )
    op.create_table(
        "affiliation",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("provider_id", sa.String(length=32), nullable=False),
        sa.Column("post", sa.String(length=100), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name=op.f("ck_affiliation_period")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_affiliation_person_id_person")),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["provider.id"], name=op.f("fk_affiliation_provider_id_provider")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_affiliation")),
    )
    with op.batch_alter_table("affiliation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_affiliation_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_affiliation_provider_id"), ["provider_id"], unique=False)

    op.create_table(
        "agenda_confirmation",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("meeting_id", sa.String(length=32), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("content", sa.String(), nullable=False),
        sa.Column("confirmed_by_id", sa.String(length=32), nullable=False),
        sa.Column("confirmed_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["confirmed_by_id"], ["person.id"], name=op.f("fk_agenda_confirmation_confirmed_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_agenda_confirmation_meeting_id_meeting")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agenda_confirmation")),
        sa.UniqueConstraint(
            "meeting_id", "sequence", name=op.f("uq_agenda_confirmation_meeting_id_sequence")
        ),
    )
    with op.batch_alter_table("agenda_confirmation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_agenda_confirmation_meeting_id"), ["meeting_id"], unique=False)

    op.create_table(
        "case_assessment",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("client_id", sa.String(length=32), nullable=False),
        sa.Column("assessed_on", sa.Date(), nullable=False),
        sa.Column("summary", sa.String(length=4000), nullable=False),
        sa.Column("recorded_by", sa.String(length=100), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("summary <> ''", name=op.f("ck_case_assessment_summary")),
        sa.ForeignKeyConstraint(
            ["client_id"], ["client.id"], name=op.f("fk_case_assessment_client_id_client")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_assessment")),
    )
    with op.batch_alter_table("case_assessment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_assessment_client_id"), ["client_id"], unique=False)

    op.create_table(
        "case_level",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("client_id", sa.String(length=32), nullable=False),
        sa.Column("assessed_on", sa.Date(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("recorded_by", sa.String(length=100), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("level BETWEEN 0 AND 5", name=op.f("ck_case_level_level")),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_case_level_client_id_client")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_level")),
        sa.UniqueConstraint("client_id", "assessed_on", name=op.f("uq_case_level_client_id_assessed_on")),
    )
    with op.batch_alter_table("case_level", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_level_client_id"), ["client_id"], unique=False)

    op.create_table(
        "packet",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("meeting_id", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("with_pdf", sa.Boolean(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_by", sa.String(length=100), nullable=False),
        sa.Column("beat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("failure", sa.String(length=500), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.CheckConstraint("done >= 0 AND total >= 0 AND done <= total", name=op.f("ck_packet_progress")),
        sa.CheckConstraint("version > 0", name=op.f("ck_packet_version")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_packet_meeting_id_meeting")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_packet")),
        sa.UniqueConstraint("meeting_id", "version", name=op.f("uq_packet_meeting_id_version")),
    )
    with op.batch_alter_table("packet", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_packet_meeting_id"), ["meeting_id"], unique=False)

    op.create_table(
        "packet_copy",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("packet_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("papers", sa.String(), nullable=False),
        sa.Column("collected_on", sa.Date(), nullable=True),
        sa.Column("collected_by", sa.String(length=100), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.CheckConstraint("serial > 0", name=op.f("ck_packet_copy_serial")),
        sa.ForeignKeyConstraint(["packet_id"], ["packet.id"], name=op.f("fk_packet_copy_packet_id_packet")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_packet_copy_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_packet_copy")),
        sa.UniqueConstraint("packet_id", "person_id", name=op.f("uq_packet_copy_packet_id_person_id")),
        sa.UniqueConstraint("packet_id", "serial", name=op.f("uq_packet_copy_packet_id_serial")),
    )
    with op.batch_alter_table("packet_copy", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_packet_copy_packet_id"), ["packet_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_packet_copy_person_id"), ["person_id"], unique=False)

    op.create_table(
        "plan_service",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("plan_id", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "A",
                "B",
                "C",
                "D",
                "E",
                name="servicekind",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("code", sa.String(length=20), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("provider_id", sa.String(length=32), nullable=True),
        sa.Column("content", sa.String(length=1000), nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck_plan_service_name")),
        sa.CheckConstraint("position > 0", name=op.f("ck_plan_service_position")),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_plan_service_plan_id_plan")),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["provider.id"], name=op.f("fk_plan_service_provider_id_provider")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_service")),
        sa.UniqueConstraint("plan_id", "position", name=op.f("uq_plan_service_plan_id_position")),
    )
    with op.batch_alter_table("plan_service", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_plan_service_plan_id"), ["plan_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_plan_service_provider_id"), ["provider_id"], unique=False)

    op.create_table(
        "conflict_decision",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("item_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column(
            "ground",
            sa.Enum(
                "続柄",
                "支援の提供者",
                name="conflictground",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("detail", sa.String(length=500), nullable=False),
        sa.Column(
            "answer",
            sa.Enum(
                "退席", "参加", name="conflictanswer", native_enum=False, create_constraint=True, length=20
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("decided_by_id", sa.String(length=32), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_conflict_decision_reason")),
        sa.CheckConstraint("sequence > 0", name=op.f("ck_conflict_decision_sequence")),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["person.id"], name=op.f("fk_conflict_decision_decided_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["agenda_item.id"], name=op.f("fk_conflict_decision_item_id_agenda_item")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_conflict_decision_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conflict_decision")),
        sa.UniqueConstraint(
            "item_id", "person_id", "sequence", name=op.f("uq_conflict_decision_item_id_person_id_sequence")
        ),
    )
    with op.batch_alter_table("conflict_decision", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_conflict_decision_item_id"), ["item_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_conflict_decision_person_id"), ["person_id"], unique=False)

    op.create_table(
        "handout",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("meeting_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("filename", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("item_id", sa.String(length=32), nullable=True),
        sa.Column("uploaded_by", sa.String(length=100), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("title <> ''", name=op.f("ck_handout_title")),
        sa.CheckConstraint("number > 0", name=op.f("ck_handout_number")),
        sa.ForeignKeyConstraint(["item_id"], ["agenda_item.id"], name=op.f("fk_handout_item_id_agenda_item")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_handout_meeting_id_meeting")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handout")),
        sa.UniqueConstraint("meeting_id", "number", name=op.f("uq_handout_meeting_id_number")),
    )
    with op.batch_alter_table("handout", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_handout_meeting_id"), ["meeting_id"], unique=False)

    _add_plan_events()
    _extend_clients()
    _extend_plans()
    _extend_deferrals()
    for table, keys in DATED:
        forbid_overlaps(op.get_bind(), table, keys)
    for table in APPEND_ONLY:
        append_only(op.get_bind(), table)


def _add_plan_events() -> None:
    """Every monitoring and request gets a row of its own; what the plans knew of them stays there."""
    op.create_table(
        "plan_event",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("plan_id", sa.String(length=32), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "モニタリング",
                "終結の申出",
                "急ぐ事情",
                name="planeventkind",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("recorded_by", sa.String(length=100), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.String(length=100), nullable=False),
        sa.Column("withdrawn_why", sa.String(length=500), nullable=False),
        sa.CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_why = '')", name=op.f("ck_plan_event_withdrawal")
        ),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_plan_event_plan_id_plan")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_event")),
    )
    with op.batch_alter_table("plan_event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_plan_event_plan_id"), ["plan_id"], unique=False)


def _extend_clients() -> None:
    with op.batch_alter_table("client") as batch_op:
        batch_op.add_column(sa.Column("name", sa.String(length=100), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("kana", sa.String(length=100), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("assigned_id", sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column("closed_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("closed_why", sa.String(length=500), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
        batch_op.create_foreign_key(
            batch_op.f("fk_client_assigned_id_person"), "person", ["assigned_id"], ["id"]
        )
    _drop_defaults("client", ("name", "kana", "closed_why", "version"))


def _extend_plans() -> None:
    with op.batch_alter_table("plan") as batch_op:
        batch_op.add_column(sa.Column("period_start", sa.Date(), nullable=True))
        batch_op.add_column(
            sa.Column("evaluation_achieved", sa.String(length=2000), nullable=False, server_default="")
        )
        batch_op.add_column(
            sa.Column("evaluation_changes", sa.String(length=2000), nullable=False, server_default="")
        )
        batch_op.add_column(sa.Column("follow_up", sa.Boolean(), nullable=True))
        batch_op.add_column(
            sa.Column("follow_up_note", sa.String(length=1000), nullable=False, server_default="")
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_plan_period"),
            "period_start IS NULL OR period_end IS NULL OR period_start <= period_end",
        )
    _drop_defaults("plan", ("evaluation_achieved", "evaluation_changes", "follow_up_note"))


def _extend_deferrals() -> None:
    with op.batch_alter_table("deferral") as batch_op:
        batch_op.add_column(sa.Column("title", sa.String(length=200), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("pushed_to_id", sa.String(length=32), nullable=True))
        batch_op.alter_column("plan_id", existing_type=sa.String(length=32), nullable=True)
        batch_op.alter_column("reason", existing_type=sa.String(length=20), nullable=True)
        batch_op.create_foreign_key(
            batch_op.f("fk_deferral_pushed_to_id_meeting"), "meeting", ["pushed_to_id"], ["id"]
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_deferral_subject"), "plan_id IS NOT NULL OR title <> ''"
        )
    _drop_defaults("deferral", ("title",))


def _drop_defaults(table: str, columns: tuple[str, ...]) -> None:
    """The defaults were for the rows there were; new ones say everything themselves."""
    with op.batch_alter_table(table) as batch_op:
        for column in columns:
            batch_op.alter_column(column, server_default=None)


def downgrade() -> None:
    """Take the schema back. Matters without a plan that a meeting put off are lost: the older schema has no place."""
    for table in APPEND_ONLY:
        for event in ("UPDATE", "DELETE"):
            forget_refusals(op.get_bind(), table, event, "append_only")
    op.execute("DELETE FROM deferral WHERE plan_id IS NULL OR reason IS NULL")
    with op.batch_alter_table("deferral") as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_deferral_subject"), type_="check")
        batch_op.drop_constraint(batch_op.f("fk_deferral_pushed_to_id_meeting"), type_="foreignkey")
        batch_op.alter_column("reason", existing_type=sa.String(length=20), nullable=False)
        batch_op.alter_column("plan_id", existing_type=sa.String(length=32), nullable=False)
        batch_op.drop_column("pushed_to_id")
        batch_op.drop_column("title")
    with op.batch_alter_table("plan") as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_plan_period"), type_="check")
        for column in (
            "follow_up_note",
            "follow_up",
            "evaluation_changes",
            "evaluation_achieved",
            "period_start",
        ):
            batch_op.drop_column(column)
    with op.batch_alter_table("client") as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_client_assigned_id_person"), type_="foreignkey")
        for column in ("version", "closed_why", "closed_on", "assigned_id", "kana", "name"):
            batch_op.drop_column(column)
    for table in reversed(NEW_TABLES):
        op.drop_table(table)
