"""The target's topic: its profile, the relevance of other pages to it, and the order in which its pages are read."""
