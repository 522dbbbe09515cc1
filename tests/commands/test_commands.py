"""The commands as a shell sees them: exit codes, one-line errors, what stays after an interruption."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.support.fork_server import PROJECT, Running
from tests.support.miniweb import Answer, Fault, MiniWeb
from tests.support.scrapy_command import crawl, options, project_environment, read_csv, scrapy, start_scrapy

TARGET_LINK = '<a href="https://target.example/">t</a>'

WRONG = [
    pytest.param({}, "no target", id="no target"),
    pytest.param({"target": "co.uk"}, "public suffix", id="a public suffix as target"),
    pytest.param({"target": "no target!"}, "is not a domain", id="a nonsense target"),
    pytest.param({"target": "target.example", "seed": "a.example"}, "did you mean 'seeds'", id="an unknown argument"),
    pytest.param({"target": "target.example", "keep": "good"}, "must be one of backlink", id="a wrong relation"),
    pytest.param({"target": "target.example", "max_pages": "many"}, "whole number", id="a wrong number"),
    pytest.param({"target": "target.example", "seeds": "missing.txt"}, "No such file", id="a seeds file that is missing"),
    pytest.param({"target": "target.example", "seeds": "empty.txt"}, "it is empty", id="a seeds file that is empty"),
    pytest.param({"target": "target.example", "seeds": "binary.txt"}, "binary", id="a seeds file that is binary"),
    pytest.param({"target": "target.example", "seeds": "bad.txt"}, "line 2", id="a seeds file without a seed"),
    pytest.param({"target": "target.example", "coverage": "rows.csv"}, "give it another name", id="coverage in the file of rows"),
]


def wait_for_request(web: MiniWeb, url: str, process: Running) -> None:
    """Waits until a page was asked for; a process that ends before has failed."""
    while web.fetched(url) == 0:
        assert process.poll() is None
        time.sleep(0.01)


@pytest.fixture
def lists(tmp_path: Path) -> Path:
    (tmp_path / "empty.txt").write_bytes(b"")
    (tmp_path / "binary.txt").write_bytes(b"\x00\x01\x02")
    (tmp_path / "bad.txt").write_bytes(b"# nothing\nnot a seed\n")
    return tmp_path


@pytest.mark.parametrize(("arguments", "problem"), WRONG)
def test_wrong_arguments_end_with_2_and_one_line(lists: Path, arguments: dict[str, str], problem: str) -> None:
    run = scrapy("crawl", "backlinks", *options(arguments), "-O", "rows.csv", folder=lists)
    assert run.code == 2
    assert run.output == ""
    (line,) = run.log.splitlines()
    assert line.startswith("scrapy crawl: ")
    assert problem in line
    assert not (lists / "rows.csv").exists()


OWN_LISTS = [
    pytest.param("seeds", ["-O", "mine.csv"], id="of rows"),
    pytest.param("seeds", ["-o", "./mine.csv"], id="of rows that are appended"),
    pytest.param("trusted", ["-O", "same.csv"], id="of rows, by another name"),
    pytest.param("seeds", ["-a", "coverage=mine.csv"], id="of coverage"),
    pytest.param("seeds", ["-O", "file://{folder}/mine.csv"], id="of rows, by its address"),
]


@pytest.mark.parametrize(("argument", "output"), OWN_LISTS)
def test_no_output_takes_the_place_of_a_list(tmp_path: Path, argument: str, output: list[str]) -> None:
    mine = tmp_path / "mine.csv"
    mine.write_text("url_from\nhttps://blog.example/\n")
    (tmp_path / "same.csv").symlink_to(mine)
    words = [word.format(folder=tmp_path) for word in output]
    run = scrapy("crawl", "backlinks", "-a", "target=target.example", "-a", f"{argument}=mine.csv", *words, folder=tmp_path)
    assert run.code == 2
    (line,) = run.log.splitlines()
    assert "the list 'mine.csv' is an output too" in line
    assert mine.read_text() == "url_from\nhttps://blog.example/\n"


def test_an_output_that_leads_to_itself_fails_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "loop.csv").symlink_to("loop.csv")
    run = scrapy("crawl", "backlinks", "-a", "target=target.example", "-o", "loop.csv", folder=tmp_path)
    assert run.code == 1
    assert run.log.splitlines()[-1] == "scrapy crawl: failed: a feed could not be written (1); see the log"
    assert "Traceback" not in run.log


CRAWL = ["crawl", "backlinks", "-a", "target=a.example"]
WRONG_CALLS = [
    pytest.param(["crawl"], "name a spider", id="no spider"),
    pytest.param(
        ["crawl", "backlinks", "-a", "seeds=a.example,", "b.example"],
        "unexpected argument 'b.example'",
        id="a space behind a comma",
    ),
    pytest.param(
        ["crawl", "backlinks", "--target=a.example"], "unexpected argument '--target=a.example'", id="an argument as an option"
    ),
    pytest.param(
        ["crawl", "backlinks", "-a", "seeds=a.example", "-a", "seeds=b.example"], "given 2 times", id="an argument given twice"
    ),
    pytest.param(
        [*CRAWL, "-s", "BACKLINKS_CONTACT=me"],
        "neither an https",
        id="no address to contact",
    ),
    pytest.param([*CRAWL, "-O", "x.ods"], "must be named .csv", id="an output that is not known"),
    pytest.param(["crawl", "backlink"], "no spider is named 'backlink'; there is backlinks", id="an unknown spider"),
    pytest.param(["crawl", "backlinks", "-a", "target"], "Invalid -a value", id="an argument without a value"),
    pytest.param(
        [*CRAWL, "-O", "x.pickle"],
        "feed x.pickle has the format pickle, which has no rows: take .csv, .jsonl, .json, .xlsx or .parquet",
        id="a format that has no rows",
    ),
    pytest.param(
        [*CRAWL, "-O", "x.docx"],
        "must be named .csv",
        id="a format that nobody knows",
    ),
    pytest.param([*CRAWL, "-s", "X"], "Invalid -s value", id="a setting without a value"),
    pytest.param(
        [*CRAWL, "-s", "BACKLINKS_LINK_CHECK_LIMIT=few"],
        "BACKLINKS_LINK_CHECK_LIMIT 'few' is not a number",
        id="a setting that is no whole number",
    ),
    pytest.param(
        [*CRAWL, "-s", "DOWNLOAD_DELAY=1s"],
        "DOWNLOAD_DELAY '1s' is not a number",
        id="a setting that is no number",
    ),
    pytest.param(
        [*CRAWL, "-s", "BACKLINKS_ALLOW_PRIVATE_NETWORKS=yes"],
        "BACKLINKS_ALLOW_PRIVATE_NETWORKS 'yes' is neither True nor False",
        id="a setting that is neither true nor false",
    ),
    pytest.param(
        [*CRAWL, "-s", 'FEEDS={"a.csv": "csv"}', "-O", "b.csv"],
        "feed a.csv has 'csv' in place of its options",
        id="a feed without options",
    ),
    pytest.param(
        [*CRAWL, "-s", 'FEEDS={"a.csv": {"format": "csv", "fields": 5}}'],
        "feed a.csv has the fields '5', which is no list of columns",
        id="a feed with a number for its columns",
    ),
    pytest.param(
        [*CRAWL, "-s", 'FEEDS={"a.csv": {"format": "csv", "fields": "url_from"}}'],
        "feed a.csv has the fields 'url_from', which is no list of columns",
        id="a feed with a word for its columns",
    ),
    pytest.param(["crawl", "backlinks", "-a"], "argument -a: expected one argument", id="an option without a value"),
    pytest.param(["merge", "a.csv", "-o"], "expected one argument", id="an option of merge without a value"),
    pytest.param(["rescore", "a.csv", "--weights"], "expected one argument", id="an option of rescore without a value"),
]


@pytest.mark.parametrize(("call", "problem"), WRONG_CALLS)
def test_wrong_calls_end_with_2_and_one_line(tmp_path: Path, call: list[str], problem: str) -> None:
    run = scrapy(*call, folder=tmp_path)
    assert run.code == 2
    assert len(run.log.splitlines()) == 1
    assert problem in run.log


@pytest.mark.parametrize("path", ["missing-rights/rows.csv", "%(target)s.csv", "/dev/full:csv", "%(name)d.csv"])
def test_a_feed_that_cannot_be_written_ends_the_crawl_at_once(tmp_path: Path, path: str) -> None:
    (tmp_path / "missing-rights").write_text("a file where a folder should be")
    with MiniWeb({"https://blog.example/": TARGET_LINK}) as web:
        run = scrapy(
            "crawl", "backlinks", *options({"target": "target.example", "seeds": "blog.example"}), "-O", path,
            folder=tmp_path, environment=web.environment(),
        )  # fmt: skip
        assert web.requests == []
    assert run.code == 1
    assert run.log.splitlines()[-1].startswith("scrapy crawl: failed: a feed could not be written")
    assert "Traceback" not in run.log


def test_a_disk_that_fills_up_ends_the_crawl(tmp_path: Path) -> None:
    pages = {f"https://blog.example/{number}": TARGET_LINK * 500 + f"<a href=/{number + 1}>n</a>" for number in range(50)}
    words = ["crawl", "backlinks", *options({"target": "target.example", "seeds": "https://blog.example/0", "max_depth": "60"})]
    command = [sys.executable, "-m", "scrapy", *words, "-s", "DOWNLOAD_DELAY=0", "-O", "rows.csv"]
    with MiniWeb(pages) as web:
        environment = project_environment(web.environment())
        done = subprocess.run(
            ["bash", "-c", 'ulimit -f 500 && exec "$@"', "bash", *command],
            cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        assert 3 < len(web.requests) < 40
    assert done.returncode == 1
    assert "a feed could not be written" in done.stderr.splitlines()[-1]
    assert (tmp_path / "rows.csv").stat().st_size > 100_000


@pytest.mark.parametrize(
    ("pages", "path", "outcome", "last_line"),
    [
        pytest.param({"https://blog.example/": TARGET_LINK}, "rows.csv", "finished", "INFO: crawl finished", id="finished"),
        pytest.param({}, "rows.csv", "failed", "ERROR: crawl failed: no seed could be read", id="no seed"),
        pytest.param(
            {"https://blog.example/": TARGET_LINK}, "taken/rows.csv", "failed", "ERROR: crawl failed: a feed could", id="no feed"
        ),
        pytest.param(
            {"https://blog.example/": TARGET_LINK}, "ftp://127.0.0.1:1/rows.csv", "failed", "ERROR: crawl failed: a feed could",
            id="a feed that cannot be stored",
        ),
    ],
)  # fmt: skip
def test_the_log_and_the_stats_say_how_it_ended(
    tmp_path: Path, pages: dict[str, Answer | str], path: str, outcome: str, last_line: str
) -> None:
    (tmp_path / "taken").write_text("a file where a folder should be")
    options = ["-a", "target=target.example", "-a", "seeds=blog.example", "-O", path, "--logfile", "crawl.log"]
    with MiniWeb(pages) as web:
        scrapy(
            "crawl",
            "backlinks",
            *options,
            "-s",
            "STATS_DUMP=True",
            "-s",
            "DOWNLOAD_DELAY=0",
            folder=tmp_path,
            environment=web.environment(),
        )
    log = (tmp_path / "crawl.log").read_text(encoding="utf-8")
    assert last_line in log.splitlines()[-1]
    assert f"'backlinks/outcome': '{outcome}'" in log
    assert ("'backlinks/outcome_reason': None" in log) == (outcome == "finished")


def test_the_log_file_names_wrong_arguments(tmp_path: Path) -> None:
    run = scrapy("crawl", "backlinks", "-a", "target=co.uk", "-s", "LOG_FILE=crawl.log", folder=tmp_path)
    assert run.code == 2
    assert len(run.log.splitlines()) == 1
    (line,) = (tmp_path / "crawl.log").read_text(encoding="utf-8").splitlines()
    assert "ERROR: crawl failed: target 'co.uk' is a public suffix" in line


def test_an_error_in_a_pipeline_is_a_failure(tmp_path: Path) -> None:
    (tmp_path / "broken.py").write_text(
        "class Broken:\n    def process_item(self, item):\n        raise RuntimeError('broken')\n"
    )
    with MiniWeb({"https://blog.example/": TARGET_LINK}) as web:
        environment = {**web.environment(), "PYTHONPATH": f"{PROJECT}:{tmp_path}"}
        done = subprocess.run(
            [sys.executable, "-m", "scrapy", "crawl", "backlinks", "-a", "target=target.example", "-a", "seeds=blog.example",
             "-s", 'ITEM_PIPELINES={"broken.Broken": 1}', "-s", "DOWNLOAD_DELAY=0"],
            cwd=tmp_path, env={**environment, "SCRAPY_SETTINGS_MODULE": "backlinkspider.settings"},
            capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
    assert done.returncode == 1
    assert "failed: exceptions in a spider or pipeline" in done.stderr.splitlines()[-1]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_crawl_ends_with_130_and_keeps_its_rows(tmp_path: Path, number: signal.Signals) -> None:
    pages: dict[str, Answer | str] = {
        f"https://blog.example/{page}": Answer(f"{TARGET_LINK}<a href=/{page + 1}>n</a>".encode(), delay_seconds=0.05)
        for page in range(500)
    }
    command = [
        "crawl", "backlinks", "-a", "target=target.example", "-a", "seeds=https://blog.example/0",
        "-a", "max_depth=1000", "-s", "DOWNLOAD_DELAY=0", "-O", "rows.jsonl", "-O", "rows.csv",
    ]  # fmt: skip
    with MiniWeb(pages) as web:
        process = start_scrapy(*command, folder=tmp_path, environment=web.environment())
        wait_for_request(web, "https://blog.example/3", process)
        process.send_signal(number)
        assert process.wait(60) == 130
    log = (tmp_path / "log").read_text()
    rows = [json.loads(line) for line in (tmp_path / "rows.jsonl").read_text().splitlines()]
    assert "WARNING: crawl interrupted: what was found" in log
    assert log.splitlines()[-3:] == [
        "scrapy crawl: interrupted: what was found until then is written",
        f"scrapy crawl: {len(rows)} rows written to rows.jsonl, rows.csv, {len(rows)} pages read",
        "scrapy crawl: this crawl cannot go on where it ended; one that is started with -s JOBDIR=job can",
    ]
    assert len(rows) >= 3
    assert len(read_csv(tmp_path / "rows.csv")) == len(rows)


def test_a_crawl_that_is_ended_by_force_keeps_the_rows_of_every_page(tmp_path: Path) -> None:
    page = f"{TARGET_LINK}<a href=/next>n</a>"
    pages: dict[str, Answer | str] = {"https://blog.example/": page, "https://blog.example/next": Answer(fault=Fault.HANG)}
    command = [
        "crawl", "backlinks", "-a", "target=target.example", "-a", "seeds=blog.example",
        "-s", "DOWNLOAD_DELAY=0", "-O", "rows.csv",
    ]  # fmt: skip
    with MiniWeb(pages) as web:
        process = start_scrapy(*command, folder=tmp_path, environment=web.environment())
        wait_for_request(web, "https://blog.example/next", process)
        process.send_signal(signal.SIGKILL)
        process.wait(60)
    assert [row["url_from"] for row in read_csv(tmp_path / "rows.csv")] == ["https://blog.example/"]


def test_nothing_found_is_a_success_with_an_empty_table(tmp_path: Path) -> None:
    with MiniWeb({"https://blog.example/": "no link"}) as web:
        run = scrapy(
            "crawl", "backlinks", *options({"target": "target.example", "seeds": "blog.example"}), "-O", "rows.csv",
            "-s", "DOWNLOAD_DELAY=0", folder=tmp_path, environment=web.environment(),
        )  # fmt: skip
    assert run.code == 0
    assert (tmp_path / "rows.csv").read_text(encoding="utf-8-sig").startswith("relation,url_from")
    assert "backlinks              none on these pages" in run.output


def test_the_arguments_of_scrapyd_are_let_through(tmp_path: Path) -> None:
    with MiniWeb({"https://blog.example/": TARGET_LINK}) as web:
        done = crawl(web, tmp_path, target="target.example", seeds="blog.example", _job="1", _version="2")
    assert done.code == 0, done.log
    assert len(done.rows) == 1


def test_a_password_in_an_argument_is_not_logged(tmp_path: Path) -> None:
    with MiniWeb({"https://blog.example/": TARGET_LINK}) as web:
        done = crawl(web, tmp_path, target="https://me:secret@target.example/", seeds="blog.example")
    assert done.code == 0, done.log
    assert "secret" not in done.log
    assert "secret" not in json.dumps(done.rows)


def test_demo_shows_every_relation_offline(tmp_path: Path) -> None:
    run = scrapy(
        "demo", folder=tmp_path, environment={"PATH": "", "http_proxy": "http://127.0.0.1:9", "https_proxy": "http://127.0.0.1:9"}
    )
    assert run.code == 0, run.log
    assert "48 from 8 referring domains, 40 (83 %) dofollow" in run.output
    assert "robots_blocked 1" in run.output
    assert "scrapy crawl backlinks -a target=" in run.output
    backlinks, others = (read_csv(tmp_path / name) for name in ("demo.csv", "demo-other-links.csv"))
    assert ({row["relation"] for row in backlinks}, len(backlinks)) == ({"backlink"}, 48)
    assert {row["relation"] for row in others} == {"internal_backlink", "outbound", "external", "internal"}
    rows = backlinks + others
    assert f"rows written           {len(rows)}\n" in run.output
    assert {row["link_type"] for row in rows} == {"text", "image", "area", "canonical", "redirect"}
    assert {"nofollow | ugc", "sponsored"} <= {row["rel"] for row in backlinks}
    assert {row["nofollow_by"] for row in backlinks} == {"", "link", "meta"}
    assert {"content", "nav", "footer", "comments"} <= {row["position"] for row in rows}
    assert any(row["anchor"] == "'=SUM of its parts" for row in backlinks)
    assert {path.name for path in tmp_path.iterdir()} == set(re.findall(r"demo[\w-]*\.\w+", run.output))
    assert "oakandiron.example" in (tmp_path / "demo.html").read_text(encoding="utf-8")
    with ZipFile(tmp_path / "demo.xlsx") as workbook:
        assert "xl/worksheets/sheet2.xml" in workbook.namelist()


def test_demo_that_cannot_write_fails_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "demo.csv").mkdir()
    run = scrapy("demo", folder=tmp_path)
    assert run.code == 1
    assert "a feed could not be written" in run.output


WRONG_COLUMNS = [
    pytest.param('FEED_EXPORT_FIELDS=["nope"]', id="for all feeds"),
    pytest.param("FEED_EXPORT_FIELDS=relation,nope", id="for all feeds, as a list of words"),
    pytest.param('FEEDS={"rows.csv": {"format": "csv", "overwrite": true, "fields": ["nope"]}}', id="of one feed"),
]


@pytest.mark.parametrize("setting", WRONG_COLUMNS)
def test_a_table_outlives_a_column_that_does_not_exist(tmp_path: Path, setting: str) -> None:
    (tmp_path / "rows.csv").write_text("what was found before")
    output = [] if setting.startswith("FEEDS") else ["-O", "rows.csv"]
    run = scrapy("crawl", "backlinks", "-a", "target=target.example", "-s", setting, *output, folder=tmp_path)
    assert (run.code, run.log.count("\n")) == (2, 1), run.log
    assert "feed column 'nope' does not exist" in run.log
    assert (tmp_path / "rows.csv").read_text() == "what was found before"
