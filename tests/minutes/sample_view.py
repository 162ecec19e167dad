"""Finished minutes views of fictional meetings and people."""

from dataclasses import replace
from datetime import date

from meetings_app.core.clock import tokyo
from meetings_app.core.explained import Finding
from meetings_app.core.terms import (
    PURPOSE_ARTICLE,
    AttendanceMode,
    Capacity,
    District,
    DueReason,
    EvaluationOutcome,
    IssueCategory,
    Office,
    PlanOutcome,
    Purpose,
    Shortage,
)
from minutes.rules.minutes_view import (
    Absentee,
    Action,
    Approval,
    ApprovalStatus,
    Attendee,
    Check,
    Checks,
    Correction,
    DeferredPlan,
    Invitee,
    MinutesItem,
    MinutesView,
    NextMeeting,
    Place,
    Presider,
    Recusal,
    RegionalIssue,
    Stay,
)

DAY = date(2014, 3, 25)
YEAR_END = date(2014, 3, 31)
ALL_WELL = Checks(Check(answer=True), Check(answer=True), Check(answer=True), Check(answer=False))
UNCONFIRMED_TEXT = Finding(
    "original_text_unconfirmed",
    "平成26年4月1日改正前の条文は未確認である。引用した条項は、改正後の条文による。",
)


def empty_view() -> MinutesView:
    """Nothing but what a minute cannot be without."""
    return MinutesView(committee="支援調整会議", version=1)


def short_view() -> MinutesView:
    """One new plan, five people, no substitute, nothing left over; approved."""
    return MinutesView(
        committee="釧路市支援調整会議",
        version=2,
        meeting_number=31,
        document_number="釧支調第8号",
        document_date=date(2014, 6, 12),
        start=tokyo(date(2014, 6, 10), 10),
        end=tokyo(date(2014, 6, 10), 10, 45),
        place=Place("釧路市生活相談支援センター　会議室", District.KUSHIRO),
        presider=Presider("北原　和彦", Office.CHAIR),
        attendees=(
            Attendee("北原　和彦", Capacity.MEMBER, Office.CHAIR, "釧路地域福祉大学"),
            Attendee("東　みなみ", Capacity.ADVISER, None, "東法律事務所"),
            Attendee("中里　健", Capacity.SECRETARIAT, None, "自立相談支援センター"),
        ),
        items=(_short_item(),),
        next_meeting=NextMeeting(tokyo(date(2014, 6, 24), 10), "釧路市生活相談支援センター　会議室"),
        approval=Approval(ApprovalStatus.APPROVED, "北原　和彦", date(2014, 6, 20), 2),
    )


def _short_item() -> MinutesItem:
    return MinutesItem(
        1,
        "No.23　プラン1　新規",
        Purpose.ADJUST.value,
        PURPOSE_ARTICLE[Purpose.ADJUST],
        "No.23",
        DueReason.NEW,
        date(2014, 6, 17),
        ("北原　和彦", "東　みなみ", "中里　健"),
        (),
        "離職後に家賃の滞納があり、住居の確保を優先して支援を組み立てた。",
        "家計の見通しが立った時期に就労の相談を始めることとした。",
        ALL_WELL,
        PlanOutcome.APPROVED,
        "7月にモニタリングを行う。",
        "プラン1の内容を了承した。",
        (Action("住居確保給付金の申請に同行する。", "自立相談支援センター", date(2014, 6, 13)),),
    )


