-- Every revision of every portal's cookie registry, kept for ever: rows are added, never changed or removed, so there is no
-- cascade from portals either. The highest number is in force.

CREATE TABLE registry_revisions (
    portal      TEXT   NOT NULL REFERENCES portals (id),
    number      BIGINT NOT NULL,
    made_at     BIGINT NOT NULL,
    -- The account that made it, and what it was called then; NULL: the platform itself.
    author      TEXT,
    author_name TEXT   NOT NULL,
    note        TEXT   NOT NULL,
    -- What the portal adds to the product's entries.
    additions   TEXT   NOT NULL,
    -- Everything that the charter then said, in every language.
    published   TEXT   NOT NULL,
    -- The short hash that the charter shows.
    revision    TEXT   NOT NULL,
    -- What consent was asked for, to read choices made under it.
    questions   TEXT   NOT NULL,
    -- SHA-256 of all of it and of the hash before.
    hash        BLOB   NOT NULL,
    PRIMARY KEY (portal, number)
);
