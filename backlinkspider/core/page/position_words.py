"""Classify parts of a page by the words in their id and class, and share buttons by their URL."""

from __future__ import annotations

import re
from enum import StrEnum


class Position(StrEnum):
    """Where on a page a link stands."""

    CONTENT = "content"
    """The text itself, or a list in its place."""
    NAV = "nav"
    """A menu, breadcrumbs, pagination or share buttons."""
    HEADER = "header"
    """The head of the page."""
    FOOTER = "footer"
    """The foot of the page, or a notice on cookies."""
    SIDEBAR = "sidebar"
    """A column or box beside the text."""
    COMMENTS = "comments"
    """What visitors wrote under the text."""

    # Enum's own __hash__ runs in Python.
    __hash__ = str.__hash__


# Names for a state or a subject, not for a part: <body class="has-sidebar">, <article class="tag-navigation">.
_NO_PART = re.compile(r"(?:has|no|with|without)[-_A-Z]|(?:category|tag|post_tag|author)-|comments?-(?:open|closed|off)")
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_BY_WORD = {
    Position.COMMENTS: frozenset(
        {"comment", "comments", "commentlist", "commentary", "disqus", "respond", "kommentar", "kommentare", "signature"},
    ),
    Position.NAV: frozenset(
        {"nav", "navi", "navbar", "navigation", "menu", "submenu", "menubar", "topnav", "mainnav", "subnav", "dropdown", "skip"}
        | {"breadcrumb", "breadcrumbs", "pagination", "pager", "share", "sharing", "social", "sitemap"}
    ),
    Position.SIDEBAR: frozenset({"sidebar", "side", "widget", "widgets", "rail", "aside", "blogroll", "sidenav", "randspalte"}),
    Position.FOOTER: frozenset({"footer", "foot", "colophon", "copyright", "imprint", "bottombar"}),
    Position.HEADER: frozenset({"header", "head", "masthead", "topbar", "banner", "logo"}),
    Position.CONTENT: frozenset({"article", "post", "entry", "story", "hentry"}),
}
"""Words in class and id; the first position with a match wins."""

_HEADS = frozenset({Position.HEADER, Position.NAV})
_HEADS_AND_FEET = frozenset({Position.HEADER, Position.FOOTER})
_WORDS = frozenset().union(*_BY_WORD.values())

_NAMES_CHARACTERS = 500
"""Characters read of an id, and of a class attribute."""

_SHARE = frozenset({"share", "sharing", "social"})
_WHOLE_ARTICLE = frozenset({"entry", "hentry", "article"})
"""Names that alone mark an article."""

_PART_WORDS = frozenset(
    {"post", "entry", "article", "card", "section", "item", "block", "panel", "box", "story", "teaser", "hentry"},
)
"""With these a header or footer belongs to a part, not to the page: `entry-footer`."""

_SIDE_COLUMN = re.compile(r"(?:\b|_)(?:left|right)[-_]?(?:block|blok|col|column|rail|bar|side|panel|box)", re.IGNORECASE)
_SIDES = ("left", "right")
_SHARE_WORDS = re.compile(
    r"share|sharing|social|addthis|addtoany|a2a_kit|shariff|\bssba|\bessb|hupso|bookmarking|teilen|tweetmeme|\bfollow(?:-?us)?\b|\bsoc\b",
    re.IGNORECASE,
)
_SHARE_WORDS_HINTS = ("shar", "soc", "addt", "a2a_kit", "ssb", "hupso", "bookmarking", "teilen", "tweetmeme", "follow")
"""Every match contains one of these, in lower case; checking them takes 0.2 us, the pattern 3 to 8 us."""

_AD_WORDS = re.compile(
    r"(?:^|[\s_-])(?i:ads?|advert\w*|adunit\w*|sponsors?|sponsored|mpu|leaderboard|dfp\w*|adsbygoogle|ad[-_]\w+)(?:$|[\s_-])"
    r"|Advertising|Sponsor|[a-z]Ad\b"
)
_AD_WORDS_HINTS = ("ad", "sponsor", "mpu", "dfp")
_CONSENT_WORDS = re.compile(
    r"(?:cookies?|consent|dsgvo|gdpr|rgpd|privacy)[-_]?(?:law|notices?|banners?|bars?|consent|info|hints?|hinweis|messages?|msg|popup|pop|layer"
    r"|overlay|modal|box|panel|dialog|manager|container|wrapper|disclaimer|alert|agree|warning|notification|control|kit|cookie|cookies)\b"
    r"|\bconsent\b|onetrust|optanon|cookiebot|usercentrics|borlabs-?cookie|cmplz|didomi|qc-cmp|klaro|iubenda-cs|osano-cm|truste_|cc-window"
    r"|cc_banner|tarteaucitron|moove_gdpr|sp_message|catapult-cookie|cookieconsent|dsgvocook|cn-notice|eu-cookie|eucookie",
    re.IGNORECASE,
)
"""Names of notices on cookies: those of the widespread tools, and the words of home-made ones."""
_CONSENT_WORDS_HINTS = (
    *(
        "cookie",
        "consent",
        "dsgvo",
        "gdpr",
        "rgpd",
        "privacy",
        "onetrust",
        "optanon",
        "usercentrics",
        "borlabs",
        "cmplz",
        "didomi",
    ),
    *("qc-cmp", "klaro", "iubenda", "osano", "truste_", "cc-window", "cc_banner", "tarteaucitron", "sp_message", "cn-notice"),
)
_BODY_OF_ARTICLE = re.compile(r"(?:^|[\s_-])(?:entry|post|article|story)[-_]?(?:content|body|text)(?:$|\s)", re.IGNORECASE)
_HEADINGS = frozenset({"h1", "h2", "h3", "h4"})

