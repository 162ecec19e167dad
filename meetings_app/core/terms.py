"""The field's vocabulary.

Values are the Japanese terms themselves: stored, shown and translated as they stand.
"""

from enum import StrEnum


class CommitteeKind(StrEnum):
    """会議体: which regulation a body sits under."""

    SUPPORT = "支援調整会議"
    REGIONAL = "圏域会議"


class District(StrEnum):
    """地区: districts as they were before the merger of 2005-10-11 (第7条第3項②)."""

    KUSHIRO = "釧路"
    AKAN = "阿寒"
    AKANKOHAN = "阿寒湖畔"
    ONBETSU = "音別"
    OUTSIDE = "地区外"


class Capacity(StrEnum):
    """区分: in what capacity a person sits in a meeting."""

    MEMBER = "委員"
    ADVISER = "アドバイザー委員"
    INVITEE = "第5条第4項"
    SECRETARIAT = "事務局員"
    CLIENT = "本人"
    FAMILY = "家族"
    CONSTITUENT = "構成員"


class AttendanceMode(StrEnum):
    """出席の方法."""

    IN_PERSON = "対面"
    ONLINE = "オンライン"
    ABSENT = "欠席"


class ServiceClass(StrEnum):
    """一般職・特別職の別."""

    GENERAL = "一般職"
    SPECIAL = "特別職"


class WorkingTime(StrEnum):
    """常勤・非常勤の別."""

    FULL = "常勤"
    PART = "非常勤"


class Decision(StrEnum):
    """判定: the outcome of an assessment."""

    PAID = "支給"
    UNPAID = "不支給"
    JUDGEMENT = "要判断"
    NONE = "対象なし"


class LineOutcome(StrEnum):
    """支給の結果: what a line of a payment sheet comes to: the assessment, or what a person settled or declined."""

    PAID = "支給"
    UNPAID = "不支給"
    JUDGEMENT = "要判断"
    DECLINED = "辞退"
    NONE = "対象なし"


class RunStatus(StrEnum):
    """支給調書の段階: every step is taken once, and 確定 never changes again."""

    DRAFT = "下書き"
    CHECKED = "確認済み"
    APPROVED = "承認済み"
    FINALISED = "確定"


class PaymentStatus(StrEnum):
    """支払の状態: of one attempt to pay one person for one sheet."""

    ORDERED = "振込依頼"
    PAID = "支払済み"
    RETURNED = "組戻し"
    UNCLAIMED = "未受領"
    DECLINED = "辞退"
    STOPPED = "支払中止"
    CANCELLED = "取消し"


class PaymentMeans(StrEnum):
    """支払の方法."""

    TRANSFER = "振込"
    CASH = "現金"


class WithholdingMode(StrEnum):
    """源泉徴収の方法: the office's choice; nothing in the regulation settles it."""

    NONE = "源泉なし"
    FEE = "報酬・料金"
    MONTHLY = "給与乙欄 月額"
    DAILY = "給与乙欄 日額"


class AccountKind(StrEnum):
    """預金種目."""

    ORDINARY = "普通"
    CURRENT = "当座"
    SAVINGS = "貯蓄"
    OTHER = "その他"


class Office(StrEnum):
    """役職: held by election (第3条第3項) or by post (圏域規程第3条第2項)."""

    CHAIR = "委員長"
    VICE_CHAIR = "副委員長"
    REGIONAL_CHAIR = "会長"
    REGIONAL_VICE_CHAIR = "副会長"
    SECRETARY_GENERAL = "事務局長"


class Role(StrEnum):
    """役割: what an account may do."""

    SECRETARIAT = "事務局"
    CHAIR = "委員長"
    ACCOUNTING = "会計"
    MEMBER = "委員"
    CITY_OFFICER = "福祉事務所"
    REGIONAL = "圏域会議"


class DueReason(StrEnum):
    """諮る理由: why a plan has to go to a meeting."""

    NEW = "新規"
    EVALUATION = "評価"
    REPLAN = "再プラン"
    ENDING = "終結"
    MONITORING = "モニタリング"
    URGENT = "臨時"
    CARRIED_OVER = "継続協議"


class Purpose(StrEnum):
    """目的: the four purposes of the meeting (第2条)."""

    ADJUST = "支援の調整"
    EVALUATE = "支援の評価"
    NETWORK = "ネットワークの構築"
    REGIONAL = "地域の課題"


