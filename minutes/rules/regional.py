"""圏域の課題の集計: issues counted by category and municipality, with small numbers hidden before they leave.

A published number is either shown or hidden; zero is always shown as zero. So a reader knows that a hidden
number is at least 1, and that every row, every column and the whole add up. The protection rule:

- a number from 1 to one below the threshold is hidden, whether it is a cell or a total;
- whatever a reader works out from all that is shown, every hidden number keeps at least two possible values;
- and at least one of them reaches the threshold, so that no hidden number is known to be a small one.

Where hiding the small numbers does not achieve this, further numbers are hidden with them (complementary
suppression): cells first, the ones with the smallest counts, and totals only where no cells suffice. Hiding all
totals always suffices, so the rule is kept without exception. It covers one publication; what two publications
tell together is for the caller to judge.

The numbers form a network: a total flows from the whole to the categories, through the cells to the
municipalities and back. What a reader cannot exclude are exactly the whole-number flows through it.
"""

import heapq
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from meetings_app.core.errors import Refused
from meetings_app.core.terms import IssueCategory

TOTAL = "計"
"""How a total is named in the place of a category or a municipality."""

Place = tuple[int | None, int | None]
"""Row and column of a number, counted from 0; None in either stands for the total over it."""

GRAND: Place = (None, None)


@dataclass(frozen=True, slots=True)
class RegionalSummary:
    """集計: issues counted, one row a category and one column a municipality, zeros included. Internal."""

    categories: tuple[IssueCategory, ...]
    municipalities: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]
    threshold: int

    @property
    def row_totals(self) -> tuple[int, ...]:
        """Issues per category."""
        return tuple(sum(row) for row in self.counts)

    @property
    def column_totals(self) -> tuple[int, ...]:
        """Issues per municipality."""
        return tuple(sum(row[j] for row in self.counts) for j in range(len(self.municipalities)))

    @property
    def grand_total(self) -> int:
        """All issues."""
        return sum(self.row_totals)


@dataclass(frozen=True, slots=True)
class PublishedTable:
    """公表する表: what may leave the committee. None is a hidden number (秘匿)."""

    categories: tuple[IssueCategory, ...]
    municipalities: tuple[str, ...]
    cells: tuple[tuple[int | None, ...], ...]
    row_totals: tuple[int | None, ...]
    column_totals: tuple[int | None, ...]
    grand_total: int | None
    threshold: int

    def at(self, place: Place) -> int | None:
        """Return the number shown at `place`, None where it is hidden."""
        row, column = place
        if row is not None:
            return self.row_totals[row] if column is None else self.cells[row][column]
        return self.grand_total if column is None else self.column_totals[column]

    @property
    def hidden(self) -> tuple[Place, ...]:
        """Where numbers are hidden: cells, then category totals, municipality totals, the whole."""
        every = places(len(self.categories), len(self.municipalities))
        return tuple(place for place in every if self.at(place) is None)


@dataclass(frozen=True, slots=True)
class Interval:
    """推定の幅: the least and greatest value a reader must still think possible; `high` None is no limit."""

    low: int
    high: int | None


@dataclass(frozen=True, slots=True)
class Violation:
    """秘匿の不備: a number that a publication gives away, in a Japanese sentence; `place` None is the table."""

    kind: str
    place: Place | None
    message: str


def places(rows: int, columns: int) -> Iterator[Place]:
    """Yield where numbers stand: cells by row, then row totals, column totals and the grand total."""
    yield from ((row, column) for row in range(rows) for column in range(columns))
    yield from ((row, None) for row in range(rows))
    yield from ((None, column) for column in range(columns))
    yield GRAND


def summarise(
    issues: Iterable[tuple[IssueCategory, str]], municipalities: Sequence[str], threshold: int
) -> RegionalSummary:
    """集計する: count issues by category and municipality; every category has its row, zero or not.

    Raises Refused for an issue outside the municipalities listed, for doubled municipalities and for a threshold
    that would hide nothing.
    """
    names = _sound_municipalities(municipalities)
    _refuse_idle_threshold(threshold)
    counted = Counter((IssueCategory(category), municipality) for category, municipality in issues)
    strangers = sorted({municipality for _, municipality in counted} - set(names))
    if strangers:
        raise Refused(
            f"圏域にない市町村の課題があります（{'、'.join(strangers)}）。課題の市町村を直すか、圏域に加えてください。"
        )
    categories = tuple(IssueCategory)
    counts = tuple(tuple(counted[category, name] for name in names) for category in categories)
    return RegionalSummary(categories, names, counts, threshold)


