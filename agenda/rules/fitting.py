"""議題の順と割振り: in what order items are dealt with, and which of them a meeting has room for.

The regulation fixes neither; both are proposals that the secretariat can change. People from outside the body
(第5条第4項), the 本人 and the 家族 should come once and not sit through what is not theirs.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import IntEnum
from itertools import chain

from meetings_app.core.terms import DueReason, Purpose
from meetings_app.core.wareki import format_wareki

EXACT_BLOCKS = 12
"""Up to so many blocks that share outside people the order has the least waiting there is; above, a good one."""

PASSES = 10
"""How often every block of a larger group is tried in another place."""

_NO_CASE = 1 << 62


@dataclass(frozen=True, slots=True)
class Item:
    """議題: `minutes` planned, the `outsiders` (person ids) it needs from outside the body.

    `case` and `plan` are both None for a matter without a plan. Raises ValueError for less than a minute and
    where only one of `case` and `plan` is given.
    """

    key: str
    minutes: int
    purpose: Purpose
    case: int | None = None
    plan: int | None = None
    reason: DueReason | None = None
    deadline: date | None = None
    outsiders: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if self.minutes < 1:
            raise ValueError(f"item {self.key} takes {self.minutes} minutes; it needs at least one")
        if (self.case is None) != (self.plan is None):
            raise ValueError(f"item {self.key} has both a case and a plan, or neither")


@dataclass(frozen=True, slots=True)
class Block:
    """ひとまとまり: the items of one case, or one matter without a plan. Never divided."""

    items: tuple[Item, ...]

    @property
    def key(self) -> str:
        """What tells this block from every other."""
        return self.items[0].key

    @property
    def case(self) -> int | None:
        """The case, None for a matter without a plan."""
        return self.items[0].case

    @property
    def minutes(self) -> int:
        """How long the whole block takes."""
        return sum(item.minutes for item in self.items)

    @property
    def outsiders(self) -> frozenset[str]:
        """Everybody from outside whom one of the items needs: they stay for the block."""
        return frozenset(chain.from_iterable(item.outsiders for item in self.items))


@dataclass(frozen=True, slots=True)
class Visit:
    """来る時間 of somebody from outside, in minutes from the start of the meeting."""

    person_id: str
    comes_at: int
    leaves_at: int
    own_minutes: int

    @property
    def waiting_minutes(self) -> int:
        """Minutes between coming and leaving that belong to blocks of others."""
        return self.leaves_at - self.comes_at - self.own_minutes


@dataclass(frozen=True, slots=True)
class Ordering:
    """議題の順: the blocks in order and, for everybody from outside, when to come (by time, then id)."""

    blocks: tuple[Block, ...]
    visits: tuple[Visit, ...]

    @property
    def items(self) -> tuple[Item, ...]:
        """The items in order."""
        return tuple(item for block in self.blocks for item in block.items)

    @property
    def waiting_minutes(self) -> int:
        """Minutes that all people from outside wait, taken together."""
        return sum(visit.waiting_minutes for visit in self.visits)


# --- order ---


def blocks_of(items: Iterable[Item]) -> list[Block]:
    """Return the items case by case, by urgency, deadline and case number; within a case evaluations first.

    Raises ValueError where a key is given twice.
    """
    cases: dict[int | str, list[Item]] = {}
    for item in _unique(items):
        cases.setdefault(item.key if item.case is None else item.case, []).append(item)
    blocks = [Block(tuple(sorted(of_case, key=_place_in_case))) for of_case in cases.values()]
    return sorted(blocks, key=_precedence)


def order_blocks(blocks: Iterable[Block]) -> Ordering:
    """議題の順: the order in which people from outside wait the least minutes, all of them taken together.

    Among those orders the one where all blocks with outside people follow one another; then what is carried over
    or urgent (臨時) comes first, then the earliest deadline, then the lowest case number. Blocks that share
    outside people, directly or through others, form a group, and no group gains by being interrupted. A group of
    up to `EXACT_BLOCKS` blocks has the least waiting possible. A larger one starts from the better of the
    deadline order and always taking next the block that makes people wait least; then each block is moved to
    where that saves minutes, for at most `PASSES` rounds: never worse than the deadline order.
    """
    listed = sorted(blocks, key=_precedence)
    _unique(item for block in listed for item in block.items)
    groups = [_arranged(group) for group in _sharing_groups([one for one in listed if one.outsiders])]
    groups.sort(key=lambda group: _precedence(group[0]))
    together = list(chain.from_iterable(groups))
    plain = [block for block in listed if not block.outsiders]
    before = [block for block in plain if together and _precedence(block) < _precedence(together[0])]
    ordered = (*before, *together, *plain[len(before) :])
    return Ordering(ordered, visits_of(ordered))


def visits_of(parts: Iterable[Block | Item]) -> tuple[Visit, ...]:
    """Return when everybody from outside comes and leaves if the parts follow one another in this order."""
    visits: dict[str, Visit] = {}
    start = 0
    for part in parts:
        end = start + part.minutes
        for person in part.outsiders:
            seen = visits.get(person, Visit(person, start, start, 0))
            visits[person] = replace(seen, leaves_at=end, own_minutes=seen.own_minutes + part.minutes)
        start = end
    return tuple(sorted(visits.values(), key=lambda visit: (visit.comes_at, visit.person_id)))


def _unique(items: Iterable[Item]) -> list[Item]:
    listed = list(items)
    twice = sorted(key for key, times in Counter(item.key for item in listed).items() if times > 1)
    if twice:
        raise ValueError(f"items are given twice: {', '.join(twice)}")
    return listed


def _place_in_case(item: Item) -> tuple[bool, int, str]:
    return (item.purpose is not Purpose.EVALUATE, item.plan or 0, item.key)


def _precedence(block: Block) -> tuple[bool, date, int, str]:
    """Return what decides between orders with the same waiting; no two blocks are equal in it."""
    comes_first = any(item.reason in (DueReason.CARRIED_OVER, DueReason.URGENT) for item in block.items)
    deadline = min((item.deadline for item in block.items if item.deadline), default=date.max)
    return (not comes_first, deadline, _case_order(block), block.key)


def _case_order(block: Block) -> int:
    return _NO_CASE if block.case is None else block.case


def _sharing_groups(blocks: Sequence[Block]) -> list[list[Block]]:
    """Return the blocks in groups that share outside people, directly or through others."""
    groups: list[tuple[set[str], list[Block]]] = []
    for block in blocks:
        people, members = set(block.outsiders), [block]
        apart = []
        for group in groups:
            if people.isdisjoint(group[0]):
                apart.append(group)
            else:
                people |= group[0]
                members += group[1]
        groups = [*apart, (people, members)]
    return [sorted(members, key=_precedence) for _, members in groups]


@dataclass(frozen=True, slots=True)
class _Group:
    """A group by numbers: minutes per block, and how many people are needed in which of the blocks.

    A set of blocks is an integer with one bit a block.
    """

    minutes: tuple[int, ...]
    needed: tuple[tuple[int, int], ...]

    def waits(self, placed: int) -> Callable[[int], int]:
        """Return the minutes waited during a block, given as its number, if it comes next after `placed`."""
        between = [(mask, people) for mask, people in self.needed if mask & placed and mask & ~placed]
        return lambda place: (
            self.minutes[place] * sum(people for mask, people in between if not mask >> place & 1)
        )

    def waiting(self, order: Sequence[int]) -> int:
        """Return the minutes waited in all, the blocks of the group following one another in this order."""
        placed = total = 0
        for place in order:
            total += self.waits(placed)(place)
            placed |= 1 << place
        return total

    def left(self, placed: int) -> Iterator[int]:
        """Yield the numbers of the blocks that are not placed, in order."""
        return (place for place in range(len(self.minutes)) if not placed >> place & 1)


def _arranged(blocks: Sequence[Block]) -> list[Block]:
    """Return the blocks of one group, given in order of precedence, so that people wait as little as possible."""
    group = _group(blocks)
    order = _least_waiting(group) if len(blocks) <= EXACT_BLOCKS else _little_waiting(group)
    return [blocks[place] for place in order]


def _group(blocks: Sequence[Block]) -> _Group:
    masks: Counter[str] = Counter()
    for place, block in enumerate(blocks):
        masks.update(dict.fromkeys(block.outsiders, 1 << place))
    return _Group(tuple(block.minutes for block in blocks), tuple(Counter(masks.values()).items()))


def _least_waiting(group: _Group) -> list[int]:
    """Return the first of the orders with the least waiting. `to_come` holds, per set of blocks placed, the rest."""
    everything = (1 << len(group.minutes)) - 1
    to_come = [0] * (everything + 1)
    for placed in range(everything - 1, -1, -1):
        waits = group.waits(placed)
        to_come[placed] = min(waits(place) + to_come[placed | 1 << place] for place in group.left(placed))
    return _built(group, lambda placed, place: to_come[placed | 1 << place])


def _little_waiting(group: _Group) -> list[int]:
    """Return an order with little waiting, where there are too many blocks to compare all orders."""
    by_precedence = list(range(len(group.minutes)))
    order = min(by_precedence, _built(group, lambda _placed, _place: 0), key=group.waiting)
    for _ in range(PASSES):
        moved = order
        for place in by_precedence:
            moved = _better_place(group, moved, place)
        if moved == order:
            break
        order = moved
    return order


def _built(group: _Group, afterwards: Callable[[int, int], int]) -> list[int]:
    """Return the order that takes next whatever costs least, now and `afterwards`; the first one among equals."""
    order: list[int] = []
    placed = 0
    while len(order) < len(group.minutes):
        waits = group.waits(placed)
        costs = [(waits(place) + afterwards(placed, place), place) for place in group.left(placed)]
        order.append(min(costs)[1])
        placed |= 1 << order[-1]
    return order


def _better_place(group: _Group, order: list[int], place: int) -> list[int]:
    """Return the order with one block moved to where people wait least, or as it is where that saves nothing."""
    others = [other for other in order if other != place]
    moved = [[*others[:at], place, *others[at:]] for at in range(len(order))]
    return min([order, *moved], key=group.waiting)


# --- room ---


@dataclass(frozen=True, slots=True)
class Coming:
    """これからの会議 of the same body, with the minutes its agenda leaves free."""

    meeting_id: str
    number: int
    day: date
    free_minutes: int


@dataclass(frozen=True, slots=True)
class Room:
    """会議の時間: its day and length, what already stands on its agenda, and the meetings to push to.

    Of `coming`, meetings before `day` are left aside: nothing is pushed back in time.
    """

    day: date
    length_minutes: int
    fixed: tuple[Item, ...] = ()
    coming: tuple[Coming, ...] = ()

    @property
    def later(self) -> list[Coming]:
        """The coming meetings, next one first."""
        listed = [meeting for meeting in self.coming if meeting.day >= self.day]
        return sorted(listed, key=lambda meeting: (meeting.day, meeting.number, meeting.meeting_id))

    @property
    def free_minutes(self) -> int:
        """Minutes that the agenda leaves free; negative where it is too long already."""
        return self.length_minutes - sum(item.minutes for item in self.fixed)


@dataclass(frozen=True, slots=True)
class Push:
    """回す議題: `to` the meeting it is pushed to, None where there is none; `why` in one sentence."""

    item: Item
    to: Coming | None
    why: str


@dataclass(frozen=True, slots=True)
class Fitted:
    """割振り: what goes in besides what stood there, what does not, and the minutes left (negative: too long).

    Both lists stand by urgency; `order_blocks` says in what order the meeting deals with them.
    """

    taken: tuple[Item, ...]
    pushed: tuple[Push, ...]
    free_minutes: int


class _Urgency(IntEnum):
    """急ぐ順: what is more urgent gets its room first."""

    OVERDUE = 0
    CARRIED_OVER = 1
    URGENT = 2
    BEFORE_NEXT = 3
    ORDINARY = 4
    REPORT = 5


def fit(items: Iterable[Item], room: Room) -> Fitted:
    """割振り: take the most urgent blocks that the meeting has room for and push the others, with the reason.

    Urgency: overdue on the meeting's day, carried over, urgent (臨時), deadline before the next meeting, others,
    monitoring reports; then by deadline and case number. A smaller block fills the room that a more urgent one
    could not use. What is pushed goes to the first coming meeting with room, which is also the likeliest to keep
    the deadline. The items of a case stay together: where one of them stands on the agenda already, the others
    can go nowhere else. Items that already stand there are not repeated. Raises ValueError where a key is
    given twice.
    """
    _unique(room.fixed)
    standing = {item.key for item in room.fixed}
    blocks = blocks_of(item for item in _unique(items) if item.key not in standing)
    ordered = sorted(blocks, key=lambda block: _urgency(block, room))
    free = room.free_minutes
    taken: list[Block] = []
    left: list[Block] = []
    for block in ordered:
        if block.minutes <= free:
            taken.append(block)
            free -= block.minutes
        else:
            left.append(block)
    return Fitted(_items(taken), tuple(_push(left, room, free)), free)


def _items(blocks: Iterable[Block]) -> tuple[Item, ...]:
    return tuple(item for block in blocks for item in block.items)


def _urgency(block: Block, room: Room) -> tuple[int, date, int, str]:
    """Return the place of a block among those that want room: that of its most urgent item."""
    following = next((meeting.day for meeting in room.later if meeting.day > room.day), None)
    grade, deadline = min(
        (_grade(item, room.day, following), item.deadline or date.max) for item in block.items
    )
    return (grade, deadline, _case_order(block), block.key)


def _grade(item: Item, day: date, following: date | None) -> _Urgency:
    """Return how urgent an item is. With no further meeting planned, every deadline counts as before the next."""
    if item.reason is DueReason.MONITORING:
        return _Urgency.REPORT
    if item.deadline is not None and item.deadline < day:
        return _Urgency.OVERDUE
    if item.reason is DueReason.CARRIED_OVER:
        return _Urgency.CARRIED_OVER
    if item.reason is DueReason.URGENT:
        return _Urgency.URGENT
    if item.deadline is not None and (following is None or item.deadline < following):
        return _Urgency.BEFORE_NEXT
    return _Urgency.ORDINARY


@dataclass(slots=True)
class _Later:
    """The coming meetings while they fill up."""

    meetings: Sequence[Coming]
    free: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        self.free = {meeting.meeting_id: meeting.free_minutes for meeting in self.meetings}

    def place(self, block: Block) -> Coming | None:
        """Give a block its room in the first meeting that has it."""
        for meeting in self.meetings:
            if block.minutes <= self.free[meeting.meeting_id]:
                self.free[meeting.meeting_id] -= block.minutes
                return meeting
        return None


def _push(left: Iterable[Block], room: Room, free: int) -> Iterator[Push]:
    later = _Later(room.later)
    here = {item.case for item in room.fixed if item.case is not None}
    for block in left:
        bound = block.case in here
        to = None if bound else later.place(block)
        for item in block.items:
            answer = _nowhere(room, bound=bound) if to is None else _pushed_to(to, item, room.day)
            yield Push(item, to, _no_room(block, room, free) + answer)


def _no_room(block: Block, room: Room, free: int) -> str:
    together = f"同じケースの{len(block.items)}件で" if len(block.items) > 1 else ""
    need = f"{together}必要{block.minutes}分"
    if free < 0:
        return f"すでにある議題が予定の{room.length_minutes}分を{-free}分超えているため（{need}）、"
    return f"予定の{room.length_minutes}分に収まらないため（残り{free}分、{need}）、"


def _nowhere(room: Room, *, bound: bool) -> str:
    if bound:
        return (
            "次の会議を待ちます。同じケースの議題はこの会議に入っているので、"
            "一緒に諮るには、会議の時間を延ばすか、その議題も回します。"
        )
    if not room.later:
        return "次の会議を待ちます。次の会議はまだ予定されていません。"
    return "次の会議を待ちます。予定された会議には空きがありません。"


def _pushed_to(to: Coming, item: Item, day: date) -> str:
    return f"第{to.number}回（{format_wareki(to.day)}）に回します。{_deadline_kept(to, item, day)}"


def _deadline_kept(to: Coming, item: Item, day: date) -> str:
    """Return whether the deadline holds at the meeting an item is pushed to; nothing where it has none."""
    if item.deadline is None:
        return ""
    is_report = item.reason is DueReason.MONITORING
    name = f"{'報告の時期' if is_report else '期限'}（{format_wareki(item.deadline)}）"
    if item.deadline >= to.day:
        return f"{name}に間に合います。"
    if is_report:
        return f"{name}の後になります。"
    if item.deadline < day:
        return f"{name}はもう過ぎているので、臨時の会議を開くか、会議の時間を延ばしてください。"
    return f"{name}に間に合わないので、臨時の会議を開くか、会議の時間を延ばしてください。"
