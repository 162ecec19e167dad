"""様式の版: templates that the office edits in Word: tried on made-up papers, kept version by version, taken back.

A file is judged in full before a row is added, so no version was ever unusable when it came into use. Nothing of a
file that was only tried is kept: it comes again when it is to be used, and is judged again then.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import defer
from sqlmodel import Session, col, select

from agenda.packet_tables import DocumentTemplate
from agenda.papers.contexts import context_of, dated_of
from agenda.papers.default_templates import default_template
from agenda.papers.samples import sample_paper
from meetings_app.core.actor import Actor
from meetings_app.core.clock import Clock
from meetings_app.core.errors import Conflict, NotFound, Refused
from meetings_app.core.explained import Finding
from meetings_app.core.terms import PaperKind
from meetings_app.documents.filling import SERIAL, fill, stamp
from meetings_app.documents.template_check import check_template
from meetings_app.documents.text import clean
from meetings_app.services.audit import record

PRODUCT: Final = 0
"""The number that stands for the template that comes with the product."""

LONGEST_NAME: Final = 200
LONGEST_NOTE: Final = 500

_SAMPLE_SERIAL: Final = "3"
_CONTENT: Any = DocumentTemplate.content
"""The column that lists leave out."""

_OF_A_CASE: Final = ("confidential", "serial")
_RECOMMENDED: Final[Mapping[PaperKind, tuple[str, ...]]] = {
    PaperKind.ITEM_LIST: _OF_A_CASE,
    PaperKind.CASE: _OF_A_CASE,
    PaperKind.CASE_LIST: _OF_A_CASE,
    PaperKind.CLIENT_NOTICE: ("office.phone",),
}
"""What a paper of the kind is hardly meant to be without: 取扱注意 and 通し番号; whom to call."""


@dataclass(frozen=True, slots=True)
class TemplateVersion:
    """様式の一つの版. `own` False: with this version the office went back to the product's template."""

    version: int
    own: bool
    filename: str
    note: str
    added_by: str
    added_at: datetime
    sha256: str
    in_use: bool


@dataclass(frozen=True, slots=True)
class TemplateState:
    """いま使っている様式 of a kind; `latest` None: the office has never chosen, the product's is in use."""

    kind: PaperKind
    latest: TemplateVersion | None

    @property
    def number(self) -> int:
        """The highest version, by which a change says what it was based on; PRODUCT where there is none."""
        return self.latest.version if self.latest else PRODUCT

    @property
    def own(self) -> bool:
        """Whether a template of the office is in use."""
        return self.latest is not None and self.latest.own


@dataclass(frozen=True, slots=True)
class TriedTemplate:
    """試した様式: what is to be said of it, and the made-up paper made from it; `sample` None: it cannot be used."""

    findings: tuple[Finding, ...]
    sample: bytes | None

    @property
    def wrong(self) -> tuple[Finding, ...]:
        """What has to be mended before the template can be used."""
        return tuple(finding for finding in self.findings if finding.severity == "refused")

    @property
    def remarks(self) -> tuple[Finding, ...]:
        """What need not be mended."""
        return tuple(finding for finding in self.findings if finding.severity != "refused")


# ---- reading


def template_states(session: Session, committee_id: str) -> list[TemplateState]:
    """Return what is in use for every kind of paper, in the order of the vocabulary."""
    return [template_state(session, committee_id, kind) for kind in PaperKind]


def template_state(session: Session, committee_id: str, kind: PaperKind) -> TemplateState:
    """Return what is in use for a kind of paper."""
    versions = versions_of(session, committee_id, kind)
    return TemplateState(kind, versions[0] if versions else None)


def versions_of(session: Session, committee_id: str, kind: PaperKind) -> list[TemplateVersion]:
    """Return the versions of a body's template, the latest first; their content stays in the database."""
    rows = session.exec(
        select(DocumentTemplate)
        .options(defer(_CONTENT))
        .where(DocumentTemplate.committee_id == committee_id, DocumentTemplate.kind == kind)
        .order_by(col(DocumentTemplate.version).desc())
    ).all()
    return [_told(row, in_use=place == 0) for place, row in enumerate(rows)]


def template_of(session: Session, committee_id: str, kind: PaperKind, version: int) -> bytes:
    """Return the Word file of a version; PRODUCT for the one that comes with the product.

    Raises NotFound for a version that the body does not have.
    """
    if version == PRODUCT:
        return default_template(kind)
    content = _version(session, committee_id, kind, version).content
    return content if content is not None else default_template(kind)


def sample_of(kind: PaperKind, template: bytes) -> bytes:
    """見本: return the made-up paper of a kind in a template. Raises Refused where it cannot be filled."""
    paper = sample_paper(kind)
    filled = fill(template, context_of(paper), title=f"見本 {kind}", dated=dated_of(paper))
    return stamp(filled, {SERIAL: _SAMPLE_SERIAL})


