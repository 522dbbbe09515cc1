"""The exporter of a format that is written whole."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, ClassVar

from backlinkspider.feeds.exporters import JsonLinesRowsExporter

CheckTime = Callable[[], None]
"""Called often; raises when the process must end at once."""


class WholeFileExporter(JsonLinesRowsExporter):
    """Writes the rows of each page to a working file, as JSON lines with all columns, until `write_file` is called.

    Reads: the feed's `fields`, for the columns of the file.
    """

    is_written_whole: ClassVar[bool] = True

    def __init__(self, file: IO[bytes], **kwargs: Any) -> None:
        self.chosen = dict(self.headers_by_column(kwargs.pop("fields_to_export", None)))
        """The columns of the file, with their headers."""
        # A list of known links may have columns of its own.
        super().__init__(file, fields_to_export=[*dict.fromkeys((*self.known_columns, *self.chosen))], **kwargs)

    def write_file(self, rows: Path, output: Path, check_time: CheckTime) -> None:
        """Write the rows of a feed in JSON lines to a new file. Called in another thread.

        Raises FeedError, OSError, and what `check_time` raises.
        """
        raise NotImplementedError
