"""A crawl that is killed, again and again, and goes on where it was."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.support.fork_server import Running, start_command, start_process
from tests.support.libreoffice import read_sheet
from tests.support.miniweb import Answer, MiniWeb
from tests.support.scrapy_command import project_environment, read_csv, read_json_lines, scrapy, set_options

SITES, PAGES = 20, 100
TARGET = "target.example"
CONCURRENT_REQUESTS = 32
KILLS = 20
SOME_SITES = 10
"""Sites of a job that is interrupted once."""
BUDGET = 20
"""Pages of a site in a job that is interrupted on its way."""

Kill = Callable[[Running], object]


def kill(process: Running) -> None:
    process.send_signal(signal.SIGKILL)


def terminate(process: Running) -> None:
    process.send_signal(signal.SIGTERM)


def site_name(number: int) -> str:
    return f"https://site{number}.example"


def answer_page(url: str) -> Answer | str:
    """A page of a site of 100: each links to the target, to two pages on, to one that redirects and to one that is gone."""
    path = url.split("/", 3)[3]
    if path == "robots.txt":
        return ""
    if path.startswith("moved"):
        return Answer(status=301, headers=(("Location", f"/{int(path[5:]) + 1}"),))
    if path.startswith("gone"):
        return Answer(b"gone", 404)
    number = int(path or 0)
    children = [2 * number + 1, 2 * number + 2]
    links = "".join(f'<a href="/{child}">{child}</a>' for child in children if child < PAGES)
    more = f'<a href="/moved{number}">m</a><a href="/gone{number}">g</a>' if number % 10 == 0 else ""
    return f'<title>{number}</title><p><a href="https://{TARGET}/{number}">to {number}</a>{links}{more}</p>'


@pytest.fixture(scope="module")
def web() -> Iterator[MiniWeb]:
    with MiniWeb({}, {site_name(number): answer_page for number in range(SITES)}) as web:
        yield web


def seeds(count: int = SITES) -> str:
    return ",".join(f"{site_name(number)}/" for number in range(count))


def command(folder: Path, *more: str) -> list[str]:
    # What the other orders learn, and leave alone, depends on which answers came before a kill.
    order = "BACKLINKS_CRAWL_ORDER=breadth"
    concurrency = f"CONCURRENT_REQUESTS={CONCURRENT_REQUESTS}"
    settings = [f"JOBDIR={folder / 'job'}", "DOWNLOAD_DELAY=0", "BACKLINKS_LINK_CHECK_LIMIT=0", order, concurrency]
    return ["crawl", "backlinks", *set_options(*settings), *more]


def begin_arguments(folder: Path) -> list[str]:
    arguments = {
        "target": TARGET,
        "seeds": seeds(),
        "keep": "all",
        "max_depth": "20",
        "max_pages": "200",
        "coverage": "coverage.jsonl",
        # The target is no part of this web: every process would ask for it.
        "profile_pages": "0",
    }
    feeds = ["-O", str(folder / "rows.jsonl"), "-O", str(folder / "rows.csv")]
    return [*(part for name, value in arguments.items() for part in ("-a", f"{name}={value}")), *feeds]


class Crawls:
    """The processes of one job, one after the other; with `start` forks, which begin six times as fast."""

    def __init__(
        self, web: MiniWeb, folder: Path, arguments: Sequence[str], start: Callable[..., Running] = start_process
    ) -> None:
        self._web = web
        self._folder = folder
        self._arguments = arguments
        self._start = start
        self._begun = len(web.requests)
        self._asked_for: list[list[str]] = []
        self.logs: list[str] = []

    def start(self, *settings: str) -> Running:
        """The next process."""
        self._begun = len(self._web.requests)
        line = command(self._folder, *self._arguments, *settings)
        environment = {**project_environment(self._web.environment()), "PYTHONWARNINGS": "error"}
        return self._start(line, folder=self._folder, environment=environment, log=self._folder / "log")

    def run(self) -> int:
        """Runs to the end; the exit code."""
        process = self.start()
        code = process.wait(120)
        self._note()
        return code

    def interrupt(self, kill: Kill, after_requests: int) -> bool:
        """Runs until so many requests have come in, and kills; whether there was somebody left to kill."""
        process = self.start()
        while process.poll() is None and len(self._web.requests) < self._begun + after_requests:
            time.sleep(0.001)
        kill(process)
        process.wait(120)
        self._note()
        return process.returncode not in (0, 1)

    def _note(self) -> None:
        self.logs.append((self._folder / "log").read_text())
        urls = [request.url for request in self._web.requests[self._begun :]]
        # Each process asks for every robots.txt itself.
        self._asked_for.append([url for url in urls if not url.endswith("/robots.txt")])

    def fetched_again(self) -> list[int]:
        """For each process how many of the pages that it asked for were asked for again, by itself or a later one."""
        later: set[str] = set()
        counts: list[int] = []
        for pages in reversed(self._asked_for):
            distinct = set(pages)
            counts.append(len(distinct & later) + len(pages) - len(distinct))
            later |= distinct
        return counts[::-1]


def plain_rows(folder: Path) -> Counter[tuple[Any, ...]]:
    rows = read_json_lines(folder / "rows.jsonl")
    return Counter((row["url_from"], row["url_to"], row["link_index"], row["relation"], row["depth"]) for row in rows)


def csv_rows(folder: Path) -> Counter[tuple[Any, ...]]:
    rows = read_csv(folder / "rows.csv")
    assert not any(row["relation"] == "relation" for row in rows)
    return Counter((row["url_from"], row["url_to"], int(row["link_index"]), row["relation"], int(row["depth"])) for row in rows)


def coverage_rows(folder: Path) -> list[dict[str, Any]]:
    rows = read_json_lines(folder / "coverage.jsonl")
    return sorted(({**row, "seconds": None} for row in rows), key=lambda row: str(row["seed"]))


@pytest.fixture(scope="module")
def undisturbed(web: MiniWeb, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the same job without a kill."""
    folder = tmp_path_factory.mktemp("undisturbed")
    crawls = Crawls(web, folder, begin_arguments(folder))
    assert crawls.run() == 0, crawls.logs
    assert plain_rows(folder).total() > SITES * PAGES
    assert crawls.fetched_again() == [0]
    return folder


