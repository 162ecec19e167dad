"""源泉の設定 as services read it: the office's mode with who set it and when, and the tables of tax."""

from datetime import date

from sqlmodel import Session, col, select

from honoraria.rules.compose import withholding_text
from honoraria.rules.withholding import TaxTables, WithholdingPolicy
from honoraria.tables import DailyTax
from meetings_app.core.actor import Actor
from meetings_app.core.clock import TOKYO, Clock
from meetings_app.core.errors import Refused
from meetings_app.core.terms import WithholdingMode
from meetings_app.rulebook.withholding import load_rates
from meetings_app.services.audit import record
from meetings_app.services.office_settings import get_setting
from meetings_app.tables.office import OfficeSetting

MODE, ON_TRAVEL = "honoraria.withholding_mode", "honoraria.withholding_on_travel"


def withholding_policy(session: Session) -> WithholdingPolicy | None:
    """Return how the office withholds; None until a person has decided mode and base."""
    mode, on_travel = get_setting(session, MODE), get_setting(session, ON_TRAVEL)
    if not isinstance(mode, str):
        return None
    chosen = WithholdingMode(mode)
    if chosen is WithholdingMode.NONE:
        return WithholdingPolicy(chosen)
    return WithholdingPolicy(chosen, bool(on_travel)) if on_travel is not None else None


def withholding_on_record(session: Session) -> str:
    """Return the choice in words with who made it and when."""
    row = session.get(OfficeSetting, MODE)
    policy = withholding_policy(session)
    return withholding_text(
        policy, row.set_by if row else "", row.set_at.astimezone(TOKYO).date() if row else None
    )


def tax_tables(session: Session) -> TaxTables:
    """Return the dated rates and the amounts typed in from the daily table."""
    typed = daily_taxes(session)

    def daily(taxable: int, on: date) -> int | None:
        known = [row for row in typed if row.taxable == taxable and row.valid_from <= on]
        return known[-1].tax if known else None

    return TaxTables(load_rates(), daily)


def daily_taxes(session: Session) -> list[DailyTax]:
    """Return what was typed in from the daily table, by amount and then by day."""
    return list(
        session.exec(select(DailyTax).order_by(col(DailyTax.taxable), col(DailyTax.valid_from))).all()
    )


def set_daily_tax(
    *, session: Session, actor: Actor, clock: Clock, taxable: int, valid_from: date, tax: int
) -> DailyTax:
    """日額表乙欄の税額を入れる for one taxable amount of a day; typed in again for the same day, it is put right.

    Final sheets keep what they withheld; the audit trail keeps the amount that stood there. Amounts in yen.
    """
    if taxable <= 0 or not 0 <= tax < taxable:
        raise Refused("課税対象額は1円以上、税額は0円以上で課税対象額より小さい額を入れてください。")
    row = session.exec(
        select(DailyTax).where(DailyTax.taxable == taxable, DailyTax.valid_from == valid_from)
    ).first()
    before = row.tax if row else None
    if row is not None and before == tax:
        return row
    row = row or DailyTax(taxable=taxable, valid_from=valid_from, tax=tax, set_by="", set_at=clock.now())
    row.tax, row.set_by, row.set_at = tax, actor.name, clock.now()
    session.add(row)
    session.flush()
    record(
        session=session,
        actor=actor,
        clock=clock,
        action="日額表の税額",
        subject="daily_tax",
        subject_id=row.id,
        detail={"taxable": taxable, "from": valid_from, "before": before, "tax": tax},
    )
    return row
