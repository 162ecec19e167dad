"""続柄を選ぶ画面: searched or built step by step, drawn, judged, and taken into the declaration without JavaScript."""

import re
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from agenda.tables import KinshipDeclaration
from honoraria.rules.path_steps import PLAIN, SPECIAL
from honoraria.rules.relations import RELATIONS, Group
from meetings_app.core.terms import Role
from meetings_app.web.kinship_views import wrapped
from meetings_app.web.locale import english_catalogue
from tests.agenda.web.demo import open_demo
from tests.meetings_app.web.test_members import STRANGE, person_id, stranger
from tests.web_support import Web, WebClient

DAYS = {"kin_declared": "H26.3.25", "kin_from": "H26.3.25"}


@pytest.fixture
def demo(tmp_path: Path) -> Web:
    return open_demo(tmp_path)


def links(html: str, text: str) -> list[str]:
    """Return the addresses of the links with this text."""
    found = re.findall(r'<a\b[^>]*href="([^"]*)"[^>]*>(.*?)</a>', html, flags=re.DOTALL)
    return [unescape(href) for href, inner in found if re.sub(r"<[^>]*>", "", inner).strip() == text]


def field_values(html: str, name: str) -> list[str]:
    """Return the chosen options of every list of this name."""
    lists = re.findall(rf'<select[^>]*name="{name}"[^>]*>(.*?)</select>', html, flags=re.DOTALL)
    return [unescape(value) for one in lists for value in re.findall(r'value="([^"]*)" selected', one)]


def look(client: WebClient, **query: str | list[str]) -> str:
    answer = client.get("/members/kinship", params=query)
    assert answer.status_code == 200
    return answer.text


@pytest.mark.parametrize("typed", ["はいぐうしゃ", "伯父", "配偶者の伯父", "夫の伯父"])
def test_the_uncle_of_the_spouse_is_searched_picked_and_declared(demo: Web, typed: str) -> None:
    person = person_id(demo, "丹頂 一郎")
    with demo.client(Role.SECRETARIAT) as client:
        page = client.get(f"/members/{person}").text
        assert 'action="/members/kinship"' in page
        found = look(client, person=person, q=typed)
        name = typed if typed == "夫の伯父" else "配偶者の伯父"
        shown = client.get(links(found, name)[0]).text
        use = links(shown, "この続柄を申告に使う")[0]
        declaration = client.get(use).text
        assert '<details id="kinship" open>' in declaration
        assert field_values(declaration, "relation") == [name]
        data = {"case": "9", "relation": name, "path": "", **DAYS}
        assert client.post(f"/members/{person}/kinship", data=data).status_code == 303
        page = client.get(f"/members/{person}").text
    assert f"No.9 {name}" in page
    assert "姻族3親等で、4親等以内です" in page
    with demo.db.read() as session:
        row = session.exec(
            select(KinshipDeclaration).where(
                KinshipDeclaration.person_id == person, KinshipDeclaration.path != "なし"
            )
        ).one()
    assert (row.path, row.relation) == ("S>P>P>C", name)


def test_a_path_is_built_one_step_a_time(demo: Web) -> None:
    with demo.client(Role.SECRETARIAT) as client:
        first = look(client, add="P")
        assert field_values(first, "step") == ["P"]
        second = look(client, step=["P"], add="C")
        third = look(client, step=["P", "C"], add="S")
        assert field_values(third, "step") == ["P", "C", "S"]
        changed = look(client, step=["P", "C", "S(離婚)"])
        assert field_values(changed, "step") == ["P", "C", "S(離婚)"]
        back = look(client, step=["P", "C", "S(離婚)"], remove="3")
        empty = look(client, step=["P", "C"], remove="1")
    assert "兄弟姉妹" in second
    assert "姻族2親等で、4親等以内です" in third
    assert "「S(離婚)」で続柄が終わっています" in changed
    assert field_values(back, "step") == ["P", "C"]
    assert field_values(empty, "step") == []
    assert "<svg role=" not in empty


def test_the_state_is_the_address(demo: Web) -> None:
    with demo.client(Role.SECRETARIAT) as client:
        by_path = look(client, steps="Ｐ＞Ｃ＞Ｓ")
        assert field_values(by_path, "step") == ["P", "C", "S"]
        again = look(client, step=["P", "C"], add="S")
    assert field_values(again, "step") == ["P", "C", "S"]


