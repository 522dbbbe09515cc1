"""The abstract spider: checked arguments, the seeds that they name, and its stats."""

from __future__ import annotations

import inspect
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, ClassVar, Self

from scrapy import Spider
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider
from scrapy.settings import BaseSettings

from backlinkspider.addon import set_defaults_where_named
from backlinkspider.checks.argument_values import argument_texts
from backlinkspider.checks.components import check_components
from backlinkspider.checks.concurrency import bound_concurrency, check_processes
from backlinkspider.checks.feeds import check_feed_options
from backlinkspider.checks.job import apply_job_feeds, load_job_arguments, merge_arguments
from backlinkspider.checks.paths import check_output_paths, coverage_path
from backlinkspider.checks.seed_files import check_seed_file, is_file, read_seed_file, read_seeds
from backlinkspider.checks.seed_queue import apply_queue, check_queue, check_queue_of_job
from backlinkspider.checks.settings import check_settings, rename_settings
from backlinkspider.checks.weights import load_weights
from backlinkspider.context.crawl_context import CrawlContext, Part
from backlinkspider.context.process_share import ProcessShare
from backlinkspider.core.arguments import NAMES, Arguments, NamedList, SeedFile, check_names, parse_arguments
from backlinkspider.core.exceptions import ArgumentError
from backlinkspider.core.seeds.cursor import SeedCursor
from backlinkspider.core.seeds.seeds import BadLine, Seed
from backlinkspider.core.slugs import slug_of, target_slug
from backlinkspider.items import COVERAGE_COLUMNS, Coverage

_BAD_LINES_NAMED = 100
"""The bad lines of one list that are logged; all are counted."""

SHARE = "_share"
"""The argument with which a process of several is built (`context.process_share.ProcessShare`)."""

_CONTACT = re.compile(r"(?:https?://|mailto:)[!-~]+\Z")
"""Matches a contact without white space, which a header could not hold."""


