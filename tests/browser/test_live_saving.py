"""Nothing typed is ever lost: the live screen's saving in real windows, with everything that can go wrong.

Each test has a meeting of its own; the server is one process, killed and started again where a test says so.
"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Route, expect

from meetings_app.core.terms import MeetingStatus
from tests.browser.conftest import ARGUMENTS, _chromium
from tests.browser.live_office import CHAIR, OTHER, SECRETARIAT, LiveOffice, build, live_field, log_in

HOSTILE = "<img src=x onerror=document.title='taken'>"
WRITES = "**/live/write"

OpenWindow = Callable[..., Page]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveOffice]:
    office = build(tmp_path_factory.mktemp("live") / "data", meetings=30)
    office.start()
    yield office
    office.kill()


@pytest.fixture
def office(served: LiveOffice) -> LiveOffice:
    served.next_meeting()
    return served


@pytest.fixture
def machine(browser: Browser, office: LiveOffice) -> Iterator[Callable[..., BrowserContext]]:
    """`machine("iincho")`: a browser of its own, with its own storage, signed in."""
    made: list[BrowserContext] = []

    def make(login: str = SECRETARIAT, **options: Any) -> BrowserContext:
        context = browser.new_context(**options)
        context.set_default_timeout(10_000)
        made.append(context)
        office.sign_in(context, login)
        return context

    yield make
    for context in made:
        context.close()


def open_live(context: BrowserContext, office: LiveOffice, item: int = 0) -> Page:
    page = context.new_page()
    page.goto(office.path(item))
    expect(state(page)).to_have_attribute("data-state", "saved")
    return page


def state(page: Page) -> Locator:
    return page.locator("#live-saved")


def expect_state(page: Page, name: str) -> None:
    expect(state(page)).to_have_attribute("data-state", name, timeout=15_000)


def expect_saved(page: Page, office: LiveOffice, name: str, text: str, item: int = 0) -> None:
    expect_state(page, "saved")
    assert office.stands(name, item).value == text


def kept(page: Page) -> list[dict[str, Any]]:
    """Return the drafts in the browser's storage."""
    texts = page.evaluate(
        "() => Object.keys(localStorage).filter((key) => key.startsWith('live:')).map((key) => localStorage[key])"
    )
    return [json.loads(text) for text in texts]


def kept_texts(page: Page) -> list[str]:
    """Return the newest text of each draft."""
    return [draft["value"] if draft["newer"] is None else draft["newer"] for draft in kept(page)]


def block_writes(page: Page | BrowserContext) -> None:
    page.route(WRITES, lambda route: route.abort())


def unblock_writes(page: Page | BrowserContext) -> None:
    page.unroute(WRITES)


# --- several windows ---


def test_what_one_types_appears_in_the_other_window_and_its_caret_stays(
    machine: Callable[..., BrowserContext], office: LiveOffice
) -> None:
    desk = open_live(machine(SECRETARIAT), office)
    phone = open_live(machine(CHAIR, viewport={"width": 390, "height": 844}, has_touch=True), office)
    here, there = live_field(desk, office, "confirmed"), live_field(phone, office, "confirmed")
    here.press_sequentially("電話で確かめる。")
    expect(there).to_have_value("電話で確かめる。")
    there.focus()
    there.evaluate("(field) => field.setSelectionRange(2, 4)")
    here.fill("二月に電話で確かめる。")
    expect(there).to_have_value("二月に電話で確かめる。")
    selected = there.evaluate("(field) => field.value.slice(field.selectionStart, field.selectionEnd)")
    assert selected == "で確"
    there.press("End")
    there.press_sequentially("以上")
    expect(here).to_have_value("二月に電話で確かめる。以上")
    expect_saved(phone, office, "confirmed", "二月に電話で確かめる。以上")
    assert kept(phone) == []


def test_a_tap_is_saved_at_once_and_can_be_taken_back(
    machine: Callable[..., BrowserContext], office: LiveOffice
) -> None:
    desk, chair = open_live(machine(SECRETARIAT), office), open_live(machine(CHAIR), office)
    here, there = live_field(desk, office, "outcome"), live_field(chair, office, "outcome")
    choose(here, "継続協議")
    expect(there.locator("input:checked")).to_have_value("継続協議")
    choose(there, "了承")
    expect(here.locator("input:checked")).to_have_value("了承")
    here.locator("[data-live-clear]").click()
    expect(there.locator("input:checked:not([value=''])")).to_have_count(0)
    expect_saved(desk, office, "outcome", "")


