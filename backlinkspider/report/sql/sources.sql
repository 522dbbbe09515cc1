-- What became of the candidates of `scrapy discover`, one row a source: those whose candidates hold most links first.
-- A candidate is read where its seed was, or where a link was found on it; without coverage that is not known of the others.
WITH found AS (SELECT DISTINCT place_of(url_from) AS page, host_of(url_from) AS host, domain_from, seed, depth FROM backlinks),
candidate_pages AS (
    SELECT
        row_number() OVER () AS number,
        candidate,
        sources,
        CASE
            -- A page that redirects is linked from where it leads to.
            WHEN level = 'page' THEN place_of(candidate) IN (SELECT page FROM found)
                OR candidate IN (SELECT seed FROM found WHERE depth = 0)
            WHEN level = 'host' AND candidate <> candidate_domain THEN candidate IN (SELECT host FROM found)
            ELSE candidate_domain IN (SELECT domain_from FROM found)
        END AS has_link
    FROM candidates
),
seeds_read AS (SELECT DISTINCT seed FROM coverage WHERE pages > 0 OR outcome = 'duplicate'),
looked_at AS (
    SELECT
        number,
        unnest(sources) AS source,
        len(sources) = 1 AS is_only_here,
        has_link,
        CASE WHEN EXISTS (SELECT 1 FROM coverage) THEN has_link OR candidate IN (SELECT seed FROM seeds_read) END AS is_read
    FROM candidate_pages
)
SELECT
    source,
    count(*) AS candidates,
    CASE WHEN bool_or(is_read IS NOT NULL) THEN count(*) FILTER (is_read) END AS read,
    count(*) FILTER (has_link) AS with_link,
    round(count(*) FILTER (has_link) / nullif(count(*) FILTER (is_read), 0), 4) AS share_with_link,
    count(*) FILTER (is_only_here) AS only_here,
    count(*) FILTER (is_only_here AND has_link) AS only_here_with_link
FROM looked_at
GROUP BY source
ORDER BY with_link DESC, candidates, source;
