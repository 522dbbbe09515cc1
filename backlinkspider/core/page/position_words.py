"""Classify parts of a page by the words in their id and class, and share buttons by their URL."""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet
from enum import StrEnum
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple


class Position(StrEnum):
    """Where on a page a link stands."""

    CONTENT = "content"
    """The text itself, or a list in its place."""
    NAV = "nav"
    """A menu, breadcrumbs or pagination. Also share buttons: links in the text, a sidebar or the header to a network's form for
    sharing, and all in a bar that is named for sharing or following (`share`, `social`, `addtoany`, `shariff`)."""
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


# In Python 3.11 looking up an Enum member costs as much as a call.
_CONTENT, _HEADER, _SIDEBAR = Position.CONTENT, Position.HEADER, Position.SIDEBAR

# Names for a state or a subject, not for a part: <body class="has-sidebar">, <article class="tag-navigation">.
_NO_PART = re.compile(
    r"-|(?:has|is|no|with|without|one|two|three|both)[-_A-Z]|(?:category|tag|post_tag|author)-"
    r"|(?:(?:meta|entry|post|article)-)?comments?-(?:open|closed|off|link|links|count|number|scroll|icon|popup|author-link)|meta-comments?"
)
# The part of a name that says in which state a part is: main--has-sidebar, layout-with-sidebar, page_one_sidebar.
_STATE = re.compile(
    r"(?<!region)--.*|[-_](?:has|with|without|no|one|two|both)[-_].*|[a-z_-]*[-_](?:included|enabled|disabled|on[-_](?:left|right))\Z"
    # Lists of links to comments elsewhere, and counts of them.
    r"|[a-z_-]*(?:teaser|label|icon|btn|button|counter|link)[-_]comments?\Z"
    r"|(?:(?:recent|latest|last|num|number)[-_]?|most[-_])comment(?:s|ed)?|comments?[-_](?:num|number|icon|count)\Z"
)
_STATE_HINT = re.compile(
    r"--|[-_](?:has|with|no|one|two|both|included|enabled|disabled|on[-_])|(?:recent|last|latest|num|number|most)[-_]?comment|comments?[-_](?:num|icon|count)"
    r"|(?:teaser|label|icon|btn|button|counter|link)[-_]comment"
)
"""Found in all names that `_STATE` shortens; nearly all others are left alone by one search."""
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_COMPOUND = re.compile(
    r"(footer|header|sidebar|breadcrumbs?|ftr)(?!s\Z)[a-z]{2,}"
    r"|(?:the|site|page|web|blog|main|global|master|top|bottom|wrap|wrapper|container|inner|outer|mobile|sticky)(footer|header)"
    r"|[a-z]{2,}(sidebar|navigation|navbar|menu|breadcrumbs?|crumb)"
)
"""Words run together: `wrapperfooter`, `footerlinks`, `topmenu`. A `tableheader` belongs to a table."""
_BY_WORD = {
    Position.COMMENTS: frozenset(
        {"comment", "comments", "commentlist", "commentary", "disqus", "livefyre", "respond", "kommentar", "kommentare"}
        | {
            "signature",
            "comentario",
            "comentarios",
            "commentaire",
            "commentaires",
            "commento",
            "commenti",
            "komentarze",
            "kommentarer",
        }
        | {"reacties", "yorumlar"}
    ),
    Position.FOOTER: frozenset(
        {"footer", "foot", "colophon", "copyright", "imprint", "bottombar", "ftr"}
        | {"fuss", "fusszeile", "fussbereich", "pied", "piedpage", "rodape", "stopka", "voettekst", "sidfot", "paticka", "podval"}
    ),
    Position.NAV: frozenset(
        {"nav", "navi", "navbar", "navigation", "menu", "submenu", "menubar", "topnav", "mainnav", "subnav", "skip"}
        | {"dropdown", "drawer", "offcanvas"}
        | {"breadcrumb", "breadcrumbs", "breadcumb", "crumbs", "pagination", "pager", "pagenavi", "paginator"}
        | {"share", "sharing", "social", "sitemap"}
        | {"navegacion", "navegacao", "navigazione", "nawigacja", "brotkrumen", "ariane", "migas", "kruimelpad", "okruszki"}
    ),
    Position.SIDEBAR: frozenset(
        {"sidebar", "side", "widget", "widgets", "rail", "aside", "blogroll", "sidenav"}
        | {"randspalte", "seitenleiste", "marginalspalte", "lateral", "laterale", "zijbalk", "sidopanel"}
    ),
    Position.HEADER: frozenset(
        {"header", "head", "masthead", "topbar", "banner", "logo"}
        | {"kopfzeile", "kopfbereich", "cabecera", "cabecalho", "entete", "intestazione", "testata", "naglowek", "sidhuvud"}
        | {"hlavicka"}
    ),
    Position.CONTENT: frozenset({"article", "post", "entry", "story", "hentry", "related"}),
}
"""Words in class and id; the first position with a match wins."""

