"""Several workers and one queue of seeds on a real Redis server."""

from __future__ import annotations

import asyncio
import itertools
import random
import re
import signal
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from scrapy.settings import Settings
from scrapy.utils.misc import load_object

from backlinkspider.checks.seed_queue import apply_queue, check_queue_of_job
from backlinkspider.core.exceptions import ArgumentError, SeedQueueUnavailable
from backlinkspider.core.queue_url import parse_queue_url
from backlinkspider.core.seeds.seeds import parse_seed
from backlinkspider.seed_queue import connection
from backlinkspider.seed_queue.admin import SeedQueueAdmin
from backlinkspider.seed_queue.client import Claim, SeedQueue
from backlinkspider.workers.leased_handler import LeaseCheckingHandler
from tests.support.miniweb import Answer, Fault, MiniWeb, redirect
from tests.support.redis_server import RedisServer, find_redis_server
from tests.support.scrapy_command import crawl, project_environment, read_json_lines, scrapy

TARGET_LINK = '<a href="https://target.example/">t</a>'
LEASE = 2.0
DELAY = 0.1
SITES = 60
PAGES = ("/", "/1", "/2")
DEADLINE_SECONDS = 60


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RedisServer]:
    folder = tmp_path / "redis"
    folder.mkdir()
    with RedisServer(folder) as running:
        yield running


def site_name(number: int) -> str:
    return f"site{number}.example"


def small_sites(count: int = SITES) -> dict[str, Answer | str]:
    """Sites of three pages, in a chain, with a backlink on each."""
    pages: dict[str, Answer | str] = {}
    for number in range(count):
        home = f"http://{site_name(number)}"
        pages.update({f"{home}/": f"{TARGET_LINK}<a href=/1>1</a>", f"{home}/1": f"{TARGET_LINK}<a href=/2>2</a>"})
        pages[f"{home}/2"] = TARGET_LINK
    return pages


def push(server: RedisServer, *texts: str) -> list[int]:
    with SeedQueueAdmin(parse_queue_url(server.address())) as desk:
        desk.open()
        return list(desk.push(parse_seed(text) for text in texts))


def push_small_sites(server: RedisServer, count: int = SITES) -> None:
    assert set(push(server, *(f"http://{site_name(number)}/" for number in range(count)))) == {2}


class Worker:
    """A crawl that takes its seeds from the queue, and says in its user agent which one it is."""

    def __init__(self, name: str, folder: Path, web: MiniWeb, address: str, *more: str) -> None:
        self.name = name
        self.folder = folder / name
        self.folder.mkdir()
        settings = {
            "DOWNLOAD_DELAY": DELAY,
            "AUTOTHROTTLE_ENABLED": False,
            "BACKLINKS_CONTACT": f"https://{name}.example/",
            "BACKLINKS_LEASE_SECONDS": LEASE,
            "BACKLINKS_WORKER_SITES": 6,
            "BACKLINKS_LINK_CHECK_LIMIT": 0,
        }
        command = [
            sys.executable, "-m", "scrapy", "crawl", "backlinks", "-a", "target=target.example", "-a", f"seeds={address}",
            "-a", "coverage=coverage.jsonl", "-O", "rows.jsonl",
        ]  # fmt: skip
        if not any(option.startswith("profile_pages=") for option in more):
            # The target is no part of these webs.
            command += ["-a", "profile_pages=0"]
        command += [part for setting, value in settings.items() for part in ("-s", f"{setting}={value}")]
        with (self.folder / "log").open("wb") as log:
            self.process = subprocess.Popen(
                [*command, *more], cwd=self.folder, env=project_environment(web.environment()), stderr=log
            )

    def wait(self) -> int:
        return self.process.wait(timeout=DEADLINE_SECONDS)

    @property
    def has_started(self) -> bool:
        """Whether it has reached the queue: before that, a server that does not answer is a wrong argument."""
        return "Spider opened" in self.log

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text(encoding="utf-8")

    @property
    def rows(self) -> list[dict[str, Any]]:
        feed = self.folder / "rows.jsonl"
        return read_json_lines(feed) if feed.exists() else []


@pytest.fixture
def hire(tmp_path: Path) -> Iterator[Callable[..., Worker]]:
    """Starts workers, and ends those that a test leaves."""
    with ExitStack() as stack:

        def start(name: str, web: MiniWeb, address: str, *more: str) -> Worker:
            worker = Worker(name, tmp_path, web, address, *more)
            stack.callback(worker.process.wait)
            stack.callback(worker.process.kill)
            return worker

        yield start


def wait_until(is_so: Callable[[], Any]) -> None:
    """Comes back when it is so. The deadline is there to fail a test that would hang."""
    deadline = time.monotonic() + DEADLINE_SECONDS
    while not is_so():
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.01)


def has_ended_or_fetched(worker: Worker, web: MiniWeb, url: str, before: int) -> bool:
    return worker.process.poll() is not None or web.fetched(url) > before


