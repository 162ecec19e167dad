"""抄本・匿名版・照合 on the screen: who may open them, what is refused, and that nothing is stored."""

import io

import docx
import pytest
from sqlmodel import select

from meetings_app.core.terms import Role
from meetings_app.demo.products import replayed_meeting
from minutes.edition_tables import Redaction
from minutes.services.minutes import minutes_document
from tests.web_support import Web

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def address(web: Web, rest: str = "") -> str:
    with web.db.read() as session:
        return f"/meetings/{replayed_meeting(session).id}/minutes{rest}"


def test_extracts_are_listed_and_taken_out(demo: Web) -> None:
    base = address(demo)
    with demo.client(Role.SECRETARIAT) as client:
        page = client.get(f"{base}/extracts")
        assert page.status_code == 200
        assert "No.9" in page.text
        one = client.get(f"{base}/extracts/9/extract.docx")
        assert one.headers["content-type"].startswith(WORD)
        assert client.get(f"{base}/extracts.zip").content.startswith(b"PK")
        assert client.get(f"{base}/extracts/999/extract.docx").status_code == 404


@pytest.mark.parametrize(
    "rest", ["/extracts", "/anonymised", "/compare", "/anonymised.docx", "/extracts.zip"]
)
def test_foreign_meetings_and_other_roles(demo: Web, rest: str) -> None:
    own = address(demo, rest)
    with demo.client(Role.SECRETARIAT) as client:
        assert client.get(f"/meetings/{'0' * 32}/minutes{rest}").status_code == 404
    with demo.client(Role.ACCOUNTING) as client:
        assert client.get(own).status_code == 403
    if "extract" not in rest:
        with demo.client(Role.MEMBER) as client:
            assert client.get(own).status_code == 403


def test_a_word_is_replaced_shown_escaped_and_taken_back(demo: Web) -> None:
    base = address(demo, "/anonymised")
    with demo.client(Role.SECRETARIAT) as client:
        assert client.get(base).status_code == 200
        refused = client.post(base, data={"word": "<b>作業</b>", "decision": "hide", "replacement": ""})
        assert refused.status_code == 422
        assert "<b>作業</b>" not in refused.text
        done = client.post(base, data={"word": "<b>作業</b>", "decision": "hide", "replacement": "仕事"})
        assert done.status_code == 303
        shown = client.get(base).text
        assert "&lt;b&gt;作業&lt;/b&gt;" in shown
        with demo.db.read() as session:
            redaction_id = session.exec(select(Redaction.id)).one()
        assert client.post(f"{base}/forget", data={"redaction_id": redaction_id}).status_code == 303
        assert client.post(f"{base}/forget", data={"redaction_id": redaction_id}).status_code == 404
        assert client.get(f"{base}.docx").content.startswith(b"PK")


def test_a_file_is_compared_and_not_kept(demo: Web) -> None:
    base = address(demo, "/compare")
    with demo.db.read() as session:
        document = minutes_document(session, replayed_meeting(session))
    blank = io.BytesIO()
    docx.Document().save(blank)
    with demo.client(Role.SECRETARIAT) as client:
        assert client.get(base).status_code == 200
        own = client.post(base, files={"file": ("<i>議事録.docx", document, WORD)})
        assert own.status_code == 200
        assert "<i>議事録.docx" not in own.text
        other = client.post(base, files={"file": ("a.docx", blank.getvalue(), WORD)})
        assert "この事務所が発行した議事録ではありません" in other.text
        assert client.post(base, files={"file": ("a.docx", b"%PDF-1.7", WORD)}).status_code == 422
        assert client.post(base, data={}).status_code == 422
        large = client.post(base, files={"file": ("a.docx", b"x" * (11 * 1024 * 1024), WORD)})
        assert large.status_code == 413
