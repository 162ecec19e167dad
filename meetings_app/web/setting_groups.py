"""設定の一覧: every setting that the regulations leave open, as it is asked for; the office's and those of money."""

from agenda.services.agenda_settings import LONGEST_ITEM
from meetings_app.core.terms import DueReason, MonitoringRule, WithholdingMode
from meetings_app.web.locale import mark
from meetings_app.web.setting_fields import SettingField, SettingGroup

MOST_YEN = 100_000_000

_MINUTE_NAMES = {
    DueReason.NEW: "minutes_new",
    DueReason.REPLAN: "minutes_replan",
    DueReason.EVALUATION: "minutes_evaluation",
    DueReason.ENDING: "minutes_ending",
    DueReason.MONITORING: "minutes_monitoring",
    DueReason.URGENT: "minutes_urgent",
    DueReason.CARRIED_OVER: "minutes_carried_over",
}
_LEVEL_LABELS = (
    mark("レベル0の意味"),
    mark("レベル1の意味"),
    mark("レベル2の意味"),
    mark("レベル3の意味"),
    mark("レベル4の意味"),
    mark("レベル5の意味"),
)

OFFICE_GROUPS = (
    SettingGroup(
        mark("支給"),
        (
            SettingField(
                "honoraria.online_travel",
                "online_travel",
                mark("オンライン出席の旅費"),
                "choice",
                mark("規程に定めがありません。決めるまでは、そのつど要判断になります。"),
                "第7条第3項②",
                choices=(
                    ("ask", mark("そのつど判断する")),
                    ("none", mark("支給しない")),
                    ("pay", mark("対面と同じ額を支給する")),
                ),
            ),
            SettingField(
                "honoraria.same_day_travel",
                "same_day_travel",
                mark("同じ日に会議が2回あるときの旅費"),
                "choice",
                mark("日額なので、1日1回とするのが初めの設定です。報酬は回ごとに支給します。"),
                "第7条第3項②",
                choices=(("once", mark("1日1回")), ("each", mark("会議ごと"))),
            ),
        ),
        note=mark("規程が現行であることの確認は、確かめた条文を添えて記録します。"),
        href="/honoraria/rules#confirmations",
        link=mark("現行の確認を開く"),
    ),
    SettingGroup(
        mark("二人で確かめる"),
        (
            SettingField(
                "honoraria.four_eyes",
                "four_eyes",
                mark("支給調書の確認と承認"),
                "choice",
                mark("確認した人が自分で承認できるかどうかです。"),
                choices=(
                    (True, mark("確認した人とは別の人が承認する")),
                    (False, mark("同じ人が承認してもよい")),
                ),
            ),
        ),
    ),
    SettingGroup(
        mark("期限"),
        (
            SettingField(
                "due.horizon_days",
                "horizon_days",
                mark("期間満了の何日前から諮るか"),
                "number",
                mark("プランの期間の終わりがこの日数のうちに来ると、評価の期限として挙がります。"),
                suffix=mark("日"),
                low=1,
                high=366,
            ),
            SettingField(
                "due.first_plan_limit_days",
                "first_plan_limit_days",
                mark("初回の相談から最初のプランを諮るまで"),
                "number",
                mark("空けておくと期限を設けず、古い順に並べます。"),
                suffix=mark("日"),
                low=1,
                high=366,
                required=False,
            ),
            SettingField(
                "due.ending_limit_days",
                "ending_limit_days",
                mark("終結の申出から諮るまで"),
                "number",
                mark("申し出の日からこの日数が期限になります。"),
                suffix=mark("日"),
                low=1,
                high=366,
            ),
            SettingField(
                "due.replan_days",
                "replan_days",
                mark("再プランの評価から次のプランを諮るまで"),
                "number",
                mark("評価の日からこの日数か、前のプランの期間の終わりの、遅いほうが期限になります。"),
                suffix=mark("日"),
                low=1,
                high=366,
            ),
            SettingField(
                "due.monitoring",
                "monitoring",
                mark("モニタリングの挙げ方"),
                "choice",
                mark("モニタリングの時期が来たプランを、いつから期限の一覧に載せるかです。"),
                choices=tuple((str(rule), str(rule)) for rule in MonitoringRule),
            ),
        ),
    ),
    SettingGroup(
        mark("議題の予定時間"),
        tuple(
            SettingField(
                f"agenda.minutes.{reason}",
                name,
                str(reason),
                "number",
                "",
                suffix=mark("分"),
                low=1,
                high=LONGEST_ITEM,
            )
            for reason, name in _MINUTE_NAMES.items()
        ),
        note=mark(
            "議題1件に見込む時間を、理由ごとに決めます。組んである議題の時間は変わらず、議題ごとに変えられます。"
        ),
    ),
    SettingGroup(
        mark("議事録の回覧"),
        (
            SettingField(
                "minutes.comment_days",
                "comment_days",
                mark("意見の締切までの日数"),
                "number",
                mark(
                    "議事録を回覧するときに、締切の日として示します。規程に定めがなく、回覧のつど変えられます。"
                ),
                suffix=mark("日"),
                low=1,
                high=60,
            ),
        ),
    ),
    SettingGroup(
        mark("ケースの記録"),
        (
            SettingField(
                "cases.names",
                "case_names",
                mark("本人の氏名"),
                "choice",
                mark(
                    "記録すると、ケースの画面・検索・本人への説明に氏名とかなが出ます。"
                    "見る人と紙が増えるほど漏れるおそれも増えるので、初めは番号とイニシャルだけにしています。"
                ),
                choices=(
                    (False, mark("番号とイニシャルだけを記録する")),
                    (True, mark("氏名とかなも記録する")),
                ),
            ),
            *(
                SettingField(
                    f"cases.level_{level}",
                    f"level_{level}",
                    label,
                    "text",
                    "",
                    required=False,
                )
                for level, label in enumerate(_LEVEL_LABELS)
            ),
        ),
        note=mark(
            "相談者一覧のレベル0から5が何を表すかは、事務所で決めてください。上がることが良いことかどうかも、ここでの決め方によります。"
        ),
    ),
    SettingGroup(
        mark("地域課題のまとめ"),
        (
            SettingField(
                "regional.threshold_inside",
                "threshold_inside",
                mark("圏域の中で隠す件数の基準"),
                "number",
                mark("この件数に満たない数を隠します。"),
                suffix=mark("件"),
                low=2,
                high=100,
            ),
            SettingField(
                "regional.threshold_outside",
                "threshold_outside",
                mark("圏域の外へ出すときに隠す件数の基準"),
                "number",
                mark("この件数に満たない数を隠します。圏域の中の基準以上にしてください。"),
                suffix=mark("件"),
                low=2,
                high=100,
            ),
        ),
    ),
    SettingGroup(
        mark("事務所"),
        (
            SettingField(
                "office.name",
                "office_name",
                mark("事務所の名前"),
                "text",
                mark("書類に記す名前です。"),
                required=False,
            ),
            SettingField(
                "office.phone",
                "office_phone",
                mark("事務所の電話"),
                "text",
                mark("招集通知と本人への説明に、連絡先として記します。"),
                required=False,
            ),
            SettingField(
                "office.mailbox",
                "office_mailbox",
                mark("事務所のメールアドレス"),
                "text",
                mark(
                    "招集通知と本人への説明に、連絡先として記します。空けておくと、案内の差出人のアドレスを記します。"
                ),
                required=False,
            ),
            SettingField(
                "office.base_url",
                "base_url",
                mark("この画面のアドレス"),
                "text",
                mark("案内に、会議の画面へのリンクとして入ります。例　https://kaigi.example.jp"),
            ),
        ),
    ),
)
OFFICE_FIELDS = tuple(field for group in OFFICE_GROUPS for field in group.fields)
FOUR_EYES = OFFICE_GROUPS[1]

