"""手続: checking, approving, finalising and sending back a sheet, each shown with its sums before it is done."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from litestar import get, post
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from honoraria.services.run_desk import RunDesk, desk_of
from honoraria.services.runs import approve_run, check_run, finalise_run, get_run, send_back
from honoraria.tables import PayRun
from honoraria.web.closing_views import run_base, run_href
from honoraria.web.line_views import FactView
from honoraria.web.run_pages import SEES_ALL
from honoraria.web.views import Words
from meetings_app.core.actor import Actor
from meetings_app.core.clock import Clock
from meetings_app.core.errors import Conflict, NotFound, Refused
from meetings_app.core.terms import RunStatus
from meetings_app.db.engine import Database
from meetings_app.web.access import allow
from meetings_app.web.form_errors import ShownError, by_field, shown_errors
from meetings_app.web.forms import Form
from meetings_app.web.given import GivenActor, GivenClock, GivenDb, GivenFilters, GivenForm, WebRequest
from meetings_app.web.locale import Translator, locale_of, mark, translator
from meetings_app.web.meeting_frame import DbSession
from meetings_app.web.page import Page, render, see_other

Take = Callable[[DbSession, Actor, Clock, PayRun, Form, Translator], PayRun]
CHANGED = "読んでいる間に内容が変わりました。画面を読み直し、内容を確かめてからやり直してください。"


@dataclass(frozen=True, slots=True)
class Step:
    """手続の一つ: from which stages it is taken, what it is called, what it does, and how it is taken."""

    title: str
    label: str
    effect: str
    done: str
    taken_from: tuple[RunStatus, ...]
    take: Take
    tone: str = "info"
    asks_reason: bool = False


@dataclass(frozen=True, slots=True)
class StepPage:
    """手続の確かめ: what is about to be done, with the sums it is done about."""

    title: str
    label: str
    effect: str
    tone: str
    asks_reason: bool
    sheet: str
    occasion: str
    sums: tuple[FactView, ...]
    seen: str
    action: str
    back: str
    changed: str = ""


def _check(
    session: DbSession, actor: Actor, clock: Clock, run: PayRun, form: Form, _translate: Translator
) -> PayRun:
    return check_run(session=session, actor=actor, clock=clock, run=run, seen=form.raw("seen"))


def _approve(
    session: DbSession, actor: Actor, clock: Clock, run: PayRun, form: Form, _translate: Translator
) -> PayRun:
    return approve_run(session=session, actor=actor, clock=clock, run=run, seen=form.raw("seen"))


def _finalise(
    session: DbSession, actor: Actor, clock: Clock, run: PayRun, form: Form, _translate: Translator
) -> PayRun:
    return finalise_run(session=session, actor=actor, clock=clock, run=run, seen=form.raw("seen"))


def _send_back(
    session: DbSession, actor: Actor, clock: Clock, run: PayRun, form: Form, translate: Translator
) -> PayRun:
    reason = form.text("reason", translate("差し戻す理由"), longest=500, lines=True)
    return send_back(session=session, actor=actor, clock=clock, run=run, reason=reason)


STEPS: Mapping[str, Step] = {
    "check": Step(
        mark("支給調書を確認する"),
        mark("確認する"),
        mark(
            "読んだとおりの内容（下の照合番号）を確認済みにします。承認できるのは、この内容だけです。直すときは、差し戻します。"
        ),
        mark("確認しました。承認を待っています。"),
        (RunStatus.DRAFT,),
        _check,
    ),
    "approve": Step(
        mark("支給調書を承認する"),
        mark("承認する"),
        mark(
            "確認された内容を承認します。承認のあと確定すると、支払えるようになります。確定までは差し戻せます。"
        ),
        mark("承認しました。確定できます。"),
        (RunStatus.CHECKED,),
        _approve,
    ),
    "finalise": Step(
        mark("支給調書を確定する"),
        mark("確定する"),
        mark(
            "確定すると、内容は変えられません。取り消すこともできません。誤りは、次の支給調書で訂正します。"
        ),
        mark("確定しました。支払いに進めます。"),
        (RunStatus.APPROVED,),
        _finalise,
        tone="warn",
    ),
    "send-back": Step(
        mark("支給調書を差し戻す"),
        mark("差し戻す"),
        mark("下書きに戻します。確認と承認は、もう一度やり直します。"),
        mark("差し戻しました。下書きに戻りました。"),
        (RunStatus.CHECKED, RunStatus.APPROVED),
        _send_back,
        asks_reason=True,
    ),
}


@get("/honoraria/runs/{run_id:str}/steps/{step:str}", opt=allow(*SEES_ALL), sync_to_thread=True)
def ask_step(
    request: WebRequest,
    run_id: FromPath[str],
    step: FromPath[str],
    filters: GivenFilters,
    db: GivenDb,
    actor: GivenActor,
) -> Page:
    """Show what a step does and the sums it is about; one that cannot be taken now leads back to the sheet."""
    wanted = _step(step)
    with db.read() as session:
        run = get_run(session, run_id, actor.committee_id)
        href = run_href(run.id, run.meeting_id)
        if run.status not in wanted.taken_from:
            return see_other(request, href)
        desk = desk_of(session, actor, run)
        if filters.raw("seen") and filters.raw("seen") != desk.seen:
            raise Conflict(CHANGED)
        if step != "send-back" and not _is_open(desk):
            return see_other(request, href)
        view = _view(request, desk, step)
    return _page(request, view)


@post("/honoraria/runs/{run_id:str}/steps/{step:str}", opt=allow(*SEES_ALL), sync_to_thread=True)
def take_step(
    request: WebRequest,
    run_id: FromPath[str],
    step: FromPath[str],
    form: GivenForm,
    db: GivenDb,
    actor: GivenActor,
    clock: GivenClock,
) -> Page:
    """Take a step about the content that was shown (`seen`); taken twice by the same person it is one."""
    _, wanted = translator(request), _step(step)
    try:
        with db.write() as session:
            run = get_run(session, run_id, actor.committee_id)
            wanted.take(session, actor, clock, run, form, _)
            href = run_href(run.id, run.meeting_id)
    except Refused as refusal:
        return _again(request, db, actor, run_id, step, form, shown_errors(refusal, request))
    return see_other(request, href, ("success", _(wanted.done)))


route_handlers: list[ControllerRouterHandler] = [ask_step, take_step]


def _step(name: str) -> Step:
    if name not in STEPS:
        raise NotFound("このページはありません。支給調書の画面から選び直してください。")
    return STEPS[name]


def _is_open(desk: RunDesk) -> bool:
    """Return whether the sheet itself offers the step: nothing is missing, stale or somebody else's to do."""
    content = desk.sheet.content
    return bool(content.lines) and not content.blocks and not desk.is_stale and not desk.own_check


