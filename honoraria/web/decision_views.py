"""個別決定 as its form shows it: the open questions, the answers in the money columns, and what was typed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from honoraria.rules.answers import ENTERED, Answer, ruling_mark
from honoraria.rules.sheet import Question, Ruling, SheetLine
from honoraria.web.views import Words
from meetings_app.web.form_errors import ShownError
from meetings_app.web.forms import Form
from meetings_app.web.locale import mark
from meetings_app.web.member_views import typed_day

FIELDS = ("answer", "honorarium", "travel", "reason", "decided_by", "decided_on")
TO_ENTER, UNKNOWN = mark("入力"), "—"


@dataclass(frozen=True, slots=True)
class TypedDecision:
    """入力された判断 that was refused: what was typed about which line, and what is wrong with it."""

    attendance_id: str
    form: Form
    errors: Sequence[ShownError]


@dataclass(frozen=True, slots=True)
class AnswerView:
    """選べる判断 as a row; `is_entered`: its amounts are typed."""

    value: str
    label: str
    note: str
    fee: str
    travel: str
    tax: str
    net: str
    is_entered: bool
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class DecisionForm:
    """判断の記録: `writes` False shows it to read; `again`: a decision stands already."""

    line_id: str
    assessment_id: str
    known: str
    questions: tuple[Question, ...]
    answers: tuple[AnswerView, ...]
    typed: Mapping[str, str]
    errors: Mapping[str, str]
    names: tuple[str, ...]
    writes: bool
    again: bool
    extra: tuple[str, ...] = field(default=())
    """What is wrong and belongs to no field."""

    @property
    def failed(self) -> bool:
        """Whether it was sent and refused."""
        return bool(self.errors) or bool(self.extra)


def decision_form(
    line: SheetLine,
    found: Sequence[Answer],
    words: Words,
    typed: TypedDecision | None,
    names: tuple[str, ...],
    today: str,
    *,
    writes: bool,
) -> DecisionForm:
    """Return the form for one line: empty, as decided before, or as it was typed."""
    values = _typed(typed.form) if typed else _first(line.ruling, found, words, today)
    errors = typed.errors if typed else ()
    return DecisionForm(
        line_id=line.attendance_id,
        assessment_id=line.assessment_id,
        known=ruling_mark(line.ruling),
        questions=line.questions,
        answers=tuple(
            _answer(one, values["answer"], words, corrects=line.correction is not None) for one in found
        ),
        typed=values,
        errors={error.name: error.text for error in errors if error.name in FIELDS},
        names=names,
        writes=writes,
        again=line.ruling is not None,
        extra=tuple(error.text for error in errors if error.name not in FIELDS),
    )


def field_id(name: str, attendance_id: str) -> str:
    """Return the id of a field; one page has the form of several lines."""
    return f"f-{name}-{attendance_id}"


def _typed(form: Form) -> dict[str, str]:
    return {name: form.raw(name) for name in FIELDS}


def _first(ruling: Ruling | None, found: Sequence[Answer], words: Words, today: str) -> dict[str, str]:
    if ruling is None:
        return dict.fromkeys(FIELDS, "") | {"honorarium": _known_fee(found), "decided_on": today}
    labels = [one.label for one in found]
    return {
        "answer": ruling.label if ruling.label in labels else ENTERED,
        "honorarium": str(ruling.honorarium),
        "travel": str(ruling.travel),
        "reason": ruling.reason,
        "decided_by": ruling.decided_by,
        "decided_on": typed_day(ruling.decided_on, words.locale),
    }


def _known_fee(found: Sequence[Answer]) -> str:
    known = [one.honorarium for one in found if one.label == ENTERED and one.honorarium is not None]
    return str(known[0]) if known else ""


def _answer(one: Answer, chosen: str, words: Words, *, corrects: bool) -> AnswerView:
    line = one.line
    if line is None:
        to_enter = words.translate(TO_ENTER)
        fee = to_enter if one.honorarium is None or corrects else words.yen(one.honorarium)
        amounts = (fee, to_enter, UNKNOWN, UNKNOWN)
    else:
        amounts = (
            words.yen(line.honorarium),
            words.yen(line.travel),
            words.yen(line.withheld),
            words.yen(line.net),
        )
    return AnswerView(
        one.label,
        one.label,
        _note(one, words, corrects=corrects),
        *amounts,
        is_entered=line is None,
        is_chosen=one.label == chosen,
    )


def _note(one: Answer, words: Words, *, corrects: bool) -> str:
    if corrects and one.line is None:
        return words.translate(mark("訂正後の額を入れます"))
    if corrects:
        return words.say(
            mark("訂正後 報酬 {fee}、旅費 {travel}"),
            fee=words.yen(one.honorarium),
            travel=words.yen(one.travel),
        )
    return words.translate(mark("案")) if one.proposed else ""
