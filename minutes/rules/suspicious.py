"""確かめる語: words in a text that look like a name, an address or an organisation and are not on record.

A rule cannot tell a name from a word with certainty. What is found here is put before a person, who replaces it or
lets it stand.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from minutes.rules.redact import fold, is_kanji

AROUND: Final = 14
"""Signs shown on either side of a word."""
LONGEST_WORD: Final = 100


@dataclass(frozen=True, slots=True)
class Suspicion:
    """確かめる語: the word, why it is asked about, and what stands around it."""

    word: str
    why: str
    before: str
    after: str


_RUN: Final = r"(?:[一-鿿々〆ヶ]{1,6}|[ァ-ヴー]{2,10}|(?<![ぁ-ん])[ぁ-ん]{2,5}?|[A-Za-z]{1,15}(?:[.・ ][A-Za-z]{1,15})?)"
_TITLE: Final = r"(?:さん|さま|様(?![式子々相])|氏(?!名)|くん|君|ちゃん|先生)"
_NAME: Final = re.compile(rf"(?P<word>{_RUN})[ 　]?{_TITLE}")
_WORD: Final = r"[一-鿿々〆ヶァ-ヴーA-Za-z0-9]"
_BODY: Final = re.compile(
    rf"(?P<word>(?:{_WORD}{{1,20}}|(?<![ぁ-ん])[ぁ-ん]{{2,8}})(?:病院|医院|クリニック|診療所|事業所|作業所|保育園|幼稚園|こども園|学園|園(?=[にでのはがを、。]|$)"
    r"|学校|高校|大学|ホーム|荘|アパート|マンション|ハイツ|コーポ|銀行|信用金庫|農協|漁協|商店|工業|建設|運輸|不動産|会社|法人|教会|寺))"
)
_LEGAL_FORM: Final = r"(?:株式会社|有限会社|合同会社|社会福祉法人|NPO法人|医療法人|\(株\)|\(有\)|\(福\))"
_COMPANY_NAME: Final = rf"(?:{_WORD}{{1,20}}|[ぁ-ん]{{1,8}}?(?=[でにがはをのとへ、。]|$))"
_COMPANY: Final = re.compile(
    rf"(?P<word>{_LEGAL_FORM}[ 　]?{_COMPANY_NAME}"
    rf"|{_WORD}{{1,20}}[ 　]?(?:株式会社|有限会社|合同会社|\(株\)|\(有\)))"
)
_ADDRESS: Final = re.compile(
    r"(?P<word>[一-鿿々ヶァ-ヴー]{0,15}[0-9一二三四五六七八九十〇○]{1,5}(?:丁目|番地)[0-9の番地号-]{0,12})"
)
_CONTACT: Final = re.compile(
    r"(?P<word>(?:電話|TEL|携帯|FAX)[番号:： 　]{0,4}[0-9() -]{4,20}|[0-9]{2,4}-[0-9]{2,4}-[0-9]{3,4}"
    r"|[^\s、。「」（）]{1,60}@[^\s、。「」（）]{1,60}|https?://[^\s、。「」（）]{1,80})",
    re.IGNORECASE,
)
_PERSONAL: Final = re.compile(
    r"(?P<word>(?:(?:明治|大正|昭和|平成|令和)[0-9元]{1,2}年|[0-9]{4}[年/.-])[0-9]{1,2}[月/.-][0-9]{1,2}日?[ 　]?生"
    r"|生年月日[はが:： 　]{0,3}[^\s、。]{4,20}|口座(?:番号)?[はが:： 　]{0,3}[0-9-]{4,12}|[0-9]{2,4}号室)"
)
_HOLDER: Final = re.compile(
    r"(?P<word>[一-鿿々〆ヶ]{1,4}|[ァ-ヴー]{2,8})"
    r"(?:主任|医師|係長|課長|室長|部長|主事|主査|店長|院長|園長|弁護士|看護師|保健師|司法書士|民生委員)"
)
"""A name before what somebody is."""
_SUSPECTS: Final = (
    (_COMPANY, "会社・法人の名前のように見えます"),
    (_BODY, "施設や団体の名前のように見えます"),
    (_ADDRESS, "住所のように見えます"),
    (_CONTACT, "連絡先のように見えます"),
    (_PERSONAL, "本人が分かる日付や番号のように見えます"),
    (_NAME, "人の名前のように見えます"),
    (_HOLDER, "人の名前のように見えます"),
)
_NO_NAMES_TEXT = """
    母 父 兄 姉 弟 妹 娘 息子 奥 嫁 婿 妻 夫 叔父 叔母 伯父 伯母 祖父 祖母 皆 子 孫 客 患者
    利用者 相談者 本人 担当者 家主 大家 医者 業者 各 同 両 主治医 保護者 民生委員 弁護士 支援員
    相談員 職員 先方 生徒 学生 担任 校医 医師 看護師 お母 お父 お兄 お姉 お子 たく おじい おばあ
    おとう おかあ おじ おば みな むすこ むすめ おにい おねえ おく こども 店員 社長 店長 園長 院長
    所長 課長 係長 会長 議長 委員長 委員 事務局 家族 親 両親 知人 友人 隣人 住民
