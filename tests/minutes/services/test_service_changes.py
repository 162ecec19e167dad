"""支援内容の変更 on the spot: the plan changes by its own rules, and the minutes get a sentence."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from agenda.services.items import ItemView
from agenda.services.plan_details import ServiceEntry, services_of, set_services
from meetings_app.core.errors import Conflict, NotFound, Refused
from meetings_app.core.terms import ServiceKind
from meetings_app.db.engine import Database
from meetings_app.tables.meetings import Meeting
from minutes.live_tables import ChangeOfService
from minutes.services.service_changes import (
    add_service,
    change_service,
    end_service,
    service_changes_of,
)
from minutes.tables import Minutes, MinutesStatus
from tests.office_builder import SECRETARY, Bureau

MEALS = ServiceEntry(ServiceKind.INFORMAL, "", "会食会", "町内会", "月2回")
WORK = ServiceEntry(ServiceKind.CENTRE, "", "職場体験")


@pytest.fixture
def bureau(any_database: Database) -> Iterator[Bureau]:
    with any_database.write() as session:
        yield Bureau(session)


def keeper(bureau: Bureau) -> dict[str, object]:
    actor = replace(SECRETARY, committee_id=bureau.support.id)
    return {"session": bureau.session, "actor": actor, "clock": bureau.clock}


def running(bureau: Bureau) -> tuple[Meeting, ItemView]:
    """An open meeting on a plan with two services."""
    plan = bureau.case()
    set_services(**keeper(bureau), plan=plan, entries=[MEALS, WORK])  # type: ignore[arg-type]
    meeting = bureau.meeting()
    bureau.item(meeting, plan)
    bureau.opened(meeting)
    bureau.come(meeting, "委員長")
    (view,) = bureau.items(meeting)
    return meeting, view


def names(bureau: Bureau, view: ItemView) -> list[str]:
    assert view.plan is not None
    return [line.name for line in services_of(bureau.session, [view.plan.id])[view.plan.id]]


def version(view: ItemView) -> int:
    assert view.plan is not None
    return view.plan.version


def test_services_are_added_ended_and_reworded_with_a_sentence_each(bureau: Bureau) -> None:
    meeting, view = running(bureau)
    given = keeper(bureau) | {"meeting": meeting, "view": view}
    new = ServiceEntry(ServiceKind.OTHER, "", "食料の提供", "団体C")
    add_service(**given, entry=new, version=version(view))  # type: ignore[arg-type]
    assert names(bureau, view) == ["会食会", "職場体験", "食料の提供"]
    end_service(**given, position=2, version=version(view))  # type: ignore[arg-type]
    assert names(bureau, view) == ["会食会", "食料の提供"]
    weekly = replace(MEALS, content="週1回")
    change_service(**given, position=1, entry=weekly, version=version(view))  # type: ignore[arg-type]
    rows = service_changes_of(bureau.session, [view.item.id])[view.item.id]
    assert {(row.kind, row.what) for row in rows} == {
        (ChangeOfService.ADDED, "「E 食料の提供（団体C）」を加えた。"),
        (ChangeOfService.ENDED, "「D 職場体験」を終えることとした。"),
        (
            ChangeOfService.CHANGED,
            "「C 会食会（町内会、月2回）」を、「C 会食会（町内会、週1回）」に改めた。",
        ),
    }


def test_what_is_stale_missing_or_the_same_changes_nothing(bureau: Bureau) -> None:
    meeting, view = running(bureau)
    given = keeper(bureau) | {"meeting": meeting, "view": view}
    with pytest.raises(Conflict, match="今の支援内容を確かめて"):
        end_service(**given, position=1, version=version(view) - 1)  # type: ignore[arg-type]
    with pytest.raises(NotFound, match="読み直して"):
        end_service(**given, position=3, version=version(view))  # type: ignore[arg-type]
    with pytest.raises(Refused, match="変わるところがありません"):
        change_service(**given, position=1, entry=MEALS, version=version(view))  # type: ignore[arg-type]
    with pytest.raises(Refused, match="にはありません"):
        add_service(  # type: ignore[arg-type]
            **given, entry=ServiceEntry(ServiceKind.OTHER, "X99", ""), version=version(view)
        )
    assert names(bureau, view) == ["会食会", "職場体験"]
    assert service_changes_of(bureau.session, [view.item.id])[view.item.id] == []


def test_a_matter_without_a_plan_has_no_services(bureau: Bureau) -> None:
    meeting = bureau.meeting()
    bureau.matter(meeting)
    bureau.opened(meeting)
    (view,) = bureau.items(meeting)
    with pytest.raises(Refused, match="プランがないため"):
        add_service(**keeper(bureau), meeting=meeting, view=view, entry=MEALS, version=0)  # type: ignore[arg-type]


def test_after_closing_until_the_minutes_are_approved(bureau: Bureau) -> None:
    meeting, view = running(bureau)
    given = keeper(bureau) | {"meeting": meeting, "view": view}
    bureau.record(meeting, view)
    bureau.closed(meeting)
    end_service(**given, position=1, version=version(view))  # type: ignore[arg-type]
    assert names(bureau, view) == ["職場体験"]
    bureau.session.add(
        Minutes(
            meeting_id=meeting.id,
            status=MinutesStatus.APPROVED,
            approved_by="議長",
            approved_at=bureau.clock.now(),
            content="{}",
        )
    )
    bureau.session.flush()
    with pytest.raises(Refused, match="承認されているため"):
        end_service(**given, position=1, version=version(view))  # type: ignore[arg-type]


def test_a_very_long_wording_is_shortened_in_the_sentence_alone(bureau: Bureau) -> None:
    meeting, view = running(bureau)
    long = ServiceEntry(ServiceKind.OTHER, "", "名" * 200, "提" * 100, "内" * 900)
    given = keeper(bureau) | {"meeting": meeting, "view": view}
    row = add_service(**given, entry=long, version=version(view))  # type: ignore[arg-type]
    assert len(row.what) == 500
    assert row.what.endswith("…")
    assert names(bureau, view)[-1] == "名" * 200
