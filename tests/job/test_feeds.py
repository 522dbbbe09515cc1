"""A feed of a job whose place a finished one takes, with a kill at every moment."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from backlinkspider.core.exceptions import JobError
from backlinkspider.job.store import JobStore

FACTS, FINISHED, MORE = b"facts\nfacts\n", b"facts with verdicts\nfacts with verdicts\n", b"more facts\n"


@pytest.fixture
def feed(tmp_path: Path) -> Path:
    return tmp_path / "rows.jsonl"


@pytest.fixture
def job(tmp_path: Path, feed: Path) -> JobStore:
    """A job that has written a feed, and closed it."""
    job = JobStore.open(tmp_path / "job")
    with feed.open("wb") as file:
        job.feeds.track(feed, file, ["a"])
        file.write(FACTS)
        job.commit(is_synced=True)
    return job


def kill(job: JobStore) -> None:
    """What a kill leaves: nothing is committed that was not."""
    job.connection.rollback()
    job.connection.close()


def write_draft(feed: Path) -> Path:
    draft = feed.with_name("draft")
    draft.write_bytes(FINISHED)
    return draft


def go_on(job: JobStore, feed: Path) -> bytes:
    """What the feed holds when another process goes on, writes a page and is killed in the middle of the next."""
    with feed.open("ab") as file:
        job.feeds.track(feed, file, ["a"])
        file.write(MORE)
        job.commit()
        file.write(b"torn")
    kill(job)
    kill(JobStore.open(job.folder))
    return feed.read_bytes()


def test_a_kill_before_the_draft_takes_its_place(job: JobStore, feed: Path) -> None:
    job.begin_replace(feed, len(FINISHED))
    kill(job)
    assert go_on(JobStore.open(job.folder), feed) == FACTS + MORE


def test_a_kill_after_the_draft_took_its_place(job: JobStore, feed: Path) -> None:
    draft = write_draft(feed)
    job.begin_replace(feed, len(FINISHED))
    draft.replace(feed)
    kill(job)
    assert go_on(JobStore.open(job.folder), feed) == FINISHED + MORE


def test_a_draft_that_is_shorter_than_the_feed(job: JobStore, feed: Path) -> None:
    job.begin_replace(feed, 6)
    os.truncate(feed, 6)
    kill(job)
    assert go_on(JobStore.open(job.folder), feed) == b"facts\n" + MORE


def test_a_feed_that_took_its_place_is_the_feed(job: JobStore, feed: Path) -> None:
    draft = write_draft(feed)
    job.begin_replace(feed, len(FINISHED))
    draft.replace(feed)
    job.commit_replace(feed)
    job.close()
    assert go_on(JobStore.open(job.folder), feed) == FINISHED + MORE


def test_what_was_announced_and_never_came_is_forgotten(job: JobStore, feed: Path) -> None:
    job.begin_replace(feed, len(FACTS + MORE) + 1)
    kill(job)
    job = JobStore.open(job.folder)
    job.close()
    feed.write_bytes(FACTS + MORE + b"x")
    with pytest.raises(JobError, match="is not as the job left it"):
        JobStore.open(job.folder)


def test_a_job_that_is_closed_notes_nothing_any_more(job: JobStore, feed: Path) -> None:
    """A feed that is finished later, in a process that is to end, must not take its place."""
    job.close()
    assert job.is_abandoned
    assert go_on(JobStore.open(job.folder), feed) == FACTS + MORE