def choose(group: Locator, value: str) -> None:
    group.locator(f'input[value="{value}"]').check(force=True)


def test_two_people_typing_at_once_on_one_item_lose_no_sign(
    machine: Callable[..., BrowserContext], office: LiveOffice
) -> None:
    pages = [open_live(machine(login), office) for login in (SECRETARIAT, CHAIR)]
    for number in range(6):
        for page, name in zip(pages, ("discussion", "explanation"), strict=True):
            live_field(page, office, name).press_sequentially(f"{number}行目の文。")
    whole = "".join(f"{number}行目の文。" for number in range(6))
    for page in pages:
        expect_state(page, "saved")
    for page in pages:
        expect_saved(page, office, "discussion", whole)
        expect_saved(page, office, "explanation", whole)
        expect(live_field(page, office, "discussion")).to_have_value(whole)
        expect(live_field(page, office, "explanation")).to_have_value(whole)


# --- 競合 ---


@pytest.fixture
def two_texts(machine: Callable[..., BrowserContext], office: LiveOffice) -> tuple[Page, Page]:
    """The secretariat was first with a hostile text; the chair, offline meanwhile, wrote another."""
    desk, chair = open_live(machine(SECRETARIAT), office), open_live(machine(CHAIR), office)
    block_writes(chair)
    live_field(chair, office, "confirmed").fill("委員長の文")
    expect_state(chair, "offline")
    live_field(desk, office, "confirmed").fill(f"事務局の文{HOSTILE}")
    expect_saved(desk, office, "confirmed", f"事務局の文{HOSTILE}")
    unblock_writes(chair)
    expect_state(chair, "conflict")
    return desk, chair


def panel(page: Page, office: LiveOffice) -> Locator:
    return page.locator(f"#conflict-{office.items[0]}")


@pytest.mark.parametrize(
    ("choice", "stands"),
    [
        ("今の内容を残す", f"事務局の文{HOSTILE}"),
        ("こちらに替える", "委員長の文"),
        ("両方をつなぐ", f"事務局の文{HOSTILE}\n委員長の文"),
        ("この内容にする", "二人で決めた文"),
    ],
    ids=["current", "mine", "both", "rewritten"],
)
def test_a_conflict_shows_both_texts_until_somebody_chooses(
    two_texts: tuple[Page, Page], office: LiveOffice, choice: str, stands: str
) -> None:
    desk, chair = two_texts
    for page in (desk, chair):
        expect(panel(page, office)).to_contain_text(f"事務局の文{HOSTILE}")
        expect(panel(page, office)).to_contain_text("委員長の文")
        assert page.locator("#live img[src=x]").count() == 0
        assert page.title() != "taken"
    expect(live_field(chair, office, "confirmed")).to_have_value("委員長の文")
    assert office.stands("confirmed").value == f"事務局の文{HOSTILE}"
    settle(panel(desk, office), choice)
    for page in (desk, chair):
        expect(live_field(page, office, "confirmed")).to_have_value(stands)
        expect(panel(page, office)).not_to_contain_text("委員長の文")
        expect_saved(page, office, "confirmed", stands)
    assert kept(chair) == []


def settle(shown: Locator, choice: str) -> None:
    if choice == "この内容にする":
        shown.locator("summary", has_text="書き直す").click()
        shown.locator("textarea").fill("二人で決めた文")
    shown.get_by_role("button", name=choice).click()


def test_a_conflict_stays_through_reload_and_further_typing(
    two_texts: tuple[Page, Page], office: LiveOffice
) -> None:
    desk, chair = two_texts
    chair.reload()
    field = live_field(chair, office, "confirmed")
    expect(field).to_have_value("委員長の文")
    expect_state(chair, "conflict")
    field.press("End")
    field.press_sequentially("の続き")
    for page in (desk, chair):
        expect(panel(page, office)).to_contain_text("委員長の文の続き")
    expect(field_in(desk, office)).to_have_value(f"事務局の文{HOSTILE}")
    panel(desk, office).locator("summary", has_text="書き直す").click()
    panel(desk, office).locator("textarea").fill("書き直しかけた文")
    desk.reload()
    expect(panel(desk, office).locator("textarea")).to_have_value("書き直しかけた文")
    settle(panel(chair, office), "こちらに替える")
    for page in (desk, chair):
        expect(field_in(page, office)).to_have_value("委員長の文の続き")
    expect(panel(desk, office).locator("textarea")).to_have_value("書き直しかけた文")
    expect_saved(chair, office, "confirmed", "委員長の文の続き")


