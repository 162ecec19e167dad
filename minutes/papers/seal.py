"""版の印: what edition a document is, as its footer and its properties say."""

from dataclasses import dataclass
from typing import Final

from minutes.rules.minutes_view import MinutesView, content_hash

MEETING: Final = "meetings-app meeting"
KIND: Final = "meetings-app kind"
EDITION: Final = "meetings-app edition"
STATUS: Final = "meetings-app status"
CONTENT: Final = "meetings-app content SHA-256"
"""Names of the custom properties."""

MINUTES: Final = "議事録"
EXTRACT: Final = "抄本"
ANONYMISED: Final = "匿名版"
EXCERPT: Final = "抜粋"
"""Kinds of documents that minutes are written to."""

HASH_MARK: Final = "照合値　"
HASH_DIGITS: Final = 12
"""Of the hash, printed in the footer."""


@dataclass(frozen=True, slots=True)
class Seal:
    """版の印: the edition a document was written from; `sha256` is the hash of its content as it is stored.

    `note` is printed behind the edition, e.g. 「匿名版（確認前）」.
    """

    version: int
    status: str
    sha256: str
    meeting_id: str = ""
    kind: str = MINUTES
    note: str = ""

    @property
    def footer_left(self) -> str:
        """The edition, for the foot of every page."""
        edition = f"第{self.version}版（{self.status}）"
        return f"{self.note}　{edition}" if self.note else edition

    @property
    def footer_right(self) -> str:
        """The beginning of the hash, for the foot of every page."""
        return f"{HASH_MARK}{self.sha256[:HASH_DIGITS]}"

    @property
    def properties(self) -> dict[str, str]:
        """What the document says of itself to programs."""
        return {
            MEETING: self.meeting_id,
            KIND: self.kind,
            EDITION: str(self.version),
            STATUS: self.status,
            CONTENT: self.sha256,
        }


def seal_of(view: MinutesView, sha256: str | None = None) -> Seal:
    """Return the seal of a view. Give `sha256`, the hash of the stored text, for content that is stored."""
    return Seal(
        version=view.version,
        status=_status(view),
        sha256=sha256 or content_hash(view),
        meeting_id=view.meeting_id or "",
    )


def _status(view: MinutesView) -> str:
    status = view.approval.status.value
    return f"{status}、訂正{len(view.corrections)}件" if view.corrections else status
