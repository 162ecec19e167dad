"""続柄の申告 on record: declared by the person, kept dated, never taken from a family register."""

from collections.abc import Sequence
from datetime import date

from sqlmodel import Session, select

from agenda.tables import KinshipDeclaration
from meetings_app.core.actor import Actor
from meetings_app.core.clock import Clock
from meetings_app.core.effective import in_effect
from meetings_app.services.audit import record

NONE = "なし"


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
) -> KinshipDeclaration:
    """続柄の申告を記録する; without a client: kin to no 本人 but those declared by name."""
    declaration = KinshipDeclaration(
        person_id=person_id,
        client_id=client_id,
        path=path,
        relation=relation,
        declared_on=declared_on,
        valid_from=valid_from,
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
        detail={"client": client_id, "path": path},
    )
    return declaration


def kinship_paths(
    session: Session, person_id: str, client_ids: Sequence[str], on: date
) -> tuple[str | None, ...]:
    """Return the declared path to each 本人 as of a day: 「なし」 where none, None where nothing was declared."""
    rows = session.exec(select(KinshipDeclaration).where(KinshipDeclaration.person_id == person_id)).all()
    declared = in_effect(rows, on)
    by_client = {row.client_id: row.path for row in declared if row.client_id is not None}
    otherwise = NONE if any(row.client_id is None for row in declared) else None
    return tuple(by_client.get(client_id, otherwise) for client_id in client_ids)