def _sound_municipalities(municipalities: Sequence[str]) -> tuple[str, ...]:
    names = tuple(municipalities)
    if not names or len(set(names)) < len(names) or TOTAL in names or "" in names:
        raise Refused(
            "圏域の市町村の一覧が空か、名前が重なっているか、使えない名前です。設定を直してください。"
        )
    return names


def _refuse_idle_threshold(threshold: int) -> None:
    if threshold < 2:
        raise Refused("秘匿の基準は2以上にしてください。1以下では、少ない件数がそのまま出てしまいます。")


# Suppression. It knows the true numbers and looks for ways to move them without touching what is shown.

_HIDDEN_ONLY, _CELLS, _EVERYTHING = 0, 1, 2
"""Which numbers may be moved: those already hidden, further cells too, or totals as well."""

_Loss = tuple[int, int, int]
"""Totals hidden, issues hidden, numbers hidden: compared in this order."""

_NO_LOSS: _Loss = (0, 0, 0)


@dataclass(slots=True)
class _Draft:
    """A table while it is being protected: the true numbers and which of them are hidden."""

    rows: int
    columns: int
    values: dict[Place, int]
    threshold: int
    hidden: set[Place] = field(default_factory=set)
    arcs: dict[int, list[tuple[int, Place, bool]]] = field(default_factory=dict)
    """Node → (next node, number, whether passing raises it). Zeros are shown and never move."""

    def __post_init__(self) -> None:
        for place, value in self.values.items():
            if value:
                tail, head = _ends(place, self.rows, self.columns)
                self.arcs.setdefault(tail, []).append((head, place, True))
                self.arcs.setdefault(head, []).append((tail, place, False))

    @property
    def primary(self) -> list[Place]:
        """Numbers hidden because they are small, smallest first: they need the widest room."""
        small = [place for place, value in self.values.items() if 0 < value < self.threshold]
        return sorted(small, key=lambda place: self.values[place])

    def loss(self, place: Place) -> _Loss:
        """What hiding `place` costs the reader; nothing if it is hidden already."""
        if place in self.hidden:
            return _NO_LOSS
        return (int(None in place), self.values[place], 1)


def suppress(summary: RegionalSummary, threshold: int | None = None) -> PublishedTable:
    """秘匿する: hide small numbers and whatever else would give them away.

    `threshold` replaces the summary's own (one summary serves readers inside and outside). The choice of what
    else to hide follows the order of the table wherever losses are equal: the same table gives the same result.
    Raises Refused for a threshold that would hide nothing.
    """
    limit = summary.threshold if threshold is None else threshold
    _refuse_idle_threshold(limit)
    draft = _draft(summary, limit)
    primary = draft.primary
    draft.hidden.update(primary)
    for place in primary:
        draft.hidden |= _companions(draft, place, limit - draft.values[place])
    _uncover_needless(draft, primary)
    return _published(summary, draft)


def _draft(summary: RegionalSummary, threshold: int) -> _Draft:
    rows, columns = len(summary.categories), len(summary.municipalities)
    cells: dict[Place, int] = {
        (i, j): count for i, row in enumerate(summary.counts) for j, count in enumerate(row)
    }
    values: dict[Place, int] = {
        **cells,
        **{(i, None): total for i, total in enumerate(summary.row_totals)},
        **{(None, j): total for j, total in enumerate(summary.column_totals)},
        GRAND: summary.grand_total,
    }
    return _Draft(rows, columns, values, threshold)


def _ends(place: Place, rows: int, columns: int) -> tuple[int, int]:
    """Return the two nodes a number flows between.

    Nodes are the rows, the columns, then the whole twice: as the sum of the rows and as the sum of the columns.
    """
    row, column = place
    by_rows, by_columns = rows + columns, rows + columns + 1
    if row is not None:
        return (by_rows, row) if column is None else (row, rows + column)
    return (by_columns, by_rows) if column is None else (rows + column, by_columns)


