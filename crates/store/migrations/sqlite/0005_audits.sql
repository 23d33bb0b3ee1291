-- What audits found: added, never changed, never removed. Nothing here goes away with a portal: there is no cascade.

CREATE TABLE audits (
    portal    TEXT   NOT NULL REFERENCES portals (id),
    -- 1, 2, 3 … in the portal.
    number    BIGINT NOT NULL,
    made_at   BIGINT NOT NULL,
    -- The number and the short hash of the registry's revision that was audited.
    registry  BIGINT NOT NULL,
    revision  TEXT   NOT NULL,
    -- What was audited: a hash of the revision, the portal's settings and the version of the program.
    subject   TEXT   NOT NULL,
    -- `agrees`, `differs` or `failed`.
    verdict   TEXT   NOT NULL,
    errors    BIGINT NOT NULL,
    warnings  BIGINT NOT NULL,
    -- The report as JSON; why there is none, when it failed.
    report    TEXT   NOT NULL,
    html      TEXT   NOT NULL,
    statement TEXT   NOT NULL,
    signature TEXT   NOT NULL,
    PRIMARY KEY (portal, number)
);

CREATE TRIGGER audits_keep BEFORE UPDATE ON audits
BEGIN
    SELECT RAISE(ABORT, 'an audit is never changed');
END;

CREATE TRIGGER audits_stay BEFORE DELETE ON audits
BEGIN
    SELECT RAISE(ABORT, 'an audit is never removed');
END;
