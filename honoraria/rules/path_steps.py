"""続柄の段: the steps that a path is built from, in plain words."""

from dataclasses import dataclass

from honoraria.rules.kinship import Link

MOST_STEPS = 12
"""A path longer than this is a slip: the sixth degree already lies beyond every circle."""


@dataclass(frozen=True, slots=True)
class StepChoice:
    """段の選び方: the step as a path writes it, and what it says."""

    text: str
    words: str


PLAIN = (StepChoice("P", "親"), StepChoice("C", "子"), StepChoice("S", "配偶者"))
"""The three steps without circumstances."""

_PARENT = (
    StepChoice("P", "親（養子縁組なし）"),
    StepChoice("P(養)", "養親（養子縁組をした親）"),
    StepChoice("P(実)", "実の親（養子に出た人の、血のつながった親）"),
    StepChoice("P(死亡)", "亡くなった親"),
    StepChoice("P(養・死亡)", "亡くなった養親"),
    StepChoice("P(養・離縁)", "離縁した元の養親"),
    StepChoice("P(実・特別養子で終了)", "実の親（特別養子縁組で関係が終わった）"),
)
_CHILD = (
    StepChoice("C", "子（血のつながった子）"),
    StepChoice("C(養)", "養子（養子縁組をした子）"),
    StepChoice("C(認知)", "認知した子"),
    StepChoice("C(未認知)", "認知していない子"),
    StepChoice("C(死亡)", "亡くなった子"),
    StepChoice("C(縁組前出生)", "養子が縁組の前にもうけていた子"),
    StepChoice("C(養・離縁)", "離縁した元の養子"),
    StepChoice("C(実・特別養子で終了)", "特別養子に出した子（関係が終わった）"),
)
_SPOUSE = (
    StepChoice("S", "配偶者（婚姻届を出している）"),
    StepChoice("S(離婚)", "離婚した元の配偶者"),
    StepChoice("S(死亡)", "亡くなった配偶者"),
    StepChoice("S(死亡・再婚)", "亡くなった配偶者（残された人は再婚した）"),
    StepChoice("S(死亡・終了届)", "亡くなった配偶者（姻族関係終了届を出した）"),
)
_OUTSIDE = (
    StepChoice("(事実婚)", "事実婚（内縁）の相手"),
    StepChoice("(宣誓)", "パートナーシップを宣誓した相手"),
    StepChoice("(婚約)", "婚約者"),
    StepChoice("(里親委託)", "里親・里子"),
    StepChoice("(同居)", "同居しているだけの人"),
    StepChoice("(後見)", "後見の関係にある人"),
)
CIRCUMSTANCES = {"P": _PARENT, "C": _CHILD, "S": _SPOUSE, "": _OUTSIDE}
"""What a step can be, by its letter (empty: outside the law)."""

SPECIAL = tuple(choice for choices in CIRCUMSTANCES.values() for choice in choices if len(choice.text) > 1)
"""Every step with a circumstance, for adding one at once."""


def choices_of(link: Link) -> tuple[StepChoice, ...]:
    """Return what a step can be turned into: its own circumstances, and the step itself where it is a rarer one."""
    known = CIRCUMSTANCES[link.letter]
    if any(choice.text == link.text for choice in known):
        return known
    return (*known, StepChoice(link.text, link.words))
