"""地域課題: the summary of the region, and the issues of a body."""

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from meetings_app.core.actor import Actor
from meetings_app.core.clock import Clock, today
from meetings_app.core.errors import Refused
from meetings_app.core.terms import MUNICIPALITIES, IssueCategory, IssueStatus, Role, Shortage
from meetings_app.services.committees import get_committee
from meetings_app.services.minted import is_made
from meetings_app.web.access import allow
from meetings_app.web.form_errors import ShownError, by_field, shown_errors
from meetings_app.web.forms import SENT_BEFORE, Form
from meetings_app.web.given import GivenActor, GivenClock, GivenDb, GivenFilters, GivenForm, WebRequest
from meetings_app.web.locale import Locale, Translator, format_day, locale_of, translator
from meetings_app.web.page import Page, download, render, see_other
from minutes.regional_csv import regional_csv
from minutes.services.issues import (
    change_issue_status,
    get_issue,
    list_issues,
    public_texts,
    raise_issue,
    review_public_text,
)
from minutes.services.regional import regional_report
from minutes.tables import RegionalIssue
from minutes.web.regional_views import issue_row, public_text, report_page

READERS = allow(Role.SECRETARIAT, Role.CHAIR, Role.REGIONAL)
OWNERS = allow(Role.SECRETARIAT, Role.CHAIR)
MOST_ROWS = 100
NEW_FIELDS = ("raised_on", "category", "shortage", "municipality", "internal_text")


@get("/regional", opt=READERS, sync_to_thread=True)
def show_report(
    request: WebRequest, filters: GivenFilters, db: GivenDb, actor: GivenActor, clock: GivenClock
) -> Page:
    """地域課題のまとめ inside the region, or the edition that leaves it (?edition=outside), by ?period=."""
    _, locale = translator(request), locale_of(request)
    with db.read() as session:
        report = regional_report(
            session,
            actor.committee_id,
            outside=_is_outside(filters),
            period=filters.raw("period"),
            today=today(clock),
        )
        texts = [public_text(issue, locale, _) for issue in public_texts(session, actor.committee_id)]
        view = report_page(report, locale, _)
    return render(
        request,
        "minutes/regional.html",
        title=_("地域課題のまとめ"),
        view=view,
        texts=texts,
        owns=actor.role is not Role.REGIONAL,
    )


@get("/regional.csv", opt=READERS, sync_to_thread=True)
def download_report(
    request: WebRequest, filters: GivenFilters, db: GivenDb, actor: GivenActor, clock: GivenClock
) -> Response[bytes]:
    """まとめの CSV: the same table; what is hidden stays hidden."""
    _ = translator(request)
    outside, period = _is_outside(filters), filters.raw("period")
    with db.read() as session:
        report = regional_report(
            session, actor.committee_id, outside=outside, period=period, today=today(clock)
        )
    edition = _("外へ出す版") if outside else _("圏域の中の版")
    name = f"{_('地域課題のまとめ')}_{edition}_{period or _('全期間')}.csv"
    return download(regional_csv(report.table), name, "text/csv")


@get("/regional/issues", opt=OWNERS, sync_to_thread=True)
def show_issues(
    request: WebRequest, filters: GivenFilters, db: GivenDb, actor: GivenActor, clock: GivenClock
) -> Page:
    """地域課題の一覧 of the own body, by ?status=."""
    return _issues_page(request, db, actor, clock, filters.raw("status"), None, [], 200)


@post("/regional/issues", opt=OWNERS, sync_to_thread=True)
def add_issue(
    request: WebRequest, form: GivenForm, db: GivenDb, actor: GivenActor, clock: GivenClock
) -> Page:
    """地域課題を挙げる (第2条第4号)."""
    _ = translator(request)
    try:
        minted = form.minted_id()
        with form.reading():
            raised_on = form.day("raised_on", _("挙がった日"))
            category = form.choice("category", _("分野"), IssueCategory)
            shortage = form.choice("shortage", _("不足のしかた"), Shortage)
            municipality = form.one_of("municipality", _("市町村"), MUNICIPALITIES)
            text = form.text("internal_text", _("内部の文"), longest=2000, lines=True)
            if raised_on > today(clock):
                form.fail("raised_on", _("挙がった日がきょうより後です。日付を確かめてください。"))
        with db.write() as session:
            if is_made(session, RegionalIssue, minted):
                get_issue(session, minted, actor.committee_id)
                return see_other(request, f"/regional/issues/{minted}", ("info", _(SENT_BEFORE)))
            raise_issue(
                session=session,
                actor=actor,
                clock=clock,
                committee_id=actor.committee_id,
                raised_on=raised_on,
                category=category,
                shortage=shortage,
                municipality=municipality,
                internal_text=text,
                issue_id=minted,
            )
    except Refused as refusal:
        return _issues_page(request, db, actor, clock, "", form, shown_errors(refusal, request), 422)
    return see_other(request, f"/regional/issues/{minted}", ("success", _("地域課題を記録しました。")))


@get("/regional/issues/{issue_id:str}", opt=OWNERS, sync_to_thread=True)
def show_issue(request: WebRequest, issue_id: FromPath[str], db: GivenDb, actor: GivenActor) -> Page:
    """一つの地域課題: internal text, stage, and the text that may leave."""
    return _issue_page(request, db, actor, issue_id, None, [], 200)


