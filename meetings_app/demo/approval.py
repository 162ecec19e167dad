"""見本の議事録: sent round, commented, mended and approved on the afternoon of the meeting. Every word is made up.

The 議長 gives the draft back to have it sent round first; one comment is taken, one is not, with an answer.
"""

from dataclasses import dataclass

from sqlmodel import Session

from agenda.services.items import ItemView, items_of
from meetings_app.core.clock import Clock, FixedClock, tokyo
from meetings_app.demo.office import actor_of
from meetings_app.demo.products import replayed_meeting
from meetings_app.demo.story import MEETING_DAY
from meetings_app.tables.base import new_id
from meetings_app.tables.meetings import Meeting
from minutes.edition_tables import CommentVerdict
from minutes.live_tables import RecordField
from minutes.rules.minutes_view import content_hash
from minutes.services.circulation import (
    answer_comment,
    circulate_minutes,
    comment_on_minutes,
    end_circulation,
)
from minutes.services.comments import text_mark
from minutes.services.field_history import field_now
from minutes.services.live_fields import write_field
from minutes.services.minutes import approve_minutes, minutes_status, return_minutes, submit_minutes
from minutes.services.minutes_view import build_view
from minutes.tables import MinutesStatus

RETURNED_BECAUSE = "出席した人に回覧し、意見を聞いてから承認したい。"
MENDED = (9, 3)
MENDED_TEXT = "案のとおり進める。送迎の相談の結果と合わせ、7月に様子を報告する。"


@dataclass(frozen=True, slots=True)
class _Said:
    """意見 of one account on the item of a case and plan, with what the secretariat answered."""

    login: str
    case: int
    plan: int
    text: str
    verdict: CommentVerdict
    answer: str
    minute: int


SAID = (
    _Said(
        "iin",
        *MENDED,
        "7月の報告では、送迎の相談の結果も合わせて聞くことになったと思います。",
        CommentVerdict.TAKEN,
        "確認した事項に、送迎の相談の結果を加えました。",
        20,
    ),
    _Said(
        "fukushi",
        13,
        3,
        "住まいの一覧を作る期限を、3月末までに早めてはどうでしょうか。",
        CommentVerdict.NOT_TAKEN,
        "期限は会議で4月18日と決めたため、そのままとします。早めるときは、次の会議に諮ります。",
        30,
    ),
)


def play_minutes(session: Session) -> bool:
    """Bring the minutes that wait for approval to their approved edition; False where they do not wait."""
    meeting = replayed_meeting(session)
    if minutes_status(session, meeting.id) is not MinutesStatus.SUBMITTED:
        return False
    _send_round(session, meeting)
    for said in SAID:
        _say(session, meeting, said)
    _mend(session, meeting)
    _approve(session, meeting)
    return True


def _send_round(session: Session, meeting: Meeting) -> None:
    chair = actor_of(session, "iincho", meeting.committee_id)
    return_minutes(session=session, actor=chair, clock=_at(5), meeting=meeting, reason=RETURNED_BECAUSE)
    circulate_minutes(
        session=session,
        actor=actor_of(session, "jimukyoku", meeting.committee_id),
        clock=_at(10),
        meeting=meeting,
        comments_until=MEETING_DAY,
    )


def _say(session: Session, meeting: Meeting, said: _Said) -> None:
    comment = comment_on_minutes(
        session=session,
        actor=actor_of(session, said.login, meeting.committee_id),
        clock=_at(said.minute),
        meeting=meeting,
        item_id=_item(session, meeting, said.case, said.plan).item.id,
        text=said.text,
    )
    answer_comment(
        session=session,
        actor=actor_of(session, "jimukyoku", meeting.committee_id),
        clock=_at(said.minute + 5),
        meeting=meeting,
        comment_id=comment.id,
        verdict=said.verdict,
        answer=said.answer,
        mark=text_mark(said.text),
    )


def _mend(session: Session, meeting: Meeting) -> None:
    """End the circulation, and write into the record what one comment asked for."""
    secretary = actor_of(session, "jimukyoku", meeting.committee_id)
    end_circulation(session=session, actor=secretary, clock=_at(45), meeting=meeting)
    view = _item(session, meeting, *MENDED)
    field = RecordField.CONFIRMED
    write_field(
        session=session,
        actor=secretary,
        clock=_at(50),
        meeting=meeting,
        view=view,
        field=field,
        value=MENDED_TEXT,
        base=field_now(session, view.item.id, field).version,
        op=new_id(),
        writer="",
    )


def _approve(session: Session, meeting: Meeting) -> None:
    secretary = actor_of(session, "jimukyoku", meeting.committee_id)
    submit_minutes(session=session, actor=secretary, clock=_at(60), meeting=meeting)
    approve_minutes(
        session=session,
        actor=actor_of(session, "iincho", meeting.committee_id),
        clock=_at(75),
        meeting=meeting,
        content=content_hash(build_view(session, meeting)),
    )


def _item(session: Session, meeting: Meeting, case: int, plan: int) -> ItemView:
    return next(
        view
        for view in items_of(session, meeting.id)
        if view.client and view.plan and (view.client.case_number, view.plan.number) == (case, plan)
    )


def _at(minute: int) -> Clock:
    """Return a clock that stands so many minutes after three o'clock."""
    return FixedClock(tokyo(MEETING_DAY, 15 + minute // 60, minute % 60))
