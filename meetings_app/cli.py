"""The command line. Each command imports what it needs when it runs, so that the pure ones start at once."""

import argparse
import io
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeAlias

from meetings_app.core.errors import Refused

Handler = Callable[[argparse.Namespace], int]

REFUSED = 1
MISUSED = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status: 0 done, 1 refused or differing, 2 wrongly called.

    `minutes verify` has more, one for each thing a file may turn out to be.
    """
    _print_whatever_the_terminal_knows()
    options = build_parser().parse_args(arguments)
    handler: Handler = options.handler
    try:
        return handler(options)
    except Refused as refusal:
        print(refusal.message, file=sys.stderr)
        return REFUSED
    except BrokenPipeError:
        sys.stderr.close()
        return 0


def _print_whatever_the_terminal_knows() -> None:
    """Let a character that the terminal's encoding lacks come out escaped: the work itself must not fail for it."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def build_parser() -> argparse.ArgumentParser:
    """Return the parser with every command; `docs/commands.md` describes each."""
    parser = argparse.ArgumentParser(
        prog="meetings-app", description="支援調整会議の日程・議題・議事録・報酬・地域課題を扱います。"
    )
    commands = parser.add_subparsers(required=True, metavar="コマンド")
    _add_demo(commands)
    _add_office(commands)
    _add_register(commands)
    _add_plans(commands)
    _add_agenda(commands)
    _add_minutes(commands)
    _add_rules(commands)
    return parser


Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001 - its only name


def _command(commands: Commands, name: str, help_text: str, handler: Handler) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=help_text, description=help_text)
    command.set_defaults(handler=handler)
    return command


def _with_data(command: argparse.ArgumentParser) -> argparse.ArgumentParser:
    command.add_argument(
        "--data", type=Path, metavar="DIR", help="データを置くフォルダー（省くと meetings-data）"
    )
    return command


def _with_json(command: argparse.ArgumentParser) -> argparse.ArgumentParser:
    command.add_argument("--json", action="store_true", help="結果を JSON で出す")
    return command


def _with_server(command: argparse.ArgumentParser) -> argparse.ArgumentParser:
    command.add_argument(
        "--port", type=_port, default=8000, help="待ち受けるポート（省くと 8000、0 は空き番号）"
    )
    return command


def _add_demo(commands: Commands) -> None:
    demo = _with_server(
        _with_data(_command(commands, "demo", "見本のデータで平成26年3月25日の会議を再現します。", _demo))
    )
    demo.add_argument(
        "--output", type=Path, default=Path("demo-output"), metavar="DIR", help="書類を書き出すフォルダー"
    )
    demo.add_argument("--no-serve", action="store_true", help="書類を書き出したところで終わる")


def _add_office(commands: Commands) -> None:
    init = _with_data(_command(commands, "init", "新しい事務所のデータを作ります。", _init))
    init.add_argument("--office", default="", metavar="NAME", help="事務局を置く法人・窓口の名前")
    init.add_argument("--municipality", default="釧路市", help="市町村（省くと釧路市）")
    init.add_argument("--login", default="jimukyoku", help="最初の利用者のログイン名（省くと jimukyoku）")
    init.add_argument("--name", default="事務局", help="最初の利用者の表示名")
    init.add_argument(
        "--password-stdin",
        action="store_true",
        help="パスワードを標準入力の1行目から読む（省くと尋ねる。端末がなければ作って表示する）",
    )
    user = _with_data(_command(commands, "user", "利用者を加えます。", _add_user))
    user.add_argument("--login", required=True, help="ログイン名")
    user.add_argument("--name", required=True, help="表示名")
    user.add_argument("--role", required=True, help="役割: 事務局・委員長・会計・委員・福祉事務所・圏域会議")
    user.add_argument("--member", metavar="NAME", help="名簿の氏名（委員長・委員の利用者に結び付ける）")
    user.add_argument(
        "--password-stdin",
        action="store_true",
        help="パスワードを標準入力の1行目から読む（省くと尋ねる。端末がなければ作って表示する）",
    )
    password = _with_data(_command(commands, "password", "忘れた人のパスワードを付け直します。", _password))
    password.add_argument("--login", required=True, help="ログイン名")
    password.add_argument(
        "--password-stdin",
        action="store_true",
        help="パスワードを標準入力の1行目から読む（省くと尋ねる。端末がなければ作って表示する）",
    )
    _with_server(_with_data(_command(commands, "serve", "画面を開けるようにします。", _serve)))
    backup = _with_data(_command(commands, "backup", "データの控えを1つのファイルに取ります。", _backup))
    backup.add_argument("file", type=Path, metavar="FILE", help="控えのファイル")
    backup.add_argument("--force", action="store_true", help="同じ名前の控えがあれば置き換える")
    restore = _with_data(_command(commands, "restore", "控えからデータを戻します。", _restore))
    restore.add_argument("file", type=Path, metavar="FILE", help="控えのファイル")
    restore.add_argument("--force", action="store_true", help="今のデータを脇に残して置き換える")