def field_in(page: Page, office: LiveOffice) -> Locator:
    return live_field(page, office, "confirmed")


def test_without_the_stream_the_window_shows_both_texts_itself(
    machine: Callable[..., BrowserContext], office: LiveOffice
) -> None:
    mute = machine(CHAIR)
    mute.route("**/live/stream", lambda route: route.abort())
    chair, desk = open_live(mute, office), open_live(machine(SECRETARIAT), office)
    field_in(desk, office).fill(HOSTILE)
    expect_state(desk, "saved")
    field_in(chair, office).fill("委員長の文")
    expect_state(chair, "conflict")
    shown = chair.locator(".live-two")
    expect(shown).to_contain_text(HOSTILE)
    expect(shown).to_contain_text("委員長の文")
    shown.get_by_role("button", name="両方をつなぐ").click()
    expect(field_in(chair, office)).to_have_value(f"{HOSTILE}\n委員長の文")
    expect(field_in(desk, office)).to_have_value(f"{HOSTILE}\n委員長の文")
    expect(shown).to_have_count(0)
    expect_state(chair, "saved")


# --- the network and the server ---


def test_a_killed_server_costs_nothing(machine: Callable[..., BrowserContext], office: LiveOffice) -> None:
    page = open_live(machine(), office)
    field = field_in(page, office)
    field.press_sequentially("はじめ。")
    expect_state(page, "saved")
    field.press_sequentially("落ちる前。")
    office.kill()
    field.press_sequentially("落ちた後。")
    expect_state(page, "offline")
    expect(state(page)).to_contain_text("この端末に残しています")
    live_field(page, office, "discussion").press_sequentially("別の欄。")
    choose(live_field(page, office, "outcome"), "了承")
    office.start()
    expect_saved(page, office, "confirmed", "はじめ。落ちる前。落ちた後。")
    assert office.stands("discussion").value == "別の欄。"
    assert office.stands("outcome").value == "了承"
    assert kept(page) == []


def test_offline_work_is_saved_when_the_network_is_back(
    machine: Callable[..., BrowserContext], office: LiveOffice
) -> None:
    context = machine()
    page = open_live(context, office)
    context.set_offline(True)
    expect_state(page, "offline")
    field_in(page, office).press_sequentially("圏外で書いた。")
    live_field(page, office, "explanation").press_sequentially("もう一つ。")
    assert set(kept_texts(page)) == {"圏外で書いた。", "もう一つ。"}
    context.set_offline(False)
    expect_saved(page, office, "confirmed", "圏外で書いた。")
    assert office.stands("explanation").value == "もう一つ。"


def test_an_answer_that_got_lost_is_asked_for_again_and_taken_once(
    machine: Callable[..., BrowserContext], office: LiveOffice
) -> None:
    page = open_live(machine(), office)
    sent: list[dict[str, Any]] = []

    def lose_the_first(route: Route) -> None:
        sent.append(route.request.post_data_json or {})
        if len(sent) == 1:
            route.fetch()
            route.abort()
        else:
            route.continue_()

    page.route(WRITES, lose_the_first)
    field_in(page, office).fill("一度だけ")
    expect(field_in(page, office)).to_have_attribute("data-version", "1")
    expect_saved(page, office, "confirmed", "一度だけ")
    assert len({request["op"] for request in sent}) == 1
    assert len(sent) == 2
    assert office.stands("confirmed").version == 1


# --- reloading, closing, other windows of the same person ---


