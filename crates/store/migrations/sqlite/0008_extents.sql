-- Where the places of a version lie, as JSON: bounds in ten-millionths of a degree and kinds of geometry. Null without places, and of
-- versions of before.

ALTER TABLE dataset_versions ADD COLUMN extent TEXT;
