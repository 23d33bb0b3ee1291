-- Portals, accounts, sessions, keys and datasets.
-- Written in what SQLite and PostgreSQL share: ids are text, times are whole milliseconds since 1970 in UTC,
-- documents are JSON kept as text. Migrations only ever add: a released file is never edited.

CREATE TABLE portals (
    id         TEXT   NOT NULL PRIMARY KEY,
    document   TEXT   NOT NULL,
    -- Grows with every write to the portal or its datasets; caches compare it.
    generation BIGINT NOT NULL DEFAULT 0
);

-- Every host belongs to one portal at most: requests are routed by it.
CREATE TABLE portal_hosts (
    host   TEXT NOT NULL PRIMARY KEY,
    portal TEXT NOT NULL REFERENCES portals (id) ON DELETE CASCADE
);
CREATE INDEX portal_hosts_portal ON portal_hosts (portal);

CREATE TABLE users (
    id                  TEXT    NOT NULL PRIMARY KEY,
    -- NULL: staff of the platform.
    portal              TEXT    REFERENCES portals (id) ON DELETE CASCADE,
    email               TEXT    NOT NULL,
    -- The address in lower case, by which it is found.
    email_key           TEXT    NOT NULL,
    display_name        TEXT    NOT NULL,
    password_hash       TEXT    NOT NULL,
    password_changed_at BIGINT  NOT NULL,
    role                TEXT    NOT NULL,
    active              BOOLEAN NOT NULL,
    language            TEXT,
    created_at          BIGINT  NOT NULL
);
CREATE UNIQUE INDEX users_email ON users (COALESCE(portal, ''), email_key);

CREATE TABLE sessions (
    -- SHA-256 of the identifier that the browser holds: a stolen database gives no live session.
    hash           BLOB   NOT NULL PRIMARY KEY,
    portal         TEXT   NOT NULL REFERENCES portals (id) ON DELETE CASCADE,
    user_id        TEXT   REFERENCES users (id) ON DELETE CASCADE,
    password_stamp TEXT   NOT NULL,
    csrf_secret    TEXT   NOT NULL,
    created_at     BIGINT NOT NULL,
    expires_at     BIGINT NOT NULL,
    data           TEXT   NOT NULL
);
CREATE INDEX sessions_user ON sessions (user_id);
CREATE INDEX sessions_expiry ON sessions (expires_at);

CREATE TABLE api_keys (
    id           TEXT   NOT NULL PRIMARY KEY,
    portal       TEXT   NOT NULL REFERENCES portals (id) ON DELETE CASCADE,
    user_id      TEXT   NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    label        TEXT   NOT NULL,
    hash         BLOB   NOT NULL UNIQUE,
    created_at   BIGINT NOT NULL,
    last_used_at BIGINT,
    revoked_at   BIGINT
);
CREATE INDEX api_keys_user ON api_keys (portal, user_id);

CREATE TABLE datasets (
    uid        TEXT    NOT NULL PRIMARY KEY,
    portal     TEXT    NOT NULL REFERENCES portals (id) ON DELETE CASCADE,
    slug       TEXT    NOT NULL,
    restricted BOOLEAN NOT NULL,
    metas      TEXT    NOT NULL,
    schema     TEXT    NOT NULL,
    -- The version that people see; NULL until the first publication.
    version    TEXT,
    created_at BIGINT  NOT NULL,
    updated_at BIGINT  NOT NULL,
    UNIQUE (portal, slug)
);

CREATE TABLE dataset_versions (
    dataset      TEXT   NOT NULL REFERENCES datasets (uid) ON DELETE CASCADE,
    id           TEXT   NOT NULL,
    created_at   BIGINT NOT NULL,
    records      BIGINT NOT NULL,
    bytes        BIGINT NOT NULL,
    content_hash TEXT   NOT NULL,
    rejected     BIGINT NOT NULL,
    schema       TEXT   NOT NULL,
    PRIMARY KEY (dataset, id)
);

-- Names that a dataset had: their addresses redirect to the present one.
CREATE TABLE dataset_old_slugs (
    portal  TEXT NOT NULL REFERENCES portals (id) ON DELETE CASCADE,
    slug    TEXT NOT NULL,
    dataset TEXT NOT NULL REFERENCES datasets (uid) ON DELETE CASCADE,
    PRIMARY KEY (portal, slug)
);
CREATE INDEX dataset_old_slugs_dataset ON dataset_old_slugs (dataset);

-- Keys of the server, made on first use.
CREATE TABLE secrets (
    name  TEXT NOT NULL PRIMARY KEY,
    value BLOB NOT NULL
);

-- Failed sign-ins, to slow down guessing. The account is a keyed hash of what was typed, never an address.
CREATE TABLE failed_logins (
    portal  TEXT   NOT NULL REFERENCES portals (id) ON DELETE CASCADE,
    account BLOB   NOT NULL,
    at      BIGINT NOT NULL
);
CREATE INDEX failed_logins_account ON failed_logins (portal, account, at);
CREATE INDEX failed_logins_at ON failed_logins (at);
