"""`backlinkspider` is Scrapy's command line with our settings and our name, in a folder without a project."""

from __future__ import annotations

import os
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

from backlinkspider import commands
from backlinkspider.command_line.program import as_called, our_commands, program_name
from tests.support.fork_server import PROJECT, Run
from tests.support.scrapy_command import scrapy

EVERY = sorted(module.name for module in pkgutil.iter_modules(commands.__path__))


def backlinkspider(*words: str, folder: Path) -> Run:
    """Run the command in a folder; warnings of its Python are errors."""
    environment = {**os.environ, "PYTHONPATH": str(PROJECT), "PYTHONWARNINGS": "error"}
    # The settings of another project, in which the command may be given.
    environment["SCRAPY_SETTINGS_MODULE"] = "another.settings"
    command = [sys.executable, "-m", "backlinkspider", *words]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=120, check=False)
    return Run(done.returncode, done.stdout, done.stderr)


def test_messages_know_every_command() -> None:
    assert our_commands() == EVERY


def test_without_a_command_it_lists_them(tmp_path: Path) -> None:
    run = backlinkspider(folder=tmp_path)
    assert run.code == 0
    assert [line.split()[0] for line in run.output.splitlines() if line.startswith("  ") and line.split()[0] in EVERY] == EVERY
    assert "scrapy " not in run.output


@pytest.mark.parametrize("command", ["crawl", "report", "shell"])
def test_help_has_the_name_of_the_program(command: str, tmp_path: Path) -> None:
    run = backlinkspider(command, "-h", folder=tmp_path)
    assert (run.code, run.log) == (0, "")
    assert f"  backlinkspider {command} " in run.output
    assert "scrapy " not in run.output


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(("crawl",), id="no spider"),
        pytest.param(("crawl", "backlinks", "-a", "target=example.com", "-a", "max_page=3"), id="a wrong argument"),
        pytest.param(("crawl", "backlinks", "-a", "target=x.example", "-O", "x.doc"), id="no such format"),
        pytest.param(("rescore",), id="a feed is missing"),
        pytest.param(("disavow", "none.csv"), id="a feed cannot be read"),
    ],
)
def test_errors_and_exit_codes_are_those_of_scrapy(words: tuple[str, ...], tmp_path: Path) -> None:
    run, other = backlinkspider(*words, folder=tmp_path), scrapy(*words, folder=tmp_path)
    assert run.code == other.code != 0
    assert run.log.startswith(f"backlinkspider {words[0]}: ")
    assert run.log.replace("backlinkspider", "scrapy") == other.log


def test_an_unknown_command_is_refused_in_one_line(tmp_path: Path) -> None:
    run = backlinkspider("nosuch", folder=tmp_path)
    assert run.code == 2
    assert run.log.startswith("backlinkspider: there is no command 'nosuch'")
    assert run.log.count("\n") == 1


def test_a_spider_is_made_in_the_folder_of_the_command(tmp_path: Path) -> None:
    assert backlinkspider("genspider", "mine", "a.example", folder=tmp_path).code == 0
    assert (tmp_path / "mine.py").is_file()


@pytest.mark.parametrize(
    ("called", "name"),
    [
        pytest.param("/x/bin/backlinkspider", "backlinkspider", id="the command"),
        pytest.param("C:\\x\\backlinkspider.exe" if os.name == "nt" else "backlinkspider.exe", "backlinkspider", id="on Windows"),
        pytest.param("/x/backlinkspider/__main__.py", "backlinkspider", id="python -m backlinkspider"),
        pytest.param("/x/bin/scrapy", "scrapy", id="scrapy"),
        pytest.param("/x/scrapy/__main__.py", "scrapy", id="python -m scrapy"),
    ],
)
def test_the_name_of_the_program(called: str, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", [called])
    assert program_name() == name
    assert as_called("`scrapy merge` joins scrapy things") == f"`{name} merge` joins scrapy things"
