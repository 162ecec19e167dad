"""設定: what the regulations leave open, the sender of invitations, venues and accounts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from litestar import get, post
from litestar.types import ControllerRouterHandler

from meetings_app.core.actor import Actor
from meetings_app.core.errors import Refused
from meetings_app.core.terms import CommitteeKind, District, Role
from meetings_app.services.accounts import create_user
from meetings_app.services.office_overview import (
    CONFIRMED_BY,
    CONFIRMED_ON,
    SettingOnRecord,
    accounts_of,
    change_settings,
    register_venue,
    set_organizer,
    settings_on_record,
    venues_of,
)
from meetings_app.services.office_settings import Value
from meetings_app.services.roster import bodies_of, people_of_bodies
from meetings_app.web.access import allow
from meetings_app.web.form_errors import ShownError, by_field, shown_errors
from meetings_app.web.forms import Form
from meetings_app.web.given import GivenActor, GivenClock, GivenDb, GivenForm, WebRequest
from meetings_app.web.locale import Locale, Translator, format_day, format_time, locale_of, mark, translator
from meetings_app.web.member_views import typed_day
from meetings_app.web.page import Page, render, see_other

OFFICE = allow(Role.SECRETARIAT)


@dataclass(frozen=True, slots=True)
class SettingField:
    """設定の欄: how one setting is asked for. `kind` is number, choice, text or day."""

    key: str
    name: str
    label: str
    kind: str
    help: str
    citation: str = ""
    suffix: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    low: int = 0
    high: int = 1000
    required: bool = True


@dataclass(frozen=True, slots=True)
class SettingGroup:
    """設定のまとまり."""

    title: str
    fields: tuple[SettingField, ...]


GROUPS = (
    SettingGroup(
        mark("支給"),
        (
            SettingField(
                "honoraria.online_travel",
                "online_travel",
                mark("オンライン出席の旅費"),
                "choice",
                mark("規程に定めがありません。決めるまでは、そのつど要判断になります。"),
                "第7条第3項②",
                choices=(
                    ("ask", mark("そのつど判断する")),
                    ("none", mark("支給しない")),
                    ("pay", mark("対面と同じ額を支給する")),
                ),
            ),
            SettingField(
                "honoraria.same_day_travel",
                "same_day_travel",
                mark("同じ日に会議が2回あるときの旅費"),
                "choice",
                mark("日額なので、1日1回とするのが初めの設定です。報酬は回ごとに支給します。"),
                "第7条第3項②",
                choices=(("once", mark("1日1回")), ("each", mark("会議ごと"))),
            ),
            SettingField(
                CONFIRMED_BY,
                "confirmed_by",
                mark("規程が現行であることを確かめた人"),
                "text",
                mark("手元の条文より後の改正がないことを、原本で確かめた人の氏名です。"),
                required=False,
            ),
            SettingField(
                CONFIRMED_ON,
                "confirmed_on",
                mark("確かめた日"),
                "day",
                mark("この日までの会議について、「以後の改正は未確認」の所見が出なくなります。"),
                required=False,
            ),
        ),
    ),
    SettingGroup(
        mark("期限"),
        (
            SettingField(
                "due.horizon_days",
                "horizon_days",
                mark("期間満了の何日前から諮るか"),
                "number",
                mark("プランの期間の終わりがこの日数のうちに来ると、評価の期限として挙がります。"),
                suffix=mark("日"),
                low=1,
                high=366,
            ),
            SettingField(
                "due.first_plan_limit_days",
                "first_plan_limit_days",
                mark("初回の相談から最初のプランを諮るまで"),
                "number",
                mark("空けておくと期限を設けず、古い順に並べます。"),
                suffix=mark("日"),
                low=1,
                high=366,
                required=False,
            ),
            SettingField(
                "due.ending_limit_days",
                "ending_limit_days",
                mark("終結の申し出から諮るまで"),
                "number",
                mark("申し出の日からこの日数が期限になります。"),
                suffix=mark("日"),
                low=1,
                high=366,
            ),
        ),
    ),
    SettingGroup(
        mark("地域課題のまとめ"),
        (
            SettingField(
                "regional.threshold_inside",
                "threshold_inside",
                mark("圏域の中で隠す件数の基準"),
                "number",
                mark("この件数に満たない数を隠します。"),
                suffix=mark("件"),
                low=2,
                high=100,
            ),
            SettingField(
                "regional.threshold_outside",
                "threshold_outside",
                mark("圏域の外へ出すときに隠す件数の基準"),
                "number",
                mark("この件数に満たない数を隠します。圏域の中の基準以上にしてください。"),
                suffix=mark("件"),
                low=2,
                high=100,
            ),
        ),
    ),
    SettingGroup(
        mark("事務所"),
        (
            SettingField(
                "office.name",
                "office_name",
                mark("事務所の名前"),
                "text",
                mark("書類に記す名前です。"),
                required=False,
            ),
            SettingField(
                "office.base_url",
                "base_url",
                mark("この画面のアドレス"),
                "text",
                mark("案内に、会議の画面へのリンクとして入ります。例　https://kaigi.example.jp"),
            ),
        ),
    ),
)
FIELDS = tuple(field for group in GROUPS for field in group.fields)
ACCOUNT_FIELDS = ("login", "display_name", "role", "person")


@get("/office", opt=OFFICE, sync_to_thread=True)
def show_office(request: WebRequest, db: GivenDb, actor: GivenActor) -> Page:
    """設定の画面."""
    return _office_page(request, db, actor, None, "", [], 200)


@post("/office", opt=OFFICE, sync_to_thread=True)
def save_settings(
    request: WebRequest, form: GivenForm, db: GivenDb, actor: GivenActor, clock: GivenClock
) -> Page:
    """設定を変える."""
    _ = translator(request)
    try:
        with form.reading():
            values = {field.key: _read(form, field, _) for field in FIELDS}
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


def _read(form: Form, field: SettingField, _: Translator) -> Value:
    label = _(field.label)
    if field.kind == "choice":
        return form.one_of(field.name, label, [value for value, _text in field.choices])
    if field.kind == "day":
        day = form.opt_day(field.name, label)
        return day.isoformat() if day else None
    if field.kind == "number":
        limits = {"low": field.low, "high": field.high}
        read = form.integer if field.required else form.opt_integer
        return read(field.name, label, **limits)
    if field.required:
        return form.text(field.name, label)
    return form.opt_text(field.name, label) or ("" if field.key == "office.name" else None)


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
            _group_view(group, known, shown if refused == "settings" else None, _, locale) for group in GROUPS
        ],
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


def _group_view(
    group: SettingGroup,
    known: Mapping[str, SettingOnRecord],
    form: Form | None,
    _: Translator,
    locale: Locale,
) -> dict[str, object]:
    return {
        "title": _(group.title),
        "fields": [_field_view(field, known[field.key], form, _, locale) for field in group.fields],
    }


def _field_view(
    field: SettingField, known: SettingOnRecord, form: Form | None, _: Translator, locale: Locale
) -> dict[str, object]:
    value = form.raw(field.name) if form else _shown(field, known.value, locale)
    return {
        "name": field.name,
        "label": _(field.label),
        "kind": field.kind,
        "help": f"{_(field.help)} {_set_by(known, _, locale)}",
        "citation": field.citation,
        "suffix": _(field.suffix),
        "required": field.required,
        "choices": [{"value": key, "label": _(text)} for key, text in field.choices],
        "value": value,
    }


def _shown(field: SettingField, value: Value, locale: Locale) -> str:
    if value is None:
        return ""
    return typed_day(date.fromisoformat(str(value)), locale) if field.kind == "day" else str(value)


def _set_by(known: SettingOnRecord, _: Translator, locale: Locale) -> str:
    """Return who set it and when."""
    if known.set_at is None:
        return _("（初めの設定のまま）")
    when = f"{format_day(known.set_at, locale)} {format_time(known.set_at)}"
    return _("（{when} {name} が設定）").replace("{when}", when).replace("{name}", known.set_by)
