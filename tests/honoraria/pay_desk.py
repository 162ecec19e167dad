"""会計の机: an office with two accountants, a way of withholding and accounts, set up quickly for tests of payments."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlmodel import Session

from honoraria.rules.sheet import Sheet, SheetLine
from honoraria.services.bank_accounts import register_account
from honoraria.services.frozen import sha256
from honoraria.services.payments import confirm_transfer, order_transfer, owed_of
from honoraria.services.runs import approve_run, check_run, content_of, finalise_run, sheet_of, start_run
from honoraria.tables import PayRun
from meetings_app.core.actor import Actor
from meetings_app.core.clock import FixedClock, tokyo
from meetings_app.core.terms import AccountKind, PaymentMeans, Role, WithholdingMode
from meetings_app.services.accounts import add_user
from meetings_app.services.office_settings import set_setting
from meetings_app.tables.meetings import Meeting
from tests.office_builder import Bureau, Given, password_hash

PAYER = {
    "consignor_code": "0012345678",
    "name_kana": "ﾐﾎﾝｶｲｹｲ",
    "bank_code": "0116",
    "branch_code": "920",
    "account_number": "7654321",
}
TRANSFER_DAY = date(2014, 5, 22)
"""A Thursday on which banks are open, two days after the meeting."""


@dataclass
class PayDesk:
    """会計: an office (`bureau`) whose payments two accountants make, without withholding unless told otherwise."""

    session: Session
    bureau: Bureau = field(init=False)
    first: Actor = field(init=False)
    second: Actor = field(init=False)

    def __post_init__(self) -> None:
        self.bureau = Bureau(self.session)
        self.first, self.second = self.accountant("会計 一子"), self.accountant("会計 二郎")
        self.withhold(WithholdingMode.NONE)

    @property
    def given(self) -> Given:
        return {"session": self.session, "actor": self.first, "clock": self.bureau.clock}

    @property
    def given_second(self) -> Given:
        return {"session": self.session, "actor": self.second, "clock": self.bureau.clock}

    def accountant(self, name: str) -> Actor:
        user = add_user(
            **self.bureau.given,
            login=name.replace(" ", "."),
            display_name=name,
            role=Role.ACCOUNTING,
            committee_id=self.bureau.support.id,
            person_id=None,
            password_hash=password_hash(),
        )
        return Actor(name=name, role=Role.ACCOUNTING, committee_id=self.bureau.support.id, user_id=user.id)

    def withhold(self, mode: WithholdingMode | None, *, on_travel: bool = False) -> None:
        for key, value in (("withholding_mode", mode and str(mode)), ("withholding_on_travel", on_travel)):
            set_setting(**self.given, key=f"honoraria.{key}", value=value)

    def later(self, at: date | datetime) -> None:
        """Let the clock stand at a moment, or at nine on a day."""
        self.bureau.clock = FixedClock(at if isinstance(at, datetime) else tokyo(at, 9))

    # --- meetings and sheets ---

    def held(self, *names: str, day: date | None = None, hour: int = 10) -> Meeting:
        """Hold a meeting on a matter without a case, with the chair and `names`."""
        meeting = self.bureau.meeting(hour=hour) if day is None else self.bureau.meeting(day, hour)
        self.bureau.matter(meeting)
        return self.bureau.held(meeting, *names)

    def draft(self, *names: str, day: date | None = None, hour: int = 10) -> PayRun:
        return start_run(**self.given, meeting=self.held(*names, day=day, hour=hour))

    def seen(self, run: PayRun) -> str:
        return sha256(content_of(self.session, run))

    def finalise(self, run: PayRun) -> PayRun:
        seen = self.seen(run)
        check_run(**self.given, run=run, seen=seen)
        approve_run(**self.given_second, run=run, seen=seen)
        return finalise_run(**self.given_second, run=run, seen=seen)

    def final(self, *names: str, day: date | None = None, hour: int = 10) -> PayRun:
        return self.finalise(self.draft(*names, day=day, hour=hour))

    def sheet(self, run: PayRun) -> Sheet:
        return sheet_of(self.session, run)

    def line(self, run: PayRun, name: str) -> SheetLine:
        """The line of somebody on a sheet (the correction, where there is only that)."""
        return next(line for line in self.sheet(run).content.lines if line.name == name)

    def amounts(self, run: PayRun) -> dict[str, tuple[str, int | None, int | None, int | None, int | None]]:
        """Outcome, 報酬, 旅費, 源泉 and 差引 by name."""
        return {
            line.name: (str(line.outcome), line.honorarium, line.travel, line.withheld, line.net)
            for line in self.sheet(run).content.lines
        }

    # --- paying ---

    def accounts(self, names: Iterable[str]) -> None:
        for number, name in enumerate(names, start=1):
            register_account(
                **self.given,
                person_id=self.bureau.people[name],
                bank_code="0116",
                branch_code="920",
                kind=AccountKind.ORDINARY,
                number=f"{number:07}",
                holder="ﾐﾎﾝ ﾀﾛｳ",
            )

    def payer(self) -> None:
        for key, value in PAYER.items():
            set_setting(**self.given, key=f"payer.{key}", value=value)

    def pay(self, run: PayRun) -> None:
        """Pay everybody on a final sheet by bank; needs accounts for all."""
        self.payer()
        made = order_transfer(**self.given, run=run, transfer_on=TRANSFER_DAY)
        self.later(TRANSFER_DAY)
        confirm_transfer(**self.given, run=run, file_id=made.id, paid_on=TRANSFER_DAY)

    def states(self, run: PayRun) -> dict[str, tuple[str, PaymentMeans | None] | None]:
        return {
            owed.payee.name: (str(owed.current.status), owed.current.means) if owed.current else None
            for owed in owed_of(self.session, run)
        }
