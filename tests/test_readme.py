"""README lags behind the code: then this fails."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from backlinkspider.checks.weights import load_weights
from backlinkspider.core.arguments import DEFAULT_MAX_DEPTH, DEFAULT_MAX_PAGES, NAMES
from backlinkspider.core.links.relation import Relation
from backlinkspider.core.quality.judge import Verdict
from backlinkspider.core.quality.signals import SIGNALS
from backlinkspider.core.rows.columns import COLUMNS, CrawlLevelColumns
from backlinkspider.exceptions import BudgetSpent, PrivateAddress, RobotsBlocked, RobotsUnavailable, SiteTaken
from backlinkspider.items import COVERAGE_COLUMNS, Link, Page
from backlinkspider.skip_reasons import (
    CONNECTION_FAILURES,
    NOT_HTML,
    REDIRECTED_OFF_SITE,
    REDIRECTED_TO_KNOWN,
    TOO_MANY_REDIRECTS,
    UNKNOWN,
    failure_reason,
)

PROJECT = Path(__file__).parent.parent
README = (PROJECT / "README.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    """The text of README under a heading, to the next of the same rank."""
    return re.split(r"^## ", README.partition(f"## {title}\n")[2], flags=re.MULTILINE)[0]


def names_in_table(title: str) -> list[str]:
    return re.findall(r"^\| `(\w+)`", section(title), flags=re.MULTILINE)


def test_the_arguments_are_those_of_the_code() -> None:
    assert names_in_table("Arguments") == list(NAMES)
    assert f"| {DEFAULT_MAX_PAGES} |" in section("Arguments")
    assert f"| {DEFAULT_MAX_DEPTH} |" in section("Arguments")


def test_the_columns_are_those_of_the_code_in_their_order() -> None:
    assert names_in_table("Columns") == list(COLUMNS)


def test_the_columns_of_coverage_are_those_of_the_code() -> None:
    assert names_in_table("What was seen of each seed") == ["coverage", *COVERAGE_COLUMNS]


def test_every_column_is_a_field() -> None:
    known = {field.name for field in (*fields(Page), *fields(CrawlLevelColumns))} | {*Link.__struct_fields__}
    assert set(COLUMNS) <= known


def test_the_verdicts_and_signals_are_those_of_the_code_in_their_order() -> None:
    names = [*(verdict.value for verdict in Verdict), *(signal.name for signal in SIGNALS)]
    assert names_in_table("Good links and bad links") == names


def test_the_bounds_of_verdicts_are_those_of_the_default_weights() -> None:
    weights = load_weights(None)
    text = section("Good links and bad links")
    assert f"{weights.good:g} or more" in text
    assert f"quality is below {weights.review:g} and two things" in text
    assert f"`bad` | Below {weights.bad:g}, and" in text
    assert weights.minimum_measured == 5
    assert "Fewer than five signals" in text
    assert f"takes at most {-min(weights.points['host_name'].values()):g} points" in text


@pytest.mark.parametrize("relation", list(Relation))
def test_every_relation_is_explained(relation: Relation) -> None:
    assert f"`{relation}`" in README


def test_every_command_exists() -> None:
    commands = {path.stem for path in (PROJECT / "backlinkspider" / "commands").glob("*.py")} - {"__init__"}
    named = set(re.findall(r"scrapy (\w+)", README))
    assert named - {"list", "deploy"} == commands


def test_every_file_that_is_named_exists() -> None:
    for path in re.findall(r"`((?:backlinkspider|benchmarks|tests|\.ci)/[\w./-]*)`", README):
        assert (PROJECT / path).exists(), path


def test_every_reason_for_a_skip_is_explained() -> None:
    reasons = {failure_reason(kind("x")) for kind in CONNECTION_FAILURES} | {NOT_HTML, UNKNOWN}
    reasons |= {REDIRECTED_OFF_SITE, REDIRECTED_TO_KNOWN, TOO_MANY_REDIRECTS}
    reasons |= {kind.reason for kind in (RobotsBlocked, RobotsUnavailable, BudgetSpent, PrivateAddress, SiteTaken)}
    missing = {reason for reason in reasons if f"`{reason}`" not in section("How it behaves on other people's sites")}
    assert not missing
