"""What the database itself refuses, whatever the program above it does."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError
from sqlmodel import SQLModel

from agenda.tables import (
    AgendaItem,
    Client,
    Consent,
    Deferral,
    KinshipDeclaration,
    ParticipationDecision,
    Plan,
)
from calendars.tables import CandidateSlot, SlotAnswer
from honoraria.tables import AssessmentRecord
from meetings_app.core.terms import (
    Answer,
    Capacity,
    CommitteeKind,
    Decision,
    District,
    DueReason,
    EvaluationOutcome,
    IssueCategory,
    MeetingStatus,
    Office,
    Purpose,
    Role,
    Shortage,
)
from meetings_app.db.engine import Database
from meetings_app.tables.committees import Appointment, Committee, OfficeHolding
from meetings_app.tables.meetings import Meeting, Venue
from meetings_app.tables.people import Person, Residence, ServiceStatus
from meetings_app.tables.users import User
from minutes.tables import ActionItem, Attendance, ItemRecord, Minutes, MinutesStatus, RegionalIssue, Stay

Make = Callable[..., SQLModel]

APRIL, JULY, OCTOBER, JANUARY = date(2026, 4, 1), date(2026, 7, 1), date(2026, 10, 1), date(2027, 1, 1)
START = datetime(2026, 11, 10, 1, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
HASH = "0" * 64

NO_OVERLAP = {
    "ex_residence_no_overlap",
    "ex_appointment_no_overlap",
    "ex_office_holding_no_overlap",
    "ex_consent_no_overlap",
    "ex_kinship_declaration_no_overlap",
}
"""Periods of one owner that may not overlap: 居住地区, 委嘱, 役職, 同意, 続柄."""


@pytest.fixture
def office(any_database: Database) -> Database:
    """Two people, a body, a meeting with one item and one attendance, and a client with a plan."""
    store(
        any_database,
        Committee(
            id="body", kind=CommitteeKind.SUPPORT, name="支援調整会議", municipality="釧路市", region="釧路"
        ),
        Person(id="sato", name="佐藤"),
        Person(id="ito", name="伊藤"),
        Person(id="mori", name="森"),
    )
    store(any_database, Client(id="case1", committee_id="body", case_number=1), meeting(id="m1", number=1))
    store(
        any_database,
        Plan(id="plan1", client_id="case1", number=1),
        Attendance(id="a1", meeting_id="m1", person_id="sato", capacity=Capacity.MEMBER),
        CandidateSlot(id="slot1", meeting_id="m1", starts_at=START, ends_at=START + HOUR),
    )
    store(any_database, item(id="item1", plan_id="plan1", position=1))
    return any_database


def store(database: Database, *rows: SQLModel) -> None:
    with database.write() as session:
        session.add_all(rows)


def refused(database: Database, name: str, *rows: SQLModel) -> None:
    """Assert that the last of `rows` breaks the constraint `name` (SQLite names columns, not constraints)."""
    store(database, *rows[:-1])
    with pytest.raises(IntegrityError, match=name), database.write() as session:
        session.add(rows[-1])


def refused_change(database: Database, name: str, statement: str) -> None:
    with pytest.raises(IntegrityError, match=name), database.write() as session:
        session.execute(text(statement))


def meeting(**facts: Any) -> Meeting:
    given = {"id": "m2", "committee_id": "body", "number": 2, "starts_at": START, "ends_at": START + HOUR}
    return Meeting(**{**given, **facts})


def item(**facts: Any) -> AgendaItem:
    return AgendaItem(
        **{"meeting_id": "m1", "position": 2, "purpose": Purpose.ADJUST, "title": "報告", **facts}
    )


def residence(start: date, end: date | None = None, **facts: Any) -> Residence:
    return Residence(
        **{"person_id": "sato", "district": District.AKAN, "valid_from": start, "valid_to": end, **facts}
    )


def term(start: date, end: date | None = None, **facts: Any) -> Appointment:
    given = {"committee_id": "body", "person_id": "sato", "capacity": Capacity.MEMBER}
    return Appointment(**{**given, "valid_from": start, "valid_to": end, **facts})


def holding(start: date, end: date | None = None, **facts: Any) -> OfficeHolding:
    given = {"committee_id": "body", "person_id": "sato", "office": Office.CHAIR, "seat": 1}
    return OfficeHolding(**{**given, "valid_from": start, "valid_to": end, **facts})


def consent(start: date, end: date | None = None, **facts: Any) -> Consent:
    return Consent(**{"client_id": "case1", "valid_from": start, "valid_to": end, **facts})


def kinship(start: date, end: date | None = None, **facts: Any) -> KinshipDeclaration:
    given = {"person_id": "sato", "client_id": "case1", "path": "子", "declared_on": APRIL}
    return KinshipDeclaration(**{**given, "valid_from": start, "valid_to": end, **facts})


def assessment(decision: Decision, honorarium: int | None, travel: int | None) -> AssessmentRecord:
    return AssessmentRecord(
        meeting_id="m1",
        attendance_id="a1",
        decision=decision,
        honorarium=honorarium,
        travel=travel,
        rulebook_sha256=HASH,
        computed_at=START,
    )


def issue(**facts: Any) -> RegionalIssue:
    given = {"committee_id": "body", "raised_on": APRIL, "municipality": "釧路市"}
    return RegionalIssue(**{**given, "category": IssueCategory.WORK, "shortage": Shortage.FAR, **facts})


OVERLAPPING = (
    (JULY, OCTOBER),  # the same
    (APRIL, None),  # all around it
    (date(2026, 8, 1), date(2026, 9, 1)),  # inside it
    (APRIL, date(2026, 7, 2)),  # its first day
    (date(2026, 9, 30), JANUARY),  # its last day
)
"""Periods that share a day with July to September 2026."""

DATED = pytest.mark.parametrize(
    ("make", "table"),
    [
        (residence, "residence"),
        (term, "appointment"),
        (holding, "office_holding"),
        (consent, "consent"),
        (kinship, "kinship_declaration"),
    ],
)


class TestPeriods:
    @DATED
    def test_overlapping_periods_are_refused(self, office: Database, make: Make, table: str) -> None:
        store(office, make(JULY, OCTOBER))
        for start, end in OVERLAPPING:
            refused(office, f"ex_{table}_no_overlap", make(start, end))

    @DATED
    def test_a_period_without_an_end_leaves_no_room_after_it(
        self, office: Database, make: Make, table: str
    ) -> None:
        refused(office, f"ex_{table}_no_overlap", make(APRIL), make(JANUARY))

    @DATED
    @pytest.mark.usefixtures("table")
    def test_periods_that_touch_are_accepted(self, office: Database, make: Make) -> None:
        store(office, make(JULY, OCTOBER), make(APRIL, JULY), make(OCTOBER))

    @DATED
    def test_a_change_into_an_overlap_is_refused(self, office: Database, make: Make, table: str) -> None:
        store(office, make(APRIL, JULY, id="early"), make(JULY, id="late"))
        refused_change(
            office,
            f"ex_{table}_no_overlap",
            f"UPDATE {table} SET valid_to = '2026-07-02' WHERE id = 'early'",  # noqa: S608
        )

    @DATED
    def test_a_period_may_be_changed_where_it_stays_clear(
        self, office: Database, make: Make, table: str
    ) -> None:
        store(office, make(APRIL, JULY, id="early"), make(JULY, id="late"))
        with office.write() as session:
            session.execute(text(f"UPDATE {table} SET valid_to = '2026-06-01' WHERE id = 'early'"))  # noqa: S608

    @DATED
    def test_a_period_ends_after_it_begins(self, office: Database, make: Make, table: str) -> None:
        for end in (APRIL, date(2026, 3, 31)):
            refused(office, f"ck_{table}_period", make(APRIL, end))

    def test_other_owners_are_not_in_the_way(self, office: Database) -> None:
        store(
            office,
            residence(APRIL),
            residence(APRIL, person_id="ito"),
            term(APRIL),
            term(APRIL, person_id="ito"),
            term(APRIL, capacity=Capacity.ADVISER),
            kinship(APRIL),
            kinship(APRIL, person_id="ito"),
        )

    def test_several_service_statuses_may_hold_at_once(self, office: Database) -> None:
        """第7条第4項 asks for every post somebody holds."""
        employed: dict[str, Any] = {
            "person_id": "sato",
            "is_public_employee": True,
            "declared_on": APRIL,
            "valid_from": APRIL,
        }
        store(office, ServiceStatus(**employed), ServiceStatus(**employed))


class TestOffices:
    """第3条第3項: one 委員長 and two 副委員長."""

    def test_a_second_chair_at_the_same_time_is_refused(self, office: Database) -> None:
        refused(office, "ex_office_holding_no_overlap", holding(APRIL), holding(JULY, person_id="ito"))

    def test_a_second_seat_is_for_vice_chairs_only(self, office: Database) -> None:
        refused(office, "ck_office_holding_seats", holding(APRIL, seat=2))

    def test_two_vice_chairs_are_accepted(self, office: Database) -> None:
        store(office, *self.vice_chairs())

    @pytest.mark.parametrize(
        ("seat", "name"),
        [
            (1, "ex_office_holding_no_overlap"),
            (2, "ex_office_holding_no_overlap"),
            (3, "ck_office_holding_seats"),
            (0, "ck_office_holding_seats"),
        ],
    )
    def test_a_third_vice_chair_is_refused(self, office: Database, seat: int, name: str) -> None:
        third = holding(JULY, person_id="mori", office=Office.VICE_CHAIR, seat=seat)
        refused(office, name, *self.vice_chairs(), third)

    def test_a_chair_may_follow_another_on_the_day(self, office: Database) -> None:
        store(office, holding(APRIL, JULY), holding(JULY, person_id="ito"))

    @staticmethod
    def vice_chairs() -> tuple[OfficeHolding, OfficeHolding]:
        return (
            holding(APRIL, person_id="sato", office=Office.VICE_CHAIR, seat=1),
            holding(APRIL, person_id="ito", office=Office.VICE_CHAIR, seat=2),
        )


class TestMeetings:
    def test_a_closed_meeting_has_the_time_of_closing(self, office: Database) -> None:
        refused(office, "ck_meeting_closed", meeting(status=MeetingStatus.CLOSED))

    def test_a_meeting_closes_after_it_opened(self, office: Database) -> None:
        refused(office, "ck_meeting_closing", meeting(opened_at=START, closed_at=START - HOUR))

    def test_what_was_never_opened_cannot_close(self, office: Database) -> None:
        refused(office, "ck_meeting_closing", meeting(closed_at=START))

    def test_a_closed_meeting_with_both_times_is_accepted(self, office: Database) -> None:
        closed: dict[str, Any] = {
            "status": MeetingStatus.CLOSED,
            "opened_at": START,
            "closed_at": START + HOUR,
        }
        store(office, meeting(**closed))

    def test_a_meeting_ends_after_it_starts(self, office: Database) -> None:
        refused(office, "ck_meeting_times", meeting(ends_at=START))

    def test_meetings_are_counted_from_one(self, office: Database) -> None:
        refused(office, "ck_meeting_number", meeting(number=0))

    def test_a_body_has_one_meeting_of_a_number(self, office: Database) -> None:
        refused(office, "meeting.*number", meeting(number=1))

    def test_one_person_attends_once(self, office: Database) -> None:
        again = Attendance(meeting_id="m1", person_id="sato", capacity=Capacity.ADVISER)
        refused(office, "attendance.*person_id", again)

    def test_somebody_leaves_after_arriving(self, office: Database) -> None:
        refused(office, "ck_stay_times", Stay(attendance_id="a1", arrived_at=START, left_at=START))

    def test_one_answer_for_a_slot_and_person(self, office: Database) -> None:
        given: dict[str, Any] = {"slot_id": "slot1", "person_id": "sato", "answered_at": START}
        yes, no = SlotAnswer(**given, answer=Answer.YES), SlotAnswer(**given, answer=Answer.NO)
        refused(office, "slot_answer.*person_id", yes, no)

    def test_a_slot_ends_after_it_starts(self, office: Database) -> None:
        refused(
            office,
            "ck_candidate_slot_times",
            CandidateSlot(meeting_id="m1", starts_at=START - HOUR, ends_at=START - HOUR),
        )


class TestAgenda:
    def test_a_client_has_one_plan_of_a_number(self, office: Database) -> None:
        refused(office, "plan.*number", Plan(client_id="case1", number=1))

    def test_plans_and_cases_are_counted_from_one(self, office: Database) -> None:
        refused(office, "ck_plan_number", Plan(client_id="case1", number=0))
        refused(office, "ck_client_case_number", Client(committee_id="body", case_number=0))

    def test_a_body_has_one_case_of_a_number(self, office: Database) -> None:
        refused(office, "client.*case_number", Client(committee_id="body", case_number=1))

    def test_an_evaluation_has_its_day(self, office: Database) -> None:
        ended = Plan(client_id="case1", number=2, evaluation_outcome=EvaluationOutcome.ENDED)
        refused(office, "ck_plan_evaluation", ended)

    def test_a_plan_comes_before_a_meeting_once(self, office: Database) -> None:
        refused(office, "agenda_item.*plan_id", item(plan_id="plan1"))

    def test_two_items_do_not_share_a_place(self, office: Database) -> None:
        refused(office, "agenda_item.*position", item(position=1))

    def test_an_item_is_a_plan_or_has_a_title(self, office: Database) -> None:
        refused(office, "ck_agenda_item_subject", item(title=""))

    def test_an_item_takes_time(self, office: Database) -> None:
        refused(office, "ck_agenda_item_minutes", item(planned_minutes=0))

    def test_a_deferral_says_why(self, office: Database) -> None:
        silent = Deferral(meeting_id="m1", plan_id="plan1", reason=DueReason.NEW, why="", decided_by="佐藤")
        refused(office, "ck_deferral_why", silent)

    def test_nobody_is_required_who_does_not_take_part(self, office: Database) -> None:
        decision = ParticipationDecision(
            item_id="item1",
            person_id="ito",
            sequence=1,
            capacity=Capacity.ADVISER,
            takes_part=False,
            required=True,
            decided_by_id="sato",
            decided_on=APRIL,
            recorded_at=START,
        )
        refused(office, "ck_participation_decision_required", decision)


class TestMoney:
    """Yen."""

    @pytest.mark.parametrize(("honorarium", "travel", "name"), [(-1, 0, "honorarium"), (0, -1, "travel")])
    def test_negative_amounts_are_refused(
        self, office: Database, honorarium: int, travel: int, name: str
    ) -> None:
        refused(office, f"ck_assessment_record_{name}", assessment(Decision.PAID, honorarium, travel))

    def test_what_is_paid_is_known(self, office: Database) -> None:
        for honorarium, travel in ((None, None), (None, 0), (8400, None)):
            open_amount = assessment(Decision.PAID, honorarium, travel)
            refused(office, "ck_assessment_record_paid_is_known", open_amount)

    def test_somebody_unpaid_gets_zero(self, office: Database) -> None:
        for honorarium, travel in ((1, 0), (0, 1), (None, None), (None, 0), (0, None)):
            unpaid = assessment(Decision.UNPAID, honorarium, travel)
            refused(office, "ck_assessment_record_unpaid_is_zero", unpaid)

    def test_an_amount_may_be_open_where_a_person_has_to_judge(self, office: Database) -> None:
        store(office, assessment(Decision.JUDGEMENT, None, None))

    def test_an_attendance_is_assessed_once(self, office: Database) -> None:
        first, second = assessment(Decision.UNPAID, 0, 0), assessment(Decision.UNPAID, 0, 0)
        refused(office, "assessment_record.*attendance_id", first, second)


class TestRecords:
    @pytest.mark.parametrize(
        "lacking",
        [
            {"approved_at": START, "content": "{}"},
            {"approved_by": "佐藤", "content": "{}"},
            {"approved_by": "佐藤", "approved_at": START},
        ],
    )
    def test_approved_minutes_say_who_when_and_what(self, office: Database, lacking: dict[str, Any]) -> None:
        approved = Minutes(meeting_id="m1", status=MinutesStatus.APPROVED, **lacking)
        refused(office, "ck_minutes_approval", approved)

    def test_a_public_text_names_its_reviewer_and_the_time(self, office: Database) -> None:
        refused(office, "ck_regional_issue_review", issue(public_text="文", public_reviewed_by="佐藤"))
        refused(office, "ck_regional_issue_review", issue(public_text="文", public_reviewed_at=START))

    def test_an_empty_text_cannot_be_reviewed(self, office: Database) -> None:
        empty = issue(public_reviewed_by="佐藤", public_reviewed_at=START)
        refused(office, "ck_regional_issue_reviewed_text", empty)

    def test_an_outcome_is_a_term_of_the_field(self, office: Database) -> None:
        refused(office, "ck_item_record_outcome", ItemRecord(item_id="item1", outcome="可決"))

    def test_talk_on_an_item_ends_after_it_began(self, office: Database) -> None:
        refused(office, "ck_item_record_times", ItemRecord(item_id="item1", ended_at=START))

    def test_an_action_says_what(self, office: Database) -> None:
        refused(office, "ck_action_item_what", ActionItem(item_id="item1", what=""))

    def test_only_public_employees_have_a_class(self, office: Database) -> None:
        declared: dict[str, Any] = {
            "person_id": "sato",
            "is_public_employee": False,
            "declared_on": APRIL,
            "valid_from": APRIL,
        }
        refused(
            office,
            "ck_service_status_class_only_for_employees",
            ServiceStatus(**declared, needs_review=True),
        )

    def test_names_that_people_choose_from_are_there_once(self, office: Database) -> None:
        hall: dict[str, Any] = {"name": "市役所", "district": District.KUSHIRO}
        refused(office, "venue.*name", Venue(**hall), Venue(**hall))
        account: dict[str, Any] = {
            "login": "sato",
            "display_name": "佐藤",
            "role": Role.MEMBER,
            "password_hash": "x",
        }
        first, second = (User(**account, committee_id="body") for _ in range(2))
        refused(office, "user_account.*login", first, second)


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("meeting", "status = '延期'"),
        ("committee", "kind = '理事会'"),
        ("attendance", "capacity = '傍聴'"),
        ("attendance", "mode = '電話'"),
        ("agenda_item", "purpose = '雑談'"),
        ("agenda_item", "reason = 'その他'"),
        ("plan", "period_end_precision = '頃'"),
        ("plan", "monitoring_precision = '頃'"),
    ],
)
def test_unknown_terms_are_refused(office: Database, table: str, change: str) -> None:
    refused_change(office, f"ck_{table}_", f"UPDATE {table} SET {change}")  # noqa: S608


def test_somebody_present_by_article_5_4_only_is_not_appointed(office: Database) -> None:
    refused(office, "ck_appointment_belongs", term(APRIL, capacity=Capacity.INVITEE))


def test_what_others_refer_to_cannot_be_deleted(office: Database) -> None:
    refused_change(office, "(?i)foreign key", "DELETE FROM person WHERE id = 'sato'")
    refused_change(office, "(?i)foreign key", "DELETE FROM meeting")


def test_every_promise_of_no_overlap_is_in_the_schema(any_database: Database) -> None:
    with any_database.read() as session:
        if any_database.engine.dialect.name == "sqlite":
            found = (
                session.execute(text("SELECT name FROM sqlite_schema WHERE type = 'trigger'")).scalars().all()
            )
            events = ("insert", "update")
            wanted = {f"{name.replace('ex_', 'tr_', 1)}_{event}" for name in NO_OVERLAP for event in events}
        else:
            found = (
                session.execute(text("SELECT conname FROM pg_constraint WHERE contype = 'x'")).scalars().all()
            )
            wanted = NO_OVERLAP
    assert wanted <= set(found)


def test_every_table_with_periods_checks_their_order(any_database: Database) -> None:
    with any_database.read() as session:
        inspector = inspect(session.connection())
        dated = [
            table
            for table in inspector.get_table_names()
            if any(column["name"] == "valid_to" for column in inspector.get_columns(table))
        ]
        checks = {
            table: {check["name"] for check in inspector.get_check_constraints(table)} for table in dated
        }
    assert {"residence", "service_status", "appointment", "office_holding"} <= set(dated)
    assert [table for table in dated if f"ck_{table}_period" not in checks[table]] == []
