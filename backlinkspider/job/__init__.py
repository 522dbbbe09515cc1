"""A crawl that survives its process: store, terms for a resume, persisted stats, outcome."""
