"""議事録の議題: the list of what was decided, and the proceedings item by item."""

from collections.abc import Iterable

from meetings_app.documents.text import NOTHING, UNFILLED, filled
from meetings_app.documents.word_base import Column, Fact, Paper
from minutes.papers.wording import Marks, bracketed, due, grid_or_nothing, joined
from minutes.rules.minutes_view import Check, MinutesItem, MinutesView
from minutes.rules.outcomes import EVALUATES
from minutes.rules.printed import printed_earlier, printed_reason, printed_times


def write_item_list(paper: Paper, view: MinutesView) -> None:
    """議題及び結果: write one line for each item."""
    paper.heading(1, "議題及び結果")
    rows = [
        (str(item.number), item.title, _reason(item), due(item.deadline), _outcome(item))
        for item in view.items
    ]
    columns = (
        Column("議題", 12, centred=True),
        Column("件名"),
        Column("諮った理由", 28, centred=True),
        Column("期限", 36, centred=True),
        Column("結果", 34, centred=True),
    )
    grid_or_nothing(paper, columns, rows)


def write_proceedings(paper: Paper, items: Iterable[MinutesItem], marks: Marks) -> None:
    """議事の内容: write what was said and decided on each item."""
    paper.heading(1, "議事の内容")
    listed = tuple(items)
    if not listed:
        paper.text(NOTHING)
    for item in listed:
        _Item(paper, item, marks).write()


def _reason(item: MinutesItem) -> str:
    return item.reason.value if item.reason is not None else UNFILLED


def _outcome(item: MinutesItem) -> str:
    if item.outcome is not None:
        return item.outcome.value
    return "未決定（次の会議に持ち越し）" if item.carried_over else UNFILLED


class _Item:
    """議題: one item being written, with the marks of what was corrected in it."""

    def __init__(self, paper: Paper, item: MinutesItem, marks: Marks) -> None:
        self.paper, self.item, self.marks = paper, item, marks

    def write(self) -> None:
        """Write the item from its heading to the actions."""
        self.paper.heading(2, self._behind(self.item.title, "件名"), number=self.item.number)
        self.paper.facts(self._facts(), with_next=True)
        self._earlier()
        self._text("説明", self.item.explanation)
        self._text("協議の要点", self.item.discussion)
        if self.item.is_case:
            self._checks()
        self._result()

    def _behind(self, text: str, *labels: str) -> str:
        return self.marks.behind(text, *(f"議題{self.item.number}　{label}" for label in labels))

    def _fact(self, label: str, text: str | None) -> Fact:
        return Fact(label, self.marks.below(text, f"議題{self.item.number}　{label}"))

    def _text(self, label: str, text: str | None) -> None:
        self.paper.heading(3, self._behind(label, label))
        self.paper.text(text)

    def _facts(self) -> list[Fact]:
        item = self.item
        facts = [Fact("目的", f"{item.purpose}{bracketed(item.article)}" if item.purpose else None)]
        if item.is_case:
            facts.append(Fact("案件番号", item.case_number))
            facts.append(self._fact("諮った理由・期限", printed_reason(item)))
        times = printed_times(item)
        if times:
            facts.append(self._fact("時間", times))
        facts.append(
            self._fact("議題に加わった者", joined(item.present) if item.present is not None else None)
        )
        facts.append(self._fact("審議から外れた者", self._recusals()))
        return facts

    def _recusals(self) -> str:
        lines = (f"{recusal.name}{bracketed(recusal.reason)}" for recusal in self.item.recusals)
        return "\n".join(lines) or NOTHING

    def _earlier(self) -> None:
        if not self.item.earlier_actions:
            return
        self.paper.heading(3, "前回までの対応")
        columns = (
            Column("会議", 20, centred=True),
            Column("対応"),
            Column("担当", 34),
            Column("期限", 32, centred=True),
            Column("その後", 34),
        )
        rows = [
            self._earlier_row(number, printed_earlier(action))
            for number, action in enumerate(self.item.earlier_actions, start=1)
        ]
        self.paper.grid(columns, rows)

    def _earlier_row(self, number: int, cells: tuple[str, ...]) -> tuple[str, ...]:
        """Return a row with the mark below what was to be done."""
        meeting, what, *others = cells
        return (meeting, self.marks.below(what, f"議題{self.item.number}　前回までの対応{number}"), *others)

    def _checks(self) -> None:
        asked = ("状況と目標に合うか", "課題の解決に向かうか", "意欲につながるか", "不足する資源があるか")
        self.paper.heading(3, self._behind("確認の観点", *asked))
        checks = self.item.checks
        rows = (
            _check(asked[0], checks.fits_situation, "合っている", "合っていない"),
            _check(asked[1], checks.solves_problem, "向かう", "向かわない"),
            _check(asked[2], checks.keeps_motivation, "つながる", "つながらない"),
            _check(asked[3], checks.lacks_resources, "ある", "ない"),
        )
        if any(note for _, _, note in rows):
            columns = (Column("観点", 58), Column("確認", 26, centred=True), Column("補足"))
            self.paper.grid(columns, [(question, answer, note or "―") for question, answer, note in rows])
        else:
            self.paper.grid(
                [Column(question, centred=True) for question, _, _ in rows],
                [[answer for _, answer, _ in rows]],
            )

    def _result(self) -> None:
        item = self.item
        self.paper.heading(3, "結果及び今後の対応")
        facts = [self._fact("結果", _outcome(item)), self._fact("確認した内容", item.confirmed)]
        if item.service_changes:
            facts.append(Fact("支援内容の変更", self._service_changes()))
        if item.follow_up is not None or item.reason in EVALUATES:
            facts.append(self._fact("今後のフォロー", item.follow_up))
        if not item.actions:
            facts.append(self._fact("今後の対応", NOTHING))
        self.paper.facts(facts)
        if item.missing:
            self.paper.note("※", item.missing)
        if item.actions:
            self._actions()

    def _service_changes(self) -> str:
        """Return a line for each change, with its mark."""
        return "\n".join(
            self._behind(f"{change.kind}：{change.what}", f"支援内容の変更{number}")
            for number, change in enumerate(self.item.service_changes, start=1)
        )

    def _actions(self) -> None:
        rows = [
            (
                self.marks.below(action.what, f"議題{self.item.number}　今後の対応{number}"),
                filled(action.who),
                due(action.by_when),
            )
            for number, action in enumerate(self.item.actions, start=1)
        ]
        self.paper.grid((Column("今後の対応"), Column("担当", 50), Column("期限", 36)), rows)


def _check(question: str, check: Check, yes: str, no: str) -> tuple[str, str, str | None]:
    answers = {True: yes, False: no, None: UNFILLED}
    return question, answers[check.answer], check.note
