"""選べる判断: which answers a 要判断 line can be given, and what each would come to by the sheet's own calculation."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product

from honoraria.rules.compose import compose
from honoraria.rules.sheet import Choice, LineFacts, Question, Ruling, SheetContent, SheetHead, SheetLine
from honoraria.rules.withholding import Spans, TaxTables, WithholdingPolicy

ENTERED = "額を決めて入力する"
"""The answer whose amounts a person types."""


@dataclass(frozen=True, slots=True)
class Materials:
    """調書の材料: everything a sheet that is not final yet is worked out from."""

    head: SheetHead
    facts: tuple[LineFacts, ...]
    policy: WithholdingPolicy | None
    spans: Spans
    tables: TaxTables

    def content(self) -> SheetContent:
        """Return the sheet as it stands."""
        return compose(self.head, self.facts, self.policy, self.spans, self.tables)


@dataclass(frozen=True, slots=True)
class Answer:
    """選べる判断 with its amounts in yen: what would be decided, and what the line would then come to.

    `line` is None where the amounts are still to be typed; a known part of them (報酬) is given all the same.
    """

    label: str
    honorarium: int | None
    travel: int | None
    proposed: bool = False
    line: SheetLine | None = None


def answers(materials: Materials, attendance_id: str) -> tuple[Answer, ...]:
    """Return what can be decided about a line, each with its tax and net; none for a line without a question."""
    facts = next(one for one in materials.facts if one.attendance_id == attendance_id)
    return tuple(_answer(materials, facts, choice) for choice in choices_of(facts.assessed.questions))


def ruling_mark(ruling: Ruling | None) -> str:
    """Return a short mark of a decision, "" for none: two people who decide one line notice each other by it."""
    return "" if ruling is None else hashlib.sha256(repr(ruling).encode()).hexdigest()[:16]


def choices_of(questions: Sequence[Question]) -> tuple[Choice, ...]:
    """Return the answers to all open questions of a line as one list, with one place to type amounts.

    Who is to be paid although several things are open has to pass them all, so that those answers go together;
    one ground is enough for paying nothing.
    """
    if not questions:
        return ()
    if len(questions) == 1:
        return _with_entry(_chooseable(questions[0].choices))
    paid = [_together(parts) for parts in product(*(_paying(question) for question in questions))]
    unpaid = [choice for question in questions for choice in question.choices if _pays_nothing(choice)]
    proposed = [choice for choice in unpaid if choice.proposed]
    others = [choice for choice in unpaid if not choice.proposed]
    listed = [*proposed, *(choice for choice in paid if _is_known(choice)), _entry(questions), *others]
    unlike: dict[str, Choice] = {}
    for choice in listed:
        unlike.setdefault(choice.label, choice)
    return tuple(unlike.values())


def _with_entry(choices: tuple[Choice, ...]) -> tuple[Choice, ...]:
    if any(choice.label == ENTERED for choice in choices):
        return choices
    return (*choices, Choice(ENTERED, None, None))


def _chooseable(choices: Sequence[Choice]) -> tuple[Choice, ...]:
    """Return the answers that settle both amounts, and the one whose amounts are typed."""
    return tuple(choice for choice in choices if _is_known(choice) or choice.label == ENTERED)


def _is_known(choice: Choice) -> bool:
    return choice.honorarium is not None and choice.travel is not None


def _pays_nothing(choice: Choice) -> bool:
    return choice.honorarium == 0 and choice.travel == 0


def _paying(question: Question) -> list[Choice]:
    return [one for one in question.choices if not _pays_nothing(one) and one.label != ENTERED]


def _entry(questions: Sequence[Question]) -> Choice:
    known = [one for question in questions for one in question.choices if one.label == ENTERED]
    return known[0] if known else Choice(ENTERED, None, None)


def _together(parts: Sequence[Choice]) -> Choice:
    honorarium = next((part.honorarium for part in parts if part.honorarium is not None), None)
    travel = next((part.travel for part in parts if part.travel is not None), None)
    return Choice("、".join(dict.fromkeys(part.label for part in parts)), honorarium, travel)


def _answer(materials: Materials, facts: LineFacts, choice: Choice) -> Answer:
    honorarium, travel = choice.honorarium, choice.travel
    if honorarium is None or travel is None or choice.label == ENTERED:
        return Answer(choice.label, honorarium, travel, choice.proposed)
    ruling = Ruling(choice.label, honorarium, travel, "", "", facts.held_on)
    return Answer(
        choice.label, honorarium, travel, choice.proposed, _decided(materials, facts.attendance_id, ruling)
    )


def _decided(materials: Materials, attendance_id: str, ruling: Ruling) -> SheetLine:
    """Return the line as it would stand on the sheet if it were decided so."""
    facts = tuple(
        replace(one, ruling=ruling, refusal=None) if one.attendance_id == attendance_id else one
        for one in materials.facts
    )
    lines = replace(materials, facts=facts).content().lines
    return next(line for line in lines if line.attendance_id == attendance_id)
