"""`agenda backtest`: the table is aligned, the data are plain, and docs/backtest.md says what the command says."""

import csv
import json
import re
import unicodedata
from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

import agenda
from agenda.rules.backtest import back_test
from agenda.rules.due import DueSettings, PlanFacts
from agenda.rules.register import facts_of, read_register
from meetings_app.backtest_report import as_lines
from meetings_app.cli import main

DOCUMENT = (Path(__file__).parents[2] / "docs" / "backtest.md").read_text(encoding="utf-8")
SAMPLE = Path(agenda.__file__).parent / "sample" / "kushiro_fy2013_plan_register.csv"
Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Command:
    """Run a command in an empty folder; return status, output and errors."""
    for name in ("MEETINGS_APP_DATA", "MEETINGS_APP_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> tuple[int, str, str]:
        status = main(arguments)
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return run


def data_of(printed: tuple[int, str, str]) -> Any:
    status, out, err = printed
    assert (status, err) == (0, "")
    return json.loads(out)


def real_plans() -> list[PlanFacts]:
    with SAMPLE.open(encoding="utf-8", newline="") as file:
        return facts_of(read_register(list(csv.reader(file))).entries)


def width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


# --- the command ----------------------------------------------------------------------------------------------------


def test_the_sample_as_data(command: Command, tmp_path: Path) -> None:
    found = data_of(command("agenda", "backtest", "--json"))
    assert list(found) == [
        "horizon_days",
        "reasons",
        "meetings",
        "misses",
        "surplus",
        "not_knowable",
        "reports",
    ]
    assert found["horizon_days"] == 42
    assert found["reasons"] == [
        {
            "reason": "評価",
            "taken": 20,
            "proposed": 21,
            "foreseen": 9,
            "within_horizon": 21,
            "plans": 9,
            "recall": 0.45,
            "precision": 0.429,
            "precision_within_horizon": 1.0,
        },
        {
            "reason": "再プラン",
            "taken": 0,
            "proposed": 0,
            "foreseen": 0,
            "within_horizon": 0,
            "plans": 0,
            "recall": None,
            "precision": None,
            "precision_within_horizon": None,
        },
    ]
    assert found["meetings"][-2] == {
        "day": "2014-03-25",
        "taken": 5,
        "proposed": 6,
        "foreseen": 5,
        "missed": 0,
        "surplus": 1,
        "not_knowable": 4,
        "reports": 4,
    }
    numbers = [len(found[key]) for key in ("meetings", "misses", "surplus", "not_knowable")]
    assert (numbers, found["reports"]) == ([20, 11, 12, 30], 57)
    assert found["surplus"][-1]["taken_on"] == "2014-03-28"
    assert list(tmp_path.iterdir()) == []  # no data folder is made


def test_the_sample_as_a_table(command: Command) -> None:
    status, out, err = command("agenda", "backtest")
    assert (status, err) == (0, "")
    lines = out.splitlines()
    assert lines[0].startswith("バックテスト（見本の台帳、会議 20日、範囲 42日）")
    for heading, rows in (("理由ごと", 3), ("会議の日ごと", 22)):
        start = lines.index(heading) + 1
        assert len({width(line) for line in lines[start : start + rows]}) == 1
    assert lines[lines.index("会議の日ごと") + 22].split() == ["計", "20", "21", "9", "11", "12", "30", "57"]


def test_an_offices_own_record(command: Command) -> None:
    command("register", "import", str(SAMPLE), "--data", "d")
    office = data_of(command("agenda", "backtest", "--data", "d", "--json"))
    assert office == data_of(command("agenda", "backtest", "--json"))
    assert command("agenda", "backtest", "--data", "d")[1].startswith("バックテスト（事務所の記録、会議 20日")


def test_an_office_without_a_record_is_told_so(command: Command) -> None:
    status, out, err = command("agenda", "backtest", "--data", "empty")
    assert status == 0
    assert err == "まだ台帳がありません。meetings-app register import で取り込んでください。\n"
    assert out.startswith("バックテスト（事務所の記録、会議 0日、範囲 42日）")


def test_what_left_no_trace_is_named_by_its_kind() -> None:
    lines = list(as_lines(back_test(real_plans(), DueSettings()), "試し"))
    assert "  最初のプラン 22件" in lines
    assert (
        "  再プランの評価と同じ会議で決めた次のプラン 7件（うち、前のプランの評価を前日に提示 6件）" in lines
    )
    assert "    平成25年10月29日 No.9 プラン2 評価の提示なし" in lines
    assert lines[-1] == "  うち、その会議で評価されたもの 8件（見落としに数えます）"


# --- the document ---------------------------------------------------------------------------------------------------


def test_the_document_shows_what_the_command_prints(command: Command) -> None:
    (shown,) = re.findall(
        r"^```console\n\$ meetings-app (.+?)\n(.*?)^```$", DOCUMENT, re.MULTILINE | re.DOTALL
    )
    arguments, printed = shown
    assert printed == command(*arguments.split())[1]


def test_the_documents_sentences_have_the_commands_numbers(command: Command) -> None:
    found = data_of(command("agenda", "backtest", "--json"))
    score = found["reasons"][0]
    reported = sum(miss["reported"] for miss in found["misses"])
    kinds = [one["why"] for one in found["not_knowable"]]
    firsts = kinds.count("最初のプラン")
    at_once = [one for one in found["not_knowable"] if one["why"].startswith("再プランの評価と同じ会議")]
    asked = sum(one["evaluation_foreseen"] for one in at_once)
    nearest = min(
        (date.fromisoformat(m["period_end"]) - date.fromisoformat(m["day"])).days + 1 for m in found["misses"]
    )
    days = [date.fromisoformat(one["day"]) for one in found["meetings"]]
    close = sum(later - day <= timedelta(days=7) for day, later in pairwise(days))
    text = " ".join(DOCUMENT.split())
    for sentence in (
        (
            f"{score['foreseen']} of {score['taken']} evaluations were on the list the day before "
            f"(recall {score['recall']:.1%}). All {len(found['misses'])} misses were judged {nearest} days or more"
        ),
        f"list looks {found['horizon_days']} days ahead",
        (
            f"{score['foreseen']} of {score['proposed']} proposals were taken at the very next meeting "
            f"(precision at the day {score['precision']:.1%})"
        ),
        (
            f"All {score['within_horizon']} were taken before the {found['horizon_days']} days were over (precision "
            f"within the horizon {score['precision_within_horizon']:.1%})"
        ),
        f"The {score['proposed']} are {score['plans']} plans",
        (
            f"{len(kinds)} plans could not be known from dated facts the day before ({firsts} first plans, "
            f"{len(kinds) - firsts} next plans"
        ),
        f"There are {len(days)}.",
        f"For {asked} of the {len(at_once)} that an evaluation 再プラン asked for",
        f"{found['reports']} reports were listed over all days; for {reported} of the misses",
        f"{close} of the {len(days)} meetings came within seven days of the one before",
    ):
        assert sentence in text, sentence


def test_the_document_explains_each_miss(command: Command) -> None:
    plans = {(plan.case, plan.plan): plan for plan in real_plans()}
    expected = []
    for miss in data_of(command("agenda", "backtest", "--json"))["misses"]:
        plan = plans[miss["case"], miss["plan"]]
        day = date.fromisoformat(miss["day"])
        assert plan.meeting
        assert plan.monitoring_due
        assert plan.period_end
        cells = (
            miss["day"],
            str(miss["case"]),
            str(miss["plan"]),
            miss["outcome"],
            str((day - plan.meeting).days),
            f"{plan.monitoring_due:%Y-%m}",
            miss["period_end"],
            str((plan.period_end - day).days + 1),
            "yes" if miss["reported"] else "no",
        )
        expected.append(" | ".join(cells))
    rows = re.findall(r"^\| (\d{4}-.+?) \| ([a-z][^|]+) \|$", DOCUMENT, re.MULTILINE)
    assert [cells for cells, _ in rows] == expected
    assert all(why.strip() for _, why in rows)
