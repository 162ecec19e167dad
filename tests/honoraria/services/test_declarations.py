"""年次の申告: who is asked, what is recorded in which order, and what has been out too long."""

from collections.abc import Iterator
from datetime import date

import pytest
from sqlmodel import select

from honoraria.services.declarations import (
    Declaration,
    Stage,
    declaration_forms,
    declarations_of,
    mark_reminded,
    mark_returned,
    mark_sent,
    overdue_declarations,
    own_declarations,
    undo_last,
)
from honoraria.tables import DeclarationReturn
from meetings_app.core.actor import Actor
from meetings_app.core.clock import FixedClock, tokyo
from meetings_app.core.errors import NotFound, Refused
from meetings_app.core.terms import Capacity, District, Role
from meetings_app.db.engine import Database
from meetings_app.services.committees import appoint
from meetings_app.services.members import declare_residence
from tests.office_builder import Bureau

YEAR = 2014
SENT, REMINDED, BACK = date(2014, 4, 5), date(2014, 5, 1), date(2014, 5, 10)


@pytest.fixture
def bureau(any_database: Database) -> Iterator[Bureau]:
    with any_database.write() as session:
        yield Bureau(session)  # 2014-05-20


def actor(bureau: Bureau) -> Actor:
    return Actor(name="事務局 花子", role=Role.SECRETARIAT, committee_id=bureau.support.id)


class Desk:
    """The services with who, when and which year filled in."""

    def __init__(self, bureau: Bureau) -> None:
        self.bureau = bureau
        self.given = {
            "session": bureau.session,
            "actor": actor(bureau),
            "clock": bureau.clock,
            "year": YEAR,
        }

    def sent(self, *names: str, day: date = SENT) -> None:
        mark_sent(**self.given, person_ids=self.ids(names), day=day)  # type: ignore[arg-type]

    def reminded(self, *names: str, day: date = REMINDED) -> None:
        mark_reminded(**self.given, person_ids=self.ids(names), day=day)  # type: ignore[arg-type]

    def returned(self, name: str, day: date = BACK) -> None:
        mark_returned(**self.given, person_id=self.bureau.people[name], day=day)  # type: ignore[arg-type]

    def undo(self, name: str) -> Stage:
        return undo_last(**self.given, person_id=self.bureau.people[name])  # type: ignore[arg-type]

    def ids(self, names: tuple[str, ...]) -> list[str]:
        return [self.bureau.people[name] for name in names]

    def of(self, name: str) -> Declaration:
        found = own_declarations(self.bureau.session, actor(self.bureau), YEAR)
        return next(one for one in found if one.name == name)


@pytest.fixture
def desk(bureau: Bureau) -> Desk:
    return Desk(bureau)


def test_members_and_advisers_of_the_year_are_asked_once_each(bureau: Bureau) -> None:
    bureau.person("去年までの人")
    for name, capacity, start, end in (
        ("去年までの人", Capacity.MEMBER, date(2013, 4, 1), date(2014, 4, 1)),
        ("助言者", Capacity.ADVISER, date(2014, 4, 1), date(2015, 4, 1)),
    ):
        body = bureau.regional if name == "助言者" else bureau.support
        appoint(
            **bureau.given,
            committee_id=body.id,
            person_id=bureau.people[name],
            capacity=capacity,
            valid_from=start,
            valid_to=end,
        )
    bureau.person("職員")
    appoint(
        **bureau.given,
        committee_id=bureau.support.id,
        person_id=bureau.people["職員"],
        capacity=Capacity.SECRETARIAT,
        valid_from=date(2014, 4, 1),
        valid_to=None,
    )
    asked = own_declarations(bureau.session, actor(bureau), YEAR)
    assert sorted(one.name for one in asked) == ["副委員長1", "副委員長2", "助言者", "委員長"]
    adviser = next(one for one in asked if one.name == "助言者")
    assert adviser.seats == ("支援調整会議のアドバイザー委員", "圏域会議のアドバイザー委員")
    before = declarations_of(bureau.session, [bureau.support.id], 2013)
    assert [one.name for one in before] == ["去年までの人"]
    assert declarations_of(bureau.session, [bureau.support.id], 2015) == []


def test_a_form_goes_out_is_asked_for_and_comes_back(desk: Desk) -> None:
    stages = [desk.of("委員長").stage]
    desk.sent("委員長", "助言者")
    stages.append(desk.of("委員長").stage)
    desk.reminded("委員長")
    stages.append(desk.of("委員長").stage)
    desk.returned("委員長")
    stages.append(desk.of("委員長").stage)
    assert stages == [Stage.UNSENT, Stage.SENT, Stage.REMINDED, Stage.RETURNED]
    one = desk.of("委員長")
    assert (one.sent_on, one.reminded_on, one.returned_on) == (SENT, REMINDED, BACK)
    assert desk.of("助言者").stage is Stage.SENT


