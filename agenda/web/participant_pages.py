"""参加者: who takes part in one item, by decision of the 委員長 (第5条第3項・第4項)."""

from datetime import date

from litestar import get, post
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from agenda.services.decisions import Guest, ask_guest
from agenda.services.items import get_item
from agenda.services.participation import OUTSIDE, Choice, decide_participants, refuse_day_to_come
from agenda.services.visibility import find_meeting
from agenda.web.participant_views import ParticipantsPage, PersonRow, participants_page
from meetings_app.core.actor import Actor
from meetings_app.core.clock import Clock
from meetings_app.core.errors import Refused
from meetings_app.core.terms import Capacity, Role
from meetings_app.db.engine import Database
from meetings_app.web.access import allow
from meetings_app.web.form_errors import ShownError, by_field, shown_errors
from meetings_app.web.forms import Form
from meetings_app.web.given import GivenActor, GivenClock, GivenDb, GivenForm, WebRequest
from meetings_app.web.locale import locale_of, translator
from meetings_app.web.meeting_frame import meeting_frame
from meetings_app.web.member_views import typed_day
from meetings_app.web.page import Page, render, see_other

LEADERS = (Role.SECRETARIAT, Role.CHAIR)


@get("/meetings/{meeting_id:str}/items/{item_id:str}/participants", opt=allow(*LEADERS), sync_to_thread=True)
def show_participants(
    request: WebRequest,
    db: GivenDb,
    clock: GivenClock,
    actor: GivenActor,
    meeting_id: FromPath[str],
    item_id: FromPath[str],
) -> Page:
    """参加者の決定 of one item."""
    return _page(request, db, clock, actor, meeting_id, item_id, None, [])


@post("/meetings/{meeting_id:str}/items/{item_id:str}/participants", opt=allow(*LEADERS), sync_to_thread=True)
def decide(
    request: WebRequest,
    db: GivenDb,
    clock: GivenClock,
    actor: GivenActor,
    meeting_id: FromPath[str],
    item_id: FromPath[str],
    form: GivenForm,
) -> Page:
    """参加者を決定する, or record the decision of the 委員長 with her name and the day."""
    _ = translator(request)
    try:
        with db.write() as session:
            meeting = find_meeting(session, actor, meeting_id)
            page = participants_page(session, actor, clock, meeting, item_id)
            choices, decided_by, decided_on = _read_decision(form, request, page)
            refuse_day_to_come(decided_on, clock)
            decide_participants(
                session=session,
                actor=actor,
                clock=clock,
                meeting=meeting,
                item=get_item(session, item_id, meeting.id).item,
                choices=choices,
                decided_by_id=decided_by,
                decided_on=decided_on,
            )
    except Refused as refusal:
        errors = shown_errors(refusal, request, "decided_by")
        return _page(request, db, clock, actor, meeting_id, item_id, form, errors, status=422)
    path = f"/meetings/{meeting_id}/items/{item_id}/participants"
    return see_other(request, path, ("success", _("参加者の決定を記録しました。")))


@post("/meetings/{meeting_id:str}/items/{item_id:str}/guests", opt=allow(*LEADERS), sync_to_thread=True)
def add_guest(
    request: WebRequest,
    db: GivenDb,
    clock: GivenClock,
    actor: GivenActor,
    meeting_id: FromPath[str],
    item_id: FromPath[str],
    form: GivenForm,
) -> Page:
    """構成員でない人を加える (第5条第4項), or the 本人 or a relative."""
    _ = translator(request)
    try:
        with db.write() as session:
            meeting = find_meeting(session, actor, meeting_id)
            page = participants_page(session, actor, clock, meeting, item_id)
            with form.reading():
                guest = _read_guest(form, request, page)
                decided_by, decided_on = _read_decider(form, request, page, "guest_")
            refuse_day_to_come(decided_on, clock)
            ask_guest(
                session=session,
                actor=actor,
                clock=clock,
                meeting=meeting,
                view=get_item(session, item_id, meeting.id),
                guest=guest,
                decided_by_id=decided_by,
                decided_on=decided_on,
            )
    except Refused as refusal:
        errors = shown_errors(refusal, request, "guest_name")
        return _page(request, db, clock, actor, meeting_id, item_id, form, errors, status=422)
    path = f"/meetings/{meeting_id}/items/{item_id}/participants"
    return see_other(request, path, ("success", _("参加者に加えました。")))


route_handlers: list[ControllerRouterHandler] = [show_participants, decide, add_guest]


