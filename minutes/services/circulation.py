"""議事録の回覧: a draft sent round, commented item by item until a day, each comment answered, and ended."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from sqlmodel import Session

from meetings_app.core.actor import Actor
from meetings_app.core.clock import Clock, today
from meetings_app.core.errors import Conflict, Forbidden, NotFound, Refused
from meetings_app.core.wareki import format_wareki
from meetings_app.services.audit import record
from meetings_app.tables.meetings import Meeting
from minutes.edition_tables import Circulation, CommentVerdict, EditionKind, MinutesComment
from minutes.rules.minutes_view import ApprovalStatus
from minutes.services.circulation_views import is_asked, latest_circulation, own_comments
from minutes.services.comments import get_comment, text_mark
from minutes.services.editions import issue_edition
from minutes.services.live_fields import refuse_pending
from minutes.services.minutes import get_minutes, minutes_status, refuse_unclosed
from minutes.services.minutes_view import build_view
from minutes.services.reading import refuse_unreadable, sat_in_on
from minutes.tables import Minutes, MinutesStatus

LONGEST_DAYS = 60
LONGEST_COMMENT = 2000
LONGEST_ANSWER = 1000


# ---- sending round and ending


def circulate_minutes(
    *, session: Session, actor: Actor, clock: Clock, meeting: Meeting, comments_until: date
) -> Circulation:
    """回覧する: issue the draft as an edition and ask those who were there for comments until a day (inclusive).

    Refused before the meeting has closed, for anything but a draft, and for a day that is over or far away.
    """
    refuse_unclosed(meeting)
    minutes = get_minutes(session, meeting)
    _refuse_not_draft(minutes)
    _refuse_deadline(comments_until, today(clock))
    refuse_pending(session, meeting)
    view = build_view(session, meeting)
    sent = replace(view, approval=replace(view.approval, status=ApprovalStatus.CIRCULATED))
    edition = issue_edition(session, actor, clock, meeting, EditionKind.CIRCULATED, sent)
    latest = latest_circulation(session, meeting.id)
    circulation = Circulation(
        meeting_id=meeting.id,
        round=latest.round + 1 if latest else 1,
        edition_id=edition.id,
        comments_until=comments_until,
        sent_by=actor.name,
        sent_at=clock.now(),
    )
    session.add(circulation)
    _to_stage(session, minutes, MinutesStatus.CIRCULATED)
    detail = {"until_day": comments_until, "edition": edition.number}
    _audit(session, actor, clock, meeting, "議事録の回覧", detail)
    return circulation


def end_circulation(*, session: Session, actor: Actor, clock: Clock, meeting: Meeting) -> Circulation:
    """回覧を終える, before or after the deadline: the minutes are a draft again, to be mended or submitted."""
    circulation = _open_circulation(session, meeting)
    circulation.ended_by, circulation.ended_at = actor.name, clock.now()
    session.add(circulation)
    _to_stage(session, get_minutes(session, meeting), MinutesStatus.DRAFT)
    _audit(session, actor, clock, meeting, "回覧の終了", {"on": today(clock)})
    return circulation


def _refuse_not_draft(minutes: Minutes) -> None:
    sentences = {
        MinutesStatus.CIRCULATED: "議事録はもう回覧中です。回覧を終えてから、もう一度回覧してください。",
        MinutesStatus.SUBMITTED: "議事録は承認を待っています。議長が差し戻すと、回覧できます。",
        MinutesStatus.APPROVED: "承認済みの議事録は回覧できません。直すことがあれば、理由を付けて訂正してください。",
    }
    if minutes.status in sentences:
        raise Refused(sentences[minutes.status])


def _refuse_deadline(until: date, on: date) -> None:
    if until < on:
        raise Refused("意見の締切が過ぎた日になっています。きょう以後の日を入れてください。")
    if until > on + timedelta(days=LONGEST_DAYS):
        raise Refused(f"意見の締切は、{LONGEST_DAYS}日以内の日にしてください。")


# ---- comments


def comment_on_minutes(
    *, session: Session, actor: Actor, clock: Clock, meeting: Meeting, item_id: str | None, text: str
) -> MinutesComment:
    """意見を出す or change one's own, on an item (or on the whole, `item_id` None), until the deadline.

    Empty: 意見なし, taken only for the whole and only where nothing has been said. A changed comment waits for an
    answer again. Raises NotFound for an item the actor did not sit in on, Forbidden for who is not asked.
    """
    circulation = _taking_comments(session, actor, clock, meeting)
    person_id = _speaker(session, actor, meeting)
    _refuse_foreign_item(session, meeting, person_id, item_id)
    own = own_comments(session, circulation.id, person_id)
    words = _checked(text)
    if not words:
        return _say_nothing(session, actor, clock, meeting, circulation, own, item_id)
    comment = next((one for one in own if one.item_id == item_id and one.text), None)
    if comment is not None and comment.text == words:
        return comment
    comment = comment or _new_comment(circulation, actor, person_id, item_id)
    comment.text, comment.written_at = words, clock.now()
    comment.verdict = comment.answered_by = comment.answered_at = None
    comment.answer = ""
    for nothing in (one for one in own if not one.text):
        session.delete(nothing)
    session.add(comment)
    session.flush()
    detail = {"item": item_id, "round": circulation.round}
    _audit(session, actor, clock, meeting, "議事録への意見", detail)
    return comment


def answer_circulation(
    *,
    session: Session,
    actor: Actor,
    clock: Clock,
    meeting: Meeting,
    texts: Mapping[str | None, str],
    nothing: bool,
) -> int:
    """回覧に答える: what stands in `texts` (by item, None: the whole) is what the actor says now.

    An empty text takes an earlier comment on that place back. `nothing`: 意見なし, for who has typed nothing. Returns
    how many comments stand. Raises what `comment_on_minutes` does, and Refused where nothing was said at all.
    """
    circulation = _taking_comments(session, actor, clock, meeting)
    person_id = _speaker(session, actor, meeting)
    said = {item_id: text for item_id, text in texts.items() if text.strip()}
    if nothing and said:
        raise Refused("意見が入っています。意見を送るか、欄を空けてから「意見なし」を選んでください。")
    for comment in own_comments(session, circulation.id, person_id):
        if comment.text and comment.item_id in texts and comment.item_id not in said:
            withdraw_comment(
                session=session, actor=actor, clock=clock, meeting=meeting, comment_id=comment.id
            )
    if nothing:
        said = {None: ""}
    for item_id, text in said.items():
        comment_on_minutes(
            session=session, actor=actor, clock=clock, meeting=meeting, item_id=item_id, text=text
        )
    return sum(bool(text) for text in said.values())


def withdraw_comment(
    *, session: Session, actor: Actor, clock: Clock, meeting: Meeting, comment_id: str
) -> None:
    """意見を取り下げる: take back one's own comment (or 意見なし) until the deadline. The audit trail stays."""
    circulation = _taking_comments(session, actor, clock, meeting)
    person_id = _speaker(session, actor, meeting)
    comment = get_comment(session, meeting.id, comment_id)
    if comment.person_id != person_id or comment.circulation_id != circulation.id:
        raise NotFound(
            "取り下げられるのは、この回覧に出した自分の意見だけです。回覧の画面を読み直してください。"
        )
    session.delete(comment)
    session.flush()
    _audit(session, actor, clock, meeting, "意見の取下げ", {"item": comment.item_id})