WITHHOLDING = SettingGroup(
    mark("源泉徴収"),
    (
        SettingField(
            "honoraria.withholding_mode",
            "mode",
            mark("源泉徴収の方法"),
            "choice",
            mark("税務署に確かめ、責任者が決めたものを選んでください。"),
            choices=((None, mark("未設定")), *((str(mode), str(mode)) for mode in WithholdingMode)),
        ),
        SettingField(
            "honoraria.withholding_on_travel",
            "on_travel",
            mark("旅費を課税対象に"),
            "choice",
            mark("「源泉なし」のほかは、どちらかを選んでください。"),
            choices=((None, mark("未設定")), (False, mark("含めない")), (True, mark("含める"))),
        ),
    ),
    note=mark(
        "源泉徴収をするかどうか、どの方法によるかは、規程に定めがなく、このソフトウェアも決めません。"
        "税務署に確かめて責任者が決めてください。決まるまで、支給調書は確定できません。"
        "マイナンバーはここに入れず、別に保管してください。"
    ),
)
PAYER = SettingGroup(
    mark("振込の依頼人"),
    (
        SettingField(
            "payer.consignor_code",
            "consignor_code",
            mark("委託者コード"),
            "text",
            mark("銀行との契約書にある、10桁以内の数字です。"),
        ),
        SettingField(
            "payer.name_kana",
            "holder",
            mark("委託者名（カナ）"),
            "text",
            mark("支払う口座の名義です。ひらがなでもカタカナでも入れられます。"),
        ),
        SettingField("payer.bank_code", "bank", mark("銀行"), "text", ""),
        SettingField("payer.branch_code", "branch", mark("支店"), "text", ""),
        SettingField("payer.account_kind", "kind", mark("種目"), "text", ""),
        SettingField("payer.account_number", "number", mark("口座番号"), "text", ""),
    ),
    note=mark("振込データの先頭に入る、支払う側の名前と口座です。"),
)
TRANSFER_FILE = SettingGroup(
    mark("振込データの形式"),
    (
        SettingField(
            "zengin.crlf",
            "crlf",
            mark("レコードごとの改行"),
            "choice",
            mark("銀行の案内に合わせてください。"),
            choices=((True, mark("改行（CRLF）を入れる")), (False, mark("改行を入れない"))),
        ),
        SettingField(
            "zengin.eof",
            "eof",
            mark("ファイルの終わりの符号（EOF）"),
            "choice",
            mark("古い形式を使う銀行だけが求めます。"),
            choices=((False, mark("付けない")), (True, mark("付ける"))),
        ),
        SettingField(
            "zengin.clearing_house",
            "clearing_house",
            mark("手形交換所番号"),
            "choice",
            mark("いまは使われない欄です。"),
            choices=(("blank", mark("空白にする")), ("zero", mark("0000を入れる"))),
        ),
    ),
    note=mark("銀行によって違うところです。初めての送信の前に、銀行に確かめてください。"),
)
YEARLY = SettingGroup(
    mark("法定調書の目安"),
    (
        SettingField(
            "yearly.fee_over",
            "fee_over",
            mark("報酬・料金の年計がこの額を超えたら知らせる"),
            "number",
            mark("支払調書の提出範囲の目安です。空けておくと知らせません。"),
            suffix=mark("円"),
            high=MOST_YEN,
            required=False,
        ),
        SettingField(
            "yearly.salary_over",
            "salary_over",
            mark("給与（乙欄）の年計がこの額を超えたら知らせる"),
            "number",
            mark("源泉徴収票の提出範囲の目安です。空けておくと知らせません。"),
            suffix=mark("円"),
            high=MOST_YEN,
            required=False,
        ),
        SettingField(
            "yearly.small_committee_fee_upto",
            "small_committee_fee_upto",
            mark("委員手当の年計がこの額以下なら知らせる"),
            "number",
            mark("少額の委員手当の扱いの目安です。空けておくと知らせません。"),
            "所得税基本通達28-7",
            suffix=mark("円"),
            high=MOST_YEN,
            required=False,
        ),
    ),
    note=mark(
        "年間の集計で、税務署に確かめることを知らせる目安です。提出が要るかどうかは、税務署に確かめてください。"
    ),
)
MONEY_GROUPS = (WITHHOLDING, PAYER, TRANSFER_FILE, YEARLY)
"""What is set under /honoraria/settings."""
