"""What is said of a known link when its page has been seen, as the row of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from backlinkspider.core.monitor.columns import LINK_COLUMNS
from backlinkspider.core.monitor.contracts import broken_promises
from backlinkspider.core.monitor.differences import Difference, differences
from backlinkspider.core.monitor.known_link import KnownLink
from backlinkspider.core.monitor.list_check import ListCheck, check_list
from backlinkspider.core.monitor.states import Finding, LinkState, is_present, next_state
from backlinkspider.core.rows.row_parser import FeedRow
from backlinkspider.core.urls.canonicalize import canonical_url, page_id, resource_of
from backlinkspider.items import Cell

NOT_A_URL = "not_a_url"
"""The reason of a row of a list that names no page."""
OTHER_TARGET = "other_target"
"""The reason of a link that leads elsewhere than to the targets: the crawl did not look for it."""
NOT_REACHED = "not_reached"
"""The reason of a link whose page was not asked for before the crawl was ended."""
TRUNCATED = "truncated"
TOO_MANY_LINKS = "too_many_links"
"""The reasons of a page of which only a part was read, which does not have the link."""
ROLLED_OFF = "rolled_off"
"""The reason of a link that is on another page of the site now."""

REASONS = {
    NOT_A_URL: "The row of the list names no http(s) URL where the page should be.",
    OTHER_TARGET: "The link leads elsewhere than to the target, so the crawl did not look for it.",
    NOT_REACHED: "The crawl was ended before it asked for the page.",
    TRUNCATED: "Only a part of the page came, without the link.",
    TOO_MANY_LINKS: "The page has more links than are read (`BACKLINKS_MAX_LINKS_PER_PAGE`); the link is not among the first.",
}
"""Words for why nobody could look, beside those for pages that were not read, and what they mean."""

_NOT_FOUND = re.compile(
    r"\b(?:404|410)\b|not found|no longer (?:available|exists?)|does ?n[o']t exist|nicht gefunden|nicht mehr verfügbar"
    r"|introuvable"
    r"|n'existe (?:pas|plus)|no (?:se ha )?encontrad[ao]|non trovat[ao]|niet gevonden|nie znaleziono|не найден",
    re.IGNORECASE,
)
_FOR_SALE = re.compile(
    r"domain (?:name )?(?:is |may be )?for sale|buy this domain|domain parking|parked (?:free|domain)", re.IGNORECASE
)
_SHORT_PAGE_LINKS = 30
"""A page about a missing page has a menu, and no more links than this."""


@dataclass(frozen=True)
class Sighting:
    """What was seen of a page; plain values, so that it can be stored."""

    finding: Finding
    """What it means for a known link that is not on the page."""
    reason: str | None = None
    """Why nobody could look, where nobody could."""
    url_now: str | None = None
    """Where the page is now; None where it did not answer with one."""
    refers_to: str | None = None
    """The key of the page that it redirects to, where that one was asked for by itself."""
    links: Sequence[FeedRow] = field(default=())
    """The links to the targets, in the order of the page."""

    def store(self) -> dict[str, Any]:
        """The sighting as plain values. What all its links have in common, as the facts of their page, is stored once."""
        first: FeedRow = self.links[0] if self.links else {}
        shared = {name: value for name, value in first.items() if all(row.get(name) == value for row in self.links)}
        own = [name for name in first if name not in shared]
        return {"finding": self.finding.value, "reason": self.reason, "url_now": self.url_now, "refers_to": self.refers_to,
                "shared": shared, "own": own, "links": [[row.get(name) for name in own] for row in self.links]}  # fmt: skip

    @classmethod
    def restore(cls, stored: Mapping[str, Any]) -> Sighting:
        """The sighting that `store` made plain values of."""
        shared = dict(_cells(stored["shared"].items()))
        links = [{**shared, **dict(_cells(zip(stored["own"], values, strict=True)))} for values in stored["links"]]
        return cls(Finding(stored["finding"]), stored["reason"], stored["url_now"], stored["refers_to"], links)


def _cells(pairs: Iterable[tuple[str, Any]]) -> Iterator[tuple[str, Cell]]:
    return ((name, tuple(value) if isinstance(value, list) else value) for name, value in pairs)


def finding_of_page(asked: str, url_now: str, title: str | None, *, links: int) -> Finding:
    """Return what a page that answered with content means for a known link that is not on it.

    >>> finding_of_page("https://a.example/x", "https://a.example/", "Blog", links=9).value
    'soft_404'
    >>> finding_of_page("http://a.example/x", "https://www.a.example/x/", "Blog", links=9).value
    'link_removed'
    """
    if links <= _SHORT_PAGE_LINKS and title and (_NOT_FOUND.search(title) or _FOR_SALE.search(title)):
        return Finding.SOFT_404
    if _bare(asked) == _bare(url_now):
        return Finding.LINK_REMOVED
    return Finding.SOFT_404 if resource_of(url_now) in ("/", "") else Finding.PAGE_REDIRECTED


def _bare(url: str) -> str:
    return page_id(url).rstrip("/")


@dataclass(frozen=True)
class Match:
    """The link on a page that a known link is."""

    row: FeedRow
    page: str
    """The page that it is on."""
    is_elsewhere: bool = False
    """Whether it is on another page of the site than the known one."""


@dataclass(frozen=True)
class Moment:
    """When a run looks, and what it looks for."""

    now: str
    """ISO 8601, UTC."""
    is_ours: Callable[[str], bool]
    """Whether an address is one of the targets' own."""