_HEADS = frozenset({Position.HEADER, Position.NAV})
_HEADS_AND_FEET = frozenset({Position.HEADER, Position.FOOTER})
_WORDS = frozenset().union(*_BY_WORD.values())

WEAK_WORDS = frozenset({"widget", "widgets", "blogroll"})
"""Words for any box: page builders call all that they place a widget, and lists of teasers under a text are called blogroll."""

_MAIN_AREA_IDS = frozenset({"content", "main", "maincol"})
_MAIN_AREA = frozenset(
    {"maincontent", "main-content", "main_content", "page-content", "content-area", "contentarea", "site-content", "site-main"}
    | {"primary-content", "content-main", "main-column", "bodycontent"},
)
"""Names for the middle of a page, with the text and its lists."""

_NAMES_CHARACTERS = 500
"""Characters read of an id, and of a class attribute."""

_OPENING = frozenset({"burger", "hamburger", "drawer", "offcanvas"})
"""Words for a menu that opens beside the page."""
_SHARE = frozenset({"share", "sharing", "social"})
_SHARING = frozenset({"share", "sharing"})
_SIDE_WORDS = frozenset({"left", "right", "side"})
_FOOT_WORDS = _BY_WORD[Position.FOOTER]
_WHOLE_ARTICLE = frozenset({"entry", "hentry", "article"})
"""Names that alone mark an article."""

_PART_WORDS = frozenset(
    {"post", "posts", "entry", "article", "articles", "card", "item", "story", "teaser", "hentry"}
    | {"product", "profile", "event", "author", "artist", "user", "recipe", "recipes", "video", "thread", "topic", "question"}
)
_WHOLE_PAGE = frozenset({"site", "page", "global", "main", "top", "master", "web", "app", "sticky", "fixed", "mobile"})
_BOX_WORDS = frozenset({"section", "block", "panel", "box"})
"""With these before it a header or footer belongs to a part, not to the page: `entry-footer`, `post-title-header`. A word for any
box stands right before it: `section-header`."""

_SIDE_COLUMN = re.compile(
    r"(?:\b|_)(?:left|right)[-_]?(?:block|blok|col|column|rail|bar|side|panel|box|bx|wrap|area|content|men[eu]+)"
    r"|region-(?:left|right)(?=\s|$)|\b[uy]?rail\b",
    re.IGNORECASE,
)
_SIDES = ("left", "right", "rail")
_SHARE_WORDS = re.compile(
    r"share|sharing|social|addthis|addtoany|a2a_kit|shariff|\bssba|\bessb|hupso|bookmarking|tweetmeme|\bfollow(?:-?us)?\b|\bsoc\b"
    r"|teilen|partage|compartir|compartilh|condividi|udostepnij",
    re.IGNORECASE,
)
_SHARE_WORDS_HINTS = (
    *("shar", "soc", "addt", "a2a_kit", "ssb", "hupso", "bookmarking", "tweetmeme", "follow", "teilen", "partage", "comparti"),
    *("condividi", "udostepnij"),
)
"""Every match contains one of these, in lower case; checking them takes 0.2 us, the pattern 3 to 8 us."""