def _again(
    request: WebRequest,
    db: Database,
    actor: Actor,
    run_id: str,
    step: str,
    form: Form,
    errors: Sequence[ShownError],
) -> Page:
    with db.read() as session:
        desk = desk_of(session, actor, get_run(session, run_id, actor.committee_id))
        view = _view(request, desk, step)
    return _page(request, view, form.raw("reason"), errors)


def _view(request: WebRequest, desk: RunDesk, name: str) -> StepPage:
    _ = translator(request)
    words, step, head = Words(_, locale_of(request)), STEPS[name], desk.sheet.content.head
    return StepPage(
        title=_(step.title),
        label=_(step.label),
        effect=_(step.effect),
        tone=step.tone,
        asks_reason=step.asks_reason,
        sheet=words.n(mark("支給調書 第{n}号"), head.number),
        occasion=f"{words.n(mark('支給調書 第{n}号'), head.number)}　{head.title}",
        sums=_sums(desk, words),
        seen=desk.seen,
        action=f"{run_base(desk.run_id)}/steps/{name}",
        back=run_href(desk.run_id, desk.meeting_id),
        changed=_changed(desk, words),
    )


def _changed(desk: RunDesk, words: Words) -> str:
    """Return that facts have changed since the assessment, "" where none has: nobody goes on unawares."""
    if not desk.changed:
        return ""
    text = mark(
        "判定のあとに、もとになる記録が変わった行が{n}件あります。今の記録で支給するときは、下書きで判定し直してください。"
    )
    return f"{words.n(text, len(desk.changed))}（{'、'.join(one.name for one in desk.changed)}）"


def _sums(desk: RunDesk, words: Words) -> tuple[FactView, ...]:
    _, sums = words.translate, desk.sheet.content.totals
    return (
        FactView(_("支払いのある人"), words.n(mark("{n}名"), sums.payable)),
        FactView(_("報酬"), words.yen(sums.honorarium)),
        FactView(_("旅費"), words.yen(sums.travel)),
        FactView(_("源泉"), words.yen(sums.withheld), desk.sheet.content.head.withholding),
        FactView(_("差引合計"), words.yen(sums.net)),
    )


def _page(request: WebRequest, view: StepPage, reason: str = "", errors: Sequence[ShownError] = ()) -> Page:
    return render(
        request,
        "honoraria/run_step.html",
        title=view.title,
        status=422 if errors else 200,
        step=view,
        reason=reason,
        errors=errors,
        errors_by_field=by_field(errors),
    )
