"""回収: which numbered packets came back after the meeting, ticked off one by one (会議後回収)."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from agenda.packet_tables import Packet, PacketCopy
from meetings_app.core.actor import Actor
from meetings_app.core.clock import TOKYO, Clock, today
from meetings_app.core.errors import NotFound, Refused
from meetings_app.core.wareki import format_wareki
from meetings_app.services.audit import record
from meetings_app.tables.meetings import Meeting
from meetings_app.tables.people import Person


@dataclass(frozen=True, slots=True)
class CopyLine:
    """配った資料一部: to whom, under which number, and when it came back (None: not yet)."""

    copy_id: str
    serial: int
    person_id: str
    name: str
    organisation: str
    files: tuple[str, ...]
    collected_on: date | None
    collected_by: str


def copies_of(session: Session, packet_id: str) -> list[CopyLine]:
    """Return the copies of a packet by their numbers."""
    rows = session.exec(
        select(PacketCopy, Person)
        .join(Person, col(PacketCopy.person_id) == Person.id)
        .where(PacketCopy.packet_id == packet_id)
        .order_by(col(PacketCopy.serial))
    ).all()
    return [
        CopyLine(
            copy_id=copy.id,
            serial=copy.serial,
            person_id=person.id,
            name=person.name,
            organisation=person.organisation,
            files=tuple(json.loads(copy.papers)),
            collected_on=copy.collected_on,
            collected_by=copy.collected_by,
        )
        for copy, person in rows
    ]


def find_packet(session: Session, packet_id: str, meeting: Meeting) -> Packet:
    """Return a finished packet of that meeting. Raises NotFound, also for another meeting's."""
    packet = session.get(Packet, packet_id)
    if packet is None or packet.meeting_id != meeting.id or packet.finished_at is None:
        raise NotFound("この資料は見つかりません。資料の画面から選び直してください。")
    return packet


def collect_copies(
    *,
    session: Session,
    actor: Actor,
    clock: Clock,
    packet: Packet,
    copy_ids: Collection[str] | None,
    collected_on: date,
) -> int:
    """回収を記録する: tick off these copies, or with None all that are still out; return how many.

    What was ticked off before keeps its day. Raises Refused for a day to come or before the packet was made, and
    where none was chosen; NotFound for a copy of another packet.
    """
    _refuse_wrong_day(packet, collected_on, clock)
    rows = {
        row.id: row for row in session.exec(select(PacketCopy).where(PacketCopy.packet_id == packet.id)).all()
    }
    wanted = list(rows) if copy_ids is None else list(copy_ids)
    if not wanted:
        raise Refused("回収した人を選んでください。")
    if any(copy_id not in rows for copy_id in wanted):
        raise NotFound("この資料は見つかりません。資料の画面から選び直してください。")
    out = [rows[copy_id] for copy_id in wanted if rows[copy_id].collected_on is None]
    for copy in out:
        copy.collected_on, copy.collected_by = collected_on, actor.name
        session.add(copy)
    session.flush()
    if out:
        _audit(session, actor, clock, "資料の回収", packet, [copy.serial for copy in out], collected_on)
    return len(out)


def undo_collection(*, session: Session, actor: Actor, clock: Clock, packet: Packet, copy_id: str) -> None:
    """回収を取り消す: the copy counts as still out. Raises NotFound for a copy of another packet."""
    copy = session.get(PacketCopy, copy_id)
    if copy is None or copy.packet_id != packet.id:
        raise NotFound("この資料は見つかりません。資料の画面から選び直してください。")
    if copy.collected_on is None:
        return
    before = copy.collected_on
    copy.collected_on, copy.collected_by = None, ""
    session.add(copy)
    session.flush()
    _audit(session, actor, clock, "資料の回収の取消し", packet, [copy.serial], before)


def _refuse_wrong_day(packet: Packet, day: date, clock: Clock) -> None:
    made = packet.started_at.astimezone(TOKYO).date()
    if day > today(clock):
        raise Refused(f"{format_wareki(day)}はまだ来ていません。回収した日を入れてください。")
    if day < made:
        raise Refused(
            f"この資料は{format_wareki(made)}に作りました。回収した日は、その日か、その後にしてください。"
        )


def _audit(
    session: Session, actor: Actor, clock: Clock, action: str, packet: Packet, serials: list[int], day: date
) -> None:
    record(
        session=session,
        actor=actor,
        clock=clock,
        action=action,
        subject="packet",
        subject_id=packet.id,
        detail={"meeting": packet.meeting_id, "serials": sorted(serials), "on": day},
    )
