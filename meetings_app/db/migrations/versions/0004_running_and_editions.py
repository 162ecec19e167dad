"""The meeting as it runs, every write of its record, and the minutes on their way to approval and after.

Meetings that were opened get their first row of who presided; approved minutes become their first edition and are
locked.
"""

import hashlib
from typing import Any

import sqlalchemy as sa
from alembic import op

from meetings_app.db.constraints import append_only, forget_refusals, refuse_change
from meetings_app.tables.base import MOMENT, new_id

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

APPEND_ONLY = ("field_write", "field_settlement", "outcome_stamp", "service_change", "minutes_edition")
"""Tables whose rows are added and never changed."""

LOCKS = (("minutes", "OLD.status = '承認済み'"), ("amendment", "OLD.approved_at IS NOT NULL"))
"""What nobody can change once it was approved."""

NEW_TABLES = (
    "live_state",
    "item_run",
    "pause",
    "presiding",
    "afterwards_entry",
    "field_write",
    "field_settlement",
    "outcome_stamp",
    "service_change",
    "minutes_edition",
    "circulation",
    "minutes_comment",
    "amendment",
    "redaction",
)

STAGES = ("案", "回覧中", "承認待ち", "承認済み")
OLD_STAGES = ("案", "承認待ち", "承認済み")


def upgrade() -> None:
    """Bring the schema up."""
    _add_running()
    _add_papers()
    _extend_actions()
    _stages(STAGES)
    _keep_presiders()
    _keep_approved()
    for table in APPEND_ONLY:
        append_only(op.get_bind(), table)
    for table, condition in LOCKS:
        for event in ("UPDATE", "DELETE"):
            refuse_change(op.get_bind(), table, event, condition, "approved")


