"""履歴: every change leaves a row in its own transaction, and none remains where the change did not happen."""

import inspect
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from types import ModuleType
from typing import Any

import pytest
from sqlmodel import select

from agenda.packet_tables import Packet, PacketCopy
from agenda.papers.default_templates import default_template
from agenda.papers.packet_zip import PacketZip
from agenda.services import (
    arranging,
    assembly,
    assessments,
    carrying,
    case_levels,
    case_list_document,
    cases,
    clients,
    collecting,
    confirmation,
    conflicts,
    decision_list,
    due_placing,
    handouts,
    kinship,
    member_export,
    member_import,
    packet_delivery,
    packets,
    participation,
    plan_details,
    plan_events,
    providers,
    register,
    register_export,
    service_codes,
    template_versions,
)
from agenda.services.assembly import Skip
from agenda.services.packet_contents import packet_contents
from agenda.services.packet_facts import FromMinutes
from agenda.services.participation import Choice
from agenda.tables import Client
from calendars import services as calendars
from honoraria.services import assessments as honoraria
from honoraria.services import bank_accounts, declarations, money_settings, policies, versions
from meetings_app.core.actor import Actor
from meetings_app.core.clock import tokyo
from meetings_app.core.partial_date import read_partial_date
from meetings_app.core.terms import (
    AccountKind,
    Answer,
    AttendanceMode,
    Capacity,
    ConflictAnswer,
    District,
    IssueCategory,
    IssueStatus,
    Office,
    PaperKind,
    Purpose,
    Role,
    ServiceKind,
    Shortage,
    WithholdingMode,
)
from meetings_app.db.engine import Database
from meetings_app.documents.members_excel import MemberBook, PersonRow, members_workbook
from meetings_app.services import committees, fact_corrections, meetings, members, office_settings
from meetings_app.services.correction_trail import Told, fingerprint
from meetings_app.services.roster import DeclaredStatus
from meetings_app.tables.meetings import Meeting
from meetings_app.tables.office import AuditEntry
from minutes.edition_tables import CommentVerdict, EditionKind
from minutes.live_tables import RecordField, Settlement
from minutes.rules.minutes_json import read_canonical
from minutes.rules.minutes_view import content_hash
from minutes.services import (
    actions,
    afterwards,
    amendments,
    anonymised,
    attendance,
    attendance_corrections,
    circulation,
    client_notice,
    editions,
    issues,
    live,
    live_fields,
    minutes,
    running,
    service_changes,
)
from minutes.services.comments import comments_of
from minutes.services.minutes_view import build_view
from minutes.services.running import Outcome
from tests.office_builder import SECRETARY, TERM, TODAY, Bureau
from tests.rows import read_all

REGISTER = (
    "番号,名前(イニシャル),プラン,支援調整会議開催日,支援決定日,プラン期間,次回モニタリング時期,"
    "評価_支援調整会議開催日,プラン評価\n"
    "9,A.B,プラン1,H26年4月1日,H26年4月4日,H26年12月27日,H26年9月,,\n"
).encode()
NOT_OF_A_MEETING = {
    "audit_meeting",
    "audit_packet",
    "preview_members",
    "preview_register",
    "recuse_as_decided",
}
"""Take an actor, and are the audit itself, change nothing, or change it through another service alone."""


class Trail:
    """Calls services one after the other and checks what each leaves behind."""

    def __init__(self, bureau: Bureau) -> None:
        self.bureau = bureau
        self.called: set[str] = set()

    def __call__(self, service: Callable[..., Any], **given: Any) -> Any:
        before = {entry.id for entry in self.bureau.audited()}
        answer = service(**{**self.bureau.given, **given})
        self.bureau.session.flush()
        added = [entry for entry in self.bureau.audited() if entry.id not in before]
        actor: Actor = given.get("actor", SECRETARY)
        assert added, service.__name__
        for entry in added:
            assert (entry.actor, entry.at) == (actor.name, self.bureau.clock.now()), service.__name__
            assert entry.action
            assert entry.subject_id
            json.loads(entry.detail)
        self.called.add(service.__name__)
        return answer