def latest(workers: list[Worker]) -> list[str]:
    """The addresses of pages as rows, of a page that two workers read those of the later one."""
    feeds = [str(worker.folder / "rows.jsonl") for worker in workers if worker.rows]
    merged = workers[0].folder / "merged.jsonl"
    done = scrapy("merge", *feeds, "-o", str(merged))
    assert done.code == 0, done.log
    return sorted(row["url_from"] for row in read_json_lines(merged))


def assert_polite(web: MiniWeb) -> None:
    """No site was asked by two workers in turns, and a site that went to another worker had its delay."""
    by_site: dict[str, list[tuple[float, str]]] = defaultdict(list)
    for request in web.requests:
        by_site[request.url.split("/")[2]].append((request.seconds, request.headers["user-agent"]))
    for site, requests in by_site.items():
        seconds, agents = zip(*requests, strict=True)
        turns = [agent for agent, _ in itertools.groupby(agents)]
        assert len(turns) == len(set(turns)), (site, requests)
        # Requests are timed where they arrive: of each worker's own, one that was slow on its way makes a gap look short.
        assert seconds[-1] - seconds[0] >= (len(seconds) - 1) * DELAY / 2, (site, requests)
        handed_over = [n for n in range(1, len(agents)) if agents[n] != agents[n - 1]]
        assert all(seconds[n] - seconds[n - 1] >= DELAY for n in handed_over), (site, requests)


def assert_acknowledged_is_written(server: RedisServer, workers: list[Worker]) -> int:
    """Every page of the sites that no longer wait and that nobody has is a row; how many such sites there are."""
    with server.client() as client:
        still_open = set(client.hkeys("{queue}:open"))
    written = {row["url_from"] for worker in workers for row in worker.rows}
    acknowledged = {site_name(number) for number in range(SITES)} - still_open
    missing = [f"http://{site}{path}" for site in acknowledged for path in PAGES if f"http://{site}{path}" not in written]
    assert not missing
    return len(acknowledged)


def assert_drained(server: RedisServer, sites: int) -> None:
    with server.client() as client:
        assert client.xlen("queue") == 0
        assert client.hlen("{queue}:open") == 0
        assert sum(map(int, client.hvals("{queue}:outcomes"))) == sites
        assert not list(client.scan_iter("{queue}:seeds:*"))


EVERY_PAGE = sorted(f"http://{site_name(number)}{path}" for number in range(SITES) for path in PAGES)


@pytest.mark.parametrize("chance", range(10))
@pytest.mark.slow
def test_a_worker_is_killed_and_every_site_is_there(chance: int, server: RedisServer, hire: Callable[..., Worker]) -> None:
    dice = random.Random(chance)
    push_small_sites(server)
    with MiniWeb(small_sites()) as web:
        workers = [hire(f"w{number}", web, server.address()) for number in range(3)]
        # A moment of the crawl, not of the clock.
        moment = dice.randrange(1, 3 * SITES)
        wait_until(lambda: len(web.requests) >= moment)
        killed = dice.choice(workers)
        killed.process.kill()
        killed.process.wait()
        assert_acknowledged_is_written(server, workers)
        if dice.random() < 0.5:
            workers.append(hire("w3", web, server.address()))
        for worker in workers:
            if worker is not killed:
                assert worker.wait() == 0, worker.log
        assert_polite(web)
    assert latest(workers) == EVERY_PAGE
    assert_drained(server, SITES)


@pytest.mark.slow
def test_workers_divide_the_sites_and_read_each_page_once(server: RedisServer, hire: Callable[..., Worker]) -> None:
    push_small_sites(server)
    with MiniWeb(small_sites()) as web:
        workers = [hire(f"w{number}", web, server.address()) for number in range(3)]
        assert [worker.wait() for worker in workers] == [0, 0, 0], workers[0].log
        assert_polite(web)
    assert sorted(row["url_from"] for worker in workers for row in worker.rows) == EVERY_PAGE
    assert min(len(worker.rows) for worker in workers) >= len(PAGES)
    coverage = [row for worker in workers for row in read_json_lines(worker.folder / "coverage.jsonl")]
    assert Counter(row["outcome"] for row in coverage) == {"complete": SITES}
    assert_drained(server, SITES)


@pytest.mark.parametrize("seconds", [0.5, 2 * LEASE], ids=["shortly", "longer than a lease"])
@pytest.mark.parametrize("how", ["killed", "stopped"])
@pytest.mark.slow
def test_workers_go_on_when_the_server_does(how: str, seconds: float, server: RedisServer, hire: Callable[..., Worker]) -> None:
    push_small_sites(server)
    with MiniWeb(small_sites()) as web:
        workers = [hire(f"w{number}", web, server.address()) for number in range(3)]
        wait_until(lambda: len(web.requests) >= SITES and all(worker.has_started for worker in workers))
        (server.kill if how == "killed" else server.stop)()
        time.sleep(seconds)
        (server.start if how == "killed" else server.go_on)()
        assert assert_acknowledged_is_written(server, workers) < SITES
        for worker in workers:
            assert worker.wait() == 0, worker.log
        assert_polite(web)
    assert latest(workers) == EVERY_PAGE
    assert_drained(server, SITES)


