"""The columns of a list of candidates, and of the table that says what each source gave."""

CANDIDATE_COLUMNS = (
    "candidate",
    "candidate_domain",
    "level",
    "target",
    "target_url",
    "anchor",
    "sources",
    "source_count",
    "first_seen",
    "last_seen",
    "hits",
    "cc_harmonic_pos",
    "cc_pagerank_pos",
    "cc_hosts",
    "links_to_targets",
    "evidence",
)

SOURCE_COLUMNS = ("source", "candidates", "domains", "only_here", "share_of_union", "complete", "read_at", "note")