def everything(bureau: Bureau) -> set[str]:
    """Do everything that can be done, each with its row in the trail; return the names of the services."""
    do = Trail(bureau)
    body, people = bureau.support.id, bureau.people
    do(
        committees.create_committee,
        kind=bureau.support.kind,
        name="もう一つの会議",
        municipality="釧路町",
        region="釧路",
    )
    person = do(members.add_person, name="丹頂 一郎").id
    do(members.declare_residence, person_id=person, district=District.AKAN, valid_from=TERM[0])
    do(members.declare_status, person_id=person, declared_on=TERM[0], valid_from=TERM[0])
    do(
        committees.appoint,
        committee_id=body,
        person_id=person,
        capacity=Capacity.MEMBER,
        valid_from=TERM[0],
        valid_to=TERM[1],
    )
    do(
        committees.elect,
        committee_id=bureau.regional.id,
        person_id=person,
        office=Office.SECRETARY_GENERAL,
        valid_from=TERM[0],
        valid_to=None,
    )
    do(office_settings.set_setting, key="due.horizon_days", value=60)
    venue = do(meetings.add_venue, name="会議室2", district=District.KUSHIRO)
    do(register.import_register, committee_id=body, filename="台帳.csv", data=REGISTER)
    do(register_export.export_register, committee_id=body, suffix=".csv")
    plan = bureau.case(1)
    bureau.case(2)
    declared = do(
        kinship.declare_kinship,
        person_id=person,
        client_id=plan.client_id,
        path="P>C>C",
        relation="甥",
        declared_on=TERM[0],
        valid_from=TERM[0],
    )
    correct_facts(bureau, do, person, declared)
    times = {"starts_at": tokyo(TODAY, 10), "ends_at": tokyo(TODAY, 12)}
    cancelled = do(meetings.plan_meeting, committee_id=body, **times)
    do(meetings.cancel_meeting, meeting=cancelled, version=1)
    meeting = do(meetings.plan_meeting, committee_id=body, venue_id=bureau.venue.id, **times)
    later = {"starts_at": tokyo(TODAY, 13), "ends_at": tokyo(TODAY, 15)}
    do(meetings.move_meeting, meeting=meeting, **later, venue_id=venue.id, version=1)
    do(assembly.assemble_agenda, meeting=meeting, skips=[Skip(2, 1, "次回に回す。")])
    do(assembly.add_item, meeting=meeting, title="外す議題")
    do(assembly.drop_item, meeting=meeting, view=bureau.items(meeting)[1], why="急がない。")
    (view,) = bureau.items(meeting)
    do(
        participation.decide_participants,
        meeting=meeting,
        item=view.item,
        choices=[Choice(people[name], Capacity.MEMBER) for name in ("委員長", "副委員長1")],
        decided_by_id=people["委員長"],
        decided_on=date(2014, 5, 19),
    )
    slots = do(
        calendars.offer_slots,
        meeting=meeting,
        times=[(tokyo(TODAY, hour), tokyo(TODAY, hour + 1)) for hour in (9, 16)],
    )
    for name in ("委員長", "副委員長1"):
        do(
            calendars.answer_slot,
            meeting=meeting,
            slot_id=slots[0].id,
            person_id=people[name],
            answer=Answer.YES,
        )
    if hasattr(calendars, "answer_slots"):
        do(
            calendars.answer_slots,
            meeting=meeting,
            person_id=people["委員長"],
            answers={slots[1].id: Answer.NO},
        )
    do(calendars.choose_slot, meeting=meeting, slot_id=slots[0].id)
    do(calendars.convene, meeting=meeting)
    do(meetings.mark_convened, meeting=bureau.meeting())
    confirm_text(bureau, do)
    decide_money(bureau, do)
    keep_members(bureau, do)
    keep_cases(bureau, do)
    make_papers(bureau, do, meeting, view)
    run_meeting(bureau, do, meeting, view)
    enter_from_paper(bureau, do)
    run_from_the_screen(bureau, do)
    prepare_papers(bureau, do, meeting, plan.client_id)
    prepare_agenda(bureau, do)
    return do.called


