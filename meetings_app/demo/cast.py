"""見本の登場人物: clearly fictional people in all four districts, with terms, offices, statuses and kinship."""

from dataclasses import dataclass
from datetime import date

from meetings_app.core.terms import Capacity, District, Office, ServiceClass, WorkingTime

TERM_2013 = (date(2013, 10, 1), date(2014, 4, 1))
TERM_2014 = (date(2014, 4, 1), date(2015, 4, 1))
LEFT_ON = date(2014, 2, 1)
DECLARED_ON = date(2013, 10, 1)
REGIONAL_FROM = date(2014, 3, 14)


@dataclass(frozen=True, slots=True)
class Job:
    """職: one public-service status as declared; without a class it is no public employment."""

    occupation: str
    service_class: ServiceClass | None = None
    working_time: WorkingTime | None = None
    legal_basis: str = ""


PRIVATE = Job("")
CITY_STAFF = Job("市の職員", ServiceClass.GENERAL, WorkingTime.FULL, "地方公務員法第3条第2項")
STATE_STAFF = Job("国の職員", ServiceClass.GENERAL, WorkingTime.FULL, "国家公務員法第2条第2項")
PREFECTURE_STAFF = Job("道の職員", ServiceClass.GENERAL, WorkingTime.FULL, "地方公務員法第3条第2項")
WELFARE_COMMISSIONER = Job("民生委員", ServiceClass.SPECIAL, WorkingTime.PART, "地方公務員法第3条第3項第2号")


@dataclass(frozen=True, slots=True)
class Role:
    """役: one person of the demonstration. `kin` maps case numbers to (path, relation)."""

    key: str
    name: str
    kana: str
    organisation: str
    capacity: Capacity
    district: District | None = District.KUSHIRO
    job: Job | None = PRIVATE
    office: Office | None = None
    seat: int = 1
    kin: tuple[tuple[int, str, str], ...] = ()
    declares_kin: bool = True


M, A, S = Capacity.MEMBER, Capacity.ADVISER, Capacity.SECRETARIAT
CAST = (
    Role("chair", "丹頂 一郎", "たんちょう いちろう", "見本地域福祉研究会", M, office=Office.CHAIR),
    Role(
        "vice1",
        "湿原 花子",
        "しつげん はなこ",
        "見本福祉協会",
        M,
        District.AKANKOHAN,
        office=Office.VICE_CHAIR,
    ),
    Role(
        "vice2",
        "幣舞 次郎",
        "ぬさまい じろう",
        "見本就業支援センター",
        M,
        District.ONBETSU,
        office=Office.VICE_CHAIR,
        seat=2,
    ),
    Role("adviser", "摩周 三郎", "ましゅう さぶろう", "架空大学", A, District.AKAN),
    Role("welfare", "春採 よし子", "はるとり よしこ", "見本地区民生委員協議会", M, job=WELFARE_COMMISSIONER),
    Role(
        "nephew",
        "塘路 五郎",
        "とうろ ごろう",
        "見本就労作業所",
        M,
        District.ONBETSU,
        kin=((15, "P>C>C", "甥"),),
    ),
    Role(
        "inlaw",
        "川湯 六郎",
        "かわゆ ろくろう",
        "見本住まい相談室",
        M,
        District.AKANKOHAN,
        kin=((13, "C>S", "子の配偶者"),),
    ),
    Role("outside", "北斗 七海", "ほくと ななみ", "見本法律事務所", M, District.OUTSIDE),
    Role("substitute", "温根内 八重", "おんねない やえ", "見本若者サポート", M, job=None),
    Role("hospital", "細岡 九郎", "ほそおか くろう", "見本市立病院", M, District.AKAN, job=CITY_STAFF),
    Role("absent", "達古武 十和", "たっこぶ とわ", "見本商工会", M),
    Role("counsellor1", "鶴野 あかり", "つるの あかり", "見本協議会 相談支援員", S),
    Role("counsellor2", "葦原 守", "あしはら まもる", "見本協議会 相談支援員", S),
    Role("cityoffice", "茅沼 健", "かやぬま けん", "見本市 生活福祉事務所", S, job=CITY_STAFF),
)
PREDECESSOR = Role("predecessor", "茂雪 十一", "もせつ じゅういち", "見本若者サポート", M)

GUESTS = (
    Role(
        "landlord",
        "雪里 真",
        "ゆきさと まこと",
        "見本不動産",
        Capacity.INVITEE,
        District.AKANKOHAN,
    ),
    Role("jobcentre", "茶内 律", "ちゃない りつ", "見本公共職業安定所", Capacity.INVITEE, job=STATE_STAFF),
    Role("client14", "本人（No.14）", "ほんにん", "", Capacity.CLIENT, job=None, declares_kin=False),
)

REGIONAL = (
    Role(
        "regional_chair",
        "塩見 晴",
        "しおみ はる",
        "見本総合振興局",
        Capacity.CONSTITUENT,
        job=PREFECTURE_STAFF,
        office=Office.REGIONAL_CHAIR,
    ),
    Role(
        "regional_vice",
        "昆布森 岬",
        "こんぶもり みさき",
        "見本市",
        Capacity.CONSTITUENT,
        job=CITY_STAFF,
        office=Office.REGIONAL_VICE_CHAIR,
    ),
    Role(
        "secretary_general",
        "霧多布 渚",
        "きりたっぷ なぎさ",
        "見本協議会",
        Capacity.SECRETARIAT,
        office=Office.SECRETARY_GENERAL,
    ),
)


def mailbox(role: Role) -> str:
    """Return a made-up address. It goes to everybody invited, so it tells nothing of whom somebody is related to."""
    if role.capacity is Capacity.CLIENT:
        return ""
    everybody = (*CAST, PREDECESSOR, *GUESTS, *REGIONAL)
    return f"person{everybody.index(role) + 1:02}@example.jp"
