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
--> statement-breakpoint
CREATE UNIQUE INDEX `booking_reference` ON `booking` (`reference`) WHERE status IN ('held', 'offered', 'awaiting_approval', 'confirmed', 'checked_in');--> statement-breakpoint
CREATE INDEX `booking_start` ON `booking` (`location_id`,`starts_at`,`id`);--> statement-breakpoint
CREATE INDEX `booking_partner` ON `booking` (`partner_id`,`starts_at`,`id`) WHERE partner_id IS NOT NULL;--> statement-breakpoint
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
--> statement-breakpoint
CREATE INDEX `claim_due` ON `claim` (`pool_id`,`hold_until`) WHERE hold_until IS NOT NULL;--> statement-breakpoint
CREATE TABLE `tally` (
	`pool_id` text NOT NULL,
	`bucket` integer NOT NULL,
	`taken` integer NOT NULL,
	`capacity` integer NOT NULL,
	`overridden` integer DEFAULT 0 NOT NULL,
	PRIMARY KEY(`pool_id`, `bucket`),
	CONSTRAINT "tally_never_over" CHECK(taken BETWEEN 0 AND capacity)
) WITHOUT ROWID;
--> statement-breakpoint
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
--> statement-breakpoint
CREATE TABLE `organisation` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`revision` integer NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
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
--> statement-breakpoint
CREATE INDEX `pool_location` ON `pool` (`location_id`);--> statement-breakpoint
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
--> statement-breakpoint
CREATE INDEX `service_location` ON `service` (`location_id`);--> statement-breakpoint
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
--> statement-breakpoint
CREATE UNIQUE INDEX `credential_id` ON `credential` (`id`);--> statement-breakpoint
CREATE TABLE `partner` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`revision` integer NOT NULL,
	`created_at` integer NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
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
--> statement-breakpoint
CREATE UNIQUE INDEX `event_command` ON `event` (`command`) WHERE command IS NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX `event_source` ON `event` (`location_id`,`source_seq`) WHERE source_seq IS NOT NULL;--> statement-breakpoint
CREATE INDEX `event_subject` ON `event` (`subject`,`seq`);