-- Imported licenses. They outlive an uninstall, and go with a purge.
CREATE TABLE licenses (
  digest TEXT PRIMARY KEY,              -- BLAKE3 of the signed bytes
  plugin TEXT NOT NULL,
  signed BLOB NOT NULL,                 -- the license file: the envelope that its issuer signed
  imported_at INTEGER NOT NULL,
  imported_by INTEGER                   -- account
) STRICT;
CREATE INDEX licenses_by_plugin ON licenses (plugin);
