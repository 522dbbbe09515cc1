"""Reads pages of a target before the crawl: in which order, and what happens to those that fail."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from scrapy.crawler import Crawler
from scrapy.http import Response

from backlinkspider.core.links.redirects import REDIRECTED_OFF_SITE, STATUSES, redirect_pages
from backlinkspider.core.links.target import Scope, Target
from backlinkspider.core.profile.crawl_order import CrawlOrder
from backlinkspider.core.profile.profile import PageHeadings, ProfileBuilder
from backlinkspider.core.urls.domains import site_of_url, www_urls
from backlinkspider.downloader.fetcher import Fetched, Fetcher
from backlinkspider.downloader.middlewares.prefetched import PrefetchedResponsesMiddleware
from backlinkspider.downloader.resolver import proxy_hosts
from backlinkspider.downloader.responses import is_page, page_from_response
from backlinkspider.downloader.site_delays import RETRY_LATER_STATUSES
from backlinkspider.exceptions import RobotsBlocked
from backlinkspider.items import Page
from backlinkspider.skip_reasons import CONNECTION_REASONS, NOT_HTML, UNKNOWN, may_lack_server

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


class TargetFetcher(Fetcher):
    """Reads one page of a target after the other."""

    def __init__(
        self,
        crawler: Crawler,
        prefetched: PrefetchedResponsesMiddleware,
        learn_page: Callable[[Page, PageHeadings], None],
        learn_redirect: Callable[[Page], None],
    ) -> None:
        super().__init__(crawler)
        self._answers = prefetched
        self._learn_page = learn_page
        self._learn_redirect = learn_redirect

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
        site = reading.target.site
        chain = await self.follow(url, {}, self._ask, is_in_scope=lambda url: site_of_url(url) == site)
        if chain.obstacle == REDIRECTED_OFF_SITE:
            for page in redirect_pages([fetched.hop for fetched in chain.answers.values() if fetched.hop is not None]):
                self._learn_redirect(page)
        if chain.obstacle is not None:
            return chain.obstacle
        if chain.next_url is not None:
            return UNKNOWN
        fetched = chain.last
        if fetched.response is None:
            return fetched.failure or UNKNOWN
        if _is_final(fetched.response) and fetched.response.status not in STATUSES:
            reading.draft.add_end(url, fetched.response.status, chain.redirects)
        return fetched.response

    async def _ask(self, url: str) -> Fetched | None:
        """Return what comes of requesting a URL, or came of it before; None once stopped."""
        kept = self._answers.kept(url)
        if kept is not None:
            return Fetched(kept)
        fetched = await self.fetch(url)
        if fetched is not None and fetched.response is not None and _is_final(fetched.response):
            self._answers.keep(fetched.response)
        return fetched


def _is_final(response: Response) -> bool:
    """Return whether the same request would be answered alike a moment later."""
    return response.status < 500 and response.status not in RETRY_LATER_STATUSES