def assert_nothing_lost_or_twice(crawls: Crawls, folder: Path, undisturbed: Path) -> None:
    assert plain_rows(folder) == plain_rows(undisturbed)
    assert csv_rows(folder) == plain_rows(undisturbed)
    assert coverage_rows(folder) == coverage_rows(undisturbed)
    assert max(crawls.fetched_again()) <= CONCURRENT_REQUESTS


@pytest.mark.slow
def test_twenty_kills(web: MiniWeb, tmp_path: Path, undisturbed: Path) -> None:
    moments = random.Random(6)
    crawls = Crawls(web, tmp_path, begin_arguments(tmp_path))
    kills = sum(crawls.interrupt(kill, moments.randrange(25, 180)) for _ in range(KILLS))
    assert kills == KILLS
    assert crawls.run() == 0, crawls.logs[-1]
    assert_nothing_lost_or_twice(crawls, tmp_path, undisturbed)


def twice(process: Running) -> None:
    process.send_signal(signal.SIGINT)
    time.sleep(0.05)
    process.send_signal(signal.SIGINT)


@pytest.mark.parametrize("kill", [terminate, twice], ids=["SIGTERM", "Ctrl-C twice"])
@pytest.mark.slow
def test_interrupted_by_a_signal(web: MiniWeb, tmp_path: Path, undisturbed: Path, kill: Kill) -> None:
    moments = random.Random(7)
    crawls = Crawls(web, tmp_path, begin_arguments(tmp_path))
    assert all(crawls.interrupt(kill, moments.randrange(100, 400)) for _ in range(4))
    assert "the same command goes on" in crawls.logs[-1]
    assert crawls.run() == 0, crawls.logs[-1]
    assert_nothing_lost_or_twice(crawls, tmp_path, undisturbed)


@pytest.mark.slow
def test_killed_at_the_start(web: MiniWeb, tmp_path: Path, undisturbed: Path) -> None:
    crawls = Crawls(web, tmp_path, begin_arguments(tmp_path))
    for after_requests in (0, 0, 1, 2, 5):
        crawls.interrupt(kill, after_requests)
    moments = random.Random(8)
    for _ in range(5):
        process = crawls.start()
        # Within the time that it takes to import, open, and send the first requests.
        time.sleep(moments.uniform(0.2, 1.0))
        kill(process)
        process.wait(120)
    assert crawls.run() == 0, crawls.logs[-1]
    assert plain_rows(tmp_path) == csv_rows(tmp_path) == plain_rows(undisturbed)
    assert coverage_rows(tmp_path) == coverage_rows(undisturbed)


