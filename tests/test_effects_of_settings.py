"""Every setting of the project changes something: by a direct look at the component that reads it, or by a test of a crawl."""

from __future__ import annotations

import ast
import asyncio
import logging
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from scrapy import Request
from scrapy.commands.genspider import Command as GenerateSpider
from scrapy.core.downloader import Downloader
from scrapy.core.downloader.handlers import DownloadHandlers
from scrapy.core.engine import ExecutionEngine
from scrapy.core.scraper import Scraper
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.cookies import CookiesMiddleware
from scrapy.downloadermiddlewares.redirect import MetaRefreshMiddleware, RedirectMiddleware
from scrapy.downloadermiddlewares.retry import RetryMiddleware
from scrapy.exceptions import DropItem, NotConfigured
from scrapy.extensions.remote_control import RemoteControl
from scrapy.extensions.telnet import TelnetConsole
from scrapy.extensions.throttle import AutoThrottle
from scrapy.settings import Settings, default_settings
from scrapy.spiderloader import SpiderLoader
from scrapy.statscollectors import StatsCollector
from scrapy.utils.conf import build_component_list
from scrapy.utils.log import log_scrapy_info
from scrapy.utils.misc import load_object
from twisted.internet.testing import MemoryReactor

from backlinkspider import default_settings as ours
from backlinkspider import settings as project
from backlinkspider.downloader.handlers.connection_pool import LimitedConnectionPool
from backlinkspider.downloader.handlers.http import LimitedHTTPHandler
from backlinkspider.downloader.handlers.warc import ArchiveDownloadHandler
from backlinkspider.downloader.middlewares.robotstxt import RobotsTxtMiddleware
from backlinkspider.downloader.middlewares.useragent import ContactUserAgentMiddleware
from backlinkspider.downloader.resolver import PublicResolver
from backlinkspider.log_formatter import LevelLogFormatter
from backlinkspider.spiders.backlinks import BacklinksSpider
from tests.support import discover_command

TESTS = Path(__file__).parent
SETTINGS = {name: value for name, value in {**vars(ours), **vars(project)}.items() if name.isupper()}

REQUIRED = {"SCHEDULER", "DOWNLOADER_MIDDLEWARES", "ITEM_PIPELINES", "EXTENSIONS"}
"""Settings of which another value may be refused by the spider (`checks.components`)."""

Observe = Callable[[Crawler], object]


def crawler_with(name: str, value: object) -> Crawler:
    """A crawler of the project, as it is before it crawls, in which one setting differs."""
    # All that the add-on would set is set here, where another value replaces it.
    settings = {**SETTINGS, "ADDONS": {}}
    crawler = Crawler(BacklinksSpider, Settings(settings if name in REQUIRED else {**settings, name: value}))
    crawler.stats = StatsCollector(crawler)
    crawler.spider = BacklinksSpider.from_crawler(crawler, target="target.example", seeds="site.example")
    crawler.settings.set(name, value)
    crawler.engine = cast("ExecutionEngine", SimpleNamespace(downloader=None))
    return crawler


def is_off(component: Any) -> Observe:
    """Observe whether a component takes no part."""

    def observe(crawler: Crawler) -> bool:
        try:
            component.from_crawler(crawler)
        except NotConfigured:
            return True
        return False

    return observe


def has_component(name: str, component: str) -> Observe:
    """Observe whether a component is in the list of a setting, with what Scrapy adds."""
    return lambda crawler: component in build_component_list(crawler.settings.get_component_priority_dict_with_base(name))


def delays(crawler: Crawler) -> tuple[object, ...]:
    throttle = AutoThrottle.from_crawler(crawler)
    crawler.engine = cast("ExecutionEngine", SimpleNamespace(downloader=SimpleNamespace(_delay=None)))
    throttle._spider_opened(cast("BacklinksSpider", crawler.spider))
    return throttle.mindelay, throttle.maxdelay, crawler.engine.downloader._delay


def log_of_the_start(crawler: Crawler) -> list[str]:
    lines: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: lines.append(record.getMessage())  # type: ignore[method-assign]
    logger = logging.getLogger("scrapy.utils.log")
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    log_scrapy_info(crawler.settings)
    logger.setLevel(level)
    logger.removeHandler(handler)
    return lines


