"""Render every part and the chief screens with made-up contents: `python -m tests.browser.render_gallery FOLDER`."""

import shutil
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined

from tests.browser import gallery_data as made_up

WEB = Path(__file__).resolve().parents[2] / "meetings_app" / "web"

NAV_LABELS = ("待っていること", "期限", "会議", "日程調整", "支給", "名簿", "地域課題")
SCREENS = {
    "start": ("待っていること", "待っていること"),
    "meeting": ("第9回 支援調整会議", "会議"),
    "live": ("進行 第9回", "会議"),
    "projector": ("第9回 支援調整会議", "会議"),
    "honoraria": ("第8回の支給", "支給"),
    "due": ("期限", "期限"),
    "scheduling": ("第10回・第11回の日程", "日程調整"),
    "regional": ("地域課題のまとめ", "地域課題"),
    "parts": ("部品", ""),
}


def environment() -> Environment:
    """Templates as the product uses them: autoescape on, undefined names are errors."""
    loader = ChoiceLoader([FileSystemLoader(WEB / "templates"), FileSystemLoader(Path(__file__).parent)])
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined)


def _frame(title: str, active: str) -> dict[str, Any]:
    page = SimpleNamespace(
        title=title,
        today_text="令和8年11月25日（水）",
        as_of_text="11月25日（水）8:40 現在の内容です。",
        searches=True,
        is_demo=False,
        body_name="○○市 支援調整会議",
        locale="ja",
        path="/",
    )
    nav = [
        SimpleNamespace(label=label, href="#", active=label == active, count=4 if index == 0 else None)
        for index, label in enumerate(NAV_LABELS)
    ]
    user = SimpleNamespace(display_name="○○さん", role_label="事務局")
    return {
        "_": str,
        "csrf_token": "t",
        "user": user,
        "nav": nav,
        "page": page,
        "flash": [],
        "static_root": "static",
    }


def _contents() -> dict[str, Any]:
    return {
        "weeks": made_up.weeks(),
        "agenda": made_up.AGENDA,
        "due": made_up.DUE,
        "charts": made_up.charts(),
        **made_up.availability(),
        **made_up.matrix(),
    }


def pages() -> dict[str, str]:
    """File name → finished HTML."""
    env = environment()
    gallery = env.get_template("gallery.html.j2")
    result = {
        f"{screen}.html": gallery.render(screen=screen, **_frame(title, active), **_contents())
        for screen, (title, active) in SCREENS.items()
    }
    outside = _frame("ログイン", "") | {"user": None, "nav": []}
    wrong = [{"text": "利用者名かパスワードが違います。もう一度入れてください。", "href": "#f-login"}]
    result["login.html"] = env.get_template("login.html").render(outside, errors=wrong)
    error = {
        "status": 404,
        "title": "見つかりません",
        "message": "そのページはないか、あなたの役割では見られません。",
        "next_step": "アドレスを確かめるか、待っていることから入り直してください。",
        "back_href": None,
        "back_label": None,
    }
    flash = [("success", "保存しました。"), ("warning", "回答していない人がいます。")]
    result["error.html"] = env.get_template("error.html").render(
        _frame("見つかりません", "") | {"flash": flash}, error=error
    )
    return result


def render(folder: Path) -> list[str]:
    """Write the pages and the static files into folder; the file names of the pages come back."""
    shutil.copytree(WEB / "static", folder / "static", dirs_exist_ok=True)
    finished = pages()
    for name, html in finished.items():
        (folder / name).write_text(html, encoding="utf-8")
    return sorted(finished)


if __name__ == "__main__":
    render(Path(sys.argv[1]))
