-- Upgrades whose new version may be running and is not installed yet. What the plugin stored before lies in `rollback/`.
CREATE TABLE operations (
  plugin TEXT PRIMARY KEY,
  from_version TEXT NOT NULL,
  to_version TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;
