-- Who has read what stays as it was written, until it is let go of.
CREATE TRIGGER access_log_fixed BEFORE UPDATE ON access_log
BEGIN
  SELECT RAISE(ABORT, 'what was read was read');
END;
