"""名簿の取込み: an exported file changes nothing, all or nothing, and every refused row is named."""

import io
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import fields
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import openpyxl
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from agenda.services.kinship import declare_kinship
from agenda.services.member_export import export_members, member_book, member_keys
from agenda.services.member_import import MemberImport, import_members, preview_members
from agenda.services.member_rows import State
from agenda.tables import KinshipDeclaration
from meetings_app.core.actor import Actor
from meetings_app.core.clock import FixedClock
from meetings_app.core.errors import Refused
from meetings_app.core.terms import Capacity, CommitteeKind, District, Role, ServiceClass, WorkingTime
from meetings_app.db.engine import Database, open_database, sqlite_url
from meetings_app.documents.members_excel import LAYOUT, MemberBook, MemberRow, members_workbook
from meetings_app.documents.members_reading import read_members
from meetings_app.services.members import add_person, declare_residence, declare_status
from meetings_app.services.roster import appoint_member
from meetings_app.tables.committees import Appointment
from meetings_app.tables.people import Person, ServiceStatus
from tests.office_builder import SINCE, Bureau

NEXT = date(2015, 4, 1)
KEEPER = "事務局 花子"


@pytest.fixture
def bureau(any_database: Database) -> Iterator[Bureau]:
    with any_database.write() as session:
        yield Bureau(session)


def keeper(bureau: Bureau) -> Actor:
    return Actor(name=KEEPER, role=Role.SECRETARIAT, committee_id=bureau.support.id)


def book_of(bureau: Bureau) -> MemberBook:
    return member_book(bureau.session, keeper(bureau))


def exported(bureau: Bureau) -> bytes:
    return members_workbook(book_of(bureau))


def looked_at(bureau: Bureau, data: bytes) -> MemberImport:
    return preview_members(
        session=bureau.session, actor=keeper(bureau), clock=bureau.clock, filename="名簿.xlsx", data=data
    )


def take_in(bureau: Bureau, data: bytes, agreed: str | None = None) -> MemberImport:
    return import_members(
        session=bureau.session,
        actor=keeper(bureau),
        clock=bureau.clock,
        filename="名簿.xlsx",
        data=data,
        agreed=looked_at(bureau, data).digest if agreed is None else agreed,
    )


def written(**sheets: Sequence[Sequence[object]]) -> bytes:
    """The template with these rows."""
    workbook = openpyxl.load_workbook(io.BytesIO(members_workbook(MemberBook())))
    for title, rows in sheets.items():
        for row in rows:
            workbook[title].append(list(row))
    return saved(workbook)


def saved(workbook: openpyxl.Workbook) -> bytes:
    made = io.BytesIO()
    workbook.save(made)
    return made.getvalue()


def key(bureau: Bureau, name: str) -> str:
    return bureau.people[name][:10]


def refusals(found: MemberImport) -> list[tuple[str, int, str]]:
    return [(line.sheet, line.row, line.message) for line in found.of(State.REFUSED)]


def refusal(bureau: Bureau, **sheets: Sequence[Sequence[object]]) -> str:
    before = book_of(bureau)
    found = take_in(bureau, written(**sheets))
    assert book_of(bureau) == before
    (line,) = found.of(State.REFUSED)
    return line.message


# --- round trip


def test_an_exported_file_taken_in_again_changes_nothing(bureau: Bureau) -> None:
    bureau.case(14)
    bureau.kin(bureau.people["助言者"], bureau.client(15), "P>C>C")
    before = book_of(bureau)
    actions = bureau.actions()
    found = take_in(bureau, exported(bureau))
    assert {line.state for line in found.lines} == {State.KNOWN}
    assert len(found.lines) == sum(len(getattr(before, field)) for field in MemberBook.__dataclass_fields__)
    assert book_of(bureau) == before
    assert bureau.actions() == actions


