"""欄ごとの書込み: nothing is overwritten unseen, nothing sent twice counts twice, nothing vanishes."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from meetings_app.core.actor import Actor
from meetings_app.core.clock import FixedClock
from meetings_app.core.errors import Conflict, NotFound, Refused
from meetings_app.core.terms import MeetingStatus
from meetings_app.db.engine import Database
from meetings_app.tables.meetings import Meeting
from minutes.live_tables import FieldSettlement, FieldWrite, RecordField, Settlement, WriteResult
from minutes.services.field_history import FieldNow, field_now, fields_of, stamps_of, writes_of
from minutes.services.live_fields import (
    WriteAnswer,
    pending_conflicts,
    refuse_pending,
    settle_conflict,
    write_field,
)
from minutes.services.running import Outcome, record_item, records_of
from minutes.tables import ItemRecord, Minutes, MinutesStatus
from tests.office_builder import SECRETARY, Bureau, minute

CHAIR = replace(SECRETARY, name="委員長 花子")
TEXT = RecordField.DISCUSSION


@pytest.fixture
def bureau(any_database: Database) -> Iterator[Bureau]:
    with any_database.write() as session:
        yield Bureau(session)


class Desk:
    """An open meeting with one item, and two windows that write in it."""

    def __init__(self, bureau: Bureau) -> None:
        self.bureau = bureau
        self.meeting: Meeting = bureau.meeting()
        bureau.item(self.meeting, bureau.case())
        bureau.opened(self.meeting, "助言者")
        bureau.come(self.meeting, "委員長")
        (self.view,) = bureau.items(self.meeting)
        self.sent = 0

    @property
    def item_id(self) -> str:
        return self.view.item.id

    def write(
        self,
        value: str,
        base: int = 0,
        *,
        op: str = "",
        field: RecordField = TEXT,
        by: Actor = SECRETARY,
        window: str = "",
        after: int = 10,
    ) -> WriteAnswer:
        self.sent += 1
        return write_field(
            session=self.bureau.session,
            actor=by,
            clock=FixedClock(minute(self.meeting, after)),
            meeting=self.meeting,
            view=self.view,
            field=field,
            value=value,
            base=base,
            op=op or f"op-{self.sent}",
            writer=window or ("chair" if by is CHAIR else "desk"),
        )

    def settle(
        self, write_id: str, how: Settlement, base: int, *, value: str | None = None, op: str = "choice"
    ) -> WriteAnswer:
        return settle_conflict(
            **self.bureau.given,
            meeting=self.meeting,
            write_id=write_id,
            how=how,
            value=value,
            base=base,
            op=op,
        )

    def now(self, field: RecordField = TEXT) -> FieldNow:
        return field_now(self.bureau.session, self.item_id, field)

    def record(self) -> ItemRecord:
        return records_of(self.bureau.session, [self.item_id])[self.item_id]

    def pending(self) -> list[str]:
        return [
            conflict.yours
            for conflict in pending_conflicts(self.bureau.session, [self.item_id])[self.item_id]
        ]

    def versions(self, field: RecordField = TEXT) -> list[tuple[int, str]]:
        return [(row.version, row.value) for row in writes_of(self.bureau.session, self.item_id, field)]

    def all_writes(self) -> list[FieldWrite]:
        return list(self.bureau.session.exec(select(FieldWrite)).all())

    def approved(self) -> None:
        self.bureau.session.add(
            Minutes(
                meeting_id=self.meeting.id,
                status=MinutesStatus.APPROVED,
                approved_by="議長",
                approved_at=self.bureau.clock.now(),
                content="{}",
            )
        )
        self.bureau.session.flush()


@pytest.fixture
def desk(bureau: Bureau) -> Desk:
    return Desk(bureau)


# --- saving ---


def test_a_text_is_saved_with_its_version_author_and_time(desk: Desk) -> None:
    answer = desk.write("意見なし。", by=CHAIR)
    at = minute(desk.meeting, 10)
    assert answer == WriteAnswer("saved", "op-1", desk.item_id, TEXT, 1, "意見なし。", "委員長 花子", at)
    assert desk.now() == FieldNow("意見なし。", 1, "委員長 花子", at)
    assert (desk.record().discussion, desk.record().recorded_by, desk.record().version) == (
        "意見なし。",
        "委員長 花子",
        1,
    )


def test_each_field_has_a_version_of_its_own_and_the_record_counts_them_all(desk: Desk) -> None:
    assert [desk.write("一").version, desk.write("一二", 1).version] == [1, 2]
    assert desk.write("説明", field=RecordField.EXPLANATION).version == 1
    assert desk.write("yes", field=RecordField.FOLLOW_UP).version == 1
    assert desk.record().version == 4
    assert (desk.record().discussion, desk.record().explanation, desk.record().follow_up) == (
        "一二",
        "説明",
        True,
    )
    assert desk.versions() == [(1, "一"), (2, "一二")]


@pytest.mark.parametrize(
    ("field", "value", "stored"),
    [
        (RecordField.CONFIRMED, "一\r\n二", "一\n二"),
        (RecordField.FITS_SITUATION, "yes", True),
        (RecordField.LEADS_TO_SOLUTION, "no", False),
        (RecordField.KEEPS_MOTIVATION, "no", False),
        (RecordField.RESOURCES_MISSING, "yes", True),
        (RecordField.OUTCOME, "了承", "了承"),
    ],
)
def test_the_record_holds_what_was_written(
    desk: Desk, field: RecordField, value: str, stored: object
) -> None:
    desk.write(value, field=field)
    assert getattr(desk.record(), field.value) == stored
    assert fields_of(desk.bureau.session, [desk.item_id])[desk.item_id][field].version == 1


def test_what_was_chosen_can_be_taken_back(desk: Desk) -> None:
    for field, value in ((RecordField.OUTCOME, "了承"), (RecordField.FITS_SITUATION, "yes")):
        desk.write(value, field=field)
        assert desk.write("", 1, field=field).version == 2
        assert getattr(desk.record(), field.value) is None
    assert stamps_of(desk.bureau.session, [desk.item_id]) == {}


def test_an_older_record_stands_at_version_nought(desk: Desk) -> None:
    desk.bureau.session.add(
        ItemRecord(item_id=desk.item_id, discussion="前の記録", fits_situation=False, recorded_by="前の人")
    )
    desk.bureau.session.flush()
    assert desk.now() == FieldNow("前の記録", 0, "前の人")
    assert desk.now(RecordField.FITS_SITUATION) == FieldNow("no", 0, "前の人")
    assert desk.now(RecordField.OUTCOME) == FieldNow("", 0, "")
    assert desk.write("前の記録").result == "same"
    assert desk.write("続き").version == 1


def test_a_write_sent_again_is_taken_once_and_answered_alike(desk: Desk) -> None:
    first = desk.write("一", op="a")
    desk.write("別の人が続けた", 1, by=CHAIR)
    assert desk.write("一", op="a") == first
    assert desk.versions() == [(1, "一"), (2, "別の人が続けた")]


def test_what_stands_already_is_no_conflict(desk: Desk) -> None:
    desk.write("同じ文")
    again = desk.write("同じ文", 0, op="b", by=CHAIR)
    assert (again.result, again.version, again.author) == ("same", 1, SECRETARY.name)
    desk.write("その後", 1)
    assert desk.write("同じ文", 0, op="b", by=CHAIR) == again
    assert desk.versions() == [(1, "同じ文"), (2, "その後")]


def test_what_stood_at_version_nought_is_answered_alike_too(desk: Desk) -> None:
    first = desk.write("", op="n")
    assert (first.result, first.version) == ("same", 0)
    desk.write("その後")
    again = desk.write("", op="n")
    assert (again.result, again.version, again.value) == ("same", 0, "")


# --- conflicts ---


def test_who_comes_second_overwrites_nothing_and_keeps_the_text(desk: Desk) -> None:
    desk.write("先の文")
    answer = desk.write("後の文", 0, op="late", by=CHAIR)
    assert (answer.result, answer.version, answer.value, answer.author, answer.yours) == (
        "conflict",
        1,
        "先の文",
        SECRETARY.name,
        "後の文",
    )
    (conflict,) = pending_conflicts(desk.bureau.session, [desk.item_id])[desk.item_id]
    assert (conflict.write_id, conflict.field, conflict.yours, conflict.author) == (
        "late",
        TEXT,
        "後の文",
        "委員長 花子",
    )
    assert (conflict.current, conflict.current_author, conflict.current_version) == (
        "先の文",
        SECRETARY.name,
        1,
    )
    assert desk.record().discussion == "先の文"


def test_a_conflict_sent_again_is_the_same_conflict_beside_what_stands_by_then(desk: Desk) -> None:
    desk.write("先の文")
    desk.write("後の文", 0, op="late", by=CHAIR)
    desk.write("先の文の続き", 1)
    again = desk.write("後の文", 0, op="late", by=CHAIR)
    assert (again.result, again.version, again.value, again.yours) == (
        "conflict",
        2,
        "先の文の続き",
        "後の文",
    )
    assert desk.pending() == ["後の文"]


def test_whoever_writes_on_replaces_only_the_own_windows_conflict(desk: Desk) -> None:
    desk.write("先の文")
    desk.write("後", 0, op="c1", by=CHAIR, window="window 1")
    desk.write("別の窓", 0, op="c2", by=CHAIR, window="window 2")
    desk.write("後の文", 0, op="c3", by=CHAIR, window="window 1")
    assert sorted(desk.pending()) == sorted(["別の窓", "後の文"])
    settlement = desk.bureau.session.get_one(FieldSettlement, "c1")
    assert (settlement.how, settlement.applied_id, settlement.settled_by) == (
        Settlement.SUPERSEDED,
        None,
        "委員長 花子",
    )
    assert desk.write("先の文", 0, op="c4", by=CHAIR, window="window 1").result == "same"
    assert desk.pending() == ["別の窓"]
    assert desk.write("後", 0, op="c1", by=CHAIR, window="window 1").result == "settled"


def test_a_conflict_of_one_field_leaves_the_others_alone(desk: Desk) -> None:
    desk.write("先の文")
    desk.write("後の文", by=CHAIR)
    desk.write("先の説明", field=RecordField.EXPLANATION)
    desk.write("後の説明", field=RecordField.EXPLANATION, by=CHAIR)
    assert desk.pending() == ["後の文", "後の説明"]


def test_a_text_that_comes_to_stand_by_itself_waits_no_longer(desk: Desk) -> None:
    desk.write("了承", field=RecordField.OUTCOME)
    desk.write("差戻し", field=RecordField.OUTCOME, op="late", by=CHAIR)
    desk.write("差戻し", 1, field=RecordField.OUTCOME, op="second")
    assert desk.pending() == []
    settlement = desk.bureau.session.get_one(FieldSettlement, "late")
    assert (settlement.how, settlement.applied_id) == (Settlement.MINE, "second")
    assert desk.write("差戻し", field=RecordField.OUTCOME, op="late", by=CHAIR).result == "settled"


# --- choosing ---


@pytest.fixture
def torn(desk: Desk) -> Desk:
    """The field says 今の文 (version 1), and 別の文 waits under the id "late"."""
    desk.write("今の文")
    desk.write("別の文", 0, op="late", by=CHAIR)
    return desk


@pytest.mark.parametrize(
    ("how", "value", "stands", "version"),
    [
        (Settlement.CURRENT, None, "今の文", 1),
        (Settlement.MINE, None, "別の文", 2),
        (Settlement.BOTH, None, "今の文\n別の文", 2),
        (Settlement.REWRITTEN, "まとめた文", "まとめた文", 2),
        (Settlement.REWRITTEN, "今の文", "今の文", 1),
        (Settlement.REWRITTEN, "", "", 2),
    ],
)
def test_a_choice_settles_the_conflict(
    torn: Desk, how: Settlement, value: str | None, stands: str, version: int
) -> None:
    answer = torn.settle("late", how, 1, value=value)
    assert (answer.result, answer.op, answer.value, answer.version) == ("settled", "late", stands, version)
    assert (torn.now().value, torn.now().version, torn.record().discussion) == (stands, version, stands)
    assert torn.pending() == []
    settlement = torn.bureau.session.get_one(FieldSettlement, "late")
    assert (settlement.how, settlement.applied_id) == (how, "choice" if version == 2 else None)
    assert torn.bureau.actions()[-1] == "競合の決着"
    assert torn.settle("late", how, 1, value=value) == answer
    assert torn.write("別の文", 0, op="late", by=CHAIR).result == "settled"


@pytest.mark.parametrize("how", [Settlement.CURRENT, Settlement.MINE, Settlement.BOTH])
def test_a_choice_made_before_somebody_wrote_on_is_asked_again(torn: Desk, how: Settlement) -> None:
    torn.write("今の文の続き", 1)
    answer = torn.settle("late", how, 1)
    assert (answer.result, answer.value, answer.version, answer.yours) == (
        "conflict",
        "今の文の続き",
        2,
        "別の文",
    )
    assert torn.pending() == ["別の文"]
    assert torn.settle("late", how, 2).result == "settled"


def test_a_text_rewritten_too_late_waits_beside_the_others(torn: Desk) -> None:
    torn.write("今の文の続き", 1)
    answer = torn.settle("late", Settlement.REWRITTEN, 1, value="まとめた文", op="mine")
    assert (answer.result, answer.op, answer.yours) == ("conflict", "mine", "まとめた文")
    assert sorted(torn.pending()) == sorted(["別の文", "まとめた文"])
    assert torn.settle("late", Settlement.REWRITTEN, 1, value="まとめた文", op="mine") == answer
    assert torn.settle("mine", Settlement.MINE, 2, op="again").value == "まとめた文"
    assert torn.settle("late", Settlement.REWRITTEN, 1, value="まとめた文", op="mine").result == "settled"


def test_two_people_choose_and_the_first_choice_stands(torn: Desk) -> None:
    torn.settle("late", Settlement.CURRENT, 1, op="first")
    second = torn.settle("late", Settlement.MINE, 1, op="second")
    assert (second.result, second.value, second.version) == ("settled", "今の文", 1)
    rewritten = torn.settle("late", Settlement.REWRITTEN, 1, value="第三の文", op="third")
    assert (rewritten.result, rewritten.value) == ("settled", "第三の文")
    assert torn.bureau.session.get_one(FieldSettlement, "late").how is Settlement.CURRENT


def test_of_two_outcomes_one_is_chosen(desk: Desk) -> None:
    desk.write("了承", field=RecordField.OUTCOME)
    desk.write("差戻し", field=RecordField.OUTCOME, op="late", by=CHAIR)
    for how, value in ((Settlement.BOTH, None), (Settlement.REWRITTEN, "継続協議")):
        with pytest.raises(Refused, match="「結果」は、二つをつないだり書き直したりできません"):
            desk.settle("late", how, 1, value=value)
    assert desk.settle("late", Settlement.MINE, 1).value == "差戻し"
    assert desk.record().outcome == "差戻し"
    assert stamps_of(desk.bureau.session, [desk.item_id])[desk.item_id].outcome == "差戻し"


def test_a_choice_needs_a_conflict_of_this_meeting(torn: Desk) -> None:
    for unknown in ("nowhere", "op-1"):
        with pytest.raises(NotFound, match="この競合は見つかりません"):
            torn.settle(unknown, Settlement.MINE, 1)
    other = torn.bureau.meeting()
    with pytest.raises(NotFound, match="この議題は見つかりません"):
        settle_conflict(
            **torn.bureau.given,
            meeting=other,
            write_id="late",
            how=Settlement.MINE,
            value=None,
            base=1,
            op="choice",
        )


@pytest.mark.parametrize("how", [Settlement.REWRITTEN, Settlement.SUPERSEDED])
def test_a_choice_says_what_holds(torn: Desk, how: Settlement) -> None:
    with pytest.raises(Refused, match="どちらの内容にするかが届いていません"):
        torn.settle("late", how, 1)


def test_a_choice_has_an_id_of_its_own(torn: Desk) -> None:
    torn.write("説明", field=RecordField.EXPLANATION, op="taken")
    with pytest.raises(Refused, match="もう一度選んでください"):
        torn.settle("late", Settlement.MINE, 1, op="taken")


# --- refusals ---


@pytest.mark.parametrize(
    "other",
    [{"value": "別の値"}, {"value": "値", "field": RecordField.EXPLANATION}],
)
def test_an_id_stands_for_one_write(desk: Desk, other: dict[str, Any]) -> None:
    desk.write("値", op="a")
    with pytest.raises(Refused, match="同じ番号の書込みが、別の内容でもう届いています"):
        desk.write(**other, op="a")


@pytest.mark.parametrize(
    "keys",
    [{"op": "x" * 37}, {"op": "番号"}, {"op": "a\x00"}, {"window": "w" * 37}, {"base": -1}, {"base": 2**31}],
)
def test_the_keys_of_a_write_are_checked(desk: Desk, keys: dict[str, Any]) -> None:
    with pytest.raises(Refused, match="書込みの番号が正しくありません"):
        desk.write("値", **{"window": "w", **keys})
    assert desk.all_writes() == []


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        (RecordField.DISCUSSION, "長" * 20_001, "「話し合い（要点）」が長すぎます。20,000文字以内"),
        (RecordField.EXPLANATION, "前\x00後", "「説明」に使えない文字（U\\+0000）があります"),
        (RecordField.CONFIRMED, "前\ud83d後", "「確認されたこと」に使えない文字（U\\+D83D）があります"),
        (RecordField.OUTCOME, "終結", "了承・修正のうえ了承・継続協議・差戻し から選んで"),
        (RecordField.FITS_SITUATION, "はい", "「状況と目標に合う」は、示された答えから選び直して"),
        (RecordField.FOLLOW_UP, "要", "「フォロー」は、示された答えから選び直して"),
    ],
)
def test_a_field_takes_only_what_it_can_have(
    desk: Desk, field: RecordField, value: str, sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        desk.write(value, field=field)
    assert desk.all_writes() == []


def test_the_longest_text_is_taken(desk: Desk) -> None:
    assert desk.write("長" * 20_000).result == "saved"


def test_nothing_is_written_before_opening(bureau: Bureau) -> None:
    desk = Desk(bureau)
    desk.meeting.status = MeetingStatus.CONVENED
    with pytest.raises(Refused, match="「招集」の段階です。開会してから記録してください"):
        desk.write("早すぎる")


def test_after_closing_only_the_texts_are_written(desk: Desk) -> None:
    desk.write("了承", field=RecordField.OUTCOME, op="before")
    desk.bureau.closed(desk.meeting)
    with pytest.raises(Refused, match="閉会後は、結果を変えられません"):
        desk.write("差戻し", 1, field=RecordField.OUTCOME)
    for field in (RecordField.FITS_SITUATION, RecordField.FOLLOW_UP):
        with pytest.raises(Refused, match="閉会後は、ここでは文だけを直せます"):
            desk.write("yes", field=field)
    for field in (RecordField.EXPLANATION, RecordField.DISCUSSION, RecordField.CONFIRMED):
        assert desk.write("直した文", field=field).result == "saved"
    assert desk.write("了承", field=RecordField.OUTCOME, op="before").result == "saved"


def test_nothing_is_written_once_the_minutes_are_approved(desk: Desk) -> None:
    desk.write("前の文", op="before")
    desk.write("競合", op="late", by=CHAIR)
    desk.bureau.closed(desk.meeting)
    desk.approved()
    with pytest.raises(Refused, match=r"承認済みのため、記録は変えられません。.*「訂正」を入れて"):
        desk.write("後の文", 1)
    with pytest.raises(Refused, match="承認済み"):
        desk.settle("late", Settlement.MINE, 1)
    assert desk.write("前の文", op="before").result == "saved"


# --- what waits holds the meeting up ---


def test_closing_waits_for_decisions_but_not_for_texts(desk: Desk) -> None:
    desk.write("今の文")
    desk.write("別の文", op="text", by=CHAIR)
    desk.write("了承", field=RecordField.OUTCOME)
    desk.write("差戻し", field=RecordField.OUTCOME, op="outcome", by=CHAIR)
    desk.write("yes", field=RecordField.FOLLOW_UP)
    desk.write("no", field=RecordField.FOLLOW_UP, op="follow", by=CHAIR)
    with pytest.raises(
        Refused,
        match=r"（「No\.1 プラン1 新規」の結果、「No\.1 プラン1 新規」のフォロー）。どちらにするかを選んでから、閉会して",
    ):
        desk.bureau.closed(desk.meeting)
    for op in ("outcome", "follow"):
        desk.settle(op, Settlement.CURRENT, 1, op=f"choice-{op}")
    desk.bureau.closed(desk.meeting)
    with pytest.raises(Refused, match=r"（「No\.1 プラン1 新規」の話し合い（要点））。.*議事録を進めて"):
        refuse_pending(desk.bureau.session, desk.meeting)
    desk.settle("text", Settlement.BOTH, 1)
    refuse_pending(desk.bureau.session, desk.meeting)


# --- the form goes the same way ---


def form(desk: Desk, outcome: str | None, version: int, **texts: Any) -> ItemRecord:
    return record_item(
        **desk.bureau.given,
        meeting=desk.meeting,
        view=desk.view,
        result=Outcome(outcome, **texts),
        version=version,
        started_at=minute(desk.meeting, 0),
        ended_at=minute(desk.meeting, 20),
    )


def test_a_form_writes_each_field_it_changes(desk: Desk) -> None:
    desk.write("一", by=CHAIR)
    row = form(desk, "了承", 1, discussion="一", confirmed="二", follow_up=False)
    assert row.version == 2
    written = {(write.field, write.version, write.value, write.author) for write in desk.all_writes()}
    assert written == {
        (RecordField.DISCUSSION, 1, "一", "委員長 花子"),
        (RecordField.CONFIRMED, 1, "二", SECRETARY.name),
        (RecordField.FOLLOW_UP, 1, "no", SECRETARY.name),
        (RecordField.OUTCOME, 1, "了承", SECRETARY.name),
    }
    form(desk, "了承", 2, discussion="一", confirmed="二", follow_up=False)
    assert len(desk.all_writes()) == 4


def test_a_form_that_is_behind_a_live_write_is_a_conflict(desk: Desk) -> None:
    form(desk, "了承", 0)
    desk.write("書き足した")
    with pytest.raises(Conflict, match="先に保存しました"):
        form(desk, "差戻し", 1)
    assert (desk.record().outcome, desk.record().discussion) == ("了承", "書き足した")


def test_a_live_write_that_is_behind_a_form_is_a_conflict(desk: Desk) -> None:
    desk.write("一")
    form(desk, None, 1, discussion="一と二")
    assert desk.write("一と三", 1).result == "conflict"
    assert desk.pending() == ["一と三"]


def test_a_form_refuses_signs_that_no_document_can_hold(desk: Desk) -> None:
    with pytest.raises(Refused, match="使えない文字"):
        form(desk, None, 0, confirmed="\x07")


# --- stamps ---


def names(desk: Desk, listed: str) -> list[str]:
    known = {person_id: name for name, person_id in desk.bureau.people.items()}
    return [known[person_id] for person_id in json.loads(listed)]


def test_an_outcome_says_who_was_there_and_who_presided(desk: Desk) -> None:
    desk.bureau.come(desk.meeting, "助言者", after=15)
    desk.write("了承", field=RecordField.OUTCOME, after=14)
    stamp = stamps_of(desk.bureau.session, [desk.item_id])[desk.item_id]
    assert (stamp.outcome, stamp.stamped_at, names(desk, stamp.present)) == (
        "了承",
        minute(desk.meeting, 14),
        ["委員長"],
    )
    assert stamp.presider_id == desk.bureau.people["委員長"]
    desk.write("差戻し", 1, field=RecordField.OUTCOME, after=15)
    later = stamps_of(desk.bureau.session, [desk.item_id])[desk.item_id]
    assert (later.outcome, sorted(names(desk, later.present))) == ("差戻し", ["助言者", "委員長"])
    assert desk.bureau.actions().count("議題の記録") == 2


def test_an_outcome_entered_by_form_speaks_of_the_items_end(desk: Desk) -> None:
    desk.bureau.come(desk.meeting, "助言者", after=20)
    form(desk, "了承", 0)
    stamp = stamps_of(desk.bureau.session, [desk.item_id])[desk.item_id]
    assert (stamp.stamped_at, names(desk, stamp.present)) == (minute(desk.meeting, 20), ["委員長"])


def test_a_text_brings_no_stamp_and_no_audit_of_its_own(desk: Desk) -> None:
    before = len(desk.bureau.audited())
    desk.write("文")
    desk.write("yes", field=RecordField.FITS_SITUATION)
    assert len(desk.bureau.audited()) == before
    assert stamps_of(desk.bureau.session, [desk.item_id]) == {}


def test_the_time_of_each_version_is_kept(desk: Desk) -> None:
    desk.write("一", after=1)
    desk.write("二", 1, after=2, by=CHAIR)
    history = writes_of(desk.bureau.session, desk.item_id, TEXT)
    assert [(row.version, row.value, row.author, row.at - desk.meeting.starts_at) for row in history] == [
        (1, "一", SECRETARY.name, timedelta(minutes=1)),
        (2, "二", "委員長 花子", timedelta(minutes=2)),
    ]


def test_conflicts_and_repetitions_are_kept_without_a_version(desk: Desk) -> None:
    desk.write("一")
    desk.write("二")
    desk.write("一")
    assert [(row.result, row.version) for row in sorted(desk.all_writes(), key=lambda row: row.id)] == [
        (WriteResult.SAVED, 1),
        (WriteResult.CONFLICT, None),
        (WriteResult.SAME, None),
    ]
