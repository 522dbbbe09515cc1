"""The steps from a parsed page to rows: which links are kept, how they are described, and what their anchors are."""
