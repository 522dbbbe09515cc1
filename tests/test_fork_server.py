"""A command in a fork does what one in a new process does."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import fork_server
from tests.support.fork_server import ForkServer, Run, run_process
from tests.support.scrapy_command import project_environment

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")

BODIES = {
    "show": "print(os.getcwd(), sys.path, sys.argv, args, sorted(os.environ.items()), 'ä'); sys.stderr.write('log')",
    "broken": "raise RuntimeError('broken')",
    "leave": "print('unflushed', end=''); sys.exit('left')",
    "interrupt": "raise KeyboardInterrupt",
    "warn": "warnings.warn('old', DeprecationWarning)",
    "atexit": "import atexit; atexit.register(print, 'last'); self.exitcode = 3",
    "die": "os.kill(os.getpid(), signal.SIGKILL)",
    "hang": "signal.pause()",
}
COMMAND = """
import os, signal, sys, warnings
from scrapy.commands import ScrapyCommand
class Command(ScrapyCommand):
    requires_crawler_process = False
    def short_desc(self):
        return "A command of the folder"
    def run(self, args, opts):
        {}
"""


@pytest.fixture(scope="module")
def server() -> Iterator[ForkServer]:
    server = ForkServer()
    yield server
    server.close()


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a project whose commands are BODIES."""
    folder = tmp_path_factory.mktemp("project")
    (folder / "own").mkdir()
    (folder / "own" / "__init__.py").touch()
    (folder / "own_settings.py").write_text("COMMANDS_MODULE = 'own'")
    for name, body in BODIES.items():
        (folder / "own" / f"{name}.py").write_text(COMMAND.format(body))
    return folder


@pytest.fixture
def environment() -> dict[str, str]:
    """The variables of that project."""
    return {**project_environment(os.environ), "PYTHONWARNINGS": "error", "SCRAPY_SETTINGS_MODULE": "own_settings"}


def in_fork(server: ForkServer, *arguments: str, folder: Path, environment: dict[str, str]) -> Run:
    with server.reserve(environment) as free:
        assert free
        return server.run(arguments, folder, environment)


def without_runpy(run: Run) -> Run:
    """The same without the lines of a traceback that show how `-m` started the module."""
    return run._replace(log=re.sub(r'  File "<frozen runpy>", .*\n', "", run.log))


@pytest.mark.parametrize(
    "arguments",
    [[], ["nosuch"], ["show", "-h"], ["version"], *([name, "word"] for name in BODIES if name != "hang")],
    ids=lambda arguments: " ".join(arguments) or "no command",
)
def test_a_fork_is_like_a_process(server: ForkServer, environment: dict[str, str], project: Path, arguments: list[str]) -> None:
    forked = in_fork(server, *arguments, folder=project, environment=environment)
    assert forked == without_runpy(run_process(arguments, folder=project, environment=environment))


@pytest.mark.parametrize("name", ["http_proxy", "TERM", "BING_WEBMASTER_KEY"])
def test_variables_that_are_read_late_are_those_of_the_command(
    server: ForkServer, environment: dict[str, str], project: Path, name: str
) -> None:
    for value in ("http://one.example", "http://two.example"):
        run = in_fork(server, "show", folder=project, environment={**environment, name: value})
        assert f"('{name}', '{value}')" in run.output


def test_another_variable_takes_a_process(server: ForkServer, environment: dict[str, str]) -> None:
    with server.reserve(environment) as free:
        assert free
    for other in ({**environment, "PYTHONHASHSEED": "1"}, {**environment, "PATH": ""}):
        with server.reserve(other) as free:
            assert not free


def test_a_second_command_at_once_takes_a_process(server: ForkServer, environment: dict[str, str]) -> None:
    with server.reserve(environment) as first, server.reserve(environment) as second:
        assert (first, second) == (True, False)


def test_a_command_that_hangs_is_killed_and_the_next_one_runs(
    server: ForkServer, environment: dict[str, str], project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(fork_server, "TIMEOUT_SECONDS", 1)
        with pytest.raises(subprocess.TimeoutExpired):
            in_fork(server, "hang", folder=project, environment=environment)
    assert in_fork(server, "version", folder=project, environment=environment).code == 0
