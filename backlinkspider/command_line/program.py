"""The program as it was called: `backlinkspider` works in any folder, `scrapy` in that of the project."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from backlinkspider.core.text import escape_control_characters

PROGRAM = "backlinkspider"

COMMANDS = ("compare", "crawl", "demo", "disavow", "discover", "intersect", "merge", "report", "rescore", "seeds")
"""The commands of the project, which messages may name."""

_COMMAND = re.compile(rf"\bscrapy (?=(?:{'|'.join(COMMANDS)})\b)")


def program_name() -> str:
    """Return the name of the program that runs."""
    path = Path(sys.argv[0])
    is_ours = path.stem == PROGRAM or (path.stem == "__main__" and path.parent.name == PROGRAM)
    return PROGRAM if is_ours else "scrapy"


def as_called(text: str) -> str:
    """Return a text with the commands in it as the user can give them, written there as `scrapy NAME`."""
    return _COMMAND.sub(f"{program_name()} ", text)


def say(command: str, text: str) -> None:
    """Print a line of a command on standard error; the names in it may be anything."""
    print(f"{program_name()} {command}: {escape_control_characters(as_called(text))}", file=sys.stderr)
