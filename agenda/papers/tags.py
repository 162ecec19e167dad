"""差し込みの項目: the names a template may use, with what each prints: the office sees this beside the upload.

A list is printed row by row: `{%tr for line in lines %}` in a table row of its own, the row with
`{{ line.title }}`, then `{%tr endfor %}`; `{%p for …%}` likewise in paragraphs, `{%tc for …%}` in columns.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from meetings_app.core.terms import PaperKind


@dataclass(frozen=True, slots=True)
class Tag:
    """差し込みの項目: `name` as it is written in a template. `within` names the list whose rows have it.

    A row's name begins with what the row is called in the loop: `line.title` in `for line in lines`.
    """

    name: str
    meaning: str
    within: str = ""

    @property
    def path(self) -> str:
        """Return where the value stands: 「meeting.name」, 「lines[].title」, 「agreed[]」 for a list of texts."""
        if not self.within:
            return self.name
        _, dot, rest = self.name.partition(".")
        return f"{self.within}[]{dot}{rest}"


def _rows(of: str, called: str, *pairs: tuple[str, str]) -> Iterator[Tag]:
    for name, meaning in pairs:
        yield Tag(f"{called}.{name}", meaning, of)


_LONG: Final = ("long", "長い行か（はい／いいえ。長い行だけをページの途中で分ける条件に使います）")
_SHARED: Final = (
    Tag("serial", "会議の後に回収する資料の通し番号（配付のときに入ります）"),
    Tag("paper_number", "資料番号（「資料１」。番号のない書類では空欄）"),
    Tag("confidential", "「取扱注意」（案件の内容がない書類では空欄）"),
    Tag("office.name", "事務局の名称"),
    Tag("office.person", "事務局の担当者"),
    Tag("office.phone", "事務局の電話番号"),
    Tag("office.mailbox", "事務局のメールアドレス"),
)
_MEETING: Final = (
    Tag("meeting.name", "回数と会議の名称（「第9回　見本市 支援調整会議」）"),
    Tag("meeting.body", "会議の名称"),
    Tag("meeting.ordinal", "会議の回数（「第9回」）"),
    Tag("meeting.when", "開催の日時（「令和8年11月25日（水）　午前10時から午前11時まで」）"),
    Tag("meeting.day", "開催日（曜日付き）"),
    Tag("meeting.starts", "始まりの時刻"),
    Tag("meeting.ends", "終わりの時刻"),
    Tag("meeting.minutes", "会議の長さ（「60分」）"),
    Tag("meeting.venue", "場所"),
    Tag("meeting.dated", "書類の日付"),
    Tag("meeting.document_number", "文書番号"),
)
_LINE: Final = (
    ("number", "議題の番号"),
    ("title", "件名（参加しない議題では「（ほかの案件）」）"),
    ("case", "案件番号（「No.9」。案件でない議題では「―」）"),
    ("plan", "プランの番号（「プラン2」）"),
    ("purpose", "目的（「支援の評価」など）"),
    ("article", "目的の条項（「第2条第2号」など）"),
    ("reason", "諮る理由（「評価」「再プラン」など）"),
    ("deadline", "諮る期限"),
    ("days", "期限までの日数（「会議の6日後」「3日超過」。期限がなければ空欄）"),
    ("starts", "議題の始まりの時刻"),
    ("ends", "議題の終わりの時刻"),
    ("minutes", "議題の所要時間（「15分」）"),
    ("explanation", "議題の説明"),
    ("required", "必要な出席者"),
    ("carried", "継続の経緯（「第8回から継続」。継続でなければ空欄）"),
    ("shown", "参加する議題か（はい／いいえ。条件に使います）"),
    _LONG,
)
_LINES: Final = (Tag("lines", "議題の一覧（くり返し）"), *_rows("lines", "line", *_LINE))
_SEAT: Final = (
    ("taken", "席に人がいるか（はい／いいえ。条件に使います）"),
    ("label", "席の役職・区分"),
    ("name", "席の氏名"),
)

_INVITATION: Final = (
    Tag("name", "通知を受ける人の氏名"),
    Tag("organisation", "通知を受ける人の所属（本人と家族では空欄）"),
    Tag("capacity", "通知を受ける人の区分（「委員」など）"),
    Tag("from_outside", "意見を聴くため出席を求める人か（第5条第4項。はい／いいえ。条件に使います）"),
    Tag("basis", "根拠の条項"),
    Tag("comes", "お越しいただく時刻"),
    Tag("leaves", "参加する議題が終わる時刻"),
)
_CASE: Final = (
    *(Tag(f"item.{name}", meaning) for name, meaning in _LINE),
    Tag("case", "案件番号（「No.9」）"),
    Tag("initials", "イニシャル（載せない事務局では空欄）"),
    Tag("plan", "プランの番号（「プラン2」）"),
    Tag("consent_on", "情報共有の同意を得た日"),
    Tag("for_staff", "支援する側の資料か（はい／いいえ。本人・家族の資料では「いいえ」。条件に使います）"),
    Tag("assessed_on", "アセスメントの日"),
    Tag("assessment", "アセスメントの要約"),
    Tag("level", "レベル（「●●●○○　3」）"),
    Tag("level_before", "前回のレベル"),
    Tag("change", "レベルの変化（「↑ 1段階上がった」など）"),
    Tag("goal", "プランの目標"),
    Tag("period", "プランの期間"),
    Tag("monitoring", "次のモニタリングの時期"),
    Tag("services", "支援内容の一覧（くり返し）"),
    *_rows(
        "services",
        "service",
        ("class", "支援の区分（A～E）"),
        ("class_name", "支援の区分の名称（「法定の事業」など）"),
        ("name", "支援の名称"),
        ("provider", "支援の提供者"),
        ("content", "支援の内容"),
        _LONG,
    ),
    Tag("achieved", "達成したこと"),
    Tag("changes", "見られた変化"),
    Tag("has_earlier", "前回の結果があるか（はい／いいえ。条件に使います）"),
    Tag("earlier.meeting", "前回の会議の回数"),
    Tag("earlier.day", "前回の開催日"),
    Tag("earlier.outcome", "前回の結果"),
    Tag("earlier.confirmed", "前回確認した内容"),
    Tag("earlier.actions", "前回決めた対応の一覧（くり返し）"),
    *_rows(
        "earlier.actions",
        "action",
        ("what", "対応の内容"),
        ("who", "担当"),
        ("due", "期限"),
        ("box", "済んだかの印（□／☑）"),
        ("done", "済んだ日、又は「未了」"),
        _LONG,
    ),
    Tag("questions", "会議で確認してほしいことの一覧（くり返し）"),
    Tag("question", "確認してほしいこと", "questions"),
    Tag("checks", "確認の観点の一覧（くり返し）"),
    *_rows(
        "checks",
        "check",
        ("question", "確認の観点"),
        ("yes", "肯定の答えと記入欄（「□ 合っている」）"),
        ("no", "否定の答えと記入欄（「□ 合っていない」）"),
    ),
    Tag("outcomes", "結果の選択肢と記入欄（「□ 了承　□ 修正のうえ了承…」）"),
)
_CASE_LIST: Final = (
    Tag("as_of", "一覧の基準日"),
    Tag("fiscal_year", "年度"),
    Tag("count", "相談者の件数"),
    Tag("new_count", "新規の件数"),
    Tag("targets", "目安値の一覧（くり返し）"),
    *_rows(
        "targets",
        "target",
        ("label", "区分（「新規相談」など）"),
        ("actual", "実績"),
        ("target", "目安値（定めがなければ「定めなし」）"),
        ("rate", "目安値に対する割合"),
    ),
    Tag("rows", "相談者の一覧（くり返し。新規が先）"),
    *_rows(
        "rows",
        "row",
        ("case", "案件番号"),
        ("initials", "イニシャル（載せない事務局では「―」）"),
        ("new", "「新規」（新規でなければ空欄）"),
        ("is_new", "新規か（はい／いいえ。条件に使います）"),
        ("level", "レベル（「●●●○○　3」）"),
        ("change", "前の会議からの変化"),
        ("history", "これまでのレベル（日付と値）"),
        ("plan", "プランの番号"),
        ("stage", "支援の段階"),
        ("period_end", "プランの期間の終わり"),
        ("assigned", "担当者"),
        ("note", "備考"),
        _LONG,
    ),
)

_OWN: Final[Mapping[PaperKind, tuple[Tag, ...]]] = {
    PaperKind.INVITATION: (*_MEETING, *_INVITATION, *_LINES),
    PaperKind.PROGRAMME: (*_MEETING, Tag("presider", "議長"), *_LINES),
    PaperKind.ROSTER: (
        *_MEETING,
        Tag("count", "出席者の数"),
        Tag("rows", "出席者の一覧（くり返し）"),
        *_rows(
            "rows",
            "row",
            ("number", "行の番号"),
            ("label", "区分・役職"),
            ("name", "氏名"),
            ("organisation", "所属"),
            ("basis", "出席の根拠（なければ「―」）"),
            ("items", "参加する議題の番号"),
        ),
    ),
    PaperKind.SEATING: (
        *_MEETING,
        Tag("count", "席の数"),
        Tag("top", "上座の席の一覧（左から順にくり返し）"),
        *_rows("top", "seat", *_SEAT),
        Tag("sides", "左右の席の一覧（上から順にくり返し）"),
        *(Tag(f"side.left.{name}", f"左側の{meaning}", "sides") for name, meaning in _SEAT),
        *(Tag(f"side.right.{name}", f"右側の{meaning}", "sides") for name, meaning in _SEAT),
        Tag("bottom", "下座の席の一覧（左から順にくり返し）"),
        *_rows("bottom", "seat", *_SEAT),
    ),
    PaperKind.ITEM_LIST: (
        *_MEETING,
        Tag("count", "議題の件数"),
        Tag("minutes", "議題の所要時間の合計"),
        *_LINES,
    ),
    PaperKind.CASE: (*_MEETING, *_CASE),
    PaperKind.CASE_LIST: (*_MEETING, *_CASE_LIST),
    PaperKind.COLLECTION: (
        *_MEETING,
        Tag("handed_out", "配付した部数"),
        Tag("collected", "回収した部数"),
        Tag("rows", "配付先の一覧（くり返し）"),
        *_rows(
            "rows",
            "row",
            ("serial", "渡した資料の通し番号"),
            ("name", "氏名"),
            ("organisation", "所属"),
            ("papers", "渡した資料"),
            ("box", "回収の印（□／☑）"),
            ("collected_on", "回収した日（まだなら空欄）"),
        ),
    ),
    PaperKind.CLIENT_NOTICE: (
        Tag("name", "本人の名前（名前を載せない事務局では、手で書く線）"),
        Tag("dated", "書類の日付"),
        Tag("met_on", "話し合いの日"),
        Tag("goal", "目標"),
        Tag("agreed", "決まったことの一覧（くり返し）"),
        Tag("point", "決まったこと", "agreed"),
        Tag("steps", "これからすることの一覧（くり返し）"),
        *_rows("steps", "step", ("what", "すること"), ("who", "する人"), ("due", "いつまでか")),
        Tag("next_talk", "次に話す日"),
    ),
}

TAGS: Final[Mapping[PaperKind, tuple[Tag, ...]]] = {kind: (*own, *_SHARED) for kind, own in _OWN.items()}
"""The names by kind of paper, in the order in which the office reads them."""
