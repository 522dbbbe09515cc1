"""Reads pages of a target before the crawl: in which order, and what happens to those that fail."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from scrapy.crawler import Crawler
from scrapy.http import Response

from backlinkspider.core.links.redirects import STATUSES, Hop, is_endless, redirect_pages
from backlinkspider.core.links.target import Scope, Target
from backlinkspider.core.profile.crawl_order import CrawlOrder
from backlinkspider.core.profile.profile import PageHeadings, ProfileBuilder
from backlinkspider.core.urls.domains import site_of_url, www_urls
from backlinkspider.downloader.fetcher import FETCH_ERRORS, Fetcher
from backlinkspider.downloader.middlewares.prefetched import PrefetchedResponsesMiddleware
from backlinkspider.downloader.resolver import proxy_hosts
from backlinkspider.downloader.responses import is_page, page_from_response, redirect_hop
from backlinkspider.downloader.site_delays import RETRY_LATER_STATUSES
from backlinkspider.exceptions import RobotsBlocked
from backlinkspider.items import Page
from backlinkspider.skip_reasons import (
    CONNECTION_REASONS,
    NOT_HTML,
    REDIRECTED_OFF_SITE,
    TOO_MANY_REDIRECTS,
    UNKNOWN,
    failure_reason,
    may_lack_server,
)

_FAILURES_IN_A_ROW = 3
"""The consecutive failures after which the other pages of a target are left to the crawl."""


_SEEN_ENOUGH = frozenset({"http_404", "http_410", NOT_HTML, REDIRECTED_OFF_SITE})
"""The statuses that mean that the target has no page at a URL."""


class ProfileRun:
    """The state of one target while it is read."""

    def __init__(self, target: Target, pages: int) -> None:
        self.target = target
        self.draft = ProfileBuilder()
        self.walk = CrawlOrder(target, pages)
        self.problem: str | None = None
        """The word for why its first page was not read."""
        self.is_done = False
        self._failures = 0

    def note(self, reason: str | None) -> bool:
        """Record why a page was not read, or that it was; return whether to go on."""
        if reason is None or reason in _SEEN_ENOUGH:
            self._failures = 0
            return True
        self.walk.is_whole = False
        if reason == RobotsBlocked.reason:
            self.walk.restore_slot()
        else:
            self._failures += 1
        return self._failures < _FAILURES_IN_A_ROW


class TargetFetcher:
    """Reads one page of a target after the other.

    Reads: REDIRECT_MAX_TIMES, RETRY_ENABLED, RETRY_TIMES, RETRY_HTTP_CODES.
    """

    def __init__(
        self,
        crawler: Crawler,
        prefetched: PrefetchedResponsesMiddleware,
        learn_page: Callable[[Page, PageHeadings], None],
        learn_redirect: Callable[[Page], None],
    ) -> None:
        self._fetcher = Fetcher(crawler)
        self._answers = prefetched
        self._learn_page = learn_page
        self._learn_redirect = learn_redirect
        self._redirects_maximum = crawler.settings.getint("REDIRECT_MAX_TIMES")
        self._tries = 1 + crawler.settings.getint("RETRY_TIMES") * crawler.settings.getbool("RETRY_ENABLED")
        self._passing = frozenset(map(int, crawler.settings.getlist("RETRY_HTTP_CODES")))
        self._is_stopped = False

    def stop(self) -> None:
        """Make no more requests."""
        self._is_stopped = True

    @property
    def is_stopped(self) -> bool:
        """Return whether no more requests may be made, because time is over or the crawl ends."""
        return self._is_stopped or self._fetcher.is_ending

    async def read(self, reading: ProfileRun) -> None:
        """Read a target until it is done or the crawl has ended."""
        reading.problem = await self._read_home(reading)
        is_answering = True
        while is_answering and not self.is_stopped and (following := reading.walk.next_address()) is not None:
            is_answering = reading.note(await self._read_page(reading, *following))
        reading.is_done = not self.is_stopped

    async def _read_home(self, reading: ProfileRun) -> str | None:
        """Read the first page of a target; return why it was not read.

        Tries https, then http; a domain whose name is unknown or refuses is then tried at www.
        """
        reason = None
        urls = deque(reading.target.start_urls)
        while urls:
            url = urls.popleft()
            reading.walk.begin(url)
            reason = await self._read_page(reading, url, 0)
            if reason is None or (urls and reason not in CONNECTION_REASONS):
                break
            lacks_server = not urls and may_lack_server(reason, has_proxy=bool(proxy_hosts()))
            if lacks_server and reading.target.scope is Scope.DOMAIN:
                urls.extend(www_urls(url))
        if reason is not None:
            reading.walk.is_whole = False
        return reason

    async def _read_page(self, reading: ProfileRun, url: str, depth: int) -> str | None:
        """Read the page at a URL of a target; return why it was not read."""
        answer = await self._answer(reading, url)
        if isinstance(answer, str) or self.is_stopped:
            return answer if isinstance(answer, str) else None
        if not 200 <= answer.status < 300:
            return f"http_{answer.status}"
        if not is_page(answer):
            return NOT_HTML
        page = page_from_response(answer)
        if reading.walk.has_read(page):
            return None
        if not reading.target.owns(page.url_from, page.domain_from):
            # The target is a folder, page or host that leads to another part of its site.
            reading.walk.is_whole = False
        reading.walk.add_links(page, depth + 1)
        self._learn_page(page, reading.draft.add_page(page))
        return None

    async def _answer(self, reading: ProfileRun, url: str) -> Response | str:
        """Return the response that a URL leads to inside the target's site, or the reason without one."""
        hops: list[Hop] = []
        while True:
            answer = await self._ask(hops[-1].url_to if hops else url)
            if isinstance(answer, str):
                return answer
            if answer.status not in STATUSES:
                if answer.status < 500 and answer.status not in RETRY_LATER_STATUSES:
                    reading.draft.add_end(url, answer.status, [hop.url_to for hop in hops])
                return answer
            hop = redirect_hop(answer)
            if hop is None:
                return f"http_{answer.status}"
            hops.append(hop)
            if site_of_url(hop.url_to) != reading.target.site:
                for page in redirect_pages(hops):
                    self._learn_redirect(page)
                return REDIRECTED_OFF_SITE
            if is_endless(hops, self._redirects_maximum):
                return TOO_MANY_REDIRECTS

    async def _ask(self, url: str) -> Response | str:
        """Return the response of a server, or the reason without one."""
        known = self._answers.kept(url)
        if known is not None:
            return known
        answer: Response | str = UNKNOWN
        for _ in range(self._tries):
            if self.is_stopped:
                break
            answer = await self._ask_once(url)
            if not (answer in CONNECTION_REASONS if isinstance(answer, str) else answer.status in self._passing):
                break
        if isinstance(answer, Response) and answer.status < 500 and answer.status not in RETRY_LATER_STATUSES:
            self._answers.keep(answer)
        return answer

    async def _ask_once(self, url: str) -> Response | str:
        try:
            return await self._fetcher.fetch(url)
        except FETCH_ERRORS as error:
            return failure_reason(error)
