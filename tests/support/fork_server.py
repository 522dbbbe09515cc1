"""Runs `scrapy` in forks from a process that has imported what a crawl needs, at a tenth of the cost of a start of Python.

A fork differs from a new process in what happens at import alone: modules are there, with the tables that they read once, and
`hash` has the server's seed.
`run_command` therefore takes a new process where the environment differs in a variable that is read before a command begins,
and where the system cannot fork. `start_command` starts one that a test ends by a signal; what a signal does to a process that is
still importing, only the real command shows. test_fork_server compares the two ways.

Run as a module this is the server: it forks a child for each command that it gets, waits for it, and answers with its exit code.
"""

from __future__ import annotations

import atexit
import gc
import os
import pkgutil
import runpy
import signal
import subprocess
import sys
import tempfile
import threading
from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from importlib import import_module
from io import TextIOWrapper
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Protocol

from scrapy import cmdline
from scrapy.settings import Settings, default_settings

from backlinkspider.checks.weights import load_weights
from backlinkspider.core.graph.centrality import pagerank
from backlinkspider.core.html.language import detect_language
from backlinkspider.core.profile.relevance import PageTopic, Topic
from backlinkspider.core.urls.domains import site_of

PROJECT = Path(__file__).parents[2]
TIMEOUT_SECONDS = 120

_READ_LATE = frozenset(
    {"http_proxy", "https_proxy", "no_proxy", "PYTEST_CURRENT_TEST", "TERM", "COLUMNS", "LINES", "NO_COLOR"},
)
"""Variables that nothing reads before a command begins."""
_SECRETS_READ_LATE = ("_KEY", "_TOKEN")
"""How the names of others end: keys of services, which sources of candidates read."""

_MODULES = ("scrapy.cmdline", "scrapy.core.engine", "scrapy.core.scraper", "scrapy.core.downloader.handlers.http11")
_PACKAGES = ("backlinkspider", "scrapy.commands")


class Run(NamedTuple):
    """A command that has ended."""

    code: int
    output: str
    log: str


def run_command(arguments: Sequence[str], *, folder: Path, environment: Mapping[str, str]) -> Run:
    """Run `python -m scrapy` in a folder; raises subprocess.TimeoutExpired after TIMEOUT_SECONDS."""
    if hasattr(os, "fork"):
        with _SERVER.reserve(environment) as free:
            if free:
                return _SERVER.run(arguments, folder, environment)
    return run_process(arguments, folder=folder, environment=environment)


def run_process(arguments: Sequence[str], *, folder: Path, environment: Mapping[str, str]) -> Run:
    """Run `python -m scrapy` in a new process."""
    command = [sys.executable, "-m", "scrapy", *arguments]
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=TIMEOUT_SECONDS, check=False
    )
    return Run(done.returncode, done.stdout, done.stderr)


class Running(Protocol):
    """A command that runs: the part of subprocess.Popen that tests need."""

    returncode: Any

    def poll(self) -> int | None:
        """The exit code, or None as long as it runs."""

    def wait(self, timeout: float) -> int:
        """The exit code; raises subprocess.TimeoutExpired."""

    def send_signal(self, sig: int) -> None:
        """Sends a signal, unless it has ended."""


def start_command(arguments: Sequence[str], *, folder: Path, environment: Mapping[str, str], log: Path) -> Running:
    """Start `python -m scrapy` in a folder, with its log and its output in one file."""
    log.write_bytes(b"")
    if hasattr(os, "fork") and (forked := _SERVER.start(arguments, folder, environment, log)) is not None:
        return forked
    return start_process(arguments, folder=folder, environment=environment, log=log)


def start_process(arguments: Sequence[str], *, folder: Path, environment: Mapping[str, str], log: Path) -> Running:
    """Start `python -m scrapy` in a new process."""
    with log.open("w") as file:
        command = [sys.executable, "-m", "scrapy", *arguments]
        return subprocess.Popen(command, cwd=folder, env=environment, stdout=file, stderr=file)


