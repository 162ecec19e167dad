"""試算の画面: the result of typed facts, of somebody's record, of bad input, and that nothing is stored."""

import html
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from meetings_app.core.terms import AttendanceMode, Capacity, CommitteeKind, District, Role, WithholdingMode
from meetings_app.services.office_settings import set_setting
from meetings_app.tables.people import Person
from tests.agenda.web.demo import open_demo
from tests.rows import read_all
from tests.web_support import Web, WebClient

PATH = "/honoraria/trial"
DAY = "2014-05-20"


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Web:
    """A demonstration without withholding, that no test here changes."""
    web = open_demo(tmp_path_factory.mktemp("trial"))
    withhold(web, WithholdingMode.NONE)
    return web


def withhold(web: Web, mode: WithholdingMode) -> None:
    with web.db.write() as session:
        for key, value in (("withholding_mode", str(mode)), ("withholding_on_travel", False)):
            set_setting(
                session=session,
                actor=web.actor(Role.ACCOUNTING),
                clock=web.clock,
                key=f"honoraria.{key}",
                value=value,
            )


@pytest.fixture
def client(shared: Web) -> Iterator[WebClient]:
    with shared.client(Role.ACCOUNTING) as client:
        yield client


def ask(client: WebClient, **given: str) -> str:
    answer = client.get(PATH, params={"on": DAY} | given)
    assert answer.status_code == 200, answer.text
    return answer.text


def result(page: str) -> str:
    """What the page says of the result, without tags."""
    text = re.sub(r"<[^>]+>", " ", page[page.index('id="result"') :])
    return " ".join(html.unescape(text).split())


def summary(page: str) -> str:
    """Decision, 報酬, 旅費 and, without tax, 差引 as the bar gives them."""
    text = result(page)
    found = re.search(r"判定 (\S+) 報酬 (\S+) 旅費 (\S+) 源泉 \S+ 差引 (\S+) ", text)
    assert found, text
    return " ".join(found.groups())


def person(web: Web, name: str) -> str:
    with web.db.read() as session:
        return session.exec(select(Person.id).where(Person.name == name)).one()


# --- what comes out ---


def test_the_first_showing_works_out_what_its_fields_say(client: WebClient) -> None:
    page = client.get(PATH)
    assert page.status_code == 200
    # 2014-03-25 in the demonstration: a 委員 of 釧路, kin to nobody.
    assert summary(page.text) == "支給 5,000円 0円 5,000円"


