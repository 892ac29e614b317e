-- The sum of all migrations, written by `npm run schema`. It is never applied itself.

CREATE TABLE `access_log` (
  `id` text PRIMARY KEY NOT NULL,
  `at` integer NOT NULL,
  `hour` integer NOT NULL,
  `actor` text NOT NULL,
  `what` text NOT NULL,
  `subject` text NOT NULL
);

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

CREATE TABLE `cursor` (
  `reader` text PRIMARY KEY NOT NULL,
  `seq` integer NOT NULL
) WITHOUT ROWID;

CREATE TABLE `delivery` (
  `id` text PRIMARY KEY NOT NULL,
  `kind` text NOT NULL,
  `subject` text NOT NULL,
  `location_id` text,
  `revision` integer NOT NULL,
  `recipient` text NOT NULL,
  `event_seq` integer NOT NULL,
  `lane` text NOT NULL,
  `status` text NOT NULL,
  `due_at` integer NOT NULL,
  `busy_until` integer,
  `attempts` integer NOT NULL,
  `facts` text NOT NULL,
  `channel` text,
  `language` text,
  `provider_id` text,
  `reason` text,
  `created_at` integer NOT NULL,
  `ended_at` integer,
  CONSTRAINT "delivery_status" CHECK(status IN ('waiting', 'sending', 'sent', 'stored', 'failed', 'dropped')),
  CONSTRAINT "delivery_end" CHECK((ended_at IS NULL) = (status IN ('waiting', 'sending')))
);

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

CREATE TABLE `messaging` (
  `location_id` text PRIMARY KEY NOT NULL,
  `settings` text NOT NULL,
  `revision` integer NOT NULL
) WITHOUT ROWID;

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

CREATE TABLE `promise` (
  `event_seq` integer NOT NULL,
  `kind` text NOT NULL,
  `subject` text NOT NULL,
  `location_id` text NOT NULL,
  `service` text NOT NULL,
  `channel` text NOT NULL,
  `first` integer NOT NULL,
  `made_at` integer NOT NULL,
  `due_at` integer,
  `amount` integer,
  `outcome` text,
  `ended_at` integer,
  PRIMARY KEY(`event_seq`, `kind`),
  CONSTRAINT "promise_kind" CHECK(kind IN ('start_by', 'ready_by', 'price_not_above')),
  CONSTRAINT "promise_about" CHECK((due_at IS NULL) = (kind = 'price_not_above') AND (due_at IS NULL) <> (amount IS NULL)),
  CONSTRAINT "promise_outcome" CHECK(outcome IN ('kept', 'broken', 'replaced', 'withdrawn')),
  CONSTRAINT "promise_end" CHECK((outcome IS NULL) = (ended_at IS NULL))
);

CREATE TABLE `queue` (
  `location_id` text PRIMARY KEY NOT NULL,
  `setup` text NOT NULL,
  `revision` integer NOT NULL
) WITHOUT ROWID;

CREATE TABLE `queue_quote` (
  `id` text PRIMARY KEY NOT NULL,
  `location_id` text NOT NULL,
  `ticket_id` text NOT NULL,
  `service` text NOT NULL,
  `channel` text NOT NULL,
  `renewal` integer NOT NULL,
  `made_at` integer NOT NULL,
  `p10` integer NOT NULL,
  `p50` integer NOT NULL,
  `p90` integer NOT NULL,
  `ahead` integer NOT NULL,
  `outcome` text,
  `ended_at` integer,
  `inside` integer,
  `kept` integer,
  CONSTRAINT "queue_quote_outcome" CHECK(outcome IN ('called', 'left', 'replaced', 'day_over')),
  CONSTRAINT "queue_quote_end" CHECK((outcome IS NULL) = (ended_at IS NULL))
) WITHOUT ROWID;

CREATE TABLE `queue_record` (
  `location_id` text NOT NULL,
  `service` text NOT NULL,
  `channel` text NOT NULL,
  `told` integer NOT NULL,
  `inside` integer NOT NULL,
  `kept` integer NOT NULL,
  PRIMARY KEY(`location_id`, `service`, `channel`)
) WITHOUT ROWID;

