"""The sites that this worker has claimed from a queue of seeds."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http import Response
from twisted.python.failure import Failure

from backlinkspider.context.crawl_context import CrawlContext
from backlinkspider.core.coverage.outcome import Outcome
from backlinkspider.core.exceptions import SeedQueueError, SeedQueueUnavailable
from backlinkspider.core.seeds.seeds import Seed
from backlinkspider.downloader.site_delays import SiteDelays
from backlinkspider.exceptions import SiteTaken
from backlinkspider.job.outcome import QUEUE_PROBLEM
from backlinkspider.ledger.ledger import Ledger
from backlinkspider.request_meta import find_context
from backlinkspider.seed_queue.client import Claim, ClaimBatch, SeedQueue
from backlinkspider.signals import seed_done
from backlinkspider.workers.leases import SiteLeases, lease_clock

logger = logging.getLogger(__name__)

QUEUE_FAILED = "queue_failed"
"""The reason with which a crawl closes that can no longer use its queue."""

_TURN_SECONDS = 1.0
"""Seconds between two polls of the queue."""

_SITES_A_SECOND = 32
"""Sites by which the claims of a worker grow in a second: others that begin a little later find some of a short list."""

_LONGEST_PAUSE_SECONDS = 10.0
_BEST_FIRST = (Outcome.PARTIAL, Outcome.COMPLETE, Outcome.DUPLICATE, Outcome.BLOCKED, Outcome.UNREACHABLE)
"""The outcomes by rank: a site has the first that one of its seeds has, so it was crawled if any of them was."""


class SiteClaims:
    """Claims sites, renews their leases, and acknowledges each when all its rows are written.

    When the crawl is ended, unfinished sites are given back. Whether a site may be sent a request now, `leases` says.
    Reads: BACKLINKS_LEASE_SECONDS, BACKLINKS_WORKER_SITES, BACKLINKS_MAX_ATTEMPTS, BACKLINKS_QUEUE_TIMEOUT_SECONDS.
    Counts: backlinks/queue/claimed, finished, given_back, lost, given_up. Raises: NotConfigured where seeds are not a queue.
    """

    def __init__(self, crawler: Crawler, queue: SeedQueue, ledger: Ledger, *, waits: bool) -> None:
        settings = crawler.settings
        self._crawler = crawler
        self._queue = queue
        self._ledger = ledger
        self._waits = waits
        self._lease = settings.getfloat("BACKLINKS_LEASE_SECONDS")
        self._at_once = settings.getint("BACKLINKS_WORKER_SITES")
        self._patience = settings.getfloat("BACKLINKS_QUEUE_TIMEOUT_SECONDS")
        self._delays = SiteDelays(crawler)
        self.leases = SiteLeases(queue, self._delays, lease_seconds=self._lease, check_running=self._check_running)
        self._dispatched: set[str] = set()
        self._in_error: set[str] = set()
        self._incoming: asyncio.Queue[Claim | None] = asyncio.Queue()
        self._something_done = asyncio.Event()
        self._ending = asyncio.Event()
        self._is_aborted = False
        self._begun = lease_clock()
        self._renewed = 0.0
        self._looks_for_dead_from = 0.0

    @classmethod
    def from_context(cls, context: CrawlContext) -> Self:
        arguments, crawler = context.arguments, context.crawler
        if arguments.queue is None:
            raise NotConfigured
        settings = crawler.settings
        lease = settings.getfloat("BACKLINKS_LEASE_SECONDS")
        queue = SeedQueue(arguments.queue, lease_seconds=lease, deliveries=settings.getint("BACKLINKS_MAX_ATTEMPTS"))
        claims = cls(crawler, queue, context.get(Ledger), waits=arguments.wait)
        crawler.signals.connect(claims.start, signals.spider_opened)
        crawler.signals.connect(claims.note_done, seed_done)
        crawler.signals.connect(claims.note_error, signals.spider_error)
        crawler.signals.connect(claims.note_error, signals.item_error)
        crawler.signals.connect(claims.end, signals.spider_closed)
        return claims

    def start(self) -> None:
        self._crawler.stats.set_value("backlinks/queue/claimed", 0)
        logger.info("worker %s takes its seeds from a queue", self._queue.worker)
        self._runner = asyncio.ensure_future(self._run())
        self._runner.add_done_callback(self._note_error_of_ours)

    async def seeds(self) -> AsyncIterator[Seed]:
        """Yield the seeds of claimed sites until the queue is drained."""
        self._something_done.set()
        while (claim := await self._incoming.get()) is not None:
            for seed in claim.seeds:
                yield seed
            # A caller that asks for the next seed is done with the last.
            self._dispatched.add(claim.site)
            self._something_done.set()

    def note_done(self) -> None:
        """Poll the queue soon when nothing of a seed waits."""
        self._something_done.set()

    def note_error(self, response: Response | Failure | None) -> None:
        """Record a site with a page that was not written; a page that could not be read has a failure of its own."""
        request = getattr(response, "request", None)
        context = find_context(request) if request is not None else None
        if context is not None:
            self._in_error.add(context.site)

    async def end(self) -> None:
        """Acknowledge what is done, and give back the rest."""
        self._ending.set()
        self._something_done.set()
        with suppress(Exception):  # Already logged.
            await self._runner
        try:
            await self._finish_done()
            for claim in list(self.leases.claims.values()):
                await self._give_back(claim)
            await self._queue.deregister()
        except SeedQueueError as error:
            logger.warning(
                "%s; other workers claim the %d sites that are left when their leases end", error, len(self.leases.claims)
            )
        with suppress(SeedQueueError):
            await self._queue.close()

    async def _run(self) -> None:
        """Poll until the crawl ends, with growing pauses while the server does not answer."""
        silent_since: float | None = None
        pause = self._turn_seconds
        while not self._ending.is_set():
            try:
                await self._poll()
            except SeedQueueUnavailable as error:
                silent_since = silent_since or lease_clock()
                pause = min(2 * pause, _LONGEST_PAUSE_SECONDS, self._lease / 4)
                self._note_silence(error, lease_clock() - silent_since)
                await _wait(self._ending, pause)
            except SeedQueueError as error:
                self._fail(f"{error}; nothing more is acknowledged")
            else:
                if silent_since is not None:
                    logger.warning("the queue answers again, after %d seconds", lease_clock() - silent_since)
                silent_since, pause = None, self._turn_seconds
                await _wait(self._something_done, pause)
                self._something_done.clear()

    @property
    def _turn_seconds(self) -> float:
        return min(_TURN_SECONDS, self._lease / 8)

    async def _poll(self) -> None:
        await self._renew()
        await self._finish_done()
        if self.leases.lost:
            if not self.leases.claims:
                self._incoming.put_nowait(None)
        elif self._crawler.engine.running and self._may_acknowledge:
            await self._claim()

    async def _renew(self) -> None:
        now = lease_clock()
        if now < self._renewed + self._lease / 4:
            return
        lost, ended = await self._queue.renew(self.leases.held(), now)
        for claim in ended:
            # It was acknowledged but the reply was lost, or another worker has had it meanwhile.
            (self._forget if self._is_done(claim) else self._on_lease_lost)(claim)
        for claim in lost:
            self._on_lease_lost(claim)
        self._renewed = now

    def _on_lease_lost(self, claim: Claim) -> None:
        """Handle a site that went to another worker because this one was not heard of for longer than the lease."""
        if not self.leases.drop(claim.site):
            return
        self._count("lost")
        logger.warning("lost the lease on %s to another worker: this one was silent for longer than its lease", claim.site)
        # The dupefilter knows the URLs of a lost site and would not request them again, so this worker is of no more use.
        self._note_problem(
            f"it was not heard of for longer than BACKLINKS_LEASE_SECONDS, and other workers took {len(self.leases.lost)} of its"
            " sites; the others it has done"
        )

    async def _finish_done(self) -> None:
        if not self._may_acknowledge:
            return
        for claim in [claim for claim in self.leases.claims.values() if self._is_done(claim)]:
            if not await self._queue.finish(claim, self._outcome(claim), self._delays.seconds_until_allowed(claim.site)):
                self._on_lease_lost(claim)
                continue
            self._forget(claim)
            self._count("finished")

    async def _give_back(self, claim: Claim) -> None:
        if await self._queue.give_back(claim, self._delays.seconds_until_allowed(claim.site)):
            self._count("given_back")
        self._forget(claim)

    def _forget(self, claim: Claim) -> None:
        self.leases.claims.pop(claim.site, None)
        self._dispatched.discard(claim.site)
        self._in_error.discard(claim.site)

    async def _claim(self) -> None:
        if any(claim.is_poison for claim in self.leases.claims.values()):
            return
        now = lease_clock()
        looks_for_dead = now >= self._looks_for_dead_from
        at_once = sites_at_once(now - self._begun, self._at_once)
        share = await self._queue.claim(now, len(self.leases.claims), at_once, look_for_dead=looks_for_dead)
        for site in share.given_up:
            self._count("given_up")
            logger.warning("%s is given up: every worker that had it ended without a word", site)
        for claim in share.claims:
            self.leases.claims[claim.site] = claim
            self._count("claimed")
            self._incoming.put_nowait(claim)
        if self._is_drained(share) and not self._waits:
            self._incoming.put_nowait(None)

    def _is_drained(self, share: ClaimBatch) -> bool:
        """Return whether nothing waits and no worker has anything that might come back."""
        return not share.waiting and not share.pending

    def _is_done(self, claim: Claim) -> bool:
        return claim.site in self._dispatched and all(self._ledger.is_done(seed.text) for seed in claim.seeds)

    def _outcome(self, claim: Claim) -> str:
        if claim.site in self._in_error:
            return "error"
        outcomes = {self._ledger.outcome(seed.text) for seed in claim.seeds}
        return next((outcome for outcome in _BEST_FIRST if outcome in outcomes), Outcome.UNREACHABLE)

    @property
    def _may_acknowledge(self) -> bool:
        """Return whether what is done was asked for and is written: no feed has failed."""
        return not (self._is_aborted or self._crawler.stats.get_value("backlinks/feeds/failed"))

    def _check_running(self) -> None:
        if self._ending.is_set() or not self._crawler.engine.running:
            # A request refused now looks like a page that could not be read.
            self._is_aborted = True
            raise SiteTaken

    def _note_silence(self, error: SeedQueueUnavailable, seconds: float) -> None:
        # Other live workers get no reply either; leave their sites to them until they have spoken.
        self._looks_for_dead_from = lease_clock() + 2 * self._lease
        logger.warning("%s; asked again for %d of %d seconds", error, seconds, self._patience)
        if seconds >= self._patience:
            self._fail(f"{error}, for {seconds:.0f} seconds; sites that are not acknowledged go to other workers")

    def _note_error_of_ours(self, keeping: asyncio.Future[None]) -> None:
        error = keeping.exception()
        if error is not None:
            logger.error("the keeper of the claims ended", exc_info=error)
            self._fail(f"an error in the code ended it: {error!r}")

    def _fail(self, problem: str) -> None:
        logger.error(problem)
        self._note_problem(problem)
        self._ending.set()
        self._closing = asyncio.ensure_future(self._crawler.engine.close_spider_async(reason=QUEUE_FAILED))

    def _note_problem(self, problem: str) -> None:
        self._crawler.stats.set_value(QUEUE_PROBLEM, problem)

    def _count(self, what: str) -> None:
        self._crawler.stats.inc_value(f"backlinks/queue/{what}")


def sites_at_once(seconds: float, maximum: int) -> int:
    """Return how many sites a worker may hold some seconds after it began.

    >>> [sites_at_once(seconds, 256) for seconds in (0.0, 1.5, 60.0)]
    [32, 64, 256]
    """
    return min(maximum, _SITES_A_SECOND * (1 + int(seconds)))


async def _wait(event: asyncio.Event, seconds: float) -> None:
    """Wait until something has happened, or for some seconds."""
    with suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), seconds)