def test_tax_is_that_of_the_office(tmp_path: Path) -> None:
    web = open_demo(tmp_path)
    with web.client(Role.ACCOUNTING) as client:
        unset = result(ask(client))
        withhold(web, WithholdingMode.MONTHLY)
        monthly = result(ask(client, residence=District.AKANKOHAN))
    assert "源泉 未定 差引 未定" in unset
    assert "源泉徴収の扱いが未設定" in unset
    assert "源泉 153円 差引 8,847円" in monthly
    assert "報酬 5,000円 × 3.063％、円未満切捨て" in monthly


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"residence": "釧路"}, "支給 5,000円 0円 5,000円"),
        ({"residence": "阿寒"}, "支給 5,000円 1,000円 6,000円"),
        ({"residence": "阿寒湖畔"}, "支給 5,000円 4,000円 9,000円"),
        ({"residence": "音別"}, "支給 5,000円 2,000円 7,000円"),
        ({"residence": "地区外"}, "要判断 5,000円 未定 未定"),
        ({"residence": ""}, "要判断 5,000円 未定 未定"),
        ({"venue": "音別"}, "要判断 5,000円 未定 未定"),
        ({"venue": ""}, "要判断 5,000円 未定 未定"),
        ({"residence": "音別", "earlier": "1"}, "支給 5,000円 0円 5,000円"),
        ({"residence": "音別", "earlier": "1", "same_day": "each"}, "支給 5,000円 2,000円 7,000円"),
        ({"residence": "音別", "mode": "オンライン"}, "要判断 5,000円 未定 未定"),
        ({"residence": "音別", "mode": "オンライン", "online": "none"}, "支給 5,000円 0円 5,000円"),
        ({"residence": "音別", "mode": "オンライン", "online": "pay"}, "支給 5,000円 2,000円 7,000円"),
        ({"mode": "欠席"}, "対象なし — — —"),
        ({"term": "out"}, "要判断 未定 未定 未定"),
        ({"capacity": "第5条第4項", "term": "out"}, "支給 5,000円 0円 5,000円"),
        ({"capacity": "事務局員"}, "不支給 0円 0円 0円"),
        ({"body": "圏域会議"}, "不支給 0円 0円 0円"),
        ({"body": "圏域会議", "capacity": "アドバイザー委員"}, "支給 5,000円 0円 5,000円"),
        ({"status1": ""}, "要判断 未定 未定 未定"),
        ({"status1": "不明"}, "要判断 未定 未定 未定"),
        ({"status1": "一般職・常勤"}, "不支給 0円 0円 0円"),
        ({"status1": "特別職・非常勤"}, "支給 5,000円 0円 5,000円"),
        ({"status1": "特別職・非常勤", "review1": "1"}, "要判断 未定 未定 未定"),
        ({"status1": "特別職・非常勤", "status2": "一般職・非常勤"}, "要判断 未定 未定 未定"),
        ({"preset": "民生委員・児童委員"}, "支給 5,000円 0円 5,000円"),
        ({"preset": "市町村の職員"}, "不支給 0円 0円 0円"),
        ({"preset": "保護司"}, "要判断 未定 未定 未定"),
        ({"cases": "0"}, "支給 5,000円 0円 5,000円"),
        ({"cases": "1", "kin1": "甥・姪"}, "不支給 0円 0円 0円"),
        ({"cases": "1", "kin1": "P>P>C>C"}, "不支給 0円 0円 0円"),
        ({"cases": "1", "kin1": "P>P>C>C>C"}, "支給 5,000円 0円 5,000円"),
        ({"cases": "1", "kin1": "配偶者"}, "要判断 未定 未定 未定"),
        ({"cases": "1", "kin1": ""}, "要判断 未定 未定 未定"),
        ({"cases": "1", "kin1": "申告なし"}, "要判断 未定 未定 未定"),
        ({"cases": "1", "kin1": "なし"}, "支給 5,000円 0円 5,000円"),
        ({"cases": "2", "kin1": "甥・姪", "kin2": "続柄なし"}, "要判断 未定 未定 未定"),
        ({"cases": "2", "kin1": "甥・姪"}, "要判断 未定 未定 未定"),
    ],
)
def test_every_fact_has_its_say(client: WebClient, facts: dict[str, str], expected: str) -> None:
    assert summary(ask(client, **facts)) == expected


def test_a_job_means_what_it_meant_on_the_day(client: WebClient) -> None:
    before, since = (ask(client, on=on, preset="市の嘱託員") for on in ("2020-03-31", "2020-04-01"))
    assert summary(before).startswith("支給")
    assert summary(since).startswith("不支給")


def test_the_story_is_told_step_by_step_with_its_articles(client: WebClient) -> None:
    page = ask(client, residence="阿寒湖畔", job1="会社員")
    assert page.count("story__step--step") == 8
    told = result(page)
    steps = ("規程", "職務", "資格", "公務員か", "続柄", "報酬", "旅費", "源泉", "差引")
    places = [told.index(f" {step} ", told.index("照合番号")) for step in steps]
    assert places == sorted(places)
    for article in ("附則", "第7条第2項", "第7条第1項", "第7条第4項", "第7条第3項①", "第7条第3項②"):
        assert article in told
    assert "会社員" in told


def test_an_open_question_shows_its_alternatives_with_amounts(client: WebClient) -> None:
    told = result(ask(client, residence="地区外"))
    assert "居住地が、額の定めのある4地区の外です。旅費をどうしますか。" in told
    for words in ("阿寒湖畔地区の額を用いる", "9,000円", "旅費は支給しない", "報酬も旅費も支給しない"):
        assert words in told


def test_a_day_before_force_is_a_question_and_one_far_ahead_a_finding(client: WebClient) -> None:
    before = result(ask(client, on="平成25年9月30日"))
    assert "規程施行前" in before
    assert "要判断 報酬 未定" in before
    first = result(ask(client, on="H25.10.1"))
    assert "改正前の条文未確認" in first
    ahead = result(ask(client, on="R18.11.21"))
    assert "以後の改正は未確認" in ahead
    assert "令和18年11月21日" in ahead
    assert "支給 報酬 5,000円" in ahead


