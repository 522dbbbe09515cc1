"""What is known of the targets: a reader for their own pages, titles of pages, and pages that came before."""
