"""What a crawl has one of, for every component that needs it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol, Self, TypeVar, cast

from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

from backlinkspider.context.process_share import ProcessShare
from backlinkspider.core.arguments import Arguments


class Part(Protocol):
    """Something of which a crawl has one: its budget, its ledger, what is known of its targets."""

    @classmethod
    def from_context(cls, context: CrawlContext) -> Self:
        """Build it. Raises NotConfigured where this crawl has none."""


PartType = TypeVar("PartType", bound=Part)


class CrawlContext:
    """The arguments of a crawl and its parts. Each part is built once, by the first that asks for it.

    A part asks for those that it needs, so parts are built from the ground up, whatever components the settings name. The first
    component that asks for one has those built that listen from the start, in their order: by then every add-on has set its
    settings, which a spider does not see when it is built.
    """

    def __init__(
        self,
        crawler: Crawler,
        arguments: Arguments,
        listeners: Sequence[type[Part]] = (),
        share: ProcessShare | None = None,
    ) -> None:
        self.crawler = crawler
        self.arguments = arguments
        self.share = share or ProcessShare(0, arguments.processes, arguments.own_sites)
        """The sites of this process."""
        self.own_arguments: Mapping[str, Any] = {}
        """What was given for the arguments that only the class of the spider has."""
        self._parts: dict[type[Part], Part | None] = {}
        self._listeners = listeners

    def get(self, kind: type[PartType]) -> PartType:
        """Return the part of a kind. Raises NotConfigured where this crawl has none."""
        part = self.find(kind)
        if part is None:
            raise NotConfigured
        return part

    def find(self, kind: type[PartType]) -> PartType | None:
        """Return the part of a kind; None where this crawl has none."""
        listeners, self._listeners = self._listeners, ()
        for listener in listeners:
            self.find(listener)
        if kind not in self._parts:
            try:
                self._parts[kind] = kind.from_context(self)
            except NotConfigured:
                self._parts[kind] = None
        return cast("PartType | None", self._parts[kind])


def context_of(crawler: Crawler) -> CrawlContext:
    """Return the context of a crawl. Raises NotConfigured for a spider of others, such as that of `scrapy shell`."""
    context = context_or_none(crawler)
    if context is None:
        # Without a reason, with which Scrapy would warn of each component.
        raise NotConfigured
    return context


def context_or_none(crawler: Crawler) -> CrawlContext | None:
    """Return the context of a crawl; None for a spider of others."""
    context = getattr(crawler.spider, "context", None)
    return context if isinstance(context, CrawlContext) else None
