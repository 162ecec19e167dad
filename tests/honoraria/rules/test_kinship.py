"""Kinship paths against a table typed by hand from 第7条第4項 and the Civil Code."""

import csv
import itertools
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from honoraria.rules.kinship import KinKind, Within, kinship
from meetings_app.core.errors import Refused

LIMIT = 4

with (Path(__file__).parent / "kinship_cases.csv").open(encoding="utf-8", newline="") as file:
    ROWS = list(csv.DictReader(file))

LINKS = st.sampled_from(
    [
        "P",
        "C",
        "S",
        "P(養)",
        "C(養)",
        "P(実)",
        "S(離婚)",
        "S(死亡)",
        "C(認知)",
        "C(未認知)",
        "P(養・離縁)",
        "(同居)",
    ]
)
PATHS = st.lists(LINKS, min_size=1, max_size=6).map(">".join)


@pytest.mark.parametrize("row", ROWS, ids=[row["relation"] for row in ROWS])
def test_table(row: dict[str, str]) -> None:
    found = kinship(row["path"], LIMIT)
    degree = int(row["degree"]) if row["degree"] else None
    assert (found.kind, found.degree, found.within) == (row["kind"], degree, row["within"])


@pytest.mark.parametrize("path", ["Ｐ＞Ｃ", " P > C ", "P\u3000>\u3000C", "P>C\n"])
def test_width_and_white_space_do_not_matter(path: str) -> None:
    assert kinship(path, LIMIT) == kinship("P>C", LIMIT)


def test_full_width_qualifiers_and_separators() -> None:
    assert kinship("Ｐ（養･離縁）／Ｃ＞Ｓ", LIMIT).kind is KinKind.AFFINITY


@pytest.mark.parametrize("path", ["", " ", "\u3000"])
def test_empty_path_is_the_client(path: str) -> None:
    assert kinship(path, LIMIT).within is Within.SELF


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("X", 1),
        ("p", 1),
        ("P>", 3),
        ("P>>C", 3),
        ("PC", 2),
        ("P  C", 4),
        (">P", 1),
        ("P>X>C", 3),
        ("P(養", 2),
        ("P)", 2),
        ("P()", 1),
        ("P>C(友人)", 3),
        ("S(養)", 1),
        ("P(養・養)", 1),
        ("P(養・実)", 1),
        ("C(認知・離縁)", 1),
        ("P(養・特別養子で終了)", 1),
        ("S(再婚)", 1),
        ("C(死亡・終了届)>S", 1),
        ("C(縁組前出生)", 1),
        ("P(養)>C(縁組前出生)", 6),
        ("S(事実婚)", 1),
        ("(友人)", 1),
        ("(事実婚・宣誓)", 1),
        ("P / ", 5),
        ("/P", 1),
        ("P / なし", 5),
        ("父", 1),
    ],
)
def test_malformed_paths_are_refused_by_place(path: str, place: int) -> None:
    with pytest.raises(Refused) as refusal:
        kinship(path, LIMIT)
    message = refusal.value.message
    assert f"{place}文字目" in message
    assert message.endswith("。")


def test_spouses_and_partners_propose_no_payment() -> None:
    assert [kinship(path, LIMIT).proposes_unpaid for path in ("S", "(事実婚)", "(宣誓)")] == [True] * 3
    assert not kinship("C(未認知)", LIMIT).proposes_unpaid


def test_the_limit_is_the_regulations() -> None:
    assert kinship("P>P>C>C", 3).within is Within.NO
    assert kinship("P>P>C>C>C", 5).within is Within.YES


def test_the_deciding_path_is_named_and_explained() -> None:
    found = kinship("P>P>P>C>C / P > C > S", LIMIT)
    assert found.path == "P>C>S"
    assert found.explanation == "本人の親の子の配偶者。姻族2親等で、4親等以内です。"


@settings(max_examples=60)
@given(st.lists(PATHS, min_size=2, max_size=3))
def test_order_of_alternative_paths_does_not_matter(paths: list[str]) -> None:
    results = {
        (found.kind, found.degree, found.within)
        for order in itertools.permutations(paths)
        for found in [kinship(" / ".join(order), LIMIT)]
    }
    assert len(results) == 1


@settings(max_examples=100)
@given(PATHS)
def test_degree_goes_with_kin_and_only_with_kin(path: str) -> None:
    found = kinship(path, LIMIT)
    assert (found.degree is None) == (found.kind not in (KinKind.BLOOD, KinKind.AFFINITY))
    if found.degree is not None:
        assert found.degree == path.count("P") + path.count("C")
        assert (found.within is Within.YES) == (found.degree <= LIMIT)


@settings(max_examples=60)
@given(PATHS, PATHS)
def test_another_true_path_never_takes_somebody_out_of_the_family(path: str, other: str) -> None:
    rank = [Within.NO, Within.REVIEW, Within.YES]
    both = kinship(f"{path} / {other}", LIMIT).within
    assert rank.index(both) == max(rank.index(kinship(one, LIMIT).within) for one in (path, other))