def long_view() -> MinutesView:
    """Nine items of five cases in one afternoon, a 副委員長 presiding; not approved yet."""
    return MinutesView(
        committee="釧路市支援調整会議",
        version=3,
        meeting_number=20,
        document_number="釧支調第25号",
        document_date=date(2014, 3, 28),
        start=tokyo(DAY, 13, 30),
        end=tokyo(DAY, 16, 10),
        place=Place("釧路市総合福祉会館　第2会議室", District.KUSHIRO),
        presider=Presider(
            "髙橋　由紀子", Office.VICE_CHAIR, "委員長が病気療養のため出席できず、副委員長が議長を務めた。"
        ),
        attendees=_attendees(),
        absentees=_absentees(),
        invitees=_invitees(),
        items=_items(),
        deferred=(
            DeferredPlan("No.16　プラン1", "本人の同意が得られていないため、資料に載せなかった。"),
            DeferredPlan("No.18　プラン2", "受診の結果を待って、次回に評価を行うこととした。"),
        ),
        regional_issues=(
            RegionalIssue(
                IssueCategory.TRANSPORT,
                Shortage.FAR,
                "釧路市（音別地区）",
                "就労体験先までの公共交通の便が少なく、冬期は通うことが難しい。",
            ),
            RegionalIssue(
                IssueCategory.HOUSING,
                Shortage.SCARCE,
                "釧路市",
                "緊急連絡先を立てられない者が入居できる住宅が限られている。",
            ),
            RegionalIssue(
                IssueCategory.COORDINATION,
                Shortage.DISCONNECTED,
                None,
                "医療機関を退院した後の相談先が決まらないまま在宅に戻る例がある。",
            ),
        ),
        next_meeting=NextMeeting(
            tokyo(date(2014, 4, 15), 13, 30),
            "釧路市総合福祉会館　第2会議室",
            "新年度の小組の編成を併せて協議する。",
        ),
        findings=(UNCONFIRMED_TEXT,),
    )


def _attendees() -> tuple[Attendee, ...]:
    return (
        Attendee("髙橋　由紀子", Capacity.MEMBER, Office.VICE_CHAIR, "くしろ地域生活支援の会"),
        Attendee("𠮷野　大地", Capacity.ADVISER, None, "𠮷野社会福祉士事務所"),
        Attendee(
            "宮﨑　早苗",
            Capacity.MEMBER,
            None,
            "道東就業・生活支援センター",
            (Stay(left=tokyo(DAY, 15, 20)),),
            (
                "議題8（No.15　プラン1　評価）の間は在席しなかった。",
                "議題9（No.15　プラン2　再プラン）の間は在席しなかった。",
            ),
        ),
        Attendee(
            "長谷川　アレクサンドラ　真理子",
            Capacity.MEMBER,
            None,
            "特定非営利活動法人　くしろ子ども・若者の居場所ネットワーク",
            (
                Stay(tokyo(DAY, 13, 50), tokyo(DAY, 14, 40), AttendanceMode.IN_PERSON),
                Stay(tokyo(DAY, 14, 55), None, AttendanceMode.ONLINE),
            ),
            ("議題1（No.9　プラン2　評価）の間は在席しなかった。",),
        ),
        Attendee("森　一", Capacity.MEMBER, None, "民生委員児童委員協議会"),
        Attendee("佐久間　徹", Capacity.SECRETARIAT, None, "釧路市生活福祉事務所"),
        Attendee("中里　健", Capacity.SECRETARIAT, None, "自立相談支援センター"),
        Attendee("藤　あかり", Capacity.SECRETARIAT, None, "自立相談支援センター"),
    )


def _absentees() -> tuple[Absentee, ...]:
    return (
        Absentee("北原　和彦", Capacity.MEMBER, Office.CHAIR, "釧路地域福祉大学", "病気療養のため"),
        Absentee("渡邉　千秋", Capacity.MEMBER, None, "阿寒地区社会福祉協議会", None),
    )


def _invitees() -> tuple[Invitee, ...]:
    return (
        Invitee(
            "大友　恵",
            "釧路保健所",
            "No.13の受診と服薬の状況",
            (Stay(tokyo(DAY, 14, 30), tokyo(DAY, 15, 5)),),
        ),
    )


