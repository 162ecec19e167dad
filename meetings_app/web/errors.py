"""The one place that turns exceptions into HTTP: every answer says what happened and what to do next."""

import json
import logging
import secrets
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from litestar import Request, Response
from litestar.exceptions import HTTPException
from litestar.types import ExceptionHandlersMap
from sqlalchemy.exc import IntegrityError

from meetings_app.core.clock import Clock
from meetings_app.core.errors import Conflict, Forbidden, NotFound, Refused
from meetings_app.services.accounts import TooManyAttempts
from meetings_app.web.access import LoginNeeded, signed_in
from meetings_app.web.auth import find_signed_in, login_address
from meetings_app.web.locale import mark, translator
from meetings_app.web.page import Page, fragment, is_htmx, render, see_other
from meetings_app.web.security import FormTokenRefused

logger = logging.getLogger(__name__)


Code = Literal["login", "token", "forbidden", "missing", "refused", "fault"]
"""What a program is told: sign in, get a new token, not allowed, not there, not accepted, our own fault."""

_CODES: dict[int, Code] = {401: "login", 403: "forbidden", 404: "missing", 500: "fault"}


@dataclass(frozen=True, slots=True)
class Problem:
    """お知らせ: what error.html shows. `code` where the status alone does not tell a program enough."""

    status: int
    title: str
    message: str
    next_step: str = ""
    back_href: str | None = None
    back_label: str | None = None
    code: Code | None = None


_BACK = mark("前の画面に戻り、内容を確かめてから、もう一度送ってください。")
_REFUSALS: tuple[tuple[type[Refused], int, str, str], ...] = (
    (TooManyAttempts, 429, mark("しばらく待ってください"), ""),
    (NotFound, 404, mark("見つかりません"), ""),
    (Forbidden, 403, mark("この操作はできません"), ""),
    (
        Conflict,
        409,
        mark("ほかの人が先に変更しました"),
        mark("前の画面を読み込み直し、新しい内容を見てから、もう一度入力してください。"),
    ),
    (Refused, 422, mark("受け付けられませんでした"), _BACK),
)
_BY_STATUS = {
    400: (
        mark("送られた内容を読み取れません"),
        mark("送られた内容に、読み取れないところがあります。"),
        _BACK,
    ),
    401: (
        mark("ログインが必要です"),
        mark("ログインしていないか、時間がたってログインが切れました。"),
        mark("ログインしてから、もう一度操作してください。"),
    ),
    403: (
        mark("この操作はできません"),
        mark("この操作は許されていません。"),
        mark("必要な場合は、事務局に伝えてください。"),
    ),
    404: (
        mark("見つかりません"),
        mark("このアドレスには何もありません。"),
        mark("アドレスを確かめるか、はじめの画面から開き直してください。"),
    ),
    405: (
        mark("この開き方はできません"),
        mark("このアドレスは、画面のボタンから使うものです。"),
        mark("はじめの画面から開き直してください。"),
    ),
    409: (
        mark("ほかの記録と重なります"),
        mark("同じ番号の記録か、期間の重なる記録がすでにあります。この操作による変更は保存されていません。"),
        mark("今ある記録の番号と期間を確かめ、重ならないように直してから、もう一度送ってください。"),
    ),
    413: (
        mark("大きすぎます"),
        mark("送られた内容が大きすぎて、受け取れません。"),
        mark("ファイルを小さくするか、分けて送ってください。"),
    ),
    500: (
        mark("処理できませんでした"),
        mark("プログラムの誤りのため、処理できませんでした。この操作による変更は保存されていません。"),
        mark("もう一度試し、同じことが起きるときは、番号 {id} を保守担当に伝えてください。"),
    ),
}


def on_refusal(request: Request[Any, Any, Any], refusal: Refused) -> Page:
    """Answer a refusal with its own sentence."""
    _ = translator(request)
    status, title, next_step = next(
        (status, title, step) for kind, status, title, step in _REFUSALS if isinstance(refusal, kind)
    )
    code: Code | None = "token" if isinstance(refusal, FormTokenRefused) else None
    # A program has no page to go back to; the refusal's own sentence says what to do.
    step = "" if wants_json(request) else _(next_step)
    answer = _show(request, Problem(status, _(title), _(refusal.message), step, code=code))
    if isinstance(refusal, TooManyAttempts):
        answer.headers["Retry-After"] = str(_seconds_until(request, refusal))
    return answer


