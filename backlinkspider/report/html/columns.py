"""The columns of the page's tables: what they are called and how their cells are shown."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Kind(StrEnum):
    """How a cell is shown, sorted and filtered."""

    TEXT = "text"
    WORD = "word"
    """One of a few words: filtered by a choice."""
    NUMBER = "number"
    SHARE = "share"
    """From 0 to 1, shown in percent."""
    FLAG = "flag"
    """True, false or not known."""
    LIST = "list"
    URL = "url"
    VERDICT = "verdict"


class Column(NamedTuple):
    """A column of a table."""

    field: str
    title: str
    kind: Kind = Kind.TEXT
    width: int = 0
    """Pixels in the searchable table; 0 shares what is left."""
    help: str = ""
    on_paper: bool = True
    """False for what a printed table has no room for."""


LINKS = (
    Column("verdict", "Verdict", Kind.VERDICT, 96, "What the link is worth"),
    Column("quality", "Quality", Kind.NUMBER, 84, "0 to 100: 50 plus the points of the reasons"),
    Column("to_do", "To do", Kind.WORD, 84, "mend: it leads to a dead page; look: see for yourself", on_paper=False),
    Column("domain_from", "Site", Kind.TEXT, 180, "The site that links"),
    Column("url_from", "Page that links", Kind.URL, 300),
    Column("anchor", "Anchor", Kind.TEXT, 200, "The words of the link"),
    Column("url_to", "Leads to", Kind.URL, 260),
    Column("dofollow", "Dofollow", Kind.FLAG, 92, "yes: search engines may follow it"),
    Column("position", "Position", Kind.WORD, 100, "Where it stands on the page", on_paper=False),
    Column("link_type", "Type", Kind.WORD, 86, on_paper=False),
    Column("anchor_type", "Anchor kind", Kind.WORD, 110, on_paper=False),
    Column("url_to_status_code", "Status", Kind.NUMBER, 80, "The HTTP status of the page it leads to", on_paper=False),
    Column("page_from_language", "Language", Kind.WORD, 96, on_paper=False),
    Column("summary", "Why", Kind.TEXT, 480, on_paper=False),
)
DOMAINS = (
    Column("domain", "Site", Kind.TEXT, 220),
    Column("best_verdict", "Best link", Kind.VERDICT, 96, "The verdict of its best link"),
    Column("best_quality", "Quality", Kind.NUMBER, 84, "Of its best link, 0 to 100"),
    Column("backlinks", "Links", Kind.NUMBER, 76),
    Column("dofollow", "Dofollow", Kind.NUMBER, 92),
    Column("pages", "Pages", Kind.NUMBER, 76, "Pages that link"),
    Column("broken", "Broken", Kind.NUMBER, 80, "Links that lead to a dead page"),
    Column("top_anchors", "Most used anchors", Kind.LIST, 300),
    Column("reciprocal", "You link back", Kind.FLAG, 124, on_paper=False),
    Column("in_link_farm", "Link farm", Kind.FLAG, 96, on_paper=False),
    Column("pagerank", "PageRank here", Kind.NUMBER, 120, "Within this crawl only; all sites together have 1", on_paper=False),
    Column("language", "Language", Kind.WORD, 96, on_paper=False),
    Column("first_seen", "First seen", Kind.TEXT, 110, on_paper=False),
    Column("last_seen", "Last seen", Kind.TEXT, 110, on_paper=False),
)
ANCHORS = (
    Column("anchor", "Anchor", Kind.TEXT, 320),
    Column("anchor_type", "Kind", Kind.WORD, 110, on_paper=False),
    Column("referring_domains", "Sites", Kind.NUMBER, 80),
    Column("share_of_domains", "Share of sites", Kind.SHARE, 120, "Of all sites that link"),
    Column("backlinks", "Links", Kind.NUMBER, 80),
    Column("dofollow", "Dofollow", Kind.NUMBER, 92),
    Column("best_verdict", "Best link", Kind.VERDICT, 96),
    Column("worst_verdict", "Worst link", Kind.VERDICT, 100),
)
PAGES = (
    Column("target_page", "Page", Kind.URL, 340),
    Column("is_broken", "Dead", Kind.FLAG, 80, "Empty: not looked at"),
    Column("status_code", "Status", Kind.NUMBER, 80),
    Column("redirects_to", "Redirects to", Kind.URL, 240),
    Column("referring_domains", "Sites", Kind.NUMBER, 80),
    Column("backlinks", "Links", Kind.NUMBER, 80),
    Column("dofollow", "Dofollow", Kind.NUMBER, 92),
    Column("good", "Good links", Kind.NUMBER, 100),
    Column("top_anchors", "Most used anchors", Kind.LIST, 260),
)
TODO = (
    Column("domain_from", "Site", Kind.TEXT),
    Column("url_from", "Page that links", Kind.URL),
    Column("anchor", "Anchor", Kind.TEXT),
    Column("url_to", "Leads to", Kind.URL),
    Column("verdict", "Verdict", Kind.VERDICT),
    Column("why", "Why", Kind.TEXT),
)
NETWORKS = (
    Column("domain", "Site", Kind.TEXT),
    Column("backlinks", "Links", Kind.NUMBER),
    Column("dofollow", "Dofollow", Kind.NUMBER),
    Column("target_pages", "Your pages", Kind.NUMBER),
    Column("anchor", "An anchor", Kind.TEXT),
    Column("best_verdict", "Best link", Kind.VERDICT),
)
SEEDS = (
    Column("seed", "Seed", Kind.TEXT),
    Column("outcome", "Outcome", Kind.WORD),
    Column("pages", "Pages read", Kind.NUMBER),
    Column("backlinks", "Backlinks", Kind.NUMBER),
    Column("addresses", "URLs known", Kind.NUMBER),
    Column("errors", "Errors", Kind.NUMBER),
    Column("error_reasons", "Why", Kind.LIST),
    Column("over_budget", "Over budget", Kind.NUMBER),
    Column("not_followed_reasons", "Not followed", Kind.LIST),
)
LISTS = (
    Column("list", "List", Kind.TEXT),
    Column("rows", "Rows", Kind.NUMBER),
    Column("live", "There", Kind.NUMBER),
    Column("false_live", "Called live, not there", Kind.NUMBER),
    Column("false_lost", "Called lost, there", Kind.NUMBER),
    Column("wrong_rel", "Wrong rel", Kind.NUMBER),
    Column("wrong_anchor", "Wrong anchor", Kind.NUMBER),
    Column("unchecked", "Unchecked", Kind.NUMBER),
    Column("only_here", "Only in this list", Kind.NUMBER),
    Column("share_false_live", "Share not there", Kind.SHARE),
)
