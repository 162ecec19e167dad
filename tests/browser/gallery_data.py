"""Made-up contents of the gallery: no person, case or figure here is real."""

from typing import Any

Row = dict[str, Any]

TOWNS = ("釧路市", "釧路町", "厚岸町", "浜中町", "標茶町", "弟子屈町", "鶴居村", "白糠町")
WEEKDAYS = "月火水木金土日"
HIDDEN = "x"


def _day(month: int, number: int, column: int, counts: dict[str, int], meetings: dict[str, str]) -> Row:
    key = f"{month}/{number}"
    count = counts.get(key, 0)
    holiday = key == "11/23"
    return {
        "weekday": "祝" if holiday else WEEKDAYS[column],
        "column": WEEKDAYS[column],
        "day": str(number),
        "phone_day": key if number == 1 else str(number),
        "text": f"{month}月{number}日（{WEEKDAYS[column]}）{count}件",
        "count": count,
        "level": min(count, 3),
        "past": key in ("11/23", "11/24"),
        "off": column >= 5,
        "holiday": holiday,
        "today": key == "11/25",
        "meeting": meetings.get(key),
    }


def weeks() -> list[Row]:
    """Five weeks from 11月23日."""
    counts = {
        "11/28": 1,
        "11/30": 2,
        "12/4": 1,
        "12/7": 1,
        "12/8": 1,
        "12/11": 1,
        "12/15": 1,
        "12/20": 1,
        "12/25": 4,
    }
    meetings = {"11/27": "第9回", "12/2": "第10・11回", "12/16": "第12回"}
    dates = [(11, n) for n in range(23, 31)] + [(12, n) for n in range(1, 28)]
    result = []
    for start in range(0, 35, 7):
        days = [_day(m, n, i, counts, meetings) for i, (m, n) in enumerate(dates[start : start + 7])]
        month, number = dates[start]
        total = sum(int(day["count"]) for day in days)
        result.append({"label": f"{month}月{number}日の週", "total_text": f"{total}件", "days": days})
    return result


AGENDA = (
    (1, "No.9", "再プラン", "目的(1) 支援の調整", "前回の評価が「再プラン」", "第8回 11月13日（金）", "11月30日（月）", 5,
     (("委員長", "ok", ""), ("委員B", "ok", ""), ("アドバイザー委員A", "ok", "")), "15分"),
    (2, "No.12", "評価", "目的(2) 支援の評価", "プラン1の期間満了", "令和8年5月29日（金）から", "11月28日（土）", 3,
     (("委員長", "ok", ""), ("委員A", "ok", ""), ("委員B", "ok", ""), ("福祉事務所職員", "ask", "未回答")), "10分"),
    (3, "No.13", "評価", "目的(2) 支援の評価", "プラン1の期間満了", "令和8年6月1日（月）から", "11月30日（月）", 5,
     (("委員長", "ok", ""), ("委員C", "ok", ""), ("アドバイザー委員A", "ok", "")), "20分"),
    (4, "地域課題", "", "目的(4) 地域の課題", "第8回で挙がった課題 2件", "移動、冬期（燃料・除雪）", "", None,
     (("委員長", "ok", ""), ("アドバイザー委員A", "ok", "")), "15分"),
)  # fmt: skip

_NINTH = '<a href="#">第9回</a> <span class="date only-wide">11月27日（金）</span>'


def _plan(
    no: str, plan: int, kind: str, reason: str, due: str, days: int, who: str, state: str = "off"
) -> Row:
    meeting = {"done": _NINTH, "locked": '<a href="#">同意を見る</a>'}.get(state, "未定")
    return {"no": no, "plan": plan, "kind": kind, "reason": reason, "due": due, "days": days, "who": f"支援員{who}",
            "state": state, "meeting": meeting}  # fmt: skip


_PERIOD = "プランの期間満了"
DUE = (
    ("14日以内　6件", (
        _plan("No.12", 1, "評価", _PERIOD, "11月28日（土）", 3, "A", "done"),
        _plan("No.9", 2, "再プラン", "前回の評価が「再プラン」", "11月30日（月）", 5, "B", "done"),
        _plan("No.13", 1, "評価", _PERIOD, "11月30日（月）", 5, "A", "done"),
        _plan("No.21", 1, "新規", "初回相談 11月20日から14日以内", "12月4日（金）", 9, "C", "on"),
        _plan("No.17", 1, "継続協議", "第8回からの持ち越し", "12月7日（月）", 12, "B", "on"),
        _plan("No.24", 2, "評価", _PERIOD, "12月8日（火）", 13, "A", "locked"))),
    ("その先　8件", (
        _plan("No.18", 2, "終結", "終結の申出", "12月11日（金）", 16, "C"),
        _plan("No.22", 1, "評価", _PERIOD, "12月15日（火）", 20, "B"),
        _plan("No.15", 3, "評価", _PERIOD, "12月20日（日）", 25, "A"),
        _plan("No.7", 2, "評価", _PERIOD, "12月25日（金）", 30, "A"),
        _plan("No.16", 1, "評価", _PERIOD, "12月25日（金）", 30, "B"),
        _plan("No.19", 1, "評価", _PERIOD, "12月25日（金）", 30, "A"),
        _plan("No.23", 1, "評価", _PERIOD, "12月25日（金）", 30, "C"),
        _plan("No.5", 3, "報告", "モニタリング月（12月）", "12月中", 36, "B"))),
)  # fmt: skip


