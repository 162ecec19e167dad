"""見本の筋書き: what was said and decided on 2014-03-25, case by case. Every word of it is made up."""

from dataclasses import dataclass
from datetime import date

from meetings_app.core.terms import (
    EvaluationOutcome,
    IssueCategory,
    PlanOutcome,
    Shortage,
)

MEETING_DAY = date(2014, 3, 25)
MEETING_NUMBER = 19
EVE = date(2014, 3, 24)
OUTCOME = EvaluationOutcome


@dataclass(frozen=True, slots=True)
class Scene:
    """場面: one item as it was dealt with. Times are minutes after ten o'clock."""

    case: int
    plan: int
    begins: int
    ends: int
    outcome: str
    explanation: str
    discussion: str
    confirmed: str
    follow_up: bool | None = None
    resources_missing: bool = False
    actions: tuple[tuple[str, str, date | None], ...] = ()
    issues: tuple[tuple[IssueCategory, Shortage, str, str], ...] = ()


SCENES = (
    Scene(
        9,
        2,
        0,
        10,
        OUTCOME.REPLAN,
        "週2日の作業に休まず通い、生活の時間が整った。働く日を増やしたいとの希望がある。",
        "通う日を急に増やすと疲れが出やすい。受入れ先と相談しながら、少しずつ延ばすのがよい。",
        "目標の前半は達した。プラン2は終え、働く日を増やす内容でプランを作り直す。",
        follow_up=True,
    ),
    Scene(
        9,
        3,
        10,
        24,
        PlanOutcome.APPROVED,
        "週3日から始め、3か月ごとに日数を見直す案である。",
        "朝の送迎があれば続けられる見込み。受入れ先に送迎の余地があるか確かめる。",
        "案のとおり進める。7月に様子を報告する。",
        actions=(("受入れ先に朝の送迎を相談する", "鶴野 あかり", date(2014, 4, 11)),),
        issues=(
            (
                IssueCategory.TRANSPORT,
                Shortage.FAR,
                "釧路市",
                "朝の時間に作業所へ通うバスがなく、働く日を増やせない。",
            ),
        ),
        resources_missing=True,
    ),
    Scene(
        11,
        1,
        24,
        34,
        OUTCOME.REPLAN,
        "家賃の滞納は分割で返し始めた。仕事は短い契約が続いている。",
        "家計の見通しが立つまで、相談を続ける必要がある。",
        "期間の終わりに合わせて作り直す。",
        follow_up=True,
    ),
    Scene(
        11,
        2,
        34,
        47,
        PlanOutcome.APPROVED_AMENDED,
        "家計の相談を月2回、就職の相談を週1回とする案である。",
        "家計の相談は、給料日の後に合わせた方が話が進む。",
        "家計の相談の日を給料日の後に改めたうえで了承する。",
        actions=(("相談の日程を本人と組み直す", "葦原 守", date(2014, 4, 4)),),
    ),
    Scene(
        13,
        2,
        47,
        57,
        OUTCOME.REPLAN,
        "住まいは確保できたが、保証人の件で契約が仮のままである。",
        "契約を本来のものに替えるまで、支援を続ける。",
        "住まいの安定を目標に作り直す。",
        follow_up=True,
    ),
    Scene(
        13,
        3,
        57,
        72,
        PlanOutcome.APPROVED,
        "保証人を要しない住まいを探しながら、通院を続ける案である。",
        "保証の仕組みを使える家主は限られる。探す範囲を広げたい。",
        "案のとおり進める。住まいの情報を持ち寄る。",
        actions=(("保証人を要しない住まいの一覧を作る", "川湯 六郎", date(2014, 4, 18)),),
        issues=(
            (
                IssueCategory.HOUSING,
                Shortage.SCARCE,
                "釧路市",
                "保証人がいない人に貸す家主が足りない。",
            ),
        ),
        resources_missing=True,
    ),
    Scene(
        14,
        1,
        72,
        82,
        OUTCOME.ENDED,
        "常勤の仕事に就いて3か月続き、滞納もなくなった。本人も自分で続けられると話した。",
        "困ったときにまた相談できることを本人と確かめた。",
        "支援を終える。6月に電話で様子を聞く。",
        follow_up=True,
        actions=(("電話で様子を聞く", "鶴野 あかり", date(2014, 6, 25)),),
    ),
    Scene(
        15,
        1,
        82,
        92,
        OUTCOME.REPLAN,
        "外出できる日が増え、集まりに月2回参加している。",
        "本人の調子に合わせ、行き先を一つずつ増やす。",
        "居場所から働く体験へ進む内容で作り直す。",
        follow_up=True,
    ),
    Scene(
        15,
        2,
        92,
        106,
        PlanOutcome.APPROVED,
        "半日の体験を月4回行い、合う仕事を本人と探す案である。",
        "体験先を二つ用意し、本人が選べるようにする。",
        "案のとおり進める。体験先の見学を4月中に行う。",
        actions=(("体験先の見学を調整する", "塘路 五郎", date(2014, 4, 30)),),
        issues=(
            (
                IssueCategory.WORK,
                Shortage.ABSENT,
                "釧路市",
                "半日から始められる働く体験の場がない。",
            ),
        ),
        resources_missing=True,
    ),
)

