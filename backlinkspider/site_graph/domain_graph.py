"""The graph of the sites of a crawl, and how much each counts in it."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Self

from scrapy import signals
from scrapy.exceptions import NotConfigured

from backlinkspider.checks.feeds import OutputColumns
from backlinkspider.checks.seed_files import read_seed_file
from backlinkspider.context.crawl_context import CrawlContext
from backlinkspider.core.arguments import NamedList, SeedFile
from backlinkspider.core.exceptions import SeedListError
from backlinkspider.core.graph.centrality import CentralityScores, compute_centrality
from backlinkspider.core.links.relation import Relation, followed_sites
from backlinkspider.core.seeds.seeds import Seed
from backlinkspider.core.urls.domains import site_of_url
from backlinkspider.items import Page
from backlinkspider.job.store import JobStore
from backlinkspider.signals import child_ended, job_opened
from backlinkspider.site_graph.malloc_trim import trim_heap
from backlinkspider.site_graph.store import SiteGraphStore

logger = logging.getLogger(__name__)


class DomainGraph:
    """Records which site links to which; at the end of the crawl it says how much a site counts among them.

    A graph that is too large, or whose file cannot be written, is dropped with one warning; its columns stay empty.
    Reads: BACKLINKS_LISTS_DIR; the arguments keep and trusted. Raises: NotConfigured where no backlinks are kept, or none is
    judged.
    """

    def __init__(
        self, graph: SiteGraphStore, trusted: Sequence[Seed | SeedFile | NamedList] = (), lists_folder: str | None = None
    ) -> None:
        self.graph = graph
        self._trusted = trusted
        self._lists_folder = lists_folder

    @classmethod
    def from_context(cls, context: CrawlContext) -> Self:
        arguments, crawler = context.arguments, context.crawler
        if Relation.BACKLINK not in arguments.keep or not context.get(OutputColumns).demand.has_verdicts:
            raise NotConfigured
        graph = cls(SiteGraphStore(), arguments.trusted, crawler.settings["BACKLINKS_LISTS_DIR"])
        crawler.signals.connect(graph.restore, job_opened)
        crawler.signals.connect(graph.join, child_ended)
        crawler.signals.connect(graph.close, signals.engine_stopped)
        return graph

    def restore(self, job: JobStore) -> None:
        job.register("domain_graph", self.graph)

    def join(self, job: JobStore) -> None:
        """Take the links that another process of the crawl has seen."""
        self.graph.load(job.entries("domain_graph"))

    def note(self, page: Page) -> None:
        """Record the other sites that a page links to with followed links."""
        site = page.domain_from
        was_whole = self.graph.is_whole
        try:
            self.graph.add(site, followed_sites(page, self.graph.known_links(site)))
        except sqlite3.Error as error:
            self.graph.disable()
            logger.warning("authority and link farms are not worked out: links between sites cannot be noted: %s", error)
            return
        if was_whole and not self.graph.is_whole:
            logger.warning("authority and link farms are not worked out: there are too many links between sites")

    def trusted_sites(self) -> frozenset[str]:
        """Return the sites that the argument trusted names; the files are read now."""
        return frozenset(self._read_trusted())

    def authority_of(self, sites: Collection[str], trusted: Collection[str]) -> Mapping[str, CentralityScores]:
        """Return the authority of those sites that are in the graph; nothing where it is not whole.

        Takes up to a minute and 1 GB for a million sites with ten million links.
        """
        if not self.graph.is_whole:
            return {}
        numbers = self.graph.numbers_of(dict.fromkeys(sites))
        asked = list(numbers.values())
        trusted_numbers = self.graph.numbers_of(trusted).values()
        links = self.graph.links_for(asked)
        # Free heap that fetching needed at its peak: 13 of 151 MB after 20,000 pages.
        trim_heap()
        rows = compute_centrality(links, self.graph.sites, asked=asked, trusted=trusted_numbers)
        return dict(zip(numbers, rows, strict=True))

    def links_among(self, sites: Collection[str]) -> Mapping[str, frozenset[str]]:
        """Return to which of some sites each links (`SiteGraphStore.links_among`); nothing where the graph is not whole."""
        return self.graph.links_among(sites) if self.graph.is_whole else {}

    def distinctive_links(self, site: str) -> frozenset[str]:
        """Return the distinctive links of a site (`SiteGraphStore.distinctive_links`); nothing where the graph is not whole."""
        return self.graph.distinctive_links(site) if self.graph.is_whole else frozenset()

    def close(self) -> None:
        self.graph.close()

    def _read_trusted(self) -> Iterator[str]:
        for source in self._trusted:
            if isinstance(source, Seed):
                yield site_of_url(source.urls[0])
                continue
            try:
                seeds = read_seed_file(source, self._lists_folder)
                yield from (site_of_url(seed.urls[0]) for seed in seeds if isinstance(seed, Seed))
            except SeedListError as error:
                # It existed when the crawl started.
                logger.warning("sites of %s are not trusted: %s", source, error)
