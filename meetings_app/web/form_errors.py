"""What a form says when it was refused: the wrong fields, or the service's own sentence."""

from collections.abc import Iterable
from dataclasses import dataclass

from meetings_app.core.errors import Conflict, Forbidden, NotFound, Refused
from meetings_app.web.forms import InvalidForm
from meetings_app.web.given import WebRequest
from meetings_app.web.locale import translator


@dataclass(frozen=True, slots=True)
class ShownError:
    """One sentence over a form; `href` leads to its field, None where it belongs to none."""

    name: str
    text: str
    href: str | None = None


def shown_errors(refusal: Refused, request: WebRequest, field: str = "") -> list[ShownError]:
    """Return what to show over the form; `field` is where the service's own sentence belongs.

    Raises the refusal again where it is no matter of the form: not found, not allowed, changed by others.
    """
    if isinstance(refusal, NotFound | Forbidden | Conflict):
        raise refusal
    if isinstance(refusal, InvalidForm):
        return [ShownError(error.name, error.text, error.href) for error in refusal.errors]
    text = translator(request)(refusal.message)
    return [ShownError(field, text, f"#f-{field}" if field else None)]


def by_field(errors: Iterable[ShownError]) -> dict[str, str]:
    """Return the sentence of each wrong field by its name."""
    return {error.name: error.text for error in errors if error.name}
