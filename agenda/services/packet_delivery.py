"""資料を取り出す: the whole by the 事務局, their own by the others, as long as they may read what is in it."""

import json
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from agenda.packet_tables import ConflictDecision, Packet, PacketCopy
from agenda.papers.packet_zip import only_folder
from agenda.services.cases import consent_states
from agenda.services.items import items_of
from agenda.services.packets import audit_packet, copy_of, newest_id
from agenda.tables import ParticipationDecision
from meetings_app.core.actor import Actor
from meetings_app.core.clock import TOKYO, Clock
from meetings_app.core.errors import Forbidden, NotFound, Refused
from meetings_app.core.terms import ConflictAnswer, MeetingStatus, Role
from meetings_app.tables.meetings import Meeting
from meetings_app.tables.people import Person

_MISSING = "この資料は見つかりません。資料の画面から選び直してください。"


@dataclass(frozen=True, slots=True)
class PacketFile:
    """取り出す資料: a ZIP, and the person it is for; `name` "" for that of everybody."""

    content: bytes
    name: str = ""


def whole_packet(*, session: Session, actor: Actor, clock: Clock, meeting: Meeting) -> PacketFile:
    """資料一式を取り出す: the newest ZIP with everybody's folder. For the 事務局 alone."""
    if actor.role is not Role.SECRETARIAT:
        raise Forbidden("全員分の資料を取り出せるのは事務局だけです。自分の資料を取り出してください。")
    packet = _kept(session, meeting)
    audit_packet(session, actor, clock, "資料の取出し", packet)
    return PacketFile(packet.content or b"")


def one_packet(
    *, session: Session, actor: Actor, clock: Clock, meeting: Meeting, person_id: str
) -> PacketFile:
    """一人分の資料を取り出す: by the 事務局 anybody's, by others their own.

    Raises NotFound for somebody else's. Raises Refused where the reader no longer sits in on everything the packet
    was made for, or a consent has ended since: it has to be made anew first.
    """
    is_keeper = actor.role is Role.SECRETARIAT
    if not is_keeper and person_id != actor.person_id:
        raise NotFound(_MISSING)
    packet = _kept(session, meeting)
    copy = copy_of(session, packet.id, person_id)
    if copy is None:
        raise NotFound(_MISSING)
    if not is_keeper:
        _refuse_outdated(session, meeting, packet.started_at, person_id)
        _refuse_collected(copy)
    name = session.get_one(Person, person_id).name
    content = only_folder(packet.content or b"", copy.serial)
    audit_packet(session, actor, clock, "資料の取出し", packet, person_id)
    return PacketFile(content, name)


@dataclass(frozen=True, slots=True)
class OwnCopy:
    """自分の資料: the files in the reader's own packet; `why_not` says why it cannot be taken out (now)."""

    serial: int
    files: tuple[str, ...]
    why_not: str


def own_copy(session: Session, actor: Actor, meeting: Meeting) -> OwnCopy | None:
    """Return what the newest packet holds for the reader, None where it holds nothing.

    File names are told only where the packet can be taken out: they name cases.
    """
    packet_id = newest_id(session, meeting.id)
    copy = copy_of(session, packet_id, actor.person_id) if packet_id and actor.person_id else None
    if packet_id is None or copy is None:
        return None
    try:
        if actor.role is not Role.SECRETARIAT:
            _refuse_outdated(session, meeting, _begun_at(session, packet_id), copy.person_id)
            _refuse_collected(copy)
    except Refused as refusal:
        return OwnCopy(copy.serial, (), refusal.message)
    return OwnCopy(copy.serial, tuple(json.loads(copy.papers)), "")


def _begun_at(session: Session, packet_id: str) -> datetime:
    """Return when a making began, without loading what it made."""
    return session.exec(select(Packet.started_at).where(Packet.id == packet_id)).one()


def _kept(session: Session, meeting: Meeting) -> Packet:
    packet_id = newest_id(session, meeting.id)
    if packet_id is None:
        raise NotFound("資料はまだできていません。事務局が作ると、ここから取り出せます。")
    return session.get_one(Packet, packet_id)


def _refuse_outdated(session: Session, meeting: Meeting, since: datetime, person_id: str) -> None:
    """Refuse papers begun at `since` that hold what the reader may no longer read."""
    if meeting.status is MeetingStatus.CANCELLED:
        raise Refused("会議は中止になりました。資料は取り出せません。")
    views = items_of(session, meeting.id)
    ids = [view.item.id for view in views]
    left = session.exec(
        select(ParticipationDecision.id).where(
            col(ParticipationDecision.item_id).in_(ids),
            ParticipationDecision.person_id == person_id,
            ParticipationDecision.recorded_at > since,
            col(ParticipationDecision.takes_part).is_(False),
        )
    ).first()
    recused = session.exec(
        select(ConflictDecision.id).where(
            col(ConflictDecision.item_id).in_(ids),
            ConflictDecision.person_id == person_id,
            ConflictDecision.recorded_at > since,
            ConflictDecision.answer == ConflictAnswer.RECUSED,
        )
    ).first()
    on = meeting.starts_at.astimezone(TOKYO).date()
    consents = consent_states(session, sorted({view.client.id for view in views if view.client}), on)
    if left or recused or not all(state.holds for state in consents.values()):
        raise Refused(
            "資料を作った後に、参加者の決定か本人の同意が変わりました。"
            "事務局が資料を作り直すと取り出せます。事務局に伝えてください。"
        )


def _refuse_collected(copy: PacketCopy) -> None:
    """Refuse a packet that was given back: no article says so; our choice, as it is collected after the meeting."""
    if copy.collected_on is not None:
        raise Refused("この資料は会議の後に回収されました。もう一度要るときは、事務局に伝えてください。")
