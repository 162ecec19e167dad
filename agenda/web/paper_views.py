"""資料の画面に出すもの: finished views of what will be in a packet, what was made, and what came back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from agenda.papers.contents import CasePaper
from agenda.papers.wording import paper_number_text
from agenda.services.collecting import CopyLine, copies_of
from agenda.services.confirmation import confirmation_of
from agenda.services.conflicts import open_conflicts
from agenda.services.handouts import HandoutLine, list_handouts
from agenda.services.items import items_of
from agenda.services.packet_contents import (
    LIST_NUMBER,
    FromMinutes,
    PacketContents,
    PacketPaper,
    ParticipantPapers,
    packet_contents,
)
from agenda.services.packet_delivery import own_copy
from agenda.services.packets import PacketState, packet_states
from meetings_app.core.actor import Actor
from meetings_app.core.clock import Clock
from meetings_app.core.errors import Refused
from meetings_app.core.terms import MeetingStatus, Role
from meetings_app.documents.pdf import office_program
from meetings_app.services.office_settings import get_setting
from meetings_app.tables.meetings import Meeting
from meetings_app.web.heat import say
from meetings_app.web.locale import Translator, mark
from meetings_app.web.meeting_frame import DbSession
from minutes.services.packet_material import packet_material

TOLD_BY_SERVICES = (
    mark("アセスメントの要約"),
    mark("目標"),
    mark("支援内容"),
    mark("出席を求めた者"),
)
"""Words that come from below in Japanese and are translated where they are shown."""

MAKERS = (Role.SECRETARIAT,)
OVERSEERS = (Role.SECRETARIAT, Role.CHAIR)
BEGUN = (MeetingStatus.PREPARING, MeetingStatus.CONVENED, MeetingStatus.OPEN)


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """一人分の資料 as the table lists it: papers that everybody has, and those with a number."""

    person_id: str
    serial: int
    name: str
    label: str
    common: tuple[str, ...]
    numbered: tuple[str, ...]
    count: int


@dataclass(frozen=True, slots=True)
class Warn:
    """気を付けること before making; `href` leads to where it is mended."""

    text: str
    href: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class HandoutRow:
    """配布資料の行: `item` names the item it belongs to, "" for everybody."""

    handout_id: str
    number_text: str
    title: str
    filename: str
    size_text: str
    item: str
    uploaded_by: str
    uploaded_at: datetime
    first: bool
    last: bool


@dataclass(frozen=True, slots=True)
class OwnPapers:
    """自分の資料: the files in the reader's own packet; `why_not` says why they cannot be taken out."""

    serial: int
    files: tuple[str, ...]
    why_not: str


@dataclass(frozen=True, slots=True)
class PapersPage:
    """資料の画面. `refusal` says why papers cannot be made; `changed`: the record says something else by now.

    `given`: who has a packet in the one that is ready.
    """

    rows: tuple[PreviewRow, ...]
    refusal: str
    warnings: tuple[Warn, ...]
    handouts: tuple[HandoutRow, ...]
    versions: tuple[PacketState, ...]
    running: PacketState | None
    ready: PacketState | None
    failed: PacketState | None
    changed: bool
    own: OwnPapers | None
    can_make: bool
    can_edit: bool
    can_take_out: bool
    given: frozenset[str]
    oversees: bool
    has_office: bool

    @property
    def papers(self) -> int:
        """How many papers are handed out in all."""
        return sum(row.count for row in self.rows)


@dataclass(frozen=True, slots=True)
class CollectionPage:
    """回収の画面 of one packet."""

    packet_id: str
    version: int
    made_at: datetime
    copies: tuple[CopyLine, ...]
    day: date

    @property
    def collected(self) -> int:
        """How many came back."""
        return sum(1 for copy in self.copies if copy.collected_on)


