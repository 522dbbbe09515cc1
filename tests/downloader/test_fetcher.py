"""What is requested outside the queue: how often, and along which redirects."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from scrapy import Request
from scrapy.exceptions import DownloadCancelledError, DownloadTimeoutError
from scrapy.http import Response
from scrapy.settings import Settings

from backlinkspider.core.links.redirects import Chain
from backlinkspider.downloader.fetcher import Fetched, Fetcher
from backlinkspider.exceptions import HostUnreachable, RobotsBlocked

URL = "https://a.example/"


class Engine:
    """Answers requests from a list, and shuts down when that is empty."""

    def __init__(self, *answers: int | BaseException) -> None:
        self._answers = [*answers]
        self._slot = SimpleNamespace(closing=None)
        self.requested: list[str] = []

    @property
    def running(self) -> bool:
        return bool(self._answers)

    async def download_async(self, request: Request) -> Response:
        self.requested.append(request.url)
        answer = self._answers.pop(0)
        if isinstance(answer, BaseException):
            raise answer
        return Response(request.url, status=answer, headers={"Location": f"{request.url}n#top"}, request=request)


def fetcher_for(engine: Engine, **settings: Any) -> Fetcher:
    crawler: Any = SimpleNamespace(engine=engine, settings=Settings({"RETRY_TIMES": 2, "REDIRECT_MAX_TIMES": 2, **settings}))
    return Fetcher(crawler)


TRIES = [
    pytest.param([200, 200], {}, (1, 200), id="a page"),
    pytest.param([404, 200], {}, (1, 404), id="no page"),
    pytest.param([500, 200, 200], {}, (2, 200), id="an error of the server that passes"),
    pytest.param([503, 503, 503, 200], {}, (3, 503), id="one that does not pass within RETRY_TIMES"),
    pytest.param([DownloadTimeoutError(), 200, 200], {}, (2, 200), id="a failure that passes"),
    pytest.param([500, 200], {"RETRY_ENABLED": False}, (1, 500), id="RETRY_ENABLED is off"),
    pytest.param([500, 200], {"RETRY_HTTP_CODES": [503]}, (1, 500), id="a status that is not in RETRY_HTTP_CODES"),
    pytest.param([DownloadTimeoutError(), 200], {"RETRY_EXCEPTIONS": [OSError]}, (1, "timeout"), id="nor in RETRY_EXCEPTIONS"),
    pytest.param([DownloadCancelledError(), 200], {}, (1, "too_large"), id="a page that is too large each time"),
    pytest.param([HostUnreachable("dns"), 200], {}, (1, "dns"), id="a host of which robots.txt was retried already"),
    pytest.param([RobotsBlocked(), 200], {}, (1, "robots_blocked"), id="robots.txt forbids it"),
    pytest.param([500], {}, (1, None), id="the crawl shuts down meanwhile"),
]


@pytest.mark.parametrize(("answers", "settings", "expected"), TRIES)
def test_how_often_a_url_is_requested(
    answers: list[int | BaseException], settings: dict[str, Any], expected: tuple[int, int | str | None]
) -> None:
    engine = Engine(*answers)
    fetched = asyncio.run(fetcher_for(engine, **settings).fetch(URL))
    what = None if fetched is None else fetched.failure if fetched.response is None else fetched.response.status
    assert (len(engine.requested), what) == expected


def test_once_stopped_nothing_is_requested() -> None:
    engine = Engine(200)
    fetcher = fetcher_for(engine)
    fetcher.stop()
    assert asyncio.run(fetcher.fetch(URL)) is None
    assert not engine.requested


def follow(engine: Engine, known: dict[str, Fetched]) -> Chain[Fetched]:
    fetcher = fetcher_for(engine)
    return asyncio.run(fetcher.follow(URL, known, fetcher.fetch))


def test_redirects_are_followed_and_their_answers_become_known() -> None:
    engine, known = Engine(301, 200, 200), dict[str, Fetched]()
    chain = follow(engine, known)
    assert engine.requested == [URL, f"{URL}n"]
    assert (chain.answers, chain.next_url, chain.obstacle) == (known, None, None)
    assert chain.redirects == (f"{URL}n#top",)


def test_what_is_known_is_not_requested() -> None:
    engine, known = Engine(301, 200, 200), dict[str, Fetched]()
    follow(engine, known)
    assert follow(engine, known).last is known[f"{URL}n"]
    assert len(engine.requested) == 2


@pytest.mark.parametrize(
    ("answers", "next_url", "obstacle"),
    [
        pytest.param([301, 302, 307, 308], None, "redirects", id="too many"),
        pytest.param([301, 302], f"{URL}nn", None, id="the crawl shuts down meanwhile"),
    ],
)
def test_a_chain_that_does_not_end(answers: list[int], next_url: str | None, obstacle: str | None) -> None:
    chain = follow(Engine(*answers), {})
    assert (chain.next_url, chain.obstacle) == (next_url, obstacle)
