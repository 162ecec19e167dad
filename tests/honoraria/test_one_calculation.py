"""一つの計算: for any office, members and decisions, page, Word, Excel, notices, bank file and rows say the same.

What each person should get is worked out here once more, from the articles alone: 報酬 5,000 (第7条第3項①), 旅費 by
district (第7条第3項②), nothing for public employees other than 特別職・非常勤 (第7条第4項), and what a person decided.
"""

import html
import io
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import openpyxl
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from honoraria.papers.notices import notices_word
from honoraria.papers.sheet_excel import sheet_excel
from honoraria.papers.sheet_word import sheet_word
from honoraria.papers.wording import listed
from honoraria.rules.compose import payees
from honoraria.rules.sheet import Sheet
from honoraria.services.payments import order_transfer
from honoraria.services.settlements import decline, settle
from honoraria.tables import PayLine, PayRun
from honoraria.zengin.business_days import next_business_day
from meetings_app.core.terms import District, LineOutcome, Role, ServiceClass, WithholdingMode, WorkingTime
from meetings_app.tables.users import User
from tests.honoraria.papers.reading import LINE_HEADINGS, NOTICE_HEADINGS, grid, grids, numbers, opened
from tests.honoraria.pay_desk import PayDesk
from tests.honoraria.zengin.reader import read
from tests.web_support import open_web

TRAVEL = {District.KUSHIRO: 0, District.AKAN: 1000, District.AKANKOHAN: 4000, District.ONBETSU: 2000}
ISSUED_ON = date(2014, 5, 22)
Amounts = tuple[int, int, int, int]


@dataclass(frozen=True)
class Somebody:
    """One member as drawn: where they live, what they work as, and what was decided where that is open."""

    district: District | None
    employment: tuple[ServiceClass, WorkingTime] | None
    declares: bool
    ruling: tuple[int, int]
    declines: bool

    def expected(self, mode: WithholdingMode, *, on_travel: bool) -> Amounts:
        honorarium, travel = self._gross()
        base = honorarium + travel if on_travel else honorarium
        part = {WithholdingMode.FEE: 10210, WithholdingMode.MONTHLY: 3063}.get(mode, 0)
        tax = base * part // 100_000
        return honorarium, travel, tax, honorarium + travel - tax

    def _gross(self) -> tuple[int, int]:
        special = (ServiceClass.SPECIAL, WorkingTime.PART)
        if self.declares and self.employment not in (None, special):
            return 0, 0
        if self.declines:
            return 0, 0
        if not self.declares or self.district not in TRAVEL:
            return self.ruling
        return 5000, TRAVEL[self.district]


PEOPLE = st.builds(
    Somebody,
    district=st.sampled_from([*District, None]),
    employment=st.sampled_from(
        [
            *(None, None, (ServiceClass.SPECIAL, WorkingTime.PART)),
            *((ServiceClass.GENERAL, WorkingTime.PART), (ServiceClass.SPECIAL, WorkingTime.FULL)),
        ]
    ),
    declares=st.sampled_from([True, True, True, False]),
    ruling=st.tuples(st.sampled_from([0, 2500, 5000]), st.sampled_from([0, 1000, 3333])),
    declines=st.sampled_from([False, False, False, True]),
)
MODES = st.sampled_from([WithholdingMode.NONE, WithholdingMode.FEE, WithholdingMode.MONTHLY])
DAYS = st.dates(date(2014, 4, 2), date(2015, 3, 31))
"""The day before is when participants are decided, by a chair in office since 2014-04-01."""


