"""見本の再現: the meeting of 2014-03-25 as of that day, on the imported register."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from importlib.resources import files

from sqlmodel import Session

from agenda.services.assembly import Skip, add_item, assemble_agenda
from agenda.services.items import ItemView, items_of
from agenda.services.participation import Choice, decide_participants, propose_for_item
from agenda.services.register import ImportResult, import_register
from calendars.services import answer_slot, choose_slot, convene, offer_slots, people_asked
from honoraria.services.runs import start_run
from meetings_app.core.actor import Actor
from meetings_app.core.clock import Clock, FixedClock, tokyo
from meetings_app.core.errors import Refused
from meetings_app.core.terms import (
    MUNICIPALITIES,
    Answer,
    Capacity,
    IssueCategory,
    IssueStatus,
    Purpose,
    Role,
    Shortage,
)
from meetings_app.demo import story
from meetings_app.demo.office import (
    DemoOffice,
    create_accounts,
    create_bodies,
    create_people,
    declare_relations,
)
from meetings_app.demo.plans import decide_before_meeting, tell_plans
from meetings_app.services.meetings import plan_meeting
from meetings_app.services.office_settings import set_setting
from meetings_app.tables.meetings import Meeting
from minutes.services.attendance import arrive, confirm_attendance, leave, mark_absent
from minutes.services.issues import raise_issue, review_public_text
from minutes.services.minutes import describe_minutes, get_minutes, submit_minutes
from minutes.services.running import Outcome, add_action, close_meeting, open_meeting, record_item

REGISTER = "kushiro_fy2013_plan_register.csv"
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Stage:
    """舞台: what every step needs. `at` sets the clock of one step."""

    session: Session
    actor: Actor
    say: Say
    office: DemoOffice

    def at(self, day: date, hour: int, minute: int = 0) -> Clock:
        """Return a clock standing at that moment in Japan."""
        return FixedClock(tokyo(day, hour, minute))


def replay(session: Session, say: Say) -> ImportResult:
    """Create the office and replay the meeting; returns what the register import found."""
    actor = Actor(name="事務局（見本）", role=Role.SECRETARIAT, committee_id="")
    start = FixedClock(tokyo(date(2013, 10, 1), 9))
    say("会議体を作っています（支援調整会議、圏域会議）")
    office = create_bodies(session=session, actor=actor, clock=start)
    stage = Stage(session, actor, say, office)
    say("平成25年度のプラン台帳を取り込んでいます")
    found = _import(stage)
    say("委員・参加者・利用者を作っています（すべて架空）")
    create_people(session=session, actor=actor, clock=start, office=office)
    declare_relations(session=session, actor=actor, clock=start, office=office)
    create_accounts(session=session, actor=actor, clock=start, office=office)
    say("プランの中身（目標、支援内容、アセスメント、レベル）を書き入れています（すべて架空）")
    tell_plans(session, actor, office)
    say("第19回（平成26年3月25日）の日程を決め、招集しています")
    meeting = _prepare(stage)
    say("第19回を開き、9つの議題を記録しています")
    _hold(stage, meeting)
    say("支給を判定し、議事録を作っています")
    _after(stage, meeting)
    say("次の回の日程調整と、圏域の地域課題を入れています")
    _next_meeting(stage)
    _regional_issues(stage)
    set_setting(
        session=session, actor=actor, clock=start, key="demo.as_of", value=story.MEETING_DAY.isoformat()
    )
    return found


def _import(stage: Stage) -> ImportResult:
    data = (files("agenda") / "sample" / REGISTER).read_bytes()
    found = import_register(
        session=stage.session,
        actor=stage.actor,
        clock=stage.at(date(2014, 3, 1), 9),
        committee_id=stage.office.support.id,
        filename=REGISTER,
        data=data,
    )
    if found.refused:
        raise Refused("見本の台帳を取り込めませんでした。プログラムを入れ直してください。")
    return found


def _prepare(stage: Stage) -> Meeting:
    """Plan, assemble, decide, poll and convene."""
    session, actor, office = stage.session, stage.actor, stage.office
    planning = stage.at(date(2014, 3, 12), 10)
    meeting = plan_meeting(
        session=session,
        actor=actor,
        clock=planning,
        committee_id=office.support.id,
        starts_at=tokyo(story.MEETING_DAY, 13, 30),
        ends_at=tokyo(story.MEETING_DAY, 15, 30),
        venue_id=office.venue.id,
        number=story.MEETING_NUMBER,
    )
    skips = [Skip(case, plan, why) for case, plan, why in story.SKIPS]
    assemble_agenda(session=session, actor=actor, clock=planning, meeting=meeting, skips=skips)
    for view in items_of(session, meeting.id):
        decide_participants(
            session=session,
            actor=actor,
            clock=planning,
            meeting=meeting,
            item=view.item,
            choices=_choices(stage, meeting, view),
            decided_by_id=office.people["chair"],
            decided_on=date(2014, 3, 12),
        )
    _poll(stage, meeting)
    decide_before_meeting(session, actor, office, meeting)
    convene(session=session, actor=actor, clock=stage.at(date(2014, 3, 17), 9), meeting=meeting)
    return meeting


_GENERAL = ("adviser", "vice1", "vice2", "welfare", "hospital", "absent", "outside")
_BY_CASE = {
    9: ("substitute", "jobcentre"),
    11: ("substitute", "inlaw"),
    13: ("inlaw",),
    14: ("landlord", "client14"),
    15: ("nephew",),
}
_ASKED = {"landlord": "住まいの契約の見通し", "jobcentre": "求人と職業訓練の状況"}
_REQUIRED = ("vice1", "adviser")
_GUEST_CAPACITY = {
    "landlord": Capacity.INVITEE,
    "jobcentre": Capacity.INVITEE,
    "client14": Capacity.CLIENT,
}


def _choices(stage: Stage, meeting: Meeting, view: ItemView) -> list[Choice]:
    """Return the chair's decision: the proposal, with those whom this case concerns."""
    people = stage.office.people
    case = view.client.case_number if view.client else 0
    wanted = {people[key] for key in (*_GENERAL, *_BY_CASE.get(case, ()))}
    required = {people[key] for key in _REQUIRED}
    choices = [
        Choice(
            person_id=proposal.person_id,
            capacity=proposal.capacity,
            takes_part=proposal.person_id in wanted
            or (proposal.takes_part and proposal.required)
            or proposal.capacity is Capacity.SECRETARIAT,
            required=proposal.required or proposal.person_id in required,
        )
        for proposal in propose_for_item(stage.session, meeting, view)
    ]
    guests = [
        Choice(people[key], _GUEST_CAPACITY[key], note=_ASKED.get(key, ""))
        for key in _BY_CASE.get(case, ())
        if key in _GUEST_CAPACITY
    ]
    return [choice for choice in choices if choice.takes_part] + guests


