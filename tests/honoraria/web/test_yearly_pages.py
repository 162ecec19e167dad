"""年間の支払: by year, person and body, to read and to take out."""

import io
import re
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from calendars.services import convene
from honoraria.services.payments import pay_cash
from honoraria.services.runs import start_run
from meetings_app.core.clock import tokyo
from meetings_app.core.terms import Capacity, CommitteeKind, District, Office, Role, WithholdingMode
from meetings_app.services.committees import create_committee
from meetings_app.services.office_settings import set_setting
from meetings_app.tables.meetings import Meeting
from meetings_app.tables.users import User
from minutes.services.attendance import confirm_attendance
from minutes.services.running import open_meeting
from tests.honoraria.pay_desk import TRANSFER_DAY, PayDesk
from tests.honoraria.web.pay_office import PayOffice, open_office
from tests.office_builder import SECRETARY

PATH = "/honoraria/yearly"


def paid(desk: PayDesk) -> dict[str, str]:
    """委員長 was paid 4,490 (510 withheld) in 2014, 湖畔 8,490 in 2015."""
    desk.bureau.member("湖畔", district=District.AKANKOHAN)
    desk.withhold(WithholdingMode.FEE)
    run = desk.final("湖畔")
    for name, on in (("委員長", TRANSFER_DAY), ("湖畔", date(2015, 1, 5))):
        desk.later(on)
        pay_cash(**desk.given, run=run, person_id=desk.bureau.people[name], paid_on=on)
    set_setting(**desk.given, key="yearly.fee_over", value=4_000)
    return {"run": run.id}


@pytest.fixture
def office(tmp_path: Path) -> PayOffice:
    return open_office(tmp_path, paid)


def test_the_year_asked_for_is_shown_with_its_sums(office: PayOffice) -> None:
    with office.web.client(Role.ACCOUNTING) as client:
        html = client.get(f"{PATH}?year=2014").text
        next_year = client.get(f"{PATH}?year=2015").text
    for text in ("平成26年（2014年）", "委員長", "支援調整会議", "5,000円", "510円", "4,490円"):
        assert text in html
    assert "湖畔" not in html
    assert "8,490円" in next_year


def test_what_to_ask_the_tax_office_is_said_with_the_offices_own_limit(office: PayOffice) -> None:
    with office.web.client(Role.ACCOUNTING) as client:
        html = client.get(f"{PATH}?year=2014").text
    assert "報酬・料金の年計5,000円は4,000円を超える。" in html
    assert "支援調整会議: 報酬の年計5,000円は10,000円以下。" in html


def test_at_first_it_is_the_current_year_and_the_years_with_payments_are_offered(office: PayOffice) -> None:
    office.web.clock.at = tokyo(date(2016, 2, 1), 9)
    with office.web.client(Role.SECRETARIAT) as client:
        html = client.get(PATH).text
    assert "この年の支払はありません。" in html
    for year in (2014, 2015, 2016):
        assert f'href="{PATH}?year={year}"' in html
    assert "yearly.csv" not in html, "there is nothing to take out"


@pytest.mark.parametrize("year", ["1989", "2100", "来年", "20141"])
def test_a_wrong_year_is_refused_and_kept(office: PayOffice, year: str) -> None:
    with office.web.client(Role.ACCOUNTING) as client:
        answer = client.get(PATH, params={"year": year})
        files = [client.get(f"{PATH}.{kind}", params={"year": year}) for kind in ("csv", "xlsx")]
    assert answer.status_code == 422
    assert f'value="{year}"' in answer.text
    assert "「年」は" in answer.text
    assert {file.status_code for file in files} == {422}


def test_the_csv_holds_the_same_amounts(office: PayOffice) -> None:
    with office.web.client(Role.ACCOUNTING) as client:
        answer = client.get(f"{PATH}.csv?year=2014")
    assert answer.headers["Content-Type"].startswith("text/csv")
    # 年間の支払_2014年.csv
    name = "%E5%B9%B4%E9%96%93%E3%81%AE%E6%94%AF%E6%89%95_2014%E5%B9%B4.csv"
    assert answer.headers["Content-Disposition"] == f"attachment; filename*=UTF-8''{name}"
    head, body, total, *rest = answer.content.decode("utf-8-sig").splitlines()
    assert head.startswith("年,氏名,会議体,支払件数,報酬,旅費")
    assert body.startswith("2014,委員長,支援調整会議,1,5000,0,510,4490,")
    assert total.startswith("2014,委員長,計,1,5000,0,510,4490,")
    assert rest == []


