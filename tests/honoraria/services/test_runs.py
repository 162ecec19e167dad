"""支給調書: from a closed meeting to a sheet that nobody changes any more, each step taken once."""

from dataclasses import replace

import pytest

from honoraria.rules.sheet import SheetContent
from honoraria.services.frozen import decode, encode, sha256
from honoraria.services.runs import (
    approve_run,
    check_run,
    content_of,
    finalise_run,
    get_run,
    list_runs,
    run_of,
    send_back,
    start_run,
)
from honoraria.services.settlements import decline, settle
from meetings_app.core.actor import Actor
from meetings_app.core.errors import Conflict, NotFound, Refused
from meetings_app.core.terms import District, Role, RunStatus, WithholdingMode
from meetings_app.services.office_settings import set_setting
from meetings_app.services.roster import change_person
from meetings_app.tables.users import User
from tests.honoraria.pay_desk import PayDesk
from tests.office_builder import SECRETARY, TODAY

PAID = "支給"


def test_a_sheet_is_made_from_confirmed_attendance_once(desk: PayDesk) -> None:
    meeting = desk.bureau.meeting()
    desk.bureau.matter(meeting)
    with pytest.raises(Refused, match="閉会して出席を確認してから"):
        start_run(**desk.given, meeting=meeting)
    assert run_of(desk.session, meeting.id) is None
    desk.bureau.held(meeting)
    run = start_run(**desk.given, meeting=meeting)
    assert start_run(**desk.given_second, meeting=meeting) is run
    assert (run.number, run.status, run.created_by) == (1, RunStatus.DRAFT, "会計 一子")
    assert list_runs(desk.session, desk.bureau.support.id) == [run]


def test_amounts_tax_and_sums(quick_desk: PayDesk) -> None:
    desk = quick_desk
    desk.bureau.member("湖畔", district=District.AKANKOHAN)
    desk.bureau.member("音別", district=District.ONBETSU)
    desk.withhold(WithholdingMode.MONTHLY)
    run = desk.draft("湖畔", "音別")
    assert desk.amounts(run) == {
        "委員長": (PAID, 5000, 0, 153, 4847),
        "湖畔": (PAID, 5000, 4000, 153, 8847),
        "音別": (PAID, 5000, 2000, 153, 6847),
    }
    totals = desk.sheet(run).content.totals
    assert (totals.honorarium, totals.travel, totals.withheld, totals.net, totals.payable) == (
        *(15000, 6000, 459, 20541),
        3,
    )


@pytest.mark.parametrize(
    ("mode", "on_travel", "withheld"),
    [
        (WithholdingMode.NONE, False, 0),
        (WithholdingMode.FEE, False, 510),
        (WithholdingMode.FEE, True, 918),
        (WithholdingMode.MONTHLY, False, 153),
        (WithholdingMode.MONTHLY, True, 275),
    ],
)
def test_the_office_chooses_how_tax_is_withheld(
    quick_desk: PayDesk, mode: WithholdingMode, on_travel: bool, withheld: int
) -> None:
    quick_desk.bureau.member("湖畔", district=District.AKANKOHAN)
    quick_desk.withhold(mode, on_travel=on_travel)
    run = quick_desk.draft("湖畔")
    assert quick_desk.amounts(run)["湖畔"] == (PAID, 5000, 4000, withheld, 9000 - withheld)


def test_while_tax_is_unset_nothing_goes_on_and_the_sentence_says_who_decides(quick_desk: PayDesk) -> None:
    quick_desk.withhold(None)
    run = quick_desk.draft()
    assert quick_desk.amounts(run)["委員長"] == (PAID, 5000, 0, None, None)
    assert quick_desk.sheet(run).content.totals.net is None
    with pytest.raises(Refused, match="会計の責任者が税務署に確かめて方法"):
        check_run(**quick_desk.given, run=run, seen=quick_desk.seen(run))
    assert run.status is RunStatus.DRAFT


def test_unset_between_approval_and_the_end_blocks_finalising(quick_desk: PayDesk) -> None:
    run = quick_desk.draft()
    seen = quick_desk.seen(run)
    check_run(**quick_desk.given, run=run, seen=seen)
    approve_run(**quick_desk.given_second, run=run, seen=seen)
    quick_desk.withhold(None)
    with pytest.raises(Conflict):
        finalise_run(**quick_desk.given, run=run, seen=seen)
    with pytest.raises(Refused, match="確認のあとに内容が変わりました"):
        finalise_run(**quick_desk.given, run=run, seen=quick_desk.seen(run))
    assert run.status is RunStatus.APPROVED