def user_agent(crawler: Crawler) -> bytes | None:
    request = Request("https://site.example/")
    ContactUserAgentMiddleware.from_crawler(crawler).process_request(request)
    return request.headers["User-Agent"]


def level_of_a_drop(crawler: Crawler) -> object:
    formatter = LevelLogFormatter(logging.DEBUG)
    line = formatter.dropped({}, DropItem("no link"), None, cast("BacklinksSpider", crawler.spider))
    return logging.getLevelName(line["level"]) if isinstance(line["level"], int) else line["level"]


def active_bytes(crawler: Crawler) -> int:
    scraper = SimpleNamespace(crawler=SimpleNamespace(settings=crawler.settings, spider=None))
    with pytest.raises(RuntimeError, match="spider"):
        asyncio.run(Scraper.open_spider_async(cast("Scraper", scraper)))
    return cast("int", scraper.slot.max_active_size)


def scheduler_of_a_job(crawler: Crawler) -> str:
    crawler.settings.set("JOBDIR", "job")
    return type(load_object(str(crawler.settings["SCHEDULER"])).from_crawler(crawler)).__name__


def refuses_remote_control(crawler: Crawler) -> bool:
    crawler.settings.set("TWISTED_REACTOR_ENABLED", value=False)
    return bool(is_off(RemoteControl)(crawler))


def has_a_spider(crawler: Crawler) -> bool:
    command = GenerateSpider()
    command.settings = crawler.settings
    return command._spider_exists("backlinks")


def named_by_the_sources() -> dict[str, str]:
    """The addresses of the sources of `scrapy discover`: its tests reach their servers by these only."""
    return dict.fromkeys(discover_command._ADDRESSES, "support/discover_command.py::discover")


def connect_seconds(crawler: Crawler) -> float:
    return cast("LimitedConnectionPool", LimitedHTTPHandler(crawler)._pool).connect_seconds


DEMO = str(TESTS.parent / "backlinkspider" / "demo.warc.gz")

