"""見本の支給: three meetings on their way from attendance to the bank. Every decision, name and account is made up.

第17回 is paid, with a transfer that came back and was made again; 第18回 waits for a decision that whoever tries the
product can record; the replayed 第19回 is final and ordered at the bank.
"""

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, select

from agenda.services.assembly import add_item
from agenda.services.items import items_of
from agenda.services.participation import Choice, decide_participants
from calendars.services import convene
from honoraria.services.bank_accounts import register_account
from honoraria.services.frozen import sha256
from honoraria.services.payments import confirm_transfer, mark_returned, order_transfer, pay_cash
from honoraria.services.runs import approve_run, check_run, content_of, finalise_run, start_run
from honoraria.services.settlements import settle
from honoraria.tables import PayRun
from meetings_app.core.actor import Actor
from meetings_app.core.clock import Clock, FixedClock, tokyo
from meetings_app.core.terms import (
    AccountKind,
    AttendanceMode,
    Capacity,
    CommitteeKind,
    LineOutcome,
    Purpose,
    Role,
    WithholdingMode,
)
from meetings_app.demo import cast
from meetings_app.demo.office import actor_of
from meetings_app.demo.story import MEETING_DAY, MEETING_NUMBER
from meetings_app.services.committees import find_committee
from meetings_app.services.meetings import plan_meeting
from meetings_app.services.office_settings import set_setting
from meetings_app.tables.meetings import Meeting, Venue
from meetings_app.tables.people import Person
from minutes.rules.minutes_view import content_hash
from minutes.services.attendance import arrive, confirm_attendance
from minutes.services.minutes import approve_minutes, submit_minutes
from minutes.services.minutes_view import build_view
from minutes.services.running import Outcome, close_meeting, open_meeting, possible_outcomes, record_item

PAID_DAY, OPEN_DAY = date(2014, 3, 11), date(2014, 3, 18)
PAID_NUMBER, OPEN_NUMBER = 17, 18
TRANSFERRED_ON, RETURNED_ON, AGAIN_ON = date(2014, 3, 14), date(2014, 3, 17), date(2014, 3, 19)
REPLAYED_TRANSFER_ON = date(2014, 3, 26)
PRESENT = ("chair", "vice1", "vice2", "adviser", "welfare", "hospital", "outside")
RESPONSIBLE = "見本 会計責任者"

BANK, BRANCH = "0116", "920"
PAYER = {
    "payer.consignor_code": "0000012345",
    "payer.name_kana": "ﾐﾎﾝｾｲｶﾂｼｴﾝｷﾖｳｷﾞｶｲ",
    "payer.bank_code": BANK,
    "payer.branch_code": BRANCH,
    "payer.account_number": "0001234",
}

RULINGS = {
    "outside": ("最も近い地区の額を用いる", 5000, 2000, "会場までの道のりが音別地区とほぼ同じため。"),
    "substitute": ("", 5000, 0, "公務員でないことを電話で確かめた。申告書は次回までに出してもらう。"),
    "inlaw": ("", 0, 0, "本人の家族に当たる案件に出席しており、回全体を支給しないこととした。"),
}
"""個別決定 of the demonstration: label, 報酬, 旅費 and the reason, by the key of the cast."""


@dataclass(frozen=True, slots=True)
class _Desk:
    """会計の机: who does what, found by the accounts of the demonstration."""

    session: Session
    committee_id: str
    venue_id: str | None
    people: dict[str, str]
    secretary: Actor
    accountant: Actor
    chair: Actor


def play_payments(session: Session) -> bool:
    """Pay, settle and freeze as the story has it; return False where it was done before."""
    committee = find_committee(session, CommitteeKind.SUPPORT)
    replayed = session.exec(
        select(Meeting).where(Meeting.committee_id == committee.id, Meeting.number == MEETING_NUMBER)
    ).one()
    known = session.exec(
        select(Meeting.id).where(Meeting.committee_id == committee.id, Meeting.number == PAID_NUMBER)
    ).first()
    if known is not None:
        return False
    desk = _desk(session, committee.id, replayed)
    _settings(desk)
    _accounts(desk)
    _paid_meeting(desk)
    _open_meeting(desk)
    _replayed(desk, replayed)
    return True


