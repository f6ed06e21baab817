"""What the README promises about commands and settings is what there is."""

import argparse
import re

import msgspec

from landbooking.cli import _parser as parser
from landbooking.settings import PREFIX, Settings
from support.project import ROOT

README = (ROOT / "README.md").read_text()
TRY_IT = "python3 -m venv .venv && .venv/bin/pip install -q -e '.[demo]' && .venv/bin/landbooking demo"
TEST_IT = "python3 -m venv .venv && .venv/bin/pip install -q -e '.[test]' && .venv/bin/pytest"

SETTING_ROW = re.compile(rf"^\| `({PREFIX}[A-Z_]+)` \|(.+)\|$", re.M)
COMMAND = re.compile(r"landbooking ([a-z]+)\b")


def test_the_two_commands_come_first() -> None:
    commands = [line.strip() for line in README.splitlines() if line.startswith("    ") or ".venv" in line]
    assert commands[:2] == [TRY_IT, TEST_IT]
    before = README.partition(TRY_IT)[0].split()
    assert len(before) < 80, "a title and a sentence may stand before them, no more"


def test_ci_runs_the_second_as_it_is_written() -> None:
    assert TEST_IT in (ROOT / ".ci" / "run").read_text().splitlines()


def test_every_setting_is_described_and_nothing_else() -> None:
    rows = dict(SETTING_ROW.findall(README))
    fields = {PREFIX + field.name.upper() for field in msgspec.structs.fields(Settings)}
    assert rows.keys() == fields
    for name, cells in rows.items():
        assert all(len(cell.split()) > 0 for cell in cells.split("|")), name
        assert len(cells.split()) >= 3, f"{name} is named, but not described"


def test_every_command_is_in_the_readme_and_every_command_there_exists() -> None:
    commands = _commands(parser())
    for command in commands:
        assert f"landbooking {command}" in README, command
    named = set(COMMAND.findall("\n".join(re.findall(r"`[^`]+`|^ {4}.+$", README, re.M))))
    assert named <= {command.split()[0] for command in commands}


def _commands(parser: argparse.ArgumentParser) -> list[str]:
    """The names of all commands, such as "serve" and "places import"."""
    names = []
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, command in action.choices.items():
                names += [f"{name} {inner}" for inner in _commands(command)] or [name]
    return names
