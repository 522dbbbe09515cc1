"""Runs a command on a terminal of a given width, and reads what stands on its screen."""

from __future__ import annotations

import errno
import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Self

import pyte

from tests.support.fork_server import start_on_terminal
from tests.support.scrapy_command import project_environment

_LINES = 40
_TIMEOUT_SECONDS = 120


class Terminal:
    """A `scrapy` command whose input, output and errors are one terminal.

    >>> with Terminal(["version"], columns=80, folder=Path()) as terminal:
    ...     terminal.wait_for_end(), terminal.screen()[0].partition(" ")[0]
    (0, 'Scrapy')
    """

    def __init__(
        self, arguments: Sequence[str], *, columns: int, folder: Path, environment: Mapping[str, str] = os.environ
    ) -> None:
        self.recorded = b""
        """All that was written to the terminal."""
        self._screen = pyte.HistoryScreen(columns, _LINES, history=1_000)
        self._stream = pyte.ByteStream(self._screen)
        self._ours, self._theirs = pty.openpty()
        fcntl.ioctl(self._theirs, termios.TIOCSWINSZ, struct.pack("HHHH", _LINES, columns, 0, 0))
        variables = {name: value for name, value in environment.items() if name not in {"COLUMNS", "LINES", "NO_COLOR"}}
        self._process = start_on_terminal(
            arguments,
            folder=folder,
            environment={"TERM": "xterm-256color", **project_environment(variables), "PYTHONWARNINGS": "error"},
            terminal=self._theirs,
        )
        self._has_ended = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.send_signal(signal.SIGKILL)
        self._process.wait(_TIMEOUT_SECONDS)
        self._close_if_ended()
        os.close(self._ours)

    def screen(self) -> list[str]:
        """The lines that are on the screen or have left it at the top."""
        left = ["".join(line[column].data for column in range(self._screen.columns)) for line in self._screen.history.top]
        return [line.rstrip() for line in (*left, *self._screen.display)]

    def wait_for(self, is_there: Callable[[list[str]], bool]) -> list[str]:
        """Return the screen as soon as it is as expected; raise AssertionError with the screen after two minutes."""
        deadline = time.monotonic() + _TIMEOUT_SECONDS
        while not is_there(self.screen()):
            if not self._read(deadline):
                raise AssertionError("\n".join(self.screen()))
        return self.screen()

    def interrupt(self) -> None:
        """Send what Ctrl-C sends."""
        self._process.send_signal(signal.SIGINT)

    def wait_for_end(self) -> int:
        """Return the exit code."""
        deadline = time.monotonic() + _TIMEOUT_SECONDS
        while self._read(deadline):
            pass
        return self._process.wait(max(0, deadline - time.monotonic()))

    def _read(self, deadline: float) -> bool:
        """Read what comes next; return whether anything came before the deadline and the end."""
        while not select.select([self._ours], [], [], 0.01)[0]:
            self._close_if_ended()
            if time.monotonic() > deadline:
                return False
        try:
            written = os.read(self._ours, 65_536)
        except OSError as error:
            # Linux reports the end of a terminal's last process in this way.
            if error.errno != errno.EIO:
                raise
            return False
        self.recorded += written
        self._stream.feed(written)
        return bool(written)

    def _close_if_ended(self) -> None:
        """Let the terminal end behind its last process; before that one has opened it, it would end too early."""
        if not self._has_ended and self._process.poll() is not None:
            self._has_ended = True
            os.close(self._theirs)
