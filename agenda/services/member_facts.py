"""取込みの事実: each dated fact of a file added by the service that the person's page uses, or found on record.

Every function raises AlreadyKnownError for a fact that stands on record just so, and Refused for one that cannot be
taken in.
"""

from collections.abc import Sequence
from datetime import date
from typing import Protocol, TypeVar

from sqlmodel import col, select

from agenda.services.kinship import client_of_case, declare_kinship
from agenda.services.member_export import last_day
from agenda.services.member_rows import CORRECT_IT, AlreadyKnownError, Work
from agenda.services.people import declare_relation
from agenda.tables import KinshipDeclaration
from honoraria.rules.kinship import NOT_KIN, canonical_path
from meetings_app.core.effective import holds
from meetings_app.core.errors import Refused
from meetings_app.core.terms import CommitteeKind, Office
from meetings_app.core.wareki import format_wareki
from meetings_app.documents.members_excel import (
    AppointmentRow,
    OfficeRow,
    RelationRow,
    ResidenceRow,
    StatusRow,
)
from meetings_app.services.members import declare_residence
from meetings_app.services.periods import day_after, refuse_overlap
from meetings_app.services.roster import (
    DeclaredStatus,
    appoint_member,
    change_residence,
    change_status,
    elect_member,
)
from meetings_app.tables.committees import Appointment, Committee, OfficeHolding
from meetings_app.tables.people import Residence, ServiceStatus

OFFICES_OF = {
    CommitteeKind.SUPPORT: (Office.CHAIR, Office.VICE_CHAIR),
    CommitteeKind.REGIONAL: (Office.REGIONAL_CHAIR, Office.REGIONAL_VICE_CHAIR, Office.SECRETARY_GENERAL),
}
"""Which offices a body has (第3条第3項, 圏域規程第3条第2項)."""


class _Period(Protocol):
    valid_from: date
    valid_to: date | None


P = TypeVar("P", bound=_Period)


def take_appointment(work: Work, row: AppointmentRow) -> None:
    """委嘱 (第3条第1項・第2項)."""
    person_id, body = work.whose(row.key, row.name), work.body(row.body)
    before = _predecessor(work, row, body)
    same = work.session.exec(
        select(Appointment).where(
            Appointment.committee_id == body.id,
            Appointment.person_id == person_id,
            Appointment.capacity == row.capacity,
            Appointment.valid_from == row.first,
        )
    ).first()
    if same is not None:
        _refuse_other_end(same, row.last)
        if row.predecessor and same.predecessor_id != (before.id if before else None):
            raise Refused(f"登録済みの委嘱と前任者が違います。{CORRECT_IT}")
        raise AlreadyKnownError
    added = appoint_member(
        **work.given,
        committee_id=body.id,
        person_id=person_id,
        capacity=row.capacity,
        valid_from=row.first,
        last_day=row.last,
        predecessor_id=before.id if before else None,
    )
    if row.last is not None and last_day(added.valid_to) != row.last:
        raise Refused(
            "補欠委員の任期は前任者の残りの期間です（第3条第2項）。"
            f"最後の日を{_day(last_day(added.valid_to))}にするか、空欄にしてください。"
        )


def _predecessor(work: Work, row: AppointmentRow, body: Committee) -> Appointment | None:
    """Return the term whose rest is served: the one that is named, or else the one that holds on the first day."""
    if not row.predecessor:
        if row.predecessor_first is not None:
            raise Refused("前任者の番号がありません。番号を書くか、前任者の始まりを消してください。")
        return None
    person_id = work.whose(row.predecessor, "")
    terms = work.session.exec(
        select(Appointment).where(Appointment.committee_id == body.id, Appointment.person_id == person_id)
    ).all()
    if row.predecessor_first is not None:
        fitting = [term for term in terms if term.valid_from == row.predecessor_first]
    else:
        fitting = [term for term in terms if holds(term, row.first)]
    alike = [term for term in fitting if term.capacity is row.capacity] or fitting
    if len(alike) != 1:
        raise Refused(
            "前任者のどの委嘱か分かりません。前任者の番号と、前任者の委嘱の始まりを確かめて書いてください。"
        )
    return alike[0]


