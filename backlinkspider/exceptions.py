"""Why a page is not fetched or not written, in Scrapy's terms.

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
Exception
    UnreadableResponseError

Errors in the user's input are in `core.exceptions`.
"""

from __future__ import annotations

from scrapy.exceptions import DropItem, IgnoreRequest


class PageRefused(IgnoreRequest):
    """The base of our reasons not to fetch a page; `reason` is the word in stats and summary."""

    reason: str


class RobotsBlocked(PageRefused):
    """Raised by `RobotsTxtMiddleware`: robots.txt forbids the page."""

    reason = "robots_blocked"


class RobotsUnavailable(PageRefused):
    """Raised by `RobotsTxtMiddleware`: robots.txt answered with a server error, so nothing may be fetched now."""

    reason = "robots_unavailable"


class HostUnreachable(PageRefused):
    """Raised by `RobotsTxtMiddleware`: the host did not answer even for robots.txt; `reason` is the word for the failure."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class BudgetSpent(PageRefused):
    """Raised by `PageBudget`: the site has used up its `max_pages`."""

    reason = "budget"


class PrivateAddress(PageRefused):
    """Raised by `PublicNetworkMiddleware`: the address is in a private network."""

    reason = "private_address"


class SiteTaken(PageRefused):
    """Raised by `SiteLeases`: another worker has the site."""

    reason = "leased_elsewhere"


class NoLinkKept(DropItem):
    """Raised by `ClassifyLinksPipeline`: no link of the page has a relation that the user asked for."""

    def __init__(self) -> None:
        super().__init__("no link of a relation that is kept", log_level="DEBUG")


class UnreadableResponseError(Exception):
    """Raised by `ForgivingResponseParser` and `ForgivingCompressionMiddleware`: an answer came that no browser reads."""
