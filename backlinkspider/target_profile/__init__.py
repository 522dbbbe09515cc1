"""What is known of the target from its own pages: their reader, and the extension that starts it."""
