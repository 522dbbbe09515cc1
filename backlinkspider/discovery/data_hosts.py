"""The hosts that are asked for data without asking their robots.txt: the one list of exceptions.

robots.txt tells crawlers which pages they may collect. These are not pages: each owner documents the address, invites programs to
it, and shuts crawlers out of it. Every other rule of politeness holds: one connection, a delay, and pauses after 429 and 503.
"""

from __future__ import annotations

from backlinkspider.core.urls.canonicalize import split_url

DATA_HOSTS = {
    "data.commoncrawl.org/": "files for download (https://commoncrawl.org/get-started); robots.txt disallows all",
    "index.commoncrawl.org/": "the list of releases (https://index.commoncrawl.org/)",
    "data.gdeltproject.org/": "files for download (https://www.gdeltproject.org/data.html)",
    "hn.algolia.com/api/": "search for programs (https://hn.algolia.com/api)",
    "webmention.io/api/": "a site's own mentions, with its token (https://github.com/aaronpk/webmention.io)",
    "ssl.bing.com/webmaster/api.svc/": "a site's own links, with its key (https://learn.microsoft.com/en-us/bingwebmaster/)",
    "api.webmaster.yandex.net/": "a site's own links, with its token (https://yandex.com/dev/webmaster/)",
    ".wikipedia.org/w/api.php": "search for programs (https://www.mediawiki.org/wiki/API:Etiquette); robots.txt disallows /w/",
    ".wikimedia.org/w/api.php": "the same",
    ".wiktionary.org/w/api.php": "the same",
    ".wikidata.org/w/api.php": "the same",
}
"""Host and beginning of the path, with the reason; a name that begins with a dot means every host under it."""


def is_data_host(url: str) -> bool:
    """Return whether a URL is one of the documented addresses.

    >>> is_data_host("https://en.wikipedia.org/w/api.php?action=query"), is_data_host("https://en.wikipedia.org/wiki/Oak")
    (True, False)
    """
    host, _, resource = split_url(url)
    return any(_matches(host, resource, *name.split("/", 1)) for name in DATA_HOSTS)


def _matches(host: str, resource: str, name: str, path: str) -> bool:
    is_host = host.endswith(name) if name.startswith(".") else host == name
    return is_host and resource.startswith(f"/{path}")
