"""The item is a page, a row is a link.

A field's docstring is its entry in the column reference: what it holds, its form, an example. A column of a row has the
name of the field it comes from, on `Page` or on `Link`; `core.rows.columns` has their order. Unknown is None, never "" or 0.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Any, NamedTuple

from msgspec import Struct

Cell = str | float | bool | tuple[str, ...] | None


class LinkType(StrEnum):
    """The ways in which a page points to an address."""

    TEXT = "text"
    """An `<a>` with text, or with neither text nor image."""
    IMAGE = "image"
    """An `<a>` around an image, without text."""
    AREA = "area"
    """A part of an image map."""
    CANONICAL = "canonical"
    """The address that the page names as its own, in an element or a Link header."""
    ALTERNATE = "alternate"
    """The same page in another language or form, or its feed, in an element or a Link header."""
    REDIRECT = "redirect"
    """The server answers with another address (301, 302, 303, 307, 308)."""
    META_REFRESH = "meta_refresh"
    """The page asks, in an element or a Refresh header, to load another in its place."""
    FRAME = "frame"
    """A page that is shown inside the page."""
    FORM = "form"
    """Where what is typed into the page is sent."""

    # An Enum's own is worked out in Python every time.
    __hash__ = str.__hash__


NOT_FOLLOWED = frozenset({LinkType.CANONICAL, LinkType.ALTERNATE, LinkType.FORM})
"""Links to what is the same page, or its feed, or does something when it is asked for."""

HYPERLINKS = frozenset({None, LinkType.TEXT, LinkType.IMAGE, LinkType.AREA})
"""The types of links that a visitor can click on; None is an `<a>` of which no more is known yet."""


class Link(Struct, eq=False, gc=False):  # It is in no circle, and a page has a hundred for Python to search.
    """One occurrence on a page of something that points to an http(s) URL.

    A struct, which is made three times as fast as a dataclass: a page has a hundred, of which most are kept by nobody.
    """

    href: str
    """As written in the page. `../about`"""

    url_to: str
    """Where the link points, absolute, as a browser resolves it, with its query and fragment. `https://example.com/about#us`"""

    domain_to: str
    """The site of url_to: its registrable domain. `example.com`"""

    rel: tuple[str, ...]
    """The link's rel tokens, lower case, in the order written. `nofollow | ugc`"""

    link_index: int
    """The link's place among the links of the page, from 1."""

    link_type: LinkType | None = None
    """text, image (an image and no text), area (of an image map), canonical, alternate, redirect, meta_refresh, frame, form.
    Of an `<a>` it is told when the link is described."""

    url_to_redirect_target: tuple[str, ...] | None = None
    """Where url_to redirects: the addresses one after the other, as far as it was followed. `https://www.example.com/about`"""

    element: Any = None
    """The element in the parsed page (`core.html.parser.Element`), let go of when the link has been described; no column."""

    ordinal: int = 1
    """Which it is of the page's elements of its kind with the same address as written, from 1; no column."""

    relation: str | None = None
    """What the link is to the target: backlink, internal_backlink, outbound, external, internal."""

    target: str | None = None
    """The target that the relation holds for, as the user wrote it."""

    is_backlink_candidate: bool = False
    """Whether it turns out to be a backlink if it leads to the target (argument shorteners); no column."""

    anchor: str | None = None
    """The visible text of the link, white space folded; the alt text of its image when there is no text. `the oak chair`"""

    alt: str | None = None
    """The alt text of the image in the link; empty where there is no image or no alt."""

    anchor_type: str | None = None
    """What kind of words the anchor has: branded, exact, partial, generic, naked_url, image, empty, other."""

    hidden: str | None = None
    """What hides the link from readers: hidden or aria-hidden (attributes, of it or around it), a declaration of an inline
    style, one_character; empty where nothing does. `display:none`"""

    position: str | None = None
    """Where on the page the link stands: content, nav, header, footer, sidebar, comments."""

    semantic_location: str | None = None
    """The nearest element around the link that has a meaning of its own: article, section, main, nav, header, footer, aside,
    figure, address, details, dialog."""

    text_pre: str | None = None
    """About 100 characters of text before the link, inside its block, in whole words."""

    text_post: str | None = None
    """About 100 characters of text after the link, likewise."""

    link_path: str | None = None
    """An XPath that finds the element of the link. `(//a[@href="/about"])[2]`"""

    link_html: str | None = None
    """The markup of the link, at most 1,000 characters."""

    dofollow: bool | None = None
    """false when the link says nofollow, ugc or sponsored, or the page says nofollow."""

    nofollow_by: tuple[str, ...] = ()
    """Which layers said it: link, meta, header."""

    links_count: int | None = None
    """How many links of this page lead to the same url_to."""

    text_share: float | None = None
    """Of a backlink: the share of the text of its block that stands in no link, 0 to 1. `0.93`"""

    topic_relevance: float | None = None
    """Of a backlink: how alike the main text of the page is to what the target's pages are about, 0 to 1; empty where either has
    too few words, or they are in different languages. `0.41`"""

    @property
    def needs_rating(self) -> bool:
        """Whether what backlinks are rated by is worked out for it: it is one, or may turn out to be one."""
        return self.is_backlink_candidate or self.relation == "backlink"

    @property
    def is_hyperlink(self) -> bool:
        """Whether a visitor can click on it."""
        return self.link_type in HYPERLINKS


