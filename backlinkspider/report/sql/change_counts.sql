-- What became of links since the earlier feed.
SELECT change, count(*) AS links FROM changes GROUP BY change;
