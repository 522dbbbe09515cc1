"""What only the whole crawl can say of a link, written into the rows of a feed when the crawl has ended."""

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
from backlinkspider.enrichment.aggregates import RowAggregates, Traces
from backlinkspider.feeds.line_reader import EVERY_LINE, Wanted
from backlinkspider.feeds.reader import FeedFile, FeedReading
from backlinkspider.feeds.rewriter import rewrite_feed
from backlinkspider.items import Cell

_FINISHED = Wanted(rb'(?:internal_)?backlink,|\{"relation":"(?:internal_)?backlink"')
"""The lines that there is something to say of."""


@dataclass(frozen=True)
class CrawlEvidence:
    """What a crawl has learnt beside its rows; each may be asked from another thread, once the crawl has ended."""

    pages_of: Callable[[str], int]
    """How many pages of a site were read."""
    end_of: Callable[[str], Destination | None]
    """Where an address leads."""
    relation_of: Callable[[FeedRow], Relation | None] | None
    """What the link of a row is, now that it is known where it leads; None to drop the row. None where all are known."""
    links_to: Callable[[str, str], bool | None]
    """Whether a target links to a site."""
    authority_of: Callable[[frozenset[str]], Mapping[str, CentralityScores]]
    farms_among: Callable[[Mapping[str, Traces]], Mapping[str, LinkFarm]]
    """The link farm of each of some sites that are in one."""


class EnrichmentResult(NamedTuple):
    """What became of a feed."""

    verdicts: Counter[str]
    """How often each was given."""
    bad_lines: int
    """Lines that could not be read back, which stay as they are."""


def enrich_feed(
    feed: FeedFile, output: Path, *, evidence: CrawlEvidence, weights: Weights, check_time: Callable[[], None]
) -> EnrichmentResult:
    """Writes a feed with the columns of `core.rows.columns.DEFERRED_COLUMNS` in the rows that are meant.

    `check_time` is called again and again, and may raise. Raises FeedError for a feed
    that cannot be read, OSError and sqlite3.Error for what cannot be written.
    """
    reading = FeedReading(_FINISHED if evidence.relation_of is None else EVERY_LINE, check_time)
    with closing(RowAggregates()) as survey:
        for row in feed.rows(reading):
            if not isinstance(row, BadLine):
                survey.note(_with_relation(row, evidence) or row)
        rows = _RowEnricher(survey, evidence, weights)
        counts = rewrite_feed(feed, output, rows.values_for, reading=reading)
    return EnrichmentResult(rows.verdicts, counts.bad_lines)


class _RowEnricher:
    """Says of one row after the other what the whole crawl says."""

    def __init__(self, survey: RowAggregates, evidence: CrawlEvidence, weights: Weights) -> None:
        self.verdicts: Counter[str] = Counter()
        self._survey = survey
        self._evidence = evidence
        self._weights = weights
        self._authority = evidence.authority_of(frozenset(chain.from_iterable(survey.traces.values())))
        self._farms = {target: evidence.farms_among(sites) for target, sites in survey.traces.items()}
        self._page_ranks = {target: pagerank(pages.links, len(pages.numbers)) for target, pages in survey.pages.items()}

    def values_for(self, row: FeedRow) -> Mapping[str, Cell] | None:
        """The values of a row that are known now; None for one that is to go."""
        resolved = _with_relation(row, self._evidence)
        if resolved is None:
            return None
        if resolved.get("relation") == Relation.BACKLINK:
            return self._judged(resolved)
        if resolved.get("relation") == Relation.INTERNAL_BACKLINK:
            return {**resolved, **self._internal_pagerank(row), **self._end_of(row)}
        return resolved

    def _judged(self, row: FeedRow) -> Mapping[str, Cell]:
        found = {**row, **self._repeated(row), **self._of_sites(row), **self._end_of(row)}
        scores = score_cells(found, self._weights)
        self.verdicts[str(scores["verdict"])] += 1
        return {**found, **scores}

    def _repeated(self, row: FeedRow) -> dict[str, Cell]:
        """What the other rows of the feed say."""
        pages = self._evidence.pages_of(str(row.get("domain_from")))
        anchor = self._survey.anchor_share(row)
        return {
            "sitewide": round(min(1.0, self._survey.pages_with(row) / pages), 3) if pages else None,
            "domain_from_pages": pages or None,
            "anchor_share": round(anchor.share, 3) if anchor else None,
            "referring_domains": anchor.referring_domains if anchor else None,
        }

    def _of_sites(self, row: FeedRow) -> dict[str, Cell]:
        target, site = str(row.get("target")), str(row.get("domain_from"))
        authority = self._authority.get(site)
        farm = self._farms.get(target, {}).get(site)
        return {
            "reciprocal": self._evidence.links_to(target, site),
            "link_farm": farm.members if farm else None,
            "link_farm_footprints": farm.footprints if farm else None,
            "domain_from_pagerank": _short(authority.pagerank) if authority else None,
            "domain_from_trust": _short(authority.trust) if authority else None,
            "domain_graph_sites": authority.sites if authority else None,
        }

    def _internal_pagerank(self, row: FeedRow) -> dict[str, Cell]:
        target = str(row.get("target"))
        pages = self._survey.pages.get(target)
        if pages is None:
            return {}
        number = pages.number_of(str(row.get("url_from")))
        rank = self._page_ranks[target][number] if number is not None else None
        return {"page_from_pagerank": _short(rank), "page_graph_pages": len(pages.numbers) or None}

    def _end_of(self, row: FeedRow) -> dict[str, Cell]:
        end = self._evidence.end_of(str(row.get("url_to")))
        if end is None:
            return {}
        redirects = row.get("url_to_redirect_target") or end.redirects or None
        return {"url_to_status_code": end.status, "url_to_redirect_target": redirects, "is_broken": end.is_broken}


def _with_relation(row: FeedRow, evidence: CrawlEvidence) -> FeedRow | None:
    if evidence.relation_of is None:
        return row
    relation = evidence.relation_of(row)
    return None if relation is None else {**row, "relation": relation.value}


def _short(measure: float | None) -> float | None:
    """A measure with the digits that mean something: it may be far below 1."""
    return None if measure is None else float(f"{measure:.4g}")
