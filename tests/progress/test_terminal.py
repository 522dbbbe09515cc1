"""What a person sees of a crawl in a terminal, against what the web was asked for."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.support.miniweb import NOT_FOUND, Answer, MiniWeb, html
from tests.support.scrapy_command import crawl, options, read_json_lines, scrapy

if sys.platform == "win32":
    pytest.skip("there are no pseudo-terminals", allow_module_level=True)

from tests.support.terminal import Terminal

LAST = 5
BACKLINK = '<p>The chair is made of <a href="http://target.example/{page}">solid oak</a> by hand.</p>'


class HeldWeb:
    """Two sites, each a row of pages, and a target; a page is sent when the test lets it go."""

    def __init__(self) -> None:
        self._gate = threading.Semaphore(0)
        self._held = threading.Semaphore(0)
        self._is_open = False
        names = ("one.example", "two.example", "target.example")
        self.web = MiniWeb({}, sites={f"http://{name}": self._answer for name in names})

    def wait_for_page(self) -> str:
        """Return the URL of the page that is asked for now, and held."""
        assert self._held.acquire(timeout=120)
        return self.web.requests[-1].url

    def let_go(self) -> None:
        """Send the page that is held."""
        self._gate.release()

    def open(self) -> None:
        """Hold no page any more."""
        self._is_open = True
        self._gate.release()

    def _answer(self, url: str) -> Answer | str:
        path = urlsplit(url).path
        if path == "/robots.txt":
            return NOT_FOUND
        if not self._is_open:
            self._held.release()
            self._gate.acquire()
        if url.startswith("http://target.example/"):
            return html("<title>Oak chairs</title>")
        number = int(path[1:] or 0)
        # The target's home page is known from before; where this one leads is asked when all pages are read.
        page = "catalogue" if url == f"http://two.example/{LAST}" else ""
        following = f'<a href="/{number + 1}">next</a>' if number < LAST else ""
        return f"<title>{number}</title>{BACKLINK.format(page=page)}{following}"


class Seen:
    """What the web's own log says must be on the screen while it holds a page."""

    def __init__(self, web: MiniWeb) -> None:
        asked = [urlsplit(request.url) for request in web.requests if not request.url.endswith("robots.txt")]
        self.asked = [url for url in asked if url.hostname != "target.example"]
        answered = self.asked[:-1]
        self.pages = len(answered)
        self.domains = len({url.hostname for url in answered})
        last = [url for url in answered if url.path == f"/{LAST}"]
        self.done = len(last)
        # Two seeds, and what each page but the last of a site leads to; one of them is on its way.
        self.waiting = 2 + self.pages - self.done - len(self.asked)
        self.sites = "2 sites" if self.done == 0 else str(self.asked[-1].hostname)

    def is_shown(self, screen: list[str]) -> bool:
        return shown(screen) == self.rows()

    def rows(self) -> list[str]:
        plural = "" if self.domains == 1 else "s"
        urls = "URL" if self.waiting == 1 else "URLs"
        backlinks = "backlink" if self.pages == 1 else "backlinks"
        return [
            f"seeds  {self.done} of 2 done",
            f"pages  {self.pages} read, * a second, {self.waiting} {urls} waiting",
            f"found  {self.pages} {backlinks} from {self.domains} referring domain{plural}",
            f"now    reading pages of {self.sites}",
        ]


def shown(screen: list[str]) -> list[str]:
    """The rows of the display that do not depend on time, with a star for the speed."""
    rows = []
    for line in screen:
        label, _, text = line.partition(" ")
        if label in ("seeds", "pages", "found", "now"):
            parts = text.strip().split(", ")
            rows.append(f"{label:<5}  " + ", ".join("* a second" if part.endswith(" a second") else part for part in parts))
    return rows


