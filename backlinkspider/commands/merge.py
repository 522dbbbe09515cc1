"""`scrapy merge`: the feeds of several crawls into one."""

from __future__ import annotations

import argparse
import signal
import sqlite3
import sys
from collections.abc import Sequence

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from backlinkspider.commands.crawl import FAILED, FINISHED, INTERRUPTED, refuse
from backlinkspider.core.exceptions import BacklinkSpiderError
from backlinkspider.core.seeds import BadLine
from backlinkspider.core.text import printable
from backlinkspider.feeds.feed_files import FeedFile
from backlinkspider.feeds.merging import MergeCounts, look_at_feeds, merge_feeds

_BAD_LINES_NAMED = 10


class Command(ScrapyCommand):
    """Reads feeds, keeps the latest crawl of each page, and writes one feed."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        """What follows the name of the command."""
        return "[options] <feed> <feed> ... -o <output>"

    def short_desc(self) -> str:
        """What `scrapy` lists."""
        return "Merge the feeds of several crawls; of a page that was crawled again the latest crawl counts"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Adds where to write to."""
        super().add_options(parser)
        parser.add_argument(
            "-o", "-O", "--output", action="append", default=[], metavar="FILE", help="write to this file (.csv or .jsonl)"
        )

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Looks at the feeds, and ends the process at the first that cannot be merged."""
        try:
            super().process_options(args, opts)
            _check_words(args, opts.output)
            self._output: str = opts.output[0]
            self._feeds = look_at_feeds(args, self._output)
        except (UsageError, BacklinkSpiderError) as error:
            refuse("merge", str(error))

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Merges, says what was done, and sets the exit code."""
        # What is half written goes away, as after Ctrl-C.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        self.exitcode, why = self._merge()
        if why:
            print(f"scrapy merge: {printable(why)}", file=sys.stderr)

    def _merge(self) -> tuple[int, str | None]:
        """The exit code and, unless the feeds were merged, why in one line."""
        bad_lines = BadLineReport()
        try:
            counts = merge_feeds(self._feeds, self._output, bad_lines.note)
        except BacklinkSpiderError as error:
            refuse("merge", str(error))
        except OSError as error:
            return FAILED, f"failed: {self._output} could not be written: {error.strerror or error}"
        except sqlite3.Error as error:
            return FAILED, f"failed: the temporary index of the pages could not be written: {error}"
        except KeyboardInterrupt:
            return INTERRUPTED, f"interrupted: {self._output} is as it was"
        bad_lines.close()
        print(_text_of(counts, self._output))
        return FINISHED, None


class BadLineReport:
    """Prints the first lines that are passed over, and how many more there are."""

    def __init__(self) -> None:
        self._count = 0

    def note(self, feed: FeedFile, line: BadLine) -> None:
        """Counts a line that is passed over, and prints it if it is one of the first."""
        self._count += 1
        if self._count <= _BAD_LINES_NAMED:
            text = printable(f"{feed.path} line {line.number} passed over: {line.problem}")
            print(f"scrapy merge: {text}", file=sys.stderr)

    def close(self) -> None:
        """Prints how many were not named."""
        rest = self._count - _BAD_LINES_NAMED
        if rest > 0:
            print(f"scrapy merge: and {rest} more", file=sys.stderr)


def _check_words(paths: Sequence[str], outputs: Sequence[str]) -> None:
    """Raises UsageError unless there are feeds and one output."""
    example = "for example: scrapy merge monday.jsonl tuesday.jsonl -o all.csv"
    if not paths:
        raise UsageError(f"name the feeds, {example}")
    if not outputs:
        raise UsageError(f"name the output, {example}")
    if len(outputs) > 1:
        raise UsageError(f"there are {len(outputs)} outputs: name one")


def _text_of(counts: MergeCounts, output: str) -> str:
    """What was done, a line a fact."""
    lines = {
        "rows read": counts.rows_read,
        "pages": counts.pages,
        "rows written": counts.rows_written,
        "duplicates removed": counts.duplicates,
        "lines passed over": counts.bad_lines,
    }
    return "\n".join([f"Merged into {printable(output)}", *(f"  {name:<23}{count}" for name, count in lines.items())])
