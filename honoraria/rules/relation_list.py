"""続柄の一覧: what people call a relation to the 本人, how it is read, and its path.

Names say what the person is, seen from the 本人. Readings are in hiragana, for the search. What a name is worth
under 第7条第4項 is never written here: `kinship` judges the path.
"""

from dataclasses import dataclass
from enum import StrEnum

from honoraria.rules.kinship import NOT_KIN


class Group(StrEnum):
    """一覧の見出し."""

    LINE = "親・子・祖父母・孫"
    COLLATERAL = "兄弟姉妹・おじ・おば・いとこ"
    SPOUSE = "配偶者とその家族"
    SPOUSES_OF_KIN = "家族の配偶者"
    ADOPTION = "養子縁組"
    ENDED = "離婚・死別"
    BEYOND = "配偶者を介して、さらに先の人"
    OUTSIDE = "婚姻や血縁によらない関係"


@dataclass(frozen=True, slots=True)
class Word:
    """ことば: as it is written, and as it is read in hiragana."""

    text: str
    reading: str


@dataclass(frozen=True, slots=True)
class Relation:
    """続柄: one name for one path from the 本人.

    `forms` are the single relations that the name covers (伯父, 叔母), each belonging to no other name. `words` are
    other ways to say it; one word may belong to several names (義兄). `common`: among those asked for first. `group`
    None: not of the list, put together from what was said.
    """

    name: str
    reading: str
    path: str
    group: Group | None
    forms: tuple[Word, ...] = ()
    words: tuple[Word, ...] = ()
    common: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """The name and its forms: what may be written into a declaration."""
        return (self.name, *(form.text for form in self.forms))


def _words(text: str, before: str = "", before_reading: str = "") -> tuple[Word, ...]:
    """Read 「伯父=おじ 叔母=おば」; `before` is put in front of every word."""
    pairs = (pair.split("=") for pair in text.split())
    return tuple(Word(before + word, before_reading + reading) for word, reading in pairs)


def _relation(
    group: Group, path: str, name: str, forms: str = "", words: str = "", *, common: bool = False
) -> Relation:
    text, reading = name.split("=")
    return Relation(text, reading, path, group, _words(forms), _words(words), common)


def _of_spouse(path: str, name: str, forms: str = "", words: str = "", *, common: bool = False) -> Relation:
    """Return a relation of the spouse: name and forms are said with 「配偶者の」 in front."""
    text, reading = name.split("=")
    before, before_reading = "配偶者の", "はいぐうしゃの"
    return Relation(
        before + text,
        before_reading + reading,
        path,
        Group.SPOUSE,
        _words(forms, before, before_reading),
        _words(words),
        common,
    )


_LINE = (
    _relation(
        Group.LINE,
        "P",
        "父・母=ちち・はは",
        "父=ちち 母=はは",
        "親=おや 両親=りょうしん 父母=ふぼ 父親=ちちおや 母親=ははおや お父さん=おとうさん お母さん=おかあさん "
        "実父=じっぷ 実母=じつぼ",
        common=True,
    ),
    _relation(
        Group.LINE,
        "C",
        "子=こ",
        "息子=むすこ 娘=むすめ",
        "子ども=こども 子供=こども 実子=じっし 長男=ちょうなん 次男=じなん 長女=ちょうじょ 次女=じじょ",
        common=True,
    ),
    _relation(
        Group.LINE,
        "P>P",
        "祖父・祖母=そふ・そぼ",
        "祖父=そふ 祖母=そぼ",
        "祖父母=そふぼ おじいさん=おじいさん おばあさん=おばあさん お祖父さん=おじいさん お祖母さん=おばあさん",
        common=True,
    ),
    _relation(
        Group.LINE,
        "C>C",
        "孫=まご",
        "孫息子=まごむすこ 孫娘=まごむすめ",
        "内孫=うちまご 外孫=そとまご",
        common=True,
    ),
    _relation(
        Group.LINE,
        "P>P>P",
        "曽祖父・曽祖母=そうそふ・そうそぼ",
        "曽祖父=そうそふ 曽祖母=そうそぼ",
        "曾祖父=そうそふ 曾祖母=そうそぼ 曽祖父母=そうそふぼ ひいおじいさん=ひいおじいさん ひいおばあさん=ひいおばあさん",
        common=True,
    ),
    _relation(
        Group.LINE, "C>C>C", "曽孫=ひまご", "", "曾孫=ひまご ひ孫=ひまご そうそん=そうそん", common=True
    ),
    _relation(
        Group.LINE,
        "P>P>P>P",
        "高祖父・高祖母=こうそふ・こうそぼ",
        "高祖父=こうそふ 高祖母=こうそぼ",
        "高祖父母=こうそふぼ ひいひいおじいさん=ひいひいおじいさん ひいひいおばあさん=ひいひいおばあさん",
    ),
    _relation(Group.LINE, "C>C>C>C", "玄孫=やしゃご", "", "やしゃ孫=やしゃご げんそん=げんそん"),
    _relation(
        Group.LINE, "C(認知)", "認知した子=にんちしたこ", "", "婚外子=こんがいし 非嫡出子=ひちゃくしゅつし"
    ),
    _relation(
        Group.LINE,
        "C(未認知)",
        "認知していない子=にんちしていないこ",
        "",
        "未認知の子=みにんちのこ 婚外子=こんがいし",
    ),
)

