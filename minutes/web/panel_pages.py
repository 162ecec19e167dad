"""議題の脇の欄: forms for actions, services and 地域課題 of one item; they stand on the live screen and on 結果.

Each works by itself; a script that sends one with `Accept: application/json` gets 204.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypedDict

from litestar import post
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from agenda.services.items import ItemView, get_item
from agenda.services.plan_details import LONGEST_CONTENT, LONGEST_NAME, ServiceEntry
from agenda.services.providers import LONGEST_NAME as LONGEST_PROVIDER
from agenda.services.visibility import find_meeting
from meetings_app.core.actor import Actor
from meetings_app.core.clock import TOKYO, Clock
from meetings_app.core.errors import NotFound, Refused
from meetings_app.core.terms import MUNICIPALITIES, IssueCategory, Role, ServiceKind, Shortage
from meetings_app.db.engine import Database
from meetings_app.tables.meetings import Meeting
from meetings_app.web.access import allow
from meetings_app.web.errors import wants_json
from meetings_app.web.form_errors import shown_errors
from meetings_app.web.forms import Form
from meetings_app.web.given import GivenActor, GivenClock, GivenDb, GivenForm, WebRequest
from meetings_app.web.locale import Translator, translator
from meetings_app.web.meeting_frame import DbSession
from meetings_app.web.page import Page
from minutes.services.actions import LONGEST_NOTE, finish_action, open_actions_of_case, reopen_action
from minutes.services.issues import raise_issue
from minutes.services.record_changes import note_action, refuse_fixed, withdraw_action
from minutes.services.service_changes import add_service, change_service, end_service
from minutes.web.answers import done
from minutes.web.live_panels import FREE
from minutes.web.record_pages import record_response

LEADERS = (Role.SECRETARIAT, Role.CHAIR)
LARGEST_VERSION = 10**9
LARGEST_PLACE = 1_000


@dataclass(frozen=True, slots=True)
class _Asked:
    """One form of one item's panels, and who sent it."""

    request: WebRequest
    db: Database
    clock: Clock
    actor: Actor
    meeting_id: str
    item_id: str
    form: Form

    @property
    def translate(self) -> Translator:
        return translator(self.request)


Act = Callable[[_Asked, DbSession, Meeting, ItemView], str]
"""What a form does within one change; it returns the sentence that says so."""


@post("/meetings/{meeting_id:str}/items/{item_id:str}/actions", opt=allow(*LEADERS), sync_to_thread=True)
def add_an_action(
    request: WebRequest,
    db: GivenDb,
    clock: GivenClock,
    actor: GivenActor,
    meeting_id: FromPath[str],
    item_id: FromPath[str],
    form: GivenForm,
) -> Page:
    """対応を加える: who does what by when."""
    return _carry_out(_Asked(request, db, clock, actor, meeting_id, item_id, form), "what", _add_action)


@post(
    "/meetings/{meeting_id:str}/items/{item_id:str}/actions/withdraw",
    opt=allow(*LEADERS),
    sync_to_thread=True,
)
def remove_an_action(
    request: WebRequest,
    db: GivenDb,
    clock: GivenClock,
    actor: GivenActor,
    meeting_id: FromPath[str],
    item_id: FromPath[str],
    form: GivenForm,
) -> Page:
    """対応を取り消す that this item wrote down by mistake."""
    return _carry_out(_Asked(request, db, clock, actor, meeting_id, item_id, form), "what", _withdraw_action)


@post(
    "/meetings/{meeting_id:str}/items/{item_id:str}/actions/finish", opt=allow(*LEADERS), sync_to_thread=True
)
def finish_an_action(
    request: WebRequest,
    db: GivenDb,
    clock: GivenClock,
    actor: GivenActor,
    meeting_id: FromPath[str],
    item_id: FromPath[str],
    form: GivenForm,
) -> Page:
    """済んだと記録する: an action of an earlier meeting, or that it fell away."""
    return _carry_out(
        _Asked(request, db, clock, actor, meeting_id, item_id, form), "done_note", _finish_action
    )


