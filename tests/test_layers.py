"""Who may import whom: the core and the items know nothing of Scrapy, files, clocks or the network."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "backlinkspider"
PURE = sorted([*(PACKAGE / "core").rglob("*.py"), PACKAGE / "items.py"])
NOT_PURE = {
    "scrapy",
    "twisted",
    "asyncio",
    "socket",
    "redis",
    "time",
    "random",
    "os",
    "pathlib",
    "subprocess",
    "urllib",
    "requests",
}
ONLY_USERS = {
    "selectolax": "core/html/parser.py",
    "tldextract": "core/urls/domains.py",
    "protego": "downloader/robots_cache.py",
    "cachetools": "downloader/robots_cache.py",
    "warcio": "downloader/handlers/warc.py",
    "redis": "seed_queue/client.py",
    "lxml": "core/seeds/sitemaps.py",
    "eld": "core/html/language.py",
    "OpenSSL": "skip_reasons.py",
    "numpy": "core/graph/centrality.py",
    "wordfreq": "core/profile/relevance.py",
}


def imports_of(path: Path) -> set[str]:
    """The modules that a file imports, whole."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
    return found


@pytest.mark.parametrize("path", PURE, ids=lambda path: path.name)
def test_the_core_is_pure(path: Path) -> None:
    modules = imports_of(path)
    assert not {module.partition(".")[0] for module in modules} & NOT_PURE
    own = {module for module in modules if module.startswith("backlinkspider")}
    assert all(module.startswith(("backlinkspider.core", "backlinkspider.items")) for module in own)
    assert not re.search(r"\.(?:now|today|utcnow)\(", path.read_text(encoding="utf-8"))
    assert not re.search(r"(?<![.\w])open\(", path.read_text(encoding="utf-8").replace("def open(", ""))


@pytest.mark.parametrize(("library", "user"), ONLY_USERS.items())
def test_a_library_has_one_user(library: str, user: str) -> None:
    users = {
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        if any(m.partition(".")[0] == library for m in imports_of(path))
    }
    assert users == {user}