def take_office(work: Work, row: OfficeRow) -> None:
    """役職, by 互選 (第3条第3項) or by post."""
    person_id, body = work.whose(row.key, row.name), work.body(row.body)
    if row.office not in OFFICES_OF[body.kind]:
        names = "」「".join(OFFICES_OF[body.kind])
        raise Refused(f"{body.name}の役職は「{names}」です。役職か会議体を直してください。")
    same = work.session.exec(
        select(OfficeHolding).where(
            OfficeHolding.committee_id == body.id,
            OfficeHolding.person_id == person_id,
            OfficeHolding.office == row.office,
            OfficeHolding.valid_from == row.first,
        )
    ).first()
    if same is not None:
        _refuse_other_end(same, row.last)
        raise AlreadyKnownError
    elect_member(
        **work.given,
        committee_id=body.id,
        person_id=person_id,
        office=row.office,
        valid_from=row.first,
        last_day=row.last,
    )


def take_residence(work: Work, row: ResidenceRow) -> None:
    """居住地区 (第7条第3項②)."""
    person_id = work.whose(row.key, row.name)
    rows = work.session.exec(select(Residence).where(Residence.person_id == person_id)).all()
    for same in (one for one in rows if one.valid_from == row.first):
        if same.district is not row.district:
            raise Refused(f"この日からの居住地区は「{same.district}」と登録されています。{CORRECT_IT}")
        _refuse_other_end(same, row.last)
        raise AlreadyKnownError
    end = day_after(row.first, row.last)
    if _goes_before(rows, row.first, end, "居住地区の申告"):
        declare_residence(
            **work.given, person_id=person_id, district=row.district, valid_from=row.first, valid_to=end
        )
        return
    added = change_residence(**work.given, person_id=person_id, district=row.district, valid_from=row.first)
    _end(work, added, end)


def take_statuses(work: Work, rows: Sequence[StatusRow]) -> None:
    """公務員区分 (第7条第4項), by their days; what is declared for one day is declared together."""
    begun: dict[tuple[str, date], list[ServiceStatus]] = {}
    for row in sorted(rows, key=lambda one: (one.first, one.together)):
        with work.row(row, _status_text(row)):
            person_id = work.whose(row.key, row.name)
            added = _take_status(work, person_id, row, begun.get((person_id, row.first), []))
            begun.setdefault((person_id, row.first), []).append(added)


def _take_status(work: Work, person_id: str, row: StatusRow, begun: Sequence[ServiceStatus]) -> ServiceStatus:
    """Add a status; `begun` are those of the file that began on the same day, which it never ends."""
    known = work.session.exec(select(ServiceStatus).where(ServiceStatus.person_id == person_id)).all()
    for same in known:
        if same.valid_from == row.first and _status_content(same) == _status_content(row):
            _refuse_other_end(same, row.last)
            raise AlreadyKnownError
    end = day_after(row.first, row.last)
    others = [one for one in known if one not in begun]
    inserted = not row.together and _goes_before(others, row.first, end, "公務員区分の申告")
    (added,) = change_status(
        **work.given,
        person_id=person_id,
        statuses=[_declared(row)],
        declared_on=row.declared_on,
        valid_from=row.first,
        replaces=not (row.together or inserted or begun),
    )
    _end(work, added, end)
    return added


