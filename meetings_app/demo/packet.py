"""見本の資料: the packet of the replayed meeting, made and handed out as the product does it."""

from dataclasses import replace
from datetime import date

from sqlmodel import Session, select

from agenda.packet_tables import Packet
from agenda.services.packet_contents import packet_contents
from agenda.services.packet_facts import FromMinutes
from agenda.services.packets import make_packet, start_packet
from meetings_app.core.actor import Actor
from meetings_app.core.clock import FixedClock, tokyo
from meetings_app.core.terms import Role
from meetings_app.db.engine import Database
from meetings_app.demo.products import replayed_meeting
from meetings_app.tables.meetings import Meeting
from minutes.services.packet_material import packet_material

MADE_ON = date(2014, 3, 24)


def play_packet(database: Database) -> bool:
    """Make the packet on the eve of the meeting, once; return whether anything was made."""
    clock = FixedClock(tokyo(MADE_ON, 15))
    actor = Actor(name="事務局（見本）", role=Role.SECRETARIAT, committee_id="")
    with database.write() as session:
        meeting = replayed_meeting(session)
        if session.exec(select(Packet.id).where(Packet.meeting_id == meeting.id)).first() is not None:
            return False
        actor = replace(actor, committee_id=meeting.committee_id)
        contents = packet_contents(session, meeting, packet_material(session, meeting))
        packet_id = start_packet(
            session=session, actor=actor, clock=clock, meeting=meeting, contents=contents
        ).id
    make_packet(database=database, actor=actor, clock=clock, packet_id=packet_id, material=_drawn)
    return True


def _drawn(session: Session, meeting: Meeting) -> FromMinutes:
    return packet_material(session, meeting, rendered=True)
