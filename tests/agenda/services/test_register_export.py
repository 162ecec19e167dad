"""台帳の書出し: what is written says again just what is on record, in whatever order its rows stand."""

import atexit
import csv
import io
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import Session, col, select

import agenda
from agenda.register_file import read_bytes, register_csv, register_workbook
from agenda.register_tables import CaseAssessment, CaseLevel, PlanService, Provider
from agenda.rules.due import Due
from agenda.services.plans import list_due
from agenda.services.register import ImportResult, import_register, preview_register
from agenda.services.register_export import export_register, register_rows
from agenda.tables import Client, Consent, Plan
from meetings_app.core.actor import Actor
from meetings_app.core.clock import FixedClock, tokyo
from meetings_app.core.errors import Refused
from meetings_app.core.terms import Capacity, CommitteeKind, EvaluationOutcome, Precision, Role, ServiceKind
from meetings_app.db.engine import open_database, sqlite_url
from meetings_app.db.migrate import migrate
from meetings_app.services.committees import find_committee
from meetings_app.services.office_settings import set_setting
from meetings_app.tables.office import AuditEntry
from meetings_app.tables.people import Person
from tests.office_builder import Bureau

SAMPLE = Path(agenda.__file__).parent / "sample" / "kushiro_fy2013_plan_register.csv"
CLOCK = FixedClock(tokyo(date(2014, 5, 20), 9))
STAFF = ("担当 花子", "担当 太郎")
FILE = "meetings.sqlite3"


# --- offices