def confirm_text(bureau: Bureau, do: Trail) -> None:
    do(
        versions.confirm_version,
        regulation=bureau.support.kind,
        as_of=TODAY,
        file_name="規程.txt",
        content="第7条".encode(),
    )


def correct_facts(bureau: Bureau, do: Trail, person: str, declared: Any) -> None:
    """Move the beginning of every fact of a person by a day."""
    facts = {
        "residence": (members.Residence, fact_corrections.correct_residence, "residence_id"),
        "status": (members.ServiceStatus, fact_corrections.correct_status, "status_id"),
        "appointment": (committees.Appointment, fact_corrections.correct_appointment, "appointment_id"),
        "office": (committees.OfficeHolding, fact_corrections.correct_office, "holding_id"),
    }
    contents: dict[str, dict[str, Any]] = {
        "residence": {"district": District.AKAN},
        "status": {"status": DeclaredStatus(is_public_employee=False), "declared_on": TERM[0]},
        "appointment": {"capacity": Capacity.MEMBER, "predecessor_id": None},
        "office": {"office": Office.SECRETARY_GENERAL},
    }
    common = {
        "actor": replace(SECRETARY, committee_id=bureau.support.id),
        "person_id": person,
        "valid_from": TERM[0] + timedelta(days=1),
        "last_day": TODAY,
    }
    for kind, (table, service, id_name) in facts.items():
        row = bureau.session.exec(select(table).where(table.person_id == person)).one()
        seen = Told("一日違っていた。", fingerprint(kind, row))
        do(service, **common, **{id_name: row.id}, **contents[kind], told=seen)
    do(
        kinship.correct_kinship,
        **common,
        declaration_id=declared.id,
        case_number=1,
        path="P>C",
        relation="兄",
        declared_on=TERM[0],
        told=Told("甥ではなかった。", fingerprint("kinship", declared)),
    )


def decide_money(bureau: Bureau, do: Trail) -> None:
    account = {"bank_code": "0116", "branch_code": "920", "kind": AccountKind.ORDINARY, "number": "1234567"}
    do(office_settings.store_changed, values={"due.ending_limit_days": 20})
    do(money_settings.set_withholding, mode=WithholdingMode.DAILY, includes_travel=True)
    do(money_settings.set_payer, consignor_code="123", name="ミホン", **account)
    do(money_settings.set_transfer_options, crlf=False, eof=True, clearing_house="zero")
    do(money_settings.set_yearly_limits, fee_over=1, salary_over=None, small_committee_fee_upto=None)
    do(policies.set_daily_tax, taxable=9000, valid_from=TODAY, tax=100)
    chair = bureau.people["委員長"]
    do(bank_accounts.register_account, person_id=chair, holder="ミホン", **account)
    do(bank_accounts.retire_account, person_id=chair)


def keep_members(bureau: Bureau, do: Trail) -> None:
    """Take the roster out and in, and record a year's declarations."""
    keeper = Actor(name="事務局 太郎", role=Role.SECRETARIAT, committee_id=bureau.support.id)
    do(member_export.export_members, actor=keeper)
    newcomer = MemberBook(people=(PersonRow("新1", "新野 一"),))
    data = members_workbook(newcomer)
    seen = member_import.preview_members(
        session=bureau.session, actor=keeper, clock=bureau.clock, filename="名簿.xlsx", data=data
    )
    do(member_import.import_members, actor=keeper, filename="名簿.xlsx", data=data, agreed=seen.digest)
    chair = bureau.people["委員長"]
    year = {"actor": keeper, "year": 2014}
    do(declarations.mark_sent, **year, person_ids=[chair], day=TERM[0])
    do(declarations.mark_reminded, **year, person_ids=[chair], day=TODAY)
    do(declarations.mark_returned, **year, person_id=chair, day=TODAY)
    do(declarations.undo_last, **year, person_id=chair)


