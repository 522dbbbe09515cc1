"""What becomes of every URL, how many may be fetched of a site, and what was found."""
