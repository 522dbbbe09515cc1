"""The signals of this project."""

from __future__ import annotations

response_processed = object()
"""Sent with `request` when everything that came from it is done: its links were queued, its rows written, or it failed; and with
`seconds`, the time that the processor took for it.
"""

job_opened = object()
"""Sent with `job` and `frontier` before the first request of a crawl with JOBDIR: the time to register what must outlive the
process (`job.store.JobStore.register`).
"""