ARGUMENTS = [
    "crawl", "backlinks",
    *options({"target": "target.example", "seeds": "http://one.example/,http://two.example/", "profile_pages": "1"}),
    # Somebody else's extension may take rows as they come, so the target is read before the seeds.
    "-s", 'EXTENSIONS={"tests.support.row_listener.RowListener": 900}',
    "-s", "DOWNLOAD_DELAY=0", "-s", "CONCURRENT_REQUESTS=1", "-O", "rows.jsonl",
]  # fmt: skip


@pytest.fixture
def held() -> Iterator[HeldWeb]:
    held = HeldWeb()
    with held.web:
        yield held
        held.open()


@pytest.mark.parametrize("columns", [80, 200])
def test_a_display_shows_what_the_web_was_asked_for(tmp_path: Path, held: HeldWeb, columns: int) -> None:
    with Terminal(ARGUMENTS, columns=columns, folder=tmp_path, environment=held.web.environment()) as terminal:
        assert held.wait_for_page() == "http://target.example/"
        screen = terminal.wait_for(lambda screen: "now    reading the target" in screen)
        assert "log    rows.jsonl.log" in screen
        held.let_go()
        for number in range(2 * (LAST + 1)):
            held.wait_for_page()
            expected = Seen(held.web)
            assert len(expected.asked) == number + 1
            if number:
                terminal.wait_for(expected.is_shown)
            held.let_go()
        assert held.wait_for_page() == "http://target.example/catalogue"
        terminal.wait_for(lambda screen: any(line.startswith("now    asking where 1 link leads") for line in screen))
        held.open()
        assert terminal.wait_for_end() == 0
    screen = terminal.screen()
    assert shown(screen) == []
    assert "Links to target.example and all its subdomains" in screen
    assert "  pages read             12 of 2 sites" in screen
    assert "scrapy crawl: the log is in rows.jsonl.log" in screen
    assert all(len(line) <= columns for line in screen)
    assert not any("INFO" in line for line in screen)
    log = (tmp_path / "rows.jsonl.log").read_text(encoding="utf-8")
    assert "\x1b" not in log
    assert "12 read" not in log
    assert "crawl finished" in log
    assert len(read_json_lines(tmp_path / "rows.jsonl")) == 12


def test_after_ctrl_c_the_last_lines_say_how_to_go_on(tmp_path: Path, held: HeldWeb) -> None:
    with Terminal(ARGUMENTS, columns=80, folder=tmp_path, environment=held.web.environment()) as terminal:
        for _ in range(4):
            held.wait_for_page()
            held.let_go()
        held.wait_for_page()
        terminal.wait_for(lambda screen: "found  3 backlinks from 2 referring domains" in screen)
        terminal.interrupt()
        terminal.wait_for(lambda screen: "now    ending after the pages in progress; Ctrl-C again ends at once" in screen)
        held.open()
        assert terminal.wait_for_end() == 130
    last = "".join(line for line in terminal.screen() if line)
    assert "scrapy crawl: interrupted: what was found until then is written" in last
    assert f"{len(read_json_lines(tmp_path / 'rows.jsonl'))} rows written to rows.jsonl, 4 pages read" in last
    assert "one that is started with -s JOBDIR=job can" in last


def test_after_a_second_ctrl_c_the_terminal_is_as_before(tmp_path: Path, held: HeldWeb) -> None:
    with Terminal(ARGUMENTS, columns=80, folder=tmp_path, environment=held.web.environment()) as terminal:
        for _ in range(3):
            held.wait_for_page()
            held.let_go()
        held.wait_for_page()
        terminal.wait_for(lambda screen: "found  2 backlinks from 2 referring domains" in screen)
        terminal.interrupt()
        terminal.wait_for(lambda screen: any("Ctrl-C again ends at once" in line for line in screen))
        terminal.interrupt()
        assert terminal.wait_for_end() == 130
    screen = terminal.screen()
    assert shown(screen) == []
    assert terminal.recorded.rindex(b"\x1b[?25h") > terminal.recorded.rfind(b"\x1b[?25l")
    last = "".join(line for line in screen if line)
    assert "interrupted by force" in last
    assert "the rows have no verdicts: scrapy rescore rows.jsonl adds them" in last


