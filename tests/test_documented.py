"""手引き: every command and option is described, and the quick start is two lines."""

import argparse
import re
from collections.abc import Iterator
from pathlib import Path

from meetings_app.cli import build_parser

ROOT = Path(__file__).parents[1]
COMMANDS = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
HELP = ("-h", "--help")


def commands(
    parser: argparse.ArgumentParser, name: str = ""
) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """Yield every command that can be run, with its full name."""
    groups = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    if not groups:
        yield name, parser
    for group in groups:
        for word, command in group.choices.items():
            yield from commands(command, f"{name} {word}".strip())


def options(command: argparse.ArgumentParser) -> set[str]:
    return {text for action in command._actions for text in action.option_strings if text not in HELP}


def sections() -> dict[str, str]:
    """The document by heading: 「## `plans due`」."""
    parts = re.split(r"^## `([a-z ]+)`$", COMMANDS, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_the_document_describes_just_the_commands_there_are() -> None:
    names = [name for name, _ in commands(build_parser())]
    assert list(sections()) == names


def test_every_option_is_described_with_its_command_and_no_other() -> None:
    described = sections()
    for name, command in commands(build_parser()):
        mentioned = set(re.findall(r"`(--[a-z-]+)", described[name]))
        assert mentioned == options(command), name


def test_every_command_takes_a_data_folder() -> None:
    for name, command in commands(build_parser()):
        assert "--data" in options(command), name


def test_the_quick_start_is_two_blocks_of_one_line() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (section,) = re.findall(r"^## Quick start\n(.*?)(?=^## |\Z)", readme, flags=re.MULTILINE | re.DOTALL)
    blocks = re.findall(r"^```(\w*)\n(.*?)^```$", section, flags=re.MULTILINE | re.DOTALL)
    assert [language for language, _ in blocks] == ["sh", "sh"]
    assert [len(text.splitlines()) for _, text in blocks] == [1, 1]
