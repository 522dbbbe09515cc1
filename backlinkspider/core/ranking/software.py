"""How well-known software forms its URLs: a page, a list of pages, a copy of a page, or a form that does something.

Only shapes that no other software is known to use for something else; a site whose software is not in this table is ranked by
`core.ranking.url_kinds` alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple


class SoftwareUrls(NamedTuple):
    """The URL shapes of one software, as regular expressions over path and query; None where it has none of a kind."""

    page_url: re.Pattern[str] | None
    """A URL whose query chooses the page. `/doku.php?id=start`"""
    page_parameters: frozenset[str]
    """The parameters that choose it, in lower case; the others of such a URL only vary the page."""
    actions: re.Pattern[str]
    """Forms, histories, logins, and copies of a page under another URL."""
    lists: re.Pattern[str] | None
    """Lists of pages that nothing else in the URL gives away."""


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE | re.VERBOSE)


SOFTWARE = {
    # https://developer.wordpress.org/reference/functions/wp_login_url/, .../comment_reply_link/, and for plain permalinks
    # https://wordpress.org/documentation/article/customize-permalinks/
    "WordPress": SoftwareUrls(
        page_url=_pattern(r"/(?:index\.php)?\?(?:p|page_id)=\d+(?:&|\Z)"),
        page_parameters=frozenset({"p", "page_id"}),
        actions=_pattern(r"/wp-(?:login|signup|admin|comments-post|trackback)\b | [?&]replytocom=\d | [?&]action=lostpassword"),
        lists=_pattern(r"/(?:index\.php)?\?(?:m|cat|tag|author|paged)="),
    ),
    # https://www.mediawiki.org/wiki/Manual:Parameters_to_index.php, https://www.mediawiki.org/wiki/Help:Special_pages
    "MediaWiki": SoftwareUrls(
        page_url=_pattern(r"/index\.php\?(?:title|curid)="),
        page_parameters=frozenset({"title", "curid"}),
        actions=_pattern(
            r"""[?&](?:action=(?:edit|history|info|raw|purge|delete|protect|watch|submit|formedit)|veaction=|oldid=|diff=
                |printable=yes|mobileaction=|redlink=1)
            | (?:/|[?&]title=)Special(?::|%3A)(?:WhatLinksHere|RecentChanges|RecentChangesLinked|UserLogin|CreateAccount
                |PasswordReset|MovePage|Log|Contributions|Upload|Search|Random|ExportPages?|Export|PrefixIndex/|Cite|CiteThisPage
                |PermanentLink|Version|Statistics|MyTalk|MyContributions|EmailUser|Block|Book|DownloadAsPdf|UrlShortener|Watchlist
                |Preferences|PageInformation)\b"""
        ),
        lists=_pattern(r"(?:/|[?&]title=)(?:Special|Category)(?::|%3A)"),
    ),
    # https://www.dokuwiki.org/devel:action_modes
    "DokuWiki": SoftwareUrls(
        page_url=_pattern(r"/doku\.php\?id="),
        page_parameters=frozenset({"id"}),
        actions=_pattern(
            r"""[?&]do=(?:edit|login|register|resendpwd|profile|admin|revisions|diff|backlink|recent|media|export_\w+|search
                |subscribe|show|source|draft)\b
            | /doku\.php[^?]*\?(?:[^#]*&)?(?:rev|rev2)= | /lib/exe/"""
        ),
        lists=_pattern(r"[?&](?:idx=|do=index\b)"),
    ),
    # https://area51.phpbb.com/docs/dev/3.3.x/
    "phpBB": SoftwareUrls(
        page_url=_pattern(r"/viewtopic\.php\?(?:f=\d+&)?t=\d"),
        page_parameters=frozenset({"f", "t", "start"}),
        actions=_pattern(
            r"""/(?:posting|ucp|mcp|memberlist|search|report)\.php\b | /viewtopic\.php\?(?:[^#]*&)?(?:p|view|hilit)=
            | /viewonline\.php\b | /app\.php/(?:help|feed|user)\b"""
        ),
        lists=_pattern(r"/viewforum\.php\?"),
    ),
    # https://meta.discourse.org/t/discourse-url-structure; the canonical of a post is its topic's.
    "Discourse": SoftwareUrls(
        page_url=None,
        page_parameters=frozenset(),
        actions=_pattern(
            r"/t/[^/?]+/\d+/\d+(?=[?/]|\Z) | /(?:login|signup|session|password-reset)(?=[?/]|\Z) | /posts/\d+/raw\b"
        ),
        lists=_pattern(r"/c/[^?]+/\d+(?=/|\?|\Z) | /(?:latest|top|new|unread)(?=\?|\Z)"),
    ),
    # https://docs.joomla.org/Search_Engine_Friendly_URLs
    "Joomla": SoftwareUrls(
        page_url=_pattern(r"/index\.php\?option=com_content&view=article&id=\d"),
        page_parameters=frozenset({"option", "view", "id", "catid", "itemid"}),
        actions=_pattern(
            r"[?&]option=com_(?:users|mailto|search|finder|contact)\b | [?&]tmpl=component\b | /component/(?:users|mailto)\b"
        ),
        lists=_pattern(r"[?&]view=(?:category|categories|featured|archive)\b"),
    ),
    # https://www.drupal.org/docs/user_guide/en/
    "Drupal": SoftwareUrls(
        page_url=None,
        page_parameters=frozenset(),
        actions=_pattern(r"/comment/reply/ | /user/(?:login|register|password)\b | /node/(?:\d+/(?:edit|revisions)|add)\b"),
        lists=_pattern(r"/taxonomy/term/\d"),
    ),
    # https://shopify.dev/docs/storefronts/themes/architecture/templates; the canonical of a product is /products/….
    "Shopify": SoftwareUrls(
        page_url=None,
        page_parameters=frozenset(),
        actions=_pattern(r"/(?:cart|checkout|checkouts|account)(?=[?/]|\Z) | /collections/[^/?]+/products/ | [?&]variant=\d"),
        lists=_pattern(r"/collections(?=[?/]|\Z)"),
    ),
    # https://support.google.com/blogger/answer/41373
    "Blogger": SoftwareUrls(
        page_url=None,
        page_parameters=frozenset(),
        actions=_pattern(r"[?&](?:showComment=\d|m=[01](?:&|\Z))"),
        lists=_pattern(r"/search/label/ | _archive\.html(?=\?|\Z)"),
    ),
}
"""The software by name."""


def _any_of(patterns: Iterable[re.Pattern[str] | None]) -> re.Pattern[str]:
    """Match what one of the patterns does: one search takes a fifth of the time of nine. All of them begin with a separator."""
    joined = "|".join(f"(?:{pattern.pattern})" for pattern in patterns if pattern is not None)
    return _pattern(rf"(?=[/?&_])(?:{joined})")


ACTIONS = _any_of(software.actions for software in SOFTWARE.values())
"""The actions of every software."""

LISTS = _any_of(software.lists for software in SOFTWARE.values())
"""The lists of every software."""