@pytest.mark.slow
def test_a_server_that_does_not_come_back_ends_the_workers(server: RedisServer, hire: Callable[..., Worker]) -> None:
    push_small_sites(server)
    with MiniWeb(small_sites()) as web:
        workers = [hire(f"w{number}", web, server.address(), "-s", "BACKLINKS_QUEUE_TIMEOUT_SECONDS=1") for number in range(2)]
        wait_until(lambda: len(web.requests) >= SITES)
        server.kill()
        assert [worker.wait() for worker in workers] == [1, 1], workers[0].log
        last = workers[0].log.splitlines()[-1]
        assert last.startswith(f"scrapy crawl: failed: {server.address()} does not answer: ")
        assert "Traceback" not in workers[0].log
        server.start()
        assert assert_acknowledged_is_written(server, workers) < SITES
        # What they had is claimed by the next.
        workers.append(hire("w2", web, server.address()))
        assert workers[2].wait() == 0, workers[2].log
        assert_polite(web)
    assert latest(workers) == EVERY_PAGE
    assert_drained(server, SITES)


@pytest.mark.slow
def test_a_worker_that_was_stopped_for_longer_than_its_lease_asks_its_sites_no_more(
    server: RedisServer, hire: Callable[..., Worker]
) -> None:
    push_small_sites(server)
    with MiniWeb(small_sites()) as web:
        stopped = hire("w0", web, server.address())
        wait_until(lambda: len(web.requests) >= 10)
        stopped.process.send_signal(signal.SIGSTOP)
        other = hire("w1", web, server.address())
        assert other.wait() == 0, other.log
        stopped.process.send_signal(signal.SIGCONT)
        assert stopped.wait() == 1, stopped.log
        assert "other workers took" in stopped.log.splitlines()[-1]
        assert_polite(web)
    assert latest([stopped, other]) == EVERY_PAGE
    assert_drained(server, SITES)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.slow
def test_a_worker_that_is_ended_gives_back_what_it_has_not_done(
    number: signal.Signals, server: RedisServer, hire: Callable[..., Worker]
) -> None:
    push_small_sites(server)
    with MiniWeb(small_sites()) as web:
        ended = hire("w0", web, server.address(), "-s", "BACKLINKS_LEASE_SECONDS=600")
        wait_until(lambda: len(web.requests) >= 30)
        ended.process.send_signal(number)
        assert ended.wait() == 130, ended.log
        assert assert_acknowledged_is_written(server, [ended]) < SITES
        with server.client() as client:
            assert client.xpending("queue", "workers")["pending"] == 0
            assert client.xinfo_consumers("queue", "workers") == []
        other = hire("w1", web, server.address(), "-s", "BACKLINKS_LEASE_SECONDS=600")
        assert other.wait() == 0, other.log
        assert_polite(web)
    assert latest([ended, other]) == EVERY_PAGE
    assert_drained(server, SITES)


@pytest.mark.slow
def test_nothing_is_acknowledged_when_the_feed_cannot_be_written(server: RedisServer, hire: Callable[..., Worker]) -> None:
    push_small_sites(server, 5)
    with MiniWeb(small_sites(5)) as web:
        worker = hire("w0", web, server.address(), "-O", "/dev/full:csv")
        assert worker.wait() == 1
    with server.client() as client:
        assert client.hlen("{queue}:open") == 5
        assert client.xpending("queue", "workers")["pending"] == 0
        assert client.hgetall("{queue}:outcomes") == {}


@pytest.mark.slow
def test_a_worker_waits_for_more_when_it_is_told_to(server: RedisServer, hire: Callable[..., Worker]) -> None:
    with MiniWeb(small_sites(4)) as web:
        worker = hire("w0", web, server.address(), "-a", "wait=true")
        for number in range(4):
            assert push(server, f"http://{site_name(number)}/") == [2]
            wait_until(partial(web.fetched, f"http://{site_name(number)}/2"))
        with server.client() as client:
            wait_until(lambda: client.hlen("{queue}:open") == 0)
        worker.process.send_signal(signal.SIGTERM)
        assert worker.wait() == 130
    assert sorted(row["url_from"] for row in worker.rows) == sorted(
        url for url in EVERY_PAGE if int(url[11]) < 4 and url[12] == "."
    )


