"""Access logs: who sent visitors, read from the Referer header that servers log."""
