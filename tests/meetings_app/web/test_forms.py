from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from litestar.datastructures import UploadFile

from meetings_app.core.terms import District, Role
from meetings_app.web.forms import FieldError, Fields, Form, InvalidForm
from meetings_app.web.locale import Locale, translator_for

IDENTIFIER = "0123456789abcdef0123456789abcdef"


def form_of(locale: Locale = Locale.JA, /, **values: str | list[str]) -> Form:
    texts = {name: tuple(v) if isinstance(v, list) else (v,) for name, v in values.items()}
    return Form(Fields(texts, {}), translator_for(locale))


def refusal(form: Form, read: str, *arguments: object, **options: object) -> str:
    with pytest.raises(InvalidForm) as refused:
        getattr(form, read)("x", "欄", *arguments, **options)
    return refused.value.message


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("", None),
        ("   ", None),
        ("\u3000\r\n", None),
        (" 会議 ", "会議"),
        ("a\r\nb", "a b"),
        ("a\tb", "a\tb"),
    ],
)
def test_text_is_trimmed_and_empty_is_none(typed: str, read: str | None) -> None:
    assert form_of(x=typed).opt_text("x", "欄") == read
    assert form_of().opt_text("x", "欄") is None


def test_lines_are_kept_where_asked_for() -> None:
    assert form_of(x="一\r\n二\r三").text("x", "欄", lines=True) == "一\n二\n三"


@pytest.mark.parametrize("typed", ["a\x00b", "a\x1bb", "a\x7fb", "a\udc80b", "a\u202eb"])
def test_characters_that_nobody_types_are_refused(typed: str) -> None:
    assert refusal(form_of(x=typed), "opt_text") == "「欄」に使えない文字があります。入力し直してください。"


def test_a_text_too_long_names_the_limit() -> None:
    assert form_of(x="あ" * 5).text("x", "欄", longest=5) == "あああああ"
    assert refusal(form_of(x="あ" * 6), "text", longest=5) == "「欄」が長すぎます。5文字以内にしてください。"


@pytest.mark.parametrize(
    ("typed", "number"),
    [("0", 0), ("9,000円", 9000), ("９０００", 9000), (" 12 ", 12), ("9223372036854775807", 2**63 - 1)],
)
def test_numbers_are_read_as_people_write_them(typed: str, number: int) -> None:
    assert form_of(x=typed).integer("x", "欄") == number


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("x", "「欄」は数字で入力してください。"),
        ("1.5", "「欄」は数字で入力してください。"),
        ("1e3", "「欄」は数字で入力してください。"),
        ("-1", "「欄」は0以上の数で入力してください。"),
        ("9223372036854775808", "「欄」は0以上の数で入力してください。"),
        ("9" * 5000, "「欄」は数字で入力してください。"),
        ("", "「欄」を入力してください。"),
    ],
)
def test_other_numbers_are_refused(typed: str, says: str) -> None:
    assert refusal(form_of(x=typed), "integer") == says


def test_a_number_out_of_range_names_the_range() -> None:
    assert form_of(x="-3").integer("x", "欄", low=-5, high=5) == -3
    assert refusal(form_of(x="6"), "integer", low=1, high=5) == "「欄」は1から5までの数で入力してください。"


@pytest.mark.parametrize("typed", ["令和8年12月4日", "R8.12.4", "2026-12-04", "２０２６/１２/４"])
def test_days_are_read_in_either_calendar(typed: str) -> None:
    assert form_of(x=typed).day("x", "欄") == date(2026, 12, 4)


def test_a_day_that_does_not_exist_is_refused_with_its_label() -> None:
    message = refusal(form_of(x="平成31年5月1日"), "day")
    assert message.startswith("「欄」: ")
    assert "令和元年" in message


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("10:30", time(10, 30)),
        ("１０：３０", time(10, 30)),
        ("10時", time(10)),
        ("9時5分", time(9, 5)),
        ("", None),
    ],
)
def test_times_of_day(typed: str, read: time | None) -> None:
    assert form_of(x=typed).opt_clock_time("x", "欄") == read


@pytest.mark.parametrize("typed", ["24:00", "10:60", "1030", "十時"])
def test_other_times_are_refused(typed: str) -> None:
    assert refusal(form_of(x=typed), "clock_time").startswith("「欄」は「10:30」のように")


