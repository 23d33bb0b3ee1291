-- The proof of consent: one chain of records per portal, its signed heads, and what visitors were shown.
-- Nothing here goes away with a portal: there is no cascade.

CREATE TABLE consent_records (
    portal   TEXT    NOT NULL REFERENCES portals (id),
    -- From 1, without a gap, within the portal.
    seq      BIGINT  NOT NULL,
    -- Copies of what the text says, by which it is found.
    receipt  TEXT    NOT NULL,
    replaces TEXT,
    at       BIGINT  NOT NULL,
    action   TEXT    NOT NULL,
    audit    BOOLEAN NOT NULL,
    -- The record itself: the bytes that are hashed.
    body     TEXT    NOT NULL,
    hash     BLOB    NOT NULL,
    PRIMARY KEY (portal, seq)
);
CREATE INDEX consent_records_receipt ON consent_records (portal, receipt);
CREATE INDEX consent_records_replaces ON consent_records (portal, replaces) WHERE replaces IS NOT NULL;
-- Read whole when a server starts: which choices count no more.
CREATE INDEX consent_records_replaced ON consent_records (portal, at, replaces)
    WHERE replaces IS NOT NULL AND action <> 'expire';
CREATE INDEX consent_records_action ON consent_records (portal, action, at);

-- Where each chain stood at the end of each day (UTC). The row of the last day moves along with the chain.
CREATE TABLE consent_heads (
    portal    TEXT   NOT NULL REFERENCES portals (id),
    day       TEXT   NOT NULL,
    seq       BIGINT NOT NULL,
    statement TEXT   NOT NULL,
    signature TEXT   NOT NULL,
    PRIMARY KEY (portal, day)
);

-- What stands for records that were purged.
CREATE TABLE consent_checkpoints (
    portal    TEXT   NOT NULL REFERENCES portals (id),
    seq       BIGINT NOT NULL,
    hash      BLOB   NOT NULL,
    at        BIGINT NOT NULL,
    statement TEXT   NOT NULL,
    signature TEXT   NOT NULL,
    PRIMARY KEY (portal, seq)
);

-- The exact texts and code that visitors were shown, by the SHA-256 that records name.
CREATE TABLE consent_texts (
    portal     TEXT   NOT NULL REFERENCES portals (id),
    hash       TEXT   NOT NULL,
    media_type TEXT   NOT NULL,
    content    BLOB   NOT NULL,
    first_at   BIGINT NOT NULL,
    PRIMARY KEY (portal, hash)
);

-- The triggers below are in SQLite's own words; PostgreSQL says the same with functions.
-- They keep honest programs honest: what somebody with the file and an editor does is found by verification.

CREATE TRIGGER consent_records_follow BEFORE INSERT ON consent_records
WHEN NEW.seq <> 1 + COALESCE(
    (SELECT MAX(seq) FROM consent_records WHERE portal = NEW.portal),
    (SELECT MAX(seq) FROM consent_checkpoints WHERE portal = NEW.portal), 0)
BEGIN
    SELECT RAISE(ABORT, 'a consent record has the number after the last one');
END;

CREATE TRIGGER consent_records_stay BEFORE UPDATE ON consent_records
BEGIN
    SELECT RAISE(ABORT, 'a consent record is never changed');
END;

CREATE TRIGGER consent_records_purge BEFORE DELETE ON consent_records
WHEN OLD.seq > COALESCE((SELECT MAX(seq) FROM consent_checkpoints WHERE portal = OLD.portal), 0)
BEGIN
    SELECT RAISE(ABORT, 'a consent record is removed only once a signed checkpoint stands for it');
END;

CREATE TRIGGER consent_heads_move BEFORE UPDATE ON consent_heads
WHEN NEW.portal <> OLD.portal OR NEW.day <> OLD.day OR NEW.seq <= OLD.seq
    OR EXISTS (SELECT 1 FROM consent_heads WHERE portal = OLD.portal AND day > OLD.day)
BEGIN
    SELECT RAISE(ABORT, 'only the head of the last day moves, and only forward');
END;

CREATE TRIGGER consent_heads_stay BEFORE DELETE ON consent_heads
BEGIN
    SELECT RAISE(ABORT, 'a head is never removed');
END;

CREATE TRIGGER consent_checkpoints_keep BEFORE UPDATE ON consent_checkpoints
BEGIN
    SELECT RAISE(ABORT, 'a checkpoint is never changed');
END;

CREATE TRIGGER consent_checkpoints_stay BEFORE DELETE ON consent_checkpoints
BEGIN
    SELECT RAISE(ABORT, 'a checkpoint is never removed');
END;

CREATE TRIGGER consent_texts_keep BEFORE UPDATE ON consent_texts
BEGIN
    SELECT RAISE(ABORT, 'what visitors were shown is never changed');
END;

CREATE TRIGGER consent_texts_stay BEFORE DELETE ON consent_texts
BEGIN
    SELECT RAISE(ABORT, 'what visitors were shown is never removed');
END;
