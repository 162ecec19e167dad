"""確定した支給調書: whoever posts whatever to any address of the product, it says the same afterwards."""

from typing import Any

import pytest
from sqlmodel import select

from honoraria.services.runs import sheet_of
from honoraria.tables import AssessmentRecord, IndividualDecision, PayLine, PayRun
from meetings_app.core.terms import Role
from meetings_app.web.access import handlers_of
from minutes.tables import Attendance
from tests.honoraria.web.sheets import meeting_id, run_id, seen
from tests.web_support import Web

FORM = {
    "reason": "訂正のため",
    "choice": "0",
    "honorarium": "1",
    "travel": "1",
    "decided_by": "だれか",
    "declared_on": "2014-03-25",
    "note": "メモ",
    "mode": "欠席",
    "at": "10:00",
    "version": "1",
    "day": "2014-03-26",
    "transfer_on": "2014-03-26",
    "paid_on": "2014-03-25",
    "returned_on": "2014-03-25",
    "on": "2014-03-25",
    "district": "音別",
    "residence_from": "2013-10-01",
    "name": "改名 太郎",
}
"""What many forms ask for: a route that takes some of it must still leave the sheet alone."""


def ids(web: Web) -> dict[str, str]:
    """A real id of the final sheet for every name a path may use."""
    with web.db.read() as session:
        line = session.exec(select(PayLine).where(PayLine.net > 0)).first()
        assert line is not None
        attendance = session.get_one(Attendance, line.attendance_id)
        known = {
            "run_id": line.run_id,
            "meeting_id": attendance.meeting_id,
            "attendance_id": attendance.id,
            "line_id": line.id,
            "person_id": line.person_id,
            "assessment_id": line.assessment_id,
        }
    assert known["run_id"] == run_id(web)
    assert known["meeting_id"] == meeting_id(web)
    return known


def addresses(web: Web) -> list[str]:
    """Every address that takes a POST, with the ids of the final sheet and its people where they fit."""
    known, found = ids(web), []
    for route in web.app.routes:
        methods = {str(method) for one in handlers_of(route) for method in getattr(one, "http_methods", ())}
        if "POST" not in methods:
            continue
        parts = [
            part if isinstance(part, str) else known.get(part.name, "0" * 32)
            for part in route.path_components
        ]
        found.append("/" + "/".join(part.strip("/") for part in parts))
    return sorted(set(found) - {"/logout", "/login"})


def state(web: Web) -> dict[str, Any]:
    """The sheet as everybody reads it, and the rows it is made of."""
    with web.db.read() as session:
        run = session.get_one(PayRun, run_id(web))
        return {
            "sheet": sheet_of(session, run),
            "run": run.model_dump(),
            "lines": [row.model_dump() for row in session.exec(select(PayLine)).all()],
            "assessments": [
                row.model_dump()
                for row in session.exec(select(AssessmentRecord).order_by(AssessmentRecord.id)).all()  # type: ignore[arg-type]
                if row.revision == 1
            ],
            "decisions": [row.model_dump() for row in session.exec(select(IndividualDecision)).all()],
        }


@pytest.mark.parametrize("role", [Role.SECRETARIAT, Role.ACCOUNTING, Role.CHAIR])
def test_no_address_changes_a_final_sheet(final: Web, role: Role) -> None:
    before = state(final)
    found = addresses(final)
    assert any("/honoraria/runs/" in address for address in found)
    form = FORM | {"seen": seen(final), "run_id": run_id(final)} | ids(final)
    failures = []
    with final.client(role) as client:
        for address in found:
            answer = client.post(address, data=form)
            if answer.status_code >= 500:
                failures.append((address, answer.status_code))
    assert failures == []
    after = state(final)
    assert after == before
