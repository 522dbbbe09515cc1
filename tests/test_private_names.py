"""Private names of Scrapy and Twisted: where they may be used, that each is listed, and that it is there."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path
from types import ModuleType

import pytest
from packaging.requirements import Requirement

import backlinkspider

PACKAGE = Path(backlinkspider.__file__).parent
FOREIGN = ("scrapy", "twisted")
PACKAGES = sorted(path.parent.name for path in PACKAGE.glob("*/compat.py"))
OWN = {"_rotation", "_crawler"}
"""Names of ours that objects of Scrapy have too."""
NAMES_MAXIMUM = 30
"""There were 36 before they were brought together."""


def modules() -> Iterator[ModuleType]:
    for found in pkgutil.walk_packages([str(PACKAGE)], "backlinkspider."):
        if not found.name.endswith("__main__"):
            yield importlib.import_module(found.name)


def is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")


def direct_names(path: Path) -> Iterator[str]:
    """The private names that a file imports from Scrapy and Twisted, and those that it reads of other objects."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(FOREIGN):
            yield from (part for alias in node.names for part in f"{node.module}.{alias.name}".split(".") if is_private(part))
        if isinstance(node, ast.Attribute) and is_private(node.attr) and not is_own(node.value):
            yield node.attr


def is_own(node: ast.expr) -> bool:
    return (isinstance(node, ast.Name) and node.id in ("self", "cls")) or isinstance(node, ast.Call)


def inherited_names(module: ModuleType) -> Iterator[str]:
    """The private names that a class of ours takes over from a class of Scrapy or Twisted."""
    for _, owner in inspect.getmembers(module, inspect.isclass):
        bases = [base for base in owner.__mro__ if base.__module__.startswith(FOREIGN)]
        if owner.__module__ == module.__name__ and bases:
            theirs = "".join(inspect.getsource(base) for base in bases)
            for name in sorted({*re.findall(r"(?:self\.|def )(_[a-zA-Z]\w*)", inspect.getsource(owner))}):
                if re.search(rf"(?:self\.|def ){name}\b|^\s+{name}\b", theirs, re.MULTILINE):
                    yield name


def names_by_package() -> dict[str, set[str]]:
    """All private names that are used, by package."""
    found: dict[str, set[str]] = {}
    for module in modules():
        assert module.__file__ is not None
        package = module.__name__.split(".")[1]
        names = {*inherited_names(module)} - OWN
        names |= {*direct_names(Path(module.__file__))} - OWN if module.__name__.endswith(".compat") else set()
        if names:
            found.setdefault(package, set()).update(names)
    return found


def test_private_names_are_read_in_compat_alone() -> None:
    files = {
        path
        for path in PACKAGE.rglob("*.py")
        if path.name != "compat.py" and re.search(r"\b(?:scrapy|twisted)\b", path.read_text())
    }
    assert {path.name: names for path in files if (names := {*direct_names(path)} - OWN)} == {}


def test_each_is_listed_with_what_to_do_when_it_goes() -> None:
    found = names_by_package()
    # What a handler of another package derives from is listed where it is.
    found["downloader"] |= found.pop("workers")
    assert found == {package: {*compat(package).PRIVATE_NAMES} for package in found}
    assert all(todo for package in found for todo in compat(package).PRIVATE_NAMES.values())


def test_there_are_no_more_of_them() -> None:
    assert len(set().union(*names_by_package().values())) <= NAMES_MAXIMUM


@pytest.mark.parametrize("package", PACKAGES)
def test_the_versions_are_those_that_were_read(package: str) -> None:
    allowed = {each.name: each.specifier for each in requirements()}
    for library, version in compat(package).CHECKED_WITH.items():
        assert distribution(library).version.startswith(f"{version}."), f"read the names of {library} anew"
        assert not allowed[library].contains("99")


def compat(package: str) -> ModuleType:
    return importlib.import_module(f"backlinkspider.{package}.compat")


def requirements() -> list[Requirement]:
    lines = (PACKAGE.parent / "requirements.txt").read_text(encoding="utf-8").splitlines()
    return [Requirement(text) for line in lines if (text := line.partition("#")[0].strip())]
