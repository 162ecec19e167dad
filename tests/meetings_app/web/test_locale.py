import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time

import pytest

from meetings_app.core.terms import Role
from meetings_app.web.locale import (
    Locale,
    english_catalogue,
    format_day,
    format_money,
    format_time,
    translator_for,
)
from tests.translation_texts import terms_of_the_field, texts_of_code, texts_of_templates
from tests.web_support import Web

Texts = Callable[[], Iterator[tuple[str, str]]]


@pytest.mark.parametrize("texts", [texts_of_templates, texts_of_code, terms_of_the_field])
def test_every_text_has_an_english_translation(texts: Texts) -> None:
    """Add what is listed here to the `en.po` of its package (<package>/web/translations/en.po)."""
    catalogue = english_catalogue()
    missing = [f"{place}  {text}" for text, place in texts() if text not in catalogue]
    assert not missing, "no English for:\n" + "\n".join(missing)


def test_translations_keep_the_places_of_values() -> None:
    places = re.compile(r"\{[a-z_]+\}")
    wrong = [
        message.id
        for message in english_catalogue()
        if message.id
        and sorted(places.findall(str(message.id))) != sorted(places.findall(str(message.string)))
    ]
    assert wrong == []


def test_the_extraction_finds_both_kinds_of_sources() -> None:
    assert "ログアウト" in dict(texts_of_templates())
    assert "待っていること" in dict(texts_of_code())
    assert "支給" in dict(terms_of_the_field())


def test_texts_are_translated_or_stay_as_they_are() -> None:
    japanese, english = translator_for(Locale.JA), translator_for(Locale.EN)
    assert japanese("ログアウト") == "ログアウト"
    assert english("ログアウト") == "Sign out"
    assert english("どこにもない文") == "どこにもない文"
    assert english("") == ""


def test_days_in_both_languages() -> None:
    day = date(2014, 3, 25)
    assert format_day(day, Locale.JA) == "平成26年3月25日"
    assert format_day(day, Locale.JA, weekday=True) == "平成26年3月25日（火）"
    assert format_day(day, Locale.EN) == "Mar 25, 2014"
    assert format_day(day, Locale.EN, weekday=True) == "Tue, Mar 25, 2014"
    assert format_day(None, Locale.JA) == ""


def test_a_moment_is_shown_by_its_day_and_time_in_japan() -> None:
    late = datetime(2026, 11, 24, 15, 5, tzinfo=UTC)
    assert format_day(late, Locale.JA, weekday=True) == "令和8年11月25日（水）"
    assert format_time(late) == "0:05"
    assert format_time(time(9, 30)) == "9:30"
    assert format_time(None) == ""


def test_yen_in_both_languages() -> None:
    assert [format_money(amount, Locale.JA) for amount in (9000, 0, None)] == ["9,000円", "0円", "未定"]
    assert [format_money(amount, Locale.EN) for amount in (9000, -500, None)] == ["¥9,000", "−¥500", "open"]


def test_pages_speak_the_language_of_the_account(web: Web) -> None:
    with web.client(Role.CHAIR) as client:
        client.post("/language", data={"locale": "en"})
        page = client.get("/").text
    for words in (
        "Waiting for you",
        "Chair",
        "Wed, Nov 25, 2026",
        "As of Wed, Nov 25, 2026 12:00",
        "Sign out",
    ):
        assert words in page
