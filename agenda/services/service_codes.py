"""支援の種類: the product's statutory services and the office's own entries, each with its dates."""

from datetime import date

from sqlmodel import Session, col, select

from agenda.register_tables import ServiceCode
from agenda.rules.service_codes import CODES, CodeEntry, entries_on, entry_on
from agenda.rules.service_codes import ENTRIES as PRODUCT_ENTRIES
from agenda.services.providers import same_name
from meetings_app.core.actor import Actor
from meetings_app.core.clock import Clock
from meetings_app.core.effective import Period, in_effect
from meetings_app.core.errors import NotFound, Refused
from meetings_app.core.terms import ServiceKind
from meetings_app.core.wareki import format_wareki
from meetings_app.services.audit import record
from meetings_app.services.periods import day_after, refuse_overlap

LONGEST_CODE = 20
LONGEST_NAME = 200


def own_codes(session: Session, committee_id: str) -> list[ServiceCode]:
    """Return the office's own entries, by code and date."""
    rows = session.exec(
        select(ServiceCode)
        .where(ServiceCode.committee_id == committee_id)
        .order_by(col(ServiceCode.code), col(ServiceCode.valid_from))
    ).all()
    return list(rows)


def all_entries(session: Session, committee_id: str) -> list[CodeEntry]:
    """Return every entry that a body may use, of any date: the product's, then its own."""
    return [*PRODUCT_ENTRIES, *(_entry(row) for row in own_codes(session, committee_id))]


def codes_on(session: Session, committee_id: str, day: date) -> list[CodeEntry]:
    """Return what may be chosen on a day: the product's statutory services, then the office's own, by code."""
    own = in_effect(own_codes(session, committee_id), day)
    return [*entries_on(day), *(_entry(row) for row in own)]


def code_on(session: Session, committee_id: str, code: str, day: date) -> CodeEntry | None:
    """Return what a code of a body stands for on a day, or None where it is not in force."""
    return entry_on(all_entries(session, committee_id), code, day)


def _entry(row: ServiceCode) -> CodeEntry:
    return CodeEntry(row.code, row.kind, row.name, row.basis, Period(row.valid_from, row.valid_to))


def add_code(
    *,
    session: Session,
    actor: Actor,
    clock: Clock,
    code: str,
    kind: ServiceKind,
    name: str,
    basis: str,
    valid_from: date,
    last_day: date | None = None,
) -> ServiceCode:
    """支援の種類を加える. Raises Refused for a code of the product and for one that would overlap in time."""
    wanted, called = same_name(code), name.strip()
    _check(wanted, called, basis)
    end = day_after(valid_from, last_day)
    refuse_overlap(_rows(session, actor, wanted), valid_from, end, f"番号「{wanted}」の期間")
    row = ServiceCode(
        committee_id=actor.committee_id,
        code=wanted,
        kind=kind,
        name=called,
        basis=basis.strip(),
        valid_from=valid_from,
        valid_to=end,
    )
    session.add(row)
    session.flush()
    _audit(session, actor, clock, "支援の種類の追加", row)
    return row


def rename_code(
    *, session: Session, actor: Actor, clock: Clock, code_id: str, name: str, basis: str, valid_from: date
) -> ServiceCode:
    """支援の種類の名前を変える from a day on: the old name ends the day before and stays on older plans."""
    row = get_code(session, actor, code_id)
    if row.valid_to is not None:
        raise Refused("この名前は、もう終わっています。いちばん新しい名前から変えてください。")
    if valid_from <= row.valid_from:
        raise Refused(
            f"変わる日は、今の名前の始まり（{format_wareki(row.valid_from)}）より後にしてください。"
        )
    _check(row.code, name.strip(), basis)
    row.valid_to = valid_from
    session.add(row)
    session.flush()
    return add_code(
        session=session,
        actor=actor,
        clock=clock,
        code=row.code,
        kind=row.kind,
        name=name,
        basis=basis,
        valid_from=valid_from,
    )


def end_code(*, session: Session, actor: Actor, clock: Clock, code_id: str, last_day: date) -> ServiceCode:
    """支援の種類を終える: after the last day it can no longer be chosen; plans that name it keep the name."""
    row = get_code(session, actor, code_id)
    if row.valid_to is not None:
        raise Refused("この種類は、もう終わりの日が記録されています。一覧で確かめてください。")
    if last_day < row.valid_from:
        raise Refused(
            f"最後の日が、始まり（{format_wareki(row.valid_from)}）より前です。最後の日を確かめてください。"
        )
    row.valid_to = day_after(row.valid_from, last_day)
    session.add(row)
    session.flush()
    _audit(session, actor, clock, "支援の種類の終了", row)
    return row


def get_code(session: Session, actor: Actor, code_id: str) -> ServiceCode:
    """Return an own entry of the actor's body. Raises NotFound, also for another body's."""
    row = session.get(ServiceCode, code_id)
    if row is None or row.committee_id != actor.committee_id:
        raise NotFound("この支援の種類は登録されていません。一覧から選び直してください。")
    return row


def _rows(session: Session, actor: Actor, code: str) -> list[ServiceCode]:
    return [row for row in own_codes(session, actor.committee_id) if row.code == code]


def _check(code: str, name: str, basis: str) -> None:
    if not code or not name:
        raise Refused("番号と名前の両方を入れてください。")
    if len(code) > LONGEST_CODE or len(name) > LONGEST_NAME or len(basis) > LONGEST_NAME:
        raise Refused(f"番号は{LONGEST_CODE}文字、名前と根拠は{LONGEST_NAME}文字以内にしてください。")
    if ":" in code:
        raise Refused("番号に「:」は使えません。文字と数字（例 B01）にしてください。")
    if code in CODES:
        raise Refused(f"番号「{code}」は法律の事業に使われています。ほかの番号（例 B01）にしてください。")


def _audit(session: Session, actor: Actor, clock: Clock, action: str, row: ServiceCode) -> None:
    record(
        session=session,
        actor=actor,
        clock=clock,
        action=action,
        subject="service_code",
        subject_id=row.id,
        detail={"code": row.code, "name": row.name, "from": row.valid_from, "to": row.valid_to},
    )