def test_on_a_terminal_that_cannot_be_drawn_on_there_is_the_log(tmp_path: Path, held: HeldWeb) -> None:
    held.open()
    environment = {**held.web.environment(), "TERM": "dumb"}
    with Terminal(ARGUMENTS, columns=200, folder=tmp_path, environment=environment) as terminal:
        assert terminal.wait_for_end() == 0
    assert b"\x1b" not in terminal.recorded
    assert b"INFO: crawl finished" in terminal.recorded
    assert terminal.recorded.count(b"pages read             12 of 2 sites") == 1
    assert (tmp_path / "rows.jsonl").exists()
    assert not (tmp_path / "rows.jsonl.log").exists()


def test_an_output_that_cannot_be_written_is_named_on_the_terminal(tmp_path: Path, held: HeldWeb) -> None:
    (tmp_path / "rows.jsonl").mkdir()
    with Terminal(ARGUMENTS, columns=200, folder=tmp_path, environment=held.web.environment()) as terminal:
        assert terminal.wait_for_end() == 1
    screen = terminal.screen()
    assert any(line.startswith("feed rows.jsonl cannot be written: ") for line in screen)
    assert any(line.startswith("scrapy crawl: failed: a feed could not be written") for line in screen)


def test_a_quiet_crawl_writes_nothing_on_the_terminal(tmp_path: Path, held: HeldWeb) -> None:
    held.open()
    quiet = [*ARGUMENTS, "-s", "BACKLINKS_QUIET=True"]
    with Terminal(quiet, columns=80, folder=tmp_path, environment=held.web.environment()) as terminal:
        assert terminal.wait_for_end() == 0
    assert terminal.recorded == b""
    assert "pages read             12 of 2 sites" in (tmp_path / "rows.jsonl.log").read_text(encoding="utf-8")


def test_in_a_pipe_there_is_a_log_and_the_result_once(tmp_path: Path, held: HeldWeb) -> None:
    held.open()
    run = scrapy(*ARGUMENTS, "-L", "WARNING", folder=tmp_path, environment=held.web.environment())
    assert run.code == 0
    assert run.log == ""
    assert run.output.startswith("Links to target.example and all its subdomains\n  pages read             12 of 2 sites\n")
    assert "\x1b" not in run.output


def test_where_rows_go_to_standard_output_the_result_does_not(tmp_path: Path, held: HeldWeb) -> None:
    held.open()
    run = scrapy(*ARGUMENTS[:-2], "-o", "-:jsonl", folder=tmp_path, environment=held.web.environment())
    assert run.code == 0
    assert len([json.loads(line) for line in run.output.splitlines()]) == 12
    assert run.log.count("  pages read             12 of 2 sites") == 1


def test_a_job_of_scrapyd_has_its_result_in_the_log_alone(tmp_path: Path, held: HeldWeb) -> None:
    held.open()
    given = ["-a", "_job=7", "--logfile", "job.log"]
    run = scrapy(*ARGUMENTS, *given, folder=tmp_path, environment=held.web.environment())
    assert (run.code, run.output) == (0, "")
    log = (tmp_path / "job.log").read_text(encoding="utf-8")
    assert log.count("  pages read             12 of 2 sites") == 1
    assert "\x1b" not in log


def test_the_report_can_be_switched_off_without_another_row(tmp_path: Path, held: HeldWeb) -> None:
    held.open()
    feeds = []
    for place in (500, None):
        extensions = {"backlinkspider.progress.extension.ProgressReport": place}
        done = crawl(
            held.web, tmp_path, f"EXTENSIONS={json.dumps(extensions)}", "LOGSTATS_INTERVAL=0.05", "DOWNLOAD_DELAY=0.1",
            target="target.example", seeds="http://one.example/",
        )  # fmt: skip
        assert done.code == 0, done.log
        assert ("seeds 0 of 1 done; pages " in done.log) == (place is not None)
        feeds.append([{**row, "fetched_at": None} for row in done.rows])
    assert feeds[0] == feeds[1]