def _slots(day: int) -> list[Row]:
    hours = ("10", "", "11", "", "13", "", "14", "")
    marks = {
        2: {0: ("plan", "第10回"), 1: ("plan", ""), 2: ("plan", "第11回"), 3: ("plan", "")},
        4: {0: ("picked", ""), 1: ("picked", "")},
    }
    result = []
    for index, label in enumerate(hours):
        mark, tag = marks.get(day, {}).get(index, (None, ""))
        hour = (10, 10, 11, 11, 13, 13, 14, 14)[index]
        result.append({"label": label, "text": f"{hour}:{'30' if index % 2 else '00'}", "gap": index == 4, "mark": mark,
                       "first": index % 2 == 0, "last": index % 2 == 1, "tag": tag})  # fmt: skip
    return result


DAY_LABELS = ("11月30日（月）", "12月1日（火）", "12月2日（水）", "12月3日（木）", "12月4日（金）")


def _answers(code: str) -> list[str | None]:
    signs: dict[str, str | None] = {"o": "○", "m": "△", "x": "×", "?": None}
    return [signs[sign] for sign in code.replace(" ", "")]


PEOPLE = (
    ("委員長", "第10・11回", "xxxxoooo xxxxxxxx ooooooxx xxxxxxxx ooooxxxx"),
    ("委員A", "第10・11回", "xxxxxxxx oooooooo oooooooo xxxxxxoo xxxxxxxx"),
    ("委員B", "第10回", "ooooxxxx ooooxxxx oommxxxx oooooooo xxxxoooo"),
    ("委員C", "第11回", "oooooooo xxxxoooo mmoooooo ooooxxxx ooooooxx"),
    ("委員D", "第11回", "?" * 40),
    ("アドバイザー委員A", "第10回", "?" * 40),
    ("福祉事務所職員", "第11回", "xxxxxxxx oooooooo xxoooooo oooooooo xxxxxxxx"),
    ("事務局員A", "第10・11回", "o" * 40),
    ("参加者A", "第10回、第5条第4項", "xxxxoooo ooooxxxx ooooxxxx xxxxoooo oooooooo"),
)


def _places(text: str) -> list[str]:
    return [{"o": "open", "m": "maybe"}.get(sign, "") for sign in text]


def availability() -> dict[str, Any]:
    """A week of half hours, nine people, two meetings laid over it."""
    return {
        "days": [{"label": label, "slots": _slots(index)} for index, label in enumerate(DAY_LABELS)],
        "people": [{"name": n, "note": note, "cells": _answers(code)} for n, note, code in PEOPLE],
        "places": [
            {"name": "第10回を置ける枠", "cells": _places("." * 16 + "oomm" + "." * 20)},
            {"name": "第11回を置ける枠", "cells": _places("." * 18 + "oooo" + "." * 18)},
        ],
    }


_MATRIX = (
    ("住まい・保証人", (14, 5, 3, 0, 4, 3, 0, 5), "34"),
    ("就労・中間的就労", (11, 4, 3, 3, 0, 3, 0, 4), "28"),
    ("移動", (9, 4, 7, 6, 8, 7, 5, 6), "52"),
    ("医療・障害", (6, 3, 0, 3, HIDDEN, HIDDEN, 0, HIDDEN), "18"),
    ("家計・債務", (8, 4, 3, 0, 0, 3, 0, 3), "21"),
    ("食料・緊急", (7, 3, HIDDEN, 0, HIDDEN, 0, 0, 3), "16"),
    ("孤立・居場所", (5, 3, 3, 0, 3, 4, 3, 0), "21"),
    ("子ども・教育", (4, 3, 0, 0, 3, 0, 0, 0), "10"),
    ("家族・世帯", (3, 0, 0, 0, 0, 0, 0, 3), "6"),
    ("DV・虐待", (HIDDEN, 0, HIDDEN, 0, 0, 0, 0, 0), "3"),
    ("制度間連携", (5, 3, 0, 0, 0, 3, 0, 0), "11"),
    ("手続・情報", (4, 0, HIDDEN, 0, 0, 0, 0, HIDDEN), "8"),
    ("冬期（燃料・除雪）", (6, 3, 0, 0, 3, 0, 0, 3), "15"),
    ("その他", (HIDDEN, 0, HIDDEN, 0, 0, HIDDEN, 0, 0), "6"),
)


def _cell(count: int | str) -> Row:
    return {"hidden": True} if count == HIDDEN else {"count": count}


def matrix() -> dict[str, Any]:
    """Category by municipality, small numbers hidden."""
    rows = [{"label": label, "strong": label in ("住まい・保証人", "移動"), "cells": [_cell(n) for n in counts],
             "total": total} for label, counts, total in _MATRIX]  # fmt: skip
    foot = {"label": "計", "cells": ["86", "35", "26", "12", "25", "26", "8", "31"], "total": "249"}
    return {"towns": TOWNS, "matrix": rows, "matrix_foot": foot}


_HALVES = ("R5下", "R6上", "R6下", "R7上", "R7下", "R8上")
_CHARTS = (
    ("全体", (158, 183, 176, 219, 228, 249), 249),
    ("移動", (24, 27, 31, 36, 44, 52), 52),
    ("住まい・保証人", (22, 21, 27, 26, 33, 34), 52),
    ("冬期（燃料・除雪）", (34, 12, 37, 16, 41, 15), 52),
)


def charts() -> list[tuple[str, list[Row]]]:
    """Small multiples by half-year."""
    return [
        (
            title,
            [
                {"label": h, "text": str(n), "percent": round(100 * n / top)}
                for h, n in zip(_HALVES, values, strict=True)
            ],
        )
        for title, values, top in _CHARTS
    ]
