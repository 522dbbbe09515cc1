"""Who may import whom: the core knows nothing of Scrapy, files, clocks or the network, and imports run one way."""

from __future__ import annotations

import ast
import re
from functools import cache
from graphlib import CycleError, TopologicalSorter
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
    "redis": "seed_queue/connection.py",
    "lxml": "core/xml.py",
    "py3langid": "core/html/language.py",
    "OpenSSL": "skip_reasons.py",
    "rich": "progress/display.py",
    "numpy": "core/graph/centrality.py",
    "re2": "core/webgraph/edges.py",
    "isal": "core/decompression.py",
    "python_calamine": "checks/sheet_reader.py",
    "wordfreq": "core/profile/relevance.py",
    "msgpack": "core/profile/relevance.py",
    "duckdb": "report/tables.py",
    "xlsxwriter": "whole_files/workbook.py",
    "jinja2": "report/html/page.py",
    "itemadapter": "library/item_adapter.py",
}


GROUND = {"context", "exceptions", "items", "request_meta", "signals", "skip_reasons", "core"}
"""What every package outside the core may import."""

MAY_IMPORT: dict[str, set[str]] = {
    # Rooms and modules of the core, from the ground up.
    "core.exceptions": set(),
    "core.memo": set(),
    "core.persistent_dict": set(),
    "core.text": set(),
    "core.coverage": set(),
    "core.xml": set(),
    "core.progress": {"core.text"},
    "core.graph": set(),
    "core.urls": {"core.memo"},
    "core.ranking": {"core.memo", "core.urls"},
    "core.html": {"core.text", "core.urls"},
    "core.links": {"core.exceptions", "core.html", "core.memo", "core.text", "core.urls"},
    "core.page": {"core.html", "core.memo", "core.text"},
    "core.profile": {"core.html", "core.links", "core.page", "core.urls"},
    "core.quality": {"core.exceptions", "core.links", "core.memo", "core.page", "core.text", "core.urls"},
    "core.rows": {"core.exceptions", "core.text"},
    "core.monitor": {"core.exceptions", "core.rows", "core.tables", "core.urls"},
    "core.decompression": set(),
    "core.candidates": {"core.links", "core.urls"},
    "core.logs": {"core.urls"},
    "core.mentions": {"core.exceptions", "core.html", "core.seeds", "core.tables", "core.text", "core.urls", "core.xml"},
    "core.webgraph": {"core.urls"},
    "core.tables": {"core.exceptions", "core.html", "core.urls"},
    "core.seeds": {
        "core.decompression",
        "core.exceptions",
        "core.html",
        "core.ranking",
        "core.tables",
        "core.text",
        "core.urls",
        "core.xml",
    },
    "core.queue_url": {"core.exceptions"},
    "core.disavow": {"core.text", "core.urls"},
    "core.slugs": {"core.links", "core.urls"},
    "core.arguments": {
        "core.exceptions",
        "core.links",
        "core.monitor",
        "core.queue_url",
        "core.rows",
        "core.seeds",
        "core.urls",
    },
    "core.steps": {"core.html", "core.links", "core.page", "core.profile", "core.quality", "core.rows", "core.text", "core.urls"},
    "core.resume": {"core.arguments", "core.exceptions", "core.urls"},
    # Packages, from the ground up; each may import GROUND too.
    "library": {"checks", "feeds"},
    "context": set(),
    "job": set(),
    "seed_queue": set(),
    "feeds": {"job"},
    "analysis": {"feeds"},
    "whole_files": {"feeds", "job", "report"},
    "checks": {"feeds", "job", "seed_queue", "default_settings"},
    "addon": {"default_settings"},
    "base_spiders": {"addon", "checks"},
    "known_links": {"checks", "downloader", "feeds"},
    "downloader": {"checks", "job"},
    "ledger": {"job"},
    "scraper": {"downloader"},
    "frontier": {"base_spiders", "downloader", "feeds", "job", "ledger", "scraper"},
    "extensions": {"feeds", "frontier", "ledger"},
    "link_check": {"checks", "downloader", "frontier", "job"},
    "site_graph": {"checks", "job"},
    "target_profile": {"checks", "downloader", "frontier", "job"},
    "enrichment": {
        "base_spiders",
        "checks",
        "feeds",
        "job",
        "ledger",
        "link_check",
        "site_graph",
        "target_profile",
        "whole_files",
    },
    "pipelines": {"checks", "library", "scraper", "site_graph", "target_profile"},
    "progress": {"base_spiders", "checks", "downloader", "ledger", "link_check", "processes", "target_profile"},
    "processes": {"base_spiders", "downloader", "frontier", "job", "ledger", "link_check", "target_profile"},
    "workers": {"downloader", "ledger", "job", "seed_queue"},
    "discovery": {"checks", "feeds", "default_settings"},
    "report": {"analysis", "feeds"},
    "spiders": {
        "known_links",
        "feeds",
        "link_check",
        "base_spiders",
        "downloader",
        "frontier",
        "job",
        "ledger",
        "processes",
        "scraper",
        "site_graph",
        "target_profile",
        "workers",
    },
    "command_line": {"addon", "base_spiders", "checks", "extensions", "feeds", "job", "processes", "progress"},
    "operations": {
        "analysis",
        "base_spiders",
        "checks",
        "command_line",
        "discovery",
        "feeds",
        "job",
        "progress",
        "report",
        "seed_queue",
        "whole_files",
    },
    # `parse` is Scrapy's own, so it is no `CheckedCommand`.
    "commands": {"addon", "command_line", "operations"},
    "__main__": {"command_line", "commands"},
}
"""Which packages and modules of ours each may import. A package that is not named here may import GROUND only."""


