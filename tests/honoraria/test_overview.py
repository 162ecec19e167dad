"""支給のあらまし: how far payments are, from the tables, against a sheet driven through every stage."""

from collections.abc import Iterator
from datetime import date

import pytest

from honoraria.overview import (
    PayProgress,
    PayState,
    open_questions,
    pay_of_meeting,
    pay_progress,
    payments_of_person,
)
from honoraria.services.corrections import drop_correction, take_correction
from honoraria.services.payments import is_settled, owed_of, pay_cash
from honoraria.services.runs import approve_run, check_run, finalise_run, start_correction_run, start_run
from honoraria.services.settlements import decline, reassess, settle, withdraw_declination
from honoraria.tables import PayRun
from meetings_app.core.terms import District, LineOutcome
from meetings_app.db.engine import Database
from meetings_app.services.roster import change_residence
from meetings_app.tables.meetings import Meeting
from minutes.services.attendance import attendance_of
from tests.honoraria.pay_desk import PayDesk
from tests.office_builder import TODAY


@pytest.fixture
def desk(any_database: Database) -> Iterator[PayDesk]:
    with any_database.write() as session:
        yield PayDesk(session)


def progress(desk: PayDesk) -> PayProgress:
    (found,) = pay_progress(desk.session, desk.bureau.support.id)
    return found


def asked(desk: PayDesk) -> list[str]:
    return [one.person for one in open_questions(desk.session, desk.bureau.support.id)]


def attendance(desk: PayDesk, meeting_id: str, name: str) -> str:
    views = attendance_of(desk.session, meeting_id)
    return next(view.attendance.id for view in views if view.person.name == name)


def outsider(desk: PayDesk) -> tuple[PayRun, str]:
    """A draft with one 要判断, of 北斗."""
    desk.bureau.member("北斗", district=District.OUTSIDE)
    run = desk.draft("北斗")
    return run, attendance(desk, run.meeting_id or "", "北斗")


def pay_all(desk: PayDesk, run: PayRun) -> None:
    for owed in owed_of(desk.session, run):
        if owed.is_open:
            pay_cash(**desk.given, run=run, person_id=owed.payee.person_id, paid_on=TODAY)


def test_every_stage_of_a_meeting(desk: PayDesk) -> None:
    meeting = desk.bureau.meeting()
    desk.bureau.matter(meeting)
    assert pay_progress(desk.session, desk.bureau.support.id) == []
    desk.bureau.held(meeting)
    states: list[PayState] = [progress(desk).state]
    run = start_run(**desk.given, meeting=meeting)
    states.append(progress(desk).state)
    seen = desk.seen(run)
    for step, given in (
        (check_run, desk.given),
        (approve_run, desk.given_second),
        (finalise_run, desk.given_second),
    ):
        step(**given, run=run, seen=seen)
        states.append(progress(desk).state)
        assert pay_of_meeting(desk.session, meeting).state is states[-1]
    assert (progress(desk).payees, progress(desk).net) == (1, 5000)
    pay_all(desk, run)
    states.append(progress(desk).state)
    assert states == [
        *(PayState.UNASSESSED, PayState.DRAFT, PayState.CHECKED, PayState.APPROVED),
        *(PayState.TO_PAY, PayState.PAID),
    ]
    assert is_settled(desk.session, run)
    assert pay_of_meeting(desk.session, meeting).final_people == {desk.bureau.people["委員長"]}


def test_nobody_is_asked_for_what_a_person_has_settled(desk: PayDesk) -> None:
    run, line = outsider(desk)
    assert asked(desk) == ["北斗"]
    assert progress(desk).open == 1
    settle(
        **desk.given,
        run=run,
        attendance_id=line,
        honorarium=5000,
        travel=0,
        reason="近い",
        decided_by="会計",
    )
    assert asked(desk) == []
    assert progress(desk).open == 0


def test_a_refusal_settles_a_question_until_it_is_withdrawn(desk: PayDesk) -> None:
    run, line = outsider(desk)
    decline(**desk.given, run=run, attendance_id=line, declared_on=TODAY)
    assert asked(desk) == []
    withdraw_declination(**desk.given, run=run, attendance_id=line, reason="誤り")
    assert asked(desk) == ["北斗"]


def test_only_the_latest_assessment_asks(desk: PayDesk) -> None:
    run, line = outsider(desk)
    move(desk, "北斗", District.AKAN)
    reassess(**desk.given, run=run, attendance_id=line)
    assert asked(desk) == []
    assert pay_of_meeting(desk.session, desk.session.get_one(Meeting, run.meeting_id)).lines == 2


def move(desk: PayDesk, name: str, district: District) -> None:
    change_residence(
        **desk.given,
        person_id=desk.bureau.people[name],
        district=district,
        valid_from=date(2014, 5, 1),
    )


def test_a_correction_asks_on_the_sheet_that_took_it_in(desk: PayDesk) -> None:
    desk.bureau.member("湖畔", district=District.AKANKOHAN)
    first = desk.final("湖畔")
    pay_all(desk, first)
    line = attendance(desk, first.meeting_id or "", "湖畔")
    move(desk, "湖畔", District.OUTSIDE)
    run = start_correction_run(**desk.given, committee_id=desk.bureau.support.id)
    assert asked(desk) == []
    take_correction(**desk.given, run=run, attendance_id=line)
    (question,) = open_questions(desk.session, desk.bureau.support.id)
    assert (question.person, question.run_id, question.meeting_id) == ("湖畔", run.id, None)
    found = {one.sheet: one for one in pay_progress(desk.session, desk.bureau.support.id)}
    assert (found[1].state, found[1].open) == (PayState.PAID, 0)
    assert (found[2].state, found[2].open, found[2].meeting_id) == (PayState.DRAFT, 1, None)
    drop_correction(**desk.given, run=run, attendance_id=line)
    assert asked(desk) == []


def test_a_person_reads_final_lines_with_their_corrections(desk: PayDesk) -> None:
    desk.bureau.member("湖畔", district=District.AKANKOHAN)
    run = desk.draft("湖畔")
    person = desk.bureau.people["湖畔"]

    def own() -> list[tuple[LineOutcome, int, int, int, bool]]:
        return [
            (one.outcome, one.honorarium, one.travel, one.net, one.is_correction)
            for one in payments_of_person(desk.session, desk.bureau.support.id, person)
        ]

    assert own() == []
    desk.finalise(run)
    assert own() == [(LineOutcome.PAID, 5000, 4000, 9000, False)]
    pay_all(desk, run)
    move(desk, "湖畔", District.KUSHIRO)
    second = start_correction_run(**desk.given, committee_id=desk.bureau.support.id)
    take_correction(**desk.given, run=second, attendance_id=attendance(desk, run.meeting_id or "", "湖畔"))
    desk.finalise(second)
    assert own() == [
        (LineOutcome.PAID, 0, -4000, -4000, True),
        (LineOutcome.PAID, 5000, 4000, 9000, False),
    ]
    assert len(payments_of_person(desk.session, desk.bureau.support.id, person, most=1)) == 1
    assert payments_of_person(desk.session, desk.bureau.regional.id, person) == []


def test_bodies_are_kept_apart(desk: PayDesk) -> None:
    outsider(desk)
    assert open_questions(desk.session, desk.bureau.regional.id) == []
    assert pay_progress(desk.session, desk.bureau.regional.id) == []