def keep_cases(bureau: Bureau, do: Trail) -> None:
    """Keep the register of clients and plans, and of who supports them."""
    keeper = {"actor": Actor(name="事務局 太郎", role=Role.SECRETARIAT, committee_id=bureau.support.id)}
    client = do(cases.add_client, **keeper, case_number=50, initials="K.S", first_contact_on=TERM[0])
    consent = do(cases.give_consent, **keeper, client=client, given_on=TERM[0])
    day = TERM[0] + timedelta(days=1)
    told = Told("一日違っていた。", fingerprint("consent", consent))
    row = {"client": client, "consent_id": consent.id, "withdrawn_on": None, "note": ""}
    do(cases.correct_consent, **keeper, **row, given_on=day, told=told)
    do(cases.withdraw_consent, **keeper, client=client, withdrawn_on=TODAY)
    facts = clients.ClientFacts(51, "K.S", TERM[0], None)
    do(clients.edit_client, **keeper, client=client, version=1, facts=facts)
    do(clients.close_case, **keeper, client=client, version=2, closed_on=TODAY, why="相談のみ")
    do(clients.reopen_case, **keeper, client=client, version=3, why="また来た")
    do(assessments.add_assessment, **keeper, client=client, assessed_on=TODAY, summary="要約")
    end = read_partial_date("H27.3")
    assert end is not None
    plan = do(cases.add_plan, **keeper, client=client, goal="目標", period_end=end)
    content = plan_details.PlanContent("別の目標", end, drafted_on=TODAY)
    do(plan_details.edit_plan, **keeper, plan=plan, content=content)
    entry = plan_details.ServiceEntry(ServiceKind.INFORMAL, "", "会食会", "見本の会")
    do(plan_details.set_services, **keeper, plan=plan, entries=[entry])
    evaluation = plan_details.Evaluation("通えた", "", None)
    do(plan_details.edit_evaluation, **keeper, plan=plan, evaluation=evaluation)
    do(cases.raise_urgent, **keeper, plan=plan, raised_on=TODAY)
    plan.met_on = TERM[0]
    do(cases.ask_for_ending, **keeper, plan=plan, asked_on=TODAY)
    do(cases.record_monitoring, **keeper, plan=plan, monitored_on=TODAY)
    event = plan_events.events_of(bureau.session, plan.client_id)[0]
    owner = bureau.session.get_one(Client, plan.client_id)
    do(plan_events.withdraw_event, **keeper, client=owner, event_id=event.event_id, why="誤り")
    do(cases.record_decision, **keeper, plan=plan, decided_on=TODAY, evaluation=False)
    keep_case_list(bureau, do, keeper, plan)
    keep_providers(bureau, do, keeper)


def keep_case_list(bureau: Bureau, do: Trail, keeper: dict[str, Actor], plan: Any) -> None:
    """Record a level and a target, a decision of the city, and put a plan on an agenda from the list."""
    level = case_levels.LevelEntry(plan.client_id, 3, "", None, "")
    do(case_levels.record_levels, **keeper, on=TODAY, entries=[level])
    do(case_levels.set_yearly_target, **keeper, fiscal_year=2014, new_cases=24, plans=None)
    listed = {"plan_id": plan.id, "version": plan.version, "evaluation": False}
    do(decision_list.record_listed_decision, **keeper, **listed, decided_on=TODAY)
    listed["version"] = plan.version
    earlier = TODAY - timedelta(days=1)
    do(decision_list.correct_decision, **keeper, **listed, decided_on=earlier, reason="書類は前日だった。")
    free = bureau.case(60)
    meeting = bureau.meeting(TODAY + timedelta(days=7))
    do(due_placing.place_plans, **keeper, meeting_id=meeting.id, plan_ids=[free.id])