@cache
def _template() -> Path:
    """A database with both bodies and two 事務局員, made once."""
    folder = Path(mkdtemp(prefix="meetings-app-register-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    database = open_database(sqlite_url(folder))
    migrate(database)
    with database.write() as session:
        bureau = Bureau(session)
        for name in STAFF:
            bureau.member(name, capacity=Capacity.SECRETARIAT)
    database.dispose()
    return folder / FILE


@dataclass(frozen=True)
class Office:
    session: Session
    body: str

    @property
    def given(self) -> dict[str, Any]:
        actor = Actor(name="事務局", role=Role.SECRETARIAT, committee_id=self.body)
        return {"session": self.session, "actor": actor, "clock": CLOCK}

    def rows(self) -> list[list[str]]:
        self.session.flush()
        return register_rows(self.session, self.body)

    def take_in(self, data: bytes, name: str = "台帳.csv") -> ImportResult:
        return import_register(**self.given, committee_id=self.body, filename=name, data=data)

    def record(self) -> list[tuple[Any, ...]]:
        """Everything on record of the cases, told without ids and moments of recording."""
        self.session.flush()
        told: list[tuple[Any, ...]] = []
        for client in self.session.exec(select(Client).where(Client.committee_id == self.body)).all():
            number = client.case_number
            told.append((number, "", *_told(client)))
            for table in (Plan, Consent, CaseLevel, CaseAssessment):
                rows = self.session.exec(select(table).where(table.client_id == client.id)).all()
                told += [(number, table.__name__, *_told(row)) for row in rows]
            services = self.session.exec(
                select(PlanService, Plan.number, Provider.name)
                .join(Plan, col(PlanService.plan_id) == Plan.id)
                .join(Provider, col(PlanService.provider_id) == Provider.id, isouter=True)
                .where(Plan.client_id == client.id)
            ).all()
            told += [(number, "service", plan, name, *_told(row)) for row, plan, name in services]
        return sorted(set(told), key=repr)

    def due(self, on: date) -> list[Due]:
        return list_due(session=self.session, committee_id=self.body, on=on)

    def add(self, row: Any) -> Any:
        self.session.add(row)
        self.session.flush()
        return row

    def client(self, number: int = 1, **facts: Any) -> Client:
        facts = {"initials": "A.B", **facts}
        client = Client(committee_id=self.body, case_number=number, **facts)
        self.add(client)
        return client

    def staff(self, name: str) -> str:
        return self.session.exec(select(Person.id).where(Person.name == name)).one()

    def actions(self) -> list[str]:
        return list(self.session.exec(select(AuditEntry.action)).all())

    def keep_names(self) -> None:
        set_setting(**self.given, key="cases.names", value=True)


OWN = {"version", "raw", "register_row", "recorded_by", "recorded_at"}
"""What a record has by how it came to be."""


def _told(row: Any) -> tuple[Any, ...]:
    facts = row.model_dump()
    kept = {key: value for key, value in facts.items() if key not in OWN and not key.endswith("id")}
    return tuple((key, kept[key]) for key in sorted(kept))


@contextmanager
def an_office() -> Iterator[Office]:
    with TemporaryDirectory(prefix="meetings-app-register-") as name:
        folder = Path(name)
        shutil.copy(_template(), folder / FILE)
        database = open_database(sqlite_url(folder))
        try:
            with database.write() as session:
                yield Office(session, find_committee(session, CommitteeKind.SUPPORT).id)
        finally:
            database.dispose()


@pytest.fixture
def office() -> Iterator[Office]:
    with an_office() as made:
        yield made


def only(rows: Sequence[Sequence[str]], heading: str) -> str:
    """The cell of the only row."""
    (row,) = rows[1:]
    return row[list(rows[0]).index(heading)]


# --- registers made by chance

days = st.dates(date(2010, 1, 1), date(2014, 5, 20))
ends = st.dates(date(2012, 1, 1), date(2016, 12, 31))
signs = st.sampled_from([*"あ𠮷髙﨑 aA1=+-@'\"｜|\\～/,\n", "　", "＝", "同上", "_x000D_", "\\n", "要｜"])
texts = st.lists(signs, max_size=8).map("".join).map(str.strip)
filled = texts.filter(bool)
lines = filled.map(lambda text: " ".join(text.split()))
precisions = st.sampled_from(Precision)


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


@st.composite
def loose_ends(draw: st.DrawFn) -> tuple[date, Precision]:
    """A day with a precision whose last day it is."""
    day, precision = draw(ends), draw(precisions)
    if precision is Precision.DAY:
        return day, precision
    fixed = {Precision.EARLY: 10, Precision.MIDDLE: 20}.get(precision)
    if fixed:
        return day.replace(day=fixed), precision
    following = (day.replace(day=1).toordinal() + 31) // 1
    return date.fromordinal(date.fromordinal(following).replace(day=1).toordinal() - 1), precision


@st.composite
def plan_facts(draw: st.DrawFn) -> dict[str, Any]:
    end, precision = draw(maybe(loose_ends())) or (None, None)
    monitoring, exactly = draw(maybe(loose_ends())) or (None, None)
    evaluated = draw(maybe(days))
    start = draw(maybe(days))
    return {
        "goal": draw(texts),
        "drafted_on": draw(maybe(days)),
        "met_on": draw(maybe(days)),
        "decided_on": draw(maybe(days)),
        "period_start": None if start and end and start > end else start,
        "period_end": end,
        "period_end_precision": precision,
        "monitoring_month_end": monitoring,
        "monitoring_precision": exactly,
        "monitored_on": draw(maybe(days)),
        "ending_asked_on": draw(maybe(days)),
        "urgent_raised_on": draw(maybe(days)),
        "evaluated_on": evaluated,
        "evaluation_outcome": draw(maybe(st.sampled_from(EvaluationOutcome))) if evaluated else None,
        "evaluation_decided_on": draw(maybe(days)),
        "evaluation_achieved": draw(texts),
        "evaluation_changes": draw(texts),
        "follow_up": draw(maybe(st.booleans())),
        "follow_up_note": draw(lines | st.just("")),
    }


services = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(ServiceKind),
        "name": lines,
        "code": maybe(st.sampled_from(["A1", "Z9"])),
        "content": texts,
        "provider": maybe(st.sampled_from(["居場所｜A", "＝就労センター", "市役所"])),
    }
)

cases = st.fixed_dictionaries(
    {
        "initials": st.sampled_from(["A.B", "=C", "", "髙"]),
        "first_contact_on": maybe(days),
        "name": st.sampled_from(["", "𠮷田 花子"]),
        "kana": st.sampled_from(["", "よしだ はなこ"]),
        "assigned": maybe(st.sampled_from(STAFF)),
        "closed": maybe(st.tuples(days, texts)),
        "consents": st.lists(days, unique=True, max_size=4),
        "open_consent": st.booleans(),
        "assessments": st.lists(st.tuples(days, filled), max_size=3),
        "levels": st.dictionaries(days, st.tuples(st.integers(0, 5), texts), max_size=3),
        "plans": st.dictionaries(
            st.integers(1, 12), st.tuples(plan_facts(), st.lists(services, max_size=3)), max_size=2
        ),
    }
)
registers = st.dictionaries(st.integers(1, 999_999), cases, max_size=3)


