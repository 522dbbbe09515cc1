"""Keeps secrets out of the log, whoever writes them there: Scrapy logs the URL of a request, and a key may be part of it."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import quote, quote_plus

from backlinkspider.items import Cell

_HIDDEN = "***"
_SHORTEST = 4
"""Characters of a secret; a shorter text would hide words of any line."""


class SecretFilter(logging.Filter):
    """Replaces secrets in every record that a handler writes, and in its traceback."""

    def __init__(self, secrets: Iterable[str]) -> None:
        super().__init__()
        plain = {form for secret in secrets for form in (secret, quote(secret), quote(secret, safe=""), quote_plus(secret))}
        # A URL that holds one may be in the query of another.
        spellings = plain | {quote_plus(form) for form in plain}
        self._spellings = sorted((text for text in spellings if len(text) >= _SHORTEST), key=len, reverse=True)

    def filter(self, record: logging.LogRecord) -> bool:
        """Change the record; let every one pass."""
        message = record.getMessage()
        hidden = self.hide(message)
        if hidden != message:
            record.msg, record.args = hidden, None
        if record.exc_info and record.exc_text is None:
            record.exc_text = self.hide(logging.Formatter().formatException(record.exc_info))
        return True

    def hide_in_rows(self, rows: Iterable[Sequence[Cell]]) -> Iterator[Sequence[Cell]]:
        """Yield the rows of a table without secrets."""
        if not self._spellings:
            yield from rows
            return
        for row in rows:
            yield tuple(self.hide(cell) if isinstance(cell, str) else cell for cell in row)

    def hide(self, text: str) -> str:
        """Return the text without secrets: a service may repeat the key in its answer."""
        for spelling in self._spellings:
            text = text.replace(spelling, _HIDDEN)
        return text


def hide_in_log(secret_filter: SecretFilter) -> None:
    """Keep secrets out of everything that is logged from now on, by the handlers that there are."""
    for handler in logging.getLogger().handlers:
        handler.addFilter(secret_filter)
