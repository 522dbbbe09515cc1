-- What was seen of each seed: what was not read whole first, then those with most backlinks.
SELECT
    seed, outcome, pages, backlinks, addresses, robots_blocked, not_html, errors, error_reasons, over_budget, cut_by_depth,
    not_followed, not_followed_reasons, pending
FROM coverage
ORDER BY outcome = 'complete', backlinks DESC, seed;