@settings(max_examples=8, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(people=st.lists(PEOPLE, min_size=1, max_size=5), mode=MODES, on_travel=st.booleans(), day=DAYS)
def test_everything_says_the_same(
    people: list[Somebody], mode: WithholdingMode, on_travel: bool, day: date
) -> None:
    on_travel = on_travel and mode is not WithholdingMode.NONE
    members = {f"委員{number}号": one for number, one in enumerate(people, start=1)}
    chair = Somebody(District.KUSHIRO, None, declares=True, ruling=(0, 0), declines=False)
    expected = {
        name: one.expected(mode, on_travel=on_travel) for name, one in {"委員長": chair, **members}.items()
    }
    with TemporaryDirectory() as folder:
        web = open_web(Path(folder))
        with web.db.write() as session:
            desk = PayDesk(session)
            desk.later(day)
            run = _final(desk, members, mode, day, on_travel=on_travel)
            sheet, meeting_id, committee_id = desk.sheet(run), run.meeting_id, run.committee_id
            rows = {line.name: line for line in sheet.content.lines}
            stored = session.exec(select(PayLine).where(PayLine.run_id == run.id)).all()
            kept = {
                next(name for name, line in rows.items() if line.attendance_id == one.attendance_id): (
                    *(one.honorarium, one.travel, one.withheld),
                    one.net,
                )
                for one in stored
            }
            bank = _bank_file(desk, run)
            for user in session.exec(select(User)).all():
                user.committee_id = committee_id
                session.add(user)
        assert {name: _amounts(sheet, name) for name in rows} == expected
        assert kept == expected
        assert _word(sheet) == expected
        assert _excel(sheet) == expected
        assert _notices(sheet) == {name: amounts[3] for name, amounts in expected.items()}
        assert bank == {name: amounts[3] for name, amounts in expected.items() if amounts[3] > 0}
        with web.client(Role.ACCOUNTING) as client:
            page = client.get(f"/meetings/{meeting_id}/honoraria").text
        assert _page(page, rows) == expected
        web.db.dispose()


def _final(
    desk: PayDesk, members: dict[str, Somebody], mode: WithholdingMode, day: date, *, on_travel: bool
) -> PayRun:
    bureau = desk.bureau
    desk.withhold(mode, on_travel=on_travel)
    for name, one in members.items():
        person_id = bureau.person(name, district=one.district, declared=False)
        if one.declares:
            bureau.status(person_id, one.employment)
        bureau.member(name)
    run = desk.draft(*members, day=day)
    for line in desk.sheet(run).content.lines:
        one = members.get(line.name)
        if one is None:
            continue
        if line.outcome is LineOutcome.JUDGEMENT:
            settle(
                **desk.given,
                run=run,
                attendance_id=line.attendance_id,
                honorarium=one.ruling[0],
                travel=one.ruling[1],
                reason="くじ",
                decided_by="会計 責任者",
            )
        if one.declines and line.outcome in (LineOutcome.PAID, LineOutcome.JUDGEMENT):
            decline(**desk.given, run=run, attendance_id=line.attendance_id, declared_on=day)
    return desk.finalise(run)


def _bank_file(desk: PayDesk, run: PayRun) -> dict[str, int]:
    """What the bank would pay, by name; the accounts are numbered in this order."""
    owed = [one for one in payees(desk.sheet(run).content) if one.net > 0]
    desk.accounts(one.name for one in owed)
    desk.payer()
    if not owed:
        return {}
    transfer_on = next_business_day(desk.bureau.clock.now().date())
    made = order_transfer(**desk.given, run=run, transfer_on=transfer_on)
    content = read(made.content, crlf=True, eof=False)
    assert content.total == sum(one.net for one in owed)
    return {owed[int(one.number) - 1].name: one.amount for one in content.data}


def _amounts(sheet: Sheet, name: str) -> tuple[int | None, ...]:
    line = next(one for one in sheet.content.lines if one.name == name)
    return line.honorarium, line.travel, line.withheld, line.net


def _word(sheet: Sheet) -> dict[str, tuple[int, ...]]:
    rows = grid(opened(sheet_word(sheet)), *LINE_HEADINGS)
    lines = {row[1]: numbers(row, 6, 10) for row in rows[:-1]}
    assert numbers(rows[-1], 6, 10) == tuple(map(sum, zip(*lines.values(), strict=True)))
    return lines


def _excel(sheet: Sheet) -> dict[str, tuple[int, ...]]:
    book = openpyxl.load_workbook(io.BytesIO(sheet_excel(sheet)))
    table = list(book["支給調書"].iter_rows(values_only=True))
    names = {line.name for line in listed(sheet.content)}
    return {str(row[1]): tuple(int(str(cell)) for cell in row[7:11]) for row in table if row[1] in names}


def _notices(sheet: Sheet) -> dict[str, int]:
    document = opened(notices_word(sheet, issued_on=ISSUED_ON, accounts={}))
    tables = grids(document, *NOTICE_HEADINGS)
    return {
        one.name: numbers(rows[-1], 3, 7)[3] for one, rows in zip(payees(sheet.content), tables, strict=True)
    }


def _page(page: str, names: object) -> dict[str, tuple[int, ...]]:
    """The amounts that stand beside each name in the folded rows of the page."""
    found = {}
    for row in re.findall(r"<summary class=\"pay__grid\">.*?</summary>", page, re.DOTALL):
        name = re.search(r'class="pay__name">(?:<[^>]*>)*([^<]+)<', row)
        assert name is not None, row
        plain = html.unescape(re.sub(r"<[^>]+>", " ", row[name.end() :]))
        yen = [int(text.replace(",", "").replace("−", "-")) for text in re.findall(r"([−\d,]+)円", plain)]
        found[html.unescape(name[1]).strip()] = tuple(yen[-4:])
    assert set(found) == set(names)  # type: ignore[call-overload]
    return found
