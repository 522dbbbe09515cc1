"""A real Scrapyd in a virtual environment of its own, on loopback, with a user name and password."""

from __future__ import annotations

import base64
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Self
from urllib.error import URLError
from urllib.parse import urlencode

from tests.support.fork_server import PROJECT

USER, PASSWORD = "operator", "correct horse"
# Long enough for a machine that is busy: what waits so long hangs.
DEADLINE_SECONDS = 180
NOT_OF_A_CLONE = (".git", ".venv", "venv", ".*_cache", ".hypothesis", "__pycache__", "build", "*.egg-info", "setup.py")

# Nothing between this process and loopback.
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class NoScrapydError(Exception):
    """Raised by `install_scrapyd` where it cannot be had, such as without a network."""


def install_scrapyd(folder: Path) -> Path:
    """A new virtual environment as docs/server.md makes it: its folder of programs. Raises NoScrapydError."""
    environment = folder / "venv"
    install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", str(PROJECT / "requirements-server.txt")]
    python = environment / "bin" / "python"
    for command in ([sys.executable, "-m", "venv", str(environment)], [str(python), *install]):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            said = done.stderr.strip().splitlines() or ["no reason given"]
            raise NoScrapydError(f"{' '.join(command[1:4])} failed: {said[-1]}")
    return environment / "bin"


def clone_project(folder: Path) -> Path:
    """The project as a fresh clone has it."""
    clone = folder / "clone"
    shutil.copytree(PROJECT, clone, ignore=shutil.ignore_patterns(*NOT_OF_A_CLONE))
    for command in (["git", "init", "--quiet"], ["git", "add", "--all"]):
        subprocess.run(command, cwd=clone, check=True)
    return clone


class Scrapyd:
    """Runs while the context is open, in a folder of its own; jobs are processes of the virtual environment's Python."""

    def __init__(self, programs: Path, folder: Path, *, options: str = "", environment: Mapping[str, str] | None = None) -> None:
        self._programs = programs
        self.folder = folder
        self._options = options
        self._environment = {name: value for name, value in (environment or os.environ).items() if "SCRAPYD_" not in name}
        # No file of the user's home takes part.
        self._environment["HOME"] = str(folder)

    def __enter__(self) -> Self:
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "scrapyd.conf").write_text(
            f"[scrapyd]\nbind_address = 127.0.0.1\nhttp_port = {port}\nusername = {USER}\npassword = {PASSWORD}\n"
            f"poll_interval = 0.2\nmax_proc = 4\njobs_to_keep = 100\n{self._options}"
        )
        with (self.folder / "scrapyd.log").open("wb") as log:
            self._process = subprocess.Popen(
                [self._programs / "scrapyd", "--pidfile="], cwd=self.folder, env=self._environment, stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip
        try:
            self._wait_until_it_answers()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(timeout=DEADLINE_SECONDS)
        with suppress(ProcessLookupError):  # Jobs that it left behind.
            os.killpg(self._process.pid, signal.SIGKILL)

    def call(self, service: str, *, password: str | None = PASSWORD, **parameters: str | list[str]) -> dict[str, Any]:
        """What a service of the project answers. Raises HTTPError."""
        given = urlencode({"project": "backlinkspider", **parameters}, doseq=True)
        is_question = service.startswith("list")
        request = urllib.request.Request(
            f"{self.url}/{service}?{given}" if is_question else f"{self.url}/{service}",
            data=None if is_question else given.encode(),
        )
        if password is not None:
            request.add_header("Authorization", f"Basic {base64.b64encode(f'{USER}:{password}'.encode()).decode()}")
        with _OPENER.open(request, timeout=DEADLINE_SECONDS) as answer:
            found: dict[str, Any] = json.load(answer)
        return found

    def jobs(self, state: str) -> list[dict[str, Any]]:
        """The jobs that are pending, running or finished."""
        jobs: list[dict[str, Any]] = self.call("listjobs.json")[state]
        return jobs

    def deploy(self, clone: Path, *program: str, password: str = PASSWORD) -> subprocess.CompletedProcess[str]:
        """Deploys a clone to this server, which the user's own configuration names `server`."""
        home = self.folder / "home"
        home.mkdir(exist_ok=True)
        (home / ".scrapy.cfg").write_text(f"[deploy:server]\nurl = {self.url}\nusername = {USER}\npassword = {password}\n")
        name, *words = program
        return subprocess.run(
            [self._programs / name, *words], cwd=clone, env={**os.environ, "HOME": str(home), "no_proxy": "127.0.0.1"},
            capture_output=True, text=True, timeout=DEADLINE_SECONDS, check=False,
        )  # fmt: skip

    def schedule(self, *settings: str, spider: str = "backlinks", **arguments: str) -> str:
        """Schedules a crawl without delay: the id of its job."""
        answer = self.call("schedule.json", spider=spider, setting=["DOWNLOAD_DELAY=0", *settings], **arguments)
        assert answer["status"] == "ok", answer
        return str(answer["jobid"])

    def wait_for(self, *jobs: str) -> None:
        """Follows listjobs until all of the jobs are finished."""
        self.wait_until(lambda: set(jobs) <= {job["id"] for job in self.jobs("finished")}, f"the end of {jobs}")

    def wait_until(self, is_true: Callable[[], bool], what: str) -> None:
        """Waits until something is true; what is waited for too long fails the test."""
        end = time.monotonic() + DEADLINE_SECONDS
        while not is_true():
            assert time.monotonic() < end, f"waited {DEADLINE_SECONDS} seconds for {what}"
            time.sleep(0.1)

    def log(self, job: str, spider: str = "backlinks") -> list[str]:
        """The lines of the log of a job."""
        path = self.folder / "logs" / "backlinkspider" / spider / f"{job}.log"
        return path.read_text(encoding="utf-8").splitlines()

    def _wait_until_it_answers(self) -> None:
        def answers() -> bool:
            assert self._process.poll() is None, (self.folder / "scrapyd.log").read_text()
            try:
                return bool(self.call("listprojects.json"))
            except URLError:
                return False

        self.wait_until(answers, "Scrapyd")


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port
