"""Write what was seen of each seed, and what was not and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Self

from scrapy import Spider, signals
from scrapy.crawler import Crawler

from backlinkspider.context.crawl_context import context_of
from backlinkspider.core.coverage.outcome import Outcome
from backlinkspider.core.coverage.seed_account import Ending
from backlinkspider.core.links.redirects import REDIRECTED_OFF_SITE
from backlinkspider.feeds.uris import takes_coverage
from backlinkspider.frontier.site_learner import SiteLearner
from backlinkspider.items import Coverage
from backlinkspider.ledger.ledger import Ledger, SeedEntry
from backlinkspider.skip_reasons import NOT_HTML, REDIRECTED_TO_KNOWN

_COUNTED_ELSEWHERE = frozenset({"robots_blocked", NOT_HTML, "budget", REDIRECTED_OFF_SITE, REDIRECTED_TO_KNOWN})
"""Reasons that have a column of their own."""

_CUT = frozenset({"budget", "depth"})
"""Reasons for not requesting a URL that have a column of their own."""

_NAMED_IN_THE_TABLE = 10
_SEED_CHARACTERS = 32


class SeedCoverage:
    """Sends a `Coverage` item for each seed of the ledger when the crawl ends, however it ends, if a feed takes them.

    It comes before the feed exporter, so that feeds are still open when the crawl ends. Reads: FEEDS.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        coverage = cls(crawler)
        crawler.signals.connect(coverage.send, signals.spider_closed)
        return coverage

    def send(self, spider: Spider) -> None:
        send_coverage(self._crawler, spider)


def send_coverage(crawler: Crawler, spider: Spider) -> None:
    """Send an item a seed to the feeds, if one takes them; otherwise Scrapy would count them beside the pages."""
    is_wanted = any(map(takes_coverage, crawler.settings.getdict("FEEDS").values()))
    for coverage in coverage_of(crawler) if is_wanted else ():
        crawler.signals.send_catch_log(signals.item_scraped, item=coverage, response=None, spider=spider)


def coverage_of(crawler: Crawler) -> Iterator[Coverage]:
    """Yield what is known of each seed, in the order of the seeds."""
    context = context_of(crawler)
    ledger, order = context.get(Ledger), context.get(SiteLearner).order
    for seed, entry in ledger.entries():
        yield _coverage(seed, entry, ledger.outcome(seed), order)


def seed_table(crawler: Crawler) -> str:
    """Return the seeds that were not read whole first, a line each, in columns; empty without seeds."""
    every = sorted(coverage_of(crawler), key=lambda coverage: (coverage.outcome == "complete", -coverage.backlinks))
    lines = [f"  {'seed':<{_SEED_CHARACTERS}}  {'outcome':<18}{'pages':>6}{'errors':>8}{'backlinks':>11}"]
    lines += [
        f"  {coverage.seed[:_SEED_CHARACTERS]:<{_SEED_CHARACTERS}}  {coverage.outcome:<18}{coverage.pages:>6}"
        f"{coverage.errors:>8}{coverage.backlinks:>11}"
        for coverage in every[:_NAMED_IN_THE_TABLE]
    ]
    rest = len(every) - _NAMED_IN_THE_TABLE
    if rest > 0:
        lines.append(f"  and {rest} more; -a coverage=coverage.csv writes them all")
    return "\n".join(lines) if every else ""


def _coverage(seed: str, entry: SeedEntry, outcome: Outcome, order: str) -> Coverage:
    account = entry.account
    reasons, not_followed = account.reasons, account.not_followed
    errors = {reason: number for reason, number in reasons.items() if reason not in _COUNTED_ELSEWHERE}
    others = {reason: number for reason, number in not_followed.items() if reason not in _CUT}
    return Coverage(
        seed=seed,
        outcome=outcome,
        pages=account.endings[Ending.PAGE],
        backlinks=account.links["backlinks"],
        links=account.links["links"],
        links_left_out=account.links["links_left_out"],
        addresses=account.addresses,
        redirects=account.endings[Ending.REDIRECT],
        sitemaps=account.sitemaps,
        robots_blocked=reasons["robots_blocked"],
        not_html=reasons[NOT_HTML],
        errors=sum(errors.values()),
        error_reasons=_counted(errors),
        over_budget=not_followed["budget"] + reasons["budget"],
        cut_by_depth=not_followed["depth"],
        not_followed=sum(others.values()),
        not_followed_reasons=_counted(others),
        pending=max(0, entry.waiting),
        seconds=round(entry.ended - entry.begun, 1),
        crawl_order=order,
    )


def _counted(reasons: Mapping[str, int]) -> tuple[str, ...]:
    return tuple(f"{reason} {number}" for reason, number in sorted(reasons.items()))
