-- Keep, of each page that was fetched several times, the rows of its latest fetch, as `scrapy merge` does; of the same time, those of
-- the later feed. The monitor's rows are of one look each, whenever their pages were read.
DELETE FROM links USING (
    SELECT without_fragment(url_from) AS page, target, max((coalesce(fetched_at, ''), feed)) AS newest
    FROM links
    WHERE status IS NULL
    GROUP BY ALL
    HAVING min((coalesce(fetched_at, ''), feed)) < newest
) AS latest
WHERE links.status IS NULL
    AND without_fragment(links.url_from) = latest.page
    AND links.target IS NOT DISTINCT FROM latest.target
    AND (coalesce(links.fetched_at, ''), links.feed) < latest.newest;
