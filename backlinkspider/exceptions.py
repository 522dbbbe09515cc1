"""Why a page is not fetched or a page is not written, in Scrapy's terms.

IgnoreRequest (Scrapy)
    PageRefused
        RobotsBlocked
        RobotsUnavailable
        HostUnreachable
        BudgetSpent
        PrivateAddress
        SiteTaken
DropItem (Scrapy)
    NoLinkKept

What can be wrong with the user's input is in `core.exceptions`.
"""

from __future__ import annotations

from scrapy.exceptions import DropItem, IgnoreRequest


class PageRefused(IgnoreRequest):
    """The base of every reason of ours not to fetch a page; `reason` is its word in stats and summary."""

    reason: str


class RobotsBlocked(PageRefused):
    """Raised by `RobotsTxtMiddleware`: the site's robots.txt forbids the page to us."""

    reason = "robots_blocked"


class RobotsUnavailable(PageRefused):
    """Raised by `RobotsTxtMiddleware`: robots.txt answers with a server error, so nothing may be fetched now."""

    reason = "robots_unavailable"


class HostUnreachable(PageRefused):
    """Raised by `RobotsTxtMiddleware`: the host did not even give its robots.txt; `reason` is the word for the failure."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class BudgetSpent(PageRefused):
    """Raised by `PageBudget`: the site has had its `max_pages`."""

    reason = "budget"


class PrivateAddress(PageRefused):
    """Raised by `PublicNetworkMiddleware`: the address is one of a private network."""

    reason = "private_address"


class SiteTaken(PageRefused):
    """Raised by `SiteClaims`: another worker has the site."""

    reason = "leased_elsewhere"


class NoLinkKept(DropItem):
    """Raised by `ClassifyLinksPipeline`: the page has no link of a relation that the user asked for."""

    def __init__(self) -> None:
        super().__init__("no link of a relation that is kept", log_level="DEBUG")
