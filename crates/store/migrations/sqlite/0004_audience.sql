-- How often pages, downloads, the API and searches were asked for, by day. Sums only: no column could tell one visitor from
-- another. Days are those of the portal's clock on the wall (docs/privacy.md), as 2026-03-04.

CREATE TABLE audience (
    portal  TEXT    NOT NULL REFERENCES portals (id) ON DELETE CASCADE,
    day     TEXT    NOT NULL,
    kind    TEXT    NOT NULL,
    -- The dataset's uid; empty for what was about none. No reference: a figure outlives its dataset.
    dataset TEXT    NOT NULL,
    -- A word of a closed list: a page, a format, a call, an outcome.
    detail  TEXT    NOT NULL,
    robot   BOOLEAN NOT NULL,
    n       BIGINT  NOT NULL,
    PRIMARY KEY (portal, day, kind, dataset, detail, robot)
);
CREATE INDEX audience_day ON audience (day);

-- The dataset in which a portal publishes its figures, and what it held when it was last written.
CREATE TABLE audience_datasets (
    portal      TEXT   NOT NULL PRIMARY KEY REFERENCES portals (id) ON DELETE CASCADE,
    dataset     TEXT   NOT NULL REFERENCES datasets (uid) ON DELETE CASCADE,
    fingerprint TEXT   NOT NULL,
    written_at  BIGINT NOT NULL
);
