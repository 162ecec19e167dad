"""支給 as pages show it: the words for amounts, and the parts that 調書 and 試算 have in common."""

from collections.abc import Iterable
from dataclasses import dataclass

from honoraria.rules.facts import Alternative, OpenQuestion
from meetings_app.core.explained import Step
from meetings_app.core.money import MINUS
from meetings_app.core.terms import Capacity
from meetings_app.web.locale import Locale, Translator, format_money, mark

SHOWN_HASH = 12
ENTITLING = frozenset({"資格", "公務員か", "続柄"})
WITHHELD_STEP, TOTAL_STEP, NET_STEP = "源泉", "計", "差引"
MONEY_STEPS = frozenset(
    {"報酬", "旅費", TOTAL_STEP, "個別決定", "辞退", "訂正の差額", WITHHELD_STEP, NET_STEP}
)
OPEN, NOT_PAID = "要判断", "支給しない"

STEP_LABELS = (
    *(mark("規程"), mark("職務"), mark("資格"), mark("公務員か"), mark("続柄")),
    *(mark("報酬"), mark("旅費"), mark("計")),
    *(mark("個別決定"), mark("辞退"), mark("訂正の差額"), mark("源泉"), mark("差引")),
)
"""What the steps of a line are called."""

CAPACITIES = {Capacity.INVITEE: mark("第5条第4項の参加者")}


@dataclass(frozen=True, slots=True)
class StoryStep:
    """内訳の一行."""

    label: str
    text: str
    citations: tuple[str, ...]
    amount: str
    state: str
    kind: str


@dataclass(frozen=True, slots=True)
class AlternativeView:
    """選べる判断 with its amounts."""

    label: str
    honorarium: str
    travel: str
    total: str
    proposed: bool


@dataclass(frozen=True, slots=True)
class QuestionView:
    """判断を求めること."""

    sentence: str
    citations: tuple[str, ...]
    alternatives: tuple[AlternativeView, ...]


@dataclass(frozen=True, slots=True)
class FindingView:
    """所見, with how many lines carry it."""

    code: str
    message: str
    lines: str


class Words:
    """How this reader is told amounts and days."""

    def __init__(self, translate: Translator, locale: Locale) -> None:
        self.translate = translate
        self.locale = locale

    def yen(self, amount: int | None) -> str:
        """Return an amount in words; None: still open."""
        return format_money(amount, self.locale)

    def n(self, sentence: str, number: int) -> str:
        """Return a translated sentence with its {n} filled in."""
        return self.say(sentence, n=number)

    def say(self, sentence: str, **values: object) -> str:
        """Return a translated sentence with its places filled in."""
        text = self.translate(sentence)
        for key, value in values.items():
            text = text.replace("{" + key + "}", str(value))
        return text


def story_of(steps: Iterable[Step], words: Words) -> tuple[StoryStep, ...]:
    """Return the steps of a line or of a trial as the story shows them."""
    return tuple(_step(step, words) for step in steps)


def questions_of(questions: Iterable[OpenQuestion], words: Words) -> tuple[QuestionView, ...]:
    """Return what is open, with the answers to choose from."""
    return tuple(
        QuestionView(
            question.sentence,
            question.citations,
            tuple(_alternative(one, words) for one in question.alternatives),
        )
        for question in questions
    )


def _step(step: Step, words: Words) -> StoryStep:
    kind = {TOTAL_STEP: "sum", NET_STEP: "net"}.get(step.label, "step")
    is_told = kind == "step" or (kind == "net" and step.result is None)
    return StoryStep(
        label=words.translate(step.label),
        text=step.note if is_told else "",
        citations=step.citations,
        amount=_amount(step, words),
        state=_state(step),
        kind=kind,
    )


def _amount(step: Step, words: Words) -> str:
    if step.label not in MONEY_STEPS:
        return ""
    yen = step.result if isinstance(step.result, int) else None
    if step.label != WITHHELD_STEP or not yen:
        return words.yen(yen)
    # What is withheld is taken off; a correction may give it back.
    return f"{MINUS if yen > 0 else '+'}{words.yen(abs(yen))}"


def _state(step: Step) -> str:
    if step.label in ENTITLING and step.result == NOT_PAID:
        return "no"
    if (step.label in ENTITLING and step.result == OPEN) or (
        step.label in MONEY_STEPS and step.result is None
    ):
        return "open"
    return "ok"


def _alternative(one: Alternative, words: Words) -> AlternativeView:
    known = one.honorarium is not None and one.travel is not None
    return AlternativeView(
        one.label,
        words.yen(one.honorarium),
        words.yen(one.travel),
        words.yen((one.honorarium or 0) + (one.travel or 0) if known else None),
        one.proposed,
    )
