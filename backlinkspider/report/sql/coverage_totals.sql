-- What was seen of all seeds together, one row.
SELECT
    count(*) AS seeds,
    coalesce(sum(pages), 0)::BIGINT AS pages,
    coalesce(sum(addresses), 0)::BIGINT AS addresses,
    coalesce(sum(redirects), 0)::BIGINT AS redirects,
    coalesce(sum(sitemaps), 0)::BIGINT AS sitemaps,
    coalesce(sum(robots_blocked), 0)::BIGINT AS robots_blocked,
    coalesce(sum(not_html), 0)::BIGINT AS not_html,
    coalesce(sum(errors), 0)::BIGINT AS errors,
    coalesce(sum(over_budget), 0)::BIGINT AS over_budget,
    coalesce(sum(cut_by_depth), 0)::BIGINT AS cut_by_depth,
    coalesce(sum(not_followed), 0)::BIGINT AS not_followed,
    coalesce(sum(pending), 0)::BIGINT AS pending,
    count(*) FILTER (outcome = 'complete') AS complete,
    count(*) FILTER (outcome = 'partial') AS partial
FROM coverage;
