-- How right the lists of known links were, one row a list: the longest first. The monitor says it of each link.
SELECT
    from_list AS list,
    count(*) AS rows,
    count(*) FILTER (status IN ('new', 'live', 'changed')) AS live,
    count(*) FILTER (list_contains(list_check, 'false_live')) AS false_live,
    count(*) FILTER (list_contains(list_check, 'false_lost')) AS false_lost,
    count(*) FILTER (list_contains(list_check, 'wrong_rel')) AS wrong_rel,
    count(*) FILTER (list_contains(list_check, 'wrong_anchor')) AS wrong_anchor,
    count(*) FILTER (status IS NULL OR status = 'unchecked') AS unchecked,
    -- With one list there is nothing to compare with.
    CASE WHEN (SELECT count(DISTINCT from_list) > 1 FROM links)
        THEN count(*) FILTER (coalesce(len(other_lists), 0) = 0) END AS only_here,
    -- Of the links that it calls live and that somebody could look at.
    round(
        count(*) FILTER (list_contains(list_check, 'false_live'))
        / nullif(count(*) FILTER (list_says = 'live' AND len(list_check) > 0), 0),
        4
    ) AS share_false_live
FROM links
WHERE from_list IS NOT NULL
GROUP BY from_list
ORDER BY rows DESC, list;