class BaseSpider(Spider):
    """A spider whose `-a` arguments are those of `core.arguments`.

    Reads: BACKLINKS_SEEDS, BACKLINKS_LISTS_DIR, BACKLINKS_COVERAGE_DIR; to check them, BACKLINKS_CONTACT,
    BACKLINKS_LINK_CHECK_LIMIT and BACKLINKS_WEIGHTS. Counts: backlinks/seeds/bad_lines. Raises: BacklinkSpiderError when it
    is built.
    """

    argument_names: ClassVar[Sequence[str]] = NAMES
    """The arguments that a user may give."""
    argument_defaults: ClassVar[Mapping[str, str]] = {}
    """Those that hold where the user gives none, and are not the defaults of a crawl."""
    default_seeds: ClassVar[str | None] = "BACKLINKS_SEEDS"
    """The setting with the default of the argument seeds."""

    parts: ClassVar[Sequence[type[Part]]] = ()
    """What listens to the crawl from its beginning, in the order in which it hears of what happens."""

    context: CrawlContext
    """What the crawl has one of."""
    job: str
    """Scrapyd's job id, or the process id of a crawl by hand; for the URI of a feed, as %(job)s."""

    def __init__(self, arguments: Arguments) -> None:
        # Scrapy puts any attribute of a spider into the URI of a feed (%(target)s), so the texts of the arguments are not kept.
        super().__init__()
        self.arguments = arguments
        self.seeds_read = SeedCursor()
        self.job = str(os.getpid())

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        """Set what the spider reads when it is built, then what a subclass has in `custom_settings`."""
        set_defaults_where_named(settings)
        super().update_settings(settings)

    @classmethod
    def from_crawler(cls, crawler: Crawler, *_: Any, **kwargs: Any) -> Self:
        rename_settings(crawler.settings)
        share = kwargs.pop(SHARE, None)
        arguments = cls.check_arguments(kwargs, crawler.settings)
        own = {name: value for name, value in kwargs.items() if name in cls.own_argument_names()}
        if arguments.queue is not None:
            apply_queue(crawler.settings)
        if arguments.coverage is not None:
            path = coverage_path(arguments, crawler.settings)
            feeds = {**crawler.settings.getdict("FEEDS"), path: _coverage_feed(arguments.coverage)}
            crawler.settings.set("FEEDS", feeds, priority="cmdline")
        bound_concurrency(crawler.settings, processes=1 if share is not None else arguments.processes)
        spider = super().from_crawler(crawler, arguments, **own)
        spider.context = CrawlContext(crawler, arguments, cls.parts, share if isinstance(share, ProcessShare) else None)
        spider.context.own_arguments = own
        spider.job = slug_of(kwargs.get("_job", spider.job))
        return spider

    @classmethod
    def own_argument_names(cls) -> frozenset[str]:
        """Return the arguments of a subclass: those that its `__init__` names beside `arguments`. They are passed on as given."""
        classes = cls.__mro__[: cls.__mro__.index(BaseSpider)]
        parameters = [each for owner in classes for each in inspect.signature(owner).parameters.values()]
        kinds = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
        return frozenset(each.name for each in parameters if each.kind in kinds) - {"arguments"}

    @classmethod
    def check_arguments(cls, given: Mapping[str, Any], settings: BaseSettings) -> Arguments:
        """Return the values of the arguments, with every list and queue checked; a resumed job adds those that it started with.

        A program may give lists, numbers and truth values. Sets the feeds of the job. Raises BacklinkSpiderError.
        """
        own = cls.own_argument_names()
        given = argument_texts({name: value for name, value in given.items() if name not in own})
        check_components(settings)
        check_settings(settings)
        check_feed_options(settings)
        contact = settings["BACKLINKS_CONTACT"]
        if contact and not _CONTACT.match(contact):
            raise ArgumentError(f"BACKLINKS_CONTACT '{contact}' is neither an https:// nor a mailto: address")
        if settings["BACKLINKS_WEIGHTS"]:
            load_weights(settings["BACKLINKS_WEIGHTS"])
        check_names(given, cls.argument_names)
        terms = load_job_arguments(given, settings)
        texts = {**cls.argument_defaults, **merge_arguments(given, terms)}
        default_seeds = settings[cls.default_seeds] if cls.default_seeds else None
        arguments = parse_arguments(texts, default_seeds=default_seeds, is_file=is_file)
        if arguments.columns:
            # Outputs with `fields` of their own keep these.
            settings.set("FEED_EXPORT_FIELDS", [*arguments.columns], priority="cmdline")
        if arguments.shorteners and settings.getint("BACKLINKS_LINK_CHECK_LIMIT") <= 0:
            raise ArgumentError(
                "shorteners asks addresses where they lead, and the setting BACKLINKS_LINK_CHECK_LIMIT allows none"
            )
        for seed in (*arguments.seeds, *arguments.trusted):
            if isinstance(seed, SeedFile | NamedList):
                check_seed_file(seed, settings["BACKLINKS_LISTS_DIR"], arguments.own_sites)
        if arguments.queue is not None:
            if "_job" in given:
                check_queue_of_job(arguments.queue, settings)
            check_queue(arguments.queue, settings, waits=arguments.wait)
        else:
            apply_job_feeds(settings, terms)
        check_output_paths(arguments, settings)
        if arguments.processes > 1:
            check_processes(settings)
        return arguments

    @property
    def target_slug(self) -> str:
        """The targets as a name for a folder or file; for the URI of a feed, as %(target_slug)s."""
        return target_slug(self.arguments.targets)

    def read_seeds(self) -> Iterator[tuple[Seed, bool]]:
        """Yield the seeds that the arguments name, files lazily; without any, the targets' own sites. A queue yields none.

        With each seed comes whether it may be the URL of a list: only a URL in the argument itself may, so that no page
        of a site can send the crawl elsewhere.
        """
        if not self.arguments.seeds:
            yield from ((Seed(target.text, target.start_urls), False) for target in self.arguments.targets)
        for source in self.arguments.seeds:
            if isinstance(source, Seed):
                yield source, len(source.urls) == 1
            elif isinstance(source, SeedFile | NamedList):
                lines = read_seed_file(source, self.settings["BACKLINKS_LISTS_DIR"], self.arguments.own_sites)
                yield from ((seed, False) for seed in self._valid_seeds(lines, str(source)))

    def unread_seeds(self) -> Iterator[tuple[Seed, bool]]:
        """Yield the seeds that a resumed job has not read yet. Raises CloseSpider where its list has changed."""
        seeds = ((seed, maybe_seed_list) for seed, maybe_seed_list in self.read_seeds() if not self.seeds_read.skip(seed.text))
        first = next(seeds, None)
        if not self.seeds_read.matches_previous_run:
            self.count("job/failed")
            self.logger.error("the seeds are not those that the job began with, in the same order; only further ones may follow")
            raise CloseSpider("seeds_changed")
        if first is not None:
            yield first
            yield from seeds

    def read_seed_list(self, body: bytes, source: str) -> Iterator[Seed]:
        """Yield the seeds of a list that was fetched from the URL `source`. Raises SeedListError."""
        yield from self._valid_seeds(read_seeds(iter([body]), self.arguments.own_sites), source)

    def count(self, stat: str, number: int = 1) -> None:
        self.crawler.stats.inc_value(f"backlinks/{stat}", number)

    def _valid_seeds(self, lines: Iterable[Seed | BadLine], source: str) -> Iterator[Seed]:
        bad_lines = 0
        for line in lines:
            if isinstance(line, Seed):
                yield line
                continue
            if self.context.share.number:
                # Each process reads the list; the main one says what is wrong with it.
                continue
            bad_lines += 1
            self.count("seeds/bad_lines")
            if bad_lines <= _BAD_LINES_NAMED:
                self.logger.warning("%s line %d passed over: %s", source, line.number, line.problem)


def _coverage_feed(name: str) -> dict[str, Any]:
    kind = name.rpartition(".")[2]
    # FEED_EXPORT_FIELDS is about rows; coverage has its own columns.
    return {"format": f"coverage_{kind}", "item_classes": [Coverage], "fields": list(COVERAGE_COLUMNS), "overwrite": True}
