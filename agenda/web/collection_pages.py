"""回収: ticking off the packets that came back after the meeting."""

from litestar import get, post
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from agenda.services.collecting import collect_copies, find_packet, undo_collection
from agenda.services.packets import packet_states
from agenda.services.visibility import find_meeting
from agenda.web.paper_views import collection_page
from meetings_app.core.actor import Actor
from meetings_app.core.clock import Clock, today
from meetings_app.core.errors import NotFound, Refused
from meetings_app.core.terms import Role
from meetings_app.core.wareki import format_wareki
from meetings_app.db.engine import Database
from meetings_app.web.access import allow
from meetings_app.web.form_errors import ShownError, by_field, shown_errors
from meetings_app.web.forms import Form
from meetings_app.web.given import (
    GivenActor,
    GivenClock,
    GivenDb,
    GivenFilters,
    GivenForm,
    WebRequest,
)
from meetings_app.web.heat import say
from meetings_app.web.locale import translator
from meetings_app.web.meeting_frame import meeting_frame
from meetings_app.web.page import Page, render, see_other

KEEPER = allow(Role.SECRETARIAT)


@get("/meetings/{meeting_id:str}/papers/collection", opt=KEEPER, sync_to_thread=True)
def show_collection(
    request: WebRequest,
    db: GivenDb,
    clock: GivenClock,
    actor: GivenActor,
    meeting_id: FromPath[str],
    filters: GivenFilters,
) -> Page:
    """回収の画面 of the newest packet, or of the one asked for."""
    packet_id = filters.raw("packet") or None
    return _page(request, db, clock, actor, meeting_id, packet_id, None, [])


@post("/meetings/{meeting_id:str}/papers/{packet_id:str}/collection", opt=KEEPER, sync_to_thread=True)
def collect(
    request: WebRequest,
    db: GivenDb,
    clock: GivenClock,
    actor: GivenActor,
    meeting_id: FromPath[str],
    packet_id: FromPath[str],
    form: GivenForm,
) -> Page:
    """回収を記録する: those ticked, or everybody who still holds a packet."""
    _ = translator(request)
    try:
        with form.reading():
            everybody = form.checked("everybody")
            copies = form.identifiers("copy", _("回収した人"))
            day = form.day("collected_on", _("回収した日"))
        with db.write() as session:
            meeting = find_meeting(session, actor, meeting_id)
            number = collect_copies(
                session=session,
                actor=actor,
                clock=clock,
                packet=find_packet(session, packet_id, meeting),
                copy_ids=None if everybody else copies,
                collected_on=day,
            )
    except Refused as refusal:
        errors = shown_errors(refusal, request, "collected_on")
        return _page(request, db, clock, actor, meeting_id, packet_id, form, errors, status=422)
    done = say(_("{n}名分の回収を記録しました。"), n=number)
    return see_other(request, _address(meeting_id, packet_id), ("success", done))


@post("/meetings/{meeting_id:str}/papers/{packet_id:str}/collection/undo", opt=KEEPER, sync_to_thread=True)
def undo(
    request: WebRequest,
    db: GivenDb,
    clock: GivenClock,
    actor: GivenActor,
    meeting_id: FromPath[str],
    packet_id: FromPath[str],
    form: GivenForm,
) -> Page:
    """回収を取り消す of one packet."""
    _ = translator(request)
    copy_id = form.identifier("copy", _("取り消す人"))
    with db.write() as session:
        meeting = find_meeting(session, actor, meeting_id)
        packet = find_packet(session, packet_id, meeting)
        undo_collection(session=session, actor=actor, clock=clock, packet=packet, copy_id=copy_id)
    return see_other(request, _address(meeting_id, packet_id), ("success", _("回収を取り消しました。")))


route_handlers: list[ControllerRouterHandler] = [show_collection, collect, undo]


def _address(meeting_id: str, packet_id: str) -> str:
    return f"/meetings/{meeting_id}/papers/collection?packet={packet_id}"


def _page(
    request: WebRequest,
    db: Database,
    clock: Clock,
    actor: Actor,
    meeting_id: str,
    packet_id: str | None,
    form: Form | None,
    errors: list[ShownError],
    *,
    status: int = 200,
) -> Page:
    _ = translator(request)
    with db.read() as session:
        frame = meeting_frame(session, actor, clock, meeting_id, "papers")
        states = [
            state
            for state in packet_states(session, frame.meeting_id, clock)
            if state.finished_at is not None
        ]
        chosen = next((state for state in states if packet_id in (None, state.packet_id)), None)
        if chosen is None:
            raise NotFound("回収する資料はまだありません。資料の画面で、先に資料を作ってください。")
        view = collection_page(session, chosen.packet_id, chosen, today(clock))
    return render(
        request,
        "agenda/collection.html",
        title=_("資料の回収"),
        status=status,
        frame=frame,
        view=view,
        versions=states,
        ticked=set(form.raws("copy")) if form else set(),
        form=form or Form.filled(request, collected_on=format_wareki(view.day)),
        errors=errors,
        errors_by_field=by_field(errors),
    )
