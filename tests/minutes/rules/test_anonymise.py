"""匿名版: nothing that is on record is left, and what only looks like a name is asked about."""

from dataclasses import replace
from datetime import date

import pytest

from meetings_app.core.terms import Capacity
from minutes.rules.anonymise import Anonymised, Decided, OnRecord, RecordedPerson, anonymise
from minutes.rules.minutes_view import (
    Absentee,
    Action,
    Approval,
    ApprovalStatus,
    Attendee,
    Invitee,
    MinutesItem,
    MinutesView,
    Place,
    Presider,
    Recusal,
)
from minutes.word import write_minutes
from tests.minutes.word_zip import everything_in

RECORD = OnRecord(
    people=(
        RecordedPerson("原　健", "はら けん", "原法律事務所"),
        RecordedPerson("温根内 八重", "おんねない やえ", "NPO法人 見本若者サポート"),
        RecordedPerson("森 一", "もり はじめ", "民生委員協議会"),
        RecordedPerson("茂雪 十一", "もせつ じゅういち"),
    ),
    providers=(("株式会社 湿原クリーン", "しつげんくりーん"), ("北の作業所", "")),
    clients=(("K.S", "白樺 さくら", "しらかば さくら"), ("", "柏木　夏", "かしわぎ なつ")),
)


def view(text: str = "特になし。", **parts: object) -> MinutesView:
    item = MinutesItem(
        1,
        "No.9　プラン1　新規",
        case_number="No.9",
        present=("原　健", "温根内 八重"),
        recusals=(Recusal("森 一", "本人の担当民生委員であるため"),),
        discussion=text,
        actions=(Action("連絡する", "温根内"),),
    )
    plain = MinutesView(
        committee="支援調整会議",
        version=3,
        meeting_number=19,
        place=Place("市民会館"),
        presider=Presider("原　健", "委員長"),
        attendees=(
            Attendee("原　健", Capacity.MEMBER, "委員長", "原法律事務所"),
            Attendee("温根内 八重", Capacity.ADVISER, None, "NPO法人 見本若者サポート"),
            Attendee("本人（No.9）", Capacity.CLIENT),
        ),
        absentees=(Absentee("森 一", Capacity.MEMBER, None, "民生委員協議会", "温根内委員の代理のため"),),
        invitees=(Invitee("雪里 真", "湿原クリーン", "仕事の様子"),),
        items=(item,),
        approval=Approval(ApprovalStatus.APPROVED, "原 健", date(2014, 6, 20), 3),
    )
    return replace(plain, **parts)  # type: ignore[arg-type]


def told(text: str, *decided: Decided) -> str:
    item = anonymise(view(text), replace(RECORD, decided=decided)).view.items[0]
    return item.discussion or ""


def words(result: Anonymised) -> list[str]:
    return [one.word for one in result.suspicions]


def test_people_are_called_by_their_part() -> None:
    result = anonymise(view(), RECORD).view
    assert [person.name for person in result.attendees] == ["委員A", "アドバイザー委員A", "本人（No.9）"]
    assert [person.organisation for person in result.attendees] == ["所属機関A", "所属機関B", None]
    assert (result.absentees[0].name, result.absentees[0].reason) == (
        "委員B",
        "アドバイザー委員A委員の代理のため",
    )
    assert result.invitees[0].name == "関係機関A"
    assert result.items[0].present == ("委員A", "アドバイザー委員A")
    assert result.items[0].recusals[0].name == "委員B"
    assert result.items[0].actions[0].who == "アドバイザー委員A"
    assert (result.presider, result.approval.approver) == (Presider("委員A", "委員長"), "委員A")
    assert result.title == "第19回　支援調整会議　議事録（匿名版）"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("原　健と原健、ハラ ケン、Hara Ken、KEN HARA", "委員Aと委員A、委員A、委員A、委員A"),
        ("原さんが原因を述べた。", "委員Aさんが原因を述べた。"),
        ("ｵﾝﾈﾅｲさん、温根内、八重さん", "アドバイザー委員Aさん、アドバイザー委員A、アドバイザー委員Aさん"),
        ("茂雪さんから電話があった。", "関係者Aさんから電話があった。"),
        ("K.S（K・S、ＫＳ）は白樺さくらである。", "本人（本人、本人）は本人である。"),
        ("No.9とNo.13", "No.9とNo.13"),
        ("湿原クリーンと（株）湿原クリーン、北の作業所", None),
        ("見本若者サポートの紹介", "所属機関Bの紹介"),
        ("電話0154-23-5151、０９０－１２３４－５６７８", "電話（電話番号）、（電話番号）"),
        ("黒金町7丁目5番地へ、三丁目２番１号", "（住所）へ、（住所）"),
        ("〒085-8505 a.b@example.jp", "（郵便番号） （メールアドレス）"),
        ("黒金町７－５の家、電話は23-5151", "（住所）の家、電話（電話番号）"),
    ],
)
def test_texts(text: str, expected: str | None) -> None:
    result = told(text)
    if expected is None:
        assert "湿原" not in result
        assert "北の作業所" not in result
    else:
        assert result == expected