"""
_NO_HOLDERS: Final = re.compile(
    r"(?:同|各|当|前|元|新|現|副|総|両|顧問|担当|産業|主治|嘱託|専門|精神科?|内科|外科|校|女|男|地区|地域|次期|複数|係|課|室|所|部"
    r"|院|園|市|町|村|区|福祉|支援|相談|訪問|学校|法|国選|児童|担任|研修|常勤|非常勤|当番|認定|行政|准|正|の|ー)$"
)
"""What stands before a post without being anybody's name."""
_NO_NAMES: Final = frozenset(_NO_NAMES_TEXT.split())
_NO_BODIES_TEXT = """
    総合 市立 公立 私立 国立 同 当 各 他 就労支援 就労継続支援 就労移行支援 通所 介護 福祉 地域
    民間 精神科 内科 専門 職業訓練 看護 小 中 高等 特別支援 支援 相談支援 訪問介護 入所 老人 養護
    有料老人 グループ 派遣 株式 有限 合同 社会福祉 医療 管理 運送 保険 清掃 建築 土木 元 前 次 別
    複数 近所 公 夜間 定時制 通信制 一般 財団 社団
"""
_NO_BODIES: Final = frozenset(_NO_BODIES_TEXT.split())
_PARTICLES: Final = frozenset("はがのとにをもへ、。，．・「」（）() 　\n")


def suspicions(
    texts: Iterable[str],
    *,
    placeholders: Collection[str],
    short_names: Collection[str] = (),
    fragments: Collection[str] = (),
    let_stand: Collection[str] = (),
) -> list[Suspicion]:
    """Return every word to be looked at, once each, in the order met.

    `texts` are already without what is known; `placeholders` is what was put in. `short_names` are names of one sign
    on record: they are asked about where they stand alone. `fragments` are parts of longer names on record. `let_stand`
    was looked at before.
    """
    seen = {_key(word) for word in let_stand}
    parts = _either(fragments)
    found = []
    for text in texts:
        for suspicion in _in_text(_masked(text, placeholders), short_names, parts):
            if _key(suspicion.word) not in seen:
                seen.add(_key(suspicion.word))
                found.append(suspicion)
    return found


def _key(word: str) -> str:
    return fold(word).text.strip()


def _masked(text: str, placeholders: Collection[str]) -> str:
    """Return the text with a line break for each placeholder: no name runs across one."""
    plain = unicodedata.normalize("NFKC", text)
    if not placeholders:
        return plain
    longest_first = sorted(
        (unicodedata.normalize("NFKC", one) for one in placeholders), key=len, reverse=True
    )
    return re.sub("|".join(map(re.escape, longest_first)), "\n", plain)


def _either(words: Collection[str]) -> "re.Pattern[str] | None":
    """Return what finds any of the words, the longest that stands there."""
    longest_first = sorted(words, key=lambda word: (-len(word), word))
    return re.compile(f"(?P<word>{'|'.join(map(re.escape, longest_first))})") if words else None


def _in_text(text: str, short_names: Collection[str], parts: "re.Pattern[str] | None") -> Iterator[Suspicion]:
    taken: list[tuple[int, int]] = []
    for match in parts.finditer(text) if parts else ():
        taken.append(match.span())
        yield _suspicion(text, *match.span(), "名簿にある名前の一部と同じです")
    for expression, why in _SUSPECTS:
        for match in expression.finditer(text):
            start, end = match.span("word")
            if _is_common(expression, match["word"]) or any(start < b and a < end for a, b in taken):
                continue
            taken.append((start, end))
            yield _suspicion(text, start, end, why)
    if short_names:
        for match in re.finditer(f"[{re.escape(''.join(sorted(short_names)))}]", text):
            if _stands_alone(text, *match.span()):
                why = (
                    "本人のイニシャルと同じ字です"
                    if match[0].isascii()
                    else "名簿にある一字の姓か名と同じ字です"
                )
                yield _suspicion(text, *match.span(), why)


def _is_common(expression: "re.Pattern[str]", word: str) -> bool:
    if expression is _HOLDER:
        return word in _NO_NAMES or _NO_HOLDERS.search(word) is not None
    if expression is _NAME:
        return word in _NO_NAMES
    if expression is _BODY:
        return any(word.startswith(prefix) and len(word) - len(prefix) <= 4 for prefix in _NO_BODIES)
    return False


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Return whether a single sign is no part of a word: no kanji beside it, a particle or nothing behind it."""
    before, after = text[start - 1 : start], text[end : end + 1]
    if text[start].isascii() and before and (before.isascii() and before.isalnum()):
        return False
    return not (before and is_kanji(before)) and (not after or after in _PARTICLES)


def _suspicion(text: str, start: int, end: int, why: str) -> Suspicion:
    return Suspicion(
        word=text[start:end][:LONGEST_WORD],
        why=why,
        before=_line(text[max(0, start - AROUND) : start]).rpartition("\n")[2],
        after=_line(text[end : end + AROUND]).partition("\n")[0],
    )


def _line(text: str) -> str:
    return text.replace("\r", "\n")


def unknown_names(
    names: Sequence[str], *, placeholders: Collection[str], let_stand: Collection[str]
) -> list[Suspicion]:
    """Return who is named as answerable for something and is neither on record nor a part people have there."""
    seen = {_key(word) for word in let_stand}
    found = []
    for name in names:
        plain = _masked(name, placeholders).replace("\n", "").strip()
        if plain and not _ANSWERABLE.search(plain) and _key(plain) not in seen:
            seen.add(_key(plain))
            found.append(Suspicion(plain[:LONGEST_WORD], "担当の欄にあり、名簿にありません", "", ""))
    return found


_ANSWERABLE: Final = re.compile(
    r"^(?:本人|事務局|家族|委員長|副委員長|全員|各委員|センター|担当者?|主治医|未定)$|^[、・及び及と\s]+$"
)
