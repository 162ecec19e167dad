"""地域課題: what may be raised where, what may leave the committee, and which numbers are shown."""

from collections.abc import Iterator
from datetime import date

import pytest

from meetings_app.core.errors import NotFound, Refused
from meetings_app.core.terms import CommitteeKind, IssueCategory, Shortage
from meetings_app.db.engine import Database
from meetings_app.services.committees import create_committee
from meetings_app.services.office_settings import set_setting
from minutes.rules.regional import PublishedTable
from minutes.services.issues import (
    issues_of,
    list_issues,
    public_texts,
    raise_issue,
    review_public_text,
)
from minutes.services.regional import ALL, regional_report
from minutes.tables import RegionalIssue
from tests.office_builder import TODAY, Bureau

HOUSING, WORK = IssueCategory.HOUSING, IssueCategory.WORK


@pytest.fixture
def bureau(any_database: Database) -> Iterator[Bureau]:
    with any_database.write() as session:
        yield Bureau(session)


def bring(
    bureau: Bureau,
    municipality: str = "釧路市",
    category: IssueCategory = HOUSING,
    *,
    on: date = TODAY,
    body: str | None = None,
    item_id: str | None = None,
) -> RegionalIssue:
    return raise_issue(
        **bureau.given,
        committee_id=body or bureau.support.id,
        raised_on=on,
        category=category,
        shortage=Shortage.SCARCE,
        municipality=municipality,
        internal_text=" 家主が足りない。 ",
        item_id=item_id,
    )


def shown(table: PublishedTable, category: IssueCategory, municipality: str) -> int | None:
    return table.at((table.categories.index(category), table.municipalities.index(municipality)))


def test_a_municipality_outside_the_region_is_refused_with_the_list(bureau: Bureau) -> None:
    with pytest.raises(Refused, match=r"「札幌市」は圏域の市町村ではありません.*釧路市・釧路町・厚岸町"):
        bring(bureau, "札幌市")


def test_an_issue_raised_on_an_item_belongs_to_that_item(bureau: Bureau) -> None:
    meeting, regional = bureau.meeting(), bureau.meeting(body=bureau.regional)
    first, second = bureau.matter(meeting, "一つ目"), bureau.matter(meeting, "二つ目")
    foreign = bureau.matter(regional)
    later = bring(bureau, item_id=second.id)
    earlier = bring(bureau, item_id=first.id)
    assert issues_of(bureau.session, [first.id, second.id]) == [earlier, later]
    assert earlier.internal_text == "家主が足りない。"
    for item_id in (foreign.id, "0" * 32):
        with pytest.raises(NotFound, match="議題から選び直してください"):
            bring(bureau, item_id=item_id)


def test_the_very_same_issue_is_raised_once_on_an_item(bureau: Bureau) -> None:
    meeting = bureau.meeting()
    first, second = bureau.matter(meeting, "一つ目"), bureau.matter(meeting, "二つ目")
    bring(bureau, item_id=first.id)
    with pytest.raises(Refused, match="同じ地域課題が、もう挙げてあります。別の課題なら、内容を書き分けて"):
        bring(bureau, item_id=first.id)
    bring(bureau, "釧路町", item_id=first.id)
    bring(bureau, category=WORK, item_id=first.id)
    bring(bureau, item_id=second.id)
    bring(bureau)
    bring(bureau)
    assert len(issues_of(bureau.session, [first.id])) == 3


def test_bodies_list_their_own_issues_latest_first(bureau: Bureau) -> None:
    old = bring(bureau, on=date(2014, 4, 1))
    new = bring(bureau, on=date(2014, 5, 1))
    bring(bureau, body=bureau.regional.id)
    assert list_issues(bureau.session, bureau.support.id) == [new, old]


def test_only_reviewed_text_of_the_region_leaves(bureau: Bureau) -> None:
    reviewed, unread = bring(bureau), bring(bureau, "標茶町")
    unread.public_text = "まだ誰も読んでいない文。"
    with pytest.raises(Refused, match="公開する文を入れてください"):
        review(bureau, reviewed, "  ")
    review(bureau, reviewed, "保証人を頼めず住まいを移せない人がいる。")
    assert reviewed.public_reviewed_by == "事務局 太郎"
    for body in (bureau.regional, bureau.support):
        assert public_texts(bureau.session, body.id) == [reviewed]
    for issue_id, body in ((reviewed.id, bureau.regional), ("0" * 32, bureau.support)):
        with pytest.raises(NotFound):
            review_public_text(
                **bureau.given, issue_id=issue_id, committee_id=body.id, public_text="よその文"
            )


def summary(bureau: Bureau, committee_id: str, *, outside: bool, period: str = ALL) -> PublishedTable:
    day = date(2015, 5, 1)
    return regional_report(bureau.session, committee_id, outside=outside, period=period, today=day).table


def review(bureau: Bureau, issue: RegionalIssue, text: str) -> None:
    review_public_text(**bureau.given, issue_id=issue.id, committee_id=bureau.support.id, public_text=text)


def test_small_numbers_are_hidden_below_ten_outside_and_below_three_inside(bureau: Bureau) -> None:
    for municipality, count in (("釧路市", 12), ("釧路町", 9), ("厚岸町", 2), ("浜中町", 2)):
        for _ in range(count):
            bring(bureau, municipality)
    outside = summary(bureau, bureau.regional.id, outside=True)
    inside = summary(bureau, bureau.regional.id, outside=False)
    towns = ("釧路市", "釧路町", "厚岸町", "浜中町", "標茶町")
    assert [shown(outside, HOUSING, town) for town in towns] == [12, None, None, None, 0]
    assert [shown(inside, HOUSING, town) for town in towns] == [12, 9, None, None, 0]
    set_setting(**bureau.given, key="regional.threshold_outside", value=3)
    again = summary(bureau, bureau.regional.id, outside=True)
    assert [shown(again, HOUSING, town) for town in towns] == [12, 9, None, None, 0]


def test_a_number_is_not_given_away_by_the_totals(bureau: Bureau) -> None:
    """One hidden cell in a row and column of open ones could be worked out: a second one is hidden with it."""
    for municipality, category, count in (
        ("釧路市", HOUSING, 12),
        ("釧路町", HOUSING, 4),
        ("釧路市", WORK, 15),
        ("釧路町", WORK, 11),
    ):
        for _ in range(count):
            bring(bureau, municipality, category)
    table = summary(bureau, bureau.regional.id, outside=True)
    assert shown(table, HOUSING, "釧路町") is None
    rows = [[shown(table, category, town) for town in ("釧路市", "釧路町")] for category in (HOUSING, WORK)]
    hidden = sum(number is None for row in rows for number in row)
    assert hidden >= 2 or table.at((table.categories.index(HOUSING), None)) is None


def test_a_period_is_a_fiscal_year_and_the_region_is_one(bureau: Bureau) -> None:
    for on in (date(2014, 3, 31), date(2014, 4, 1), date(2015, 3, 31), date(2015, 4, 1)):
        for _ in range(10):
            bring(bureau, on=on)
    elsewhere = create_committee(
        **bureau.given, kind=CommitteeKind.REGIONAL, name="よその圏域", municipality="札幌市", region="石狩"
    )
    assert shown(summary(bureau, bureau.regional.id, outside=True, period="2014"), HOUSING, "釧路市") == 20
    other = summary(bureau, elsewhere.id, outside=True)
    assert {other.at((row, column)) for row in range(14) for column in range(8)} == {0}
