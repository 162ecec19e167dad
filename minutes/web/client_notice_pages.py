"""本人への説明: choosing the case, putting the record into easy words, looking at the page, taking it out.

What is typed goes into the paper and is kept nowhere.
"""

import base64
import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from pypdf import PdfReader

from agenda.papers.contents import ActionLine, ClientNotice
from agenda.services.clients import client_of, names_kept
from agenda.services.visibility import find_meeting
from meetings_app.core.actor import Actor
from meetings_app.core.clock import Clock, today
from meetings_app.core.errors import Refused
from meetings_app.core.terms import Role
from meetings_app.db.engine import Database
from meetings_app.documents.pdf import office_program, picture, to_pdf
from meetings_app.web.access import allow
from meetings_app.web.form_errors import ShownError, by_field, shown_errors
from meetings_app.web.forms import Form
from meetings_app.web.given import GivenActor, GivenClock, GivenDb, GivenForm, WebRequest
from meetings_app.web.heat import say
from meetings_app.web.locale import format_day, locale_of, translator
from meetings_app.web.meeting_frame import frame_title, meeting_frame
from meetings_app.web.member_views import typed_day
from meetings_app.web.page import Page, download, render
from minutes.services.client_notice import (
    NoticeCase,
    case_of_meeting,
    cases_of_meeting,
    client_notice,
    draw_client_notice,
    held_hearings,
    record_client_notice,
    why_no_notice,
)

KEEPER = allow(Role.SECRETARIAT)
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

MOST_STEPS = 12
FREE_STEPS = 2
"""Empty rows offered beside those that are filled."""
MOST_POINTS = 12
LONGEST_LINE = 150
LONGEST_AGREED = 1_200
LOOK, AS_WORD, AS_PDF = "look", "word", "pdf"


@dataclass(frozen=True, slots=True)
class HeldLine:
    """会議 that dealt with the case, as the case's list shows it."""

    title: str
    day: str
    iso: str
    href: str


@dataclass(frozen=True, slots=True)
class StepLine:
    """これからすること: one row of the form, as typed; `errors` by field."""

    number: int
    what: str
    who: str
    due: str
    errors: tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Looked:
    """仕上がり: the page as LibreOffice prints it; `pages` None where it is missing, with `why` saying so."""

    image: str
    pages: int | None
    why: str


# ---- choosing


@get("/meetings/{meeting_id:str}/notices", opt=KEEPER, sync_to_thread=True)
def choose_case(
    request: WebRequest, db: GivenDb, clock: GivenClock, actor: GivenActor, meeting_id: FromPath[str]
) -> Page:
    """本人への説明: the cases that a meeting dealt with."""
    _ = translator(request)
    with db.read() as session:
        meeting = find_meeting(session, actor, meeting_id)
        frame = meeting_frame(session, actor, clock, meeting_id, "minutes")
        why, cases = why_no_notice(session, meeting), cases_of_meeting(session, meeting)
    return render(
        request,
        "minutes/client_notices.html",
        title=_("本人への説明"),
        frame=frame,
        meeting_title=frame_title(_, frame),
        why=why,
        cases=cases,
    )


@get("/plans/{client_id:str}/notices", opt=KEEPER, sync_to_thread=True)
def choose_meeting(
    request: WebRequest, db: GivenDb, clock: GivenClock, actor: GivenActor, client_id: FromPath[str]
) -> Page:
    """本人への説明 from the case: the closed meetings that dealt with it."""
    _, locale = translator(request), locale_of(request)
    with db.read() as session:
        client = client_of(session, actor, client_id, today(clock))
        case = client.case_number
        held = [
            HeldLine(
                title=say(_("第{n}回"), n=hearing.number),
                day=format_day(hearing.day, locale, weekday=True),
                iso=hearing.day.isoformat(),
                href=f"/meetings/{hearing.meeting_id}/notices/{client_id}",
            )
            for hearing in held_hearings(session, client_id)
        ]
    return render(
        request,
        "minutes/case_notices.html",
        title=_("本人への説明"),
        case=case,
        client_id=client_id,
        held=held,
    )


# ---- one paper


