-- How many links have which quality, by verdict, in steps of ten; the last step has 100 too.
WITH counts AS (
    SELECT least(quality // 10 * 10, 90) AS quality, verdict, count(*) AS backlinks
    FROM backlinks
    WHERE quality IS NOT NULL
    GROUP BY ALL
)
SELECT quality, verdict, backlinks FROM counts ORDER BY quality, verdict_rank(verdict);
