"""An office whose meeting has four cases, each with its own people: for tests of who is given what."""

import io
import re
import zipfile
from dataclasses import dataclass, field
from datetime import date

from sqlmodel import Session

from agenda.register_tables import CaseAssessment, CaseLevel, PlanService, Provider
from agenda.services.items import ItemView
from agenda.services.packet_contents import FromMinutes, PacketContents, packet_contents
from agenda.services.packet_making import build_packet, load_materials
from agenda.tables import Client
from meetings_app.core.clock import tokyo
from meetings_app.core.terms import Capacity, DueReason, Precision, ServiceKind
from meetings_app.tables.meetings import Meeting
from minutes.services.packet_material import packet_material
from tests.office_builder import SINCE, TODAY, Bureau

CASES = {101: "甲乙", 202: "丙丁", 303: "戊己", 404: "庚辛"}
"""Case numbers with initials that nothing else on paper says."""

SITS = {
    "委員長": (101, 202, 303, 404),
    "委員あ": (101, 202),
    "委員い": (303,),
    "招かれた人": (202,),
    "事務員": (101, 202, 303, 404),
    "本人（No.101）": (101,),
    "本人（No.303）": (303,),
    "家族（No.303 母）": (303,),
    "控えの事務員": (),
}
"""Who sits in on which case."""

CAPACITIES = {
    "招かれた人": Capacity.INVITEE,
    "事務員": Capacity.SECRETARIAT,
    "本人（No.101）": Capacity.CLIENT,
    "本人（No.303）": Capacity.CLIENT,
    "家族（No.303 母）": Capacity.FAMILY,
}


def secrets_of(case: int) -> tuple[str, ...]:
    """Return what only those may read who sit in on a case."""
    initials = CASES[case]
    facts = (f"目標{initials}", f"状況{initials}", f"支援{initials}", f"提供者{initials}", f"達成{initials}")
    return (f"No.{case}", initials, *facts)


@dataclass
class PacketOffice:
    """事務局 with a meeting ready for its papers."""

    session: Session
    bureau: Bureau = field(init=False)
    meeting: Meeting = field(init=False)
    items: dict[int, ItemView] = field(init=False)

    def __post_init__(self) -> None:
        self.bureau = Bureau(self.session)
        for name in ("委員あ", "委員い"):
            self.bureau.member(name)
        for name in ("事務員", "控えの事務員"):
            self.bureau.member(name, capacity=Capacity.SECRETARIAT)
        for name in SITS:
            if name not in self.bureau.people:
                self.bureau.person(name, declared=False)
        self.meeting = self.bureau.meeting(date(2014, 5, 27))
        for case in CASES:
            self._case(case)
        self.items = {
            view.client.case_number: view for view in self.bureau.items(self.meeting) if view.client
        }
        for name, cases in SITS.items():
            if cases:
                self.bureau.decide(
                    self.meeting,
                    name,
                    capacity=CAPACITIES.get(name),
                    items=[self.items[case] for case in cases],
                    on=TODAY,
                )
        self.session.flush()

    def _case(self, case: int) -> None:
        initials = CASES[case]
        client = self.bureau.client(case)
        client.initials = initials
        plan = self.bureau.plan(
            client,
            drafted_on=date(2014, 5, 1),
            period_start=date(2014, 6, 1),
            period_end=date(2014, 11, 30),
        )
        plan.goal, plan.evaluation_achieved = f"目標{initials}", f"達成{initials}"
        plan.period_end_precision = Precision.LATE
        provider = Provider(committee_id=client.committee_id, name=f"提供者{initials}")
        self.session.add(provider)
        self.session.flush()
        self._facts(client, plan.id, provider.id)
        self.bureau.item(self.meeting, plan, DueReason.NEW)

    def _facts(self, client: Client, plan_id: str, provider_id: str) -> None:
        moment = tokyo(TODAY, 8)
        self.session.add_all(
            [
                PlanService(
                    plan_id=plan_id,
                    position=1,
                    kind=ServiceKind.CENTRE,
                    name=f"支援{client.initials}",
                    provider_id=provider_id,
                ),
                CaseAssessment(
                    client_id=client.id,
                    assessed_on=date(2014, 5, 2),
                    summary=f"状況{client.initials}",
                    recorded_by="事務員",
                    recorded_at=moment,
                ),
                CaseLevel(
                    client_id=client.id, assessed_on=SINCE, level=2, recorded_by="事務員", recorded_at=moment
                ),
                CaseLevel(
                    client_id=client.id, assessed_on=TODAY, level=4, recorded_by="事務員", recorded_at=moment
                ),
            ]
        )

    def material(self) -> FromMinutes:
        return packet_material(self.session, self.meeting, rendered=True)

    def contents(self) -> PacketContents:
        return packet_contents(self.session, self.meeting, self.material())

    def folders(self) -> dict[str, dict[str, bytes]]:
        """Make the packet and return the files by person and name."""
        given = self.material()
        contents = packet_contents(self.session, self.meeting, given)
        built = build_packet(contents, load_materials(self.session, self.meeting, contents, given))
        names = {one.serial: one.person.name for one in contents.participants}
        found: dict[str, dict[str, bytes]] = {}
        for name, content in files_of(built.content).items():
            folder, _, file = name.partition("/")
            found.setdefault(names[int(folder[:2])], {})[file] = content
        return found


def files_of(content: bytes) -> dict[str, bytes]:
    """Return the files of a ZIP by name."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def whole_text(document: bytes) -> str:
    """Return everything a Word file holds, in any part, without its tags and spaces."""
    parts = files_of(document)
    text = "\n".join(part.decode("utf-8", "ignore") for name, part in parts.items() if name.endswith(".xml"))
    return re.sub(r"<[^>]*>|\s", "", text)
