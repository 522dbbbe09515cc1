"""The program as it was called: `backlinkspider` works in any folder, `scrapy` in that of the project."""

from __future__ import annotations

import pkgutil
import re
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from backlinkspider.core.text import escape_control_characters

PROGRAM = "backlinkspider"

_COMMANDS = Path(__file__).parents[1] / "commands"


def program_name() -> str:
    """Return the name of the program that runs."""
    path = Path(sys.argv[0])
    is_ours = path.stem == PROGRAM or (path.stem == "__main__" and path.parent.name == PROGRAM)
    return PROGRAM if is_ours else "scrapy"


def as_called(text: str) -> str:
    """Return a text with the commands in it as the user can give them, written there as `scrapy NAME`."""
    return _command_pattern().sub(f"{program_name()} ", text)


def our_commands() -> list[str]:
    """Return the commands of the project in the order of the alphabet, without importing them."""
    return names_in([str(_COMMANDS)])


def names_in(folders: Iterable[str]) -> list[str]:
    """Return the commands in the folders of a package."""
    return sorted(module.name for module in pkgutil.iter_modules(folders))


@cache
def _command_pattern() -> re.Pattern[str]:
    return re.compile(rf"\bscrapy (?=(?:{'|'.join(our_commands())})\b)")


def say(command: str, text: str) -> None:
    """Print a line of a command on standard error; the names in it may be anything."""
    print(f"{program_name()} {command}: {escape_control_characters(as_called(text))}", file=sys.stderr)
