"""What a person wants to know when a crawl has ended."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from heapq import nsmallest
from textwrap import wrap
from typing import Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.statscollectors import StatsCollector

from backlinkspider.context.crawl_context import CrawlContext, context_of
from backlinkspider.core.links.relation import Relation
from backlinkspider.core.text import escape_control_characters
from backlinkspider.extensions.coverage import seed_table
from backlinkspider.ledger.findings import Findings

logger = logging.getLogger(__name__)

_NAME_COLUMNS = 23
"""Where the facts stand."""

_TOP = 10
"""Referring domains that are named."""


class Summary:
    """Logs at the end of a crawl what was read, found and passed over.

    Reads: BACKLINKS_SUMMARY; every count under backlinks/ in the stats. Raises: NotConfigured when BACKLINKS_SUMMARY is off.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        if not crawler.settings.getbool("BACKLINKS_SUMMARY"):
            raise NotConfigured("BACKLINKS_SUMMARY is off")
        context_of(crawler)
        summary = cls(crawler)
        # By then the feeds have their verdicts.
        crawler.signals.connect(summary.log, signals.engine_stopped)
        return summary

    def log(self) -> None:
        logger.info("%s", summary_text(self._crawler))


def summary_text(crawler: Crawler, columns: int | None = None) -> str:
    """Return the summary, a line a fact, and below it the seeds in columns; lines are folded to fit into so many columns."""
    facts = _Facts(context_of(crawler), crawler.stats).lines()
    lines = facts if columns is None else _folded(facts, columns)
    return "\n".join(map(escape_control_characters, [*lines, *seed_table(crawler).splitlines()]))


class _Facts:
    """The facts of the summary."""

    def __init__(self, context: CrawlContext, stats: StatsCollector) -> None:
        self._arguments = context.arguments
        self._findings = context.get(Findings)
        self._stats = stats

    def lines(self) -> list[str]:
        lines = [
            ("pages read", self._pages()),
            ("seeds", self._seeds()),
            ("backlinks", self._backlinks()),
            ("links elsewhere there", self._off_target_links()),
            ("verdicts", _counted(self._counts("verdicts"))),
            ("to do", _counted(self._counts("to_do"))),
            ("top referring domains", _counted(_top(self._findings.originals))),
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

    def _pages(self) -> str:
        pages: int = self._stats.get_value("backlinks/pages", 0)
        # `scrapy parse` passes no page on.
        return f"{pages} of {_number(self._findings.sites, 'site')}" if self._findings.sites or not pages else str(pages)

    def _seeds(self) -> str:
        counts = self._counts("seeds")
        words = {"fetched": "read", "failed": "not read", "duplicate": "lead to others", "bad_lines": "lines passed over"}
        return ", ".join(f"{counts[key]} {word}" for key, word in words.items() if counts.get(key))

    def _backlinks(self) -> str:
        if Relation.BACKLINK not in self._arguments.keep:
            return "not asked for (argument keep)"
        backlinks = self._findings.originals.total()
        if not backlinks:
            # What is judged in the end and was not a link before.
            resolved = sum(self._counts("verdicts").values())
            return f"none but short links, {resolved}" if resolved else "none on these pages"
        dofollow = self._findings.dofollow
        share = round(100 * dofollow / backlinks)
        domains = _number(self._findings.referring_domains, "referring domain")
        return f"{backlinks} from {domains}, {dofollow} ({share} %) dofollow{self._on_copies()}"

    def _on_copies(self) -> str:
        copies = self._findings.copies
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


def _top(counts: Mapping[str, int]) -> dict[str, int]:
    """Return the largest numbers; of equal ones the first names, whatever came first."""
    return dict(nsmallest(_TOP, counts.items(), key=lambda entry: (-entry[1], entry[0])))


def _counted(counts: Mapping[str, int]) -> str:
    ordered = sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))
    return ", ".join(f"{name} {count}" for name, count in ordered)


def _number(count: int, unit: str) -> str:
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"
