"""コマンド: what each prints, what it refuses, and with which status."""

import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

import agenda
from meetings_app.cli import main

ROOT = Path(__file__).parents[1]
SAMPLE = Path(agenda.__file__).parent / "sample" / "kushiro_fy2013_plan_register.csv"
HEADING, *ROWS = [line.split(",") for line in SAMPLE.read_text(encoding="utf-8-sig").splitlines()]
PASSWORD = "a quiet harbour"


@pytest.fixture(autouse=True)
def _own_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keep every command away from the checkout and from the environment's own office."""
    for name in ("MEETINGS_APP_DATA", "MEETINGS_APP_DATABASE_URL", "MEETINGS_APP_HTTPS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Command:
    """Run a command on the data folder `d`; return status, output and errors."""

    def run(*arguments: str | Path, data: str = "d") -> tuple[int, str, str]:
        capsys.readouterr()
        try:
            status = main([*map(str, arguments), "--data", str(tmp_path / data)])
        except SystemExit as leaving:
            status = int(leaving.code or 0)
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return run


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Put text on standard input."""
    return lambda text: monkeypatch.setattr(sys, "stdin", io.StringIO(text))


def result(printed: tuple[int, str, str]) -> Any:
    status, out, err = printed
    assert (status, err) == (0, "")
    return json.loads(out)


def refused(printed: tuple[int, str, str]) -> str:
    """The one sentence of a refusal, which says what to do."""
    status, out, err = printed
    assert (status, out) == (1, "")
    assert "Traceback" not in err
    assert "ください。" in err
    return err.strip()


def office(command: Command, typed: Callable[[str], None], data: str = "d") -> None:
    typed(PASSWORD + "\n")
    status, _, err = command("init", "--office", "協議会", "--password-stdin", data=data)
    assert (status, err) == (0, "")


# --- register import ---


def test_the_register_is_taken_in_on_an_empty_folder_and_not_twice(command: Command) -> None:
    first = result(command("register", "import", SAMPLE, "--json"))
    counted = {"added_plans", "added_clients", "added_services", "added_providers", "added_facts"}
    assert set(first) == {"plans", "clients", *counted, "refused", "findings"}
    assert [first[key] for key in ("plans", "clients", "added_plans", "added_clients", "refused")] == [
        30,
        22,
        30,
        22,
        False,
    ]
    assert {"code", "message", "severity", "row", "column", "raw"} == set(first["findings"][0])
    warned = [finding["row"] for finding in first["findings"] if finding["severity"] == "warning"]
    assert sorted(warned) == [5, 7, 11, 13, 15, 16, 18, 21, 24, 31]
    again = result(command("register", "import", SAMPLE, "--json"))
    assert (again["added_plans"], again["added_clients"]) == (0, 0)
    status, out, _ = command("register", "import", SAMPLE)
    assert status == 0
    assert out.endswith("22人・30件のうち、新しく 0人・0件を取り込みました。\n")
    assert "15行目 プラン評価 「再 H25年3月28日」" in out


@pytest.mark.parametrize("name", ["台帳.csv", "台帳.XLSX"])
def test_the_register_written_to_a_file_is_taken_in_again_as_it_is(
    command: Command, tmp_path: Path, name: str
) -> None:
    file = tmp_path / name
    refused(command("register", "export", file))
    assert not file.exists()
    command("register", "import", SAMPLE)
    assert command("register", "export", file) == (0, f"台帳を書き出しました: {file}\n", "")
    again = result(command("register", "import", file, "--json"))
    assert (again["plans"], again["clients"], again["added_plans"], again["added_facts"]) == (30, 22, 0, 0)
    assert "--force" in refused(command("register", "export", file))
    assert command("register", "export", file, "--force")[0] == 0
    assert ".xlsx" in refused(command("register", "export", tmp_path / "台帳.ods"))


def test_other_forms_of_the_same_register_add_nothing(command: Command, tmp_path: Path) -> None:
    result(command("register", "import", SAMPLE, "--json"))
    cp932 = tmp_path / "cp932.csv"
    cp932.write_bytes(SAMPLE.read_text(encoding="utf-8-sig").encode("cp932"))
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    assert isinstance(sheet, Worksheet)
    for row in (HEADING, *ROWS):
        sheet.append(list(row))
    book.save(tmp_path / "register.xlsx")
    for file in (cp932, tmp_path / "register.xlsx"):
        taken = result(command("register", "import", file, "--json"))
        assert (taken["plans"], taken["clients"], taken["added_plans"]) == (30, 22, 0)


def test_one_impossible_row_is_named_and_nothing_is_taken_in(command: Command, tmp_path: Path) -> None:
    broken = tmp_path / "台帳.csv"
    rows = [*ROWS[:3], [ROWS[3][0], ROWS[3][1], "計画", *ROWS[3][3:]], *ROWS[4:]]
    broken.write_text("\n".join(",".join(row) for row in (HEADING, *rows)), encoding="utf-8")
    status, out, err = command("register", "import", broken)
    assert (status, err) == (1, "")
    assert "[不可] 5行目 プラン 「計画」" in out
    assert out.endswith("何も取り込みませんでした。「不可」の行を直してください。\n")
    status, out, _ = command("register", "import", broken, "--json")
    assert status == 1
    answer = json.loads(out)
    assert (answer["refused"], answer["added_plans"], answer["added_clients"]) == (True, 0, 0)
    assert [finding["row"] for finding in answer["findings"] if finding["severity"] == "refused"] == [5]
    assert result(command("register", "import", SAMPLE, "--json"))["added_plans"] == 30


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("名簿.csv", "氏名,電話\n太郎,0154\n".encode()),
        ("写真.jpg", b"\xff\xd8\xff\xe0" + bytes(200)),
        ("空.csv", b""),
        ("偽.xlsx", b"PK\x03\x04"),
    ],
)
def test_what_is_no_register_is_refused_in_a_sentence(
    command: Command, tmp_path: Path, name: str, content: bytes
) -> None:
    (tmp_path / name).write_bytes(content)
    refused(command("register", "import", tmp_path / name))
    refused(command("register", "import", tmp_path / name, "--json"))


def test_a_missing_file_and_a_folder_are_refused(command: Command, tmp_path: Path) -> None:
    for place in (tmp_path / "ない.csv", tmp_path):
        assert str(place) in refused(command("register", "import", place))
    assert not (tmp_path / "d").exists()


# --- plans ---


def test_plans_due_are_told_in_integers_and_dates(command: Command) -> None:
    command("register", "import", SAMPLE)
    due = result(command("plans", "due", "--on", "2014-03-24", "--json"))
    assert [list(one) for one in due] == [["case", "plan", "reason", "deadline", "days_left"]] * len(due)
    told = {(one["case"], one["plan"]): (one["reason"], one["deadline"], one["days_left"]) for one in due}
    evaluation, monitoring = ("評価", "2014-03-31", 7), ("モニタリング", "2014-03-31", 7)
    assert told == {
        **dict.fromkeys(((9, 2), (11, 1), (12, 1), (13, 2), (14, 1), (15, 1)), evaluation),
        **dict.fromkeys(((4, 2), (17, 1), (18, 1), (19, 1)), monitoring),
        **dict.fromkeys(((9, 3), (11, 2), (13, 3), (15, 2)), ("新規", None, None)),
    }
    assert all(type(one["case"]) is int and type(one["plan"]) is int for one in due)


def test_the_horizon_and_japanese_dates_are_understood(command: Command) -> None:
    command("register", "import", SAMPLE)
    near = result(command("plans", "due", "--on", "H26.3.24", "--horizon", "6", "--json"))
    told = {(one["case"], one["plan"]): one["reason"] for one in near}
    overdue = ((9, 2), (11, 1), (12, 1), (13, 2), (14, 1), (15, 1))  # months from November to February
    assert told == {
        **dict.fromkeys(overdue, "モニタリング"),
        **dict.fromkeys(((9, 3), (11, 2), (13, 3), (15, 2)), "新規"),
    }
    far = result(command("plans", "due", "--on", "平成26年3月24日", "--horizon", "98", "--json"))
    reasons = {(one["case"], one["plan"]): one["reason"] for one in far}
    assert reasons[4, 2] == "評価"  # 2014-06-30 is 98 days off
    assert (22, 1) not in reasons  # evaluated on 2014-02-25
    status, out, _ = command("plans", "due", "--on", "2014-03-24")
    assert status == 0
    assert "No.9 プラン2 評価 平成26年3月31日（月） あと7日" in out
    assert (
        "No.17 プラン1 評価 平成26年6月30日（月） 5日超過" in command("plans", "due", "--on", "2014-07-05")[1]
    )


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--on", "2014-02-30"], "--on"),
        (["--on", "平成31年5月1日"], "--on"),
        (["--on", "2014-03-24", "--horizon", "-1"], "--horizon"),
        (["--on", "2014-03-24", "--horizon", "1.5"], "--horizon"),
        ([], "--on"),
    ],
)
def test_a_wrong_call_is_status_two(command: Command, arguments: list[str], says: str) -> None:
    status, out, err = command("plans", "due", *arguments)
    assert (status, out) == (2, "")
    assert says in err


def test_the_year_month_by_month(command: Command) -> None:
    command("register", "import", SAMPLE)
    rows = result(command("plans", "monthly", "--fiscal-year", "2013", "--json"))
    assert [list(row) for row in rows] == [["month", "plan_1", "plan_2", "plan_3", "ended"]] * 12
    assert [row["month"] for row in rows] == [4, 5, 6, 7, 8, 9, 10, 11, 12, 1, 2, 3]
    sums = {key: sum(row[key] for row in rows) for key in ("plan_1", "plan_2", "plan_3", "ended")}
    assert sums == {"plan_1": 22, "plan_2": 6, "plan_3": 2, "ended": 13}
    assert rows[-1] == {"month": 3, "plan_1": 0, "plan_2": 3, "plan_3": 2, "ended": 2}
    status, out, _ = command("plans", "monthly", "--fiscal-year", "2013")
    assert status == 0
    assert out.splitlines()[-1].split() == ["計", "22", "6", "2", "13"]


def test_without_a_register_nothing_is_listed_and_said_so(command: Command) -> None:
    for arguments in (
        ("plans", "due", "--on", "2014-03-24", "--json"),
        ("plans", "monthly", "--fiscal-year", "2013", "--json"),
    ):
        status, out, err = command(*arguments)
        assert status == 0
        assert err == "まだ台帳がありません。meetings-app register import で取り込んでください。\n"
        assert all(row.get("plan_1", 0) == 0 for row in json.loads(out))


# --- the regulations ---


def test_rules_check_passes_differs_and_cannot_read(command: Command, tmp_path: Path) -> None:
    status, out, err = command("rules", "check", ROOT / "tests" / "rule_cases" / "travel.yaml")
    assert (status, err) == (0, "")
    assert out.endswith("0件が相違。\n")
    wrong = tmp_path / "試算.yaml"
    wrong.write_text(
        "- 名称: 阿寒湖畔の委員\n  入力: {日付: 2014-05-20, 居住地区: 阿寒湖畔}\n  期待: {旅費: 1000}\n",
        encoding="utf-8",
    )
    status, out, _ = command("rules", "check", wrong)
    assert status == 1
    assert "旅費: 期待 1,000円 ／ 結果 4,000円" in out
    status, out, _ = command("rules", "check", wrong, "--json")
    assert status == 1
    assert [(row["名称"], row["ok"], row["actual"]["旅費"]) for row in json.loads(out)] == [
        ("阿寒湖畔の委員", False, 4000)
    ]
    assert command("rules", "check", tmp_path / "ない.yaml")[0] == 2
    assert not (tmp_path / "d").exists()


def test_kinship_tells_kind_and_degree(command: Command, tmp_path: Path) -> None:
    assert result(command("kinship", "P>C>C", "--json")) == {"kind": "血族", "degree": 3, "within": "yes"}
    assert result(command("kinship", "S", "--json")) == {"kind": "配偶者", "degree": None, "within": "review"}
    assert command("kinship", "P>C>C")[1].startswith("血族 3親等")
    assert command("kinship", "X>Y")[0] == 2
    assert not (tmp_path / "d").exists()


# --- an office ---


def test_an_office_is_made_once(command: Command, typed: Callable[[str], None], tmp_path: Path) -> None:
    office(command, typed)
    typed(PASSWORD + "\n")
    said = refused(command("init", "--office", "協議会", "--password-stdin"))
    assert "もう事務所があります" in said
    said = refused(command("demo", "--no-serve"))
    assert "実際の事務所のデータがあります" in said
    assert not (tmp_path / "demo-output").exists()


def test_an_office_that_began_with_its_register_gets_its_first_account(
    command: Command, typed: Callable[[str], None]
) -> None:
    command("register", "import", SAMPLE)
    office(command, typed)
    assert len(result(command("plans", "due", "--on", "2014-03-24", "--json"))) == 14


def test_a_weak_password_makes_no_office(command: Command, typed: Callable[[str], None]) -> None:
    typed("short\n")
    refused(command("init", "--office", "協議会", "--password-stdin"))
    office(command, typed)


def test_where_nobody_can_be_asked_a_password_is_made_up_and_shown_once(
    command: Command, typed: Callable[[str], None]
) -> None:
    typed("")
    status, out, err = command("init", "--office", "協議会")
    assert (status, err) == (0, "")
    assert re.search(r"パスワード.*[A-Za-z0-9_-]{16}", out)


def test_accounts_are_added_by_role(command: Command, typed: Callable[[str], None]) -> None:
    office(command, typed)
    add = ("user", "--login", "kaikei", "--name", "会計 花子", "--password-stdin")
    typed(PASSWORD + "\n")
    assert command(*add, "--role", "会計")[:2] == (0, "利用者 kaikei を加えました。\n")
    typed(PASSWORD + "\n")
    assert "すでに使われています" in refused(command(*add, "--role", "会計"))
    assert "役割「部長」はありません" in refused(command(*add, "--role", "部長"))
    typed(PASSWORD + "\n")
    said = refused(command(*add, "--role", "委員", "--member", "いない 人"))
    assert "名簿に「いない 人」は0人います" in said


def test_an_account_needs_an_office(command: Command, typed: Callable[[str], None]) -> None:
    typed(PASSWORD + "\n")
    said = refused(command("user", "--login", "a", "--name", "b", "--role", "会計", "--password-stdin"))
    assert "meetings-app init" in said


def test_serving_needs_an_office(command: Command) -> None:
    assert "meetings-app init" in refused(command("serve", "--port", "0"))


@pytest.mark.parametrize("port", ["-1", "65536", "http"])
def test_a_port_is_a_number_in_range(command: Command, port: str) -> None:
    status, _, err = command("serve", "--port", port)
    assert status == 2
    assert "--port" in err


# --- backup and restore ---


def test_a_backup_comes_back(command: Command, tmp_path: Path) -> None:
    command("register", "import", SAMPLE)
    copy = tmp_path / "控え.sqlite3"
    assert command("backup", copy)[:2] == (0, f"控えを取りました: {copy}\n")
    refused(command("backup", copy))
    assert command("backup", copy, "--force")[0] == 0
    assert command("restore", copy, data="e")[:2] == (0, "控えからデータを戻しました。\n")
    assert len(result(command("plans", "due", "--on", "2014-03-24", "--json", data="e"))) == 14
    refused(command("restore", copy, data="e"))
    status, out, _ = command("restore", copy, "--force", data="e")
    assert status == 0
    assert "before-restore-1 に残してあります" in out


def test_there_is_nothing_to_back_up_or_restore(command: Command, tmp_path: Path) -> None:
    refused(command("backup", tmp_path / "控え.sqlite3"))
    refused(command("restore", tmp_path / "ない.sqlite3"))


# --- as a process ---


def process(*arguments: str | Path, cwd: Path, **variables: str) -> "subprocess.CompletedProcess[str]":
    kept = {key: value for key, value in os.environ.items() if not key.startswith("MEETINGS_APP_")}
    return subprocess.run(
        [sys.executable, "-m", "meetings_app", *map(str, arguments)],
        cwd=cwd,
        env={**kept, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", **variables},
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_the_program_runs_from_any_folder(tmp_path: Path) -> None:
    done = process("register", "import", SAMPLE, "--json", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "meetings-data" / "meetings.sqlite3").is_file()
    elsewhere = process(
        "plans", "due", "--on", "2014-03-24", "--json", cwd=tmp_path, MEETINGS_APP_DATA=str(tmp_path / "e")
    )
    assert json.loads(elsewhere.stdout) == []
    assert (tmp_path / "e" / "meetings.sqlite3").is_file()


def test_without_a_command_the_usage_is_shown(tmp_path: Path) -> None:
    done = process(cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "usage: meetings-app" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_help_names_every_command(tmp_path: Path) -> None:
    done = process("--help", cwd=tmp_path)
    assert done.returncode == 0
    for name in (
        "demo",
        "init",
        "user",
        "serve",
        "backup",
        "restore",
        "register",
        "plans",
        "rules",
        "kinship",
    ):
        assert f"\n    {name}" in done.stdout


def test_a_folder_that_cannot_be_made_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = process("plans", "due", "--on", str(date(2014, 3, 24)), "--data", "file/d", cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr.strip().endswith("--data で書き込める場所を指定してください。")


def test_a_terminal_without_japanese_gets_escapes_and_no_fault(tmp_path: Path) -> None:
    due = ("plans", "due", "--on", "2014-03-24")
    done = process(*due, cwd=tmp_path, PYTHONUTF8="0", PYTHONIOENCODING="ascii")
    assert done.returncode == 0
    assert done.stdout.startswith("\\u5e73\\u621026\\u5e743\\u670824\\u65e5")


def test_the_data_folder_is_for_its_owner_alone(tmp_path: Path) -> None:
    assert process("plans", "due", "--on", "2014-03-24", "--data", "d", cwd=tmp_path).returncode == 0
    assert (tmp_path / "d").stat().st_mode & 0o777 == 0o700


def test_data_that_cannot_be_opened_are_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "meetings.sqlite3").write_text("これはデータベースではない。" * 100, encoding="utf-8")
    done = process("plans", "due", "--on", "2014-03-24", "--data", "d", cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith("「d」のデータを開けません（file is not a database）。")
    assert done.stderr.count("\n") == 1
