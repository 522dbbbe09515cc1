"""What became of a known link: which link is which, what changed, and what may be concluded."""
