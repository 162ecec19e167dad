"""Trial cases: the secretariat's files all hold, and what is wrong in a file is said by file, case and key."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from honoraria.rule_case_files import read_cases
from honoraria.rule_cases import check_files, main_check, main_kinship
from meetings_app.core.effective import Period
from meetings_app.core.errors import Refused
from meetings_app.core.terms import AttendanceMode, Capacity, CommitteeKind, District

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "tests" / "rule_cases").glob("*.yaml"))
PAID = "- 名称: 釧路の委員\n  入力: {日付: 2014-05-20}\n  期待: {判定: 支給, 報酬: 5000, 旅費: 0}\n"


@pytest.fixture
def write(tmp_path: Path):  # type: ignore[no-untyped-def]
    def write_file(text: str, name: str = "試算.yaml") -> Path:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write_file


def case(entry: str, expected: str = "{判定: 支給}") -> str:
    return f"- 名称: 甲\n  入力: {entry}\n  期待: {expected}\n"


def test_there_are_files() -> None:
    assert len(FILES) >= 7


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_files_hold(path: Path) -> None:
    assert [result.name for result in check_files([path]) if not result.ok] == []


def test_case_names_are_unique_within_a_file() -> None:
    for path in FILES:
        names = [case.name for case in read_cases(path)]
        assert len(names) == len(set(names)), path.name


def test_defaults(write) -> None:  # type: ignore[no-untyped-def]
    facts = read_cases(write(PAID))[0].facts
    assert (facts.committee, facts.capacity) == (CommitteeKind.SUPPORT, Capacity.MEMBER)
    assert (facts.venue_district, facts.residence) == (District.KUSHIRO, District.KUSHIRO)
    assert (facts.mode, facts.kinship, facts.earlier_meetings) == (AttendanceMode.IN_PERSON, ("なし",), 0)
    assert facts.statuses is not None
    assert [status.is_public_employee for status in facts.statuses] == [False]
    assert facts.terms[0].valid_from <= facts.held_on


def test_a_term_ends_before_its_second_date(write) -> None:  # type: ignore[no-untyped-def]
    path = write(case("{日付: 2014-05-20, 任期: [2014-04-01, 2015-04-01]}"))
    (term,) = read_cases(path)[0].facts.terms
    assert term == Period(term.valid_from, term.valid_to)
    assert (str(term.valid_from), str(term.valid_to)) == ("2014-04-01", "2015-04-01")


def test_quoted_dates_are_dates_too(write) -> None:  # type: ignore[no-untyped-def]
    assert check_files([write(case("{日付: '2014-05-20'}"))])[0].ok


# --- results ---


def test_json_has_exactly_four_keys(write, capsys) -> None:  # type: ignore[no-untyped-def]
    assert main_check([write(PAID)], as_json=True) == 0
    (result,) = json.loads(capsys.readouterr().out)
    assert list(result) == ["名称", "ok", "expected", "actual"]
    assert result["expected"] == {"判定": "支給", "報酬": 5000, "旅費": 0}
    assert {key: result["actual"][key] for key in ("判定", "報酬", "旅費")} == result["expected"]
    assert [step["項目"] for step in result["actual"]["手順"]][-1] == "計"
    assert result["actual"]["所見"][0]["名称"] == "以後の改正は未確認"


@pytest.mark.parametrize(
    "expected",
    [
        "{判定: 不支給}",
        "{報酬: 0}",
        "{報酬: null}",
        "{旅費: 1000}",
        "{旅費: null}",
        "{根拠: [第7条第3項①, 第9条]}",
    ],
)
def test_any_difference_counts(write, capsys, expected: str) -> None:  # type: ignore[no-untyped-def]
    path = write(case("{日付: 2014-05-20}", expected))
    assert main_check([path], as_json=False) == 1
    assert "1件のうち 0件が一致、1件が相違。" in capsys.readouterr().out


def test_only_what_is_expected_is_compared(write) -> None:  # type: ignore[no-untyped-def]
    assert check_files([write(case("{日付: 2014-05-20, 居住地区: 音別}", "{旅費: 2000}"))])[0].ok


def test_citations_may_stand_beside_the_expectation(write) -> None:  # type: ignore[no-untyped-def]
    path = write(case("{日付: 2014-05-20}", "{判定: 支給}") + "  根拠: [第7条第1項]\n")
    assert check_files([path])[0].expected == {"判定": "支給", "根拠": ["第7条第1項"]}
    wrong = write(case("{日付: 2014-05-20}", "{判定: 支給}") + "  根拠: [第8条]\n")
    assert not check_files([wrong])[0].ok


def test_several_files_in_order(write, capsys) -> None:  # type: ignore[no-untyped-def]
    second = PAID.replace("釧路の委員", "二つ目")
    paths = [write(PAID, "a.yaml"), write(second, "b.yaml")]
    assert main_check(paths, as_json=False) == 0
    assert capsys.readouterr().out.splitlines()[:2] == ["○ 釧路の委員", "○ 二つ目"]


def test_a_difference_is_shown_with_both_sides(write, capsys) -> None:  # type: ignore[no-untyped-def]
    main_check([write(case("{日付: 2014-05-20, 居住地区: 地区外}", "{旅費: 1000}"))], as_json=False)
    assert "    旅費: 期待 1,000円 ／ 結果 未定" in capsys.readouterr().out


# --- refusals ---


@pytest.mark.parametrize(
    ("text", "where", "reason"),
    [
        (case("{居住地区: 釧路}"), "1件目「甲」 「入力.日付」", "この項目がありません"),
        (case("{日付: 2014-02-30}"), "1件目「甲」 「入力.日付」", "という日はありません"),
        (case("{日付: H26.5.20}"), "1件目「甲」 「入力.日付」", "日付として読めません"),
        (case("{日付: '20140520'}"), "1件目「甲」 「入力.日付」", "日付として読めません"),
        (case("{日付: 20140520}"), "1件目「甲」 「入力.日付」", "日付として読めません"),
        (case("{日付: 0001-01-01}"), "1件目「甲」 「入力.日付」", "1900年"),
        (case("{日付: 9999-12-31}"), "1件目「甲」 「入力.日付」", "2200年"),
        (case("{日付: 2014-05-20, 住所: 釧路}"), "1件目「甲」 「入力.住所」", "知らない項目"),
        (case("{日付: 2014-05-20, 居住地区: 札幌}"), "「入力.居住地区」", "釧路、阿寒"),
        (case("{日付: 2014-05-20, 居住地区: null}"), "「入力.居住地区」", "使えません"),
        (case("{日付: 2014-05-20, 区分: 会長}"), "「入力.区分」", "使えません"),
        (case("{日付: 2014-05-20, 会議体: 支援会議}"), "「入力.会議体」", "使えません"),
        (case("{日付: 2014-05-20, 出席: no}"), "「入力.出席」", "真偽値"),
        (case("{日付: 2014-05-20, 公務員: no}"), "「入力.公務員」", "真偽値"),
        (case("{日付: 2014-05-20, 公務員: はい}"), "「入力.公務員」", "の形で"),
        (case("{日付: 2014-05-20, 公務員: []}"), "「入力.公務員」", "なし"),
        (case("{日付: 2014-05-20, 公務員: {職: 一般職}}"), "「入力.公務員.勤務」", "ありません"),
        (case("{日付: 2014-05-20, 公務員: [{職: 一般, 勤務: 常勤}]}"), "「入力.公務員.1.職」", "一般職"),
        (case("{日付: 2014-05-20, 続柄: P>C}"), "「入力.続柄」", "一覧"),
        (case("{日付: 2014-05-20, 続柄: [P>X]}"), "「入力.続柄.1」", "3文字目"),
        (case("{日付: 2014-05-20, 続柄: [なし, null]}"), "「入力.続柄.2」", "文字"),
        (case("{日付: 2014-05-20, 同日の先行会議: 1.0}"), "「入力.同日の先行会議」", "小数"),
        (case("{日付: 2014-05-20, 同日の先行会議: -1}"), "「入力.同日の先行会議」", "整数"),
        (case("{日付: 2014-05-20, 同日の先行会議: true}"), "「入力.同日の先行会議」", "整数"),
        (case("{日付: 2014-05-20, 任期: [2014-04-01]}"), "「入力.任期」", "2つの日付"),
        (case("{日付: 2014-05-20, 任期: [2014-04-01, 2014-04-01]}"), "「入力.任期」", "後の日付"),
        (case("{日付: 2014-05-20, 任期: [2014-04-01, 来年]}"), "「入力.任期.2」", "日付として"),
        (case("{日付: 2014-05-20}", "{判定: 払う}"), "「期待.判定」", "支給、不支給"),
        (case("{日付: 2014-05-20}", "{報酬: 5000円}"), "「期待.報酬」", "整数"),
        (case("{日付: 2014-05-20}", "{旅費: 05000}"), "「期待.旅費」", "別の数"),
        (case("{日付: 2014-05-20}", "{根拠: 第7条第1項}"), "「期待.根拠」", "一覧"),
        (case("{日付: 2014-05-20}", "{合計: 5000}"), "「期待.合計」", "知らない項目"),
        (case("{日付: 2014-05-20, 日付: 2014-05-21}"), "「入力.日付」", "2度"),
        (case("委員"), "「入力」", "表で"),
        (PAID + "- 名称: 乙\n  入力: {日付: 2014-05-20}\n", "2件目「乙」 「期待」", "ありません"),
        ("- 入力: {日付: 2014-05-20}\n  期待: {}\n", "1件目 「名称」", "ありません"),
        ("- 名称: 5\n  入力: {日付: 2014-05-20}\n  期待: {}\n", "「名称」", "文字で"),
        (PAID + "  備考: x\n", "1件目「釧路の委員」 「備考」", "知らない項目"),
        ("- 文字だけ\n", "1件目", "表で"),
        ("名称: 甲\n", "試算.yaml", "並べて"),
        ("[]\n", "試算.yaml", "一件以上"),
        ("", "試算.yaml", "中身がありません"),
        ("- 名称: [\n", "試算.yaml", "YAMLとして"),
    ],
)
def test_refused_by_file_case_and_key(write, capsys, text: str, where: str, reason: str) -> None:  # type: ignore[no-untyped-def]
    assert main_check([write(text)], as_json=True) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "試算.yaml" in printed.err
    assert where in printed.err
    assert reason in printed.err


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="開けません"):
        check_files([tmp_path / "ない.yaml"])
    with pytest.raises(Refused, match="開けません"):
        check_files([tmp_path])
    (tmp_path / "旧.yaml").write_bytes("- 名称: 甲".encode("cp932"))
    with pytest.raises(Refused, match="UTF-8"):
        check_files([tmp_path / "旧.yaml"])


# --- kinship command ---


def test_kinship_as_json(capsys) -> None:  # type: ignore[no-untyped-def]
    assert main_kinship("P>C>S", as_json=True) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["kind"], found["degree"], found["within"]) == ("姻族", 2, "yes")


@pytest.mark.parametrize(
    ("path", "start"),
    [("P>C", "血族 2親等 yes"), ("S", "配偶者 review"), ("", "本人 self"), ("なし", "なし no")],
)
def test_kinship_in_words(capsys, path: str, start: str) -> None:  # type: ignore[no-untyped-def]
    assert main_kinship(path, as_json=False) == 0
    assert capsys.readouterr().out.startswith(start)


def test_a_kinship_path_that_cannot_be_read(capsys) -> None:  # type: ignore[no-untyped-def]
    assert main_kinship("P>>C", as_json=True) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "3文字目" in printed.err


def test_nothing_heavy_is_imported() -> None:
    code = "import sys, honoraria.rule_cases; print(*sorted({name.split('.')[0] for name in sys.modules}))"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert not {"sqlalchemy", "sqlmodel", "litestar", "pydantic", "docx", "icalendar"} & set(
        loaded.stdout.split()
    )