_COLLATERAL = (
    _relation(
        Group.COLLATERAL,
        "P>C",
        "兄弟姉妹=きょうだい",
        "兄=あに 弟=おとうと 姉=あね 妹=いもうと",
        "きょうだい=きょうだい 兄弟=きょうだい 姉妹=しまい 異母兄弟=いぼきょうだい 異父兄弟=いふきょうだい "
        "お兄さん=おにいさん お姉さん=おねえさん",
        common=True,
    ),
    _relation(
        Group.COLLATERAL,
        "P>C>C",
        "甥・姪=おい・めい",
        "甥=おい 姪=めい",
        "甥っ子=おいっこ 姪っ子=めいっこ",
        common=True,
    ),
    _relation(
        Group.COLLATERAL,
        "P>C>C>C",
        "甥・姪の子=おい・めいのこ",
        "甥の子=おいのこ 姪の子=めいのこ",
        "大甥=おおおい 大姪=おおめい 姪孫=てっそん 又甥=またおい 又姪=まためい",
        common=True,
    ),
    _relation(
        Group.COLLATERAL,
        "P>C>C>C>C",
        "甥・姪の孫=おい・めいのまご",
        "甥の孫=おいのまご 姪の孫=めいのまご",
        "曽姪孫=そうてっそん",
    ),
    _relation(
        Group.COLLATERAL,
        "P>P>C",
        "おじ・おば=おじ・おば",
        "伯父=おじ 叔父=おじ 伯母=おば 叔母=おば",
        "おじさん=おじさん おばさん=おばさん",
        common=True,
    ),
    _relation(
        Group.COLLATERAL,
        "P>P>C>C",
        "いとこ=いとこ",
        "",
        "従兄弟=いとこ 従姉妹=いとこ 従兄=いとこ 従弟=いとこ 従姉=いとこ 従妹=いとこ じゅうけいてい=じゅうけいてい",
        common=True,
    ),
    _relation(
        Group.COLLATERAL,
        "P>P>C>C>C",
        "いとこの子=いとこのこ",
        "",
        "いとこ違い=いとこちがい 従甥=じゅうせい 従姪=じゅうてつ いとこおい=いとこおい いとこめい=いとこめい",
        common=True,
    ),
    _relation(Group.COLLATERAL, "P>P>C>C>C>C", "いとこの孫=いとこのまご"),
    _relation(
        Group.COLLATERAL,
        "P>P>P>C",
        "祖父母の兄弟姉妹=そふぼのきょうだい",
        "祖父の兄弟姉妹=そふのきょうだい 祖母の兄弟姉妹=そぼのきょうだい",
        "大おじ=おおおじ 大おば=おおおば 大伯父=おおおじ 大叔父=おおおじ 大伯母=おおおば 大叔母=おおおば",
        common=True,
    ),
    _relation(
        Group.COLLATERAL,
        "P>P>P>C>C",
        "親のいとこ=おやのいとこ",
        "父のいとこ=ちちのいとこ 母のいとこ=ははのいとこ",
        "いとこ違い=いとこちがい いとこおじ=いとこおじ いとこおば=いとこおば 従伯父=じゅうはくふ 従叔父=じゅうしゅくふ",
    ),
    _relation(
        Group.COLLATERAL,
        "P>P>P>C>C>C",
        "はとこ=はとこ",
        "",
        "またいとこ=またいとこ 再従兄弟=はとこ 再従姉妹=はとこ ふたいとこ=ふたいとこ",
    ),
    _relation(
        Group.COLLATERAL,
        "P>P>P>P>C",
        "曽祖父母の兄弟姉妹=そうそふぼのきょうだい",
        "曽祖父の兄弟姉妹=そうそふのきょうだい 曽祖母の兄弟姉妹=そうそぼのきょうだい",
    ),
)