def _desk(session: Session, committee_id: str, replayed: Meeting) -> _Desk:
    keys = {role.name: role.key for role in (*cast.CAST, *cast.GUESTS)}
    people = {keys[one.name]: one.id for one in session.exec(select(Person)).all() if one.name in keys}
    return _Desk(
        session=session,
        committee_id=committee_id,
        venue_id=session.get_one(Venue, replayed.venue_id).id if replayed.venue_id else None,
        people=people,
        secretary=actor_of(session, "jimukyoku", committee_id),
        accountant=actor_of(session, "kaikei", committee_id),
        chair=actor_of(session, "iincho", committee_id),
    )


def _at(day: date, hour: int = 17) -> Clock:
    return FixedClock(tokyo(day, hour))


def _settings(desk: _Desk) -> None:
    """源泉なし, decided by somebody made up, and the account that pays."""
    decider = Actor(RESPONSIBLE, Role.ACCOUNTING, desk.committee_id)
    values: dict[str, str | bool] = {
        "honoraria.withholding_mode": str(WithholdingMode.NONE),
        "honoraria.withholding_on_travel": False,
        **PAYER,
    }
    for key, value in values.items():
        set_setting(session=desk.session, actor=decider, clock=_at(date(2014, 3, 3), 9), key=key, value=value)


def _accounts(desk: _Desk) -> None:
    for number, role in enumerate(cast.CAST, start=1):
        if role.capacity in (Capacity.MEMBER, Capacity.ADVISER) or role.key == "landlord":
            _account(desk, role, number)
    _account(desk, next(guest for guest in cast.GUESTS if guest.key == "landlord"), 90)


def _account(desk: _Desk, role: cast.Role, number: int) -> None:
    register_account(
        session=desk.session,
        actor=desk.accountant,
        clock=_at(date(2014, 3, 3)),
        person_id=desk.people[role.key],
        bank_code=BANK,
        branch_code=BRANCH,
        kind=AccountKind.ORDINARY,
        number=f"{number * 1111:07}",
        holder=role.kana,
    )


# ---- meetings without cases


def _paid_meeting(desk: _Desk) -> None:
    """第17回: settled, transferred, one transfer returned and made again, one person paid in cash."""
    run = _run(desk, _held(desk, PAID_DAY, PAID_NUMBER), PAID_DAY)
    _settle(desk, run, PAID_DAY)
    _finalise(desk, run, PAID_DAY)
    session, actor = desk.session, desk.accountant
    welfare, adviser = desk.people["welfare"], desk.people["adviser"]
    pay_cash(
        session=session,
        actor=actor,
        clock=_at(date(2014, 3, 12)),
        run=run,
        person_id=welfare,
        paid_on=date(2014, 3, 12),
    )
    _transfer(desk, run, ordered=date(2014, 3, 12), on=TRANSFERRED_ON)
    mark_returned(
        session=session,
        actor=actor,
        clock=_at(RETURNED_ON),
        run=run,
        person_id=adviser,
        returned_on=RETURNED_ON,
        reason="口座名義の相違。本人に確かめ、同じ口座へ振り込み直す。",
    )
    _transfer(desk, run, ordered=RETURNED_ON, on=AGAIN_ON)


def _open_meeting(desk: _Desk) -> None:
    """第18回: a draft in which a decision is still to be recorded."""
    _run(desk, _held(desk, OPEN_DAY, OPEN_NUMBER), OPEN_DAY)


def _replayed(desk: _Desk, meeting: Meeting) -> None:
    run = _run(desk, meeting, MEETING_DAY)
    _settle(desk, run, MEETING_DAY)
    _finalise(desk, run, MEETING_DAY)
    order_transfer(
        session=desk.session,
        actor=desk.accountant,
        clock=_at(MEETING_DAY, 16),
        run=run,
        transfer_on=REPLAYED_TRANSFER_ON,
    )


