"""支給調書 of the demonstration behind a browser: found, decided, taken through its steps and paid."""

import html
import re
from collections.abc import Sequence
from datetime import date

from sqlmodel import col, select

from honoraria.rules.sheet import SheetLine
from honoraria.services.frozen import sha256
from honoraria.services.payments import owed_of, pay_cash
from honoraria.services.runs import content_of, list_runs
from honoraria.services.runs import start_correction_run as start_corrections
from honoraria.tables import IndividualDecision, PayRun
from meetings_app.core.actor import Actor
from meetings_app.core.terms import District, LineOutcome, Role, WithholdingMode
from meetings_app.services.office_settings import set_setting
from meetings_app.services.roster import change_residence
from meetings_app.tables.meetings import Meeting
from meetings_app.tables.people import Person
from tests.web_support import Web, WebClient

STRANGE = "0" * 32
STEPS = ("check", "approve", "finalise")
OUTSIDE, KIN, UNDECLARED = "北斗 七海", "川湯 六郎", "温根内 八重"
"""Who waits for a decision in the demonstration: 地区外, kin in one of two cases, public service not declared."""


def meeting_id(web: Web, number: int = 19) -> str:
    with web.db.read() as session:
        return session.exec(
            select(Meeting.id).where(Meeting.committee_id == web.committee_id, Meeting.number == number)
        ).one()


def run_id(web: Web, meeting: int | None = 19) -> str:
    wanted = meeting_id(web, meeting) if meeting else None
    with web.db.read() as session:
        return next(run.id for run in list_runs(session, web.committee_id) if run.meeting_id == wanted)


def base(web: Web, meeting: int | None = 19) -> str:
    return f"/honoraria/runs/{run_id(web, meeting)}"


def page_of(web: Web) -> str:
    return f"/meetings/{meeting_id(web)}/honoraria"


def lines(web: Web, run: str | None = None) -> dict[str, SheetLine]:
    """The lines of a sheet by name, as it stands now."""
    with web.db.read() as session:
        content = content_of(session, session.get_one(PayRun, run or run_id(web)))
    return {line.name: line for line in content.lines}


def seen(web: Web, run: str | None = None) -> str:
    with web.db.read() as session:
        return sha256(content_of(session, session.get_one(PayRun, run or run_id(web))))


def status(web: Web, run: str | None = None) -> str:
    with web.db.read() as session:
        return str(session.get_one(PayRun, run or run_id(web)).status)


def decisions(web: Web) -> list[IndividualDecision]:
    with web.db.read() as session:
        rows = session.exec(select(IndividualDecision).order_by(col(IndividualDecision.recorded_at))).all()
        session.expunge_all()
        return list(rows)


def person(web: Web, name: str) -> str:
    with web.db.read() as session:
        return session.exec(select(Person.id).where(Person.name == name)).one()


# --- what is set and changed beside the pages ---


def withhold(
    web: Web, mode: WithholdingMode | None = WithholdingMode.NONE, *, on_travel: bool = False
) -> None:
    with web.db.write() as session:
        for key, value in (("withholding_mode", mode and str(mode)), ("withholding_on_travel", on_travel)):
            set_setting(
                session=session,
                actor=web.actor(Role.ACCOUNTING),
                clock=web.clock,
                key=f"honoraria.{key}",
                value=value,
            )


def move(web: Web, name: str, district: District, since: date = date(2014, 3, 1)) -> None:
    """Let somebody have moved before the meeting, as it turns out."""
    with web.db.write() as session:
        change_residence(
            session=session,
            actor=web.actor(Role.SECRETARIAT),
            clock=web.clock,
            person_id=session.exec(select(Person.id).where(Person.name == name)).one(),
            district=district,
            valid_from=since,
        )


def pay_everybody(web: Web, run: str | None = None) -> None:
    with web.db.write() as session:
        sheet = session.get_one(PayRun, run or run_id(web))
        for owed in owed_of(session, sheet):
            if owed.is_open:
                pay_cash(
                    session=session,
                    actor=web.actor(Role.ACCOUNTING),
                    clock=web.clock,
                    run=sheet,
                    person_id=owed.payee.person_id,
                    paid_on=date(2014, 3, 25),
                )


def correction_run(web: Web) -> str:
    with web.db.write() as session:
        actor: Actor = web.actor(Role.ACCOUNTING)
        return start_corrections(
            session=session, actor=actor, clock=web.clock, committee_id=web.committee_id
        ).id


# --- what people do on the pages ---


def decision_form(web: Web, name: str, **changed: str) -> dict[str, str]:
    line = lines(web)[name]
    return {
        "assessment": line.assessment_id,
        "known": "",
        "answer": "額を決めて入力する",
        "honorarium": "5000",
        "travel": "2,000",
        "reason": "会場までの経路が音別地区とほぼ同じため。",
        "decided_by": "会計責任者",
        "decided_on": "平成26年3月25日",
    } | changed


def decision_path(web: Web, name: str) -> str:
    return f"{base(web)}/lines/{lines(web)[name].attendance_id}/decision"


def decide_all(web: Web, client: WebClient) -> None:
    """Settle every 要判断 of the demonstration with 5,000 and 2,000 yen."""
    waiting = [name for name, line in lines(web).items() if line.outcome is LineOutcome.JUDGEMENT]
    for name in waiting:
        answer = client.post(decision_path(web, name), data=decision_form(web, name))
        assert answer.status_code == 303, answer.text


def take(web: Web, client: WebClient, step: str, **given: str) -> int:
    return client.post(f"{base(web)}/steps/{step}", data={"seen": seen(web)} | given).status_code


def finalise(web: Web, *roles: Role) -> None:
    """Take the sheet of the 19th meeting all the way: settled, checked, approved by another, final."""
    withhold(web)
    for role, step in zip(roles or (Role.ACCOUNTING, Role.CHAIR, Role.ACCOUNTING), STEPS, strict=True):
        with web.client(role) as client:
            if step == "check":
                decide_all(web, client)
            assert take(web, client, step) == 303


# --- what pages say ---


def text_of(page: str) -> str:
    """A page without its tags."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def row_of(page: str, name: str) -> str:
    """What stands in the folded line of somebody."""
    for found in re.findall(r'<summary class="pay__grid">.*?</summary>', page, re.DOTALL):
        if f'<b class="pay__name">{html.escape(name)}</b>' in found:
            return text_of(found)
    raise AssertionError(f"{name} has no line")


def total_of(page: str) -> str:
    found = re.search(r'<div class="pay__grid pay__total">.*?</div>', page, re.DOTALL)
    assert found
    return text_of(found[0])


def groups_of(page: str) -> Sequence[str]:
    return [text_of(one) for one in re.findall(r'<h2 class="pay__title">(.*?)</h2>', page, re.DOTALL)]
