"""The outcome of every URL, how many may be fetched per site, and counts of what was found."""
