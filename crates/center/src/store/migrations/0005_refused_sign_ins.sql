-- Refused sign-ins are counted as refused requests are, also those of nobody who is known.
DROP INDEX audit_refusals;
CREATE INDEX audit_refusals ON audit (action, target, at)
  WHERE action IN ('refused', 'sign_in_refused', 'recovery_refused');
