"""進行画面の通信: writing into a field, choosing between two texts, what stands now, and the event streams."""

from datetime import datetime
from typing import Annotated, Any, TypeVar

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, SkipValidation
from litestar.types import ASGIApp, ControllerRouterHandler

from agenda.services.items import get_item, items_of
from agenda.services.visibility import find_meeting
from meetings_app.core.errors import NotFound, Refused
from meetings_app.services.accounts import SignedIn
from meetings_app.tables.base import new_id
from meetings_app.web.access import LoginNeeded, allow, signed_in
from meetings_app.web.errors import wants_json
from meetings_app.web.forms import Form, provide_form
from meetings_app.web.given import GivenActor, GivenClock, GivenDb, WebRequest
from meetings_app.web.locale import locale_of, mark, translator
from meetings_app.web.meeting_frame import DbSession
from meetings_app.web.page import see_other
from meetings_app.web.security import form_token
from minutes.live_tables import RecordField, Settlement
from minutes.rules.writing import LONGEST_KEY, TEXT_FIELDS
from minutes.services.field_history import FieldNow, fields_of
from minutes.services.live_fields import WriteAnswer, pending_conflicts, settle_conflict, write_field
from minutes.web.live_events import milliseconds
from minutes.web.live_hub import LEADERS, Audience, EventStream, LiveHub, Viewer

LARGEST_WRITE = 512 * 1024
"""Bytes of one write: 20,000 signs, even where each is spelled as an escape, and what goes with them."""

LARGEST_VERSION = 2**31 - 1
CHOICES = tuple(how for how in Settlement if how is not Settlement.SUPERSEDED)
"""What a person can choose; that somebody wrote on is found out by itself."""

UNREADABLE = mark("送られた書込みを読み取れません。画面を読み直してから、もう一度入力してください。")

Key = Annotated[str, msgspec.Meta(pattern=r"^[0-9A-Za-z_.:-]{1,36}$")]
Version = Annotated[int, msgspec.Meta(ge=0, le=LARGEST_VERSION)]
S = TypeVar("S", bound=msgspec.Struct)


