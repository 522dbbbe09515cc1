"""What the authority of the sites of a crawl costs, by the size of its graph.

    PYTHONPATH=. python benchmarks/authority.py [--sites 1000000] [--edges 10000000]

The graph is drawn at random, the same every time, with few sites that many link to and few that link to many (power laws). For
each of two graphs a process notes the pages of a crawl in its store, 25 links a page, and then works out authority for 2,000
referring domains: once where every site links, and once where one in a hundred does, as in a crawl. Printed are microseconds
for a link that is noted, seconds to look which sites link, to build the graph from the links as they are read back, and to work
out each measure, and the peak memory (resident set) of the process. At the end: what a page of
110 links costs on a site whose links are all known.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import time
from collections.abc import Callable, Iterator
from typing import TypeVar

from backlinkspider.core.graph.centrality import LinkGraph
from backlinkspider.core.html.parser import read_page
from backlinkspider.site_graph.domain_graph import DomainGraph
from backlinkspider.site_graph.store import SiteGraphStore

LINKS_OF_A_PAGE = 25
REFERRING_DOMAINS = 2_000
TRUSTED = 100
SKEW = 3
"""The site of rank x * sites, x from 0 to 1, is drawn at x**3: a power law."""

Result = TypeVar("Result")


def main() -> None:
    """Prints a line for each graph, and the cost of a known page."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--sites", type=int, default=1_000_000)
    parser.add_argument("--edges", type=int, default=10_000_000)
    options = parser.parse_args()
    measures = ("µs/link", "read s", "build s", "pagerank s", "trust s", "sum s", "peak MB")
    print(f"{'linking sites':>13}{'sites':>11}{'links':>13}" + "".join(f"{measure:>11}" for measure in measures))
    for linking in (options.sites, options.sites // 100):
        # In a process of its own: memory that was once used counts in the peak of all that comes after.
        process = os.fork()
        if not process:
            measure(linking, options.sites, options.edges)
            os._exit(0)
        os.waitpid(process, 0)
    print(f"a page of 110 links on a site whose links are known: {known_page_microseconds():.1f} microseconds more")


def measure(linking: int, sites: int, edges: int) -> None:
    """Fills a store and works out authority from it."""
    graph = SiteGraphStore(edges_maximum=2 * edges)
    begun = time.perf_counter()
    drawing = 0.0
    pages = drawn_pages(linking, sites)
    while graph.edges < edges:
        drawn = time.perf_counter()
        site, linked = next(pages)
        drawing += time.perf_counter() - drawn
        graph.add(site, linked)
    noting = time.perf_counter() - begun - drawing
    asked = list(graph.numbers_of(name(number) for number in range(REFERRING_DOMAINS)).values())
    trusted = list(graph.numbers_of(name(number) for number in range(TRUSTED)).values())
    links, reading = timed(lambda: graph.links_for(asked))
    nodes, building = timed(lambda: LinkGraph(links, graph.sites))
    _, ranking = timed(lambda: nodes.pagerank(asked))
    _, trusting = timed(lambda: nodes.trustrank(asked, trusted))
    whole = reading + building + ranking + trusting
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{linking:>13,}{graph.sites:>11,}{graph.edges:>13,}{1e6 * noting / graph.edges:>11.1f}{reading:>11.1f}{building:>11.1f}"
        f"{ranking:>11.1f}{trusting:>11.1f}{whole:>11.1f}{peak:>11.0f}",
        flush=True,
    )


def drawn_pages(linking: int, sites: int) -> Iterator[tuple[str, set[str]]]:
    """The pages of a crawl without end: a site, and the sites that one of its pages links to."""
    draw = random.Random(7).random
    # The first page of every site that links; then those of the ones with most pages.
    number = 0
    while True:
        site = number if number < linking else int(linking * draw() ** SKEW)
        yield name(site), {name(int(sites * draw() ** SKEW)) for _ in range(LINKS_OF_A_PAGE if number >= linking else 3)}
        number += 1


def name(number: int) -> str:
    """The name of a site."""
    return f"site{number}.example"


def timed(work: Callable[[], Result]) -> tuple[Result, float]:
    """What comes of some work, and the seconds that it takes."""
    begun = time.perf_counter()
    return work(), time.perf_counter() - begun


def known_page_microseconds() -> float:
    """What it costs to note a page of 110 links, 25 of them to as many other sites, all known."""
    links = [f"/page/{number}" for number in range(60)] + [f"https://{name(number % 25)}/{number}" for number in range(50)]
    body = "".join(f'<a rel="noopener" href="{link}">{link}</a>' for link in links)
    page = read_page("https://magazine.example/", body.encode())
    graph = DomainGraph(SiteGraphStore())
    times = 20_000
    graph.note(page)
    _, seconds = timed(lambda: [graph.note(page) for _ in range(times)])
    return 1e6 * seconds / times


if __name__ == "__main__":
    main()