def node_of(module: str) -> str:
    """The package of a module; inside the core its room, or the module itself."""
    parts = module.split(".")[1:]
    return ".".join(parts[:2]) if parts[:1] == ["core"] else ".".join(parts[:1])


@cache
def own_imports() -> dict[str, set[str]]:
    """Who imports whom, package by package."""
    found: dict[str, set[str]] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        module = ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__")
        imported = {node_of(name) for name in names_imported_by(path) if name.startswith("backlinkspider.")}
        found.setdefault(node_of(module), set()).update(imported - {node_of(module)})
    return found


def names_imported_by(path: Path) -> set[str]:
    """The modules of ours that a file imports; a name that is imported from a package is a module too."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            is_package = (PACKAGE.parent / node.module.replace(".", "/")).is_dir()
            names.update(f"{node.module}.{alias.name}" if is_package else node.module for alias in node.names)
    return names


def is_allowed(importer: str, imported: str) -> bool:
    if imported in MAY_IMPORT.get(importer, set()):
        return True
    if not importer:
        # What programs import from the package itself.
        return imported == "library"
    if importer.startswith("core"):
        return imported == "items"
    return imported.partition(".")[0] in {*GROUND, "__version__"}


@pytest.mark.parametrize(
    ("importer", "imported"), sorted(own_imports().items()), ids=lambda value: value if isinstance(value, str) else ""
)
def test_a_package_imports_what_it_may(importer: str, imported: set[str]) -> None:
    assert {name for name in imported if not is_allowed(importer, name)} == set()


def test_what_is_allowed_is_needed() -> None:
    found = own_imports()
    assert {importer: allowed - found[importer] for importer, allowed in MAY_IMPORT.items() if allowed - found[importer]} == {}


def test_imports_run_one_way() -> None:
    assert find_cycle({"a": {"b"}, "b": {"a"}}) == ["a", "b", "a"]
    assert find_cycle(own_imports()) == []


def find_cycle(graph: dict[str, set[str]]) -> list[str]:
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        cycle: list[str] = error.args[1]
        return cycle
    return []


@pytest.mark.parametrize(
    "folder", [PACKAGE, *sorted(path for path in PACKAGE.rglob("*") if path.is_dir())], ids=lambda path: path.name
)
def test_a_folder_can_be_taken_in_at_a_glance(folder: Path) -> None:
    modules = [path for path in folder.glob("*.py") if path.name != "__init__.py"]
    assert len(modules) <= (10 if folder == PACKAGE else 12)


@cache
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


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_no_component_looks_for_another(path: Path) -> None:
    # What a crawl has one of is in its context; of Scrapy's own, only whether there are feeds is asked.
    text = path.read_text(encoding="utf-8").replace("get_extension(FeedExporter)", "")
    assert not re.search(r"\.get_(?:extension|item_pipeline|downloader_middleware|spider_middleware)\(", text)
