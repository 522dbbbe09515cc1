"""A crawl that several processes share does what one process does."""

from __future__ import annotations

import gzip
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from backlinkspider.context.process_share import ProcessShare
from tests.support.miniweb import Answer, MiniWeb, redirect, text
from tests.support.scrapy_command import (
    Crawl,
    crawl,
    options,
    project_environment,
    read_csv,
    read_json_lines,
    scrapy,
    set_options,
)

TARGET = "target.example"
LINK = f'<p>to <a href="https://{TARGET}/">the target</a></p>'
SITES = [f"site{number}.example" for number in range(12)]
PAGES = 6
DELAY = 0.2
LONG_SECONDS = 600
"""After which a test fails: a machine that is busy with others takes long to start a process."""
SHARES = [ProcessShare(number, 2, frozenset({TARGET})) for number in range(2)]
OF_MAIN, OF_CHILD = ([site for site in SITES if share.owns(site)] for share in SHARES)


def page_of(url: str) -> Answer | str:
    """A page of a site of six, which link to each other, to the target and to a page of the target that is gone."""
    path = urlsplit(url).path.strip("/")
    if path == "robots.txt":
        return ""
    if path not in {"", *map(str, range(1, PAGES))}:
        return Answer(status=404)
    more = "".join(f'<a href="/{other}">{other}</a>' for other in range(1, PAGES))
    return f'<title>Page {path}</title><p>{LINK}<a href="https://{TARGET}/gone">gone</a></p>{more}'


def target_page(url: str) -> Answer | str:
    """A page of the target, which links back to one of the sites."""
    if urlsplit(url).path == "/":
        return (
            f'<title>Tar and Get</title><p>Tar for boats. <a href="/more">more</a><a href="https://{SITES[0]}/">friends</a></p>'
        )
    return "<title>More tar</title><p>Much more tar for boats.</p>" if urlsplit(url).path == "/more" else Answer(status=404)


def sites_of_web() -> dict[str, Callable[[str], Answer | str]]:
    sites: dict[str, Callable[[str], Answer | str]] = {f"https://{site}": page_of for site in SITES}
    return {**sites, f"https://{TARGET}": target_page}


@pytest.fixture(scope="module")
def web() -> Iterator[MiniWeb]:
    with MiniWeb({}, sites_of_web()) as web:
        yield web


def run(web: MiniWeb, folder: Path, processes: int, *settings: str, **arguments: str) -> Crawl:
    """Crawls the sites, with all that a crawl does at its end."""
    folder.mkdir(exist_ok=True)
    own = {
        "target": TARGET,
        "seeds": ",".join(SITES),
        "coverage": "coverage.jsonl",
        "processes": str(processes),
        "profile_pages": "5",
    }
    return crawl(web, folder, "BACKLINKS_LINK_CHECK_LIMIT=1000", *settings, **{**own, **arguments})


def comparable(rows: list[dict[str, Any]]) -> list[str]:
    """Rows without the time at which their page was read, in any order."""
    return sorted(json.dumps({**row, "fetched_at": None}) for row in rows)


def coverage(folder: Path) -> list[dict[str, Any]]:
    rows = read_json_lines(folder / "coverage.jsonl")
    return sorted(({**row, "seconds": None} for row in rows), key=lambda row: str(row["seed"]))


def summary(log: str) -> str:
    """The facts of the summary, without the times that stand in the log below it."""
    return log[log.index(f"Links to {TARGET}") :].partition("\n  seed ")[0]


def children_of(process: subprocess.Popen[bytes]) -> list[int]:
    """The processes that a crawl has started."""
    listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(process.pid)], capture_output=True, text=True, check=False)
    return [*map(int, listed.stdout.split())]


def is_alive(pid: int) -> bool:
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and status.read_text().rpartition(")")[2].split()[0] != "Z"


