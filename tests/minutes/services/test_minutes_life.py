"""議事録の一生 as a state machine: whatever is tried in whatever order, what was issued and approved stays."""

import hashlib
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from calendars.services import convene
from meetings_app.core.actor import Actor
from meetings_app.core.clock import FixedClock, today
from meetings_app.core.errors import Refused
from meetings_app.core.terms import Role
from meetings_app.db.engine import Database
from minutes.edition_tables import CommentVerdict, EditionKind
from minutes.rules.minutes_json import read_canonical
from minutes.rules.minutes_view import content_hash
from minutes.services.amendments import (
    amendable_places,
    amendments_of,
    approve_amendment,
    enter_amendment,
    withdraw_amendment,
)
from minutes.services.circulation import (
    answer_comment,
    circulate_minutes,
    comment_on_minutes,
    end_circulation,
    withdraw_comment,
)
from minutes.services.circulation_views import latest_circulation
from minutes.services.comments import comments_of
from minutes.services.editions import editions_of, get_edition
from minutes.services.minutes import (
    approve_minutes,
    get_minutes,
    minutes_status,
    return_minutes,
    submit_minutes,
)
from minutes.services.minutes_view import build_view
from minutes.services.running import Outcome, open_meeting, record_item, records_of
from minutes.tables import MinutesStatus
from tests.office_builder import SECRETARY, Bureau, Given

TEXTS = st.sampled_from(["一つ目の意見。", "二つ目。\n改行つき。", "<b>三つ目</b>"])
PLACES = st.sampled_from(["議題1　協議の要点", "議題2　確認した内容", "場所", "出席者（助言者）"])
WHO = st.sampled_from(["助言者", "委員1"])


class Undone(Exception):  # noqa: N818 - ends a transaction, is no fault
    """Ends the transaction of one example without keeping anything."""


