"""議題の設定: how many minutes the office plans for an item, by its reason."""

from sqlmodel import Session

from agenda.rules.assembly import MINUTES
from meetings_app.core.terms import DueReason
from meetings_app.services.office_settings import get_number

LONGEST_ITEM = 480
"""Minutes one item may be planned for."""


def planned_minutes(session: Session) -> dict[DueReason, int]:
    """予定時間: return the minutes planned per reason, as the office has set them."""
    return {reason: get_number(session, f"agenda.minutes.{reason}") for reason in MINUTES}
