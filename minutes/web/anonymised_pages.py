"""匿名版: the words that only a person can judge, and the edition without names."""

from collections.abc import Sequence

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from agenda.services.visibility import find_meeting
from meetings_app.core.actor import Actor
from meetings_app.core.clock import Clock
from meetings_app.core.errors import Refused
from meetings_app.core.terms import Role
from meetings_app.db.engine import Database
from meetings_app.web.access import allow
from meetings_app.web.form_errors import ShownError, by_field, shown_errors
from meetings_app.web.forms import Form
from meetings_app.web.given import GivenActor, GivenClock, GivenDb, GivenForm, WebRequest
from meetings_app.web.locale import translator
from meetings_app.web.meeting_frame import frame_title, meeting_frame
from meetings_app.web.page import Page, download, render, see_other
from minutes.services.anonymised import (
    LONGEST_REPLACEMENT,
    LONGEST_WORD,
    anonymised_document,
    anonymised_minutes,
    decide_word,
    forget_word,
)

KEEPERS = allow(Role.SECRETARIAT, Role.CHAIR)
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
STANDS = "stands"
"""The button that lets a word stand."""


@get("/meetings/{meeting_id:str}/minutes/anonymised", opt=KEEPERS, sync_to_thread=True)
def show_anonymised(
    request: WebRequest, db: GivenDb, clock: GivenClock, actor: GivenActor, meeting_id: FromPath[str]
) -> Page:
    """匿名版の確認: what is asked about, what was decided, and the edition to take out."""
    return _page(request, db, clock, actor, meeting_id, None, [])


@post("/meetings/{meeting_id:str}/minutes/anonymised", opt=KEEPERS, sync_to_thread=True)
def decide(
    request: WebRequest,
    db: GivenDb,
    clock: GivenClock,
    actor: GivenActor,
    meeting_id: FromPath[str],
    form: GivenForm,
) -> Page:
    """語を伏せる・残す."""
    _ = translator(request)
    stands = form.raw("decision") == STANDS
    try:
        with form.reading():
            word = form.text("word", _("伏せる語"), longest=LONGEST_WORD)
            replacement = (
                None if stands else form.text("replacement", _("伏せた後の言葉"), longest=LONGEST_REPLACEMENT)
            )
        with db.write() as session:
            decide_word(
                session=session,
                actor=actor,
                clock=clock,
                meeting=find_meeting(session, actor, meeting_id),
                word=word,
                replacement=replacement,
            )
    except Refused as refusal:
        errors = shown_errors(refusal, request, "replacement")
        return _page(request, db, clock, actor, meeting_id, form, errors, status=422)
    done = _("この語を残しました。") if stands else _("この語を伏せました。")
    return see_other(request, _address(meeting_id), ("success", done))


@post("/meetings/{meeting_id:str}/minutes/anonymised/forget", opt=KEEPERS, sync_to_thread=True)
def forget(
    request: WebRequest,
    db: GivenDb,
    clock: GivenClock,
    actor: GivenActor,
    meeting_id: FromPath[str],
    form: GivenForm,
) -> Page:
    """語の決定を取り消す."""
    _ = translator(request)
    with form.reading():
        redaction_id = form.identifier("redaction_id", _("語"))
    with db.write() as session:
        forget_word(
            session=session,
            actor=actor,
            clock=clock,
            meeting=find_meeting(session, actor, meeting_id),
            redaction_id=redaction_id,
        )
    return see_other(request, _address(meeting_id), ("success", _("決定を取り消しました。")))


@get("/meetings/{meeting_id:str}/minutes/anonymised.docx", opt=KEEPERS, sync_to_thread=True)
def download_anonymised(
    request: WebRequest, db: GivenDb, actor: GivenActor, meeting_id: FromPath[str]
) -> Response[bytes]:
    """匿名版の Word; its name says 確認前 as well while something is undecided."""
    with db.read() as session:
        meeting = find_meeting(session, actor, meeting_id)
        content = anonymised_document(session, meeting)
        final, number = anonymised_minutes(session, meeting).is_final, meeting.number
    unchecked = "" if final else "（確認前）"
    return download(content, f"第{number}回_議事録_匿名版{unchecked}.docx", WORD)


route_handlers: list[ControllerRouterHandler] = [show_anonymised, decide, forget, download_anonymised]


def _address(meeting_id: str) -> str:
    return f"/meetings/{meeting_id}/minutes/anonymised"


def _page(
    request: WebRequest,
    db: Database,
    clock: Clock,
    actor: Actor,
    meeting_id: str,
    form: Form | None,
    errors: Sequence[ShownError],
    *,
    status: int = 200,
) -> Page:
    _ = translator(request)
    with db.read() as session:
        frame = meeting_frame(session, actor, clock, meeting_id, "minutes")
        told = anonymised_minutes(session, find_meeting(session, actor, meeting_id))
    return render(
        request,
        "minutes/anonymised.html",
        title=f"{frame_title(_, frame)} {_('議事録の匿名版')}",
        status=status,
        frame=frame,
        meeting_title=frame_title(_, frame),
        suspicions=told.result.suspicions,
        decided=told.decided,
        is_final=told.is_final,
        is_approved=told.source.is_final,
        version=told.source.seal.version,
        form=form or Form.filled(request, word="", replacement=""),
        errors=errors,
        errors_by_field=by_field(errors),
    )
