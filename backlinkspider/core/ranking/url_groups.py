"""Group the URLs of a site by their form, so that what a few of a group turn out to be tells what the others are.

As ACEBot clusters pages by their paths (Faheem and Senellart, Intelligent and Adaptive Crawling of Web Applications for Web
Archiving, 2013), by the URL alone.
"""

from __future__ import annotations

import re

from backlinkspider.core.memo import cache_short_strings
from backlinkspider.core.ranking.url_kinds import UrlKind, kind_of
from backlinkspider.core.urls.canonicalize import host_of, resource_of
from backlinkspider.core.urls.query import parameters_of

ACTIONS = "!actions"
"""The end of the name of the group with a host's forms, histories and copies."""

_FOLDERS_NAMED = 2
"""Folders that tell one part of a site from another; deeper ones are counted."""

_SLUG = re.compile(r"(?=[^/]*[a-z]{3})(?:[^/]*(?:[-_][^/]*[-_]|[-_][^/]*\d|\d[^/]*[-_])|[^/]{25})|[^/]*%[^/]*%", re.IGNORECASE)
"""A folder that is the name of one thing and not of a part of the site: of three words, of words and a number, or long."""

_NUMBER = re.compile(r"\d+(?:[.-]\d+)*\Z")
_NAMESPACE = re.compile(r"(?:[^/:%]|%(?!3A)){1,30}(?::|%3A)(?=.)", re.IGNORECASE)
_EXTENSION = re.compile(r"\.[a-z]{1,5}\Z", re.IGNORECASE)
_VERBS = frozenset(
    {"act", "action", "cmd", "controller", "do", "mode", "module", "op", "option", "tab", "task", "tmpl", "type", "view"}
)
"""Parameters whose value names the kind of page."""

_VERB = re.compile(r"[a-z_]{1,20}\Z", re.IGNORECASE)


@cache_short_strings(4_096)
def group_of(url: str) -> str:
    """Name the group of a URL: its host, the first two folders, and the names of its parameters.

    >>> group_of("https://example.com/blog/2026/11/oak-chairs"), group_of("https://example.com/index.php?p=12&view=article")
    ('example.com/blog/#/#/*', 'example.com/index.php?p&view=article')
    >>> group_of("https://example.com/wiki/Talk:Oak"), group_of("https://example.com/shop/round-oak-table-17/reviews")
    ('example.com/wiki/Talk:*', 'example.com/shop/*/*')
    """
    host = host_of(url)
    if kind_of(url) is UrlKind.ACTION:
        return f"{host}{ACTIONS}"
    path, _, query = resource_of(url).partition("?")
    *folders, name = path.strip("/").split("/")
    forms = [_folder_form(folder, place) for place, folder in enumerate(folders)]
    # With a query the last part of the path is a program.
    forms.append(name if query and "." in name else _name_form(name))
    return f"{host}/{'/'.join(forms)}{_query_form(url)}"


def _folder_form(folder: str, place: int) -> str:
    if _NUMBER.match(folder):
        return "#"
    return folder.lower() if place < _FOLDERS_NAMED and not _SLUG.match(folder) else "*"


def _name_form(name: str) -> str:
    namespace = _NAMESPACE.match(name)
    if namespace is not None:
        return f"{namespace[0]}*"
    extension = _EXTENSION.search(name)
    form = "#" if _NUMBER.match(name) else "*" if name else ""
    return f"*{extension[0].lower()}" if extension is not None else form


def _query_form(url: str) -> str:
    parameters = parameters_of(url).items()
    names = [f"{name}={value.lower()}" if name in _VERBS and _VERB.match(value) else name for name, value in parameters]
    return f"?{'&'.join(sorted(names))}" if names else ""
