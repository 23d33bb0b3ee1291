-- Whether a version was only ever shown to people with a permission. Of versions of before this is not known: then it was, but
-- for those that everybody sees now.

ALTER TABLE dataset_versions ADD COLUMN restricted BOOLEAN NOT NULL DEFAULT TRUE;

UPDATE dataset_versions SET restricted = FALSE
WHERE EXISTS (SELECT 1 FROM datasets d
              WHERE d.uid = dataset_versions.dataset AND d.version = dataset_versions.id AND NOT d.restricted);
