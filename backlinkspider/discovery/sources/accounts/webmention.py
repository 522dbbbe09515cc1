"""webmention.io: pages that have told a site that they link to it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from backlinkspider.core.candidates.candidate import Candidate
from backlinkspider.core.mentions.webmention import WebmentionAnswer, question_for, read_answer
from backlinkspider.core.urls.query import with_query
from backlinkspider.discovery.source import NetworkSource, Question
from backlinkspider.discovery.web import Web

_VARIABLE = "WEBMENTION_IO_TOKEN"
_ANSWERS_MAXIMUM = 1_000


class WebmentionSource(NetworkSource):
    """Asks for the mentions of each target's host, with the token of its account.

    Reads: BACKLINKS_WEBMENTION_URL; the environment.
    """

    NAMES = ("webmention",)

    def __init__(self, name: str, values: Sequence[str], question: Question) -> None:
        super().__init__(name, values, question)
        self._token = self.take_secret(_VARIABLE)
        self._url: str = question.settings["BACKLINKS_WEBMENTION_URL"] + "mentions.jf2"

    async def read(self, web: Web) -> AsyncIterator[Candidate]:
        """Yield the pages that sent a mention."""
        for host in self.question.ownership.hosts:
            async for answer in self._ask(web, host):
                for candidate in self.candidates_of(answer.mentions):
                    yield candidate

    async def _ask(self, web: Web, host: str) -> AsyncIterator[WebmentionAnswer]:
        seen: set[str] = set()
        for page in range(_ANSWERS_MAXIMUM):
            answer = read_answer(await web.get_json(with_query(self._url, question_for(host, self._token, page))))
            # The size of a page is the server's to say: only one without news is the end.
            if answer.numbers <= seen:
                return
            seen |= answer.numbers
            yield answer
        self.limit(f"there are more than {_ANSWERS_MAXIMUM} pages of mentions of {host}")
