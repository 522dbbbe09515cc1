"""Count the steps that a page takes through our code, from the arrival of its response until its row is written.

    python benchmarks/page_walk.py

A crawl of one page with one backlink runs in this process, and the interpreter reports each call (`sys.setprofile`). A *stop* is
a function of ours outside `core` that is called meanwhile, counted once: what the core does with a page is work, not way. Stops
are in the order in which they are first called. A *stay* is a run of them in one module. A *climb* is a step from a stay to the
next one where that stands above: in a module that imports it, directly or through others. Most climbs are returns: a function
calls one below and then another of its own module. A *call up* is none: a stop is called from a module below it, as a callback
is. What opens the crawl and ends it is not counted.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from itertools import groupby, pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from types import CodeType, FrameType

from scrapy import Request, signals
from scrapy.crawler import Crawler, CrawlerProcess
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

PROJECT = Path(__file__).parent.parent
PACKAGE = PROJECT / "backlinkspider"
URL = "https://a.example/page"
BODY = b'<html lang="en"><title>A page</title><h1>A page</h1><p>We sit on <a href="https://target.example/">the oak chair</a>.'
HANDLER = "backlinkspider.downloader.handlers.warc.ArchiveDownloadHandler"
SETTINGS = {
    "ADDONS": {"backlinkspider.addon.BacklinksAddon": 0},
    "BACKLINKS_LINK_CHECK_LIMIT": 0,
    # Its look at the memory falls into the page or not.
    "BACKLINKS_TUNE_PROCESS": False,
    "DOWNLOAD_DELAY": 0,
    "DOWNLOAD_HANDLERS": {"http": HANDLER, "https": HANDLER},
    "LOG_LEVEL": "ERROR",
}
ARGUMENTS = {"target": "target.example", "seeds": URL, "follow": "none", "sitemaps": "false", "profile_pages": "0"}

Function = tuple[str, str]
"""The path of a module below the package, and the qualified name of a function in it."""


class Walk:
    """Records the functions of ours that are called."""

    def __init__(self) -> None:
        self.stops: dict[Function, None] = {}
        self.calls_up: dict[tuple[Function, Function], None] = {}

    def begin(self, request: Request) -> None:
        """Begin when the response comes; that of robots.txt comes before."""
        if request.url == URL:
            sys.setprofile(self._note)

    def end(self) -> None:
        sys.setprofile(None)

    def _note(self, frame: FrameType, event: str, _: object) -> None:
        if event == "call" and (function := function_of(frame.f_code)) is not None:
            self.stops.setdefault(function)
            caller = function_of(frame.f_back.f_code) if frame.f_back is not None else None
            if caller is not None and caller[0] in imports_of(function[0]):
                self.calls_up.setdefault((caller, function))

    @property
    def stays(self) -> list[str]:
        """The modules, in order; one comes again where the way leads back to it."""
        return [module for module, _ in groupby(module for module, _ in self.stops)]

    @property
    def climbs(self) -> list[tuple[str, str]]:
        return [(below, above) for below, above in pairwise(self.stays) if below in imports_of(above)]


@cache
def function_of(code: CodeType) -> Function | None:
    """Return the function of ours that some code belongs to; None for code of others, the core, and parts of a function."""
    path = Path(code.co_filename)
    if not path.is_relative_to(PACKAGE):
        return None
    module = path.relative_to(PACKAGE).as_posix()
    name = code.co_qualname.partition(".<locals>")[0]
    return None if module.startswith("core/") or module == "items.py" or name.startswith("<") else (module, name)


@cache
def imports_of(module: str) -> frozenset[str]:
    """Return the modules of ours that a module imports, directly or through others."""
    found: set[str] = set()
    waiting = [module]
    while waiting:
        for name in named_modules(waiting.pop()):
            if name not in found:
                found.add(name)
                waiting.append(name)
    return frozenset(found)


@cache
def named_modules(module: str) -> frozenset[str]:
    """Return the modules of ours that the code of a module names."""
    tree = ast.parse((PACKAGE / module).read_text(encoding="utf-8"))
    names = {name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for name in _names(node)}
    paths = (
        name.removeprefix("backlinkspider.").replace(".", "/") + ".py" for name in names if name.startswith("backlinkspider.")
    )
    return frozenset(path for path in paths if (PACKAGE / path).is_file())


def _names(node: ast.ImportFrom) -> Iterator[str]:
    assert node.module is not None, "imports are absolute"
    yield node.module
    yield from (f"{node.module}.{alias.name}" for alias in node.names)


def crawl(folder: Path, walk: Walk) -> str:
    """Crawl the page; return its rows."""
    with (folder / "web.warc.gz").open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html; charset=utf-8")], protocol="HTTP/1.1")
        writer.write_record(writer.create_warc_record(URL, "response", payload=BytesIO(BODY), http_headers=headers))
    feed = folder / "rows.csv"
    process = CrawlerProcess(
        {**SETTINGS, "BACKLINKS_WARC_FILE": str(folder / "web.warc.gz"), "FEEDS": {str(feed): {"format": "csv"}}}
    )
    crawler: Crawler = process.create_crawler("backlinks")
    crawler.signals.connect(walk.begin, signals.response_received)
    crawler.signals.connect(walk.end, signals.spider_idle)
    process.crawl(crawler, **ARGUMENTS)
    process.start()
    return feed.read_text(encoding="utf-8")


def main() -> None:
    """Print each stop, and the counts."""
    walk = Walk()
    with TemporaryDirectory() as folder:
        rows = crawl(Path(folder), walk)
    assert rows.count("\n") == 2, "a header and a row"
    for module, name in walk.stops:
        print(f"{module:45} {name}")
    for (module, name), (above, called) in walk.calls_up:
        print(f"call up: {name} in {module} calls {called} in {above}")
    modules = set(walk.stays)
    print(
        f"{len(walk.stops)} stops in {len(modules)} modules, {len(walk.stays)} stays, {len(walk.climbs)} climbs, "
        f"calls up: {len(walk.calls_up)}"
    )


if __name__ == "__main__":
    main()
