"""What the commands do that need a database: open it, call one service, print the answer."""

import getpass
import json
import secrets
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from importlib.resources import files
from itertools import groupby
from pathlib import Path

from sqlalchemy.exc import DatabaseError
from sqlmodel import Session, select

from agenda.rules.backtest import BackTest, back_test
from agenda.rules.due import DueSettings
from agenda.rules.register import facts_of, read_register
from agenda.services.backtest import back_test_record
from agenda.services.plans import list_due, monthly
from agenda.services.register import REFUSED, import_register, last_findings
from agenda.services.register_export import export_register
from meetings_app.core.actor import Actor
from meetings_app.core.clock import SystemClock
from meetings_app.core.errors import Refused
from meetings_app.core.explained import Finding
from meetings_app.core.money import format_yen
from meetings_app.core.terms import CommitteeKind, Decision, Role
from meetings_app.core.wareki import format_wareki
from meetings_app.db.engine import DATABASE_FILE, Database, open_database, sqlite_url
from meetings_app.db.migrate import migrate
from meetings_app.services.accounts import create_user, reset_password
from meetings_app.services.backup import backup, restore
from meetings_app.services.committees import find_committee
from meetings_app.services.office import ensure_bodies, find_body, has_accounts
from meetings_app.services.office_settings import demo_day, set_setting
from meetings_app.settings import Settings, load_settings
from meetings_app.tables.committees import Committee
from meetings_app.tables.people import Person
from minutes.rules.paragraph_changes import PieceKind
from minutes.services.comparing import Verdict, sentence, verify_file

SEVERITY = {"info": "参考", "warning": "注意", REFUSED: "不可"}


@contextmanager
def opened(data: Path | None) -> Iterator[tuple[Settings, Database]]:
    """Open the office's database at the newest schema, creating the folder where there is none."""
    settings = load_settings(data)
    try:
        settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise Refused(
            f"データのフォルダー「{settings.data}」を作れません（{error.strerror}）。"
            "--data で書き込める場所を指定してください。"
        ) from None
    database = open_database(settings.database_url)
    try:
        _make_ready(settings, database)
        yield settings, database
    finally:
        database.dispose()


def operator(committee_id: str) -> Actor:
    """Return the actor of the command line: whoever may run it holds the data anyway."""
    return Actor(name="事務局（コマンド）", role=Role.SECRETARIAT, committee_id=committee_id)


def _make_ready(settings: Settings, database: Database) -> None:
    try:
        migrate(database)
    except DatabaseError as error:
        why = str(error.orig).partition("\n")[0]
        raise Refused(
            f"「{settings.data}」のデータを開けません（{why}）。"
            "--data の指定、読み書きの許可、ディスクの空きを確かめてください。"
        ) from None


def run_demo(data: Path | None, output: Path, *, serve: bool, port: int) -> int:
    """見本: replay the meeting (once), write its papers, and serve."""
    from meetings_app.demo.approval import play_minutes
    from meetings_app.demo.packet import play_packet
    from meetings_app.demo.payments import play_payments
    from meetings_app.demo.products import replayed_meeting
    from meetings_app.demo.replay import replay
    from meetings_app.demo.urgent import play_urgent

    with opened(data) as (settings, database):
        with database.write() as session:
            if demo_day(session) is None:
                if session.exec(select(Committee.id)).first() is not None:
                    raise Refused(
                        f"「{settings.data}」には実際の事務所のデータがあります。"
                        "見本は --data で別のフォルダーを指定して作ってください。"
                    )
                replay(session, _progress)
            else:
                _progress("見本のデータはもうあります。作り直さずに使います")
            if play_payments(session):
                _progress("支給調書を作り、判断を記録し、確定と振込の依頼まで進めました")
            if play_minutes(session):
                _progress("議事録を回覧し、意見に答え、議長の承認を受けました")
            if play_urgent(session):
                _progress("臨時の第21回（同じ日の17時から）を招集しました。進行画面で開けます")
            print_findings(last_findings(session))
        if play_packet(database):
            _progress("会議の資料を参加者ごとに作りました")
        with database.read() as session:
            _progress("書類を書き出しています")
            written = _write_papers(session, output)
            _print_summary(session, replayed_meeting(session).id)
            print("\n書き出した書類:")
            for path in written:
                print(f"  {path}")
    if not serve:
        return 0
    return _serve(settings, port, demo=True)


