"""設定: what the regulations leave open, the sender of invitations, venues and accounts."""

from collections.abc import Sequence

from litestar import get, post
from litestar.types import ControllerRouterHandler

from honoraria.services.money_settings import money_on_record
from meetings_app.core.actor import Actor
from meetings_app.core.errors import Refused
from meetings_app.core.terms import CommitteeKind, District, Role
from meetings_app.services.accounts import create_user
from meetings_app.services.office_overview import (
    accounts_of,
    change_settings,
    register_venue,
    set_organizer,
    settings_on_record,
    venues_of,
)
from meetings_app.services.roster import bodies_of, people_of_bodies
from meetings_app.web.access import allow
from meetings_app.web.form_errors import ShownError, by_field, shown_errors
from meetings_app.web.forms import Form
from meetings_app.web.given import GivenActor, GivenClock, GivenDb, GivenForm, WebRequest
from meetings_app.web.locale import Locale, Translator, locale_of, translator
from meetings_app.web.page import Page, render, see_other
from meetings_app.web.setting_fields import Known, SettingGroup, group_view, read_settings, told_settings
from meetings_app.web.setting_groups import FOUR_EYES, MONEY_GROUPS, OFFICE_FIELDS, OFFICE_GROUPS

OFFICE = allow(Role.SECRETARIAT)
READERS = allow(Role.SECRETARIAT, Role.ACCOUNTING)
ACCOUNT_FIELDS = ("login", "display_name", "role", "person")


@get("/office", opt=READERS, sync_to_thread=True)
def show_office(request: WebRequest, db: GivenDb, actor: GivenActor) -> Page:
    """設定の画面; 会計 sees what the settings of money say, and the way there."""
    if actor.role is Role.ACCOUNTING:
        return _money_page(request, db)
    return _office_page(request, db, actor, None, "", [], 200)


@post("/office", opt=OFFICE, sync_to_thread=True)
def save_settings(
    request: WebRequest, form: GivenForm, db: GivenDb, actor: GivenActor, clock: GivenClock
) -> Page:
    """設定を変える."""
    _ = translator(request)
    try:
        with form.reading():
            values = read_settings(form, OFFICE_FIELDS, _)
            if not str(values["office.base_url"]).startswith(("http://", "https://")):
                form.fail("base_url", _("「http://」か「https://」で始まるアドレスを入れてください。"))
        with db.write() as session:
            changed = change_settings(session=session, actor=actor, clock=clock, values=values)
    except Refused as refusal:
        return _office_page(request, db, actor, form, "settings", shown_errors(refusal, request), 422)
    done = _("設定を{n}件変えました。").replace("{n}", str(len(changed)))
    flash = ("success", done) if changed else ("info", _("変わったところはありません。"))
    return see_other(request, "/office", flash)


@post("/office/organizer", opt=OFFICE, sync_to_thread=True)
def save_organizer(
    request: WebRequest, form: GivenForm, db: GivenDb, actor: GivenActor, clock: GivenClock
) -> Page:
    """案内の差出人を決める."""
    _ = translator(request)
    try:
        with form.reading():
            body = form.identifier("organizer_body", _("会議体"))
            name = form.text("organizer_name", _("差出人の名前"))
            mailbox = form.text("organizer_mailbox", _("差出人のメールアドレス"), longest=254)
            if "@" not in mailbox[1:-1]:
                text = _("メールアドレスの形になっていません。半角で「名前@組織」の形に直してください。")
                form.fail("organizer_mailbox", text)
        with db.write() as session:
            set_organizer(
                session=session, actor=actor, clock=clock, committee_id=body, name=name, mailbox=mailbox
            )
    except Refused as refusal:
        return _office_page(request, db, actor, form, "organizer", shown_errors(refusal, request), 422)
    return see_other(request, "/office", ("success", _("案内の差出人を決めました。")))


@post("/office/venues", opt=OFFICE, sync_to_thread=True)
def add_office_venue(
    request: WebRequest, form: GivenForm, db: GivenDb, actor: GivenActor, clock: GivenClock
) -> Page:
    """会場を登録する."""
    _ = translator(request)
    try:
        with form.reading():
            name = form.text("venue_name", _("会場の名前"))
            district = form.choice("venue_district", _("会場の地区"), District)
        with db.write() as session:
            register_venue(session=session, actor=actor, clock=clock, name=name, district=district)
    except Refused as refusal:
        errors = shown_errors(refusal, request, "venue_name")
        return _office_page(request, db, actor, form, "venues", errors, 422)
    return see_other(request, "/office", ("success", _("会場を登録しました。")))


