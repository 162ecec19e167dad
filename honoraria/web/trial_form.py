"""試算の入力: the facts of one attendance as they stand in an address, read into what the assessment takes.

Everything has a field of its own, so that an address says all of it and can be kept or sent. A field the address
does not name has its first value; an empty one says that nothing is on record.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from honoraria.rules.facts import AttendanceFacts, OnlineTravel, SameDayTravel, VersionConfirmation
from honoraria.rules.kinship import NOT_KIN, kinship
from honoraria.rules.public_service import StatusFact
from honoraria.rules.relations import name_of_path, path_of_name
from honoraria.rules.service_presets import preset_on
from honoraria.services.trial import PersonStart, TravelPolicy
from meetings_app.core.effective import Period
from meetings_app.core.errors import Refused
from meetings_app.core.terms import (
    AttendanceMode,
    Capacity,
    CommitteeKind,
    District,
    ServiceClass,
    WorkingTime,
)
from meetings_app.core.wareki import fiscal_year, fiscal_year_period
from meetings_app.web.forms import Fields, Form
from meetings_app.web.locale import Translator, mark

UNDECLARED = "申告なし"
MOST_CASES = 8
MOST_STATUSES = 6
LAST_YEAR = 2200
"""The last western year of a trial, as in files of trial cases."""

NO_EMPLOYEE, UNKNOWN = "公務員でない", "不明"

EMPLOYMENTS: Mapping[str, tuple[ServiceClass | None, WorkingTime | None]] = MappingProxyType(
    {
        mark("一般職・常勤"): (ServiceClass.GENERAL, WorkingTime.FULL),
        mark("一般職・非常勤"): (ServiceClass.GENERAL, WorkingTime.PART),
        mark("一般職（勤務は不明）"): (ServiceClass.GENERAL, None),
        mark("特別職・常勤"): (ServiceClass.SPECIAL, WorkingTime.FULL),
        mark("特別職・非常勤"): (ServiceClass.SPECIAL, WorkingTime.PART),
        mark("特別職（勤務は不明）"): (ServiceClass.SPECIAL, None),
        mark("常勤（職は不明）"): (None, WorkingTime.FULL),
        mark("非常勤（職は不明）"): (None, WorkingTime.PART),
        mark("公務員（職も勤務も不明）"): (None, None),
    }
)
"""Kinds of public employment by their name in the list."""

_PATH = re.compile(r"[PCSＰＣＳ>＞(（/／]|なし|本人")
"""Signs by which a path is known; anything else is meant as a name."""

STATUSES = (NO_EMPLOYEE, *EMPLOYMENTS, UNKNOWN)


@dataclass(frozen=True, slots=True)
class TrialRows:
    """How many rows for cases and statuses the form shows, from 1 or 0."""

    cases: int
    statuses: int


def first_values(policy: TravelPolicy, day: str) -> dict[str, str]:
    """Return what the form holds at first: a 委員 within the term, of 釧路, kin to nobody, on `day`."""
    return {
        "body": CommitteeKind.SUPPORT,
        "on": day,
        "capacity": Capacity.MEMBER,
        "term": "in",
        "residence": District.KUSHIRO,
        "venue": District.KUSHIRO,
        "preset": "",
        "status1": NO_EMPLOYEE,
        "cases": "1",
        "mode": AttendanceMode.IN_PERSON,
        "earlier": "0",
        "online": policy.online,
        "same_day": policy.same_day,
        **_each_case(name_of_path(NOT_KIN)),
    }


def _each_case(relation: str) -> dict[str, str]:
    return {f"kin{number}": relation for number in range(1, MOST_CASES + 1)}


def values_of_person(start: PersonStart) -> dict[str, str]:
    """Return what a person's record says, as the form holds it; the cases are those they declared nothing by name to."""
    values = {
        "capacity": str(start.capacity),
        "term": "in" if start.serving else "out",
        "residence": str(start.residence or ""),
        "status1": "",
        **_each_case(name_of_path(NOT_KIN) if start.declared_no_kin else ""),
    }
    for number, status in enumerate(start.statuses[:MOST_STATUSES], start=1):
        values[f"status{number}"] = _name_of(status)
        values[f"job{number}"] = status.occupation
        values[f"review{number}"] = "1" if status.needs_review else "0"
    return values


def _name_of(status: StatusFact) -> str:
    if status.is_public_employee is None:
        return UNKNOWN
    if not status.is_public_employee:
        return NO_EMPLOYEE
    halves = (status.service_class, status.working_time)
    return next(name for name, known in EMPLOYMENTS.items() if known == halves)


def completed(filters: Form, values: Mapping[str, str]) -> Form:
    """Return the address's fields with those it does not name filled from `values`."""
    texts = {name: (value,) for name, value in values.items()} | dict(filters.fields.texts)
    return Form(Fields(texts, {}), filters.translate)


