"""Invitations, checked byte by byte against RFC 5545 and read back by a second parser."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
import vobject
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from calendars.ics import (
    Attendee,
    AttendeeRole,
    EventStatus,
    Invitation,
    MeetingFacts,
    Method,
    Organizer,
    content_type,
    invitation_for,
    write_invitation,
)
from meetings_app.core.clock import tokyo
from meetings_app.core.errors import Refused
from meetings_app.core.terms import CommitteeKind

UID = "0f3b7a52-6f0e-4a4c-9d61-3c1d2f6f9f10"
FACTS = MeetingFacts(
    kind=CommitteeKind.SUPPORT,
    number=9,
    place="釧路市交流プラザさいわい 3階",
    starts_at=tokyo(date(2026, 12, 2), 10),
    ends_at=tokyo(date(2026, 12, 2), 11, 30),
    link="https://kaigi.example.jp/meetings/9x",
)
PEOPLE = (
    Attendee("委員長佐藤", "chair@example.jp", AttendeeRole.CHAIR),
    Attendee("委員A", "a@example.jp"),
    Attendee("参加者B", "b@example.jp", AttendeeRole.OPTIONAL),
)


def invitation(
    method: Method = Method.REQUEST,
    sequence: int = 0,
    attendees: tuple[Attendee, ...] = PEOPLE,
    status: EventStatus | None = EventStatus.CONFIRMED,
) -> Invitation:
    return invitation_for(
        FACTS,
        uid=UID,
        sequence=sequence,
        method=method,
        made_at=datetime(2026, 11, 25, 0, 30, 15, 999, tzinfo=UTC),
        organizer=Organizer("支援調整会議事務局", "jimukyoku@example.jp"),
        attendees=attendees,
        status=status,
    )


DESCRIPTION = (
    r"DESCRIPTION:第5条第1項により、第9回 支援調整会議を招集します。\n場所: 釧路市交流プラザさいわい 3階"
    r"\n詳しくは次のページをご覧ください。\nhttps://kaigi.example.jp/meetings/9x"
)


def unfolded(data: bytes) -> list[str]:
    """RFC 5545, 3.1: a CRLF followed by one space or tab joins the lines."""
    return re.sub(rb"\r\n[ \t]", b"", data).decode().split("\r\n")


def test_request_is_written_line_by_line() -> None:
    assert unfolded(write_invitation(invitation())) == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//meetings-app//Support Coordination Meetings//JA",
        "METHOD:REQUEST",
        f"UID:{UID}",
        "BEGIN:VTIMEZONE",
        "TZID:Asia/Tokyo",
        "BEGIN:STANDARD",
        "DTSTART:19700101T000000",
        "TZNAME:JST",
        "TZOFFSETFROM:+0900",
        "TZOFFSETTO:+0900",
        "END:STANDARD",
        "END:VTIMEZONE",
        "BEGIN:VEVENT",
        "SUMMARY:第9回 支援調整会議",
        "DTSTART;TZID=Asia/Tokyo:20261202T100000",
        "DTEND;TZID=Asia/Tokyo:20261202T113000",
        "DTSTAMP:20261125T003015Z",
        f"UID:{UID}",
        "SEQUENCE:0",
        "ATTENDEE;CN=委員長佐藤;PARTSTAT=NEEDS-ACTION;ROLE=CHAIR;RSVP=TRUE:mailto:chair@example.jp",
        "ATTENDEE;CN=委員A;PARTSTAT=NEEDS-ACTION;ROLE=REQ-PARTICIPANT;RSVP=TRUE:mailto:a@example.jp",
        "ATTENDEE;CN=参加者B;PARTSTAT=NEEDS-ACTION;ROLE=OPT-PARTICIPANT;RSVP=TRUE:mailto:b@example.jp",
        DESCRIPTION,
        "LOCATION:釧路市交流プラザさいわい 3階",
        "ORGANIZER;CN=支援調整会議事務局:mailto:jimukyoku@example.jp",
        "STATUS:CONFIRMED",
        "URL:https://kaigi.example.jp/meetings/9x",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]


def test_same_input_gives_same_bytes() -> None:
    assert write_invitation(invitation()) == write_invitation(invitation())


def test_second_parser_reads_the_same_meeting() -> None:
    read = vobject.readOne(write_invitation(invitation()).decode())
    event = read.vevent
    assert read.method.value == "REQUEST"
    assert event.uid.value == UID
    assert event.sequence.value == "0"
    assert event.summary.value == "第9回 支援調整会議"
    assert event.location.value == "釧路市交流プラザさいわい 3階"
    assert event.dtstart.value.utcoffset() == timedelta(hours=9)
    assert event.dtstart.value.astimezone(UTC) == datetime(2026, 12, 2, 1, 0, tzinfo=UTC)
    assert event.dtend.value.astimezone(UTC) == datetime(2026, 12, 2, 2, 30, tzinfo=UTC)
    assert event.dtstamp.value == datetime(2026, 11, 25, 0, 30, 15, tzinfo=UTC)
    assert event.organizer.value == "mailto:jimukyoku@example.jp"
    assert [a.value for a in event.contents["attendee"]] == [
        "mailto:chair@example.jp",
        "mailto:a@example.jp",
        "mailto:b@example.jp",
    ]
    assert event.contents["attendee"][0].params["ROLE"] == ["CHAIR"]
    assert event.contents["attendee"][1].params["CN"] == ["委員A"]
    assert "第5条第1項" in event.description.value
    assert event.description.value.endswith("\nhttps://kaigi.example.jp/meetings/9x")


@pytest.mark.parametrize("method", list(Method))
def test_first_parser_finds_no_error(method: Method) -> None:
    read = Calendar.from_ical(write_invitation(invitation(method, sequence=1)))
    assert read.errors == []
    assert [event.errors for event in read.events] == [[]]
    assert [zone.errors for zone in read.timezones] == [[]]


def test_publish_names_no_attendee_and_awaits_no_answer() -> None:
    text = write_invitation(invitation(Method.PUBLISH)).decode()
    assert "METHOD:PUBLISH\r\n" in text
    assert "ORGANIZER;" in text
    for absent in ("ATTENDEE", "RSVP", "PARTSTAT", "example.jp/a", "委員A"):
        assert absent not in text


def test_cancel_keeps_uid_and_organizer_and_raises_sequence() -> None:
    request = vobject.readOne(write_invitation(invitation()).decode()).vevent
    cancel = vobject.readOne(write_invitation(invitation(Method.CANCEL, sequence=1)).decode())
    assert cancel.method.value == "CANCEL"
    assert cancel.vevent.uid.value == request.uid.value
    assert cancel.vevent.organizer.value == request.organizer.value
    assert cancel.vevent.sequence.value == "1"
    assert cancel.vevent.status.value == "CANCELLED"
    assert "中止となりました" in cancel.vevent.description.value
    assert "RSVP" not in cancel.vevent.contents["attendee"][0].params


def test_taking_one_person_off_does_not_cancel_the_meeting() -> None:
    one = (Attendee("委員A", "a@example.jp"),)
    lines = unfolded(write_invitation(invitation(Method.CANCEL, 1, one, status=None)))
    assert not any(line.startswith("STATUS") for line in lines)
    assert [line for line in lines if line.startswith("ATTENDEE")] == [
        "ATTENDEE;CN=委員A;ROLE=REQ-PARTICIPANT:mailto:a@example.jp"
    ]
    assert "取り下げます" in "".join(lines)


def test_tombstone_says_that_the_meeting_is_off() -> None:
    text = "".join(unfolded(write_invitation(invitation(Method.PUBLISH, 2, status=EventStatus.CANCELLED))))
    assert "STATUS:CANCELLED" in text
    assert "中止となりました" in text


def test_regional_body_is_convened_by_its_own_article() -> None:
    facts = replace(FACTS, kind=CommitteeKind.REGIONAL, number=2)
    made = invitation_for(
        facts,
        uid=UID,
        sequence=0,
        method=Method.REQUEST,
        made_at=datetime(2026, 11, 25, tzinfo=UTC),
        organizer=Organizer("事務局", "jimukyoku@example.jp"),
        attendees=PEOPLE,
    )
    assert made.summary == "第2回 圏域会議"
    assert made.description.startswith("圏域規程第6条第1項により、第2回 圏域会議を招集します。")


def test_folding_at_75_octets_cuts_no_character() -> None:
    long = "𠮷野家🍚第9回 支援調整会議" * 20
    data = write_invitation(replace(invitation(), summary=long))
    lines = data.split(b"\r\n")
    assert max(len(line) for line in lines) <= 75
    for line in lines:
        line.decode()  # a cut character would not decode
    assert f"SUMMARY:{long}" in unfolded(data)
    assert vobject.readOne(data.decode()).vevent.summary.value == long


@settings(max_examples=60)
@given(st.text(max_size=120), st.text(max_size=200))
def test_any_text_is_written_soundly(place: str, description: str) -> None:
    data = write_invitation(replace(invitation(), location=place, description=description))
    lines = data.split(b"\r\n")
    assert lines[-1] == b""
    assert max(len(line) for line in lines) <= 75
    for line in lines:
        assert not re.search("[\x00-\x08\x0a-\x1f\x7f\x80-\x9f]", line.decode())
    read = Calendar.from_ical(data)
    assert [event.errors for event in read.events] == [[]]
    assert [line.split(":")[0] for line in unfolded(data) if line.startswith(("BEGIN", "END"))] == [
        *("BEGIN", "BEGIN", "BEGIN", "END", "END", "BEGIN", "END", "END")
    ]


def test_line_ends_and_control_characters_open_no_new_line() -> None:
    evil = "会議室\r\nATTENDEE:mailto:evil@example.jp\x00\x1b\u2028X-EVIL:1"
    data = write_invitation(
        replace(
            invitation(),
            summary=evil,
            location=evil,
            description=evil,
            organizer=Organizer('事務局"\r\nX-EVIL:1', "jimukyoku@example.jp"),
        )
    )
    lines = unfolded(data)
    assert len([line for line in lines if line.startswith("ATTENDEE")]) == 3
    assert not any(line.startswith("X-EVIL") for line in lines)
    assert "SUMMARY:会議室 ATTENDEE:mailto:evil@example.jp X-EVIL:1" in lines
    assert r"DESCRIPTION:会議室\nATTENDEE:mailto:evil@example.jp\nX-EVIL:1" in lines


def test_special_signs_come_back_as_they_were() -> None:
    place = "会館; 2階, 第1・第2会議室: 東"
    data = write_invitation(replace(invitation(), location=place))
    assert r"LOCATION:会館\; 2階\, 第1・第2会議室: 東" in unfolded(data)
    assert vobject.readOne(data.decode()).vevent.location.value == place


def test_backslash_is_written_full_width() -> None:
    data = write_invitation(replace(invitation(), location="A\\New"))
    assert "LOCATION:A＼New" in unfolded(data)


def test_times_from_another_zone_are_written_in_japan_time() -> None:
    west = timezone(timedelta(hours=-5))
    starts = datetime(2026, 12, 1, 20, 0, tzinfo=west)
    data = write_invitation(replace(invitation(), starts_at=starts, ends_at=starts + timedelta(hours=1)))
    assert "DTSTART;TZID=Asia/Tokyo:20261202T100000" in unfolded(data)
    assert "DTEND;TZID=Asia/Tokyo:20261202T110000" in unfolded(data)


def test_media_type_follows_the_method() -> None:
    assert content_type(invitation()) == "text/calendar; method=REQUEST; charset=UTF-8"
    assert content_type(invitation(Method.CANCEL, 1)) == "text/calendar; method=CANCEL; charset=UTF-8"


START = FACTS.starts_at


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (replace(invitation(), organizer=Organizer("事務局", "")), "招集者のメールアドレスがありません"),
        (replace(invitation(), organizer=Organizer("事務局", "jimu@")), "招集者（事務局）のメールアドレス"),
        (replace(invitation(), attendees=()), "メールアドレスを1人以上に登録"),
        (replace(invitation(), ends_at=START), "終了の時刻を直してください"),
        (replace(invitation(), ends_at=START - timedelta(hours=1)), "終了の時刻を直してください"),
        (replace(invitation(), starts_at=START.replace(tzinfo=None)), "開始の日時に時差"),
        (replace(invitation(), ends_at=FACTS.ends_at.replace(tzinfo=None)), "終了の日時に時差"),
        (replace(invitation(), made_at=START.replace(tzinfo=None)), "作成の日時に時差"),
        (replace(invitation(), uid=""), "UID"),
        (replace(invitation(), uid="1\r\nX:1"), "UID"),
        (replace(invitation(), summary=" \x00"), "件名がありません"),
        (replace(invitation(), sequence=-1), "0以上"),
        (replace(invitation(), method=Method.CANCEL), "招集の案内より大きい番号"),
        (replace(invitation(), status=EventStatus.CANCELLED), "CANCEL"),
        (replace(invitation(), url="javascript:alert(1)"), "http"),
        (replace(invitation(), url="https://x.jp/\r\nX:1"), "http"),
        (replace(invitation(), attendees=(*PEOPLE, Attendee("C", "A@Example.jp"))), "2人以上に付いています"),
    ],
)
def test_unsound_invitations_are_refused(wrong: Invitation, said: str) -> None:
    with pytest.raises(Refused, match=re.escape(said)):
        write_invitation(wrong)


@pytest.mark.parametrize(
    "mailbox",
    [
        "",
        "a",
        "a@b",
        "a@@example.jp",
        "a b@example.jp",
        "ａ@example.jp",
        "a＠example.jp",
        ".a@example.jp",
        "a..b@example.jp",
        "a@-x.jp",
        "a@example.jp\r\nBCC:x@example.jp",
        "a@example.jp\n",
        "mailto:a@example.jp",
        "a@example.jp,b@example.jp",
        "x" * 250 + "@example.jp",
    ],
)
def test_invalid_mailboxes_are_refused_with_the_name(mailbox: str) -> None:
    with pytest.raises(Refused, match="出席者（委員A）のメールアドレスが正しくありません"):
        write_invitation(invitation(attendees=(Attendee("委員A", mailbox),)))


def test_usual_mailboxes_are_accepted() -> None:
    people = tuple(
        Attendee(f"委員{n}", box)
        for n, box in enumerate(("a.b+c@city.kushiro.lg.jp", "o'neil@x-y.example", "1@1.jp"))
    )
    read = vobject.readOne(write_invitation(invitation(attendees=people)).decode()).vevent
    assert [attendee.value for attendee in read.contents["attendee"]] == [
        "mailto:a.b+c@city.kushiro.lg.jp",
        "mailto:o'neil@x-y.example",
        "mailto:1@1.jp",
    ]
