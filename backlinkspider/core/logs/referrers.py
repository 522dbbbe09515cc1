"""Tell what kind of place a referrer is, and unwrap the ones that hide another."""

from __future__ import annotations

import re
from enum import StrEnum

from backlinkspider.core.urls.canonicalize import absolute_url, host_of, split_url
from backlinkspider.core.urls.domains import registrable_domain
from backlinkspider.core.urls.query import percent_decode, query_value


class Kind(StrEnum):
    """What a referrer is. Only a SITE is a place that may hold a link that a crawl can find."""

    SITE = "site"
    OWN = "own"
    """The target itself."""
    SEARCH = "search"
    """A search engine: it found the page, nobody linked to it."""
    ASSISTANT = "assistant"
    """A chat or answer machine."""
    MAIL = "mail"
    """A mail program in the web: nobody else sees the page."""
    SOCIAL = "social"
    """A social network that does not say which post it was."""
    SPAM = "spam"
    """A name on the list of referrer spammers."""


# Labels of a registrable domain that has many suffixes (`google.de`, `google.com.br`).
_SEARCH_NAMES = frozenset({"google", "yandex", "baidu", "ecosia", "naver", "seznam", "startpage", "qwant", "sogou", "yahoo"})
_BY_DOMAIN = {
    Kind.SEARCH: "bing.com duckduckgo.com ya.ru ask.com aol.com brave.com kagi.com mojeek.com so.com swisscows.com dogpile.com"
    " metager.org metager.de searx.be search.marginalia.nu presearch.com so.com sm.cn t-online.de gmx.net web.de lycos.com",
    Kind.ASSISTANT: "chatgpt.com openai.com perplexity.ai claude.ai anthropic.com copilot.microsoft.com gemini.google.com"
    " bard.google.com you.com phind.com poe.com mistral.ai deepseek.com meta.ai grok.com character.ai",
    Kind.MAIL: "mail.google.com outlook.com outlook.live.com outlook.office.com outlook.office365.com mail.yahoo.com"
    " mail.ru proton.me protonmail.com fastmail.com icloud.com zoho.com com.google.android.gm mail.yandex.ru",
    Kind.SOCIAL: "t.co lnkd.in com.twitter.android facebook.com l.facebook.com lm.facebook.com m.facebook.com instagram.com"
    " l.instagram.com out.reddit.com com.reddit.frontpage away.vk.com slack-redir.net",
}
_KIND_OF_NAME = {name: kind for kind, names in _BY_DOMAIN.items() for name in names.split()}

_BOT = re.compile(rb"bot|crawl|spider|slurp|preview|monitor|headless|python-|curl|wget|java/|go-http|scrapy", re.IGNORECASE)

_REDIRECTORS = {
    "l.facebook.com": ("u",),
    "lm.facebook.com": ("u",),
    "l.instagram.com": ("u",),
    "out.reddit.com": ("url",),
    "www.youtube.com/redirect": ("q",),
    "youtube.com/redirect": ("q",),
    "www.linkedin.com/safety/go": ("url",),
    "linkedin.com/safety/go": ("url",),
    "www.linkedin.com/redir/redirect": ("url",),
    "slack-redir.net/link": ("url",),
    "steamcommunity.com/linkfilter": ("u", "url"),
    "away.vk.com/away.php": ("to",),
    "vk.com/away.php": ("to",),
    "exit.sc": ("url",),
    "href.li": (),
    "anonym.to": (),
}
"""Pages that send a reader on, and the parameters that say where to; without parameters the whole query does."""

_REDIRECTING_HOSTS = frozenset(name.partition("/")[0] for name in _REDIRECTORS)
_GOOGLE_REDIRECT = ("q", "url")
_UNWRAPPED_AT_MOST = 3


def kind_of_host(host: str) -> Kind:
    """Return the kind of a host by its name: a SITE unless it is known.

    >>> kind_of_host("www.google.com.br"), kind_of_host("mail.google.com"), kind_of_host("blog.example")
    (<Kind.SEARCH: 'search'>, <Kind.MAIL: 'mail'>, <Kind.SITE: 'site'>)
    """
    domain = registrable_domain(host) or host
    for name in (host, host.removeprefix("www."), domain):
        if name in _KIND_OF_NAME and (name == host.removeprefix("www.") or _holds_for_hosts_below(name, host)):
            return _KIND_OF_NAME[name]
    label = domain.partition(".")[0]
    is_search_host = host.partition(".")[0] in {"www", "search", "m", "images", "news", label} or label != "google"
    return Kind.SEARCH if label in _SEARCH_NAMES and is_search_host else Kind.SITE


def _holds_for_hosts_below(name: str, host: str) -> bool:
    """Return whether what a domain is holds for its hosts too: on those of social networks and portals people write pages."""
    return _KIND_OF_NAME[name] is not Kind.SOCIAL and host.endswith(f".{name}")


def unwrap(url: str) -> str:
    """The page behind a redirector, or the URL itself. Raises nothing: a redirector that does not say stays as it is.

    >>> unwrap("https://l.facebook.com/l.php?u=https%3A%2F%2Fblog.example%2Fpost&h=AT0")
    'https://blog.example/post'
    >>> unwrap("https://t.co/abc")
    'https://t.co/abc'
    """
    for _ in range(_UNWRAPPED_AT_MOST):
        inner = _destination(url)
        if inner is None:
            break
        url = inner
    return url


def is_redirector(host: str) -> bool:
    """True if a page of a host may hide another in its query, and is not a search engine.

    >>> is_redirector("l.facebook.com"), is_redirector("www.youtube.com"), is_redirector("blog.example")
    (True, True, False)
    """
    return host in _REDIRECTING_HOSTS


def _destination(url: str) -> str | None:
    absolute = absolute_url(url, "http://x/") if url.startswith(("http://", "https://")) else None
    if absolute is None or "?" not in absolute:
        return None
    host, _, resource = split_url(absolute)
    path, _, query = resource.partition("?")
    names = _REDIRECTORS.get(f"{host}{path.rstrip('/')}", _REDIRECTORS.get(host))
    if names is None and path == "/url" and (registrable_domain(host) or "").startswith("google."):
        names = _GOOGLE_REDIRECT
    if names is None:
        return None
    texts = [query_value(query, name) for name in names] if names else [percent_decode(query)]
    return next((inner for text in texts if text is not None and (inner := _web_url(text)) is not None), None)


def _web_url(text: str) -> str | None:
    return absolute_url(text, "http://x/") if text.startswith(("http://", "https://")) else None


def is_bot(agent: bytes) -> bool:
    """True if a User-Agent says that a program asked: programs invent referrers.

    >>> is_bot(b"Mozilla/5.0 (compatible; AhrefsBot/7.0)"), is_bot(b"Mozilla/5.0 (X11; Linux x86_64)")
    (True, False)
    """
    return _BOT.search(agent) is not None


def is_listed(host: str, names: frozenset[str]) -> bool:
    """True if a host, or a name above it, is in a list.

    >>> is_listed("www.spam.example", frozenset({"spam.example"})), is_listed("nospam.example", frozenset({"spam.example"}))
    (True, False)
    """
    labels = host.split(".")
    return any(".".join(labels[number:]) in names for number in range(len(labels)))


def host_of_referrer(url: str) -> str | None:
    """The host of a referrer; None for what is not an http(s) URL."""
    absolute = _web_url(url)
    return host_of(absolute) if absolute is not None else None
