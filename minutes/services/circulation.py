"""議事録の回覧: a draft sent round, commented item by item until a day, each comment answered, and ended."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlmodel import Session

from meetings_app.core.actor import Actor
from meetings_app.core.clock import Clock, today
from meetings_app.core.errors import Conflict, Forbidden, NotFound, Refused
from meetings_app.core.terms import Role
from meetings_app.core.wareki import format_wareki
from meetings_app.services.audit import record
from meetings_app.tables.meetings import Meeting
from minutes.edition_tables import Circulation, CommentVerdict, EditionKind, MinutesComment
from minutes.rules.minutes_view import ApprovalStatus
from minutes.services.circulation_views import is_asked, latest_circulation, may_be_spoken_for, own_comments
from minutes.services.comments import by_proxy, get_comment, proxy_author, text_mark
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


@dataclass(frozen=True, slots=True)
class _Speaker:
    """意見の主: whose comment it is, and who is named as its author; `proxy`: the secretariat typed it."""

    person_id: str
    author: str
    proxy: bool = False


def comment_on_minutes(
    *,
    session: Session,
    actor: Actor,
    clock: Clock,
    meeting: Meeting,
    item_id: str | None,
    text: str,
    proxy_for: str | None = None,
) -> MinutesComment:
    """意見を出す or change one's own, on an item (or on the whole, `item_id` None), until the deadline.

    Empty: 意見なし, taken only for the whole and only where nothing has been said. A changed comment waits for an
    answer again. `proxy_for`: 代理入力, the secretariat types what that person said on paper or by telephone; what the
    person typed stays theirs. Raises NotFound for an item they did not sit in on, Forbidden for who is not asked.
    """
    circulation = _taking_comments(session, actor, clock, meeting)
    speaker = _speaker(session, actor, meeting, proxy_for)
    _refuse_foreign_item(session, meeting, speaker.person_id, item_id)
    own = own_comments(session, circulation.id, speaker.person_id)
    words = _checked(text)
    if not words:
        return _say_nothing(session, actor, clock, meeting, circulation, own, speaker, item_id)
    comment = next((one for one in own if one.item_id == item_id and one.text), None)
    if comment is not None and comment.text == words:
        return comment
    comment = comment or _new_comment(circulation, speaker, item_id)
    _refuse_own_words(comment, speaker)
    comment.text, comment.written_at, comment.author = words, clock.now(), speaker.author
    comment.verdict = comment.answered_by = comment.answered_at = None
    comment.answer = ""
    for nothing in (one for one in own if not one.text):
        session.delete(nothing)
    session.add(comment)
    session.flush()
    detail = {"item": item_id, "round": circulation.round} | _for_whom(speaker)
    _audit(session, actor, clock, meeting, "意見の代理入力" if speaker.proxy else "議事録への意見", detail)
    return comment


def answer_circulation(
    *,
    session: Session,
    actor: Actor,
    clock: Clock,
    meeting: Meeting,
    texts: Mapping[str | None, str],
    nothing: bool,
    proxy_for: str | None = None,
) -> int:
    """回覧に答える: what stands in `texts` (by item, None: the whole) is what the actor says now.

    An empty text takes an earlier comment on that place back. `nothing`: 意見なし, for who has typed nothing.
    `proxy_for`: the secretariat answers in that person's name. Returns how many comments stand. Raises what
    `comment_on_minutes` does, and Refused where nothing was said at all.
    """
    circulation = _taking_comments(session, actor, clock, meeting)
    speaker = _speaker(session, actor, meeting, proxy_for)
    said = {item_id: text for item_id, text in texts.items() if text.strip()}
    if nothing and said:
        raise Refused("意見が入っています。意見を送るか、欄を空けてから「意見なし」を選んでください。")
    for comment in own_comments(session, circulation.id, speaker.person_id):
        emptied = comment.text and comment.item_id in texts and comment.item_id not in said
        if emptied and not _is_out_of_reach(comment, speaker):
            _withdraw(session, actor, clock, meeting, comment, speaker)
    if nothing:
        said = {None: ""}
    for item_id, text in said.items():
        comment_on_minutes(
            session=session,
            actor=actor,
            clock=clock,
            meeting=meeting,
            item_id=item_id,
            text=text,
            proxy_for=proxy_for,
        )
    return sum(bool(text) for text in said.values())


def withdraw_comment(
    *, session: Session, actor: Actor, clock: Clock, meeting: Meeting, comment_id: str
) -> None:
    """意見を取り下げる: take back one's own comment (or 意見なし) until the deadline. The audit trail stays."""
    circulation = _taking_comments(session, actor, clock, meeting)
    speaker = _speaker(session, actor, meeting, None)
    comment = get_comment(session, meeting.id, comment_id)
    if comment.person_id != speaker.person_id or comment.circulation_id != circulation.id:
        raise NotFound(
            "取り下げられるのは、この回覧に出した自分の意見だけです。回覧の画面を読み直してください。"
        )
    _withdraw(session, actor, clock, meeting, comment, speaker)


