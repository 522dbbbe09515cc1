"""Signals of this project, beside Scrapy's own."""

from __future__ import annotations

response_processed = object()
"""Sent with `request` when all that came of it has been done: its links were asked for, its rows written, or it failed."""

job_opened = object()
"""Sent with `job` and `frontier` before the first request of a crawl with JOBDIR: time to ask the job to keep what is to outlive
the process (`job.store.JobStore.register`)."""
