"""規程の値の画面: which version governs which days, the values of a day, and the record of who found it current."""

import html
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from honoraria.services.versions import MAX_BYTES
from honoraria.tables import VersionConfirmationRecord
from meetings_app.core.clock import tokyo
from meetings_app.core.terms import CommitteeKind, Role
from meetings_app.tables.users import User
from tests.agenda.web.demo import open_demo
from tests.web_support import Web, WebClient

PATH = "/honoraria/rules"
CONFIRMATIONS = f"{PATH}/confirmations"
STRANGE = "0" * 32
PDF = b"%PDF-1.7 the text"


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Web:
    """A demonstration that no test here changes."""
    return open_demo(tmp_path_factory.mktemp("rules"))


@pytest.fixture
def reader(shared: Web) -> Iterator[WebClient]:
    with shared.client(Role.CHAIR) as client:
        yield client


def words(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page[page.index("<main") :])).split())


def shown(client: WebClient, on: str) -> str:
    answer = client.get(PATH, params={"on": on})
    assert answer.status_code == 200
    return words(answer.text)


def confirm(client: WebClient, **given: Any) -> Any:
    data = {"regulation": "支援調整会議", "as_of": "2014-03-25"} | given
    file = data.pop("file", ("規程 全文.pdf", PDF, "application/pdf"))
    return client.post(CONFIRMATIONS, data=data, files={"text": file} if file else None)


# --- versions and values ---


def test_every_version_is_shown_with_its_first_and_last_day(reader: WebClient) -> None:
    page = shown(reader, "2014-03-25")
    for text in (
        "平成25年9月30日まで 施行前",
        "平成25年10月1日–平成26年3月31日 平成25年10月1日施行 附則",
        "改正前の条文未確認（平成25年10月1日–平成26年3月31日）",
        "制定日と施行日の不一致（平成25年10月1日–平成25年10月31日）",
        "平成26年4月1日から 平成26年4月1日改正 附則",
        "平成26年3月13日まで 施行前",
        "平成26年3月14日から 平成26年3月14日施行 圏域規程附則",
    ):
        assert text in page


def test_the_values_of_a_day_carry_their_articles(reader: WebClient) -> None:
    page = shown(reader, "2014-04-01")
    for text in (
        "平成26年4月1日（火）の値",
        "報酬（1回） 5,000円 第7条第3項①",
        "釧路 0円 阿寒 1,000円 阿寒湖畔 4,000円 音別 2,000円 第7条第3項②",
        "家族に当たる範囲（親等） 4 第7条第4項",
        "支援調整会議 圏域規程第7条第2項",
    ):
        assert text in page


@pytest.mark.parametrize(
    ("on", "marked"),
    [
        ("2013-09-30", ["施行前", "施行前"]),
        ("2013-10-01", ["平成25年10月1日施行", "施行前"]),
        ("2014-03-13", ["平成25年10月1日施行", "施行前"]),
        ("2014-03-14", ["平成25年10月1日施行", "平成26年3月14日施行"]),
        ("2014-03-31", ["平成25年10月1日施行", "平成26年3月14日施行"]),
        ("2014-04-01", ["平成26年4月1日改正", "平成26年3月14日施行"]),
        ("2036-11-21", ["平成26年4月1日改正", "平成26年3月14日施行"]),
    ],
)
def test_the_version_of_the_day_is_marked(reader: WebClient, on: str, marked: list[str]) -> None:
    page = reader.get(PATH, params={"on": on}).text
    rows = re.findall(r'<tr role="row" class="is-selected">.*?</tr>', page, re.DOTALL)
    assert len(rows) == len(marked)
    for row, version in zip(rows, marked, strict=True):
        assert version in row
        assert "この版" in row


