"""The pages of the running demonstration in a real browser: every role, both widths, both languages.

Each role signs in and visits what its navigation offers and what the pages there lead to. On every page: no serious
or critical accessibility finding, nothing wider than the window, no word in the console, no request to
another host.
"""

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from meetings_app.demo.office import ACCOUNTS, PASSWORD
from tests.demo_runs import DemoRun, copy_of

LOGINS = {account.role.value: account.login for account in ACCOUNTS}
WIDTHS = {"desktop": 1280, "phone": 390}
MOST_PAGES = 40
"""Pages looked at per visit: a bound, so that a crawl always ends."""


@dataclass(frozen=True)
class Demo:
    """The demonstration as a server process of its own."""

    address: str


@pytest.fixture(scope="module")
def demo(demo: DemoRun, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """Serve a copy of the demonstration that was made for the whole suite."""
    made = copy_of(demo, tmp_path_factory.mktemp("served"))
    command = [sys.executable, "-m", "meetings_app", "demo", "--port", "0"]
    command += ["--data", str(made.data), "--output", str(made.output)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    address = ""
    for line in process.stdout:
        found = re.search(r"http://127\.0\.0\.1:\d+", line)
        if found:
            address = found[0]
            break
    assert address, "the demonstration never said where it serves"
    yield Demo(address)
    process.terminate()
    process.communicate(timeout=30)
    assert process.returncode == 0


@pytest.fixture
def context(browser: Browser, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    width = WIDTHS[getattr(request, "param", "desktop")]
    with browser.new_context(viewport={"width": width, "height": 900}) as context:
        yield context


def sign_in(page: Page, demo: Demo, login: str, locale: str = "ja") -> None:
    page.goto(f"{demo.address}/login")
    page.locator("input[name=login]").fill(login)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main button[type=submit]").click()
    expect(page.locator("h1")).to_be_visible()
    # The language stays with the account, so each test chooses its own.
    token = page.locator("input[name=_csrf_token]").first.input_value()
    answer = page.request.post(
        f"{demo.address}/language",
        form={"locale": locale, "next": "/", "_csrf_token": token},
        headers={"Origin": demo.address},
    )
    assert answer.ok, answer.status
    page.goto(demo.address)


def paths_on(page: Page, demo: Demo) -> list[str]:
    """Return the paths of our own pages that this page leads to, in order; no downloads."""
    links = page.eval_on_selector_all(
        "header a[href], main a[href]",
        "links => links.map(link => [link.href, link.hasAttribute('download')])",
    )
    paths = []
    for href, is_download in links:
        parts = urlsplit(href)
        ours = f"{parts.scheme}://{parts.netloc}" == demo.address
        is_file = re.search(r"\.(docx|ics|csv|xlsx|zip)$", parts.path)
        if ours and not is_file and not is_download:
            paths.append(parts.path + (f"?{parts.query}" if parts.query else ""))
    return list(dict.fromkeys(paths))


def shape_of(path: str) -> str:
    """Return a path without its ids and values: one page of each kind is enough."""
    return re.sub(r"=[^&]*", "=", re.sub(r"[0-9a-f]{32}", "*", path))


def visit_all(page: Page, demo: Demo, look: Callable[[Page, str], None]) -> list[str]:
    """Walk from the start page to one page of every kind that can be reached, and look at each."""
    waiting, seen = ["/"], set[str]()
    visited: list[str] = []
    while waiting and len(visited) < MOST_PAGES:
        path = waiting.pop(0)
        if shape_of(path) in seen:
            continue
        seen.add(shape_of(path))
        answer = page.goto(demo.address + path)
        assert answer is not None
        assert answer.status == 200, f"{path}: {answer.status}"
        look(page, path)
        visited.append(path)
        waiting += paths_on(page, demo)
    return visited


@pytest.mark.parametrize("locale", ["ja", "en"])
@pytest.mark.parametrize("role", list(LOGINS))
def test_every_page_of_a_role_is_sound(
    role: str,
    locale: str,
    context: BrowserContext,
    demo: Demo,
    axe_findings: Callable[[Page], list[str]],
    console_errors: Callable[[Page], list[str]],
) -> None:
    page = context.new_page()
    elsewhere: list[str] = []
    page.on("request", lambda sent: None if sent.url.startswith(demo.address) else elsewhere.append(sent.url))
    errors = console_errors(page)
    sign_in(page, demo, LOGINS[role], locale)
    problems: list[str] = []

    def look(page: Page, path: str) -> None:
        for name, width in WIDTHS.items():
            page.set_viewport_size({"width": width, "height": 900})
            problems.extend(f"{path} ({name}): {finding}" for finding in axe_findings(page))
            overflow = page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            if overflow > 0:
                problems.append(f"{path} ({name}): {overflow} px wider than the window")
        if page.locator("html").get_attribute("lang") != locale:
            problems.append(f"{path}: not in {locale}")
        if page.locator("h1").count() != 1:
            problems.append(f"{path}: {page.locator('h1').count()} main headings")

    visited = visit_all(page, demo, look)
    assert len(visited) >= 2, visited
    assert problems == []
    assert errors == []
    assert elsewhere == []


@pytest.mark.parametrize("role", ["事務局", "会計"])
def test_nothing_is_cut_off_between_phone_and_desktop(role: str, browser: Browser, demo: Demo) -> None:
    wide: list[str] = []

    def look(page: Page, path: str) -> None:
        for width in (768, 1024, 1100, 1240):
            page.set_viewport_size({"width": width, "height": 900})
            beyond = page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            if beyond > 0:
                wide.append(f"{path} at {width}: {beyond} px")

    with browser.new_context() as context:
        page = context.new_page()
        sign_in(page, demo, LOGINS[role])
        visit_all(page, demo, look)
    assert wide == []


def test_the_main_job_needs_no_script(browser: Browser, demo: Demo) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        sign_in(page, demo, LOGINS["事務局"])
        page.get_by_role("link", name="会議", exact=True).first.click()
        page.get_by_role("link", name="第19回").first.click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("第19回")
        page.get_by_role("link", name=re.compile("^支給")).last.click()
        story = page.locator("details").filter(has_text="湿原 花子").first
        story.locator("summary").click()
        expect(story).to_contain_text("第7条第3項②")
        expect(story).to_contain_text("4,000円")


def test_wrong_password_says_what_to_do(context: BrowserContext, demo: Demo) -> None:
    page = context.new_page()
    page.goto(f"{demo.address}/login")
    page.locator("input[name=login]").fill("jimukyoku")
    page.locator("input[name=password]").fill("wrong-password")
    page.locator("main button[type=submit]").click()
    expect(page.locator("main")).to_contain_text("利用者名かパスワードが違います")


def test_the_papers_download_under_japanese_names(
    context: BrowserContext, demo: Demo, tmp_path: Path
) -> None:
    page = context.new_page()
    sign_in(page, demo, LOGINS["事務局"])
    page.goto(f"{demo.address}/meetings")
    page.get_by_role("link", name="第19回").first.click()
    page.get_by_role("link", name=re.compile("^議事録")).last.click()
    with page.expect_download() as waiting:
        page.locator("a[href$='minutes.docx']").first.click()
    assert waiting.value.suggested_filename.endswith(".docx")
    assert "第19回" in waiting.value.suggested_filename
    target = tmp_path / "minutes.docx"
    waiting.value.save_as(target)
    assert target.read_bytes()[:2] == b"PK"


def test_the_list_of_cases_follows_what_is_typed(context: BrowserContext, demo: Demo) -> None:
    page = context.new_page()
    sign_in(page, demo, LOGINS["事務局"])
    page.goto(f"{demo.address}/plans")
    field = page.locator("#case-q")
    field.click()
    field.press_sequentially("14", delay=30)
    expect(page.locator("#cases tbody tr")).to_have_count(1)
    expect(page.locator("#cases")).to_contain_text("No.14")
    expect(page.locator("#cases-count")).to_contain_text("1件")
    expect(field).to_be_focused()
    expect(field).to_have_value("14")


def test_the_due_list_changes_its_day_in_place(context: BrowserContext, demo: Demo) -> None:
    page = context.new_page()
    sign_in(page, demo, LOGINS["事務局"])
    page.goto(f"{demo.address}/plans/due")
    page.evaluate("window.stayed = true")
    page.locator("#f-on").fill("H26.3.24")
    page.get_by_role("button", name="表示する").click()
    expect(page.locator("#main")).to_contain_text("No.14")
    assert page.evaluate("window.stayed") is True
    assert "on=" in page.url
    page.locator("#f-on").fill("H26.2.30")
    page.get_by_role("button", name="表示する").click()
    expect(page.locator("#main")).to_contain_text("表示の条件を直してください")
