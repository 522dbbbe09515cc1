"""What `scrapy discover` does."""

from __future__ import annotations

import argparse
import os
import sqlite3
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from scrapy.exceptions import UsageError

from backlinkspider.command_line.crawl_run import run_crawl
from backlinkspider.command_line.exit_codes import FAILED, FINISHED, INTERRUPTED
from backlinkspider.command_line.operation import Operation, one_output
from backlinkspider.command_line.program import say
from backlinkspider.core.arguments import parse_targets
from backlinkspider.core.candidates.ownership import Ownership
from backlinkspider.core.text import escape_control_characters
from backlinkspider.discovery.output import ENDINGS, source_rows, write_candidates, write_sources
from backlinkspider.discovery.registry import build_sources, source_kinds
from backlinkspider.discovery.secrets import SecretFilter
from backlinkspider.discovery.source import Question, Source
from backlinkspider.discovery.spider import DiscoverySpider
from backlinkspider.discovery.store import MAXIMUM_NAMES, CandidateStore
from backlinkspider.items import Cell

_EXAMPLE = "for example: scrapy discover --target example.com --source log=access.log --source wikipedia -o candidates.csv"
_PLATFORMS_NAMED = 5


class Discover(Operation):
    """Reads sources, merges what they name, and writes candidates."""

    @staticmethod
    def names_of_sources() -> str:
        """Return the sources that there are, for the help of the command."""
        return ", ".join(source_kinds())

    def prepare(self, args: list[str], opts: argparse.Namespace) -> None:
        """Log warnings only, unless the user's own options ask for more."""
        self.settings.set("LOG_LEVEL", "WARNING", priority="cmdline")

    def check(self, args: list[str], opts: argparse.Namespace) -> None:
        super().check(args, opts)
        _check_words(args, opts)
        output = one_output(opts.output, _EXAMPLE)
        ownership = Ownership(parse_targets(opts.target))
        _check_targets(ownership, is_gap=opts.gap)
        self._question = Question(
            ownership=ownership,
            settings=self.settings,
            environment=dict(os.environ),
            now=datetime.now(UTC),
            min_rank=opts.min_rank,
            exclude_hubs=opts.exclude_hubs,
            keep=opts.keep,
        )
        self._sources = build_sources(opts.source, self._question)
        self._outputs = [Path(name) for name in (output, opts.sources) if name]
        _check_outputs(self._outputs, self._sources)

    def run(self, args: list[str], opts: argparse.Namespace) -> int:
        """Read the sources, write what they gave, and say it."""
        names = [source.name for source in self._sources]
        store = CandidateStore(names, self._question.ownership.names)
        try:
            return self._read_and_write(store, opts)
        except OSError as error:
            return self._failed(f"the output could not be written: {error.strerror or error}")
        except sqlite3.Error as error:
            return self._failed(f"the temporary list of candidates could not be written: {error}")
        finally:
            store.close()

    def _read_and_write(self, store: CandidateStore, opts: argparse.Namespace) -> int:
        assert self.crawler_process is not None, "requires_crawler_process"
        secret_filter = SecretFilter(self._question.secrets)
        crawler = self.crawler_process.create_crawler(DiscoverySpider)
        code, why = run_crawl(self.crawler_process, crawler, sources=self._sources, store=store, question=self._question)
        if why and code == INTERRUPTED:
            say(self.command, why)
        rows = store.gap_rows(self._question.ownership.names[0], maximum=opts.max) if opts.gap else store.rows(maximum=opts.max)
        written = write_candidates(self._outputs[0], secret_filter.hide_in_rows(rows))
        given = list(secret_filter.hide_in_rows(source_rows(self._sources, store)))
        for path in self._outputs[1:]:
            write_sources(path, given)
        print("\n".join(_summary(given, store, written=written, path=self._outputs[0], is_gap=opts.gap)))
        if code == INTERRUPTED:
            return INTERRUPTED
        return FAILED if all(source.report.failure for source in self._sources) else FINISHED

    def _failed(self, why: str) -> int:
        say(self.command, f"failed: {why}")
        return FAILED


def _check_words(args: Sequence[str], opts: argparse.Namespace) -> None:
    if args:
        raise UsageError(f"unexpected argument '{args[0]}': pass sources as --source name=value, {_EXAMPLE}")
    if not opts.target:
        raise UsageError(f"name the target, {_EXAMPLE}")
    if not opts.source:
        raise UsageError(f"name a source ({Discover.names_of_sources()}), {_EXAMPLE}")
    for name in ("min_rank", "max"):
        if getattr(opts, name) is not None and getattr(opts, name) < 1:
            raise UsageError(f"--{name.replace('_', '-')} {getattr(opts, name)} must be 1 or more")


def _check_targets(ownership: Ownership, *, is_gap: bool) -> None:
    if is_gap and len(ownership.targets) < 2:
        raise UsageError("--gap compares: name rivals behind your own target, --target example.com,rival.example")
    if len(ownership.targets) > MAXIMUM_NAMES:
        raise UsageError(f"{len(ownership.targets)} targets are too many: {MAXIMUM_NAMES} at most")


def _check_outputs(outputs: Sequence[Path], sources: Sequence[Source]) -> None:
    """Raise UsageError for outputs of an unknown format, in a folder that is not there, or in the place of a source."""
    for path in outputs:
        if path.suffix not in ENDINGS:
            raise UsageError(f"'{path}' must be named {' or '.join(ENDINGS)}")
        if not path.resolve().parent.is_dir():
            raise UsageError(f"'{path}' cannot be written: its folder is not there")
    places = [path.resolve() for path in outputs]
    read = {Path(value).resolve() for source in sources for value in source.values}
    if len(set(places)) < len(places):
        raise UsageError(f"'{outputs[-1]}' is both outputs: give one of them another name")
    if taken := read.intersection(places):
        raise UsageError(f"'{taken.pop()}' is a source too: give the output another name")


def _summary(
    sources: Sequence[Sequence[Cell]], store: CandidateStore, *, written: int, path: Path, is_gap: bool
) -> Iterator[str]:
    """Lines that say what was found, a source a line."""
    what = "places that link to rivals and are not known to link to you" if is_gap else "candidates"
    yield f"{written} {what} in {escape_control_characters(str(path))}; each is a place to look, not a backlink"
    yield f"  {'source':<16}{'candidates':>12}{'domains':>10}{'only here':>11}  complete"
    for source, candidates, domains, only_here, _, complete, _, note in sources:
        line = f"  {source:<16}{candidates:>12}{domains:>10}{only_here:>11}  {complete}"
        yield escape_control_characters(f"{line}{f' ({note})' if note else ''}")
    if platforms := store.platforms():
        more = f" and {len(platforms) - _PLATFORMS_NAMED} more" if len(platforms) > _PLATFORMS_NAMED else ""
        yield f"  left out, because others have their sites there: {', '.join(platforms[:_PLATFORMS_NAMED])}{more}"
