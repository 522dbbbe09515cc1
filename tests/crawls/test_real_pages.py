"""The whole crawl over 300 real pages, compared with what a browser's parser finds on them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.support.fork_server import PROJECT, TIMEOUT_SECONDS
from tests.support.real_pages import read_truth
from tests.support.scrapy_command import read_json_lines

TARGETS = ("github.com", "wikipedia.org", "twitter.com", "youtube.com", "creativecommons.org", "wordpress.org")

COLUMNS = "url_from,domain_from,target,relation,link_type,href,url_to,link_index,domain_to,rel,anchor"
"""What is compared: rows with all columns take a third of the time of the crawl to write, and to read again."""


@pytest.fixture(scope="module")
def rows(corpora: Path, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """All links of the pages, judged against all targets, from one crawl through an archive served on loopback."""
    folder = tmp_path_factory.mktemp("real")
    replay = [sys.executable, str(corpora.parent / "tools" / "replay.py"), str(corpora / "pages" / "core-give.warc.gz")]
    urls = subprocess.run([*replay, "--list"], capture_output=True, text=True, check=True, timeout=TIMEOUT_SECONDS).stdout
    (folder / "seeds.txt").write_text(urls)
    crawl = ["crawl", "backlinks", "-a", f"target={','.join(TARGETS)}", "-a", f"seeds={folder / 'seeds.txt'}"]
    options = [
        "-a",
        "follow=none",
        "-a",
        "keep=all",
        "-s",
        "DOWNLOAD_DELAY=0",
        "-s",
        f"FEED_EXPORT_FIELDS={COLUMNS}",
        "-O",
        str(folder / "all.jsonl"),
    ]
    command = [*replay, "--", sys.executable, "-m", "scrapy", *crawl, *options]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False, timeout=TIMEOUT_SECONDS)
    assert done.returncode == 0, done.stderr
    return read_json_lines(folder / "all.jsonl")


@pytest.mark.parametrize("target", TARGETS)
def test_backlinks_and_anchors_are_those_of_the_truth(
    corpora: Path, rows: list[dict[str, Any]], tmp_path: Path, target: str
) -> None:
    feed = tmp_path / "rows.jsonl"
    with feed.open("w", encoding="utf-8") as file:
        backlinks = (row for row in rows if row["target"] == target and row["relation"] == "backlink")
        file.writelines(json.dumps(row) + "\n" for row in backlinks)
    compare = [sys.executable, str(corpora.parent / "tools" / "compare_truth.py"), str(feed)]
    truth = tmp_path / "truth.jsonl"
    truth.write_text("".join(json.dumps(row) + "\n" for row in read_truth(corpora)), encoding="utf-8")
    done = subprocess.run([*compare, str(truth), "--target", target, "--anchors"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert f"{target}: truth" in done.stdout


def test_every_external_link_of_the_truth_is_a_row(corpora: Path, rows: list[dict[str, Any]]) -> None:
    truth = read_truth(corpora)
    wanted = Counter((row["source_url"].partition("#")[0], row["target_url"]) for row in truth)
    # A link that has to do with several targets is a row for each.
    links = {(row["url_from"], row["link_index"], row["url_to"]): row for row in rows}.values()
    assert not wanted - Counter((row["url_from"], row["url_to"]) for row in links)
    assert wanted.total() > 6_000
    # The truth cuts sites without the private section of the list: a user of github.io is none of its own there.
    leaving = sum(row["domain_from"] != row["domain_to"] for row in links)
    assert leaving >= wanted.total()
