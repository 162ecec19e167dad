"""5週間の帯: how many deadlines fall on each day, with meetings and Japanese holidays, as heat_strip shows it."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from babel.dates import format_date
from markupsafe import Markup, escape

from meetings_app.web.locale import Locale, Translator, translator_for

WEEKS = 5
DARKEST = 3
"""From this many deadlines on, a day has the darkest shade."""

_SHORT = {Locale.JA: "M月d日（EEE）", Locale.EN: "EEE, MMM d"}
_HOLIDAY = {Locale.JA: "祝", Locale.EN: "Hol"}


@dataclass(frozen=True, slots=True)
class HeatDay:
    """One day of the strip; `text` is the whole day in words."""

    weekday: str
    column: str
    day: str
    phone_day: str
    text: str
    count: int
    level: int
    past: bool
    off: bool
    holiday: bool
    today: bool
    meeting: str | None


@dataclass(frozen=True, slots=True)
class HeatWeek:
    """One week, Monday first."""

    label: str
    total_text: str
    days: tuple[HeatDay, ...]


@dataclass(frozen=True, slots=True)
class HeatStrip:
    """帯: its weeks, the sentence above and the note below about what lies outside."""

    weeks: tuple[HeatWeek, ...]
    summary: str
    outside: str


def since_meeting(translate: Translator, days: int) -> str:
    """経過: return how many days ago a meeting was."""
    _ = translate
    return say(_("会議から{n}日"), n=days) if days else _("会議の当日")


def say(text: str, **values: object) -> str:
    """Return a translated sentence with its {values} filled in; days (Markup) make the whole of it Markup."""
    if any(isinstance(value, Markup) for value in values.values()):
        text = escape(text)
    for key, value in values.items():
        text = text.replace("{" + key + "}", value if isinstance(value, Markup) else str(value))
    return text


def unbroken(day: date, locale: Locale) -> Markup:
    """Return a short day for use within a sentence: it never breaks over two lines."""
    return Markup('<span class="date">{}</span>').format(short_day(day, locale))


def short_day(day: date, locale: Locale) -> str:
    """Return a day near today without its year: 「3月28日（金）」 or "Fri, Mar 28"."""
    return format_date(day, _SHORT[locale], locale=locale.value)


def weekday_name(day: date, locale: Locale) -> str:
    """Return 「金曜日」 or "Friday"."""
    return format_date(day, "EEEE", locale=locale.value)


def heat_strip(
    *, deadlines: Iterable[date], meetings: Mapping[date, Sequence[int]], on: date, locale: Locale
) -> HeatStrip:
    """Return five weeks from the Monday of `on`; `meetings` holds the numbers of the meetings of each day."""
    monday = on - timedelta(days=on.weekday())
    end = monday + timedelta(days=7 * WEEKS)
    listed = list(deadlines)
    counts = Counter(day for day in listed if monday <= day < end)
    builder = _Builder(counts, meetings, on, locale, _holidays(monday, end))
    weeks = tuple(builder.week(monday + timedelta(days=7 * place)) for place in range(WEEKS))
    before, after = sum(day < monday for day in listed), sum(day >= end for day in listed)
    return HeatStrip(weeks, _summary(counts, meetings, on, locale), _outside(before, after, locale))


@dataclass(frozen=True, slots=True)
class _Builder:
    counts: Mapping[date, int]
    meetings: Mapping[date, Sequence[int]]
    on: date
    locale: Locale
    holidays: Mapping[date, str]

    def week(self, monday: date) -> HeatWeek:
        _ = translator_for(self.locale)
        days = [monday + timedelta(days=place) for place in range(7)]
        total = sum(self.counts.get(day, 0) for day in days)
        return HeatWeek(
            label=say(_("{month}月{day}日の週"), month=monday.month, day=monday.day),
            total_text=say(_("{n}件"), n=total),
            days=tuple(self.day(day) for day in days),
        )

    def day(self, day: date) -> HeatDay:
        _ = translator_for(self.locale)
        count = self.counts.get(day, 0)
        name = format_date(day, "EEE", locale=self.locale.value)
        holiday = self.holidays.get(day, "")
        words = (short_day(day, self.locale), holiday, say(_("{n}件"), n=count))
        return HeatDay(
            weekday=_HOLIDAY[self.locale] if holiday else name,
            column=name,
            day=str(day.day),
            phone_day=f"{day.month}/{day.day}" if day.day == 1 else str(day.day),
            text=" ".join(word for word in words if word),
            count=count,
            level=min(count, DARKEST),
            past=day < self.on,
            off=day.weekday() >= 5 or bool(holiday),
            holiday=bool(holiday),
            today=day == self.on,
            meeting=self._meeting(day),
        )

    def _meeting(self, day: date) -> str | None:
        numbers = self.meetings.get(day)
        if not numbers:
            return None
        joined = "・".join(str(number) for number in numbers)
        _ = translator_for(self.locale)
        return say(_("第{n}回"), n=joined)


def _summary(
    counts: Mapping[date, int], meetings: Mapping[date, Sequence[int]], on: date, locale: Locale
) -> str:
    """Return the one sentence worth reading: where the peak lies, and whether a meeting comes in time."""
    _ = translator_for(locale)
    ahead = {day: count for day, count in counts.items() if day >= on}
    if not ahead:
        return _("これから5週間に期限を迎えるプランはありません。")
    peak = max(ahead, key=lambda day: (ahead[day], -day.toordinal()))
    if ahead[peak] == 1:
        return say(_("いちばん近い期限は{day}です。"), day=unbroken(peak, locale))
    sentence = say(_("山は{day}の{n}件です。"), day=unbroken(peak, locale), n=ahead[peak])
    return sentence + _meeting_in_time(peak, meetings, on, locale)


def _meeting_in_time(peak: date, meetings: Mapping[date, Sequence[int]], on: date, locale: Locale) -> str:
    """Return which meeting the peak's week has, and where none comes in time, the one before."""
    _ = translator_for(locale)
    monday = peak - timedelta(days=peak.weekday())
    before = max((day for day in meetings if on < day <= peak), default=None)
    if before is not None and before >= monday:
        return _say_meeting(_("この週の会議は{day}の第{n}回です。"), before, meetings, locale)
    after = min((day for day in meetings if peak < day < monday + timedelta(days=7)), default=None)
    said = (
        _("この週の会議はまだありません。")
        if after is None
        else _say_meeting(_("この週の会議は{day}の第{n}回で、期限より後です。"), after, meetings, locale)
    )
    if before is None:
        return said
    return said + _say_meeting(_("その前の会議は{day}の第{n}回です。"), before, meetings, locale)


def _say_meeting(text: str, day: date, meetings: Mapping[date, Sequence[int]], locale: Locale) -> str:
    return say(text, day=unbroken(day, locale), n="・".join(map(str, meetings[day])))


def _outside(before: int, after: int, locale: Locale) -> str:
    _ = translator_for(locale)
    parts = [
        say(_("帯より前 {n}件"), n=before) if before else "",
        say(_("帯より後 {n}件"), n=after) if after else "",
    ]
    return "　".join(part for part in parts if part)


@cache
def _holidays_of(year: int) -> Mapping[date, str]:
    import holidays  # slow to import, and only these two pages need it

    return dict(holidays.country_holidays("JP", years=year, language="ja"))


def _holidays(first: date, end: date) -> Mapping[date, str]:
    return {day: name for year in {first.year, end.year} for day, name in _holidays_of(year).items()}
