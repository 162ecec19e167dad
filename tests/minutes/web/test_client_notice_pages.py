"""本人への説明 through the browser: choosing, putting into easy words, looking, taking out."""

import io

import pytest
from docx import Document
from pypdf import PdfReader
from sqlmodel import select

from agenda.services.assembly import add_item
from agenda.services.items import items_of
from agenda.tables import Client, Plan
from meetings_app.core.terms import CommitteeKind, DueReason, Role
from meetings_app.services.office_settings import set_setting
from meetings_app.tables.committees import Committee
from meetings_app.tables.meetings import Meeting
from meetings_app.tables.office import AuditEntry
from minutes.tables import ItemRecord
from minutes.web import client_notice_pages
from tests.agenda.web.demo import client_id, plan_of
from tests.meetings_app.documents.word_files import texts
from tests.minutes.web.test_running_pages import COMING, HELD, meeting_id
from tests.web_support import Web

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
CASE = 9
MADE = "本人への説明の作成"
TYPED = {
    "goal": "はたらく日を すこしずつ ふやす",
    "agreed": "いまの プランは おわりました。\n\nあたらしい プランで すすめます。",
    "step_what_1": "朝の おくりむかえを たのむ",
    "step_who_1": "鶴野 あかり",
    "step_due_1": "平成26年4月11日",
    "step_what_3": "しごとに かよう",
    "step_who_3": "あなた",
    "next_talk": "7月ごろ",
    "person": "鶴野 あかり",
}


@pytest.fixture(autouse=True)
def phone(demo: Web) -> None:
    settle(demo, "office.phone", "0154-00-0000")


def settle(web: Web, key: str, value: str | bool) -> None:
    with web.db.write() as session:
        set_setting(session=session, actor=web.actor(Role.SECRETARIAT), clock=web.clock, key=key, value=value)


def address(web: Web, number: int = HELD, case: int = CASE) -> str:
    return f"/meetings/{meeting_id(web, number)}/notices/{client_id(web, case)}"


def made(web: Web) -> int:
    """How many papers the audit trail tells of."""
    with web.db.read() as session:
        return len(session.exec(select(AuditEntry).where(AuditEntry.action == MADE)).all())


def test_one_comes_from_the_minutes_and_from_the_case(demo: Web) -> None:
    base = f"/meetings/{meeting_id(demo, HELD)}"
    with demo.client(Role.SECRETARIAT) as client:
        assert f'href="{base}/notices"' in client.get(f"{base}/minutes").text
        cases = client.get(f"{base}/notices").text
        assert (
            f'href="/plans/{client_id(demo, CASE)}/notices"'
            in client.get(f"/plans/{client_id(demo, CASE)}").text
        )
        of_case = client.get(f"/plans/{client_id(demo, CASE)}/notices").text
    assert f'href="{address(demo)}"' in cases
    assert "No.9 プラン2 評価" in cases
    assert f'href="{address(demo)}"' in of_case
    assert "第19回" in of_case


def test_the_form_begins_with_the_record(demo: Web) -> None:
    with demo.client(Role.SECRETARIAT) as client:
        page = client.get(address(demo)).text
    assert "週3日から少しずつ増やし" in page
    assert "案のとおり進める。7月に様子を報告する。" in page
    assert "受入れ先に朝の送迎を相談する" in page
    assert 'value="平成26年4月11日"' in page
    assert "平成26年7月ごろ、ようすを うかがいます。" in page
    assert "0154-00-0000" in page
    assert "手で書く線" in page


def test_the_word_file_holds_the_typed_words_and_they_are_kept_nowhere(demo: Web) -> None:
    with demo.client(Role.SECRETARIAT) as client:
        answer = client.post(address(demo), data=TYPED | {"act": "word"})
        again = client.get(address(demo)).text
    assert (answer.status_code, answer.headers["content-type"]) == (200, WORD)
    assert "attachment" in answer.headers["content-disposition"]
    whole = "\n".join(texts(answer.content))
    for text in ("すこしずつ ふやす", "あたらしい プランで すすめます。", "しごとに かよう", "7月ごろ"):
        assert text in whole
    assert "案のとおり進める" not in whole
    assert "No.9" not in whole
    assert "すこしずつ ふやす" not in again
    assert made(demo) == 1


