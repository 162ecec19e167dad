"""進行画面 in real windows: chair and secretary at once, a projector, a phone; by keyboard alone; reloaded at every step.

Each test has a meeting of its own, on the day the office shows as today. One server serves them all.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect
from sqlmodel import select

from agenda.register_tables import PlanService
from agenda.services.participation import Choice, decide_participants
from calendars.services import convene
from meetings_app.core.clock import FixedClock, running_from, tokyo
from meetings_app.core.terms import DueReason, MeetingStatus, Role, ServiceKind
from meetings_app.db.engine import open_database, sqlite_url
from meetings_app.db.migrate import migrate
from meetings_app.services.accounts import add_user, start_session
from meetings_app.services.meetings import plan_meeting
from meetings_app.services.office_settings import set_setting
from meetings_app.tables.meetings import Meeting
from meetings_app.tables.users import User
from meetings_app.web.auth import SESSION_COOKIE
from meetings_app.web.cookies import Cookies
from tests.browser.live_office import CHAIR, SECRETARIAT, LiveOffice
from tests.office_builder import TODAY, Bureau
from tests.web_support import password_hash

SMALL = ("委員長", "副委員長1", "助言者")
LARGE = tuple(f"とても長い名前の委員{number}号" for number in range(1, 17))
LONG_TITLE = (
    "冬の灯油と除雪について、地域でできることを話し合う（町内会・福祉事務所・社会福祉協議会からの報告を含む）"
)
WIDTHS = {"desktop": (1280, 900), "tablet": (1180, 820), "phone": (390, 844)}
MEETINGS = 15


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveOffice]:
    data = tmp_path_factory.mktemp("screen") / "data"
    data.mkdir()
    office = LiveOffice(data, build(data))
    office.start()
    yield office
    office.kill()


def build(data: Path) -> list[tuple[str, list[str]]]:
    """Set up an office of `TODAY` with meetings convened for the afternoon; the first to be taken is a large one."""
    database = open_database(sqlite_url(data))
    migrate(database)
    with database.write() as session:
        bureau = Bureau(session, FixedClock(tokyo(TODAY, 9)))
        set_setting(**bureau.given, key="demo.as_of", value=TODAY.isoformat())
        for name in LARGE:
            bureau.member(name)
        for login, role in ((SECRETARIAT, Role.SECRETARIAT), (CHAIR, Role.CHAIR)):
            add_user(
                **bureau.given,
                login=login,
                display_name=login,
                role=role,
                committee_id=bureau.support.id,
                person_id=bureau.people["委員長"] if role is Role.CHAIR else None,
                password_hash=password_hash(),
            )
        small = [convened(bureau, number * 10, SMALL, cases=2) for number in range(MEETINGS)]
        large = convened(bureau, 500, (*SMALL, *LARGE), cases=11)
    database.dispose()
    return [*small, large]


def convened(bureau: Bureau, first: int, names: tuple[str, ...], cases: int) -> tuple[str, list[str]]:
    meeting = plan_meeting(
        **bureau.given,
        committee_id=bureau.support.id,
        starts_at=tokyo(TODAY, 16, 30),
        ends_at=tokyo(TODAY, 17, 30),
        venue_id=bureau.venue.id,
    )
    for number in range(1, cases + 1):
        plan = bureau.case(first + number)
        plan.goal = "働き続けながら、家賃の滞納を年内になくす。"
        bureau.session.add(
            PlanService(plan_id=plan.id, position=1, kind=ServiceKind.CENTRE, name="家計の相談")
        )
        bureau.item(meeting, plan, DueReason.EVALUATION if number == 2 else DueReason.NEW)
    bureau.matter(meeting, LONG_TITLE if cases > 2 else "地域の課題")
    for view in bureau.items(meeting):
        choices = [
            Choice(bureau.people[name], bureau._capacity(name), required=name == "助言者") for name in names
        ]
        decide_participants(
            **bureau.given,
            meeting=meeting,
            item=view.item,
            choices=choices,
            decided_by_id=bureau.people["委員長"],
            decided_on=TODAY,
        )
    convene(**bureau.given, meeting=meeting)
    return meeting.id, [view.item.id for view in bureau.items(meeting)]


@pytest.fixture
def office(served: LiveOffice) -> LiveOffice:
    served.meeting_id, served.items = served.waiting.pop(0)
    return served


@pytest.fixture
def large_office(served: LiveOffice) -> LiveOffice:
    served.meeting_id, served.items = served.waiting[-1]
    return served


Machine = Callable[..., Page]


@pytest.fixture
def machine(browser: Browser, served: LiveOffice) -> Iterator[Machine]:
    """`machine("iincho", "phone")`: a page in a browser of its own, signed in."""
    made: list[BrowserContext] = []

    def make(login: str, width: str = "desktop", **options: Any) -> Page:
        size = WIDTHS[width]
        context = browser.new_context(viewport={"width": size[0], "height": size[1]}, **options)
        context.set_default_timeout(15_000)
        made.append(context)
        name = Cookies(https=False).name(SESSION_COOKIE)
        context.add_cookies([{"name": name, "value": session_of(served, login), "url": served.address}])
        return context.new_page()

    yield make
    for context in made:
        context.close()


def session_of(office: LiveOffice, login: str) -> str:
    database = office.database
    with database.write() as session:
        user = session.exec(select(User.id).where(User.login == login)).one()
        token = start_session(session=session, clock=running_from(tokyo(TODAY, 16, 30)), user_id=user)
    database.dispose()
    return token


def address(office: LiveOffice, rest: str = "/live") -> str:
    return f"{office.address}/meetings/{office.meeting_id}{rest}"


def opened(page: Page, office: LiveOffice) -> None:
    """Open the meeting from the live screen, with everybody there."""
    page.goto(address(office))
    page.get_by_role("button", name="開会する").click()
    page.get_by_role("button", name=re.compile("予定の人は全員到着")).click()
    expect(page.locator("#live-all-here")).to_have_count(0)


def begun(page: Page, office: LiveOffice) -> None:
    opened(page, office)
    page.locator("#live-next").click()
    expect(page.locator("#live-title")).to_contain_text("1　")
    expect(timer(page)).to_be_visible()


def timer(page: Page) -> Locator:
    return page.locator(".live__head-time [data-tick=timer]")


def seconds(text: str) -> int:
    total = 0
    for part in text.split(":"):
        total = total * 60 + int(part)
    return total


def expect_saved(page: Page) -> None:
    expect(page.locator("#live-saved")).to_have_attribute("data-state", "saved", timeout=15_000)


def status(office: LiveOffice) -> MeetingStatus:
    database = office.database
    with database.read() as session:
        found = session.get_one(Meeting, office.meeting_id).status
    database.dispose()
    return found


# --- several screens on one meeting ---


def test_four_screens_show_one_meeting(office: LiveOffice, machine: Machine) -> None:
    chair, secretary = machine(CHAIR, "tablet"), machine(SECRETARIAT)
    phone, wall = machine(SECRETARIAT, "phone"), machine(SECRETARIAT)
    begun(chair, office)
    secretary.goto(address(office))
    phone.goto(address(office))
    wall.goto(address(office, "/projector"))
    expect(wall.locator(".projector__title")).to_contain_text("新規")

    chair.get_by_label("了承", exact=True).check()
    secretary.locator("#w-explanation").fill("家計の状況を説明した。")
    for page in (secretary, phone):
        expect(page.locator("#w-outcome input[value=了承]")).to_be_checked()
    for page in (chair, phone):
        expect(page.locator("#w-explanation")).to_have_value("家計の状況を説明した。")
    expect(wall.locator(".projector__outcome")).to_contain_text("了承")

    # The advisor, whom every item needs, leaves: all desks say so at once.
    phone.locator("#live-people summary", has_text="助言者").click()
    phone.get_by_role("button", name="退席を記録する").first.click()
    for page in (chair, secretary, phone):
        expect(page.locator(".live-need").first).to_contain_text("助言者が退席")
    expect(chair.locator("#live-news")).to_contain_text("助言者が退席")

    secretary.locator("#pause-menu summary").click()
    secretary.locator("#pause-reason").fill("換気のため")
    secretary.get_by_role("button", name="休憩に入る").click()
    for page in (chair, secretary, phone):
        expect(page.locator("#live-next")).to_contain_text("再開する")
    expect(wall.locator(".projector__title")).to_have_text("休憩中")
    assert "換気のため" not in wall.content()
    chair.locator("#live-next").click()
    expect(wall.locator(".projector__title")).to_contain_text("新規")

    secretary.locator("#w-discussion").focus()
    chair.locator("#live-next").click()
    expect(chair.locator("#live-title")).to_contain_text("2　")
    expect(wall.locator(".projector__title")).to_contain_text("評価")
    expect(phone.locator("#live-title")).to_contain_text("2　")  # nobody was writing there: it follows
    expect(secretary.locator("#live-title")).to_contain_text("1　")
    expect(secretary.locator(".live-strip")).to_contain_text("いまの議題は 2")
    secretary.locator(".live-strip a").click()
    expect(secretary.locator("#live-title")).to_contain_text("2　")
    for name in ("委員長", "副委員長1", "助言者", CHAIR, SECRETARIAT):
        assert name not in wall.content()


def test_two_texts_stand_side_by_side_until_one_is_chosen(office: LiveOffice, machine: Machine) -> None:
    chair, secretary = machine(CHAIR, "tablet"), machine(SECRETARIAT)
    begun(chair, office)
    secretary.goto(address(office))
    expect_saved(secretary)
    secretary.context.set_offline(True)
    secretary.locator("#w-confirmed").fill("一月に面談で<b>確かめる</b>。")
    chair.locator("#w-confirmed").fill("二月に電話で確かめる。")
    expect_saved(chair)
    secretary.context.set_offline(False)
    for page in (chair, secretary):
        panel = page.locator(".live-conflict")
        expect(panel).to_contain_text("「確認されたこと」に、二つの内容があります")
        expect(panel).to_contain_text("<b>確かめる</b>")
        expect(panel).to_contain_text("二月に電話で")
        expect(panel.locator("mark").first).to_be_visible()
    chair.get_by_role("button", name="両方をつなぐ").click()
    for page in (chair, secretary):
        expect(page.locator(".live-conflict")).to_have_count(0)
        expect(page.locator("#w-confirmed")).to_have_value(
            re.compile("二月に電話で.*一月に面談で", re.DOTALL)
        )


def test_what_somebody_fills_in_is_not_taken_away(office: LiveOffice, machine: Machine) -> None:
    chair, secretary = machine(CHAIR, "tablet"), machine(SECRETARIAT)
    begun(chair, office)
    secretary.goto(address(office))
    secretary.locator(".live-who summary").click()
    secretary.locator("#recuse-reason").fill("続柄のた")
    chair.locator("#live-people summary", has_text="副委員長1").click()
    chair.get_by_role("button", name="退席を記録する").first.click()
    expect(secretary.locator("#live-people")).to_contain_text("退席")
    secretary.locator("#recuse-reason").press_sequentially("め")
    expect(secretary.locator("#recuse-reason")).to_be_focused()
    expect(secretary.locator("#recuse-reason")).to_have_value("続柄のため")
    secretary.locator("#recuse-person").select_option(label="助言者")
    secretary.get_by_role("button", name="退席を記録する").first.click()
    expect(secretary.locator(".live-who__aside")).to_contain_text("助言者（続柄のため）")
    expect(chair.locator(".live-who__aside")).to_contain_text("助言者（続柄のため）")


def test_a_form_half_filled_in_survives_reload_and_the_others_moving_on(
    office: LiveOffice, machine: Machine
) -> None:
    chair, secretary = machine(CHAIR, "tablet"), machine(SECRETARIAT)
    begun(chair, office)
    secretary.goto(address(office))
    actions = secretary.locator(f"#live-actions-{office.items[0]}")
    actions.locator("summary").first.click()
    actions.get_by_label("すること").fill("家計表を<b>作る</b>")
    secretary.locator("#live-title").focus()
    chair.locator("#live-next").click()
    expect(chair.locator("#live-title")).to_contain_text("2　")
    expect(secretary.locator(".live-strip")).to_contain_text("いまの議題は 2")
    secretary.reload()
    secretary.goto(address(office, f"/live?item={office.items[0]}"))
    expect(actions.get_by_label("すること")).to_have_value("家計表を<b>作る</b>")
    actions.get_by_label("担当").fill("丹頂")
    actions.get_by_role("button", name="加える", exact=True).click()
    expect(actions.locator(".tasks")).to_contain_text("家計表を<b>作る</b>")
    secretary.reload()
    actions.locator("summary").first.click()
    expect(actions.get_by_label("すること")).to_have_value("")


def test_a_refusal_is_said_where_it_happened(office: LiveOffice, machine: Machine) -> None:
    chair = machine(CHAIR, "tablet")
    begun(chair, office)
    chair.locator("#presider-menu summary").click()
    chair.locator("#presider-person").select_option(label="副委員長1（副委員長）")
    chair.get_by_role("button", name="替える", exact=True).click()
    expect(chair.get_by_role("alert")).to_contain_text("第5条第2項")
    chair.locator("#presider-reason").fill("委員長が中座したため")
    chair.get_by_role("button", name="替える", exact=True).click()
    expect(chair.locator("#live-presider")).to_contain_text("議長 副委員長1")
    expect(chair.get_by_role("alert")).to_have_count(0)


# --- by keyboard alone ---


def test_a_whole_short_meeting_by_keyboard_alone(office: LiveOffice, machine: Machine) -> None:
    page = machine(CHAIR, "tablet")
    page.goto(address(office))
    press = page.keyboard.press
    press("Alt+n")
    expect(page.locator("#live-next")).to_contain_text("この議題から始める")
    press("Alt+p")
    expect(page.locator("#live-all-here")).to_be_focused()
    press("Enter")
    expect(page.locator("#live-all-here")).to_have_count(0)
    for number, arrows in ((1, 0), (2, 1), (3, 0)):
        press("Alt+n")
        expect(page.locator("#live-title")).to_contain_text(f"{number}　")
        expect(timer(page)).to_be_visible()
        press("Alt+o")
        for _ in range(arrows):
            press("ArrowRight")
        if not arrows:
            press("Space")
        press("Alt+c")
        page.keyboard.type(f"{number}番を確かめた。")
        expect_saved(page)
    expect(page.locator("#live-next")).to_contain_text("閉会する")
    press("Alt+1")
    expect(page.locator("#live-title")).to_contain_text("1　")
    expect(page.locator("#w-confirmed")).to_have_value("1番を確かめた。")
    expect(page.locator("#w-outcome input[value=了承]")).to_be_checked()
    press("Alt+2")
    expect(page.locator("#w-outcome input[value=再プラン]")).to_be_checked()
    press("Alt+0")
    expect(page.locator("#live-title")).to_contain_text("3　")
    press("Alt+n")
    expect(page.get_by_role("heading", level=1)).to_contain_text("閉会する")
    expect(page.locator("main")).to_contain_text("すべての議題の結果が決まっています。")
    page.locator("#f-at").focus()
    press("Tab")
    press("Enter")
    expect(page.locator("main")).to_contain_text("次は出席の確認です")
    assert status(office) is MeetingStatus.CLOSED


def test_the_keys_are_told_and_close_again(office: LiveOffice, machine: Machine) -> None:
    page = machine(CHAIR)
    begun(page, office)
    page.keyboard.press("Alt+k")
    expect(page.locator(".live-keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".live-keys")).to_be_hidden()
    page.locator("#w-confirmed").focus()
    page.keyboard.type("nN1")
    expect(page.locator("#w-confirmed")).to_have_value("nN1")


# --- reload at every step ---


def test_a_reload_at_every_step_loses_nothing(office: LiveOffice, machine: Machine) -> None:
    page = machine(CHAIR, "tablet")
    opened(page, office)
    steps: tuple[Callable[[], None], ...] = (
        lambda: page.locator("#live-next").click(),
        lambda: page.get_by_label("修正のうえ了承", exact=True).check(),
        lambda: page.locator("#w-confirmed").fill("支援の内容を一つ改める。"),
        lambda: page.locator("#w-fits_situation input[value=yes]").check(),
        lambda: page.locator("#w-follow_up input[value=no]").check(),
        lambda: tap(page, "助言者", "退席を記録する"),
        lambda: page.locator("#live-next").click(),
        lambda: add_extra(page),
        lambda: pause(page),
        lambda: page.locator("#live-next").click(),
    )
    for number, step in enumerate(steps):
        step()
        page.wait_for_timeout(700)
        expect_saved(page)
        before = what_stands(page)
        page.reload()
        expect_saved(page)
        after = what_stands(page)
        assert after["fixed"] == before["fixed"], number
        for name, spent in before["timers"].items():
            assert 0 <= after["timers"][name] - spent <= 4, (number, name)
    assert page.locator(".agenda__item").count() == 4


def tap(page: Page, name: str, label: str) -> None:
    page.locator("#live-people summary", has_text=name).click()
    page.get_by_role("button", name=label).first.click()
    expect(page.locator(".attendee--missing", has_text=name)).to_be_visible()


def add_extra(page: Page) -> None:
    page.locator("#extra-item summary").click()
    page.locator("#extra-title").fill("灯油の手配")
    page.get_by_role("button", name="議題に加える").click()
    expect(page.locator("#live-agenda")).to_contain_text("灯油の手配")


def pause(page: Page) -> None:
    page.locator("#pause-menu summary").click()
    page.get_by_role("button", name="休憩に入る").click()
    expect(page.locator("#live-next")).to_contain_text("再開する")


def what_stands(page: Page) -> dict[str, Any]:
    """Return what the screen says: everything but the ticking figures, and those as seconds by their place."""
    found: dict[str, Any] = page.evaluate(
        """() => {
          const timers = {};
          for (const [place, element] of document.querySelectorAll("[data-tick=timer]").entries()) {
            timers[place] = element.textContent.split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
          }
          const still = document.getElementById("live").cloneNode(true);
          const other = "[data-tick], [data-tick-since], #live-news, #live-saved, .live__screens, textarea, noscript";
          for (const part of still.querySelectorAll(other)) part.remove();
          const fields = [...document.querySelectorAll("[data-live-field]")].map((field) =>
            field.matches("fieldset") ? field.querySelector("input:checked")?.value ?? "" : field.value);
          const words = still.textContent.replace(/\\s+/g, " ");
          return { fixed: [document.title, words, fields], timers };
        }"""
    )
    return found


# --- without a script ---


def test_a_short_meeting_without_a_script(office: LiveOffice, machine: Machine) -> None:
    page = machine(CHAIR, "tablet", java_script_enabled=False)
    opened(page, office)
    page.locator("#live-next").click()
    page.get_by_label("継続協議", exact=True).check()
    page.locator("#w-confirmed").fill("次回に改めて話し合う。")
    page.get_by_role("button", name="この議題の記録を保存する").click()
    expect(page.locator("#w-confirmed")).to_have_value("次回に改めて話し合う。")
    expect(page.locator("#w-outcome input[value=継続協議]")).to_be_checked()
    page.locator("#live-next").click()
    expect(page.locator("#live-title")).to_contain_text("2　")
    page.locator("#live-people summary", has_text="副委員長1").click()
    page.get_by_role("button", name="退席を記録する").first.click()
    expect(page.get_by_role("button", name="副委員長1が戻ったこと")).to_be_visible()
    page.locator("#live-close").click()
    expect(page.locator("main")).to_contain_text("次の会議に持ち越す議題")


# --- what it looks like ---


@pytest.mark.parametrize("width", list(WIDTHS))
def test_every_stage_is_accessible_and_fits(
    width: str, office: LiveOffice, machine: Machine, axe_findings: Callable[[Page], list[str]]
) -> None:
    page = machine(CHAIR, width)
    problems: list[str] = []

    def look(stage: str) -> None:
        problems.extend(f"{stage}: {finding}" for finding in axe_findings(page))
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if wide > 0:
            problems.append(f"{stage}: {wide} px wider than the window")
        if page.locator("h1").count() != 1:
            problems.append(f"{stage}: {page.locator('h1').count()} main headings")

    page.goto(address(office))
    look("before")
    page.get_by_role("button", name="開会する").click()
    expect(page.locator("#live-all-here")).to_be_visible()
    look("nobody there")
    page.locator("#live-all-here").click()
    expect(page.locator("#live-all-here")).to_have_count(0)
    page.locator("#live-next").click()
    expect(timer(page)).to_be_visible()
    page.locator(".live-who summary").click()
    page.locator("#live-people summary").first.click()
    look("menus open")
    page.goto(address(office, "/projector"))
    look("projector")
    page.goto(address(office))
    pause(page)
    look("paused")
    page.goto(address(office, "/projector"))
    look("projector paused")
    assert problems == []


@pytest.mark.parametrize("width", list(WIDTHS))
def test_a_large_meeting_fits(
    width: str, large_office: LiveOffice, machine: Machine, axe_findings: Callable[[Page], list[str]]
) -> None:
    page = machine(CHAIR, width)
    page.goto(address(large_office))
    if page.get_by_role("button", name="開会する").count():
        page.get_by_role("button", name="開会する").click()
        expect(page.locator("#live-all-here")).to_be_visible()
    page.goto(f"{address(large_office)}?item={large_office.items[-1]}")
    expect(page.locator("#live-title")).to_contain_text("除雪")
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    small = page.evaluate(
        """() => [...document.querySelectorAll("main button, main summary, main .live-answer__choice, main .choice")]
          .map((part) => [part.textContent.trim().slice(0, 20), part.getBoundingClientRect()])
          .filter(([, box]) => box.width > 0 && (box.height < 43.5 || box.width < 43.5))
          .map(([text, box]) => `${text} ${Math.round(box.width)}x${Math.round(box.height)}`)"""
    )
    assert small == []
    assert axe_findings(page) == []
    expect(page.locator("#live-next")).to_be_in_viewport()
    page.goto(address(large_office, "/projector"))
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    assert "除雪" not in page.content()


def test_the_screen_is_in_the_language_of_the_account(office: LiveOffice, machine: Machine) -> None:
    page = machine(CHAIR, "tablet")
    page.goto(address(office, ""))
    page.get_by_text(CHAIR).first.click()
    page.get_by_role("button", name="English").click()
    try:
        page.goto(address(office))
        expect(page.locator("html")).to_have_attribute("lang", "en")
        page.get_by_role("button", name="Open the meeting").click()
        page.get_by_role("button", name=re.compile("Everybody expected is here")).click()
        page.get_by_role("button", name="Begin with this item").click()
        expect(page.locator("#live-saved")).to_contain_text("Saved")
        expect(page.locator("#live-head")).to_contain_text("Ends about")
        rest = page.locator("main").inner_text()
        for japanese in ("次へ", "出席者", "休憩", "結果", "保存済み", "経過"):
            assert japanese not in rest
    finally:
        page.goto(address(office, ""))
        page.get_by_text(CHAIR).first.click()
        page.get_by_role("button", name="日本語").click()