EFFECTS: dict[str, tuple[object, Observe, object, object]] = {
    # Setting: another value, what is looked at, what it is with ours and with the other.
    "BOT_NAME": ("other", lambda crawler: "bot: other" in log_of_the_start(crawler)[0], False, True),
    "SPIDER_MODULES": (
        ["backlinkspider.base_spiders"],
        lambda crawler: "backlinks" in SpiderLoader.from_settings(crawler.settings).list(),
        True,
        False,
    ),
    "NEWSPIDER_MODULE": ("", has_a_spider, True, False),
    "BACKLINKS_WARC_FILE": (DEMO, is_off(ArchiveDownloadHandler), True, False),
    "USER_AGENT": ("other/1", user_agent, ours.USER_AGENT.encode(), b"other/1"),
    "ROBOTSTXT_USER_AGENT": (
        "other",
        lambda crawler: RobotsTxtMiddleware.from_crawler(crawler)._answers._token,
        "backlinkspider",
        "other",
    ),
    "ROBOTSTXT_OBEY": (False, is_off(RobotsTxtMiddleware), False, True),
    "BACKLINKS_CONNECT_TIMEOUT_SECONDS": (2.5, connect_seconds, 10.0, 2.5),
    "CONCURRENT_REQUESTS": (5, lambda crawler: Downloader(crawler).total_concurrency, 2_000, 5),
    "DOWNLOAD_DELAY": (2.5, delays, (1.0, 30.0, 1.0), (2.5, 30.0, 2.5)),
    "DOWNLOAD_DELAY_JITTER": (0.5, lambda crawler: Downloader(crawler)._jitter, 0.0, 0.5),
    "AUTOTHROTTLE_ENABLED": (False, is_off(AutoThrottle), False, True),
    "AUTOTHROTTLE_START_DELAY": (5.0, delays, (1.0, 30.0, 1.0), (1.0, 30.0, 5.0)),
    "AUTOTHROTTLE_MAX_DELAY": (7.0, delays, (1.0, 30.0, 1.0), (1.0, 7.0, 1.0)),
    "DOWNLOAD_WARNSIZE": (
        9,
        lambda crawler: load_object(str(ours.DOWNLOAD_HANDLERS["http"])).from_crawler(crawler)._default_warnsize,
        0,
        9,
    ),
    "SCRAPER_SLOT_MAX_ACTIVE_SIZE": (9, active_bytes, 100_000, 9),
    "DNS_TIMEOUT": (
        9,
        lambda crawler: PublicResolver.from_crawler(crawler, cast("Any", MemoryReactor()))._timeout,
        15.0,
        9.0,
    ),
    "RETRY_GIVE_UP_LOG_LEVEL": (
        "ERROR",
        lambda crawler: RetryMiddleware.from_crawler(crawler).give_up_log_level,
        "DEBUG",
        "ERROR",
    ),
    "METAREFRESH_ENABLED": (True, is_off(MetaRefreshMiddleware), True, False),
    "SCHEDULER": (
        "backlinkspider.frontier.memory_scheduler.MemoryScheduler",
        scheduler_of_a_job,
        "JobScheduler",
        "MemoryScheduler",
    ),
    "REDIRECT_MAX_TIMES": (9, lambda crawler: RedirectMiddleware.from_crawler(crawler).max_redirect_times, 5, 9),
    "DOWNLOAD_HANDLERS": ({}, lambda crawler: "file" in DownloadHandlers(crawler)._schemes, False, True),
    "DOWNLOADER_MIDDLEWARES": (
        {},
        has_component("DOWNLOADER_MIDDLEWARES", "backlinkspider.ledger.budget.PageBudget"),
        True,
        False,
    ),
    "SPIDER_MIDDLEWARES": (
        {},
        has_component("SPIDER_MIDDLEWARES", "scrapy.spidermiddlewares.depth.DepthMiddleware"),
        False,
        True,
    ),
    "ITEM_PIPELINES": (
        {},
        has_component("ITEM_PIPELINES", "backlinkspider.pipelines.classify.ClassifyLinksPipeline"),
        True,
        False,
    ),
    "EXTENSIONS": ({}, has_component("EXTENSIONS", "backlinkspider.extensions.summary.Summary"), True, False),
    "EXTENSIONS_BASE": (
        default_settings.EXTENSIONS_BASE,
        has_component("EXTENSIONS", "scrapy.extensions.telnet.TelnetConsole"),
        False,
        True,
    ),
    "LOG_FORMATTER": (
        default_settings.LOG_FORMATTER,
        lambda crawler: load_object(str(crawler.settings["LOG_FORMATTER"])).__name__,
        "LevelLogFormatter",
        "LogFormatter",
    ),
    "LOG_VERSIONS": (["Scrapy"], lambda crawler: len(log_of_the_start(crawler)), 1, 2),
    "DEFAULT_DROPITEM_LOG_LEVEL": ("ERROR", level_of_a_drop, "DEBUG", "ERROR"),
    "TELNETCONSOLE_ENABLED": (True, is_off(TelnetConsole), True, False),
    "REMOTE_CONTROL_ENABLED": (True, refuses_remote_control, True, False),
    "COOKIES_ENABLED": (True, is_off(CookiesMiddleware), True, False),
}

