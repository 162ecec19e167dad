"""様式の画面: looking, trying, taking into use and taking back, through the browser."""

import base64
import html
import io
import re
from collections.abc import Iterator

import pytest
from docx import Document
from sqlmodel import select

from agenda.packet_tables import DocumentTemplate
from agenda.papers.default_templates import default_template
from agenda.papers.tags import TAGS
from agenda.services.templates import template_in_use
from agenda.web import template_pages
from agenda.web.template_views import SLUGS, tag_groups
from meetings_app.core.errors import Refused
from meetings_app.core.terms import CommitteeKind, PaperKind, Role
from meetings_app.tables.committees import Committee
from tests.meetings_app.documents.word_files import changed, saved, texts, word
from tests.web_support import Web, WebClient

LIST = "/settings/templates"
PAGE = f"{LIST}/programme"
KIND = PaperKind.PROGRAMME
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
DRAWN = b"\x89PNG drawn"


@pytest.fixture(autouse=True)
def drawn(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Drawing takes seconds; the one test of it draws in earnest."""
    template_pages._picture.cache_clear()
    monkeypatch.setattr(template_pages, "picture", lambda _document: DRAWN)
    yield
    template_pages._picture.cache_clear()


def edited(*paragraphs: str) -> bytes:
    document = Document(io.BytesIO(default_template(KIND)))
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    return saved(document)


def look(client: WebClient, content: bytes, filename: str = "次第.docx", note: str = "") -> tuple[int, str]:
    answer = client.post(PAGE, files={"template": (filename, content)}, data={"note": note})
    return answer.status_code, answer.text


def hidden(page: str) -> dict[str, str]:
    """What the form behind 「この様式を使う」 sends."""
    start = page.index(f'action="{PAGE}/versions"')
    form = page[start : page.index("</form>", start)]
    fields = re.findall(r'<input[^>]*name="(\w+)"[^>]*value="([^"]*)"', form)
    return {name: html.unescape(value) for name, value in fields if name != "_csrf_token"}


def use(client: WebClient, content: bytes, note: str = "") -> int:
    return client.post(f"{PAGE}/versions", data=hidden(look(client, content, note=note)[1])).status_code


def versions(web: Web) -> list[tuple[int, bytes | None, str, str]]:
    with web.db.read() as session:
        rows = session.exec(select(DocumentTemplate)).all()
        return [(row.version, row.content, row.filename, row.note) for row in rows]


def in_use(web: Web) -> bytes:
    with web.db.read() as session:
        return template_in_use(session, web.committee_id, KIND)


def test_the_list_shows_all_nine_with_what_is_in_use(web: Web) -> None:
    with web.client(Role.SECRETARIAT) as client:
        page = client.get(LIST).text
        assert use(client, edited("一つ目"), "駐車場を加えた") == 303
        after = client.get(LIST).text
    for kind, slug in SLUGS.items():
        assert f'href="{LIST}/{slug}">{kind}</a>' in page
    assert len(SLUGS) == 9
    assert "事務局の様式" not in page
    assert "事務局の様式 第1版" in after
    assert "駐車場を加えた" in after
    assert "令和8年11月25日 12:00" in after


@pytest.mark.parametrize("kind", list(PaperKind))
def test_every_page_explains_and_lists_the_items(web: Web, kind: PaperKind) -> None:
    with web.client(Role.SECRETARIAT) as client:
        page = client.get(f"{LIST}/{SLUGS[kind]}").text
    assert "消さずに、そのまま動かせます" in page
    for tag in TAGS[kind]:
        assert tag.name in page
        assert html.escape(tag.meaning) in page


def test_items_are_written_as_a_template_takes_them() -> None:
    anywhere, *lists = tag_groups(PaperKind.CASE)
    written = {tag.written for tag in anywhere.tags}
    assert "{{ goal }}" in written
    assert "{%p if has_earlier %}　{%p endif %}" in written
    found = {group.begins: group.ends for group in lists}
    assert found["{%tr for service in services %}"] == "{%tr endfor %}"
    assert found["{%tr for action in earlier.actions %}"] == "{%tr endfor %}"
    assert found["{%tr for question in questions %}"] == "{%tr endfor %}"
    seats = [group.begins for group in tag_groups(PaperKind.SEATING)]
    assert "{%tc for seat in top %}" in seats
    assert "{%tr for side in sides %}" in seats


def test_the_template_and_the_products_own_are_taken_out(web: Web) -> None:
    own = edited("一つ目")
    with web.client(Role.SECRETARIAT) as client:
        use(client, own)
        first = client.get(f"{PAGE}/versions/1/template.docx")
        product = client.get(f"{PAGE}/versions/0/template.docx")
        sample = client.get(f"{PAGE}/versions/1/sample.docx")
        drawn = client.get(f"{PAGE}/versions/1/sample.png")
    assert (first.content, first.headers["content-type"]) == (own, WORD)
    assert "attachment" in first.headers["content-disposition"]
    assert product.content == default_template(KIND)
    assert "一つ目" in texts(sample.content)
    assert (drawn.content, drawn.headers["content-type"]) == (DRAWN, "image/png")


def test_a_checked_file_is_shown_and_not_yet_in_use(web: Web) -> None:
    with web.client(Role.SECRETARIAT) as client:
        status, page = look(client, edited("一つ目"), note="変えた")
    assert status == 200
    assert "この様式は使えます" in page
    assert "この様式を使う" in page
    assert f"data:image/png;base64,{base64.b64encode(DRAWN).decode()}" in page
    assert versions(web) == []
    assert in_use(web) == default_template(KIND)


def test_what_was_looked_at_is_what_comes_into_use(web: Web) -> None:
    content = edited("一つ目")
    with web.client(Role.SECRETARIAT) as client:
        page = look(client, content, filename=r"C:\様式\次第.docx", note="変えた")[1]
        answer = client.post(f"{PAGE}/versions", data=hidden(page))
        again = client.post(f"{PAGE}/versions", data=hidden(page))
    assert (answer.status_code, answer.headers["location"]) == (303, PAGE)
    assert again.status_code == 303
    assert versions(web) == [(1, content, "次第.docx", "変えた")]


def test_without_libreoffice_the_sample_is_offered_in_word(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(_document: bytes) -> bytes:
        raise Refused("この計算機にはLibreOfficeがないため、PDFや画像を作れません。")

    monkeypatch.setattr(template_pages, "picture", absent)
    monkeypatch.setattr(template_pages, "office_program", lambda: None)
    with web.client(Role.SECRETARIAT) as client:
        status, page = look(client, edited("一つ目"))
        sample = client.post(f"{PAGE}/sample", data=hidden(page))
        first = client.get(PAGE).text
    assert status == 200
    assert "LibreOfficeがないため" in page
    assert "data:image/png" not in page
    assert "この様式を使う" in page
    assert (sample.status_code, sample.headers["content-type"]) == (200, WORD)
    assert "一つ目" in texts(sample.content)
    assert "sample.png" not in first
    assert "sample.docx" in first


def test_the_picture_is_drawn_by_libreoffice(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    with web.client(Role.SECRETARIAT) as client:
        answer = client.get(f"{PAGE}/versions/0/sample.png")
    assert answer.content.startswith(b"\x89PNG\r\n\x1a\n")


def test_an_unknown_tag_is_named_and_nothing_is_kept(web: Web) -> None:
    with web.client(Role.SECRETARIAT) as client:
        status, page = look(client, edited("会場 {{ meeting.venu }}", "{{ nobody }}"), note="変えた")
    assert status == 422
    assert "直すところが2か所あります" in page
    assert '<code class="tag-code">{{ meeting.venu }}</code>' in page
    assert "段落目" in page
    assert "この様式を使う" not in page
    assert 'value="変えた"' in page
    assert versions(web) == []


def test_what_a_template_says_is_escaped(web: Web) -> None:
    with web.client(Role.SECRETARIAT) as client:
        status, page = look(
            client, edited("<img src=x onerror=alert(1)> {{ nobody }}"), filename='"><script>.docx'
        )
        note = look(client, edited("一つ目"), note='"><script>alert(1)</script>')[1]
    assert status == 422
    assert "<img src=x" not in page
    assert "<script>." not in page
    assert "<script>alert" not in note


def macros(parts: dict[str, bytes]) -> None:
    parts["word/vbaProject.bin"] = b"\x00"


def bomb(parts: dict[str, bytes]) -> None:
    parts["word/media/image1.png"] = b"\0" * (51 * 1024 * 1024)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (changed(word("x"), macros), "マクロを含むため使えません"),
        (changed(word("x"), bomb), "展開して50MBまで"),
        (b"%PDF-1.7", "PDFのため使えません"),
        (b"PK" + b"x" * (10 * 1024 * 1024), "10MBを超えています"),
    ],
    ids=["macros", "bomb", "pdf", "large"],
)
def test_hostile_files_are_refused_on_the_page(web: Web, content: bytes, said: str) -> None:
    with web.client(Role.SECRETARIAT) as client:
        status, page = look(client, content)
        forged = {"filename": "次第.docx", "based_on": "0", "note": ""}
        forged["content"] = base64.urlsafe_b64encode(content).decode()
        direct = client.post(f"{PAGE}/versions", data=forged)
        sample = client.post(f"{PAGE}/sample", data=forged)
    assert (status, direct.status_code, sample.status_code) == (422, 422, 422)
    assert said in page
    assert said in direct.text
    assert versions(web) == []


def test_far_too_much_is_not_even_read(web: Web) -> None:
    with web.client(Role.SECRETARIAT) as client:
        status, page = look(client, b"PK" + b"x" * (11 * 1024 * 1024))
    assert status == 413
    assert "大きすぎ" in page
    assert versions(web) == []


@pytest.mark.parametrize(
    "tag", ["{{ meeting.__class__ }}", "{{ meeting.body.upper() }}", "{% import 'os' %}"]
)
def test_a_forged_form_brings_no_hostile_template_into_use(web: Web, tag: str) -> None:
    forged = {"filename": "次第.docx", "based_on": "0", "note": ""}
    forged["content"] = base64.urlsafe_b64encode(edited(tag)).decode()
    with web.client(Role.SECRETARIAT) as client:
        answer = client.post(f"{PAGE}/versions", data=forged)
    assert answer.status_code == 422
    assert "この様式は使えません" in answer.text
    assert versions(web) == []


def test_a_file_that_did_not_come_back_whole_is_refused(web: Web) -> None:
    with web.client(Role.SECRETARIAT) as client:
        data = hidden(look(client, edited("一つ目"))[1]) | {"content": "日本"}
        answer = client.post(f"{PAGE}/versions", data=data)
        none = client.post(PAGE, data={"note": ""}, files={"other": ("x.docx", b"x")})
    assert answer.status_code == 422
    assert "もう一度ファイルを選んでください" in answer.text
    assert none.status_code == 422
    assert "様式のファイル" in none.text
    assert versions(web) == []


def test_going_back_and_to_the_product(web: Web) -> None:
    first, second = edited("一つ目"), edited("二つ目")
    with web.client(Role.SECRETARIAT) as client:
        use(client, first)
        use(client, second)
        page = client.get(PAGE).text
        back = client.post(f"{PAGE}/restore", data={"version": "1", "based_on": "2"})
        restored = in_use(web)
        again = client.post(f"{PAGE}/restore", data={"version": "1", "based_on": "3"})
        product = client.post(f"{PAGE}/restore", data={"version": "0", "based_on": "3"})
    assert "第1版に戻す" in page
    assert "第2版に戻す" not in page
    assert "製品の様式に戻す" in page
    assert back.status_code == 303
    assert restored == first
    assert again.status_code == 422
    assert "いま使っています" in again.text
    assert product.status_code == 303
    assert in_use(web) == default_template(KIND)
    assert [version for version, *_ in versions(web)] == [1, 2, 3, 4]


def test_whoever_comes_second_is_told(web: Web) -> None:
    with web.client(Role.SECRETARIAT) as client:
        late = hidden(look(client, edited("二つ目"))[1])
        use(client, edited("一つ目"))
        answer = client.post(f"{PAGE}/versions", data=late)
        stale = client.post(f"{PAGE}/restore", data={"version": "0", "based_on": "0"})
    assert (answer.status_code, stale.status_code) == (409, 409)
    assert "ほかの人がこの様式を変えました" in answer.text
    assert [version for version, *_ in versions(web)] == [1]


def test_another_bodys_versions_are_not_found(web: Web) -> None:
    with web.db.write() as session:
        other = Committee(kind=CommitteeKind.REGIONAL, name="圏域会議", municipality="釧路市", region="釧路")
        session.add(other)
        session.flush()
        session.add(
            DocumentTemplate(
                committee_id=other.id,
                kind=KIND,
                version=1,
                filename="秘密.docx",
                content=edited("秘密"),
                sha256="0" * 64,
                added_by="ほかの事務局",
                added_at=web.clock.now(),
            )
        )
    with web.client(Role.SECRETARIAT) as client:
        for name in ("template.docx", "sample.docx", "sample.png"):
            assert client.get(f"{PAGE}/versions/1/{name}").status_code == 404
        assert client.post(f"{PAGE}/restore", data={"version": "1", "based_on": "0"}).status_code == 404
        page = client.get(PAGE).text
    assert "秘密.docx" not in page
    assert "ほかの事務局" not in page


@pytest.mark.parametrize(
    "path", [f"{LIST}/nothing", f"{PAGE}/versions/9/template.docx", f"{PAGE}/versions/-1/template.docx"]
)
def test_what_does_not_exist_is_not_found(web: Web, path: str) -> None:
    with web.client(Role.SECRETARIAT) as client:
        assert client.get(path).status_code == 404


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SECRETARIAT])
def test_templates_are_the_secretariats_matter(web: Web, role: Role) -> None:
    with web.client(role) as client:
        gets = [
            LIST,
            PAGE,
            *(f"{PAGE}/versions/0/{n}" for n in ("template.docx", "sample.docx", "sample.png")),
        ]
        posts = [PAGE, f"{PAGE}/sample", f"{PAGE}/versions", f"{PAGE}/restore"]
        assert {client.get(path).status_code for path in gets} == {403}
        assert {client.post(path, data={"version": "0"}).status_code for path in posts} == {403}


def test_settings_lead_to_the_templates(web: Web) -> None:
    with web.client(Role.SECRETARIAT) as client:
        assert f'href="{LIST}"' in client.get("/office").text