def _held(desk: _Desk, day: date, number: int) -> Meeting:
    """Hold a meeting on a matter without a case."""
    session, actor = desk.session, desk.secretary
    meeting = plan_meeting(
        session=session,
        actor=actor,
        clock=_at(day, 8),
        committee_id=desk.committee_id,
        starts_at=tokyo(day, 10),
        ends_at=tokyo(day, 11),
        venue_id=desk.venue_id,
        number=number,
    )
    add_item(
        session=session,
        actor=actor,
        clock=_at(day, 8),
        meeting=meeting,
        title="関係機関との連絡の取り方について",
        purpose=Purpose.NETWORK,
    )
    [view] = items_of(session, meeting.id)
    capacity = {"adviser": Capacity.ADVISER}
    decide_participants(
        session=session,
        actor=desk.chair,
        clock=_at(day, 8),
        meeting=meeting,
        item=view.item,
        choices=[
            Choice(desk.people[key], capacity.get(key, Capacity.MEMBER), required=key == "chair")
            for key in PRESENT
        ],
        decided_by_id=desk.people["chair"],
        decided_on=day,
    )
    convene(session=session, actor=actor, clock=_at(day, 9), meeting=meeting)
    open_meeting(
        session=session,
        actor=actor,
        clock=_at(day, 10),
        meeting=meeting,
        at=tokyo(day, 10),
        presider_id=desk.people["chair"],
    )
    for key in PRESENT:
        arrive(
            session=session,
            actor=actor,
            clock=_at(day, 10),
            meeting=meeting,
            person_id=desk.people[key],
            at=tokyo(day, 10),
            mode=AttendanceMode.IN_PERSON,
        )
    record_item(
        session=session,
        actor=actor,
        clock=_at(day, 11),
        meeting=meeting,
        view=view,
        version=0,
        started_at=tokyo(day, 10),
        ended_at=tokyo(day, 11),
        result=Outcome(possible_outcomes(session, view)[0], discussion="連絡先の一覧を持ち寄ることとした。"),
    )
    close_meeting(session=session, actor=actor, clock=_at(day, 11), meeting=meeting, at=tokyo(day, 11))
    confirm_attendance(session=session, actor=actor, clock=_at(day, 12), meeting=meeting)
    _approve_minutes(desk, meeting, day)
    return meeting


def _approve_minutes(desk: _Desk, meeting: Meeting, day: date) -> None:
    session = desk.session
    submit_minutes(session=session, actor=desk.secretary, clock=_at(day, 13), meeting=meeting)
    approve_minutes(
        session=session,
        actor=desk.chair,
        clock=_at(day, 14),
        meeting=meeting,
        content=content_hash(build_view(session, meeting)),
    )


# ---- sheets


def _run(desk: _Desk, meeting: Meeting, day: date) -> PayRun:
    return start_run(session=desk.session, actor=desk.accountant, clock=_at(day, 15), meeting=meeting)


def _settle(desk: _Desk, run: PayRun, day: date) -> None:
    keys = {person_id: key for key, person_id in desk.people.items()}
    for line in content_of(desk.session, run).lines:
        if line.outcome is LineOutcome.JUDGEMENT:
            label, honorarium, travel, reason = RULINGS[keys[line.person_id]]
            settle(
                session=desk.session,
                actor=desk.accountant,
                clock=_at(day, 15),
                run=run,
                attendance_id=line.attendance_id,
                honorarium=honorarium,
                travel=travel,
                label=label,
                reason=reason,
                decided_by=RESPONSIBLE,
            )


def _finalise(desk: _Desk, run: PayRun, day: date) -> None:
    seen = sha256(content_of(desk.session, run))
    clock = _at(day, 16)
    check_run(session=desk.session, actor=desk.accountant, clock=clock, run=run, seen=seen)
    approve_run(session=desk.session, actor=desk.chair, clock=clock, run=run, seen=seen)
    finalise_run(session=desk.session, actor=desk.accountant, clock=clock, run=run, seen=seen)


def _transfer(desk: _Desk, run: PayRun, *, ordered: date, on: date) -> None:
    made = order_transfer(
        session=desk.session, actor=desk.accountant, clock=_at(ordered), run=run, transfer_on=on
    )
    confirm_transfer(
        session=desk.session, actor=desk.accountant, clock=_at(on), run=run, file_id=made.id, paid_on=on
    )