@dataclass(frozen=True, slots=True)
class _Wish:
    """A number to be moved, which way, and what else may move with it."""

    place: Place
    movable: int
    upward: bool = True


def _companions(draft: _Draft, place: Place, raise_by: int) -> set[Place]:
    """Return what else must be hidden so that `place` could be higher by `raise_by`.

    First it is seen whether what is hidden suffices; then a single round of cells, several rounds of cells, and
    at last totals, which always do: any cell can grow together with its two totals and the whole.
    """
    for movable, at_once in ((_HIDDEN_ONLY, False), (_CELLS, True), (_CELLS, False), (_EVERYTHING, True)):
        found = _rounds(draft, _Wish(place, movable), raise_by, at_once=at_once)
        if found is not None:
            return found
    raise AssertionError("totals can always grow together")


def _rounds(draft: _Draft, wish: _Wish, amount: int, *, at_once: bool) -> set[Place] | None:
    """Return the numbers to hide for moving a number by `amount`, None if it cannot be moved so far.

    Every round is one chain of numbers that move, each by the same amount, while all else stands.
    """
    values, used, left = dict(draft.values), set[Place](), amount
    while left:
        chain = _cheapest_chain(draft, values, used, wish, left if at_once else 1)
        if chain is None:
            return None
        step = min([left] + [values[other] - 1 for other, raised in chain if not raised])
        for other, raised in chain:
            values[other] += step if raised else -step
        used.update(other for other, _ in chain if other not in draft.hidden)
        left -= step
    return used


def _cheapest_chain(
    draft: _Draft, values: dict[Place, int], used: set[Place], wish: _Wish, amount: int
) -> list[tuple[Place, bool]] | None:
    """Return the chain with the least loss that lets a number move by `amount` (Dijkstra), None if there is none.

    A number may fall to 1 and no lower: as zero it would have been shown.
    """
    tail, head = _ends(wish.place, draft.rows, draft.columns)
    start, goal = (head, tail) if wish.upward else (tail, head)
    best: dict[int, _Loss] = {start: _NO_LOSS}
    came: dict[int, tuple[int, Place, bool]] = {}
    queue = [(_NO_LOSS, start)]
    while queue:
        loss, node = heapq.heappop(queue)
        if node == goal:
            return _walked(came, start, goal)
        if loss > best[node]:
            continue
        for onward, other, raised in draft.arcs.get(node, ()):
            if not _may_move(draft, wish, other) or not (raised or values[other] > amount):
                continue
            total = _sum(loss, _NO_LOSS if other in used else draft.loss(other))
            if onward not in best or total < best[onward]:
                best[onward], came[onward] = total, (node, other, raised)
                heapq.heappush(queue, (total, onward))
    return None


def _may_move(draft: _Draft, wish: _Wish, other: Place) -> bool:
    if other == wish.place:
        return False
    if other in draft.hidden or wish.movable == _EVERYTHING:
        return True
    return wish.movable == _CELLS and None not in other


def _sum(left: _Loss, right: _Loss) -> _Loss:
    return (left[0] + right[0], left[1] + right[1], left[2] + right[2])


def _walked(came: dict[int, tuple[int, Place, bool]], start: int, goal: int) -> list[tuple[Place, bool]]:
    chain, node = [], goal
    while node != start:
        node, place, raised = came[node]
        chain.append((place, raised))
    return chain


def _uncover_needless(draft: _Draft, primary: Sequence[Place]) -> None:
    """Show again what later choices have made needless, the greatest loss first."""
    companions = [place for place in draft.values if place in draft.hidden.difference(primary)]
    for place in sorted(companions, key=lambda p: (None in p, draft.values[p]), reverse=True):
        draft.hidden.discard(place)
        if not all(_is_safe(draft, other) for other in draft.values if other in draft.hidden):
            draft.hidden.add(place)


def _is_safe(draft: _Draft, place: Place) -> bool:
    """Whether a hidden number keeps its room: up to the threshold if small, one step either way if not."""
    need = draft.threshold - draft.values[place]
    if need > 0:
        return _rounds(draft, _Wish(place, _HIDDEN_ONLY), need, at_once=False) is not None
    return any(
        _rounds(draft, _Wish(place, _HIDDEN_ONLY, upward), 1, at_once=True) is not None
        for upward in (True, False)
    )


