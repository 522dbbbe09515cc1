"""What a person wants to know when a crawl has ended."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from textwrap import wrap
from typing import Any, Self, cast

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.statscollectors import StatsCollector

from backlinkspider.base_spiders.base_spider import get_arguments
from backlinkspider.core.arguments import Arguments
from backlinkspider.core.links.relation import Relation
from backlinkspider.core.links.shorteners import is_elsewhere_for_several
from backlinkspider.core.persistent_dict import PersistentDict
from backlinkspider.core.text import escape_control_characters
from backlinkspider.extensions.coverage import SeedCoverage
from backlinkspider.items import Link, Page
from backlinkspider.job.store import JobStore
from backlinkspider.signals import job_opened

logger = logging.getLogger(__name__)

_NAME_COLUMNS = 23
"""Where the facts stand."""

_TOP = 10
"""Referring domains that are named."""


class Summary:
    """Logs at the end of a crawl what was read, found and passed over.

    Reads: the arguments; the coverage of the seeds; every count under backlinks/ in the stats. Counts: backlinks/errors for a
    page that a pipeline failed on.
    """

    def __init__(self, arguments: Arguments, stats: StatsCollector, seed_table: Callable[[], str]) -> None:
        self._arguments = arguments
        self._stats = stats
        self._seed_table = seed_table
        self._pages_by_site = PersistentDict[int]()
        self._backlinks_by_domain = PersistentDict[int]()
        self._copies: Counter[str] = Counter()
        self._dofollow_copies = 0

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        def seed_table() -> str:
            return cast("SeedCoverage", crawler.get_extension(SeedCoverage)).table()

        summary = cls(get_arguments(crawler), crawler.stats, seed_table)
        crawler.signals.connect(summary.restore, job_opened)
        crawler.signals.connect(summary.note_row_page, signals.item_scraped)
        crawler.signals.connect(summary.note_page, signals.item_dropped)
        crawler.signals.connect(summary.note_error, signals.item_error)
        # By then the feeds have their verdicts.
        crawler.signals.connect(summary.log, signals.engine_stopped)
        return summary

    def restore(self, job: JobStore) -> None:
        """Goes on with what a job has found."""
        job.register("pages_by_site", self._pages_by_site)
        job.register("backlinks_by_domain", self._backlinks_by_domain)

    def pages_of(self, site: str) -> int:
        """How many pages of a site were read."""
        return self._pages_by_site.get(site, 0)

    @property
    def backlinks(self) -> int:
        """The number of backlinks whose rows were written, without those on copies of pages as far as these are known."""
        return self._originals().total()

    @property
    def referring_domains(self) -> int:
        """The number of sites that they are from."""
        return len(self._backlinks_by_domain)

    def note_page(self, item: Any) -> None:
        """Notes the site of a page that was read."""
        if isinstance(item, Page) and not item.is_redirect:
            _add(self._pages_by_site, item.domain_from, 1)

    def note_row_page(self, item: Any) -> None:
        """Notes the backlinks of a page whose rows were written."""
        self.note_page(item)
        if not isinstance(item, Page):
            return
        # The others wait until it is known where they lead.
        self._stats.inc_value("backlinks/rows", sum(map(self._is_settled, item.links)))
        backlinks = [link for link in item.links if link.relation == Relation.BACKLINK]
        if backlinks:
            _add(self._backlinks_by_domain, item.domain_from, len(backlinks))
            self._stats.inc_value("backlinks/dofollow", sum(link.dofollow is True for link in backlinks))

    def note_copies(self, by_site: Mapping[str, int], dofollow: int) -> None:
        """Take backlinks on copies of pages out of the numbers, when the crawl has ended."""
        self._copies = Counter(by_site)
        self._dofollow_copies = dofollow

    def note_error(self) -> None:
        """Notes a page that a pipeline failed on."""
        self._stats.inc_value("backlinks/errors")

    def log(self) -> None:
        """Writes the summary to the log, as one message."""
        logger.info("%s", self.text())

    def text(self, columns: int | None = None) -> str:
        """The summary, a line a fact, and below it the seeds in columns; lines are folded to fit into so many columns."""
        lines = self._facts() if columns is None else _folded(self._facts(), columns)
        return "\n".join(map(escape_control_characters, [*lines, *self._seed_table().splitlines()]))

    def _facts(self) -> list[str]:
        lines = [
            ("pages read", f"{self._stats.get_value('backlinks/pages', 0)} of {_number(len(self._pages_by_site), 'site')}"),
            ("seeds", self._seeds()),
            ("backlinks", self._backlinks()),
            ("links elsewhere there", self._off_target_links()),
            ("verdicts", _counted(self._counts("verdicts"))),
            ("to do", _counted(self._counts("to_do"))),
            ("top referring domains", _counted(dict(self._originals().most_common(_TOP)))),
            ("links by relation", _counted(self._counts("links"))),
            ("unresolved short links", self._stats.get_value("backlinks/unresolved_links", 0)),
            ("linked URLs checked", _counted(self._counts("link_check"))),
            ("fetch failures", _counted(self._counts("fetch_failed"))),
            ("links left out", self._stats.get_value("backlinks/links_left_out", 0)),
            ("truncated pages", self._stats.get_value("backlinks/truncated", 0)),
            ("URLs not followed", _counted(self._counts("not_followed"))),
            ("rows written", str(self._stats.get_value("backlinks/rows", 0))),
            ("errors", str(self._stats.get_value("backlinks/errors", "")) or ""),
        ]
        targets = ", ".join(str(target) for target in self._arguments.targets)
        return [f"Links to {targets}", *(f"  {name:<{_NAME_COLUMNS}}{value}" for name, value in lines if value)]

    def _seeds(self) -> str:
        counts = self._counts("seeds")
        words = {"fetched": "read", "failed": "not read", "duplicate": "lead to others", "bad_lines": "lines passed over"}
        return ", ".join(f"{counts[key]} {word}" for key, word in words.items() if counts.get(key))

    def _backlinks(self) -> str:
        if Relation.BACKLINK not in self._arguments.keep:
            return "not asked for (argument keep)"
        if not self.backlinks:
            # What is judged in the end and was none before.
            resolved = sum(self._counts("verdicts").values())
            return f"none but short links, {resolved}" if resolved else "none on these pages"
        dofollow = max(0, self._stats.get_value("backlinks/dofollow", 0) - self._dofollow_copies)
        share = round(100 * dofollow / self.backlinks)
        domains = _number(self.referring_domains, "referring domain")
        return f"{self.backlinks} from {domains}, {dofollow} ({share} %) dofollow{self._on_copies()}"

    def _originals(self) -> Counter[str]:
        """The backlinks of each domain, without those on copies of pages."""
        return Counter(self._backlinks_by_domain) - self._copies

    def _is_settled(self, link: Link) -> bool:
        """Whether a link was asked for, whatever it turns out to be."""
        is_open = link.is_backlink_candidate and is_elsewhere_for_several(link.relation, self._arguments.targets)
        return link.relation in self._arguments.keep and not is_open

    def _on_copies(self) -> str:
        copies = self._copies.total()
        return f", and {copies} on copies of these pages" if copies else ""

    def _off_target_links(self) -> str:
        count = self._stats.get_value("backlinks/off_target_links", 0)
        if not count:
            return ""
        sites = ",".join(dict.fromkeys(target.site for target in self._arguments.targets))
        verb = "leads" if count == 1 else "lead"
        return f"{_number(count, 'link')} {verb} to the target's site but not to the target: -a target={sites} finds them"

    def _counts(self, group: str) -> dict[str, int]:
        prefix = f"backlinks/{group}/"
        counts = self._stats.get_stats().items()
        return {name.removeprefix(prefix): count for name, count in counts if name.startswith(prefix) and count}


def _folded(lines: Iterable[str], columns: int) -> Iterator[str]:
    indent = " " * (_NAME_COLUMNS + 2)
    for line in lines:
        yield from wrap(line, max(columns - 1, 2 * len(indent)), subsequent_indent=indent, break_on_hyphens=False)


def _add(numbers: PersistentDict[int], key: str, number: int) -> None:
    numbers[key] = numbers.get(key, 0) + number


def _counted(counts: Mapping[str, int]) -> str:
    ordered = sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))
    return ", ".join(f"{name} {count}" for name, count in ordered)


def _number(count: int, unit: str) -> str:
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"
