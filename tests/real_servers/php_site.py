"""A site that PHP serves from a folder of its own, seen under a public host name, with a log of what was asked for."""

from __future__ import annotations

import http.client
import os
import re
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from tests.support.miniweb import Answer

FOLDER = Path(__file__).parent
# Long enough for a machine that is busy: what waits so long hangs.
DEADLINE_SECONDS = 600
_OF_A_CONNECTION = frozenset({"connection", "content-length", "date", "host", "keep-alive", "transfer-encoding"})
_WITH_THIS_PROCESS = ("setpriv", "--pdeathsig", "KILL")
"""A prefix for a command; it holds for the program alone and not for what that starts (prctl(2), PR_SET_PDEATHSIG)."""
_PHP_OPTIONS = ("opcache.enable_cli=1", "display_errors=0", "date.timezone=UTC", "memory_limit=512M")


class NoServerError(Exception):
    """Raised where the software of a site is not installed and cannot be; the message says why."""


@dataclass(frozen=True)
class Visit:
    """A request that was answered."""

    url: str
    status: int


@dataclass
class PhpSite:
    """A site with its content; as a function it answers a URL, as MiniWeb asks of a site."""

    name: str
    origin: str
    content: Mapping[str, str]
    """The content pages: URL path with query, and the page's name."""
    kinds: Mapping[str, str]
    """What is at a path and query that is not a content page: the first kind whose pattern is found in it."""
    port: int
    visits: list[Visit] = field(default_factory=list)
    orphans: frozenset[str] = frozenset()
    """Content pages that no page links to."""

    def __call__(self, url: str) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=DEADLINE_SECONDS)
        parts = urlsplit(url)
        try:
            connection.request("GET", path_and_query(url), headers={"Host": parts.netloc})
            response = connection.getresponse()
            body = response.read()
        finally:
            connection.close()
        headers = tuple((name, value) for name, value in response.getheaders() if name.lower() not in _OF_A_CONNECTION)
        self.visits.append(Visit(url, response.status))
        return Answer(body, response.status, headers)

    def page_of(self, url: str) -> str | None:
        """The content page at a URL, or None."""
        return self.content.get(path_and_query(url)) if url.startswith(self.origin) else None

    def kind(self, visit: Visit) -> str:
        """What a request was for: `content`, `sitemap`, `redirect`, `missing`, or a word of the site's software."""
        # Django redirects it to a path that ends with a slash.
        if urlsplit(visit.url).path.rstrip("/") == "/robots.txt":
            return "robots.txt"
        kind = kind_of(self.kinds, path_and_query(visit.url))
        if visit.status >= 400:
            # A crawl may ask for a sitemap that is not there.
            return "sitemap" if kind == "sitemap" else "missing"
        if visit.status >= 300:
            return "redirect"
        return "content" if self.page_of(visit.url) else kind

    def count_kinds(self) -> Counter[str]:
        """How many requests were for what."""
        return Counter(map(self.kind, self.visits))

    def pages_read(self) -> list[str]:
        """The content pages that were answered, in the order of their first request."""
        names = (self.page_of(visit.url) for visit in self.visits if self.kind(visit) == "content")
        return list(dict.fromkeys(name for name in names if name))

    def fetched_pages(self) -> list[str]:
        """URLs in the order of their requests; robots.txt, sitemaps, feeds and redirects are no pages."""
        return [visit.url for visit in self.visits if self.kind(visit) not in {"robots.txt", "sitemap", "feed", "redirect"}]


def path_and_query(url: str) -> str:
    """The part of a URL that a request line has."""
    parts = urlsplit(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def kind_of(kinds: Mapping[str, str], path: str) -> str:
    """The first kind whose pattern is found in a path with its query, or `other`."""
    return next((kind for kind, pattern in kinds.items() if re.search(pattern, path)), "other")


class Process:
    """A program that runs on loopback while the context is open, in a process group of its own.

    The system kills it when this process ends without closing the context, however that comes about.
    """

    def __init__(self, command: Sequence[str | Path], log: Path, environment: Mapping[str, str] | None = None) -> None:
        self._command = command
        self._log = log
        self._environment = {**os.environ, **(environment or {})}

    def __enter__(self) -> Self:
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [*_WITH_THIS_PROCESS, *self._command],
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=10)
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def wait_for(self, make_connection: Callable[[], socket.socket]) -> None:
        """Return when a connection is accepted. Raises RuntimeError with the program's log when it ends before."""
        end = time.monotonic() + DEADLINE_SECONDS
        pause = threading.Event()
        while True:
            with suppress(OSError):
                make_connection().close()
                return
            if self._process.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"{self._command[0]} does not answer: {self._log.read_text(errors='replace')}")
            pause.wait(0.02)


def php_server(root: Path, port: int, folder: Path, *options: str, router: Path | None = None, **environment: str) -> Process:
    """PHP's own web server for the files under `root`."""
    command = ["php", *php_options(*options), "-S", f"127.0.0.1:{port}", "-t", str(root), *([str(router)] if router else [])]
    return Process(command, folder / "php.log", environment)


def php_options(*options: str) -> list[str]:
    """Settings of PHP as its command line has them."""
    return [part for option in (*_PHP_OPTIONS, *options) for part in ("-d", option)]


def run(*command: str | Path, text: str | None = None, **environment: str) -> str:
    """What a command of an installation prints. Raises RuntimeError with what it said when it fails."""
    done = subprocess.run(
        command, input=text, env={**os.environ, **environment}, capture_output=True, text=True, check=False,
        timeout=DEADLINE_SECONDS,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"{command[0]} {command[1]} failed: {done.stdout[-2000:]} {done.stderr[-2000:]}")
    return done.stdout


def find_program(name: str) -> str:
    """The path of a program. Raises NoServerError."""
    program = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/bin")
    if program is None:
        raise NoServerError(f"{name} is missing (as root: tests/real_servers/install.sh)")
    return program


def find_folder(path: str) -> Path:
    """The folder where a Debian package has its files. Raises NoServerError."""
    folder = Path(path)
    if not folder.is_dir():
        raise NoServerError(f"{path} is missing (as root: tests/real_servers/install.sh)")
    return folder