def keep_providers(bureau: Bureau, do: Trail, keeper: dict[str, Actor]) -> None:
    provider = do(providers.get_or_create_provider, **keeper, name="協議会")
    place = {"provider_id": provider.id}
    do(providers.change_provider, **keeper, **place, name="新協議会", kana="", seen="協議会")
    work = do(
        providers.record_affiliation,
        **keeper,
        **place,
        person_id=bureau.people["助言者"],
        post="理事",
        valid_from=TERM[0],
    )
    do(providers.end_affiliation, **keeper, **place, affiliation_id=work.id, last_day=TODAY)
    told = Told("今もいる。", fingerprint("affiliation", work))
    row = {"affiliation_id": work.id, "post": "理事", "valid_from": TERM[0], "last_day": None}
    do(providers.correct_affiliation, **keeper, **place, **row, told=told)
    code = do(
        service_codes.add_code,
        **keeper,
        code="B01",
        kind=ServiceKind.CENTRE,
        name="居場所",
        basis="",
        valid_from=TERM[0],
    )
    new = do(service_codes.rename_code, **keeper, code_id=code.id, name="広場", basis="", valid_from=TODAY)
    do(service_codes.end_code, **keeper, code_id=new.id, last_day=TERM[1])


def prepare_papers(bureau: Bureau, do: Trail, meeting: Any, client_id: str) -> None:
    """Bring a template into use, go back to the product's, and take out the paper for the 本人."""
    keeper = {"actor": Actor(name="事務局 太郎", role=Role.SECRETARIAT, committee_id=bureau.support.id)}
    kind = PaperKind.PROGRAMME
    own = {"filename": "次第.docx", "content": default_template(kind), "note": ""}
    do(template_versions.add_version, **keeper, kind=kind, **own, based_on=0)
    do(template_versions.restore_version, **keeper, kind=kind, version=0, based_on=1)
    do(office_settings.set_setting, key="office.phone", value="0154-00-0000")
    do(client_notice.record_client_notice, meeting=meeting, client_id=client_id)


def make_papers(bureau: Bureau, do: Trail, meeting: Any, view: Any) -> None:
    """Begin a packet with a handout, take it out, and record what came back."""
    picture = b"\x89PNG\r\n\x1a\n"
    given = {"meeting": meeting, "title": "図", "filename": "図.png", "data": picture}
    handout = do(handouts.add_handout, **given)
    do(handouts.add_handout, **given)
    do(handouts.change_handout, meeting=meeting, handout=handout, title="絵", item_id=view.item.id)
    do(handouts.move_handout, meeting=meeting, handout=handout, up=False)
    do(handouts.remove_handout, meeting=meeting, handout=handout)
    contents = packet_contents(bureau.session, meeting, FromMinutes())
    packet: Packet = do(packets.start_packet, meeting=meeting, contents=contents)
    archive = PacketZip()
    archive.add("01_委員長", "1_次第", "docx", b"1")
    packet.content, packet.finished_at = archive.finish(), bureau.clock.now()
    chair = bureau.people["委員長"]
    copy = PacketCopy(packet_id=packet.id, person_id=chair, serial=1)
    bureau.session.add(copy)
    do(case_list_document.take_case_list, meeting=meeting)
    do(packet_delivery.whole_packet, meeting=meeting)
    do(packet_delivery.one_packet, meeting=meeting, person_id=chair)
    do(collecting.collect_copies, packet=packet, copy_ids=None, collected_on=TODAY)
    do(collecting.undo_collection, packet=packet, copy_id=copy.id)