def _poll(stage: Stage, meeting: Meeting) -> None:
    """Offer four slots, record the answers and take the best one."""
    days = (date(2014, 3, 24), story.MEETING_DAY, date(2014, 3, 26), date(2014, 3, 27))
    slots = offer_slots(
        session=stage.session,
        actor=stage.actor,
        clock=stage.at(date(2014, 3, 12), 11),
        meeting=meeting,
        times=[(tokyo(day, 10), tokyo(day, 12)) for day in days],
    )
    refusals = {0: ("chair", "adviser"), 2: ("vice1",), 3: ("chair", "vice1", "landlord")}
    hesitations = {0: ("vice2",), 1: ("welfare",), 2: ("adviser", "landlord")}
    keys = {person_id: key for key, person_id in stage.office.people.items()}
    for place, slot in enumerate(slots):
        for person in people_asked(stage.session, meeting):
            key = keys[person.id]
            answer = Answer.YES
            if key in refusals.get(place, ()):
                answer = Answer.NO
            elif key in hesitations.get(place, ()):
                answer = Answer.IF_NEED_BE
            answer_slot(
                session=stage.session,
                actor=stage.actor,
                clock=stage.at(date(2014, 3, 14), 10),
                meeting=meeting,
                slot_id=slot.id,
                person_id=person.id,
                answer=answer,
            )
    choose_slot(
        session=stage.session,
        actor=stage.actor,
        clock=stage.at(date(2014, 3, 17), 9),
        meeting=meeting,
        slot_id=slots[1].id,
    )


