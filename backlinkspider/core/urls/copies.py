"""Tell a page that is a copy by its canonical: it names another page of its site as its own."""

from __future__ import annotations

from backlinkspider.core.urls.canonicalize import canonical_url, resource_of
from backlinkspider.core.urls.domains import site_of_url


def names_other_page(canonical: str | None, url: str, site: str) -> bool:
    """Return whether a page at a URL of a site names another page of the site as its own.

    Some sites name their home page on every page; that says nothing. Nor does another name of the host or another scheme: a site
    that answers at several names, and says which it prefers, has no second page for that.

    >>> names_other_page("https://example.com/a", "https://example.com/a?replytocom=1", "example.com")
    True
    >>> names_other_page("https://example.com/a", "http://www.example.com/a/?utm_source=x", "example.com")
    False
    """
    if canonical is None or site_of_url(canonical) != site or resource_of(canonical).strip("/") == "":
        return False
    return place_of(canonical) != place_of(url)


def place_of(url: str) -> str:
    """Return where a page stands on its site: its path and query, in the form in which they are compared.

    >>> place_of("https://www.example.com/Oak/?utm_source=x"), place_of("https://example.com/oak/?id=1")
    ('/oak', '/oak?id=1')
    """
    path, mark, query = resource_of(canonical_url(url)).lower().partition("?")
    return f"{path.rstrip('/')}{mark}{query}"