ELSEWHERE = {
    "ADDONS": "test_addon.py::test_without_the_addon_a_crawl_is_refused",
    "COMMANDS_MODULE": "test_fork_server.py::test_a_fork_is_like_a_process",
    "BACKLINKS_CONTACT": "crawls/test_crawl.py::test_who_asks_is_said_with_a_contact",
    "BACKLINKS_SEEDS": "crawls/test_crawl.py::test_seeds_from_a_setting",
    "BACKLINKS_LISTS_DIR": "core/seeds/test_seeds.py::test_names_need_a_folder",
    "BACKLINKS_COVERAGE_DIR": "core/test_slugs.py::test_the_path_of_a_feed_and_of_coverage",
    "BACKLINKS_CSV_DECIMAL": "feeds/test_csv_dialects.py::test_a_crawl_writes_and_completes_a_table_with_decimal_commas",
    "BACKLINKS_WEIGHTS": "commands/test_rescore.py::test_weights_of_a_file_and_another_output",
    "BACKLINKS_ALLOW_PRIVATE_NETWORKS": "downloader/middlewares/test_private_networks.py::test_with_the_setting_it_is_allowed",
    "BACKLINKS_MAX_DELAY_SECONDS": "downloader/test_site_delays.py::test_a_crawl_delay_is_kept_up_to_a_limit",
    "BACKLINKS_TARGET_TIMEOUT_SECONDS": (
        "target_profile/test_target_profile.py::test_after_its_time_a_target_is_known_by_what_was_read"
    ),
    "BACKLINKS_LINK_CHECK_TIMEOUT_SECONDS": "link_check/test_link_check.py::test_checks_that_take_too_long_are_skipped",
    "BACKLINKS_LINK_CHECK_LIMIT": "link_check/test_link_check.py::test_no_more_addresses_are_asked_than_is_allowed",
    "BACKLINKS_MAX_LINKS_PER_PAGE": "extensions/test_coverage.py::coverage",
    "BACKLINKS_CRAWL_ORDER": "crawls/test_crawl.py::test_a_page_budget_is_spent_breadth_first_where_that_is_the_order",
    "BACKLINKS_LEASE_SECONDS": "seed_queue/test_seed_queue.py::test_a_worker_that_is_ended_gives_back_what_it_has_not_done",
    "BACKLINKS_WORKER_SITES": "seed_queue/test_seed_queue.py::test_a_setting_that_cannot_work_is_refused",
    "BACKLINKS_QUEUE_TIMEOUT_SECONDS": "seed_queue/test_seed_queue.py::test_a_server_that_does_not_come_back_ends_the_workers",
    "BACKLINKS_MAX_ATTEMPTS": "seed_queue/test_seed_queue.py::test_a_site_that_kills_its_workers_takes_no_other_along",
    "BACKLINKS_DOWNLOAD_PART_BYTES": "discovery/test_commoncrawl.py::discover",
    "BACKLINKS_COMMONCRAWL_URL": "discovery/test_commoncrawl.py::discover",
    "BACKLINKS_COMMONCRAWL_INDEX_URL": "discovery/test_commoncrawl.py::discover",
    "BACKLINKS_WEBHOOK": "known_links/test_monitor.py::test_a_webhook_is_told_what_changed",
    "BACKLINKS_TUNE_PROCESS": "extensions/test_process_tuning.py::test_a_setting_switches_it_off",
    "BACKLINKS_SUMMARY": "extensions/test_summary.py::test_a_setting_switches_it_off",
    "BACKLINKS_QUIET": "progress/test_terminal.py::test_a_quiet_crawl_writes_nothing_on_the_terminal",
    "CONCURRENT_REQUESTS_PER_DOMAIN": "crawls/test_crawl.py::test_one_request_at_a_time_to_a_host",
    "DOWNLOAD_MAXSIZE": "crawls/test_crawl.py::test_a_page_that_is_too_large_is_counted",
    "DOWNLOAD_TIMEOUT": "crawls/test_crawl.py::test_broken_hosts_cost_no_row_of_the_others",
    "RETRY_TIMES": "crawls/test_crawl.py::test_many_sites_that_do_not_answer_do_not_stop_the_crawl",
    "FEED_EXPORTERS": "test_settings.py::test_feeds_that_scrapy_can_write_are_taken",
    "LOG_LEVEL": "test_log_formatter.py::test_a_line_is_made_when_it_is_heard",
    "STATS_DUMP": "commands/test_commands.py::test_the_log_and_the_stats_say_how_it_ended",
    "TWISTED_DNS_RESOLVER": "downloader/middlewares/test_private_networks.py::crawl_without_proxy",
    **named_by_the_sources(),
}
"""Settings whose effect a crawl shows: the test, or what its tests run, gives them another value."""


@pytest.mark.parametrize(("name", "other", "observe", "with_ours", "with_other"), [(name, *row) for name, row in EFFECTS.items()])
def test_another_value_has_another_effect(
    name: str, other: object, observe: Observe, with_ours: object, with_other: object
) -> None:
    assert observe(crawler_with(name, SETTINGS[name])) == with_ours
    assert observe(crawler_with(name, other)) == with_other != with_ours


@pytest.mark.parametrize(("name", "test"), ELSEWHERE.items())
def test_the_test_of_an_effect_gives_the_setting_a_value(name: str, test: str) -> None:
    path, _, function = test.partition("::")
    text = (TESTS / path).read_text(encoding="utf-8")
    defined = {node.name for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)}
    assert function in defined
    assert name in text


def test_every_setting_has_one_of_them() -> None:
    assert EFFECTS.keys() & ELSEWHERE.keys() == set()
    assert EFFECTS.keys() | ELSEWHERE.keys() == SETTINGS.keys()
