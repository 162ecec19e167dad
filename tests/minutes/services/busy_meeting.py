"""A meeting with two recusals, three late arrivals and a 訂正, made by the services themselves."""

from dataclasses import dataclass, replace
from datetime import date

from meetings_app.core.actor import Actor
from meetings_app.core.clock import FixedClock
from meetings_app.core.terms import Capacity, Role
from meetings_app.tables.meetings import Meeting
from minutes.edition_tables import EditionKind, MinutesEdition
from minutes.rules.minutes_json import read_canonical
from minutes.rules.minutes_view import Correction, content_hash
from minutes.services.attendance import recuse
from minutes.services.editions import issue_edition, newest_edition
from minutes.services.minutes import approve_minutes, submit_minutes
from minutes.services.minutes_view import build_view
from minutes.services.running import Outcome, add_action, record_item, records_of
from tests.office_builder import TODAY, Bureau, minute

LATE = {"原　健": 8, "温根内 八重": 17, "副委員長2": 32}


@dataclass(frozen=True, slots=True)
class BusyMeeting:
    """The meeting with its editions: the approved one, and the one with the 訂正."""

    bureau: Bureau
    meeting: Meeting
    chair: Actor


def busy_meeting(bureau: Bureau) -> BusyMeeting:
    """Hold, confirm and close the meeting: four cases, two recusals, three late arrivals. Nothing is approved."""
    for name in ("原　健", "温根内 八重"):
        bureau.member(name)
    bureau.person("雪里 真")
    for case in range(1, 5):
        bureau.case(case)
    meeting = bureau.meeting()
    bureau.assemble(meeting)
    names = ("副委員長1", "副委員長2", "助言者", *LATE)
    bureau.decide(meeting, "雪里 真", capacity=Capacity.INVITEE, items=bureau.items(meeting)[:1])
    bureau.opened(meeting, *dict.fromkeys(names))
    bureau.come(meeting, "委員長", "副委員長1", "助言者", "雪里 真")
    for name, after in LATE.items():
        bureau.come(meeting, name, after=after)
    views = bureau.items(meeting)
    for place, name in ((1, "原　健"), (2, "副委員長1")):
        recuse(
            **bureau.given,
            meeting=meeting,
            item_id=views[place].item.id,
            person_id=bureau.people[name],
            reason="本人の担当民生委員であるため",
        )
    for place, view in enumerate(views):
        _record(bureau, meeting, place)
        add_action(
            **bureau.given,
            meeting=meeting,
            view=view,
            what=f"様子を聞く（{place + 1}回目）",
            who="原　健",
            due_on=date(2014, 6, 10 + place),
        )
    bureau.closed(meeting)
    chair = Actor(
        name="委員長", role=Role.CHAIR, committee_id=bureau.support.id, person_id=bureau.people["委員長"]
    )
    return BusyMeeting(bureau, meeting, chair)


def _record(bureau: Bureau, meeting: Meeting, place: int) -> None:
    view = bureau.items(meeting)[place]
    known = records_of(bureau.session, [view.item.id]).get(view.item.id)
    record_item(
        **bureau.given,
        meeting=meeting,
        view=view,
        result=Outcome(
            "了承",
            explanation=f"事例{place + 1}の経過を説明した。",
            discussion=f"事例{place + 1}のほか、No.{(place + 1) % 4 + 1}との関わりも話した。",
            confirmed="案のとおり進める。",
        ),
        version=known.version if known else 0,
        started_at=minute(meeting, place * 15),
        ended_at=minute(meeting, place * 15 + 12 + place),
    )


def approved(busy: BusyMeeting) -> MinutesEdition:
    """Let the 議長 approve the minutes."""
    bureau = busy.bureau
    submit_minutes(**bureau.given, meeting=busy.meeting)
    approve_minutes(
        session=bureau.session,
        actor=busy.chair,
        clock=bureau.clock,
        meeting=busy.meeting,
        content=content_hash(build_view(bureau.session, busy.meeting)),
    )
    edition = newest_edition(bureau.session, busy.meeting.id, EditionKind.APPROVED)
    assert edition is not None
    return edition


def amended(busy: BusyMeeting) -> MinutesEdition:
    """Issue the edition with a 訂正 of what was confirmed on the second item."""
    bureau = busy.bureau
    edition = newest_edition(bureau.session, busy.meeting.id, EditionKind.APPROVED)
    assert edition is not None
    correction = Correction(
        TODAY,
        "議題2　確認した内容",
        "案のとおり進める。",
        "月2回として進める。",
        "書き落としがあったため",
        1,
        "委員長",
    )
    view = replace(read_canonical(edition.content), corrections=(correction,))
    clock = FixedClock(bureau.clock.now())
    return issue_edition(bureau.session, busy.chair, clock, busy.meeting, EditionKind.AMENDED, view)
