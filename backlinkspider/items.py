"""The item is a page, a row is a link.

A field's docstring is its entry in the column reference: what it holds, its form, an example. A column of a row has the
name of the field it comes from, on `Page` or on `Link`; `core.rows.columns` has their order. Unknown is None, never "" or 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Any, NamedTuple

from msgspec import Struct

Cell = str | float | bool | tuple[str, ...] | None


class LinkType(StrEnum):
    """How a page points to a URL."""

    TEXT = "text"
    """A link with text to click on, or with neither text nor image nor name."""
    IMAGE = "image"
    """A link around an image, without text; also one with neither, whose name (aria-label or title) says what its icon shows."""
    AREA = "area"
    """A part of an image map."""
    CANONICAL = "canonical"
    """The URL that the page names as its own, in the page or in a Link header."""
    ALTERNATE = "alternate"
    """The same page in another language (hreflang) or for other devices (media), or its feed, in the page or in a Link header.
    What is meant for programs, such as oEmbed, is no link."""
    REDIRECT = "redirect"
    """`url_from` answers with another URL (301, 302, 303, 307, 308)."""
    META_REFRESH = "meta_refresh"
    """The page, or a Refresh header, loads another page in its place."""
    FRAME = "frame"
    """A page shown inside the page."""
    FORM = "form"
    """Where a form sends what is typed into it."""

    # An Enum's own is worked out in Python every time.
    __hash__ = str.__hash__


class LanguageSource(StrEnum):
    """What says which language a page is in."""

    HTML = "html"
    """Its markup: the lang of its html element, or a meta element."""
    TEXT = "text"
    """Its main text, where the markup says nothing or the text is clearly in another language."""


class AnchorSource(StrEnum):
    """Where the words of an anchor come from."""

    TEXT = "text"
    """The text that a reader sees."""
    ALT = "alt"
    """The alt text of the image, in a link without text."""
    SVG_TITLE = "svg_title"
    """The `<title>` of an SVG drawing, in a link without other text."""
    ARIA_LABEL = "aria_label"
    """An aria-label, on a link without text and alt or on an element inside."""
    TITLE = "title"
    """A title attribute, likewise."""


NOT_FOLLOWED = frozenset({LinkType.CANONICAL, LinkType.ALTERNATE, LinkType.FORM})
"""Links to what is the same page, or its feed, or does something when it is asked for."""

HYPERLINKS = frozenset({None, LinkType.TEXT, LinkType.IMAGE, LinkType.AREA})
"""The types of links that a visitor can click on; None is an `<a>` of which no more is known yet."""


class Link(Struct, eq=False, gc=False):  # It is in no circle, and a page has a hundred for Python to search.
    """One occurrence on a page of something that points to an http(s) URL.

    A struct, which is made three times as fast as a dataclass: a page has a hundred, of which most are kept by nobody.
    """

    href: str
    """The URL as written in the page. `../about`"""

    url_to: str
    """Where the link points, absolute, as a browser resolves it, with its query and fragment. `https://example.com/about#us`"""

    domain_to: str
    """The site that the link points to: its registrable domain. `example.com`"""

    rel: tuple[str, ...]
    """The rel tokens of the link, lower case, in the order written. `nofollow | ugc`"""

    link_index: int
    """The place of the link among the links of the page, from 1. `17`"""

    link_type: LinkType | None = None
    """How the page points there: text, image, area, canonical, alternate, redirect, meta_refresh, frame, form. Visitors can
    click on the first three only. `text`"""

    url_to_redirect_target: tuple[str, ...] | None = None
    """Where `url_to` redirects: each URL in turn, as far as it was followed. `https://www.example.com/about`"""

    element: Any = None
    """The element in the parsed page (`core.html.parser.Element`), let go of when the link has been described; no column."""

    ordinal: int = 1
    """Which it is of the page's elements of its kind with the same address as written, from 1; no column."""

    path_around: tuple[str, str] = ("(", ")")
    """The parts of its path before and behind its step that name the shadow root or frame around it; not a column."""

    is_xlink: bool = False
    """Whether its address is in `xlink:href`; no column."""

    relation: str | None = None
    """The relation of the link to the target: backlink, internal_backlink, outbound, external, internal. `backlink`"""

    target: str | None = None
    """The target that the relation holds for, as you wrote it; empty where a link has to do with none of several targets.
    `example.com`"""

    is_backlink_candidate: bool = False
    """Whether it turns out to be a backlink if it leads to the target (argument shorteners); no column."""

    anchor: str | None = None
    """The visible text of the link, white space folded, with a space at line breaks and at the edges of blocks, without words
    that `hidden` or an inline style hides inside the link. Where there is no text: the alt text of its image, else what an
    aria-label or title calls it. `the oak chair`"""

    anchor_source: str | None = None
    """Where the anchor comes from: text, alt, svg_title, aria_label, title. Only text is what a reader sees. `text`"""

    alt: str | None = None
    """The alt text of the image in the link, or the `<title>` of its SVG drawing; empty without an image or alt text.
    `Oak chair`"""

    anchor_type: str | None = None
    """The type of the anchor: branded, exact, partial, generic, naked_url, image, empty, other. `branded`"""

    hidden: str | None = None
    """What hides the link from readers: the attribute `hidden` or `aria-hidden`, or an inline style, on the link or around it;
    `one_character` for a link that is a mark, or a single letter in a text. Empty where nothing does. Text meant for screen
    readers does not count; style sheets are not read. `display:none`"""

    position: str | None = None
    """Where the link stands on the page: content, nav, header, footer, sidebar, comments. The page's own markup decides (HTML5
    elements, ARIA roles, then words in class and id); without it, how much of the block is links. `content`"""

    semantic_location: str | None = None
    """The nearest element around the link that has a meaning of its own: article, section, main, nav, header, footer, aside,
    figure, address, details, dialog. `article`"""

    text_pre: str | None = None
    """About 100 characters of text before the link, inside its block, in whole words. `The best seat in the house is`"""

    text_post: str | None = None
    """About 100 characters of text after the link, inside its block, in whole words. `by a small workshop in Kent.`"""

    link_path: str | None = None
    """An XPath that finds the link in the markup of the page; in a declarative shadow root it leads through the template. For a
    link in the document of a frame (`srcdoc`) it is two, joined by ` >>> `: the first finds the frame, the second the link in its
    document. `(//a[@href="/about"])[2]`"""

    link_html: str | None = None
    """The markup of the link, at most 1,000 characters. `<a href="/about">About</a>`"""

    dofollow: bool | None = None
    """`false` when the link has nofollow, ugc or sponsored, or when its page asks for nofollow. `true`"""

    nofollow_by: tuple[str, ...] = ()
    """Who asks for nofollow: link (its rel), meta (robots meta of the page), header (X-Robots-Tag). `link`"""

    links_count: int | None = None
    """Number of links on this page to the same URL. `2`"""

    text_share: float | None = None
    """The share of the text in the link's block that is not part of any link, from 0 (a list of links) to 1. Backlinks only.
    `0.93`"""

    topic_relevance: float | None = None
    """How close the main text of the page is to the subject of the target's pages, from 0 to 1. Of pages on the same subject half
    score 0.22 or more, and nine in ten between 0.13 and 0.38; on a broad subject many score no more than others. Below 0.06 it
    cannot be told, and the cell is empty: 95 of 100 other pages score less. Empty too where either text is too short (50 words on
    the page, 100 on the target), where the two are in different languages, or where there is no word-frequency list for the
    language (40 are supported; Thai is not). Backlinks only. `0.41`"""

    @property
    def needs_rating(self) -> bool:
        """Return whether what backlinks are rated by is worked out for it: it is one, or may turn out to be one."""
        return self.is_backlink_candidate or self.relation == "backlink"

    @property
    def is_hyperlink(self) -> bool:
        """Return whether a visitor can click on it."""
        return self.link_type in HYPERLINKS


