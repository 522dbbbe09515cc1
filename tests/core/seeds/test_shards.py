"""Several crawls that divide a list of seeds among them."""

from __future__ import annotations

import random
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from backlinkspider.core.seeds.shards import EVERYTHING, Shard
from tests.support.miniweb import Answer, MiniWeb, text
from tests.support.scrapy_command import crawl, read_json_lines

TARGET_LINK = '<a href="https://target.example/">t</a>'


@given(st.text(), st.integers(1, 50))
def test_every_site_is_in_exactly_one_shard(site: str, count: int) -> None:
    assert sum(Shard(number, count).owns(site) for number in range(count)) == 1
    assert EVERYTHING.owns(site)


def test_shards_are_about_the_same_size() -> None:
    sizes = [sum(Shard(number, 4).owns(f"site{site}.example") for site in range(4_000)) for number in range(4)]
    assert min(sizes) > 900


def test_the_rows_of_all_shards_are_those_of_one_crawl(tmp_path: Path) -> None:
    hosts = [f"site{number}.example" for number in range(12)]
    pages: dict[str, Answer | str] = {f"https://{host}/": f"{TARGET_LINK}<a href=/2>2</a>" for host in hosts}
    pages.update({f"https://www.{host}/": TARGET_LINK for host in hosts})
    pages.update({f"https://{host}/2": TARGET_LINK for host in hosts})
    # A list and a page that are both given by their address.
    pages["https://lists.example/seeds"] = text("\n".join(hosts[:4]))
    pages["https://lists.example/page"] = TARGET_LINK
    seeds = [*hosts[4:], *(f"www.{host}" for host in hosts), "https://lists.example/seeds", "https://lists.example/page"]
    with MiniWeb(pages) as web:
        whole = crawl(web, tmp_path, target="target.example", seeds=",".join(seeds))
        parts = []
        for number in range(3):
            random.Random(number).shuffle(seeds)
            folder = tmp_path / str(number)
            folder.mkdir()
            options = {"target": "target.example", "seeds": ",".join(seeds), "coverage": "c.jsonl"}
            part = crawl(web, folder, shard=f"{number}/3", **options)
            assert part.code == 0, part.log
            seen = read_json_lines(folder / "c.jsonl")
            sums = [row["addresses"] - row["pages"] - row["sitemaps"] - row["not_followed"] for row in seen]
            assert not any(sums)
            parts.append(part)
    assert sorted(url for part in parts for url in part.column("url_from")) == whole.column("url_from")
    assert len(whole.rows) == 37
    assert all(part.rows for part in parts)
