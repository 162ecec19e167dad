"""差し込みの内容: every value a finished word, hidden items never told, names and meanings in agreement."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date

import pytest

from agenda.papers.contents import (
    AgendaLine,
    CaseList,
    CaseListRow,
    CasePaper,
    Invitation,
    ItemList,
    Paper,
    Programme,
    Roster,
    RosterRow,
    Seat,
    Seating,
    TargetLine,
)
from agenda.papers.contexts import context_of, kind_of, title_of
from agenda.papers.samples import sample_paper
from agenda.papers.tags import TAGS
from agenda.papers.wording import change_text, days_text, level_marks, paper_number_text
from meetings_app.core.clock import tokyo
from meetings_app.core.terms import Capacity, DueReason, PaperKind, Purpose
from meetings_app.documents.filling import SERIAL
from meetings_app.documents.template_check import known_tags
from tests.agenda.papers.paper_support import DAY, HEAD

SECRET = AgendaLine(
    number=2,
    title="No.77　秘密の件名",
    purpose=Purpose.EVALUATE,
    reason=DueReason.EVALUATION,
    deadline=date(2026, 12, 24),
    starts_at=tokyo(DAY, 14, 15),
    minutes=20,
    case=77,
    plan=6,
    explanation="秘密の説明",
    required=("秘密の会社",),
    carried_since=4,
    shown=False,
)
OPEN = replace(
    SECRET, number=1, title="No.8　プラン1", case=8, plan=1, shown=True, starts_at=tokyo(DAY, 13, 35)
)


def leaves(value: object) -> Iterator[object]:
    if isinstance(value, Mapping):
        for item in value.values():
            yield from leaves(item)
    elif isinstance(value, list):
        for item in value:
            yield from leaves(item)
    else:
        yield value


def dig(context: object, *path: str | int) -> object:
    for step in path:
        context = context[step]  # type: ignore[index]
    return context


@pytest.mark.parametrize("kind", PaperKind)
def test_tags_and_context_name_the_same_things(kind: PaperKind) -> None:
    lists = {tag.within for tag in TAGS[kind]} - {""}
    told = {tag.path for tag in TAGS[kind]}
    assert told | {f"{name}[]" for name in lists} == {*known_tags(context_of(sample_paper(kind))), *lists}


@pytest.mark.parametrize("kind", PaperKind)
def test_every_tag_is_explained_once_in_japanese(kind: PaperKind) -> None:
    tags = TAGS[kind]
    assert len({(tag.within, tag.name) for tag in tags}) == len(tags)
    for tag in tags:
        assert any(ord(char) > 0x3000 for char in tag.meaning)
        assert tag.name.isascii()


@pytest.mark.parametrize("kind", PaperKind)
def test_a_context_is_plain_values_and_json(kind: PaperKind) -> None:
    context = context_of(sample_paper(kind))
    assert json.loads(json.dumps(context, ensure_ascii=False)) == context
    assert all(type(value) in (str, int, bool) for value in leaves(context))
    assert context["serial"] == SERIAL


@pytest.mark.parametrize("kind", PaperKind)
def test_a_sample_is_of_its_kind(kind: PaperKind) -> None:
    assert kind_of(sample_paper(kind)) is kind


def test_titles_tell_papers_apart() -> None:
    titles = {kind: title_of(sample_paper(kind)) for kind in PaperKind}
    assert titles[PaperKind.CASE] == "個別資料 No.9 プラン2"
    assert titles[PaperKind.INVITATION] == "招集通知 茶内 律"
    assert titles[PaperKind.PROGRAMME] == "次第"


def test_the_meeting_in_words() -> None:
    meeting = context_of(Programme(HEAD, "", ()))["meeting"]
    assert meeting == {
        "body": "試験市 支援調整会議",
        "ordinal": "第12回",
        "name": "第12回　試験市 支援調整会議",
        "day": "令和8年11月25日（水）",
        "starts": "午後1時30分",
        "ends": "午後3時",
        "when": "令和8年11月25日（水）　午後1時30分から午後3時まで",
        "minutes": "90分",
        "venue": "試験会館 第2会議室",
        "dated": "令和8年11月10日",
        "document_number": "試第3号",
    }


# --- 議題 -------------------------------------------------------------------------------------------------


def papers_with_lines() -> list[Paper]:
    lines = (OPEN, SECRET)
    return [
        Programme(HEAD, "委員長", lines),
        ItemList(HEAD, lines),
        Invitation(HEAD, "名", "所属", Capacity.MEMBER, "", lines, OPEN.starts_at, HEAD.ends_at),
    ]


@pytest.mark.parametrize("paper", papers_with_lines(), ids=lambda paper: type(paper).__name__)
def test_of_a_hidden_item_only_number_and_time_are_told(paper: Paper) -> None:
    context = context_of(paper)
    line = dig(context, "lines", 1)
    assert isinstance(line, dict)
    told = {name: value for name, value in line.items() if value not in ("", "―")}
    assert told == {
        "number": "2",
        "title": "（ほかの案件）",
        "starts": "午後2時15分",
        "ends": "午後2時35分",
        "minutes": "20分",
        "shown": False,
        "long": False,
    }
    everything = json.dumps(line, ensure_ascii=False)
    assert not [word for word in ("77", "秘密", "12月24日", "第4回") if word in everything]


def test_an_item_in_words() -> None:
    line = dig(context_of(ItemList(HEAD, (OPEN,))), "lines", 0)
    assert line == {
        "number": "1",
        "title": "No.8　プラン1",
        "case": "No.8",
        "plan": "プラン1",
        "purpose": "支援の評価",
        "article": "第2条第2号",
        "reason": "評価",
        "deadline": "令和8年12月24日",
        "days": "会議の29日後",
        "starts": "午後1時35分",
        "ends": "午後1時55分",
        "minutes": "20分",
        "explanation": "秘密の説明",
        "required": "秘密の会社",
        "carried": "第4回から継続",
        "shown": True,
        "long": False,
    }


@pytest.mark.parametrize(
    ("case", "reason", "deadline"), [(None, "―", "―"), (8, "（未記入）", "なし")], ids=["no case", "case"]
)
def test_an_item_without_reason_or_deadline(case: int | None, reason: str, deadline: str) -> None:
    line = replace(OPEN, case=case, reason=None, deadline=None, explanation=" ", required=())
    told = dig(context_of(ItemList(HEAD, (line,))), "lines", 0)
    assert isinstance(told, dict)
    assert (told["reason"], told["deadline"], told["days"]) == (reason, deadline, "")
    assert (told["explanation"], told["required"]) == ("（未記入）", "なし")


@pytest.mark.parametrize(
    ("day", "text"), [(24, "1日超過"), (25, "会議の当日"), (26, "会議の1日後"), (30, "会議の5日後")]
)
def test_days_to_the_deadline_are_counted_from_the_meeting(day: int, text: str) -> None:
    assert days_text(date(2026, 11, day), DAY) == text


@pytest.mark.parametrize(("lines", "mark"), [((OPEN, SECRET), "取扱注意"), ((SECRET,), ""), ((), "")])
def test_a_programme_is_marked_where_it_names_a_case(lines: tuple[AgendaLine, ...], mark: str) -> None:
    assert context_of(Programme(HEAD, "", lines))["confidential"] == mark


@pytest.mark.parametrize("label", ["本人", "家族"])
def test_a_list_of_people_is_marked_where_a_client_is_on_it(label: str) -> None:
    assert context_of(Roster(HEAD, (RosterRow("委員", "", "", "", ()),)))["confidential"] == ""
    assert context_of(Roster(HEAD, (RosterRow(label, "", "", "", ()),)))["confidential"] == "取扱注意"
    assert context_of(Seating(HEAD, (), ((None, Seat(label, "")),), ()))["confidential"] == "取扱注意"


def test_only_case_papers_are_numbered() -> None:
    numbers = {kind: context_of(sample_paper(kind))["paper_number"] for kind in PaperKind}
    assert {kind for kind, number in numbers.items() if number} == {PaperKind.CASE}
    assert numbers[PaperKind.CASE] == "資料１"
    assert paper_number_text(12) == "資料１２"


# --- 個別資料, 相談者一覧 ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("level", "marks"),
    [
        (0, "○○○○○　0"),
        (3, "●●●○○　3"),
        (5, "●●●●●　5"),
        (None, "（未記入）"),
    ],
)
def test_levels_are_drawn_and_written(level: int | None, marks: str) -> None:
    assert level_marks(level) == marks


@pytest.mark.parametrize(
    ("level", "before", "text"),
    [
        (3, 1, "↑ 2段階上がった"),
        (1, 2, "↓ 1段階下がった"),
        (2, 2, "→ 変わらない"),
        (2, None, "―"),
        (None, 2, "―"),
    ],
)
def test_a_change_is_a_sign_and_words(level: int | None, before: int | None, text: str) -> None:
    assert change_text(level, before) == text


def case_row(
    case: int, *, is_new: bool, level: int | None, levels: tuple[tuple[date, int], ...]
) -> CaseListRow:
    return CaseListRow(case, "", is_new, level, levels, None, "", "", "", "")


def test_new_cases_stand_on_top_and_others_keep_their_order() -> None:
    rows = tuple(case_row(case, is_new=case in (5, 2), level=None, levels=()) for case in (9, 5, 3, 2))
    listed = dig(context_of(CaseList(HEAD, DAY, rows, "令和8年度", ())), "rows")
    assert isinstance(listed, list)
    assert [(row["case"], row["new"]) for row in listed] == [
        ("No.5", "新規"),
        ("No.2", "新規"),
        ("No.9", ""),
        ("No.3", ""),
    ]


def test_a_level_is_compared_with_that_of_the_last_meeting_before() -> None:
    levels = ((date(2026, 9, 30), 4), (date(2026, 10, 28), 1), (DAY, 2))
    row = case_row(9, is_new=False, level=2, levels=levels)
    told = dig(context_of(CaseList(HEAD, DAY, (row,), "令和8年度", ())), "rows", 0)
    assert isinstance(told, dict)
    assert told["change"] == "↑ 1段階上がった"
    assert told["history"] == "R8.9.30　4\nR8.10.28　1\nR8.11.25　2"


@pytest.mark.parametrize(
    ("target", "told"),
    [
        (120, ("1,086件", "120件", "905％")),
        (None, ("1,086件", "定めなし", "―")),
        (0, ("1,086件", "0件", "―")),
    ],
)
def test_figures_stand_against_their_target(target: int | None, told: tuple[str, str, str]) -> None:
    line = TargetLine("新規相談", 1086, target)
    row = dig(context_of(CaseList(HEAD, DAY, (), "令和8年度", (line,))), "targets", 0)
    assert isinstance(row, dict)
    assert (row["actual"], row["target"], row["rate"]) == told


def case_sample() -> CasePaper:
    paper = sample_paper(PaperKind.CASE)
    assert isinstance(paper, CasePaper)
    return paper


@pytest.mark.parametrize(
    ("reason", "outcomes", "achieved"),
    [
        (DueReason.EVALUATION, "□ 終結　□ 再プラン　□ 中断　□ 継続協議", "（未記入）"),
        (DueReason.ENDING, "□ 終結　□ 再プラン　□ 中断　□ 継続協議", "（未記入）"),
        (DueReason.NEW, "□ 了承　□ 修正のうえ了承　□ 継続協議　□ 差戻し", "なし"),
        (DueReason.CARRIED_OVER, "□ 了承　□ 修正のうえ了承　□ 継続協議　□ 差戻し", "なし"),
    ],
)
def test_a_case_offers_the_outcomes_of_its_reason(reason: DueReason, outcomes: str, achieved: str) -> None:
    sample = case_sample()
    context = context_of(replace(sample, line=replace(sample.line, reason=reason), achieved=""))
    assert (context["outcomes"], context["achieved"]) == (outcomes, achieved)


def test_a_case_asks_the_four_checks() -> None:
    checks = dig(context_of(case_sample()), "checks")
    assert isinstance(checks, list)
    assert [(check["question"], check["yes"], check["no"]) for check in checks] == [
        ("状況と目標に合うか", "□ 合っている", "□ 合っていない"),
        ("課題の解決に向かうか", "□ 向かう", "□ 向かわない"),
        ("意欲につながるか", "□ つながる", "□ つながらない"),
        ("不足する資源があるか", "□ ある", "□ ない"),
    ]


def test_a_case_without_an_earlier_outcome_says_so() -> None:
    context = context_of(replace(case_sample(), earlier=None))
    assert context["has_earlier"] is False
    assert dig(context, "earlier", "outcome") == "なし"
