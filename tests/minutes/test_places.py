"""議事録の箇所と抜粋: each place has one label, corrections hold there, and an excerpt tells nothing of other items."""

from dataclasses import replace
from datetime import date, datetime

from meetings_app.core.terms import Capacity, IssueCategory, PlanOutcome
from minutes.rules.excerpt import excerpt_for
from minutes.rules.minutes_view import (
    Attendee,
    Correction,
    DeferredPlan,
    Invitee,
    MinutesItem,
    MinutesView,
    Presider,
    PresidingSpan,
    Recess,
    RegionalIssue,
)
from minutes.rules.places import differences, places_in_force, places_of
from tests.minutes.sample_view import empty_view


def view() -> MinutesView:
    """Two cases; 白鳥 sat in on the first, the 本人 of the second and a landlord on the second only."""
    return replace(
        empty_view(),
        meeting_number=3,
        attendees=(
            Attendee(
                "白鳥 歩", Capacity.MEMBER, missed=("議題2（No.7 プラン1 新規）の間は在席しなかった。",)
            ),
            Attendee("白鳥 歩", Capacity.MEMBER),
            Attendee("本人 七", Capacity.CLIENT),
        ),
        invitees=(Invitee("家主 光", "七番荘", "No.7の住まい"),),
        items=(
            MinutesItem(1, "No.3 プラン1 新規", present=("白鳥 歩",), discussion="一行目\n二行目"),
            MinutesItem(2, "No.7 プラン1 新規", present=("本人 七", "家主 光"), outcome=PlanOutcome.APPROVED),
        ),
        deferred=(DeferredPlan("No.9 プラン2", "面談の後"),),
        regional_issues=(
            RegionalIssue(IssueCategory.HOUSING, text="七番荘のこと", item=2),
            RegionalIssue(IssueCategory.TRANSPORT, text="バスがない", item=1),
        ),
    )


def correction(place: str, after: str = "新しい文") -> Correction:
    return Correction(date(2014, 4, 1), place, "古い文", after, "誤記")


def text(of: MinutesView, label: str) -> str:
    return next(place.text for place in places_of(of) if place.label == label)


def test_every_label_names_one_place() -> None:
    labels = [place.label for place in places_of(view())]
    assert len(labels) == len(set(labels))
    assert {"出席者（白鳥 歩）", "出席者（白鳥 歩）の2", "議題1　協議の要点", "次回の会議"} <= set(labels)


def test_places_say_what_stands_there_and_what_was_not_filled_in() -> None:
    assert text(view(), "議題1　協議の要点") == "一行目\n二行目"
    assert text(view(), "議題2　結果") == "了承"
    assert text(view(), "議題2　確認した内容") == "（未記入）"
    assert text(view(), "議題1　今後の対応") == "なし"
    assert text(view(), "文書番号") == "（未記入）"


def test_a_very_long_name_still_makes_a_label() -> None:
    long = replace(empty_view(), attendees=(Attendee("長" * 200, Capacity.MEMBER),) * 2)
    assert all(len(place.label) <= 100 for place in places_of(long))
    assert len({place.label for place in places_of(long)}) == len(places_of(long))


def test_the_last_correction_of_a_place_holds() -> None:
    place = "議題1　協議の要点"
    corrected = replace(
        view(), corrections=(correction(place, "一度目"), correction(place, "二度目"), correction("場所"))
    )
    held = {one.label: one.text for one in places_in_force(corrected)}
    assert (held[place], held["場所"], held["議題2　結果"]) == ("二度目", "新しい文", "了承")
    assert text(corrected, place) == "一行目\n二行目"


def test_differences_name_what_changed_what_is_new_and_what_is_gone() -> None:
    later = replace(view(), document_number="協第1号", deferred=())
    assert [(one.label, one.before, one.after) for one in differences(view(), later)] == [
        ("文書番号", "（未記入）", "協第1号"),
        ("今回諮らなかったプラン1", "No.9 プラン2　面談の後", None),
    ]
    assert differences(view(), view()) == ()


def test_an_excerpt_tells_nothing_of_an_item_somebody_did_not_sit_in_on() -> None:
    corrected = replace(
        view(), corrections=(correction("議題1　説明"), correction("議題2　説明"), correction("地域の課題1"))
    )
    part = excerpt_for(corrected, {1})
    told = str(part)
    for secret in ("No.7", "本人 七", "家主 光", "七番荘", "No.9"):
        assert secret not in told
    assert [item.number for item in part.items] == [1]
    assert [issue.text for issue in part.regional_issues] == ["バスがない"]
    assert [one.place for one in part.corrections] == ["議題1　説明"]
    assert part.title == "第3回　支援調整会議　議事録（抜粋）"


def test_an_excerpt_gives_no_reasons_that_may_be_about_another_item() -> None:
    at = datetime(2014, 3, 25, 10, 20)  # noqa: DTZ001 - wall-clock time
    first = view().items[0]
    eventful = replace(
        view(),
        items=(
            replace(first, case_number="No.5", discussion="no.07やNo.5、Ｎｏ．９のこと"),
            *view().items[1:],
        ),
        recesses=(Recess(at, None, "七番目の本人を待つため"),),
        presider=Presider("乙", "副委員長", "委員長が七番目の家主のため"),
        presiders=(
            PresidingSpan("甲", "委員長"),
            PresidingSpan("乙", "副委員長", at, "委員長が七番目の家主のため"),
        ),
    )
    part = excerpt_for(eventful, {1})
    assert "七番目" not in str(part)
    assert part.items[0].discussion == "（ほかの案件）やNo.5、（ほかの案件）のこと"
    assert [span.name for span in part.presiders] == ["甲", "乙"]
    assert part.recesses[0].started == at


def test_an_excerpt_gives_no_correction_that_may_tell_such_a_reason() -> None:
    at = datetime(2014, 3, 25, 10, 20)  # noqa: DTZ001 - wall-clock time
    held = replace(
        view(),
        recesses=(Recess(at),),
        corrections=(correction("休憩", "七番目の本人を待つため"), correction("場所")),
    )
    part = excerpt_for(held, {1})
    assert [one.place for one in part.corrections] == ["場所"]
    assert "七番目" not in str(part)


def test_nothing_is_left_out_for_somebody_who_sat_in_on_all() -> None:
    assert excerpt_for(view(), {1, 2}) == view()