class Written(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """書込み: one text for one field, as the browser sends it."""

    op: Key
    writer: Key
    item: str
    field: RecordField
    base: Version
    value: str


class Chosen(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """決め方: which of two texts holds; `value` where it was written anew."""

    how: str
    base: Version
    op: Key
    value: str | None = None


async def provide_written(request: WebRequest) -> Written:
    """Give a handler `written: Written`. Raises Refused for anything that is no write."""
    return _decoded(request, await request.body(), Written)


async def provide_chosen(request: WebRequest) -> Chosen:
    """Give a handler `chosen: Chosen`, from a form or from JSON. Raises Refused for anything else."""
    if request.content_type[0] == "application/json":
        return _decoded(request, await request.body(), Chosen)
    return _from_form(await provide_form(request))


GivenWritten = SkipValidation[NamedDependency[Written]]
GivenChosen = SkipValidation[NamedDependency[Chosen]]


@post(
    "/meetings/{meeting_id:str}/live/write",
    opt=allow(*LEADERS),
    status_code=200,
    dependencies={"written": Provide(provide_written)},
    request_max_body_size=LARGEST_WRITE,
    sync_to_thread=True,
)
def write(
    request: WebRequest,
    db: GivenDb,
    clock: GivenClock,
    actor: GivenActor,
    meeting_id: FromPath[str],
    written: GivenWritten,
) -> Response[dict[str, Any]]:
    """欄に書く: 200 where it holds, 409 with both texts where somebody was first."""
    with db.write() as session:
        meeting = find_meeting(session, actor, meeting_id)
        answer = write_field(
            session=session,
            actor=actor,
            clock=clock,
            meeting=meeting,
            view=get_item(session, written.item, meeting.id),
            field=written.field,
            value=written.value,
            base=written.base,
            op=written.op,
            writer=written.writer,
        )
    _tell(_hub(request), meeting_id, answer)
    return _answered(answer)


@post(
    "/meetings/{meeting_id:str}/live/conflicts/{write_id:str}",
    opt=allow(*LEADERS),
    status_code=200,
    dependencies={"chosen": Provide(provide_chosen)},
    request_max_body_size=LARGEST_WRITE,
    sync_to_thread=True,
)
def settle(
    request: WebRequest,
    db: GivenDb,
    clock: GivenClock,
    actor: GivenActor,
    meeting_id: FromPath[str],
    write_id: FromPath[str],
    chosen: GivenChosen,
) -> Response[Any]:
    """競合を決める; a form leads back to the item on the live screen."""
    _ = translator(request)
    how = _how(request, chosen.how)
    if len(write_id) > LONGEST_KEY:
        raise NotFound("この競合は見つかりません。画面を読み直してください。")
    with db.write() as session:
        answer = settle_conflict(
            session=session,
            actor=actor,
            clock=clock,
            meeting=find_meeting(session, actor, meeting_id),
            write_id=write_id,
            how=how,
            value=chosen.value,
            base=chosen.base,
            op=chosen.op,
        )
    hub = _hub(request)
    _tell(hub, meeting_id, answer)
    hub.touch(meeting_id)
    if wants_json(request):
        return _answered(answer)
    goal = f"/meetings/{meeting_id}/live?item={answer.item_id}"
    if answer.result == "conflict":
        return see_other(
            request, goal, ("warn", _("選んでいる間に、また変わりました。もう一度選んでください。"))
        )
    return see_other(request, goal)


@get("/meetings/{meeting_id:str}/live/state", opt=allow(*LEADERS), sync_to_thread=True)
def show_state(
    request: WebRequest, db: GivenDb, clock: GivenClock, actor: GivenActor, meeting_id: FromPath[str]
) -> Response[dict[str, Any]]:
    """今の内容: what stands in every field, what waits to be chosen, and the token for writing."""
    with db.read() as session:
        meeting = find_meeting(session, actor, meeting_id)
        item_ids = [view.item.id for view in items_of(session, meeting.id)]
        state = {
            "now": milliseconds(clock),
            "token": form_token(_who(request).token),
            "user": actor.user_id,
            "status": meeting.status.value,
            "items": {
                item_id: {name.value: _field(now) for name, now in fields.items()}
                for item_id, fields in fields_of(session, item_ids).items()
            },
            "conflicts": _conflicts(session, item_ids),
            "writers": _hub(request).screens(meeting.id),
        }
    return Response(state)


@get("/meetings/{meeting_id:str}/live/stream", opt=allow(*LEADERS), sync_to_thread=True)
def stream(request: WebRequest, db: GivenDb, actor: GivenActor, meeting_id: FromPath[str]) -> ASGIApp:
    """進行画面の出来事."""
    with db.read() as session:
        meeting_id = find_meeting(session, actor, meeting_id).id
    return _watch(request, meeting_id, "desk")


@get("/meetings/{meeting_id:str}/projector/stream", opt=allow(*LEADERS), sync_to_thread=True)
def projector_stream(
    request: WebRequest, db: GivenDb, actor: GivenActor, meeting_id: FromPath[str]
) -> ASGIApp:
    """投影画面の出来事: regions alone, never a text."""
    with db.read() as session:
        meeting_id = find_meeting(session, actor, meeting_id).id
    return _watch(request, meeting_id, "projector")


route_handlers: list[ControllerRouterHandler] = [write, settle, show_state, stream, projector_stream]


# ---- reading


def _decoded(request: WebRequest, body: bytes, shape: type[S]) -> S:
    try:
        return msgspec.json.decode(body, type=shape)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        raise Refused(translator(request)(UNREADABLE)) from None


def _from_form(form: Form) -> Chosen:
    """Read a form; a text keeps its blanks, which are the writer's."""
    _ = form.translate
    with form.reading():
        how = form.text("how", _("どちらにするか"))
        base = form.integer("base", _("版"), high=LARGEST_VERSION)
    rewritten = form.raw("value") if "value" in form.fields.texts else None
    chosen = {"how": how, "base": base, "op": form.raw("op") or new_id(), "value": rewritten}
    try:
        return msgspec.convert(chosen, Chosen)
    except msgspec.ValidationError:
        raise Refused(_(UNREADABLE)) from None


def _how(request: WebRequest, said: str) -> Settlement:
    """Return the choice, given by its term or by its name in small letters."""
    for how in CHOICES:
        if said in (how.value, how.name.lower()):
            return how
    raise Refused(
        translator(request)(
            "どちらの内容にするかを選んでください。画面を読み直して、もう一度送ってください。"
        )
    )


# ---- answering


def _answered(answer: WriteAnswer) -> Response[dict[str, Any]]:
    """Return the answer to a write: 409 where two texts stand side by side."""
    said: dict[str, Any] = {
        "result": answer.result,
        "op": answer.op,
        "item": answer.item_id,
        "field": answer.field.value,
    }
    stands = {"version": answer.version, "value": answer.value, "author": answer.author}
    if answer.result != "conflict":
        return Response(said | stands)
    said["current"] = stands | {"at": _moment(answer.at)}
    said["yours"] = {"op": answer.op, "value": answer.yours}
    return Response(said, status_code=409)


def _field(now: FieldNow) -> dict[str, Any]:
    return {"value": now.value, "version": now.version, "author": now.author}


def _conflicts(session: DbSession, item_ids: list[str]) -> list[dict[str, Any]]:
    return [
        {
            "op": conflict.write_id,
            "item": item_id,
            "field": conflict.field.value,
            "yours": conflict.yours,
            "author": conflict.author,
            "current": conflict.current,
            "version": conflict.current_version,
        }
        for item_id, waiting in pending_conflicts(session, item_ids).items()
        for conflict in waiting
    ]


def _moment(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


# ---- telling others


def _tell(hub: LiveHub, meeting_id: str, answer: WriteAnswer) -> None:
    """Tell the open screens what a write changed: the field, and for more than a text the regions too."""
    if answer.result in ("saved", "settled"):
        now = FieldNow(answer.value, answer.version, answer.author, answer.at)
        hub.wrote(meeting_id, answer.item_id, answer.field.value, now, answer.op)
    if answer.result == "conflict" or (answer.result == "saved" and answer.field not in TEXT_FIELDS):
        hub.touch(meeting_id)


def _watch(request: WebRequest, meeting_id: str, audience: Audience) -> EventStream:
    viewer = Viewer(meeting_id, audience, locale_of(request), _who(request).token)
    return EventStream(_hub(request).watch(viewer))


def _hub(request: WebRequest) -> LiveHub:
    hub: LiveHub = request.app.state.live
    return hub


def _who(request: WebRequest) -> SignedIn:
    who = signed_in(request)
    if who is None:
        raise LoginNeeded
    return who
