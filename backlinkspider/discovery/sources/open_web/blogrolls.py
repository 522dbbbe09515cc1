"""Lists of blogs: sites that may link to a target, because they write about what it is about. They do not say that they do."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from dataclasses import replace

from scrapy.http import Response

from backlinkspider.core.candidates.candidate import Candidate, place_of_url
from backlinkspider.core.exceptions import SourceError
from backlinkspider.core.html.parser import declared_blogrolls, read_page
from backlinkspider.core.mentions.opml import is_opml, read_sites
from backlinkspider.core.urls.canonicalize import absolute_url
from backlinkspider.core.urls.domains import site_of_url
from backlinkspider.discovery.files import read_bytes
from backlinkspider.discovery.source import FileSource, NetworkSource, Question, Source
from backlinkspider.discovery.web import Web
from backlinkspider.items import LinkType, Page

_LISTS_MAXIMUM = 20
"""Lists that one page declares and that are read."""


def places_in(source: Source, urls: Iterable[str], evidence: str) -> Iterator[Candidate]:
    """Yield the places that a list names; none of them is said to link to a target."""
    for url in urls:
        place = place_of_url(url)
        if place is None:
            source.report.unread["addresses that are not public"] += 1
        elif not source.question.ownership.owns(place.candidate):
            yield replace(place, evidence=evidence)


class OpmlSource(FileSource):
    """Reads files in OPML, such as a feed reader exports."""

    NAMES = ("opml",)

    def __init__(self, name: str, values: Sequence[str], question: Question) -> None:
        super().__init__(name, values, question)
        self._paths = self.require_files("feeds.opml")

    def read(self) -> Iterator[Candidate]:
        for path in self._paths:
            count = 0
            try:
                for candidate in places_in(self, read_sites(read_bytes(path, self.question.stopped)), "opml"):
                    count += 1
                    yield candidate
                if not count:
                    self.miss(SourceError(f"'{self.shown(path.name)}' names no site: it is empty, or not OPML"))
            except SourceError as error:
                self.miss(error)
        self.require_parts(len(self._paths), "lists")


class BlogrollSource(NetworkSource):
    """Reads blogrolls in the web: OPML, or a page with links, and the OPML that a page declares (rel=blogroll)."""

    NAMES = ("blogroll",)

    def __init__(self, name: str, values: Sequence[str], question: Question) -> None:
        super().__init__(name, values, question)
        self.require_values("https://example.com/blogroll")
        self._urls = []
        for value in values:
            url = absolute_url(value, "http://x/") if "://" in value else None
            if url is None:
                raise SourceError(f"blogroll '{self.shown(value)}' is not an http(s) address")
            self._urls.append(url)

    async def read(self, web: Web) -> AsyncIterator[Candidate]:
        for url in self._urls:
            try:
                async for found in self._read_list(web, url):
                    for candidate in places_in(self, found, "blogroll"):
                        yield candidate
            except SourceError as error:
                self.miss(error)
        self.require_parts(len(self._urls), "blogrolls")

    async def _read_list(self, web: Web, url: str) -> AsyncIterator[Iterable[str]]:
        response = await web.get(url)
        if is_opml(response.body):
            yield read_sites([response.body])
            return
        page = _page_of(response)
        own = site_of_url(response.url)
        yield [link.url_to for link in page.links if link.link_type in _SEEN and link.domain_to != own]
        declared = dict.fromkeys(declared_blogrolls(page))
        for place, address in enumerate(declared):
            if place == _LISTS_MAXIMUM:
                self.limit(f"{self.shown(url)} declares more than {_LISTS_MAXIMUM} lists")
                return
            yield read_sites([(await web.get(address)).body])


_SEEN = (None, LinkType.TEXT, LinkType.IMAGE, LinkType.AREA)
"""What visitors click on; text and image are told apart later."""


def _page_of(response: Response) -> Page:
    content_type = response.headers.get("Content-Type") or b""
    return read_page(response.url, response.body, content_type=content_type.decode("latin-1"))