def test_the_tree_is_drawn_and_said_in_words(demo: Web) -> None:
    with demo.client(Role.SECRETARIAT) as client:
        page = look(client, steps="S>P>P>C", relation="配偶者の伯父")
    (drawing,) = re.findall(r"<svg role=.*?</svg>", page, flags=re.DOTALL)
    assert 'aria-labelledby="tree-title-1 tree-text-1"' in drawing
    assert '<title id="tree-title-1">本人からこの人までの家系図</title>' in drawing
    assert '<desc id="tree-text-1">本人の配偶者の親の親の子</desc>' in drawing
    assert drawing.count("<rect") == 5
    assert drawing.count("<polyline") == 5  # a marriage has two strokes, each of three descents one
    assert "style=" not in drawing
    for word in (">本人<", ">この人<", ">おじ・おば<"):
        assert word in drawing


@pytest.mark.parametrize(
    ("steps", "texts"),
    [
        ("P>P>C>C", ["血族", "4親等", "4親等以内", "不支給", "第7条第4項"]),
        ("P>P>C>C>C", ["5親等", "4親等を超える", "続柄のために不支給になることはありません"]),
        ("S", ["配偶者", "数えない", "親等では決まらない", "要判断", "案は不支給です"]),
        ("(事実婚)>P", ["なし", "親等では決まらない", "要判断"]),
        ("S>P>C>S", ["家族の範囲の外", "続柄のために不支給になることはありません"]),
        ("なし", ["続柄なし", "家族の範囲の外"]),
    ],
)
def test_what_it_means_for_payment_is_said(demo: Web, steps: str, texts: list[str]) -> None:
    with demo.client(Role.SECRETARIAT) as client:
        page = look(client, steps=steps)
    panel = page.partition("panel--accent")[2].partition("</section>")[0]
    for text in texts:
        assert text in panel


def test_no_proposal_where_the_article_proposes_none(demo: Web) -> None:
    with demo.client(Role.SECRETARIAT) as client:
        page = look(client, steps="(事実婚)>P")
    assert "案は不支給です" not in page


def test_several_true_paths_are_kept_and_each_is_drawn(demo: Web) -> None:
    with demo.client(Role.SECRETARIAT) as client:
        first = look(client, step=["C(養)"], next="1")
        second = look(client, other="C(養)", step=["C"], add="S")
        dropped = look(client, other=["C(養)"], step=["C", "S"], drop="0")
    assert 'name="other" value="C(養)"' in first
    assert second.count("<svg role=") == 2
    assert "婿養子（娘の夫で養子）" in second
    assert "血族1親等で、4親等以内です" in second
    assert 'name="other"' not in dropped
    assert "姻族1親等" in dropped


def test_the_whole_list_can_be_chosen_from(demo: Web) -> None:
    with demo.client(Role.SECRETARIAT) as client:
        page = look(client)
        for relation in RELATIONS[::10]:
            href = links(page, relation.name)[0]
            assert parse_qs(urlsplit(href).query)["steps"] == [relation.path]
    for group in Group:
        assert str(group) in page


def test_what_was_typed_in_the_declaration_comes_back(demo: Web) -> None:
    person = person_id(demo, "丹頂 一郎")
    with demo.client(Role.SECRETARIAT) as client:
        page = look(client, person=person, case="12", kin_from="H26.3.1", steps="P>C(養)>S(死亡)")
        use = links(page, "この続柄を申告に使う")[0]
        declaration = client.get(use).text
    assert use.endswith("#kinship")
    assert 'value="12"' in declaration
    assert 'value="H26.3.1"' in declaration
    assert 'value="P&gt;C(養)&gt;S(死亡)"' in declaration


@pytest.mark.parametrize(
    "query",
    [
        "steps=X",
        "steps=P%3E",
        "step=P&add=X",
        "step=P&add=C(%E7%B8%81%E7%B5%84%E5%89%8D%E5%87%BA%E7%94%9F)",
        "steps=" + quote(">".join("P" * 30)),
        "other=P&steps=&other=なし",
    ],
)
def test_what_cannot_be_read_is_said_and_nothing_breaks(demo: Web, query: str) -> None:
    with demo.client(Role.SECRETARIAT) as client:
        answer = client.get(f"/members/kinship?{query}")
    assert answer.status_code == 422
    assert "道筋を読めません。" in answer.text


