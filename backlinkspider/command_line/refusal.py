"""Refuse a wrong call in one line."""

from __future__ import annotations

import argparse
import sys
from functools import partial
from typing import NoReturn

from backlinkspider.command_line.exit_codes import WRONG_ARGUMENTS
from backlinkspider.command_line.program import say
from backlinkspider.core.text import escape_control_characters

_LINE_CHARACTERS = 1_000
"""The characters of a problem that are printed."""


def refuse_options(parser: argparse.ArgumentParser, command: str) -> None:
    """Refuse an option without its value in one line, without the usage text."""
    parser.error = partial(refuse, command)  # type: ignore[method-assign]


def refuse(command: str, problem: str, *, exit_code: int = WRONG_ARGUMENTS) -> NoReturn:
    """End the process with one line that says what is wrong with a command's input."""
    say(command, one_line(problem))
    sys.exit(exit_code)


def one_line(problem: str) -> str:
    """Return a problem as one line that is not too long for a terminal or log."""
    return escape_control_characters(problem)[:_LINE_CHARACTERS]
