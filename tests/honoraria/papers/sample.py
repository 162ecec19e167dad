"""Finished payment sheets of fictional meetings and people, worked out by `compose`."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from honoraria.rules.compose import compose
from honoraria.rules.sheet import (
    Assessed,
    Before,
    Choice,
    LineFacts,
    Question,
    Refusal,
    Ruling,
    Sheet,
    SheetContent,
    SheetHead,
    Stage,
)
from honoraria.rules.withholding import Rate, Taxed, TaxTables, WithholdingPolicy
from meetings_app.core.clock import tokyo
from meetings_app.core.explained import Finding, Step
from meetings_app.core.terms import (
    Capacity,
    CommitteeKind,
    Decision,
    District,
    RunStatus,
    WithholdingMode,
)

DAY = date(2026, 11, 19)
ISSUED = date(2026, 11, 21)
SHA = "5d41402abc4b2a76b9719d911017c592ae2d9f1c3b7a4e60f8d15c0b9e7a3f42"
POLICY = WithholdingPolicy(WithholdingMode.FEE)
TABLES = TaxTables(
    (
        Rate(
            WithholdingMode.FEE, date(2013, 1, 1), date(2038, 1, 1), 10_210, 1_000_001, "所得税法第204条第1項"
        ),
    ),
    lambda _taxable, _on: None,
)
PAID_CITES = ("第7条第1項", "第7条第4項", "第7条第3項①", "第7条第3項②")
LATER = Finding(
    "以後の改正は未確認",
    "支援調整会議設置規程は平成26年4月1日の条文までしか確かめていません。"
    "その後の改正がないかを確かめ、確認した人と日付を条文とともに記録してください。",
    severity="info",
)
FORMULA_NAME = '=HYPERLINK("http://example.invalid","押す")'
LONG_NAME = "アレクサンドラ・フォン・クシロガワ＝シツゲン　マリアンヌ二世"

HEAD = SheetHead(
    run_id="r" * 32,
    number=7,
    committee="釧路市支援調整会議",
    kind=CommitteeKind.SUPPORT,
    title="第19回 支援調整会議",
    office="くしろ生活相談支援センター事務局",
    payer="一般社団法人くしろ生活支援協議会",
    meeting_id="m" * 32,
    day=DAY,
    starts_at=tokyo(DAY, 13, 30),
    ends_at=tokyo(DAY, 15, 40),
    venue="釧路市総合福祉会館　第2会議室",
    venue_district=District.KUSHIRO,
    regulation="平成26年4月1日改正",
    rulebook_sha256="a3" * 32,
    rates_sha256="b7" * 32,
    withholding="報酬・料金、旅費は含めない（令和8年11月2日　会計　白糠 恵）",
)

DRAFT_STAGE = Stage(RunStatus.DRAFT, "厚岸 花", tokyo(date(2026, 11, 20), 9, 5))
FINAL_STAGE = Stage(
    RunStatus.FINALISED,
    "厚岸 花",
    tokyo(date(2026, 11, 20), 9, 5),
    "白糠 恵",
    tokyo(date(2026, 11, 20), 10, 30),
    "標茶 誠",
    tokyo(date(2026, 11, 20), 16, 0),
    "白糠 恵",
    tokyo(date(2026, 11, 21), 9, 0),
)


# --- results of assessments -------------------------------------------------------------------------------


def paid(key: str, honorarium: int, travel: int, district: str) -> Assessed:
    """支給 with its steps."""
    total = honorarium + travel
    reason = f"委員。任期 令和8年4月1日–令和9年3月31日。報酬 {honorarium:,}円、旅費 {travel:,}円。"
    steps = (
        *_duty(),
        Step(
            "資格", "支給できる", {"区分": "委員"}, ("第7条第1項",), "委員。任期 令和8年4月1日–令和9年3月31日"
        ),
        Step("公務員か", "支給できる", {"公務員": "公務員でない"}, ("第7条第4項",), "公務員でない"),
        Step(
            "続柄",
            "支給できる",
            {"案件1": "なし", "案件2": "なし"},
            ("第7条第4項",),
            "出た2件のどの本人とも続柄なし",
        ),
        Step("報酬", honorarium, {"1回の額": 5000}, ("第7条第3項①",), "1回の額"),
        Step(
            "旅費",
            travel,
            {"居住地区": district, "会場地区": "釧路", "同日の先行会議": 0},
            ("第7条第3項②",),
            f"居住地 {district}地区、会場 釧路地区。この日に旅費の付く先の会議なし",
        ),
        Step("計", total, {"報酬": honorarium, "旅費": travel}, (), reason),
    )
    return Assessed(f"s-{key}", Decision.PAID, honorarium, travel, reason, PAID_CITES, steps, (LATER,))


def unpaid(key: str, label: str, note: str, cite: str) -> Assessed:
    """不支給: an explicit zero with its reason."""
    reason = f"{note}（{cite}）。"
    steps = (
        *_duty(),
        Step(label, "支給しない", {}, (cite,), note),
        Step("報酬", 0, {}, (cite,), "支給しない"),
        Step("旅費", 0, {}, (cite,), "支給しない"),
        Step("計", 0, {"報酬": 0, "旅費": 0}, (), reason),
    )
    return Assessed(f"s-{key}", Decision.UNPAID, 0, 0, reason, (cite,), steps)


def open_travel(key: str) -> Assessed:
    """要判断: somebody online, 報酬 known, 旅費 open."""
    question = Question(
        "旅費",
        "オンラインで出席し、旅費の扱いがまだ決められていません。旅費をどうしますか。",
        ("第7条第3項②",),
        (Choice("旅費は支給しない", 5000, 0), Choice("阿寒地区の額を用いる", 5000, 1000)),
    )
    steps = (
        *_duty(),
        Step("報酬", 5000, {"1回の額": 5000}, ("第7条第3項①",), "1回の額"),
        Step("旅費", None, {"居住地区": "阿寒"}, ("第7条第3項②",), "オンライン出席（額は判断による）"),
        Step("計", None, {"報酬": 5000, "旅費": None}, (), question.sentence),
    )
    return Assessed(
        f"s-{key}", Decision.JUDGEMENT, 5000, None, question.sentence, PAID_CITES, steps, (), (question,)
    )


def absent(key: str) -> Assessed:
    """対象なし."""
    reason = "欠席のため、支給の対象はありません。"
    steps = (Step("職務", "欠席", {"出席": "欠席"}, (), "欠席。支給の対象なし"),)
    return Assessed(f"s-{key}", Decision.NONE, None, None, reason, (), steps)


def _duty() -> tuple[Step, ...]:
    return (
        Step(
            "規程",
            "平成26年4月1日改正",
            {"会議の日": "2026-11-19"},
            ("附則",),
            "平成26年4月1日改正のもの。会議の日に有効",
        ),
        Step("職務", "確認済み", {"出席": "対面"}, ("第7条第2項",), "13:30–15:40 出席を確認。会議は閉会済み"),
    )


# --- lines ------------------------------------------------------------------------------------------------


def facts(
    key: str,
    name: str,
    assessed: Assessed,
    capacity: Capacity = Capacity.MEMBER,
    district: District | None = District.KUSHIRO,
    organisation: str = "くしろ地域福祉の会",
    person: str = "",
) -> LineFacts:
    """One attendance of the nineteenth meeting."""
    return LineFacts(
        attendance_id=f"a-{key}",
        person_id=f"p-{person or key}",
        name=name,
        organisation=organisation,
        capacity=capacity,
        district=district,
        meeting="第19回（令和8年11月19日）",
        held_on=DAY,
        assessed=assessed,
    )


def correcting(
    line: LineFacts, number: int, on: date, meeting: str, honorarium: int, travel: int
) -> LineFacts:
    """The same attendance as the correction of a line of an earlier sheet."""
    before = Before(f"l-{line.attendance_id}", f"支給調書第{number}号", honorarium, travel, POLICY)
    return replace(line, meeting=meeting, held_on=on, before=before)


EIGHTEENTH = (6, date(2026, 10, 15), "第18回（令和8年10月15日）")
SEVENTEENTH = (5, date(2026, 9, 17), "第17回（令和8年9月17日）")

PEOPLE: tuple[LineFacts, ...] = (
    facts("1", "丹頂 一郎", paid("1", 5000, 4000, "阿寒湖畔"), district=District.AKANKOHAN),
    facts(
        "2", "𠮷野 髙子", paid("2", 5000, 0, "釧路"), Capacity.ADVISER, organisation="𠮷野社会福祉士事務所"
    ),
    facts("3", "﨑田 実", paid("3", 5000, 2000, "音別"), Capacity.INVITEE, District.ONBETSU, "音別訪問看護"),
    facts("4", FORMULA_NAME, paid("4", 5000, 1000, "阿寒"), district=District.AKAN, organisation="+SUM(1)"),
    facts(
        "5",
        LONG_NAME,
        paid("5", 5000, 0, "釧路"),
        organisation="特定非営利活動法人くしろ湿原と暮らしの支え合い推進機構",
    ),
    facts("6", "佐藤 花子", paid("6", 5000, 0, "釧路"), organisation="釧路東部民生委員児童委員協議会"),
    facts("7", "佐藤 花子", paid("7", 5000, 1000, "阿寒"), district=District.AKAN, organisation=""),
    facts(
        "8",
        "厚岸 花",
        unpaid("8", "資格", "事務局員。支給を受ける区分ではありません", "第7条第1項"),
        Capacity.SECRETARIAT,
        organisation="くしろ生活相談支援センター",
    ),
    facts(
        "9",
        "弟子屈 守",
        unpaid("9", "公務員か", "釧路市職員（一般職・常勤）。公務員", "第7条第4項"),
        district=None,
    ),
    facts(
        "10",
        "鶴居 幸",
        unpaid("10", "続柄", "出た案件のすべてで本人の4親等以内の家族（母）", "第7条第4項"),
        Capacity.FAMILY,
        organisation="",
    ),
    replace(
        facts("11", "浜中 渡", open_travel("11"), district=District.AKAN),
        ruling=Ruling(
            "阿寒地区の額を用いる",
            5000,
            1000,
            "当日は阿寒の自宅から釧路の支所まで来て、支所の機器で参加したため。",
            "白糠 恵",
            date(2026, 11, 20),
        ),
    ),
    replace(
        facts("12", "標津 恵美", paid("12", 5000, 0, "釧路")),
        refusal=Refusal(date(2026, 11, 18), "年度内のすべての会議について"),
    ),
    facts("13", "根室 岬", absent("13")),
    correcting(
        facts("14", "丹頂 一郎", paid("14", 5000, 4000, "阿寒湖畔"), district=District.AKANKOHAN, person="1"),
        *EIGHTEENTH,
        5000,
        1000,
    ),
    correcting(
        facts(
            "15", "白糠 昇", unpaid("15", "公務員か", "釧路市職員（一般職・非常勤）。公務員", "第7条第4項")
        ),
        *SEVENTEENTH,
        5000,
        2000,
    ),
    correcting(facts("16", "根室 岬", absent("16"), person="13"), *SEVENTEENTH, 5000, 0),
)
"""Everybody of the nineteenth meeting, a correction upwards and two that take back."""

AMOUNTS: dict[str, tuple[str, int, int, int, int]] = {
    # 報酬・料金 10.21% of 5,000 is 510.5, cut off to 510; 旅費 does not belong to the base
    "a-1": ("支給", 5000, 4000, 510, 8490),
    "a-2": ("支給", 5000, 0, 510, 4490),
    "a-3": ("支給", 5000, 2000, 510, 6490),
    "a-4": ("支給", 5000, 1000, 510, 5490),
    "a-5": ("支給", 5000, 0, 510, 4490),
    "a-6": ("支給", 5000, 0, 510, 4490),
    "a-7": ("支給", 5000, 1000, 510, 5490),
    "a-8": ("不支給", 0, 0, 0, 0),
    "a-9": ("不支給", 0, 0, 0, 0),
    "a-10": ("不支給", 0, 0, 0, 0),
    "a-11": ("支給", 5000, 1000, 510, 5490),
    "a-12": ("辞退", 0, 0, 0, 0),
    "a-14": ("支給（訂正）", 0, 3000, 0, 3000),
    "a-15": ("不支給（訂正）", -5000, -2000, -510, -6490),
    "a-16": ("対象なし（訂正）", -5000, 0, -510, -4490),
}
"""What every printed line says, typed by hand: 判定, 報酬, 旅費, 源泉, 差引."""

SUMS = (30_000, 10_000, 3_060, 36_940)
"""合計: eight times 5,000 less twice 5,000; 9,000 and 3,000 less 2,000; eight times 510 less twice 510."""

SPANS = {
    ("p-1", WithholdingMode.FEE, "a-14"): Taxed(5000, 510),
    ("p-15", WithholdingMode.FEE, "a-15"): Taxed(5000, 510),
    ("p-13", WithholdingMode.FEE, "a-16"): Taxed(5000, 510),
}
"""What the earlier sheets withheld."""


# --- sheets -----------------------------------------------------------------------------------------------


def content_of(lines: Sequence[LineFacts], head: SheetHead = HEAD) -> SheetContent:
    """Work out a sheet under 報酬・料金 without 旅費."""
    return compose(head, lines, POLICY, SPANS, TABLES)


def final(lines: Sequence[LineFacts] = PEOPLE, head: SheetHead = HEAD) -> Sheet:
    """確定した調書."""
    return Sheet(content_of(lines, head), FINAL_STAGE, SHA)


def draft(lines: Sequence[LineFacts] = PEOPLE) -> Sheet:
    """下書き, with one line still open."""
    return Sheet(content_of([*lines, facts("17", "阿寒 岳", open_travel("17"))]), DRAFT_STAGE)


def corrections_alone() -> Sheet:
    """訂正だけの調書: no meeting of its own."""
    head = replace(
        HEAD,
        title="訂正",
        meeting_id=None,
        day=None,
        starts_at=None,
        ends_at=None,
        venue="",
        venue_district=None,
        regulation="",
    )
    return final([one for one in PEOPLE if one.before is not None], head)
