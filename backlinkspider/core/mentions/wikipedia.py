"""Read what a wiki says of its external links (https://www.mediawiki.org/wiki/API:Exturlusage)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from backlinkspider.core.exceptions import SourceError
from backlinkspider.core.mentions.mention import Mention, as_list, as_text
from backlinkspider.core.text import truncate_for_message
from backlinkspider.core.urls.query import percent_encode

_LANGUAGE = re.compile(r"[a-z]{2,12}(?:-[a-z]{2,12}){0,2}")
_HOST = re.compile(
    r"(?:[a-z-]{2,20}\.)+(?:wikipedia|wikimedia|wiktionary|wikidata|wikibooks|wikiquote|wikisource|wikivoyage)\.org"
)
_OWN_NAMES = {"commons": "commons.wikimedia.org", "wikidata": "www.wikidata.org", "meta": "meta.wikimedia.org"}
_KEPT_IN_TITLES = ";@$!*(),/:"
"""Characters that MediaWiki leaves as they are in the address of a page (wfUrlencode)."""

_LAGGED = frozenset({"maxlag", "ratelimited"})
"""Errors after which the same question is asked again (https://www.mediawiki.org/wiki/Manual:Maxlag_parameter)."""

_ARTICLES, _FILES = 0, 6


class WikiAnswer(NamedTuple):
    """One page of an answer."""

    mentions: list[Mention]
    next: Mapping[str, str] | None
    """Parameters that ask for the rest; None at the end. An answer without mentions may have a rest."""


class LaggedError(SourceError):
    """Raised by `read_answer` where the wiki asks to be asked again later."""


def wiki_host(name: str) -> str | None:
    """The host of the wiki that a name means; None for a name that is not one.

    >>> wiki_host("de"), wiki_host("commons"), wiki_host("fr.wiktionary.org"), wiki_host("example.com")
    ('de.wikipedia.org', 'commons.wikimedia.org', 'fr.wiktionary.org', None)
    """
    name = name.strip().lower()
    if name in _OWN_NAMES:
        return _OWN_NAMES[name]
    if _LANGUAGE.fullmatch(name):
        return f"{name}.wikipedia.org"
    return name if _HOST.fullmatch(name) else None


def question_for(host: str, wiki: str) -> dict[str, str | int]:
    """The parameters that ask a wiki which pages link to a host or to one under it; on Commons pages are files."""
    return {
        "action": "query",
        "format": "json",
        "formatversion": 2,
        "list": "exturlusage",
        "euquery": f"*.{host}",
        "euprotocol": "",
        "eulimit": 500,
        "euprop": "ids|title|url",
        "eunamespace": _FILES if wiki == _OWN_NAMES["commons"] else _ARTICLES,
        "maxlag": 5,
    }


def read_answer(answer: Any, wiki: str) -> WikiAnswer:
    """The mentions in an answer. Raises LaggedError, and SourceError for another error.

    >>> answer = {"query": {"exturlusage": [{"title": "Oak oil", "url": "http://example.com/"}]}}
    >>> read_answer(answer, "en.wikipedia.org").mentions[0].page
    'https://en.wikipedia.org/wiki/Oak_oil'
    """
    error = answer.get("error") if isinstance(answer, dict) else "its answer is no object"
    if error is not None:
        code = as_text(error.get("code")) if isinstance(error, dict) else str(error)
        kind = LaggedError if code in _LAGGED else SourceError
        raise kind(f"{wiki} answers with the error '{truncate_for_message(code)}'")
    rest = answer.get("continue")
    parameters = {str(name): str(value) for name, value in rest.items()} if isinstance(rest, dict) else None
    return WikiAnswer(list(_read_entries(answer.get("query"), wiki)), parameters or None)


def _read_entries(query: Any, wiki: str) -> Iterator[Mention]:
    for entry in as_list(query, "exturlusage"):
        if title := as_text(entry.get("title")):
            path = percent_encode(title.replace(" ", "_"), _KEPT_IN_TITLES)
            yield Mention(f"https://{wiki}/wiki/{path}", as_text(entry.get("url")) or None, evidence=f"links of {wiki}")
