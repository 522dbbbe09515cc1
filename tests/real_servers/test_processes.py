"""A server ends with the process that runs it, however that comes about."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest

from tests.real_servers.php_site import DEADLINE_SECONDS, Process
from tests.support.fork_server import PROJECT
from tests.support.scrapyd_server import free_port

_SERVER = """
import pathlib, sys, threading
from tests.real_servers.php_site import Process
with Process([sys.executable, "-m", "http.server", "--bind", "127.0.0.1", sys.argv[1]], pathlib.Path(sys.argv[2])):
    print("started", flush=True)
    threading.Event().wait()
"""


@pytest.mark.skipif(shutil.which("setpriv") is None, reason="setpriv, of util-linux, is missing")
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_a_server_ends_when_the_process_that_runs_it_is_killed(tmp_path: Path, how: signal.Signals) -> None:
    port = free_port()
    command = [sys.executable, "-c", _SERVER, str(port), str(tmp_path / "log")]
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as runner:
        assert runner.stdout is not None
        assert runner.stdout.readline() == "started\n"
        wait_until(port, answers=True)
        runner.send_signal(how)
        assert runner.wait(DEADLINE_SECONDS) == -how
    wait_until(port, answers=False)


@pytest.mark.skipif(shutil.which("setpriv") is None, reason="setpriv, of util-linux, is missing")
def test_a_server_ends_with_its_context(tmp_path: Path) -> None:
    port = free_port()
    with Process([sys.executable, "-m", "http.server", "--bind", "127.0.0.1", str(port)], tmp_path / "log") as process:
        process.wait_for(lambda: socket.create_connection(("127.0.0.1", port)))
    assert not is_answered(port)


def wait_until(port: int, *, answers: bool) -> None:
    """Return when a port answers, or does so no more. Raises AssertionError when that does not come about."""
    end, pause = time.monotonic() + DEADLINE_SECONDS, threading.Event()
    while is_answered(port) is not answers:
        assert time.monotonic() < end, f"port {port} {'does not answer' if answers else 'answers still'}"
        pause.wait(0.02)


def is_answered(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
        return True
    return False
