"""What is imported is required by name, what is required is imported, and all of it may be passed on."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import distribution, packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PROJECT = Path(__file__).parent.parent
PACKAGE = PROJECT / "backlinkspider"

PERMISSIVE = {
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "CC0-1.0",
    "CNRI-Python",
    "MIT",
    "MIT-0",
    "PSF-2.0",
    "Zlib",
    "ZPL-2.1",
}
"""SPDX identifiers of licences that ask for attribution at most."""

SPDX_OF_CLASSIFIER = {
    "License :: OSI Approved :: Apache Software License": "Apache-2.0",
    "License :: OSI Approved :: BSD License": "BSD-3-Clause",
    "License :: OSI Approved :: MIT License": "MIT",
    "License :: OSI Approved :: Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "License :: OSI Approved :: Python Software Foundation License": "PSF-2.0",
}

EXCEPTIONS = {
    # A list of certificates, which is passed on unchanged; the licence asks that of changed files only.
    "certifi": "MPL-2.0",
    # It says nothing; the licence file that it brings is that of MIT.
    "chardetng-py": "unknown",
    # Its classifier says "Other/Proprietary License"; the licence file that it brings is that of MIT.
    "locate": "License :: Other/Proprietary License",
}
"""What distributions say of themselves that are neither, and why they may be used."""


def required(file: str) -> Iterator[Requirement]:
    """The requirements of a file, those of the files that it includes among them."""
    for line in (PROJECT / file).read_text(encoding="utf-8").splitlines():
        text = line.partition("#")[0].strip()
        if text.startswith("-r "):
            yield from required(text.removeprefix("-r ").strip())
        elif text:
            yield Requirement(text)


def closure() -> set[str]:
    """The names of all distributions that `requirements.txt` brings to this Python, without extras."""
    names: set[str] = set()
    waiting = list(required("requirements.txt"))
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        if name in names or (requirement.marker is not None and not requirement.marker.evaluate({"extra": ""})):
            continue
        names.add(name)
        waiting.extend(map(Requirement, distribution(name).requires or ()))
    return names


def imported() -> set[str]:
    """The names of the distributions whose modules the package imports."""
    modules: set[str] = set()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                modules.update(name.name for name in node.names)
            elif isinstance(node, ast.ImportFrom):
                modules.add(node.module or "")
    top = (
        {module.partition(".")[0] for module in modules} - sys.stdlib_module_names - {"backlinkspider", "compression"}
    )  # the latter from Python 3.14 on
    providers = packages_distributions()
    return {canonicalize_name(name) for module in top for name in set(providers[module])}


def licences_of(name: str) -> set[str]:
    """The SPDX identifiers of a distribution's licences, or its own words where they are unknown."""
    metadata = distribution(name).metadata
    for expression in metadata.get_all("License-Expression") or ():
        return set(expression.replace("(", " ").replace(")", " ").split()) - {"AND", "OR"}
    classifiers = {text for text in metadata.get_all("Classifier") or () if text.startswith("License ::")}
    if classifiers:
        return {SPDX_OF_CLASSIFIER.get(text, text) for text in classifiers}
    return {*(metadata.get_all("License") or ("unknown",))}


def test_what_is_imported_is_required_by_name_and_nothing_else() -> None:
    assert {canonicalize_name(requirement.name) for requirement in required("requirements.txt")} == imported()


@pytest.mark.parametrize("name", sorted(closure()))
def test_all_that_is_required_is_under_a_permissive_licence(name: str) -> None:
    found = licences_of(name)
    assert found <= PERMISSIVE or found == {EXCEPTIONS.get(name)}, f"{name} is under {found}"


def test_no_exception_is_made_for_what_is_not_required() -> None:
    assert set(EXCEPTIONS) <= closure()


@pytest.mark.parametrize("name", ["chardetng-py", "locate"])
def test_a_licence_that_is_not_declared_is_that_of_mit(name: str) -> None:
    found = distribution(name)
    (licence,) = [file for file in found.files or () if file.name.startswith("LICENSE")]
    assert licence.read_text().startswith("MIT License")


def test_the_constraints_pin_all_that_is_required_and_satisfy_it() -> None:
    pins = {canonicalize_name(pin.name): str(pin.specifier).removeprefix("==") for pin in required("constraints.txt")}
    assert all(version[0].isdigit() for version in pins.values())
    assert closure() <= set(pins)
    for requirement in required("requirements.txt"):
        assert requirement.specifier.contains(pins[canonicalize_name(requirement.name)]), requirement
    for name in closure():
        for text in distribution(name).requires or ():
            needed = Requirement(text)
            if needed.marker is None or needed.marker.evaluate({"extra": ""}):
                assert needed.specifier.contains(pins[canonicalize_name(needed.name)], prereleases=True), f"{name}: {text}"


def test_the_page_on_requirements_names_each() -> None:
    page = (PROJECT / "docs" / "requirements.md").read_text(encoding="utf-8")
    named = re.findall(r"^\| `([\w.-]+)` \|", page, re.MULTILINE)
    assert set(named) == {canonicalize_name(requirement.name) for requirement in required("requirements.txt")}


LATE = {"duckdb", "jinja2", "numpy", "py3langid", "redis", "wordfreq"}
"""Modules that take tens of megabytes or milliseconds, and that not every crawl needs."""


def test_large_libraries_are_imported_when_they_are_needed() -> None:
    code = (
        "import importlib, pkgutil, sys, backlinkspider\n"
        "for module in pkgutil.walk_packages(backlinkspider.__path__, 'backlinkspider.'):\n"
        "    importlib.import_module(module.name)\n"
        f"print([name for name in {sorted(LATE)!r} if name in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_the_size_of_the_environment_is_printed_with_each_licence() -> None:
    script = PROJECT / "benchmarks" / "environment_size.py"
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=True)
    heading, *lines, total = done.stdout.splitlines()
    assert heading.split()[0] == "distribution"
    assert {line.split()[0] for line in lines} == closure()
    assert float(total.split()[-1]) == pytest.approx(sum(float(line[40:46]) for line in lines), abs=0.05 * len(lines))