def _write_papers(session: Session, output: Path) -> list[Path]:
    from meetings_app.demo.products import write_products

    try:
        return write_products(session, output)
    except OSError as error:
        raise Refused(
            f"書類を「{output}」に書き出せません（{error.strerror}）。--output で書き込めるフォルダーを指定してください。"
        ) from None


def _progress(text: str) -> None:
    print(f"… {text}", flush=True)


def _print_summary(session: Session, meeting_id: str) -> None:
    from agenda.services.items import deferrals_of, items_of
    from honoraria.services.assessments import lines_of
    from minutes.services.running import records_of

    items = items_of(session, meeting_id)
    records = records_of(session, [view.item.id for view in items])
    print("\n第19回 支援調整会議（平成26年3月25日）の議題と結果:")
    for view in items:
        print(f"  {view.title} … {records[view.item.id].outcome}")
    print("諮らなかったもの:")
    for deferred in deferrals_of(session, meeting_id):
        print(f"  {deferred.title_with_reason} … {deferred.deferral.why}")
    lines = lines_of(session, meeting_id)
    print("支給:")
    for line in lines:
        amounts = (
            "－"
            if line.record.decision is Decision.NONE
            else f"報酬 {format_yen(line.record.honorarium)}、旅費 {format_yen(line.record.travel)}"
        )
        print(f"  {line.person.name}（{line.attendance.capacity}） {line.record.decision} {amounts}")
    _print_sheet(session, meeting_id)


def _print_sheet(session: Session, meeting_id: str) -> None:
    """Tell how the open lines were settled and what is paid."""
    from honoraria.services.payments import transfer_files_of
    from honoraria.services.runs import run_of, sheet_of

    run = run_of(session, meeting_id)
    if run is None:
        return
    content = sheet_of(session, run).content
    print("個別決定:")
    for line in content.lines:
        if line.ruling is not None:
            amounts = f"報酬 {format_yen(line.honorarium)}、旅費 {format_yen(line.travel)}"
            print(
                f"  {line.name} {line.outcome} {amounts} … {line.ruling.decided_by}「{line.ruling.reason}」"
            )
    print(
        f"支給調書第{run.number}号（{run.status}）: {content.totals.payable}名 差引 {format_yen(content.totals.net)}"
    )
    for made in transfer_files_of(session, run):
        print(f"  総合振込 {format_wareki(made.transfer_on)} {made.records}件 {format_yen(made.total)}")


def run_init(
    data: Path | None, *, office: str, municipality: str, login: str, name: str, password_from_stdin: bool
) -> int:
    """新しい事務所: create both bodies and the first account."""
    password = _read_password(from_stdin=password_from_stdin)
    clock = SystemClock()
    with opened(data) as (settings, database), database.write() as session:
        if has_accounts(session):
            raise Refused(
                f"「{settings.data}」にはもう事務所があります。meetings-app serve で開くか、"
                "--data で別のフォルダーを指定してください。"
            )
        actor = operator("")
        support = ensure_bodies(session=session, actor=actor, clock=clock, municipality=municipality)
        set_setting(session=session, actor=actor, clock=clock, key="office.name", value=office)
        create_user(
            session=session,
            actor=actor,
            clock=clock,
            login=login,
            display_name=name,
            role=Role.SECRETARIAT,
            committee_id=support.id,
            person_id=None,
            password=password.text,
        )
    print(f"事務所を作りました。「{settings.data}」にデータがあります。")
    password.show()
    print(f"meetings-app serve で開き、{login} でログインしてください。")
    return 0


def run_add_user(
    data: Path | None, *, login: str, name: str, role: str, member: str | None, password_from_stdin: bool
) -> int:
    """利用者を加える, bound to a person of the roster where the role speaks for one."""
    if role not in set(Role):
        raise Refused(f"役割「{role}」はありません。{'・'.join(Role)} から選んでください。")
    password = _read_password(from_stdin=password_from_stdin)
    with opened(data) as (_, database), database.write() as session:
        kind = CommitteeKind.REGIONAL if role == Role.REGIONAL else CommitteeKind.SUPPORT
        committee = find_committee(session, kind)
        person_id = None
        if member is not None:
            found = session.exec(select(Person.id).where(Person.name == member)).all()
            if len(found) != 1:
                raise Refused(f"名簿に「{member}」は{len(found)}人います。名簿の氏名を確かめてください。")
            person_id = found[0]
        create_user(
            session=session,
            actor=operator(committee.id),
            clock=SystemClock(),
            login=login,
            display_name=name,
            role=Role(role),
            committee_id=committee.id,
            person_id=person_id,
            password=password.text,
        )
    print(f"利用者 {login} を加えました。")
    password.show()
    return 0


