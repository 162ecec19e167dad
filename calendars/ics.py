"""招集の案内: meeting invitations as iCalendar text (RFC 5545, RFC 5546), one meeting in one message.

What is written names the committee, the number of the meeting and the place; nothing here takes a client or a
case, so that no calendar can show one.
"""

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from icalendar import Calendar, Event, Timezone, TimezoneStandard, vCalAddress, vUri

from meetings_app.core.clock import TOKYO
from meetings_app.core.errors import Refused
from meetings_app.core.terms import CommitteeKind

PRODID = "-//meetings-app//Support Coordination Meetings//JA"
TZID = "Asia/Tokyo"
_JST = timedelta(hours=9)

CONVENING_ARTICLE = {
    CommitteeKind.SUPPORT: "第5条第1項",
    CommitteeKind.REGIONAL: "圏域規程第6条第1項",
}
"""The article by which each body is convened."""

_ATEXT = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_MAILBOX = re.compile(rf"{_ATEXT}(?:\.{_ATEXT})*@{_LABEL}(?:\.{_LABEL})+")
"""A dot-atom address at a full domain name (RFC 5322, 3.4.1), without quoted or literal forms."""
_MAILBOX_LIMIT = 254
_LINK = re.compile(r"https?://[!-~]+")
_LINE_BREAK = re.compile("\r\n|[\r\n\x0b\x0c\x85\u2028\u2029]")


class Method(StrEnum):
    """通知の種類 (RFC 5546, 3.2)."""

    REQUEST = "REQUEST"
    CANCEL = "CANCEL"
    PUBLISH = "PUBLISH"


class AttendeeRole(StrEnum):
    """出席の立場 (RFC 5545, 3.2.16)."""

    CHAIR = "CHAIR"
    REQUIRED = "REQ-PARTICIPANT"
    OPTIONAL = "OPT-PARTICIPANT"


class EventStatus(StrEnum):
    """開催の状態 (RFC 5545, 3.8.1.11)."""

    TENTATIVE = "TENTATIVE"
    CONFIRMED = "CONFIRMED"
    CANCELLED = "CANCELLED"


@dataclass(frozen=True, slots=True)
class Organizer:
    """招集者: shown name and a mailbox that somebody reads."""

    name: str
    mailbox: str


@dataclass(frozen=True, slots=True)
class Attendee:
    """招かれる人: shown name, mailbox and part in the meeting."""

    name: str
    mailbox: str
    role: AttendeeRole = AttendeeRole.REQUIRED


@dataclass(frozen=True, slots=True)
class Invitation:
    """案内: one meeting as sent. All times aware; `made_at` is when the message was made.

    `uid` is minted once per meeting and stored; `sequence` rises when time, place or status changes.
    A CANCEL is written as CANCELLED; only `status` None writes no STATUS there, for taking the attendees
    named off a meeting that goes on (RFC 5546, 3.2.5).
    """

    uid: str
    sequence: int
    method: Method
    made_at: datetime
    starts_at: datetime
    ends_at: datetime
    summary: str
    location: str
    description: str
    url: str
    organizer: Organizer
    attendees: tuple[Attendee, ...] = ()
    status: EventStatus | None = EventStatus.CONFIRMED


@dataclass(frozen=True, slots=True)
class MeetingFacts:
    """会議の事項: everything an invitation may tell about a meeting. `link` leads back to its page."""

    kind: CommitteeKind
    number: int
    place: str
    starts_at: datetime
    ends_at: datetime
    link: str


def content_type(invitation: Invitation) -> str:
    """Return the media type for mail; its method equals METHOD (RFC 6047, 2.4)."""
    return f"text/calendar; method={invitation.method}; charset=UTF-8"


