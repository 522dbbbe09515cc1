"""Bing Webmaster Tools: links to the user's own site that Bing knows, with their anchors."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from backlinkspider.core.candidates.candidate import Candidate
from backlinkspider.core.exceptions import SourceError
from backlinkspider.core.mentions.bing import LinkedPages, read_inbound_links, read_linked_pages
from backlinkspider.core.urls.query import with_query
from backlinkspider.discovery.source import NetworkSource, Question
from backlinkspider.discovery.web import RefusedError, Web, decode_json

_VARIABLE = "BING_WEBMASTER_KEY"
_ANSWERED_ERRORS = (400, 401, 403, 404, 500)
"""Statuses whose body says what is wrong."""

_PAGES_MAXIMUM = 10_000
_FAILURES_IN_A_ROW = 5


class BingSource(NetworkSource):
    """Asks for the site's pages that have links, and then for the links of each.

    Reads: BACKLINKS_BING_URL; the environment.
    """

    NAMES = ("bing",)

    def __init__(self, name: str, values: Sequence[str], question: Question) -> None:
        super().__init__(name, values, question)
        self._key = self.take_secret(_VARIABLE)
        self._url: str = question.settings["BACKLINKS_BING_URL"]
        self._failures = 0

    async def read(self, web: Web) -> AsyncIterator[Candidate]:
        """Yield the pages that link to the targets."""
        self.limit("Bing names a sample of what it knows")
        hosts = self.question.ownership.hosts
        for host in hosts:
            try:
                site, first = await self._find_site(web, host)
            except SourceError as error:
                self.miss(error)
                continue
            async for url in self._linked_pages(web, site, first):
                async for candidate in self._links_to(web, site, url):
                    yield candidate
        self.require_parts(len(hosts), "sites")

    async def _find_site(self, web: Web, host: str) -> tuple[str, LinkedPages]:
        """Return the address under which a host is verified, with its first answer. Raises SourceError."""
        problem: SourceError | None = None
        for site in (f"https://{host}/", f"https://www.{host}/", f"http://{host}/", f"http://www.{host}/"):
            try:
                return site, await self._ask_counts(web, site, 0)
            except RefusedError:
                raise
            except SourceError as error:
                problem = problem or error
        assert problem is not None, "there was an address"
        raise problem

    async def _linked_pages(self, web: Web, site: str, first: LinkedPages) -> AsyncIterator[str]:
        answer, page = first, 0
        while True:
            for url in answer.urls:
                yield url
            page += 1
            if page >= min(answer.total_pages, _PAGES_MAXIMUM) or not answer.urls:
                return
            answer = await self._ask_counts(web, site, page)

    async def _links_to(self, web: Web, site: str, url: str) -> AsyncIterator[Candidate]:
        """Yield the pages that link to one of the site's pages; one that cannot be read is counted."""
        page, total = 0, 1
        while page < min(total, _PAGES_MAXIMUM):
            try:
                parameters: dict[str, str | int] = {"siteUrl": site, "link": url, "page": page, "apikey": self._key}
                answer = read_inbound_links(await self._ask(web, "GetUrlLinks", parameters), url)
            except SourceError as error:
                self._count_failure(error)
                return
            self._failures = 0
            for candidate in self.candidates_of(answer.mentions):
                yield candidate
            if not answer.mentions:
                return
            page, total = page + 1, answer.total_pages

    def _count_failure(self, error: SourceError) -> None:
        self._failures += 1
        if self._failures == _FAILURES_IN_A_ROW:
            raise error
        self.miss_one("pages whose links cannot be read", error)

    async def _ask_counts(self, web: Web, site: str, page: int) -> LinkedPages:
        answer = await self._ask(web, "GetLinkCounts", {"siteUrl": site, "page": page, "apikey": self._key})
        return read_linked_pages(answer)

    async def _ask(self, web: Web, method: str, parameters: dict[str, str | int]) -> object:
        response = await web.get(with_query(f"{self._url}{method}", parameters), allowed=_ANSWERED_ERRORS)
        return decode_json(response)