def run_password(data: Path | None, *, login: str, password_from_stdin: bool) -> int:
    """パスワードを付け直す for somebody who forgot it."""
    password = _read_password(from_stdin=password_from_stdin)
    with opened(data) as (_, database), database.write() as session:
        committee = find_committee(session, CommitteeKind.SUPPORT)
        user = reset_password(
            session=session,
            actor=operator(committee.id),
            clock=SystemClock(),
            login=login,
            password=password.text,
        )
        print(f"利用者 {user.login} のパスワードを付け直しました。ログイン中の画面は、すべて切れます。")
    password.show()
    return 0


@dataclass(frozen=True, slots=True)
class _Password:
    """パスワード of a new account; `made_up` True: nobody could be asked, so it has to be shown once."""

    text: str
    made_up: bool = False

    def show(self) -> None:
        if self.made_up:
            print(f"最初のパスワード: {self.text}")
            print("ログインしたら、アカウントの画面で変えてください。")


def _read_password(*, from_stdin: bool) -> _Password:
    if from_stdin:
        return _Password(sys.stdin.readline().rstrip("\n"))
    if not sys.stdin.isatty():
        return _Password(secrets.token_urlsafe(12), made_up=True)
    first = getpass.getpass("パスワード（10文字以上）: ")
    if first != getpass.getpass("もう一度: "):
        raise Refused("2回のパスワードが違います。もう一度実行してください。")
    return _Password(first)


def run_serve(data: Path | None, *, port: int) -> int:
    """画面を開く for a real office or the demonstration."""
    with opened(data) as (settings, database), database.read() as session:
        find_committee(session, CommitteeKind.SUPPORT)
        demo = demo_day(session) is not None
    return _serve(settings, port, demo=demo)


def _serve(settings: Settings, port: int, *, demo: bool) -> int:
    from meetings_app.demo.office import ACCOUNTS, PASSWORD
    from meetings_app.web.server import serve

    def ready(address: str) -> None:
        print(f"\n画面: {address}")
        if demo:
            print("見本の利用者（パスワードはどれも同じです）:")
            for account in ACCOUNTS:
                print(f"  {account.role}: {account.login} / {PASSWORD}")
        print("終わるときは Ctrl+C を押してください。", flush=True)

    serve(settings, port=port, on_ready=ready)
    return 0


def run_backup(data: Path | None, file: Path, *, force: bool) -> int:
    """控えを取る."""
    backup(load_settings(data), file, force=force)
    print(f"控えを取りました: {file}")
    return 0


def run_restore(data: Path | None, file: Path, *, force: bool) -> int:
    """控えから戻す."""
    kept = restore(load_settings(data), file, force=force)
    print("控えからデータを戻しました。")
    if kept is not None:
        print(f"これまでのデータは {kept} に残してあります。")
    return 0


MINUTES_STATUS = {
    Verdict.NEWEST: 0,
    Verdict.SAVED_AGAIN: 3,
    Verdict.OLDER: 4,
    Verdict.NOT_APPROVED: 5,
    Verdict.CHANGED: 6,
    Verdict.OTHER_PAPER: 7,
    Verdict.UNKNOWN: 8,
}
"""Exit status of `minutes verify` by what the file is; 1 and 2 keep their usual meaning."""

SIGNS = {PieceKind.SAME: "{}", PieceKind.REMOVED: "［－{}－］", PieceKind.ADDED: "［＋{}＋］"}


def run_minutes_verify(data: Path | None, file: Path) -> int:
    """議事録のWordを確かめる; status 0 only for the newest approved edition, byte for byte."""
    content = _read(file)
    _refuse_no_office(data)
    with opened(data) as (_, database), database.read() as session:
        compared = verify_file(session, content, file.name)
    print(sentence(compared))
    if compared.edition is not None:
        print(f"内容照合値: {compared.edition.content_sha256}")
    for change in compared.changes:
        print("  " + "".join(SIGNS[piece.kind].format(piece.text) for piece in change.pieces))
    if compared.more:
        print(f"  ほかに{compared.more}か所")
    return MINUTES_STATUS[compared.verdict]