def test_choices_are_terms() -> None:
    form = form_of(x="阿寒", roles=["委員", "事務局", "委員"])
    assert form.choice("x", "地区", District) is District.AKAN
    assert form.choices("roles", "役割", Role) == (Role.SECRETARIAT, Role.MEMBER)
    assert form.opt_choice("none", "地区", District) is None
    assert form.choices("none", "役割", Role) == ()


def test_choices_from_elsewhere_are_refused() -> None:
    says = "「欄」を一覧から選び直してください。"
    assert refusal(form_of(x="東京"), "choice", District) == says
    assert refusal(form_of(x=["委員", "社長"]), "choices", Role) == says
    assert refusal(form_of(x="c"), "one_of", ("a", "b")) == says


def test_identifiers_have_their_form() -> None:
    form = form_of(x=[IDENTIFIER, "", "f" * 32, IDENTIFIER])
    assert form.identifier("x", "人") == IDENTIFIER
    assert form.identifiers("x", "人") == (IDENTIFIER, "f" * 32)
    for wrong in ("1", IDENTIFIER.upper(), IDENTIFIER + "0", "' OR 1=1 --"):
        refusal(form_of(x=wrong), "identifier")
        refusal(form_of(x=wrong), "identifiers")


def test_boxes_are_ticked_or_not() -> None:
    assert form_of(x="1").checked("x")
    assert not form_of().checked("x")


def test_a_password_is_taken_exactly_as_typed() -> None:
    assert form_of(x="  two blanks ").secret("x", "欄") == "  two blanks "


@contextmanager
def sent(filename: str) -> Iterator[Form]:
    upload = UploadFile(content_type="text/csv", filename=filename, file_data=b"a,b")
    with upload.file:
        yield Form(Fields({}, {"x": upload}), translator_for(Locale.JA))


@pytest.mark.parametrize("filename", ["C:\\data\\register.csv", "../../register.csv", "register.csv"])
def test_a_file_comes_with_a_name_that_is_no_path(filename: str) -> None:
    with sent(filename) as form:
        read = form.upload("x", "台帳")
    assert (read.filename, read.content) == ("register.csv", b"a,b")


def test_a_file_that_was_not_chosen_is_none() -> None:
    with sent("") as form:
        assert form.opt_upload("x") is None
        assert refusal(form, "upload") == "「欄」を入力してください。"


def test_all_wrong_fields_are_refused_together_in_order() -> None:
    form = form_of(day="さくら", number="x")

    def read() -> None:
        with form.reading():
            form.day("day", "開催日")
            form.integer("number", "番号")
            form.text("name", "名称")
        pytest.fail("nothing unchecked may pass")

    with pytest.raises(InvalidForm) as refused:
        read()
    assert [error.name for error in refused.value.errors] == ["day", "number", "name"]
    assert refused.value.errors[2] == FieldError("name", "「名称」を入力してください。")
    assert refused.value.errors[2].href == "#f-name"
    assert form.error("name") == "「名称」を入力してください。"
    assert form.error("other") == ""
    assert form.raw("day") == "さくら"


def test_checks_across_fields_join_the_others() -> None:
    form = form_of(a="2", b="1")

    def read() -> None:
        with form.reading():
            if form.integer("a", "始") > form.integer("b", "終"):
                form.fail("b", "順番が逆です。直してください。")

    with pytest.raises(InvalidForm, match="順番"):
        read()


def test_another_error_within_the_block_stays_itself() -> None:
    form = form_of(x="")

    def read() -> None:
        with form.reading():
            form.text("x", "欄")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        read()


def test_sentences_are_said_in_english_too() -> None:
    assert refusal(form_of(Locale.EN, x=""), "text") == "Enter “欄”."


@given(st.text(max_size=50))
def test_no_text_makes_a_reader_fail(typed: str) -> None:
    for read in ("opt_text", "opt_integer", "opt_day", "opt_clock_time", "opt_identifier"):
        form = form_of(x=typed)
        with suppress(InvalidForm):
            getattr(form, read)("x", "欄")
        assert len(form.errors) <= 1