def test_a_second_term_of_one_person_is_a_second_row(bureau: Bureau) -> None:
    who = bureau.people["委員長"]
    appoint_member(
        session=bureau.session,
        actor=keeper(bureau),
        clock=bureau.clock,
        committee_id=bureau.support.id,
        person_id=who,
        capacity=Capacity.MEMBER,
        valid_from=NEXT,
        last_day=date(2016, 3, 31),
    )
    rows = [row for row in book_of(bureau).appointments if row.name == "委員長"]
    assert [(row.first, row.last) for row in rows] == [
        (date(2014, 4, 1), date(2015, 3, 31)),
        (date(2015, 4, 1), date(2016, 3, 31)),
    ]


def test_bank_accounts_and_people_of_other_offices_are_not_exported(bureau: Bureau) -> None:
    headings = [column.heading for columns in LAYOUT.values() for column in columns]
    assert not [heading for heading in headings if "口座" in heading or "銀行" in heading]
    assert {row.name for row in book_of(bureau).people} == set(bureau.people)


def test_taking_the_roster_out_leaves_a_trace(bureau: Bureau) -> None:
    export_members(session=bureau.session, actor=keeper(bureau), clock=bureau.clock)
    bureau.session.flush()
    entry = next(one for one in bureau.audited() if one.action == "名簿の取り出し")
    assert entry.actor == KEEPER


DAYS = st.integers(0, 900).map(lambda days: SINCE + timedelta(days=days))


@st.composite
def histories(draw: st.DrawFn) -> list[tuple[date, date | None]]:
    """Periods one after the other, with or without gaps; the last may have no end."""
    cuts = sorted(draw(st.lists(DAYS, min_size=1, max_size=6, unique=True)))
    spans: list[tuple[date, date | None]] = [
        (first, end) for first, end in zip(cuts[::2], cuts[1::2], strict=False)
    ]
    return [*spans, (cuts[-1], None)] if len(cuts) % 2 or draw(st.booleans()) else spans


NAMES = st.sampled_from(["=cmd|' /C calc'!A0", "𠮷田 髙子", "<b>太字</b>", "'引用", "-1", "佐藤 一"])


def fill(bureau: Bureau, data: st.DataObject) -> None:
    given = bureau.given
    case = bureau.client(99)
    for _number in range(data.draw(st.integers(1, 3))):
        person = add_person(
            **given, name=data.draw(NAMES), kana=data.draw(NAMES), organisation=data.draw(NAMES)
        )
        for first, end in data.draw(histories()):
            district = data.draw(st.sampled_from(District))
            declare_residence(**given, person_id=person.id, district=district, valid_from=first, valid_to=end)
        for first, end in data.draw(histories()):
            declare_kinship(
                **given,
                person_id=person.id,
                client_id=case.id,
                path=data.draw(st.sampled_from(["P>C>C", "なし", "S"])),
                relation="",
                declared_on=first,
                valid_from=first,
                valid_to=end,
            )
        for first, end in data.draw(histories()) + data.draw(histories()):
            employee = data.draw(st.booleans())
            declare_status(
                **given,
                person_id=person.id,
                declared_on=data.draw(DAYS),
                valid_from=first,
                valid_to=end,
                is_public_employee=employee,
                service_class=data.draw(st.none() | st.sampled_from(ServiceClass)) if employee else None,
                working_time=data.draw(st.none() | st.sampled_from(WorkingTime)),
                occupation=data.draw(NAMES),
            )
        bureau.people[person.id] = person.id
    bureau.session.flush()


def without_keys(book: MemberBook) -> set[str]:
    """Every fact of a book but for the keys, which an office gives anew, and the places in the file."""
    names = {one.key: one.name for one in book.people}
    return {
        repr([names.get(str(value), value) for value in _values(one)])
        for kind in fields(book)
        for one in getattr(book, kind.name)
    }


def _values(row: MemberRow) -> list[object]:
    return [getattr(row, one.name) for one in fields(row) if one.name != "place"]


