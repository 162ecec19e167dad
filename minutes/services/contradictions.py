"""矛盾を防ぐ: who cannot have been absent, because something they did in the meeting stands on record."""

import json
from collections.abc import Sequence

from sqlmodel import Session, col, select

from agenda.services.items import items_of
from agenda.tables import ParticipationDecision
from meetings_app.core.clock import TOKYO
from meetings_app.core.errors import Refused
from meetings_app.core.terms import MeetingStatus
from meetings_app.services.members import get_person
from meetings_app.tables.meetings import Meeting
from minutes.live_tables import FieldWrite, OutcomeStamp, Presiding
from minutes.tables import ItemRecord


def refuse_absence(
    session: Session, meeting: Meeting, person_id: str, *, stamps_mistaken: bool = False
) -> None:
    """Raise Refused where somebody presided, decided on an item, or on the day decided who takes part.

    An outcome that was taken back binds nobody: what counts is who was there for the one that stands.
    `stamps_mistaken`: a named person says that the record of who was there for the outcomes is wrong as well.
    """
    name = get_person(session, person_id).name
    if _presided(session, meeting, person_id):
        raise Refused(
            "議長を務めた人を欠席にはできません。"
            f"{name} が議長でなかったときは、議長の記録を確かめてください。"
        )
    decided = () if stamps_mistaken else deciding_items(session, meeting, person_id)
    if decided:
        raise Refused(
            f"{name} は、{_quoted(decided)}の結果を決めた人として記録されています。{_way_out(meeting)}"
        )
    if _chose_participants(session, meeting, person_id):
        raise Refused(
            f"{name} は、会議の日に参加者を決めた人として記録されているため、欠席にはできません。"
            "参加者の決定の記録を確かめてください。"
        )


def deciding_items(session: Session, meeting: Meeting, person_id: str) -> list[str]:
    """Return the titles of the items whose outcome stands with somebody there to decide it."""
    stamps = standing_stamps(session, meeting)
    return [
        view.title
        for view in items_of(session, meeting.id)
        if view.item.id in stamps and person_id in json.loads(stamps[view.item.id].present)
    ]


def refuse_other_presence(
    session: Session, meeting: Meeting, item_id: str, person_id: str, *, aside: bool
) -> None:
    """Raise Refused where the outcome of an item stands with somebody aside (or present) who now is to be the other.

    `aside` is what the stamp may not say.
    """
    stamp = standing_stamps(session, meeting).get(item_id)
    if stamp is None or person_id not in json.loads(stamp.aside if aside else stamp.present):
        return
    name = get_person(session, person_id).name
    stood = "退席していた" if aside else "在席していた"
    raise Refused(
        f"{name} は、この議題の結果を決めたとき{stood}と記録されています。"
        "その結果をいったん「まだ決めない」に戻し、退席の記録を直してから、もう一度結果を記録してください。"
    )


def standing_stamps(session: Session, meeting: Meeting) -> dict[str, OutcomeStamp]:
    """Return, by item, the stamp of the outcome that stands; items without an outcome have none."""
    ids = [view.item.id for view in items_of(session, meeting.id)]
    rows = session.exec(
        select(OutcomeStamp)
        .join(FieldWrite, col(OutcomeStamp.write_id) == FieldWrite.id)
        .join(ItemRecord, col(ItemRecord.item_id) == OutcomeStamp.item_id)
        .where(col(OutcomeStamp.item_id).in_(ids), col(ItemRecord.outcome).is_not(None))
        .order_by(col(FieldWrite.version))
    ).all()
    return {row.item_id: row for row in rows}


def _presided(session: Session, meeting: Meeting, person_id: str) -> bool:
    row = session.exec(
        select(Presiding.id).where(Presiding.meeting_id == meeting.id, Presiding.person_id == person_id)
    ).first()
    return meeting.presider_id == person_id or row is not None


def _chose_participants(session: Session, meeting: Meeting, person_id: str) -> bool:
    day = (meeting.opened_at or meeting.starts_at).astimezone(TOKYO).date()
    ids = [view.item.id for view in items_of(session, meeting.id)]
    row = session.exec(
        select(ParticipationDecision.id).where(
            col(ParticipationDecision.item_id).in_(ids),
            ParticipationDecision.decided_by_id == person_id,
            ParticipationDecision.decided_on == day,
        )
    ).first()
    return row is not None


def _quoted(titles: Sequence[str]) -> str:
    shown = "".join(f"「{title}」" for title in titles[:3])
    return shown if len(titles) <= 3 else f"{shown}ほか{len(titles) - 3}件"


def _way_out(meeting: Meeting) -> str:
    if meeting.status is MeetingStatus.OPEN:
        return (
            "到着の誤りなら、その結果をいったん「まだ決めない」に戻し、出欠を直してから、"
            "もう一度結果を記録してください。"
        )
    return (
        "時刻の誤りなら、到着と退席の時刻を訂正してください。実際には来ていなかったときは、"
        "「結果の記録の在席も誤りだった」に印を付けてから訂正してください。"
    )
