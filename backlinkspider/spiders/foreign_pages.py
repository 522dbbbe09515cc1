"""The pages that a crawl has exported of sites that are not those of their seeds."""

from __future__ import annotations

from typing import Self

from backlinkspider.context.crawl_context import CrawlContext
from backlinkspider.core.memo import bounded_key
from backlinkspider.core.persistent_dict import PersistentDict
from backlinkspider.core.urls.canonicalize import canonical_url
from backlinkspider.items import Page
from backlinkspider.job.store import JobStore
from backlinkspider.request_meta import RequestContext
from backlinkspider.signals import child_ended, job_opened


class ForeignPages:
    """Lets a page be exported once, although the seeds of several sites lead to it. A job keeps which pages those are."""

    def __init__(self) -> None:
        self._pages = PersistentDict[bool]()

    @classmethod
    def from_context(cls, context: CrawlContext) -> Self:
        pages = cls()
        context.crawler.signals.connect(pages.restore, job_opened)
        context.crawler.signals.connect(pages.join, child_ended)
        return pages

    def restore(self, job: JobStore) -> None:
        job.register("foreign_pages", self._pages)

    def join(self, job: JobStore) -> None:
        """Take what another process of the crawl has exported."""
        self._pages.add_missing(job.entries("foreign_pages"))

    def is_new(self, page: Page, context: RequestContext) -> bool:
        """Return whether a page was not exported before, and remember one that is on another site than its seed."""
        key = bounded_key(canonical_url(page.url_from))
        if key in self._pages:
            return False
        if page.domain_from != context.site:
            self._pages[key] = True
        return True