@pytest.mark.slow
def test_each_worker_reads_the_target_and_none_ends_of_it(server: RedisServer, hire: Callable[..., Worker]) -> None:
    pages = {**small_sites(6), "http://target.example/": "<a href=/a>a</a>", "http://target.example/a": ""}
    push_small_sites(server, 6)
    with MiniWeb(pages) as web:
        workers = [hire(name, web, server.address(), "-a", "profile_pages=5") for name in ("ann", "bob")]
        assert [worker.wait() for worker in workers] == [0, 0], [worker.log for worker in workers]
        assert web.most_open("target.example") == 1
    assert sum(len(worker.rows) for worker in workers) == 18


UNFIT = {
    "no rows are kept": ([], "name a file for the rows"),
    "only coverage": (["-a", "coverage=coverage.csv"], "name a file for the rows"),
    "an array": (["-O", "rows.json"], "is one array"),
    "a file with rows is emptied": (["-O", "rows.csv"], "append to it with -o"),
}


@pytest.mark.parametrize(("options", "problem"), UNFIT.values(), ids=UNFIT)
@pytest.mark.slow
def test_a_worker_without_a_place_for_its_rows_is_refused(
    server: RedisServer, tmp_path: Path, options: list[str], problem: str
) -> None:
    push_small_sites(server, 1)
    (tmp_path / "rows.csv").write_text("rows of yesterday\n")
    refused = scrapy(
        "crawl", "backlinks", "-a", "target=target.example", "-a", f"seeds={server.address()}", *options, folder=tmp_path
    )
    assert refused.code == 2
    assert problem in refused.log
    assert refused.log.count("\n") == 1
    assert (tmp_path / "rows.csv").read_text() == "rows of yesterday\n"


@pytest.mark.slow
def test_a_site_that_another_worker_had_for_long_is_crawled_when_it_is_free(
    server: RedisServer, hire: Callable[..., Worker]
) -> None:
    pages: dict[str, Answer | str] = {
        "http://leads.example/": redirect("http://busy.example/"),
        "http://busy.example/": TARGET_LINK,
    }
    with MiniWeb(pages) as web, server.client() as client:
        client.set("{queue}:lock:busy.example", "somebody else", px=600_000)
        push(server, "http://leads.example/", "http://busy.example/")
        worker = hire("w0", web, server.address())
        wait_until(lambda: "leased_elsewhere" in worker.log)
        client.delete("{queue}:lock:busy.example")
        assert worker.wait() == 0, worker.log
    assert web.fetched("http://busy.example/") == 1
    assert [row["url_from"] for row in worker.rows if row["relation"] == "backlink"] == ["http://busy.example/"]


@pytest.mark.slow
def test_the_job_of_another_crawl_does_not_keep_a_worker_from_its_queue(
    server: RedisServer, hire: Callable[..., Worker], tmp_path: Path
) -> None:
    push_small_sites(server, 1)
    job = f"JOBDIR={tmp_path / 'job'}"
    with MiniWeb(small_sites(2)) as web:
        crawl = ["-a", "target=target.example", "-a", f"seeds=http://{site_name(1)}/", "-s", job, "-s", "DOWNLOAD_DELAY=0"]
        assert scrapy("crawl", "backlinks", *crawl, "-O", "job.jsonl", folder=tmp_path, environment=web.environment()).code == 0
        worker = hire("w0", web, server.address(), "-s", job)
        assert worker.wait() == 0, worker.log
    assert worker.rows


def test_the_password_may_stand_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(connection.PASSWORD_VARIABLE, "from elsewhere")
    assert connection._options(parse_queue_url("redis://me@queue.example/0/q"), 1)["password"] == "from elsewhere"
    assert connection._options(parse_queue_url("redis://me:here@queue.example/0/q"), 1)["password"] == "here"


def test_with_a_queue_there_is_no_durable_job(tmp_path: Path) -> None:
    settings = Settings({"JOBDIR": str(tmp_path / "job"), "DOWNLOAD_HANDLERS": {"ftp": None}})
    apply_queue(settings)
    assert settings["JOBDIR"] is None
    assert {scheme: load_object(path) for scheme, path in settings.getdict("DOWNLOAD_HANDLERS").items() if path} == {
        "http": LeaseCheckingHandler,
        "https": LeaseCheckingHandler,
    }