def try_template(kind: PaperKind, filename: str, data: bytes) -> TriedTemplate:
    """様式を試す: return what is to be said of a file, and the made-up paper in it. Stores nothing.

    Raises Refused for a file that is no safe Word document.
    """
    sample = context_of(sample_paper(kind))
    report = check_template(data, filename, sample, recommended=_RECOMMENDED.get(kind, ()))
    filled = report.filled if report.ok else None
    return TriedTemplate(report.findings, stamp(filled, {SERIAL: _SAMPLE_SERIAL}) if filled else None)


# ---- changing


def add_version(
    *,
    session: Session,
    actor: Actor,
    clock: Clock,
    kind: PaperKind,
    filename: str,
    content: bytes,
    note: str,
    based_on: int,
) -> TemplateVersion:
    """様式を使う: the file becomes the next version and is in use from now on.

    `based_on` is the version that was the latest when the file was tried. What is in use already is not added
    once more. Raises Refused for a file that cannot be used, Conflict where somebody added a version meanwhile.
    """
    sha256 = hashlib.sha256(content).hexdigest()
    state = template_state(session, actor.committee_id, kind)
    if state.latest is not None and state.latest.own and state.latest.sha256 == sha256:
        return state.latest
    _refuse_stale(state, based_on)
    _refuse_unusable(kind, filename, content)
    row = DocumentTemplate(
        committee_id=actor.committee_id,
        kind=kind,
        version=state.number + 1,
        filename=clean(filename)[-LONGEST_NAME:],
        content=content,
        sha256=sha256,
        note=note.strip(),
        added_by=actor.name,
        added_at=clock.now(),
    )
    return _added(session, actor, clock, row, "様式の登録")


def restore_version(
    *, session: Session, actor: Actor, clock: Clock, kind: PaperKind, version: int, based_on: int
) -> TemplateVersion:
    """前の版に戻す: a new version with the content of an earlier one; PRODUCT brings back the product's own.

    Raises NotFound, Refused for what is in use already or can no longer be used, Conflict as `add_version` does.
    """
    state = template_state(session, actor.committee_id, kind)
    source = _version(session, actor.committee_id, kind, version) if version != PRODUCT else None
    _refuse_stale(state, based_on)
    if _in_use_already(state, source):
        raise Refused("その様式は、いま使っています。戻す版を選び直してください。")
    if source is not None and source.content is not None:
        _refuse_unusable(kind, source.filename, source.content)
    row = DocumentTemplate(
        committee_id=actor.committee_id,
        kind=kind,
        version=state.number + 1,
        filename=source.filename if source else "",
        content=source.content if source else None,
        sha256=source.sha256 if source else "",
        note=_why_restored(source),
        added_by=actor.name,
        added_at=clock.now(),
    )
    return _added(session, actor, clock, row, "様式を戻す")


# ---- within


def _version(session: Session, committee_id: str, kind: PaperKind, version: int) -> DocumentTemplate:
    row = session.exec(
        select(DocumentTemplate).where(
            DocumentTemplate.committee_id == committee_id,
            DocumentTemplate.kind == kind,
            DocumentTemplate.version == version,
        )
    ).one_or_none()
    if row is None:
        raise NotFound("この様式の版は見つかりません。様式の画面から選び直してください。")
    return row


def _told(row: DocumentTemplate, *, in_use: bool) -> TemplateVersion:
    return TemplateVersion(
        version=row.version,
        own=bool(row.sha256),
        filename=row.filename,
        note=row.note,
        added_by=row.added_by,
        added_at=row.added_at,
        sha256=row.sha256,
        in_use=in_use,
    )


def _refuse_stale(state: TemplateState, based_on: int) -> None:
    if state.number != based_on:
        raise Conflict(
            "確かめている間に、ほかの人がこの様式を変えました。"
            "いま使っている様式を見てから、もう一度ファイルか版を選んでください。"
        )


def _refuse_unusable(kind: PaperKind, filename: str, content: bytes) -> None:
    tried = try_template(kind, filename, content)
    if tried.sample is None:
        listed = "".join(f"{finding.message}" for finding in tried.wrong[:3])
        raise Refused(f"この様式は使えません。{listed}Wordで直してから、もう一度選んでください。")


def _in_use_already(state: TemplateState, source: DocumentTemplate | None) -> bool:
    if source is None or source.content is None:
        return not state.own
    return state.latest is not None and state.latest.own and state.latest.sha256 == source.sha256


def _why_restored(source: DocumentTemplate | None) -> str:
    if source is None or source.content is None:
        return "製品の様式に戻した"
    return f"第{source.version}版に戻した"


def _added(
    session: Session, actor: Actor, clock: Clock, row: DocumentTemplate, action: str
) -> TemplateVersion:
    session.add(row)
    session.flush()
    record(
        session=session,
        actor=actor,
        clock=clock,
        action=action,
        subject="document_template",
        subject_id=row.id,
        detail={
            "kind": row.kind,
            "version": row.version,
            "filename": row.filename,
            "sha256": row.sha256,
            "note": row.note,
        },
    )
    return _told(row, in_use=True)