@pytest.mark.parametrize(
    ("on", "codes"),
    [
        ("2013-09-30", {"規程施行前": 2}),
        ("2013-10-31", {"規程施行前": 1, "改正前の条文未確認": 1, "制定日と施行日の不一致": 1}),
        ("2013-11-01", {"規程施行前": 1, "改正前の条文未確認": 1}),
        ("2014-03-31", {"改正前の条文未確認": 1}),
        ("2014-04-01", {}),
        ("2014-04-02", {"以後の改正は未確認": 2}),
    ],
)
def test_what_must_be_known_on_the_day_is_told(reader: WebClient, on: str, codes: dict[str, int]) -> None:
    found = re.findall(r'class="notice__title">([^<]+)<', reader.get(PATH, params={"on": on}).text)
    assert {code: found.count(code) for code in found} == codes


def test_before_force_there_are_no_values(reader: WebClient) -> None:
    page = shown(reader, "2013-09-30")
    assert "5,000円" not in page
    assert "平成25年10月1日の施行より前の日です。" in page


def test_a_same_value_says_when_the_version_before_was_never_seen(reader: WebClient) -> None:
    sentence = "前の版の値には、所見「改正前の条文未確認、制定日と施行日の不一致」があります。"
    assert sentence in shown(reader, "2014-04-01")
    assert sentence not in shown(reader, "2014-03-31")
    assert "最初の定め" in shown(reader, "2014-03-31")
    assert "前の版と同じ" in shown(reader, "2014-04-01")


def test_without_a_day_it_is_today(reader: WebClient) -> None:
    assert "平成26年3月25日（火）の値" in words(reader.get(PATH).text)


@pytest.mark.parametrize("on", ["きのう", "2014-02-30", "平成31年5月1日", "<script>"])
def test_a_day_that_cannot_be_read_is_422_with_a_sentence(reader: WebClient, on: str) -> None:
    answer = reader.get(PATH, params={"on": on})
    assert answer.status_code == 422
    assert 'href="#f-on"' in answer.text
    assert "<script>" not in answer.text


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dates(min_value=date(1873, 1, 1)).map(date.isoformat) | st.text(max_size=10))
def test_any_day_is_shown_or_told(reader: WebClient, on: str) -> None:
    assert reader.get(PATH, params={"on": on}).status_code in (200, 422)


def test_the_page_speaks_english(demo: Web) -> None:
    with demo.client(Role.CHAIR) as client:
        client.post("/language", data={"locale": "en"})
        page = words(client.get(PATH, params={"on": "2014-04-01"}).text)
    for text in ("Which version governs which days", "Oct 1, 2013–Mar 31, 2014", "Before force", "¥5,000"):
        assert text in page


# --- confirmations ---


@pytest.mark.parametrize("role", [Role.SECRETARIAT, Role.ACCOUNTING])
def test_a_confirmation_is_recorded_in_the_name_of_who_is_signed_in(demo: Web, role: Role) -> None:
    with demo.client(role) as client:
        answer = confirm(client)
        page = words(client.get(PATH, params={"on": "2014-03-25"}).text)
    with demo.db.read() as session:
        name = session.get_one(User, demo.users[role]).display_name
    assert answer.status_code == 303
    assert answer.headers["location"] == f"{PATH}#confirmations"
    assert f"平成26年3月25日（火） {name} 平成26年3月25日 16:30 規程 全文.pdf" in page


def test_the_finding_stands_until_each_regulation_is_confirmed(demo: Web) -> None:
    demo.clock.at = tokyo(date(2014, 6, 1), 9)
    codes = []
    with demo.client(Role.ACCOUNTING) as client:
        for regulation in (None, "支援調整会議", "圏域会議"):
            if regulation:
                confirm(client, regulation=regulation, as_of="2014-06-01")
            page = client.get(PATH).text
            codes.append(page.count('class="notice__title">以後の改正は未確認'))
        after = client.get(PATH, params={"on": "2014-06-02"}).text
    assert codes == [2, 1, 0]
    assert after.count('class="notice__title">以後の改正は未確認') == 2