def fill(office: Office, register: Mapping[int, Mapping[str, Any]]) -> None:
    providers: dict[str, Provider] = {}
    for number, case in register.items():
        closed_on, why = case["closed"] or (None, "")
        client = office.client(
            number,
            initials=case["initials"],
            first_contact_on=case["first_contact_on"],
            name=case["name"],
            kana=case["kana"],
            assigned_id=office.staff(case["assigned"]) if case["assigned"] else None,
            closed_on=closed_on,
            closed_why=why,
        )
        fill_case(office, client, case)
        for plan_number, (facts, given_services) in case["plans"].items():
            plan = office.add(Plan(client_id=client.id, number=plan_number, **facts))
            for position, service in enumerate(given_services, start=1):
                name = service["provider"]
                if name and name not in providers:
                    providers[name] = office.add(Provider(committee_id=office.body, name=name))
                facts_of = {key: value for key, value in service.items() if key != "provider"}
                provider_id = providers[name].id if name else None
                office.add(
                    PlanService(plan_id=plan.id, position=position, provider_id=provider_id, **facts_of)
                )


def fill_case(office: Office, client: Client, case: Mapping[str, Any]) -> None:
    changes = sorted(case["consents"])
    for first, after in zip(changes[::2], [*changes[1::2], None], strict=False):
        if after is None and not case["open_consent"]:
            continue
        office.add(Consent(client_id=client.id, valid_from=first, valid_to=after))
    for on, summary in case["assessments"]:
        office.add(
            CaseAssessment(
                client_id=client.id, assessed_on=on, summary=summary, recorded_by="x", recorded_at=CLOCK.now()
            )
        )
    for on, (level, note) in case["levels"].items():
        office.add(
            CaseLevel(
                client_id=client.id,
                assessed_on=on,
                level=level,
                note=note,
                recorded_by="x",
                recorded_at=CLOCK.now(),
            )
        )


@settings(max_examples=25, deadline=None)
@given(
    registers, st.sampled_from([".csv", ".xlsx"]), st.dates(date(2013, 1, 1), date(2016, 1, 1)), st.randoms()
)
def test_a_register_taken_into_an_empty_office_is_the_same(
    register: Mapping[int, Mapping[str, Any]], suffix: str, on: date, chance: Any
) -> None:
    with an_office() as one, an_office() as other:
        one.keep_names()
        other.keep_names()
        fill(one, register)
        rows = one.rows()
        heading, *body = rows
        chance.shuffle(body)
        write = register_csv if suffix == ".csv" else register_workbook
        result = other.take_in(write([heading, *body]), f"台帳{suffix}")
        assert [finding for finding in result.findings if finding.severity == "refused"] == []
        assert other.rows() == rows
        assert other.record() == one.record()
        assert other.due(on) == one.due(on)
        again = one.take_in(write(rows), f"台帳{suffix}")
        assert (again.added, again.refused) == ((), False)
        assert one.rows() == rows


def test_the_real_register_comes_out_as_it_was_printed(office: Office) -> None:
    office.take_in(SAMPLE.read_bytes(), SAMPLE.name)
    with SAMPLE.open(encoding="utf-8-sig", newline="") as file:
        printed = list(csv.reader(file))
    assert printed[0] == office.rows()[0][:9]
    plan = slice(2, 9)  # the first two say 「同上」 where they are those of the row above
    assert sorted(row[plan] for row in office.rows()[1:]) == sorted(
        [cell.strip() for cell in row[plan]] for row in printed[1:]
    )
    assert office.take_in(register_csv(office.rows())).added == ()


def test_a_cell_that_says_something_else_by_now_is_written_anew(office: Office) -> None:
    office.take_in(SAMPLE.read_bytes(), SAMPLE.name)
    plan = office.session.exec(select(Plan).where(Plan.register_row == 2)).one()
    before = office.rows()
    plan.period_end, plan.period_end_precision = date(2014, 3, 31), Precision.MONTH_END
    plan.evaluation_decided_on = date(2014, 1, 6)
    changed = [pair for pair in zip(before[1], office.rows()[1], strict=True) if pair[0] != pair[1]]
    assert changed == [("H25年12月下旬", "H26年3月末日"), ("終 H25年 12月 24日", "終 H26年1月6日")]


def test_a_day_without_a_year_is_written_whole_once_the_meeting_moved(office: Office) -> None:
    heading = office.rows()[0][:9]
    row = ["1", "A.B", "プラン1", "H25年11月1日", "", "3月末日", "", "", ""]
    office.take_in(csv_of(heading, row))
    plan = office.session.exec(select(Plan)).one()
    assert plan.period_end == date(2014, 3, 31)
    assert only(office.rows(), "プラン期間") == "3月末日"
    plan.met_on = date(2014, 4, 1)
    assert only(office.rows(), "プラン期間") == "H26年3月末日"