_SPOUSE = (
    _relation(
        Group.SPOUSE,
        "S",
        "配偶者=はいぐうしゃ",
        "夫=おっと 妻=つま",
        "つれあい=つれあい 主人=しゅじん 家内=かない 旦那=だんな 奥さん=おくさん 嫁=よめ 女房=にょうぼう",
        common=True,
    ),
    _of_spouse(
        "S>P",
        "父・母=ちち・はは",
        "父=ちち 母=はは",
        "舅=しゅうと 姑=しゅうとめ 岳父=がくふ 岳母=がくぼ 義父=ぎふ 義母=ぎぼ 義理の父=ぎりのちち 義理の母=ぎりのはは "
        "義理の親=ぎりのおや しゅうと=しゅうと しゅうとめ=しゅうとめ",
        common=True,
    ),
    _of_spouse(
        "S>P>P",
        "祖父・祖母=そふ・そぼ",
        "祖父=そふ 祖母=そぼ",
        "義祖父=ぎそふ 義祖母=ぎそぼ 義理の祖父=ぎりのそふ 義理の祖母=ぎりのそぼ",
        common=True,
    ),
    _of_spouse("S>P>P>P", "曽祖父・曽祖母=そうそふ・そうそぼ", "曽祖父=そうそふ 曽祖母=そうそぼ"),
    _of_spouse("S>P>P>P>P", "高祖父・高祖母=こうそふ・こうそぼ", "高祖父=こうそふ 高祖母=こうそぼ"),
    _of_spouse(
        "S>C", "連れ子=つれご", "", "継子=ままこ 義理の子=ぎりのこ 配偶者の子=はいぐうしゃのこ 連れ子=つれこ"
    ),
    _of_spouse("S>C>C", "連れ子の子=つれごのこ", "", "配偶者の孫=はいぐうしゃのまご 連れ子の子=つれこのこ"),
    _of_spouse("S>C>C>C", "連れ子の孫=つれごのまご", "", "配偶者の曽孫=はいぐうしゃのひまご"),
    _of_spouse(
        "S>P>C",
        "兄弟姉妹=きょうだい",
        "兄=あに 弟=おとうと 姉=あね 妹=いもうと",
        "義兄=ぎけい 義弟=ぎてい 義姉=ぎし 義妹=ぎまい 義兄=あに 義弟=おとうと 義姉=あね 義妹=いもうと "
        "義理の兄=ぎりのあに 義理の弟=ぎりのおとうと 義理の姉=ぎりのあね 義理の妹=ぎりのいもうと "
        "義理の兄弟=ぎりのきょうだい 小舅=こじゅうと 小姑=こじゅうとめ 義兄弟=ぎきょうだい",
        common=True,
    ),
    _of_spouse(
        "S>P>C>C",
        "甥・姪=おい・めい",
        "甥=おい 姪=めい",
        "義理の甥=ぎりのおい 義理の姪=ぎりのめい",
        common=True,
    ),
    _of_spouse(
        "S>P>C>C>C",
        "甥・姪の子=おい・めいのこ",
        "甥の子=おいのこ 姪の子=めいのこ",
        "大甥=おおおい 大姪=おおめい",
    ),
    _of_spouse("S>P>C>C>C>C", "甥・姪の孫=おい・めいのまご", "甥の孫=おいのまご 姪の孫=めいのまご"),
    _of_spouse(
        "S>P>P>C",
        "おじ・おば=おじ・おば",
        "伯父=おじ 叔父=おじ 伯母=おば 叔母=おば",
        "義理のおじ=ぎりのおじ 義理のおば=ぎりのおば",
        common=True,
    ),
    _of_spouse(
        "S>P>P>C>C", "いとこ=いとこ", "", "義理のいとこ=ぎりのいとこ 配偶者の従兄弟=はいぐうしゃのいとこ"
    ),
    _of_spouse("S>P>P>C>C>C", "いとこの子=いとこのこ"),
    _of_spouse(
        "S>P>P>P>C",
        "祖父母の兄弟姉妹=そふぼのきょうだい",
        "祖父の兄弟姉妹=そふのきょうだい 祖母の兄弟姉妹=そぼのきょうだい",
        "大おじ=おおおじ 大おば=おおおば",
    ),
    _of_spouse("S>P>P>P>C>C", "親のいとこ=おやのいとこ", "父のいとこ=ちちのいとこ 母のいとこ=ははのいとこ"),
    _of_spouse("S>P>P>P>C>C>C", "はとこ=はとこ", "", "またいとこ=またいとこ"),
)

