"""支給調書の書類: the sheet as Word and Excel, notices and receipts once it is final, and one's own notice."""

from collections.abc import Callable, Mapping
from datetime import date

from litestar import Response, get
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from honoraria.papers.filenames import papers_filename, person_filename, sheet_filename
from honoraria.papers.notices import NOTICE, RECEIPT, notice_word, notices_word, notices_zip, receipts_word
from honoraria.papers.sheet_excel import sheet_excel
from honoraria.papers.sheet_word import sheet_word
from honoraria.rules.compose import payees
from honoraria.rules.sheet import Sheet
from honoraria.services.payments import Owed, owed_of
from honoraria.services.runs import get_run, sheet_of
from honoraria.tables import PayRun
from honoraria.web.run_pages import NO_OWN_LINE, SEES_ALL
from meetings_app.core.clock import TOKYO
from meetings_app.core.errors import NotFound
from meetings_app.core.terms import PaymentMeans, PaymentStatus, Role, RunStatus
from meetings_app.core.wareki import format_wareki
from meetings_app.web.access import allow
from meetings_app.web.given import GivenActor, GivenDb
from meetings_app.web.meeting_frame import DbSession
from meetings_app.web.page import download

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ZIP = "application/zip"
BOTH = f"{NOTICE}・{RECEIPT}"

File = tuple[bytes, str, str]
"""Content, name and media type."""

Accounts = Mapping[str, str]
Make = Callable[[Sheet, date, Accounts], File]


def _sheet_word(sheet: Sheet, _issued_on: date, _accounts: Accounts) -> File:
    return sheet_word(sheet), sheet_filename(sheet, "docx"), WORD


def _sheet_excel(sheet: Sheet, _issued_on: date, _accounts: Accounts) -> File:
    return sheet_excel(sheet), sheet_filename(sheet, "xlsx"), EXCEL


def _notices(sheet: Sheet, issued_on: date, accounts: Accounts) -> File:
    content = notices_word(sheet, issued_on=issued_on, accounts=accounts)
    return content, papers_filename(sheet.content.head, NOTICE, "docx"), WORD


def _receipts(sheet: Sheet, issued_on: date, _accounts: Accounts) -> File:
    content = receipts_word(sheet, issued_on=issued_on)
    return content, papers_filename(sheet.content.head, RECEIPT, "docx"), WORD


def _everything(sheet: Sheet, issued_on: date, accounts: Accounts) -> File:
    content = notices_zip(sheet, issued_on=issued_on, accounts=accounts)
    return content, papers_filename(sheet.content.head, BOTH, "zip"), ZIP


PAPERS: Mapping[str, Make] = {
    "sheet.docx": _sheet_word,
    "sheet.xlsx": _sheet_excel,
    "notices.docx": _notices,
    "receipts.docx": _receipts,
    "notices.zip": _everything,
}


@get("/honoraria/runs/{run_id:str}/papers/{paper:str}", opt=allow(*SEES_ALL), sync_to_thread=True)
def download_paper(
    run_id: FromPath[str], paper: FromPath[str], db: GivenDb, actor: GivenActor
) -> Response[bytes]:
    """Take out a paper of a sheet; notices and receipts only once it is final."""
    if paper not in PAPERS:
        raise NotFound("この書類はありません。支給調書の画面から選び直してください。")
    with db.read() as session:
        run = get_run(session, run_id, actor.committee_id)
        sheet, accounts = sheet_of(session, run), _accounts(session, run)
    return download(*PAPERS[paper](sheet, _issued_on(sheet), accounts))


@get(
    "/honoraria/runs/{run_id:str}/papers/own.docx",
    opt=allow(*SEES_ALL, Role.MEMBER),
    sync_to_thread=True,
)
def download_own(run_id: FromPath[str], db: GivenDb, actor: GivenActor) -> Response[bytes]:
    """Take out one's own 支払明細書 of a final sheet."""
    with db.read() as session:
        run = get_run(session, run_id, actor.committee_id)
        sheet, accounts = sheet_of(session, run), _accounts(session, run)
    own = [payee for payee in payees(sheet.content) if payee.person_id == actor.person_id]
    if not own or sheet.stage.status is not RunStatus.FINALISED:
        raise NotFound(NO_OWN_LINE)
    account = accounts.get(own[0].person_id, "")
    content = notice_word(sheet, own[0], issued_on=_issued_on(sheet), account_text=account)
    name = person_filename(sheet.content.head, NOTICE, own[0].name, "docx")
    return download(content, name, WORD)


route_handlers: list[ControllerRouterHandler] = [download_own, download_paper]


def _issued_on(sheet: Sheet) -> date:
    """Return the day notices carry: that on which the sheet became final, however late they are printed."""
    return (sheet.stage.finalised_at or sheet.stage.created_at).astimezone(TOKYO).date()


def _accounts(session: DbSession, run: PayRun) -> Accounts:
    """Return where each person is paid, masked: what a transfer used, else the account on record."""
    if run.status is not RunStatus.FINALISED:
        return {}
    return {owed.payee.person_id: _account(owed) for owed in owed_of(session, run)}


def _account(owed: Owed) -> str:
    last = owed.current
    if last is not None and last.status is PaymentStatus.PAID and last.means is PaymentMeans.CASH:
        return f"{PaymentMeans.CASH}（{format_wareki(last.paid_on)}に支払済み）" if last.paid_on else ""
    return (last.account if last else "") or owed.account