class PageText(NamedTuple):
    """The visible text of a page."""

    main: str
    """Its main text, as it is written."""
    headings: tuple[str, ...]
    """Its title and headline."""


@dataclass(slots=True, eq=False)
class Page:
    """One fetched document with the links it holds, in document order."""

    url_from: str
    """The page that holds the link, after redirects. `https://magazine.example/articles/oak`"""

    domain_from: str
    """The site of the page: its registrable domain. `magazine.example`"""

    page_from_title: str | None
    """The title of the page, white space folded, at most 1,000 characters. `Ten oak chairs`"""

    page_from_noindex: bool
    """`true` when the page asks search engines not to index it (robots meta or X-Robots-Tag). `false`"""

    page_from_canonical: str | None
    """The URL that the page names as its own (`rel=canonical` in the page or its Link header), absolute.
    `https://magazine.example/articles/oak`"""

    nofollow_by: tuple[str, ...]
    """Which layers of the page ask not to follow its links (meta, header); part of the link's nofollow_by."""

    links: list[Link] = field(repr=False)
    """The links of the page; after classification those that are kept."""

    links_left_out: int = 0
    """Links for which the page has no room (setting BACKLINKS_MAX_LINKS_PER_PAGE), about; no column."""

    document: Any = field(default=None, repr=False)
    """The parsed page (`core.html.parser.Document`), for the facts that are read for kept links only; no column."""

    text: PageText | None = field(default=None, repr=False)
    """The text of a page with a backlink, for the next pipeline; not a column."""

    page_from_language: str | None = None
    """The language of the page (ISO 639), as its html element says; as its main text reads where that says nothing, or where a
    long text is clearly in another language. `en`"""

    page_from_language_source: str | None = None
    """What says so: html (the markup), text (the main text). `html`"""

    page_from_words: int | None = None
    """Number of words in the main text: what stands in the content (see `position`) and is not hidden. `640`"""

    page_from_external_links: int | None = None
    """Number of clickable links on the page that lead to other sites. `12`"""

    page_from_internal_links: int | None = None
    """Number of clickable links on the page that stay on its site. `48`"""

    page_from_linked_domains: int | None = None
    """Number of other sites that the clickable links lead to. `9`"""

    page_from_status_code: int | None = None
    """The HTTP status of the page. `200`"""

    page_from_suspicious_domains: tuple[str, ...] | None = None
    """Sites that the page links to and that are named like spam, at most ten; names of random letters where there are five and a
    third of all sites have one. Pages with a backlink only.
    `cheap-pills-24.example`"""

    page_from_analytics_ids: tuple[str, ...] | None = None
    """The analytics and advertising accounts of the page. Pages with a backlink only. `UA-12345 | ca-pub-678`"""

    page_from_template: str | None = None
    """A digest of how the markup is built; pages made from one template have the same. Pages with a backlink only.
    `5f1d0a2b9c3e4d67`"""

    domain_from_ip: str | None = None
    """The IP address of the server that answered; empty behind a proxy. `203.0.113.7`"""

    seed: str | None = None
    """The seed from which the page was reached, as you gave it. `magazine.example`"""

    depth: int | None = None
    """Number of links followed from the seed, without steps along the pages of a list; 0 is the seed itself. `2`"""

    fetched_at: str | None = None
    """When the page was fetched, ISO 8601 in UTC. `2026-11-21T08:00:00Z`"""

    @property
    def is_redirect(self) -> bool:
        """Return whether it is a redirect, not a document."""
        return self.page_from_status_code is not None and 300 <= self.page_from_status_code < 400