def prepare_agenda(bureau: Bureau, do: Trail) -> None:
    """Carry over, put in order, decide on a conflict and confirm, for a meeting of its own."""
    people = bureau.people
    cancelled = bureau.meeting(TODAY + timedelta(days=70))
    bureau.matter(cancelled, "持ち越すこと")
    do(meetings.cancel_meeting, meeting=cancelled, version=cancelled.version)
    meeting = bureau.meeting(TODAY + timedelta(days=77))
    do(carrying.place_waiting, committee_id=bureau.support.id)
    bureau.matter(meeting, "後でよいこと")  # stands before the case that comes next, until put in order
    plan = bureau.case(91)
    item = bureau.item(meeting, plan)
    bureau.kin(people["副委員長1"], bureau.session.get_one(Client, plan.client_id), "P>C>C")
    bureau.decide(meeting, "委員長", "副委員長1", items=bureau.items(meeting)[-1:])
    by = {"decided_by_id": people["委員長"], "decided_on": TODAY}
    do(
        conflicts.decide_conflict,
        meeting=meeting,
        item_id=item.id,
        person_id=people["副委員長1"],
        answer=ConflictAnswer.STAYS,
        reason="事情を聞くため。",
        **by,
    )
    do(arranging.reorder, meeting=meeting)
    do(
        confirmation.confirm_agenda,
        meeting=meeting,
        confirmed_by_id=people["委員長"],
        confirmed_on=TODAY,
    )


def run_meeting(bureau: Bureau, do: Trail, meeting: Any, view: Any) -> None:
    chair, deputy = bureau.people["委員長"], bureau.people["副委員長1"]
    do(running.open_meeting, meeting=meeting, at=tokyo(TODAY, 9), presider_id=chair)
    do(attendance.mark_absent, meeting=meeting, person_id=deputy, reason="遅れる見込み")
    for person in (chair, deputy):
        do(attendance.arrive, meeting=meeting, person_id=person, at=tokyo(TODAY, 9))
    do(attendance.recuse, meeting=meeting, item_id=view.item.id, person_id=deputy, reason="続柄のため")
    do(attendance.leave, meeting=meeting, person_id=deputy, at=tokyo(TODAY, 9, 30))
    do(running.record_item, meeting=meeting, view=view, result=Outcome("了承"), version=0)
    write_live(bureau, do, meeting, view)
    do(running.add_action, meeting=meeting, view=view, what="調べる", who="丹頂 一郎", due_on=None)
    change_on_the_spot(bureau, do, meeting, view)
    issue = do(
        issues.raise_issue,
        committee_id=bureau.support.id,
        raised_on=TODAY,
        category=IssueCategory.FOOD,
        shortage=Shortage.FAR,
        municipality="釧路市",
    )
    do(issues.review_public_text, issue_id=issue.id, committee_id=bureau.support.id, public_text="遠い。")
    do(
        issues.change_issue_status,
        issue_id=issue.id,
        committee_id=bureau.support.id,
        status=IssueStatus.STUDIED,
    )
    do(running.close_meeting, meeting=meeting, at=tokyo(TODAY, 10))
    do(attendance.confirm_attendance, meeting=meeting)
    do(
        attendance_corrections.correct_attendance,
        meeting=meeting,
        person_id=deputy,
        mode=AttendanceMode.ONLINE,
        reason="受付簿と照合した",
        version=attendance.get_attendance(bureau.session, meeting.id, deputy).attendance.version,
    )
    do(honoraria.assess_meeting, meeting=meeting)
    do(
        minutes.describe_minutes,
        meeting=meeting,
        document_number="協第1号",
        document_date=TODAY,
        next_meeting="",
        version=1,
    )
    _send_round(do, bureau, meeting, deputy)
    do(minutes.submit_minutes, meeting=meeting)
    approver = Actor(name="委員長", role=Role.CHAIR, committee_id=bureau.support.id, person_id=chair)
    do(minutes.return_minutes, actor=approver, meeting=meeting, reason="件名を直す")
    do(minutes.submit_minutes, meeting=meeting)
    read = content_hash(build_view(bureau.session, meeting))
    do(minutes.approve_minutes, actor=approver, meeting=meeting, content=read)
    _amend(do, meeting, approver)
    do(anonymised.decide_word, meeting=meeting, word="佐藤", replacement="関係者B")
    decided = anonymised.decided_words(bureau.session, meeting.id)[0]
    do(anonymised.forget_word, meeting=meeting, redaction_id=decided.redaction_id)