def _refuse_no_office(data: Path | None) -> None:
    """Raise Refused where no office's data lie: a new office would know no minutes, and say so of every file."""
    settings = load_settings(data)
    is_here = settings.database_url == sqlite_url(settings.data)
    if is_here and not settings.data.joinpath(DATABASE_FILE).exists():
        raise Refused(
            f"フォルダー「{settings.data}」に、この製品のデータがありません。--data で正しい場所を指定してください。"
        )


def run_register_import(data: Path | None, file: Path, *, as_json: bool) -> int:
    """台帳を取り込む; status 1 where nothing was taken in because of single rows."""
    content = _read(file)
    with opened(data) as (_, database), database.write() as session:
        committee = ensure_bodies(session=session, actor=operator(""), clock=SystemClock())
        result = import_register(
            session=session,
            actor=operator(committee.id),
            clock=SystemClock(),
            committee_id=committee.id,
            filename=file.name,
            data=content,
        )
    if as_json:
        print(
            json.dumps(
                {
                    "plans": result.plans,
                    "clients": result.clients,
                    "added_plans": result.added_plans,
                    "added_clients": result.added_clients,
                    "added_services": result.added_services,
                    "added_providers": result.added_providers,
                    "added_facts": result.added_facts,
                    "refused": result.refused,
                    "findings": [asdict(finding) for finding in result.findings],
                },
                ensure_ascii=False,
                indent=2,
            )
        )
    else:
        print_findings(result.findings)
        if result.refused:
            print(
                "取り込めない行があるため、このファイルからは何も取り込みませんでした。「不可」の行を直してください。"
            )
        else:
            print(
                f"{result.clients}人・{result.plans}件のうち、新しく {result.added_clients}人・"
                f"{result.added_plans}件を取り込みました。"
            )
            if result.added_facts:
                print(f"登録済みのケースとプランに、{result.added_facts}か所を書き足しました。")
    return 1 if result.refused else 0


def run_register_export(data: Path | None, file: Path, *, force: bool) -> int:
    """台帳を書き出す as CSV or XLSX, by the name of the file; one of that name is kept unless `force`."""
    with opened(data) as (_, database), database.write() as session:
        committee = find_committee(session, CommitteeKind.SUPPORT)
        made = export_register(
            session=session,
            actor=operator(committee.id),
            clock=SystemClock(),
            committee_id=committee.id,
            suffix=file.suffix,
        )
        _write_new(file, made.content, force=force)
    print(f"台帳を書き出しました: {file}")
    return 0


def _write_new(file: Path, content: bytes, *, force: bool) -> None:
    try:
        with file.open("wb" if force else "xb") as opened_file:
            opened_file.write(content)
    except FileExistsError:
        raise Refused(
            f"「{file}」はもうあります。別の名前にするか、--force を付けて置き換えてください。"
        ) from None
    except OSError as error:
        raise Refused(
            f"ファイル「{file}」に書き出せません（{error.strerror}）。場所と名前を確かめてください。"
        ) from None


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise Refused(
            f"ファイル「{file}」を読めません（{error.strerror}）。場所と名前を確かめてください。"
        ) from None


def print_findings(findings: Iterable[Finding]) -> None:
    """所見を並べる: warnings a line each, by row; what is only for information once with its rows."""
    listed = list(findings)
    loud = [finding for finding in listed if finding.severity != "info"]
    quiet = [finding for finding in listed if finding.severity == "info"]
    print(f"台帳の所見: {len(loud)}件（ほかに参考 {len(quiet)}件）。行は見出しを1行目として数えます。")
    for finding in loud:
        place = f"{finding.row}行目 {finding.column or ''}".rstrip()
        raw = f"「{finding.raw}」" if finding.raw else ""
        print(f"  [{SEVERITY[finding.severity]}] {place} {raw} {finding.message}")
    ordered = sorted(quiet, key=lambda finding: (finding.code, finding.column or "", finding.row or 0))
    for (code, column), group in groupby(ordered, key=lambda finding: (finding.code, finding.column)):
        print(f"  [参考] {column or code}: {_together(list(group))}")


