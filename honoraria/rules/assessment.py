"""支給の判定: what one attendance is paid, and why (第7条, 圏域規程第7条).

Order: absent → 対象なし; meeting not closed or attendance not confirmed → refused; regulation not yet in force →
要判断. After that a certain 不支給 from capacity, public service or kinship beats everything open; what is open
there leaves both amounts open; an open 旅費 leaves only itself open.
"""

from honoraria.rules.evaluation import evaluate
from honoraria.rules.facts import (
    Alternative,
    Assessment,
    AttendanceFacts,
    OnlineTravel,
    OpenQuestion,
    SameDayTravel,
    VersionConfirmation,
)
from honoraria.rules.outcome import conclude
from honoraria.rules.story import tell
from meetings_app.core.explained import Explained
from meetings_app.core.regulation import Rulebook

__all__ = [
    "Alternative",
    "Assessment",
    "AttendanceFacts",
    "OnlineTravel",
    "OpenQuestion",
    "SameDayTravel",
    "VersionConfirmation",
    "assess",
    "decide",
]


def assess(facts: AttendanceFacts, rulebook: Rulebook) -> Explained[Assessment]:
    """Return the outcome for one attendance with every step that led to it.

    Raises Refused where the meeting is not closed, attendance is not confirmed, or a kinship path cannot be
    read; somebody absent is never refused.
    """
    evaluation = evaluate(facts, rulebook)
    outcome = conclude(facts, evaluation)
    return Explained(outcome, tell(facts, evaluation, outcome))


def decide(facts: AttendanceFacts, rulebook: Rulebook) -> Assessment:
    """Return the outcome alone: the same evaluation as `assess`, without telling its steps."""
    return conclude(facts, evaluate(facts, rulebook))
