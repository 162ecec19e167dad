"""議事録の回覧: sending round, saying something or 意見なし, answering, and ending."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from litestar import get, post
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from agenda.services.visibility import find_meeting
from meetings_app.core.actor import Actor
from meetings_app.core.clock import Clock, today
from meetings_app.core.errors import Conflict, NotFound, Refused
from meetings_app.core.terms import Role
from meetings_app.core.wareki import format_wareki
from meetings_app.tables.meetings import Meeting
from meetings_app.web.access import allow
from meetings_app.web.form_errors import ShownError, by_field, shown_errors
from meetings_app.web.forms import Form
from meetings_app.web.given import GivenActor, GivenClock, GivenDb, GivenForm, WebRequest
from meetings_app.web.locale import translator
from meetings_app.web.meeting_frame import DbSession, frame_title, meeting_frame
from meetings_app.web.page import Page, render, see_other
from minutes.edition_tables import CommentVerdict
from minutes.rules.minutes_view import MinutesItem, MinutesView
from minutes.services.circulation import (
    LONGEST_ANSWER,
    LONGEST_COMMENT,
    answer_circulation,
    answer_comment,
    circulate_minutes,
    end_circulation,
)
from minutes.services.circulation_views import circulation_of, default_deadline, may_be_spoken_for
from minutes.services.comments import CommentView
from minutes.services.minutes import submit_minutes
from minutes.services.reading import read_minutes, refuse_unreadable, sat_in_on
from minutes.web.minutes_pages import READERS
from minutes.web.minutes_views import minutes_page

ASKED = (Role.CHAIR, Role.MEMBER, Role.CITY_OFFICER)
GENERAL = "general"
FIELD = "item-"
"""The field of an item is called this and its id."""

THEN = ("mend", "submit")


@get("/meetings/{meeting_id:str}/minutes/circulation", opt=allow(*READERS), sync_to_thread=True)
def show_circulation(
    request: WebRequest, db: GivenDb, clock: GivenClock, actor: GivenActor, meeting_id: FromPath[str]
) -> Page:
    """回覧の画面: for the secretariat who has answered what; for those asked the text and the fields."""
    return _page(_Asked(request, db, clock, actor, meeting_id), None, [])


@post("/meetings/{meeting_id:str}/minutes/circulation", opt=allow(Role.SECRETARIAT), sync_to_thread=True)
def circulate(
    request: WebRequest,
    db: GivenDb,
    clock: GivenClock,
    actor: GivenActor,
    meeting_id: FromPath[str],
    form: GivenForm,
) -> Page:
    """回覧する."""
    _ = translator(request)
    try:
        with form.reading():
            until = form.day("until", _("意見の締切"))
        with db.write() as session:
            meeting = find_meeting(session, actor, meeting_id)
            circulate_minutes(
                session=session, actor=actor, clock=clock, meeting=meeting, comments_until=until
            )
    except Refused as refusal:
        errors = shown_errors(refusal, request, "until")
        return _page(_Asked(request, db, clock, actor, meeting_id), form, errors, status=422)
    done = _("議事録を回覧しました。出席した人の、待っていることに出ます。")
    return see_other(request, f"/meetings/{meeting_id}/minutes/circulation", ("success", done))


@post("/meetings/{meeting_id:str}/minutes/circulation/end", opt=allow(Role.SECRETARIAT), sync_to_thread=True)
def end(
    request: WebRequest,
    db: GivenDb,
    clock: GivenClock,
    actor: GivenActor,
    meeting_id: FromPath[str],
    form: GivenForm,
) -> Page:
    """回覧を終える, to mend the draft or to hand it to the 議長 at once."""
    _ = translator(request)
    try:
        submits = form.one_of("then", _("回覧の後"), THEN) == "submit"
        with db.write() as session:
            meeting = find_meeting(session, actor, meeting_id)
            end_circulation(session=session, actor=actor, clock=clock, meeting=meeting)
            if submits:
                submit_minutes(session=session, actor=actor, clock=clock, meeting=meeting)
    except Refused as refusal:
        errors = shown_errors(refusal, request)
        return _page(_Asked(request, db, clock, actor, meeting_id), None, errors, status=422)
    done = (
        _("回覧を終え、承認に回しました。議長の承認を待ちます。")
        if submits
        else _("回覧を終えました。意見を反映してから、承認に回してください。")
    )
    return see_other(request, f"/meetings/{meeting_id}/minutes", ("success", done))


@post("/meetings/{meeting_id:str}/minutes/comments", opt=allow(*ASKED), sync_to_thread=True)
def comment(
    request: WebRequest,
    db: GivenDb,
    clock: GivenClock,
    actor: GivenActor,
    meeting_id: FromPath[str],
    form: GivenForm,
) -> Page:
    """意見を出す: what stands in the fields is what I say; a field emptied takes my comment back; or 意見なし."""
    _ = translator(request)
    try:
        with db.write() as session:
            meeting = find_meeting(session, actor, meeting_id)
            refuse_unreadable(session, actor, meeting)
            count = answer_circulation(
                session=session,
                actor=actor,
                clock=clock,
                meeting=meeting,
                texts=_typed(form, sat_in_on(session, meeting, str(actor.person_id))),
                nothing=form.raw("say") == "nothing",
            )
    except Refused as refusal:
        errors = shown_errors(refusal, request)
        return _page(_Asked(request, db, clock, actor, meeting_id), form, errors, status=422)
    nothing, said = _("意見なしと答えました。"), _("意見を{n}件出しました。")
    back = _("意見を取り下げました。まだ答えていないことになります。")
    done = said.replace("{n}", str(count)) if count else (nothing if form.raw("say") == "nothing" else back)
    return see_other(request, f"/meetings/{meeting_id}/minutes/circulation", ("success", done))


@post(
    "/meetings/{meeting_id:str}/minutes/comments/{comment_id:str}/answer",
    opt=allow(Role.SECRETARIAT),
    sync_to_thread=True,
)
def answer(
    request: WebRequest,
    db: GivenDb,
    clock: GivenClock,
    actor: GivenActor,
    meeting_id: FromPath[str],
    comment_id: FromPath[str],
    form: GivenForm,
) -> Page:
    """意見に対応する: 反映 or 見送り with a sentence. A comment rewritten since it was read is shown first."""
    _ = translator(request)
    asked = _Asked(request, db, clock, actor, meeting_id)
    try:
        with form.reading():
            verdict = form.choice("verdict", _("対応"), CommentVerdict)
            told = form.text("answer", _("対応の説明"), longest=LONGEST_ANSWER, lines=True)
            mark = form.text("mark", _("読んだ意見"))
        with db.write() as session:
            answer_comment(
                session=session,
                actor=actor,
                clock=clock,
                meeting=find_meeting(session, actor, meeting_id),
                comment_id=comment_id,
                verdict=verdict,
                answer=told,
                mark=mark,
            )
    except Conflict as conflict:
        errors = [ShownError("", _(conflict.message), f"#comment-{comment_id}")]
        return _page(asked, form, errors, status=409, answered=comment_id)
    except Refused as refusal:
        errors = [
            ShownError(error.name, error.text, f"#comment-{comment_id}")
            for error in shown_errors(refusal, request)
        ]
        return _page(asked, form, errors, status=422, answered=comment_id)
    where = f"/meetings/{meeting_id}/minutes/circulation#comment-{comment_id}"
    return see_other(request, where, ("success", _("意見への対応を記録しました。")))


PROXY = "/meetings/{meeting_id:str}/minutes/circulation/{person_id:str}"


@get(PROXY, opt=allow(Role.SECRETARIAT), sync_to_thread=True)
def show_proxy(
    request: WebRequest,
    db: GivenDb,
    clock: GivenClock,
    actor: GivenActor,
    meeting_id: FromPath[str],
    person_id: FromPath[str],
) -> Page:
    """代理入力の画面: the fields of somebody who was there, for what they said on paper or by telephone."""
    return _proxy_page(_Asked(request, db, clock, actor, meeting_id), person_id, None, [])


@post(PROXY, opt=allow(Role.SECRETARIAT), sync_to_thread=True)
def comment_for(
    request: WebRequest,
    db: GivenDb,
    clock: GivenClock,
    actor: GivenActor,
    meeting_id: FromPath[str],
    person_id: FromPath[str],
    form: GivenForm,
) -> Page:
    """意見を代わって入力する: as one's own answer, in the name of somebody who was there."""
    _ = translator(request)
    nothing = form.raw("say") == "nothing"
    try:
        with db.write() as session:
            meeting = find_meeting(session, actor, meeting_id)
            answer_circulation(
                session=session,
                actor=actor,
                clock=clock,
                meeting=meeting,
                texts=_typed(form, sat_in_on(session, meeting, person_id)),
                nothing=nothing,
                proxy_for=person_id,
            )
    except Refused as refusal:
        asked = _Asked(request, db, clock, actor, meeting_id)
        return _proxy_page(asked, person_id, form, shown_errors(refusal, request), status=422)
    done = _("意見なしと、代わって入力しました。") if nothing else _("代わって入力した意見を記録しました。")
    return see_other(request, f"/meetings/{meeting_id}/minutes/circulation", ("success", done))


