"""`scrapy seeds`: brings seeds to a queue that several workers crawl from, and says how far they are.

0 done; 1 the server or a list could not be used; 2 wrong arguments; each problem in one line on standard error.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from backlinkspider.command_line.checked_command import CheckedCommand

if TYPE_CHECKING:
    from backlinkspider.operations.seeds import Seeds


class Command(CheckedCommand):
    """Pushes lists of seeds, and shows the status of a queue."""

    def operation(self) -> type[Seeds]:
        from backlinkspider.operations.seeds import Seeds

        return Seeds

    def syntax(self) -> str:
        return "push <queue> <list> [<list> ...] | status <queue>"

    def short_desc(self) -> str:
        return "Bring seeds to a queue that several workers crawl from (push), or see how far they are (status)"
