-- The first shape of `center.db`. Times are Unix milliseconds; ids of plugins, packages and keys are their text forms.
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;

CREATE TABLE accounts (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  login TEXT NOT NULL UNIQUE COLLATE NOCASE,
  name TEXT NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('superadmin', 'account')),
  password TEXT NOT NULL,               -- PHC string (Argon2id)
  must_change INTEGER NOT NULL DEFAULT 0,
  enabled INTEGER NOT NULL DEFAULT 1,
  recovery TEXT,                        -- PHC string of the recovery code; first superadmin only
  created_at INTEGER NOT NULL,
  revision INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE sessions (
  token BLOB PRIMARY KEY,               -- BLAKE3 of the token; the token itself is never stored
  account INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  kind TEXT NOT NULL CHECK (kind IN ('window', 'command_line')),
  created_at INTEGER NOT NULL,
  seen_at INTEGER NOT NULL
) STRICT;

CREATE TABLE sign_in_failures (login TEXT NOT NULL COLLATE NOCASE, at INTEGER NOT NULL) STRICT;
CREATE INDEX sign_in_failures_by_login ON sign_in_failures (login, at);

CREATE TABLE departments (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL,
  parent INTEGER REFERENCES departments (id),
  revision INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE UNIQUE INDEX departments_by_place ON departments (coalesce(parent, 0), name);

CREATE TABLE memberships (
  account INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  department INTEGER NOT NULL REFERENCES departments (id) ON DELETE CASCADE,
  PRIMARY KEY (account, department)
) STRICT;

CREATE TABLE publishers (
  key TEXT PRIMARY KEY,                 -- keyid
  label TEXT NOT NULL,
  namespaces TEXT NOT NULL,             -- JSON array: "com.example.*" or one plugin id
  checked TEXT NOT NULL,                -- how a person checked the key, in their words
  added_by INTEGER,                     -- account; NULL: the system
  added_at INTEGER NOT NULL,
  withdrawn_at INTEGER,
  withdrawn_by INTEGER,
  withdrawn_reason TEXT,
  revision INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE packages (
  digest TEXT PRIMARY KEY,
  plugin TEXT NOT NULL,
  version TEXT NOT NULL,
  release INTEGER NOT NULL,
  key TEXT NOT NULL,
  size INTEGER NOT NULL,                -- bytes of the .spk file
  manifest TEXT NOT NULL,               -- JSON of the verified manifest
  texts TEXT NOT NULL,                  -- JSON of its locale tables
  entries TEXT NOT NULL,                -- JSON of the entry table: offsets, lengths, BLAKE3 of each entry
  added_at INTEGER NOT NULL
) STRICT;
CREATE INDEX packages_by_plugin ON packages (plugin, release);

CREATE TABLE plugins (
  id TEXT PRIMARY KEY,
  key TEXT NOT NULL,                    -- the signer this id is pinned to
  digest TEXT REFERENCES packages (digest), -- NULL: uninstalled, settings, grants and data kept
  wanted INTEGER NOT NULL DEFAULT 0,    -- what superadmins want: 1 on, 0 off
  capabilities TEXT NOT NULL,           -- JSON: what was approved
  installed_at INTEGER NOT NULL,
  installed_by INTEGER,                 -- account; NULL: the folder or the system
  off_because TEXT,                     -- JSON: why the center itself turned it off
  revision INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE high_water (
  plugin TEXT NOT NULL, key TEXT NOT NULL, release INTEGER NOT NULL,
  PRIMARY KEY (plugin, key)
) STRICT;

CREATE TABLE folder_files (
  path TEXT PRIMARY KEY,                -- file name inside the plugin folder
  size INTEGER NOT NULL, mtime INTEGER NOT NULL, ctime INTEGER NOT NULL, inode INTEGER NOT NULL, -- times in nanoseconds
  digest TEXT, plugin TEXT,
  verdict TEXT NOT NULL                 -- JSON, tagged by `state`
) STRICT;

CREATE TABLE settings (
  plugin TEXT PRIMARY KEY,
  difference TEXT NOT NULL,             -- JSON: what differs from the defaults, secrets excluded
  unused TEXT NOT NULL DEFAULT '{}',    -- JSON: kept values the present schema does not know
  changed_by INTEGER, changed_at INTEGER NOT NULL,
  revision INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE settings_history (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  plugin TEXT NOT NULL, revision INTEGER NOT NULL,
  at INTEGER NOT NULL, account INTEGER,
  difference TEXT NOT NULL,             -- JSON after the change
  changes TEXT NOT NULL                 -- JSON: pointer -> {before, after}, a secret as "changed"
) STRICT;
CREATE INDEX settings_history_by_plugin ON settings_history (plugin, seq);

CREATE TABLE secrets (
  plugin TEXT NOT NULL, field TEXT NOT NULL, sealed BLOB NOT NULL,
  PRIMARY KEY (plugin, field)
) STRICT;

CREATE TABLE grants (
  plugin TEXT NOT NULL, permission TEXT NOT NULL,
  subject TEXT NOT NULL CHECK (subject IN ('everyone', 'account', 'department')),
  subject_id INTEGER NOT NULL DEFAULT 0,
  below INTEGER NOT NULL DEFAULT 0,     -- 1: departments below it too
  granted_by INTEGER, granted_at INTEGER NOT NULL,
  PRIMARY KEY (plugin, permission, subject, subject_id)
) STRICT;

CREATE TABLE failures (plugin TEXT NOT NULL, at INTEGER NOT NULL, cause TEXT NOT NULL) STRICT;
CREATE INDEX failures_by_plugin ON failures (plugin, at);

CREATE TABLE attention (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL, subject TEXT NOT NULL,
  cause TEXT NOT NULL,                  -- JSON: {code, message, hint, details}
  since INTEGER NOT NULL,
  dismissed_by INTEGER, dismissed_at INTEGER,
  UNIQUE (kind, subject)
) STRICT;

CREATE TABLE audit (
  seq INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  actor TEXT NOT NULL CHECK (actor IN ('person', 'folder', 'system', 'nobody')),
  account INTEGER,
  action TEXT NOT NULL,
  target TEXT NOT NULL,
  details TEXT NOT NULL,                -- JSON
  previous BLOB NOT NULL, hash BLOB NOT NULL
) STRICT;
CREATE TABLE audit_names (account INTEGER PRIMARY KEY, login TEXT NOT NULL, name TEXT NOT NULL) STRICT;