def wait_for_log(log: Path, text: str) -> None:
    deadline = time.monotonic() + 60
    while text not in log.read_text():
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.001)


@pytest.mark.slow
def test_killed_while_it_closes(web: MiniWeb, tmp_path: Path, undisturbed: Path) -> None:
    crawls = Crawls(web, tmp_path, begin_arguments(tmp_path))
    process = crawls.start()
    wait_for_log(tmp_path / "log", "Closing spider (finished)")
    kill(process)
    process.wait(120)
    before = len(web.requests)
    assert crawls.run() == 0, crawls.logs[-1]
    assert_nothing_lost_or_twice(crawls, tmp_path, undisturbed)
    assert len(web.requests) == before


@pytest.mark.slow
def test_budgets_outlive_kills(web: MiniWeb, tmp_path: Path) -> None:
    moments = random.Random(9)
    arguments = ["-a", f"target={TARGET}", "-a", f"seeds={seeds()}", "-a", "max_pages=20", "-a", "coverage=coverage.jsonl"]
    crawls = Crawls(web, tmp_path, [*arguments, "-O", str(tmp_path / "rows.jsonl")])
    for _ in range(6):
        crawls.interrupt(kill, moments.randrange(25, 80))
    assert crawls.run() == 0, crawls.logs[-1]
    for row in coverage_rows(tmp_path):
        assert row["pages"] + row["errors"] + row["redirects"] == 20, row
        assert row["addresses"] == row["pages"] + row["errors"] + row["redirects"] + row["over_budget"] + row["cut_by_depth"]


def small_job(folder: Path, *options: str, seed: str = site_name(0)) -> list[str]:
    return command(folder, "-a", f"target={TARGET}", "-a", f"seeds={seed}/", "-a", "max_pages=5", *options)


def run(web: MiniWeb, folder: Path, line: Sequence[str]) -> tuple[int, str]:
    done = scrapy(*line, folder=folder, environment=web.environment())
    return done.code, done.log