def test_a_name_of_one_sign_that_stands_alone_is_asked_about() -> None:
    result = anonymise(view("原が述べ、森と相談した。森林の原因。"), RECORD)
    assert result.view.items[0].discussion == "原が述べ、森と相談した。森林の原因。"
    assert words(result) == ["原", "森"]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("佐藤さんに会った。", "佐藤"),
        ("サトウ様より", "サトウ"),
        ("Tanaka氏は", "Tanaka"),
        ("釧路中央病院に通う。", "釧路中央病院"),
        ("株式会社みどりで働く。", "株式会社みどり"),
        ("ひかり荘に住む。", "ひかり荘"),
        ("若葉作業所に通う。", "若葉作業所"),
        ("鈴木主任が話す。", "鈴木"),
        ("昭和45年3月12日生の人", "昭和45年3月12日生"),
        ("口座番号1234567に払う。", "口座番号1234567"),
        ("ひまわり201号室", "201号室"),
    ],
)
def test_what_looks_like_a_name_is_asked_about(text: str, word: str) -> None:
    result = anonymise(view(text), RECORD)
    assert not result.is_checked
    assert "確認前" in (result.view.title or "")
    assert words(result) == [word]


@pytest.mark.parametrize(
    "text",
    [
        "生活相談支援員と担当係長、福祉課長、主任",
        "25歳、平成26年3月25日の生活",
        "支援センター",
        "お母さんと息子さん",
        "皆さん",
        "本人様式",
        "主治医の先生と相談",
        "総合病院",
        "No.9の本人さん",
    ],
)
def test_common_words_are_not_asked_about(text: str) -> None:
    assert anonymise(view(text), RECORD).is_checked


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("菱沼が話す。", "菱沼"),
        ("太郎の妹", "太郎"),
        ("Ａは働く。", "A"),
        ("本人（A）", "A"),
        ("見本就業に行く。", "見本就業"),
        ("就業支援センターに行く。", "就業支援センター"),
    ],
)
def test_part_of_what_is_on_record_is_asked_about(text: str, word: str) -> None:
    record = OnRecord(
        people=(RecordedPerson("菱沼太郎"),),
        providers=(("見本就業支援センター", ""),),
        clients=(("A", "", ""),),
    )
    assert word in words(anonymise(view(text), record))


def test_a_repeated_sign_may_be_written_out() -> None:
    record = OnRecord(people=(RecordedPerson("佐々木 光"),))
    assert "佐" not in (anonymise(view("佐佐木と佐々木"), record).view.items[0].discussion or "")


def test_decisions_hide_a_word_or_let_it_stand() -> None:
    text = "佐藤さんと鈴木さんに会った。サトウ、佐 藤。"
    result = anonymise(
        view(text),
        replace(RECORD, decided=(Decided("佐藤", "関係者X"), Decided("鈴木"), Decided("サトウ", "関係者X"))),
    )
    assert result.view.items[0].discussion == "関係者Xさんと鈴木さんに会った。関係者X、佐 藤。"
    assert result.is_checked


def test_an_answerable_person_who_is_not_on_record_is_asked_about() -> None:
    item = replace(
        view().items[0], actions=(Action("送る", "川上"), Action("待つ", "本人"), Action("話す", "事務局"))
    )
    assert words(anonymise(view(items=(item,)), RECORD)) == ["川上"]


def test_a_venue_that_gives_somebody_away_is_hidden() -> None:
    assert anonymise(view(place=Place("原法律事務所 2階")), RECORD).view.place == Place("（会場）")
    assert anonymise(view(place=Place("市民会館")), RECORD).view.place == Place("市民会館")


def test_the_document_holds_none_of_it() -> None:
    text = "原　健、温根内八重、モリハジメ、茂雪、白樺 さくら、K.S、湿原クリーン、北の作業所、雪里真"
    document = write_minutes(anonymise(view(text), RECORD).view)
    held = "\n".join(everything_in(document))
    for word in (
        "原　健",
        "原健",
        "温根内",
        "八重",
        "モリ",
        "茂雪",
        "白樺",
        "さくら",
        "K.S",
        "湿原",
        "北の作業所",
        "雪里",
    ):
        assert word not in held, word