def test_a_confirmation_with_its_text_takes_the_finding_away(tmp_path: Path) -> None:
    web = open_demo(tmp_path, on=date(2014, 6, 1))
    with web.client(Role.ACCOUNTING) as client:
        assert "以後の改正は未確認" in result(ask(client))
        answer = client.post(
            "/honoraria/rules/confirmations",
            data={"regulation": "支援調整会議", "as_of": "2014-05-31"},
            files={"text": ("規程.txt", "第7条".encode(), "text/plain")},
        )
        assert answer.status_code == 303
        assert "以後の改正は未確認" not in result(ask(client))
        assert "以後の改正は未確認" in result(ask(client, on="2014-06-01"))


def test_the_office_settings_are_the_first_values_and_can_be_varied(tmp_path: Path) -> None:
    web = open_demo(tmp_path)
    withhold(web, WithholdingMode.NONE)
    with web.db.write() as session:
        set_setting(
            session=session,
            actor=web.actor(Role.SECRETARIAT),
            clock=web.clock,
            key="honoraria.online_travel",
            value="pay",
        )
    with web.client(Role.CHAIR) as client:
        online = {"mode": "オンライン", "residence": "阿寒"}
        assert summary(ask(client, **online)) == "支給 5,000円 1,000円 6,000円"
        assert summary(ask(client, **online, online="ask")) == "要判断 5,000円 未定 未定"


def test_what_was_asked_stands_in_the_fields_again(client: WebClient) -> None:
    page = ask(client, residence="音別", cases="2", kin2="いとこ", job1="会社員", status1="公務員でない")
    assert '<option value="音別" selected>' in page
    assert 'name="kin2" type="text" value="いとこ"' in page
    assert 'name="kin3"' not in page
    assert 'name="job1" type="text" value="会社員"' in page


# --- from a person's record ---


def test_a_trial_starts_from_somebody_as_of_the_day(shared: Web, client: WebClient) -> None:
    page = ask(client, person=person(shared, "湿原 花子"))
    assert "湿原 花子 の、平成26年5月20日（火）の記録から始めています。" in page
    assert summary(page) == "支給 5,000円 4,000円 9,000円"  # 阿寒湖畔
    # The demonstration's first terms begin on 2013-10-01: a day before, nothing had been declared.
    early = ask(client, person=person(shared, "湿原 花子"), on="2013-09-30")
    residence = re.search(r'name="residence".*?</select>', early, re.DOTALL)
    assert residence is not None
    assert "selected" not in residence[0]
    assert '<option value="out" selected>' in early


def test_relations_to_particular_clients_are_named(shared: Web, client: WebClient) -> None:
    page = ask(client, person=person(shared, "塘路 五郎"))
    assert "本人を指定した続柄の申告があります（No.15 甥）" in page


def test_a_field_in_the_address_goes_before_the_record(shared: Web, client: WebClient) -> None:
    page = ask(client, person=person(shared, "湿原 花子"), residence="阿寒")
    assert summary(page) == "支給 5,000円 1,000円 6,000円"


def test_an_unknown_person_is_404_and_a_wrong_id_is_told(client: WebClient) -> None:
    assert client.get(PATH, params={"person": "0" * 32}).status_code == 404
    wrong = client.get(PATH, params={"person": "<b>"})
    assert wrong.status_code == 422
    assert "「名簿の人」を一覧から選び直してください。" in wrong.text


