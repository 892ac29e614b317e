-- Capacity. A claim moves the tallies of its buckets; the CHECK on a tally is what makes overbooking impossible.
-- SQLite checks the row to be inserted even where it turns into an update, so that row carries the bucket's own capacity.
CREATE TRIGGER claim_take AFTER INSERT ON claim
BEGIN
  INSERT INTO tally (pool_id, bucket, taken, capacity)
  SELECT NEW.pool_id, span.bucket, NEW.units, coalesce(known.capacity, pool.capacity)
  FROM (
    WITH RECURSIVE step (bucket) AS (
      SELECT NEW.from_bucket UNION ALL SELECT bucket + 1 FROM step WHERE bucket + 1 < NEW.to_bucket
    )
    SELECT bucket FROM step
  ) AS span JOIN pool ON pool.id = NEW.pool_id
    LEFT JOIN tally AS known ON known.pool_id = NEW.pool_id AND known.bucket = span.bucket
  WHERE true
  ON CONFLICT (pool_id, bucket) DO UPDATE SET taken = taken + excluded.taken;
END;
--> statement-breakpoint
CREATE TRIGGER claim_give AFTER UPDATE OF released_at ON claim
WHEN OLD.released_at IS NULL AND NEW.released_at IS NOT NULL
BEGIN
  UPDATE tally SET taken = taken - NEW.units
  WHERE pool_id = NEW.pool_id AND bucket >= NEW.from_bucket AND bucket < NEW.to_bucket;
END;
--> statement-breakpoint
CREATE TRIGGER claim_born_taken BEFORE INSERT ON claim
WHEN NEW.released_at IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'a claim begins taken');
END;
--> statement-breakpoint
CREATE TRIGGER claim_of_a_pool BEFORE INSERT ON claim
WHEN NOT EXISTS (SELECT 1 FROM pool WHERE id = NEW.pool_id)
BEGIN
  SELECT RAISE(ABORT, 'a claim is on a pool');
END;
--> statement-breakpoint
CREATE TRIGGER claim_fixed BEFORE UPDATE OF booking_id, seq, pool_id, from_bucket, to_bucket, units, claimed_at ON claim
BEGIN
  SELECT RAISE(ABORT, 'a claim does not change, it is released');
END;
--> statement-breakpoint
CREATE TRIGGER claim_released_once BEFORE UPDATE OF released_at ON claim
WHEN OLD.released_at IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'a claim is released once');
END;
--> statement-breakpoint
CREATE TRIGGER claim_kept BEFORE DELETE ON claim
BEGIN
  SELECT RAISE(ABORT, 'a claim is never deleted');
END;
--> statement-breakpoint
-- The life of a booking: legal steps, its claims, its events.
CREATE TRIGGER booking_claimed BEFORE INSERT ON booking
WHEN NOT EXISTS (SELECT 1 FROM claim WHERE booking_id = NEW.id)
BEGIN
  SELECT RAISE(ABORT, 'a booking claims capacity');
END;
--> statement-breakpoint
CREATE TRIGGER booking_step BEFORE UPDATE ON booking
WHEN NEW.revision <> OLD.revision + 1
  OR OLD.status || '>' || NEW.status NOT IN (
    'held>held', 'held>confirmed', 'held>cancelled', 'held>expired', 'confirmed>confirmed', 'confirmed>cancelled'
  )
BEGIN
  SELECT RAISE(ABORT, 'not a step in the life of a booking');
END;
--> statement-breakpoint
CREATE TRIGGER booking_kept BEFORE DELETE ON booking
BEGIN
  SELECT RAISE(ABORT, 'a booking is never deleted');
END;
--> statement-breakpoint
CREATE TRIGGER booking_ends AFTER UPDATE OF status ON booking
WHEN NEW.status IN ('cancelled', 'expired')
BEGIN
  UPDATE claim SET released_at = NEW.changed_at, hold_until = NULL
  WHERE booking_id = NEW.id AND released_at IS NULL;
END;
--> statement-breakpoint
CREATE TRIGGER booking_deadline AFTER UPDATE OF hold_until ON booking
WHEN NEW.status NOT IN ('cancelled', 'expired')
BEGIN
  UPDATE claim SET hold_until = NEW.hold_until WHERE booking_id = NEW.id AND released_at IS NULL;
END;
--> statement-breakpoint
CREATE TRIGGER booking_begun AFTER INSERT ON booking
BEGIN
  INSERT INTO event (at, type, location_id, subject, revision, actor, reason, command, fingerprint, data)
  VALUES (
    NEW.changed_at, 'booking.' || NEW.status, NEW.location_id, NEW.id, NEW.revision, NEW.changed_by,
    NEW.change_reason, NEW.command, NEW.fingerprint,
    json_object(
      'service', NEW.service_id, 'slot', NEW.slot, 'startsAt', NEW.starts_at, 'endsAt', NEW.ends_at,
      'places', NEW.places, 'price', NEW.price, 'channel', NEW.channel, 'partner', NEW.partner_id,
      'holdUntil', NEW.hold_until, 'cancelUntil', NEW.cancel_until,
      'claims', (
        SELECT json_group_array(json_object('pool', pool_id, 'from', from_bucket, 'to', to_bucket, 'units', units))
        FROM claim WHERE booking_id = NEW.id
      )
    )
  );
END;
--> statement-breakpoint
CREATE TRIGGER booking_changed AFTER UPDATE ON booking
BEGIN
  INSERT INTO event (at, type, location_id, subject, revision, actor, reason, command, fingerprint, data)
  VALUES (
    NEW.changed_at,
    CASE
      WHEN OLD.status <> NEW.status THEN 'booking.' || NEW.status
      WHEN OLD.hold_until <> NEW.hold_until THEN 'booking.extended'
      ELSE 'booking.changed'
    END,
    NEW.location_id, NEW.id, NEW.revision, NEW.changed_by, NEW.change_reason, NEW.command, NEW.fingerprint,
    json_object('from', OLD.status, 'holdUntil', NEW.hold_until)
  );
END;
--> statement-breakpoint
-- What has happened stays.
CREATE TRIGGER event_fixed BEFORE UPDATE ON event
BEGIN
  SELECT RAISE(ABORT, 'an event never changes');
END;
--> statement-breakpoint
CREATE TRIGGER event_kept BEFORE DELETE ON event
BEGIN
  SELECT RAISE(ABORT, 'an event is never deleted');
END;
--> statement-breakpoint
-- Simulated time is fixed as such when a location is made, and never runs backwards.
CREATE TRIGGER location_mode BEFORE UPDATE OF test_mode, simulated_now ON location
WHEN NEW.test_mode <> OLD.test_mode OR NEW.simulated_now < OLD.simulated_now
BEGIN
  SELECT RAISE(ABORT, 'time runs forward');
END;