def start_on_terminal(arguments: Sequence[str], *, folder: Path, environment: Mapping[str, str], terminal: int) -> Running:
    """Start `python -m scrapy` in a folder, with a terminal as its input, output and errors."""
    if hasattr(os, "fork"):
        forked = _SERVER.start(arguments, folder, environment, Path(os.ttyname(terminal)))
        if forked is not None:
            return forked
    command = [sys.executable, "-m", "scrapy", *arguments]
    return subprocess.Popen(command, cwd=folder, env=environment, stdin=terminal, stdout=terminal, stderr=terminal)


class _Forked:
    """A command in a fork."""

    def __init__(self, connection: Connection, arguments: Sequence[str], on_end: Callable[[], object]) -> None:
        self.returncode: int | None = None
        self._connection = connection
        self._arguments = arguments
        self._on_end = on_end
        self._pid: int = connection.recv()

    def poll(self) -> int | None:
        if self.returncode is None and self._connection.poll():
            self._end()
        return self.returncode

    def wait(self, timeout: float) -> int:
        if self.returncode is None:
            if not self._connection.poll(timeout):
                raise subprocess.TimeoutExpired(list(self._arguments), timeout)
            self._end()
        assert self.returncode is not None
        return self.returncode

    def send_signal(self, sig: int) -> None:
        if self.poll() is None:
            with suppress(ProcessLookupError):
                os.kill(self._pid, sig)

    def _end(self) -> None:
        self.returncode = self._connection.recv()
        self._on_end()


class ForkServer:
    """The client's side; the server starts with the first command and ends with this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._connection: Connection | None = None
        self._environment: dict[str, str] = {}
        self._last: _Forked | None = None

    @contextmanager
    def reserve(self, environment: Mapping[str, str]) -> Iterator[bool]:
        """Say whether a command with this environment can run here now: one at a time does, and nobody waits for another."""
        if not self._lock.acquire(blocking=False):
            yield False
            return
        try:
            yield self._fits(environment)
        finally:
            self._lock.release()

    def start(self, arguments: Sequence[str], folder: Path, environment: Mapping[str, str], log: Path) -> _Forked | None:
        """Start a command in a fork, which is reserved until it has ended; None where `reserve` says False."""
        if not self._lock.acquire(blocking=False):
            return None
        if not self._fits(environment):
            self._lock.release()
            return None
        return self._send(arguments, folder, environment, (str(log), str(log)), on_end=self._lock.release)

    def run(self, arguments: Sequence[str], folder: Path, environment: Mapping[str, str]) -> Run:
        """Run a command in a fork, inside `reserve`."""
        with tempfile.TemporaryDirectory() as outputs:
            output, log = Path(outputs, "stdout"), Path(outputs, "stderr")
            forked = self._send(arguments, folder, environment, (str(output), str(log)), on_end=lambda: None)
            try:
                code = forked.wait(TIMEOUT_SECONDS)
            finally:  # It is late, or somebody pressed Ctrl-C here.
                forked.send_signal(signal.SIGKILL)
                forked.wait(TIMEOUT_SECONDS)
            return Run(code, output.read_text(encoding="utf-8"), log.read_text(encoding="utf-8"))

    def close(self) -> None:
        """End the server, and what a test left running."""
        if self._last is not None:
            self._last.send_signal(signal.SIGKILL)
            self._last = None
        if self._process is not None and self._connection is not None:
            self._connection.close()
            self._process.wait()
            self._process = self._connection = None

    def _start(self, environment: Mapping[str, str]) -> None:
        self.close()
        self._environment = _read_early(environment)
        self._connection, theirs = Pipe()
        with theirs:
            command = [sys.executable, "-m", "tests.support.fork_server", str(theirs.fileno())]
            self._process = subprocess.Popen(command, cwd=PROJECT, env=environment, pass_fds=[theirs.fileno()])

    def _fits(self, environment: Mapping[str, str]) -> bool:
        if self._process is None or self._process.poll() is not None:
            self._start(environment)
        return self._environment == _read_early(environment)

    def _send(
        self,
        arguments: Sequence[str],
        folder: Path,
        environment: Mapping[str, str],
        outputs: tuple[str, str],
        *,
        on_end: Callable[[], object],
    ) -> _Forked:
        assert self._connection is not None, "_fits() starts it"
        self._connection.send((list(arguments), str(folder), dict(environment), *outputs))
        self._last = _Forked(self._connection, arguments, on_end)
        return self._last


def _read_early(environment: Mapping[str, str]) -> dict[str, str]:
    return {
        name: value for name, value in environment.items() if name not in _READ_LATE and not name.endswith(_SECRETS_READ_LATE)
    }


_SERVER = ForkServer()
atexit.register(_SERVER.close)


def serve(connection: Connection) -> None:
    """Fork for each command. This returns in a child, which is then ready to run it, and exits when the client has gone."""
    while True:
        try:
            arguments, folder, environment, output, log = connection.recv()
        except EOFError:
            sys.exit()
        child = os.fork()
        if child == 0:
            connection.close()
            _become(arguments, folder, environment, output, log)
            return
        connection.send(child)
        connection.send(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))


def _become(arguments: list[str], folder: str, environment: dict[str, str], *outputs: str) -> None:
    """Take on what a new process gets from its parent and from `-m`."""
    for number, path in enumerate(outputs, start=1):
        opened = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOCTTY)
        os.dup2(opened, number)
        os.close(opened)
    if os.isatty(1):
        os.dup2(1, 0)
        assert isinstance(sys.stdout, TextIOWrapper)
        sys.stdout.reconfigure(line_buffering=True)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    sys.path[0] = os.getcwd()  # noqa: PTH109 (as -m puts it there)
    sys.argv[1:] = arguments
    sys.excepthook = _print_without_server


def _print_without_server(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Print an error with the part of its traceback that is Scrapy's."""
    while trace is not None and Path(trace.tb_frame.f_code.co_filename).parent.name != "scrapy":
        trace = trace.tb_next
    sys.__excepthook__(kind, error.with_traceback(trace), trace)