def test_the_workbook_holds_the_same_amounts(office: PayOffice) -> None:
    with office.web.client(Role.ACCOUNTING) as client:
        answer = client.get(f"{PATH}.xlsx?year=2015")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    assert sheet is not None
    rows = [row[:8] for row in sheet.iter_rows(values_only=True)]
    assert (2015, "湖畔", "支援調整会議", 1, 5000, 4000, 510, 8490) in rows


@pytest.mark.parametrize("role", [Role.CHAIR, Role.MEMBER, Role.CITY_OFFICER, Role.REGIONAL])
def test_others_do_not_see_it(office: PayOffice, role: Role) -> None:
    with office.web.client(role) as client:
        answers = [client.get(f"{PATH}{kind}?year=2014") for kind in ("", ".csv", ".xlsx")]
    assert {answer.status_code for answer in answers} == {403}


def test_another_offices_payments_are_not_shown(office: PayOffice) -> None:
    with office.web.db.write() as session:
        other = create_committee(
            session=session,
            actor=SECRETARY,
            clock=office.web.clock,
            kind=CommitteeKind.SUPPORT,
            name="よその会議",
            municipality="釧路町",
            region="釧路",
        )
        user = session.get_one(User, office.web.users[Role.ACCOUNTING])
        user.committee_id = other.id
        session.add(user)
    with office.web.client(Role.ACCOUNTING) as client:
        html = client.get(f"{PATH}?year=2014").text
        file = client.get(f"{PATH}.csv?year=2014").content
    assert "委員長" not in html
    assert len(file.splitlines()) == 1


def paid_by_both(desk: PayDesk) -> dict[str, str]:
    """助言者 was paid for a 支援調整会議 (5,000 and the day's 1,000) and a 圏域会議 (5,000) of one day."""
    first, second = desk.final("助言者"), desk.finalise(start_run(**desk.given, meeting=regional(desk)))
    for run in (first, second):
        pay_cash(**desk.given, run=run, person_id=desk.bureau.people["助言者"], paid_on=date(2014, 5, 20))
    return {}


def regional(desk: PayDesk) -> Meeting:
    """A 圏域会議 in the afternoon, with the adviser, over and confirmed."""
    bureau = desk.bureau
    bureau.member("会長", capacity=Capacity.CONSTITUENT, office=Office.REGIONAL_CHAIR, body=bureau.regional)
    bureau.member("助言者", capacity=Capacity.ADVISER, body=bureau.regional)
    meeting = bureau.meeting(hour=14, body=bureau.regional)
    bureau.matter(meeting)
    bureau.decide(meeting, "会長", capacity=Capacity.CONSTITUENT, by="会長")
    bureau.decide(meeting, "助言者", by="会長")
    convene(**bureau.given, meeting=meeting)
    open_meeting(**bureau.given, meeting=meeting, at=meeting.starts_at, presider_id=bureau.people["会長"])
    bureau.come(meeting, "会長", "助言者")
    bureau.closed(meeting)
    confirm_attendance(**bureau.given, meeting=meeting)
    return meeting


def test_both_bodies_stand_beside_their_sum(tmp_path: Path) -> None:
    office = open_office(tmp_path, paid_by_both)
    with office.web.client(Role.ACCOUNTING) as client:
        html = client.get(f"{PATH}?year=2014").text
    table = html[html.index("<tbody") : html.index("</tbody>")]
    rows = [re.sub(r"<[^>]+>|\s+", " ", row).split() for row in table.split("</tr>")[:-1]]
    assert rows == [
        ["助言者", "圏域会議", "1", "5,000円", "0円", "0円", "5,000円"],
        ["助言者", "支援調整会議", "1", "5,000円", "1,000円", "0円", "6,000円"],
        ["助言者", "計", "2", "10,000円", "1,000円", "0円", "11,000円"],
        ["合計", "2", "10,000円", "1,000円", "0円", "11,000円"],
    ]
