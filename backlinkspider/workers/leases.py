"""The leases of sites: whether this worker may send a site a request now."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

from backlinkspider.core.exceptions import SeedQueueError
from backlinkspider.downloader.site_delays import SiteDelays
from backlinkspider.exceptions import SiteTaken
from backlinkspider.seed_queue.client import Claim, SeedQueue

_VISIT_SECONDS = 0.25
"""Seconds between two checks whether a site is free, or its lease valid again."""


class SiteLeases:
    """The leases that this worker holds: of the sites that it has claimed, and of visits, each for one request to another site.

    Redis is the source of truth (`lua_scripts`); this is a cache of its last reply. A lease is valid for BACKLINKS_LEASE_SECONDS
    from the moment of the request, minus the delay of the site. Without a valid lease the site gets no request, also after the
    whole process was stopped for a while.
    """

    claims: dict[str, Claim]
    """The claimed sites."""
    lost: set[str]
    """The sites that went to another worker."""

    def __init__(self, queue: SeedQueue, delays: SiteDelays, *, lease_seconds: float, check_running: Callable[[], None]) -> None:
        """`check_running` raises SiteTaken when the crawl ends."""
        self.claims = {}
        self.lost = set()
        self._queue = queue
        self._delays = delays
        self._lease = lease_seconds
        self._check_running = check_running
        self._visits: dict[str, Claim] = {}

    def held(self) -> list[Claim]:
        return [*self.claims.values(), *(visit for site, visit in self._visits.items() if site not in self.claims)]

    def drop(self, site: str) -> bool:
        """Forget a lease that went to another worker; return whether the site was claimed."""
        self._visits.pop(site, None)
        if self.claims.pop(site, None) is None:
            return False
        self.lost.add(site)
        return True

    @asynccontextmanager
    async def lease_for_request(self, site: str) -> AsyncIterator[None]:
        """Return the right to send a site one request now. Raises SiteTaken when another worker has it."""
        if site in self.claims or site in self.lost:
            await self._wait_for_lease(site)
            yield
            return
        visit = await self._acquire_visit(site)
        try:
            yield
        finally:
            if visit is not None:
                await self._release_visit(visit)

    def holds_lease(self, site: str) -> bool:
        held = self.claims.get(site) or self._visits.get(site)
        return held is not None and self._is_good(held)

    async def _wait_for_lease(self, site: str) -> None:
        has_waited = False
        while (claim := self.claims.get(site)) is not None and not self._is_good(claim):
            self._check_running()
            has_waited = True
            await asyncio.sleep(_VISIT_SECONDS)
        if claim is None:
            raise SiteTaken
        if has_waited:
            # The delay of the site started when this request had its turn, before it waited.
            self._delays.block_for(site, self._delays.delay(site))

    def _is_good(self, claim: Claim) -> bool:
        # In the last moment of a lease nothing is requested, so that the next worker keeps the delay.
        margin = min(self._delays.delay(claim.site), self._lease / 2)
        return lease_clock() < claim.renewed + self._lease - margin

    async def _acquire_visit(self, site: str) -> Claim | None:
        """Return the right to send a site one request as soon as it is free; None when this worker has claimed it by then."""
        given_up_at = lease_clock() + self._lease
        while lease_clock() < given_up_at:
            self._check_running()
            if site in self.claims:
                await self._wait_for_lease(site)
                return None
            visit = await self._ask_to_visit(site)
            if visit is not None:
                self._visits[site] = visit
                self._delays.block_for(site, self._delays.delay(site))
                return visit
            await asyncio.sleep(_VISIT_SECONDS)
        raise SiteTaken

    async def _ask_to_visit(self, site: str) -> Claim | None:
        try:
            return await self._queue.acquire_visit(site, lease_clock())
        except SeedQueueError:  # The task that renews leases reports the failure and acts on it.
            return None

    async def _release_visit(self, visit: Claim) -> None:
        self._visits.pop(visit.site, None)
        with suppress(SeedQueueError):  # The lease then ends by itself.
            await self._queue.release_visit(visit, self._delays.seconds_until_allowed(visit.site))


def lease_clock() -> float:
    """Return seconds on a clock that also runs while the machine sleeps, where the system has one."""
    if hasattr(time, "CLOCK_BOOTTIME"):
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.monotonic()
