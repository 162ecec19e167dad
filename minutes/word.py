"""議事録 (Word): writes a finished minutes view down as an official paper."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from meetings_app.core.wareki import format_wareki
from meetings_app.documents.text import NOTHING, UNFILLED, filled, spell_time
from meetings_app.documents.word_base import Column, Fact, Frame, Paper
from minutes.rules.minutes_view import (
    Check,
    Due,
    MinutesItem,
    MinutesView,
    NextMeeting,
    Place,
    Presider,
    Stay,
    content_hash,
    in_japan,
)
from minutes.rules.outcomes import EVALUATES

_HASH_DIGITS = 12
_UNDATED = date(2000, 1, 1)
"""Stands in the file's properties when neither the paper nor the meeting has a date yet."""


def write_minutes(view: MinutesView) -> bytes:
    """議事録: return `view` as a Word file (.docx); equal views give equal bytes.

    What nobody has filled in is printed as 「（未記入）」, what there was none of as 「なし」.
    """
    paper = Paper(_frame(view))
    _head(paper, view)
    _overview(paper, view)
    _people(paper, view)
    _item_list(paper, view)
    _proceedings(paper, view)
    _deferred(paper, view)
    _regional_issues(paper, view)
    _next_meeting(paper, view.next_meeting)
    _notes(paper, view)
    _corrections(paper, view)
    _approval(paper, view)
    return paper.save(title=_title(view), dated=_dated(view))


# --- head -------------------------------------------------------------------------------------------------


def _frame(view: MinutesView) -> Frame:
    state = view.approval.status.value
    return Frame(
        header_left=f"{view.committee}　{_ordinal(view)}",
        header_mark=view.handling,
        footer_left=f"第{view.version}版（{state}）",
        footer_right=f"照合値　{content_hash(view)[:_HASH_DIGITS]}",
    )


def _ordinal(view: MinutesView) -> str:
    return f"第{view.meeting_number}回" if view.meeting_number is not None else f"第{UNFILLED}回"


def _title(view: MinutesView) -> str:
    title = view.title or f"{_ordinal(view)}　{view.committee}　議事録"
    return title if view.is_approved else f"{title}（案）"


def _dated(view: MinutesView) -> date:
    if view.document_date is not None:
        return view.document_date
    return in_japan(view.start).date() if view.start is not None else _UNDATED


def _head(paper: Paper, view: MinutesView) -> None:
    number = view.document_number or f"文書番号{UNFILLED}"
    day = format_wareki(view.document_date) if view.document_date is not None else f"文書日付{UNFILLED}"
    paper.number_and_date((number, day))
    paper.title(_title(view))


# --- 会議の概要 -------------------------------------------------------------------------------------------


def _overview(paper: Paper, view: MinutesView) -> None:
    paper.heading(1, "会議の概要")
    facts = [
        Fact("会議名", f"{_ordinal(view)}　{view.committee}"),
        Fact("日時", _period(view.start, view.end)),
        Fact("場所", _place(view.place)),
        Fact("議長", _presider(view.presider)),
    ]
    if view.presider is not None and view.presider.is_substitute:
        facts.append(Fact("議長を代わった理由", _substitution(view.presider)))
    facts.append(Fact("出席者等の数", _head_count(view)))
    facts.append(Fact("議題の数", f"{len(view.items)}件"))
    paper.facts(facts)


def _period(start: datetime | None, end: datetime | None) -> str:
    """Return 「…午後1時30分から午後3時40分まで」, naming the second day only where it differs."""
    if start is None and end is None:
        return UNFILLED
    first = _moment(start) if start is not None else UNFILLED
    if end is None:
        return f"{first}から{UNFILLED}まで"
    same_day = start is not None and in_japan(start).date() == in_japan(end).date()
    last = spell_time(in_japan(end).time()) if same_day else _moment(end)
    return f"{first}から{last}まで"