@settings(max_examples=15, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(data=st.data())
def test_every_record_goes_out_and_in(migrated_file: Path, data: st.DataObject) -> None:
    """Into the same office without a change, and into an empty one so that it comes out the same."""
    with TemporaryDirectory() as folder:
        file, clock = _office_of_its_own(migrated_file, Path(folder) / "one", data)
        database = _opened(migrated_file, Path(folder) / "other")
        with database.write() as session:
            empty = Bureau.__new__(Bureau)
            empty.session, empty.clock, empty.people = session, clock, {}
            empty.support = empty.body(CommitteeKind.SUPPORT, "支援調整会議")
            empty.regional = empty.body(CommitteeKind.REGIONAL, "圏域会議")
            empty.client(99)
            assert refusals(take_in(empty, file)) == []
            assert without_keys(book_of(empty)) == without_keys(read_members("名簿.xlsx", file).book)
        database.dispose()


def _office_of_its_own(template: Path, folder: Path, data: st.DataObject) -> tuple[bytes, FixedClock]:
    """Return the file of an office with a record of any kind, which it takes back without a change."""
    database = _opened(template, folder)
    with database.write() as session:
        bureau = Bureau(session)
        fill(bureau, data)
        file = exported(bureau)
        assert {line.state for line in looked_at(bureau, file).lines} == {State.KNOWN}
    database.dispose()
    return file, bureau.clock


def _opened(template: Path, folder: Path) -> Database:
    folder.mkdir()
    shutil.copyfile(template, folder / "meetings.sqlite3")
    return open_database(sqlite_url(folder))


# --- adding


def new_member(key: str = "新1", name: str = "新野 一") -> dict[str, list[list[object]]]:
    who = [key, name]
    return {
        "人": [[*who, "しんの はじめ", "民生委員児童委員協議会", "shinno@example.jp"]],
        "委嘱": [[*who, "支援調整会議", "委員", "H27.4.1", "H28.3.31"]],
        "役職": [[*who, "支援調整会議", "副委員長", "H27.4.1", "H28.3.31"]],
        "居住地区": [[*who, "音別", "H27.4.1", ""]],
        "公務員区分": [
            [
                *who,
                "公務員である",
                "特別職",
                "非常勤",
                "民生委員",
                "民生委員法",
                "",
                "H27.3.20",
                "H27.4.1",
                "",
                "",
            ]
        ],
        "続柄": [[*who, "", "なし", "", "H27.3.20", "H27.4.1", ""]],
    }


def test_a_new_person_comes_in_with_every_fact(bureau: Bureau) -> None:
    found = take_in(bureau, written(**new_member()))
    assert [(line.state, line.sheet, line.row) for line in found.lines] == [
        (State.ADDED, sheet, 2) for sheet in ("人", "委嘱", "役職", "居住地区", "公務員区分", "続柄")
    ]
    person = bureau.session.exec(select(Person).where(Person.name == "新野 一")).one()
    assert (person.kana, person.organisation, person.mailbox) == (
        "しんの はじめ",
        "民生委員児童委員協議会",
        "shinno@example.jp",
    )
    term = bureau.session.exec(select(Appointment).where(Appointment.person_id == person.id)).one()
    assert (term.valid_from, term.valid_to) == (date(2015, 4, 1), date(2016, 4, 1))
    status = bureau.session.exec(select(ServiceStatus).where(ServiceStatus.person_id == person.id)).one()
    assert (status.service_class, status.working_time) == (ServiceClass.SPECIAL, WorkingTime.PART)
    assert status.declared_on == date(2015, 3, 20)


def test_each_added_fact_and_the_file_are_in_the_trail(bureau: Bureau) -> None:
    before = len(bureau.audited())
    take_in(bureau, written(**new_member()))
    bureau.session.flush()
    added = [(entry.action, entry.actor) for entry in bureau.audited()][before:]
    assert sorted(added) == sorted(
        (action, KEEPER)
        for action in (
            "登録",
            "委嘱",
            "互選",
            "居住地区の申告",
            "公務員区分の申告",
            "続柄の申告",
            "名簿の取込み",
        )
    )


def test_the_same_file_twice_adds_nothing_more(bureau: Bureau) -> None:
    file = written(**new_member())
    take_in(bureau, file)
    after = book_of(bureau)
    found = take_in(bureau, file)
    assert {line.state for line in found.lines} == {State.KNOWN}
    assert book_of(bureau) == after


def test_looking_changes_nothing(bureau: Bureau) -> None:
    before, actions = book_of(bureau), bureau.actions()
    found = looked_at(bureau, written(**new_member()))
    assert len(found.of(State.ADDED)) == 6
    assert book_of(bureau) == before
    assert bureau.actions() == actions


def test_one_refused_row_keeps_everything_out(bureau: Bureau) -> None:
    before, actions = book_of(bureau), bureau.actions()
    rows = new_member()
    rows["居住地区"].append(["新9", "", "音別", "H27.4.1", ""])
    found = take_in(bureau, written(**rows))
    assert refusals(found) == [
        ("居住地区", 3, "番号「新9」の人がいません。「人」のシートに行を足すか、番号を直してください。")
    ]
    assert book_of(bureau) == before
    assert bureau.actions() == actions


def test_a_row_that_cannot_be_read_keeps_everything_out(bureau: Bureau) -> None:
    before = book_of(bureau)
    rows = new_member()
    rows["続柄"].append(["新1", "", "=1+1", "甥", "", "H27.3.20", "H27.4.1", ""])
    found = take_in(bureau, written(**rows))
    (line,) = found.of(State.REFUSED)
    assert (line.sheet, line.row, line.column) == ("続柄", 3, "ケース番号")
    assert book_of(bureau) == before


def test_what_was_not_agreed_to_is_not_taken_in(bureau: Bureau) -> None:
    before = book_of(bureau)
    found = take_in(bureau, written(**new_member()), agreed="something else")
    assert not found.refused
    assert book_of(bureau) == before


def test_moving_ends_the_district_before(bureau: Bureau) -> None:
    who = key(bureau, "助言者")
    take_in(bureau, written(居住地区=[[who, "助言者", "釧路", "H26.10.1", ""]]))
    rows = [(one.district, one.first, one.last) for one in book_of(bureau).residences if one.key == who]
    assert rows == [
        (District.AKAN, date(2014, 4, 1), date(2014, 9, 30)),
        (District.KUSHIRO, date(2014, 10, 1), None),
    ]


def test_an_earlier_district_is_put_in_with_its_last_day(bureau: Bureau) -> None:
    who = key(bureau, "助言者")
    take_in(bureau, written(居住地区=[[who, "", "音別", "H25.4.1", "H26.3.31"]]))
    rows = [(one.district, one.first, one.last) for one in book_of(bureau).residences if one.key == who]
    assert rows == [
        (District.ONBETSU, date(2013, 4, 1), date(2014, 3, 31)),
        (District.AKAN, date(2014, 4, 1), None),
    ]


def test_an_earlier_declaration_of_kin_is_put_in_with_its_last_day(bureau: Bureau) -> None:
    bureau.kin(bureau.people["助言者"], bureau.client(15), "P>C>C")
    row = [key(bureau, "助言者"), "", "15", "いとこ", "", "H25.4.1", "H25.4.1", "H26.3.31"]
    found = take_in(bureau, written(続柄=[row]))
    assert [line.state for line in found.lines] == [State.ADDED]
    declared = bureau.session.exec(
        select(KinshipDeclaration).where(KinshipDeclaration.path == "P>P>C>C")
    ).one()
    assert (declared.valid_from, declared.valid_to) == (date(2013, 4, 1), date(2014, 4, 1))


def test_a_new_status_ends_the_one_before_unless_held_beside_it(bureau: Bureau) -> None:
    who = key(bureau, "助言者")
    employee = ["公務員である", "一般職", "非常勤", "会計年度任用職員", "", "", "H26.10.1", "H26.10.1", ""]
    beside = [
        "公務員である",
        "特別職",
        "非常勤",
        "民生委員",
        "",
        "",
        "H26.12.1",
        "H26.12.1",
        "",
        "併せて持つ",
    ]
    take_in(bureau, written(公務員区分=[[who, "", *employee], [who, "", *beside]]))
    rows = [(one.occupation, one.first, one.last) for one in book_of(bureau).statuses if one.key == who]
    assert rows == [
        ("", date(2014, 4, 1), date(2014, 9, 30)),
        ("会計年度任用職員", date(2014, 10, 1), None),
        ("民生委員", date(2014, 12, 1), None),
    ]


def test_a_substitute_serves_the_rest_of_the_term(bureau: Bureau) -> None:
    bureau.person("補欠")
    row = [key(bureau, "補欠"), "補欠", "支援調整会議", "委員", "H26.10.1", "", key(bureau, "委員長"), ""]
    found = take_in(bureau, written(委嘱=[row]))
    assert refusals(found) == []
    (term,) = (one for one in book_of(bureau).appointments if one.name == "補欠")
    assert (term.last, term.predecessor) == (date(2015, 3, 31), key(bureau, "委員長"))


# --- refusals


def test_a_name_that_one_person_bears_is_enough(bureau: Bureau) -> None:
    found = take_in(bureau, written(居住地区=[["", "助言者", "釧路", "H26.10.1", ""]]))
    assert [line.state for line in found.lines] == [State.ADDED]


def test_a_name_of_two_people_is_refused_by_name(bureau: Bureau) -> None:
    bureau.person("助言者")
    told = refusal(bureau, 居住地区=[["", "助言者", "釧路", "H26.10.1", ""]])
    assert told == "「助言者」という人が2人います。番号を書いてください。"
    told = refusal(bureau, 人=[["", "助言者", "助言者", "", ""]])
    assert told == "「助言者」という人が2人登録されています。取り出した名簿にある番号を書いてください。"


def test_two_new_people_of_one_name_need_keys(bureau: Bureau) -> None:
    told = refusal(bureau, 人=[["", "新野 一"], ["", "新野 一"]])
    assert "「新1」「新2」のように番号を付けてください" in told
    found = take_in(bureau, written(人=[["新1", "新野 一"], ["新2", "新野 一"]]))
    assert [line.state for line in found.lines] == [State.ADDED, State.ADDED]


def test_the_reading_tells_two_people_of_one_name_apart(bureau: Bureau) -> None:
    add_person(**bureau.given, name="東 一", kana="あずま はじめ")
    found = take_in(bureau, written(人=[["", "東 一", "ひがし はじめ"]]))
    assert [line.state for line in found.lines] == [State.ADDED]


def test_people_of_another_office_are_unknown(bureau: Bureau) -> None:
    body = bureau.body(bureau.support.kind, "遠い町")
    stranger = add_person(**bureau.given, name="よその 人")
    bureau.session.add(
        Appointment(
            committee_id=body.id, person_id=stranger.id, capacity=Capacity.SECRETARIAT, valid_from=SINCE
        )
    )
    bureau.session.flush()
    body.region = "別の圏域"
    told = refusal(bureau, 居住地区=[[stranger.id, "よその 人", "釧路", "H26.10.1", ""]])
    assert "の人がいません" in told
    assert "よその 人" not in {row.name for row in book_of(bureau).people}


@pytest.mark.parametrize(
    ("sheet", "row", "said"),
    [
        ("人", ["", "", "別の所属", ""], "所属は「」"),
        ("居住地区", ["釧路", "H26.4.1", ""], "「阿寒」と登録されています"),
        ("居住地区", ["阿寒", "H26.4.1", "H26.9.30"], "登録済みの最後の日は空欄です"),
        ("居住地区", ["釧路", "H25.4.1", ""], "最後の日も書いてください"),
        ("居住地区", ["釧路", "H25.4.1", "H26.4.1"], "重なります"),
        ("委嘱", ["支援調整会議", "アドバイザー委員", "H26.10.1", "H27.3.31"], "重なります"),
        (
            "委嘱",
            ["支援調整会議", "アドバイザー委員", "H26.4.1", "H27.2.28"],
            "登録済みの最後の日は平成27年3月31日です",
        ),
        ("委嘱", ["支援調整会議", "アドバイザー委員", "H27.4.1", ""], "任期があります（第3条第2項）"),
        ("委嘱", ["どこかの会議", "委員", "H27.4.1", "H28.3.31"], "「支援調整会議」「圏域会議」のどれか"),
        ("役職", ["支援調整会議", "副委員長", "H26.4.1", "H27.3.31"], "もう決まっています"),
        ("役職", ["支援調整会議", "会長", "H26.4.1", ""], "「委員長」「副委員長」です"),
        ("役職", ["支援調整会議", "委員長", "H27.4.1", "H28.3.31"], "任期中の委員かアドバイザー委員"),
        ("続柄", ["77", "甥", "", "H26.4.1", "H26.4.1", ""], "No.77 のケースはありません"),
        ("続柄", ["", "なし", "", "H26.5.1", "H26.4.1", ""], "違う内容で登録されています"),
        (
            "公務員区分",
            ["公務員でない", "", "", "", "", "", "H26.4.1", "H26.4.1", "H26.9.30"],
            "登録済みの最後の日は空欄です",
        ),
        (
            "公務員区分",
            ["公務員である", "特別職", "非常勤", "", "", "", "H26.4.1", "H26.4.1", ""],
            "最後の日も書いてください",
        ),
    ],
)
def test_what_clashes_with_the_record_is_refused_and_nothing_changes(
    bureau: Bureau, sheet: str, row: list[object], said: str
) -> None:
    who = [key(bureau, "助言者"), "助言者"]
    if sheet == "人":
        bureau.session.get_one(Person, bureau.people["助言者"]).organisation = "協議会"
        bureau.session.flush()
        row, said = ["じょげんしゃ", "別の所属", ""], "所属は「協議会」"
    assert said in refusal(bureau, **{sheet: [[*who, *row]]})


def test_number_and_name_have_to_agree(bureau: Bureau) -> None:
    told = refusal(bureau, 居住地区=[[key(bureau, "助言者"), "委員長", "釧路", "H26.10.1", ""]])
    assert "は助言者です" in told


def test_a_wrong_predecessor_is_refused(bureau: Bureau) -> None:
    bureau.person("補欠")
    who = [key(bureau, "補欠"), "補欠", "支援調整会議", "委員"]
    told = refusal(bureau, 委嘱=[[*who, "H27.10.1", "", key(bureau, "委員長"), ""]])
    assert "前任者のどの委嘱か分かりません" in told
    told = refusal(bureau, 委嘱=[[*who, "H26.10.1", "H27.4.30", key(bureau, "委員長"), ""]])
    assert "最後の日を平成27年3月31日にするか" in told
    told = refusal(bureau, 委嘱=[[*who, "H26.10.1", "", "", "H26.4.1"]])
    assert "前任者の番号がありません" in told


def test_a_new_mailbox_has_to_look_like_one(bureau: Bureau) -> None:
    assert "メールの形" in refusal(bureau, 人=[["", "新野 一", "", "", "shinno"]])


def test_the_same_key_twice_is_refused(bureau: Bureau) -> None:
    who = key(bureau, "助言者")
    assert "同じ人の行が2つ" in refusal(bureau, 人=[[who, "助言者"], [who, "助言者"]])
    assert "番号「新1」の行が2つ" in refusal(bureau, 人=[["新1", "甲"], ["新1", "乙"]])


def test_a_file_that_is_no_roster_is_refused_as_a_whole(bureau: Bureau) -> None:
    with pytest.raises(Refused, match="PDF"):
        take_in(bureau, b"%PDF-1.4", agreed="")


def test_keys_stay_apart() -> None:
    people = [Person(id=f"{start}{'0' * 22}", name="甲") for start in ("0123456789", "abcdef0123")]
    people.append(Person(id="0123456789" + "1" * 22, name="乙"))
    assert member_keys(people) == {
        people[0].id: people[0].id,
        people[1].id: "abcdef0123",
        people[2].id: people[2].id,
    }
