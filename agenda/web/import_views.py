"""台帳の取込みの結果, as finished views."""

from dataclasses import dataclass, replace

from agenda.services.register import REFUSED, ImportResult
from agenda.services.register_taking import Added
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
class AddedLine:
    """加わるもの: one row with whom and what it adds."""

    row: str
    who: str
    what: str


@dataclass(frozen=True, slots=True)
class Agreement:
    """確認: the file as text with the digest of what it would add, so that what is agreed to is what was looked at."""

    filename: str
    content: str
    digest: str


@dataclass(frozen=True, slots=True)
class ImportView:
    """取込みの結果: a notice (kind and sentence), what is added, and the findings, those that refuse the file first.

    `remarks` say only how a cell was read; `agreement` is there where the file can be taken in.
    """

    kind: str
    title: str
    text: str
    added: tuple[AddedLine, ...]
    findings: tuple[FindingLine, ...]
    remarks: tuple[FindingLine, ...]
    agreement: Agreement | None = None


def build_import(result: ImportResult, filename: str, locale: Locale) -> ImportView:
    """Return what became of a file that was taken in."""
    _ = translator_for(locale)
    title = say(_("「{name}」を取り込みました。"), name=filename)
    text = say(
        _("{counts}を加えました。記載は元のまま残し、気になるところを下に挙げています。"),
        counts=_counts(result, locale),
    )
    return _view("success", title, text, result, locale)


def build_preview(
    result: ImportResult, filename: str, content: str, locale: Locale, *, changed: bool
) -> ImportView:
    """Return what a file would add; `changed`: the record changed since it was last looked at."""
    _ = translator_for(locale)
    if result.refused:
        refused = sum(finding.severity == REFUSED for finding in result.findings)
        text = say(
            _(
                "直すところが{n}か所あります。ファイルは何も取り込んでいません。直してから、もう一度選んでください。"
            ),
            n=refused,
        )
        return _view("error", say(_("「{name}」は取り込めません。"), name=filename), text, result, locale)
    if not result.added:
        text = _("すべて登録済みの内容と同じでした。変わるところはありません。")
        if not result.clients:
            text = _("見出しの下に行がありません。台帳の行があるファイルを選んでください。")
        return _view("info", say(_("「{name}」を読みました。"), name=filename), text, result, locale)
    title = say(_("「{name}」を読みました。まだ取り込んでいません。"), name=filename)
    if changed:
        title = _("確かめている間に登録が変わりました。何も取り込んでいません。")
    text = say(
        _("取り込むと、{counts}が加わります。内容を確かめて、よければ取り込んでください。"),
        counts=_counts(result, locale),
    )
    agreement = Agreement(filename, content, result.digest)
    return replace(_view("warn" if changed else "info", title, text, result, locale), agreement=agreement)


def _counts(result: ImportResult, locale: Locale) -> str:
    """Return the numbers of what is added, as one phrase; what is none is left out."""
    _ = translator_for(locale)
    counts = (
        (_("ケース{n}件"), result.added_clients),
        (_("プラン{n}件"), result.added_plans),
        (_("支援内容{n}件"), result.added_services),
        (_("提供者{n}件"), result.added_providers),
        (_("登録済みのものへの書き足し{n}か所"), result.added_facts),
    )
    return _("、").join(say(text, n=n) for text, n in counts if n)


def _view(kind: str, title: str, text: str, result: ImportResult, locale: Locale) -> ImportView:
    findings = sorted(result.findings, key=lambda finding: (finding.severity != REFUSED, finding.row or 0))
    return ImportView(
        kind,
        title,
        text,
        tuple(_added(one, locale) for one in result.added),
        tuple(_line(finding, locale) for finding in findings if finding.severity != "info"),
        tuple(_line(finding, locale) for finding in findings if finding.severity == "info"),
    )


def _added(one: Added, locale: Locale) -> AddedLine:
    _ = translator_for(locale)
    return AddedLine(say(_("{n}行目"), n=one.row), one.who, one.what)


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