def test_columns_of_another_office_go_along(office: Office) -> None:
    heading = [*office.rows()[0][:9], "備考", "目標", "=計"]
    office.take_in(csv_of(heading, [*ROW, "至急", "働く", "-"]))
    rows = office.rows()
    assert rows[0][-3:] == ["=計", "備考", "目標（元の台帳）"]
    assert rows[1][-3:] == ["-", "至急", "働く"]
    assert only(rows, "目標") == ""  # what another office means by it is not known here
    with an_office() as other:
        other.take_in(register_csv(rows))
        assert other.rows() == rows


def test_how_facts_are_written(office: Office) -> None:
    client = office.client(7, first_contact_on=date(2014, 1, 6), assigned_id=office.staff(STAFF[0]))
    office.add(Consent(client_id=client.id, valid_from=date(2014, 1, 10), valid_to=date(2014, 3, 11)))
    office.add(Consent(client_id=client.id, valid_from=date(2014, 4, 1), note="書面"))
    office.add(
        CaseLevel(
            client_id=client.id,
            assessed_on=date(2014, 1, 10),
            level=3,
            recorded_by="x",
            recorded_at=CLOCK.now(),
        )
    )
    office.add(
        CaseAssessment(
            client_id=client.id,
            assessed_on=date(2014, 1, 10),
            summary="家賃の滞納\n仕事｜なし",
            recorded_by="x",
            recorded_at=CLOCK.now(),
        )
    )
    provider = office.add(Provider(committee_id=office.body, name="就労センター"))
    facts: dict[str, Any] = {
        "follow_up": True,
        "follow_up_note": "月1回の電話",
        "drafted_on": date(2014, 1, 20),
    }
    plan = office.add(Plan(client_id=client.id, number=1, period_end=date(2014, 9, 30), **facts))
    office.add(
        PlanService(
            plan_id=plan.id,
            position=1,
            kind=ServiceKind.STATUTORY,
            code="A3",
            name="就労準備支援",
            provider_id=provider.id,
            content="週3日",
        )
    )
    office.add(PlanService(plan_id=plan.id, position=2, kind=ServiceKind.INFORMAL, name="見守り"))
    rows = office.rows()
    assert only(rows, "初回相談日") == "2014-01-06"
    assert only(rows, "担当") == STAFF[0]
    assert only(rows, "同意") == "2014-01-10～2014-03-10\n2014-04-01～｜書面"
    assert only(rows, "レベル") == "2014-01-10｜3"
    assert only(rows, "アセスメント") == "2014-01-10｜家賃の滞納\\n仕事\\｜なし"
    assert only(rows, "支援内容") == "A｜就労準備支援｜就労センター｜週3日｜A3\nC｜見守り"
    assert only(rows, "フォロー") == "要｜月1回の電話"
    assert only(rows, "プラン期間") == "H26年9月30日"
    assert "氏名" not in rows[0]


def test_names_are_written_only_where_the_office_keeps_them(office: Office) -> None:
    office.client(name="𠮷田 花子", kana="よしだ はなこ")
    assert "𠮷田 花子" not in str(office.rows())
    office.keep_names()
    assert (only(office.rows(), "氏名"), only(office.rows(), "ふりがな")) == ("𠮷田 花子", "よしだ はなこ")


def test_a_list_too_long_for_a_cell_goes_on_in_another(office: Office) -> None:
    client = office.client()
    for number in range(1, 6):
        office.add(
            CaseAssessment(
                client_id=client.id,
                assessed_on=date(2014, 1, number),
                summary="あ" * 3_999,
                recorded_by="x",
                recorded_at=CLOCK.now(),
            )
        )
    rows = office.rows()
    assert [heading for heading in rows[0] if heading.startswith("アセスメント")] == [
        "アセスメント",
        "アセスメント2",
        "アセスメント3",
    ]
    with an_office() as other:
        assert not other.take_in(register_csv(rows)).refused
        assert other.rows() == rows


# --- files

ROW = ["1", "A.B", "プラン1", "H25年7月1日", "H25年7月4日", "H25年12月27日", "H25年9月", "", ""]


