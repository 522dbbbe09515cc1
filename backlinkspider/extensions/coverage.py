"""What was seen of each seed, and what was not and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, Self

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler

from backlinkspider.core.coverage import Outcome, outcome_of
from backlinkspider.core.links.relation import Relation
from backlinkspider.core.persistent_dict import PersistentDict
from backlinkspider.feeds.uris import takes_coverage
from backlinkspider.frontier.scheduler import JobScheduler
from backlinkspider.items import Coverage, Page
from backlinkspider.job.store import JobStore
from backlinkspider.signals import job_opened, response_processed
from backlinkspider.skip_reasons import NOT_HTML, REDIRECTED_OFF_SITE, REDIRECTED_TO_KNOWN

_COUNTED_ELSEWHERE = frozenset({"robots_blocked", NOT_HTML, "budget", REDIRECTED_OFF_SITE, REDIRECTED_TO_KNOWN})
"""Reasons that have a column of their own."""

_CUT = frozenset({"budget", "depth"})
"""Reasons for leaving an address alone that have a column of their own."""

_NAMED_IN_THE_TABLE = 10
_SEED_CHARACTERS = 32


@dataclass(slots=True)
class _Record:
    """What is known of one seed so far."""

    begun: float
    ended: float
    waiting: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    not_followed: Counter[str] = field(default_factory=Counter)

    def store(self) -> list[Any]:
        """The record as plain values; what waits is counted anew."""
        return [self.ended - self.begun, self.counts, self.reasons, self.not_followed]

    @classmethod
    def restore(cls, stored: Sequence[Any]) -> _Record:
        """The record that `store` made plain values of."""
        seconds, *counters = stored
        now = monotonic()
        return cls(now - seconds, now, 0, *map(Counter, counters))


class SeedCoverage:
    """Keeps account of each seed; when the crawl ends, however it ends, sends a `Coverage` item for each if a feed takes them.

    The spider tells it what it asks for and what comes of it. It comes before the feed exporter, so that feeds are still
    open when the crawl ends. Reads: FEEDS, BACKLINKS_CRAWL_ORDER.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._records = PersistentDict[_Record]()
        self._open = 0

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        coverage = cls(crawler)
        crawler.signals.connect(coverage.restore, job_opened)
        crawler.signals.connect(coverage.note_backlinks, signals.item_scraped)
        crawler.signals.connect(coverage.note_dropped, signals.request_dropped)
        crawler.signals.connect(coverage.leave, response_processed)
        crawler.signals.connect(coverage.send, signals.spider_closed)
        return coverage

    def restore(self, job: JobStore, frontier: JobScheduler) -> None:
        job.register("coverage", self._records, encode=_Record.store, decode=_Record.restore)
        for seed, number in frontier.waiting_seeds().items():
            self._record(seed).waiting = number
            self._open += 1

    def enter(self, seed: str) -> None:
        """Notes that an address was asked for on account of a seed."""
        record = self._record(seed)
        self._open += not record.waiting
        record.waiting += 1

    def leave(self, request: Request) -> None:
        """Notes that all that came of an address has been done."""
        seed = request.meta.get("seed")
        if seed is not None:
            record = self._record(seed)
            record.waiting -= 1
            self._open -= not record.waiting
            record.ended = monotonic()

    def note(self, seed: str, what: str, count: int = 1) -> None:
        """Adds to a count of a seed: addresses, pages, redirects, listings, links, repeated."""
        self._record(seed).counts[what] += count

    def note_reason(self, seed: str, reason: str) -> None:
        """Adds an address that was not read, with the word for why (`skip_reasons`)."""
        self._record(seed).reasons[reason] += 1

    def note_not_followed(self, seed: str, reason: str, count: int = 1) -> None:
        """Adds addresses that were not asked for, with the word for why (`frontier.scope`)."""
        self._record(seed).not_followed[reason] += count

    def note_dropped(self, request: Request) -> None:
        """Notes a request for an address that was asked for before."""
        seed = request.meta.get("seed")
        if seed is not None:
            self.leave(request)
            self.note(seed, "duplicate")
            self.note(seed, "addresses", -1)

    def note_backlinks(self, item: Any) -> None:
        """Notes the backlinks of a page whose rows were written."""
        if isinstance(item, Page) and item.seed is not None:
            self.note(item.seed, "backlinks", sum(link.relation == Relation.BACKLINK for link in item.links))

    def send(self, spider: Spider) -> None:
        """Sends an item a seed to the feeds, if one takes them; otherwise Scrapy would count them beside the pages."""
        is_wanted = any(map(takes_coverage, self._crawler.settings.getdict("FEEDS").values()))
        for coverage in self.items() if is_wanted else ():
            self._crawler.signals.send_catch_log(signals.item_scraped, item=coverage, response=None, spider=spider)

    @property
    def seeds(self) -> int:
        """The number of seeds that were begun."""
        return len(self._records)

    @property
    def open_seeds(self) -> int:
        """The number of seeds with addresses that wait."""
        return self._open

    def is_done(self, seed: str) -> bool:
        """Whether no address waits that was asked for on account of a seed."""
        record = self._records.get(seed)
        return record is None or record.waiting <= 0

    def outcome(self, seed: str) -> Outcome:
        """How a seed has come out so far."""
        record = self._record(seed)
        return outcome_of(record.counts, record.reasons, record.not_followed, is_done=record.waiting <= 0)

    def items(self) -> Iterator[Coverage]:
        """What is known of each seed, in the order of the seeds."""
        for seed, record in self._records.items():
            counts, reasons, not_followed = record.counts, record.reasons, record.not_followed
            errors = {reason: number for reason, number in reasons.items() if reason not in _COUNTED_ELSEWHERE}
            others = {reason: number for reason, number in not_followed.items() if reason not in _CUT}
            yield Coverage(
                seed=seed,
                outcome=self.outcome(seed),
                pages=counts["pages"],
                backlinks=counts["backlinks"],
                links=counts["links"],
                links_left_out=counts["links_left_out"],
                addresses=counts["addresses"],
                redirects=counts["redirects"],
                sitemaps=counts["sitemaps"],
                robots_blocked=reasons["robots_blocked"],
                not_html=reasons[NOT_HTML],
                errors=sum(errors.values()),
                error_reasons=_counted(errors),
                over_budget=not_followed["budget"] + reasons["budget"],
                cut_by_depth=not_followed["depth"],
                not_followed=sum(others.values()),
                not_followed_reasons=_counted(others),
                pending=max(0, record.waiting),
                seconds=round(record.ended - record.begun, 1),
                crawl_order=self._crawler.settings["BACKLINKS_CRAWL_ORDER"],
            )

    def table(self) -> str:
        """The seeds that were not read whole first, a line each, in columns; empty without seeds."""
        every = sorted(self.items(), key=lambda coverage: (coverage.outcome == "complete", -coverage.backlinks))
        lines = [f"  {'seed':<{_SEED_CHARACTERS}}  {'outcome':<18}{'pages':>6}{'errors':>8}{'backlinks':>11}"]
        lines += [
            f"  {coverage.seed[:_SEED_CHARACTERS]:<{_SEED_CHARACTERS}}  {coverage.outcome:<18}{coverage.pages:>6}"
            f"{coverage.errors:>8}{coverage.backlinks:>11}"
            for coverage in every[:_NAMED_IN_THE_TABLE]
        ]
        rest = len(every) - _NAMED_IN_THE_TABLE
        if rest > 0:
            lines.append(f"  and {rest} more; -a coverage=coverage.csv writes them all")
        return "\n".join(lines) if every else ""

    def _record(self, seed: str) -> _Record:
        record = self._records.get(seed)
        if record is None:
            now = monotonic()
            record = self._records[seed] = _Record(now, now)
        self._records.mark_changed(seed)
        return record


def _counted(reasons: Mapping[str, int]) -> tuple[str, ...]:
    return tuple(f"{reason} {number}" for reason, number in sorted(reasons.items()))
