"""支払明細書と領収書 (Word): what a person is told about a payment, and what they sign for it."""

import io
import zipfile
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final

from honoraria.papers.filenames import names_apart, person_filename
from honoraria.papers.word_parts import LetterPaper, sign_here
from honoraria.papers.wording import (
    amount,
    capacity_cell,
    dated,
    is_final,
    meeting_cell,
    occasion,
    outcome_cell,
    outcome_text,
    paid_for,
    sheet_number,
    short_hash,
    story,
    yen_text,
)
from honoraria.rules.compose import payees
from honoraria.rules.sheet import Payee, Sheet, SheetLine
from meetings_app.core.errors import Refused
from meetings_app.core.wareki import format_wareki
from meetings_app.documents.text import UNFILLED
from meetings_app.documents.word_base import Column, Fact, Frame
from meetings_app.documents.zip_entry import zip_entry

NOTICE: Final = "支払明細書"
RECEIPT: Final = "領収書"
_AMOUNTS: Final = ("報酬", "旅費", "源泉徴収税額", "差引支払額", "差引受領額")


def notice_word(sheet: Sheet, payee: Payee, *, issued_on: date, account_text: str) -> bytes:
    """支払明細書: return one person's notice as a Word file.

    `account_text` names the account with its number masked; empty where none is on record. Raises Refused before
    the sheet is final.
    """
    return _notices(sheet, [payee], issued_on, {payee.person_id: account_text}, f"{NOTICE}　{payee.name}")


def notices_word(sheet: Sheet, *, issued_on: date, accounts: Mapping[str, str]) -> bytes:
    """支払明細書 of everybody on a sheet in one Word file, each on pages of their own.

    `accounts` gives the masked account by person id. Raises Refused before the sheet is final, and where it names
    nobody.
    """
    return _notices(sheet, _everybody(sheet), issued_on, accounts, NOTICE)


def receipt_word(sheet: Sheet, payee: Payee, *, issued_on: date) -> bytes:
    """領収書: return one person's receipt, to be signed, as a Word file.

    Raises Refused before the sheet is final, and for somebody who receives nothing by it.
    """
    if is_final(sheet) and payee.net <= 0:
        raise Refused(
            f"{payee.name}さんに{sheet_number(sheet.content.head)}で支払う額はないため、領収書は作れません。"
            "支払明細書を渡してください。"
        )
    return _receipts(sheet, [payee], issued_on, f"{RECEIPT}　{payee.name}")


def receipts_word(sheet: Sheet, *, issued_on: date) -> bytes:
    """領収書 of everybody who receives something in one Word file, one page each.

    Raises Refused before the sheet is final, and where nobody receives anything.
    """
    receivers = [person for person in _everybody(sheet) if person.net > 0]
    if not receivers:
        raise Refused(
            f"{sheet_number(sheet.content.head)}には支払いを受ける人がいないため、領収書は作れません。"
            "支払明細書を渡してください。"
        )
    return _receipts(sheet, receivers, issued_on, RECEIPT)


def notices_zip(sheet: Sheet, *, issued_on: date, accounts: Mapping[str, str]) -> bytes:
    """支払明細書と領収書 as a ZIP with one file per person and paper; equal sheets give equal bytes.

    Raises Refused as `notices_word`.
    """
    people = _everybody(sheet)
    head, names = sheet.content.head, names_apart(people)
    files: dict[str, bytes] = {}
    for person in people:
        account = accounts.get(person.person_id, "")
        name = person_filename(head, NOTICE, names[person.person_id], "docx")
        files[name] = notice_word(sheet, person, issued_on=issued_on, account_text=account)
        if person.net > 0:
            name = person_filename(head, RECEIPT, names[person.person_id], "docx")
            files[name] = receipt_word(sheet, person, issued_on=issued_on)
    return _zipped(files)


def _everybody(sheet: Sheet) -> tuple[Payee, ...]:
    _check_final(sheet)
    people = payees(sheet.content)
    if not people:
        raise Refused(
            f"{sheet_number(sheet.content.head)}には、支払明細書を渡す人がいません。出席の記録を確かめてください。"
        )
    return people


