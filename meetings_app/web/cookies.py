"""Cookies: one way to name, set and drop them.

None can be read by scripts or travels with a request from elsewhere. Under https they are Secure and carry the
`__Host-` prefix, so that no neighbouring host can plant one (RFC 6265bis, section 4.1.3.2).
"""

from dataclasses import dataclass
from typing import Any

from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie


@dataclass(frozen=True)
class Cookies:
    """How this office's cookies look; `https` as in the settings."""

    https: bool

    def name(self, plain: str) -> str:
        """Return the full name of a cookie."""
        return f"__Host-{plain}" if self.https else f"meetings_{plain}"

    def read(self, connection: ASGIConnection[Any, Any, Any, Any], plain: str) -> str | None:
        """Return what the browser sent, or None."""
        return connection.cookies.get(self.name(plain))

    def make(self, plain: str, value: str, max_age: int | None = None) -> Cookie:
        """Return a cookie to set; it goes with the browser session unless `max_age` (seconds) is given."""
        return Cookie(
            key=self.name(plain),
            value=value,
            max_age=max_age,
            path="/",
            secure=self.https,
            httponly=True,
            samesite="lax",
        )

    def drop(self, plain: str) -> Cookie:
        """Return a cookie that removes an earlier one."""
        return self.make(plain, "", max_age=0)
