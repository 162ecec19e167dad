"""プラン台帳の1行: the columns of a plan register and what one row of it says."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from agenda.rules.register_further import Values
from meetings_app.core.partial_date import PartialDate
from meetings_app.core.terms import EvaluationOutcome


class Column(StrEnum):
    """台帳の列: the headings of a register; findings and `raw` name columns by these."""

    CASE = "番号"
    INITIALS = "名前(イニシャル)"
    PLAN = "プラン"
    MEETING = "支援調整会議開催日"
    DECISION = "支援決定日"
    PERIOD = "プラン期間"
    MONITORING = "次回モニタリング時期"
    EVALUATION_MEETING = "評価_支援調整会議開催日"
    EVALUATION = "プラン評価"


@dataclass(frozen=True, slots=True)
class RegisterEntry:
    """One plan as the register gives it.

    `row` counts as a spreadsheet does (the heading is row 1). `period_end` is the plan's last day,
    `evaluation_decision` the date beside the outcome. `raw` holds every cell as written, by heading, and `further` what
    the columns after the printed ones say of the plan.
    """

    row: int
    case: int
    initials: str
    plan: int
    meeting: PartialDate | None
    decision: PartialDate | None
    period_end: PartialDate | None
    next_monitoring: PartialDate | None
    evaluation_meeting: PartialDate | None
    outcome: EvaluationOutcome | None
    evaluation_decision: PartialDate | None
    raw: Mapping[str, str]
    further: Values = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CaseEntry:
    """What a row says of a case itself, beside a plan or without one."""

    row: int
    case: int
    initials: str
    further: Values