def test_checked_approved_and_final_by_two_people(desk: PayDesk) -> None:
    run = desk.draft()
    seen = desk.seen(run)
    check_run(**desk.given, run=run, seen=seen)
    with pytest.raises(Refused, match="確認した人は承認できません"):
        approve_run(**desk.given, run=run, seen=seen)
    approve_run(**desk.given_second, run=run, seen=seen)
    finalise_run(**desk.given, run=run, seen=seen)
    sheet = desk.sheet(run)
    assert sheet.sha256 == seen == sha256(sheet.content)
    assert (
        sheet.stage.status,
        sheet.stage.checked_by,
        sheet.stage.approved_by,
        sheet.stage.finalised_by,
    ) == (
        *(RunStatus.FINALISED, "会計 一子", "会計 二郎"),
        "会計 一子",
    )


def test_four_eyes_can_be_switched_off(quick_desk: PayDesk) -> None:
    run = quick_desk.draft()
    set_setting(**quick_desk.given, key="honoraria.four_eyes", value=False)
    seen = quick_desk.seen(run)
    check_run(**quick_desk.given, run=run, seen=seen)
    assert approve_run(**quick_desk.given, run=run, seen=seen).status is RunStatus.APPROVED


def test_somebody_without_an_account_of_their_own_neither_checks_nor_approves(quick_desk: PayDesk) -> None:
    run = quick_desk.draft()
    with pytest.raises(Refused, match="ログイン"):
        check_run(
            session=quick_desk.session,
            actor=SECRETARY,
            clock=quick_desk.bureau.clock,
            run=run,
            seen=quick_desk.seen(run),
        )


def test_each_step_needs_the_one_before(quick_desk: PayDesk) -> None:
    run = quick_desk.draft()
    seen = quick_desk.seen(run)
    with pytest.raises(Refused, match="まだ確認されていません"):
        approve_run(**quick_desk.given, run=run, seen=seen)
    with pytest.raises(Refused, match="承認されていません"):
        finalise_run(**quick_desk.given, run=run, seen=seen)
    with pytest.raises(Refused, match="まだ下書きです"):
        send_back(**quick_desk.given, run=run, reason="直す")


def test_the_same_step_again_changes_nothing_and_another_person_is_told(desk: PayDesk) -> None:
    run = desk.draft()
    seen = desk.seen(run)
    check_run(**desk.given, run=run, seen=seen)
    version, trail = run.version, len(desk.bureau.audited())
    assert check_run(**desk.given, run=run, seen=seen) is run
    with pytest.raises(Conflict, match="会計 一子が確認済み"):
        check_run(**desk.given_second, run=run, seen=seen)
    approve_run(**desk.given_second, run=run, seen=seen)
    assert approve_run(**desk.given_second, run=run, seen=seen) is run
    finalise_run(**desk.given, run=run, seen=seen)
    assert finalise_run(**desk.given_second, run=run, seen=seen) is run
    assert approve_run(**desk.given_second, run=run, seen=seen) is run
    with pytest.raises(Conflict):
        finalise_run(**desk.given, run=run, seen="0" * 64)
    assert (run.version, len(desk.bureau.audited())) == (version + 2, trail + 2)


def test_what_was_not_read_is_not_checked(quick_desk: PayDesk) -> None:
    run = quick_desk.draft()
    seen = quick_desk.seen(run)
    person_id = quick_desk.line(run, "委員長").person_id
    change_person(
        **quick_desk.bureau.given, person_id=person_id, name="改名 太郎", kana="", organisation="", mailbox=""
    )
    with pytest.raises(Conflict, match="読んでいる間に内容が変わりました"):
        check_run(**quick_desk.given, run=run, seen=seen)


def test_sending_back_undoes_check_and_approval(quick_desk: PayDesk) -> None:
    run = quick_desk.draft()
    seen = quick_desk.seen(run)
    check_run(**quick_desk.given, run=run, seen=seen)
    approve_run(**quick_desk.given_second, run=run, seen=seen)
    with pytest.raises(Refused, match="理由"):
        send_back(**quick_desk.given, run=run, reason="  ")
    send_back(**quick_desk.given, run=run, reason="区分を確かめる")
    assert (run.status, run.checked_by, run.approved_by_id, run.checked_sha256) == (
        RunStatus.DRAFT,
        *(None, None, None),
    )
    quick_desk.finalise(run)
    with pytest.raises(Refused, match="次の支給調書で訂正"):
        send_back(**quick_desk.given, run=run, reason="直す")


def test_an_open_line_blocks_and_is_named(quick_desk: PayDesk) -> None:
    quick_desk.bureau.member("北斗", district=District.OUTSIDE)
    run = quick_desk.draft("北斗")
    with pytest.raises(Refused, match="北斗: 要判断です"):
        check_run(**quick_desk.given, run=run, seen=quick_desk.seen(run))


