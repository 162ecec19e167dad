"""会議資料一式: begun, made piece by piece after the answer has gone out, and handed out under serial numbers."""

import json
import logging
import secrets
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import defer
from sqlmodel import Session, col, func, select

from agenda.packet_tables import Packet, PacketCopy
from agenda.services.packet_contents import FromMinutes, HandoutFile, PacketContents, packet_contents
from agenda.services.packet_making import BuiltPacket, build_packet, load_materials
from meetings_app.core.actor import Actor
from meetings_app.core.clock import Clock
from meetings_app.core.errors import Refused
from meetings_app.core.terms import MeetingStatus, Role
from meetings_app.db.engine import Database
from meetings_app.services.audit import record
from meetings_app.tables.meetings import Meeting

logger = logging.getLogger(__name__)

SILENCE: Final = timedelta(minutes=2)
"""After so long without a sign of life a making counts as 中断."""

MAX_HANDED_OUT: Final = 100 * 1024 * 1024
"""Bytes of handouts in one packet, over all its folders."""

INTERRUPTED: Final = "資料作りが途中で止まりました（中断）。もう一度「資料を作る」を押してください。"
_MISSING: Final = "この資料は見つかりません。資料の画面から選び直してください。"

Material = Callable[[Session, Meeting], FromMinutes]
"""Gives what minutes know, with the previous minutes drawn."""


class _Superseded(Exception):  # noqa: N818 - a way out of the work, not a fault
    """This making was given up, and perhaps begun again, while it still went on."""


@dataclass(frozen=True, slots=True)
class PacketState:
    """資料作りの一回: `running` while it is being made; `failure` says why one ended early, 中断 included."""

    packet_id: str
    version: int
    with_pdf: bool
    started_at: datetime
    started_by: str
    finished_at: datetime | None
    total: int
    done: int
    failure: str
    running: bool
    sha256: str
    copies: int
    collected: int
    is_kept: bool
    """Whether its ZIP is still there: only that of the newest finished one is."""


# ---- making


def start_packet(
    *,
    session: Session,
    actor: Actor,
    clock: Clock,
    meeting: Meeting,
    contents: PacketContents,
    with_pdf: bool = False,
) -> Packet:
    """資料作りを始める: put down that it began; `make_packet` does the work.

    Raises Refused while another one runs, for a cancelled meeting, and for handouts too large to hand out.
    """
    if meeting.status is MeetingStatus.CANCELLED:
        raise Refused("中止した会議の資料は作れません。次の会議の画面で作ってください。")
    _refuse_too_large(contents)
    last = _last(session, meeting.id)
    if last is not None and _is_running(last, clock):
        raise Refused("ほかの人が資料を作っています。終わるまで待ってから、もう一度試してください。")
    if last is not None and last.finished_at is None and not last.failure:
        last.failure = INTERRUPTED
        session.add(last)
    packet = Packet(
        meeting_id=meeting.id,
        version=last.version + 1 if last else 1,
        with_pdf=with_pdf,
        started_at=clock.now(),
        started_by=actor.name,
        beat_at=clock.now(),
        total=len(contents.participants),
    )
    session.add(packet)
    session.flush()
    audit_packet(session, actor, clock, "資料作りの開始", packet)
    return packet


def make_packet(
    *, database: Database, actor: Actor, clock: Clock, packet_id: str, material: Material
) -> None:
    """資料を作る: the work itself, with sessions of its own, so that nobody waits for it.

    Reads what is on record now, makes the papers without holding the database, and puts down how far it has come.
    Whatever goes wrong is stored as a sentence and raised no further.
    """
    try:
        with database.read() as session:
            packet = session.get_one(Packet, packet_id)
            meeting, with_pdf = session.get_one(Meeting, packet.meeting_id), packet.with_pdf
            given = material(session, meeting)
            contents = packet_contents(session, meeting, given)
            materials = load_materials(session, meeting, contents, given)
        built = build_packet(
            contents,
            materials,
            with_pdf=with_pdf,
            progress=lambda done: _advance(database, clock, packet_id, done, len(contents.participants)),
        )
        with database.write() as session:
            _finish(session, actor, clock, packet_id, contents, built)
    except _Superseded:
        return
    except Refused as refusal:
        _fail(database, clock, packet_id, refusal.message)
    except Exception as fault:  # the page has to say something, whatever happened
        _fail(database, clock, packet_id, _logged(fault))


def _advance(database: Database, clock: Clock, packet_id: str, done: int, total: int) -> None:
    with database.write() as session:
        packet = _own(session, packet_id)
        packet.total, packet.done, packet.beat_at = total, done, clock.now()
        session.add(packet)


def _finish(
    session: Session,
    actor: Actor,
    clock: Clock,
    packet_id: str,
    contents: PacketContents,
    built: BuiltPacket,
) -> None:
    """Keep the packet, let go of the ones before it, and number the copies."""
    packet = _own(session, packet_id)
    for older in session.exec(
        select(Packet).where(
            Packet.meeting_id == packet.meeting_id, Packet.id != packet_id, col(Packet.content).is_not(None)
        )
    ).all():
        older.content = None
        session.add(older)
    packet.content, packet.sha256 = built.content, contents.sha256
    packet.finished_at = packet.beat_at = clock.now()
    session.add(packet)
    for one in contents.participants:
        files = json.dumps(built.files[one.person.person_id], ensure_ascii=False)
        session.add(
            PacketCopy(packet_id=packet.id, person_id=one.person.person_id, serial=one.serial, papers=files)
        )
    session.flush()
    audit_packet(session, actor, clock, "資料の作成", packet)