@post(
    "/meetings/{meeting_id:str}/items/{item_id:str}/actions/reopen", opt=allow(*LEADERS), sync_to_thread=True
)
def reopen_an_action(
    request: WebRequest,
    db: GivenDb,
    clock: GivenClock,
    actor: GivenActor,
    meeting_id: FromPath[str],
    item_id: FromPath[str],
    form: GivenForm,
) -> Page:
    """まだ済んでいない: take back that an earlier action was done."""
    return _carry_out(
        _Asked(request, db, clock, actor, meeting_id, item_id, form), "done_note", _reopen_action
    )


@post("/meetings/{meeting_id:str}/items/{item_id:str}/services", opt=allow(*LEADERS), sync_to_thread=True)
def change_services(
    request: WebRequest,
    db: GivenDb,
    clock: GivenClock,
    actor: GivenActor,
    meeting_id: FromPath[str],
    item_id: FromPath[str],
    form: GivenForm,
) -> Page:
    """支援内容を加える・改める・終える on the spot."""
    return _carry_out(
        _Asked(request, db, clock, actor, meeting_id, item_id, form), "service_what", _change_services
    )


@post("/meetings/{meeting_id:str}/items/{item_id:str}/issues", opt=allow(*LEADERS), sync_to_thread=True)
def add_issue(
    request: WebRequest,
    db: GivenDb,
    clock: GivenClock,
    actor: GivenActor,
    meeting_id: FromPath[str],
    item_id: FromPath[str],
    form: GivenForm,
) -> Page:
    """地域課題を挙げる (第2条第4号)."""
    return _carry_out(_Asked(request, db, clock, actor, meeting_id, item_id, form), "category", _raise_issue)


route_handlers: list[ControllerRouterHandler] = [
    add_an_action,
    remove_an_action,
    finish_an_action,
    reopen_an_action,
    change_services,
    add_issue,
]


def _carry_out(asked: _Asked, field: str, act: Act) -> Page:
    """Carry out one form; what is wrong with it is shown on 結果, where all the panels stand, and told to a script."""
    request = asked.request
    try:
        with asked.db.write() as session:
            meeting = find_meeting(session, asked.actor, asked.meeting_id)
            said = act(asked, session, meeting, get_item(session, asked.item_id, meeting.id))
    except Refused as refusal:
        if wants_json(request):
            raise
        return record_response(
            request,
            asked.db,
            asked.clock,
            asked.actor,
            asked.meeting_id,
            asked.item_id,
            None,
            shown_errors(refusal, request, field),
            extra=asked.form,
            status=422,
        )
    here = f"/meetings/{asked.meeting_id}/record?item={asked.item_id}"
    return done(request, asked.form.raw("back"), here, said)


# ---- actions


def _add_action(asked: _Asked, session: DbSession, meeting: Meeting, view: ItemView) -> str:
    _, form = asked.translate, asked.form
    with form.reading():
        what = form.text("what", _("すること"), longest=500)
        who = form.text("who", _("担当"), longest=100)
        due_on = form.opt_day("due_on", _("期限"))
    note_action(
        session=session,
        actor=asked.actor,
        clock=asked.clock,
        meeting=meeting,
        view=view,
        what=what,
        who=who,
        due_on=due_on,
    )
    return _("対応を加えました。")


def _withdraw_action(asked: _Asked, session: DbSession, meeting: Meeting, view: ItemView) -> str:
    _ = asked.translate
    withdraw_action(
        session=session,
        actor=asked.actor,
        clock=asked.clock,
        meeting=meeting,
        view=view,
        action_id=asked.form.identifier("action", _("対応")),
    )
    return _("対応を取り消しました。")


def _finish_action(asked: _Asked, session: DbSession, meeting: Meeting, view: ItemView) -> str:
    _, form = asked.translate, asked.form
    with form.reading():
        action_id = form.identifier("action", _("対応"))
        version = form.integer("version", _("版"), low=1, high=LARGEST_VERSION)
        done_on = form.day("done_on", _("済んだ日"))
        note = form.opt_text("done_note", _("結果"), longest=LONGEST_NOTE) or ""
        how = form.one_of("how", _("記録すること"), ("done", "drop"))
    _refuse_stranger(session, meeting, view, action_id)
    finish_action(
        session=session,
        actor=asked.actor,
        clock=asked.clock,
        action_id=action_id,
        done_on=done_on,
        note=note,
        version=version,
        dropped=how == "drop",
        at_meeting=meeting,
    )
    return _("対応を取りやめました。") if how == "drop" else _("済んだと記録しました。")


