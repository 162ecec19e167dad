"""参加者の案: whom the system proposes for a case; the 委員長 decides (第5条第3項)."""

from collections.abc import Iterable
from dataclasses import dataclass

from meetings_app.core.terms import Capacity, Office


@dataclass(frozen=True, slots=True)
class Candidate:
    """候補: somebody of the composition, with what speaks for and against taking part in a case.

    `kin` is the relation to the 本人 where one was declared (「甥」など); None where none was.
    """

    person_id: str
    name: str
    capacity: Capacity
    offices: tuple[Office, ...] = ()
    sat_before: bool = False
    kin: str | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """案: whether to take part, whether the item needs this person, and the reason in one sentence."""

    person_id: str
    name: str
    capacity: Capacity
    takes_part: bool
    required: bool
    why: str


def propose_participants(candidates: Iterable[Candidate]) -> list[Proposal]:
    """Return a proposal for everybody given, in the order given. Nothing here decides: the 委員長 does."""
    return [_proposal(candidate) for candidate in candidates]


def _proposal(candidate: Candidate) -> Proposal:
    takes_part, required, why = _judge(candidate)
    return Proposal(candidate.person_id, candidate.name, candidate.capacity, takes_part, required, why)


def _judge(candidate: Candidate) -> tuple[bool, bool, str]:
    if candidate.kin is not None:
        return False, False, f"本人との続柄（{candidate.kin}）の申告があります。外す案です。"
    if Office.CHAIR in candidate.offices:
        return True, True, "委員長として議事を進めます（第5条第1項）。"
    if Office.VICE_CHAIR in candidate.offices:
        return True, False, "委員長に事故があるときに議長となります（第5条第2項）。"
    if candidate.capacity is Capacity.SECRETARIAT:
        return True, False, "事務局員です（第4条）。"
    if candidate.sat_before:
        return True, False, "このケースの前回の会議に参加しています。"
    if candidate.capacity is Capacity.ADVISER:
        return True, False, "アドバイザー委員です。"
    return False, False, "このケースの会議に参加したことがありません。"
