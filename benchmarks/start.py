"""Processor time from the start of a process to its first request, of our crawl and of an empty Scrapy spider.

    python benchmarks/start.py [--rounds 5]

A server on loopback waits for the first request and then reads from the system what the process has used, with its threads.
The two take turns. `keep=all` to CSV; the target's profile is not read, so that the seed is the first thing asked for.
"""

from __future__ import annotations

import argparse
import os
import socket
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

PROJECT = Path(__file__).parent.parent
EMPTY_SPIDER = Path(__file__).parent / "contenders" / "empty_spider.py"


def main() -> None:
    """Print medians, ranges and the ratio."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder, socket.create_server(("127.0.0.1", 0)) as server:
        commands = _commands(Path(folder), f"127.0.0.1:{server.getsockname()[1]}")
        seconds: dict[str, list[float]] = {name: [] for name in commands}
        for number in range(rounds + 1):
            for name, command in commands.items():
                cwd = PROJECT if name == "backlinks" else Path(folder)
                used = _seconds_to_first_request(command, cwd, server)
                # The first round writes bytecode where there is none.
                if number:
                    seconds[name].append(used)
    for name, measured in seconds.items():
        print(f"{name:<14}{statistics.median(measured):>6.2f} s ({min(measured):.2f} to {max(measured):.2f})")
    ratio = statistics.median(seconds["backlinks"]) / statistics.median(seconds["empty spider"])
    print(f"ratio         {ratio:>6.2f}")


def _commands(folder: Path, host: str) -> dict[str, Sequence[str | Path]]:
    scrapy = [sys.executable, "-m", "scrapy"]
    urls = folder / "urls.txt"
    urls.write_text(f"http://{host}/", encoding="utf-8")
    ours = ["-a", f"target={host}", "-a", f"seeds=http://{host}/", "-a", "profile_pages=0", "-a", "keep=all"]
    private = ["-s", "BACKLINKS_ALLOW_PRIVATE_NETWORKS=True", "-O", folder / "rows.csv"]
    return {
        "empty spider": [*scrapy, "runspider", EMPTY_SPIDER, "-a", f"urls={urls}"],
        "backlinks": [*scrapy, "crawl", "backlinks", *ours, *private],
    }


def _seconds_to_first_request(command: Sequence[str | Path], folder: Path, server: socket.socket) -> float:
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    # An installed package has its bytecode.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    with subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        connection, _ = server.accept()
        with connection:
            connection.recv(1)
            used = _processor_seconds(process.pid)
        process.kill()
    return used


def _processor_seconds(pid: int) -> float:
    """Return what a process has used, its ended children aside."""
    _, _, after_name = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")
    user, system = after_name.split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
