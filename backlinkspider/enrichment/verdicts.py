"""Fills the columns of a feed that only the finished crawl can fill."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from backlinkspider.core.graph.centrality import CentralityScores, pagerank
from backlinkspider.core.graph.link_farms import LinkFarm
from backlinkspider.core.links.destination import Destination
from backlinkspider.core.links.relation import Relation
from backlinkspider.core.quality.judge import score_cells
from backlinkspider.core.quality.weights import Weights
from backlinkspider.core.rows.row_parser import FeedRow
from backlinkspider.core.seeds.seeds import BadLine
from backlinkspider.enrichment.aggregates import FootprintCollector, RowAggregates
from backlinkspider.feeds.line_reader import EVERY_LINE, LineFilter
from backlinkspider.feeds.reader import FeedFile, FeedReading
from backlinkspider.feeds.rewriter import rewrite_feed
from backlinkspider.items import Cell

_ENRICHED = LineFilter(rb'(?:internal_)?backlink[,;\t|]|\{"relation":"(?:internal_)?backlink"')
"""Matches the lines whose rows get columns."""


@dataclass(frozen=True)
class CrawlEvidence:
    """The evidence of a crawl apart from its rows. Each function may be called from another thread once the crawl has ended."""

    columns_of: Callable[[FeedRow], Mapping[str, Cell]]
    """Return the columns of a row whose page was read before the targets."""
    has_other_early_links: bool
    """Whether rows with other relations than those to a target have such columns."""
    pages_of: Callable[[str], int]
    """Return how many pages of a site were read."""
    destination_of: Callable[[str], Destination | None]
    """Return where a URL leads."""
    relation_of: Callable[[FeedRow], Relation | None] | None
    """Return what the link of a row is now that its destination is known; None drops the row. Absent without unresolved links."""
    links_to: Callable[[str, str], bool | None]
    """Return whether a target links to a site; None where that is unknown."""
    authority_of: Callable[[frozenset[str]], Mapping[str, CentralityScores]]
    farms_among: Callable[[Mapping[str, FootprintCollector]], Mapping[str, LinkFarm]]
    """Return the link farm of each site that belongs to one."""


class EnrichmentResult(NamedTuple):
    """The counts of an enriched feed."""

    verdicts: Counter[str]
    """Backlinks by verdict, those on copies aside."""
    to_do: Counter[str]
    """The same by what they ask to do; those that ask for nothing are not counted."""
    resolved: Counter[str]
    """Links that turned out to lead to the target, by the relation that they had before."""
    copies: Counter[str]
    """Backlinks on copies of pages with backlinks, by the site of the page."""
    dofollow_copies: int
    """The followed ones among them."""
    bad_lines: int
    """Lines that could not be read back; they are copied."""


def enrich_feed(
    feed: FeedFile, output: Path, *, evidence: CrawlEvidence, weights: Weights, check_time: Callable[[], None]
) -> EnrichmentResult:
    """Write a feed with the columns of `core.rows.columns.DEFERRED_COLUMNS` filled.

    `check_time` is called often and may raise. Raises FeedError for a feed that cannot be read, OSError and sqlite3.Error
    for one that cannot be written.
    """
    is_any_row_filled = evidence.relation_of is not None or evidence.has_other_early_links
    reading = FeedReading(EVERY_LINE if is_any_row_filled else _ENRICHED, check_time)
    with closing(RowAggregates()) as survey:
        for row in feed.rows(reading):
            if not isinstance(row, BadLine):
                survey.add(_known_by_now(row, evidence) or row)
        survey.settle()
        rows = _RowEnricher(survey, evidence, weights)
        counts = rewrite_feed(feed, output, rows.values_for, reading=reading)
    return EnrichmentResult(rows.verdicts, rows.to_do, rows.resolved, rows.copies, rows.dofollow_copies, counts.bad_lines)


class _RowEnricher:
    """Fills the deferred columns of one row after the other."""

    def __init__(self, survey: RowAggregates, evidence: CrawlEvidence, weights: Weights) -> None:
        self.verdicts: Counter[str] = Counter()
        self.to_do: Counter[str] = Counter()
        self.resolved: Counter[str] = Counter()
        self.copies: Counter[str] = Counter()
        self.dofollow_copies = 0
        self._survey = survey
        self._evidence = evidence
        self._weights = weights
        self._authority = evidence.authority_of(frozenset(chain.from_iterable(survey.traces.values())))
        self._farms = {target: evidence.farms_among(sites) for target, sites in survey.traces.items()}
        self._page_ranks = {target: pagerank(pages.links, len(pages.numbers)) for target, pages in survey.pages.items()}

    def values_for(self, row: FeedRow) -> Mapping[str, Cell] | None:
        """Return the values of a row that are known now; None drops the row."""
        resolved = _known_by_now(row, self._evidence)
        if resolved is None:
            return None
        if resolved["relation"] != row["relation"]:
            self.resolved[str(row["relation"])] += 1
        if resolved.get("relation") == Relation.BACKLINK:
            return self._scored(resolved)
        if resolved.get("relation") == Relation.INTERNAL_BACKLINK:
            is_copy = self._survey.is_copy(row)
            return {**resolved, "page_is_copy": is_copy, **self._internal_pagerank(row), **self._destination(row)}
        return resolved

    def _scored(self, row: FeedRow) -> Mapping[str, Cell]:
        found = {**row, **self._aggregated(row), **self._site_columns(row), **self._destination(row)}
        scores = score_cells(found, self._weights)
        if found["page_is_copy"]:
            self.copies[str(row.get("domain_from"))] += 1
            self.dofollow_copies += row.get("dofollow") is True
            return {**found, **scores}
        self.verdicts[str(scores["verdict"])] += 1
        if scores["to_do"] is not None:
            self.to_do[str(scores["to_do"])] += 1
        return {**found, **scores}

    def _aggregated(self, row: FeedRow) -> dict[str, Cell]:
        """Return the columns that aggregate the rows of the feed."""
        pages = max(0, self._evidence.pages_of(str(row.get("domain_from"))) - self._survey.copies_of(row))
        anchor = self._survey.anchor_share(row)
        return {
            "page_is_copy": self._survey.is_copy(row),
            "sitewide": round(min(1.0, self._survey.pages_with(row) / pages), 3) if pages else None,
            "domain_from_pages": pages or None,
            "anchor_share": round(anchor.share, 3) if anchor else None,
            "referring_domains": anchor.referring_domains if anchor else None,
        }

    def _site_columns(self, row: FeedRow) -> dict[str, Cell]:
        target, site = str(row.get("target")), str(row.get("domain_from"))
        authority = self._authority.get(site)
        farm = self._farms.get(target, {}).get(site)
        return {
            "reciprocal": self._evidence.links_to(target, site),
            "link_farm": farm.members if farm else None,
            "link_farm_footprints": farm.footprints if farm else None,
            "domain_from_pagerank": _significant_digits(authority.pagerank) if authority else None,
            "domain_from_trust": _significant_digits(authority.trust) if authority else None,
            "domain_graph_sites": authority.sites if authority else None,
        }

    def _internal_pagerank(self, row: FeedRow) -> dict[str, Cell]:
        target = str(row.get("target"))
        pages = self._survey.pages.get(target)
        if pages is None:
            return {}
        number = pages.number_of(str(row.get("url_from")))
        rank = self._page_ranks[target][number] if number is not None else None
        return {"page_from_pagerank": _significant_digits(rank), "page_graph_pages": len(pages.numbers) or None}

    def _destination(self, row: FeedRow) -> dict[str, Cell]:
        end = self._evidence.destination_of(str(row.get("url_to")))
        if end is None:
            return {}
        redirects = row.get("url_to_redirect_target") or end.redirects or None
        return {"url_to_status_code": end.status, "url_to_redirect_target": redirects, "is_broken": end.is_broken}


def _known_by_now(row: FeedRow, evidence: CrawlEvidence) -> FeedRow | None:
    """Return a row with what did not rest on other rows and was not known when it was written; None drops the row."""
    columns = evidence.columns_of(row)
    known = {**row, **columns} if columns else row
    if evidence.relation_of is None:
        return known
    relation = evidence.relation_of(known)
    return None if relation is None else {**known, "relation": relation.value}


def _significant_digits(measure: float | None) -> float | None:
    """Round a measure, which may be far below 1, to four significant digits."""
    return None if measure is None else float(f"{measure:.4g}")