def test_a_reload_loses_nothing_while_it_waits(
    machine: Callable[..., BrowserContext], office: LiveOffice
) -> None:
    page = open_live(machine(), office)
    block_writes(page)
    field_in(page, office).press_sequentially("まだ届かない文")
    choose(live_field(page, office, "outcome"), "差戻し")
    page.reload()
    expect(field_in(page, office)).to_have_value("まだ届かない文")
    expect(live_field(page, office, "outcome").locator("input:checked")).to_have_value("差戻し")
    expect_state(page, "offline")
    field_in(page, office).press("End")
    field_in(page, office).press_sequentially("と続き")
    page.reload()
    expect(field_in(page, office)).to_have_value("まだ届かない文と続き")
    unblock_writes(page)
    expect_saved(page, office, "confirmed", "まだ届かない文と続き")
    assert office.stands("outcome").value == "差戻し"


def test_leaving_at_once_takes_the_last_words_along(
    machine: Callable[..., BrowserContext], office: LiveOffice
) -> None:
    page = open_live(machine(), office)
    field_in(page, office).press_sequentially("言い終わる前に")
    page.goto(office.path(1))
    expect_state(page, "saved")
    assert office.stands("confirmed").value == "言い終わる前に"


def test_what_is_typed_before_the_script_has_come_is_saved_too(
    machine: Callable[..., BrowserContext], office: LiveOffice
) -> None:
    page = machine().new_page()
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/live-save.js", hold)
    page.goto(office.path(), wait_until="commit")
    field_in(page, office).fill("台本より早い文")
    assert held
    held[0].continue_()
    expect_state(page, "saved")
    page.wait_for_function("() => window.liveSave.flush()")
    assert office.stands("confirmed").value == "台本より早い文"


def test_what_waits_for_another_item_is_sent_from_any_item(
    machine: Callable[..., BrowserContext], office: LiveOffice
) -> None:
    context = machine()
    page = open_live(context, office)
    block_writes(context)
    field_in(page, office).press_sequentially("前の議題の文")
    page.goto(office.path(1))
    expect_state(page, "offline")
    unblock_writes(context)
    expect_saved(page, office, "confirmed", "前の議題の文")
    assert office.stands("confirmed", 1).value == ""


def test_a_duplicated_window_writes_for_itself(
    machine: Callable[..., BrowserContext], office: LiveOffice
) -> None:
    context = machine()
    first = open_live(context, office)
    block_writes(context)
    field_in(first, office).fill("一つ目の窓")
    with context.expect_page() as opened:
        first.evaluate("() => void window.open(location.href)")
    second = opened.value
    expect_state(second, "saved")
    live_field(second, office, "discussion").fill("二つ目の窓")
    expect(field_in(second, office)).to_have_value("")
    first.wait_for_function(
        "() => Object.keys(localStorage).filter((key) => key.startsWith('live:')).length === 2"
    )
    drafts = kept(first)
    assert len({draft["owner"] for draft in drafts}) == 2
    second.reload()
    expect(live_field(second, office, "discussion")).to_have_value("二つ目の窓")
    expect(field_in(second, office)).to_have_value("")
    unblock_writes(context)
    for page in (first, second):
        expect(field_in(page, office)).to_have_value("一つ目の窓")
        expect(live_field(page, office, "discussion")).to_have_value("二つ目の窓")
        expect_state(page, "saved")
    assert kept(first) == []


def test_the_words_of_a_closed_window_go_on_from_another(
    machine: Callable[..., BrowserContext], office: LiveOffice
) -> None:
    context = machine()
    first, second = open_live(context, office), open_live(context, office, 1)
    block_writes(context)
    field_in(first, office).fill("閉じた窓の文")
    first.close()
    unblock_writes(context)
    second.wait_for_function("() => !Object.keys(localStorage).some((key) => key.startsWith('live:'))")
    expect_saved(second, office, "confirmed", "閉じた窓の文")


def test_a_browser_that_was_closed_brings_the_text_back(
    browser: Browser, office: LiveOffice, tmp_path: Path
) -> None:
    def launch() -> BrowserContext:
        context = browser.browser_type.launch_persistent_context(
            str(tmp_path / "profile"), executable_path=_chromium(), args=ARGUMENTS
        )
        office.sign_in(context, SECRETARIAT)
        return context

    with launch() as context:
        page = open_live(context, office)
        block_writes(context)
        field_in(page, office).fill("閉じる前に書いた文")
        expect_state(page, "offline")
    assert office.stands("confirmed").version == 0
    with launch() as context:
        page = context.new_page()
        page.goto(office.path())
        expect(field_in(page, office)).to_have_value("閉じる前に書いた文")
        expect_saved(page, office, "confirmed", "閉じる前に書いた文")


