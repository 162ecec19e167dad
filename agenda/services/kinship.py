"""続柄の申告 on record: declared by the person, kept dated, never taken from a family register."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date

from sqlmodel import Session, col, select

from agenda.tables import Client, KinshipDeclaration
from honoraria.rules.kinship import NOT_KIN, canonical_path
from meetings_app.core.actor import Actor
from meetings_app.core.clock import Clock
from meetings_app.core.effective import in_effect
from meetings_app.core.errors import NotFound, Refused
from meetings_app.services.audit import record
from meetings_app.services.correction_trail import Told, correct, find_fact
from meetings_app.services.periods import day_after, refuse_overlap

NONE = NOT_KIN
LONGEST_PATH = 200


def declare_kinship(
    *,
    session: Session,
    actor: Actor,
    clock: Clock,
    person_id: str,
    client_id: str | None,
    path: str,
    relation: str,
    declared_on: date,
    valid_from: date,
    valid_to: date | None = None,
) -> KinshipDeclaration:
    """続柄の申告を記録する; without a client: kin to no 本人 but those declared by name.

    Raises Refused for a path that cannot be read, and for one to no 本人 in particular.
    """
    declaration = KinshipDeclaration(
        person_id=person_id,
        client_id=client_id,
        path=checked_path(path, client_id),
        relation=relation,
        declared_on=declared_on,
        valid_from=valid_from,
        valid_to=valid_to,
    )
    session.add(declaration)
    session.flush()
    record(
        session=session,
        actor=actor,
        clock=clock,
        action="続柄の申告",
        subject="person",
        subject_id=person_id,
        detail={"client": client_id, "path": declaration.path},
    )
    return declaration


def correct_kinship(
    *,
    session: Session,
    actor: Actor,
    clock: Clock,
    person_id: str,
    declaration_id: str,
    case_number: int | None,
    path: str,
    relation: str,
    declared_on: date,
    valid_from: date,
    last_day: date | None,
    told: Told,
) -> KinshipDeclaration:
    """続柄の申告の記録を訂正する (第7条第4項), also one that was recorded under the wrong case.

    Raises Refused for an unknown case or path, without a reason, where nothing changes, and where it runs into another
    declaration to the same 本人; Conflict where somebody else corrected it first; NotFound for another person's.
    """
    row, recorded_case = find_declaration(session, actor, declaration_id, person_id)
    client_id = None if case_number is None else client_of_case(session, actor, case_number)
    end = day_after(valid_from, last_day)
    others = session.exec(
        select(KinshipDeclaration).where(
            KinshipDeclaration.person_id == person_id,
            KinshipDeclaration.client_id == client_id,
            KinshipDeclaration.id != row.id,
        )
    ).all()
    return correct(
        session=session,
        actor=actor,
        clock=clock,
        kind="kinship",
        row=row,
        new={
            "client_id": client_id,
            "path": checked_path(path, client_id),
            "relation": relation,
            "declared_on": declared_on,
            "valid_from": valid_from,
            "valid_to": end,
        },
        told=told,
        check=lambda: refuse_overlap(others, valid_from, end, "この本人との続柄の申告"),
        names={"case": recorded_case},
    )


def checked_path(path: str, client_id: str | None) -> str:
    """Return a declared path in its one spelling. Raises Refused where it cannot stand in a declaration."""
    canonical = canonical_path(path)
    if not canonical:
        raise Refused("続柄が入っていません。一覧から選ぶか、道筋を作ってから記録してください。")
    if len(canonical) > LONGEST_PATH:
        raise Refused("続柄の道筋が長すぎます。段を減らすか、「続柄なし」を選んでください。")
    if client_id is None and canonical != NONE:
        raise Refused("どの本人との続柄かを、ケース番号で入れてください。")
    return canonical


def client_of_case(session: Session, actor: Actor, case_number: int) -> str:
    """Return the id of the 本人 of a case of the actor's body. Raises Refused where there is no such case."""
    found = session.exec(
        select(Client.id).where(Client.committee_id == actor.committee_id, Client.case_number == case_number)
    ).first()
    if found is None:
        raise Refused(f"No.{case_number} のケースはありません。台帳のケース番号を確かめてください。")
    return found


def find_declaration(
    session: Session, actor: Actor, declaration_id: str, person_id: str
) -> tuple[KinshipDeclaration, int | None]:
    """Return a declaration of a person with its case number. Raises NotFound, also for a case of another body."""
    row = find_fact(session, KinshipDeclaration, declaration_id, person_id)
    client = session.get(Client, row.client_id) if row.client_id else None
    if client is not None and client.committee_id != actor.committee_id:
        raise NotFound("この記録は見つかりません。名簿から選び直してください。")
    return row, client.case_number if client else None


def kinship_paths(
    session: Session, person_id: str, client_ids: Sequence[str], on: date
) -> tuple[str | None, ...]:
    """Return the declared path to each 本人 as of a day: 「なし」 where none, None where nothing was declared."""
    return paths_among(declarations_of(session, [person_id])[person_id], client_ids, on)


def declarations_of(session: Session, person_ids: Collection[str]) -> dict[str, list[KinshipDeclaration]]:
    """Return what each person has declared, of any day."""
    rows = session.exec(
        select(KinshipDeclaration).where(col(KinshipDeclaration.person_id).in_(person_ids))
    ).all()
    found: dict[str, list[KinshipDeclaration]] = {person_id: [] for person_id in person_ids}
    for row in rows:
        found[row.person_id].append(row)
    return found


def paths_among(
    rows: Iterable[KinshipDeclaration], client_ids: Sequence[str], on: date
) -> tuple[str | None, ...]:
    """Return the path to each 本人 as of a day among what one person has declared, as `kinship_paths` does."""
    declared = in_effect(rows, on)
    by_client = {row.client_id: row.path for row in declared if row.client_id is not None}
    otherwise = NONE if any(row.client_id is None for row in declared) else None
    return tuple(by_client.get(client_id, otherwise) for client_id in client_ids)