def invitation_for(
    facts: MeetingFacts,
    *,
    uid: str,
    sequence: int,
    method: Method,
    made_at: datetime,
    organizer: Organizer,
    attendees: tuple[Attendee, ...] = (),
    status: EventStatus | None = EventStatus.CONFIRMED,
) -> Invitation:
    """案内を作る: compose title and text from committee, number and place alone.

    The text cites the article by which the body is convened (第5条第1項; 圏域規程第6条第1項).
    """
    return Invitation(
        uid=uid,
        sequence=sequence,
        method=method,
        made_at=made_at,
        starts_at=facts.starts_at,
        ends_at=facts.ends_at,
        summary=_title(facts),
        location=facts.place,
        description=_description(facts, method, status),
        url=facts.link,
        organizer=organizer,
        attendees=attendees,
        status=status,
    )


def _description(facts: MeetingFacts, method: Method, status: EventStatus | None) -> str:
    opening = _opening(facts, method, status)
    return f"{opening}\n場所: {facts.place}\n詳しくは次のページをご覧ください。\n{facts.link}"


def _opening(facts: MeetingFacts, method: Method, status: EventStatus | None) -> str:
    title, article = _title(facts), CONVENING_ARTICLE[facts.kind]
    if method is Method.CANCEL and status is None:
        return f"{title}への出席のお願いを取り下げます。"
    if method is Method.CANCEL or status is EventStatus.CANCELLED:
        return f"{title}は中止となりました。"
    if method is Method.PUBLISH:
        return f"{title}の予定です（招集の根拠 {article}）。"
    return f"{article}により、{title}を招集します。"


def _title(facts: MeetingFacts) -> str:
    return f"第{facts.number}回 {facts.kind}"


def write_invitation(invitation: Invitation) -> bytes:
    """案内を書き出す: return the iCalendar text in UTF-8; the same input gives the same bytes.

    Raises Refused, saying what to put right, for whatever would leave an invitation that calendars misread.
    """
    _refuse_unsound(invitation)
    calendar = Calendar()
    calendar.add("prodid", PRODID)
    calendar.add("version", "2.0")
    calendar.add("method", invitation.method.value)
    # RFC 7986, 5.3: left alone, the library makes up a new UID for the calendar at every writing.
    calendar.add("uid", invitation.uid)
    calendar.add_component(_tokyo_time())
    calendar.add_component(_event(invitation))
    return bytes(calendar.to_ical())


def _tokyo_time() -> Timezone:
    """日本標準時 (RFC 5545, 3.6.5): one fixed offset; its DTSTART is local time and carries no zone."""
    standard = TimezoneStandard()
    standard.add("dtstart", datetime(1970, 1, 1))  # noqa: DTZ001 - local time by definition
    standard.add("tzoffsetfrom", _JST)
    standard.add("tzoffsetto", _JST)
    standard.add("tzname", "JST")
    zone = Timezone()
    zone.add("tzid", TZID)
    zone.add_component(standard)
    return zone


def _event(invitation: Invitation) -> Event:
    event = Event()
    event.add("uid", invitation.uid)
    event.add("sequence", invitation.sequence)
    event.add("dtstamp", invitation.made_at.astimezone(UTC).replace(microsecond=0))
    event.add("dtstart", _local(invitation.starts_at))
    event.add("dtend", _local(invitation.ends_at))
    event.add("summary", _one_line(invitation.summary))
    event.add("location", _one_line(invitation.location))
    event.add("description", _clean(invitation.description))
    event.add("url", vUri(invitation.url))
    event.add("organizer", _address(invitation.organizer.name, invitation.organizer.mailbox))
    status = _status(invitation)
    if status is not None:
        event.add("status", status.value)
    _add_attendees(event, invitation)
    return event


def _local(moment: datetime) -> datetime:
    return moment.astimezone(TOKYO).replace(microsecond=0)


def _status(invitation: Invitation) -> EventStatus | None:
    if invitation.method is Method.CANCEL and invitation.status is not None:
        return EventStatus.CANCELLED
    return invitation.status


def _add_attendees(event: Event, invitation: Invitation) -> None:
    """Name who is asked. PUBLISH has no attendees (RFC 5546, 3.2.1); only a REQUEST awaits answers."""
    if invitation.method is Method.PUBLISH:
        return
    for attendee in invitation.attendees:
        address = _address(attendee.name, attendee.mailbox)
        address.params["ROLE"] = attendee.role.value
        if invitation.method is Method.REQUEST:
            address.params["PARTSTAT"] = "NEEDS-ACTION"
            address.params["RSVP"] = "TRUE"
        event.add("attendee", address)