def answer_comment(
    *,
    session: Session,
    actor: Actor,
    clock: Clock,
    meeting: Meeting,
    comment_id: str,
    verdict: CommentVerdict,
    answer: str,
    mark: str,
) -> MinutesComment:
    """意見に対応する: 反映 or 見送り with a sentence to whoever said it. May be changed until the minutes are submitted.

    `mark` is that of the text that was read (`CommentView.mark`): Conflict where the comment has changed since.
    """
    if minutes_status(session, meeting.id) not in (MinutesStatus.CIRCULATED, MinutesStatus.DRAFT):
        raise Refused("意見への対応は、議事録を承認に回すまで記録できます。議長が差し戻すと、変えられます。")
    comment = get_comment(session, meeting.id, comment_id)
    if text_mark(comment.text) != mark:
        raise Conflict("この意見は、読んだ後に書き直されました。もう一度読んでから対応を記録してください。")
    if not comment.text:
        raise Refused("「意見なし」には対応が要りません。ほかの意見の対応を記録してください。")
    if not answer.strip():
        raise Refused("対応の説明を入れてください。どう直したか、または見送る理由を書きます。")
    comment.verdict, comment.answer = verdict, answer.strip()
    comment.answered_by, comment.answered_at = actor.name, clock.now()
    session.add(comment)
    session.flush()
    detail = {"item": comment.item_id, "person": comment.person_id, "verdict": verdict}
    _audit(session, actor, clock, meeting, "意見への対応", detail)
    return comment


