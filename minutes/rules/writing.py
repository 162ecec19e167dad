"""書込み: what becomes of a text that somebody typed while others may be writing in the same field."""

from enum import Enum, auto

LONGEST_TEXT = 20_000
"""Signs that one field holds at most."""

LONGEST_KEY = 36
"""Signs that the id of a write or of a browser's window holds at most."""

TEXT_FIELDS = ("explanation", "discussion", "confirmed")
OUTCOME_FIELD = "outcome"
ANSWERS = ("yes", "no", "")

FIELD_NAMES = {
    "explanation": "説明",
    "discussion": "話し合い（要点）",
    "confirmed": "確認されたこと",
    "outcome": "結果",
    "fits_situation": "状況と目標に合う",
    "leads_to_solution": "課題の解決に向かう",
    "keeps_motivation": "意欲につながる",
    "resources_missing": "不足する資源がある",
    "follow_up": "フォロー",
}
"""What a field of an item's record is called on the pages."""

_KEPT_CONTROLS = "\n\t"
_NO_SIGNS = "\ufffe\uffff"


class Verdict(Enum):
    """書込みの判定: it holds; it says what stands already; or somebody else was first."""

    TAKEN = auto()
    SAME = auto()
    BEHIND = auto()


def judge_write(*, base: int, value: str, version: int, stands: str) -> Verdict:
    """書込みを判定する: `base` is the version its author had seen, `version` the one of what `stands`.

    What stands already is never a conflict, whatever its author had seen. A base that does not exist yet counts as
    another one than the current: after a database was restored, nothing is overwritten unseen.
    """
    if value == stands:
        return Verdict.SAME
    return Verdict.TAKEN if base == version else Verdict.BEHIND


def as_typed(raw: str) -> str:
    r"""Return a text with its lines ended by \n alone, and otherwise as it was typed."""
    return raw.replace("\r\n", "\n").replace("\r", "\n")


def first_unusable(value: str) -> str | None:
    """使えない文字: return the first sign that neither a database nor a document can hold; None where all is well.

    Those are the control characters (XML 1.0, 2.2), halves of surrogate pairs and the two non-characters.
    """
    return next((sign for sign in value if _is_unusable(sign)), None)


def _is_unusable(sign: str) -> bool:
    control = sign < " " and sign not in _KEPT_CONTROLS
    return control or "\ud800" <= sign <= "\udfff" or sign in _NO_SIGNS


def both_texts(stands: str, other: str) -> str:
    """両方をつなぐ: return what stands with the other text below it."""
    return "\n".join(text for text in (stands, other) if text)


def answer_of(value: str) -> bool | None:
    """Return what "yes", "no" and "" stand for in the record."""
    return {"yes": True, "no": False}.get(value)


def answer_text(answer: bool | None) -> str:  # noqa: FBT001 - a fact, not a switch
    """Return how the record's yes, no and not yet are written in a field."""
    return "" if answer is None else ("yes" if answer else "no")