_SPOUSES_OF_KIN = (
    _relation(
        Group.SPOUSES_OF_KIN,
        "C>S",
        "子の配偶者=このはいぐうしゃ",
        "息子の妻=むすこのつま 娘の夫=むすめのおっと",
        "嫁=よめ 婿=むこ お嫁さん=およめさん お婿さん=おむこさん 義理の息子=ぎりのむすこ 義理の娘=ぎりのむすめ",
        common=True,
    ),
    _relation(
        Group.SPOUSES_OF_KIN,
        "C>C>S",
        "孫の配偶者=まごのはいぐうしゃ",
        "孫の妻=まごのつま 孫の夫=まごのおっと",
        "孫嫁=まごよめ 孫婿=まごむこ",
        common=True,
    ),
    _relation(
        Group.SPOUSES_OF_KIN,
        "C>C>C>S",
        "曽孫の配偶者=ひまごのはいぐうしゃ",
        "曽孫の妻=ひまごのつま 曽孫の夫=ひまごのおっと",
    ),
    _relation(
        Group.SPOUSES_OF_KIN,
        "C>C>C>C>S",
        "玄孫の配偶者=やしゃごのはいぐうしゃ",
        "玄孫の妻=やしゃごのつま 玄孫の夫=やしゃごのおっと",
    ),
    _relation(
        Group.SPOUSES_OF_KIN,
        "P>C>S",
        "兄弟姉妹の配偶者=きょうだいのはいぐうしゃ",
        "兄の妻=あにのつま 弟の妻=おとうとのつま 姉の夫=あねのおっと 妹の夫=いもうとのおっと",
        "義兄=ぎけい 義弟=ぎてい 義姉=ぎし 義妹=ぎまい 義兄=あに 義弟=おとうと 義姉=あね 義妹=いもうと "
        "義理の兄=ぎりのあに 義理の弟=ぎりのおとうと 義理の姉=ぎりのあね 義理の妹=ぎりのいもうと "
        "義理の兄弟=ぎりのきょうだい 兄嫁=あによめ 弟嫁=おとうとよめ 義兄弟=ぎきょうだい",
        common=True,
    ),
    _relation(
        Group.SPOUSES_OF_KIN,
        "P>C>C>S",
        "甥・姪の配偶者=おい・めいのはいぐうしゃ",
        "甥の妻=おいのつま 姪の夫=めいのおっと",
        "義理の甥=ぎりのおい 義理の姪=ぎりのめい",
        common=True,
    ),
    _relation(
        Group.SPOUSES_OF_KIN,
        "P>C>C>C>S",
        "甥・姪の子の配偶者=おい・めいのこのはいぐうしゃ",
        "甥の子の配偶者=おいのこのはいぐうしゃ 姪の子の配偶者=めいのこのはいぐうしゃ",
    ),
    _relation(
        Group.SPOUSES_OF_KIN,
        "P>P>C>S",
        "おじ・おばの配偶者=おじ・おばのはいぐうしゃ",
        "伯父の妻=おじのつま 叔父の妻=おじのつま 伯母の夫=おばのおっと 叔母の夫=おばのおっと",
        "義理のおじ=ぎりのおじ 義理のおば=ぎりのおば",
        common=True,
    ),
    _relation(
        Group.SPOUSES_OF_KIN,
        "P>P>C>C>S",
        "いとこの配偶者=いとこのはいぐうしゃ",
        "いとこの妻=いとこのつま いとこの夫=いとこのおっと",
        "義理のいとこ=ぎりのいとこ",
        common=True,
    ),
    _relation(
        Group.SPOUSES_OF_KIN,
        "P>P>C>C>C>S",
        "いとこの子の配偶者=いとこのこのはいぐうしゃ",
    ),
    _relation(
        Group.SPOUSES_OF_KIN,
        "P>P>P>C>S",
        "祖父母の兄弟姉妹の配偶者=そふぼのきょうだいのはいぐうしゃ",
        "",
        "大おじの妻=おおおじのつま 大おばの夫=おおおばのおっと",
    ),
    _relation(Group.SPOUSES_OF_KIN, "P>P>P>C>C>S", "親のいとこの配偶者=おやのいとこのはいぐうしゃ"),
    _relation(
        Group.SPOUSES_OF_KIN,
        "P>P>P>C>C>C>S",
        "はとこの配偶者=はとこのはいぐうしゃ",
        "はとこの妻=はとこのつま はとこの夫=はとこのおっと",
    ),
    _relation(
        Group.SPOUSES_OF_KIN,
        "P>S",
        "父・母の再婚相手（養子縁組なし）=ちち・ははのさいこんあいて",
        "父の後妻=ちちのごさい 母の再婚相手=ははのさいこんあいて",
        "継父=けいふ 継母=けいぼ まま父=ままちち まま母=ままはは 父の妻=ちちのつま 母の夫=ははのおっと "
        "義父=ぎふ 義母=ぎぼ",
    ),
    _relation(
        Group.SPOUSES_OF_KIN,
        "P>P>S",
        "祖父・祖母の再婚相手=そふ・そぼのさいこんあいて",
        "祖父の後妻=そふのごさい 祖母の再婚相手=そぼのさいこんあいて",
    ),
    _relation(
        Group.SPOUSES_OF_KIN,
        "P>P>P>S",
        "曽祖父・曽祖母の再婚相手=そうそふ・そうそぼのさいこんあいて",
        "曽祖父の後妻=そうそふのごさい 曽祖母の再婚相手=そうそぼのさいこんあいて",
    ),
    _relation(
        Group.SPOUSES_OF_KIN,
        "P>P>P>P>S",
        "高祖父・高祖母の再婚相手=こうそふ・こうそぼのさいこんあいて",
        "高祖父の後妻=こうそふのごさい 高祖母の再婚相手=こうそぼのさいこんあいて",
    ),
)

