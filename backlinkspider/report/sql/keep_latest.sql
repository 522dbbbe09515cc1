-- Keep, of each page that was fetched several times, the rows of its latest fetch, as `scrapy merge` does; of the same time, those of
-- the later feed. The monitor's rows are of one look each, whenever their pages were read. A row without a target is of a crawl for
-- several: its page was read for all that its feed names.
DELETE FROM links USING (
    WITH fetches AS (
        SELECT DISTINCT without_fragment(url_from) AS page, target, coalesce(fetched_at, '') AS fetched_at, feed
        FROM links
        WHERE status IS NULL
    ),
    targets AS (SELECT DISTINCT feed, target FROM fetches WHERE target IS NOT NULL)
    SELECT page, target, max((fetched_at, feed)) AS newest
    FROM (
        SELECT page, target, fetched_at, feed FROM fetches
        UNION ALL
        SELECT page, targets.target, fetched_at, feed FROM fetches JOIN targets USING (feed) WHERE fetches.target IS NULL
    )
    GROUP BY ALL
    HAVING min((coalesce(fetched_at, ''), feed)) < newest
) AS latest
WHERE links.status IS NULL
    AND without_fragment(links.url_from) = latest.page
    AND links.target IS NOT DISTINCT FROM latest.target
    AND (coalesce(links.fetched_at, ''), links.feed) < latest.newest;
