"""Look again at the pages of known links, and say of each link what became of it."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from itertools import islice
from time import monotonic
from typing import Any, ClassVar, Self

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider
from scrapy.http import Response
from scrapy.settings import BaseSettings
from twisted.python.failure import Failure

from backlinkspider.core.arguments import MONITOR_NAMES, Arguments
from backlinkspider.core.coverage.seed_account import Ending
from backlinkspider.core.exceptions import ArgumentError, SeedListError
from backlinkspider.core.html.walls import absence_reason
from backlinkspider.core.monitor.columns import LINK_COLUMNS, MONITOR_COLUMNS
from backlinkspider.core.monitor.judgement import TOO_MANY_LINKS, TRUNCATED, Sighting, finding_of_page
from backlinkspider.core.monitor.known_link import KnownLink
from backlinkspider.core.monitor.schedule import is_due
from backlinkspider.core.monitor.states import Finding
from backlinkspider.core.rows.page_rows import PageRows
from backlinkspider.core.rows.row_parser import FeedRow
from backlinkspider.core.seeds.seeds import Seed
from backlinkspider.core.urls.canonicalize import absolute_url, canonical_url, host_of
from backlinkspider.downloader.resolver import is_unknown_name
from backlinkspider.downloader.responses import is_page, is_redirect, parse_page, redirects_before
from backlinkspider.feeds.uris import MONITOR_FORMAT, is_coverage, is_monitored
from backlinkspider.items import MonitoredLink, Page
from backlinkspider.job.store import JobStore, now
from backlinkspider.known_links.due_pages import DuePage, DuePages
from backlinkspider.known_links.lists import KnownLists
from backlinkspider.known_links.rows import MonitoredRows
from backlinkspider.known_links.sightings import Sightings
from backlinkspider.known_links.webhook import Report, post_report
from backlinkspider.link_check.link_checks import LinkChecks
from backlinkspider.request_meta import find_context, first_url, request_context, request_of
from backlinkspider.signals import job_opened, response_processed
from backlinkspider.skip_reasons import NOT_HTML, REDIRECTED_TO_KNOWN, failure_reason
from backlinkspider.spiders.site_spider import SiteSpider

_LINKS_AT_ONCE = 200
"""Links read from the lists before other pages have their turn, about 10 ms."""
_REST = 3
"""How much longer than for reading the lists pages have their turn, when there are enough of them."""
_LINKS_OF_A_PAGE = 1_000
"""Links to the target on one page that are remembered."""

_FORMATS = {name: name for name in ("csv", "jsonl", "json", "parquet", "xlsx")} | {"jsonlines": "jsonl", "jl": "jsonl"}
_ROW_COLUMNS = ("url_from", "url_to", "anchor", *LINK_COLUMNS)
_GONE = frozenset({"http_404", "http_410"})


class MonitorSpider(SiteSpider):
    """Read the pages of the lists of known links, each once and no other, and yield each as an item.

    When the crawl has ended it sends an item for each known link to the feeds, in the order of the lists.
    Reads: BACKLINKS_LISTS_DIR, BACKLINKS_MAX_LINKS_PER_PAGE, BACKLINKS_WEBHOOK. Counts: backlinks/known_links/<status>,
    backlinks/known_links/due (pages to be asked for), backlinks/contracts/broken, and what the spider of a crawl counts of pages.
    """

    name = "monitor"
    argument_names: ClassVar = MONITOR_NAMES
    argument_defaults: ClassVar = {
        "keep": "backlink,internal_backlink",
        "follow": "none",
        "sitemaps": "false",
        "max_pages": "0",
        "profile_pages": "0",
    }
    default_seeds = None

    def __init__(self, arguments: Arguments) -> None:
        super().__init__(arguments)
        self._seen = Sightings()
        self._rows_of_page = PageRows(_ROW_COLUMNS)
        self._job: JobStore | None = None
        self._begun = now()
        self._report = Report(tuple(target.text for target in arguments.targets))
        self._due = DuePages()
        self._has_room = asyncio.Event()

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        columns = [*MONITOR_COLUMNS, *spider.lists.other_columns()]
        feeds = crawler.settings.getdict("FEEDS")
        chosen = {name: {"fields": columns, **feed} if is_monitored(feed) else feed for name, feed in feeds.items()}
        crawler.settings.set("FEEDS", chosen, priority="cmdline")
        crawler.signals.connect(spider.restore, job_opened)
        crawler.signals.connect(spider.note_links, signals.item_scraped)
        crawler.signals.connect(spider.note_left, response_processed)
        crawler.signals.connect(spider.note_left, signals.request_dropped)
        crawler.signals.connect(spider.finish, signals.spider_closed)
        # After the rows, which the feeds must get before they are closed.
        crawler.signals.connect(spider.notify, signals.spider_closed)
        return spider

    @classmethod
    def check_arguments(cls, given: Mapping[str, str], settings: BaseSettings) -> Arguments:
        """Return the checked arguments, and make the feeds those of known links. Raises BacklinkSpiderError."""
        settings.set("FEEDS", dict(_feeds_of_monitor(settings)), priority="cmdline")
        arguments = super().check_arguments(given, settings)
        webhook = settings["BACKLINKS_WEBHOOK"]
        if webhook and absolute_url(webhook, "data:,") is None:
            raise ArgumentError("BACKLINKS_WEBHOOK is not an http(s) URL")
        if not arguments.known:
            raise ArgumentError("no known links: name their list, for example -a known=links.csv")
        _lists(arguments, settings).check()
        return arguments

    @property
    def lists(self) -> KnownLists:
        return _lists(self.arguments, self.settings)

    def restore(self, job: JobStore) -> None:
        """Restore the state of a job. Raises SeedListError where its lists are not those that it began with."""
        self._job = job
        job.register("sightings", self._seen)
        identity, begun = self.lists.identity(), job.read("known_lists")
        if begun is not None and begun != identity:
            self.count("job/failed")
            self.logger.error("the lists of known links have changed since the job began: put them back, or take another JOBDIR")
            raise CloseSpider("lists_changed")
        job.write("known_lists", identity)
        self._begun = job.read("monitored_at") or self._begun
        job.write("monitored_at", self._begun)

    async def start(self) -> AsyncIterator[Request]:
        """Request the page of each known link that is due, once: of each site in the order of the lists."""
        self.crawler.stats.set_value("backlinks/known_links/due", 0)
        links = self.lists.links()
        is_read = False
        while not is_read or self._due.has_waiting:
            begun = monotonic()
            is_read = is_read or not self._read_ahead([*islice(links, _LINKS_AT_ONCE)])
            seconds = monotonic() - begun
            while (page := self._due.pop()) is not None:
                yield self._first_request_of_page(page.url, page.site)
            if is_read and self._due.has_waiting:
                await self._wait_for_room()
            else:
                has_enough = self._due.sites_in_progress >= self.settings.getint("CONCURRENT_REQUESTS")
                await asyncio.sleep(seconds * _REST if has_enough else 0)

    def _read_ahead(self, links: Sequence[KnownLink]) -> bool:
        """Add the pages of some links to those that wait; return whether there were any links."""
        for link in links:
            page, site = link.page, link.site
            if page is None or site is None or not self.arguments.shard.owns(site):
                continue
            if not is_due(link, self.arguments.recheck, now=self._begun) or not self._due.note(page):
                continue
            self.count("known_links/due")
            if self._seen.of_page(canonical_url(page)) is None:
                self._due.add(DuePage(page, site))
        return bool(links)

    async def _wait_for_room(self) -> None:
        self._has_room.clear()
        await self._has_room.wait()

    def note_left(self, request: Request) -> None:
        """Note that a page no longer waits, whatever came of it."""
        context = find_context(request)
        if context is not None and not context.redirect_chain:
            self._due.leave(context.site)
            self._has_room.set()

    def _first_request_of_page(self, page: str, site: str) -> Request:
        return self._ledger.enter(self._first_request(site, [page], maybe_seed_list=False))

    def _dispatch(self, response: Response) -> Iterator[Any]:
        if is_redirect(response):
            yield from self._follow_redirect(response)
        elif is_page(response):
            yield from self._read_page(response)
        else:
            self._note(request_of(response), Sighting(Finding.NOT_HTML, NOT_HTML, response.url))
            self._ledger.record(request_of(response), Ending.FAILED, NOT_HTML)
            yield from redirects_before(request_context(response))

    def _read_page(self, response: Response) -> Iterator[Any]:
        page = parse_page(response, self.settings.getint("BACKLINKS_MAX_LINKS_PER_PAGE"))
        reason = absence_reason(page) or self._why_incomplete(page, response)
        asked = first_url(request_of(response))
        if reason is None:
            finding = finding_of_page(asked, page.url_from, page.page_from_title, links=len(page.links))
            self._ledger.record(request_of(response), Ending.PAGE)
        else:
            finding = Finding.UNREAD
            self._ledger.record(request_of(response), Ending.FAILED, reason)
        self._note(request_of(response), Sighting(finding, reason, page.url_from))
        self._ledger.count_links(request_context(response).seed, "links", len(page.links))
        yield from redirects_before(request_context(response))
        yield page

    def _why_incomplete(self, page: Page, response: Response) -> str | None:
        if "dataloss" in response.flags:
            self.count("truncated")
            return TRUNCATED
        return TOO_MANY_LINKS if page.links_left_out else None

    def _follow_redirect(self, response: Response) -> Iterator[Any]:
        step = self._take_redirect(response)
        if step.following is not None:
            yield step.following
            return
        is_known = step.reason == REDIRECTED_TO_KNOWN
        refers_to = canonical_url(step.url_to) if is_known and step.url_to is not None else None
        finding = Finding.PAGE_REDIRECTED if is_known else Finding.UNREAD
        self._note(request_of(response), Sighting(finding, step.reason, step.url_to, refers_to))
        yield from redirects_before(step.context)

    def _handle_failure(self, request: Request, failure: Failure) -> Iterator[Any]:
        assert failure.value is not None, "a failure has a cause"
        reason = failure_reason(failure.value)
        # The host that a redirect leads to is not that of the link.
        is_its_name = reason == Finding.NO_DOMAIN.value and not request_context(request).redirect_chain
        is_unknown = is_its_name and is_unknown_name(host_of(request.url))
        finding = Finding.PAGE_GONE if reason in _GONE else Finding.NO_DOMAIN if is_unknown else Finding.UNREAD
        self._note(request, Sighting(finding, reason))
        if finding is Finding.PAGE_GONE:
            self.count("seeds/fetched")
        self._ledger.record(request, Ending.FAILED, reason)
        yield from redirects_before(request_context(request))

    def _note(self, request: Request, sighting: Sighting) -> None:
        self._seen.record(canonical_url(first_url(request)), sighting)

    def note_links(self, item: Any, response: Response | None) -> None:
        """Store the links to the targets that a page has."""
        if isinstance(item, Page) and response is not None:
            self._seen.add_links(canonical_url(first_url(request_of(response))), self._rows(item))

    def _rows(self, page: Page) -> Iterator[FeedRow]:
        of_page = self._rows_of_page.of_page(page)
        links = page.links[:_LINKS_OF_A_PAGE]
        columns = self._rows_of_page.link_columns
        for values in zip(*self._rows_of_page.of_links(links), strict=True):
            yield {**of_page, **dict(zip(columns, values, strict=True))}

    def finish(self, reason: str) -> None:
        """Send an item for each known link to the feeds; a job does so when all its pages have been asked for."""
        if self._job is not None and reason != "finished":
            return
        counts: Counter[str] = Counter()
        rows = MonitoredRows(
            self.lists, self._seen, self.arguments, due=self._due, now=self._begun, destination_of=self._destination_of
        )
        try:
            for row in rows:
                counts[str(row["status"])] += 1
                self._note_promises(row)
                self._report.add(row)
                item = MonitoredLink(row)
                self.crawler.signals.send_catch_log(signals.item_scraped, item=item, response=None, spider=self)
        except SeedListError as error:
            self.count("errors")
            self.logger.error("known links have no rows: %s", error)  # noqa: TRY400 - the line says it all
        for status, number in counts.items():
            self.count(f"known_links/{status}", number)
        for line in rows.summary(counts):
            self.logger.info("%s", line)
        self._seen.close()
        self._due.close()

    async def notify(self, reason: str) -> None:
        """Send what became of the links to the webhook."""
        url = self.settings["BACKLINKS_WEBHOOK"]
        if url and (self._job is None or reason == "finished"):
            await post_report(self.crawler, url, self._report)

    def _note_promises(self, row: FeedRow) -> None:
        broken = row.get("broken_promises")
        if isinstance(broken, tuple):
            self.count("contracts/broken")
            self.logger.warning("contract broken: %s on %s: %s", row.get("url_to"), row.get("url_from"), "; ".join(broken))

    def _destination_of(self, url: str) -> Any:
        ends = self.context.find(LinkChecks)
        return ends.destination_of(url) if ends is not None else None

    def read_seeds(self) -> Iterator[tuple[Seed, bool]]:
        """Yield nothing: the pages of the lists are not seeds."""
        yield from ()


def _lists(arguments: Arguments, settings: BaseSettings) -> KnownLists:
    sites = {target.site for target in arguments.targets}
    return KnownLists(arguments.known, settings["BACKLINKS_LISTS_DIR"], sites, arguments.column_map)


def _feeds_of_monitor(settings: BaseSettings) -> Iterator[tuple[str, Any]]:
    """Yield the feeds with the formats of known links. Raises ArgumentError for another format."""
    for name, options in settings.getdict("FEEDS").items():
        if not isinstance(options, Mapping) or is_coverage(options) or is_monitored(options):
            yield name, options
            continue
        kind = _FORMATS.get(str(options.get("format")))
        if kind is None:
            raise ArgumentError(f"feed {name} of known links must be .csv, .jsonl, .json, .xlsx or .parquet")
        yield name, {**options, "format": f"{MONITOR_FORMAT}{kind}", "item_classes": [MonitoredLink]}