_ADOPTION = (
    _relation(
        Group.ADOPTION,
        "P(養)",
        "養父・養母=ようふ・ようぼ",
        "養父=ようふ 養母=ようぼ",
        "養親=ようしん 養父母=ようふぼ 育ての親=そだてのおや 義父=ぎふ 義母=ぎぼ",
        common=True,
    ),
    _relation(
        Group.ADOPTION, "C(養)", "養子=ようし", "養女=ようじょ", "特別養子=とくべつようし", common=True
    ),
    _relation(
        Group.ADOPTION,
        "P(養)>P",
        "養父・養母の父・母=ようふ・ようぼのちち・はは",
        "養祖父=ようそふ 養祖母=ようそぼ",
        "養親の親=ようしんのおや",
    ),
    _relation(
        Group.ADOPTION,
        "P(養)>P>C",
        "養父・養母の兄弟姉妹=ようふ・ようぼのきょうだい",
        "",
        "養親の弟=ようしんのおとうと 養親の兄=ようしんのあに 養親の姉=ようしんのあね 養親の妹=ようしんのいもうと",
    ),
    _relation(
        Group.ADOPTION,
        "P(養)>C",
        "養父・養母の実子=ようふ・ようぼのじっし",
        "",
        "養兄弟=ようきょうだい 養親の実子=ようしんのじっし 義兄弟=ぎきょうだい 義理の兄弟=ぎりのきょうだい",
    ),
    _relation(
        Group.ADOPTION,
        "C(養)>C",
        "養子の子（縁組の後に生まれた）=ようしのこ",
        "",
        "養孫=ようそん 養子の子=ようしのこ",
    ),
    _relation(
        Group.ADOPTION,
        "C(養)>C(縁組前出生)",
        "養子の子（縁組の前に生まれた）=ようしのこ",
        "",
        "養子の連れ子=ようしのつれご",
    ),
    _relation(
        Group.ADOPTION,
        "C(養)>S",
        "養子の配偶者=ようしのはいぐうしゃ",
        "養子の妻=ようしのつま 養女の夫=ようじょのおっと",
    ),
    _relation(
        Group.ADOPTION,
        "C(養)>P",
        "養子の実の父・母=ようしのじつのちち・はは",
        "",
        "養子の実親=ようしのじつおや",
    ),
    _relation(
        Group.ADOPTION,
        "C(養) / C>S",
        "婿養子（娘の夫で養子）=むこようし",
        "",
        "婿養子=むこようし 夫婦養子=ふうふようし 養子で娘の夫=ようしでむすめのおっと",
    ),
    _relation(
        Group.ADOPTION,
        "P(実)",
        "実の父・母（本人が養子に出た場合）=じつのちち・はは",
        "実父=じっぷ 実母=じつぼ",
        "実親=じつおや 生みの親=うみのおや 産みの親=うみのおや 実方の親=じつかたのおや",
    ),
    _relation(
        Group.ADOPTION,
        "P(実)>C",
        "実の兄弟姉妹（本人が養子に出た場合）=じつのきょうだい",
        "実兄=じっけい 実弟=じってい 実姉=じっし 実妹=じつまい",
    ),
    _relation(
        Group.ADOPTION,
        "P(実・特別養子で終了)",
        "実の父・母（特別養子縁組で関係が終わった）=じつのちち・はは",
        "",
        "特別養子の実親=とくべつようしのじつおや 生みの親=うみのおや",
    ),
    _relation(
        Group.ADOPTION,
        "C(実・特別養子で終了)",
        "特別養子に出した子=とくべつようしにだしたこ",
    ),
    _relation(
        Group.ADOPTION,
        "P>C(養)",
        "父・母の養子=ちち・ははのようし",
        "",
        "義兄弟=ぎきょうだい 義理の兄弟=ぎりのきょうだい 親の養子=おやのようし 養子縁組した連れ子=ようしえんぐみしたつれご",
    ),
    _relation(
        Group.ADOPTION,
        "S>P(養)",
        "配偶者の養父・養母=はいぐうしゃのようふ・ようぼ",
        "配偶者の養父=はいぐうしゃのようふ 配偶者の養母=はいぐうしゃのようぼ",
    ),
    _relation(Group.ADOPTION, "S>C(養)", "配偶者の養子=はいぐうしゃのようし"),
    _relation(
        Group.ADOPTION,
        "P(養・離縁)",
        "離縁した元の養父・養母=りえんしたもとのようふ・ようぼ",
        "元の養父=もとのようふ 元の養母=もとのようぼ",
        "元養親=もとようしん",
    ),
    _relation(
        Group.ADOPTION, "C(養・離縁)", "離縁した元の養子=りえんしたもとのようし", "", "元養子=もとようし"
    ),
    _relation(
        Group.ADOPTION,
        "P(養・離縁)>C",
        "離縁した元の養父・養母の実子=りえんしたもとのようふ・ようぼのじっし",
        "",
        "元の養兄弟=もとのようきょうだい",
    ),
)