def test_plain_http_without_locks_keeps_texts_through_a_reload(
    machine: Callable[..., BrowserContext], office: LiveOffice
) -> None:
    context = machine()
    context.add_init_script("Object.defineProperty(Navigator.prototype, 'locks', { value: undefined })")
    page = open_live(context, office)
    block_writes(page)
    field_in(page, office).fill("錠のない窓の文")
    page.reload()
    expect(field_in(page, office)).to_have_value("錠のない窓の文")
    unblock_writes(page)
    expect_saved(page, office, "confirmed", "錠のない窓の文")


# --- the session ---


def test_an_ended_session_keeps_the_text_until_the_next_login_in_the_same_tab(
    machine: Callable[..., BrowserContext], office: LiveOffice
) -> None:
    page = open_live(machine(), office)
    office.end_sessions(SECRETARIAT)
    field_in(page, office).press_sequentially("切れた後に書いた。")
    expect_state(page, "login")
    page.reload()
    log_in(page, SECRETARIAT)
    expect(page).to_have_url(office.path())
    expect(field_in(page, office)).to_have_value("切れた後に書いた。")
    expect_saved(page, office, "confirmed", "切れた後に書いた。")


def test_the_link_to_the_login_leads_back(machine: Callable[..., BrowserContext], office: LiveOffice) -> None:
    page = open_live(machine(), office)
    office.end_sessions(SECRETARIAT)
    field_in(page, office).press_sequentially("戻ってくる文")
    expect_state(page, "login")
    state(page).get_by_role("link").click()
    log_in(page, SECRETARIAT)
    expect(page).to_have_url(office.path())
    expect(field_in(page, office)).to_have_value("戻ってくる文")
    expect_saved(page, office, "confirmed", "戻ってくる文")


def test_a_login_in_another_tab_lets_the_text_go_on(
    machine: Callable[..., BrowserContext], office: LiveOffice
) -> None:
    context = machine()
    page = open_live(context, office)
    office.end_sessions(SECRETARIAT)
    field_in(page, office).press_sequentially("別のタブで入り直す。")
    expect_state(page, "login")
    other = context.new_page()
    other.goto(f"{office.address}/login")
    log_in(other, SECRETARIAT)
    field_in(page, office).press_sequentially("続き。")
    expect_saved(page, office, "confirmed", "別のタブで入り直す。続き。")


def test_another_person_on_the_same_machine_neither_sees_nor_sends_it(
    machine: Callable[..., BrowserContext], office: LiveOffice
) -> None:
    context = machine()
    page = open_live(context, office)
    block_writes(context)
    field_in(page, office).fill("前の人の文")
    expect_state(page, "offline")
    context.clear_cookies()
    office.sign_in(context, OTHER)
    unblock_writes(context)
    expect(state(page)).to_contain_text("別の利用者")
    other = open_live(context, office)
    expect(field_in(other, office)).to_have_value("")
    assert office.stands("confirmed").version == 0
    page.close()
    other.reload()
    expect_state(other, "saved")
    assert kept_texts(other) == ["前の人の文"]
    context.clear_cookies()
    office.sign_in(context, SECRETARIAT)
    other.goto(office.path())
    expect(field_in(other, office)).to_have_value("前の人の文")
    expect_saved(other, office, "confirmed", "前の人の文")


# --- what cannot be saved ---


def test_a_refused_text_stays_with_the_reason_and_can_be_copied(
    machine: Callable[..., BrowserContext], office: LiveOffice
) -> None:
    context = machine(permissions=["clipboard-read", "clipboard-write"])
    page = open_live(context, office)
    office.set_status(MeetingStatus.CONVENED)
    field_in(page, office).fill(f"受け付けられない文{HOSTILE}")
    expect_state(page, "refused")
    shown = page.locator(".live-unsaved")
    expect(shown).to_contain_text("開会してから記録してください")
    expect(shown).to_contain_text("こちらに残しています")
    shown.get_by_role("button", name="写し取る").click()
    expect(shown.get_by_role("button", name="写し取りました")).to_be_visible()
    assert page.evaluate("() => navigator.clipboard.readText()") == f"受け付けられない文{HOSTILE}"
    page.reload()
    shown = page.locator("#live-unsent")
    expect(shown.locator("textarea")).to_have_value(f"受け付けられない文{HOSTILE}")
    office.set_status(MeetingStatus.OPEN)
    shown.get_by_role("button", name="もう一度送る").click()
    expect_saved(page, office, "confirmed", f"受け付けられない文{HOSTILE}")