def papers_page(
    session: DbSession, actor: Actor, clock: Clock, meeting: Meeting, _: Translator
) -> PapersPage:
    """Return the page for its reader: the whole for 事務局 and 委員長, their own papers for others."""
    states = packet_states(session, meeting.id, clock)
    ready = next((state for state in states if state.is_kept), None)
    own = _own(session, actor, meeting)
    if actor.role not in OVERSEERS:
        return _bare(own)
    given = packet_material(session, meeting)
    contents, refusal = _contents(session, meeting, given)
    return PapersPage(
        rows=tuple(map(_row, contents.participants)) if contents else (),
        refusal=refusal,
        warnings=_warnings(session, meeting, given, contents, _),
        handouts=_handouts(session, meeting, contents),
        versions=tuple(states),
        running=states[0] if states and states[0].running else None,
        ready=ready,
        failed=states[0] if states and states[0].failure else None,
        changed=ready is not None and contents is not None and contents.sha256 != ready.sha256,
        own=own,
        can_make=actor.role in MAKERS and contents is not None,
        can_edit=actor.role in MAKERS and meeting.status in BEGUN,
        can_take_out=actor.role in MAKERS,
        given=frozenset(copy.person_id for copy in copies_of(session, ready.packet_id))
        if ready
        else frozenset(),
        oversees=True,
        has_office=office_program() is not None,
    )


def item_choices(session: DbSession, meeting: Meeting) -> list[tuple[str, str]]:
    """Return the items a handout may belong to, by id and title."""
    return [
        (view.item.id, f"{number} {view.title}")
        for number, view in enumerate(items_of(session, meeting.id), start=1)
    ]


def collection_page(session: DbSession, packet_id: str, state: PacketState, day: date) -> CollectionPage:
    """Return the check-off list of one packet; `day` stands in the form at first."""
    return CollectionPage(
        packet_id=packet_id,
        version=state.version,
        made_at=state.finished_at or state.started_at,
        copies=tuple(copies_of(session, packet_id)),
        day=day,
    )


# ---- within


def _bare(own: OwnPapers | None) -> PapersPage:
    return PapersPage(
        rows=(),
        refusal="",
        warnings=(),
        handouts=(),
        versions=(),
        running=None,
        ready=None,
        failed=None,
        changed=False,
        own=own,
        can_make=False,
        can_edit=False,
        can_take_out=False,
        given=frozenset(),
        oversees=False,
        has_office=False,
    )


def _own(session: DbSession, actor: Actor, meeting: Meeting) -> OwnPapers | None:
    found = own_copy(session, actor, meeting)
    return OwnPapers(found.serial, found.files, found.why_not) if found else None


def _contents(session: DbSession, meeting: Meeting, given: FromMinutes) -> tuple[PacketContents | None, str]:
    try:
        return packet_contents(session, meeting, given), ""
    except Refused as refusal:
        return None, refusal.message


def _row(one: ParticipantPapers) -> PreviewRow:
    return PreviewRow(
        person_id=one.person.person_id,
        serial=one.serial,
        name=one.person.name,
        label=one.person.label,
        common=tuple(paper.name for paper in one.papers if paper.number is None),
        numbered=_numbered([paper for paper in one.papers if paper.number is not None]),
        count=len(one.papers),
    )


def _numbered(papers: Sequence[PacketPaper]) -> tuple[str, ...]:
    """Return the numbered papers in few words: the 個別資料 together, 「資料２～４・６ 個別資料（No.9、No.11）」."""
    cases = [paper.source for paper in papers if isinstance(paper.source, CasePaper)]
    before = [paper for paper in papers if paper.number == LIST_NUMBER]
    after = [paper for paper in papers if paper not in before and not isinstance(paper.source, CasePaper)]
    found = [f"{paper.number_text} {paper.name}" for paper in before]
    if cases:
        numbers = "・".join(_runs([case.paper_number for case in cases]))
        clients = "、".join(dict.fromkeys(f"No.{case.case}" for case in cases))
        found.append(f"資料{numbers} 個別資料（{clients}）")
    return (*found, *(f"{paper.number_text} {paper.name}" for paper in after))


