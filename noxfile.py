"""What people and CI run, by one word each, in the environment that has requirements-test.txt: `nox -s check`."""

from __future__ import annotations

import sys

import nox

PYTHON = sys.executable

nox.options.sessions = ["check", "test"]
nox.options.default_venv_backend = "none"


@nox.session
def check(session: nox.Session) -> None:
    """Format, lint, types, and generated pages that are up to date."""
    session.run(PYTHON, "-m", "ruff", "format", "--check", ".")
    session.run(PYTHON, "-m", "ruff", "check", ".")
    session.run(PYTHON, "-m", "mypy")
    session.run(PYTHON, "docs/generate.py", "--check")


@nox.session
def test(session: nox.Session) -> None:
    """The tests, or those at the paths that are given."""
    session.run(PYTHON, "-m", "pytest", *session.posargs)


@nox.session(name="test-all")
def test_all(session: nox.Session) -> None:
    """The tests, then the slow ones (Scrapyd, Redis, kills), one after the other: they count on leases and kills."""
    session.run(PYTHON, "-m", "pytest")
    session.run(PYTHON, "-m", "pytest", "-m", "slow", "-n", "0")


@nox.session
def docs(session: nox.Session) -> None:
    """Write the generated pages and the picture in README."""
    session.run(PYTHON, "docs/generate.py")
    session.run(PYTHON, "docs/picture.py")
