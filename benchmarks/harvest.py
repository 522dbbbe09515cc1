"""What the page budget of a crawl goes to, on real servers with invented content and on the labelled web.

    python benchmarks/harvest.py [--project DIR] [--only NAME] [--max-pages N ...] [--argument NAME=VALUE ...] [--curves FILE]
        [--before FILE]

Crawls WordPress, MediaWiki and DokuWiki (installed by tests/real_servers/install.sh), Spirit, Oscar, Machina and Cartridge
(install_python.sh) with default arguments and no delay. Printed
are the content pages that were read, all requests by what they were for, and the backlinks on the content pages among the first
25, 50 and 100 that were asked for; then the same backlinks on the labelled web, whose every page is content. `--project` is
another checkout, to compare the code before a change with the code after it; servers and content are always those of this one.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

PROJECT = Path(__file__).parent.parent
sys.path.insert(0, str(PROJECT))

from tests.real_servers.cartridge import serve_cartridge  # noqa: E402  # the line above finds them
from tests.real_servers.dokuwiki import serve_dokuwiki  # noqa: E402
from tests.real_servers.machina import serve_machina  # noqa: E402
from tests.real_servers.measure import count_backlinks, crawl_site, run_crawl  # noqa: E402
from tests.real_servers.mediawiki import serve_mediawiki  # noqa: E402
from tests.real_servers.oscar import serve_oscar  # noqa: E402
from tests.real_servers.php_site import NoServerError, PhpSite  # noqa: E402
from tests.real_servers.spirit import serve_spirit  # noqa: E402
from tests.real_servers.wordpress import PLAIN, PRETTY, serve_wordpress  # noqa: E402
from tests.support.labelled_pages import TARGETS, read_pages  # noqa: E402
from tests.support.miniweb import MiniWeb  # noqa: E402

STEPS = (25, 50, 100)
SERVERS: dict[str, Callable[[Path], AbstractContextManager[PhpSite]]] = {
    "wordpress": partial(serve_wordpress, PRETTY),
    "plain-wordpress": partial(serve_wordpress, PLAIN),
    "mediawiki": serve_mediawiki,
    "dokuwiki": serve_dokuwiki,
    "spirit": serve_spirit,
    "oscar": serve_oscar,
    "machina": serve_machina,
    "cartridge": serve_cartridge,
}


def main() -> None:
    """Crawl everything and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--project", type=Path, default=PROJECT, help="the checkout whose code crawls")
    parser.add_argument("--only", choices=[*SERVERS, "labelled-web"], action="append", help="repeat for several")
    parser.add_argument("--max-pages", nargs="+", default=["100"], help="one crawl each")
    parser.add_argument("--argument", action="append", default=[], help="of the crawl, such as sitemaps=true")
    parser.add_argument("--curves", type=Path, help="a JSON file to write, for --before of another run")
    parser.add_argument("--before", type=Path, help="such a file of the code before; draws harvest.svg")
    options = parser.parse_args()
    # Servers end and folders are removed, as after Ctrl-C.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    project = options.project.resolve()
    arguments = dict(argument.split("=", 1) for argument in options.argument)
    print(f"| site | max_pages | content pages read | backlinks in the first {', '.join(map(str, STEPS))} | requests |")
    print("|---|---|---|---|---|")
    curves = {
        name: measure_server(serve, project, options.max_pages, arguments)
        for name, serve in SERVERS.items()
        if name in (options.only or SERVERS)
    }
    if options.before is not None:
        before = json.loads(options.before.read_text("utf-8"))
        (PROJECT / "benchmarks" / "harvest.svg").write_text(draw(before, curves), "utf-8")
    if options.curves is not None:
        options.curves.write_text(json.dumps(curves), "utf-8")
    if "labelled-web" in (options.only or ["labelled-web"]):
        for language in TARGETS:
            measure_labelled_web(language, project, arguments)


def measure_server(
    serve: Callable[[Path], AbstractContextManager[PhpSite]], project: Path, budgets: Sequence[str], arguments: dict[str, str]
) -> list[int]:
    """Print a row for each budget, and return the last one's backlinks. Ends the benchmark where a server is not installed."""
    harvest: list[int] = []
    with tempfile.TemporaryDirectory() as folder:
        try:
            with serve(Path(folder)) as site:
                for budget in budgets:
                    with tempfile.TemporaryDirectory() as outputs:
                        crawl = crawl_site(site, Path(outputs), project=project, max_pages=budget, **arguments)
                    read = f"{len(site.pages_read())} of {len(set(site.content.values()))}"
                    harvest = [crawl.harvest(step) for step in STEPS]
                    found = " / ".join(map(str, harvest))
                    kinds = ", ".join(f"{number} {kind}" for kind, number in site.count_kinds().most_common())
                    print(f"| {site.name} | {budget} | {read} | {found} | {kinds} |", flush=True)
        except NoServerError as error:
            sys.exit(str(error))
    return harvest


def measure_labelled_web(language: str, project: Path, arguments: dict[str, str]) -> None:
    """Print the row of a language, all of whose sites are crawled at once."""
    target, pages = TARGETS[language], read_pages(language)
    seeds = sorted({url.split("/")[2] for url in pages} - {target})
    with tempfile.TemporaryDirectory() as folder, MiniWeb(pages) as web:
        rows, _ = run_crawl(web, Path(folder), project, target=target, seeds=",".join(seeds), profile_pages="0", **arguments)
    # The target is asked too, whether the pages that are linked to are there.
    fetched = [request.url for request in web.requests if request.url in pages and request.url.split("/")[2] != target]
    found = " / ".join(str(count_backlinks(rows, fetched[:step], lambda url: url)) for step in STEPS)
    read = f"{len(set(fetched))} of {sum(url.split('/')[2] in seeds for url in pages)}"
    print(f"| labelled web, {language} ({len(seeds)} sites) | 100 | {read} | {found} | |", flush=True)


def draw(before: Mapping[str, Sequence[int]], now: Mapping[str, Sequence[int]]) -> str:
    """The backlinks among the first pages of each site as curves, an SVG picture: `STEPS` figures for each."""
    panels = []
    for place, (name, found) in enumerate(now.items()):
        left, top = 20 + 215 * (place % 3), 30 + 155 * (place // 3)
        highest = max(*found, *before[name], 1)
        panels.append(f'<text x="{left}" y="{top - 8}">{name}</text>')
        panels.append(f'<path d="M{left} {top}V{top + 100}H{left + 180}" fill="none" stroke="#999"/>')
        for figures, colour, beside in ((before[name], "#8a8f98", 13), (found, "#2a7d4f", -4)):
            points = [(left + 1.8 * step, top + 100 - 90 * figure / highest) for step, figure in zip(STEPS, figures, strict=True)]
            line = " ".join(f"{across:.0f},{down:.0f}" for across, down in ((left, top + 100), *points))
            panels.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>')
            panels += [
                f'<text x="{across - 12:.0f}" y="{down + beside:.0f}" fill="{colour}" font-size="11">{figure}</text>'
                for (across, down), figure in zip(points, figures, strict=True)
            ]
    height = 40 + 155 * -(-len(now) // 3)
    caption = f'<text x="20" y="{height - 8}" fill="#555">backlinks found in the first 25, 50, 100 pages; grey: before</text>'
    style = 'font-family="sans-serif" font-size="13"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="660" height="{height}" {style}>{"".join(panels)}{caption}</svg>\n'


if __name__ == "__main__":
    main()
