"""The regulations as files: the values of the text, and a refusal for every kind of mistake."""

import hashlib
from datetime import date, timedelta
from importlib import resources

import pytest

from meetings_app.core.errors import NotInForce, Refused
from meetings_app.core.terms import CommitteeKind
from meetings_app.rulebook.load import FILES, PREFIX, PROVISIONS, load_rulebook, read_regulation

SUPPORT, REGIONAL = CommitteeKind.SUPPORT, CommitteeKind.REGIONAL


def text_of(kind: CommitteeKind) -> str:
    return resources.files("meetings_app.rulebook").joinpath(FILES[kind]).read_text(encoding="utf-8")


def read(text: str, kind: CommitteeKind = SUPPORT) -> None:
    read_regulation(text.encode(), FILES[kind], kind)


@pytest.mark.parametrize(
    ("kind", "key", "value", "cite"),
    [
        (SUPPORT, "honorarium_yen", 5000, "第7条第3項①"),
        (
            SUPPORT,
            "travel_yen_by_district",
            {"釧路": 0, "阿寒": 1000, "阿寒湖畔": 4000, "音別": 2000},
            "第7条第3項②",
        ),
        (SUPPORT, "travel_venue_district", "釧路", "第7条第3項②"),
        (SUPPORT, "paid_capacities", ("委員", "アドバイザー委員", "第5条第4項"), "第7条第1項"),
        (SUPPORT, "paid_after_duty", True, "第7条第2項"),
        (SUPPORT, "excluded_capacities", ("本人", "家族"), "第7条第4項"),
        (SUPPORT, "kinship_degree_limit", 4, "第7条第4項"),
        (SUPPORT, "public_employees_unpaid_except", {"職": "特別職", "勤務": "非常勤"}, "第7条第4項"),
        (SUPPORT, "term_months", 12, "第3条第2項"),
        (SUPPORT, "term_first_month", 4, "第3条第2項"),
        (SUPPORT, "offices", {"委員長": 1, "副委員長": 2}, "第3条第3項"),
        (REGIONAL, "paid_capacities", ("アドバイザー委員",), "圏域規程第7条第1項"),
        (REGIONAL, "taken_over_from", "支援調整会議", "圏域規程第7条第2項"),
        (REGIONAL, "unlisted_capacities_unpaid", True, "圏域規程第7条第3項"),
        (REGIONAL, "offices", {"会長": 1, "副会長": 1, "事務局長": 1}, "圏域規程第3条第2項"),
    ],
)
def test_values_and_citations(kind: CommitteeKind, key: str, value: object, cite: str) -> None:
    cited = load_rulebook()[kind].at(key, date(2014, 4, 1))
    assert cited.value == value
    assert cited.cite == cite


def test_in_force_dates() -> None:
    assert [a.in_force for a in load_rulebook()[SUPPORT].amendments] == [date(2013, 10, 1), date(2014, 4, 1)]
    assert [a.in_force for a in load_rulebook()[REGIONAL].amendments] == [date(2014, 3, 14)]


@pytest.mark.parametrize("kind", CommitteeKind)
def test_every_provision_holds_from_the_first_day_and_not_before(kind: CommitteeKind) -> None:
    regulation = load_rulebook()[kind]
    assert set(regulation.entries) == set(PROVISIONS[kind])
    for key in regulation.entries:
        regulation.at(key, regulation.in_force_from)
        with pytest.raises(NotInForce):
            regulation.at(key, regulation.in_force_from - timedelta(days=1))


@pytest.mark.parametrize("kind", CommitteeKind)
def test_citations_carry_the_prefix_of_their_regulation(kind: CommitteeKind) -> None:
    regulation = load_rulebook()[kind]
    cites = [entry.cite for entry in regulation.entries.values()] + [a.cite for a in regulation.amendments]
    assert all(cite.removeprefix(PREFIX[kind]).startswith(("第", "附則")) for cite in cites)


@pytest.mark.parametrize("kind", CommitteeKind)
def test_the_hash_is_that_of_the_file(kind: CommitteeKind) -> None:
    content = resources.files("meetings_app.rulebook").joinpath(FILES[kind]).read_bytes()
    assert load_rulebook()[kind].sha256 == hashlib.sha256(content).hexdigest()


def test_read_once() -> None:
    assert load_rulebook() is load_rulebook()


def test_an_amendment_with_its_value_is_one_place() -> None:
    text = text_of(SUPPORT)
    text = text.replace(
        "notices:", "  - in_force: 2030-04-01\n    note: 令和12年4月1日改正\n    cite: 附則\nnotices:", 1
    )
    text = text.replace("values: {2013-10-01: 5000}", "values: {2030-04-01: 6000, 2013-10-01: 5000}")
    text = text.replace("last_text_seen: 2014-04-01", "last_text_seen: 2030-04-01")
    regulation = read_regulation(text.encode(), "新.yaml", SUPPORT)
    assert regulation.at("honorarium_yen", date(2030, 3, 31)).value == 5000
    assert regulation.at("honorarium_yen", date(2030, 4, 1)).value == 6000


