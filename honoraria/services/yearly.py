"""年間の支払: what was paid or ordered in a calendar year, by person and body, read from payments and final lines."""

from collections.abc import Iterable, Sequence
from datetime import date

from sqlmodel import Session, col, func, select

from honoraria.rules.yearly import Thresholds, YearlyRow
from honoraria.tables import PayLine, Payment, PayRun, TransferFile
from meetings_app.core.terms import PaymentStatus
from meetings_app.services.office_settings import get_setting
from meetings_app.tables.committees import Committee
from meetings_app.tables.people import Person

COUNTED = (PaymentStatus.PAID, PaymentStatus.ORDERED)
"""What counts in the year: paid, and ordered at the bank for a day of that year."""


def yearly_rows(session: Session, committee_ids: Sequence[str], year: int) -> list[YearlyRow]:
    """Return the payments of these bodies in a calendar year, the earliest first.

    What the bank has been ordered to pay counts on the day of the transfer, marked so. What was returned, unclaimed or
    declined is not paid; what was paid back counts below zero. A payment whose lines rest on two ways of withholding
    (a correction beside lines of its sheet) gives a row for each.
    """
    day = func.coalesce(Payment.paid_on, TransferFile.transfer_on)
    payments = session.exec(
        select(Payment, Committee, Person, TransferFile)
        .join(PayRun, col(Payment.run_id) == PayRun.id)
        .join(Committee, col(PayRun.committee_id) == Committee.id)
        .join(Person, col(Payment.person_id) == Person.id)
        .join(TransferFile, col(Payment.transfer_file_id) == TransferFile.id, isouter=True)
        .where(
            col(PayRun.committee_id).in_(committee_ids),
            col(Payment.status).in_(COUNTED),
            day >= date(year, 1, 1),
            day <= date(year, 12, 31),
        )
        .order_by(day, col(Payment.id))
    ).all()
    lines = _lines_by_payment(session, {payment.run_id for payment, *_ in payments})
    return [
        row
        for payment, body, person, file in payments
        for row in _rows(
            payment,
            payment.paid_on or file.transfer_on,
            body.name,
            person.name,
            lines.get((payment.run_id, payment.person_id), []),
        )
    ]


def years_paid(session: Session, committee_ids: Sequence[str]) -> list[int]:
    """Return the calendar years in which these bodies paid anybody, the latest first."""
    day = func.coalesce(Payment.paid_on, TransferFile.transfer_on)
    first, last = session.exec(
        select(func.min(day), func.max(day))
        .select_from(Payment)
        .join(PayRun, col(Payment.run_id) == PayRun.id)
        .join(TransferFile, col(Payment.transfer_file_id) == TransferFile.id, isouter=True)
        .where(col(PayRun.committee_id).in_(committee_ids), col(Payment.status).in_(COUNTED))
    ).one()
    return list(range(last.year, first.year - 1, -1)) if first and last else []


def thresholds_of(session: Session) -> Thresholds:
    """Return the office's thresholds in yen; None switches a check off."""
    return Thresholds(
        fee_over=_limit(session, "fee_over"),
        salary_over=_limit(session, "salary_over"),
        small_committee_fee_upto=_limit(session, "small_committee_fee_upto"),
    )


def _limit(session: Session, key: str) -> int | None:
    value = get_setting(session, f"yearly.{key}")
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _lines_by_payment(session: Session, run_ids: Iterable[str]) -> dict[tuple[str, str], list[PayLine]]:
    found: dict[tuple[str, str], list[PayLine]] = {}
    for line in session.exec(select(PayLine).where(col(PayLine.run_id).in_(run_ids))).all():
        found.setdefault((line.run_id, line.person_id), []).append(line)
    return found


def _rows(payment: Payment, day: date, body: str, name: str, lines: Sequence[PayLine]) -> list[YearlyRow]:
    # A zero line (不支給) is no part of a payment; its way of withholding says nothing.
    paying = [line for line in lines if line.honorarium or line.travel or line.withheld]
    modes = sorted({line.tax_mode for line in paying})
    return [
        YearlyRow(
            person_id=payment.person_id,
            name=name,
            committee=body,
            paid_on=day,
            honorarium=sum(line.honorarium for line in own),
            travel=sum(line.travel for line in own),
            withheld=sum(line.withheld for line in own),
            net=sum(line.net for line in own),
            mode=mode,
            taxable=sum(line.taxable for line in own),
            is_ordered=payment.status is PaymentStatus.ORDERED,
            payment_id=payment.id,
        )
        for mode in modes
        if (own := [line for line in paying if line.tax_mode is mode])
    ]
