"""Profiles the targets: reads a few of their pages before the seeds, and learns from those that the crawl reads."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Self

from scrapy import signals

from backlinkspider.checks.feeds import OutputColumns
from backlinkspider.context.crawl_context import CrawlContext
from backlinkspider.core.links.destination import Destination
from backlinkspider.core.links.redirects import request_url
from backlinkspider.core.links.relation import owns_any
from backlinkspider.core.links.target import Target
from backlinkspider.core.persistent_dict import PersistentDict
from backlinkspider.core.profile.profile import PageHeadings, TargetProfile
from backlinkspider.core.text import escape_control_characters
from backlinkspider.core.urls.patterns import has_file_extension
from backlinkspider.downloader.middlewares.prefetched import PrefetchedResponsesMiddleware
from backlinkspider.items import Page
from backlinkspider.job.store import JobStore
from backlinkspider.signals import child_ended, job_opened
from backlinkspider.target_profile.headings import HeadingCache
from backlinkspider.target_profile.reader import ProfileRun, TargetFetcher

logger = logging.getLogger(__name__)

_TARGETS_AT_ONCE = 16
"""The targets that are read at the same time; each gets one request after the other."""

_PROFILED = frozenset({"anchor_type", "topic_relevance"})
"""The columns of a page with links that a profile is compared with; verdicts rest on it too."""

_NO_PAGE = frozenset({404, 410})
"""The statuses that mean that a URL has no page."""

_UNREAD_MAXIMUM = 1_000
"""The URLs of the targets that backlinks point to and the profile does not know, as far as they are remembered."""


class TargetProfiler:
    """Reads a few pages of each target before the seeds, and learns from those that the crawl reads.

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
        self._pages = arguments.profile_pages if demand.has_verdicts or demand.wants(_PROFILED) else 0
        self._seconds = crawler.settings.getfloat("BACKLINKS_TARGET_TIMEOUT_SECONDS")
        self._profiles = {target.text: TargetProfile() for target in targets}
        self._kept_profiles = PersistentDict[TargetProfile]()
        self._kept_links = PersistentDict[bool]()
        self._unread = PersistentDict[bool]()
        self._readings: dict[str, ProfileRun] = {}
        self._turns = asyncio.Semaphore(_TARGETS_AT_ONCE)
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
        """Return what a target is called."""
        profile = self.of(target)
        return profile.names if profile is not None else ()

    def topic_terms(self) -> frozenset[str]:
        """Return the terms that say most of what the targets are about."""
        return frozenset(term for profile in self._profiles.values() for term in profile.topic_terms())

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
        """Return whether targets are read now, before the seeds."""
        return bool(self._readings)

    async def read(self) -> None:
        """Read the targets as far as time and the number of pages allow."""
        for profile in self._kept_profiles.values():
            for headings in profile.headings:
                self._note_headings(*headings)
        unread = [target for text, target in self._targets.items() if text not in self._kept_profiles]
        if not self._pages or not unread:
            return
        logger.info("reading up to %d pages of each target, for at most %g seconds", self._pages, self._seconds)
        readings = [asyncio.ensure_future(self._read(target)) for target in unread]
        for reading in readings:
            reading.add_done_callback(self._note_error_of_ours)
        _, late = await asyncio.wait(readings, timeout=self._seconds)
        self._reader.stop()
        if late:
            logger.info("%d targets were not read to the end within %g seconds", len(late), self._seconds)
        for target, reading in zip(unread, readings, strict=True) if self._crawler.engine.running else ():
            # With many targets the last may not have had their turn.
            if reading in late or target.text in self._readings:
                begun = self._readings.get(target.text) or ProfileRun(target, self._pages)
                self._take(target.text, self._profile_by(begun))
        self._readings.clear()

    def add_links(self, page: Page) -> None:
        """Record which other sites a target's page links to."""
        for text, target in self._targets.items():
            if owns_any((target, *self._aliases), page.url_from, page.domain_from):
                for site in self._profiles[text].add_links(page):
                    self._kept_links[f"{site} {text}"] = True

    def note_backlinks(self, item: Any) -> None:
        """Record which URLs of a fully read target its backlinks point to and its own pages do not."""
        for link in item.links if isinstance(item, Page) else ():
            if not link.needs_rating:
                continue
            profile = self.of(link.target)
            if profile is None or not profile.is_whole:
                continue
            url = (link.url_to_redirect_target or [link.url_to])[-1]
            if not profile.knows(url) and not has_file_extension(url):
                # Beyond the limit nothing more can be known.
                known = request_url(url) if len(self._unread) < _UNREAD_MAXIMUM else ""
                self._unread[f"{known} {link.target}"] = True

    def has_unfetched_pages(self, text: str, destination_of: Callable[[str], Destination | None]) -> bool:
        """Return whether backlinks point to pages of a target that were not read, judged by where URLs lead.

        No other page of the target need link to them, so the target seemed to be read whole. URLs that lead to a read page,
        or to none, do not count.
        """
        named = (key.partition(" ") for key in self._unread)
        return any(not url or self._is_unread(text, url, destination_of(url)) for url, _, target in named if target == text)

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