def run_from_the_screen(bureau: Bureau, do: Trail) -> None:
    """Move through a meeting of its own: items, a pause, another presider, somebody and something new."""
    meeting = bureau.meeting(TODAY + timedelta(days=1))
    for title in ("一つ目", "二つ目"):
        bureau.matter(meeting, title)
    bureau.opened(meeting, "副委員長1")
    first, second = bureau.items(meeting)
    at = meeting.starts_at
    do(live.all_here, meeting=meeting, at=at)
    do(live.put_on_table, meeting=meeting, view=first, at=at)
    do(live.move_on, meeting=meeting, seen=first.item.id, at=at + timedelta(minutes=5))
    do(live.suspend, meeting=meeting, at=at + timedelta(minutes=9), reason="換気")
    do(live.resume, meeting=meeting, at=at + timedelta(minutes=12))
    deputy = bureau.people["副委員長1"]
    do(live.ask_on_the_spot, meeting=meeting, item_id=second.item.id, name="町内会長", at=at)
    do(live.add_extra_item, meeting=meeting, title="灯油の手配", purpose=Purpose.NETWORK)
    do(live.change_presider, meeting=meeting, person_id=deputy, at=at + timedelta(minutes=15), reason="中座")


def change_on_the_spot(bureau: Bureau, do: Trail, meeting: Any, view: Any) -> None:
    """Change the services of the item's plan, and follow an action to its end and back."""
    keeper = {"actor": Actor(name="事務局 太郎", role=Role.SECRETARIAT, committee_id=bureau.support.id)}
    given = {**keeper, "meeting": meeting, "view": view}
    meal = plan_details.ServiceEntry(ServiceKind.INFORMAL, "", "会食会")
    do(service_changes.add_service, **given, entry=meal, version=view.plan.version)
    walk = replace(meal, name="散歩の会")
    do(service_changes.change_service, **given, position=1, entry=walk, version=view.plan.version)
    do(service_changes.end_service, **given, position=1, version=view.plan.version)
    (action,) = running.actions_of(bureau.session, [view.item.id])[view.item.id]
    one = {**keeper, "action_id": action.id}
    do(actions.finish_action, **one, done_on=TODAY, note="", version=1)
    do(actions.reopen_action, **one, version=2)


def enter_from_paper(bureau: Bureau, do: Trail) -> None:
    """Enter a meeting that was held on paper at eight o'clock."""
    meeting = bureau.meeting(hour=8)
    bureau.matter(meeting)
    bureau.decide(meeting, "委員長")
    calendars.convene(**bureau.given, meeting=meeting)
    chair = bureau.people["委員長"]
    opened = {"opened_at": meeting.starts_at, "presider_id": chair}
    do(afterwards.begin_afterwards, meeting=meeting, source="紙の議事録", **opened)
    came = afterwards.TypedPresence(chair, AttendanceMode.IN_PERSON, meeting.starts_at, None, "", 1)
    do(afterwards.enter_attendance, meeting=meeting, rows=[came])


def _send_round(do: Callable[..., Any], bureau: Bureau, meeting: Meeting, deputy: str) -> None:
    reader = Actor(name="副委員長", role=Role.MEMBER, committee_id=bureau.support.id, person_id=deputy)
    do(circulation.circulate_minutes, meeting=meeting, comments_until=TODAY + timedelta(days=7))
    said = do(
        circulation.comment_on_minutes, actor=reader, meeting=meeting, item_id=None, text="日付が違います。"
    )
    do(circulation.withdraw_comment, actor=reader, meeting=meeting, comment_id=said.id)
    by_phone = {"item_id": None, "text": "場所が違います。", "proxy_for": deputy}
    do(circulation.comment_on_minutes, meeting=meeting, **by_phone)
    do(
        circulation.answer_circulation,
        actor=reader,
        meeting=meeting,
        texts={None: "日付が違います。"},
        nothing=False,
    )
    (said,) = comments_of(bureau.session, meeting.id)
    do(
        circulation.answer_comment,
        meeting=meeting,
        comment_id=said.id,
        verdict=CommentVerdict.TAKEN,
        answer="直しました。",
        mark=said.mark,
    )
    do(circulation.end_circulation, meeting=meeting)


