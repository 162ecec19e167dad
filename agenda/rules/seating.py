"""座席: who sits where at a table with four sides. No article settles it; the secretariat can change it."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from meetings_app.core.terms import Capacity, Office

BESIDE_PRESIDER = (Office.VICE_CHAIR, Office.REGIONAL_VICE_CHAIR)
MOST_BESIDE = 2
"""One on either hand of the 議長."""


@dataclass(frozen=True, slots=True)
class Sitter:
    """着席する人. `label` is what the chart prints over the name.

    `beside` is the person id of a 本人: on a 事務局員 the one whose 相談支援員 they are, on 家族 the one they
    come with. `online`: takes part without a seat.
    """

    person_id: str
    name: str
    label: str
    capacity: Capacity
    offices: tuple[Office, ...] = ()
    online: bool = False
    beside: str | None = None


Row = tuple[Sitter | None, Sitter | None]


@dataclass(frozen=True, slots=True)
class SeatingPlan:
    """座席: `sides` pairs the left and the right seat, top to bottom; `online` are not seated."""

    top: tuple[Sitter, ...]
    sides: tuple[Row, ...]
    bottom: tuple[Sitter, ...]
    online: tuple[Sitter, ...]


@dataclass(frozen=True, slots=True)
class _Table:
    """Who is at the table besides those on top, by where they belong; each in the order given."""

    members: tuple[Sitter, ...]
    guests: tuple[Sitter, ...]
    parties: tuple[tuple[Sitter, ...], ...]
    secretariat: tuple[Sitter, ...]


def arrange(presider: Sitter, others: Iterable[Sitter]) -> SeatingPlan:
    """座席を決める: everybody in one seat, those online apart; within each kind in the order given.

    On top the 議長, with up to two 副委員長 on either hand. Along the sides, left and right in turn, 委員 and
    アドバイザー委員, then guests on the shorter side; below them each 本人 with a 事務局員 (the 相談支援員 where one is
    named) on one hand and the 家族 on the other. Where there are fewer 事務局員 than 本人, one sits between two;
    beyond that, or without any, a 本人 sits with the 家族 or next to whoever sits above. At the bottom the other
    事務局員. Raises ValueError where somebody is given twice.
    """
    everybody = _unique([presider, *others])
    present = [sitter for sitter in everybody if not sitter.online]
    vices = [one for one in present if one is not presider and set(one.offices) & set(BESIDE_PRESIDER)]
    beside = vices[:MOST_BESIDE]
    middle = [] if presider.online else [presider]
    rest = [sitter for sitter in present if sitter not in (*middle, *beside)]
    table = _table(rest)
    return SeatingPlan(
        top=(*beside[1:], *middle, *beside[:1]),
        sides=_sides(table),
        bottom=table.secretariat,
        online=tuple(sitter for sitter in everybody if sitter.online),
    )


def _unique(sitters: Sequence[Sitter]) -> Sequence[Sitter]:
    times = Counter(sitter.person_id for sitter in sitters)
    twice = sorted(person for person, count in times.items() if count > 1)
    if twice:
        raise ValueError(f"people are given twice: {', '.join(twice)}")
    return sitters


def _table(rest: Sequence[Sitter]) -> _Table:
    clients = [sitter for sitter in rest if sitter.capacity is Capacity.CLIENT]
    staff = [sitter for sitter in rest if _is_secretariat(sitter)]
    parties = _parties(clients, staff, [one for one in rest if one.capacity is Capacity.FAMILY])
    members = [one for one in rest if _is_member(one)]
    settled = {one.person_id for one in (*clients, *staff, *members)}
    settled |= {one.person_id for party in parties for one in party}
    guests = [sitter for sitter in rest if sitter.person_id not in settled]
    at_side = {sitter.person_id for party in parties for sitter in party}
    secretariat = [one for one in staff if one.person_id not in at_side]
    return _Table(tuple(members), tuple(guests), tuple(parties), tuple(secretariat))


def _is_secretariat(sitter: Sitter) -> bool:
    return sitter.capacity is Capacity.SECRETARIAT or Office.SECRETARY_GENERAL in sitter.offices


def _is_member(sitter: Sitter) -> bool:
    appointed = (Capacity.MEMBER, Capacity.ADVISER, Capacity.CONSTITUENT)
    return sitter.capacity in appointed and not _is_secretariat(sitter)


# --- 本人 and whom they sit with ---


def _parties(
    clients: Sequence[Sitter], staff: Sequence[Sitter], families: Sequence[Sitter]
) -> list[tuple[Sitter, ...]]:
    """Return each 本人 with those who sit next to them, in seats that follow one another."""
    companions = _companions(clients, staff)
    with_family = {client.person_id: (client, *_family_of(client, clients, families)) for client in clients}
    attended = [client for client in clients if client.person_id in companions]
    unattended = [client for client in clients if client.person_id not in companions]
    parties: list[tuple[Sitter, ...]] = []
    for client in attended:
        shared = with_family[unattended.pop(0).person_id] if unattended else ()
        parties.append((*reversed(shared), companions[client.person_id], *with_family[client.person_id]))
    return [*parties, *(with_family[client.person_id] for client in unattended)]


def _companions(clients: Sequence[Sitter], staff: Sequence[Sitter]) -> dict[str, Sitter]:
    """Return who of the 事務局員 sits beside which 本人: the one named, or the next who is named for nobody."""
    ids = {client.person_id for client in clients}
    named: dict[str, Sitter] = {}
    for one in staff:
        if one.beside in ids:
            named.setdefault(str(one.beside), one)
    taken = {one.person_id for one in named.values()}
    free = [one for one in staff if one.person_id not in taken]
    waiting = [client.person_id for client in clients if client.person_id not in named]
    return named | dict(zip(waiting, free, strict=False))


def _family_of(client: Sitter, clients: Sequence[Sitter], families: Sequence[Sitter]) -> list[Sitter]:
    """Return the 家族 of a 本人. Whom nobody named belongs to the 本人 only where there is just one."""
    only = len(clients) == 1
    return [one for one in families if one.beside == client.person_id or (only and one.beside is None)]


# --- sides ---


def _sides(table: _Table) -> tuple[Row, ...]:
    """Return the two sides. Somebody with no companion goes last, on the longer side, so as not to sit alone."""
    upper: tuple[list[Sitter], list[Sitter]] = (list(table.members[::2]), list(table.members[1::2]))
    lower: tuple[list[Sitter], list[Sitter]] = ([], [])

    def length(side: int) -> int:
        return len(upper[side]) + len(lower[side])

    for party in (party for party in table.parties if len(party) > 1):
        lower[min((0, 1), key=length)].extend(party)
    for guest in table.guests:
        upper[min((0, 1), key=length)].append(guest)
    for party in (party for party in table.parties if len(party) == 1):
        lower[max((0, 1), key=length)].extend(party)
    return tuple(zip_longest(upper[0] + lower[0], upper[1] + lower[1]))
