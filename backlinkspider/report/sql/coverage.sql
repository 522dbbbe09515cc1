-- How the seeds came out, one row an outcome: what was read whole first.
SELECT
    outcome,
    count(*) AS seeds,
    sum(pages)::BIGINT AS pages,
    sum(backlinks)::BIGINT AS backlinks,
    sum(addresses)::BIGINT AS addresses
FROM coverage
GROUP BY outcome
ORDER BY list_position(['complete', 'partial'], outcome) NULLS LAST, seeds DESC, outcome;
