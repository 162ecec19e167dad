"""資料の画面: one page, shown by its own routes and again where a form on it was refused."""

from agenda.services.visibility import find_meeting
from agenda.web.paper_views import item_choices, papers_page
from meetings_app.core.actor import Actor
from meetings_app.core.clock import Clock
from meetings_app.db.engine import Database
from meetings_app.web.form_errors import ShownError, by_field
from meetings_app.web.forms import Form
from meetings_app.web.given import WebRequest
from meetings_app.web.locale import translator
from meetings_app.web.meeting_frame import frame_title, meeting_frame
from meetings_app.web.page import Page, render


def shown_papers(
    request: WebRequest,
    db: Database,
    clock: Clock,
    actor: Actor,
    meeting_id: str,
    form: Form,
    errors: list[ShownError],
    *,
    status: int = 200,
) -> Page:
    """Return the page with what was typed and what was wrong with it."""
    _ = translator(request)
    with db.read() as session:
        meeting = find_meeting(session, actor, meeting_id)
        frame = meeting_frame(session, actor, clock, meeting_id, "papers")
        view = papers_page(session, actor, clock, meeting, _)
        items = item_choices(session, meeting) if view.can_edit else []
    return render(
        request,
        "agenda/papers.html",
        title=frame_title(_, frame),
        status=status,
        frame=frame,
        papers=view,
        items=items,
        form=form,
        errors=errors,
        errors_by_field=by_field(errors),
    )
