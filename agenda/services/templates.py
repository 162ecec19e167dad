"""様式: which template a paper is made from: the office's own, or the one that comes with the product."""

from sqlmodel import Session, col, select

from agenda.packet_tables import DocumentTemplate
from agenda.papers.default_templates import default_template
from meetings_app.core.terms import PaperKind


def template_in_use(session: Session, committee_id: str, kind: PaperKind) -> bytes:
    """使う様式: return the Word file that a body's papers of a kind are made from.

    The highest version holds; one without content means the product's own again, as does none at all.
    """
    row = session.exec(
        select(DocumentTemplate)
        .where(DocumentTemplate.committee_id == committee_id, DocumentTemplate.kind == kind)
        .order_by(col(DocumentTemplate.version).desc())
    ).first()
    content = row.content if row is not None else None
    return content if content is not None else default_template(kind)