def judge(
    known: KnownLink, sighting: Sighting | None, match: Match | None, moment: Moment, *, other_lists: Sequence[str] = ()
) -> FeedRow:
    """Return the row of a known link after a run that was to look at it. `other_lists` name the link too."""
    found = match.row if match is not None else None
    changes = _changes(known, match) if match is not None else ()
    finding, reason = _finding(known, sighting, match, moment)
    state = next_state(known.state, finding, now=moment.now, reason=reason, has_changed=bool(changes))
    if match is not None and match.is_elsewhere and state.reason is None:
        state = replace(state, reason=ROLLED_OFF)
    promised = found if is_present(state.status) else None
    is_known = finding not in (Finding.UNREAD, Finding.NO_DOMAIN)
    broken = tuple(broken_promises(known.contract, promised, today=moment.now[:10])) if is_known else _expired(known, moment)
    row = {**_state_cells(known, state), **_contract_cells(known), "broken_promises": broken or None}
    if found is not None and match is not None:
        moved = match.page if canonical_url(match.page) != known.page_key else None
        row |= {column: found.get(column) for column in (*LINK_COLUMNS, "anchor")}
        row |= {"url_to": found.get("url_to") or known.url_to, "url_from_now": moved}
        row["changes"] = tuple(map(str, changes)) or None
    checks = check_list(known.claim, state.status, {change.word for change in changes}, earlier=known.checks)
    return {**row, **_list_cells(known, checks, other_lists), **known.others}


def carry_over(known: KnownLink, *, other_lists: Sequence[str] = ()) -> FeedRow:
    """Return the row of a known link that was not due: what the list said of it."""
    of_list = _list_cells(known, known.checks, other_lists)
    return {**_state_cells(known, known.state), **_contract_cells(known), **of_list, **known.others}


def _finding(known: KnownLink, sighting: Sighting | None, match: Match | None, moment: Moment) -> tuple[Finding, str | None]:
    if match is not None:
        return Finding.FOUND, None
    if known.page is None:
        return Finding.UNREAD, NOT_A_URL
    if known.url_to is not None and (known.address is None or not moment.is_ours(known.address)):
        return Finding.UNREAD, OTHER_TARGET
    if sighting is None:
        return Finding.UNREAD, NOT_REACHED
    return sighting.finding, sighting.reason


def _changes(known: KnownLink, match: Match) -> tuple[Difference, ...]:
    facts = {**known.facts, "url_from": known.page}
    found = list(differences(facts, match.row))
    address = match.row.get("url_to")
    if known.address_key is not None and isinstance(address, str) and canonical_url(address) != known.address_key:
        found.insert(0, Difference("target", known.url_to or "", address))
    was_at = str(known.facts.get("url_from_now") or known.page)
    if canonical_url(was_at) != canonical_url(match.page):
        found.insert(0, Difference("url_from", was_at, match.page))
    return tuple(found)


def _expired(known: KnownLink, moment: Moment) -> tuple[str, ...]:
    """Return the promise that is over whatever is on the page."""
    only_date = replace(known.contract, url=None, follow=None, anchor=None)
    return tuple(broken_promises(only_date, {}, today=moment.now[:10]))


def _state_cells(known: KnownLink, state: LinkState) -> FeedRow:
    return {
        **{column: known.facts[column] for column in LINK_COLUMNS if column in known.facts},
        "status": state.status.value if state.status is not None else None,
        "status_reason": state.reason,
        "status_before": state.before.value if state.before is not None else None,
        "status_since": state.since,
        "misses": state.misses,
        "first_seen": state.first_seen,
        "last_seen": state.last_seen,
        "last_checked": state.last_checked,
        "url_from": known.url_from,
        "url_to": known.url_to,
        "url_from_now": known.facts.get("url_from_now"),
        "anchor": known.facts.get("anchor"),
        "changes": None,
        "unresolved_runs": state.unresolved_runs,
        "unresolved_since": state.unresolved_since,
    }


def _contract_cells(known: KnownLink) -> FeedRow:
    contract = known.contract
    return {
        "expected_url": contract.url,
        "expected_follow": contract.follow,
        "expected_anchor": contract.anchor,
        "expires": contract.expires,
        "cost": contract.cost,
        "broken_promises": None,
    }


def _list_cells(known: KnownLink, checks: Sequence[ListCheck], other_lists: Sequence[str]) -> FeedRow:
    return {
        "from_list": known.source or None,
        "list_says": known.claim.value if known.claim is not None else None,
        "list_check": tuple(check.value for check in checks) or None,
        "other_lists": tuple(other_lists) or None,
    }
