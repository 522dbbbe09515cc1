"""Decide which URLs are requested, and why the others are not."""

from __future__ import annotations

from hashlib import blake2b
from typing import Self

from scrapy import Request

from backlinkspider.context.crawl_context import CrawlContext
from backlinkspider.core.html.near_duplicates import links_fingerprint, near_duplicate_fingerprint
from backlinkspider.core.links.redirects import redirect_obstacle
from backlinkspider.core.memo import bounded_key
from backlinkspider.core.persistent_dict import PersistentDict
from backlinkspider.core.ranking.url_kinds import UrlKind, has_varying_parameters, kind_of
from backlinkspider.core.urls.canonicalize import canonical_url, host_of, origin_of
from backlinkspider.core.urls.domains import site_of
from backlinkspider.core.urls.patterns import has_file_extension, pagination_group, query_group, trap_reason
from backlinkspider.downloader.middlewares.robotstxt import RobotsTxtMiddleware
from backlinkspider.exceptions import BudgetSpent
from backlinkspider.frontier.dupefilter import UrlDupeFilter
from backlinkspider.frontier.site_learner import SiteLearner
from backlinkspider.items import Page
from backlinkspider.job.store import JobStore
from backlinkspider.ledger.budget import PageBudget
from backlinkspider.request_meta import find_context, request_context
from backlinkspider.signals import child_ended, job_opened
from backlinkspider.skip_reasons import REDIRECTED_TO_KNOWN

LISTINGS_FIRST = 2
"""The priority of a sitemap or feed: before pages and before redirects to them."""

_GROUPS_COUNTED = 50_000
"""Listings, calendars and paths with queries, and kinds of pages, that are counted at one time, some 200 bytes each; the
first is forgotten for the next."""

_LOOKED_ALIKE = 2
"""Pages of a site with the same title and number of links, before their texts are compared."""

_SAME_PAGES = 10
"""Pages with the same text that are followed per host: one page may have several URLs."""

_ORIGINS_PER_SITE = 50
"""Hosts and ports requested per site, each for its robots.txt too; a server may answer for any name."""


