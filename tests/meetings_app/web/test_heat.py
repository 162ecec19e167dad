"""5週間の帯: weeks, shades, holidays, and the one sentence over it."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import Markup

from meetings_app.web.heat import heat_strip, say, short_day, unbroken, weekday_name
from meetings_app.web.locale import Locale

WEDNESDAY = date(2026, 11, 25)


def test_five_weeks_begin_with_the_monday_of_the_day() -> None:
    strip = heat_strip(deadlines=[], meetings={}, on=WEDNESDAY, locale=Locale.JA)
    assert [week.label for week in strip.weeks] == [
        "11月23日の週", "11月30日の週", "12月7日の週", "12月14日の週", "12月21日の週",
    ]  # fmt: skip
    monday, tuesday, wednesday, *_rest = strip.weeks[0].days
    assert (monday.weekday, monday.column, monday.holiday, monday.off) == ("祝", "月", True, True)
    assert "勤労感謝の日" in monday.text
    assert (tuesday.past, tuesday.today, wednesday.past, wednesday.today) == (True, False, False, True)
    assert [day.off for day in strip.weeks[1].days] == [False] * 5 + [True] * 2
    assert strip.weeks[1].days[1].phone_day == "12/1"


def test_shades_deepen_up_to_three_and_weeks_are_summed() -> None:
    days = [date(2026, 11, 28), *[date(2026, 11, 30)] * 2, *[date(2026, 12, 25)] * 4]
    strip = heat_strip(deadlines=days, meetings={}, on=WEDNESDAY, locale=Locale.JA)
    assert [week.total_text for week in strip.weeks] == ["1件", "2件", "0件", "0件", "4件"]
    assert (strip.weeks[0].days[5].count, strip.weeks[0].days[5].level) == (1, 1)
    assert (strip.weeks[4].days[4].count, strip.weeks[4].days[4].level) == (4, 3)


def test_the_sentence_names_the_peak_and_whether_a_meeting_comes_in_time() -> None:
    days = [*[date(2026, 12, 25)] * 4, date(2026, 11, 28)]
    peak = '山は<span class="date">12月25日（金）</span>の4件です。'

    def said(meetings: dict[date, list[int]]) -> str:
        return heat_strip(deadlines=days, meetings=meetings, on=WEDNESDAY, locale=Locale.JA).summary

    without = peak + "この週の会議はまだありません。"
    assert said({}) == without
    assert said({WEDNESDAY: [9]}) == without  # whatever is held today may be over
    assert said({date(2026, 12, 28): [13]}) == without
    assert said({date(2026, 12, 21): [11, 12]}) == (
        peak + 'この週の会議は<span class="date">12月21日（月）</span>の第11・12回です。'
    )
    assert said({date(2026, 12, 2): [10], date(2026, 12, 16): [12]}) == (
        without + 'その前の会議は<span class="date">12月16日（水）</span>の第12回です。'
    )
    assert said({date(2026, 12, 26): [12]}) == (
        peak + 'この週の会議は<span class="date">12月26日（土）</span>の第12回で、期限より後です。'
    )
    in_time = heat_strip(
        deadlines=days, meetings={date(2026, 12, 21): [11, 12]}, on=WEDNESDAY, locale=Locale.JA
    )
    assert in_time.weeks[4].days[0].meeting == "第11・12回"


def test_single_deadlines_and_none_have_their_own_sentence() -> None:
    one = heat_strip(
        deadlines=[date(2026, 12, 4), date(2026, 11, 28)], meetings={}, on=WEDNESDAY, locale=Locale.JA
    )
    assert one.summary == 'いちばん近い期限は<span class="date">11月28日（土）</span>です。'
    past = heat_strip(deadlines=[date(2026, 11, 24)], meetings={}, on=WEDNESDAY, locale=Locale.JA)
    assert past.summary == "これから5週間に期限を迎えるプランはありません。"


def test_what_lies_outside_is_said() -> None:
    days = [date(2026, 11, 22), date(2026, 12, 28), date(2027, 1, 4)]
    strip = heat_strip(deadlines=days, meetings={}, on=WEDNESDAY, locale=Locale.JA)
    assert strip.outside == "帯より前 1件　帯より後 2件"


def test_words_of_a_day() -> None:
    assert short_day(WEDNESDAY, Locale.JA) == "11月25日（水）"
    assert short_day(WEDNESDAY, Locale.EN) == "Wed, Nov 25"
    assert weekday_name(WEDNESDAY, Locale.JA) == "水曜日"
    assert unbroken(WEDNESDAY, Locale.EN) == '<span class="date">Wed, Nov 25</span>'


def test_a_sentence_with_markup_escapes_everything_else() -> None:
    day = unbroken(WEDNESDAY, Locale.JA)
    text = say("{day}の{name}", day=day, name="<b>")
    assert isinstance(text, Markup)
    assert text == '<span class="date">11月25日（水）</span>の&lt;b&gt;'
    assert not isinstance(say("{name}", name="<b>"), Markup)


@settings(max_examples=40)
@given(
    on=st.dates(date(1990, 1, 1), date(2060, 1, 1)),
    offsets=st.lists(st.integers(-20, 60), max_size=30),
)
def test_no_deadline_is_lost(on: date, offsets: list[int]) -> None:
    days = [on + timedelta(days=offset) for offset in offsets]
    strip = heat_strip(deadlines=days, meetings={}, on=on, locale=Locale.JA)
    monday = on - timedelta(days=on.weekday())
    shown = sum(day.count for week in strip.weeks for day in week.days)
    outside = sum(not monday <= day < monday + timedelta(days=35) for day in days)
    assert shown + outside == len(days)