def test_a_choice_that_waited_until_after_the_closing_stays_visible(
    machine: Callable[..., BrowserContext], office: LiveOffice
) -> None:
    page = open_live(machine(), office)
    block_writes(page)
    choose(live_field(page, office, "outcome"), "了承")
    expect_state(page, "offline")
    office.set_status(MeetingStatus.CLOSED)
    unblock_writes(page)
    expect_state(page, "refused")
    expect(page.locator(".live-unsaved")).to_contain_text("閉会後は、結果を変えられません")
    page.reload()
    expect_state(page, "refused")
    expect(live_field(page, office, "outcome").locator("input:checked")).to_have_value("了承")
    expect(page.locator(".live-unsaved")).to_contain_text("閉会後は、結果を変えられません")
    assert office.stands("outcome").value == ""


def test_a_refused_text_of_another_item_is_listed_and_put_away(
    machine: Callable[..., BrowserContext], office: LiveOffice
) -> None:
    page = open_live(machine(), office)
    office.set_status(MeetingStatus.CONVENED)
    field_in(page, office).fill("ほかの議題の文")
    expect_state(page, "refused")
    page.goto(office.path(1))
    shown = page.locator("#live-unsent")
    expect(shown.get_by_role("heading", name="送れなかった入力")).to_be_visible()
    expect(shown.locator("textarea")).to_have_value("ほかの議題の文")
    page.once("dialog", lambda dialog: dialog.accept())
    shown.get_by_role("button", name="この入力を捨てる").click()
    expect(shown).to_be_hidden()
    expect_state(page, "saved")
    assert kept(page) == []


@pytest.mark.parametrize("trouble", ["full", "off"])
def test_without_storage_the_indicator_says_what_a_reload_would_cost(
    machine: Callable[..., BrowserContext], office: LiveOffice, trouble: str
) -> None:
    context = machine()
    if trouble == "off":
        context.add_init_script(
            "for (const name of ['localStorage', 'sessionStorage'])"
            " Object.defineProperty(window, name, { get() { throw new DOMException('no', 'SecurityError') } })"
        )
    page = open_live(context, office)
    if trouble == "full":
        page.evaluate(
            "() => { let part = 'x'.repeat(1 << 21); let number = 0; while (part.length > 0) {"
            " try { localStorage.setItem(`filler${number++}`, part) } catch { part = part.slice(0, part.length >> 2) } } }"
        )
    block_writes(page)
    field_in(page, office).fill("控えのない文")
    expect(state(page)).to_contain_text("この端末に控えを残せません")
    unblock_writes(page)
    expect_saved(page, office, "confirmed", "控えのない文")
    expect(state(page)).not_to_contain_text("この端末に控えを残せません")


# --- input methods ---


def test_a_composition_is_neither_sent_nor_overwritten(
    machine: Callable[..., BrowserContext], office: LiveOffice
) -> None:
    context = machine()
    page, chair = open_live(context, office), open_live(machine(CHAIR), office)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.url.endswith("/write") else None)
    field_in(page, office).focus()
    keyboard = context.new_cdp_session(page)
    composing = {"selectionStart": 3, "selectionEnd": 3}
    keyboard.send("Input.imeSetComposition", {"text": "かくに", **composing})
    live_field(chair, office, "discussion").fill("合図")
    expect(live_field(page, office, "discussion")).to_have_value("合図")
    field_in(chair, office).fill("委員長の文")
    expect_state(chair, "saved")
    live_field(chair, office, "discussion").fill("合図2")
    expect(live_field(page, office, "discussion")).to_have_value("合図2")
    expect(field_in(page, office)).to_have_value("かくに")
    assert sent == []
    assert kept_texts(page) == ["かくに"]
    keyboard.send("Input.insertText", {"text": "確認"})
    expect(field_in(page, office)).to_have_value("確認")
    expect_state(page, "conflict")
    expect(panel(page, office)).to_contain_text("確認")
    expect(panel(page, office)).to_contain_text("委員長の文")