CREATE TABLE `recipient` (
  `subject` text PRIMARY KEY NOT NULL,
  `location_id` text NOT NULL,
  `contact` text,
  `channels` text NOT NULL,
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

CREATE TABLE `webhook` (
  `id` text PRIMARY KEY NOT NULL,
  `partner_id` text,
  `test_mode` integer NOT NULL,
  `url` text NOT NULL,
  `types` text NOT NULL,
  `version` integer NOT NULL,
  `former_until` integer,
  `failing` integer NOT NULL,
  `disabled_at` integer,
  `created_at` integer NOT NULL,
  `revision` integer NOT NULL
) WITHOUT ROWID;

CREATE TABLE `work_invoice` (
  `order_id` text PRIMARY KEY NOT NULL,
  `total` integer NOT NULL,
  `at` integer NOT NULL,
  `by` text NOT NULL
) WITHOUT ROWID;

CREATE TABLE `work_line` (
  `order_id` text NOT NULL,
  `line` integer NOT NULL,
  `version` integer NOT NULL,
  `kind` text NOT NULL,
  `name` text NOT NULL,
  `amount` integer NOT NULL,
  `amount_most` integer NOT NULL,
  `optional` integer NOT NULL,
  `of_line` integer,
  `decision` text NOT NULL,
  `decided_at` integer,
  `worked_at` integer,
  `worked_by` text,
  `actual` integer,
  `billed` integer,
  PRIMARY KEY(`order_id`, `line`),
  CONSTRAINT "work_line_kind" CHECK(kind IN ('labour', 'part', 'tax', 'discount')),
  CONSTRAINT "work_line_sign" CHECK((kind = 'discount' AND amount <= 0) OR (kind <> 'discount' AND amount >= 0)),
  CONSTRAINT "work_line_decision" CHECK(decision IN ('open', 'approved', 'refused', 'lapsed')),
  CONSTRAINT "work_line_worked" CHECK(worked_at IS NULL OR decision = 'approved'),
  CONSTRAINT "work_line_billed" CHECK(billed IS NULL OR (decision = 'approved' AND billed <= amount_most))
) WITHOUT ROWID;

CREATE TABLE `work_model` (
  `location_id` text NOT NULL,
  `service` text NOT NULL,
  `model` text NOT NULL,
  `seq` integer NOT NULL,
  PRIMARY KEY(`location_id`, `service`)
) WITHOUT ROWID;

CREATE TABLE `work_order` (
  `id` text PRIMARY KEY NOT NULL,
  `reference` text NOT NULL,
  `location_id` text NOT NULL,
  `service` text NOT NULL,
  `status` text NOT NULL,
  `pause_reason` text,
  `pause_until` integer,
  `origin_id` text,
  `booking_id` text,
  `ticket_id` text,
  `channel` text NOT NULL,
  `contact` text,
  `items` text NOT NULL,
  `note` text,
  `assignee` text,
  `created_at` integer NOT NULL,
  `status_at` integer NOT NULL,
  `load` integer NOT NULL,
  `ours_ms` integer NOT NULL,
  `waited_ms` integer NOT NULL,
  `promised_at` integer,
  `first_promised_at` integer,
  `often_at` integer,
  `due_at` integer,
  `revision` integer NOT NULL,
  `changed_at` integer NOT NULL,
  `changed_by` text NOT NULL, `stage_before` text, `stage_before_at` integer, `alternatives` text, `account` text, `partner_id` text,
  CONSTRAINT "work_status" CHECK(status IN ('received', 'diagnosing', 'quoted', 'approved', 'scheduled', 'in_progress', 'paused', 'quality_check', 'ready', 'collected', 'closed', 'declined', 'quote_expired', 'cancelled', 'reopened')),
  CONSTRAINT "work_pause" CHECK((status = 'paused') = (pause_reason IS NOT NULL)),
  CONSTRAINT "work_over" CHECK((due_at IS NULL) = (status IN ('closed', 'cancelled', 'reopened'))),
  CONSTRAINT "work_clock" CHECK(ours_ms >= 0 AND waited_ms >= 0 AND ours_ms + waited_ms = status_at - created_at),
  CONSTRAINT "work_first_promise" CHECK(promised_at IS NULL OR first_promised_at IS NOT NULL),
  CONSTRAINT "work_promise_watched" CHECK(promised_at IS NULL OR due_at < promised_at OR status IN ('ready', 'collected', 'closed', 'reopened'))
);

CREATE TABLE `work_photo` (
  `id` text PRIMARY KEY NOT NULL,
  `order_id` text NOT NULL,
  `subject` text NOT NULL,
  `line` integer,
  `type` text NOT NULL,
  `bytes` integer NOT NULL,
  `at` integer NOT NULL,
  `by` text NOT NULL,
  CONSTRAINT "work_photo_subject" CHECK(subject IN ('intake', 'line', 'handover')),
  CONSTRAINT "work_photo_line" CHECK((subject = 'line') = (line IS NOT NULL))
);

CREATE TABLE `work_quote` (
  `order_id` text NOT NULL,
  `version` integer NOT NULL,
  `status` text NOT NULL,
  `price_limit` integer,
  `ceiling` integer,
  `made_at` integer NOT NULL,
  `expires_at` integer NOT NULL,
  `decided_at` integer,
  `decided_by` text,
  PRIMARY KEY(`order_id`, `version`),
  CONSTRAINT "work_quote_status" CHECK(status IN ('open', 'decided', 'refused', 'expired', 'replaced', 'withdrawn')),
  CONSTRAINT "work_quote_ceiling" CHECK((status = 'decided') = (ceiling IS NOT NULL)),
  CONSTRAINT "work_quote_limit" CHECK(ceiling <= price_limit)
) WITHOUT ROWID;

CREATE TABLE `work_setup` (
  `location_id` text PRIMARY KEY NOT NULL,
  `setup` text NOT NULL,
  `revision` integer NOT NULL
) WITHOUT ROWID;

CREATE UNIQUE INDEX `access_once` ON `access_log` (`subject`,`actor`,`what`,`hour`);

CREATE INDEX `access_subject` ON `access_log` (`subject`,`id`);

CREATE INDEX `booking_partner` ON `booking` (`partner_id`,`starts_at`,`id`) WHERE partner_id IS NOT NULL;

CREATE UNIQUE INDEX `booking_reference` ON `booking` (`reference`) WHERE status IN ('held', 'offered', 'awaiting_approval', 'confirmed', 'checked_in');

CREATE INDEX `booking_start` ON `booking` (`location_id`,`starts_at`,`id`);

CREATE INDEX `claim_due` ON `claim` (`pool_id`,`hold_until`) WHERE hold_until IS NOT NULL;

CREATE UNIQUE INDEX `credential_id` ON `credential` (`id`);

CREATE INDEX `delivery_due` ON `delivery` (`due_at`) WHERE ended_at IS NULL;

CREATE INDEX `delivery_lane` ON `delivery` (`lane`,`event_seq`) WHERE ended_at IS NULL;

CREATE INDEX `delivery_location` ON `delivery` (`location_id`,`id`);

CREATE UNIQUE INDEX `delivery_once` ON `delivery` (`subject`,`kind`,`revision`,`recipient`);

CREATE UNIQUE INDEX `event_command` ON `event` (`command`) WHERE command IS NOT NULL;

CREATE UNIQUE INDEX `event_source` ON `event` (`location_id`,`source_seq`) WHERE source_seq IS NOT NULL;

CREATE INDEX `event_subject` ON `event` (`subject`,`seq`);

CREATE INDEX `pool_location` ON `pool` (`location_id`);

CREATE INDEX `promise_location` ON `promise` (`location_id`,`made_at`);

CREATE INDEX `promise_subject` ON `promise` (`subject`,`kind`);

CREATE INDEX `queue_quote_made` ON `queue_quote` (`location_id`,`made_at`,`id`);

CREATE INDEX `service_location` ON `service` (`location_id`);

CREATE INDEX `work_order_board` ON `work_order` (`location_id`,`due_at`,`id`) WHERE due_at IS NOT NULL;

CREATE INDEX `work_order_over` ON `work_order` (`location_id`,`id`) WHERE due_at IS NULL;

CREATE UNIQUE INDEX `work_order_reference` ON `work_order` (`reference`) WHERE due_at IS NOT NULL;

CREATE INDEX `work_photo_order` ON `work_photo` (`order_id`,`id`);

CREATE UNIQUE INDEX `work_quote_open` ON `work_quote` (`order_id`) WHERE status = 'open';

CREATE TRIGGER access_log_fixed BEFORE UPDATE ON access_log
BEGIN
  SELECT RAISE(ABORT, 'what was read was read');
END;

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

CREATE TRIGGER claim_of_the_living BEFORE UPDATE OF released_at ON claim
WHEN OLD.released_at IS NULL AND NEW.released_at IS NOT NULL
  AND EXISTS (SELECT 1 FROM booking WHERE id = OLD.booking_id AND status NOT IN ('cancelled', 'expired'))
BEGIN
  SELECT RAISE(ABORT, 'a claim is released when its booking has ended');
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

CREATE TRIGGER cursor_forward BEFORE UPDATE ON cursor
WHEN NEW.reader <> OLD.reader OR NEW.seq < OLD.seq
BEGIN
  SELECT RAISE(ABORT, 'a cursor goes forward');
END;

CREATE TRIGGER delivery_ended BEFORE UPDATE ON delivery
WHEN OLD.status IN ('sent', 'stored', 'dropped')
BEGIN
  SELECT RAISE(ABORT, 'a delivery ends once');
END;

CREATE TRIGGER delivery_kept BEFORE DELETE ON delivery
BEGIN
  SELECT RAISE(ABORT, 'a delivery is never deleted');
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

CREATE TRIGGER queue_quote_fixed
BEFORE UPDATE OF location_id, ticket_id, service, channel, renewal, made_at, p10, p50, p90, ahead ON queue_quote
BEGIN
  SELECT RAISE(ABORT, 'what was told does not change');
END;

CREATE TRIGGER queue_quote_kept BEFORE DELETE ON queue_quote
BEGIN
  SELECT RAISE(ABORT, 'what was told is never deleted');
END;

CREATE TRIGGER work_begins BEFORE INSERT ON work_order
WHEN NEW.status <> 'received' OR NEW.revision <> 1
BEGIN
  SELECT RAISE(ABORT, 'a work order begins when it is received');
END;

CREATE TRIGGER work_first_promise_kept BEFORE UPDATE OF first_promised_at ON work_order
WHEN OLD.first_promised_at IS NOT NULL AND NEW.first_promised_at IS NOT OLD.first_promised_at
BEGIN
  SELECT RAISE(ABORT, 'the first promise stays');
END;

CREATE TRIGGER work_invoice_fixed BEFORE UPDATE ON work_invoice
BEGIN
  SELECT RAISE(ABORT, 'an invoice does not change');
END;

CREATE TRIGGER work_invoice_kept BEFORE DELETE ON work_invoice
BEGIN
  SELECT RAISE(ABORT, 'an invoice is never deleted');
END;

CREATE TRIGGER work_invoice_of_lines BEFORE INSERT ON work_invoice
WHEN NEW.total <> (SELECT coalesce(sum(billed), 0) FROM work_line WHERE order_id = NEW.order_id)
BEGIN
  SELECT RAISE(ABORT, 'an invoice is the sum of its lines');
END;

CREATE TRIGGER work_invoice_under_ceiling BEFORE INSERT ON work_invoice
WHEN NEW.total > coalesce((
  SELECT ceiling FROM work_quote WHERE order_id = NEW.order_id AND status = 'decided' ORDER BY version DESC LIMIT 1
), 0)
BEGIN
  SELECT RAISE(ABORT, 'an invoice stays under its ceiling');
END;

CREATE TRIGGER work_kept BEFORE DELETE ON work_order
BEGIN
  SELECT RAISE(ABORT, 'a work order is never deleted');
END;

CREATE TRIGGER work_line_begins BEFORE INSERT ON work_line
WHEN NEW.decision <> 'open' OR NEW.worked_at IS NOT NULL OR NEW.billed IS NOT NULL OR NOT EXISTS (
  SELECT 1 FROM work_quote q WHERE q.order_id = NEW.order_id AND q.version = NEW.version AND q.status = 'open'
)
BEGIN
  SELECT RAISE(ABORT, 'a line begins undecided, on an open quote');
END;

CREATE TRIGGER work_line_billed_once BEFORE UPDATE OF billed ON work_line
WHEN OLD.billed IS NOT NULL OR EXISTS (SELECT 1 FROM work_invoice i WHERE i.order_id = NEW.order_id)
BEGIN
  SELECT RAISE(ABORT, 'a line is billed once');
END;

CREATE TRIGGER work_line_decided_once BEFORE UPDATE OF decision, decided_at ON work_line
WHEN OLD.decision <> 'open'
BEGIN
  SELECT RAISE(ABORT, 'a line is decided once');
END;

CREATE TRIGGER work_line_fixed BEFORE UPDATE OF order_id, line, version, kind, name, amount, amount_most, optional, of_line ON work_line
BEGIN
  SELECT RAISE(ABORT, 'a line does not change, another quote asks anew');
END;

CREATE TRIGGER work_line_in_time BEFORE UPDATE OF decision ON work_line
WHEN NEW.decision = 'approved' AND NOT EXISTS (
  SELECT 1 FROM work_quote q
  WHERE q.order_id = NEW.order_id AND q.version = NEW.version AND q.status = 'open' AND q.expires_at > NEW.decided_at
)
BEGIN
  SELECT RAISE(ABORT, 'a line is approved while its quote is open');
END;

CREATE TRIGGER work_line_kept BEFORE DELETE ON work_line
BEGIN
  SELECT RAISE(ABORT, 'a line is never deleted');
END;

CREATE TRIGGER work_quote_account BEFORE UPDATE OF status ON work_quote
WHEN NEW.status = 'decided' AND NEW.decided_by = 'customer:' || NEW.order_id AND NEW.ceiling > (
  SELECT a.value->>'approvesTo'
  FROM work_order o JOIN work_setup s ON s.location_id = o.location_id, json_each(s.setup, '$.accounts') a
  WHERE o.id = NEW.order_id AND a.value->>'id' = o.account
)
BEGIN
  SELECT RAISE(ABORT, 'above this the office of the account decides');
END;

CREATE TRIGGER work_quote_begins BEFORE INSERT ON work_quote
WHEN NEW.status <> 'open'
BEGIN
  SELECT RAISE(ABORT, 'a quote begins open');
END;

CREATE TRIGGER work_quote_ends_once BEFORE UPDATE ON work_quote
WHEN OLD.status <> 'open'
BEGIN
  SELECT RAISE(ABORT, 'a quote ends once');
END;

CREATE TRIGGER work_quote_fixed BEFORE UPDATE OF order_id, version, price_limit, made_at, expires_at ON work_quote
BEGIN
  SELECT RAISE(ABORT, 'a quote does not change, another replaces it');
END;

CREATE TRIGGER work_quote_kept BEFORE DELETE ON work_quote
BEGIN
  SELECT RAISE(ABORT, 'a quote is never deleted');
END;

CREATE TRIGGER work_step BEFORE UPDATE ON work_order
WHEN NEW.revision <> OLD.revision + 1 OR NEW.id <> OLD.id OR NEW.created_at <> OLD.created_at
  OR NEW.status <> OLD.status AND OLD.status || '>' || NEW.status NOT IN (
    'received>diagnosing', 'received>quoted', 'received>scheduled', 'received>in_progress', 'received>cancelled',
    'diagnosing>quoted', 'diagnosing>scheduled', 'diagnosing>in_progress', 'diagnosing>cancelled',
    'quoted>approved', 'quoted>declined', 'quoted>quote_expired', 'quoted>cancelled',
    'approved>quoted', 'approved>scheduled', 'approved>in_progress', 'approved>cancelled',
    'scheduled>quoted', 'scheduled>in_progress', 'scheduled>cancelled',
    'in_progress>quoted', 'in_progress>paused', 'in_progress>quality_check', 'in_progress>ready', 'in_progress>cancelled',
    'paused>quoted', 'paused>in_progress', 'paused>cancelled',
    'quality_check>quoted', 'quality_check>in_progress', 'quality_check>ready', 'quality_check>cancelled',
    'ready>collected', 'collected>closed', 'collected>reopened', 'closed>reopened',
    'declined>quoted', 'declined>collected', 'declined>cancelled',
    'quote_expired>quoted', 'quote_expired>approved', 'quote_expired>collected', 'quote_expired>cancelled'
  )
BEGIN
  SELECT RAISE(ABORT, 'not a step in the life of a work order');
END;

CREATE TRIGGER work_time BEFORE UPDATE ON work_order
WHEN NEW.changed_at < OLD.changed_at OR NEW.status_at < OLD.status_at
BEGIN
  SELECT RAISE(ABORT, 'time runs forward in a work order');
END;

CREATE TRIGGER work_told BEFORE UPDATE ON work_order
WHEN NOT EXISTS (
  SELECT 1 FROM event e WHERE e.subject = NEW.id AND e.revision = NEW.revision
    AND (NEW.promised_at IS OLD.promised_at OR EXISTS (
      SELECT 1 FROM json_each(e.data, '$.promises') p
      WHERE p.value->>'kind' = 'ready_by' AND p.value->>'at' IS NEW.promised_at
    ))
)
BEGIN
  SELECT RAISE(ABORT, 'a change is told by its event, and so is another promise');
END;

CREATE TRIGGER work_told_first BEFORE INSERT ON work_order
WHEN NOT EXISTS (
  SELECT 1 FROM event e WHERE e.subject = NEW.id AND e.revision = NEW.revision
    AND (NEW.promised_at IS NULL OR EXISTS (
      SELECT 1 FROM json_each(e.data, '$.promises') p
      WHERE p.value->>'kind' = 'ready_by' AND p.value->>'at' = NEW.promised_at
    ))
)
BEGIN
  SELECT RAISE(ABORT, 'a work order is told of by its event, and so is its promise');
END;
