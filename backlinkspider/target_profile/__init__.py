"""The target's profile: a reader for its own pages, and the extension that starts it."""