def test_the_finished_page_is_looked_at_on_one_sheet(demo: Web) -> None:
    with demo.client(Role.SECRETARIAT) as client:
        page = client.post(address(demo), data=TYPED | {"act": "look"}).text
    assert "1枚に収まっています" in page
    assert "data:image/png;base64,iVBOR" in page
    assert "あたらしい プランで すすめます。" in page
    assert made(demo) == 0


def test_more_than_a_sheet_is_told(demo: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_notice_pages, "picture", lambda _document: b"drawn")
    long = "\n".join("とても ながい 文です。" * 8 for _ in range(12))
    with demo.client(Role.SECRETARIAT) as client:
        page = client.post(address(demo), data=TYPED | {"act": "look", "agreed": long}).text
        refused = client.post(address(demo), data=TYPED | {"act": "pdf", "agreed": long})
    assert "2枚になります" in page
    assert "文を短くしてください" in page
    assert refused.status_code == 422
    assert "2枚になります。本人に渡す紙は1枚にするため、文を短くしてください。" in refused.text
    assert made(demo) == 0


def test_the_pdf_is_one_page(demo: Web) -> None:
    with demo.client(Role.SECRETARIAT) as client:
        answer = client.post(address(demo), data=TYPED | {"act": "pdf"})
    assert answer.headers["content-type"] == "application/pdf"
    (page,) = PdfReader(io.BytesIO(answer.content)).pages
    assert "0154-00-0000" in page.extract_text()


def test_without_libreoffice_word_is_left(demo: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_notice_pages, "office_program", lambda: None)
    monkeypatch.setattr("meetings_app.documents.pdf.office_program", lambda: None)
    with demo.client(Role.SECRETARIAT) as client:
        page = client.get(address(demo)).text
        look = client.post(address(demo), data=TYPED | {"act": "look"})
        pdf = client.post(address(demo), data=TYPED | {"act": "pdf"})
    assert "Wordで取り出す" in page
    assert "PDFで取り出す" not in page
    assert look.status_code == 200
    assert "LibreOfficeがない" in look.text
    assert pdf.status_code == 422
    assert "LibreOfficeがない" in pdf.text
    assert made(demo) == 0


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"goal": ""}, "めざすこと"),
        ({"agreed": " \n "}, "きまったこと"),
        ({"agreed": "\n".join("あ" * 13)}, "12行まで"),
        ({"person": ""}, "連絡先の担当者"),
        ({"step_who_1": ""}, "本人なら「あなた」と書きます"),
        ({"step_what_1": ""}, "その行をすべて空にしてください"),
        ({"step_due_1": "こんど"}, "いつまで"),
        ({"act": "mail"}, "選び直してください"),
    ],
)
def test_what_cannot_be_printed_is_told_and_the_typed_words_stay(
    demo: Web, change: dict[str, str], said: str
) -> None:
    with demo.client(Role.SECRETARIAT) as client:
        answer = client.post(address(demo), data=TYPED | {"act": "word"} | change)
    assert answer.status_code == 422
    assert said in answer.text
    assert "しごとに かよう" in answer.text
    assert made(demo) == 0


def test_the_name_is_printed_where_the_office_keeps_names(demo: Web) -> None:
    with demo.db.write() as session:
        session.get_one(Client, client_id(demo, CASE)).name = '湿原 花子<script>"'
    settle(demo, "cases.names", value=True)
    with demo.client(Role.SECRETARIAT) as client:
        page = client.get(address(demo)).text
        answer = client.post(address(demo), data=TYPED | {"act": "word"})
    assert "湿原 花子&lt;script&gt;" in page
    assert "花子<script>" not in page
    assert '湿原 花子<script>"　さま' in texts(answer.content)


