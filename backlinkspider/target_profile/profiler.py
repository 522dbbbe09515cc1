"""Profiles the targets: reads a few of their pages beside the seeds, and learns from those that the crawl reads."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, Self

from scrapy import signals

from backlinkspider.checks.feeds import OutputColumns, completes_rows
from backlinkspider.context.crawl_context import CrawlContext
from backlinkspider.core.links.destination import Destination
from backlinkspider.core.links.redirects import request_url
from backlinkspider.core.links.relation import TO_TARGET, owns_any
from backlinkspider.core.links.target import Target
from backlinkspider.core.persistent_dict import PersistentDict
from backlinkspider.core.profile.profile import PageHeadings, TargetProfile
from backlinkspider.core.profile.relevance import Topic
from backlinkspider.core.rows.columns import PROFILE_COLUMNS
from backlinkspider.core.text import escape_control_characters
from backlinkspider.core.urls.patterns import has_file_extension
from backlinkspider.downloader.compat import is_shutting_down
from backlinkspider.downloader.middlewares.prefetched import PrefetchedResponsesMiddleware
from backlinkspider.frontier.site_rotation import PausedSites
from backlinkspider.items import Link, Page
from backlinkspider.job.store import JobStore
from backlinkspider.signals import child_ended, job_opened, topics_known
from backlinkspider.target_profile.headings import HeadingCache
from backlinkspider.target_profile.reader import ProfileRun, TargetFetcher

logger = logging.getLogger(__name__)

_TARGETS_AT_ONCE = 16
"""The targets that are read at the same time; each gets one request after the other."""

_NO_PAGE = frozenset({404, 410})
"""The statuses that mean that a URL has no page."""

_UNREAD_MAXIMUM = 1_000
"""The URLs of the targets that backlinks point to and the profile does not know, as far as they are remembered."""


class TargetProfiler:
    """Reads a few pages of each target, and learns from those that the crawl reads.

    The crawl goes on meanwhile where the rows of pages that it reads before get their columns later (`EarlyPages`).
    These requests are not part of the crawl: they cost no budget and appear in no coverage and no row. They obey robots.txt and
    the delay of the site, and the crawl reuses their responses (`prefetched`). A target that does not answer costs its failed
    requests and a warning.
    Reads: the argument profile_pages, BACKLINKS_TARGET_TIMEOUT_SECONDS. Counts: backlinks/profile/pages,
    backlinks/profile/failed (targets without a readable page).
    """

    def __init__(self, context: CrawlContext) -> None:
        arguments, crawler = context.arguments, context.crawler
        targets = arguments.targets
        self._crawler = crawler
        self._targets = {target.text: target for target in targets}
        self._aliases = arguments.aliases
        demand = context.get(OutputColumns).demand
        self._pages = arguments.profile_pages if demand.has_verdicts or demand.wants(PROFILE_COLUMNS) else 0
        self._seconds = crawler.settings.getfloat("BACKLINKS_TARGET_TIMEOUT_SECONDS")
        self._profiles = {target.text: TargetProfile() for target in targets}
        self._kept_profiles = PersistentDict[TargetProfile]()
        self._kept_links = PersistentDict[bool]()
        self._unread = PersistentDict[bool]()
        self._readings: dict[str, ProfileRun] = {}
        self._turns = asyncio.Semaphore(_TARGETS_AT_ONCE)
        self._reading: asyncio.Future[None] | None = None
        # A worker on a queue acknowledges a site when its rows are written: its end must not cost them columns later.
        is_completed = arguments.queue is None and not arguments.keep.isdisjoint(TO_TARGET)
        self.is_read_first = not (is_completed and completes_rows(crawler.settings))
        """Whether the seeds wait, because rows that are written before the targets are known would never get all columns."""
        self.is_known = True
        """Whether the targets were read, or are not to be: what rests on them can be told of a page."""
        self.topic_terms: frozenset[str] | None = None
        """The terms that say most of what the targets are about; None before they are known."""
        self._sites = arguments.target_sites
        self._paused = context.get(PausedSites)
        self._note_headings = context.get(HeadingCache).remember
        prefetched = context.get(PrefetchedResponsesMiddleware)
        self._reader = TargetFetcher(crawler, prefetched, self._learn_page, self.add_links)

    @classmethod
    def from_context(cls, context: CrawlContext) -> Self:
        profiles, crawler = cls(context), context.crawler
        if context.share.child is not None:
            profiles.begin_with(context.share.child.profiles)
        crawler.signals.connect(profiles.restore, job_opened)
        crawler.signals.connect(profiles.join, child_ended)
        crawler.signals.connect(profiles.note_backlinks, signals.item_scraped)
        return profiles

    def of(self, target: str | None) -> TargetProfile | None:
        """Return the profile of a target, given as the user wrote it; None for an unknown one."""
        return self._profiles.get(target) if target is not None else None

    def names_of(self, target: str | None) -> Sequence[str]:
        """Return what a target calls itself."""
        profile = self.of(target)
        return profile.names if profile is not None else ()

    def topic_of(self, target: str | None, language: str | None) -> Topic | None:
        """Return what a target is about, for pages in a language."""
        profile = self.of(target)
        return profile.topic(language) if profile is not None else None

    def headings(self) -> Iterator[PageHeadings]:
        """Yield the headings of the pages of the targets that were read before the crawl."""
        for profile in self._profiles.values():
            yield from profile.headings

    def export(self) -> dict[str, Any]:
        """Return what is known of the targets, as `begin_with` takes it."""
        return {text: profile.store() for text, profile in self._kept_profiles.items()}

    def begin_with(self, known: Mapping[str, Any]) -> None:
        """Take what another process of the crawl knows of the targets, which asks them alone."""
        self._kept_profiles.update({text: TargetProfile.restore(stored) for text, stored in known.items()})
        self._profiles.update(self._kept_profiles)
        self._pages = 0

    def join(self, job: JobStore) -> None:
        """Take what another process of the crawl has noted of pages of the targets."""
        self._unread.add_missing(job.entries("target_unread"))

    def restore(self, job: JobStore) -> None:
        job.register("target_profiles", self._kept_profiles, encode=TargetProfile.store, decode=TargetProfile.restore)
        job.register("target_links", self._kept_links)
        job.register("target_unread", self._unread)
        self._profiles.update({text: profile for text, profile in self._kept_profiles.items() if text in self._targets})
        for key in self._kept_links:
            site, _, text = key.partition(" ")
            if text in self._profiles:
                self._profiles[text].linked_sites.add(site)

    @property
    def is_reading(self) -> bool:
        """Return whether targets are read now."""
        return bool(self._readings)

    def begin(self) -> asyncio.Future[None]:
        """Begin to read the targets, as far as time and the number of pages allow; the future is done when they are known.

        Until then the crawl asks nothing of their sites.
        """
        for profile in self._kept_profiles.values():
            for headings in profile.headings:
                self._note_headings(*headings)
        unread = [target for text, target in self._targets.items() if text not in self._kept_profiles]
        self.is_known = not (self._pages and unread)
        self._reading = asyncio.ensure_future(self._read_all([] if self.is_known else unread))
        if self.is_known:
            self._settle()
        else:
            self._paused.pause(self._sites)
            self._reading.add_done_callback(self._settle)
        return self._reading

    def _settle(self, _: object = None) -> None:
        if self.is_known:
            self.topic_terms = frozenset(term for profile in self._profiles.values() for term in profile.topic_terms())
            self._crawler.signals.send_catch_log(topics_known, terms=self.topic_terms)
        self._paused.resume()

    async def wait_until_known(self) -> None:
        """Wait until the targets were read, or will not be because the crawl ends."""
        if self._reading is not None:
            await asyncio.shield(self._reading)

    async def _read_all(self, unread: Sequence[Target]) -> None:
        if not unread:
            return
        logger.info("reading up to %d pages of each target, for at most %g seconds", self._pages, self._seconds)
        readings = [asyncio.ensure_future(self._read(target)) for target in unread]
        for reading in readings:
            reading.add_done_callback(self._note_error_of_ours)
        _, late = await asyncio.wait(readings, timeout=self._seconds)
        self._reader.stop()
        if late:
            logger.info("%d targets were not read to the end within %g seconds", len(late), self._seconds)
        if is_shutting_down(self._crawler):
            logger.warning("the crawl ends before the targets were read: columns that need to know them stay empty")
            return
        for target, reading in zip(unread, readings, strict=True):
            # With many targets the last may not have had their turn.
            if reading in late or target.text in self._readings:
                begun = self._readings.get(target.text) or ProfileRun(target, self._pages)
                self._take(target.text, self._profile_by(begun))
        self._readings.clear()
        self.is_known = True

    def add_links(self, page: Page) -> None:
        """Record which other sites a target's page links to."""
        for text, target in self._targets.items():
            if owns_any((target, *self._aliases), page.url_from, page.domain_from):
                for site in self._profiles[text].add_links(page):
                    self._kept_links[f"{site} {text}"] = True

    def note_backlinks(self, item: Any) -> None:
        """Record which URLs of a fully read target its backlinks point to and its own pages do not."""
        for link in item.links if isinstance(item, Page) and self.is_known else ():
            if link.needs_rating and (url := self._unknown_url(link)) is not None:
                # Beyond the limit nothing more can be known.
                known = request_url(url) if len(self._unread) < _UNREAD_MAXIMUM else ""
                self._unread[f"{known} {link.target}"] = True

    def has_unfetched_pages(
        self, text: str, destination_of: Callable[[str], Destination | None], early_links: Iterable[Link] = ()
    ) -> bool:
        """Return whether backlinks point to pages of a target that were not read, judged by where URLs lead.

        No other page of the target need link to them, so the target seemed to be read whole. URLs that lead to a read page,
        or to none, do not count. `early_links` are those to the target on pages that were processed before it was read.
        """
        named = (key.partition(" ") for key in self._unread)
        later = (url for url, _, target in named if target == text)
        early = (request_url(url) for link in early_links if (url := self._unknown_url(link)) is not None)
        return any(not url or self._is_unread(text, url, destination_of(url)) for url in chain(later, early))

    def _unknown_url(self, link: Link) -> str | None:
        """Return the URL that a backlink points to, where its target was read whole and none of its own pages names that URL."""
        profile = self.of(link.target)
        if profile is None or not profile.is_whole:
            return None
        url = (link.url_to_redirect_target or [link.url_to])[-1]
        return None if profile.knows(url) or has_file_extension(url) else url

    def _is_unread(self, text: str, url: str, end: Destination | None) -> bool:
        redirects = end.redirects if end is not None else ()
        parts = (self._targets[text], *self._aliases)
        if not any(owns_any(parts, hop) for hop in (url, *redirects)):
            # A short link that leads elsewhere.
            return False
        is_none = end is not None and end.status in _NO_PAGE
        return not is_none and not (redirects and self._profiles[text].knows(redirects[-1]))

    async def _read(self, target: Target) -> None:
        async with self._turns:
            if self._reader.is_stopped:
                return
            reading = self._readings[target.text] = ProfileRun(target, self._pages)
            await self._reader.read(reading)
            if reading.is_done:
                del self._readings[target.text]
                self._take(target.text, self._profile_by(reading), reading.problem)

    def _profile_by(self, reading: ProfileRun) -> TargetProfile:
        is_whole = reading.is_done and reading.walk.is_whole
        return reading.draft.profile(self._profiles[reading.target.text].linked_sites, is_whole=is_whole)

    def _take(self, text: str, profile: TargetProfile, problem: str | None = None) -> None:
        """Store and log the profile of a target."""
        self._profiles[text] = profile
        if not profile.pages:
            self._crawler.stats.inc_value("backlinks/profile/failed")
            reason = problem or "no answer in time"
            logger.warning("target %s was not read (%s): columns that need to know it stay empty", text, reason)
            return
        self._kept_profiles[text] = profile
        known = ("every page", "") if profile.is_whole else ("some pages", " at least")
        logger.info(
            "target %s: %s read (%d), links to%s %d sites, is called %s, speaks %s",
            *(text, known[0], profile.pages, known[1], len(profile.linked_sites)),
            *(
                escape_control_characters(" / ".join(profile.names)) or "nothing",
                ", ".join(profile.languages) or "no known language",
            ),
        )

    def _learn_page(self, page: Page, headings: PageHeadings) -> None:
        self._note_headings(*headings)
        self.add_links(page)
        self._crawler.stats.inc_value("backlinks/profile/pages")

    def _note_error_of_ours(self, reading: asyncio.Future[None]) -> None:
        error = reading.exception() if not reading.cancelled() else None
        if error is not None:
            logger.error("a target could not be read for an error in the code", exc_info=error)
            self._crawler.stats.inc_value("backlinks/errors")
