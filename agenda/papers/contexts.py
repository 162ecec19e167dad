"""差し込みの内容: the papers of a packet as the plain words that a template is filled with.

Every value is finished: dates in 和暦, times and minutes spelt out, 「（未記入）」 or 「なし」 where there is nothing.
What each name means stands in `tags`.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any, Final

from agenda.papers.case_contexts import case_list_facts, case_paper_facts, client_notice_facts
from agenda.papers.contents import (
    CaseList,
    CasePaper,
    ClientNotice,
    Collection,
    CollectionRow,
    Head,
    Invitation,
    ItemList,
    Paper,
    Programme,
    Roster,
    RosterRow,
    Seat,
    Seating,
)
from agenda.papers.wording import (
    BOX,
    HANDLE_WITH_CARE,
    NOT_APPLICABLE,
    TICKED,
    Context,
    contact_facts,
    line_facts,
    listed,
    local,
    meeting_facts,
    minutes_text,
    names_case,
    plain_day,
    time_text,
)
from meetings_app.core.terms import Capacity, PaperKind
from meetings_app.documents.filling import SERIAL
from meetings_app.documents.text import NOTHING, filled

_KINDS: Final[Mapping[type[Paper], PaperKind]] = {
    Invitation: PaperKind.INVITATION,
    Programme: PaperKind.PROGRAMME,
    Roster: PaperKind.ROSTER,
    Seating: PaperKind.SEATING,
    ItemList: PaperKind.ITEM_LIST,
    CasePaper: PaperKind.CASE,
    CaseList: PaperKind.CASE_LIST,
    Collection: PaperKind.COLLECTION,
    ClientNotice: PaperKind.CLIENT_NOTICE,
}
_INVITED: Final = "意見を聴くため出席を求める方"
_HOUSEHOLD: Final = (Capacity.CLIENT, Capacity.FAMILY)
"""Those who come as themselves, for no organisation."""

_ROW_OF_SEATS: Final = 4
"""Places along the head of the table at least: fewer seats are centred between empty places."""


def kind_of(paper: Paper) -> PaperKind:
    """書類の種類: return which template a paper is made from."""
    return _KINDS[type(paper)]


def title_of(paper: Paper) -> str:
    """表題: return the title of the file: 「次第」, 「個別資料 No.9 プラン2」, 「招集通知 丹頂 一郎」."""
    kind = kind_of(paper).value
    if isinstance(paper, CasePaper):
        return f"{kind} No.{paper.case} プラン{paper.plan}"
    if isinstance(paper, Invitation):
        return f"{kind} {filled(paper.name)}"
    return kind


def dated_of(paper: Paper) -> date:
    """日付: return the day a paper is dated."""
    return paper.dated if isinstance(paper, ClientNotice) else paper.head.dated


def context_of(paper: Paper) -> Context:
    """差し込みの内容: return a paper in words, by the names that `tags.TAGS` explains."""
    return {"serial": SERIAL, "paper_number": "", "confidential": "", **_FACTS[kind_of(paper)](paper)}


def _head(head: Head) -> Context:
    return {"meeting": meeting_facts(head), "office": contact_facts(head.contact)}


def _day(head: Head) -> date:
    return local(head.starts_at).date()


def _care(*, needed: bool) -> str:
    return HANDLE_WITH_CARE if needed else ""


def _invitation(paper: Invitation) -> Context:
    outside = paper.capacity is Capacity.INVITEE
    return {
        **_head(paper.head),
        "confidential": _care(needed=names_case(paper.lines)),
        "name": filled(paper.name),
        "organisation": "" if paper.capacity in _HOUSEHOLD else filled(paper.organisation),
        "capacity": _INVITED if outside else paper.capacity.value,
        "from_outside": outside,
        "basis": filled(paper.basis),
        "comes": time_text(paper.comes_at),
        "leaves": time_text(paper.leaves_at),
        "lines": [line_facts(line, _day(paper.head)) for line in paper.lines],
    }


def _programme(paper: Programme) -> Context:
    return {
        **_head(paper.head),
        "confidential": _care(needed=names_case(paper.lines)),
        "presider": filled(paper.presider),
        "lines": [line_facts(line, _day(paper.head)) for line in paper.lines],
    }


def _item_list(paper: ItemList) -> Context:
    return {
        **_head(paper.head),
        "confidential": HANDLE_WITH_CARE,
        "lines": [line_facts(line, _day(paper.head)) for line in paper.lines],
        "count": f"{len(paper.lines)}件",
        "minutes": minutes_text(sum(line.minutes for line in paper.lines)),
    }


# --- 出席者 -----------------------------------------------------------------------------------------------


def _roster(paper: Roster) -> Context:
    return {
        **_head(paper.head),
        "confidential": _care(needed=_tells_client(row.label for row in paper.rows)),
        "rows": [_roster_row(number, row) for number, row in enumerate(paper.rows, start=1)],
        "count": f"{len(paper.rows)}名",
    }


def _roster_row(number: int, row: RosterRow) -> Context:
    return {
        "number": str(number),
        "label": filled(row.label),
        "name": filled(row.name),
        "organisation": filled(row.organisation),
        "basis": row.basis.strip() or NOT_APPLICABLE,
        "items": "、".join(map(str, row.items)) or NOTHING,
    }


def _tells_client(labels: Iterable[str]) -> bool:
    """Return whether a 本人 or their family is named: their being there is case content."""
    return any(label in (Capacity.CLIENT, Capacity.FAMILY) for label in labels)


def _seating(paper: Seating) -> Context:
    seats = [*paper.top, *paper.bottom, *(seat for pair in paper.sides for seat in pair if seat is not None)]
    return {
        **_head(paper.head),
        "confidential": _care(needed=_tells_client(seat.label for seat in seats)),
        "top": _row_of_seats(paper.top),
        "sides": [{"left": _seat(left), "right": _seat(right)} for left, right in paper.sides],
        "bottom": _row_of_seats(paper.bottom),
        "count": f"{len(seats)}席",
    }


def _row_of_seats(seats: tuple[Seat, ...]) -> list[Context]:
    """Return one side of the table; a few seats stand in the middle between places that stay empty."""
    missing = max(0, _ROW_OF_SEATS - len(seats))
    space = [_seat(None)] * ((missing + 1) // 2)
    return [*space, *map(_seat, seats), *space] if seats else []


def _seat(seat: Seat | None) -> Context:
    if seat is None:
        return {"taken": False, "label": "", "name": ""}
    return {"taken": True, "label": filled(seat.label), "name": filled(seat.name)}


# --- 回収 -------------------------------------------------------------------------------------------------


def _collection(paper: Collection) -> Context:
    return {
        **_head(paper.head),
        "confidential": HANDLE_WITH_CARE,
        "rows": [_collection_row(row) for row in paper.rows],
        "handed_out": f"{len(paper.rows)}部",
        "collected": f"{sum(1 for row in paper.rows if row.collected_on is not None)}部",
    }


def _collection_row(row: CollectionRow) -> Context:
    return {
        "serial": str(row.serial),
        "name": filled(row.name),
        "organisation": filled(row.organisation),
        "papers": listed(row.papers),
        "box": BOX if row.collected_on is None else TICKED,
        "collected_on": plain_day(row.collected_on, missing=""),
    }


_FACTS: Final[Mapping[PaperKind, Callable[[Any], Context]]] = {
    PaperKind.INVITATION: _invitation,
    PaperKind.PROGRAMME: _programme,
    PaperKind.ROSTER: _roster,
    PaperKind.SEATING: _seating,
    PaperKind.ITEM_LIST: _item_list,
    PaperKind.CASE: case_paper_facts,
    PaperKind.CASE_LIST: case_list_facts,
    PaperKind.COLLECTION: _collection,
    PaperKind.CLIENT_NOTICE: client_notice_facts,
}
