"""The summary in the log can be switched off; the result is printed all the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.miniweb import MiniWeb
from tests.support.scrapy_command import crawl


@pytest.mark.parametrize(("value", "times"), [("True", 1), ("False", 0)])
def test_a_setting_switches_it_off(tmp_path: Path, value: str, times: int) -> None:
    log = tmp_path / "log.txt"
    with MiniWeb({"https://blog.example/": '<a href="https://target.example/">t</a>'}) as web:
        done = crawl(
            web, tmp_path, f"BACKLINKS_SUMMARY={value}", f"LOG_FILE={log}", target="target.example", seeds="blog.example"
        )
    assert (done.code, len(done.rows)) == (0, 1)
    assert "Links to target.example" in done.log
    assert log.read_text(encoding="utf-8").count("Links to target.example") == times
