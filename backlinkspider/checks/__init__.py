"""Everything that is validated before a file or socket is opened."""
