-- The sum of all migrations, written by `npm run schema`. It is never applied itself.

CREATE TABLE `booking` (
  `id` text PRIMARY KEY NOT NULL,
  `reference` text NOT NULL,
  `location_id` text NOT NULL,
  `service_id` text NOT NULL,
  `status` text NOT NULL,
  `slot` text NOT NULL,
  `starts_at` integer NOT NULL,
  `ends_at` integer NOT NULL,
  `units` text NOT NULL,
  `places` integer NOT NULL,
  `price` integer NOT NULL,
  `hold_until` integer,
  `hold_limit` integer NOT NULL,
  `cancel_until` integer NOT NULL,
  `channel` text NOT NULL,
  `partner_id` text,
  `partner_reference` text,
  `contact` text,
  `note` text,
  `created_at` integer NOT NULL,
  `confirmed_at` integer,
  `revision` integer NOT NULL,
  `changed_at` integer NOT NULL,
  `changed_by` text NOT NULL,
  `change_reason` text,
  `command` text,
  `fingerprint` text,
  CONSTRAINT "booking_status" CHECK(status IN ('held', 'offered', 'awaiting_approval', 'confirmed', 'checked_in', 'fulfilled', 'no_show', 'declined', 'cancelled', 'expired')),
  CONSTRAINT "booking_hold" CHECK((status IN ('held', 'offered')) = (hold_until IS NOT NULL))
);

CREATE TABLE `claim` (
  `booking_id` text NOT NULL,
  `seq` integer NOT NULL,
  `pool_id` text NOT NULL,
  `from_bucket` integer NOT NULL,
  `to_bucket` integer NOT NULL,
  `units` integer NOT NULL,
  `hold_until` integer,
  `claimed_at` integer NOT NULL,
  `released_at` integer,
  PRIMARY KEY(`booking_id`, `seq`),
  CONSTRAINT "claim_units" CHECK(units > 0),
  CONSTRAINT "claim_range" CHECK(from_bucket < to_bucket)
) WITHOUT ROWID;

CREATE TABLE `credential` (
  `hash` text PRIMARY KEY NOT NULL,
  `id` text NOT NULL,
  `kind` text NOT NULL,
  `role` text NOT NULL,
  `partner_id` text,
  `scopes` text NOT NULL,
  `label` text NOT NULL,
  `test_mode` integer NOT NULL,
  `created_at` integer NOT NULL,
  `expires_at` integer,
  `revoked_at` integer,
  `revision` integer NOT NULL,
  CONSTRAINT "credential_kind" CHECK(kind IN ('key', 'session', 'link')),
  CONSTRAINT "credential_role" CHECK(role IN ('admin', 'staff', 'partner')),
  CONSTRAINT "credential_partner" CHECK((role = 'partner') = (partner_id IS NOT NULL))
) WITHOUT ROWID;

CREATE TABLE `event` (
  `seq` integer PRIMARY KEY NOT NULL,
  `at` integer NOT NULL,
  `type` text NOT NULL,
  `location_id` text,
  `subject` text NOT NULL,
  `revision` integer NOT NULL,
  `actor` text NOT NULL,
  `reason` text,
  `command` text,
  `fingerprint` text,
  `data` text NOT NULL,
  `source_seq` integer
);

CREATE TABLE `location` (
  `id` text PRIMARY KEY NOT NULL,
  `name` text NOT NULL,
  `zone` text NOT NULL,
  `currency` text NOT NULL,
  `country` text NOT NULL,
  `address` text,
  `hours` text NOT NULL,
  `test_mode` integer NOT NULL,
  `simulated_now` integer,
  `revision` integer NOT NULL,
  `created_at` integer NOT NULL,
  `archived_at` integer,
  CONSTRAINT "location_time" CHECK((test_mode = 1) = (simulated_now IS NOT NULL))
);

CREATE TABLE `organisation` (
  `id` text PRIMARY KEY NOT NULL,
  `name` text NOT NULL,
  `revision` integer NOT NULL
) WITHOUT ROWID;

CREATE TABLE `partner` (
  `id` text PRIMARY KEY NOT NULL,
  `name` text NOT NULL,
  `revision` integer NOT NULL,
  `created_at` integer NOT NULL
) WITHOUT ROWID;

CREATE TABLE `pool` (
  `id` text PRIMARY KEY NOT NULL,
  `location_id` text NOT NULL,
  `name` text NOT NULL,
  `bucket_minutes` integer NOT NULL,
  `capacity` integer NOT NULL,
  `hours` text,
  `revision` integer NOT NULL,
  `archived_at` integer,
  CONSTRAINT "pool_bucket" CHECK(bucket_minutes IN (1, 5, 15, 1440)),
  CONSTRAINT "pool_capacity" CHECK(capacity >= 0)
);

CREATE TABLE `queue` (
  `location_id` text PRIMARY KEY NOT NULL,
  `setup` text NOT NULL,
  `revision` integer NOT NULL
) WITHOUT ROWID;

CREATE TABLE `service` (
  `id` text PRIMARY KEY NOT NULL,
  `location_id` text NOT NULL,
  `name` text NOT NULL,
  `kind` text NOT NULL,
  `rules` text NOT NULL,
  `revision` integer NOT NULL,
  `archived_at` integer,
  CONSTRAINT "service_kind" CHECK(kind IN ('slots', 'departures', 'opening_hours', 'nights'))
);

