"""Refusals: every one carries a Japanese sentence that says what to do next."""


class Refused(Exception):  # noqa: N818 - a refusal is an answer to a person, not a fault of the program
    """拒否: the request cannot be carried out; the message says why and what to do (HTTP 422)."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NotFound(Refused):
    """該当なし: there is no such thing, or the actor may not know that there is (HTTP 404)."""


class Forbidden(Refused):
    """権限なし: the actor's role may not do this (HTTP 403)."""


class Conflict(Refused):
    """競合: somebody else changed the same thing first (HTTP 409)."""


class NotInForce(Refused):
    """施行前: the regulation holds no value on the date asked for."""