class PageText(NamedTuple):
    """What a reader reads on a page."""

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
    """The site of url_from: its registrable domain. `magazine.example`"""

    page_from_title: str | None
    """The title of the page, white space folded."""

    page_from_noindex: bool
    """true when the page asks search engines not to index it (robots meta or X-Robots-Tag)."""

    page_from_canonical: str | None
    """The address that the page names as its own (link rel=canonical, or the Link header), absolute."""

    nofollow_by: tuple[str, ...]
    """Which layers of the page ask not to follow its links (meta, header); part of the link's nofollow_by."""

    links: list[Link] = field(repr=False)
    """The links of the page; after classification those that are kept."""

    document: Any = field(default=None, repr=False)
    """The parsed page (`core.html.parser.Document`), for the facts that are read for kept links only; no column."""

    text: PageText | None = field(default=None, repr=False)
    """Of a page with a backlink: its text, for the pipeline behind the one that reads it; no column."""

    page_from_language: str | None = None
    """The language of the page, ISO 639: as its html element says, else as its main text reads. `en`"""

    page_from_words: int | None = None
    """How many words the main text of the page has."""

    page_from_external_links: int | None = None
    """How many links of the page that can be clicked on lead to other sites."""

    page_from_internal_links: int | None = None
    """How many of them stay on its site."""

    page_from_linked_domains: int | None = None
    """How many other sites the page links to."""

    page_from_status_code: int | None = None
    """The HTTP status with which the page was answered. `200`"""

    page_from_suspicious_domains: tuple[str, ...] | None = None
    """Of a page with a backlink: the sites that it links to and whose names are those of spam, at most ten."""

    page_from_analytics_ids: tuple[str, ...] | None = None
    """Of a page with a backlink: the accounts of its analytics and advertisements. `UA-12345 | ca-pub-678`"""

    page_from_template: str | None = None
    """Of a page with a backlink: a digest of how its markup is built, the same for pages of one template. `5f1d0a2b9c3e4d67`"""

    domain_from_ip: str | None = None
    """The address of the server that answered; empty behind a proxy. `203.0.113.7`"""

    seed: str | None = None
    """The seed from which the page was reached, as it was given."""

    depth: int | None = None
    """How many links were followed from the seed; 0 is the seed itself."""

    fetched_at: str | None = None
    """When the page was fetched, ISO 8601 in UTC. `2026-11-21T08:00:00Z`"""

    @property
    def is_redirect(self) -> bool:
        """Whether it is no document but an address that answers with another."""
        return self.page_from_status_code is not None and 300 <= self.page_from_status_code < 400


@dataclass(slots=True, eq=False)
class Coverage:
    """What was seen of one seed, and what was not and why."""

    seed: str
    """The seed as it was given. `partner.example`"""

    outcome: str
    """complete, partial (a limit, a rule or an early end left something out), blocked, unreachable, or duplicate (it leads to
    another seed)."""

    pages: int
    """Pages that were read."""

    backlinks: int
    """Backlinks that were found on them."""

    links: int
    """Links of all types and relations that they hold."""

    addresses: int
    """Addresses of the site that the crawl came to know: the sum of pages, redirects, sitemaps, robots_blocked, not_html,
    errors, over_budget, cut_by_depth, not_followed and pending. One that was left alone counts on each page that names it."""

    redirects: int
    """Addresses that answered with another."""

    sitemaps: int
    """Sitemaps, feeds and lists of seeds that were read."""

    robots_blocked: int
    """Addresses that robots.txt forbids."""

    not_html: int
    """Addresses whose answer is no HTML page."""

    errors: int
    """Addresses that could not be read: errors of server and connection."""

    error_reasons: tuple[str, ...]
    """How often each. `http_404 3 | timeout 1`"""

    over_budget: int
    """Addresses that were left alone for want of budget."""

    cut_by_depth: int
    """Addresses that were left alone at max_depth."""

    not_followed: int
    """Addresses that were left alone for another reason."""

    not_followed_reasons: tuple[str, ...]
    """How many for each. `file 12 | pagination 3`"""

    pending: int
    """Addresses that still waited when the crawl was ended."""

    seconds: float
    """From the first address that was asked for to the last."""


COVERAGE_COLUMNS = tuple(coverage_field.name for coverage_field in fields(Coverage))
"""The columns of a coverage feed."""
