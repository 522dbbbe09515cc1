"""Read footprints that show who made a page: its analytics and advertising accounts, and its template."""

from __future__ import annotations

import re
from collections.abc import Iterator
from hashlib import blake2b
from itertools import islice

from backlinkspider.core.html.parser import Document, Element

_MAX_IDS = 10

_CODE = (
    "script, iframe[src], amp-ad[data-ad-client], ins[data-ad-client], meta[name=google-adsense-account][content], "
    "img[src*='facebook.com/tr'], img[src*='mc.yandex.ru/watch/']"
)
_CODE_ATTRIBUTES = ("src", "data-ad-client", "content")
_CODE_ELEMENTS = 500
_CODE_CHARACTERS = 500_000
"""Limits on the code read; ordinary pages stay below."""

# Each starts with a literal, which is found fast, and then looks behind; none backtracks.
_ACCOUNTS = (
    # https://developers.google.com/tag-platform/gtagjs/configure; the last part numbers the sites of one account.
    ("UA-", re.compile(r"UA-(?<![A-Za-z0-9]UA-)(\d{4,10})-\d{1,4}\b")),
    ("G-", re.compile(r"""G-(?<=["'=]G-)(?=[A-Z]*\d)([A-Z0-9]{8,12})\b""")),
    ("GTM-", re.compile(r"""GTM-(?<=["'=]GTM-)(?=[A-Z]*\d|[A-Z]{6})([A-Z0-9]{5,9})\b""")),
    ("AW-", re.compile(r"""AW-(?<=["'=]AW-)(\d{8,12})\b""")),
    # https://support.google.com/adsense/answer/105516
    ("ca-pub-", re.compile(r"""pub-(?<=["'=-]pub-)(\d{16})\b""")),
    ("facebook-", re.compile(r"""fbq\(\s{0,9}["']init["']\s{0,9},\s{0,9}["']?(\d{10,20})\b""")),
    ("facebook-", re.compile(r"facebook\.com/tr/?\?id=(\d{10,20})\b")),
    ("yandex-", re.compile(r"""ym\((?<!\wym\()\s{0,9}(\d{5,10})\s{0,9},\s{0,9}["']init["']""")),
    ("yandex-", re.compile(r"mc\.yandex\.ru/watch/(\d{5,10})\b")),
)

_LEVELS = 4
"""Levels below the body that belong to the template; below them is content."""

_MAX_ELEMENTS = 1_000
_MAX_NAMES = 8
_NAME_CHARACTERS = 40
_ATTRIBUTE_CHARACTERS = 500
_MIN_NAMED_PARTS = 6
"""With fewer named parts a template resembles any other: header, content and footer are everywhere."""

_TEMPLATE_TAGS = frozenset(
    {"aside", "center", "div", "footer", "form", "header", "main", "nav", "section", "table", "tbody", "tr", "td"}
)
"""Elements that make up templates; others depend on the content."""

_NAME = re.compile(r"[A-Za-z_][A-Za-z_-]+\Z")
"""A class or id without digits, which number pages and widgets."""

_PAGE_SPECIFIC = re.compile(
    r"(?:category|tag|author|post|page|term|single|archive|current|active|is|has|js|no)(?:[-_]|\Z)", re.IGNORECASE
)
"""Classes for the subject or state of a page."""


def read_analytics_ids(document: Document) -> tuple[str, ...]:
    """Return the analytics and advertising accounts in a page's code, sorted, at most ten.

    Google Analytics (`UA-123456-7` gives `UA-123456`), Tag Manager, Ads and AdSense, Facebook pixel, Yandex Metrica. Sites that
    share an account share an owner or an agency.
    """
    code = "\n".join(_read_code(document))[:_CODE_CHARACTERS]
    found = {prefix + match[1] for prefix, account in _ACCOUNTS for match in account.finditer(code)}
    return tuple(sorted(name for name in found if not _is_placeholder(name))[:_MAX_IDS])


def read_template(document: Document) -> str | None:
    """Return a digest of a page's template, 16 hexadecimal digits; None if it is too common to tell.

    Pages share a digest if the structural elements on the first levels below the body are the same set by tag, classes and id.
    Names with digits or about the content are ignored.
    """
    parts = set(_template_parts(document))
    if sum("." in part for part in parts) < _MIN_NAMED_PARTS:
        return None
    return blake2b("\n".join(sorted(parts)).encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def _read_code(document: Document) -> Iterator[str]:
    budget = _CODE_CHARACTERS
    for element in document.css(_CODE)[:_CODE_ELEMENTS]:
        attributes = element.attributes
        named = [f'"{value}' for name in _CODE_ATTRIBUTES if (value := attributes.get(name))]
        text = "\n".join([*named, element.text() if element.tag == "script" else ""])[:budget]
        yield text
        budget -= len(text)
        if budget <= 0:
            return


def _is_placeholder(name: str) -> bool:
    """Return whether an account was never filled in, such as UA-000000."""
    return len(set(name.rpartition("-")[2])) <= 2


def _template_parts(document: Document) -> Iterator[str]:
    if document.body is None:
        return
    level = [(document.body, "")]
    for _ in range(_LEVELS):
        below = ((child, path) for element, path in level for child in _template_children(element))
        level = []
        for element, path in islice(below, _MAX_ELEMENTS):
            names = _names_of(element)
            part = f"{path}/{element.tag}{names}"
            if names or element.tag != "div":
                # Scripts insert unnamed divs here and there.
                yield part
            level.append((element, part))


def _template_children(element: Element) -> Iterator[Element]:
    child = element.first_child
    for _ in range(_MAX_ELEMENTS):
        if child is None:
            return
        if child.tag in _TEMPLATE_TAGS:
            yield child
        child = child.next


def _names_of(element: Element) -> str:
    attributes = element.attributes
    written = f"{attributes.get('id') or ''} {attributes.get('class') or ''}"[:_ATTRIBUTE_CHARACTERS].split()
    names = {name[:_NAME_CHARACTERS] for name in written if _NAME.match(name) and not _PAGE_SPECIFIC.match(name)}
    return "".join(f".{name}" for name in sorted(names)[:_MAX_NAMES])