def _moment(at: datetime) -> str:
    local = in_japan(at)
    return f"{format_wareki(local.date(), weekday=True)}{spell_time(local.time())}"


def _place(place: Place | None) -> str:
    if place is None:
        return UNFILLED
    district = place.district.value if place.district is not None else "未記入"
    return f"{filled(place.venue)}（地区：{district}）"


def _presider(presider: Presider | None) -> str:
    if presider is None:
        return UNFILLED
    return f"{presider.name}{_bracketed(presider.office)}"


def _substitution(presider: Presider) -> str:
    return f"{filled(presider.substitution)}\n（{presider.basis}）"


def _head_count(view: MinutesView) -> str:
    counts = (("出席者", view.attendees), ("欠席者", view.absentees), ("出席を求めた者", view.invitees))
    return "　".join(f"{label}{len(people)}名" for label, people in counts)


# --- 出席者等 ---------------------------------------------------------------------------------------------


def _people(paper: Paper, view: MinutesView) -> None:
    paper.heading(1, "出席者等")
    _attendees(paper, view)
    _absentees(paper, view)
    _invitees(paper, view)


def _attendees(paper: Paper, view: MinutesView) -> None:
    paper.heading(2, "出席者")
    rows = [
        (
            str(number),
            person.name,
            _capacity(person.capacity.value, person.office),
            filled(person.organisation),
            _modes(person.stays),
            _stays(person.stays),
        )
        for number, person in enumerate(view.attendees, start=1)
    ]
    columns = (
        Column("番号", 11, centred=True),
        Column("氏名", 30),
        Column("区分・役職", 31),
        Column("所属"),
        Column("出席方法", 21, centred=True),
        Column("在席の時間", 25, centred=True),
    )
    _grid_or_nothing(paper, columns, rows)
    _missed(paper, [sentence for person in view.attendees for sentence in person.missed])


def _absentees(paper: Paper, view: MinutesView) -> None:
    paper.heading(2, "欠席者")
    rows = [
        (
            person.name,
            _capacity(person.capacity.value, person.office),
            filled(person.organisation),
            filled(person.reason),
        )
        for person in view.absentees
    ]
    columns = (Column("氏名", 30), Column("区分・役職", 31), Column("所属"), Column("欠席の理由", 46))
    _grid_or_nothing(paper, columns, rows)


def _invitees(paper: Paper, view: MinutesView) -> None:
    bases = "、".join(dict.fromkeys(person.basis for person in view.invitees))
    paper.heading(2, "意見を聴くため出席を求めた者" + (f"（{bases}）" if bases else ""))
    rows = [
        (
            person.name,
            filled(person.organisation),
            filled(person.asked_about),
            _modes(person.stays),
            _stays(person.stays),
        )
        for person in view.invitees
    ]
    columns = (
        Column("氏名", 30),
        Column("所属", 36),
        Column("意見を求めた事項"),
        Column("出席方法", 21, centred=True),
        Column("在席の時間", 25, centred=True),
    )
    _grid_or_nothing(paper, columns, rows)
    _missed(paper, [sentence for person in view.invitees for sentence in person.missed])


def _capacity(capacity: str, office: str | None) -> str:
    return f"{capacity}\n（{office}）" if office else capacity


def _modes(stays: Sequence[Stay]) -> str:
    """Return the mode of attendance, once if it never changed, else line by line beside the times."""
    modes = [stay.mode.value for stay in stays]
    return "\n".join(modes if len(set(modes)) > 1 else modes[:1])


def _stays(stays: Sequence[Stay]) -> str:
    return "\n".join(map(_stay, stays))


def _stay(stay: Stay) -> str:
    """Return one interval in the short form for tables: 「13:50～14:40」, 「開会～15:20」."""
    if stay.arrived is None and stay.left is None:
        return "終始"
    arrived = f"{in_japan(stay.arrived):%H:%M}" if stay.arrived is not None else "開会"
    left = f"{in_japan(stay.left):%H:%M}" if stay.left is not None else "閉会"
    return f"{arrived}～{left}"