_ENDED = (
    _relation(
        Group.ENDED,
        "S(離婚)",
        "離婚した元の配偶者=りこんしたもとのはいぐうしゃ",
        "元夫=もとおっと 元妻=もとつま",
        "前夫=ぜんぷ 前妻=ぜんさい 別れた夫=わかれたおっと 別れた妻=わかれたつま 元の夫=もとのおっと 元の妻=もとのつま",
    ),
    _relation(
        Group.ENDED,
        "S(離婚)>P",
        "離婚した元の配偶者の父・母=りこんしたもとのはいぐうしゃのちち・はは",
        "元夫の父=もとおっとのちち 元夫の母=もとおっとのはは 元妻の父=もとつまのちち 元妻の母=もとつまのはは",
        "元の義父=もとのぎふ 元の義母=もとのぎぼ",
    ),
    _relation(Group.ENDED, "S(離婚)>C", "離婚した元の配偶者の連れ子=りこんしたもとのはいぐうしゃのつれご"),
    _relation(
        Group.ENDED,
        "S(離婚)>P>C",
        "離婚した元の配偶者の兄弟姉妹=りこんしたもとのはいぐうしゃのきょうだい",
    ),
    _relation(
        Group.ENDED,
        "C>S(離婚)",
        "離婚した子の元の配偶者=りこんしたこのもとのはいぐうしゃ",
        "",
        "元嫁=もとよめ 元婿=もとむこ",
    ),
    _relation(
        Group.ENDED,
        "P>C>S(離婚)",
        "離婚した兄弟姉妹の元の配偶者=りこんしたきょうだいのもとのはいぐうしゃ",
        "兄の元妻=あにのもとつま 弟の元妻=おとうとのもとつま 姉の元夫=あねのもとおっと 妹の元夫=いもうとのもとおっと",
        "元の義兄=もとのぎけい 元の義姉=もとのぎし",
    ),
    _relation(
        Group.ENDED,
        "S(死亡)>P",
        "亡くなった配偶者の父・母=なくなったはいぐうしゃのちち・はは",
        "亡夫の父=ぼうふのちち 亡夫の母=ぼうふのはは 亡妻の父=ぼうさいのちち 亡妻の母=ぼうさいのはは",
        "死別した配偶者の親=しべつしたはいぐうしゃのおや",
    ),
    _relation(
        Group.ENDED,
        "S(死亡)>P>C",
        "亡くなった配偶者の兄弟姉妹=なくなったはいぐうしゃのきょうだい",
        "",
        "死別した配偶者の兄弟=しべつしたはいぐうしゃのきょうだい",
    ),
    _relation(Group.ENDED, "S(死亡)>C", "亡くなった配偶者の連れ子=なくなったはいぐうしゃのつれご"),
    _relation(
        Group.ENDED,
        "S(死亡・再婚)>P",
        "亡くなった配偶者の父・母（本人は再婚した）=なくなったはいぐうしゃのちち・はは",
    ),
    _relation(
        Group.ENDED,
        "S(死亡・終了届)>P",
        "亡くなった配偶者の父・母（姻族関係終了届を出した）=なくなったはいぐうしゃのちち・はは",
        "",
        "姻族関係終了届=いんぞくかんけいしゅうりょうとどけ 死後離婚=しごりこん",
    ),
    _relation(
        Group.ENDED,
        "C(死亡)>S",
        "亡くなった子の配偶者=なくなったこのはいぐうしゃ",
        "亡くなった息子の妻=なくなったむすこのつま 亡くなった娘の夫=なくなったむすめのおっと",
    ),
    _relation(
        Group.ENDED,
        "P>C(死亡)>S",
        "亡くなった兄弟姉妹の配偶者=なくなったきょうだいのはいぐうしゃ",
        "亡兄の妻=ぼうけいのつま 亡弟の妻=ぼうていのつま 亡姉の夫=ぼうしのおっと 亡妹の夫=ぼうまいのおっと",
    ),
    _relation(
        Group.ENDED,
        "P>C>S(死亡・終了届)",
        "亡くなった兄弟姉妹の配偶者（姻族関係終了届を出した）=なくなったきょうだいのはいぐうしゃ",
        "",
        "姻族関係終了届=いんぞくかんけいしゅうりょうとどけ 死後離婚=しごりこん",
    ),
)