@post("/office/accounts", opt=OFFICE, sync_to_thread=True)
def add_account(
    request: WebRequest, form: GivenForm, db: GivenDb, actor: GivenActor, clock: GivenClock
) -> Page:
    """利用者を加える; a 圏域会議 account belongs to the regional body."""
    _ = translator(request)
    try:
        with form.reading():
            login = form.text("login", _("利用者名"), longest=100)
            display_name = form.text("display_name", _("表示する名前"), longest=100)
            role = form.choice("role", _("役割"), Role)
            person_id = form.opt_identifier("person", _("名簿の人"))
            password = form.secret("password", _("初めのパスワード"))
            if form.secret("again", _("初めのパスワード（もう一度）")) != password:
                form.fail("again", _("パスワードが2つで違います。同じものを入力してください。"))
            if role in (Role.MEMBER, Role.CHAIR) and person_id is None:
                form.fail("person", _("委員長と委員の利用者は、名簿の人と結び付けてください。"))
        with db.write() as session:
            bodies = bodies_of(session, actor)
            known = {person.id for person in people_of_bodies(session, [body.id for body in bodies])}
            if person_id is not None and person_id not in known:
                form.fail("person", _("「名簿の人」を一覧から選び直してください。"))
            regional = [body.id for body in bodies if body.kind is CommitteeKind.REGIONAL]
            if role is Role.REGIONAL and not regional:
                form.fail("role", _("圏域会議がまだ登録されていません。役割を選び直してください。"))
            create_user(
                session=session,
                actor=actor,
                clock=clock,
                login=login,
                display_name=display_name,
                role=role,
                committee_id=regional[0] if role is Role.REGIONAL else actor.committee_id,
                person_id=person_id,
                password=password,
            )
    except Refused as refusal:
        errors = shown_errors(refusal, request, "login")
        return _office_page(request, db, actor, form, "accounts", errors, 422)
    done = _("利用者「{name}」を加えました。利用者名とパスワードを本人に伝えてください。")
    return see_other(request, "/office", ("success", done.replace("{name}", display_name)))


route_handlers: list[ControllerRouterHandler] = [
    show_office,
    save_settings,
    save_organizer,
    add_office_venue,
    add_account,
]


def _money_page(request: WebRequest, db: GivenDb) -> Page:
    _, locale = translator(request), locale_of(request)
    with db.read() as session:
        groups = (*MONEY_GROUPS, FOUR_EYES)
        money = _told(groups, money_on_record(session), _, locale)
    return render(request, "office_money.html", title=_("設定"), money=money)


def _told(
    groups: Sequence[SettingGroup], known: Known, _: Translator, locale: Locale
) -> list[dict[str, object]]:
    """Return settings to read, group by group."""
    return [{"title": _(group.title), "settings": told_settings(group, known, _, locale)} for group in groups]


def _office_page(
    request: WebRequest,
    db: GivenDb,
    actor: Actor,
    form: Form | None,
    refused: str,
    errors: list[ShownError],
    status: int,
) -> Page:
    _, locale = translator(request), locale_of(request)
    with db.read() as session:
        known = settings_on_record(session)
        money = _told(MONEY_GROUPS, money_on_record(session), _, locale)
        bodies = bodies_of(session, actor)
        people = people_of_bodies(session, [body.id for body in bodies])
        organizers = [
            {
                "id": body.id,
                "name": body.name,
                "organizer": body.organizer_name,
                "mailbox": body.organizer_mailbox,
            }
            for body in bodies
        ]
        venues = [{"name": one.name, "district": _(one.district)} for one in venues_of(session)]
        accounts = accounts_of(session, actor)
        choices = [
            (one.id, f"{one.name}（{one.organisation}）" if one.organisation else one.name) for one in people
        ]
    shown = form if refused else None
    return render(
        request,
        "office.html",
        title=_("設定"),
        status=status,
        groups=[
            group_view(group, known, shown if refused == "settings" else None, _, locale)
            for group in OFFICE_GROUPS
        ],
        money=money,
        organizers=organizers,
        venues=venues,
        accounts=accounts,
        people=choices,
        roles=[(str(role), _(role)) for role in Role],
        districts=[(str(district), _(district)) for district in District],
        typed=_typed(shown),
        refused=refused,
        errors=errors,
        errors_by_field=by_field(errors),
    )


def _typed(form: Form | None) -> dict[str, str]:
    names = (
        *ACCOUNT_FIELDS,
        *("venue_name", "venue_district", "organizer_body", "organizer_name", "organizer_mailbox"),
    )
    return {name: form.raw(name) if form else "" for name in names}