def rows_of(form: Form) -> TrialRows:
    """Return how many rows to show: what was asked for, as far as it can be read; one status row to spare."""
    asked = form.raw("cases").strip()
    cases = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 4 else 1
    last = max((n for n in range(1, MOST_STATUSES + 1) if form.raw(f"status{n}").strip()), default=0)
    return TrialRows(min(cases, MOST_CASES), min(last + 1, MOST_STATUSES))


def read_day(form: Form, _: Translator) -> date:
    """Return the day of the meeting, also one to come."""
    day = form.day("on", _("会議の日"))
    if day.year > LAST_YEAR:
        text = _("「会議の日」は西暦{year}年までにしてください。")
        form.fail("on", text.replace("{year}", str(LAST_YEAR)))
    return day


def read_facts(form: Form, confirmations: Sequence[VersionConfirmation], _: Translator) -> AttendanceFacts:
    """Return the facts of the trial. Raises InvalidForm with a sentence for every wrong field."""
    with form.reading():
        on = read_day(form, _)
        return AttendanceFacts(
            committee=form.choice("body", _("会議体"), CommitteeKind),
            held_on=on,
            meeting_closed=True,
            attendance_confirmed=True,
            capacity=form.choice("capacity", _("区分"), Capacity),
            terms=_terms(form, on, _),
            residence=form.opt_choice("residence", _("居住地区"), District),
            venue_district=form.opt_choice("venue", _("会場の地区"), District),
            statuses=_statuses(form, on, _),
            kinship=_kinship(form, _),
            mode=form.choice("mode", _("出席の方法"), AttendanceMode),
            earlier_meetings=int(form.one_of("earlier", _("この日の先の会議"), ("0", "1")) == "1"),
            online_travel=form.choice("online", _("オンライン出席の旅費"), OnlineTravel),
            same_day_travel=form.choice("same_day", _("同じ日に会議が2回あるときの旅費"), SameDayTravel),
            confirmations=tuple(confirmations),
        )


def _terms(form: Form, on: date, _: Translator) -> tuple[Period, ...]:
    """Return the fiscal year of the day for somebody within the term (第3条第2項), else no term."""
    within = form.one_of("term", _("任期"), ("in", "out")) == "in"
    return (fiscal_year_period(fiscal_year(on)),) if within and date.min < on and on.year <= LAST_YEAR else ()


# ---- 公務員区分


def _statuses(form: Form, on: date, _: Translator) -> tuple[StatusFact, ...] | None:
    """Return the statuses of the chosen job as of that day, or those that were typed; None: undeclared."""
    occupation = form.opt_text("preset", _("職"), longest=200)
    if occupation is not None:
        return _of_preset(form, occupation, on, _)
    rows = (_status(form, number, _) for number in range(1, MOST_STATUSES + 1))
    return tuple(status for status in rows if status is not None) or None


def _of_preset(form: Form, occupation: str, on: date, _: Translator) -> tuple[StatusFact, ...]:
    preset = preset_on(occupation, on)
    if preset is None:
        text = _("「{name}」の見本は、この日にはありません。「自分で入れる」を選び、下の欄に入れてください。")
        form.fail("preset", text.replace("{name}", occupation))
        return ()
    return preset.statuses


def _status(form: Form, number: int, _: Translator) -> StatusFact | None:
    name = form.opt_one_of(f"status{number}", _("公務員区分"), STATUSES)
    occupation = form.opt_text(f"job{number}", _("職の名前")) or ""
    review = form.opt_one_of(f"review{number}", _("任用の根拠の確認"), ("0", "1")) == "1"
    if name is None:
        return None
    if name in (NO_EMPLOYEE, UNKNOWN):
        return StatusFact(is_public_employee=None if name == UNKNOWN else False, occupation=occupation)
    service_class, time = EMPLOYMENTS[name]
    return StatusFact(
        is_public_employee=True,
        service_class=service_class,
        working_time=time,
        occupation=occupation,
        needs_review=review,
    )


# ---- 続柄


def _kinship(form: Form, _: Translator) -> tuple[str | None, ...]:
    """Return one path per case; None where nothing was declared."""
    cases = form.integer("cases", _("出た案件の数"), low=0, high=MOST_CASES)
    return tuple(_path(form, number, _) for number in range(1, min(cases, MOST_CASES) + 1))


def _path(form: Form, number: int, _: Translator) -> str | None:
    """Return the path to the 本人 of one case, typed by its name or as a path; None: nothing declared."""
    field = f"kin{number}"
    typed = form.opt_text(field, _("続柄"))
    if typed is None or typed == UNDECLARED:
        return None
    path = path_of_name(typed)
    if path is not None:
        return path
    if not _PATH.search(typed):
        text = _("「{name}」という続柄は一覧にありません。一覧の言葉か、道筋（甥は P>C>C）で入れてください。")
        form.fail(field, text.replace("{name}", typed))
        return None
    return _checked_path(form, field, typed)


def _checked_path(form: Form, field: str, path: str) -> str:
    try:
        kinship(path, 1)
    except Refused as refusal:
        form.fail(field, refusal.message)
    return path