@dataclass(slots=True, eq=False)
class Coverage:
    """The coverage of one seed: what was seen, what was not, and why."""

    seed: str
    """The seed as you gave it. `partner.example`"""

    outcome: str
    """How the seed came out: complete, partial, blocked, unreachable, duplicate. `complete`"""

    pages: int
    """Pages that were read. `96`"""

    backlinks: int
    """Backlinks on them that were written, which are its rows in the feed: those on copies of pages (`page_is_copy`) too. Those
    behind short links (argument `shorteners`) are not counted here. `3`"""

    links: int
    """Links on them, of all types and relations. `5120`"""

    links_left_out: int
    """Links, about, on pages with more of them than are read (setting `BACKLINKS_MAX_LINKS_PER_PAGE`): not looked at. `0`"""

    addresses: int
    """URLs of the site that the crawl came to know: the sum of pages, redirects, sitemaps, robots_blocked, not_html, errors,
    over_budget, cut_by_depth, not_followed and pending. A URL that was not followed counts once for each page that names it.
    `412`"""

    redirects: int
    """URLs that answered with another URL. `4`"""

    sitemaps: int
    """Sitemaps, feeds and seed lists that were read. `1`"""

    robots_blocked: int
    """URLs that robots.txt forbids. `2`"""

    not_html: int
    """URLs whose response is not an HTML page. `1`"""

    errors: int
    """URLs that could not be read because of a server or connection error. `4`"""

    error_reasons: tuple[str, ...]
    """Number of errors by reason. `http_404 3 | timeout 1`"""

    over_budget: int
    """URLs not followed because `max_pages` was reached. `280`"""

    cut_by_depth: int
    """URLs not followed because `max_depth` was reached. `0`"""

    not_followed: int
    """URLs not followed for another reason. `24`"""

    not_followed_reasons: tuple[str, ...]
    """Number of these by reason. `file 12 | pagination 12`"""

    pending: int
    """URLs still waiting when the crawl was ended. `0`"""

    seconds: float
    """Seconds from the first request to the last. `118.4`"""

    crawl_order: str
    """In which order URLs were requested, and so which pages a budget was spent on (setting `BACKLINKS_CRAWL_ORDER`): likely,
    content, breadth. `likely`"""


@dataclass(slots=True, eq=False)
class MonitoredLink:
    """What is said of one known link."""

    cells: Mapping[str, Cell]
    """Its row, by the columns of `core.monitor.columns` and those of its list."""


COVERAGE_COLUMNS = tuple(coverage_field.name for coverage_field in fields(Coverage))
"""The columns of a coverage feed."""