def _address(name: str, mailbox: str) -> vCalAddress:
    address = vCalAddress(f"mailto:{mailbox}")
    shown = _one_line(name).replace('"', "'")  # RFC 5545, 3.2: a parameter value holds no double quote
    if shown:
        address.params["CN"] = shown
    return address


def _clean(text: str) -> str:
    """Remove control characters and whatever else cannot travel; line ends become one kind.

    A backslash becomes the full-width one: readers differ on how `\\N` is to be undone.
    """
    lines = _LINE_BREAK.sub("\n", text).replace("\\", "＼").replace("\t", " ")
    return "".join(sign for sign in lines if sign == "\n" or unicodedata.category(sign) not in ("Cc", "Cs"))


def _one_line(text: str) -> str:
    return " ".join(_clean(text).split("\n")).strip()


def _refuse_unsound(invitation: Invitation) -> None:
    _refuse_unsound_times(invitation)
    _refuse_unsound_identity(invitation)
    _refuse_unsound_people(invitation)
    if not _LINK.fullmatch(invitation.url):
        raise Refused(
            "会議のページのアドレスが正しくありません。http または https で始まるものにしてください。"
        )


def _refuse_unsound_times(invitation: Invitation) -> None:
    for noun, moment in (
        ("作成の日時", invitation.made_at),
        ("開始の日時", invitation.starts_at),
        ("終了の日時", invitation.ends_at),
    ):
        if moment.utcoffset() is None:
            raise Refused(f"案内の{noun}に時差の情報がありません。日本時間の日時として入力し直してください。")
    if invitation.ends_at <= invitation.starts_at:
        raise Refused("会議の終了が開始より後になっていません。終了の時刻を直してください。")


def _refuse_unsound_identity(invitation: Invitation) -> None:
    if not re.fullmatch(r"[!-~]+", invitation.uid):
        raise Refused("案内の識別番号（UID）がありません。会議に保存された番号を使ってください。")
    if not _one_line(invitation.summary):
        raise Refused("案内の件名がありません。会議体と回数を入力してください。")
    if invitation.sequence < 0:
        raise Refused("案内の変更番号（SEQUENCE）が負になっています。0以上の番号を使ってください。")
    if invitation.method is Method.CANCEL and invitation.sequence == 0:
        raise Refused(
            "中止の案内の変更番号（SEQUENCE）が0です。招集の案内より大きい番号を付けて作り直してください。"
        )
    if invitation.method is Method.REQUEST and invitation.status is EventStatus.CANCELLED:
        raise Refused("中止した会議の招集はできません。中止の案内（CANCEL）として作り直してください。")


def _refuse_unsound_people(invitation: Invitation) -> None:
    if not invitation.organizer.mailbox:
        raise Refused(
            "招集者のメールアドレスがありません。設定の「案内の差出人」に、返信を読む宛先を登録してください。"
        )
    _refuse_bad_mailbox("招集者", invitation.organizer.name, invitation.organizer.mailbox)
    if invitation.method is Method.REQUEST and not invitation.attendees:
        raise Refused(
            "招集の案内に宛先の人がいません。名簿で、参加者のメールアドレスを1人以上に登録してください。"
        )
    for attendee in invitation.attendees:
        _refuse_bad_mailbox("出席者", attendee.name, attendee.mailbox)
    folded = Counter(attendee.mailbox.casefold() for attendee in invitation.attendees)
    doubled = sorted(mailbox for mailbox, count in folded.items() if count > 1)
    if doubled:
        raise Refused(
            f"同じメールアドレスが2人以上に付いています（{'、'.join(doubled)}）。名簿を確かめてください。"
        )


def _refuse_bad_mailbox(noun: str, name: str, mailbox: str) -> None:
    if len(mailbox) > _MAILBOX_LIMIT or not _MAILBOX.fullmatch(mailbox):
        raise Refused(
            f"{noun}（{_one_line(name)}）のメールアドレスが正しくありません。半角で「名前@組織」の形に直してください。"
        )
