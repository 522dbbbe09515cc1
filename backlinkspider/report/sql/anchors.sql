-- The words of links, one row a text: what most sites use first. Shares are of all referring domains.
WITH by_domain AS (
    SELECT
        coalesce(anchor, '') AS anchor,
        coalesce(anchor_type, 'other') AS anchor_type,
        domain_from,
        count(*) AS backlinks,
        count(*) FILTER (dofollow) AS dofollow,
        min(verdict_rank(verdict)) AS best_rank,
        max(verdict_rank(verdict)) FILTER (verdict <> 'unknown') AS worst_rank
    FROM backlinks
    GROUP BY ALL
),
every_domain AS (SELECT count(DISTINCT domain_from) AS domains FROM by_domain)
SELECT
    anchor,
    anchor_type,
    count(*) AS referring_domains,
    round(count(*) / (SELECT domains FROM every_domain), 4) AS share_of_domains,
    sum(backlinks)::BIGINT AS backlinks,
    sum(dofollow)::BIGINT AS dofollow,
    ['good', 'neutral', 'review', 'bad', 'unknown'][min(best_rank)] AS best_verdict,
    ['good', 'neutral', 'review', 'bad', 'unknown'][coalesce(max(worst_rank), 5)] AS worst_verdict
FROM by_domain
GROUP BY anchor, anchor_type
ORDER BY referring_domains DESC, backlinks DESC, anchor, anchor_type;
