"""試算 as the page shows it: the result with the story of a run, and the lists its fields choose from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from honoraria.rules.facts import Assessment, AttendanceFacts, OnlineTravel, SameDayTravel
from honoraria.rules.relations import RELATIONS
from honoraria.rules.sheet import SheetLine
from honoraria.services.trial import PersonStart
from honoraria.web.trial_form import NO_EMPLOYEE, STATUSES, UNKNOWN
from honoraria.web.views import (
    CAPACITIES,
    SHOWN_HASH,
    FindingView,
    QuestionView,
    StoryStep,
    Words,
    questions_of,
    story_of,
)
from meetings_app.core.explained import Explained
from meetings_app.core.terms import AttendanceMode, Capacity, CommitteeKind, Decision, District
from meetings_app.rulebook.load import load_rulebook
from meetings_app.web.locale import Locale, Translator, format_day, mark
from meetings_app.web.member_views import options, preset_options

Option = tuple[str, str]

STATUS_NAMES = {NO_EMPLOYEE: mark("公務員でない"), UNKNOWN: mark("公務員かどうか不明")}


@dataclass(frozen=True, slots=True)
class TrialResult:
    """試算の結果: the outcome with its steps, open questions and findings. `day` is the meeting's, in words."""

    decision: Decision
    honorarium: str
    travel: str
    withheld: str
    net: str
    day: str
    reason: str
    steps: tuple[StoryStep, ...]
    questions: tuple[QuestionView, ...]
    findings: tuple[FindingView, ...]
    blocked: str
    rulebook: str
    rulebook_short: str


@dataclass(frozen=True, slots=True)
class TrialLists:
    """The choices of every list on the page."""

    bodies: list[Option]
    capacities: list[Option]
    terms: list[Option]
    districts: list[Option]
    presets: list[Option]
    statuses: list[Option]
    reviews: list[Option]
    relations: list[str]
    modes: list[Option]
    earlier: list[Option]
    online: list[Option]
    same_day: list[Option]


def trial_result(
    facts: AttendanceFacts, found: Explained[Assessment], line: SheetLine, _: Translator, locale: Locale
) -> TrialResult:
    """Return what the page says of an assessment and of the line it would become on a sheet."""
    words, outcome = Words(_, locale), found.value
    none, sha256 = outcome.decision is Decision.NONE, load_rulebook().sha256
    return TrialResult(
        decision=outcome.decision,
        honorarium="—" if none else words.yen(outcome.honorarium),
        travel="—" if none else words.yen(outcome.travel),
        withheld="—" if none else words.yen(line.withheld),
        net="—" if none else words.yen(line.net),
        day=format_day(facts.held_on, locale, weekday=True),
        reason=outcome.reason,
        steps=story_of(line.steps, words),
        questions=questions_of(outcome.open_questions, words),
        findings=tuple(FindingView(one.code, one.message, "") for one in outcome.findings),
        blocked=_blocked(line, _),
        rulebook=sha256,
        rulebook_short=sha256[:SHOWN_HASH],
    )


def _blocked(line: SheetLine, _: Translator) -> str:
    """Return why tax cannot be worked out; what is open by the regulation is asked elsewhere."""
    if line.policy is None:
        return _(
            "源泉徴収の扱いが未設定のため、源泉と差引は出ません。会計の責任者が決めて、設定に記録します。"
        )
    return line.blocked.removeprefix(": ") if line.honorarium is not None and line.withheld is None else ""


def trial_lists(on: date, _: Translator) -> TrialLists:
    """Return the choices; the common jobs are those of the meeting's day."""
    return TrialLists(
        bodies=options(tuple(CommitteeKind), _),
        capacities=[(one.value, _(CAPACITIES.get(one, one))) for one in Capacity],
        terms=[("in", _("任期内")), ("out", _("任期外"))],
        districts=options(tuple(District), _),
        presets=preset_options(on),
        statuses=[(name, _(STATUS_NAMES.get(name, name))) for name in STATUSES],
        reviews=[("0", _("済んでいる")), ("1", _("辞令などの確認が要る"))],
        relations=[name for relation in RELATIONS for name in relation.names],
        modes=options(tuple(AttendanceMode), _),
        earlier=[("0", _("ない")), ("1", _("ある"))],
        online=[
            (OnlineTravel.ASK, _("そのつど判断する")),
            (OnlineTravel.NONE, _("支給しない")),
            (OnlineTravel.PAY, _("対面と同じ額を支給する")),
        ],
        same_day=[(SameDayTravel.ONCE, _("1日1回")), (SameDayTravel.EACH, _("会議ごと"))],
    )


def label_of(choices: Sequence[Option], value: str) -> str:
    """Return the words of a choice."""
    return dict(choices).get(value, "")


def person_note(start: PersonStart, on: date, _: Translator, locale: Locale) -> str:
    """Return whose record the fields come from, and what was declared by name and has to be chosen by case."""
    text = _("{name} の、{day}の記録から始めています。")
    told = text.replace("{name}", start.name).replace("{day}", format_day(on, locale, weekday=True))
    kin = "、".join(f"No.{one.case_number} {one.relation or one.path}" for one in start.relations)
    if not kin:
        return told
    return told + _(
        "本人を指定した続柄の申告があります（{relations}）。その案件に出たときの続柄は、下で選んでください。"
    ).replace("{relations}", kin)