REFUSALS = [
    ("last_text_seen: 2014-04-01", "", "last_text_seen", "この項目がありません"),
    ("last_text_seen: 2014-04-01", "last_text_seen: 2014-03-31", "last_text_seen", "施行日より前"),
    ("name: support_coordination", "name: 1", "name", "文字で"),
    ("name: support_coordination", "name: a\nname: b", "name", "同じ項目が2度"),
    ("name: support_coordination", "name: a\nnanme: b", "nanme", "知らない項目"),
    ("in_force: 2013-10-01", "in_force: 2014-04-01", "amendments", "古い順"),
    ("in_force: 2013-10-01", "in_force: 10月1日", "amendments.1.in_force", "日付を"),
    ("    note: 平成25年10月1日施行\n", "", "amendments.1.note", "この項目がありません"),
    ("施行\n    cite: 附則", "施行", "amendments.1.cite", "この項目がありません"),
    (
        "    from: 2013-10-01\n    to: 2014-04-01",
        "    from: 2013-10-01\n    to: 2013-10-01",
        "notices.1.to",
        "後の日付",
    ),
    ("cite: 圏域規程第4条第2項", "cite: 圏域規程", "notices.2.cite", "条文を"),
    ("cite: 第7条第3項①\n", "cite: 第7条第3項第①\n", "honorarium_yen.cite", "条文を"),
    ("cite: 第7条第3項①\n", "cite: 圏域規程第7条第3項①\n", "honorarium_yen.cite", "条文を"),
    ("    cite: 第7条第3項①\n", "", "honorarium_yen.cite", "この項目がありません"),
    ("{2013-10-01: 5000}", "{2013-10-01: 5000.0}", "honorarium_yen.values.2013-10-01", "小数"),
    ("{2013-10-01: 5000}", "{2013-10-01: 05000}", "honorarium_yen.values.2013-10-01", "別の数"),
    ("{2013-10-01: 5000}", "{2013-10-01: '5000'}", "honorarium_yen.values.2013-10-01", "整数"),
    ("{2013-10-01: 5000}", "{2013-10-01: -1}", "honorarium_yen.values.2013-10-01", "整数"),
    ("{2013-10-01: 5000}", "{2013-10-01: true}", "honorarium_yen.values.2013-10-01", "整数"),
    ("{2013-10-01: 5000}", "{2013-10-01: null}", "honorarium_yen.values.2013-10-01", "整数"),
    ("{2013-10-01: 5000}", "{2013-10-02: 5000}", "honorarium_yen.values.2013-10-02", "改正はありません"),
    ("{2013-10-01: 5000}", "{初めから: 5000}", "honorarium_yen.values.初めから", "改正はありません"),
    ("{2013-10-01: 5000}", "{}", "honorarium_yen.values", "一つ以上"),
    ("{2013-10-01: 5000}", "5000", "honorarium_yen.values", "一つ以上"),
    ("{2013-10-01: 5000}", "{2013-10-01: 5000}\n    memo: x", "honorarium_yen.memo", "知らない項目"),
    ("  honorarium_yen:", "  honorarium:", "honorarium", "知らない項目"),
    ("音別: 2000", "音別: 2000, 音別: 2000", "音別", "同じ項目が2度"),
    (", 音別: 2000", "", "音別", "この項目がありません"),
    ("音別: 2000", "音別: 2000, 地区外: 0", "地区外", "知らない項目"),
    ("{2013-10-01: 釧路}", "{2013-10-01: 札幌}", "travel_venue_district", "どれか"),
    ("[本人, 家族]", "[本人, 本人]", "excluded_capacities", "繰り返さずに"),
    ("[本人, 家族]", "[]", "excluded_capacities", "一つ以上"),
    ("[本人, 家族]", "本人", "excluded_capacities", "一覧"),
    ("[本人, 家族]", "[本人, 親戚]", "excluded_capacities.values.2013-10-01.2", "どれか"),
    ("{職: 特別職, 勤務: 非常勤}", "{職: 特別職}", "勤務", "この項目がありません"),
    ("{職: 特別職, 勤務: 非常勤}", "特別職", "public_employees_unpaid_except", "項目と値の表"),
    ("{2013-10-01: true}", "{2013-10-01: false}", "reappointment", "true とだけ"),
    ("{2013-10-01: true}", "{2013-10-01: yes}", "reappointment", "真偽値"),
]


@pytest.mark.parametrize(("right", "wrong", "key", "reason"), REFUSALS)
def test_every_mistake_is_refused_with_file_and_key(right: str, wrong: str, key: str, reason: str) -> None:
    text = text_of(SUPPORT)
    assert right in text
    with pytest.raises(Refused, match=reason) as refusal:
        read(text.replace(right, wrong, 1))
    message = refusal.value.message
    assert message.startswith("support_coordination.yaml")
    assert key in message.split("」")[0]
    assert message.endswith("。")


def test_a_regional_citation_without_its_prefix_is_refused() -> None:
    text = text_of(REGIONAL).replace("cite: 圏域規程第7条第1項", "cite: 第7条第1項")
    with pytest.raises(Refused, match=r"regional_council.yaml.*paid_capacities.cite"):
        read(text, REGIONAL)


def test_bytes_that_are_no_utf8_are_refused() -> None:
    with pytest.raises(Refused, match="UTF-8"):
        read_regulation("名前".encode("cp932"), "a.yaml", SUPPORT)


@pytest.mark.parametrize("text", ["- 1\n", "文\n", "5\n"])
def test_a_file_that_is_no_table_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="項目と値の表"):
        read(text)