def _reopen_action(asked: _Asked, session: DbSession, meeting: Meeting, view: ItemView) -> str:
    _, form = asked.translate, asked.form
    with form.reading():
        action_id = form.identifier("action", _("対応"))
        version = form.integer("version", _("版"), low=1, high=LARGEST_VERSION)
    _refuse_stranger(session, meeting, view, action_id)
    reopen_action(
        session=session,
        actor=asked.actor,
        clock=asked.clock,
        action_id=action_id,
        version=version,
        at_meeting=meeting,
    )
    return _("まだ済んでいない対応に戻しました。")


def _refuse_stranger(session: DbSession, meeting: Meeting, view: ItemView, action_id: str) -> None:
    """Refuse an action that is not of this item's case, and a meeting whose record is fixed or has not begun."""
    refuse_fixed(session, meeting)
    if all(known.action_id != action_id for known in open_actions_of_case(session, meeting, view)):
        raise NotFound("この対応は見つかりません。議題の画面を読み直してください。")


# ---- services


def _change_services(asked: _Asked, session: DbSession, meeting: Meeting, view: ItemView) -> str:
    _, form = asked.translate, asked.form
    with form.reading():
        act = form.one_of("act", _("記録すること"), ("add", "change", "end"))
        version = form.integer("version", _("版"), high=LARGEST_VERSION)
        position = form.opt_integer("position", _("支援の内容"), low=1, high=LARGEST_PLACE) or 0
        entry = None if act == "end" else _entry(form, _)
    given = _Given(session=session, actor=asked.actor, clock=asked.clock, meeting=meeting, view=view)
    if entry is None:
        end_service(**given, position=position, version=version)
        return _("支援を終えることを記録しました。")
    if act == "change":
        change_service(**given, position=position, entry=entry, version=version)
        return _("支援の内容を改めました。")
    add_service(**given, entry=entry, version=version)
    return _("支援を加えました。")


class _Given(TypedDict):
    """What every change of services is given."""

    session: DbSession
    actor: Actor
    clock: Clock
    meeting: Meeting
    view: ItemView


def _entry(form: Form, translate: Translator) -> ServiceEntry:
    """Return the service as typed: a code of the list, or a class with a name."""
    _ = translate
    what = form.text("service_what", _("支援の種類"), longest=40)
    name = form.opt_text("service_name", _("支援の名前"), longest=LONGEST_NAME) or ""
    kind, code = ServiceKind.OTHER, what
    if what.startswith(FREE):
        code = ""
        if what.removeprefix(FREE) in set(ServiceKind):
            kind = ServiceKind(what.removeprefix(FREE))
        else:
            form.fail("service_what", _("「支援の種類」を一覧から選び直してください。"))
        if not name and not form.error("service_name"):
            form.fail("service_name", _("「支援の名前」を入れてください。一覧にない支援には名前が要ります。"))
    return ServiceEntry(
        kind=kind,
        code=code,
        name=name,
        provider=form.opt_text("service_provider", _("提供者"), longest=LONGEST_PROVIDER) or "",
        content=form.opt_text("service_content", _("内容"), longest=LONGEST_CONTENT) or "",
    )


# ---- 地域課題


def _raise_issue(asked: _Asked, session: DbSession, meeting: Meeting, view: ItemView) -> str:
    _, form = asked.translate, asked.form
    with form.reading():
        category = form.choice("category", _("分野"), IssueCategory)
        shortage = form.choice("shortage", _("不足のしかた"), Shortage)
        municipality = form.one_of("municipality", _("市町村"), MUNICIPALITIES)
        text = form.opt_text("issue_text", _("内容"), longest=2000, lines=True)
    refuse_fixed(session, meeting)
    raise_issue(
        session=session,
        actor=asked.actor,
        clock=asked.clock,
        committee_id=asked.actor.committee_id,
        raised_on=(meeting.opened_at or meeting.starts_at).astimezone(TOKYO).date(),
        category=category,
        shortage=shortage,
        municipality=municipality,
        internal_text=text or "",
        item_id=view.item.id,
    )
    return _("地域課題を挙げました。")