@get("/meetings/{meeting_id:str}/notices/{client_id:str}", opt=KEEPER, sync_to_thread=True)
def show_notice(
    request: WebRequest,
    db: GivenDb,
    clock: GivenClock,
    actor: GivenActor,
    meeting_id: FromPath[str],
    client_id: FromPath[str],
) -> Page:
    """本人への説明を書く画面, filled with what is on record."""
    return _page(_Asked(request, db, clock, actor, meeting_id, client_id), None)


@post("/meetings/{meeting_id:str}/notices/{client_id:str}", opt=KEEPER, sync_to_thread=True, status_code=200)
def make_notice(
    request: WebRequest,
    form: GivenForm,
    db: GivenDb,
    clock: GivenClock,
    actor: GivenActor,
    meeting_id: FromPath[str],
    client_id: FromPath[str],
) -> Response[bytes] | Page:
    """仕上がりを見る、又はWordかPDFで取り出す."""
    asked = _Asked(request, db, clock, actor, meeting_id, client_id)
    try:
        act = form.opt_one_of("act", "操作", (LOOK, AS_WORD, AS_PDF)) or LOOK
        notice, case = _typed_notice(asked, form)
        drawn = _drawn(asked, notice)
        if act == LOOK:
            return _page(asked, form, looked=_look(drawn))
        content = _one_sheet(to_pdf([("本人への説明", drawn)])[0]) if act == AS_PDF else drawn
        _record(asked)
    except Refused as refusal:
        return _page(asked, form, errors=shown_errors(refusal, request))
    name = f"本人への説明_No.{case}_{asked.now.isoformat()}"
    if act == AS_PDF:
        return download(content, f"{name}.pdf", "application/pdf")
    return download(content, f"{name}.docx", WORD)


route_handlers: list[ControllerRouterHandler] = [choose_case, choose_meeting, show_notice, make_notice]


# ---- within


@dataclass(frozen=True, slots=True)
class _Asked:
    """Which meeting and case are asked for, and by whom."""

    request: WebRequest
    db: Database
    clock: Clock
    actor: Actor
    meeting_id: str
    client_id: str

    @property
    def now(self) -> date:
        return today(self.clock)


def _typed_notice(asked: _Asked, form: Form) -> tuple[ClientNotice, int]:
    """Return the notice in the words typed, and the case number. Raises Refused for what cannot be printed."""
    _ = translator(asked.request)
    with asked.db.read() as session:
        meeting = find_meeting(session, asked.actor, asked.meeting_id)
        case = case_of_meeting(session, meeting, asked.client_id)
        base = client_notice(session, meeting, asked.client_id, dated=asked.now)
    with form.reading():
        goal = form.text("goal", _("めざすこと"), longest=LONGEST_LINE)
        agreed = form.text("agreed", _("きまったこと"), longest=LONGEST_AGREED, lines=True)
        points = tuple(line.strip() for line in agreed.split("\n") if line.strip())
        if len(points) > MOST_POINTS:
            form.fail("agreed", say(_("きまったことは{n}行までにしてください。"), n=MOST_POINTS))
        steps = tuple(
            step
            for number in range(1, MOST_STEPS + 1)
            if (step := _typed_step(asked, form, number)) is not None
        )
        talk = form.opt_text("next_talk", _("つぎに はなす日"), longest=LONGEST_LINE) or ""
        person = form.text("person", _("連絡先の担当者"), longest=50)
    typed = replace(
        base,
        goal=goal,
        agreed=points,
        next_steps=steps,
        next_talk=talk,
        contact=replace(base.contact, person=person),
    )
    return typed, case.case


def _typed_step(asked: _Asked, form: Form, number: int) -> ActionLine | None:
    _ = translator(asked.request)
    names = _step_fields(number)
    what = form.opt_text(names[0], _("すること"), longest=LONGEST_LINE)
    who = form.opt_text(names[1], _("だれが"), longest=50)
    due = form.opt_day(names[2], _("いつまで"))
    if what is None and who is None and due is None:
        return None
    if what is None:
        form.fail(names[0], _("「すること」を入れるか、その行をすべて空にしてください。"))
    if who is None:
        form.fail(names[1], _("「だれが」を入れてください。本人なら「あなた」と書きます。"))
    return ActionLine(what or "", who or "", due)


def _step_fields(number: int) -> tuple[str, str, str]:
    return f"step_what_{number}", f"step_who_{number}", f"step_due_{number}"


