"""The delay between two requests to a site."""

from __future__ import annotations

import logging
from time import monotonic

from scrapy.core.downloader import Slot
from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)

RETRY_LATER_STATUSES = (429, 503)
"""The statuses with which a server asks for fewer requests (RFC 6585, 4; RFC 9110, 15.6.4)."""


class SiteDelays:
    """Sets how long Scrapy's downloader waits between two requests to a site.

    The downloader has a slot for each site (see `request_meta`: a server may answer to any number of names) with its delay and
    the time of its last request (`lastseen`, monotonic clock). It drops a slot after a minute without requests; a delay in
    `per_slot_settings` holds for the next slot too.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    def set_delay(self, site: str, seconds: float) -> None:
        """Set the delay of a site; a longer one from the settings or another of its hosts wins."""
        settings = self._crawler.engine.downloader.per_slot_settings
        known = settings.get(site, {}).get("delay", 0.0)
        seconds = max(seconds, known, self._crawler.settings.getfloat("DOWNLOAD_DELAY"))
        settings[site] = {"delay": seconds}
        slot = self._slot(site)
        if slot is not None:
            slot.delay = seconds

    def has_delay(self, site: str) -> bool:
        return site in self._crawler.engine.downloader.per_slot_settings

    def delay(self, site: str) -> float:
        """Return the seconds between two requests to a site."""
        slot = self._slot(site)
        known = self._crawler.engine.downloader.per_slot_settings.get(site, {}).get("delay", 0.0)
        delay = slot.delay if slot is not None else self._crawler.settings.getfloat("DOWNLOAD_DELAY")
        return float(max(delay, known))

    def longest(self) -> float:
        """Return the seconds after which any site may be sent a request by another process."""
        sites = {*self._crawler.engine.downloader.slots, *self._crawler.engine.downloader.per_slot_settings}
        default = self._crawler.settings.getfloat("DOWNLOAD_DELAY")
        return max([default, *map(self.seconds_until_allowed, sites)])

    def seconds_until_allowed(self, site: str) -> float:
        """Return the seconds until a site may be sent a request: its delay, or longer where it asked for that."""
        slot = self._slot(site)
        held = slot.lastseen + slot.delay - monotonic() if slot is not None else 0.0
        return max(self.delay(site), held)

    def note_sent(self, site: str) -> None:
        """Count the delay of a site from now, where a request to it is sent.

        Scrapy counts it from when it took the request. In a busy process a request is sent up to half a second later, and the
        next one, sent in time, would come too early.
        """
        slot = self._slot(site)
        if slot is not None:
            slot.lastseen = max(slot.lastseen, monotonic())

    def block_for(self, site: str, seconds: float) -> None:
        """Send the site no request for so many seconds from now."""
        slot = self._slot(site)
        if slot is not None:
            slot.lastseen = max(slot.lastseen, monotonic() + seconds - slot.delay)

    def _slot(self, site: str) -> Slot | None:
        slot: Slot | None = self._crawler.engine.downloader.slots.get(site)
        return slot
