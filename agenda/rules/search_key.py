"""探すための読み替え: what two spellings have in common, so that kana of any kind finds kana of any other."""

import unicodedata

import jaconv

_BETWEEN_INITIALS = str.maketrans("", "", ".・．，,")


def search_key(text: str) -> str:
    """Return `text` for comparing: half width widened, katakana as hiragana, letters small, without spaces or dots.

    「ﾀﾝﾁｮｳ」, 「タンチョウ」 and 「たんちょう」 are one key, and so are 「K.S」, 「Ｋ・Ｓ」 and 「ks」.
    """
    wide = unicodedata.normalize("NFKC", text)
    hiragana = jaconv.kata2hira(wide)
    return "".join(hiragana.translate(_BETWEEN_INITIALS).casefold().split())


def found_in(wanted: str, *texts: str) -> bool:
    """Return whether a key (as `search_key` gives it) stands in one of the texts."""
    return any(wanted in search_key(text) for text in texts)
