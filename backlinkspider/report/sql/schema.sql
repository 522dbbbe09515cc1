-- What the queries read.

CREATE TABLE wordings (signal VARCHAR, level VARCHAR, wording VARCHAR);

-- A wording as a sentence, with its evidence (core/quality/wordings.py).
CREATE MACRO sentence_of(a_signal, a_level, evidence) AS (
    SELECT replace(upper(wording[1]) || wording[2:], '{evidence}', evidence) || '.'
    FROM wordings
    WHERE signal = a_signal AND level = a_level
);

-- What became of links since an earlier feed (docs/compare.md); empty without one.
CREATE TABLE changes (
    change VARCHAR, changed VARCHAR[], evidence VARCHAR, before VARCHAR[],
    url_from VARCHAR, url_to VARCHAR, anchor VARCHAR, domain_from VARCHAR, dofollow BOOLEAN, rel VARCHAR[], verdict VARCHAR,
    quality BIGINT, fetched_at VARCHAR
);

-- Links from outside to the target. The monitor's rows have no relation where the link was not found.
CREATE VIEW known_links AS
SELECT * REPLACE (
    coalesce(domain_from, host_of(url_from)) AS domain_from,
    to_do_of(to_do, verdict, is_broken) AS to_do,
    CASE WHEN verdict IN ('good', 'neutral', 'review', 'bad') THEN verdict ELSE 'unknown' END AS verdict,
    CASE WHEN quality BETWEEN 0 AND 100 THEN quality END AS quality
)
FROM links
WHERE relation = 'backlink' OR relation IS NULL;

-- Those that are there, as far as was looked.
CREATE VIEW listed_backlinks AS
SELECT * FROM known_links WHERE status IS NULL OR status NOT IN ('lost', 'missing', 'unchecked');

-- Those that count: links on a copy of another page are listed, and stand in no number.
CREATE VIEW backlinks AS SELECT * FROM listed_backlinks WHERE page_is_copy IS NOT TRUE;

-- What to do, a row for each link and task; `place` is the order in which it pays.
CREATE VIEW tasks AS
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
);