def on_login_needed(request: Request[Any, Any, Any], _exc: LoginNeeded) -> Page:
    """Lead to the login page, and back afterwards; a POST is told to sign in, since it cannot be repeated."""
    if request.method == "GET" and not is_htmx(request) and not wants_json(request):
        return see_other(request, login_address(request))
    answer = _show(request, _problem(request, 401, back_href="/login", back_label=mark("ログイン")))
    if is_htmx(request):
        answer.headers["HX-Redirect"] = "/login"
    return answer


def on_http_error(request: Request[Any, Any, Any], exc: HTTPException) -> Page:
    """Answer what the framework refuses: unknown addresses, wrong methods, unreadable or oversized bodies."""
    if is_cut_off(exc):
        return Response("", status_code=400, media_type="text/plain")  # nobody is there to read it
    if exc.status_code >= 500:
        return on_fault(request, exc)
    status = exc.status_code if exc.status_code in _BY_STATUS else 400
    if status in {404, 405} and signed_in(request) is None:
        # No route, so no middleware ran: look the account up, or the page would seem signed out.
        request.scope["user"] = find_signed_in(request)
    answer = _show(request, _problem(request, status))
    if exc.headers:
        answer.headers.update(exc.headers)
    return answer


def is_cut_off(exc: HTTPException) -> bool:
    """途中で切れた送信: return whether the browser went away before it had sent all of its request."""
    return exc.status_code == 500 and "client disconnected" in exc.detail


def on_fault(request: Request[Any, Any, Any], exc: Exception) -> Page:
    """Answer an unexpected error with a number that stands in the log beside it."""
    fault_id = secrets.token_hex(4)
    handler = request.scope.get("route_handler")
    logger.error(
        "fault %s: %s %s\n%s", fault_id, request.method, getattr(handler, "handler_name", "?"), _where(exc)
    )
    try:
        return _show(request, _problem(request, 500, fault_id=fault_id))
    except Exception:
        # The last answer must not fail, whatever is broken.
        text = f"処理できませんでした。番号 {fault_id} を保守担当に伝えてください。"
        if wants_json(request):
            return _as_json(Problem(500, "", text))
        return Response(text, status_code=500, media_type="text/plain")


def on_clash(request: Request[Any, Any, Any], _exc: IntegrityError) -> Page:
    """Answer what only the database knew: two records that may not stand side by side."""
    return _show(request, _problem(request, 409))


HANDLERS: ExceptionHandlersMap = {
    Refused: on_refusal,
    IntegrityError: on_clash,
    LoginNeeded: on_login_needed,
    HTTPException: on_http_error,
    Exception: on_fault,
}


def _problem(
    request: Request[Any, Any, Any],
    status: int,
    *,
    fault_id: str = "",
    back_href: str | None = None,
    back_label: str | None = None,
) -> Problem:
    _ = translator(request)
    title, message, next_step = (_(text) for text in _BY_STATUS[status])
    label = _(back_label) if back_label else None
    return Problem(status, title, message, next_step.replace("{id}", fault_id), back_href, label)


def wants_json(request: Request[Any, Any, Any]) -> bool:
    """Return whether a program asks, and not a person: it is answered without a page."""
    accepted = request.headers.get("Accept", "")
    asks = "application/json" in accepted or accepted.strip() == "text/event-stream"
    return asks or request.content_type[0] == "application/json"


def _show(request: Request[Any, Any, Any], problem: Problem) -> Page:
    if wants_json(request):
        return _as_json(problem)
    if is_htmx(request):
        return fragment(request, "error_fragment.html", status=problem.status, error=problem)
    return render(request, "error.html", title=problem.title, status=problem.status, error=problem)


def _as_json(problem: Problem) -> Page:
    """Return the problem for a program: which kind, and the sentence for the person in front of it."""
    code = problem.code or _CODES.get(problem.status, "refused")
    text = json.dumps({"error": code, "message": f"{problem.message}{problem.next_step}"}, ensure_ascii=False)
    return Response(text, status_code=problem.status, media_type="application/json")


def _seconds_until(request: Request[Any, Any, Any], refusal: TooManyAttempts) -> int:
    clock: Clock = request.app.state.clock
    return max(1, -((clock.now() - refusal.retry_at) // timedelta(seconds=1)))


def _where(exc: BaseException) -> str:
    """Return types and places of an error and its causes, without messages: those may hold names and amounts."""
    return "\n".join(
        f"{type(part).__name__}\n{''.join(traceback.format_tb(part.__traceback__))}" for part in _chain(exc)
    )


def _chain(exc: BaseException | None) -> Iterator[BaseException]:
    while exc is not None:
        yield exc
        exc = exc.__cause__ or exc.__context__
