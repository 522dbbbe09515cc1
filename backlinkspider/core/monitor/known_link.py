"""A link that a list names: where it is, what was known of it, what was promised."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from backlinkspider.core.monitor.contracts import Contract, parse_day, parse_follow
from backlinkspider.core.monitor.list_check import Claim, ListCheck, parse_checks
from backlinkspider.core.monitor.states import LinkState, Status
from backlinkspider.core.rows.csv_cells import LIST_SEPARATOR
from backlinkspider.core.rows.row_parser import microseconds_of
from backlinkspider.core.urls.canonicalize import absolute_url, canonical_url, strip_credentials
from backlinkspider.core.urls.domains import site_of_url
from backlinkspider.items import Cell

_TRUE, _FALSE = frozenset({"true", "1", "yes"}), frozenset({"false", "0", "no"})
_TEXTS = ("relation", "target", "anchor", "position", "page_from_canonical", "link_type", "url_from_now")
_STATUSES = {status.value: status for status in Status}
_MISSES_MAXIMUM = 1_000_000

CONTRACT_NAMES = {
    "expected_url": ("expected url", "expected landing page url"),
    "expected_follow": ("expected follow",),
    "expected_anchor": ("expected anchor",),
    "expires": ("expires",),
    "cost": ("cost",),
}
"""The names, as `core.tables.headers.normalize_name` returns them, of the columns of a contract: ours, and Linkody's
(https://help.linkody.com/en/articles/11070203)."""


@dataclass(frozen=True)
class KnownLink:
    """A row of a list."""

    number: int
    """Its line in the list, from 1."""
    url_from: str
    """As written, without a user name and password."""
    page: str | None
    """The page as a browser requests it; None for what is not an http(s) URL."""
    url_to: str | None = None
    """As written; None in a list of pages."""
    address: str | None = None
    """Where the link leads as a browser requests it; None in a list of pages, or for what is not a URL."""
    state: LinkState = field(default_factory=LinkState)
    contract: Contract = field(default_factory=Contract)
    facts: Mapping[str, Cell] = field(default_factory=dict)
    """What the list says of the link, by our columns; only what it says."""
    source: str = ""
    """The list that it comes from; of a link in a table of the monitor, the list that named it first."""
    claim: Claim | None = None
    """What that list says of it."""
    checks: Sequence[ListCheck] = ()
    """What an earlier run said of that list."""
    others: Mapping[str, str] = field(default_factory=dict)
    """The cells that have no name here, by the header of the list."""

    @property
    def page_key(self) -> str | None:
        """Equal for two spellings of one page."""
        return canonical_url(self.page) if self.page is not None else None

    @property
    def address_key(self) -> str | None:
        """Equal for two spellings of one address."""
        return canonical_url(self.address) if self.address is not None else None

    @property
    def site(self) -> str | None:
        return site_of_url(self.page) if self.page is not None else None


def known_link(number: int, cells: Mapping[str, str], others: Mapping[str, str]) -> KnownLink:
    """Return the link that a row names. `cells` has texts by our columns and by the names of a contract.

    A cell that cannot be read is as if it were empty: a list that somebody edited keeps its links.

    >>> link = known_link(2, {"url_from": "blog.example/a", "url_to": "https://example.com/", "misses": "1"}, {})
    >>> link.page, link.state.misses
    ('https://blog.example/a', 1)
    """
    url_from = strip_credentials(cells.get("url_from", "").strip())
    url_to = cells.get("url_to", "").strip() or None
    return KnownLink(
        number,
        url_from=url_from,
        page=_absolute(url_from),
        url_to=url_to,
        address=_absolute(url_to) if url_to is not None else None,
        state=_state(cells),
        contract=Contract(
            url=cells.get("expected_url") or None,
            follow=parse_follow(cells.get("expected_follow")),
            anchor=cells.get("expected_anchor") or None,
            expires=parse_day(cells.get("expires")),
            cost=cells.get("cost") or None,
        ),
        facts=_facts(cells),
        source=cells.get("from_list", ""),
        claim=_claim(cells.get("list_says", Claim.LIVE)),
        checks=parse_checks(cells.get("list_check", ""), LIST_SEPARATOR),
        others=others,
    )


def _absolute(text: str) -> str | None:
    url = absolute_url(text if "://" in text else f"https://{text}", "http://x/") if text else None
    return url if url is not None and "." in url.split("/", 3)[2] else None


def _state(cells: Mapping[str, str]) -> LinkState:
    return LinkState(
        status=_status(cells.get("status")),
        reason=cells.get("status_reason") or None,
        before=_status(cells.get("status_before")),
        since=_time(cells.get("status_since")),
        misses=_number(cells.get("misses")),
        first_seen=_time(cells.get("first_seen")),
        last_seen=_time(cells.get("last_seen")),
        last_checked=_time(cells.get("last_checked")),
        unresolved_runs=_number(cells.get("unresolved_runs")),
        unresolved_since=_time(cells.get("unresolved_since")),
    )


def _claim(text: str) -> Claim | None:
    return Claim(text) if text in tuple(Claim) else None


def _status(text: str | None) -> Status | None:
    return _STATUSES.get(text or "")


def _number(text: str | None) -> int:
    return min(int(text), _MISSES_MAXIMUM) if text is not None and text.isascii() and text.isdigit() and len(text) < 10 else 0


def _time(text: str | None) -> str | None:
    """Return a time as it is written; None for what is not one, such as a date in words."""
    if not text:
        return None
    try:
        microseconds_of(text)
    except (ValueError, OverflowError):
        return None
    return text


def _facts(cells: Mapping[str, str]) -> Mapping[str, Cell]:
    """Return what the list says of the link, as rows have it."""
    facts: dict[str, Cell] = {}
    for column in _TEXTS:
        if cells.get(column):
            facts[column] = cells[column]
    for column in ("rel", "url_to_redirect_target"):
        if column in cells:
            facts[column] = tuple(cells[column].split(LIST_SEPARATOR)) if cells[column] else ()
    for column in ("dofollow", "page_from_noindex", "is_broken"):
        word = cells.get(column, "").strip().lower()
        if word in _TRUE | _FALSE:
            facts[column] = word in _TRUE
    return facts