route_handlers: list[ControllerRouterHandler] = [
    show_circulation,
    circulate,
    end,
    comment,
    answer,
    show_proxy,
    comment_for,
]


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is asked for, and by whom."""

    request: WebRequest
    db: GivenDb
    clock: Clock
    actor: Actor
    meeting_id: str


@dataclass(frozen=True, slots=True)
class CommentField:
    """意見の欄: one item that the reader sat in on (`number` None: the minutes as a whole), with what they said."""

    name: str
    number: int | None
    item: MinutesItem | None
    comment: CommentView | None


def _typed(form: Form, own: Collection[str]) -> dict[str | None, str]:
    """Return what was typed for the whole and for each item. Raises NotFound for an item not among the reader's."""
    _ = form.translate
    sent = {name.removeprefix(FIELD) for name in form.fields.texts if name.startswith(FIELD)}
    if not sent <= set(own):
        raise NotFound("この議題は見つかりません。加わった議題にだけ意見を出せます。")
    with form.reading():
        return {
            None: form.opt_text(GENERAL, _("全体について"), longest=LONGEST_COMMENT, lines=True) or "",
            **{
                item_id: form.opt_text(
                    FIELD + item_id, _("議題への意見"), longest=LONGEST_COMMENT, lines=True
                )
                or ""
                for item_id in sent
            },
        }