def _add_register(commands: Commands) -> None:
    group = commands.add_parser("register", help="プラン台帳").add_subparsers(required=True, metavar="操作")
    take_in = _with_json(
        _with_data(_command(group, "import", "プラン台帳（CSV・XLSX）を取り込みます。", _register_import))
    )
    take_in.add_argument("file", type=Path, metavar="FILE", help="台帳のファイル")
    export = _with_data(
        _command(group, "export", "プラン台帳を書き出します（.csv か .xlsx）。", _register_export)
    )
    export.add_argument("file", type=Path, metavar="FILE", help="書き出すファイル（.csv か .xlsx）")
    export.add_argument("--force", action="store_true", help="同じ名前のファイルを置き換える")


def _add_plans(commands: Commands) -> None:
    group = commands.add_parser("plans", help="プラン").add_subparsers(required=True, metavar="操作")
    due = _with_json(_with_data(_command(group, "due", "会議に諮る期限のあるプランを並べます。", _plans_due)))
    due.add_argument(
        "--on", required=True, type=_day, metavar="DATE", help="基準日（2014-03-24 や H26.3.24）"
    )
    due.add_argument(
        "--horizon", type=_days, metavar="DAYS", help="何日先までの期限を見るか（省くと設定、42日）"
    )
    monthly = _with_json(
        _with_data(_command(group, "monthly", "月別の作成・終結件数を出します。", _plans_monthly))
    )
    monthly.add_argument("--fiscal-year", required=True, type=_year, metavar="YEAR", help="年度（2013 など）")


def _add_agenda(commands: Commands) -> None:
    group = commands.add_parser("agenda", help="議題").add_subparsers(required=True, metavar="操作")
    backtest = _with_json(
        _command(group, "backtest", "会議の前日の提示と、実際に諮ったものを比べます。", _agenda_backtest)
    )
    backtest.add_argument(
        "--data", type=Path, metavar="DIR", help="データを置くフォルダー（省くと製品に付く見本の台帳）"
    )


def _add_minutes(commands: Commands) -> None:
    group = commands.add_parser("minutes", help="議事録").add_subparsers(required=True, metavar="操作")
    verify = _with_data(
        _command(group, "verify", "議事録のWordが、承認された最新の版かどうかを確かめます。", _minutes_verify)
    )
    verify.add_argument("file", type=Path, metavar="FILE", help="議事録のファイル（.docx）")


def _add_rules(commands: Commands) -> None:
    group = commands.add_parser("rules", help="規程").add_subparsers(required=True, metavar="操作")
    check = _with_json(
        _command(group, "check", "試算のファイルを規程に当てて、違いを示します。", _rules_check)
    )
    check.add_argument("files", type=Path, nargs="+", metavar="FILE", help="試算のファイル（YAML）")
    check.add_argument("--data", type=Path, help=argparse.SUPPRESS)
    kinship = _with_json(_command(commands, "kinship", "本人からの続柄の種類と親等を示します。", _kinship))
    kinship.add_argument("path", metavar="PATH", help="続柄の道すじ（P>C など）")
    kinship.add_argument("--data", type=Path, help=argparse.SUPPRESS)


