"""支援の提供者: the list, one provider with the plans it serves, and who works there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from litestar import get, post
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from agenda.register_tables import Affiliation
from agenda.services import providers
from agenda.services.people import people_without_seat
from agenda.services.providers import get_provider, list_providers, served_plans, workers_of
from agenda.web.case_frame import EDITORS, READERS
from agenda.web.plan_views import typed as typed_text
from meetings_app.core.actor import Actor
from meetings_app.core.clock import Clock, today
from meetings_app.core.effective import holds
from meetings_app.core.errors import Conflict, Refused
from meetings_app.core.terms import Role
from meetings_app.db.engine import Database
from meetings_app.services.correction_trail import (
    LONGEST_REASON,
    Correction,
    Told,
    corrections_of,
    fingerprint,
)
from meetings_app.services.roster import bodies_of, people_of_bodies
from meetings_app.web.form_errors import ShownError, by_field, shown_errors
from meetings_app.web.forms import Form
from meetings_app.web.given import GivenActor, GivenClock, GivenDb, GivenForm, WebRequest
from meetings_app.web.heat import say
from meetings_app.web.locale import Locale, format_day, locale_of, translator
from meetings_app.web.meeting_frame import DbSession
from meetings_app.web.member_views import period_text
from meetings_app.web.page import Page, render, see_other

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class WorkerView:
    """そこで勤務する人: one line; `ends` says whether the end is still to be recorded."""

    id: str
    name: str
    post: str
    period: str
    now: bool
    ends: bool
    href: str
    earlier: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Asked:
    """Which provider is asked for, and by whom."""

    request: WebRequest
    db: Database
    clock: Clock
    actor: Actor
    provider_id: str

    @property
    def href(self) -> str:
        return f"/plans/providers/{self.provider_id}"


@get("/plans/providers", opt=READERS, sync_to_thread=True)
def show_providers(request: WebRequest, db: GivenDb, clock: GivenClock, actor: GivenActor) -> Page:
    """提供者の一覧."""
    _ = translator(request)
    with db.read() as session:
        lines = list_providers(session, actor.committee_id, today(clock))
    return render(
        request,
        "agenda/providers.html",
        title=_("支援の提供者"),
        lines=lines,
        sub=say(_("{n}か所"), n=len(lines)),
        edits=actor.role is Role.SECRETARIAT,
    )


@get("/plans/providers/{provider_id:str}", opt=READERS, sync_to_thread=True)
def show_provider(
    request: WebRequest, provider_id: FromPath[str], db: GivenDb, clock: GivenClock, actor: GivenActor
) -> Page:
    """提供者の画面: its plans, and who works there."""
    asked = _Asked(request, db, clock, actor, provider_id)
    return _provider_page(asked, Form.filled(request), "", [])


@post("/plans/providers/{provider_id:str}", opt=EDITORS, sync_to_thread=True)
def change_provider(
    request: WebRequest,
    provider_id: FromPath[str],
    db: GivenDb,
    clock: GivenClock,
    actor: GivenActor,
    form: GivenForm,
) -> Page:
    """提供者の名前を直す."""
    _ = translator(request)
    asked = _Asked(request, db, clock, actor, provider_id)
    try:
        with form.reading():
            name = form.text("name", _("名前"), longest=providers.LONGEST_NAME)
            kana = form.opt_text("kana", _("ふりがな"), longest=providers.LONGEST_NAME)
        with db.write() as session:
            providers.change_provider(
                session=session,
                actor=actor,
                clock=clock,
                provider_id=provider_id,
                name=name,
                kana=kana or "",
                seen=form.raw("seen"),
            )
    except Refused as refusal:
        return _provider_page(asked, form, "name", shown_errors(refusal, request, "name"))
    return see_other(request, asked.href, ("success", _("提供者の名前を直しました。")))


@post("/plans/providers/{provider_id:str}/people", opt=EDITORS, sync_to_thread=True)
def record_worker(
    request: WebRequest,
    provider_id: FromPath[str],
    db: GivenDb,
    clock: GivenClock,
    actor: GivenActor,
    form: GivenForm,
) -> Page:
    """そこで勤務する人を記録する."""
    _ = translator(request)
    asked = _Asked(request, db, clock, actor, provider_id)
    try:
        with form.reading():
            person_id = form.identifier("person", _("人"))
            position = form.opt_text("post", _("職名"), longest=providers.LONGEST_POST)
            start = form.day("first_day", _("始まりの日"))
            end = form.opt_day("last_day", _("最後の日"))
        with db.write() as session:
            providers.record_affiliation(
                session=session,
                actor=actor,
                clock=clock,
                provider_id=provider_id,
                person_id=person_id,
                post=position or "",
                valid_from=start,
                last_day=end,
            )
    except Refused as refusal:
        return _provider_page(asked, form, "person", shown_errors(refusal, request, "first_day"))
    done = _("勤務先を記録しました。この提供者の支援を評価するときに、委員長に知らせます。")
    return see_other(request, asked.href, ("success", done))


@post("/plans/providers/{provider_id:str}/people/{affiliation_id:str}/end", opt=EDITORS, sync_to_thread=True)
def end_work(
    request: WebRequest,
    provider_id: FromPath[str],
    affiliation_id: FromPath[str],
    db: GivenDb,
    clock: GivenClock,
    actor: GivenActor,
    form: GivenForm,
) -> Page:
    """勤務の終わりを記録する."""
    _ = translator(request)
    asked = _Asked(request, db, clock, actor, provider_id)
    field = f"ended_{affiliation_id}"
    try:
        day = form.day(field, _("最後の日"))
        with db.write() as session:
            providers.end_affiliation(
                session=session,
                actor=actor,
                clock=clock,
                provider_id=provider_id,
                affiliation_id=affiliation_id,
                last_day=day,
            )
    except Refused as refusal:
        return _provider_page(asked, form, affiliation_id, shown_errors(refusal, request, field))
    return see_other(request, asked.href, ("success", _("勤務の終わりを記録しました。")))


@get("/plans/providers/{provider_id:str}/people/{affiliation_id:str}", opt=EDITORS, sync_to_thread=True)
def show_work(
    request: WebRequest,
    provider_id: FromPath[str],
    affiliation_id: FromPath[str],
    db: GivenDb,
    clock: GivenClock,
    actor: GivenActor,
) -> Page:
    """勤務先の記録を訂正する画面."""
    asked = _Asked(request, db, clock, actor, provider_id)
    return _work_page(asked, affiliation_id, None, [], 200)


@post("/plans/providers/{provider_id:str}/people/{affiliation_id:str}", opt=EDITORS, sync_to_thread=True)
def mend_work(
    request: WebRequest,
    provider_id: FromPath[str],
    affiliation_id: FromPath[str],
    db: GivenDb,
    clock: GivenClock,
    actor: GivenActor,
    form: GivenForm,
) -> Page:
    """勤務先の記録を訂正する."""
    _ = translator(request)
    asked = _Asked(request, db, clock, actor, provider_id)
    try:
        with form.reading():
            position = form.opt_text("post", _("職名"), longest=providers.LONGEST_POST)
            start = form.day("first_day", _("始まりの日"))
            end = form.opt_day("last_day", _("最後の日"))
            reason = form.text("reason", _("訂正の理由"), longest=LONGEST_REASON, lines=True)
        with db.write() as session:
            providers.correct_affiliation(
                session=session,
                actor=actor,
                clock=clock,
                provider_id=provider_id,
                affiliation_id=affiliation_id,
                post=position or "",
                valid_from=start,
                last_day=end,
                told=Told(reason, form.raw("seen")),
            )
    except Conflict as conflict:
        return _work_page(asked, affiliation_id, form, [ShownError("", _(conflict.message))], 409)
    except Refused as refusal:
        return _work_page(asked, affiliation_id, form, shown_errors(refusal, request, "first_day"), 422)
    return see_other(request, asked.href, ("success", _("勤務先の記録を訂正しました。")))


def _provider_page(asked: _Asked, typed: Form, opened: str, errors: Sequence[ShownError]) -> Page:
    locale, on = locale_of(asked.request), today(asked.clock)
    with asked.db.read() as session:
        provider = get_provider(session, asked.actor.committee_id, asked.provider_id)
        name, kana = provider.name, provider.kana
        plans = served_plans(session, provider.id)
        workers = _workers(session, asked, on, locale)
        people = _candidates(session, asked.actor)
    return render(
        asked.request,
        "agenda/provider.html",
        title=name,
        status=422 if errors else 200,
        name=name,
        kana=kana,
        href=asked.href,
        plans=[(one, format_day(one.period_end, locale) if one.period_end else "") for one in plans],
        workers=workers,
        people=people,
        typed=typed,
        opened=opened,
        errors=errors,
        wrong=by_field(errors),
        edits=asked.actor.role is Role.SECRETARIAT,
    )


def _workers(session: DbSession, asked: _Asked, on: date, locale: Locale) -> list[WorkerView]:
    found = workers_of(session, asked.provider_id)
    told = {one.person.id: corrections_of(session, one.person.id) for one in found}
    return [
        WorkerView(
            id=one.row.id,
            name=one.person.name,
            post=one.row.post,
            period=period_text(one.row, translator(asked.request), locale),
            now=holds(one.row, on),
            ends=one.row.valid_to is None,
            href=f"{asked.href}/people/{one.row.id}",
            earlier=tuple(
                _earlier(correction, asked, locale) for correction in told[one.person.id].get(one.row.id, [])
            ),
        )
        for one in found
    ]


def _earlier(correction: Correction, asked: _Asked, locale: Locale) -> str:
    """Return what stood there before a correction, and why it was made."""
    _ = translator(asked.request)
    start, end = correction.day("valid_from"), correction.day("valid_to")
    return say(
        _("訂正前: {post} {start}–{end}。{reason}（{actor}）"),
        post=correction.before["post"] or "",
        start=format_day(start, locale),
        end=format_day(end - ONE_DAY, locale) if end else "",
        reason=correction.reason,
        actor=correction.actor,
    )


def _candidates(session: DbSession, actor: Actor) -> list[tuple[str, str]]:
    """Return whom the office keeps, by kana: people of its bodies, then those without a seat."""
    own = people_of_bodies(session, [body.id for body in bodies_of(session, actor)])
    people = {person.id: person for person in (*own, *people_without_seat(session, actor))}
    return [
        (person.id, f"{person.name}（{person.organisation}）" if person.organisation else person.name)
        for person in people.values()
    ]


def _work_page(
    asked: _Asked, affiliation_id: str, form: Form | None, errors: Sequence[ShownError], status: int
) -> Page:
    _, locale = translator(asked.request), locale_of(asked.request)
    with asked.db.read() as session:
        provider, row = providers.find_affiliation(session, asked.actor, asked.provider_id, affiliation_id)
        person = next(one.person.name for one in workers_of(session, provider.id) if one.row.id == row.id)
        stored = Form.filled(
            asked.request,
            post=row.post,
            first_day=typed_text(row.valid_from, locale),
            last_day=typed_text(_last_day(row), locale),
        )
        name, seen = provider.name, fingerprint("affiliation", row)
    return render(
        asked.request,
        "agenda/affiliation_correction.html",
        title=_("勤務先の記録の訂正"),
        status=status,
        person=person,
        provider=name,
        href=asked.href,
        action=f"{asked.href}/people/{affiliation_id}",
        typed=form or stored,
        seen=seen,
        errors=errors,
        wrong=by_field(errors),
    )


def _last_day(row: Affiliation) -> date | None:
    return row.valid_to - ONE_DAY if row.valid_to else None


route_handlers: list[ControllerRouterHandler] = [
    show_providers,
    show_provider,
    change_provider,
    record_worker,
    end_work,
    show_work,
    mend_work,
]
