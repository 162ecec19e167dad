"""案件の資料の内容: the papers on cases in words: 個別資料, 相談者一覧 and the paper for the 本人."""

from datetime import date
from typing import Final

from agenda.papers.contents import (
    ActionLine,
    CaseList,
    CaseListRow,
    CasePaper,
    ClientNotice,
    EarlierOutcome,
    ServiceLine,
    TargetLine,
)
from agenda.papers.wording import (
    BOX,
    HANDLE_WITH_CARE,
    KIND_NAMES,
    NOT_APPLICABLE,
    TICKED,
    Context,
    block,
    case_text,
    change_text,
    contact_facts,
    day_text,
    evaluates,
    is_long,
    level_marks,
    line_facts,
    local,
    meeting_facts,
    near_day,
    or_nothing,
    paper_number_text,
    plain_day,
    plan_text,
)
from meetings_app.core.terms import EvaluationOutcome, PlanOutcome
from meetings_app.core.wareki import format_wareki, short_wareki
from meetings_app.documents.text import NOTHING, UNFILLED, filled

_CHECKS: Final = (
    ("状況と目標に合うか", "合っている", "合っていない"),
    ("課題の解決に向かうか", "向かう", "向かわない"),
    ("意欲につながるか", "つながる", "つながらない"),
    ("不足する資源があるか", "ある", "ない"),
)
"""What the meeting confirms of every case, with its two answers."""
_LONG_CELL: Final = 300
_LONG_NOTE: Final = 120
_MANY_LEVELS: Final = 12
"""From here on a row of a table could be longer than a page."""
_NO_OUTCOME: Final = {
    "meeting": NOTHING,
    "day": NOTHING,
    "outcome": NOTHING,
    "confirmed": NOTHING,
    "actions": [],
}


# --- 個別資料 ---------------------------------------------------------------------------------------------


def case_paper_facts(paper: CasePaper) -> Context:
    """個別資料: return one case in words."""
    return {
        "meeting": meeting_facts(paper.head),
        "office": contact_facts(paper.head.contact),
        "paper_number": paper_number_text(paper.paper_number),
        "confidential": HANDLE_WITH_CARE,
        "item": line_facts(paper.line, local(paper.head.starts_at).date()),
        "case": case_text(paper.case),
        "initials": paper.initials.strip(),
        "consent_on": plain_day(paper.consent_on),
        "for_staff": paper.for_staff,
        "assessed_on": plain_day(paper.assessed_on),
        "assessment": block(paper.assessment),
        "level": level_marks(paper.level),
        "level_before": level_marks(paper.level_before) if paper.level_before is not None else NOTHING,
        "change": change_text(paper.level, paper.level_before),
        **_plan_facts(paper),
        "has_earlier": paper.earlier is not None,
        "earlier": _earlier(paper.earlier),
        "questions": [filled(text) for text in paper.to_confirm],
        "checks": [
            {"question": question, "yes": f"{BOX} {yes}", "no": f"{BOX} {no}"}
            for question, yes, no in _CHECKS
        ],
        "outcomes": _outcome_boxes(paper),
    }


def _plan_facts(paper: CasePaper) -> Context:
    looks_back = evaluates(paper.line.reason)
    return {
        "plan": plan_text(paper.plan),
        "goal": block(paper.goal),
        "period": f"{plain_day(paper.period_start)}から{filled(paper.period_end)}まで",
        "monitoring": filled(paper.monitoring),
        "services": [_service(service) for service in paper.services],
        "achieved": block(paper.achieved) if looks_back or paper.achieved.strip() else NOTHING,
        "changes": block(paper.changes) if looks_back or paper.changes.strip() else NOTHING,
    }


def _service(service: ServiceLine) -> Context:
    return {
        "class": service.kind.value,
        "class_name": KIND_NAMES[service.kind],
        "name": filled(service.name),
        "provider": filled(service.provider),
        "content": block(service.content),
        "long": is_long(service.content, _LONG_CELL),
    }


def _earlier(earlier: EarlierOutcome | None) -> Context:
    if earlier is None:
        return dict(_NO_OUTCOME)
    return {
        "meeting": f"第{earlier.number}回",
        "day": day_text(earlier.day),
        "outcome": filled(earlier.outcome),
        "confirmed": block(earlier.confirmed),
        "actions": [_earlier_action(action) for action in earlier.actions],
    }


