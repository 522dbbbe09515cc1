"""Draws on a terminal, and keeps what it draws in place."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TextIO

from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from backlinkspider.core.text import escape_control_characters


class TerminalDisplay:
    """Some lines at the bottom of a terminal that are drawn anew, and go when they are not needed any more.

    Text is shown as it is: markup and control characters of foreign sites have no effect. There is no colour where NO_COLOR is
    set. Lines are cut at the edge of the window.
    """

    def __init__(self, stream: TextIO) -> None:
        # Its stream was tested before; FORCE_COLOR and the like are not asked.
        self._console = Console(file=stream, force_terminal=True, highlight=False, markup=False, emoji=False)
        self._live = Live(
            console=self._console, auto_refresh=False, transient=True, redirect_stdout=False, redirect_stderr=False,
            vertical_overflow="crop",
        )  # fmt: skip

    def start(self) -> None:
        """Take the bottom of the terminal."""
        self._live.start()
        # A process that is killed cannot show it again.
        self._console.show_cursor(show=True)

    def draw(self, rows: Iterable[tuple[str, str]]) -> None:
        """Draw rows of a label and a text in place of those before."""
        table = Table.grid(padding=(0, 2))
        table.add_column(style="bold", no_wrap=True)
        table.add_column()
        for label, text in rows:
            table.add_row(label, Text(escape_control_characters(text), no_wrap=True, overflow="ellipsis"))
        self._live.update(table, refresh=True)

    def print_line(self, line: str) -> None:
        """Print a line above, where it stays."""
        self._console.print(Text(escape_control_characters(line)))

    def stop(self) -> None:
        """Erase what is drawn."""
        self._live.stop()