_LATE = {"inlaw": 24, "client14": 70, "landlord": 70, "nephew": 80}
_EARLY = {"client14": 82, "landlord": 82, "jobcentre": 24}


def _hold(stage: Stage, meeting: Meeting) -> None:
    """Open, record who came and what was decided, close."""
    session, actor = stage.session, stage.actor
    clock = stage.at(story.MEETING_DAY, 10)
    views = items_of(session, meeting.id)
    _late_change(stage, meeting, views)
    open_meeting(
        session=session,
        actor=actor,
        clock=clock,
        meeting=meeting,
        at=_minute(0),
        presider_id=stage.office.people["chair"],
    )
    _arrivals(stage, meeting)
    scenes = {(scene.case, scene.plan): scene for scene in story.SCENES}
    for view in views:
        if view.client is None or view.plan is None:
            continue
        _play(stage, meeting, view, scenes[view.client.case_number, view.plan.number])
    _departures(stage, meeting)
    close_meeting(session=session, actor=actor, clock=clock, meeting=meeting, at=_minute(story.CLOSES))


def _late_change(stage: Stage, meeting: Meeting, views: list[ItemView]) -> None:
    """On the day the chair makes the 民生委員 required for the new plan of No. 9: a new decision."""
    view = next(view for view in views if view.plan and (view.plan.number == 3) and view.client)
    decide_participants(
        session=stage.session,
        actor=stage.actor,
        clock=stage.at(story.MEETING_DAY, 9, 50),
        meeting=meeting,
        item=view.item,
        choices=[
            Choice(
                stage.office.people["welfare"],
                Capacity.MEMBER,
                required=True,
                note="民生委員の意見が要るため、当日に必要な人とした。",
            )
        ],
        decided_by_id=stage.office.people["chair"],
        decided_on=story.MEETING_DAY,
    )


def _arrivals(stage: Stage, meeting: Meeting) -> None:
    expected = {*_GENERAL, "chair", "counsellor1", "counsellor2", "cityoffice"}
    expected |= {key for keys in _BY_CASE.values() for key in keys}
    for key in sorted(expected - {"absent"}):
        arrive(
            session=stage.session,
            actor=stage.actor,
            clock=stage.at(story.MEETING_DAY, 10),
            meeting=meeting,
            person_id=stage.office.people[key],
            at=_minute(_LATE.get(key, 0)),
        )
    mark_absent(
        session=stage.session,
        actor=stage.actor,
        clock=stage.at(story.MEETING_DAY, 10),
        meeting=meeting,
        person_id=stage.office.people["absent"],
        reason="急な所用のため",
    )


def _departures(stage: Stage, meeting: Meeting) -> None:
    for key, minute in _EARLY.items():
        leave(
            session=stage.session,
            actor=stage.actor,
            clock=stage.at(story.MEETING_DAY, 10),
            meeting=meeting,
            person_id=stage.office.people[key],
            at=_minute(minute),
        )


def _play(stage: Stage, meeting: Meeting, view: ItemView, scene: story.Scene) -> None:
    """Record one item with its actions and the issues raised on it."""
    session, actor = stage.session, stage.actor
    clock = FixedClock(_minute(scene.ends))
    record_item(
        session=session,
        actor=actor,
        clock=clock,
        meeting=meeting,
        view=view,
        version=0,
        started_at=_minute(scene.begins),
        ended_at=_minute(scene.ends),
        result=Outcome(
            outcome=str(scene.outcome),
            explanation=scene.explanation,
            discussion=scene.discussion,
            confirmed=scene.confirmed,
            fits_situation=True,
            leads_to_solution=True,
            keeps_motivation=True,
            resources_missing=scene.resources_missing,
            follow_up=scene.follow_up,
        ),
    )
    for what, who, due_on in scene.actions:
        add_action(
            session=session,
            actor=actor,
            clock=clock,
            meeting=meeting,
            view=view,
            what=what,
            who=who,
            due_on=due_on,
        )
    for category, shortage, municipality, text in scene.issues:
        raise_issue(
            session=session,
            actor=actor,
            clock=clock,
            committee_id=meeting.committee_id,
            raised_on=story.MEETING_DAY,
            category=category,
            shortage=shortage,
            municipality=municipality,
            internal_text=text,
            item_id=view.item.id,
        )