_BEYOND = (
    _relation(
        Group.BEYOND,
        "S>P>C>S",
        "配偶者の兄弟姉妹の配偶者=はいぐうしゃのきょうだいのはいぐうしゃ",
        "",
        "相婿=あいむこ 相嫁=あいよめ 義兄の妻=ぎけいのつま 義姉の夫=ぎしのおっと",
    ),
    _relation(
        Group.BEYOND,
        "S>P>C>C>S",
        "配偶者の甥・姪の配偶者=はいぐうしゃのおい・めいのはいぐうしゃ",
    ),
    _relation(
        Group.BEYOND,
        "S>P>P>C>S",
        "配偶者のおじ・おばの配偶者=はいぐうしゃのおじ・おばのはいぐうしゃ",
    ),
    _relation(
        Group.BEYOND,
        "S>P>P>C>C>S",
        "配偶者のいとこの配偶者=はいぐうしゃのいとこのはいぐうしゃ",
    ),
    _relation(
        Group.BEYOND,
        "C>S>P",
        "子の配偶者の父・母=このはいぐうしゃのちち・はは",
        "息子の妻の父=むすこのつまのちち 息子の妻の母=むすこのつまのはは 娘の夫の父=むすめのおっとのちち "
        "娘の夫の母=むすめのおっとのはは",
        "両家の親=りょうけのおや",
    ),
    _relation(
        Group.BEYOND,
        "C>S>P>C",
        "子の配偶者の兄弟姉妹=このはいぐうしゃのきょうだい",
        "",
        "嫁の兄=よめのあに 婿の兄=むこのあに",
    ),
    _relation(
        Group.BEYOND, "C>S>C", "子の配偶者の連れ子=このはいぐうしゃのつれご", "", "嫁の連れ子=よめのつれご"
    ),
    _relation(
        Group.BEYOND,
        "P>S>C",
        "父・母の再婚相手の連れ子（養子縁組なし）=ちち・ははのさいこんあいてのつれご",
        "",
        "継母の連れ子=けいぼのつれご 継父の連れ子=けいふのつれご 義兄弟=ぎきょうだい 義理の兄弟=ぎりのきょうだい",
    ),
    _relation(
        Group.BEYOND,
        "P>C>S>P",
        "兄弟姉妹の配偶者の父・母=きょうだいのはいぐうしゃのちち・はは",
        "",
        "兄嫁の親=あによめのおや",
    ),
    _relation(
        Group.BEYOND,
        "P>C>S>P>C",
        "兄弟姉妹の配偶者の兄弟姉妹=きょうだいのはいぐうしゃのきょうだい",
        "",
        "兄嫁の兄弟=あによめのきょうだい",
    ),
    _relation(
        Group.BEYOND,
        "P>C>S>C",
        "兄弟姉妹の配偶者の連れ子=きょうだいのはいぐうしゃのつれご",
        "",
        "兄嫁の連れ子=あによめのつれご",
    ),
    _relation(
        Group.BEYOND,
        "P>P>C>C>S>P",
        "いとこの配偶者の父・母=いとこのはいぐうしゃのちち・はは",
    ),
    _relation(
        Group.BEYOND,
        "C>P",
        "子のもう一方の父・母（婚姻していない）=このもういっぽうのちち・はは",
        "",
        "子の父=このちち 子の母=このはは",
    ),
)

