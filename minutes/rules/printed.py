"""印刷する文: facts of minutes in the words in which they are printed, and in which a 訂正 quotes them."""

from datetime import date, datetime

from meetings_app.core.wareki import format_wareki, spell_time
from minutes.rules.minutes_view import (
    Due,
    EarlierAction,
    MinutesItem,
    MinutesView,
    PresidingSpan,
    Recess,
    Span,
    in_japan,
)

UNFILLED = "（未記入）"


def printed_recesses(view: MinutesView) -> str:
    """休憩: return a line for each, 「午前10時10分から午前10時20分まで（換気）」; "" where there was none."""
    return "\n".join(map(_recess, view.recesses))


def printed_presiders(view: MinutesView) -> str:
    """議長の交代: return a line for everybody who presided, in order."""
    return "\n".join(map(_presiding, view.presiders))


def printed_reason(item: MinutesItem) -> str:
    """諮った理由・期限: return 「新規（期限：平成26年6月17日）」."""
    reason = item.reason.value if item.reason is not None else UNFILLED
    if isinstance(item.deadline, str):
        return f"{reason}（{item.deadline}）"
    deadline = "未記入" if item.deadline is None else format_wareki(item.deadline)
    return f"{reason}（期限：{deadline}）"


def printed_times(item: MinutesItem) -> str:
    """Return 「予定15分　実際14分（午前10時10分から午前10時24分まで）」; "" where neither is known."""
    told = []
    if item.planned_minutes is not None:
        told.append(f"予定{item.planned_minutes}分")
    if item.actual_minutes is not None:
        took = f"{item.actual_minutes}分" if item.actual_minutes else "1分未満"
        told.append(f"実際{took}（{'、'.join(map(_span, item.spans))}）")
    return "　".join(told)


def printed_earlier(action: EarlierAction) -> tuple[str, str, str, str, str]:
    """前回までの対応: return the meeting, what was to be done, by whom, by when, and what became of it."""
    return (
        one_line(action.meeting),
        action.what,
        one_line(action.who),
        _due(action.by_when),
        _became(action),
    )


def one_line(text: str | None) -> str:
    """Return a text on one line, or 「（未記入）」."""
    lines = (line.strip() for line in (text or "").splitlines())
    return "　".join(line for line in lines if line) or UNFILLED


def _recess(recess: Recess) -> str:
    ended = f"{_spelled(recess.ended)}まで" if recess.ended is not None else "閉会まで"
    reason = f"（{one_line(recess.reason)}）" if recess.reason else ""
    return f"{_spelled(recess.started)}から{ended}{reason}"


def _presiding(span: PresidingSpan) -> str:
    """Return 「湿原 花子（副委員長）　午前10時40分から　理由：…」."""
    office = f"（{span.office}）" if span.office else ""
    since = f"{_spelled(span.since)}から" if span.since is not None else "開会から"
    reason = f"　理由：{one_line(span.reason)}" if span.reason else ""
    decided = f"　決定：{one_line(span.decided_by)}" if span.decided_by else ""
    return f"{span.name}{office}　{since}{reason}{decided}"


def _span(span: Span) -> str:
    ended = _spelled(span.ended) if span.ended is not None else UNFILLED
    return f"{_spelled(span.started)}から{ended}まで"


def _became(action: EarlierAction) -> str:
    """Return what became of an action: when it was done and what came of it, or 「未了」."""
    if action.done_on is None:
        return "未了"
    return "\n".join(part for part in (f"{format_wareki(action.done_on)}　済", action.note) if part)


def _due(when: Due) -> str:
    return format_wareki(when) if isinstance(when, date) else one_line(when)


def _spelled(at: datetime) -> str:
    return spell_time(in_japan(at).time())