def _drawn(asked: _Asked, notice: ClientNotice) -> bytes:
    with asked.db.read() as session:
        meeting = find_meeting(session, asked.actor, asked.meeting_id)
        return draw_client_notice(session, meeting, notice)


def _record(asked: _Asked) -> None:
    with asked.db.write() as session:
        record_client_notice(
            session=session,
            actor=asked.actor,
            clock=asked.clock,
            meeting=find_meeting(session, asked.actor, asked.meeting_id),
            client_id=asked.client_id,
        )


def _one_sheet(document: bytes) -> bytes:
    """Return a PDF that fits on one sheet. Raises Refused for a longer one: the 本人 is handed one sheet."""
    pages = len(PdfReader(io.BytesIO(document)).pages)
    if pages > 1:
        raise Refused(f"{pages}枚になります。本人に渡す紙は1枚にするため、文を短くしてください。")
    return document


def _look(document: bytes) -> Looked:
    """Return how the paper prints; without LibreOffice only that it cannot be shown."""
    try:
        pages = len(PdfReader(io.BytesIO(to_pdf([("本人への説明", document)])[0])).pages)
        image = base64.b64encode(picture(document)).decode()
    except Refused as refusal:
        return Looked("", None, refusal.message)
    return Looked(f"data:image/png;base64,{image}", pages, "")


# ---- the page


def _page(
    asked: _Asked, form: Form | None, *, looked: Looked | None = None, errors: Sequence[ShownError] = ()
) -> Page:
    request, _ = asked.request, translator(asked.request)
    with asked.db.read() as session:
        meeting = find_meeting(session, asked.actor, asked.meeting_id)
        frame = meeting_frame(session, asked.actor, asked.clock, asked.meeting_id, "minutes")
        case = case_of_meeting(session, meeting, asked.client_id)
        why = why_no_notice(session, meeting)
        notice = None if why else client_notice(session, meeting, asked.client_id, dated=asked.now)
        has_names = names_kept(session)
    if notice is None:
        return _barred(request, frame_title(_, frame), asked, case, why, status=422 if form else 200)
    form = form or _recorded_form(asked, notice)
    return render(
        request,
        "minutes/client_notice.html",
        title=say(_("No.{n} 本人への説明"), n=case.case),
        status=422 if errors else 200,
        meeting_id=asked.meeting_id,
        meeting_title=frame_title(_, frame),
        case=case,
        notice=notice,
        form=form,
        steps=_step_lines(form),
        has_names=has_names,
        looked=looked,
        draws=office_program() is not None,
        errors=errors,
        wrong=by_field(errors),
    )


def _barred(
    request: WebRequest, meeting_title: str, asked: _Asked, case: NoticeCase, why: str, *, status: int
) -> Page:
    return render(
        request,
        "minutes/client_notice_barred.html",
        title=say(translator(request)("No.{n} 本人への説明"), n=case.case),
        status=status,
        meeting_id=asked.meeting_id,
        meeting_title=meeting_title,
        case=case,
        why=why,
    )


def _recorded_form(asked: _Asked, notice: ClientNotice) -> Form:
    """Return the form as it is first shown: what the record says."""
    locale = locale_of(asked.request)
    values: dict[str, object] = {
        "goal": notice.goal,
        "agreed": "\n".join(notice.agreed),
        "next_talk": notice.next_talk,
        "person": notice.contact.person,
    }
    for number, step in enumerate(notice.next_steps[:MOST_STEPS], start=1):
        due = typed_day(step.due_on, locale) if step.due_on else ""
        values |= dict(zip(_step_fields(number), (step.what, step.who, due), strict=True))
    return Form.filled(asked.request, **values)


def _step_lines(form: Form) -> tuple[StepLine, ...]:
    """Return the rows up to the last that holds something, and some empty ones."""
    rows = [_step_fields(number) for number in range(1, MOST_STEPS + 1)]
    filled = [place for place, names in enumerate(rows, start=1) if any(map(form.raw, names))]
    shown = min(MOST_STEPS, max(filled, default=0) + FREE_STEPS)
    return tuple(
        StepLine(
            number,
            form.raw(what),
            form.raw(who),
            form.raw(due),
            (form.error(what), form.error(who), form.error(due)),
        )
        for number, (what, who, due) in enumerate(rows[:shown], start=1)
    )