def _missed(paper: Paper, sentences: Iterable[str]) -> None:
    for sentence in sentences:
        paper.note("※", sentence)


# --- 議題 -------------------------------------------------------------------------------------------------


def _item_list(paper: Paper, view: MinutesView) -> None:
    paper.heading(1, "議題及び結果")
    rows = [
        (str(item.number), item.title, _reason(item), _due(item.deadline), _outcome(item))
        for item in view.items
    ]
    columns = (
        Column("議題", 12, centred=True),
        Column("件名"),
        Column("諮った理由", 28, centred=True),
        Column("期限", 36, centred=True),
        Column("結果", 34, centred=True),
    )
    _grid_or_nothing(paper, columns, rows)


def _reason(item: MinutesItem) -> str:
    return item.reason.value if item.reason is not None else UNFILLED


def _reason_and_deadline(item: MinutesItem) -> str:
    if isinstance(item.deadline, str):
        return f"{_reason(item)}（{item.deadline}）"
    deadline = "未記入" if item.deadline is None else format_wareki(item.deadline)
    return f"{_reason(item)}（期限：{deadline}）"


def _outcome(item: MinutesItem) -> str:
    return item.outcome.value if item.outcome is not None else UNFILLED


def _due(due: Due) -> str:
    return format_wareki(due) if isinstance(due, date) else filled(due)


def _proceedings(paper: Paper, view: MinutesView) -> None:
    paper.heading(1, "議事の内容")
    if not view.items:
        paper.text(NOTHING)
    for item in view.items:
        _item(paper, item)


def _item(paper: Paper, item: MinutesItem) -> None:
    paper.heading(2, item.title, number=item.number)
    paper.facts(_item_facts(item), with_next=True)
    paper.heading(3, "説明")
    paper.text(item.explanation)
    paper.heading(3, "協議の要点")
    paper.text(item.discussion)
    if item.is_case:
        _checks(paper, item)
    _result(paper, item)


def _result(paper: Paper, item: MinutesItem) -> None:
    paper.heading(3, "結果及び今後の対応")
    facts = [
        Fact("結果", _outcome(item)),
        Fact("確認した内容", item.confirmed),
    ]
    if item.follow_up is not None or item.reason in EVALUATES:
        facts.append(Fact("今後のフォロー", item.follow_up))
    if not item.actions:
        facts.append(Fact("今後の対応", NOTHING))
    paper.facts(facts)
    if item.actions:
        _actions(paper, item)


def _item_facts(item: MinutesItem) -> list[Fact]:
    facts = [Fact("目的", f"{item.purpose}{_bracketed(item.article)}" if item.purpose else None)]
    if item.is_case:
        facts.append(Fact("案件番号", item.case_number))
        facts.append(Fact("諮った理由・期限", _reason_and_deadline(item)))
    facts.append(Fact("議題に加わった者", "、".join(item.present) if item.present is not None else None))
    facts.append(Fact("審議から外れた者", _recusals(item)))
    return facts


def _recusals(item: MinutesItem) -> str:
    lines = (f"{recusal.name}{_bracketed(recusal.reason)}" for recusal in item.recusals)
    return "\n".join(lines) or NOTHING


def _checks(paper: Paper, item: MinutesItem) -> None:
    paper.heading(3, "確認の観点")
    checks = item.checks
    rows = (
        _check("状況と目標に合うか", checks.fits_situation, "合っている", "合っていない"),
        _check("課題の解決に向かうか", checks.solves_problem, "向かう", "向かわない"),
        _check("意欲につながるか", checks.keeps_motivation, "つながる", "つながらない"),
        _check("不足する資源があるか", checks.lacks_resources, "ある", "ない"),
    )
    if any(note for _, _, note in rows):
        columns = (Column("観点", 58), Column("確認", 26, centred=True), Column("補足"))
        paper.grid(columns, [(question, answer, note or "―") for question, answer, note in rows])
    else:
        paper.grid(
            [Column(question, centred=True) for question, _, _ in rows], [[answer for _, answer, _ in rows]]
        )