def wait_until(condition: Callable[[], bool], seconds: float = LONG_SECONDS) -> None:
    """Waits for something that must come."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_every_site_belongs_to_one_process() -> None:
    shares = [ProcessShare(number, 4, frozenset({TARGET})) for number in range(4)]
    owners = [[share.number for share in shares if share.owns(f"site{number}.example")] for number in range(400)]
    assert {len(found) for found in owners} == {1}
    assert min(Counter(number for found in owners for number in found).values()) > 75
    assert [share.number for share in shares if share.owns(TARGET)] == [0]


def test_rows_coverage_and_summary_are_those_of_one_process(web: MiniWeb, tmp_path: Path) -> None:
    one, several = run(web, tmp_path / "one", 1), run(web, tmp_path / "several", 3)
    assert (one.code, several.code) == (0, 0), several.log
    assert len(one.rows) == 2 * PAGES * len(SITES)
    assert comparable(several.rows) == comparable(one.rows)
    assert coverage(tmp_path / "several") == coverage(tmp_path / "one")
    assert summary(several.log) == summary(one.log)
    # What rests on all rows together, and on what the main process alone asks.
    assert {row["domain_from_pages"] for row in several.rows} == {PAGES}
    assert {row["url_to_status_code"] for row in several.rows} == {200, 404}
    assert {row["reciprocal"] for row in several.rows if row["domain_from"] == SITES[0]} == {True}
    assert OF_MAIN
    assert OF_CHILD


def test_each_address_is_asked_for_once(tmp_path: Path) -> None:
    with MiniWeb({}, sites_of_web()) as web:
        assert run(web, tmp_path, 2).code == 0
        assert {url: number for url, number in Counter(request.url for request in web.requests).items() if number > 1} == {}


def test_seeds_that_lead_to_sites_of_another_process(tmp_path: Path) -> None:
    mine, yours = OF_MAIN[0], OF_CHILD[0]
    moved = {f"old{number}.example": (mine, yours)[number % 2] for number in range(8)}
    alone = {f"new{number}.example": f"elsewhere{number}.example" for number in range(8)}
    pages: dict[str, Answer | str] = {f"https://{old}/": redirect(f"https://{new}/") for old, new in {**moved, **alone}.items()}
    pages |= {f"https://{new}/": LINK for new in alone.values()}
    pages["https://list.example/seeds"] = text("\n".join(SITES))
    seeds = ",".join([*moved, *alone, mine, yours, "https://list.example/seeds"])
    with MiniWeb(pages, sites_of_web()) as web:
        one, several = (run(web, tmp_path / str(number), number, seeds=seeds) for number in (1, 2))
    assert (one.code, several.code) == (0, 0), several.log
    # A page that two seeds lead to is written once, on account of whichever came first.
    of_links = ("url_from", "url_to", "link_index", "verdict", "reasons")
    assert several.column(*of_links) == one.column(*of_links)
    assert set(alone.values()) <= set(several.column("domain_from"))
    assert {row["pending"] for row in coverage(tmp_path / "2")} == {0}


OUTPUTS = ["csv", "jsonl", "json", "parquet", "xlsx", "csv.gz"]


def test_each_output_has_the_rows_of_all_processes(web: MiniWeb, tmp_path: Path) -> None:
    plugin = "scrapy.extensions.postprocessing.GzipPlugin"
    for processes in (1, 2):
        feeds: dict[str, Any] = {str(tmp_path / f"{processes}.{ending}"): {"format": ending} for ending in OUTPUTS[:-1]}
        feeds[str(tmp_path / f"{processes}.csv.gz")] = {"format": "csv", "postprocessing": [plugin]}
        feeds[str(tmp_path / f"{processes}.some.csv")] = {"format": "csv", "fields": ["url_from", "verdict", "url_to"]}
        done = run(web, tmp_path / str(processes), processes, f"FEEDS={json.dumps(feeds)}")
        assert done.code == 0, done.log
    tables = {}
    for processes in (1, 2):
        name = tmp_path / str(processes)
        (name / "packed.csv").write_bytes(gzip.decompress(Path(f"{name}.csv.gz").read_bytes()))
        tables[processes] = {
            "csv": comparable(read_csv(Path(f"{name}.csv"))),
            "gz": comparable(read_csv(name / "packed.csv")),
            "some": comparable(read_csv(Path(f"{name}.some.csv"))),
            "jsonl": comparable(read_json_lines(Path(f"{name}.jsonl"))),
            "json": comparable(json.loads(Path(f"{name}.json").read_text())),
            "parquet": comparable(read_parquet(Path(f"{name}.parquet"))),
        }
        assert Path(f"{name}.xlsx").stat().st_size > 10_000
    assert tables[2] == tables[1]
    assert {len(rows) for rows in tables[2].values()} == {2 * PAGES * len(SITES)}


def read_parquet(path: Path) -> list[dict[str, Any]]:
    import duckdb  # noqa: PLC0415 - takes a moment

    with duckdb.connect() as database:
        found = database.execute(f"SELECT * FROM '{path}'")
        names = [column[0] for column in found.description]
        return [dict(zip(names, map(str, row), strict=True)) for row in found.fetchall()]


def test_standard_output_has_the_rows_of_all_processes(web: MiniWeb, tmp_path: Path) -> None:
    arguments = {"target": TARGET, "seeds": ",".join(SITES), "processes": "2", "profile_pages": "0"}
    words = ["crawl", "backlinks", *options(arguments), *set_options("DOWNLOAD_DELAY=0"), "-a", "columns=core", "-O", "-:csv"]
    done = scrapy(*words, folder=tmp_path, environment=web.environment())
    lines = done.output.splitlines()
    assert done.code == 0, done.log
    assert sum(line.startswith("backlink,") for line in lines) == 2 * PAGES * len(SITES)
    assert sum("url_from" in line for line in lines) == 1


def test_a_site_is_asked_by_its_process_until_the_others_have_ended(tmp_path: Path) -> None:
    pages: dict[str, Answer | str] = {"https://old.example/": redirect(f"https://{OF_CHILD[0]}/")}
    pages["https://older.example/"] = redirect(f"https://{OF_MAIN[0]}/")
    sites = [OF_MAIN[0], OF_CHILD[0], OF_CHILD[1], "old.example", "older.example"]
    with MiniWeb(pages, sites_of_web()) as web:
        done = run(web, tmp_path, 2, f"DOWNLOAD_DELAY={DELAY}", "LOG_LEVEL=DEBUG", seeds=",".join(sites))
        assert done.code == 0, done.log
        assert {site: web.most_open(site) for site in (*sites, TARGET)} == dict.fromkeys((*sites, TARGET), 1)
    shared, said, alone = done.log.partition("what they have left is asked for in ")
    # As long as a site may have waited for, from the last request of the process that asked it before.
    assert float(alone.split()[0]) >= DELAY
    asked = defaultdict(set)
    for process, url in re.findall(r"(process 1: )?requesting (\S+):", shared):
        asked[urlsplit(url).hostname].add(bool(process))
    assert asked == {site: {SHARES[1].owns(site)} for site in sites}
    left = {urlsplit(url).hostname for url in re.findall(r"requesting (\S+):", alone)}
    assert said
    assert "older.example" in left
    # The main process may still be at its own sites.
    assert left - {"older.example"} <= set(OF_MAIN)


class SharedCrawl:
    """A crawl by two processes that a test may end as it likes."""

    def __init__(self, web: MiniWeb, folder: Path, *more: str) -> None:
        self.folder = folder
        self._web = web
        arguments = options({"target": TARGET, "seeds": ",".join(SITES), "processes": "2", "profile_pages": "0", "keep": "all"})
        settings = set_options("DOWNLOAD_DELAY=0.2", "BACKLINKS_LINK_CHECK_LIMIT=0", "BACKLINKS_CRAWL_ORDER=breadth")
        self._words = ["crawl", "backlinks", *arguments, *settings, *more, "-O", "rows.jsonl"]

    def start(self) -> subprocess.Popen[bytes]:
        environment = {**project_environment(self._web.environment()), "PYTHONWARNINGS": "error"}
        with (self.folder / "log").open("w") as log:
            command = [sys.executable, "-m", "scrapy", *self._words]
            return subprocess.Popen(command, cwd=self.folder, env=environment, stdout=log, stderr=log)

    def start_until_all_crawl(self) -> tuple[subprocess.Popen[bytes], int]:
        """Returns once both processes have read pages; with the number of the second."""
        begun = len(self._web.requests)
        process = self.start()

        def is_crawling() -> bool:
            assert process.poll() is None, self.log
            asked = Counter(urlsplit(request.url).hostname for request in self._web.requests[begun:])
            return all(max(asked[site] for site in sites) > 3 for sites in (OF_MAIN, OF_CHILD))

        wait_until(is_crawling)
        (child,) = children_of(process)
        return process, child

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text()

    @property
    def jobs_of_others(self) -> list[Path]:
        """The folders in the job that the other processes keep theirs in."""
        return [path for path in (self.folder / "job").iterdir() if path.is_dir()]

    @property
    def links(self) -> Counter[tuple[Any, ...]]:
        rows = read_json_lines(self.folder / "rows.jsonl")
        return Counter((row["url_from"], row["url_to"], row["link_index"]) for row in rows)


@pytest.fixture(scope="module")
def all_links(web: MiniWeb, tmp_path_factory: pytest.TempPathFactory) -> Counter[tuple[Any, ...]]:
    """The links of a crawl that nobody disturbs."""
    whole = SharedCrawl(web, tmp_path_factory.mktemp("whole"))
    assert whole.start().wait(LONG_SECONDS) == 0, whole.log
    assert whole.links.total() == (2 + PAGES - 1) * PAGES * len(SITES)
    return whole.links


def test_a_process_that_is_killed_is_followed_by_another(web: MiniWeb, tmp_path: Path, all_links: Counter[Any]) -> None:
    shared = SharedCrawl(web, tmp_path)
    process, child = shared.start_until_all_crawl()
    os.kill(child, signal.SIGKILL)
    assert process.wait(LONG_SECONDS) == 0, shared.log
    assert "process 1 was ended by SIGKILL; another goes on with its sites" in shared.log
    assert shared.links == all_links


def test_a_process_that_is_always_killed_fails_the_crawl(web: MiniWeb, tmp_path: Path, all_links: Counter[Any]) -> None:
    shared = SharedCrawl(web, tmp_path, "-s", "DOWNLOAD_DELAY=2")
    process = shared.start()
    killed: set[int] = set()
    while process.poll() is None:
        for child in set(children_of(process)) - killed:
            os.kill(child, signal.SIGKILL)
            killed.add(child)
        time.sleep(0.01)
    assert len(killed) == 3
    assert process.wait(LONG_SECONDS) == 1, shared.log
    assert "process 1 was ended by SIGKILL again; its sites are not read to the end" in shared.log
    assert shared.links <= all_links


def test_a_killed_crawl_takes_its_processes_along_and_resumes(web: MiniWeb, tmp_path: Path, all_links: Counter[Any]) -> None:
    shared = SharedCrawl(web, tmp_path, "-s", "JOBDIR=job")
    process, child = shared.start_until_all_crawl()
    process.send_signal(signal.SIGKILL)
    process.wait(LONG_SECONDS)
    wait_until(lambda: not is_alive(child))
    assert shared.jobs_of_others
    assert shared.start().wait(LONG_SECONDS) == 0, shared.log
    assert shared.links == all_links
    assert shared.jobs_of_others == []


def test_one_ctrl_c_ends_all_processes_and_writes_what_is_known(web: MiniWeb, tmp_path: Path, all_links: Counter[Any]) -> None:
    shared = SharedCrawl(web, tmp_path, "-s", "JOBDIR=job")
    process, child = shared.start_until_all_crawl()
    process.send_signal(signal.SIGINT)
    assert process.wait(LONG_SECONDS) == 130, shared.log
    assert not is_alive(child)
    assert {urlsplit(url).hostname for url, _, _ in shared.links} & set(OF_CHILD)
    assert shared.links < all_links
    assert shared.jobs_of_others
    # The same command goes on, and no row is there twice.
    assert shared.start().wait(LONG_SECONDS) == 0, shared.log
    assert shared.links == all_links
    assert shared.jobs_of_others == []
    # Once more, it does not need them.
    assert shared.start().wait(LONG_SECONDS) == 0, shared.log
    assert shared.links == all_links


def test_a_second_ctrl_c_ends_all_at_once_and_keeps_the_rows(web: MiniWeb, tmp_path: Path, all_links: Counter[Any]) -> None:
    shared = SharedCrawl(web, tmp_path)
    process, child = shared.start_until_all_crawl()
    process.send_signal(signal.SIGINT)
    wait_until(lambda: "shutting down gracefully" in shared.log)
    process.send_signal(signal.SIGINT)
    assert process.wait(LONG_SECONDS) == 130, shared.log
    wait_until(lambda: not is_alive(child))
    assert {urlsplit(url).hostname for url, _, _ in shared.links} & set(OF_CHILD)
    assert shared.links <= all_links


def test_a_crawl_fails_where_no_process_reads_a_seed(web: MiniWeb, tmp_path: Path) -> None:
    nowhere = ",".join(f"nowhere{number}.example" for number in range(6))
    failed, partly = (run(web, tmp_path, 2, seeds=seeds) for seeds in (nowhere, f"{nowhere},{OF_CHILD[0]}"))
    assert failed.code == 1
    assert "no seed could be read" in failed.log
    assert partly.code == 0, partly.log


REFUSED = [
    pytest.param({"processes": "0"}, "processes '0' must be a whole number from 1 to 64", id="none"),
    pytest.param({"processes": "x"}, "processes 'x' must be a whole number from 1 to 64", id="a word"),
    pytest.param({"processes": "1000"}, "processes '1000' must be a whole number from 1 to 64", id="too many"),
    pytest.param({"processes": "2", "seeds": "redis://127.0.0.1:1/0/q"}, "with a queue, start several workers", id="a queue"),
    pytest.param({"processes": "2", "CLOSESPIDER_PAGECOUNT": "5"}, "CLOSESPIDER_PAGECOUNT is not possible", id="a count"),
    pytest.param({"processes": "2", "FEED_EXPORT_BATCH_ITEM_COUNT": "5"}, "cannot be written in batches", id="batches"),
]


@pytest.mark.parametrize(("given", "problem"), REFUSED)
def test_what_cannot_be_shared_is_refused_in_one_line(web: MiniWeb, tmp_path: Path, given: dict[str, str], problem: str) -> None:
    settings = [f"{name}={value}" for name, value in given.items() if name.isupper()]
    arguments = {"target": TARGET, "seeds": SITES[0], **{name: value for name, value in given.items() if name.islower()}}
    done = crawl(web, tmp_path, *settings, **arguments)
    assert done.code == 2
    assert problem in done.log
    assert len(done.log.splitlines()) == 1


def test_several_processes_need_seeds(web: MiniWeb, tmp_path: Path) -> None:
    done = scrapy(
        "crawl", "backlinks", "-a", f"target={TARGET}", "-a", "processes=2", folder=tmp_path, environment=web.environment()
    )
    assert done.code == 2
    assert "pass -a seeds=sites.txt" in done.log


def test_a_shard_can_be_shared_by_processes(web: MiniWeb, tmp_path: Path) -> None:
    parts = [run(web, tmp_path / str(number), 2, shard=f"{number}/2") for number in range(2)]
    assert [part.code for part in parts] == [0, 0]
    pages = Counter(row["url_from"] for part in parts for row in part.rows)
    assert len(pages) == PAGES * len(SITES)
    assert set(pages.values()) == {2}


def run_script(web: MiniWeb, folder: Path, *, settings: str, arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a script that shares a crawl, with settings and arguments as it writes them."""
    script = folder / "script.py"
    script.write_text(
        "from scrapy.crawler import AsyncCrawlerProcess\n"
        "from scrapy.utils.project import get_project_settings\n"
        "settings = get_project_settings()\n"
        f"settings.setdict({{'FEEDS': {{'rows.jsonl': {{'format': 'jsonl'}}}}, {settings}}}, priority='cmdline')\n"
        "process = AsyncCrawlerProcess(settings)\n"
        f"process.crawl('backlinks', target='{TARGET}', seeds={SITES!r}, {arguments})\n"
        "process.start()\n"
    )
    environment = project_environment(web.environment())
    return subprocess.run([sys.executable, str(script)], cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_a_script_may_share_a_crawl(web: MiniWeb, tmp_path: Path) -> None:
    done = run_script(web, tmp_path, settings="'DOWNLOAD_DELAY': 0", arguments="processes=2")
    assert done.returncode == 0, done.stderr
    assert len(read_json_lines(tmp_path / "rows.jsonl")) == 2 * PAGES * len(SITES)


def test_settings_that_only_one_process_can_have_are_named(web: MiniWeb, tmp_path: Path) -> None:
    done = run_script(web, tmp_path, settings="'OF_MINE': lambda: 1", arguments="processes=2, profile_pages=0")
    assert "process 1 cannot be started" in done.stderr
    assert "Spider closed (process_failed)" in done.stderr
