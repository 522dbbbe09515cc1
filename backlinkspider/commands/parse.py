"""`scrapy parse`: what the spider and the pipelines make of one page, without a line that only Scrapy's developers understand.

Scrapy's own command warns that its callback returns a Deferred, ends wrong arguments in a traceback, reports an item that a
pipeline drops as an error that nobody handles, and writes nothing with -O.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

from scrapy.commands.parse import Command as ScrapyParseCommand
from scrapy.exceptions import DropItem
from scrapy.utils.defer import deferred_from_coro, maybe_deferred_to_future

from backlinkspider.addon import load_addons
from backlinkspider.command_line.refusal import refuse
from backlinkspider.core.exceptions import BacklinkSpiderError

if TYPE_CHECKING:
    from scrapy import Request, Spider
    from scrapy.http import Response


class Command(ScrapyParseCommand):
    """Parses one page; the arguments are checked as those of a crawl."""

    def short_desc(self) -> str:
        return "Show what the spider reads from one page (parse --spider backlinks -a target=example.com URL)"

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        from backlinkspider.operations.crawl import check_arguments

        # Before the options are read, for the formats of outputs.
        settings = load_addons(self.settings)
        super().process_options(args, opts)
        try:
            if opts.spider:
                check_arguments(opts.spider, opts.spargs, settings)
        except BacklinkSpiderError as error:
            refuse("parse", str(error))

    def prepare_request(self, spider: Spider, request: Request, opts: argparse.Namespace) -> Request:
        prepared = super().prepare_request(spider, request, opts)
        assert prepared.callback is not None, "set by Scrapy's command"
        prepared.callback = _awaiting(prepared.callback)
        return prepared

    def scraped_data(self, args: Any) -> Any:
        """Take what a callback returned; with --pipelines, only the items that pass these."""
        return deferred_from_coro(self._take(*args))

    async def _take(
        self, items: list[Any], requests: list[Request], opts: argparse.Namespace, depth: int, spider: Spider, callback: Any
    ) -> list[Any]:
        output = opts.output or opts.overwrite_output
        # On their way to an output they pass the pipelines anyway.
        if opts.pipelines and not output:
            items = [item for item in items if await self._passes(item)]
        rest = argparse.Namespace(**{**vars(opts), "pipelines": False, "output": output})
        return super().scraped_data((items, requests, rest, depth, spider, _awaiting(callback)))

    async def _passes(self, item: Any) -> bool:
        """Send an item through the pipelines, which fill it; return whether none drops it."""
        try:
            await self.pcrawler.engine.scraper.itemproc.process_item_async(item)
        except DropItem:
            return False
        return True


def _awaiting(callback: Callable[..., Any]) -> Callable[..., Any]:
    """Return a callback as a coroutine function, which returns what the Deferred of the other one holds."""

    @wraps(callback)
    async def awaiting(response: Response, **values: Any) -> Any:
        return await maybe_deferred_to_future(callback(response, **values))

    return awaiting