def test_the_text_comes_back_as_it_was_handed_in(demo: Web) -> None:
    with demo.client(Role.SECRETARIAT) as client:
        confirm(client)
        link = re.search(rf'href="({CONFIRMATIONS}/[0-9a-f]{{32}}/text)"', client.get(PATH).text)
        assert link is not None
        answer = client.get(link[1])
        client.cookies.clear()
        demo.sign_in(client, Role.MEMBER)
        assert client.get(link[1]).status_code == 403
    assert answer.content == PDF
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_one_carried_over_without_a_text_says_so(demo: Web) -> None:
    with demo.db.write() as session:
        session.add(
            VersionConfirmationRecord(
                regulation=CommitteeKind.SUPPORT,
                as_of=date(2014, 5, 1),
                confirmed_by="<b>規程 確認者",
                confirmed_at=tokyo(date(2014, 5, 1), 9),
                file_name="",
                content=b"",
                sha256="0" * 64,
            )
        )
    with demo.client(Role.CHAIR) as client:
        answer = client.get(PATH, params={"on": "2014-05-01"})
    assert "条文の添付なし" in answer.text
    assert "&lt;b&gt;規程 確認者" in answer.text
    assert answer.text.count('class="notice__title">以後の改正は未確認') == 2


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"regulation": ""}, "「規程」を入力してください。"),
        ({"regulation": "支援会議"}, "「規程」を一覧から選び直してください。"),
        ({"as_of": ""}, "「確かめた日」を入力してください。"),
        ({"as_of": "2014-03-26"}, "まだ来ていません"),
        ({"as_of": "2013-09-30"}, "平成25年10月1日の施行です"),
        ({"file": None}, "「確かめた条文」を入力してください。"),
        ({"file": ("規程.pdf", b"", "application/pdf")}, "ファイルが空です"),
        ({"file": ("規程.exe", PDF, "application/pdf")}, "テキスト（.txt）、PDF、Word（.docx）です"),
        ({"file": ("規程.docx", PDF, "application/pdf")}, "「.docx」の形になっていません"),
        ({"file": ("規程.pdf", PDF + b"." * MAX_BYTES, "application/pdf")}, "5MBを超えています"),
    ],
)
def test_a_wrong_confirmation_is_422_and_leaves_nothing(
    demo: Web, given: dict[str, Any], sentence: str
) -> None:
    with demo.client(Role.ACCOUNTING) as client:
        answer = confirm(client, **given)
    assert answer.status_code == 422
    assert sentence in answer.text
    with demo.db.read() as session:
        assert session.exec(select(VersionConfirmationRecord.id)).all() == []


def test_what_was_typed_stays_in_the_form(demo: Web) -> None:
    with demo.client(Role.ACCOUNTING) as client:
        page = confirm(client, as_of="平成26年3月26日").text
    assert '<option value="支援調整会議" selected>' in page
    assert 'name="as_of" type="text" value="平成26年3月26日"' in page


def test_a_file_far_too_large_is_413(demo: Web) -> None:
    with demo.client(Role.ACCOUNTING) as client:
        answer = confirm(client, file=("規程.pdf", PDF + b"." * (MAX_BYTES + 100_000), "application/pdf"))
    assert answer.status_code == 413


def test_sending_it_twice_records_it_once(demo: Web) -> None:
    with demo.client(Role.ACCOUNTING) as client:
        assert [confirm(client).status_code, confirm(client).status_code] == [303, 303]
    with demo.db.read() as session:
        assert len(session.exec(select(VersionConfirmationRecord.id)).all()) == 1


def test_the_chair_reads_and_does_not_confirm(demo: Web) -> None:
    with demo.client(Role.CHAIR) as client:
        assert "現行の確認を記録する" not in client.get(PATH).text
        assert confirm(client).status_code == 403


def test_an_unknown_text_is_404(reader: WebClient) -> None:
    assert reader.get(f"{CONFIRMATIONS}/{STRANGE}/text").status_code == 404


@pytest.mark.parametrize("role", [Role.MEMBER, Role.CITY_OFFICER, Role.REGIONAL])
def test_others_do_not_read_the_rules_page(shared: Web, role: Role) -> None:
    with shared.client(role) as client:
        assert client.get(PATH).status_code == 403
