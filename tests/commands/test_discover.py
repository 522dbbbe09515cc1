"""`scrapy discover` as its user runs it: sources become one list, and a crawl takes that list as it is."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.support.fork_server import Run
from tests.support.generated_logs import Visit, log_lines
from tests.support.miniweb import MiniWeb
from tests.support.scrapy_command import crawl, project_environment, read_csv, scrapy

VISITS = [
    Visit("https://blog.example/post", day=3),
    Visit("https://blog.example/post", day=5, client="198.51.100.77"),
    Visit("https://home.example/"),
    Visit("https://www.google.com/"),
]
LINKING = '<p>We like <a href="https://example.com/oak">oak oil</a>.</p>'


def write_log(folder: Path, visits: list[Visit] | None = None, name: str = "access.log") -> None:
    (folder / name).write_text("\n".join([*log_lines("combined", visits or VISITS), ""]), encoding="utf-8")


def discover(folder: Path, *options: str, target: str = "example.com") -> Run:
    return scrapy("discover", "--target", target, *options, folder=folder)


def test_the_list_of_candidates_is_what_a_crawl_takes_as_seeds(tmp_path: Path) -> None:
    write_log(tmp_path)
    run = discover(tmp_path, "--source", "log=access.log", "-o", "candidates.csv")
    assert (run.code, run.log) == (0, "")
    with MiniWeb({"https://blog.example/post": LINKING, "https://home.example/": LINKING}) as web:
        found = crawl(web, tmp_path, target="example.com", seeds="candidates.csv")
    assert found.code == 0, found.log
    assert found.column("url_from") == ["https://blog.example/post", "https://home.example/"]


def test_a_row_says_what_the_sources_know(tmp_path: Path) -> None:
    write_log(tmp_path)
    discover(tmp_path, "--source", "log=access.log", "-o", "candidates.csv", "--sources", "sources.csv")
    first, second = read_csv(tmp_path / "candidates.csv")
    assert (first["candidate"], first["level"], first["hits"]) == ("https://blog.example/post", "page", "2")
    assert (first["first_seen"], first["last_seen"], first["sources"]) == ("2026-10-03", "2026-10-05", "log")
    assert (second["candidate"], second["level"], second["candidate_domain"]) == ("home.example", "host", "home.example")
    (row,) = read_csv(tmp_path / "sources.csv")
    assert (row["source"], row["candidates"], row["only_here"], row["share_of_union"], row["complete"]) == (
        "log",
        "2",
        "2",
        "1.0",
        "yes",
    )
    assert row["note"] == "visits from search engines: 1"


def test_the_summary_says_what_each_source_gave(tmp_path: Path) -> None:
    write_log(tmp_path)
    run = discover(tmp_path, "--source", "log=access.log", "-o", "candidates.jsonl")
    assert "2 candidates in candidates.jsonl; each is a place to look, not a backlink" in run.output
    assert "visits from search engines: 1" in run.output
    rows = [json.loads(line) for line in (tmp_path / "candidates.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [row["candidate"] for row in rows] == ["https://blog.example/post", "home.example"]


def test_no_address_of_a_client_is_written_anywhere(tmp_path: Path) -> None:
    write_log(tmp_path)
    arguments = ("--source", "log=access.log", "-o", "c.csv", "--sources", "s.csv", "-L", "DEBUG")
    run = discover(tmp_path, *arguments)
    written = [run.output, run.log, *((tmp_path / name).read_text(encoding="utf-8") for name in ("c.csv", "s.csv"))]
    assert not [text for text in written if "203.0.113.9" in text or "198.51.100.77" in text]


def test_max_writes_the_first_candidates_only(tmp_path: Path) -> None:
    write_log(tmp_path)
    discover(tmp_path, "--source", "log=access.log", "-o", "c.csv", "--max", "1")
    assert [row["candidate"] for row in read_csv(tmp_path / "c.csv")] == ["https://blog.example/post"]


WRONG_CALLS = [
    pytest.param(["--source", "log=access.log"], "name the output, for example", id="no output"),
    pytest.param(["-o", "c.csv"], "name a source", id="no source"),
    pytest.param(
        ["--source", "logs=access.log", "-o", "c.csv"], "unknown source 'logs': did you mean 'log'?", id="no such source"
    ),
    pytest.param(["--source", "log", "-o", "c.csv"], "source log needs a value, such as --source log=access.log", id="no value"),
    pytest.param(["--source", "log=nothing*", "-o", "c.csv"], "'nothing*' is not a file, and matches none", id="no file"),
    pytest.param(["--source", "log=access.log", "-o", "c.xls"], "must be named .csv or .jsonl", id="another format"),
    pytest.param(["--source", "log=access.log", "-o", "none/c.csv"], "its folder is not there", id="no folder"),
    pytest.param(["--source", "log=access.log", "-o", "c.csv", "--sources", "c.csv"], "is both outputs", id="one file for two"),
    pytest.param(["--source", "log=x.csv", "-o", "x.csv"], "is a source too", id="an output over a source"),
    pytest.param(["--source", "log=access.log", "-o", "c.csv", "--gap"], "--gap compares", id="a gap without rivals"),
    pytest.param(["--source", "log=access.log", "-o", "c.csv", "--max", "0"], "--max 0 must be 1 or more", id="nothing at most"),
    pytest.param(["--source", "log=access.log", "-o", "c.csv", "--max", "x"], "invalid int value", id="a word for a number"),
    pytest.param(["log=access.log"], "unexpected argument", id="a stray word"),
]


@pytest.mark.parametrize(("options", "problem"), WRONG_CALLS)
def test_a_wrong_call_ends_with_one_line_before_anything_is_read(tmp_path: Path, options: list[str], problem: str) -> None:
    write_log(tmp_path)
    write_log(tmp_path, name="x.csv")
    run = discover(tmp_path, *options)
    assert (run.code, run.log.count("\n")) == (2, 1), run.log
    assert run.log.startswith("scrapy discover: ")
    assert problem in run.log
    assert not (tmp_path / "c.csv").exists()


@pytest.mark.parametrize("target", ["", "co.uk", "no target"])
def test_a_wrong_target_ends_with_one_line(tmp_path: Path, target: str) -> None:
    write_log(tmp_path)
    run = discover(tmp_path, "--source", "log=access.log", "-o", "c.csv", target=target)
    assert (run.code, run.log.count("\n")) == (2, 1), run.log


def test_it_fails_when_every_source_failed(tmp_path: Path) -> None:
    (tmp_path / "a.log.gz").write_bytes(b"\x1f\x8bnot gzip at all, it only begins so")
    run = discover(tmp_path, "--source", "log=a.log.gz", "-o", "c.csv")
    assert run.code == 1
    assert "none of the logs can be read; 'a.log.gz' is damaged" in run.output
    assert read_csv(tmp_path / "c.csv") == []


def test_an_interrupted_command_writes_what_it_found(tmp_path: Path) -> None:
    write_log(tmp_path)
    options = ("--target", "example.com", "--source", "log=access.log", "--source", "log=slow/*", "-o", "c.csv")
    slow = tmp_path / "slow"
    slow.mkdir()
    with (slow / "large.log").open("wb") as file:
        file.truncate(1 << 36)  # sparse: zeros that take minutes to read
    environment = project_environment(os.environ)
    process = subprocess.Popen(
        [sys.executable, "-m", "scrapy", "discover", *options, "-L", "INFO"],
        cwd=tmp_path,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    for line in process.stderr:
        if "Spider opened" in line:
            break
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    output, log = process.communicate(timeout=60)
    assert process.returncode == 130, log
    assert "2 candidates in c.csv" in output
    assert [row["candidate"] for row in read_csv(tmp_path / "c.csv")] == ["https://blog.example/post", "home.example"]
    assert "  no" in output.splitlines()[2]
