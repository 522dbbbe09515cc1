"""What `scrapy seeds` does."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

from backlinkspider.checks.seed_files import check_seed_file, is_file, read_seed_file
from backlinkspider.command_line.exit_codes import FAILED, FINISHED
from backlinkspider.command_line.operation import Operation
from backlinkspider.command_line.program import say
from backlinkspider.command_line.refusal import refuse
from backlinkspider.core.arguments import NamedList, SeedFile, parse_arguments
from backlinkspider.core.exceptions import ArgumentError, BacklinkSpiderError, SeedListError
from backlinkspider.core.queue_url import QueueUrl, parse_queue_url
from backlinkspider.core.seeds.seeds import BadLine, Seed
from backlinkspider.core.text import escape_control_characters
from backlinkspider.seed_queue.admin import SeedQueueAdmin, Status, fits_queue
from backlinkspider.seed_queue.client import FAILURES

_BAD_LINES_NAMED = 100
_SITES_NAMED = 100
_USAGE = "write: scrapy seeds push redis://host:port/0/name seeds.txt, or: scrapy seeds status redis://host:port/0/name"


class Seeds(Operation):
    """Pushes lists of seeds, and shows the status of a queue."""

    def run(self, args: list[str], opts: argparse.Namespace) -> int:
        """Run the action that the first word names."""
        try:
            _run(args, self.settings["BACKLINKS_LISTS_DIR"])
        except ArgumentError as error:
            refuse(self.command, str(error))
        except BacklinkSpiderError as error:
            refuse(self.command, str(error), exit_code=FAILED)
        return FINISHED


def _run(words: list[str], lists_folder: str | None) -> None:
    action, *rest = words or [""]
    if action == "push" and len(rest) > 1:
        _push(parse_queue_url(rest[0]), rest[1:], lists_folder)
    elif action == "status" and len(rest) == 1:
        _show(parse_queue_url(rest[0]))
    else:
        raise ArgumentError(_USAGE)


def _push(address: QueueUrl, names: list[str], lists_folder: str | None) -> None:
    sources = [source for name in names for source in _sources_of(name)]
    for source in sources:
        if not isinstance(source, Seed):
            check_seed_file(source, lists_folder)
    reader = _SeedReader(sources, lists_folder)
    with SeedQueueAdmin(address) as queue:
        queue.open()
        counts = Counter(queue.push(reader.read()))
    print(f"{address}: {counts[1] + counts[2]} new, {counts[0]} known, {counts[2]} more sites to crawl")
    if reader.passed_over:
        print(f"{reader.passed_over} lines passed over")


def _sources_of(name: str) -> Iterator[Seed | SeedFile | NamedList]:
    """Parse a word as the argument `seeds` does. Raises ArgumentError."""
    # The parser needs a target, which does not matter here.
    for source in parse_arguments({"target": "example.com", "seeds": name}, is_file=is_file).seeds:
        if isinstance(source, QueueUrl):
            raise ArgumentError(f"one queue is not pushed to another; {_USAGE}")
        yield source


class _SeedReader:
    """Reads seeds, and names lines that are not seeds."""

    def __init__(self, sources: Sequence[Seed | SeedFile | NamedList], lists_folder: str | None) -> None:
        self.passed_over = 0
        self._lists_folder = lists_folder
        self._sources = sources

    def read(self) -> Iterator[Seed]:
        """Yield the valid seeds; files are read lazily."""
        for source in self._sources:
            if isinstance(source, Seed):
                yield from self._good([source], "seed")
            else:
                yield from self._good(read_seed_file(source, self._lists_folder), str(source))

    def _good(self, lines: Iterable[Seed | BadLine], source: str) -> Iterator[Seed]:
        for line in lines:
            if isinstance(line, BadLine):
                self._name(f"{source} line {line.number} passed over: {line.problem}")
            elif not fits_queue(line):
                self._name(f"{source} '{line.text[:100]}' passed over: too long for a queue, or not printable")
            else:
                yield line

    def _name(self, problem: str) -> None:
        self.passed_over += 1
        if self.passed_over <= _BAD_LINES_NAMED:
            say("seeds", problem)


def _show(address: QueueUrl) -> None:
    with SeedQueueAdmin(address) as queue:
        if not queue.check():
            raise SeedListError(f"{address} has no seeds: bring some with scrapy seeds push")
        status = queue.status()
    print("\n".join([str(address), *_lines(status)]))


def _lines(status: Status) -> Iterator[str]:
    yield f"  waiting {status.waiting:>7}"
    yield f"  claimed {len(status.claimed):>7}"
    for holder in status.claimed[:_SITES_NAMED]:
        yield f"    {holder.site}  {_since(holder.since, holder.worker)}"
    yield from _rest(len(status.claimed))
    yield f"  done    {sum(status.done.values()):>7}{_counted(status.done)}"
    failures = {outcome: count for outcome, count in status.outcomes.items() if outcome in FAILURES}
    yield f"  failed  {sum(failures.values()):>7}{_counted(failures)}"
    for site, outcome in sorted(status.failed.items())[:_SITES_NAMED]:
        yield f"    {escape_control_characters(site)}  {escape_control_characters(outcome)}"
    yield from _rest(len(status.failed))


def _since(since: int | None, worker: str) -> str:
    if since is None:
        return f"by {worker}, whose lease has ended"
    return f"by {worker} since {datetime.fromtimestamp(since, UTC):%Y-%m-%dT%H:%M:%SZ}"


def _rest(count: int) -> Iterator[str]:
    if count > _SITES_NAMED:
        yield f"    and {count - _SITES_NAMED} more"


def _counted(outcomes: dict[str, int]) -> str:
    return (
        f"  ({', '.join(f'{escape_control_characters(word)} {count}' for word, count in sorted(outcomes.items()))})"
        if outcomes
        else ""
    )
