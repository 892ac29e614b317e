CREATE TRIGGER queue_quote_counted AFTER UPDATE OF inside, kept ON queue_quote
WHEN NEW.renewal = 0
BEGIN
  INSERT INTO queue_record (location_id, service, channel, told, inside, kept)
  VALUES (
    NEW.location_id, NEW.service, NEW.channel, (NEW.kept IS NOT NULL) - (OLD.kept IS NOT NULL),
    coalesce(NEW.inside, 0) - coalesce(OLD.inside, 0), coalesce(NEW.kept, 0) - coalesce(OLD.kept, 0)
  )
  ON CONFLICT (location_id, service, channel) DO UPDATE
  SET told = told + excluded.told, inside = inside + excluded.inside, kept = kept + excluded.kept;
END;
--> statement-breakpoint
CREATE TRIGGER queue_quote_fixed
BEFORE UPDATE OF location_id, ticket_id, service, channel, renewal, made_at, p10, p50, p90, ahead ON queue_quote
BEGIN
  SELECT RAISE(ABORT, 'what was told does not change');
END;
--> statement-breakpoint
CREATE TRIGGER queue_quote_kept BEFORE DELETE ON queue_quote
BEGIN
  SELECT RAISE(ABORT, 'what was told is never deleted');
END;
