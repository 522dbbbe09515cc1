"""Begin a command: import its work, and refuse a wrong call before anything is opened."""

from __future__ import annotations

import argparse
from abc import abstractmethod
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from backlinkspider.addon import load_addons
from backlinkspider.command_line.refusal import refuse_options
from backlinkspider.core.exceptions import BacklinkSpiderError

if TYPE_CHECKING:
    from backlinkspider.command_line.operation import Operation


class CheckedCommand(ScrapyCommand):
    """A command that ends with one line and exit code 2 where a word or setting is wrong.

    Scrapy imports every command to run one, so a command's module has its words and options only.
    """

    requires_project = True
    requires_crawler_process = False

    _operation: Operation

    @property
    def name(self) -> str:
        """The module's name, as Scrapy calls the command."""
        return type(self).__module__.rpartition(".")[2]

    @abstractmethod
    def operation(self) -> type[Operation]:
        """Import and return what the command does."""

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        refuse_options(parser, self.name)

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Check the words and settings; end the process at the first that is wrong."""
        assert self.settings is not None, "set by scrapy.cmdline"
        self._operation = self.operation()(self.name, self.settings)
        try:
            self._operation.prepare(args, opts)
            # Before the options are read, for the formats of outputs.
            load_addons(self.settings)
            super().process_options(args, opts)
            self._operation.check(args, opts)
        except (UsageError, BacklinkSpiderError) as error:
            self._operation.refuse(error)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Do what the command is for, and set the exit code."""
        self._operation.crawler_process = self.crawler_process
        self.exitcode = self._operation.run(args, opts)


def add_output_option(parser: argparse.ArgumentParser, what: str) -> None:
    """Add the option that names the output; given twice, it is refused with `one_output` or `output_or_none`."""
    parser.add_argument("-o", "-O", "--output", action="append", default=[], metavar="FILE", help=what)
