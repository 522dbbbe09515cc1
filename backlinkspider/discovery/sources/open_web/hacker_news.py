"""Hacker News: stories about a URL of the targets, and comments that link to one."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from backlinkspider.core.candidates.candidate import Candidate
from backlinkspider.core.exceptions import SourceError
from backlinkspider.core.mentions.hacker_news import KINDS, PAGE_SIZE, HackerNewsAnswer, question_for, read_answer
from backlinkspider.core.urls.query import with_query
from backlinkspider.discovery.source import NetworkSource, Question
from backlinkspider.discovery.web import Web

_ANSWERS_MAXIMUM = 1_000
"""Answers about one host: a million entries."""


class HackerNewsSource(NetworkSource):
    """Searches for each target's host, from the newest entry to the oldest: a question gets a thousand at most.

    Reads: BACKLINKS_HACKER_NEWS_URL.
    """

    NAMES = ("hn",)

    def __init__(self, name: str, values: Sequence[str], question: Question) -> None:
        super().__init__(name, values, question)
        self.require_no_value()
        self._url: str = question.settings["BACKLINKS_HACKER_NEWS_URL"] + "search_by_date"

    async def read(self, web: Web) -> AsyncIterator[Candidate]:
        for host in self.question.ownership.hosts:
            for kind in KINDS:
                async for answer in self._search(web, host, kind):
                    for candidate in self.candidates_of(answer.mentions):
                        yield candidate

    async def _search(self, web: Web, host: str, kind: str) -> AsyncIterator[HackerNewsAnswer]:
        before: int | None = None
        for _ in range(_ANSWERS_MAXIMUM):
            answer = read_answer(await web.get_json(with_query(self._url, question_for(host, kind, before))))
            yield answer
            if answer.entries < PAGE_SIZE or answer.oldest is None:
                return
            if before is not None and answer.oldest >= before:
                raise SourceError("Hacker News's search repeats itself")
            # Others may have been written in the same second; of a second full of entries the rest is passed over.
            before = answer.oldest if answer.oldest + 1 == before else answer.oldest + 1
        self.limit(f"there are more than {_ANSWERS_MAXIMUM * PAGE_SIZE:,} entries about {host}")