def _together(findings: list[Finding]) -> str:
    """Return one line for findings of a kind: their rows and the sentence, or each row with what stands there."""
    if len({finding.message for finding in findings}) == 1:
        rows = "、".join(str(finding.row) for finding in findings)
        return f"{rows}行目 … {findings[0].message}"
    cells = "、".join(f"{finding.row}行目「{finding.raw}」" for finding in findings)
    return f"日の書かれていない日付です。{cells}"


def _support_id(session: Session) -> str:
    """Return the body whose plans are asked for; where there is no office yet, say so and list nothing."""
    committee = find_body(session, CommitteeKind.SUPPORT)
    if committee is None:
        print("まだ台帳がありません。meetings-app register import で取り込んでください。", file=sys.stderr)
    return committee.id if committee else ""


def run_plans_due(data: Path | None, *, on: date, horizon: int | None, as_json: bool) -> int:
    """期限のあるプランを並べる."""
    with opened(data) as (_, database), database.read() as session:
        dues = list_due(session=session, committee_id=_support_id(session), on=on, horizon_days=horizon)
    if as_json:
        rows = [
            {
                "case": due.case,
                "plan": due.plan,
                "reason": due.reason,
                "deadline": due.deadline.isoformat() if due.deadline else None,
                "days_left": due.days_left,
            }
            for due in dues
        ]
        print(json.dumps(rows, ensure_ascii=False, indent=2))
        return 0
    print(f"{format_wareki(on, weekday=True)}現在、会議に諮るプラン {len(dues)}件")
    for due in dues:
        deadline = format_wareki(due.deadline, weekday=True) if due.deadline else "期限なし"
        print(
            f"  No.{due.case} プラン{due.plan} {due.reason} {deadline} {_left(due.days_left, overdue=due.overdue)}"
        )
    return 0


def _left(days: int | None, *, overdue: bool) -> str:
    if days is None:
        return ""
    if overdue:
        return f"{-days}日超過"
    return f"あと{days}日" if days >= 0 else ""


def run_plans_monthly(data: Path | None, *, fiscal_year: int, as_json: bool) -> int:
    """月別の件数を出す."""
    with opened(data) as (_, database), database.read() as session:
        rows = monthly(session=session, committee_id=_support_id(session), fiscal_year=fiscal_year)
    keys = ("month", "plan_1", "plan_2", "plan_3", "ended")
    if as_json:
        print(json.dumps([{key: getattr(row, key) for key in keys} for row in rows], indent=2))
        return 0
    print(f"{fiscal_year}年度 月別の件数（会議の月による）")
    print("  月   プラン1  プラン2  プラン3  終結")
    for row in rows:
        print(f"  {row.month:>2}月 {row.plan_1:>7} {row.plan_2:>8} {row.plan_3:>8} {row.ended:>5}")
    totals = [sum(getattr(row, key) for row in rows) for key in keys[1:]]
    print(f"  計   {totals[0]:>7} {totals[1]:>8} {totals[2]:>8} {totals[3]:>5}")
    later = sum(row.later for row in rows)
    if later:
        print(f"  ほかにプラン4以降が {later}件あります。")
    return 0


def run_agenda_backtest(data: Path | None, *, as_json: bool) -> int:
    """バックテスト: the eve's proposals against what meetings took, on the sample or on an office's record."""
    from meetings_app.backtest_report import as_data, as_lines

    result = _back_test_of_sample() if data is None else _back_test_of_office(data)
    if as_json:
        print(json.dumps(as_data(result), ensure_ascii=False, indent=2))
    else:
        print("\n".join(as_lines(result, "見本の台帳" if data is None else "事務所の記録")))
    return 0


def _back_test_of_sample() -> BackTest:
    """Return the back-test of the register that comes with the product, under the default settings."""
    from agenda.register_file import read_bytes

    file = files("agenda") / "sample" / "kushiro_fy2013_plan_register.csv"
    reading = read_register(read_bytes(file.name, file.read_bytes()))
    return back_test(facts_of(reading.entries), DueSettings())


def _back_test_of_office(data: Path) -> BackTest:
    with opened(data) as (_, database), database.read() as session:
        return back_test_record(session=session, committee_id=_support_id(session))
