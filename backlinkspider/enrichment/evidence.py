"""Collects what the parts of a crawl know, for the enrichment of its feeds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, partial

from scrapy.crawler import Crawler

from backlinkspider.context.crawl_context import context_of
from backlinkspider.core.arguments import Arguments
from backlinkspider.core.graph.centrality import CentralityScores
from backlinkspider.core.graph.link_farms import LinkFarm, SiteFootprints, find_link_farms
from backlinkspider.core.links.destination import Destination
from backlinkspider.core.links.relation import Relation
from backlinkspider.core.links.shorteners import resolved_relation
from backlinkspider.core.rows.row_parser import FeedRow
from backlinkspider.enrichment.aggregates import FootprintCollector
from backlinkspider.enrichment.verdicts import CrawlEvidence
from backlinkspider.job.store import job_folder
from backlinkspider.ledger.findings import Findings
from backlinkspider.link_check.link_checks import LinkChecks
from backlinkspider.site_graph.domain_graph import DomainGraph
from backlinkspider.target_profile.early_pages import EarlyPages
from backlinkspider.target_profile.profiler import TargetProfiler


def collect_evidence(crawler: Crawler) -> CrawlEvidence:
    """Return what a finished crawl knows apart from its rows."""
    context = context_of(crawler)
    arguments = context.arguments
    is_job = job_folder(crawler.settings) is not None
    ends, graph = context.find(LinkChecks), context.find(DomainGraph)
    profiles, early = context.get(TargetProfiler), context.get(EarlyPages)

    def destination_of(url: str) -> Destination | None:
        return ends.destination_of(url) if ends is not None else None

    @cache
    def has_unfetched_pages(target: str) -> bool:
        return profiles.has_unfetched_pages(target, destination_of, early.links_to(target))

    def relation_of(row: FeedRow) -> Relation | None:
        relation = _relation_of(row, arguments=arguments, destination_of=destination_of)
        if relation is None and is_job and ends is not None and ends.is_waiting(str(row["url_to"])):
            # Only the resumed job can tell whether the row is kept.
            return Relation(str(row["relation"]))
        return relation

    own_sites = {target.text: target.site for target in arguments.targets}

    def links_to(target: str, site: str) -> bool | None:
        if own_sites.get(target) == site:
            # A profile knows only links to other sites.
            return None
        profile = profiles.of(target)
        answer = profile.links_to(site) if profile is not None else None
        return None if answer is False and has_unfetched_pages(target) else answer

    return CrawlEvidence(
        columns_of=early.columns_of,
        has_other_early_links=early.has_other_links,
        pages_of=context.get(Findings).pages_of,
        destination_of=destination_of,
        relation_of=relation_of if arguments.shorteners else None,
        links_to=links_to,
        # All feeds of a crawl ask for the same sites.
        authority_of=cache(partial(_authority_of, graph)),
        farms_among=partial(_farms_among, graph),
    )


def _relation_of(row: FeedRow, *, arguments: Arguments, destination_of: Callable[[str], Destination | None]) -> Relation | None:
    return resolved_relation(
        row,
        destination_of(str(row.get("url_to"))),
        targets=arguments.targets,
        aliases=arguments.aliases,
        shorteners=arguments.shorteners,
        keep=arguments.keep,
    )


def _authority_of(graph: DomainGraph | None, sites: frozenset[str]) -> Mapping[str, CentralityScores]:
    return graph.authority_of(sites, graph.trusted_sites()) if graph is not None and sites else {}


def _farms_among(graph: DomainGraph | None, traces: Mapping[str, FootprintCollector]) -> Mapping[str, LinkFarm]:
    if graph is None or len(traces) < 2:
        return {}
    sites = [
        SiteFootprints(
            site,
            addresses=frozenset(seen.ips),
            analytics_ids=frozenset(seen.analytics_ids),
            templates=frozenset(seen.templates),
            linked_sites=graph.distinctive_links(site),
        )
        for site, seen in traces.items()
    ]
    return find_link_farms(sites, graph.links_among(traces.keys()))
