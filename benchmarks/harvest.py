"""What the page budget of a crawl goes to, on real servers with invented content and on the labelled web.

    python benchmarks/harvest.py [--project DIR] [--only NAME] [--max-pages N ...] [--argument NAME=VALUE ...]

Crawls WordPress, MediaWiki and DokuWiki (installed by tests/real_servers/install.sh) with default arguments and no delay. Printed
are the content pages that were read, all requests by what they were for, and the backlinks on the content pages among the first
25, 50 and 100 that were asked for; then the same backlinks on the labelled web, whose every page is content. `--project` is
another checkout, to compare the code before a change with the code after it; servers and content are always those of this one.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

PROJECT = Path(__file__).parent.parent
sys.path.insert(0, str(PROJECT))

from tests.real_servers.dokuwiki import serve_dokuwiki  # noqa: E402  # the line above finds them
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
}


def main() -> None:
    """Crawl everything and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--project", type=Path, default=PROJECT, help="the checkout whose code crawls")
    parser.add_argument("--only", choices=[*SERVERS, "labelled-web"], action="append", help="repeat for several")
    parser.add_argument("--max-pages", nargs="+", default=["100"], help="one crawl each")
    parser.add_argument("--argument", action="append", default=[], help="of the crawl, such as sitemaps=true")
    options = parser.parse_args()
    project = options.project.resolve()
    arguments = dict(argument.split("=", 1) for argument in options.argument)
    print(f"| site | max_pages | content pages read | backlinks in the first {', '.join(map(str, STEPS))} | requests |")
    print("|---|---|---|---|---|")
    for name, serve in SERVERS.items():
        if name in (options.only or SERVERS):
            measure_server(serve, project, options.max_pages, arguments)
    if "labelled-web" in (options.only or ["labelled-web"]):
        for language in TARGETS:
            measure_labelled_web(language, project, arguments)


def measure_server(
    serve: Callable[[Path], AbstractContextManager[PhpSite]], project: Path, budgets: Sequence[str], arguments: dict[str, str]
) -> None:
    """Print a row for each budget. Ends the benchmark where the server is not installed."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            with serve(Path(folder)) as site:
                for budget in budgets:
                    with tempfile.TemporaryDirectory() as outputs:
                        crawl = crawl_site(site, Path(outputs), project=project, max_pages=budget, **arguments)
                    read = f"{len(site.pages_read())} of {len(set(site.content.values()))}"
                    found = " / ".join(str(crawl.harvest(step)) for step in STEPS)
                    kinds = ", ".join(f"{number} {kind}" for kind, number in site.count_kinds().most_common())
                    print(f"| {site.name} | {budget} | {read} | {found} | {kinds} |", flush=True)
        except NoServerError as error:
            sys.exit(str(error))


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


if __name__ == "__main__":
    main()
