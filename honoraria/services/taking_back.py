"""返納の歯止め: nothing is taken back that was not paid before."""

from sqlmodel import Session

from honoraria.rules.sheet import Before
from honoraria.services.payments import unpaid_sheets
from honoraria.services.sheet_contents import chain_of


def why_not_yet(
    session: Session, attendance_id: str, before: Before | None, honorarium: int | None, travel: int | None
) -> str:
    """Return why a correction to these amounts cannot be made yet, in Japanese; empty where it can.

    Amounts in yen as they would be after the correction; None while a person has to decide.
    """
    if before is None or ((honorarium or 0) >= before.honorarium and (travel or 0) >= before.travel):
        return ""
    numbers = unpaid_sheets(session, chain_of(session, attendance_id))
    if not numbers:
        return ""
    names = "、".join(f"第{number}号" for number in numbers)
    return f"支給調書{names}の支払いが済んでいません。支払いを記録するか、支払いを止めてから、訂正を取り込んでください。"
