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
    coalesce(verdict, 'unknown') AS verdict
)
FROM links
WHERE relation = 'backlink' OR relation IS NULL;

-- Those that are there, as far as was looked.
CREATE VIEW backlinks AS
SELECT * FROM known_links WHERE status IS NULL OR status NOT IN ('lost', 'missing', 'unchecked');
