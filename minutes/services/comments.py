"""回覧への意見を読む: what was said to which item, and what still waits for an answer."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from meetings_app.core.errors import NotFound, Refused
from meetings_app.tables.meetings import Meeting
from minutes.edition_tables import Circulation, CommentVerdict, MinutesComment

_PROXY = "（代理入力："
_LONGEST_NAME = 45
"""So many signs of either name find room in the 100 of an author."""


@dataclass(frozen=True, slots=True)
class CommentView:
    """意見 with its answer; `item_id` None: on the minutes as a whole. `text` "" stands for 意見なし.

    `mark` stands for the text: an answer is taken only for the text that was read.
    """

    id: str
    round: int
    item_id: str | None
    person_id: str
    author: str
    text: str
    written_at: datetime
    verdict: CommentVerdict | None
    answer: str
    answered_by: str | None
    answered_at: datetime | None

    @property
    def mark(self) -> str:
        """The mark of the text as it stands."""
        return text_mark(self.text)

    @property
    def by_proxy(self) -> bool:
        """Whether the secretariat typed it in the person's name."""
        return by_proxy(self.author)

    @property
    def waits(self) -> bool:
        """Whether it waits for an answer."""
        return bool(self.text) and self.verdict is None


def text_mark(text: str) -> str:
    """Return 16 hexadecimal digits that stand for a text."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def proxy_author(name: str, typist: str) -> str:
    """代理入力の主: return 「委員1（代理入力：事務局 太郎）」, at most 100 signs."""
    return f"{name[:_LONGEST_NAME]}{_PROXY}{typist[:_LONGEST_NAME]}）"


def by_proxy(author: str) -> bool:
    """Return whether an author is one made by `proxy_author`."""
    return _PROXY in author


def comments_of(session: Session, meeting_id: str) -> list[CommentView]:
    """Return every comment of every round, the earliest round first, in the order they were written."""
    rows = session.exec(
        select(MinutesComment, Circulation.round)
        .join(Circulation, col(MinutesComment.circulation_id) == Circulation.id)
        .where(Circulation.meeting_id == meeting_id)
        .order_by(col(Circulation.round), col(MinutesComment.written_at), col(MinutesComment.id))
    ).all()
    return [_view(comment, round_) for comment, round_ in rows]


def get_comment(session: Session, meeting_id: str, comment_id: str) -> MinutesComment:
    """Return a comment on that meeting's minutes. Raises NotFound, also for another meeting's."""
    comment = session.exec(
        select(MinutesComment)
        .join(Circulation, col(MinutesComment.circulation_id) == Circulation.id)
        .where(Circulation.meeting_id == meeting_id, MinutesComment.id == comment_id)
    ).one_or_none()
    if comment is None:
        raise NotFound(
            "この意見は見つかりません。取り下げられたかもしれません。回覧の画面を読み直してください。"
        )
    return comment


def unanswered(comments: Sequence[CommentView]) -> list[CommentView]:
    """Return the comments that wait for an answer."""
    return [comment for comment in comments if comment.waits]


def refuse_unanswered(session: Session, meeting: Meeting) -> None:
    """Raise Refused while somebody's comment has not been answered: nothing said is passed over."""
    waiting = unanswered(comments_of(session, meeting.id))
    if waiting:
        names = "、".join(dict.fromkeys(comment.author for comment in waiting))
        raise Refused(
            f"対応を決めていない意見が{len(waiting)}件あります（{names}）。"
            "回覧の画面で「反映」か「見送り」を記録してください。"
        )


def _view(comment: MinutesComment, round_: int) -> CommentView:
    return CommentView(
        id=comment.id,
        round=round_,
        item_id=comment.item_id,
        person_id=comment.person_id,
        author=comment.author,
        text=comment.text,
        written_at=comment.written_at,
        verdict=comment.verdict,
        answer=comment.answer,
        answered_by=comment.answered_by,
        answered_at=comment.answered_at,
    )
