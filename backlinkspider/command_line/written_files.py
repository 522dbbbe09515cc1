"""Write a file from feeds, and say what was done."""

from __future__ import annotations

import signal
import sqlite3
from collections.abc import Callable, Mapping

from backlinkspider.command_line.exit_codes import FAILED, FINISHED, INTERRUPTED
from backlinkspider.command_line.program import say
from backlinkspider.command_line.refusal import refuse
from backlinkspider.core.exceptions import BacklinkSpiderError
from backlinkspider.core.seeds.seeds import BadLine
from backlinkspider.core.text import escape_control_characters
from backlinkspider.feeds.reader import FeedFile, OnBadLine

_BAD_LINES_NAMED = 10


def write_output(
    command: str, output: str, write: Callable[[OnBadLine], str], *, bad_lines: str = "passed over", failed: int = FAILED
) -> int:
    """Write an output and print the text that `write` returns. Return the exit code, `failed` when it could not be written.

    `bad_lines` says what becomes of lines that are not rows.
    """
    # A half-written file is removed, as after Ctrl-C.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    report = _BadLineReport(command, bad_lines)
    exit_code, why = failed, ""
    try:
        text = write(report.note)
    except BacklinkSpiderError as error:
        refuse(command, str(error))
    except OSError as error:
        why = f"failed: {output} could not be written: {error.strerror or error}"
    except sqlite3.Error as error:
        why = f"failed: the temporary file could not be written: {error}"
    except KeyboardInterrupt:
        exit_code, why = INTERRUPTED, f"interrupted: {output} is as it was"
    else:
        report.close()
        print(text)
        return FINISHED
    say(command, why)
    return exit_code


class _BadLineReport:
    """Prints the first lines that are not rows, and how many more there are."""

    def __init__(self, command: str, fate: str) -> None:
        self._command = command
        self._fate = fate
        self._count = 0

    def note(self, feed: FeedFile, line: BadLine) -> None:
        """Count a line, and print it if it is one of the first."""
        self._count += 1
        if self._count <= _BAD_LINES_NAMED:
            say(self._command, f"{feed.path} line {line.number} {self._fate}: {line.problem}")

    def close(self) -> None:
        """Print how many were not named."""
        rest = self._count - _BAD_LINES_NAMED
        if rest > 0:
            say(self._command, f"and {rest} more")


def text_of_facts(title: str, facts: Mapping[str, int]) -> str:
    """Return a line that says what was done, and one for each count."""
    return "\n".join([escape_control_characters(title), *(f"  {name:<23}{count}" for name, count in facts.items())])
