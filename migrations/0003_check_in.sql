-- A booking whose holder came is checked in: by an event of the location's queue.
DROP TRIGGER booking_step;
--> statement-breakpoint
CREATE TRIGGER booking_step BEFORE UPDATE ON booking
WHEN NEW.revision <> OLD.revision + 1
  OR OLD.status || '>' || NEW.status NOT IN (
    'held>held', 'held>confirmed', 'held>cancelled', 'held>expired', 'confirmed>confirmed', 'confirmed>cancelled',
    'confirmed>checked_in'
  )
BEGIN
  SELECT RAISE(ABORT, 'not a step in the life of a booking');
END;
