"""見本の資料: made-up papers in which every part of a template is used; an uploaded template is tried on them."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final

from agenda.papers.contents import (
    ActionLine,
    AgendaLine,
    CaseList,
    CaseListRow,
    CasePaper,
    ClientNotice,
    Collection,
    CollectionRow,
    Contact,
    EarlierOutcome,
    Head,
    Invitation,
    ItemList,
    Paper,
    Programme,
    Roster,
    RosterRow,
    Seat,
    Seating,
    ServiceLine,
    TargetLine,
)
from meetings_app.core.clock import tokyo
from meetings_app.core.terms import Capacity, DueReason, PaperKind, Purpose, ServiceKind

_DAY: Final = date(2026, 11, 25)
_OWN_BASIS: Final = "第5条第1項・第3項"
_OUTSIDE_BASIS: Final = "第5条第4項"

CONTACT: Final = Contact("見本生活相談支援センター", "0154-00-0000", "madoguchi@example.jp", "鶴野 あかり")
HEAD: Final = Head(
    body="見本市 支援調整会議",
    number=9,
    starts_at=tokyo(_DAY, 10),
    ends_at=tokyo(_DAY, 11, 30),
    venue="見本市民活動センター 会議室1",
    dated=date(2026, 11, 10),
    contact=CONTACT,
    document_number="見本協第19号",
)


def sample_paper(kind: PaperKind) -> Paper:
    """見本: return a made-up paper of a kind, with everything such a paper can hold."""
    return _SAMPLES[kind]()


def _at(minutes: int) -> datetime:
    return HEAD.starts_at + timedelta(minutes=minutes)


_LINES: Final = (
    AgendaLine(
        1,
        "No.9　プラン2（評価）",
        Purpose.EVALUATE,
        DueReason.EVALUATION,
        date(2026, 11, 30),
        _at(5),
        15,
        case=9,
        plan=2,
        explanation="プラン2の期間が終わるため、目標の達成と今後の支援を評価する。",
        required=("見本市 生活福祉事務所", "見本就労作業所"),
    ),
    AgendaLine(
        2,
        "No.9　プラン3（再プラン）",
        Purpose.ADJUST,
        DueReason.REPLAN,
        date(2026, 12, 30),
        _at(20),
        15,
        case=9,
        plan=3,
        explanation="就労の定着に向け、支援内容を組み直す。",
        required=("見本市 生活福祉事務所", "見本就業支援センター"),
    ),
    AgendaLine(
        3,
        "No.14　プラン1（継続協議）",
        Purpose.ADJUST,
        DueReason.CARRIED_OVER,
        date(2026, 11, 22),
        _at(35),
        20,
        case=14,
        plan=1,
        explanation="住まいの確保の見通しが立たず、前回から継続して協議する。",
        required=("見本住まい相談室",),
        carried_since=7,
    ),
    AgendaLine(
        4, "No.12　プラン1", Purpose.ADJUST, DueReason.NEW, None, _at(55), 15, case=12, plan=1, shown=False
    ),
    AgendaLine(
        5,
        "冬期の灯油代の相談に応じる仕組みについて",
        Purpose.REGIONAL,
        None,
        None,
        _at(70),
        15,
        explanation="相談の増える時期を前に、使える制度と不足を確かめる。",
    ),
)
ALL_LINES: Final = tuple(
    replace(line, shown=True, explanation=line.explanation or "初回のプランを諮る。", required=line.required)
    for line in _LINES
)


def _invitation() -> Invitation:
    return Invitation(
        HEAD, "茶内 律", "見本公共職業安定所", Capacity.INVITEE, _OUTSIDE_BASIS, _LINES[:3], _at(5), _at(55)
    )


def _programme() -> Programme:
    return Programme(HEAD, "委員長　丹頂 一郎", _LINES)


_PEOPLE: Final = (
    ("委員長", "丹頂 一郎", "見本地域福祉研究会", _OWN_BASIS, (1, 2, 3, 4, 5)),
    ("副委員長", "春採 よし子", "見本地区民生委員協議会", _OWN_BASIS, (1, 2, 3, 4, 5)),
    ("アドバイザー委員", "北斗 七海", "見本法律事務所", _OWN_BASIS, (3, 5)),
    ("委員", "髙橋 﨑子", "見本就労作業所", _OWN_BASIS, (1, 2)),
    ("委員", "𠮷田 守", "見本住まい相談室", _OWN_BASIS, (3,)),
    ("意見を聴く方", "茶内 律", "見本公共職業安定所", _OUTSIDE_BASIS, (1, 2, 3)),
    ("事務局員", "茅沼 健", "見本市 生活福祉事務所", "", (1, 2, 3, 4, 5)),
    ("事務局員", "鶴野 あかり", "見本生活相談支援センター", "", ()),
)


def _roster() -> Roster:
    return Roster(HEAD, (*(RosterRow(*person) for person in _PEOPLE), RosterRow("本人", "", "", "", (1, 2))))


def _seating() -> Seating:
    seats = [Seat(label, name) for label, name, *_ in _PEOPLE]
    return Seating(
        HEAD,
        top=(seats[0], seats[1]),
        sides=((seats[2], seats[3]), (seats[4], seats[5]), (Seat("本人", "No.9"), None)),
        bottom=(seats[6], seats[7]),
    )


def _item_list() -> ItemList:
    return ItemList(HEAD, ALL_LINES)


# --- 案件 -------------------------------------------------------------------------------------------------

_SERVICES: Final = (
    ServiceLine(
        ServiceKind.STATUTORY,
        "就労準備支援事業",
        "見本就労作業所",
        "週3日の通所から始め、生活の時間を整える。",
    ),
    ServiceLine(
        ServiceKind.OTHER_SYSTEM, "自立支援医療", "見本市 障がい福祉課", "通院を続けるための手続を行う。"
    ),
    ServiceLine(
        ServiceKind.INFORMAL, "見守り", "見本地区民生委員協議会", "月2回の声かけと、町内の行事への誘い。"
    ),
    ServiceLine(ServiceKind.CENTRE, "家計の相談", "見本生活相談支援センター", "毎月の収支を一緒に書き出す。"),
    ServiceLine(ServiceKind.OTHER, "食料の提供", "見本フードバンク", "必要なときに月1回まで。"),
)
_ACTIONS: Final = (
    ActionLine("就労作業所の見学に同行する。", "鶴野 あかり", date(2026, 9, 11), date(2026, 9, 9)),
    ActionLine("滞納している家賃の分納を家主と話し合う。", "見本住まい相談室", date(2026, 11, 30)),
)


def _case() -> CasePaper:
    return CasePaper(
        HEAD,
        paper_number=1,
        line=replace(_LINES[0], carried_since=8),
        case=9,
        initials="T.K.",
        plan=2,
        assessed_on=date(2026, 11, 4),
        assessment="単身で借家に住む50代。離職の後、家賃の滞納と体調の不安があった。\n"
        "通院を再開してからは生活の時間が整い、週3日の通所を続けている。働くことへの意欲は高い。",
        goal="体調を整えながら、週4日働ける生活をつくる。",
        period_start=date(2026, 6, 1),
        period_end="令和8年11月下旬",
        monitoring="令和8年9月",
        services=_SERVICES,
        earlier=EarlierOutcome(
            5,
            date(2026, 5, 27),
            "修正のうえ了承",
            "通所の日数は体調に合わせて決める。\n家賃の分納は、家計の見通しを立ててから話し合う。",
            _ACTIONS,
        ),
        level=3,
        level_before=2,
        achieved="週3日の通所を5か月続けた。通院の中断がなくなった。",
        changes="自分から職員に声をかけるようになった。朝の支度が一人でできる。",
        consent_on=date(2026, 4, 8),
        to_confirm=("プラン2の目標は達成されたか。", "就労先を探す時期と、その間の収入をどう支えるか。"),
    )


_NEW: Final = True
_KNOWN: Final = False


def _case_list() -> CaseList:
    before, later = date(2026, 9, 30), date(2026, 10, 28)
    rows = (
        CaseListRow(9, "T.K.", _KNOWN, 3, ((before, 2), (later, 2)), 2, "評価", "R8.11下旬", "鶴野", ""),
        CaseListRow(12, "M.S.", _NEW, None, (), None, "アセスメント", "", "葦原", "初回面談 11/6"),
        CaseListRow(
            14, "A.N.", _KNOWN, 1, ((before, 2), (later, 2)), 1, "継続協議", "R9.3末日", "鶴野", "住まい未定"
        ),
        CaseListRow(15, "", _NEW, 0, (), 1, "新規", "R9.4.30", "", ""),
        CaseListRow(16, "K.O.", _KNOWN, 5, ((later, 5),), 2, "支援中", "R9.2.28", "葦原", ""),
    )
    targets = (
        TargetLine("新規相談", 86, 120),
        TargetLine("プラン作成", 31, 60),
        TargetLine("就労支援の対象者", 12, None),
    )
    return CaseList(HEAD, _DAY, rows, "令和8年度", targets)


def _collection() -> Collection:
    papers = ("次第", "案件一覧", "資料１ 個別資料 No.9 プラン2", "資料２ 個別資料 No.9 プラン3")
    rows = [
        CollectionRow(serial, name, organisation, papers if serial % 2 else papers[:3])
        for serial, (_, name, organisation, *_) in enumerate(_PEOPLE, start=1)
    ]
    rows[0] = replace(rows[0], collected_on=_DAY)
    return Collection(HEAD, tuple(rows))


def _client_notice() -> ClientNotice:
    return ClientNotice(
        dated=date(2026, 11, 26),
        met_on=_DAY,
        name="見本 たろう",
        goal="体の調子を ととのえて、週4日 はたらく",
        agreed=(
            "いまの プランの 目標は、できました。",
            "12月から 新しい プランで すすめます。",
            "しごとを さがす 間も、相談を つづけます。",
        ),
        next_steps=(
            ActionLine("しごとの 見学に 行く", "あなたと 鶴野", date(2026, 12, 11)),
            ActionLine("家賃の 分けて払う 相談を する", "見本住まい相談室", date(2026, 12, 18)),
            ActionLine("病院に つづけて 行く", "あなた", None),
        ),
        next_talk="令和8年12月16日（水）　午後1時30分　センターで",
        contact=CONTACT,
    )


_SAMPLES: Final[Mapping[PaperKind, Callable[[], Paper]]] = {
    PaperKind.INVITATION: _invitation,
    PaperKind.PROGRAMME: _programme,
    PaperKind.ROSTER: _roster,
    PaperKind.SEATING: _seating,
    PaperKind.ITEM_LIST: _item_list,
    PaperKind.CASE: _case,
    PaperKind.CASE_LIST: _case_list,
    PaperKind.COLLECTION: _collection,
    PaperKind.CLIENT_NOTICE: _client_notice,
}
