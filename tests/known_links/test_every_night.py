"""The script of docs/every-night.md is run as cron runs it: tonight's table is the next night's list."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.known_links.test_monitor import LINK, NOFOLLOW, OURS, Pages, page
from tests.support.fork_server import PROJECT
from tests.support.miniweb import Answer, MiniWeb
from tests.support.scrapy_command import project_environment

PAGE = "https://a.example/"


def write_script(folder: Path) -> None:
    """Writes the script of the documentation, for a target of the tests, and the `scrapy` that it calls."""
    document = (PROJECT / "docs" / "every-night.md").read_text(encoding="utf-8")
    found = re.search(r"```sh\n(#!/bin/sh\n.*?)```", document, re.DOTALL)
    assert found is not None
    script = found[1].replace("target=example.com", "target=ours.example").replace("-O new.csv", "-s DOWNLOAD_DELAY=0 -O new.csv")
    (folder / "monitor.sh").write_text(script, encoding="utf-8")
    program = folder / ".venv" / "bin" / "scrapy"
    program.parent.mkdir(parents=True)
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m scrapy "$@"\n', encoding="utf-8")
    program.chmod(0o755)


def run_night(folder: Path, pages: Pages) -> subprocess.CompletedProcess[str]:
    with MiniWeb({OURS: "home", **pages}) as web:
        environment = project_environment({**os.environ, **web.environment()})
        return subprocess.run(["sh", "monitor.sh"], cwd=folder, env=environment, capture_output=True, text=True, check=False)


def statuses(path: Path) -> list[str]:
    return [line.partition(",")[0] for line in path.read_text("utf-8-sig").splitlines()[1:]]


def test_a_night_leaves_the_list_of_the_next(tmp_path: Path) -> None:
    write_script(tmp_path)
    (tmp_path / "links.csv").write_text(f"url_from,url_to,expected_follow\n{PAGE},{OURS},yes\n", encoding="utf-8")
    first = run_night(tmp_path, {PAGE: page(LINK)})
    assert first.returncode == 0, first.stderr
    assert statuses(tmp_path / "links.csv") == ["new"]
    assert (tmp_path / "links-before.csv").read_text(encoding="utf-8").startswith("url_from,url_to,expected_follow")
    broken = run_night(tmp_path, {PAGE: NOFOLLOW})
    assert (broken.returncode, len(broken.stderr.splitlines())) == (3, 1), broken.stderr
    assert (statuses(tmp_path / "links-before.csv"), statuses(tmp_path / "links.csv")) == (["new"], ["changed"])
    down = run_night(tmp_path, {PAGE: Answer(status=403)})
    assert (down.returncode, len(down.stderr.splitlines())) == (1, 1), down.stderr
    assert statuses(tmp_path / "links.csv") == ["changed"]
