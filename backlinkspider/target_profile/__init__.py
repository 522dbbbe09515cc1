"""The target's profile: a reader for its own pages, and what starts it."""
