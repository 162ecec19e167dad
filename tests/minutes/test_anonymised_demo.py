"""匿名版 of the demonstration's meeting 19: every name that is known for it is looked for in the whole file."""

import unicodedata
from pathlib import Path

import pytest
from sqlmodel import Session, select

from agenda.register_tables import Provider
from agenda.services.items import deferrals_of, items_of
from agenda.tables import Client
from meetings_app.demo.products import replayed_meeting
from meetings_app.tables.meetings import Meeting
from meetings_app.tables.people import Person
from minutes.rules.known_words import is_case_label
from minutes.services.anonymised import anonymised_document, anonymised_minutes
from minutes.tables import ItemRecord
from tests.agenda.web.demo import open_demo
from tests.minutes.word_zip import everything_in


def plain(text: str) -> str:
    """Return the text without differences of width, case and spacing. Kana stay apart from each other."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def known_words(session: Session, meeting: Meeting) -> set[str]:
    """Everything on record that says who somebody is or where they come from: written out again, by hand."""
    found = set()
    for person in session.exec(select(Person)).all():
        if not is_case_label(person.name):
            found |= {person.name, person.kana, *person.name.split(), *person.kana.split()}
        found.add("" if person.organisation == "見本市" else person.organisation)  # a mere place
        found.add(person.mailbox)
    found |= {provider.name for provider in session.exec(select(Provider)).all()}
    found |= {client.name for client in session.exec(select(Client)).all()}
    cases = [view.client for view in (*items_of(session, meeting.id), *deferrals_of(session, meeting.id))]
    found |= {client.initials for client in cases if client is not None}
    words = {plain(word) for word in found if word.strip()}
    return {
        word
        for word in words
        if len(word) > 1 and not (len(word) <= 3 and word.isascii() and "." not in word)
    }


@pytest.mark.parametrize("hostile", [False, True])
def test_no_word_that_is_known_is_anywhere_in_the_file(tmp_path: Path, *, hostile: bool) -> None:
    web = open_demo(tmp_path)
    with web.db.write() as session:
        meeting = replayed_meeting(session)
        known = known_words(session, meeting)
        if hostile:
            _name_everybody(session, meeting)
        assert anonymised_minutes(session, meeting).result.view.items
        document = anonymised_document(session, meeting)
    held = plain("\n".join(everything_in(document)))
    short_kana = {word for word in known if len(word) <= 3 and all("ぁ" <= sign <= "ゖ" for sign in word)}
    assert len(known) > 60
    assert {word for word in known - short_kana if word in held} == set()


def _name_everybody(session: Session, meeting: Meeting) -> None:
    """Write every name, organisation, provider and initial into the text of the first item."""
    people = session.exec(select(Person)).all()
    told = [
        f"{person.name}さん、{person.name.replace(' ', '　')}（{person.organisation}）" for person in people
    ]
    told += [f"{person.name.split()[0]}氏、{person.kana}さん" for person in people]
    told += [provider.name for provider in session.exec(select(Provider)).all()]
    for view in (*items_of(session, meeting.id), *deferrals_of(session, meeting.id)):
        if view.client is not None:
            told.append(f"{view.client.initials}さん")
    record = session.get_one(ItemRecord, items_of(session, meeting.id)[0].item.id)
    record.discussion = "。".join(told)
    session.add(record)
    session.flush()
