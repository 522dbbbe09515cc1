"""Yandex Webmaster: links to the user's own hosts that Yandex knows, with dates."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from backlinkspider.core.candidates.candidate import Candidate
from backlinkspider.core.exceptions import SourceError
from backlinkspider.core.mentions.yandex import SAMPLE_SIZE, LinkSample, read_hosts, read_sample, read_user
from backlinkspider.core.urls.query import percent_encode, with_query
from backlinkspider.discovery.source import NetworkSource, Question
from backlinkspider.discovery.web import Web, decode_json

_VARIABLE = "YANDEX_WEBMASTER_TOKEN"
_ANSWERED_ERRORS = (400, 401, 403, 404)
"""Statuses whose body says what is wrong."""

_SAMPLES_MAXIMUM = 10_000


class YandexSource(NetworkSource):
    """Asks for the links to each verified host that belongs to a target.

    Reads: BACKLINKS_YANDEX_URL; the environment.
    """

    NAMES = ("yandex",)

    def __init__(self, name: str, values: Sequence[str], question: Question) -> None:
        super().__init__(name, values, question)
        self._headers = {"Authorization": f"OAuth {self.take_secret(_VARIABLE)}"}
        self._url: str = question.settings["BACKLINKS_YANDEX_URL"]

    async def read(self, web: Web) -> AsyncIterator[Candidate]:
        """Yield the pages that link to the targets."""
        self.limit("Yandex names a sample of what it knows")
        user = read_user(await self._ask(web, "user"))
        verified = read_hosts(await self._ask(web, f"user/{user}/hosts"))
        hosts = [number for url, number in verified.items() if self.question.ownership.owns(url)]
        if not hosts:
            raise SourceError("none of the hosts that are verified at Yandex belongs to a target")
        for host in hosts:
            try:
                async for sample in self._samples(web, f"user/{user}/hosts/{percent_encode(host, ':')}/links/external/samples"):
                    for candidate in self.candidates_of(sample.mentions):
                        yield candidate
            except SourceError as error:
                self.miss(error)
        self.require_parts(len(hosts), "hosts")

    async def _samples(self, web: Web, path: str) -> AsyncIterator[LinkSample]:
        offset = 0
        for _ in range(_SAMPLES_MAXIMUM):
            sample = read_sample(await self._ask(web, with_query(path, {"offset": offset, "limit": SAMPLE_SIZE})))
            yield sample
            offset += sample.entries
            if not sample.entries or offset >= sample.total:
                return

    async def _ask(self, web: Web, path: str) -> object:
        response = await web.get(f"{self._url}{path}", headers=self._headers, allowed=_ANSWERED_ERRORS)
        return decode_json(response)
