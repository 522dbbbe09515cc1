-- What to do, one row a link and a task, in the order in which it pays.
WITH tasks AS (
    SELECT
        'mend' AS task,
        1 AS place,
        sentence_of('is_broken', 'broken', coalesce('status ' || url_to_status_code, 'no answer')) AS why,
        url_from, url_to, anchor, domain_from, dofollow, verdict, quality, summary, coalesce(last_seen, fetched_at) AS seen
    FROM backlinks
    WHERE to_do = 'mend'
    UNION ALL
    SELECT
        'lost', 2,
        CASE evidence
            WHEN 'page_read' THEN 'Gone: its page was read again and does not have it.'
            WHEN 'site_read' THEN 'Gone: all of its site that was found was read again and does not have it.'
            ELSE 'Gone since the earlier feed.'
        END,
        url_from, url_to, anchor, domain_from, dofollow, coalesce(verdict, 'unknown'), quality, NULL, fetched_at
    FROM changes
    WHERE change = 'gone'
    UNION ALL
    SELECT
        'lost', 2, 'Gone (' || coalesce(lost_reason, status_reason, status) || ').',
        url_from, url_to, anchor, domain_from, dofollow, verdict, quality, summary, coalesce(last_seen, fetched_at)
    FROM known_links
    WHERE status IN ('lost', 'missing')
    UNION ALL
    SELECT
        'nofollow',
        3,
        sentence_of('dofollow', CASE
            WHEN list_contains(rel, 'sponsored') THEN 'sponsored' WHEN list_contains(rel, 'ugc') THEN 'ugc' ELSE 'nofollow'
        END, '') || ' In the earlier feed it was dofollow.',
        url_from, url_to, anchor, domain_from, dofollow, coalesce(verdict, 'unknown'), quality, NULL, fetched_at
    FROM changes
    WHERE change = 'changed' AND list_contains(changed, 'dofollow') AND NOT dofollow
    UNION ALL
    SELECT
        verdict, CASE verdict WHEN 'bad' THEN 4 ELSE 5 END, coalesce(summary, array_to_string(reasons[1:4], '; ')),
        url_from, url_to, anchor, domain_from, dofollow, verdict, quality, summary, coalesce(last_seen, fetched_at)
    FROM backlinks
    WHERE to_do = 'look'
    UNION ALL
    SELECT
        'reciprocal', 6, 'The target links back, as it does to an unusual share of the sites that link to it.',
        url_from, url_to, anchor, domain_from, dofollow, verdict, quality, summary, coalesce(last_seen, fetched_at)
    FROM backlinks
    WHERE reciprocal AND (
        -- At least five sites, and a third of those of which it is known.
        SELECT count(*) FILTER (reciprocal) >= 5 AND count(*) FILTER (reciprocal) >= 0.33 * count(reciprocal)
        FROM (SELECT bool_or(reciprocal) AS reciprocal FROM backlinks GROUP BY domain_from)
    )
)
SELECT task, why, domain_from, url_from, url_to, anchor, dofollow, verdict, quality, summary, seen
FROM tasks
ORDER BY place, url_to, quality DESC NULLS LAST, domain_from, url_from, anchor;
