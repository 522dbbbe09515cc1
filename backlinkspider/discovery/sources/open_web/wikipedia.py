"""Wikipedia and its sisters: pages that link to a site, by exact URL."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence

from backlinkspider.core.candidates.candidate import Candidate
from backlinkspider.core.exceptions import SourceError
from backlinkspider.core.html.parser import read_page
from backlinkspider.core.links.target import Target
from backlinkspider.core.mentions.wikipedia import LaggedError, WikiAnswer, question_for, read_answer, wiki_host
from backlinkspider.core.urls.query import with_query
from backlinkspider.discovery.source import NetworkSource, Question
from backlinkspider.discovery.web import Web, decode_json

_ASKED_AGAIN = 5
"""Times that a wiki is asked again when it lags."""

_ANSWERS_MAXIMUM = 2_000
"""Answers of one wiki about one host: a million links."""

_PAUSE_SECONDS = 5.0
"""How long to wait for a wiki that lags and does not say how long."""


class WikipediaSource(NetworkSource):
    """Asks each wiki, one after the other, which pages link to the targets.

    Reads: BACKLINKS_WIKIPEDIA_URL.
    """

    NAMES = ("wikipedia",)

    def __init__(self, name: str, values: Sequence[str], question: Question) -> None:
        super().__init__(name, values, question)
        self._address: str = question.settings["BACKLINKS_WIKIPEDIA_URL"]
        self._wikis: list[str] = []
        for text in (text for value in values for text in value.split(",")):
            wiki = wiki_host(text)
            if wiki is None:
                raise SourceError(
                    f"wikipedia '{self.shown(text)}' is not a wiki: write a language or a host (de, commons.wikimedia.org)"
                )
            self._wikis.append(wiki)

    async def read(self, web: Web) -> AsyncIterator[Candidate]:
        """Yield the pages of the wikis that link to the targets."""
        wikis = dict.fromkeys(self._wikis or await self._default_wikis(web))
        self.limit("a wiki may leave domains out of its list of links: what is not named may link all the same")
        for wiki in wikis:
            try:
                for host in self.question.ownership.hosts:
                    async for answer in self._ask(web, wiki, host):
                        for candidate in self.candidates_of(answer.mentions):
                            yield candidate
            except SourceError as error:
                self.miss(error)
        self.require_parts(len(wikis), "wikis")

    async def _ask(self, web: Web, wiki: str, host: str) -> AsyncIterator[WikiAnswer]:
        """Yield the answers of a wiki to their end; one without links is not the end."""
        parameters: dict[str, str | int] = question_for(host, wiki)
        seen: set[tuple[tuple[str, str], ...]] = set()
        for _ in range(_ANSWERS_MAXIMUM):
            answer = await self._ask_once(web, wiki, parameters)
            yield answer
            if answer.next is None:
                return
            place = tuple(answer.next.items())
            if place in seen:
                raise SourceError(f"{wiki} repeats itself")
            seen.add(place)
            parameters = {**parameters, **answer.next}
        self.limit(f"{wiki} has more than {_ANSWERS_MAXIMUM} answers")

    async def _ask_once(self, web: Web, wiki: str, parameters: Mapping[str, str | int]) -> WikiAnswer:
        url = with_query(self._address.replace("{wiki}", wiki), parameters)
        for _ in range(_ASKED_AGAIN):
            response = await web.get(url)
            try:
                return read_answer(decode_json(response), wiki)
            except LaggedError:
                await web.wait(response, otherwise=_PAUSE_SECONDS)
        raise SourceError(f"{wiki} lags, and asks to be asked later")

    async def _default_wikis(self, web: Web) -> list[str]:
        """Return the wikis in the languages of the targets' home pages, and the English one."""
        languages = [await self._read_language(web, target) for target in self.question.ownership.targets]
        return [wiki for language in (*languages, "en") if language and (wiki := wiki_host(language)) is not None]

    async def _read_language(self, web: Web, target: Target) -> str | None:
        problem: SourceError | None = None
        for url in target.start_urls:
            try:
                response = await web.get(url)
            except SourceError as error:
                problem = problem or error
                continue
            content_type = response.headers.get("Content-Type") or b""
            page = read_page(response.url, response.body, content_type=content_type.decode("latin-1"))
            return (page.page_from_language or "").partition("-")[0]
        self.report.notes.append(f"the language of {target.text} is not known: {problem}")
        return None
