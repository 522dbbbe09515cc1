"""The ledger of a crawl: what becomes of every URL, recorded by one call."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any, Self

from scrapy import Request, signals

from backlinkspider.context.crawl_context import CrawlContext
from backlinkspider.core.coverage.outcome import Outcome
from backlinkspider.core.coverage.seed_account import Ending, SeedAccount
from backlinkspider.core.persistent_dict import PersistentDict
from backlinkspider.job.store import JobStore
from backlinkspider.ledger.budget import PageBudget
from backlinkspider.request_meta import find_context, request_context
from backlinkspider.signals import WaitingRequests, child_ended, job_opened, response_processed, seed_done
from backlinkspider.skip_reasons import OTHER_SHARD, REDIRECTED_TO_KNOWN, UNKNOWN

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class SeedEntry:
    """The account of a seed, and when it was worked on."""

    account: SeedAccount
    begun: float
    ended: float
    waiting: int = 0
    """Requests of which not all has been done."""

    def store(self) -> list[Any]:
        """Return the entry as plain values; what waits is counted anew."""
        return [self.ended - self.begun, *self.account.store()]

    @classmethod
    def restore(cls, stored: Sequence[Any]) -> SeedEntry:
        """Return the entry that `store` made plain values of."""
        seconds, *account = stored
        now = monotonic()
        return cls(SeedAccount.restore(account), now - seconds, now)


class Ledger:
    """Records what becomes of every URL: each that is asked for is entered, and ends once.

    Coverage, summary and progress are read from it; it alone counts URLs. A URL whose callback raised an error ends when its
    request does. Counts: backlinks/pages, sitemaps, redirects, backlinks/fetch_failed/<reason>, backlinks/not_followed/<reason>,
    backlinks/seeds/fetched, failed, duplicate. Sends: seed_done.
    """

    def __init__(self, context: CrawlContext, budget: PageBudget) -> None:
        self._crawler = context.crawler
        self._budget = budget
        # Where known links are looked at again, what stands for a seed is the site of a page.
        self._has_seeds = not context.arguments.known
        self._entries = PersistentDict[SeedEntry]()
        self._open_seeds = 0

    @classmethod
    def from_context(cls, context: CrawlContext) -> Self:
        ledger, connect = cls(context, context.get(PageBudget)), context.crawler.signals.connect
        connect(ledger.restore, job_opened)
        connect(ledger.join, child_ended)
        connect(ledger.note_dropped, signals.request_dropped)
        connect(ledger.leave, response_processed)
        return ledger

    def restore(self, job: JobStore, frontier: WaitingRequests) -> None:
        job.register("coverage", self._entries, encode=SeedEntry.store, decode=SeedEntry.restore)
        for seed, number in frontier.waiting_seeds().items():
            entry = self._entry(seed)
            entry.waiting = entry.account.open_urls = number
            self._open_seeds += 1

    def join(self, job: JobStore, waiting: Mapping[str, int]) -> None:
        """Take the accounts of another process of the crawl; `waiting` requests of a seed are still to be done."""
        for seed, entry in job.entries("coverage", SeedEntry.restore):
            if seed not in self._entries:
                self._entries.add_missing([(seed, entry)])
                entry.waiting = entry.account.open_urls = waiting.get(seed, 0)
                if entry.waiting:
                    self._open_seeds += 1
                    # What is left is done here, and the account is kept here from now on.
                    self._entries.mark_changed(seed)

    def enter(self, request: Request) -> Request:
        """Enter a request for a URL that was found; return it."""
        self._entry(request_context(request).seed).account.open_urls += 1
        return self._await(request)

    def replace(self, ended: Request, request: Request) -> Request:
        """Enter a request that takes the place of another one for the same URL; return it."""
        request_context(ended).has_ended = True
        return self._await(request)

    def record(self, request: Request, ending: Ending, reason: str | None = None) -> None:
        """Record what became of the URL of a request, and why it was not read."""
        context = request_context(request)
        context.has_ended = True
        self._entry(context.seed).account.end(ending, reason)
        if ending is Ending.NOT_FOLLOWED:
            self._count(f"not_followed/{reason}")
        elif ending is not Ending.FAILED:
            self._count(Ending.SITEMAP if ending is Ending.SEED_LIST else ending)
        if ending is not Ending.NOT_FOLLOWED and reason is not None:
            self._count(f"fetch_failed/{reason}")
        if context.is_seed:
            self._record_seed(request, ending, reason)

    def refuse(self, seed: str, reason: str, number: int = 1) -> None:
        """Record URLs that a page or sitemap names and that are not asked for."""
        self._entry(seed).account.refuse(reason, number)
        self._count(f"not_followed/{reason}", number)

    def refuse_seed(self, seed: str, reason: str) -> None:
        account = self._entry(seed).account
        account.open_urls += 1
        account.end(Ending.FAILED, reason)
        self._count(f"fetch_failed/{reason}")
        self._count("seeds/failed")

    def count_links(self, seed: str, name: str, number: int) -> None:
        """Add to a count of the links on the pages of a seed: links, links_left_out, backlinks."""
        self._entry(seed).account.links[name] += number

    def note_dropped(self, request: Request) -> None:
        """Note a request for a URL that was asked for before."""
        context = find_context(request)
        if context is not None:
            context.has_ended = True
            self._entry(context.seed).account.withdraw()
            self.leave(request)

    def leave(self, request: Request) -> None:
        """Note that all that came of a request has been done."""
        context = find_context(request)
        if context is None:
            return
        if not context.has_ended:
            self.record(request, Ending.FAILED, UNKNOWN)
        entry = self._entry(context.seed)
        entry.waiting -= 1
        entry.ended = monotonic()
        if not entry.waiting:
            self._open_seeds -= 1
            self._crawler.signals.send_catch_log(seed_done, seed=context.seed)

    @property
    def seeds(self) -> int:
        return len(self._entries)

    @property
    def open_seeds(self) -> int:
        """The number of seeds with requests that wait."""
        return self._open_seeds

    def entries(self) -> Iterator[tuple[str, SeedEntry]]:
        yield from self._entries.items()

    def is_done(self, seed: str) -> bool:
        """Return whether nothing waits that was asked for on account of a seed."""
        entry = self._entries.get(seed)
        return entry is None or entry.waiting <= 0

    def outcome(self, seed: str) -> Outcome:
        """Return how a seed has come out so far."""
        entry = self._entry(seed)
        return entry.account.outcome(is_done=entry.waiting <= 0)

    def _await(self, request: Request) -> Request:
        context = request_context(request)
        entry = self._entry(context.seed)
        self._open_seeds += not entry.waiting
        entry.waiting += 1
        if not context.budget_released:
            self._budget.reserve(context.site)
        return request

    def _record_seed(self, request: Request, ending: Ending, reason: str | None) -> None:
        if ending in {Ending.PAGE, Ending.SITEMAP}:
            self._count("seeds/fetched")
        elif reason in {REDIRECTED_TO_KNOWN, OTHER_SHARD}:
            self._count("seeds/duplicate")
        elif reason is not None and self._has_seeds:
            self._count("seeds/failed")
            logger.warning("seed %s was not read (%s): %s", request_context(request).seed, reason, request.url)

    def _entry(self, seed: str) -> SeedEntry:
        entry = self._entries.get(seed)
        if entry is None:
            now = monotonic()
            entry = self._entries[seed] = SeedEntry(SeedAccount(), now, now)
        self._entries.mark_changed(seed)
        return entry

    def _count(self, name: str, number: int = 1) -> None:
        self._crawler.stats.inc_value(f"backlinks/{name}", number)
