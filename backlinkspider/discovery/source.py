"""The contract of a source: it gives candidates as a stream, says how complete it is, and says what it could not read."""

from __future__ import annotations

import re
import threading
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, ClassVar

from scrapy.settings import BaseSettings

from backlinkspider.core.candidates.candidate import Candidate, page_of_url
from backlinkspider.core.candidates.ownership import Ownership
from backlinkspider.core.exceptions import SourceError
from backlinkspider.core.mentions.mention import Mention
from backlinkspider.core.text import truncate_for_message
from backlinkspider.discovery.files import find_files
from backlinkspider.discovery.web import Web

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class Completeness(StrEnum):
    """How much of what a source has was read."""

    YES = "yes"
    """All of it."""
    NO = "no"
    """A part: reading failed or was interrupted."""
    LIMIT = "limit"
    """A part: the source, or an option, gives no more."""


@dataclass(frozen=True)
class Question:
    """What is asked of every source."""

    ownership: Ownership
    settings: BaseSettings
    environment: Mapping[str, str]
    """Where secrets are."""
    now: datetime
    min_rank: int | None = None
    """Domains behind this place in the order of harmonic centrality are left out."""
    exclude_hubs: bool = False
    """Whether domains that refer to very many others are left out."""
    keep: str | None = None
    """A folder for large downloads, in which they are found the next time."""
    stopped: threading.Event = field(default_factory=threading.Event)
    """Set when the command ends before its sources."""
    secrets: set[str] = field(default_factory=set)
    """The secrets that sources have taken from the environment."""

    def secret(self, name: str) -> str:
        """Return the secret that a variable of the environment holds. Raises SourceError, which does not show it."""
        value = self.environment.get(name, "").strip()
        if not value:
            raise SourceError(f"the environment has no {name}: put the key there, never on the command line")
        self.secrets.add(value)
        return value


@dataclass
class SourceReport:
    """What a source says about its own reading; `read` fills it in."""

    complete: Completeness = Completeness.YES
    notes: list[str] = field(default_factory=list)
    unread: Counter[str] = field(default_factory=Counter)
    """What could not be read, or was left out, by reason."""
    failure: str | None = None
    """Why the source gave nothing, or no more, in one line."""
    read_at: datetime | None = None

    @property
    def note(self) -> str:
        counts = (f"{reason}: {number}" for reason, number in sorted(self.unread.items()))
        return "; ".join([*([self.failure] if self.failure else []), *self.notes, *counts])


class Source(ABC):
    """One kind of source. `values` are those of every `--source NAME=VALUE` with its name; without a value, none.

    A subclass names itself in NAMES and checks its values when it is built (raises SourceError: exit code 2). While it reads it
    may raise SourceError only: what it gave until then counts, and the other sources go on.
    """

    NAMES: ClassVar[tuple[str, ...]]
    """The names for `--source`."""

    def __init__(self, name: str, values: Sequence[str], question: Question) -> None:
        self.name = name
        self.values = tuple(values)
        self.question = question
        self.report = SourceReport()
        self._missed_parts = 0

    def require_values(self, example: str) -> None:
        """Raise SourceError unless there is a value."""
        if not self.values:
            raise SourceError(f"source {self.name} needs a value, such as --source {self.name}={example}")

    def require_no_value(self) -> None:
        if self.values:
            raise SourceError(f"source {self.name} takes no value: write --source {self.name}")

    def require_single_value(self) -> str | None:
        """Return the only value; None without. Raises SourceError for several."""
        if len(self.values) > 1:
            raise SourceError(f"source {self.name} takes one value, not {len(self.values)}")
        return self.values[0] if self.values else None

    def take_secret(self, variable: str) -> str:
        """Return the secret of the source from the variable that its value names, or else from its own. Raises SourceError.

        A value that is no name of a variable may be the secret itself, so it is not shown.
        """
        name = self.require_single_value() or variable
        if _VARIABLE.fullmatch(name) is None or (name != variable and name not in self.question.environment):
            raise SourceError(
                f"source {self.name} takes the name of a variable of the environment that holds the key, such as"
                f" --source {self.name}={variable}; what was given is none"
            )
        return self.question.secret(name)

    def limit(self, note: str) -> None:
        """Say that the source, or an option, gives no more than was read."""
        if self.report.complete is Completeness.YES:
            self.report.complete = Completeness.LIMIT
        if note not in self.report.notes:
            self.report.notes.append(note)

    def miss(self, error: SourceError) -> None:
        """Say that a part of the source (a file, a wiki) could not be read; the others go on."""
        self.report.complete = Completeness.NO
        self.report.notes.append(str(error))
        self._missed_parts += 1

    def miss_one(self, what: str, error: SourceError) -> None:
        """Say that one of very many parts could not be read: the first is named, and all are counted."""
        if not self.report.unread[what]:
            self.report.notes.append(str(error))
        self.report.complete = Completeness.NO
        self.report.unread[what] += 1

    def require_parts(self, count: int, what: str) -> None:
        """Raise SourceError if all of so many parts were missed."""
        if self._missed_parts >= count:
            raise SourceError(f"none of the {what} can be read")

    def candidates_of(
        self, mentions: Iterable[Mention], place_of: Callable[[str], Candidate | None] = page_of_url
    ) -> Iterator[Candidate]:
        """Yield the places that mentions name; the targets' own pages, and what points elsewhere, are left out and counted."""
        ownership = self.question.ownership
        for mention in mentions:
            targets = ownership.of_link(mention.target_url)
            if targets is None:
                self.report.unread["links that lead elsewhere"] += 1
            elif ownership.owns(mention.page):
                self.report.unread["pages of the targets"] += 1
            elif (place := place_of(mention.page)) is None:
                self.report.unread["addresses that are not public" if mention.page else "entries without an address"] += 1
            else:
                yield replace(
                    place,
                    targets=targets,
                    target_url=mention.target_url,
                    anchor=mention.anchor,
                    first_seen=mention.first_seen,
                    last_seen=mention.last_seen,
                    hits=mention.hits,
                    evidence=mention.evidence,
                )

    def shown(self, value: Any) -> str:
        return truncate_for_message(str(value))


class FileSource(Source):
    """A source on this machine. It is read in a thread of its own, so it may block; it must look at `question.stopped`."""

    def require_files(self, example: str) -> list[Path]:
        """Return the files that the values name, each once. Raises SourceError for none."""
        self.require_values(example)
        return list(dict.fromkeys(path for value in self.values for path in find_files(value)))

    @abstractmethod
    def read(self) -> Iterator[Candidate]:
        """Yield the candidates."""


class NetworkSource(Source):
    """A source in the network, asked through the crawl's downloader."""

    @abstractmethod
    def read(self, web: Web) -> AsyncIterator[Candidate]:
        """Yield the candidates."""