PURPOSE_ARTICLE = {
    Purpose.ADJUST: "第2条第1号",
    Purpose.EVALUATE: "第2条第2号",
    Purpose.NETWORK: "第2条第3号",
    Purpose.REGIONAL: "第2条第4号",
}


class PlanOutcome(StrEnum):
    """結果 (プラン): what the meeting decided on a new or changed plan."""

    APPROVED = "了承"
    APPROVED_AMENDED = "修正のうえ了承"
    CONTINUED = "継続協議"
    SENT_BACK = "差戻し"


class EvaluationOutcome(StrEnum):
    """結果 (評価): what the meeting judged on evaluating a plan."""

    ENDED = "終結"
    REPLAN = "再プラン"
    SUSPENDED = "中断"


class ServiceKind(StrEnum):
    """支援の区分: who gives a service, as plans print it."""

    STATUTORY = "A"
    OTHER_SYSTEM = "B"
    INFORMAL = "C"
    CENTRE = "D"
    OTHER = "E"


class Precision(StrEnum):
    """日付の精度: how exactly the record gives a date."""

    DAY = "日"
    EARLY = "上旬"
    MIDDLE = "中旬"
    LATE = "下旬"
    MONTH_END = "末日"
    MONTH = "月"


class Answer(StrEnum):
    """日程の回答."""

    YES = "○"
    IF_NEED_BE = "△"
    NO = "×"


class IssueCategory(StrEnum):
    """地域課題の分野."""

    HOUSING = "住まい・保証人"
    WORK = "就労・中間的就労"
    TRANSPORT = "移動"
    HEALTH = "医療・障害"
    HOUSEHOLD_MONEY = "家計・債務"
    FOOD = "食料・緊急"
    ISOLATION = "孤立・居場所"
    CHILDREN = "子ども・教育"
    FAMILY = "家族・世帯"
    VIOLENCE = "DV・虐待"
    COORDINATION = "制度間連携"
    INFORMATION = "手続・情報"
    WINTER = "冬期(燃料・除雪)"
    OTHER = "その他"


class Shortage(StrEnum):
    """不足のしかた."""

    ABSENT = "無い"
    SCARCE = "足りない"
    FAR = "遠い"
    INELIGIBLE = "要件が合わない"
    DISCONNECTED = "つながらない"


class IssueStatus(StrEnum):
    """課題の段階."""

    NOTED = "把握"
    STUDIED = "検討"
    PLANNED = "対応策"
    ACTED = "実行"
    RESOLVED = "解消"


MUNICIPALITIES = ("釧路市", "釧路町", "厚岸町", "浜中町", "標茶町", "弟子屈町", "鶴居村", "白糠町")
"""釧路総合振興局圏域の市町村, in the order reports list them."""


class MeetingStatus(StrEnum):
    """会議の段階: the life line of a meeting."""

    PREPARING = "準備"
    CONVENED = "招集"
    OPEN = "開会"
    CLOSED = "閉会"
    CANCELLED = "中止"


class PaperKind(StrEnum):
    """書類の種類: every paper made from a template that an office may edit in Word."""

    INVITATION = "招集通知"
    PROGRAMME = "次第"
    ROSTER = "出席者名簿"
    SEATING = "座席表"
    ITEM_LIST = "案件一覧"
    CASE = "個別資料"
    CASE_LIST = "相談者一覧"
    COLLECTION = "回収確認表"
    CLIENT_NOTICE = "本人への説明"


class ConflictGround(StrEnum):
    """利益相反のおそれ: why somebody may be too near to a case."""

    KIN = "続柄"
    PROVIDER = "支援の提供者"


class ConflictAnswer(StrEnum):
    """利益相反の判断 by the 委員長: whether the person leaves the table for the item."""

    RECUSED = "退席"
    STAYS = "参加"


class MonitoringRule(StrEnum):
    """モニタリングの扱い: when a plan's monitoring is listed as something to report."""

    HORIZON = "範囲に入ったら"
    MONTH = "その月になったら"
    OFF = "載せない"


class PlanEventKind(StrEnum):
    """プランの出来事 between meetings, each on a day of its own."""

    MONITORED = "モニタリング"
    ENDING_ASKED = "終結の申出"
    URGENT = "急ぐ事情"