CLOSES = 110
"""Closing, in minutes after ten o'clock."""

SKIPS = (
    (12, 1, "関係機関の担当者が3月28日の回に出席できるため、その回で諮る。"),
    (4, 2, "3月末に面談を予定しており、その結果と合わせて次回報告する。"),
    (17, 1, "3月末に面談を予定しており、その結果と合わせて次回報告する。"),
    (18, 1, "情報共有の同意が撤回されており、資料に入れられない。本人の意向を確かめる。"),
    (19, 1, "3月末に面談を予定しており、その結果と合わせて次回報告する。"),
)
"""見送り: what was due and not taken, by case and plan, with the reason given."""

WITHDRAWN_CASE = 18
WITHDRAWN_ON = date(2014, 3, 10)

ISSUE_TABLE: dict[IssueCategory, tuple[int, ...]] = {
    IssueCategory.HOUSING: (34, 12, 10, 0, 11, 6, 0, 13),
    IssueCategory.WORK: (31, 14, 3, 10, 0, 12, 0, 4),
    IssueCategory.TRANSPORT: (29, 11, 17, 16, 18, 17, 10, 16),
    IssueCategory.HEALTH: (16, 3, 0, 10, 2, 1, 0, 2),
    IssueCategory.HOUSEHOLD_MONEY: (28, 14, 13, 0, 0, 10, 0, 11),
    IssueCategory.FOOD: (17, 10, 2, 0, 1, 0, 0, 3),
    IssueCategory.ISOLATION: (15, 13, 10, 0, 12, 4, 3, 0),
    IssueCategory.CHILDREN: (14, 10, 0, 0, 3, 0, 0, 0),
    IssueCategory.FAMILY: (12, 0, 0, 0, 0, 0, 0, 10),
    IssueCategory.VIOLENCE: (2, 0, 1, 0, 0, 0, 0, 0),
    IssueCategory.COORDINATION: (15, 11, 0, 0, 0, 10, 0, 0),
    IssueCategory.INFORMATION: (14, 0, 2, 0, 0, 0, 0, 2),
    IssueCategory.WINTER: (26, 13, 0, 0, 12, 0, 0, 10),
    IssueCategory.OTHER: (2, 0, 1, 0, 0, 2, 0, 0),
}
"""圏域の地域課題 brought in during fiscal 2013, by municipality in the order of `MUNICIPALITIES`."""

PUBLIC_TEXTS = (
    (
        IssueCategory.TRANSPORT,
        "標茶町",
        "バスの便が少ない地域では、通院と買い物を一日にまとめるほかありません。予約制の乗り合いを求める声があります。",
    ),
    (
        IssueCategory.HOUSING,
        "釧路市",
        "保証人を頼める人がいないために、住まいを移せない人がいます。見守りと組み合わせた仕組みが求められています。",
    ),
)