@pytest.mark.slow
def test_outcomes_are_acknowledged_and_shown(tmp_path: Path, server: RedisServer, hire: Callable[..., Worker]) -> None:
    pages: dict[str, Answer | str] = {
        "http://good.example/": TARGET_LINK,
        "http://good.example/more": TARGET_LINK,
        "http://shut.example/": Answer(status=403),
        "http://broken.example/": Answer(fault=Fault.RESET),
        "http://moved.example/": redirect("http://good.example/"),
        "http://away.example/": redirect("http://elsewhere.example/page"),
        "http://elsewhere.example/page": TARGET_LINK,
        "http://held.example/": redirect("http://busy.example/page"),
        "http://busy.example/page": TARGET_LINK,
    }
    listed = tmp_path / "seeds.csv"
    names = ["http://good.example/more", "shut.example", "broken.example", "moved.example", "away.example", "held.example"]
    listed.write_text(
        "\n".join(["site,note", "http://good.example/,a", *names, "not a seed,b", "http://good.example,c"]), encoding="utf-8"
    )
    pushed = scrapy("seeds", "push", server.address(), str(listed), "good.example", folder=tmp_path)
    assert pushed.output.splitlines() == [f"{server.address()}: 8 new, 1 known, 6 more sites to crawl", "1 lines passed over"]
    assert (
        pushed.log
        == f"scrapy seeds: the list '{listed}' line 9 passed over: 'not a seed' is not a domain or an http(s) address\n"
    )
    with MiniWeb(pages) as web:
        with server.client() as client:
            client.set("{queue}:lock:busy.example", "somebody else", px=600_000)
        worker = hire("w0", web, server.address())
        assert worker.wait() == 0, worker.log
        assert web.fetched("http://busy.example/page") == 0
        assert web.fetched("http://busy.example/robots.txt") == 0
    found = {row["url_from"] for row in worker.rows}
    assert found == {"http://good.example/", "http://good.example/more", "http://elsewhere.example/page"}
    shown = scrapy("seeds", "status", server.address(), folder=tmp_path)
    assert shown.code == 0, shown.log
    lines = shown.output.splitlines()
    assert lines[:3] == [server.address(), "  waiting       0", "  claimed       0"]
    assert lines[3].startswith("  done          3  (complete 2, ")
    assert lines[4] == "  failed        3  (blocked 1, unreachable 2)"
    assert lines[5:] == ["    broken.example  unreachable", "    held.example  unreachable", "    shut.example  blocked"]


@pytest.mark.slow
def test_status_says_who_has_what(tmp_path: Path, server: RedisServer) -> None:
    push(server, "one.example", "two.example", "three.example")

    async def claim_one(queue: SeedQueue) -> None:
        await queue.claim(0, 0, 1, look_for_dead=True)

    worker = with_queue(server, claim_one)
    shown = scrapy("seeds", "status", server.address(), folder=tmp_path)
    waiting, claimed, holder = shown.output.splitlines()[1:4]
    assert (waiting, claimed) == ("  waiting       2", "  claimed       1")
    assert re.fullmatch(rf"    one\.example  by {re.escape(worker)} since 20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ", holder)


def with_queue(
    server: RedisServer, work: Callable[[SeedQueue], Awaitable[None]], *, lease: float = 60, deliveries: int = 5
) -> str:
    """Works with a queue as a worker does; the worker's name. It does not sign off: it is killed."""

    async def run() -> str:
        queue = SeedQueue(parse_queue_url(server.address()), lease_seconds=lease, deliveries=deliveries)
        await work(queue)
        await queue.close()
        return queue.worker

    return asyncio.run(run())


async def claim_now(queue: SeedQueue, at_once: int = 10) -> list[Claim]:
    return (await queue.claim(0, 0, at_once, look_for_dead=True)).claims


@pytest.mark.slow
def test_a_site_is_claimed_once_with_all_its_seeds(server: RedisServer) -> None:
    assert push(server, "a.example", "https://www.a.example/x", "b.example", "a.example", "https://a.example/") == [2, 1, 2, 0, 0]
    with server.client() as client:
        client.xadd("queue", {"site": "a.example"})

    async def work(queue: SeedQueue) -> None:
        claims = {claim.site: [seed.text for seed in claim.seeds] for claim in await claim_now(queue)}
        assert claims == {"a.example": ["a.example", "https://www.a.example/x"], "b.example": ["b.example"]}
        assert await claim_now(queue) == []

    with_queue(server, work)
    with server.client() as client:
        assert client.xlen("queue") == 2


@pytest.mark.slow
def test_a_seed_that_is_pushed_while_its_site_is_crawled_is_crawled_after_its_delay(server: RedisServer) -> None:
    push(server, "a.example")

    async def work(queue: SeedQueue) -> None:
        (claim,) = await claim_now(queue)
        assert push(server, "a.example/new", "a.example") == [1, 0]
        assert await claim_now(queue) == []
        assert await queue.finish(claim, "complete", rest_seconds=600)
        assert await claim_now(queue) == []
        with server.client() as client:
            assert client.get("{queue}:lock:a.example") == "rest"
            client.delete("{queue}:lock:a.example")
        (claim,) = await claim_now(queue)
        assert [seed.text for seed in claim.seeds] == ["a.example/new"]

    with_queue(server, work)


