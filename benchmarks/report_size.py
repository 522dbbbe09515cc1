"""What a report of many rows takes: bytes, seconds and memory, and seconds until a browser can use the page.

    PYTHONPATH=. python benchmarks/report_size.py [rows] [--page]

Writes a feed of invented rows (100,000 without an argument) in which no two pages and half of the anchors are equal, has
`scrapy report` write each summary of it, and prints seconds, and the peak memory of the processes so far. With `--page` it writes
the page instead, and, where Playwright and Chromium are installed, opens it from the disk.
"""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from hashlib import blake2b
from pathlib import Path
from random import Random

import msgspec

_VERDICTS = ("good", "neutral", "neutral", "neutral", "review", "bad", "unknown")
_POSITIONS = ("content", "content", "nav", "footer", "sidebar", "comments")
_TABLES = ("domains", "anchors", "pages", "todo", "networks")
_WORDS = ("oak", "chair", "table", "workshop", "review", "guide", "handmade", "furniture", "wood", "shop", "best", "kitchen")
_CLAUSES = (
    "in the main content of the page",
    "in running text",
    "search engines may follow it",
    "the page is about your subject",
    "nofollow, so it passes nothing on",
    "it shares the page with many other links",
    "the site belongs to a link farm (3 sites: clique, analytics)",
)


def main() -> None:
    """Print the figures."""
    numbers = [int(word.replace(",", "")) for word in sys.argv[1:] if word[0].isdigit()]
    rows = numbers[0] if numbers else 100_000
    with tempfile.TemporaryDirectory() as folder:
        feed = Path(folder) / "feed.jsonl"
        write_feed(feed, rows)
        print(f"{rows:,} rows, {feed.stat().st_size / 1e6:,.0f} MB of JSON lines", flush=True)
        if "--page" in sys.argv:
            output = Path(folder) / "report.html"
            report(feed, ["-o", str(output)])
            print(f"page: {output.stat().st_size / 1e6:.2f} MB")
            open_page(output)
        else:
            for table in _TABLES:
                print(f"{table}: ", end="", flush=True)
                report(feed, ["--table", table, "-o", str(Path(folder) / f"{table}.csv")])


def write_feed(path: Path, rows: int) -> None:
    """Write rows that compress as badly as real ones."""
    random = Random(1)
    encode = msgspec.json.Encoder().encode
    with path.open("wb") as file:
        for number in range(rows):
            file.write(encode(row(number, random)) + b"\n")


def row(number: int, random: Random) -> dict[str, object]:
    """Make a row: few sites have many links, as in the web."""
    digest = blake2b(str(number).encode(), digest_size=8).hexdigest()
    site = f"{_WORDS[int(digest[0], 16) % 12]}-{int(random.paretovariate(0.5)) % 400_000}.example"
    verdict = random.choice(_VERDICTS)
    words = " ".join(random.choices(_WORDS, k=3))
    broken = digest[1] == "0"
    return {
        "relation": "backlink",
        "url_from": f"https://www.{site}/{random.choice(_WORDS)}/{digest[:10]}-{words.replace(' ', '-')}",
        "url_to": f"https://target.example/{random.choice(_WORDS)}/{int(digest[:3], 16)}",
        "anchor": words if digest[2] < "8" else f"{words} {digest[:4]}",
        "dofollow": digest[3] < "c",
        "rel": [] if digest[3] < "c" else ["nofollow"],
        "link_type": "text" if digest[4] < "d" else "image",
        "position": random.choice(_POSITIONS),
        "verdict": verdict,
        "to_do": "look" if verdict in {"review", "bad"} else "mend" if broken else None,
        "quality": None if verdict == "unknown" else random.randrange(101),
        "summary": "; ".join(random.sample(_CLAUSES, 4)).capitalize() + ".",
        "domain_from": site,
        "domain_to": "target.example",
        "anchor_type": random.choice(("branded", "exact", "other", "generic")),
        "reciprocal": digest[5] == "0",
        "page_from_language": random.choice(("en", "en", "de", "fr")),
        "url_to_status_code": 404 if broken else 200,
        "is_broken": broken,
        "target": "target.example",
        "seed": site,
        "depth": 1,
        "fetched_at": "2026-11-21T08:00:00Z",
    }


def report(feed: Path, options: list[str]) -> None:
    """Run the command, and print what it took."""
    scrapy = shutil.which("scrapy") or str(Path(sys.executable).with_name("scrapy"))
    environment = {**os.environ, "SCRAPY_SETTINGS_MODULE": "backlinkspider.settings"}
    start, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([scrapy, "report", str(feed), *options], check=True, env=environment, capture_output=True)
    seconds = time.monotonic() - start
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = used.ru_utime + used.ru_stime - before.ru_utime - before.ru_stime
    print(
        f"scrapy report: {seconds:.1f} s, {processor:.1f} s of processor time, {used.ru_maxrss / 1e3:,.0f} MB at the peak",
        flush=True,
    )


def open_page(page: Path) -> None:
    """Open the page in a browser, and print after how many seconds it can be used, sorted and filtered."""
    try:
        from playwright.sync_api import sync_playwright  # noqa: PLC0415
    except ImportError:
        print("Playwright is not installed: the page was not opened")
        return
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        tab = browser.new_page()
        start, used = time.monotonic(), renderer_seconds()
        tab.goto(page.as_uri())
        tab.wait_for_selector("html[data-ready]", state="attached", timeout=120_000)
        seconds, used = time.monotonic() - start, renderer_seconds() - used
        print(f"usable after {seconds:.2f} s, {used:.2f} s of processor time of the renderers")
        start = time.monotonic()
        tab.select_option("#links-place select[data-field=verdict]", "good")
        shown = tab.text_content("#links-place [role=status]")
        print(f"filtered after {time.monotonic() - start:.2f} s: {shown}")
        browser.close()


def renderer_seconds() -> float:
    """Return the processor time of all renderers of browsers that run now; Linux only."""
    ticks = 0
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if "--type=renderer" in (process / "cmdline").read_text():
                fields = (process / "stat").read_text().rpartition(")")[2].split()
                ticks += int(fields[11]) + int(fields[12])
        except OSError:
            continue  # it has ended
    return ticks / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
