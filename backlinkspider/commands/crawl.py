"""`scrapy crawl`, with exit codes that say what happened.

0 finished; 1 failed; 2 wrong arguments, in one line on standard error; 3 a contract is broken (argument strict); 130
interrupted. Scrapy's own command ends with 0 after an error in a callback, after SIGTERM and when nothing was fetched. The last
line of the log and the stats say the same, for places such as Scrapyd where nobody sees an exit code.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.commands.crawl import Command as ScrapyCrawlCommand

from backlinkspider.command_line.checked_command import CheckedCommand

if TYPE_CHECKING:
    from backlinkspider.operations.crawl import Crawl


class Command(CheckedCommand, ScrapyCrawlCommand):
    """Runs a spider of this project; arguments are checked before anything else happens."""

    requires_crawler_process = True

    def operation(self) -> type[Crawl]:
        from backlinkspider.operations.crawl import Crawl

        return Crawl

    def short_desc(self) -> str:
        return "Find links to a target (crawl backlinks), or see what became of known ones (crawl monitor)"
