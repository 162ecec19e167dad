"""履歴の画面に出すもの: audit rows as sentences that a person reads."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from meetings_app.core.clock import TOKYO
from meetings_app.web.given import WebRequest
from meetings_app.web.locale import Locale, Translator, format_day, format_time, locale_of, mark, translator
from minutes.services.history import Detail, HistoryRow

LABELS = {
    "number": mark("回"),
    "starts_at": mark("開始"),
    "ends_at": mark("終了"),
    "venue": mark("会場"),
    "citation": mark("根拠"),
    "added": mark("議題に入れた数"),
    "title": mark("議題"),
    "why": mark("理由"),
    "participants": mark("参加者だった人"),
    "minutes": mark("予定時間（分）"),
    "position": mark("順"),
    "decided_by": mark("決定した人"),
    "on": mark("日付"),
    "rows": mark("変わった人の数"),
    "slots": mark("候補"),
    "item": mark("議題"),
    "presider": mark("議長"),
    "person": mark("人"),
    "at": mark("時刻"),
    "until": mark("退席の時刻"),
    "mode": mark("方法"),
    "reason": mark("理由"),
    "outcome": mark("結果"),
    "version": mark("版"),
    "what": mark("すること"),
    "who": mark("担当"),
    "carried_over": mark("持ち越した数"),
    "lines": mark("判定した人の数"),
    "sha256": mark("照合値"),
    "edition": mark("出した版"),
    "amendment": mark("訂正の番号"),
    "until_day": mark("意見の締切"),
    "verdict": mark("対応"),
    "place": mark("箇所"),
    "before_text": mark("訂正前"),
    "after_text": mark("訂正後"),
    "answer": mark("差し戻す理由"),
}
"""What each kept fact is called. Facts without a name here are ids and are left out."""

ACTIONS = (
    mark("会議の予定"),
    mark("日時・会場の変更"),
    mark("会議の中止"),
    mark("招集"),
    mark("議題の組立て"),
    mark("議題の追加"),
    mark("議題から外す"),
    mark("議題の順の変更"),
    mark("予定時間の変更"),
    mark("参加者の決定"),
    mark("候補日時の提示"),
    mark("開会"),
    mark("到着"),
    mark("到着の取消し"),
    mark("退席"),
    mark("欠席"),
    mark("欠席の取消し"),
    mark("議題からの退席"),
    mark("議題の記録"),
    mark("対応の追加"),
    mark("対応の取消し"),
    mark("閉会"),
    mark("出席の確認"),
    mark("支給の判定"),
    mark("議事録の記載"),
    mark("議事録の承認依頼"),
    mark("議事録の承認"),
    mark("議事録の差戻し"),
    mark("議事録の発行"),
    mark("議事録の回覧"),
    mark("回覧の終了"),
    mark("議事録への意見"),
    mark("意見なしの回答"),
    mark("意見の代理入力"),
    mark("意見なしの代理入力"),
    mark("意見の取下げ"),
    mark("意見への対応"),
    mark("議事録の訂正の起案"),
    mark("議事録の訂正の承認"),
    mark("議事録の訂正の取下げ"),
    mark("議事録の訂正の差戻し"),
)
"""What a meeting's history may say was done, named so that translations are found missing."""


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """履歴の行. `facts` is one text: 「人: 湿原 花子　時刻: 10:00」."""

    at: datetime
    actor: str
    action: str
    subject: str
    facts: str


@dataclass(frozen=True, slots=True)
class HistoryDay:
    """一日の履歴."""

    day: date
    lines: tuple[HistoryLine, ...]


def history_lines(rows: Sequence[HistoryRow], request: WebRequest) -> tuple[HistoryDay, ...]:
    """Return the rows day by day, latest first, in the reader's language."""
    _, locale = translator(request), locale_of(request)
    days: dict[date, list[HistoryLine]] = {}
    for row in rows:
        line = HistoryLine(row.at, row.actor, _(row.action), row.subject, _facts(row, _, locale))
        days.setdefault(row.at.astimezone(TOKYO).date(), []).append(line)
    return tuple(HistoryDay(day, tuple(lines)) for day, lines in days.items())


def _facts(row: HistoryRow, _: Translator, locale: Locale) -> str:
    """Return the facts that have a name, in the order of the names; the item's own title is said once."""
    kept = dict(row.details)
    said = [
        f"{_(LABELS[key])}: {text}"
        for key in LABELS
        if key in kept and not (key == "title" and row.subject)
        if (text := "、".join(_text(value, _, locale) for value in kept[key] if value not in (None, "")))
    ]
    return "　".join(said)


def _text(value: Detail, _: Translator, locale: Locale) -> str:
    if isinstance(value, datetime):
        return f"{format_day(value, locale, weekday=True)} {format_time(value)}"
    if isinstance(value, date):
        return format_day(value, locale, weekday=True)
    return _(str(value))