def test_a_final_sheet_shows_the_same_whatever_changes_later(desk: PayDesk) -> None:
    desk.bureau.member("湖畔", district=District.AKANKOHAN)
    run = desk.final("湖畔")
    before = content_of(desk.session, run)
    person_id = desk.bureau.people["湖畔"]
    change_person(
        **desk.bureau.given, person_id=person_id, name="新姓 花子", kana="", organisation="新所属", mailbox=""
    )
    desk.withhold(WithholdingMode.FEE, on_travel=True)
    assert content_of(desk.session, run) == before
    assert desk.sheet(run).sha256 == sha256(before)


def test_decisions_come_before_the_check_only(quick_desk: PayDesk) -> None:
    quick_desk.bureau.member("北斗", district=District.OUTSIDE)
    run = quick_desk.draft("北斗")
    attendance_id = quick_desk.line(run, "北斗").attendance_id
    settle(
        **quick_desk.given,
        run=run,
        attendance_id=attendance_id,
        honorarium=5000,
        travel=2000,
        reason="音別とほぼ同じ道のり",
        decided_by="会計 責任者",
    )
    seen = quick_desk.seen(run)
    check_run(**quick_desk.given, run=run, seen=seen)
    with pytest.raises(Refused, match="「確認済み」です。差し戻してから"):
        decline(**quick_desk.given, run=run, attendance_id=attendance_id, declared_on=TODAY)
    approve_run(**quick_desk.given_second, run=run, seen=seen)
    finalise_run(**quick_desk.given, run=run, seen=seen)
    with pytest.raises(Refused, match="確定しています"):
        settle(
            **quick_desk.given,
            run=run,
            attendance_id=attendance_id,
            honorarium=0,
            travel=0,
            reason="やめる",
            decided_by="会計 責任者",
        )


def test_the_content_survives_its_json(quick_desk: PayDesk) -> None:
    quick_desk.bureau.member("北斗", district=District.OUTSIDE)
    run = quick_desk.draft("北斗")
    content = content_of(quick_desk.session, run)
    again = decode(encode(content))
    assert isinstance(again, SheetContent)
    assert again == content
    assert encode(again) == encode(content)


def test_a_sheet_of_another_body_is_not_found(quick_desk: PayDesk) -> None:
    run = quick_desk.draft()
    with pytest.raises(NotFound):
        get_run(quick_desk.session, run.id, quick_desk.bureau.regional.id)
    with pytest.raises(NotFound):
        get_run(quick_desk.session, "0" * 32, quick_desk.bureau.support.id)


def test_numbers_run_per_body(quick_desk: PayDesk) -> None:
    first = quick_desk.draft()
    second = quick_desk.draft(hour=14)
    assert [first.number, second.number] == [1, 2]


def test_the_database_itself_wants_two_people(quick_desk: PayDesk) -> None:
    run = quick_desk.draft()
    seen = quick_desk.seen(run)
    check_run(**quick_desk.given, run=run, seen=seen)
    run.status = RunStatus.APPROVED
    run.approved_by, run.approved_by_id, run.approved_at = run.checked_by, run.checked_by_id, run.checked_at
    with pytest.raises(Exception, match="four_eyes"):
        quick_desk.session.flush()
    quick_desk.session.rollback()


def test_the_chair_may_be_the_second_person(quick_desk: PayDesk) -> None:
    run = quick_desk.draft()
    seen = quick_desk.seen(run)
    check_run(**quick_desk.given, run=run, seen=seen)
    chair = Actor(
        name="委員長",
        role=Role.CHAIR,
        committee_id=quick_desk.bureau.support.id,
        user_id=quick_desk.second.user_id,
    )
    approve_run(session=quick_desk.session, actor=chair, clock=quick_desk.bureau.clock, run=run, seen=seen)
    assert run.approved_by == "委員長"


def test_two_accounts_of_one_person_are_one_pair_of_eyes(quick_desk: PayDesk) -> None:
    run = quick_desk.draft()
    person_id = quick_desk.bureau.people["副委員長1"]
    for actor in (quick_desk.first, quick_desk.second):
        user = quick_desk.session.get_one(User, actor.user_id)
        user.person_id = person_id
        quick_desk.session.add(user)
    second = replace(quick_desk.second, person_id=person_id)
    seen = quick_desk.seen(run)
    check_run(**quick_desk.given, run=run, seen=seen)
    with pytest.raises(Refused, match="確認した人は承認できません"):
        approve_run(
            session=quick_desk.session, actor=second, clock=quick_desk.bureau.clock, run=run, seen=seen
        )