def _fail(database: Database, clock: Clock, packet_id: str, sentence: str) -> None:
    with database.write() as session:
        packet = session.get(Packet, packet_id)
        if packet is not None and packet.finished_at is None and not packet.failure:
            packet.failure, packet.beat_at = sentence[:500], clock.now()
            session.add(packet)


def _own(session: Session, packet_id: str) -> Packet:
    """Return a making that is still this one's to go on with. Raises _Superseded."""
    packet = session.get(Packet, packet_id)
    if packet is None or packet.failure or packet.finished_at is not None:
        raise _Superseded
    return packet


def _logged(fault: Exception) -> str:
    """Log where a fault happened, without its message, which may hold names; return the sentence for the page."""
    number = secrets.token_hex(4)
    places = "".join(traceback.format_tb(fault.__traceback__))
    logger.error("packet fault %s: %s\n%s", number, type(fault).__name__, places)
    return (
        "プログラムの誤りのため、資料を作れませんでした。もう一度試し、同じことが起きるときは、"
        f"番号 {number} を保守担当に伝えてください。"
    )


def _refuse_too_large(contents: PacketContents) -> None:
    size = sum(
        paper.source.size
        for one in contents.participants
        for paper in one.papers
        if isinstance(paper.source, HandoutFile)
    )
    if size > MAX_HANDED_OUT:
        raise Refused(
            f"配布資料が、全員分で{size // 1024 // 1024}MBになります（{MAX_HANDED_OUT // 1024 // 1024}MBまで）。"
            "ファイルを小さくするか、配る先を議題ごとに分けてください。"
        )


# ---- reading


def packet_states(session: Session, meeting_id: str, clock: Clock) -> list[PacketState]:
    """Return every making of a meeting's packet, the latest first."""
    rows = session.exec(
        select(Packet, col(Packet.content).is_not(None))
        .where(Packet.meeting_id == meeting_id)
        .options(defer(Packet.content))  # type: ignore[arg-type]
        .order_by(col(Packet.version).desc())
    ).all()
    counts = {
        packet_id: (copies, collected)
        for packet_id, copies, collected in session.exec(
            select(col(PacketCopy.packet_id), func.count(), func.count(col(PacketCopy.collected_on)))
            .where(col(PacketCopy.packet_id).in_([packet.id for packet, _ in rows]))
            .group_by(col(PacketCopy.packet_id))
        ).all()
    }
    return [_state(packet, clock, counts.get(packet.id, (0, 0)), is_kept=kept) for packet, kept in rows]


def latest_packet(session: Session, meeting_id: str, clock: Clock) -> PacketState | None:
    """Return the making begun last, None before the first."""
    return next(iter(packet_states(session, meeting_id, clock)), None)


def newest_finished(session: Session, meeting_id: str, clock: Clock) -> PacketState | None:
    """Return the newest packet that can be taken out, None where there is none yet."""
    states = packet_states(session, meeting_id, clock)
    return next((state for state in states if state.finished_at is not None and state.is_kept), None)


def paper_count(session: Session, actor: Actor, meeting_id: str) -> int | None:
    """Return the number beside the tab: packets handed out, or the reader's own papers; None before the first."""
    packet_id = newest_id(session, meeting_id)
    if packet_id is None:
        return None
    if actor.role in (Role.SECRETARIAT, Role.CHAIR):
        return session.exec(
            select(func.count()).select_from(PacketCopy).where(PacketCopy.packet_id == packet_id)
        ).one()
    copy = copy_of(session, packet_id, actor.person_id)
    return len(json.loads(copy.papers)) if copy else None


def newest_id(session: Session, meeting_id: str) -> str | None:
    """Return the packet of a meeting that can be taken out, None where there is none."""
    return session.exec(
        select(Packet.id)
        .where(Packet.meeting_id == meeting_id, col(Packet.content).is_not(None))
        .order_by(col(Packet.version).desc())
    ).first()


def _last(session: Session, meeting_id: str) -> Packet | None:
    return session.exec(
        select(Packet).where(Packet.meeting_id == meeting_id).order_by(col(Packet.version).desc())
    ).first()


def _is_running(packet: Packet, clock: Clock) -> bool:
    ended = packet.finished_at is not None or bool(packet.failure)
    # a clock that was set back since must not keep a dead making alive
    return not ended and abs(clock.now() - packet.beat_at) <= SILENCE


def _state(packet: Packet, clock: Clock, counted: tuple[int, int], *, is_kept: bool) -> PacketState:
    running = _is_running(packet, clock)
    silent = not running and packet.finished_at is None and not packet.failure
    return PacketState(
        packet_id=packet.id,
        version=packet.version,
        with_pdf=packet.with_pdf,
        started_at=packet.started_at,
        started_by=packet.started_by,
        finished_at=packet.finished_at,
        total=packet.total,
        done=packet.done,
        failure=INTERRUPTED if silent else packet.failure,
        running=running,
        sha256=packet.sha256,
        copies=counted[0],
        collected=counted[1],
        is_kept=is_kept,
    )


def copy_of(session: Session, packet_id: str, person_id: str | None) -> PacketCopy | None:
    """Return somebody's copy of a packet."""
    return session.exec(
        select(PacketCopy).where(PacketCopy.packet_id == packet_id, PacketCopy.person_id == person_id)
    ).first()


def audit_packet(
    session: Session, actor: Actor, clock: Clock, action: str, packet: Packet, person_id: str | None = None
) -> None:
    """Put down who did what with a packet, and for whom."""
    record(
        session=session,
        actor=actor,
        clock=clock,
        action=action,
        subject="packet",
        subject_id=packet.id,
        detail={"meeting": packet.meeting_id, "version": packet.version, "person": person_id},
    )
