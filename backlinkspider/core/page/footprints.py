"""What a page tells of who made it: the accounts of its analytics and advertisements, and how its markup is built."""

from __future__ import annotations

import re
from collections.abc import Iterator
from hashlib import blake2b
from itertools import islice

from backlinkspider.core.html.parser import Document, Element

_IDS_MAXIMUM = 10

_CODE = (
    "script, iframe[src], amp-ad[data-ad-client], ins[data-ad-client], meta[name=google-adsense-account][content], "
    "img[src*='facebook.com/tr'], img[src*='mc.yandex.ru/watch/']"
)
_CODE_ATTRIBUTES = ("src", "data-ad-client", "content")
_CODE_ELEMENTS = 500
_CODE_CHARACTERS = 500_000
"""What is read of a page's code: in an ordinary page all of it."""

# Each begins with letters, which are found fast, and then looks at what stands before them; no search goes back.
_ACCOUNTS = (
    # https://developers.google.com/tag-platform/gtagjs/configure; the part behind is one site of the account.
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
"""Levels of elements below the body that are the template's; deeper stands what was written for the page."""

_ELEMENTS_MAXIMUM = 1_000
_NAMES_MAXIMUM = 8
_NAME_CHARACTERS = 40
_ATTRIBUTE_CHARACTERS = 500
_FEWEST = 6
"""Parts with a name, below which a template is like any other: header, content and footer are everywhere."""

_BUILDING = frozenset(
    {"aside", "center", "div", "footer", "form", "header", "main", "nav", "section", "table", "tbody", "tr", "td"}
)
"""Elements that a template is built of; the others come and go with the content."""

_NAME = re.compile(r"[A-Za-z_][A-Za-z_-]+\Z")
"""A class or id that is no number of a page or widget."""

_OF_THE_PAGE = re.compile(
    r"(?:category|tag|author|post|page|term|single|archive|current|active|is|has|js|no)(?:[-_]|\Z)", re.IGNORECASE
)
"""Classes that say what the page is about, or in what state it is."""


def read_analytics_ids(document: Document) -> tuple[str, ...]:
    """The accounts of analytics and advertisements in the code of a page, sorted, at most ten.

    Google Analytics (of `UA-123456-7` the account `UA-123456`), Tag Manager, Ads and AdSense, the Facebook pixel, Yandex
    Metrica. Two sites with the same account have the same owner, or the same agency.
    """
    code = "\n".join(_read_code(document))[:_CODE_CHARACTERS]
    found = {prefix + match[1] for prefix, account in _ACCOUNTS for match in account.finditer(code)}
    return tuple(sorted(name for name in found if not _is_placeholder(name))[:_IDS_MAXIMUM])


def read_template(document: Document) -> str | None:
    """A digest of how the markup of a page is built, 16 hexadecimal digits; None for a page that is built like any other.

    The same for pages with the same building elements on the first levels below the body, by tag, classes and id, in
    whatever order and number; without those names that hold a digit or tell of the content.
    """
    parts = set(_read_parts(document))
    if sum("." in part for part in parts) < _FEWEST:
        return None
    return blake2b("\n".join(sorted(parts)).encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def _read_code(document: Document) -> Iterator[str]:
    room = _CODE_CHARACTERS
    for element in document.css(_CODE)[:_CODE_ELEMENTS]:
        attributes = element.attributes
        named = [f'"{value}' for name in _CODE_ATTRIBUTES if (value := attributes.get(name))]
        text = "\n".join([*named, element.text() if element.tag == "script" else ""])[:room]
        yield text
        room -= len(text)
        if room <= 0:
            return


def _is_placeholder(name: str) -> bool:
    """Whether an account is one that was never filled in, such as UA-000000."""
    return len(set(name.rpartition("-")[2])) <= 2


def _read_parts(document: Document) -> Iterator[str]:
    if document.body is None:
        return
    level = [(document.body, "")]
    for _ in range(_LEVELS):
        below = ((child, path) for element, path in level for child in _building(element))
        level = []
        for element, path in islice(below, _ELEMENTS_MAXIMUM):
            names = _names_of(element)
            part = f"{path}/{element.tag}{names}"
            if names or element.tag != "div":
                # One without a name is put in by scripts, here and there.
                yield part
            level.append((element, part))


def _building(element: Element) -> Iterator[Element]:
    child = element.first_child
    for _ in range(_ELEMENTS_MAXIMUM):
        if child is None:
            return
        if child.tag in _BUILDING:
            yield child
        child = child.next


def _names_of(element: Element) -> str:
    attributes = element.attributes
    written = f"{attributes.get('id') or ''} {attributes.get('class') or ''}"[:_ATTRIBUTE_CHARACTERS].split()
    names = {name[:_NAME_CHARACTERS] for name in written if _NAME.match(name) and not _OF_THE_PAGE.match(name)}
    return "".join(f".{name}" for name in sorted(names)[:_NAMES_MAXIMUM])