def take_relation(work: Work, row: RelationRow) -> None:
    """続柄 (第7条第4項)."""
    person_id = work.whose(row.key, row.name)
    client_id = None if row.case is None else client_of_case(work.session, work.actor, row.case)
    rows = work.session.exec(
        select(KinshipDeclaration)
        .where(KinshipDeclaration.person_id == person_id, col(KinshipDeclaration.client_id) == client_id)
        .order_by(col(KinshipDeclaration.valid_from))
    ).all()
    for same in (one for one in rows if one.valid_from == row.first):
        if (canonical_path(same.path), same.declared_on) != (canonical_path(row.path), row.declared_on):
            raise Refused(f"この日からの続柄の申告が、違う内容で登録されています。{CORRECT_IT}")
        _refuse_other_end(same, row.last)
        raise AlreadyKnownError
    end = day_after(row.first, row.last)
    if _goes_before(rows, row.first, end, "続柄の申告"):
        declare_kinship(
            **work.given,
            person_id=person_id,
            client_id=client_id,
            path=row.path,
            relation=row.relation,
            declared_on=row.declared_on,
            valid_from=row.first,
            valid_to=end,
        )
        return
    added = declare_relation(
        **work.given,
        person_id=person_id,
        case_number=row.case,
        path=row.path,
        relation=row.relation,
        declared_on=row.declared_on,
        valid_from=row.first,
    )
    _end(work, added, end)


def _end(work: Work, added: Residence | ServiceStatus | KinshipDeclaration, end: date | None) -> None:
    added.valid_to = end
    work.session.add(added)
    work.session.flush()


def _goes_before(rows: Sequence[P], first: date, end: date | None, what: str) -> bool:
    """Return whether a period has to be put in before what is on record, instead of following it.

    Raises Refused where it would run into a period with an end of its own; one without an end is cut off by what
    follows it.
    """
    late = [row for row in rows if row.valid_from >= first]
    if not late:
        refuse_overlap([row for row in rows if row.valid_to is not None], first, end, what)
        return False
    if end is None:
        begins = format_wareki(min(row.valid_from for row in late))
        raise Refused(
            f"{begins}からの{what}がもう登録されています。それより前のものには、最後の日も書いてください。"
        )
    refuse_overlap(rows, first, end, what)
    return True


def _refuse_other_end(known: _Period, last: date | None) -> None:
    """Refuse another last day than the one on record; an empty one says nothing."""
    if last is not None and last_day(known.valid_to) != last:
        raise Refused(f"登録済みの最後の日は{_day(last_day(known.valid_to))}です。{CORRECT_IT}")


def _status_content(one: StatusRow | ServiceStatus) -> tuple[object, ...]:
    return (
        *(one.is_public_employee, one.service_class, one.working_time, one.occupation, one.legal_basis),
        *(one.needs_review, one.declared_on),
    )


def _declared(row: StatusRow) -> DeclaredStatus:
    return DeclaredStatus(
        is_public_employee=row.is_public_employee,
        service_class=row.service_class,
        working_time=row.working_time,
        occupation=row.occupation,
        legal_basis=row.legal_basis,
        needs_review=row.needs_review,
    )


# --- rows in words ---


def _day(day: date | None) -> str:
    return "空欄" if day is None else format_wareki(day)


def _span(first: date, last: date | None) -> str:
    return f"{format_wareki(first)}から" + (f"{format_wareki(last)}まで" if last else "")


def appointment_text(row: AppointmentRow) -> str:
    """委嘱の行 in words."""
    return f"{row.body}　{row.capacity}　{_span(row.first, row.last)}"


def office_text(row: OfficeRow) -> str:
    """役職の行 in words."""
    return f"{row.body}　{row.office}　{_span(row.first, row.last)}"


def residence_text(row: ResidenceRow) -> str:
    """居住地区の行 in words."""
    return f"{row.district}　{_span(row.first, row.last)}"


def _status_text(row: StatusRow) -> str:
    kind = "・".join(filter(None, (row.service_class, row.working_time))) if row.is_public_employee else ""
    said = f"公務員（{kind or '職は不明'}）" if row.is_public_employee else "公務員でない"
    return "　".join(filter(None, (said, row.occupation, _span(row.first, row.last))))


def relation_text(row: RelationRow) -> str:
    """続柄の行 in words."""
    whom = "どの本人とも" if row.case is None else f"No.{row.case}"
    relation = row.relation or ("続柄なし" if row.path == NOT_KIN else row.path)
    return f"{whom}　{relation}　{_span(row.first, row.last)}"