def _earlier_action(action: ActionLine) -> Context:
    done = action.done_on
    return {
        "what": block(action.what),
        "who": filled(action.who),
        "due": plain_day(action.due_on),
        "long": is_long(action.what, _LONG_CELL),
        "box": BOX if done is None else TICKED,
        "done": "未了" if done is None else f"{format_wareki(done)}済",
    }


def _outcome_boxes(paper: CasePaper) -> str:
    """結果の選択肢: an evaluation ends, remakes or suspends the plan, or goes on; others are approved or not."""
    outcomes: tuple[str, ...] = tuple(PlanOutcome)
    if evaluates(paper.line.reason):
        outcomes = (*EvaluationOutcome, PlanOutcome.CONTINUED)
    return "　".join(f"{BOX} {outcome}" for outcome in outcomes)


# --- 相談者一覧 -------------------------------------------------------------------------------------------


def case_list_facts(paper: CaseList) -> Context:
    """相談者一覧: return the open cases in words, new ones on top, else in the order given."""
    rows = sorted(paper.rows, key=lambda row: not row.is_new)
    return {
        "meeting": meeting_facts(paper.head),
        "office": contact_facts(paper.head.contact),
        "confidential": HANDLE_WITH_CARE,
        "as_of": day_text(paper.on),
        "fiscal_year": filled(paper.fiscal_year),
        "targets": [_target(line) for line in paper.targets],
        "rows": [_case_row(paper, row) for row in rows],
        "count": f"{len(rows)}件",
        "new_count": f"{sum(1 for row in rows if row.is_new)}件",
    }


def _case_row(paper: CaseList, row: CaseListRow) -> Context:
    before = [level for day, level in row.levels if day < paper.on]
    return {
        "case": case_text(row.case),
        "initials": row.initials.strip() or NOT_APPLICABLE,
        "new": "新規" if row.is_new else "",
        "is_new": row.is_new,
        "level": level_marks(row.level),
        "change": "新規"
        if row.is_new and not before
        else change_text(row.level, before[-1] if before else None),
        "history": "\n".join(f"{short_wareki(day)}　{level}" for day, level in row.levels) or NOTHING,
        "plan": plan_text(row.plan) if row.plan is not None else NOTHING,
        "stage": filled(row.stage),
        "period_end": row.period_end.strip() or (UNFILLED if row.plan is not None else NOT_APPLICABLE),
        "assigned": filled(row.assigned),
        "note": row.note.strip(),
        "long": is_long(row.note, _LONG_NOTE) or len(row.levels) > _MANY_LEVELS,
    }


def _target(line: TargetLine) -> Context:
    if line.target is None:
        return {
            "label": filled(line.label),
            "actual": f"{line.actual:,}件",
            "target": "定めなし",
            "rate": NOT_APPLICABLE,
        }
    rate = f"{line.actual * 100 // line.target}％" if line.target else NOT_APPLICABLE
    return {
        "label": filled(line.label),
        "actual": f"{line.actual:,}件",
        "target": f"{line.target:,}件",
        "rate": rate,
    }


# --- 本人への説明 -----------------------------------------------------------------------------------------

_NAME_BY_HAND: Final = "＿＿＿＿＿＿＿＿＿＿"
"""Where names are not kept, the name is written in by hand."""


def client_notice_facts(paper: ClientNotice) -> Context:
    """本人への説明: return what was agreed in plain words."""
    return {
        "office": contact_facts(paper.contact),
        "dated": plain_day(paper.dated),
        "met_on": day_text(paper.met_on),
        "name": paper.name.strip() or _NAME_BY_HAND,
        "goal": block(paper.goal),
        "agreed": [filled(text) for text in paper.agreed] or [UNFILLED],
        "steps": [_client_step(step, paper.dated) for step in paper.next_steps],
        "next_talk": or_nothing(paper.next_talk) if paper.next_talk.strip() else "まだ きまって いません",
    }


def _client_step(step: ActionLine, dated: date) -> Context:
    due = "日は きめて いません" if step.due_on is None else f"{near_day(step.due_on, dated)}まで"
    return {
        "what": filled(step.what),
        "who": filled(step.who),
        "due": due if step.done_on is None else "おわりました",
    }