def _published(summary: RegionalSummary, draft: _Draft) -> PublishedTable:
    def shown(place: Place) -> int | None:
        return None if place in draft.hidden else draft.values[place]

    rows, columns = range(draft.rows), range(draft.columns)
    return PublishedTable(
        categories=summary.categories,
        municipalities=summary.municipalities,
        cells=tuple(tuple(shown((i, j)) for j in columns) for i in rows),
        row_totals=tuple(shown((i, None)) for i in rows),
        column_totals=tuple(shown((None, j)) for j in columns),
        grand_total=shown(GRAND),
        threshold=draft.threshold,
    )


# Audit. It knows only what is published, as a reader does, and shares nothing with the suppression above.

_UNLIMITED = 10**12
"""Stands for no limit: far beyond any sum of issues."""


@dataclass(slots=True)
class _Pipe:
    """One number as a reader knows it: it flows between two nodes and lies between `low` and `high`."""

    tail: str
    head: str
    low: int
    high: int
    flow: int


def bounds(published: PublishedTable) -> dict[Place, Interval] | None:
    """推定の幅: what a reader can work out about every number, exactly; None if the table contradicts itself.

    A shown number is its own interval. Between the ends every whole number is possible.
    """
    pipes = _as_read(published)
    if not _balance(pipes):
        return None
    return {place: _interval(pipes, place) for place in pipes}


def _interval(pipes: dict[Place, _Pipe], place: Place) -> Interval:
    high = _furthest(pipes, place, 1)
    return Interval(_furthest(pipes, place, -1), None if high >= _UNLIMITED else high)


def _as_read(published: PublishedTable) -> dict[Place, _Pipe]:
    pipes = {}
    for place in places(len(published.categories), len(published.municipalities)):
        number = published.at(place)
        low, high = (1, _UNLIMITED) if number is None else (number, number)
        pipes[place] = _Pipe(*_between(place), low, high, low)
    return pipes


def _between(place: Place) -> tuple[str, str]:
    """Return from where to where a number flows: all rows, a row, a column, all columns, and round again."""
    row, column = place
    if row is None and column is None:
        return "columns", "rows"
    if column is None:
        return "rows", f"row {row}"
    return (
        f"column {column}" if row is None else f"row {row}",
        "columns" if row is None else f"column {column}",
    )


def _balance(pipes: dict[Place, _Pipe]) -> bool:
    """Bring all flows within their limits to an even balance at every node; False if there is no such state."""
    while True:
        surplus: Counter[str] = Counter()
        for pipe in pipes.values():
            surplus[pipe.head] += pipe.flow
            surplus[pipe.tail] -= pipe.flow
        over = sorted(node for node, amount in surplus.items() if amount > 0)
        if not over:
            return True
        short = {node: -amount for node, amount in surplus.items() if amount < 0}
        if not any(_push(pipes, node, short, surplus[node], None) for node in over):
            return False


def _furthest(pipes: dict[Place, _Pipe], place: Place, sign: int) -> int:
    """Return the greatest (`sign` 1) or least (-1) value the number can take, `_UNLIMITED` for no limit."""
    moved = {key: replace(pipe) for key, pipe in pipes.items()}
    own = moved[place]
    start, goal = (own.head, own.tail) if sign > 0 else (own.tail, own.head)
    while room := (own.high - own.flow if sign > 0 else own.flow - own.low):
        amount = _push(moved, start, {goal: room}, room, place)
        own.flow += sign * amount
        if amount > _UNLIMITED // 2:
            return _UNLIMITED
        if not amount:
            break
    return own.flow


