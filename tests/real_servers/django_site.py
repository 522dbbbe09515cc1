"""Run a project of Django, made by what install_python.sh installs, in a process of its own."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.real_servers.php_site import FOLDER, NoServerError, Process, run
from tests.support.scrapyd_server import free_port


class DjangoProject:
    """A project in a folder, whose programs stand in the environment of one software. Raises NoServerError.

    Prices need a locale: the one that the software has for them is taken (install_python.sh).
    """

    def __init__(self, software: str, folder: Path, *, starter: Sequence[str] = ("django-admin", "startproject")) -> None:
        root = Path(os.environ.get("BACKLINKS_SERVERS", "/opt/backlinkspider-servers"))
        programs = root / software / "bin"
        if not (programs / starter[0]).exists():
            raise NoServerError(f"{programs / starter[0]} is missing (tests/real_servers/install_python.sh)")
        self._log = folder / f"{software}.log"
        self._environment = {"PATH": f"{programs}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": ""}
        locales = root / software / "locales"
        if locales.is_dir():
            self._environment |= {"LOCPATH": str(locales), "LC_ALL": "en_US.UTF-8"}
        run("sh", "-c", 'cd "$0" && exec "$@"', folder, *starter, "project", **self._environment)
        self.folder = folder / "project"
        self._manage = ("sh", "-c", 'cd "$0" && exec "$@"', str(self.folder), str(programs / "python"), "manage.py")

    def configure(self, settings: str, urls: str) -> None:
        """Add settings to those of the starter, set the URLs, and make the tables of the database."""
        self.append("settings.py", settings)
        (self.folder / "project" / "urls.py").write_text(urls, "utf-8")
        self.manage("migrate", "--verbosity=0")

    def append(self, file: str, settings: str) -> None:
        """Add settings to a file of the project."""
        with (self.folder / "project" / file).open("a", encoding="utf-8") as opened:
            opened.write(settings)

    def manage(self, *arguments: str, text: str | None = None) -> str:
        """Return what a command of manage.py prints."""
        return run(*self._manage, *arguments, text=text, **self._environment)

    def fill(self, script: str, given: Any) -> dict[str, str]:
        """Return the paths that a script prints, which reads what is given as JSON."""
        said = self.manage("shell", "-c", (FOLDER / script).read_text("utf-8"), text=json.dumps(given))
        paths: dict[str, str] = json.loads(said.partition("PATHS")[2])
        return paths

    def fill_forum(self, script: str, forum: Mapping[str, Any], long_every: int) -> dict[str, str]:
        """Return the pages of a forum that a script makes: its topics, and the second pages of the long ones."""
        paths = self.fill(script, forum)
        second = (f"{paths[topic['slug']]}?page=2" for topic in forum["topics"][::long_every])
        return {page: page for page in (*paths.values(), *second)}

    @contextmanager
    def serving(self) -> Iterator[int]:
        """Serve the project while the context is open, on a port of loopback."""
        port = free_port()
        command = [*self._manage, "runserver", "--noreload", f"127.0.0.1:{port}"]
        with Process(command, self._log, self._environment) as process:
            process.wait_for(lambda: socket.create_connection(("127.0.0.1", port)))
            yield port