def test_hostile_words_are_printed_as_they_are(demo: Web) -> None:
    hostile = "{{ office.phone }}</w:t><w:br/> <img src=x onerror=alert(1)>"
    with demo.db.write() as session:
        views = items_of(session, meeting_id(demo, HELD))
        session.get_one(ItemRecord, views[0].item.id).confirmed = hostile
    with demo.client(Role.SECRETARIAT) as client:
        page = client.get(address(demo)).text
        wrong = client.post(address(demo), data=TYPED | {"agreed": hostile, "person": ""}).text
        answer = client.post(address(demo), data=TYPED | {"agreed": hostile, "act": "word"})
    assert "<img src=x" not in page
    assert "<img src=x" not in wrong
    assert hostile in "\n".join(texts(answer.content))
    assert Document(io.BytesIO(answer.content)).paragraphs


def test_not_before_the_meeting_is_closed(demo: Web) -> None:
    base = f"/meetings/{meeting_id(demo, COMING)}"
    with demo.db.write() as session:
        meeting = session.get_one(Meeting, meeting_id(demo, COMING))
        plan = session.get_one(Plan, plan_of(demo, CASE, 3).id)
        actor = demo.actor(Role.SECRETARIAT)
        reason = DueReason.URGENT
        add_item(session=session, actor=actor, clock=demo.clock, meeting=meeting, plan=plan, reason=reason)
    paper = address(demo, COMING)
    with demo.client(Role.SECRETARIAT) as client:
        cases, page = client.get(f"{base}/notices"), client.get(paper)
        answer = client.post(paper, data=TYPED | {"act": "word"})
        minutes = client.get(f"{base}/minutes").text
    assert "まだ作れません" in cases.text
    assert "閉会して結果が決まってから" in page.text
    assert answer.status_code == 422
    assert "閉会して結果が決まってから" in answer.text
    assert f'href="{base}/notices"' not in minutes
    assert made(demo) == 0


def test_not_without_a_telephone_number(demo: Web) -> None:
    settle(demo, "office.phone", "")
    with demo.client(Role.SECRETARIAT) as client:
        page = client.get(address(demo)).text
        answer = client.post(address(demo), data=TYPED | {"act": "word"})
    assert "「設定」の「事務所」で電話番号を入れて" in page
    assert 'href="/office"' in page
    assert answer.status_code == 422
    assert made(demo) == 0


def test_foreign_cases_and_meetings_are_not_found(demo: Web) -> None:
    with demo.db.write() as session:
        other = Committee(
            kind=CommitteeKind.REGIONAL, name="よその会議", municipality="白糠町", region="釧路"
        )
        session.add(other)
        session.flush()
        foreign = Client(committee_id=other.id, case_number=1)
        session.add(foreign)
        session.flush()
        foreign_id = foreign.id
    base = f"/meetings/{meeting_id(demo, HELD)}/notices"
    nowhere = "0" * 32
    with demo.client(Role.SECRETARIAT) as client:
        for path in (f"{base}/{foreign_id}", f"{base}/{nowhere}"):
            assert client.get(path).status_code == 404
            assert client.post(path, data=TYPED | {"act": "word"}).status_code == 404
        for path in (f"/plans/{foreign_id}/notices", f"/meetings/{nowhere}/notices"):
            assert client.get(path).status_code == 404


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SECRETARIAT])
def test_the_paper_is_the_secretariats_matter(demo: Web, role: Role) -> None:
    base = f"/meetings/{meeting_id(demo, HELD)}"
    with demo.client(role) as client:
        for path in (f"{base}/notices", address(demo), f"/plans/{client_id(demo, CASE)}/notices"):
            assert client.get(path).status_code == 403
        assert client.post(address(demo), data=TYPED | {"act": "word"}).status_code == 403
        if role is Role.CHAIR:
            assert "/notices" not in client.get(f"{base}/minutes").text
            assert "/notices" not in client.get(f"/plans/{client_id(demo, CASE)}").text