def _after(stage: Stage, meeting: Meeting) -> None:
    """Confirm attendance, assess, and hand the minutes to the chair."""
    clock = stage.at(story.MEETING_DAY, 15)
    session, actor = stage.session, stage.actor
    confirm_attendance(session=session, actor=actor, clock=clock, meeting=meeting)
    start_run(session=session, actor=actor, clock=clock, meeting=meeting)
    minutes = get_minutes(session, meeting)
    describe_minutes(
        session=session,
        actor=actor,
        clock=clock,
        meeting=meeting,
        document_number="見本協第19号",
        document_date=story.MEETING_DAY,
        next_meeting="第20回 平成26年3月28日（金）の予定",
        version=minutes.version,
    )
    submit_minutes(session=session, actor=actor, clock=clock, meeting=meeting)


def _next_meeting(stage: Stage) -> None:
    """Plan the meeting of 2014-03-28 with slots that not everybody has answered."""
    session, actor, office = stage.session, stage.actor, stage.office
    clock = stage.at(story.MEETING_DAY, 15, 30)
    meeting = plan_meeting(
        session=session,
        actor=actor,
        clock=clock,
        committee_id=office.support.id,
        starts_at=tokyo(date(2014, 3, 28), 13),
        ends_at=tokyo(date(2014, 3, 28), 14),
        venue_id=office.venue.id,
    )
    add_item(
        session=session,
        actor=actor,
        clock=clock,
        meeting=meeting,
        title="朝の移動手段について",
        purpose=Purpose.REGIONAL,
    )
    view = items_of(session, meeting.id)[0]
    members = ("chair", "vice1", "vice2", "adviser", "welfare", "inlaw")
    capacity = {"adviser": Capacity.ADVISER}
    decide_participants(
        session=session,
        actor=actor,
        clock=clock,
        meeting=meeting,
        item=view.item,
        choices=[
            Choice(
                office.people[key],
                capacity.get(key, Capacity.MEMBER),
                required=key in ("chair", "adviser"),
            )
            for key in members
        ],
        decided_by_id=office.people["chair"],
        decided_on=story.MEETING_DAY,
    )
    slots = offer_slots(
        session=session,
        actor=actor,
        clock=clock,
        meeting=meeting,
        times=[
            (tokyo(day, hour), tokyo(day, hour + 1))
            for day in (date(2014, 3, 27), date(2014, 3, 28))
            for hour in (10, 14)
        ],
    )
    answers = {
        "chair": "×○○△",
        "vice1": "○○○×",
        "vice2": "○×△○",
        "adviser": "○○○○",
        "welfare": "×○○○",
    }
    for key, marks in answers.items():
        for slot, mark in zip(slots, marks, strict=True):
            answer_slot(
                session=session,
                actor=actor,
                clock=clock,
                meeting=meeting,
                slot_id=slot.id,
                person_id=office.people[key],
                answer=Answer(mark),
            )


def _regional_issues(stage: Stage) -> None:
    """Bring in the year's issues of all municipalities, and two reviewed public texts."""
    session, actor, office = stage.session, stage.actor, stage.office
    shortages = list(Shortage)
    statuses = list(IssueStatus)
    clock = stage.at(story.MEETING_DAY, 16)
    count = 0
    first: dict[tuple[IssueCategory, str], str] = {}
    for category, numbers in story.ISSUE_TABLE.items():
        for municipality, number in zip(MUNICIPALITIES, numbers, strict=True):
            for _ in range(number):
                issue = raise_issue(
                    session=session,
                    actor=actor,
                    clock=clock,
                    committee_id=office.regional.id,
                    raised_on=date(2013, 4, 1) + timedelta(days=count * 7 % 358),
                    category=category,
                    shortage=shortages[count % len(shortages)],
                    municipality=municipality,
                    status=statuses[count * 3 % len(statuses)],
                )
                first.setdefault((category, municipality), issue.id)
                count += 1
    for category, municipality, text in story.PUBLIC_TEXTS:
        review_public_text(
            session=session,
            actor=actor,
            clock=clock,
            issue_id=first[category, municipality],
            committee_id=office.regional.id,
            public_text=text,
        )


def _minute(after_ten: int) -> datetime:
    return tokyo(story.MEETING_DAY, 10) + timedelta(minutes=after_ten)
