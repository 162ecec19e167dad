"""照合: what a Word file in somebody's hand is, held against every edition of minutes that was issued.

Nothing of the file is stored, and no edition changes by it.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlmodel import Session, col, select

from meetings_app.documents.template_file import word_parts
from meetings_app.documents.word_text import WordText, word_text
from meetings_app.tables.meetings import Meeting
from minutes.edition_tables import EditionKind, MinutesEdition
from minutes.papers.seal import CONTENT, HASH_DIGITS, HASH_MARK, KIND, MEETING, MINUTES
from minutes.rules.paragraph_changes import Change, paragraph_changes
from minutes.services.reading import FINAL

NOUN: Final = "議事録"
MOST_CHANGES: Final = 300


class Verdict(StrEnum):
    """照合の結果."""

    NEWEST = "承認された最新の版そのもの"
    SAVED_AGAIN = "言葉は同じだが保存し直された最新の版"
    OLDER = "前の版"
    NOT_APPROVED = "承認されていない版"
    CHANGED = "手で書き換えられた版"
    OTHER_PAPER = "議事録から作った別の書類"
    OTHER_MEETING = "別の会議の議事録"
    UNKNOWN = "この事務所が出した議事録ではない"


@dataclass(frozen=True, slots=True)
class IssuedEdition:
    """発行した版: which edition of which meeting the file was held against."""

    meeting_id: str
    meeting_number: int
    number: int
    kind: EditionKind
    made_by: str
    made_at: datetime
    content_sha256: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """照合: the verdict, the edition it rests on, whether the bytes are those issued, and what differs.

    `newest` is the newest approved edition where the file is another. `more` counts changes beyond those listed.
    """

    verdict: Verdict
    edition: IssuedEdition | None = None
    newest: IssuedEdition | None = None
    identical: bool = False
    changes: tuple[Change, ...] = ()
    more: int = 0
    has_comments: bool = False
    paper: str = ""


def compare_file(session: Session, meeting: Meeting, data: bytes, filename: str) -> Comparison:
    """照合する: say what a file is, seen from one meeting. Raises Refused for a file that is not safe to read."""
    text = word_text(word_parts(data, filename, NOUN))
    found = _recognised(session, meeting.committee_id, data, text)
    if found is not None and found.meeting_id != meeting.id:
        return Comparison(Verdict.OTHER_MEETING, edition=_issued(session, found))
    if found is None and _names_other_meeting(session, text, meeting):
        return Comparison(Verdict.OTHER_MEETING)
    return _judged(session, data, text, found, meeting.id)


def verify_file(session: Session, data: bytes, filename: str) -> Comparison:
    """確かめる: say what a file is, whatever meeting of the office it is of. Raises Refused as `compare_file`."""
    text = word_text(word_parts(data, filename, NOUN))
    found = _recognised(session, None, data, text)
    told = text.properties.get(MEETING, "")
    known = session.get(Meeting, told) if told else None
    meeting_id = found.meeting_id if found else (known.id if known else "")
    return _judged(session, data, text, found, meeting_id)


def _judged(
    session: Session, data: bytes, text: WordText, found: MinutesEdition | None, meeting_id: str
) -> Comparison:
    paper = text.properties.get(KIND, MINUTES)
    of_meeting = text.properties.get(MEETING, "") == meeting_id and bool(meeting_id)
    if paper != MINUTES and (found is not None or of_meeting):
        edition = _issued(session, found) if found else None
        return Comparison(Verdict.OTHER_PAPER, edition=edition, paper=paper, has_comments=text.has_comments)
    newest = _newest(session, meeting_id) if meeting_id else None
    if found is None:
        return _unissued(session, text, newest, of_meeting=of_meeting)
    identical = hashlib.sha256(data).hexdigest() == found.document_sha256
    changes = () if identical else _changes(found, text)
    return Comparison(
        verdict=_verdict(found, newest, identical=identical, changed=bool(changes)),
        edition=_issued(session, found),
        newest=_issued(session, newest) if newest is not None and newest.id != found.id else None,
        identical=identical,
        changes=changes[:MOST_CHANGES],
        more=max(0, len(changes) - MOST_CHANGES),
        has_comments=text.has_comments,
    )


def _verdict(
    found: MinutesEdition, newest: MinutesEdition | None, *, identical: bool, changed: bool
) -> Verdict:
    if changed:
        return Verdict.CHANGED
    if found.kind not in FINAL:
        return Verdict.NOT_APPROVED
    if newest is not None and newest.id != found.id:
        return Verdict.OLDER
    return Verdict.NEWEST if identical else Verdict.SAVED_AGAIN


def _unissued(
    session: Session, text: WordText, newest: MinutesEdition | None, *, of_meeting: bool
) -> Comparison:
    """A file that names this meeting but no edition that was issued: a draft taken out in between."""
    if not of_meeting:
        return Comparison(Verdict.UNKNOWN, has_comments=text.has_comments)
    return Comparison(
        Verdict.NOT_APPROVED,
        newest=_issued(session, newest) if newest is not None else None,
        has_comments=text.has_comments,
    )


# ---- recognising


def _recognised(
    session: Session, committee_id: str | None, data: bytes, text: WordText
) -> MinutesEdition | None:
    """Return the edition a file is or was made from: by its bytes, else its properties, else its footer.

    `committee_id` None looks at every body.
    """
    sha256 = hashlib.sha256(data).hexdigest()
    own = select(MinutesEdition).order_by(
        col(MinutesEdition.made_at).desc(), col(MinutesEdition.number).desc()
    )
    if committee_id is not None:
        own = own.join(Meeting, col(MinutesEdition.meeting_id) == Meeting.id).where(
            Meeting.committee_id == committee_id
        )
    exact = session.exec(own.where(MinutesEdition.document_sha256 == sha256)).first()
    if exact is not None:
        return exact
    told = text.properties.get(CONTENT, "")
    if told:
        return session.exec(own.where(MinutesEdition.content_sha256 == told)).first()
    printed = _printed_hash(text)
    if not printed:
        return None
    return session.exec(own.where(col(MinutesEdition.content_sha256).startswith(printed))).first()


def _printed_hash(text: WordText) -> str:
    """Return the beginning of the hash that the footer prints; "" where none stands there."""
    for line in text.frame:
        _, mark, rest = line.partition(HASH_MARK.strip())
        told = rest.strip()[:HASH_DIGITS]
        if mark and len(told) == HASH_DIGITS and all(sign in "0123456789abcdef" for sign in told):
            return told
    return ""


def _names_other_meeting(session: Session, text: WordText, meeting: Meeting) -> bool:
    told = text.properties.get(MEETING, "")
    if not told or told == meeting.id:
        return False
    other = session.get(Meeting, told)
    return other is not None and other.committee_id == meeting.committee_id


def _newest(session: Session, meeting_id: str) -> MinutesEdition | None:
    return session.exec(
        select(MinutesEdition)
        .where(MinutesEdition.meeting_id == meeting_id, col(MinutesEdition.kind).in_(FINAL))
        .order_by(col(MinutesEdition.number).desc())
    ).first()


def _changes(edition: MinutesEdition, text: WordText) -> tuple[Change, ...]:
    """Return what differs from the document as it was issued, body first, then headers and footers."""
    issued = word_text(word_parts(edition.document, "議事録.docx", NOUN))
    return (
        *paragraph_changes(issued.body, text.body),
        *paragraph_changes(_without_pages(issued.frame), _without_pages(text.frame)),
    )


def _without_pages(frame: tuple[str, ...]) -> tuple[str, ...]:
    """Return headers and footers without the numbers of pages, which Word works out anew."""
    return tuple(_unpaged(line) for line in frame)


def _unpaged(line: str) -> str:
    return "\t".join(part for part in line.split("\t") if not set(part) <= set("0123456789/ "))


def _issued(session: Session, edition: MinutesEdition) -> IssuedEdition:
    return IssuedEdition(
        meeting_id=edition.meeting_id,
        meeting_number=session.get_one(Meeting, edition.meeting_id).number,
        number=edition.number,
        kind=edition.kind,
        made_by=edition.made_by,
        made_at=edition.made_at,
        content_sha256=edition.content_sha256,
    )


# ---- saying it

SENTENCES: Final = {
    Verdict.NEWEST: "承認された最新の版（第{meeting}回の議事録 第{n}版）そのものです。1バイトも変わっていません。",
    Verdict.SAVED_AGAIN: "言葉は承認された最新の版（第{meeting}回の議事録 第{n}版）と同じですが、"
    "ファイルは保存し直されています。"
    "正本は、この製品から取り出したものを使ってください。",
    Verdict.OLDER: "前の版（第{meeting}回の議事録 第{n}版）です。その後に訂正があり、最新は第{newest}版です。",
    Verdict.NOT_APPROVED: "議長の承認を受けていない版です。承認された議事録として使わないでください。",
    Verdict.CHANGED: "発行した版（第{meeting}回の議事録 第{n}版）から、手で書き換えられています。"
    "直すことがあれば、理由を付けて訂正してください。",
    Verdict.OTHER_PAPER: "議事録そのものではなく、議事録から作った{paper}です。照合できるのは議事録だけです。",
    Verdict.OTHER_MEETING: "この会議の議事録ではありません。ほかの会議の議事録です。",
    Verdict.UNKNOWN: "この事務所が発行した議事録ではありません。ファイルを確かめてください。",
}


def sentence(comparison: Comparison, template: str = "") -> str:
    """Return what a comparison came to in one sentence; `template` is the sentence in another language."""
    edition, newest = comparison.edition, comparison.newest
    facts = {
        "meeting": edition.meeting_number if edition else "",
        "n": edition.number if edition else "",
        "newest": newest.number if newest else "",
        "paper": comparison.paper,
    }
    text = template or SENTENCES[comparison.verdict]
    for name, value in facts.items():
        text = text.replace(f"{{{name}}}", str(value))
    return text