def _fields(
    session: DbSession, person_id: str | None, meeting: Meeting, view: MinutesView
) -> tuple[CommentField, ...]:
    """Return a field for every item somebody sat in on, and one for the whole."""
    circulation = circulation_of(session, meeting)
    own = {
        comment.item_id: comment
        for comment in (circulation.comments if circulation else ())
        if circulation and comment.round == circulation.round and comment.person_id == person_id
    }
    items = {item.number: item for item in view.items}
    sat_in = sat_in_on(session, meeting, str(person_id))
    return (
        *(
            CommentField(FIELD + item_id, number, items.get(number), own.get(item_id))
            for item_id, number in sat_in.items()
        ),
        CommentField(GENERAL, None, None, own.get(None)),
    )


def _filled(request: WebRequest, fields: Collection[CommentField], until: date) -> Form:
    said = {field.name: field.comment.text for field in fields if field.comment}
    return Form.filled(request, until=format_wareki(until), **said)


def _page(
    asked: _Asked, form: Form | None, errors: list[ShownError], *, status: int = 200, answered: str = ""
) -> Page:
    _ = translator(asked.request)
    with asked.db.read() as session:
        frame = meeting_frame(session, asked.actor, asked.clock, asked.meeting_id, "minutes")
        meeting = find_meeting(session, asked.actor, asked.meeting_id)
        on_record = read_minutes(session, asked.actor, meeting)
        shown = minutes_page(session, asked.actor, asked.clock, meeting, on_record)
        fields = _fields(session, asked.actor.person_id, meeting, on_record.view) if shown.asked else ()
        until = default_deadline(session, today(asked.clock))
        others = may_be_spoken_for(session, meeting) if shown.is_secretariat else {}
    return render(
        asked.request,
        "minutes/circulation.html",
        title=f"{frame_title(_, frame)} {_('議事録の回覧')}",
        status=status,
        frame=frame,
        record=on_record,
        view=on_record.view,
        shown=shown,
        fields=fields,
        others=others,
        form=form or _filled(asked.request, fields, until),
        answered=answered,
        longest=LONGEST_COMMENT,
        longest_answer=LONGEST_ANSWER,
        errors=errors,
        errors_by_field=by_field(errors),
    )


def _proxy_page(
    asked: _Asked, person_id: str, form: Form | None, errors: list[ShownError], *, status: int = 200
) -> Page:
    _ = translator(asked.request)
    with asked.db.read() as session:
        frame = meeting_frame(session, asked.actor, asked.clock, asked.meeting_id, "minutes")
        meeting = find_meeting(session, asked.actor, asked.meeting_id)
        name = may_be_spoken_for(session, meeting).get(person_id)
        if name is None:
            raise NotFound("この人の意見は代わって入力できません。回覧の画面で、出席した人を選んでください。")
        on_record = read_minutes(session, asked.actor, meeting)
        shown = minutes_page(session, asked.actor, asked.clock, meeting, on_record)
        fields = _fields(session, person_id, meeting, on_record.view)
    return render(
        asked.request,
        "minutes/proxy_comments.html",
        title=f"{frame_title(_, frame)} {_('意見の代理入力')}",
        status=status,
        frame=frame,
        shown=shown,
        name=name,
        person_id=person_id,
        fields=fields,
        form=form or _filled(asked.request, fields, today(asked.clock)),
        longest=LONGEST_COMMENT,
        errors=errors,
        errors_by_field=by_field(errors),
    )
