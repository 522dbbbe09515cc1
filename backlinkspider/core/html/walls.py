"""Tell pages that hold nothing of their site: walls, empty applications and empty answers that a server sends with status 200.

A page with more than a few links is content whatever else it holds, and one with some text unless it runs a wall's script: a
site must not be lost by a guess.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from backlinkspider.core.html.parser import Document, Element
from backlinkspider.items import NOT_FOLLOWED, Page

NO_CONTENT = "no_content"
CHALLENGE = "challenge"
NEEDS_JAVASCRIPT = "needs_javascript"

_LINKS_MAXIMUM = 5
_WORDS_MAXIMUM = 60
"""Beyond these a page is content: measured on 300 real pages, none of which is a wall."""

_ELEMENTS_MAXIMUM = 20_000
"""Beyond these it is too: a wall is a small page."""

_UNREAD = frozenset({"script", "style", "template", "noscript", "title", "head"})

_CHALLENGE_MARKS = re.compile(
    r"""
    /_Incapsula_Resource | /cdn-cgi/challenge-platform/[^"'\s]*orchestrate | \b_?cf[-_]chl | captcha-delivery\.com
    | \bpx-captcha\b | token\.awswaf\.com | \bgokuProps\b | sucuri_cloudproxy | \.within\.website/ | \banubis_challenge\b
    | __ddg[0-9] | ddos-guard | sgcaptcha | _sec/cp_challenge | \bbm-verify\b | __jsl_clearance | \bslowAES\b | \bgo-away\b
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""What the walls of known makers have in their markup. Ordinary pages load Cloudflare's `scripts/jsd` too."""

_WALL_SCRIPT = re.compile(
    r"\b_cf_chl_opt\b|/orchestrate/(?:chl_page|jsch|managed)/|\bgokuProps\b|\b__jsl_clearance\b|\bslowAES\b"
)
"""What the scripts of a wall hold and no other: Cloudflare says "one moment" in fifty languages, in 120 to 300 KB of markup."""

_CAPTCHA = ".g-recaptcha, .h-captcha, .cf-turnstile, .frc-captcha, altcha-widget"
_ASKS_FOR_WORDS = "input:not([type]), input[type=text], input[type=email], input[type=search], textarea"
"""What a form has that is for more than to pass a wall."""

_CHALLENGE_WORDS = re.compile(
    r"just a moment|attention required|checking (?:your|if the site) |not a (?:bot|robot)|are you (?:a robot|human)"
    r"|verify(?:ing)? (?:that )?you(?:'re| are)|(?:human|bot) verification|security check|robot challenge|client challenge"
    r"|ddos protection|one moment, please|before you continue|verify you",
    re.IGNORECASE,
)
"""What the title or headline of a wall says."""

_COOKIE_GATE = re.compile(r"document\.cookie\s*=.*location\s*(?:\.|=)", re.DOTALL)
_MOUNTS = "#root, #app, #__next, #__nuxt, #___gatsby, #svelte, #q-app, #ember-app, app-root, flutter-view"
"""Where applications are drawn (React, Vue, Next, Nuxt, Gatsby, Svelte, Quasar, Ember, Angular, Flutter)."""

_SEEN = "img, picture, video, audio, canvas, object, embed, svg, iframe, frame, input, textarea, select, button"


def absence_reason(page: Page) -> str | None:
    """Return why a page holds nothing of its site; None for content. The page must still have its document.

    >>> from backlinkspider.core.html.parser import read_page
    >>> absence_reason(read_page("http://a.example/", b"<div id=root></div><script src=/main.js></script>"))
    'needs_javascript'
    >>> absence_reason(read_page("http://a.example/", b"<p>Hello")), absence_reason(read_page("http://a.example/", b""))
    (None, 'no_content')
    """
    links = [link for link in page.links if link.link_type not in NOT_FOLLOWED]
    hyperlinks = sum(link.is_hyperlink for link in links)
    document: Document | None = page.document
    if hyperlinks > _LINKS_MAXIMUM or document is None:
        return None
    words = _count_words(document.root)
    if words > _WORDS_MAXIMUM:
        return CHALLENGE if _has_wall_script(document) else None
    if _is_challenge(document, hyperlinks):
        return CHALLENGE
    if _is_shell(document, words, hyperlinks):
        return NEEDS_JAVASCRIPT
    is_empty = not words and not links and document.css_first(_SEEN) is None
    return NO_CONTENT if is_empty else None


def _has_wall_script(document: Document) -> bool:
    scripts = document.css("script")
    return any(_WALL_SCRIPT.search(f"{script.attributes.get('src') or ''} {script.text()}") for script in scripts)


def _is_challenge(document: Document, hyperlinks: int) -> bool:
    """Return whether a page asks for a proof before it shows anything: a maker's mark, its words, a cookie or a password."""
    markup = document.html or ""
    scripts = document.css("script")
    said = " ".join(element.text() for element in document.css("title, h1, h2")[:5])
    acts = bool(scripts) or document.css_first("form, iframe, meta[http-equiv=refresh i]") is not None
    if acts and (_CHALLENGE_MARKS.search(markup) or _CHALLENGE_WORDS.search(said.replace("\u2019", "'"))):
        return True
    if hyperlinks == 0 and document.css_first(_CAPTCHA) is not None and document.css_first(_ASKS_FOR_WORDS) is None:
        return True
    if hyperlinks == 0 and any(_COOKIE_GATE.search(script.text()) for script in scripts):
        return True
    return hyperlinks <= 1 and document.css_first("input[type=password]") is not None


def _is_shell(document: Document, words: int, hyperlinks: int) -> bool:
    """Return whether a script has yet to draw the page: an empty mount, a request to enable JavaScript, or only a script."""
    if document.css_first("script") is None or hyperlinks > len(document.css("noscript a[href]")):
        return False
    if any(not "".join(_texts(mount)).strip() for mount in document.css(_MOUNTS)):
        return True
    if any("javascript" in element.text().lower() for element in document.css("noscript")):
        return words <= _WORDS_MAXIMUM // 2
    return words == 0 and document.css_first(_SEEN) is None


def _count_words(element: Element | None) -> int:
    """Count the words that a reader sees, up to a number that says that it is content."""
    words = 0
    for number, text in enumerate(_texts(element)):
        words += len(text.split(None, _WORDS_MAXIMUM + 1))
        if words > _WORDS_MAXIMUM or number > _ELEMENTS_MAXIMUM:
            return _WORDS_MAXIMUM + 1
    return words


def _texts(element: Element | None) -> Iterator[str]:
    """Yield the texts in an element that a reader sees."""
    if element is None:
        return
    waiting = [element]
    while waiting:
        for child in waiting.pop().iter(include_text=True):
            if child.is_text_node:
                yield child.text_content or ""
            elif child.tag not in _UNREAD:
                yield ""
                waiting.append(child)