@pytest.mark.slow
def test_who_has_lost_a_site_can_neither_acknowledge_it_nor_give_it_back(server: RedisServer) -> None:
    push(server, "a.example")

    async def work(late: SeedQueue) -> None:
        (claim,) = await claim_now(late)
        assert await late.renew([claim], 0) == ([], [])
        await asyncio.sleep(0.3)
        # Nobody has taken it: whoever has the entry may go on.
        assert await late.renew([claim], 0) == ([], [])
        await asyncio.sleep(0.3)

        async def take(other: SeedQueue) -> None:
            (taken,) = await claim_now(other)
            assert await late.renew([claim], 0) == ([claim], [])
            assert not await late.finish(claim, "complete", 0)
            assert not await late.give_back(claim, 0)
            assert await other.finish(taken, "complete", 0)
            assert await late.renew([claim], 0) == ([], [claim])

        other = SeedQueue(parse_queue_url(server.address()), lease_seconds=0.2, deliveries=5)
        await take(other)
        await other.close()

    with_queue(server, work, lease=0.2)
    assert_drained(server, 1)


@pytest.mark.slow
def test_a_site_that_kills_its_workers_takes_no_other_along(server: RedisServer, hire: Callable[..., Worker]) -> None:
    push_small_sites(server, 6)
    deadly = f"http://{site_name(2)}/1"
    with MiniWeb(small_sites(6)) as web, server.client() as client:
        for number in range(8):
            before = web.fetched(deadly)
            worker = hire(f"w{number}", web, server.address(), "-s", "BACKLINKS_MAX_ATTEMPTS=3")
            wait_until(partial(has_ended_or_fetched, worker, web, deadly, before))
            if worker.process.poll() is not None:
                break
            worker.process.kill()
            worker.wait()
        assert client.hgetall("{queue}:failed") == {site_name(2): "given_up"}
        assert client.hgetall("{queue}:outcomes") == {"complete": "5", "given_up": "1"}


@pytest.mark.slow
def test_a_site_whose_workers_die_again_and_again_is_given_up(server: RedisServer) -> None:
    push(server, "a.example", "https://a.example/2")

    async def die(queue: SeedQueue) -> None:
        assert len(await claim_now(queue)) == 1
        await asyncio.sleep(0.3)

    for _ in range(3):
        with_queue(server, die, lease=0.2, deliveries=3)

    async def look(queue: SeedQueue) -> None:
        share = await queue.claim(0, 0, 10, look_for_dead=True)
        assert (share.claims, share.given_up, share.waiting, share.pending) == ([], ["a.example"], 0, 0)

    with_queue(server, look, lease=0.2, deliveries=3)
    with server.client() as client:
        assert client.hgetall("{queue}:failed") == {"a.example": "given_up"}
    assert_drained(server, 1)


@pytest.mark.slow
def test_a_site_is_visited_by_one_worker_at_a_time(server: RedisServer) -> None:
    push(server, "a.example")

    async def work(queue: SeedQueue) -> None:
        (claim,) = await claim_now(queue)
        assert await queue.acquire_visit("a.example", 0) is None
        visit = await queue.acquire_visit("b.example", 0)
        assert visit is not None
        assert await queue.acquire_visit("b.example", 0) is None
        push(server, "b.example")
        assert await claim_now(queue) == []
        await queue.release_visit(visit, 0)
        assert [each.site for each in await claim_now(queue)] == ["b.example"]
        assert await queue.give_back(claim, 0)

    with_queue(server, work)


PROBLEMS = [
    pytest.param(
        ["push", "redis://:secret@127.0.0.1:{port}/queue", "a.example"], 2, "the URL of a seed queue must be", id="address"
    ),
    pytest.param(["status", "redis://:secret@127.0.0.1:{port}/0/q,x"], 2, "the URL of a seed queue must be", id="two names"),
    pytest.param(["push", "redis://:secret@127.0.0.1:{port}/0/queue"], 2, "write: scrapy seeds push", id="nothing to push"),
    pytest.param(["clear"], 2, "write: scrapy seeds push", id="no such action"),
    pytest.param(["status", "redis://:secret@127.0.0.1:1/0/queue"], 1, "does not answer", id="no server"),
    pytest.param(["status", "redis://me:secret@127.0.0.1:{port}/0/queue"], 1, "refuses this user or password", id="password"),
    pytest.param(["push", "redis://127.0.0.1:{port}/0/text", "a.example"], 1, "the key 'text' is a string", id="type of key"),
    pytest.param(["push", "redis://127.0.0.1:{port}/0/other", "a.example"], 1, "is something else's", id="another stream"),
    pytest.param(["status", "redis://127.0.0.1:{port}/0/none"], 1, "has no seeds", id="no such queue"),
    pytest.param(["status", "redis://127.0.0.1:{port}/99/queue"], 1, "cannot be used: ", id="no such database"),
    pytest.param(["push", "redis://127.0.0.1:{port}/0/queue", "none.txt"], 1, "'none.txt' cannot be read", id="no such list"),
    pytest.param(["push", "redis://127.0.0.1:{port}/0/queue", "a b"], 2, "'a b' is not a domain", id="no seed"),
]


