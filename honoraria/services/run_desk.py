"""支給調書の机: everything that is asked about one sheet before it is read, decided on, and taken a step further."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from honoraria.rules.answers import Answer, Materials, answers
from honoraria.rules.sheet import Sheet, Stage
from honoraria.services.corrections import Proposal, proposals
from honoraria.services.frozen import sha256
from honoraria.services.payments import is_settled
from honoraria.services.runs import SEND_BACK, sheet_of
from honoraria.services.sheet_contents import materials_of
from honoraria.tables import PayRun
from meetings_app.core.actor import Actor
from meetings_app.core.terms import Role, RunStatus
from meetings_app.services.committees import offices_on
from meetings_app.services.office_settings import get_setting
from meetings_app.tables.office import AuditEntry
from meetings_app.tables.people import Person
from meetings_app.tables.users import User

RESPONSIBLE = (Role.SECRETARIAT, Role.CHAIR, Role.ACCOUNTING)


@dataclass(frozen=True, slots=True)
class SentBack:
    """差戻し: who sent a sheet back to 下書き, when, and why."""

    by: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class RunDesk:
    """支給調書 with what can be done about it now.

    `seen` is the hash of what it says. `answers` are by attendance, for lines with a question of a draft.
    `changed` are lines of a sheet not yet final that would come out otherwise by now, `corrections` those of paid
    lines that a draft can take in. `is_stale`: its content is no longer what was checked. `own_check`: the reader checked it
    and somebody else has to approve.
    """

    run_id: str
    meeting_id: str | None
    sheet: Sheet
    seen: str
    answers: Mapping[str, tuple[Answer, ...]]
    changed: tuple[Proposal, ...] = ()
    corrections: tuple[Proposal, ...] = ()
    is_stale: bool = False
    own_check: bool = False
    is_settled: bool = False
    sent_back: SentBack | None = None

    @property
    def stage(self) -> Stage:
        """How far the sheet is."""
        return self.sheet.stage

    @property
    def is_draft(self) -> bool:
        """Whether lines can still be decided."""
        return self.stage.status is RunStatus.DRAFT

    @property
    def is_final(self) -> bool:
        """Whether nothing can change any more."""
        return self.stage.status is RunStatus.FINALISED


def desk_of(session: Session, actor: Actor, run: PayRun) -> RunDesk:
    """Return a sheet with what can be done about it by this reader."""
    materials = materials_of(session, run) if run.content is None else None
    sheet = sheet_of(session, run, materials.content() if materials else None)
    seen = run.sha256 or sha256(sheet.content)
    is_draft = run.status is RunStatus.DRAFT
    found = proposals(session, run.committee_id) if run.status is not RunStatus.FINALISED else []
    return RunDesk(
        run_id=run.id,
        meeting_id=run.meeting_id,
        sheet=sheet,
        seen=seen,
        answers=_answers(materials) if materials and is_draft else {},
        changed=tuple(one for one in found if not one.is_final and one.run_id == run.id),
        corrections=tuple(one for one in found if is_draft and one.is_final and one.taken_in is None),
        is_stale=run.status in (RunStatus.CHECKED, RunStatus.APPROVED) and run.checked_sha256 != seen,
        own_check=run.status is RunStatus.CHECKED
        and run.checked_by_id == actor.user_id
        and bool(get_setting(session, "honoraria.four_eyes")),
        is_settled=is_settled(session, run),
        sent_back=_sent_back(session, run) if is_draft else None,
    )


def _answers(materials: Materials) -> dict[str, tuple[Answer, ...]]:
    return {
        one.attendance_id: answers(materials, one.attendance_id)
        for one in materials.facts
        if one.assessed.questions
    }


def _sent_back(session: Session, run: PayRun) -> SentBack | None:
    entry = session.exec(
        select(AuditEntry)
        .where(AuditEntry.subject_id == run.id, AuditEntry.action == SEND_BACK)
        .order_by(col(AuditEntry.at).desc())
        .limit(1)
    ).first()
    if entry is None:
        return None
    return SentBack(entry.actor, entry.at, str(json.loads(entry.detail).get("reason", "")))


def deciders(session: Session, committee_id: str, on: date) -> list[str]:
    """決定する人の候補: return the names of those who answer for payments, to choose from or to type another."""
    accounts = session.exec(
        select(User.display_name, User.role, Person.name)
        .join(Person, col(User.person_id) == Person.id, isouter=True)
        .where(
            User.committee_id == committee_id,
            col(User.role).in_(RESPONSIBLE),
            col(User.is_active).is_(True),
        )
        .order_by(col(User.display_name))
    ).all()
    named = [person or display for display, _role, person in accounts]
    return list(dict.fromkeys((*named, *_officers(session, committee_id, on))))


def _officers(session: Session, committee_id: str, on: date) -> Sequence[str]:
    held = offices_on(session, committee_id, on)
    rows = session.exec(
        select(Person.name).where(col(Person.id).in_(list(held))).order_by(col(Person.kana))
    ).all()
    return list(rows)
