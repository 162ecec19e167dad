"""台帳の取込みの結果, as finished views."""

from dataclasses import dataclass

from agenda.services.register import REFUSED, ImportResult
from meetings_app.core.explained import Finding
from meetings_app.web.heat import say
from meetings_app.web.locale import Locale, mark, translator_for

_SEVERITY = {
    "info": (mark("参考"), "neutral", "info"),
    "warning": (mark("注意"), "ask", "alert-triangle"),
    REFUSED: (mark("不可"), "error", "alert-circle"),
}


@dataclass(frozen=True, slots=True)
class FindingLine:
    """所見: one finding with its place in the file."""

    row: str
    column: str
    raw: str
    message: str
    severity: str
    tone: str
    icon: str


@dataclass(frozen=True, slots=True)
class ImportView:
    """取込みの結果: a notice (kind and sentence) and the findings, those that refuse the file first.

    `remarks` say only how a cell was read.
    """

    kind: str
    title: str
    text: str
    findings: tuple[FindingLine, ...]
    remarks: tuple[FindingLine, ...]


def build_import(result: ImportResult, filename: str, locale: Locale) -> ImportView:
    """Return what became of a file."""
    findings = sorted(result.findings, key=lambda finding: (finding.severity != REFUSED, finding.row or 0))
    lines = tuple(_line(finding, locale) for finding in findings if finding.severity != "info")
    remarks = tuple(_line(finding, locale) for finding in findings if finding.severity == "info")
    kind, title, text = _answer(result, filename, locale)
    return ImportView(kind, title, text, lines, remarks)


def _answer(result: ImportResult, filename: str, locale: Locale) -> tuple[str, str, str]:
    """Return kind, title and text of the notice."""
    _ = translator_for(locale)
    if result.refused:
        refused = sum(finding.severity == REFUSED for finding in result.findings)
        text = say(
            _(
                "直すところが{n}か所あります。ファイルは何も取り込んでいません。直してから、もう一度選んでください。"
            ),
            n=refused,
        )
        return "error", say(_("「{name}」は取り込めませんでした。"), name=filename), text
    if not result.added_plans:
        text = _("すべて登録済みの内容と同じでした。変わったところはありません。")
        return "info", say(_("「{name}」を読みました。"), name=filename), text
    text = say(
        _(
            "プラン{plans}件（新しいケース{clients}件）を加えました。記載は元のまま残し、気になるところを下に挙げています。"
        ),
        plans=result.added_plans,
        clients=result.added_clients,
    )
    return "success", say(_("「{name}」を取り込みました。"), name=filename), text


def _line(finding: Finding, locale: Locale) -> FindingLine:
    _ = translator_for(locale)
    word, tone, icon = _SEVERITY[finding.severity]
    return FindingLine(
        row=say(_("{n}行目"), n=finding.row) if finding.row else "",
        column=finding.column or "",
        raw=finding.raw or "",
        message=finding.message,
        severity=_(word),
        tone=tone,
        icon=icon,
    )