def _runs(numbers: Sequence[int]) -> list[str]:
    """Return rising numbers with those that follow one another as 「２～５」."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    ends = [(run[0], run[-1]) if len(run) > 1 else (run[0],) for run in runs]
    return ["～".join(paper_number_text(end).removeprefix("資料") for end in pair) for pair in ends]


def _warnings(
    session: DbSession, meeting: Meeting, given: FromMinutes, contents: PacketContents | None, _: Translator
) -> tuple[Warn, ...]:
    base = f"/meetings/{meeting.id}"
    found = [*_agenda_warnings(session, meeting, base, _)]
    if meeting.convened_at is None and meeting.status is MeetingStatus.PREPARING:
        text = _("まだ招集していません。招集通知の日付は、参加者を最後に決めた日になります。")
        found.append(Warn(text, f"{base}/convene", _("招集する…")))
    if contents is not None:
        found += _missing_warnings(contents, _)
        found += _office_warnings(session, contents, _)
        if given.missing_minutes:
            found.append(Warn(given.missing_minutes))
    return tuple(found)


def _agenda_warnings(session: DbSession, meeting: Meeting, base: str, _: Translator) -> list[Warn]:
    if meeting.status not in (MeetingStatus.PREPARING, MeetingStatus.CONVENED):
        return []
    found, confirm = [], f"{base}/confirm"
    confirmed = confirmation_of(session, meeting)
    if confirmed is None:
        found.append(Warn(_("議題を、委員長がまだ確認していません。"), confirm, _("議題を確認する")))
    elif not confirmed.holds:
        found.append(Warn(_("委員長が確認した後に、議題が変わりました。"), confirm, _("議題を確認する")))
    near = open_conflicts(session, meeting)
    if near:
        names = "、".join(f"{one.name}（{one.item.title}）" for one in near)
        text = say(_("利益相反のおそれについて、委員長の判断がまだです: {names}。"), names=names)
        found.append(Warn(str(text), f"{base}/conflicts", _("利益相反の判断")))
    return found


def _missing_warnings(contents: PacketContents, _: Translator) -> list[Warn]:
    """Return one sentence for each plan of which something is missing, and the way to its case."""
    text = _("No.{case} プラン{plan}の{what}が記録されていません。個別資料には「（未記入）」と出ます。")
    return [
        Warn(
            say(text, case=fact.case, plan=fact.plan, what=_("、").join(_(what) for what in fact.what)),
            f"/plans/{fact.client_id}",
            _("ケースを開く"),
        )
        for fact in contents.missing
    ]


def _office_warnings(session: DbSession, contents: PacketContents, _: Translator) -> list[Warn]:
    """Return what letters say of the office and nobody has entered; a 文書番号 is written in by hand."""
    labels = {"office.name": _("事務所の名前"), "office.phone": _("事務所の電話")}
    missing = [label for key, label in labels.items() if not get_setting(session, key)]
    found = []
    if missing:
        text = _("書類に記す{what}が、設定に登録されていません。")
        found.append(Warn(say(text, what=_("、").join(missing)), "/office", _("設定を開く")))
    if not contents.head.document_number:
        found.append(
            Warn(_("招集通知には「文書番号（未記入）」と出ます。発行するときに番号を書き入れてください。"))
        )
    return found


def _handouts(
    session: DbSession, meeting: Meeting, contents: PacketContents | None
) -> tuple[HandoutRow, ...]:
    lines = list_handouts(session, meeting.id)
    titles = dict(item_choices(session, meeting))
    return tuple(_handout(line, place, lines, titles, contents) for place, line in enumerate(lines, start=1))


def _handout(
    line: HandoutLine,
    place: int,
    lines: Sequence[HandoutLine],
    titles: dict[str, str],
    contents: PacketContents | None,
) -> HandoutRow:
    return HandoutRow(
        handout_id=line.handout_id,
        number_text=contents.handout_number(place) if contents else "",
        title=line.title,
        filename=line.filename,
        size_text=_size(line.size),
        item=titles.get(line.item_id, "") if line.item_id else "",
        uploaded_by=line.uploaded_by,
        uploaded_at=line.uploaded_at,
        first=place == 1,
        last=place == len(lines),
    )


def _size(size: int) -> str:
    return f"{size / 1024 / 1024:.1f} MB" if size >= 1024 * 1024 else f"{max(1, size // 1024)} KB"
