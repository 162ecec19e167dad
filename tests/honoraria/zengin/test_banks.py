"""金融機関と支店: finding by code, searching by what people type, and the directory as it comes."""

import subprocess
import sys

import pytest

from honoraria.zengin import banks
from honoraria.zengin.banks import (
    BankName,
    BranchName,
    find_bank,
    find_branch,
    search_banks,
    search_branches,
)
from honoraria.zengin.kana import fits


@pytest.mark.usefixtures("directory")
class TestSmallDirectory:
    def test_codes(self) -> None:
        assert find_bank("1027") == BankName("1027", "釧路信金", "ｸｼﾛｼﾝｷﾝ")
        assert find_bank("1028") is None
        assert find_branch("0116", "924") == BranchName("0116", "924", "釧路西港", "ｸｼﾛﾆｼｺｳ")
        assert find_branch("0116", "001") is None
        assert find_branch("1028", "001") is None

    @pytest.mark.parametrize(
        "text",
        ["1027", "１０２７", "102", "釧路信金", "釧路信用金庫", "釧路信用", "クシロ", "くしろしんきん", "ｸｼﾛｼﾝﾖｳｷﾝｺ",
         "くしろ しんようきんこ", "シンキン"],
    )  # fmt: skip
    def test_a_bank_is_found_by_what_people_type(self, text: str) -> None:
        assert [bank.code for bank in search_banks(text, 5)] == ["1027"]

    def test_nothing_typed_finds_nothing(self) -> None:
        assert search_banks(" 　", 5) == ()
        assert search_branches("0116", "", 5) == ()
        assert search_branches("1028", "釧路", 5) == ()
        assert search_banks("札幌", 5) == ()

    @pytest.mark.parametrize("text", ["釧路", "くしろ", "ｸｼﾛ", "9", "9２"])
    def test_branches(self, text: str) -> None:
        assert [branch.code for branch in search_branches("0116", text, 5)] == ["920", "924"]
        assert [branch.code for branch in search_branches("0116", text, 1)] == ["920"]

    def test_exact_comes_before_beginning_and_beginning_before_containing(self) -> None:
        assert [each.code for each in search_branches("0116", "釧路支店", 5)] == ["920"]
        assert [each.code for each in search_branches("0116", "西港", 5)] == ["924"]
        assert [each.code for each in search_branches("9900", "ゼロイチキュウ", 5)] == ["019"]
        assert [each.code for each in search_banks("ギンコウ", 5)] == ["0116", "9900"]
        assert [each.code for each in search_banks("0", 5)] == ["0116"]


@pytest.mark.parametrize(
    "text", ["クレディ・アグリコル", "クレデイ．アグリコル", "くれでぃ　あぐりこる", "ｸﾚﾃﾞｨ･ｱｸﾞﾘｺﾙ"]
)
def test_spellings_of_one_name_are_equal(text: str) -> None:
    assert banks._fold(text) == "クレデイアグリコル"


def test_ranks() -> None:
    entry = banks._Entry("0005", "", "", ("ミツビシユ-エフジエイ", "三菱UFJ"))
    sought = ["0005", "三菱UFJ", "00", "三菱", "UFJ", "005", "みずほ"]
    assert [banks._rank(entry, each) for each in sought] == [0, 0, 1, 1, 2, None, None]


def test_equal_ranks_go_by_code() -> None:
    found = [bank.code for bank in search_banks("みずほ", 3)]
    assert found[0] == "0001"
    assert found[1:] == sorted(found[1:])


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("ゆうちょ銀行", "9900"),
        ("三菱UFJ銀行", "0005"),
        ("ﾕｰｴﾌｼﾞｪｲ", "0005"),
        ("ほっかいどう", "0116"),
        ("北洋銀行", "0501"),
        ("北海道労働金庫", "2951"),
    ],
)
def test_the_real_directory_is_searched(text: str, code: str) -> None:
    assert search_banks(text, 1)[0].code == code


def test_every_name_of_the_directory_goes_into_a_record() -> None:
    known = [find_bank(code) for code in banks._banks()]
    assert len(known) > 1000
    assert all(bank and bank.kana and fits(bank.kana, 15) for bank in known)
    branches = [
        find_branch(bank, code) for bank in ("0001", "0116", "1027", "9900") for code in banks._branches(bank)
    ]
    assert len(branches) > 300
    assert all(branch and branch.kana and fits(branch.kana, 15) for branch in branches)


def test_the_directory_is_not_read_before_it_is_asked() -> None:
    program = (
        "import sys\n"
        "import honoraria.zengin.account, honoraria.zengin.transfer_file\n"
        "raise SystemExit(bool({'zengin_code', 'holidays'} & set(sys.modules)))\n"
    )
    assert subprocess.run([sys.executable, "-c", program], timeout=60).returncode == 0
