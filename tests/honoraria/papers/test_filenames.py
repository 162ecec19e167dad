"""Names of files: Japanese, the same everywhere, never two alike."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from honoraria.papers.filenames import names_apart, papers_filename, person_filename, safe, sheet_filename
from honoraria.rules.sheet import Payee
from tests.honoraria.papers.sample import HEAD, corrections_alone, draft, final


def payee(key: str, name: str) -> Payee:
    return Payee(key, name, "", (), 0, 0, 0, 0)


def test_names_of_a_sheet() -> None:
    assert sheet_filename(final(), "docx") == "支給調書_第7号_第19回支援調整会議.docx"
    assert sheet_filename(draft(), "xlsx") == "支給調書_第7号_第19回支援調整会議_下書き.xlsx"
    assert sheet_filename(corrections_alone(), "docx") == "支給調書_第7号_支給の訂正.docx"


def test_names_of_papers() -> None:
    assert papers_filename(HEAD, "支払明細書", "zip") == "支払明細書_第19回.zip"
    assert person_filename(HEAD, "領収書", "丹頂 一郎", "docx") == "領収書_第19回_丹頂一郎.docx"
    assert (
        papers_filename(corrections_alone().content.head, "支払明細書", "docx") == "支払明細書_訂正第7号.docx"
    )
    assert papers_filename(replace(HEAD, title=" "), "支払明細書", "docx") == "支払明細書_訂正第7号.docx"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("丹頂　一郎", "丹頂一郎"),
        ("A/B\\C:D", "A／B＼C：D"),
        ('*?"<>|', "＊？”＜＞｜"),
        ("../../etc", "／..／etc"),
        ("末尾の点.", "末尾の点"),
        ("改\n行\x00", "改行"),
        ("", "無名"),
        (" . ", "無名"),
    ],
)
def test_safe(text: str, kept: str) -> None:
    assert safe(text) == kept


def test_equal_names_are_told_apart() -> None:
    people = [
        payee("1", "佐藤 花子"),
        payee("2", "佐藤　花子"),
        payee("3", "佐藤 花子"),
        payee("4", "佐藤花子_2"),
    ]
    assert names_apart(people) == {"1": "佐藤花子", "2": "佐藤花子_2", "3": "佐藤花子_3", "4": "佐藤花子_2_2"}


def test_names_that_a_file_system_takes_for_equal() -> None:
    people = [payee("1", "Smith"), payee("2", "SMITH"), payee("3", "が"), payee("4", "か\u3099")]
    assert list(names_apart(people).values()) == ["Smith", "SMITH_2", "が", "か\u3099_2"]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=60), max_size=6))
def test_any_names_are_safe_short_and_distinct(names: list[str]) -> None:
    files = [
        person_filename(HEAD, "支払明細書", name, "docx")
        for name in names_apart(payee(str(key), name) for key, name in enumerate(names)).values()
    ]
    assert len({name.casefold() for name in files}) == len(names)
    for name in files:
        assert not set(name) & set('\\/:*?"<>|\n\r\0')
        assert len(name.encode()) <= 255