def _read_decision(form: Form, request: WebRequest, page: ParticipantsPage) -> tuple[list[Choice], str, date]:
    """Return the choices for those who stood on the form: somebody added since then is left as they are."""
    _ = translator(request)
    listed = set(form.raws("listed"))
    with form.reading():
        decided_by, decided_on = _read_decider(form, request, page, "")
        rows = [row for row in page.people if row.person_id in listed]
        choices = [choice for row in rows if (choice := _read_choice(form, request, row)) is not None]
        if not any(choice.takes_part for choice in choices):
            form.fail("people", _("参加する人を一人は選んでください。"))
    return choices, decided_by, decided_on


def _read_choice(form: Form, request: WebRequest, row: PersonRow) -> Choice | None:
    """Return the choice for one person; None for somebody who was never asked and is not now."""
    _ = translator(request)
    takes_part = form.checked(f"part-{row.person_id}")
    note = form.opt_text(f"note-{row.person_id}", _("備考"), longest=500)
    if not takes_part and row.decision is None:
        return None
    required = takes_part and form.checked(f"required-{row.person_id}")
    return Choice(row.person_id, row.capacity, takes_part=takes_part, required=required, note=note or "")


def _read_decider(form: Form, request: WebRequest, page: ParticipantsPage, prefix: str) -> tuple[str, date]:
    """Return who decided and when. The 委員長 decides in her own name."""
    _ = translator(request)
    allowed = [decider.person_id for decider in page.deciders]
    decided_by = page.own_decider or form.one_of(f"{prefix}decided_by", _("決定した人"), allowed)
    return decided_by, form.day(f"{prefix}decided_on", _("決定した日"))


def _read_guest(form: Form, request: WebRequest, page: ParticipantsPage) -> Guest:
    _ = translator(request)
    capacity = form.one_of("guest_capacity", _("区分"), [capacity.value for capacity in OUTSIDE])
    known = [person_id for person_id, _name in page.guests]
    return Guest(
        capacity=Capacity(capacity) if capacity else Capacity.INVITEE,
        person_id=form.opt_one_of("guest_person", _("以前に参加した人"), known),
        name=form.opt_text("guest_name", _("氏名（家族は続柄）"), longest=80) or "",
        organisation=form.opt_text("guest_organisation", _("所属"), longest=200) or "",
        note=form.opt_text("guest_note", _("意見を求めること"), longest=500) or "",
    )


def _page(
    request: WebRequest,
    db: Database,
    clock: Clock,
    actor: Actor,
    meeting_id: str,
    item_id: str,
    form: Form | None,
    errors: list[ShownError],
    *,
    status: int = 200,
) -> Page:
    _ = translator(request)
    with db.read() as session:
        frame = meeting_frame(session, actor, clock, meeting_id, "agenda")
        meeting = find_meeting(session, actor, meeting_id)
        page = participants_page(session, actor, clock, meeting, item_id)
    return render(
        request,
        "agenda/participants.html",
        title=_("参加者: {item}").replace("{item}", page.title),
        status=status,
        frame=frame,
        page_view=page,
        rows=_shown_rows(page, form),
        form=form or _first_form(request, page),
        errors=errors,
        errors_by_field=by_field(errors),
        deciders=[(d.person_id, f"{d.name}（{_(d.office)}）") for d in page.deciders],
        capacities=[
            {"value": capacity.value, "label": _(capacity)}
            for capacity in OUTSIDE
            if page.is_case or capacity is Capacity.INVITEE
        ],
    )


def _first_form(request: WebRequest, page: ParticipantsPage) -> Form:
    decider = page.own_decider or (page.deciders[0].person_id if page.deciders else None)
    day = typed_day(page.today, locale_of(request))
    return Form.filled(
        request,
        decided_by=decider,
        decided_on=day,
        guest_decided_by=decider,
        guest_decided_on=day,
        guest_capacity=Capacity.INVITEE.value,
    )


def _shown_rows(page: ParticipantsPage, form: Form | None) -> list[tuple[PersonRow, bool, bool, str]]:
    """Return each person with what the boxes and the note say: as typed where a form came back."""
    if form is None or not form.raws("listed"):
        return [(row, row.takes_part, row.required, row.note) for row in page.people]
    return [
        (
            row,
            form.checked(f"part-{row.person_id}"),
            form.checked(f"required-{row.person_id}"),
            form.raw(f"note-{row.person_id}"),
        )
        for row in page.people
    ]