@post("/regional/issues/{issue_id:str}/status", opt=OWNERS, sync_to_thread=True)
def save_status(
    request: WebRequest,
    issue_id: FromPath[str],
    form: GivenForm,
    db: GivenDb,
    actor: GivenActor,
    clock: GivenClock,
) -> Page:
    """課題の段階を変える."""
    _ = translator(request)
    try:
        status = form.choice("status", _("段階"), IssueStatus)
        with db.write() as session:
            change_issue_status(
                session=session,
                actor=actor,
                clock=clock,
                issue_id=issue_id,
                committee_id=actor.committee_id,
                status=status,
            )
    except Refused as refusal:
        return _issue_page(request, db, actor, issue_id, form, shown_errors(refusal, request), 422)
    return see_other(request, f"/regional/issues/{issue_id}", ("success", _("段階を変えました。")))


@post("/regional/issues/{issue_id:str}/public", opt=OWNERS, sync_to_thread=True)
def save_public_text(
    request: WebRequest,
    issue_id: FromPath[str],
    form: GivenForm,
    db: GivenDb,
    actor: GivenActor,
    clock: GivenClock,
) -> Page:
    """公開する文を確認する: only what a person has read leaves the committee."""
    _ = translator(request)
    try:
        with form.reading():
            text = form.text("public_text", _("公開する文"), longest=2000, lines=True)
            if not form.checked("read"):
                form.fail("read", _("読み返したことを確かめ、印を付けてください。"))
        with db.write() as session:
            review_public_text(
                session=session,
                actor=actor,
                clock=clock,
                issue_id=issue_id,
                committee_id=actor.committee_id,
                public_text=text,
            )
    except Refused as refusal:
        return _issue_page(request, db, actor, issue_id, form, shown_errors(refusal, request), 422)
    done = _("公開する文を確認しました。圏域のまとめに出ます。")
    return see_other(request, f"/regional/issues/{issue_id}", ("success", done))


route_handlers: list[ControllerRouterHandler] = [
    show_report,
    download_report,
    show_issues,
    add_issue,
    show_issue,
    save_status,
    save_public_text,
]


def _is_outside(filters: Form) -> bool:
    return filters.raw("edition") == "outside"


def _issues_page(
    request: WebRequest,
    db: GivenDb,
    actor: Actor,
    clock: Clock,
    status_asked: str,
    form: Form | None,
    errors: list[ShownError],
    status: int,
) -> Page:
    _, locale = translator(request), locale_of(request)
    with db.read() as session:
        issues = list_issues(session, actor.committee_id)
        home = get_committee(session, actor.committee_id).municipality
        chosen = [issue for issue in issues if not status_asked or issue.status == status_asked]
        rows = [issue_row(issue, locale, _) for issue in chosen[:MOST_ROWS]]
        filters = _status_filters([str(issue.status) for issue in issues], status_asked, _)
    typed = form or Form.filled(request, raised_on=_typed_day(clock, locale), municipality=home)
    return render(
        request,
        "minutes/regional_issues.html",
        title=_("地域課題の一覧"),
        status=status,
        rows=rows,
        left=max(len(chosen) - MOST_ROWS, 0),
        filters=filters,
        typed={name: typed.raw(name) for name in NEW_FIELDS},
        minted=typed.shown_id(),
        lists=_lists(_),
        errors=errors,
        errors_by_field=by_field(errors),
    )


def _typed_day(clock: Clock, locale: Locale) -> str:
    day = today(clock)
    return format_day(day, locale) if locale is Locale.JA else day.isoformat()


def _status_filters(statuses: list[str], asked: str, _: Translator) -> list[dict[str, object]]:
    everything = {
        "label": _("すべて"),
        "href": "/regional/issues",
        "active": not asked,
        "count": len(statuses),
    }
    return [
        everything,
        *(
            {
                "label": _(status),
                "href": f"/regional/issues?status={status}",
                "active": status == asked,
                "count": statuses.count(status),
            }
            for status in IssueStatus
        ),
    ]


def _lists(_: Translator) -> dict[str, list[tuple[str, str]]]:
    return {
        "categories": [(str(term), _(term)) for term in IssueCategory],
        "shortages": [(str(term), _(term)) for term in Shortage],
        "municipalities": [(name, _(name)) for name in MUNICIPALITIES],
        "statuses": [(str(term), _(term)) for term in IssueStatus],
    }


def _issue_page(
    request: WebRequest,
    db: GivenDb,
    actor: Actor,
    issue_id: str,
    form: Form | None,
    errors: list[ShownError],
    status: int,
) -> Page:
    _ = translator(request)
    with db.read() as session:
        issue = get_issue(session, issue_id, actor.committee_id)
        row = issue_row(issue, locale_of(request), _)
        stage = str(issue.status)
    return render(
        request,
        "minutes/regional_issue.html",
        title=_("地域課題"),
        status=status,
        row=row,
        stage=stage,
        public_text=form.raw("public_text") if form and form.raw("public_text") else row.public_text,
        lists=_lists(_),
        errors=errors,
        errors_by_field=by_field(errors),
    )