_CONSENT_WORDS = re.compile(
    r"(?:popup|modal|banner|overlay|notice)[-_]*(?:cookies?|gdpr|rgpd)\b|(?:cookies?|consent|dsgvo|gdpr|rgpd|privacy)[-_]*(?:law|notices?|banners?|bars?|consent|info|hints?|hinweis|messages?|msg|popup|pop|layer"
    r"|overlay|modal|box|panel|dialog|manager|container|div|text|wrapper|disclaimer|alert|agree|warning|notification|control|kit|cookie|cookies)\b"
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
_AD_WORDS = re.compile(
    r"(?:^|[\s_-])(?i:ads?|advert\w*|adunit\w*|sponsors?|sponsored|mpu|leaderboard|dfp\w*|adsbygoogle|ad[-_]\w+)(?:$|[\s_-])"
    r"|Advertising|Sponsor|[a-z]Ad\b"
)
_AD_WORDS_HINTS = ("ad", "sponsor", "mpu", "dfp")
_PART_HINTS = frozenset({*_WORDS, *_CONSENT_WORDS_HINTS, *_SIDES, *_SHARE_WORDS_HINTS, *_AD_WORDS_HINTS})
_MAIN_AREA_HINTS = frozenset({"main", "content"})
"""Every name for the middle of a page has one of these."""


def _any_of(hints: AbstractSet[str]) -> re.Pattern[str]:
    """Compile a search for texts; grouped by their first letters they are found in a third of the time."""
    groups = groupby(sorted(hints), itemgetter(0))
    return re.compile("|".join(f"{first}(?:{'|'.join(re.escape(hint[1:]) for hint in group)})" for first, group in groups))


_ANY_HINT = _any_of(_PART_HINTS)
"""All names that claim a part have one of these, in lower case; every other one is settled by one search."""
_TOOL_HINT = _any_of({*_CONSENT_WORDS_HINTS, *_SIDES, *_SHARE_WORDS_HINTS, *_AD_WORDS_HINTS})
"""What is not said by one of `_WORDS` has one of these."""
_ANY_NAME = _any_of(_PART_HINTS | _MAIN_AREA_HINTS)
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

_PROFILE_URL = re.compile(
    r"//(?:[a-z]{1,3}\.)?(?:facebook|twitter|x|instagram|youtube|linkedin|pinterest|flickr|vimeo|tumblr|xing|tiktok|vk)\.com/"
    r"|//(?:plus\.google|t\.me|telegram\.me|ok\.ru|mastodon\.|bsky\.app)",
    re.IGNORECASE,
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


def is_profile_url(href: str) -> bool:
    """Return whether a link leads to a social network: in a header it is an icon, not an entry of the menu."""
    return _PROFILE_URL.search(href) is not None


def say_nothing(names: str) -> bool:
    """Return whether an id and classes say neither a part nor the middle of the page."""
    return _ANY_NAME.search(names.lower()) is None


def is_main_area(element_id: str, classes: str) -> bool:
    """Return whether an id or class marks the middle of a page."""
    name = element_id.lower()
    return name in _MAIN_AREA_IDS or not _MAIN_AREA.isdisjoint((name, *classes.lower().split()))


def claiming_words(element_id: str, classes: str) -> frozenset[str]:
    """Return the words in an id and classes that may claim a part of the page."""
    return frozenset(_words_of(_names_of_parts(element_id, classes)) & _WORDS)


def position_in_names(
    tag: str, element_id: str, classes: str, outer: Position | None, ignored: frozenset[str] = frozenset()
) -> Position | None:
    """Classify an element inside `outer` by its id and classes; None if they say nothing, `ignored` words aside.

    >>> position_in_names("div", "site-footer", "", None).value, position_in_names("div", "", "entry-footer", None).value
    ('footer', 'content')
    """
    # Heading ids are generated from their text: <h2 id="how-to-share">.
    names = _names_of_parts("" if tag in _HEADINGS else element_id, classes)
    if not names:
        return None
    if any(name.is_notice for name in names):
        return Position.FOOTER
    is_article = any(name.is_article for name in names)
    words = _words_in(names, outer, is_article=is_article) - ignored
    if tag == "header" and _are_of_box(names):
        words -= {"header"}
    position = _position_of_words(words)
    if position in _HEADS_AND_FEET and element_id.lower() not in ("header", "footer") and _are_of_part(names, _BY_WORD[position]):
        return _CONTENT
    is_open = position is None or (position is _CONTENT and "article" not in words)
    is_side_column = is_open and outer not in _HEADS and any(name.is_side_column for name in names)
    if is_side_column and not _are_of_part(names, _SIDE_WORDS):
        return _SIDEBAR
    if tag == "aside" and position is Position.NAV and outer is not _HEADER and _is_menu_of_sidebar(words):
        return _SIDEBAR
    is_clear = position not in (None, _CONTENT) and _position_of_words(words - WEAK_WORDS) is position
    return position if is_clear or outer in _HEADS else _position_of_tools(names, is_article=is_article) or position


def _is_menu_of_sidebar(words: AbstractSet[str]) -> bool:
    return not words.isdisjoint(_BY_WORD[_SIDEBAR]) and words.isdisjoint(_OPENING)


class _Name(NamedTuple):
    """What a name says, without the state in it."""

    words: tuple[str, ...]
    is_article: bool
    is_body: bool
    """Whether it marks the text of an article."""
    is_notice: bool = False
    """Whether it is that of a notice on cookies."""
    is_side_column: bool = False
    is_for_sharing: bool = False
    is_advertisement: bool = False


def _names_of_parts(element_id: str, classes: str) -> list[_Name]:
    """Return the names that say something."""
    names = f"{element_id[:_NAMES_CHARACTERS]} {classes[:_NAMES_CHARACTERS]}".split()
    return [name for name in map(_read_name, names) if name is not None]


@lru_cache(maxsize=8_192)  # Elements share most of their classes.
def _read_name(name: str) -> _Name | None:
    """Return what a name says; None where that is nothing.

    >>> _read_name("post--has-sidebar").words, _read_name("wrapperfooter").words, _read_name("has-footer")
    (('post',), ('footer',), None)
    """
    lower = name.lower()
    if _ANY_HINT.search(lower) is None or _NO_PART.match(name):
        return None
    if _STATE_HINT.search(name):
        name = _STATE.sub("", name)
    words = tuple(map(_simple, map(str.lower, _WORD.findall(name))))
    is_article, is_body = name.lower() in _WHOLE_ARTICLE, is_body_of_article(name)
    if _TOOL_HINT.search(lower) is None:
        return _Name(words, is_article, is_body)
    return _Name(
        words,
        is_article,
        is_body,
        is_found(_CONSENT_WORDS, name, hints=_CONSENT_WORDS_HINTS),
        is_found(_SIDE_COLUMN, name, hints=_SIDES),
        is_found(_SHARE_WORDS, name, hints=_SHARE_WORDS_HINTS),
        is_found(_AD_WORDS, name, hints=_AD_WORDS_HINTS),
    )


def _position_of_tools(names: list[_Name], *, is_article: bool) -> Position | None:
    """Classify share buttons and advertisements; the text of an article may have classes for what stands in it."""
    if any(name.is_body for name in names):
        return None
    if not is_article and any(name.is_for_sharing for name in names):
        return Position.NAV
    return _SIDEBAR if any(name.is_advertisement for name in names) else None


def _are_of_part(names: list[_Name], claims: AbstractSet[str]) -> bool:
    """Return whether a name with one of these words says that it is the foot of a part: `entry-footer`, not `footer d-block`."""
    return any(_is_of_part(name.words, claims) for name in names if not claims.isdisjoint(name.words))


def _are_of_box(names: list[_Name]) -> bool:
    """Return whether names say whose header an element is, and that is not the page: `cluster-header`, not `site-header`."""
    heads = [name.words for name in names if "header" in name.words]
    return bool(heads) and all(_WHOLE_PAGE.isdisjoint(words) and words.index("header") and len(words[0]) > 1 for words in heads)


def _is_of_part(words: tuple[str, ...], claims: AbstractSet[str]) -> bool:
    place = next(place for place, word in enumerate(words) if word in claims)
    return not _PART_WORDS.isdisjoint(words[:place]) or (place > 0 and words[place - 1] in _BOX_WORDS)


def _position_of_words(words: AbstractSet[str]) -> Position | None:
    claims = words & _WORDS
    if claims:
        for position, known in _BY_WORD.items():  # A generator would cost as much as the rest.
            if not known.isdisjoint(claims):
                return position
    return None


def is_found(pattern: re.Pattern[str], text: str, *, hints: tuple[str, ...]) -> bool:
    """Return whether a pattern is found in a text; each match must contain one of the hints, in lower case.

    Checking the hints first nearly always skips the pattern, which takes ten times as long.
    """
    lower = text.lower()
    for hint in hints:  # A generator would cost as much as the rest.
        if hint in lower:
            return pattern.search(text) is not None
    return False


def _words_in(names: list[_Name], outer: Position | None, *, is_article: bool) -> set[str]:
    """Return the words in names, without those that mean nothing inside `outer` or on an article."""
    words = _words_of(names)
    if outer in _HEADS or outer is _CONTENT:
        words -= WEAK_WORDS  # A widget in the header belongs to the header, and one in an article to it.
    if not words.isdisjoint(_SHARING):
        words -= _FOOT_WORDS  # The share buttons at the foot of an article.
    if outer is _HEADER:
        words -= _BY_WORD[_SIDEBAR]
    if "header" in words:
        words -= {"side"}  # The left side of the header.
    if "banner" in words and not words.isdisjoint(_SIDE_WORDS):
        words = words - {"banner"} | {"side"}  # An advertisement.
    if is_article or outer is _HEADER:
        words -= _SHARE  # A post with share buttons is not one; icons in the header belong to it.
    return words


def _words_of(names: list[_Name]) -> set[str]:
    return set().union(*[name.words for name in names])


def _simple(word: str) -> str:
    """Return the part that a compound names, or the word."""
    compound = None if word in _WORDS else _COMPOUND.fullmatch(word)
    return word if compound is None else next(filter(None, compound.groups()))