def test_a_wrong_step_leaves_the_steps_before_it(demo: Web) -> None:
    with demo.client(Role.SECRETARIAT) as client:
        answer = client.get("/members/kinship", params={"step": ["P", "C"], "add": "(王)"})
    assert answer.status_code == 422
    assert field_values(answer.text, "step") == ["P", "C"]


def test_nothing_found_says_what_to_do(demo: Web) -> None:
    with demo.client(Role.SECRETARIAT) as client:
        page = look(client, q="<b>王</b>")
    assert "別の言い方で探すか、道筋を一段ずつ作ってください。" in page
    assert "<b>王" not in page


def test_who_may_look_and_who_may_use_it(demo: Web) -> None:
    person = person_id(demo, "丹頂 一郎")
    other = stranger(demo)
    with demo.client(Role.CHAIR) as client:
        page = look(client, person=person, steps="P")
        assert "この続柄を申告に使う" not in page
        assert '<details id="kinship"' not in client.get(f"/members/{person}?relation=甥").text
        demo.sign_in(client, Role.SECRETARIAT)
        for strange in (other, STRANGE):
            assert client.get(f"/members/kinship?person={strange}").status_code == 404
        assert client.get("/members/kinship?person=x").status_code == 422
        demo.sign_in(client, Role.MEMBER)
        assert client.get("/members/kinship").status_code == 403


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"relation": "子", "path": "P>C"}, "続柄「子」と道筋「P&gt;C」が合いません。"),
        ({"relation": "王様"}, "「続柄」を一覧から選び直してください。"),
        ({"relation": "兄の妻の子"}, "「続柄」を一覧から選び直してください。"),
        ({"path": "本人"}, "「続柄」を入力してください。"),
    ],
)
def test_a_declaration_that_says_two_things_or_nothing_is_refused(
    demo: Web, data: dict[str, str], sentence: str
) -> None:
    person = person_id(demo, "丹頂 一郎")
    with demo.client(Role.SECRETARIAT) as client:
        answer = client.post(f"/members/{person}/kinship", data={"case": "9", **DAYS, **data})
    assert answer.status_code == 422
    assert sentence in answer.text


def test_a_typed_path_takes_its_name_from_the_list(demo: Web) -> None:
    person = person_id(demo, "丹頂 一郎")
    with demo.client(Role.SECRETARIAT) as client:
        data = {"case": "9", "path": "Ｐ＞Ｐ＞Ｃ", **DAYS}
        assert client.post(f"/members/{person}/kinship", data=data).status_code == 303
        page = client.get(f"/members/{person}").text
    assert "No.9 おじ・おば" in page


STEPS = st.lists(
    st.sampled_from([one.text for one in (*PLAIN, *SPECIAL)] + ["", "なし", "本人", "/", "P>C"]), max_size=5
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=STEPS,
    others=STEPS,
    rest=st.dictionaries(
        st.sampled_from(["add", "remove", "drop", "next", "steps", "q", "relation", "case"]),
        st.sampled_from(["P", "0", "1", "99", "なし", "甥", "²", "P>C / S", "'\"<", ""]),
    ),
)
def test_any_address_gives_a_page(
    shared: Web, steps: list[str], others: list[str], rest: dict[str, str]
) -> None:
    with shared.client(Role.SECRETARIAT) as client:
        answer = client.get("/members/kinship", params={"step": steps, "other": others, **rest})
    assert answer.status_code in (200, 422)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Web:
    return open_demo(tmp_path_factory.mktemp("kinship"))


def test_long_names_are_broken_where_words_end() -> None:
    assert wrapped("配偶者のおじ・おばの配偶者", 12) == ["配偶者の", "おじ・おばの", "配偶者"]
    assert wrapped("配偶者の父・母", 12) == ["配偶者の", "父・母"]
    assert wrapped("高祖父・高祖母", 12) == ["高祖父・", "高祖母"]
    assert wrapped("本人", 13) == ["本人"]
    assert wrapped("あいうえおかきくけこ", 8) == ["あいうえ", "おかきく", "けこ"]
    assert wrapped("Spouse's grandparent", 13) == ["Spouse's", "grandparent"]
    assert wrapped("", 13) == []


def test_every_name_and_step_is_said_in_english_too() -> None:
    catalogue = english_catalogue()
    texts = [
        *(str(group) for group in Group),
        *(relation.name for relation in RELATIONS),
        *(choice.words for choice in (*PLAIN, *SPECIAL)),
    ]
    assert [text for text in texts if text not in catalogue] == []