def csv_of(*rows: Sequence[str]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


def test_the_csv_has_a_mark_and_its_line_ends(office: Office) -> None:
    office.client()
    made = export_register(**office.given, committee_id=office.body, suffix=".csv")
    assert made.filename == "プラン台帳_20140520.csv"
    assert made.content.startswith(b"\xef\xbb\xbf" + "番号,名前(イニシャル),プラン,".encode())
    assert made.content.endswith(b"\r\n")
    assert "台帳の書出し" in office.actions()


@pytest.mark.parametrize("goal", ["=1+1", "+81", "-", "@x", "＝和", "'quoted"])
def test_no_cell_runs_in_a_spreadsheet(office: Office, goal: str) -> None:
    client = office.client()
    office.add(Plan(client_id=client.id, number=1, goal=goal, drafted_on=date(2014, 5, 1)))
    data = export_register(**office.given, committee_id=office.body, suffix=".csv").content
    heading, row = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert row[heading.index("目標")] == f"'{goal}"
    assert only(read_bytes("台帳.csv", data), "目標") == goal


def test_the_workbook_holds_texts_and_is_made_alike_every_time(office: Office) -> None:
    client = office.client()
    office.add(Plan(client_id=client.id, number=1, goal="=1+1", met_on=date(2014, 5, 1)))
    made = [export_register(**office.given, committee_id=office.body, suffix=".XLSX") for _ in range(2)]
    assert made[0] == made[1]
    sheet = openpyxl.load_workbook(io.BytesIO(made[0].content)).worksheets[0]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None} == {"s"}


def test_other_kinds_of_files_are_refused(office: Office) -> None:
    with pytest.raises(Refused, match=r"\.csv"):
        export_register(**office.given, committee_id=office.body, suffix=".ods")


def test_a_body_exports_its_own_cases_only(office: Office) -> None:
    other = find_committee(office.session, CommitteeKind.REGIONAL).id
    office.add(Client(committee_id=other, case_number=99, initials="Z.Z"))
    assert len(office.rows()) == 1


# --- what an import adds


def test_a_preview_tells_what_would_be_added_and_changes_nothing(office: Office) -> None:
    with an_office() as one:
        test_how_facts_are_written(one)
        data = register_csv(one.rows())
    before = office.actions()
    found = preview_register(**office.given, committee_id=office.body, filename="a.csv", data=data)
    assert (found.added_clients, found.added_plans, found.added_services, found.added_providers) == (
        1,
        1,
        2,
        1,
    )
    assert [(one.row, one.who, one.what) for one in found.added] == [
        (2, "No.7", "新しいケース"),
        (2, "No.7 プラン1", "新しいプラン（支援内容2件）"),
    ]
    assert office.session.exec(select(col(Client.id))).all() == []
    assert office.session.exec(select(col(Provider.id))).all() == []
    assert office.actions() == before
    taken = import_register(
        **office.given, committee_id=office.body, filename="a.csv", data=data, agreed="anything else"
    )
    assert office.session.exec(select(col(Client.id))).all() == []
    import_register(
        **office.given, committee_id=office.body, filename="a.csv", data=data, agreed=taken.digest
    )
    assert len(office.session.exec(select(col(Client.id))).all()) == 1


def test_what_a_newer_register_says_beyond_the_record_is_added(office: Office) -> None:
    heading = office.rows()[0][:9]
    office.take_in(csv_of(heading, ROW))
    evaluated = [*ROW[:7], "H25年12月20日", "終 H25年12月24日"]
    result = office.take_in(csv_of(heading, evaluated))
    assert (result.refused, result.added_plans, result.added_facts) == (False, 0, 2)
    plan = office.session.exec(select(Plan)).one()
    assert (plan.evaluation_outcome, plan.evaluated_on) == (EvaluationOutcome.ENDED, date(2013, 12, 20))
    assert plan.version == 2
    assert "台帳からの追記" in office.actions()
    assert office.rows()[1][:9] == evaluated
    assert office.take_in(csv_of(heading, ROW)).added == ()  # an empty cell says nothing


def test_what_people_changed_since_stays_when_the_same_file_comes_again(office: Office) -> None:
    office.take_in(csv_of(office.rows()[0][:9], ROW))
    plan = office.session.exec(select(Plan)).one()
    plan.period_end, plan.period_end_precision = date(2014, 1, 31), Precision.DAY
    again = office.take_in(csv_of(office.rows()[0][:9], ROW))
    assert (again.added, again.refused) == ((), False)
    assert office.session.exec(select(col(Plan.period_end))).one() == date(2014, 1, 31)
