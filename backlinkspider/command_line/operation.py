"""What a command does once it is called."""

from __future__ import annotations

import argparse
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import NoReturn

from scrapy.crawler import CrawlerProcessBase
from scrapy.exceptions import UsageError
from scrapy.settings import Settings

from backlinkspider.checks.settings import check_settings, csv_dialect
from backlinkspider.command_line.refusal import refuse
from backlinkspider.core.rows.csv_cells import CsvDialect


class Operation(ABC):
    """The work of a command: its call is checked before anything is opened.

    Reads: every setting that is a number or a word, to check it.
    """

    crawler_process: CrawlerProcessBase | None = None
    """Set before `run`, for a command that crawls."""

    def __init__(self, command: str, settings: Settings) -> None:
        self.command = command
        self.settings = settings

    @property
    def dialect(self) -> CsvDialect:
        return csv_dialect(self.settings)

    def prepare(self, args: list[str], opts: argparse.Namespace) -> None:  # noqa: B027 - most need nothing
        """Check words, and set what options may override, before the options are read. Raises UsageError."""

    def check(self, args: list[str], opts: argparse.Namespace) -> None:
        """Check the command's words and settings, and open what they name. Raises UsageError and BacklinkSpiderError."""
        check_settings(self.settings)

    @abstractmethod
    def run(self, args: list[str], opts: argparse.Namespace) -> int:
        """Do the work, print what came of it, and return the exit code."""

    def refuse(self, problem: Exception) -> NoReturn:
        """End the process for a wrong call."""
        refuse(self.command, str(problem))


def one_output(outputs: Sequence[str], example: str) -> str:
    """Return the only output. Raises UsageError."""
    output = output_or_none(outputs)
    if output is None:
        raise UsageError(f"name the output, {example}")
    return output


def output_or_none(outputs: Sequence[str]) -> str | None:
    """Return the only output, if there is one. Raises UsageError for several."""
    if len(outputs) > 1:
        raise UsageError(f"there are {len(outputs)} outputs: name one")
    return outputs[0] if outputs else None
