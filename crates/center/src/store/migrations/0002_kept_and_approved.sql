-- Who approved what a plugin may do; what of an uninstalled plugin can be put back.
ALTER TABLE plugins ADD COLUMN approved_by INTEGER;    -- account
ALTER TABLE plugins ADD COLUMN approved_at INTEGER;
ALTER TABLE plugins ADD COLUMN uninstalled_at INTEGER; -- while only settings, grants and data are kept
ALTER TABLE plugins ADD COLUMN last_digest TEXT;       -- the package that was installed last, while it is not