class CrawlScope:
    """Decide about one URL after the other, and count how many of a group were allowed.

    Reads: the arguments max_depth, max_pagination and max_query_variants; the budget of each site; the URLs seen before.
    """

    budget: PageBudget
    learner: SiteLearner
    """What was learnt of each site."""
    seen: UrlDupeFilter
    """The URLs that were requested before."""
    robots: RobotsTxtMiddleware | None
    """The robots.txt rules of each origin; None when ROBOTSTXT_OBEY is off."""

    def __init__(self, context: CrawlContext) -> None:
        self._arguments = context.arguments
        self._redirects_maximum = context.crawler.settings.getint("REDIRECT_MAX_TIMES")
        self.budget = context.get(PageBudget)
        self.learner = context.get(SiteLearner)
        self.seen = context.get(UrlDupeFilter)
        self.robots = context.find(RobotsTxtMiddleware)
        self._allowed_per_group = PersistentDict[int](_GROUPS_COUNTED)
        self._origins_per_site = PersistentDict[list[str]](_GROUPS_COUNTED)
        self._offsite_seeds_seen = PersistentDict[bool]()
        self._pages_per_fingerprint = PersistentDict[int](_GROUPS_COUNTED)

    @classmethod
    def from_context(cls, context: CrawlContext) -> Self:
        scope = cls(context)
        context.crawler.signals.connect(scope.restore, job_opened)
        context.crawler.signals.connect(scope.join, child_ended)
        return scope

    def restore(self, job: JobStore) -> None:
        job.register("let_pass", self._allowed_per_group)
        job.register("origins", self._origins_per_site)
        job.register("foreign", self._offsite_seeds_seen)
        job.register("alike", self._pages_per_fingerprint)

    def join(self, job: JobStore) -> None:
        """Take what another process of the crawl has counted of its sites, and the URLs that it has requested."""
        self._allowed_per_group.add_missing(job.entries("let_pass"))
        self._origins_per_site.add_missing(job.entries("origins"))
        self._offsite_seeds_seen.add_missing(job.entries("foreign"))
        self._pages_per_fingerprint.add_missing(job.entries("alike"))
        self.seen.add_keys(key for (key,) in job.connection.execute("SELECT key FROM seen"))
        self.learner.join(job)

    def page_reject_reason(self, page: Page, body: bytes) -> str | None:
        """Why no link on a page is followed: `nofollow`, or `duplicate_content` where a site answers every URL alike."""
        if page.nofollow_by:
            return "nofollow"
        host = host_of(page.url_from)
        if self._count_alike(f"{host} {len(page.links)} {page.page_from_title}") <= _LOOKED_ALIKE:
            return None
        off_site = [link.url_to for link in page.links if link.domain_to != page.domain_from]
        on_site = [link.url_to for link in page.links if link.domain_to == page.domain_from]
        links = links_fingerprint(off_site, on_site)
        same = self._count_alike(f"{host} {near_duplicate_fingerprint(body, page.url_from).hex()} {links.hex()}")
        return "duplicate_content" if same > _SAME_PAGES else None

    def url_reject_reason(self, url: str) -> str | None:
        """Return why a URL is never requested, whatever page names it."""
        return "file" if has_file_extension(url) else trap_reason(url)

    def reject_reason(self, url: str, site: str, depth: int) -> str | None:
        """Return why a URL is not requested; None for one that is, which is counted in its groups."""
        by_itself = self.url_reject_reason(url)
        if by_itself is not None:
            return by_itself
        if depth > self._arguments.max_depth:
            return "depth"
        if not self.budget.has_capacity(site):
            return "budget"
        return self._obstacle_of_origin(url, site) or self._obstacle_of_copies(url) or self._obstacle_of_group(url)

    def _obstacle_of_origin(self, url: str, site: str) -> str | None:
        origins = self._origins_per_site.get(site)
        if origins is None:
            origins = self._origins_per_site[site] = []
        origin = origin_of(url)
        if origin in origins:
            return None
        if len(origins) >= _ORIGINS_PER_SITE:
            return "too_many_hosts"
        origins.append(origin)
        self._origins_per_site.mark_changed(site)
        return None

    def _obstacle_of_copies(self, url: str) -> str | None:
        plain_url = self.learner.plain_url(url)
        return "copies" if plain_url is not None and self.seen.is_seen(plain_url) else None

    def _obstacle_of_group(self, url: str) -> str | None:
        groups: list[tuple[str, str | None, int]] = []
        # Actions have a limit of their own: what the first of them turn out to be.
        if kind_of(url) is not UrlKind.ACTION:
            is_variant = has_varying_parameters(url, self.learner.choosing_parameters(url))
            groups = [
                ("pagination", _group(pagination_group(url)), self._arguments.max_pagination),
                ("queries", _group(query_group(url)) if is_variant else None, self._arguments.max_query_variants),
            ]
        for word, group, maximum in groups:
            if group is not None and maximum and self._allowed_per_group.get(group, 0) >= maximum:
                return word
        if not any(group for _, group, _ in groups) or self._robots_forbid(url):
            # A URL that robots.txt forbids does not use up its group's limit.
            return None
        for _, group, _ in groups:
            if group is not None:
                self._allowed_per_group.increase(group)
        return None

    def _robots_forbid(self, url: str) -> bool:
        return self.robots is not None and self.robots.is_known_to_forbid(url)

    def drop_reason(self, request: Request) -> str | None:
        """Return why a waiting page is not requested after all: `budget`, `actions` or `copies`. Seeds always are."""
        context = find_context(request)
        # One of the user's own middleware has none.
        if context is None or context.depth == 0 or context.sitemap_search is not None or context.budget_released:
            return None
        reason: str | None
        if self.budget.pages_left(context.site) == 0:
            reason = BudgetSpent.reason
        elif self.learner.is_redundant(request):
            reason = "actions" if kind_of(request.url) is UrlKind.ACTION else "copies"
        else:
            reason = self._obstacle_of_copies(request.url)
        # A URL that robots.txt forbids is counted under that reason.
        return None if reason is None or self._robots_forbid(request.url) else reason

    def redirect_reject_reason(self, following: Request) -> str | None:
        """Return why a redirect is not followed; None for one that is. Only a seed may redirect to another site."""
        context = request_context(following)
        host = host_of(following.url)
        is_foreign = site_of(host) != context.site
        is_off_host = context.sitemap_search is None and context.host not in (None, host)
        is_in_scope = context.is_seed or not (is_foreign or is_off_host)
        requested = [hop.url for hop in context.redirect_chain]
        obstacle = redirect_obstacle(following.url, requested, self._redirects_maximum, is_in_scope=is_in_scope)
        if obstacle is not None:
            return obstacle
        is_known = self._is_known_foreign(following.url) if is_foreign else self.seen.request_seen(following)
        return REDIRECTED_TO_KNOWN if is_known else None

    def _is_known_foreign(self, url: str) -> bool:
        # A single page of another site is read, once; if that site is a seed too, its own crawl starts there.
        key = bounded_key(canonical_url(url))
        is_known = key in self._offsite_seeds_seen or self.seen.is_seen(url)
        self._offsite_seeds_seen[key] = True
        return is_known

    def _count_alike(self, kind: str) -> int:
        # A title may have a thousand characters.
        key = blake2b(kind.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
        return self._pages_per_fingerprint.increase(key)


def _group(name: str | None) -> str | None:
    return bounded_key(name) if name is not None else None
