"""議事録から作る書類のもと: the newest approved edition as it is stored, or the draft while there is none."""

from dataclasses import dataclass

from sqlmodel import Session

from meetings_app.tables.meetings import Meeting
from minutes.papers.seal import Seal, seal_of
from minutes.rules.minutes_json import read_canonical
from minutes.rules.minutes_view import MinutesView
from minutes.services.editions import newest_edition
from minutes.services.minutes import draft_view
from minutes.services.reading import FINAL


@dataclass(frozen=True, slots=True)
class PapersSource:
    """もとの議事録: the view with the seal of its edition; `is_final` says whether it was approved."""

    view: MinutesView
    seal: Seal
    is_final: bool


def papers_source(session: Session, meeting: Meeting) -> PapersSource:
    """Return what extracts and the anonymised edition are taken from."""
    edition = newest_edition(session, meeting.id, *FINAL)
    if edition is None:
        view = draft_view(session, meeting)
        return PapersSource(view, seal_of(view), is_final=False)
    view = read_canonical(edition.content)
    seal = Seal(
        version=edition.number,
        status=seal_of(view).status,
        sha256=edition.content_sha256,
        meeting_id=meeting.id,
    )
    return PapersSource(view, seal, is_final=True)
