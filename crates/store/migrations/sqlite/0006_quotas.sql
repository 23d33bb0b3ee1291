-- How often the API of a portal may be called in a day, and how often it was.

CREATE TABLE quotas (
    portal  TEXT   NOT NULL REFERENCES portals (id) ON DELETE CASCADE,
    -- portal, anonymous, user, key, dataset
    scope   TEXT   NOT NULL,
    -- The user, key or dataset that it is for; empty: for each that has none of its own.
    subject TEXT   NOT NULL,
    calls   BIGINT NOT NULL,
    PRIMARY KEY (portal, scope, subject)
);

CREATE TABLE quota_counts (
    portal  TEXT   NOT NULL REFERENCES portals (id) ON DELETE CASCADE,
    -- Days since 1970, UTC.
    day     BIGINT NOT NULL,
    scope   TEXT   NOT NULL,
    subject TEXT   NOT NULL,
    calls   BIGINT NOT NULL,
    PRIMARY KEY (portal, day, scope, subject)
);