def _check(question: str, check: Check, yes: str, no: str) -> tuple[str, str, str | None]:
    answers = {True: yes, False: no, None: UNFILLED}
    return question, answers[check.answer], check.note


def _actions(paper: Paper, item: MinutesItem) -> None:
    rows = [(action.what, filled(action.who), _due(action.by_when)) for action in item.actions]
    paper.grid((Column("今後の対応"), Column("担当", 50), Column("期限", 36)), rows)


# --- 後付け -----------------------------------------------------------------------------------------------


def _deferred(paper: Paper, view: MinutesView) -> None:
    paper.heading(1, "今回諮らなかったプラン")
    rows = [(plan.plan, filled(plan.reason)) for plan in view.deferred]
    _grid_or_nothing(paper, (Column("プラン", 58), Column("諮らなかった理由")), rows)


def _regional_issues(paper: Paper, view: MinutesView) -> None:
    paper.heading(1, "地域の課題")
    rows = [
        (
            issue.category.value,
            issue.shortage.value if issue.shortage is not None else UNFILLED,
            filled(issue.municipality),
            issue.text or UNFILLED,
        )
        for issue in view.regional_issues
    ]
    columns = (Column("分野", 36), Column("不足の状況", 30), Column("市町村・地区", 30), Column("内容"))
    _grid_or_nothing(paper, columns, rows)


def _next_meeting(paper: Paper, meeting: NextMeeting | None) -> None:
    paper.heading(1, "次回の会議")
    if meeting is None:
        paper.text(None)
        return
    if meeting.start is None and meeting.place is None and meeting.note:
        paper.text(meeting.note)
        return
    facts = [
        Fact("日時", _moment(meeting.start) if meeting.start is not None else None),
        Fact("場所", meeting.place),
    ]
    if meeting.note:
        facts.append(Fact("備考", meeting.note))
    paper.facts(facts)


def _notes(paper: Paper, view: MinutesView) -> None:
    if view.findings:
        paper.heading(1, "注記")
    for number, finding in enumerate(view.findings, start=1):
        paper.note(f"注{number}", finding.message)


def _corrections(paper: Paper, view: MinutesView) -> None:
    if not view.corrections:
        return
    paper.heading(1, "訂正")
    rows = [
        (format_wareki(entry.corrected_on), entry.place, entry.before, entry.after, entry.reason)
        for entry in view.corrections
    ]
    columns = (
        Column("訂正日", 35),
        Column("箇所", 28),
        Column("訂正前", 32),
        Column("訂正後", 32),
        Column("理由"),
    )
    paper.grid(columns, rows)


def _approval(paper: Paper, view: MinutesView) -> None:
    approval = view.approval
    paper.heading(1, "議事録の承認")
    state = (
        approval.status.value if view.is_approved else f"{approval.status.value}（議長の承認を受けていない）"
    )
    facts = [Fact("状態", state)]
    if view.is_approved:
        day = format_wareki(approval.approved_on) if approval.approved_on is not None else None
        version = f"第{approval.version}版" if approval.version is not None else None
        facts += [Fact("承認者", approval.approver), Fact("承認日", day), Fact("承認した版", version)]
    facts.append(Fact("議長署名", to_sign=True))
    paper.facts(facts)


def _bracketed(text: str | None) -> str:
    """Return 「（text）」; of nothing 「（未記入）」, not in brackets twice."""
    return UNFILLED if filled(text) == UNFILLED else f"（{filled(text)}）"


def _grid_or_nothing(paper: Paper, columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> None:
    if rows:
        paper.grid(columns, rows)
    else:
        paper.text(NOTHING)