def _case_item(number: int, case: str, plan: int, reason: DueReason) -> MinutesItem:
    purpose = Purpose.EVALUATE if reason is DueReason.EVALUATION else Purpose.ADJUST
    return MinutesItem(
        number,
        f"{case}　プラン{plan}　{reason.value}",
        purpose.value,
        PURPOSE_ARTICLE[purpose],
        case,
        reason,
        YEAR_END,
        ("髙橋　由紀子", "𠮷野　大地", "宮﨑　早苗", "森　一", "佐久間　徹", "中里　健", "藤　あかり"),
        checks=ALL_WELL,
    )


def _evaluation(number: int, case: str, plan: int, outcome: EvaluationOutcome) -> MinutesItem:
    return replace(
        _case_item(number, case, plan, DueReason.EVALUATION),
        explanation=(
            "担当の支援員から、プランの目標の達成状況と、本人の変化について説明があった。\n"
            "求職活動の回数は計画に達しなかったが、生活のリズムは整い、家計の記録を自ら続けている。"
        ),
        discussion=(
            "通院の間隔が空いている点について、保健所と連絡を取り合う必要があるとの意見があった。\n"
            "本人が就労体験を前向きに受け止めていることを、関係者で確かめた。"
        ),
        outcome=outcome,
        confirmed="目標はおおむね達成されたことを確認した。",
        follow_up="月に1回程度、電話で近況を伺う。"
        if outcome is EvaluationOutcome.ENDED
        else "再プランに引き継ぐ。",
    )


def _replan(number: int, case: str, plan: int) -> MinutesItem:
    return replace(
        _case_item(number, case, plan, DueReason.REPLAN),
        explanation="評価の結果を受け、就労体験の日数を増やし、家計の相談を続けるプラン案を説明した。",
        discussion=(
            "体験の日数は本人の体調をみて段階的に増やすことが望ましいとの意見があった。\n"
            "冬期の移動手段について、送迎を行う事業所がないか調べることとした。"
        ),
        outcome=PlanOutcome.APPROVED,
        confirmed="プラン案を了承した。期間は平成27年3月31日までとする。",
        follow_up="平成26年7月にモニタリングを行う。",
        actions=(
            Action("就労体験先と日数を打ち合わせる。", "道東就業・生活支援センター", date(2014, 4, 11)),
            Action("家計の相談の日程を本人と決める。", "自立相談支援センター", "4月上旬"),
        ),
    )


def _items() -> tuple[MinutesItem, ...]:
    items = [
        _evaluation(1, "No.9", 2, EvaluationOutcome.REPLAN),
        _replan(2, "No.9", 3),
        _evaluation(3, "No.11", 1, EvaluationOutcome.REPLAN),
        _replan(4, "No.11", 2),
        _evaluation(5, "No.13", 2, EvaluationOutcome.REPLAN),
        _replan(6, "No.13", 3),
        _evaluation(7, "No.14", 1, EvaluationOutcome.ENDED),
        _evaluation(8, "No.15", 1, EvaluationOutcome.REPLAN),
        _replan(9, "No.15", 2),
    ]
    items[3] = replace(items[3], recusals=(Recusal("森　一", "案件の本人の担当民生委員であるため"),))
    items[5] = replace(
        items[5],
        checks=Checks(
            Check(answer=True),
            Check(answer=True, note="受診の継続を条件とする。"),
            Check(),
            Check(answer=True, note="通所に使える冬期の移動手段がない。"),
        ),
        outcome=PlanOutcome.APPROVED_AMENDED,
        confirmed="受診の継続を支援の内容に加えることとし、修正のうえ了承した。",
    )
    return tuple(items)


def corrected_view() -> MinutesView:
    """The short meeting, approved and corrected afterwards."""
    correction = Correction(
        date(2014, 7, 1), "議題1　今後の対応1", "6月13日", "6月16日", "期日の記載に誤りがあったため"
    )
    return replace(short_view(), corrections=(correction,))