def interrupted(web: MiniWeb, folder: Path, *options: str, kill: Kill = kill) -> None:
    """A job that was ended on its way."""
    arguments = ["-a", f"target={TARGET}", "-a", f"seeds={seeds(SOME_SITES)}", "-a", f"max_pages={BUDGET}", *options]
    assert Crawls(web, folder, arguments, start_command).interrupt(kill, SOME_SITES * BUDGET // 3)


def assert_every_page_once(rows: Sequence[Mapping[str, Any]]) -> None:
    """Check that a job that was interrupted has a row of each page of its budget, of which few are errors and redirects."""
    pages = [row["url_from"] for row in rows]
    assert len(pages) == len(set(pages)) > SOME_SITES * BUDGET * 3 // 4


class SavedFolder:
    """A folder that each test gets as it was when it was saved, at the path that the job knows it by."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._copy = folder.with_name(f"{folder.name}-saved")
        shutil.copytree(folder, self._copy)

    def restore(self) -> Path:
        shutil.rmtree(self._folder)
        shutil.copytree(self._copy, self._folder)
        return self._folder


@pytest.fixture(scope="module")
def saved_killed(web: MiniWeb, tmp_path_factory: pytest.TempPathFactory) -> SavedFolder:
    folder = tmp_path_factory.mktemp("killed")
    interrupted(web, folder, "-O", "rows.jsonl")
    return SavedFolder(folder)


@pytest.fixture
def killed(saved_killed: SavedFolder) -> Path:
    """The folder of a job that was killed on its way to rows.jsonl."""
    return saved_killed.restore()


@pytest.fixture(scope="module")
def saved_terminated(web: MiniWeb, tmp_path_factory: pytest.TempPathFactory) -> SavedFolder:
    folder = tmp_path_factory.mktemp("terminated")
    interrupted(web, folder, "-O", "rows.jsonl", kill=terminate)
    return SavedFolder(folder)


@pytest.fixture
def terminated(saved_terminated: SavedFolder) -> Path:
    """The same of one that was asked to end."""
    return saved_terminated.restore()


def test_a_finished_job_says_so_and_asks_for_nothing(web: MiniWeb, tmp_path: Path) -> None:
    assert run(web, tmp_path, small_job(tmp_path, "-O", "rows.csv"))[0] == 0
    rows = (tmp_path / "rows.csv").read_bytes()
    before = len(web.requests)
    for line in (command(tmp_path), small_job(tmp_path, "-O", "rows.csv")):
        code, log = run(web, tmp_path, line)
        assert code == 0
        assert "finished at" in log
        assert "rows.csv" in log
        assert "Spider" not in log
    assert len(web.requests) == before
    assert (tmp_path / "rows.csv").read_bytes() == rows


def test_a_job_remembers_its_arguments_and_feeds(web: MiniWeb, killed: Path) -> None:
    some = len((killed / "rows.jsonl").read_text().splitlines())
    code, log = run(web, killed, command(killed))
    assert code == 0, log
    rows = read_json_lines(killed / "rows.jsonl")
    assert len(rows) > some
    assert len(rows) == len({row["url_from"] for row in rows})


REFUSED = {
    "another target": (["-a", "target=other.example"], "another target"),
    "other relations": (["-a", "keep=all"], "another keep"),
    "fewer pages": (["-a", "max_pages=10"], "cannot be lowered"),
    "another feed": (["-O", "other.csv"], "rows.jsonl: pass the same"),
    "another format": (["-O", "rows.jsonl:csv"], "rows.jsonl: pass the same"),
    "an unknown argument": (["-a", "targets=x"], "unknown argument"),
}


@pytest.mark.parametrize(("options", "words"), REFUSED.values(), ids=REFUSED)
def test_a_job_is_not_gone_on_with_otherwise(web: MiniWeb, killed: Path, options: list[str], words: str) -> None:
    before = len(web.requests)
    code, log = run(web, killed, command(killed, *options))
    assert code == 2
    assert words in log
    assert log.count("\n") == 1
    assert len(web.requests) == before


def test_a_larger_budget_is_accepted_and_said(web: MiniWeb, killed: Path) -> None:
    code, log = run(web, killed, command(killed, "-a", f"max_pages={BUDGET + 10}"))
    assert code == 0, log
    assert f"max_pages {BUDGET} → {BUDGET + 10}" in log
    # More rows than the first budget has pages.
    assert len(read_json_lines(killed / "rows.jsonl")) > BUDGET * SOME_SITES


def test_a_job_goes_on_from_another_folder(web: MiniWeb, killed: Path) -> None:
    elsewhere = killed / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "rows.jsonl").write_text("another table\n")
    code, log = run(web, elsewhere, command(killed))
    assert code == 0, log
    assert (elsewhere / "rows.jsonl").read_text() == "another table\n"
    assert_every_page_once(read_json_lines(killed / "rows.jsonl"))


def test_a_feed_that_is_stored_only_with_rows_is_kept_too(web: MiniWeb, tmp_path: Path) -> None:
    only_with_rows = ["-s", "FEED_STORE_EMPTY=False"]
    interrupted(web, tmp_path, "-O", "rows.jsonl", *only_with_rows)
    assert run(web, tmp_path, command(tmp_path, *only_with_rows))[0] == 0
    assert_every_page_once(read_json_lines(tmp_path / "rows.jsonl"))


def test_a_workbook_has_the_rows_of_every_process(web: MiniWeb, tmp_path: Path) -> None:
    interrupted(web, tmp_path, "-O", "rows.xlsx", "-O", "rows.parquet")
    assert not list(tmp_path.glob("rows.*"))
    code, log = run(web, tmp_path, command(tmp_path))
    assert code == 0, log
    header, *lines = read_sheet(tmp_path / "rows.xlsx", "Backlinks")
    assert_every_page_once([{"url_from": line[header.index("url_from")]} for line in lines])


def test_a_job_that_could_not_read_anything_fails_again(web: MiniWeb, tmp_path: Path) -> None:
    line = small_job(tmp_path, "-O", "rows.jsonl", seed="https://missing.example")
    assert [run(web, tmp_path, line)[0] for _ in range(2)] == [1, 1]


def test_a_crawl_that_a_setting_ended_says_that_it_is_not_finished(web: MiniWeb, tmp_path: Path) -> None:
    code, log = run(web, tmp_path, small_job(tmp_path, "-O", "rows.jsonl", "-s", "CLOSESPIDER_PAGECOUNT=3"))
    assert code == 130
    assert (
        "interrupted by the setting CLOSESPIDER_PAGECOUNT: what was found until then is written; the same command goes on" in log
    )
    assert run(web, tmp_path, command(tmp_path))[0] == 0
    assert len(read_json_lines(tmp_path / "rows.jsonl")) == 3


def answer_busy(url: str) -> Answer | str:
    return "" if url.endswith("/robots.txt") else Answer(b"busy", 503)


@pytest.mark.slow
def test_retries_outlive_kills(tmp_path: Path) -> None:
    sites = {f"https://busy{number}.example": answer_busy for number in range(100)}
    with MiniWeb({}, sites) as web:
        seeds = ",".join(f"{site}/" for site in sites)
        crawls = Crawls(web, tmp_path, ["-a", f"target={TARGET}", "-a", f"seeds={seeds}", "-O", "rows.jsonl"])
        assert crawls.interrupt(kill, 200)
        assert crawls.run() == 1
        fetched = Counter(request.url for request in web.requests if not request.url.endswith("/robots.txt"))
    assert sum(times - 2 for times in fetched.values()) <= CONCURRENT_REQUESTS
    assert min(fetched.values()) == 2


class BusyAtFirst:
    """A site that answers each address with 503 when it is asked for the first time."""

    def __init__(self) -> None:
        self._asked: set[str] = set()

    def __call__(self, url: str) -> Answer | str:
        is_first = url not in self._asked
        self._asked.add(url)
        return Answer(b"busy", 503) if is_first and not url.endswith("/robots.txt") else answer_page(url)


@pytest.mark.slow
def test_a_page_that_is_asked_for_again_is_charged_once(tmp_path: Path) -> None:
    moments = random.Random(10)
    sites = {site_name(number): BusyAtFirst() for number in range(SITES)}
    arguments = ["-a", f"target={TARGET}", "-a", f"seeds={seeds()}", "-a", "max_pages=20", "-a", "coverage=coverage.jsonl"]
    with MiniWeb({}, sites) as web:
        crawls = Crawls(web, tmp_path, [*arguments, "-O", "rows.jsonl", "-s", "BACKLINKS_MAX_DELAY_SECONDS=0"])
        for _ in range(6):
            crawls.interrupt(kill, moments.randrange(25, 120))
        assert crawls.run() == 0, crawls.logs[-1]
    for row in coverage_rows(tmp_path):
        assert row["pages"] + row["errors"] + row["redirects"] == 20, row


def test_a_job_asks_in_the_same_order_over_one_connection(tmp_path: Path) -> None:
    orders = []
    for job in ([], ["-s", f"JOBDIR={tmp_path / 'job'}"]):
        arguments = ["-a", f"target={TARGET}", "-a", f"seeds={site_name(0)}/", "-a", "max_pages=40", "-s", "DOWNLOAD_DELAY=0.02"]
        crawl = ["crawl", "backlinks", *arguments, *job, "-O", "rows.jsonl"]
        with MiniWeb({}, {site_name(0): answer_page}) as web:
            assert run(web, tmp_path, crawl)[0] == 0
            # The target, which nobody answers for, is asked beside.
            orders.append([request.url for request in web.requests if "site0.example" in request.url])
            assert web.most_open("site0.example") == 1
    assert orders[0] == orders[1]
    assert len(orders[0]) > 40


def test_other_commands_leave_the_folder_alone(web: MiniWeb, tmp_path: Path) -> None:
    line = ["fetch", "--nolog", f"{site_name(0)}/1", "-s", f"JOBDIR={tmp_path / 'job'}"]
    code, log = run(web, tmp_path, line)
    assert (code, log) == (0, "")


UNFIT = {
    "an array": (["-O", "rows.json"], "is a JSON array"),
    "standard output": (["-O", "-:csv"], "is standard output"),
    "batches": (["-O", "rows-%(batch_id)d.csv", "-s", "FEED_EXPORT_BATCH_ITEM_COUNT=5"], "batches"),
}


@pytest.mark.parametrize(("options", "words"), UNFIT.values(), ids=UNFIT)
def test_feeds_that_cannot_be_gone_on_with(web: MiniWeb, tmp_path: Path, options: list[str], words: str) -> None:
    code, log = run(web, tmp_path, small_job(tmp_path, *options))
    assert code == 2
    assert words in log
    assert log.count("\n") == 1
    assert not (tmp_path / "job").exists()


def test_one_process_a_job(web: MiniWeb, tmp_path: Path) -> None:
    crawls = Crawls(web, tmp_path, begin_arguments(tmp_path), start_command)
    first = crawls.start("-s", "DOWNLOAD_DELAY=0.5")
    wait_for_log(tmp_path / "log", "requests wait")
    code, log = run(web, tmp_path, command(tmp_path))
    kill(first)
    first.wait(120)
    assert code == 1
    assert log == f"scrapy crawl: another crawl is using the job in {tmp_path / 'job'}\n"


def damage(job: Path) -> None:
    for part in job.iterdir():
        part.unlink()
    (job / "job.sqlite").write_bytes(b"not a database at all" * 500)


def tear(job: Path) -> None:
    content = bytearray((job / "job.sqlite").read_bytes())
    content[100:3000] = b"\xff" * 2900
    (job / "job.sqlite").write_bytes(content)
    (job / "job.sqlite-wal").unlink(missing_ok=True)


def make_newer(job: Path) -> None:
    with sqlite3.connect(job / "job.sqlite") as database:
        database.execute("PRAGMA user_version = 99")
    database.close()


def empty_feed(job: Path) -> None:
    (job.parent / "rows.jsonl").write_text("")


def edit_feed(job: Path) -> None:
    with (job.parent / "rows.jsonl").open("a") as feed:
        feed.write("{}\n")


DAMAGES: dict[str, tuple[Callable[[Path], None], str]] = {
    "no database": (damage, "damaged"),
    "a torn database": (tear, "damaged"),
    "a newer version": (make_newer, "another version"),
    "a feed that was emptied": (empty_feed, "not as the job left it"),
    "a feed that was written to": (edit_feed, "not as the job left it"),
}


@pytest.mark.parametrize(("damage", "words"), DAMAGES.values(), ids=DAMAGES)
def test_damages_are_said_in_one_line_and_nothing_is_destroyed(
    web: MiniWeb, terminated: Path, damage: Callable[[Path], None], words: str
) -> None:
    damage(terminated / "job")
    files = {path: path.read_bytes() for path in (terminated / "rows.jsonl", terminated / "job" / "job.sqlite")}
    code, log = run(web, terminated, command(terminated, "-a", f"target={TARGET}"))
    assert code == 1, log
    assert words in log
    assert log.count("\n") == 1
    assert {path: path.read_bytes() for path in files} == files


@pytest.mark.slow
def test_rows_that_a_power_cut_took_are_crawled_again(web: MiniWeb, tmp_path: Path, undisturbed: Path) -> None:
    crawls = Crawls(web, tmp_path, begin_arguments(tmp_path))
    assert crawls.interrupt(kill, 300)
    for feed in (tmp_path / "rows.jsonl", tmp_path / "rows.csv"):
        # The database knows of rows that never reached the disk.
        os.truncate(feed, feed.stat().st_size * 2 // 3)
    assert crawls.run() == 0, crawls.logs[-1]
    assert plain_rows(tmp_path) == csv_rows(tmp_path) == plain_rows(undisturbed)
    assert coverage_rows(tmp_path) == coverage_rows(undisturbed)


@pytest.mark.parametrize("folder", ["/proc/job", "/dev/null", "/dev/null/job"])
def test_folders_that_cannot_be_written(web: MiniWeb, tmp_path: Path, folder: str) -> None:
    line = [part.replace(str(tmp_path / "job"), folder) for part in small_job(tmp_path, "-O", "rows.csv")]
    code, log = run(web, tmp_path, line)
    assert code == 1
    assert f"the job in {folder} cannot be used" in log
    assert log.count("\n") == 1


def write_list(folder: Path, numbers: Sequence[int]) -> str:
    (folder / "sites.txt").write_text("".join(f"{site_name(number)}/\n" for number in numbers))
    return "seeds=sites.txt"


def test_further_seeds_may_follow(web: MiniWeb, tmp_path: Path) -> None:
    seeds = write_list(tmp_path, range(3))
    arguments = ["-a", f"target={TARGET}", "-a", seeds, "-a", "max_pages=30", "-O", "rows.jsonl"]
    crawls = Crawls(web, tmp_path, arguments, start_command)
    assert crawls.interrupt(kill, 20)
    write_list(tmp_path, range(5))
    assert crawls.run() == 0, crawls.logs[-1]
    sites = Counter(row["domain_from"] for row in read_json_lines(tmp_path / "rows.jsonl"))
    assert set(sites) == {f"site{number}.example" for number in range(5)}
    assert len({row["url_from"] for row in read_json_lines(tmp_path / "rows.jsonl")}) == sites.total()


@pytest.mark.parametrize("numbers", [[7, 1, 2], [0]], ids=["others", "fewer"])
def test_other_seeds_are_refused(web: MiniWeb, tmp_path: Path, numbers: list[int]) -> None:
    seeds = write_list(tmp_path, range(3))
    arguments = ["-a", f"target={TARGET}", "-a", seeds, "-a", "max_pages=30", "-O", "rows.jsonl"]
    crawls = Crawls(web, tmp_path, arguments, start_command)
    assert crawls.interrupt(kill, 20)
    write_list(tmp_path, numbers)
    assert crawls.run() == 1
    assert "the seeds are not those that the job began with" in crawls.logs[-1]
    write_list(tmp_path, range(3))
    assert crawls.run() == 0, crawls.logs[-1]


def test_other_columns_are_refused(web: MiniWeb, tmp_path: Path) -> None:
    interrupted(web, tmp_path, "-O", "rows.csv")
    rows = (tmp_path / "rows.csv").read_bytes()
    code, log = run(web, tmp_path, command(tmp_path, "-s", "FEED_EXPORT_FIELDS=url_from,url_to"))
    assert code == 1
    assert "its columns or delimiters are not those that the job began with" in log
    assert rows.startswith((tmp_path / "rows.csv").read_bytes())
    assert run(web, tmp_path, command(tmp_path))[0] == 0


def test_a_table_that_was_there_before_is_appended_to(web: MiniWeb, tmp_path: Path) -> None:
    assert run(web, tmp_path, small_job(tmp_path, "-O", "rows.csv", seed=site_name(19)))[0] == 0
    (tmp_path / "job").rename(tmp_path / "old")
    before = (tmp_path / "rows.csv").read_bytes()
    interrupted(web, tmp_path, "-o", "rows.csv")
    assert run(web, tmp_path, command(tmp_path, "-o", "rows.csv"))[0] == 0
    after = (tmp_path / "rows.csv").read_bytes()
    assert after.startswith(before)
    rows = read_csv(tmp_path / "rows.csv")[5:]
    assert not any(row["url_from"] == "url_from" for row in rows)
    assert_every_page_once(rows)


def test_a_feed_that_is_stored_elsewhere_is_kept_in_the_folder_until_then(web: MiniWeb, tmp_path: Path) -> None:
    (tmp_path / "elsewhere.py").write_text(
        "from scrapy.extensions.feedexport import BlockingFeedStorage\n"
        "class Storage(BlockingFeedStorage):\n"
        "    def __init__(self, uri, *, feed_options=None):\n"
        "        self.path = uri.removeprefix('elsewhere://')\n"
        "    def _store_in_thread(self, file):\n"
        "        file.seek(0)\n"
        "        open(self.path, 'wb').write(file.read())\n"
    )
    elsewhere = ["-O", f"elsewhere://{tmp_path}/stored.jsonl:jsonl", "-s", 'FEED_STORAGES={"elsewhere": "elsewhere.Storage"}']
    interrupted(web, tmp_path, *elsewhere)
    assert not (tmp_path / "stored.jsonl").exists()
    code, log = run(web, tmp_path, command(tmp_path, *elsewhere))
    assert code == 0, log
    assert_every_page_once(read_json_lines(tmp_path / "stored.jsonl"))


@pytest.mark.slow
def test_the_disk_is_full(web: MiniWeb, tmp_path: Path, undisturbed: Path) -> None:
    crawls = Crawls(web, tmp_path, begin_arguments(tmp_path))
    # As with a full disk, a write fails: no file may grow beyond this.
    limit = (
        "import resource, runpy; resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, -1)); runpy.run_module('scrapy.__main__')"
    )
    code_of_process = limit.replace("__main__'", "__main__', run_name='__main__'")
    done = subprocess.run(
        [sys.executable, "-c", code_of_process, *command(tmp_path, *begin_arguments(tmp_path))],
        cwd=tmp_path, env=project_environment(web.environment()), capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    assert "cannot write to" in done.stderr
    assert "Traceback" not in done.stderr
    assert crawls.run() == 0, crawls.logs[-1]
    assert_nothing_lost_or_twice(crawls, tmp_path, undisturbed)
