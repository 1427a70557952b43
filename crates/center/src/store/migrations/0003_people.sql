-- Whatever changes a plugin's grants, an uninstall or a deleted department too, gives them another revision; it outlives the plugin.
CREATE TABLE grant_revisions (plugin TEXT PRIMARY KEY, revision INTEGER NOT NULL) STRICT;
INSERT INTO grant_revisions (plugin, revision) SELECT DISTINCT plugin, 1 FROM grants;

CREATE TRIGGER grants_inserted AFTER INSERT ON grants BEGIN
  INSERT INTO grant_revisions (plugin, revision) VALUES (NEW.plugin, 1)
  ON CONFLICT (plugin) DO UPDATE SET revision = revision + 1;
END;
CREATE TRIGGER grants_updated AFTER UPDATE ON grants BEGIN
  INSERT INTO grant_revisions (plugin, revision) VALUES (NEW.plugin, 1)
  ON CONFLICT (plugin) DO UPDATE SET revision = revision + 1;
END;
CREATE TRIGGER grants_deleted AFTER DELETE ON grants BEGIN
  INSERT INTO grant_revisions (plugin, revision) VALUES (OLD.plugin, 1)
  ON CONFLICT (plugin) DO UPDATE SET revision = revision + 1;
END;

-- What belongs to a row of the audit trail without being chained: names, which must be able to go, and repetitions.
CREATE TABLE audit_beside (
  seq INTEGER PRIMARY KEY,              -- of the row
  target_name TEXT,                     -- what people called the target then
  names TEXT,                           -- JSON: before and after, where these are names of people
  times INTEGER NOT NULL DEFAULT 1      -- how often it happened within a minute
) STRICT;
CREATE INDEX audit_refusals ON audit (account, target, at) WHERE action = 'refused';