def _taking_comments(session: Session, actor: Actor, clock: Clock, meeting: Meeting) -> Circulation:
    refuse_unreadable(session, actor, meeting)
    circulation = _open_circulation(session, meeting)
    if today(clock) > circulation.comments_until:
        raise Refused(
            f"意見の締切（{format_wareki(circulation.comments_until, weekday=True)}）を過ぎました。"
            "伝えたいことがあるときは、事務局に連絡してください。"
        )
    return circulation


def _open_circulation(session: Session, meeting: Meeting) -> Circulation:
    circulation = latest_circulation(session, meeting.id)
    if circulation is None or circulation.ended_at is not None:
        raise Refused("この議事録は、いま回覧されていません。議事録の画面で段階を確かめてください。")
    return circulation


def _speaker(session: Session, actor: Actor, meeting: Meeting) -> str:
    """Return the person whose comment it is. Raises Forbidden for who is not asked."""
    if not is_asked(session, actor, meeting) or actor.person_id is None:
        raise Forbidden("意見を出せるのは、会議に出席した人です。議長は、承認の前に差し戻すことができます。")
    return actor.person_id


def _refuse_foreign_item(session: Session, meeting: Meeting, person_id: str, item_id: str | None) -> None:
    if item_id is not None and item_id not in sat_in_on(session, meeting, person_id):
        raise NotFound("この議題は見つかりません。加わった議題にだけ意見を出せます。")


def _checked(text: str) -> str:
    words = text.strip()
    if len(words) > LONGEST_COMMENT:
        raise Refused(f"意見が長すぎます。{LONGEST_COMMENT}文字以内にしてください。")
    return words


def _say_nothing(
    session: Session,
    actor: Actor,
    clock: Clock,
    meeting: Meeting,
    circulation: Circulation,
    own: Sequence[MinutesComment],
    item_id: str | None,
) -> MinutesComment:
    if item_id is not None or any(one.text for one in own):
        raise Refused("意見を出しています。「意見なし」とするときは、先に意見を取り下げてください。")
    if own:
        return own[0]
    comment = _new_comment(circulation, actor, str(actor.person_id), None)
    comment.written_at = clock.now()
    session.add(comment)
    session.flush()
    _audit(session, actor, clock, meeting, "意見なしの回答", {"round": circulation.round})
    return comment


def _new_comment(
    circulation: Circulation, actor: Actor, person_id: str, item_id: str | None
) -> MinutesComment:
    return MinutesComment(
        circulation_id=circulation.id,
        item_id=item_id,
        person_id=person_id,
        author=actor.name,
        written_at=circulation.sent_at,
    )


# ---- within


def _to_stage(session: Session, minutes: Minutes, stage: MinutesStatus) -> None:
    minutes.status = stage
    minutes.version += 1
    session.add(minutes)
    session.flush()


def _audit(
    session: Session, actor: Actor, clock: Clock, meeting: Meeting, action: str, detail: Mapping[str, object]
) -> None:
    record(
        session=session,
        actor=actor,
        clock=clock,
        action=action,
        subject="minutes",
        subject_id=meeting.id,
        detail=dict(detail),
    )