def _withdraw(
    session: Session,
    actor: Actor,
    clock: Clock,
    meeting: Meeting,
    comment: MinutesComment,
    speaker: _Speaker,
) -> None:
    session.delete(comment)
    session.flush()
    detail = {"item": comment.item_id} | _for_whom(speaker)
    _audit(session, actor, clock, meeting, "意見の取下げ", detail)


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


def _speaker(session: Session, actor: Actor, meeting: Meeting, proxy_for: str | None) -> _Speaker:
    """Return whose comment it is. Raises Forbidden for who is not asked, and for another's name by others."""
    if proxy_for is not None:
        return _spoken_for(session, actor, meeting, proxy_for)
    if not is_asked(session, actor, meeting) or actor.person_id is None:
        raise Forbidden("意見を出せるのは、会議に出席した人です。議長は、承認の前に差し戻すことができます。")
    return _Speaker(actor.person_id, actor.name)


def _spoken_for(session: Session, actor: Actor, meeting: Meeting, person_id: str) -> _Speaker:
    """代理入力: return the person in whose name the secretariat types."""
    if actor.role is not Role.SECRETARIAT:
        raise Forbidden("ほかの人の意見を代わって入力できるのは、事務局です。事務局に伝えてください。")
    name = may_be_spoken_for(session, meeting).get(person_id)
    if name is None:
        raise NotFound(
            "代わって入力できるのは、会議に出席した人（議長を除く）の意見です。回覧の画面で選び直してください。"
        )
    return _Speaker(person_id, proxy_author(name, actor.name), proxy=True)


def _is_out_of_reach(comment: MinutesComment, speaker: _Speaker) -> bool:
    """Return whether somebody typed it themselves, so that the secretariat neither changes nor withdraws it."""
    return speaker.proxy and bool(comment.text) and not by_proxy(comment.author)


def _refuse_own_words(comment: MinutesComment, speaker: _Speaker) -> None:
    if _is_out_of_reach(comment, speaker):
        raise Refused(
            "この人は、ここに自分で意見を出しています。代わって変えることはできません。本人に直してもらってください。"
        )


def _for_whom(speaker: _Speaker) -> dict[str, object]:
    return {"person": speaker.person_id} if speaker.proxy else {}


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
    speaker: _Speaker,
    item_id: str | None,
) -> MinutesComment:
    if item_id is not None or any(one.text for one in own):
        raise Refused("意見を出しています。「意見なし」とするときは、先に意見を取り下げてください。")
    if own:
        return own[0]
    comment = _new_comment(circulation, speaker, None)
    comment.written_at = clock.now()
    session.add(comment)
    session.flush()
    action = "意見なしの代理入力" if speaker.proxy else "意見なしの回答"
    _audit(session, actor, clock, meeting, action, {"round": circulation.round, **_for_whom(speaker)})
    return comment


def _new_comment(circulation: Circulation, speaker: _Speaker, item_id: str | None) -> MinutesComment:
    return MinutesComment(
        circulation_id=circulation.id,
        item_id=item_id,
        person_id=speaker.person_id,
        author=speaker.author,
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