def _push(
    pipes: dict[Place, _Pipe], start: str, goals: dict[str, int], amount: int, banned: Place | None
) -> int:
    """Send as much as fits on one shortest way from `start` to a goal; return how much, 0 if there is no way."""
    came: dict[str, tuple[str, _Pipe, int, int]] = {}
    queue, seen = deque([start]), {start}
    while queue:
        node = queue.popleft()
        if node in goals:
            return _shift(came, start, node, min(amount, goals[node]))
        for key, pipe in pipes.items():
            if key == banned or node not in (pipe.tail, pipe.head):
                continue
            forward = node == pipe.tail
            onward = pipe.head if forward else pipe.tail
            room = pipe.high - pipe.flow if forward else pipe.flow - pipe.low
            if room > 0 and onward not in seen:
                seen.add(onward)
                came[onward] = (node, pipe, 1 if forward else -1, room)
                queue.append(onward)
    return 0


def _shift(came: dict[str, tuple[str, _Pipe, int, int]], start: str, goal: str, amount: int) -> int:
    way, node = [], goal
    while node != start:
        node, pipe, sign, room = came[node]
        way.append((pipe, sign))
        amount = min(amount, room)
    for pipe, sign in way:
        pipe.flow += sign * amount
    return amount


def audit(published: PublishedTable) -> list[Violation]:
    """秘匿の点検: say what a publication gives away, working from the published numbers alone.

    Empty if the protection rule holds: no small number shown, every hidden number with at least two possible
    values of which one reaches the threshold.
    """
    known = bounds(published)
    if known is None:
        return [Violation("inconsistent", None, "表の数が合計と合いません。集計からやり直してください。")]
    found = []
    for place, interval in known.items():
        violation = _given_away(published, place, interval)
        if violation is not None:
            found.append(violation)
    return found


def _given_away(published: PublishedTable, place: Place, interval: Interval) -> Violation | None:
    shown, name = published.at(place), _name(published, place)
    if shown is not None:
        if 0 < shown < published.threshold:
            return Violation("small", place, f"{name}の少ない件数が示されています。秘匿してください。")
        return None
    if interval.low == interval.high:
        return Violation(
            "exact", place, f"{name}の秘匿した数が計算で分かります。ほかの数も秘匿してください。"
        )
    if interval.high is not None and interval.high < published.threshold:
        return Violation(
            "narrow", place, f"{name}の秘匿した数が基準より少ないと分かります。ほかの数も秘匿してください。"
        )
    return None


def _name(published: PublishedTable, place: Place) -> str:
    row, column = place
    category = TOTAL if row is None else published.categories[row]
    return f"「{category}」×「{TOTAL if column is None else published.municipalities[column]}」"


# Words. They rest on shown numbers alone and compare only shown numbers with each other.


def headline(published: PublishedTable) -> tuple[str, ...]:
    """要約: three Japanese sentences for the top of the page; they tell nothing about hidden numbers."""
    return (
        _on_the_whole(published),
        _on_the_greatest(published),
        _on_what_is_hidden(published),
    )


def _on_the_whole(published: PublishedTable) -> str:
    if published.grand_total is None:
        return "地域課題の総数は、少ない件数が推し量られないよう示していません。"
    if published.grand_total == 0:
        return "この期間に挙げられた地域課題はありません。"
    return f"この期間に挙げられた地域課題は{published.grand_total:,}件です。"


def _on_the_greatest(published: PublishedTable) -> str:
    category = _greatest(published.categories, published.row_totals)
    municipality = _greatest(published.municipalities, published.column_totals)
    if not category and not municipality:
        return "分野別・市町村別に示せる件数はありません。"
    said = [f"分野では{category}"] if category else []
    said += [f"市町村では{municipality}"] if municipality else []
    return f"件数を示したもののうち最も多いのは、{'、'.join(said)}です。"


def _greatest(names: Sequence[str], totals: Sequence[int | None]) -> str:
    shown = [(name, total) for name, total in zip(names, totals, strict=True) if total]
    most = max((total for _, total in shown), default=0)
    leading = "・".join(f"「{name}」" for name, total in shown if total == most)
    return f"{leading}（{most:,}件）" if leading else ""


def _on_what_is_hidden(published: PublishedTable) -> str:
    if not published.hidden:
        return "示していない件数はありません。"
    cells = sum(None not in place for place in published.hidden)
    totals = len(published.hidden) - cells
    where = f"分野と市町村の欄{cells:,}か所" + (f"と合計欄{totals:,}か所" if totals else "")
    return f"{published.threshold}件未満の件数が分からないよう、{where}を示していません。"
