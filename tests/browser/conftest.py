"""Shared by all browser tests: one Chromium for the session, a server of plain files, the accessibility check."""

import functools
import http.server
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from meetings_app.web.security import CONTENT_SECURITY_POLICY

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def _chromium() -> str | None:
    return os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium; the path may be given in CHROMIUM."""
    executable = _chromium()
    if executable is None:
        reason = "Chromium is not installed: apt-get install chromium, or set CHROMIUM to its path."
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        yield chromium
        chromium.close()


class _Handler(http.server.SimpleHTTPRequestHandler):
    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        super().end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is the base class's
        """Say nothing: requests are not part of a test's report."""


@contextmanager
def serve_folder(folder: Path) -> Iterator[str]:
    """Serve folder on 127.0.0.1; the address (without a slash at the end) comes back."""
    handler = functools.partial(_Handler, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture(scope="session")
def serve() -> Callable[[Path], Any]:
    """`with serve(folder) as address:`."""
    return serve_folder


@pytest.fixture(scope="session")
def axe_findings() -> Callable[[Page], list[str]]:
    """`axe_findings(page)`: serious and critical findings of axe-core, one line each; [] is what we want."""

    axe = Axe()
    # What axe works out beside these is slow, and nobody reads it.
    options = {"resultTypes": ["violations"], "selectors": False, "elementRef": False}

    def findings(page: Page) -> list[str]:
        violations = axe.run(page, options=options).response["violations"]
        return [
            f"{violation['impact']} {violation['id']}: {node['html'][:160]} | {node['failureSummary'][:200]}"
            for violation in violations
            if violation["impact"] in ("serious", "critical")
            for node in violation["nodes"]
        ]

    return findings


@pytest.fixture
def console_errors() -> Callable[[Page], list[str]]:
    """`errors = console_errors(page)` before page.goto: the list fills with what the console complains about."""

    def watch(page: Page) -> list[str]:
        errors: list[str] = []
        page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: errors.append(str(error)))
        return errors

    return watch
