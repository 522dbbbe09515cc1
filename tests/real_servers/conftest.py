"""Real servers with invented content, one for all tests of a process."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from tests.real_servers.cartridge import serve_cartridge
from tests.real_servers.dokuwiki import serve_dokuwiki
from tests.real_servers.machina import serve_machina
from tests.real_servers.mediawiki import serve_mediawiki
from tests.real_servers.oscar import serve_oscar
from tests.real_servers.php_site import NoServerError, PhpSite
from tests.real_servers.spirit import serve_spirit
from tests.real_servers.wordpress import PLAIN, PRETTY, serve_wordpress

collect_ignore_glob = ["*_fill.py"]
"""Run by the Python of the software that they fill; doctest would import them."""


@pytest.fixture(scope="session")
def wordpress(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PhpSite]:
    """Pretty permalinks: 63 posts in 18 months, 11 pages, three of which no page links to."""
    with site_or_skip(lambda folder: serve_wordpress(PRETTY, folder), tmp_path_factory.mktemp("wordpress")) as site:
        yield site


@pytest.fixture(scope="session")
def plain_wordpress(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PhpSite]:
    """Plain permalinks (`?p=12`): 58 posts, 8 pages."""
    with site_or_skip(lambda folder: serve_wordpress(PLAIN, folder), tmp_path_factory.mktemp("plain")) as site:
        yield site


@pytest.fixture(scope="session")
def mediawiki(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PhpSite]:
    """61 pages, with talk pages and links to pages that nobody has written."""
    with site_or_skip(serve_mediawiki, tmp_path_factory.mktemp("mediawiki")) as site:
        yield site


@pytest.fixture(scope="session")
def dokuwiki(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PhpSite]:
    """91 pages in namespaces, at `doku.php?id=`."""
    with site_or_skip(serve_dokuwiki, tmp_path_factory.mktemp("dokuwiki")) as site:
        yield site


@pytest.fixture(scope="session")
def spirit(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PhpSite]:
    """A forum of 110 topics, every eighth of which has a second page."""
    with site_or_skip(serve_spirit, tmp_path_factory.mktemp("spirit")) as site:
        yield site


@pytest.fixture(scope="session")
def oscar(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PhpSite]:
    """A shop of 130 products, with three pages of information."""
    with site_or_skip(serve_oscar, tmp_path_factory.mktemp("oscar")) as site:
        yield site


@pytest.fixture(scope="session")
def machina(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PhpSite]:
    """A forum of 110 topics, every eighth of which has a second page."""
    with site_or_skip(serve_machina, tmp_path_factory.mktemp("machina")) as site:
        yield site


@pytest.fixture(scope="session")
def cartridge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PhpSite]:
    """A shop of 80 products, with a blog of 40 posts and three pages."""
    with site_or_skip(serve_cartridge, tmp_path_factory.mktemp("cartridge")) as site:
        yield site


@contextmanager
def site_or_skip(serve: Callable[[Path], AbstractContextManager[PhpSite]], folder: Path) -> Iterator[PhpSite]:
    """The site; without its software the test is skipped, or fails where a run requires servers."""
    serving = serve(folder)
    try:
        site = serving.__enter__()
    except NoServerError as error:
        if os.environ.get("BACKLINKS_REQUIRE_SERVERS"):
            pytest.fail(f"{error}, and this run requires it")
        pytest.skip(str(error))
    try:
        yield site
    finally:
        serving.__exit__(None, None, None)