@pytest.mark.parametrize(("words", "code", "message"), PROBLEMS)
@pytest.mark.slow
def test_a_problem_is_one_line(words: list[str], code: int, message: str, tmp_path: Path, server: RedisServer) -> None:
    with server.client() as client:
        client.set("text", "x")
        client.xadd("other", {"field": "x"})
    run = scrapy("seeds", *(word.format(port=server.port) for word in words), folder=tmp_path)
    assert (run.code, run.output, run.log.count("\n")) == (code, "", 1)
    assert message in run.log
    assert "secret" not in run.log


CRAWL_PROBLEMS = [
    pytest.param({"seeds": "redis://:secret@127.0.0.1:1/0/queue"}, 1, "does not answer", id="no server"),
    pytest.param({"seeds": "redis://127.0.0.1:{port}/0/none"}, 1, "has no seeds", id="no such queue"),
    pytest.param({"seeds": "redis://:secret@/0/none"}, 2, "the URL of a seed queue must be", id="address"),
    pytest.param({"seeds": "redis://127.0.0.1:{port}/0/queue", "shard": "0/2"}, 2, "a queue needs no shard", id="shard"),
    pytest.param({"seeds": "a.example", "wait": "true"}, 2, "wait needs a seed queue", id="wait without a queue"),
    pytest.param({"seeds": "redis://127.0.0.1:{port}/0/queue", "wait": "2"}, 2, "must be one of true, false", id="wait"),
]


@pytest.mark.parametrize(("arguments", "code", "message"), CRAWL_PROBLEMS)
@pytest.mark.slow
def test_a_worker_refuses_in_one_line(
    arguments: dict[str, str], code: int, message: str, tmp_path: Path, server: RedisServer
) -> None:
    push(server, "a.example")
    given = {name: value.format(port=server.port) for name, value in arguments.items()}
    with MiniWeb({}) as web:
        run = crawl(web, tmp_path, target="target.example", **given)
    assert (run.code, run.log.count("\n")) == (code, 1), run.log
    assert message in run.log
    assert "secret" not in run.log


@pytest.mark.parametrize("setting", ["BACKLINKS_LEASE_SECONDS=0.5", "BACKLINKS_WORKER_SITES=0", "BACKLINKS_MAX_ATTEMPTS=0"])
@pytest.mark.slow
def test_a_setting_that_cannot_work_is_refused(setting: str, tmp_path: Path, server: RedisServer) -> None:
    push(server, "a.example")
    with MiniWeb({}) as web:
        run = crawl(web, tmp_path, setting, target="target.example", seeds=server.address())
    name, _, value = setting.partition("=")
    assert (run.code, run.log) == (2, f"scrapy crawl: {name} '{value}' is less than 1, which a queue of seeds needs\n")


@pytest.mark.slow
def test_a_claim_that_nobody_waits_for_is_none(server: RedisServer) -> None:
    push(server, "a.example")

    async def work(queue: SeedQueue) -> None:
        share = await queue.claim(1_000, 1, 1, look_for_dead=False)
        assert (share.claims, share.waiting) == ([], 1)
        # By the worker's clock that was an hour ago, and no time has passed on the server's.
        with pytest.raises(SeedQueueUnavailable, match="TIMEOUT"):
            await queue.claim(1_000 - 3_600, 0, 1, look_for_dead=False)
        assert len((await queue.claim(1_000, 0, 1, look_for_dead=False)).claims) == 1

    with_queue(server, work)


@pytest.mark.parametrize("feed", ["s3://bucket/rows.csv", "ftp://me:secret@host.example/rows.csv", "gs://bucket/rows.csv"])
@pytest.mark.slow
def test_a_feed_that_is_not_written_at_once_is_refused(feed: str, tmp_path: Path, server: RedisServer) -> None:
    push(server, "a.example")
    run = scrapy("crawl", "backlinks", "-a", "target=t.example", "-a", f"seeds={server.address()}", "-o", feed, folder=tmp_path)
    assert run.code == 2
    assert "is not written before the crawl ends" in run.log
    assert "secret" not in run.log


@pytest.mark.slow
def test_the_password_is_nowhere(tmp_path: Path, hire: Callable[..., Worker]) -> None:
    folder = tmp_path / "redis"
    folder.mkdir()
    with RedisServer(folder, "--requirepass", "s3cr#t,") as server, MiniWeb(small_sites(2)) as web:
        address = server.address().replace("//", "//default:s3cr%23t%2C@")
        run = scrapy("seeds", "push", address, "http://site0.example/", "http://site1.example/", folder=tmp_path)
        assert run.code == 0, run.log
        worker = hire("w0", web, address, "-s", "STATS_DUMP=True", "-s", "LOG_LEVEL=DEBUG")
        assert worker.wait() == 0
        status = scrapy("seeds", "status", address, folder=tmp_path)
    assert "done          2" in status.output
    written = [path.read_text(encoding="utf-8") for path in worker.folder.iterdir()]
    assert not any("s3cr" in text for text in (*written, run.output, run.log, status.output, status.log))
    assert len(worker.rows) == 2 * len(PAGES)


