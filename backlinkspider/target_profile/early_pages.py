"""Pages that were read before the targets: what some of their columns still need, until the crawl ends."""

from __future__ import annotations

import json
import zlib
from base64 import b85decode, b85encode
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from hashlib import blake2b
from typing import Any, NamedTuple, Self, TypeAlias

import msgspec

from backlinkspider.checks.feeds import OutputColumns
from backlinkspider.context.crawl_context import CrawlContext
from backlinkspider.core.links.relation import TO_TARGET
from backlinkspider.core.persistent_dict import PersistentDict
from backlinkspider.core.rows.demand import ColumnDemand
from backlinkspider.core.rows.row_parser import FeedRow
from backlinkspider.core.steps.anchors import ANCHOR_TYPE, classify_anchors
from backlinkspider.core.steps.relevance import has_enough_words, rate_relevance
from backlinkspider.items import Cell, Link, Page
from backlinkspider.job.store import JobStore
from backlinkspider.signals import job_opened
from backlinkspider.target_profile.headings import HeadingCache
from backlinkspider.target_profile.profiler import TargetProfiler

_BYTES = 32 * 1024 * 1024
"""The bytes of pages that are kept, about 2,000 each with its text; a page beyond that waits until the targets were read."""

_Columns: TypeAlias = Mapping[tuple[Cell, Cell], Mapping[str, Cell]]
"""The columns of the rows of a page, by the index of the link and the target."""


class EarlyPages:
    """Keeps what the columns of early pages need: of pages that were processed before the targets were read.

    What such a page says of links to the targets is compared with their profile when the crawl ends, and not with what the crawl
    has read meanwhile, so that its rows are those of a crawl that reads the targets first. A job keeps the pages too.
    Counts: backlinks/profile/early_pages.
    """

    def __init__(self, context: CrawlContext, demand: ColumnDemand) -> None:
        arguments = context.arguments
        self._profiles = context.get(TargetProfiler)
        self._headings = context.get(HeadingCache)
        self._keywords = arguments.keywords
        self._target_sites = arguments.target_sites
        self._demand = demand
        self._crawler = context.crawler
        self._pages = PersistentDict[bytes]()
        self._bytes = 0
        self._last: tuple[str, _Columns] = ("", {})

    @classmethod
    def from_context(cls, context: CrawlContext) -> Self:
        early = cls(context, context.get(OutputColumns).demand)
        context.crawler.signals.connect(early.restore, job_opened)
        return early

    def restore(self, job: JobStore) -> None:
        # JSON has no bytes.
        job.register("early_pages", self._pages, encode=lambda page: b85encode(page).decode(), decode=b85decode)
        self._bytes = sum(map(len, self._pages.values()))

    def select_settled(self, links: Sequence[Link]) -> Sequence[Link]:
        """Return the links whose columns do not rest on a target that has not been read yet."""
        return links if self._profiles.is_known else [link for link in links if not self._rests_on_targets(link)]

    async def keep(self, page: Page) -> None:
        """Keep what is needed of a page, once its links are described."""
        if self._profiles.is_known:
            return
        links = [link for link in page.links if self._rests_on_targets(link)]
        if links and self._bytes > _BYTES:
            await self._profiles.wait_until_known()
            return
        if not links:
            return
        # What the crawl has read of other sites later must not count.
        elsewhere = (link for link in links if link.domain_to not in self._target_sites)
        headings = {str(link.link_index): found for link in elsewhere if (found := self._headings.headings_of(link))}
        stored = {"page": msgspec.to_builtins(_without_the_rest(page, links)), "headings": headings}
        # Half of a character in a text is none in JSON unless it is escaped.
        kept = zlib.compress(json.dumps(stored).encode(), level=1)
        self._pages[_key(page.url_from, page.fetched_at)] = kept
        self._bytes += len(kept)
        self._crawler.stats.inc_value("backlinks/profile/early_pages")

    @property
    def has_other_links(self) -> bool:
        """Return whether some of the links that were put off are not links to a target: they lead to its site."""
        return any(link.relation not in TO_TARGET for stored in self._stored() for link in stored.page.links)

    def columns_of(self, row: FeedRow) -> Mapping[str, Cell]:
        """Return the columns of a row that are known now and were not when it was written."""
        if not self._pages or not self._profiles.is_known:
            return {}
        key = _key(row.get("url_from"), row.get("fetched_at"))
        if key not in self._pages:
            return {}
        # The rows of a page stand together.
        if self._last[0] != key:
            self._last = key, self._compare(_load(self._pages[key]))
        return self._last[1].get((row.get("link_index"), row.get("target")), {})

    def links_to(self, target: str) -> Sequence[Link]:
        """Return the links of early pages to a target."""
        return self._backlinks.get(target, ())

    @cached_property
    def _backlinks(self) -> Mapping[str | None, Sequence[Link]]:
        found: defaultdict[str | None, dict[str, Link]] = defaultdict(dict)
        for stored in self._stored():
            for link in stored.page.links:
                if link.needs_rating:
                    found[link.target].setdefault(link.url_to, link)
        return {target: [*links.values()] for target, links in found.items()}

    def _stored(self) -> Iterator[_Stored]:
        return map(_load, self._pages.values())

    def _compare(self, stored: _Stored) -> _Columns:
        page, headings = stored

        def headings_of(link: Link) -> Sequence[str]:
            if link.domain_to in self._target_sites:
                return self._profiled_headings.headings_of(link)
            return headings.get(str(link.link_index), ())

        names_of = self._profiles.names_of
        links = self._demand.select(page.links, ANCHOR_TYPE)
        classify_anchors(links, self._keywords, headings_of=headings_of, names_of=names_of)
        rate_relevance(page, self._profiles.topic_of)
        return {
            (link.link_index, link.target): {"anchor_type": link.anchor_type, "topic_relevance": link.topic_relevance}
            for link in page.links
        }

    @cached_property
    def _profiled_headings(self) -> HeadingCache:
        cache = HeadingCache()
        for headings in self._profiles.headings():
            cache.remember(*headings)
        return cache

    def _rests_on_targets(self, link: Link) -> bool:
        return link.needs_rating or link.relation in TO_TARGET or link.domain_to in self._target_sites


class _Stored(NamedTuple):
    """What is kept of a page."""

    page: Page
    """The page with the links that were put off."""
    headings: Mapping[str, Sequence[str]]
    """By the index of a link: the headings of the page that it leads to, where that is not a target's."""


def _load(kept: bytes) -> _Stored:
    stored: dict[str, Any] = json.loads(zlib.decompress(kept))
    return _Stored(msgspec.convert(stored["page"], Page), stored["headings"])


def _without_the_rest(page: Page, links: Sequence[Link]) -> Page:
    """Return a page with some of its links and what they are compared by."""
    needs_text = page.text is not None and has_enough_words(page) and any(link.needs_rating for link in links)
    return replace(
        page,
        links=[_comparable(link) for link in links],
        document=None,
        text=page.text if needs_text else None,
    )


def _comparable(link: Link) -> Link:
    return Link(
        href="",
        url_to=link.url_to,
        domain_to=link.domain_to,
        rel=(),
        link_index=link.link_index,
        link_type=link.link_type,
        url_to_redirect_target=link.url_to_redirect_target,
        relation=link.relation,
        target=link.target,
        is_backlink_candidate=link.is_backlink_candidate,
        anchor=link.anchor,
        text_pre=link.text_pre,
        text_post=link.text_post,
    )


def _key(url: object, fetched_at: object) -> str:
    return blake2b(f"{fetched_at} {url}".encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
