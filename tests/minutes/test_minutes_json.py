"""Stored minutes are read back as they were written."""

from collections.abc import Callable

import pytest

from minutes.rules.minutes_json import read_canonical
from minutes.rules.minutes_view import MinutesView, canonical_json, content_hash, text_hash
from tests.minutes.sample_view import corrected_view, empty_view, long_view, short_view


@pytest.mark.parametrize("made", [empty_view, short_view, long_view, corrected_view])
def test_a_view_survives_its_canonical_text(made: Callable[[], MinutesView]) -> None:
    view = made()
    again = read_canonical(canonical_json(view))
    assert again == view
    assert content_hash(again) == content_hash(view)


@pytest.mark.parametrize("text", ["{}", "[]", '{"committee": 1}', "null"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no stored minutes"):
        read_canonical(text)


OLD = """{"absentees":[],"approval":{"approved_on":"2014-06-20","approver":"北原","status":"承認済","version":2},
"attendees":[{"capacity":"委員","missed":[],"name":"北原","office":"委員長","organisation":null,
"stays":[{"arrived":null,"left":null,"mode":"対面"}]}],"committee":"支援調整会議","corrections":[],"deferred":[],
"document_date":null,"document_number":null,"end":null,"findings":[],"handling":"取扱注意","invitees":[],
"items":[{"actions":[],"article":null,"case_number":"No.1","checks":{"fits_situation":{"answer":true,"note":null},
"keeps_motivation":{"answer":null,"note":null},"lacks_resources":{"answer":null,"note":null},
"solves_problem":{"answer":null,"note":null}},"confirmed":null,"deadline":"2014-07-01","discussion":"要点",
"explanation":null,"follow_up":null,"is_case":true,"number":1,"outcome":"了承","present":["北原"],"purpose":null,
"reason":"新規","recusals":[],"title":"No.1 プラン1 新規"}],"meeting_number":1,"next_meeting":null,"place":null,
"presider":{"basis":"第5条第2項","name":"北原","office":"委員長","substitution":null},
"regional_issues":[{"category":"移動","municipality":null,"shortage":null,"text":null}],"start":null,"title":null,
"version":2}"""
"""Content as it was stored before minutes told of times, breaks and earlier actions."""


def test_content_stored_by_an_earlier_program_reads_back_with_nothing_in_the_new_parts() -> None:
    view = read_canonical(OLD)
    assert (view.version, view.approval.approver, view.items[0].discussion) == (2, "北原", "要点")
    assert (view.meeting_id, view.presiders, view.recesses, view.recorded_afterwards) == (None, (), (), None)
    item = view.items[0]
    assert (item.planned_minutes, item.spans, item.earlier_actions, item.missing) == (None, (), (), None)
    assert (view.presider is not None and view.presider.decided_by, view.regional_issues[0].item) == (
        None,
        None,
    )


def test_the_hash_of_old_content_is_that_of_its_text() -> None:
    view = read_canonical(OLD)
    assert text_hash(OLD) != content_hash(view)  # more is known of minutes now, and would be written too
    assert text_hash(canonical_json(view)) == content_hash(view)


def test_a_part_that_is_no_part_is_refused() -> None:
    with pytest.raises(ValueError, match="is none of"):
        read_canonical(OLD.replace('"presider":{', '"presider":["x"],"y":{'))