def _port(text: str) -> int:
    if not text.isdigit() or int(text) > 65535:
        raise argparse.ArgumentTypeError("ポートは 0 から 65535 までの数で指定してください。")
    return int(text)


def _day(text: str) -> object:
    from meetings_app.core.wareki import parse_date

    try:
        return parse_date(text)
    except Refused as refusal:
        raise argparse.ArgumentTypeError(refusal.message) from None


def _days(text: str) -> int:
    if not text.isdigit() or int(text) > 3660:
        raise argparse.ArgumentTypeError("日数は 0 から 3660 までの数で指定してください。")
    return int(text)


def _year(text: str) -> int:
    if not text.isdigit() or not 1873 <= int(text) <= 2200:
        raise argparse.ArgumentTypeError("年度は 2013 のように西暦4桁で指定してください。")
    return int(text)


def _demo(options: argparse.Namespace) -> int:
    from meetings_app.commands import run_demo

    return run_demo(options.data, options.output, serve=not options.no_serve, port=options.port)


def _init(options: argparse.Namespace) -> int:
    from meetings_app.commands import run_init

    return run_init(
        options.data,
        office=options.office,
        municipality=options.municipality,
        login=options.login,
        name=options.name,
        password_from_stdin=options.password_stdin,
    )


def _add_user(options: argparse.Namespace) -> int:
    from meetings_app.commands import run_add_user

    return run_add_user(
        options.data,
        login=options.login,
        name=options.name,
        role=options.role,
        member=options.member,
        password_from_stdin=options.password_stdin,
    )


def _password(options: argparse.Namespace) -> int:
    from meetings_app.commands import run_password

    return run_password(options.data, login=options.login, password_from_stdin=options.password_stdin)


def _serve(options: argparse.Namespace) -> int:
    from meetings_app.commands import run_serve

    return run_serve(options.data, port=options.port)


def _backup(options: argparse.Namespace) -> int:
    from meetings_app.commands import run_backup

    return run_backup(options.data, options.file, force=options.force)


def _restore(options: argparse.Namespace) -> int:
    from meetings_app.commands import run_restore

    return run_restore(options.data, options.file, force=options.force)


def _register_import(options: argparse.Namespace) -> int:
    from meetings_app.commands import run_register_import

    return run_register_import(options.data, options.file, as_json=options.json)


def _register_export(options: argparse.Namespace) -> int:
    from meetings_app.commands import run_register_export

    return run_register_export(options.data, options.file, force=options.force)


def _plans_due(options: argparse.Namespace) -> int:
    from meetings_app.commands import run_plans_due

    return run_plans_due(options.data, on=options.on, horizon=options.horizon, as_json=options.json)


def _plans_monthly(options: argparse.Namespace) -> int:
    from meetings_app.commands import run_plans_monthly

    return run_plans_monthly(options.data, fiscal_year=options.fiscal_year, as_json=options.json)


def _agenda_backtest(options: argparse.Namespace) -> int:
    from meetings_app.commands import run_agenda_backtest

    return run_agenda_backtest(options.data, as_json=options.json)


def _minutes_verify(options: argparse.Namespace) -> int:
    from meetings_app.commands import run_minutes_verify

    return run_minutes_verify(options.data, options.file)


def _rules_check(options: argparse.Namespace) -> int:
    from honoraria.rule_cases import main_check

    return main_check(options.files, as_json=options.json)


def _kinship(options: argparse.Namespace) -> int:
    from honoraria.rule_cases import main_kinship

    return main_kinship(options.path, as_json=options.json)
