"""What the form of an address says before anybody asks for it: a list of pages, one of a series, or a trap."""

from __future__ import annotations

import re

from backlinkspider.core.urls.canonicalize import file_extension, resource_of, split_url

FOLLOWED_URL_MAXIMUM = 2_000
"""Characters of an address that is followed; a longer one was put together by a program that does not stop."""

_SEGMENTS_MAXIMUM = 20
_REPEATS = 3
"""How often folders stand in a path one behind the other that are no accident (as `PathologicalPathDecideRule` of the crawler
Heritrix has it). Numbers may: `/volume/1/1/1`."""

_FILE_ENDINGS = frozenset(
    (
        *("avif", "bmp", "gif", "heic", "ico", "jpeg", "jpg", "png", "psd", "svg", "tif", "tiff", "webp", "eps"),
        *("aac", "aiff", "avi", "flac", "flv", "m4a", "m4v", "mid", "mkv", "mov", "mp3", "mp4", "mpeg", "mpg", "ogg"),
        *("ogv", "swf", "wav", "webm", "wma", "wmv", "asf"),
        *("csv", "doc", "docm", "docx", "epub", "ics", "mobi", "odg", "odp", "ods", "odt", "pdf", "pps", "ppt", "pptx"),
        *("rtf", "txt", "vcf", "xls", "xlsm", "xlsx"),
        *("7z", "apk", "bin", "bz2", "deb", "dmg", "exe", "gz", "iso", "jar", "msi", "rar", "rpm", "tar", "tgz", "xz"),
        "zip",
        *("css", "eot", "js", "json", "otf", "ttf", "woff", "woff2"),
    )
)
"""Endings of addresses that are no pages; not those that are also countries of domains (`/review/character.ai`)."""

_LISTING_SEGMENTS = frozenset(
    (
        *("archive", "archives", "archiv", "arquivo", "archivo", "archivos", "author", "authors", "autor", "auteur", "autore"),
        *("categories", "category", "categoria", "categorie", "cat", "kategorie", "kategorien", "label", "labels"),
        *("search", "suche", "recherche", "buscar", "busca", "cerca"),
        *("tag", "tags", "schlagwort", "etiqueta", "etiquette", "thema", "topic", "topics"),
    )
)
"""Path segments of pages that only list other pages, in the languages of `generic_anchors`."""

_LISTING_PARAMETERS = frozenset(
    (
        *("author", "cat", "category", "tag", "dir", "filter", "filters", "view", "limit", "per_page"),
        *("order", "orderby", "orderdir", "sort", "sortby", "sort_by", "sortorder", "q", "query", "s", "search"),
    )
)

_PAGE_PARAMETERS = (
    "page|paged|pageno|page_no|pagenum|page_num|pagenumber|currentpage|current_page|pg|seite|pagina|strona|sida|"
    "offset|start|skip|from|first"
)
_DATE_PARAMETERS = "year|month|day|week|yr|mon|jahr|monat|tag|annee|mois|anno|mese|ano|mes|date|datum|fecha|data"
_YEAR_AND_MONTH = r"(?:1[5-9]|2[01])\d\d[/-](?:0?[1-9]|1[0-2])"
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"

_ABOUT_A_FILE = re.compile(r"/wiki/|/[a-z]+:[^/]*\Z", re.IGNORECASE)
"""The pages of a wiki, and what has a namespace: `File:Cat.jpg`."""

_PLACE_IN_SERIES = re.compile(
    rf"""(?<=[?&])(?:{_PAGE_PARAMETERS})=\d+
    | (?<=[?&])(?:{_DATE_PARAMETERS})=[\d/.:T-]+
    | (?<==){_YEAR_AND_MONTH}(?:[/-]{_DAY})?(?=[&?]|\Z)
    | (?<=[/_.-])(?:page|seite|pagina|strona|sida)[/_-]?\d+(?=[/?._-]|\Z)
    # Behind the date of an article its name follows; of a calendar nothing does, or the kind of view.
    | (?<=/){_YEAR_AND_MONTH}(?:[/-]{_DAY})?(?=/?(?:\?|\Z)|/(?:day|week|month|list|agenda|grid)\b)
    | (?<=/)\d{{4}}-W\d\d(?=/?(?:\?|\Z))""",
    re.IGNORECASE | re.VERBOSE,
)


def trap_reason(url: str) -> str | None:
    """The word for what is wrong with an address that no page has: `url_too_long` or `repeating_path`; None for any other.

    A relative link without its slash makes a page its own folder: `/a/b/a/b/a/b`.

    >>> trap_reason("https://example.com/a/b/a/b/a/b/"), trap_reason("https://example.com/a/b/a/c")
    ('repeating_path', None)
    """
    if len(url) > FOLLOWED_URL_MAXIMUM:
        return "url_too_long"
    segments = [segment for segment in _path(resource_of(url)).split("/") if segment]
    if len(segments) < _REPEATS:
        return None
    return "repeating_path" if len(segments) > _SEGMENTS_MAXIMUM or _repeats(segments) else None


def has_file_extension(url: str) -> bool:
    """Whether an address is a picture, document or program by its ending; a page about one is none.

    >>> has_file_extension("https://example.com/paper.pdf"), has_file_extension("https://example.com/wiki/File:Cat.jpg")
    (True, False)
    """
    return file_extension(url) in _FILE_ENDINGS and _ABOUT_A_FILE.search(url) is None


def pagination_group(url: str) -> str | None:
    """What an address has in common with the other pages of its listing or calendar; None for one of no series.

    >>> pagination_group("https://example.com/blog/page/2/"), pagination_group("https://example.com/cal?month=2031-05")
    ('example.com/blog/#/', 'example.com/cal?#')
    >>> pagination_group("https://example.com/2026/11/oak-chairs") is None
    True
    """
    parts = split_url(url)
    series, places = _PLACE_IN_SERIES.subn("#", parts.resource)
    return parts.host + series if places else None


def query_group(url: str) -> str | None:
    """What an address has in common with those that differ in their query only; None for one without a query.

    >>> query_group("https://example.com/shop?color=red")
    'example.com/shop'
    """
    parts = split_url(url)
    return parts.host + _path(parts.resource) if "?" in parts.resource else None


def is_archive_url(url: str) -> bool:
    """Whether an address is by its form a list of other pages (a tag, an archive, a search), or one view of such a list.

    >>> is_archive_url("https://example.com/tag/oak/"), is_archive_url("https://example.com/oak-chairs")
    (True, False)
    """
    resource = resource_of(url)
    path, _, query = resource.partition("?")
    if not _LISTING_SEGMENTS.isdisjoint(path.lower().split("/")):
        return True
    if query and not _LISTING_PARAMETERS.isdisjoint(parameter.partition("=")[0].lower() for parameter in query.split("&")):
        return True
    return _PLACE_IN_SERIES.search(resource) is not None


def _repeats(segments: list[str]) -> bool:
    """Whether some folders that are not all numbers stand three times one behind the other."""
    # What stands three times leaves two less that are different: most addresses are through here.
    if len(set(segments)) > len(segments) - _REPEATS + 1:
        return False
    for size in range(1, len(segments) // _REPEATS + 1):
        for start in range(len(segments) - _REPEATS * size + 1):
            group = segments[start : start + size]
            if segments[start : start + _REPEATS * size] == group * _REPEATS and not all(map(str.isdigit, group)):
                return True
    return False


def _path(resource: str) -> str:
    return resource.partition("?")[0]
