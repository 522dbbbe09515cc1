"""`scrapy demo`: the main job on a small invented web, without any network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backlinkspider.command_line.checked_command import CheckedCommand

if TYPE_CHECKING:
    from backlinkspider.operations.demo import Demo


class Command(CheckedCommand):
    """Crawls the packaged archive with the spider, pipelines and exporters of a real crawl."""

    requires_crawler_process = True

    def operation(self) -> type[Demo]:
        from backlinkspider.operations.demo import Demo

        return Demo

    def short_desc(self) -> str:
        return "Find the backlinks of oakandiron.example in a small invented web, without any network"
