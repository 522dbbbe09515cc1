"""Common Crawl's graph of domains: who refers to a domain, also to those of others. No account, no index, no database."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import replace
from itertools import chain

from backlinkspider.core.candidates.candidate import Candidate, place_of_host
from backlinkspider.core.exceptions import SourceError
from backlinkspider.core.links.target import Scope, Target
from backlinkspider.core.rows.csv_cells import LIST_SEPARATOR
from backlinkspider.core.urls.domains import icann_domain, site_of
from backlinkspider.core.webgraph.edges import EdgeFinder
from backlinkspider.core.webgraph.names import host_of_name, is_release, releases_in, reverse_name
from backlinkspider.core.webgraph.ranks import Rank, RankFinder
from backlinkspider.core.webgraph.vertices import NameFinder, TargetFinder
from backlinkspider.discovery.downloads import is_kept, scan_file
from backlinkspider.discovery.source import NetworkSource, Question
from backlinkspider.discovery.web import Web

_FILES = ("vertices", "edges", "ranks")
_RELEASES_TRIED = 3
"""A release may be listed when its files are not there yet."""

_HUB_LINKS = 20_000
"""A domain that refers to so many others says nothing about one of them: directories, archives, statistics."""

_HOSTS_SAY = "the graph knows domains only: places may refer to another part of {}"


class CommonCrawlSource(NetworkSource):
    """Reads vertices, edges, vertices and ranks as streams, for any number of targets at once, and keeps nothing.

    Reads: BACKLINKS_COMMONCRAWL_URL, BACKLINKS_COMMONCRAWL_INDEX_URL.
    """

    NAMES = ("commoncrawl",)

    def __init__(self, name: str, values: Sequence[str], question: Question) -> None:
        super().__init__(name, values, question)
        self._release = self.require_single_value()
        if self._release is not None and not is_release(self._release):
            raise SourceError(f"commoncrawl '{self.shown(self._release)}' is not a release, such as cc-main-2026-jul-aug-sep")
        self._base: str = question.settings["BACKLINKS_COMMONCRAWL_URL"]
        self._index: str = question.settings["BACKLINKS_COMMONCRAWL_INDEX_URL"]
        self._nodes: dict[bytes, list[int]] = {}
        """The names of the targets in the graph, each with the numbers of the targets that it stands for."""

    async def read(self, web: Web) -> AsyncIterator[Candidate]:
        """Yield the domains that refer to the targets."""
        self._nodes = self._find_nodes()
        if not self._nodes:
            raise SourceError("the graph cannot tell who refers to any of the targets")
        release = self._release or await self._newest_release(web)
        self.limit(f"release {release}: what is not in it may link all the same")
        edges = await self._find_referrers(web, release)
        if edges is None or not edges.referrers:
            return
        edges.keep_hubs(_HUB_LINKS)
        names = await scan_file(self._url(release, "vertices"), lambda: NameFinder(edges.referrers), web, keep=self.question.keep)
        self._report_order(names, edges)
        ranks = await self._find_ranks(web, release, names)
        for candidate in self._candidates(edges, names, ranks, release):
            yield candidate

    def _find_nodes(self) -> dict[bytes, list[int]]:
        """Return the nodes of the targets, without those that the graph cannot tell apart from others."""
        nodes: dict[bytes, list[int]] = {}
        for number, target in enumerate(self.question.ownership.targets):
            domain = icann_domain(target.host)
            if domain is None or domain != site_of(target.host):
                self.report.notes.append(f"the graph cannot tell who refers to {target.text}: it has {domain or 'no node'} only")
                continue
            if not _is_whole_domain(target):
                self.report.notes.append(_HOSTS_SAY.format(domain))
            nodes.setdefault(reverse_name(domain), []).append(number)
        return nodes

    async def _newest_release(self, web: Web) -> str:
        """Return the first release of the list that has all its files. Raises SourceError."""
        for release in (await self._list_releases(web))[:_RELEASES_TRIED]:
            if await self._has_files(web, release):
                return release
        raise SourceError("no release of the graph has all its files; name one: --source commoncrawl=cc-main-2026-jul-aug-sep")

    async def _list_releases(self, web: Web) -> list[str]:
        """Return the releases, the newest first, from the list for programs or else from the page for people."""
        problems = []
        for page in ("graphinfo.json", "web-graphs-index.html"):
            try:
                response = await web.get(f"{self._index}{page}")
            except SourceError as error:
                problems.append(str(error))
                continue
            if releases := releases_in(response.body.decode("utf-8", "replace")):
                return releases
            problems.append(f"{page} names no release")
        raise SourceError("; ".join(problems))

    async def _has_files(self, web: Web, release: str) -> bool:
        for name in _FILES:
            url = self._url(release, name)
            if not is_kept(url, self.question.keep) and not await web.exists(url):
                return False
        return True

    async def _find_referrers(self, web: Web, release: str) -> EdgeFinder | None:
        keep = self.question.keep
        found = await scan_file(self._url(release, "vertices"), lambda: TargetFinder(self._nodes), web, keep=keep)
        for name in (name for name, ids in found.ids.items() if not ids):
            self.report.notes.append(f"{host_of_name(name)} is not in the graph")
        bits: dict[int, list[int]] = {node: self._nodes[name] for name, ids in found.ids.items() for node in ids}
        if not bits:
            return None
        return await scan_file(self._url(release, "edges"), lambda: EdgeFinder(bits), web, keep=keep)

    async def _find_ranks(self, web: Web, release: str, names: NameFinder) -> RankFinder:
        def make_finder() -> RankFinder:
            referrers = (vertex.name for vertex in names.vertices() if host_of_name(vertex.name) is not None)
            return RankFinder(chain(self._nodes, referrers), self.question.min_rank)

        found = await scan_file(self._url(release, "ranks"), make_finder, web, keep=self.question.keep)
        for name in self._nodes:
            if rank := found.rank_of(name):
                place = f"harmonic position {rank.harmonic_position}, PageRank position {rank.pagerank_position}"
                self.report.notes.append(f"{host_of_name(name)} has {place}")
        return found

    def _report_order(self, names: NameFinder, edges: EdgeFinder) -> None:
        if not names.order.is_ordered:
            self.report.notes.append("the vertices are not in the order of their ids, so they were read by their ids")
        if names.doubled:
            self.report.unread["ids with two names, both taken"] = names.doubled
        if names.missing:
            self.report.unread["ids without a name"] = names.missing
        if not edges.is_sorted:
            self.report.notes.append("the edges are not sorted, so hubs are not told")

    def _candidates(self, edges: EdgeFinder, names: NameFinder, ranks: RankFinder, release: str) -> Iterator[Candidate]:
        for vertex in names.vertices():
            place = self._place_of(vertex.name)
            rank = ranks.rank_of(vertex.name)
            if place is None or vertex.name in self._nodes or (self.question.min_rank is not None and rank is None):
                continue
            hub = _hub_evidence(edges, vertex.number)
            if hub is not None and self.question.exclude_hubs:
                self.report.unread["hubs, which refer to very many domains"] += 1
                continue
            rank = rank or Rank(None, None, vertex.hosts)
            evidence = [f"graph {release}", *([hub] if hub is not None else [])]
            yield replace(
                place,
                targets=tuple(self._texts_of(edges.referrers[vertex.number])),
                harmonic_position=rank.harmonic_position,
                pagerank_position=rank.pagerank_position,
                hosts=rank.hosts if rank.hosts is not None else vertex.hosts,
                evidence=LIST_SEPARATOR.join(evidence),
            )

    def _place_of(self, name: bytes) -> Candidate | None:
        host = host_of_name(name)
        place = place_of_host(host) if host is not None else None
        if place is None:
            self.report.unread["names that are no host names"] += 1
        return place

    def _texts_of(self, bits: int) -> Iterator[str]:
        return (text for number, text in enumerate(self.question.ownership.names) if bits >> number & 1)

    def _url(self, release: str, name: str) -> str:
        return f"{self._base}{release}/domain/{release}-domain-{name}.txt.gz"


def _is_whole_domain(target: Target) -> bool:
    return target.scope is Scope.DOMAIN


def _hub_evidence(edges: EdgeFinder, node: int) -> str | None:
    """Return the words for a domain that refers to very many others."""
    links = edges.out_degrees.get(node)
    return f"hub: refers to {links} domains" if links is not None else None