ADDRESSES = [
    pytest.param("redis://h/0/q", "redis://h:6379/0/q", id="no port"),
    pytest.param("rediss://u:p@h.example:1/15/a.b-c_d", "rediss://h.example:1/15/a.b-c_d", id="TLS"),
    pytest.param("REDIS://[::1]:7/0/q", "redis://[::1]:7/0/q", id="IPv6"),
    pytest.param(" redis://:p%40ss@h/0/q ", "redis://h:6379/0/q", id="password only"),
]


@pytest.mark.parametrize(("text", "shown"), ADDRESSES)
def test_an_address_is_shown_without_its_password(text: str, shown: str) -> None:
    address = parse_queue_url(text)
    assert str(address) == shown
    assert "password" not in repr(address)


def test_what_is_escaped_in_a_password_is_read() -> None:
    address = parse_queue_url("redis://m%C3%BC:p%40s%3As@h/0/q")
    assert (address.user, address.password) == ("mü", "p@s:s")


@pytest.mark.parametrize(
    "text",
    ["redis://", "redis://h", "redis://h/q", "redis://h/0/", "redis://h/0/a/b", "redis://h:0/0/q", "redis://h:99999/0/q",
     "redis://h/0/q?x=1", "redis://h/0/{q}", "redis://u:p@x@h/0/q", "redis:h/0/q", "redis://h/0/q\nx",
     "redis://h/0/" + "q" * 101],
)  # fmt: skip
def test_a_bad_address_is_refused(text: str) -> None:
    with pytest.raises(ArgumentError, match="the URL of a seed queue must be"):
        parse_queue_url(text)


def test_redis_is_required_where_a_run_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr("shutil.which", lambda *_, **__: None)
    monkeypatch.delenv("BACKLINKS_REQUIRE_SERVERS", raising=False)
    with pytest.raises(pytest.skip.Exception, match="redis-server is missing"):
        find_redis_server()
    monkeypatch.setenv("BACKLINKS_REQUIRE_SERVERS", "1")
    with pytest.raises(pytest.fail.Exception, match="redis-server is missing"):
        find_redis_server()


OWN = "redis://127.0.0.1:6379/0/own"

QUEUES_OF_JOBS = [
    pytest.param("redis://127.0.0.1/0/other", {}, False, id="loopback"),
    pytest.param("redis://10.0.0.1/0/other", {}, False, id="a private address"),
    pytest.param("redis://[::1]/0/other", {}, False, id="loopback in IPv6"),
    pytest.param("redis://localhost/0/other", {}, False, id="a name of a private address"),
    pytest.param("redis://169.254.169.254/0/other", {}, False, id="metadata of a cloud"),
    pytest.param("redis://192.0.43.8/0/other", {}, True, id="a public address"),
    pytest.param("redis://no-such-name.invalid/0/other", {}, True, id="a name without address, which does not answer"),
    pytest.param(OWN, {"BACKLINKS_SEEDS": OWN}, True, id="the queue of the setting"),
    pytest.param("redis://127.0.0.1/0/own", {"BACKLINKS_SEEDS": OWN}, True, id="the same in other words"),
    pytest.param("redis://127.0.0.1/0/other", {"BACKLINKS_SEEDS": OWN}, False, id="another name there"),
    pytest.param("redis://127.0.0.1/0/other", {"BACKLINKS_SEEDS": "sites.txt"}, False, id="a setting that is no queue"),
    pytest.param("redis://10.0.0.1/0/other", {"BACKLINKS_ALLOW_PRIVATE_NETWORKS": True}, True, id="all are allowed"),
]


@pytest.mark.parametrize(("address", "values", "is_allowed"), QUEUES_OF_JOBS)
def test_the_queue_of_a_job_is_public_or_that_of_the_setting(address: str, values: dict[str, Any], *, is_allowed: bool) -> None:
    settings = Settings()
    settings.setmodule("backlinkspider.default_settings")
    settings.setdict(values)
    if is_allowed:
        check_queue_of_job(parse_queue_url(address), settings)
        return
    with pytest.raises(ArgumentError, match="is on a private network"):
        check_queue_of_job(parse_queue_url(address), settings)


def test_a_job_of_scrapyd_is_refused_a_private_queue_and_a_command_is_not(tmp_path: Path) -> None:
    command = ("crawl", "backlinks", "-a", "target=target.example", "-a", "seeds=redis://127.0.0.1:9/0/q", "-o", "rows.csv")
    as_job = scrapy(*command, "-a", "_job=1", folder=tmp_path)
    assert (as_job.code, "redis://127.0.0.1:9/0/q is on a private network" in as_job.log) == (2, True)
    by_hand = scrapy(*command, folder=tmp_path)
    assert (by_hand.code, "does not answer" in by_hand.log) == (1, True)
