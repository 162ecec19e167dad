"""The parts and the chief screens in a real browser, at a desk and on a phone."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.render_gallery import environment, pages, render

SCREENS = (
    "start",
    "meeting",
    "live",
    "projector",
    "honoraria",
    "due",
    "scheduling",
    "regional",
    "parts",
    "login",
    "error",
)
DESK, TABLET, PHONE = 1280, 768, 390

# The controls a thumb must hit; links inside sentences are exempt (WCAG 2.5.8).
MAIN_CONTROLS = (
    ".btn, .input, .search__field, .site-nav__item, .tabs__item, .choice-tabs__item, .chip, .pick__open, .opener, "
    ".tick, .choice, .row-menu__open, .pay-row > summary, .life-phone > summary, .user-menu__name, .alternatives__item, "
    ".segmented-links a, .agenda__item, .agenda-bar a, .attendee, .version, .brand, .notice__close, .popover__item"
)
TOO_LOW = """selector => [...document.querySelectorAll(selector)]
  .map(e => [e, e.getBoundingClientRect()])
  .filter(([e, r]) => r.height > 1 && r.width > 1 && r.height < 43.9)
  .map(([e, r]) => `${e.className} ${e.textContent.trim().slice(0, 20)} ${r.height}`)"""
FOCUS = """() => { const e = document.activeElement;
  const s = getComputedStyle(e), t = getComputedStyle(e.closest('.choice') ?? e);
  const seen = s.outlineStyle === 'solid' ? s : t;
  return [e.tagName, seen.outlineStyle, seen.outlineWidth, seen.outlineColor]; }"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, serve: Callable[[Path], Any]) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("gallery")
    render(folder)
    with serve(folder) as base:
        yield base


@pytest.fixture(scope="module")
def views(browser: Browser) -> Iterator[dict[int, Page]]:
    opened = {width: browser.new_page(viewport={"width": width, "height": 844}) for width in (DESK, PHONE)}
    yield opened
    for page in opened.values():
        page.close()


@pytest.mark.parametrize("width", [DESK, PHONE])
@pytest.mark.parametrize("screen", SCREENS)
def test_screen_is_sound(
    browser: Browser,
    address: str,
    axe_findings: Callable[[Page], list[str]],
    console_errors: Callable[[Page], list[str]],
    screen: str,
    width: int,
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 844})
    errors = console_errors(page)
    page.goto(f"{address}/{screen}.html")

    assert errors == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(TOO_LOW, MAIN_CONTROLS) == []
    assert axe_findings(page) == []
    page.close()


@pytest.mark.parametrize("screen", [name for name in SCREENS if name != "projector"])
def test_tablet_does_not_scroll_sideways(browser: Browser, address: str, screen: str) -> None:
    page = browser.new_page(viewport={"width": TABLET, "height": 1024})
    page.goto(f"{address}/{screen}.html")
    assert page.evaluate("document.documentElement.scrollWidth") <= TABLET
    page.close()


@pytest.mark.parametrize("screen", ["start", "honoraria", "parts"])
def test_focus_is_always_visible(views: dict[int, Page], address: str, screen: str) -> None:
    page = views[DESK]
    page.goto(f"{address}/{screen}.html")
    page.evaluate("document.activeElement.blur()")
    seen = []
    for _ in range(24):
        page.keyboard.press("Tab")
        seen.append(page.evaluate(FOCUS))
    assert [stop for stop in seen if stop[0] != "BODY" and stop[1:] != ["solid", "4px", "rgb(0, 0, 0)"]] == []


def test_focus_ring_of_a_button_is_black_with_a_yellow_gap(views: dict[int, Page], address: str) -> None:
    page = views[DESK]
    page.goto(f"{address}/start.html")
    page.keyboard.press("Tab")
    page.locator(".waiting .btn--primary").focus()
    style = page.evaluate(
        "() => { const s = getComputedStyle(document.activeElement);"
        " return [s.outlineWidth, s.outlineOffset, s.boxShadow]; }"
    )
    assert style[:2] == ["4px", "2px"]
    assert "rgb(255, 212, 61)" in style[2]


def test_menu_of_the_phone_works_without_javascript(browser: Browser, address: str) -> None:
    context = browser.new_context(viewport={"width": PHONE, "height": 844}, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/start.html")
    entry = page.get_by_role("link", name="名簿")
    assert not entry.is_visible()
    page.get_by_role("link", name="メニュー").click()
    assert entry.is_visible()
    context.close()


def test_menu_of_the_phone_closes_on_escape(views: dict[int, Page], address: str) -> None:
    page = views[PHONE]
    page.goto(f"{address}/start.html")
    opener = page.get_by_role("button", name="メニュー")
    opener.click()
    assert opener.get_attribute("aria-expanded") == "true"
    page.keyboard.press("Escape")
    assert opener.get_attribute("aria-expanded") == "false"
    assert not page.get_by_role("link", name="名簿").is_visible()


def test_notice_can_be_put_away(views: dict[int, Page], address: str) -> None:
    page = views[DESK]
    page.goto(f"{address}/error.html")
    assert page.locator(".toast").count() == 1
    page.locator(".toast .notice__close").click()
    assert page.locator(".toast").count() == 0


def test_opened_row_stays_open_after_a_reload(views: dict[int, Page], address: str) -> None:
    page = views[DESK]
    page.goto(f"{address}/honoraria.html")
    page.locator("#a > summary").click()
    assert page.locator("#a").get_attribute("open") is None
    page.reload()
    assert page.locator("#a").get_attribute("open") is None
    page.evaluate("sessionStorage.clear()")


def test_pages_carry_nothing_inline() -> None:
    for name, html in pages().items():
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:|<script(?![^>]*\ssrc=)", html), name
        assert not re.search(r"""(?:src|href)=["'](?:https?:)?//""", html), name


def test_text_from_people_is_escaped() -> None:
    template = environment().from_string(
        "{% import 'components.html' as c with context %}{{ c.badge(text) }}{{ c.cell(text, text) }}"
        "{{ c.text_field('n', text, text, help=text, error=text) }}{{ c.button(text, attrs={'hx-get': text}) }}"
    )
    html = template.render(_=str, csrf_token="", text='"><script>alert(1)</script>')
    assert "<script" not in html
    assert '"">' not in html
