"""A real redis-server on a free port of loopback, append-only, that can be killed, stopped and started again."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path
from typing import Self

import pytest
from redis import Redis

REQUIRED = "BACKLINKS_REQUIRE_SERVERS"


class RedisServer:
    """Runs while the context is open."""

    def __init__(self, folder: Path, *options: str) -> None:
        self._folder = folder
        self._options = options
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def address(self, name: str = "queue") -> str:
        """The address of a queue on this server."""
        return f"redis://127.0.0.1:{self.port}/0/{name}"

    def client(self) -> Redis:
        """A connection to look at the server with."""
        return Redis(port=self.port, decode_responses=True, protocol=2)

    def start(self) -> None:
        """Starts it with what it wrote before, and waits until it answers."""
        program = find_redis_server()
        command = [program, "--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self._folder)]
        self._process = subprocess.Popen(
            [*command, "--appendonly", "yes", "--save", "", *self._options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        while self._process.poll() is None:
            try:
                with socket.create_connection(("127.0.0.1", self.port)) as connection:
                    connection.sendall(b"PING\r\n")
                    if not connection.recv(64).startswith(b"-LOADING"):
                        return
            except OSError:
                pass
            time.sleep(0.02)
        pytest.fail("redis-server ended when it was started")

    def kill(self) -> None:
        """Ends it without a word (SIGKILL)."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def stop(self) -> None:
        """Has it do nothing (SIGSTOP)."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """Has it go on (SIGCONT)."""
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)


def find_redis_server() -> str:
    """The program; skips the test where there is none, or fails it where a run requires servers."""
    program = shutil.which("redis-server") or shutil.which("redis-server", path="/usr/sbin:/usr/local/bin")
    if program is not None:
        return program
    if os.environ.get(REQUIRED):
        pytest.fail(f"redis-server is missing, and {REQUIRED} is set (Debian: apt-get install redis-server)")
    pytest.skip("redis-server is missing (Debian: apt-get install redis-server)")
