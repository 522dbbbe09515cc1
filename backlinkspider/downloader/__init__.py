"""How pages are fetched: handlers, middlewares, resolver, delays, and what a response holds."""