_SHARE_URL = re.compile(
    r"""
      facebook\.com/(?:sharer|share\.php|dialog/(?:share|feed))
    | (?:twitter|x)\.com/(?:share\b|intent/(?:tweet|post)|home\?status)
    | pinterest\.[a-z.]+/pin/create | linkedin\.com/(?:shareArticle|sharing/|cws/share) | plus\.google\.com/share
    | reddit\.com/submit | digg\.com/submit | del(?:icious\.com|\.icio\.us)/(?:post|save) | tumblr\.com/(?:share|widgets/share)
    | getpocket\.com/(?:save|edit) | stumbleupon\.com/(?:submit|badge) | (?:api|web)\.whatsapp\.com/send | //wa\.me/\?text
    | (?:t\.me|telegram\.me)/share | xing\.com/(?:spi/shares|social_plugins/share|app/user\?op=share) | line\.me/R/msg
    | b\.hatena\.ne\.jp/(?:entry|add) | addthis\.com/bookmark | addtoany\.com/(?:share|add_to) | google\.com/bookmarks/mark
    | vk\.com/share | connect\.ok\.ru/offer | share\.flipboard | news\.ycombinator\.com/submitlink | hupso\.com/share
    """,
    re.IGNORECASE | re.VERBOSE,
)

# Every match contains one of these; checking them first skips the pattern for almost every link.
_SHARE_HINTS = (
    *(
        "share",
        "sharing",
        "submit",
        "intent/",
        "home?status",
        "pin/create",
        "/save",
        "/post",
        "/edit",
        "/badge",
        "/send",
        "?text",
    ),
    *("app/user", "line.me", "/entry", "/add", "bookmark", "/offer", "dialog/"),
)


def is_body_of_article(names: str) -> bool:
    """Return whether an id or class marks the text of an article: `entry-content`."""
    return _BODY_OF_ARTICLE.search(names) is not None


def is_share_url(href: str) -> bool:
    """Return whether a link opens a form to share the page: a tool, not content."""
    # Every share URL contains a host; most links on a page do not.
    return "." in href and is_found(_SHARE_URL, href, hints=_SHARE_HINTS)


def position_in_names(  # noqa: PLR0911 - one for each kind of name
    tag: str, element_id: str, classes: str, outer: Position | None
) -> Position | None:
    """Classify an element inside `outer` by its id and classes; None if they say nothing.

    >>> position_in_names("div", "site-footer", "", None).value, position_in_names("div", "", "entry-footer", None).value
    ('footer', 'content')
    """
    element_id, classes = element_id[:_NAMES_CHARACTERS], classes[:_NAMES_CHARACTERS]
    names = " ".join([name for name in f"{element_id} {classes}".split() if not _NO_PART.match(name)])
    if not names:
        return None
    if is_found(_CONSENT_WORDS, names, hints=_CONSENT_WORDS_HINTS):
        return Position.FOOTER
    is_article = not _WHOLE_ARTICLE.isdisjoint(names.lower().split())
    words = _words_in(names, outer, is_article=is_article)
    position = None if words.isdisjoint(_WORDS) else next(part for part, known in _BY_WORD.items() if not known.isdisjoint(words))
    if position in _HEADS_AND_FEET and element_id.lower() not in ("header", "footer") and not words.isdisjoint(_PART_WORDS):
        return Position.CONTENT
    is_open = position is None or (position is Position.CONTENT and "article" not in words)
    if is_open and is_found(_SIDE_COLUMN, names, hints=_SIDES):
        return Position.SIDEBAR
    if position not in (None, Position.CONTENT) or outer in _HEADS:
        return position
    # Heading ids are generated from their text: <h2 id="how-to-share">.
    shared = "" if is_article else classes if tag in _HEADINGS else names
    if is_found(_SHARE_WORDS, shared, hints=_SHARE_WORDS_HINTS):
        return Position.NAV
    return Position.SIDEBAR if is_found(_AD_WORDS, names, hints=_AD_WORDS_HINTS) else position


def is_found(pattern: re.Pattern[str], text: str, *, hints: tuple[str, ...]) -> bool:
    """Return whether a pattern is found in a text; each match must contain one of the hints, in lower case.

    Checking the hints first nearly always skips the pattern, which takes ten times as long.
    """
    lower = text.lower()
    for hint in hints:  # A generator would cost as much as the rest.
        if hint in lower:
            return pattern.search(text) is not None
    return False


def _words_in(names: str, outer: Position | None, *, is_article: bool) -> set[str]:
    """Return the words in names, without those that mean nothing inside `outer` or on an article."""
    words = {word.lower() for word in _WORD.findall(names)}
    if outer in _HEADS:
        words -= {"widget", "widgets"}  # A widget in the header belongs to the header.
    if is_article or (outer is Position.HEADER and words.isdisjoint(_PART_WORDS)):
        words -= _SHARE  # A post with share buttons is not one; icons in the header belong to it.
    return words
