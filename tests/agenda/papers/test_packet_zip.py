"""資料のZIP: names that are safe everywhere, folders that stay apart, the same bytes again."""

import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agenda.papers import packet_zip
from agenda.papers.packet_zip import LONGEST, PacketZip, folder_name, only_folder, safe_name
from meetings_app.core.errors import Refused


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("湿原 花子", "湿原花子.docx"),
        ("a/b\\c:d", "a／b＼c：d.docx"),
        ("..\u202e.", "無名.docx"),
        ("", "無名.docx"),
        ("\x00\u200b𠮷田 髙﨑", "𠮷田髙﨑.docx"),
        ("長" * 80, "長" * (LONGEST - 5) + ".docx"),
    ],
)
def test_names_are_safe(text: str, name: str) -> None:
    assert safe_name(text, "docx") == name


@settings(max_examples=60)
@given(st.text(max_size=100), st.integers(1, 120))
def test_any_name_becomes_one_short_part_of_a_path(text: str, serial: int) -> None:
    folder = folder_name(serial, text)
    assert folder.startswith(f"{serial:02}_")
    assert len(folder) <= LONGEST
    assert not set(folder) & set('\\/:*?"<>|\n\r\t\x00 ')
    assert not folder.endswith(".")
    folder.encode()


def test_equal_names_are_told_apart() -> None:
    packet = PacketZip()
    names = [packet.add("01_甲", text, "png", b"1") for text in ("Ａ図", "Ａ図", "ａ図", "Ａ図" + "長" * 80)]
    assert names[:3] == ["Ａ図.png", "Ａ図_2.png", "ａ図_3.png"]
    again = packet.add("01_甲", "Ａ図" + "長" * 80, "png", b"1")
    assert len(again) <= LONGEST
    assert again.endswith("_2.png")
    assert packet.add("02_乙", "Ａ図", "png", b"1") == "Ａ図.png"


def test_names_are_marked_as_utf_8_and_dates_are_fixed() -> None:
    first, second = _packet(), _packet()
    assert first == second
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        for entry in archive.infolist():
            assert entry.flag_bits & 0x800
            assert entry.date_time == (1980, 1, 1, 0, 0, 0)
            assert entry.create_system == 3
        assert archive.testzip() is None


def test_one_folder_alone() -> None:
    chosen = only_folder(_packet(), 10)
    with zipfile.ZipFile(io.BytesIO(chosen)) as archive:
        assert archive.namelist() == ["10_丁/1_次第.docx"]
        assert archive.read("10_丁/1_次第.docx") == b"3"
    with pytest.raises(KeyError):
        only_folder(_packet(), 2)


def _packet() -> bytes:
    packet = PacketZip()
    packet.add("01_甲", "1_次第", "docx", b"1")
    packet.add("01_甲", "2_座席表", "docx", b"2")
    packet.add("10_丁", "1_次第", "docx", b"3")
    packet.add("100_戊", "1_次第", "docx", b"4")
    return packet.finish()


def test_a_packet_too_large_to_keep_is_refused_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packet_zip, "MAX_BYTES", 2 * 1024 * 1024)
    archive = PacketZip()
    archive.add("01_甲", "資料", "pdf", b"x" * 1024 * 1024)
    with pytest.raises(
        Refused, match="2MBを超えるため作れません。様式に入れた画像や配布資料のファイルを小さく"
    ):
        archive.add("02_乙", "資料", "pdf", b"x" * 1024 * 1024)
