"""Headers of the tables that link tools export: which column holds the linking page, the target, the anchor, dates."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple


class Role(StrEnum):
    """What a column is about."""

    PAGE = "page"
    """The page or site that links, or may do so."""
    TARGET = "target"
    """The URL or site linked to."""
    ANCHOR = "anchor"
    FIRST_SEEN = "first_seen"
    LAST_SEEN = "last_seen"


class Export(NamedTuple):
    """A table that a tool writes, by the names of its columns as `normalize_name` returns them."""

    tool: str
    page: str
    known_by: frozenset[str]
    """Columns without which a table is another one."""
    target: str | None = None
    anchor: str | None = None
    first_seen: str | None = None
    last_seen: str | None = None

    @property
    def columns(self) -> Mapping[Role, str]:
        """The names of its columns by what they are about."""
        names = {role: getattr(self, role.value) for role in Role}
        return {role: name for role, name in names.items() if name is not None}


def _export(tool: str, page: str, *known_by: str, **columns: str) -> Export:
    return Export(tool, page, frozenset((page, *known_by)), **columns)


EXPORTS = (
    _export("backlinkspider", "url from", "url to", "relation", target="url to", anchor="anchor", first_seen="first seen",
            last_seen="last seen"),
    _export("backlinkspider", "candidate", "level", target="target url", anchor="anchor", first_seen="first seen",
            last_seen="last seen"),
    _export("backlinkspider", "seed", "outcome"),
    _export("DataForSEO", "url from", "url to", target="url to", anchor="anchor", first_seen="first seen", last_seen="last seen"),
    _export("Ahrefs", "referring page url", "target url", target="target url", anchor="anchor", first_seen="first seen",
            last_seen="last seen"),
    _export("Ahrefs", "referring page url", "link url", target="link url", anchor="link anchor", first_seen="first seen",
            last_seen="last check"),
    _export("Ahrefs", "domain", "domain rating"),
    _export("Semrush", "source url", "target url", "source title", target="target url", anchor="anchor", first_seen="first seen",
            last_seen="last seen"),
    _export("Semrush", "domain", "domain ascore", first_seen="first seen", last_seen="last seen"),
    _export("Majestic", "source url", "target url", "source crawl date", target="target url", anchor="anchor text",
            first_seen="source first found date", last_seen="source crawl date"),
    _export("Majestic", "sourceurl", "targeturl", target="targeturl", anchor="anchortext", last_seen="date"),
    _export("Moz", "url", "target url", "anchor text", target="target url", anchor="anchor text"),
    _export("Search Console", "linking page", "last crawled", last_seen="last crawled"),
    _export("Search Console", "site", "linking pages"),
    _export("Search Console", "אתר", "דפים מקשרים"),
    _export("Bing", "source url", "target url", "anchor text", target="target url", anchor="anchor text"),
    _export("Bing", "domain", "backlinks count"),
    _export("Yandex", "source url", "destination url", target="destination url", first_seen="discovery date",
            last_seen="source last access date"),
    _export("Screaming Frog", "source", "destination", target="destination", anchor="anchor"),
    _export("Screaming Frog", "address", "status code"),
    _export("Linkody", "url from", "expected landing page url", target="expected landing page url", anchor="expected anchor",
            first_seen="added"),
    _export("TraceLinker", "source url", "target url", "anchor text", "rel", target="target url", anchor="anchor text",
            first_seen="first seen", last_seen="last seen"),
    # Referrers of visitors.
    _export("Matomo", "label", "nb visits"),
    _export("GA4", "page referrer", "sessions"),
    _export("GA4", "session source", "sessions"),
    _export("GA4", "session source / medium", "sessions"),
    _export("Plausible", "name", "visitors"),
    _export("Plausible", "source", "visitors"),
    _export("Plausible", "referrer", "visitors"),
    _export("GoatCounter", "referrer", "2path"),
)  # fmt: skip
"""Tables of which real files, or several programs that read them, were seen; where two fit, the one with more columns in
`known_by` counts, then the first."""

LINKING_NAMES = (
    "url from", "from url", "referring page url", "referring page", "referring url", "source url", "sourceurl",
    "source page url", "source page", "source link", "linking page", "linking page url", "linking url",
    "linking from", "backlink", "backlink url", "backlink source", "candidate", "source", "from", "referrer",
    "referer",
)  # fmt: skip
"""Names that say "links to us"."""

PLACE_NAMES = (
    "page url", "url", "urls", "address", "link", "link url", "page", "seed", "seed url", "site", "site url",
    "website", "website url", "web site", "homepage", "domain from", "referring domain", "source domain",
    "linking domain", "linking site", "root domain", "domain", "domains", "domain name", "host", "hostname",
)  # fmt: skip
"""Names of any URL or site, the more exact ones first."""

TARGET_NAMES = (
    "url to", "to url", "target url", "targeturl", "target page", "target link", "target", "destination url",
    "destination page", "destination", "expected landing page url", "landing page url", "landing page", "linked page",
    "linked url", "link to", "links to", "to", "top linked pages", "top target pages", "top linked page",
)  # fmt: skip

ANCHOR_NAMES = ("anchor", "anchor text", "anchortext", "anchor texts", "link anchor", "link text", "expected anchor", "keyword")

FIRST_SEEN_NAMES = (
    "first seen", "first found", "first indexed", "discovered", "discovery date", "source first found date", "added",
    "date found", "first crawled",
)  # fmt: skip
LAST_SEEN_NAMES = (
    "last seen", "last crawled", "last check", "last checked", "source crawl date", "source last access date",
    "last found",
)  # fmt: skip

_NAMES: Mapping[Role, Sequence[str]] = {
    Role.TARGET: TARGET_NAMES,
    Role.ANCHOR: ANCHOR_NAMES,
    Role.FIRST_SEEN: FIRST_SEEN_NAMES,
    Role.LAST_SEEN: LAST_SEEN_NAMES,
}

KNOWN_NAMES = frozenset(
    {
        *LINKING_NAMES,
        *PLACE_NAMES,
        *(name for names in _NAMES.values() for name in names),
        *(name for export in EXPORTS for name in (*export.known_by, *export.columns.values())),
        "nofollow", "follow", "rel", "title", "source title", "referring page title", "type", "status", "status code",
        "language", "external links", "internal links", "lost", "domain rating", "dr", "ur", "page ascore",
        "page authority", "domain authority", "spam score", "toxicity score", "link type", "notes", "note", "tags",
        "cost", "rank", "traffic", "image", "alt text", "#", "discovered status", "incoming links", "linking pages",
        "linking sites", "target pages", "backlinks", "referring domains", "left context", "right context",
        "crawlability", "link path", "link position", "link origin", "indexability", "dofollow", "date", "acrank",
        "flagnofollow", "country", "email", "name", "company", "ip",
    }
)  # fmt: skip
"""Names that, two of them in a line, make it a header."""

_NAME_SEPARATORS = re.compile(r"[\s_\-\ufeff]+")


def normalize_name(cell: str) -> str:
    """The name of a column as it is compared: without case, and with one space for what separates words.

    >>> normalize_name(" Source_URL ")
    'source url'
    """
    return _NAME_SEPARATORS.sub(" ", cell).strip().casefold()


def export_of(names: Sequence[str]) -> Export | None:
    """The export whose header has these names; None for a table that nobody here has seen."""
    fitting = [export for export in EXPORTS if export.known_by.issubset(names)]
    return max(fitting, key=lambda export: len(export.known_by), default=None)


def columns_by_name(names: Sequence[str]) -> dict[Role, int]:
    """The columns whose names say what they are about, the linking page's aside."""
    columns = {}
    for role, known in _NAMES.items():
        index = next((names.index(name) for name in known if name in names), None)
        if index is not None:
            columns[role] = index
    return columns
