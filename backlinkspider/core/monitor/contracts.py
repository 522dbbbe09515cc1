"""What was promised of a link, and whether it holds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from backlinkspider.core.monitor.changes import is_minor_anchor_change
from backlinkspider.core.urls.canonicalize import absolute_url, canonical_url
from backlinkspider.items import Cell

_YES = frozenset({"yes", "y", "true", "1", "follow", "dofollow"})
_NO = frozenset({"no", "n", "false", "0", "nofollow"})
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class Contract:
    """What was agreed on for a link; None is not agreed on."""

    url: str | None = None
    """Where it is to lead."""
    follow: bool | None = None
    anchor: str | None = None
    expires: str | None = None
    """The last day on which it is paid for, ISO 8601."""
    cost: str | None = None
    """As the list has it; it is never reckoned with."""

    @property
    def is_empty(self) -> bool:
        return self == _NOTHING


_NOTHING = Contract()


def parse_follow(text: str | None) -> bool | None:
    """Return whether a link is to be followed; None for a text that does not say.

    >>> parse_follow("Yes"), parse_follow("nofollow"), parse_follow("maybe")
    (True, False, None)
    """
    word = (text or "").strip().lower()
    return True if word in _YES else False if word in _NO else None


def parse_day(text: str | None) -> str | None:
    """Return the day that a text begins with, ISO 8601; None where there is none.

    >>> parse_day("2026-12-31 00:00:00"), parse_day("next year")
    ('2026-12-31', None)
    """
    found = _DATE.match((text or "").strip())
    return found[0] if found else None


def broken_promises(contract: Contract, link: Mapping[str, Cell] | None, *, today: str) -> Iterator[str]:
    """Yield what does not hold, each as a text that says what was promised and what is there.

    `link` is the link as it was found; None for one that is missing or lost. `today` is an ISO date. A fact that was not read
    breaks no promise.

    >>> list(broken_promises(Contract(follow=True), {"dofollow": False, "rel": ("ugc",)}, today="2026-11-29"))
    ['follow: promised yes, is no (ugc)']
    """
    if contract.is_empty:
        return
    if contract.expires is not None and contract.expires < today:
        yield f"expires: {contract.expires} is over"
    if link is None:
        yield "link: promised, is not there"
        return
    url_to, dofollow = link.get("url_to"), link.get("dofollow")
    if contract.url is not None and isinstance(url_to, str) and not _is_same_address(contract.url, url_to):
        yield f"url: promised {contract.url}, is {url_to}"
    if contract.follow is not None and isinstance(dofollow, bool) and dofollow is not contract.follow:
        yield f"follow: promised {_yes(contract.follow)}, is {_yes(dofollow)}{_rel_of(link)}"
    anchor = str(link.get("anchor") or "")
    if contract.anchor is not None and contract.anchor != anchor and not is_minor_anchor_change(contract.anchor, anchor):
        yield f"anchor: promised '{contract.anchor}', is '{anchor}'"


def _is_same_address(promised: str, url_to: str) -> bool:
    url = absolute_url(promised if "://" in promised else f"https://{promised}", "http://x/")
    return url is not None and canonical_url(url) == canonical_url(url_to)


def _yes(is_so: bool) -> str:  # noqa: FBT001 - a value in words
    return "yes" if is_so else "no"


def _rel_of(link: Mapping[str, Cell]) -> str:
    rel = link.get("rel")
    return f" ({' '.join(rel)})" if isinstance(rel, tuple) and rel else ""
