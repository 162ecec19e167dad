"""確定した支給調書: neither it nor anything it rests on can be changed, by SQL itself, on either kind of database."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from honoraria.services.corrections import take_correction
from honoraria.services.payments import order_transfer
from honoraria.services.runs import sheet_of, start_correction_run
from honoraria.services.settlements import settle
from honoraria.tables import Payment, PayRun
from meetings_app.core.terms import District, PaymentStatus
from meetings_app.db.engine import Database
from meetings_app.services.roster import change_residence
from tests.honoraria.pay_desk import TRANSFER_DAY, PayDesk
from tests.office_builder import SINCE


@pytest.fixture
def final(any_database: Database) -> tuple[Database, str]:
    """A final sheet with a decision, on its way to the bank; returns its id."""
    with any_database.write() as session:
        desk = PayDesk(session)
        desk.payer()
        desk.bureau.member("湖畔", district=District.AKANKOHAN)
        desk.bureau.member("北斗", district=District.OUTSIDE)
        run: PayRun = desk.draft("湖畔", "北斗")
        settle(
            **desk.given,
            run=run,
            attendance_id=desk.line(run, "北斗").attendance_id,
            honorarium=5000,
            travel=2000,
            reason="音別に近い",
            decided_by="会計 責任者",
        )
        desk.finalise(run)
        desk.accounts(["委員長", "湖畔", "北斗"])
        order_transfer(**desk.given, run=run, transfer_on=TRANSFER_DAY)
        run_id = run.id
    return any_database, run_id


CHANGES = {
    "the sheet's content": "UPDATE pay_run SET content = '{{}}' WHERE id = '{run}'",
    "the sheet's state": "UPDATE pay_run SET status = '下書き' WHERE id = '{run}'",
    "the sheet's number": "UPDATE pay_run SET number = 99 WHERE id = '{run}'",
    "the approver": "UPDATE pay_run SET approved_by = '別人' WHERE id = '{run}'",
    "the sheet itself": "DELETE FROM pay_run WHERE id = '{run}'",
    "an amount": "UPDATE pay_line SET honorarium = honorarium + 1, net = net + 1 WHERE run_id = '{run}'",
    "whose line it is": "UPDATE pay_line SET run_id = run_id WHERE run_id = '{run}'",
    "a line": "DELETE FROM pay_line WHERE run_id = '{run}'",
    "an assessment": "UPDATE assessment_record SET honorarium = 1",
    "its inputs": "UPDATE assessment_record SET inputs = '{{}}'",
    "an assessment away": "DELETE FROM assessment_record",
    "a decision": "UPDATE individual_decision SET travel = 9",
    "a decision away": "DELETE FROM individual_decision",
    "the bank file": "UPDATE transfer_file SET total = 1",
    "the bank file away": "DELETE FROM transfer_file",
    "a payment's amount": "UPDATE payment SET amount = amount + 1",
    "a payment's person": ("UPDATE payment SET person_id = (SELECT id FROM person WHERE name = '助言者')"),
    "a payment away": "DELETE FROM payment",
    "the attendance away": "DELETE FROM attendance",
    "the person away": "DELETE FROM person WHERE name = '湖畔'",
    "the meeting away": "DELETE FROM meeting",
}


@pytest.mark.parametrize("statement", CHANGES.values(), ids=CHANGES.keys())
def test_the_database_refuses(final: tuple[Database, str], statement: str) -> None:
    database, run_id = final
    with pytest.raises(IntegrityError), database.write() as session:
        session.execute(text(statement.format(run=run_id)))


def copied(table: str, **changes: str) -> str:
    """SQL that inserts a copy of the first row of a table with some columns changed."""
    columns = COLUMNS[table]
    values = ", ".join(changes.get(column, column) for column in columns)
    return f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM {table} LIMIT 1"  # noqa: S608


LINE = (
    *(
        "id",
        "run_id",
        "committee_id",
        "attendance_id",
        "person_id",
        "assessment_id",
        "corrects_id",
        "held_on",
    ),
    *("outcome", "honorarium", "travel", "withheld", "net", "prior_honorarium", "prior_travel", "taxable"),
    *("tax_mode", "tax_on_travel", "tax_period", "travel_day"),
)
COLUMNS = {
    "pay_line": LINE,
    "payment": (
        *(
            "id",
            "run_id",
            "person_id",
            "attempt",
            "amount",
            "status",
            "means",
            "paid_on",
            "returned_on",
            "note",
        ),
        *("account", "transfer_file_id", "recorded_by", "recorded_at"),
    ),
    "transfer_file": (
        *("id", "run_id", "attempt", "transfer_on", "content", "sha256", "records", "total", "made_by"),
        "made_at",
    ),
    "pay_run": (
        *("id", "committee_id", "meeting_id", "number", "status", "four_eyes", "created_by", "created_at"),
        *("checked_by", "checked_by_id", "checked_at", "checked_sha256", "approved_by", "approved_by_id"),
        *("approved_at", "finalised_by", "finalised_at", "content", "sha256", "version"),
    ),
}


@pytest.mark.parametrize(
    ("table", "changes"),
    [
        ("pay_line", {"id": "'x'"}),
        ("pay_line", {"id": "'x'", "assessment_id": "'x'"}),
        ("payment", {"id": "'x'"}),
        ("payment", {"id": "'x'", "attempt": "2"}),
        ("payment", {"id": "'x'", "attempt": "2", "status": "'未受領'", "amount": "amount + 1"}),
        ("transfer_file", {"id": "'x'"}),
        ("pay_run", {"id": "'x'"}),
        ("pay_run", {"id": "'x'", "number": "2"}),
    ],
)
def test_the_database_takes_nothing_twice(
    final: tuple[Database, str], table: str, changes: dict[str, str]
) -> None:
    database, _ = final
    with pytest.raises(IntegrityError), database.write() as session:
        session.execute(text(copied(table, **changes)))


def test_a_payment_of_a_draft_is_refused(desk: PayDesk) -> None:
    desk.session.add(
        Payment(
            run_id=desk.draft().id,
            person_id=desk.bureau.people["委員長"],
            amount=5000,
            status=PaymentStatus.UNCLAIMED,
            recorded_by="会計",
            recorded_at=desk.bureau.clock.now(),
        )
    )
    with pytest.raises(IntegrityError, match=r"run_not_final|amount_is_not_owed"):
        desk.session.flush()
    desk.session.rollback()


def _correct(desk: PayDesk, run: PayRun) -> None:
    other = start_correction_run(**desk.given, committee_id=desk.bureau.support.id)
    take_correction(**desk.given, run=other, attendance_id=desk.line(run, "湖畔").attendance_id)


def _move(desk: PayDesk, run: PayRun) -> None:
    person_id = desk.bureau.people["湖畔"]
    change_residence(
        **desk.bureau.given, person_id=person_id, district=District.KUSHIRO, valid_from=SINCE.replace(day=2)
    )


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE person SET name = '改名', organisation = '移籍'",
        "UPDATE residence SET district = '音別'",
        "DELETE FROM residence",
        "DELETE FROM service_status",
        "UPDATE kinship_declaration SET declared_on = '2014-05-01'",
        "UPDATE appointment SET valid_to = '2014-04-02'",
        "UPDATE attendance SET mode = '欠席', capacity = '事務局員'",
        "DELETE FROM stay",
        "UPDATE venue SET district = '阿寒'",
        "UPDATE meeting SET number = 77, venue_id = NULL",
        "UPDATE committee SET name = '改称', organizer_name = '別'",
        "DELETE FROM office_setting",
        "UPDATE bank_account SET number = '0000000'",
    ],
)
def test_facts_may_change_and_the_sheet_says_the_same(final: tuple[Database, str], change: str) -> None:
    """The facts of people and meetings go on living; the final sheet does not look at them again."""
    database, run_id = final
    with database.read() as session:
        before = sheet_of(session, session.get_one(PayRun, run_id))
    with database.write() as session:
        session.execute(text(change))
    with database.read() as session:
        assert sheet_of(session, session.get_one(PayRun, run_id)) == before


def test_a_later_difference_leaves_the_first_lines_alone(quick_desk: PayDesk) -> None:
    desk = quick_desk
    desk.bureau.member("湖畔", district=District.AKANKOHAN)
    run = desk.final("湖畔")
    before = desk.sheet(run)
    desk.accounts(["委員長", "湖畔"])
    desk.pay(run)
    for change in (_move, _correct):
        change(desk, run)
    assert desk.sheet(run) == before