# --- bad input ---


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"on": ""}, "「会議の日」を入力してください。"),
        ({"on": "2014-02-30"}, "という日はありません"),
        ({"on": "2201-01-01"}, "「会議の日」は西暦2200年までにしてください。"),
        ({"on": "9999-12-31"}, "「会議の日」は西暦2200年までにしてください。"),
        ({"body": "支援会議"}, "「会議体」を一覧から選び直してください。"),
        ({"capacity": "会長"}, "「区分」を一覧から選び直してください。"),
        ({"term": "yes"}, "「任期」を一覧から選び直してください。"),
        ({"residence": "札幌"}, "「居住地区」を一覧から選び直してください。"),
        ({"venue": "札幌"}, "「会場の地区」を一覧から選び直してください。"),
        ({"mode": "電話"}, "「出席の方法」を一覧から選び直してください。"),
        ({"earlier": "-1"}, "「この日の先の会議」を一覧から選び直してください。"),
        ({"status1": "公務員"}, "「公務員区分」を一覧から選び直してください。"),
        (
            {"preset": "会計年度任用職員", "on": "2020-03-31"},
            "「会計年度任用職員」の見本は、この日にはありません。",
        ),
        ({"cases": "9"}, "「出た案件の数」は0から8までの数で入力してください。"),
        ({"cases": "多"}, "「出た案件の数」は数字で入力してください。"),
        ({"kin1": "お隣さん"}, "「お隣さん」という続柄は一覧にありません。"),
        ({"kin1": "P>>C"}, "続柄の3文字目"),
        ({"kin1": "P>C(養"}, "括弧が閉じていません"),
        ({"job1": "あ" * 201}, "200文字以内にしてください。"),
        ({"online": "maybe"}, "「オンライン出席の旅費」を一覧から選び直してください。"),
        ({"same_day": "twice"}, "「同じ日に会議が2回あるときの旅費」を一覧から選び直してください。"),
    ],
)
def test_bad_input_is_422_with_a_sentence(client: WebClient, given: dict[str, str], sentence: str) -> None:
    answer = client.get(PATH, params={"on": DAY} | given)
    assert answer.status_code == 422
    assert sentence in html.unescape(answer.text)
    assert "まだ計算していません。" in answer.text


def test_all_wrong_fields_are_told_together(client: WebClient) -> None:
    page = client.get(PATH, params={"on": "x", "residence": "x", "cases": "x"}).text
    for field in ("on", "residence", "cases"):
        assert f'href="#f-{field}"' in page


def test_what_was_typed_is_escaped(client: WebClient) -> None:
    page = client.get(PATH, params={"on": DAY, "kin1": "<script>alert(1)</script>", "job1": '"><img src=x>'})
    assert "<script>alert" not in page.text
    assert "<img src=x>" not in page.text


NAMES = (
    *("person", "body", "on", "capacity", "term", "residence", "venue", "mode", "earlier", "online"),
    *("same_day", "preset", "cases", "other"),
    *(f"{name}{n}" for name in ("status", "job", "review", "kin") for n in (1, 2, 8, 9)),
)
WORDS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        [
            *CommitteeKind,
            *Capacity,
            *District,
            *AttendanceMode,
            *("in", "out", "ask", "none", "pay", "once", "each", "0", "1", "8", "9", "0" * 5000, "-1", "１"),
            *(
                "市の嘱託員",
                "特別職・非常勤",
                "不明",
                "甥・姪",
                "父の兄の妻",
                "P>C(養)",
                "(事実婚)",
                "S / P",
                "P" * 200,
            ),
            *(
                "2014-05-20",
                "H25.9.30",
                "令和元年5月1日",
                "1873-01-01",
                "2200-12-31",
                "9999-12-31",
                "0001-01-01",
            ),
        ]
    ),
    st.dates().map(date.isoformat),
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(NAMES) | st.text(max_size=5), WORDS), max_size=12))
def test_any_address_gives_a_result_or_sentences(client: WebClient, query: list[tuple[str, str]]) -> None:
    answer = client.get(f"{PATH}?{urlencode(query)}")
    assert answer.status_code in (200, 422)
    assert ('class="story"' in answer.text) == (answer.status_code == 200)
    assert ("error-list" in answer.text) == (answer.status_code == 422)


# --- who, and what is left behind ---


def test_nothing_is_stored(tmp_path: Path) -> None:
    web = open_demo(tmp_path)
    with web.client(Role.SECRETARIAT) as client:
        client.get(PATH)
        before = read_all(web.db)
        ask(client, residence="音別")
        ask(client, person=person(web, "湿原 花子"))
    after = read_all(web.db)
    changed = {name for name in before if before[name] != after[name]} - {"user_session"}
    assert changed == set()


@pytest.mark.parametrize("role", Role)
def test_three_roles_may_try(shared: Web, role: Role) -> None:
    allowed = (Role.SECRETARIAT, Role.ACCOUNTING, Role.CHAIR)
    with shared.client(role) as client:
        assert client.get(PATH).status_code == (200 if role in allowed else 403)
