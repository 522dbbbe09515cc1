"""How pages are fetched: handlers, middlewares, resolver, delays, requests outside the queue, and pages from responses."""
