"""`scrapy merge`: the feeds of several crawls into one."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from scrapy.exceptions import UsageError

from backlinkspider.command_line.checked_command import CheckedCommand, add_output_option, one_output
from backlinkspider.command_line.written_files import text_of_facts, write_output
from backlinkspider.feeds.reader import OnBadLine

if TYPE_CHECKING:
    from backlinkspider.feeds.merge import MergeCounts

_EXAMPLE = "for example: scrapy merge monday.jsonl tuesday.jsonl -o all.csv"
_NOT_A_COMPARISON = (
    "This is not a comparison: a link that is gone since stays where its page has no newer row; see scrapy compare."
)


class Command(CheckedCommand):
    """Read feeds, keep the latest crawl of each page, and write one feed."""

    def syntax(self) -> str:
        return "[options] <feed> <feed> ... -o <output>"

    def short_desc(self) -> str:
        return "Merge the feeds of several crawls; of a page that was crawled again the latest crawl counts"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        add_output_option(parser, "write to this file (.csv or .jsonl)")

    def check(self, args: list[str], opts: argparse.Namespace) -> None:
        from backlinkspider.feeds.merge import open_feeds

        if not args:
            raise UsageError(f"name the feeds, {_EXAMPLE}")
        self._output = one_output(opts.output, _EXAMPLE)
        self._feeds = open_feeds(args, self._output)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Merge, print what was done, and set the exit code."""
        from backlinkspider.feeds.merge import merge_feeds

        def merge(on_bad_line: OnBadLine) -> str:
            return _text_of(merge_feeds(self._feeds, self._output, on_bad_line, dialect=self.dialect), self._output)

        self.exitcode = write_output(self.name, self._output, merge)


def _text_of(counts: MergeCounts, output: str) -> str:
    """Describe what was done, one line for each fact."""
    facts = {
        "rows read": counts.rows_read,
        "pages": counts.pages,
        "rows written": counts.rows_written,
        "duplicates removed": counts.duplicates,
        "lines passed over": counts.bad_lines,
    }
    return f"{text_of_facts(f'Merged into {output}', facts)}\n{_NOT_A_COMPARISON}"