def _add_running() -> None:
    op.create_table(
        "live_state",
        sa.Column("meeting_id", sa.String(length=32), nullable=False),
        sa.Column("current_item_id", sa.String(length=32), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["current_item_id"], ["agenda_item.id"], name=op.f("fk_live_state_current_item_id_agenda_item")
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_live_state_meeting_id_meeting")
        ),
        sa.PrimaryKeyConstraint("meeting_id", name=op.f("pk_live_state")),
    )
    op.create_table(
        "item_run",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("item_id", sa.String(length=32), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("ended_at IS NULL OR ended_at >= started_at", name=op.f("ck_item_run_times")),
        sa.ForeignKeyConstraint(
            ["item_id"], ["agenda_item.id"], name=op.f("fk_item_run_item_id_agenda_item")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_run")),
    )
    with op.batch_alter_table("item_run", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_item_run_item_id"), ["item_id"], unique=False)

    op.create_table(
        "pause",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("meeting_id", sa.String(length=32), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.CheckConstraint("ended_at IS NULL OR ended_at >= started_at", name=op.f("ck_pause_times")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_pause_meeting_id_meeting")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pause")),
        sa.UniqueConstraint("meeting_id", "started_at", name=op.f("uq_pause_meeting_id_started_at")),
    )
    with op.batch_alter_table("pause", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pause_meeting_id"), ["meeting_id"], unique=False)

    op.create_table(
        "presiding",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("meeting_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("office", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("decided_by", sa.String(length=200), nullable=False),
        sa.Column("recorded_by", sa.String(length=100), nullable=False),
        sa.CheckConstraint("office <> '' OR decided_by <> ''", name=op.f("ck_presiding_decided")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_presiding_meeting_id_meeting")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_presiding_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_presiding")),
        sa.UniqueConstraint("meeting_id", "from_at", name=op.f("uq_presiding_meeting_id_from_at")),
    )
    with op.batch_alter_table("presiding", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_presiding_meeting_id"), ["meeting_id"], unique=False)

    op.create_table(
        "afterwards_entry",
        sa.Column("meeting_id", sa.String(length=32), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("entered_by", sa.String(length=100), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("source <> ''", name=op.f("ck_afterwards_entry_source")),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_afterwards_entry_meeting_id_meeting")
        ),
        sa.PrimaryKeyConstraint("meeting_id", name=op.f("pk_afterwards_entry")),
    )
    op.create_table(
        "field_write",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("item_id", sa.String(length=32), nullable=False),
        sa.Column(
            "field",
            sa.Enum(
                "explanation",
                "discussion",
                "confirmed",
                "outcome",
                "fits_situation",
                "leads_to_solution",
                "keeps_motivation",
                "resources_missing",
                "follow_up",
                name="recordfield",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("base_version", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column(
            "result",
            sa.Enum(
                "保存",
                "競合",
                "同じ",
                name="writeresult",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("writer", sa.String(length=36), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=True),
        sa.Column("author", sa.String(length=100), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(result = '保存') = (version IS NOT NULL)", name=op.f("ck_field_write_saved")),
        sa.CheckConstraint("base_version >= 0", name=op.f("ck_field_write_base")),
        sa.ForeignKeyConstraint(
            ["item_id"], ["agenda_item.id"], name=op.f("fk_field_write_item_id_agenda_item")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_field_write_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_field_write")),
        sa.UniqueConstraint("item_id", "field", "version", name=op.f("uq_field_write_item_id_field_version")),
    )
    with op.batch_alter_table("field_write", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_field_write_item_id"), ["item_id"], unique=False)

    op.create_table(
        "field_settlement",
        sa.Column("write_id", sa.String(length=36), nullable=False),
        sa.Column(
            "how",
            sa.Enum(
                "今の内容を残す",
                "もう一方に替える",
                "両方をつなぐ",
                "書き直す",
                "続きを書いた",
                name="settlement",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("applied_id", sa.String(length=36), nullable=True),
        sa.Column("settled_by", sa.String(length=100), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["applied_id"], ["field_write.id"], name=op.f("fk_field_settlement_applied_id_field_write")
        ),
        sa.ForeignKeyConstraint(
            ["write_id"], ["field_write.id"], name=op.f("fk_field_settlement_write_id_field_write")
        ),
        sa.PrimaryKeyConstraint("write_id", name=op.f("pk_field_settlement")),
    )
    op.create_table(
        "outcome_stamp",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("item_id", sa.String(length=32), nullable=False),
        sa.Column("write_id", sa.String(length=36), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("stamped_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("presider_id", sa.String(length=32), nullable=True),
        sa.Column("present", sa.String(), nullable=False),
        sa.Column("aside", sa.String(), nullable=False),
        sa.Column("missing", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["agenda_item.id"], name=op.f("fk_outcome_stamp_item_id_agenda_item")
        ),
        sa.ForeignKeyConstraint(
            ["presider_id"], ["person.id"], name=op.f("fk_outcome_stamp_presider_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["write_id"], ["field_write.id"], name=op.f("fk_outcome_stamp_write_id_field_write")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcome_stamp")),
        sa.UniqueConstraint("write_id", name=op.f("uq_outcome_stamp_write_id")),
    )
    with op.batch_alter_table("outcome_stamp", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outcome_stamp_item_id"), ["item_id"], unique=False)
    op.create_table(
        "service_change",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("item_id", sa.String(length=32), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "追加",
                "終了",
                "変更",
                name="changeofservice",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("what", sa.String(length=500), nullable=False),
        sa.Column("recorded_by", sa.String(length=100), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("what <> ''", name=op.f("ck_service_change_what")),
        sa.ForeignKeyConstraint(
            ["item_id"], ["agenda_item.id"], name=op.f("fk_service_change_item_id_agenda_item")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_change")),
    )
    with op.batch_alter_table("service_change", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_service_change_item_id"), ["item_id"], unique=False)


def _add_papers() -> None:
    op.create_table(
        "minutes_edition",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("meeting_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "回覧",
                "承認",
                "訂正",
                name="editionkind",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("content", sa.String(), nullable=False),
        sa.Column("content_sha256", sa.String(length=64), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("document_sha256", sa.String(length=64), nullable=False),
        sa.Column("made_by", sa.String(length=100), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("number > 0", name=op.f("ck_minutes_edition_number")),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_minutes_edition_meeting_id_meeting")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_minutes_edition")),
        sa.UniqueConstraint("meeting_id", "number", name=op.f("uq_minutes_edition_meeting_id_number")),
    )
    with op.batch_alter_table("minutes_edition", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_minutes_edition_document_sha256"), ["document_sha256"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_minutes_edition_meeting_id"), ["meeting_id"], unique=False)

    op.create_table(
        "circulation",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("meeting_id", sa.String(length=32), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("edition_id", sa.String(length=32), nullable=False),
        sa.Column("comments_until", sa.Date(), nullable=False),
        sa.Column("sent_by", sa.String(length=100), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_by", sa.String(length=100), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name=op.f("ck_circulation_ended")),
        sa.CheckConstraint("round > 0", name=op.f("ck_circulation_round")),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["minutes_edition.id"], name=op.f("fk_circulation_edition_id_minutes_edition")
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_circulation_meeting_id_meeting")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_circulation")),
        sa.UniqueConstraint("meeting_id", "round", name=op.f("uq_circulation_meeting_id_round")),
    )
    with op.batch_alter_table("circulation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_circulation_meeting_id"), ["meeting_id"], unique=False)

    op.create_table(
        "minutes_comment",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("circulation_id", sa.String(length=32), nullable=False),
        sa.Column("item_id", sa.String(length=32), nullable=True),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("author", sa.String(length=100), nullable=False),
        sa.Column("text", sa.String(length=2000), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "verdict",
            sa.Enum(
                "反映", "見送り", name="commentverdict", native_enum=False, create_constraint=True, length=20
            ),
            nullable=True,
        ),
        sa.Column("answer", sa.String(length=1000), nullable=False),
        sa.Column("answered_by", sa.String(length=100), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(verdict IS NULL) = (answered_at IS NULL)", name=op.f("ck_minutes_comment_answered_at")
        ),
        sa.CheckConstraint(
            "(verdict IS NULL) = (answered_by IS NULL)", name=op.f("ck_minutes_comment_answered")
        ),
        sa.ForeignKeyConstraint(
            ["circulation_id"], ["circulation.id"], name=op.f("fk_minutes_comment_circulation_id_circulation")
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["agenda_item.id"], name=op.f("fk_minutes_comment_item_id_agenda_item")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_minutes_comment_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_minutes_comment")),
    )
    with op.batch_alter_table("minutes_comment", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_minutes_comment_circulation_id"), ["circulation_id"], unique=False
        )

    op.create_table(
        "amendment",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("meeting_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.String(length=32), nullable=True),
        sa.Column("place", sa.String(length=100), nullable=False),
        sa.Column("before_text", sa.String(), nullable=False),
        sa.Column("after_text", sa.String(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("entered_by", sa.String(length=100), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_by", sa.String(length=100), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_amendment_reason")),
        sa.CheckConstraint(
            "(approved_by IS NULL) = (approved_at IS NULL)", name=op.f("ck_amendment_approval")
        ),
        sa.CheckConstraint("before_text <> after_text", name=op.f("ck_amendment_change")),
        sa.CheckConstraint("number > 0", name=op.f("ck_amendment_number")),
        sa.ForeignKeyConstraint(
            ["item_id"], ["agenda_item.id"], name=op.f("fk_amendment_item_id_agenda_item")
        ),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_amendment_meeting_id_meeting")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_amendment")),
        sa.UniqueConstraint("meeting_id", "number", name=op.f("uq_amendment_meeting_id_number")),
    )
    with op.batch_alter_table("amendment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_amendment_meeting_id"), ["meeting_id"], unique=False)

    op.create_table(
        "redaction",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("meeting_id", sa.String(length=32), nullable=False),
        sa.Column("word", sa.String(length=200), nullable=False),
        sa.Column("replacement", sa.String(length=100), nullable=True),
        sa.Column("decided_by", sa.String(length=100), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("word <> ''", name=op.f("ck_redaction_word")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_redaction_meeting_id_meeting")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_redaction")),
        sa.UniqueConstraint("meeting_id", "word", name=op.f("uq_redaction_meeting_id_word")),
    )
    with op.batch_alter_table("redaction", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_redaction_meeting_id"), ["meeting_id"], unique=False)


def _extend_actions() -> None:
    with op.batch_alter_table("action_item") as batch_op:
        batch_op.add_column(sa.Column("done_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("done_note", sa.String(length=500), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("done_by", sa.String(length=100), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
        batch_op.create_check_constraint(
            batch_op.f("ck_action_item_done"), "(done_on IS NULL) = (done_by = '')"
        )
    with op.batch_alter_table("action_item") as batch_op:
        for column in ("done_note", "done_by", "version"):
            batch_op.alter_column(column, server_default=None)


def _stages(stages: tuple[str, ...]) -> None:
    """The minutes get (or lose) the stage of being sent round."""
    with op.batch_alter_table("minutes") as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_minutes_minutesstatus"), type_="check")
        batch_op.create_check_constraint(
            batch_op.f("ck_minutes_minutesstatus"),
            f"status IN ({', '.join(repr(term) for term in stages)})",
        )


def _keep_presiders() -> None:
    """Who presided over a meeting that was opened gets a row, with the office held on its day."""
    connection = op.get_bind()
    meetings = sa.table(
        "meeting", *_columns("id committee_id presider_id presider_reason"), sa.column("opened_at", MOMENT)
    )
    offices = sa.table(
        "office_holding",
        *_columns("committee_id person_id office"),
        sa.column("valid_from", sa.Date()),
        sa.column("valid_to", sa.Date()),
    )
    presiding = sa.table(
        "presiding",
        *_columns("id meeting_id person_id office reason decided_by recorded_by"),
        sa.column("from_at", MOMENT),
    )
    opened = sa.select(meetings).where(meetings.c.opened_at.is_not(None), meetings.c.presider_id.is_not(None))
    for row in connection.execute(opened).all():
        day = row.opened_at.date()
        held = connection.execute(
            sa.select(offices.c.office).where(
                offices.c.committee_id == row.committee_id,
                offices.c.person_id == row.presider_id,
                offices.c.valid_from <= day,
                sa.or_(offices.c.valid_to.is_(None), offices.c.valid_to > day),
            )
        ).scalar()
        connection.execute(
            presiding.insert().values(
                id=new_id(),
                meeting_id=row.id,
                person_id=row.presider_id,
                from_at=row.opened_at,
                office=held or "",
                reason=row.presider_reason,
                decided_by="" if held else "（記録なし）",
                recorded_by="（移行）",
            )
        )


def _keep_approved() -> None:
    """What was approved becomes the first edition of its minutes."""
    connection = op.get_bind()
    minutes = sa.table(
        "minutes",
        *_columns("meeting_id content sha256 approved_by"),
        sa.column("document", sa.LargeBinary()),
        sa.column("approved_at", MOMENT),
        sa.column("status"),
    )
    editions = sa.table(
        "minutes_edition",
        *_columns("id meeting_id kind content content_sha256 document_sha256 made_by"),
        sa.column("number", sa.Integer()),
        sa.column("document", sa.LargeBinary()),
        sa.column("made_at", MOMENT),
    )
    approved = sa.select(minutes).where(minutes.c.status == "承認済み", minutes.c.document.is_not(None))
    for row in connection.execute(approved).all():
        connection.execute(
            editions.insert().values(
                id=new_id(),
                meeting_id=row.meeting_id,
                number=1,
                kind="承認",
                content=row.content,
                content_sha256=row.sha256,
                document=row.document,
                document_sha256=hashlib.sha256(row.document).hexdigest(),
                made_by=row.approved_by,
                made_at=row.approved_at,
            )
        )


def _columns(names: str) -> list[Any]:
    return [sa.column(name) for name in names.split()]


def downgrade() -> None:
    """Take the schema back. Minutes that were being sent round are drafts again; the older schema has no place."""
    connection = op.get_bind()
    for table in APPEND_ONLY:
        for event in ("UPDATE", "DELETE"):
            forget_refusals(connection, table, event, "append_only")
    for table, _condition in LOCKS:
        for event in ("UPDATE", "DELETE"):
            forget_refusals(connection, table, event, "approved")
    op.execute("UPDATE minutes SET status = '案' WHERE status = '回覧中'")
    _stages(OLD_STAGES)
    with op.batch_alter_table("action_item") as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_action_item_done"), type_="check")
        for column in ("version", "done_by", "done_note", "done_on"):
            batch_op.drop_column(column)
    for table in reversed(NEW_TABLES):
        op.drop_table(table)