def _check_final(sheet: Sheet) -> None:
    if not is_final(sheet):
        raise Refused(
            f"{sheet_number(sheet.content.head)}はまだ確定していません（{sheet.stage.status}）。"
            "支払明細書と領収書は、調書を確定してから作ってください。"
        )


def _zipped(files: Mapping[str, bytes]) -> bytes:
    """Return files as a ZIP; names other than ASCII are marked as UTF-8 by the library."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name, content in files.items():
            archive.writestr(zip_entry(name), content)
    return written.getvalue()


def _paper(sheet: Sheet, kind: str) -> LetterPaper:
    return LetterPaper(
        Frame(
            header_left="",
            header_mark="",
            footer_left=f"{sheet_number(sheet.content.head)}　{kind}",
            footer_right=f"照合番号　{short_hash(sheet.sha256)}",
        )
    )


# --- 支払明細書 -------------------------------------------------------------------------------------------


def _notices(
    sheet: Sheet, people: Iterable[Payee], issued_on: date, accounts: Mapping[str, str], title: str
) -> bytes:
    _check_final(sheet)
    paper = _paper(sheet, NOTICE)
    for person in people:
        paper.begin_letter()
        _notice(paper, sheet, person, issued_on, accounts.get(person.person_id, ""))
    return paper.save(title=f"{title}　{occasion(sheet.content.head)}", dated=dated(sheet))


def _notice(paper: LetterPaper, sheet: Sheet, person: Payee, issued_on: date, account: str) -> None:
    _addresses(paper, sheet, person, issued_on)
    paper.title(_notice_title(person))
    paper.body(_opening(sheet, person))
    paper.line("記", centred=True)
    paper.item(f"支払額（単位：円{_minus_note(person)}）")
    _amounts(paper, person, "差引支払額")
    _means(paper, person, account)
    _reasons(paper, person)
    _rulings(paper, person)
    _corrections(paper, person)
    paper.line("以上", right=True)


def _addresses(paper: LetterPaper, sheet: Sheet, person: Payee, issued_on: date) -> None:
    head = sheet.content.head
    paper.number_and_date((sheet_number(head), format_wareki(issued_on)))
    if person.organisation:
        paper.line(person.organisation)
    paper.line(f"{person.name}　様", large=True)
    for line in (head.payer, head.office):
        if line:
            paper.line(line, right=True)


def _notice_title(person: Payee) -> str:
    title = NOTICE
    if any(line.correction is not None for line in person.lines):
        title += "（訂正）"
    return f"{title}及び返納のお願い" if person.net < 0 else title


def _opening(sheet: Sheet, person: Payee) -> str:
    subject = paid_for(sheet.content.head, person)
    if person.net > 0:
        return f"{subject}を、次のとおり支払います。"
    if person.net < 0:
        return f"{subject}について、訂正の結果、支払い済みの額が多くなっているため、次のとおり返納をお願いします。"
    return f"{subject}については、次の理由により、今回支払う額はありません。"


def _minus_note(person: Payee) -> str:
    return "。△は返納していただく額" if any((line.net or 0) < 0 for line in person.lines) else ""


def _amounts(paper: LetterPaper, person: Payee, last: str) -> None:
    rows = [
        (
            meeting_cell(line),
            capacity_cell(line),
            outcome_cell(line),
            *map(amount, (line.honorarium, line.travel, line.withheld, line.net)),
        )
        for line in person.lines
    ]
    sums = (person.honorarium, person.travel, person.withheld, person.net)
    columns = (
        Column("会議"),
        Column("区分", 23, centred=True),
        Column("判定", 19, centred=True),
        Column("報酬", 17),
        Column("旅費", 17),
        Column("源泉徴収税額", 24),
        Column(last, 20),
    )
    paper.ledger(columns, [*rows, ("合計", "", "", *map(amount, sums))], amounts=_AMOUNTS, total=True)


def _means(paper: LetterPaper, person: Payee, account: str) -> None:
    if person.net > 0:
        paper.item("支払の方法")
        paper.facts(
            (
                Fact("差引支払額", yen_text(person.net)),
                Fact("振込先", account or "登録なし（支払の方法は別にお知らせします。）"),
            )
        )
    elif person.net < 0:
        paper.item("返納のお願い")
        paper.facts((Fact("返納していただく額", yen_text(-person.net)),), label_width=40)
        paper.body(
            "お手数ですが、上記の額の返納をお願いします。返納の期限と方法は、会計から別にお知らせします。"
        )


def _reasons(paper: LetterPaper, person: Payee) -> None:
    paper.item("額の理由")
    for line in person.lines:
        if line.correction is not None:
            paper.line(f"〔{line.meeting}　訂正後の額〕")
        elif len(person.lines) > 1:
            paper.line(f"〔{line.meeting}　{outcome_text(line)}〕")
        if not line.honorarium and not line.travel:
            paper.note("○", line.reason)
        for label, sentence in story(line):
            paper.note("・", f"{label}　{sentence}")


def _rulings(paper: LetterPaper, person: Payee) -> None:
    lines = [line for line in person.lines if line.ruling is not None]
    if lines:
        paper.item("個別決定")
    for line in lines:
        paper.facts(_ruling_facts(line))


def _ruling_facts(line: SheetLine) -> tuple[Fact, ...]:
    ruling = line.ruling
    if ruling is None:
        return ()
    return (
        Fact("会議", line.meeting),
        Fact("決定", f"{ruling.label}\n報酬 {yen_text(ruling.honorarium)}、旅費 {yen_text(ruling.travel)}"),
        Fact("理由", ruling.reason),
        Fact("決定した者・日", f"{ruling.decided_by}　{format_wareki(ruling.decided_on)}"),
    )


def _corrections(paper: LetterPaper, person: Payee) -> None:
    lines = [line for line in person.lines if line.correction is not None]
    if lines:
        paper.item("訂正")
    for line in lines:
        paper.facts(_correction_facts(line), label_width=46)


def _correction_facts(line: SheetLine) -> tuple[Fact, ...]:
    corrected = line.correction
    if corrected is None:
        return ()
    before = f"報酬 {yen_text(corrected.honorarium_before)}、旅費 {yen_text(corrected.travel_before)}"
    now = f"報酬 {yen_text(corrected.honorarium_now)}、旅費 {yen_text(corrected.travel_now)}"
    return (
        Fact("会議", line.meeting),
        Fact(f"訂正前（{corrected.sheet}）", before),
        Fact("訂正後", now),
        Fact("差額", f"報酬 {yen_text(line.honorarium)}、旅費 {yen_text(line.travel)}"),
        Fact("訂正の理由", line.reason),
    )


# --- 領収書 -----------------------------------------------------------------------------------------------


def _receipts(sheet: Sheet, people: Iterable[Payee], issued_on: date, title: str) -> bytes:
    _check_final(sheet)
    paper = _paper(sheet, RECEIPT)
    for person in people:
        paper.begin_letter()
        _receipt(paper, sheet, person, issued_on)
    return paper.save(title=f"{title}　{occasion(sheet.content.head)}", dated=dated(sheet))


def _receipt(paper: LetterPaper, sheet: Sheet, person: Payee, issued_on: date) -> None:
    head = sheet.content.head
    paper.number_and_date((sheet_number(head), f"{format_wareki(issued_on)}作成", f"（{person.name}　様分）"))
    paper.title(RECEIPT)
    paper.line(f"{head.payer or UNFILLED}　御中", large=True)
    paper.sum_line(f"金　{yen_text(person.net)}也")
    paper.body(f"ただし、{paid_for(head, person)}として、上記の金額を受領しました。")
    paper.item("内訳（単位：円）")
    _amounts(paper, person, "差引受領額")
    paper.item("受領者")
    blanks = ("受領日", "住所", "氏名")
    table = paper.facts([Fact(label, to_sign=True) for label in blanks])
    sign_here(table, "受領日", "年　　　　月　　　　日　　　　")
    sign_here(table, "氏名", "印　")
