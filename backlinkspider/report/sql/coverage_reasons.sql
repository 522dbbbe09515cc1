-- Why URLs were not read, one row a reason.
WITH named AS (
    SELECT seed, unnest(error_reasons) AS reason, 'not read' AS fate FROM coverage
    UNION ALL
    SELECT seed, unnest(not_followed_reasons), 'not followed' FROM coverage
),
counted AS (
    SELECT seed, fate, regexp_extract(reason, '^(.*) (\d+)$', 1) AS reason, TRY_CAST(regexp_extract(reason, '(\d+)$', 1) AS BIGINT) AS urls
    FROM named
    UNION ALL SELECT seed, 'not read', 'robots_blocked', robots_blocked FROM coverage
    UNION ALL SELECT seed, 'not read', 'not_html', not_html FROM coverage
    UNION ALL SELECT seed, 'not followed', 'budget', over_budget FROM coverage
    UNION ALL SELECT seed, 'not followed', 'depth', cut_by_depth FROM coverage
    UNION ALL SELECT seed, 'not followed', 'pending', pending FROM coverage
)
SELECT fate, reason, sum(urls)::BIGINT AS urls, count(DISTINCT seed) AS seeds
FROM counted
WHERE urls > 0
GROUP BY fate, reason
ORDER BY fate DESC, urls DESC, reason;
