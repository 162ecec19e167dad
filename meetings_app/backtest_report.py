"""バックテストの表: the result for people, in aligned columns, and for programs."""

import unicodedata
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from agenda.rules.backtest import BackTest, MeetingDay, NoTrace, Score, Surplus, Taken, Unknowable
from meetings_app.core.wareki import format_wareki


def as_lines(result: BackTest, source: str) -> Iterator[str]:
    """Yield the report line by line; `source` names the record it was made from."""
    yield (
        f"バックテスト（{source}、会議 {len(result.days)}日、範囲 {result.horizon_days}日）: "
        "前日の提示と、会議で実際に諮ったもの"
    )
    yield from _by_reason(result)
    yield from _by_day(result)
    yield from _misses(result)
    yield from _surplus(result)
    yield from _unknowable(result)
    yield ""
    reported = sum(one.reported for one in result.misses)
    yield f"モニタリングの報告の提示 のべ{result.reports}件（決定ではないため率に数えません）"
    yield f"  うち、その会議で評価されたもの {reported}件（見落としに数えます）"


def as_data(result: BackTest) -> dict[str, Any]:
    """Return the result as plain values: integers, text, ISO dates, and shares rounded to three places or null."""
    return {
        "horizon_days": result.horizon_days,
        "reasons": [_score_data(score) for score in result.scores],
        "meetings": [_day_data(day) for day in result.days],
        "misses": [_miss_data(one) for one in result.misses],
        "surplus": [_surplus_data(one) for one in result.surplus],
        "not_knowable": [_unknowable_data(one) for one in result.unknowable],
        "reports": result.reports,
    }


def _by_reason(result: BackTest) -> Iterator[str]:
    heading = ("理由", "実際", "提示", "一致", "見落とし", "再現率", "当日の適合率", "範囲内の適合率")
    rows = [
        (
            score.reason.value,
            str(score.taken),
            str(score.proposed),
            str(score.foreseen),
            str(score.taken - score.foreseen),
            _percent(score.recall),
            _percent(score.precision),
            _percent(score.precision_within_horizon),
        )
        for score in result.scores
    ]
    yield ""
    yield "理由ごと"
    yield from _table(heading, rows)
    for score in result.scores:
        if score.proposed:
            yield (
                f"  {score.reason}の提示は会議の日ごとに数えたのべ{score.proposed}件で、"
                f"プランでは{score.plans}件、範囲内に諮ったものはのべ{score.within_horizon}件です。"
            )


def _by_day(result: BackTest) -> Iterator[str]:
    heading = ("会議の日", "実際", "提示", "一致", "見落とし", "諮らず", "前日に分からない", "報告")
    rows = [
        (format_wareki(day.day), *(str(number) for number in _numbers(day).values())) for day in result.days
    ]
    totals = [sum(numbers) for numbers in zip(*(_numbers(day).values() for day in result.days), strict=True)]
    yield ""
    yield "会議の日ごと"
    yield from _table(heading, [*rows, ("計", *map(str, totals or [0] * (len(heading) - 1)))])


def _numbers(day: MeetingDay) -> dict[str, int]:
    foreseen = sum(one.foreseen for one in day.taken)
    return {
        "taken": len(day.taken),
        "proposed": foreseen + len(day.surplus),
        "foreseen": foreseen,
        "missed": len(day.taken) - foreseen,
        "surplus": len(day.surplus),
        "not_knowable": len(day.unknowable),
        "reports": len(day.reports),
    }


def _misses(result: BackTest) -> Iterator[str]:
    yield ""
    yield f"見落とし（諮ったが、前日に提示がなかったもの） {len(result.misses)}件"
    for one in result.misses:
        outcome = f"（{one.outcome}）" if one.outcome else ""
        yield f"  {_place(one)} {one.reason}{outcome} … {one.explanation}"


def _surplus(result: BackTest) -> Iterator[str]:
    yield ""
    yield f"諮らず（前日に提示があったが、その会議で諮らなかったもの） のべ{len(result.surplus)}件"
    for one in result.surplus:
        yield f"  {_place(one)} {one.reason} … {one.explanation}"


def _unknowable(result: BackTest) -> Iterator[str]:
    """Yield what left no trace by kind: first plans as a number, later plans one by one."""
    yield ""
    yield f"前日に分からないもの {len(result.unknowable)}件（率に数えません）"
    ordered = sorted(result.unknowable, key=lambda one: (list(NoTrace).index(one.why), one.day, one.case))
    for why, group in groupby(ordered, key=lambda one: one.why):
        listed = list(group)
        asked = sum(one.evaluation_foreseen for one in listed)
        told = "" if why is NoTrace.FIRST else f"（うち、前のプランの評価を前日に提示 {asked}件）"
        yield f"  {why} {len(listed)}件{told}"
        if why is not NoTrace.FIRST:
            yield from (f"    {_place(one)} {_evaluation_of(one)}" for one in listed)


def _evaluation_of(one: Unknowable) -> str:
    return "評価の提示あり" if one.evaluation_foreseen else "評価の提示なし"


def _place(one: Taken | Surplus | Unknowable) -> str:
    return f"{format_wareki(one.day)} No.{one.case} プラン{one.plan}"


def _percent(share: float | None) -> str:
    return "－" if share is None else f"{share:.1%}"


def _table(heading: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield the rows under their heading: the first column to the left, the others to the right."""
    widths = [max(_width(row[column]) for row in (heading, *rows)) for column in range(len(heading))]
    for row in (heading, *rows):
        first, *others = (" " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True))
        cells = [row[0] + first, *(gap + cell for gap, cell in zip(others, row[1:], strict=True))]
        yield "  " + "  ".join(cells)


def _width(text: str) -> int:
    """Return the columns that a terminal takes for `text`: two for a full-width sign."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def _score_data(score: Score) -> dict[str, Any]:
    return {
        "reason": score.reason,
        "taken": score.taken,
        "proposed": score.proposed,
        "foreseen": score.foreseen,
        "within_horizon": score.within_horizon,
        "plans": score.plans,
        "recall": _rounded(score.recall),
        "precision": _rounded(score.precision),
        "precision_within_horizon": _rounded(score.precision_within_horizon),
    }


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 3)


def _day_data(day: MeetingDay) -> dict[str, Any]:
    return {"day": day.day.isoformat(), **_numbers(day)}


def _miss_data(one: Taken) -> dict[str, Any]:
    return {
        "day": one.day.isoformat(),
        "case": one.case,
        "plan": one.plan,
        "reason": one.reason,
        "outcome": one.outcome,
        "period_end": one.period_end.isoformat() if one.period_end else None,
        "reported": one.reported,
        "explanation": one.explanation,
    }


def _surplus_data(one: Surplus) -> dict[str, Any]:
    return {
        "day": one.day.isoformat(),
        "case": one.case,
        "plan": one.plan,
        "reason": one.reason,
        "deadline": one.deadline.isoformat() if one.deadline else None,
        "taken_on": one.taken_on.isoformat() if one.taken_on else None,
        "within_horizon": one.within_horizon,
        "explanation": one.explanation,
    }


def _unknowable_data(one: Unknowable) -> dict[str, Any]:
    return {
        "day": one.day.isoformat(),
        "case": one.case,
        "plan": one.plan,
        "why": one.why,
        "evaluation_foreseen": one.evaluation_foreseen,
    }