def import_modules() -> None:
    """Import what a crawl imports, but nothing that starts a thread (a fork has none) or installs a reactor."""
    components = {
        path.rpartition(".")[0]
        for name, table in vars(default_settings).items()
        if name.endswith("_BASE")
        for path in (*table, *table.values())
        if isinstance(path, str) and path.startswith("scrapy.")
    }
    for name in (*_MODULES, *components):
        import_module(name)
    for package in map(import_module, _PACKAGES):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            import_module(module.name)
    assert "twisted.internet.reactor" not in sys.modules, "each command installs its own"
    assert threading.active_count() == 1, "a fork has one thread"


def read_tables() -> None:
    """Do once what makes a crawl read the Public Suffix List, the words of English and of all languages, numpy and weights."""
    text = "The chair that stands in the kitchen is made of oak, and has been for many years."
    assert site_of("www.example.com") == "example.com"
    assert detect_language(text) == "en"
    assert PageTopic(text, (), Topic({"oak": 1}, "en")).relevance("oak") > 0
    assert len(pagerank(array("q", [0, 1]), 2)) == 2
    assert load_weights(None).name == "default"
    # Every command looks for all commands: in the entry points of all distributions, and in every class of its modules.
    commands = Settings({"COMMANDS_MODULE": "backlinkspider.commands"})
    assert "crawl" in cmdline._get_commands_dict(commands, inproject=True)
    assert threading.active_count() == 1, "a fork has one thread"


def run_module_and_leave() -> None:
    """Run `scrapy`, and end the process without taking the server's modules apart, which costs twice as much as most commands.

    What the command leaves is finalized, as at the end of a process: an unclosed file is a warning.
    """
    code = 0
    try:
        runpy.run_module("scrapy", run_name="__main__", alter_sys=True)
    except SystemExit as end:
        if not isinstance(end.code, int | None):
            raise
        code = end.code or 0
    # The order of Py_FinalizeEx.
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    gc.collect()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    import_modules()
    read_tables()
    # Else every child looks through all of these objects as it exits, and copies their memory: 0.2 seconds.
    gc.freeze()
    serve(Connection(int(sys.argv[1])))
    run_module_and_leave()
