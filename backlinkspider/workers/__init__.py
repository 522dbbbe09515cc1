"""A crawl as one of several workers: claims on sites, and a handler that checks its lease."""
