"""Begin a command: check all that was given, and refuse what is wrong before anything is opened."""

from __future__ import annotations

import argparse
from abc import abstractmethod
from collections.abc import Sequence

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError
from scrapy.settings import Settings

from backlinkspider.addon import load_addons
from backlinkspider.checks.settings import check_settings, csv_dialect
from backlinkspider.command_line.refusal import refuse, refuse_options
from backlinkspider.core.exceptions import BacklinkSpiderError
from backlinkspider.core.rows.csv_cells import CsvDialect


class CheckedCommand(ScrapyCommand):
    """A command that ends with one line and exit code 2 where a word or setting is wrong.

    Reads: every setting that is a number or a word, to check it.
    """

    requires_project = True
    requires_crawler_process = False

    @property
    def name(self) -> str:
        """The module's name, as Scrapy calls the command."""
        return type(self).__module__.rpartition(".")[2]

    @property
    def given_settings(self) -> Settings:
        assert self.settings is not None, "set by scrapy.cmdline"
        return self.settings

    @property
    def dialect(self) -> CsvDialect:
        return csv_dialect(self.given_settings)

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        refuse_options(parser, self.name)

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Check the words and settings; end the process at the first that is wrong."""
        load_addons(self.settings)
        try:
            super().process_options(args, opts)
            check_settings(self.given_settings)
            self.check(args, opts)
        except (UsageError, BacklinkSpiderError) as error:
            refuse(self.name, str(error))

    @abstractmethod
    def check(self, args: list[str], opts: argparse.Namespace) -> None:
        """Check the command's words and open what they name. Raises UsageError and BacklinkSpiderError."""


def add_output_option(parser: argparse.ArgumentParser, what: str) -> None:
    """Add the option that names the output; given twice, it is refused with `one_output` or `output_or_none`."""
    parser.add_argument("-o", "-O", "--output", action="append", default=[], metavar="FILE", help=what)


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