def _amend(do: Callable[..., Any], meeting: Meeting, approver: Actor) -> None:
    given = {"meeting": meeting, "place": "文書番号", "before": "協第1号", "reason": "番号の誤り"}
    wrong = do(amendments.enter_amendment, after="協第2号", **given)
    do(amendments.withdraw_amendment, meeting=meeting, amendment_id=wrong.id)
    refused = do(amendments.enter_amendment, after="協第4号", **given)
    again = {"meeting": meeting, "amendment_id": refused.id, "why": "番号を確かめる"}
    do(amendments.return_amendment, actor=approver, **again)
    entered = do(amendments.enter_amendment, after="協第3号", **given)
    edition = do(amendments.approve_amendment, actor=approver, meeting=meeting, amendment_id=entered.id)
    view = read_canonical(edition.content)
    do(editions.issue_edition, meeting=meeting, kind=EditionKind.AMENDED, view=view)


def write_live(bureau: Bureau, do: Trail, meeting: Any, view: Any) -> None:
    """Outcomes and choices leave a row; a text is its own history."""
    outcome = {"meeting": meeting, "view": view, "field": RecordField.OUTCOME, "writer": "desk"}
    do(live_fields.write_field, **outcome, value="修正のうえ了承", base=1, op="write-1")
    live_fields.write_field(**bureau.given, **outcome, value="差戻し", base=1, op="write-2")
    do(
        live_fields.settle_conflict,
        meeting=meeting,
        write_id="write-2",
        how=Settlement.CURRENT,
        value=None,
        base=2,
        op="choice-1",
    )


MODULES: tuple[ModuleType, ...] = (
    live_fields,
    actions,
    afterwards,
    service_changes,
    carrying,
    arranging,
    conflicts,
    confirmation,
    member_export,
    member_import,
    declarations,
    committees,
    members,
    fact_corrections,
    meetings,
    office_settings,
    assembly,
    participation,
    template_versions,
    handouts,
    packets,
    packet_delivery,
    collecting,
    client_notice,
    kinship,
    register,
    register_export,
    cases,
    case_levels,
    case_list_document,
    clients,
    decision_list,
    due_placing,
    assessments,
    plan_events,
    plan_details,
    providers,
    service_codes,
    calendars,
    versions,
    bank_accounts,
    money_settings,
    policies,
    attendance,
    attendance_corrections,
    running,
    live,
    minutes,
    circulation,
    amendments,
    anonymised,
    editions,
    issues,
    honoraria,
)


def changing_services() -> Iterator[str]:
    """Every public function of the services above that acts for somebody."""
    for module in MODULES:
        for name, function in inspect.getmembers(module, inspect.isfunction):
            own = function.__module__ == module.__name__ and not name.startswith("_")
            if own and {"session", "actor", "clock"} <= set(inspect.signature(function).parameters):
                yield name


def test_every_change_leaves_a_row_with_who_when_and_what(any_database: Database) -> None:
    with any_database.write() as session:
        called = everything(Bureau(session))
    assert set(changing_services()) - NOT_OF_A_MEETING - called == set()


class BrokenError(Exception):
    """Something that goes wrong after everything was done."""


def do_everything_in_vain(database: Database) -> None:
    with database.write() as session:
        bureau = Bureau(session)
        everything(bureau)
        assert len(bureau.audited()) > 40
        raise BrokenError


def test_where_the_transaction_fails_nothing_remains(any_database: Database) -> None:
    with pytest.raises(BrokenError):
        do_everything_in_vain(any_database)
    assert {name for name, rows in read_all(any_database).items() if rows} == set()


def test_terms_of_the_trail_are_told_in_japanese(any_database: Database) -> None:
    with any_database.write() as session:
        Bureau(session)
        entry = session.exec(select(AuditEntry).where(AuditEntry.action == "互選")).first()
        assert entry is not None
        assert json.loads(entry.detail)["office"] in ("委員長", "副委員長")
        assert "\\u" not in entry.detail