def test_a_mistaken_record_is_taken_back_step_by_step_and_stays_in_the_trail(desk: Desk) -> None:
    desk.sent("委員長")
    desk.reminded("委員長")
    desk.returned("委員長")
    assert [desk.undo("委員長") for _step in range(3)] == [Stage.REMINDED, Stage.SENT, Stage.UNSENT]
    with pytest.raises(Refused, match="取り消す記録がありません"):
        desk.undo("委員長")
    desk.bureau.session.flush()
    told = [entry for entry in desk.bureau.audited() if "申告書" in entry.action]
    assert [entry.action for entry in told] == [
        "申告書の送付",
        "申告書の督促",
        "申告書の返却",
        "申告書の記録の取消し（返却済み）",
        "申告書の記録の取消し（督促済み）",
        "申告書の記録の取消し（送付済み）",
    ]
    assert '"2014-05-10"' in told[3].detail
    assert {entry.actor for entry in told} == {"事務局 花子"}


def test_recording_the_same_twice_changes_nothing(desk: Desk) -> None:
    for _time in range(2):
        desk.sent("委員長")
        desk.returned("委員長")
    rows = desk.bureau.session.exec(select(DeclarationReturn)).all()
    assert [(row.sent_on, row.returned_on) for row in rows] == [(SENT, BACK)]


def test_a_form_handed_over_without_being_sent_counts(desk: Desk) -> None:
    desk.returned("委員長")
    assert desk.of("委員長").stage is Stage.RETURNED


def test_what_cannot_have_been_is_refused_by_name(desk: Desk) -> None:
    desk.sent("委員長")
    with pytest.raises(Refused, match="まだ来ていない日"):
        desk.sent("助言者", day=date(2014, 5, 21))
    with pytest.raises(Refused, match="委員長さんには平成26年4月5日に送付済み"):
        desk.sent("委員長", day=date(2014, 4, 6))
    with pytest.raises(Refused, match="助言者さんには、まだ送付していません"):
        desk.reminded("助言者")
    with pytest.raises(Refused, match="前の送付や督促より前"):
        desk.reminded("委員長", day=date(2014, 4, 4))
    with pytest.raises(Refused, match="返却の日を確かめて"):
        desk.returned("委員長", day=date(2014, 4, 4))
    desk.returned("委員長")
    with pytest.raises(Refused, match="平成26年5月10日に返っています"):
        desk.returned("委員長", day=date(2014, 5, 11))
    with pytest.raises(Refused, match="返っています。選択から外して"):
        desk.reminded("委員長")
    with pytest.raises(Refused, match="だれの記録か"):
        desk.sent()


def test_only_those_who_are_asked_can_be_recorded(desk: Desk) -> None:
    desk.bureau.person("参考人")
    with pytest.raises(NotFound):
        desk.sent("参考人")
    with pytest.raises(NotFound):
        desk.returned("参考人")


def overdue(desk: Desk, on: date) -> tuple[int, int, date] | None:
    found = overdue_declarations(desk.bureau.session, actor(desk.bureau), on)
    return (found.fiscal_year, found.count, found.since) if found else None


def test_after_thirty_days_the_secretariat_is_reminded(desk: Desk) -> None:
    assert overdue(desk, date(2014, 5, 20)) is None
    desk.sent("委員長", "助言者")
    assert overdue(desk, date(2014, 5, 5)) is None  # the thirtieth day
    assert overdue(desk, date(2014, 5, 6)) == (2014, 2, SENT)
    desk.reminded("助言者")
    assert overdue(desk, date(2014, 5, 20)) == (2014, 1, SENT)
    desk.returned("委員長")
    assert overdue(desk, date(2014, 5, 31)) is None
    assert overdue(desk, date(2014, 6, 1)) == (2014, 1, SENT)


def test_the_form_shows_what_is_on_record_on_its_day(desk: Desk) -> None:
    bureau = desk.bureau
    who = bureau.people["助言者"]
    bureau.kin(who, bureau.client(15), "P>C>C")
    (form,) = declaration_forms(
        bureau.session,
        actor(bureau),
        year=YEAR,
        person_ids=[who],
        issued_on=date(2014, 5, 20),
        return_by=date(2014, 6, 3),
    )
    assert (form.name, form.fiscal_year, form.district, form.degree_limit) == ("助言者", 2014, "阿寒", 4)
    assert form.statuses == ("公務員でない",)
    assert set(form.relations) == {
        "ケース番号15　P>C>C",
        "どの本人とも続柄なし（番号を挙げて申告した人を除く）",
    }
    with pytest.raises(Refused, match="きょうより後"):
        declaration_forms(
            bureau.session,
            actor(bureau),
            year=YEAR,
            person_ids=[who],
            issued_on=date(2014, 5, 20),
            return_by=date(2014, 5, 20),
        )


def test_a_district_that_begins_later_is_not_on_the_form_yet(desk: Desk) -> None:
    bureau = desk.bureau
    bureau.member("新しい委員", district=None)
    who = bureau.people["新しい委員"]
    declare_residence(**bureau.given, person_id=who, district=District.ONBETSU, valid_from=date(2014, 6, 1))
    districts = [
        declaration_forms(
            bureau.session,
            actor(bureau),
            year=YEAR,
            person_ids=[who],
            issued_on=day,
            return_by=date(2014, 7, 1),
        )[0].district
        for day in (date(2014, 5, 31), date(2014, 6, 1))
    ]
    assert districts == ["", "音別"]


def test_the_clock_says_what_has_come(bureau: Bureau) -> None:
    bureau.clock = FixedClock(tokyo(date(2014, 4, 5), 9))
    Desk(bureau).sent("委員長")
    assert Desk(bureau).of("委員長").sent_on == SENT