_OUTSIDE = (
    _relation(
        Group.OUTSIDE,
        "(事実婚)",
        "事実婚の相手=じじつこんのあいて",
        "",
        "内縁の夫=ないえんのおっと 内縁の妻=ないえんのつま 内縁の相手=ないえんのあいて 事実婚の夫=じじつこんのおっと "
        "事実婚の妻=じじつこんのつま",
        common=True,
    ),
    _relation(
        Group.OUTSIDE,
        "(宣誓)",
        "宣誓したパートナー=せんせいしたぱーとなー",
        "",
        "同性パートナー=どうせいぱーとなー パートナーシップ宣誓=ぱーとなーしっぷせんせい ファミリーシップ=ふぁみりーしっぷ",
        common=True,
    ),
    _relation(
        Group.OUTSIDE,
        "(事実婚)>P",
        "事実婚の相手の父・母=じじつこんのあいてのちち・はは",
        "",
        "内縁の夫の親=ないえんのおっとのおや 内縁の妻の親=ないえんのつまのおや",
    ),
    _relation(
        Group.OUTSIDE,
        "(事実婚)>C",
        "事実婚の相手の子=じじつこんのあいてのこ",
        "",
        "内縁の夫の子=ないえんのおっとのこ 内縁の妻の子=ないえんのつまのこ",
    ),
    _relation(
        Group.OUTSIDE,
        "(事実婚)>P>C",
        "事実婚の相手の兄弟姉妹=じじつこんのあいてのきょうだい",
        "",
        "内縁の夫の兄弟=ないえんのおっとのきょうだい 内縁の妻の兄弟=ないえんのつまのきょうだい",
    ),
    _relation(Group.OUTSIDE, "(宣誓)>P", "宣誓したパートナーの父・母=せんせいしたぱーとなーのちち・はは"),
    _relation(Group.OUTSIDE, "(宣誓)>C", "宣誓したパートナーの子=せんせいしたぱーとなーのこ"),
    _relation(
        Group.OUTSIDE,
        "(宣誓)>P>C",
        "宣誓したパートナーの兄弟姉妹=せんせいしたぱーとなーのきょうだい",
    ),
    _relation(
        Group.OUTSIDE,
        "P>(事実婚)",
        "父・母の事実婚の相手=ちち・ははのじじつこんのあいて",
        "",
        "母の内縁の夫=ははのないえんのおっと 父の内縁の妻=ちちのないえんのつま",
    ),
    _relation(
        Group.OUTSIDE,
        "C>(事実婚)",
        "子の事実婚の相手=このじじつこんのあいて",
        "",
        "子の内縁の相手=このないえんのあいて",
    ),
    _relation(
        Group.OUTSIDE,
        "P>C>(事実婚)",
        "兄弟姉妹の事実婚の相手=きょうだいのじじつこんのあいて",
        "",
        "兄の内縁の妻=あにのないえんのつま 姉の内縁の夫=あねのないえんのおっと",
    ),
    _relation(
        Group.OUTSIDE,
        "(婚約)",
        "婚約者=こんやくしゃ",
        "",
        "フィアンセ=ふぃあんせ 許婚=いいなずけ 恋人=こいびと",
    ),
    _relation(
        Group.OUTSIDE,
        "(里親委託)",
        "里親・里子=さとおや・さとご",
        "里親=さとおや 里子=さとご",
        "養育里親=よういくさとおや 委託児童=いたくじどう",
    ),
    _relation(
        Group.OUTSIDE,
        "(同居)",
        "同居している人=どうきょしているひと",
        "",
        "同居人=どうきょにん ルームメイト=るーむめいと 同居の友人=どうきょのゆうじん",
    ),
    _relation(
        Group.OUTSIDE,
        "(後見)",
        "後見人など=こうけんにんなど",
        "成年後見人=せいねんこうけんにん 保佐人=ほさにん 補助人=ほじょにん",
        "後見=こうけん 被後見人=ひこうけんにん",
    ),
    _relation(
        Group.OUTSIDE,
        NOT_KIN,
        "続柄なし=つづきがらなし",
        "",
        "他人=たにん 友人=ゆうじん 知人=ちじん 隣人=りんじん 近所の人=きんじょのひと 同僚=どうりょう 大家=おおや なし=なし",
    ),
)

RELATIONS: tuple[Relation, ...] = (
    *_LINE,
    *_COLLATERAL,
    *_SPOUSE,
    *_SPOUSES_OF_KIN,
    *_ADOPTION,
    *_ENDED,
    *_BEYOND,
    *_OUTSIDE,
)
"""Every relation that has a name, in the order in which it is shown."""
