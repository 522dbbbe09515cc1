"""Which pages of a target are read to know it: breadth first from its home page, within a number."""

from __future__ import annotations

from heapq import heappop, heappush

from backlinkspider.core.links.target import Target
from backlinkspider.core.urls.canonicalize import page_id, strip_credentials
from backlinkspider.core.urls.patterns import has_file_extension, is_archive_url, trap_reason
from backlinkspider.items import NOT_FOLLOWED, Page

_WAITING_FOR_EACH = 40
"""Addresses that may wait for each page that is read: of a page with a million links most would wait for nothing."""


class CrawlOrder:
    """The addresses of a target, each once, in the order in which they are asked for.

    >>> from backlinkspider.core.html.parser import read_page
    >>> from backlinkspider.core.links.target import parse_target
    >>> walk = CrawlOrder(parse_target("example.com"), 3)
    >>> walk.add_links(read_page("https://example.com/", b"<a href=/tag/oak><a href=/chairs><a href=/a.pdf>"), depth=1)
    >>> walk.next_address(), walk.next_address(), walk.next_address(), walk.is_whole
    (('https://example.com/chairs', 1), ('https://example.com/tag/oak', 1), None, True)
    """

    def __init__(self, target: Target, pages: int) -> None:
        self._target = target
        self._left = pages
        self._waiting_maximum = pages * _WAITING_FOR_EACH
        self._waiting: list[tuple[int, bool, int, str]] = []
        self._known: set[str] = set()
        self._read: set[str] = set()
        self.is_whole = True
        """Whether every page of the target that was heard of was, or will be, asked for."""

    def add_links(self, page: Page, depth: int) -> None:
        """Takes the addresses of the target that one of its pages links to."""
        self._known.add(page_id(page.url_from))
        self._read.add(page_id(page.url_from))
        for link in page.links:
            if not self.is_whole and self._is_full():
                # The other links of a page with a million would not be requested, and tell nothing new.
                return
            if link.link_type in NOT_FOLLOWED or not self._target.owns(link.url_to, link.domain_to):
                continue
            self._add(strip_credentials(link.url_to.partition("#")[0]), depth, is_followed=not page.nofollow_by)

    def next_address(self) -> tuple[str, int] | None:
        """Return the next URL and its number of inlinks; None when none is left, or enough were requested."""
        while self._waiting and self._is_read(self._waiting[0][3]):
            # A redirect led there meanwhile.
            heappop(self._waiting)
        if not self._waiting:
            return None
        if self._left <= 0:
            self.is_whole = False
            return None
        self._left -= 1
        depth, _, _, url = heappop(self._waiting)
        return url, depth

    def has_read(self, page: Page) -> bool:
        """Return whether the links of a page were taken before: several addresses may lead to it."""
        return self._is_read(page.url_from)

    def begin(self, url: str) -> None:
        """Notes an address that is asked for first."""
        key = page_id(url)
        # Over http when nobody answers over https it is still one page.
        self._left -= key not in self._known
        self._known.add(key)

    def restore_slot(self) -> None:
        """Notes that an address was not asked for after all."""
        self._left += 1

    def _is_full(self) -> bool:
        return len(self._waiting) >= self._waiting_maximum

    def _is_read(self, url: str) -> bool:
        return page_id(url) in self._read

    def _add(self, url: str, depth: int, *, is_followed: bool) -> None:
        key = page_id(url)
        if key in self._known or has_file_extension(url):
            return
        if not is_followed or trap_reason(url) is not None or self._is_full():
            self.is_whole = False
            return
        self._known.add(key)
        heappush(self._waiting, (depth, is_archive_url(url), len(self._known), url))
