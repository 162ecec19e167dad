"""利益相反のおそれ: who is too near to a case to sit in on it without the 委員長 having decided so.

The regulations say nothing of recusal. The system shows what is known; the 委員長 decides and the decision is kept.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from meetings_app.core.terms import Capacity, ConflictGround

OWN_CASE = (Capacity.CLIENT, Capacity.FAMILY)
"""Capacities that are there because the case is theirs."""


@dataclass(frozen=True, slots=True)
class Nearness:
    """近さ: what is known of one person beside a case on the day of the meeting.

    `kin` is the declared relation to the 本人 (None: none declared). `works_for` names employers with the post,
    by id; `organisation` is what the roster prints.
    """

    capacity: Capacity
    kin: str | None = None
    works_for: tuple[tuple[str, str], ...] = ()
    organisation: str = ""


@dataclass(frozen=True, slots=True)
class Ground:
    """おそれの理由: its kind, and what is known in words."""

    ground: ConflictGround
    detail: str


def grounds_of(near: Nearness, providers: Sequence[tuple[str, str]]) -> tuple[Ground, ...]:
    """Return why somebody may be too near to a case; `providers` (id, name) give the services of its plan.

    The 本人 and the family are no conflict in their own case; 事務局員 are none with their own centre's services.
    An employer is told by the record of who works where; where none is recorded, a roster entry that reads like a
    provider's name is shown as a question.
    """
    if near.capacity in OWN_CASE:
        return ()
    kin = (Ground(ConflictGround.KIN, f"本人との続柄（{near.kin}）"),) if near.kin else ()
    if near.capacity is Capacity.SECRETARIAT:
        return kin
    return (*kin, *_of_providers(near, providers))


def _of_providers(near: Nearness, providers: Sequence[tuple[str, str]]) -> tuple[Ground, ...]:
    posts = dict(near.works_for)
    found = []
    for provider_id, name in providers:
        if provider_id in posts:
            post = f"（{posts[provider_id]}）" if posts[provider_id] else ""
            found.append(f"支援の提供者「{name}」に勤務{post}")
        elif _alike(near.organisation, name):
            found.append(f"所属「{near.organisation}」が支援の提供者「{name}」と同じ名前（勤務は未確認）")
    return tuple(Ground(ConflictGround.PROVIDER, detail) for detail in found)


def _alike(organisation: str, name: str) -> bool:
    """Return whether a roster entry reads like a provider's name: the same words, or one with a branch added."""
    one, other = _plain(organisation), _plain(name)
    shorter = min(len(one), len(other))
    return shorter >= MIN_LENGTH and (one.startswith(other) or other.startswith(one))


MIN_LENGTH = 4
"""Signs from which a beginning in common says something."""


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()
