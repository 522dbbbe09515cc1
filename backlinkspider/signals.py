"""The signals of this project."""

from __future__ import annotations

from typing import Protocol

response_processed = object()
"""Sent with `request` when everything that came from it is done: its links were queued, its rows written, or it failed; and with
`seconds`, the time that the processor took for it.
"""

topics_known = object()
"""Sent with `terms` once the targets were read: the words that say what they are about."""

job_opened = object()
"""Sent with `job` and `frontier` before the first request of a crawl with JOBDIR: the time to register what must outlive the
process (`job.store.JobStore.register`).
"""

job_finished = object()
"""Sent when nothing of a job is left to do, after that was noted in it."""

child_ended = object()
"""Sent with `job` when a process that shares the crawl has ended: the time to take what it has persisted. Sent again by a resumed
crawl, with what has come since too.
"""


class WaitingRequests(Protocol):
    """The `frontier` of that signal: the queue of the job."""

    def waiting_sites(self) -> dict[str, int]:
        """Return the number of waiting requests of each site that its budget was not charged for yet."""

    def waiting_seeds(self) -> dict[str, int]:
        """Return the number of waiting requests of each seed."""

    def note_progress(self) -> None:
        """Commit what changed between pages."""


seed_done = object()
"""Sent with `seed` when nothing waits any more that was asked for on account of it."""