class Life(RuleBasedStateMachine):
    """One meeting of two cases; 委員1 came for the first only. Rules try, refusals are fine, invariants hold."""

    database: Database

    def __init__(self) -> None:
        super().__init__()
        self.write = self.database.write()
        self.bureau = Bureau(self.write.__enter__())
        bureau = self.bureau
        bureau.member("委員1")
        bureau.case(1)
        bureau.case(2)
        self.meeting = bureau.meeting()
        bureau.assemble(self.meeting)
        first, second = bureau.items(self.meeting)
        self.items = (first, second)
        bureau.decide(self.meeting, "委員長", "助言者", "委員1", items=[first])
        bureau.decide(self.meeting, "委員長", "助言者", items=[second])
        convene(**bureau.given, meeting=self.meeting)
        bureau.clock = FixedClock(self.meeting.starts_at)
        open_meeting(
            **bureau.given,
            meeting=self.meeting,
            at=self.meeting.starts_at,
            presider_id=bureau.people["委員長"],
        )
        bureau.come(self.meeting, "委員長", "助言者", "委員1")
        bureau.record(self.meeting, first, begins=0, ends=30)
        bureau.record(self.meeting, second, begins=30, ends=60)
        bureau.closed(self.meeting)
        self.issued: dict[int, tuple[str, bytes]] = {}
        self.approved: tuple[object, ...] | None = None
        self.corrections = 0

    def teardown(self) -> None:
        with suppress(Undone):
            self.write.__exit__(Undone, Undone(), None)

    # --- who acts

    @property
    def given(self) -> Given:
        return {"session": self.bureau.session, "actor": SECRETARY, "clock": self.bureau.clock}

    def by(self, name: str, role: Role = Role.MEMBER) -> Given:
        person_id = self.bureau.people[name]
        actor = Actor(name=name, role=role, committee_id=self.bureau.support.id, person_id=person_id)
        return {"session": self.bureau.session, "actor": actor, "clock": self.bureau.clock}

    @property
    def chair(self) -> Given:
        return self.by("委員長", Role.CHAIR)

    # --- what is tried

    @rule(days=st.integers(1, 5))
    def time_passes(self, days: int) -> None:
        self.bureau.clock = FixedClock(self.bureau.clock.now() + timedelta(days=days))

    @rule(days=st.integers(-1, 7))
    def circulate(self, days: int) -> None:
        until = today(self.bureau.clock) + timedelta(days=days)
        attempt(lambda: circulate_minutes(**self.given, meeting=self.meeting, comments_until=until))

    @rule()
    def end(self) -> None:
        attempt(lambda: end_circulation(**self.given, meeting=self.meeting))

    @rule(who=WHO, item=st.sampled_from([None, 0, 1]), text=TEXTS | st.just(""))
    def comment(self, who: str, item: int | None, text: str) -> None:
        item_id = None if item is None else self.items[item].item.id
        comment_id = attempt(
            lambda: comment_on_minutes(**self.by(who), meeting=self.meeting, item_id=item_id, text=text)
        )
        if comment_id is None:
            return
        circulation = latest_circulation(self.bureau.session, self.meeting.id)
        assert circulation is not None
        assert circulation.ended_at is None
        assert today(self.bureau.clock) <= circulation.comments_until
        assert (who, item) != ("委員1", 1), "nobody comments on what they did not sit in on"

    @rule(who=WHO, place=st.integers(0, 5))
    def withdraw(self, who: str, place: int) -> None:
        comments = comments_of(self.bureau.session, self.meeting.id)
        if comments:
            one = comments[place % len(comments)]
            attempt(lambda: withdraw_comment(**self.by(who), meeting=self.meeting, comment_id=one.id))

    @rule(place=st.integers(0, 5), verdict=st.sampled_from(list(CommentVerdict)), stale=st.booleans())
    def answer(self, place: int, verdict: CommentVerdict, stale: bool) -> None:
        comments = comments_of(self.bureau.session, self.meeting.id)
        if comments:
            one = comments[place % len(comments)]
            attempt(
                lambda: answer_comment(
                    **self.given,
                    meeting=self.meeting,
                    comment_id=one.id,
                    verdict=verdict,
                    answer="見直しました。",
                    mark="0" * 16 if stale else one.mark,
                )
            )

    @rule(item=st.integers(0, 1), text=TEXTS)
    def edit(self, item: int, text: str) -> None:
        view = self.items[item]
        known = records_of(self.bureau.session, [view.item.id])[view.item.id]
        attempt(
            lambda: record_item(
                **self.given,
                meeting=self.meeting,
                view=view,
                result=Outcome(known.outcome, discussion=text),
                version=known.version,
            )
        )

    @rule()
    def submit(self) -> None:
        done = attempt(lambda: submit_minutes(**self.given, meeting=self.meeting))
        if done is not None:
            waiting = [one for one in comments_of(self.bureau.session, self.meeting.id) if one.waits]
            assert waiting == []

    @rule()
    def give_back(self) -> None:
        attempt(lambda: return_minutes(**self.chair, meeting=self.meeting, reason="見直してください。"))

    @rule(is_chair=st.booleans(), read=st.booleans())
    def approve(self, is_chair: bool, read: bool) -> None:
        content = content_hash(build_view(self.bureau.session, self.meeting)) if read else "0" * 64
        given = self.chair if is_chair else self.by("助言者")
        done = attempt(lambda: approve_minutes(**given, meeting=self.meeting, content=content))
        assert done is None or (is_chair and read)

    @rule()
    def all_the_way(self) -> None:
        """End the round, answer what was said, submit and approve: chance alone comes this far too seldom."""
        self.end()
        for place in range(len(comments_of(self.bureau.session, self.meeting.id))):
            self.answer(place, CommentVerdict.TAKEN, stale=False)
        self.submit()
        self.approve(is_chair=True, read=True)

    @rule(place=PLACES, text=TEXTS)
    def amend(self, place: str, text: str) -> None:
        def enter() -> object:
            places = {one.label: one.text for one in amendable_places(self.bureau.session, self.meeting)}
            return enter_amendment(
                **self.given,
                meeting=self.meeting,
                place=place,
                before=places.get(place, ""),
                after=text,
                reason="誤記のため",
            )

        attempt(enter)

    @rule(place=st.integers(0, 5), is_chair=st.booleans(), withdraws=st.booleans())
    def settle_amendment(self, place: int, is_chair: bool, withdraws: bool) -> None:
        found = amendments_of(self.bureau.session, self.meeting.id)
        if not found:
            return
        one = found[place % len(found)]
        if withdraws:
            attempt(lambda: withdraw_amendment(**self.given, meeting=self.meeting, amendment_id=one.id))
            return
        given = self.chair if is_chair else self.by("助言者")
        done = attempt(lambda: approve_amendment(**given, meeting=self.meeting, amendment_id=one.id))
        assert done is None or is_chair
        self.corrections += done is not None

    # --- what always holds

    @invariant()
    def editions_are_numbered_and_kept(self) -> None:
        lines = editions_of(self.bureau.session, self.meeting.id)
        assert [line.number for line in reversed(lines)] == list(range(1, len(lines) + 1))
        for line in lines:
            edition = get_edition(self.bureau.session, self.meeting.id, line.number)
            assert hashlib.sha256(edition.content.encode()).hexdigest() == line.content_sha256
            assert hashlib.sha256(edition.document).hexdigest() == line.document_sha256
            kept = self.issued.setdefault(line.number, (edition.content, edition.document))
            assert kept == (edition.content, edition.document)

    @invariant()
    def what_was_approved_stays(self) -> None:
        minutes = get_minutes(self.bureau.session, self.meeting)
        if minutes.status is not MinutesStatus.APPROVED:
            assert self.approved is None, "approved minutes stay approved"
            return
        now = (minutes.content, minutes.sha256, minutes.document, minutes.version, minutes.approved_at)
        self.approved = self.approved or now
        assert now == self.approved
        assert hashlib.sha256(str(minutes.content).encode()).hexdigest() == minutes.sha256

    @invariant()
    def corrections_are_printed_in_order(self) -> None:
        lines = editions_of(self.bureau.session, self.meeting.id)
        final = [line for line in lines if line.kind is not EditionKind.CIRCULATED]
        if not final:
            assert self.corrections == 0
            return
        view = read_canonical(get_edition(self.bureau.session, self.meeting.id, final[0].number).content)
        assert len(view.corrections) == self.corrections
        days = [correction.corrected_on for correction in view.corrections]
        assert days == sorted(days)
        first = read_canonical(get_edition(self.bureau.session, self.meeting.id, final[-1].number).content)
        assert (view.items, view.attendees) == (first.items, first.attendees), "the body stays as approved"

    @invariant()
    def a_round_is_out_only_while_the_minutes_go_round(self) -> None:
        circulation = latest_circulation(self.bureau.session, self.meeting.id)
        is_out = circulation is not None and circulation.ended_at is None
        assert is_out == (minutes_status(self.bureau.session, self.meeting.id) is MinutesStatus.CIRCULATED)


def attempt(act: Callable[[], object]) -> object | None:
    """Return what an act returned; None where it was refused with a sentence."""
    try:
        return act()
    except Refused:
        return None


def test_the_life_of_minutes(database: Database) -> None:
    class Here(Life):
        pass

    Here.database = database
    run_state_machine_as_test(Here, settings=settings(max_examples=12, stateful_step_count=25, deadline=None))