CREATE TABLE `tally` (
  `pool_id` text NOT NULL,
  `bucket` integer NOT NULL,
  `taken` integer NOT NULL,
  `capacity` integer NOT NULL,
  `overridden` integer DEFAULT 0 NOT NULL,
  PRIMARY KEY(`pool_id`, `bucket`),
  CONSTRAINT "tally_never_over" CHECK(taken BETWEEN 0 AND capacity)
) WITHOUT ROWID;

CREATE INDEX `booking_partner` ON `booking` (`partner_id`,`starts_at`,`id`) WHERE partner_id IS NOT NULL;

CREATE UNIQUE INDEX `booking_reference` ON `booking` (`reference`) WHERE status IN ('held', 'offered', 'awaiting_approval', 'confirmed', 'checked_in');

CREATE INDEX `booking_start` ON `booking` (`location_id`,`starts_at`,`id`);

CREATE INDEX `claim_due` ON `claim` (`pool_id`,`hold_until`) WHERE hold_until IS NOT NULL;

CREATE UNIQUE INDEX `credential_id` ON `credential` (`id`);

CREATE UNIQUE INDEX `event_command` ON `event` (`command`) WHERE command IS NOT NULL;

CREATE UNIQUE INDEX `event_source` ON `event` (`location_id`,`source_seq`) WHERE source_seq IS NOT NULL;

CREATE INDEX `event_subject` ON `event` (`subject`,`seq`);

CREATE INDEX `pool_location` ON `pool` (`location_id`);

CREATE INDEX `service_location` ON `service` (`location_id`);

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

CREATE TRIGGER booking_claimed BEFORE INSERT ON booking
WHEN NOT EXISTS (SELECT 1 FROM claim WHERE booking_id = NEW.id)
BEGIN
  SELECT RAISE(ABORT, 'a booking claims capacity');
END;

CREATE TRIGGER booking_deadline AFTER UPDATE OF hold_until ON booking
WHEN NEW.status NOT IN ('cancelled', 'expired')
BEGIN
  UPDATE claim SET hold_until = NEW.hold_until WHERE booking_id = NEW.id AND released_at IS NULL;
END;

CREATE TRIGGER booking_ends AFTER UPDATE OF status ON booking
WHEN NEW.status IN ('cancelled', 'expired')
BEGIN
  UPDATE claim SET released_at = NEW.changed_at, hold_until = NULL
  WHERE booking_id = NEW.id AND released_at IS NULL;
END;

CREATE TRIGGER booking_kept BEFORE DELETE ON booking
BEGIN
  SELECT RAISE(ABORT, 'a booking is never deleted');
END;

CREATE TRIGGER booking_step BEFORE UPDATE ON booking
WHEN NEW.revision <> OLD.revision + 1
  OR OLD.status || '>' || NEW.status NOT IN (
    'held>held', 'held>confirmed', 'held>cancelled', 'held>expired', 'confirmed>confirmed', 'confirmed>cancelled',
    'confirmed>checked_in'
  )
BEGIN
  SELECT RAISE(ABORT, 'not a step in the life of a booking');
END;

CREATE TRIGGER claim_born_taken BEFORE INSERT ON claim
WHEN NEW.released_at IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'a claim begins taken');
END;

CREATE TRIGGER claim_fixed BEFORE UPDATE OF booking_id, seq, pool_id, from_bucket, to_bucket, units, claimed_at ON claim
BEGIN
  SELECT RAISE(ABORT, 'a claim does not change, it is released');
END;

CREATE TRIGGER claim_give AFTER UPDATE OF released_at ON claim
WHEN OLD.released_at IS NULL AND NEW.released_at IS NOT NULL
BEGIN
  UPDATE tally SET taken = taken - NEW.units
  WHERE pool_id = NEW.pool_id AND bucket >= NEW.from_bucket AND bucket < NEW.to_bucket;
END;

CREATE TRIGGER claim_kept BEFORE DELETE ON claim
BEGIN
  SELECT RAISE(ABORT, 'a claim is never deleted');
END;

CREATE TRIGGER claim_of_a_pool BEFORE INSERT ON claim
WHEN NOT EXISTS (SELECT 1 FROM pool WHERE id = NEW.pool_id)
BEGIN
  SELECT RAISE(ABORT, 'a claim is on a pool');
END;

CREATE TRIGGER claim_released_once BEFORE UPDATE OF released_at ON claim
WHEN OLD.released_at IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'a claim is released once');
END;

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

CREATE TRIGGER event_fixed BEFORE UPDATE ON event
BEGIN
  SELECT RAISE(ABORT, 'an event never changes');
END;

CREATE TRIGGER event_kept BEFORE DELETE ON event
BEGIN
  SELECT RAISE(ABORT, 'an event is never deleted');
END;

CREATE TRIGGER location_mode BEFORE UPDATE OF test_mode, simulated_now ON location
WHEN NEW.test_mode <> OLD.test_mode OR NEW.simulated_now < OLD.simulated_now
BEGIN
  SELECT RAISE(ABORT, 'time runs forward');
END;
